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
 * The read queue: frames of the stack that wait for the holder.
 *
 * MAC gives frames to unet_rxq_tx(), on any thread; the holder's threads take
 * them with read(2) or framed I/O.  When the queue is full the rest of the
 * chain is returned to MAC, which then holds everything back until
 * mac_tx_update(): called here once the queue has drained to half its bound.
 *
 * MAC blocks and unblocks under the lock of the queue, so that no wakeup is
 * lost; MAC itself, user memory and pollers are only touched without it.
 */

#include "unet_impl.h"
#include <sys/strsun.h>
#include <sys/strsubr.h>
#include <sys/errno.h>
#include <sys/time.h>
#include <sys/file.h>

static const hrtime_t unet_fc_limits[UNET_NFC] = {
	MSEC2NSEC(1),
	MSEC2NSEC(10),
	MSEC2NSEC(100),
	MSEC2NSEC(1000),
	MSEC2NSEC(10000)
};

/*
 * The stack is held up no longer, if it was.  True: the caller has to call
 * unet_rxq_resume() once it has dropped the lock.
 */
static boolean_t
unet_rxq_unblock(unet_dev_t *ud)
{
	unet_fc_t *uf = &ud->ud_fc;
	hrtime_t waited;
	uint_t i;

	ASSERT(MUTEX_HELD(&ud->ud_rxq.uq_lock));

	if (!uf->uf_blocked)
		return (B_FALSE);

	uf->uf_blocked = B_FALSE;
	waited = gethrtime() - uf->uf_since;
	uf->uf_time += waited;
	for (i = 0; i < UNET_NFC; i++) {
		if (waited >= unet_fc_limits[i])
			uf->uf_atleast[i]++;
	}
	DTRACE_PROBE2(unet__flow__resumed, unet_dev_t *, ud, hrtime_t, waited);
	return (B_TRUE);
}

static boolean_t
unet_rxq_low(unet_queue_t *uq)
{
	return (uq->uq_bytes <= uq->uq_max / 2);
}

void
unet_rxq_resume(unet_dev_t *ud)
{
	if (unet_mac_enter(ud)) {
		mac_tx_update(ud->ud_mh);
		unet_mac_exit(ud);
	}
}

/*
 * What one call of mc_tx comes to.
 */
typedef struct unet_rxq_pass {
	boolean_t	rp_wake;	/* frames were queued */
	boolean_t	rp_resume;	/* room was given back that MAC wants */
	mblk_t		*rp_gone;	/* to be freed without the lock */
} unet_rxq_pass_t;

/*
 * Make a short frame as long as the wire would have; the short one goes onto
 * *freep.  NULL: no memory, and the frame is as it was.
 */
static mblk_t *
unet_rxq_pad(mblk_t *mp, size_t len, mblk_t **freep)
{
	mblk_t *new, *bp;

	if (len >= UNET_FRAME_PAD)
		return (mp);
	if ((new = allocb(UNET_FRAME_PAD, BPRI_MED)) == NULL)
		return (NULL);
	for (bp = mp; bp != NULL; bp = bp->b_cont) {
		bcopy(bp->b_rptr, new->b_wptr, MBLKL(bp));
		new->b_wptr += MBLKL(bp);
	}
	bzero(new->b_wptr, UNET_FRAME_PAD - len);
	new->b_wptr = new->b_rptr + UNET_FRAME_PAD;

	mp->b_next = *freep;
	*freep = mp;
	return (new);
}

/*
 * An empty queue takes anything, so that nothing waits for ever while MTU and
 * bound change under the stack's feet.
 */
static boolean_t
unet_rxq_fits(unet_queue_t *uq, size_t charge)
{
	return (uq->uq_bytes == 0 || uq->uq_bytes + charge <= uq->uq_max);
}

static void
unet_rxq_lose(unet_dev_t *ud, mblk_t *mp, size_t len, unet_drop_t reason,
    unet_rxq_pass_t *rp)
{
	unet_queue_t *uq = &ud->ud_rxq;

	uq->uq_in_frames++;
	uq->uq_in_bytes += len;
	unet_queue_drop(ud, uq, mp, len, reason, &rp->rp_gone);
}

/*
 * What the stack sends is lost, for a reason that no room would change.
 */
