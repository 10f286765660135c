import { loadLibrary, type Prototype } from 'libsys';
import { DladmError } from './errors.ts';
import { type DladmStatus, statusOfSentence } from './status.ts';

/**
 * The functions of illumos' libdladm that have one signature on every distribution. A handle is an
 * address. `dladm_conf_t`, passed by value, is 16 bytes of two integer classes, so on amd64 it
 * travels in two registers exactly as two integers do; that is how it is declared here.
 *
 * @see libdladm.h, libdllink.h of illumos
 */
interface LibdladmNative {
  open(handle: Uint8Array): number;
  close(handle: bigint): void;
  statusText(status: number, buffer: Uint8Array): string;
  createId(
    handle: bigint,
    name: string,
    linkClass: number,
    media: number,
    flags: number,
    id: Uint8Array,
  ): number;
  destroyId(handle: bigint, id: number, flags: number): number;
  upId(handle: bigint, id: number): number;
  nameToInfo(
    handle: bigint,
    name: string,
    id: Uint8Array,
    flags: Uint8Array,
    linkClass: Uint8Array,
    media: Uint8Array,
  ): number;
  createConf(
    handle: bigint,
    name: string,
    id: number,
    linkClass: number,
    media: number,
    conf: Uint8Array,
  ): number;
  openConf(handle: bigint, id: number, conf: Uint8Array): number;
  writeConf(handle: bigint, conf0: bigint, conf1: bigint): number;
  removeConf(handle: bigint, id: number): number;
  destroyConf(handle: bigint, conf0: bigint, conf1: bigint): void;
  setField(
    handle: bigint,
    conf0: bigint,
    conf1: bigint,
    name: string,
    type: number,
    value: Uint8Array,
  ): number;
  unsetField(handle: bigint, conf0: bigint, conf1: bigint, name: string): number;
}

/** What dladm(8) itself is linked to. */
const FILE = 'libdladm.so.1';

const PROTOTYPES: { readonly [K in keyof LibdladmNative]: Prototype } = {
  open: { symbol: 'dladm_open', result: 'int', params: ['void *'] },
  close: { symbol: 'dladm_close', result: 'void', params: ['uintptr_t'] },
  statusText: {
    symbol: 'dladm_status2str',
    result: 'const char *',
    params: ['int', 'void *'],
  },
  createId: {
    symbol: 'dladm_create_datalink_id',
    result: 'int',
    params: ['uintptr_t', 'const char *', 'int', 'uint32_t', 'uint32_t', 'void *'],
  },
  destroyId: {
    symbol: 'dladm_destroy_datalink_id',
    result: 'int',
    params: ['uintptr_t', 'uint32_t', 'uint32_t'],
  },
  upId: { symbol: 'dladm_up_datalink_id', result: 'int', params: ['uintptr_t', 'uint32_t'] },
  nameToInfo: {
    symbol: 'dladm_name2info',
    result: 'int',
    params: ['uintptr_t', 'const char *', 'void *', 'void *', 'void *', 'void *'],
  },
  createConf: {
    symbol: 'dladm_create_conf',
    result: 'int',
    params: ['uintptr_t', 'const char *', 'uint32_t', 'int', 'uint32_t', 'void *'],
  },
  openConf: {
    symbol: 'dladm_open_conf',
    result: 'int',
    params: ['uintptr_t', 'uint32_t', 'void *'],
  },
  writeConf: {
    symbol: 'dladm_write_conf',
    result: 'int',
    params: ['uintptr_t', 'uintptr_t', 'uintptr_t'],
  },
  removeConf: { symbol: 'dladm_remove_conf', result: 'int', params: ['uintptr_t', 'uint32_t'] },
  destroyConf: {
    symbol: 'dladm_destroy_conf',
    result: 'void',
    params: ['uintptr_t', 'uintptr_t', 'uintptr_t'],
  },
  setField: {
    symbol: 'dladm_set_conf_field',
    result: 'int',
    params: ['uintptr_t', 'uintptr_t', 'uintptr_t', 'const char *', 'int', 'void *'],
  },
  unsetField: {
    symbol: 'dladm_unset_conf_field',
    result: 'int',
    params: ['uintptr_t', 'uintptr_t', 'uintptr_t', 'const char *'],
  },
};

