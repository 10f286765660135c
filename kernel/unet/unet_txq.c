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
 * The write queue: frames of the holder on their way to the stack.
 *
 * A writer first reserves room for whole frames, then copies them in, and then
 * commits: from there on nothing can fail, and the frames are delivered in the
 * order they were committed.  The first writer that finds nobody draining the
 * queue drains it on its own thread, others leave their frames to it.  It hands
 * over to a taskq after a while, so that no writer serves all others for ever.
 *
 * mac_rx() is called with no lock held.  IP may send on the same thread from
 * inside it, which comes back to us in unet_rxq_tx().
 */

#include "unet_impl.h"
#include <sys/strsun.h>
#include <sys/strsubr.h>
#include <sys/errno.h>
#include <sys/file.h>

/*
 * How often a writer empties the queue before a taskq takes over.
 */
#define	UNET_DRAIN_ROUNDS	8

/*
 * Bytes before the frame that make the header after the Ethernet header start
 * at a multiple of four.
 */
#define	UNET_HEADROOM		2

/*
 * What happened to the frames of one round.
 */
typedef struct unet_tally {
	uint64_t	ut_frames;	/* handed to the stack */
	uint64_t	ut_bytes;
	uint64_t	ut_taken;	/* all, lost ones included */
	size_t		ut_charge;
} unet_tally_t;

static boolean_t
unet_txq_fits(unet_queue_t *uq, size_t charge)
{
	ASSERT(MUTEX_HELD(&uq->uq_lock));
	return (uq->uq_bytes + charge <= uq->uq_max);
}

/*
 * Is `len' the length of a frame?  Then the queue can hold it.
 */
static boolean_t
unet_txq_len_ok(unet_queue_t *uq, size_t len)
{
	ASSERT(MUTEX_HELD(&uq->uq_lock));
	ASSERT3U(unet_queue_charge(uq->uq_largest), <=, uq->uq_max);
	return (len >= UNET_FRAME_MIN && len <= uq->uq_largest);
}

static int
unet_txq_wait(unet_dev_t *ud, int fmode)
{
	if (ud->ud_txq.uq_dying)
		return (ENXIO);
	ud->ud_tx_short = ud->ud_tx_polled = B_TRUE;
	return (unet_queue_wait(&ud->ud_txq, fmode));
}

/*
 * Room has come free: wake the writers that lacked it.  True: the caller wakes
 * the pollers, too, when it has dropped the lock.  They are told of room for a
 * frame of the largest size, and of no less.
 */
static boolean_t
unet_txq_freed(unet_dev_t *ud)
{
	unet_queue_t *uq = &ud->ud_txq;

	ASSERT(MUTEX_HELD(&uq->uq_lock));
	if (ud->ud_tx_short) {
		ud->ud_tx_short = B_FALSE;
		cv_broadcast(&uq->uq_cv);
	}
	if (!ud->ud_tx_polled ||
	    !unet_txq_fits(uq, unet_queue_charge(uq->uq_largest)))
		return (B_FALSE);
	ud->ud_tx_polled = B_FALSE;
	return (B_TRUE);
}

/*
 * Give back room that was reserved.
 */
static void
unet_txq_unreserve(unet_dev_t *ud, size_t charge)
{
	unet_queue_t *uq = &ud->ud_txq;
	boolean_t wake;

	if (charge == 0)
		return;

	mutex_enter(&uq->uq_lock);
	ASSERT3U(uq->uq_bytes, >=, charge);
	uq->uq_bytes -= charge;
	wake = unet_txq_freed(ud);
	mutex_exit(&uq->uq_lock);

	if (wake)
		pollwakeup(&ud->ud_pollhead, POLLOUT | POLLWRNORM);
}

/*
 * Keep, of a chain from the holder, what the address filter lets pass.  MAC
 * filters nothing for a lone client, so this is the only filter there is.
 */
static boolean_t
unet_txq_wanted(unet_dev_t *ud, const uint8_t *dst)
{
	unet_mcast_t want;

	ASSERT(MUTEX_HELD(&ud->ud_mac_lock));

	if (ud->ud_promisc || bcmp(dst, ud->ud_addr, ETHERADDRL) == 0)
		return (B_TRUE);
	if ((dst[0] & 1) == 0)
		return (B_FALSE);
	if ((dst[0] & dst[1] & dst[2] & dst[3] & dst[4] & dst[5]) == 0xff)
		return (B_TRUE);

	bcopy(dst, want.um_addr, ETHERADDRL);
	return (avl_find(&ud->ud_mcasts, &want, NULL) != NULL);
}

