import { addressOf, isSysError, lastErrno, loadLibrary, type Prototype, SysError } from 'libsys';
import {
  DATA,
  type Kstat,
  type KstatData,
  type KstatFilter,
  type KstatReader,
  matches,
  TYPE_NAMED,
} from './kstat.ts';
import { kstatCtl, kstatHeader, kstatNamed, NAMED_VALUE_SIZE } from './layout.ts';

interface LibkstatNative {
  kstat_open(): bigint | number;
  kstat_close(control: bigint): number;
  kstat_chain_update(control: bigint): number;
  kstat_read(control: bigint, kstat: bigint, data: bigint): number;
}

const PROTOTYPES: { readonly [K in keyof LibkstatNative]: Prototype } = {
  kstat_open: { result: 'uintptr_t', params: [] },
  kstat_close: { result: 'int', params: ['uintptr_t'] },
  kstat_chain_update: { result: 'int', params: ['uintptr_t'] },
  kstat_read: { result: 'int', params: ['uintptr_t', 'uintptr_t', 'uintptr_t'] },
};

interface MemoryNative {
  memcpy(to: bigint | number, from: bigint, length: number): bigint | number;
}

const FILE = 'libkstat.so.1';

/** How often to try again when a set changed its size between two looks. */
const ATTEMPTS = 5;

/** A set, and where it is in this process' memory until the chain changes. */
interface Place {
  readonly address: bigint;
  readonly kstat: Kstat & { readonly type: number };
}

/**
 * The statistics of a real system, from libkstat. Its chain is a linked list in this process'
 * memory that an update may change, and says so; until then a kstat stays where it is.
 */
export class IllumosKstat implements KstatReader {
  readonly #native: LibkstatNative;
  readonly #memory: MemoryNative;
  readonly #control: bigint;
  readonly #onClose: () => void;
  /** Where libkstat has each set of its chain, by kid. */
  #known: ReadonlyMap<number, Place> | undefined;
  #open = true;

  /** @throws {SysError} libkstat cannot open the kernel's statistics. */
  constructor(onClose: () => void, file: string = FILE) {
    this.#native = loadLibrary<LibkstatNative>(file, PROTOTYPES);
    this.#memory = loadLibrary<MemoryNative>(undefined, {
      memcpy: { result: 'uintptr_t', params: ['uintptr_t', 'uintptr_t', 'uintptr_t'] },
    });
    this.#onClose = onClose;
    this.#control = BigInt(this.#native.kstat_open());
    if (this.#control === 0n) {
      throw new SysError({ errno: lastErrno(), syscall: 'kstat_open' });
    }
  }

  list(filter: KstatFilter = {}): Kstat[] {
    return Array.from(this.#sets().values(), ({ kstat }) => kstat).filter(
      (kstat) => kstat.type === TYPE_NAMED && matches(kstat, filter),
    );
  }

  read(kstat: Kstat): KstatData {
    for (let attempt = 1; ; attempt++) {
      const address = this.#sets().get(kstat.kid)?.address;
      if (address === undefined) {
        throw this.#gone(kstat);
      }
      if (this.#native.kstat_read(this.#control, address, 0n) !== -1) {
        return this.#data(address);
      }
      const error = new SysError({ errno: lastErrno(), syscall: 'kstat_read' });
      const again = error.code === 'EAGAIN' || error.code === 'ENOMEM';
      if (error.code === 'ENXIO') {
        throw this.#gone(kstat);
      }
      if (!again || attempt === ATTEMPTS) {
        throw error;
      }
    }
  }

  readAll(kstats: readonly Kstat[]): (KstatData | undefined)[] {
    return kstats.map((kstat) => {
      try {
        return this.read(kstat);
      } catch (error) {
        if (isSysError(error, 'ENXIO')) {
          return undefined;
        }
        throw error;
      }
    });
  }

  close(): void {
    if (this.#open) {
      this.#open = false;
      this.#native.kstat_close(this.#control);
      this.#onClose();
    }
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #gone({ module, instance, name }: Kstat): SysError {
    const text = 'there is no such kstat any more';
    const op = `read ${module}:${instance}:${name}`;
    return new SysError({ code: 'ENXIO', syscall: 'kstat_read', op, text });
  }

  /** The sets there are; the chain is walked when the kernel says that it is another one. */
  #sets(): ReadonlyMap<number, Place> {
    if (!this.#open) {
      throw new SysError({ code: 'EBADF', syscall: 'kstat', text: 'is closed' });
    }
    const id = this.#native.kstat_chain_update(this.#control);
    if (id === -1) {
      throw new SysError({ errno: lastErrno(), syscall: 'kstat_chain_update' });
    }
    // 0: nothing has changed. What was there before the first update is known to libkstat, not here.
    if (id !== 0 || this.#known === undefined) {
      const sets = Array.from(
        this.#chain(),
        ([address, kstat]) => [kstat.kid, { address, kstat }] as const,
      );
      this.#known = new Map(sets);
    }
    return this.#known;
  }

  /** Copies memory that libkstat has. */
  #bytes(address: bigint, length: number): Buffer {
    const copy = Buffer.allocUnsafeSlow(length);
    if (length > 0) {
      this.#memory.memcpy(addressOf(copy), address, length);
    }
    return copy;
  }

  *#chain(): Generator<[address: bigint, kstat: Kstat & { readonly type: number }]> {
    let { chain: address } = kstatCtl.decode(this.#bytes(this.#control, kstatCtl.size));
    while (address !== 0n) {
      const {
        next,
        kid,
        module,
        instance,
        name,
        type,
        class: group,
        crtime,
      } = this.#header(address);
      yield [address, { module, instance, name, class: group, kid, crtime, type }];
      address = next;
    }
  }

  #header(address: bigint): ReturnType<typeof kstatHeader.decode> {
    return kstatHeader.decode(this.#bytes(address, kstatHeader.size));
  }

  #data(address: bigint): KstatData {
    const { crtime, snaptime, data, ndata } = this.#header(address);
    const bytes = this.#bytes(data, ndata * kstatNamed.size);
    return {
      crtime,
      snaptime,
      data: new Map(
        kstatNamed
          .decodeArray(bytes, ndata)
          .map(({ name, type, value }) => [name, this.#value(type, value)]),
      ),
    };
  }

  #value(type: number, bytes: Uint8Array): bigint | string {
    const view = Buffer.from(bytes);
    switch (type) {
      case DATA.CHAR:
        return untilNul(view);
      case DATA.INT32:
        return BigInt(view.readInt32LE());
      case DATA.UINT32:
        return BigInt(view.readUInt32LE());
      case DATA.INT64:
        return view.readBigInt64LE();
      case DATA.STRING: {
        const address = view.readBigUInt64LE();
        const length = view.readUInt32LE(NAMED_VALUE_SIZE / 2);
        return address === 0n ? '' : untilNul(this.#bytes(address, length));
      }
      default:
        return view.readBigUInt64LE();
    }
  }
}

function untilNul(text: Buffer): string {
  const end = text.indexOf(0);
  return text.toString('utf8', 0, end < 0 ? text.length : end);
}
