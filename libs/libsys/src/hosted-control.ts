import type { Fd } from './fd.ts';
import { addressOf } from './ffi.ts';
import * as hk from './hk-abi.ts';
import type { Kernel } from './kernel.ts';
import { KstatMemory } from './kstat-memory.ts';
import type { Struct } from './layout.ts';
import { shareClass } from './shared-class.ts';
import { isSysError, SysError } from './sys-error.ts';

/** What stands for the IP stack at a link's other end. */
export type StackKind = 'none' | 'tap' | 'bus' | 'auto';

const STACK_KINDS: readonly StackKind[] = ['none', 'tap', 'bus', 'auto'];

/** What a stack end can want to hear besides its own address and broadcasts. */
export type StackWant = 'join' | 'leave' | 'all' | 'own';

const STACK_WANTS: Readonly<Record<StackWant, number>> = {
  join: hk.HK_WANT_JOIN,
  leave: hk.HK_WANT_LEAVE,
  all: hk.HK_WANT_ALL,
  own: hk.HK_WANT_OWN,
};

/** What can be made to fail. */
export type FaultKind = 'alloc' | 'copy' | 'interrupt' | 'upcall' | 'mac';

/** The number of each. */
export const FAULT_KINDS: Readonly<Record<FaultKind, number>> = Object.freeze({
  alloc: hk.HK_FAULT_ALLOC,
  copy: hk.HK_FAULT_COPY,
  interrupt: hk.HK_FAULT_INTR,
  upcall: hk.HK_FAULT_UPCALL,
  mac: hk.HK_FAULT_MAC,
});

/** A data link as the link management daemon keeps it. */
export interface DataLink {
  readonly linkid: number;
  readonly name: string;
  readonly class: number;
  readonly media: number;
  readonly flags: number;
  readonly zoneid: number;
}

/** A link's stack end. */
export interface StackEnd {
  readonly kind: StackKind;
  /** The segment of a bus; empty otherwise. */
  readonly bus: string;
  /** Whether it keeps its link from being destroyed, as IP does. */
  readonly pinned: boolean;
  /** Whether frames to the link come in two blocks each. */
  readonly split: boolean;
  /** Whether frames from the link return to it, on the thread that wrote them, as IP's answers do. */
  readonly echo: boolean;
}

/** What a stack end is to be. */
export interface PlumbOptions {
  readonly kind: StackKind;
  readonly bus?: string;
  readonly pinned?: boolean;
  readonly split?: boolean;
  readonly echo?: boolean;
}

/** The kstats there are, and the number that changes when the list does. */
export interface KstatList {
  readonly chainid: number;
  readonly kstats: readonly hk.HkKstat[];
}

/** The data of one kstat. Times are in ns. */
export interface KstatData {
  readonly crtime: bigint;
  readonly snaptime: bigint;
  readonly data: readonly hk.HkKsnamed[];
}

/** A zone, running or not. */
export interface HostedZone {
  readonly name: string;
  /** While it runs: a new one at every boot. */
  readonly zoneid?: number;
  readonly state: 'configured' | 'running';
  /** It has no network stack of its own. */
  readonly sharedIp: boolean;
  /** The network namespace of the host that it is tied to: a path, or a name below /run/netns. */
  readonly netns?: string;
}

/** `DATALINK_CLASS_MISC`: what every unet link is. */
export const DATALINK_CLASS_MISC = 0x400;
/** `DL_ETHER` */
export const DL_ETHER = 0x4;

/**
 * The requests of `/dev/hk`, typed: what dlmgmtd, ipadm, kstat and zoneadm do on a real system, and
 * what only a hosted kernel can do. Each throws {@link SysError} with the errno that
 * `kernel/hosted/hk.h` lists.
 *
 * @see kernel/hosted/hk.h
 */
export class HostedControl {
  static {
    shareClass(HostedControl, 'libsys.HostedControl');
  }

  readonly #kernel: Kernel;
  readonly #kstats: KstatMemory = new KstatMemory();
  #fd: Fd | undefined;

