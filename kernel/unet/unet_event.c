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
 * Events: what happens to a link that its holder may want to know, told in band
 * through UNET_IOC_EVENT, so that a switch or a hypervisor need not guess at,
 * say, which multicast groups the stack has joined.  Those who watch a link, or
 * all of them, have lists of their own of the same kind (unet_watch.c).
 *
 * A change is posted under the lock that guards what has changed, so that
 * events come in the order of the changes; ev_lock is inside all of those.
 * Whoever posts calls unet_event_wake() once it holds no lock any more.
 *
 * The list is short.  What matters is the latest state of each thing, so a
 * change takes the place of an earlier one of the same thing; and if all else
 * fails the holder is told that it has lost track (OVERFLOW), and asks for the
 * state of everything (a resync).  Numbers and counts account for every change.
 *
 * One thread at a time tells the holder.  What it tells stays at the head of
 * the list, untouched, until it has reached the holder: a bad address loses
 * nothing, and no event is told twice.
 */

#include "unet_impl.h"
#include <sys/errno.h>
#include <sys/file.h>
#include <sys/kmem.h>

/*
 * Ordinary use of a link by IPv4 and IPv6 makes a dozen.
 */
#define	UNET_EVENTS_ROOM	64

/*
 * The events that are being told are never lost, whatever comes.
 */
CTASSERT(UNET_EVENTS_ROOM >= UNET_EVENTS_MAX + 8);

void
unet_event_init(unet_events_t *ev, pollhead_t *php)
{
	ev->ev_php = php;
	mutex_init(&ev->ev_lock, NULL, MUTEX_DRIVER, NULL);
	cv_init(&ev->ev_cv, NULL, CV_DRIVER, NULL);
}

void
unet_event_fini(unet_events_t *ev)
{
	VERIFY3P(ev->ev_list, ==, NULL);
	cv_destroy(&ev->ev_cv);
	mutex_destroy(&ev->ev_lock);
}

/*
 * Are these about the same thing?
 */
static boolean_t
unet_event_same(const unet_watched_t *x, const unet_watched_t *y)
{
	const unet_event_t *a = &x->uw_event;
	const unet_event_t *b = &y->uw_event;

	if (x->uw_linkid != y->uw_linkid)
		return (B_FALSE);
	if (a->ue_type == UNET_EV_JOIN || a->ue_type == UNET_EV_LEAVE) {
		return ((b->ue_type == UNET_EV_JOIN ||
		    b->ue_type == UNET_EV_LEAVE) && a->ue_value == b->ue_value);
	}
	return (a->ue_type == b->ue_type && a->ue_prop == b->ue_prop);
}

/*
 * The event of the same thing that is not being told.
 */
static unet_watched_t *
unet_event_find(unet_events_t *ev, const unet_watched_t *uw)
{
	uint_t i;

	ASSERT(MUTEX_HELD(&ev->ev_lock));

	for (i = ev->ev_told; i < ev->ev_count; i++) {
		if (unet_event_same(&ev->ev_list[i], uw))
			return (&ev->ev_list[i]);
	}
	return (NULL);
}

static void
unet_event_remove(unet_events_t *ev, uint_t first, uint_t n)
{
	ASSERT(MUTEX_HELD(&ev->ev_lock));
	ASSERT3U(first + n, <=, ev->ev_count);

	ev->ev_count -= n;
	(void) memmove(&ev->ev_list[first], &ev->ev_list[first + n],
	    (ev->ev_count - first) * sizeof (unet_watched_t));
}

/*
 * The changes that the events not being told stand for.
 */
static uint32_t
unet_event_changes(const unet_events_t *ev)
{
	uint32_t sum = 0;
	uint_t i;

	ASSERT(MUTEX_HELD(&ev->ev_lock));

	for (i = ev->ev_told; i < ev->ev_count; i++)
		sum += ev->ev_list[i].uw_event.ue_count;
	return (sum);
}

