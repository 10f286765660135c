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
 * Monitors: descriptors of /dev/unet/monitor, through which a process sees the
 * frames and events of links that it does not hold.
 *
 * Each open is given a minor of its own, so that close comes for each, and what
 * a descriptor is set up to do is its own.  Minors are those of links, which
 * never come again soon.
 */

#include "unet_impl.h"
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/list.h>
#include <sys/mkdev.h>

static krwlock_t unet_monitors_lock;
static avl_tree_t unet_monitors;	/* unet_monitors_lock; by minor */

static int
unet_cmp_monitor(const void *a, const void *b)
{
	const minor_t x = ((const unet_monitor_t *)a)->mo_minor;
	const minor_t y = ((const unet_monitor_t *)b)->mo_minor;

	return (x < y ? -1 : x > y);
}

void
unet_monitors_init(void)
{
	rw_init(&unet_monitors_lock, NULL, RW_DRIVER, NULL);
	avl_create(&unet_monitors, unet_cmp_monitor, sizeof (unet_monitor_t),
	    offsetof(unet_monitor_t, mo_node));
}

void
unet_monitors_fini(void)
{
	avl_destroy(&unet_monitors);
	rw_destroy(&unet_monitors_lock);
}

boolean_t
unet_monitors_none(void)
{
	boolean_t none;

	rw_enter(&unet_monitors_lock, RW_READER);
	none = avl_is_empty(&unet_monitors);
	rw_exit(&unet_monitors_lock);
	return (none);
}

/*
 * open(9E) of the one node there is: the descriptor becomes one of another
 * minor.
 */
int
unet_monitor_open(dev_t *devp, cred_t *cr)
{
	unet_monitor_t *mo;
	minor_t minor;

	if (!unet_minor_alloc(&minor))
		return (ENOSPC);

	mo = kmem_zalloc(sizeof (*mo), KM_SLEEP);
	mo->mo_minor = minor;
	mo->mo_zoneid = crgetzoneid(cr);
	mo->mo_refs = 1;
	mutex_init(&mo->mo_setup_lock, NULL, MUTEX_DRIVER, NULL);
	mutex_init(&mo->mo_lock, NULL, MUTEX_DRIVER, NULL);
	cv_init(&mo->mo_cv, NULL, CV_DRIVER, NULL);
	unet_event_init(&mo->mo_events, &mo->mo_pollhead);

	rw_enter(&unet_monitors_lock, RW_WRITER);
	avl_add(&unet_monitors, mo);
	rw_exit(&unet_monitors_lock);
	*devp = makedevice(getmajor(*devp), minor);
	return (0);
}

/*
 * The monitor of an open descriptor: the open holds it.
 */
unet_monitor_t *
unet_monitor_by_minor(minor_t minor)
{
	unet_monitor_t want, *mo;

	want.mo_minor = minor;
	rw_enter(&unet_monitors_lock, RW_READER);
	mo = avl_find(&unet_monitors, &want, NULL);
	rw_exit(&unet_monitors_lock);
	return (mo);
}

/*
 * Besides its descriptor those hold a monitor who wake its pollers, for they
 * have found it under a lock that they must not hold while they do.
 */
void
unet_monitor_hold(unet_monitor_t *mo)
{
	atomic_inc_32(&mo->mo_refs);
}

void
unet_monitor_rele(unet_monitor_t *mo)
{
	if (atomic_dec_32_nv(&mo->mo_refs) > 0)
		return;

	pollhead_clean(&mo->mo_pollhead);
	unet_event_fini(&mo->mo_events);
	cv_destroy(&mo->mo_cv);
	mutex_destroy(&mo->mo_lock);
	mutex_destroy(&mo->mo_setup_lock);
	rw_enter(&unet_monitors_lock, RW_WRITER);
	avl_remove(&unet_monitors, mo);
	rw_exit(&unet_monitors_lock);
	unet_minor_free(mo->mo_minor);
	kmem_free(mo, sizeof (*mo));
}

void
unet_monitor_close(unet_monitor_t *mo)
{
	unet_watch_close(mo);
	unet_capture_close(mo);
	unet_monitor_rele(mo);
}

/*
 * POLLHUP: what it was set up for has ended.
 */
short
unet_monitor_poll(unet_monitor_t *mo, short events)
{
	short ready = unet_capture_poll(mo, (events & POLLET) != 0);

	if (unet_event_pending(&mo->mo_events))
		ready |= POLLPRI;
	if (unet_event_dead(&mo->mo_events))
		ready |= POLLHUP;
	return (ready);
}
