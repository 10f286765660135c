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

/** Turns batches of frames into batches of their answers, in place. */
export class Answering {
  readonly #responder: Responder;
  readonly #lose: number;
  #answers = 0;

  constructor(responder: Responder, lose: number = Number.POSITIVE_INFINITY) {
    this.#responder = responder;
    this.#lose = lose;
  }

  /** Leaves the answers in the batch, and nothing else. */
  answer(batch: FrameBatch): void {
    for (let i = 0; i < batch.count; ) {
      const question = batch.length(i);
      const length = this.#responder.answer(batch.buffer, batch.offset(i), question);
      if (length === 0 || ++this.#answers % this.#lose === 0) {
        batch.drop(i); // those behind it move up, no byte of theirs does
        continue;
      }
      if (length !== question) batch.resize(i, length);
      i++;
    }
  }
}
