import { addressOf, type Fd, isSysError, type Kernel } from 'libsys';
import {
  decodeUnetProp,
  encodeUnetProp,
  parseMac,
  type Struct,
  UNET_CTL_PATH,
  UNET_DESTROY_UNHELD,
  UNET_ERRNOS,
  UNET_ID_NONE,
  UNET_IOC_CREATE,
  UNET_IOC_DESTROY,
  UNET_IOC_GETPROP,
  UNET_IOC_INFO,
  UNET_IOC_LIST,
  UNET_IOC_SETPROP,
  UNET_LIFETIMES,
  UNET_MACLEN,
  UNET_PERM_WRITE,
  UNET_POLICIES,
  UNET_PROPS,
  type UnetIocHdr,
  type UnetPropName,
  type UnetPropValues,
  unetHdr,
  unetIocCreate,
  unetIocDestroy,
  unetIocInfo,
  unetIocList,
  unetIocProps,
  unetListEnt,
  unetPropNamed,
} from 'libsys/unet-abi';
import { closed, DladmError } from './errors.ts';
import { type Lifetime, type LinkInfo, toLinkInfo } from './link.ts';
import type { LinkName } from './link-name.ts';
import type { LinkProperties } from './properties.ts';
import type { LinkId } from './registry.ts';
import { statusOf } from './status.ts';

/** A property and its value now. */
export interface PropertyValue {
  readonly name: UnetPropName;
  readonly perm: 'rw' | 'r-';
  readonly value: UnetPropValues[UnetPropName];
}

/** How many entries the first request for a list has room for. */
const LIST_ROOM = 64;

/** A link of the list. */
export interface ListedLink {
  readonly linkId: LinkId;
  readonly name: LinkName;
  readonly zoneId: number;
}

/**
 * Which link a request is about: the one that has the name now, or the one that was found, whatever
 * it is called meanwhile.
 */
export type Which = LinkName | Pick<LinkInfo, 'linkId' | 'name'>;

const hdrOf = (which: Which, flags = 0): UnetIocHdr =>
  typeof which === 'string'
    ? unetHdr(which, flags)
    : { ...unetHdr('', flags), linkid: which.linkId };

/** Why a link that can be seen cannot be changed: it is lent, or was made elsewhere. */
export const FOREIGN = 'link belongs to another zone, which alone may change it';

/** The control node of the driver, `/dev/unet/ctl`: each request as a function. */
export class Ctl {
  readonly #kernel: Kernel;
  #fd: Fd | undefined;
  #access: 'read' | 'readwrite' = 'read';
  #closed = false;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /**
   * Makes a link with an id that was made for it; 0: with one that the driver has made.
   *
   * @returns the id. @see UNET_IOC_CREATE
   */
  create(name: LinkName, id: LinkId, lifetime: Lifetime, properties: LinkProperties): LinkId {
    const { mac, mtu, owner, group, linkstate, linger, rxbuf, txbuf } = properties;
    const memory = unetIocCreate.make({
      hdr: { ...unetHdr(name), linkid: id },
      mac: mac === undefined ? new Uint8Array(UNET_MACLEN) : parseMac(mac),
      maclen: mac === undefined ? 0 : UNET_MACLEN,
      mtu: mtu ?? 0,
      owner: owner ?? UNET_ID_NONE,
      group: group ?? UNET_ID_NONE,
      lifetime: UNET_LIFETIMES.indexOf(lifetime),
      policy: UNET_POLICIES.indexOf(linkstate ?? 'auto'),
      linger: linger ?? 0,
      rxbuf: BigInt(rxbuf ?? 0),
      txbuf: BigInt(txbuf ?? 0),
    });
    this.#request(UNET_IOC_CREATE, unetIocCreate, memory, 'create', name, 'readwrite');
    return unetIocCreate.decode(memory).hdr.linkid;
  }

