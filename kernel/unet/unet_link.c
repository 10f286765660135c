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
 * Who holds a link, and the link state that the stack is told: up while there
 * is a holder and for a while after it has gone (linger), unless the link's
 * policy says otherwise.
 *
 * ud_link_lock is held across mac_link_update(), which only leaves a note for a
 * thread of MAC: so the last state told is always the current one.
 */

#include "unet_impl.h"
#include <sys/errno.h>
#include <sys/file.h>
#include <sys/policy.h>

static link_state_t
unet_link_state(unet_dev_t *ud)
{
	ASSERT(MUTEX_HELD(&ud->ud_link_lock));

	switch (ud->ud_policy) {
	case UNET_POLICY_UP:
		return (LINK_STATE_UP);
	case UNET_POLICY_DOWN:
		return (LINK_STATE_DOWN);
	default:
		return ((ud->ud_held && !ud->ud_revoked) || ud->ud_lingering ?
		    LINK_STATE_UP : LINK_STATE_DOWN);
	}
}

/*
 * Tell the stack, if there is something new to tell.  While MAC is closed to us
 * there is not; unet_mac_reopen() comes here again.
 */
void
unet_link_update(unet_dev_t *ud)
{
	link_state_t state;

	mutex_enter(&ud->ud_link_lock);
	state = unet_link_state(ud);
	if (state != ud->ud_linkstate && unet_mac_enter(ud)) {
		mac_link_update(ud->ud_mh, state);
		unet_mac_exit(ud);
		ud->ud_linkstate = state;
	}
	mutex_exit(&ud->ud_link_lock);
}

/*
 * Injecting frames is raw access to the network.  Whoever may configure links
 * can hand that right for one link to a user or a group.
 */
boolean_t
unet_link_may_open(unet_dev_t *ud, cred_t *cr)
{
	boolean_t owner;

	mutex_enter(&ud->ud_link_lock);
	owner = (ud->ud_owner != UNET_ID_NONE &&
	    ud->ud_owner == crgetuid(cr)) ||
	    (ud->ud_group != UNET_ID_NONE &&
	    groupmember((gid_t)ud->ud_group, cr));
	mutex_exit(&ud->ud_link_lock);

	return (owner || secpolicy_net_rawaccess(cr) == 0);
}

static timeout_id_t
unet_link_end_linger(unet_dev_t *ud)
{
	timeout_id_t tid = ud->ud_linger_tid;

	ASSERT(MUTEX_HELD(&ud->ud_link_lock));
	ud->ud_linger_tid = 0;
	ud->ud_lingering = B_FALSE;
	return (tid);
}

/*
 * The holder goes.  If it is just losing the link, that ends first; then it
 * cannot any more.
 */
static void
unet_link_closing(unet_dev_t *ud)
{
	mutex_enter(&ud->ud_link_lock);
	while (ud->ud_revoking)
		cv_wait(&ud->ud_set_cv, &ud->ud_link_lock);
	ud->ud_closing = B_TRUE;
	mutex_exit(&ud->ud_link_lock);
}

/*
 * It has gone.  What is dead because it had lost the link lives again.
 */
static void
unet_link_let_go(unet_dev_t *ud)
{
	ASSERT(MUTEX_HELD(&ud->ud_link_lock));

	ud->ud_held = B_FALSE;
	if (ud->ud_revoked && !ud->ud_link_stopped) {
		unet_rxq_revive(ud);
		unet_txq_revive(ud);
	}
	ud->ud_revoked = ud->ud_closing = B_FALSE;
}

/*
 * ENXIO: another zone's link.  EACCES: not for this user.  EBUSY: held.
 * EAGAIN: a destroy has begun, and whether it saw this holder is not known; the
 * caller waits for its outcome and comes again.
 */
int
unet_link_open(unet_dev_t *ud, int flag, cred_t *cr)
{
	timeout_id_t tid;

	unet_look(ud);
	if (!unet_dev_visible(ud, crgetzoneid(cr)))
		return (ENXIO);
	if (!unet_link_may_open(ud, cr))
		return (EACCES);

	mutex_enter(&ud->ud_link_lock);
	if (ud->ud_held) {
		mutex_exit(&ud->ud_link_lock);
		return (EBUSY);
	}
	ud->ud_held = B_TRUE;
	ud->ud_holder = ddi_get_pid();
	ud->ud_holderzone = crgetzoneid(cr);
	mutex_exit(&ud->ud_link_lock);

	unet_event_open(&ud->ud_events, 0);

	/* From here on a destroy sees us, so one that did not has begun. */
	if (unet_dev_state(ud) != UNET_S_ACTIVE) {
		unet_link_closing(ud);
		unet_event_close(&ud->ud_events);
		mutex_enter(&ud->ud_link_lock);
		unet_link_let_go(ud);
		mutex_exit(&ud->ud_link_lock);
		unet_link_update(ud);
		return (EAGAIN);
	}

	mutex_enter(&ud->ud_link_lock);
	tid = unet_link_end_linger(ud);
	unet_event_post(ud, UNET_EV_HOLDER, (uint64_t)ud->ud_holder);
	mutex_exit(&ud->ud_link_lock);
	unet_event_wake(ud);
	if (tid != 0)
		(void) untimeout(tid);
	if ((flag & FREAD) != 0)
		unet_rxq_open(ud);
	unet_link_update(ud);

	unet_look_again(ud);
	return (0);
}

