import { afterAll, describe, expect, it } from 'vitest';
import { Workbench } from './workbench.ts';

const bench = new Workbench();
afterAll(() => bench.close());

const OUTPUT = '[-p] [-d delim] [-o field,...] [--json]';
const ZONE_HALT = 'host zone halt [-r] zone';
const SYNOPSES = {
  create: [
    'create [-t] [-s] [-m mac] [-u user[:group]] [-z zone] [-l link] [-R root] [-p prop=value,...] link...',
  ],
  destroy: ['destroy [-f] [-z zone] [-R root] link...'],
  list: [`list [-P] [-z zone] [-R root] ${OUTPUT} [link...]`],
  get: [`get [-z zone] [-R root] ${OUTPUT} [-c] link,... [prop...]`],
  set: ['set [-t] [-z zone] [-R root] link prop=value...'],
  reset: ['reset [-t] [-z zone] [-R root] link [prop...]'],
  rename: ['rename [-z zone] [-R root] link newname'],
  up: ['up [-R root] [link...]'],
  doctor: ['doctor [--json] [link...]'],
  events: ['events [-p] [-d delim] [-o field,...] [--json] [link...]'],
  capture: [
    'capture [-w file] [-c count] [-s snaplen] [-d direction,...] [-h host] [-e ethertype] link...',
  ],
  host: [
    'host start',
    'host stop',
    `host status ${OUTPUT}`,
    'host zone create [-n netns] [-i shared|exclusive] zone',
    'host zone boot zone',
    ZONE_HALT,
    'host zone destroy zone',
    `host zone list ${OUTPUT}`,
    'host zone exec zone command [argument...]',
  ],
  completion: ['completion bash|zsh|fish'],
  help: ['help [subcommand]'],
};
const form = (lines: readonly string[]): string =>
  `usage:\t${lines.map((line) => `unetadm ${line}`).join('\n\t')}\n`;
const ALL = form([...Object.values(SYNOPSES).flat(), '--version']);

