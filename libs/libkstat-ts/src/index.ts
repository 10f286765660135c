/**
 * {@include ../README.md}
 *
 * @module libkstat-ts
 */

export { type OpenKstatOptions, openKstat } from './choose.ts';
export type { Kstat, KstatData, KstatFilter, KstatReader } from './kstat.ts';
