import type { UnetLink } from 'libunet';
import { describe, expect } from 'vitest';
import { frame } from './ethernet.ts';
import { it } from './fixture.ts';

const LINKS = 300;
const ROUNDS = 20;

/** Sends a frame for each that came back, so many times, and checks each. */
async function echo(link: UnetLink, seed: number): Promise<number> {
  let rounds = 0;
  await link.write(frame(60 + rounds, seed + rounds));
  for await (const batch of link.batches()) {
    for (const one of batch) {
      // The stack end may say a word of its own when the link comes up, and answers to the sender.
      const sent = frame(60 + rounds, seed + rounds).subarray(14);
      if (!one.subarray(14).equals(sent)) continue;
      rounds++;
      if (rounds === ROUNDS) return rounds;
      await link.write(frame(60 + rounds, seed + rounds));
    }
  }
  return rounds;
}

describe('one event loop', () => {
  it(`serves ${LINKS} links, which all echo and tell what happens`, { timeout: 30_000 }, async ({
    world,
  }) => {
    const names = Array.from({ length: LINKS }, (_, i) => `vpn${i}`);
    for (const name of names) {
      const linkid = world.create(name, { stack: 'none' });
      // Its IP stack returns what it gets.
      world.hosted.plumb(linkid, { kind: 'bus', bus: name, echo: true });
    }
    const links = await Promise.all(names.map((name) => world.open(name)));
    let told = 0;
    for (const link of links) link.on('mtu', () => told++);
    const rounds = await Promise.all(links.map((link, i) => echo(link, i)));
    expect(rounds).toEqual(Array(LINKS).fill(ROUNDS));
    for (const link of links) link.setProps({ mtu: 1400 });
    while (told < LINKS) await new Promise((turn) => setImmediate(turn));
    for (const link of links.slice(-5)) {
      expect((await link.stats()).rxFrames).toBeGreaterThanOrEqual(BigInt(ROUNDS));
    }
  });
});
