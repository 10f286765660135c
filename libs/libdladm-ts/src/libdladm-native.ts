import {
  type CallbackPrototype,
  type CType,
  LibraryError,
  loadLibrary,
  type Prototype,
} from 'libsys';

/** A number of 64 bits as it comes and goes: an address, or half of a structure. */
type Wide = number | bigint;

/**
 * The functions of illumos' libdladm that have one signature on every distribution. A handle is an
 * address. `dladm_conf_t`, passed by value, is 16 bytes of two integer classes, which travel as two
 * integers do, on amd64 and on arm64; that is how it is declared here. Enumerations and `boolean_t`
 * are ints, `datalink_id_t` has 32 bits and `datalink_media_t` 64.
 *
 * @see libdladm.h, libdllink.h of illumos
 */
export interface LibdladmNative {
  open(handle: Uint8Array): number;
  close(handle: Wide): void;
  statusText(status: number, buffer: Uint8Array): string;
  className(linkClass: number, buffer: Uint8Array): string;
  mediaName(media: number, buffer: Uint8Array): string;
  validName(name: string): number;

  createId(
    handle: Wide,
    name: string,
    linkClass: number,
    media: number,
    flags: number,
    id: Uint8Array,
  ): number;
  destroyId(handle: Wide, id: number, flags: number): number;
  upId(handle: Wide, id: number): number;
  nameToInfo(
    handle: Wide,
    name: string,
    id: Uint8Array,
    flags: Uint8Array,
    linkClass: Uint8Array,
    media: Uint8Array,
  ): number;
  idToInfo(
    handle: Wide,
    id: number,
    flags: Uint8Array,
    linkClass: Uint8Array,
    media: Uint8Array,
    name: Uint8Array,
    size: number,
  ): number;
  kernelInfo(handle: Wide, id: number, info: Uint8Array): number;
  walkIds(
    callback: Wide,
    handle: Wide,
    arg: Wide,
    linkClass: number,
    media: Wide,
    flags: number,
  ): number;

  createConf(
    handle: Wide,
    name: string,
    id: number,
    linkClass: number,
    media: number,
    conf: Uint8Array,
  ): number;
  openConf(handle: Wide, id: number, conf: Uint8Array): number;
  snapConf(handle: Wide, id: number, conf: Uint8Array): number;
  writeConf(handle: Wide, conf0: Wide, conf1: Wide): number;
  removeConf(handle: Wide, id: number): number;
  destroyConf(handle: Wide, conf0: Wide, conf1: Wide): void;
  getField(
    handle: Wide,
    conf0: Wide,
    conf1: Wide,
    name: string,
    value: Uint8Array,
    size: number,
  ): number;
  nextField(
    handle: Wide,
    conf0: Wide,
    conf1: Wide,
    last: Uint8Array,
    name: Uint8Array,
    value: Uint8Array,
    size: number,
    actual: Uint8Array,
  ): number;
  setField(
    handle: Wide,
    conf0: Wide,
    conf1: Wide,
    name: string,
    type: number,
    value: Uint8Array,
  ): number;
  unsetField(handle: Wide, conf0: Wide, conf1: Wide, name: string): number;

  setProp(
    handle: Wide,
    id: number,
    name: string | null,
    values: Uint8Array | null,
    count: number,
    flags: number,
  ): number;
  getProp(
    handle: Wide,
    id: number,
    which: number,
    name: string,
    values: Uint8Array,
    count: Uint8Array,
  ): number;
  walkProps(handle: Wide, id: number, arg: Wide, callback: Wide): number;
}

const HANDLE = 'uintptr_t';
const CONF = ['uintptr_t', 'uintptr_t'] as const;
const ID = 'uint32_t';
const NAME = 'const char *';
const OUT = 'void *';

/** What answers a status (or a truth), which is an int. */
const int = (symbol: string, ...params: readonly CType[]): Prototype => ({
  symbol,
  result: 'int',
  params,
});

