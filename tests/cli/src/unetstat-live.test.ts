import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Pane, type PaneSize } from './pane.ts';
import { missingTool } from './tools.ts';
import { Workbench } from './workbench.ts';

const reason = missingTool('tmux');

const ESC = '\x1b';
const WIDE: PaneSize = { columns: 100, rows: 6 };

/** What three idle links look like in 80 columns. */
const GOLDEN_80 = `unetstat: 3 links, by name, every 1 s, q quits; t, d, n sort
LINK        RX    TX FRAME DROPS QUEUE DROPPED          ZONE       RX+TX
a0           0     0     0     0     0                  global
a2           0     0     0     0     0                  global
a10          0     0     0     0     0                  global
`;

const GOLDEN: readonly (readonly [PaneSize, string])[] = [
  [{ columns: 80, rows: 24 }, GOLDEN_80],
  [{ columns: 132, rows: 43 }, GOLDEN_80],
  [
    { columns: 20, rows: 4 },
    'unetstat: 1-2 of 3 l\nLINK        RX    TX\na0           0     0\na2           0     0\n',
  ],
];

describe.skipIf(reason !== undefined)('unetstat -l', () => {
  const bench = new Workbench();
  let pane: Pane;

  beforeAll(async () => {
    for (const link of ['a0', 'a10', 'a2']) await bench.adm(`create -t -p stack=none ${link}`);
    pane = await Pane.open(bench, WIDE);
  });

  afterEach(async () => {
    // Whatever happened: back to an empty shell.
    await pane.key('C-c');
    await pane.isAsking();
    await pane.resize(WIDE);
    await pane.type('stty sane; clear\n');
    await pane.sees(/^%\n$/);
  });

  afterAll(async () => {
    await pane.close();
    await bench.close();
  });

  it.each(GOLDEN)('fits a terminal of %j', async (size, screen) => {
    await pane.resize(size);
    await pane.type('unetstat -l\n');
    await pane.sees(/unetstat: [\s\S]*LINK/);
    await pane.key('n');
    await pane.sees(screen);
    await pane.key('q');
    await pane.isItself();
  });

  it('follows the size of the terminal', async () => {
    await pane.type('unetstat -l a0\n');
    const head = 'LINK        RX    TX FRAME DROPS QUEUE DROPPED          ZONE       RX+TX';
    await pane.sees(new RegExp(`^unetstat: 1 link, by traffic.*\\n${head.replaceAll('+', '\\+')}`));
    for (const [columns, screen] of [
      [21, 'unetstat: 1 link\nLINK        RX    TX\na0           0     0\n'],
      [
        40,
        'unetstat: 1 link, by traffic, every 1 s\nLINK        RX    TX DROPS RX+TX\na0           0     0     0\n',
      ],
      [9, 'unetstat:\nLINK\na0\n'],
    ] as const) {
      await pane.resize({ columns, rows: 5 });
      await pane.sees(screen);
    }
  });

  it('gives the terminal back as it was, also what was on it', async () => {
    await pane.type('before=$(stty -g); echo was here\n');
    await pane.sees(/was here\n% *\n$/);
    await pane.type('unetstat -l; echo "exit $?"; [ "$(stty -g)" = "$before" ] && echo same\n');
    await pane.sees(/^unetstat: /);
    await pane.key('q');
    await pane.sees(/was here\n% unetstat -l;[\s\S]*\nexit 0\nsame\n/);
    await pane.isItself();
  });

  it.each([
    ['an interrupt', async () => await pane.key('C-c'), 130],
    ['a signal', async () => await kill('TERM'), 143],
    ['a hangup', async () => await kill('HUP'), 0],
  ])('gives it back after %s', async (_, end, exit) => {
    await pane.type('before=$(stty -g); clear\n');
    await pane.type('unetstat -l\n');
    await pane.sees(/^unetstat: /);
    await end();
    await pane.isAsking();
    await pane.type('echo "exit $?"; [ "$(stty -g)" = "$before" ] && echo same\n');
    await pane.sees(new RegExp(`\nexit ${exit}\nsame\n`));
  });

  /** Sends a signal to what runs in the terminal. */
  const kill = async (signal: string): Promise<void> => {
    const { out } = await bench.run('pgrep', ['-f', 'unetstat.js -l']);
    for (const pid of out.split('\n').filter(Boolean)) {
      // Only ours: others have another directory.
      const { out: env } = await bench.run('grep', ['-zc', bench.dir, `/proc/${pid}/environ`]);
      if (Number(env) > 0) await bench.run('kill', [`-${signal}`, pid]);
    }
  };

  it('gives it back after a bug, and shows no stack trace', async () => {
    const crash = join(bench.dir, 'crash.mjs');
    writeFileSync(crash, "process.on('SIGUSR2', () => { throw new Error('a bug'); });\n");
    await pane.type(`before=$(stty -g); clear; NODE_OPTIONS='--import ${crash}' unetstat -l\n`);
    await pane.sees(/^unetstat: 3 links/);
    await kill('USR2');
    await pane.isAsking();
    await pane.type('[ "$(stty -g)" = "$before" ] && echo same\n');
    await pane.sees(/(^|\n)unetstat: internal error: a bug\n%.*\nsame\n%\n$/);
  });

  it('is suspended and comes back', async () => {
    await pane.type('unetstat -l a0\n');
    await pane.sees(/^unetstat: /);
    await pane.key('C-z');
    await pane.sees(/Stopped/);
    await pane.isItself();
    await pane.type('fg\n');
    await pane.sees(/^unetstat: 1 link/);
    await pane.key('q');
    await pane.isItself();
  });

  it('comes back, and takes keys, when it was stopped without being told', async () => {
    await pane.resize({ columns: 60, rows: 3 });
    await pane.type('unetstat -l\n');
    await pane.sees(/^unetstat: 1-1 of 3 links/);
    await kill('STOP');
    await pane.sees(/Stopped/);
    await pane.type('clear; fg\n');
    await pane.sees(/^unetstat: 1-1 of 3 links/);
    await pane.key('Down');
    await pane.sees(/^unetstat: 2-2 of 3 links/);
    await pane.key('q');
    await pane.isItself();
  });

  it('leaves the screen to the shell while it is in the background', async () => {
    await pane.type('unetstat -l & until jobs -s | grep -q .; do sleep 0.1; done; echo stands\n');
    await pane.sees(/\nstands\n/);
    await pane.isItself();
    await pane.type('clear; fg\n');
    await pane.sees(/^unetstat: 3 links/);
    await pane.key('q');
    await pane.isItself();
  });

  it('shows links that come and go', async () => {
    await pane.type('unetstat -l\n');
    await pane.sees(/^unetstat: 3 links/);
    await bench.adm('create -t -p stack=none b0');
    await pane.sees(/^unetstat: 4 links[\s\S]*\nb0 +0/);
    await bench.adm('destroy b0');
    await pane.sees(/^unetstat: 3 links(?![\s\S]*\nb0)/);
  });

  it('shows the rest of the links when asked', async () => {
    await pane.resize({ columns: 60, rows: 3 });
    await pane.type('unetstat -l\n');
    await pane.sees(/^unetstat: 1-1 of 3 links[\s\S]*\na0 /);
    await pane.key('Down');
    await pane.sees(/^unetstat: 2-2 of 3 links[\s\S]*\na2 /);
    await pane.key('NPage');
    await pane.key('NPage');
    await pane.sees(/^unetstat: 3-3 of 3 links[\s\S]*\na10 /);
    await pane.key('Up');
    await pane.sees(/^unetstat: 2-2 of 3 links/);
  });

  it('shows traffic as a line that grows, in ASCII where the locale has no more', async () => {
    await bench.adm('create -t -m 2:8:20:9:9:9 -p stack=bus:b0 b0');
    const holder = bench.start('holder', ['b0', '1000']);
    await pane.type('unetstat -l b0\n');
    await pane.sees(/\nb0 .*global +[▁-█]{2,}\n/);
    await pane.key('q');
    await pane.isAsking();
    await pane.type('clear; LC_ALL=C unetstat -l b0\n');
    await pane.sees(/\nb0 .*global +[_.\-=+*%#]{2,}\n/);
    await bench.end(holder);
    await bench.adm('destroy -f b0');
  });

  it('has colours unless NO_COLOR says otherwise', async () => {
    await pane.type('unetstat -l\n');
    await pane.sees(new RegExp(`${ESC}\\[[0-9;]*7m`), '-e');
    await pane.key('q');
    await pane.isAsking();
    await pane.type('clear; NO_COLOR=1 unetstat -l\n');
    await pane.sees(/^unetstat: 3 links/);
    expect(await pane.text('-e')).not.toContain(ESC);
  });

  it('refuses a terminal that cannot do it', async () => {
    await pane.type('TERM=dumb unetstat -l\n');
    await pane.sees(
      /(^|\n)unetstat: -l needs a terminal that can move its cursor; TERM is "dumb"\n/,
    );
    await pane.type('clear; unetstat -l | cat\n');
    await pane.sees(
      /(^|\n)unetstat: -l needs a terminal on standard output; reports without -l do not\n/,
    );
  });

  it('says that the kernel has ended, on the screen that was there before', async () => {
    await pane.type('unetstat -l; echo "exit $?"\n');
    await pane.sees(/^unetstat: 3 links/);
    await bench.adm('host stop');
    await pane.sees(/\nunetstat: cannot read statistics: the hosted server has ended\nexit 1\n/);
    await pane.isItself();
  });
});

if (reason !== undefined) it('unetstat -l', ({ skip }) => skip(reason));
