import { AbortError, FAULT_KINDS, type FaultKind } from 'libsys';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openRecords } from './choose.ts';
import { Doors } from './doors.fixture.ts';
import { DladmError } from './errors.ts';
import { Stage } from './stage.fixture.ts';

/** How the calls about files that are not of a directory become steps. */
const files = vi.hoisted(() => ({ pass: (_step: string): void => undefined }));

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  const steps = [
    'fsyncSync',
    'writeFileSync',
    'fchmodSync',
    'fchownSync',
    'fstatSync',
    'readFileSync',
    'mkdirSync',
  ] as const;
  const wrapped = Object.fromEntries(
    steps.map((name) => [
      name,
      (...args: unknown[]): unknown => {
        files.pass(name);
        return Reflect.apply(fs[name] as (...all: unknown[]) => unknown, undefined, args);
      },
    ]),
  );
  return { ...fs, ...wrapped };
});

let stage: Stage;
let doors: Doors;

beforeEach(async () => {
  stage = await Stage.open();
  doors = new Doors(stage.kernel);
  files.pass = (step) => doors.pass(step);
});
afterEach(async () => {
  doors.close();
  files.pass = () => undefined;
  await stage.close();
});

/** What the low bytes of requests mean. @see kernel/unet/sys/unet.h, kernel/hosted/hk.h */
const REQUESTS: Readonly<Record<string, string>> = {
  'ioctl 7401': 'create',
  'ioctl 7402': 'destroy',
  'ioctl 7403': 'list',
  'ioctl 7404': 'info',
  'ioctl 7405': 'getprop',
  'ioctl 7406': 'setprop',
  'ioctl 5': 'rename',
  'ioctl 6': 'set zone',
  'ioctl 10': 'plumb',
  'ioctl 52': 'zones',
};

/** An operation: what is there before it, and how much of it a test looks at. */
interface Operation {
  readonly name: string;
  prepare(): Promise<unknown>;
  run(signal?: AbortSignal): Promise<unknown>;
  /** The requests to the kernel that can fail: one that is new is to be added here. */
  readonly requests: readonly string[];
  /** Whether the record is changed. */
  readonly records: boolean;
}

const LINK = { stack: 'bus', mtu: 2000, _tx_ulp_cksum: 'partial', linger: 5 } as const;
/** What one step of `up` throws is in the result. */
const upVpn0 = async (signal?: AbortSignal): Promise<void> => {
  for (const { error } of await stage.dladm.up(['vpn0'], { signal })) {
    if (error !== undefined) throw error;
  }
};
const zone = async (): Promise<void> => {
  stage.hosted.zoneCreate('blue');
  stage.hosted.zoneBoot('blue');
};
const OPERATIONS: readonly Operation[] = [
  {
    name: 'create',
    prepare: async () => stage.append('foreign0\tclass=int,4;\n'),
    run: (signal) => stage.dladm.create('vpn0', { ...LINK, signal }),
    requests: ['zones', 'create', 'setprop', 'plumb', 'info'],
    records: true,
  },
  {
    name: 'create a temporary link, in a zone',
    prepare: zone,
    run: (signal) =>
      stage.dladm.create('vpn0', { ...LINK, lifetime: 'temporary', zone: 'blue', signal }),
    requests: ['zones', 'create', 'set zone', 'setprop', 'plumb', 'info'],
    records: false,
  },
  {
    name: 'destroy',
    prepare: () => stage.dladm.create('vpn0', LINK),
    run: (signal) => stage.dladm.destroy('vpn0', { signal }),
    requests: ['info', 'zones', 'destroy'],
    records: true,
  },
  {
    name: 'destroy what is only recorded',
    prepare: () => stage.recordOnly('vpn0'),
    run: (signal) => stage.dladm.destroy('vpn0', { signal }),
    requests: ['info', 'zones'],
    records: true,
  },
  {
    name: 'rename',
    prepare: () => stage.dladm.create('vpn0', LINK),
    run: (signal) => stage.dladm.rename('vpn0', 'net7', { signal }),
    requests: ['info', 'zones', 'rename'],
    records: true,
  },
  {
    name: 'rename what is only recorded',
    prepare: () => stage.recordOnly('vpn0'),
    run: (signal) => stage.dladm.rename('vpn0', 'net7', { signal }),
    requests: ['info', 'zones'],
    records: true,
  },
  {
    name: 'up',
    prepare: async () => {
      await stage.dladm.create('vpn0', LINK);
      const record = stage.record();
      await stage.dladm.destroy('vpn0');
      stage.append(record);
    },
    run: upVpn0,
    requests: ['zones', 'list', 'create', 'setprop', 'plumb', 'info'],
    records: false,
  },
  {
    name: 'set',
    prepare: () => stage.dladm.create('vpn0', LINK),
    run: (signal) => stage.dladm.setProps('vpn0', { mtu: 9000, linger: 9 }, { signal }),
    requests: ['info', 'zones', 'setprop'],
    records: true,
  },
  {
    name: 'set and lend',
    prepare: async () => {
      await zone();
      await stage.dladm.create('vpn0', LINK);
    },
    run: (signal) =>
      stage.dladm.setProps('vpn0', { mtu: 9000, zone: 'blue' }, { temporary: true, signal }),
    requests: ['info', 'zones', 'getprop', 'setprop', 'set zone'],
    records: false,
  },
  {
    name: 'reset',
    prepare: () => stage.dladm.create('vpn0', LINK),
    run: (signal) => stage.dladm.resetProps('vpn0', undefined, { signal }),
    requests: ['info', 'zones', 'setprop'],
    records: true,
  },
  {
    name: 'reset, and take back',
    prepare: async () => {
      await zone();
      await stage.dladm.create('vpn0', LINK);
      await stage.dladm.setProps('vpn0', { zone: 'blue' }, { temporary: true });
    },
    run: (signal) => stage.dladm.resetProps('vpn0', ['zone', 'mtu', 'linger'], { signal }),
    requests: ['info', 'zones', 'getprop', 'setprop', 'set zone'],
    records: true,
  },
  {
    name: 'create below another root',
    prepare: async () => stage.append('foreign0\tclass=int,4;\n'),
    run: (signal) => openRecords(stage.root).create('vpn0', { mac: '2:8:20:1:2:3', signal }),
    requests: [],
    records: true,
  },
];

