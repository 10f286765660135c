import { randomBytes } from 'node:crypto';
import { isSysError } from 'libsys';
import { UNET_MACLEN } from 'libsys/unet-abi';
import type { Ground } from './ground.ts';
import type { Lifetime, LinkInfo } from './link.ts';
import type { LinkName } from './link-name.ts';
import { type MacAddress, toMacAddress } from './mac-address.ts';
import { offloadsOf } from './properties.ts';
import type { LinkId } from './registry.ts';
import type { SavedLink } from './saved-link.ts';
import type { Steps } from './steps.ts';
import { GLOBAL_ZONE, type Zone } from './zone.ts';

/** What is to be made in the kernel. */
export interface Plan {
  readonly name: LinkName;
  readonly lifetime: Lifetime;
  readonly link: SavedLink;
  /** The zone to lend it to. */
  readonly zone?: Required<Zone> | undefined;
  /** Whether it has an id from being recorded. */
  readonly id: 'new' | 'recorded';
}

/** A unicast address that no manufacturer has given: what the driver chooses when it has to. */
export function randomMac(): MacAddress {
  const bytes = randomBytes(UNET_MACLEN);
  bytes[0] = ((bytes[0] ?? 0) & ~0x1) | 0x2;
  return toMacAddress(bytes);
}

/** Makes a link in the kernel: the steps that `create` and `up` have in common. */
export function makeLink(ground: Ground, steps: Steps, plan: Plan): LinkInfo {
  const { ctl, registry } = ground;
  const { name, lifetime, link, zone } = plan;
  const made = steps.do(
    () =>
      plan.id === 'recorded'
        ? registry.recordedId(name)
        : registry.createId(name, lifetime === 'persistent' ? 'persistent' : 'temporary'),
    (id) => id.release(),
  );
  const linkId = steps.do(
    () => ctl.create(name, made.id, lifetime, link.properties),
    (id) => unlessGone(() => ctl.destroy({ linkId: id, name }, { force: true })),
  );
  steps.do(() => made.confirm());
  if (zone !== undefined) {
    steps.do(
      () => registry.setZone(linkId, name, zone),
      () => unlessGone(() => registry.setZone(linkId, name, GLOBAL_ZONE)),
    );
  }
  finishLink(ground, steps, { name, linkId }, link);
  return steps.do(() => ctl.info({ linkId, name }));
}

/** Takes a step back, unless somebody has destroyed the link meanwhile, and the step with it. */
function unlessGone(undo: () => void): void {
  try {
    undo();
  } catch (error) {
    if (!isSysError(error, 'ENOENT') && !isSysError(error, 'ENXIO')) throw error;
  }
}

/** Gives a link in the kernel what it was not made with. */
export function finishLink(
  { ctl, registry }: Ground,
  steps: Steps,
  which: { name: LinkName; linkId: LinkId },
  { properties, stack }: SavedLink,
): void {
  const offloads = offloadsOf(properties);
  if (Object.keys(offloads).length > 0) {
    steps.do(() => ctl.setProps(which, offloads));
  }
  if (registry.stack !== undefined) {
    const { stack: ends } = registry;
    steps.do(() => ends.plumb(which.linkId, stack ?? 'auto'));
  }
}
