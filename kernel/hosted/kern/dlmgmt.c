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
 * The link management daemon's book of link ids.  Stands in for cmd/dlmgmtd
 * (dlmgmt_util.c, dlmgmt_door.c) of illumos.
 *
 * Ids are one space; names are each zone's own.  A link is active, persistent,
 * or both, and goes when it is neither.  The global zone finds any link by its
 * id, another zone only those that are in it.  By name the global zone also
 * finds what it has lent, so that no other link can take that name meanwhile.
 *
 * The daemon may die, and with it the book.  It comes back with what its files
 * say (dlmgmt_db.c), but it is the kernel that knows which zone a link is in.
 */

#include <sys/avl.h>
#include <sys/cmn_err.h>
#include <sys/debug.h>
#include <sys/dlpi.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/sysmacros.h>
#include <sys/systm.h>

#include "dlmgmt.h"

typedef struct dlmgmt_link {
	avl_node_t	ll_by_id;	/* dlmgmt_lock, as is the rest */
	avl_node_t	ll_by_name;
	avl_node_t	ll_by_loan;	/* if ll_lent */
	boolean_t	ll_lent;
	hk_dl_t		ll_dl;
} dlmgmt_link_t;

static kmutex_t dlmgmt_lock;
static avl_tree_t dlmgmt_by_id;
static avl_tree_t dlmgmt_by_name;	/* and by zone before that */
static avl_tree_t dlmgmt_by_loan;	/* by name */
static datalink_id_t dlmgmt_last_id;
static boolean_t dlmgmt_running;

static int
dlmgmt_compare_id(const void *a, const void *b)
{
	const datalink_id_t x = ((const dlmgmt_link_t *)a)->ll_dl.hdl_linkid;
	const datalink_id_t y = ((const dlmgmt_link_t *)b)->ll_dl.hdl_linkid;

	return (x < y ? -1 : x > y);
}

static int
dlmgmt_compare_name(const void *a, const void *b)
{
	const hk_dl_t *x = &((const dlmgmt_link_t *)a)->ll_dl;
	const hk_dl_t *y = &((const dlmgmt_link_t *)b)->ll_dl;
	int diff;

	if (x->hdl_zoneid != y->hdl_zoneid)
		return (x->hdl_zoneid < y->hdl_zoneid ? -1 : 1);
	diff = strcmp(x->hdl_name, y->hdl_name);
	return (diff < 0 ? -1 : diff > 0);
}

static int
dlmgmt_compare_loan(const void *a, const void *b)
{
	const int diff = strcmp(((const dlmgmt_link_t *)a)->ll_dl.hdl_name,
	    ((const dlmgmt_link_t *)b)->ll_dl.hdl_name);

	return (diff < 0 ? -1 : diff > 0);
}

void
dlmgmt_init(void)
{
	mutex_init(&dlmgmt_lock, NULL, MUTEX_DEFAULT, NULL);
	avl_create(&dlmgmt_by_id, dlmgmt_compare_id, sizeof (dlmgmt_link_t),
	    offsetof(dlmgmt_link_t, ll_by_id));
	avl_create(&dlmgmt_by_name, dlmgmt_compare_name,
	    sizeof (dlmgmt_link_t), offsetof(dlmgmt_link_t, ll_by_name));
	avl_create(&dlmgmt_by_loan, dlmgmt_compare_loan,
	    sizeof (dlmgmt_link_t), offsetof(dlmgmt_link_t, ll_by_loan));
	dlmgmt_db_init();
	dlmgmt_last_id = DATALINK_INVALID_LINKID;
	dlmgmt_running = B_TRUE;
}

/*
 * What is in the book when the daemon dies.
 */
static void
dlmgmt_forget(void)
{
	dlmgmt_link_t *ll;

	while ((ll = avl_first(&dlmgmt_by_id)) != NULL) {
		avl_remove(&dlmgmt_by_id, ll);
		avl_remove(&dlmgmt_by_name, ll);
		if (ll->ll_lent)
			avl_remove(&dlmgmt_by_loan, ll);
		kmem_free(ll, sizeof (*ll));
	}
}

void
dlmgmt_fini(void)
{
	/* A daemon that exits leaves nothing behind. */
	dlmgmt_forget();
	dlmgmt_db_fini();
	avl_destroy(&dlmgmt_by_loan);
	avl_destroy(&dlmgmt_by_name);
	avl_destroy(&dlmgmt_by_id);
	mutex_destroy(&dlmgmt_lock);
}

