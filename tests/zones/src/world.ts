import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Kernel, openKernel, runtimeDirOf, startServer, stopServer } from 'libsys';
import { expect } from 'vitest';
import { View } from './view.ts';

const adm = join(
  dirname(createRequire(import.meta.url).resolve('unetadm/package.json')),
  'bin/unetadm.js',
);

/** How a program ended, and what it printed. */
export interface Outcome {
  readonly exit: number | null;
  readonly out: string;
  readonly err: string;
}

/** How a zone is made. */
export interface ZoneOptions {
  readonly sharedIp?: boolean;
  readonly netns?: string;
}

/** A server of one test's own, its zones, and everything that there is to see of them. */
export class World {
  readonly dir: string = mkdtempSync(join(tmpdir(), 'unet-zones-'));
  readonly #views: View[] = [];
  readonly #children = new Set<ChildProcess>();
  #global: View | undefined;

  async open(): Promise<void> {
    await startServer(runtimeDirOf({ UNET_RUNTIME_DIR: this.dir }, 0));
    this.#global = await this.enter(undefined);
  }

  /** What an administrator of the global zone sees, and can do. */
  get global(): View {
    if (this.#global === undefined) throw new Error('the world is not open');
    return this.#global;
  }

  /** The program unetadm. */
  readonly unetadm: string = adm;

  get kernel(): string {
    return `unix:${this.dir}/unethostd.sock`;
  }

  /** Makes and boots a zone, and enters it. */
  async zone(name: string, options: ZoneOptions = {}): Promise<View> {
    this.global.hosted.zoneCreate(name, options);
    this.global.hosted.zoneBoot(name);
    return await this.enter(name);
  }

  /** A program that is in a zone. */
  async enter(zone: string | undefined): Promise<View> {
    const kernel: Kernel = await openKernel({ kernel: this.kernel, ...(zone && { zone }) });
    const view = await View.open(zone ?? 'global', kernel, this.dir);
    this.#views.push(view);
    return view;
  }

  /** `datalink.conf`, byte for byte; empty if there is none. */
  records(): string {
    const file = join(this.dir, 'etc/dladm/datalink.conf');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  /** Everything that the global zone sees of links: nothing else may be left by what failed. */
  async snapshot(): Promise<object> {
    const { global } = this;
    return {
      daemon: global.hosted.dlList(),
      kernel: global.control.list(),
      links: await global.names(),
      kstats: global.kstats(),
      records: this.records(),
      usage: { links: global.hosted.usage().links, kstats: global.hosted.usage().kstats },
    };
  }

  /** Runs unetadm with words as a shell would split them. */
  async adm(words: string, zone?: string): Promise<Outcome> {
    const env = zone === undefined ? {} : { UNET_ZONE: zone };
    return await ended(this.start([process.execPath, adm, ...words.split(' ')], env));
  }

  /** Starts a program; it is killed at the end at the latest. */
  start([program = '', ...args]: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
    const { UNET_ZONE: _zone, NODE_OPTIONS: _options, ...rest } = process.env;
    const child = spawn(program, args, {
      env: { ...rest, UNET_RUNTIME_DIR: this.dir, UNET_KERNEL: this.kernel, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.stdout?.setEncoding('utf8');
    child.stderr?.setEncoding('utf8');
    this.#children.add(child);
    child.once('close', () => this.#children.delete(child));
    return child;
  }

  /** Takes everything down, and sees that the kernel halts with nothing leaked. */
  async close(): Promise<void> {
    await Promise.all(
      [...this.#children].map(async (child) => {
        const gone = ended(child);
        child.kill('SIGKILL');
        await gone;
      }),
    );
    for (const view of this.#views.reverse()) view.close();
    await stopServer(runtimeDirOf({ UNET_RUNTIME_DIR: this.dir }, 0));
    const said = readFileSync(join(this.dir, 'unethostd.log'), 'utf8');
    rmSync(this.dir, { recursive: true });
    expect(said, 'the halt found nothing leaked').toMatch(/: halted\n$/);
  }
}

/** Waits for a program to end, and for all of its output. */
export async function ended(child: ChildProcess): Promise<Outcome> {
  let out = '';
  let err = '';
  child.stdout?.on('data', (text: string) => {
    out += text;
  });
  child.stderr?.on('data', (text: string) => {
    err += text;
  });
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exit) => resolve({ exit, out, err }));
  });
}
