import { type Terminal, UsageError } from 'libofmt';
import type { HostedControl } from 'libsys';
import { EXIT, type Form, type Operand, parse } from '../../command.ts';
import { reportZone, type Wanted } from './failure.ts';
import { withZones } from './kernel.ts';

const ZONE: Operand = { text: 'zone', complete: 'zone' };

const form = (action: string): Form & { readonly words: readonly string[] } => ({
  words: ['zone', action],
  options: {},
  operands: [ZONE],
});

const CREATE = {
  words: ['zone', 'create'],
  options: {
    netns: {
      letter: 'n',
      word: 'netns',
      argument: 'netns',
      about: 'network namespace that is the zone: a name, or a path',
      complete: 'file',
    },
    ip: {
      letter: 'i',
      word: 'ip-type',
      argument: 'shared|exclusive',
      about: 'whether the zone has a network stack of its own',
      complete: ['shared', 'exclusive'],
    },
  },
  operands: [{ text: 'zone' }],
} as const satisfies Form;
const BOOT: Form = form('boot');
const HALT = {
  ...form('halt'),
  options: {
    reboot: { letter: 'r', word: 'reboot', about: 'boot it again' },
  },
} as const satisfies Form;
const DESTROY: Form = form('destroy');

export const CHANGE_FORMS: readonly Form[] = [CREATE, BOOT, HALT, DESTROY];

/** The one zone that an action is about. @throws {UsageError} */
function oneZone([zone, ...more]: readonly string[]): string {
  if (zone === undefined) throw new UsageError('missing required zone name');
  if (more.length > 0) throw new UsageError('too many arguments for zone name, pick one');
  return zone;
}

async function change(
  terminal: Terminal,
  wanted: Wanted,
  zone: string,
  work: (zones: HostedControl) => void,
  netns?: string,
): Promise<number> {
  return await withZones(terminal, `${wanted} zone ${zone}`, (zones) => {
    try {
      work(zones);
      return EXIT.done;
    } catch (error) {
      return reportZone(terminal, wanted, zone, error, netns);
    }
  });
}

export async function create(args: readonly string[], terminal: Terminal): Promise<number> {
  const { options, operands } = parse(CREATE, args);
  const zone = oneZone(operands);
  const netns = options.netns?.at(-1);
  const ip = options.ip?.at(-1) ?? 'exclusive';
  if (ip !== 'shared' && ip !== 'exclusive') {
    throw new UsageError(`-i must be shared or exclusive, not '${ip}'`);
  }
  const sharedIp = ip === 'shared';
  if (sharedIp && netns !== undefined) {
    throw new UsageError('-n is for zones with a network stack of their own');
  }
  const how = { sharedIp, ...(netns !== undefined && { netns }) };
  return await change(terminal, 'create', zone, (zones) => zones.zoneCreate(zone, how), netns);
}

export async function boot(args: readonly string[], terminal: Terminal): Promise<number> {
  const zone = oneZone(parse(BOOT, args).operands);
  return await change(terminal, 'boot', zone, (zones) => void zones.zoneBoot(zone));
}

export async function halt(args: readonly string[], terminal: Terminal): Promise<number> {
  const { options, operands } = parse(HALT, args);
  const zone = oneZone(operands);
  const halted = await change(terminal, 'halt', zone, (zones) => zones.zoneHalt(zone));
  return halted === EXIT.done && options.reboot !== undefined
    ? await change(terminal, 'boot', zone, (zones) => void zones.zoneBoot(zone))
    : halted;
}

export async function destroy(args: readonly string[], terminal: Terminal): Promise<number> {
  const zone = oneZone(parse(DESTROY, args).operands);
  return await change(terminal, 'destroy', zone, (zones) => zones.zoneDestroy(zone));
}
