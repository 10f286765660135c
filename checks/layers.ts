import { posix } from 'node:path';
import type { RepositoryFile } from './repository-files.ts';

/**
 * Who may use whom, for TypeScript imports and C includes. A ring is a folder; a file belongs to the
 * ring with the longest name that it is below.
 */
interface Ring {
  readonly folder: string;
  /** TypeScript: packages of this workspace. C: folders that `<…>` and `"…"` may find a header in. */
  readonly uses: readonly string[];
  /** What tests (`*.test.ts`) may use besides. */
  readonly testsUse?: readonly string[];
  /** C: single headers of other rings. */
  readonly headers?: readonly string[];
  /** C: whether headers of the machine that compiles may be included. */
  readonly hostHeaders?: boolean;
}

const LIBRARIES = [
  'libsys',
  'libframeio',
  'libunet',
  'libdladm-ts',
  'libkstat-ts',
  'libofmt',
] as const;
/** Programs export nothing but where they are, for those who run them. */
const TOOLS = ['unetadm', 'unetstat'] as const;
const TOOL_USES = ['libunet', 'libdladm-ts', 'libkstat-ts', 'libofmt', 'libsys'] as const;

const TYPESCRIPT_RINGS: readonly Ring[] = [
  { folder: 'libs/libsys', uses: [] },
  { folder: 'libs/libframeio', uses: ['libsys'] },
  {
    folder: 'libs/libunet',
    uses: ['libframeio', 'libkstat-ts', 'libsys'],
    testsUse: ['libdladm-ts'],
  },
  { folder: 'libs/libdladm-ts', uses: ['libsys'] },
  { folder: 'libs/libkstat-ts', uses: ['libsys'], testsUse: ['libdladm-ts'] },
  { folder: 'libs/libofmt', uses: [] },
  { folder: 'tools/unetadm', uses: TOOL_USES },
  { folder: 'tools/unetstat', uses: TOOL_USES },
  { folder: 'examples', uses: [...LIBRARIES, ...TOOLS] },
  { folder: 'bench', uses: LIBRARIES },
  { folder: 'tests', uses: [...LIBRARIES, ...TOOLS] },
];

/** The foreign function interfaces, and the one file that knows each. */
const FFI: ReadonlyMap<string, string> = new Map([
  ['koffi', 'libs/libsys/src/ffi-koffi.ts'],
  ['node:ffi', 'libs/libsys/src/ffi-node.ts'],
]);

/** What configuration and test files are made with; nothing that is published uses these. */
const DEVELOPMENT = [
  'vitest',
  'vitest/config',
  'vitest/node',
  'tsup',
  'fast-check',
  'publint',
  'publint/utils',
  '@arethetypeswrong/core',
  'typescript',
];

const HOSTED_INCLUDE = 'kernel/hosted/include';
const ABI = ['kernel/unet', 'kernel/frameio'];

const KERN_USES = ['kernel/hosted/kern', HOSTED_INCLUDE] as const;
const KERN_HEADERS = [
  'kernel/hosted/host.h',
  'kernel/hosted/hk.h',
  'kernel/hosted/caller.h',
  'kernel/hosted/api.h',
] as const;

