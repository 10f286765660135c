/** A station: behind which port it is, and when it last sent something. */
interface Station {
  port: number;
  seen: number;
}

/** Bounds of a {@link MacTable}. */
export interface MacTableOptions {
  /** The most stations it knows. */
  readonly stations: number;
  /** Milliseconds after which a station that sent nothing is forgotten. */
  readonly age: number;
}

/** How fresh the order of the table is kept: moving a station for every frame would cost more. */
const REFRESH_MS = 1000;

/**
 * Which station is behind which port. A full table learns nobody new until somebody has aged: who
 * floods it with made-up addresses cannot push out who is there already.
 */
export class MacTable {
  readonly #options: MacTableOptions;
  /** By MAC address as a number, who was silent for longest first. */
  readonly #stations = new Map<number, Station>();

  constructor(options: MacTableOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#stations.size;
  }

  /** Notes that a station sent something; `false`: there is no room for it. */
  learn(mac: number, port: number, now: number): boolean {
    const station = this.#stations.get(mac);
    if (station !== undefined) {
      station.port = port; // it may have moved
      if (now - station.seen < REFRESH_MS) return true;
      station.seen = now;
      this.#stations.delete(mac);
      this.#stations.set(mac, station);
      return true;
    }
    if (this.#stations.size >= this.#options.stations) this.#expire(now);
    if (this.#stations.size >= this.#options.stations) return false;
    this.#stations.set(mac, { port, seen: now });
    return true;
  }

  /** The port of a station; -1: nobody knows. */
  find(mac: number, now: number): number {
    const station = this.#stations.get(mac);
    if (station === undefined) return -1;
    if (now - station.seen < this.#options.age) return station.port;
    this.#stations.delete(mac);
    return -1;
  }

  /** Forgets the stations behind a port. */
  forget(port: number): void {
    for (const [mac, station] of this.#stations) {
      if (station.port === port) this.#stations.delete(mac);
    }
  }

  #expire(now: number): void {
    for (const [mac, { seen }] of this.#stations) {
      if (now - seen < this.#options.age) return;
      this.#stations.delete(mac);
    }
  }
}
