import { DladmError, openDladm } from 'libdladm-ts';
import { findNative, loadLibrary, openKernel } from 'libsys';
import { expect } from 'vitest';

/** A user who may nothing, in a zone: the kernel is in this process, where a thread can be anybody. */
const NOBODY = 65_534;

/** @see hk_cred_t in kernel/hosted/hk.h: uid, gid, zone, privileges */
const cred = (): Buffer => Buffer.from(Uint32Array.of(NOBODY, NOBODY, 0, 0).buffer);

/** Runs `work` as somebody without privileges. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  const library = loadLibrary<{ hk_setcred(cred: Uint8Array | null): number }>(
    findNative('libunethk.so'),
    { hk_setcred: { result: 'int', params: ['void *'] } },
  );
  expect(library.hk_setcred(cred())).toBe(0);
  try {
    return await work();
  } finally {
    library.hk_setcred(null);
  }
}

/** Z13: such a program is denied what changes links in its zone, and nothing else. */
export async function withoutPrivileges(): Promise<void> {
  using kernel = await openKernel({ kernel: 'inproc' });
  kernel.hosted?.zoneCreate('blue');
  kernel.hosted?.zoneBoot('blue');
  const inZone = await openKernel({ kernel: 'inproc', zone: 'blue' });
  using blue = await openDladm({ kernel: inZone, root: '/nonexistent' });
  const how = { lifetime: 'temporary', stack: 'none' } as const;
  await blue.create('vpn0', how);
  await asNobody(async () => {
    const denied = async (work: Promise<unknown>): Promise<void> => {
      const error: unknown = await work.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(DladmError);
      expect(error).toMatchObject({ status: 'DENIED' });
    };
    await denied(blue.create('vpn1', how));
    await denied(blue.destroy('vpn0'));
    await denied(blue.setProps('vpn0', { mtu: 1400 }, { temporary: true }));
    await denied(blue.rename('vpn0', 'vpn1'));
    expect(await blue.info('vpn0')).toMatchObject({ mtu: 1500, lifetime: 'transient' });
    expect((await blue.find('vpn0')).zone).toBe('blue');
  });
  await blue.destroy('vpn0');
  blue.close();
  inZone.dispose();
}
