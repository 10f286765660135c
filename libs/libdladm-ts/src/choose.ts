import { homedir } from 'node:os';
import { join } from 'node:path';
import { chooseKernel, type Kernel, openKernel } from 'libsys';
import { Dladm } from './dladm.ts';
import { DladmError } from './errors.ts';
import { HostedRegistry } from './hosted.ts';
import { LinkRecords } from './link-records.ts';
import { mustBeObject } from './properties.ts';

/** Which links to administer, and where they are recorded. */
export interface OpenDladmOptions {
  /** Borrowed; without it the one that `openKernel` chooses is opened, and closed with the `Dladm`. */
  readonly kernel?: Kernel | undefined;
  /**
   * Directory that the records are in, at `etc/dladm/datalink.conf`. Hosted kernels only; default:
   * {@link defaultRoot}.
   */
  readonly root?: string | undefined;
}

/**
 * Says where a hosted kernel's links are recorded: with the server's other files if their place is
 * given by `UNET_RUNTIME_DIR`, else where the system keeps the state of its services, or of a user.
 */
export function defaultRoot(
  env: NodeJS.ProcessEnv = process.env,
  uid: number = process.getuid?.() ?? 0,
): string {
  const runtime = env['UNET_RUNTIME_DIR'];
  if (runtime !== undefined && runtime !== '') {
    return join(runtime, 'root');
  }
  if (uid === 0) {
    return '/var/lib/unet';
  }
  const state = env['XDG_STATE_HOME'];
  return join(
    state !== undefined && state !== '' ? state : join(homedir(), '.local/state'),
    'unet',
  );
}

/**
 * Says where the links of the kernel that `openKernel` chooses are recorded. No other root directory
 * is that of a running system.
 */
export function ownRoot(): string {
  return chooseKernel().kind === 'illumos' ? '/' : defaultRoot();
}

/**
 * Opens the links of a system that is not running: their records below its root directory, such as
 * that of another boot environment. It need not have any yet.
 *
 * @throws {TypeError} `root` is no path.
 */
export function openRecords(root: string): LinkRecords {
  if (typeof root !== 'string' || root === '') {
    throw new TypeError('openRecords needs the path of a root directory');
  }
  return new LinkRecords(root);
}

/**
 * Opens the administration of links.
 *
 * @throws {TypeError} an unknown option, or one of the wrong type.
 * @throws {SysError} no kernel, as `openKernel` says. @throws {DladmError} NOTSUP: a root directory
 * was given on illumos, where dlmgmtd has its own.
 */
export async function openDladm(options: OpenDladmOptions = {}): Promise<Dladm> {
  mustBeObject('the options of openDladm', options);
  for (const key of Object.keys(options)) {
    if (key !== 'kernel' && key !== 'root') throw new TypeError(`openDladm has no option ${key}`);
  }
  const { kernel, root } = options;
  if (kernel !== undefined && typeof kernel?.open !== 'function') {
    throw new TypeError('kernel must be what openKernel resolves to');
  }
  if (root !== undefined && (typeof root !== 'string' || root === '')) {
    throw new TypeError('root must be the path of a directory');
  }
  const used = kernel ?? (await openKernel());
  const onClose = (): void => {
    if (kernel === undefined) {
      used.dispose();
    }
  };
  try {
    if (used.hosted !== undefined) {
      return new Dladm(used, new HostedRegistry(used.hosted, root ?? defaultRoot()), onClose);
    }
    if (root !== undefined && root !== '/') {
      throw new DladmError({
        status: 'NOTSUP',
        op: 'open',
        reason: 'another root directory is not possible here: dlmgmtd keeps the records',
      });
    }
    const { IllumosRegistry } = await import('./illumos.ts');
    return new Dladm(used, new IllumosRegistry(), onClose);
  } catch (error) {
    onClose();
    throw error;
  }
}
