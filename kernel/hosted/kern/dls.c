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
 * Devnets: what ties a MAC to a link id, a name and a zone, and makes it a
 * link.  After uts/common/io/dls/dls_mgmt.c and dls_stat.c of illumos.
 *
 * A devnet has references (dd_ref: one of its own, one for each DLPI user:
 * here pinned stack ends), which make dls_devnet_destroy() fail with EBUSY,
 * and temporary holds (dd_tref), for which it waits.
 */

#include <sys/avl.h>
#include <sys/cmn_err.h>
#include <sys/debug.h>
#include <sys/dlpi.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/mac_ether.h>
#include <sys/sunddi.h>
#include <sys/sysmacros.h>
#include <sys/systm.h>
#include <sys/taskq.h>

#include "mac_kern.h"

#define	DD_CONDEMNED	0x1
#define	DD_INITIALIZING	0x2	/* neither can be seen from outside */

/*
 * A name stays as long as the devnet, whatever the link is called by now: who
 * has a hold may look at one at any time (dls_devnet_link()).
 */
typedef struct dls_name {
	struct dls_name	*dn_next;	/* an older one */
	char		dn_text[MAXLINKNAMELEN];
} dls_name_t;

typedef struct dls_devnet_s {
	avl_node_t	dd_by_id;	/* dls_lock, as is all but RO */
	avl_node_t	dd_by_mac;
	datalink_id_t	dd_linkid;	/* RO */
	dls_name_t	*dd_name;	/* atomic; changed in the perimeter */
	char		dd_mac[MAXNAMELEN];	/* RO */
	mac_handle_t	dd_mh;		/* RO */
	zoneid_t	dd_owner_zid;	/* whose it is */
	zoneid_t	dd_zid;		/* where it is; in the perimeter, too */
	boolean_t	dd_transient;	/* goes with its zone */
	kstat_t		*dd_ksp;	/* the owner's; in the perimeter */
	kstat_t		*dd_zone_ksp;	/* that of dd_zid, if that is other */
	uint32_t	dd_ref;
	uint32_t	dd_tref;
	uint_t		dd_flags;
	boolean_t	dd_prop_task;	/* the property task is to come */
} dls_devnet_t;

static kmutex_t dls_lock;
static kcondvar_t dls_cv;
static avl_tree_t dls_by_id;
static avl_tree_t dls_by_mac;
static zone_key_t dls_zone_key;

static int
devnet_compare_id(const void *a, const void *b)
{
	const datalink_id_t x = ((const dls_devnet_t *)a)->dd_linkid;
	const datalink_id_t y = ((const dls_devnet_t *)b)->dd_linkid;

	return (x < y ? -1 : x > y);
}

static int
devnet_compare_mac(const void *a, const void *b)
{
	const int diff = strcmp(((const dls_devnet_t *)a)->dd_mac,
	    ((const dls_devnet_t *)b)->dd_mac);

	return (diff < 0 ? -1 : diff > 0);
}

/*
 * The first devnet after `after' that is in a zone.  DATALINK_INVALID_LINKID:
 * there is none.
 */
static datalink_id_t
dls_zone_next(zoneid_t zoneid, datalink_id_t after, boolean_t *transientp)
{
	dls_devnet_t *ddp, want;
	avl_index_t where;
	datalink_id_t linkid = DATALINK_INVALID_LINKID;

	want.dd_linkid = after;
	mutex_enter(&dls_lock);
	if ((ddp = avl_find(&dls_by_id, &want, &where)) != NULL)
		ddp = AVL_NEXT(&dls_by_id, ddp);
	else
		ddp = avl_nearest(&dls_by_id, where, AVL_AFTER);
	while (ddp != NULL && ddp->dd_zid != zoneid)
		ddp = AVL_NEXT(&dls_by_id, ddp);
	if (ddp != NULL) {
		linkid = ddp->dd_linkid;
		*transientp = ddp->dd_transient;
	}
	mutex_exit(&dls_lock);
	return (linkid);
}

