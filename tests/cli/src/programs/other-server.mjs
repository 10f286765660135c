// Serves the socket named by the first argument with something that no tool understands, and writes
// its process into the lock beside it, as the server does.

import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';

const [socket] = process.argv.slice(2);
writeFileSync(`${socket}.lock`, `${process.pid}\n`);
createServer().listen(socket, () => process.stdout.write('serves\n'));
