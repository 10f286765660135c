/**
 * A reader of pcapng that shares nothing with the writer: it takes nothing for granted that a file
 * says of itself, and checks what the format demands.
 */

/** An option as it is in the file. */
export interface ReadOption {
  readonly code: number;
  readonly value: Uint8Array;
}

export interface ReadBlock {
  readonly type: number;
  readonly body: DataView;
  readonly options: readonly ReadOption[];
}

/** A packet as a file tells of it. */
export interface ReadPacket {
  readonly time: bigint;
  readonly bytes: number[];
  readonly originalLength: number;
  readonly direction: number;
  readonly errors: number;
  readonly lost: bigint;
  readonly comment: string | undefined;
}

/** Bytes of the fixed part, by block type. */
const FIXED = new Map([
  [0x0a0d0d0a, 16],
  [1, 8],
  [5, 12],
]);

/** Reads every block. @throws {Error} what is wrong */
export function readBlocks(file: Uint8Array): ReadBlock[] {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const blocks: ReadBlock[] = [];
  for (let at = 0; at < file.length; ) {
    const type = view.getUint32(at, true);
    const length = view.getUint32(at + 4, true);
    if (length % 4 !== 0 || length < 12 || at + length > file.length) throw new Error('length');
    if (view.getUint32(at + length - 4, true) !== length) throw new Error('second length');
    const body = new DataView(file.buffer, file.byteOffset + at + 8, length - 12);
    const fixed = type === 6 ? 20 + pad(body.getUint32(12, true)) : FIXED.get(type);
    if (fixed === undefined) throw new Error(`type ${type}`);
    blocks.push({ type, body, options: readOptions(body, fixed) });
    at += length;
  }
  const [first] = blocks;
  if (first?.type !== 0x0a0d0d0a) throw new Error('starts with no section');
  if (first.body.getUint32(0, true) !== 0x1a2b3c4d) throw new Error('byte order');
  return blocks;
}

const pad = (length: number): number => Math.ceil(length / 4) * 4;

function readOptions(body: DataView, from: number): ReadOption[] {
  const options: ReadOption[] = [];
  let at = from;
  while (at < body.byteLength) {
    const code = body.getUint16(at, true);
    const length = body.getUint16(at + 2, true);
    if (code === 0) {
      if (length !== 0 || at + 4 !== body.byteLength) throw new Error('end of options');
      return options;
    }
    const value = new Uint8Array(body.buffer, body.byteOffset + at + 4, length);
    for (let i = at + 4 + length; i < at + 4 + pad(length); i++) {
      if (body.getUint8(i) !== 0) throw new Error('padding');
    }
    options.push({ code, value });
    at += 4 + pad(length);
  }
  if (options.length > 0) throw new Error('options without an end');
  return options;
}

/** An option of a block as text. */
export function textOf(block: ReadBlock | undefined, code: number): string | undefined {
  const found = block?.options.find((option) => option.code === code);
  return found === undefined
    ? undefined
    : new TextDecoder('utf-8', { fatal: true }).decode(found.value);
}

/** An option of a block as a number of its own size. */
export function numberOf(block: ReadBlock | undefined, code: number): bigint | undefined {
  const value = block?.options.find((option) => option.code === code)?.value;
  return value?.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

/** Every packet of the file. */
export function readPackets(file: Uint8Array): ReadPacket[] {
  return readBlocks(file)
    .filter(({ type }) => type === 6)
    .map((block) => {
      const { body } = block;
      const kept = body.getUint32(12, true);
      const flags = Number(numberOf(block, 2));
      return {
        time: (BigInt(body.getUint32(4, true)) << 32n) | BigInt(body.getUint32(8, true)),
        bytes: Array.from({ length: kept }, (_, i) => body.getUint8(20 + i)),
        originalLength: body.getUint32(16, true),
        direction: flags & 3,
        errors: flags >>> 16,
        lost: numberOf(block, 4) ?? 0n,
        comment: textOf(block, 1),
      };
    });
}