/*
 * A zone that halts: IP in it lets go of its links before drivers hear of it,
 * and what was lent to the zone returns to the global zone, with its stack end
 * unless that has to stay (pinned, or the host does not let it return).  What
 * was made in it never does: its driver destroys it.
 */
static void *
dls_zone_create(zoneid_t zoneid __unused)
{
	return (&dls_zone_key);
}

static void
dls_zone_shutdown(zoneid_t zoneid, void *arg __unused)
{
	datalink_id_t linkid = DATALINK_INVALID_LINKID;
	dls_devnet_t *ddp;
	boolean_t transient;

	if (zoneid == GLOBAL_ZONEID)
		return;
	while ((linkid = dls_zone_next(zoneid, linkid, &transient)) !=
	    DATALINK_INVALID_LINKID) {
		if (transient || dls_devnet_hold_tmp(linkid, &ddp) != 0) {
			stack_detach(linkid);
			continue;
		}
		if (dls_devnet_setzid(ddp, GLOBAL_ZONEID) != 0) {
			stack_detach(linkid);
			(void) dls_devnet_setzid(ddp, GLOBAL_ZONEID);
		}
		dls_devnet_rele_tmp(ddp);
	}
}

/*
 * What zoneadmd(8) does when a zone has been shut down, before it takes it
 * away: what the kernel could not take back it tries to take back once more,
 * and it does not go on while something is left.
 */
static int
dls_zone_reclaim(zoneid_t zoneid)
{
	datalink_id_t linkid = DATALINK_INVALID_LINKID;
	boolean_t transient, left = B_FALSE;

	dls_zone_shutdown(zoneid, NULL);
	while ((linkid = dls_zone_next(zoneid, linkid, &transient)) !=
	    DATALINK_INVALID_LINKID)
		left |= !transient;
	if (left) {
		cmn_err(CE_WARN, "datalinks remain in zone %d", (int)zoneid);
		return (EBUSY);
	}
	dlmgmt_zone_gone(zoneid);
	return (0);
}

void
dls_init(void)
{
	mutex_init(&dls_lock, NULL, MUTEX_DEFAULT, NULL);
	cv_init(&dls_cv, NULL, CV_DEFAULT, NULL);
	avl_create(&dls_by_id, devnet_compare_id, sizeof (dls_devnet_t),
	    offsetof(dls_devnet_t, dd_by_id));
	avl_create(&dls_by_mac, devnet_compare_mac, sizeof (dls_devnet_t),
	    offsetof(dls_devnet_t, dd_by_mac));
	zone_key_create(&dls_zone_key, dls_zone_create, dls_zone_shutdown,
	    NULL);
	zone_reclaim_hook = dls_zone_reclaim;
}

void
dls_fini(void)
{
	dls_devnet_t *ddp;

	zone_reclaim_hook = NULL;
	(void) zone_key_delete(dls_zone_key);
	while ((ddp = avl_first(&dls_by_id)) != NULL) {
		cmn_err(CE_WARN, "dls: link %s is left", dls_devnet_link(ddp));
		avl_remove(&dls_by_id, ddp);
		avl_remove(&dls_by_mac, ddp);
	}
	avl_destroy(&dls_by_mac);
	avl_destroy(&dls_by_id);
	cv_destroy(&dls_cv);
	mutex_destroy(&dls_lock);
}

uint64_t
dls_nlinks(void)
{
	uint64_t n;

	mutex_enter(&dls_lock);
	n = avl_numnodes(&dls_by_id);
	mutex_exit(&dls_lock);
	return (n);
}

/*
 * Find, under the lock.
 */
static dls_devnet_t *
devnet_by_id(datalink_id_t linkid)
{
	dls_devnet_t want;

	ASSERT(MUTEX_HELD(&dls_lock));
	want.dd_linkid = linkid;
	return (avl_find(&dls_by_id, &want, NULL));
}

