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
 * Offloads: the holder reads plain frames, whatever the stack left to the link.
 */

#include "drv_offload.h"

/*
 * One packet goes in and comes out right.
 */
static int
arrives(const pkt_t *p, uint32_t flags, uint32_t b0, uint32_t b1)
{
	int64_t n;

	if (send_meta(p, flags, 0, b0, b1) != 0)
		return (0);
	n = hk_read(fd, in, sizeof (in));
	return (n > 0 && pkt_right(p, in, (size_t)n) && pkt_same(p, in));
}

/*
 * Every kind of checksum of every kind of packet, in one block, in two of which
 * the first is the Ethernet header, and cut within the headers and the data.
 */
static unsigned int
sums_of(pkt_t *p, const char *what)
{
	static const size_t sizes[] = { 0, 1, 2, 3, 17, 500, 1001, 1380 };
	const uint32_t hdr = p->p_v6 ? 0 : HK_PKT_IPV4_CKSUM;
	unsigned int i, bad = 0;

	for (i = 0; i < sizeof (sizes) / sizeof (sizes[0]); i++) {
		const uint32_t l3 = (uint32_t)pkt_l3(p);
		const uint32_t end = (uint32_t)pkt_payload(p);

		p->p_data = sizes[i];
		p->p_seed++;
		bad += !arrives(p, hdr | HK_PKT_PARTIAL_CKSUM, 0, 0);
		bad += !arrives(p, hdr | HK_PKT_FULL_CKSUM, 0, 0);
		bad += !arrives(p, hdr | HK_PKT_PARTIAL_CKSUM, l3, 0);
		bad += !arrives(p, hdr | HK_PKT_FULL_CKSUM, l3, 0);
		bad += !arrives(p, hdr | HK_PKT_PARTIAL_CKSUM, 5, 20);
		bad += !arrives(p, hdr | HK_PKT_FULL_CKSUM, 5, 20);
		if (sizes[i] > 2) {
			bad += !arrives(p, hdr | HK_PKT_PARTIAL_CKSUM, end, 1);
			bad += !arrives(p, hdr | HK_PKT_FULL_CKSUM, end + 1, 1);
		}
	}
	is(bad, 0, "%s%s%s%s: checksums are filled in", what,
	    p->p_tagged ? ", tagged" : "", p->p_ipopts ? ", IP options" : "",
	    p->p_tcpopts ? ", TCP options" : "");
	return (bad);
}

static void
test_sums(void)
{
	pkt_t p;
	int v6, tcp, tagged;

	setup_size(0, 0);
	for (v6 = 0; v6 <= 1; v6++) {
		for (tcp = 0; tcp <= 1; tcp++) {
			for (tagged = 0; tagged <= 1; tagged++) {
				memset(&p, 0, sizeof (p));
				p.p_v6 = v6;
				p.p_proto = tcp ? PKT_TCP : PKT_UDP;
				p.p_tagged = tagged;
				p.p_flags = PKT_ACK;
				sums_of(&p, v6 ? (tcp ? "TCP/IPv6" :
				    "UDP/IPv6") : (tcp ? "TCP/IPv4" :
				    "UDP/IPv4"));
				p.p_ipopts = v6 ? 0 : 40;
				p.p_tcpopts = tcp ? 40 : 0;
				if (p.p_ipopts + p.p_tcpopts != 0)
					sums_of(&p, "... with");
			}
		}
	}
	is(stat_of("rx_drops"), 0, "nothing was dropped");
	is(stat_of("rxq_bytes"), 0, "no room stays reserved");
	teardown();
}

/*
 * A UDP checksum that comes to zero is sent as all ones: zero means none.
 */
