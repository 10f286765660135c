import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { missingTool } from './tools.ts';
import { ended, printed, Workbench } from './workbench.ts';

const bench = new Workbench();
const sockets = new Set<Socket>();

beforeAll(async () => {
  await bench.adm('create -t -m 2:8:20:9:9:9 -p stack=bus:vpn0 vpn0');
  await bench.adm('create -t -p stack=none a0');
  const holder = bench.start('holder', ['vpn0', '1000']);
  await printed(holder, 'held');
  const sent = () => bench.run('unetstat', ['-i', '-p', '-o', 'tx_frames', 'vpn0']);
  await vi.waitFor(async () => expect(Number((await sent()).out)).toBeGreaterThan(0), 30_000);
  await bench.end(holder);
});
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
});
afterAll(() => bench.close());

interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

interface Serving {
  readonly url: string;
  readonly child: ChildProcess;
}

async function serve(...args: string[]): Promise<Serving> {
  const child = bench.start('unetstat', ['--listen', ...args]);
  return { child, url: (await printed(child, '\n')).trim() };
}

async function ask(url: string, method = 'GET'): Promise<Answer> {
  return await new Promise((resolve, reject) => {
    const asking = request(url, { method, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      answer.once('end', () =>
        resolve({ status: answer.statusCode, headers: answer.headers, text }),
      );
    });
    asking.once('error', reject).end();
  });
}

async function dial(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  sockets.add(socket);
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('connect', resolve));
  return socket;
}

const totals = (text: string): string[] =>
  text.split('\n').filter((line) => /^unet_tx_bytes_total/.test(line));

