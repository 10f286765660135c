import { addressOf, withCallback } from 'libsys';
import { DladmError } from './errors.ts';
import { ID_CALLBACK, loadLibdladm, PROP_CALLBACK } from './libdladm-native.ts';
import { type DladmStatus, statusOfNumber, statusOfSentence } from './status.ts';

/** What dladm(8) itself is linked to. */
const FILE = 'libdladm.so.1';

/** What to do it to. @see DLADM_OPT_ACTIVE, DLADM_OPT_PERSIST, DLADM_OPT_TRANSIENT */
export const OPT_ACTIVE = 1;
export const OPT_PERSIST = 2;
/** Only where transient links are known; it is told of a link, and never given. */
export const OPT_TRANSIENT = 0x200;

/** @see dladm_datatype_t */
const TYPE_STR = 0;
const TYPE_BOOLEAN = 1;
const TYPE_UINT64 = 2;

/** Which value of a property. @see dladm_prop_type_t */
export const PROP_VALUE = {
  current: 1,
  default: 2,
  perm: 3,
  possible: 4,
  persistent: 5,
} as const;

/** @see DATALINK_ANY_MEDIATYPE in sys/dls_mgmt.h */
const ANY_MEDIA = 1n << 32n;

const WALK_TERMINATE = 0;
const WALK_CONTINUE = -1;

/** Distributions disagree on DLADM_STRSIZE (256 or 2048); the larger serves both. */
const STRSIZE = 2048;
const CONF_SIZE = 16;
const POINTER = 8;
const MAXLINKNAMELEN = 32;
const MAXLINKATTRLEN = 32;
const MAXLINKATTRVALLEN = 1024;
const MAX_PROP_VALCNT = 32;

const cell = (size: number): Buffer => Buffer.allocUnsafeSlow(size).fill(0);

function text(memory: Buffer): string {
  const end = memory.indexOf(0);
  return memory.toString('utf8', 0, end < 0 ? memory.length : end);
}

/** An open configuration record of libdladm. Whoever got it calls {@link Libdladm.destroyConf}. */
export type Conf = readonly [bigint, bigint];

/** What libdladm knows of a link. */
export interface Identity {
  readonly id: number;
  readonly name: string;
  /** {@link OPT_ACTIVE}, {@link OPT_PERSIST}, {@link OPT_TRANSIENT} */
  readonly flags: number;
  readonly linkClass: number;
  readonly media: number;
}

/** libdladm, with its statuses turned into {@link DladmError}. */
export class Libdladm {
  readonly #native: ReturnType<typeof loadLibdladm>;
  readonly #handle: bigint;
  #open = true;

  /**
   * Loads libdladm and opens a handle.
   *
   * @throws {DladmError} DENIED, or whatever libdladm answers. @throws {LibraryError} no libdladm.
   */
  constructor(file: string = FILE) {
    this.#native = loadLibdladm(file);
    const handle = cell(8);
    this.#check(this.#native.open(handle), 'open', undefined);
    this.#handle = handle.readBigUInt64LE();
  }

