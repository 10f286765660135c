import fc from 'fast-check';
import {
  FRAMEIO_NVECS_MAX,
  FrameioDriver,
  type FrameioLayout,
  FrameioView,
  frameioBytes,
  ILP32,
  LP64,
  type UserMemory,
} from 'libframeio';
import { errnoName, isSysError, loadLibrary } from 'libsys';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  loadRing,
  RING_FRAMES,
  RING_READ,
  RING_SLOTS,
  RING_WRITE,
  type RingNative,
} from './ring-device.ts';
import { ringFile } from './ring-file.ts';

/**
 * What TypeScript says of framed I/O against `frameio.c` itself, compiled into a device: for requests
 * of either data model, good ones and bad ones, both have the same verdict and leave the same bytes.
 */

interface LibC {
  mmap(at: number, bytes: number, access: number, flags: number, fd: number, from: number): number;
  munmap(address: number, bytes: number): number;
  mprotect(address: number, bytes: number, access: number): number;
  put(to: number, from: Uint8Array, bytes: number): void;
  get(to: Uint8Array, from: number, bytes: number): void;
}

const PAGE = 4096;
const BYTES = 4 * PAGE;
const [PROT_NONE, PROT_READ_WRITE] = [0, 3];
/** MAP_PRIVATE | MAP_ANONYMOUS of Linux. */
const MAP_PRIVATE_ANONYMOUS = 0x02 | 0x20;
/** Where to look for room: an address that a 32-bit program can have. */
const LOW = 0x2000_0000;

let native: RingNative;
let kernel: number;
let libc: LibC;
/** Memory with a page on each side that is not there. */
let base: number;

beforeAll(() => {
  native = loadRing(ringFile());
  kernel = native.ring_attach();
  expect(kernel).toBeGreaterThanOrEqual(0);
  libc = loadLibrary<LibC>(undefined, {
    mmap: { result: 'intptr_t', params: ['uintptr_t', 'uint64_t', 'int', 'int', 'int', 'int64_t'] },
    munmap: { result: 'int', params: ['uintptr_t', 'uint64_t'] },
    mprotect: { result: 'int', params: ['uintptr_t', 'uint64_t', 'int'] },
    put: { symbol: 'memcpy', result: 'void', params: ['uintptr_t', 'void *', 'uint64_t'] },
    get: { symbol: 'memcpy', result: 'void', params: ['void *', 'uintptr_t', 'uint64_t'] },
  });
  base = mapLow(BYTES + 2 * PAGE) + PAGE;
  expect(libc.mprotect(base, BYTES, PROT_READ_WRITE)).toBe(0);
});

/** Maps memory where an ILP32 program could have it: at the first of some places that is free. */
function mapLow(bytes: number): number {
  for (let hint = LOW; hint < 2 * LOW; hint += LOW / 64) {
    const mapped = Number(libc.mmap(hint, bytes, PROT_NONE, MAP_PRIVATE_ANONYMOUS, -1, 0));
    if (mapped > 0 && mapped < 0x8000_0000) return mapped;
    libc.munmap(mapped, bytes);
  }
  throw new Error('no memory is free below 2 GiB');
}

afterAll(() => {
  libc.munmap(base - PAGE, BYTES + 2 * PAGE);
  expect(native.ring_detach(kernel)).toBe(0);
});

/** The same memory for TypeScript: an image of it, at the same addresses. */
class Image implements UserMemory {
  readonly bytes: Uint8Array = new Uint8Array(BYTES);

  at(address: bigint, length: bigint): Uint8Array | undefined {
    const from = address - BigInt(base);
    if (from < 0n || from + length > BigInt(BYTES)) return undefined;
    return this.bytes.subarray(Number(from), Number(from + length));
  }
}

/** An address and a length, before it is known where memory is. */
type Place = readonly [where: 'inside' | 'outside' | 'null', at: number, length: number | 'huge'];

