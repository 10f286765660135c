import type { Request } from '../command-line.ts';
import type { Sampler } from '../sampler.ts';
import { LinkHistory, type LiveLink } from './link-history.ts';
import { HEAD_LINES, type Order, renderView } from './live-view.ts';
import { abilitiesOf, type ScreenProcess } from './screen-process.ts';
import { type ScreenEvent, TerminalScreen } from './terminal-screen.ts';

/** What the view works with; all borrowed. */
export interface LiveTools {
  readonly sampler: Sampler;
  readonly screen: ScreenProcess;
  /** Fires when the user wants no more. */
  readonly signal: AbortSignal;
}

const SORT_KEYS: Readonly<Record<string, Order>> = { t: 'traffic', d: 'drops', n: 'name' };

/** Keys that move through more links than fit: by how many lines, or by how many screens. */
const MOVE_KEYS: Readonly<Record<string, { readonly lines?: number; readonly screens?: number }>> =
  {
    j: { lines: 1 },
    k: { lines: -1 },
    ' ': { screens: 1 },
    '\x1b[A': { lines: -1 },
    '\x1b[B': { lines: 1 },
    '\x1bOA': { lines: -1 },
    '\x1bOB': { lines: 1 },
    '\x1b[5~': { screens: -1 },
    '\x1b[6~': { screens: 1 },
  };

/** Waits for the next thing to happen, or for a moment of the monotonic clock. */
class Happenings {
  #events: ScreenEvent[] = [];
  #wake: (() => void) | undefined;

  readonly tell = (event: ScreenEvent): void => {
    this.#events.push(event);
    this.#wake?.();
  };

  /** What has happened since the last time; empty if that moment has come, or the signal has fired. */
  async until(moment: number, signal: AbortSignal): Promise<ScreenEvent[]> {
    if (this.#events.length === 0 && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.max(0, moment - performance.now()));
        const done = (): void => {
          clearTimeout(timer);
          resolve();
        };
        this.#wake = done;
        signal.addEventListener('abort', done, { once: true });
      });
      if (this.#wake !== undefined) signal.removeEventListener('abort', this.#wake);
      this.#wake = undefined;
    }
    return this.#events.splice(0);
  }
}

/** What keys have made of the view. */
class Controls {
  order: Order = 'traffic';
  above = 0;
  over = false;

  take(event: ScreenEvent, room: number): void {
    if (event === 'hangup') this.over = true;
    if (typeof event === 'string') return;
    const { key } = event;
    if (key === 'q' || key === 'Q') this.over = true;
    this.order = (Object.hasOwn(SORT_KEYS, key) ? SORT_KEYS[key] : undefined) ?? this.order;
    const { lines = 0, screens = 0 } = (Object.hasOwn(MOVE_KEYS, key) && MOVE_KEYS[key]) || {};
    this.above += lines + screens * room;
  }

  /** Keeps the last screen full. */
  limit(links: number, room: number): void {
    this.above = Math.max(0, Math.min(this.above, links - room));
  }
}

/**
 * Shows links on the whole screen, until `q` or the signal.
 *
 * @throws {SysError} the statistics cannot be read any more; the terminal is itself again by then.
 */
export async function runLive(
  { interval }: Pick<Request, 'interval'>,
  { sampler, screen: process, signal }: LiveTools,
): Promise<void> {
  const happenings = new Happenings();
  const history = new LinkHistory();
  const controls = new Controls();
  const abilities = abilitiesOf(process);
  const ms = interval * 1000;
  let links: readonly LiveLink[] = history.add(sampler.take());
  let moment = performance.now() + ms;
  const screen = new TerminalScreen(process, happenings.tell);
  try {
    while (!signal.aborted && !controls.over) {
      const { size } = screen;
      const room = Math.max(1, size.rows - HEAD_LINES);
      controls.limit(links.length, room);
      screen.draw(renderView({ links, interval, ...controls }, size, abilities));
      const events = await happenings.until(moment, signal);
      for (const event of events) controls.take(event, room);
      if (performance.now() >= moment) {
        links = history.add(sampler.take());
        moment += Math.ceil((performance.now() - moment) / ms) * ms;
      }
    }
  } finally {
    screen.close();
  }
}
