import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Transcript } from './transcript.ts';
import { Workbench } from './workbench.ts';

/**
 * What each subcommand prints, option by option. The files are in `golden/`; after a change that is
 * meant, `npx vitest run --update src/golden.test.ts` here writes them anew, to be read before they
 * are committed.
 */

let bench: Workbench;
let transcript: Transcript;
beforeEach(() => {
  bench = new Workbench();
  mkdirSync(join(bench.dir, 'other')); // for -R
  transcript = new Transcript(bench);
});
afterEach(() => bench.close());

async function expectGolden(name: string): Promise<void> {
  await expect(`${transcript}`).toMatchFileSnapshot(`../golden/${name}.txt`);
}

const RECORDS = 'cat root/etc/dladm/datalink.conf';
const MAC = '-m 2:8:20:0:0:1';

describe('unetadm', () => {
  it('create', async () => {
    await transcript.play(`
      unetadm create ${MAC} -p stack=bus vpn0
      unetadm create -p stack=none,mac=2:8:20:0:0:2,mtu=9000,rxbuf=1m,txbuf=128K,linkstate=up,linger=250 vpn1
      unetadm create -t ${MAC} -p stack=none -u 0 tmp0
      unetadm create -s -p stack=none -m 2:8:20:0:0:4 -u root:0 one0
      unetadm create -ts -p stack=none -p mac=2:8:20:0:0:5 -p _tx_ipv4_cksum=on,_tx_ulp_cksum=partial,_lso=on one1
      unetadm list -o link,mtu,macaddress,rxbuf,txbuf,linkstate,linger,owner,group,lifetime,stack
      ${RECORDS}

      # Several links: each is made, or said why not.
      unetadm create -t -p stack=none a0 vpn0 a a1
      unetadm list -p -o link

      # Long options, another root, IPD 62's name, vndadm's -l.
      unetadm create --temporary --prop=stack=none --mac 2:8:20:0:0:6 --owner=0:0 b0
      unetadm create --root-dir other -p stack=none -m 2:8:20:0:0:7 b1
      cat other/etc/dladm/datalink.conf
      unetadm create-unet -t -m 2:8:20:0:0:8 b2
      unetadm create -t -l b3 -p stack=none b3
      unetadm create -t --datalink net0 b4 2>&1 | head -1
      unetadm list -p -o link,owner,group
    `);
    await expectGolden('create');
  });

  it('destroy', async () => {
    await transcript.play(`
      unetadm create -t -p stack=none a0 a1 a2 a3 a4
      unetadm create -p stack=none b0
      unetadm create -R other -p stack=none b1
    `);
    const { pid } = await bench.hold('a4');
    transcript.replace(pid, 'PID');
    await transcript.play(`
      unetadm destroy a0
      unetadm destroy a1 no0 a2
      unetadm delete-unet a3
      unetadm destroy a4
      unetadm destroy -f a4
      unetadm destroy --root-dir=other b1
      unetadm destroy -R other b1
      unetadm destroy -z global b0
      unetadm list
      ${RECORDS} other/etc/dladm/datalink.conf
    `);
    await expectGolden('destroy');
  });

  it('list', async () => {
    await transcript.play(`
      # No links.
      unetadm list
      unetadm list -p -o link
      unetadm list --json

      unetadm create ${MAC} -p stack=bus vpn0
      unetadm create -t -m 2:8:20:0:0:2 -p stack=none,linkstate=up,owner=0,group=0 a_rather_long_name_of_a_link0
      unetadm create -R other -m 2:8:20:0:0:3 -p stack=none,mtu=1400 other0
      unetadm destroy -R nowhere other0
    `);
    const { pid } = await bench.hold('vpn0');
    transcript.replace(pid, 'PID');
    await transcript.play(`
      unetadm list
      unetadm list vpn0
      unetadm list -o all
      unetadm list -o LINK,stack,State
      unetadm list --output link,speed
      unetadm list -p -o link,state,mtu,macaddress,holder,iomode,zone,lifetime,rxbuf,txbuf,stack,linkstate,linger,owner,group,rxqueue,txqueue
      unetadm list -p -o macaddress vpn0
      unetadm list --parsable -o link,macaddress -d ' '
      unetadm list -p --delimiter , -o link,stack,holder
      unetadm list --json
      unetadm list --json -o link,holder vpn0
      unetadm list -z global -p -o link
      unetadm list --zone=global vpn0 no0
      unetadm show-unet -p -o link,macaddress vpn0

      # As with vndadm: list -p -o name,zone NAME and list -p -d: -o zone,name NAME.
      unetadm list -p -d' ' -o name,zone vpn0
      unetadm list -p -d: -o zone,name,datalink vpn0

      # What is recorded.
      unetadm list -P
      unetadm list --persistent a_rather_long_name_of_a_link0
      unetadm list -P -R other -o link,state,mtu,macaddress,lifetime,stack
      unetadm list -PR other -po link,holder
      unetadm list -P --json -o link,mtu,zone
    `);
    await expectGolden('list');
  });

  it('get', async () => {
    await transcript.play(`
      unetadm create ${MAC} -p stack=bus vpn0
      unetadm create -t -m 2:8:20:0:0:2 -p stack=none,mtu=9000,rxbuf=2m,owner=0,_lso=on,_tx_ipv4_cksum=on,_tx_ulp_cksum=fullv4 vpn1
      unetadm get vpn0
      unetadm get vpn0,vpn1 mtu,rxbuf owner
      unetadm get vpn1 stack MAC mac
      unetadm get -o property,value,default vpn1 _lso
      unetadm get -o all vpn0 linger
      unetadm get -p vpn0 rxbuf mac
      unetadm get -c -o value vpn0 mac
      unetadm get -p -d' ' vpn0 mtu
      unetadm get --parsable --delimiter=, --output property,value vpn0 mac zone
      unetadm get --json vpn0 mtu owner stack
      unetadm get --json -o link,value vpn0,vpn1 mtu
      unetadm get -z global vpn0 zone
      unetadm get --zone nowhere vpn0 zone
      unetadm get vpn0,no0,vpn1 mtu
      unetadm get vpn0 speed

      # A link that is only recorded.
      unetadm create -R other -p stack=none,linger=5 -m 2:8:20:0:0:3 vpn2
      unetadm host stop
      unetadm get -R other vpn2 linger,mtu,mac,stack
      unetadm get --root-dir other -p vpn2 linger
    `);
    await expectGolden('get');
  });

  it('set and reset', async () => {
    await transcript.play(`
      unetadm create ${MAC} -p stack=bus vpn0
      unetadm set vpn0 rxbuf=2M linkstate=up,linger=7
      unetadm set -t vpn0 mtu=9000
      unetadm set --temporary vpn0 owner=0 group=root
      unetadm set -z global vpn0 MAC=2:8:20:0:0:9
      unetadm get -o property,value,default vpn0 rxbuf linkstate linger mtu owner group mac
      ${RECORDS}
      unetadm set vpn0 linger=9 rxbuf=1 mtu=1500
      unetadm get -p -o value vpn0 linger,rxbuf,mtu
      unetadm reset -t vpn0 linkstate
      ${RECORDS}
      unetadm reset --zone=global vpn0 rxbuf,linger
      unetadm reset --temporary vpn0 mtu
      unetadm get -o property,value,default vpn0 rxbuf linkstate linger mtu owner
      ${RECORDS}
      unetadm reset vpn0
      unetadm get -o property,value,default vpn0
      ${RECORDS}
      unetadm create -R other -p stack=none -m 2:8:20:0:0:2 vpn1
      unetadm set -R other vpn1 linger=3
      unetadm set --root-dir other vpn1 owner=0
      unetadm reset -R other vpn1 owner
      cat other/etc/dladm/datalink.conf
    `);
    await expectGolden('set');
  });

  it('up', async () => {
    await transcript.play(`
      unetadm create ${MAC} -p stack=bus:lan0 vpn0
      unetadm create -R other -p stack=none -m 2:8:20:0:0:2 vpn1
      unetadm host stop
      unetadm list -p -o link
      unetadm up
      unetadm up vpn0
      unetadm up-unet vpn0
      unetadm up -R other
      unetadm up no0
      unetadm rename -z nowhere vpn0 web0
      unetadm rename -R other vpn1 web1
      unetadm list -o link,macaddress,stack
      ${RECORDS} other/etc/dladm/datalink.conf
    `);
    await expectGolden('up');
  });

  it('rename', async () => {
    await transcript.play(`
      unetadm create ${MAC} -p stack=bus:lan0 vpn0
      unetadm rename vpn0 web0
      unetadm rename -z global web0 web1
      unetadm rename --zone nowhere web1 web3
      unetadm rename web1 web1
      unetadm list -o link,macaddress,stack
      ${RECORDS}
    `);
    await expectGolden('rename');
  });

  it('zones', async () => {
    await transcript.play(`
      unetadm host zone create blue
      unetadm host zone boot blue
      unetadm create -t ${MAC} -p stack=none a0
      unetadm create -z blue -m 2:8:20:0:0:2 -p stack=none b0
      unetadm list -o link,zone,lifetime
      unetadm list -z blue -o link,zone
      unetadm get -z blue b0 zone
      unetadm get -z blue a0 zone
      unetadm set -t a0 zone=blue
      unetadm list -p -o link,zone
      unetadm reset a0 zone
      unetadm reset -t -z blue b0 zone
      unetadm list -p -o link,zone
      unetadm destroy -z blue a0
      unetadm set a0 zone=blue
      unetadm host zone exec blue unetadm create -p stack=none c0
      UNET_ZONE=blue unetadm create -t -p stack=none -m 2:8:20:0:0:3 c0
      UNET_ZONE=blue unetadm list
      unetadm list -o link,zone,lifetime
      unetadm destroy -z blue c0
    `);
    await expectGolden('zones');
  });

  it('host', async () => {
    await transcript.play(`
      unetadm host status -o state,pid,links,files,uptime,socket
      unetadm host stop
      unetadm host start
    `);
    const { out } = await bench.adm('host status -p -o pid');
    transcript.replace(out.trim(), 'PID');
    await transcript.play(`
      unetadm host start
      unetadm host status -o state,pid,links,socket
      unetadm host status -p -o state,links,socket
      unetadm host status -p -d' ' -o state,links
      unetadm host status --json -o state,links,socket
      unetadm host zone create blue
      unetadm host zone create -n '' green
      unetadm host zone create -i shared red
      unetadm host zone boot blue
      unetadm host zone list
      unetadm host zone list -p -o zone,state
      unetadm host zone list -p -d' ' -o zone,state
      unetadm host zone list --json
      unetadm host zone exec blue unetadm create -t -m 2:8:20:0:0:1 -p stack=none b0
      unetadm list -o link,zone
      unetadm host zone halt -r blue
      unetadm list -o link,zone
      unetadm host zone halt blue
      unetadm host zone halt blue
      unetadm host zone destroy blue
      unetadm host zone destroy green
      unetadm host stop
    `);
    await expectGolden('host');
  });

  it('doctor', async () => {
    await transcript.play(`
      unetadm create ${MAC} -p stack=none vpn0
      unetadm doctor vpn0 no0 | grep -v -e ^ok -e 'privileges:' -e 'next: sudo'
      unetadm doctor --json vpn0 | tail -7
      unetadm doctor --json=yes 2>&1 | head -1
    `);
    await expectGolden('doctor');
  });

  it('sizes', async () => {
    // The table of what vndadm makes of a size; here each is a size, or said not to be one.
    const sizes = ['1048576', '1M', '1024K', '1mb', '1MB', '4096B', '4kb', '4194304', '4M', '001m'];
    const small = ['1k', '1kb', '1KB', '1b', '0', '007'];
    const large = ['1g', '1gb', '1T', '5m', '4194305'];
    const odd = [' 12', '1 2', '+5', 'k', 'b', '-1', '', '1Kib', '0x10', '12k3', '1.5M', 'hello'];
    const huge = ['18446744073709551616', '9007199254740992g', '99999999999999999G'];
    await transcript.play('unetadm create -t -p stack=none vpn0');
    for (const size of [...sizes, ...small, ...large, ...odd, ...huge]) {
      await transcript.play(`unetadm set vpn0 'rxbuf=${size}' 2>&1 | head -1`);
      if (sizes.includes(size)) {
        await transcript.play('unetadm list -p -o rxbuf');
      }
    }
    await transcript.play('unetadm list -p -o rxbuf');
    await expectGolden('sizes');
  });

  it('help', async () => {
    const { out } = await bench.adm('help');
    const names = [...new Set(Array.from(out.matchAll(/unetadm ([a-z]+)/g), ([, name]) => name))];
    await transcript.play(`
      unetadm help
      ${names.map((name) => `unetadm help ${name}`).join('\n')}
      unetadm help show-unet
    `);
    await expectGolden('help');
  });

  it('has every option in one of these files', () => {
    const folder = new URL('../golden/', import.meta.url);
    const texts = readdirSync(folder).map((file) => readFileSync(new URL(file, folder), 'utf8'));
    const commands = texts.flatMap((text) => text.split('\n')).filter((line) => line[0] === '$');
    const help = texts.find((text) => text.startsWith('$ unetadm help\n')) ?? '';
    // These two go on for ever, and have tests of their own.
    const others = ['capture', 'events'];
    const missing = [...help.matchAll(/^\$ unetadm help ([a-z]+)\n([^$]*)/gm)].flatMap(
      ([, name = '', text = '']) =>
        [...text.matchAll(/^ {2}(-[^ ]+)/gm)]
          .map(([, flag = '']) => flag)
          .filter((flag) => {
            const letter = flag.startsWith('--') ? '' : `|-[A-Za-z]*${flag.charAt(1)}`;
            const used = new RegExp(`unetadm ${name}(-unet)?( .*)? (${flag}${letter})`);
            return !commands.some((command) => used.test(command));
          })
          .filter(() => !others.includes(name))
          .map((flag) => `${name} ${flag}`),
    );
    expect(commands.length).toBeGreaterThan(100);
    expect(missing).toEqual([]);
  });
});
