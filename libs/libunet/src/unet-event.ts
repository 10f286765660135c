import {
  decodeUnetProp,
  type UnetEvent as RawEvent,
  UNET_EVENTS,
  UNET_EVF_STATE,
  UNET_PROPS,
  type UnetEventName,
  type UnetPropName,
  type UnetPropValues,
} from 'libsys/unet-abi';
import type { UnetError } from './unet-error.ts';

/** What every event says. */
export interface Told {
  /** Number of the last change that this stands for, counted from 1 since the open. */
  readonly seq: bigint;
  /** When that was, on the kernel's own clock, in ns. */
  readonly time: bigint;
  /** How many changes this stands for: a later one takes the place of an earlier one not read yet. */
  readonly count: number;
  /** Told by a resync: this is how it is. It need not have changed. */
  readonly state: boolean;
}

/** The stack began (`up`) or ceased to use the link. */
export interface UnetLinkEvent extends Told {
  readonly type: 'link';
  readonly up: boolean;
}

/** The link has another MTU, in bytes. */
export interface UnetMtuEvent extends Told {
  readonly type: 'mtu';
  readonly mtu: number;
}

/** The link has another address, as `2:8:20:0:0:1`. */
export interface UnetMacEvent extends Told {
  readonly type: 'mac';
  readonly mac: string;
}

/** The stack wants every frame (`on`), or no longer. */
export interface UnetPromiscEvent extends Told {
  readonly type: 'promisc';
  readonly on: boolean;
}

/** The stack joined or left a multicast group, an address as `1:0:5e:0:0:1`. */
export interface UnetGroupEvent<T extends 'join' | 'leave' = 'join' | 'leave'> extends Told {
  readonly type: T;
  readonly group: string;
}

/** A property has another value. */
export interface UnetPropertyEventOf<N extends UnetPropName> extends Told {
  readonly type: 'property';
  readonly property: N;
  readonly value: UnetPropValues[N];
}
/** One of these for each property, so that `property` narrows `value`. */
export type UnetPropertyEvent = { [N in UnetPropName]: UnetPropertyEventOf<N> }[UnetPropName];

/**
 * `destroy`: the link is gone; the last event. `overflow`: changes were lost, `count` of them; a
 * resync follows by itself. `synced`: everything has been told; multicast groups that were not told
 * since the `overflow` (or the start) have been left.
 */
export interface UnetMarkEvent<
  T extends 'destroy' | 'overflow' | 'synced' = 'destroy' | 'overflow' | 'synced',
> extends Told {
  readonly type: T;
}

/**
 * What happened to a link, told apart by `type`.
 *
 * @see kernel/unet/sys/unet.h UNET_EVENT_MAP
 */
export type UnetEvent =
  | UnetLinkEvent
  | UnetMtuEvent
  | UnetMacEvent
  | UnetPromiscEvent
  | UnetGroupEvent<'join'>
  | UnetGroupEvent<'leave'>
  | UnetPropertyEvent
  | UnetMarkEvent<'destroy'>
  | UnetMarkEvent<'overflow'>
  | UnetMarkEvent<'synced'>;

/** What an event can be. */
export type UnetEventType = UnetEvent['type'];

/** What a listener is given, by the name it listens to; `error`: no more events will come. */
export type UnetEventMap = {
  readonly [T in UnetEventType]: Extract<UnetEvent, { readonly type: T }>;
} & { readonly error: UnetError };

/** Called with each event of a type. */
export type UnetListener<T extends keyof UnetEventMap> = (event: UnetEventMap[T]) => void;

const PROPERTY_NAMES: ReadonlyMap<number, UnetPropName> = new Map(
  UNET_PROPS.map(({ id, name }) => [id, name]),
);
const NAMES: ReadonlyMap<number, UnetEventName> = new Map(
  UNET_EVENTS.map(({ type, name }) => [type, name]),
);

/** What is told of every event. */
export function toldOf({ seq, time, count, flags }: RawEvent): Told {
  return { seq, time, count, state: (flags & UNET_EVF_STATE) !== 0 };
}

/**
 * Reads an event; `undefined`: one that is not for a holder, or that a later driver has and this
 * program does not know.
 */
export function decodeUnetEvent(raw: RawEvent): UnetEvent | undefined {
  const { value } = raw;
  const told = toldOf(raw);
  const type = NAMES.get(raw.type);
  switch (type) {
    case 'admin':
      return { type: 'link', ...told, up: value !== 0n };
    case 'mtu':
      return { type, ...told, mtu: decodeUnetProp('mtu', value) };
    case 'mac':
      return { type, ...told, mac: decodeUnetProp('mac', value) };
    case 'promisc':
      return { type, ...told, on: value !== 0n };
    case 'join':
    case 'leave':
      return { type, ...told, group: decodeUnetProp('mac', value) };
    case 'property':
      return propertyEvent(PROPERTY_NAMES.get(raw.prop), told, value);
    case 'create':
    case 'holder':
    case undefined:
      return undefined;
    default:
      return { type, ...told };
  }
}

function propertyEvent(
  property: UnetPropName | undefined,
  told: Told,
  raw: bigint,
): UnetPropertyEvent | undefined {
  if (property === undefined) return undefined;
  const value = decodeUnetProp(property, raw);
  // The compiler cannot see that name and value come from the same row.
  return { type: 'property', ...told, property, value } as UnetPropertyEvent;
}

/** What an event is about: of two events about one thing the later one says how it is. */
export function subjectOf(event: UnetEvent): string {
  switch (event.type) {
    case 'join':
    case 'leave':
      return `group ${event.group}`;
    case 'property':
      return `property ${event.property}`;
    default:
      return event.type;
  }
}
