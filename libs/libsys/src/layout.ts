import { endianness } from 'node:os';

/**
 * C structures as data. A structure is declared once, as an ordered table of members; sizes and
 * offsets follow from the rules every C ABI of ours shares (each member at a multiple of its
 * alignment), so no offset is written down anywhere. `checks/abi` compares what comes out with what
 * the C compiler says.
 */

const LITTLE = endianness() === 'LE';

/** How one member is laid out, read and written. */
export interface Member<V> {
  readonly size: number;
  readonly align: number;
  /** True for padding and reserved members: written as zero, never read. */
  readonly reserved: boolean;
  get(view: DataView, offset: number): V;
  put(view: DataView, offset: number, value: V, what: string): void;
}

/** A member as C sees it. */
export interface MemberLayout {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

/** A structure as C sees it. */
export interface StructLayout {
  readonly name: string;
  readonly size: number;
  readonly align: number;
  readonly members: readonly MemberLayout[];
}

/** Reads and writes one C structure. */
export interface Struct<T> extends StructLayout {
  /** Reads the structure at `offset` of `bytes` into a fresh object. */
  decode(bytes: Uint8Array, offset?: number): T;
  /** Writes the members given at `offset` of `bytes`; every other byte of the structure becomes 0. */
  encode(value: Partial<T>, bytes: Uint8Array, offset?: number): void;
  /** Makes fresh memory that holds the structure, with the members given. */
  make(value: Partial<T>): Buffer;
  /** Reads `count` structures that follow one another. */
  decodeArray(bytes: Uint8Array, count: number): T[];
  /** The offset of a member, by its name here. */
  offsetOf(key: keyof T & string): number;
}

/** Members by the names of `T`, in the order of the C declaration; `pad` and `reserved` besides. */
export type Members<T> = { readonly [K in keyof T]-?: Member<T[K]> } & {
  readonly [pad in 'pad' | 'pad2' | 'reserved' as pad extends keyof T ? never : pad]?: Member<null>;
};

function integer(size: 1 | 2 | 4, signed: boolean): Member<number> {
  const low = signed ? -(2 ** (size * 8 - 1)) : 0;
  const high = signed ? 2 ** (size * 8 - 1) - 1 : 2 ** (size * 8) - 1;
  return {
    size,
    align: size,
    reserved: false,
    get(view, offset) {
      if (size === 1) return signed ? view.getInt8(offset) : view.getUint8(offset);
      if (size === 2) {
        return signed ? view.getInt16(offset, LITTLE) : view.getUint16(offset, LITTLE);
      }
      return signed ? view.getInt32(offset, LITTLE) : view.getUint32(offset, LITTLE);
    },
    put(view, offset, value, what) {
      if (typeof value !== 'number') throw new TypeError(`${what} must be a number`);
      if (!Number.isInteger(value) || value < low || value > high) {
        throw new RangeError(`${what} must be an integer from ${low} to ${high}, not ${value}`);
      }
      if (size === 1) view.setUint8(offset, value);
      else if (size === 2) view.setUint16(offset, value, LITTLE);
      else view.setUint32(offset, value, LITTLE);
    },
  };
}

function wide(signed: boolean): Member<bigint> {
  const low = signed ? -(1n << 63n) : 0n;
  const high = signed ? (1n << 63n) - 1n : (1n << 64n) - 1n;
  return {
    size: 8,
    align: 8,
    reserved: false,
    get: (view, offset) =>
      signed ? view.getBigInt64(offset, LITTLE) : view.getBigUint64(offset, LITTLE),
    put(view, offset, value, what) {
      if (typeof value !== 'bigint') throw new TypeError(`${what} must be a bigint`);
      if (value < low || value > high) {
        throw new RangeError(`${what} must be from ${low} to ${high}, not ${value}`);
      }
      view.setBigUint64(offset, BigInt.asUintN(64, value), LITTLE);
    },
  };
}

/** `double` */
export const f64: Member<number> = {
  size: 8,
  align: 8,
  reserved: false,
  get: (view, offset) => view.getFloat64(offset, LITTLE),
  put(view, offset, value, what) {
    if (typeof value !== 'number') throw new TypeError(`${what} must be a number`);
    view.setFloat64(offset, value, LITTLE);
  },
};

export const u8: Member<number> = integer(1, false);
export const u16: Member<number> = integer(2, false);
export const i16: Member<number> = integer(2, true);
export const u32: Member<number> = integer(4, false);
export const i32: Member<number> = integer(4, true);
export const u64: Member<bigint> = wide(false);
export const i64: Member<bigint> = wide(true);

/** `char name[size]`: text that ends at the first NUL. Writing needs room for the NUL. */
export function text(size: number): Member<string> {
  return {
    size,
    align: 1,
    reserved: false,
    get(view, offset) {
      const bytes = new Uint8Array(view.buffer, view.byteOffset + offset, size);
      const end = bytes.indexOf(0);
      return Buffer.from(bytes.subarray(0, end < 0 ? size : end)).toString('utf8');
    },
    put(view, offset, value, what) {
      if (typeof value !== 'string') throw new TypeError(`${what} must be a string`);
      const from = Buffer.from(value, 'utf8');
      if (from.includes(0)) throw new RangeError(`${what} must not contain a NUL character`);
      if (from.length >= size) {
        throw new RangeError(`${what} must have at most ${size - 1} bytes, not ${from.length}`);
      }
      const to = new Uint8Array(view.buffer, view.byteOffset + offset, size);
      to.fill(0);
      to.set(from);
    },
  };
}

/** `uint8_t name[size]`: bytes, copied out and in. */
export function bytes(size: number): Member<Uint8Array> {
  return {
    size,
    align: 1,
    reserved: false,
    get: (view, offset) => new Uint8Array(view.buffer, view.byteOffset + offset, size).slice(),
    put(view, offset, value, what) {
      if (!(value instanceof Uint8Array)) throw new TypeError(`${what} must be a Uint8Array`);
      if (value.length !== size) {
        throw new RangeError(`${what} must have ${size} bytes, not ${value.length}`);
      }
      new Uint8Array(view.buffer, view.byteOffset + offset, size).set(value);
    },
  };
}

/** A structure inside a structure. */
export function nested<T>(inner: Struct<T>): Member<T> {
  return {
    size: inner.size,
    align: inner.align,
    reserved: false,
    get: (view, offset) => inner.decode(bytesOf(view), offset),
    put: (view, offset, value) => inner.encode(value, bytesOf(view), offset),
  };
}

/** `type name[count]`; fewer elements may be written, the others become 0. */
export function array<V>(element: Member<V>, count: number): Member<readonly V[]> {
  return {
    size: element.size * count,
    align: element.align,
    reserved: false,
    get: (view, offset) =>
      Array.from({ length: count }, (_, i) => element.get(view, offset + i * element.size)),
    put(view, offset, value, what) {
      if (value.length > count) {
        throw new RangeError(`${what} must have at most ${count} elements, not ${value.length}`);
      }
      value.forEach((one, i) => {
        element.put(view, offset + i * element.size, one, `${what}[${i}]`);
      });
    },
  };
}

/** Padding or room for later: `count` of `element`, always 0. */
export function reserved(element: Member<number> | Member<bigint>, count = 1): Member<null> {
  return {
    size: element.size * count,
    align: element.align,
    reserved: true,
    get: () => null,
    put() {
      throw new TypeError('a reserved member cannot be written');
    },
  };
}

/**
 * Declares a structure. The C name of a member is `prefix` + its name here, with `_` and a small
 * letter for each capital: `rxqBytes` is `uii_rxq_bytes`.
 */
export function struct<T extends object>(
  name: string,
  prefix: string,
  table: Members<T>,
): Struct<T> {
  const entries = Object.entries(table) as [string, Member<unknown>][];
  let end = 0;
  let align = 1;
  const places = entries.map(([key, member]) => {
    const offset = roundUp(end, member.align);
    end = offset + member.size;
    align = Math.max(align, member.align);
    const cName = prefix + key.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
    return { key, member, offset, cName };
  });
  const size = roundUp(end, align);
  const byKey = new Map(places.map((place) => [place.key, place]));

  function viewOf(memory: Uint8Array, offset: number): DataView {
    if (offset < 0 || offset + size > memory.length) {
      throw new RangeError(`${name} needs ${size} bytes at ${offset}, there are ${memory.length}`);
    }
    return new DataView(memory.buffer, memory.byteOffset + offset, size);
  }

  const self: Struct<T> = {
    name,
    size,
    align,
    members: places.map(({ cName, offset, member }) => ({
      name: cName,
      offset,
      size: member.size,
    })),
    decode(memory, offset = 0) {
      const view = viewOf(memory, offset);
      const value: Record<string, unknown> = {};
      for (const place of places) {
        if (!place.member.reserved) value[place.key] = place.member.get(view, place.offset);
      }
      return value as T;
    },
    encode(value, memory, offset = 0) {
      const view = viewOf(memory, offset);
      bytesOf(view).fill(0);
      for (const [key, given] of Object.entries(value)) {
        const place = byKey.get(key);
        if (place === undefined) throw new TypeError(`${name} has no member ${key}`);
        if (given !== undefined) place.member.put(view, place.offset, given, place.cName);
      }
    },
    make(value) {
      const memory = Buffer.allocUnsafeSlow(size);
      self.encode(value, memory);
      return memory;
    },
    decodeArray: (memory, count) =>
      Array.from({ length: count }, (_, i) => self.decode(memory, i * size)),
    offsetOf(key) {
      const place = byKey.get(key);
      if (place === undefined) throw new TypeError(`${name} has no member ${key}`);
      return place.offset;
    },
  };
  return Object.freeze(self);
}

function roundUp(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}

function bytesOf(view: DataView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}
