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
 * Offloads in software, mac_hw_emul().  After uts/common/io/mac/mac_util.c of
 * illumos, and as strict: a packet whose headers are not in its first block
 * (after one of the Ethernet header alone), or which says of itself what cannot
 * be, fails an assertion of a DEBUG kernel and is dropped by another.
 *
 *	- MAC_HWCKSUM_EMUL fills in what HCK_* flags ask for, MAC_IPCKSUM_EMUL
 *	  the header checksum of IPv4 only; the flags then say that all is well.
 *	- MAC_LSO_EMUL cuts packets of HW_LSO, TCP over IPv4 alone: new header
 *	  blocks, and data that are shared with the packet.
 *
 * A checksum covers all there is behind its start, to the end of the packet.
 * The full one of IPv6 is as wrong as there: see emul_ulp_ipv6().
 */

#include <sys/byteorder.h>
#include <sys/debug.h>
#include <sys/ethernet.h>
#include <sys/mac_impl.h>
#include <sys/pattr.h>
#include <sys/stream.h>
#include <sys/strsubr.h>
#include <sys/strsun.h>
#include <sys/sysmacros.h>
#include <sys/systm.h>
#include <sys/vlan.h>

#include "mac_kern.h"

#define	IPV4_HDR	20
#define	IPV6_HDR	40
#define	TCP_HDR		20
#define	UDP_HDR		8
#define	PROTO_TCP	6
#define	PROTO_UDP	17

#define	TH_FIN		0x01
#define	TH_SYN		0x02
#define	TH_RST		0x04
#define	TH_PUSH		0x08
#define	TH_URG		0x20

#define	HCK_NEEDED	(HCK_IPV4_HDRCKSUM | HCK_PARTIALCKSUM | HCK_FULLCKSUM)

/*
 * Network byte order, at any address.
 */
static uint_t
get16(const uchar_t *p)
{
	return ((uint_t)p[0] << 8 | p[1]);
}

static void
put16(uchar_t *p, uint_t value)
{
	p[0] = (uchar_t)(value >> 8);
	p[1] = (uchar_t)value;
}

static uint32_t
get32(const uchar_t *p)
{
	return ((uint32_t)get16(p) << 16 | get16(p + 2));
}

static void
put32(uchar_t *p, uint32_t value)
{
	put16(p, value >> 16);
	put16(p + 2, value & 0xffff);
}

/*
 * Add up 16-bit words.  `oddp' says whether a byte is the second of its word,
 * for data in several blocks.
 */
static uint64_t
emul_add(uint64_t sum, const uchar_t *p, size_t len, boolean_t *oddp)
{
	for (; len > 0; len--, p++, *oddp = !*oddp)
		sum += *oddp ? *p : (uint64_t)*p << 8;
	return (sum);
}

static uint_t
emul_fold(uint64_t sum)
{
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return ((uint_t)sum);
}

/*
 * The checksum of what begins `off' bytes into the first block.
 */
static uint_t
emul_sum(const mblk_t *mp, size_t off, uint64_t sum)
{
	boolean_t odd = B_FALSE;

	for (; mp != NULL; mp = mp->b_cont, off = 0)
		sum = emul_add(sum, mp->b_rptr + off, MBLKL(mp) - off, &odd);
	return (~emul_fold(sum) & 0xffff);
}

/*
 * TCP or UDP, whose header starts `off' bytes into the first block, with the
 * sum of the addresses.  What IPv6 has in the checksum's place is added too.
 */
static const char *
emul_ulp(mblk_t *mp, size_t off, uint_t proto, uint64_t sum, uint_t len,
    boolean_t clear)
{
	size_t hdrlen = proto == PROTO_TCP ? TCP_HDR : UDP_HDR;
	uchar_t *up;
	uint_t cksum;

	if (proto != PROTO_TCP && proto != PROTO_UDP)
		return ("unexpected protocol");
	ASSERT3U(MBLKL(mp), >=, off + hdrlen);
	if ((size_t)MBLKL(mp) < off + hdrlen)
		return ("mblk doesn't contain header");

	up = mp->b_rptr + off + (proto == PROTO_TCP ? 16 : 6);
	if (clear)
		put16(up, 0);
	cksum = emul_sum(mp, off, sum + proto + len);
	if (cksum == 0 && (clear || proto == PROTO_UDP))
		cksum = 0xffff;
	put16(up, cksum);
	return (NULL);
}

