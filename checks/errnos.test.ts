import { describe, expect, it } from 'vitest';
import { checkErrnos, definedCauses, documentedErrnos, provokedErrnos } from './errnos.ts';
import { repositoryFile } from './repository-files.ts';

const HEADER = `
#define	UNET_ERRNO_MAP(X) \\
	X(0, OK, "no error") \\
	X(1, NAME, "invalid link name") \\
	X(2, HELD, "link is held by a process")

/*
 * The head of every control request.  EFAULT: a bad
 * address.
 */

/*
 * UNET_IOC_GETPROP, UNET_IOC_SETPROP (ctl, or a link): properties.
 *
 * Both: ENOENT: no such link (ctl).
 *
 * UNET_IOC_SETPROP: EPERM: no privilege.  Otherwise what
 * MAC answered.
 */

/*
 * UNET_IOC_FRAMEIO_READ, UNET_IOC_FRAMEIO_WRITE (a link): frames.
 *
 * EAGAIN: nothing.  ERANGE (write): too long.
 */
`;

const TABLE = `
	X(ALL, EFAULT, OK) \\
	X(GETPROP, ENOENT, NAME) \\
	X(SETPROP, ENOENT, NAME) \\
	X(SETPROP, EPERM, HELD) \\
	X(SETPROP, OTHER, HELD) \\
	X(FRAMEIO_READ, EAGAIN, OK) \\
	X(FRAMEIO_WRITE, EAGAIN, OK) \\
	X(FRAMEIO_WRITE, ERANGE, OK)
`;

describe('errnos', () => {
  it('are read from the comments of the header', () => {
    expect([...documentedErrnos(HEADER)].sort()).toEqual(
      [...provokedErrnos(TABLE).failures].sort(),
    );
    expect(definedCauses(HEADER)).toEqual(['NAME', 'HELD']);
  });

  it.each([
    ['one that nobody provokes', /\tX\(SETPROP, EPERM, HELD\) \\\n/, 'SETPROP EPERM: documented'],
    ['one of all requests', /\tX\(ALL, EFAULT, OK\) \\\n/, 'ALL EFAULT: documented'],
    ['one of somebody else', /\tX\(SETPROP, OTHER, HELD\) \\\n/, 'SETPROP OTHER: documented'],
    ['a cause that nobody provokes', /NAME/g, 'NAME: a cause'],
  ])('miss %s', (_what, gone, said) => {
    const problems = checkErrnos(
      HEADER,
      TABLE.replace(gone, (row) => (row === 'NAME' ? 'OK' : '')),
    );
    expect(problems).toEqual([expect.stringContaining(said)]);
  });

  it('that are provoked but not documented are found', () => {
    const row = '\tX(GETPROP, EIO, HELD) \\\n\tX(FRAMEIO_READ, EFAULT, OK)\n';
    expect(checkErrnos(HEADER, TABLE + row)).toEqual([
      'GETPROP EIO: provoked, and not documented',
      'FRAMEIO_READ EFAULT: provoked, and not documented',
    ]);
  });

  it('of sys/unet.h and of the tests are the same', () => {
    const header = repositoryFile('kernel/unet/sys/unet.h').text;
    const table = repositoryFile('kernel/tests/drv_errnos.h').text;
    expect(documentedErrnos(header).size).toBeGreaterThan(50);
    expect(checkErrnos(header, table)).toEqual([]);
  });
});
