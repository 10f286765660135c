import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadLibrary } from 'libsys';

/** The distributions that the test double of libdladm is built for. @see double/double.h */
export const VARIANTS = ['gate2022', 'smartos2021', 'gate2025'] as const;
export type Variant = (typeof VARIANTS)[number];

interface DoubleNative {
  double_fail(name: string, nth: number, status: number): number;
  double_calls(name: string): number;
  double_held(): number;
  double_misuses(): number;
  double_restart(): void;
  double_linkprop_init(handle: number | bigint, id: number): number;
}

interface HandleNative {
  open(handle: Uint8Array): number;
  close(handle: bigint): void;
}

/**
 * A test double of illumos' libdladm over the hosted kernel of this process, which has to run
 * before. It records links below a root directory of its own.
 */
export class LibdladmDouble {
  readonly file: string;
  readonly root: string;
  readonly #native: DoubleNative;

  constructor(variant: Variant, root: string = mkdtempSync(join(tmpdir(), 'unet-double-'))) {
    const name = `../double/build/libdladm_double_${variant}.so`;
    this.file = fileURLToPath(new URL(name, import.meta.url));
    this.root = root;
    process.env['LIBDLADM_DOUBLE_ROOT'] = root;
    delete process.env['LIBDLADM_DOUBLE_ZONE'];
    this.#native = loadLibrary<DoubleNative>(this.file, {
      double_fail: { result: 'int', params: ['const char *', 'uint64_t', 'int'] },
      double_calls: { result: 'uint64_t', params: ['const char *'] },
      double_held: { result: 'int', params: [] },
      double_misuses: { result: 'int', params: [] },
      double_restart: { result: 'void', params: [] },
      double_linkprop_init: { result: 'int', params: ['uintptr_t', 'uint32_t'] },
    });
    this.restart();
  }

  /**
   * Has the nth call from now on of a function fail, or of any (`''`); 0: none. Tells whether the one
   * that was asked for before has come.
   */
  fail(name: string, nth: number, status: number): 'came' | 'pending' {
    return this.#native.double_fail(name, nth, status) === 0 ? 'came' : 'pending';
  }

  /** How often a function was called, in this process. */
  calls(name: string): number {
    return this.#native.double_calls(name);
  }

  /** Handles, open records and snapshots that were not given back. */
  held(): number {
    return this.#native.double_held();
  }

  /** Uses of handles and records that are none, or not any more. */
  misuses(): number {
    return this.#native.double_misuses();
  }

  /** The daemon dies and comes back. */
  restart(): void {
    this.#native.double_restart();
  }

  /** What the daemon does a little after the kernel got a link. Answers a status, 0 if all went well. */
  applyRecorded(id: number): number {
    const { open, close } = loadLibrary<HandleNative>(this.file, {
      open: { symbol: 'dladm_open', result: 'int', params: ['void *'] },
      close: { symbol: 'dladm_close', result: 'void', params: ['uintptr_t'] },
    });
    const memory = Buffer.allocUnsafeSlow(8);
    if (open(memory) !== 0) throw new Error('libdladm cannot be opened');
    const handle = memory.readBigUInt64LE();
    try {
      return this.#native.double_linkprop_init(handle, id);
    } finally {
      close(handle);
    }
  }

  /** Who opens the library from now on is in a zone; `undefined`: in the global one. */
  enterZone(name: string | undefined): void {
    if (name === undefined) delete process.env['LIBDLADM_DOUBLE_ZONE'];
    else process.env['LIBDLADM_DOUBLE_ZONE'] = name;
  }

  /** Removes what was recorded. */
  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
