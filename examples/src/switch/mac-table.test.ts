import { describe, expect, it } from 'vitest';
import { MacTable } from './mac-table.ts';

const A = 0x02_00_00_00_00_0a;
const B = 0x02_00_00_00_00_0b;
const C = 0x02_00_00_00_00_0c;

describe('a MAC table', () => {
  it('knows who sent something, and where it moved', () => {
    const table = new MacTable({ stations: 8, age: 1000 });
    expect(table.find(A, 0)).toBe(-1);
    expect(table.learn(A, 3, 0)).toBe(true);
    expect(table.find(A, 0)).toBe(3);
    table.learn(A, 4, 10);
    expect(table.find(A, 10)).toBe(4);
  });

  it('forgets who is silent, not who goes on', () => {
    const table = new MacTable({ stations: 8, age: 5000 });
    table.learn(A, 1, 0);
    table.learn(B, 2, 0);
    table.learn(B, 2, 4000);
    expect(table.find(A, 4999)).toBe(1);
    expect(table.find(A, 5000)).toBe(-1);
    expect(table.find(B, 8999)).toBe(2);
    expect(table.find(B, 9000)).toBe(-1);
    expect(table.size).toBe(0);
  });

  it('is never larger than it may be, and makes room by age', () => {
    const table = new MacTable({ stations: 2, age: 5000 });
    table.learn(A, 1, 0);
    table.learn(B, 2, 1);
    expect(table.learn(C, 3, 2)).toBe(false);
    expect(table.find(C, 2)).toBe(-1);
    expect(table.find(A, 2)).toBe(1);
    table.learn(A, 1, 4000); // so B is the one that was silent for longest
    expect(table.learn(C, 3, 6000)).toBe(true);
    expect(table.find(A, 6000)).toBe(1);
    expect(table.find(B, 6000)).toBe(-1);
    expect(table.size).toBe(2);
  });

  it('forgets a port', () => {
    const table = new MacTable({ stations: 8, age: 5000 });
    table.learn(A, 1, 0);
    table.learn(B, 2, 0);
    table.forget(1);
    expect(table.find(A, 0)).toBe(-1);
    expect(table.find(B, 0)).toBe(2);
  });
});