static boolean_t
unet_rxq_unfit(const unet_queue_t *uq, size_t len, unet_drop_t *reasonp)
{
	ASSERT(MUTEX_HELD(&uq->uq_lock));

	if (uq->uq_dying)
		*reasonp = UNET_DROP_RX_DYING;
	else if (!uq->uq_open)
		*reasonp = UNET_DROP_NOHOLDER;
	else if (len < UNET_FRAME_MIN)
		*reasonp = UNET_DROP_RUNT;
	else
		return (B_FALSE);
	return (B_TRUE);
}

/*
 * Show the frame that was queued last to those who look on.
 */
static void
unet_rxq_show(unet_dev_t *ud)
{
	mblk_t *mp = ud->ud_rxq.uq_tail;

	unet_capture_frame(ud, mp, unet_frame_len(mp), UNET_CAPTURE_READ, 0);
}

/*
 * Queue one frame, or lose it for a reason.  False: there is no room, and the
 * frame is the caller's still.  That does not happen if room is `kept' for it,
 * which the caller has just given back.
 */
static boolean_t
unet_rxq_put(unet_dev_t *ud, mblk_t *mp, boolean_t kept, unet_rxq_pass_t *rp)
{
	unet_queue_t *uq = &ud->ud_rxq;
	size_t len = unet_frame_len(mp);
	const size_t charge = unet_queue_charge(MAX(len, UNET_FRAME_PAD));
	unet_drop_t reason;
	mblk_t *padded;

	if (unet_rxq_unfit(uq, len, &reason))
		goto lose;
	if (len > uq->uq_largest) {
		reason = UNET_DROP_TOOBIG;
		goto lose;
	}
	if (!kept && !unet_rxq_fits(uq, charge))
		return (B_FALSE);
	if ((padded = unet_rxq_pad(mp, len, &rp->rp_gone)) == NULL) {
		reason = UNET_DROP_NOMEM;
		goto lose;
	}

	len = MAX(len, UNET_FRAME_PAD);
	uq->uq_in_frames++;
	uq->uq_in_bytes += len;
	uq->uq_frames++;
	uq->uq_bytes += charge;
	uq->uq_peak = MAX(uq->uq_peak, uq->uq_bytes);
	unet_queue_append(uq, padded);
	rp->rp_wake = B_TRUE;
	if (uq->uq_captures > 0)
		unet_rxq_show(ud);
	return (B_TRUE);

lose:
	unet_rxq_lose(ud, mp, len, reason, rp);
	return (B_TRUE);
}

/*
 * The same for a packet that leaves work to us, of which several frames may
 * come: all of them are taken, or none.  Room for them is reserved first, and
 * the work done with the lock dropped.  Whoever finds the queue full for that
 * reason leaves MAC blocked; if the room is not needed after all, nobody but us
 * can tell MAC.
 */
static boolean_t
unet_rxq_put_offload(unet_dev_t *ud, mblk_t *mp, unet_rxq_pass_t *rp)
{
	unet_queue_t *uq = &ud->ud_rxq;
	const size_t len = unet_frame_len(mp);
	unet_offload_t uo;
	unet_drop_t reason;
	mblk_t *next;

	if (unet_rxq_unfit(uq, len, &reason))
		goto lose;
	if (!unet_offload_plan(mp, len, &uo) || uo.uo_charge > UNET_BUF_MAX) {
		reason = UNET_DROP_OFFLOAD;
		goto lose;
	}
	if (uo.uo_longest > uq->uq_largest) {
		reason = UNET_DROP_TOOBIG;
		goto lose;
	}
	if (!unet_rxq_fits(uq, uo.uo_charge))
		return (B_FALSE);

	uq->uq_bytes += uo.uo_charge;
	uq->uq_peak = MAX(uq->uq_peak, uq->uq_bytes);
	mutex_exit(&uq->uq_lock);
	mp = unet_offload_emul(mp, &uo, &reason);
	mutex_enter(&uq->uq_lock);
	uq->uq_bytes -= uo.uo_charge;

	if (mp == NULL)
		unet_rxq_lose(ud, NULL, len, reason, rp);
	for (; mp != NULL; mp = next) {
		next = mp->b_next;
		mp->b_next = NULL;
		VERIFY(unet_rxq_put(ud, mp, B_TRUE, rp));
	}
	if (unet_rxq_low(uq) && unet_rxq_unblock(ud))
		rp->rp_resume = B_TRUE;
	return (B_TRUE);

lose:
	unet_rxq_lose(ud, mp, len, reason, rp);
	return (B_TRUE);
}

/*
 * mc_tx(9E): consumes the frames it takes and returns the rest.  Runs on any
 * thread, the holder's own inside mac_rx() included, so it never waits.
 */
