import { viewOf } from './ffi.ts';
import { type KernelMemory, plainMemory } from './kernel-memory.ts';
import { SysError } from './sys-error.ts';

/** What of `hk.h` gives memory and takes it back. */
export interface MemoryNative {
  hk_mem_alloc(kernel: number, bytes: number, address: Uint8Array): number;
  hk_mem_free(address: number): number;
}

/**
 * Memory is freed with the last view of it, which may be long after its kernel object is gone, so
 * what frees it belongs to no such object. At the end of a worker thread nobody is told; `hk_own`
 * frees what that thread had.
 */
const unused = new FinalizationRegistry<() => void>((free) => free());

/**
 * Memory of a hosted kernel: whole pages of their own, which a served kernel maps. Where a program may
 * not have buffers outside of its heap, it is memory like any, which the kernel copies at a higher
 * price. It cannot be transferred ({@link viewOf}): it would be freed as soon as it is gone here.
 *
 * @throws {SysError} ENOMEM — there is no more
 */
export function hostedMemory(
  native: MemoryNative,
  kernel: number,
  bytes: number,
  view: typeof viewOf = viewOf,
): KernelMemory {
  const place = Buffer.alloc(8);
  const result = native.hk_mem_alloc(kernel, bytes, place);
  if (result < 0) throw new SysError({ errno: -result, syscall: 'mmap', op: 'memory' });
  const address = Number(place.readBigUInt64LE());
  const free = (): void => void native.hk_mem_free(address);
  let memory: ArrayBuffer;
  try {
    memory = view(address, bytes);
  } catch {
    free();
    return plainMemory(bytes);
  }
  unused.register(memory, free);
  return { buffer: Buffer.from(memory), address };
}
