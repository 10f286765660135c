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

#ifndef	_DRV_OFFLOAD_H
#define	_DRV_OFFLOAD_H

/*
 * Packets that leave work to the link, on their way to its holder.
 */

#include "drv_held.h"
#include "drv_packet.h"

#define	HDR_AND(ulp)	(HK_PKT_IPV4_CKSUM | (ulp))
#define	LSO_PARTIAL	(HK_PKT_LSO | HDR_AND(HK_PKT_PARTIAL_CKSUM))
#define	LSO_FULL	(HK_PKT_LSO | HDR_AND(HK_PKT_FULL_CKSUM))

static uint8_t out[PKT_MAX + 64], in[16384], whole[PKT_MAX];

static inline void
setup_size(uint64_t rxbuf, uint32_t mtu)
{
	unet_ioc_create_t uic;

	drv_create_init(&uic, "vpn0");
	uic.uic_rxbuf = rxbuf;
	uic.uic_mtu = mtu;
	setup_as(&uic);
}

static inline uint64_t
stat_of(const char *name)
{
	return (drv_stat("vpn0", name, NULL));
}

/*
 * Send `out', with what is said of it, as up to three blocks.
 */
static inline int
send_meta(const pkt_t *p, uint32_t flags, uint32_t mss, uint32_t b0,
    uint32_t b1)
{
	hk_bussend_t hbs;

	(void) pkt_build(p, out);
	if ((flags & HK_PKT_PARTIAL_CKSUM) != 0)
		pkt_prepare(p, out, (flags & HK_PKT_LSO) != 0);
	pkt_meta(p, &hbs, out, flags, mss);
	hbs.hbs_blocks[0] = b0;
	hbs.hbs_blocks[1] = b0 != 0 ? b1 : 0;
	return (hk_ioctl(port, HK_IOC_BUSSEND, &hbs));
}

/*
 * Read what a large segment was cut into and compare all of it with the
 * original.
 */
static inline unsigned int
cut_bad(const pkt_t *big, uint32_t mss)
{
	unsigned int bad = 0, i = 0;
	size_t at = 0;
	pkt_t p = *big;
	int64_t n;

	for (; at < big->p_data; at += p.p_data, i++) {
		const int last = big->p_data - at <= mss;
		size_t k;

		p.p_data = last ? big->p_data - at : mss;
		p.p_seq = big->p_seq + (uint32_t)at;
		p.p_ident = (uint16_t)(big->p_ident + i);
		p.p_flags = big->p_flags & ~(last ? 0U : PKT_FIN | PKT_PSH);
		n = hk_read(fd, in, sizeof (in));
		if (n <= 0 || !pkt_right(&p, in, (size_t)n))
			return (bad + 1);
		for (k = 0; k < p.p_data; k++)
			bad += in[pkt_payload(&p) + k] != pkt_byte(big, at + k);
		(void) pkt_build(&p, whole);
		pkt_put16(in + pkt_l3(&p) + 10, 0);
		pkt_put16(in + pkt_sumoff(&p), 0);
		bad += memcmp(in, whole, pkt_payload(&p)) != 0;
	}
	return (bad);
}

#endif	/* _DRV_OFFLOAD_H */
