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
 * /dev/unet, as an sdev plugin shows it:
 *
 *	/dev/unet/ctl
 *	/dev/unet/monitor
 *	/dev/unet/<link>		the links of the zone that looks
 *	/dev/unet/zone/<zone>/<link>	in the global zone: those of all zones
 *
 * A link that the global zone has lent to a zone is in both: it is still the
 * global zone's.
 *
 * Every lookup below /dev/unet validates each name cached there and fills the
 * directory again, so both are short and hold no lock while they call sdev.  A
 * name is valid as long as its device number is a living link of that name, in
 * the zone whose directory this is: numbers are not used again soon, so a new
 * link of an old name gets a node of its own.  What the node's mode and owner
 * say does not matter; the driver decides who may open.
 */

#include "unet_impl.h"
#include <sys/errno.h>
#include <sys/mkdev.h>
#include <sys/stat.h>
#include <sys/vnode.h>
#include <sys/fs/sdev_plugin.h>

#define	UNET_SDEV_ROOT		UNET_DEV_DIR
#define	UNET_SDEV_ZROOT		UNET_DEV_DIR "/zone"
#define	UNET_SDEV_MODE		(S_IFCHR | 0666)

static sdev_plugin_hdl_t unet_sdev_hdl;

/*
 * sdev compares one character too few, and so asks us about the nodes of a
 * plugin whose name differs from ours in the last one only.
 */
static boolean_t
unet_sdev_ours(sdev_ctx_t ctx)
{
	const char *path = sdev_ctx_path(ctx);
	const size_t len = sizeof (UNET_SDEV_ROOT) - 1;

	return (strncmp(path, UNET_SDEV_ROOT, len) == 0 &&
	    (path[len] == '\0' || path[len] == '/'));
}

/*
 * Is a node below /dev/unet that of a link, where it is now?
 */
static boolean_t
unet_sdev_valid_link(sdev_ctx_t ctx, minor_t minor)
{
	const char *path = sdev_ctx_path(ctx);
	const size_t len = sizeof (UNET_SDEV_ZROOT) - 1;
	const char *name = sdev_ctx_name(ctx);
	char zonename[ZONENAME_MAX];
	zoneid_t zoneid;
	zone_t *zone;
	size_t n;

	unet_look_minor(minor);
	if (strncmp(path, UNET_SDEV_ZROOT "/", len + 1) != 0) {
		zoneid = (sdev_ctx_flags(ctx) & SDEV_CTX_GLOBAL) != 0 ?
		    GLOBAL_ZONEID : getzoneid();
		return (unet_dev_node_is(minor, name, zoneid));
	}
	path += len + 1;
	for (n = 0; path[n] != '/' && path[n] != '\0' &&
	    n < sizeof (zonename) - 1; n++)
		zonename[n] = path[n];
	zonename[n] = '\0';
	if ((zone = zone_find_by_name(zonename)) == NULL)
		return (B_FALSE);
	zoneid = zone->zone_id;
	zone_rele(zone);
	return (unet_dev_node_is(minor, name, zoneid));
}

static sdev_plugin_validate_t
unet_sdev_validate(sdev_ctx_t ctx)
{
	unet_list_ent_t ule;
	minor_t minor;
	zone_t *zone;
	boolean_t any;

	if (!unet_sdev_ours(ctx))
		return (SDEV_VTOR_VALID);
	if (sdev_ctx_vtype(ctx) == VDIR) {
		if (strcmp(sdev_ctx_path(ctx), UNET_SDEV_ROOT) == 0 ||
		    strcmp(sdev_ctx_path(ctx), UNET_SDEV_ZROOT) == 0)
			return (SDEV_VTOR_VALID);
		zone = zone_find_by_name((char *)sdev_ctx_name(ctx));
		if (zone == NULL)
			return (SDEV_VTOR_INVALID);
		any = unet_dev_next(UNET_LINKID_NONE, zone->zone_id, B_TRUE,
		    &ule);
		zone_rele(zone);
		return (any ? SDEV_VTOR_VALID : SDEV_VTOR_INVALID);
	}

	if (sdev_ctx_minor(ctx, &minor) != 0)
		return (SDEV_VTOR_INVALID);
	if (minor == UNET_CTL_MINOR || minor == UNET_MONITOR_MINOR)
		return (SDEV_VTOR_VALID);
	return (unet_sdev_valid_link(ctx, minor) ? SDEV_VTOR_VALID :
	    SDEV_VTOR_STALE);
}

