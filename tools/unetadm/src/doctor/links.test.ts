import { type Link, type LinkInfo, parseLinkName, parseMacAddress } from 'libdladm-ts';
import { describe, expect, it } from 'vitest';
import type { Finding } from './finding.ts';
import { type Counters, checkLink, holderState } from './links.ts';

const INFO: LinkInfo = {
  name: parseLinkName('vpn0', 'test'),
  linkId: 1,
  zoneId: 0,
  ownerZoneId: 0,
  mac: parseMacAddress('2:8:20:0:0:1'),
  mtu: 1500,
  owner: null,
  group: null,
  lifetime: 'temporary',
  linkstate: 'auto',
  linger: 0,
  state: 'up',
  iomode: 'none',
  holder: process.pid,
  minor: 1,
  minFrame: 14,
  maxFrame: 1518,
  maxVectors: 256,
  rxbuf: 65536,
  txbuf: 65536,
  minBuf: 1774,
  maxBuf: 4194304,
  rxQueue: { bytes: 0, frames: 0 },
  txQueue: { bytes: 0, frames: 0 },
};

function check(info: Partial<LinkInfo> = {}, counters?: Counters): readonly Finding[] {
  const link: Link = { name: INFO.name, info: { ...INFO, ...info }, zone: 'global' };
  return checkLink(link, counters).all;
}

const finding = (status: string, text: string, next?: string) => [
  { status, about: 'vpn0', text, ...(next !== undefined && { next }) },
];

/** A number that no process has: Linux gives out none above 2^22. */
const NO_PROCESS = 2 ** 22 + 1;

describe('checkLink', () => {
  it('finds nothing wrong with a link that is held, and nothing lost', () => {
    const text = `up, held by process ${process.pid}, nothing dropped`;
    expect(check({}, new Map([['rx_drop_runt', 0n]]))).toEqual(finding('ok', text));
  });

  it('tells of a holder that has ended', () => {
    const text = `process ${NO_PROCESS}, which opened it, has ended, but another one has it open`;
    expect(check({ holder: NO_PROCESS })).toEqual(finding('warning', text));
  });

  it('tells of queues that are full, and how to make them larger', () => {
    const queue = { bytes: 65000, frames: 40 };
    expect(check({ rxQueue: queue })).toEqual(
      finding(
        'warning',
        'its read queue is full: 40 frames wait, and the stack waits too',
        'unetadm set vpn0 rxbuf=1048576',
      ),
    );
    expect(check({ txQueue: queue })).toEqual(
      finding(
        'warning',
        'its write queue is full: 40 frames wait for the stack',
        'unetadm set vpn0 txbuf=1048576',
      ),
    );
    const large = { txbuf: 2097152, txQueue: { bytes: 2097000, frames: 40 } };
    expect(check(large)[0]?.next).toBe('unetadm set vpn0 txbuf=4194304');
    const largest = { txbuf: 4194304, txQueue: { bytes: 4194000, frames: 40 } };
    expect(check(largest)[0]).not.toHaveProperty('next');
  });

  it('tells what was dropped, and why', () => {
    expect(check({}, new Map([['tx_drop_filter', 3n]]))).toEqual(
      finding(
        'warning',
        '3 frames were dropped (tx_drop_filter): the holder sent them to an address that is not of the link',
      ),
    );
  });

  it('tells how often the stack was held back', () => {
    const counters = new Map([
      ['fc_events', 2n],
      ['fc_time', 1_500_000_000n],
    ]);
    expect(check({}, counters)).toEqual(
      finding('warning', 'the stack was held back 2 times, 1500 ms in all'),
    );
  });
});

describe('holderState', () => {
  it.each([
    [`1 (a) b) T 1`, 'stopped'],
    [`1 (a T) S 1`, 'running'],
    [`1 (node) t 1`, 'stopped'],
  ])('%s is %s', (stat, state) => {
    expect(holderState(process.pid, () => stat)).toBe(state);
  });

  it('does without /proc', () => {
    const none = (): string => {
      throw new Error('ENOENT');
    };
    expect(holderState(process.pid, none)).toBe('running');
    expect(holderState(NO_PROCESS, none)).toBe('gone');
  });
});
