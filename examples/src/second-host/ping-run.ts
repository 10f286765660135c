import { ICMP_HEADER } from 'libframeio/headers';
import type { EchoConversation } from './echo.ts';
import type { Port } from './port.ts';

/** How to ping; times are milliseconds. */
export interface PingOptions {
  readonly count: number;
  /** Bytes of data in a request. */
  readonly size: number;
  /** From one request to the next; 0: a flood, which has {@link FLOOD_WINDOW} on their way. */
  readonly interval: number;
  /** How long a reply may take. */
  readonly timeout: number;
  readonly onReply?: (reply: { sequence: number; bytes: number; ms: number }) => void;
}

/** What came of it. Only a reply with the very data of its request counts as received. */
export interface PingReport {
  readonly sent: number;
  readonly received: number;
  readonly damaged: number;
  /** Replies to no request, or to one that was answered or given up. */
  readonly unexpected: number;
  readonly ms: number;
  readonly rtt: { readonly min: number; readonly average: number; readonly max: number };
}

/** Requests of a flood that may be on their way at a time: no default queue overflows. */
export const FLOOD_WINDOW = 32;

/** One run of echo requests: what was sent, what is on its way, what came back. */
export class PingRun {
  readonly #talk: EchoConversation;
  readonly #options: PingOptions;
  readonly #start = performance.now();
  /** When each request on its way was sent, oldest first. */
  readonly #sentAt = new Map<number, number>();
  #sent = 0;
  #received = 0;
  #damaged = 0;
  #unexpected = 0;
  readonly #rtt = { min: Number.POSITIVE_INFINITY, sum: 0, max: 0 };

  constructor(talk: EchoConversation, options: PingOptions) {
    this.#talk = talk;
    this.#options = options;
  }

  /** Every request was sent, and answered or given up. */
  get isOver(): boolean {
    return this.#sent === this.#options.count && this.#sentAt.size === 0;
  }

  /** A request can be sent now. */
  get isDue(): boolean {
    const { count, interval } = this.#options;
    if (this.#sent >= count) return false;
    if (interval === 0) return this.#sentAt.size < FLOOD_WINDOW;
    return performance.now() >= this.#start + this.#sent * interval;
  }

  /** Sends the requests that are due; false: the port is full. */
  send(port: Port, scratch: Uint8Array): boolean {
    while (this.isDue) {
      const sequence = (this.#sent + 1) & 0xffff;
      const length = this.#talk.writeRequest(scratch, sequence);
      if (!port.send(scratch.subarray(0, length))) return false;
      this.#sentAt.set(sequence, performance.now());
      this.#sent++;
    }
    return true;
  }

  /** Takes a frame that came in, if it is a reply. */
  take(frame: Uint8Array, length: number): void {
    const reply = this.#talk.readReply(frame, length);
    if (reply === undefined) return;
    const at = this.#sentAt.get(reply.sequence);
    if (at === undefined) {
      this.#unexpected++;
      return;
    }
    if (!reply.intact) {
      this.#damaged++;
      return;
    }
    const ms = performance.now() - at;
    this.#sentAt.delete(reply.sequence);
    this.#received++;
    this.#rtt.min = Math.min(this.#rtt.min, ms);
    this.#rtt.max = Math.max(this.#rtt.max, ms);
    this.#rtt.sum += ms;
    const bytes = this.#options.size + ICMP_HEADER;
    this.#options.onReply?.({ sequence: reply.sequence, bytes, ms });
  }

  /** Gives up the requests whose time is over. */
  expire(): void {
    const late = performance.now() - this.#options.timeout;
    for (const [sequence, at] of this.#sentAt) {
      if (at > late) break;
      this.#sentAt.delete(sequence);
    }
  }

  /** Milliseconds until there is something to do even if no frame comes. */
  patience(): number {
    const { count, interval, timeout } = this.#options;
    const [oldest = Number.POSITIVE_INFINITY] = this.#sentAt.values();
    // A flood goes on when a reply comes, or the oldest request is given up.
    const paced = interval > 0 && this.#sent < count;
    const next = paced ? this.#start + this.#sent * interval : Number.POSITIVE_INFINITY;
    return Math.min(next, oldest + timeout) - performance.now();
  }

  report(): PingReport {
    const { min, sum, max } = this.#rtt;
    const got = this.#received;
    return {
      sent: this.#sent,
      received: got,
      damaged: this.#damaged,
      unexpected: this.#unexpected,
      ms: performance.now() - this.#start,
      rtt: { min: got > 0 ? min : 0, average: got > 0 ? sum / got : 0, max },
    };
  }
}
