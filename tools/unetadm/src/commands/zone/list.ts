import { type Column, type Terminal, UsageError } from 'libofmt';
import type { HostedZone } from 'libsys';
import { EXIT, type Form, parse } from '../../command.ts';
import { chooseOutput, outputOptions } from '../../output.ts';
import { withZones } from './kernel.ts';

const COLUMNS: readonly Column<HostedZone>[] = [
  { name: 'ZONE', width: 20, text: ({ name }) => name, json: ({ name }) => name },
  {
    name: 'ID',
    width: 5,
    text: ({ zoneid }) => `${zoneid ?? ''}`,
    json: ({ zoneid }) => zoneid ?? null,
  },
  { name: 'STATE', width: 11, text: ({ state }) => state, json: ({ state }) => state },
  { name: 'IP', width: 10, text: ipOf, json: ipOf },
  {
    name: 'NETNS',
    width: 20,
    text: ({ netns }) => netns ?? '',
    json: ({ netns }) => netns ?? null,
  },
];

function ipOf({ sharedIp }: HostedZone): string {
  return sharedIp ? 'shared' : 'exclusive';
}

const OPTIONS = outputOptions(COLUMNS);

export const LIST: Form = { words: ['zone', 'list'], options: OPTIONS };

export async function list(args: readonly string[], terminal: Terminal): Promise<number> {
  const { options, operands } = parse({ options: OPTIONS }, args);
  if (operands.length > 0) throw new UsageError('too many arguments');
  const output = chooseOutput(terminal, COLUMNS, options);
  return await withZones(terminal, 'list zones', (zones) => {
    output.print(zones.zoneList());
    return EXIT.done;
  });
}
