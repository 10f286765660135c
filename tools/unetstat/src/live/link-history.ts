import { STATISTICS } from '../field.ts';
import { type Rate, rateNumber } from '../rate.ts';
import { amountOf, type Row, rateRows } from '../round.ts';
import { counterOf, dropsOf, type Sample } from '../sample.ts';

/** What the screen shows of a link. */
export interface LiveLink {
  readonly link: string;
  readonly zone: string;
  readonly order: string;
  /** Per second; `undefined` for a link that was seen only once. */
  readonly rates: LiveRates | undefined;
  /** Bytes that wait in both queues. */
  readonly queued: bigint;
  /** Bytes per second, both ways, oldest first. */
  readonly history: readonly number[];
}

/** What happens on a link in a second. */
export interface LiveRates {
  readonly rx: Rate;
  readonly tx: Rate;
  readonly frames: Rate;
  readonly drops: Rate;
  /** Why frames were dropped, the most frequent first. */
  readonly reasons: () => readonly string[];
}

/** As many as the widest screen shows. */
const HISTORY_MAX = 240;

const NONE: Rate = { whole: 0n };

function rateOf(row: Row, counter: (sample: Sample) => bigint): Rate {
  const amount = amountOf(row, counter);
  return 'rate' in amount ? amount.rate : NONE;
}

const DROP = /^[rt]x_drop_/;

const DROPS: readonly string[] = STATISTICS.filter((name) => DROP.test(name));

function reasonsOf(row: Row): string[] {
  return DROPS.map((name) => ({
    reason: name.replace(DROP, ''),
    rate: rateNumber(rateOf(row, (sample) => counterOf(sample, name))),
  }))
    .filter(({ rate }) => rate > 0)
    .sort((a, b) => b.rate - a.rate)
    .map(({ reason }) => reason);
}

function ratesOf(row: Row): LiveRates {
  const of = (...names: string[]): Rate =>
    rateOf(row, (sample) => names.reduce((sum, name) => sum + counterOf(sample, name), 0n));
  return {
    rx: of('rx_bytes'),
    tx: of('tx_bytes'),
    frames: of('rx_frames', 'tx_frames'),
    drops: rateOf(row, dropsOf),
    reasons: () => reasonsOf(row),
  };
}

/** What happened on each link, for as long as it is there. */
export class LinkHistory {
  #before: readonly Sample[] = [];
  #values = new Map<number, readonly number[]>();

  /** Adds a round of samples and returns what is to be shown. */
  add(samples: readonly Sample[]): LiveLink[] {
    const rows = new Map(rateRows(this.#before, samples).map((row) => [row.now.kid, row]));
    const values = new Map<number, readonly number[]>();
    const links = samples.map((sample): LiveLink => {
      const row = rows.get(sample.kid);
      const rates = row && ratesOf(row);
      const past = (rates && this.#values.get(sample.kid)) ?? [];
      const history = rates
        ? [...past, rateNumber(rates.rx) + rateNumber(rates.tx)].slice(-HISTORY_MAX)
        : past;
      values.set(sample.kid, history);
      const queued = counterOf(sample, 'rxq_bytes') + counterOf(sample, 'txq_bytes');
      const { link, zone, order } = sample;
      return { link, zone, order, rates, queued, history };
    });
    this.#before = samples;
    this.#values = values;
    return links;
  }
}