mblk_t *
unet_rxq_tx(void *arg, mblk_t *chain)
{
	unet_dev_t *ud = arg;
	unet_queue_t *uq = &ud->ud_rxq;
	unet_rxq_pass_t rp = { B_FALSE, B_FALSE, NULL };
	boolean_t taken;
	mblk_t *mp;

	mutex_enter(&uq->uq_lock);
	while ((mp = chain) != NULL) {
		chain = mp->b_next;
		mp->b_next = NULL;
		if (DB_CKSUMFLAGS(mp) == 0)
			taken = unet_rxq_put(ud, mp, B_FALSE, &rp);
		else
			taken = unet_rxq_put_offload(ud, mp, &rp);
		if (taken)
			continue;

		mp->b_next = chain;
		chain = mp;
		if (!ud->ud_fc.uf_blocked) {
			ud->ud_fc.uf_blocked = B_TRUE;
			ud->ud_fc.uf_since = gethrtime();
			ud->ud_fc.uf_events++;
			DTRACE_PROBE2(unet__flow__blocked,
			    unet_dev_t *, ud, size_t, uq->uq_bytes);
		}
		break;
	}
	if (rp.rp_wake)
		cv_broadcast(&uq->uq_cv);
	unet_queue_exit(ud, uq, rp.rp_gone);

	if (rp.rp_wake)
		pollwakeup(&ud->ud_pollhead, POLLIN | POLLRDNORM);
	if (rp.rp_resume)
		unet_rxq_resume(ud);
	return (chain);
}

/*
 * Wait for a frame and take up to `max' of them off the queue, as a chain.
 * They stay charged until unet_rxq_done().
 */
static int
unet_rxq_take(unet_dev_t *ud, uint32_t iomode, int fmode, uint_t max,
    mblk_t **chainp)
{
	unet_queue_t *uq = &ud->ud_rxq;
	mblk_t **tailp = chainp;
	uint_t i;
	int err;

	mutex_enter(&uq->uq_lock);
	if (iomode == UNET_IOMODE_FRAMEIO)
		uq->uq_fio_calls++;
	else
		uq->uq_rdwr_calls++;
	uq->uq_iomode = iomode;

	while (uq->uq_head == NULL) {
		if (uq->uq_dying)
			err = ENXIO;
		else
			err = unet_queue_wait(uq, fmode);
		if (err != 0) {
			mutex_exit(&uq->uq_lock);
			return (err);
		}
	}

	for (i = 0; i < max && uq->uq_head != NULL; i++) {
		*tailp = unet_queue_take(uq);
		tailp = &(*tailp)->b_next;
	}
	mutex_exit(&uq->uq_lock);
	return (0);
}

/*
 * The first `ndone' frames of a taken chain have reached the holder; the rest
 * goes back to where it came from.  (Between two threads that read at the same
 * time, frames that go back may come after later ones.)
 */
static void
unet_rxq_done(unet_dev_t *ud, mblk_t *chain, uint_t ndone)
{
	unet_queue_t *uq = &ud->ud_rxq;
	mblk_t *done = NULL;
	mblk_t *gone = NULL;
	mblk_t **donep = &done;
	boolean_t resume = B_FALSE;
	boolean_t back;
	mblk_t *mp;

	mutex_enter(&uq->uq_lock);
	for (; ndone > 0; ndone--) {
		const size_t len = unet_frame_len(chain);

		unet_queue_settle(uq, len);
		uq->uq_out_frames++;
		uq->uq_out_bytes += len;

		*donep = chain;
		donep = &chain->b_next;
		chain = chain->b_next;
	}
	*donep = NULL;

	back = chain != NULL;
	if (back) {
		for (mp = chain; mp->b_next != NULL; mp = mp->b_next)
			;
		if ((mp->b_next = uq->uq_head) == NULL)
			uq->uq_tail = mp;
		uq->uq_head = chain;
		if (uq->uq_dying)
			unet_queue_flush(ud, uq, UNET_DROP_RX_DYING, &gone);
		else
			cv_broadcast(&uq->uq_cv);
	}
	if (unet_rxq_low(uq))
		resume = unet_rxq_unblock(ud);
	unet_queue_exit(ud, uq, gone);

	freemsgchain(done);
	if (back)
		pollwakeup(&ud->ud_pollhead, POLLIN | POLLRDNORM);
	if (resume)
		unet_rxq_resume(ud);
}

/*
 * read(2): one frame.
 */
