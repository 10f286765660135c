import { describe, expect, it } from 'vitest';
import { checkPrivileges, checkTap, type PrivilegeSource } from './privileges.ts';

const without = 'links without stack= are on a segment in memory (stack=bus)';
const source = (more: Partial<PrivilegeSource> = {}): PrivilegeSource => ({
  capabilities: () => 'Name:\tnode\nCapEff:\t0000000000001000\n',
  openTun: () => undefined,
  ppriv: () => '1:\tnode\n\tE: basic,net_rawaccess,sys_dl_config\n\tI: basic\n',
  ...more,
});

const failing = (code: string) => () => {
  throw Object.assign(new Error(code), { code });
};

describe('checkTap', () => {
  it('is content where the server may make interfaces', () => {
    expect(checkTap(1, source()).all).toMatchObject([{ status: 'ok' }]);
  });

  it.each([
    [
      source({ openTun: failing('ENOENT') }),
      `this host has no /dev/net/tun: ${without}`,
      'sudo modprobe tun',
    ],
    [
      source({ openTun: failing('EACCES') }),
      `/dev/net/tun is not for this user: ${without}`,
      'sudo unetadm doctor',
    ],
    [
      source({ capabilities: () => 'CapEff:\t0000000000000fff\n' }),
      `the server, process 1, may not make TAP interfaces: ${without}`,
      'sudo unetadm doctor',
    ],
  ])('%#', (from, text, next) => {
    expect(checkTap(1, from).all).toEqual([{ status: 'warning', about: 'privileges', text, next }]);
  });

  it('looks at this process where there is no server', () => {
    const seen: unknown[] = [];
    const capabilities = (pid: number | 'self'): string => {
      seen.push(pid);
      return 'CapEff:\t0\n';
    };
    expect(checkTap(undefined, source({ capabilities })).all[0]?.text).toMatch(
      /^this user may not/,
    );
    expect(seen).toEqual(['self']);
  });
});

describe('checkPrivileges', () => {
  it('is content with what illumos asks for, by name or as all', () => {
    expect(checkPrivileges(source()).all).toMatchObject([{ status: 'ok' }]);
    expect(checkPrivileges(source({ ppriv: () => '1:\tnode\n\tE: all\n' })).all).toMatchObject([
      { status: 'ok' },
    ]);
  });

  it('names what is missing', () => {
    expect(checkPrivileges(source({ ppriv: () => '\tE: basic,net_rawaccess\n' })).all).toEqual([
      {
        status: 'warning',
        about: 'privileges',
        text: 'there is no sys_dl_config: making and changing links needs it',
        next: 'pfexec unetadm doctor',
      },
    ]);
  });

  it('says that it cannot tell', () => {
    expect(checkPrivileges(source({ ppriv: failing('ENOENT') })).all).toEqual([
      {
        status: 'warning',
        about: 'privileges',
        text: 'ppriv(1) does not tell which there are: ENOENT',
      },
    ]);
  });
});
