import { describe, expect, it } from 'vitest';
import { exportsOfModule, missingCompiler } from './exports.ts';

const noCompiler = missingCompiler();

/** A driver with this besides uses what is made up, what nobody is known to define, another's probe. */
const STRANGE = `
extern int made_up(void);
extern int copyoutstr(void);
extern int __dtrace_probe_other__name(void);
extern int of_no_header;
int *extra(void);
int *extra(void)
{
	of_no_header = made_up() + copyoutstr() + __dtrace_probe_other__name();
	return (&of_no_header);
}
`;

// The whole driver is compiled each time, on whatever machine.
describe('exports', { timeout: 60_000 }, () => {
  it.for([false, true])('are all that the driver uses (DEBUG: %s)', (debug, { skip }) => {
    if (noCompiler !== undefined) skip(noCompiler);
    expect(exportsOfModule({ debug })).toEqual([]);
  });

  it('do not have everything', ({ skip }) => {
    if (noCompiler !== undefined) skip(noCompiler);
    const heads = exportsOfModule({ source: STRANGE }).map((line) => line.replace(/,.*/, ''));
    expect(heads.sort()).toEqual([
      'uses __dtrace_probe_other__name',
      'uses copyoutstr',
      'uses made_up',
      'uses of_no_header',
    ]);
  });

  it('are of the modules that the driver names', ({ skip }) => {
    if (noCompiler !== undefined) skip(noCompiler);
    const needs = ['misc/mac', 'fs/dev', 'misc/kcf', 'misc/neti'];
    expect(exportsOfModule({ needs }).map((line) => line.replace(/[,:].*/, ''))).toEqual([
      'does not name drv/dld',
      'does not name misc/dls',
      'names misc/neti',
    ]);
  });
});