static void
test_zero_sum(void)
{
	static const uint32_t kinds[] = { HK_PKT_PARTIAL_CKSUM,
	    HK_PKT_FULL_CKSUM };
	pkt_t p = { .p_proto = PKT_UDP, .p_data = 20 };
	hk_bussend_t hbs;
	unsigned int sum;
	int i;

	setup_size(0, 0);
	for (i = 0; i < 4; i++) {
		p.p_v6 = i >= 2;
		(void) pkt_build(&p, out);
		pkt_put16(out + pkt_payload(&p), 0);
		sum = pkt_sum(out + pkt_l4(&p), 28,
		    pkt_pseudo(out + pkt_l3(&p), PKT_UDP, 28));
		pkt_put16(out + pkt_payload(&p), ~sum & 0xffff);
		if (kinds[i & 1] == HK_PKT_PARTIAL_CKSUM)
			pkt_prepare(&p, out, 0);
		pkt_meta(&p, &hbs, out, kinds[i & 1] | (p.p_v6 ? 0 :
		    HK_PKT_IPV4_CKSUM), 0);
		is(hk_ioctl(port, HK_IOC_BUSSEND, &hbs), 0, "UDP/IPv%d whose "
		    "checksum is zero", p.p_v6 ? 6 : 4);
		(void) hk_read(fd, in, sizeof (in));
		is(pkt_get16(in + pkt_sumoff(&p)), 0xffff, "... has all ones");
	}
	teardown();
}

/*
 * What the stack asks for nothing is passed on as it is, wrong checksums and
 * all; so is what is marked as right, or what no checksum belongs to.
 */
static void
test_untouched(void)
{
	pkt_t p = { .p_proto = PKT_TCP, .p_data = 300 };
	hk_bussend_t hbs;
	int i;

	setup_size(0, 0);
	for (i = 0; i < 3; i++) {
		const size_t len = pkt_build(&p, out);

		pkt_put16(out + pkt_sumoff(&p), 0x1234);
		pkt_meta(&p, &hbs, out, i == 1 ? HK_PKT_FULL_CKSUM_OK : 0, 0);
		if (i == 2) {
			hbs.hbs_flags = HK_PKT_IPV4_CKSUM;
			pkt_put16(out + 12, 0x88b5);
		}
		is(hk_ioctl(port, HK_IOC_BUSSEND, &hbs), 0, "a packet %s",
		    i == 0 ? "without flags" : i == 1 ? "that is right" :
		    "that is not IP");
		is(hk_read(fd, in, sizeof (in)), (long long)len, "... arrives");
		is(memcmp(in, out, len), 0, "... as it was");
	}

	/* Padding behind the packet is no part of it. */
	p.p_data = 2;
	(void) pkt_build(&p, out);
	pkt_prepare(&p, out, 0);
	memset(out + pkt_len(&p), 0xee, 40);
	pkt_meta(&p, &hbs, out, HDR_AND(HK_PKT_PARTIAL_CKSUM), 0);
	hbs.hbs_len += 40;
	is(hk_ioctl(port, HK_IOC_BUSSEND, &hbs), 0, "a packet with padding");
	is(hk_read(fd, in, sizeof (in)), 60, "... is cut to its length");
	ok(pkt_right(&p, in, 60) && pkt_same(&p, in), "... and is right");
	is(in[59], 0, "... and padded with zeroes");

	hbs.hbs_end += 40;
	is(hk_ioctl(port, HK_IOC_BUSSEND, &hbs), 0, "the same, and the sum is "
	    "to end with the frame");
	is(hk_read(fd, in, sizeof (in)), 60, "... is cut to its length");
	ok(pkt_right(&p, in, 60) && pkt_same(&p, in), "... and is right");
	teardown();
}

static void
cut(pkt_t *p, uint32_t flags, uint32_t mss, uint32_t b0, uint32_t b1)
{
	const uint64_t before = stat_of("rx_in_frames");
	const unsigned int frames = (unsigned int)((p->p_data - 1) / mss + 1);

	p->p_seed++;
	need(send_meta(p, flags, mss, b0, b1) == 0, "a large segment is sent");
	is(cut_bad(p, mss), 0, "%zu bytes of data%s%s%s, MSS %u, %s, blocks "
	    "%u %u: cut as they should be", p->p_data,
	    p->p_tagged ? ", tagged" : "", p->p_ipopts ? ", IP options" : "",
	    p->p_tcpopts ? ", TCP options" : "", mss,
	    (flags & HK_PKT_FULL_CKSUM) != 0 ? "full" : "partial", b0, b1);
	is(stat_of("rx_in_frames") - before, frames, "... into %u frames",
	    frames);
	is(hk_read(fd, in, sizeof (in)), -EAGAIN, "... and no more");
}