static dls_devnet_t *
devnet_by_mac(const char *macname)
{
	dls_devnet_t want;

	ASSERT(MUTEX_HELD(&dls_lock));
	(void) strlcpy(want.dd_mac, macname, sizeof (want.dd_mac));
	return (avl_find(&dls_by_mac, &want, NULL));
}

/*
 * Temporary holds.
 */
int
dls_devnet_hold_tmp(datalink_id_t linkid, dls_dl_handle_t *ddhp)
{
	dls_devnet_t *ddp;

	mutex_enter(&dls_lock);
	ddp = devnet_by_id(linkid);
	if (ddp == NULL ||
	    (ddp->dd_flags & (DD_CONDEMNED | DD_INITIALIZING)) != 0) {
		mutex_exit(&dls_lock);
		return (ENOENT);
	}
	ddp->dd_tref++;
	mutex_exit(&dls_lock);
	*ddhp = ddp;
	return (0);
}

void
dls_devnet_rele_tmp(dls_dl_handle_t ddh)
{
	mutex_enter(&dls_lock);
	VERIFY(ddh->dd_tref != 0);
	if (--ddh->dd_tref == 0)
		cv_broadcast(&dls_cv);
	mutex_exit(&dls_lock);
}

/*
 * References, as an open of the link through DLPI has one.
 */
void
dls_devnet_open(dls_dl_handle_t ddh)
{
	mutex_enter(&dls_lock);
	ddh->dd_ref++;
	mutex_exit(&dls_lock);
}

/*
 * The same for who has come too late, perhaps: ENOENT.
 */
static int
dls_devnet_hold(dls_dl_handle_t ddh)
{
	boolean_t there;

	mutex_enter(&dls_lock);
	there = (ddh->dd_flags & DD_CONDEMNED) == 0;
	if (there)
		ddh->dd_ref++;
	mutex_exit(&dls_lock);
	return (there ? 0 : ENOENT);
}

void
dls_devnet_close(dls_dl_handle_t ddh)
{
	mutex_enter(&dls_lock);
	VERIFY(ddh->dd_ref > 1);
	ddh->dd_ref--;
	mutex_exit(&dls_lock);
}

static uint32_t
dls_devnet_users(dls_dl_handle_t ddh)
{
	uint32_t ref;

	mutex_enter(&dls_lock);
	ref = ddh->dd_ref;
	mutex_exit(&dls_lock);
	return (ref);
}

mac_handle_t
dls_devnet_mh(dls_dl_handle_t ddh)
{
	return (ddh->dd_mh);
}

const char *
dls_devnet_link(dls_dl_handle_t ddh)
{
	return (__atomic_load_n(&ddh->dd_name, __ATOMIC_ACQUIRE)->dn_text);
}

const char *
dls_devnet_mac(dls_dl_handle_t ddh)
{
	return (ddh->dd_mac);
}

datalink_id_t
dls_devnet_linkid(dls_dl_handle_t ddh)
{
	return (ddh->dd_linkid);
}

zoneid_t
dls_devnet_getzid(dls_dl_handle_t ddh)
{
	zoneid_t zoneid;

	mutex_enter(&dls_lock);
	zoneid = ddh->dd_zid;
	mutex_exit(&dls_lock);
	return (zoneid);
}

zoneid_t
dls_devnet_getownerzid(dls_dl_handle_t ddh)
{
	zoneid_t zoneid;

	mutex_enter(&dls_lock);
	zoneid = ddh->dd_owner_zid;
	mutex_exit(&dls_lock);
	return (zoneid);
}

int
dls_devnet_macname2linkid(const char *macname, datalink_id_t *linkidp)
{
	dls_devnet_t *ddp;

	mutex_enter(&dls_lock);
	ddp = devnet_by_mac(macname);
	if (ddp != NULL)
		*linkidp = ddp->dd_linkid;
	mutex_exit(&dls_lock);
	return (ddp != NULL ? 0 : ENOENT);
}

/*
 * A link is seen by the zone it is in and the zone that owns it.
 */
