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
 * Whatever fails while the driver is attached, nothing of it is left, and a
 * later attach works.
 */

#include "sweep.h"

static const sweep_kind_t alloc = { HK_FAULT_ALLOC, 0, "allocations" };

/*
 * What the kernel has, without the driver's own files.
 */
static hk_usage_t
usage_without_ctl(void)
{
	hk_usage_t hu;

	need(hk_close(drv_ctl) == 0, "close");
	hu = drv_usage();
	drv_ctl = hk_open(drv_kernel, UNET_CTL_PATH, O_RDWR);
	need(drv_ctl > 0, "ctl opens (%d)", drv_ctl);
	return (hu);
}

static void
test_attach(void)
{
	const hk_usage_t attached = usage_without_ctl();
	hk_usage_t detached, now;
	uint64_t nth;
	int err = 0;

	is(hk_ioctl(drv_hk, HK_IOC_UNLOAD, NULL), -EBUSY,
	    "no detach while a node is open");
	need(hk_close(drv_ctl) == 0, "close");
	is(hk_ioctl(drv_hk, HK_IOC_LOAD, NULL), -EEXIST, "attached once");
	is(hk_ioctl(drv_hk, HK_IOC_UNLOAD, NULL), 0, "detach");
	is(hk_ioctl(drv_hk, HK_IOC_UNLOAD, NULL), -ENXIO, "detached once");
	is(hk_open(drv_kernel, UNET_CTL_PATH, O_RDWR), -ENOENT,
	    "... and nothing is in /dev");
	detached = drv_usage();
	ok(detached.hu_locks < attached.hu_locks, "... and its locks are gone");

	for (nth = 1; nth < SWEEP_MAX; nth++) {
		(void) sweep_fault(&alloc, nth);
		err = hk_ioctl(drv_hk, HK_IOC_LOAD, NULL);
		if (sweep_fault(&alloc, 0) < nth)
			break;
		is(err, -ENXIO, "attach fails at the call %d that may",
		    (int)nth);
		now = drv_usage();
		is(now.hu_kmem, detached.hu_kmem, "... and leaves no memory");
		is(now.hu_locks, detached.hu_locks, "... no lock");
		is(now.hu_threads, detached.hu_threads, "... no thread");
		is(hk_open(drv_kernel, UNET_CTL_PATH, O_RDWR), -ENOENT,
		    "... nothing in /dev");
	}
	ok(nth > 2, "attach has calls that may fail");
	is(err, 0, "then it works");
	drv_ctl = hk_open(drv_kernel, UNET_CTL_PATH, O_RDWR);
	ok(drv_ctl > 0, "ctl opens");
	now = usage_without_ctl();
	is(now.hu_kmem, attached.hu_kmem, "all is as it was: memory");
	is(now.hu_locks, attached.hu_locks, "... locks");
}

/*
 * A link, or one that is dead and held, keeps the driver.
 */
static void
test_detach(void)
{
	int fd;

	(void) drv_create("vpn0");
	fd = drv_open("vpn0", DRV_RDWR);
	need(hk_close(drv_ctl) == 0, "close");
	is(hk_ioctl(drv_hk, HK_IOC_UNLOAD, NULL), -EBUSY, "a link is held");
	is(hk_close(fd), 0, "close");
	is(hk_ioctl(drv_hk, HK_IOC_UNLOAD, NULL), -EBUSY, "there is a link");
	drv_ctl = hk_open(drv_kernel, UNET_CTL_PATH, O_RDWR);
	ok(drv_ctl > 0, "... and all works");
	fd = drv_open("vpn0", DRV_RDWR);
	is(drv_destroy("vpn0"), 0, "destroy");
	need(hk_close(drv_ctl) == 0, "close");
	is(hk_ioctl(drv_hk, HK_IOC_UNLOAD, NULL), -EBUSY,
	    "a dead link is held");
	is(hk_read(fd, &fd, 1), -ENXIO, "... and says what it is");
	is(hk_close(fd), 0, "close");
	is(hk_ioctl(drv_hk, HK_IOC_UNLOAD, NULL), 0, "now it detaches");
	is(hk_ioctl(drv_hk, HK_IOC_LOAD, NULL), 0, "and comes back");
	drv_ctl = hk_open(drv_kernel, UNET_CTL_PATH, O_RDWR);
	ok(drv_ctl > 0, "ctl opens");
	is(drv_create("vpn0") != 0, 1, "a link");
	is(drv_destroy("vpn0"), 0, "destroy");
}

int
main(void)
{
	drv_boot();
	test_attach();
	test_detach();
	return (drv_done());
}
