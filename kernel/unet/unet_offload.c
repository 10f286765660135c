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
 * Offloads: work that the stack may leave to the link, told to it as
 * capabilities, and done here in software, for the holder reads plain frames.
 *
 * All names have the view of MAC, because dladm(8) shows them: tx is what the
 * stack transmits, which the holder reads.
 *
 * MAC has mac_hw_emul() for the work itself: it fills in checksums, and cuts a
 * large TCP segment into frames.  It believes what a packet says of itself, on
 * pain of a panic, and what it cannot do it drops.  Packets may come from a
 * guest by way of a bridge, and flags that were set before a property changed
 * come after it.  So every packet is looked at first, unet_offload_plan(), and
 * what was left to us is done whether or not it is, or ever was, on offer.
 */

#include "unet_impl.h"
#include <sys/strsun.h>
#include <sys/strsubr.h>
#include <sys/pattr.h>
#include <sys/dlpi.h>
#include <sys/mac.h>
#include <sys/mac_client.h>

#define	UNET_IPV4_HDR		20	/* without options, as is the next */
#define	UNET_TCP_HDR		20
#define	UNET_UDP_HDR		8
#define	UNET_IPV6_HDR		40
#define	UNET_TCP_SUM		16	/* where in the header it is */
#define	UNET_UDP_SUM		6
#define	UNET_PROTO_TCP		6
#define	UNET_PROTO_UDP		17
#define	UNET_IPV4_FRAG		0x3fff	/* more to come, or not the first */
#define	UNET_IP_MAX		65535	/* bytes in a packet */
#define	UNET_IPV6_ADDRS		8	/* where in the header both are */

/*
 * Frames that are cut from one segment share its blocks, and a block can be
 * shared by 255 at most; TCP shares it too.
 */
#define	UNET_LSO_FRAMES_MAX	128

#define	UNET_ULP_FLAGS		(HCK_PARTIALCKSUM | HCK_FULLCKSUM)

static uint32_t *
unet_offload_slot(unet_dev_t *ud, uint32_t id)
{
	ASSERT(MUTEX_HELD(&ud->ud_mac_lock));
	ASSERT3U(id - UNET_PROP_RX_IPV4_CKSUM, <, UNET_NOFFLOADS);
	return (&ud->ud_offloads[id - UNET_PROP_RX_IPV4_CKSUM]);
}

uint32_t
unet_offload_get(unet_dev_t *ud, uint32_t id)
{
	uint32_t value;

	mutex_enter(&ud->ud_mac_lock);
	value = *unet_offload_slot(ud, id);
	mutex_exit(&ud->ud_mac_lock);
	return (value);
}

boolean_t
unet_offload_valid(uint32_t id, uint64_t value)
{
	return (value <= (id == UNET_PROP_TX_ULP_CKSUM ?
	    UNET_ULP_CKSUM_PARTIAL : 1));
}

/*
 * Have those above us ask again what we can do.
 */
static void
unet_offload_announce(unet_dev_t *ud)
{
	if (unet_mac_enter(ud)) {
		mac_capab_update(ud->ud_mh);
		unet_mac_exit(ud);
	}
}

/*
 * Set those of the properties that are to be set, values and marks being by
 * property id: all of them in one step.
 */
void
unet_offload_set_all(unet_dev_t *ud, const uint64_t *value,
    const boolean_t *set)
{
	boolean_t changed = B_FALSE;
	uint32_t id;

	mutex_enter(&ud->ud_mac_lock);
	for (id = UNET_PROP_RX_IPV4_CKSUM; id <= UNET_PROP_LSO; id++) {
		uint32_t *slot = unet_offload_slot(ud, id);

		if (!set[id] || *slot == value[id])
			continue;
		*slot = (uint32_t)value[id];
		changed = B_TRUE;
		unet_event_post_prop(ud, id, value[id]);
	}
	mutex_exit(&ud->ud_mac_lock);

	if (changed) {
		unet_event_wake(ud);
		unet_offload_announce(ud);
	}
}

/*
 * For a resync: how they are.
 */
