import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);
const examples = pathToFileURL(require.resolve('unet-examples/package.json'));

/** A file of the repository. */
export function repositoryFile(path: string): URL {
  return new URL(`../${path}`, examples);
}

/** The programs of the workspace that the main job runs, by the names it shows. */
const SCRIPTS: Readonly<Record<string, URL>> = Object.freeze({
  unetadm: new URL('bin/unetadm.js', pathToFileURL(require.resolve('unetadm/package.json'))),
  unetstat: new URL('bin/unetstat.js', pathToFileURL(require.resolve('unetstat/package.json'))),
  responder: new URL('dist/responder.js', examples),
  'second-host': new URL('dist/second-host.js', examples),
});

/** What is to be executed for a command as it is shown: words that hold no spaces themselves. */
export function toArguments(command: string): readonly [program: string, ...args: string[]] {
  const [name = '', ...args] = command.split(' ');
  const script = SCRIPTS[name];
  return script === undefined ? [name, ...args] : [process.execPath, script.pathname, ...args];
}
