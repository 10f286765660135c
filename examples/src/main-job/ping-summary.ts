/** What `ping` says at its end; second-host says it in the same words. */
export interface PingSummary {
  readonly sent: number;
  readonly received: number;
  /** Anything that is not a plain reply: duplicates, errors, damaged replies. */
  readonly oddities: string;
  readonly seconds: number;
}

const LINE = /(\d+) packets transmitted, (\d+) received(.*?), [\d.]+% packet loss, time (\d+)ms/;

/** Reads the summary. @throws {Error} there is none */
export function readPingSummary(output: string): PingSummary {
  const [, sent, received, oddities = '', ms] = LINE.exec(output) ?? [];
  if (sent === undefined) throw new Error('ping ended without its summary');
  return {
    sent: Number(sent),
    received: Number(received),
    oddities: oddities.replace(/^, /, ''),
    seconds: Number(ms) / 1000,
  };
}

/** What is wrong with a ping of `count` requests; undefined: each has its one reply. */
export function pingFault(summary: PingSummary, count: number): string | undefined {
  const { sent, received, oddities } = summary;
  if (sent !== count) return `${sent} of ${count} requests were sent`;
  if (received !== sent) return `${sent - received} of ${sent} replies are missing`;
  return oddities === '' ? undefined : `odd replies: ${oddities}`;
}
