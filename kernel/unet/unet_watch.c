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
 * Watching: events of links for those who do not hold them.
 *
 * Whoever watches has a list of events of its own (unet_event.c), for one link
 * or for all that its zone can see.  The lists stand in one queue, because
 * events are few; its lock is taken inside those that guard what has changed.
 */

#include "unet_impl.h"
#include <sys/errno.h>
#include <sys/list.h>

/*
 * Events of all links that wait to be taken: a few for each of a hundred.
 */
#define	UNET_WATCH_ALL_ROOM	512

static kmutex_t unet_watch_lock;
static list_t unet_watchers;		/* unet_watch_lock */

void
unet_watch_init(void)
{
	mutex_init(&unet_watch_lock, NULL, MUTEX_DRIVER, NULL);
	list_create(&unet_watchers, sizeof (unet_monitor_t),
	    offsetof(unet_monitor_t, mo_watch_link));
}

void
unet_watch_fini(void)
{
	list_destroy(&unet_watchers);
	mutex_destroy(&unet_watch_lock);
}

/*
 * Tell those who watch the link.  They hear of it first by CREATE, if they did
 * not ask for it by name, and last by DESTROY.
 */
void
unet_watch_post(unet_dev_t *ud, const unet_watched_t *uw)
{
	const uint32_t type = uw->uw_event.ue_type;
	unet_monitor_t *mo;

	mutex_enter(&unet_watch_lock);
	if (type == UNET_EV_CREATE)
		ud->ud_announced = B_TRUE;
	for (mo = list_head(&unet_watchers); mo != NULL && ud->ud_announced;
	    mo = list_next(&unet_watchers, mo)) {
		if (mo->mo_watched == ud) {
			unet_event_change(&mo->mo_events, uw,
			    type == UNET_EV_DESTROY);
		} else if (mo->mo_watched == NULL &&
		    unet_dev_visible(ud, mo->mo_zoneid)) {
			unet_event_change(&mo->mo_events, uw, B_FALSE);
		}
	}
	if (type == UNET_EV_DESTROY)
		ud->ud_announced = B_FALSE;
	mutex_exit(&unet_watch_lock);
}

/*
 * Wake the pollers of those who have something new.
 */
void
unet_watch_wake(void)
{
	unet_monitor_t *mo;

	do {
		mutex_enter(&unet_watch_lock);
		for (mo = list_head(&unet_watchers); mo != NULL;
		    mo = list_next(&unet_watchers, mo)) {
			if (unet_event_waking(&mo->mo_events))
				break;
		}
		if (mo != NULL)
			unet_monitor_hold(mo);
		mutex_exit(&unet_watch_lock);

		if (mo != NULL) {
			pollwakeup(&mo->mo_pollhead,
			    unet_event_dead(&mo->mo_events) ?
			    POLLPRI | POLLHUP : POLLPRI);
			unet_monitor_rele(mo);
		}
	} while (mo != NULL);
}

/*
 * The link is in a zone; who watches it by name from one that does not see it
 * hears of its end, and of nothing else.
 */
void
unet_watch_moved(unet_dev_t *ud, zoneid_t zoneid)
{
	unet_monitor_t *mo;

	mutex_enter(&unet_watch_lock);
	for (mo = list_head(&unet_watchers); mo != NULL;
	    mo = list_next(&unet_watchers, mo)) {
		if (mo->mo_watched == ud && mo->mo_zoneid != GLOBAL_ZONEID &&
		    mo->mo_zoneid != zoneid)
			unet_event_end_with(ud, &mo->mo_events);
	}
	mutex_exit(&unet_watch_lock);
}

/*
 * UNET_IOC_WATCH, of one link, or of all if `ud' is NULL.  The link's reference
 * becomes the watcher's, until close, if this succeeds.
 */
int
unet_watch_bind(unet_monitor_t *mo, unet_dev_t *ud, unet_ioc_hdr_t *hdr)
{
	int err = 0;

	mutex_enter(&mo->mo_setup_lock);
	if (mo->mo_watching) {
		mutex_exit(&mo->mo_setup_lock);
		return (unet_ioc_fail(hdr, UNET_E_BOUND, EBUSY));
	}
	unet_event_open(&mo->mo_events, ud == NULL ? UNET_WATCH_ALL_ROOM : 0);

	mutex_enter(&unet_watch_lock);
	if (ud != NULL && !ud->ud_announced) {
		err = unet_ioc_fail(hdr, UNET_E_DYING, ENXIO);
	} else {
		mo->mo_watched = ud;
		mo->mo_watching = B_TRUE;
		list_insert_tail(&unet_watchers, mo);
	}
	mutex_exit(&unet_watch_lock);

	if (err != 0)
		unet_event_close(&mo->mo_events);
	mutex_exit(&mo->mo_setup_lock);
	if (err == 0 && ud != NULL)
		unet_look_again(ud);
	return (err);
}

/*
 * The descriptor is being closed: nobody is in a call on it.
 */
void
unet_watch_close(unet_monitor_t *mo)
{
	if (!mo->mo_watching)
		return;
	mutex_enter(&unet_watch_lock);
	list_remove(&unet_watchers, mo);
	mutex_exit(&unet_watch_lock);
	unet_event_close(&mo->mo_events);
	if (mo->mo_watched != NULL)
		unet_dev_rele(mo->mo_watched);
}
