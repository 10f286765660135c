/**
 * Reads a node, and sleeps in that until it ends. Prints `reads` before and what the read ended with
 * after. Argument: the node's path.
 */
import { isSysError, openKernel } from 'libsys';

const kernel = await openKernel();
const fd = kernel.open(process.argv[2], { access: 'readwrite' });
process.stdout.write('reads\n');
try {
  kernel.read(fd, Buffer.allocUnsafeSlow(2000));
  process.stdout.write('a frame\n');
} catch (error) {
  if (!isSysError(error)) throw error;
  process.stdout.write(`${error.code}\n`);
}
kernel.close(fd);
kernel.dispose();
