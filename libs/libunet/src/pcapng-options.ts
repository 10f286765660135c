/** Options of pcapng blocks: a code, a length, a value, padded to four bytes. */

/** The code of a comment, the same in every block. */
export const COMMENT = 1;
const OPTION_MAX = 0xffff;

/** One option of a block, as it is written. */
export interface BlockOption {
  readonly code: number;
  readonly value: Uint8Array;
}

/** Everything in a block starts at a multiple of four. */
export const roundUp = (length: number): number => (length + 3) & ~3;

/** Text as an option; cut where an option can hold no more. Nothing for no text. */
export function text(code: number, value: string | undefined): BlockOption[] {
  if (value === undefined) return [];
  const bytes = Buffer.from(value, 'utf8');
  let end = Math.min(bytes.length, OPTION_MAX);
  // A character is not cut in two.
  while (end < bytes.length && ((bytes[end] as number) & 0xc0) === 0x80) end--;
  return [{ code, value: bytes.subarray(0, end) }];
}

export function u8(code: number, value: number): BlockOption {
  return { code, value: Uint8Array.of(value) };
}

export function u32(code: number, value: number): BlockOption {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return { code, value: bytes };
}

export function u64(code: number, value: bigint | undefined): BlockOption[] {
  if (value === undefined) return [];
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, value));
  return [{ code, value: bytes }];
}

/** A time: the high half comes first, whatever the byte order. */
export function timestamp(code: number, value: bigint): BlockOption {
  const bytes = Buffer.alloc(8);
  writeTime(bytes, 0, value);
  return { code, value: bytes };
}

export function writeTime(memory: Buffer, at: number, time: bigint): void {
  memory.writeUInt32LE(Number(BigInt.asUintN(32, time >> 32n)), at);
  memory.writeUInt32LE(Number(BigInt.asUintN(32, time)), at + 4);
}

export function optionsLength(options: readonly BlockOption[]): number {
  if (options.length === 0) return 0;
  return options.reduce((sum, { value }) => sum + 4 + roundUp(value.length), 4);
}

/** Writes the options and their end; returns where they end. `memory` is zero there. */
export function writeOptions(memory: Buffer, at: number, options: readonly BlockOption[]): number {
  if (options.length === 0) return at;
  let next = at;
  for (const { code, value } of options) {
    memory.writeUInt16LE(code, next);
    memory.writeUInt16LE(value.length, next + 2);
    memory.set(value, next + 4);
    next += 4 + roundUp(value.length);
  }
  return next + 4;
}
