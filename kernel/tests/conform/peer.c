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
 * Frames both ways, one a call, between the holder and a peer that has the
 * stack's end of the link.
 */

/*
 * A link made, held, and with a peer.
 */
typedef struct pair {
	int	p_fd;
	int	p_peer;
} pair_t;

static pair_t
pair_begin_as(unet_ioc_create_t *uic, int oflags)
{
	line_t name = { { 0 }, 0 };
	pair_t p;

	line_text(&name, uic->uic_hdr.uih_name);
	is(create_as(uic), 0, "%s is made", name.text);
	p.p_peer = cf.ops->co_peer_open(name.text, uic->uic_hdr.uih_linkid);
	ok(p.p_peer >= 0, "the stack has it (%d)", p.p_peer);
	p.p_fd = open_link(name.text, oflags);
	ok(p.p_fd >= 0, "we hold it (%d)", p.p_fd);
	return (p);
}

static pair_t
pair_begin(int oflags)
{
	unet_ioc_create_t uic;

	create_init(&uic, L0);
	return (pair_begin_as(&uic, oflags));
}

static void
pair_end(pair_t p)
{
	unet_ioc_info_t uii = info(L0);

	is(uii.uii_txq_bytes | uii.uii_txq_frames, 0, "nothing is left to go");
	is(c_close(p.p_fd), 0, "closed");
	is(cf.ops->co_peer_close(p.p_peer), 0, "the stack lets go");
	is(destroy(L0), 0, "destroyed");
}

/*
 * The peer sends frame `n' of `len' bytes to the link; it waits there.
 */
static int
sends(pair_t p, uint32_t n, size_t len)
{
	frame(cf.out, own, other, n, len);
	return (cf.ops->co_peer_send(p.p_peer, cf.out, len));
}

static int
queued(uint64_t n)
{
	return (info(L0).uii_rxq_frames == n);
}

/*
 * Is the next frame that the holder reads number `n' of `len' bytes, padded?
 */
static int
reads(pair_t p, uint32_t n, size_t len)
{
	const size_t want = len < UNET_FRAME_PAD ? UNET_FRAME_PAD : len;

	frame(cf.out, own, other, n, len);
	fill(cf.in, POISON, sizeof (cf.in));
	if (c_poll(p.p_fd, C_POLLIN, WAIT) != C_POLLIN)
		return (0);
	return (c_read(p.p_fd, cf.in, ROOM) == (int64_t)want &&
	    same(cf.in, cf.out, len) && is_all(cf.in + len, 0, want - len));
}

/*
 * Is the next frame that the peer gets number `n' of `len' bytes?
 */
static int
arrives(pair_t p, const uint8_t *to, uint32_t n, size_t len)
{
	frame(cf.out, to, other, n, len);
	return (cf.ops->co_peer_recv(p.p_peer, cf.in, ROOM, WAIT) ==
	    (int)len && same(cf.in, cf.out, len));
}

static int
writes(pair_t p, const uint8_t *to, uint32_t n, size_t len)
{
	frame(cf.out, to, other, n, len);
	return (c_write(p.p_fd, cf.out, len) == (int64_t)len);
}

static void
peer_write(void)
{
	static const size_t sizes[] = { 60, 61, 64, 100, 1000, 1513, 1514 };
	const pair_t p = pair_begin(HOLD);
	conform_iovec_t iov[3] = {
		{ cf.out, 6 }, { cf.out + 6, 9 }, { cf.out + 15, 185 }
	};
	unsigned int i;
	int good = 1;

	theme = "to the stack";
	for (i = 0; i < NELEM(sizes); i++) {
		ok(writes(p, own, i, sizes[i]), "%d bytes", (int)sizes[i]);
		ok(arrives(p, own, i, sizes[i]), "... arrive");
	}
	frame(cf.out, own, other, 9, 200);
	is(c_writev(p.p_fd, iov, 3), 200, "three vectors");
	ok(arrives(p, own, 9, 200), "... are one frame");
	iov[2].cv_base = NOWHERE;
	frame(cf.out, own, other, 10, 200);
	is(c_writev(p.p_fd, iov, 3), -C_EFAULT, "one nowhere");
	ok(writes(p, own, 11, 100), "another frame");
	ok(arrives(p, own, 11, 100), "... comes instead");

	for (i = 0; i < 40; i++)
		good = good && writes(p, own, 100 + i, 60 + i);
	ok(good, "forty frames");
	for (i = 0; i < 40; i++)
		good = good && arrives(p, own, 100 + i, 60 + i);
	ok(good, "... arrive in their order");
	pair_end(p);
}

/*
 * What is not for the stack does not come; the frame behind it does.
 */
