import { readFileSync } from 'node:fs';
import type { Link, LinkInfo } from 'libdladm-ts';
import { Findings } from './finding.ts';

/** Counters of a link, by the names of its kstat. */
export type Counters = ReadonlyMap<string, bigint | string>;

/** How a process is, as far as it matters to its links. */
export type HolderState = 'running' | 'stopped' | 'gone';

/** What dropped frames mean; the last word of the statistic's name is the reason. */
const DROPS: Readonly<Record<string, string>> = {
  rx_drop_noholder: 'they came from the stack while no process held the link',
  rx_drop_runt: 'the stack sent them, shorter than an Ethernet header',
  rx_drop_toobig: 'the stack sent them, longer than the MTU allows',
  rx_drop_nomem: 'the stack sent them, and there was no memory',
  rx_drop_offload: 'the stack left work on them that could not be done',
  rx_drop_flush: 'they were not read before the link was closed',
  tx_drop_filter: 'the holder sent them to an address that is not of the link',
  tx_drop_nostack: 'the holder sent them, and nothing is on the side of the stack',
};

/** How the process is that holds a link. @param read `/proc/<pid>/stat`. */
export function holderState(
  pid: number,
  read: (path: string) => string = (path) => readFileSync(path, 'utf8'),
): HolderState {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') {
      return 'gone';
    }
  }
  try {
    // The name of the program is in parentheses, and may have some itself.
    const [state = ''] = read(`/proc/${pid}/stat`)
      .replace(/^.*\) /s, '')
      .split(' ');
    return state === 'T' || state === 't' ? 'stopped' : 'running';
  } catch {
    return 'running';
  }
}

/** Whether an interface of this host is up; `undefined` if there is none of that name. */
function interfaceIsUp(name: string): boolean | undefined {
  try {
    const flags = Number(readFileSync(`/sys/class/net/${name}/flags`, 'utf8'));
    return (flags & 1) === 1;
  } catch {
    return undefined;
  }
}

function checkHolder(found: Findings, { name, holder, linkstate, state }: LinkInfo): void {
  if (linkstate === 'down') {
    found.warning(
      'it is kept down by its property linkstate',
      `unetadm set ${name} linkstate=auto`,
    );
  }
  if (holder === null) {
    found.warning(
      `no process holds it: it is ${state}, and what the stack sends is dropped; start the program that uses it`,
    );
    return;
  }
  switch (holderState(holder)) {
    case 'gone':
      found.warning(`process ${holder}, which opened it, has ended, but another one has it open`);
      break;
    case 'stopped':
      found.fault(`process ${holder}, which holds it, is stopped`, `kill -CONT ${holder}`);
      break;
    case 'running':
      break;
  }
}

/** Bytes that are room for bursts. */
const AMPLE = 1 << 20;

/** A queue is full when no frame of the largest size fits any more. */
function checkQueues(found: Findings, info: LinkInfo): void {
  const { name, rxbuf, txbuf, rxQueue, txQueue, minBuf, maxBuf } = info;
  const full = (queue: LinkInfo['rxQueue'], bound: number): boolean => queue.bytes + minBuf > bound;
  const larger = (property: string, now: number): string | undefined => {
    const next = Math.min(now < AMPLE ? AMPLE : maxBuf, maxBuf);
    return now < next ? `unetadm set ${name} ${property}=${next}` : undefined;
  };
  if (full(rxQueue, rxbuf)) {
    found.warning(
      `its read queue is full: ${rxQueue.frames} frames wait, and the stack waits too`,
      larger('rxbuf', rxbuf),
    );
  }
  if (full(txQueue, txbuf)) {
    found.warning(
      `its write queue is full: ${txQueue.frames} frames wait for the stack`,
      larger('txbuf', txbuf),
    );
  }
}

function checkCounters(found: Findings, counters: Counters): void {
  const counter = (name: string): bigint => {
    const value = counters.get(name);
    return typeof value === 'bigint' ? value : 0n;
  };
  for (const [name, meaning] of Object.entries(DROPS)) {
    if (counter(name) > 0n) {
      found.warning(`${counter(name)} frames were dropped (${name}): ${meaning}`);
    }
  }
  if (counter('fc_events') > 0n) {
    const ms = counter('fc_time') / 1_000_000n;
    found.warning(`the stack was held back ${counter('fc_events')} times, ${ms} ms in all`);
  }
}

/** Looks at one link. `counters`: absent when they cannot be read. */
export function checkLink({ name, info, stack }: Link, counters: Counters | undefined): Findings {
  const found = new Findings(name);
  if (info === undefined) {
    found.fault('it is recorded, but not up', `unetadm up ${name}`);
    return found;
  }
  checkHolder(found, info);
  if (stack === 'tap' && interfaceIsUp(name) === false) {
    found.warning('its interface is down', `ip link set ${name} up`);
  }
  checkQueues(found, info);
  if (counters !== undefined) {
    checkCounters(found, counters);
  }
  if (found.all.length === 0) {
    found.ok(`${info.state}, held by process ${info.holder}, nothing dropped`);
  }
  return found;
}
