import { AsyncLocalStorage } from 'node:async_hooks';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { EFD_NONBLOCK, makeBell, removeBell, ring, silence } from './bell.fixture.ts';
import { type Built, buildSources } from './built.fixture.ts';
import { FFI_BACKEND } from './ffi.ts';
import { type RawPollHandle, rawPoll } from './uv-poll.ts';

describe(`a handle of the event loop, by ${FFI_BACKEND}`, () => {
  const descriptors: number[] = [];
  const handles = new Set<RawPollHandle>();
  const bell = (): number => {
    const descriptor = makeBell();
    descriptors.push(descriptor);
    return descriptor;
  };
  const poll = (descriptor: number, callback: () => void, events = { readable: true }) => {
    const handle = rawPoll(descriptor, events, callback);
    handles.add(handle);
    return handle;
  };
  const close = (handle: RawPollHandle): void => {
    handles.delete(handle);
    handle.close();
  };
  /** Resolves when the loop has looked at every descriptor that is ready now. */
  const turn = (): Promise<void> => {
    const descriptor = bell();
    ring(descriptor);
    return new Promise((resolve) => {
      const handle = poll(descriptor, () => {
        close(handle);
        resolve();
      });
    });
  };
  afterEach(() => {
    for (const handle of handles) close(handle);
    for (const descriptor of descriptors.splice(0)) removeBell(descriptor);
  });

  it('calls back in every turn in which the descriptor is ready', async () => {
    const descriptor = bell();
    let calls = 0;
    poll(descriptor, () => calls++);
    await turn();
    expect(calls).toBe(0);
    ring(descriptor);
    await turn();
    const first = calls;
    expect(first).toBeGreaterThan(0);
    await turn();
    expect(calls).toBeGreaterThan(first);
    silence(descriptor);
    await turn();
    const last = calls;
    await turn();
    expect(calls).toBe(last);
  });

  it('does not call back when it is stopped, nor for what came before it was started', async () => {
    const descriptor = bell();
    ring(descriptor);
    let calls = 0;
    const handle = poll(descriptor, () => calls++);
    handle.stop();
    await turn();
    expect(calls).toBe(0);
    silence(descriptor);
    handle.start({ readable: true }, () => calls++);
    await turn();
    expect(calls).toBe(0);
    handle.start({ writable: true }, () => calls++);
    await turn();
    expect(calls).toBeGreaterThan(0);
  });

  it('can be closed by any callback of the same turn', async () => {
    const [one, two] = [bell(), bell()];
    let calls = 0;
    const closeBoth = (): void => {
      calls++;
      for (const handle of [...handles]) close(handle);
    };
    const woken = new Promise<void>((resolve) => {
      poll(one, () => {
        closeBoth();
        resolve();
      });
      poll(two, () => {
        closeBoth();
        resolve();
      });
    });
    ring(one);
    ring(two);
    await woken;
    await turn();
    expect(calls).toBe(1);
  });

  it('calls back in no asynchronous context', async () => {
    const storage = new AsyncLocalStorage<string>();
    // Nothing waits, and the loop has noticed: the next to wait starts the looking anew.
    for (let i = 0; i < 3; i++) await new Promise(setImmediate);
    const descriptor = bell();
    ring(descriptor);
    const seen = await storage.run('of a request', () => {
      return new Promise<unknown>((resolve) => {
        poll(descriptor, () => {
          silence(descriptor);
          resolve(storage.getStore());
        });
      });
    });
    expect(seen).toBeUndefined();
  });

  it('is refused, and nothing worse, for what cannot be waited for', () => {
    const descriptor = bell();
    poll(descriptor, () => undefined);
    const refused = (code: string) =>
      expect.objectContaining({ name: 'SysError', code, syscall: 'poll' });
    expect(() => poll(descriptor, () => undefined)).toThrow(refused('EEXIST'));
    expect(() => poll(-1, () => undefined)).toThrow(refused('EBADF'));
  });

  it('may come and go ten thousand times', async () => {
    const descriptor = bell();
    for (let i = 0; i < 10; i++) {
      for (let j = 0; j < 1000; j++) close(poll(descriptor, () => undefined));
      await turn();
    }
    let calls = 0;
    poll(descriptor, () => calls++);
    ring(descriptor);
    await turn();
    expect(calls).toBeGreaterThan(0);
  });

  it('is one of very many, and each is called for its own descriptor', async () => {
    const called = new Set<number>();
    const many = Array.from({ length: 300 }, bell);
    for (const descriptor of many) poll(descriptor, () => called.add(descriptor));
    const rung = many.filter((_, i) => i % 7 === 3);
    for (const descriptor of rung) ring(descriptor);
    await turn();
    expect([...called].sort((a, b) => a - b)).toEqual(rung);
  });
});

