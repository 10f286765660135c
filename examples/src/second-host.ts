/**
 * A host on a segment in memory, `/dev/bus/<name>`, that pings another: what `ping` is where a link
 * can have no interface of the system.  It stands for the IP stack of a link on that segment, so its
 * MAC address is the link's: a link takes no frames for others from its holder.
 */
import { parseArgs } from 'node:util';
import { formatIp, parseIp, parseMac } from 'libframeio/headers';
import { openKernel } from 'libsys';
import { BusPort } from './second-host/bus-port.ts';
import type { PingOptions, PingReport } from './second-host/ping-run.ts';
import { SecondHost } from './second-host/second-host.ts';

const USAGE =
  'usage: second-host [-fq] [-b bus] [-c count] [-i seconds] [-s bytes] [-W seconds]\n' +
  '                   [--mac mac] [--ipv4 address] [--ipv6 address] address\n';

/** More would not fit a frame: 1500 bytes less the headers of IPv6 and ICMPv6. */
const SIZE_MAX = 1452;

function amount(option: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= low && value <= high)) {
    throw new RangeError(`-${option} must be a number from ${low} to ${high}, not ${text}`);
  }
  return value;
}

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      bus: { type: 'string', short: 'b', default: 'bus0' },
      count: { type: 'string', short: 'c', default: '5' },
      interval: { type: 'string', short: 'i', default: '1' },
      size: { type: 'string', short: 's', default: '56' },
      wait: { type: 'string', short: 'W', default: '2' },
      flood: { type: 'boolean', short: 'f', default: false },
      quiet: { type: 'boolean', short: 'q', default: false },
      mac: { type: 'string', default: '02:75:6e:65:74:01' },
      ipv4: { type: 'string', default: '10.62.0.1' },
      ipv6: { type: 'string', default: 'fd62::1' },
    },
  });
  const [address] = positionals;
  if (address === undefined || positionals.length > 1)
    throw new RangeError('one address is needed');
  return {
    bus: values.bus,
    quiet: values.quiet || values.flood,
    to: parseIp(address),
    me: { mac: parseMac(values.mac), ipv4: parseIp(values.ipv4), ipv6: parseIp(values.ipv6) },
    options: {
      count: Math.floor(amount('c', values.count, 1, 1e9)),
      size: Math.floor(amount('s', values.size, 0, SIZE_MAX)),
      interval: values.flood ? 0 : 1000 * amount('i', values.interval, 0.001, 3600),
      timeout: 1000 * amount('W', values.wait, 0.001, 3600),
    } satisfies PingOptions,
  };
}

/** The end of the report, in the words of ping. */
function summary(address: string, report: PingReport): string {
  const { sent, received, damaged, unexpected, ms, rtt } = report;
  const lost = ((sent - received) * 100) / sent;
  const odd =
    (damaged > 0 ? `, +${damaged} damaged` : '') +
    (unexpected > 0 ? `, +${unexpected} unexpected` : '');
  const times = [rtt.min, rtt.average, rtt.max].map((time) => time.toFixed(3)).join('/');
  return (
    `\n--- ${address} ping statistics ---\n` +
    `${sent} packets transmitted, ${received} received${odd}, ` +
    `${Number(lost.toPrecision(6))}% packet loss, time ${ms.toFixed(0)}ms\n` +
    `rtt min/avg/max = ${times} ms\n`
  );
}

async function run({ bus, quiet, to, me, options }: ReturnType<typeof readArguments>) {
  const address = formatIp(to);
  using kernel = await openKernel();
  using port = new BusPort(kernel, bus);
  const host = new SecondHost(port, me);
  const from = formatIp(to.length === 16 ? me.ipv6 : me.ipv4);
  process.stdout.write(`PING ${address} from ${from} on ${bus}: ${options.size} data bytes\n`);
  const report = await host.ping(to, {
    ...options,
    onReply: ({ sequence, bytes, ms }) => {
      if (quiet) return;
      process.stdout.write(
        `${bytes} bytes from ${address}: icmp_seq=${sequence} time=${ms.toFixed(3)} ms\n`,
      );
    },
  });
  process.stdout.write(summary(address, report));
  const { sent, received, damaged, unexpected } = report;
  if (received !== sent || damaged + unexpected > 0) process.exitCode = 1;
}

try {
  const args = readArguments();
  await run(args).catch((error: unknown) => {
    process.stderr.write(`second-host: ${(error as Error).message}\n`);
    process.exitCode = 1;
  });
} catch (error) {
  process.stderr.write(`second-host: ${(error as Error).message}\n${USAGE}`);
  process.exitCode = 2;
}
