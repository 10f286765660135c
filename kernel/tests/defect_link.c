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
 * What vnd got wrong about links, their names, their zones, and what a request
 * tells: each fact is named for what its users saw.
 */

#include "drv.h"

#define	UUID	"7b6c1d30-52a5-4f0e-9e0b-8a9d3f1c2e44"
#define	LONGEST	"abcdefghijklmnopqrstuvwxyz12345"

static int32_t
zone_boot(const char *name)
{
	hk_zone_t hz = { .hz_flags = 0 };

	need(strlen(name) < sizeof (hz.hz_name), "a name");
	(void) strcpy(hz.hz_name, name);
	need(zone_start(drv_hk, &hz) == 0, "zone %s", name);
	return (hz.hz_zoneid);
}

static int
zone_halt(int32_t zoneid)
{
	return (zone_end_id(drv_hk, zoneid));
}

static void
as(int32_t zoneid)
{
	hk_cred_t cred = { 0, 0, zoneid, HK_PRIV_ALL };

	need(hk_setcred(zoneid == 0 ? NULL : &cred) == 0, "in zone %d",
	    (int)zoneid);
}

static void
create_in(int32_t zoneid, const char *name)
{
	unet_ioc_create_t uic;
	int ctl;

	as(zoneid);
	ctl = hk_open(drv_kernel, UNET_CTL_PATH, O_RDWR);
	drv_create_init(&uic, name);
	need(hk_ioctl(ctl, UNET_IOC_CREATE, &uic) == 0, "create %s", name);
	is(hk_close(ctl), 0, "%s in zone %d", name, (int)zoneid);
	as(0);
}

/*
 * Bytes that nobody wrote, of a structure that is full of something else.
 */
static void
test_disclosure(void)
{
	unet_list_ent_t ents[2];
	unet_ioc_info_t a, b;
	unet_ioc_list_t uil;
	unet_ioc_props_t uip;
	size_t i, dirt = 0;

	(void) drv_create("vpn0");
	memset(&a, 0, sizeof (a));
	memset(&b, 0xa5, sizeof (b));
	drv_hdr(&a.uii_hdr, "vpn0");
	drv_hdr(&b.uii_hdr, "vpn0");
	memset(b.uii_hdr.uih_name + 5, 0xa5, UNET_NAMELEN - 5);
	is(hk_ioctl(drv_ctl, UNET_IOC_INFO, &a), 0, "info");
	is(hk_ioctl(drv_ctl, UNET_IOC_INFO, &b), 0, "info");
	is(memcmp(&a, &b, sizeof (a)), 0,
	    "what a request answers has no byte that is not its answer");

	memset(ents, 0xa5, sizeof (ents));
	memset(&uil, 0, sizeof (uil));
	drv_hdr(&uil.uil_hdr, NULL);
	uil.uil_nents = 2;
	uil.uil_ents = (uint64_t)(uintptr_t)ents;
	is(hk_ioctl(drv_ctl, UNET_IOC_LIST, &uil), 0, "list");
	for (i = 5; i < UNET_NAMELEN; i++)
		dirt += ents[0].ule_name[i] != 0;
	is(dirt, 0, "a name in a list is followed by nothing");

	memset(&uip, 0, sizeof (uip));
	drv_hdr(&uip.uip_hdr, "vpn9");
	uip.uip_count = 1;
	uip.uip_props[0].up_id = UNET_PROP_RXBUF;
	uip.uip_props[0].up_value = 4711;
	is(hk_ioctl(drv_ctl, UNET_IOC_GETPROP, &uip), -ENOENT,
	    "a property of no link is an error, and no number that happens to "
	    "be there");
	is(uip.uip_props[0].up_value, 4711, "... nor is one put there");
	is(drv_destroy("vpn0"), 0, "destroy");
}

static void
test_long_names(void)
{
	const int32_t zoneid = zone_boot(UUID);
	int fd;

	create_in(zoneid, LONGEST);
	as(zoneid);
	fd = drv_open(LONGEST, DRV_RDWR);
	ok(fd > 0, "a link of the longest name opens in a zone of a long name "
	    "(%d)", fd);
	(void) hk_close(fd);
	as(0);
	fd = hk_open(drv_kernel, "/dev/unet/zone/" UUID "/" LONGEST, DRV_RDWR);
	ok(fd > 0, "... and from the global zone (%d)", fd);
	(void) hk_close(fd);
	is(zone_halt(zoneid), 0, "halt");
}

/*
 * Does the caller see the kstat of a link?
 */
static int
sees_kstat(const char *name)
{
	hk_kstat_t ks[64];
	hk_kslist_t hkl = { .hkl_nents = 64,
	    .hkl_ents = (uint64_t)(uintptr_t)ks };
	uint32_t i;

	need(hk_ioctl(drv_hk, HK_IOC_KSLIST, &hkl) == 0, "kstats");
	for (i = 0; i < hkl.hkl_actents && i < 64; i++) {
		if (strcmp(ks[i].hks_module, "unet") == 0 &&
		    strcmp(ks[i].hks_name, name) == 0)
			return (1);
	}
	return (0);
}