void
unet_offload_tell(unet_dev_t *ud, unet_events_t *ev)
{
	uint32_t id;

	mutex_enter(&ud->ud_mac_lock);
	for (id = UNET_PROP_RX_IPV4_CKSUM; id <= UNET_PROP_LSO; id++) {
		unet_event_state(ud, ev, UNET_EV_PROP, id,
		    *unet_offload_slot(ud, id));
	}
	mutex_exit(&ud->ud_mac_lock);
}

void
unet_offload_set(unet_dev_t *ud, uint32_t id, uint64_t value)
{
	uint64_t values[UNET_PROP_END] = { 0 };
	boolean_t set[UNET_PROP_END] = { B_FALSE };

	values[id] = value;
	set[id] = B_TRUE;
	unet_offload_set_all(ud, values, set);
}

/*
 * What the stack may leave to us, as MAC_CAPAB_HCKSUM has it.  `*lsop': large
 * segments too.  They want both kinds of checksums, for cutting changes both.
 */
static uint32_t
unet_offload_cksums(unet_dev_t *ud, boolean_t *lsop)
{
	uint32_t flags = 0;

	mutex_enter(&ud->ud_mac_lock);
	if (*unet_offload_slot(ud, UNET_PROP_TX_IPV4_CKSUM) != 0)
		flags |= HCKSUM_IPHDRCKSUM;
	switch (*unet_offload_slot(ud, UNET_PROP_TX_ULP_CKSUM)) {
	case UNET_ULP_CKSUM_FULLV4:
		flags |= HCKSUM_INET_FULL_V4;
		break;
	case UNET_ULP_CKSUM_PARTIAL:
		flags |= HCKSUM_INET_PARTIAL;
		break;
	default:
		break;
	}
	*lsop = *unet_offload_slot(ud, UNET_PROP_LSO) != 0 &&
	    (flags & HCKSUM_IPHDRCKSUM) != 0 && flags != HCKSUM_IPHDRCKSUM;
	mutex_exit(&ud->ud_mac_lock);
	return (flags);
}

/*
 * The largest amount of TCP data that is taken in one segment: so much that
 * when it is cut the frames fill half of the read queue, and not so much that
 * MAC cannot cut it.  0: that is not even two frames, and so not worth it.
 */
static uint32_t
unet_offload_lso_max(unet_dev_t *ud)
{
	const uint32_t mtu = unet_mac_mtu(ud);
	const uint32_t mss = mtu - UNET_IPV4_HDR - UNET_TCP_HDR;
	unet_queue_t *uq = &ud->ud_rxq;
	size_t frames;

	mutex_enter(&uq->uq_lock);
	frames = MIN(uq->uq_max / 2 / unet_queue_floor(mtu),
	    UNET_LSO_FRAMES_MAX);
	mutex_exit(&uq->uq_lock);
	return (frames < 2 ? 0 : (uint32_t)MIN(frames * mss, UNET_IP_MAX));
}

/*
 * The MTU or the read queue has another size, and so have large segments.
 */
void
unet_offload_resized(unet_dev_t *ud)
{
	boolean_t lso;

	(void) unet_offload_cksums(ud, &lso);
	if (lso)
		unet_offload_announce(ud);
}

/*
 * Also called before mac_register() has given us a handle.  Later kernels have
 * grown both structures at their ends; what we say is in their first words, so
 * only those are written.
 */
boolean_t
unet_m_getcapab(void *arg, mac_capab_t cap, void *data)
{
	mac_capab_lso_t *mcl = data;
	uint32_t flags, max;
	boolean_t lso;

	flags = unet_offload_cksums(arg, &lso);
	switch (cap) {
	case MAC_CAPAB_HCKSUM:
		if (flags == 0)
			return (B_FALSE);
		*(uint32_t *)data = flags;
		return (B_TRUE);
	case MAC_CAPAB_LSO:
		if (!lso || (max = unet_offload_lso_max(arg)) == 0)
			return (B_FALSE);
		mcl->lso_flags = LSO_TX_BASIC_TCP_IPV4;
		mcl->lso_basic_tcp_ipv4.lso_max = max;
		return (B_TRUE);
	default:
		return (B_FALSE);
	}
}

boolean_t
unet_offload_rx_ok(unet_dev_t *ud)
{
	ASSERT(MUTEX_HELD(&ud->ud_mac_lock));
	return (*unet_offload_slot(ud, UNET_PROP_RX_IPV4_CKSUM) != 0);
}

