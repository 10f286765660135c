import { AbortError, type FrameLink } from 'libunet';

/** What went through a pipe in one direction. */
export interface Pumped {
  frames: number;
  bytes: number;
}

/**
 * Writes to one link what is read from another (both borrowed) until the signal fires. Nothing is
 * read while there is no room to write: then the frames wait in the read queue, and when that is full
 * the IP stack behind it does.
 *
 * @param pumped counts along
 * @throws {UnetError} ENXIO — a link was destroyed; ERANGE — a frame is too long for the other link
 */
export async function pump(
  from: FrameLink,
  to: FrameLink,
  { signal, pumped }: { readonly signal: AbortSignal; readonly pumped: Pumped },
): Promise<void> {
  try {
    for await (const batch of from.batches({ signal })) {
      await to.writeAll(batch, { signal }); // the very memory it was read into
      pumped.frames += batch.count;
      for (let i = 0; i < batch.count; i++) pumped.bytes += batch.length(i);
    }
  } catch (error) {
    if (!(error instanceof AbortError)) throw error;
  }
}