static void
unet_event_append(unet_events_t *ev, const unet_watched_t *uw)
{
	unet_watched_t *last;

	ASSERT(MUTEX_HELD(&ev->ev_lock));
	ASSERT3U(ev->ev_count, <, ev->ev_room);

	last = &ev->ev_list[ev->ev_count++];
	*last = *uw;
	last->uw_event.ue_seq = ev->ev_seq;
	last->uw_event.ue_time = (uint64_t)gethrtime();
	ev->ev_wake = B_TRUE;
	cv_broadcast(&ev->ev_cv);
}

static boolean_t
unet_event_lost(const unet_events_t *ev)
{
	return (ev->ev_count > ev->ev_told &&
	    ev->ev_list[ev->ev_told].uw_event.ue_type == UNET_EV_OVERFLOW);
}

/*
 * There is no room but for OVERFLOW and DESTROY, which replace what is there;
 * or it is no use any more, until the holder has taken an earlier OVERFLOW.
 */
static boolean_t
unet_event_overflow(unet_events_t *ev, const unet_watched_t *uw)
{
	unet_watched_t lost = { .uw_event = { .ue_type = UNET_EV_OVERFLOW } };
	const boolean_t last = uw->uw_event.ue_type == UNET_EV_DESTROY &&
	    ev->ev_count < ev->ev_room;

	if (last || (!unet_event_lost(ev) && ev->ev_count + 1 < ev->ev_room))
		return (B_FALSE);

	lost.uw_event.ue_count = unet_event_changes(ev) +
	    uw->uw_event.ue_count;
	unet_event_remove(ev, ev->ev_told, ev->ev_count - ev->ev_told);
	unet_event_append(ev, &lost);
	return (B_TRUE);
}

/*
 * A list is told of a change.
 */
void
unet_event_change(unet_events_t *ev, const unet_watched_t *change,
    boolean_t last)
{
	unet_watched_t uw = *change;
	unet_watched_t *old;

	mutex_enter(&ev->ev_lock);
	if (ev->ev_list != NULL && !ev->ev_dead) {
		ev->ev_seq++;
		uw.uw_event.ue_count = 1;
		if ((old = unet_event_find(ev, &uw)) != NULL) {
			uw.uw_event.ue_count += old->uw_event.ue_count;
			unet_event_remove(ev, (uint_t)(old - ev->ev_list), 1);
		}
		if (!unet_event_overflow(ev, &uw))
			unet_event_append(ev, &uw);
	}
	if (last) {
		ev->ev_dead = B_TRUE;
		cv_broadcast(&ev->ev_cv);
	}
	mutex_exit(&ev->ev_lock);
}

static void
unet_event_about(unet_dev_t *ud, unet_watched_t *uw)
{
	uw->uw_linkid = ud->ud_linkid;
	uw->uw_zoneid = unet_dev_zone(ud);
	(void) strlcpy(uw->uw_name, unet_dev_name(ud), sizeof (uw->uw_name));
}

/*
 * To those of this list the link is destroyed, and to nobody else.
 */
void
unet_event_end_with(unet_dev_t *ud, unet_events_t *ev)
{
	unet_watched_t uw = {
		.uw_event = { .ue_type = UNET_EV_DESTROY }
	};

	unet_event_about(ud, &uw);
	unet_event_change(ev, &uw, B_TRUE);
}

/*
 * Something has changed.  Its holder need not be told that it has the link.
 */
static void
unet_event_tell(unet_dev_t *ud, unet_watched_t *uw)
{
	const uint32_t type = uw->uw_event.ue_type;

	unet_event_about(ud, uw);
	if (type != UNET_EV_CREATE && type != UNET_EV_HOLDER) {
		unet_event_change(&ud->ud_events, uw,
		    type == UNET_EV_DESTROY);
	}
	unet_watch_post(ud, uw);
}

