/**
 * The ABI of the driver, for the packages that speak it: structures, numbers, names, values, and
 * what a link can be called.
 *
 * @module libsys/unet-abi
 */

export type { MemberLayout, Struct, StructLayout } from './layout.ts';
export * from './link-name.ts';
export * from './unet-header.ts';
export * from './unet-value.ts';
