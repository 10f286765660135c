import { type Terminal, UsageError } from 'libofmt';
import { AbortError } from 'libsys';
import {
  type CaptureBatch,
  CaptureFile,
  type CaptureKind,
  type LinkCapture,
  openCapture,
} from 'libunet';
import { readEthernet } from '../capture/ethernet.ts';
import { type Filter, hostFilter, typeFilter } from '../capture/filter.ts';
import { frameLine } from '../capture/line.ts';
import { openSink, type Sink } from '../capture/sink.ts';
import { type Command, EXIT, type Form, LINKS, parse } from '../command.ts';
import { report } from '../session.ts';

const KINDS = ['read', 'write', 'drop'] as const;

const FORM = {
  options: {
    write: {
      letter: 'w',
      word: 'write',
      argument: 'file',
      about: 'write pcapng to a file, or to standard output ("-")',
      complete: 'file',
    },
    count: { letter: 'c', word: 'count', argument: 'count', about: 'end after that many frames' },
    snaplen: {
      letter: 's',
      word: 'snaplen',
      argument: 'snaplen',
      about: 'keep that many bytes of each frame',
    },
    direction: {
      letter: 'd',
      word: 'direction',
      argument: 'direction,...',
      about: 'frames the holder reads, writes, or that are lost: read, write, drop',
      complete: { list: KINDS },
    },
    host: { letter: 'h', word: 'host', argument: 'host', about: 'from or to this address' },
    ethertype: {
      letter: 'e',
      word: 'ethertype',
      argument: 'ethertype',
      about: 'of this type: arp, ip, ip6, vlan or a number',
      complete: ['arp', 'ip', 'ip6', 'vlan'],
    },
  },
  operands: [LINKS],
  dashes: true,
} satisfies Form;

interface Wishes {
  readonly file: string | undefined;
  readonly count: number;
  readonly snapLength: number | undefined;
  readonly directions: readonly CaptureKind[] | undefined;
  readonly filters: readonly Filter[];
}

/**
 * Options may follow links, too, but for `--`: the last of an option counts, but hosts and types add
 * up.
 */
function parseInterleaved(args: readonly string[]): ReturnType<typeof parse<typeof FORM>> {
  const links: string[] = [];
  const options: Partial<Record<keyof typeof FORM.options, readonly string[]>> = {};
  for (let rest = args; rest.length > 0; ) {
    const parsed = parse(FORM, rest);
    for (const [name, values] of Object.entries(parsed.options)) {
      const key = name as keyof typeof FORM.options;
      options[key] = [...(options[key] ?? []), ...values];
    }
    const read = rest.length - parsed.operands.length;
    const onlyLinks = rest[read - 1] === '--';
    const next = onlyLinks ? -1 : parsed.operands.findIndex((word) => word.startsWith('-'));
    links.push(...(next < 0 ? parsed.operands : parsed.operands.slice(0, next)));
    rest = next < 0 ? [] : parsed.operands.slice(next);
    if (rest[0] === '-' || rest.length === args.length)
      throw new UsageError(`not a link: ${rest[0]}`);
  }
  return { options, operands: links };
}

function integer(
  text: string | undefined,
  what: string,
  low: number,
  high: number,
): number | undefined {
  if (text === undefined) return undefined;
  const value = /^[0-9]{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= low && value <= high)) {
    throw new UsageError(`${what} must be a number from ${low} to ${high}: ${text}`);
  }
  return value;
}

function isKind(text: string): text is CaptureKind {
  return (KINDS as readonly string[]).includes(text);
}

function wishesOf(options: ReturnType<typeof parseInterleaved>['options']): Wishes {
  const directions = options.direction?.at(-1)?.split(',');
  const odd = directions?.find((direction) => !isKind(direction));
  if (odd !== undefined) throw new UsageError(`not a direction: ${odd} (${KINDS.join(', ')})`);
  const { host, ethertype } = options;
  return {
    file: options.write?.at(-1),
    count:
      integer(options.count?.at(-1), 'count', 1, Number.MAX_SAFE_INTEGER) ??
      Number.POSITIVE_INFINITY,
    snapLength: integer(options.snaplen?.at(-1), 'snaplen', 14, 65_536),
    directions: directions?.filter(isKind),
    filters: [
      ...(host === undefined ? [] : [hostFilter(host)]),
      ...(ethertype === undefined ? [] : [typeFilter(ethertype)]),
    ],
  };
}

/** Where the frames go: as a file, or as lines. */
interface Writer {
  begin(): Promise<void>;
  /** Takes the frames of a batch that `wanted` says; called once for each batch. */
  take(capture: LinkCapture, batch: CaptureBatch, wanted: (i: number) => boolean): Promise<void>;
  end(): Promise<void>;
}

