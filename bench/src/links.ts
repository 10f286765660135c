import { spawnSync } from 'node:child_process';
import { count, total } from './callgrind.ts';

/** What an operation costs with so many links: a row of `--links --json`. */
export interface LinkCost {
  readonly links: number;
  readonly op: string;
  /** Each time it is done; a list counts as one for each link. */
  readonly ns: number;
  /** Of the calling thread, each time; not there without valgrind. */
  readonly instructions?: number;
}

/** What it takes to create and destroy so many links, whichever thread does it. */
export interface LifeCost {
  readonly links: number;
  readonly op: 'life';
  readonly ns: number;
  readonly instructions?: number;
}

export const COUNTS: readonly number[] = [1, 10, 100, 1000];
/** They look at every link, so what they cost is told for each. */
const OF_ALL: ReadonlySet<string> = new Set(['list', 'kslist']);

interface Sample {
  readonly links: number;
  readonly op: string;
  readonly times: number;
  readonly ns: number;
}

/** A line is: links, operation, how many times it was done, nanoseconds. */
function readSamples(text: string): Sample[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [links, op = '', times, ns] = line.split(' ');
      return { links: Number(links), op, times: Number(times), ns: Number(ns) };
    });
}

function run(command: readonly string[]): string {
  const [program = '', ...args] = command;
  const ran = spawnSync(program, args, { encoding: 'utf8' });
  if (ran.error !== undefined) throw ran.error;
  if (ran.status !== 0) throw new Error(ran.stderr.trim());
  return ran.stdout;
}

/** Measures the curve with the program `links`. @throws {Error} it failed */
export function measureLinks(
  program: string,
  { counted, links = COUNTS }: { counted: boolean; links?: readonly number[] },
): LinkCost[] {
  const command = [program, 'curve', ...links.map(String)];
  const samples = readSamples(run(command));
  const parts = counted ? count(command, ['measured']).parts : undefined;
  if (parts !== undefined && parts.length !== samples.length) {
    throw new Error(`${samples.length} operations were done, and ${parts.length} counted`);
  }
  return samples.map(({ links, op, times, ns }, i) => {
    const n = OF_ALL.has(op) ? links : times;
    const part = parts?.[i];
    return {
      links,
      op,
      ns: Math.round(ns / n),
      ...(part === undefined ? {} : { instructions: Math.round(total(part) / n) }),
    };
  });
}

/** Creates and destroys links, and nothing else. @throws {Error} it failed */
export function measureLife(program: string, links: number, counted: boolean): LifeCost {
  const command = [program, 'life', String(links)];
  const start = process.hrtime.bigint();
  run(command);
  const ns = Number(process.hrtime.bigint() - start);
  if (!counted) return { links, op: 'life', ns };
  const [all] = count(command).parts;
  if (all === undefined) throw new Error(`${command.join(' ')}: no counts`);
  return { links, op: 'life', ns, instructions: total(all) };
}

function table(
  costs: readonly LinkCost[],
  value: (cost: LinkCost) => number | undefined,
): string[] {
  const ops = [...new Set(costs.map(({ op }) => op))];
  const links = [...new Set(costs.map((cost) => cost.links))];
  return [
    `  ${'links'.padEnd(8)} ${links.map((n) => String(n).padStart(10)).join(' ')}`,
    ...ops.map((op) => {
      const row = links.map((n) => {
        const cost = costs.find((one) => one.op === op && one.links === n);
        return String((cost && value(cost)) ?? '-').padStart(10);
      });
      return `  ${op.padEnd(8)} ${row.join(' ')}`;
    }),
  ];
}

/** The curve as people read it. */
export function linksReport(costs: readonly LinkCost[], life: LifeCost): string {
  const counted = costs.some(({ instructions }) => instructions !== undefined);
  const lines = [
    'Nanoseconds an operation, with so many links',
    ...table(costs, ({ ns }) => ns),
    ...(counted
      ? ['', 'Instructions of it', ...table(costs, ({ instructions }) => instructions)]
      : []),
    '',
    `${life.links} links created and destroyed, the program's start included: ` +
      `${(life.ns / 1e6).toFixed(1)} ms` +
      (life.instructions === undefined
        ? ''
        : `, ${(life.instructions / 1e6).toFixed(1)} million instructions of all threads`),
  ];
  return `${lines.join('\n')}\n`;
}
