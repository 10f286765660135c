import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeBell, removeBell, ring, silence } from './bell.fixture.ts';
import { errnoNumber } from './errno.ts';
import { toFd } from './fd.ts';
import { POLLHUP, POLLIN, POLLOUT } from './kernel.ts';
import { FileReadiness } from './readiness.ts';
import { SysError } from './sys-error.ts';

/** A file with hk_pollarm's rules: level state, and one ring of the bell for each arming. */
class ArmedFile {
  readonly descriptor: number = makeBell();
  armed = 0;
  arms = 0;
  #now = 0;
  error = 0;

  set(events: number): void {
    this.#now = events;
    if ((this.armed & events) !== 0 || (this.armed !== 0 && (events & POLLHUP) !== 0)) this.ring();
  }
  ring(): void {
    this.armed = 0;
    ring(this.descriptor);
  }
  readonly arm = (events: number): number => {
    this.arms++;
    if (this.error !== 0) return this.error;
    const now = this.#now & (events | POLLHUP);
    if (now === 0) this.armed = events;
    return now;
  };
  readonly drain = (): void => {
    silence(this.descriptor);
  };
}

describe('FileReadiness', () => {
  let file: ArmedFile;
  let readiness: FileReadiness;
  beforeEach(() => {
    file = new ArmedFile();
    readiness = new FileReadiness(toFd(5), {
      manner: 'quiet',
      descriptor: () => file.descriptor,
      arm: file.arm,
      drain: file.drain,
    });
  });
  afterEach(() => {
    readiness.close();
    removeBell(file.descriptor);
  });

  it('resolves at once when something is ready', async () => {
    file.set(POLLIN | POLLOUT);
    expect(await readiness.wait({ readable: true })).toEqual({
      readable: true,
      writable: false,
      priority: false,
      hangup: false,
    });
  });

  it('resolves when it comes to be, again and again', async () => {
    for (let i = 0; i < 50; i++) {
      const wait = readiness.wait({ readable: true });
      file.set(POLLIN);
      expect((await wait).readable).toBe(true);
      file.set(0);
    }
  });

  it('wakes only who wants what came, and goes on waiting for the others', async () => {
    const order: string[] = [];
    const readable = readiness.wait({ readable: true }).then(() => order.push('readable'));
    const writable = readiness.wait({ writable: true }).then(() => order.push('writable'));
    file.set(POLLOUT);
    await writable;
    expect(order).toEqual(['writable']);
    file.set(POLLIN);
    await readable;
    expect(order).toEqual(['writable', 'readable']);
  });

  it('loses nobody when a wait finds what another one waits for', async () => {
    const first = readiness.wait({ readable: true });
    file.armed = 0;
    file.set(POLLIN);
    expect((await readiness.wait({ readable: true, writable: true })).readable).toBe(true);
    expect((await first).readable).toBe(true);
  });

  it('goes on waiting after a ring for nothing', async () => {
    const wait = readiness.wait({ readable: true });
    const before = file.arms;
    file.ring();
    while (file.arms === before) await new Promise((turn) => setImmediate(turn));
    expect(file.armed).toBe(POLLIN);
    file.set(POLLIN);
    expect((await wait).readable).toBe(true);
  });

  it('ends every wait when the device hangs up', async () => {
    const waits = [readiness.wait({ readable: true }), readiness.wait({ writable: true })];
    file.set(POLLHUP);
    for (const ready of await Promise.all(waits)) expect(ready.hangup).toBe(true);
  });

  it('ends with AbortError when its signal fires, and the others stay', async () => {
    const controller = new AbortController();
    const aborted = readiness.wait({ readable: true }, { signal: controller.signal });
    const other = readiness.wait({ readable: true });
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError', cause: reason });
    file.set(POLLIN);
    expect((await other).readable).toBe(true);
    await expect(
      readiness.wait({ readable: true }, { signal: controller.signal }),
    ).rejects.toMatchObject({ code: 'ABORT_ERR' });
  });

  it('ends with EBADF when the file is closed, and stays so', async () => {
    const wait = readiness.wait({ readable: true });
    readiness.close();
    readiness.close();
    await expect(wait).rejects.toMatchObject({ name: 'SysError', code: 'EBADF' });
    await expect(readiness.wait({ readable: true })).rejects.toMatchObject({ code: 'EBADF' });
  });

  it('ends with what it is told to, and stays so until it is closed', async () => {
    const waits = [readiness.wait({ readable: true }), readiness.wait({ writable: true })];
    readiness.fail(() => new SysError({ code: 'ECONNRESET', syscall: 'poll' }));
    for (const wait of waits) await expect(wait).rejects.toMatchObject({ code: 'ECONNRESET' });
    file.set(POLLIN);
    await expect(readiness.wait({ readable: true })).rejects.toMatchObject({ code: 'ECONNRESET' });
    readiness.close();
    readiness.fail(() => new SysError({ code: 'ECONNRESET', syscall: 'poll' }));
    await expect(readiness.wait({ readable: true })).rejects.toMatchObject({ code: 'EBADF' });
  });

  it("ends with the kernel's error", async () => {
    file.error = -errnoNumber('ECONNRESET');
    await expect(readiness.wait({ readable: true })).rejects.toMatchObject({ code: 'ECONNRESET' });
    file.error = 0;
    const wait = readiness.wait({ readable: true });
    file.error = -errnoNumber('ECONNRESET');
    file.ring();
    await expect(wait).rejects.toMatchObject({ code: 'ECONNRESET' });
  });
});
