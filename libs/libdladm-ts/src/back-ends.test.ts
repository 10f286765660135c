import { mkdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { FAULT_KINDS, type FaultKind, FFI_BACKEND } from 'libsys';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BACK_ENDS, BackEndStage } from './back-ends.fixture.ts';
import { Ctl } from './ctl.ts';
import type { Dladm } from './dladm.ts';
import { Libdladm, OPT_ACTIVE, OPT_PERSIST } from './libdladm.ts';

/** Statuses that a call of libdladm is made to fail with: DENIED, LINKBUSY. */
const FAILURES = [13, 24] as const;
/** Somebody else has changed a record since it was opened. */
const TRYAGAIN = 27;

/** More calls than any operation makes. */
const MOST = 300;

describe.each(BACK_ENDS)(`links over %s, by ${FFI_BACKEND}`, (backEnd) => {
  let stage: BackEndStage;
  let dladm: Dladm;
  beforeEach(async () => {
    stage = await BackEndStage.open(backEnd);
    dladm = stage.dladm;
  });
  afterEach(() => stage.close());

  const illumos = backEnd !== 'hosted';
  /** Only the newest knows properties of links of unet's class, the zone among them. */
  const lends = !illumos || backEnd === 'gate2025';

  /** Has a link that is recorded and not in the kernel, as after a reboot. */
  async function recordOnly(name: string, options = {}): Promise<void> {
    const link = await dladm.create(name, { stack: 'none', ...options });
    const ctl = new Ctl(stage.kernel);
    ctl.destroy(link, { force: true });
    ctl.close();
  }

  describe('create', () => {
    it('makes a link in the kernel and records it', async () => {
      const wanted = { mac: '2:8:20:0:0:1', mtu: 9000, rxbuf: 1 << 20, _lso: 'on' } as const;
      const info = await dladm.create('vpn0', { ...wanted, linkstate: 'up', stack: 'none' });
      expect(info).toMatchObject({ mac: '2:8:20:0:0:1', mtu: 9000, lifetime: 'persistent' });
      expect(stage.hosted.dlInfo('vpn0')).toMatchObject({
        linkid: info.linkId,
        class: 0x400,
        media: 4,
      });
      expect(stage.records()).toEqual({
        vpn0: {
          class: '1024',
          media: '4',
          unettype: '1',
          macaddr: '2:8:20:0:0:1',
          maddrlen: '6',
          mtu: '9000',
          rxbuf: '1048576',
          linkstate: 'up',
          _lso: 'on',
          stack: 'none',
        },
      });
      expect(await dladm.find('vpn0')).toMatchObject({
        zone: 'global',
        saved: { properties: { mtu: 9000, rxbuf: 1 << 20, _lso: 'on' }, stack: 'none' },
      });
      expect(dladm.idOf('vpn0')).toBe(info.linkId);
      expect(dladm.nameOf(info.linkId)).toBe('vpn0');
    });

    it('records no link that is temporary', async () => {
      await dladm.create('vpn0', { lifetime: 'temporary', stack: 'none' });
      expect(stage.records()).toEqual({});
      expect(await stage.list()).toEqual(['vpn0']);
    });

    it('refuses a name that is taken, wherever it is', async () => {
      await dladm.create('vpn0', { stack: 'none' });
      await expect(dladm.create('vpn0')).rejects.toMatchObject({
        status: 'EXIST',
        text: 'link already exists',
      });
      await recordOnly('net7');
      await expect(dladm.create('net7')).rejects.toMatchObject({
        status: 'EXIST',
        text: 'link already exists, but is not up (try: unetadm up net7)',
      });
      await expect(dladm.create('net7', { lifetime: 'temporary' })).rejects.toMatchObject({
        code: 'EEXIST',
      });
    });

    it('refuses what no record can hold', async () => {
      const before = stage.everything();
      await expect(
        dladm.create('vpn0', { stack: `bus:${'b'.repeat(1100)}` as never }),
      ).rejects.toMatchObject({ name: 'DladmError', code: 'EINVAL' });
      expect(stage.everything()).toEqual(before);
    });
  });

  describe('destroy', () => {
    it('leaves nothing', async () => {
      const before = stage.everything();
      await dladm.create('vpn0', { stack: 'bus' });
      await dladm.destroy('vpn0');
      expect(stage.everything()).toEqual(before);
      await expect(dladm.destroy('vpn0')).rejects.toMatchObject({ status: 'NOTFOUND' });
    });

    it('removes what is only recorded', async () => {
      const before = stage.everything();
      await recordOnly('vpn0');
      expect(await stage.list()).toEqual(['vpn0']);
      await dladm.destroy('vpn0');
      expect(stage.everything()).toEqual(before);
    });

    it('changes nothing while the link is held', async () => {
      await dladm.create('vpn0', { stack: 'bus' });
      const fd = stage.kernel.open('/dev/unet/vpn0', { access: 'readwrite' });
      const names = stage.hosted.dlList();
      const records = stage.records();
      await expect(dladm.destroy('vpn0')).rejects.toMatchObject({
        status: 'LINKBUSY',
        holder: process.pid,
      });
      expect([stage.hosted.dlList(), stage.records()]).toEqual([names, records]);
      stage.kernel.close(fd);
      await dladm.destroy('vpn0');
    });
  });

  describe('several links', () => {
    const outcome = (results: readonly { name: string; error?: unknown }[]): unknown =>
      results.map(({ name, error }) => [name, (error as { status?: string } | undefined)?.status]);

    it('are made and destroyed, each or not at all', async () => {
      await dladm.create('net7', { stack: 'none' });
      const made = await dladm.createMany([
        { name: 'vpn0', stack: 'none', mtu: 9000 },
        { name: 'net7', stack: 'none' },
        { name: 'a0', stack: 'none', lifetime: 'temporary' },
        { name: 'b0', stack: 'none', rxbuf: 64 },
      ]);
      expect(outcome(made)).toEqual([
        ['vpn0', undefined],
        ['net7', 'EXIST'],
        ['a0', undefined],
        ['b0', 'BADRANGE'],
      ]);
      expect(Object.keys(stage.records()).sort()).toEqual(['net7', 'vpn0']);
      expect(await stage.list()).toEqual(['a0', 'net7', 'vpn0']);

      const fd = stage.kernel.open('/dev/unet/net7', { access: 'readwrite' });
      const gone = await dladm.destroyMany(['vpn0', 'net7', 'a0', 'b0']);
      stage.kernel.close(fd);
      expect(outcome(gone)).toEqual([
        ['vpn0', undefined],
        ['net7', 'LINKBUSY'],
        ['a0', undefined],
        ['b0', 'NOTFOUND'],
      ]);
      expect(Object.keys(stage.records())).toEqual(['net7']);
      expect(stage.hosted.dlList().map(({ name }) => name)).toEqual(['net7']);
    });
  });

  describe('rename', () => {
    it('gives another name in the kernel and in the record, with the same id', async () => {
      const { linkId, mac } = await dladm.create('vpn0', { stack: 'bus', mtu: 9000 });
      await dladm.rename('vpn0', 'net7');
      expect(Object.keys(stage.records())).toEqual(['net7']);
      expect(stage.hosted.dlList()).toMatchObject([{ name: 'net7', linkid: linkId }]);
      expect(await dladm.find('net7')).toMatchObject({
        info: { linkId, mac, mtu: 9000 },
        saved: { properties: { mac, mtu: 9000 }, stack: 'bus' },
      });
      expect(stage.everything()).toMatchObject({ nodes: ['net7'] });
      await dladm.setProps('net7', { mtu: 1400 });
      expect(stage.records()).toMatchObject({ net7: { mtu: '1400' } });
      expect(await dladm.info('net7')).toMatchObject({ mtu: 1400 });
    });

    it('renames what is only recorded', async () => {
      await recordOnly('vpn0');
      await dladm.rename('vpn0', 'net7');
      expect(Object.keys(stage.records())).toEqual(['net7']);
      expect(await dladm.up()).toEqual([{ name: 'net7' }]);
    });

    it('refuses a name that is taken', async () => {
      await dladm.create('vpn0', { stack: 'none' });
      await dladm.create('net7', { lifetime: 'temporary', stack: 'none' });
      const before = stage.everything();
      await expect(dladm.rename('vpn0', 'net7')).rejects.toMatchObject({
        status: 'EXIST',
        text: expect.stringContaining('net7'),
      });
      expect(stage.everything()).toEqual(before);
    });
  });

  describe('properties', () => {
    it('are set in the kernel and in the record, and reset', async () => {
      await dladm.create('vpn0', { stack: 'none', mtu: 9000 });
      await dladm.setProps('vpn0', { rxbuf: 1 << 20, mtu: 1400 });
      await dladm.setProps('vpn0', { linger: 5 }, { temporary: true });
      expect(stage.records()).toMatchObject({ vpn0: { mtu: '1400', rxbuf: '1048576' } });
      expect(stage.records()['vpn0']).not.toHaveProperty('linger');
      expect(await dladm.info('vpn0')).toMatchObject({ mtu: 1400, rxbuf: 1 << 20, linger: 5 });
      await dladm.resetProps('vpn0', ['rxbuf', 'mtu']);
      expect(await dladm.info('vpn0')).toMatchObject({ mtu: 1500, rxbuf: 65536 });
      expect(stage.records()['vpn0']).not.toHaveProperty('rxbuf');
      expect(stage.records()['vpn0']).toHaveProperty('macaddr');
    });
  });

  describe('up', () => {
    it('makes what is recorded, as it was', async () => {
      await recordOnly('vpn0', { mtu: 9000, mac: '2:8:20:0:0:1' });
      await recordOnly('net7');
      expect(await dladm.up(['vpn0'])).toEqual([{ name: 'vpn0' }]);
      expect(await dladm.info('vpn0')).toMatchObject({
        mtu: 9000,
        mac: '2:8:20:0:0:1',
        lifetime: 'persistent',
      });
      expect(await dladm.up()).toEqual([{ name: 'net7' }]);
      expect(await dladm.up()).toEqual([]);
      stage.double?.restart();
      expect(await stage.list()).toEqual(['net7', 'vpn0']);
    });
  });

  describe('zones', () => {
    it('are listed, and links lent to them come back', async () => {
      stage.hosted.zoneCreate('blue');
      const blue = stage.hosted.zoneBoot('blue');
      expect(dladm.zones()).toEqual([
        { name: 'global', id: 0 },
        { name: 'blue', id: blue },
      ]);
      await dladm.create('vpn0', { stack: 'none' });
      const records = stage.records();
      const lend = dladm.setProps('vpn0', { zone: 'blue' }, { temporary: true });
      if (lends) {
        await lend;
        expect(stage.hosted.dlInfo('vpn0').zoneid).toBe(blue);
        await expect(dladm.rename('vpn0', 'net7')).rejects.toMatchObject({ status: 'LINKBUSY' });
        expect(stage.records()).toEqual(records);
        await dladm.resetProps('vpn0', ['zone'], { temporary: true });
        expect(stage.hosted.dlInfo('vpn0').zoneid).toBe(0);
      } else {
        await expect(lend).rejects.toMatchObject({
          status: 'NOTSUP',
          property: 'zone',
          text: expect.stringContaining('too old'),
        });
      }
      await expect(dladm.setProps('vpn0', { zone: 'blue' })).rejects.toMatchObject({
        status: 'TEMPONLY',
      });
    });

    it('can have links of their own, and none that persist', async () => {
      stage.hosted.zoneCreate('blue');
      const zoneid = stage.hosted.zoneBoot('blue');
      const zone = await stage.inZone('blue');
      try {
        const before = stage.everything();
        const calls = stage.double?.calls('dladm_create_datalink_id');
        await expect(zone.dladm.create('vpn0', { stack: 'none' })).rejects.toMatchObject({
          status: 'TEMPONLY',
          text: 'change cannot be persistent',
        });
        // Nor is libdladm asked, which in an old one would allow it.
        expect(stage.double?.calls('dladm_create_datalink_id')).toBe(calls);
        expect(stage.everything()).toEqual(before);

        await zone.dladm.create('vpn0', { lifetime: 'temporary', stack: 'none' });
        expect(zone.dladm.zones()).toEqual([{ name: 'blue', id: zoneid }]);
        expect(await zone.dladm.info('vpn0')).toMatchObject({ zoneId: zoneid });
        expect(stage.records()).toEqual({});
      } finally {
        zone.close();
      }
      stage.hosted.zoneHalt('blue');
      expect(stage.hosted.dlList()).toEqual([]);
    });
  });

  describe.each(illumos ? ['dlmgmtd'] : [])('%s', () => {
    let libdladm: Libdladm;
    beforeEach(() => {
      libdladm = new Libdladm(stage.double?.file);
    });
    afterEach(() => libdladm.close());

    it('has what dladm recorded of a link, whatever is changed here', async () => {
      const { linkId } = await dladm.create('vpn0', { stack: 'none' });
      const record = (field: string, value: string): void => {
        const conf = libdladm.openConf('vpn0', linkId);
        libdladm.setField('vpn0', conf, field, value);
        libdladm.writeConf('vpn0', conf);
        libdladm.destroyConf(conf);
      };
      // As `dladm set-linkprop -p maxbw=…,mtu=…` does.
      record('maxbw', '1200K');
      record('mtu', '9000');
      expect(await dladm.find('vpn0')).toMatchObject({ saved: { properties: { mtu: 9000 } } });
      await dladm.setProps('vpn0', { linger: 7 });
      expect(stage.records()).toMatchObject({ vpn0: { maxbw: '1200K', mtu: '9000', linger: '7' } });
      await dladm.resetProps('vpn0', ['linger', 'mtu']);
      expect(stage.records()['vpn0']).toMatchObject({ maxbw: '1200K' });
      expect(stage.records()['vpn0']).not.toHaveProperty('mtu');
    });

    it('has the old record when it could not write the new one', async () => {
      await dladm.create('vpn0', { stack: 'none', mtu: 9000 });
      const records = stage.records();
      mkdirSync(`${stage.file}.new`);
      await expect(dladm.setProps('vpn0', { mtu: 1400, linger: 7 })).rejects.toMatchObject({
        status: 'FAILED',
      });
      await expect(dladm.create('net7', { stack: 'none' })).rejects.toMatchObject({
        status: 'FAILED',
      });
      expect(await dladm.find('vpn0')).toMatchObject({
        info: { mtu: 9000, linger: 0 },
        saved: { properties: { mtu: 9000 } },
      });
      expect((await dladm.find('vpn0')).saved?.properties).not.toHaveProperty('linger');
      rmdirSync(`${stage.file}.new`);
      expect(stage.records()).toEqual(records);
      expect(await stage.list()).toEqual(['vpn0']);
      await dladm.setProps('vpn0', { linger: 7 });
      expect(stage.records()).toMatchObject({ vpn0: { mtu: '9000', linger: '7' } });
    });

    it('applies what is recorded when a link is made, which is what it has', async () => {
      const properties = { mtu: 9000, _lso: 'on', _tx_ulp_cksum: 'partial', linger: 3 } as const;
      await recordOnly('vpn0', { ...properties, rxbuf: 1 << 20 });
      await dladm.up();
      const before = await dladm.getProps('vpn0');
      const { linkId } = await dladm.info('vpn0');
      expect(stage.double?.applyRecorded(linkId)).toBe(0);
      expect(await dladm.getProps('vpn0')).toEqual(before);
      expect(await dladm.info('vpn0')).toMatchObject({ mtu: 9000, rxbuf: 1 << 20, linger: 3 });
    });

    it.each(lends ? ['mtu'] : [])('has one %s for dladm and for us', async (property) => {
      const { linkId } = await dladm.create('vpn0', { stack: 'none' });
      const both = OPT_ACTIVE | OPT_PERSIST;
      libdladm.setProp('vpn0', linkId, property, ['9000'], both);
      expect(await dladm.find('vpn0')).toMatchObject({
        info: { mtu: 9000 },
        saved: { properties: { mtu: 9000 } },
      });
      await dladm.setProps('vpn0', { mtu: 1400 });
      expect(libdladm.prop('vpn0', linkId, property, 'current')).toEqual(['1400']);
      expect(libdladm.prop('vpn0', linkId, property, 'persistent')).toEqual(['1400']);
      expect(libdladm.prop('vpn0', linkId, property, 'default')).toEqual(['1500']);
      libdladm.setProp('vpn0', linkId, property, [], both);
      expect(await dladm.info('vpn0')).toMatchObject({ mtu: 1500 });
      expect((await dladm.find('vpn0')).saved?.properties).not.toHaveProperty('mtu');
    });

    it('may not be there', async () => {
      writeFileSync(stage.file, 'vpn0\tclass=int,1024;media=int,4;mtu=string,;\n');
      stage.double?.restart();
      await expect(dladm.create('vpn0', { stack: 'none' })).rejects.toMatchObject({
        status: 'FAILED',
        text: 'dlmgmtd does not answer (try: svcs -xv network/datalink-management)',
      });
      rmSync(stage.file);
      stage.double?.restart();
      await dladm.create('vpn0', { stack: 'none' });
    });

    it('may have an id that no link has, which destroy frees', async () => {
      libdladm.createId('vpn0', 0x400, 4, OPT_ACTIVE);
      await expect(dladm.create('vpn0', { stack: 'none' })).rejects.toMatchObject({
        status: 'EXIST',
        text: 'link exists for dlmgmtd only (try: unetadm destroy vpn0)',
      });
      await dladm.destroy('vpn0');
      await dladm.create('vpn0', { stack: 'none' });
    });

    it('does not have links of others freed', async () => {
      const id = libdladm.createId('vpn0', 0x20, 4, OPT_ACTIVE);
      await expect(dladm.destroy('vpn0')).rejects.toMatchObject({ status: 'NOTFOUND' });
      expect(libdladm.named('vpn0').id).toBe(id);
      expect(() => dladm.idOf('vpn0')).toThrow(expect.objectContaining({ status: 'NOTFOUND' }));
      libdladm.destroyId('vpn0', id, OPT_ACTIVE);
    });

    it('may take a recorded link for active that the kernel has not', async () => {
      await recordOnly('vpn0', { mtu: 9000 });
      const { id } = libdladm.named('vpn0');
      libdladm.upId('vpn0', id);
      expect(await dladm.up()).toEqual([{ name: 'vpn0' }]);
      expect(await dladm.info('vpn0')).toMatchObject({ linkId: id, mtu: 9000 });
      await dladm.destroy('vpn0');

      await recordOnly('vpn0');
      libdladm.upId('vpn0', libdladm.named('vpn0').id);
      await dladm.destroy('vpn0');
      expect(stage.hosted.dlList()).toEqual([]);
    });

    it('tells of a link in the kernel', async () => {
      const { linkId } = await dladm.create('vpn0', { stack: 'none' });
      expect(libdladm.isInKernel('vpn0', linkId)).toBe(true);
      expect(libdladm.prop('vpn0', linkId, '_lso', 'current')).toEqual(['off']);
      expect(libdladm.prop('vpn0', linkId, '_lso', 'perm')).toEqual(['rw']);
      libdladm.setProp('vpn0', linkId, '_lso', ['on'], OPT_ACTIVE | OPT_PERSIST);
      expect(await dladm.getProps('vpn0', ['_lso'])).toMatchObject([{ value: 'on' }]);
      expect(await dladm.find('vpn0')).toMatchObject({ saved: { properties: { _lso: 'on' } } });
      libdladm.setProp('vpn0', linkId, '_lso', [], OPT_ACTIVE | OPT_PERSIST);
      expect(await dladm.getProps('vpn0', ['_lso'])).toMatchObject([{ value: 'off' }]);
      expect(stage.records()['vpn0']).not.toHaveProperty('_lso');
    });
  });

  /** The kernel is the same below all of libdladm's variants. */
  const kinds = lends ? (Object.keys(FAULT_KINDS) as FaultKind[]) : [];

  /** What is done to `vpn0`, and what has to be there before. */
  const OPERATIONS: readonly [
    name: string,
    prepare: () => Promise<unknown>,
    operate: () => Promise<unknown>,
    never?: readonly FaultKind[],
  ][] = [
    ['create', async () => undefined, () => dladm.create('vpn0', { stack: 'bus', _lso: 'on' })],
    [
      'destroy',
      () => dladm.create('vpn0', { stack: 'none', mtu: 9000 }),
      () => dladm.destroy('vpn0'),
      // The driver's answer is copied out when the link is gone.
      ['copy'],
    ],
    [
      'rename',
      () => dladm.create('vpn0', { stack: 'none', mtu: 9000 }),
      () => dladm.rename('vpn0', 'net7'),
    ],
    [
      'setProps',
      () => dladm.create('vpn0', { stack: 'none', mtu: 9000, linger: 9 }),
      () => dladm.setProps('vpn0', { mtu: 1400, rxbuf: 1 << 20 }),
    ],
    [
      'resetProps',
      () => dladm.create('vpn0', { stack: 'none', mtu: 9000, linger: 9 }),
      () => dladm.resetProps('vpn0', ['mtu', 'linger']),
    ],
    [
      'up',
      () => recordOnly('vpn0', { mtu: 9000 }),
      async () => {
        const failed = (await dladm.up()).find(({ error }) => error !== undefined);
        if (failed !== undefined) throw failed.error;
      },
    ],
  ];

  describe.each(OPERATIONS)('%s', (_name, prepare, operate, never = []) => {
    /**
     * Breaks the nth of something until there is no such: whenever the operation fails, everything is
     * as it was. It may also do without what was broken.
     */
    async function sweep(
      what: string,
      arm: (nth: number) => void,
      disarm: () => 'came' | 'pending',
    ): Promise<number> {
      let failures = 0;
      for (let nth = 1; ; nth++) {
        await prepare();
        const before = stage.everything();
        arm(nth);
        const failure = await operate().then(
          () => undefined,
          (error: unknown) => error ?? 'nothing',
        );
        const came = disarm() === 'came';
        if (failure !== undefined) {
          expect(failure, `${what} ${nth}`).toMatchObject({ name: 'DladmError' });
          expect(stage.everything(), `${what} ${nth}`).toEqual(before);
          failures++;
        }
        await stage.clear();
        if (!came) return failures;
        expect(nth).toBeLessThan(MOST);
      }
    }

    it.each(kinds.filter((kind) => !never.includes(kind)))(
      'does all or nothing, whichever %s fails',
      async (kind) => {
        let wanted = 0n;
        const failures = await sweep(
          kind,
          (nth) => {
            stage.hosted.fault(kind, nth);
            wanted = BigInt(nth);
          },
          () => (stage.hosted.fault(kind, 0) < wanted ? 'pending' : 'came'),
        );
        if (kind === 'copy') expect(failures).toBeGreaterThan(0);
      },
    );

    it.each(illumos ? FAILURES : [])(
      'does all or nothing, whichever call of libdladm fails with %i',
      async (status) => {
        const failures = await sweep(
          `call ${status}`,
          (nth) => stage.double?.fail('', nth, status),
          () => stage.double?.fail('', 0, 0) ?? 'pending',
        );
        expect(failures).toBeGreaterThan(0);
      },
    );

    it.each(illumos ? [TRYAGAIN] : [])('tries again after %i', async (status) => {
      await prepare();
      stage.double?.fail('dladm_write_conf', 1, status);
      await operate();
      stage.double?.fail('', 0, 0);
    });
  });
});
