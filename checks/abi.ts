/**
 * The ABI has one source, the C headers. What TypeScript says of it is compared here with what the
 * C compiler says, as `kernel/tests/abi_dump.c` prints it.
 */

interface Member {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

interface Layout {
  readonly name: string;
  readonly size: number;
  readonly members: readonly Member[];
}

interface Prop {
  readonly id: number;
  readonly symbol: string;
  readonly name: string;
  readonly perm: number;
}

/** What `abi_dump --json` prints. */
export interface Dump {
  readonly structs: readonly Layout[];
  /** Those that differ with the data model; the compiler's is Node's. */
  readonly nativeStructs: readonly Layout[];
  readonly numbers: Readonly<Record<string, number>>;
  readonly texts: Readonly<Record<string, string>>;
  readonly errnoTexts: Readonly<Record<string, string>>;
  readonly props: readonly Prop[];
}

/** What TypeScript says of the same things. */
export interface Declared {
  readonly structs: readonly Layout[];
  readonly numbers: Readonly<Record<string, number>>;
  readonly texts: Readonly<Record<string, string>>;
  readonly errnoTexts: Readonly<Record<string, string>>;
  readonly props: readonly Prop[];
}

const show = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));

function compareRecords<V>(
  what: string,
  c: Readonly<Record<string, V>>,
  ts: Readonly<Record<string, V>>,
): string[] {
  const names = [...new Set([...Object.keys(c), ...Object.keys(ts)])];
  return names
    .filter((name) => show(c[name]) !== show(ts[name]))
    .map((name) => `${what} ${name}: C has ${show(c[name])}, TypeScript ${show(ts[name])}`);
}

function byName(layouts: readonly Layout[]): Record<string, object> {
  return Object.fromEntries(
    layouts.map(({ name, size, members }) => [
      name,
      {
        size,
        members: members.map((member) => `${member.name}@${member.offset}+${member.size}`),
      },
    ]),
  );
}

function propsByName(props: readonly Prop[]): Record<string, object> {
  return Object.fromEntries(
    props.map(({ id, symbol, name, perm }) => [name, { id, symbol, perm }]),
  );
}

/** Names that a program has no use for: what other numbers are made of, or count. */
const INTERNAL = new Set(['UNET_IOC', 'HK_IOC', 'HK_FAULT_MAX']);

function without(
  names: ReadonlySet<string>,
  record: Readonly<Record<string, number>>,
): Record<string, number> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !names.has(name)));
}

/** Every difference between C and TypeScript, in words. */
export function compareAbi(c: Dump, ts: Declared): string[] {
  return [
    ...compareRecords('structure', byName([...c.structs, ...c.nativeStructs]), byName(ts.structs)),
    ...compareRecords('number', without(INTERNAL, c.numbers), without(INTERNAL, ts.numbers)),
    ...compareRecords('text', c.texts, ts.texts),
    ...compareRecords('error text', c.errnoTexts, ts.errnoTexts),
    ...compareRecords('property', propsByName(c.props), propsByName(ts.props)),
  ];
}

/** What a header declares: the names of its numbers and texts, and of its structures' members. */
export function declaredInHeader(header: string): { names: string[]; members: string[] } {
  const text = header
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/#ifdef\s+_KERNEL[\s\S]*?#endif/g, '')
    .replace(/\\\n/g, ' ');
  const defined = [...text.matchAll(/^#define\s+(\w+)[ \t]+\S/gm)].map(([, name = '']) => name);
  const enumerated = [...text.matchAll(/enum \w+ \{([\s\S]*?)\}/g)].flatMap(([, body = '']) =>
    [...body.matchAll(/^\s*([A-Z]\w*)\s*(?:[=,]|$)/gm)]
      .map(([, name = '']) => name)
      // A line like UNET_ERRNO_MAP(…) stands for the rows of a table, which is compared itself.
      .filter((name) => !body.includes(`${name}(`)),
  );
  const members = [...text.matchAll(/typedef struct \w+ \{([\s\S]*?)\} (\w+);/g)].flatMap(
    ([, body = '', type = '']) =>
      [...body.matchAll(/(\w+)(?:\[\w*\])?;/g)].map(([, member = '']) => `${type}.${member}`),
  );
  return { names: [...defined, ...enumerated], members };
}

/** What the headers declare and the dump leaves out, so that nothing escapes the comparison. */
export function missingFromDump(headers: readonly string[], dump: Dump): string[] {
  const listed = new Set([
    ...Object.keys(dump.numbers),
    ...Object.keys(dump.texts),
    ...[...dump.structs, ...dump.nativeStructs].flatMap(({ name, members }) =>
      members.map((member) => `${name}.${member.name}`),
    ),
  ]);
  return headers
    .map(declaredInHeader)
    .flatMap(({ names, members }) => [...names, ...members])
    .filter((name) => !listed.has(name));
}
