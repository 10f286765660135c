import { ETHERTYPE_IPV4, MAC_LENGTH } from './ethernet.ts';
import { get8, get16, holds, mustBeAddress, put, set16, slice } from './fields.ts';
import { HeaderView } from './header-view.ts';

/** Bytes of an ARP packet for IPv4 on Ethernet. */
export const ARP_PACKET = 28;
/** An {@link ArpPacket.operation}: who has the target IP address? */
export const ARP_REQUEST = 1;
/** An {@link ArpPacket.operation}: the sender says where it is. */
export const ARP_REPLY = 2;

const ETHERNET = 1;
const IP_LENGTH = 4;

const HARDWARE = 0;
const PROTOCOL = 2;
const LENGTHS = 4;
const OPERATION = 6;
const SENDER_MAC = 8;
const SENDER_IP = 14;
const TARGET_MAC = 18;
const TARGET_IP = 24;

/** An ARP packet of the one kind there is on Ethernet: for IPv4. @see RFC 826 */
export class ArpPacket extends HeaderView {
  /** Makes a packet in `length` bytes: a request, no addresses. */
  make(bytes: Uint8Array, start: number, length: number): this {
    this.clear(bytes, start, length, ARP_PACKET);
    bytes[start + HARDWARE + 1] = ETHERNET;
    bytes[start + PROTOCOL] = ETHERTYPE_IPV4 >> 8;
    bytes[start + LENGTHS] = MAC_LENGTH;
    bytes[start + LENGTHS + 1] = IP_LENGTH;
    bytes[start + OPERATION + 1] = ARP_REQUEST;
    this.at(bytes, start, length);
    return this;
  }

  /** {@link ARP_REQUEST}, {@link ARP_REPLY}, or a number that is neither. */
  get operation(): number {
    return get16(this.bytes, this.start + OPERATION);
  }
  set operation(operation: number) {
    set16(this.bytes, this.start + OPERATION, operation);
  }

  /** 6 bytes, a view; setting copies them in. */
  get senderMac(): Uint8Array {
    return slice(this.bytes, this.start + SENDER_MAC, MAC_LENGTH);
  }
  set senderMac(mac: Uint8Array) {
    put(this.bytes, this.start + SENDER_MAC, mac, MAC_LENGTH);
  }

  /** 4 bytes, a view; setting copies them in. */
  get senderIp(): Uint8Array {
    return slice(this.bytes, this.start + SENDER_IP, IP_LENGTH);
  }
  set senderIp(ip: Uint8Array) {
    put(this.bytes, this.start + SENDER_IP, ip, IP_LENGTH);
  }

  /** 6 bytes, a view; setting copies them in. It says nothing in a request. */
  get targetMac(): Uint8Array {
    return slice(this.bytes, this.start + TARGET_MAC, MAC_LENGTH);
  }
  set targetMac(mac: Uint8Array) {
    put(this.bytes, this.start + TARGET_MAC, mac, MAC_LENGTH);
  }

  /** 4 bytes, a view; setting copies them in. */
  get targetIp(): Uint8Array {
    return slice(this.bytes, this.start + TARGET_IP, IP_LENGTH);
  }
  set targetIp(ip: Uint8Array) {
    put(this.bytes, this.start + TARGET_IP, ip, IP_LENGTH);
  }

  /** Says whether it is a request for `ip`. */
  asksFor(ip: Uint8Array): boolean {
    return (
      this.operation === ARP_REQUEST && holds(this.bytes, this.start + TARGET_IP, ip, IP_LENGTH)
    );
  }
  /** Says whether it is a reply that tells the MAC address of `ip`. */
  tells(ip: Uint8Array): boolean {
    return this.operation === ARP_REPLY && holds(this.bytes, this.start + SENDER_IP, ip, IP_LENGTH);
  }

  /** Makes a request the reply to itself: who asked is told that `ip` is at `mac`. */
  turnAround(mac: Uint8Array, ip: Uint8Array): void {
    mustBeAddress(mac, MAC_LENGTH);
    mustBeAddress(ip, IP_LENGTH);
    const asker = this.start + SENDER_MAC;
    this.bytes.copyWithin(this.start + TARGET_MAC, asker, asker + MAC_LENGTH + IP_LENGTH);
    this.senderMac = mac;
    this.senderIp = ip;
    this.operation = ARP_REPLY;
  }

  protected override accept(length: number): boolean {
    return (
      length >= ARP_PACKET &&
      get16(this.bytes, this.start + HARDWARE) === ETHERNET &&
      get16(this.bytes, this.start + PROTOCOL) === ETHERTYPE_IPV4 &&
      get8(this.bytes, this.start + LENGTHS) === MAC_LENGTH &&
      get8(this.bytes, this.start + LENGTHS + 1) === IP_LENGTH &&
      this.extend(ARP_PACKET, ARP_PACKET)
    );
  }
}
