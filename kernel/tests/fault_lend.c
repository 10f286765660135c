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
 * Fault sweeps over what moves links: they are lent, taken back, renamed, made
 * in a zone, looked for where they were moved to, and left by a zone that
 * halts.
 */

#include "sweep.h"
#include "drv_zones.h"

static int32_t zone;
static uint32_t id;

static void
global_up(void)
{
	zone = zone_new("z", 0);
	id = drv_create("vpn0");
}

static void
lent_up(void)
{
	global_up();
	need(dl_lend(id, zone) == 0, "lent");
	need(zone_count(zone) == 1, "and seen there");
}

static void
down(void)
{
	unet_list_ent_t ents[2];
	uint32_t i, n, cause;
	int err;

	err = zone_named(HK_IOC_ZONEHALT, "z");
	need(err == 0 || err == -ESRCH, "the zone is down (%d)", err);
	need(zone_named(HK_IOC_ZONEDESTROY, "z") == 0, "no zone");
	n = drv_list(ents, 2);
	for (i = 0; i < n; i++) {
		need(drv_destroy_flags(ents[i].ule_name, 0, &cause) == 0,
		    "%s is destroyed", ents[i].ule_name);
	}
}

static int64_t
lend(void)
{
	return (dl_lend(id, zone));
}

static int64_t
take_back(void)
{
	return (dl_lend(id, 0));
}

/*
 * There and back, so that the link is as it was.
 */
static int64_t
rename_it(void)
{
	return (dl_rename(id, "wan0"));
}

static void
rename_back(void)
{
	hk_dl_t dl;

	memset(&dl, 0, sizeof (dl));
	dl.hdl_linkid = id;
	need(hk_ioctl(drv_hk, HK_IOC_DLINFO, &dl) == 0, "known");
	if (strcmp(dl.hdl_name, "wan0") == 0)
		need(dl_rename(id, "vpn0") == 0, "renamed back");
	down();
}

/*
 * What nobody has looked for yet is found, and nothing of the look is lost when
 * it fails.
 */
static void
unseen_up(void)
{
	global_up();
	need(dl_lend(id, zone) == 0, "lent");
}

static int64_t
look(void)
{
	return (zone_kstats(0, "unet", "vpn0") == 1 && zone_count(zone) == 1 &&
	    zone_kstats(zone, "link", "vpn0") == 1 ? 0 : -EIO);
}

/*
 * A zone gets its /dev when somebody first looks there.
 */
static void
zone_up(void)
{
	zone = zone_new("z", 0);
	need(zone_count(zone) == 0, "no links");
}

static int64_t
create(void)
{
	int err = zone_create(zone, "vpn0", UNET_LIFE_TEMPORARY, &sweep_cause);

	return (err > 0 ? 0 : err);
}

static int64_t
halt(void)
{
	const int err = zone_named(HK_IOC_ZONEHALT, "z");

	return (err == -ESRCH ? 0 : err);
}

static const int move_errnos[] = { EFAULT, EBADF, EINTR, EAGAIN, 0 };
static const int create_errnos[] = { EFAULT, EBADF, EINTR, EAGAIN, ENOSPC,
    ENOMEM, EBUSY, ENOTEMPTY, 0 };
static const int halt_errnos[] = { EFAULT, EBUSY, 0 };

int
main(void)
{
	static const sweep_t sweeps[] = {
		{ "lend", global_up, lend, down, NULL,
		    SWEEP_COPY | SWEEP_UPCALL | SWEEP_MAC,
		    SWEEP_COPY | SWEEP_UPCALL, move_errnos },
		{ "take back", lent_up, take_back, down, NULL,
		    SWEEP_COPY | SWEEP_UPCALL | SWEEP_MAC,
		    SWEEP_COPY | SWEEP_UPCALL, move_errnos },
		{ "rename", global_up, rename_it, rename_back, NULL,
		    SWEEP_COPY | SWEEP_UPCALL | SWEEP_MAC, SWEEP_COPY,
		    move_errnos },
		{ "a look", unseen_up, look, down, NULL,
		    SWEEP_UPCALL | SWEEP_MAC, 0, move_errnos },
		{ "create in a zone", zone_up, create, down, NULL,
		    SWEEP_UPCALL | SWEEP_MAC, SWEEP_UPCALL | SWEEP_MAC,
		    create_errnos },
		{ "halt", lent_up, halt, down, NULL,
		    SWEEP_COPY | SWEEP_UPCALL | SWEEP_MAC,
		    SWEEP_COPY | SWEEP_UPCALL, halt_errnos }
	};
	size_t i;

	drv_boot();
	for (i = 0; i < sizeof (sweeps) / sizeof (sweeps[0]); i++)
		sweep(&sweeps[i]);
	return (drv_done());
}
