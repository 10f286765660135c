import { describe, expect, it } from 'vitest';
import { checkProofs, dropNames, lockOrder, proofs, statNames } from './proofs.ts';
import { repositoryFile, repositoryFiles } from './repository-files.ts';

const read = (path: string): string => repositoryFile(path).text;
const rows = proofs(read('docs/proofs.md'));

describe('proofs', () => {
  it('are all there', () => {
    const files = new Map(repositoryFiles().map(({ path, text }) => [path, text]));
    expect(rows.length).toBeGreaterThan(100);
    expect(checkProofs(rows, (path) => files.get(path))).toEqual([]);
  });

  it('speak of every defect of vnd', () => {
    const spoken = new Set(rows.map(({ defect }) => defect));
    const all = Array.from({ length: 31 }, (_, i) => `D${i + 1}`);
    expect(all.filter((one) => !spoken.has(one))).toEqual([]);
  });

  it('that are not there are found', () => {
    const bad = proofs(
      [
        '| | symptom | test | file |',
        '|---|---|---|---|',
        '| D1 | a | is in two literals | x.c |',
        '| D2 | b | is not there | x.c |',
        '| D3 | c | is there | y.c |',
        '| D4 | d |  | |',
        '| D5 | e | does not apply: it cannot | |',
      ].join('\n'),
    );
    const x = 'ok(1, "is in "\n\t    "two literals");\n';
    expect(checkProofs(bad, (path) => (path === 'x.c' ? x : undefined))).toEqual([
      'b: x.c has no test "is not there"',
      'c: there is no y.c',
      'd: no test, and no reason',
    ]);
  });
});

describe('locks', () => {
  it('are enforced in the order of the theory statement', () => {
    const order = lockOrder(read('kernel/unet/unet.c'));
    expect(order.length).toBeGreaterThan(4);
    expect(lockOrder(read('kernel/tests/unit_order.c'))).toEqual(order);
  });
});

describe('losses', () => {
  const drops = dropNames(read('kernel/unet/sys/unet.h'));
  const names = [...statNames(read('kernel/unet/unet_stat.c')), ...drops];
  const manual = read('docs/man/unet.4d');
  const tests = repositoryFiles().filter(({ path }) => /^kernel\/tests\/.*\.c$/.test(path));

  it('have a counter each', () => {
    expect(drops.length).toBeGreaterThan(8);
    expect(new Set(drops).size).toBe(drops.length);
    expect(read('kernel/unet/unet_stat.c')).toContain('UNET_DROP_MAP(UNET_ST_DROP_NAME)');
  });

  it('are all brought about by a test that reads the counter', () => {
    const untested = drops.filter((name) => !tests.some(({ text }) => text.includes(`"${name}`)));
    expect(untested).toEqual([]);
  });

  it('are all shown by a capture, which a test sees for each reason', () => {
    expect(read('kernel/tests/unit_capture.c')).toContain('UNET_DROP_MAP(DROP_NAME)');
  });

  it('happen in one place, beside the probe', () => {
    const driver = repositoryFiles().filter(({ path }) => /^kernel\/unet\/.*\.c$/.test(path));
    const places = driver.flatMap(({ path, text }) =>
      [...text.matchAll(/uq_drops\[\w+\](\+\+| \+= )/g)].map(() => path),
    );
    expect(places).toEqual(['kernel/unet/unet_queue.c']);
    expect(read('kernel/unet/unet_queue.c')).toMatch(
      /DTRACE_PROBE3\(unet__drop,[^;]*;\n\tuq->uq_drops/,
    );
  });

  it('and all other statistics are described in unet(4D)', () => {
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(manual))).toEqual([]);
  });
});

describe('unet(4D)', () => {
  const manual = read('docs/man/unet.4d');
  const header = read('kernel/unet/sys/unet.h');

  it.each([
    ['request', /^#define\t(UNET_IOC_[A-Z_]+)\t+\(UNET_IOC \|/gm],
    ['property', /^\tX\(\d+, [A-Z0-9_]+, "(\w+)", UNET_PERM_/gm],
    ['event', /^\tX\(\d+, ([A-Z]+), "\w+"\)\t/gm],
  ])('describes every %s', (_what, pattern) => {
    const names = [...header.matchAll(pattern)].map(([, name = '']) => name);
    expect(names.length).toBeGreaterThan(6);
    expect(names.filter((name) => !new RegExp(`\\b(UNET_EV_)?${name}\\b`).test(manual))).toEqual(
      [],
    );
  });
});
