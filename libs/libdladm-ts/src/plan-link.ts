import { DladmError } from './errors.ts';
import type { Ground } from './ground.ts';
import type { Lifetime } from './link.ts';
import { type LinkName, parseLinkName } from './link-name.ts';
import { type Plan, randomMac } from './make-link.ts';
import type { CreateOptions } from './options.ts';
import { checkPropertiesOf, mustBeObject } from './properties.ts';
import type { SavedLinks } from './saved-links.ts';
import { parseStackEnd } from './stack-end.ts';

const LIFETIMES: readonly Lifetime[] = ['persistent', 'temporary', 'single-shot'];

/**
 * Says what `create` is to do, with nothing done yet.
 *
 * @param records as they are now.
 * @throws {DladmError} EEXIST: the name is taken in the record; or what was asked for cannot be.
 */
export function planLink(
  ground: Ground,
  name: string,
  options: Omit<CreateOptions, 'signal'>,
  records: SavedLinks,
): Plan {
  const link = parseLinkName(name, 'create');
  mustBeObject('the options of create', options);
  const { lifetime = 'persistent', stack, zone, ...given } = options;
  if (!LIFETIMES.includes(lifetime)) {
    throw new TypeError(`lifetime must be ${LIFETIMES.join(', ')}, not ${lifetime}`);
  }
  const properties = checkPropertiesOf('create', link, given);
  if (stack !== undefined && ground.registry.stack === undefined) {
    throw new DladmError({
      status: 'NOTSUP',
      op: 'create',
      link,
      property: 'stack',
      reason: 'this system has an IP stack of its own: stack cannot be chosen',
    });
  }
  const persistent = lifetime === 'persistent';
  if (persistent && zone !== undefined) {
    throw new DladmError({ status: 'TEMPONLY', op: 'create', link, property: 'zone' });
  }
  const saved = {
    properties: persistent ? { mac: randomMac(), ...properties } : properties,
    stack: stack === undefined ? undefined : parseStackEnd(stack),
  };
  const lent = zone === undefined ? undefined : ground.runningZone('create', zone, link);
  const reason = records.takenBy(link);
  if (reason !== undefined) {
    const hint = whyDown(ground, link, records);
    throw new DladmError({ status: 'EXIST', op: 'create', link, reason: `${reason}${hint}` });
  }
  return { name: link, lifetime, link: saved, zone: lent, id: 'new' };
}

/** Says of a link that has the name that it is not up, if that is why, and what to do. */
function whyDown(ground: Ground, link: LinkName, records: SavedLinks): string {
  const down = records.has(link) && ground.ctl.find(link) === undefined;
  return down ? `, but is not up (try: unetadm up ${link})` : '';
}
