import { execFileSync } from 'node:child_process';
import { DladmError, settable } from 'libdladm-ts';
import { UsageError } from 'libofmt';

/** Properties as people type them: `rxbuf=2M`. */
export type PropertyTexts = ReadonlyMap<string, string>;

const SUFFIXES = 'kmgt';

function refuse(property: string, reason: string): never {
  throw new DladmError({
    status: 'BADVAL',
    op: 'parse',
    property,
    reason: `${property}: ${reason}`,
  });
}

/** Splits what can be several words with commas between: no name and no value has a comma. */
export function splitLists(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => text.split(','));
}

/**
 * Splits `user[:group]`, as chown(8) takes it.
 *
 * @throws {UsageError} the user or the group is empty.
 */
export function splitOwner(text: string): { readonly user: string; readonly group?: string } {
  const colon = text.indexOf(':');
  const user = colon < 0 ? text : text.slice(0, colon);
  const group = colon < 0 ? undefined : text.slice(colon + 1);
  if (user === '' || group === '') {
    throw new UsageError(`invalid user[:group]: ${text}`);
  }
  return group === undefined ? { user } : { user, group };
}

/**
 * Splits `prop=value` texts.
 *
 * @throws {UsageError} one has no name, no `=`, no value, or comes twice.
 */
export function splitProperties(texts: readonly string[]): PropertyTexts {
  const properties = new Map<string, string>();
  for (const text of texts) {
    const equals = text.indexOf('=');
    const name = text.slice(0, equals).toLowerCase();
    if (equals < 1) {
      throw new UsageError(`invalid property name=value: ${text}`);
    }
    if (equals === text.length - 1) {
      throw new UsageError(`property value required for ${name}`);
    }
    if (properties.has(name)) {
      throw new UsageError(`property given twice: ${name}`);
    }
    properties.set(name, text.slice(equals + 1));
  }
  return properties;
}

/**
 * Reads a size in bytes: digits, perhaps one of k, m, g, t (powers of 1024), perhaps a b.
 *
 * @throws {DladmError} anything else: no sign, space, fraction or other base is understood.
 */
export function parseSize(property: string, text: string): number {
  const [, digits, suffix = ''] = /^([0-9]+)([kmgt]?)b?$/i.exec(text) ?? [];
  if (digits === undefined) {
    return refuse(property, `not a size: ${text}`);
  }
  const power = BigInt(SUFFIXES.indexOf(suffix.toLowerCase()) + 1);
  const size = suffix === '' ? BigInt(digits) : BigInt(digits) << (10n * power);
  return size <= BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(size)
    : refuse(property, `too large: ${text}`);
}

function parseNumber(property: string, text: string): number {
  if (!/^[0-9]+$/.test(text)) {
    return refuse(property, `not a number: ${text}`);
  }
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : refuse(property, `too large: ${text}`);
}

/** Looks a user or a group up where the system does. */
function parseId(property: string, text: string, database: 'passwd' | 'group'): number | null {
  if (text === 'none') {
    return null;
  }
  if (/^[0-9]+$/.test(text)) {
    return parseNumber(property, text);
  }
  let entry = '';
  if (/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(text)) {
    try {
      entry = execFileSync('getent', [database, text], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    } catch (error) {
      // getent ends with 2 when it finds nothing; anything else is a fault of the system.
      if (!(error instanceof Error && 'status' in error && error.status === 2)) {
        throw error;
      }
    }
  }
  const [, , id] = entry.split(':');
  if (id === undefined) {
    return refuse(property, `no such ${database === 'passwd' ? 'user' : 'group'}: ${text}`);
  }
  return Number(id);
}

/**
 * Turns texts into the values that libdladm-ts takes. Whether they are in range is judged there.
 *
 * @throws {DladmError} no such property, it is read-only, or the text is no value of its kind.
 */
export function parseProperties(texts: PropertyTexts): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, text] of texts) {
    switch (settable(name)) {
      case 'rxbuf':
      case 'txbuf':
        values[name] = parseSize(name, text);
        break;
      case 'mtu':
      case 'linger':
        values[name] = parseNumber(name, text);
        break;
      case 'owner':
        values[name] = parseId(name, text, 'passwd');
        break;
      case 'group':
        values[name] = parseId(name, text, 'group');
        break;
      default:
        values[name] = text;
    }
  }
  return values;
}