int
unet_rxq_read(unet_dev_t *ud, uio_t *uio)
{
	mblk_t *mp = NULL;
	mblk_t *bp;
	int err;

	if ((err = unet_rxq_take(ud, UNET_IOMODE_RDWR, uio->uio_fmode, 1,
	    &mp)) != 0)
		return (err);

	if (msgdsize(mp) > (size_t)uio->uio_resid)
		err = EOVERFLOW;
	for (bp = mp; err == 0 && bp != NULL; bp = bp->b_cont) {
		if (MBLKL(bp) > 0)
			err = uiomove(bp->b_rptr, MBLKL(bp), UIO_READ, uio);
	}
	unet_rxq_done(ud, mp, err == 0 ? 1 : 0);
	return (err);
}

/*
 * UNET_IOC_FRAMEIO_READ: as many frames as are there and fit.
 */
int
unet_rxq_frameio(unet_dev_t *ud, void *uaddr, int mode)
{
	frameio_t *fio;
	mblk_t *chain = NULL;
	mblk_t *mp;
	uint_t n = 0;
	int err;

	if ((err = frameio_copyin(uaddr, mode, &fio)) != 0)
		return (err);
	if ((err = unet_rxq_take(ud, UNET_IOMODE_FRAMEIO, mode,
	    frameio_nframes(fio), &chain)) != 0)
		goto done;

	for (mp = chain; mp != NULL; mp = mp->b_next) {
		if ((err = frameio_scatter(fio, n, mp, mode)) != 0)
			break;
		n++;
	}

	/* An error on a later frame shows itself when that is the first. */
	if (n > 0)
		err = frameio_copyout(fio, n, uaddr, mode);
	else if (err == EOVERFLOW &&
	    frameio_report_len(msgdsize(chain), uaddr, mode) != 0)
		err = EFAULT;

	unet_rxq_done(ud, chain, err == 0 ? n : 0);
done:
	frameio_free(fio);
	return (err);
}

void
unet_rxq_open(unet_dev_t *ud)
{
	mutex_enter(&ud->ud_rxq.uq_lock);
	ud->ud_rxq.uq_open = B_TRUE;
	mutex_exit(&ud->ud_rxq.uq_lock);
}

/*
 * The holder is gone: what it did not read is lost, and what MAC holds back
 * comes to be lost as well.
 */
void
unet_rxq_close(unet_dev_t *ud)
{
	unet_queue_t *uq = &ud->ud_rxq;
	mblk_t *gone = NULL;
	boolean_t resume;

	mutex_enter(&uq->uq_lock);
	uq->uq_open = B_FALSE;
	uq->uq_iomode = UNET_IOMODE_NONE;
	unet_queue_flush(ud, uq, UNET_DROP_FLUSH, &gone);
	resume = unet_rxq_unblock(ud);
	unet_queue_exit(ud, uq, gone);

	if (resume)
		unet_rxq_resume(ud);
}

/*
 * The link is dead, for all or for its holder: every call on it fails from now
 * on.  True: MAC, if it is still there, waits to be told of room.
 */
boolean_t
unet_rxq_die(unet_dev_t *ud)
{
	unet_queue_t *uq = &ud->ud_rxq;
	mblk_t *gone = NULL;
	boolean_t resume;

	mutex_enter(&uq->uq_lock);
	uq->uq_dying = B_TRUE;
	unet_queue_flush(ud, uq, UNET_DROP_RX_DYING, &gone);
	resume = unet_rxq_unblock(ud);
	cv_broadcast(&uq->uq_cv);
	unet_queue_exit(ud, uq, gone);
	return (resume);
}

/*
 * The holder that had lost the link has closed it.
 */
void
unet_rxq_revive(unet_dev_t *ud)
{
	mutex_enter(&ud->ud_rxq.uq_lock);
	ud->ud_rxq.uq_dying = B_FALSE;
	mutex_exit(&ud->ud_rxq.uq_lock);
}

/*
 * A new bound.  What is queued stays, even if it is more than that.  MAC may
 * try again if it has grown.
 */
void
unet_rxq_resize(unet_dev_t *ud, size_t max)
{
	unet_queue_t *uq = &ud->ud_rxq;
	boolean_t resume = B_FALSE;
	boolean_t grown;

	mutex_enter(&uq->uq_lock);
	grown = unet_queue_bound(ud, uq, max);
	if (grown || unet_rxq_low(uq))
		resume = unet_rxq_unblock(ud);
	mutex_exit(&uq->uq_lock);

	unet_event_wake(ud);
	if (resume)
		unet_rxq_resume(ud);
}
