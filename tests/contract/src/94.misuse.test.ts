import type { Fd } from 'libsys';
import { FrameBatch, openUnet, type UnetEvent, type UnetLink } from 'libunet';
import { describe, expect } from 'vitest';
import type { BusPort } from './bus-port.ts';
import { CHILD_START, runChild } from './child.ts';
import { frame, plain } from './ethernet.ts';
import { it, type World } from './fixture.ts';

async function held(world: World): Promise<{ link: UnetLink; port: BusPort }> {
  world.create('vpn0');
  return { link: await world.open('vpn0'), port: world.port('vpn0') };
}

const busy = (text: string) => expect.objectContaining({ code: 'EBUSY', link: 'vpn0', text });
const WRITTEN = 'batch waits to be written; await that first';

/** A batch that is being written: single frames are before it, so it has to wait for its turn. */
function pendingWrite(link: UnetLink): { batch: FrameBatch; done: Promise<void> } {
  const batch = link.createBatch();
  for (let i = 0; i < 64; i++) batch.push(frame(1514, i));
  void link.write(frame(60));
  return { batch, done: link.writeAll(batch) };
}

describe('a batch that waits to be written', () => {
  it('is for nobody else, on this link or another', async ({ world }) => {
    const { link } = await held(world);
    world.create('vpn1');
    const other = await world.open('vpn1');
    const { batch, done } = pendingWrite(link);
    expect(() => link.readBatch(batch)).toThrow(busy(WRITTEN));
    expect(() => link.writeBatch(batch)).toThrow(busy(WRITTEN));
    expect(() => other.readBatch(batch)).toThrow(expect.objectContaining({ code: 'EBUSY' }));
    const refused = await Promise.allSettled([link.writeAll(batch), other.writeAll(batch)]);
    expect(refused).toMatchObject([
      { reason: { code: 'EBUSY', link: 'vpn0' } },
      { reason: { code: 'EBUSY', link: 'vpn1' } },
    ]);
    await done;
    expect(other.readBatch(batch)).toBe(0);
  });

  it('is free again when the write has failed', async ({ world }) => {
    const { link } = await held(world);
    const controller = new AbortController();
    const batch = link.createBatch();
    batch.push(frame(60));
    void link.write(frame(60));
    const written = link.writeAll(batch, { signal: controller.signal });
    controller.abort();
    await expect(written).rejects.toMatchObject({ name: 'AbortError' });
    expect(link.writeBatch(batch)).toBe(1);
  });

  it('ends the iteration that would fill it again', async ({ world }) => {
    const { link, port } = await held(world);
    const iterate = async (): Promise<void> => {
      for await (const batch of link.batches()) {
        void link.write(frame(60));
        // Not awaited: the next turn of the loop would overwrite what is not written yet.
        void link.writeAll(batch).catch(() => undefined);
      }
    };
    port.send(frame(60, 1));
    await expect(iterate()).rejects.toThrow(busy(WRITTEN));
  });
});

describe('a batch that is iterated with', () => {
  it('is for one iteration at a time, over whichever link', async ({ world }) => {
    const { link, port } = await held(world);
    world.create('vpn1');
    const other = await world.open('vpn1');
    const batch = link.createBatch();
    port.send(frame(60));
    for await (const _ of link.batches({ batch })) {
      const second = other.batches({ batch });
      expect(() => second[Symbol.asyncIterator]()).toThrow(
        expect.objectContaining({
          code: 'EBUSY',
          text: 'somebody iterates with the batch already',
        }),
      );
      await link.writeAll(batch);
      break;
    }
    world.port('vpn1').send(frame(61));
    for await (const { count } of other.batches({ batch })) {
      expect(count).toBe(1);
      break;
    }
  });
});

