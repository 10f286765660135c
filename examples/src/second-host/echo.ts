import { equalAt } from '../protocol/bytes.ts';
import * as ethernet from '../protocol/ethernet.ts';
import * as icmp from '../protocol/icmp.ts';
import * as icmpv6 from '../protocol/icmpv6.ts';
import * as ipv4 from '../protocol/ipv4.ts';
import * as ipv6 from '../protocol/ipv6.ts';
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
    const at = v6 ? icmpv6.DATA : icmp.DATA;
    const end = at + this.#size;
    frame.set(this.#dataOf(sequence), at);
    if (v6) {
      ethernet.writeHeader(frame, this.#toMac, this.#from.mac, ethernet.TYPE_IPV6);
      ipv6.writeHeader(frame, this.#from.ipv6, this.#to, {
        nextHeader: ipv6.NEXT_ICMPV6,
        length: end - ipv6.PAYLOAD,
      });
      icmpv6.writeRequest(frame, end, this.#id, sequence);
    } else {
      ethernet.writeHeader(frame, this.#toMac, this.#from.mac, ethernet.TYPE_IPV4);
      ipv4.writeHeader(frame, this.#from.ipv4, this.#to, ipv4.PROTOCOL_ICMP, end - ipv4.PAYLOAD);
      icmp.writeRequest(frame, end, this.#id, sequence);
    }
    return end;
  }

  /** Looks at a frame: a reply to this conversation, or undefined. */
  readReply(frame: Uint8Array, length: number): EchoReply | undefined {
    if (length < ethernet.HEADER || !equalAt(frame, ethernet.DESTINATION, this.#from.mac)) {
      return undefined;
    }
    return this.#to.length === 16 ? this.#read6(frame, length) : this.#read4(frame, length);
  }

  #read4(frame: Uint8Array, length: number): EchoReply | undefined {
    if (ethernet.type(frame) !== ethernet.TYPE_IPV4) return undefined;
    const end = ipv4.end(frame, length);
    if (end === 0 || ipv4.protocol(frame) !== ipv4.PROTOCOL_ICMP) return undefined;
    if (!ipv4.isFrom(frame, this.#to) || !ipv4.isTo(frame, this.#from.ipv4)) return undefined;
    if (icmp.type(frame, end) !== icmp.ECHO_REPLY || icmp.id(frame) !== this.#id) return undefined;
    return this.#reply(icmp.sequence(frame), frame.subarray(icmp.DATA, end));
  }

  #read6(frame: Uint8Array, length: number): EchoReply | undefined {
    if (ethernet.type(frame) !== ethernet.TYPE_IPV6) return undefined;
    const end = ipv6.end(frame, length);
    if (end === 0 || ipv6.nextHeader(frame) !== ipv6.NEXT_ICMPV6) return undefined;
    if (!ipv6.isFrom(frame, this.#to) || !ipv6.isTo(frame, this.#from.ipv6)) return undefined;
    if (icmpv6.type(frame, end) !== icmpv6.ECHO_REPLY || icmpv6.id(frame) !== this.#id) {
      return undefined;
    }
    return this.#reply(icmpv6.sequence(frame), frame.subarray(icmpv6.DATA, end));
  }

  #reply(sequence: number, data: Uint8Array): EchoReply {
    return {
      sequence,
      intact: data.length === this.#size && equalAt(data, 0, this.#dataOf(sequence)),
    };
  }

  #dataOf(sequence: number): Uint8Array {
    for (let i = 0; i < this.#size; i++) this.#data[i] = sequence + 7 * i;
    return this.#data;
  }
}
