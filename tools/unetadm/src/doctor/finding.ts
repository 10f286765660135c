/** `warning`: it may be meant so. `fault`: something will not work. */
export type Status = 'ok' | 'warning' | 'fault';

/** What a look at one thing found. */
export interface Finding {
  readonly status: Status;
  /** What was looked at: `node`, `server`, the name of a link. */
  readonly about: string;
  /** One sentence without a full stop. */
  readonly text: string;
  /** The next command to type, for a shell. */
  readonly next?: string;
}

/** Makes findings about one thing. */
export class Findings {
  readonly #about: string;
  readonly all: Finding[] = [];

  constructor(about: string) {
    this.#about = about;
  }

  ok(text: string): void {
    this.#add('ok', text);
  }

  /** @param next the command that mends it, if there is one. */
  warning(text: string, next?: string): void {
    this.#add('warning', text, next);
  }

  /** @param next the command that mends it, if there is one. */
  fault(text: string, next?: string): void {
    this.#add('fault', text, next);
  }

  #add(status: Status, text: string, next?: string): void {
    this.all.push({ status, about: this.#about, text, ...(next !== undefined && { next }) });
  }
}

/** A word for a shell: as it is where that is safe. */
export function shellWord(text: string): string {
  return /^[A-Za-z0-9_./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
