import { afterEach, describe, expect, it, vi } from 'vitest';
import { makeBell, removeBell, ring } from './bell.fixture.ts';
import { PollGuard } from './poll-guard.ts';
import { ServerWatch } from './server-watch.ts';

/** A server is gone when this is readable; as that of a real one, nobody reads it. */
const descriptors: number[] = [];
const life = (): number => {
  const descriptor = makeBell();
  descriptors.push(descriptor);
  return descriptor;
};
const end = ring;
/** The event loop has looked at its descriptors, twice. */
const looked = async (): Promise<void> => {
  for (let turn = 0; turn < 4; turn++) await new Promise((next) => setTimeout(next, 5));
};

describe('ServerWatch', () => {
  afterEach(() => {
    for (const descriptor of descriptors.splice(0)) removeBell(descriptor);
  });

  it('asks for its descriptor when it starts, once', () => {
    const ask = vi.fn(life);
    const watch = new ServerWatch(ask, () => undefined);
    expect(ask).not.toHaveBeenCalled();
    watch.start();
    watch.start();
    expect(ask).toHaveBeenCalledTimes(1);
    watch.close();
  });

  it('says once that the server is gone, and lets the descriptor go', async () => {
    const descriptor = life();
    const gone = vi.fn();
    const watch = new ServerWatch(() => descriptor, gone);
    watch.start();
    await looked();
    expect(gone).not.toHaveBeenCalled();
    end(descriptor);
    await vi.waitFor(() => expect(gone).toHaveBeenCalled());
    await looked();
    expect(gone).toHaveBeenCalledTimes(1);
    expect(() => watch.start()).toThrow(expect.objectContaining({ code: 'ECONNRESET' }));
    new PollGuard(descriptor, () => undefined).close();
    watch.close();
  });

  it('finds one that had gone before it looked', async () => {
    const descriptor = life();
    end(descriptor);
    const gone = vi.fn();
    const watch = new ServerWatch(() => descriptor, gone);
    watch.start();
    await vi.waitFor(() => expect(gone).toHaveBeenCalledTimes(1));
  });

  it('says nothing after its close', async () => {
    const descriptor = life();
    const gone = vi.fn();
    const watch = new ServerWatch(() => descriptor, gone);
    watch.start();
    end(descriptor);
    watch.close();
    watch.close();
    watch.start();
    await looked();
    expect(gone).not.toHaveBeenCalled();
  });
});
