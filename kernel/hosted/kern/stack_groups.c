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
 * What groups the interfaces of the host listen to.  The host tells nobody when
 * that changes, so somebody has to look: one thread for all interfaces, once a
 * second or when it is told to, and it wakes nobody but those concerned.  So a
 * link at which nothing happens costs a few lines of text a second.
 *
 * An interface may be in another network namespace than ours.  Of one that was
 * made there the list stays open, and the name of the namespace is looked at,
 * too: when that goes, we are not to be what keeps the namespace.  Of one that
 * somebody has moved there the list is opened for each look.
 */

#include <sys/debug.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/callo.h>
#include <sys/sysmacros.h>
#include <sys/systm.h>

#include "stack_groups.h"

#define	GROUPS_LOOK	SEC2NSEC(1)	/* between looks */
#define	GROUPS_LOOK_MIN	MSEC2NSEC(10)	/* even if told to */

/*
 * A network namespace of the host in which there is an interface.
 */
typedef struct groups_net {
	list_node_t	gn_node;
	unsigned long long gn_ns;	/* RO */
	int		gn_fd;		/* RO; -1: opened for each look */
	avl_tree_t	gn_watches;	/* by index */
	groups_watch_t	*gn_last;	/* whose line was the last */
} groups_net_t;

static kmutex_t groups_lock;	/* for all of it */
static kcondvar_t groups_cv;
static list_t groups_nets;
static boolean_t groups_told;
static kt_did_t groups_did;	/* 0: no thread */

static int
groups_compare(const void *a, const void *b)
{
	const int x = ((const groups_watch_t *)a)->gw_index;
	const int y = ((const groups_watch_t *)b)->gw_index;

	return (x < y ? -1 : x > y);
}

void
groups_init(void)
{
	mutex_init(&groups_lock, NULL, MUTEX_DEFAULT, NULL);
	cv_init(&groups_cv, NULL, CV_DEFAULT, NULL);
	list_create(&groups_nets, sizeof (groups_net_t),
	    offsetof(groups_net_t, gn_node));
}

void
groups_fini(void)
{
	VERIFY(list_is_empty(&groups_nets) && groups_did == 0);
	list_destroy(&groups_nets);
	cv_destroy(&groups_cv);
	mutex_destroy(&groups_lock);
}

/*
 * A group of the interface `index'.
 */
static void
groups_line(void *arg, int index, const unsigned char *addr)
{
	groups_net_t *gn = arg;
	groups_watch_t *gw = gn->gn_last, want;

	if (gw == NULL || gw->gw_index != index) {
		want.gw_index = index;
		gw = avl_find(&gn->gn_watches, &want, NULL);
		gn->gn_last = gw;
	}
	if (gw != NULL && gw->gw_seen.gl_n < GROUPS_MAX) {
		bcopy(addr, gw->gw_seen.gl_addrs[gw->gw_seen.gl_n++],
		    ETHERADDRL);
	}
}

static void
groups_displaced(groups_watch_t *gw, uint_t place)
{
	__atomic_store_n(&gw->gw_place, place, __ATOMIC_RELEASE);
	host_tap_wake(gw->gw_tap);
}

/*
 * Open the list of a namespace that interfaces were moved to, through one that
 * is there still.  -1: none is.
 */
static int
groups_open_away(groups_net_t *gn)
{
	unsigned long long ns;
	groups_watch_t *gw;
	int fd = -1, one, away;

	for (gw = avl_first(&gn->gn_watches); gw != NULL;
	    gw = AVL_NEXT(&gn->gn_watches, gw)) {
		if ((one = host_groups_open(gw->gw_tap, &ns, &away)) < 0)
			continue;
		if (ns != gn->gn_ns)
			groups_displaced(gw, GROUPS_MOVED);
		if (ns == gn->gn_ns && fd == -1)
			fd = one;
		else
			host_groups_close(one);
	}
	return (fd);
}

static int
groups_read_net(groups_net_t *gn)
{
	int fd, err;

	gn->gn_last = NULL;
	if (gn->gn_fd >= 0)
		return (host_groups_read(gn->gn_fd, groups_line, gn));
	if ((fd = groups_open_away(gn)) < 0)
		return (fd);
	err = host_groups_read(fd, groups_line, gn);
	host_groups_close(fd);
	return (err);
}

static void
groups_look_net(groups_net_t *gn)
{
	groups_list_t *now, *seen;
	groups_watch_t *gw;

	for (gw = avl_first(&gn->gn_watches); gw != NULL;
	    gw = AVL_NEXT(&gn->gn_watches, gw)) {
		gw->gw_seen.gl_n = 0;
		if (host_tap_lost(gw->gw_tap))
			groups_displaced(gw, GROUPS_LOST);
	}
	if (groups_read_net(gn) != 0)
		return;

	for (gw = avl_first(&gn->gn_watches); gw != NULL;
	    gw = AVL_NEXT(&gn->gn_watches, gw)) {
		now = &gw->gw_now;
		seen = &gw->gw_seen;
		if (now->gl_n == seen->gl_n && bcmp(now->gl_addrs,
		    seen->gl_addrs, seen->gl_n * ETHERADDRL) == 0)
			continue;
		now->gl_n = seen->gl_n;
		bcopy(seen->gl_addrs, now->gl_addrs,
		    seen->gl_n * ETHERADDRL);
		__atomic_store_n(&gw->gw_news, B_TRUE, __ATOMIC_RELEASE);
		host_tap_wake(gw->gw_tap);
	}
}