boolean_t
dls_devnet_islinkvisible(datalink_id_t linkid, zoneid_t zoneid)
{
	dls_devnet_t *ddp;
	boolean_t visible;

	if (dls_devnet_hold_tmp(linkid, &ddp) != 0)
		return (B_FALSE);
	visible = (dls_devnet_getzid(ddp) == zoneid ||
	    dls_devnet_getownerzid(ddp) == zoneid);
	dls_devnet_rele_tmp(ddp);
	return (visible);
}

/*
 * /dev/net/<link>.  The daemon's book knows the id of the name.
 */
int
dls_net_lookup(const char *name, zoneid_t zoneid, dev_t *devp)
{
	dls_devnet_t *ddp;
	mac_impl_t *mip;
	hk_dl_t dl;

	bzero(&dl, sizeof (dl));
	if (strlcpy(dl.hdl_name, name, sizeof (dl.hdl_name)) >=
	    sizeof (dl.hdl_name) || dlmgmt_info(&dl, zoneid) != 0 ||
	    dls_devnet_hold_tmp(dl.hdl_linkid, &ddp) != 0)
		return (ENOENT);
	mip = (mac_impl_t *)ddp->dd_mh;
	*devp = makedevice(ddi_driver_major(mip->mi_dip), mip->mi_minor);
	dls_devnet_rele_tmp(ddp);
	return (0);
}

/*
 * The kstat link:0:<link>, for the zone of the link.
 */
static const mac_stat_info_t i_dls_si[] = {
	{ MAC_STAT_IFSPEED,	"ifspeed",	KSTAT_DATA_UINT64 },
	{ MAC_STAT_MULTIRCV,	"multircv",	KSTAT_DATA_UINT32 },
	{ MAC_STAT_BRDCSTRCV,	"brdcstrcv",	KSTAT_DATA_UINT32 },
	{ MAC_STAT_MULTIXMT,	"multixmt",	KSTAT_DATA_UINT32 },
	{ MAC_STAT_BRDCSTXMT,	"brdcstxmt",	KSTAT_DATA_UINT32 },
	{ MAC_STAT_NORCVBUF,	"norcvbuf",	KSTAT_DATA_UINT32 },
	{ MAC_STAT_IERRORS,	"ierrors",	KSTAT_DATA_UINT32 },
	{ MAC_STAT_NOXMTBUF,	"noxmtbuf",	KSTAT_DATA_UINT32 },
	{ MAC_STAT_OERRORS,	"oerrors",	KSTAT_DATA_UINT32 },
	{ MAC_STAT_COLLISIONS,	"collisions",	KSTAT_DATA_UINT32 },
	{ MAC_STAT_RBYTES,	"rbytes",	KSTAT_DATA_UINT32 },
	{ MAC_STAT_IPACKETS,	"ipackets",	KSTAT_DATA_UINT32 },
	{ MAC_STAT_OBYTES,	"obytes",	KSTAT_DATA_UINT32 },
	{ MAC_STAT_OPACKETS,	"opackets",	KSTAT_DATA_UINT32 },
	{ MAC_STAT_RBYTES,	"rbytes64",	KSTAT_DATA_UINT64 },
	{ MAC_STAT_IPACKETS,	"ipackets64",	KSTAT_DATA_UINT64 },
	{ MAC_STAT_OBYTES,	"obytes64",	KSTAT_DATA_UINT64 },
	{ MAC_STAT_OPACKETS,	"opackets64",	KSTAT_DATA_UINT64 },
	{ MAC_STAT_LINK_STATE,	"link_state",	KSTAT_DATA_UINT32 },
	{ ETHER_STAT_LINK_DUPLEX, "link_duplex", KSTAT_DATA_UINT32 }
};

