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
 * Framed I/O: many frames, many vectors, partial results, and what an error
 * leaves behind.  Named for the symptoms of vnd's defects where it had one.
 */

#include "drv_held.h"

#define	NFRAMES	8

static uint8_t in[NFRAMES][2048], out[NFRAMES][2048];
static drv_fio_t df;

static size_t
length(unsigned int i)
{
	return (60 + i * 173);
}

static void
from_stack(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		(void) drv_frame(out[i], drv_mac, drv_peer, i, length(i));
		need(hk_write(port, out[i], length(i)) == (int64_t)length(i),
		    "frame %u of the stack", i);
	}
}

/* Every frame was a copy of the first (D1); none was sent at all (D2). */
static void
test_write_many(void)
{
	frameio_t *fio = drv_fio_init(&df, NFRAMES, 2);
	unsigned int i;

	setup_default();
	for (i = 0; i < NFRAMES; i++) {
		(void) drv_frame(out[i], drv_mac, drv_peer, i, length(i));
		drv_fio_vec(&df, 2 * i, out[i], 14);
		drv_fio_vec(&df, 2 * i + 1, out[i] + 14, length(i) - 14);
	}
	is(hk_ioctl(fd, UNET_IOC_FRAMEIO_WRITE, fio), 0, "write many frames");
	is(fio->fio_nvecs, 2 * NFRAMES, "... all of them");
	for (i = 0; i < NFRAMES; i++) {
		is(fio->fio_vecs[2 * i].fv_actlen, 14, "vector %u", 2 * i);
		is(fio->fio_vecs[2 * i + 1].fv_actlen, length(i) - 14,
		    "vector %u", 2 * i + 1);
		is(hk_read(port, in[i], 2048), length(i), "frame %u", i);
		is(memcmp(in[i], out[i], length(i)), 0, "... is itself");
	}
	is(hk_read(port, in[0], 2048), -EAGAIN, "no more than that");
	is(drv_stat("vpn0", "fiowrite_calls", NULL), 1, "one call");
	teardown();
}

/* The vectors a frame did not reach kept the caller's lengths (D5). */
static void
test_read_many(void)
{
	frameio_t *fio = drv_fio_init(&df, NFRAMES, 3);
	char mode[128];
	unsigned int i;

	setup_default();
	from_stack(5);
	for (i = 0; i < NFRAMES; i++) {
		drv_fio_vec(&df, 3 * i, in[i], 14);
		drv_fio_vec(&df, 3 * i + 1, in[i] + 14, 500);
		drv_fio_vec(&df, 3 * i + 2, in[i] + 514, 1500);
	}
	is(hk_ioctl(fd, UNET_IOC_FRAMEIO_READ, fio), 0, "read many frames");
	is(fio->fio_nvecs, 15, "... those that are there");
	for (i = 0; i < 5; i++) {
		const size_t mid = length(i) < 514 ? length(i) - 14 : 500;

		is(memcmp(in[i], out[i], length(i)), 0, "frame %u", i);
		is(fio->fio_vecs[3 * i].fv_actlen, 14, "... header");
		is(fio->fio_vecs[3 * i + 1].fv_actlen, mid, "... middle");
		is(fio->fio_vecs[3 * i + 2].fv_actlen, length(i) - 14 - mid,
		    "... rest");
	}
	is(fio->fio_vecs[15].fv_actlen, 12345, "no vector beyond is touched");
	(void) drv_stat("vpn0", "iomode", mode);
	is(strcmp(mode, "frameio"), 0, "the kstat says frameio");
	fio->fio_nvecs = 24;
	is(hk_ioctl(fd, UNET_IOC_FRAMEIO_READ, fio), -EAGAIN, "nothing left");
	teardown();
}

static void
test_overflow(void)
{
	frameio_t *fio = drv_fio_init(&df, 3, 1);

	setup_default();
	from_stack(3);
	drv_fio_vec(&df, 0, in[0], length(0));
	drv_fio_vec(&df, 1, in[1], length(1) - 1);
	drv_fio_vec(&df, 2, in[2], 2048);
	is(hk_ioctl(fd, UNET_IOC_FRAMEIO_READ, fio), 0,
	    "the second frame does not fit");
	is(fio->fio_nvecs, 1, "... so there is one");

	fio = drv_fio_init(&df, 1, 1);
	drv_fio_vec(&df, 0, in[1], length(1) - 1);
	is(hk_ioctl(fd, UNET_IOC_FRAMEIO_READ, fio), -EOVERFLOW,
	    "now it is the first");
	is(fio->fio_vecs[0].fv_actlen, length(1), "... and its length is told");
	is(fio->fio_nvecs, 1, "... and nothing else");
	drv_fio_vec(&df, 0, in[1], length(1));
	is(hk_ioctl(fd, UNET_IOC_FRAMEIO_READ, fio), 0, "it was kept");
	is(memcmp(in[1], out[1], length(1)), 0, "... whole");
	is(hk_read(fd, in[2], 2048), length(2), "... and the third behind it");
	teardown();
}