static void
filtered(pair_t p, const uint8_t *to, int through, const char *what)
{
	const uint32_t n = ++cf.sent;

	ok(writes(p, to, 2 * n, 100), "%s", what);
	if (through) {
		ok(arrives(p, to, 2 * n, 100), "... is for the stack");
	} else {
		ok(writes(p, own, 2 * n + 1, 100), "... and one for it");
		ok(arrives(p, own, 2 * n + 1, 100), "... which alone comes");
	}
}

static void
peer_filter(void)
{
	static const uint8_t group[] = { 0x01, 0, 0x5e, 1, 2, 3 };
	static const uint8_t group2[] = { 0x01, 0, 0x5e, 1, 2, 4 };
	static const uint8_t mine[] = { 0x02, 0x08, 0x20, 0xc0, 0x0f, 9 };
	const pair_t p = pair_begin(HOLD);

	theme = "filter";
	filtered(p, own, 1, "its own address");
	filtered(p, everybody, 1, "everybody's");
	filtered(p, other, 0, "another's");
	filtered(p, group, 0, "a group's");
	if (cf.ops->co_peer_join != NULL) {
		is(cf.ops->co_peer_join(p.p_peer, group, 1), 0, "it joins");
		filtered(p, group, 1, "that group's");
		filtered(p, group2, 0, "another group's");
		is(cf.ops->co_peer_join(p.p_peer, group, 0), 0, "it leaves");
		filtered(p, group, 0, "that group's");
	} else {
		skip("the peer joins no groups", "a group that is joined");
	}
	if (cf.ops->co_peer_promisc != NULL) {
		is(cf.ops->co_peer_promisc(p.p_peer, 1), 0, "promiscuous");
		filtered(p, other, 1, "another's");
		filtered(p, group, 1, "a group's");
		is(cf.ops->co_peer_promisc(p.p_peer, 0), 0, "... no more");
		filtered(p, other, 0, "another's");
	} else {
		skip("the peer is never promiscuous", "another's, then");
	}
	is(set_one(L0, UNET_PROP_MAC, 0x020820c00f09ULL), 0,
	    "a new address");
	ok(writes(p, own, 50, 100), "a frame for the old one");
	ok(writes(p, mine, 51, 100), "a frame for the new one");
	ok(arrives(p, mine, 51, 100), "... which alone comes");
	pair_end(p);
}

static void
peer_read(void)
{
	static const size_t sizes[] = { 60, 59, 61, 42, 20, 1000, 1514 };
	const pair_t p = pair_begin(HOLD);
	conform_iovec_t iov[3] = {
		{ cf.in, 1 }, { cf.in + 1, 13 }, { cf.in + 14, 400 }
	};
	unsigned int i;

	theme = "from the stack";
	for (i = 0; i < NELEM(sizes); i++) {
		is(sends(p, i, sizes[i]), 0, "%d bytes", (int)sizes[i]);
		ok(reads(p, i, sizes[i]), sizes[i] < UNET_FRAME_PAD ?
		    "... are padded with zeroes to 60" : "... are read");
	}
	is(c_read(p.p_fd, cf.in, ROOM), -C_EAGAIN, "no more");

	is(sends(p, 20, 300), 0, "a frame");
	until(queued(1), "... is queued");
	is(info(L0).uii_rxq_bytes, 300 + UNET_FRAME_OVERHEAD, "... charged");
	is(c_read(p.p_fd, cf.in, 299), -C_EOVERFLOW, "too small a buffer");
	is(c_read(p.p_fd, NOWHERE, 2000), -C_EFAULT, "a bad address");
	iov[2].cv_len = 1;
	is(c_readv(p.p_fd, iov, 3), -C_EOVERFLOW, "too small vectors");
	iov[2].cv_len = 400;
	iov[2].cv_base = NOWHERE;
	is(c_readv(p.p_fd, iov, 3), -C_EFAULT, "a bad one among them");
	is(c_read(p.p_fd, cf.in, 0), 0, "nothing asked for");
	ok(queued(1), "... and the frame is still there");
	iov[2].cv_base = cf.in + 14;
	frame(cf.out, own, other, 20, 300);
	is(c_readv(p.p_fd, iov, 3), 300, "three vectors");
	ok(same(cf.in, cf.out, 300), "... take it whole");
	ok(queued(0), "... and none is left");
	is(info(L0).uii_rxq_bytes, 0, "... nor charged");
	pair_end(p);
}

/*
 * Frames that nobody is there to read.
 */