static int
dls_devnet_stat_update(kstat_t *ksp, int rw)
{
	datalink_id_t linkid = (datalink_id_t)(uintptr_t)ksp->ks_private;
	kstat_named_t *knp = ksp->ks_data;
	dls_devnet_t *ddp;
	uint64_t val;
	uint_t i;
	int err;

	if (rw != KSTAT_READ)
		return (EACCES);
	if ((err = dls_devnet_hold_tmp(linkid, &ddp)) != 0)
		return (err);
	for (i = 0; i < ARRAY_SIZE(i_dls_si); i++, knp++) {
		val = mac_stat_get(ddp->dd_mh, i_dls_si[i].msi_stat);
		if (i_dls_si[i].msi_type == KSTAT_DATA_UINT64)
			knp->value.ui64 = val;
		else
			knp->value.ui32 = (uint32_t)val;
	}
	/* unknowns: nothing here looks at what a frame is for */
	knp->value.ui32 = 0;
	dls_devnet_rele_tmp(ddp);
	return (0);
}

static void
dls_devnet_stat_create(dls_devnet_t *ddp, zoneid_t zoneid)
{
	kstat_named_t *knp;
	kstat_t *ksp;
	uint_t i;

	ksp = kstat_create_zone("link", 0, dls_devnet_link(ddp), "net",
	    KSTAT_TYPE_NAMED, ARRAY_SIZE(i_dls_si) + 1, 0, zoneid);
	if (ksp == NULL)
		return;
	ksp->ks_update = dls_devnet_stat_update;
	ksp->ks_private = (void *)(uintptr_t)ddp->dd_linkid;
	knp = ksp->ks_data;
	for (i = 0; i < ARRAY_SIZE(i_dls_si); i++, knp++) {
		kstat_named_init(knp, i_dls_si[i].msi_name,
		    i_dls_si[i].msi_type);
	}
	kstat_named_init(knp, "unknowns", KSTAT_DATA_UINT32);
	kstat_install(ksp);
	if (zoneid == dls_devnet_getownerzid(ddp))
		ddp->dd_ksp = ksp;
	else
		ddp->dd_zone_ksp = ksp;
}

/*
 * A reader of the kstat may be waiting for our lock: so not with it.
 */
static void
dls_devnet_stat_delete(kstat_t **kspp)
{
	if (*kspp != NULL)
		kstat_delete(*kspp);
	*kspp = NULL;
}

/*
 * What the daemon does when it hears of a new link (LINKPROP_INIT): it asks the
 * driver, through dld, about every property.
 */
static void
dls_devnet_prop_task(void *arg)
{
	dls_devnet_t *ddp = arg;
	mac_impl_t *mip = (mac_impl_t *)ddp->dd_mh;
	mac_propval_range_t range;
	char val[256];
	uint_t perm, i;

	i_mac_perim_enter(mip);
	if (mac_prop_info(ddp->dd_mh, MAC_PROP_MTU, "mtu", NULL, 0, &range,
	    &perm) == 0) {
		(void) mac_get_prop(ddp->dd_mh, MAC_PROP_MTU, "mtu", val,
		    sizeof (uint32_t));
	}
	for (i = 0; mip->mi_priv_props != NULL &&
	    mip->mi_priv_props[i] != NULL; i++) {
		const char *name = mip->mi_priv_props[i];

		bzero(val, sizeof (val));
		if (mac_prop_info(ddp->dd_mh, MAC_PROP_PRIVATE, name, NULL, 0,
		    &range, &perm) == 0) {
			(void) mac_get_prop(ddp->dd_mh, MAC_PROP_PRIVATE, name,
			    val, sizeof (val));
		}
	}
	i_mac_perim_exit(mip);

	mutex_enter(&dls_lock);
	ddp->dd_prop_task = B_FALSE;
	cv_broadcast(&dls_cv);
	mutex_exit(&dls_lock);
}

/*
 * Wait for it; the caller has a hold.
 */
void
dls_devnet_prop_task_wait(dls_dl_handle_t ddh)
{
	mutex_enter(&dls_lock);
	while (ddh->dd_prop_task)
		cv_wait(&dls_cv, &dls_lock);
	mutex_exit(&dls_lock);
}

static void
dls_devnet_free(dls_devnet_t *ddp)
{
	dls_name_t *dn;

	while ((dn = ddp->dd_name) != NULL) {
		ddp->dd_name = dn->dn_next;
		kmem_free(dn, sizeof (*dn));
	}
	kmem_free(ddp, sizeof (*ddp));
}

