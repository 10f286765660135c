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
 * A link that the global zone lends to another, and takes back: who sees it,
 * who may do what, and who keeps it.
 */

#include "drv_zones.h"

static int32_t za, zb;

static void
test_seen(void)
{
	const uint32_t id = drv_create("vpn0");
	unet_ioc_info_t uii;
	int fd;

	is(zone_count(za), 0, "a link of the global zone is not A's to see");
	is(zone_open(za, "vpn0"), -ENOENT, "... nor to open");
	is(dl_lend(id, za), 0, "it is lent to A");

	is(zone_kstats(za, "link", "vpn0"), 1, "A sees the kstat of DLS");
	is(zone_count(za), 1, "A sees the link");
	is(zone_count(zb), 0, "B does not");
	is(zone_info(za, "vpn0", &uii), 0, "A asks about it");
	is(uii.uii_zoneid, za, "... it is in A");
	is(uii.uii_ownerzone, 0, "... and belongs to the global zone");
	is(uii.uii_lifetime, UNET_LIFE_TEMPORARY, "... and is not transient");
	is(zone_kstats(za, "unet", "vpn0"), 1, "A sees its kstat");
	is(zone_kstats(0, "unet", "vpn0"), 1, "... the global zone as well");
	is(zone_kstats(zb, "unet", "vpn0"), 0, "... and B does not");
	is(zone_info(zb, "vpn0", &uii), -ENOENT, "B hears of no such link");
	is(zone_open(zb, "vpn0"), -ENOENT, "... and has no node");
	fd = zone_open(za, "vpn0");
	ok(fd > 0, "A opens it (%d)", fd);
	is(zone_open(0, "vpn0"), -EBUSY, "the global zone has its node still");
	is(zone_open(0, "zone/A/vpn0"), -EBUSY, "... and one below zone/A");
	is(zone_open(0, "zone/B/vpn0"), -ENOENT, "... not below zone/B");
	is(hk_close(fd), 0, "close");

	is(dl_lend(id, zb), 0, "it moves on to B");
	is(zone_count(za), 0, "A sees it no more");
	is(zone_open(za, "vpn0"), -ENOENT, "... and has no node");
	is(zone_open(0, "zone/A/vpn0"), -ENOENT, "... nor is there one of it");
	is(zone_count(zb), 1, "B does");
	is(zone_kstats(za, "unet", "vpn0"), 0, "A sees no kstat");
	is(dl_lend(id, 0), 0, "it is taken back");
	is(zone_open(zb, "vpn0"), -ENOENT, "B has no node");
	is(zone_info(0, "vpn0", &uii), 0, "the global zone has it");
	is(uii.uii_zoneid, 0, "... to itself");
	is(zone_kstats(zb, "unet", "vpn0"), 0, "B sees no kstat");
	is(zone_kstats(zb, "link", "vpn0"), 0, "... of DLS either");
	is(drv_destroy("vpn0"), 0, "destroyed");
}

static void
test_refused(void)
{
	const uint32_t id = drv_create("vpn0");
	hk_dl_t dl = { .hdl_name = "vpn0", .hdl_class = 0x400,
	    .hdl_flags = HK_DL_ACTIVE };
	uint32_t cause, own;
	int hk;

	is(dl_lend(id, 999), -ESRCH, "not to a zone that is not there");
	is(dl_lend(id + 1, za), -ENOENT, "not what is not there");
	own = (uint32_t)zone_create(za, "own0", UNET_LIFE_TEMPORARY, &cause);
	is(dl_lend(own, 0), -ENOENT, "not what a zone owns");
	in_zone(za);
	hk = hk_open(drv_kernel, "/dev/hk", O_RDWR);
	is(hk_ioctl(hk, HK_IOC_DLCREATE, &dl), 0, "A's book has the name");
	in_zone(0);
	is(dl_lend(id, za), -EEXIST, "a name is a zone's once");
	in_zone(za);
	dl.hdl_flags = 0;
	is(hk_ioctl(hk, HK_IOC_DLDESTROY, &dl), 0, "A's book has it no more");
	in_zone(0);
	drv_plumb(id, "b0", HK_STACK_PIN);
	is(dl_lend(id, za), -EBUSY, "not what IP uses");
	drv_unplumb(id);
	is(dl_lend(id, za), 0, "lent");
	in_zone(za);
	dl.hdl_linkid = id;
	is(hk_ioctl(hk, HK_IOC_DLDESTROY, &dl), -EACCES,
	    "Z17: the zone does not forget it");
	is(hk_ioctl(hk, HK_IOC_DLSETZONE, &dl), -EPERM, "... nor move it");
	(void) hk_close(hk);
	in_zone(0);

	is(zone_destroy(za, "vpn0", &cause), -EPERM, "... nor destroy it");
	is(cause, UNET_E_ZONE, "... and its cause");
	is(drv_destroy_flags("vpn0", 0, &cause), -EBUSY,
	    "nor does the owner while it is lent");
	is(dl_rename(id, "vpn9"), -EBUSY, "... nor rename it");
	drv_plumb(id, "b0", HK_STACK_PIN);
	is(dl_lend(id, 0), -EBUSY, "what IP of the zone uses stays there");
	drv_unplumb(id);

	is(zone_set(za, "vpn0", UNET_PROP_MTU, 1400, &cause), -EPERM,
	    "Z18: the zone does not set the properties of what is lent");
	is(cause, UNET_E_ZONE, "... and its cause");
	is(drv_set("vpn0", UNET_PROP_MTU, 1400), 0, "the owner does");
	is(zone_set(za, "own0", UNET_PROP_MTU, 1300, &cause), 0,
	    "a zone sets those of its own");
	is(drv_set("own0", UNET_PROP_MTU, 1200), -EPERM,
	    "... and the global zone does not");
	is(drv_info("own0").uii_mtu, 1300, "... as can be seen");
	is(drv_destroy_flags("own0", 0, &cause), -EPERM,
	    "Z15: nor does it destroy the link of a zone that runs");
	is(cause, UNET_E_ZONE, "... and its cause");
	is(zone_destroy(za, "own0", &cause), 0, "the zone does");
	is(dl_lend(id, 0), 0, "taken back");
	is(drv_destroy("vpn0"), 0, "destroyed");
}

