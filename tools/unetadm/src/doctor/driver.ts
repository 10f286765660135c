import { existsSync, readFileSync } from 'node:fs';
import { Findings } from './finding.ts';

/** What the check asks the system; tests put something else in its place. */
export interface DriverSource {
  /** Whether the driver's own node is there: it is as long as the driver is attached. */
  readonly attached: () => boolean;
  /** The drivers that the system knows, a line each. @throws {Error} */
  readonly drivers: () => string;
}

const SYSTEM: DriverSource = {
  attached: () => existsSync('/dev/unet/ctl'),
  drivers: () => readFileSync('/etc/name_to_major', 'utf8'),
};

/** Looks whether illumos has the driver. */
export function checkDriver(source: DriverSource = SYSTEM): Findings {
  const found = new Findings('kernel');
  if (source.attached()) {
    found.ok('illumos, with the unet driver');
  } else if (/^unet\s/m.test(source.drivers())) {
    found.fault('the unet driver is installed, but not attached', 'pfexec devfsadm -i unet');
  } else {
    found.fault("the unet driver is not installed: docs/illumos.md of unet's repository says how");
  }
  return found;
}
