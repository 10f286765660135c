import { markAsUntransferable } from 'node:worker_threads';
import type { CType, FfiBackend, Prototype } from './ffi.ts';

type Raw = (...args: unknown[]) => unknown;

interface DynamicLibrary {
  getFunction(
    name: string,
    signature: { readonly return: string; readonly arguments: readonly string[] },
  ): Raw;
  getSymbol(name: string): bigint;
  registerCallback(
    signature: { readonly return: string; readonly arguments: readonly string[] },
    fn: Raw,
  ): bigint;
  unregisterCallback(address: bigint): void;
}

/**
 * What this file uses of node:ffi.
 *
 * @see https://nodejs.org/api/ffi.html
 */
interface NodeFfi {
  readonly DynamicLibrary: new (file: string | null) => DynamicLibrary;
  getRawPointer(memory: Uint8Array): bigint;
  toArrayBuffer(address: bigint, bytes: number, copy: boolean): ArrayBuffer;
  toString(address: bigint): string | null;
  /** Since Node 26.6; all the rest is older. */
  getCurrentEventLoop?(): bigint;
}

/** Returns the address of this thread's errno. By system: Linux, illumos, macOS and FreeBSD, other BSDs. */
const ERRNO_FUNCTIONS = ['__errno_location', '___errno', '__error', '__errno'];

/**
 * node:ffi, and the only file that knows it. It converts strictly where C, and koffi, are lenient,
 * and speaks BigInt for whatever is 64 bits wide; what is made here takes and gives what koffi does.
 *
 * @throws {Error} this Node.js has none, or not all of it
 */
export function openNodeFfi(): FfiBackend {
  // Not an import: bundlers, CommonJS and older Node.js know no module of this name.
  const ffi = process.getBuiltinModule('node:ffi') as unknown as NodeFfi | undefined;
  if (ffi?.getCurrentEventLoop === undefined) {
    throw new Error(
      `Node.js ${process.version} has no node:ffi, or it is switched off or incomplete: it takes 26.6 or later, before 26.9 with --experimental-ffi`,
    );
  }
  const { getCurrentEventLoop } = ffi;
  const itself = new ffi.DynamicLibrary(null);
  const errno = errnoOf(ffi, itself);
  return {
    name: 'node:ffi',
    version: process.versions.node,
    load: (file, prototypes) => load(ffi, file, prototypes),
    callback: ({ result, params }, fn) => {
      const kinds = params.map((type) => TYPES[type][1]);
      const address = itself.registerCallback(
        {
          return: TYPES[result][0],
          // Text comes as an address, as it does out of functions.
          arguments: params.map((type) => (type === 'const char *' ? 'pointer' : TYPES[type][0])),
        },
        (...args) => fn(...kinds.map((kind, i) => fromC(ffi, kind, args[i]))),
      );
      return { address, release: () => itself.unregisterCallback(address) };
    },
    addressOf: (memory) => Number(ffi.getRawPointer(memory)),
    viewOf: (address, bytes) => {
      const memory = ffi.toArrayBuffer(BigInt(address), bytes, false);
      markAsUntransferable(memory);
      return memory;
    },
    symbolOf: (name) => Number(itself.getSymbol(name)),
    lastErrno: () => errno[0] ?? 0,
    eventLoop: () => Number(getCurrentEventLoop()),
  };
}

/**
 * This thread's errno as memory. It is looked at where it lies, so that nothing runs between a call
 * and the look that could set it anew.
 */
function errnoOf(ffi: NodeFfi, itself: DynamicLibrary): Int32Array {
  for (const name of ERRNO_FUNCTIONS) {
    let location: Raw;
    try {
      location = itself.getFunction(name, { return: 'uint64', arguments: [] });
    } catch {
      continue;
    }
    return new Int32Array(ffi.toArrayBuffer(location() as bigint, 4, false));
  }
  throw new Error(`node:ffi has no errno, and there is none of ${ERRNO_FUNCTIONS.join(', ')}`);
}

