import type { Column, JsonValue } from 'libofmt';
import { AbortError } from 'libsys';
import { type LinkWatch, openWatch, type WatchedEvent } from 'libunet';
import { ANY_LINKS, type Command, EXIT, type Form, parse } from '../command.ts';
import { chooseOutput, outputOptions } from '../output.ts';
import { report } from '../session.ts';

const MILLISECOND = 1_000_000n;

/** An event, and when it was. */
interface Row {
  readonly event: WatchedEvent;
  readonly time: Date;
}

/** What has become of it, as people read it. */
function becameOf({ event }: Row): string | number | undefined {
  switch (event.type) {
    case 'link':
      return event.up ? 'up' : 'down';
    case 'mtu':
      return event.mtu;
    case 'mac':
      return event.mac;
    case 'promisc':
      return event.on ? 'on' : 'off';
    case 'join':
    case 'leave':
      return event.group;
    case 'property':
      return String(event.value);
    case 'holder':
      return event.holder;
    default:
      return undefined;
  }
}

function shownOf(row: Row): string {
  const { event } = row;
  const value = String(becameOf(row) ?? (event.type === 'holder' ? 'none' : ''));
  return event.type === 'property' ? `${event.property}=${value}` : value;
}

const COLUMNS: readonly Column<Row>[] = [
  { name: 'TIME', width: 25, text: ({ time }) => time.toISOString() },
  { name: 'LINK', width: 12, text: ({ event }) => event.link },
  { name: 'EVENT', width: 12, text: ({ event }) => event.type },
  {
    name: 'VALUE',
    width: 19,
    text: shownOf,
    json: (row): JsonValue => becameOf(row) ?? null,
  },
  {
    name: 'PROPERTY',
    width: 16,
    shown: false,
    text: ({ event }) => (event.type === 'property' ? event.property : ''),
  },
  {
    name: 'COUNT',
    width: 6,
    shown: false,
    text: ({ event }) => String(event.count),
    json: ({ event }) => event.count,
  },
  {
    name: 'SEQ',
    width: 6,
    shown: false,
    text: ({ event }) => String(event.seq),
    json: ({ event }) => event.seq,
  },
  {
    name: 'LINKID',
    width: 7,
    shown: false,
    text: ({ event }) => (event.linkId === 0 ? '' : String(event.linkId)),
    json: ({ event }) => (event.linkId === 0 ? null : event.linkId),
  },
];

const FORM = { options: outputOptions(COLUMNS), operands: [ANY_LINKS] } satisfies Form;

/** The kernel counts from its start; people want to know the time. */
function timeOf({ time }: WatchedEvent): Date {
  const ago = process.hrtime.bigint() - time;
  return new Date(Date.now() - Number(ago / MILLISECOND));
}

export const events: Command = {
  forms: [FORM],
  summary: 'Tell what happens to links, or to all links, until it is interrupted.',

  async run(args, terminal) {
    const { options, operands } = parse(FORM, args);
    const output = chooseOutput(terminal, COLUMNS, { ...options, parsableFields: 'all' });
    const print = output.each();
    const watches: LinkWatch[] = [];
    try {
      for (const link of operands.length === 0 ? [undefined] : new Set(operands)) {
        try {
          watches.push(await openWatch(link));
        } catch (error) {
          return report(terminal, `watch ${link ?? 'links'}`, error);
        }
      }
      const stop = new AbortController();
      const signal = AbortSignal.any([terminal.signal, stop.signal]);
      const ends = await Promise.allSettled(
        watches.map(async (watch) => {
          try {
            for await (const event of watch.events({ signal })) {
              print({ event, time: timeOf(event) });
            }
          } catch (error) {
            stop.abort();
            throw error;
          }
        }),
      );
      const failed = ends.find(
        (end) => end.status === 'rejected' && !(end.reason instanceof AbortError),
      );
      return failed?.status === 'rejected'
        ? report(terminal, 'watch links', failed.reason)
        : EXIT.done;
    } finally {
      for (const watch of watches) watch.close();
    }
  },
};
