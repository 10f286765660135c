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
 * The link management daemon: links are renamed, and it dies and comes back.
 */

#include "drv_zones.h"

static void
test_rename(void)
{
	const uint32_t id = drv_create("vpn0");
	unet_ioc_info_t uii;
	hk_dl_t dl;
	int fd = zone_open(0, "vpn0");

	is(dl_rename(id, "0x"), -EINVAL, "not a name");
	is(dl_rename(id + 1, "vpn1"), -ENOENT, "not a link");
	is(dl_rename(id, "vpn0"), 0, "its own name it may have");
	is(dl_rename(id, "wan0"), 0, "a link is renamed while it is held");
	is(zone_open(0, "vpn0"), -ENOENT, "the old node is gone");
	is(zone_open(0, "wan0"), -EBUSY, "the new one is there");
	memset(&uii, 0, sizeof (uii));
	drv_hdr(&uii.uii_hdr, NULL);
	is(hk_ioctl(fd, UNET_IOC_INFO, &uii), 0, "its holder asks");
	is(strcmp(uii.uii_hdr.uih_name, "wan0"), 0, "... what it is called");
	is(zone_info(0, "wan0", &uii), 0, "ctl finds it by name");
	is(uii.uii_hdr.uih_linkid, id, "... with its id");
	is(zone_info(0, "vpn0", &uii), -ENOENT, "... not by the old one");
	is(zone_kstats(0, "unet", "wan0"), 1, "its kstat has the name");
	is(zone_kstats(0, "unet", "vpn0"), 0, "... and no other");
	is(zone_kstats(0, "link", "wan0"), 1, "... that of DLS, too");
	is(dl_info("wan0", &dl), 0, "dlmgmtd knows");
	is(dl.hdl_linkid, id, "... which it is");

	is(dl_rename(id, "lan0"), 0, "it is renamed again");
	ok(drv_create("wan0") != id, "the name is free at once");
	is(dl_rename(id, "wan0"), -EEXIST, "and then taken");
	is(zone_info(0, "lan0", &uii), 0, "found, though nobody has looked");
	is(uii.uii_hdr.uih_linkid, id, "... with its id");
	is(drv_destroy("wan0"), 0, "destroyed");
	drv_plumb(id, "b0", HK_STACK_PIN);
	is(dl_rename(id, "wan0"), -EBUSY, "not while IP uses it");
	drv_unplumb(id);
	drv_plumb(id, "b0", 0);
	is(dl_rename(id, "wan0"), 0, "a segment does not mind");
	is(hk_close(fd), 0, "close");
	is(drv_destroy("wan0"), 0, "destroyed, by a name nobody looked at");
}

/*
 * Two zones' links can be renamed to one name, which none would get at create.
 */
static void
test_same_name(int32_t za)
{
	unet_ioc_info_t uii;
	uint32_t cause, id;
	int zid;

	zid = zone_create(za, "vpn1", UNET_LIFE_TEMPORARY, &cause);
	id = drv_create("vpn0");
	is(dl_rename(id, "vpn1"), 0, "dladm gives a name that a zone has");
	is(zone_info(0, "vpn1", &uii), 0, "the global zone asks by it");
	is(uii.uii_hdr.uih_linkid, id, "... and means its own");
	is(zone_info(za, "vpn1", &uii), 0, "the zone asks by it");
	is(uii.uii_hdr.uih_linkid, zid, "... and means its own");
	is(zone_count(0), 2, "both are listed");
	is(drv_destroy("vpn1"), 0, "the global zone's is destroyed");
	is(zone_info(0, "vpn1", &uii), 0, "then the other one is meant");
	is(uii.uii_zoneid, za, "... in its zone");
	is(zone_destroy(za, "vpn1", &cause), 0, "destroyed");
}

/*
 * Whatever is asked for while the daemon is dead fails, and what does not need
 * it goes on.
 */
static void
test_dead(void)
{
	const uint32_t id = drv_create("vpn0");
	unet_ioc_create_t uic;
	hk_dl_t dl;
	int fd;

	dl_daemon(HK_DLMGMT_STOP);
	dl_daemon(HK_DLMGMT_STOP);
	drv_create_init(&uic, "vpn1");
	is(hk_ioctl(drv_ctl, UNET_IOC_CREATE, &uic), -EBADF, "no create");
	is(uic.uic_hdr.uih_errno, UNET_E_DLMGMT, "... and its cause");
	is(dl_rename(id, "wan0"), -EBADF, "no rename");
	is(dl_info("vpn0", &dl), -EBADF, "no look into the book");
	fd = zone_open(0, "vpn0");
	ok(fd > 0, "/dev/unet is as it was (%d)", fd);
	is(hk_close(fd), 0, "close");
	is(zone_count(0), 1, "so is the list");
	is(drv_destroy("vpn0"), 0, "a link is destroyed");
	is(zone_count(0), 0, "... and gone");

	dl_daemon(HK_DLMGMT_START);
	dl_daemon(HK_DLMGMT_START);
	is(dl_info("vpn0", &dl), 0, "the cache still has its name");
	is(drv_create("vpn0") != 0, 1, "which can be had all the same");
	is(drv_destroy("vpn0"), 0, "destroyed");

	/* Whoever makes the id first, as dladm does, has not to wait long. */
	(void) drv_create("vpn0");
	dl_daemon(HK_DLMGMT_STOP);
	is(drv_destroy("vpn0"), 0, "destroyed without the daemon");
	dl_daemon(HK_DLMGMT_START);
	drv_until(dl_info("vpn0", &dl) == -ENOENT, "the name comes free");
}

