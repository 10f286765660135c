import { setTimeout as sleep } from 'node:timers/promises';
import type { FrameBatch, FrameLink, WaitOptions } from 'libunet';

/** A link that has no room for what is written, as long as somebody says so. Otherwise the one inside. */
export interface HeldUpLink extends FrameLink {
  room: 'none' | 'as inside';
}

/** @param inside borrowed */
export function heldUp(inside: FrameLink): HeldUpLink {
  const own = {
    room: 'none' as HeldUpLink['room'],
    writeBatch: (batch: FrameBatch, from?: number) =>
      own.room === 'none' ? 0 : inside.writeBatch(batch, from),
    writeAll: async (batch: FrameBatch, options?: WaitOptions) => {
      while (own.room === 'none') {
        options?.signal?.throwIfAborted();
        await sleep(1);
      }
      await inside.writeAll(batch, options);
    },
  };
  return new Proxy(inside as HeldUpLink, {
    get: (_, name) => {
      const from: object = name in own ? own : inside;
      const value = Reflect.get(from, name, from) as unknown;
      return typeof value === 'function' ? value.bind(from) : value;
    },
    set: (_, name, value) => Reflect.set(own, name, value),
  });
}
