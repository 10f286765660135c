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
 * Stack ends: who plays the IP stack of a link.  Stands in for what ipadm(8)
 * create-if makes on illumos, a DLPI user of the link (uts/common/io/dld).
 *
 * An end is made for a devnet that exists, and the devnet cannot go without
 * taking it off: dls_devnet_destroy() either fails because the end is pinned,
 * or calls stack_detach().
 */

#include <sys/atomic.h>
#include <sys/cmn_err.h>
#include <sys/debug.h>
#include <sys/errno.h>
#include <sys/ethernet.h>
#include <sys/kmem.h>
#include <sys/pattr.h>
#include <sys/stream.h>
#include <sys/strsubr.h>
#include <sys/strsun.h>
#include <sys/sysmacros.h>
#include <sys/systm.h>
#include <sys/vlan.h>

#include "mac_kern.h"

typedef enum stack_state {
	STACK_CREATING,
	STACK_ACTIVE,
	STACK_CHANGING,			/* what it wants; ACTIVE again then */
	STACK_DETACHING
} stack_state_t;

/*
 * IP often puts the link header and a little more into a block of its own.
 */
#define	STACK_SPLIT_LEN	16

static kmutex_t stack_lock;
static kcondvar_t stack_cv;
static avl_tree_t stack_ends;		/* stack_lock; by link id */

static int
stack_compare(const void *a, const void *b)
{
	const datalink_id_t x = ((const stack_end_t *)a)->se_linkid;
	const datalink_id_t y = ((const stack_end_t *)b)->se_linkid;

	return (x < y ? -1 : x > y);
}

void
stack_init(void)
{
	mutex_init(&stack_lock, NULL, MUTEX_DEFAULT, NULL);
	cv_init(&stack_cv, NULL, CV_DEFAULT, NULL);
	avl_create(&stack_ends, stack_compare, sizeof (stack_end_t),
	    offsetof(stack_end_t, se_node));
}

void
stack_fini(void)
{
	VERIFY(avl_is_empty(&stack_ends));
	avl_destroy(&stack_ends);
	cv_destroy(&stack_cv);
	mutex_destroy(&stack_lock);
}

static stack_end_t *
stack_find(datalink_id_t linkid)
{
	stack_end_t want;

	ASSERT(MUTEX_HELD(&stack_lock));
	want.se_linkid = linkid;
	return (avl_find(&stack_ends, &want, NULL));
}

boolean_t
stack_exists(datalink_id_t linkid)
{
	boolean_t exists;

	mutex_enter(&stack_lock);
	exists = (stack_find(linkid) != NULL);
	mutex_exit(&stack_lock);
	return (exists);
}

/*
 * Data from the link.
 */
static mblk_t *
stack_turn_round(mblk_t *mp)
{
	struct ether_header *eh;
	ether_addr_t addr;
	mblk_t *copy;

	if ((copy = copymsg(mp)) == NULL)
		return (NULL);
	eh = (struct ether_header *)(void *)copy->b_rptr;
	bcopy(&eh->ether_dhost, addr, sizeof (addr));
	bcopy(&eh->ether_shost, &eh->ether_dhost, sizeof (addr));
	bcopy(addr, &eh->ether_shost, sizeof (addr));
	eh->ether_shost.ether_addr_octet[0] &= ~1;	/* was a group's */
	return (copy);
}

static void
stack_rx(void *arg, mac_resource_handle_t mrh, mblk_t *chain,
    boolean_t loopback)
{
	stack_end_t *se = arg;
	mblk_t *mp, *back;

	if ((se->se_flags & HK_STACK_ECHO) != 0) {
		for (mp = chain; mp != NULL; mp = mp->b_next) {
			if ((back = stack_turn_round(mp)) != NULL)
				(void) stack_tx(se, back);
		}
	}
	se->se_ops->so_rx(se, mrh, chain, loopback);
}

static void
stack_tx_notify(void *arg)
{
	stack_end_t *se = arg;

	se->se_ops->so_tx_notify(se);
}

static void
stack_note(void *arg, mac_notify_type_t type)
{
	stack_end_t *se = arg;

	se->se_ops->so_note(se, type);
}

/*
 * Data to the link.  IP's way leads through dld, which drops what does not
 * fit; what comes from a segment is as from a bridge, and only the driver
 * looks at it.
 */
static boolean_t
stack_fits(stack_end_t *se, mblk_t *mp, uint_t max_sdu)
{
	size_t len = msgdsize(mp), max = max_sdu + sizeof (struct ether_header);
	struct ether_vlan_header *evh;

	if ((DB_CKSUMFLAGS(mp) & HW_LSO) != 0)
		return (B_TRUE);	/* as long as it likes */
	if (MBLKL(mp) >= (ssize_t)sizeof (*evh)) {
		evh = (struct ether_vlan_header *)(void *)mp->b_rptr;
		if (evh->ether_tpid == __builtin_bswap16(VLAN_TPID))
			max += VLAN_TAGSZ;
	}
	if (len >= sizeof (struct ether_header) && len <= max)
		return (B_TRUE);
	atomic_inc_64(&se->se_tx_unfit);
	return (B_FALSE);
}

