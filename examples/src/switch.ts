/** A learning switch over links: each link's IP stack is a station, and they see each other. */
import { parseArgs } from 'node:util';
import { openUnet, type UnetLink } from 'libunet';
import { readInteger, runProgram } from './program.ts';
import { LearningSwitch } from './switch/learning-switch.ts';

function read() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      age: { type: 'string', short: 'a', default: '300' },
      stations: { type: 'string', short: 's', default: '4096' },
    },
  });
  if (positionals.length < 2) throw new RangeError('at least two links are needed');
  if (new Set(positionals).size < positionals.length) throw new RangeError('a link is there twice');
  return {
    names: positionals,
    age: 1000 * readInteger('--age', values.age, 1, 1_000_000),
    stations: readInteger('--stations', values.stations, 1, 1 << 20),
  };
}

async function run({ names, age, stations }: ReturnType<typeof read>, signal: AbortSignal) {
  const say = (text: string) => void process.stderr.write(`switch: ${text}\n`);
  const links: UnetLink[] = [];
  try {
    for (const name of names) links.push(await openUnet(name));
    const one = new LearningSwitch(links, { age, stations, say });
    process.stdout.write(`switch: ${names.join(' ')}\n`);
    await one.run(signal);
    for (const [name, { received, sent, noRoom, tooLong }] of one.counts) {
      process.stdout.write(
        `switch: ${name}: ${received} received, ${sent} sent, ` +
          `${noRoom} lost for want of room, ${tooLong} too long\n`,
      );
    }
  } finally {
    for (const link of links) link.close();
  }
}

await runProgram({
  name: 'switch',
  usage: 'usage: switch [--age seconds] [--stations count] link link ...\n',
  read,
  run,
});
