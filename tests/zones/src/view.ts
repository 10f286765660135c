import { type Dladm, openDladm } from 'libdladm-ts';
import { type KstatReader, openKstat } from 'libkstat-ts';
import { type HostedControl, isSysError, type Kernel } from 'libsys';
import { Ctl } from './ctl.ts';

/** What a program in a zone has of the kernel, by every route there is. */
export class View {
  readonly zone: string;
  readonly kernel: Kernel;
  readonly dladm: Dladm;
  readonly control: Ctl;
  readonly #kstat: KstatReader;

  private constructor(zone: string, kernel: Kernel, dladm: Dladm, kstat: KstatReader) {
    this.zone = zone;
    this.kernel = kernel;
    this.dladm = dladm;
    this.control = new Ctl(kernel);
    this.#kstat = kstat;
  }

  /** @param kernel owned from now on */
  static async open(zone: string, kernel: Kernel, root: string): Promise<View> {
    const dladm = await openDladm({ kernel, root });
    return new View(zone, kernel, dladm, await openKstat({ kernel }));
  }

  get hosted(): HostedControl {
    const { hosted } = this.kernel;
    if (hosted === undefined) throw new Error('zones are of hosted kernels here');
    return hosted;
  }

  /** The links that libdladm-ts lists. */
  async names(): Promise<string[]> {
    const names: string[] = [];
    for await (const { name } of this.dladm.list()) names.push(name);
    return names;
  }

  /** The names of the kstats of unet's links; those of MAC, one for each, are seen everywhere. */
  kstats(): string[] {
    return this.#kstat
      .list({ module: 'unet' })
      .map(({ name }) => name)
      .filter((name) => name !== 'mac');
  }

  /** What becomes of an open of a path below /dev/unet: `opened`, or the errno's name. */
  node(path: string): string {
    try {
      this.kernel.close(this.kernel.open(`/dev/unet/${path}`, { access: 'read', nonblock: true }));
      return 'opened';
    } catch (error) {
      if (isSysError(error)) return error.code;
      throw error;
    }
  }

  /** All that can be seen of one link: by libdladm-ts, the driver, its node and its kstat. */
  async seen(link: string): Promise<Seen> {
    return {
      listed: (await this.names()).includes(link),
      known: this.control.list().some(({ name }) => name === link),
      node: this.node(link),
      kstat: this.kstats().includes(link),
    };
  }

  close(): void {
    this.dladm.close();
    this.#kstat.close();
    this.control.close();
    this.kernel.dispose();
  }
}

/** What {@link View.seen} tells. */
export interface Seen {
  readonly listed: boolean;
  readonly known: boolean;
  readonly node: string;
  readonly kstat: boolean;
}

/** Of a link of the zone itself, and of one that it must not know of. */
export const HERE: Seen = { listed: true, known: true, node: 'opened', kstat: true };
export const UNKNOWN: Seen = { listed: false, known: false, node: 'ENOENT', kstat: false };
/** Of a zone's link as the global zone sees it: its node is elsewhere. */
export const ELSEWHERE: Seen = { listed: true, known: true, node: 'ENOENT', kstat: true };
