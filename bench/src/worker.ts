import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A program that measures, as c/main.c, frames.ts and latency.ts: started and asked line by line. */
export class Worker {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #ended: Promise<unknown>;
  readonly #name: string;
  #complaint = '';

  constructor(name: string, command: readonly string[], env: NodeJS.ProcessEnv = process.env) {
    const [program = '', ...args] = command;
    this.#name = name;
    this.#child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#ended = once(this.#child, 'close');
    this.#ended.catch(() => undefined); // told by whoever asks
    const { stdin, stdout, stderr } = this.#child;
    if (stdin === null || stdout === null || stderr === null) throw new Error('no pipes');
    stdin.on('error', () => undefined); // EPIPE: its end is told by the next question
    stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#complaint += text;
    });
    this.#lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  }

  /** Nanoseconds a frame, moving `frames` frames. @throws {Error} what the program complained of */
  async measure(op: string, bytes: number, batch: number, frames: number): Promise<number> {
    const answer = await this.ask(`${op} ${bytes} ${batch} ${frames}`);
    const [ns, moved] = answer.split(' ').map(Number);
    if (ns === undefined || moved !== frames) throw new Error(`${this.#name}: ${answer}`);
    return ns / frames;
  }

  /** Asks one line and returns the answer. @throws {Error} what the program complained of */
  async ask(question: string): Promise<string> {
    this.#child.stdin?.write(`${question}\n`);
    const answer = await this.#lines.next();
    if (answer.done !== true) return answer.value;
    await this.#ended;
    throw this.#failure();
  }

  /** Ends the program, which takes down what it made, and waits for that. */
  async close(): Promise<void> {
    this.#child.stdin?.end();
    await this.#ended;
    if (this.#child.exitCode !== 0) throw this.#failure();
  }

  /** How it ended, and what it complained of. */
  #failure(): Error {
    const { exitCode, signalCode } = this.#child;
    const ended = signalCode === null ? `exit code ${exitCode}` : `ended by ${signalCode}`;
    return new Error([`${this.#name}: ${ended}`, this.#complaint.trim()].join('\n').trim());
  }

  /** Ends the program by force. */
  kill(): void {
    this.#child.kill('SIGTERM');
  }
}
