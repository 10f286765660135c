import { type Fd, isSysError, type Kernel, openKernel, type Ready, type Wanted } from 'libsys';
import { UNET_MONITOR_PATH } from 'libsys/unet-abi';
import { failureText } from './failure-text.ts';
import type { WaitOptions } from './frame-link.ts';
import { UnetError } from './unet-error.ts';

/** What the failures of a monitor mean, and what to do. */
const OPEN: Readonly<Record<string, string>> = {
  ENOENT: 'the driver has no monitor; use driver and libunet of one release',
};

/** An open `/dev/unet/monitor`, and its kernel if that is its own. */
export class MonitorFile {
  readonly kernel: Kernel;
  readonly #about: string | undefined;
  readonly #owned: boolean;
  #fd: Fd | undefined;

  private constructor(kernel: Kernel, owned: boolean, about: string | undefined) {
    this.kernel = kernel;
    this.#owned = owned;
    this.#about = about;
  }

  /**
   * Opens the monitor and has `setUp` say what it is for.
   *
   * @param kernel borrowed; by default the one that `openKernel` chooses, closed with the file
   * @throws {UnetError}
   */
  static async open<T>(
    kernel: Kernel | undefined,
    link: string | undefined,
    setUp: (file: MonitorFile) => T,
  ): Promise<T> {
    const file = new MonitorFile(kernel ?? (await openKernel()), kernel === undefined, link);
    try {
      file.#open();
      return setUp(file);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  get closed(): boolean {
    return this.#fd === undefined;
  }

  /** The descriptor, borrowed. @throws {UnetError} EBADF — closed */
  fd(op: string): Fd {
    if (this.#fd !== undefined) return this.#fd;
    throw this.failure('EBADF', op, 'monitor is closed');
  }

  async ready(wanted: Wanted, options: WaitOptions): Promise<Ready> {
    try {
      return await this.kernel.readiness(this.fd('wait')).wait(wanted, options);
    } catch (error) {
      if (!isSysError(error) || error instanceof UnetError) throw error;
      throw this.failure(error.code, 'wait', this.closed ? 'monitor is closed' : undefined);
    }
  }

  failure(code: string, op: string, text?: string): UnetError {
    return new UnetError({
      code,
      syscall: 'ioctl',
      op,
      link: this.#about,
      text: text ?? failureText('request', code),
    });
  }

  close(): void {
    const fd = this.#fd;
    this.#fd = undefined;
    try {
      if (fd !== undefined) this.kernel.close(fd);
    } finally {
      if (this.#owned) this.kernel.dispose();
    }
  }

  #open(): void {
    try {
      this.#fd = this.kernel.open(UNET_MONITOR_PATH, { access: 'read', nonblock: true });
    } catch (error) {
      if (!isSysError(error)) throw error;
      throw this.failure(error.code, 'open', OPEN[error.code] ?? failureText('open', error.code));
    }
  }
}
