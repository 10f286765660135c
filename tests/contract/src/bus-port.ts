import type { Fd, HkBusinfo, Kernel } from 'libsys';

/** A port of an in-memory Ethernet segment: what is on the far side of a link's IP stack end. */
export class BusPort {
  readonly #kernel: Kernel;
  readonly #memory: Buffer = Buffer.allocUnsafeSlow(65536);
  #fd: Fd | undefined;

  /** @param kernel borrowed */
  constructor(kernel: Kernel, bus: string) {
    this.#kernel = kernel;
    this.#fd = kernel.open(`/dev/bus/${bus}`, { access: 'readwrite', nonblock: true });
  }

  get fd(): Fd {
    if (this.#fd === undefined) throw new Error('the port is closed');
    return this.#fd;
  }

  send(frame: Uint8Array): void {
    this.#kernel.write(this.fd, frame);
  }

  /** The next frame, if one is there. */
  take(): Uint8Array | undefined {
    if (this.#kernel.poll(this.fd, 1) === 0) return undefined;
    return Uint8Array.from(this.#memory.subarray(0, this.#kernel.read(this.fd, this.#memory)));
  }

  /** The next frame, waited for. */
  async receive(): Promise<Uint8Array> {
    for (;;) {
      const frame = this.take();
      if (frame !== undefined) return frame;
      await this.#kernel.readiness(this.fd).wait({ readable: true });
    }
  }

  info(): HkBusinfo {
    if (this.#kernel.hosted === undefined) throw new Error('a bus is of a hosted kernel');
    return this.#kernel.hosted.busInfo(this.fd);
  }

  close(): void {
    if (this.#fd !== undefined) this.#kernel.close(this.#fd);
    this.#fd = undefined;
  }
}
