// Holds the link named by the first argument. With a second one it sends frames of that many bytes.

import { setTimeout as sleep } from 'node:timers/promises';
import { openUnet } from 'libunet';

const [name, size] = process.argv.slice(2);
const link = await openUnet(name);
process.stdout.write('held\n');

const frame = Buffer.alloc(Number(size ?? 60), 0xff);
frame.set([2, 8, 0x20, 9, 9, 9, 0x88, 0xb5], 6);
for (;;) {
  if (size !== undefined) link.write(frame);
  await sleep(5);
}
