import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { addressOf } from './ffi.ts';
import { hostedMemory, type MemoryNative } from './hosted-memory.ts';
import { isSysError } from './sys-error.ts';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/** Gives parts of this process's memory, and remembers which were freed. */
class Native implements MemoryNative {
  readonly freed: number[] = [];
  readonly #given = new Map<number, Buffer>();

  hk_mem_alloc(_kernel: number, bytes: number, address: Uint8Array): number {
    const memory = Buffer.allocUnsafeSlow(bytes).fill(0);
    const at = addressOf(memory);
    this.#given.set(at, memory);
    Buffer.from(address.buffer, address.byteOffset).writeBigUInt64LE(BigInt(at));
    return 0;
  }

  hk_mem_free(address: number): number {
    this.freed.push(address);
    return this.#given.delete(address) ? 0 : -22;
  }

  at(address: number): Buffer {
    const memory = this.#given.get(address);
    if (memory === undefined) throw new Error(`${address} was not given`);
    return memory;
  }
}

/** Turns of the event loop with collections, until `done` says so; a minute at most. */
async function collectUntil(done: () => boolean): Promise<void> {
  const end = Date.now() + 60_000;
  while (!done() && Date.now() < end) {
    collect();
    await new Promise((turn) => setImmediate(turn));
  }
}

describe('memory of a hosted kernel', () => {
  it('is the memory itself', () => {
    const native = new Native();
    const { buffer, address } = hostedMemory(native, 1, 1000);
    expect(buffer.length).toBe(1000);
    buffer[999] = 7;
    expect(native.at(address)[999]).toBe(7);
    native.at(address)[0] = 8;
    expect(buffer[0]).toBe(8);
    expect(addressOf(buffer)).toBe(address);
  });

  it('is freed once nothing shows it any more, and not before', async () => {
    const native = new Native();
    const gone: number[] = [];
    let view: Uint8Array | undefined;
    const use = (): number => {
      const one = hostedMemory(native, 1, 4096);
      view = new Uint8Array(one.buffer.buffer, 100, 10);
      gone.push(hostedMemory(native, 1, 4096).address);
      return one.address;
    };
    const kept = use();
    await collectUntil(() => native.freed.length > 0);
    expect(native.freed).toEqual(gone);
    expect(view).toHaveLength(10);
    view = undefined;
    await collectUntil(() => native.freed.length > 1);
    expect(native.freed).toEqual([...gone, kept]);
  });

  it('stays in the thread that frees it', () => {
    const memory = hostedMemory(new Native(), 1, 1000).buffer.buffer as ArrayBuffer;
    const { port1, port2 } = new MessageChannel();
    try {
      port1.postMessage(memory, [memory]);
    } catch (error) {
      expect(error).toMatchObject({ name: 'DataCloneError' });
    }
    port1.close();
    port2.close();
    expect(memory.byteLength).toBe(1000);
    // Methods of younger Node.js than the types are of.
    const { transfer, transferToFixedLength } = memory as unknown as Record<string, () => unknown>;
    for (const method of [transfer, transferToFixedLength]) {
      expect(() => method?.call(memory)).toThrow(TypeError);
    }
    expect(memory.byteLength).toBe(1000);
  });

  it('is plain memory where there are no buffers outside of the heap', () => {
    const native = new Native();
    const { buffer, address } = hostedMemory(native, 1, 1000, () => {
      throw new Error('External buffers are not allowed');
    });
    expect(native.freed).toHaveLength(1);
    expect(buffer).toHaveLength(1000);
    expect(addressOf(buffer)).toBe(address);
  });

  it('says that there is no more', () => {
    const native = { hk_mem_alloc: () => -12, hk_mem_free: () => 0 };
    expect(() => hostedMemory(native, 1, 1000)).toThrow(
      expect.toSatisfy((error: unknown) => isSysError(error, 'ENOMEM')),
    );
  });
});
