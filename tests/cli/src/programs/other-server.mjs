// Serves the socket named by the first argument with something that no tool understands, and writes
// its process into the lock beside it, as the server does. A second argument is its name.

import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';

const [socket, name] = process.argv.slice(2);
if (name !== undefined) process.title = name;
writeFileSync(`${socket}.lock`, `${process.pid}\n`);
createServer().listen(socket, () => process.stdout.write('serves\n'));
