import { afterAll, describe, expect, it } from 'vitest';
import { shellWords, Workbench } from './workbench.ts';

const bench = new Workbench();
afterAll(() => bench.close());

const USAGE = `usage:\tunetstat [-i] [-T u|d] [-z zone] [link...] [interval [count]]
\tunetstat [-i] [-T u|d] [-z zone] [-p] [-d delim] -o field,... [link...] [interval [count]]
\tunetstat [-i] [-z zone] [-o field,...] --json [link...] [interval [count]]
\tunetstat [-z zone] -l [link...] [interval]
\tunetstat [-z zone] --openmetrics [link...]
\tunetstat [--public] [-z zone] --listen [addr:]port [link...]
\tunetstat --help | --version
`;

const stat = (words: string) => bench.run('unetstat', words.split(' '));

describe('unetstat', () => {
  it('shows its usage and its version', async () => {
    expect(await stat('--help')).toMatchObject({ exit: 0, out: USAGE, err: '' });
    expect(await stat('--version')).toMatchObject({
      exit: 0,
      out: expect.stringMatching(/^unetstat \d+\.\d+\.\d+\n$/),
      err: '',
    });
  });

  // Every message of a command line; more of them are tested beside the source.
  it.each([
    ['-h', 'illegal option -- h'],
    ['-o', 'option requires an argument -- o'],
    ['--json=1', 'option takes no argument -- json'],
    ['0', 'invalid interval: 0'],
    ['1.5', 'invalid interval: 1.5'],
    ['1 0', 'invalid count: 0'],
    ['1 x', 'invalid count: x'],
    ['1 2 3', 'too many arguments'],
    ['-T z', 'invalid argument of -T: z; it is u or d'],
    ['-p --json -o link', '-p and --json exclude each other'],
    ['-d , -o link', '-d cannot be used without -p'],
    ['-p', 'output fields must be specified in parsable mode'],
    ['-p -o all', "output field `all' invalid in parsable mode"],
    ['-p -o link,speed', "unknown output field: `speed'"],
    ['-o speed', 'no valid output fields'],
    ['--listen x', 'invalid address: x; it is port, addr:port or [addr]:port'],
    ['--listen 0.0.0.0:1', '0.0.0.0 can be reached from other hosts; if that is wanted: --public'],
  ])('%s: %s', async (words, message) => {
    const err = `unetstat: ${message}\n${USAGE}`;
    expect(await stat(words)).toMatchObject({ exit: 2, out: '', err });
  });

  it.each([
    ['no0 1 1', 'no such link: no0'],
    ['--openmetrics no0', 'no such link: no0'],
    ['-z nowhere', 'no such zone: nowhere'],
    ['-l', '-l needs a terminal on standard output; reports without -l do not'],
  ])('%s: %s', async (words, message) => {
    const err = `unetstat: ${message}\n`;
    expect(await stat(words)).toMatchObject({ exit: 1, out: '', err });
  });

  it('says that the kernel cannot be reached', async () => {
    const env = { UNET_KERNEL: `unix:${bench.dir}/nobody.sock` };
    const { exit, out, err } = await bench.run('unetstat', ['1', '1'], { env });
    expect({ exit, out }).toEqual({ exit: 1, out: '' });
    expect(err).toMatch(/^unetstat: cannot reach the kernel: .*\n$/);
  });
});

it('starts in less than 150 ms of a processor', async () => {
  await bench.adm('create -t -p stack=none a0');
  const script = `TIMEFORMAT='%U %S'; time ${shellWords('unetstat')} -i >/dev/null`;
  const costs: number[] = [];
  for (let i = 0; i < 5; i++) {
    const { err } = await bench.run('bash', ['-c', script]);
    costs.push(err.split(' ').reduce((sum, seconds) => sum + Number(seconds), 0));
  }
  expect(Math.min(...costs)).toBeGreaterThan(0);
  expect(Math.min(...costs)).toBeLessThan(0.15);
});