static void
test_bad_headers(void)
{
	frameio_t *fio;

	setup_default();
	from_stack(1);
#define	BAD(what, expr)	do { \
	fio = drv_fio_init(&df, 2, 1); \
	drv_fio_vec(&df, 0, in[0], 2048); \
	drv_fio_vec(&df, 1, in[1], 2048); \
	expr; \
	is(hk_ioctl(fd, UNET_IOC_FRAMEIO_READ, fio), -EINVAL, \
	    "read: " what); \
	is(hk_ioctl(fd, UNET_IOC_FRAMEIO_WRITE, fio), -EINVAL, \
	    "write: " what); \
} while (0)
	BAD("version 0", fio->fio_version = 0);
	BAD("version 2", fio->fio_version = 2);
	BAD("no vectors", fio->fio_nvecs = 0);
	BAD("too many vectors", fio->fio_nvecs = 257);
	BAD("far too many vectors", fio->fio_nvecs = 0xffffffff);
	BAD("no vectors a frame", fio->fio_nvpf = 0);
	BAD("half a frame", fio->fio_nvpf = 3);
	BAD("a NULL buffer", fio->fio_vecs[1].fv_buf = NULL);
	BAD("an empty buffer", fio->fio_vecs[1].fv_buflen = 0);
#undef	BAD
	is(hk_ioctl(fd, UNET_IOC_FRAMEIO_READ, (void *)8), -EFAULT, "address");
	is(hk_ioctl(fd, UNET_IOC_FRAMEIO_WRITE, NULL), -EFAULT, "address");
	is(hk_read(fd, in[0], 2048), length(0), "nothing was lost");
	teardown();
}

static void
test_sizes(void)
{
	frameio_t *fio = drv_fio_init(&df, 3, 1);

	setup_default();
	(void) drv_frame(out[0], drv_mac, drv_peer, 0, 100);
	drv_fio_vec(&df, 0, out[0], 13);
	drv_fio_vec(&df, 1, out[0], 100);
	drv_fio_vec(&df, 2, out[0], 100);
	is(hk_ioctl(fd, UNET_IOC_FRAMEIO_WRITE, fio), -ERANGE, "a runt first");
	is(hk_read(port, in[0], 2048), -EAGAIN, "... nothing is sent");
	drv_fio_vec(&df, 0, out[0], 1519);
	is(hk_ioctl(fd, UNET_IOC_FRAMEIO_WRITE, fio), -ERANGE, "a giant first");
	drv_fio_vec(&df, 0, out[0], 100);
	drv_fio_vec(&df, 1, out[0], 1519);
	is(hk_ioctl(fd, UNET_IOC_FRAMEIO_WRITE, fio), 0, "a giant second");
	is(fio->fio_nvecs, 1, "... one is sent");
	is(hk_read(port, in[0], 2048), 100, "... it");
	is(hk_read(port, in[0], 2048), -EAGAIN, "... alone");

	/* The sum was not checked for overflow (D18). */
	fio = drv_fio_init(&df, 1, 2);
	drv_fio_vec(&df, 0, out[0], 100);
	drv_fio_vec(&df, 1, out[0], (size_t)-100);
	is(hk_ioctl(fd, UNET_IOC_FRAMEIO_WRITE, fio), -ERANGE,
	    "lengths whose sum is 0");
	teardown();
}

