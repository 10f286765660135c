// Holds the link named by the first argument until it is killed. With a second argument it sends
// that many bytes a frame, in batches, for as long as it lives.

import { setTimeout as sleep } from 'node:timers/promises';
import { openUnet } from 'libunet';

const [name, size] = process.argv.slice(2);
const link = await openUnet(name);
process.stdout.write('held\n');

if (size === undefined) {
  setInterval(() => undefined, 1 << 30);
} else {
  const frame = Buffer.alloc(Number(size));
  frame.fill(0xff, 0, 6);
  frame.set([2, 8, 0x20, 9, 9, 9], 6);
  frame.writeUInt16BE(0x88b5, 12);
  for (;;) {
    link.write(frame);
    await sleep(5);
  }
}