describe('memory of another kind', () => {
  const shared = (bytes: number): Uint8Array => new Uint8Array(new SharedArrayBuffer(bytes));
  const detached = (): Uint8Array => {
    const memory = new Uint8Array(60);
    structuredClone(memory.buffer, { transfer: [memory.buffer] });
    return memory;
  };

  it('that several threads share holds frames as well', async ({ world }) => {
    const { link, port } = await held(world);
    const memory = shared(60);
    memory.set(frame(60, 7));
    expect(link.writeFrame(memory)).toBe(true);
    await link.write(memory);
    expect(plain([await port.receive(), await port.receive()])).toEqual(
      plain([frame(60, 7), frame(60, 7)]),
    );
    port.send(frame(80, 8));
    await link.ready({ readable: true });
    const large = shared(2000);
    expect(link.readFrame(large)).toBe(80);
    expect(plain([large.subarray(0, 80)])).toEqual(plain([frame(80, 8)]));
  });

  it('that is a part of other memory is read and written where it lies', async ({ world }) => {
    const { link, port } = await held(world);
    const around = new Uint8Array(3000).fill(0xee);
    around.set(frame(60, 7), 100);
    expect(link.writeFrame(around.subarray(100, 160))).toBe(true);
    expect(plain([await port.receive()])).toEqual(plain([frame(60, 7)]));
    port.send(frame(80, 8));
    await link.ready({ readable: true });
    around.fill(0xee);
    expect(link.readFrame(around.subarray(500, 2500))).toBe(80);
    expect(plain([around.subarray(500, 580)])).toEqual(plain([frame(80, 8)]));
    expect(around[499]).toBe(0xee);
    expect(around[580]).toBe(0xee);
  });

  it('that is gone is refused', async ({ world }) => {
    const { link } = await held(world);
    expect(() => link.readFrame(detached())).toThrow(RangeError);
    expect(() => link.readFrame(new Uint8Array(0))).toThrow(RangeError);
    expect(() => link.writeFrame(detached())).toThrow(expect.objectContaining({ code: 'ERANGE' }));
    await expect(link.write(detached())).rejects.toMatchObject({ code: 'ERANGE' });
    const batch = link.createBatch();
    expect(() => batch.push(detached())).toThrow(RangeError);
  });

  it('that was transferred out of a batch is refused', async ({ world }) => {
    const { link, port } = await held(world);
    const batch = new FrameBatch({ frames: 4, frameSize: 1518 });
    batch.push(frame(60, 7));
    // As `postMessage(frame, [frame.buffer])` does: the memory is another's, or freed, from now on.
    const sent = structuredClone(batch.frame(0), {
      transfer: [batch.buffer.buffer as ArrayBuffer],
    });
    port.send(frame(80, 8));
    await link.ready({ readable: true });
    expect(() => link.writeBatch(batch)).toThrow(TypeError);
    expect(() => link.readBatch(batch)).toThrow(TypeError);
    expect(plain([sent])).toEqual(plain([frame(60, 7)]));
    const another = link.createBatch();
    expect(link.readBatch(another)).toBe(1);
    expect(plain(another)).toEqual(plain([frame(80, 8)]));
  });

  it('that is no bytes is a TypeError', async ({ world }) => {
    const { link } = await held(world);
    for (const wrong of [
      undefined,
      null,
      'x'.repeat(60),
      new ArrayBuffer(60),
      new SharedArrayBuffer(60),
      new DataView(new ArrayBuffer(60)),
      new Uint16Array(30),
      Array.from(frame(60)),
      Object.create(Uint8Array.prototype),
    ]) {
      expect(() => link.readFrame(wrong as never)).toThrow(TypeError);
      expect(() => link.writeFrame(wrong as never)).toThrow(TypeError);
      await expect(link.write(wrong as never)).rejects.toThrow(TypeError);
      await expect(link.write([wrong] as never)).rejects.toThrow(TypeError);
    }
  });
});

