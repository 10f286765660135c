import { afterEach, beforeEach, expect, it } from 'vitest';
import { Ctl } from './ctl.ts';
import { parseLinkName } from './link-name.ts';
import { RecordFile } from './record-file.ts';
import { Stage } from './stage.fixture.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.close());

const VPN0 = parseLinkName('vpn0');

/** Another program that has made a persistent link and is about to record it. */
async function halfMade(): Promise<{ finish(): void; give(): void }> {
  const records = new RecordFile(stage.root);
  const change = await records.change(VPN0, { add: { properties: { mtu: 2000 }, stack: 'none' } });
  const ctl = new Ctl(stage.kernel);
  ctl.create(VPN0, 0, 'persistent', { mtu: 2000 });
  ctl.close();
  return { finish: () => change.commit(), give: () => change.cancel() };
}

const set = (): Promise<void> => stage.dladm.setProps('vpn0', { mtu: 9000 });
const reset = (): Promise<void> => stage.dladm.resetProps('vpn0', ['mtu']);

it.each([
  ['setProps', set, 9000],
  ['resetProps', reset, 1500],
] as const)('%s waits for who is about to record the link', async (_what, change, mtu) => {
  const other = await halfMade();
  const changed = change();
  other.finish();
  await changed;
  expect(await stage.dladm.info('vpn0')).toMatchObject({ mtu });
  const recorded = (await stage.dladm.find('vpn0')).saved?.properties.mtu ?? 1500;
  expect(recorded).toBe(mtu);
});

it('a link that will not be recorded any more is set all the same', async () => {
  const other = await halfMade();
  const changed = set();
  other.give();
  await changed;
  expect(await stage.dladm.info('vpn0')).toMatchObject({ mtu: 9000 });
  expect((await stage.dladm.find('vpn0')).saved).toBeUndefined();
});
