/**
 * A host at a link's holder: asks who has an address (ARP), then pings it. Prints what came back, a
 * line each. Arguments: link, own address, the other's, how many pings.
 */
import { formatMac, internetChecksum, internetSum, parseIp, parseMac } from 'libframeio/headers';
import { openUnet } from 'libunet';

const [name, from, to, count] = process.argv.slice(2);
const MAC = parseMac('02:75:6e:65:74:09');
const [me, other] = [parseIp(from), parseIp(to)];
const link = await openUnet(name);
const frames = link.frames()[Symbol.asyncIterator]();

/** The next frame for which `wanted` has an answer. */
async function next(wanted) {
  for (;;) {
    const { value } = await frames.next();
    const found = wanted(value);
    if (found !== undefined) return found;
  }
}

const request = Buffer.alloc(60);
request.fill(0xff, 0, 6).set(MAC, 6);
request.set([8, 6, 0, 1, 8, 0, 6, 4, 0, 1], 12);
request.set(MAC, 22);
request.set(me, 28);
request.set(other, 38);
await link.write(request);
const mac = await next((frame) =>
  frame.readUInt16BE(12) === 0x0806 && frame[21] === 2 && frame.subarray(28, 32).equals(other)
    ? Buffer.from(frame.subarray(22, 28))
    : undefined,
);
process.stdout.write(`${to} is at ${formatMac(mac)}\n`);

function echo(sequence) {
  const frame = Buffer.alloc(98);
  frame.set(mac, 0);
  frame.set(MAC, 6);
  frame.writeUInt16BE(0x0800, 12);
  frame.set([0x45, 0, 0, 84, 0, 0, 0, 0, 64, 1], 14);
  frame.set(me, 26);
  frame.set(other, 30);
  frame.writeUInt16BE(internetChecksum(internetSum(frame, 14, 34)), 24);
  frame.set([8, 0, 0, 0, 0x75, 0x6e, 0, sequence], 34);
  frame.fill(sequence, 42);
  frame.writeUInt16BE(internetChecksum(internetSum(frame, 34, 98)), 36);
  return frame;
}

for (let sequence = 1; sequence <= Number(count); sequence++) {
  await link.write(echo(sequence));
  const length = await next((frame) =>
    frame[23] === 1 && frame[34] === 0 && frame[41] === sequence && frame[97] === sequence
      ? frame.length
      : undefined,
  );
  process.stdout.write(`${length} bytes from ${to}: icmp_seq=${sequence}\n`);
}
await frames.return?.();
link.close();
