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
 * Everything that can be done to links at once, in one process: rounds of it,
 * and after each a quiet moment, in which the counters must balance, nothing is
 * left when the links are gone, and the driver can be detached.
 */

#include "race.h"
#include "race_monitor.h"

#define	ROUND_MSEC	500
#define	NCALM		3

/*
 * A zone, with a link that the global zone holds, halts.
 */
static void
zoner(race_thread_t *rt)
{
	hk_cred_t cred = { 0, 0, 0, HK_PRIV_ALL };
	uint8_t buf[2048];
	hk_zone_t zone;
	int hk, ctl, fd;

	while (!race_stop()) {
		if ((hk = race_hk(rt)) < 0)
			continue;
		memset(&zone, 0, sizeof (zone));
		(void) snprintf(zone.hz_name, sizeof (zone.hz_name), "z%u",
		    race_random(rt, 2));
		if (RACE_NOTE(rt, "zone", zone_start(hk, &zone), EEXIST) == 0) {
			cred.hc_zoneid = zone.hz_zoneid;
			(void) hk_setcred(&cred);
			if ((ctl = race_ctl(rt)) > 0)
				race_create(rt, ctl, "zoned0");
			race_close(rt, ctl);
			fd = (int)RACE_NOTE(rt, "open in the zone",
			    drv_open("zoned0", DRV_RDWR), EBUSY);
			(void) hk_setcred(NULL);
			race_close(rt, fd);
			(void) snprintf((char *)buf, sizeof (buf),
			    "/dev/unet/zone/%s/zoned0", zone.hz_name);
			fd = (int)RACE_NOTE(rt, "open from outside",
			    hk_open(drv_kernel, (char *)buf, DRV_RDWR), EBUSY);
			(void) usleep(race_random(rt, 1000));
			(void) RACE_NOTE(rt, "halt",
			    zone_end(hk, &zone));
			(void) RACE_NOTE(rt, "read of a zone's link",
			    hk_read(fd, buf, sizeof (buf)), EAGAIN);
			race_close(rt, fd);
		}
		race_close(rt, hk);
	}
}

/*
 * Detach it whenever it can be, and bring it back.
 */
static uint64_t detached;	/* of the one that does it */

static void
detacher(race_thread_t *rt)
{
	int hk;

	while (!race_stop()) {
		if ((hk = race_hk(rt)) > 0 && RACE_NOTE(rt, "unload",
		    hk_ioctl(hk, HK_IOC_UNLOAD, NULL), EBUSY) == 0) {
			detached++;
			(void) RACE_NOTE(rt, "load",
			    hk_ioctl(hk, HK_IOC_LOAD, NULL));
		}
		race_close(rt, hk);
		(void) usleep(200);
	}
}

static int
balanced(const char *link, const char *way)
{
	static const char *const stats[] = {
		"in_frames", "frames", "drops", "q_frames"
	};
	uint64_t value[4];
	char name[32];
	int i;

	for (i = 0; i < 4; i++) {
		(void) snprintf(name, sizeof (name), "%s%s%s", way,
		    i == 3 ? "" : "_", stats[i]);
		value[i] = drv_stat(link, name, NULL);
	}
	return (value[0] == value[1] + value[2] + value[3]);
}

/*
 * Nobody does anything: what is there balances, goes when it is told to, and
 * leaves nothing.
 */
static void
quiet(void)
{
	unet_list_ent_t ents[16];
	hk_stack_t hst;
	uint32_t i, n;
	int wrong = 0;

	drv_ctl = hk_open(drv_kernel, UNET_CTL_PATH, O_RDWR);
	need(drv_ctl > 0, "ctl opens (%d)", drv_ctl);
	n = drv_list(ents, 16);
	for (i = 0; i < n; i++) {
		wrong += !balanced(ents[i].ule_name, "rx") ||
		    !balanced(ents[i].ule_name, "tx");
		memset(&hst, 0, sizeof (hst));
		hst.hst_linkid = ents[i].ule_linkid;
		(void) hk_ioctl(drv_hk, HK_IOC_UNPLUMB, &hst);
		/* A single-shot link may be going already. */
		(void) drv_destroy(ents[i].ule_name);
	}
	is(wrong, 0, "the counters of %u links balance", n);
	drv_until(drv_list(ents, 16) == 0, "they go");
	need(hk_close(drv_ctl) == 0, "close");
	drv_until(drv_usage().hu_links == 0 && drv_usage().hu_mblks == 0 &&
	    drv_usage().hu_files == 1, "nothing is left");
	drv_until(hk_ioctl(drv_hk, HK_IOC_UNLOAD, NULL) == 0,
	    "the driver detaches");
	is(hk_ioctl(drv_hk, HK_IOC_LOAD, NULL), 0, "and comes back");
}

int
main(void)
{
	/* The calm ones come first: between them the driver can be detached. */
	race_thread_t rts[] = {
		{ .rt_role = detacher, .rt_name = "detacher" },
		{ .rt_role = race_maker, .rt_name = "maker" },
		{ .rt_role = race_looker, .rt_name = "looker" },
		{ .rt_role = race_maker, .rt_name = "second maker" },
		{ .rt_role = race_holder, .rt_name = "holder" },
		{ .rt_role = race_holder, .rt_name = "second holder" },
		{ .rt_role = race_guest, .rt_name = "guest" },
		{ .rt_role = race_guest, .rt_name = "second guest" },
		{ .rt_role = race_plumber, .rt_name = "plumber" },
		{ .rt_role = race_setter, .rt_name = "setter" },
		{ .rt_role = race_neighbour, .rt_name = "neighbour" },
		{ .rt_role = race_monitor, .rt_name = "monitor" },
		{ .rt_role = race_monitor, .rt_name = "second monitor" },
		{ .rt_role = zoner, .rt_name = "zoner" }
	};
	const size_t n = sizeof (rts) / sizeof (rts[0]);
	const uint32_t seconds = race_number("UNET_TIME", 2);
	const uint32_t seed = race_number("UNET_SEED", (uint32_t)time(NULL));
	uint32_t round, rounds = seconds * 1000 / ROUND_MSEC;
	uint64_t calls = 0;
	size_t i;

	printf("# UNET_SEED=%u UNET_TIME=%u\n", seed, seconds);
	drv_boot();
	need(hk_close(drv_ctl) == 0, "close");
	for (i = 0; i < n; i++)
		rts[i].rt_seed = seed + (uint32_t)i * 7919;
	for (round = 0; round < rounds; round++) {
		const size_t now = round % 4 == 3 ? NCALM : n;

		race_start(rts, now);
		(void) usleep(ROUND_MSEC * 1000);
		race_join(rts, now);
		is(race_strange, 0, "every result is one that a race explains");
		quiet();
	}
	for (i = 0; i < n; i++) {
		calls += rts[i].rt_calls;
		ok(rts[i].rt_good != 0, "the %s did something: %llu of %llu",
		    rts[i].rt_name, (unsigned long long)rts[i].rt_good,
		    (unsigned long long)rts[i].rt_calls);
	}
	ok(calls > 0, "%llu calls, %llu detaches",
	    (unsigned long long)calls, (unsigned long long)detached);
	is(hk_halt(drv_kernel), 0, "the halt finds nothing leaked");
	return (tap_done());
}