interface Request {
  readonly layout: FrameioLayout;
  /** Bytes into memory where the request lies; near the end it may not be all there. */
  readonly at: number;
  readonly version: number;
  readonly each: number;
  readonly all: number;
  readonly places: readonly Place[];
  /** What lies in memory before. */
  readonly seed: number;
}

const rarely = <T>(common: fc.Arbitrary<T>, rare: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 12, arbitrary: common }, { weight: 1, arbitrary: rare });

const place: fc.Arbitrary<Place> = fc.tuple(
  rarely<Place[0]>(fc.constant('inside'), fc.constantFrom('outside', 'null')),
  fc.nat(BYTES - 512),
  rarely<Place[2]>(fc.integer({ min: 1, max: 160 }), fc.constantFrom<Place[2][]>(0, 'huge', 301)),
);

const request: fc.Arbitrary<Request> = fc
  .record({ each: fc.integer({ min: 1, max: 4 }), frames: fc.integer({ min: 1, max: 12 }) })
  .chain(({ each, frames }) =>
    fc.record({
      layout: fc.constantFrom(LP64, ILP32),
      at: rarely(fc.nat(BYTES / 2), fc.integer({ min: BYTES - 200, max: BYTES + 100 })),
      version: rarely(fc.constant(1), fc.nat()),
      each: rarely(fc.constant(each), fc.constantFrom(0, 5, 300, 0xffff_ffff)),
      all: rarely(fc.constant(each * frames), fc.constantFrom(0, 1, 257, 0xffff_ffff)),
      places: fc.array(place, { minLength: each * frames, maxLength: each * frames }),
      seed: fc.integer(),
    }),
  );

/** Puts a request where it is to be, as far as there is memory. */
function build(image: Image, { layout, at, version, each, all, places, seed }: Request): bigint {
  for (let i = 0; i < BYTES; i++) image.bytes[i] = Math.imul(i ^ seed, 0x9e3779b1) >>> 24;
  const whole = new Uint8Array(frameioBytes(places.length, layout)).fill(0xa5);
  const view = new FrameioView(whole, { layout });
  view.setHeader(each, all);
  new DataView(whole.buffer).setUint32(layout.version, version, view.endian === 'LE');
  const most = layout.addressBytes === 8 ? 0xffff_ffff_ffff_ffffn : 0xffff_ffffn;
  places.forEach(([where, offset, length], v) => {
    // What is outside is so from its first byte to its last.
    const outside = base - PAGE + (offset % (PAGE - 512));
    const address = { inside: base + offset, outside, null: 0 }[where];
    view.setVector(v, BigInt(address), length === 'huge' ? most : BigInt(length));
    view.setActual(v, BigInt(0x5a5a));
  });
  image.bytes.set(whole.subarray(0, Math.max(0, BYTES - at)), Math.min(at, BYTES));
  return BigInt(base + at);
}

/** Lets the device answer the request that lies in the image, in memory of its own. */
function ask(image: Image, command: number, address: bigint, layout: FrameioLayout): string {
  libc.put(base, image.bytes, BYTES);
  const result = native.ring_call(command, Number(address), layout.addressBytes * 8);
  return result < 0 ? errnoName(-result) : 'done';
}

function memory(): Uint8Array {
  const bytes = new Uint8Array(BYTES);
  libc.get(bytes, base, BYTES);
  return bytes;
}

/** How something ends that throws what a driver answers. */
function verdict(answer: () => void): string {
  try {
    answer();
    return 'done';
  } catch (error) {
    if (isSysError(error)) return error.code;
    throw error;
  }
}

/** Takes what is in the ring out of it. */
function drain(): number[][] {
  const frames: number[][] = [];
  const image = new Image();
  const bytes = RING_FRAMES.longest;
  for (;;) {
    const view = new FrameioView(image.bytes);
    view.setHeader(1, 1);
    view.setVector(0, BigInt(base + 1024), BigInt(bytes));
    if (ask(image, RING_READ, BigInt(base), LP64) !== 'done') return frames;
    const all = memory();
    const length = Number(new FrameioView(all).actualLength(0));
    frames.push([...all.subarray(1024, 1024 + length)]);
  }
}

