import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sampleOf } from '../sample.fixture.ts';
import { serveMetrics } from './serve-metrics.ts';

const samples = Array.from({ length: 100 }, (_, i) => sampleOf(`a${i}`, { kid: i }));

describe('serveMetrics', () => {
  let stop: AbortController;
  let url: URL;
  let served: Promise<void>;
  let readings: number;
  const sockets = new Set<Socket>();

  beforeEach(async () => {
    stop = new AbortController();
    readings = 0;
    const take = (): typeof samples => {
      readings += 1;
      return samples;
    };
    url = await new Promise((resolve, reject) => {
      const out = (text: string): void => resolve(new URL(text.trim()));
      served = serveMetrics({ host: '127.0.0.1', port: 0 }, { take }, { out, signal: stop.signal });
      served.catch(reject);
    });
  });

  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
    stop.abort();
    await served;
  });

  async function dial(): Promise<Socket> {
    const socket = connect(Number(url.port), url.hostname);
    sockets.add(socket);
    await once(socket, 'connect');
    return socket;
  }

  it('keeps one text for all the questions that came together, and nobody has to read it', async () => {
    const before = process.memoryUsage().arrayBuffers;
    const flood = await dial();
    flood.pause().write('GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(1500));
    // Asked after the flood, so answered after it.
    const answer = await fetch(url);
    const { length } = await answer.text();
    expect(length).toBeGreaterThan(100_000);
    expect(readings).toBeLessThan(100);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100 * length);
  });

  it('takes a whole address as a path, as HTTP says', async () => {
    const socket = await dial();
    socket.setEncoding('latin1').write(`GET ${url.href} HTTP/1.1\r\nHost: ${url.host}\r\n\r\n`);
    const [text] = (await once(socket, 'data')) as [string];
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });
});