/*
 * Runs for as long as it is the thread; the last to leave says that it is not.
 */
static void
groups_thread(void *arg __unused)
{
	groups_net_t *gn;
	hrtime_t last, next;

	mutex_enter(&groups_lock);
	while (groups_did == curthread->t_did) {
		groups_told = B_FALSE;
		for (gn = list_head(&groups_nets); gn != NULL;
		    gn = list_next(&groups_nets, gn))
			groups_look_net(gn);

		last = gethrtime();
		do {
			next = last +
			    (groups_told ? GROUPS_LOOK_MIN : GROUPS_LOOK);
			(void) cv_timedwait_hires(&groups_cv, &groups_lock,
			    next, 1, CALLOUT_FLAG_ABSOLUTE);
		} while (groups_did == curthread->t_did &&
		    gethrtime() < last +
		    (groups_told ? GROUPS_LOOK_MIN : GROUPS_LOOK));
	}
	mutex_exit(&groups_lock);
	thread_exit();
}

void
groups_look(void)
{
	mutex_enter(&groups_lock);
	groups_told = B_TRUE;
	cv_signal(&groups_cv);
	mutex_exit(&groups_lock);
}

/*
 * The namespace in which an interface is; NULL: the host does not tell of it.
 * To one that its interfaces were moved to none of those belongs that were made
 * there, and keep it.
 */
static groups_net_t *
groups_net_get(host_tap_t *tap)
{
	unsigned long long ns;
	groups_net_t *gn;
	int fd, away;

	ASSERT(MUTEX_HELD(&groups_lock));
	if ((fd = host_groups_open(tap, &ns, &away)) < 0)
		return (NULL);
	if (away) {
		host_groups_close(fd);
		fd = -1;
	}
	for (gn = list_head(&groups_nets); gn != NULL;
	    gn = list_next(&groups_nets, gn)) {
		if (gn->gn_ns == ns && (gn->gn_fd < 0) == (fd < 0)) {
			if (fd >= 0)
				host_groups_close(fd);
			return (gn);
		}
	}
	gn = kmem_zalloc(sizeof (*gn), KM_SLEEP);
	gn->gn_ns = ns;
	gn->gn_fd = fd;
	avl_create(&gn->gn_watches, groups_compare, sizeof (groups_watch_t),
	    offsetof(groups_watch_t, gw_node));
	list_insert_tail(&groups_nets, gn);
	return (gn);
}

static void
groups_net_free(groups_net_t *gn)
{
	list_remove(&groups_nets, gn);
	if (gn->gn_fd >= 0)
		host_groups_close(gn->gn_fd);
	avl_destroy(&gn->gn_watches);
	kmem_free(gn, sizeof (*gn));
}

int
groups_add(groups_watch_t *gw, host_tap_t *tap, int index)
{
	groups_net_t *gn;
	kthread_t *thread;
	avl_index_t where;
	int err = 0;

	bzero(gw, sizeof (*gw));
	gw->gw_index = index;
	gw->gw_tap = tap;
	mutex_enter(&groups_lock);
	if ((gn = groups_net_get(tap)) == NULL) {
		mutex_exit(&groups_lock);
		return (0);
	}
	if (avl_find(&gn->gn_watches, gw, &where) != NULL) {
		err = EBUSY;
	} else if (groups_did == 0) {
		if ((thread = thread_try(groups_thread, NULL)) != NULL)
			groups_did = thread->t_did;
		else
			err = EAGAIN;
	}
	if (err == 0) {
		avl_insert(&gn->gn_watches, gw, where);
		gw->gw_net = gn;
		groups_told = B_TRUE;
		cv_signal(&groups_cv);
	} else if (avl_is_empty(&gn->gn_watches)) {
		groups_net_free(gn);
	}
	mutex_exit(&groups_lock);
	return (err);
}

void
groups_remove(groups_watch_t *gw)
{
	groups_net_t *gn = gw->gw_net;
	kt_did_t did = 0;

	if (gn == NULL)
		return;
	mutex_enter(&groups_lock);
	gw->gw_net = NULL;
	avl_remove(&gn->gn_watches, gw);
	if (avl_is_empty(&gn->gn_watches))
		groups_net_free(gn);
	if (list_is_empty(&groups_nets)) {
		did = groups_did;
		groups_did = 0;
		cv_signal(&groups_cv);
	}
	mutex_exit(&groups_lock);
	if (did != 0)
		thread_join(did);
}

uint_t
groups_place(groups_watch_t *gw)
{
	return (__atomic_load_n(&gw->gw_place, __ATOMIC_ACQUIRE));
}

/*
 * No news costs no lock: readers ask each time they come round.
 */
boolean_t
groups_take(groups_watch_t *gw, groups_list_t *list)
{
	if (!__atomic_load_n(&gw->gw_news, __ATOMIC_ACQUIRE))
		return (B_FALSE);
	mutex_enter(&groups_lock);
	__atomic_store_n(&gw->gw_news, B_FALSE, __ATOMIC_RELAXED);
	*list = gw->gw_now;
	mutex_exit(&groups_lock);
	return (B_TRUE);
}
