import { spawn } from 'node:child_process';
import { kernelName } from './fixture.ts';

/** How a program ended, and what it said. */
export interface Ended {
  readonly code: number | string | null;
  readonly out: string;
  readonly err: string;
}

/**
 * Runs a program (CommonJS) with the packages as they are built, on a kernel of this run's kind:
 * `UNET_KERNEL` says which.
 */
export async function runChild(program: string, flags: readonly string[] = []): Promise<Ended> {
  const child = spawn(process.execPath, [...flags, '-e', program], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // One that hangs does not outlive its test, whose time is up a little later.
    timeout: 12_000,
    killSignal: 'SIGKILL',
    env: { ...process.env, UNET_KERNEL: kernelName() },
  });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.err += text;
  });
  const code = await new Promise<number | string | null>((resolve) =>
    child.on('close', (status, signal) => resolve(status ?? signal)),
  );
  return { code, ...said };
}

/** What such programs begin with: a kernel, and links in it. */
export const CHILD_START = `
  const { openKernel } = require('libsys');
  const abi = require('libsys/unet-abi');
  const { FrameBatch, openUnet } = require('libunet');
  class Host {
    static async open() {
      const host = new Host();
      host.kernel = await openKernel();
      host.ctl = host.kernel.open('/dev/unet/ctl', { access: 'readwrite' });
      return host;
    }
    request(command, codec, value) {
      const memory = codec.make(value);
      this.kernel.ioctl(this.ctl, command, memory);
      return codec.decode(memory);
    }
    create(name) {
      const { hdr } = this.request(abi.UNET_IOC_CREATE, abi.unetIocCreate, {
        hdr: abi.unetHdr(name), owner: abi.UNET_ID_NONE, group: abi.UNET_ID_NONE,
      });
      this.kernel.hosted.plumb(hdr.linkid, { kind: 'bus', bus: name, echo: true });
    }
    holder(name) {
      return this.request(abi.UNET_IOC_INFO, abi.unetIocInfo, { hdr: abi.unetHdr(name) }).holder;
    }
    destroy(name) {
      this.request(abi.UNET_IOC_DESTROY, abi.unetIocDestroy, { hdr: abi.unetHdr(name) });
    }
    files() {
      return Number(this.kernel.hosted.usage().files);
    }
    close() {
      this.kernel.close(this.ctl);
      this.kernel.dispose();
    }
  }
  const frame = (fill) => {
    const one = Buffer.alloc(60, fill);
    one.fill(0xff, 0, 6);
    return one;
  };
`;