/*
 * A directory is filled again and again: what is there already is no error.
 */
static int
unet_sdev_mknod(sdev_ctx_t ctx, char *name, minor_t minor)
{
	const int err = sdev_plugin_mknod(ctx, name, UNET_SDEV_MODE,
	    makedevice(unet_major, minor));

	return (err == EEXIST ? 0 : err);
}

static int
unet_sdev_mkdir(sdev_ctx_t ctx, char *name)
{
	const int err = sdev_plugin_mkdir(ctx, name);

	return (err == EEXIST ? 0 : err);
}

static int
unet_sdev_fill_links(sdev_ctx_t ctx, zoneid_t zoneid)
{
	unet_list_ent_t ule;
	uint32_t after = UNET_LINKID_NONE;
	int err;

	while (unet_dev_next(after, zoneid, B_TRUE, &ule)) {
		if ((err = unet_sdev_mknod(ctx, ule.ule_name,
		    ule.ule_minor)) != 0)
			return (err);
		after = ule.ule_linkid;
	}
	return (0);
}

static int
unet_sdev_fill_zones(sdev_ctx_t ctx)
{
	char name[ZONENAME_MAX];
	unet_list_ent_t ule;
	uint32_t after = UNET_LINKID_NONE;
	int err;

	while (unet_dev_next(after, GLOBAL_ZONEID, B_FALSE, &ule)) {
		after = ule.ule_linkid;
		if (unet_zone_name(ule.ule_zoneid, name, sizeof (name)) != 0)
			continue;
		if ((err = unet_sdev_mkdir(ctx, name)) != 0)
			return (err);
	}
	return (0);
}

static int
unet_sdev_filldir(sdev_ctx_t ctx)
{
	const char *path = sdev_ctx_path(ctx);
	const boolean_t global = getzoneid() == GLOBAL_ZONEID &&
	    (sdev_ctx_flags(ctx) & SDEV_CTX_GLOBAL) != 0;
	zoneid_t zoneid;
	zone_t *zone;
	int err;

	unet_look_all();
	if (strcmp(path, UNET_SDEV_ROOT) == 0) {
		if ((err = unet_sdev_mknod(ctx, "ctl", UNET_CTL_MINOR)) != 0 ||
		    (err = unet_sdev_mknod(ctx, "monitor",
		    UNET_MONITOR_MINOR)) != 0)
			return (err);
		/* Another zone's process in the global zone's /dev. */
		if (!global && (sdev_ctx_flags(ctx) & SDEV_CTX_GLOBAL) != 0)
			return (0);
		if ((err = unet_sdev_fill_links(ctx, getzoneid())) != 0)
			return (err);
		return (global ? unet_sdev_mkdir(ctx, "zone") : 0);
	}
	if (!global || !unet_sdev_ours(ctx))
		return (0);
	if (strcmp(path, UNET_SDEV_ZROOT) == 0)
		return (unet_sdev_fill_zones(ctx));

	zone = zone_find_by_name((char *)sdev_ctx_name(ctx));
	if (zone == NULL)
		return (0);
	zoneid = zone->zone_id;
	zone_rele(zone);
	return (unet_sdev_fill_links(ctx, zoneid));
}

/*
 * A node that was looked at last after its link had gone: nothing of ours hangs
 * on it.
 */
static void
unet_sdev_inactive(sdev_ctx_t ctx __unused)
{
}

static sdev_plugin_ops_t unet_sdev_ops = {
	.spo_version = SDEV_PLUGIN_VERSION,
	.spo_flags = SDEV_PLUGIN_SUBDIR,
	.spo_validate = unet_sdev_validate,
	.spo_filldir = unet_sdev_filldir,
	.spo_inactive = unet_sdev_inactive
};

int
unet_sdev_register(void)
{
	int err = 0;

	unet_sdev_hdl = sdev_plugin_register("unet", &unet_sdev_ops, &err);
	return (unet_sdev_hdl == (sdev_plugin_hdl_t)0 ? err : 0);
}

/*
 * EBUSY on every system that was not told to allow it.
 */
int
unet_sdev_unregister(void)
{
	return (sdev_plugin_unregister(unet_sdev_hdl));
}
