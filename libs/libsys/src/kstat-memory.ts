import { addressOf } from './ffi.ts';
import { type HkKsnamed, type HkKsread, hkKsnamed, hkKsread } from './hk-abi.ts';

/** @see KSTAT_DATA_CHAR, KSTAT_DATA_STRING */
const TEXTS: readonly number[] = [0, 9];

const VALUE: number = hkKsnamed.offsetOf('value');
const STRING: number = hkKsnamed.offsetOf('string');

/** What does not change about one entry of a kstat. */
interface Entry {
  readonly name: string;
  readonly type: number;
  readonly isText: boolean;
}

/**
 * Where the kernel puts the data of several kstats. It is used again and again, and the names are read
 * once for each kstat: they stay what they are, and most of what a thousand kstats hold is names.
 */
export class KstatMemory {
  /** A place for each kstat of a request, with room for so many entries. */
  #room = 64;
  #memory: Buffer = Buffer.alloc(0);
  #requests: Buffer = Buffer.alloc(0);
  readonly #entries: Map<number, readonly Entry[]> = new Map();

  /** Writes a request for each kstat, one behind the other; returns their address. */
  ask(kids: readonly number[]): bigint {
    const size = this.#room * hkKsnamed.size;
    if (this.#memory.length < kids.length * size) {
      this.#memory = Buffer.allocUnsafeSlow(kids.length * size);
      this.#requests = Buffer.allocUnsafeSlow(kids.length * hkKsread.size);
    }
    const start = BigInt(addressOf(this.#memory));
    for (const [i, kid] of kids.entries()) {
      const request = { kid, nents: this.#room, ents: start + BigInt(i * size) };
      hkKsread.encode(request, this.#requests, i * hkKsread.size);
    }
    return BigInt(addressOf(this.#requests));
  }

  /** The kernel's answer to the nth; `undefined` if there was not enough room, as there is now. */
  answer(nth: number): (HkKsread & { readonly data: readonly HkKsnamed[] }) | undefined {
    const read = hkKsread.decode(this.#requests, nth * hkKsread.size);
    if (read.errno !== 0) return { ...read, data: [] };
    if (read.actents > this.#room) {
      this.#room = read.actents + 16;
      this.#memory = Buffer.alloc(0);
      return undefined;
    }
    return { ...read, data: this.#decode(read, nth * this.#room * hkKsnamed.size) };
  }

  /** Forgets the kstats that are not among these. */
  keep(kids: ReadonlySet<number>): void {
    for (const kid of this.#entries.keys()) {
      if (!kids.has(kid)) this.#entries.delete(kid);
    }
  }

  #decode({ kid, actents }: HkKsread, start: number): HkKsnamed[] {
    let entries = this.#entries.get(kid);
    if (entries?.length !== actents) {
      entries = hkKsnamed
        .decodeArray(this.#memory.subarray(start), actents)
        .map(({ name, type }) => ({ name, type, isText: TEXTS.includes(type) }));
      this.#entries.set(kid, entries);
    }
    return entries.map(({ name, type, isText }, i) => {
      const at = start + i * hkKsnamed.size;
      const value = this.#memory.readBigUInt64LE(at + VALUE);
      return { name, type, value, string: isText ? this.#text(at + STRING) : '' };
    });
  }

  #text(at: number): string {
    return this.#memory.toString('utf8', at, this.#memory.indexOf(0, at));
  }
}
