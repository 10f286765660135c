import { describe, expect, it } from 'vitest';
import { internetChecksum, internetSum, isIntactSum } from './checksum.ts';

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

describe('checksum', () => {
  it('is that of the example in RFC 1071 §3', () => {
    const example = bytes('0001 f203 f4f5 f6f7');
    expect(internetChecksum(internetSum(example, 0, 8))).toBe(0xffff - 0xddf2);
  });

  it('is that of a well-known IPv4 header', () => {
    const header = bytes('4500 0073 0000 4000 4011 0000 c0a8 0001 c0a8 00c7');
    expect(internetChecksum(internetSum(header, 0, 20))).toBe(0xb861);
  });

  it('pads an odd last byte with zero', () => {
    expect(internetSum(bytes('0102 03'), 0, 3)).toBe(0x0102 + 0x0300);
  });

  it('goes on from a pseudo-header', () => {
    const data = bytes('1234 5678 9abc');
    expect(internetSum(data, 2, 6, internetSum(data, 0, 2))).toBe(internetSum(data, 0, 6));
  });

  it('folds carries of a long message', () => {
    const ones = new Uint8Array(9000).fill(0xff);
    expect(internetChecksum(internetSum(ones, 0, 9000))).toBe(0);
  });

  it('finds a broken byte', () => {
    const header = bytes('4500 0073 0000 4000 4011 b861 c0a8 0001 c0a8 00c7');
    expect(isIntactSum(internetSum(header, 0, 20))).toBe(true);
    header[3] = 0x74;
    expect(isIntactSum(internetSum(header, 0, 20))).toBe(false);
  });
});
