import { formatIp } from 'libframeio/headers';
import { ANSWER_EXTRA, type HostAddresses, Responder } from '../responder/responder.ts';
import { Answers } from './answers.ts';
import { EchoConversation } from './echo.ts';
import { type PingOptions, type PingReport, PingRun } from './ping-run.ts';
import type { Port } from './port.ts';
import { writeQuestion } from './questions.ts';

const FRAME_ROOM = 9000 + 18 + ANSWER_EXTRA;
const RESOLVE_RETRY_MS = 250;

/** A host on an Ethernet that asks others whether they are there, and answers who asks for it. */
export class SecondHost {
  readonly #port: Port;
  readonly #me: HostAddresses;
  readonly #responder: Responder;
  readonly #answers: Answers;
  readonly #in = new Uint8Array(FRAME_ROOM);
  readonly #out = new Uint8Array(FRAME_ROOM);

  /** The port is borrowed. */
  constructor(port: Port, addresses: HostAddresses) {
    this.#port = port;
    this.#me = addresses;
    this.#responder = new Responder(addresses);
    this.#answers = new Answers(addresses.mac);
  }

  /** Finds the MAC address of a neighbour, by ARP or neighbour discovery; undefined: nobody said. */
  async resolve(ip: Uint8Array, timeout: number): Promise<Uint8Array | undefined> {
    const deadline = performance.now() + timeout;
    let askAgain = 0;
    for (;;) {
      const now = performance.now();
      if (now >= askAgain) {
        const length = writeQuestion(this.#out, this.#me, ip);
        if (this.#port.send(this.#out.subarray(0, length))) askAgain = now + RESOLVE_RETRY_MS;
      }
      for (let length = this.#receive(); length > 0; length = this.#receive()) {
        const found = this.#answers.read(this.#in, length, ip);
        if (found !== undefined) return found.slice();
      }
      if (now >= deadline) return undefined;
      const until = Math.min(askAgain || now + 1, deadline);
      await this.#port.wait({ readable: true }, until - performance.now());
    }
  }

  /** Sends echo requests and waits for the replies. @throws {Error} nobody has the address */
  async ping(ip: Uint8Array, options: PingOptions): Promise<PingReport> {
    const mac = await this.resolve(ip, options.timeout);
    if (mac === undefined) throw new Error(`${formatIp(ip)} is not there: nobody has the address`);

    const talk = new EchoConversation(
      this.#me,
      { mac, ip },
      { id: process.pid & 0xffff, size: options.size },
    );
    const run = new PingRun(talk, options);
    for (;;) {
      const sent = run.send(this.#port, this.#out);
      for (let length = this.#receive(); length > 0; length = this.#receive()) {
        run.take(this.#in, length);
      }
      run.expire();
      if (run.isOver) return run.report();
      if (sent && run.isDue) continue; // replies made room for more
      await this.#port.wait({ readable: true, writable: !sent }, run.patience());
    }
  }

  /** Takes the next frame that is not a question to this host itself; those it answers. */
  #receive(): number {
    for (;;) {
      const length = this.#port.receive(this.#in);
      if (length === 0) return 0;
      const answer = this.#responder.answer(this.#in, 0, length);
      if (answer === 0) return length;
      this.#port.send(this.#in.subarray(0, answer)); // no room: they ask again
    }
  }
}