describe('--openmetrics', () => {
  it('prints one exposition, of the links named', async () => {
    const { exit, out, err } = await bench.run('unetstat', ['--openmetrics', 'vpn0']);
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    expect(out).toMatch(/^# TYPE unet_link info\n[\s\S]*\n# EOF\n$/);
    const { out: bytes } = await bench.run('unetstat', ['-i', '-p', '-o', 'tx_bytes', 'vpn0']);
    expect(totals(out)).toEqual([`unet_tx_bytes_total{link="vpn0",zone="global"} ${bytes.trim()}`]);
  });
});

describe('--listen', () => {
  it('serves the same to GET, and its head to HEAD', async () => {
    const { url } = await serve('0');
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:[0-9]+\/metrics$/);
    const { out } = await bench.run('unetstat', ['--openmetrics']);
    const { status, headers, text } = await ask(url);
    // When a link was made is told by two clocks, which two programs do not read at one moment.
    const still = (all: string): string => all.replaceAll(/(_made_seconds.*) [0-9.]+$/gm, '$1');
    expect({ status, text: still(text) }).toEqual({ status: 200, text: still(out) });
    expect(headers['content-type']).toBe(
      'application/openmetrics-text; version=1.0.0; charset=utf-8',
    );
    const head = await ask(url, 'HEAD');
    expect(head).toMatchObject({ status: 200, text: '' });
    expect(head.headers['content-length']).toBe(headers['content-length']);
  });

  it('has nothing else, and takes nothing', async () => {
    const { url } = await serve('[::1]:0');
    expect(url).toMatch(/^http:\/\/\[::1\]:[0-9]+\/metrics$/);
    expect((await ask(new URL('/', url).href)).status).toBe(404);
    expect((await ask(new URL('/metrics/../etc', url).href)).status).toBe(404);
    const posted = await ask(url, 'POST');
    expect(posted.status).toBe(405);
    expect(posted.headers['allow']).toBe('GET, HEAD');
    expect((await ask(`${url}?name=x`)).status).toBe(200);
  });

  it('serves others while somebody is slow, and many at once', async () => {
    const { url } = await serve('0');
    const slow = await dial(url);
    slow.write('GET /metrics HTTP/1.1\r\nHost: here\r\n');
    const answers = await Promise.all(Array.from({ length: 40 }, () => ask(url)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    // What is not HTTP is answered by hanging up.
    const rude = (await dial(url)).resume();
    const hungUp = new Promise((resolve) => rude.once('close', resolve));
    rude.write('\0\r\n\r\n');
    await hungUp;
    expect((await ask(url)).status).toBe(200);
  });

  it('keeps no more connections than it has room for', async () => {
    const { url } = await serve('0');
    const all = await Promise.all(Array.from({ length: 80 }, () => dial(url)));
    await vi.waitFor(() => expect(all.filter((one) => one.closed).length).toBe(16), 20_000);
    all[79]?.destroy();
    all.find((one) => !one.closed)?.destroy();
    await vi.waitFor(async () => expect((await ask(url)).status).toBe(200), 20_000);
  });

  it('ends at once and without a word when it is told to, whoever is connected', async () => {
    const { url, child } = await serve('0');
    const slow = await dial(url);
    slow.write('GET /metrics HTTP/1.1\r\n');
    let err = '';
    child.stderr?.on('data', (text: string) => {
      err += text;
    });
    child.kill('SIGTERM');
    expect(await ended(child)).toEqual([null, 'SIGTERM']);
    expect(err).toBe('');
    await expect(ask(url)).rejects.toThrow('ECONNREFUSED');
  });

  it('says who is in the way', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    expect(await bench.run('unetstat', ['--listen', `${port}`])).toMatchObject({
      exit: 1,
      out: '',
      err: `unetstat: cannot listen at 127.0.0.1:${port}: another program listens there\n`,
    });
    other.close();
  });

  it('can be reached by others if that is wanted', async () => {
    const { url } = await serve('0.0.0.0:0', '--public');
    expect((await ask(url.replace('0.0.0.0', '127.0.0.1'))).status).toBe(200);
  });

  it('says that the kernel has ended, to the client and to the user', async () => {
    const own = new Workbench();
    await own.adm('create -t -p stack=none a0');
    const child = own.start('unetstat', ['--listen', '0']);
    const url = (await printed(child, '\n')).trim();
    await own.adm('host stop');
    let err = '';
    child.stderr?.on('data', (text: string) => {
      err += text;
    });
    expect(await ask(url)).toMatchObject({
      status: 503,
      text: 'The statistics cannot be read.\n',
    });
    expect(await ended(child)).toEqual([1, null]);
    expect(err).toBe('unetstat: cannot read statistics: the hosted server has ended\n');
    await own.close();
  });
});

describe('Prometheus', () => {
  const missing = missingTool('prometheus');

  it('reads what is served', async ({ skip }) => {
    if (missing !== undefined) skip(missing);
    const { url } = await serve('0');
    const config = join(bench.dir, 'prometheus.yml');
    const jobs = [{ job_name: 'unet', static_configs: [{ targets: [new URL(url).host] }] }];
    writeFileSync(
      config,
      JSON.stringify({ global: { scrape_interval: '1s' }, scrape_configs: jobs }),
    );
    const port = await freePort();
    const at = `http://127.0.0.1:${port}`;
    const prometheus = bench.start('prometheus', [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(bench.dir, 'tsdb')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ]);
    prometheus.stderr?.resume();
    const query = async (text: string): Promise<string[]> => {
      const { text: body } = await ask(`${at}/api/v1/query?query=${encodeURIComponent(text)}`);
      const { data } = JSON.parse(body) as {
        data: { result: { value: [number, string] }[] };
      };
      return data.result.map(({ value }) => value[1]);
    };
    await vi.waitFor(async () => expect(await query('up')).toEqual(['1']), 40_000);
    const { out } = await bench.run('unetstat', ['-i', '-p', '-o', 'tx_bytes', 'vpn0']);
    expect(await query('unet_tx_bytes_total{link="vpn0"}')).toEqual([out.trim()]);
    expect(await query('count(unet_rx_drops_total{link="a0"})')).toEqual(['7']);
    expect(await query('unet_flow_control_seconds_bucket{link="a0",le="+Inf"}')).toEqual(['0']);
    expect(await query('histogram_quantile(0.9, unet_flow_control_seconds_bucket)')).toHaveLength(
      2,
    );
    expect(await query('unet_link_info{link="vpn0",iomode="none"}')).toEqual(['1']);
    const { text } = await ask(`${at}/api/v1/metadata?metric=unet_flow_control_seconds`);
    expect(text).toContain('"type":"histogram"');
    await bench.end(prometheus);
  });
});

/** A port that was free a moment ago; Prometheus cannot choose one itself. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
