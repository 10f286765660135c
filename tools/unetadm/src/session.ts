import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  type Dladm,
  DladmError,
  type LinkRecords,
  type LinkResult,
  openDladm,
  openRecords,
  ownRoot,
} from 'libdladm-ts';
import { type Terminal, UsageError } from 'libofmt';
import { AbortError, chooseKernel, ERRNO, errnoNumber, errnoText, isSysError } from 'libsys';
import { EXIT } from './command.ts';

/** Says why something failed, without its code and without what was tried. */
function reasonOf(error: unknown): string {
  if (isSysError(error)) {
    const temporaryOnly = error instanceof DladmError && error.status === 'TEMPONLY';
    return temporaryOnly ? `${error.text} (-t is for what is temporary)` : error.text;
  }
  if (!(error instanceof Error)) {
    return String(error);
  }
  // Of Node.js itself, which says code, call and path in one sentence.
  const { code, syscall } = error as NodeJS.ErrnoException;
  const isSystem = syscall !== undefined && code !== undefined && ERRNO[code] !== undefined;
  return isSystem ? errnoText(errnoNumber(code)) : error.message;
}

/** Prints `unetadm: cannot create vpn0: link already exists`; what the user aborted needs no words. */
export function report(terminal: Terminal, tried: string, error: unknown): number {
  if (!(error instanceof AbortError)) {
    terminal.err(`unetadm: cannot ${tried}: ${reasonOf(error)}\n`);
  }
  return EXIT.failed;
}

/** Names the kernel that a message is about. */
function where(): string {
  const choice = chooseKernel();
  return choice.kind === 'server' ? ` at ${choice.socket}` : '';
}

/**
 * Opens the links, lets `work` use them and closes them. That there is no kernel to be reached is
 * reported here; it is started where it can be. Another root directory than the kernel's own is of
 * a system that is not running: then `work` gets its records, and no kernel is asked.
 */
export async function withDladm(
  terminal: Terminal,
  root: string | undefined,
  work: (dladm: Dladm | LinkRecords) => Promise<number>,
): Promise<number> {
  if (root === '') {
    throw new UsageError('-R must be a directory');
  }
  if (root !== undefined && resolve(root) !== resolve(ownRoot())) {
    // A system is there before its links are: a path that leads nowhere is a slip of the pen.
    if (statSync(root, { throwIfNoEntry: false })?.isDirectory() !== true) {
      return report(terminal, 'use the root directory', new Error(`there is no directory ${root}`));
    }
    return await work(openRecords(root));
  }
  let dladm: Dladm;
  try {
    dladm = await openDladm();
  } catch (error) {
    return report(terminal, `reach the kernel${isSysError(error) ? where() : ''}`, error);
  }
  try {
    return await work(dladm);
  } finally {
    dladm.close();
  }
}

/** Does something to each link; one failure does not keep the others from being tried. */
export async function forEach(
  terminal: Terminal,
  verb: string,
  links: readonly string[],
  work: (link: string) => Promise<void>,
): Promise<number> {
  let exit: number = EXIT.done;
  for (const link of links) {
    try {
      await work(link);
    } catch (error) {
      exit = report(terminal, `${verb} ${link}`, error);
    }
  }
  return exit;
}

/**
 * Has something done to several links at once and reports what could not be done; an error that is
 * thrown concerns all of them.
 */
export async function doMany(
  terminal: Terminal,
  verb: string,
  links: readonly string[],
  work: () => Promise<readonly LinkResult[]>,
): Promise<number> {
  try {
    const failed = (await work()).filter(({ error }) => error !== undefined);
    for (const { name, error } of failed) {
      report(terminal, `${verb} ${name}`, error);
    }
    return failed.length === 0 ? EXIT.done : EXIT.failed;
  } catch (error) {
    return report(terminal, `${verb} ${links.join(' ')}`, error);
  }
}
