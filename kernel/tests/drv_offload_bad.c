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
 * Packets that leave work to the link which cannot be done are dropped for that
 * reason, whatever is wrong with them.
 */

#include "drv_offload.h"

/*
 * What is done to a packet that was right.
 */
typedef void spoil_t(uint8_t *, const pkt_t *, hk_bussend_t *);

static void
spoil_version(uint8_t *b, const pkt_t *p, hk_bussend_t *hbs)
{
	(void) hbs;
	b[pkt_l3(p)] = 0x55;
}

static void
spoil_ihl(uint8_t *b, const pkt_t *p, hk_bussend_t *hbs)
{
	(void) hbs;
	b[pkt_l3(p)] = 0x44;
}

static void
spoil_length(uint8_t *b, const pkt_t *p, hk_bussend_t *hbs)
{
	(void) hbs;
	pkt_put16(b + pkt_l3(p) + 2, (unsigned int)(pkt_len(p) - 13));
}

static void
spoil_fragment(uint8_t *b, const pkt_t *p, hk_bussend_t *hbs)
{
	(void) hbs;
	pkt_put16(b + pkt_l3(p) + 6, 0x2000);
}

static void
spoil_both(uint8_t *b, const pkt_t *p, hk_bussend_t *hbs)
{
	(void) b;
	(void) p;
	hbs->hbs_flags |= HK_PKT_PARTIAL_CKSUM | HK_PKT_FULL_CKSUM;
}

static void
spoil_type(uint8_t *b, const pkt_t *p, hk_bussend_t *hbs)
{
	(void) hbs;
	pkt_put16(b + pkt_l3(p) - 2, 0x88b5);
}

static void
spoil_short(uint8_t *b, const pkt_t *p, hk_bussend_t *hbs)
{
	(void) b;
	hbs->hbs_len = (uint32_t)pkt_l3(p) + 19;
}

static void
spoil_start(uint8_t *b, const pkt_t *p, hk_bussend_t *hbs)
{
	(void) b;
	(void) p;
	hbs->hbs_start = 10;
}

static void
spoil_odd(uint8_t *b, const pkt_t *p, hk_bussend_t *hbs)
{
	(void) b;
	(void) p;
	hbs->hbs_stuff++;
}

static void
spoil_stuff(uint8_t *b, const pkt_t *p, hk_bussend_t *hbs)
{
	(void) b;
	(void) p;
	hbs->hbs_stuff = 0x7ffffffe;
}

static void
spoil_end(uint8_t *b, const pkt_t *p, hk_bussend_t *hbs)
{
	(void) b;
	(void) p;
	hbs->hbs_end = hbs->hbs_start;
}

static void
spoil_far(uint8_t *b, const pkt_t *p, hk_bussend_t *hbs)
{
	(void) b;
	(void) p;
	hbs->hbs_end += 2;
}

static void
spoil_proto(uint8_t *b, const pkt_t *p, hk_bussend_t *hbs)
{
	(void) hbs;
	b[pkt_l3(p) + 9] = 47;
}

static void
spoil_mss(uint8_t *b, const pkt_t *p, hk_bussend_t *hbs)
{
	(void) b;
	(void) p;
	hbs->hbs_mss = 0;
}

static void
spoil_one(uint8_t *b, const pkt_t *p, hk_bussend_t *hbs)
{
	(void) b;
	hbs->hbs_mss = (uint32_t)p->p_data;
}

static void
spoil_thl(uint8_t *b, const pkt_t *p, hk_bussend_t *hbs)
{
	(void) hbs;
	b[pkt_l4(p) + 12] = 0x40;
}

static void
spoil_syn(uint8_t *b, const pkt_t *p, hk_bussend_t *hbs)
{
	(void) hbs;
	b[pkt_l4(p) + 13] |= PKT_SYN;
}

static void
spoil_nosum(uint8_t *b, const pkt_t *p, hk_bussend_t *hbs)
{
	(void) b;
	(void) p;
	hbs->hbs_flags &= ~(uint32_t)HK_PKT_PARTIAL_CKSUM;
}

static void
spoil_nohdr(uint8_t *b, const pkt_t *p, hk_bussend_t *hbs)
{
	(void) b;
	(void) p;
	hbs->hbs_flags &= ~(uint32_t)HK_PKT_IPV4_CKSUM;
}

static void
spoil_elsewhere(uint8_t *b, const pkt_t *p, hk_bussend_t *hbs)
{
	(void) b;
	(void) p;
	hbs->hbs_stuff += 2;
}

