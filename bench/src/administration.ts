import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Dladm, type LinkResult, openDladm } from 'libdladm-ts';
import { openKernel } from 'libsys';

/** How long a link takes to be administered, among so many: a row of `--dladm --json`. */
export interface AdministrationCost {
  readonly via: 'inproc' | 'server';
  readonly links: number;
  readonly op: Op;
  readonly nsPerLink: number;
  /** Of the processors, by this process: what a busy machine does not change. */
  readonly cpuNsPerLink: number;
  readonly linksPerSecond: number;
}

/** What a step took for each link. */
interface Sample {
  readonly ns: number;
  readonly cpuNs: number;
}

/** What is done to all links at once, and, as `one …`, to one at a time. */
export const OPS = ['create', 'list', 'up', 'destroy', 'one create', 'one destroy'] as const;
export type Op = (typeof OPS)[number];

export const LINKS: readonly number[] = [10, 100, 1000, 5000];

/** Of how many links at least an operation is seen, and how many are done one at a time. */
const SEEN = 10_000;
const ONE_BY_ONE = 100;

/** The lower quartile: what is slower tells of the machine's other work. */
function quartile(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 4)] ?? Number.NaN;
}

function mustAllBeDone(results: readonly { readonly error?: unknown }[]): void {
  const failed = results.find(({ error }) => error !== undefined);
  if (failed !== undefined) throw failed.error;
}

async function count(dladm: Dladm): Promise<number> {
  let links = 0;
  for await (const { info, saved } of dladm.list()) {
    links += info !== undefined && saved !== undefined ? 1 : 0;
  }
  return links;
}

/** Brings links into being and away again; tells what each step took. */
async function round(dladm: Dladm, file: string, links: number): Promise<Map<Op, Sample>> {
  const names = Array.from({ length: links }, (_, i) => `vpn${i}`);
  const some = names.slice(0, ONE_BY_ONE);
  const times = new Map<Op, Sample>();
  const time = async <T>(op: Op, each: number, step: () => Promise<T>): Promise<T> => {
    const [start, before] = [process.hrtime.bigint(), process.cpuUsage()];
    const done = await step();
    const { user, system } = process.cpuUsage(before);
    const ns = Number(process.hrtime.bigint() - start) / each;
    times.set(op, { ns, cpuNs: ((user + system) * 1000) / each });
    return done;
  };
  const all = async (op: Op, step: () => Promise<readonly LinkResult[]>): Promise<void> =>
    mustAllBeDone(await time(op, links, step));

  await all('create', () =>
    dladm.createMany(names.map((name) => ({ name, stack: 'none' as const }))),
  );
  const found = await time('list', links, () => count(dladm));
  if (found !== links) throw new Error(`${links} links were made, and ${found} listed`);
  const records = readFileSync(file);
  await all('destroy', () => dladm.destroyMany(names));
  writeFileSync(file, records);
  await all('up', () => dladm.up());
  await time('one destroy', some.length, async () => {
    for (const name of some) await dladm.destroy(name);
  });
  await time('one create', some.length, async () => {
    for (const name of some) await dladm.create(name, { stack: 'none' });
  });
  mustAllBeDone(await dladm.destroyMany(names));
  return times;
}

/**
 * Measures what it takes to administer links in a kernel.
 *
 * @param kernel as `openKernel` takes it. @throws {Error} something could not be done
 */
export async function measureAdministration(
  via: AdministrationCost['via'],
  kernelName: string,
  { links = LINKS, seen = SEEN }: { links?: readonly number[]; seen?: number } = {},
): Promise<AdministrationCost[]> {
  const place = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const root = mkdtempSync(join(place, 'unet-bench-'));
  using kernel = await openKernel({ kernel: kernelName });
  using dladm = await openDladm({ kernel, root });
  const file = join(root, 'etc/dladm/datalink.conf');
  try {
    const costs: AdministrationCost[] = [];
    // Code is compiled before anything is measured.
    await round(dladm, file, 200);
    for (const n of links) {
      const rounds: Map<Op, Sample>[] = [];
      while (rounds.length * n < seen || rounds.length < 3) {
        rounds.push(await round(dladm, file, n));
      }
      for (const op of OPS) {
        const samples = rounds.flatMap((one) => one.get(op) ?? []);
        const ns = quartile(samples.map((one) => one.ns));
        const cpuNs = quartile(samples.map((one) => one.cpuNs));
        costs.push({
          via,
          links: n,
          op,
          nsPerLink: Math.round(ns),
          cpuNsPerLink: Math.round(cpuNs),
          linksPerSecond: Math.round(1e9 / ns),
        });
      }
    }
    return costs;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

const VIAS = { inproc: 'In process', server: 'Served' } as const;

/** How many times as much a link takes among the most links as among some. */
function growth(
  costs: readonly AdministrationCost[],
  of: (cost: AdministrationCost) => number,
): string {
  const [some, most] = [costs.find(({ links }) => links === LINKS[1]), costs.at(-1)];
  return some === undefined || most === undefined || some === most
    ? '-'
    : `${(of(most) / of(some)).toFixed(2)}x`;
}

/** The costs as people read them. */
export function administrationReport(costs: readonly AdministrationCost[]): string {
  const lines: string[] = [];
  for (const via of ['inproc', 'server'] as const) {
    const here = costs.filter((cost) => cost.via === via);
    const counts = [...new Set(here.map(({ links }) => links))];
    if (counts.length === 0) continue;
    const head = counts.map((n) => String(n).padStart(9)).join('');
    lines.push(
      `${VIAS[via]}: links a second, with so many`,
      `  ${'links'.padEnd(12)}${head}   growth      cpu`,
    );
    for (const op of OPS) {
      const row = here.filter((cost) => cost.op === op);
      const cells = row.map(({ linksPerSecond }) => String(linksPerSecond).padStart(9)).join('');
      const wall = growth(row, ({ nsPerLink }) => nsPerLink).padStart(9);
      const cpu = growth(row, ({ cpuNsPerLink }) => cpuNsPerLink).padStart(9);
      lines.push(`  ${op.padEnd(12)}${cells}${wall}${cpu}`);
    }
    lines.push('');
  }
  return lines.join('\n');
}
