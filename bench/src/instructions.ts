import { type Counts, count, LAYERS, total } from './callgrind.ts';
import { SIZES } from './cell.ts';
import type { Op } from './way.ts';

/** What a frame costs: a row of `--instructions --json`. */
export interface FrameCost {
  readonly op: Op;
  readonly bytes: number;
  readonly batch: number;
  /** Instructions a frame, of everybody. */
  readonly instructions: number;
  readonly layers: Counts;
}

const OPS: readonly Op[] = ['write', 'read'];
const BATCH = 32;
/** The first warms up; the difference of the others is that of their frames. */
const FRAMES = [2048, 1024, 2048] as const;

/** Where the instructions count: the calls of the program, and for a read mc_tx(9E) too. */
const COUNTED: Readonly<Record<Op, readonly string[]>> = {
  write: ['measured'],
  read: ['measured', 'unet_rxq_tx'],
};

/** Counts the instructions of a frame each way, with the program `path`. @throws {Error} it failed */
export function countFrames(path: string): FrameCost[] {
  return SIZES.flatMap((bytes) => OPS.map((op) => countFrame(path, op, bytes)));
}

function countFrame(path: string, op: Op, bytes: number): FrameCost {
  const command = [path, op, String(bytes), String(BATCH), ...FRAMES.map(String)];
  const [, few, many] = count(command, COUNTED[op]).parts;
  if (few === undefined || many === undefined) throw new Error(`${command.join(' ')}: no counts`);
  const perFrame = (less: number, more: number): number =>
    Math.round(((more - less) / (FRAMES[2] - FRAMES[1])) * 100) / 100;
  const layers = Object.fromEntries(
    LAYERS.map((layer) => [layer, perFrame(few[layer], many[layer])]),
  ) as Record<(typeof LAYERS)[number], number>;
  return {
    op,
    bytes,
    batch: BATCH,
    instructions: perFrame(total(few), total(many)),
    layers,
  };
}

/** The costs as people read them. */
export function instructionsReport(costs: readonly FrameCost[]): string {
  const lines = [
    `Instructions a frame, in a kernel of this process, batch ${BATCH}`,
    `  ${'bytes'.padStart(5)} ${'op'.padEnd(5)} ${[...LAYERS, 'all'].map((name) => name.padStart(8)).join(' ')}`,
    ...costs.map(({ op, bytes, instructions, layers }) => {
      const numbers = [...LAYERS.map((layer) => layers[layer]), instructions];
      return `  ${String(bytes).padStart(5)} ${op.padEnd(5)} ${numbers.map((n) => n.toFixed(1).padStart(8)).join(' ')}`;
    }),
  ];
  return `${lines.join('\n')}\n`;
}
