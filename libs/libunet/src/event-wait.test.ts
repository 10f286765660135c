import { SysError } from 'libsys';
import { describe, expect, it } from 'vitest';
import { EventWait } from './event-wait.ts';

const notHere = (): Promise<never> =>
  Promise.reject(new SysError({ code: 'ENOTSUP', syscall: 'poll' }));
const never = new AbortController().signal;

describe('EventWait', () => {
  it('waits as the event loop does', async () => {
    const failure = new SysError({ code: 'ECONNRESET', syscall: 'poll' });
    await new EventWait(() => Promise.resolve()).wait(never);
    await expect(new EventWait(() => Promise.reject(failure)).wait(never)).rejects.toBe(failure);
  });

  it('ends at intervals where the event loop cannot wait, and does not ask again', async () => {
    let asked = 0;
    const wait = new EventWait(() => {
      asked++;
      return notHere();
    }, 1);
    for (let i = 0; i < 3; i++) await wait.wait(never);
    expect(asked).toBe(1);
  });

  it('ends when the link is woken by something else', async () => {
    const wait = new EventWait(notHere, 3_600_000);
    for (let i = 0; i < 3; i++) {
      const waiting = wait.wait(never);
      await new Promise((turn) => setImmediate(turn));
      wait.wake();
      await waiting;
    }
    wait.wake();
  });

  it('ends when its signal fires', async () => {
    const controller = new AbortController();
    const waiting = new EventWait(notHere, 3_600_000).wait(controller.signal);
    setImmediate(() => controller.abort());
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  });
});
