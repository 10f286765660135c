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

#ifndef	_DRV_PACKET_H
#define	_DRV_PACKET_H

/*
 * IP packets in Ethernet frames, made and judged without any code of the
 * kernel's: a packet is described, built, and a frame that was read is taken
 * apart again.  Checksums are judged by adding up all that they cover, which
 * must come to all ones.
 */

#include "drv.h"

#define	PKT_TCP		6
#define	PKT_UDP		17
#define	PKT_MAX		65553

#define	PKT_FIN		0x01
#define	PKT_SYN		0x02
#define	PKT_PSH		0x08
#define	PKT_ACK		0x10
#define	PKT_CWR		0x80

typedef struct pkt {
	int		p_v6;
	int		p_tagged;
	unsigned int	p_proto;	/* PKT_TCP, PKT_UDP */
	size_t		p_ipopts;	/* bytes, a multiple of 4; IPv4 */
	size_t		p_tcpopts;	/* the same of TCP */
	size_t		p_data;
	unsigned int	p_flags;	/* of TCP */
	uint32_t	p_seq;
	uint16_t	p_ident;
	uint8_t		p_seed;		/* data differ with it */
} pkt_t;

/*
 * Where things are.
 */
static inline size_t
pkt_l3(const pkt_t *p)
{
	return (p->p_tagged ? 18 : 14);
}

static inline size_t
pkt_l4(const pkt_t *p)
{
	return (pkt_l3(p) + (p->p_v6 ? 40 : 20 + p->p_ipopts));
}

static inline size_t
pkt_payload(const pkt_t *p)
{
	return (pkt_l4(p) + (p->p_proto == PKT_TCP ? 20 + p->p_tcpopts : 8));
}

static inline size_t
pkt_len(const pkt_t *p)
{
	return (pkt_payload(p) + p->p_data);
}

static inline size_t
pkt_sumoff(const pkt_t *p)
{
	return (pkt_l4(p) + (p->p_proto == PKT_TCP ? 16 : 6));
}

static inline unsigned int
pkt_get16(const uint8_t *b)
{
	return ((unsigned int)b[0] << 8 | b[1]);
}

static inline uint32_t
pkt_get32(const uint8_t *b)
{
	return ((uint32_t)pkt_get16(b) << 16 | pkt_get16(b + 2));
}

static inline void
pkt_put16(uint8_t *b, unsigned int v)
{
	b[0] = (uint8_t)(v >> 8);
	b[1] = (uint8_t)v;
}

static inline void
pkt_put32(uint8_t *b, uint32_t v)
{
	pkt_put16(b, v >> 16);
	pkt_put16(b + 2, v & 0xffff);
}

/*
 * The one's complement sum of `len' bytes, folded.
 */
static inline unsigned int
pkt_sum(const uint8_t *b, size_t len, unsigned int sum)
{
	size_t i;

	for (i = 0; i < len; i++) {
		sum += (i & 1) != 0 ? b[i] : (unsigned int)b[i] << 8;
		sum = (sum & 0xffff) + (sum >> 16);
	}
	return (sum);
}

/*
 * The pseudo header of a packet whose IP header is at `ip'; `len' is that of
 * the transport's header and data.
 */
static inline unsigned int
pkt_pseudo(const uint8_t *ip, unsigned int proto, size_t len)
{
	const int v6 = ip[0] >> 4 == 6;
	uint8_t rest[4] = { 0, (uint8_t)proto };

	pkt_put16(rest + 2, (unsigned int)len);
	return (pkt_sum(rest, 4, pkt_sum(ip + (v6 ? 8 : 12), v6 ? 32 : 8, 0)));
}

static inline uint8_t
pkt_byte(const pkt_t *p, size_t i)
{
	return ((uint8_t)(p->p_seed + i * 7 + (i >> 8) * 13));
}

static inline void
pkt_build_ip(const pkt_t *p, uint8_t *ip)
{
	const size_t len = pkt_len(p) - pkt_l3(p);
	size_t i;

	if (p->p_v6) {
		ip[0] = 0x60;
		pkt_put16(ip + 4, (unsigned int)(len - 40));
		ip[6] = (uint8_t)p->p_proto;
		ip[7] = 64;
		for (i = 8; i < 40; i++)
			ip[i] = (uint8_t)(i * 37);
		return;
	}
	ip[0] = (uint8_t)(0x45 + p->p_ipopts / 4);
	pkt_put16(ip + 2, (unsigned int)len);
	pkt_put16(ip + 4, p->p_ident);
	ip[6] = 0x40;
	ip[8] = 64;
	ip[9] = (uint8_t)p->p_proto;
	pkt_put32(ip + 12, 0x0a3e0001);
	pkt_put32(ip + 16, 0xc0a8fffe);
	memset(ip + 20, 1, p->p_ipopts);
}

