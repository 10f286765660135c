import { describe, expect, it } from 'vitest';
import { sampleOf } from '../sample.fixture.ts';
import { LinkHistory, type LiveLink } from './link-history.ts';
import { type LiveView, renderView } from './live-view.ts';

const S = 1_000_000_000n;
const ESC = '\x1b';
const COLOUR = new RegExp(`${ESC}\\[[0-9]*m`, 'g');
const PLAIN = { unicode: true, colour: false };

/** Three links over four seconds: one busy, one that drops, one that came in the last of them. */
function links(): LiveLink[] {
  const history = new LinkHistory();
  let shown: LiveLink[] = [];
  for (let n = 0n; n < 4n; n++) {
    const busy = { rx_bytes: n * n * 600_000n, tx_bytes: n * 1000n, rx_frames: n * 700n };
    const lossy = { tx_drop_filter: n * 12n, rx_drop_noholder: n, tx_drops: n * 13n };
    shown = history.add([
      sampleOf('vpn0', { snaptime: n * S, data: { ...busy, rxq_bytes: 2048n } }),
      sampleOf('a_rather_long_name10', { snaptime: n * S, zone: 'blue', data: lossy }),
      ...(n === 3n ? [sampleOf('new0', { snaptime: n * S })] : []),
    ]);
  }
  return shown;
}

const view = (over: Partial<LiveView> = {}): LiveView => ({
  links: links(),
  order: 'traffic',
  above: 0,
  interval: 1,
  ...over,
});

describe('renderView', () => {
  it('shows everything on a wide screen', () => {
    expect(renderView(view(), { columns: 120, rows: 10 }, PLAIN)).toMatchInlineSnapshot(`
      [
        "unetstat: 3 links, by traffic, every 1 s, q quits; t, d, n sort",
        "LINK                    RX    TX FRAME DROPS QUEUE DROPPED          ZONE       RX+TX                                    ",
        "vpn0                 2.86M  1000   700     0    2K                  global                                           ▂▅█",
        "a_rather_long_name10     0     0     0    13     0 filter noholder  blue",
        "new0                     -     -     -     -     0                  global",
      ]
    `);
  });

  it('shows what matters on one of 80 columns, of 40 and of 20', () => {
    for (const columns of [80, 40, 20]) {
      expect(renderView(view(), { columns, rows: 5 }, PLAIN)).toMatchSnapshot(`${columns} columns`);
    }
  });

  it('never writes wider or more than the screen, however small', () => {
    for (let columns = 1; columns <= 150; columns++) {
      for (const rows of [1, 2, 3, 24]) {
        const lines = renderView(view(), { columns, rows }, PLAIN);
        expect(lines.length).toBeLessThanOrEqual(rows);
        for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(columns);
      }
    }
  });

  it('sorts by traffic, drops or name', () => {
    const names = (order: LiveView['order']): string[] =>
      renderView(view({ order }), { columns: 120, rows: 9 }, PLAIN)
        .slice(2)
        .map((line) => line.split(' ')[0] ?? '');
    expect(names('traffic')[0]).toBe('vpn0');
    expect(names('drops')[0]).toBe('a_rather_long_name10');
    // By zone first.
    expect(names('name')).toEqual(['a_rather_long_name10', 'new0', 'vpn0']);
  });

  it('shows a part of more links than fit', () => {
    const [title, , ...rows] = renderView(view({ above: 1 }), { columns: 80, rows: 4 }, PLAIN);
    expect(title).toContain('2-3 of 3 links');
    expect(rows).toHaveLength(2);
  });

  it('has only ASCII where the locale has no more', () => {
    const text = renderView(view(), { columns: 100, rows: 9 }, { unicode: false, colour: false });
    expect(text.join('')).toMatch(/^[ -~]*$/);
    expect(text.join('')).toContain('#');
  });

  it('has colours only if it may, and then no other text', () => {
    const size = { columns: 80, rows: 9 };
    const painted = renderView(view(), size, { unicode: true, colour: true });
    expect(painted.join('')).toContain('\x1b[31m');
    const text = painted.map((line) => line.replaceAll(COLOUR, '').trimEnd());
    expect(text).toEqual(renderView(view(), size, PLAIN).map((line) => line.trimEnd()));
  });
});
