import { isSysError, shareClass } from 'libsys';
import {
  UNET_EVENTS,
  UNET_IOC_WATCH,
  UNET_IOC_WATCHED,
  UNET_WATCH_ALL,
  type UnetEventName,
  type UnetWatched,
  unetHdr,
  unetIocWatch,
  unetIocWatched,
} from 'libsys/unet-abi';
import { BatchIterator } from './batch-iterator.ts';
import { checkOptions } from './check-arguments.ts';
import { EventWait } from './event-wait.ts';
import type { ReadOptions } from './frame-link.ts';
import { ItemIterator, type Items } from './item-iterator.ts';
import type { LinkName } from './link-name.ts';
import type { MonitorFile } from './monitor-file.ts';
import { decodeUnetEvent, type Told, toldOf, type UnetEvent } from './unet-event.ts';
import { unetRequest } from './unet-request.ts';

const typeOf = (name: UnetEventName): number | undefined =>
  UNET_EVENTS.find((event) => event.name === name)?.type;
const CREATE = typeOf('create');
const HOLDER = typeOf('holder');

/** A link has been made. */
export interface UnetCreateEvent extends Told {
  readonly type: 'create';
}

/** A process has opened the link, or it has been closed. */
export interface UnetHolderEvent extends Told {
  readonly type: 'holder';
  /** Process id; `undefined`: nobody holds it any more. */
  readonly holder: number | undefined;
}

/** What happened to a link, for those who do not hold it: which link, and what. */
export type WatchedEvent = (UnetEvent | UnetCreateEvent | UnetHolderEvent) & {
  /** `''` of an `overflow` of all links. */
  readonly link: string;
  /** 0 of an `overflow` of all links. */
  readonly linkId: number;
  readonly zoneId: number;
};

const EVENTS: Items<readonly WatchedEvent[], WatchedEvent> = {
  count: (events) => events.length,
  item: (events, i) => events[i] as WatchedEvent,
};

/**
 * The events of a link that somebody else may hold, or of all links. Made by `openWatch`; owns its
 * descriptor. Events that nobody has taken yet become one where they are about one thing; an
 * `overflow` stands for those that were lost.
 */
export class LinkWatch implements AsyncIterable<WatchedEvent> {
  static {
    shareClass(LinkWatch, 'libunet.LinkWatch');
  }

  readonly #file: MonitorFile;
  readonly #link: LinkName | undefined;
  readonly #wait: EventWait;

  /** @internal Use `openWatch`. */
  constructor(file: MonitorFile, link: LinkName | undefined) {
    this.#file = file;
    this.#link = link;
    this.#wait = new EventWait((signal) => file.ready({ priority: true }, { signal }));
    unetRequest({
      kernel: file.kernel,
      fd: file.fd('watch'),
      command: UNET_IOC_WATCH,
      codec: unetIocWatch,
      value: { hdr: unetHdr(link, link === undefined ? UNET_WATCH_ALL : 0) },
      op: 'watch',
      link,
    });
  }

  /** Whether {@link close} was called. */
  get closed(): boolean {
    return this.#file.closed;
  }

  /**
   * Takes what has happened, without waiting for anything.
   *
   * @throws {UnetError} ENXIO — the one link is gone, and that was told; EBADF — closed
   */
  take(): readonly WatchedEvent[] {
    try {
      const { count, events } = unetRequest({
        kernel: this.#file.kernel,
        fd: this.#file.fd('events'),
        command: UNET_IOC_WATCHED,
        codec: unetIocWatched,
        value: { hdr: unetHdr() },
        op: 'events',
        link: this.#link,
      });
      return events
        .slice(0, count)
        .map(decode)
        .filter((event) => event !== undefined);
    } catch (error) {
      if (isSysError(error, 'EAGAIN')) return [];
      throw error;
    }
  }

  /**
   * Events as they come, until the one link is destroyed or the watch closed.
   *
   * @throws {AbortError} `signal` fired
   */
  events(options: ReadOptions = {}): AsyncIterableIterator<WatchedEvent> {
    checkOptions('events', options, ['signal']);
    let gone = false;
    const told = new BatchIterator<readonly WatchedEvent[]>(
      {
        read: () => {
          const events = this.take();
          gone = this.#link !== undefined && events.at(-1)?.type === 'destroy';
          return events.length > 0 ? events : undefined;
        },
        wait: (stop) => this.#wait.wait(stop),
        isClosed: () => this.closed || gone,
        release: () => undefined,
      },
      options.signal,
    );
    return new ItemIterator(told, EVENTS);
  }

  /** As {@link events} without a signal. */
  [Symbol.asyncIterator](): AsyncIterator<WatchedEvent> {
    return this.events();
  }

  /** Ends the watch. A second call does nothing. */
  close(): void {
    if (!this.closed) this.#file.close();
  }

  /** {@link close}, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** {@link close}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }
}

function decode({ event, linkid, zoneid, name }: UnetWatched): WatchedEvent | undefined {
  const about = { link: name, linkId: linkid, zoneId: zoneid };
  if (event.type === CREATE) return { type: 'create', ...toldOf(event), ...about };
  if (event.type === HOLDER) {
    const holder = event.value === 0n ? undefined : Number(event.value);
    return { type: 'holder', ...toldOf(event), holder, ...about };
  }
  const known = decodeUnetEvent(event);
  return known === undefined ? undefined : { ...known, ...about };
}
