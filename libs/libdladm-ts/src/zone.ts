/** A zone. */
export interface Zone {
  readonly name: string;
  /** Its id, another one after each boot; absent while it does not run. */
  readonly id?: number;
}

/** @see GLOBAL_ZONEID, GLOBAL_ZONENAME in illumos' sys/zone.h */
export const GLOBAL_ZONE: Required<Zone> = Object.freeze({ name: 'global', id: 0 });
