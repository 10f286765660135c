import { formatScaled, formatScaledRate, rateNumber } from '../rate.ts';
import { compareOrder } from '../sample.ts';
import type { LiveLink } from './link-history.ts';
import type { Abilities } from './screen-process.ts';
import { sparkline } from './sparkline.ts';
import type { ScreenSize } from './terminal-screen.ts';

/** What links are sorted by. */
export const ORDERS = ['traffic', 'drops', 'name'] as const;
export type Order = (typeof ORDERS)[number];

/** What the screen is about. */
export interface LiveView {
  readonly links: readonly LiveLink[];
  readonly order: Order;
  /** How many links are above the first that is shown. */
  readonly above: number;
  /** Seconds. */
  readonly interval: number;
}

/** Lines above the links. */
export const HEAD_LINES = 2;

const RESET = '\x1b[0m';
const BOLD = '\x1b[1m';
const REVERSE = '\x1b[7m';
const RED = '\x1b[31m';

interface Column {
  readonly title: string;
  readonly width: number;
  readonly right: boolean;
  text(link: LiveLink, width: number, abilities: Abilities): string;
  /** Whether it is worth a look. */
  alarm?(link: LiveLink): boolean;
}

const column = (
  title: string,
  width: number,
  right: boolean,
  text: Column['text'],
  alarm?: Column['alarm'],
): Column => ({ title, width, right, text, ...(alarm && { alarm }) });

const drops = ({ rates }: LiveLink): number => (rates === undefined ? 0 : rateNumber(rates.drops));
const traffic = ({ rates }: LiveLink): number =>
  rates === undefined ? 0 : rateNumber(rates.rx) + rateNumber(rates.tx);

const LINK = column('LINK', 8, false, ({ link }) => link);
const RX = column('RX', 5, true, ({ rates }) => (rates ? formatScaledRate(rates.rx) : '-'));
const TX = column('TX', 5, true, ({ rates }) => (rates ? formatScaledRate(rates.tx) : '-'));
const DROPS = column(
  'DROPS',
  5,
  true,
  ({ rates }) => (rates ? formatScaledRate(rates.drops) : '-'),
  (link) => drops(link) > 0,
);
const HISTORY = column('RX+TX', 10, false, ({ history }, width, { unicode }) =>
  sparkline(history, width, unicode),
);
const FRAMES = column('FRAME', 5, true, ({ rates }) =>
  rates ? formatScaledRate(rates.frames) : '-',
);
const QUEUED = column('QUEUE', 5, true, ({ queued }) => formatScaled(queued));
const REASON = column('DROPPED', 16, false, ({ rates }) => rates?.reasons().join(' ') ?? '');
const ZONE = column('ZONE', 10, false, ({ zone }) => zone);

/** In the order they stand; and in the order they are given up for want of room, the first last. */
const STAND = [LINK, RX, TX, FRAMES, DROPS, QUEUED, REASON, ZONE, HISTORY] as const;
const WORTH = [LINK, RX, TX, DROPS, HISTORY, REASON, FRAMES, QUEUED, ZONE] as const;

const LINK_MAX = 31;

/** The columns that there is room for, with their widths. */
function columnsFor(links: readonly LiveLink[], columns: number): (readonly [Column, number])[] {
  const chosen = new Set<Column>();
  let left = columns + 1;
  for (const candidate of WORTH) {
    if (candidate.width + 1 > left && chosen.size > 0) break;
    chosen.add(candidate);
    left -= candidate.width + 1;
  }
  const longest = Math.min(LINK_MAX, Math.max(0, ...links.map(({ link }) => link.length)));
  const wider = Math.max(0, Math.min(left, longest - LINK.width));
  return STAND.filter((one) => chosen.has(one)).map((one) => {
    const more = one === LINK ? wider : one === HISTORY ? Math.max(0, left - wider) : 0;
    return [one, Math.min(one.width + more, columns)];
  });
}

/** A text in exactly so many characters; one that is cut ends with a mark. */
function cell(text: string, width: number, right: boolean, unicode: boolean): string {
  if (text.length > width) {
    return width < 2 ? text.slice(0, width) : text.slice(0, width - 1) + (unicode ? '…' : '>');
  }
  return right ? text.padStart(width) : text.padEnd(width);
}

/** Sorts links for the screen. */
export function sortLinks(links: readonly LiveLink[], order: Order): LiveLink[] {
  const value = order === 'traffic' ? traffic : order === 'drops' ? drops : (): number => 0;
  const ranked = links.map((link) => ({ link, value: value(link) }));
  ranked.sort((a, b) => b.value - a.value || compareOrder(a.link, b.link));
  return ranked.map(({ link }) => link);
}

function title({ links, order, above, interval }: LiveView, size: ScreenSize): string {
  const room = Math.max(0, size.rows - HEAD_LINES);
  const count = `${links.length} link${links.length === 1 ? '' : 's'}`;
  const which =
    links.length > room
      ? `${above + 1}-${Math.min(above + room, links.length)} of ${count}`
      : count;
  const parts = [
    `unetstat: ${which}`,
    `by ${order}`,
    `every ${interval} s`,
    'q quits; t, d, n sort',
  ];
  const fits = (some: readonly string[]): boolean => some.join(', ').length <= size.columns;
  while (parts.length > 1 && !fits(parts)) parts.pop();
  return parts.join(', ').slice(0, size.columns);
}

/** The lines of the screen, none wider than it and not more than it has. */
export function renderView(view: LiveView, size: ScreenSize, abilities: Abilities): string[] {
  const { unicode, colour } = abilities;
  const columns = columnsFor(view.links, size.columns);
  const paint = (codes: string, text: string): string =>
    colour ? `${codes}${text}${RESET}` : text;
  const line = (cells: readonly string[]): string => cells.join(' ');
  const head = line(
    columns.map(([{ title: text, right }, width]) => cell(text, width, right, unicode)),
  );
  const room = Math.max(0, size.rows - HEAD_LINES);
  const rows = sortLinks(view.links, view.order)
    .slice(view.above, view.above + room)
    .map((link) =>
      line(
        columns.map(([one, width]) => {
          const text = cell(one.text(link, width, abilities), width, one.right, unicode);
          return one.alarm?.(link) === true ? paint(RED, text) : text;
        }),
      ).trimEnd(),
    );
  const lines = [paint(BOLD, title(view, size)), paint(REVERSE, head), ...rows];
  return lines.slice(0, size.rows);
}
