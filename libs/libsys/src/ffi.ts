import { openKoffi } from './ffi-koffi.ts';
import { openNodeFfi } from './ffi-node.ts';
import { shareClass } from './shared-class.ts';

/**
 * The foreign function interface. What C is called is data: a table of prototypes; what comes out
 * are functions with the TypeScript types that the caller declares beside that table. Two back ends
 * do the work, koffi and Node's own `node:ffi`; which one is all that this file decides.
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
  /** 64 bits arrive as a number where that is exact, and as a bigint where not. */
  readonly result: Exclude<CType, 'void *'>;
  readonly params: readonly CType[];
}

/** The result and the parameters of a function of JavaScript that C calls. */
export interface CallbackPrototype {
  readonly result: 'void' | 'int';
  /** As results of C arrive: 64 bits as a number where that is exact, text as a copy of it. */
  readonly params: readonly Exclude<CType, 'void' | 'void *'>[];
}

/** A function of JavaScript that C can call. */
export interface Callback {
  readonly address: number | bigint;
  /** C must not call it any more. To be called once, and not from within it. */
  release(): void;
}

/**
 * A shared object that is missing, is of another machine, or lacks a function; or a foreign function
 * interface that is not there.
 */
export class LibraryError extends Error {
  static {
    shareClass(LibraryError, 'libsys.LibraryError');
  }

  /** What was to be loaded: a file, or `koffi` or `node:ffi`; `undefined`: this process. */
  readonly file: string | undefined;

  constructor(file: string | undefined, cause: unknown) {
    // Node.js adds who wanted a module that it cannot find, in lines of their own.
    const [why = ''] = (cause as Error).message.split('\n', 1);
    super(`cannot load ${file ?? 'the C library'}: ${why}`, { cause });
    this.name = 'LibraryError';
    this.file = file;
  }
}

/** What a way to call C can do. All of it is synchronous and concerns the calling thread. */
export interface FfiBackend {
  readonly name: 'koffi' | 'node:ffi';
  readonly version: string;
  /** @see loadLibrary @throws {Error} the file or a function is missing */
  load(
    file: string | undefined,
    prototypes: Readonly<Record<string, Prototype>>,
  ): Record<string, unknown>;
  /** @see withCallback The function must not throw. */
  callback(prototype: CallbackPrototype, fn: (...args: unknown[]) => unknown): Callback;
  /** @see addressOf */
  addressOf(memory: Uint8Array): number;
  /** @see viewOf */
  viewOf(address: number, bytes: number): ArrayBuffer;
  /** The address of a function of this process. @throws {Error} it has none of that name */
  symbolOf(name: string): number;
  /** @see lastErrno */
  lastErrno(): number;
  /** The address of this thread's `uv_loop_t`. */
  eventLoop(): number;
}

type Opener = () => FfiBackend;
const OPENERS: Readonly<Record<'koffi' | 'node', Opener>> = {
  koffi: openKoffi,
  node: openNodeFfi,
};

/**
 * Chooses the back end: the one that `UNET_FFI` names; otherwise koffi, and where that is not to be
 * had Node's own.
 *
 * @throws {LibraryError} it cannot be loaded
 * @throws {RangeError} `UNET_FFI` names none
 */
export function chooseBackend(
  env: NodeJS.ProcessEnv = process.env,
  openers: Readonly<Record<'koffi' | 'node', Opener>> = OPENERS,
): FfiBackend {
  const wish = env['UNET_FFI'] ?? '';
  if (wish !== '' && wish !== 'koffi' && wish !== 'node') {
    throw new RangeError(`UNET_FFI must be koffi or node, not ${wish}`);
  }
  const open = (which: 'koffi' | 'node'): FfiBackend => {
    try {
      return openers[which]();
    } catch (cause) {
      throw new LibraryError(which === 'node' ? 'node:ffi' : which, cause);
    }
  };
  if (wish !== '') return open(wish);
  try {
    return open('koffi');
  } catch (koffi) {
    try {
      return open('node');
    } catch (node) {
      const both = [koffi, node].map((error) => (error as Error).message).join('; ');
      throw new LibraryError(
        'a foreign function interface',
        new AggregateError([koffi, node], both),
      );
    }
  }
}

/** Undefined when there is none. Whoever only imports libsys is not to hear of that. */
const chosen: FfiBackend | undefined = (() => {
  try {
    return chooseBackend();
  } catch {
    return undefined;
  }
})();

/** The back end in use. @throws {LibraryError} there is none. @throws {RangeError} `UNET_FFI` names none */
export function ffiBackend(): FfiBackend {
  return chosen ?? chooseBackend();
}

/**
 * Loads a shared object, or with `undefined` takes this process, and looks up the functions of
 * `prototypes`. `T` states their TypeScript types; the table is trusted to agree with it.
 *
 * @throws {LibraryError} the file or a function is missing, or there is no way to call C
 */
export function loadLibrary<T extends object>(
  file: string | undefined,
  prototypes: { readonly [K in keyof T]: Prototype },
): T {
  const backend = ffiBackend();
  try {
    return backend.load(file, prototypes) as T;
  } catch (cause) {
    throw new LibraryError(file, cause);
  }
}

/**
 * Lends C a function for as long as `use` runs, which is to pass its address on as an `uintptr_t`.
 * C may call it on this thread only, and keep nothing of it. When `fn` throws, C is answered
 * `afterThrow`, and from then on whenever it calls again; the exception goes on when `use` is done.
 *
 * @returns what `use` returns
 */
export function withCallback<A extends readonly unknown[], R>(
  prototype: CallbackPrototype,
  fn: (...args: A) => number,
  afterThrow: number,
  use: (address: number | bigint) => R,
): R {
  let thrown: { readonly error: unknown } | undefined;
  const callback = ffiBackend().callback(prototype, (...args) => {
    if (thrown !== undefined) return afterThrow;
    try {
      return fn(...(args as unknown as A));
    } catch (error) {
      thrown = { error };
      return afterThrow;
    }
  });
  let result: R;
  try {
    result = use(callback.address);
  } finally {
    callback.release();
  }
  if (thrown !== undefined) throw (thrown as { readonly error: unknown }).error;
  return result;
}

/**
 * The address of JavaScript's own memory, for C to borrow during a call. Only for memory that stays
 * where it is: `Buffer.allocUnsafeSlow`. The caller keeps the memory referenced for as long as it
 * uses the address.
 */
export function addressOf(memory: Uint8Array): number {
  const address = ffiBackend().addressOf(memory);
  // User addresses have at most 57 bits in theory and 47 in practice; a double holds 53.
  if (!Number.isSafeInteger(address)) throw new RangeError('address does not fit a number');
  return address;
}

/**
 * C's memory at an address, not copied; only to be touched for as long as C leaves it there. It cannot
 * be transferred, to another thread or to another buffer.
 *
 * @throws {Error} this program may not have such buffers
 */
export function viewOf(address: number, bytes: number): ArrayBuffer {
  return ffiBackend().viewOf(address, bytes);
}

/** The errno of the C call just made. Only right in the same synchronous step as the call. */
export function lastErrno(): number {
  return ffiBackend().lastErrno();
}

/** Name and version of the back end in use, for reports; `none` where there is none. */
export const FFI_BACKEND: string =
  chosen === undefined ? 'none' : `${chosen.name} ${chosen.version}`;
