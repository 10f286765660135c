import { type Kernel, SysError } from 'libsys';
import { describe, expect, it } from 'vitest';
import { StatsReader } from './stats-reader.ts';

describe('StatsReader', () => {
  it('tries again after a failure', async () => {
    const failures = ['EMFILE', 'ENFILE'];
    const kernel = {
      get hosted(): never {
        throw new SysError({ code: failures.shift() ?? 'EINVAL', syscall: 'open' });
      },
    } as unknown as Kernel;
    const reader = new StatsReader(kernel, 'vpn0');
    await expect(reader.read()).rejects.toMatchObject({ code: 'EMFILE', link: 'vpn0' });
    await expect(reader.read()).rejects.toMatchObject({ code: 'ENFILE', link: 'vpn0' });
    reader.close();
  });
});