/*
 * Create.  The daemon is asked for the name while the perimeter is held, and
 * the property task may run before this returns.
 */
static int
dls_devnet_set(mac_handle_t mh, datalink_id_t linkid, zoneid_t zoneid)
{
	mac_impl_t *mip = (mac_impl_t *)mh;
	dls_devnet_t *ddp, *new;
	dls_name_t *dn;
	mac_handle_t ref;
	int err;

	mutex_enter(&dls_lock);
	ddp = devnet_by_id(linkid);
	mutex_exit(&dls_lock);
	if (ddp != NULL)
		return (EEXIST);
	dn = kmem_zalloc(sizeof (*dn), KM_SLEEP);
	if ((err = dls_mgmt_get_linkinfo(linkid, dn->dn_text, NULL, NULL,
	    NULL)) != 0) {
		kmem_free(dn, sizeof (*dn));
		return (err);
	}

	new = kmem_zalloc(sizeof (*new), KM_SLEEP);
	new->dd_linkid = linkid;
	new->dd_name = dn;
	(void) strlcpy(new->dd_mac, mip->mi_name, sizeof (new->dd_mac));
	new->dd_mh = mh;
	new->dd_owner_zid = new->dd_zid = zoneid;
	new->dd_transient = (zoneid != GLOBAL_ZONEID);
	new->dd_ref = 1;
	new->dd_flags = DD_INITIALIZING;

	/*
	 * The reference of the link layer on the MAC, which keeps mac_disable()
	 * off.
	 */
	if ((err = mac_open(mip->mi_name, &ref)) != 0) {
		dls_devnet_free(new);
		return (err);
	}

	mutex_enter(&dls_lock);
	if (devnet_by_id(linkid) != NULL ||
	    devnet_by_mac(mip->mi_name) != NULL) {
		mutex_exit(&dls_lock);
		mac_close(ref);
		dls_devnet_free(new);
		return (EEXIST);
	}
	avl_add(&dls_by_id, new);
	avl_add(&dls_by_mac, new);
	new->dd_prop_task = B_TRUE;
	mutex_exit(&dls_lock);

	dls_devnet_stat_create(new, zoneid);

	mutex_enter(&dls_lock);
	new->dd_flags &= ~DD_INITIALIZING;
	mutex_exit(&dls_lock);
	(void) taskq_dispatch(system_taskq, dls_devnet_prop_task, new,
	    TQ_SLEEP);
	return (0);
}

int
dls_devnet_create(mac_handle_t mh, datalink_id_t linkid, zoneid_t zoneid)
{
	mac_impl_t *mip = (mac_impl_t *)mh;
	int err;

	KERN_NO_LOCKS("dls_devnet_create");
	mac_check(mip, "dls_devnet_create");
	if (linkid == DATALINK_INVALID_LINKID)
		return (EINVAL);
	if ((err = hkfault_error(HK_FAULT_MAC, EBADF)) != 0)
		return (err);
	i_mac_perim_enter(mip);
	err = dls_devnet_set(mh, linkid, zoneid);
	i_mac_perim_exit(mip);
	return (err);
}

/*
 * Another name, for a link that nobody uses.  The interface of a stack end that
 * is one of the host's has it first, because the host may refuse.  id2 is for
 * links that are physical and gone.
 */