static mblk_t *
stack_split(mblk_t *mp)
{
	mblk_t *head;

	if (MBLKL(mp) <= STACK_SPLIT_LEN ||
	    (head = allocb(STACK_SPLIT_LEN, BPRI_HI)) == NULL)
		return (mp);
	bcopy(mp->b_rptr, head->b_wptr, STACK_SPLIT_LEN);
	head->b_wptr += STACK_SPLIT_LEN;
	mp->b_rptr += STACK_SPLIT_LEN;
	head->b_cont = mp;
	mac_hcksum_clone(mp, head);
	return (head);
}

boolean_t
stack_tx(stack_end_t *se, mblk_t *chain)
{
	mblk_t *head = NULL, **tailp = &head, *mp;
	uint_t max_sdu;

	mac_sdu_get(se->se_mh, NULL, &max_sdu);
	while ((mp = chain) != NULL) {
		chain = mp->b_next;
		mp->b_next = NULL;
		if (se->se_ops->so_is_ip && !stack_fits(se, mp, max_sdu)) {
			freemsg(mp);
			continue;
		}
		if ((se->se_flags & HK_STACK_SPLIT) != 0)
			mp = stack_split(mp);
		*tailp = mp;
		tailp = &mp->b_next;
	}
	if (head == NULL)
		return (B_TRUE);
	return (mac_tx(se->se_mch, head, 0, 0, NULL) == 0);
}

/*
 * Take apart what stack_build() made, from whichever point.
 */
static void
stack_free(stack_end_t *se)
{
	list_destroy(&se->se_groups);
	if (se->se_mch != NULL)
		mac_client_close(se->se_mch, 0);
	kmem_free(se, sizeof (*se));
}

static int
stack_build(stack_end_t *se, dls_dl_handle_t ddh, const hk_stack_t *hst)
{
	int err;

	se->se_mh = dls_devnet_mh(ddh);
	se->se_zoneid = dls_devnet_getzid(ddh);
	(void) strlcpy(se->se_link, dls_devnet_link(ddh), sizeof (se->se_link));
	(void) mac_client_open(se->se_mh, &se->se_mch, se->se_link, 0);

	if ((err = se->se_ops->so_create(se, hst)) != 0)
		return (err);
	mac_rx_set(se->se_mch, stack_rx, se);
	mac_client_tx_notify(se->se_mch, stack_tx_notify, se);
	if ((err = mac_client_start(se->se_mch)) != 0)
		goto fail_create;
	se->se_mnh = mac_notify_add(se->se_mh, stack_note, se);
	if ((err = se->se_ops->so_start(se)) != 0)
		goto fail_start;

	/* What it is by now; changes come by themselves. */
	se->se_ops->so_note(se, MAC_NOTE_LINK);
	se->se_ops->so_note(se, MAC_NOTE_CAPAB_CHG);
	return (0);

fail_start:
	(void) mac_notify_remove(se->se_mnh, B_TRUE);
	mac_client_stop(se->se_mch);
fail_create:
	se->se_ops->so_destroy(se);
	return (err);
}

static int
stack_kind(uint32_t kind, const stack_ops_t **opsp)
{
	switch (kind) {
	case HK_STACK_TAP:
		*opsp = &stack_tap_ops;
		return (0);
	case HK_STACK_BUS:
		*opsp = &stack_bus_ops;
		return (0);
	default:
		return (EINVAL);
	}
}

/*
 * May `auto' try the next kind after this error?
 */
static boolean_t
stack_not_permitted(int err)
{
	return (err == EPERM || err == EACCES || err == ENODEV ||
	    err == ENAMETOOLONG);
}

