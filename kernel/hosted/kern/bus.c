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
 * Segments: Ethernets in memory.  A frame that one port sends is copied to
 * every other; a port that is a stack end hands it to its link, one of a file
 * queues it for its reader (bus_chr.c).  Hosted's own; the nearest thing on
 * illumos is an etherstub with VNICs.
 *
 * bus_lock guards all of it but the frames under way: a sender notes the other
 * ports with a hold, lets go of the lock, and hands them the frame.
 */

#include <sys/cmn_err.h>
#include <sys/debug.h>
#include <sys/errno.h>
#include <sys/ethernet.h>
#include <sys/filio.h>
#include <sys/kmem.h>
#include <sys/poll_impl.h>
#include <sys/policy.h>
#include <sys/stat.h>
#include <sys/stream.h>
#include <sys/strsubr.h>
#include <sys/strsun.h>
#include <sys/sysmacros.h>
#include <sys/systm.h>

#include "bus_impl.h"

kmutex_t bus_lock;
static avl_tree_t bus_by_name;
static avl_tree_t bus_by_minor;
static list_t bus_idle;		/* without a port; the least recently named */
static uint32_t bus_nidle;	/* of them first */
static minor_t bus_next_seg;
major_t bus_major;

/*
 * Segments.
 */
static int
bus_compare_name(const void *a, const void *b)
{
	const int diff = strcmp(((const bus_seg_t *)a)->bs_name,
	    ((const bus_seg_t *)b)->bs_name);

	return (diff < 0 ? -1 : diff > 0);
}

static int
bus_compare_minor(const void *a, const void *b)
{
	const minor_t x = ((const bus_seg_t *)a)->bs_minor;
	const minor_t y = ((const bus_seg_t *)b)->bs_minor;

	return (x < y ? -1 : x > y);
}

bus_seg_t *
bus_seg_by_minor(minor_t minor)
{
	bus_seg_t want;

	ASSERT(MUTEX_HELD(&bus_lock));
	want.bs_minor = minor;
	return (avl_find(&bus_by_minor, &want, NULL));
}

/*
 * Numbers go round, and there are more of them than segments.
 */
static minor_t
bus_seg_minor(void)
{
	minor_t minor;

	do {
		minor = bus_next_seg++ % (BUS_PORT_MINOR - 1) + 1;
	} while (bus_seg_by_minor(minor) != NULL);
	return (minor);
}

/*
 * Nobody uses the segment (any more), which is the last to be forgotten.
 */
static void
bus_seg_idle(bus_seg_t *seg)
{
	list_insert_tail(&bus_idle, seg);
	bus_nidle++;
}

static void
bus_seg_busy(bus_seg_t *seg)
{
	list_remove(&bus_idle, seg);
	bus_nidle--;
}

static void
bus_seg_free(bus_seg_t *seg)
{
	VERIFY(seg->bs_nports == 0);
	bus_seg_busy(seg);
	avl_remove(&bus_by_name, seg);
	avl_remove(&bus_by_minor, seg);
	list_destroy(&seg->bs_ports);
	cv_destroy(&seg->bs_cv);
	kmem_free(seg, sizeof (*seg));
}

/*
 * A name is known from its first mention, for the open that follows the lookup;
 * names that nobody uses are forgotten, the oldest first.
 */
static bus_seg_t *
bus_seg_get(const char *name)
{
	bus_seg_t *seg, want;

	ASSERT(MUTEX_HELD(&bus_lock));
	(void) strlcpy(want.bs_name, name, sizeof (want.bs_name));
	if ((seg = avl_find(&bus_by_name, &want, NULL)) != NULL) {
		if (seg->bs_nports == 0) {
			bus_seg_busy(seg);
			bus_seg_idle(seg);
		}
		return (seg);
	}

	if (bus_nidle >= BUS_IDLE_MAX)
		bus_seg_free(list_head(&bus_idle));
	seg = kmem_zalloc(sizeof (*seg), KM_SLEEP);
	(void) strlcpy(seg->bs_name, name, sizeof (seg->bs_name));
	seg->bs_minor = bus_seg_minor();
	list_create(&seg->bs_ports, sizeof (bus_port_t),
	    offsetof(bus_port_t, bp_node));
	cv_init(&seg->bs_cv, NULL, CV_DEFAULT, NULL);
	avl_add(&bus_by_name, seg);
	avl_add(&bus_by_minor, seg);
	bus_seg_idle(seg);
	return (seg);
}

