import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { printed, Workbench } from './workbench.ts';

const bench = new Workbench();
afterAll(() => bench.close());
beforeAll(async () => {
  for (const link of ['a0', 'a10', 'a2']) {
    await bench.adm(`create -t -p stack=none ${link}`);
  }
});

const stat = (words: string, env: Readonly<Record<string, string>> = {}) =>
  bench.run('unetstat', words.split(' '), { env });
const output = async (words: string): Promise<string> => {
  const { exit, out, err } = await stat(words);
  expect({ exit, err }).toEqual({ exit: 0, err: '' });
  return out;
};

describe('-i', () => {
  it('shows totals, at once and once', async () => {
    const total = (link: string): string =>
      `${link.padStart(6)} |       0B |       0B |     0    0 | global\n`;
    expect(await output('-i')).toBe(
      `  name |     rx B |     tx B | drops txfc | zone\n${total('a0')}${total('a2')}${total('a10')}`,
    );
  });

  it('shows them again and again with an interval', async () => {
    expect((await output('-i a0 1 2')).match(/ a0 /g)).toHaveLength(2);
  });
});

describe('-o', () => {
  it('shows the fields named, with a header for each report of several links', async () => {
    const report = `LINK        ZONE        RX_BYTES\n${['a0', 'a2'].map(idle).join('')}`;
    expect(await output('-o link,ZONE,rx_bytes a0 a2 1 2')).toBe(report + report);
  });
  const idle = (link: string): string => `${link.padEnd(12)}global      0\n`;

  it('warns of fields that do not exist, once', async () => {
    expect(await stat('-i -o link,speed a0')).toMatchObject({
      exit: 0,
      out: 'LINK\na0\n',
      err: "unetstat: warning: ignoring unknown output field: `speed'\n",
    });
  });

  it('has every statistic of the driver', async () => {
    const names = Object.keys(JSON.parse(await output('-i --json a0')) as object);
    expect(names.length).toBeGreaterThan(45);
    const values = (await output(`-i -p -o ${names.join(',')} a0`)).trimEnd().split(':');
    expect(values).toHaveLength(names.length);
    const [header = ''] = (await output('-i -o all a0')).split('\n');
    expect(header.trim().toLowerCase().split(/ +/)).toEqual(names);
  });
});

describe('-p', () => {
  it('prints lines for programs, without a header', async () => {
    expect(await output('-i -p -o link,zone,drops')).toBe(
      'a0:global:0\na2:global:0\na10:global:0\n',
    );
    expect(await output('-ip -d, -o iomode,link a0')).toBe('none,a0\n');
    expect(await output('-i -p -o link a0')).toBe('a0\n');
  });
});

describe('--json', () => {
  it('prints an object a line, again and again', async () => {
    const lines = (await output('--json -o link,rx_bytes,interval a0 a2 1 2'))
      .trimEnd()
      .split('\n');
    const rows = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(rows.map(({ link }) => link)).toEqual(['a0', 'a2', 'a0', 'a2']);
    for (const row of rows) {
      expect(Object.keys(row)).toEqual(['link', 'rx_bytes', 'interval']);
      expect(Number(row['interval'])).toBeGreaterThan(5e8);
    }
  });

  it('has totals that agree with one another', async () => {
    await bench.adm('create -t -m 2:8:20:9:9:9 -p stack=bus:b0 b0');
    const holder = bench.start('holder', ['b0', '1000']);
    await printed(holder, 'held');
    const sent = () => output('-i -p -o tx_in_frames b0');
    await vi.waitFor(async () => expect(Number(await sent())).toBeGreaterThan(0), 30_000);
    await bench.end(holder);
    const row = JSON.parse(await output('-i --json b0')) as Record<string, number>;
    expect(row['tx_in_bytes']).toBeGreaterThanOrEqual(1000);
    expect(row['tx_in_bytes']).toBe((row['tx_in_frames'] ?? 0) * 1000);
    expect(row['fiowrite_calls']).toBeGreaterThan(0);
    await bench.adm('destroy b0');
  });
});

describe('-T', () => {
  it('starts each report with the time', async () => {
    expect(await output('-i -T u a0')).toMatch(/^[0-9]{10}\n {2}name/);
    const { out } = await stat('-i -T d a0', { TZ: 'UTC' });
    expect(out).toMatch(/^[A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-9][0-9] [0-9:]{8} UTC 20[0-9]{2}\n/);
  });

  it('calls the time zone what date(1) calls it', async () => {
    const { out } = await stat('-i -T d a0', { TZ: 'HERE-3', LC_ALL: 'de_DE.UTF-8' });
    expect(out).toMatch(/^[A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-9][0-9] [0-9:]{8} HERE 20[0-9]{2}\n/);
  });
});

describe('-z', () => {
  const BLUE = { env: { UNET_ZONE: 'blue' } };
  const links = (words: string, options = {}) =>
    bench.run('unetstat', [...words.split(' '), '-p', '-o', 'zone,link'], options);

  beforeAll(async () => {
    await bench.adm('host zone create blue');
    await bench.adm('host zone boot blue');
    await bench.adm('create -t -p stack=none z0', BLUE);
  });

  it('shows the links of a zone', async () => {
    expect((await links('-i')).out).toBe('blue:z0\nglobal:a0\nglobal:a2\nglobal:a10\n');
    expect((await links('-i -z blue')).out).toBe('blue:z0\n');
    expect((await links('-i -z global')).out).toBe('global:a0\nglobal:a2\nglobal:a10\n');
  });

  it('shows a zone its own links, and no other zone', async () => {
    expect((await links('-i', BLUE)).out).toBe('blue:z0\n');
    expect(await links('-i -z global', BLUE)).toMatchObject({
      exit: 1,
      out: '',
      err: 'unetstat: no such zone: global\n',
    });
    const { err } = await bench.run('unetstat', ['-i', 'a0'], BLUE);
    expect(err).toBe('unetstat: no such link: a0\n');
  });

  it('shows the links of a zone until it halts', async () => {
    const child = bench.start('unetstat', ['-z', 'blue', '--json', '-o', 'link', '1']);
    await printed(child, '{"link":"z0"}\n');
    await bench.adm('host zone halt blue');
    await vi.waitFor(async () => expect((await links('-i -z blue')).out).toBe(''), 30_000);
    expect(child.exitCode).toBeNull();
  });
});
