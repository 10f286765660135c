/*
 * This file and its contents are supplied under the terms of the
 * Common Development and Distribution License ("CDDL"), version 1.0.
 * You may only use this file in accordance with the terms of version
 * 1.0 of the CDDL.
 *
 * A full copy of the text of the CDDL should have accompanied this
 * source.  A copy of the CDDL is also available via the Internet at
 * http://www.illumos.org/license/CDDL.
 */

/*
 * Copyright 2026 The unet Authors
 */

/*
 * What a stack end leaves to its link.  The host's stack leaves checksums and
 * large segments to us in its own way; here they are put into MAC's, as IP of
 * illumos would send them to a link with these capabilities, and what the link
 * has not offered, or no longer, is done on the way.
 */

#include <sys/dlpi.h>
#include <sys/ethernet.h>
#include <sys/mac_client_priv.h>
#include <sys/pattr.h>
#include <sys/stream.h>
#include <sys/strsubr.h>
#include <sys/strsun.h>
#include <sys/systm.h>
#include <sys/vlan.h>

#include "mac_kern.h"

#define	IPV4_HDR	20
#define	IPV6_HDR	40
#define	PROTO_TCP	6
#define	PROTO_UDP	17
#define	TCP_HDR		20
#define	TCP_SUM		16

static uint_t
off_get16(const uchar_t *p)
{
	return ((uint_t)p[0] << 8 | p[1]);
}

static void
off_put16(uchar_t *p, uint_t value)
{
	p[0] = (uchar_t)(value >> 8);
	p[1] = (uchar_t)value;
}

/*
 * 0: none, in both.
 */
void
stack_offload_caps(mac_handle_t mh, uint32_t *hcksum, uint32_t *lso_max)
{
	mac_capab_lso_t lso;

	*lso_max = 0;
	if (!mac_capab_get(mh, MAC_CAPAB_HCKSUM, hcksum))
		*hcksum = 0;
	if (mac_capab_get(mh, MAC_CAPAB_LSO, &lso) &&
	    (lso.lso_flags & LSO_TX_BASIC_TCP_IPV4) != 0)
		*lso_max = lso.lso_basic_tcp_ipv4.lso_max;
}

/*
 * Where the IP header is, and its length; 0: there is none, or not all of it.
 */
static size_t
off_ip(const mblk_t *mp, size_t *l3p, boolean_t *ipv4p)
{
	const size_t len = (size_t)MBLKL(mp);
	size_t l3 = sizeof (struct ether_header), hdrlen;
	uint_t type;

	if (len < l3 + VLAN_TAGSZ)
		return (0);
	if ((type = off_get16(mp->b_rptr + l3 - 2)) == VLAN_TPID) {
		l3 += VLAN_TAGSZ;
		type = off_get16(mp->b_rptr + l3 - 2);
	}
	if (type != ETHERTYPE_IP && type != ETHERTYPE_IPV6)
		return (0);
	*l3p = l3;
	if ((*ipv4p = (type == ETHERTYPE_IP)))
		hdrlen = len > l3 ? (mp->b_rptr[l3] & 0xf) * 4 : 0;
	else
		hdrlen = IPV6_HDR;
	return (hdrlen >= IPV4_HDR && len >= l3 + hdrlen ? hdrlen : 0);
}

/*
 * A large segment: the host's pseudo header has the length in it, MAC's has
 * not.  How much data it is.
 */
static size_t
off_large(mblk_t *mp, size_t l4, uint_t mss)
{
	uchar_t *tcp = mp->b_rptr + l4;
	const size_t len = (size_t)MBLKL(mp) - l4;
	uint_t sum = off_get16(&tcp[TCP_SUM]) + (~(uint_t)len & 0xffff);

	off_put16(&tcp[TCP_SUM], (sum & 0xffff) + (sum >> 16));
	DB_CKSUMFLAGS(mp) |= HW_LSO;
	DB_LSOMSS(mp) = (uint16_t)mss;
	return (len - (tcp[12] >> 4) * 4);
}

/*
 * The flag of the checksum that the link offers for a packet of this kind; 0:
 * none.
 */
static uint16_t
off_flag(const uchar_t *ip, boolean_t ipv4, uint32_t hcksum)
{
	if ((hcksum & HCKSUM_INET_PARTIAL) != 0)
		return (HCK_PARTIALCKSUM);
	if ((hcksum & HCKSUM_INET_FULL_V4) != 0 && ipv4 &&
	    (ip[9] == PROTO_TCP || ip[9] == PROTO_UDP))
		return (HCK_FULLCKSUM);
	return (0);
}

mblk_t *
stack_offload(mblk_t *mp, const host_tap_work_t *work, uint32_t hcksum,
    uint32_t lso_max)
{
	size_t l3, hdrlen, data = 0;
	boolean_t ipv4, sum;
	uint16_t flags = 0;
	uchar_t *ip;

	if ((hdrlen = off_ip(mp, &l3, &ipv4)) == 0)
		return (mp);
	ip = mp->b_rptr + l3;
	if (ipv4 && ((hcksum & HCKSUM_IPHDRCKSUM) != 0 || work->htw_mss != 0)) {
		off_put16(&ip[10], 0);
		flags |= HCK_IPV4_HDRCKSUM;
	}
	sum = work->htw_cksum != 0 && work->htw_start >= l3 + hdrlen &&
	    work->htw_stuff + sizeof (uint16_t) <= (size_t)MBLKL(mp);
	if (sum)
		flags |= HCK_PARTIALCKSUM;
	mac_hcksum_set(mp, work->htw_start - (uint32_t)l3,
	    work->htw_stuff - (uint32_t)l3, (uint32_t)(MBLKL(mp) - (ssize_t)l3),
	    0, flags);
	if (!sum)
		return (mp);
	if (work->htw_mss != 0 && (size_t)MBLKL(mp) >= l3 + hdrlen + TCP_HDR)
		data = off_large(mp, l3 + hdrlen, work->htw_mss);

	if ((flags = off_flag(ip, ipv4, hcksum)) == 0 || data > lso_max) {
		mac_hw_emul(&mp, NULL, NULL, MAC_HWCKSUM_EMUL | MAC_LSO_EMUL);
	} else {
		DB_CKSUMFLAGS(mp) &= (uint16_t)~HCK_PARTIALCKSUM;
		DB_CKSUMFLAGS(mp) |= flags;
	}
	return (mp);
}
