import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkRecords } from './records-check.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'unet-records-'));
  mkdirSync(join(root, 'etc/dladm'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const file = (): string => join(root, 'etc/dladm/datalink.conf');
const ours = (name: string, more = ''): string =>
  `${name}\tclass=int,1024;media=int,4;unettype=int,1;${more}`;

describe('checkRecords', () => {
  it('finds nothing wrong where there is nothing', () => {
    expect(checkRecords(root)).toEqual({ path: file(), names: [], problems: [] });
  });

  it('tells what is wrong with each line, and which links can be made', () => {
    const lines = [
      '# a comment',
      '',
      ours('vpn0', 'mtu=string,9000;'),
      'net0\tclass=int,1;media=int,4;',
      'vpn1\tclass=int,1024;media',
      ours('vpn2', 'mtu=string,huge;'),
      ours('vpn0'),
      ours('vpn'),
      ours('vpn3'),
    ];
    writeFileSync(file(), `${lines.join('\n')}\n`);
    expect(checkRecords(root)).toEqual({
      path: file(),
      names: ['vpn0', 'vpn3'],
      problems: [
        { line: 5, reason: '"media" is not attribute=type,value' },
        { line: 6, reason: 'vpn2: mtu must be a number, not huge' },
        { line: 7, reason: 'vpn0 has a line already, line 3' },
        { line: 8, reason: 'no link can be called vpn' },
      ],
    });
  });

  it('throws where the file cannot be read', () => {
    mkdirSync(file());
    expect(() => checkRecords(root)).toThrow(expect.objectContaining({ name: 'DladmError' }));
  });
});