  createId(name: string, linkClass: number, media: number, flags: number): number {
    const id = cell(4);
    this.#check(
      this.#native.createId(this.#handle, name, linkClass, media, flags, id),
      'create',
      name,
    );
    return id.readUInt32LE();
  }

  destroyId(name: string, id: number, flags: number): void {
    this.#check(this.#native.destroyId(this.#handle, id, flags), 'destroy', name);
  }

  upId(name: string, id: number): void {
    this.#check(this.#native.upId(this.#handle, id), 'up', name);
  }

  /** Finds a link that this zone sees. @throws {DladmError} NOTFOUND: no link of that name. */
  named(name: string): Identity {
    const [id, flags, linkClass, media] = [cell(4), cell(4), cell(4), cell(4)];
    this.#check(
      this.#native.nameToInfo(this.#handle, name, id, flags, linkClass, media),
      'info',
      name,
    );
    return {
      id: id.readUInt32LE(),
      name,
      flags: flags.readUInt32LE(),
      linkClass: linkClass.readUInt32LE(),
      media: media.readUInt32LE(),
    };
  }

  /** Finds a link that this zone sees. @throws {DladmError} NOTFOUND: no link has this id. */
  identify(id: number): Identity {
    const [flags, linkClass, media, name] = [cell(4), cell(4), cell(4), cell(STRSIZE)];
    this.#check(
      this.#native.idToInfo(this.#handle, id, flags, linkClass, media, name, MAXLINKNAMELEN),
      'info',
      undefined,
    );
    return {
      id,
      name: text(name),
      flags: flags.readUInt32LE(),
      linkClass: linkClass.readUInt32LE(),
      media: media.readUInt32LE(),
    };
  }

  /** Whether the kernel has a link of an id, and not only dlmgmtd, which may be wrong about it. */
  isInKernel(name: string, id: number): boolean {
    const result = this.#native.kernelInfo(this.#handle, id, cell(STRSIZE));
    if (this.#status(result)?.status === 'NOTFOUND') return false;
    this.#check(result, 'info', name);
    return true;
  }

  /** Lists the ids of links of a class that this zone sees and that have one of the flags. */
  ids(linkClass: number, flags: number): number[] {
    const found: number[] = [];
    const status = withCallback(
      ID_CALLBACK,
      (_handle: number | bigint, id: number) => {
        found.push(id);
        return WALK_CONTINUE;
      },
      WALK_TERMINATE,
      (callback) => this.#native.walkIds(callback, this.#handle, 0, linkClass, ANY_MEDIA, flags),
    );
    this.#check(status, 'list', undefined);
    return found;
  }

  /**
   * Gives a link another name, wherever it has one: in the kernel, and in what is recorded.
   *
   * @throws {DladmError} NOTFOUND. EXIST: there is a link of the new name. LINKBUSY: it is in use.
   */
  rename(from: string, to: string): void {
    const status = this.#native.zones
      ? this.#native.rename(this.#handle, null, from, to)
      : this.#native.rename(this.#handle, from, to);
    this.#check(status, 'rename', from);
  }

  createConf(name: string, id: number, linkClass: number, media: number): Conf {
    const conf = cell(CONF_SIZE);
    this.#check(
      this.#native.createConf(this.#handle, name, id, linkClass, media, conf),
      'record',
      name,
    );
    return toConf(conf);
  }

  /** Opens a link's record, to change it. @throws {DladmError} NOTFOUND: it has none. */
  openConf(name: string, id: number): Conf {
    const conf = cell(CONF_SIZE);
    this.#check(this.#native.openConf(this.#handle, id, conf), 'record', name);
    return toConf(conf);
  }

  /** Copies a link's record, to look at; this needs no privilege. @throws {DladmError} NOTFOUND */
  snapConf(name: string, id: number): Conf {
    const conf = cell(CONF_SIZE);
    this.#check(this.#native.snapConf(this.#handle, id, conf), 'read', name);
    return toConf(conf);
  }

  /** @throws {DladmError} TRYAGAIN: somebody else has changed the record since it was opened. */
  writeConf(name: string, conf: Conf): void {
    this.#check(this.#native.writeConf(this.#handle, ...conf), 'record', name);
  }

  /** Takes a link's record out of the file; its id stays, as persistent as it was. */
  removeConf(name: string, id: number): void {
    this.#check(this.#native.removeConf(this.#handle, id), 'record', name);
  }

  destroyConf(conf: Conf): void {
    this.#native.destroyConf(this.#handle, ...conf);
  }

  /**
   * Reads a field: text has its NUL, a boolean 4 bytes and a number 8.
   *
   * @returns `undefined`: the record has no such field.
   */
  field(
    name: string,
    conf: Conf,
    field: string,
    size: number = MAXLINKATTRVALLEN,
  ): Buffer | undefined {
    const value = cell(size);
    const result = this.#native.getField(this.#handle, ...conf, field, value, size);
    const failed = this.#status(result);
    if (failed?.status === 'NOTFOUND') return undefined;
    this.#check(result, 'read', name);
    return value;
  }

  /** The fields of a record that {@link snapConf} gave, as {@link field} gives each, cut to its size. */
  fields(name: string, conf: Conf): Map<string, Buffer> {
    const found = new Map<string, Buffer>();
    const [last, field, value, size] = [
      cell(MAXLINKATTRLEN),
      cell(MAXLINKATTRLEN),
      cell(MAXLINKATTRVALLEN),
      cell(8),
    ];
    for (;;) {
      const result = this.#native.nextField(
        this.#handle,
        ...conf,
        last,
        field,
        value,
        value.length,
        size,
      );
      const failed = this.#status(result);
      if (failed?.status === 'NOTFOUND') return found;
      this.#check(result, 'read', name);
      found.set(text(field), Buffer.from(value.subarray(0, Number(size.readBigUInt64LE()))));
      field.copy(last);
    }
  }

  setField(name: string, conf: Conf, field: string, value: string | boolean | bigint): void {
    const [type, memory] = fieldValue(value);
    this.#check(this.#native.setField(this.#handle, ...conf, field, type, memory), 'record', name);
  }

  /** Removes a field; one that is not there is fine. */
  unsetField(name: string, conf: Conf, field: string): void {
    this.#check(this.#native.unsetField(this.#handle, ...conf, field), 'record', name);
  }

  /**
   * Reads a link property, as `dladm show-linkprop` does.
   *
   * @throws {DladmError} NOTFOUND: no such property, or it has no such value. NOTSUP.
   */
  prop(name: string, id: number, property: string, which: keyof typeof PROP_VALUE): string[] {
    // Nothing says how much of a value's room is written to: DLADM_PROP_VAL_MAX, or DLADM_STRSIZE.
    const values = new Texts(MAX_PROP_VALCNT, STRSIZE);
    const count = cell(4);
    count.writeUInt32LE(MAX_PROP_VALCNT);
    this.#check(
      this.#native.getProp(this.#handle, id, PROP_VALUE[which], property, values.memory, count),
      'get',
      name,
      property,
    );
    return Array.from({ length: count.readUInt32LE() }, (_, i) => text(values.at(i)));
  }

  /**
   * Sets a link property, or with no values resets it, as dladm does.
   *
   * @param flags {@link OPT_ACTIVE}, {@link OPT_PERSIST}
   * @throws {DladmError} TEMPONLY: this one cannot be recorded.
   */
  setProp(
    name: string,
    id: number,
    property: string,
    values: readonly string[],
    flags: number,
  ): void {
    // libdladm writes into some values, so that it is given copies.
    const size = Math.max(0, ...values.map((value) => Buffer.byteLength(value))) + 1;
    const copies = new Texts(values.length, size);
    values.forEach((value, i) => {
      copies.at(i).write(value);
    });
    const memory = values.length === 0 ? null : copies.memory;
    this.#check(
      this.#native.setProp(this.#handle, id, property, memory, values.length, flags),
      'set',
      name,
      property,
    );
  }

  /** Names the properties of a link that dladm knows: public ones, and recorded private ones. */
  props(name: string, id: number): string[] {
    const found: string[] = [];
    const status = withCallback(
      PROP_CALLBACK,
      (_handle: number | bigint, _id: number, property: string) => {
        found.push(property);
        return WALK_CONTINUE;
      },
      WALK_TERMINATE,
      (callback) => this.#native.walkProps(this.#handle, id, 0, callback),
    );
    const failed = this.#status(status);
    // It ends with what is recorded, and says so of a link of which nothing is.
    if (failed?.status !== 'NOTFOUND' || found.length === 0) this.#check(status, 'get', name);
    return found;
  }

  /** Whether libdladm takes a name for one of a link. */
  isLinkName(name: string): boolean {
    return name !== '' && this.#native.validName(name) !== 0;
  }

  /** Names a class of links; old ones have no name for that of unet's. */
  className(linkClass: number): string {
    return this.#native.className(linkClass, cell(STRSIZE));
  }

  mediaName(media: number): string {
    return this.#native.mediaName(media, cell(STRSIZE));
  }

  close(): void {
    if (this.#open) {
      this.#open = false;
      this.#native.close(this.#handle);
    }
  }

  #status(status: number): { status: DladmStatus; sentence: string } | undefined {
    if (status === 0) {
      return undefined;
    }
    const sentence = this.#native.statusText(status, cell(STRSIZE));
    return { status: statusOfSentence(sentence) ?? statusOfNumber(status), sentence };
  }

  #check(result: number, op: string, link: string | undefined, property?: string): void {
    const failed = this.#status(result);
    if (failed === undefined) return;
    const { status, sentence } = failed;
    const words = status === 'EXIST' ? 'link already exists' : sentence;
    const reason = property === undefined ? words : `${property}: ${words}`;
    throw new DladmError({ status, op, link, reason, property, syscall: FILE });
  }
}