static const char *
emul_ulp_ipv4(mblk_t *mp, size_t off)
{
	const uchar_t *ip = mp->b_rptr + off;
	size_t hdrlen = (ip[0] & 0xf) * 4;
	boolean_t odd = B_FALSE;

	return (emul_ulp(mp, off + hdrlen, ip[9], emul_add(0, &ip[12], 8, &odd),
	    get16(&ip[2]) - hdrlen, B_TRUE));
}

/*
 * mac_sw_cksum_ipv6() adds the length in host byte order, which on the machines
 * that there are is the wrong one.
 */
static const char *
emul_ulp_ipv6(mblk_t *mp, size_t off)
{
	const uchar_t *ip = mp->b_rptr + off;
	const uint_t len = get16(&ip[4]);
	boolean_t odd = B_FALSE;

	return (emul_ulp(mp, off + IPV6_HDR, ip[6], emul_add(0, &ip[8], 32,
	    &odd), (len & 0xff) << 8 | len >> 8, B_FALSE));
}

static void
emul_header(mblk_t *mp, size_t off)
{
	uchar_t *ip = mp->b_rptr + off;
	boolean_t odd = B_FALSE;

	put16(&ip[10], 0);
	put16(&ip[10], ~emul_fold(emul_add(0, ip, (ip[0] & 0xf) * 4, &odd)));
}

static void
emul_partial(mblk_t *mp, size_t off)
{
	uint32_t start, stuff, end;
	uint_t partial, cksum;
	uchar_t *up;

	mac_hcksum_get(mp, &start, &stuff, &end, NULL, NULL);
	ASSERT3U(end, >, start);
	ASSERT3U(MBLKL(mp), >=, off + stuff + sizeof (uint16_t));
	up = mp->b_rptr + off + stuff;
	partial = get16(up);
	put16(up, 0);
	cksum = emul_sum(mp, off + start, partial);
	put16(up, cksum != 0 ? cksum : 0xffff);
}

/*
 * The checksums of the packet at `mp', an IP packet `off' bytes into it: what
 * could not be done, or NULL.
 */
static const char *
emul_cksum_ip(mblk_t *mp, size_t off, uint_t type, mac_emul_t emul)
{
	uint32_t flags = DB_CKSUMFLAGS(mp);
	const char *why = NULL;

	if ((flags & HCK_FULLCKSUM) != 0 && (emul & MAC_HWCKSUM_EMUL) != 0) {
		why = type == ETHERTYPE_IP ? emul_ulp_ipv4(mp, off) :
		    emul_ulp_ipv6(mp, off);
	}
	if (why != NULL)
		return (why);
	if ((flags & HCK_IPV4_HDRCKSUM) != 0 && type == ETHERTYPE_IP)
		emul_header(mp, off);
	if ((flags & HCK_PARTIALCKSUM) != 0 && (emul & MAC_HWCKSUM_EMUL) != 0)
		emul_partial(mp, off);
	if ((flags & (HCK_FULLCKSUM | HCK_PARTIALCKSUM)) != 0) {
		flags &= ~(HCK_FULLCKSUM | HCK_PARTIALCKSUM);
		flags |= HCK_FULLCKSUM_OK;
	}
	mac_hcksum_set(mp, 0, 0, 0, 0, flags);
	return (NULL);
}

/*
 * The length of the Ethernet header, with a tag, and the type of what follows.
 */
static size_t
emul_ether(const mblk_t *mp, uint_t *typep)
{
	const size_t len = sizeof (struct ether_header);

	*typep = get16(mp->b_rptr + len - 2);
	if (*typep != VLAN_TPID)
		return (len);
	if ((size_t)MBLKL(mp) >= len + VLAN_TAGSZ)
		*typep = get16(mp->b_rptr + len + VLAN_TAGSZ - 2);
	return (len + VLAN_TAGSZ);
}

/*
 * NULL: the packet was dropped.
 */
