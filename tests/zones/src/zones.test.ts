import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROWS } from './rows.ts';
import { watchGlobal } from './watcher.ts';
import { World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = new World();
  await world.open();
});
afterEach(() => world.close());

describe('links and zones', () => {
  it.each(ROWS)('$z: $given; $when: $expect', async ({ test }) => await test(world));
});

describe('who watches the global zone', () => {
  it('sees a link that passes it', async () => {
    const watcher = await watchGlobal(world, 'vpn0');
    await world.zone('blue');
    await world.global.dladm.create('vpn0', { lifetime: 'temporary', stack: 'none' });
    await world.global.dladm.setProps('vpn0', { zone: 'blue' }, { temporary: true });
    await watcher.seesIt();
    world.global.hosted.zoneHalt('blue');
    await world.global.dladm.destroy('vpn0');
    expect(await watcher.strangeThings()).not.toEqual([]);
  });
});

it('has all nineteen', () => {
  expect(ROWS.map(({ z }) => z)).toEqual(Array.from({ length: 19 }, (_, i) => `Z${i + 1}`));
});
