import { get8, get16, get32, holds, mustBeAddress, mustFit, put, set16, slice } from './fields.ts';
import { HeaderView } from './header-view.ts';

/** Bytes of a MAC address. */
export const MAC_LENGTH = 6;
/** Bytes before the payload of an untagged frame. */
export const ETHERNET_HEADER = 14;
/** Bytes that each tag adds to that. */
export const VLAN_TAG = 4;

/** An {@link EthernetHeader.type}: the payload is an IPv4 packet. */
export const ETHERTYPE_IPV4 = 0x0800;
/** An {@link EthernetHeader.type}: the payload is an ARP packet. */
export const ETHERTYPE_ARP = 0x0806;
/** An {@link EthernetHeader.type}: the payload is an IPv6 packet. */
export const ETHERTYPE_IPV6 = 0x86dd;
/** What announces a tag of a customer. @see IEEE 802.1Q */
export const ETHERTYPE_VLAN = 0x8100;
/** What announces a tag of a provider, in front of a customer's. @see IEEE 802.1ad */
export const ETHERTYPE_SERVICE_VLAN = 0x88a8;

const DESTINATION = 0;
const SOURCE = 6;
const TYPE = 12;
const TO_48_BITS = 0x1_0000_0000;
/** A frame is made with two at most: a provider's and a customer's. */
const TAGS_MAX = 2;

/**
 * The header of an Ethernet frame with the VLAN tags it has, if any.
 *
 * @see IEEE 802.3 §3, IEEE 802.1Q §9
 */
export class EthernetHeader extends HeaderView {
  #tags = 0;

  /** Makes a header in `length` bytes: no addresses, type 0, `tags` 802.1Q tags with VLAN 0. */
  make(bytes: Uint8Array, start: number, length: number, tags = 0): this {
    mustFit(tags, TAGS_MAX);
    const size = ETHERNET_HEADER + tags * VLAN_TAG;
    this.clear(bytes, start, length, size);
    for (let tag = 0; tag < tags; tag++) bytes[start + TYPE + tag * VLAN_TAG] = 0x81;
    this.at(bytes, start, length);
    return this;
  }

  /** How many VLAN tags there are. */
  get tags(): number {
    return this.#tags;
  }

  /** Whom the frame is for: 6 bytes, a view; setting copies them in. */
  get destination(): Uint8Array {
    return slice(this.bytes, this.start + DESTINATION, MAC_LENGTH);
  }
  set destination(mac: Uint8Array) {
    put(this.bytes, this.start + DESTINATION, mac, MAC_LENGTH);
  }

  /** Who sent it: 6 bytes, a view; setting copies them in. */
  get source(): Uint8Array {
    return slice(this.bytes, this.start + SOURCE, MAC_LENGTH);
  }
  set source(mac: Uint8Array) {
    put(this.bytes, this.start + SOURCE, mac, MAC_LENGTH);
  }

  /** {@link destination} as a number below 2^48: a key of a table, without an object for each frame. */
  get destinationNumber(): number {
    return (
      get16(this.bytes, this.start + DESTINATION) * TO_48_BITS +
      get32(this.bytes, this.start + DESTINATION + 2)
    );
  }
  /** {@link source} as such a number. */
  get sourceNumber(): number {
    return (
      get16(this.bytes, this.start + SOURCE) * TO_48_BITS +
      get32(this.bytes, this.start + SOURCE + 2)
    );
  }

  /** Says whether the frame goes to a group; everybody (broadcast) is one. */
  get isMulticast(): boolean {
    return (get8(this.bytes, this.start + DESTINATION) & 1) === 1;
  }
  /** Says whether the frame claims to come from a group, which no honest one does. */
  get hasMulticastSource(): boolean {
    return (get8(this.bytes, this.start + SOURCE) & 1) === 1;
  }
  /** Says whether the destination is `mac`; never, if that has not 6 bytes. */
  isTo(mac: Uint8Array): boolean {
    return holds(this.bytes, this.start + DESTINATION, mac, MAC_LENGTH);
  }
  /** Says whether the source is `mac`; never, if that has not 6 bytes. */
  isFrom(mac: Uint8Array): boolean {
    return holds(this.bytes, this.start + SOURCE, mac, MAC_LENGTH);
  }

  /** What the payload is, behind all tags; below 0x600 it is the payload's length (IEEE 802.3). */
  get type(): number {
    return get16(this.bytes, this.start + TYPE + this.#tags * VLAN_TAG);
  }
  set type(type: number) {
    set16(this.bytes, this.start + TYPE + this.#tags * VLAN_TAG, type);
  }

  /**
   * The VLAN of the outermost tag, 0 to 4095; 0: none, which is what a frame without a tag says, too.
   * To set it where there is no tag is a RangeError.
   */
  get vlan(): number {
    return this.#tags === 0 ? 0 : this.tag(0) & 0xfff;
  }
  set vlan(vlan: number) {
    mustFit(vlan, 0xfff);
    this.setTag(0, (this.tag(0) & 0xf000) | vlan);
  }

  /** The priority in the outermost tag, 0 to 7; 0 without a tag, where it cannot be set. */
  get priority(): number {
    return this.#tags === 0 ? 0 : this.tag(0) >> 13;
  }
  set priority(priority: number) {
    mustFit(priority, 7);
    this.setTag(0, (this.tag(0) & 0x1fff) | (priority << 13));
  }

  /**
   * The 16 bits of control information of a tag: priority, drop eligibility, VLAN.
   *
   * @param i 0: the outermost one
   * @throws {RangeError} there is no such tag
   */
  tag(i: number): number {
    return get16(this.bytes, this.start + this.#tagAt(i));
  }
  /** Sets what {@link tag} reads. @throws {RangeError} there is no such tag, or more than 16 bits */
  setTag(i: number, control: number): void {
    set16(this.bytes, this.start + this.#tagAt(i), control);
  }

  /** Addresses the frame back to where it came from, with `mac` as its source. */
  turnAround(mac: Uint8Array): void {
    mustBeAddress(mac, MAC_LENGTH);
    const sender = this.start + SOURCE;
    this.bytes.copyWithin(this.start + DESTINATION, sender, sender + MAC_LENGTH);
    this.source = mac;
  }

  protected override accept(length: number): boolean {
    let tags = 0;
    for (;;) {
      const at = TYPE + tags * VLAN_TAG;
      if (length < at + 2) return false;
      const type = get16(this.bytes, this.start + at);
      if (type !== ETHERTYPE_VLAN && type !== ETHERTYPE_SERVICE_VLAN) break;
      tags++;
    }
    this.#tags = tags;
    return this.extend(ETHERNET_HEADER + tags * VLAN_TAG);
  }

  #tagAt(i: number): number {
    if (i >= 0 && i < this.#tags && Number.isInteger(i)) return TYPE + 2 + i * VLAN_TAG;
    throw new RangeError(`tag ${i} is not there, the frame has ${this.#tags}`);
  }
}
