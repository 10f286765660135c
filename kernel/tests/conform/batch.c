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
 * Frames both ways in batches, queues that fill, and who is told of it.
 */

/*
 * Frame `i' of a batch; the longest fits into a row of cf.many.
 */
static size_t
batch_len(unsigned int i)
{
	return (60 + i * 60);
}

static int
batch_right(unsigned int i, unsigned int n)
{
	frame(cf.out, own, other, n, batch_len(n));
	return (same(cf.many[i], cf.out, batch_len(n)));
}

/*
 * `n' frames of the peer, numbered from `first', wait for the holder.
 */
static void
batch_comes(pair_t p, unsigned int first, unsigned int n)
{
	unsigned int i, sent = 0;

	for (i = first; i < first + n; i++)
		sent += sends(p, i, batch_len(i)) == 0;
	is(sent, n, "%d frames", (int)n);
	until(queued(n), "... are queued");
}

static void
batch_write(void)
{
	const pair_t p = pair_begin(HOLD);
	unsigned int i, right = 0;
	frameio_t *f;

	theme = "batch to the stack";
	f = fio(FRAMES, 3, NULL, 0);
	for (i = 0; i < FRAMES; i++) {
		frame(cf.many[i], own, other, i, batch_len(i));
		vec(3 * i, cf.many[i], 14);
		vec(3 * i + 1, cf.many[i] + 14, 1);
		vec(3 * i + 2, cf.many[i] + 15, batch_len(i) - 15);
	}
	is(fio_write(p.p_fd), 0, "%d frames of three vectors", FRAMES);
	is(f->fio_nvecs, 3 * FRAMES, "... all of them");
	for (i = 0; i < FRAMES; i++) {
		right += f->fio_vecs[3 * i].fv_actlen == 14 &&
		    f->fio_vecs[3 * i + 1].fv_actlen == 1 &&
		    f->fio_vecs[3 * i + 2].fv_actlen == batch_len(i) - 15;
	}
	is(right, FRAMES, "... with their lengths");
	for (i = right = 0; i < FRAMES; i++)
		right += arrives(p, own, i, batch_len(i));
	is(right, FRAMES, "... arrive, each itself, in their order");

	f = fio(4, 1, NULL, 0);
	for (i = 0; i < 4; i++)
		vec(i, cf.many[i], batch_len(i));
	vec(2, NOWHERE, batch_len(2));
	is(fio_write(p.p_fd), 0, "the third is nowhere");
	is(f->fio_nvecs, 2, "... two are written");
	ok(arrives(p, own, 0, batch_len(0)), "... the first");
	ok(arrives(p, own, 1, batch_len(1)), "... the second");
	vec(0, NOWHERE, batch_len(0));
	f->fio_nvecs = 4;
	is(fio_write(p.p_fd), -C_EFAULT, "the first is nowhere");
	ok(writes(p, own, 99, 100), "another frame");
	ok(arrives(p, own, 99, 100), "... comes instead");
	pair_end(p);
}

static void
batch_read(void)
{
	const pair_t p = pair_begin(HOLD);
	unsigned int i, right = 0;
	frameio_t *f;

	theme = "batch from the stack";
	batch_comes(p, 0, 20);
	f = fio(FRAMES, 3, NULL, 0);
	for (i = 0; i < FRAMES; i++) {
		vec(3 * i, cf.many[i], 14);
		vec(3 * i + 1, cf.many[i] + 14, 500);
		vec(3 * i + 2, cf.many[i] + 514, 1500);
	}
	fill(cf.many, POISON, sizeof (cf.many));
	is(c_poll(p.p_fd, C_POLLIN, 0), C_POLLIN, "poll");
	is(fio_read(p.p_fd), 0, "all there is");
	is(f->fio_nvecs, 60, "... twenty frames");
	is(f->fio_nvpf, 3, "... of three vectors");
	for (i = 0; i < 20; i++) {
		const size_t rest = batch_len(i) - 14;
		const size_t mid = rest < 500 ? rest : 500;

		right += batch_right(i, i) &&
		    is_all(cf.many[i] + batch_len(i), POISON, 8) &&
		    f->fio_vecs[3 * i].fv_actlen == 14 &&
		    f->fio_vecs[3 * i + 1].fv_actlen == mid &&
		    f->fio_vecs[3 * i + 2].fv_actlen == rest - mid;
	}
	is(right, 20, "... each itself, with its lengths, no byte more");
	ok(untouched(60, 72), "... and no vector beyond");
	ok(queued(0), "none is left");
	is(c_poll(p.p_fd, C_POLLIN, 0), 0, "poll");
	f->fio_nvecs = 72;
	is(fio_read(p.p_fd), -C_EAGAIN, "the same again: nothing");

	batch_comes(p, 0, 5);
	f = fio(2, 1, NULL, 0);
	vec(0, cf.many[0], 2000);
	vec(1, cf.many[1], 2000);
	is(fio_read(p.p_fd), 0, "two of five");
	is(f->fio_nvecs, 2, "... are two");
	ok(batch_right(0, 0) && batch_right(1, 1), "... the first");
	f->fio_nvecs = 2;
	is(fio_read(p.p_fd), 0, "two more");
	ok(batch_right(0, 2) && batch_right(1, 3), "... the next");
	ok(reads(p, 4, batch_len(4)), "one is left for read(2)");
	pair_end(p);
}

