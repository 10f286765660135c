import { writeSync } from 'node:fs';
import type { ScreenProcess } from './screen-process.ts';

/** The other screen, no cursor, no new line at the right edge; and all that back. */
const ENTER = '\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J';
const LEAVE = '\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l';

/** What happens to a screen. */
export type ScreenEvent = { readonly key: string } | 'resize' | 'resume' | 'hangup';

/** Size of a screen in characters. */
export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

const KEYS = { interrupt: '\x03', suspend: '\x1a', quit: '\x1c' } as const;

/** Keys as terminals send them: a character, or a sequence that starts with an escape. */
const ESC = '\x1b';
const KEY = new RegExp(`${ESC}[[O][0-9;]*[A-Za-z~]|[\\s\\S]`, 'g');

/**
 * A terminal as a screen. Whatever happens, the terminal is itself again afterwards: when the program
 * ends, also by a signal or a bug, and while it is suspended.
 */
export class TerminalScreen {
  readonly #process: ScreenProcess;
  readonly #tell: (event: ScreenEvent) => void;
  #shown: readonly string[] = [];
  #open = false;

  /** @param tell is called with what happens, until the screen is closed. */
  constructor(process: ScreenProcess, tell: (event: ScreenEvent) => void) {
    this.#process = process;
    this.#tell = tell;
    process.on('exit', this.#leave);
    process.on('SIGTSTP', this.#suspend);
    process.on('SIGCONT', this.#resume);
    for (const signal of ['SIGHUP', 'SIGQUIT'] as const) process.on(signal, this.#hangup);
    process.stdout.on('resize', this.#resize);
    this.#enter();
  }

  /** How large it is now. */
  get size(): ScreenSize {
    const { columns, rows } = this.#process.stdout;
    return { columns: columns || 80, rows: rows || 24 };
  }

  /** Shows lines, and writes only those that are others than before. */
  draw(lines: readonly string[]): void {
    const { stdout } = this.#process;
    // A terminal that does not keep up shows what there is when it can take more.
    if (!this.#open || stdout.writableNeedDrain) return;
    let text = '';
    const last = Math.max(lines.length, this.#shown.length);
    for (let i = 0; i < last; i++) {
      const line = lines[i] ?? '';
      // Cleared before it is written: behind a full line, the cursor is still on its last character.
      if (line !== this.#shown[i]) text += `\x1b[${i + 1};1H\x1b[K${line}\x1b[0m`;
    }
    this.#shown = lines;
    if (text !== '') stdout.write(text);
  }

  /** Gives the terminal back. A second call does nothing. */
  close(): void {
    const { stdout } = this.#process;
    this.#leave();
    stdout.off('resize', this.#resize);
    this.#process.off('exit', this.#leave);
    this.#process.off('SIGTSTP', this.#suspend);
    this.#process.off('SIGCONT', this.#resume);
    for (const signal of ['SIGHUP', 'SIGQUIT'] as const) this.#process.off(signal, this.#hangup);
  }

  #enter(): void {
    const { stdin, stdout } = this.#process;
    this.#open = true;
    this.#shown = [];
    if (stdin.isTTY) {
      // Before anything is drawn: in the background this stops the program, and the screen is the
      // shell's.
      stdin.setRawMode(true);
      stdin.on('data', this.#keys).on('error', this.#ignore).resume();
    }
    stdout.write(ENTER);
  }

  readonly #leave = (): void => {
    if (!this.#open) return;
    this.#open = false;
    const { stdin, stdout } = this.#process;
    try {
      if (stdin.isTTY) {
        stdin.setRawMode(false);
        stdin.off('data', this.#keys).off('error', this.#ignore).pause();
      }
      // At once: a program that ends or is suspended writes nothing later.
      writeSync(stdout.fd, LEAVE);
    } catch {
      // The terminal has gone.
    }
  };

  readonly #suspend = (): void => {
    this.#leave();
    // Without a listener the signal does what it always does.
    this.#process.off('SIGTSTP', this.#suspend);
    this.#process.kill(this.#process.pid, 'SIGTSTP');
  };

  readonly #resume = (): void => {
    // SIGSTOP tells nobody, but the shell has had the terminal since.
    this.#leave();
    this.#process.off('SIGTSTP', this.#suspend);
    this.#process.on('SIGTSTP', this.#suspend);
    this.#enter();
    this.#tell('resume');
  };

  readonly #resize = (): void => {
    this.#shown = [];
    if (this.#open) this.#process.stdout.write('\x1b[2J');
    this.#tell('resize');
  };

  readonly #hangup = (): void => this.#tell('hangup');

  readonly #ignore = (): void => undefined;

  readonly #keys = (data: Buffer): void => {
    for (const [key] of data.toString('latin1').matchAll(KEY)) {
      // What the terminal would have done, had it not been told to hand on every key.
      if (key === KEYS.interrupt) this.#process.kill(this.#process.pid, 'SIGINT');
      else if (key === KEYS.quit) this.#process.kill(this.#process.pid, 'SIGQUIT');
      else if (key === KEYS.suspend) this.#process.kill(0, 'SIGTSTP');
      else this.#tell({ key });
    }
  };
}