const C_RINGS: readonly Ring[] = [
  // The driver and frameio see the illumos kernel and themselves: nothing says where they run.
  { folder: 'kernel/unet', uses: ['kernel/unet', 'kernel/frameio', HOSTED_INCLUDE] },
  { folder: 'kernel/frameio', uses: ['kernel/frameio', HOSTED_INCLUDE] },
  { folder: HOSTED_INCLUDE, uses: [HOSTED_INCLUDE] },
  { folder: 'kernel/hosted/kern', uses: KERN_USES, headers: KERN_HEADERS },
  // A halt destroys the links that are left, as an administrator would: through the ABI.
  {
    folder: 'kernel/hosted/kern/boot.c',
    uses: KERN_USES,
    headers: [...KERN_HEADERS, 'kernel/unet/sys/unet.h'],
  },
  {
    folder: 'kernel/hosted/host',
    uses: ['kernel/hosted/host'],
    headers: ['kernel/hosted/host.h'],
    hostHeaders: true,
  },
  {
    folder: 'kernel/hosted/server',
    uses: ['kernel/hosted/server'],
    headers: KERN_HEADERS,
    hostHeaders: true,
  },
  // The border and what programs see: whoever includes them brings the rest.
  { folder: 'kernel/hosted/host.h', uses: [] },
  { folder: 'kernel/hosted/hk.h', uses: [], hostHeaders: true },
  {
    folder: 'kernel/hosted/caller.h',
    uses: [],
    headers: ['kernel/hosted/hk.h'],
    hostHeaders: true,
  },
  { folder: 'kernel/hosted/api.h', uses: [], headers: ['kernel/hosted/hk.h'], hostHeaders: true },
  {
    folder: 'kernel/tests',
    uses: ['kernel', 'kernel/tests', 'kernel/hosted', 'kernel/hosted/kern', HOSTED_INCLUDE, ...ABI],
    hostHeaders: true,
  },
  { folder: 'kernel/abi', uses: [HOSTED_INCLUDE, ...ABI], hostHeaders: true },
  { folder: 'libs/libdladm-ts/test', uses: [], hostHeaders: true },
  // What stands in for illumos' libkstat in tests needs nothing.
  { folder: 'libs/libkstat-ts/src', uses: [], hostHeaders: true },
  // What stands in for illumos' libdladm in tests is a program over the hosted kernel.
  {
    folder: 'libs/libdladm-ts/double',
    uses: ['libs/libdladm-ts/double', 'kernel/hosted'],
    headers: ['kernel/hosted/hk.h'],
    hostHeaders: true,
  },
  { folder: 'bench/c', uses: ['bench/c', 'kernel/hosted', ...ABI], hostHeaders: true },
];

/** Headers of the compiler itself, which a kernel has too. */
const FREESTANDING = ['stdarg.h', 'stddef.h', 'stdint.h', 'stdbool.h'];

function ringOf(rings: readonly Ring[], path: string): Ring | undefined {
  return rings
    .filter(({ folder }) => path === folder || path.startsWith(`${folder}/`))
    .sort((a, b) => b.folder.length - a.folder.length)[0];
}

