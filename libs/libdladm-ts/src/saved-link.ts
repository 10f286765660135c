import type { Attributes, ConfValue } from './conf-line.ts';
import { DladmError } from './errors.ts';
import { parseMacAddress } from './mac-address.ts';
import { checkProperties, type LinkProperties, OFFLOADS } from './properties.ts';
import { parseStackEnd, type StackEnd } from './stack-end.ts';

/** What is recorded of a persistent link, to make it again. */
export interface SavedLink {
  readonly properties: LinkProperties;
  readonly stack?: StackEnd | undefined;
}

/** @see DATALINK_CLASS_MISC in illumos' sys/dls_mgmt.h */
export const CLASS_MISC = 0x400;
/** @see DL_ETHER in illumos' sys/dlpi.h */
export const MEDIA_ETHER = 4;

/** Other drivers have links of class MISC too; this attribute marks ours. */
const MARK = 'unettype';
const MARK_VALUE = 1n;

const MAC_BYTES = 6n;

/** Attributes that this library writes, apart from class and media; all others are left alone. */
const OWN = [
  MARK,
  'macaddr',
  'maddrlen',
  'mtu',
  'rxbuf',
  'txbuf',
  'linkstate',
  'linger',
  'owner',
  'group',
  ...OFFLOADS,
  'stack',
] as const;

/** Tells whether a line of `datalink.conf` is about a unet link. */
export function isOurs(attributes: Attributes): boolean {
  return attributes.get('class') === BigInt(CLASS_MISC) && attributes.get(MARK) === MARK_VALUE;
}

/** Tells whether a line that cannot be read was meant to be about a unet link. */
export function isMarked(text: string): boolean {
  return new RegExp(`[\\s;]${MARK}=`).test(text);
}

/**
 * Turns a link into the attributes of its line. The MTU is text because that is how dladm records a
 * property of its own; what others recorded on the old line is kept.
 */
export function toAttributes(saved: SavedLink, old: Attributes = new Map()): Attributes {
  const attributes = new Map<string, ConfValue>([
    ['class', BigInt(CLASS_MISC)],
    ['media', BigInt(MEDIA_ETHER)],
    ...[...old].filter(([name]) => !(OWN as readonly string[]).includes(name)),
    [MARK, MARK_VALUE],
  ]);
  const { mac, mtu, linkstate, ...others } = saved.properties;
  if (mac !== undefined) {
    attributes.set('macaddr', mac).set('maddrlen', MAC_BYTES);
  }
  if (mtu !== undefined) {
    attributes.set('mtu', `${mtu}`);
  }
  if (linkstate !== undefined) {
    attributes.set('linkstate', linkstate);
  }
  for (const [name, value] of Object.entries(others)) {
    if (value !== undefined && value !== null) {
      attributes.set(name, typeof value === 'string' ? value : BigInt(value));
    }
  }
  if (saved.stack !== undefined) {
    attributes.set('stack', saved.stack);
  }
  return attributes;
}

/**
 * Reads back what {@link toAttributes} wrote.
 *
 * @throws {DladmError} a value that no link can have.
 */
export function fromAttributes(attributes: Attributes): SavedLink {
  const number = (name: string): number | undefined => {
    const value = attributes.get(name);
    if (typeof value === 'string' ? !/^[0-9]{1,15}$/.test(value) : typeof value === 'boolean') {
      const reason = `${name} must be a number, not ${value}`;
      throw new DladmError({ status: 'BADVAL', op: 'read', property: name, reason });
    }
    return value === undefined ? undefined : Number(value);
  };
  const word = (name: string): string | undefined => {
    const value = attributes.get(name);
    return value === undefined ? undefined : `${value}`;
  };
  const mac = word('macaddr');
  const stack = word('stack');
  return {
    properties: checkProperties({
      mac: mac === undefined ? undefined : parseMacAddress(mac),
      mtu: number('mtu'),
      rxbuf: number('rxbuf'),
      txbuf: number('txbuf'),
      linkstate: word('linkstate'),
      linger: number('linger'),
      owner: number('owner'),
      group: number('group'),
      ...Object.fromEntries(OFFLOADS.map((name) => [name, word(name)])),
    }),
    stack: stack === undefined ? undefined : parseStackEnd(stack),
  };
}