static int
stack_create(hk_stack_t *hst, uint32_t kind, dls_dl_handle_t ddh)
{
	const stack_ops_t *ops;
	stack_end_t *se;
	int err;

	if ((err = stack_kind(kind, &ops)) != 0)
		return (err);
	se = kmem_zalloc(sizeof (*se), KM_SLEEP);
	se->se_linkid = hst->hst_linkid;
	se->se_kind = kind;
	se->se_flags = hst->hst_flags;
	se->se_ops = ops;
	se->se_state = STACK_CREATING;
	list_create(&se->se_groups, sizeof (stack_group_t),
	    offsetof(stack_group_t, sg_node));

	mutex_enter(&stack_lock);
	if (stack_find(se->se_linkid) != NULL) {
		mutex_exit(&stack_lock);
		stack_free(se);
		return (EEXIST);
	}
	avl_add(&stack_ends, se);
	mutex_exit(&stack_lock);

	err = stack_build(se, ddh, hst);
	if (err == 0 && (se->se_flags & HK_STACK_PIN) != 0) {
		dls_devnet_open(ddh);
		se->se_ddh = ddh;
	}

	mutex_enter(&stack_lock);
	if (err == 0) {
		se->se_state = STACK_ACTIVE;
		hst->hst_kind = kind;
		(void) strlcpy(hst->hst_bus, se->se_bus, sizeof (hst->hst_bus));
	} else {
		avl_remove(&stack_ends, se);
	}
	cv_broadcast(&stack_cv);
	mutex_exit(&stack_lock);
	if (err != 0)
		stack_free(se);
	return (err);
}

int
stack_plumb(hk_stack_t *hst, zoneid_t zoneid)
{
	uint32_t kind = hst->hst_kind;
	dls_dl_handle_t ddh;
	int err;

	if (hst->hst_pad != 0 || kind > HK_STACK_AUTO ||
	    (hst->hst_flags & ~(HK_STACK_PIN | HK_STACK_SPLIT |
	    HK_STACK_ECHO)) != 0 ||
	    strnlen(hst->hst_bus, sizeof (hst->hst_bus)) ==
	    sizeof (hst->hst_bus))
		return (EINVAL);
	if ((err = dls_devnet_hold_tmp(hst->hst_linkid, &ddh)) != 0)
		return (err);
	if (zoneid != GLOBAL_ZONEID && dls_devnet_getzid(ddh) != zoneid) {
		dls_devnet_rele_tmp(ddh);
		return (ENOENT);
	}

	if (kind == HK_STACK_NONE) {
		err = stack_exists(hst->hst_linkid) ? EEXIST : 0;
	} else if (kind == HK_STACK_AUTO) {
		err = stack_create(hst, HK_STACK_TAP, ddh);
		if (stack_not_permitted(err))
			err = stack_create(hst, HK_STACK_BUS, ddh);
	} else {
		err = stack_create(hst, kind, ddh);
	}
	dls_devnet_rele_tmp(ddh);
	return (err);
}

/*
 * Off with it.  `se' is out of ACTIVE, so that it is ours.
 */
static void
stack_destroy(stack_end_t *se)
{
	stack_group_t *sg;

	ASSERT(se->se_state == STACK_DETACHING);
	se->se_ops->so_stop(se);
	while ((sg = list_remove_head(&se->se_groups)) != NULL) {
		mac_multicast_remove(se->se_mch, sg->sg_addr);
		kmem_free(sg, sizeof (*sg));
	}
	(void) mac_notify_remove(se->se_mnh, B_TRUE);
	mac_client_stop(se->se_mch);
	se->se_ops->so_destroy(se);
	if (se->se_ddh != NULL)
		dls_devnet_close(se->se_ddh);

	mutex_enter(&stack_lock);
	avl_remove(&stack_ends, se);
	cv_broadcast(&stack_cv);
	mutex_exit(&stack_lock);
	stack_free(se);
}

/*
 * Take the end of a link, to destroy or to change it; NULL if it has none.
 */
static stack_end_t *
stack_take(datalink_id_t linkid, stack_state_t state)
{
	stack_end_t *se;

	mutex_enter(&stack_lock);
	for (;;) {
		se = stack_find(linkid);
		if (se == NULL || se->se_state == STACK_ACTIVE)
			break;
		cv_wait(&stack_cv, &stack_lock);
	}
	if (se != NULL)
		se->se_state = state;
	mutex_exit(&stack_lock);
	return (se);
}

void
stack_detach(datalink_id_t linkid)
{
	stack_end_t *se;

	if ((se = stack_take(linkid, STACK_DETACHING)) != NULL)
		stack_destroy(se);
}

void
stack_detach_all(void)
{
	stack_end_t *se;
	datalink_id_t linkid;

	for (;;) {
		mutex_enter(&stack_lock);
		se = avl_first(&stack_ends);
		linkid = se != NULL ? se->se_linkid : DATALINK_INVALID_LINKID;
		mutex_exit(&stack_lock);
		if (se == NULL)
			break;
		stack_detach(linkid);
	}
}

/*
 * The devnet is held meanwhile, so that nobody destroys it, and with it the
 * end, between the look and the deed.
 */
int
stack_unplumb(datalink_id_t linkid, zoneid_t zoneid)
{
	dls_dl_handle_t ddh;
	stack_end_t *se;
	int err;

	if ((err = dls_devnet_hold_tmp(linkid, &ddh)) != 0)
		return (err);
	if (zoneid != GLOBAL_ZONEID && dls_devnet_getzid(ddh) != zoneid)
		err = ENOENT;
	else if ((se = stack_take(linkid, STACK_DETACHING)) == NULL)
		err = ENOENT;
	else
		stack_destroy(se);
	dls_devnet_rele_tmp(ddh);
	return (err);
}