static uint16_t
unet_offload_get16(const uint8_t *p)
{
	return ((uint16_t)(p[0] << 8 | p[1]));
}

/*
 * Copy out `len' bytes from `off' on.  False: the packet ends before.
 */
static boolean_t
unet_offload_peek(const mblk_t *mp, size_t off, uint8_t *buf, size_t len)
{
	for (; mp != NULL && len > 0; mp = mp->b_cont) {
		const size_t here = MBLKL(mp);
		const size_t n = off < here ? MIN(here - off, len) : 0;

		bcopy(mp->b_rptr + off, buf, n);
		buf += n;
		len -= n;
		off -= MIN(off, here);
	}
	return (len == 0);
}

/*
 * The type of an Ethernet frame, behind a VLAN tag if there is one, and where
 * its payload starts; 0: it is too short.
 */
static uint16_t
unet_offload_ethertype(const mblk_t *mp, size_t *offp)
{
	uint16_t type;
	uint8_t word[2];

	*offp = sizeof (struct ether_header);
	if (!unet_offload_peek(mp, *offp - sizeof (word), word, sizeof (word)))
		return (0);
	type = unet_offload_get16(word);
	if (type != VLAN_TPID)
		return (type);
	*offp += VLAN_TAGSZ;
	if (!unet_offload_peek(mp, *offp - sizeof (word), word, sizeof (word)))
		return (0);
	return (unet_offload_get16(word));
}

/*
 * A frame of the holder's: if it is IPv4 its header checksum is right, for the
 * holder said so.
 */
void
unet_offload_rx_mark(mblk_t *mp)
{
	size_t off;

	if (unet_offload_ethertype(mp, &off) == ETHERTYPE_IP)
		mac_hcksum_set(mp, 0, 0, 0, 0, HCK_IPV4_HDRCKSUM_OK);
}

/*
 * These look at one header each: is it whole, and can what was left to us be
 * done with it?  The checksum of a fragment says nothing; what follows the
 * packet (padding) must not get into one, and is left out of uo_len.
 */
static boolean_t
unet_offload_plan_ipv4(mblk_t *mp, unet_offload_t *uo)
{
	uint8_t ip[UNET_IPV4_HDR];
	size_t hdrlen, len;

	if (!unet_offload_peek(mp, uo->uo_l3, ip, sizeof (ip)))
		return (B_FALSE);
	hdrlen = (ip[0] & 0xf) * 4;
	len = unet_offload_get16(&ip[2]);
	if (ip[0] >> 4 != 4 || hdrlen < sizeof (ip) || len < hdrlen ||
	    len > uo->uo_len - uo->uo_l3)
		return (B_FALSE);
	if ((uo->uo_flags & ~HCK_IPV4_HDRCKSUM) != 0 &&
	    (unet_offload_get16(&ip[6]) & UNET_IPV4_FRAG) != 0)
		return (B_FALSE);

	uo->uo_ipv4 = B_TRUE;
	uo->uo_proto = ip[9];
	uo->uo_l4 = uo->uo_l3 + hdrlen;
	uo->uo_len = uo->uo_l3 + len;
	return (B_TRUE);
}

static boolean_t
unet_offload_plan_ipv6(mblk_t *mp, unet_offload_t *uo)
{
	uint8_t ip[UNET_IPV6_HDR];
	size_t len;

	if (!unet_offload_peek(mp, uo->uo_l3, ip, sizeof (ip)))
		return (B_FALSE);
	len = sizeof (ip) + unet_offload_get16(&ip[4]);
	if (ip[0] >> 4 != 6 || len == sizeof (ip) ||
	    len > uo->uo_len - uo->uo_l3)
		return (B_FALSE);

	uo->uo_ipv4 = B_FALSE;
	uo->uo_proto = ip[6];
	uo->uo_l4 = uo->uo_l3 + sizeof (ip);
	uo->uo_len = uo->uo_l3 + len;
	return (B_TRUE);
}

/*
 * Offsets of a partial checksum are from the start of the IP header.  In a
 * large segment they can only be those of TCP.  viona has the end of the frame
 * for the end, padding included; what follows the packet is cut off, so that is
 * as good.
 */
