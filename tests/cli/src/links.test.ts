import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { noTap, type Outcome, Workbench } from './workbench.ts';

const bench = new Workbench();
afterEach(() => bench.clear());
afterAll(() => bench.close());

const MAC = '2:8:20:0:0:1';
const records = (): string => {
  const file = join(bench.dir, 'root/etc/dladm/datalink.conf');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
};

/** Expects a command to do its work without a word. */
async function silently(words: string): Promise<void> {
  expect(await bench.adm(words), words).toMatchObject({ exit: 0, out: '', err: '' });
}

/** Expects a command to succeed, and returns what it printed. */
async function output(words: string): Promise<string> {
  const outcome = await bench.adm(words);
  expect(outcome, words).toMatchObject({ exit: 0, err: '' });
  return outcome.out;
}

describe('create and list', () => {
  it('makes a link and shows it in all forms', async () => {
    await silently(`create -m ${MAC} -p stack=bus vpn0`);
    expect(await output('list')).toBe(
      'LINK        STATE MTU  MACADDRESS        HOLDER  IOMODE     ZONE     LIFETIME\n' +
        'vpn0        down  1500 2:8:20:0:0:1      --      none       global   persistent\n',
    );
    expect(await output('list -p -o link,macaddress,holder vpn0')).toBe(
      'vpn0:2\\:8\\:20\\:0\\:0\\:1:\n',
    );
    expect(await output('list -p -o macaddress')).toBe(`${MAC}\n`);
    expect(JSON.parse(await output('list --json'))).toEqual([
      {
        link: 'vpn0',
        state: 'down',
        mtu: 1500,
        macaddress: MAC,
        holder: null,
        iomode: 'none',
        zone: 'global',
        lifetime: 'persistent',
        rxbuf: 65536,
        txbuf: 65536,
        stack: 'bus:bus0',
        linkstate: 'auto',
        linger: 0,
        owner: null,
        group: null,
        linkid: expect.any(Number),
        rxqueue: 0,
        txqueue: 0,
      },
    ]);
  });

  it('shows only a header, or nothing, when there is no link', async () => {
    expect(await output('list -o link,state')).toBe('LINK        STATE\n');
    expect(await output('list -p -o link')).toBe('');
    expect(await output('list --json')).toBe('[]\n');
  });

  it('warns of unknown fields and shows the others', async () => {
    expect(await bench.adm('list -o link,speed,weight')).toMatchObject({
      exit: 0,
      out: 'LINK\n',
      err: "unetadm: warning: ignoring unknown output fields: `speed' `weight'\n",
    });
  });

  it('takes properties, sizes with suffixes too', async () => {
    const properties =
      'mtu=9000,rxbuf=1m,txbuf=128k,linkstate=up,linger=250,owner=0,group=root,stack=none';
    await silently(`create -t -p ${properties} vpn0`);
    expect(
      await output('list -p -o mtu,rxbuf,txbuf,linkstate,linger,owner,group,stack,state,lifetime'),
    ).toBe('9000:1048576:131072:up:250:0:0:none:up:temporary\n');
  });

  it('names the holder and how it moves frames', async () => {
    await silently('create -t -p stack=bus vpn0');
    const holder = await bench.hold('vpn0');
    expect(await output('list -p -o state,holder,iomode vpn0')).toBe(`up:${holder.pid}:none\n`);
    await bench.end(holder);
    expect(await output('list -p -o state,holder vpn0')).toBe('down:\n');
  });

  it('destroys a single-shot link when its holder closes it', async () => {
    await silently('create -s -p stack=bus vpn0');
    expect(await output('list -p -o lifetime vpn0')).toBe('single-shot\n');
    const holder = await bench.hold('vpn0');
    await bench.end(holder);
    let left: Outcome;
    do {
      left = await bench.adm('list -p -o link');
    } while (left.out !== '');
    expect(left.exit).toBe(0);
  });

  it('chooses a unicast, locally administered address by itself', async () => {
    await silently('create -t -p stack=none vpn0');
    const [first = ''] = (await output('list -p -o macaddress')).split(':');
    expect(Number.parseInt(first, 16) & 3).toBe(2);
  });

  it('gives a link an interface of the host', async ({ skip }) => {
    const reason = noTap();
    if (reason !== undefined) {
      skip(reason);
    }
    const link = `tcli${process.pid % 10_000}_0`;
    await silently(`create -t -m ${MAC} -p stack=tap ${link}`);
    const address = readFileSync(`/sys/class/net/${link}/address`, 'utf8');
    expect(address).toBe('02:08:20:00:00:01\n');
    await silently(`destroy ${link}`);
    expect(existsSync(`/sys/class/net/${link}`)).toBe(false);
  });
});

