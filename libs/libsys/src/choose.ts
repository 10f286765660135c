import { toFd } from './fd.ts';
import { HostedKernel } from './hosted.ts';
import { IllumosKernel } from './illumos.ts';
import type { Kernel } from './kernel.ts';
import { findNative } from './native-files.ts';
import { type RuntimeDir, runtimeDirOf } from './runtime-dir.ts';
import { startServer } from './server.ts';
import { isSysError } from './sys-error.ts';
import { prepareWorker } from './uv-poll.ts';

/** How to reach a kernel. */
export interface OpenKernelOptions {
  /**
   * `illumos`, `inproc`, or `unix:` and a socket's path. By default what `UNET_KERNEL` says; without
   * it the running kernel on illumos and, elsewhere, the user's hosted server.
   */
  readonly kernel?: string;
  /**
   * The zone of a hosted kernel to be in: what is opened there is that zone's. By default what
   * `UNET_ZONE` says; without it the global zone, or the one that this process's network namespace is
   * tied to, out of which nothing leads. The zone has to run, and so has its server: one that is
   * started has no zones.
   */
  readonly zone?: string;
  /** Instead of `kernel`: a descriptor that {@link Kernel.exportFd} gave; its kernel. Borrowed. */
  readonly hostFd?: number;
  /** Where the user's server is. By default what `UNET_RUNTIME_DIR` says. */
  readonly runtimeDir?: string;
  /** Whether the user's server is started when it does not run. It is, by default. */
  readonly start?: boolean;
  /** Where a kernel that is booted in this process prints its messages. Nowhere by default. */
  readonly console?: 'quiet' | 'stderr';
}

/** A kernel that was chosen and not opened yet. */
export type KernelChoice =
  | { readonly kind: 'illumos' }
  | { readonly kind: 'inproc'; readonly zone?: string | undefined }
  | { readonly kind: 'exported'; readonly hostFd: number; readonly zone?: string | undefined }
  | {
      readonly kind: 'server';
      readonly socket: string;
      readonly runtimeDir: RuntimeDir;
      readonly zone?: string | undefined;
    };

const OPTIONS = new Set(['kernel', 'zone', 'hostFd', 'runtimeDir', 'start', 'console']);

/**
 * Chooses a kernel from options and environment; touches nothing.
 *
 * @throws {RangeError} not a way to a kernel
 * @throws {TypeError} an unknown option, or one of the wrong type
 */
export function chooseKernel(
  options: OpenKernelOptions = {},
  env: NodeJS.ProcessEnv = process.env,
  platform: string = process.platform,
  uid: number = process.getuid?.() ?? 0,
): KernelChoice {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError('the options of openKernel must be an object');
  }
  for (const key of Object.keys(options)) {
    if (!OPTIONS.has(key)) throw new TypeError(`openKernel has no option ${key}`);
  }
  for (const key of ['kernel', 'runtimeDir', 'zone'] as const) {
    if (options[key] !== undefined && typeof options[key] !== 'string') {
      throw new TypeError(`${key} must be a string`);
    }
  }
  if (options.start !== undefined && typeof options.start !== 'boolean') {
    throw new TypeError('start must be true or false');
  }
  if (options.console !== undefined && !['quiet', 'stderr'].includes(options.console)) {
    throw new TypeError('console must be quiet or stderr');
  }
  const zone = zoneOf(options.zone, env);
  const illumos = (): KernelChoice => {
    if (zone === undefined) return { kind: 'illumos' };
    throw new RangeError(`zone (UNET_ZONE) is of hosted kernels: here it is zlogin ${zone}`);
  };
  const { hostFd } = options;
  if (hostFd !== undefined) {
    if (options.kernel !== undefined) throw new TypeError('kernel and hostFd exclude each other');
    return platform === 'sunos' ? illumos() : { kind: 'exported', hostFd: toFd(hostFd), zone };
  }
  const runtimeDir = runtimeDirOf(
    options.runtimeDir === undefined ? env : { ...env, UNET_RUNTIME_DIR: options.runtimeDir },
    uid,
  );
  const chosen = options.kernel ?? env['UNET_KERNEL'] ?? '';
  if (chosen === '') {
    return platform === 'sunos'
      ? illumos()
      : { kind: 'server', socket: runtimeDir.socket, runtimeDir, zone };
  }
  if (chosen === 'illumos') return illumos();
  if (chosen === 'inproc') return { kind: 'inproc', zone };
  if (chosen.startsWith('unix:') && chosen.length > 'unix:'.length) {
    return { kind: 'server', socket: chosen.slice('unix:'.length), runtimeDir, zone };
  }
  throw new RangeError(`kernel (UNET_KERNEL) must be illumos, inproc or unix:PATH, not ${chosen}`);
}

/** A zone that was asked for; an empty `UNET_ZONE` asks for none. */
function zoneOf(option: string | undefined, env: NodeJS.ProcessEnv): string | undefined {
  if (option === '') throw new RangeError('zone must be the name of a zone');
  return option ?? (env['UNET_ZONE'] || undefined);
}

/**
 * Opens a kernel. The user's own hosted server is started if it does not run; a server named by
 * `unix:PATH` elsewhere never is.
 *
 * @throws {SysError} the kernel cannot be reached; the text says why and what to do
 */
export async function openKernel(options: OpenKernelOptions = {}): Promise<Kernel> {
  const choice = chooseKernel(options);
  prepareWorker();
  if (choice.kind === 'illumos') return new IllumosKernel();
  const library = findNative('libunethk.so');
  const { zone } = choice;
  if (choice.kind === 'exported') return HostedKernel.connectTo(library, choice.hostFd, zone);
  if (choice.kind === 'inproc') return HostedKernel.boot(library, options.console ?? 'quiet', zone);
  const { socket, runtimeDir } = choice;
  const start = options.start !== false && zone === undefined && socket === runtimeDir.socket;
  try {
    return HostedKernel.connect(library, socket, zone);
  } catch (error) {
    const absent = isSysError(error, 'ENOENT') || isSysError(error, 'ECONNREFUSED');
    if (!absent || !start) throw error;
  }
  await startServer(runtimeDir);
  return HostedKernel.connect(library, socket, zone);
}
