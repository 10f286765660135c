/** A host behind a link: it answers ARP, neighbour discovery and echo, and nothing else. */
import { parseArgs } from 'node:util';
import { formatIp, formatMac, parseIp, parseMac } from 'libframeio/headers';
import { openUnet } from 'libunet';
import { runProgram } from './program.ts';
import { respond } from './responder/respond.ts';
import { Responder } from './responder/responder.ts';

const USAGE = 'usage: responder [--mac mac] [--ipv4 address] [--ipv6 address] [--lose n] link\n';

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      mac: { type: 'string', default: '02:75:6e:65:74:02' },
      ipv4: { type: 'string', default: '10.62.0.2' },
      ipv6: { type: 'string', default: 'fd62::2' },
      lose: { type: 'string' },
    },
  });
  const [name] = positionals;
  if (name === undefined || positionals.length > 1) throw new RangeError('one link is needed');
  const lose = values.lose === undefined ? undefined : Number(values.lose);
  if (lose !== undefined && !(Number.isInteger(lose) && lose > 0)) {
    throw new RangeError(`--lose must be a number of answers, not ${values.lose}`);
  }
  const me = {
    mac: parseMac(values.mac),
    ipv4: parseIp(values.ipv4),
    ipv6: parseIp(values.ipv6),
  };
  if (me.ipv4.length !== 4 || me.ipv6.length !== 16) {
    throw new RangeError('--ipv4 and --ipv6 must be addresses of their kind');
  }
  return { name, lose, me };
}

async function run({ name, lose, me }: ReturnType<typeof readArguments>, signal: AbortSignal) {
  await using link = await openUnet(name);
  const where = `${formatIp(me.ipv4)} and ${formatIp(me.ipv6)} at ${formatMac(me.mac)}`;
  process.stdout.write(`responder: ${name}: ${where}\n`);
  const responder = new Responder(me);
  await respond(link, responder, { signal, lose });
  const { arp, neighbour, echo4, echo6, ignored } = responder.counts;
  process.stdout.write(
    `responder: ${name}: answered ${arp} ARP, ${neighbour} neighbour, ` +
      `${echo4} ICMP, ${echo6} ICMPv6; ignored ${ignored}\n`,
  );
}

await runProgram({ name: 'responder', usage: USAGE, read: readArguments, run });
