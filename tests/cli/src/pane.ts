import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { shellWords, type Workbench } from './workbench.ts';

/** Size of a terminal in characters. */
export interface PaneSize {
  readonly columns: number;
  readonly rows: number;
}

const WAIT = { timeout: 30_000, interval: 50 };

/** A terminal with a shell in it, which tests type into and look at. */
export class Pane {
  readonly #bench: Workbench;
  readonly #socket: string;

  private constructor(bench: Workbench) {
    this.#bench = bench;
    this.#socket = join(bench.dir, 'tmux.sock');
  }

  /** Opens a terminal; in its shell, `unetstat` is the tool. */
  static async open(
    bench: Workbench,
    { columns, rows }: PaneSize,
    env: Readonly<Record<string, string>> = {},
  ): Promise<Pane> {
    const pane = new Pane(bench);
    const settings = { PS1: '% ', LC_ALL: 'C.UTF-8', TERM: 'screen-256color', ...env };
    const words = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
    const size = ['-x', `${columns}`, '-y', `${rows}`];
    // The locale is for what runs in the terminal; tmux itself always speaks UTF-8 here.
    await pane.#tmux(
      '-u',
      '-f',
      '/dev/null',
      'new-session',
      '-d',
      ...size,
      'env',
      ...words,
      'bash',
      '--norc',
    );
    await pane.type(`unetstat() { ${shellWords('unetstat')} "$@"; }; clear\n`);
    await pane.sees(/^% *\n*$/);
    return pane;
  }

  /** Types text; a line feed is the Enter key. */
  async type(text: string): Promise<void> {
    for (const [i, line] of text.split('\n').entries()) {
      if (i > 0) await this.key('Enter');
      if (line !== '') await this.#tmux('send-keys', '-l', line);
    }
  }

  /** Presses a key by tmux's name: `C-c`, `Down`. */
  async key(name: string): Promise<void> {
    await this.#tmux('send-keys', name);
  }

  /** What it shows, without spaces at the ends of lines and empty lines at the end. */
  async text(...options: string[]): Promise<string> {
    const text = await this.#tmux('capture-pane', '-p', ...options);
    return `${text.replace(/ +$/gm, '').trimEnd()}\n`;
  }

  /** Waits until it shows this. */
  async sees(what: RegExp | string, ...options: string[]): Promise<void> {
    await vi.waitFor(async () => {
      const text = await this.text(...options);
      if (typeof what === 'string') expect(text).toBe(what);
      else expect(text).toMatch(what);
    }, WAIT);
  }

  async resize({ columns, rows }: PaneSize): Promise<void> {
    await this.#tmux('resize-window', '-x', `${columns}`, '-y', `${rows}`);
  }

  /** Whether the terminal is as a shell expects it: its own screen, with a cursor. */
  async isItself(): Promise<void> {
    const state = '#{alternate_on} #{cursor_flag}';
    await vi.waitFor(
      async () => expect(await this.#tmux('display-message', '-p', state)).toBe('0 1\n'),
      WAIT,
    );
  }

  /**
   * Waits until the shell asks for a command again: what is typed before that may get lost. An
   * interrupt that meets a program at its end is shown in front of the prompt.
   */
  async isAsking(): Promise<void> {
    await this.isItself();
    await this.sees(/(^|\n)(\^C)?%\n$/);
  }

  async close(): Promise<void> {
    await this.#tmux('kill-server');
  }

  async #tmux(...args: string[]): Promise<string> {
    const { exit, out, err } = await this.#bench.run('tmux', ['-S', this.#socket, ...args], {
      env: { TMUX: undefined },
    });
    if (exit !== 0) throw new Error(`tmux ${args.join(' ')}: ${err}`);
    return out;
  }
}
