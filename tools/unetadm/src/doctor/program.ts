import { FFI_BACKEND, LibraryError, loadLibrary } from 'libsys';
import { type Finding, Findings } from './finding.ts';

/** The least version of Node.js that unet runs on. @see engines in package.json */
const LEAST = [20, 19] as const;

/** Looks at what the program itself runs on. */
export function checkProgram(
  version: string = process.versions.node,
  env: NodeJS.ProcessEnv = process.env,
): Finding[] {
  return [...checkNode(version), ...checkFfi(env)];
}

function checkNode(version: string): readonly Finding[] {
  const found = new Findings('node');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < LEAST[0] || (major === LEAST[0] && minor < LEAST[1])) {
    found.fault(
      `version ${version} is older than ${LEAST.join('.')}, the oldest that unet runs on`,
      'npm install --global node@22',
    );
  } else {
    found.ok(`version ${version}`);
  }
  return found.all;
}

function checkFfi(env: NodeJS.ProcessEnv): readonly Finding[] {
  const found = new Findings('ffi');
  try {
    loadLibrary(undefined, {});
    found.ok(`C is called by ${FFI_BACKEND}`);
  } catch (error) {
    if (!(error instanceof LibraryError || error instanceof RangeError)) {
      throw error;
    }
    const chosen = (env['UNET_FFI'] ?? '') !== '';
    found.fault(error.message, chosen ? 'unset UNET_FFI' : 'npm install --global koffi');
  }
  return found.all;
}