describe('arguments of the wrong kind', () => {
  it('a signal that is none is refused, and the link can be iterated over afterwards', async ({
    world,
  }) => {
    const { link, port } = await held(world);
    const wrong = { signal: 1 } as object;
    const batch = link.createBatch();
    for (const of of ['batches', 'frames', 'events'] as const) {
      expect(() => link[of](wrong)).toThrow(`the signal of ${of} must be an AbortSignal`);
    }
    await expect(link.ready({ readable: true }, wrong)).rejects.toThrow('the signal of ready must');
    await expect(link.write(frame(60), wrong)).rejects.toThrow('the signal of write must');
    await expect(link.writeAll(batch, wrong)).rejects.toThrow('the signal of writeAll must');
    port.send(frame(60, 1));
    for await (const one of link.batches()) {
      expect(one.count).toBe(1);
      break;
    }
  });

  it('names and values of properties are looked at first', async ({ world }) => {
    const { link } = await held(world);
    for (const wrong of [null, 5, 'mtu', {}]) {
      expect(() => link.getProps(wrong as never)).toThrow('names of properties must be an array');
    }
    for (const wrong of [undefined, null, 5, 'mtu', []]) {
      expect(() => link.setProps(wrong as never)).toThrow('properties to set must be an object');
    }
  });

  it('a frame of the wrong length is told with its length', async ({ world }) => {
    const { link } = await held(world);
    expect(() => link.writeFrame(Buffer.alloc(13))).toThrow(
      'ERANGE: frame of 13 bytes is too short or too long; see minFrame and maxFrame of info(), write vpn0',
    );
  });

  it('what fails for want of a link says which call it was', async ({ world }) => {
    const { link } = await held(world);
    world.control.destroy('vpn0');
    expect(() => link.createBatch()).toThrow(/, createBatch vpn0$/);
    await expect(link.stats()).rejects.toThrow(/, stats vpn0$/);
    expect(() => link.info()).toThrow(/, info vpn0$/);
  });
});

describe('a descriptor that somebody else closes', () => {
  const closed = expect.objectContaining({
    name: 'UnetError',
    code: 'EBADF',
    link: 'vpn0',
    text: 'descriptor was closed by somebody else, or is not open for this; open the link again',
  });

  it('ends every call with EBADF, close among them', async ({ world }) => {
    const { link } = await held(world);
    world.kernel.close(link.fd);
    const batch = new FrameBatch({ frames: 1, frameSize: 100 });
    batch.push(frame(60));
    expect(() => link.readFrame(Buffer.alloc(2000))).toThrow(closed);
    expect(() => link.writeFrame(frame(60))).toThrow(closed);
    expect(() => link.writeBatch(batch)).toThrow(closed);
    expect(() => link.readBatch(batch)).toThrow(closed);
    expect(() => link.info()).toThrow(closed);
    expect(() => link.getProps()).toThrow(closed);
    expect(() => link.setProps({ linger: 0 })).toThrow(closed);
    await expect(link.write(frame(60))).rejects.toThrow(closed);
    await expect(link.ready({ readable: true })).rejects.toMatchObject({ code: 'EBADF' });
    await expect(link.stats()).rejects.toThrow(closed);
    await expect(link.events()[Symbol.asyncIterator]().next()).rejects.toThrow(closed);
    expect(() => link.close()).toThrow(closed);
    expect(link.closed).toBe(true);
    link.close();
  });

  it('ends who waits', async ({ world }) => {
    const { link } = await held(world);
    const waits: Promise<unknown>[] = [
      link.ready({ readable: true }),
      link.batches()[Symbol.asyncIterator]().next(),
      link.events()[Symbol.asyncIterator]().next(),
    ];
    await new Promise((turn) => setImmediate(turn));
    world.kernel.close(link.fd);
    for (const wait of waits) await expect(wait).rejects.toMatchObject({ code: 'EBADF' });
    expect(() => link.close()).toThrow(closed);
  });

  it('and whose number is another file by now is not closed a second time', async ({ world }) => {
    world.create('vpn0');
    world.create('vpn1');
    // As on illumos, where a free number is used again.
    const numbers = new Map<unknown, Fd>();
    const kernel = new Proxy(world.kernel, {
      get: (target, key): unknown => {
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value !== 'function') return value;
        return (first: unknown, ...rest: unknown[]): unknown =>
          value.call(target, numbers.get(first) ?? first, ...rest);
      },
    });
    for (const [path, name] of [
      ['/dev/unet/vpn1', 'another link'],
      ['/dev/bus/here', 'something else'],
    ] as const) {
      const link = await openUnet('vpn0', { kernel });
      const mine = link.fd;
      world.kernel.close(mine);
      const theirs = world.kernel.open(path, { access: 'readwrite' });
      numbers.set(mine, theirs);
      expect(() => link.close(), name).toThrow(closed);
      expect(world.kernel.poll(theirs, 0), `${name} is still open`).toBe(0);
      world.kernel.close(theirs);
    }
  });
});