function toConf(memory: Buffer): Conf {
  return [memory.readBigUInt64LE(0), memory.readBigUInt64LE(8)];
}

/** A `char *[]` with room for texts, all in one piece of memory, which so stays as long as itself. */
class Texts {
  readonly memory: Buffer;
  readonly #first: number;
  readonly #size: number;

  constructor(count: number, size: number) {
    this.#first = count * POINTER;
    this.#size = size;
    this.memory = cell(this.#first + count * size);
    const address = addressOf(this.memory) + this.#first;
    for (let i = 0; i < count; i++) {
      this.memory.writeBigUInt64LE(BigInt(address + i * size), i * POINTER);
    }
  }

  at(i: number): Buffer {
    const start = this.#first + i * this.#size;
    return this.memory.subarray(start, start + this.#size);
  }
}

function fieldValue(value: string | boolean | bigint): [type: number, memory: Buffer] {
  if (typeof value === 'string') {
    const memory = cell(Buffer.byteLength(value) + 1);
    memory.write(value);
    return [TYPE_STR, memory];
  }
  const memory = cell(8);
  if (typeof value === 'boolean') {
    memory.writeInt32LE(value ? 1 : 0);
    return [TYPE_BOOLEAN, memory];
  }
  memory.writeBigInt64LE(value);
  return [TYPE_UINT64, memory];
}
