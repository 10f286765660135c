import { createRequire } from 'node:module';
import type { Callback, CallbackPrototype, FfiBackend, Prototype } from './ffi.ts';

/** What this file uses of koffi. Its own typings leave most of it `any`. */
interface Koffi {
  readonly version: string;
  readonly node: { readonly env: bigint };
  load(file: string | null): {
    func(symbol: string, result: string, params: readonly string[]): unknown;
    symbol(name: string): bigint;
  };
  proto(result: string, params: readonly string[]): object;
  pointer(type: object): object;
  register(fn: (...args: unknown[]) => unknown, type: object): bigint;
  unregister(callback: bigint): void;
  address(memory: Uint8Array): bigint;
  errno(): number;
  view(address: bigint, bytes: number): ArrayBuffer;
}

interface NodeApi {
  napi_get_uv_event_loop(env: bigint, loop: Uint8Array): number;
}
const NODE_API: { readonly [K in keyof NodeApi]: Prototype } = {
  napi_get_uv_event_loop: { result: 'int', params: ['uintptr_t', 'void *'] },
};

/**
 * Memory of others' that no other object takes over. Node.js posts none that comes of Node-API, so what is
 * left are the methods of the buffer. `markAsUntransferable` would cover them as well, but from 24 on
 * Node.js then ends with a fatal error when it gives such buffers up at its exit.
 */
function keptHere(memory: ArrayBuffer): ArrayBuffer {
  const value = (): never => {
    throw new TypeError('this memory is not the program’s own and cannot be transferred');
  };
  return Object.defineProperties(memory, {
    transfer: { value },
    transferToFixedLength: { value },
  });
}

/**
 * koffi, and the only file that knows it. It is asked for here and not imported: it has no binary
 * for every system, and an import that fails would take everything down that imports libsys.
 *
 * @throws {Error} koffi is not installed, or has no binary for this system
 */
export function openKoffi(): FfiBackend {
  const koffi = createRequire(import.meta.url)('koffi') as Koffi;
  const load = (
    file: string | undefined,
    prototypes: Readonly<Record<string, Prototype>>,
  ): Record<string, unknown> => {
    const library = koffi.load(file ?? null);
    const functions: Record<string, unknown> = {};
    for (const [name, { symbol = name, result, params }] of Object.entries(prototypes)) {
      functions[name] = library.func(symbol, result, params);
    }
    return functions;
  };
  // Types stay for ever, so each is made once.
  const types = new WeakMap<CallbackPrototype, object>();
  const callback: FfiBackend['callback'] = (prototype, fn): Callback => {
    const known = types.get(prototype);
    const type = known ?? koffi.pointer(koffi.proto(prototype.result, prototype.params));
    if (known === undefined) types.set(prototype, type);
    const address = koffi.register(fn, type);
    return { address, release: () => koffi.unregister(address) };
  };
  return {
    name: 'koffi',
    version: koffi.version,
    load,
    callback,
    addressOf: (memory) => Number(koffi.address(memory)),
    viewOf: (address, bytes) => keptHere(koffi.view(BigInt(address), bytes)),
    symbolOf: (name) => Number(koffi.load(null).symbol(name)),
    lastErrno: () => koffi.errno(),
    eventLoop: () => {
      const loop = new BigUint64Array(1);
      const api = load(undefined, NODE_API) as unknown as NodeApi;
      const status = api.napi_get_uv_event_loop(koffi.node.env, new Uint8Array(loop.buffer));
      if (status !== 0)
        throw new Error(`this thread has no event loop (Node-API status ${status})`);
      return Number(loop[0]);
    },
  };
}
