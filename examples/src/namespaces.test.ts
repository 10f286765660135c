import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Namespaces, whyNoNamespaces } from './namespaces.fixture.ts';

/** The examples between machines: network namespaces, with the system's own ping. */

const lack = await whyNoNamespaces();
const PING = '-c 5 -i 0.05 -W 5';

describe('between network namespaces', () => {
  let net: Namespaces;
  beforeEach(async (context) => {
    if (lack !== undefined) context.skip(lack);
    net = new Namespaces();
    await net.open();
  });
  afterEach(async () => {
    if (lack === undefined) await net.close();
  });

  /** Makes machines; each has the others among its neighbours, whose groups nobody has to find. */
  async function machines(...links: readonly string[]): Promise<void> {
    for (const [i, link] of links.entries()) {
      await net.machine(link, [`10.63.0.${i + 1}/24`, `fd63::${i + 1}/64`]);
    }
    const macs = (await net.run(0, 'unetadm list -p -o macaddress')).trim().split('\n');
    for (const [i, link] of links.entries()) {
      for (const [k, mac] of macs.entries()) {
        if (k === i) continue;
        const lladdr = mac.replaceAll('\\', '');
        await net.run(i + 1, `ip neigh add fd63::${k + 1} lladdr ${lladdr} dev ${link}`);
      }
    }
  }

  /** Pings; if a reply is missing, says what the links counted. */
  async function ping(from: number, to: string): Promise<void> {
    const said = await net.run(from, `ping ${PING} ${to}`).catch(String);
    if (said.includes(' 5 received, 0% packet loss')) return;
    expect.fail(`${said}\n${await net.run(0, 'unetstat')}`);
  }

  it('ping goes through the switch', { timeout: 60_000 }, async () => {
    await machines('net0', 'net1', 'net2');
    const program = net.start('switch', 'net0', 'net1', 'net2');
    await program.saw('switch: net0 net1 net2');
    for (const [from, to] of [
      [1, '10.63.0.2'],
      [2, '10.63.0.3'],
      [3, '10.63.0.1'],
      [1, 'fd63::3'],
    ] as const) {
      await ping(from, to);
    }
    expect(await program.end('SIGINT')).toBe(0);
    expect(program.err).toBe('');
  });

  it('ping goes through the pipe', { timeout: 60_000 }, async () => {
    await machines('net0', 'net1');
    const program = net.start('pipe', 'net0', 'net1');
    await program.saw('pipe: net0 net1');
    for (const to of ['10.63.0.2', 'fd63::2']) {
      await ping(1, to);
    }
    // Killed, it leaves nothing in the way of the next.
    await program.end('SIGKILL');
    const again = net.start('pipe', 'net1', 'net0');
    await again.saw('pipe: net1 net0');
    await ping(2, '10.63.0.1');
    expect(await again.end('SIGINT')).toBe(0);
  });
});
