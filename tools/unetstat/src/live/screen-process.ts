import { Failure } from '../failure.ts';

/** The part of `process` that a full screen needs. */
export type ScreenProcess = Pick<
  NodeJS.Process,
  'env' | 'kill' | 'off' | 'on' | 'once' | 'pid' | 'stdin' | 'stdout'
>;

/**
 * Tells whether there is a screen.
 *
 * @throws {Failure} standard output is none, or cannot be one.
 */
export function requireScreen({ stdout, env }: ScreenProcess): void {
  if (!stdout.isTTY) {
    throw new Failure(['-l needs a terminal on standard output; reports without -l do not']);
  }
  const { TERM = '' } = env;
  if (TERM === '' || TERM === 'dumb') {
    throw new Failure([`-l needs a terminal that can move its cursor; TERM is "${TERM}"`]);
  }
}

/** What the terminal can show. */
export interface Abilities {
  readonly unicode: boolean;
  readonly colour: boolean;
}

/** What the environment says of that. @see https://no-color.org */
export function abilitiesOf({ env }: Pick<ScreenProcess, 'env'>): Abilities {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((value) => value);
  return {
    unicode: /utf-?8/i.test(locale ?? ''),
    colour: (env['NO_COLOR'] ?? '') === '',
  };
}
