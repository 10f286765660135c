import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/**
 * Every message that a tool can show is expected by one of the tests here, in a golden file or in
 * words. The messages are collected from where they are written, so that a new one without a test is
 * told of.
 */

const repository = new URL('../../../', import.meta.url);
/** What comes with `marker` in front of it, as the texts of strings and templates. */
function textsAfter(marker: string, source: string): string[] {
  const string = String.raw`'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\`(?:[^\`\\]|\\.)*\``;
  const found = source.matchAll(new RegExp(`(?:${marker})\\s*\\(?\\s*(${string})`, 'g'));
  return Array.from(found, ([, text = '']) => text.slice(1, -1).replaceAll("\\'", "'"));
}

/** What a message looks like; `undefined` if nothing of it is fixed. */
function patternOf(text: string): RegExp | undefined {
  const parts = text.split(/\$\{(?:[^{}]|\{[^{}]*\})*\}/);
  return parts.every((part) => part.replace(/[^A-Za-z]/g, '').length < 4)
    ? undefined
    : new RegExp(parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*'));
}

const read = (folder: string, files: RegExp): string =>
  readdirSync(new URL(folder, repository), { recursive: true, encoding: 'utf8' })
    .filter((file) => files.test(file) && file !== 'messages.test.ts')
    .map((file) => readFileSync(new URL(`${folder}${file}`, repository), 'utf8'))
    .join('\n');

const sources = (folder: string): string => read(folder, /(?<!\.(test|fixture))\.ts$/);

/** What is expected by tests of the tools, and of the libraries whose messages they show. */
const expected = [
  read('tests/cli/golden/', /\.txt$/),
  ...['tests/cli/src/', 'tools/', 'libs/libdladm-ts/src/', 'libs/libofmt/src/'].map((folder) =>
    read(folder, /^(?!.*node_modules).*\.test\.ts$/),
  ),
]
  .join('\n')
  .replaceAll("\\'", "'");

/** What nothing that is typed here brings about, and why. */
const NOT_HERE: ReadonlyMap<string, string> = new Map([
  [
    'link is lent to zone *: take it back first (unetadm reset * zone)',
    'is said of a link on loan',
  ],
  ['zones of this system are administered with zoneadm', 'is said on illumos'],
  ['the driver has no statistic *', 'is said of a driver of another version'],
  ['another root directory is not possible here: dlmgmtd keeps the records', 'is said on illumos'],
  ['*: another program keeps changing it', 'wants a writer without a lock, again and again'],
  ['*: another program is changing it', 'wants a lock that is held for longer than a test takes'],
  [
    '*: it is owned by *:*, and would not be any more',
    'is said to users who cannot give a file back',
  ],
  ['*: too large for a file of links', 'wants a file of 64 MiB'],
  ['link is gone, but its name is not free: *', 'wants a kernel that fails between two steps'],
  ['somebody else has just destroyed it', 'wants two programs at the same instant'],
  ['somebody else has just destroyed or renamed it', 'wants two programs at the same instant'],
  ["this system's libdladm knows no properties of such links: it is too old", 'is said on illumos'],
  ['this system has an IP stack of its own: stack cannot be chosen', 'is said on illumos'],
]);

/** A message with a star for each of its holes. */
const starred = (text: string): string => text.replace(/\$\{[^}]*\}/g, '*');

function untested(texts: readonly string[]): string[] {
  return [...new Set(texts)].filter((text) => {
    const pattern = patternOf(text);
    return pattern !== undefined && !pattern.test(expected) && !NOT_HERE.has(starred(text));
  });
}

const tools = ['tools/unetadm/src/', 'tools/unetstat/src/'].map(sources).join('\n');

describe('messages', () => {
  it('about command lines', () => {
    const texts = textsAfter('new UsageError', `${tools}\n${sources('libs/libofmt/src/')}`);
    expect(texts.length).toBeGreaterThan(15);
    expect(untested(texts)).toEqual([]);
  });

  it('about output fields', () => {
    const texts = textsAfter("new OfmtError\\('\\w+',", sources('libs/libofmt/src/'));
    expect(texts.length).toBeGreaterThan(2);
    expect(untested(texts)).toEqual([]);
  });

  it('of the tools themselves', () => {
    const texts = textsAfter(
      'new Error|refuse\\(property,|return refuse\\(property,|reason[:=]',
      tools,
    );
    expect(texts.length).toBeGreaterThan(5);
    expect(untested(texts)).toEqual([]);
  });

  it('of the doctor', () => {
    const texts = textsAfter('found\\.(?:warning|fault)', sources('tools/unetadm/src/doctor/'));
    expect(texts.length).toBeGreaterThan(15);
    expect(untested(texts)).toEqual([]);
  });

  it('of libdladm-ts', () => {
    const texts = textsAfter('reason ?[:=]', sources('libs/libdladm-ts/src/'));
    expect(texts.length).toBeGreaterThan(20);
    expect(untested(texts)).toEqual([]);
  });

  it('that cannot be brought about here are still said somewhere', () => {
    const all = starred(`${tools}\n${sources('libs/libdladm-ts/src/')}`);
    expect([...NOT_HERE.keys()].filter((text) => !all.includes(text))).toEqual([]);
  });
});