static boolean_t
bus_valid_name(const char *name)
{
	size_t len = strnlen(name, HK_NAMELEN), i;

	if (len == 0 || len == HK_NAMELEN || name[0] == '.')
		return (B_FALSE);
	for (i = 0; i < len; i++) {
		char c = name[i];

		if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') &&
		    (c < '0' || c > '9') && c != '.' && c != '_' && c != '-')
			return (B_FALSE);
	}
	return (B_TRUE);
}

/*
 * /dev/bus/<name>, of the global zone.
 */
int
bus_lookup(const char *name, zoneid_t zoneid, dev_t *devp)
{
	if (zoneid != GLOBAL_ZONEID || !bus_valid_name(name))
		return (ENOENT);
	mutex_enter(&bus_lock);
	*devp = makedevice(bus_major, bus_seg_get(name)->bs_minor);
	mutex_exit(&bus_lock);
	return (0);
}

/*
 * Ports.
 */
bus_port_t *
bus_port_create(bus_seg_t *seg, stack_end_t *se)
{
	bus_port_t *port;

	ASSERT(MUTEX_HELD(&bus_lock));
	port = kmem_zalloc(sizeof (*port), KM_SLEEP);
	port->bp_seg = seg;
	port->bp_se = se;
	port->bp_stopped = B_TRUE;
	cv_init(&port->bp_cv, NULL, CV_DEFAULT, NULL);
	list_insert_tail(&seg->bs_ports, port);
	if (seg->bs_nports++ == 0)
		bus_seg_busy(seg);
	return (port);
}

static void
bus_port_stop(bus_port_t *port)
{
	ASSERT(MUTEX_HELD(&bus_lock));
	port->bp_stopped = B_TRUE;
	while (port->bp_holds != 0)
		cv_wait(&port->bp_cv, &bus_lock);
}

/*
 * Lets go of the lock at last.
 */
void
bus_port_destroy(bus_port_t *port)
{
	bus_seg_t *seg = port->bp_seg;
	mblk_t *left;

	bus_port_stop(port);
	left = port->bp_head;
	list_remove(&seg->bs_ports, port);
	if (--seg->bs_nports == 0)
		bus_seg_idle(seg);
	else
		cv_broadcast(&seg->bs_cv);	/* a full link may have left */
	mutex_exit(&bus_lock);

	freemsgchain(left);
	pollhead_clean(&port->bp_pollhead);
	cv_destroy(&port->bp_cv);
	kmem_free(port, sizeof (*port));
}

int
bus_join(const char *name, stack_end_t *se, bus_port_t **portp)
{
	if (!bus_valid_name(name))
		return (EINVAL);
	mutex_enter(&bus_lock);
	*portp = bus_port_create(bus_seg_get(name), se);
	mutex_exit(&bus_lock);
	return (0);
}

void
bus_start(bus_port_t *port)
{
	mutex_enter(&bus_lock);
	port->bp_stopped = B_FALSE;
	mutex_exit(&bus_lock);
}

void
bus_stop(bus_port_t *port)
{
	mutex_enter(&bus_lock);
	bus_port_stop(port);
	mutex_exit(&bus_lock);
}

void
bus_leave(bus_port_t *port)
{
	mutex_enter(&bus_lock);
	bus_port_destroy(port);
}

/*
 * Hand a frame to a port that is held.
 */
static void
bus_deliver(bus_port_t *port, mblk_t *mp)
{
	if (port->bp_se != NULL) {
		/*
		 * Nobody can wait here: it may be the link's own thread.
		 */
		if (mac_tx_is_blocked(port->bp_se->se_mch)) {
			freemsg(mp);
			mutex_enter(&bus_lock);
			port->bp_drops++;
			mutex_exit(&bus_lock);
		} else {
			(void) stack_tx(port->bp_se, mp);
		}
		return;
	}

	mutex_enter(&bus_lock);
	if (port->bp_count >= BUS_QUEUE_MAX) {
		port->bp_drops++;
		mutex_exit(&bus_lock);
		freemsg(mp);
		return;
	}
	if (port->bp_tail == NULL)
		port->bp_head = mp;
	else
		port->bp_tail->b_next = mp;
	port->bp_tail = mp;
	port->bp_count++;
	cv_signal(&port->bp_cv);
	mutex_exit(&bus_lock);
	pollwakeup(&port->bp_pollhead, POLLIN | POLLRDNORM);
}

/*
 * The other ports, held; the array is as long as they are many.
 */
