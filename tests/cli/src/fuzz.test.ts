import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Workbench } from './workbench.ts';

/** Words that mean something to the tools, and words that mean nothing anywhere. */
const WORDS: readonly string[] = [
  ...['create', 'destroy', 'list', 'get', 'set', 'reset', 'rename', 'up', 'doctor', 'help'],
  ...['completion', 'show-unet', 'bash', 'status', 'zone', 'vpn0', 'tmp0', 'no0', 'vpn0,tmp0'],
  ...['-t', '-s', '-p', '-o', '-P', '-R', '-d', '-z', '-m', '-u', '-f', '-c', '-l', '-tsp', '-?'],
  ...[
    '--',
    '-',
    '--json',
    '--output=link',
    '--prop',
    '--=',
    '--json=',
    '---',
    '-\u0000'.slice(0, 1),
  ],
  ...['link', 'all', 'link,,state', ',', ':', '=', 'mtu=', 'mtu=9000', 'mtu=1e3', 'rxbuf=2M', '=5'],
  ...['owner=root:x', 'zone=global', 'stack=bus', 'stack=bus:', 'linkstate=up', '_lso=on,_lso=on'],
  ...['', ' ', '\n', '\t', '%s%n', '$(id)', '`id`', '../..', '/', '\\', '"', "'", '*', '~'],
  ...['ü', 'ı', '名前0', '\u202e0', '\ud800', 'a'.repeat(40), 'x'.repeat(3000), '-1', '1e999'],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'NaN', '0', '\u0007'],
];

/** Numbers that are the same in every run with the same seed. */
function* numbers(seed: number): Generator<number> {
  let state = seed >>> 0;
  for (;;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

const SEED = Number(process.env['UNET_SEED'] ?? Date.now() % 1_000_000);
/** How many command lines; each of unetstat's takes a second. */
const RUNS: Readonly<Record<string, number>> = { unetadm: 80, unetstat: 12 };
const AT_ONCE = 4;

const bench = new Workbench();
beforeAll(async () => {
  expect(await bench.adm('create -p stack=none vpn0')).toMatchObject({ exit: 0, err: '' });
});
afterAll(() => bench.close());

describe(`any command line (UNET_SEED=${SEED})`, () => {
  const random = numbers(SEED);
  const next = (below: number): number => Math.trunc((random.next().value ?? 0) * below);
  const word = (): string => WORDS[next(WORDS.length)] ?? '';
  // Half of them begin as a command line does.
  const line = (): string[] => [
    ...(next(2) === 0 ? [WORDS[next(14)] ?? ''] : []),
    ...Array.from({ length: next(6) }, word),
  ];

  it.each(['unetadm', 'unetstat'])('%s ends well, and shows no stack', async (tool) => {
    const lines = Array.from({ length: RUNS[tool] ?? 0 }, line).map((words) =>
      // unetstat would go on for ever, and take the terminal.
      tool === 'unetstat' ? [...words, '1', '1'] : words,
    );
    while (lines.length > 0) {
      const some = lines.splice(0, AT_ONCE);
      const ends = await Promise.all(
        some.map((words) => bench.run(tool, words, { cwd: bench.dir })),
      );
      ends.forEach(({ exit, signal, out, err }, i) => {
        const about = JSON.stringify(some[i]);
        expect([0, 1, 2], about).toContain(exit);
        expect(signal, about).toBeNull();
        if (exit === 0) {
          expect(err.replace(/^unetadm: warning: .*\n/gm, ''), about).toBe('');
        } else if (err === '') {
          // Only these say it on standard output.
          expect(out, about).toMatch(/^fault|"fault"|^stopped/m);
        }
        expect(err, about).not.toMatch(
          /^ {4}at |node:internal|\bat .*:\d+:\d+|(Type|Range)Error|DladmError|\bE[A-Z]{3,}:/m,
        );
        expect(out, about).not.toMatch(/^ {4}at |undefined|\[object/m);
        if (exit === 2) {
          expect(out, about).toBe('');
          expect(err, about).toMatch(/^usage:\t/m);
        }
      });
    }
  });
});