const PROTOTYPES: { readonly [K in keyof LibdladmNative]: Prototype } = {
  open: int('dladm_open', OUT),
  close: { symbol: 'dladm_close', result: 'void', params: [HANDLE] },
  statusText: { symbol: 'dladm_status2str', result: NAME, params: ['int', OUT] },
  className: { symbol: 'dladm_class2str', result: NAME, params: ['int', OUT] },
  mediaName: { symbol: 'dladm_media2str', result: NAME, params: ['uint32_t', OUT] },
  validName: int('dladm_valid_linkname', NAME),
  createId: int('dladm_create_datalink_id', HANDLE, NAME, 'int', 'uint32_t', 'uint32_t', OUT),
  destroyId: int('dladm_destroy_datalink_id', HANDLE, ID, 'uint32_t'),
  upId: int('dladm_up_datalink_id', HANDLE, ID),
  nameToInfo: int('dladm_name2info', HANDLE, NAME, OUT, OUT, OUT, OUT),
  idToInfo: int('dladm_datalink_id2info', HANDLE, ID, OUT, OUT, OUT, OUT, 'uintptr_t'),
  kernelInfo: int('dladm_info', HANDLE, ID, OUT),
  walkIds: int(
    'dladm_walk_datalink_id',
    'uintptr_t',
    HANDLE,
    'uintptr_t',
    'int',
    'uint64_t',
    'uint32_t',
  ),
  createConf: int('dladm_create_conf', HANDLE, NAME, ID, 'int', 'uint32_t', OUT),
  openConf: int('dladm_open_conf', HANDLE, ID, OUT),
  snapConf: int('dladm_getsnap_conf', HANDLE, ID, OUT),
  writeConf: int('dladm_write_conf', HANDLE, ...CONF),
  removeConf: int('dladm_remove_conf', HANDLE, ID),
  destroyConf: { symbol: 'dladm_destroy_conf', result: 'void', params: [HANDLE, ...CONF] },
  getField: int('dladm_get_conf_field', HANDLE, ...CONF, NAME, OUT, 'uintptr_t'),
  nextField: int(
    'dladm_getnext_conf_linkprop',
    HANDLE,
    ...CONF,
    'void *',
    OUT,
    OUT,
    'uintptr_t',
    OUT,
  ),
  setField: int('dladm_set_conf_field', HANDLE, ...CONF, NAME, 'int', 'void *'),
  unsetField: int('dladm_unset_conf_field', HANDLE, ...CONF, NAME),
  setProp: int('dladm_set_linkprop', HANDLE, ID, NAME, 'void *', 'uint32_t', 'uint32_t'),
  getProp: int('dladm_get_linkprop', HANDLE, ID, 'int', NAME, OUT, OUT),
  walkProps: int('dladm_walk_linkprop', HANDLE, ID, 'uintptr_t', 'uintptr_t'),
};

/** What `dladm_walk_datalink_id` calls: handle, id, argument. */
export const ID_CALLBACK: CallbackPrototype = {
  result: 'int',
  params: ['uintptr_t', 'uint32_t', 'uintptr_t'],
};

/** What `dladm_walk_linkprop` calls: handle, id, name, argument. */
export const PROP_CALLBACK: CallbackPrototype = {
  result: 'int',
  params: ['uintptr_t', 'uint32_t', 'const char *', 'uintptr_t'],
};

/**
 * What differs: on SmartOS a link is renamed in a zone, which the second argument names (null: the
 * caller's), and elsewhere there is no such argument.
 */
type RenameNative =
  | { readonly zones: false; rename(handle: Wide, from: string, to: string): number }
  | {
      readonly zones: true;
      rename(handle: Wide, zone: string | null, from: string, to: string): number;
    };

/** Only there where functions take zones; it is not called. */
const ZONE_MARK = 'dladm_zname2info';

function has(file: string, symbol: string): boolean {
  try {
    loadLibrary(file, { symbol: { symbol, result: 'int', params: [] } });
    return true;
  } catch (error) {
    if (error instanceof LibraryError) return false;
    throw error;
  }
}

/** Loads libdladm, and finds out which of its signatures it has. @throws {LibraryError} */
export function loadLibdladm(file: string): LibdladmNative & RenameNative {
  const native = loadLibrary<LibdladmNative>(file, PROTOTYPES);
  const symbol = 'dladm_rename_link';
  if (has(file, ZONE_MARK)) {
    type Zoned = Extract<RenameNative, { zones: true }>;
    const { rename } = loadLibrary<Pick<Zoned, 'rename'>>(file, {
      rename: int(symbol, HANDLE, NAME, NAME, NAME),
    });
    return { ...native, zones: true, rename };
  }
  type Plain = Extract<RenameNative, { zones: false }>;
  const { rename } = loadLibrary<Pick<Plain, 'rename'>>(file, {
    rename: int(symbol, HANDLE, NAME, NAME),
  });
  return { ...native, zones: false, rename };
}

/** The functions of libc that know zones; a failure is -1 and errno. */
export interface ZoneNative {
  getzoneid(): number;
  getzonenamebyid(id: number, name: Uint8Array, length: number): Wide;
  /** Fills in up to `count` ids, and says in `count` how many there are. */
  zone_list(ids: Uint8Array | null, count: Uint8Array): number;
}

const ZONE_PROTOTYPES: { readonly [K in keyof ZoneNative]: Prototype } = {
  getzoneid: { result: 'int32_t', params: [] },
  getzonenamebyid: { result: 'intptr_t', params: ['int32_t', 'void *', 'uintptr_t'] },
  zone_list: { result: 'int', params: ['void *', 'void *'] },
};

/** @param file the C library, or what stands in for it. @throws {LibraryError} */
export function loadZones(file: string): ZoneNative {
  return loadLibrary<ZoneNative>(file, ZONE_PROTOTYPES);
}
