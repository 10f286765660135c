const LETTERS = ['', 'K', 'M', 'G', 'T', 'P', 'E'];
const NS_PER_S = 1_000_000_000n;
const WRAP = 64;

/** One reading of a counter: what it stood at, and when (ns). */
export interface Reading {
  readonly value: bigint;
  readonly snaptime: bigint;
}

/**
 * Rate per second between two readings of a 64-bit counter, rounded half up; a counter that went
 * round is no surprise. `undefined` if no time went by.
 */
export function perSecond(from: Reading, to: Reading): bigint | undefined {
  const ns = to.snaptime - from.snaptime;
  if (ns <= 0n) {
    return undefined;
  }
  return (BigInt.asUintN(WRAP, to.value - from.value) * NS_PER_S + ns / 2n) / ns;
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
