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
 * Zones: whose link it is, who sees it, and what a halt does to it.
 */

#include "drv.h"

static int32_t
zone(const char *name, uint32_t flags)
{
	hk_zone_t hz;

	memset(&hz, 0, sizeof (hz));
	hz.hz_flags = flags;
	(void) strcpy(hz.hz_name, name);
	need(zone_start(drv_hk, &hz) == 0, "zone %s", name);
	return (hz.hz_zoneid);
}

static int
halt(int32_t zoneid)
{
	return (zone_end_id(drv_hk, zoneid));
}

static void
as(int32_t zoneid)
{
	hk_cred_t cred = { 0, 0, zoneid, HK_PRIV_ALL };

	need(hk_setcred(&cred) == 0, "in zone %d", (int)zoneid);
}

/*
 * A request of a zone goes through a ctl that the zone opened.
 */
static int
create_in(int32_t zoneid, const char *name, uint32_t lifetime, uint32_t *cause)
{
	unet_ioc_create_t uic;
	int ctl, err;

	as(zoneid);
	ctl = hk_open(drv_kernel, UNET_CTL_PATH, O_RDWR);
	need(ctl > 0, "the zone has a ctl (%d)", ctl);
	drv_create_init(&uic, name);
	uic.uic_lifetime = lifetime;
	err = hk_ioctl(ctl, UNET_IOC_CREATE, &uic);
	*cause = uic.uic_hdr.uih_errno;
	(void) hk_close(ctl);
	(void) hk_setcred(NULL);
	return (err);
}

static uint32_t
count_in(int32_t zoneid)
{
	unet_ioc_list_t uil;
	int ctl;

	as(zoneid);
	ctl = hk_open(drv_kernel, UNET_CTL_PATH, O_RDONLY);
	memset(&uil, 0, sizeof (uil));
	drv_hdr(&uil.uil_hdr, NULL);
	need(hk_ioctl(ctl, UNET_IOC_LIST, &uil) == 0, "list");
	(void) hk_close(ctl);
	(void) hk_setcred(NULL);
	return (uil.uil_actents);
}

static void
test_visibility(int32_t a, int32_t b)
{
	uint32_t cause;
	int fd;

	is(create_in(a, "a0", UNET_LIFE_PERSISTENT, &cause), -EPERM,
	    "no persistent link in a zone");
	is(cause, UNET_E_ZONE, "... and its cause");
	is(create_in(a, "a0", UNET_LIFE_TEMPORARY, &cause), 0, "a link of A");
	is(drv_info("a0").uii_lifetime, UNET_LIFE_TRANSIENT, "... transient");
	is(drv_info("a0").uii_zoneid, a, "... A's");
	is(create_in(b, "a0", UNET_LIFE_TEMPORARY, &cause), -EEXIST,
	    "names are unique over all zones");
	is(count_in(a), 1, "A sees it");
	is(count_in(b), 0, "B does not");
	is(count_in(0), 1, "the global zone does");

	as(b);
	is(drv_open("a0", DRV_RDWR), -ENOENT, "B has no node for it");
	as(a);
	fd = drv_open("a0", DRV_RDWR);
	ok(fd > 0, "A has (%d)", fd);
	(void) hk_setcred(NULL);
	is(drv_open("a0", DRV_RDWR), -ENOENT, "the global zone has not");
	is(drv_open("zone/A/a0", DRV_RDWR), -EBUSY, "... but below zone/A");
	is(hk_close(fd), 0, "close");
	fd = drv_open("zone/A/a0", DRV_RDWR);
	ok(fd > 0, "... which opens it (%d)", fd);
	is(hk_close(fd), 0, "close");
	is(drv_open("zone/B/a0", DRV_RDWR), -ENOENT, "... not below zone/B");
}

static void
test_halt(int32_t a)
{
	uint8_t buf[100];
	uint32_t cause;
	int fd;

	fd = drv_open("zone/A/a0", DRV_RDWR);
	ok(fd > 0, "the global zone holds the zone's link");
	is(halt(a), 0, "the halt does not wait for it");
	is(hk_poll(fd, POLLIN, 0), POLLHUP, "the holder hears of it");
	is(hk_read(fd, buf, sizeof (buf)), -ENXIO, "... at every call");
	is(drv_destroy_flags("a0", 0, &cause), -ENOENT, "the link is gone");
	is(hk_close(fd), 0, "close");
}

/*
 * A halt kills the zone's processes; who has a handle of one of their files, as
 * a server may, still closes it.
 */
static void
test_files(void)
{
	const int32_t d = zone("D", 0);
	uint8_t buf[100];
	uint32_t cause;
	int fd;

	is(create_in(d, "d0", UNET_LIFE_TEMPORARY, &cause), 0, "a link of D");
	as(d);
	fd = drv_open("d0", DRV_RDWR);
	ok(fd > 0, "... held by a process of D");
	(void) hk_setcred(NULL);
	is(halt(d), 0, "halt D");
	is(hk_read(fd, buf, sizeof (buf)), -ENXIO, "its file is closed");
	is(hk_close(fd), 0, "... and its handle closes");
}

static void
test_shared(void)
{
	const int32_t c = zone("C", HK_ZONE_SHARED_IP);
	uint32_t cause;

	is(create_in(c, "c0", UNET_LIFE_TEMPORARY, &cause), -ENOTSUP,
	    "a zone without a stack of its own");
	is(cause, UNET_E_ZONE, "... and its cause");
	is(halt(c), 0, "halt");
}

int
main(void)
{
	int32_t a, b;
	int i;

	drv_boot();
	a = zone("A", 0);
	b = zone("B", 0);
	test_visibility(a, b);
	test_halt(a);
	is(halt(b), 0, "halt B");
	test_shared();
	test_files();

	for (i = 0; i < 20; i++) {
		uint32_t cause;

		a = zone("A", 0);
		is(create_in(a, "a0", UNET_LIFE_TEMPORARY, &cause), 0,
		    "boot %d: a link", i);
		is(halt(a), 0, "... goes with its zone");
	}
	return (drv_done());
}