/** `require` also as what `createRequire` returned. */
const IMPORT =
  /(?:\bfrom\s*|\bimport\s*\(?\s*|(?:\brequire(?:\.resolve)?|\bcreateRequire\([^()]*\)|\bgetBuiltinModule)\s*\(\s*)(['"])([^'"\n]+)\1/g;
const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;

function packageName(specifier: string): string {
  const [first = '', second = ''] = specifier.split('/');
  return first.startsWith('@') ? `${first}/${second}` : first;
}

interface Manifest {
  readonly name: string;
  readonly dependencies: readonly string[];
  /** Names below the package that it exports: `libsys/unet-abi`. */
  readonly exports: readonly string[];
}

function readManifests(files: readonly RepositoryFile[]): Map<string, Manifest> {
  return new Map(
    files
      .filter(({ path }) =>
        /^(libs|tools|tests)\/[^/]+\/package\.json$|^[^/]+\/package\.json$/.test(path),
      )
      .map(({ path, text }) => {
        const {
          name,
          dependencies = {},
          exports = {},
        } = JSON.parse(text) as {
          name: string;
          dependencies?: object;
          exports?: object;
        };
        const names = Object.keys(exports).map((key) => posix.join(name, key));
        return [
          posix.dirname(path),
          { name, dependencies: Object.keys(dependencies), exports: names },
        ];
      }),
  );
}

function checkImport(
  path: string,
  specifier: string,
  ring: Ring,
  manifests: ReadonlyMap<string, Manifest>,
): string | undefined {
  const isTest = /\.(test|fixture)\.ts$/.test(path) || path.startsWith('tests/');
  const isConfiguration = /\.config\.ts$/.test(path);
  const home = [...manifests.keys()]
    .filter((folder) => path.startsWith(`${folder}/`))
    .sort((a, b) => b.length - a.length)[0];

  if (specifier.startsWith('.')) {
    if (isConfiguration) return undefined;
    const target = posix.join(posix.dirname(path), specifier);
    return home !== undefined && target.startsWith(`${home}/`)
      ? undefined
      : `leaves its package with '${specifier}'; import by package name`;
  }
  const only = FFI.get(packageName(specifier));
  if (only !== undefined) {
    return path === only ? undefined : `imports ${specifier}; only ${only} may`;
  }
  if (specifier.startsWith('node:')) return undefined;
  if (DEVELOPMENT.includes(specifier)) {
    return isTest || isConfiguration ? undefined : `imports '${specifier}' outside of a test`;
  }
  const name = packageName(specifier);
  const exported = [...manifests.values()].some(({ exports }) => exports.includes(specifier));
  const self = home === undefined ? [] : [manifests.get(home)?.name];
  const allowed = [...self, ...ring.uses, ...(isTest ? (ring.testsUse ?? []) : [])];
  if (!allowed.includes(name)) return `imports '${specifier}', which ${ring.folder} may not use`;
  if (!exported && !self.includes(name))
    return `imports '${specifier}', which ${name} does not export`;
  const declared = home === undefined ? undefined : manifests.get(home)?.dependencies;
  if (!isTest && !self.includes(name) && declared?.includes(name) === false) {
    return `imports '${specifier}', which its package.json does not depend on`;
  }
  return undefined;
}

const INCLUDE = /^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]/gm;

function checkInclude(
  path: string,
  quote: string,
  header: string,
  ring: Ring,
  paths: ReadonlySet<string>,
): string | undefined {
  const beside = posix.join(posix.dirname(path), header);
  const candidates = [
    ...(quote === '"' && paths.has(beside) ? [beside] : []),
    ...ring.uses.map((folder) => posix.join(folder, header)),
    ...(ring.headers ?? []).filter((file) => file.endsWith(`/${header}`)),
  ];
  const found = candidates.find((candidate) => paths.has(candidate));
  if (found !== undefined) {
    const allowed =
      ring.headers?.includes(found) === true ||
      ring.uses.some((folder) => found.startsWith(`${folder}/`));
    return allowed ? undefined : `includes "${header}", which ${ring.folder} may not use`;
  }
  if (quote === '<' && (FREESTANDING.includes(header) || ring.hostHeaders === true))
    return undefined;
  return quote === '<'
    ? `includes <${header}>, which no folder that ${ring.folder} may use has`
    : `includes "${header}", which ${ring.folder} may not use`;
}

/** Every breach of the tables above, as `path: what`. */
export function checkLayers(files: readonly RepositoryFile[]): string[] {
  const manifests = readManifests(files);
  const paths = new Set(files.map(({ path }) => path));
  return files.flatMap(({ path, text }) => {
    if (/\.[cm]?tsx?$/.test(path)) {
      const ring = ringOf(TYPESCRIPT_RINGS, path);
      if (ring === undefined) return [];
      return [...text.replace(COMMENT, '').matchAll(IMPORT)].flatMap(([, , specifier = '']) => {
        const breach = checkImport(path, specifier, ring, manifests);
        return breach === undefined ? [] : [`${path}: ${breach}`];
      });
    }
    if (/\.[ch]$/.test(path)) {
      const ring = ringOf(C_RINGS, path);
      if (ring === undefined) return [`${path}: is in no ring of checks/layers.ts`];
      return [...text.matchAll(INCLUDE)].flatMap(([, quote = '', header = '']) => {
        const breach = checkInclude(path, quote, header, ring, paths);
        return breach === undefined ? [] : [`${path}: ${breach}`];
      });
    }
    return [];
  });
}
