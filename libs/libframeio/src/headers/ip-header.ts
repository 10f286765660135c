import type { HeaderView } from './header-view.ts';

/** What the protocols above IP need of it, whichever version it is. */
export interface IpHeader extends HeaderView {
  /** 4 or 6. */
  readonly version: number;
  /** The protocol of what the packet carries, behind options and extension headers. */
  readonly protocol: number;
  /** Says whether the packet is a part of one: the upper header may not be in it. */
  readonly isFragment: boolean;
  /** The sum of the pseudo-header, to start the checksum of what the packet carries from. */
  pseudoSum(): number;
}

// https://www.iana.org/assignments/protocol-numbers

/** An {@link IpHeader.protocol}: ICMP, over IPv4. */
export const PROTOCOL_ICMP = 1;
/** An {@link IpHeader.protocol}: TCP. */
export const PROTOCOL_TCP = 6;
/** An {@link IpHeader.protocol}: UDP. */
export const PROTOCOL_UDP = 17;
/** An {@link IpHeader.protocol}: ICMPv6, over IPv6. */
export const PROTOCOL_ICMPV6 = 58;
