// Holds the link vpn0 and plays both ends: a frame a line of standard input, `read` or `write` and
// its bytes in hexadecimal. Says `held`, then `sent` after each, and ends with its input.

import { createInterface } from 'node:readline';
import { openKernel } from 'libsys';
import { openUnet } from 'libunet';

const kernel = await openKernel();
const port = kernel.open('/dev/bus/lan', { access: 'readwrite', nonblock: true });
const link = await openUnet('vpn0', { kernel });
process.stdout.write('held\n');
for await (const line of createInterface({ input: process.stdin })) {
  const [way, hex] = line.split(' ');
  const frame = Buffer.from(hex, 'hex');
  if (way === 'read') kernel.write(port, frame);
  else await link.write(frame);
  process.stdout.write('sent\n');
}
link.close();
kernel.dispose();