static void
test_cut(void)
{
	pkt_t p = { .p_proto = PKT_TCP, .p_seq = 0xffffff00, .p_ident = 0xfffe,
	    .p_flags = PKT_ACK | PKT_PSH | PKT_FIN | PKT_CWR };
	int tagged, opts;

	setup_size(UNET_BUF_MAX, 0);
	for (tagged = 0; tagged <= 1; tagged++) {
		for (opts = 0; opts <= 1; opts++) {
			p.p_tagged = tagged;
			p.p_ipopts = opts ? 24 : 0;
			p.p_tcpopts = opts ? 12 : 0;
			p.p_data = 10000;
			cut(&p, LSO_PARTIAL, 1000, 0, 0);
			cut(&p, LSO_FULL, 1000, 0, 0);
			p.p_data = 9999;
			cut(&p, LSO_PARTIAL, 777, (uint32_t)pkt_l3(&p), 0);
			cut(&p, LSO_FULL, 777, (uint32_t)pkt_payload(&p), 1);
			cut(&p, LSO_PARTIAL, 777, 3, 5000);
			cut(&p, LSO_FULL, 1001, (uint32_t)pkt_l3(&p) + 20, 3);
		}
	}
	p.p_tagged = 0;
	p.p_ipopts = p.p_tcpopts = 0;
	p.p_data = 2;
	cut(&p, LSO_PARTIAL, 1, 0, 0);
	p.p_data = 65535 - 40;
	cut(&p, LSO_PARTIAL, 1460, 0, 0);
	cut(&p, LSO_FULL, 536, 54, 30000);
	is(stat_of("rx_drops"), 0, "nothing was dropped");
	is(stat_of("rxq_bytes"), 0, "no room stays reserved");
	teardown();
}

/*
 * Blocks without a byte, which MAC has no patience with: behind the headers,
 * where one segment ends, and at the end.
 */
static void
test_empty(void)
{
	static const uint32_t blocks[][HK_BUS_BLOCKS] = {
		{ 54, HK_BUS_EMPTY, 2000, HK_BUS_EMPTY },
		{ HK_BUS_EMPTY, 54, HK_BUS_EMPTY, HK_BUS_EMPTY },
		{ 1054, HK_BUS_EMPTY, 4000, HK_BUS_EMPTY },
		{ 5054, HK_BUS_EMPTY, HK_BUS_EMPTY, 0 }
	};
	const pkt_t p = { .p_proto = PKT_TCP, .p_data = 5000 };
	hk_bussend_t hbs;
	unsigned int i;

	setup_size(0, 0);
	for (i = 0; i < sizeof (blocks) / sizeof (blocks[0]); i++) {
		(void) pkt_build(&p, out);
		pkt_prepare(&p, out, 1);
		pkt_meta(&p, &hbs, out, LSO_PARTIAL, 1000);
		memcpy(hbs.hbs_blocks, blocks[i], sizeof (blocks[i]));
		is(hk_ioctl(port, HK_IOC_BUSSEND, &hbs), 0, "a large segment "
		    "with empty blocks, %u", i);
		is(cut_bad(&p, 1000), 0, "... is cut as it should be");
	}
	is(stat_of("rx_drops"), 0, "nothing was dropped");
	teardown();
}

/*
 * A large segment is taken as a whole or not at all, and what was not taken
 * comes later: nothing is lost and nothing comes twice.
 */
static void
test_full(void)
{
	pkt_t p = { .p_proto = PKT_TCP, .p_data = 10 * 1460,
	    .p_flags = PKT_ACK };
	unsigned int i, sent = 0;

	/* Each becomes ten frames of 1514, 17700 with overhead. */
	setup_size(2 * 17700 - 1, 0);
	for (i = 0; i < 2; i++) {
		is(send_meta(&p, LSO_PARTIAL, 1460, 0, 0), 0, "segment %u", i);
		is(stat_of("rxq_frames"), 10, "... one fits but for a byte");
	}
	teardown();

	setup_size(2 * 17700, 0);
	for (i = 0; i < 5; i++) {
		p.p_seed = (uint8_t)i;
		p.p_seq = i * 14600;
		p.p_ident = (uint16_t)(i * 10);
		if (send_meta(&p, LSO_PARTIAL, 1460, 0, 0) == 0)
			sent++;
	}
	is(sent, 5, "five large segments are sent");
	drv_until(stat_of("fc_events") > 0, "the queue is full");
	is(stat_of("rxq_frames"), 20, "... of two of them, whole");
	is(stat_of("rxq_bytes"), 35400, "... and of nothing else");
	for (i = 0; i < 5; i++) {
		p.p_seed = (uint8_t)i;
		p.p_seq = i * 14600;
		p.p_ident = (uint16_t)(i * 10);
		drv_until(stat_of("rxq_frames") >= 10, "segment %u is there",
		    i);
		is(cut_bad(&p, 1460), 0, "... and is as it was");
	}
	is(stat_of("rx_in_frames"), 50, "all were counted once");
	is(stat_of("rx_drops"), 0, "nothing was dropped");
	is(stat_of("rxq_bytes"), 0, "no room stays reserved");
	teardown();

	setup_size(2000, 0);
	is(send_meta(&p, LSO_PARTIAL, 1460, 0, 0), 0,
	    "a segment larger than the queue");
	is(stat_of("rxq_frames"), 10, "... is taken by an empty one");
	is(cut_bad(&p, 1460), 0, "... whole");
	teardown();
}

