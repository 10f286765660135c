/**
 * Looks for a link in the global zone, all the time: in the driver's list, in dlmgmtd's book, and at
 * the nodes of the link. Prints `strange …` when it is there. At a line of input it prints `seen` when
 * it has seen the link in its zone since; at the end of the input, `done`.
 */
import { createInterface } from 'node:readline';
import { setImmediate as turn } from 'node:timers/promises';
import { openDladm } from 'libdladm-ts';
import { isSysError, openKernel } from 'libsys';

const [link] = process.argv.slice(2);
const kernel = await openKernel();
const dladm = await openDladm({ kernel, root: '/nonexistent' });
let asked = false;
let ended = false;
createInterface({ input: process.stdin })
  .on('line', () => {
    asked = true;
  })
  .on('close', () => {
    ended = true;
  });

const strange = (where) => process.stdout.write(`strange: ${link} was ${where}\n`);

function look() {
  try {
    if (kernel.hosted.dlInfo(link).zoneid === 0) strange("the global zone's, for dlmgmtd");
  } catch (error) {
    if (!isSysError(error, 'ENOENT')) throw error;
  }
  for (const path of [`/dev/unet/${link}`, `/dev/net/${link}`]) {
    try {
      kernel.close(kernel.open(path, { access: 'read', nonblock: true }));
      strange(path);
    } catch (error) {
      if (!isSysError(error)) throw error;
      if (error.code !== 'ENOENT') strange(`${path}: ${error.code}`);
    }
  }
}

process.stdout.write('looks\n');
while (!ended) {
  look();
  for await (const { name, info } of dladm.list()) {
    if (name !== link || info === undefined) continue;
    if (info.zoneId === 0) strange("the global zone's, for the driver");
    else if (asked) {
      asked = false;
      process.stdout.write('seen\n');
    }
  }
  await turn();
}
dladm.close();
kernel.dispose();
process.stdout.write('done\n');
