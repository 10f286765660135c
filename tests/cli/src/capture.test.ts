import { type ChildProcess, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ended, printed, shellWords, Workbench } from './workbench.ts';

const bench = new Workbench();
afterAll(() => bench.close());

const HOLDER = '020820090909';
const STACK = '020820010101';
const BROADCAST = 'ffffffffffff';
const NOBODY = '020909090909';

const hex = (...bytes: readonly number[]): string => Buffer.from(bytes).toString('hex');
const padded = (text: string): string => text.padEnd(120, '0');
const ARP = padded(
  `${BROADCAST}${HOLDER}0806${hex(0, 1, 8, 0, 6, 4, 0, 1)}${HOLDER}${hex(10, 0, 0, 1)}${'00'.repeat(6)}${hex(10, 0, 0, 2)}`,
);
const FOREIGN = padded(`${NOBODY}${HOLDER}88b5`);
const IP = padded(
  `${HOLDER}${STACK}0800${hex(0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 2, 10, 0, 0, 1)}`,
);
const IP6 = padded(
  `${HOLDER}${STACK}86dd${hex(0x60, 0, 0, 0, 0, 0, 58, 255)}fe80${'00'.repeat(13)}02fe80${'00'.repeat(13)}01`,
);
const TAGGED = padded(`${HOLDER}${STACK}810000050800${'00'.repeat(20)}`);

/** All of them, in the order in which they go by. */
const TRAFFIC = [`write ${ARP}`, `write ${FOREIGN}`, `read ${IP}`, `read ${IP6}`, `read ${TAGGED}`];

/** Sends frames as the holder of vpn0 and as its network, one after the other. */
async function talk(lines: readonly string[] = TRAFFIC): Promise<void> {
  const talker = bench.start('talker', [], { stdin: 'pipe' });
  await printed(talker, 'held');
  for (const line of lines) {
    const sent = printed(talker, 'sent');
    talker.stdin?.write(`${line}\n`);
    await sent;
  }
  talker.stdin?.end();
  await ended(talker);
}

/** Starts a capture, and returns when it looks on. */
async function looksOn(...args: readonly string[]): Promise<ChildProcess> {
  const count = await captures();
  const child = bench.start('unetadm', ['capture', ...args], { env: { TZ: 'UTC' } });
  await expect.poll(captures, { timeout: 10_000 }).toBe(count + 1);
  return child;
}

/** How many captures there are, by their statistics. */
async function captures(): Promise<number> {
  const { out } = await bench.run('kstats', ['capture']);
  return Number(out);
}

/** What a capture printed, and how it ended. */
async function outcome(child: ChildProcess, stop?: NodeJS.Signals) {
  const all = { out: '', err: '' };
  child.stdout?.on('data', (text: string) => {
    all.out += text;
  });
  child.stderr?.on('data', (text: string) => {
    all.err += text;
  });
  if (stop !== undefined) child.kill(stop);
  const [exit, signal] = await ended(child);
  return { ...all, exit, signal };
}

/** Lines without their times, which are never the same twice. */
const timeless = (out: string): string[] =>
  out
    .split('\n')
    .filter(Boolean)
    .map((line) => line.replace(/^\d\d:\d\d:\d\d\.\d{6} vpn0 /, ''));

const LINES = [
  'write 2:8:20:9:9:9 > ff:ff:ff:ff:ff:ff, arp 10.0.0.1 > 10.0.0.2, 60 bytes',
  'write 2:8:20:9:9:9 > 2:9:9:9:9:9, 0x88b5, 60 bytes, dropped: filter',
  'read  2:8:20:1:1:1 > 2:8:20:9:9:9, ip 10.0.0.2 > 10.0.0.1 udp, 60 bytes',
  'read  2:8:20:1:1:1 > 2:8:20:9:9:9, ip6 fe80::2 > fe80::1 icmp6, 60 bytes',
  'read  2:8:20:1:1:1 > 2:8:20:9:9:9, vlan 5 ip 0.0.0.0 > 0.0.0.0 protocol 0, 60 bytes',
];

const tshark = ['/usr/bin/tshark', '/usr/local/bin/tshark'].find(existsSync);

