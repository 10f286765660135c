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
 * The rules of links in zones (IPD 3 of illumos), by number, as far as they are
 * the kernel's.  Z6, Z7, Z15, Z17 and Z18 are those of links that are lent, and
 * in drv_lend.c.
 */

#include "drv_zones.h"

#define	REBOOTS	20

static int
kstats_of(const char *name)
{
	return ((int)(zone_kstats(0, "unet", name) +
	    zone_kstats(0, "link", name)));
}

static void
z1(int32_t za)
{
	unet_ioc_info_t uii;
	uint32_t cause;
	hk_dl_t dl;
	int id;

	id = zone_create(za, "z10", UNET_LIFE_TEMPORARY, &cause);
	ok(id > 0, "Z1: a zone makes a link (%d)", id);
	is(zone_info(za, "z10", &uii), 0, "Z1: the zone sees it");
	is(uii.uii_zoneid, za, "Z1: in the zone");
	is(uii.uii_ownerzone, za, "Z1: of the zone");
	is(uii.uii_lifetime, UNET_LIFE_TRANSIENT, "Z1: transient");
	memset(&dl, 0, sizeof (dl));
	dl.hdl_linkid = (uint32_t)id;
	is(hk_ioctl(drv_hk, HK_IOC_DLINFO, &dl), 0, "Z1: dlmgmtd has it");
	is(dl.hdl_flags, HK_DL_ACTIVE | HK_DL_TRANSIENT, "Z1: as transient");
	is(dl.hdl_zoneid, za, "Z1: in the zone");
	is(zone_destroy(za, "z10", &cause), 0, "Z1: the zone destroys it");
}

static void
z2(int32_t za)
{
	uint32_t cause;
	hk_dl_t dl;

	is(zone_create(za, "z20", UNET_LIFE_PERSISTENT, &cause), -EPERM,
	    "Z2: a zone makes no persistent link");
	is(cause, UNET_E_ZONE, "Z2: and its cause");
	is(zone_count(0), 0, "Z2: nothing is left in the driver");
	is(dl_info("z20", &dl), -ENOENT, "Z2: nor in dlmgmtd");
	is(zone_open(za, "z20"), -ENOENT, "Z2: nor in /dev/unet");
	is(kstats_of("z20"), 0, "Z2: nor in the kstats");
}

/*
 * What the global zone's dladm(8) would see while zones with a link come and
 * go: never that name, and that id never in the global zone.
 */
typedef struct watch {
	pthread_t	w_thread;
	volatile int	w_stop;		/* atomic */
	uint64_t	w_looks;
	uint64_t	w_seen;
} watch_t;

static void *
watcher(void *arg)
{
	watch_t *w = arg;
	hk_dl_t dl;

	while (__atomic_load_n(&w->w_stop, __ATOMIC_RELAXED) == 0) {
		if (dl_info("z30", &dl) == 0)
			w->w_seen++;
		memset(&dl, 0, sizeof (dl));
		while (hk_ioctl(drv_hk, HK_IOC_DLNEXT, &dl) == 0)
			w->w_seen += dl.hdl_zoneid == 0;
		(void) __atomic_add_fetch(&w->w_looks, 1, __ATOMIC_RELAXED);
	}
	return (NULL);
}

static void
z3(void)
{
	watch_t w = { .w_stop = 0 };
	uint32_t cause;
	int i, bad = 0;

	need(pthread_create(&w.w_thread, NULL, watcher, &w) == 0, "a thread");
	for (i = 0; i < REBOOTS; i++) {
		const int32_t z = zone_new("Z3", 0);

		bad += zone_create(z, "z30", UNET_LIFE_TEMPORARY, &cause) < 0;
		bad += zone_end_id(drv_hk, z) != 0;
	}
	while (__atomic_load_n(&w.w_looks, __ATOMIC_RELAXED) == 0)
		(void) sched_yield();
	__atomic_store_n(&w.w_stop, 1, __ATOMIC_RELAXED);
	(void) pthread_join(w.w_thread, NULL);
	is(bad, 0, "Z3: a zone halts, %d times, with a link of its own", i);
	is(w.w_seen, 0, "Z3: the global zone saw it at no instant");
	is(zone_count(0), 0, "Z3: and it is gone");
}

static void *
reader(void *arg)
{
	const int fd = *(int *)arg;
	uint8_t buf[100];

	return ((void *)(intptr_t)hk_read(fd, buf, sizeof (buf)));
}

