import type { KstatData } from 'libkstat-ts';
import { UNET_IOMODES, type UnetIoMode } from 'libsys/unet-abi';

/** Why a frame of the stack never reached the holder. */
export const UNET_RX_DROPS = [
  'noholder',
  'runt',
  'toobig',
  'nomem',
  'offload',
  'flush',
  'dying',
] as const;
/** A reason why a frame of the stack did not reach the holder. */
export type UnetRxDrop = (typeof UNET_RX_DROPS)[number];

/** Why a frame of the holder never reached the stack. */
export const UNET_TX_DROPS = ['filter', 'nostack', 'dying'] as const;
/** A reason why a frame of the holder did not reach the stack. */
export type UnetTxDrop = (typeof UNET_TX_DROPS)[number];

/** What times that the stack was held up are told apart by. */
export const UNET_FC_TIMES = ['1ms', '10ms', '100ms', '1s', '10s'] as const;
/** How long the stack was held up, at least. */
export type UnetFcTime = (typeof UNET_FC_TIMES)[number];

/**
 * The counters of a link since it was made, at one moment. The holder's view: `rx` is what it reads,
 * `tx` what it writes. Frames in are frames out, drops and what is queued, always.
 *
 * @see kernel/unet/unet_stat.c
 */
export interface UnetStats {
  readonly linkName: string;
  readonly zoneName: string;
  readonly ioMode: UnetIoMode;
  /** When these were read, in ns: rates are differences of counters over differences of this. */
  readonly snaptime: bigint;
  /** Read by the holder. */
  readonly rxFrames: bigint;
  readonly rxBytes: bigint;
  /** Handed over to the stack. */
  readonly txFrames: bigint;
  readonly txBytes: bigint;
  /** Sent by the stack. */
  readonly rxInFrames: bigint;
  readonly rxInBytes: bigint;
  /** Written by the holder. */
  readonly txInFrames: bigint;
  readonly txInBytes: bigint;
  /** What waits to be read; bytes with what a queue charges for each frame; their peak. */
  readonly rxqFrames: bigint;
  readonly rxqBytes: bigint;
  readonly rxqPeak: bigint;
  /** What waits for the stack. */
  readonly txqFrames: bigint;
  readonly txqBytes: bigint;
  readonly txqPeak: bigint;
  /** Sum of {@link rxDropsBy}. */
  readonly rxDrops: bigint;
  readonly rxDropsBy: Readonly<Record<UnetRxDrop, bigint>>;
  /** Sum of {@link txDropsBy}. */
  readonly txDrops: bigint;
  readonly txDropsBy: Readonly<Record<UnetTxDrop, bigint>>;
  /** Calls of the holder, by kind. */
  readonly readCalls: bigint;
  readonly writeCalls: bigint;
  readonly fioreadCalls: bigint;
  readonly fiowriteCalls: bigint;
  readonly pollCalls: bigint;
  /** Calls that found no frame, or no room. */
  readonly rxEagain: bigint;
  readonly txEagain: bigint;
  /** Calls that waited. */
  readonly rxWaits: bigint;
  readonly txWaits: bigint;
  /** How often the stack was held up, for how many ns together, and how often at least so long. */
  readonly fcEvents: bigint;
  readonly fcTime: bigint;
  readonly fcLasted: Readonly<Record<UnetFcTime, bigint>>;
  /** 1: the stack is held up now; that time is one of the events, and in nothing else yet. */
  readonly fcBlocked: bigint;
}

type Single = Exclude<
  keyof UnetStats,
  'linkName' | 'zoneName' | 'ioMode' | 'snaptime' | 'rxDropsBy' | 'txDropsBy' | 'fcLasted'
>;

/** The names of single counters, here and in the kernel. */
const SINGLES: Readonly<Record<Single, string>> = {
  rxFrames: 'rx_frames',
  rxBytes: 'rx_bytes',
  txFrames: 'tx_frames',
  txBytes: 'tx_bytes',
  rxInFrames: 'rx_in_frames',
  rxInBytes: 'rx_in_bytes',
  txInFrames: 'tx_in_frames',
  txInBytes: 'tx_in_bytes',
  rxqFrames: 'rxq_frames',
  rxqBytes: 'rxq_bytes',
  rxqPeak: 'rxq_peak',
  txqFrames: 'txq_frames',
  txqBytes: 'txq_bytes',
  txqPeak: 'txq_peak',
  rxDrops: 'rx_drops',
  txDrops: 'tx_drops',
  readCalls: 'read_calls',
  writeCalls: 'write_calls',
  fioreadCalls: 'fioread_calls',
  fiowriteCalls: 'fiowrite_calls',
  pollCalls: 'poll_calls',
  rxEagain: 'rx_eagain',
  txEagain: 'tx_eagain',
  rxWaits: 'rx_waits',
  txWaits: 'tx_waits',
  fcEvents: 'fc_events',
  fcTime: 'fc_time',
  fcBlocked: 'fc_blocked',
};

/** Every name that the kernel's statistics of a link have. */
export const UNET_STAT_NAMES: readonly string[] = [
  ...Object.values(SINGLES),
  ...UNET_FC_TIMES.map((time) => `fc_${time}`),
  ...UNET_RX_DROPS.map((reason) => `rx_drop_${reason}`),
  ...UNET_TX_DROPS.map((reason) => `tx_drop_${reason}`),
  'iomode',
  'linkname',
  'zonename',
];

/**
 * Reads the statistics of a link.
 *
 * @throws {RangeError} they are not a link's
 */
export function unetStatsOf({ data, snaptime }: KstatData): UnetStats {
  const counter = (name: string): bigint => {
    const value = data.get(name);
    if (typeof value !== 'bigint') throw new RangeError(`the kernel has no counter ${name}`);
    return value;
  };
  const words = (name: string): string => {
    const value = data.get(name);
    if (typeof value !== 'string') throw new RangeError(`the kernel has no statistic ${name}`);
    return value;
  };
  const by = <K extends string>(names: readonly K[], prefix: string): Record<K, bigint> =>
    Object.fromEntries(names.map((name) => [name, counter(`${prefix}${name}`)])) as Record<
      K,
      bigint
    >;
  const singles = Object.entries(SINGLES).map(([name, kernels]) => [name, counter(kernels)]);
  return Object.freeze({
    linkName: words('linkname'),
    zoneName: words('zonename'),
    ioMode: UNET_IOMODES.find((mode) => mode === words('iomode')) ?? 'none',
    snaptime,
    rxDropsBy: by(UNET_RX_DROPS, 'rx_drop_'),
    txDropsBy: by(UNET_TX_DROPS, 'tx_drop_'),
    fcLasted: by(UNET_FC_TIMES, 'fc_'),
    ...(Object.fromEntries(singles) as Readonly<Record<Single, bigint>>),
  });
}
