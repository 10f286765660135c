import { checkRecords, DladmError } from 'libdladm-ts';
import { Findings, shellWord } from './finding.ts';

/** Looks at the records of a hosted kernel's links. `names` are those that can be made again. */
export function lookAtRecords(root: string): { found: Findings; names: readonly string[] } {
  const found = new Findings('records');
  let records: ReturnType<typeof checkRecords>;
  try {
    records = checkRecords(root);
  } catch (error) {
    if (!(error instanceof DladmError)) {
      throw error;
    }
    found.fault(error.text, mend(error.code, root));
    return { found, names: [] };
  }
  const { path, names, problems } = records;
  for (const { line, reason } of problems) {
    found.fault(`line ${line} of ${path}: ${reason}`, `sed -i.bak ${line}d ${shellWord(path)}`);
  }
  if (problems.length === 0) {
    found.ok(`${names.length === 1 ? '1 link' : `${names.length} links`} in ${path}`);
  }
  return { found, names };
}

/** What helps where the file cannot be read. */
function mend(code: string, root: string): string | undefined {
  const file = shellWord(`${root}/etc/dladm/datalink.conf`);
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return `sudo chmod -R a+rX ${shellWord(root)}`;
    case 'EISDIR':
    case 'ELOOP':
      return `mv ${file} ${file}.old`;
    default:
      return undefined;
  }
}