describe('persistence', () => {
  it('records a link, makes it again and forgets it', async () => {
    await silently(`create -m ${MAC} -p mtu=9000,linger=100,stack=bus:lan0 vpn0`);
    await silently('create -t -p stack=none tmp0');
    const line =
      'vpn0\tclass=int,1024;media=int,4;unettype=int,1;macaddr=string,2:8:20:0:0:1;' +
      'maddrlen=int,6;mtu=string,9000;linger=int,100;stack=string,bus:lan0;\n';
    expect(records()).toBe(line);

    await silently('host stop');
    expect(await output('list -p -o link')).toBe('');
    expect(await output('list -P -o link,state,mtu,macaddress,lifetime')).toBe(
      'LINK        STATE MTU  MACADDRESS        LIFETIME\n' +
        'vpn0        --    9000 2:8:20:0:0:1      persistent\n',
    );
    await silently('up');
    expect(await output('list -p -o link,mtu,macaddress,linger,stack')).toBe(
      'vpn0:9000:2\\:8\\:20\\:0\\:0\\:1:100:bus\\:lan0\n',
    );
    await silently('up vpn0');
    await silently('destroy vpn0');
    expect(records()).toBe('');
  });

  it('records the address that the driver chose', async () => {
    await silently('create -p stack=bus vpn0');
    const mac = await output('list -p -o macaddress');
    expect(records()).toContain(`macaddr=string,${mac.trim()};`);
  });

  it('prepares a system that does not run, below its root directory, and leaves this one alone', async () => {
    const root = join(bench.dir, 'elsewhere');
    const there = (): string => readFileSync(join(root, 'etc/dladm/datalink.conf'), 'utf8');
    expect(await bench.adm(`create -R ${root} -p stack=bus vpn0`)).toMatchObject({
      exit: 1,
      out: '',
      err: `unetadm: cannot use the root directory: there is no directory ${root}\n`,
    });
    mkdirSync(root);
    await silently(`create -R ${root} -m 2:8:20:1:2:3 -p stack=bus vpn0`);
    await silently(`set -R ${root} vpn0 mtu=9000`);
    expect(there()).toBe(
      'vpn0\tclass=int,1024;media=int,4;unettype=int,1;' +
        'macaddr=string,2:8:20:1:2:3;maddrlen=int,6;mtu=string,9000;stack=string,bus;\n',
    );
    expect(await output(`list -R ${root} -p -o link,mtu`)).toBe('vpn0:9000\n');
    expect(await output('list -p -o link')).toBe('');
    expect(records()).toBe('');
    await silently(`destroy -R ${root} vpn0`);
    expect(there()).toBe('');
  });

  it('destroys a link that is only recorded', async () => {
    await silently('create -p stack=bus vpn0');
    await silently('host stop');
    await silently('destroy vpn0');
    expect(records()).toBe('');
  });
});

