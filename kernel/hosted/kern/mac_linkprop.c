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
 * What dladm(8) shows and sets of a link by way of dld (uts/common/io/dld of
 * illumos): the MTU, and the properties that are private to its driver; and
 * what its clients ask a driver for, its capabilities.
 */

#include <sys/errno.h>
#include <sys/mac_client_priv.h>
#include <sys/systm.h>

#include "mac_kern.h"

/*
 * A link that the zone can see, held, with its perimeter entered.
 */
static int
linkprop_enter(datalink_id_t linkid, zoneid_t zoneid, dls_dl_handle_t *ddhp,
    mac_perim_handle_t *mphp)
{
	int err;

	if ((err = dls_devnet_hold_tmp(linkid, ddhp)) != 0)
		return (err);
	if (zoneid != GLOBAL_ZONEID && dls_devnet_getzid(*ddhp) != zoneid) {
		dls_devnet_rele_tmp(*ddhp);
		return (ENOENT);
	}
	mac_perim_enter_by_mh(dls_devnet_mh(*ddhp), mphp);
	return (0);
}

static void
linkprop_exit(dls_dl_handle_t ddh, mac_perim_handle_t mph)
{
	mac_perim_exit(mph);
	dls_devnet_rele_tmp(ddh);
}

/*
 * The one public property that a link has a say in: MAC keeps it.
 */
static boolean_t
linkprop_is_mtu(const hk_linkprop_t *hlp)
{
	return (strcmp(hlp->hlp_name, "mtu") == 0);
}

static int
linkprop_get_mtu(mac_handle_t mh, hk_linkprop_t *hlp)
{
	mac_propval_range_t range;
	uint32_t mtu;
	uint_t perm;
	int err;

	if ((err = mac_prop_info(mh, MAC_PROP_MTU, hlp->hlp_name,
	    hlp->hlp_default, sizeof (hlp->hlp_default), &range, &perm)) != 0 ||
	    (err = mac_get_prop(mh, MAC_PROP_MTU, hlp->hlp_name, &mtu,
	    sizeof (mtu))) != 0)
		return (err);
	hlp->hlp_perm = perm;
	(void) snprintf(hlp->hlp_value, sizeof (hlp->hlp_value), "%u", mtu);
	return (0);
}

static int
linkprop_set_mtu(mac_handle_t mh, const hk_linkprop_t *hlp)
{
	char text[HK_PROPLEN + 1];
	unsigned long value;
	uint32_t mtu;
	char *end;

	bzero(text, sizeof (text));
	bcopy(hlp->hlp_value, text, hlp->hlp_size);
	if (ddi_strtoul(text, &end, 10, &value) != 0 || *end != '\0' ||
	    value > UINT32_MAX)
		return (EINVAL);
	mtu = (uint32_t)value;
	return (mac_set_prop(mh, MAC_PROP_MTU, hlp->hlp_name, &mtu,
	    sizeof (mtu)));
}

static boolean_t
linkprop_known(mac_handle_t mh, const char *name)
{
	char **props = ((mac_impl_t *)mh)->mi_priv_props;

	for (; props != NULL && *props != NULL; props++) {
		if (strcmp(*props, name) == 0)
			return (B_TRUE);
	}
	return (B_FALSE);
}

static int
linkprop_check(const hk_linkprop_t *hlp)
{
	if (hlp->hlp_pad != 0 || hlp->hlp_size > sizeof (hlp->hlp_value) ||
	    strnlen(hlp->hlp_name, sizeof (hlp->hlp_name)) ==
	    sizeof (hlp->hlp_name))
		return (EINVAL);
	return (0);
}

int
mac_linkprop_get(hk_linkprop_t *hlp, zoneid_t zoneid)
{
	mac_propval_range_t range;
	mac_perim_handle_t mph;
	dls_dl_handle_t ddh;
	mac_handle_t mh;
	uint_t perm;
	int err;

	if ((err = linkprop_check(hlp)) != 0 ||
	    (err = linkprop_enter(hlp->hlp_linkid, zoneid, &ddh, &mph)) != 0)
		return (err);
	mh = dls_devnet_mh(ddh);
	bzero(hlp->hlp_value, sizeof (hlp->hlp_value));
	bzero(hlp->hlp_default, sizeof (hlp->hlp_default));
	if (linkprop_is_mtu(hlp)) {
		err = linkprop_get_mtu(mh, hlp);
	} else if (!linkprop_known(mh, hlp->hlp_name)) {
		err = ENOENT;
	} else if ((err = mac_prop_info(mh, MAC_PROP_PRIVATE, hlp->hlp_name,
	    hlp->hlp_default, sizeof (hlp->hlp_default), &range, &perm)) == 0) {
		hlp->hlp_perm = perm;
		err = mac_get_prop(mh, MAC_PROP_PRIVATE, hlp->hlp_name,
		    hlp->hlp_value, hlp->hlp_size);
	}
	linkprop_exit(ddh, mph);
	return (err);
}

int
mac_linkprop_set(hk_linkprop_t *hlp, zoneid_t zoneid)
{
	mac_perim_handle_t mph;
	dls_dl_handle_t ddh;
	int err;

	if ((err = linkprop_check(hlp)) != 0 ||
	    (err = linkprop_enter(hlp->hlp_linkid, zoneid, &ddh, &mph)) != 0)
		return (err);
	if (linkprop_is_mtu(hlp))
		err = linkprop_set_mtu(dls_devnet_mh(ddh), hlp);
	else if (!linkprop_known(dls_devnet_mh(ddh), hlp->hlp_name))
		err = ENOENT;
	else
		err = mac_set_prop(dls_devnet_mh(ddh), MAC_PROP_PRIVATE,
		    hlp->hlp_name, hlp->hlp_value, hlp->hlp_size);
	linkprop_exit(ddh, mph);
	return (err);
}

/*
 * Ask for a capability: how many bytes the driver wrote, which a later kernel's
 * larger structure must allow and an earlier one's smaller must hold.
 */
#define	CAPAB_UNTOUCHED	0x5a

static uint32_t
linkcapab_ask(mac_handle_t mh, mac_capab_t cap, uint32_t *data, size_t size)
{
	const uint8_t *bytes = (const uint8_t *)data;

	(void) memset(data, CAPAB_UNTOUCHED, size);
	if (!mac_capab_get(mh, cap, data))
		return (0);
	while (size > 0 && bytes[size - 1] == CAPAB_UNTOUCHED)
		size--;
	return ((uint32_t)size);
}

int
mac_linkcapab(hk_capab_t *hca, zoneid_t zoneid)
{
	mac_perim_handle_t mph;
	dls_dl_handle_t ddh;
	uint32_t data[16];
	mac_handle_t mh;
	int err;

	if ((err = linkprop_enter(hca->hca_linkid, zoneid, &ddh, &mph)) != 0)
		return (err);
	mh = dls_devnet_mh(ddh);
	hca->hca_hcksum_size = linkcapab_ask(mh, MAC_CAPAB_HCKSUM, data,
	    sizeof (data));
	hca->hca_hcksum = hca->hca_hcksum_size != 0 ? data[0] : 0;
	hca->hca_lso_size = linkcapab_ask(mh, MAC_CAPAB_LSO, data,
	    sizeof (data));
	hca->hca_lso = hca->hca_lso_size != 0 ? data[0] : 0;
	hca->hca_lso_max = hca->hca_lso_size != 0 ? data[1] : 0;
	hca->hca_changes = __atomic_load_n(
	    &((mac_impl_t *)mh)->mi_capab_changes, __ATOMIC_RELAXED);
	linkprop_exit(ddh, mph);
	return (0);
}