/** @see DLADM_OPT_ACTIVE, DLADM_OPT_PERSIST */
export const OPT_ACTIVE = 1;
export const OPT_PERSIST = 2;

/** @see dladm_datatype_t */
const TYPE_STR = 0;
const TYPE_BOOLEAN = 1;
const TYPE_UINT64 = 2;

/** Distributions disagree on DLADM_STRSIZE (256 or 2048); the larger serves both. */
const STRSIZE = 2048;
const CONF_SIZE = 16;

const cell = (size: number): Buffer => Buffer.allocUnsafeSlow(size).fill(0);

/** An open configuration record of libdladm. Whoever got it calls {@link Libdladm.destroyConf}. */
export type Conf = readonly [bigint, bigint];

/** libdladm, with its statuses turned into {@link DladmError}. */
export class Libdladm {
  readonly #native: LibdladmNative;
  readonly #handle: bigint;
  #open = true;

  /**
   * Loads libdladm and opens a handle.
   *
   * @throws {DladmError} DENIED, or whatever libdladm answers. @throws {LibraryError} no libdladm.
   */
  constructor(file: string = FILE) {
    this.#native = loadLibrary<LibdladmNative>(file, PROTOTYPES);
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

  /** @throws {DladmError} NOTFOUND: no link of that name. */
  idOf(name: string): number {
    const [id, flags, linkClass, media] = [cell(4), cell(4), cell(4), cell(4)];
    this.#check(
      this.#native.nameToInfo(this.#handle, name, id, flags, linkClass, media),
      'info',
      name,
    );
    return id.readUInt32LE();
  }

  createConf(name: string, id: number, linkClass: number, media: number): Conf {
    const conf = cell(CONF_SIZE);
    this.#check(
      this.#native.createConf(this.#handle, name, id, linkClass, media, conf),
      'record',
      name,
    );
    return [conf.readBigUInt64LE(0), conf.readBigUInt64LE(8)];
  }

  openConf(name: string, id: number): Conf {
    const conf = cell(CONF_SIZE);
    this.#check(this.#native.openConf(this.#handle, id, conf), 'record', name);
    return [conf.readBigUInt64LE(0), conf.readBigUInt64LE(8)];
  }

  writeConf(name: string, conf: Conf): void {
    this.#check(this.#native.writeConf(this.#handle, ...conf), 'record', name);
  }

  removeConf(name: string, id: number): void {
    this.#check(this.#native.removeConf(this.#handle, id), 'record', name);
  }

  destroyConf(conf: Conf): void {
    this.#native.destroyConf(this.#handle, ...conf);
  }

  setField(name: string, conf: Conf, field: string, value: string | boolean | bigint): void {
    const [type, memory] = fieldValue(value);
    this.#check(this.#native.setField(this.#handle, ...conf, field, type, memory), 'record', name);
  }

  /** Removes a field; one that is not there is fine. */
  unsetField(name: string, conf: Conf, field: string): void {
    const status = this.#status(this.#native.unsetField(this.#handle, ...conf, field));
    if (status !== undefined && status.status !== 'NOTFOUND') {
      throw this.#error(status, 'record', name);
    }
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
    return { status: statusOfSentence(sentence), sentence };
  }

  #error(
    { status, sentence }: { status: DladmStatus; sentence: string },
    op: string,
    link: string | undefined,
  ): DladmError {
    const reason = status === 'EXIST' ? 'link already exists' : sentence;
    return new DladmError({ status, op, link, reason, syscall: FILE });
  }

  #check(result: number, op: string, link: string | undefined): void {
    const status = this.#status(result);
    if (status !== undefined) {
      throw this.#error(status, op, link);
    }
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