/*
 * Build it without any checksum: zeroes are there instead.
 */
static inline size_t
pkt_build(const pkt_t *p, uint8_t *buf)
{
	uint8_t *l4 = buf + pkt_l4(p);
	size_t i;

	memset(buf, 0, pkt_payload(p));
	memcpy(buf, drv_peer, 6);
	memcpy(buf + 6, drv_mac, 6);
	if (p->p_tagged) {
		pkt_put16(buf + 12, 0x8100);
		pkt_put16(buf + 14, 0x6005);
	}
	pkt_put16(buf + pkt_l3(p) - 2, p->p_v6 ? 0x86dd : 0x0800);
	pkt_build_ip(p, buf + pkt_l3(p));
	pkt_put16(l4, 4242);
	pkt_put16(l4 + 2, 80);
	if (p->p_proto == PKT_TCP) {
		pkt_put32(l4 + 4, p->p_seq);
		pkt_put32(l4 + 8, 0x01020304);
		l4[12] = (uint8_t)((5 + p->p_tcpopts / 4) << 4);
		l4[13] = (uint8_t)p->p_flags;
		pkt_put16(l4 + 14, 8192);
		memset(l4 + 20, 1, p->p_tcpopts);
	} else {
		pkt_put16(l4 + 4, (unsigned int)(8 + p->p_data));
	}
	for (i = 0; i < p->p_data; i++)
		buf[pkt_payload(p) + i] = pkt_byte(p, i);
	return (pkt_len(p));
}

/*
 * Put in what IP puts there when it leaves the rest to the link: the sum of the
 * pseudo header, of a large segment without the length.
 */
static inline void
pkt_prepare(const pkt_t *p, uint8_t *buf, int large)
{
	pkt_put16(buf + pkt_sumoff(p), pkt_pseudo(buf + pkt_l3(p), p->p_proto,
	    large ? 0 : pkt_len(p) - pkt_l4(p)));
}

/*
 * Is this frame, of the kind that was described, whole and right?  What it
 * should be is said on the way.
 */
static inline int
pkt_right(const pkt_t *p, const uint8_t *buf, size_t len)
{
	const uint8_t *ip = buf + pkt_l3(p);
	const size_t l4len = pkt_len(p) - pkt_l4(p);

	if (len != (pkt_len(p) < 60 ? 60 : pkt_len(p))) {
		printf("# length %zu, not %zu\n", len, pkt_len(p));
		return (0);
	}
	if (!p->p_v6 && pkt_sum(ip, 20 + p->p_ipopts, 0) != 0xffff) {
		printf("# the header checksum is wrong\n");
		return (0);
	}
	if (pkt_sum(buf + pkt_l4(p), l4len, pkt_pseudo(ip, p->p_proto,
	    l4len)) != 0xffff) {
		printf("# the checksum is wrong\n");
		return (0);
	}
	if (p->p_proto == PKT_UDP && pkt_get16(buf + pkt_sumoff(p)) == 0) {
		printf("# the checksum is zero, which is none\n");
		return (0);
	}
	return (1);
}

/*
 * ... and is it, checksums apart, what was sent?
 */
static inline int
pkt_same(const pkt_t *p, const uint8_t *got)
{
	static uint8_t want[PKT_MAX], have[PKT_MAX];

	(void) pkt_build(p, want);
	memcpy(have, got, pkt_len(p));
	if (!p->p_v6)
		pkt_put16(have + pkt_l3(p) + 10, 0);
	pkt_put16(have + pkt_sumoff(p), 0);
	return (memcmp(have, want, pkt_len(p)) == 0);
}

static inline void
pkt_meta(const pkt_t *p, hk_bussend_t *hbs, const uint8_t *buf,
    uint32_t flags, uint32_t mss)
{
	memset(hbs, 0, sizeof (*hbs));
	hbs->hbs_buf = (uint64_t)(uintptr_t)buf;
	hbs->hbs_len = (uint32_t)pkt_len(p);
	hbs->hbs_flags = flags;
	hbs->hbs_mss = mss;
	if ((flags & HK_PKT_PARTIAL_CKSUM) != 0) {
		hbs->hbs_start = (uint32_t)(pkt_l4(p) - pkt_l3(p));
		hbs->hbs_stuff = (uint32_t)(pkt_sumoff(p) - pkt_l3(p));
		hbs->hbs_end = (uint32_t)(pkt_len(p) - pkt_l3(p));
	}
}

#endif	/* _DRV_PACKET_H */