static bus_port_t **
bus_others(bus_port_t *port, uint_t *np)
{
	bus_seg_t *seg = port->bp_seg;
	bus_port_t **others, *bp;
	uint_t n = 0;

	ASSERT(MUTEX_HELD(&bus_lock));
	*np = seg->bs_nports;
	others = kmem_alloc(seg->bs_nports * sizeof (bus_port_t *), KM_SLEEP);
	for (bp = list_head(&seg->bs_ports); bp != NULL;
	    bp = list_next(&seg->bs_ports, bp)) {
		if (bp != port && !bp->bp_stopped) {
			bp->bp_holds++;
			others[n++] = bp;
		}
	}
	while (n < *np)
		others[n++] = NULL;
	return (others);
}

void
bus_send(bus_port_t *port, mblk_t *chain)
{
	bus_port_t **others;
	mblk_t *mp, *copy;
	uint_t n, i;

	mutex_enter(&bus_lock);
	others = bus_others(port, &n);
	for (mp = chain; mp != NULL; mp = mp->b_next)
		port->bp_tx_frames++;
	mutex_exit(&bus_lock);

	while ((mp = chain) != NULL) {
		chain = mp->b_next;
		mp->b_next = NULL;
		for (i = 0; i < n && others[i] != NULL; i++) {
			if (i + 1 == n || others[i + 1] == NULL) {
				copy = mp;
				mp = NULL;
			} else {
				copy = copymsg(mp);
			}
			if (copy != NULL)
				bus_deliver(others[i], copy);
		}
		if (mp != NULL)
			freemsg(mp);
	}

	mutex_enter(&bus_lock);
	for (i = 0; i < n && others[i] != NULL; i++) {
		if (--others[i]->bp_holds == 0)
			cv_broadcast(&others[i]->bp_cv);
	}
	mutex_exit(&bus_lock);
	kmem_free(others, n * sizeof (bus_port_t *));
}

/*
 * A link on the segment takes frames again.
 */
void
bus_room(bus_port_t *port)
{
	bus_seg_t *seg = port->bp_seg;
	bus_port_t **others, *bp;
	uint_t n = 0, i, max;

	mutex_enter(&bus_lock);
	cv_broadcast(&seg->bs_cv);
	max = seg->bs_nports;
	others = kmem_alloc(max * sizeof (bus_port_t *), KM_SLEEP);
	for (bp = list_head(&seg->bs_ports); bp != NULL;
	    bp = list_next(&seg->bs_ports, bp)) {
		if (bp->bp_se == NULL && !bp->bp_stopped) {
			bp->bp_holds++;
			others[n++] = bp;
		}
	}
	mutex_exit(&bus_lock);

	for (i = 0; i < n; i++)
		pollwakeup(&others[i]->bp_pollhead, POLLOUT);

	mutex_enter(&bus_lock);
	for (i = 0; i < n; i++) {
		if (--others[i]->bp_holds == 0)
			cv_broadcast(&others[i]->bp_cv);
	}
	mutex_exit(&bus_lock);
	kmem_free(others, max * sizeof (bus_port_t *));
}

/*
 * Is a link on the segment so full that a sender, as IP would, waits?
 */
boolean_t
bus_blocked(bus_port_t *port)
{
	bus_port_t *bp;

	ASSERT(MUTEX_HELD(&bus_lock));
	for (bp = list_head(&port->bp_seg->bs_ports); bp != NULL;
	    bp = list_next(&port->bp_seg->bs_ports, bp)) {
		if (bp->bp_se != NULL && !bp->bp_stopped &&
		    mac_tx_is_blocked(bp->bp_se->se_mch))
			return (B_TRUE);
	}
	return (B_FALSE);
}

void
bus_init(void)
{
	mutex_init(&bus_lock, NULL, MUTEX_DRIVER, NULL);
	avl_create(&bus_by_name, bus_compare_name, sizeof (bus_seg_t),
	    offsetof(bus_seg_t, bs_by_name));
	avl_create(&bus_by_minor, bus_compare_minor, sizeof (bus_seg_t),
	    offsetof(bus_seg_t, bs_by_minor));
	list_create(&bus_idle, sizeof (bus_seg_t),
	    offsetof(bus_seg_t, bs_idle));
	bus_nidle = 0;
	bus_next_seg = 0;
}

void
bus_fini(void)
{
	bus_seg_t *seg;

	mutex_enter(&bus_lock);
	while ((seg = avl_first(&bus_by_name)) != NULL)
		bus_seg_free(seg);
	mutex_exit(&bus_lock);
	list_destroy(&bus_idle);
	avl_destroy(&bus_by_minor);
	avl_destroy(&bus_by_name);
	mutex_destroy(&bus_lock);
}
