import { AbortError, type FrameBatch, type FrameLink } from 'libunet';
import type { Responder } from './responder.ts';

/** How to respond. */
export interface RespondOptions {
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Lose every nth answer, as a bad wire would. None by default. */
  readonly lose?: number | undefined;
}

/**
 * Answers what comes over a link (borrowed) until the signal fires: reads a batch, turns its frames
 * into their answers where they lie, and writes the batch, waiting while there is no room.
 *
 * @throws {UnetError} ENXIO — the link was destroyed
 */
export async function respond(
  link: FrameLink,
  responder: Responder,
  { signal, lose }: RespondOptions,
): Promise<void> {
  const answering = new Answering(responder, lose);
  try {
    for await (const questions of link.batches({ signal })) {
      answering.answer(questions);
      await link.writeAll(questions, { signal });
    }
  } catch (error) {
    if (!(error instanceof AbortError)) throw error;
  }
}

/** The most frames that any batch has. */
const FRAMES = 256;

/** Turns batches of frames into batches of their answers, in place. */
export class Answering {
  readonly #responder: Responder;
  readonly #lose: number;
  readonly #offsets = new Int32Array(FRAMES);
  readonly #lengths = new Int32Array(FRAMES);
  #answers = 0;

  constructor(responder: Responder, lose: number = Number.POSITIVE_INFINITY) {
    this.#responder = responder;
    this.#lose = lose;
  }

  /** Leaves the answers in the batch, and nothing else. */
  answer(batch: FrameBatch): void {
    let answers = 0;
    for (let i = 0; i < batch.count; i++) {
      const offset = batch.offset(i);
      const length = this.#responder.answer(batch.buffer, offset, batch.length(i));
      if (length === 0 || ++this.#answers % this.#lose === 0) continue;
      this.#offsets[answers] = offset;
      this.#lengths[answers] = length;
      answers++;
    }

    // An answer stays where its question was, unless a frame before it had none: then it moves up.
    batch.reset();
    for (let k = 0; k < answers; k++) {
      const from = this.#offsets[k] as number;
      const length = this.#lengths[k] as number;
      batch.append(length);
      const to = batch.offset(k);
      if (to !== from) batch.buffer.copyWithin(to, from, from + length);
    }
  }
}
