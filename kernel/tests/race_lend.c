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
 * Links are lent, taken back, renamed, opened in zones and destroyed, zones
 * boot and halt, and dlmgmtd dies and comes back, all at once.
 */

#include "race.h"

#define	NZONES		2

static int32_t zone_ids[NZONES];	/* atomic; 0: it does not run */

static int32_t
some_zone(race_thread_t *rt)
{
	return (__atomic_load_n(&zone_ids[race_random(rt, NZONES)],
	    __ATOMIC_RELAXED));
}

/*
 * The id of some link, or 0; not of a zone's own, which would get a name that
 * the other roles think is theirs.
 */
static uint32_t
some_link(race_thread_t *rt)
{
	unet_list_ent_t ents[8];
	unet_ioc_list_t uil;
	uint32_t i;
	int ctl;

	if ((ctl = race_ctl(rt)) < 0)
		return (0);
	memset(&uil, 0, sizeof (uil));
	drv_hdr(&uil.uil_hdr, NULL);
	uil.uil_nents = 8;
	uil.uil_ents = (uint64_t)(uintptr_t)ents;
	(void) RACE_NOTE(rt, "list", hk_ioctl(ctl, UNET_IOC_LIST, &uil));
	race_close(rt, ctl);
	if (uil.uil_actents > 8)
		uil.uil_actents = 8;
	if (uil.uil_actents == 0)
		return (0);
	i = race_random(rt, uil.uil_actents);
	return (strcmp(ents[i].ule_name, "own0") == 0 ? 0 :
	    ents[i].ule_linkid);
}

static void
lender(race_thread_t *rt)
{
	hk_dl_t dl;
	int hk;

	while (!race_stop()) {
		if ((hk = race_hk(rt)) < 0)
			continue;
		memset(&dl, 0, sizeof (dl));
		dl.hdl_linkid = some_link(rt);
		dl.hdl_zoneid = race_random(rt, 3) == 0 ? 0 : some_zone(rt);
		(void) RACE_NOTE(rt, "lend",
		    hk_ioctl(hk, HK_IOC_DLSETZONE, &dl), ESRCH, EEXIST, EBUSY,
		    EINVAL);
		race_close(rt, hk);
	}
}

static void
renamer(race_thread_t *rt)
{
	hk_dl_t dl;
	int hk;

	while (!race_stop()) {
		if ((hk = race_hk(rt)) < 0)
			continue;
		memset(&dl, 0, sizeof (dl));
		dl.hdl_linkid = some_link(rt);
		(void) snprintf(dl.hdl_name, sizeof (dl.hdl_name), "%s%u",
		    race_random(rt, 2) == 0 ? "race" : "renamed",
		    race_random(rt, RACE_NLINKS));
		(void) RACE_NOTE(rt, "rename",
		    hk_ioctl(hk, HK_IOC_DLRENAME, &dl), EEXIST, EBUSY);
		race_close(rt, hk);
	}
}

/*
 * A zone boots, makes a link, and halts, which has to be tried until the daemon
 * is there.
 */
static void
zoner(race_thread_t *rt)
{
	const uint32_t n = rt->rt_seed % NZONES;
	hk_cred_t cred = { 0, 0, 0, HK_PRIV_ALL };
	hk_zone_t hz = { .hz_flags = 0 };
	int hk, ctl;

	(void) snprintf(hz.hz_name, sizeof (hz.hz_name), "race%u", n);
	while (!race_stop()) {
		if ((hk = race_hk(rt)) < 0)
			continue;
		if (RACE_NOTE(rt, "boot", zone_start(hk, &hz), EEXIST) == 0) {
			__atomic_store_n(&zone_ids[n], hz.hz_zoneid,
			    __ATOMIC_RELAXED);
			cred.hc_zoneid = hz.hz_zoneid;
			(void) hk_setcred(&cred);
			if ((ctl = race_ctl(rt)) > 0)
				race_create(rt, ctl, "own0");
			race_close(rt, ctl);
			(void) hk_setcred(NULL);
			(void) usleep(race_random(rt, 2000));
			__atomic_store_n(&zone_ids[n], 0, __ATOMIC_RELAXED);
			while (RACE_NOTE(rt, "halt", zone_end(hk, &hz),
			    EBUSY) == -EBUSY)
				(void) sched_yield();
		}
		race_close(rt, hk);
	}
}

/*
 * A process of a zone opens what it finds there, and uses it while it may.
 */
static void
inmate(race_thread_t *rt)
{
	hk_cred_t cred = { 0, 0, 0, HK_PRIV_ALL };
	char name[UNET_NAMELEN];
	int i, fd;

	while (!race_stop()) {
		if ((cred.hc_zoneid = some_zone(rt)) == 0 ||
		    hk_setcred(&cred) != 0) {
			(void) sched_yield();
			continue;
		}
		(void) some_link(rt);
		race_name(name, race_random(rt, RACE_NLINKS));
		fd = (int)RACE_NOTE(rt, "open in a zone",
		    drv_open(name, DRV_RDWR), EBUSY);
		for (i = 0; fd > 0 && i < 50 && !race_stop(); i++)
			race_rdwr(rt, fd);
		race_close(rt, fd);
		(void) hk_setcred(NULL);
	}
}

