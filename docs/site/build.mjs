/**
 * Builds the site, build/docs: every exported name of the published libraries, the guide and the
 * manual pages. A warning is a failure: what is exported and not documented in the packages that
 * other programs import, a name in a signature that is not exported, a link that leads nowhere.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Application, Converter, ReflectionKind, TSConfigReader } from 'typedoc';
import { root } from '../../setup/root.mjs';
import { missingTool } from '../../setup/tools.mjs';

const out = join(root, 'build/docs');
const pages = join(root, 'build/man');

/** The manual pages as Markdown; none where there is nothing to make it with. */
function manualPages() {
  const missing = missingTool('mandoc');
  if (missing !== undefined) {
    process.stdout.write(`without the manual pages: ${missing}\n`);
    return [];
  }
  const sources = join(root, 'docs/man');
  rmSync(pages, { recursive: true, force: true });
  mkdirSync(pages, { recursive: true });
  return readdirSync(sources).map((name) => {
    const made = spawnSync('mandoc', ['-T', 'markdown', join(sources, name)], { encoding: 'utf8' });
    if (made.status !== 0) throw new Error(`mandoc ${name}: ${made.stderr}`);
    const page = join(pages, `${name}.md`);
    const heading = `# ${name.replace(/\.(\w+)$/, '($1)')}\n`;
    // Its first line names the page as well, for a printed one.
    writeFileSync(page, heading + made.stdout.slice(made.stdout.indexOf('\n')));
    return page;
  });
}

const app = await Application.bootstrap(
  {
    name: 'unet',
    entryPoints: [
      'libs/libunet/src/index.ts',
      'libs/libframeio/src/index.ts',
      'libs/libframeio/src/headers/index.ts',
      'libs/libsys/src/index.ts',
      'libs/libsys/src/unet-abi.ts',
      'libs/libdladm-ts/src/index.ts',
      'libs/libkstat-ts/src/index.ts',
      'libs/libofmt/src/index.ts',
    ].map((path) => join(root, path)),
    tsconfig: fileURLToPath(new URL('./tsconfig.json', import.meta.url)),
    // `npm run typecheck` has found those.
    skipErrorChecking: true,
    readme: join(root, 'README.md'),
    projectDocuments: [
      join(root, 'docs/guide.md'),
      join(root, 'docs/illumos.md'),
      ...manualPages(),
    ],
    out,
    excludeInternal: true,
    // There is no address yet that a line of the source could be linked to.
    disableSources: true,
    packagesRequiringDocumentation: ['libframeio', 'libunet'],
    requiredToBeDocumented: [
      'Class',
      'Interface',
      'TypeAlias',
      'Enum',
      'Function',
      'Variable',
      'Method',
      'Accessor',
    ],
    validation: {
      notExported: true,
      invalidLink: true,
      rewrittenLink: true,
      notDocumented: true,
      unusedMergeModuleWith: true,
    },
    highlightLanguages: [
      'typescript',
      'javascript',
      'json',
      'shellscript',
      'console',
      'make',
      'xml',
    ],
  },
  [new TSConfigReader()],
);
// By the first heading rather than by the path: `unetadm(8)`, `The guide`.
app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_context, document) => {
  const [heading] = document.content;
  document.name = /^#+ (.+)$/m.exec(heading?.text ?? '')?.[1] ?? document.name;
});
// The README of a package is the page of its module.
app.converter.on(Converter.EVENT_CREATE_DECLARATION, (_context, module) => {
  const readme = join(root, 'libs', module.name, 'README.md');
  if (module.kind === ReflectionKind.Module && existsSync(readme)) {
    app.files.registerReflectionPath(readme, module);
  }
});
// What is said of a property's getter holds for its setter, too, as it does in an editor.
app.converter.on(Converter.EVENT_RESOLVE, (_context, { getSignature, setSignature }) => {
  if (setSignature !== undefined) setSignature.comment ??= getSignature?.comment?.clone();
});
const project = await app.convert();
if (project !== undefined) {
  app.validate(project);
  rmSync(out, { recursive: true, force: true });
  await app.generateOutputs(project);
}
process.exitCode =
  project === undefined || app.logger.hasErrors() || app.logger.hasWarnings() ? 1 : 0;
