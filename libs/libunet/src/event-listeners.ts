import type { EventReader, EventStream } from './event-stream.ts';
import type { UnetError } from './unet-error.ts';
import type { UnetEvent, UnetEventMap, UnetListener } from './unet-event.ts';

type Name = keyof UnetEventMap;
const NAMES: ReadonlySet<string> = new Set<Name>([
  'link',
  'mtu',
  'mac',
  'promisc',
  'join',
  'leave',
  'property',
  'destroy',
  'overflow',
  'synced',
  'error',
]);

/** What no type can say of a table by name: that each name's listeners take that name's events. */
type AnyListener = (event: never) => void;

/** The listeners of a link, by what they listen to: one reader, which is never slow. */
export class EventListeners implements EventReader {
  readonly wantsResync = false;
  readonly #stream: EventStream;
  readonly #link: string;
  readonly #listeners = new Map<Name, readonly AnyListener[]>();

  /** @param stream borrowed; read from while there is a listener */
  constructor(stream: EventStream, link: string) {
    this.#stream = stream;
    this.#link = link;
  }

  /** @throws {TypeError} no such event, or not a function */
  add<T extends Name>(type: T, listener: UnetListener<T>): void {
    check(type, listener);
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
    this.#stream.add(this);
  }

  /** @throws {TypeError} no such event, or not a function */
  remove<T extends Name>(type: T, listener: UnetListener<T>): void {
    check(type, listener);
    const before = this.#listeners.get(type) ?? [];
    const at = before.lastIndexOf(listener);
    if (at < 0) return;
    if (before.length > 1) this.#listeners.set(type, before.toSpliced(at, 1));
    else this.#listeners.delete(type);
    if (this.#listeners.size === 0) this.#stream.remove(this);
  }

  beginResync(): void {
    // Listeners take what comes.
  }

  deliver(event: UnetEvent): void {
    this.#call(event.type, event);
  }

  end(error?: unknown): void {
    if (error === undefined) return;
    if (this.#listeners.has('error')) this.#call('error', error as UnetError);
    else {
      process.emitWarning(`events of ${this.#link} have ended: ${String(error)}`, {
        type: 'UnetWarning',
        code: 'UNET_EVENTS_ENDED',
      });
    }
  }

  /** Whoever throws is heard, as an uncaught exception, and takes nobody else down. */
  #call(type: Name, event: UnetEvent | UnetError): void {
    for (const listener of this.#listeners.get(type) ?? []) {
      try {
        listener(event as never);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}

function check(type: unknown, listener: unknown): void {
  if (typeof type !== 'string' || !NAMES.has(type)) {
    throw new TypeError(`a link has no event ${String(type)} (there are ${[...NAMES].join(', ')})`);
  }
  if (typeof listener !== 'function') throw new TypeError('a listener must be a function');
}