/*
 * Every request begins here: EBADF while the daemon is not there.
 */
static int
dlmgmt_enter(void)
{
	mutex_enter(&dlmgmt_lock);
	if (dlmgmt_running)
		return (0);
	mutex_exit(&dlmgmt_lock);
	return (EBADF);
}

static boolean_t
is_digit(char c)
{
	return (c >= '0' && c <= '9');
}

static boolean_t
is_alpha(char c)
{
	return ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
}

/*
 * dladm_valid_linkname(): letters, digits, `_' and `.', no digit first, and at
 * the end a number without leading zeros.
 */
static boolean_t
dlmgmt_valid_name(const char *name)
{
	size_t len = strnlen(name, MAXLINKNAMELEN), i;

	if (len < 2 || len >= MAXLINKNAMELEN || is_digit(name[0]))
		return (B_FALSE);
	for (i = 0; i < len; i++) {
		if (!is_digit(name[i]) && !is_alpha(name[i]) &&
		    name[i] != '_' && name[i] != '.')
			return (B_FALSE);
	}
	for (i = len; i > 0 && is_digit(name[i - 1]); i--)
		continue;
	if (i == len)
		return (B_FALSE);
	return (name[i] != '0' || i == len - 1);
}

static dlmgmt_link_t *
link_by_id(datalink_id_t linkid, zoneid_t zoneid)
{
	dlmgmt_link_t *ll, want;

	ASSERT(MUTEX_HELD(&dlmgmt_lock));
	want.ll_dl.hdl_linkid = linkid;
	ll = avl_find(&dlmgmt_by_id, &want, NULL);
	if (ll != NULL && zoneid != GLOBAL_ZONEID &&
	    ll->ll_dl.hdl_zoneid != zoneid)
		return (NULL);
	return (ll);
}

static dlmgmt_link_t *
link_by_name(const char *name, zoneid_t zoneid)
{
	dlmgmt_link_t want, *ll;

	ASSERT(MUTEX_HELD(&dlmgmt_lock));
	want.ll_dl.hdl_zoneid = zoneid;
	(void) strlcpy(want.ll_dl.hdl_name, name,
	    sizeof (want.ll_dl.hdl_name));
	ll = avl_find(&dlmgmt_by_name, &want, NULL);
	if (ll == NULL && zoneid == GLOBAL_ZONEID)
		ll = avl_find(&dlmgmt_by_loan, &want, NULL);
	return (ll);
}

/*
 * Another link that has the name of this one: in the zone that it is in, or, if
 * it is the global zone's, among those of the global zone wherever they are.
 */
static dlmgmt_link_t *
link_other(const hk_dl_t *dl)
{
	dlmgmt_link_t *ll = link_by_name(dl->hdl_name, dl->hdl_zoneid);

	if ((ll == NULL || ll->ll_dl.hdl_linkid == dl->hdl_linkid) &&
	    (dl->hdl_flags & HK_DL_TRANSIENT) == 0)
		ll = link_by_name(dl->hdl_name, GLOBAL_ZONEID);
	return (ll != NULL && ll->ll_dl.hdl_linkid != dl->hdl_linkid ? ll :
	    NULL);
}

/*
 * Enter a link where it can be found, or take it out.
 */
static void
link_enter(dlmgmt_link_t *ll)
{
	ll->ll_lent = ll->ll_dl.hdl_zoneid != GLOBAL_ZONEID &&
	    (ll->ll_dl.hdl_flags & HK_DL_TRANSIENT) == 0;
	avl_add(&dlmgmt_by_id, ll);
	avl_add(&dlmgmt_by_name, ll);
	if (ll->ll_lent)
		avl_add(&dlmgmt_by_loan, ll);
}

static void
link_leave(dlmgmt_link_t *ll)
{
	avl_remove(&dlmgmt_by_id, ll);
	avl_remove(&dlmgmt_by_name, ll);
	if (ll->ll_lent)
		avl_remove(&dlmgmt_by_loan, ll);
}

/*
 * A link is not what it was: so say the files.
 */
static void
link_write(const dlmgmt_link_t *ll)
{
	zone_t *zone = zone_find_by_id(ll->ll_dl.hdl_zoneid);

	dlmgmt_db_put(&ll->ll_dl, zone != NULL ? zone->zone_name : "");
	if (zone != NULL)
		zone_rele(zone);
}

