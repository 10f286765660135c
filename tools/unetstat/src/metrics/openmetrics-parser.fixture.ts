/**
 * A strict reader of the text format of OpenMetrics 1.0, written from its specification: what it does
 * not allow is an error.
 *
 * @see https://prometheus.io/docs/specs/om/open_metrics_spec/
 */

export interface ParsedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: string;
}

export interface ParsedFamily {
  readonly name: string;
  readonly type: string;
  readonly unit: string;
  readonly help: string;
  readonly samples: readonly ParsedSample[];
}

/** The suffixes that samples of each type may have. */
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  counter: ['_total', '_created'],
  gauge: [''],
  histogram: ['_bucket', '_count', '_sum', '_created'],
  info: ['_info'],
  unknown: [''],
};

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const META = /^# (TYPE|UNIT|HELP) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$/;
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/;
const NUMBER = /^(?:[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?[0-9]+)?|[+-]Inf|NaN)$/i;
const FLOAT = /^(?:[0-9]+\.[0-9]+|[+-]Inf)$/;

const plain = (text: string): string =>
  text.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char));

function readLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (let rest = text; rest !== ''; ) {
    const [all = '', name = '', value = ''] = LABEL.exec(rest) ?? [];
    if (all === '') throw new Error(`labels: ${rest}`);
    if (name in labels) throw new Error(`label twice: ${name}`);
    labels[name] = plain(value);
    rest = rest.slice(all.length);
    if (rest === '' && all.endsWith(',')) throw new Error(`comma at the end: ${text}`);
  }
  return labels;
}

class FamilyReader {
  readonly name: string;
  type = '';
  unit = '';
  help = '';
  readonly samples: ParsedSample[] = [];

  constructor(name: string) {
    this.name = name;
  }

  meta(kind: string, text: string): void {
    const key = kind.toLowerCase() as 'type' | 'unit' | 'help';
    if (this.samples.length > 0) throw new Error(`${kind} behind samples of ${this.name}`);
    if (this[key] !== '') throw new Error(`${kind} of ${this.name} twice`);
    if (key === 'help' && /\\[^\\n"]|(?<!\\)"/.test(text)) throw new Error(`HELP: ${text}`);
    this[key] = text;
  }

  sample(name: string, labelText: string, value: string): void {
    const suffix = name.slice(this.name.length);
    if (!SUFFIXES[this.type]?.includes(suffix)) throw new Error(`${name} in a ${this.type}`);
    if (!NUMBER.test(value)) throw new Error(`value of ${name}: ${value}`);
    const negative = value.startsWith('-') && this.type !== 'gauge';
    if (negative || (this.type === 'counter' && value === 'NaN'))
      throw new Error(`${name} ${value}`);
    this.samples.push({ name, labels: readLabels(labelText), value });
  }

  end(): ParsedFamily {
    const { name, type, unit, help, samples } = this;
    if (SUFFIXES[type] === undefined) throw new Error(`type of ${name}: ${type}`);
    if (unit !== '' && !name.endsWith(`_${unit}`)) throw new Error(`${name} is not in ${unit}`);
    if (type === 'info' && unit !== '') throw new Error(`an info with a unit: ${name}`);
    if (help === '') throw new Error(`no help for ${name}`);
    checkPoints(name, samples);
    if (type === 'histogram') checkHistogram(name, samples);
    return { name, type, unit, help, samples };
  }
}

const keyOf = ({ labels }: ParsedSample, without?: string): string =>
  JSON.stringify(
    Object.entries(labels)
      .filter(([name]) => name !== without)
      .sort(),
  );

/** No sample is there twice, and those of one metric stand together. */
function checkPoints(family: string, samples: readonly ParsedSample[]): void {
  const seen = new Set<string>();
  const over = new Set<string>();
  let before: string | undefined;
  for (const sample of samples) {
    const id = `${sample.name} ${keyOf(sample)}`;
    if (seen.has(id)) throw new Error(`twice: ${id}`);
    seen.add(id);
    const metric = keyOf(sample, 'le');
    if (metric !== before && over.has(metric))
      throw new Error(`${family}: ${metric} is torn apart`);
    over.add(metric);
    before = metric;
  }
}

function checkHistogram(family: string, samples: readonly ParsedSample[]): void {
  for (const metric of new Set(samples.map((sample) => keyOf(sample, 'le')))) {
    const own = samples.filter((sample) => keyOf(sample, 'le') === metric);
    const buckets = own.filter(({ name }) => name === `${family}_bucket`);
    const bounds = buckets.map(({ labels }) => labels['le'] ?? '');
    if (bounds.at(-1) !== '+Inf') throw new Error(`${family}: no bucket +Inf`);
    if (!bounds.every((bound) => FLOAT.test(bound))) throw new Error(`${family}: le ${bounds}`);
    const limits = bounds.map((bound) => Number(bound.replace('+Inf', 'Infinity')));
    const counts = buckets.map(({ value }) => BigInt(value));
    limits.forEach((limit, i) => {
      if (i > 0 && limit <= (limits[i - 1] ?? 0)) throw new Error(`${family}: order of ${bounds}`);
      if (i > 0 && (counts[i] ?? 0n) < (counts[i - 1] ?? 0n)) {
        throw new Error(`${family}: buckets shrink: ${counts}`);
      }
    });
    const count = own.find(({ name }) => name === `${family}_count`);
    if (count?.value !== buckets.at(-1)?.value) throw new Error(`${family}: _count is not +Inf`);
    if (!own.some(({ name }) => name === `${family}_sum`)) throw new Error(`${family}: no _sum`);
  }
}

/** Reads a whole exposition. @throws {Error} the specification does not allow it. */
export function parseOpenMetrics(text: string): ParsedFamily[] {
  if (!text.endsWith('# EOF\n')) throw new Error('it does not end with # EOF and a line feed');
  const lines = text.slice(0, -'# EOF\n'.length).split('\n');
  if (lines.pop() !== '') throw new Error('the line before # EOF is not ended');
  const families: FamilyReader[] = [];
  for (const line of lines) {
    const [, kind = '', metaName = '', rest = ''] = META.exec(line) ?? [];
    const current = families.at(-1);
    if (kind !== '') {
      if (current?.name === metaName) {
        current.meta(kind, rest);
        continue;
      }
      if (families.some(({ name }) => name === metaName)) throw new Error(`${metaName} again`);
      const family = new FamilyReader(metaName);
      family.meta(kind, rest);
      families.push(family);
      continue;
    }
    const [, name = '', labels = '', value = ''] = SAMPLE.exec(line) ?? [];
    if (!NAME.test(name)) throw new Error(`neither metadata nor a sample: ${line}`);
    if (current === undefined || !name.startsWith(current.name)) {
      throw new Error(`${name} is in no family`);
    }
    current.sample(name, labels, value);
  }
  return families.map((family) => family.end());
}