  /** @param kernel borrowed */
  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Makes a link id for a name. EEXIST: the name is taken. EINVAL: not a link name. */
  dlCreate(
    name: string,
    options: { readonly class?: number; readonly media?: number; readonly flags?: number } = {},
  ): number {
    return this.#request(
      hk.HK_IOC_DLCREATE,
      hk.hkDl,
      {
        name,
        class: options.class ?? DATALINK_CLASS_MISC,
        media: options.media ?? DL_ETHER,
        flags: options.flags ?? hk.HK_DL_ACTIVE,
      },
      'dl-create',
      name,
    ).linkid;
  }

  /** Takes `flags` from a link id, or all of them (0), and frees it with the last. ENOENT: no such id. */
  dlDestroy(linkid: number, flags = 0): void {
    this.#request(hk.HK_IOC_DLDESTROY, hk.hkDl, { linkid, flags }, 'dl-destroy');
  }

  /** Finds a data link by id or by name. ENOENT: there is none. */
  dlInfo(which: number | string): DataLink {
    return typeof which === 'number'
      ? this.#request(hk.HK_IOC_DLINFO, hk.hkDl, { linkid: which }, 'dl-info')
      : this.#request(hk.HK_IOC_DLINFO, hk.hkDl, { name: which }, 'dl-info', which);
  }

  /** Every data link that the caller's zone sees, by id. */
  dlList(): DataLink[] {
    return this.#walk(0, (linkid) => {
      const link = this.#request(hk.HK_IOC_DLNEXT, hk.hkDl, { linkid }, 'dl-list');
      return [link.linkid, link];
    });
  }

  /**
   * Gives a link another name, in the kernel and in dlmgmtd's book. ENOENT: no such link. EEXIST:
   * another has that name. EINVAL: not a link name. EBUSY: the stack uses the link, it is lent to a
   * zone, or the host does not rename its TAP interface, which has to be down for that.
   */
  dlRename(linkid: number, name: string): void {
    this.#request(hk.HK_IOC_DLRENAME, hk.hkDl, { linkid, name }, 'dl-rename', name);
  }

  /**
   * Lends a link of the global zone to the zone `zoneid`, or with 0 takes it back; at that zone's
   * halt it returns by itself. ENOENT: no such link, or a zone's own. ESRCH: no such zone runs.
   * EEXIST: that zone has a link of the name. EBUSY: the stack uses it where it is, or the name of its
   * interface is taken there. ENXIO: the network namespace of that zone is gone.
   */
  dlSetZone(linkid: number, zoneid: number): void {
    this.#request(hk.HK_IOC_DLSETZONE, hk.hkDl, { linkid, zoneid }, 'dl-set-zone');
  }

  /**
   * Has dlmgmtd die, whereupon what needs it fails with EBADF, or come back with what its files and
   * the kernel tell it.
   */
  dlmgmtd(what: 'stop' | 'start'): void {
    const number = what === 'stop' ? hk.HK_DLMGMT_STOP : hk.HK_DLMGMT_START;
    this.#request(hk.HK_IOC_DLMGMT, hk.hkDlmgmt, { what: number }, `dlmgmtd-${what}`);
  }

  /** Gives a link its stack end and returns what it got (`auto` becomes `tap` or `bus`). */
  plumb(linkid: number, options: PlumbOptions): StackEnd {
    const kind = STACK_KINDS.indexOf(options.kind);
    if (kind < 0) throw new RangeError(`kind must be one of ${STACK_KINDS.join(', ')}`);
    return stackEnd(
      this.#request(
        hk.HK_IOC_PLUMB,
        hk.hkStack,
        {
          linkid,
          kind,
          flags:
            (options.pinned === true ? hk.HK_STACK_PIN : 0) |
            (options.split === true ? hk.HK_STACK_SPLIT : 0) |
            (options.echo === true ? hk.HK_STACK_ECHO : 0),
          bus: options.bus ?? '',
        },
        'plumb',
      ),
    );
  }

  /** Takes a link's stack end away. ENOENT: it has none. */
  unplumb(linkid: number): void {
    this.#request(hk.HK_IOC_UNPLUMB, hk.hkStack, { linkid }, 'unplumb');
  }

  /** A link's stack end. ENOENT: it has none, or there is no such link. */
  stackInfo(linkid: number): StackEnd {
    return stackEnd(this.#request(hk.HK_IOC_STACKINFO, hk.hkStack, { linkid }, 'stack-info'));
  }

  /**
   * Has a link's stack end `join` or `leave` the multicast group `group`, want every frame (`all`) or
   * no more than its `own` again. ENOENT: no stack end, or not joined. EEXIST: joined already.
   */
  stackWant(linkid: number, want: StackWant, group?: Uint8Array): void {
    const request = { linkid, what: STACK_WANTS[want], ...(group && { addr: group }) };
    this.#request(hk.HK_IOC_STACKWANT, hk.hkStackwant, request, `stack-${want}`);
  }

  /** The kstats that the caller's zone sees. */
  kstatList(): KstatList {
    const read = this.#growing(hk.hkKstat, 64, (nents, ents) => {
      const list = this.#request(hk.HK_IOC_KSLIST, hk.hkKslist, { nents, ents }, 'kstat-list');
      return [list.actents, list.chainid];
    });
    this.#kstats.keep(new Set(read.entries.map(({ kid }) => kid)));
    return { chainid: read.result, kstats: read.entries };
  }

  /** A number that changes when the list of kstats does. */
  kstatChain(): number {
    return this.#request(hk.HK_IOC_KSLIST, hk.hkKslist, {}, 'kstat-list').chainid;
  }

  /** The data of one kstat. ENXIO: it is gone. */
  kstatRead(kid: number): KstatData {
    const [data] = this.kstatReadAll([kid]);
    if (data === undefined) {
      throw new SysError({ code: 'ENXIO', syscall: 'ioctl', op: 'kstat-read' });
    }
    return data;
  }

  /** The data of several kstats, many in a request; `undefined` for one that is gone. */
  kstatReadAll(kids: readonly number[]): (KstatData | undefined)[] {
    const found: (KstatData | undefined)[] = [];
    while (found.length < kids.length) {
      const some = kids.slice(found.length, found.length + hk.HK_KSREADS_MAX);
      const reads = this.#kstats.ask(some);
      const request = { nreads: some.length, reads };
      this.#request(hk.HK_IOC_KSREADS, hk.hkKsreads, request, 'kstat-read');
      for (const nth of some.keys()) {
        const read = this.#kstats.answer(nth);
        // From here on with more room.
        if (read === undefined) break;
        const failed = read.errno === 0 ? undefined : this.#failed(read.errno);
        if (failed !== undefined && failed.code !== 'ENXIO') throw failed;
        found.push(failed === undefined ? read : undefined);
      }
    }
    return found;
  }

  /** What the kernel has that somebody must give back. */
  usage(): hk.HkUsage {
    return this.#request(hk.HK_IOC_USAGE, hk.hkUsage, {}, 'usage');
  }

  /**
   * Makes the nth call of a kind from now on fail, once; 0: none. Returns how many calls of that
   * kind there were since the last time.
   */
  fault(kind: FaultKind, nth: number): bigint {
    const request = { kind: FAULT_KINDS[kind], nth: BigInt(nth) };
    return this.#request(hk.HK_IOC_FAULT, hk.hkFault, request, 'fault').seen;
  }

  /** Who the kernel is. */
  sysinfo(): hk.HkSysinfo {
    return this.#request(hk.HK_IOC_SYSINFO, hk.hkSysinfo, {}, 'sysinfo');
  }

  /** Ends a server. EPERM: it is another user's. ENOTSUP: not a server. */
  shutdown(): void {
    this.#request(hk.HK_IOC_SHUTDOWN, undefined, {}, 'shutdown');
  }

  /**
   * Makes a zone, which does not run yet. EEXIST: there is one of that name. EINVAL: not a name.
   * `netns` (a path, or what `ip netns` calls it) ties it to a network namespace of the host; the
   * name's meaning is looked up here and at each boot. ENODEV: there is none. EACCES: not for this
   * user. EINVAL: it is something else. EADDRINUSE: it is another zone's, or the kernel's own.
   * It lasts until {@link zoneDestroy}, or as long as the kernel.
   */
  zoneCreate(
    name: string,
    options: { readonly sharedIp?: boolean; readonly netns?: string } = {},
  ): void {
    const flags = options.sharedIp === true ? hk.HK_ZONE_SHARED_IP : 0;
    const zone = { name, flags, netns: options.netns ?? '' };
    this.#request(hk.HK_IOC_ZONECREATE, hk.hkZone, zone, 'zone-create', name);
  }

  /** Boots a zone and returns its id, a new one each time. ENOENT: no such zone. EALREADY: it runs. */
  zoneBoot(name: string): number {
    return this.#request(hk.HK_IOC_ZONEBOOT, hk.hkZone, { name }, 'zone-boot', name).zoneid;
  }

  /**
   * Halts a zone: its programs lose their files, links made in it are destroyed, those lent to it
   * return to the global zone. ENOENT: no such zone. ESRCH: it does not run. EBUSY: a link that was
   * lent to it could not be taken back; it can be halted again.
   */
  zoneHalt(name: string): void {
    this.#request(hk.HK_IOC_ZONEHALT, hk.hkZone, { name }, 'zone-halt', name);
  }

  /** Forgets a zone. ENOENT: no such zone. EBUSY: it runs. */
  zoneDestroy(name: string): void {
    this.#request(hk.HK_IOC_ZONEDESTROY, hk.hkZone, { name }, 'zone-destroy', name);
  }

  /** Every zone, the global one first, then by name; a zone's own programs see that zone only. */
  zoneList(): HostedZone[] {
    return this.#walk('', (name) => {
      const zone = this.#request(hk.HK_IOC_ZONENEXT, hk.hkZone, { name }, 'zone-list');
      return [zone.name, hostedZone(zone)];
    });
  }

  /** What a port of a bus (a file of `/dev/bus/<name>`) has seen. */
  busInfo(port: Fd): hk.HkBusinfo {
    const memory = hk.hkBusinfo.make({});
    this.#kernel.ioctl(port, hk.HK_IOC_BUSINFO, memory);
    return hk.hkBusinfo.decode(memory);
  }

  /** Closes `/dev/hk` if it was opened; the next request opens it again. */
  close(): void {
    if (this.#fd === undefined) return;
    const fd = this.#fd;
    this.#fd = undefined;
    this.#kernel.close(fd);
  }

  #request<T extends object>(
    request: number,
    codec: Struct<T>,
    value: Partial<T>,
    op: string,
    link?: string,
  ): T;
  #request(request: number, codec: undefined, value: object, op: string): undefined;
  #request<T extends object>(
    request: number,
    codec: Struct<T> | undefined,
    value: Partial<T>,
    op: string,
    link?: string,
  ): T | undefined {
    this.#fd ??= this.#kernel.open('/dev/hk', { access: 'readwrite' });
    const memory = codec?.make(value) ?? Buffer.alloc(8);
    this.#kernel.ioctl(this.#fd, request, memory, { op, ...(link === undefined ? {} : { link }) });
    return codec?.decode(memory);
  }

  #failed(errno: number): SysError {
    return new SysError({ errno, syscall: 'ioctl', op: 'kstat-read' });
  }

  /** Asks again with more room until everything fits. */
  #growing<T, R>(
    codec: Struct<T>,
    first: number,
    ask: (nents: number, ents: bigint) => [actents: number, result: R],
  ): { entries: T[]; result: R } {
    for (let room = first; ; ) {
      const memory = Buffer.allocUnsafeSlow(room * codec.size);
      const [actents, result] = ask(room, BigInt(addressOf(memory)));
      if (actents <= room) return { entries: codec.decodeArray(memory, actents), result };
      room = actents + 16;
    }
  }

  /** Follows a "next after" request from `start` until it says ENOENT. */
  #walk<K, T>(start: K, next: (after: K) => [key: K, value: T]): T[] {
    const found: T[] = [];
    for (let after = start; ; ) {
      try {
        const [key, value] = next(after);
        found.push(value);
        after = key;
      } catch (error) {
        if (isSysError(error, 'ENOENT')) return found;
        throw error;
      }
    }
  }
}

function stackEnd(stack: hk.HkStack): StackEnd {
  return {
    kind: STACK_KINDS[stack.kind] ?? 'none',
    bus: stack.bus,
    pinned: (stack.flags & hk.HK_STACK_PIN) !== 0,
    split: (stack.flags & hk.HK_STACK_SPLIT) !== 0,
    echo: (stack.flags & hk.HK_STACK_ECHO) !== 0,
  };
}

function hostedZone(zone: hk.HkZone): HostedZone {
  return {
    name: zone.name,
    ...(zone.zoneid >= 0 && { zoneid: zone.zoneid }),
    state: zone.state === hk.HK_ZONE_RUNNING ? 'running' : 'configured',
    sharedIp: (zone.flags & hk.HK_ZONE_SHARED_IP) !== 0,
    ...(zone.netns !== '' && { netns: zone.netns }),
  };
}