static void
test_single_shot(void)
{
	unet_ioc_create_t uic;
	int fd;

	drv_create_init(&uic, "vpn0");
	uic.uic_lifetime = UNET_LIFE_SINGLE_SHOT;
	need(hk_ioctl(drv_ctl, UNET_IOC_CREATE, &uic) == 0, "single-shot");
	fd = zone_open(0, "vpn0");
	dl_daemon(HK_DLMGMT_STOP);
	is(hk_close(fd), 0, "its holder closes it without a daemon");
	is(zone_count(0), 0, "... and it is gone");
	dl_daemon(HK_DLMGMT_START);
	ok(drv_create("vpn0") != 0, "its name can be had");
	is(drv_destroy("vpn0"), 0, "destroyed");
}

static void
z11(void)
{
	const int32_t z = zone_new("Z11", 0);
	hk_dl_t mine = { .hdl_linkid = 0 }, lent, cfg;
	uint32_t cause, id, flags;
	hk_dl_t dl = { .hdl_name = "cfg0", .hdl_class = 0x400,
	    .hdl_flags = HK_DL_PERSIST };
	int own;

	own = zone_create(z, "own0", UNET_LIFE_TEMPORARY, &cause);
	id = drv_create("vpn0");
	is(hk_ioctl(drv_hk, HK_IOC_DLCREATE, &dl), 0, "one on paper only");
	is(dl_lend(id, z), 0, "lent");
	dl_daemon(HK_DLMGMT_STOP);
	dl_daemon(HK_DLMGMT_START);
	mine.hdl_linkid = (uint32_t)own;
	is(hk_ioctl(drv_hk, HK_IOC_DLINFO, &mine), 0,
	    "Z11: it comes back with a zone's link");
	is(mine.hdl_zoneid, z, "Z11: in the zone");
	flags = HK_DL_ACTIVE | HK_DL_TRANSIENT;
	is(mine.hdl_flags, flags, "Z11: transient");
	is(strcmp(mine.hdl_name, "own0"), 0, "Z11: with its name");
	is(dl_info("vpn0", &lent), 0, "Z11: and with a lent one");
	is(lent.hdl_linkid, id, "Z11: with its id");
	is(lent.hdl_zoneid, z, "Z11: where it is");
	is(dl_info("cfg0", &cfg), 0, "Z11: and what is persistent");
	is(cfg.hdl_flags, HK_DL_PERSIST, "Z11: as such");
	ok(cfg.hdl_linkid != id && cfg.hdl_linkid != (uint32_t)own,
	    "Z11: with an id of its own");
	is(zone_end_id(drv_hk, z), 0, "Z11: the zone halts as ever");
	is(dl_info("vpn0", &lent), 0, "Z11: the lent one");
	is(lent.hdl_zoneid, 0, "Z11: is back");
	cfg.hdl_flags = 0;
	is(hk_ioctl(drv_hk, HK_IOC_DLDESTROY, &cfg), 0, "forgotten");
	is(drv_destroy("vpn0"), 0, "destroyed");
}

static void
z12(void)
{
	const int32_t z = zone_new("Z12", 0);
	hk_zone_t hz = { .hz_name = "" };
	uint32_t cause, id;
	hk_dl_t dl;

	ok(zone_create(z, "own0", UNET_LIFE_TEMPORARY, &cause) > 0, "a link");
	id = drv_create("vpn0");
	is(dl_lend(id, z), 0, "... and one that is lent");
	dl_daemon(HK_DLMGMT_STOP);
	is(zone_named(HK_IOC_ZONEHALT, "Z12"), -EBUSY,
	    "Z12: without the daemon the lent one does not come back");
	while (hk_ioctl(drv_hk, HK_IOC_ZONENEXT, &hz) == 0 &&
	    strcmp(hz.hz_name, "Z12") != 0)
		continue;
	is(hz.hz_state, HK_ZONE_RUNNING, "Z12: nor is the zone down");
	is(zone_count(0), 1, "Z12: its own is gone");
	is(drv_info("vpn0").uii_zoneid, z, "Z12: the lent one still there");
	dl_daemon(HK_DLMGMT_START);
	is(zone_named(HK_IOC_ZONEHALT, "Z12"), 0, "Z12: it can be halted then");
	is(zone_named(HK_IOC_ZONEDESTROY, "Z12"), 0, "... and destroyed");
	is(drv_info("vpn0").uii_zoneid, 0, "Z12: and the link is back");
	is(dl_info("vpn0", &dl), 0, "Z12: as dlmgmtd says");
	is(dl.hdl_zoneid, 0, "Z12: too");
	memset(&dl, 0, sizeof (dl));
	is(hk_ioctl(drv_hk, HK_IOC_DLNEXT, &dl), 0, "Z12: it has that one");
	is(hk_ioctl(drv_hk, HK_IOC_DLNEXT, &dl), -ENOENT,
	    "Z12: and nothing of the zone's");
	is(drv_destroy("vpn0"), 0, "destroyed");
}

int
main(void)
{
	int32_t za;

	drv_boot();
	za = zone_new("A", 0);
	test_rename();
	test_same_name(za);
	test_dead();
	test_single_shot();
	z11();
	z12();
	is(zone_end_id(drv_hk, za), 0, "halt A");
	return (drv_done());
}