/*
 * Frames that do not fit or whose vectors are nowhere stay, in order.
 */
static void
batch_stays(void)
{
	const pair_t p = pair_begin(HOLD);
	frameio_t *f;

	theme = "frames that stay";
	batch_comes(p, 10, 3);
	f = fio(2, 2, cf.many[0], 100);
	is(fio_read(p.p_fd), -C_EOVERFLOW, "the first is too large");
	is(f->fio_vecs[0].fv_actlen, batch_len(10), "... by that length");
	ok(untouched(1, 4), "... and nothing else is said");
	is(f->fio_nvecs, 4, "... or changed");
	ok(queued(3), "... and all are there");
	f = fio(3, 1, cf.many[0], 2000);
	vec(1, cf.many[1], batch_len(11) - 1);
	is(fio_read(p.p_fd), 0, "the second is too large");
	is(f->fio_nvecs, 1, "... the first is read");
	is(f->fio_vecs[0].fv_actlen, batch_len(10), "... whole");
	ok(batch_right(0, 10), "... itself");
	ok(untouched(1, 3), "... and no more said");
	ok(queued(2), "... and two are there");
	f = fio(2, 1, cf.many[0], 2000);
	vec(0, NOWHERE, 2000);
	is(fio_read(p.p_fd), -C_EFAULT, "the first is nowhere");
	is(f->fio_nvecs, 2, "... nothing changed");
	f = fio(2, 2, cf.many[0], 60);
	vec(1, NOWHERE, 2000);
	is(fio_read(p.p_fd), -C_EFAULT, "half of the first is nowhere");
	f = fio(2, 1, cf.many[0], 2000);
	vec(1, NOWHERE, 2000);
	is(fio_read(p.p_fd), 0, "the second is nowhere");
	is(f->fio_nvecs, 1, "... the first is read");
	ok(batch_right(0, 11), "... itself");
	f = fio(2, 1, cf.many[0], batch_len(12));
	is(fio_read(p.p_fd), 0, "vectors of its very length");
	is(f->fio_nvecs, 1, "... take the third");
	ok(batch_right(0, 12), "... itself");
	ok(queued(0), "none is left");
	pair_end(p);
}

/*
 * The result cannot be told, for the request can only be read.
 */
static void
batch_untold(void)
{
	const pair_t p = pair_begin(HOLD);
	fio_t *page = NULL;
	frameio_t *f;

	theme = "told to nobody";
	if (cf.ops->co_memory != NULL && cf.ops->co_readonly != NULL)
		page = cf.ops->co_memory(2 * 4096, 0);
	if (page == NULL) {
		skip("no memory to read only", "a frame is not lost");
		skip("no memory to read only", "a frame is not sent");
		pair_end(p);
		return;
	}
	f = fio(1, 1, cf.many[0], 2000);
	f->fio_vecs[0].fv_buflen = 100;
	copy(page, &cf.fio, sizeof (cf.fio));
	is(cf.ops->co_readonly(page, 2 * 4096), 0, "a request to read only");
	frame(cf.many[0], own, other, 1, 100);
	is(c_ioctl(p.p_fd, UNET_IOC_FRAMEIO_WRITE, page), -C_EFAULT, "write");
	ok(writes(p, own, 2, 100), "another frame");
	ok(arrives(p, own, 2, 100), "... comes instead");
	is(sends(p, 3, 100), 0, "a frame");
	until(queued(1), "... is queued");
	is(c_ioctl(p.p_fd, UNET_IOC_FRAMEIO_READ, page), -C_EFAULT, "read");
	ok(reads(p, 3, 100), "... has not lost it");
	is(info(L0).uii_txq_bytes, 0, "nothing stays reserved");
	pair_end(p);
}

/*
 * A queue that is full holds the stack back, and loses nothing.
 */
