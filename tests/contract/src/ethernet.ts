export const BROADCAST: Uint8Array = new Uint8Array(6).fill(0xff);
/** A host that is on no segment. */
export const STRANGER: Uint8Array = Uint8Array.of(2, 0, 0, 0, 0, 0x99);
const SENDER: Uint8Array = Uint8Array.of(2, 0, 0, 0, 0, 0x01);
/** An EtherType for experiments: no protocol takes it for its own. */
const TYPE = Uint8Array.of(0x88, 0xb5);

/** A frame of `length` bytes whose every byte behind the header tells `seed` and its place. */
export function frameTo(destination: Uint8Array, length: number, seed = 0): Uint8Array {
  const frame = new Uint8Array(length);
  const header = [...destination, ...SENDER, ...TYPE];
  frame.set(header.slice(0, length));
  for (let i = header.length; i < length; i++) frame[i] = (seed * 31 + i) & 0xff;
  return frame;
}

/** A frame to everybody: it passes every address filter. */
export function frame(length: number, seed = 0): Uint8Array {
  return frameTo(BROADCAST, length, seed);
}

/** A frame to everybody in VLAN 5. */
export function tagged(length: number, seed = 0): Uint8Array {
  const one = frame(length, seed);
  one.set([0x81, 0, 0, 5, ...TYPE], 12);
  return one;
}

/** Frames as plain numbers, which a test can compare and show. */
export function plain(frames: Iterable<Uint8Array>): number[][] {
  return Array.from(frames, (one) => [...one]);
}
