import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NOBODY, noOtherUsers, Workbench } from './workbench.ts';

let bench: Workbench;
beforeEach(() => {
  bench = new Workbench();
});
afterEach(() => bench.close());

const GOOD = { exit: 0, out: '', err: '' };
const failed = (text: string): object => ({ exit: 1, out: '', err: `unetadm: cannot ${text}\n` });
const zone = (words: string, options = {}) => bench.adm(`host zone ${words}`, options);

/** A network namespace of this test's own; why there is none. */
function netns(name: string): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root, to make a network namespace';
  const { status, error } = spawnSync('ip', ['netns', 'add', name]);
  return status === 0 ? undefined : `ip netns add: ${error?.message ?? `exit ${status}`}`;
}

describe('unetadm host zone', () => {
  it('makes, boots, lists, halts and destroys zones', async () => {
    expect(await zone('create blue')).toMatchObject(GOOD);
    expect(await zone('create -i shared red')).toMatchObject(GOOD);
    expect(await zone('boot red')).toMatchObject(GOOD);
    expect(await zone('list')).toMatchObject({
      exit: 0,
      out:
        'ZONE                ID   STATE      IP        NETNS\n' +
        'global              0    running    exclusive --\n' +
        'blue                --   configured exclusive --\n' +
        'red                 1    running    shared    --\n',
      err: '',
    });
    expect(await zone('halt -r red')).toMatchObject(GOOD);
    expect(await zone('list -p -o zone,id,state')).toMatchObject({
      out: 'global:0:running\nblue::configured\nred:2:running\n',
    });
    expect(await zone('halt red')).toMatchObject(GOOD);
    expect(await zone('destroy red')).toMatchObject(GOOD);
    const { out } = await zone('list --json');
    expect(JSON.parse(out)).toEqual([
      { zone: 'global', id: 0, state: 'running', ip: 'exclusive', netns: null },
      { zone: 'blue', id: null, state: 'configured', ip: 'exclusive', netns: null },
    ]);
  });

  it('says why something cannot be done to a zone', async () => {
    expect(await zone('boot blue')).toMatchObject(failed('boot zone blue: no such zone'));
    await zone('create blue');
    for (const [words, text] of [
      ['create blue', 'create zone blue: zone already exists'],
      ['create global', 'create zone global: zone already exists'],
      ['create SUNWblue', 'create zone SUNWblue: not a name for a zone'],
      ['create -n /dev/null red', 'create zone red: /dev/null is not a network namespace'],
      ['create -n no-such-one red', 'create zone red: there is no network namespace no-such-one'],
      ['halt blue', 'halt zone blue: it is not running'],
      ['halt -r blue', 'halt zone blue: it is not running'],
      ['destroy red', 'destroy zone red: no such zone'],
    ] as const) {
      expect(await zone(words)).toMatchObject(failed(text));
    }
    await zone('boot blue');
    expect(await zone('boot blue')).toMatchObject(failed('boot zone blue: it is running'));
    expect(await zone('destroy blue')).toMatchObject(
      failed('destroy zone blue: it is running (try: unetadm host zone halt blue)'),
    );
  });

  it('refuses command lines that make no sense', async () => {
    for (const [words, text] of [
      ['', 'missing argument: create, boot, halt, destroy, list or exec'],
      ['reboot', "unknown subcommand 'host zone reboot'"],
      ['create', 'missing required zone name'],
      ['boot a b', 'too many arguments for zone name, pick one'],
      ['create -i none a', "-i must be shared or exclusive, not 'none'"],
      ['create -i shared -n b a', '-n is for zones with a network stack of their own'],
      ['list a', 'too many arguments'],
      ['exec', 'missing required zone name'],
      ['exec a', 'missing command'],
    ] as const) {
      const { exit, out, err } = await zone(words);
      expect({ exit, out, err: err.split('\n')[0] }).toEqual({
        exit: 2,
        out: '',
        err: `unetadm: ${text}`,
      });
    }
  });

  it('runs a command in a zone, and ends as it does', async () => {
    const down = 'zone blue does not run; `unetadm host zone boot blue` boots it';
    await zone('create blue');
    expect(await zone('exec blue true')).toMatchObject(failed(`enter zone blue: ${down}`));
    expect(await bench.adm('list', { env: { UNET_ZONE: 'blue' } })).toMatchObject(
      failed(`reach the kernel at ${bench.socket}: ${down}`),
    );
    await zone('boot blue');
    const args = (...command: string[]) => ['host', 'zone', 'exec', 'blue', ...command];
    expect(await bench.run('unetadm', args('sh', '-c', 'echo "$UNET_ZONE"; exit 7'))).toMatchObject(
      { exit: 7, out: 'blue\n', err: '' },
    );
    expect(await bench.run('unetadm', args('sh', '-c', 'kill -9 $$'))).toMatchObject({ exit: 137 });
    expect(await bench.run('unetadm', args('no-such-command'))).toMatchObject({
      exit: 127,
      err: 'unetadm: cannot run no-such-command: command not found\n',
    });
    expect(await bench.run('unetadm', args('/dev/null'))).toMatchObject({ exit: 126 });
    const inZone = { env: { UNET_ZONE: 'blue' } };
    expect(await bench.adm('create -t -p stack=bus vpn0', inZone)).toMatchObject(GOOD);
    expect(await bench.adm('list -p -o link,zone')).toMatchObject({ out: 'vpn0:blue\n' });
    expect(await zone('list -p -o zone', inZone)).toMatchObject({ out: 'blue\n' });
    expect(await zone('boot red', inZone)).toMatchObject(
      failed('boot zone red: only administrators of the global zone may'),
    );
  });

  it('lets other users choose no zone', async ({ skip }) => {
    const reason = noOtherUsers();
    if (reason !== undefined) skip(reason);
    bench.giveTo(NOBODY);
    const nobody = { uid: NOBODY };
    expect(await zone('create blue', nobody)).toMatchObject(GOOD);
    expect(await zone('boot blue', nobody)).toMatchObject(GOOD);
    expect(await zone('create -n /proc/self/ns/net red', nobody)).toMatchObject(
      failed(
        'create zone red: this user may not enter the network namespace /proc/self/ns/net; a hosted kernel of root may',
      ),
    );
    expect(await bench.adm('host stop', nobody)).toMatchObject(GOOD);
  });

  it('ties a zone to a network namespace', async ({ skip, onTestFinished }) => {
    const name = `unet-cli-${process.pid}`;
    const reason = netns(name);
    if (reason !== undefined) skip(reason);
    onTestFinished(() => void spawnSync('ip', ['netns', 'delete', name]));
    expect(await zone(`create -n ${name} blue`)).toMatchObject(GOOD);
    const taken = (what: string): object =>
      failed(
        `create zone red: the network namespace ${what} is another zone's, or the one that the hosted kernel is in`,
      );
    expect(await zone(`create -n ${name} red`)).toMatchObject(taken(name));
    expect(await zone('create -n /proc/self/ns/net red')).toMatchObject(taken('/proc/self/ns/net'));
    expect(await zone('boot blue')).toMatchObject(GOOD);
    expect(await zone('list -p -o zone,netns')).toMatchObject({
      out: `global:\nblue:${name}\n`,
    });
    spawnSync('ip', ['netns', 'delete', name]);
    expect(await zone('halt blue')).toMatchObject(GOOD);
    expect(await zone('boot blue')).toMatchObject(
      failed('boot zone blue: there is no network namespace of the zone'),
    );
  });
});
