import { afterEach, beforeEach, expect, it } from 'vitest';
import { Stage } from './stage.fixture.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
  await stage.dladm.create('vpn0', { stack: 'none' });
});
afterEach(() => stage.close());

it('of two operations of one Dladm at once the second finds what the first has left', async () => {
  const why = async (...tried: readonly Promise<unknown>[]): Promise<unknown[]> =>
    (await Promise.allSettled(tried)).map((end) =>
      end.status === 'fulfilled' ? 'done' : (end.reason as { code?: string }).code,
    );
  const { dladm } = stage;
  const none = { stack: 'none' } as const;
  expect(await why(dladm.create('a0', none), dladm.create('a0', none))).toEqual(['done', 'EEXIST']);
  expect(await why(dladm.rename('vpn0', 'net7'), dladm.rename('vpn0', 'b0'))).toEqual([
    'done',
    'ENOENT',
  ]);
  expect(await why(dladm.rename('net7', 'vpn0'), dladm.setProps('net7', { mtu: 9000 }))).toEqual([
    'done',
    'ENOENT',
  ]);
  expect(await why(dladm.destroy('a0'), dladm.destroy('a0'))).toEqual(['done', 'ENOENT']);
  expect(await stage.list()).toEqual(['vpn0']);
});