static void
peer_nobody(void)
{
	pair_t p = pair_begin(HOLD);

	theme = "nobody reads";
	is(sends(p, 1, 100), 0, "a frame");
	until(queued(1), "... is queued");
	is(c_close(p.p_fd), 0, "closed");
	ok(queued(0), "what was not read is gone");
	(void) sends(p, 2, 100);
	ok(queued(0), "without a holder none is queued");
	p.p_fd = hold(L0);
	is(sends(p, 3, 100), 0, "another");
	ok(reads(p, 3, 100), "... is the next holder's first");
	is(c_close(p.p_fd), 0, "closed");
	p.p_fd = open_link(L0, C_O_WRONLY | C_O_NONBLOCK);
	(void) sends(p, 4, 100);
	ok(queued(0), "for a holder that only writes none is queued");
	ok(writes(p, own, 5, 100), "... which writes");
	ok(arrives(p, own, 5, 100), "... and that arrives");
	is(c_close(p.p_fd), 0, "closed");
	is(set_one(L0, UNET_PROP_LINKSTATE, UNET_POLICY_UP), 0, "policy up");
	(void) sends(p, 6, 100);
	ok(queued(0), "up, and without a holder, none is queued");
	is(set_one(L0, UNET_PROP_LINKSTATE, UNET_POLICY_DOWN), 0,
	    "policy down");
	p.p_fd = hold(L0);
	ok(writes(p, own, 7, 100), "down, a frame is written");
	ok(arrives(p, own, 7, 100), "... and arrives");
	pair_end(p);
}

/*
 * One VLAN tag is four bytes more, and stays where it is.
 */
static void
peer_tags(void)
{
	const pair_t p = pair_begin(HOLD);
	const size_t len = 1500 + UNET_FRAME_EXTRA;

	theme = "VLAN tag";
	if ((cf.ops->co_flags & CONFORM_TAGS) == 0) {
		skip("the peer has no tags", "is kept both ways");
		pair_end(p);
		return;
	}
	frame(cf.out, own, other, 1, len);
	cf.out[12] = 0x81;
	cf.out[13] = 0;
	is(cf.ops->co_peer_send(p.p_peer, cf.out, len), 0, "to the holder");
	until(queued(1), "... is queued");
	is(c_read(p.p_fd, cf.in, ROOM), len, "... is read");
	ok(same(cf.in, cf.out, len), "... with its tag");
	is(c_write(p.p_fd, cf.out, len), len, "to the stack");
	is(cf.ops->co_peer_recv(p.p_peer, cf.in, ROOM, WAIT), len,
	    "... arrives");
	ok(same(cf.in, cf.out, len), "... with its tag");
	pair_end(p);
}

static void
peer_mtu(void)
{
	unet_ioc_create_t uic;
	pair_t p;

	theme = "MTU";
	create_init(&uic, L0);
	uic.uic_mtu = UNET_MTU_MAX;
	p = pair_begin_as(&uic, HOLD);
	is(sends(p, 1, 9014), 0, "9014 bytes");
	ok(reads(p, 1, 9014), "... are read");
	ok(writes(p, own, 2, 9014), "9014 bytes");
	ok(arrives(p, own, 2, 9014), "... arrive");
	pair_end(p);
}

/*
 * A stack that is there keeps the link, and nothing happens to its holder.
 */
static void
peer_busy(void)
{
	unet_ioc_create_t uic;
	unet_ioc_destroy_t uid;
	pair_t p = pair_begin(HOLD);

	theme = "in use";
	is(destroy_as(&uid, L0, 0), -C_EBUSY, "destroy");
	is(uid.uid_hdr.uih_errno, UNET_E_BUSY, "... and its cause");
	is(uid.uid_holder, 0, "... it is not the holder");
	is(info(L0).uii_linkstate, UNET_LINK_UP, "the link is up");
	is(c_poll(p.p_fd, C_POLLIN | C_POLLOUT, 0), C_POLLOUT,
	    "poll says what it did");
	is(sends(p, 1, 100), 0, "the stack sends");
	ok(reads(p, 1, 100), "... the holder reads");
	ok(writes(p, own, 2, 100), "the holder writes");
	ok(arrives(p, own, 2, 100), "... it arrives");
	pair_end(p);

	theme = "in use, single-shot";
	create_init(&uic, L0);
	uic.uic_lifetime = UNET_LIFE_SINGLE_SHOT;
	p = pair_begin_as(&uic, HOLD);
	is(c_close(p.p_fd), 0, "closed");
	is(info(L0).uii_holder, 0, "it is still there");
	is(cf.ops->co_peer_close(p.p_peer), 0, "the stack lets go");
	until(gone(L0), "gone");
}

static void
facts_peer(void)
{
	theme = "frames";
	if (cf.ops->co_peer_open == NULL || cf.ops->co_peer_close == NULL ||
	    cf.ops->co_peer_send == NULL || cf.ops->co_peer_recv == NULL) {
		skip("no peer", "come from the stack");
		skip("no peer", "go to the stack");
		return;
	}
	peer_write();
	peer_filter();
	peer_read();
	peer_nobody();
	peer_tags();
	peer_mtu();
	peer_busy();
}