/** Puts frames into the ring. */
function fill(frames: readonly Uint8Array[]): void {
  for (const frame of frames) {
    const image = new Image();
    const view = new FrameioView(image.bytes);
    view.setHeader(1, 1);
    view.setVector(0, BigInt(base + 1024), BigInt(frame.length));
    image.bytes.set(frame, 1024);
    expect(ask(image, RING_WRITE, BigInt(base), LP64)).toBe('done');
  }
}

const frame = fc.uint8Array({ minLength: RING_FRAMES.shortest, maxLength: RING_FRAMES.longest });
/** Frames that are in the ring already. */
const used = fc.oneof(fc.nat(RING_SLOTS), fc.constant(RING_SLOTS));
const RUNS = { numRuns: 400 };

describe('TypeScript and frameio.c', () => {
  it.each([LP64, ILP32])('have the same layout: $model', (layout) => {
    const where = new Uint32Array(8);
    native.ring_layout(layout.addressBytes * 8, where);
    expect([...where]).toEqual([
      layout.headerBytes,
      layout.vectorBytes,
      layout.version,
      layout.vectorsPerFrame,
      layout.vectors,
      layout.address,
      layout.capacity,
      layout.actual,
    ]);
    expect(frameioBytes(FRAMEIO_NVECS_MAX, layout)).toBe((where[0] ?? 0) + 256 * (where[1] ?? 0));
  });

  it('take and refuse the same requests', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(request, (one) => {
        const image = new Image();
        const address = build(image, one);
        // Nothing waits to be read, so that a good request ends with EAGAIN.
        const answer = ask(image, RING_READ, address, one.layout);
        const there = image.bytes.subarray(Math.min(one.at, BYTES));
        const fault = new FrameioView(there, { layout: one.layout }).fault();
        expect(fault?.code ?? 'EAGAIN').toBe(answer);
        seen.add(answer);
      }),
      RUNS,
    );
    expect([...seen].sort()).toEqual(['EAGAIN', 'EFAULT', 'EINVAL']);
  });

  it('answer writes alike, to the byte', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(request, used, (one, before) => {
        fill(Array.from({ length: before }, () => new Uint8Array(4)));
        const image = new Image();
        const address = build(image, one);
        const answer = ask(image, RING_WRITE, address, one.layout);
        let frames: Uint8Array[] = [];
        const driver = new FrameioDriver(image, { layout: one.layout });
        const own = verdict(() => {
          frames = driver.write(address, RING_FRAMES, RING_SLOTS - before);
        });
        const bytes = memory();
        const inside = drain().slice(before);
        expect(own).toBe(answer);
        expect(Buffer.compare(image.bytes, bytes)).toBe(0);
        expect(frames.map((bytes) => [...bytes])).toEqual(inside);
        seen.add(answer);
      }),
      RUNS,
    );
    expect([...seen].sort()).toEqual(['EAGAIN', 'EFAULT', 'EINVAL', 'ERANGE', 'done']);
  });

  it('answer reads alike, to the byte', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(request, fc.array(frame, { minLength: 1, maxLength: 16 }), (one, frames) => {
        fill(frames);
        const image = new Image();
        const address = build(image, one);
        const answer = ask(image, RING_READ, address, one.layout);
        const driver = new FrameioDriver(image, { layout: one.layout });
        let taken = 0;
        const own = verdict(() => {
          taken = driver.read(address, frames);
        });
        const bytes = memory();
        const left = drain();
        expect(own).toBe(answer);
        expect(Buffer.compare(image.bytes, bytes)).toBe(0);
        expect(left).toEqual(frames.slice(taken).map((bytes) => [...bytes]));
        seen.add(answer);
      }),
      RUNS,
    );
    expect([...seen].sort()).toEqual(['EFAULT', 'EINVAL', 'EOVERFLOW', 'done']);
  });
});