function fileWriter(sink: Sink, captures: readonly LinkCapture[]): Writer {
  const file = new CaptureFile(captures, { application: 'unetadm' });
  return {
    begin: () => sink.write(file.head()),
    take: async (capture, batch, wanted) => {
      const piece = file.packets(capture, batch, wanted);
      if (piece.length > 0) await sink.write(piece);
    },
    end: async () => {
      await sink.write(file.end());
      await sink.close();
    },
  };
}

function lineWriter(terminal: Terminal): Writer {
  return {
    begin: () => Promise.resolve(),
    take: ({ name }, batch, wanted) => {
      let text = '';
      for (let i = 0; i < batch.count; i++) {
        if (!wanted(i)) continue;
        const passed = {
          time: batch.time(i),
          link: name,
          direction: batch.direction(i),
          drop: batch.drop(i),
          length: batch.length(i),
        };
        text += frameLine(passed, readEthernet(batch.frame(i)));
      }
      if (text !== '') terminal.out(text);
      return Promise.resolve();
    },
    end: () => Promise.resolve(),
  };
}

/** One run of `capture`: all links, until enough was seen, they are gone, or the user has enough. */
class Run {
  readonly #wishes: Wishes;
  readonly #stop = new AbortController();
  #seen = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(wishes: Wishes) {
    this.#wishes = wishes;
  }

  get seen(): number {
    return this.#seen;
  }

  async follow(
    captures: readonly LinkCapture[],
    writer: Writer,
    signal: AbortSignal,
  ): Promise<void> {
    const stop = AbortSignal.any([signal, this.#stop.signal]);
    const ends = await Promise.allSettled(
      captures.map((capture) => this.#followOne(capture, writer, stop)),
    );
    await this.#writing;
    for (const end of ends) {
      if (end.status === 'rejected' && !(end.reason instanceof AbortError)) throw end.reason;
    }
  }

  async #followOne(capture: LinkCapture, writer: Writer, signal: AbortSignal): Promise<void> {
    try {
      for await (const batch of capture.batches({ signal })) {
        const before = this.#writing;
        const mine = before.then(() => writer.take(capture, batch, (i) => this.#wants(batch, i)));
        this.#writing = mine;
        await mine;
        if (this.#seen >= this.#wishes.count) this.#stop.abort();
      }
    } catch (error) {
      this.#stop.abort();
      throw error;
    }
  }

  #wants(batch: CaptureBatch, i: number): boolean {
    if (this.#seen >= this.#wishes.count) return false;
    const { filters } = this.#wishes;
    if (filters.length > 0) {
      const frame = readEthernet(batch.frame(i));
      if (frame === undefined || filters.some((filter) => !filter(frame))) return false;
    }
    this.#seen++;
    return true;
  }
}

async function openAll(
  terminal: Terminal,
  links: readonly string[],
  { snapLength, directions }: Wishes,
): Promise<LinkCapture[] | undefined> {
  const captures: LinkCapture[] = [];
  for (const link of links) {
    try {
      captures.push(await openCapture(link, { snapLength, directions }));
    } catch (error) {
      report(terminal, `capture ${link}`, error);
      for (const capture of captures) capture.close();
      return undefined;
    }
  }
  return captures;
}

const frames = (count: bigint | number, how: string): string =>
  `${count} ${Number(count) === 1 ? 'frame' : 'frames'} ${how}`;

export const capture: Command = {
  forms: [FORM],
  summary: 'Show or record the frames of links, lost ones too, without being their holder.',

  async run(args, terminal) {
    const { options, operands } = parseInterleaved(args);
    const wishes = wishesOf(options);
    const links = [...new Set(operands)];
    const [first] = links;
    if (first === undefined) throw new UsageError('missing link');
    const { file } = wishes;
    if (file === '-' && terminal.windowLines !== undefined) {
      const error = new Error('standard output is a terminal (try: -w file, or a pipe)');
      return report(terminal, `capture ${links.join(' ')}`, error);
    }
    const captures = await openAll(terminal, links, wishes);
    if (captures === undefined) return EXIT.failed;
    const run = new Run(wishes);
    let exit: number = EXIT.done;
    try {
      const writer =
        file === undefined ? lineWriter(terminal) : fileWriter(await openSink(file), captures);
      await writer.begin();
      try {
        await run.follow(captures, writer, terminal.signal);
      } finally {
        await writer.end();
      }
    } catch (error) {
      exit = report(terminal, file === undefined ? `capture ${first}` : `write ${file}`, error);
    } finally {
      for (const one of captures) one.close();
    }
    const lost = captures.reduce((sum, one) => sum + one.lost, 0n);
    terminal.err(`${frames(run.seen, 'captured')}, ${frames(lost, 'missed')}\n`);
    return exit;
  },
};
