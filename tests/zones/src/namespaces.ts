import { spawnSync } from 'node:child_process';

/** Network namespaces of a test, by the names that `ip netns` has for them. */
export class Namespaces {
  readonly #made = new Set<string>();

  /** Why there are none here; `undefined` if there are. */
  static lack(): string | undefined {
    if (process.platform !== 'linux') return 'network namespaces are of Linux';
    if (process.getuid?.() !== 0) return 'needs root, to make network namespaces';
    for (const program of ['ip', 'ping']) {
      const { error } = spawnSync(program, ['-V'], { stdio: 'ignore' });
      if (error !== undefined) return `${program} is not installed`;
    }
    const probe = new Namespaces();
    try {
      const name = probe.make('probe');
      probe.ip(name, 'tuntap add dev probe0 mode tap');
      return undefined;
    } catch (error) {
      return (error as Error).message;
    } finally {
      probe.close();
    }
  }

  /** Makes one; no two tests that run at once have the same. */
  make(what: string): string {
    const name = `unet-zones-${process.pid}-${what}`;
    this.#ip(['netns', 'add', name]);
    this.#made.add(name);
    return name;
  }

  /** Runs `ip` in one, and returns what it printed. */
  ip(name: string, words: string): string {
    return this.#ip(['-n', name, ...words.split(' ')]);
  }

  /** The interfaces there are in one, but `lo`. */
  interfaces(name: string): string[] {
    const links = JSON.parse(this.ip(name, '-j link')) as { ifname: string }[];
    return links.map(({ ifname }) => ifname).filter((ifname) => ifname !== 'lo');
  }

  remove(name: string): void {
    this.#made.delete(name);
    this.#ip(['netns', 'delete', name]);
  }

  close(): void {
    for (const name of [...this.#made]) this.remove(name);
  }

  #ip(args: readonly string[]): string {
    const { status, stdout, stderr, error } = spawnSync('ip', args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${error?.message ?? stderr.trim()}`);
    return stdout;
  }
}
