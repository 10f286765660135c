import { describe, expect, it } from 'vitest';
import { cellsOf, type Lang, type Result, resultOf, type Via } from './cell.ts';
import { report } from './report.ts';

const results = (via: Via, ns: Record<Lang, number>): Result[] =>
  cellsOf(via).flatMap((cell) =>
    (['c', 'ts'] as const).map((lang) => resultOf(cell, lang, [ns[lang]])),
  );

describe('the report', () => {
  it('has a line for each cell, with both languages and their ratio', () => {
    const text = report(results('inproc', { c: 100, ts: 150 }));
    expect(text.match(/100\.0 +150\.0 +10\.00 +6\.67 +1\.50$/gm)).toHaveLength(16);
  });

  it('says that the goals are met', () => {
    const text = report([
      ...results('inproc', { c: 100, ts: 150 }),
      ...results('tap', { c: 600, ts: 800 }),
    ]);
    expect(text.match(/1\.50x the time of C \(goal met/g)).toHaveLength(4);
    expect(text.match(/4\.00x as fast as C on a TAP interface \(goal met/g)).toHaveLength(4);
    expect(text).not.toContain('MISSED');
  });

  it('says that they are missed', () => {
    const text = report([
      ...results('inproc', { c: 100, ts: 250 }),
      ...results('tap', { c: 200, ts: 800 }),
    ]);
    expect(text.match(/2\.50x the time of C \(GOAL MISSED/g)).toHaveLength(4);
    expect(text.match(/0\.80x as fast as C on a TAP interface \(GOAL MISSED/g)).toHaveLength(4);
  });

  it('does without a TAP interface', () => {
    const text = report(results('inproc', { c: 100, ts: 150 }));
    expect(text).not.toContain('TAP');
    expect(text.match(/goal met/g)).toHaveLength(4);
  });
});