static boolean_t
unet_offload_plan_partial(mblk_t *mp, unet_offload_t *uo)
{
	const size_t hdrlen = uo->uo_l4 - uo->uo_l3;
	const size_t len = uo->uo_len - uo->uo_l3;
	uint32_t start, stuff, end, value;

	mac_hcksum_get(mp, &start, &stuff, &end, &value, NULL);
	if ((uo->uo_flags & HW_LSO) != 0)
		return (start == hdrlen && stuff == hdrlen + UNET_TCP_SUM);
	if (start < hdrlen || stuff < start || ((start | stuff) & 1) != 0 ||
	    end > unet_frame_len(mp) - uo->uo_l3 || stuff >= MIN(len, end) ||
	    MIN(len, end) - stuff < sizeof (uint16_t))
		return (B_FALSE);
	uo->uo_hdrlen = uo->uo_l3 + stuff + sizeof (uint16_t);
	return (B_TRUE);
}

static boolean_t
unet_offload_plan_full(unet_offload_t *uo)
{
	switch (uo->uo_proto) {
	case UNET_PROTO_TCP:
		uo->uo_hdrlen = uo->uo_l4 + UNET_TCP_HDR;
		break;
	case UNET_PROTO_UDP:
		uo->uo_hdrlen = uo->uo_l4 + UNET_UDP_HDR;
		break;
	default:
		return (B_FALSE);
	}
	return (uo->uo_hdrlen <= uo->uo_len);
}

/*
 * MAC cuts TCP over IPv4, into two frames or more.
 */
static boolean_t
unet_offload_plan_lso(mblk_t *mp, unet_offload_t *uo)
{
	uint8_t tcp[UNET_TCP_HDR];
	size_t hdrlen, data, frames, last;
	uint32_t mss, flags;

	mac_lso_get(mp, &mss, &flags);
	if (!uo->uo_ipv4 || uo->uo_proto != UNET_PROTO_TCP || mss == 0 ||
	    (uo->uo_flags & HCK_IPV4_HDRCKSUM) == 0 ||
	    (uo->uo_flags & UNET_ULP_FLAGS) == 0 ||
	    !unet_offload_peek(mp, uo->uo_l4, tcp, sizeof (tcp)))
		return (B_FALSE);

	hdrlen = uo->uo_l4 + (tcp[12] >> 4) * 4;
	if (hdrlen < uo->uo_l4 + sizeof (tcp) || hdrlen > uo->uo_len)
		return (B_FALSE);
	if ((data = uo->uo_len - hdrlen) <= mss)
		return (B_FALSE);

	frames = (data - 1) / mss + 1;
	last = data - (frames - 1) * mss;
	uo->uo_hdrlen = hdrlen;
	uo->uo_longest = hdrlen + mss;
	uo->uo_charge = (frames - 1) * unet_queue_charge(
	    MAX(hdrlen + mss, UNET_FRAME_PAD)) +
	    unet_queue_charge(MAX(hdrlen + last, UNET_FRAME_PAD));
	return (B_TRUE);
}

static boolean_t
unet_offload_plan_ip(mblk_t *mp, unet_offload_t *uo)
{
	uo->uo_hdrlen = uo->uo_l4;
	switch (uo->uo_flags & UNET_ULP_FLAGS) {
	case 0:
		break;
	case HCK_PARTIALCKSUM:
		if (!unet_offload_plan_partial(mp, uo))
			return (B_FALSE);
		break;
	case HCK_FULLCKSUM:
		if (!unet_offload_plan_full(uo))
			return (B_FALSE);
		break;
	default:
		return (B_FALSE);
	}

	if ((uo->uo_flags & HW_LSO) != 0)
		return (unet_offload_plan_lso(mp, uo));
	uo->uo_longest = uo->uo_len;
	uo->uo_charge = unet_queue_charge(MAX(uo->uo_len, UNET_FRAME_PAD));
	return (B_TRUE);
}

/*
 * Look at a packet of `len' bytes, an Ethernet header at least, that has flags,
 * and say what is to be done and what room the result will take.  False: what
 * was left to us cannot be done.  The packet is only read.
 */
