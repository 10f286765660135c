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
 * read(2), write(2) and framed I/O as far as they need no stack: sizes, bad
 * addresses, bad requests, and partial success.  What is written here goes
 * nowhere: no stack has started the link.
 */

static void
write_sizes(uint32_t mtu, const char *name)
{
	const size_t longest = mtu + UNET_FRAME_EXTRA;
	unet_ioc_create_t uic;
	int fd;

	theme = name;
	create_init(&uic, L0);
	uic.uic_mtu = mtu;
	fd = begin_as(&uic);
	frame(cf.out, own, other, 1, longest + 1);
	is(c_write(fd, cf.out, 0), -C_ERANGE, "nothing");
	is(c_write(fd, cf.out, 13), -C_ERANGE, "13 bytes");
	is(c_write(fd, cf.out, 14), 14, "14 bytes");
	is(c_write(fd, cf.out, longest), longest, "MTU + 18");
	is(c_write(fd, cf.out, longest + 1), -C_ERANGE, "one more");
	(void) fio(1, 1, cf.out, longest + 1);
	is(fio_write(fd), -C_ERANGE, "one more, framed");
	(void) fio(1, 1, cf.out, 13);
	is(fio_write(fd), -C_ERANGE, "13 bytes, framed");
	(void) fio(1, 1, cf.out, longest);
	is(fio_write(fd), 0, "MTU + 18, framed");
	is(info(L0).uii_maxframe, longest, "INFO says so");
	is(get_one(L0, UNET_PROP_MAXTU), longest, "so does maxtu");
	end(L0, fd);
}

static void
rdwr_vectors(void)
{
	conform_iovec_t iov[3] = {
		{ cf.out, 6 }, { cf.out + 6, 7 }, { cf.out + 13, 1 }
	};
	const int fd = begin(L0);

	theme = "read, write";
	frame(cf.out, own, other, 1, 2000);
	is(c_writev(fd, iov, 2), -C_ERANGE, "13 bytes of two vectors");
	is(c_writev(fd, iov, 3), 14, "14 bytes of three");
	iov[1].cv_base = NOWHERE;
	is(c_writev(fd, iov, 3), -C_EFAULT, "one of them nowhere");
	is(c_write(fd, NOWHERE, 100), -C_EFAULT, "all of it nowhere");
	iov[1].cv_base = cf.out + 6;
	iov[1].cv_len = 1512;
	is(c_writev(fd, iov, 3), -C_ERANGE, "1519 bytes of three");
	is(info(L0).uii_txq_bytes, 0, "nothing stays reserved");

	is(c_read(fd, cf.in, 0), 0, "read of nothing");
	is(c_read(fd, cf.in, ROOM), -C_EAGAIN, "nothing to read");
	is(c_read(fd, NOWHERE, ROOM), -C_EAGAIN, "... to nowhere");
	is(c_readv(fd, iov, 3), -C_EAGAIN, "... to three vectors");
	is(info(L0).uii_iomode, UNET_IOMODE_RDWR, "INFO knows how");
	is(get_one(L0, UNET_PROP_IOMODE), UNET_IOMODE_RDWR, "so does iomode");
	end(L0, fd);
}

/*
 * A request that is bad whichever way it goes; nothing in it changes.
 */
static void
bad_request(int fd, const char *what)
{
	const fio_t before = cf.fio;

	is(fio_read(fd), -C_EINVAL, "%s: read", what);
	is(fio_write(fd), -C_EINVAL, "%s: write", what);
	ok(same(&before, &cf.fio, sizeof (before)), "... and unchanged");
}

