import { isSysError } from 'libsys';
import type { UnetPropName } from 'libsys/unet-abi';
import type { Change } from './conf-change.ts';
import type { Found, Ground } from './ground.ts';
import type { LinkName } from './link-name.ts';
import type { LinkProperties } from './properties.ts';
import type { Edit } from './registry.ts';
import type { Steps } from './steps.ts';
import type { Zone } from './zone.ts';

/** What is to be done to the properties of a link. */
export interface PropertyChange {
  /** For the driver. */
  readonly values: LinkProperties;
  /** The zone that the link is to be in. */
  readonly zone?: Required<Zone> | undefined;
  /** What is to be recorded, made of what is; absent: nothing changes there. */
  readonly record?: ((recorded: LinkProperties) => LinkProperties) | undefined;
}

/**
 * The steps of setting and resetting. The record goes first, because it can be put back for certain;
 * what the driver does is all or nothing in itself.
 */
export async function changeProperties(
  { ctl, registry }: Ground,
  steps: Steps,
  link: LinkName,
  { info, recorded }: Found,
  change: PropertyChange,
  signal?: AbortSignal,
): Promise<void> {
  const { values, zone, record: edit } = change;
  const prepare = async (): Promise<Change | undefined> => {
    if (edit === undefined) return undefined;
    const made: Edit = { edit: (saved) => ({ ...saved, properties: edit(saved.properties) }) };
    try {
      return await registry.change(link, made, signal);
    } catch (error) {
      // It was not recorded when it was found, and whoever made it has not done so since.
      if (recorded || !isSysError(error, 'ENOENT')) throw error;
      return undefined;
    }
  };
  const record = await steps.wait(prepare, (made) => made?.cancel());
  if (info !== undefined) {
    const names = Object.keys(values) as UnetPropName[];
    if (record !== undefined) {
      steps.do(() => record.apply());
    }
    const before =
      zone === undefined || names.length === 0 ? [] : steps.do(() => ctl.getProps(info, names));
    if (names.length > 0) {
      steps.do(
        () => ctl.setProps(info, values),
        () => {
          if (before.length > 0) {
            ctl.setProps(info, Object.fromEntries(before.map(({ name, value }) => [name, value])));
          }
        },
      );
    }
    if (zone !== undefined) {
      steps.do(() => registry.setZone(info.linkId, link, zone));
    }
  }
  record?.commit();
}
