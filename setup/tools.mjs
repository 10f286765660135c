import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compiler, findProgram, installCommand } from './requirements.mjs';

const EMPTY = 'int main(void) { return (0); }\n';
const EMPTY_FUZZER =
  'int LLVMFuzzerTestOneInput(const char *p, unsigned long n) { return (p == 0 && n > 0); }\n';

/** Compiles, links and runs a program with a sanitizer: each has a library of its own. */
function sanitizerWorks(kind, { cc = compiler(), text = EMPTY, args = '' } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'unet-sanitizer-'));
  try {
    const source = join(folder, 'empty.c');
    const program = join(folder, 'empty');
    writeFileSync(source, text);
    const command = `${cc} -fsanitize=${kind} -o '${program}' '${source}' && '${program}' ${args}`;
    return spawnSync('sh', ['-c', command], { stdio: 'ignore' }).status === 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * What the fuller tests use, and the packages that have it. A name without a `probe` is a program.
 *
 * @type {Record<string, { packages: Record<string, string>, probe?: () => boolean, text?: string }>}
 */
export const TOOLS = {
  ping: { packages: { 'apt-get': 'iputils-ping', dnf: 'iputils', apk: 'iputils-ping' } },
  ip: { packages: { 'apt-get': 'iproute2', dnf: 'iproute' } },
  unshare: { packages: { 'apt-get': 'util-linux' } },
  iperf3: { packages: { 'apt-get': 'iperf3' } },
  tshark: { packages: { 'apt-get': 'tshark', dnf: 'wireshark-cli' } },
  clang: { packages: { 'apt-get': 'clang' } },
  valgrind: { packages: { 'apt-get': 'valgrind' } },
  mandoc: { packages: { 'apt-get': 'mandoc' } },
  tmux: { packages: { 'apt-get': 'tmux' } },
  prometheus: { packages: { 'apt-get': 'prometheus' } },
  zsh: { packages: { 'apt-get': 'zsh' } },
  fish: { packages: { 'apt-get': 'fish' } },
  script: { packages: { 'apt-get': 'bsdutils', dnf: 'util-linux' } },
  asan: {
    packages: { 'apt-get': 'libasan8', dnf: 'libasan libubsan' },
    probe: () => sanitizerWorks('address,undefined'),
    text: 'the compiler has no AddressSanitizer library',
  },
  tsan: {
    packages: { 'apt-get': 'libtsan2', dnf: 'libtsan' },
    probe: () => sanitizerWorks('thread'),
    text: 'the compiler has no ThreadSanitizer library',
  },
  fuzzer: {
    packages: { 'apt-get': 'clang libclang-rt-dev', dnf: 'clang compiler-rt' },
    probe: () =>
      sanitizerWorks('fuzzer,address,undefined', {
        cc: 'clang',
        text: EMPTY_FUZZER,
        args: '-runs=1',
      }),
    text: 'there is no clang with libFuzzer',
  },
};

/** Whether a tool of the table is here. */
export function hasTool(name) {
  const tool = TOOLS[name];
  if (tool === undefined) throw new RangeError(`${name} is not in setup/tools.mjs`);
  return tool.probe === undefined ? findProgram(name) !== undefined : tool.probe();
}

/** The command that installs a tool of the table. */
export function installTool(name) {
  return installCommand(TOOLS[name].packages);
}

/** Why something that needs the tool is skipped, or undefined when the tool is here. */
export function missingTool(name) {
  if (hasTool(name)) return undefined;
  return `${TOOLS[name].text ?? `${name} is not installed`}; \`${installTool(name)}\``;
}
