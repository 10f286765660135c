import { readFileSync } from 'node:fs';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { ended, printed, Workbench } from './workbench.ts';

const bench = new Workbench();
afterEach(() => bench.clear());
afterAll(() => bench.close());

const HEADER = '  name |   rx B/s |   tx B/s | drops txfc | zone\n';
const stat = (...args: string[]) => bench.run('unetstat', args);

/** Makes a link whose holder sends frames of 1000 bytes without end. */
async function busyLink(name: string): Promise<void> {
  const { err } = await bench.adm(`create -t -m 2:8:20:9:9:9 -p stack=bus:${name} ${name}`);
  expect(err).toBe('');
  await printed(bench.start('holder', [name, '1000']), 'held');
}

describe('unetstat', () => {
  it('prints one header when there is no link, and as many reports as were asked for', async () => {
    expect(await stat('1', '2')).toMatchObject({ exit: 0, out: HEADER, err: '' });
  });

  it('shows rates of what goes through', async () => {
    await busyLink('vpn0');
    const { exit, out, err } = await stat('1', '2');
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    const [header, ...rows] = out.trimEnd().split('\n');
    expect(`${header}\n`).toBe(HEADER);
    expect(rows).toHaveLength(2);
    for (const row of rows) {
      // Up to 200 frames of 1000 bytes a second are sent, none received or dropped.
      expect(row).toMatch(/^ {2}vpn0 \| {5}0B\/s \| [ 0-9.]{3,5}KB\/s \| {5}0 {4}0 \| global$/);
      const [, kilobytes] = /\| +([0-9.]+)KB\/s \| /.exec(row) ?? [];
      expect(Number(kilobytes)).toBeGreaterThan(10);
      expect(Number(kilobytes)).toBeLessThanOrEqual(210);
    }
  });

  it('watches the links named, with a header for each report of several', async () => {
    for (const link of ['a0', 'a10', 'a2']) {
      await bench.adm(`create -t -p stack=none ${link}`);
    }
    const idle = (name: string): string =>
      `${name.padStart(6)} |     0B/s |     0B/s |     0    0 | global\n`;
    expect((await stat('a0', '1', '1')).out).toBe(HEADER + idle('a0'));
    const all = HEADER + idle('a0') + idle('a2') + idle('a10');
    expect((await stat('1', '2')).out).toBe(all + all);
  });

  it('prints each report at once, also into a pipe', async () => {
    await bench.adm('create -t -p stack=none a0');
    const child = bench.start('unetstat', ['1']);
    expect(await printed(child, 'a0 |')).toContain(HEADER);
    expect(child.exitCode).toBeNull();
  });

  it('ends without a word when it is interrupted', async () => {
    const child = bench.start('unetstat', ['1']);
    let err = '';
    child.stderr?.on('data', (text: string) => {
      err += text;
    });
    await printed(child, HEADER);
    child.kill('SIGINT');
    expect(await ended(child)).toEqual([null, 'SIGINT']);
    expect(err).toBe('');
  });

  it('ends when it is interrupted while the kernel does not answer', async ({ skip }) => {
    const waits = (pid: number): string => readFileSync(`/proc/${pid}/wchan`, 'utf8');
    if (waits(process.ppid) === '0') skip('this system does not tell what a process waits for');
    await bench.adm('create -t -p stack=none a0');
    const { out } = await bench.adm('host status --json');
    const server = Number(/"pid": ([0-9]+)/.exec(out)?.[1]);
    expect(server).toBeGreaterThan(1);
    process.kill(server, 'SIGSTOP');
    try {
      const child = bench.start('unetstat', ['-i']);
      // For an answer on the socket of the server, not for the next event.
      await vi.waitFor(() => expect(waits(child.pid ?? 0)).toMatch(/skb|unix/), 30_000);
      child.kill('SIGINT');
      expect(await ended(child)).toEqual([null, 'SIGINT']);
    } finally {
      process.kill(server, 'SIGCONT');
    }
  });

  it('ends without a word when nobody reads any more', async () => {
    await bench.adm('create -t -p stack=none a0');
    const child = bench.start('unetstat', ['1']);
    let err = '';
    child.stderr?.on('data', (text: string) => {
      err += text;
    });
    await printed(child, 'a0 |');
    child.stdout?.destroy();
    expect(await ended(child)).toEqual([0, null]);
    expect(err).toBe('');
  });

  it('says that the hosted kernel has ended', async () => {
    const child = bench.start('unetstat', ['1']);
    let err = '';
    child.stderr?.on('data', (text: string) => {
      err += text;
    });
    await printed(child, HEADER);
    await bench.adm('host stop');
    expect(await ended(child)).toEqual([1, null]);
    expect(err).toBe('unetstat: cannot read statistics: the hosted server has ended\n');
  });

  it('takes a link that was made anew for what it is', async () => {
    await busyLink('vpn0');
    const child = bench.start('unetstat', ['1']);
    await printed(child, 'vpn0 |');
    await bench.adm('destroy -f vpn0');
    await bench.adm('create -t -p stack=none vpn0');
    const text = await printed(child, /vpn0 \| {5}0B\/s \| {5}0B\/s/);
    expect(text).not.toMatch(/[EPTGM]B\/s/);
  });

  it('calls a link by the name that it has now', async () => {
    await bench.adm('create -t -p stack=none a0');
    await bench.adm('create -t -p stack=none b0');
    const numberOf = async (link: string): Promise<string> =>
      (await stat('-i', '-p', '-o', 'instance', link)).out.trim();
    const [first, second] = [await numberOf('a0'), await numberOf('b0')];
    const watch = bench.start('unetstat', ['--json', '-o', 'link,instance', 'b0', '1']);
    await printed(watch, `{"link":"b0","instance":${second}}\n`);
    await bench.adm('rename b0 c0');
    await bench.adm('rename a0 b0');
    await printed(watch, `{"link":"b0","instance":${first}}\n`);
    expect([await numberOf('b0'), await numberOf('c0')]).toEqual([first, second]);
  });
});
