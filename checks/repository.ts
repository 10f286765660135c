import type { RepositoryFile } from './repository-files.ts';

/** Something a repository must not have, by its lines. */
interface LineRule {
  readonly what: string;
  readonly pattern: RegExp;
  /** Files it is about; all when not given. */
  readonly files?: RegExp;
  readonly except?: RegExp;
}

/** Joined here, so that this file does not hold what it looks for. */
const word = (...parts: string[]): string => parts.join('');

const LINE_RULES: readonly LineRule[] = [
  {
    what: 'a path of one machine',
    pattern: new RegExp(
      `(^|[^\\w.])/(${word('wo', 'rk')}|${word('ro', 'ot')}|home/\\w+|Users/\\w+|tmp/${word('bash', '_jobs')})(/|\\b(?![-\\w.]))`,
    ),
    except: /^kernel\/LICENSE$/,
  },
  {
    what: 'an address that packages come from',
    pattern: new RegExp(
      `registry\\.(${word('npm', 'js')}|yarnpkg)|${word('"resolved', '": "https?:')}|${word('_auth', 'Token')}`,
    ),
  },
  {
    what: 'a mark of unfinished work',
    pattern: new RegExp(`\\b(${word('TO', 'DO')}|${word('FIX', 'ME')}|${word('XX', 'X')})\\b`),
    except: /^(kernel\/abi\/.*\.json|package-lock\.json)$/,
  },
  {
    what: 'a test that is focused or switched off',
    pattern: /\b(it|test|describe)\.(only|todo|skip)\(/,
    files: /\.test\.ts$/,
  },
  {
    what: 'a compiler check that is switched off',
    pattern: new RegExp(`@${word('ts-', 'ignore')}|@${word('ts-', 'nocheck')}`),
    files: /\.[cm]?[jt]s$/,
  },
  {
    what: 'an #ifdef about where the driver runs',
    pattern: /^\s*#\s*(if|ifdef|ifndef|elif)\b.*(linux|hosted|__gnu)/i,
    files: /^kernel\/(unet|frameio)\//,
  },
  { what: 'a space at the end of a line', pattern: /[ \t]+$/, except: /\.md$|^kernel\/LICENSE$/ },
];

/** What tools make; no commit has it. */
const GENERATED =
  /(^|\/)(node_modules|dist|build|coverage|native|\.nx)\/|\.(o|so|a|tgz|tsbuildinfo|log)$/;

const CDDL = 'Common Development and Distribution License ("CDDL")';

/** Files below kernel/ that can carry a comment, and so a licence. */
const LICENSED = /^kernel\/.*(\.(c|h|mjs|js|sh|map|conf|py)|\/Makefile|\/run)$/;

function checkLines({ path, text }: RepositoryFile): string[] {
  const rules = LINE_RULES.filter(
    ({ files, except }) => files?.test(path) !== false && except?.test(path) !== true,
  );
  return text
    .split('\n')
    .flatMap((line, i) =>
      rules
        .filter(({ pattern }) => pattern.test(line))
        .map(({ what }) => `${path}:${i + 1}: ${what}`),
    );
}

function checkLicence({ path, text }: RepositoryFile): string[] {
  if (!LICENSED.test(path)) return [];
  const head = text.slice(0, 2000);
  return [
    ...(head.includes(CDDL) ? [] : [`${path}: has no CDDL header`]),
    ...(/Copyright \d{4} /.test(head) ? [] : [`${path}: says nothing of its copyright`]),
  ];
}

/** Every breach, as `path:line: what` or `path: what`. */
export function checkRepository(files: readonly RepositoryFile[]): string[] {
  return files.flatMap((file) => {
    if (GENERATED.test(file.path)) return [`${file.path}: is made by a tool`];
    // Text files have no NUL; others have no lines to look at.
    if (file.text.includes('\0')) return [];
    return [...checkLines(file), ...checkLicence(file)];
  });
}
