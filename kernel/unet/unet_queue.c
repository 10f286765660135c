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
 * What the read queue and the write queue have in common: a bounded list of
 * frames, and the accounts that must balance:
 *
 *	frames in = frames out + drops + frames queued
 *
 * Every function that takes a queue wants its lock held, but for init, fini and
 * tell; exit gives it up.
 */

#include "unet_impl.h"
#include <sys/strsun.h>
#include <sys/errno.h>
#include <sys/file.h>

void
unet_queue_init(unet_queue_t *uq, size_t max, uint32_t mtu)
{
	mutex_init(&uq->uq_lock, NULL, MUTEX_DRIVER, NULL);
	cv_init(&uq->uq_cv, NULL, CV_DRIVER, NULL);
	uq->uq_max = max;
	uq->uq_largest = mtu + UNET_FRAME_EXTRA;
}

void
unet_queue_fini(unet_queue_t *uq)
{
	VERIFY3P(uq->uq_head, ==, NULL);
	VERIFY0(uq->uq_frames);
	VERIFY0(uq->uq_bytes);
	cv_destroy(&uq->uq_cv);
	mutex_destroy(&uq->uq_lock);
}

/*
 * The smallest bound a queue may have: one frame of the largest size fits.
 */
size_t
unet_queue_floor(uint32_t mtu)
{
	return (unet_queue_charge(mtu + UNET_FRAME_EXTRA));
}

static unet_prop_id_t
unet_queue_prop(const unet_dev_t *ud, const unet_queue_t *uq)
{
	return (uq == &ud->ud_rxq ? UNET_PROP_RXBUF : UNET_PROP_TXBUF);
}

/*
 * Set the bound of a queue, to no less than a frame of the current MTU wants:
 * the MTU may have grown since the bound was found to be large enough.  0: as
 * it is.  The queue keeps the length of the longest frame for itself, so that
 * no frame has to ask for the MTU.  True: the queue has grown.
 */
boolean_t
unet_queue_bound(unet_dev_t *ud, unet_queue_t *uq, size_t max)
{
	const size_t old = uq->uq_max;

	ASSERT(MUTEX_HELD(&uq->uq_lock));

	uq->uq_largest = unet_mac_mtu(ud) + UNET_FRAME_EXTRA;
	uq->uq_max = MAX(max == 0 ? old : max,
	    unet_queue_charge(uq->uq_largest));
	if (uq->uq_max != old)
		unet_event_post_prop(ud, unet_queue_prop(ud, uq), uq->uq_max);
	return (uq->uq_max > old);
}

/*
 * For a resync: the bound of a queue.
 */
void
unet_queue_tell(unet_dev_t *ud, unet_queue_t *uq, unet_events_t *ev)
{
	mutex_enter(&uq->uq_lock);
	unet_event_state(ud, ev, UNET_EV_PROP, unet_queue_prop(ud, uq),
	    uq->uq_max);
	mutex_exit(&uq->uq_lock);
}

/*
 * Sleep until something about the queue changes.  EAGAIN: `fmode' says not to.
 * EINTR: a signal, or another thread closed the descriptor.
 */
int
unet_queue_wait(unet_queue_t *uq, int fmode)
{
	ASSERT(MUTEX_HELD(&uq->uq_lock));

	if ((fmode & (FNONBLOCK | FNDELAY)) != 0) {
		uq->uq_eagain++;
		return (EAGAIN);
	}
	uq->uq_waits++;
	if (cv_wait_sig(&uq->uq_cv, &uq->uq_lock) == 0)
		return (EINTR);
	return (0);
}

/*
 * Put one frame at the end.  Its charge is in uq_bytes already.
 */
void
unet_queue_append(unet_queue_t *uq, mblk_t *mp)
{
	ASSERT(MUTEX_HELD(&uq->uq_lock));

	if (uq->uq_head == NULL)
		uq->uq_head = mp;
	else
		uq->uq_tail->b_next = mp;
	uq->uq_tail = mp;
}

/*
 * Take the first frame off the list.  Its charge stays until it is settled.
 */
mblk_t *
unet_queue_take(unet_queue_t *uq)
{
	mblk_t *mp = uq->uq_head;

	ASSERT(MUTEX_HELD(&uq->uq_lock));

	if (mp != NULL) {
		if ((uq->uq_head = mp->b_next) == NULL)
			uq->uq_tail = NULL;
		mp->b_next = NULL;
	}
	return (mp);
}

/*
 * A frame of `len' bytes has left, one way or the other.
 */
void
unet_queue_settle(unet_queue_t *uq, size_t len)
{
	ASSERT(MUTEX_HELD(&uq->uq_lock));
	ASSERT3U(uq->uq_bytes, >=, unet_queue_charge(len));
	ASSERT3U(uq->uq_frames, >, 0);

	uq->uq_bytes -= unet_queue_charge(len);
	uq->uq_frames--;
}

/*
 * Lose a frame that is not (or no longer) charged, for a reason.  The reasons
 * are those of the kstat; the probe's arguments are the link, the frame (NULL:
 * MAC has freed it) and the reason.  The frame goes onto the caller's list,
 * which unet_queue_exit() frees once the lock is dropped: what a frame's owner
 * does then is not ours to know.  Whoever calls this and not unet_queue_drop()
 * has shown the frame to those who look on.
 */
void
unet_queue_lose(unet_dev_t *ud, unet_queue_t *uq, mblk_t *mp,
    unet_drop_t reason, mblk_t **lostp)
{
	ASSERT(MUTEX_HELD(&uq->uq_lock));

	DTRACE_PROBE3(unet__drop, unet_dev_t *, ud, mblk_t *, mp,
	    unet_drop_t, reason);
	uq->uq_drops[reason]++;
	if (mp != NULL) {
		mp->b_next = *lostp;
		*lostp = mp;
	}
}

/*
 * The same for a frame of `len' bytes that nobody has seen yet.
 */
void
unet_queue_drop(unet_dev_t *ud, unet_queue_t *uq, mblk_t *mp, size_t len,
    unet_drop_t reason, mblk_t **lostp)
{
	ASSERT(MUTEX_HELD(&uq->uq_lock));

	if (uq->uq_captures > 0) {
		unet_capture_frame(ud, mp, len, uq == &ud->ud_rxq ?
		    UNET_CAPTURE_READ : UNET_CAPTURE_WRITE, reason);
	}
	unet_queue_lose(ud, uq, mp, reason, lostp);
}

/*
 * Lose all that is queued.
 */
void
unet_queue_flush(unet_dev_t *ud, unet_queue_t *uq, unet_drop_t reason,
    mblk_t **lostp)
{
	mblk_t *mp;

	ASSERT(MUTEX_HELD(&uq->uq_lock));

	while ((mp = unet_queue_take(uq)) != NULL) {
		const size_t len = unet_frame_len(mp);

		unet_queue_settle(uq, len);
		unet_queue_drop(ud, uq, mp, len, reason, lostp);
	}
}