/*
 * Split a chain into what goes to the stack and what is lost, and show all of
 * it to those who look on, in the order in which it was written.
 */
static void
unet_txq_sort(unet_dev_t *ud, mblk_t *chain, boolean_t captured,
    mblk_t **passp, mblk_t **lostp, unet_drop_t *reasonp, unet_tally_t *ut)
{
	mblk_t *mp, *next;
	boolean_t mark;

	mutex_enter(&ud->ud_mac_lock);
	mark = unet_offload_rx_ok(ud);
	*reasonp = ud->ud_started ? UNET_DROP_FILTER : UNET_DROP_NOSTACK;
	for (mp = chain; mp != NULL; mp = next) {
		const size_t len = MBLKL(mp);
		const boolean_t wanted = ud->ud_started &&
		    unet_txq_wanted(ud, mp->b_rptr);

		next = mp->b_next;
		mp->b_next = NULL;
		ut->ut_taken++;
		ut->ut_charge += unet_queue_charge(len);
		if (captured) {
			unet_capture_frame(ud, mp, len, UNET_CAPTURE_WRITE,
			    wanted ? 0 : *reasonp);
		}
		if (wanted) {
			ut->ut_frames++;
			ut->ut_bytes += len;
			if (mark)
				unet_offload_rx_mark(mp);
			*passp = mp;
			passp = &mp->b_next;
		} else {
			*lostp = mp;
			lostp = &mp->b_next;
		}
	}
	mutex_exit(&ud->ud_mac_lock);
	*passp = *lostp = NULL;
}

/*
 * One round: hand all that is queued to the stack.  Called with the lock held
 * and by one thread at a time; drops the lock meanwhile.
 */
static void
unet_txq_round(unet_dev_t *ud)
{
	unet_queue_t *uq = &ud->ud_txq;
	unet_tally_t ut = { 0 };
	mblk_t *chain, *pass, *lost, *mp;
	mblk_t *gone = NULL;
	unet_drop_t reason;
	boolean_t captured, wake;

	ASSERT(MUTEX_HELD(&uq->uq_lock));
	ASSERT(ud->ud_draining);

	captured = uq->uq_captures > 0;
	chain = uq->uq_head;
	uq->uq_head = uq->uq_tail = NULL;
	mutex_exit(&uq->uq_lock);

	unet_txq_sort(ud, chain, captured, &pass, &lost, &reason, &ut);
	if (captured)
		unet_capture_wake(ud);
	if (pass != NULL)
		mac_rx(ud->ud_mh, NULL, pass);

	mutex_enter(&uq->uq_lock);
	while ((mp = lost) != NULL) {
		lost = mp->b_next;
		mp->b_next = NULL;
		unet_queue_lose(ud, uq, mp, reason, &gone);
	}
	uq->uq_out_frames += ut.ut_frames;
	uq->uq_out_bytes += ut.ut_bytes;
	uq->uq_frames -= ut.ut_taken;
	uq->uq_bytes -= ut.ut_charge;
	wake = unet_txq_freed(ud);
	mutex_exit(&uq->uq_lock);

	freemsgchain(gone);
	if (wake)
		pollwakeup(&ud->ud_pollhead, POLLOUT | POLLWRNORM);
	mutex_enter(&uq->uq_lock);
}

static void
unet_txq_drain_task(void *arg)
{
	unet_dev_t *ud = arg;

	mutex_enter(&ud->ud_txq.uq_lock);
	ASSERT(ud->ud_draining);
	ud->ud_draining = B_FALSE;
	cv_broadcast(&ud->ud_txq.uq_cv);
	mutex_exit(&ud->ud_txq.uq_lock);

	unet_txq_drain(ud);
	unet_mac_exit(ud);
}

/*
 * Hand what is queued to the stack, unless somebody is at it.  While MAC is
 * closed to us, because the link is being destroyed, it stays queued.
 */