/*
 * The stack's side of a link, on its segment.
 */
static uint64_t
heard(int port)
{
	hk_businfo_t hbi;

	memset(&hbi, 0, sizeof (hbi));
	need(hk_ioctl(port, HK_IOC_BUSINFO, &hbi) == 0, "businfo");
	return (hbi.hbi_rx_frames);
}

/*
 * A holder in the zone loses the link, and what it writes is not heard in the
 * zone that has it now, whether or not anybody has looked.
 */
static void
test_holder_loses(int looked)
{
	const uint32_t id = drv_create("vpn0");
	const int port = drv_port("b0");
	uint8_t buf[100];
	unet_ioc_props_t uip;
	int fd, fd2;

	is(dl_lend(id, za), 0, "lent");
	fd = zone_open(za, "vpn0");
	ok(fd > 0, "held in the zone (%d)", fd);
	memset(&uip, 0, sizeof (uip));
	drv_hdr(&uip.uip_hdr, NULL);
	uip.uip_count = 1;
	uip.uip_props[0].up_id = UNET_PROP_RXBUF;
	uip.uip_props[0].up_value = 100000;
	is(hk_ioctl(fd, UNET_IOC_SETPROP, &uip), 0,
	    "Z18: a holder sizes its own queues");
	is(dl_lend(id, 0), 0, "taken back");
	if (looked)
		is(zone_count(0), 1, "... and somebody looks");
	drv_plumb(id, "b0", 0);
	(void) drv_frame(buf, drv_bcast, drv_peer, 1, sizeof (buf));
	is(hk_write(fd, buf, sizeof (buf)), -ENXIO, "its writes fail");
	is(hk_read(fd, buf, sizeof (buf)), -ENXIO, "... its reads");
	is(hk_poll(fd, POLLIN | POLLOUT, 0) & POLLHUP, POLLHUP, "... poll");
	is(hk_ioctl(fd, UNET_IOC_GETPROP, &uip), -ENXIO, "... requests");
	is(drv_info("vpn0").uii_linkstate, UNET_LINK_DOWN, "the link is down");
	is(heard(port), 0, "nothing was heard");
	is(zone_open(0, "vpn0"), -EBUSY, "nobody else opens it meanwhile");
	is(hk_close(fd), 0, "it closes");
	fd2 = zone_open(0, "vpn0");
	ok(fd2 > 0, "the next one opens it (%d)", fd2);
	(void) drv_frame(buf, drv_bcast, drv_peer, 1, sizeof (buf));
	is(hk_write(fd2, buf, sizeof (buf)), sizeof (buf), "... and writes");
	drv_until(heard(port) == 1, "... which is heard");
	is(hk_poll(fd2, POLLIN, 0), 0, "... and is not hung up");
	is(hk_close(fd2), 0, "close");
	is(hk_close(port), 0, "close");
	is(drv_destroy("vpn0"), 0, "destroyed");
	drv_until(drv_usage().hu_links == 0, "gone");
}

