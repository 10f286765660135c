const UNICODE = ' ▁▂▃▄▅▆▇█';
const ASCII = ' _.-=+*%#';

/**
 * Draws the last values as a line of so many characters, the newest at the right, the highest full;
 * only 0 is empty.
 */
export function sparkline(values: readonly number[], width: number, unicode: boolean): string {
  const levels = unicode ? UNICODE : ASCII;
  const shown = width > 0 ? values.slice(-width) : [];
  const top = Math.max(...shown, 0);
  const chars = shown.map((value) => {
    const level = value <= 0 ? 0 : Math.ceil((value / top) * (levels.length - 1));
    return levels.charAt(level);
  });
  return chars.join('').padStart(width);
}
