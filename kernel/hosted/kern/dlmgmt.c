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
 * The link management daemon's book of link ids, and the calls that the kernel
 * makes to it.  Stands in for cmd/dlmgmtd (dlmgmt_util.c, dlmgmt_door.c) and
 * the upcalls of uts/common/io/dls/dls_mgmt.c of illumos.
 *
 * Ids are one space; names are each zone's own.  A link is active, persistent,
 * or both, and goes when it is neither.  The global zone finds any link by its
 * id, another zone only its own.
 */

#include <sys/avl.h>
#include <sys/cmn_err.h>
#include <sys/debug.h>
#include <sys/dlpi.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/sysmacros.h>
#include <sys/systm.h>

#include "mac_kern.h"

typedef struct dlmgmt_link {
	avl_node_t	ll_by_id;	/* dlmgmt_lock, as is the rest */
	avl_node_t	ll_by_name;
	hk_dl_t		ll_dl;
} dlmgmt_link_t;

static kmutex_t dlmgmt_lock;
static avl_tree_t dlmgmt_by_id;
static avl_tree_t dlmgmt_by_name;	/* and by zone before that */
static datalink_id_t dlmgmt_last_id;

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

void
dlmgmt_init(void)
{
	mutex_init(&dlmgmt_lock, NULL, MUTEX_DEFAULT, NULL);
	avl_create(&dlmgmt_by_id, dlmgmt_compare_id, sizeof (dlmgmt_link_t),
	    offsetof(dlmgmt_link_t, ll_by_id));
	avl_create(&dlmgmt_by_name, dlmgmt_compare_name,
	    sizeof (dlmgmt_link_t), offsetof(dlmgmt_link_t, ll_by_name));
	dlmgmt_last_id = DATALINK_INVALID_LINKID;
}

void
dlmgmt_fini(void)
{
	dlmgmt_link_t *ll;

	/* A daemon that exits leaves nothing behind. */
	while ((ll = avl_first(&dlmgmt_by_id)) != NULL) {
		avl_remove(&dlmgmt_by_id, ll);
		avl_remove(&dlmgmt_by_name, ll);
		kmem_free(ll, sizeof (*ll));
	}
	avl_destroy(&dlmgmt_by_name);
	avl_destroy(&dlmgmt_by_id);
	mutex_destroy(&dlmgmt_lock);
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
	dlmgmt_link_t want;

	ASSERT(MUTEX_HELD(&dlmgmt_lock));
	want.ll_dl.hdl_zoneid = zoneid;
	(void) strlcpy(want.ll_dl.hdl_name, name,
	    sizeof (want.ll_dl.hdl_name));
	return (avl_find(&dlmgmt_by_name, &want, NULL));
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
	mutex_enter(&dlmgmt_lock);
	if (link_by_name(dl->hdl_name, dl->hdl_zoneid) != NULL) {
		mutex_exit(&dlmgmt_lock);
		kmem_free(ll, sizeof (*ll));
		return (EEXIST);
	}
	dl->hdl_linkid = dlmgmt_next_id();
	ll->ll_dl = *dl;
	avl_add(&dlmgmt_by_id, ll);
	avl_add(&dlmgmt_by_name, ll);
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

	mutex_enter(&dlmgmt_lock);
	ll = link_by_id(linkid, zoneid);
	if (ll == NULL || (ll->ll_dl.hdl_flags & flags) == 0) {
		mutex_exit(&dlmgmt_lock);
		return (ENOENT);
	}
	ll->ll_dl.hdl_flags &= ~flags;
	if ((ll->ll_dl.hdl_flags & (HK_DL_ACTIVE | HK_DL_PERSIST)) == 0) {
		avl_remove(&dlmgmt_by_id, ll);
		avl_remove(&dlmgmt_by_name, ll);
	} else {
		ll = NULL;
	}
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
	int err = 0;

	mutex_enter(&dlmgmt_lock);
	if ((ll = link_by_id(linkid, zoneid)) == NULL)
		err = ENOENT;
	else if ((ll->ll_dl.hdl_flags & HK_DL_ACTIVE) != 0)
		err = EINVAL;
	else
		ll->ll_dl.hdl_flags |= HK_DL_ACTIVE;
	mutex_exit(&dlmgmt_lock);
	return (err);
}

int
dlmgmt_info(hk_dl_t *dl, zoneid_t zoneid)
{
	dlmgmt_link_t *ll;
	int err = ENOENT;

	if (strnlen(dl->hdl_name, sizeof (dl->hdl_name)) ==
	    sizeof (dl->hdl_name))
		return (EINVAL);
	mutex_enter(&dlmgmt_lock);
	if (dl->hdl_linkid != DATALINK_INVALID_LINKID)
		ll = link_by_id(dl->hdl_linkid, zoneid);
	else
		ll = link_by_name(dl->hdl_name, zoneid);
	if (ll != NULL) {
		*dl = ll->ll_dl;
		err = 0;
	}
	mutex_exit(&dlmgmt_lock);
	return (err);
}

