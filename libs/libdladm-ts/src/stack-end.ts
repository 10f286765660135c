import { DladmError } from './errors.ts';

/**
 * Who plays the IP stack of a link in a hosted kernel: an interface of the host (`tap`), a segment
 * in memory (`bus`, or `bus:<name>`), nobody (`none`); `auto` is `tap` where permitted, else `bus`.
 */
export type StackEnd = 'auto' | 'tap' | 'bus' | 'none' | `bus:${string}`;

const BUS_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,30}$/;

/**
 * Reads a stack end.
 *
 * @throws {DladmError} EINVAL: it is not one.
 * @throws {TypeError} it is no string.
 */
export function parseStackEnd(text: string): StackEnd {
  if (typeof text !== 'string') throw new TypeError('stack must be a string');
  if (text === 'auto' || text === 'tap' || text === 'bus' || text === 'none') {
    return text;
  }
  const bus = text.startsWith('bus:') ? text.slice('bus:'.length) : '';
  if (!BUS_NAME.test(bus)) {
    throw new DladmError({
      status: 'BADVAL',
      op: 'stack',
      property: 'stack',
      reason: 'stack must be auto, tap, bus, bus:<name> or none',
    });
  }
  return `bus:${bus}`;
}
