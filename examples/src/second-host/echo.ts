import {
  ETHERNET_HEADER,
  ETHERTYPE_IPV4,
  ETHERTYPE_IPV6,
  EthernetHeader,
  ICMP_ECHO_REPLY,
  ICMP_ECHO_REQUEST,
  ICMP_HEADER,
  ICMPV6_ECHO_REPLY,
  ICMPV6_ECHO_REQUEST,
  type IcmpLayout,
  IcmpMessage,
  Icmpv6Message,
  IPV4_HEADER,
  IPV6_HEADER,
  Ipv4Header,
  Ipv6Header,
  PROTOCOL_ICMP,
  PROTOCOL_ICMPV6,
} from 'libframeio/headers';
import type { HostAddresses } from '../responder/responder.ts';

/** A reply that was looked at: which request it answers, and whether the data came back whole. */
export interface EchoReply {
  readonly sequence: number;
  readonly intact: boolean;
}

/** The echo requests of one run to one address: writes them, and knows the replies. */
export class EchoConversation {
  readonly #from: HostAddresses;
  readonly #to: Uint8Array;
  readonly #toMac: Uint8Array;
  readonly #id: number;
  readonly #size: number;
  readonly #data: Uint8Array;
  readonly #ethernet = new EthernetHeader();
  readonly #ipv4 = new Ipv4Header();
  readonly #icmp = new IcmpMessage();
  readonly #ipv6 = new Ipv6Header();
  readonly #icmpv6 = new Icmpv6Message();

  constructor(
    from: HostAddresses,
    to: { mac: Uint8Array; ip: Uint8Array },
    run: { id: number; size: number },
  ) {
    this.#from = from;
    this.#to = to.ip;
    this.#toMac = to.mac;
    this.#id = run.id;
    this.#size = run.size;
    this.#data = new Uint8Array(run.size);
  }

  /** Writes the request and returns its length. Every request has data of its own. */
  writeRequest(frame: Uint8Array, sequence: number): number {
    const v6 = this.#to.length === 16;
    const size = ICMP_HEADER + this.#size;
    const end = ETHERNET_HEADER + (v6 ? IPV6_HEADER : IPV4_HEADER) + size;
    const ethernet = this.#ethernet.make(frame, 0, end);
    ethernet.destination = this.#toMac;
    ethernet.source = this.#from.mac;
    ethernet.type = v6 ? ETHERTYPE_IPV6 : ETHERTYPE_IPV4;
    if (v6) {
      const ip = this.#ipv6.make(frame, ethernet.payload, IPV6_HEADER + size);
      ip.nextHeader = PROTOCOL_ICMPV6;
      ip.source = this.#from.ipv6;
      ip.destination = this.#to;
      this.#fill(this.#icmpv6.make(frame, ip.payload, size), ICMPV6_ECHO_REQUEST, sequence);
      this.#icmpv6.updateChecksum(ip);
    } else {
      const ip = this.#ipv4.make(frame, ethernet.payload, IPV4_HEADER + size);
      ip.protocol = PROTOCOL_ICMP;
      ip.source = this.#from.ipv4;
      ip.destination = this.#to;
      ip.updateChecksum();
      this.#fill(this.#icmp.make(frame, ip.payload, size), ICMP_ECHO_REQUEST, sequence);
      this.#icmp.updateChecksum();
    }
    return end;
  }

  /** Looks at a frame: a reply to this conversation, or undefined. */
  readReply(frame: Uint8Array, length: number): EchoReply | undefined {
    if (!this.#ethernet.at(frame, 0, length) || !this.#ethernet.isTo(this.#from.mac)) {
      return undefined;
    }
    const message = this.#to.length === 16 ? this.#read6() : this.#read4();
    if (message === undefined || message.code !== 0 || message.identifier !== this.#id) {
      return undefined;
    }
    const { sequence, payload, end } = message;
    return { sequence, intact: this.#isOurs(sequence, frame.subarray(payload, end)) };
  }

  #fill(message: IcmpLayout, type: number, sequence: number): void {
    message.type = type;
    message.identifier = this.#id;
    message.sequence = sequence;
    message.bytes.set(this.#dataOf(sequence), message.payload);
  }

  #read4(): IcmpMessage | undefined {
    const ip = this.#ipv4;
    const icmp = this.#icmp;
    if (this.#ethernet.type !== ETHERTYPE_IPV4 || !ip.within(this.#ethernet)) return undefined;
    if (!ip.isIntact() || ip.isFragment || ip.protocol !== PROTOCOL_ICMP) return undefined;
    if (!ip.isFrom(this.#to) || !ip.isTo(this.#from.ipv4)) return undefined;
    return icmp.within(ip) && icmp.isIntact() && icmp.type === ICMP_ECHO_REPLY ? icmp : undefined;
  }

  #read6(): Icmpv6Message | undefined {
    const ip = this.#ipv6;
    const icmp = this.#icmpv6;
    if (this.#ethernet.type !== ETHERTYPE_IPV6 || !ip.within(this.#ethernet)) return undefined;
    if (ip.isFragment || ip.protocol !== PROTOCOL_ICMPV6) return undefined;
    if (!ip.isFrom(this.#to) || !ip.isTo(this.#from.ipv6)) return undefined;
    const isReply = icmp.within(ip) && icmp.isIntact(ip) && icmp.type === ICMPV6_ECHO_REPLY;
    return isReply ? icmp : undefined;
  }

  #isOurs(sequence: number, data: Uint8Array): boolean {
    return Buffer.compare(data, this.#dataOf(sequence)) === 0;
  }

  #dataOf(sequence: number): Uint8Array {
    for (let i = 0; i < this.#size; i++) this.#data[i] = sequence + 7 * i;
    return this.#data;
  }
}
