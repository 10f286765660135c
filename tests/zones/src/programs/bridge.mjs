/**
 * Joins a zone's link to a segment, whose ports are the global zone's: what the link's IP stack sends
 * goes to everybody there, and what they send goes to the stack. Runs until the link is gone.
 * Arguments: zone, link, bus.
 */
import { isSysError, openKernel } from 'libsys';
import { openUnet } from 'libunet';

const [zone, name, bus] = process.argv.slice(2);
const kernel = await openKernel();
const link = await openUnet(name, { kernel: await openKernel({ zone }) });
const port = kernel.open(`/dev/bus/${bus}`, { access: 'readwrite', nonblock: true });
const slot = Buffer.allocUnsafeSlow(65_536);

async function fromSegment() {
  for (;;) {
    await kernel.readiness(port).wait({ readable: true });
    for (let n = kernel.tryRead(port, slot); n > 0; n = kernel.tryRead(port, slot)) {
      await link.write(slot.subarray(0, n));
    }
  }
}

async function toSegment() {
  // A segment that has no room loses frames, as a wire does.
  for await (const frame of link.frames()) kernel.tryWrite(port, Buffer.from(frame));
}

process.stdout.write('bridges\n');
try {
  await Promise.all([fromSegment(), toSegment()]);
} catch (error) {
  if (!isSysError(error, 'ENXIO')) throw error;
  process.stdout.write('gone\n');
  process.exit(0);
}
