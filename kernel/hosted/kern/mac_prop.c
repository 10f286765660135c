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
 * Properties of a MAC: what dlmgmtd, through dld, asks a driver for and tells
 * it.  After the property functions of uts/common/io/mac/mac.c and
 * mac_provider.c of illumos.
 */

#include <sys/debug.h>
#include <sys/errno.h>
#include <sys/mac_client.h>
#include <sys/mac_impl.h>
#include <sys/systm.h>

#include "mac_kern.h"

/*
 * What a mac_prop_info_handle_t is: the answers of one mc_propinfo call.
 */
typedef struct mac_prop_info_state {
	uint8_t		pr_flags;	/* MAC_PROP_INFO_*: what was set */
	uint8_t		pr_perm;
	uint64_t	pr_default;
	char		pr_default_str[MAXLINKPROPNAME];
	mac_propval_range_t pr_range;
} mac_prop_info_state_t;

#define	MAC_PROP_INFO_DEFAULT	0x1
#define	MAC_PROP_INFO_RANGE	0x2
#define	MAC_PROP_INFO_PERM	0x4

static void
prop_default(mac_prop_info_handle_t ph, uint64_t val)
{
	mac_prop_info_state_t *pr = (mac_prop_info_state_t *)ph;

	pr->pr_default = val;
	pr->pr_flags |= MAC_PROP_INFO_DEFAULT;
}

void
mac_prop_info_set_default_uint8(mac_prop_info_handle_t ph, uint8_t val)
{
	prop_default(ph, val);
}

void
mac_prop_info_set_default_uint32(mac_prop_info_handle_t ph, uint32_t val)
{
	prop_default(ph, val);
}

void
mac_prop_info_set_default_uint64(mac_prop_info_handle_t ph, uint64_t val)
{
	prop_default(ph, val);
}

void
mac_prop_info_set_default_link_flowctrl(mac_prop_info_handle_t ph,
    link_flowctrl_t val)
{
	prop_default(ph, val);
}

void
mac_prop_info_set_default_str(mac_prop_info_handle_t ph, const char *str)
{
	mac_prop_info_state_t *pr = (mac_prop_info_state_t *)ph;

	(void) strlcpy(pr->pr_default_str, str, sizeof (pr->pr_default_str));
	pr->pr_flags |= MAC_PROP_INFO_DEFAULT;
}

void
mac_prop_info_set_range_uint32(mac_prop_info_handle_t ph, uint32_t min,
    uint32_t max)
{
	mac_prop_info_state_t *pr = (mac_prop_info_state_t *)ph;

	pr->pr_range.mpr_count = 1;
	pr->pr_range.mpr_type = MAC_PROPVAL_UINT32;
	pr->pr_range.u.mpr_uint32[0].mpur_min = min;
	pr->pr_range.u.mpr_uint32[0].mpur_max = max;
	pr->pr_flags |= MAC_PROP_INFO_RANGE;
}

void
mac_prop_info_set_perm(mac_prop_info_handle_t ph, uint8_t perm)
{
	mac_prop_info_state_t *pr = (mac_prop_info_state_t *)ph;

	pr->pr_perm = perm;
	pr->pr_flags |= MAC_PROP_INFO_PERM;
}

/*
 * What may be set, and to what: a range of `mpr_count' 0 if the driver gave
 * none.  ENOTSUP: the driver knows of no properties.  ENOBUFS: the default is
 * longer than `size'.
 */
