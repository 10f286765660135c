import { openUnet } from 'libunet';
import { describe, expect, it } from 'vitest';
import { conversation, hostAddresses, marksAt, nextMark, testFrame } from './host.fixture.ts';
import { stageForEach } from './stage.fixture.ts';

const held = stageForEach();
const NAMES = ['sw0', 'sw1', 'sw2'] as const;
const BROADCAST = new Uint8Array(6).fill(0xff);
const [A, B, C] = [0, 1, 2].map((i) => hostAddresses(i).mac) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
];

async function switched(...options: readonly string[]) {
  const { stage } = held;
  await stage.links(...NAMES);
  const ports = NAMES.map((name) => stage.port(name));
  const [a, b, c] = ports as [(typeof ports)[0], (typeof ports)[0], (typeof ports)[0]];
  const program = stage.start('switch', ...options, ...NAMES);
  await program.saw('switch: sw0 sw1 sw2');
  return { stage, program, a, b, c };
}

describe('switch', () => {
  it('floods what it does not know and sends the rest only where it belongs', async () => {
    const { program, a, b, c } = await switched();
    a.send(testFrame(BROADCAST, A, 1));
    expect([await nextMark(b), await nextMark(c)]).toEqual([1, 1]);

    b.send(testFrame(A, B, 2)); // A is known by now
    expect(await nextMark(a)).toBe(2);
    a.send(testFrame(B, A, 3)); // so is B
    expect(await nextMark(b)).toBe(3);
    a.send(testFrame(C, A, 4)); // C is not
    expect([await nextMark(b), await nextMark(c)]).toEqual([4, 4]);

    // What came before a frame everybody gets has come, too: nothing else, nothing back.
    c.send(testFrame(BROADCAST, C, 5));
    expect([await nextMark(a), await nextMark(b)]).toEqual([5, 5]);
    expect([marksAt(a), marksAt(b), marksAt(c)]).toEqual([[], [], []]);

    expect(await program.end('SIGINT')).toBe(0);
    expect(program.err).toBe('');
    expect(program.out).toContain('sw0: 3 received, 2 sent, 0 lost for want of room, 0 too long');
  });

  it('keeps the order of frames that go different ways', async () => {
    const { program, a, b, c } = await switched();
    b.send(testFrame(BROADCAST, B, 0));
    c.send(testFrame(BROADCAST, C, 0));
    expect([await nextMark(a), await nextMark(a)]).toEqual([0, 0]);
    await nextMark(b);
    await nextMark(c);

    // One burst, mixed: every third for B, C and everybody.
    const sent = Array.from({ length: 300 }, (_, i) => i + 1);
    for (const mark of sent) {
      const to = [B, C, BROADCAST][mark % 3] as Uint8Array;
      while (!a.send(testFrame(to, A, mark))) await a.wait({ writable: true }, 1000);
    }
    const wanted = (port: 0 | 1) => sent.filter((mark) => mark % 3 === port || mark % 3 === 2);
    for (const [port, from] of [
      [0, b],
      [1, c],
    ] as const) {
      const got: number[] = [];
      while (got.length < wanted(port).length) got.push(await nextMark(from));
      expect(got).toEqual(wanted(port));
    }
    expect(marksAt(a)).toEqual([]);
    expect(await program.end('SIGTERM')).toBe(0);
  });

  it('carries whole conversations', async () => {
    const { stage, program, a, b } = await switched();
    const { pings, answered } = await conversation(a, b);
    for (const ping of pings) expect(ping).toMatchObject({ sent: 200, received: 200, damaged: 0 });
    expect(answered).toMatchObject({ echo4: 200, echo6: 200 });
    expect(await program.end('SIGINT')).toBe(0);
    expect(stage.hosted.usage().links).toBe(3n);
  });

  it('goes on without a link that is destroyed, and ends when one is left', async () => {
    const { stage, program, a, b } = await switched();
    await stage.destroy('sw2');
    await program.saw('switch: sw2 is gone');
    a.send(testFrame(BROADCAST, A, 1));
    expect(await nextMark(b)).toBe(1);
    await stage.destroy('sw1');
    expect(await program.end()).toBe(0);
    expect(program.out).toContain('switch: sw0: 1 received, 0 sent');
  });

  it.each([
    [['sw0'], 'at least two links are needed'],
    [['sw0', 'sw0'], 'a link is there twice'],
    [['-s', '0', 'sw0', 'sw1'], '--stations must be a whole number from 1 to 1048576, not 0'],
    [['-a', 'x', 'sw0', 'sw1'], '--age must be a whole number from 1 to 1000000, not x'],
  ])('refuses %j', async (args, text) => {
    const program = held.stage.start('switch', ...args);
    expect(await program.end()).toBe(2);
    expect(program.err).toContain(`switch: ${text}\nusage: switch`);
  });

  it('says that a link is not there, and holds none then', async () => {
    const { stage } = held;
    await stage.links('sw0');
    const program = stage.start('switch', 'sw0', 'no0');
    expect(await program.end()).toBe(1);
    expect(program.err).toMatch(/^switch: ENOENT: no such link.*, open no0\n$/);
    using link = await openUnet('sw0', { kernel: stage.kernel }); // nobody holds it
    expect(link.name).toBe('sw0');
  });
});