static void
z4(void)
{
	const int32_t z = zone_new("Z4", 0);
	pthread_t thread;
	uint32_t cause;
	void *got;
	int fd;

	ok(zone_create(z, "z40", UNET_LIFE_TEMPORARY, &cause) > 0, "a link");
	fd = drv_open("zone/Z4/z40", O_RDWR);
	ok(fd > 0, "Z4: the global zone holds the zone's link");
	need(pthread_create(&thread, NULL, reader, &fd) == 0, "a thread");
	while (drv_stat("z40", "rx_waits", NULL) == 0)
		(void) sched_yield();
	is(zone_end_id(drv_hk, z), 0, "Z4: the halt does not wait for it");
	(void) pthread_join(thread, &got);
	is((intptr_t)got, -ENXIO, "Z4: who waited for a frame hears of it");
	is(hk_poll(fd, POLLIN, 0), POLLHUP, "Z4: so does a poller");
	is(hk_close(fd), 0, "close");
}

static void
z5(void)
{
	const int32_t z = zone_new("Z5", 0);
	uint32_t cause;
	int id;

	id = zone_create(z, "z50", UNET_LIFE_TEMPORARY, &cause);
	drv_plumb((uint32_t)id, "b0", HK_STACK_PIN);
	is(zone_end_id(drv_hk, z), 0, "Z5: a zone halts whose IP has a link");
	is(zone_count(0), 0, "Z5: which is gone");
	is(kstats_of("z50"), 0, "Z5: with its kstats");
}

static void
z8_z9(int32_t za, int32_t zb)
{
	const uint32_t id = drv_create("z80");
	uint32_t cause;

	is(zone_create(za, "z80", UNET_LIFE_TEMPORARY, &cause), -EEXIST,
	    "Z8: no zone takes a name of the global zone");
	is(cause, UNET_E_EXISTS, "Z8: and its cause");
	is(dl_lend(id, zb), 0, "... which is lent");
	is(zone_create(za, "z80", UNET_LIFE_TEMPORARY, &cause), -EEXIST,
	    "Z8: nor one that is lent");
	is(dl_lend(id, 0), 0, "... and taken back");
	is(drv_destroy("z80"), 0, "destroyed");
	ok(zone_create(za, "z90", UNET_LIFE_TEMPORARY, &cause) > 0, "a link");
	is(zone_create(zb, "z90", UNET_LIFE_TEMPORARY, &cause), -EEXIST,
	    "Z9: names are unique over all zones");
	is(zone_destroy(za, "z90", &cause), 0, "destroyed");
}

static void
z10(void)
{
	const uint32_t id = drv_create("z100");
	hk_usage_t first = { .hu_files = 0 }, now = first;
	uint32_t cause;
	int i, bad = 0;

	for (i = 0; i <= REBOOTS; i++) {
		const int32_t z = zone_new("Z10", 0);

		bad += zone_create(z, "z101", UNET_LIFE_TEMPORARY, &cause) < 0;
		bad += dl_lend(id, z) != 0;
		bad += zone_count(z) != 2;
		bad += zone_end_id(drv_hk, z) != 0;
		bad += zone_count(0) != 1;
		now = drv_usage();
		if (i == 0)
			first = now;
	}
	is(bad, 0, "Z10: %d boots, with a link of the zone's and a lent one",
	    i);
	is(now.hu_kmem, first.hu_kmem, "Z10: no memory is lost");
	is(now.hu_kstats, first.hu_kstats, "Z10: no kstat");
	is(now.hu_links, first.hu_links, "Z10: no link");
	is(now.hu_locks, first.hu_locks, "Z10: no lock");
	is(now.hu_threads, first.hu_threads, "Z10: no thread");
	is(drv_destroy("z100"), 0, "destroyed");
}

