import type { Family, Labels } from './family.ts';

/** What HTTP calls the format. */
export const OPENMETRICS_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' };

const escaped = (text: string): string => text.replace(/[\\"\n]/g, (char) => ESCAPES[char] ?? char);

function formatLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

/** Those that many points share are written once. */
class LabelTexts {
  readonly #texts = new Map<Labels, string>();

  of(labels: Labels): string {
    let text = this.#texts.get(labels);
    if (text === undefined) {
      text = formatLabels(labels);
      this.#texts.set(labels, text);
    }
    return text;
  }
}

function formatFamily({ name, type, unit, help, points }: Family, texts: LabelTexts): string {
  const lines = [
    `# TYPE ${name} ${type}`,
    ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
    `# HELP ${name} ${escaped(help)}`,
  ];
  for (const { suffix, labels, value } of points) {
    lines.push(`${name}${suffix}${texts.of(labels)} ${value}`);
  }
  return `${lines.join('\n')}\n`;
}

/**
 * Writes families in the text format of OpenMetrics 1.0; one without a point is left out.
 *
 * @see https://prometheus.io/docs/specs/om/open_metrics_spec/
 */
export function formatOpenMetrics(families: readonly Family[]): string {
  const there = families.filter(({ points }) => points.length > 0);
  const texts = new LabelTexts();
  return `${there.map((family) => formatFamily(family, texts)).join('')}# EOF\n`;
}
