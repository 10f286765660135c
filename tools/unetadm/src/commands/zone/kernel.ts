import type { Terminal } from 'libofmt';
import { type HostedControl, openKernel } from 'libsys';
import { report } from '../../session.ts';

/** Lets `work` use the zones of the hosted kernel, which is started where it can be. */
export async function withZones(
  terminal: Terminal,
  tried: string,
  work: (zones: HostedControl) => number,
): Promise<number> {
  try {
    const kernel = await openKernel();
    try {
      if (kernel.hosted === undefined) {
        throw new Error('zones of this system are administered with zoneadm');
      }
      return work(kernel.hosted);
    } finally {
      kernel.dispose();
    }
  } catch (error) {
    return report(terminal, tried, error);
  }
}
