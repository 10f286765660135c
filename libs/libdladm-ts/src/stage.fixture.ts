import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type HostedControl, type Kernel, openKernel } from 'libsys';
import { openDladm } from './choose.ts';
import { CONF_PATH } from './conf-file.ts';
import type { Dladm } from './dladm.ts';
import type { LinkOptions } from './options.ts';

/** A kernel of its own, with a directory for its records, and what there is by other routes than Dladm's. */
export class Stage {
  readonly kernel: Kernel;
  readonly root: string;
  dladm: Dladm;

  private constructor(kernel: Kernel, root: string, dladm: Dladm) {
    this.kernel = kernel;
    this.root = root;
    this.dladm = dladm;
  }

  static async open(): Promise<Stage> {
    const kernel = await openKernel({ kernel: 'inproc' });
    const root = mkdtempSync(join(tmpdir(), 'unet-dladm-'));
    return new Stage(kernel, root, await openDladm({ kernel, root }));
  }

  /** Has another `dladm`, which has seen and opened nothing yet. */
  async reopen(): Promise<void> {
    this.dladm.close();
    this.dladm = await openDladm({ kernel: this.kernel, root: this.root });
  }

  get hosted(): HostedControl {
    if (this.kernel.hosted === undefined) {
      throw new Error('not a hosted kernel');
    }
    return this.kernel.hosted;
  }

  get file(): string {
    return join(this.root, CONF_PATH);
  }

  record(): string {
    return existsSync(this.file) ? readFileSync(this.file, 'utf8') : '';
  }

  append(lines: string): void {
    mkdirSync(dirname(this.file), { recursive: true });
    appendFileSync(this.file, lines);
  }

  /** Removes the file of the records, and what is beside it. */
  forget(): void {
    rmSync(join(this.root, 'etc'), { recursive: true, force: true });
  }

  /** Records a link that the kernel does not have. */
  async recordOnly(name: string): Promise<void> {
    const before = this.record();
    await this.dladm.create(name, { stack: 'none' });
    const after = this.record();
    await this.dladm.destroy(name);
    writeFileSync(this.file, after);
    if (after === before) throw new Error('nothing was recorded');
  }

  async list(options: LinkOptions = {}): Promise<string[]> {
    const names: string[] = [];
    for await (const { name } of this.dladm.list(options)) names.push(name);
    return names.sort();
  }

  /** The links that have a node in `/dev/unet`, of those that were ever made here. */
  nodes(): string[] {
    return ['vpn0', 'net7', 'a0'].filter((name) => {
      try {
        this.kernel.close(this.kernel.open(`/dev/unet/${name}`, { access: 'read' }));
        return true;
      } catch {
        return false;
      }
    });
  }

  /** Everything that an operation which failed must leave as it was. */
  everything(): unknown {
    const { links, kstats, mblks } = this.hosted.usage();
    return {
      names: this.hosted.dlList().map(({ name, linkid, zoneid }) => `${name} ${linkid} ${zoneid}`),
      nodes: this.nodes(),
      kstats: this.hosted
        .kstatList()
        .kstats.map(({ module, name }) => `${module}:${name}`)
        .sort(),
      record: this.record(),
      counts: { links, kstats, mblks },
    };
  }

  async close(): Promise<void> {
    this.hosted.fault('alloc', 0);
    for await (const { name } of this.dladm.list()) {
      await this.dladm.destroy(name, { force: true });
    }
    this.dladm.close();
    this.kernel.dispose();
    rmSync(this.root, { recursive: true, force: true });
  }
}
