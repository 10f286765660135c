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
 * Which zone a program of the host is in.  On illumos a process is of the zone
 * that started it; here somebody has to say, and hk_api_zone() decides whether
 * they may.
 */

#include <sys/errno.h>
#include <sys/systm.h>
#include <sys/zone.h>

#include "dev_impl.h"
#include "api.h"

/*
 * The id of a zone that runs, or minus `err'.
 */
static int
zone_running(zone_t *zone, int err)
{
	zoneid_t id;

	if (zone == NULL)
		return (-err);
	id = zone_status_get(zone) < ZONE_IS_SHUTTING_DOWN ? zone->zone_id :
	    -err;
	zone_rele(zone);
	return (id);
}

/*
 * A program asks for a zone, and may.
 */
static int
zone_chosen(const char *name, int zoneid)
{
	char copy[ZONENAME_MAX];

	if (name == NULL)
		return (zone_running(zone_find_by_id(zoneid), ENXIO));
	if (strlcpy(copy, name, sizeof (copy)) >= sizeof (copy))
		return (-ENOENT);
	return (zone_running(zone_find_by_name(copy), ENOENT));
}

/*
 * A program is in a namespace that is tied to a zone, which may not run.
 */
static int
zone_confined(const char *in, zoneid_t tied, const char *name, int zoneid)
{
	int id;

	if (name != NULL && strcmp(name, in) != 0)
		return (-EPERM);
	id = tied < 0 ? -ENXIO : zone_running(zone_find_by_id(tied), ENXIO);
	if (id < 0 || zoneid == GLOBAL_ZONEID || zoneid == id)
		return (id);
	/* It may be of an earlier boot. */
	return (zone_running(zone_find_by_id(zoneid), ENXIO) < 0 ? -ENXIO :
	    -EPERM);
}

int
hk_api_zone(unsigned long long netns, int home, int may, const char *name,
    int zoneid)
{
	char in[ZONENAME_MAX];
	zoneid_t tied;
	int id, err;

	err = zonecfg_of_netns(netns, home != 0, in, &tied);
	if (err == 0) {
		id = zone_confined(in, tied, name, zoneid);
		return (id < 0 ? -border_errno(-id) : id);
	}
	if (err != ENOENT)
		return (-border_errno(err));
	if (name == NULL && zoneid == GLOBAL_ZONEID)
		return (GLOBAL_ZONEID);
	if (!may)
		return (-border_errno(EPERM));
	id = zone_chosen(name, zoneid);
	if (id >= 0 && zoneid != GLOBAL_ZONEID && id != zoneid)
		id = -EPERM;
	return (id < 0 ? -border_errno(-id) : id);
}