describe('unetadm', () => {
  it('shows its usage on standard error, exit 2, when it is not told what to do', async () => {
    expect(await bench.adm('')).toMatchObject({ exit: 2, out: '', err: ALL });
  });

  it('shows its usage on standard output when that is what is wanted', async () => {
    expect(await bench.adm('help')).toMatchObject({ exit: 0, out: ALL, err: '' });
    expect(await bench.adm('--help')).toMatchObject({ exit: 0, out: ALL, err: '' });
    expect(await bench.adm('help up')).toMatchObject({
      exit: 0,
      out: `Make the recorded links that do not exist now: all of them, or those named.\n\n${form(SYNOPSES.up)}\n  -R root              directory below which links are recorded\n`,
      err: '',
    });
  });

  it.each([
    ['create --help', 'help create'],
    ['up-unet -?', 'help up'],
    ['host --help', 'help host'],
    ['host zone halt --help', 'help host zone halt'],
  ])('%s is %s', async (asked, help) => {
    const { exit, out, err } = await bench.adm(asked);
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    expect(out).toBe((await bench.adm(help)).out);
  });

  it('explains one of the ways to call a subcommand', async () => {
    const { out } = await bench.adm('help host zone halt');
    expect(out).toContain(form([ZONE_HALT]));
    expect(out).toContain('  -r ');
    expect(out).not.toContain('-n netns');
  });

  it('tells its version', async () => {
    expect(await bench.adm('--version')).toMatchObject({
      exit: 0,
      out: expect.stringMatching(/^unetadm \d+\.\d+\.\d+\n$/),
      err: '',
    });
  });

  it.each([
    ['frobnicate', "unknown subcommand 'frobnicate'", ALL],
    ['constructor', "unknown subcommand 'constructor'", ALL],
    ['-x', 'illegal option -- x', ALL],
    ['--verbose', 'illegal option -- verbose', ALL],
    ['help a b', "unknown subcommand 'a'", ALL],
    ['help create b', "unknown subcommand 'create b'", ALL],
    ['help host zone frobnicate', "unknown subcommand 'host zone frobnicate'", ALL],
    ['list a0 -o link', 'options come before operands: -o', form(SYNOPSES.list)],
    ['create a0 --help', 'options come before operands: --help', form(SYNOPSES.create)],
    ['host zone halt blue -r', 'options come before operands: -r', form([ZONE_HALT])],
    ['help frobnicate', "unknown subcommand 'frobnicate'", ALL],
    ['create', 'missing required link name', form(SYNOPSES.create)],
    [
      'create -m 2:8:20:0:0:1 a0 b0',
      'several links cannot have one MAC address',
      form(SYNOPSES.create),
    ],
    [
      'create -u root -p owner=0 a0',
      '-u and the property owner exclude each other',
      form(SYNOPSES.create),
    ],
    ['create -u root: a0', 'invalid user[:group]: root:', form(SYNOPSES.create)],
    ['delete-unet', 'missing required link name', form(SYNOPSES.destroy)],
    ['completion', 'missing argument: bash, zsh, fish', form(SYNOPSES.completion)],
    ['completion tcsh', "unknown shell 'tcsh'", form(SYNOPSES.completion)],
    ['completion bash zsh', 'too many arguments', form(SYNOPSES.completion)],
    ['create -q a0', 'illegal option -- q', form(SYNOPSES.create)],
    ['create -tq a0', 'illegal option -- q', form(SYNOPSES.create)],
    ['create -m', 'option requires an argument -- m', form(SYNOPSES.create)],
    ['create -p mtu a0', 'invalid property name=value: mtu', form(SYNOPSES.create)],
    ['create -p mtu= a0', 'property value required for mtu', form(SYNOPSES.create)],
    ['create -p mtu=1 -p mtu=2 a0', 'property given twice: mtu', form(SYNOPSES.create)],
    [
      'create -m 2:8:20:0:0:1 -p mac=2:8:20:0:0:1 a0',
      '-m and the property mac exclude each other',
      form(SYNOPSES.create),
    ],
    ['destroy', 'missing required link name', form(SYNOPSES.destroy)],
    ['list -p', 'output fields must be specified in parsable mode', form(SYNOPSES.list)],
    ['list -p -o all', "output field `all' invalid in parsable mode", form(SYNOPSES.list)],
    ['list -p -o link,speed', "unknown output field: `speed'", form(SYNOPSES.list)],
    ['list -o speed,weight', 'no valid output fields', form(SYNOPSES.list)],
    ['list -p --json -o link', '-p and --json exclude each other', form(SYNOPSES.list)],
    ['list -d : -o link', '-d cannot be used without -p', form(SYNOPSES.list)],
    ['list --json=yes', 'option takes no argument -- json', form(SYNOPSES.list)],
    ['get', 'missing required link name', form(SYNOPSES.get)],
    ['set', 'missing arguments to set', form(SYNOPSES.set)],
    ['set a0', 'missing arguments to set', form(SYNOPSES.set)],
    ['set a0 mtu', 'invalid property name=value: mtu', form(SYNOPSES.set)],
    ['reset', 'missing required link name', form(SYNOPSES.reset)],
    ['rename a0', 'missing required link names', form(SYNOPSES.rename)],
    ['rename a0 b0 c0', 'too many arguments', form(SYNOPSES.rename)],
    ['create -l net0 a0', 'a unet link lies over no other datalink: net0', form(SYNOPSES.create)],
    [
      'create -z blue -p zone=red a0',
      '-z and the property zone exclude each other',
      form(SYNOPSES.create),
    ],
    ['host', 'missing argument: start, stop, status or zone', form(SYNOPSES.host)],
    ['host restart', "unknown subcommand 'host restart'", form(SYNOPSES.host)],
    ['host start now', 'too many arguments', form(['host start'])],
    ['host stop -p', 'illegal option -- p', form(['host stop'])],
  ])('%s: %s', async (words, message, usage) => {
    expect(await bench.adm(words)).toMatchObject({
      exit: 2,
      out: '',
      err: `unetadm: ${message}\n${usage}`,
    });
  });

  it('takes an empty word for no root directory, and not for the current one', async () => {
    expect(await bench.run('unetadm', ['list', '-R', ''])).toMatchObject({
      exit: 2,
      out: '',
      err: `unetadm: -R must be a directory\n${form(SYNOPSES.list)}`,
    });
  });
});