static void
killer(race_thread_t *rt)
{
	hk_dlmgmt_t hdm = { .hdm_what = HK_DLMGMT_STOP };
	int hk;

	while (!race_stop()) {
		if ((hk = race_hk(rt)) < 0)
			continue;
		hdm.hdm_what = HK_DLMGMT_STOP;
		(void) RACE_NOTE(rt, "stop", hk_ioctl(hk, HK_IOC_DLMGMT, &hdm));
		(void) usleep(200);
		hdm.hdm_what = HK_DLMGMT_START;
		(void) RACE_NOTE(rt, "start",
		    hk_ioctl(hk, HK_IOC_DLMGMT, &hdm));
		race_close(rt, hk);
		(void) usleep(2000);
	}
}

/*
 * Nobody does anything: every link is in the global zone and can be destroyed,
 * and then dlmgmtd knows of none.
 */
static void
quiet(void)
{
	unet_list_ent_t ents[16];
	unet_ioc_destroy_t uid;
	uint32_t i, n;
	int wrong = 0;

	n = drv_list(ents, 16);
	for (i = 0; i < n && i < 16; i++) {
		hk_stack_t hst = { .hst_linkid = ents[i].ule_linkid };

		wrong += ents[i].ule_zoneid != 0;
		(void) hk_ioctl(drv_hk, HK_IOC_UNPLUMB, &hst);
		memset(&uid, 0, sizeof (uid));
		drv_hdr(&uid.uid_hdr, NULL);
		uid.uid_hdr.uih_linkid = ents[i].ule_linkid;
		(void) hk_ioctl(drv_ctl, UNET_IOC_DESTROY, &uid);
	}
	is(wrong, 0, "no link of %u is left in a zone", n);
	drv_until(drv_list(ents, 16) == 0 && drv_usage().hu_links == 0,
	    "they go");
	drv_until(drv_usage().hu_mblks == 0 && drv_usage().hu_files == 2,
	    "nothing is left");
}

/*
 * How many links dlmgmtd knows of, told if that is wanted.
 */
static uint32_t
ids_known(int tell)
{
	hk_dl_t dl;
	uint32_t n = 0;

	memset(&dl, 0, sizeof (dl));
	while (hk_ioctl(drv_hk, HK_IOC_DLNEXT, &dl) == 0) {
		n++;
		if (tell) {
			printf("# left: %s, id %u, zone %d, flags %#x\n",
			    dl.hdl_name, dl.hdl_linkid, dl.hdl_zoneid,
			    dl.hdl_flags);
		}
	}
	return (n);
}

/*
 * Ids that nobody could be told to free are freed when there is a daemon.
 */
static void
ids_go(void)
{
	(void) drv_create("last0");
	is(drv_destroy("last0"), 0, "a link is made, and destroyed");
	drv_until(ids_known(0) == 0, "dlmgmtd knows of no link");
	(void) ids_known(1);
}

int
main(void)
{
	race_thread_t rts[] = {
		{ .rt_role = race_maker, .rt_name = "maker" },
		{ .rt_role = race_looker, .rt_name = "looker" },
		{ .rt_role = race_holder, .rt_name = "holder" },
		{ .rt_role = race_plumber, .rt_name = "plumber" },
		{ .rt_role = race_setter, .rt_name = "setter" },
		{ .rt_role = race_neighbour, .rt_name = "neighbour" },
		{ .rt_role = lender, .rt_name = "lender" },
		{ .rt_role = lender, .rt_name = "second lender" },
		{ .rt_role = renamer, .rt_name = "renamer" },
		{ .rt_role = zoner, .rt_name = "zoner" },
		{ .rt_role = inmate, .rt_name = "inmate" },
		{ .rt_role = killer, .rt_name = "killer" }
	};
	const size_t n = sizeof (rts) / sizeof (rts[0]);
	const uint32_t seconds = race_number("UNET_TIME", 2);
	const uint32_t seed = race_number("UNET_SEED", (uint32_t)time(NULL));
	uint32_t round;
	size_t i;

	printf("# UNET_SEED=%u UNET_TIME=%u\n", seed, seconds);
	drv_zoneless = 1;
	drv_boot();
	for (i = 0; i < n; i++)
		rts[i].rt_seed = seed + (uint32_t)i * 7919;
	for (round = 0; round < seconds * 4; round++) {
		race_start(rts, n);
		(void) usleep(250000);
		race_join(rts, n);
		is(race_strange, 0, "every result is one that a race explains");
		quiet();
	}
	ids_go();
	for (i = 0; i < n; i++) {
		ok(rts[i].rt_good != 0, "the %s did something: %llu of %llu",
		    rts[i].rt_name, (unsigned long long)rts[i].rt_good,
		    (unsigned long long)rts[i].rt_calls);
	}
	return (drv_done());
}
