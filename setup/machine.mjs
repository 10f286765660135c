/**
 * Prints the facts of this machine that decide which tests can run. nx keys test results on them,
 * so that a result does not outlive a tool that came or went.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { findNodeWithFfi } from './node-ffi.mjs';
import { hasTool, TOOLS } from './tools.mjs';

function accessible(path) {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function runs(command, ...args) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

const facts = {
  platform: `${process.platform}-${process.arch}`,
  root: process.getuid?.() === 0,
  ci: process.env.CI === 'true',
  tun: accessible('/dev/net/tun'),
  netns: runs('unshare', '--net', 'true'),
  userns: runs('unshare', '--user', '--map-root-user', '--net', 'true'),
  nodeWithFfi: findNodeWithFfi().version ?? null,
  tools: Object.keys(TOOLS).filter(hasTool),
};
process.stdout.write(`${JSON.stringify(facts)}\n`);
