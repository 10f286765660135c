import koffi from 'koffi';
import { shareClass } from './shared-class.ts';

/**
 * The foreign function interface, and the only file that knows koffi. What C is called is data: a
 * table of prototypes; what comes out are functions with the TypeScript types that the caller
 * declares beside that table.
 */

/** C types by the names that `Prototype` uses. */
export type CType =
  | 'void'
  | 'int'
  | 'int32_t'
  | 'uint32_t'
  | 'int64_t'
  | 'uint64_t'
  | 'intptr_t'
  /** An address as a number, from {@link addressOf}. */
  | 'uintptr_t'
  /** Text, copied for the call. */
  | 'const char *'
  /** A Buffer or typed array, borrowed for the call; or `null`. */
  | 'void *';

/** The result and the parameters of a C function; `symbol` where it is called otherwise here. */
export interface Prototype {
  readonly symbol?: string;
  readonly result: CType;
  readonly params: readonly CType[];
}

/** A shared object that is missing, is of another machine, or lacks a function. */
export class LibraryError extends Error {
  static {
    shareClass(LibraryError, 'libsys.LibraryError');
  }

  /** The file that was to be loaded; `undefined`: this process. */
  readonly file: string | undefined;

  constructor(file: string | undefined, cause: unknown) {
    super(`cannot load ${file ?? 'the C library'}: ${(cause as Error).message}`, { cause });
    this.name = 'LibraryError';
    this.file = file;
  }
}

/**
 * Loads a shared object, or with `undefined` takes this process, and looks up the functions of
 * `prototypes`. `T` states their TypeScript types; the table is trusted to agree with it.
 *
 * @throws {LibraryError} the file or a function is missing
 */
export function loadLibrary<T extends object>(
  file: string | undefined,
  prototypes: { readonly [K in keyof T]: Prototype },
): T {
  try {
    const library = koffi.load(file ?? null);
    const functions: Record<string, unknown> = {};
    for (const [name, prototype] of Object.entries<Prototype>(prototypes)) {
      const { symbol = name, result, params } = prototype;
      functions[name] = library.func(symbol, result, [...params]);
    }
    return functions as T;
  } catch (cause) {
    throw new LibraryError(file, cause);
  }
}

/**
 * The address of JavaScript's own memory, for C to borrow during a call. Only for memory that stays
 * where it is: `Buffer.allocUnsafeSlow`. The caller keeps the memory referenced for as long as it
 * uses the address.
 */
export function addressOf(memory: Uint8Array): number {
  const address = Number(koffi.address(memory));
  // User addresses have at most 57 bits in theory and 47 in practice; a double holds 53.
  if (!Number.isSafeInteger(address)) throw new RangeError('address does not fit a number');
  return address;
}

/**
 * C's memory at an address, not copied; only to be touched for as long as C leaves it there.
 *
 * @throws {Error} this program may not have such buffers
 */
export function viewOf(address: number, bytes: number): ArrayBuffer {
  return koffi.view(BigInt(address), bytes);
}

/** The errno of the C call just made. Only right in the same synchronous step as the call. */
export function lastErrno(): number {
  return koffi.errno();
}

/** What to wait for, and what came. */
export interface PollEvents {
  readonly readable?: boolean;
  readonly writable?: boolean;
  readonly disconnect?: boolean;
}

/** koffi's event-loop handle. Its hazards are handled in `poll-guard.ts`, its only user. */
export interface RawPollHandle {
  start(events: PollEvents, callback: (status: number, events: PollEvents) => void): void;
  stop(): void;
  close(): void;
  ref(): void;
  unref(): void;
}

/** Makes an event-loop handle for a host descriptor. koffi's typings have the callback wrong. */
export function rawPoll(
  descriptor: number,
  events: PollEvents,
  callback: (status: number, events: PollEvents) => void,
): RawPollHandle {
  const asTyped = callback as unknown as (events: object) => void;
  return koffi.node.poll(descriptor, events, asTyped) as unknown as RawPollHandle;
}

/** Name and version of the interface in use, for reports. */
export const FFI_BACKEND: string = `koffi ${koffi.version}`;
