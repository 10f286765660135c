import { describe, expect, it } from 'vitest';
import { kstatCtl, kstatHeader, kstatNamed } from './layout.ts';

/** Sizes and offsets that a C compiler on illumos (amd64) gives these structures. */
describe('the structures of libkstat', () => {
  it('kstat_t', () => {
    // The members that only the kernel uses follow; they are not read.
    const offsets = Object.fromEntries(kstatHeader.members.map((m) => [m.name, m.offset]));
    expect(offsets).toEqual({
      ks_crtime: 0,
      ks_next: 8,
      ks_kid: 16,
      ks_module: 20,
      ks_resv: 51,
      ks_instance: 52,
      ks_name: 56,
      ks_type: 87,
      ks_class: 88,
      ks_flags: 119,
      ks_data: 120,
      ks_ndata: 128,
      ks_data_size: 136,
      ks_snaptime: 144,
    });
  });

  it('kstat_ctl_t', () => {
    expect(kstatCtl.size).toBe(24);
    expect(kstatCtl.members.map(({ offset }) => offset)).toEqual([0, 8, 16]);
  });

  it('kstat_named_t', () => {
    expect(kstatNamed.size).toBe(48);
    expect(kstatNamed.members.map(({ offset }) => offset)).toEqual([0, 31, 32]);
  });
});
