/**
 * {@include ../README.md}
 *
 * @module libdladm-ts
 */

export {
  defaultRoot,
  type OpenDladmOptions,
  openDladm,
  openRecords,
  ownRoot,
} from './choose.ts';
export type { PropertyValue } from './ctl.ts';
export { PROPERTY_DEFAULTS } from './defaults.ts';
export { Dladm, type UpResult } from './dladm.ts';
export { DladmError } from './errors.ts';
export type { Lifetime, Link, LinkInfo } from './link.ts';
export { isLinkName, LINK_NAME_MAX, type LinkName, parseLinkName } from './link-name.ts';
export { LinkRecords } from './link-records.ts';
export { type MacAddress, parseMacAddress } from './mac-address.ts';
export type { LinkResult, NewLink } from './many-links.ts';
export type {
  ChangeOptions,
  CreateOptions,
  DestroyOptions,
  LinkOptions,
  LinkValues,
  PropertyOptions,
} from './options.ts';
export { type LinkProperties, PROPERTY_NAMES, type SettableName, settable } from './properties.ts';
export { checkRecords, type RecordProblem, type RecordsCheck } from './records-check.ts';
export type { SavedLink } from './saved-link.ts';
export { parseStackEnd, type StackEnd } from './stack-end.ts';
export type { DladmStatus } from './status.ts';
export { GLOBAL_ZONE, type Zone } from './zone.ts';
