import { describe, expect, it } from 'vitest';
import { type Cell, cellsOf, type Lang, type Result, resultOf, type Via } from './cell.ts';
import { report } from './report.ts';
import { NO_BATCH } from './way.ts';

/** Results in which a frame takes as long as `ns` says; one frame a call ten times as long. */
const results = (via: Via, ns: (lang: Lang, cell: Cell) => number): Result[] =>
  cellsOf(via).flatMap((cell) =>
    (['c', 'ts'] as const).map((lang) => {
      const slower = via !== 'tap' && cell.batch === NO_BATCH ? 10 : 1;
      return resultOf(cell, lang, [ns(lang, cell) * slower]);
    }),
  );

const by =
  (ns: Record<Lang, number>) =>
  (lang: Lang): number =>
    ns[lang];

describe('the report', () => {
  it('has a line for each cell, with both languages and how they compare', () => {
    const text = report(results('inproc', by({ c: 100, ts: 125 })));
    expect(text.match(/ 100\.0 +125\.0 +10\.00 +8\.00 +0\.80 +10\.0x +10\.0x$/gm)).toHaveLength(16);
    expect(text.match(/ none +1000\.0 +1250\.0 +1\.00 +0\.80 +0\.80$/gm)).toHaveLength(4);
  });

  it('says that the goals are met', () => {
    const text = report([
      ...results(
        'inproc',
        (lang, { bytes }) => 100 * (lang === 'c' ? 1 : bytes === 64 ? 1.25 : 1.05),
      ),
      ...results('server', by({ c: 1000, ts: 1000 })),
      ...results('tap', by({ c: 500, ts: 800 })),
    ]);
    expect(text.match(/ 0\.80 of C \(goal met/g)).toHaveLength(4);
    expect(text.match(/ 0\.95 of C \(goal met/g)).toHaveLength(4);
    expect(text.match(/x C on a TAP interface \(goal met/g)).toHaveLength(8);
    expect(text.match(/served: 1\.00 million \(goal met/g)).toHaveLength(2);
    expect(text).not.toContain('MISSED');
  });

  it('says that they are missed', () => {
    const text = report([
      ...results(
        'inproc',
        (lang, { bytes }) => 100 * (lang === 'c' ? 1 : bytes === 64 ? 1.26 : 1.07),
      ),
      ...results('server', by({ c: 1000, ts: 1010 })),
      ...results('tap', by({ c: 390, ts: 800 })),
    ]);
    expect(text.match(/ of C \(GOAL MISSED/g)).toHaveLength(8);
    expect(text.match(/x C on a TAP interface \(GOAL MISSED/g)).toHaveLength(8);
    expect(text.match(/served: 0\.99 million \(GOAL MISSED/g)).toHaveLength(2);
    expect(text).not.toContain('goal met');
  });

  it('does without a TAP interface', () => {
    const text = report(results('inproc', by({ c: 100, ts: 105 })));
    expect(text).not.toContain('TAP');
    expect(text.match(/goal met/g)).toHaveLength(8);
  });
});
