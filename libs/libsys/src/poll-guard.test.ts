import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { makeBell, removeBell, ring, silence } from './bell.fixture.ts';
import { PollGuard } from './poll-guard.ts';

const collectGarbage = (): void => {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  for (let i = 0; i < 5; i++) gc();
};

describe('PollGuard', () => {
  const descriptors: number[] = [];
  const guards: PollGuard[] = [];
  const bell = (): number => {
    const descriptor = makeBell();
    descriptors.push(descriptor);
    return descriptor;
  };
  const guard = (descriptor: number, onEvent: () => void): PollGuard => {
    const made = new PollGuard(descriptor, onEvent);
    guards.push(made);
    return made;
  };
  afterEach(() => {
    for (const made of guards.splice(0)) made.close();
    for (const descriptor of descriptors.splice(0)) removeBell(descriptor);
  });

  it('lives on when nothing refers to it', async () => {
    const descriptor = bell();
    const rung = new Promise<void>((resolve) => {
      (() => {
        new PollGuard(descriptor, () => {
          silence(descriptor);
          resolve();
        }).start({ readable: true });
      })();
    });
    collectGarbage();
    ring(descriptor);
    await rung;
    const table = (globalThis as unknown as Record<symbol, Map<number, PollGuard>>)[
      Symbol.for('libsys.poll-guards')
    ];
    table?.get(descriptor)?.close();
    expect(table?.has(descriptor)).toBe(false);
  });

  it('is the only one of its descriptor', () => {
    const descriptor = bell();
    const first = guard(descriptor, () => undefined);
    first.start({ readable: true });
    const busy = expect.objectContaining({ code: 'EBUSY' });
    expect(() => new PollGuard(descriptor, () => undefined)).toThrow(busy);
    first.close();
    guard(descriptor, () => undefined).start({ readable: true });
    expect(() => first.start({ readable: true })).toThrow(busy);
  });

  it('is the only one even if the module is there twice', async () => {
    const descriptor = bell();
    guard(descriptor, () => undefined).start({ readable: true });
    vi.resetModules();
    const again = await import('./poll-guard.ts');
    expect(again.PollGuard).not.toBe(PollGuard);
    expect(() => new again.PollGuard(descriptor, () => undefined)).toThrow(
      expect.objectContaining({ code: 'EBUSY' }),
    );
  });

  it('does nothing after its close', () => {
    const made = guard(bell(), () => undefined);
    made.start({ readable: true });
    made.close();
    made.close();
    made.stop();
    made.idle();
  });

  it('does not call back after its close', async () => {
    const descriptor = bell();
    const calls: string[] = [];
    const made = guard(descriptor, () => calls.push('closed one'));
    made.start({ readable: true });
    ring(descriptor);
    made.close();
    const other = bell();
    await new Promise<void>((resolve) => {
      guard(other, () => {
        silence(other);
        resolve();
      }).start({ readable: true });
      ring(other);
    });
    expect(calls).toEqual([]);
  });

  it('waits for other events when asked to', async () => {
    const descriptor = bell();
    let woken = (): void => undefined;
    const made = guard(descriptor, () => {
      made.stop();
      woken();
    });
    made.start({ readable: true });
    const writable = new Promise<void>((resolve) => {
      woken = resolve;
    });
    made.start({ writable: true });
    await writable;
    const readable = new Promise<void>((resolve) => {
      woken = resolve;
    });
    made.start({ readable: true });
    ring(descriptor);
    await readable;
  });
});
