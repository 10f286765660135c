import { constants as fsConstants } from 'node:fs';
import { constants } from 'node:os';
import { isMainThread } from 'node:worker_threads';
import { type Fd, toFd } from './fd.ts';
import { loadLibrary } from './ffi.ts';
import { HK_BOOT_QUIET, HK_BOOT_SHARE, HK_VERSION } from './hk-abi.ts';
import { HK_PROTOTYPES, type HkNative } from './hk-native.ts';
import { HostedCall } from './hosted-call.ts';
import { HostedControl } from './hosted-control.ts';
import { hostedMemory } from './hosted-memory.ts';
import type { Doing, Kernel, OpenFlags } from './kernel.ts';
import { checkMemory, type KernelMemory } from './kernel-memory.ts';
import { OpenFiles } from './open-files.ts';
import type { Readiness } from './readiness.ts';
import { ServerWatch, serverGone } from './server-watch.ts';
import { SysError } from './sys-error.ts';

/** The host's own `read`, to empty an eventfd. */
interface HostNative {
  read(descriptor: number, memory: Uint8Array, length: number): number;
}

const ACCESS = {
  read: fsConstants.O_RDONLY,
  write: fsConstants.O_WRONLY,
  readwrite: fsConstants.O_RDWR,
} as const;

/** What a hosted kernel's failures mean to somebody who wanted to reach it. */
const CONNECT_TEXTS: Readonly<Record<string, string>> = {
  ENOENT: 'the hosted server is not running',
  ECONNREFUSED: 'the hosted server is not running, its socket is stale',
  EACCES: "the hosted server is another user's",
  EPROTO: 'the hosted server speaks another version; `unetadm host stop` ends it, and its links',
  ENXIO: 'the zone of this network namespace does not run; `unetadm host zone boot` boots one',
  EPERM:
    "this network namespace is none of its zones' and not its own; `unetadm host zone create -n` ties one to it",
};

/** What a zone's refusal means, and what to do. */
const ZONE_TEXTS: Readonly<Record<string, (zone: string) => string>> = {
  ENOENT: (zone) => `zone ${zone} does not run; \`unetadm host zone boot ${zone}\` boots it`,
  ENXIO: (zone) => `zone ${zone} was halted; \`unetadm host zone boot ${zone}\` boots it again`,
  EPERM: (zone) =>
    `zone ${zone} is not for you: the server's user and root choose, in the network namespace of the server`,
};

/** What failures to pass on a file mean, and what to do. */
const PASS_TEXTS: Readonly<Record<string, string>> = {
  ENOTSUP: 'files of a kernel in this process cannot be passed on; use the hosted server',
  EBADF: 'the descriptor, or the kernel, is not open',
  EINVAL: 'the descriptor is not one that exportFd gave',
  EXDEV: 'the file is of another kernel, or of one that is gone; openKernel({ hostFd }) finds it',
};

/** A hosted kernel, in this process or served: both through the same `hk_*` functions. */
export class HostedKernel implements Kernel {
  readonly kind: 'inproc' | 'server';
  readonly where: string;
  readonly hosted: HostedControl;
  readonly #hk: HkNative;
  readonly #call: HostedCall;
  readonly #host: HostNative;
  readonly #kernel: number;
  /** The kernel itself, where that of {@link #kernel} is in a zone of it. */
  readonly #whole: number | undefined;
  readonly #files = new OpenFiles();
  readonly #watch: ServerWatch | undefined;
  #disposed = false;