/* A fault after the frames were sent, or delivered, did so again (D29). */
static void
test_faults(void)
{
	const long page = sysconf(_SC_PAGESIZE);
	char *map = mmap(NULL, page, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	frameio_t *fio = drv_fio_init(&df, 3, 1);

	need(map != MAP_FAILED, "mmap");
	setup_default();
	(void) drv_frame(out[0], drv_mac, drv_peer, 0, 100);
	drv_fio_vec(&df, 0, out[0], 100);
	drv_fio_vec(&df, 1, (void *)8, 100);
	drv_fio_vec(&df, 2, out[0], 100);
	is(hk_ioctl(fd, UNET_IOC_FRAMEIO_WRITE, fio), 0, "a bad second frame");
	is(fio->fio_nvecs, 1, "... one is sent");
	is(hk_read(port, in[0], 2048), 100, "... it");
	is(hk_read(port, in[0], 2048), -EAGAIN, "... alone");

	fio = drv_fio_init(&df, 2, 1);
	drv_fio_vec(&df, 0, out[0], 100);
	drv_fio_vec(&df, 1, out[0], 100);
	memcpy(map, fio, 16 + 2 * 24);
	need(mprotect(map, page, PROT_READ) == 0, "mprotect");
	is(hk_ioctl(fd, UNET_IOC_FRAMEIO_WRITE, map), -EFAULT,
	    "a header that cannot be written back");
	is(hk_read(port, in[0], 2048), -EAGAIN,
	    "frames of a write that fails with EFAULT are not sent all the "
	    "same");

	from_stack(2);
	fio = drv_fio_init(&df, 2, 1);
	drv_fio_vec(&df, 0, in[0], 2048);
	drv_fio_vec(&df, 1, in[1], 2048);
	need(mprotect(map, page, PROT_READ | PROT_WRITE) == 0, "mprotect");
	memcpy(map, fio, 16 + 2 * 24);
	need(mprotect(map, page, PROT_READ) == 0, "mprotect");
	is(hk_ioctl(fd, UNET_IOC_FRAMEIO_READ, map), -EFAULT,
	    "the same, reading");
	drv_fio_vec(&df, 0, (void *)8, 2048);
	is(hk_ioctl(fd, UNET_IOC_FRAMEIO_READ, fio), -EFAULT,
	    "a bad first buffer");
	drv_fio_vec(&df, 0, in[0], 2048);
	drv_fio_vec(&df, 1, (void *)8, 2048);
	is(hk_ioctl(fd, UNET_IOC_FRAMEIO_READ, fio), 0, "a bad second buffer");
	is(fio->fio_nvecs, 1, "... one is read");
	is(memcmp(in[0], out[0], length(0)), 0,
	    "a frame of a read that fails with EFAULT is not lost");
	is(hk_read(fd, in[1], 2048), length(1), "... and the second is next");
	is(memcmp(in[1], out[1], length(1)), 0, "... whole");
	need(munmap(map, page) == 0, "munmap");
	teardown();
}

/* 32-bit callers got their vectors back shifted, with kernel memory (D3). */
typedef struct vec32 {
	uint32_t	buf;
	uint32_t	len;
	uint32_t	act;
} vec32_t;

static void
test_ilp32(void)
{
	struct { uint32_t version, nvpf, nvecs; vec32_t vecs[4]; } fio;
	char *low = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	const uint32_t addr = (uint32_t)(uintptr_t)low;
	unsigned int i;

	need(low != MAP_FAILED, "memory below 4 GiB");
	setup_default();
	need(hk_model(fd, 32) == 0, "a 32-bit caller");
	memset(&fio, 0, sizeof (fio));
	fio.version = fio.nvpf = 1;
	fio.nvecs = 2;
	for (i = 0; i < 4; i++)
		fio.vecs[i] = (vec32_t){ addr + i * 2048, 2048, 777 };
	for (i = 0; i < 2; i++) {
		(void) drv_frame((uint8_t *)low + i * 2048, drv_mac, drv_peer,
		    i, length(i));
		fio.vecs[i].len = length(i);
	}
	is(hk_ioctl(fd, UNET_IOC_FRAMEIO_WRITE, &fio), 0, "write");
	is(fio.nvecs, 2, "... two frames");
	for (i = 0; i < 2; i++) {
		is(fio.vecs[i].buf, addr + i * 2048, "vector %u: buffer", i);
		is(fio.vecs[i].len, length(i), "... length");
		is(fio.vecs[i].act, length(i), "... used");
		is(hk_read(port, in[i], 2048), length(i), "... and the frame");
	}
	is(fio.vecs[2].act, 777, "a 32-bit caller gets its vectors back where "
	    "they were, and not a byte behind them");

	from_stack(2);
	fio.nvecs = 4;
	fio.nvpf = 2;
	for (i = 0; i < 4; i++)
		fio.vecs[i] = (vec32_t){ addr + i * 2048, 100 + i * 900, 777 };
	is(hk_ioctl(fd, UNET_IOC_FRAMEIO_READ, &fio), 0, "read");
	is(fio.nvecs, 4, "... two frames");
	is(fio.vecs[0].act, 60, "vector 0");
	is(fio.vecs[1].act, 0, "vector 1");
	is(fio.vecs[2].act, length(1), "vector 2");
	is(fio.vecs[3].act, 0, "vector 3");
	is(fio.vecs[3].buf, addr + 3 * 2048, "vector 3: buffer");
	is(memcmp(low, out[0], 60), 0, "the first frame");
	is(memcmp(low + 4096, out[1], length(1)), 0, "the second");

	from_stack(2);
	fio.nvecs = 1;
	fio.nvpf = 1;
	is(hk_read(fd, in[0], 2048), 60, "skip one");
	fio.vecs[0].act = 777;
	is(hk_ioctl(fd, UNET_IOC_FRAMEIO_READ, &fio), -EOVERFLOW, "too small");
	is(fio.vecs[0].act, length(1), "... and its length is told");
	is(hk_read(fd, in[0], 2048), length(1), "... and it was kept");
	need(munmap(low, 8192) == 0, "munmap");
	teardown();
}

int
main(void)
{
	drv_boot();
	test_write_many();
	test_read_many();
	test_overflow();
	test_bad_headers();
	test_sizes();
	test_faults();
	test_ilp32();
	return (drv_done());
}