static void
z13(int32_t za)
{
	hk_cred_t cred = { 0, 0, za, HK_PRIV_NET_RAWACCESS };
	unet_ioc_create_t uic;
	unet_ioc_destroy_t uid;
	unet_ioc_info_t uii;
	uint32_t cause;
	int ctl;

	ok(zone_create(za, "z130", UNET_LIFE_TEMPORARY, &cause) > 0, "a link");
	need(hk_setcred(&cred) == 0, "in the zone, without sys_dl_config");
	ctl = hk_open(drv_kernel, UNET_CTL_PATH, O_RDWR);
	drv_create_init(&uic, "z131");
	is(hk_ioctl(ctl, UNET_IOC_CREATE, &uic), -EPERM, "Z13: no create");
	is(uic.uic_hdr.uih_errno, UNET_E_PRIV, "Z13: and its cause");
	memset(&uid, 0, sizeof (uid));
	drv_hdr(&uid.uid_hdr, "z130");
	is(hk_ioctl(ctl, UNET_IOC_DESTROY, &uid), -EPERM, "Z13: no destroy");
	memset(&uii, 0, sizeof (uii));
	drv_hdr(&uii.uii_hdr, "z130");
	is(hk_ioctl(ctl, UNET_IOC_INFO, &uii), 0, "Z13: but it can be shown");
	(void) hk_close(ctl);
	in_zone(0);
	is(zone_destroy(za, "z130", &cause), 0, "destroyed");
}

static void
z14(int32_t za, int32_t zb)
{
	static const uint8_t nothing[sizeof (unet_ioc_info_t)];
	unet_ioc_info_t uii;
	unet_ioc_destroy_t uid;
	uint32_t cause;
	int id;

	id = zone_create(zb, "z140", UNET_LIFE_TEMPORARY, &cause);
	ok(id > 0, "a link of B");
	memset(&uii, 0, sizeof (uii));
	drv_hdr(&uii.uii_hdr, NULL);
	uii.uii_hdr.uih_linkid = (uint32_t)id;
	is(zone_ctl(za, UNET_IOC_INFO, &uii), -ENOENT,
	    "Z14: A knows the id of B's link, and hears of none");
	is(memcmp((char *)&uii + sizeof (uii.uii_hdr), nothing,
	    sizeof (uii) - sizeof (uii.uii_hdr)), 0, "Z14: nothing of it");
	is(uii.uii_hdr.uih_name[0], 0, "Z14: nor its name");
	memset(&uid, 0, sizeof (uid));
	drv_hdr(&uid.uid_hdr, NULL);
	uid.uid_hdr.uih_linkid = (uint32_t)id;
	is(zone_ctl(za, UNET_IOC_DESTROY, &uid), -ENOENT, "Z14: no destroy");
	is(zone_kstats(za, "unet", "z140"), 0, "Z14: no kstat");
	is(zone_open(za, "z140"), -ENOENT, "Z14: no node");
	is(zone_destroy(zb, "z140", &cause), 0, "destroyed");
}

static void
z16(int32_t za, int32_t zb)
{
	const uint32_t id = drv_create("z160");
	unet_list_ent_t ents[4];
	uint32_t cause;

	ok(zone_create(za, "z161", UNET_LIFE_TEMPORARY, &cause) > 0, "A's");
	is(dl_lend(id, zb), 0, "... and one lent to B");
	memset(ents, 0, sizeof (ents));
	is(drv_list(ents, 4), 2, "Z16: the global zone lists both");
	is(ents[0].ule_zoneid, zb, "Z16: the lent one with where it is");
	is(drv_info("z160").uii_ownerzone, 0, "Z16: and whose it is");
	is(ents[1].ule_zoneid, za, "Z16: the other one with its zone");
	is(zone_count(za), 1, "Z16: A lists its own");
	is(zone_count(zb), 1, "Z16: B what is lent to it");
	is(dl_lend(id, 0), 0, "taken back");
	is(drv_destroy("z160"), 0, "destroyed");
	is(zone_destroy(za, "z161", &cause), 0, "destroyed");
}

static void
z19(void)
{
	const int32_t z = zone_new("Z19", HK_ZONE_SHARED_IP);
	uint32_t cause;

	is(zone_create(z, "z190", UNET_LIFE_TEMPORARY, &cause), -ENOTSUP,
	    "Z19: a zone without a stack of its own makes none");
	is(cause, UNET_E_ZONE, "Z19: and its cause");
	is(zone_end_id(drv_hk, z), 0, "halt");
}

int
main(void)
{
	int32_t za, zb;

	drv_boot();
	za = zone_new("A", 0);
	zb = zone_new("B", 0);
	z1(za);
	z2(za);
	z3();
	z4();
	z5();
	z8_z9(za, zb);
	z10();
	z13(za);
	z14(za, zb);
	z16(za, zb);
	z19();
	is(zone_end_id(drv_hk, zb), 0, "halt B");
	is(zone_end_id(drv_hk, za), 0, "halt A");
	return (drv_done());
}