describe('get and set', () => {
  it('shows properties in all forms', async () => {
    await silently(`create -t -m ${MAC} -p stack=bus vpn0`);
    expect(await output('get vpn0')).toBe(
      [
        'LINK        PROPERTY       PERM VALUE             DEFAULT POSSIBLE',
        'vpn0        rxbuf          rw   65536             65536   1774-4194304',
        'vpn0        txbuf          rw   65536             65536   1774-4194304',
        'vpn0        maxsize        r-   4194304           --      --',
        'vpn0        mintu          r-   14                --      --',
        'vpn0        maxtu          r-   1518              --      --',
        'vpn0        mtu            rw   1500              1500    68-9000',
        'vpn0        mac            rw   2:8:20:0:0:1      --      --',
        'vpn0        linkstate      rw   auto              auto    auto,up,down',
        'vpn0        linger         rw   0                 0       0-3600000',
        'vpn0        owner          rw   --                --      --',
        'vpn0        group          rw   --                --      --',
        'vpn0        lifetime       r-   temporary         --      --',
        'vpn0        iomode         r-   none              --      --',
        'vpn0        zone           rw   global            --      --',
        'vpn0        _rx_ipv4_cksum rw   off               off     off,on',
        'vpn0        _tx_ipv4_cksum rw   off               off     off,on',
        'vpn0        _tx_ulp_cksum  rw   none              none    none,fullv4,partial',
        'vpn0        _lso           rw   off               off     off,on',
        'vpn0        stack          r-   bus:bus0          --      --',
        '',
      ].join('\n'),
    );
    expect(await output('get -p -o property,value vpn0 mac MTU mtu')).toBe(
      'mac:2\\:8\\:20\\:0\\:0\\:1\nmtu:1500\n',
    );
    expect(JSON.parse(await output('get --json vpn0 rxbuf owner'))).toEqual([
      {
        link: 'vpn0',
        property: 'rxbuf',
        perm: 'rw',
        value: 65536,
        default: 65536,
        possible: '1774-4194304',
      },
      { link: 'vpn0', property: 'owner', perm: 'rw', value: null, default: null, possible: null },
    ]);
  });

  it('sets several properties, and the record with them', async () => {
    await silently('create -p stack=bus vpn0');
    await silently('set vpn0 rxbuf=2M linkstate=up owner=root');
    expect(await output('get -p -o value vpn0 rxbuf linkstate owner')).toBe('2097152\nup\n0\n');
    expect(records()).toMatch(/rxbuf=int,2097152;.*owner=int,0;/);
    expect(records()).toContain('linkstate=string,up;');
    await silently('set -t vpn0 linger=7');
    await silently('set vpn0 owner=none');
    expect(await output('get -p -o value vpn0 linger owner')).toBe('7\n\n');
    expect(records()).not.toMatch(/linger|owner/);
    await silently('set vpn0 _lso=on _tx_ipv4_cksum=on _tx_ulp_cksum=partial');
    expect(await output('get -p -o value vpn0 _lso _tx_ulp_cksum')).toBe('on\npartial\n');
    expect(records()).toContain('_tx_ulp_cksum=string,partial;');
    await silently('create -t -p stack=bus,_lso=on,_tx_ulp_cksum=fullv4 vpn1');
    expect(await output('get -p -o value vpn1 _lso _tx_ulp_cksum')).toBe('on\nfullv4\n');
  });

  it('sets all or nothing', async () => {
    await silently('create -p stack=bus vpn0');
    const before = [await output('get vpn0'), records()];
    expect(await bench.adm('set vpn0 linger=5 rxbuf=1 mtu=9000')).toMatchObject({
      exit: 1,
      out: '',
      err: 'unetadm: cannot set vpn0: rxbuf: buffer size is too small for one frame\n',
    });
    expect([await output('get vpn0'), records()]).toEqual(before);
  });
});

describe('destroy', () => {
  it('destroys several links, and goes on after one that is not there', async () => {
    await silently('create -t -p stack=bus a0');
    await silently('create -t -p stack=bus b0');
    expect(await bench.adm('destroy a0 no0 b0')).toMatchObject({
      exit: 1,
      out: '',
      err: 'unetadm: cannot destroy no0: no such link\n',
    });
    expect(await output('list -p -o link')).toBe('');
  });

  it('leaves a link alone that is held, unless it is forced to', async () => {
    await silently('create -p stack=bus vpn0');
    const holder = await bench.hold('vpn0');
    expect(await bench.adm('destroy vpn0')).toMatchObject({
      exit: 1,
      out: '',
      err: `unetadm: cannot destroy vpn0: link is held by process ${holder.pid}\n`,
    });
    expect(await output('list -p -o link,holder')).toBe(`vpn0:${holder.pid}\n`);
    expect(records()).toMatch(/^vpn0\t/);
    await silently('destroy -f vpn0');
    expect(await output('list -p -o link')).toBe('');
    expect(records()).toBe('');
  });
});
