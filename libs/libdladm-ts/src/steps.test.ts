import { AbortError } from 'libsys';
import { describe, expect, it } from 'vitest';
import { DladmError } from './errors.ts';
import { allOrNothing } from './steps.ts';

const busy = (): DladmError =>
  new DladmError({ status: 'LINKBUSY', op: 'destroy', link: 'vpn0', holder: 7 });
const fail = (error: unknown) => (): never => {
  throw error;
};

describe('an operation of several steps', () => {
  it('takes back what was done, the last step first, and throws what failed', async () => {
    const back: number[] = [];
    const error = busy();
    const tried = allOrNothing(undefined, async (steps) => {
      steps.do(
        () => 1,
        (done) => back.push(done),
      );
      await steps.wait(
        async () => 2,
        (done) => back.push(done),
      );
      steps.do(fail(error));
    });
    await expect(tried).rejects.toBe(error);
    expect(back).toEqual([2, 1]);
  });

  it('says of what could not be taken back what it says of all failures', async () => {
    const back: number[] = [];
    const lost = new DladmError({ status: 'IOERR', op: 'record' });
    const tried = allOrNothing(undefined, async (steps) => {
      steps.do(
        () => 1,
        (done) => back.push(done),
      );
      steps.do(() => 2, fail(lost));
      steps.do(fail(busy()));
    });
    const error: unknown = await tried.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DladmError);
    expect(error).toMatchObject({
      status: 'LINKBUSY',
      code: 'EBUSY',
      op: 'destroy',
      link: 'vpn0',
      holder: 7,
      text: 'link busy; undoing it failed too: I/O error',
      cause: { errors: [{ status: 'LINKBUSY' }, lost] },
    });
    expect(back).toEqual([1]);
  });

  it('that was given up is a failure if it cannot be taken back', async () => {
    const stop = new AbortController();
    const tried = allOrNothing(stop.signal, async (steps) => {
      steps.do(() => stop.abort(), fail(busy()));
      steps.do(() => undefined);
    });
    const error: unknown = await tried.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'DladmError', status: 'FAILED' });
    expect((error as DladmError).cause).toMatchObject({ errors: [expect.any(AbortError), busy()] });
  });
});
