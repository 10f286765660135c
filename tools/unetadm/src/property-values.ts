import type { LinkInfo } from 'libdladm-ts';
import {
  UNET_LINGER_MAX,
  UNET_MTU_MAX,
  UNET_MTU_MIN,
  UNET_POLICIES,
  UNET_SWITCHES,
  UNET_ULP_CKSUMS,
} from 'libsys/unet-abi';

/** What the hosted kernel puts behind a link: shown and given as a property, though it is none. */
export const STACK = 'stack';

/** The words that a property can be; of `stack` those without a name of a segment. */
export const PROPERTY_WORDS: Readonly<Record<string, readonly string[]>> = {
  linkstate: UNET_POLICIES,
  _rx_ipv4_cksum: UNET_SWITCHES,
  _tx_ipv4_cksum: UNET_SWITCHES,
  _tx_ulp_cksum: UNET_ULP_CKSUMS,
  _lso: UNET_SWITCHES,
  [STACK]: ['auto', 'tap', 'bus', 'none'],
};

/** Says which values a property can be set to, as dladm does: words with commas between, or a range. */
export function possibleValues(property: string, info: LinkInfo): string {
  switch (property) {
    case 'rxbuf':
    case 'txbuf':
      return `${info.minBuf}-${info.maxBuf}`;
    case 'mtu':
      return `${UNET_MTU_MIN}-${UNET_MTU_MAX}`;
    case 'linger':
      return `0-${UNET_LINGER_MAX}`;
    case STACK:
      return '';
    default:
      return PROPERTY_WORDS[property]?.join(',') ?? '';
  }
}