/** Everything that there is, the link's own properties included. */
async function everything(): Promise<unknown> {
  const properties = [];
  for await (const { name, info } of stage.dladm.list()) {
    properties.push(info === undefined ? name : await stage.dladm.getProps(name));
  }
  return { ...(stage.everything() as object), properties };
}

/** Takes down what an operation that succeeded has made, for the next round. */
async function clear(): Promise<void> {
  for (const { linkid, zoneid } of stage.hosted.dlList()) {
    if (zoneid !== 0) stage.hosted.dlSetZone(linkid, 0);
  }
  for await (const { name } of stage.dladm.list()) {
    await stage.dladm.destroy(name, { force: true });
  }
  for (const { name, zoneid } of stage.hosted.zoneList()) {
    if (name === 'global') continue;
    if (zoneid !== undefined) stage.hosted.zoneHalt(name);
    stage.hosted.zoneDestroy(name);
  }
  stage.forget();
}

/** Runs an operation that may fail, from a clean start; it happens, or nothing does. */
async function once(
  { prepare }: Operation,
  what: string,
  run: () => Promise<unknown>,
): Promise<void> {
  await prepare();
  const before = await everything();
  await stage.reopen();
  const error = await run();
  if (error !== undefined) {
    expect(error, what).toSatisfy((e) => e instanceof DladmError || e instanceof AbortError);
    expect(await everything(), what).toEqual(before);
  }
  await clear();
}

describe.each(OPERATIONS.map((operation) => [operation.name, operation] as const))(
  '%s is all or nothing',
  (_name, operation) => {
    it('whichever step fails', { timeout: 60_000 }, async () => {
      const failed: string[] = [];
      for (let nth = 1, last: readonly string[] = []; nth === 1 || last.length >= nth - 1; nth++) {
        await once(operation, `step ${nth}, after ${last[nth - 2]}`, async () => {
          const { error, steps } = await doors.run(() => operation.run(), nth);
          last = steps;
          if (error !== undefined) failed.push(steps[nth - 1] ?? '');
          return error;
        });
      }
      const requests = failed.map((step) => REQUESTS[step]).filter((name) => name !== undefined);
      expect(new Set(requests)).toEqual(new Set(operation.requests));
      const writing = ['fsyncSync', 'link datalink.conf', 'rename datalink.conf.unet-new', 'sync'];
      const wrote = new Set(failed.filter((step) => writing.includes(step)));
      expect([...wrote]).toEqual(operation.records ? writing : []);
      expect(failed.filter((step) => step.startsWith('ioctl') && !(step in REQUESTS))).toEqual([]);
    });

    it('wherever it is aborted', async () => {
      let aborted = 0;
      for (let nth = 1; aborted === nth - 1; nth++) {
        let looks = 0;
        const signal = {
          get aborted(): boolean {
            looks += 1;
            return looks >= nth;
          },
        } as AbortSignal;
        await once(operation, `look ${nth}`, async () => {
          const error = await operation.run(signal).then(
            () => undefined,
            (reason: unknown) => reason,
          );
          if (error !== undefined) {
            expect(error).toMatchObject({ code: 'ABORT_ERR' });
            aborted += 1;
          }
          return error;
        });
      }
      expect(aborted).toBeGreaterThan(0);
    });

    it.each(Object.keys(FAULT_KINDS) as FaultKind[])('whichever %s fails', async (kind) => {
      for (let nth = 1, seen = nth; seen >= nth; nth++) {
        await once(operation, `${kind} ${nth}`, async () => {
          stage.hosted.fault(kind, nth);
          const error = await operation.run().then(
            () => undefined,
            (reason: unknown) => reason,
          );
          seen = Number(stage.hosted.fault(kind, 0));
          return error;
        });
      }
    });
  },
);
