import type { LinkProperties } from './properties.ts';
import type { StackEnd } from './stack-end.ts';

/** What several operations can be told. */
export interface LinkOptions {
  /** Name of the zone that the link must be in; else it is as if there were no such link. */
  readonly zone?: string | undefined;
}

/** What changes can be told. */
export interface ChangeOptions extends LinkOptions {
  /** Aborts the operation: everything is then as it was. */
  readonly signal?: AbortSignal | undefined;
}

/** How a link is to be made. */
export interface CreateOptions extends LinkProperties {
  /**
   * `persistent` (the default): recorded, {@link Dladm.up} makes it again. `temporary`: until it is
   * destroyed or the system reboots. `single-shot`: until its holder closes it.
   */
  readonly lifetime?: 'persistent' | 'temporary' | 'single-shot' | undefined;
  /** Who plays the IP stack; hosted kernels only. Default: `auto`. */
  readonly stack?: StackEnd | undefined;
  /** Zone to lend it to, which cannot be recorded: the link is not to be persistent. */
  readonly zone?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How a link is to be destroyed. */
export interface DestroyOptions extends ChangeOptions {
  /** Even if a process holds it. */
  readonly force?: boolean | undefined;
}

/** What properties are to be set to. */
export interface LinkValues extends LinkProperties {
  /** The zone to lend the link to, by name; `'global'` takes it back. It cannot be recorded. */
  readonly zone?: string | undefined;
}

/** How properties are to be changed. */
export interface PropertyOptions extends ChangeOptions {
  /** Not in the record: until the link is destroyed or the system reboots. */
  readonly temporary?: boolean | undefined;
}

/**
 * Refuses what an operation would misunderstand: `force: 'no'` is true to JavaScript.
 *
 * @throws {TypeError} the options are none, there is one that the operation does not have, or one
 * is of the wrong type. A `zone` is looked at where it is looked for.
 */
export function checkOptions(op: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new TypeError(`the options of ${op} must be an object`);
  }
  for (const [key, value] of Object.entries(options)) {
    if (!known.includes(key)) throw new TypeError(`${op} has no option ${key}`);
    const isSwitch = key === 'force' || key === 'temporary';
    if (isSwitch && value !== undefined && typeof value !== 'boolean') {
      throw new TypeError(`${key} of ${op} must be a boolean, not ${typeof value}`);
    }
    if (key === 'signal') checkSignal(value);
  }
}

/** @throws {TypeError} `signal` is neither absent nor an AbortSignal. */
export function checkSignal(signal: unknown): asserts signal is AbortSignal | undefined {
  const { aborted } = (signal ?? {}) as Partial<AbortSignal>;
  if (signal !== undefined && typeof aborted !== 'boolean') {
    throw new TypeError('signal must be an AbortSignal');
  }
}

/**
 * Takes several names; each is looked at where it is used.
 *
 * @throws {TypeError} they are not several: one text is a series of letters to JavaScript.
 */
export function checkNames(op: string, names: Iterable<string>): readonly string[] {
  if (typeof names !== 'object' || names === null || !(Symbol.iterator in names)) {
    throw new TypeError(`the names of ${op} must be an array, or can be iterated otherwise`);
  }
  return [...names];
}