static mblk_t *
emul_cksum(mblk_t *mp, mac_emul_t emul)
{
	mblk_t *ether = NULL, *copy;
	const char *why;
	uint_t type;
	size_t off = emul_ether(mp, &type);
	size_t hdrlen = type == ETHERTYPE_IP ? IPV4_HDR : IPV6_HDR;

	if (type != ETHERTYPE_IP && type != ETHERTYPE_IPV6)
		return (mp);
	if ((size_t)MBLKL(mp) == off) {
		mac_hcksum_clone(mp, mp->b_cont);
		ether = mp;
		mp = mp->b_cont;
		off = 0;
	}
	ASSERT3U(MBLKL(mp), >=, off + hdrlen);
	if ((size_t)MBLKL(mp) < off + hdrlen) {
		why = "mblk doesn't contain IP header";
		goto drop;
	}
	if (DB_REF(mp) > 1) {
		if ((copy = copyb(mp)) == NULL) {
			why = "copyb failed";
			goto drop;
		}
		copy->b_cont = unlinkb(mp);
		freeb(mp);
		mp = copy;
		if (ether != NULL)
			ether->b_cont = mp;
	}
	if ((why = emul_cksum_ip(mp, off, type, emul)) != NULL)
		goto drop;
	if (ether == NULL)
		return (mp);
	mac_hcksum_clone(mp, ether);
	return (ether);

drop:
	mac_drop_pkt(ether != NULL ? ether : mp, "%s", why);
	return (NULL);
}

/*
 * Cutting.  Where the headers of a large segment are, and what is left of it.
 */
typedef struct emul_lso {
	size_t		el_ip;		/* offset of the header */
	size_t		el_tcp;
	size_t		el_data;
	size_t		el_left;	/* data not cut off yet */
	uint32_t	el_mss;
	const mblk_t	*el_mp;		/* where the data goes on */
	size_t		el_off;		/* ... in it */
} emul_lso_t;

static const char *
emul_lso_look(mblk_t *mp, emul_lso_t *el)
{
	const uchar_t *ip, *tcp;
	uint_t type;

	el->el_ip = emul_ether(mp, &type);
	ASSERT3U(MBLKL(mp), >=, el->el_ip + IPV4_HDR + TCP_HDR);
	if ((size_t)MBLKL(mp) < el->el_ip + IPV4_HDR + TCP_HDR)
		return ("mblk doesn't contain TCP/IP headers");
	ip = mp->b_rptr + el->el_ip;
	if (ip[0] >> 4 != 4)
		return ("LSO unsupported IP version");
	if (ip[9] != PROTO_TCP)
		return ("LSO unsupported protocol");
	el->el_tcp = el->el_ip + (ip[0] & 0xf) * 4;
	tcp = mp->b_rptr + el->el_tcp;
	if ((tcp[13] & (TH_SYN | TH_RST | TH_URG)) != 0)
		return ("LSO packet has SYN|RST|URG set");
	el->el_data = el->el_tcp + (tcp[12] >> 4) * 4;
	if ((size_t)MBLKL(mp) < el->el_data)
		return ("LSO packet too short");

	ASSERT((DB_CKSUMFLAGS(mp) & HCK_IPV4_HDRCKSUM) != 0);
	ASSERT((DB_CKSUMFLAGS(mp) & (HCK_PARTIALCKSUM | HCK_FULLCKSUM)) != 0);
	el->el_mss = DB_LSOMSS(mp);
	el->el_left = msgsize(mp) - el->el_data;
	VERIFY3U(el->el_mss, !=, 0);	/* there it is divided by */
	if (el->el_left <= el->el_mss)
		return ("LSO not enough segs");
	el->el_mp = mp;
	el->el_off = el->el_data;
	if (el->el_off == (size_t)MBLKL(mp)) {
		el->el_mp = mp->b_cont;
		el->el_off = 0;
	}
	return (NULL);
}

/*
 * The next `len' bytes of data; NULL: no memory, or a block is shared by as
 * many as there can be.  A segment does not start at an empty block.
 */
static mblk_t *
emul_lso_data(emul_lso_t *el, size_t len)
{
	mblk_t *head = NULL, **tailp = &head, *bp;
	size_t n;

	ASSERT3U(el->el_off, <, MBLKL(el->el_mp));
	while (len > 0) {
		if ((n = MIN(MBLKL(el->el_mp) - el->el_off, len)) > 0) {
			bp = dupb((mblk_t *)(uintptr_t)el->el_mp);
			if (bp == NULL) {
				freemsg(head);
				return (NULL);
			}
			bp->b_rptr += el->el_off;
			bp->b_wptr = bp->b_rptr + n;
			*tailp = bp;
			tailp = &bp->b_cont;
			el->el_off += n;
			len -= n;
		}
		if (el->el_off == (size_t)MBLKL(el->el_mp)) {
			el->el_mp = el->el_mp->b_cont;
			el->el_off = 0;
		}
	}
	return (head);
}

/*
 * Make the copied headers those of segment `i'.  The pseudo header of a large
 * segment is without the length.
 */
