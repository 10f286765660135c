import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { openKstat } from 'libkstat-ts';
import { openKernel, runtimeDirOf, serverStatus } from 'libsys';
import type { Background, Commands, Show } from './commands.ts';
import { balance, type Counters, counterFaults } from './counters.ts';
import { pingFault, readPingSummary } from './ping-summary.ts';
import { rateFaults, readRates } from './rates.ts';

/** What the job has to work with. */
export interface Stage {
  /** The stack end of the link: an interface of the system, or a segment in memory. */
  readonly way: 'tap' | 'bus';
  readonly commands: Commands;
  readonly show: Show;
  readonly signal: AbortSignal;
  /** UNET_RUNTIME_DIR of every command. */
  readonly directory: string;
  /** Has the responder lose every nth answer, to see the job fail. */
  readonly lose: string | undefined;
}

/** Something that the job was to show and that is not so. */
export class JobError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'JobError';
  }
}

export const LINK = 'unet0';
const HOST = { mac: '02:75:6e:65:74:01', ipv4: '10.62.0.1', ipv6: 'fd62::1' };
const RESPONDER = { ipv4: '10.62.0.2', ipv6: 'fd62::2' };
const FAMILIES = ['ipv4', 'ipv6'] as const;
const FLOOD = 3000;
/** The traffic that unetstat watches: longer than unetstat runs, at a pace that is known. */
const PACED = { count: 1350, interval: 0.005, bytes: 56 + 8 + 20 + 14 };
const STAT_LINES = 5;
const PATIENCE_MS = 5000;

const execute = promisify(execFile);

