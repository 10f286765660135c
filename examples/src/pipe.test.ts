import { describe, expect, it } from 'vitest';
import { conversation, hostAddresses, marksAt, nextMark, testFrame } from './host.fixture.ts';
import { stageForEach } from './stage.fixture.ts';

const held = stageForEach();
const BROADCAST = new Uint8Array(6).fill(0xff);
const A = hostAddresses(0).mac;
const B = hostAddresses(1).mac;

async function piped() {
  const { stage } = held;
  await stage.links('pp0', 'pp1');
  const [a, b] = [stage.port('pp0'), stage.port('pp1')];
  const program = stage.start('pipe', 'pp0', 'pp1');
  await program.saw('pipe: pp0 pp1');
  return { stage, program, a, b };
}

describe('pipe', () => {
  it('carries every frame, both ways, in order', async () => {
    const { program, a, b } = await piped();
    const marks = Array.from({ length: 500 }, (_, i) => i + 1);
    for (const mark of marks) {
      for (const [port, from] of [
        [a, A],
        [b, B],
      ] as const) {
        const frame = testFrame(BROADCAST, from, mark, 60 + mark);
        while (!port.send(frame)) await port.wait({ writable: true }, 1000);
      }
    }
    for (const port of [a, b]) {
      const got: number[] = [];
      while (got.length < marks.length) got.push(await nextMark(port));
      expect(got).toEqual(marks);
      expect(marksAt(port)).toEqual([]);
    }
    expect(await program.end('SIGINT')).toBe(0);
    const bytes = marks.reduce((sum, mark) => sum + 60 + mark, 0);
    expect(program.out).toContain(
      `pp0 to pp1: 500 frames, ${bytes} bytes; back: 500 frames, ${bytes} bytes`,
    );
  });

  it('carries whole conversations', async () => {
    const { program, a, b } = await piped();
    const { pings, answered } = await conversation(a, b);
    for (const ping of pings) expect(ping).toMatchObject({ sent: 200, received: 200, damaged: 0 });
    expect(answered).toMatchObject({ echo4: 200, echo6: 200 });
    expect(await program.end('SIGTERM')).toBe(0);
  });

  it('ends when a link is destroyed, and says which', async () => {
    const { stage, program } = await piped();
    await stage.destroy('pp1');
    expect(await program.end()).toBe(1);
    expect(program.err).toMatch(/^pipe: ENXIO: .*pp1\n$/);
  });

  it('leaves nothing when it is killed', async () => {
    const { stage, program } = await piped();
    expect(await program.end('SIGKILL')).toBeNull();
    const again = stage.start('pipe', 'pp0', 'pp1');
    await again.saw('pipe: pp0 pp1');
    expect(await again.end('SIGINT')).toBe(0);
  });

  it.each([[[]], [['pp0']], [['pp0', 'pp0']], [['a0', 'b0', 'c0']]])('refuses %j', async (args) => {
    const program = held.stage.start('pipe', ...args);
    expect(await program.end()).toBe(2);
    expect(program.err).toBe('pipe: two links are needed\nusage: pipe link link\n');
  });
});
