#!/usr/bin/env node
import { runProgram } from 'libofmt';
import { main } from './main.ts';

await runProgram(process, 'unetstat', (args, terminal) => main(args, terminal, process));