static void
spoil_nodata(uint8_t *b, const pkt_t *p, hk_bussend_t *hbs)
{
	(void) hbs;
	pkt_put16(b + pkt_l3(p) + 2, (unsigned int)(pkt_payload(p) -
	    pkt_l3(p)));
}

static void
spoil_many(uint8_t *b, const pkt_t *p, hk_bussend_t *hbs)
{
	(void) b;
	(void) p;
	hbs->hbs_mss = 3;
}

typedef struct bad {
	const char	*b_what;
	spoil_t		*b_spoil;
	uint32_t	b_flags;
} bad_t;

#define	PARTIAL	HDR_AND(HK_PKT_PARTIAL_CKSUM)
#define	FULL	HDR_AND(HK_PKT_FULL_CKSUM)

static const bad_t bads[] = {
	{ "not version 4", spoil_version, PARTIAL },
	{ "not version 4, header alone", spoil_version, HK_PKT_IPV4_CKSUM },
	{ "a short IP header", spoil_ihl, PARTIAL },
	{ "more than there is", spoil_length, FULL },
	{ "a fragment", spoil_fragment, PARTIAL },
	{ "a fragment, full", spoil_fragment, FULL },
	{ "both kinds at once", spoil_both, PARTIAL },
	{ "not IP", spoil_type, PARTIAL },
	{ "no whole header", spoil_short, FULL },
	{ "a sum of the IP header", spoil_start, PARTIAL },
	{ "an odd place", spoil_odd, PARTIAL },
	{ "a place far away", spoil_stuff, PARTIAL },
	{ "an end before the start", spoil_end, PARTIAL },
	{ "an end behind the end", spoil_far, PARTIAL },
	{ "neither TCP nor UDP", spoil_proto, FULL },
	{ "large, no MSS", spoil_mss, LSO_PARTIAL },
	{ "large, one segment", spoil_one, LSO_PARTIAL },
	{ "large, a short TCP header", spoil_thl, LSO_FULL },
	{ "large, SYN", spoil_syn, LSO_PARTIAL },
	{ "large, no TCP", spoil_proto, LSO_PARTIAL },
	{ "large, no checksum", spoil_nosum, LSO_PARTIAL },
	{ "large, no header checksum", spoil_nohdr, LSO_PARTIAL },
	{ "large, sum elsewhere", spoil_elsewhere, LSO_PARTIAL },
	{ "large, no data", spoil_nodata, LSO_FULL },
	{ "large, in too many frames", spoil_many, LSO_FULL },
	{ "large, not IP", spoil_type, LSO_PARTIAL }
};

static void
test_bad(void)
{
	const pkt_t small = { .p_proto = PKT_TCP, .p_data = 64 };
	const pkt_t large = { .p_proto = PKT_TCP, .p_data = 65000 };
	hk_bussend_t hbs;
	unsigned int i;

	setup_size(0, 0);
	for (i = 0; i < sizeof (bads) / sizeof (bads[0]); i++) {
		const int lso = (bads[i].b_flags & HK_PKT_LSO) != 0;
		const pkt_t *p = lso ? &large : &small;

		(void) pkt_build(p, out);
		pkt_prepare(p, out, lso);
		pkt_meta(p, &hbs, out, bads[i].b_flags, lso ? 1000 : 0);
		bads[i].b_spoil(out, p, &hbs);
		is(hk_ioctl(port, HK_IOC_BUSSEND, &hbs), 0, "%s",
		    bads[i].b_what);
		is(stat_of("rx_drop_offload"), i + 1, "... is dropped");
		is(stat_of("rx_in_frames"), i + 1, "... as one frame");
	}
	is(hk_read(fd, in, sizeof (in)), -EAGAIN, "nothing arrives");
	is(stat_of("rx_drops"), i, "there is no other reason");
	is(stat_of("rxq_bytes"), 0, "no room stays reserved");

	is(send_meta(&large, LSO_PARTIAL, 3000, 0, 0), 0, "too large an MSS");
	is(stat_of("rx_drop_toobig"), 1, "... is too big");
	is(hk_close(fd), 0, "close");
	is(send_meta(&large, LSO_PARTIAL, 1000, 0, 0), 0, "no holder");
	is(stat_of("rx_drop_noholder"), 1, "... is that");
	fd = drv_open("vpn0", DRV_RDWR);
	teardown();
}

int
main(void)
{
	drv_boot();
	test_bad();
	return (drv_done());
}