static void
emul_lso_header(const emul_lso_t *el, mblk_t *mp, uint_t i, size_t len,
    boolean_t last)
{
	uchar_t *ip = mp->b_rptr + el->el_ip;
	uchar_t *tcp = mp->b_rptr + el->el_tcp;
	size_t ip_len = el->el_data - el->el_ip + len;

	put16(&ip[2], (uint_t)ip_len);
	put16(&ip[4], (get16(&ip[4]) + i) & 0xffff);
	put32(&tcp[4], get32(&tcp[4]) + i * el->el_mss);
	if (!last)
		tcp[13] &= (uchar_t)~(TH_FIN | TH_PUSH);
	DB_CKSUMFLAGS(mp) &= (uint16_t)~HW_LSO;
	if ((DB_CKSUMFLAGS(mp) & HCK_PARTIALCKSUM) != 0) {
		DB_CKSUMEND(mp) = (intptr_t)ip_len;
		put16(&tcp[16], emul_fold(get16(&tcp[16]) +
		    el->el_data - el->el_tcp + len));
	}
}

/*
 * One segment; NULL: no memory.
 */
static mblk_t *
emul_lso_segment(emul_lso_t *el, const mblk_t *from, uint_t i, mac_emul_t emul)
{
	size_t len = MIN(el->el_left, el->el_mss);
	mblk_t *mp;

	if ((mp = allocb(el->el_data, BPRI_MED)) == NULL)
		return (NULL);
	if ((mp->b_cont = emul_lso_data(el, len)) == NULL) {
		freeb(mp);
		return (NULL);
	}
	el->el_left -= len;
	bcopy(from->b_rptr, mp->b_wptr, el->el_data);
	mp->b_wptr += el->el_data;
	mac_hcksum_clone(from, mp);
	emul_lso_header(el, mp, i, len, el->el_left == 0);
	return ((emul & MAC_HWCKSUM_EMULS) != 0 ? emul_cksum(mp, emul) : mp);
}

/*
 * The chain that a large segment becomes; NULL: it was dropped.
 */
static mblk_t *
emul_lso(mblk_t *mp, mac_emul_t emul)
{
	mblk_t *head = NULL, **tailp = &head, *whole;
	const size_t len = MBLKL(mp);
	emul_lso_t el;
	const char *why;
	uint_t i;

	if (len == sizeof (struct ether_header) ||
	    len == sizeof (struct ether_vlan_header)) {
		if ((whole = msgpullup(mp, -1)) == NULL) {
			mac_drop_pkt(mp, "failed to pull up");
			return (NULL);
		}
		mac_hcksum_clone(mp, whole);
		freemsg(mp);
		mp = whole;
	}
	if ((why = emul_lso_look(mp, &el)) != NULL) {
		mac_drop_pkt(mp, "%s", why);
		return (NULL);
	}
	for (i = 0; el.el_left > 0; i++) {
		if ((*tailp = emul_lso_segment(&el, mp, i, emul)) == NULL) {
			mac_drop_chain(head, "LSO failed to segment data");
			head = NULL;
			break;
		}
		tailp = &(*tailp)->b_next;
	}
	if (head != NULL)
		ASSERT3P(el.el_mp, ==, NULL);
	freemsg(mp);
	return (head);
}

void
mac_hw_emul(mblk_t **chainp, mblk_t **tailp, uint_t *countp, mac_emul_t emul)
{
	mblk_t *head = NULL, **nextp = &head, *tail = NULL, *mp, *next;
	uint_t count = 0, type;

	ASSERT((emul & ~MAC_ALL_EMULS) == 0);
	for (mp = *chainp; mp != NULL; mp = next) {
		const uint16_t flags = DB_CKSUMFLAGS(mp);
		const size_t len = MBLKL(mp);

		next = mp->b_next;
		mp->b_next = NULL;
		if (len < sizeof (struct ether_header) ||
		    len < emul_ether(mp, &type) ||
		    (len == emul_ether(mp, &type) && mp->b_cont == NULL)) {
			mac_drop_pkt(mp, "packet too short");
			continue;
		}
		if ((flags & HW_LSO) != 0 && (emul & MAC_LSO_EMUL) != 0)
			mp = emul_lso(mp, emul);
		else if ((flags & HCK_NEEDED) != 0 &&
		    (emul & MAC_HWCKSUM_EMULS) != 0)
			mp = emul_cksum(mp, emul);
		*nextp = mp;
		for (; mp != NULL; mp = mp->b_next) {
			tail = mp;
			nextp = &mp->b_next;
			count++;
		}
	}
	*chainp = head;
	if (tailp != NULL)
		*tailp = tail;
	if (countp != NULL)
		*countp = count;
}
