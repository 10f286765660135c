import { AsyncResource } from 'node:async_hooks';
import { setImmediate } from 'node:timers';
import { isMainThread } from 'node:worker_threads';
import { type FfiBackend, ffiBackend, loadLibrary, type Prototype } from './ffi.ts';
import { SysError } from './sys-error.ts';

/**
 * Waiting for a descriptor in Node's event loop, by libuv itself: Node exports its functions, and
 * either back end of `ffi.ts` can call them. All that libuv calls are C functions of its own and
 * `free`, because a loop turns a last time when its thread is taken down, when calling JavaScript
 * would abort the process. So what a wake-up does is to write its status into the handle, and a
 * `setImmediate`, which comes after the waiting in every turn of the loop, looks which handles were
 * written to. It is unreferenced: it makes the loop neither turn nor stay.
 *
 * @see https://docs.libuv.org/en/v1.x/poll.html
 */

/** What to wait for. */
export interface PollEvents {
  readonly readable?: boolean;
  readonly writable?: boolean;
  readonly disconnect?: boolean;
}

/** A handle of the event loop. Its hazards are handled in `poll-guard.ts`, its only user. */
export interface RawPollHandle {
  /** Starts waiting, or waits for something else. `callback` is called for as long as it is ready. */
  start(events: PollEvents, callback: () => void): void;
  stop(): void;
  /** Gives the handle up. None of its methods may be called again. */
  close(): void;
  /** Whether the process, or the worker, stays for it. It does at first. */
  ref(): void;
  unref(): void;
}

interface Uv {
  handleSize(type: number): number;
  pollInit(loop: number, handle: number, descriptor: number): number;
  pollStart(handle: number, events: number, callback: number): number;
  pollStop(handle: number): number;
  isActive(handle: number): number;
  close(handle: number, callback: number): void;
  ref(handle: number): void;
  unref(handle: number): void;
  calloc(count: number, size: number): number;
  free(address: number): void;
}

const UV: { readonly [K in keyof Uv]: Prototype } = {
  handleSize: { symbol: 'uv_handle_size', result: 'uintptr_t', params: ['int'] },
  pollInit: { symbol: 'uv_poll_init', result: 'int', params: ['uintptr_t', 'uintptr_t', 'int'] },
  pollStart: { symbol: 'uv_poll_start', result: 'int', params: ['uintptr_t', 'int', 'uintptr_t'] },
  pollStop: { symbol: 'uv_poll_stop', result: 'int', params: ['uintptr_t'] },
  isActive: { symbol: 'uv_is_active', result: 'int', params: ['uintptr_t'] },
  close: { symbol: 'uv_close', result: 'void', params: ['uintptr_t', 'uintptr_t'] },
  ref: { symbol: 'uv_ref', result: 'void', params: ['uintptr_t'] },
  unref: { symbol: 'uv_unref', result: 'void', params: ['uintptr_t'] },
  calloc: { result: 'uintptr_t', params: ['uintptr_t', 'uintptr_t'] },
  free: { result: 'void', params: ['uintptr_t'] },
};

interface UvLoops {
  loopSize(): number;
  loopInit(loop: number): number;
  loopClose(loop: number): number;
  checkInit(loop: number, handle: number): number;
}

const UV_LOOPS: { readonly [K in keyof UvLoops]: Prototype } = {
  loopSize: { symbol: 'uv_loop_size', result: 'uintptr_t', params: [] },
  loopInit: { symbol: 'uv_loop_init', result: 'int', params: ['uintptr_t'] },
  loopClose: { symbol: 'uv_loop_close', result: 'int', params: ['uintptr_t'] },
  checkInit: { symbol: 'uv_check_init', result: 'int', params: ['uintptr_t', 'uintptr_t'] },
};

/** Numbers of libuv. @see uv_handle_type and uv_poll_event of uv.h */
const TYPE = { check: 2, poll: 8 } as const;
const EVENT = { readable: 1, writable: 2, disconnect: 4 } as const;