/*
 * A link gets another name, or is in another zone.
 */
static int
link_change(dlmgmt_link_t *ll, const hk_dl_t *dl)
{
	if (link_other(dl) != NULL)
		return (EEXIST);
	link_leave(ll);
	ll->ll_dl = *dl;
	link_enter(ll);
	link_write(ll);
	return (0);
}

/*
 * The next free id, going round.
 */
static datalink_id_t
dlmgmt_next_id(void)
{
	datalink_id_t id = dlmgmt_last_id;

	do {
		if (id++ == DATALINK_MAX_LINKID)
			id = DATALINK_INVALID_LINKID + 1;
	} while (link_by_id(id, GLOBAL_ZONEID) != NULL);
	dlmgmt_last_id = id;
	return (id);
}

/*
 * hdl_name, hdl_class, hdl_media, hdl_flags and hdl_zoneid are given.
 */
int
dlmgmt_create(hk_dl_t *dl)
{
	dlmgmt_link_t *ll;

	if (!dlmgmt_valid_name(dl->hdl_name))
		return (EINVAL);
	if (!ISP2(dl->hdl_class) || dl->hdl_class == 0 ||
	    (dl->hdl_class & ~DATALINK_CLASS_ALL) != 0)
		return (EINVAL);
	if (dl->hdl_zoneid != GLOBAL_ZONEID)
		dl->hdl_flags |= HK_DL_TRANSIENT;
	if ((dl->hdl_flags & ~(HK_DL_ACTIVE | HK_DL_PERSIST |
	    HK_DL_TRANSIENT)) != 0 ||
	    (dl->hdl_flags & (HK_DL_ACTIVE | HK_DL_PERSIST)) == 0 ||
	    (dl->hdl_flags & (HK_DL_PERSIST | HK_DL_TRANSIENT)) ==
	    (HK_DL_PERSIST | HK_DL_TRANSIENT))
		return (EINVAL);

	ll = kmem_zalloc(sizeof (*ll), KM_SLEEP);
	if (dlmgmt_enter() != 0) {
		kmem_free(ll, sizeof (*ll));
		return (EBADF);
	}
	if (link_other(dl) != NULL) {
		mutex_exit(&dlmgmt_lock);
		kmem_free(ll, sizeof (*ll));
		return (EEXIST);
	}
	dl->hdl_linkid = dlmgmt_next_id();
	ll->ll_dl = *dl;
	link_enter(ll);
	link_write(ll);
	mutex_exit(&dlmgmt_lock);
	return (0);
}

/*
 * Take flags away, and the link when neither active nor persistent is left.
 */
int
dlmgmt_remove(datalink_id_t linkid, zoneid_t zoneid, uint32_t flags)
{
	dlmgmt_link_t *ll;
	int err;

	if ((err = dlmgmt_enter()) != 0)
		return (err);
	ll = link_by_id(linkid, zoneid);
	if (ll == NULL || (ll->ll_dl.hdl_flags & flags) == 0)
		err = ENOENT;
	else if (zoneid != GLOBAL_ZONEID && ll->ll_lent)
		err = EACCES;
	if (err != 0) {
		mutex_exit(&dlmgmt_lock);
		return (err);
	}
	ll->ll_dl.hdl_flags &= ~flags;
	link_write(ll);
	if ((ll->ll_dl.hdl_flags & (HK_DL_ACTIVE | HK_DL_PERSIST)) == 0)
		link_leave(ll);
	else
		ll = NULL;
	mutex_exit(&dlmgmt_lock);
	if (ll != NULL)
		kmem_free(ll, sizeof (*ll));
	return (0);
}

int
dlmgmt_destroy(datalink_id_t linkid, zoneid_t zoneid)
{
	return (dlmgmt_remove(linkid, zoneid, HK_DL_ACTIVE | HK_DL_PERSIST));
}

/*
 * A link that was only persistent is in the kernel now.
 */
int
dlmgmt_up(datalink_id_t linkid, zoneid_t zoneid)
{
	dlmgmt_link_t *ll;
	int err;

	if ((err = dlmgmt_enter()) != 0)
		return (err);
	if ((ll = link_by_id(linkid, zoneid)) == NULL) {
		err = ENOENT;
	} else if ((ll->ll_dl.hdl_flags & HK_DL_ACTIVE) != 0) {
		err = EINVAL;
	} else {
		ll->ll_dl.hdl_flags |= HK_DL_ACTIVE;
		link_write(ll);
	}
	mutex_exit(&dlmgmt_lock);
	return (err);
}

