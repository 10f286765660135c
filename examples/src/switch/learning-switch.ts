import { EthernetHeader } from 'libframeio/headers';
import { AbortError, type FrameBatch, type FrameLink, isUnetError } from 'libunet';
import { MacTable } from './mac-table.ts';

/** What a switch may be told. */
export interface SwitchOptions {
  /** The most stations it knows. */
  readonly stations: number;
  /** Milliseconds after which a silent station is forgotten. */
  readonly age: number;
  /** Is told, in words, what somebody should know: drops, a link that is gone. */
  readonly say: (text: string) => void;
  /** The time in milliseconds; by default that of a clock that nobody sets. */
  readonly now?: (() => number) | undefined;
}

/** What went through a port. */
export interface PortCounts {
  received: number;
  sent: number;
  /** Frames that its link had no room for. */
  noRoom: number;
  /** Frames that are longer than its link permits. */
  tooLong: number;
}

interface Port {
  readonly index: number;
  readonly link: FrameLink;
  /** Frames on their way out. */
  out: FrameBatch;
  readonly counts: PortCounts;
  saidAt: number;
  state: 'up' | 'gone';
}

/** Where a frame goes, if not to one port. */
const NOWHERE = -1;
const EVERYWHERE = -2;
const MIXED = -3;

/** The most frames of any batch. */
const FRAMES = 256;
/** Drops of a port are told at most so often. */
const SAY_EVERY_MS = 1000;
/** Addresses that stay on a segment: those of bridges among themselves (IEEE 802.1Q §8.6.3). */
const RESERVED_FIRST = 0x01_80_c2_00_00_00;
const RESERVED_LAST = 0x01_80_c2_00_00_0f;

/**
 * A switch over links: learns who is behind which, sends frames there, floods those to groups and to
 * who is not known, and never back where they came from. A link that has no room loses frames; the
 * others do not wait for it. VLAN tags go through as they are, all VLANs share the table.
 */
export class LearningSwitch {
  readonly #ports: readonly Port[];
  readonly #table: MacTable;
  readonly #say: (text: string) => void;
  readonly #now: () => number;
  readonly #ethernet = new EthernetHeader();
  readonly #where = new Int32Array(FRAMES);

