const LETTERS = ['', 'K', 'M', 'G', 'T', 'P', 'E'];
const NS_PER_S = 1_000_000_000n;
const WRAP = 64;

/** One reading of a counter: what it stood at, and when (ns). */
export interface Reading {
  readonly value: bigint;
  readonly snaptime: bigint;
}

/** A rate per second: whole, or in thousandths when it is below one, so that 0 is nothing at all. */
export type Rate = { readonly whole: bigint } | { readonly thousandths: bigint };

const NONE: Rate = { whole: 0n };

/**
 * Rate per second between two readings of a 64-bit counter, rounded half up; a counter that went
 * round is no surprise. `undefined` if no time went by.
 */
export function perSecond(from: Reading, to: Reading): Rate | undefined {
  const ns = to.snaptime - from.snaptime;
  if (ns <= 0n) {
    return undefined;
  }
  const difference = BigInt.asUintN(WRAP, to.value - from.value) * NS_PER_S;
  if (difference === 0n) {
    return NONE;
  }
  if (difference >= ns) {
    return { whole: (difference + ns / 2n) / ns };
  }
  const thousandths = (difference * 1000n + ns / 2n) / ns;
  return thousandths === 1000n
    ? { whole: 1n }
    : { thousandths: thousandths === 0n ? 1n : thousandths };
}

/** A rate as a number of JavaScript; large ones lose digits. */
export function rateNumber(rate: Rate): number {
  return 'whole' in rate ? Number(rate.whole) : Number(rate.thousandths) / 1000;
}

/** A rate with all its digits: `0`, `0.25`, `1520435`. */
export function formatRate(rate: Rate): string {
  return 'whole' in rate ? `${rate.whole}` : `${Number(rate.thousandths) / 1000}`;
}

/** A rate in at most five characters: `0.25`, `100K`. */
export function formatScaledRate(rate: Rate): string {
  return 'whole' in rate ? formatScaled(rate.whole) : formatRate(rate);
}

/**
 * Shortens a number to at most five characters with powers of 1024: `0`, `1023`, `1K`, `1.45M`,
 * `100K`. What divides exactly has no decimals.
 */
export function formatScaled(value: bigint): string {
  let power = 0;
  while (value >> BigInt(10 * (power + 1)) > 0n) {
    power += 1;
  }
  const letter = LETTERS[power] ?? '';
  const unit = 1n << BigInt(10 * power);
  if (value % unit === 0n) {
    return `${value / unit}${letter}`;
  }
  const scaled = Number(value) / Number(unit);
  const decimals = [2, 1].find((count) => scaled.toFixed(count).length + letter.length <= 5) ?? 0;
  return `${scaled.toFixed(decimals)}${letter}`;
}