int
dlmgmt_info(hk_dl_t *dl, zoneid_t zoneid)
{
	dlmgmt_link_t *ll;
	int err;

	if (strnlen(dl->hdl_name, sizeof (dl->hdl_name)) ==
	    sizeof (dl->hdl_name))
		return (EINVAL);
	if ((err = dlmgmt_enter()) != 0)
		return (err);
	if (dl->hdl_linkid != DATALINK_INVALID_LINKID)
		ll = link_by_id(dl->hdl_linkid, zoneid);
	else
		ll = link_by_name(dl->hdl_name, zoneid);
	if (ll != NULL)
		*dl = ll->ll_dl;
	else
		err = ENOENT;
	mutex_exit(&dlmgmt_lock);
	return (err);
}

int
dlmgmt_next(hk_dl_t *dl, zoneid_t zoneid)
{
	dlmgmt_link_t *ll, want;
	avl_index_t where;
	int err;

	want.ll_dl.hdl_linkid = dl->hdl_linkid;
	if ((err = dlmgmt_enter()) != 0)
		return (err);
	if ((ll = avl_find(&dlmgmt_by_id, &want, &where)) != NULL)
		ll = AVL_NEXT(&dlmgmt_by_id, ll);
	else
		ll = avl_nearest(&dlmgmt_by_id, where, AVL_AFTER);
	while (ll != NULL && zoneid != GLOBAL_ZONEID &&
	    ll->ll_dl.hdl_zoneid != zoneid)
		ll = AVL_NEXT(&dlmgmt_by_id, ll);
	if (ll != NULL)
		*dl = ll->ll_dl;
	mutex_exit(&dlmgmt_lock);
	return (ll != NULL ? 0 : ENOENT);
}

/*
 * Could the link have another name, in the zone that it is in?
 */
int
dlmgmt_rename_check(const hk_dl_t *dl, const char *name)
{
	hk_dl_t want = *dl;
	int err;

	if (!dlmgmt_valid_name(name))
		return (EINVAL);
	(void) strlcpy(want.hdl_name, name, sizeof (want.hdl_name));
	if ((err = dlmgmt_enter()) != 0)
		return (err);
	if (link_other(&want) != NULL)
		err = EEXIST;
	mutex_exit(&dlmgmt_lock);
	return (err);
}

int
dlmgmt_rename(datalink_id_t linkid, zoneid_t zoneid, const char *name)
{
	dlmgmt_link_t *ll;
	hk_dl_t want;
	int err;

	if (!dlmgmt_valid_name(name))
		return (EINVAL);
	if ((err = dlmgmt_enter()) != 0)
		return (err);
	if ((ll = link_by_id(linkid, zoneid)) == NULL) {
		mutex_exit(&dlmgmt_lock);
		return (ENOENT);
	}
	want = ll->ll_dl;
	(void) strlcpy(want.hdl_name, name, sizeof (want.hdl_name));
	err = link_change(ll, &want);
	mutex_exit(&dlmgmt_lock);
	return (err);
}

/*
 * A link that is active moves to another zone, where no other has its name.
 * illumos does not look when the global zone asks, and a name that is there
 * twice is the end of its daemon.  ENXIO: there is no such zone.
 */
int
dlmgmt_setzone(datalink_id_t linkid, zoneid_t zoneid)
{
	dlmgmt_link_t *ll;
	zone_t *zone;
	hk_dl_t want;
	int err;

	if ((err = dlmgmt_enter()) != 0)
		return (err);
	if ((zone = zone_find_by_id(zoneid)) == NULL) {
		err = ENXIO;
	} else if ((ll = link_by_id(linkid, GLOBAL_ZONEID)) == NULL) {
		err = ENOENT;
	} else if ((ll->ll_dl.hdl_flags & HK_DL_ACTIVE) == 0) {
		err = EINVAL;
	} else {
		want = ll->ll_dl;
		want.hdl_zoneid = zoneid;
		err = link_change(ll, &want);
	}
	mutex_exit(&dlmgmt_lock);
	if (zone != NULL)
		zone_rele(zone);
	return (err);
}

/*
 * The zone is gone, and with it what was still known of its links, but for
 * those that the kernel has not let go of.
 */
