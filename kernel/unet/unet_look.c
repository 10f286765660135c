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
 * Where a link is, and what it is called.  The global zone lends its links to
 * other zones (the link property `zone'), and dladm(8) renames links, and
 * neither tells the driver.  DLS knows; so it is asked whenever somebody looks
 * for links or at one: a request on ctl or on a link, an open, a directory of
 * /dev/unet.  On the way of frames nobody asks.
 *
 * The one thing that cannot wait for somebody to look is a holder in a zone
 * that has lost the link: what it writes must not reach the stack of another
 * zone.  That stack starts the link before it can hear anything, so a start is
 * a look, too.
 *
 * DLS is asked with no lock of ours held, for it may itself be waiting for the
 * link management daemon.
 */

#include "unet_impl.h"
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/mac_client_priv.h>

/*
 * The name that DLS has, if it is another than we know.  It is changed within
 * the perimeter of the MAC, so only there it can be read as a whole; but that
 * it is still the one we know can be seen from outside.
 */
static unet_name_t *
unet_look_name(unet_dev_t *ud, dls_dl_handle_t ddh)
{
	mac_perim_handle_t mph;
	unet_name_t *un;

	if (strncmp(dls_devnet_link(ddh), unet_dev_name(ud),
	    UNET_NAMELEN) == 0 || !unet_mac_enter(ud))
		return (NULL);
	un = kmem_zalloc(sizeof (*un), KM_SLEEP);
	mac_perim_enter_by_mh(ud->ud_mh, &mph);
	(void) strlcpy(un->un_text, dls_devnet_link(ddh),
	    sizeof (un->un_text));
	mac_perim_exit(mph);
	unet_mac_exit(ud);
	if (strcmp(un->un_text, unet_dev_name(ud)) == 0) {
		kmem_free(un, sizeof (*un));
		un = NULL;
	}
	return (un);
}

static void
unet_look_once(unet_dev_t *ud)
{
	dls_dl_handle_t ddh;
	unet_name_t *un;
	zoneid_t zoneid, was;

	if (dls_devnet_hold_tmp(ud->ud_linkid, &ddh) != 0)
		return;
	zoneid = dls_devnet_getzid(ddh);
	un = unet_look_name(ud, ddh);
	dls_devnet_rele_tmp(ddh);

	was = unet_dev_zone(ud);
	if (zoneid == was && un == NULL)
		return;
	if (!unet_dev_changed(ud, zoneid, un)) {
		if (un != NULL)
			kmem_free(un, sizeof (*un));
		return;
	}
	unet_stat_follow(ud);
	if (zoneid != was) {
		unet_link_moved(ud, zoneid);
		unet_event_post_prop(ud, UNET_PROP_ZONE, (uint64_t)zoneid);
		unet_event_wake(ud);
	}
}

/*
 * Has DLS nothing new to say?  That is so nearly always, and is all that most
 * looks cost.
 */
static boolean_t
unet_look_same(unet_dev_t *ud)
{
	dls_dl_handle_t ddh;
	boolean_t same;

	if (dls_devnet_hold_tmp(ud->ud_linkid, &ddh) != 0)
		return (B_TRUE);
	same = dls_devnet_getzid(ddh) == unet_dev_zone(ud) &&
	    strncmp(dls_devnet_link(ddh), unet_dev_name(ud),
	    UNET_NAMELEN) == 0;
	dls_devnet_rele_tmp(ddh);
	return (same);
}

/*
 * Look at a link that the caller has a reference to, and that has an id.
 */
void
unet_look(unet_dev_t *ud)
{
	if (!unet_look_same(ud) && unet_dev_look_enter(ud)) {
		unet_look_once(ud);
		unet_dev_look_exit(ud);
	}
}

/*
 * ... or that it knows the number of.
 */
void
unet_look_minor(minor_t minor)
{
	unet_dev_t *ud;

	if ((ud = unet_dev_hold_minor(minor)) != NULL) {
		unet_look(ud);
		unet_dev_rele(ud);
	}
}

void
unet_look_all(void)
{
	uint32_t after = UNET_LINKID_NONE;
	unet_dev_t *ud;

	while ((ud = unet_dev_hold_next(after)) != NULL) {
		after = ud->ud_linkid;
		unet_look(ud);
		unet_dev_rele(ud);
	}
}

/*
 * From mc_start, with the perimeter held, so that the link moves nowhere
 * meanwhile.
 */
void
unet_look_started(unet_dev_t *ud)
{
	dls_dl_handle_t ddh;
	zoneid_t zoneid;

	if (dls_devnet_hold_tmp(ud->ud_linkid, &ddh) != 0)
		return;
	zoneid = dls_devnet_getzid(ddh);
	dls_devnet_rele_tmp(ddh);
	unet_link_moved(ud, zoneid);
}

/*
 * Somebody has been seen to be in the link's zone, and only now is one of those
 * whom unet_link_moved() finds: if it went elsewhere in between, whoever saw
 * that has not found this one.
 */
void
unet_look_again(unet_dev_t *ud)
{
	unet_look(ud);
	unet_link_moved(ud, unet_dev_zone(ud));
}