int
dls_devnet_rename(datalink_id_t id1, datalink_id_t id2, const char *link)
{
	char old[MAXLINKNAMELEN];
	dls_devnet_t *ddp;
	dls_name_t *dn;
	stack_end_t *se;
	int err;

	KERN_NO_LOCKS("dls_devnet_rename");
	if (id2 != DATALINK_INVALID_LINKID)
		return (EINVAL);
	if ((err = dls_devnet_hold_tmp(id1, &ddp)) != 0)
		return (err);
	dls_devnet_prop_task_wait(ddp);
	dn = kmem_zalloc(sizeof (*dn), KM_SLEEP);
	(void) strlcpy(dn->dn_text, link, sizeof (dn->dn_text));
	se = stack_hold(id1);
	i_mac_perim_enter((mac_impl_t *)ddp->dd_mh);
	(void) strlcpy(old, dls_devnet_link(ddp), sizeof (old));

	if (dls_devnet_users(ddp) > 1)
		err = EBUSY;
	else
		err = stack_rename(se, link);
	if (err == 0 && dls_devnet_users(ddp) > 1) {
		(void) stack_rename(se, old);
		err = EBUSY;
	}
	if (err == 0) {
		dn->dn_next = ddp->dd_name;
		__atomic_store_n(&ddp->dd_name, dn, __ATOMIC_RELEASE);
		dls_devnet_stat_delete(&ddp->dd_ksp);
		dls_devnet_stat_create(ddp, dls_devnet_getownerzid(ddp));
	} else {
		kmem_free(dn, sizeof (*dn));
	}
	i_mac_perim_exit((mac_impl_t *)ddp->dd_mh);
	stack_release(se);
	dls_devnet_rele_tmp(ddp);
	return (err);
}

/*
 * Move a link to another zone, and tell the daemon, which may object.  A link
 * that IP uses in the zone that it is in (a pinned stack end) stays there.
 */
static int
i_dls_devnet_setzid(dls_devnet_t *ddp, zoneid_t new, zoneid_t *oldp)
{
	mac_impl_t *mip = (mac_impl_t *)ddp->dd_mh;
	stack_end_t *se = stack_hold(ddp->dd_linkid);
	int err = 0;

	i_mac_perim_enter(mip);
	*oldp = dls_devnet_getzid(ddp);
	if (*oldp == new)
		goto done;
	if ((err = dls_mgmt_setzoneid(ddp->dd_linkid, new)) == 0)
		err = stack_setzid(se, new);
	else if (err != EINTR)
		goto done;
	if (err != 0) {
		(void) dls_mgmt_setzoneid(ddp->dd_linkid, *oldp);
	} else {
		mutex_enter(&dls_lock);
		ddp->dd_zid = new;
		ddp->dd_transient = B_FALSE;
		mutex_exit(&dls_lock);
		dls_devnet_stat_delete(&ddp->dd_zone_ksp);
		if (new != GLOBAL_ZONEID)
			dls_devnet_stat_create(ddp, new);
	}
done:
	i_mac_perim_exit(mip);
	stack_release(se);
	return (err);
}

/*
 * A link that is lent has one more reference, so that nobody destroys or
 * renames it.
 */
int
dls_devnet_setzid(dls_dl_handle_t ddh, zoneid_t new)
{
	zoneid_t old;
	int err;

	KERN_NO_LOCKS("dls_devnet_setzid");
	if (new != GLOBAL_ZONEID && (err = dls_devnet_hold(ddh)) != 0)
		return (err);
	err = i_dls_devnet_setzid(ddh, new, &old);
	if (new != GLOBAL_ZONEID && (err != 0 || old != GLOBAL_ZONEID))
		dls_devnet_close(ddh);
	else if (new == GLOBAL_ZONEID && err == 0 && old != GLOBAL_ZONEID)
		dls_devnet_close(ddh);
	return (err);
}

/*
 * Does the link's zone die, so that its users no longer count?
 */
static boolean_t
dls_devnet_orphan(dls_devnet_t *ddp)
{
	boolean_t orphan;
	zone_t *zp;

	if (ddp->dd_zid == GLOBAL_ZONEID)
		return (B_FALSE);
	if ((zp = zone_find_by_id(ddp->dd_zid)) == NULL) {
		cmn_err(CE_WARN, "clear orphaned datalink: %s",
		    dls_devnet_link(ddp));
		return (B_TRUE);
	}
	orphan = (ddp->dd_transient &&
	    zone_status_get(zp) >= ZONE_IS_SHUTTING_DOWN);
	zone_rele(zp);
	return (orphan);
}

