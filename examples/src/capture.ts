/** Writes what a link's IP stack sends to a file that tshark and Wireshark read. */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { parseArgs } from 'node:util';
import { AbortError, captureLink, type FrameLink, openUnet } from 'libunet';
import { readInteger, runProgram } from './program.ts';

/** Frames of a read, and the most of one capture. */
const FRAMES = 64;
const COUNT_MAX = 1_000_000_000;

function read() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { count: { type: 'string', short: 'c' } },
  });
  const [name, file] = positionals;
  if (name === undefined || file === undefined || positionals.length > 2) {
    throw new RangeError('a link and a file are needed');
  }
  const { count } = values;
  return {
    name,
    file,
    count: count === undefined ? COUNT_MAX : readInteger('--count', count, 1, COUNT_MAX),
  };
}

/** Reads frames, which are captured by that, until there were `count` or the signal fires. */
async function readFrames(link: FrameLink, count: number, signal: AbortSignal): Promise<void> {
  let batch = link.createBatch({ frames: FRAMES });
  for (let left = count; left > 0 && !signal.aborted; ) {
    // What is read is captured: not one frame more than was asked for.
    if (left < FRAMES) batch = link.createBatch({ frames: left });
    const frames = link.readBatch(batch);
    left -= frames;
    if (frames === 0) await link.ready({ readable: true }, { signal });
  }
}

async function run({ name, file, count }: ReturnType<typeof read>, signal: AbortSignal) {
  await using link = await openUnet(name);
  const target = createWriteStream(file);
  await once(target, 'open');
  const capture = captureLink(link, target);
  process.stdout.write(`capture: ${name} to ${file}\n`);
  try {
    await readFrames(capture, count, signal);
  } catch (error) {
    if (!(error instanceof AbortError)) throw error;
  } finally {
    await capture.finish();
  }
  const { packets, leftOut } = capture.progress;
  process.stdout.write(`capture: ${packets} frames, ${leftOut} left out\n`);
}

await runProgram({ name: 'capture', usage: 'usage: capture [-c count] link file\n', read, run });