void
unet_event_post(unet_dev_t *ud, unet_event_type_t type, uint64_t value)
{
	unet_watched_t uw = {
		.uw_event = { .ue_type = type, .ue_value = value }
	};

	unet_event_tell(ud, &uw);
}

void
unet_event_post_prop(unet_dev_t *ud, unet_prop_id_t prop, uint64_t value)
{
	unet_watched_t uw = {
		.uw_event = {
			.ue_type = UNET_EV_PROP,
			.ue_prop = prop,
			.ue_value = value
		}
	};

	unet_event_tell(ud, &uw);
}

/*
 * For a resync: this is how it is.  A change that was posted meanwhile is newer
 * than that.
 */
void
unet_event_state(unet_dev_t *ud, unet_events_t *ev, unet_event_type_t type,
    unet_prop_id_t prop, uint64_t value)
{
	unet_watched_t uw = {
		.uw_event = {
			.ue_type = type,
			.ue_prop = prop,
			.ue_value = value,
			.ue_flags = UNET_EVF_STATE
		}
	};

	unet_event_about(ud, &uw);
	mutex_enter(&ev->ev_lock);
	if (!ev->ev_dead && unet_event_find(ev, &uw) == NULL &&
	    !unet_event_overflow(ev, &uw))
		unet_event_append(ev, &uw);
	mutex_exit(&ev->ev_lock);
}

/*
 * Is there something new for pollers?  Then whoever asks wakes them.
 */
boolean_t
unet_event_waking(unet_events_t *ev)
{
	boolean_t wake;

	mutex_enter(&ev->ev_lock);
	wake = ev->ev_wake;
	ev->ev_wake = B_FALSE;
	mutex_exit(&ev->ev_lock);
	return (wake);
}

void
unet_event_wake(unet_dev_t *ud)
{
	if (unet_event_waking(&ud->ud_events))
		pollwakeup(&ud->ud_pollhead, POLLPRI);
	unet_watch_wake();
}

boolean_t
unet_event_pending(unet_events_t *ev)
{
	boolean_t pending;

	mutex_enter(&ev->ev_lock);
	pending = ev->ev_count > 0;
	mutex_exit(&ev->ev_lock);
	return (pending);
}

/*
 * Has the last event been posted?
 */
boolean_t
unet_event_dead(unet_events_t *ev)
{
	boolean_t dead;

	mutex_enter(&ev->ev_lock);
	dead = ev->ev_dead;
	mutex_exit(&ev->ev_lock);
	return (dead);
}

/*
 * Give the list another place, or none if `room' is 0, and nothing on it.
 * Returns how many changes that forgets.
 */
static uint32_t
unet_event_place(unet_events_t *ev, uint_t room)
{
	unet_watched_t *old = NULL;
	uint_t old_room = room;
	uint32_t forgot = 0;

	if (room > 0)
		old = kmem_zalloc(room * sizeof (*old), KM_SLEEP);

	mutex_enter(&ev->ev_lock);
	/* The last word is not forgotten, except by a close. */
	if (!ev->ev_dead || room == 0) {
		unet_watched_t *list = old;

		forgot = unet_event_changes(ev);
		old = ev->ev_list;
		old_room = ev->ev_room;
		ev->ev_list = list;
		ev->ev_room = room;
		ev->ev_count = 0;
	}
	mutex_exit(&ev->ev_lock);

	if (old != NULL)
		kmem_free(old, old_room * sizeof (*old));
	return (forgot);
}

/*
 * There is somebody, who has been told nothing yet.  `room' is 0 if that is the
 * holder of one link.
 */
void
unet_event_open(unet_events_t *ev, uint_t room)
{
	(void) unet_event_place(ev, MAX(room, UNET_EVENTS_ROOM));
}

void
unet_event_close(unet_events_t *ev)
{
	(void) unet_event_place(ev, 0);
	mutex_enter(&ev->ev_lock);
	ASSERT(!ev->ev_telling);
	ev->ev_seq = 0;
	ev->ev_wake = B_FALSE;
	ev->ev_dead = B_FALSE;
	mutex_exit(&ev->ev_lock);
}