/*
 * A destroy that finds flows on the link (ENOTEMPTY) does so when it has taken
 * the devnet away, and makes it again: in the caller's zone, whatever zone it
 * was in.  illumos knows, and says so in a comment of its own.
 */
static void
dls_devnet_flows(mac_impl_t *mip)
{
	dls_devnet_t *ddp;

	mutex_enter(&dls_lock);
	if ((ddp = devnet_by_mac(mip->mi_name)) == NULL ||
	    ddp->dd_ref != 1 || (ddp->dd_flags & DD_CONDEMNED) != 0) {
		mutex_exit(&dls_lock);
		return;
	}
	ddp->dd_owner_zid = ddp->dd_zid = getzoneid();
	ddp->dd_transient = ddp->dd_zid != GLOBAL_ZONEID;
	mutex_exit(&dls_lock);

	i_mac_perim_enter(mip);
	dls_devnet_stat_delete(&ddp->dd_ksp);
	dls_devnet_stat_create(ddp, getzoneid());
	i_mac_perim_exit(mip);
}

/*
 * Mark the devnet of a MAC so that there is no way back, unless it is in use
 * (EBUSY), or is not there or somebody else's to destroy, which is the same to
 * illumos (ENOENT).
 */
static int
dls_devnet_condemn(mac_impl_t *mip, boolean_t wait, dls_devnet_t **ddpp)
{
	dls_devnet_t *ddp;
	int err = 0;

	mutex_enter(&dls_lock);
	if ((ddp = devnet_by_mac(mip->mi_name)) == NULL ||
	    (ddp->dd_flags & DD_CONDEMNED) != 0)
		err = ENOENT;
	else if (ddp->dd_ref == 1)
		err = !wait && (ddp->dd_tref != 0 || ddp->dd_prop_task) ?
		    EBUSY : 0;
	else if (!dls_devnet_orphan(ddp))
		err = EBUSY;
	if (err == 0) {
		ddp->dd_flags |= DD_CONDEMNED;
		*ddpp = ddp;
	}
	mutex_exit(&dls_lock);
	return (err);
}

/*
 * Either nothing happens (EBUSY, ENOENT), or the link is gone when this
 * returns.
 */
int
dls_devnet_destroy(mac_handle_t mh, datalink_id_t *idp, boolean_t wait)
{
	mac_impl_t *mip = (mac_impl_t *)mh;
	dls_devnet_t *ddp;
	int err;

	KERN_NO_LOCKS("dls_devnet_destroy");
	mac_check(mip, "dls_devnet_destroy");
	if ((err = hkfault_error(HK_FAULT_MAC, ENOTEMPTY)) != 0) {
		if (err == ENOTEMPTY)
			dls_devnet_flows(mip);
		return (err);
	}
	if (wait && mac_perim_held(mh))
		panic("dls_devnet_destroy: %s: waiting with the perimeter held",
		    mip->mi_name);
	*idp = DATALINK_INVALID_LINKID;
	if ((err = dls_devnet_condemn(mip, wait, &ddp)) != 0)
		return (err);

	/*
	 * Who is just plumbing the link has a hold and finishes; then no stack
	 * end comes any more, and the one there is yields.
	 */
	mutex_enter(&dls_lock);
	while (ddp->dd_tref != 0 || ddp->dd_prop_task)
		cv_wait(&dls_cv, &dls_lock);
	*idp = ddp->dd_linkid;
	mutex_exit(&dls_lock);
	stack_detach(ddp->dd_linkid);

	dls_devnet_stat_delete(&ddp->dd_zone_ksp);
	dls_devnet_stat_delete(&ddp->dd_ksp);

	mutex_enter(&dls_lock);
	avl_remove(&dls_by_id, ddp);
	avl_remove(&dls_by_mac, ddp);
	mutex_exit(&dls_lock);
	dls_devnet_free(ddp);

	i_mac_perim_enter(mip);
	mac_close(mh);
	i_mac_perim_exit(mip);
	return (0);
}
