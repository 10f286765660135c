import fc from 'fast-check';
import type { Attributes, ConfValue } from './conf-line.ts';

/** Arbitrary parts of a `datalink.conf`, one character a byte. */

const letters = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const digits = [...'0123456789'];
const chars = (from: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...from);
const text = (from: readonly string[], minLength: number, maxLength: number) =>
  fc.array(chars(from), { minLength, maxLength }).map((parts) => parts.join(''));

/** What may be the name of a link in a line. */
export const linkName: fc.Arbitrary<string> = fc
  .tuple(chars([...letters, '_', '.']), text([...letters, ...digits, '_', '.'], 0, 6))
  .map((parts) => parts.join(''));

const attributeName = fc
  .tuple(chars([...letters, '_']), text([...letters, ...digits, '_', '-', '.'], 0, 30))
  .map((parts) => parts.join(''))
  .filter((name) => !['name', 'linkid', 'zone', 'transient', 'class', 'media'].includes(name));

const printable = Array.from({ length: 94 }, (_, i) => String.fromCharCode(0x21 + i));
const valueText = text(
  printable.filter((char) => !'=;,'.includes(char)),
  1,
  40,
);
const value: fc.Arbitrary<ConfValue> = fc.oneof(
  valueText,
  fc.boolean(),
  fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
);

/** Attributes that a line can hold. */
export const attributes: fc.Arbitrary<Attributes> = fc
  .tuple(
    fc.bigInt(0n, 0x7ffn),
    fc.uniqueArray(fc.tuple(attributeName, value), { maxLength: 8, selector: ([name]) => name }),
  )
  .map(([linkClass, others]) => new Map<string, ConfValue>([['class', linkClass], ...others]));

/** Pieces of which most lines are nearly right, so that what is wrong is wrong in one place. */
const piece = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom('class=int,32;', 'media=int,4;', 'v=string,x;', 'w=boolean,1;'),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'v=string,a,b;',
      'name=string,other0;',
      'x=int,-7;',
      'linkid=int,9;',
    ),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ...['=', ',', ';', ' ', '\t', '\r', '\v', '\f', '#', '0', 'a', '\0', '\u00e9', '\u00ff'],
      ...['v=', 'int,', 'string,', 'float,1;', 'x=int,9999999999999999999;', 'v=string,;'],
      ...['x=int,q;', 'w=boolean,7;', 'class=string,5;', `${'n'.repeat(40)}=int,1;`],
    ),
  },
);
const start = fc.oneof(
  { weight: 6, arbitrary: linkName.map((name) => `${name}\t`) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '',
      '#',
      '  ',
      ' # x',
      '\t',
      'a0 ',
      ' a0\t',
      '12 ',
      '7\t',
      'bad-name\t',
    ),
  },
);

/** A line, right or nearly right, without the newline. */
export const line: fc.Arbitrary<string> = fc
  .tuple(start, fc.array(piece, { maxLength: 7 }))
  .map(([head, pieces]) => head + pieces.join(''));

/** A file: lines of all kinds, or any bytes. */
export const file: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .array(line, { maxLength: 12 })
      .map((lines) => lines.map((one) => `${one}\n`).join('')),
  },
  { weight: 2, arbitrary: fc.array(line, { maxLength: 12 }).map((lines) => lines.join('\n')) },
  { weight: 1, arbitrary: fc.array(line, { maxLength: 8 }).map((lines) => lines.join('\r\n')) },
  {
    weight: 2,
    arbitrary: fc
      .uint8Array({ maxLength: 300 })
      .map((bytes) => Buffer.from(bytes).toString('latin1')),
  },
);
