import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Workbench } from './workbench.ts';

/** What vndadm and vndstat got wrong, each named for what their users saw. */

const bench = new Workbench();
beforeAll(async () => {
  expect(await bench.adm('create -t -p stack=none vpn0')).toMatchObject({ exit: 0, err: '' });
});
afterAll(() => bench.close());

describe('unetadm', () => {
  it('says of a link name that is too long that it is too long', async () => {
    const { exit, err } = await bench.adm(`create ${'x'.repeat(31)}1`);
    expect(exit).toBe(1);
    expect(err).toContain('link name is longer than 31 characters');
  });

  it('ends no message with ": no error"', async () => {
    for (const words of [
      'create vpn',
      'create vpn0',
      'create -p mtu=1 a0',
      'create -p rxbuf=1 a0',
      'destroy no0',
      'get vpn0 speed',
      'set vpn0 mtu=1',
      'list no0',
      'list -o',
      'frobnicate',
    ]) {
      const { exit, err } = await bench.adm(words);
      expect(exit, words).not.toBe(0);
      expect(err, words).not.toBe('');
      expect(err, words).not.toMatch(/no error|undefined|Error:|\bat .*:\d+:\d+/);
    }
  });

  it('ends the header of a list with a newline, whatever columns there are', async () => {
    for (const columns of ['link', 'link,mtu', 'txbuf', 'link,speed', 'speed,link']) {
      const { out } = await bench.adm(`list -o ${columns}`);
      expect(out, columns).toMatch(/^[A-Z ]+\n[^\n]+\n$/);
    }
    const { err } = await bench.adm('list -o link,speed');
    expect(err).toBe("unetadm: warning: ignoring unknown output field: `speed'\n");
  });

  it('get fails for a property that there is not, and prints no part of a line', async () => {
    expect(await bench.adm('get vpn0 mtu,speed')).toMatchObject({ exit: 1, out: '' });
    expect(await bench.adm('get vpn0 speed')).toMatchObject({
      exit: 1,
      out: '',
      err: 'unetadm: cannot get vpn0: no such property: speed\n',
    });
  });
});

describe('unetstat', () => {
  it('puts the zone at the left of its column, and a whole line into a pipe', async () => {
    const { out } = await bench.run('unetstat', ['vpn0', '1', '1']);
    expect(out).toMatch(/ \| zone\n {2}vpn0 \|.* \| global\n$/);
  });
});
