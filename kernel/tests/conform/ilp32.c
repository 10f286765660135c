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
 * A 32-bit program's requests to a 64-bit kernel: its vectors are another
 * layout, and everything else is the same.  Built as a 32-bit program, all
 * facts are about that; this is for a 64-bit one that can say it is not.
 */

typedef struct vec32 {
	uint32_t	v_buf;
	uint32_t	v_len;
	uint32_t	v_actlen;
} vec32_t;

typedef struct fio32 {
	uint32_t	f_version;
	uint32_t	f_nvpf;
	uint32_t	f_nvecs;
	vec32_t		f_vecs[8];
} fio32_t;

static void
fio32(fio32_t *f, unsigned int n, uint8_t *buf, size_t len)
{
	unsigned int i;

	fill(f, POISON, sizeof (*f));
	f->f_version = FRAMEIO_CURRENT_VERSION;
	f->f_nvpf = 1;
	f->f_nvecs = n;
	for (i = 0; i < n; i++) {
		f->f_vecs[i].v_buf = (uint32_t)(uintptr_t)buf +
		    (uint32_t)(i * 1024);
		f->f_vecs[i].v_len = (uint32_t)len;
		f->f_vecs[i].v_actlen = UNTOUCHED;
	}
}

static void
ilp32_write(int fd, fio32_t *f, uint8_t *buf)
{
	unsigned int i;

	for (i = 0; i < 4; i++)
		frame(buf + i * 1024, own, other, i, 200);
	fio32(f, 4, buf, 200);
	f->f_vecs[3].v_buf = 8;
	is(c_ioctl(fd, UNET_IOC_FRAMEIO_WRITE, f), 0, "write");
	is(f->f_nvecs, 3, "... what is there");
	is(f->f_vecs[0].v_actlen, 200, "... the first length");
	is(f->f_vecs[2].v_actlen, 200, "... the last length");
	is(f->f_vecs[1].v_buf, (uintptr_t)buf + 1024, "... the address");
	is(f->f_vecs[3].v_actlen, UNTOUCHED, "... no more");
	ok(is_all(&f->f_vecs[4], POISON, sizeof (vec32_t)), "... at all");
	fio32(f, 1, buf, 1519);
	is(c_ioctl(fd, UNET_IOC_FRAMEIO_WRITE, f), -C_ERANGE, "too long");
	fio32(f, 2, buf, 200);
	f->f_vecs[1].v_len = 0;
	is(c_ioctl(fd, UNET_IOC_FRAMEIO_WRITE, f), -C_EINVAL,
	    "no bytes in a vector");
	fio32(f, 8, buf, 200);
	f->f_nvecs = 257;
	is(c_ioctl(fd, UNET_IOC_FRAMEIO_WRITE, f), -C_EINVAL, "257 vectors");
}

static void
ilp32_requests(int fd)
{
	unet_ioc_info_t uii;

	fill(&uii, POISON, sizeof (uii));
	hdr_init(&uii.uii_hdr, NULL);
	is(c_ioctl(fd, UNET_IOC_INFO, &uii), 0, "INFO");
	is(uii.uii_maxbuf, UNET_BUF_MAX, "... is the same");
	is(uii.uii_minor, info(L0).uii_minor, "... for all");
	(void) props(NULL, 2);
	prop(0, UNET_PROP_RXBUF, 70000);
	prop(1, UNET_PROP_LINGER, 3);
	is(set_props(fd), 0, "SETPROP");
	is(info(L0).uii_rxbuf, 70000, "... is the same");
}

static void
ilp32_read(pair_t p, fio32_t *f, uint8_t *buf)
{
	is(sends(p, 1, 100), 0, "a frame");
	is(sends(p, 2, 300), 0, "a longer one");
	until(queued(2), "... are queued");
	fio32(f, 4, buf, 200);
	is(c_ioctl(p.p_fd, UNET_IOC_FRAMEIO_READ, f), 0, "read");
	is(f->f_nvecs, 1, "... what fits");
	is(f->f_vecs[0].v_actlen, 100, "... its length");
	is(f->f_vecs[1].v_actlen, UNTOUCHED, "... no more");
	frame(cf.out, own, other, 1, 100);
	ok(same(buf, cf.out, 100), "... itself");
	fio32(f, 4, buf, 200);
	is(c_ioctl(p.p_fd, UNET_IOC_FRAMEIO_READ, f), -C_EOVERFLOW,
	    "what does not");
	is(f->f_vecs[0].v_actlen, 300, "... is that long");
	is(f->f_vecs[0].v_len, 200, "... and nothing else");
	is(f->f_vecs[1].v_actlen, UNTOUCHED, "... is said");
	ok(reads(p, 2, 300), "... and it is still there");
}

static void
facts_ilp32(void)
{
	uint8_t *low = NULL;
	int fd;

	theme = "32-bit program";
	if (sizeof (void *) == 4) {
		skip("this is one", "has its own layout");
		return;
	}
	if (cf.ops->co_model != NULL && cf.ops->co_memory != NULL)
		low = cf.ops->co_memory(3 * 4096, 1);
	if (low == NULL) {
		skip("64-bit programs cannot be one", "has its own layout");
		return;
	}
	fd = begin(L0);
	is(cf.ops->co_model(fd, 32), 0, "from now on");
	ilp32_write(fd, (fio32_t *)low, low + 4096);
	ilp32_requests(fd);
	end(L0, fd);
	if (cf.ops->co_peer_open != NULL) {
		const pair_t p = pair_begin(HOLD);

		is(cf.ops->co_model(p.p_fd, 32), 0, "from now on");
		ilp32_read(p, (fio32_t *)low, low + 4096);
		pair_end(p);
	} else {
		skip("no peer", "reads");
	}
}