/*
 * Memory is short at every point in turn: a packet is taken or dropped, and
 * nothing is left of it.
 */
static void
test_nomem(void)
{
	const pkt_t p = { .p_proto = PKT_TCP, .p_data = 5000 };
	hk_fault_t hf = { .hf_kind = HK_FAULT_ALLOC };
	hk_bussend_t hbs;
	unsigned int dropped = 0, n;
	int sent;
	uint64_t nomem, offload;

	setup_size(0, 0);
	for (n = 1; n < 100; n++) {
		(void) pkt_build(&p, out);
		pkt_prepare(&p, out, 1);
		pkt_meta(&p, &hbs, out, LSO_PARTIAL, 1000);
		hbs.hbs_blocks[0] = 30;
		hf.hf_nth = n;
		need(hk_ioctl(drv_hk, HK_IOC_FAULT, &hf) == 0, "a fault");
		sent = hk_ioctl(port, HK_IOC_BUSSEND, &hbs) == 0;
		hf.hf_nth = 0;
		need(hk_ioctl(drv_hk, HK_IOC_FAULT, &hf) == 0, "no fault");
		if (!sent)
			continue;
		if (stat_of("rxq_frames") != 0)
			break;
		dropped++;
		need(stat_of("rxq_bytes") == 0, "no room stays reserved");
	}
	ok(dropped > 5 && n < 100, "%u packets were dropped", dropped);
	nomem = stat_of("rx_drop_nomem");
	offload = stat_of("rx_drop_offload");
	ok(nomem > 0 && offload > 0, "... some copied, some cut");
	is(nomem + offload, dropped, "... for those reasons alone");
	is(cut_bad(&p, 1000), 0, "the last one arrives");
	teardown();
}

static int
set(uint32_t prop, uint64_t value)
{
	unet_ioc_props_t uip;

	memset(&uip, 0, sizeof (uip));
	drv_hdr(&uip.uip_hdr, "vpn0");
	uip.uip_count = 1;
	uip.uip_props[0].up_id = prop;
	uip.uip_props[0].up_value = value;
	return (hk_ioctl(drv_ctl, UNET_IOC_SETPROP, &uip));
}

/*
 * The other way: the holder's IPv4 frames are marked, if it vouches for them.
 */
static void
test_vouched(void)
{
	pkt_t p = { .p_proto = PKT_UDP, .p_data = 100 };
	hk_businfo_t hbi;
	int i;

	setup_size(0, 0);
	for (i = 0; i < 4; i++) {
		const size_t len = ((void) (p.p_v6 = (i == 2)),
		    p.p_tagged = (i == 3), pkt_build(&p, out));

		is(set(UNET_PROP_RX_IPV4_CKSUM, i > 0), 0, "set");
		memcpy(out, drv_mac, 6);
		is(hk_write(fd, out, len), (long long)len, "a frame");
		memset(&hbi, 0, sizeof (hbi));
		is(hk_ioctl(port, HK_IOC_BUSINFO, &hbi), 0, "... arrives");
		is(hbi.hbi_rx_flags, i == 1 || i == 3 ? HK_PKT_IPV4_CKSUM : 0,
		    "... %smarked", i == 1 || i == 3 ? "" : "not ");
		is(hk_read(port, in, sizeof (in)), (long long)len, "... whole");
		is(memcmp(in, out, len), 0, "... and as it was");
	}
	teardown();
}

int
main(void)
{
	drv_boot();
	test_sums();
	test_zero_sum();
	test_untouched();
	test_cut();
	test_empty();
	test_full();
	test_nomem();
	test_vouched();
	return (drv_done());
}