int
dlmgmt_next(hk_dl_t *dl, zoneid_t zoneid)
{
	dlmgmt_link_t *ll, want;
	avl_index_t where;

	want.ll_dl.hdl_linkid = dl->hdl_linkid;
	mutex_enter(&dlmgmt_lock);
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
 * The kernel's calls.  They go through a door on illumos: they sleep, and they
 * fail with EBADF while no daemon is there.  A signal ends the caller's wait
 * with EINTR, and not the call: the daemon, which does not let itself be
 * cancelled, does what it was asked to, and *lostp says that nobody hears of
 * it.  A thread that is no process's gets no signals.
 */
static int
dls_mgmt_upcall(const char *what __maybe_unused, boolean_t *lostp)
{
	int err;

	KERN_NO_LOCKS(what);
	*lostp = B_FALSE;
	if (thread_is_kernel() && fault_error(HK_FAULT_UPCALL, 0) == EINTR)
		return (0);
	err = hkfault_error(HK_FAULT_UPCALL, EBADF);
	if (err != EINTR)
		return (err);
	*lostp = B_TRUE;
	return (0);
}

static int
dls_mgmt_return(int err, boolean_t lost)
{
	return (lost ? EINTR : err);
}

int
dls_mgmt_create(const char *name, dev_t dev __unused, datalink_class_t class,
    uint32_t media, boolean_t persist, datalink_id_t *linkidp)
{
	boolean_t lost;
	hk_dl_t dl;
	int err;

	if ((err = dls_mgmt_upcall("dls_mgmt_create", &lost)) != 0)
		return (err);
	bzero(&dl, sizeof (dl));
	if (strlcpy(dl.hdl_name, name, sizeof (dl.hdl_name)) >=
	    sizeof (dl.hdl_name))
		return (EINVAL);
	dl.hdl_class = class;
	dl.hdl_media = media;
	dl.hdl_flags = HK_DL_ACTIVE | (persist ? HK_DL_PERSIST : 0);
	dl.hdl_zoneid = getzoneid();
	if ((err = dls_mgmt_return(dlmgmt_create(&dl), lost)) == 0)
		*linkidp = dl.hdl_linkid;
	return (err);
}

int
dls_mgmt_destroy(datalink_id_t linkid, boolean_t persist)
{
	boolean_t lost;
	int err;

	if ((err = dls_mgmt_upcall("dls_mgmt_destroy", &lost)) != 0)
		return (err);
	err = dlmgmt_remove(linkid, getzoneid(),
	    HK_DL_ACTIVE | (persist ? HK_DL_PERSIST : 0));
	return (dls_mgmt_return(err, lost));
}

int
dls_mgmt_get_linkinfo(datalink_id_t linkid, char *name,
    datalink_class_t *classp, uint32_t *mediap, uint32_t *flagsp)
{
	boolean_t lost;
	hk_dl_t dl;
	int err;

	if ((err = dls_mgmt_upcall("dls_mgmt_get_linkinfo", &lost)) != 0)
		return (err);
	if (linkid == DATALINK_INVALID_LINKID)
		return (ENOENT);
	bzero(&dl, sizeof (dl));
	dl.hdl_linkid = linkid;
	if ((err = dls_mgmt_return(dlmgmt_info(&dl, getzoneid()), lost)) != 0)
		return (err);
	if (name != NULL)
		(void) strlcpy(name, dl.hdl_name, MAXLINKNAMELEN);
	if (classp != NULL)
		*classp = dl.hdl_class;
	if (mediap != NULL)
		*mediap = dl.hdl_media;
	if (flagsp != NULL)
		*flagsp = dl.hdl_flags;
	return (0);
}

int
dls_mgmt_get_linkid(const char *name, datalink_id_t *linkidp)
{
	boolean_t lost;
	hk_dl_t dl;
	int err;

	if ((err = dls_mgmt_upcall("dls_mgmt_get_linkid", &lost)) != 0)
		return (err);
	bzero(&dl, sizeof (dl));
	(void) strlcpy(dl.hdl_name, name, sizeof (dl.hdl_name));
	if ((err = dls_mgmt_return(dlmgmt_info(&dl, getzoneid()), lost)) == 0)
		*linkidp = dl.hdl_linkid;
	return (err);
}

datalink_id_t
dls_mgmt_get_next(datalink_id_t linkid, datalink_class_t class,
    datalink_media_t media, uint32_t flags)
{
	zoneid_t zoneid = getzoneid();
	boolean_t lost;
	hk_dl_t dl;

	if (dls_mgmt_upcall("dls_mgmt_get_next", &lost) != 0 || lost)
		return (DATALINK_INVALID_LINKID);
	bzero(&dl, sizeof (dl));
	dl.hdl_linkid = linkid;
	while (dlmgmt_next(&dl, zoneid) == 0) {
		if ((dl.hdl_class & class) != 0 &&
		    (media == DATALINK_ANY_MEDIATYPE ||
		    dl.hdl_media == media) && (dl.hdl_flags & flags) != 0)
			return (dl.hdl_linkid);
	}
	return (DATALINK_INVALID_LINKID);
}
