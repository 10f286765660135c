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
 * hk_call(): an ioctl whose arguments lie in the calling thread's block.
 */

#include <math.h>
#include "drv_held.h"

#define	CALLS	2000

static uint8_t frame[1514];
static drv_fio_t df;

static double
address(const void *p)
{
	return ((double)(uintptr_t)p);
}

static int
call(double file, double cmd, double arg)
{
	hk_call_t *block = hk_call_block();

	block->hca_file = file;
	block->hca_cmd = cmd;
	block->hca_arg = arg;
	block->hca_result = 1;
	hk_call();
	is(block->hca_file == file && block->hca_cmd == cmd &&
	    block->hca_arg == arg, 1, "what was asked stays");
	return ((int)block->hca_result);
}

static void
test_frames(void)
{
	frameio_t *fio = drv_fio_init(&df, 1, 1);

	setup_default();
	(void) drv_frame(frame, drv_mac, drv_peer, 1, sizeof (frame));
	drv_fio_vec(&df, 0, frame, sizeof (frame));
	is(call(fd, UNET_IOC_FRAMEIO_READ, address(fio)), -EAGAIN,
	    "no frame waits");
	is(hk_write(port, frame, sizeof (frame)), sizeof (frame),
	    "a frame of the stack");
	memset(frame, 0, sizeof (frame));
	is(call(fd, UNET_IOC_FRAMEIO_READ, address(fio)), 0, "is read");
	is(fio->fio_nvecs, 1, "... whole");
	is(fio->fio_vecs[0].fv_actlen, sizeof (frame), "... with its length");
	is(frame[0], drv_mac[0], "... and its bytes");
	is(call(fd, UNET_IOC_FRAMEIO_WRITE, address(fio)), 0, "a frame back");
	teardown();
}

/*
 * Numbers that are none, or no int, or no address, are refused as such.
 */
static void
test_refusals(void)
{
	const double info = UNET_IOC_INFO;
	unet_ioc_info_t uii;
	unsigned int i;
	const struct {
		double	r_file;
		double	r_cmd;
		double	r_arg;
		int	r_err;
	} refused[] = {
		{ NAN, info, address(&uii), -EBADF },
		{ -1, info, address(&uii), -EBADF },
		{ 0, info, address(&uii), -EBADF },
		{ 1e9, info, address(&uii), -EBADF },
		{ 2147483648.0, info, address(&uii), -EBADF },
		{ -INFINITY, info, address(&uii), -EBADF },
		{ drv_ctl, NAN, address(&uii), -EINVAL },
		{ drv_ctl, 4294967296.0, address(&uii), -EINVAL },
		{ drv_ctl, -2147483649.0, address(&uii), -EINVAL },
		{ drv_ctl, INFINITY, address(&uii), -EINVAL },
		{ drv_ctl, 12345, address(&uii), -ENOTTY },
		{ drv_ctl, info, NAN, -EFAULT },
		{ drv_ctl, info, -1, -EFAULT },
		{ drv_ctl, info, 0, -EFAULT },
		{ drv_ctl, info, 8, -EFAULT },
		{ drv_ctl, info, 0x1p53, -EFAULT },
		{ drv_ctl, info, 1e300, -EFAULT },
	};

	(void) drv_create("vpn0");
	memset(&uii, 0, sizeof (uii));
	drv_hdr(&uii.uii_hdr, "vpn0");
	for (i = 0; i < sizeof (refused) / sizeof (refused[0]); i++) {
		hk_call_t *block = hk_call_block();

		block->hca_file = refused[i].r_file;
		block->hca_cmd = refused[i].r_cmd;
		block->hca_arg = refused[i].r_arg;
		hk_call();
		is((int)block->hca_result, refused[i].r_err, "refusal %u", i);
	}
	is(call(drv_ctl, info, address(&uii)), 0, "a sound one is made");
	is(call(drv_ctl, (uint32_t)UNET_IOC_INFO, address(&uii)), 0,
	    "a request may be signed or not");
	is(call(drv_hk, (double)(int)0x80000000U, address(&uii)), -ENOTTY,
	    "also where that makes a difference");
	is(call(drv_hk, 2147483648.0, address(&uii)), -ENOTTY, "... both ways");
	is(drv_destroy("vpn0"), 0, "destroy");
}

static void *
other_thread(void *arg)
{
	hk_call_t *block = hk_call_block();
	unsigned int i, wrong = 0;

	*(hk_call_t **)arg = block;
	for (i = 0; i < CALLS; i++) {
		block->hca_file = 1e9;
		block->hca_cmd = UNET_IOC_INFO;
		block->hca_arg = i;
		hk_call();
		if (block->hca_result != -EBADF || block->hca_arg != i)
			wrong++;
	}
	return ((void *)(uintptr_t)wrong);
}

/*
 * What one thread asks for is nothing to another.
 */
static void
test_threads(void)
{
	hk_call_t *block = hk_call_block(), *other = NULL;
	unsigned int i, wrong = 0;
	pthread_t thread;
	void *theirs;

	need(pthread_create(&thread, NULL, other_thread, &other) == 0,
	    "a thread");
	for (i = 0; i < CALLS; i++) {
		block->hca_file = drv_hk;
		block->hca_cmd = HK_IOC;
		block->hca_arg = i;
		hk_call();
		if (block->hca_result != -ENOTTY || block->hca_arg != i)
			wrong++;
	}
	need(pthread_join(thread, &theirs) == 0, "join");
	is(wrong, 0, "one has its own results");
	is((uintptr_t)theirs, 0, "... and the other");
	is(other != NULL && other != block, 1, "... in a place of its own");
	is(hk_call_block() == block, 1, "which stays");
}

int
main(void)
{
	drv_boot();
	test_frames();
	test_refusals();
	test_threads();
	return (drv_done());
}