describe('what is forgotten', () => {
  it('and collected crashes nothing: links, batches, iterations, waits', async () => {
    const program = `${CHILD_START}
      (async () => {
        const host = await Host.open();
        for (let i = 0; i < 20; i++) host.create('vpn' + i);
        process.on('warning', () => undefined);
        for (let i = 0; i < 20; i++) {
          await (async () => {
            const link = await openUnet('vpn' + i, { kernel: host.kernel });
            const batch = link.createBatch();
            batch.push(frame(i));
            link.writeBatch(batch);
            if (i % 5 === 0) void link.writeAll(link.createBatch());
            if (i % 5 === 1) link.batches()[Symbol.asyncIterator]();
            if (i % 5 === 2) link.events()[Symbol.asyncIterator]();
            if (i % 5 === 3) void link.ready({ readable: true }).catch(() => undefined);
            if (i % 5 === 4) await link.write([frame(1), frame(2)]);
          })();
          gc();
          await new Promise((turn) => setImmediate(turn));
        }
        for (let i = 0; i < 20; i++) {
          gc();
          await new Promise((turn) => setTimeout(turn, 1));
        }
        for (let i = 0; i < 20; i++) host.destroy('vpn' + i);
        host.close();
        console.log('all is well');
      })();`;
    const { code, out } = await runChild(program, ['--expose-gc', '--no-warnings']);
    expect({ code, out }).toEqual({ code: 0, out: 'all is well\n' });
  });

  it('while it is used stays', async () => {
    const program = `${CHILD_START}
      (async () => {
        const host = await Host.open();
        host.create('vpn0');
        let told = 0;
        await (async () => {
          const link = await openUnet('vpn0', { kernel: host.kernel });
          link.on('mtu', () => told++);
          void (async () => {
            for await (const one of link.frames()) {
              if (one[20] !== 9) continue;
              link.setProps({ mtu: 1400 });
              break;
            }
          })();
          void link.write([frame(8), frame(9)]);
        })();
        while (told === 0) {
          gc();
          await new Promise((turn) => setTimeout(turn, 1));
        }
        host.destroy('vpn0');
        host.close();
        console.log('told');
      })();`;
    const { code, out } = await runChild(program, ['--expose-gc', '--no-warnings']);
    expect({ code, out }).toEqual({ code: 0, out: 'told\n' });
  });
});

describe('disposal', () => {
  it('works for all that can be disposed of, twice', async ({ world }) => {
    world.create('vpn0');
    let events: AsyncIterator<UnetEvent> | undefined;
    {
      await using link = await openUnet('vpn0', { kernel: world.kernel });
      events = link.events()[Symbol.asyncIterator]();
      await link[Symbol.asyncDispose]();
      link[Symbol.dispose]();
    }
    expect(await events.next()).toEqual({ done: true, value: undefined });
    expect(world.control.info('vpn0').holder).toBe(0);
  });

  it('closes the link also when the loop ends with an error', async ({ world }) => {
    world.create('vpn0');
    const port = world.port('vpn0');
    const failing = async (): Promise<void> => {
      await using link = await openUnet('vpn0', { kernel: world.kernel });
      port.send(frame(60));
      for await (const _ of link.batches()) throw new Error('enough');
    };
    await expect(failing()).rejects.toThrow('enough');
    expect(world.control.info('vpn0').holder).toBe(0);
  });
});
