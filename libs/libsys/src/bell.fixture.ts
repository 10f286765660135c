import { loadLibrary } from './ffi.ts';

interface Host {
  eventfd(initial: number, flags: number): number;
  read(descriptor: number, memory: Uint8Array, length: number): number;
  write(descriptor: number, memory: Uint8Array, length: number): number;
  close(descriptor: number): number;
}
const host = loadLibrary<Host>(undefined, {
  eventfd: { result: 'int', params: ['uint32_t', 'int'] },
  read: { result: 'intptr_t', params: ['int', 'void *', 'uintptr_t'] },
  write: { result: 'intptr_t', params: ['int', 'void *', 'uintptr_t'] },
  close: { result: 'int', params: ['int'] },
});

export const EFD_NONBLOCK = 0o4000;

/** A descriptor that is readable from a {@link ring} until it is silenced. */
export function makeBell(): number {
  return host.eventfd(0, EFD_NONBLOCK);
}
export function ring(bell: number): void {
  host.write(bell, new Uint8Array(new BigUint64Array([1n]).buffer), 8);
}
export function silence(bell: number): void {
  host.read(bell, new Uint8Array(8), 8);
}
export function removeBell(bell: number): void {
  host.close(bell);
}
