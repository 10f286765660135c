/** Names and values of labels; values may be any text. */
export type Labels = Readonly<Record<string, string>>;

/** One number of a family. */
export interface Point {
  /** What follows the name of the family: `_total`, `_bucket`, or nothing. */
  readonly suffix: '' | '_total' | '_bucket' | '_sum' | '_count' | '_info';
  readonly labels: Labels;
  /** As it is written: all digits of a counter. */
  readonly value: string;
}

/** A family of metrics of OpenMetrics. */
export interface Family {
  /** Ends with the unit, if there is one. */
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'info' | 'unknown';
  readonly unit?: 'bytes' | 'seconds';
  /** One sentence. */
  readonly help: string;
  /** Those of one set of labels stand together. */
  readonly points: readonly Point[];
}