static void
test_holder_keeps(void)
{
	const uint32_t id = drv_create("vpn0");
	const int port = drv_port("b0");
	uint8_t buf[100];
	int fd = zone_open(0, "vpn0");
	int i;

	drv_plumb(id, "b0", 0);
	for (i = 0; i < 4; i++) {
		is(dl_lend(id, (i & 1) == 0 ? za : 0), 0, "moved");
		(void) zone_count(za);
		(void) drv_frame(buf, drv_bcast, drv_peer, 1, sizeof (buf));
		is(hk_write(fd, buf, sizeof (buf)), sizeof (buf),
		    "a holder in the global zone keeps it");
		drv_until(heard(port) == (uint64_t)i + 1, "... and is heard");
	}
	is(hk_close(fd), 0, "close");
	is(hk_close(port), 0, "close");
	is(drv_destroy("vpn0"), 0, "destroyed");
}

/*
 * A single-shot link is destroyed when its holder closes it, who may be in a
 * zone that has it, or has lost it: whole, so that its name is free.
 */
static void
test_single_shot(int taken)
{
	unet_ioc_create_t uic;
	hk_dl_t dl;
	uint32_t id;
	int fd;

	/* The driver has the name a little longer than the daemon the id. */
	drv_until((drv_create_init(&uic, "once0"),
	    uic.uic_lifetime = UNET_LIFE_SINGLE_SHOT,
	    hk_ioctl(drv_ctl, UNET_IOC_CREATE, &uic)) == 0, "created");
	id = uic.uic_hdr.uih_linkid;
	is(dl_lend(id, za), 0, "lent");
	fd = zone_open(za, "once0");
	ok(fd > 0, "held in the zone (%d)", fd);
	if (taken)
		is(dl_lend(id, 0), 0, "taken back");
	in_zone(za);
	is(hk_close(fd), 0, "the zone closes it");
	in_zone(0);
	if (!taken)
		is(dl_lend(id, 0), 0, "taken back");
	drv_until(drv_usage().hu_links == 0, "it goes");
	drv_until(dl_info("once0", &dl) == -ENOENT, "its id, too");
}

/*
 * At its zone's halt a link returns before drivers hear of the halt, and a
 * holder in the global zone does not notice.
 */
static void
test_halt(uint32_t lifetime, const char *z)
{
	unet_ioc_create_t uic;
	unet_ioc_info_t uii;
	hk_dl_t dl;
	uint32_t id;
	int fd, zfd;

	drv_create_init(&uic, "vpn0");
	uic.uic_lifetime = lifetime;
	need(hk_ioctl(drv_ctl, UNET_IOC_CREATE, &uic) == 0, "created");
	id = uic.uic_hdr.uih_linkid;
	fd = zone_open(0, "vpn0");
	need(zone_named(HK_IOC_ZONECREATE, "C") == 0 &&
	    zone_named(HK_IOC_ZONEBOOT, "C") == 0, "a zone");
	need(zone_named(HK_IOC_ZONEDESTROY, "C") == -EBUSY, "it runs");
	in_zone(0);
	{
		hk_zone_t hz = { .hz_name = "B" };

		need(hk_ioctl(drv_hk, HK_IOC_ZONENEXT, &hz) == 0, "C");
		is(dl_lend(id, hz.hz_zoneid), 0, "%s: lent", z);
		is(zone_count(hz.hz_zoneid), 1, "%s: seen there", z);
		zfd = zone_open(hz.hz_zoneid, "vpn0");
		is(zfd, -EBUSY, "%s: held", z);
	}
	is(zone_named(HK_IOC_ZONEHALT, "C"), 0, "%s: the zone halts", z);
	is(zone_named(HK_IOC_ZONEDESTROY, "C"), 0, "%s: and is gone", z);
	is(dl_info("vpn0", &dl), 0, "%s: the link is there", z);
	is(dl.hdl_linkid, id, "%s: with its id", z);
	is(dl.hdl_zoneid, 0, "%s: in the global zone", z);
	is(zone_info(0, "vpn0", &uii), 0, "%s: as the driver sees it", z);
	is(uii.uii_zoneid, 0, "%s: too", z);
	is(uii.uii_lifetime, lifetime, "%s: not made transient", z);
	is(hk_poll(fd, POLLIN | POLLHUP, 0), 0, "%s: its holder keeps it", z);
	is(hk_close(fd), 0, "close");
	is(drv_destroy("vpn0"), 0, "destroyed");
}

int
main(void)
{
	drv_boot();
	za = zone_new("A", 0);
	zb = zone_new("B", 0);
	test_seen();
	test_refused();
	test_holder_loses(1);
	test_holder_loses(0);
	test_holder_keeps();
	test_single_shot(0);
	test_single_shot(1);
	test_halt(UNET_LIFE_TEMPORARY, "Z6");
	test_halt(UNET_LIFE_PERSISTENT, "Z7");
	is(zone_end_id(drv_hk, zb), 0, "halt B");
	is(zone_end_id(drv_hk, za), 0, "halt A");
	return (drv_done());
}