boolean_t
unet_offload_plan(mblk_t *mp, size_t len, unet_offload_t *uo)
{
	uint16_t type;

	bzero(uo, sizeof (*uo));
	uo->uo_flags = DB_CKSUMFLAGS(mp) & (HCK_TX_FLAGS | HW_LSO);
	uo->uo_len = len;
	uo->uo_hdrlen = sizeof (struct ether_header);
	type = unet_offload_ethertype(mp, &uo->uo_l3);

	if (type == ETHERTYPE_IP && uo->uo_flags != 0) {
		return (unet_offload_plan_ipv4(mp, uo) &&
		    unet_offload_plan_ip(mp, uo));
	}
	/* IPv6 has no header checksum. */
	uo->uo_flags &= ~HCK_IPV4_HDRCKSUM;
	if (type == ETHERTYPE_IPV6 && uo->uo_flags != 0) {
		return (unet_offload_plan_ipv6(mp, uo) &&
		    unet_offload_plan_ip(mp, uo));
	}
	uo->uo_longest = len;
	uo->uo_charge = unet_queue_charge(MAX(len, UNET_FRAME_PAD));
	return (uo->uo_flags == 0);
}

/*
 * MAC wants data in each block of a large segment, behind the headers.
 */
static void
unet_offload_squeeze(mblk_t *mp)
{
	mblk_t *bp;

	while ((bp = mp->b_cont) != NULL) {
		if (MBLKL(bp) > 0) {
			mp = bp;
			continue;
		}
		mp->b_cont = bp->b_cont;
		bp->b_cont = NULL;
		freeb(bp);
	}
}

/*
 * Ask for a full checksum of TCP or UDP over IPv6 as for a partial one: MAC
 * adds the length in the byte order of the machine, and what is in the place of
 * the checksum besides.
 */
static void
unet_offload_full_ipv6(mblk_t *mp, const unet_offload_t *uo)
{
	const size_t stuff = uo->uo_l4 +
	    (uo->uo_proto == UNET_PROTO_TCP ? UNET_TCP_SUM : UNET_UDP_SUM);
	uint32_t sum = uo->uo_proto + (uint32_t)(uo->uo_len - uo->uo_l4);
	size_t off;

	for (off = uo->uo_l3 + UNET_IPV6_ADDRS; off < uo->uo_l4; off += 2)
		sum += unet_offload_get16(mp->b_rptr + off);
	sum = (sum >> 16) + (sum & 0xffff);
	sum = (sum >> 16) + (sum & 0xffff);
	mp->b_rptr[stuff] = (uint8_t)(sum >> 8);
	mp->b_rptr[stuff + 1] = (uint8_t)sum;
	mac_hcksum_set(mp, (uint32_t)(uo->uo_l4 - uo->uo_l3),
	    (uint32_t)(stuff - uo->uo_l3), (uint32_t)(uo->uo_len - uo->uo_l3),
	    0, HCK_PARTIALCKSUM);
}

/*
 * Do what was planned.  The packet is consumed, and the frames that come of it
 * are returned, without any flags; NULL: there are none, for a reason.
 */
mblk_t *
unet_offload_emul(mblk_t *mp, const unet_offload_t *uo, unet_drop_t *reasonp)
{
	const size_t len = unet_frame_len(mp);
	mblk_t *seg;

	if (len > uo->uo_len)
		(void) adjmsg(mp, -(ssize_t)(len - uo->uo_len));

	/* Its headers in one block, which is nobody else's. */
	if ((size_t)MBLKL(mp) < uo->uo_hdrlen || DB_REF(mp) > 1) {
		if ((seg = msgpullup(mp, uo->uo_hdrlen)) == NULL) {
			freemsg(mp);
			*reasonp = UNET_DROP_NOMEM;
			return (NULL);
		}
		mac_hcksum_clone(mp, seg);
		freemsg(mp);
		mp = seg;
	}
	if ((uo->uo_flags & HW_LSO) != 0)
		unet_offload_squeeze(mp);
	if (!uo->uo_ipv4 && (uo->uo_flags & HCK_FULLCKSUM) != 0)
		unet_offload_full_ipv6(mp, uo);

	if (uo->uo_flags != 0)
		mac_hw_emul(&mp, NULL, NULL, MAC_HWCKSUM_EMUL | MAC_LSO_EMUL);
	if (mp == NULL)
		*reasonp = UNET_DROP_OFFLOAD;
	for (seg = mp; seg != NULL; seg = seg->b_next)
		mac_hcksum_set(seg, 0, 0, 0, 0, 0);
	return (mp);
}