/** Waits for a descriptor that is ready, in a worker, and then something ends while it waits. */
const WORKER = `
  import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
  const how = process.argv[2] ?? workerData.how;
  const system = process.argv[3] ?? workerData?.system;
  const { loadLibrary } = await import('./ffi.mjs');
  if (system === 'sunos') Object.defineProperty(process, 'platform', { value: system });
  const { rawPoll } = await import('./uv-poll.mjs');
  if (isMainThread) {
    const worker = new Worker(new URL(import.meta.url), { workerData: { how, system } });
    worker.on('message', () => {
      if (how === 'terminate') void worker.terminate();
      if (how === 'main') process.exit(3);
    });
    worker.on('exit', (code) => console.log('the worker ended', code));
  } else {
    const { eventfd } = loadLibrary(undefined, { eventfd: { result: 'int', params: ['uint32_t', 'int'] } });
    let calls = 0;
    const wait = () => rawPoll(eventfd(1, ${EFD_NONBLOCK}), { readable: true }, () => {
      if (++calls === 1) parentPort.postMessage('waits');
      if (how === 'exit' && calls === 10) process.exit(4);
      if (how === 'stay' && calls === 10) { handle.unref(); quiet.unref(); }
      if (how === 'close' && calls === 10) { handle.close(); quiet.close(); }
      if (how === 'throw' && calls === 10) throw new Error('thrown on purpose');
    });
    const quiet = rawPoll(eventfd(0, ${EFD_NONBLOCK}), { readable: true }, () => undefined);
    const handle = wait();
  }`;

describe(`the end of a thread that waits, by ${FFI_BACKEND}`, () => {
  let built: Built;
  beforeAll(async () => {
    built = await buildSources(['ffi', 'uv-poll']);
  });
  afterAll(() => built.dispose());

  const ENDS = [
    ['its worker is terminated', 'terminate', 0, 'the worker ended 1\n'],
    ['the main thread exits', 'main', 3, ''],
    ['its worker exits', 'exit', 0, 'the worker ended 4\n'],
    ['its worker ends and it does not matter', 'stay', 0, 'the worker ended 0\n'],
    ['its worker ends and it is closed', 'close', 0, 'the worker ended 0\n'],
  ] as const;
  it.each(ENDS)('does no harm when %s', async (_what, how, code, stdout) => {
    const ended = await built.run(WORKER, { args: [how, process.platform] });
    expect(ended).toEqual({ code, signal: null, stdout, stderr: '' });
  });

  it.each(ENDS)("does no harm when %s, by illumos' rules", async (_what, how, code, stdout) => {
    const ended = await built.run(WORKER, { args: [how, 'sunos'] });
    expect(ended).toEqual({ code, signal: null, stdout, stderr: '' });
  });

  it('is a plain one when a callback throws', async () => {
    const ended = await built.run(WORKER, { args: ['throw'] });
    expect(ended).toMatchObject({ code: 1, signal: null });
    expect(ended.stderr).toContain('Error: thrown on purpose');
  });

  it('is not kept off by a handle without a reference, nor hastened by one with', async () => {
    const program = `
      import { loadLibrary } from './ffi.mjs';
      import { rawPoll } from './uv-poll.mjs';
      const { eventfd } = loadLibrary(undefined, { eventfd: { result: 'int', params: ['uint32_t', 'int'] } });
      const unreferenced = rawPoll(eventfd(0, ${EFD_NONBLOCK}), { readable: true }, () => undefined);
      unreferenced.unref();
      if (process.argv[2] === 'wait') {
        const handle = rawPoll(eventfd(1, ${EFD_NONBLOCK}), { readable: true }, () => {
          console.log('called');
          handle.close();
        });
      }`;
    const plain = { code: 0, signal: null, stderr: '' };
    expect(await built.run(program)).toEqual({ ...plain, stdout: '' });
    expect(await built.run(program, { args: ['wait'] })).toEqual({ ...plain, stdout: 'called\n' });
  });

  it('leaves no wish to run: a program that only waits uses no time', async () => {
    const program = `
      import { loadLibrary } from './ffi.mjs';
      import { rawPoll } from './uv-poll.mjs';
      const { eventfd } = loadLibrary(undefined, { eventfd: { result: 'int', params: ['uint32_t', 'int'] } });
      const handle = rawPoll(eventfd(0, ${EFD_NONBLOCK}), { readable: true }, () => undefined);
      const before = performance.nodeTiming.uvMetricsInfo.loopCount;
      setTimeout(() => {
        console.log(performance.nodeTiming.uvMetricsInfo.loopCount - before < 20);
        handle.close();
      }, 100);`;
    const { stdout } = await built.run(program);
    expect(stdout).toBe('true\n');
  });
});
