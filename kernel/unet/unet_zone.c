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
 * Zones.  A link belongs to the zone it was made in, and goes when that zone
 * halts: its holder, wherever it lives, finds the link destroyed, and nobody
 * waits for its descriptor.  A link that the global zone has lent to a zone has
 * gone back by then.
 *
 * At a halt the processes of the zone are gone first and its network stack
 * next, then comes our shutdown callback.  A link that something still sits on
 * then is tried once more in the destroy callback, and is the global zone's
 * after that.
 */

#include "unet_impl.h"
#include <sys/errno.h>
#include <sys/cmn_err.h>

static zone_key_t unet_zone_key;

/*
 * The zone facility takes NULL for a failure.
 */
static void *
unet_zone_create(zoneid_t zoneid __unused)
{
	return (&unet_zone_key);
}

static void
unet_zone_clear(zoneid_t zoneid, boolean_t last)
{
	unet_list_ent_t ule;
	unet_ioc_hdr_t hdr;
	uint32_t after = UNET_LINKID_NONE;
	boolean_t held;
	unet_dev_t *ud;
	pid_t pid;
	int err;

	if (zoneid == GLOBAL_ZONEID)
		return;

	unet_look_all();
	while (unet_dev_next(after, zoneid, B_TRUE, &ule)) {
		after = ule.ule_linkid;
		bzero(&hdr, sizeof (hdr));
		hdr.uih_linkid = ule.ule_linkid;
		if (unet_dev_hold(&hdr, GLOBAL_ZONEID, &ud) != 0)
			continue;
		err = unet_dev_ownerzone(ud) == zoneid ?
		    unet_dev_destroy(ud, 0, &held, &pid) : 0;
		if (err != 0 && last && unet_dev_orphan(ud)) {
			cmn_err(CE_WARN, "unet: %s outlives its zone %d: "
			    "error %d", ule.ule_name, (int)zoneid, err);
		}
		unet_dev_rele(ud);
	}
}

static void
unet_zone_shutdown(zoneid_t zoneid, void *arg __unused)
{
	unet_zone_clear(zoneid, B_FALSE);
}

static void
unet_zone_destroy(zoneid_t zoneid, void *arg __unused)
{
	unet_zone_clear(zoneid, B_TRUE);
}

void
unet_zone_init(void)
{
	zone_key_create(&unet_zone_key, unet_zone_create, unet_zone_shutdown,
	    unet_zone_destroy);
}

void
unet_zone_fini(void)
{
	(void) zone_key_delete(unet_zone_key);
}

/*
 * ENOENT: there is no such zone any more.
 */
int
unet_zone_name(zoneid_t zoneid, char *name, size_t size)
{
	zone_t *zone;

	if ((zone = zone_find_by_id(zoneid)) == NULL)
		return (ENOENT);
	(void) strlcpy(name, zone->zone_name, size);
	zone_rele(zone);
	return (0);
}

/*
 * Is it gone, or about to go?
 */
boolean_t
unet_zone_ends(zoneid_t zoneid)
{
	zone_t *zone;
	boolean_t ends;

	if ((zone = zone_find_by_id(zoneid)) == NULL)
		return (B_TRUE);
	ends = zone_status_get(zone) >= ZONE_IS_SHUTTING_DOWN;
	zone_rele(zone);
	return (ends);
}

/*
 * A zone that shares the global zone's network stack has none that a link of
 * its own could belong to.
 */
boolean_t
unet_zone_has_stack(const cred_t *cr)
{
	zone_t *zone;
	boolean_t has;

	if (crgetzoneid(cr) == GLOBAL_ZONEID)
		return (B_TRUE);
	if ((zone = zone_find_by_id(crgetzoneid(cr))) == NULL)
		return (B_FALSE);
	has = (zone->zone_flags & ZF_NET_EXCL) != 0;
	zone_rele(zone);
	return (has);
}