static void
test_zone_kstats(void)
{
	const int32_t a = zone_boot("A"), b = zone_boot("B");
	char zonename[128];

	create_in(a, "a0");
	as(a);
	ok(sees_kstat("a0"), "a zone sees the counters of its own link");
	as(b);
	ok(!sees_kstat("a0"), "... and another zone does not");
	as(0);
	ok(sees_kstat("a0"), "... but the global zone does");
	(void) drv_stat("a0", "zonename", zonename);
	is(strcmp(zonename, "A"), 0, "... with the zone's name");
	is(zone_halt(b), 0, "halt B");
	is(zone_halt(a), 0, "halt A");
}

static void
test_zone_props(void)
{
	const int32_t a = zone_boot("A");
	unet_ioc_props_t uip;
	uint32_t id;
	int fd;

	create_in(a, "a0");
	as(a);
	fd = drv_open("a0", DRV_RDWR);
	memset(&uip, 0, sizeof (uip));
	drv_hdr(&uip.uip_hdr, NULL);
	for (id = UNET_PROP_RXBUF; id <= UNET_PROP_ZONE; id++)
		uip.uip_props[uip.uip_count++].up_id = id;
	is(hk_ioctl(fd, UNET_IOC_GETPROP, &uip), 0,
	    "a zone reads every property of its link");
	is(uip.uip_props[2].up_value, UNET_BUF_MAX, "... maxsize, too");
	(void) hk_close(fd);
	as(0);
	is(zone_halt(a), 0, "halt");
}

/*
 * Open a zone's link from the global zone, with less and less luck; what is in
 * use when the zone has gone.
 */
static hk_usage_t
fill(uint64_t nth, int *fdp)
{
	const int32_t a = zone_boot("A");
	hk_fault_t hf = { .hf_kind = HK_FAULT_ALLOC, .hf_nth = nth };

	create_in(a, "a0");
	do {
		need(hk_ioctl(drv_hk, HK_IOC_FAULT, &hf) == 0, "fault");
		*fdp = drv_open("zone/A/a0", DRV_RDWR);
		hf.hf_nth++;
	} while (*fdp < 0 && hf.hf_nth < 1000);
	hf.hf_nth = 0;
	need(hk_ioctl(drv_hk, HK_IOC_FAULT, &hf) == 0, "no fault");
	(void) hk_close(*fdp);
	is(zone_halt(a), 0, "the zone halts");
	return (drv_usage());
}

static void
test_fill(void)
{
	hk_usage_t lucky, unlucky;
	int fd;

	lucky = fill(1000, &fd);
	ok(fd > 0, "a lookup in /dev (%d)", fd);
	unlucky = fill(1, &fd);
	ok(fd > 0, "... succeeds in the end (%d)", fd);
	is(unlucky.hu_kmem, lucky.hu_kmem,
	    "a lookup in /dev that fails lets go of what it held, once");
}

/*
 * What others change, as its holder hears of it.
 */
static void
test_told(void)
{
	unet_ioc_event_t uie;
	unet_ioc_info_t uii;
	int fd;

	(void) drv_create("vpn0");
	fd = drv_open("vpn0", DRV_RDWR);
	is(drv_set("vpn0", UNET_PROP_MTU, 9000), 0, "another MTU");
	is(drv_set("vpn0", UNET_PROP_MAC, 0x020820000009), 0, "and address");
	is(hk_poll(fd, POLLPRI, 0), POLLPRI, "the holder's poll says so");
	memset(&uie, 0, sizeof (uie));
	drv_hdr(&uie.uie_hdr, NULL);
	is(hk_ioctl(fd, UNET_IOC_EVENT, &uie), 0, "it takes events");
	ok(uie.uie_count == 2 && uie.uie_events[0].ue_type == UNET_EV_MTU &&
	    uie.uie_events[1].ue_type == UNET_EV_MAC,
	    "the holder is told of another MTU and MAC address");
	memset(&uii, 0, sizeof (uii));
	drv_hdr(&uii.uii_hdr, NULL);
	is(hk_ioctl(fd, UNET_IOC_INFO, &uii), 0, "it asks");
	is(uii.uii_maxframe, 9018, "... and knows how long a frame may be");
	is(hk_close(fd), 0, "close");
	is(drv_destroy("vpn0"), 0, "destroy");
}

static void
test_halt(void)
{
	const int32_t a = zone_boot("A");
	uint8_t buf[100];
	int fd;

	create_in(a, "a0");
	fd = drv_open("zone/A/a0", DRV_RDWR);
	ok(fd > 0, "the global zone holds a zone's link (%d)", fd);
	is(zone_halt(a), 0,
	    "a zone halts although the global zone holds its link");
	is(hk_read(fd, buf, sizeof (buf)), -ENXIO, "... which it hears of");
	ok(!sees_kstat("a0"), "no counters are left that name a zone that is "
	    "gone");
	is(hk_close(fd), 0, "close");
}

int
main(void)
{
	drv_boot();
	test_disclosure();
	test_long_names();
	test_zone_kstats();
	test_zone_props();
	test_fill();
	test_told();
	test_halt();
	return (drv_done());
}