  /** @param links borrowed */
  constructor(links: readonly FrameLink[], options: SwitchOptions) {
    const { say, now = () => performance.now() } = options;
    this.#table = new MacTable(options);
    this.#say = say;
    this.#now = now;
    this.#ports = links.map((link, index) => ({
      index,
      link,
      out: link.createBatch(),
      counts: { received: 0, sent: 0, noRoom: 0, tooLong: 0 },
      saidAt: Number.NEGATIVE_INFINITY,
      state: 'up',
    }));
  }

  /** How many stations it knows. */
  get stations(): number {
    return this.#table.size;
  }

  /** What went through each port, by the link's name. */
  get counts(): ReadonlyMap<string, Readonly<PortCounts>> {
    return new Map(this.#ports.map(({ link, counts }) => [link.name, counts]));
  }

  /** Switches until the signal fires, or fewer than two links are left. */
  async run(signal: AbortSignal): Promise<void> {
    const lonely = new AbortController();
    const until = AbortSignal.any([signal, lonely.signal]);
    const served = this.#ports.map(async (port) => {
      try {
        await this.#serve(port, until);
      } finally {
        if (this.#ports.filter(({ state }) => state === 'up').length < 2) lonely.abort();
      }
    });
    // If one fails, all end; they have ended when the failure is told.
    for (const one of served) one.catch(() => lonely.abort());
    await Promise.allSettled(served);
    await Promise.all(served);
  }

  async #serve(port: Port, signal: AbortSignal): Promise<void> {
    // A link may be given longer frames while it is in use.
    const onMtu = () => this.#widen(port);
    port.link.on('mtu', onMtu);
    try {
      for await (const batch of port.link.batches({ signal })) this.#forward(port, batch);
    } catch (error) {
      if (isUnetError(error, 'ENXIO')) this.#leave(port);
      else if (!(error instanceof AbortError)) throw error;
    } finally {
      port.link.off('mtu', onMtu);
    }
  }

  #widen(port: Port): void {
    try {
      port.out = port.link.createBatch();
    } catch (error) {
      if (!isUnetError(error, 'ENXIO')) throw error; // gone meanwhile: its iteration tells
    }
  }

  /** Sends the frames of a batch on their way. */
  #forward(from: Port, batch: FrameBatch): void {
    const now = this.#now();
    from.counts.received += batch.count;
    let all = this.#decide(from, batch, 0, now);
    this.#where[0] = all;
    for (let i = 1; i < batch.count; i++) {
      const where = this.#decide(from, batch, i, now);
      this.#where[i] = where;
      if (where !== all) all = MIXED;
    }
    for (const to of this.#ports) {
      if (to === from || to.state === 'gone') continue;
      if (all === MIXED) this.#sendSome(to, batch, now);
      // The usual case: the batch goes out as it came in, without a copy.
      else if (all === EVERYWHERE || all === to.index) this.#send(to, batch, now);
    }
  }

  /** Learns from a frame, and says where it goes: a port, {@link EVERYWHERE} or {@link NOWHERE}. */
  #decide(from: Port, batch: FrameBatch, i: number, now: number): number {
    const ethernet = this.#ethernet;
    if (!ethernet.at(batch.buffer, batch.offset(i), batch.length(i))) return NOWHERE;
    if (!ethernet.hasMulticastSource) this.#table.learn(ethernet.sourceNumber, from.index, now);
    const destination = ethernet.destinationNumber;
    if (destination >= RESERVED_FIRST && destination <= RESERVED_LAST) return NOWHERE;
    if (ethernet.isMulticast) return EVERYWHERE;
    const port = this.#table.find(destination, now);
    if (port < 0) return EVERYWHERE;
    return port === from.index ? NOWHERE : port;
  }

  /** Sends a port those frames of a batch that go there. */
  #sendSome(to: Port, batch: FrameBatch, now: number): void {
    to.out.reset();
    for (let i = 0; i < batch.count; i++) {
      const where = this.#where[i];
      if (where !== EVERYWHERE && where !== to.index) continue;
      if (batch.length(i) > to.out.frameSize) {
        to.counts.tooLong++;
        continue;
      }
      if (to.out.room === 0) {
        this.#send(to, to.out, now);
        to.out.reset();
      }
      to.out.push(batch.frame(i));
    }
    this.#send(to, to.out, now);
  }

  /** Writes a batch to a port; what it has no room for is lost. */
  #send(to: Port, batch: FrameBatch, now: number): void {
    for (let done = 0; done < batch.count && to.state === 'up'; ) {
      const taken = this.#write(to, batch, done);
      if (taken === 0) {
        to.counts.noRoom += batch.count - done;
        this.#tellDrops(to, now);
        return;
      }
      done += taken;
    }
  }

  /** Frames that are dealt with; 0: no room. */
  #write(to: Port, batch: FrameBatch, from: number): number {
    try {
      const taken = to.link.writeBatch(batch, from);
      to.counts.sent += taken;
      return taken;
    } catch (error) {
      if (isUnetError(error, 'ERANGE')) {
        to.counts.tooLong++;
        return 1;
      }
      if (!isUnetError(error, 'ENXIO')) throw error;
      this.#leave(to);
      return 1;
    }
  }

  #tellDrops(port: Port, now: number): void {
    if (now - port.saidAt < SAY_EVERY_MS) return;
    port.saidAt = now;
    this.#say(`${port.link.name} has no room: ${port.counts.noRoom} frames for it are lost by now`);
  }

  #leave(port: Port): void {
    if (port.state === 'gone') return;
    port.state = 'gone';
    this.#table.forget(port.index);
    this.#say(`${port.link.name} is gone`);
  }
}