/*
 * The link is in a zone, perhaps another than before.  A holder in the global
 * zone keeps it; one in a zone that does not see it any more finds it destroyed
 * (ENXIO, POLLHUP), and until that one has closed it nobody else can open it:
 * to specfs they would be one.
 */
void
unet_link_moved(unet_dev_t *ud, zoneid_t zoneid)
{
	boolean_t lost;

	unet_capture_moved(ud, zoneid);
	unet_watch_moved(ud, zoneid);
	mutex_enter(&ud->ud_link_lock);
	lost = ud->ud_held && !ud->ud_revoked && !ud->ud_closing &&
	    ud->ud_holderzone != GLOBAL_ZONEID &&
	    ud->ud_holderzone != zoneid;
	if (lost)
		ud->ud_revoked = ud->ud_revoking = B_TRUE;
	mutex_exit(&ud->ud_link_lock);
	if (!lost)
		return;

	if (unet_rxq_die(ud))
		unet_rxq_resume(ud);
	unet_txq_die(ud);
	unet_event_end_with(ud, &ud->ud_events);
	unet_event_wake(ud);
	pollwakeup(&ud->ud_pollhead, POLLHUP);

	mutex_enter(&ud->ud_link_lock);
	ud->ud_revoking = B_FALSE;
	cv_broadcast(&ud->ud_set_cv);
	mutex_exit(&ud->ud_link_lock);
	unet_link_update(ud);
}

boolean_t
unet_link_revoked(unet_dev_t *ud)
{
	boolean_t revoked;

	mutex_enter(&ud->ud_link_lock);
	revoked = ud->ud_revoked;
	mutex_exit(&ud->ud_link_lock);
	return (revoked);
}

/*
 * ud_linger_tid is left as it is: whoever opens or stops the link has to wait
 * in untimeout() until this has returned, or the link could be freed under it.
 */
static void
unet_link_linger_over(void *arg)
{
	unet_dev_t *ud = arg;

	mutex_enter(&ud->ud_link_lock);
	ud->ud_lingering = B_FALSE;
	mutex_exit(&ud->ud_link_lock);
	unet_link_update(ud);
}

void
unet_link_close(unet_dev_t *ud)
{
	unet_link_closing(ud);
	unet_rxq_close(ud);
	unet_txq_close(ud);
	unet_event_close(&ud->ud_events);

	mutex_enter(&ud->ud_link_lock);
	unet_link_let_go(ud);
	unet_event_post(ud, UNET_EV_HOLDER, 0);
	if (ud->ud_linger != 0 && !ud->ud_link_stopped) {
		ud->ud_lingering = B_TRUE;
		ud->ud_linger_tid = timeout(unet_link_linger_over, ud,
		    drv_usectohz((clock_t)ud->ud_linger * 1000));
	}
	mutex_exit(&ud->ud_link_lock);
	unet_event_wake(ud);
	unet_link_update(ud);
}

/*
 * The link is dead: nothing lingers any more.
 */
void
unet_link_stop(unet_dev_t *ud)
{
	timeout_id_t tid;

	mutex_enter(&ud->ud_link_lock);
	ud->ud_link_stopped = B_TRUE;
	ud->ud_linkstate = LINK_STATE_DOWN;
	tid = unet_link_end_linger(ud);
	mutex_exit(&ud->ud_link_lock);

	if (tid != 0)
		(void) untimeout(tid);
}

/*
 * Is there a holder, and if so, which process opened the link?
 */
boolean_t
unet_link_held(unet_dev_t *ud, pid_t *pidp)
{
	boolean_t held;

	mutex_enter(&ud->ud_link_lock);
	held = ud->ud_held;
	*pidp = held ? ud->ud_holder : 0;
	mutex_exit(&ud->ud_link_lock);
	return (held);
}