void
unet_txq_drain(unet_dev_t *ud)
{
	unet_queue_t *uq = &ud->ud_txq;
	uint_t rounds = 0;

	if (!unet_mac_enter(ud))
		return;

	mutex_enter(&uq->uq_lock);
	if (ud->ud_draining) {
		mutex_exit(&uq->uq_lock);
		unet_mac_exit(ud);
		return;
	}
	ud->ud_draining = B_TRUE;
	while (uq->uq_head != NULL && rounds++ < UNET_DRAIN_ROUNDS)
		unet_txq_round(ud);

	if (uq->uq_head != NULL) {
		/* The task inherits both the drain and our stay in MAC. */
		mutex_exit(&uq->uq_lock);
		taskq_dispatch_ent(unet_drain_taskq, unet_txq_drain_task, ud,
		    0, &ud->ud_drain_ent);
		return;
	}
	ud->ud_draining = B_FALSE;
	mutex_exit(&uq->uq_lock);
	unet_mac_exit(ud);
}

/*
 * Queue a chain whose charge is reserved, and see it on its way.
 */
static void
unet_txq_commit(unet_dev_t *ud, mblk_t *chain)
{
	unet_queue_t *uq = &ud->ud_txq;
	mblk_t *gone = NULL;
	mblk_t *mp;

	mutex_enter(&uq->uq_lock);
	while ((mp = chain) != NULL) {
		const size_t len = MBLKL(mp);

		chain = mp->b_next;
		mp->b_next = NULL;
		uq->uq_in_frames++;
		uq->uq_in_bytes += len;
		uq->uq_frames++;
		unet_queue_append(uq, mp);
	}
	if (uq->uq_dying)
		unet_queue_flush(ud, uq, UNET_DROP_TX_DYING, &gone);
	unet_queue_exit(ud, uq, gone);
	unet_txq_drain(ud);
}

/*
 * write(2): one frame.
 */
int
unet_txq_write(unet_dev_t *ud, uio_t *uio)
{
	unet_queue_t *uq = &ud->ud_txq;
	const size_t len = (size_t)uio->uio_resid;
	const size_t charge = unet_queue_charge(len);
	mblk_t *mp;
	int err = 0;

	mutex_enter(&uq->uq_lock);
	uq->uq_rdwr_calls++;
	uq->uq_iomode = UNET_IOMODE_RDWR;
	while (err == 0) {
		if (!unet_txq_len_ok(uq, len))
			err = ERANGE;
		else if (!uq->uq_dying && unet_txq_fits(uq, charge))
			break;
		else
			err = unet_txq_wait(ud, uio->uio_fmode);
	}
	if (err == 0) {
		uq->uq_bytes += charge;
		uq->uq_peak = MAX(uq->uq_peak, uq->uq_bytes);
	}
	mutex_exit(&uq->uq_lock);
	if (err != 0)
		return (err);

	if ((mp = allocb(UNET_HEADROOM + len, BPRI_MED)) == NULL) {
		err = ENOMEM;
		goto fail_reserve;
	}
	mp->b_rptr += UNET_HEADROOM;
	if ((err = uiomove(mp->b_rptr, len, UIO_WRITE, uio)) != 0)
		goto fail_alloc;
	mp->b_wptr = mp->b_rptr + len;

	/* commit */
	unet_txq_commit(ud, mp);
	return (0);

fail_alloc:
	freemsg(mp);
fail_reserve:
	unet_txq_unreserve(ud, charge);
	return (err);
}

/*
 * How many frames of a request can be reserved in `room' bytes, and what they
 * cost.  A frame of a wrong length ends the count; ERANGE: the first one.
 */
static int
unet_txq_count(unet_queue_t *uq, frameio_t *fio, size_t room, uint_t *np,
    size_t *chargep)
{
	const uint_t all = frameio_nframes(fio);
	size_t charge = 0;
	size_t len;
	uint_t i;

	for (i = 0; i < all; i++) {
		if (frameio_frame_len(fio, i, &len) != 0 ||
		    !unet_txq_len_ok(uq, len)) {
			if (i == 0)
				return (ERANGE);
			break;
		}
		if (charge + unet_queue_charge(len) > room)
			break;
		charge += unet_queue_charge(len);
	}
	*np = i;
	*chargep = charge;
	return (0);
}

/*
 * Reserve room for the frames of a request.  A caller that may wait waits until
 * all of them fit, or as many as the queue can hold at once; one that may not
 * gets as many whole frames as fit now, and EAGAIN if that is none.
 */
