import type { UnetDrop, UnetWay } from 'libunet';
import { ETHERTYPES, type Ethernet } from './ethernet.ts';

/** What is shown of a frame besides what is in it. */
export interface Passed {
  readonly time: bigint;
  readonly link: string;
  readonly direction: UnetWay;
  readonly drop: UnetDrop | undefined;
  readonly length: number;
}

const TYPE_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(ETHERTYPES).map(([name, number]) => [number, name]),
);
const PROTOCOLS: ReadonlyMap<number, string> = new Map([
  [1, 'icmp'],
  [2, 'igmp'],
  [6, 'tcp'],
  [17, 'udp'],
  [58, 'icmp6'],
  [132, 'sctp'],
]);

const NANOSECONDS = 1_000_000n;

/** `12:00:00.123456`, in the time zone of whoever looks. */
function clock(time: bigint): string {
  const date = new Date(Number(time / NANOSECONDS));
  const two = (value: number): string => String(value).padStart(2, '0');
  const micros = String((time / 1000n) % NANOSECONDS).padStart(6, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${micros}`;
}

function contents(frame: Ethernet): string {
  const name = TYPE_NAMES.get(frame.type) ?? `0x${frame.type.toString(16).padStart(4, '0')}`;
  const type = frame.vlan === undefined ? name : `vlan ${frame.vlan} ${name}`;
  const { from, to, protocol } = frame;
  const inside =
    protocol === undefined ? '' : ` ${PROTOCOLS.get(protocol) ?? `protocol ${protocol}`}`;
  const between = from === undefined || to === undefined ? '' : ` ${from} > ${to}${inside}`;
  return `${frame.source} > ${frame.destination}, ${type}${between}`;
}

/** A frame as people read it, on one line. */
export function frameLine(passed: Passed, frame: Ethernet | undefined): string {
  const { time, link, direction, drop, length } = passed;
  const what = frame === undefined ? '(no header)' : contents(frame);
  const end = drop === undefined ? '' : `, dropped: ${drop.name}`;
  return `${clock(time)} ${link} ${direction.padEnd(5)} ${what}, ${length} bytes${end}\n`;
}
