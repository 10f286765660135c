import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Terminal } from 'libofmt';
import { Failure } from '../failure.ts';
import { formatListen, type ListenAddress } from '../listen-address.ts';
import type { Sampler } from '../sampler.ts';
import { linkFamilies } from './link-families.ts';
import { formatOpenMetrics, OPENMETRICS_TYPE } from './openmetrics.ts';

/** Where the metrics are. */
const PATH = '/metrics';

/** A scraper is one client with a connection or two; what comes above that is turned away. */
const CONNECTIONS_MAX = 64;

/** How long a client may take: to ask, to take the answer, to ask again (ms). */
const TIMES = { ask: 10_000, take: 10_000, again: 30_000 } as const;

/** Says why an address cannot be listened at. */
function listenFailure(listen: ListenAddress, { code, message }: NodeJS.ErrnoException): Failure {
  const at = formatListen(listen);
  const why =
    code === 'EADDRINUSE'
      ? 'another program listens there'
      : code === 'EACCES'
        ? 'permission denied'
        : code === 'EADDRNOTAVAIL'
          ? 'this host has no such address'
          : message;
  return new Failure([`cannot listen at ${at}: ${why}`]);
}

async function listening(server: Server, listen: ListenAddress): Promise<ListenAddress> {
  return await new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenFailure(listen, error)));
    server.listen(listen, () => {
      const { address, port } = server.address() as AddressInfo;
      resolve({ host: address, port });
    });
  });
}

/** Answers requests, one reading of the counters for all that came in together. */
class Answers {
  readonly #sampler: Pick<Sampler, 'take'>;
  readonly #fail: (error: unknown) => void;
  #next: Promise<Buffer> | undefined;

  constructor(sampler: Pick<Sampler, 'take'>, fail: (error: unknown) => void) {
    this.#sampler = sampler;
    this.#fail = fail;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = pathOf(request);
    response.setHeader('X-Content-Type-Options', 'nosniff');
    if (path !== PATH) {
      end(response, 404, `Nothing is here. The metrics are at ${PATH}.\n`);
    } else if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      end(response, 405, `${PATH} can be read, with GET and HEAD.\n`);
    } else {
      try {
        end(response, 200, await this.#read(), OPENMETRICS_TYPE);
      } catch (error) {
        end(response, 503, 'The statistics cannot be read.\n');
        this.#fail(error);
      }
    }
  }

  /** All who share a reading share its bytes: one client may ask thousands of times at once. */
  #read(): Promise<Buffer> {
    this.#next ??= new Promise<Buffer>((resolve, reject) => {
      setImmediate(() => {
        this.#next = undefined;
        try {
          resolve(Buffer.from(formatOpenMetrics(linkFamilies(this.#sampler.take()))));
        } catch (error) {
          reject(error as Error);
        }
      });
    });
    return this.#next;
  }
}

/** What is asked for: a path, or all of an address as for a proxy. */
function pathOf({ url = '' }: IncomingMessage): string | undefined {
  const [path] = url.replace(/^https?:\/\/[^/?]*/i, '').split('?');
  return path;
}

/** Ends an answer; to HEAD, Node.js sends what is in front of the text only. */
function end(
  response: ServerResponse,
  status: number,
  text: string | Buffer,
  type = 'text/plain; charset=utf-8',
): void {
  const body = typeof text === 'string' ? Buffer.from(text) : text;
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': body.length });
  response.end(body);
}

/**
 * Serves the metrics of the sampler's links until the signal of the terminal fires, and says where as
 * soon as they can be read.
 *
 * @throws {Failure} nothing can listen there. @throws {SysError} the kernel has ended.
 */
export async function serveMetrics(
  listen: ListenAddress,
  sampler: Pick<Sampler, 'take'>,
  { out, signal }: Pick<Terminal, 'out' | 'signal'>,
): Promise<void> {
  const stop = new AbortController();
  const answers = new Answers(sampler, (error) => stop.abort(error));
  const server = createServer(
    {
      headersTimeout: TIMES.ask,
      requestTimeout: TIMES.ask,
      keepAliveTimeout: TIMES.again,
      connectionsCheckingInterval: 1000,
    },
    (request, response) => {
      // Nobody wants a body, and one that goes on for ever must not keep anything.
      request.resume();
      void answers.answer(request, response);
    },
  );
  server.maxConnections = CONNECTIONS_MAX;
  server.timeout = TIMES.take;
  const url = `http://${formatListen(await listening(server, listen))}${PATH}`;
  try {
    out(`${url}\n`);
    const either = AbortSignal.any([signal, stop.signal]);
    if (!either.aborted) await once(either, 'abort');
    if (stop.signal.aborted) throw stop.signal.reason;
  } finally {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }
}