int
mac_prop_info(mac_handle_t mh, mac_prop_id_t id, const char *name, char *def,
    uint_t size, mac_propval_range_t *range, uint_t *permp)
{
	mac_impl_t *mip = (mac_impl_t *)mh;
	mac_prop_info_state_t pr;

	if ((mip->mi_callbacks->mc_callbacks & MC_PROPINFO) == 0)
		return (ENOTSUP);
	bzero(&pr, sizeof (pr));
	mip->mi_callbacks->mc_propinfo(mip->mi_driver, name, id,
	    (mac_prop_info_handle_t)&pr);
	/* A default that is a number is a text here all the same. */
	if (pr.pr_default_str[0] == '\0' &&
	    (pr.pr_flags & MAC_PROP_INFO_DEFAULT) != 0) {
		(void) snprintf(pr.pr_default_str, sizeof (pr.pr_default_str),
		    "%llu", (u_longlong_t)pr.pr_default);
	}
	if (def != NULL && strlcpy(def, pr.pr_default_str, size) >= size)
		return (ENOBUFS);
	*range = pr.pr_range;
	*permp = (pr.pr_flags & MAC_PROP_INFO_PERM) != 0 ? pr.pr_perm :
	    MAC_PROP_PERM_RW;
	return (0);
}

int
mac_get_prop(mac_handle_t mh, mac_prop_id_t id, const char *name, void *val,
    uint_t size)
{
	mac_impl_t *mip = (mac_impl_t *)mh;
	uint_t sdu;

	if (id == MAC_PROP_MTU) {
		if (size < sizeof (uint32_t))
			return (EINVAL);
		mac_sdu_get(mh, NULL, &sdu);
		bcopy(&sdu, val, sizeof (sdu));
		return (0);
	}
	if ((mip->mi_callbacks->mc_callbacks & MC_GETPROP) == 0)
		return (ENOTSUP);
	return (mip->mi_callbacks->mc_getprop(mip->mi_driver, name, id, size,
	    val));
}

/*
 * The driver hears of a new MTU first and may refuse it; MAC takes it after
 * that.  Nothing above a link here asks for a smallest MTU, as a VNIC would.
 */
int
mac_set_mtu(mac_handle_t mh, uint_t mtu, uint_t *oldp)
{
	mac_impl_t *mip = (mac_impl_t *)mh;
	uint_t old;
	int err = 0;

	mac_check(mip, "mac_set_mtu");
	if (!(mip->mi_callbacks->mc_callbacks & (MC_SETPROP | MC_GETPROP)))
		return (ENOTSUP);
	if (mtu == 0 || mtu < mip->mi_sdu_min)
		return (EINVAL);
	if ((err = hkfault_error(HK_FAULT_MAC, EBUSY)) != 0)
		return (err);

	i_mac_perim_enter(mip);
	mac_sdu_get(mh, NULL, &old);
	if (old != mtu && (err = mip->mi_callbacks->mc_setprop(mip->mi_driver,
	    "mtu", MAC_PROP_MTU, sizeof (mtu), &mtu)) == 0)
		VERIFY0(mac_maxsdu_update(mh, mtu));
	i_mac_perim_exit(mip);
	if (err == 0 && oldp != NULL)
		*oldp = old;
	return (err);
}

/*
 * The MTU is checked against the driver's range before the driver sees it.
 */
int
mac_set_prop(mac_handle_t mh, mac_prop_id_t id, const char *name,
    const void *val, uint_t size)
{
	mac_impl_t *mip = (mac_impl_t *)mh;
	mac_propval_range_t range;
	uint_t perm;
	uint32_t mtu;
	int err;

	if ((mip->mi_callbacks->mc_callbacks & MC_SETPROP) == 0)
		return (ENOTSUP);
	i_mac_perim_enter(mip);
	if (id == MAC_PROP_MTU) {
		if (size < sizeof (mtu)) {
			err = EINVAL;
			goto out;
		}
		bcopy(val, &mtu, sizeof (mtu));
		if (mac_prop_info(mh, id, name, NULL, 0, &range, &perm) == 0 &&
		    range.mpr_count != 0 &&
		    (mtu < range.u.mpr_uint32[0].mpur_min ||
		    mtu > range.u.mpr_uint32[0].mpur_max)) {
			err = EINVAL;
			goto out;
		}
		err = mac_set_mtu(mh, mtu, NULL);
		goto out;
	}
	err = mip->mi_callbacks->mc_setprop(mip->mi_driver, name, id, size,
	    val);
out:
	i_mac_perim_exit(mip);
	return (err);
}