void
dlmgmt_zone_gone(zoneid_t zoneid)
{
	dlmgmt_link_t *ll, *next;
	dls_dl_handle_t ddh;

	if (dlmgmt_enter() != 0)
		return;
	for (ll = avl_first(&dlmgmt_by_id); ll != NULL; ll = next) {
		next = AVL_NEXT(&dlmgmt_by_id, ll);
		if (ll->ll_dl.hdl_zoneid != zoneid)
			continue;
		if (dls_devnet_hold_tmp(ll->ll_dl.hdl_linkid, &ddh) == 0) {
			dls_devnet_rele_tmp(ddh);
			continue;
		}
		link_leave(ll);
		ll->ll_dl.hdl_flags = 0;
		link_write(ll);
		kmem_free(ll, sizeof (*ll));
	}
	mutex_exit(&dlmgmt_lock);
}

/*
 * The daemon dies.
 */
void
dlmgmt_stop(void)
{
	if (dlmgmt_enter() != 0)
		return;
	dlmgmt_forget();
	dlmgmt_running = B_FALSE;
	mutex_exit(&dlmgmt_lock);
}

/*
 * Which zone is a link in that the cache knows?  That of the kernel, which may
 * have moved it meanwhile; if the kernel does not have the link, the one that
 * is named.  If there is no such zone any more a link that the kernel has is an
 * orphan, and the global zone's.  False: nothing is left of it.
 */
static boolean_t
dlmgmt_recover_zone(hk_dl_t *dl, const char *zonename)
{
	boolean_t known;
	dls_dl_handle_t ddh;
	zone_t *zone;

	known = dls_devnet_hold_tmp(dl->hdl_linkid, &ddh) == 0;
	if (known) {
		zone = zone_find_by_id(dls_devnet_getzid(ddh));
		dls_devnet_rele_tmp(ddh);
	} else {
		zone = zone_find_by_name((char *)zonename);
	}
	if (zone != NULL) {
		dl->hdl_zoneid = zone->zone_id;
		zone_rele(zone);
		return (B_TRUE);
	}
	if (!known)
		return (B_FALSE);
	cmn_err(CE_WARN, "dlmgmtd: zone %s of link %s is gone", zonename,
	    dl->hdl_name);
	dl->hdl_zoneid = GLOBAL_ZONEID;
	dl->hdl_flags &= ~HK_DL_TRANSIENT;
	(void) snprintf(dl->hdl_name, sizeof (dl->hdl_name), "SUNWorphan%u",
	    (uint16_t)dl->hdl_linkid);
	return (B_TRUE);
}

/*
 * A line of the files.  What is persistent is so besides being active, or gets
 * an id of its own.
 */
static void
dlmgmt_recover(hk_dl_t *dl, const char *zonename)
{
	const boolean_t active = (dl->hdl_flags & HK_DL_ACTIVE) != 0;
	dlmgmt_link_t *ll;

	dl->hdl_zoneid = GLOBAL_ZONEID;
	if (active && !dlmgmt_recover_zone(dl, zonename))
		return;
	ll = active ? link_other(dl) :
	    link_by_name(dl->hdl_name, GLOBAL_ZONEID);
	if (ll != NULL && active) {
		cmn_err(CE_WARN, "dlmgmtd: another link is called %s",
		    dl->hdl_name);
		return;
	}
	if (ll != NULL) {
		ll->ll_dl.hdl_flags |= HK_DL_PERSIST;
	} else {
		if (!active)
			dl->hdl_linkid = dlmgmt_next_id();
		ll = kmem_zalloc(sizeof (*ll), KM_SLEEP);
		ll->ll_dl = *dl;
		link_enter(ll);
		dlmgmt_last_id = MAX(dlmgmt_last_id, dl->hdl_linkid);
	}
	link_write(ll);
}

void
dlmgmt_start(void)
{
	mutex_enter(&dlmgmt_lock);
	if (!dlmgmt_running) {
		dlmgmt_db_read(dlmgmt_recover);
		dlmgmt_running = B_TRUE;
	}
	mutex_exit(&dlmgmt_lock);
}

boolean_t
dlmgmt_alive(void)
{
	boolean_t alive;

	mutex_enter(&dlmgmt_lock);
	alive = dlmgmt_running;
	mutex_exit(&dlmgmt_lock);
	return (alive);
}