/** The first member of a handle, `data`, is its user's: this is there until libuv calls. */
const QUIET = 0x7fffffff;

/**
 * A handle that libuv made for itself, by its `flags`: the loop does not count it when it is closed.
 *
 * @see uv/unix.h, and UV_HANDLE_INTERNAL of libuv's uv-common.h
 */
const FLAGS_WORD = 88 / 4;
const UV_HANDLE_INTERNAL = 0x10;

/** The handles of this thread, and the turn of its loop in which they are looked at. */
class ThreadPolls {
  readonly #uv: Uv;
  readonly #backend: FfiBackend;
  readonly #loop: number;
  readonly #size: number;
  readonly #wake: number;
  readonly #free: number;
  readonly #mark: boolean;
  readonly #once: boolean;
  readonly #started = new Set<UvPoll>();
  #turning = false;

  constructor() {
    this.#uv = loadLibrary<Uv>(undefined, UV);
    this.#backend = ffiBackend();
    this.#loop = this.#backend.eventLoop();
    this.#size = this.#uv.handleSize(TYPE.poll);
    this.#free = this.#backend.symbolOf('free');
    // A worker's loop is closed when the worker ends, also when it is ended, without a line of
    // JavaScript; Node aborts the process if a handle is left in it. The main thread's never is.
    this.#mark = !isMainThread;
    // Node closes the descriptors of a worker that is ended, and then its loop turns once more. Only
    // on illumos does libuv ask the system anew then, for those that had been ready, and aborts.
    this.#once = !isMainThread && process.platform === 'sunos';
    // Called as void callback(handle, status, events): handle->data = status, or just a stop.
    this.#wake = this.#backend.symbolOf(this.#once ? 'uv_poll_stop' : 'uv_handle_set_data');
    if (this.#mark) checkMark(this.#uv, this.#backend);
  }

  open(descriptor: number): RawPollHandle {
    const address = this.#uv.calloc(1, this.#size);
    if (address === 0) throw new SysError({ code: 'ENOMEM', syscall: 'poll' });
    const words = new Int32Array(this.#backend.viewOf(address, this.#size));
    const status = this.#uv.pollInit(this.#loop, address, descriptor);
    // Nothing is called before this: a worker may be ended in between.
    if (this.#mark && status === 0)
      words[FLAGS_WORD] = (words[FLAGS_WORD] ?? 0) | UV_HANDLE_INTERNAL;
    if (status !== 0) {
      this.#uv.free(address);
      throw refused(descriptor, status);
    }
    return new UvPoll(this, descriptor, address, words);
  }

  start(poll: UvPoll): void {
    const status = this.#uv.pollStart(poll.address, poll.mask, this.#wake);
    if (status !== 0) throw refused(poll.descriptor, status);
    this.#started.add(poll);
    // From nobody's asynchronous context: the turns go on long after this call.
    if (!this.#turning) context.runInAsyncScope(this.#turnLater);
  }

  stop(poll: UvPoll): void {
    this.#started.delete(poll);
    this.#uv.pollStop(poll.address);
  }

  /** libuv frees the memory, when it has let go of it. */
  close(poll: UvPoll): void {
    this.#started.delete(poll);
    this.#uv.close(poll.address, this.#free);
  }

  ref(poll: UvPoll): void {
    this.#uv.ref(poll.address);
  }

  unref(poll: UvPoll): void {
    this.#uv.unref(poll.address);
  }

  /** Whether libuv called since it was asked last. */
  woken(poll: UvPoll): boolean {
    if (!this.#once) {
      if (poll.words[0] === QUIET) return false;
      poll.words[0] = QUIET;
      return true;
    }
    if (this.#uv.isActive(poll.address) !== 0) return false;
    this.start(poll);
    return true;
  }

  readonly #turnLater = (): void => {
    this.#turning = true;
    setImmediate(this.#turn).unref();
  };

  readonly #turn = (): void => {
    this.#turning = false;
    if (this.#started.size === 0) return;
    // First, because a callback may throw.
    this.#turnLater();
    for (const poll of this.#started) poll.callIfWoken();
  };
}

class UvPoll implements RawPollHandle {
  readonly descriptor: number;
  readonly address: number;
  /** The handle's memory. */
  readonly words: Int32Array;
  /** libuv's events that it waits for. */
  mask = 0;
  readonly #polls: ThreadPolls;
  #callback: () => void = () => undefined;

  constructor(polls: ThreadPolls, descriptor: number, address: number, words: Int32Array) {
    this.#polls = polls;
    this.descriptor = descriptor;
    this.address = address;
    this.words = words;
  }

  start(events: PollEvents, callback: () => void): void {
    this.mask =
      (events.readable === true ? EVENT.readable : 0) |
      (events.writable === true ? EVENT.writable : 0) |
      (events.disconnect === true ? EVENT.disconnect : 0);
    this.#callback = callback;
    this.words[0] = QUIET;
    this.#polls.start(this);
  }

  stop(): void {
    this.#polls.stop(this);
  }

  close(): void {
    this.#polls.close(this);
  }

  ref(): void {
    this.#polls.ref(this);
  }

  unref(): void {
    this.#polls.unref(this);
  }

  /** For each turn in which libuv called, which it does in every turn until nothing is ready. */
  callIfWoken(): void {
    if (this.#polls.woken(this)) this.#callback();
  }
}

function refused(descriptor: number, status: number): SysError {
  return new SysError({ errno: -status, syscall: 'poll', op: `wait for descriptor ${descriptor}` });
}

/**
 * Tries the mark out, on a loop of its own.
 *
 * @throws {SysError} ENOTSUP — this libuv does not know it
 */
function checkMark(uv: Uv, backend: FfiBackend): void {
  const loops = loadLibrary<UvLoops>(undefined, UV_LOOPS);
  const size = uv.handleSize(TYPE.check);
  const loop = uv.calloc(1, loops.loopSize());
  const handle = uv.calloc(1, size);
  const words = new Int32Array(backend.viewOf(handle, size));
  const made = loops.loopInit(loop) === 0 && loops.checkInit(loop, handle) === 0;
  const refusedAtFirst = made && loops.loopClose(loop) !== 0;
  words[FLAGS_WORD] = (words[FLAGS_WORD] ?? 0) | UV_HANDLE_INTERNAL;
  if (!refusedAtFirst || loops.loopClose(loop) !== 0) {
    // What is left of the two is lost: nothing safe can be done with them.
    throw new SysError({
      code: 'ENOTSUP',
      syscall: 'poll',
      text: `the event loop of a worker cannot be used in Node.js ${process.version}; open the kernel in the main thread`,
    });
  }
  uv.free(handle);
  uv.free(loop);
}

const context = new AsyncResource('libsys.poll');
let polls: ThreadPolls | undefined;

/**
 * Has a worker load now what it will wait by. koffi ends the process when a worker is terminated while
 * it looks up functions, and a worker is terminated when it has begun to work, rather than before.
 */
export function prepareWorker(): void {
  if (isMainThread) return;
  try {
    polls ??= new ThreadPolls();
  } catch {
    // Whoever waits is told; not everybody does.
  }
}

/**
 * Makes a handle for a host descriptor, and starts it.
 *
 * @throws {SysError} EEXIST — this thread waits for the descriptor already; EBADF, EPERM — it cannot
 * be waited for
 * @throws {LibraryError} there is no way to call C
 */
export function rawPoll(
  descriptor: number,
  events: PollEvents,
  callback: () => void,
): RawPollHandle {
  polls ??= new ThreadPolls();
  const handle = polls.open(descriptor);
  try {
    handle.start(events, callback);
  } catch (error) {
    handle.close();
    throw error;
  }
  return handle;
}