/** Fields that tshark reads in a file, a line a frame. */
function fieldsOf(file: string, fields: readonly string[]): string[] {
  const args = ['-r', file, '-T', 'fields', ...fields.flatMap((field) => ['-e', field])];
  const out = execFileSync(tshark ?? '', args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return out.split('\n').slice(0, -1);
}

/** Way, address, type and comment of each frame. */
const readBack = (file: string): string[] =>
  fieldsOf(file, ['frame.packet_flags_direction', 'eth.dst', 'eth.type', 'frame.comment']);

const READ_BACK = [
  '0x00000002\tff:ff:ff:ff:ff:ff\t0x0806\t',
  '0x00000002\t02:09:09:09:09:09\t0x88b5\tdropped: filter (for an address that nobody here has)',
  '0x00000001\t02:08:20:09:09:09\t0x0800\t',
  '0x00000001\t02:08:20:09:09:09\t0x86dd\t',
  '0x00000001\t02:08:20:09:09:09\t0x8100\t',
];

describe('unetadm capture', () => {
  beforeAll(async () => {
    const { err } = await bench.adm('create -t -p stack=bus:lan vpn0');
    expect(err).toBe('');
  });

  it('shows the frames of a link that another process holds, each on a line', async () => {
    const child = await looksOn('-c', '5', 'vpn0');
    const all = outcome(child);
    await talk();
    const { out, err, exit } = await all;
    expect(timeless(out)).toEqual(LINES);
    expect(err).toBe('5 frames captured, 0 frames missed\n');
    expect(exit).toBe(0);
  });

  // So many at once as one link can have.
  it.each([
    [
      ['-d drop', [1]],
      ['-d read', [2, 3, 4]],
      ['-d write,drop', [0, 1]],
      ['-h 10.0.0.1', [0, 2]],
      ['-h 10.0.0.0/24 -e arp', [0]],
      ['-h fe80::2', [3]],
    ],
    [
      ['-h 02:09:09:9:9:9', [1]],
      ['-h fe80::/64 -h 2:9:9:9:9:9', [1, 3]],
      ['-e ip', [2, 4]],
      ['-e ip6', [3]],
      ['-e vlan', [4]],
      ['-e 0x88b5 -e 2054', [0, 1]],
    ],
  ] as const)('shows those that are asked for: %j …', async (...filters) => {
    const before = await captures();
    const outcomes = filters.map(([options, which]) =>
      outcome(
        bench.start('unetadm', ['capture', ...options.split(' '), '-c', `${which.length}`, 'vpn0']),
      ),
    );
    await expect.poll(captures, { timeout: 20_000 }).toBe(before + filters.length);
    await talk();
    const outs = (await Promise.all(outcomes)).map(({ out }) => timeless(out));
    expect(outs).toEqual(filters.map(([, which]) => which.map((i) => LINES[i])));
  });

  it('writes pcapng that tshark reads: lost frames too', async ({ skip }) => {
    if (tshark === undefined) skip('tshark is not installed');
    const pipe = `${shellWords('unetadm')} capture vpn0 -w - -c 5 | tee '${bench.dir}/piped' | '${tshark}' -r - -T fields -e eth.type 2>/dev/null`;
    const before = await captures();
    const shell = bench.start('bash', ['-c', pipe]);
    const all = outcome(shell);
    await expect.poll(captures, { timeout: 10_000 }).toBe(before + 1);
    await talk();
    const { out, err } = await all;
    expect(out.split('\n').filter(Boolean)).toEqual(READ_BACK.map((line) => line.split('\t')[2]));
    expect(err).toBe('5 frames captured, 0 frames missed\n');
    expect(readBack(join(bench.dir, 'piped'))).toEqual(READ_BACK);
  });

  it('finishes its file when it is interrupted', async ({ skip }) => {
    if (tshark === undefined) skip('tshark is not installed');
    const file = join(bench.dir, 'interrupted.pcapng');
    const child = await looksOn('-s', '20', '-w', file, 'vpn0');
    await talk();
    await expect.poll(() => readBack(file).length).toBe(8);
    const { err, signal } = await outcome(child, 'SIGINT');
    expect(err).toBe('8 frames captured, 0 frames missed\n');
    expect(signal).toBe('SIGINT');
    // Nobody read the last three: they are lost when the talker ends.
    const flushed = 'dropped: flush (still queued when the holder closed)';
    expect(readBack(file).map((line) => line.split('\t')[3])).toEqual([
      ...READ_BACK.map((line) => line.split('\t')[3]),
      ...[flushed, flushed, flushed],
    ]);
    expect(fieldsOf(file, ['frame.cap_len', 'frame.len'])).toEqual(Array(8).fill('20\t60'));
  });

  it('ends with its link', async () => {
    await bench.adm('create -t -p stack=none vpn7');
    const child = await looksOn('vpn7');
    const all = outcome(child);
    await bench.adm('destroy vpn7');
    expect(await all).toEqual({
      out: '',
      err: '0 frames captured, 0 frames missed\n',
      exit: 0,
      signal: null,
    });
  });

  it('is quiet about a reader that goes away', async () => {
    const before = await captures();
    const shell = bench.start('bash', [
      '-c',
      `${shellWords('unetadm')} capture vpn0 | head -n 1 | wc -l; echo "\${PIPESTATUS[0]}" >&2`,
    ]);
    const all = outcome(shell);
    await expect.poll(captures, { timeout: 10_000 }).toBe(before + 1);
    await talk();
    await talk();
    const { out, err } = await all;
    expect(out.trim()).toBe('1');
    expect(err).not.toMatch(/EPIPE|Error|at /);
  });

  it.each([
    ['', 'unetadm: missing link\n'],
    ['-c 0 vpn0', 'unetadm: count must be a number from 1 to 9007199254740991: 0\n'],
    ['-s 13 vpn0', 'unetadm: snaplen must be a number from 14 to 65536: 13\n'],
    ['-d up vpn0', 'unetadm: not a direction: up (read, write, drop)\n'],
    ['-h 10.0.0 vpn0', 'unetadm: not an address of a host: 10.0.0\n'],
    ['-h 10.0.0.0/33 vpn0', 'unetadm: not an address of a host: 10.0.0.0/33\n'],
    ['-e ipx vpn0', 'unetadm: not an ethertype: ipx (arp, ip, ip6, vlan or a number)\n'],
    ['vpn0 -x', 'unetadm: illegal option -- x\n'],
    ['vpn0 -', 'unetadm: not a link: -\n'],
    ['vpn0 -w', 'unetadm: option requires an argument -- w\n'],
  ])('refuses: %s', async (words, message) => {
    const { exit, err } = await bench.adm(`capture ${words}`);
    expect(err.startsWith(message), err).toBe(true);
    expect(err).toContain('\nusage:\tunetadm capture ');
    expect(exit).toBe(2);
  });

  it.each([
    ['nonesuch0', /^unetadm: cannot capture nonesuch0: no such link/],
    ['vpn0 -w /nonesuch/x', /^unetadm: cannot write \/nonesuch\/x: no such file or directory\n/],
    ['vpn0 -- -w /nonesuch/x', /^unetadm: cannot capture -w: invalid link name: "-w"/],
  ])('says why it cannot: %s', async (words, message) => {
    const { exit, err } = await bench.adm(`capture ${words}`);
    expect(err).toMatch(message);
    expect(exit).toBe(1);
  });

  it('does not write pcapng to a terminal', async () => {
    const command = `${shellWords('unetadm')} capture vpn0 -w -`;
    const { out } = await bench.run('script', ['-qec', command, '/dev/null']);
    expect(out).toContain('standard output is a terminal (try: -w file, or a pipe)');
  });
});

describe('unetadm events', () => {
  beforeEach(() => bench.clear());

  it('tells what happens to all links until it is interrupted', async () => {
    const child = bench.start('unetadm', ['events', '-p', '-o', 'link,event,value']);
    let seen = '';
    child.stdout?.on('data', (text: string) => {
      seen += text;
    });
    // It has begun when it tells of something.
    for (let i = 0; seen === ''; i++) {
      await bench.adm(`create -t -p stack=none probe${i}`);
      await bench.adm(`destroy probe${i}`);
    }
    // What has been told does not become one with what comes.
    const told = (text: string) => expect.poll(() => seen, { timeout: 10_000 }).toContain(text);
    await bench.adm('create -t -p stack=none vpn0');
    await bench.adm('set -t vpn0 mtu=1400 rxbuf=100000');
    const holder = await bench.hold('vpn0');
    const { pid } = holder;
    await told(`vpn0:holder:${pid}`);
    await bench.end(holder);
    await told('vpn0:holder:none');
    await bench.adm('destroy vpn0');
    await told('vpn0:destroy');
    const { signal, err } = await outcome(child, 'SIGINT');
    expect(signal).toBe('SIGINT');
    expect(err).toBe('');
    expect(seen.split('\n').filter((line) => line.startsWith('vpn0'))).toEqual([
      'vpn0:create:',
      'vpn0:mtu:1400',
      'vpn0:property:rxbuf=100000',
      `vpn0:holder:${pid}`,
      'vpn0:holder:none',
      'vpn0:destroy:',
    ]);
  });

  it('tells of one link until that is destroyed, as JSON', async () => {
    await bench.adm('create -t -p stack=none vpn0');
    const holder = await bench.hold('vpn0');
    const child = bench.start('unetadm', ['events', '--json', 'vpn0']);
    let seen = '';
    child.stdout?.on('data', (text: string) => {
      seen += text;
    });
    for (let i = 0; seen === ''; i++) await bench.adm(`set -t vpn0 linger=${i + 1}`);
    await bench.end(holder);
    await expect.poll(() => seen, { timeout: 10_000 }).toContain('"holder"');
    await bench.adm('destroy vpn0');
    const [exit] = await ended(child);
    expect(exit).toBe(0);
    const events = seen
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events[0]).toMatchObject({ link: 'vpn0', event: 'property', property: 'linger' });
    expect(events.slice(-2)).toMatchObject([
      { event: 'holder', value: null, count: 1 },
      { event: 'destroy', value: null },
    ]);
    const [{ time }] = events;
    expect(Math.abs(Date.parse(time) - Date.now())).toBeLessThan(120_000);
  });

  it('is for links that there are', async () => {
    const { exit, err } = await bench.adm('events nonesuch0');
    expect(err).toMatch(/^unetadm: cannot watch nonesuch0: no such link/);
    expect(exit).toBe(1);
    expect((await bench.adm('events --json -p')).exit).toBe(2);
  });
});
