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
 * Condition variables, as condvar(9F).  The 16 bits of one say whether anybody
 * waits; who does is in the sleep queues.
 */

#include <sys/cmn_err.h>
#include <sys/callo.h>
#include <sys/debug.h>
#include <sys/param.h>

#include "thread_impl.h"

typedef enum cv_end {
	CV_WOKEN,
	CV_TIMEOUT,
	CV_SIGNAL
} cv_end_t;

void
cv_init(kcondvar_t *cvp, char *name __unused, kcv_type_t type __unused,
    void *arg __unused)
{
	cvp->_opaque = 0;
}

void
cv_destroy(kcondvar_t *cvp)
{
	VERIFY(__atomic_load_n(&cvp->_opaque, __ATOMIC_ACQUIRE) == 0);
}

static inline void
cv_mark(kcondvar_t *cvp, sleepq_t *sq)
{
	__atomic_store_n(&cvp->_opaque,
	    sleepq_find(sq, cvp, SLEEPER_CV, NULL) != NULL, __ATOMIC_SEQ_CST);
}

/*
 * Sleep until woken, until `deadline' (-1: none), or, if `sig', until a signal
 * comes.  Who is woken and has a signal too hands the wakeup on, since its
 * caller will not look at what it was woken for.
 */
static cv_end_t
cv_block(kcondvar_t *cvp, kmutex_t *mp, hrtime_t deadline, boolean_t sig)
{
	kthread_impl_t *ti = thread_current();
	hk_caller_t *caller = sig ? ti->ti_caller : NULL;
	cv_end_t end = CV_WOKEN;
	sleepq_t *sq;
	sleeper_t sl;

	lockcheck_sleep(mp);
	if (!mutex_owned(mp))
		panic("cv_wait: mutex %p is not held", (void *)mp);
	if (sig && (hkfault(HK_FAULT_INTR) || thread_interrupted(ti)))
		return (CV_SIGNAL);

	sq = sleepq_enter(cvp);
	sleepq_insert(sq, &sl, cvp, SLEEPER_CV, ti);
	cv_mark(cvp, sq);
	if (sig)
		__atomic_store_n(&ti->ti_wchan, sq, __ATOMIC_SEQ_CST);
	sleepq_exit(sq);
	mutex_exit(mp);

	if (caller != NULL && caller->hc_block != NULL)
		caller->hc_block(caller->hc_ctx);

	(void) sleepq_enter(cvp);
	while (!sl.sl_woken && end == CV_WOKEN) {
		if (sig && thread_interrupted(ti))
			end = CV_SIGNAL;
		else if (sleepq_wait(sq, &sl, deadline) != 0)
			end = CV_TIMEOUT;
	}
	if (sl.sl_woken) {
		end = CV_WOKEN;
	} else {
		sleepq_remove(sq, &sl);
		cv_mark(cvp, sq);
	}
	if (sig)
		__atomic_store_n(&ti->ti_wchan, NULL, __ATOMIC_SEQ_CST);
	sleepq_exit(sq);

	if (caller != NULL && caller->hc_unblock != NULL)
		caller->hc_unblock(caller->hc_ctx);
	if (sig && end == CV_WOKEN && thread_interrupted(ti)) {
		cv_signal(cvp);
		end = CV_SIGNAL;
	}

	mutex_enter(mp);
	return (end);
}

void
cv_signal(kcondvar_t *cvp)
{
	sleepq_t *sq;
	sleeper_t *sl;

	if (__atomic_load_n(&cvp->_opaque, __ATOMIC_SEQ_CST) == 0)
		return;

	sq = sleepq_enter(cvp);
	if ((sl = sleepq_find(sq, cvp, SLEEPER_CV, NULL)) != NULL) {
		sleepq_remove(sq, sl);
		sl->sl_woken = B_TRUE;
		host_event_post(sl->sl_thread->ti_event);
		cv_mark(cvp, sq);
	}
	sleepq_exit(sq);
}

void
cv_broadcast(kcondvar_t *cvp)
{
	sleepq_t *sq;
	sleeper_t *sl;

	if (__atomic_load_n(&cvp->_opaque, __ATOMIC_SEQ_CST) == 0)
		return;

	sq = sleepq_enter(cvp);
	while ((sl = sleepq_find(sq, cvp, SLEEPER_CV, NULL)) != NULL) {
		sleepq_remove(sq, sl);
		sl->sl_woken = B_TRUE;
		host_event_post(sl->sl_thread->ti_event);
	}
	cv_mark(cvp, sq);
	sleepq_exit(sq);
}

