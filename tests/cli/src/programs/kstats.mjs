// Prints how many statistics of unet have the name of the first argument.

import { openKstat } from 'libkstat-ts';

const [name] = process.argv.slice(2);
const kstats = await openKstat();
process.stdout.write(`${kstats.list({ module: 'unet', name }).length}\n`);
kstats.close();