static int
unet_txq_reserve(unet_dev_t *ud, frameio_t *fio, int mode, uint_t *np,
    size_t *chargep)
{
	unet_queue_t *uq = &ud->ud_txq;
	const boolean_t block = (mode & (FNONBLOCK | FNDELAY)) == 0;
	int err = 0;

	mutex_enter(&uq->uq_lock);
	uq->uq_fio_calls++;
	uq->uq_iomode = UNET_IOMODE_FRAMEIO;
	while (err == 0) {
		const size_t room = uq->uq_max -
		    MIN(uq->uq_bytes, uq->uq_max);

		if ((err = unet_txq_count(uq, fio, block ? uq->uq_max : room,
		    np, chargep)) != 0)
			break;
		if (!uq->uq_dying && *np > 0 && *chargep <= room) {
			uq->uq_bytes += *chargep;
			uq->uq_peak = MAX(uq->uq_peak, uq->uq_bytes);
			/* To a poller of edges, less than all is "full". */
			if (*np < frameio_nframes(fio))
				ud->ud_tx_polled = B_TRUE;
			break;
		}
		err = unet_txq_wait(ud, mode);
	}
	mutex_exit(&uq->uq_lock);
	return (err);
}

/*
 * UNET_IOC_FRAMEIO_WRITE.  The caller is told before the frames are committed,
 * so that a bad address never makes it send them twice.
 */
int
unet_txq_frameio(unet_dev_t *ud, void *uaddr, int mode)
{
	frameio_t *fio;
	mblk_t *chain = NULL;
	mblk_t **tailp = &chain;
	size_t charge, used = 0;
	uint_t i, n;
	int err;

	if ((err = frameio_copyin(uaddr, mode, &fio)) != 0)
		return (err);
	if ((err = unet_txq_reserve(ud, fio, mode, &n, &charge)) != 0)
		goto fail_copyin;

	for (i = 0; i < n; i++) {
		if ((err = frameio_gather(fio, i, UNET_HEADROOM, mode,
		    tailp)) != 0)
			break;
		used += unet_queue_charge(MBLKL(*tailp));
		tailp = &(*tailp)->b_next;
	}
	if (i > 0)
		err = frameio_copyout(fio, i, uaddr, mode);
	if (err != 0)
		goto fail_reserve;

	/* commit */
	unet_txq_unreserve(ud, charge - used);
	unet_txq_commit(ud, chain);
	frameio_free(fio);
	return (0);

fail_reserve:
	freemsgchain(chain);
	unet_txq_unreserve(ud, charge);
fail_copyin:
	frameio_free(fio);
	return (err);
}

/*
 * Does a frame of the largest size fit?  If not, whoever asked is told when one
 * does.
 */
boolean_t
unet_txq_writable(unet_dev_t *ud)
{
	unet_queue_t *uq = &ud->ud_txq;
	boolean_t fits;

	mutex_enter(&uq->uq_lock);
	fits = unet_txq_fits(uq, unet_queue_charge(uq->uq_largest));
	if (!fits)
		ud->ud_tx_polled = B_TRUE;
	mutex_exit(&uq->uq_lock);
	return (fits);
}

/*
 * The holder is gone.  What it wrote stays on its way.
 */
void
unet_txq_close(unet_dev_t *ud)
{
	mutex_enter(&ud->ud_txq.uq_lock);
	ud->ud_txq.uq_iomode = UNET_IOMODE_NONE;
	mutex_exit(&ud->ud_txq.uq_lock);
}

/*
 * The link is dead, for all or for its holder; what it wrote goes nowhere.
 */
void
unet_txq_die(unet_dev_t *ud)
{
	unet_queue_t *uq = &ud->ud_txq;
	mblk_t *gone = NULL;

	mutex_enter(&uq->uq_lock);
	uq->uq_dying = B_TRUE;
	unet_queue_flush(ud, uq, UNET_DROP_TX_DYING, &gone);
	cv_broadcast(&uq->uq_cv);
	unet_queue_exit(ud, uq, gone);
}

void
unet_txq_revive(unet_dev_t *ud)
{
	mutex_enter(&ud->ud_txq.uq_lock);
	ud->ud_txq.uq_dying = B_FALSE;
	mutex_exit(&ud->ud_txq.uq_lock);
}

/*
 * A new bound.  Whoever waited for room looks again.
 */
void
unet_txq_resize(unet_dev_t *ud, size_t max)
{
	unet_queue_t *uq = &ud->ud_txq;
	boolean_t wake;

	mutex_enter(&uq->uq_lock);
	(void) unet_queue_bound(ud, uq, max);
	wake = unet_txq_freed(ud);
	mutex_exit(&uq->uq_lock);

	unet_event_wake(ud);
	if (wake)
		pollwakeup(&ud->ud_pollhead, POLLOUT | POLLWRNORM);
}