static void
queue_full(void)
{
	pair_t p = pair_begin(HOLD);
	const size_t each = 500 + UNET_FRAME_OVERHEAD;
	const unsigned int fit = 3000 / each, all = 60;
	unsigned int i, sent = 0, right = 0;
	unet_ioc_info_t uii;

	theme = "full";
	is(set_one(L0, UNET_PROP_RXBUF, 3000), 0, "a small queue");
	for (i = 0; i < all; i++)
		sent += sends(p, i, 500) == 0;
	is(sent, all, "many frames");
	until(queued(fit), "... those that fit are queued");
	uii = info(L0);
	is(uii.uii_rxq_bytes, fit * each, "... and charged");
	ok(uii.uii_rxq_bytes <= uii.uii_rxbuf, "... no more than it holds");
	is(set_one(L0, UNET_PROP_RXBUF, 6000), 0, "twice as large");
	until(queued(6000 / each), "... takes as many more by itself");
	is(set_one(L0, UNET_PROP_RXBUF, 1774), 0, "a third of it");
	ok(queued(6000 / each), "... loses nothing");
	for (i = 0; i < all; i++)
		right += reads(p, i, 500);
	is(right, all, "all are read, in their order");
	is(c_read(p.p_fd, cf.in, ROOM), -C_EAGAIN, "... and no others");
	ok(queued(0), "none is left");

	/* Closing lets go of what the stack held back. */
	for (i = 0; i < all; i++)
		(void) sends(p, i, 500);
	until(!queued(0), "full again");
	is(c_close(p.p_fd), 0, "closed");
	until(queued(0), "nothing is queued");
	p.p_fd = hold(L0);
	pair_end(p);
}

static void
queue_poll(void)
{
	const pair_t p = pair_begin(HOLD);
	const int both = C_POLLIN | C_POLLOUT;

	theme = "poll";
	is(c_poll(p.p_fd, 0, 0), 0, "nothing asked for");
	is(c_poll(p.p_fd, both, 0), C_POLLOUT, "room, and no frame");
	is(c_poll(p.p_fd, C_POLLPRI, 0), 0, "no event");
	is(c_poll(p.p_fd, C_POLLIN, 20), 0, "no frame for a while");
	is(sends(p, 1, 100), 0, "a frame");
	is(c_poll(p.p_fd, C_POLLIN, WAIT), C_POLLIN, "... is waited for");
	is(c_poll(p.p_fd, both, 0), both, "... and there is room");
	is(c_poll(p.p_fd, C_POLLRDNORM, 0), C_POLLRDNORM, "... as RDNORM");
	is(c_poll(p.p_fd, C_POLLOUT, 0), C_POLLOUT, "only what was asked for");
	is(c_read(p.p_fd, cf.in, 99), -C_EOVERFLOW, "a read that fails");
	is(c_poll(p.p_fd, C_POLLIN, 0), C_POLLIN, "... takes nothing");
	ok(reads(p, 1, 100), "a read that does not");
	is(c_poll(p.p_fd, both, 0), C_POLLOUT, "... does");
	is(writes(p, own, 2, 100), 1, "a write");
	ok(arrives(p, own, 2, 100), "... arrives");
	is(c_poll(p.p_fd, both, 0), C_POLLOUT, "... and leaves room");
	pair_end(p);
}

/*
 * Those who wait are woken by a frame.
 */
static void
queue_wakes(void)
{
	static const struct {
		int (*fn)(void *);
		int status;
		const char *what;
	} waits[] = {
		{ child_read, DID, "read" },
		{ child_fio_read, DID, "framed read" },
		{ child_poll, C_POLLIN, "poll" }
	};
	task_t t = { L0, C_O_RDWR, -1 };
	unsigned int i;
	uint32_t id;
	pair_t p;
	int child;

	theme = "a frame wakes";
	if (cf.ops->co_spawn == NULL || cf.ops->co_wait == NULL) {
		skip("there are no children", "who waits");
		return;
	}
	id = create(L0);
	p.p_peer = cf.ops->co_peer_open(L0, id);
	for (i = 0; i < NELEM(waits); i++) {
		child = holder(L0, waits[i].fn, &t);
		is(sends(p, i, 100), 0, "a frame comes");
		is(cf.ops->co_wait(child), waits[i].status, "%s",
		    waits[i].what);
		until(info(L0).uii_holder == 0, "... and its caller closes");
	}
	is(cf.ops->co_peer_close(p.p_peer), 0, "the stack lets go");
	is(destroy(L0), 0, "destroyed");
}

static void
facts_batch(void)
{
	if (cf.ops->co_peer_open == NULL || cf.ops->co_peer_close == NULL ||
	    cf.ops->co_peer_send == NULL || cf.ops->co_peer_recv == NULL) {
		theme = "batches";
		skip("no peer", "come from the stack");
		return;
	}
	batch_write();
	batch_read();
	batch_stays();
	batch_untold();
	queue_full();
	queue_poll();
	queue_wakes();
}