void
stack_release(stack_end_t *se)
{
	if (se == NULL)
		return;
	mutex_enter(&stack_lock);
	se->se_state = STACK_ACTIVE;
	cv_broadcast(&stack_cv);
	mutex_exit(&stack_lock);
}

stack_end_t *
stack_hold(datalink_id_t linkid)
{
	return (stack_take(linkid, STACK_CHANGING));
}

int
stack_rename(stack_end_t *se, const char *name)
{
	if (se == NULL || se->se_ops->so_rename == NULL)
		return (0);
	return (se->se_ops->so_rename(se, name));
}

/*
 * A segment does not mind which zone a link is in; an interface of the host
 * does.
 */
int
stack_setzid(stack_end_t *se, zoneid_t zoneid)
{
	if (se == NULL)
		return (0);
	if ((se->se_flags & HK_STACK_PIN) != 0)
		return (EBUSY);
	return (se->se_ops->so_setzid == NULL ? 0 :
	    se->se_ops->so_setzid(se, zoneid));
}

/*
 * Have an end that is ours for now ask MAC for more, or for less.
 */
static int
stack_join(stack_end_t *se, const uint8_t *addr)
{
	stack_group_t *sg;
	int err;

	if ((err = mac_multicast_add(se->se_mch, addr)) != 0)
		return (err);
	sg = kmem_zalloc(sizeof (*sg), KM_SLEEP);
	bcopy(addr, sg->sg_addr, sizeof (sg->sg_addr));
	list_insert_tail(&se->se_groups, sg);
	return (0);
}

static int
stack_want_one(stack_end_t *se, const hk_stackwant_t *hsw)
{
	stack_group_t *sg;

	if (se->se_kind == HK_STACK_TAP)
		return (ENOTSUP);
	for (sg = list_head(&se->se_groups); sg != NULL;
	    sg = list_next(&se->se_groups, sg)) {
		if (bcmp(sg->sg_addr, hsw->hsw_addr, ETHERADDRL) == 0)
			break;
	}

	switch (hsw->hsw_what) {
	case HK_WANT_JOIN:
		return (sg != NULL ? EEXIST : stack_join(se, hsw->hsw_addr));
	case HK_WANT_LEAVE:
		if (sg == NULL)
			return (ENOENT);
		mac_multicast_remove(se->se_mch, sg->sg_addr);
		list_remove(&se->se_groups, sg);
		kmem_free(sg, sizeof (*sg));
		return (0);
	case HK_WANT_ALL:
	case HK_WANT_OWN:
		return (mac_client_promisc(se->se_mch,
		    hsw->hsw_what == HK_WANT_ALL));
	default:
		return (EINVAL);
	}
}

int
stack_want(const hk_stackwant_t *hsw, zoneid_t zoneid)
{
	dls_dl_handle_t ddh;
	stack_end_t *se;
	int err;

	if ((err = dls_devnet_hold_tmp(hsw->hsw_linkid, &ddh)) != 0)
		return (err);
	if (zoneid != GLOBAL_ZONEID && dls_devnet_getzid(ddh) != zoneid) {
		err = ENOENT;
	} else if ((se = stack_take(hsw->hsw_linkid, STACK_CHANGING)) == NULL) {
		err = ENOENT;
	} else {
		err = stack_want_one(se, hsw);
		stack_release(se);
	}
	dls_devnet_rele_tmp(ddh);
	return (err);
}

int
stack_info(hk_stack_t *hst, zoneid_t zoneid)
{
	dls_dl_handle_t ddh;
	stack_end_t *se;
	int err;

	if ((err = dls_devnet_hold_tmp(hst->hst_linkid, &ddh)) != 0)
		return (err);
	if (zoneid != GLOBAL_ZONEID && dls_devnet_getzid(ddh) != zoneid) {
		dls_devnet_rele_tmp(ddh);
		return (ENOENT);
	}
	mutex_enter(&stack_lock);
	se = stack_find(hst->hst_linkid);
	if (se != NULL && (se->se_state == STACK_ACTIVE ||
	    se->se_state == STACK_CHANGING)) {
		hst->hst_kind = se->se_kind;
		hst->hst_flags = se->se_flags;
		hst->hst_pad = 0;
		(void) strlcpy(hst->hst_bus, se->se_bus, sizeof (hst->hst_bus));
	} else {
		err = ENOENT;
	}
	mutex_exit(&stack_lock);
	dls_devnet_rele_tmp(ddh);
	return (err);
}
