import type { Family, Labels } from './family.ts';

/** What HTTP calls the format. */
export const OPENMETRICS_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' };

const escaped = (text: string): string => text.replace(/[\\"\n]/g, (char) => ESCAPES[char] ?? char);

function formatLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function formatFamily({ name, type, unit, help, points }: Family): string {
  const lines = [
    `# TYPE ${name} ${type}`,
    ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
    `# HELP ${name} ${escaped(help)}`,
    ...points.map(
      ({ suffix, labels, value }) => `${name}${suffix}${formatLabels(labels)} ${value}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

/**
 * Writes families in the text format of OpenMetrics 1.0; one without a point is left out.
 *
 * @see https://prometheus.io/docs/specs/om/open_metrics_spec/
 */
export function formatOpenMetrics(families: readonly Family[]): string {
  const there = families.filter(({ points }) => points.length > 0);
  return `${there.map(formatFamily).join('')}# EOF\n`;
}
