import type { Attributes, ConfRecord, ConfValue } from './datalink-conf.ts';
import { DladmError } from './errors.ts';
import { type Conf, type Libdladm, OPT_ACTIVE, OPT_PERSIST } from './libdladm.ts';
import { isLinkName } from './link-name.ts';
import { CLASS_MISC, MEDIA_ETHER } from './saved-link.ts';
import type { DladmStatus } from './status.ts';

/** dlmgmtd answers TRYAGAIN when somebody else has changed a record since it was opened. */
const ATTEMPTS = 5;

const SIZE_OF_BOOLEAN = 4;
const SIZE_OF_NUMBER = 8;

/** What says of a link what it is, and is no field of its record. */
const IDENTITY: readonly string[] = ['class', 'media'];

const isStatus = (error: unknown, ...statuses: readonly DladmStatus[]): boolean =>
  error instanceof DladmError && statuses.includes(error.status);

/**
 * The records that dlmgmtd keeps, read and changed through libdladm. They are what it has in memory,
 * which is ahead of its file while that cannot be written.
 */
export class DlmgmtdRecords {
  readonly #open: () => Libdladm;

  /** @param open gives a libdladm, borrowed. */
  constructor(open: () => Libdladm) {
    this.#open = open;
  }

  /** The records of all links of the class that unet's are of. */
  *records(): Generator<ConfRecord> {
    const dladm = this.#open();
    for (const id of dladm.ids(CLASS_MISC, OPT_PERSIST)) {
      const record = this.#read(() => dladm.identify(id));
      if (record !== undefined) yield record;
    }
  }

  /** What is recorded under a name, of whichever class the link is. */
  record(name: string): ConfRecord | undefined {
    return isLinkName(name) ? this.#read(() => this.#open().named(name)) : undefined;
  }

  /**
   * Records a link that has a persistent id.
   *
   * @param attributes with `class` and `media`, which are the id's own.
   * @throws {DladmError} TRYAGAIN: others keep changing it. DENIED, and what else libdladm says.
   */
  add(name: string, id: number, attributes: Attributes): void {
    const open = (): Conf => this.#open().createConf(name, id, CLASS_MISC, MEDIA_ETHER);
    this.#write(name, open, new Map(), attributes);
  }

  /**
   * Changes what is recorded of a link: the fields in which `to` differs from `from`, so that
   * whatever others record at the same time stays.
   */
  change(name: string, id: number, from: Attributes, to: Attributes): void {
    const open = (): Conf => this.#open().openConf(name, id);
    try {
      this.#write(name, open, from, to);
    } catch (error) {
      if (!isStatus(error, 'TRYAGAIN')) {
        // What it could not write to its file it has in memory nevertheless.
        try {
          this.#write(name, open, to, from);
        } catch {
          // The file cannot be written this time either, and has the old record.
        }
      }
      throw error;
    }
  }

  /** Takes a record out of dlmgmtd's file; the id stays persistent, so that it can be put back. */
  remove(name: string, id: number): void {
    this.#open().removeConf(name, id);
  }

  /** Puts back what was removed, which dlmgmtd still has in memory. */
  putBack(name: string, id: number): void {
    this.#write(name, () => this.#open().openConf(name, id), new Map(), new Map());
  }

  /**
   * Frees the id of a link that is not recorded any more; what dlmgmtd takes for active and the kernel
   * does not have goes with it. Nothing is left to be taken back to, so it is tried again.
   *
   * @throws {DladmError} it cannot be: the name stays taken.
   */
  free(link: string, id: number): void {
    const dladm = this.#open();
    for (let attempt = 1; ; attempt++) {
      try {
        const active = (dladm.identify(id).flags & OPT_ACTIVE) !== 0;
        const stale = active && !dladm.isInKernel(link, id);
        dladm.destroyId(link, id, stale ? OPT_ACTIVE | OPT_PERSIST : OPT_PERSIST);
        return;
      } catch (error) {
        // A daemon that came back in between has read a file without the link.
        if (isStatus(error, 'NOTFOUND')) return;
        if (!(error instanceof DladmError)) throw error;
        if (attempt < ATTEMPTS) continue;
        const { status, code, text } = error;
        const reason = `link is gone, but its name is not free: ${text}`;
        throw new DladmError({ status, code, op: 'destroy', link, reason, cause: error });
      }
    }
  }

  #read(find: () => ReturnType<Libdladm['identify']>): ConfRecord | undefined {
    const dladm = this.#open();
    try {
      const { id, name, flags, linkClass, media } = find();
      if ((flags & OPT_PERSIST) === 0) return undefined;
      const conf = dladm.snapConf(name, id);
      try {
        const fields = dladm.fields(name, conf);
        const attributes = new Map<string, ConfValue>([
          ['class', BigInt(linkClass)],
          ['media', BigInt(media)],
          ...[...fields].map(([field, value]): [string, ConfValue] => [field, confValue(value)]),
        ]);
        return { name, line: 0, text: '', attributes };
      } finally {
        dladm.destroyConf(conf);
      }
    } catch (error) {
      // Gone meanwhile, or not for us.
      if (isStatus(error, 'NOTFOUND', 'DENIED')) return undefined;
      throw error;
    }
  }

  #write(name: string, open: () => Conf, from: Attributes, to: Attributes): void {
    const dladm = this.#open();
    for (let attempt = 1; ; attempt++) {
      const conf = open();
      try {
        for (const [field, value] of to) {
          if (!IDENTITY.includes(field) && from.get(field) !== value) {
            dladm.setField(name, conf, field, value);
          }
        }
        for (const field of from.keys()) {
          if (!to.has(field)) dladm.unsetField(name, conf, field);
        }
        dladm.writeConf(name, conf);
        return;
      } catch (error) {
        if (!isStatus(error, 'TRYAGAIN') || attempt === ATTEMPTS) throw error;
      } finally {
        dladm.destroyConf(conf);
      }
    }
  }
}

/**
 * A field's value: libdladm gives the bytes and not the type. Text is what is all text up to the NUL
 * at its end; a number that looks so would be one of more than 2 to the 45th.
 */
function confValue(bytes: Buffer): ConfValue {
  const text = bytes.toString('latin1', 0, bytes.length - 1);
  if (bytes.at(-1) === 0 && text !== '' && /^[!-~]+$/.test(text)) return text;
  if (bytes.length === SIZE_OF_NUMBER) return bytes.readBigInt64LE();
  if (bytes.length === SIZE_OF_BOOLEAN) return bytes.readInt32LE() !== 0;
  return text;
}