  /** Destroys a link; unless `force` is given only if nobody holds it. @see UNET_IOC_DESTROY */
  destroy(which: Which, { force }: { force: boolean }): void {
    const memory = unetIocDestroy.make({ hdr: hdrOf(which, force ? 0 : UNET_DESTROY_UNHELD) });
    this.#request(UNET_IOC_DESTROY, unetIocDestroy, memory, 'destroy', which, 'readwrite', () => ({
      holder: unetIocDestroy.decode(memory).holder,
    }));
  }

  /** The links that this zone sees, by link id. @see UNET_IOC_LIST */
  list(): ListedLink[] {
    for (let room = LIST_ROOM; ; ) {
      const entries = Buffer.allocUnsafeSlow(room * unetListEnt.size).fill(0);
      const memory = unetIocList.make({
        hdr: unetHdr(),
        nents: room,
        ents: BigInt(addressOf(entries)),
      });
      this.#request(UNET_IOC_LIST, unetIocList, memory, 'list');
      const { actents } = unetIocList.decode(memory);
      if (actents <= room) {
        return unetListEnt.decodeArray(entries, actents).map(({ linkid, name, zoneid }) => ({
          linkId: linkid,
          name: name as LinkName,
          zoneId: zoneid,
        }));
      }
      room = actents * 2;
    }
  }

  /** Tells all about a link. @throws {DladmError} ENOENT: no such link. @see UNET_IOC_INFO */
  info(which: Which): LinkInfo {
    const memory = unetIocInfo.make({ hdr: hdrOf(which) });
    this.#request(UNET_IOC_INFO, unetIocInfo, memory, 'info', which);
    return toLinkInfo(unetIocInfo.decode(memory));
  }

  /** As {@link info}; `undefined` if there is no such link. */
  find(which: Which): LinkInfo | undefined {
    try {
      return this.info(which);
    } catch (error) {
      if (isSysError(error, 'ENOENT') || isSysError(error, 'ENXIO')) {
        return undefined;
      }
      throw error;
    }
  }

  /** Reads properties. @see UNET_IOC_GETPROP */
  getProps(link: Which, names: readonly UnetPropName[]): PropertyValue[] {
    const props = names.map((name) => ({ id: unetPropNamed(name).id, perm: 0, value: 0n }));
    const memory = unetIocProps.make({ hdr: hdrOf(link), count: props.length, props });
    this.#request(UNET_IOC_GETPROP, unetIocProps, memory, 'get', link, 'read', () =>
      refusedProperty(memory),
    );
    const answer = unetIocProps.decode(memory);
    return names.map((name, i) => {
      const { perm = 0, value = 0n } = answer.props[i] ?? {};
      return {
        name,
        perm: (perm & UNET_PERM_WRITE) !== 0 ? 'rw' : 'r-',
        value: decodeUnetProp(name, value),
      };
    });
  }

  /** Sets properties, all or none. @see UNET_IOC_SETPROP */
  setProps(link: Which, values: LinkProperties): void {
    const props = Object.entries(values).map(([name, value]) => ({
      id: unetPropNamed(name).id,
      perm: 0,
      value: encodeUnetProp(name as UnetPropName, value as never),
    }));
    const memory = unetIocProps.make({ hdr: hdrOf(link), count: props.length, props });
    this.#request(UNET_IOC_SETPROP, unetIocProps, memory, 'set', link, 'readwrite', () =>
      refusedProperty(memory),
    );
  }

  /** Closes the node, for good: what is still under way fails with EBADF and opens nothing. */
  close(): void {
    this.#closed = true;
    this.#drop();
  }

  #drop(): void {
    if (this.#fd !== undefined) {
      this.#kernel.close(this.#fd);
      this.#fd = undefined;
    }
  }

  /** Reading needs no right to write, so the node is opened for writing only when that is wanted. */
  #open(access: 'read' | 'readwrite'): Fd {
    if (this.#fd !== undefined && (access === 'read' || this.#access === 'readwrite')) {
      return this.#fd;
    }
    this.#drop();
    this.#fd = this.#kernel.open(UNET_CTL_PATH, { access });
    this.#access = access;
    return this.#fd;
  }

  #request<T extends { hdr: UnetIocHdr }>(
    request: number,
    layout: Struct<T>,
    memory: Uint8Array,
    op: string,
    which?: Which,
    access: 'read' | 'readwrite' = 'read',
    details: () => { holder?: number; property?: string } = () => ({}),
  ): void {
    if (this.#closed) throw closed(op);
    try {
      this.#kernel.ioctl(this.#open(access), request, memory);
    } catch (error) {
      if (!isSysError(error)) {
        throw error;
      }
      const link = typeof which === 'string' ? which : which?.name;
      const cause = UNET_ERRNOS[layout.decode(memory).hdr.errno];
      const precise = cause === undefined || cause.number === 0 ? undefined : cause;
      const { holder, property } = details();
      const held = precise?.name === 'HELD' && holder !== undefined && holder !== 0;
      const foreign = precise?.name === 'ZONE' && error.code === 'EPERM' && link !== undefined;
      const words = held ? `link is held by process ${holder}` : foreign ? FOREIGN : precise?.text;
      throw new DladmError({
        status: statusOf(error.code, precise?.name),
        code: error.code,
        syscall: error.syscall,
        op,
        link,
        reason: (property === undefined ? '' : `${property}: `) + (words ?? error.text),
        cause: error,
        ...(held && { holder }),
        ...(property !== undefined && { property }),
      });
    }
  }
}

/** Names the property that the driver refused, where it was one. */
function refusedProperty(memory: Uint8Array): { property?: string } {
  const { hdr, bad, props } = unetIocProps.decode(memory);
  const about = ['MTU', 'MACADDR', 'POLICY', 'LINGER', 'BUFTOOSMALL', 'BUFTOOBIG', 'PROPVAL'];
  const name = UNET_PROPS.find(({ id }) => id === props[bad]?.id)?.name;
  const cause = UNET_ERRNOS[hdr.errno]?.name ?? '';
  return name !== undefined && about.includes(cause) ? { property: name } : {};
}
