import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Kernel, openKernel } from 'libsys';
import { openDladm } from './choose.ts';
import { CONF_PATH } from './conf-file.ts';
import type { Dladm } from './dladm.ts';

/** A kernel of this process with no links, and a root directory with no records. */
export interface Bench {
  readonly kernel: Kernel;
  readonly dladm: Dladm;
  readonly root: string;
  /** The `datalink.conf`. */
  readonly file: string;
  /** The text of it; empty if it is not there. */
  text(): string;
  /** What else is there that a failed operation is to leave as it was: names, kstats, records. */
  everything(): unknown;
  /** Destroys every link. */
  dispose(): Promise<void>;
}

export async function setUp(): Promise<Bench> {
  const kernel = await openKernel({ kernel: 'inproc' });
  const { hosted } = kernel;
  if (hosted === undefined) {
    throw new Error('not a hosted kernel');
  }
  const root = mkdtempSync(join(tmpdir(), 'unet-dladm-'));
  const dladm = await openDladm({ kernel, root });
  const file = join(root, CONF_PATH);
  const text = (): string => (existsSync(file) ? readFileSync(file, 'latin1') : '');
  return {
    kernel,
    dladm,
    root,
    file,
    text,
    everything: () => {
      const { links, kstats, mblks } = hosted.usage();
      const names = hosted.dlList().map(({ name }) => name);
      const all = hosted.kstatList().kstats.map(({ module, name }) => `${module}:${name}`);
      return { names, kstats: all.sort(), record: text(), counts: { links, kstats, mblks } };
    },
    dispose: async () => {
      rmSync(root, { recursive: true, force: true });
      for (const { name } of hosted.dlList()) {
        await dladm.destroy(name, { force: true });
      }
      dladm.close();
      kernel.dispose();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
