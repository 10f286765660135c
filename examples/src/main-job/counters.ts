/** The kstat of a link, by name. */
export type Counters = ReadonlyMap<string, bigint | string>;

function count(counters: Counters, name: string): bigint {
  const value = counters.get(name);
  if (typeof value !== 'bigint') throw new Error(`the kstat has no counter ${name}`);
  return value;
}

/** One direction: every frame that came in went out, was dropped under a reason, or is queued. */
export function balance(counters: Counters, way: 'rx' | 'tx'): { text: string; holds: boolean } {
  const [taken, given, dropped, queued] = ['in_frames', 'frames', 'drops', 'q_frames'].map((part) =>
    count(counters, part === 'q_frames' ? `${way}q_frames` : `${way}_${part}`),
  ) as [bigint, bigint, bigint, bigint];
  const holds = taken === given + dropped + queued;
  const to = way === 'rx' ? 'to the holder' : 'to the stack';
  return {
    text: `${way}: ${taken} in ${holds ? '=' : 'IS NOT'} ${given} ${to} + ${dropped} dropped + ${queued} queued`,
    holds,
  };
}

/**
 * What is wrong with the counters of a link that carried `requests` requests and as many replies;
 * nothing is lost once there is a holder.
 */
export function counterFaults(counters: Counters, requests: bigint): string[] {
  const faults: string[] = [];
  for (const way of ['rx', 'tx'] as const) {
    const { text, holds } = balance(counters, way);
    if (!holds) faults.push(text);
    const frames = count(counters, `${way}_frames`);
    if (frames < requests) faults.push(`${way}_frames is ${frames}, less than ${requests} pings`);
  }
  const lost = count(counters, 'rx_drops') - count(counters, 'rx_drop_noholder');
  if (lost !== 0n) faults.push(`${lost} frames for the holder were dropped`);
  const refused = count(counters, 'tx_drops');
  if (refused !== 0n) faults.push(`${refused} frames of the holder were dropped`);
  return faults;
}