void
cv_wait(kcondvar_t *cvp, kmutex_t *mp)
{
	(void) cv_block(cvp, mp, -1, B_FALSE);
}

/*
 * 0: a signal.
 */
int
cv_wait_sig(kcondvar_t *cvp, kmutex_t *mp)
{
	return (cv_block(cvp, mp, -1, B_TRUE) != CV_SIGNAL);
}

/*
 * -1: too late; 0: a signal, if `sig'; else the time that was left, at least 1.
 */
static hrtime_t
cv_timed(kcondvar_t *cvp, kmutex_t *mp, hrtime_t deadline, boolean_t sig)
{
	hrtime_t left;

	if (deadline < 0)
		deadline = 0;
	switch (cv_block(cvp, mp, deadline, sig)) {
	case CV_SIGNAL:
		return (0);
	case CV_TIMEOUT:
		return (-1);
	case CV_WOKEN:
		break;
	}
	left = deadline - gethrtime();
	return (left > 0 ? left : 1);
}

/*
 * The time left, in ticks.
 */
static clock_t
cv_ticks(hrtime_t left)
{
	return (left > 0 ? NSEC_TO_TICK_ROUNDUP(left) : left);
}

static hrtime_t
cv_lbolt_deadline(clock_t lbolt)
{
	return (gethrtime() + TICK_TO_NSEC(lbolt - ddi_get_lbolt()));
}

clock_t
cv_timedwait(kcondvar_t *cvp, kmutex_t *mp, clock_t lbolt)
{
	return (cv_ticks(cv_timed(cvp, mp, cv_lbolt_deadline(lbolt), B_FALSE)));
}

clock_t
cv_timedwait_sig(kcondvar_t *cvp, kmutex_t *mp, clock_t lbolt)
{
	return (cv_ticks(cv_timed(cvp, mp, cv_lbolt_deadline(lbolt), B_TRUE)));
}

/*
 * Times are of gethrtime() if CALLOUT_FLAG_ABSOLUTE, else relative; the
 * resolution rounds them up if CALLOUT_FLAG_ROUNDUP, else down.
 */
clock_t
cv_timedwait_hires(kcondvar_t *cvp, kmutex_t *mp, hrtime_t tim, hrtime_t res,
    int flag)
{
	if ((flag & CALLOUT_FLAG_ABSOLUTE) == 0)
		tim += gethrtime();
	if (res > 1) {
		if (flag & CALLOUT_FLAG_ROUNDUP)
			tim += res - 1;
		tim -= tim % res;
	}
	return (cv_timed(cvp, mp, tim, B_FALSE));
}

/*
 * `tim' is of gethrtime(), or -1: never.
 */
int
cv_timedwait_sig_hrtime(kcondvar_t *cvp, kmutex_t *mp, hrtime_t tim)
{
	hrtime_t left;

	if (tim < 0)
		return (cv_wait_sig(cvp, mp));
	left = cv_timed(cvp, mp, tim, B_TRUE);
	return (left > 0 ? 1 : (int)left);
}

static hrtime_t
cv_rel_deadline(clock_t delta, time_res_t res)
{
	static const hrtime_t unit[TR_COUNT] = {
		[TR_NANOSEC] = 1,
		[TR_MICROSEC] = NANOSEC / MICROSEC,
		[TR_MILLISEC] = NANOSEC / MILLISEC,
		[TR_SEC] = NANOSEC
	};

	VERIFY(res < TR_COUNT);
	return (gethrtime() + (res == TR_CLOCK_TICK ? TICK_TO_NSEC(delta) :
	    (hrtime_t)delta * unit[res]));
}

clock_t
cv_reltimedwait(kcondvar_t *cvp, kmutex_t *mp, clock_t delta, time_res_t res)
{
	return (cv_ticks(cv_timed(cvp, mp, cv_rel_deadline(delta, res),
	    B_FALSE)));
}

clock_t
cv_reltimedwait_sig(kcondvar_t *cvp, kmutex_t *mp, clock_t delta,
    time_res_t res)
{
	return (cv_ticks(cv_timed(cvp, mp, cv_rel_deadline(delta, res),
	    B_TRUE)));
}
