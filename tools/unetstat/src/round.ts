import { perSecond, type Rate } from './rate.ts';
import type { Sample } from './sample.ts';

/** A link in one report: what it is now, and what it was in the report before. */
export interface Row {
  readonly link: string;
  readonly zone: string;
  readonly now: Sample;
  /** `undefined`: counters are shown as they are. */
  readonly before: Sample | undefined;
}

/** A counter since the link was made, or as it grew since the report before. */
export type Amount = { readonly total: bigint } | { readonly rate: Rate };

/** Rows of counters since the links were made. */
export function totalRows(now: readonly Sample[]): Row[] {
  return now.map((sample) => ({
    link: sample.link,
    zone: sample.zone,
    now: sample,
    before: undefined,
  }));
}

/**
 * Rows of what happened between two rounds of samples. A link that is in one of them only, or was
 * made anew in between, has no row yet: a kstat's number and time tell.
 */
export function rateRows(before: readonly Sample[], now: readonly Sample[]): Row[] {
  const old = new Map(before.map((sample) => [sample.kid, sample]));
  return now.flatMap((sample) => {
    const was = old.get(sample.kid);
    return was === undefined || was.crtime !== sample.crtime || was.snaptime >= sample.snaptime
      ? []
      : { link: sample.link, zone: sample.zone, now: sample, before: was };
  });
}

/** What became of a counter in a row. */
export function amountOf({ now, before }: Row, counter: (sample: Sample) => bigint): Amount {
  const rate =
    before &&
    perSecond(
      { value: counter(before), snaptime: before.snaptime },
      { value: counter(now), snaptime: now.snaptime },
    );
  return rate === undefined ? { total: counter(now) } : { rate };
}
