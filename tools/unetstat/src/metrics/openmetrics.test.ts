import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDladm } from 'libdladm-ts';
import { openKstat } from 'libkstat-ts';
import { openKernel } from 'libsys';
import { openUnet } from 'libunet';
import { describe, expect, it } from 'vitest';
import { STATISTICS } from '../field.ts';
import { sampleOf } from '../sample.fixture.ts';
import { Sampler } from '../sampler.ts';
import { linkFamilies } from './link-families.ts';
import { formatOpenMetrics } from './openmetrics.ts';
import { type ParsedFamily, parseOpenMetrics } from './openmetrics-parser.fixture.ts';

const exposition = (...samples: Parameters<typeof linkFamilies>[0]): string =>
  formatOpenMetrics(linkFamilies(samples));

function valuesOf(families: readonly ParsedFamily[], name: string): string[] {
  return families
    .flatMap(({ samples }) => samples)
    .filter((sample) => sample.name === name)
    .map(({ labels, value }) => {
      const { link, zone, ...rest } = labels;
      return `${[link, zone === 'global' ? undefined : zone, ...Object.values(rest)]
        .filter((text) => text !== undefined)
        .join(' ')}: ${value}`;
    });
}

describe('the exposition', () => {
  it('of no link is an empty one', () => {
    expect(exposition()).toBe('# EOF\n');
    expect(parseOpenMetrics('# EOF\n')).toEqual([]);
  });

  it('has every digit of a counter, and bytes as bytes', () => {
    const data = { rx_bytes: 18446744073709551615n, rx_frames: 9007199254740993n };
    const families = parseOpenMetrics(exposition(sampleOf('a0', { data }), sampleOf('b0')));
    expect(valuesOf(families, 'unet_rx_bytes_total')).toEqual([
      'a0: 18446744073709551615',
      'b0: 0',
    ]);
    expect(valuesOf(families, 'unet_rx_frames_total')[0]).toBe('a0: 9007199254740993');
    expect(valuesOf(families, 'unet_link_made_seconds')[0]).toBe('a0: 1600000000.123');
    expect(families.find(({ name }) => name === 'unet_rx_bytes')?.unit).toBe('bytes');
  });

  it('escapes what a label can hold', () => {
    const zone = 'a "zone"\\with\neverything, {}=é';
    const families = parseOpenMetrics(exposition(sampleOf('a0', { zone })));
    expect(families[0]?.samples[0]?.labels).toEqual({
      link: 'a0',
      zone,
      instance: '1',
      iomode: 'none',
    });
  });

  it('has drops by reason, also by one that only a newer driver knows', () => {
    const data = { rx_drop_runt: 3n, rx_drop_sunspots: 4n };
    const families = parseOpenMetrics(exposition(sampleOf('a0', { data })));
    const drops = valuesOf(families, 'unet_rx_drops_total');
    expect(drops).toContain('a0 runt: 3');
    expect(drops).toContain('a0 sunspots: 4');
    expect(valuesOf(families, 'unet_tx_drops_total')).toHaveLength(3);
  });

  it('has times of flow control as a histogram, without the one that goes on', () => {
    // Five are over: below 1 ms, twice 5 ms, 2 s, 20 s; the sixth goes on.
    const data = {
      fc_events: 6n,
      fc_blocked: 1n,
      fc_time: 22_010_500_000n,
      fc_1ms: 4n,
      fc_10ms: 2n,
      fc_100ms: 2n,
      fc_1s: 2n,
      fc_10s: 1n,
    };
    const families = parseOpenMetrics(exposition(sampleOf('a0', { data })));
    expect(valuesOf(families, 'unet_flow_control_seconds_bucket')).toEqual([
      'a0 0.001: 1',
      'a0 0.01: 3',
      'a0 0.1: 3',
      'a0 1.0: 3',
      'a0 10.0: 4',
      'a0 +Inf: 5',
    ]);
    expect(valuesOf(families, 'unet_flow_control_seconds_sum')).toEqual(['a0: 22.0105']);
    expect(valuesOf(families, 'unet_flow_control_blocked')).toEqual(['a0: 1']);
  });

  it('shows every statistic of the driver somewhere', () => {
    const data = Object.fromEntries(
      STATISTICS.filter((name) => !/^fc_|^[rt]x_drops$|^iomode$/.test(name)).map((name, i) => [
        name,
        BigInt(1_000_000 + i),
      ]),
    );
    const text = exposition(sampleOf('a0', { data: { ...data, new_thing: 77n } }));
    parseOpenMetrics(text);
    for (const value of Object.values(data)) expect(text).toContain(` ${value}\n`);
    expect(text).toContain('statistic="new_thing"} 77\n');
  });

  it('is what the kernel counts', async () => {
    const root = mkdtempSync(join(tmpdir(), 'unet-metrics-'));
    const kernel = await openKernel({ kernel: 'inproc' });
    const dladm = await openDladm({ kernel, root });
    await dladm.create('vpn0', { lifetime: 'temporary', stack: 'bus:x' });
    const link = await openUnet('vpn0', { kernel });
    const frame = Buffer.alloc(1000, 0xff);
    frame.set([2, 8, 0x20, 0, 0, 9, 0x88, 0xb5], 6);
    for (let i = 0; i < 3; i++) link.writeFrame(frame);
    using kstats = await openKstat({ kernel });
    const samples = new Sampler(kstats, { links: [], zone: undefined }).take();
    const families = parseOpenMetrics(formatOpenMetrics(linkFamilies(samples)));
    expect(valuesOf(families, 'unet_tx_in_bytes_total')).toEqual(['vpn0: 3000']);
    expect(valuesOf(families, 'unet_calls_total')).toContain('vpn0 write: 3');
    // What the driver has and this program names are the same.
    const names = [...(samples[0]?.data.keys() ?? [])];
    expect(names.filter((name) => !/^(linkname|zonename)$/.test(name)).sort()).toEqual(
      [...STATISTICS].sort(),
    );
    link.close();
    await dladm.destroy('vpn0');
    dladm.close();
    kernel.dispose();
    rmSync(root, { recursive: true });
  });
});

describe('the reader of these tests', () => {
  const family = '# TYPE a counter\n# HELP a Text.\n';
  it.each([
    ['', 'EOF'],
    [`${family}a_total 1\n# EOF`, 'EOF'],
    [`${family}a 1\n# EOF\n`, 'a in a counter'],
    [`${family}a_total -1\n# EOF\n`, 'a_total -1'],
    [`${family}a_total{x="1",x="2"} 1\n# EOF\n`, 'label twice'],
    [`${family}a_total{x="\\q"} 1\n# EOF\n`, 'labels'],
    [`${family}a_total 1\na_total 1\n# EOF\n`, 'twice'],
    [`${family}a_total 0x1\n# EOF\n`, 'value of a_total'],
    [`${family}b_total 1\n# EOF\n`, 'no family'],
    [`${family}a_total 1\n${family}# EOF\n`, 'behind samples'],
    ['# TYPE a counter\n# UNIT a bytes\n# HELP a Text.\n# EOF\n', 'not in bytes'],
    ['# TYPE a histogram\n# HELP a T.\na_bucket{le="1.0"} 1\na_count 1\na_sum 1\n# EOF\n', '+Inf'],
  ])('refuses %j', (text, why) => {
    expect(() => parseOpenMetrics(text)).toThrow(why);
  });
});
