import { openDladm } from 'libdladm-ts';
import { FrameBatch } from 'libframeio';
import { EthernetHeader } from 'libframeio/headers';
import { openKstat } from 'libkstat-ts';
import { type Column, formatParsable } from 'libofmt';
import { type Fd, openKernel } from 'libsys';
import { UNET_DEV_DIR } from 'libsys/unet-abi';
import { isUnetError, openUnet, type UnetInfo } from 'libunet';

const frame = Buffer.alloc(60, 0x5a);
frame.fill(0xff, 0, 6);

/** Boots a kernel, makes a link, sends frames each way and counts them. */
async function main(): Promise<void> {
  const kernel = await openKernel({ kernel: 'inproc' });
  const dladm = await openDladm({ kernel, root: process.cwd() });
  const kstats = await openKstat({ kernel });
  await dladm.create('vpn0', { lifetime: 'temporary', stack: 'bus:lan' });
  const port: Fd = kernel.open('/dev/bus/lan', { access: 'readwrite', nonblock: true });
  const link = await openUnet('vpn0', { kernel });
  const info: UnetInfo = link.info();

  const batch = new FrameBatch({ frames: 4, frameSize: info.maxFrame });
  for (let i = 0; i < 3; i++) batch.push(frame);
  await link.writeAll(batch);
  const memory = Buffer.allocUnsafeSlow(2048);
  let arrived = 0;
  while (arrived < 3) {
    await kernel.readiness(port).wait({ readable: true });
    if (kernel.read(port, memory) === frame.length) arrived++;
  }

  kernel.write(port, frame);
  let answered = 0;
  const header = new EthernetHeader();
  for await (const one of link.frames()) {
    answered = one.equals(frame) && header.at(one) && header.type === 0x5a5a ? 1 : 0;
    break;
  }

  const [counters] = kstats.list({ module: 'unet', name: 'vpn0' });
  const read: unknown = counters && kstats.read(counters).data.get('rx_frames');
  link.close();
  let afterwards = 'nothing';
  try {
    link.readBatch(batch);
  } catch (error) {
    if (isUnetError(error)) afterwards = error.code;
  }
  await dladm.destroy('vpn0');
  kstats.close();
  dladm.close();
  kernel.close(port);
  const left = kernel.hosted?.usage().links;
  kernel.dispose();

  const columns: Column<readonly string[]>[] = ['PATH', 'SENT', 'READ', 'COUNTED', 'CLOSED'].map(
    (name, i) => ({ name, width: 8, text: (row) => row[i] ?? '' }),
  );
  const path = `${UNET_DEV_DIR}/${info.name}`;
  const row = [path, `${arrived}`, `${answered}`, `${read}`, `${afterwards}/${left}`];
  process.stdout.write(formatParsable(columns, row));
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
