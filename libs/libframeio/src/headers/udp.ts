import { internetChecksum, internetSum, isIntactSum } from './checksum.ts';
import { get16, mustFit, set16 } from './fields.ts';
import { HeaderView } from './header-view.ts';
import type { IpHeader } from './ip-header.ts';

/** Bytes of the header. */
export const UDP_HEADER = 8;

const SOURCE_PORT = 0;
const DESTINATION_PORT = 2;
const LENGTH = 4;
const CHECKSUM = 6;

/** The header of a UDP datagram that is there as a whole. @see RFC 768 */
export class UdpHeader extends HeaderView {
  /** Makes a header for a datagram of `length` bytes, header included; its data as they are. */
  make(bytes: Uint8Array, start: number, length: number): this {
    mustFit(length, 0xffff);
    this.clear(bytes, start, length, UDP_HEADER);
    bytes[start + LENGTH] = length >>> 8;
    bytes[start + LENGTH + 1] = length;
    this.at(bytes, start, length);
    return this;
  }

  /** 16 bits. */
  get sourcePort(): number {
    return get16(this.bytes, this.start + SOURCE_PORT);
  }
  set sourcePort(port: number) {
    set16(this.bytes, this.start + SOURCE_PORT, port);
  }

  /** 16 bits. */
  get destinationPort(): number {
    return get16(this.bytes, this.start + DESTINATION_PORT);
  }
  set destinationPort(port: number) {
    set16(this.bytes, this.start + DESTINATION_PORT, port);
  }

  /** Bytes of the datagram, header included. */
  get length(): number {
    return get16(this.bytes, this.start + LENGTH);
  }

  /** The checksum as it stands there; 0: none was made, which only IPv4 permits. */
  get checksum(): number {
    return get16(this.bytes, this.start + CHECKSUM);
  }
  set checksum(checksum: number) {
    set16(this.bytes, this.start + CHECKSUM, checksum);
  }

  /** Says whether the checksum is right in this packet; none is, too, over IPv4. */
  isIntact(ip: IpHeader): boolean {
    if (this.checksum === 0) return ip.version === 4;
    return isIntactSum(this.#sum(ip));
  }

  /** Makes the checksum right, over the datagram and the addresses of `ip` as they are now. */
  updateChecksum(ip: IpHeader): void {
    this.checksum = 0;
    const checksum = internetChecksum(this.#sum(ip));
    this.checksum = checksum === 0 ? 0xffff : checksum; // 0 would say that there is none
  }

  protected override accept(length: number): boolean {
    if (length < UDP_HEADER) return false;
    const said = get16(this.bytes, this.start + LENGTH);
    return said >= UDP_HEADER && said <= length && this.extend(UDP_HEADER, said);
  }

  /** The pseudo-header has the length that UDP says, not what IP carries. */
  #sum(ip: IpHeader): number {
    const pseudo = ip.pseudoSum() - (ip.end - ip.payload) + this.length;
    return internetSum(this.bytes, this.start, this.end, pseudo);
  }
}