function load(
  ffi: NodeFfi,
  file: string | undefined,
  prototypes: Readonly<Record<string, Prototype>>,
): Record<string, unknown> {
  // One library object knows a function by one prototype only: the second one is another's.
  const libraries = [new ffi.DynamicLibrary(file ?? null)];
  const uses = new Map<string, number>();
  const functions: Record<string, unknown> = {};
  for (const [name, prototype] of Object.entries(prototypes)) {
    const { symbol = name, result, params } = prototype;
    const use = uses.get(symbol) ?? 0;
    uses.set(symbol, use + 1);
    libraries[use] ??= new ffi.DynamicLibrary(file ?? null);
    const raw = libraries[use].getFunction(symbol, {
      return: TYPES[result][0],
      arguments: params.map((type) => TYPES[type][0]),
    });
    functions[name] = likeKoffi(ffi, raw, prototype);
  }
  return functions;
}

/** How a value is converted, in either direction. Numbers, because every call branches on them. */
const KIND = { same: 0, int: 1, uint: 2, long: 3, ulong: 4, text: 5, memory: 6 } as const;

/** What each C type is to node:ffi, and how it is converted. */
const TYPES: Readonly<Record<CType, readonly [type: string, kind: number]>> = {
  void: ['void', KIND.same],
  int: ['int32', KIND.int],
  int32_t: ['int32', KIND.int],
  uint32_t: ['uint32', KIND.uint],
  int64_t: ['int64', KIND.long],
  uint64_t: ['uint64', KIND.ulong],
  intptr_t: ['int64', KIND.long],
  uintptr_t: ['uint64', KIND.ulong],
  'const char *': ['string', KIND.text],
  'void *': ['pointer', KIND.memory],
};

/** Integers are cut to size as C does it. What is no number is left for node:ffi to refuse. */
function toC(kind: number, value: unknown): unknown {
  if (typeof value === 'number') {
    if (kind === KIND.ulong && value < 0) return BigInt.asUintN(64, widen(value));
    if (kind === KIND.long || kind === KIND.ulong) return widen(value);
    if (kind === KIND.int) return value | 0;
    if (kind === KIND.uint) return value >>> 0;
  }
  return kind === KIND.memory && isGone(value) ? null : value;
}

/** Whether memory was given away, as by `postMessage`: it is 0 bytes long then, and nowhere. */
function isGone(value: unknown): boolean {
  return (
    ArrayBuffer.isView(value) &&
    value.byteLength === 0 &&
    (value.buffer as { readonly detached?: boolean }).detached === true
  );
}

/** Who calls often does it with the same few addresses and lengths: no new bigint for each call. */
const SLOTS = 256;
const numbers = new Float64Array(SLOTS).fill(Number.NaN);
const bigints = new Array<bigint>(SLOTS).fill(0n);

function widen(value: number): bigint {
  const slot = ((value >>> 4) ^ (value >>> 12)) & (SLOTS - 1);
  if (numbers[slot] !== value) {
    bigints[slot] = BigInt(Math.trunc(value));
    numbers[slot] = value;
  }
  return bigints[slot] ?? 0n;
}

/** 64 bits are a number where a number can hold them. */
function narrow(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** What C gave, as koffi gives it. */
function fromC(ffi: NodeFfi, kind: number, value: unknown): unknown {
  if (kind < KIND.long) return value;
  return kind === KIND.text ? ffi.toString(value as bigint) : narrow(value as bigint);
}

/** A function that takes and gives numbers. One closure for each count of parameters: these are hot. */
function likeKoffi(ffi: NodeFfi, raw: Raw, { result, params }: Prototype): Raw {
  const kinds = params.map((type) => TYPES[type][1]);
  const [a = KIND.same, b = KIND.same, c = KIND.same] = kinds;
  const kind = TYPES[result][1];
  switch (kinds.length) {
    case 0:
      return () => fromC(ffi, kind, raw());
    case 1:
      return (x) => fromC(ffi, kind, raw(toC(a, x)));
    case 2:
      return (x, y) => fromC(ffi, kind, raw(toC(a, x), toC(b, y)));
    case 3:
      return (x, y, z) => fromC(ffi, kind, raw(toC(a, x), toC(b, y), toC(c, z)));
    default:
      return (...args) => fromC(ffi, kind, raw(...kinds.map((each, i) => toC(each, args[i]))));
  }
}
