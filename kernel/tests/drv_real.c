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
 * What a real kernel was seen to do, through the driver: answers of the system
 * around it that it must not spoil.
 */

#include "drv_held.h"
#include <sys/ioctl.h>

static uint8_t buf[2048];

/*
 * The system has set the flag itself, and then asks the driver, whose error
 * would be the program's.
 */
static void
test_fionbio(void)
{
	int on = 1;

	setup_default();
	need(hk_setfl(fd, 0) == 0, "blocking");
	is(hk_ioctl(fd, FIONBIO, &on), 0, "FIONBIO is answered with 0");
	is(hk_read(fd, buf, sizeof (buf)), -EAGAIN, "... and has its effect");
	teardown();
}

/*
 * Frames of the stack while the link says that it is down.
 */
static void
test_down(void)
{
	setup_default();
	is(drv_set("vpn0", UNET_PROP_LINKSTATE, UNET_POLICY_DOWN), 0, "down");
	is(drv_info("vpn0").uii_linkstate, UNET_LINK_DOWN, "... it says");
	(void) drv_frame(buf, drv_mac, drv_peer, 1, 100);
	is(hk_write(port, buf, 100), 100, "the stack sends all the same");
	is(hk_read(fd, buf, sizeof (buf)), 100,
	    "a link that is down carries what the stack sends");
	is(hk_write(fd, buf, 100), 100, "the holder sends, too");
	is(hk_read(port, buf, sizeof (buf)), 100, "... and the stack gets it");
	teardown();
}

/*
 * The daemon is gone when a link is destroyed.
 */
static void
test_no_daemon(void)
{
	hk_fault_t hf = { .hf_kind = HK_FAULT_UPCALL, .hf_nth = 1 };
	hk_dl_t hdl;

	(void) drv_create("vpn1");
	need(hk_ioctl(drv_hk, HK_IOC_FAULT, &hf) == 0, "no daemon");
	is(drv_destroy("vpn1"), 0, "a link is destroyed without the daemon");
	is(drv_usage().hu_links, 0, "... wholly");
	memset(&hdl, 0, sizeof (hdl));
	(void) strcpy(hdl.hdl_name, "vpn1");
	is(hk_ioctl(drv_hk, HK_IOC_DLINFO, &hdl), 0,
	    "... but for the id, which was the daemon's to forget");
	is(hk_ioctl(drv_hk, HK_IOC_DLDESTROY, &hdl), 0, "that goes");
}

int
main(void)
{
	drv_boot();
	test_fionbio();
	test_down();
	test_no_daemon();
	return (drv_done());
}