static void
fio_bad(void)
{
	const int fd = begin(L0);

	theme = "frameio, bad";
	frame(cf.out, own, other, 1, 1000);
	fio(1, 1, cf.out, 100)->fio_version = 0;
	bad_request(fd, "version 0");
	fio(1, 1, cf.out, 100)->fio_version = 2;
	bad_request(fd, "version 2");
	fio(1, 1, cf.out, 100)->fio_nvecs = 0;
	bad_request(fd, "no vectors");
	fio(1, 1, cf.out, 100)->fio_nvpf = 0;
	bad_request(fd, "no vectors a frame");
	(void) fio(256, 1, cf.out, 100);
	cf.fio.f.fio_nvecs = 257;
	bad_request(fd, "257 vectors");
	cf.fio.f.fio_nvecs = 0xffffffffU;
	bad_request(fd, "as many vectors as can be said");
	fio(3, 1, cf.out, 100)->fio_nvpf = 2;
	bad_request(fd, "half a frame");
	fio(1, 1, cf.out, 100)->fio_nvpf = 2;
	bad_request(fd, "less than a frame");
	(void) fio(3, 2, cf.out, 100);
	vec(5, NULL, 100);
	bad_request(fd, "a vector that is nowhere");
	(void) fio(3, 2, cf.out, 100);
	vec(4, cf.out, 0);
	bad_request(fd, "a vector without bytes");
	is(c_ioctl(fd, UNET_IOC_FRAMEIO_READ, NOWHERE), -C_EFAULT,
	    "read at a bad address");
	is(c_ioctl(fd, UNET_IOC_FRAMEIO_WRITE, NOWHERE), -C_EFAULT,
	    "write at a bad address");
	(void) fio(1, 2, cf.out, ~(size_t)0);
	is(fio_write(fd), -C_ERANGE, "more bytes than there are");
	is(info(L0).uii_txq_bytes, 0, "nothing stays reserved");
	end(L0, fd);
}

/*
 * The header is there, the vectors are not.
 */
static void
fio_half_there(void)
{
	const int fd = begin(L0);
	uint8_t *page;
	frameio_t *f;

	theme = "frameio, half there";
	if (cf.ops->co_memory == NULL ||
	    (page = cf.ops->co_memory(4096, 0)) == NULL) {
		skip("no memory that ends", "is EFAULT");
		end(L0, fd);
		return;
	}
	f = (frameio_t *)(page + 4096 - offsetof(frameio_t, fio_vecs));
	f->fio_version = FRAMEIO_CURRENT_VERSION;
	f->fio_nvpf = 1;
	f->fio_nvecs = 1;
	is(c_ioctl(fd, UNET_IOC_FRAMEIO_READ, f), -C_EFAULT, "read");
	is(c_ioctl(fd, UNET_IOC_FRAMEIO_WRITE, f), -C_EFAULT, "write");
	is(c_ioctl(fd, UNET_IOC_INFO, page + 4096 - 64), -C_EFAULT, "INFO");
	frame(page + 4096 - 60, own, other, 1, 60);
	is(c_write(fd, page + 4096 - 60, 60), 60, "write up to the end");
	is(c_write(fd, page + 4096 - 60, 61), -C_EFAULT, "... beyond it");
	is(info(L0).uii_txq_bytes, 0, "nothing stays reserved");
	end(L0, fd);
}

/*
 * Frames up to the one that is wrong.
 */
static void
fio_partial(void)
{
	const int fd = begin(L0);
	frameio_t *f;

	theme = "frameio, partly";
	frame(cf.out, own, other, 1, 2000);
	f = fio(8, 1, cf.out, 100);
	vec(3, NOWHERE, 100);
	is(fio_write(fd), 0, "the fourth frame is nowhere");
	is(f->fio_nvecs, 3, "... three are written");
	is(f->fio_vecs[2].fv_actlen, 100, "... with their lengths");
	ok(untouched(3, 8), "... and no others");
	f = fio(8, 2, cf.out, 50);
	vec(5, NOWHERE, 50);
	is(fio_write(fd), 0, "half of the third is nowhere");
	is(f->fio_nvecs, 4, "... two are written, of two vectors each");
	ok(untouched(4, 16), "... and no more said");
	f = fio(8, 1, cf.out, 100);
	vec(2, cf.out, 13);
	is(fio_write(fd), 0, "the third is too short");
	is(f->fio_nvecs, 2, "... two are written");
	f = fio(8, 1, cf.out, 100);
	vec(7, cf.out, 1519);
	is(fio_write(fd), 0, "the last is too long");
	is(f->fio_nvecs, 7, "... the others are written");
	f = fio(8, 1, cf.out, 100);
	vec(0, NOWHERE, 100);
	is(fio_write(fd), -C_EFAULT, "the first is nowhere");
	is(f->fio_nvecs, 8, "... and nothing changed");
	ok(untouched(0, 8), "... at all");
	f = fio(8, 1, cf.out, 100);
	vec(0, cf.out, 1519);
	is(fio_write(fd), -C_ERANGE, "the first is too long");
	is(f->fio_nvecs, 8, "... and nothing changed");
	is(f->fio_version, FRAMEIO_CURRENT_VERSION, "... in the header");
	is(info(L0).uii_txq_bytes, 0, "nothing stays reserved");
	end(L0, fd);
}

