import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FFI_BACKEND, type Kernel, LibraryError, openKernel } from 'libsys';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Libdladm, OPT_ACTIVE, OPT_PERSIST } from './libdladm.ts';
import { LibdladmDouble, VARIANTS } from './libdladm-double.fixture.ts';

const MISC = 0x400;
const ETHER = 4;
const BOTH = OPT_ACTIVE | OPT_PERSIST;

describe.each(VARIANTS)(`libdladm of %s, by ${FFI_BACKEND}`, (variant) => {
  let kernel: Kernel;
  let double: LibdladmDouble;
  let dladm: Libdladm;
  let misuses: number;

  beforeEach(async () => {
    kernel = await openKernel({ kernel: 'inproc' });
    double = new LibdladmDouble(variant);
    mkdirSync(join(double.root, 'etc/dladm'), { recursive: true });
    misuses = double.misuses();
    dladm = new Libdladm(double.file);
  });

  afterEach(() => {
    dladm.close();
    double.fail('', 0, 0);
    expect(double.held()).toBe(0);
    expect(double.misuses()).toBe(misuses);
    double.remove();
    kernel.dispose();
  });

  const names = (): string[] => kernel.hosted?.dlList().map(({ name }) => name) ?? [];
  const file = (): string => join(double.root, 'etc/dladm/datalink.conf');
  const text = (): string => (existsSync(file()) ? readFileSync(file(), 'utf8') : '');
  const record = (
    name: string,
    id: number,
    fields: [string, string | boolean | bigint][],
  ): void => {
    const conf = dladm.createConf(name, id, MISC, ETHER);
    for (const [field, value] of fields) dladm.setField(name, conf, field, value);
    dladm.writeConf(name, conf);
    dladm.destroyConf(conf);
  };
  const fields = (name: string, id: number): Map<string, Buffer> => {
    const conf = dladm.snapConf(name, id);
    try {
      return dladm.fields(name, conf);
    } finally {
      dladm.destroyConf(conf);
    }
  };

  it('makes names and ids, and frees them', () => {
    const id = dladm.createId('vpn0', MISC, ETHER, BOTH);
    const identity = { id, name: 'vpn0', flags: BOTH, linkClass: MISC, media: ETHER };
    expect(dladm.named('vpn0')).toEqual(identity);
    expect(dladm.identify(id)).toEqual(identity);
    expect(names()).toEqual(['vpn0']);
    dladm.destroyId('vpn0', id, OPT_ACTIVE);
    expect(dladm.named('vpn0').flags).toBe(OPT_PERSIST);
    dladm.upId('vpn0', id);
    expect(dladm.named('vpn0').flags).toBe(BOTH);
    dladm.destroyId('vpn0', id, BOTH);
    expect(() => dladm.named('vpn0')).toThrow(expect.objectContaining({ status: 'NOTFOUND' }));
    expect(names()).toEqual([]);
  });

  it('says what is refused, with the name of the status and of the link', () => {
    dladm.createId('vpn0', MISC, ETHER, OPT_ACTIVE);
    expect(() => dladm.createId('vpn0', MISC, ETHER, OPT_ACTIVE)).toThrow(
      expect.objectContaining({
        name: 'DladmError',
        status: 'EXIST',
        code: 'EEXIST',
        link: 'vpn0',
        op: 'create',
        text: 'link already exists',
      }),
    );
    expect(() => dladm.createId('vpn', MISC, ETHER, OPT_ACTIVE)).toThrow(
      expect.objectContaining({ status: 'BADARG', text: 'invalid argument' }),
    );
    expect(() => dladm.upId('vpn9', 4711)).toThrow(expect.objectContaining({ code: 'ENOENT' }));
    expect(() => new Libdladm('/nothing/here.so')).toThrow(LibraryError);
  });

  it('knows statuses by what they are called, where their numbers differ', () => {
    const failing = (status: number): unknown => {
      double.fail('dladm_up_datalink_id', 1, status);
      try {
        dladm.upId('vpn0', 1);
      } catch (error) {
        return error;
      }
      return undefined;
    };
    expect(failing(13)).toMatchObject({ status: 'DENIED', code: 'EPERM' });
    expect(failing(84)).toMatchObject({ status: 'INVALID_MTU' });
    const swapped = variant === 'smartos2021';
    expect(failing(swapped ? 86 : 85)).toMatchObject({ status: 'PERSIST_ON_TEMP' });
    expect(failing(swapped ? 85 : 86)).toMatchObject({ status: 'FAILED', text: '<unknown error>' });
  });

  it('walks ids by class and half, and walks no further than it is told', () => {
    const ids = ['a0', 'b0', 'c0'].map((name, i) =>
      dladm.createId(name, i === 1 ? 0x20 : MISC, ETHER, i === 2 ? OPT_PERSIST : OPT_ACTIVE),
    );
    expect(dladm.ids(MISC, BOTH)).toEqual([ids[0], ids[2]]);
    expect(dladm.ids(MISC, OPT_PERSIST)).toEqual([ids[2]]);
    expect(dladm.ids(MISC | 0x20, OPT_ACTIVE)).toEqual([ids[0], ids[1]]);
    expect(dladm.ids(0x8, BOTH)).toEqual([]);
    double.fail('dladm_walk_datalink_id', 2, 13);
    expect(() => dladm.ids(MISC, BOTH)).toThrow(expect.objectContaining({ status: 'DENIED' }));
  });

  it('writes records in whole lines, and reads them back', () => {
    const id = dladm.createId('vpn0', MISC, ETHER, BOTH);
    record('vpn0', id, [
      ['unettype', 1n],
      ['macaddr', '2:8:20:1:2:3'],
      ['big', -(2n ** 63n)],
      ['flag', true],
    ]);
    expect(text()).toBe(
      'vpn0\tclass=int,1024;media=int,4;unettype=int,1;macaddr=string,2:8:20:1:2:3;' +
        'big=int,-9223372036854775808;flag=boolean,1;\n',
    );
    const conf = dladm.snapConf('vpn0', id);
    expect(dladm.field('vpn0', conf, 'macaddr')?.toString('utf8', 0, 13)).toBe('2:8:20:1:2:3\0');
    expect(dladm.field('vpn0', conf, 'big', 8)?.readBigInt64LE()).toBe(-(2n ** 63n));
    expect(dladm.field('vpn0', conf, 'nothing')).toBeUndefined();
    expect(() => dladm.field('vpn0', conf, 'macaddr', 4)).toThrow(
      expect.objectContaining({ status: 'TOOSMALL' }),
    );
    expect(() => dladm.setField('vpn0', conf, 'mtu', '1400')).toThrow(
      expect.objectContaining({ status: 'DENIED' }),
    );
    dladm.destroyConf(conf);
    expect([...fields('vpn0', id)].map(([name, { length }]) => [name, length]).sort()).toEqual([
      ['big', 8],
      ['flag', 4],
      ['macaddr', 13],
      ['unettype', 8],
    ]);
  });

  it('changes a record, if nobody else did meanwhile', () => {
    const id = dladm.createId('vpn0', MISC, ETHER, BOTH);
    record('vpn0', id, [
      ['mtu', '1400'],
      ['linger', 5n],
    ]);
    const [mine, theirs] = [dladm.openConf('vpn0', id), dladm.openConf('vpn0', id)];
    dladm.setField('vpn0', mine, 'mtu', '9000');
    dladm.unsetField('vpn0', mine, 'linger');
    dladm.unsetField('vpn0', mine, 'nothing');
    dladm.writeConf('vpn0', mine);
    expect(() => dladm.writeConf('vpn0', theirs)).toThrow(
      expect.objectContaining({ status: 'TRYAGAIN', code: 'EAGAIN' }),
    );
    dladm.destroyConf(mine);
    dladm.destroyConf(theirs);
    expect(text()).toBe('vpn0\tclass=int,1024;media=int,4;mtu=string,9000;\n');
    dladm.removeConf('vpn0', id);
    expect(text()).toBe('');
    expect(dladm.named('vpn0').flags).toBe(BOTH);
  });

  it('finds what was recorded when the daemon comes back, in the other order', () => {
    const id = dladm.createId('vpn0', MISC, ETHER, BOTH);
    record('vpn0', id, [
      ['unettype', 1n],
      ['mtu', '1400'],
    ]);
    const before = [...fields('vpn0', id).keys()];
    dladm.destroyId('vpn0', id, OPT_ACTIVE);
    double.restart();
    expect([...fields('vpn0', id).keys()]).toEqual(before.reverse());
    expect(dladm.named('vpn0').flags).toBe(OPT_PERSIST);
  });

  it('does not work with a file that dlmgmtd cannot read', () => {
    writeFileSync(file(), 'vpn0\tclass=int,1024;media=int,4;mtu=string,;\n');
    double.restart();
    expect(() => dladm.createId('vpn1', MISC, ETHER, BOTH)).toThrow(
      expect.objectContaining({ status: 'NOTFOUND' }),
    );
    rmSync(file());
    double.restart();
    dladm.createId('vpn1', MISC, ETHER, BOTH);
  });

  it('knows an id from a link in the kernel', () => {
    const id = dladm.createId('vpn0', MISC, ETHER, OPT_ACTIVE);
    expect(dladm.isInKernel('vpn0', id)).toBe(false);
  });

  it('names classes, media and links', () => {
    expect(dladm.className(0x1)).toBe('phys');
    expect(dladm.className(MISC)).toBe(variant === 'gate2025' ? 'misc' : 'unknown');
    expect(dladm.mediaName(ETHER)).toBe('Ethernet');
    expect(
      ['vpn0', 'a.b_0', '', 'vpn', 'vpn01', '0a0'].map((name) => dladm.isLinkName(name)),
    ).toEqual([true, true, false, false, false, false]);
  });

  it('tells of link properties what dladm would', () => {
    const id = dladm.createId('vpn0', MISC, ETHER, BOTH);
    record('vpn0', id, [
      ['_lso', 'on'],
      ['mtu', '9000'],
    ]);
    if (variant === 'gate2025') {
      expect(dladm.props('vpn0', id)).toEqual(['zone', 'state', 'mtu', 'maxbw', '_lso']);
      expect(dladm.prop('vpn0', id, 'mtu', 'persistent')).toEqual(['9000']);
      expect(dladm.prop('vpn0', id, 'zone', 'current')).toEqual(['']);
      dladm.setProp('vpn0', id, 'maxbw', ['1200K'], OPT_PERSIST);
      expect(text()).toContain(';maxbw=string,1200K;');
      dladm.setProp('vpn0', id, 'maxbw', [], OPT_PERSIST);
      expect(text()).not.toContain('maxbw');
      expect(() => dladm.setProp('vpn0', id, 'zone', ['global'], BOTH)).toThrow(
        expect.objectContaining({ status: 'TEMPONLY', property: 'zone' }),
      );
    } else {
      expect(dladm.props('vpn0', id)).toEqual(['_lso']);
      expect(() => dladm.prop('vpn0', id, 'mtu', 'persistent')).toThrow(
        expect.objectContaining({ status: 'BADARG', property: 'mtu' }),
      );
    }
    expect(dladm.prop('vpn0', id, '_lso', 'persistent')).toEqual(['on']);
    expect(() => dladm.prop('vpn0', id, 'speeds', 'current')).toThrow(
      expect.objectContaining({ status: 'NOTFOUND' }),
    );
  });

  it('is closed once', () => {
    const other = new Libdladm(double.file);
    expect(double.held()).toBe(2);
    other.close();
    other.close();
    expect(double.held()).toBe(1);
  });
});
