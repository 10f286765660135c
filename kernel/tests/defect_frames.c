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
 * What vnd, the driver that unet learned from, got wrong about frames and
 * vectors: each fact is named for what its users saw.
 */

#include "drv_held.h"

#define	N	6

static uint8_t in[N][2048], out[N][2048];
static drv_fio_t df;

static frameio_t *
batch(unsigned int n)
{
	frameio_t *fio = drv_fio_init(&df, n, 1);
	unsigned int i;

	for (i = 0; i < n; i++) {
		(void) drv_frame(out[i], drv_mac, drv_peer, i + 1, 100 + i);
		drv_fio_vec(&df, i, out[i], 100 + i);
	}
	return (fio);
}

static unsigned int
arrived(void)
{
	unsigned int n = 0;

	while (hk_read(port, in[n], sizeof (in[n])) == 100 + (int)n &&
	    memcmp(in[n], out[n], 100 + n) == 0)
		n++;
	return (n);
}

static void
test_batches(void)
{
	frameio_t *fio;

	setup_default();
	fio = batch(N);
	is(hk_ioctl(fd, UNET_IOC_FRAMEIO_WRITE, fio), 0, "a batch is written");
	is(arrived(), N, "a batch of frames is sent as different frames, not "
	    "copies of the first");

	fio = batch(N);
	is(hk_ioctl(fd, UNET_IOC_FRAMEIO_WRITE, fio), 0, "another");
	is(fio->fio_nvecs, N,
	    "a batch is written in one call, not refused with EAGAIN for ever");
	is(arrived(), N, "... all of it");
	need(hk_setfl(fd, 0) == 0, "blocking");
	fio = batch(N);
	is(hk_ioctl(fd, UNET_IOC_FRAMEIO_WRITE, fio), 0,
	    "a batch is written at once by a caller that may wait, too");
	is(arrived(), N, "... all of it");
	need(hk_setfl(fd, O_NONBLOCK) == 0, "non-blocking");

	fio = batch(N);
	is(hk_ioctl(fd, UNET_IOC_FRAMEIO_READ, fio), -EAGAIN,
	    "a batched read of nothing is EAGAIN, and no assertion fails");
	teardown();
}

static void
test_lengths(void)
{
	frameio_t *fio;

	setup_default();
	(void) batch(1);
	is(hk_write(port, out[0], 100), 100, "a frame of the stack");
	fio = drv_fio_init(&df, 1, 3);
	drv_fio_vec(&df, 0, in[0], 1000);
	drv_fio_vec(&df, 1, in[1], 1000);
	drv_fio_vec(&df, 2, in[2], 1000);
	is(hk_ioctl(fd, UNET_IOC_FRAMEIO_READ, fio), 0, "is read");
	is(fio->fio_vecs[0].fv_actlen + fio->fio_vecs[1].fv_actlen +
	    fio->fio_vecs[2].fv_actlen, 100,
	    "the lengths of a frame's vectors add up to its length, whatever "
	    "was there before");

	fio = drv_fio_init(&df, 1, 1);
	drv_fio_vec(&df, 0, out[0], (size_t)1 << 62);
	is(hk_ioctl(fd, UNET_IOC_FRAMEIO_WRITE, fio), -ERANGE,
	    "a vector longer than all memory is refused before memory is "
	    "asked for");
	fio = drv_fio_init(&df, 1, 2);
	drv_fio_vec(&df, 0, out[0], 100);
	drv_fio_vec(&df, 1, out[0], (size_t)-50);
	is(hk_ioctl(fd, UNET_IOC_FRAMEIO_WRITE, fio), -ERANGE,
	    "lengths whose sum overflows are not taken for a short frame");
	is(arrived(), 0, "... and nothing is sent");
	teardown();
}

/*
 * Bad addresses.  (Of the request itself, and 32-bit callers: drv_frameio.c.)
 */
static void
test_addresses(void)
{
	frameio_t *fio;

	setup_default();
	is(hk_write(fd, (void *)8, 100), -EFAULT,
	    "a write from a bad address is EFAULT, and not another errno");
	is(drv_stat("vpn0", "txq_bytes", NULL), 0,
	    "a write that fails gives its room back");
	fio = batch(3);
	fio->fio_vecs[1].fv_buf = (void *)8;
	is(hk_ioctl(fd, UNET_IOC_FRAMEIO_WRITE, fio), 0, "a batch in part");
	is(fio->fio_nvecs, 1, "... of one frame");
	is(drv_stat("vpn0", "txq_bytes", NULL), 0,
	    "a batch that is taken in part gives back the room of the rest");
	is(arrived(), 1, "... and sends what it said");

	teardown();
}

int
main(void)
{
	drv_boot();
	test_batches();
	test_lengths();
	test_addresses();
	return (drv_done());
}
