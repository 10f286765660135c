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
 * The kstat of a MAC, <driver>:<minor - 1>:mac, which every zone sees: MAC's
 * own numbers, then those the driver is asked for with mc_getstat.  The names
 * are those of uts/common/io/mac/mac_stat.c and plugins/mac_ether.c of
 * illumos.
 */

#include <sys/debug.h>
#include <sys/errno.h>
#include <sys/mac_ether.h>
#include <sys/sunddi.h>
#include <sys/sysmacros.h>

#include "mac_kern.h"

static const mac_stat_info_t i_mac_mod_si[] = {
	{ MAC_STAT_LINK_STATE,	"link_state",	KSTAT_DATA_UINT32 },
	{ MAC_STAT_LINK_UP,	"link_up",	KSTAT_DATA_UINT32 },
	{ MAC_STAT_PROMISC,	"promisc",	KSTAT_DATA_UINT32 }
};

static const mac_stat_info_t i_mac_si[] = {
	{ MAC_STAT_IFSPEED,	"ifspeed",	KSTAT_DATA_UINT64 },
	{ MAC_STAT_MULTIRCV,	"multircv",	KSTAT_DATA_UINT32 },
	{ MAC_STAT_BRDCSTRCV,	"brdcstrcv",	KSTAT_DATA_UINT32 },
	{ MAC_STAT_MULTIXMT,	"multixmt",	KSTAT_DATA_UINT32 },
	{ MAC_STAT_BRDCSTXMT,	"brdcstxmt",	KSTAT_DATA_UINT32 },
	{ MAC_STAT_NORCVBUF,	"norcvbuf",	KSTAT_DATA_UINT32 },
	{ MAC_STAT_IERRORS,	"ierrors",	KSTAT_DATA_UINT32 },
	{ MAC_STAT_UNKNOWNS,	"unknowns",	KSTAT_DATA_UINT32 },
	{ MAC_STAT_NOXMTBUF,	"noxmtbuf",	KSTAT_DATA_UINT32 },
	{ MAC_STAT_OERRORS,	"oerrors",	KSTAT_DATA_UINT32 },
	{ MAC_STAT_COLLISIONS,	"collisions",	KSTAT_DATA_UINT32 },
	{ MAC_STAT_UNDERFLOWS,	"uflo",		KSTAT_DATA_UINT32 },
	{ MAC_STAT_OVERFLOWS,	"oflo",		KSTAT_DATA_UINT32 },
	{ MAC_STAT_RBYTES,	"rbytes",	KSTAT_DATA_UINT32 },
	{ MAC_STAT_IPACKETS,	"ipackets",	KSTAT_DATA_UINT32 },
	{ MAC_STAT_OBYTES,	"obytes",	KSTAT_DATA_UINT32 },
	{ MAC_STAT_OPACKETS,	"opackets",	KSTAT_DATA_UINT32 },
	{ MAC_STAT_RBYTES,	"rbytes64",	KSTAT_DATA_UINT64 },
	{ MAC_STAT_IPACKETS,	"ipackets64",	KSTAT_DATA_UINT64 },
	{ MAC_STAT_OBYTES,	"obytes64",	KSTAT_DATA_UINT64 },
	{ MAC_STAT_OPACKETS,	"opackets64",	KSTAT_DATA_UINT64 }
};

