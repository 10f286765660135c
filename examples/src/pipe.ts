/** A wire between two links, as netcat is one between two sockets. */
import { parseArgs } from 'node:util';
import { openUnet } from 'libunet';
import { type Pumped, pump } from './pipe/pump.ts';
import { runProgram } from './program.ts';

function read() {
  const { positionals } = parseArgs({ allowPositionals: true });
  const [a, b] = positionals;
  if (a === undefined || b === undefined || positionals.length > 2 || a === b) {
    throw new RangeError('two links are needed');
  }
  return { a, b };
}

async function run({ a, b }: ReturnType<typeof read>, signal: AbortSignal) {
  await using left = await openUnet(a);
  await using right = await openUnet(b);
  process.stdout.write(`pipe: ${a} ${b}\n`);

  const there: Pumped = { frames: 0, bytes: 0 };
  const back: Pumped = { frames: 0, bytes: 0 };
  // If one direction fails, the other ends, too.
  const failed = new AbortController();
  const until = AbortSignal.any([signal, failed.signal]);
  const ways = [
    pump(left, right, { signal: until, pumped: there }),
    pump(right, left, { signal: until, pumped: back }),
  ];
  for (const way of ways) way.catch(() => failed.abort());
  await Promise.allSettled(ways);
  process.stdout.write(
    `pipe: ${a} to ${b}: ${there.frames} frames, ${there.bytes} bytes; ` +
      `back: ${back.frames} frames, ${back.bytes} bytes\n`,
  );
  await Promise.all(ways);
}

await runProgram({ name: 'pipe', usage: 'usage: pipe link link\n', read, run });
