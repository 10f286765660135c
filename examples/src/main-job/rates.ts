/** One line of unetstat about a link; bytes a second. */
export interface Rate {
  readonly rx: number;
  readonly tx: number;
  readonly drops: number;
}

const UNITS = ['', 'K', 'M', 'G', 'T', 'P', 'E'];

/** Reads `1.45MB/s`. */
function bytesPerSecond(text: string): number {
  const [, digits, unit = ''] = /^([\d.]+)([KMGTPE]?)B\/s$/.exec(text) ?? [];
  if (digits === undefined) throw new Error(`unetstat says ${text} where a rate should be`);
  return Number(digits) * 1024 ** UNITS.indexOf(unit);
}

/** Reads the lines of unetstat that are about `link`: `unet0 | 47.9KB/s | 47.9KB/s | 0 0 | global`. */
export function readRates(output: string, link: string): Rate[] {
  return output
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter(([name]) => name === link)
    .map(([, rx = '', tx = '', drops = '']) => ({
      rx: bytesPerSecond(rx),
      tx: bytesPerSecond(tx),
      drops: Number(drops.split(/\s+/)[0]),
    }));
}

/**
 * What is not plausible about the rates of a link that carried `expected` bytes a second each way
 * all the time.
 */
export function rateFaults(rates: readonly Rate[], lines: number, expected: number): string[] {
  const faults: string[] = [];
  if (rates.length !== lines) faults.push(`${rates.length} lines, not ${lines}`);
  for (const [i, { rx, tx, drops }] of rates.entries()) {
    if (rx === 0 || tx === 0) faults.push(`line ${i + 1}: no traffic`);
    // Every request has its reply of the same length; only those on their way differ.
    else if (Math.abs(rx - tx) > 0.2 * Math.max(rx, tx))
      faults.push(`line ${i + 1}: rx, tx differ`);
    if (drops !== 0) faults.push(`line ${i + 1}: ${drops} drops`);
  }
  // A busy machine may have had a slow second, but not five.
  const mean = rates.reduce((sum, { rx }) => sum + rx, 0) / rates.length;
  if (mean < expected / 2 || mean > expected * 2) {
    faults.push(`${Math.round(mean)} B/s, where ping says ${Math.round(expected)}`);
  }
  return faults;
}