#define	ES(stat, name)	{ ETHER_STAT_##stat, name, KSTAT_DATA_UINT32 }
#define	ES_SPEEDS(cap, name) \
	ES(cap##_400GFDX, name "_400gfdx"), \
	ES(cap##_200GFDX, name "_200gfdx"), \
	ES(cap##_100GFDX, name "_100gfdx"), \
	ES(cap##_50GFDX, name "_50gfdx"), \
	ES(cap##_40GFDX, name "_40gfdx"), \
	ES(cap##_25GFDX, name "_25gfdx"), \
	ES(cap##_10GFDX, name "_10gfdx"), \
	ES(cap##_5000FDX, name "_5000fdx"), \
	ES(cap##_2500FDX, name "_2500fdx"), \
	ES(cap##_1000FDX, name "_1000fdx"), \
	ES(cap##_1000HDX, name "_1000hdx"), \
	ES(cap##_100FDX, name "_100fdx"), \
	ES(cap##_100T4, name "_100T4"), \
	ES(cap##_100HDX, name "_100hdx"), \
	ES(cap##_10FDX, name "_10fdx"), \
	ES(cap##_10HDX, name "_10hdx"), \
	ES(cap##_ASMPAUSE, name "_asmpause"), \
	ES(cap##_PAUSE, name "_pause"), \
	ES(cap##_AUTONEG, name "_autoneg")

const mac_stat_info_t mac_ether_stats[] = {
	ES(ALIGN_ERRORS, "align_errors"),
	ES(FCS_ERRORS, "fcs_errors"),
	ES(FIRST_COLLISIONS, "first_collisions"),
	ES(MULTI_COLLISIONS, "multi_collisions"),
	ES(SQE_ERRORS, "sqe_errors"),
	ES(DEFER_XMTS, "defer_xmts"),
	ES(TX_LATE_COLLISIONS, "tx_late_collisions"),
	ES(EX_COLLISIONS, "ex_collisions"),
	ES(MACXMT_ERRORS, "macxmt_errors"),
	ES(CARRIER_ERRORS, "carrier_errors"),
	ES(TOOLONG_ERRORS, "toolong_errors"),
	ES(MACRCV_ERRORS, "macrcv_errors"),
	ES(TOOSHORT_ERRORS, "runt_errors"),
	ES(JABBER_ERRORS, "jabber_errors"),
	ES(XCVR_ADDR, "xcvr_addr"),
	ES(XCVR_ID, "xcvr_id"),
	ES(XCVR_INUSE, "xcvr_inuse"),
	ES_SPEEDS(CAP, "cap"),
	ES(CAP_REMFAULT, "cap_rem_fault"),
	ES_SPEEDS(ADV_CAP, "adv_cap"),
	ES(ADV_REMFAULT, "adv_rem_fault"),
	ES_SPEEDS(LP_CAP, "lp_cap"),
	ES(LP_REMFAULT, "lp_rem_fault"),
	ES(LINK_ASMPAUSE, "link_asmpause"),
	ES(LINK_PAUSE, "link_pause"),
	ES(LINK_AUTONEG, "link_autoneg"),
	ES(LINK_DUPLEX, "link_duplex")
};
const uint_t mac_ether_nstats = ARRAY_SIZE(mac_ether_stats);

/*
 * A number of MAC's own, or the driver's answer; what it does not know is 0.
 */
uint64_t
mac_stat_get(mac_handle_t mh, uint_t stat)
{
	mac_impl_t *mip = (mac_impl_t *)mh;
	link_state_t state;
	uint64_t val = 0;

	mac_check(mip, "mac_stat_get");
	switch (stat) {
	case MAC_STAT_LINK_STATE:
		return ((uint64_t)(int64_t)mac_link_get(mh));
	case MAC_STAT_LINK_UP:
		return (mac_link_get(mh) == LINK_STATE_UP);
	case MAC_STAT_LOWLINK_STATE:
		state = __atomic_load_n(&mip->mi_lowlinkstate,
		    __ATOMIC_RELAXED);
		return ((uint64_t)(int64_t)state);
	case MAC_STAT_PROMISC:
		return (__atomic_load_n(&mip->mi_devpromisc,
		    __ATOMIC_RELAXED) != 0);
	default:
		break;
	}
	if (mip->mi_callbacks->mc_getstat(mip->mi_driver, stat, &val) != 0)
		return (0);
	return (val);
}

static kstat_named_t *
mac_stat_fill(mac_impl_t *mip, kstat_named_t *knp,
    const mac_stat_info_t *msi, uint_t n)
{
	uint64_t val;

	for (; n > 0; n--, msi++, knp++) {
		val = mac_stat_get((mac_handle_t)mip, msi->msi_stat);
		if (msi->msi_type == KSTAT_DATA_UINT64)
			knp->value.ui64 = val;
		else
			knp->value.ui32 = (uint32_t)val;
	}
	return (knp);
}

static int
i_mac_driver_stat_update(kstat_t *ksp, int rw)
{
	mac_impl_t *mip = ksp->ks_private;
	kstat_named_t *knp = ksp->ks_data;

	if (rw != KSTAT_READ)
		return (EACCES);
	knp = mac_stat_fill(mip, knp, i_mac_mod_si, ARRAY_SIZE(i_mac_mod_si));
	knp = mac_stat_fill(mip, knp, i_mac_si, ARRAY_SIZE(i_mac_si));
	(void) mac_stat_fill(mip, knp, mip->mi_type->mt_stats,
	    mip->mi_type->mt_statcount);
	return (0);
}

static kstat_named_t *
mac_stat_init(kstat_named_t *knp, const mac_stat_info_t *msi, uint_t n)
{
	for (; n > 0; n--, msi++, knp++)
		kstat_named_init(knp, msi->msi_name, msi->msi_type);
	return (knp);
}

void
mac_driver_stat_create(mac_impl_t *mip)
{
	kstat_named_t *knp;
	kstat_t *ksp;

	ksp = kstat_create(ddi_driver_name(mip->mi_dip), mip->mi_minor - 1,
	    "mac", "net", KSTAT_TYPE_NAMED, ARRAY_SIZE(i_mac_mod_si) +
	    ARRAY_SIZE(i_mac_si) + mip->mi_type->mt_statcount, 0);
	if (ksp == NULL)
		return;
	ksp->ks_update = i_mac_driver_stat_update;
	ksp->ks_private = mip;
	mip->mi_ksp = ksp;
	knp = ksp->ks_data;
	knp = mac_stat_init(knp, i_mac_mod_si, ARRAY_SIZE(i_mac_mod_si));
	knp = mac_stat_init(knp, i_mac_si, ARRAY_SIZE(i_mac_si));
	(void) mac_stat_init(knp, mip->mi_type->mt_stats,
	    mip->mi_type->mt_statcount);
	kstat_install(ksp);
}

void
mac_driver_stat_delete(mac_impl_t *mip)
{
	if (mip->mi_ksp != NULL) {
		kstat_delete(mip->mi_ksp);
		mip->mi_ksp = NULL;
	}
}