/*
 * Make the list say how everything is.  Each thing is looked at under its own
 * lock, and changes go on meanwhile: what is told in the end is right.
 */
static void
unet_event_resync(unet_dev_t *ud, unet_events_t *ev)
{
	unet_watched_t synced = { .uw_event = { .ue_type = UNET_EV_SYNCED } };

	unet_event_about(ud, &synced);
	synced.uw_event.ue_count = unet_event_place(ev,
	    UNET_EVENTS_ROOM + unet_mac_nmcasts(ud));
	unet_mac_tell(ud, ev);
	unet_prop_tell(ud, ev);

	mutex_enter(&ev->ev_lock);
	if (!ev->ev_dead && !unet_event_overflow(ev, &synced))
		unet_event_append(ev, &synced);
	mutex_exit(&ev->ev_lock);
}

/*
 * Wait for an event, and for the turn to tell it.
 */
static int
unet_event_wait(unet_events_t *ev, boolean_t resync, int mode,
    unet_errno_t *causep)
{
	ASSERT(MUTEX_HELD(&ev->ev_lock));

	while (ev->ev_telling || (ev->ev_count == 0 && !resync)) {
		if (!ev->ev_telling && ev->ev_dead)
			break;
		if (!resync && (mode & (FNONBLOCK | FNDELAY)) != 0) {
			*causep = UNET_E_NOEVENT;
			return (EAGAIN);
		}
		if (cv_wait_sig(&ev->ev_cv, &ev->ev_lock) == 0) {
			*causep = UNET_E_INTR;
			return (EINTR);
		}
	}
	if (ev->ev_dead && ev->ev_count == 0) {
		*causep = UNET_E_DYING;
		return (ENXIO);
	}
	ev->ev_telling = B_TRUE;
	return (0);
}

/*
 * UNET_IOC_EVENT, UNET_IOC_WATCHED: the first events of a list, and how many
 * they are and are left.  If this succeeds unet_event_end() must follow, and
 * say whether they have been told.  `ud' is what a resync is about.
 */
int
unet_event_begin(unet_dev_t *ud, unet_events_t *ev, unet_ioc_hdr_t *hdr,
    int mode, unet_watched_t *told, uint32_t *countp, uint32_t *pendingp)
{
	const boolean_t resync = (hdr->uih_flags & UNET_EVENT_RESYNC) != 0;
	unet_errno_t cause;
	int err;

	bzero(told, UNET_EVENTS_MAX * sizeof (*told));
	*countp = *pendingp = 0;

	mutex_enter(&ev->ev_lock);
	err = unet_event_wait(ev, resync, mode, &cause);
	mutex_exit(&ev->ev_lock);
	if (err != 0)
		return (unet_ioc_fail(hdr, cause, err));

	if (resync)
		unet_event_resync(ud, ev);

	mutex_enter(&ev->ev_lock);
	ev->ev_told = MIN(ev->ev_count, UNET_EVENTS_MAX);
	*countp = ev->ev_told;
	*pendingp = ev->ev_count - ev->ev_told;
	bcopy(ev->ev_list, told, ev->ev_told * sizeof (*told));
	mutex_exit(&ev->ev_lock);
	return (0);
}

void
unet_event_end(unet_events_t *ev, boolean_t told)
{
	boolean_t wake;

	mutex_enter(&ev->ev_lock);
	if (told)
		unet_event_remove(ev, 0, ev->ev_told);
	ev->ev_told = 0;
	ev->ev_telling = B_FALSE;
	wake = ev->ev_wake;
	ev->ev_wake = B_FALSE;
	cv_broadcast(&ev->ev_cv);
	mutex_exit(&ev->ev_lock);

	if (wake)
		pollwakeup(ev->ev_php, POLLPRI);
}