  private constructor(
    hk: HkNative,
    whole: number,
    kind: 'inproc' | 'server',
    where: string,
    zone: string | undefined,
  ) {
    const kernel = zone === undefined ? whole : enterZone(hk, whole, zone);
    this.#whole = zone === undefined ? undefined : whole;
    this.#hk = hk;
    this.#call = new HostedCall(hk);
    this.#host = loadLibrary<HostNative>(undefined, {
      read: { result: 'intptr_t', params: ['int', 'void *', 'uintptr_t'] },
    });
    this.#kernel = kernel;
    this.kind = kind;
    this.where = where;
    this.hosted = new HostedControl(this);
    if (kind === 'server') {
      this.#watch = new ServerWatch(
        () => this.#check(this.#hk.hk_gonefd(this.#kernel), 'poll'),
        () => this.#files.failReadiness(serverGone),
      );
    }
  }

  /**
   * The kernel of this process: boots it if it does not run. Every boot is undone by one
   * {@link dispose}; the last halts the kernel.
   *
   * @throws {SysError} EBUSY — a kernel runs that was booted by other means; ENOENT — the zone does
   * not run
   */
  static boot(library: string, messages: 'quiet' | 'stderr', zone?: string): HostedKernel {
    const hk = loadHk(library);
    const quiet = messages === 'quiet' ? HK_BOOT_QUIET : 0;
    const kernel = hk.hk_boot(HK_BOOT_SHARE | quiet);
    if (kernel < 0) throw new SysError({ errno: -kernel, syscall: 'hk_boot', op: 'boot' });
    return new HostedKernel(hk, kernel, 'inproc', 'this process', zone);
  }

  /**
   * The kernel that serves a Unix socket.
   *
   * @throws {SysError} ENOENT, ECONNREFUSED — it does not run; EACCES — it is another user's;
   * EPROTO — it speaks another version; ENOENT, ENXIO — the zone does not run; EPERM — it is not for
   * this process
   */
  static connect(library: string, socket: string, zone?: string): HostedKernel {
    const hk = loadHk(library);
    const kernel = hk.hk_connect(socket);
    if (kernel < 0) {
      const plain = new SysError({ errno: -kernel, syscall: 'connect' });
      throw new SysError({
        errno: -kernel,
        syscall: 'connect',
        op: `connect ${socket}`,
        text: CONNECT_TEXTS[plain.code],
      });
    }
    return new HostedKernel(hk, kernel, 'server', socket, zone);
  }

  /**
   * The kernel that a descriptor of `exportFd` is of.
   *
   * @throws {SysError} EINVAL — not such a descriptor; otherwise as {@link connect}
   */
  static connectTo(library: string, hostFd: number, zone?: string): HostedKernel {
    const path = Buffer.alloc(256);
    const result = loadHk(library).hk_exported(toFd(hostFd), path, path.length);
    if (result < 0) throw passError(result, `openKernel of descriptor ${hostFd}`);
    return HostedKernel.connect(library, path.toString('utf8', 0, path.indexOf(0)), zone);
  }

  open(path: string, flags: OpenFlags): Fd {
    const oflags =
      ACCESS[flags.access] |
      (flags.nonblock === true ? fsConstants.O_NONBLOCK : 0) |
      (flags.exclusive === true ? fsConstants.O_EXCL : 0);
    const file = this.#disposed
      ? -constants.errno.EBADF
      : this.#hk.hk_open(this.#kernel, path, oflags);
    if (file < 0) throw new SysError({ errno: -file, syscall: 'open', op: `open ${path}` });
    const fd = toFd(file);
    this.#files.add(fd);
    return fd;
  }

  close(fd: Fd): void {
    if (this.#disposed) return;
    this.#closeFile(fd);
  }

  #closeFile(fd: Fd): void {
    this.#files.remove(fd);
    this.#check(this.#hk.hk_close(fd), 'close');
  }

  read(fd: Fd, memory: Uint8Array): number {
    return this.#check(this.tryRead(fd, memory), 'read');
  }

  write(fd: Fd, memory: Uint8Array): number {
    return this.#check(this.tryWrite(fd, memory), 'write');
  }

  tryRead(fd: Fd, memory: Uint8Array): number {
    return this.#hk.hk_read(fd, memory, memory.length);
  }

  tryWrite(fd: Fd, memory: Uint8Array): number {
    return this.#hk.hk_write(fd, memory, memory.length);
  }

  ioctl(fd: Fd, request: number, memory: Uint8Array, doing?: Doing): number {
    return this.#check(this.#hk.hk_ioctl(fd, request, memory), 'ioctl', doing);
  }

  tryIoctl(fd: Fd, request: number, address: number | bigint): number {
    return this.#call.ioctl(fd, request, address);
  }

  poll(fd: Fd, events: number): number {
    return this.#check(this.#hk.hk_poll(fd, events, 0), 'poll');
  }

  setNonblock(fd: Fd, nonblock: 'blocking' | 'nonblocking'): void {
    const now = this.#check(this.#hk.hk_getfl(fd), 'fcntl');
    const flags =
      nonblock === 'nonblocking' ? now | fsConstants.O_NONBLOCK : now & ~fsConstants.O_NONBLOCK;
    this.#check(this.#hk.hk_setfl(fd, flags), 'fcntl');
  }

  readiness(fd: Fd): Readiness {
    return this.#files.readiness(fd, () => {
      const eight = Buffer.allocUnsafeSlow(8);
      let descriptor = -1;
      return {
        manner: 'quiet',
        descriptor: () => {
          this.#watch?.start();
          descriptor = this.#check(this.#hk.hk_pollfd(fd), 'poll');
          return descriptor;
        },
        arm: (events) => this.#hk.hk_pollarm(fd, events),
        // Nothing to read is all right: somebody else's wake-up was taken already.
        drain: () => void this.#host.read(descriptor, eight, 8),
      };
    });
  }

  exportFd(fd: Fd): number {
    const result = this.#hk.hk_export(fd);
    if (result < 0) throw passError(result, 'export');
    return result;
  }

  importFd(hostFd: number): Fd {
    const result = this.#disposed
      ? -constants.errno.EBADF
      : this.#hk.hk_import(this.#kernel, toFd(hostFd));
    if (result < 0) throw passError(result, `import descriptor ${hostFd}`);
    const fd = toFd(result);
    this.#files.add(fd);
    return fd;
  }

  memory(bytes: number): KernelMemory {
    checkMemory(bytes, this.#disposed ? 'disposed' : 'used');
    return hostedMemory(this.#hk, this.#kernel, bytes);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.hosted.close();
    this.#disposed = true;
    for (const fd of this.#files.list()) this.#closeFile(fd);
    this.#files.closeReadiness();
    this.#watch?.close();
    const left = this.#hk.hk_halt(this.#kernel);
    const halted = this.#whole === undefined ? left : this.#hk.hk_halt(this.#whole);
    this.#check(left < 0 ? left : halted, 'hk_halt', { op: 'halt' });
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #check(result: number, syscall: string, doing: Doing = {}): number {
    if (result < 0) throw new SysError({ errno: -result, syscall, ...doing });
    return result;
  }
}

/** The kernel as a process of one of its zones has it; without that the kernel is given up. */
function enterZone(hk: HkNative, kernel: number, zone: string): number {
  const entered = hk.hk_zone(kernel, zone);
  if (entered >= 0) return entered;
  hk.hk_halt(kernel);
  const { code } = new SysError({ errno: -entered, syscall: 'hk_zone' });
  throw new SysError({
    errno: -entered,
    syscall: 'hk_zone',
    op: `enter zone ${zone}`,
    text: ZONE_TEXTS[code]?.(zone),
  });
}

function passError(result: number, op: string): SysError {
  const { code } = new SysError({ errno: -result, syscall: 'recvmsg' });
  return new SysError({ errno: -result, syscall: 'recvmsg', op, text: PASS_TEXTS[code] });
}

function loadHk(library: string): HkNative {
  const hk = loadLibrary<HkNative>(library, HK_PROTOTYPES);
  const version = hk.hk_version();
  if (version !== HK_VERSION) {
    throw new SysError({
      code: 'EPROTO',
      syscall: 'dlopen',
      text: `${library} has version ${version}, this program needs ${HK_VERSION}`,
    });
  }
  // Nothing of this module runs when a worker is terminated; what it has must not stay behind.
  const owned = isMainThread ? 0 : hk.hk_own();
  if (owned < 0) throw new SysError({ errno: -owned, syscall: 'hk_own' });
  return hk;
}