/** The main job, a step at a time. */
export class Job {
  readonly #stage: Stage;
  #created: 'no' | 'perhaps' | 'yes' = 'no';
  #responder: Background | undefined;
  readonly #traffic = new Set<Background>();
  #pings = 0n;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  get responderPid(): number | undefined {
    return this.#responder?.pid;
  }

  /** Steps 1 to 4. @throws {JobError | CommandError} something is not as it should be */
  async perform(): Promise<void> {
    await this.#createLink();
    await this.#startResponder();
    await this.#ping();
    await this.#watch();
  }

  async #createLink(): Promise<void> {
    const { way } = this.#stage;
    this.#title(
      1,
      `a link, ${way === 'tap' ? 'with an interface of this system' : 'on a segment in memory'}`,
    );
    this.#created = 'perhaps';
    // On a segment the second host stands for the link's IP stack, and has its address.
    const mac = way === 'bus' ? `-m ${HOST.mac} ` : '';
    await this.#run(`unetadm create ${mac}-p stack=${way} ${LINK}`);
    this.#created = 'yes';
    if (way === 'tap') {
      await this.#run(`ip addr add ${HOST.ipv4}/24 dev ${LINK}`);
      await this.#run(`ip addr add ${HOST.ipv6}/64 dev ${LINK} nodad`);
      await this.#run(`ip link set ${LINK} up`);
    }
    const listed = await this.#run('unetadm list');
    if (!listed.includes(LINK)) throw new JobError(`unetadm list does not show ${LINK}`);
    await this.#run(`unetadm get ${LINK}`);
  }

  async #startResponder(): Promise<void> {
    const { commands, way, lose } = this.#stage;
    this.#title(2, `a program that answers as ${RESPONDER.ipv4} and ${RESPONDER.ipv6}`);
    const command = lose === undefined ? `responder ${LINK}` : `responder --lose ${lose} ${LINK}`;
    const responder = commands.start(command, `${command} &`);
    this.#responder = responder;
    responder.follow(this.#stage.show);
    await this.#until('the responder is ready', () => {
      if (responder.hasEnded) throw new JobError('the responder ended');
      return responder.output.includes('\n');
    });
    if (way === 'tap') {
      // The link is up now; the system notices in its own time, and loses what is sent before.
      await this.#until(`${LINK} is up`, () => this.#isCarrierUp());
    }
  }

  async #ping(): Promise<void> {
    this.#title(3, this.#stage.way === 'tap' ? 'ping it' : 'ping it, from a second program');
    for (const family of FAMILIES) await this.#pingOnce(family, 5, '-i 0.2');
    for (const family of FAMILIES) await this.#pingOnce(family, 3, '-i 0.2 -s 1400');
    for (const family of FAMILIES) await this.#pingOnce(family, FLOOD, '-f -q');
  }

  async #watch(): Promise<void> {
    this.#title(4, 'watch the traffic');
    const { commands, signal } = this.#stage;
    const command = this.#pingCommand('ipv4', PACED.count, `-q -i ${PACED.interval}`);
    const traffic = commands.start(command, `${command} &`);
    this.#traffic.add(traffic);
    const watched = await this.#run(`unetstat 1 ${STAT_LINES}`);
    const { output } = await traffic.outcome();
    this.#traffic.delete(traffic);
    signal.throwIfAborted();
    this.#stage.show(output);
    const summary = this.#checkPing(command, output, PACED.count);

    const expected = (summary.sent * PACED.bytes) / summary.seconds;
    const implausible = rateFaults(readRates(watched, LINK), STAT_LINES, expected);
    if (implausible.length > 0) throw new JobError(`unetstat: ${implausible.join('; ')}`);
    this.#note(`rates are plausible: ping sent ${Math.round(expected)} bytes a second`);

    const counters = await this.#counters();
    for (const way of ['rx', 'tx'] as const) this.#note(balance(counters, way).text);
    const faults = counterFaults(counters, this.#pings);
    if (faults.length > 0) throw new JobError(faults.join('; '));
  }

  /**
   * Step 5, whatever happened before: takes everything down and looks whether it is gone.
   *
   * @throws {AggregateError} what went wrong
   */
  async takeDown(): Promise<void> {
    this.#title(5, 'take everything down');
    const faults: unknown[] = [];
    const attempt = async (what: () => Promise<void>): Promise<void> => {
      await what().catch((error: unknown) => faults.push(error));
    };
    for (const traffic of this.#traffic) await attempt(() => end(traffic));
    await attempt(() => this.#stopResponder());
    await attempt(() => this.#destroyLink());
    await attempt(() => this.#stopServer());
    if (faults.length > 0) throw new AggregateError(faults, faults.map(messageOf).join('; '));
  }

  async #stopResponder(): Promise<void> {
    const responder = this.#responder;
    if (responder === undefined || responder.hasEnded) return;
    this.#stage.show(`$ kill ${responder.pid}\n`);
    await end(responder);
  }

  async #destroyLink(): Promise<void> {
    const { commands, way, directory } = this.#stage;
    if (this.#created === 'no' || !serverOf(directory).running) return;
    // Interrupted while it was made, it may be there or not.
    const codes = this.#created === 'perhaps' ? [1] : [];
    await commands.run(`unetadm destroy ${LINK}`, { codes });
    const listed = await commands.run('unetadm list');
    if (listed.includes(LINK)) throw new JobError(`${LINK} is still there`);
    if (way === 'tap') {
      const interfaces = await commands.run('ip -brief link');
      if (interfaces.includes(LINK)) throw new JobError(`the interface ${LINK} is still there`);
    }
  }

  async #stopServer(): Promise<void> {
    const { commands, directory } = this.#stage;
    const status = serverOf(directory);
    if (status.running) await commands.run('unetadm host stop');
    if (existsSync(status.socket)) throw new JobError(`${status.socket} is still there`);
  }

  /** Shows what stays, for `--keep`. */
  leave(): void {
    this.#responder?.leave();
  }

  async #pingOnce(family: (typeof FAMILIES)[number], count: number, how: string): Promise<void> {
    const command = this.#pingCommand(family, count, how);
    const output = await this.#run(command, [1]); // 1: no reply at all, which is told below
    this.#checkPing(command, output, count);
  }

  #pingCommand(family: (typeof FAMILIES)[number], count: number, how: string): string {
    const to = RESPONDER[family];
    if (this.#stage.way === 'bus') return `second-host ${how} -c ${count} ${to}`;
    return `ping ${family === 'ipv6' ? '-6 ' : ''}${how} -c ${count} ${to}`;
  }

  #checkPing(command: string, output: string, count: number): ReturnType<typeof readPingSummary> {
    const summary = readPingSummary(output);
    const fault = pingFault(summary, count);
    if (fault !== undefined) throw new JobError(`${command}: ${fault}`);
    this.#pings += BigInt(count);
    return summary;
  }

  /** The kstat of the link, once the last replies are through its queues. */
  async #counters(): Promise<Counters> {
    const kernel = await openKernel({ runtimeDir: this.#stage.directory, start: false });
    try {
      const reader = await openKstat({ kernel });
      const [kstat] = reader.list({ module: 'unet', name: LINK });
      if (kstat === undefined) throw new JobError(`${LINK} has no kstat`);
      const { data } = reader.read(kstat);
      reader.close();
      return data;
    } finally {
      kernel.dispose();
    }
  }

  /** Asks the system, without showing it. */
  async #isCarrierUp(): Promise<boolean> {
    const { stdout } = await execute('ip', ['-o', 'link', 'show', 'dev', LINK]);
    return stdout.includes('LOWER_UP');
  }

  /** Waits for a condition. @throws {JobError} it does not come to be */
  async #until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    while (!(await holds())) {
      this.#stage.signal.throwIfAborted();
      if (performance.now() > deadline) throw new JobError(`still waiting until ${what}`);
      await sleep(10);
    }
  }

  #run(command: string, codes: readonly number[] = []): Promise<string> {
    const { commands, signal } = this.#stage;
    return commands.run(command, { signal, codes });
  }

  #title(step: number, text: string): void {
    this.#stage.show(`\n[${step}/5] ${text}\n`);
  }

  #note(text: string): void {
    this.#stage.show(`  ${text}\n`);
  }
}

function serverOf(directory: string): ReturnType<typeof serverStatus> {
  return serverStatus(runtimeDirOf({ UNET_RUNTIME_DIR: directory }, process.getuid?.() ?? 0));
}

/** Ends a command that runs in the background, and waits until it has. */
async function end(running: Background): Promise<void> {
  running.kill('SIGTERM');
  const force = setTimeout(() => running.kill('SIGKILL'), PATIENCE_MS);
  try {
    await running.outcome();
  } finally {
    clearTimeout(force);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