static void
fio_many(void)
{
	const unsigned int fit = UNET_BUF_DEFAULT / (14 + UNET_FRAME_OVERHEAD);
	const int fd = begin(L0);
	unsigned int i, right = 0;
	frameio_t *f;

	theme = "frameio, many";
	frame(cf.out, own, other, 1, 2000);
	f = fio(1, 256, cf.out, 1);
	vec(255, cf.out, 1000);
	is(fio_write(fd), 0, "one frame of 256 vectors");
	is(f->fio_nvecs, 256, "... all of them");
	for (i = 0; i < 256; i++)
		right += f->fio_vecs[i].fv_actlen == (i == 255 ? 1000U : 1U);
	is(right, 256, "... each with its length");

	f = fio(256, 1, cf.out, 14);
	is(fio_write(fd), 0, "256 frames, and room for fewer");
	is(f->fio_nvecs, fit, "... as many as fit whole");
	ok(untouched(fit, 256), "... and no more said");
	is(set_one(L0, UNET_PROP_TXBUF, UNET_BUF_MAX), 0, "more room");
	f = fio(256, 1, cf.out, 14);
	is(fio_write(fd), 0, "256 frames");
	is(f->fio_nvecs, 256, "... all of them");

	f = fio(8, 1, cf.in, 100);
	is(fio_read(fd), -C_EAGAIN, "nothing to read");
	is(f->fio_nvecs, 8, "... nothing changed");
	ok(untouched(0, 8), "... at all");
	f = fio(8, 1, NOWHERE, 100);
	is(fio_read(fd), -C_EAGAIN, "... to nowhere");
	is(info(L0).uii_iomode, UNET_IOMODE_FRAMEIO, "INFO knows how");
	is(get_one(L0, UNET_PROP_IOMODE), UNET_IOMODE_FRAMEIO,
	    "so does iomode");
	is(c_close(fd), 0, "close");
	is(info(L0).uii_iomode, UNET_IOMODE_NONE, "... and it is forgotten");
	is(destroy(L0), 0, "destroyed");
}

/*
 * A blocking writer has all its frames taken, in as many turns as it takes.
 */
static void
fio_blocking(void)
{
	frameio_t *f;
	int fd;

	theme = "frameio, blocking";
	(void) create(L0);
	fd = open_link(L0, C_O_RDWR);
	frame(cf.out, own, other, 1, 2000);
	is(set_one(L0, UNET_PROP_TXBUF, info(L0).uii_minbuf), 0,
	    "room for one frame");
	f = fio(4, 1, cf.out, 1518);
	is(fio_write(fd), 0, "four are written");
	is(f->fio_nvecs, 1, "... as many as the queue can ever hold");
	f = fio(8, 1, cf.out, 100);
	is(fio_write(fd), 0, "eight short ones");
	is(f->fio_nvecs, 4, "... as many as the queue can ever hold");
	is(c_write(fd, cf.out, 1518), 1518, "one of the longest");
	end(L0, fd);
}

static void
facts_io(void)
{
	write_sizes(UNET_MTU_MIN, "write, MTU 68");
	write_sizes(UNET_MTU_DEFAULT, "write, MTU 1500");
	write_sizes(UNET_MTU_MAX, "write, MTU 9000");
	rdwr_vectors();
	fio_bad();
	fio_half_there();
	fio_partial();
	fio_many();
	fio_blocking();
}
