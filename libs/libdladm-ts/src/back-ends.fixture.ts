import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { FAULT_KINDS, type FaultKind, type HostedControl, type Kernel, openKernel } from 'libsys';
import { openDladm } from './choose.ts';
import { CONF_PATH } from './conf-file.ts';
import { DatalinkConf } from './datalink-conf.ts';
import { Dladm } from './dladm.ts';
import { HostedRegistry } from './hosted.ts';
import { IllumosRegistry } from './illumos.ts';
import { LibdladmDouble, VARIANTS, type Variant } from './libdladm-double.fixture.ts';
import type { LinkRegistry } from './registry.ts';

/** What keeps names, ids and records: a file, or the test double of a distribution's libdladm. */
export const BACK_ENDS: readonly ('hosted' | Variant)[] = ['hosted', ...VARIANTS];
export type BackEnd = (typeof BACK_ENDS)[number];

/** The registry of illumos, with stack ends, which there are in a hosted kernel. */
class DoubledRegistry extends IllumosRegistry implements LinkRegistry {
  readonly stack: NonNullable<LinkRegistry['stack']>;

  constructor(double: LibdladmDouble, hosted: HostedControl) {
    super({ libdladm: double.file, libc: double.file });
    this.stack = new HostedRegistry(hosted, double.root).stack;
  }
}

/** A kernel, one of the back ends over it, and what there is by other routes than Dladm's. */
export class BackEndStage {
  readonly kernel: Kernel;
  readonly hosted: HostedControl;
  readonly dladm: Dladm;
  /** Where there is one. */
  readonly double: LibdladmDouble | undefined;
  readonly #root: string;
  readonly #misuses: number;

  private constructor(
    kernel: Kernel,
    hosted: HostedControl,
    dladm: Dladm,
    root: string,
    double: LibdladmDouble | undefined,
  ) {
    this.kernel = kernel;
    this.hosted = hosted;
    this.dladm = dladm;
    this.double = double;
    this.#root = root;
    this.#misuses = double?.misuses() ?? 0;
  }

  static async open(backEnd: BackEnd): Promise<BackEndStage> {
    const kernel = await openKernel({ kernel: 'inproc' });
    const { hosted } = kernel;
    if (hosted === undefined) throw new Error('not a hosted kernel');
    const root = mkdtempSync(join(tmpdir(), 'unet-back-end-'));
    mkdirSync(dirname(join(root, CONF_PATH)), { recursive: true });
    if (backEnd === 'hosted') {
      const dladm = await openDladm({ kernel, root });
      return new BackEndStage(kernel, hosted, dladm, root, undefined);
    }
    const double = new LibdladmDouble(backEnd, root);
    const registry = new DoubledRegistry(double, hosted);
    // Its handle is there from now on, and not from the first call that needs it.
    registry.nameOf(1);
    const dladm = new Dladm(kernel, registry, () => undefined);
    return new BackEndStage(kernel, hosted, dladm, root, double);
  }

  /** A Dladm of a process in a zone, and its kernel; whoever asked for them closes both. */
  async inZone(zone: string): Promise<{ dladm: Dladm; close(): void }> {
    const kernel = await openKernel({ kernel: 'inproc', zone });
    if (this.double === undefined) {
      const dladm = await openDladm({ kernel, root: this.#root });
      return {
        dladm,
        close: () => {
          dladm.close();
          kernel.dispose();
        },
      };
    }
    const { hosted } = kernel;
    if (hosted === undefined) throw new Error('not a hosted kernel');
    this.double.enterZone(zone);
    const dladm = new Dladm(kernel, new DoubledRegistry(this.double, hosted), () => undefined);
    return {
      dladm,
      close: () => {
        this.double?.enterZone(undefined);
        dladm.close();
        kernel.dispose();
      },
    };
  }

  get file(): string {
    return join(this.#root, CONF_PATH);
  }

  /** The file as it is. */
  text(): string {
    return existsSync(this.file) ? readFileSync(this.file, 'latin1') : '';
  }

  /** What the file says, by link; the order of attributes means nothing. */
  records(): Record<string, Record<string, string>> {
    const links = new DatalinkConf(this.text()).links();
    return Object.fromEntries(
      [...links].map(([name, attributes]) => [
        name,
        Object.fromEntries([...attributes].map(([key, value]) => [key, `${value}`]).sort()),
      ]),
    );
  }

  /** Everything that an operation which failed must leave as it was. */
  everything(): unknown {
    const { links, kstats, mblks, kmem } = this.hosted.usage();
    const dataLinks = this.hosted.dlList();
    return {
      names: dataLinks.map(({ name, linkid, zoneid, flags }) => ({ name, linkid, zoneid, flags })),
      nodes: ['vpn0', 'net7'].filter((name) => this.#hasNode(name)),
      kstats: this.hosted
        .kstatList()
        .kstats.map(({ module, name }) => `${module}:${name}`)
        .sort(),
      records: this.records(),
      counts: { links, kstats, mblks, kmem: kmem > 0n },
      held: this.double?.held(),
    };
  }

  async list(): Promise<string[]> {
    const names: string[] = [];
    for await (const { name } of this.dladm.list()) names.push(name);
    return names.sort();
  }

  /** Destroys every link, and ids that the driver could not give back to a daemon that was gone. */
  async clear(): Promise<void> {
    for (const name of await this.list()) await this.dladm.destroy(name, { force: true });
    for (const { linkid } of this.hosted.dlList()) this.hosted.dlDestroy(linkid);
  }

  /** Destroys what is left; what was not given back, and what was used and was none, is an error. */
  async close(): Promise<void> {
    this.double?.fail('', 0, 0);
    for (const kind of Object.keys(FAULT_KINDS) as FaultKind[]) this.hosted.fault(kind, 0);
    try {
      for (const { name, state } of this.hosted.zoneList()) {
        if (name === 'global') continue;
        if (state === 'running') this.hosted.zoneHalt(name);
        this.hosted.zoneDestroy(name);
      }
      await this.clear();
    } finally {
      this.dladm.close();
      this.kernel.dispose();
      rmSync(this.#root, { recursive: true, force: true });
    }
    const left = this.double?.held() ?? 0;
    const wrong = (this.double?.misuses() ?? 0) - this.#misuses;
    if (left !== 0 || wrong !== 0) {
      throw new Error(`libdladm: ${left} not given back, ${wrong} used wrongly`);
    }
  }

  #hasNode(name: string): boolean {
    try {
      this.kernel.close(this.kernel.open(`/dev/unet/${name}`, { access: 'read' }));
      return true;
    } catch {
      return false;
    }
  }
}
