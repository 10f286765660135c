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
 * Time, as ddi_get_lbolt(9F), timeout(9F) and delay(9F).
 *
 * One thread waits for the next timeout to come due; a task queue runs what is
 * due, so that a handler may sleep without keeping the others waiting.
 */

#include <sys/avl.h>
#include <sys/callo.h>
#include <sys/cmn_err.h>
#include <sys/ddi.h>
#include <sys/debug.h>
#include <sys/disp.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/param.h>
#include <sys/sunddi.h>
#include <sys/sysmacros.h>
#include <sys/systm.h>
#include <sys/taskq_impl.h>

#include "kmem_impl.h"

int hz = 100;

#define	CALLOUT_THREADS	4

typedef enum callout_state {
	CALLOUT_PENDING,	/* waits for its time */
	CALLOUT_DUE,		/* in the task queue */
	CALLOUT_RUNNING
} callout_state_t;

typedef struct callout {
	avl_node_t	c_by_time;	/* callout_lock */
	avl_node_t	c_by_id;	/* callout_lock */
	callout_id_t	c_id;		/* RO */
	void		(*c_func)(void *);
	void		*c_arg;
	hrtime_t	c_when;		/* RO */
	callout_state_t	c_state;	/* callout_lock */
	boolean_t	c_cancelled;	/* callout_lock */
	kthread_t	*c_thread;	/* callout_lock; that runs it */
	taskq_ent_t	c_tqe;
} callout_t;

static kmutex_t callout_lock;
static kcondvar_t callout_cv;		/* the thread waits */
static kcondvar_t callout_done_cv;	/* a handler has returned */
static avl_tree_t callouts;		/* callout_lock; all, by id */
static avl_tree_t callouts_pending;	/* callout_lock; by time */
static callout_id_t callout_lastid;	/* callout_lock */
static kt_did_t callout_did;		/* callout_lock; 0: no thread yet */
static taskq_t *callout_taskq;
static kmem_cache_t *callout_cache;
static boolean_t callout_halt;		/* callout_lock */
static hrtime_t boot_time;		/* RO */

static int
callout_compare_id(const void *a, const void *b)
{
	const callout_id_t x = ((const callout_t *)a)->c_id;
	const callout_id_t y = ((const callout_t *)b)->c_id;

	return (x < y ? -1 : x > y);
}

/*
 * Those of one time in the order in which they were asked for.
 */
static int
callout_compare_time(const void *a, const void *b)
{
	const hrtime_t x = ((const callout_t *)a)->c_when;
	const hrtime_t y = ((const callout_t *)b)->c_when;

	if (x != y)
		return (x < y ? -1 : 1);
	return (callout_compare_id(a, b));
}

void
callout_init(void)
{
	boot_time = gethrtime();
	callout_cache = kmem_cache_create_system("callout_cache",
	    sizeof (callout_t), 0, NULL, NULL, NULL);
	mutex_init(&callout_lock, "callout_lock", MUTEX_DEFAULT, NULL);
	cv_init(&callout_cv, NULL, CV_DEFAULT, NULL);
	cv_init(&callout_done_cv, NULL, CV_DEFAULT, NULL);
	avl_create(&callouts, callout_compare_id, sizeof (callout_t),
	    offsetof(callout_t, c_by_id));
	avl_create(&callouts_pending, callout_compare_time,
	    sizeof (callout_t), offsetof(callout_t, c_by_time));
	callout_taskq = taskq_create("callout_taskq", CALLOUT_THREADS,
	    maxclsyspri, 0, 0, 0);
	callout_halt = B_FALSE;
	callout_did = 0;
}

/*
 * timeout(9F) may be called where nothing may sleep, so memory is not asked for
 * as if it might.
 */
static callout_t *
callout_alloc(void)
{
	callout_t *c;

	if ((c = kmem_cache_take(callout_cache, thread_current(),
	    KM_NOSLEEP)) == NULL)
		panic("timeout: no memory");
	bzero(c, sizeof (*c));
	return (c);
}

static void
callout_free(callout_t *c)
{
	kmem_cache_give(callout_cache, thread_current(), c);
}

/*
 * Timeouts that nobody took back never come.
 */
void
callout_fini(void)
{
	kt_did_t did;
	callout_t *c;

	mutex_enter(&callout_lock);
	callout_halt = B_TRUE;
	cv_signal(&callout_cv);
	did = callout_did;
	mutex_exit(&callout_lock);
	if (did != 0)
		thread_join(did);
	taskq_destroy(callout_taskq);

	while ((c = avl_first(&callouts_pending)) != NULL) {
		avl_remove(&callouts_pending, c);
		avl_remove(&callouts, c);
		cmn_err(CE_WARN, "a timeout of %p is still pending",
		    (void *)(uintptr_t)c->c_func);
		callout_free(c);
	}
	(void) kmem_cache_destroy_system(callout_cache);
	avl_destroy(&callouts_pending);
	avl_destroy(&callouts);
	cv_destroy(&callout_done_cv);
	cv_destroy(&callout_cv);
	mutex_destroy(&callout_lock);
}

static void
callout_run(void *arg)
{
	callout_t *c = arg;

	mutex_enter(&callout_lock);
	c->c_state = CALLOUT_RUNNING;
	c->c_thread = curthread;
	if (!c->c_cancelled) {
		mutex_exit(&callout_lock);
		c->c_func(c->c_arg);
		mutex_enter(&callout_lock);
	}
	avl_remove(&callouts, c);
	cv_broadcast(&callout_done_cv);
	mutex_exit(&callout_lock);
	callout_free(c);
}

static void
callout_thread(void *arg __unused)
{
	callout_t *c;

	mutex_enter(&callout_lock);
	while (!callout_halt) {
		if ((c = avl_first(&callouts_pending)) == NULL) {
			cv_wait(&callout_cv, &callout_lock);
		} else if (c->c_when > gethrtime()) {
			(void) cv_timedwait_hires(&callout_cv, &callout_lock,
			    c->c_when, 1, CALLOUT_FLAG_ABSOLUTE);
		} else {
			avl_remove(&callouts_pending, c);
			c->c_state = CALLOUT_DUE;
			mutex_exit(&callout_lock);
			taskq_dispatch_ent(callout_taskq, callout_run, c, 0,
			    &c->c_tqe);
			mutex_enter(&callout_lock);
		}
	}
	mutex_exit(&callout_lock);
}

static callout_id_t
callout_add(void (*func)(void *), void *arg, hrtime_t when)
{
	callout_t *c;
	boolean_t start;
	callout_id_t id;
	kthread_t *t;

	c = callout_alloc();
	c->c_func = func;
	c->c_arg = arg;
	c->c_when = when;
	c->c_state = CALLOUT_PENDING;

	mutex_enter(&callout_lock);
	id = c->c_id = ++callout_lastid;
	avl_add(&callouts, c);
	avl_add(&callouts_pending, c);
	if ((start = callout_did == 0)) {
		t = thread_create(NULL, 0, callout_thread, NULL, 0, &p0,
		    TS_RUN, maxclsyspri);
		callout_did = t->t_did;
	}
	cv_signal(&callout_cv);
	mutex_exit(&callout_lock);
	return (id);
}

static callout_t *
callout_find(callout_id_t id)
{
	callout_t want;

	ASSERT(MUTEX_HELD(&callout_lock));
	want.c_id = id;
	return (avl_find(&callouts, &want, NULL));
}

/*
 * The time that was left, or -1.  A handler under way is waited for, unless it
 * asks itself, or `nowait'.  A caller that holds a lock which the handler takes
 * would hang then, some day; a DEBUG kernel finds it on every day.
 */
static hrtime_t
callout_remove(callout_id_t id, boolean_t nowait)
{
	hrtime_t left = -1;
	callout_t *c;

	if (!nowait)
		KERN_NO_LOCKS("untimeout");
	mutex_enter(&callout_lock);
	c = callout_find(id);
	if (c != NULL && c->c_state == CALLOUT_PENDING) {
		avl_remove(&callouts_pending, c);
		avl_remove(&callouts, c);
		left = MAX(c->c_when - gethrtime(), 0);
		mutex_exit(&callout_lock);
		callout_free(c);
		return (left);
	}

	for (; c != NULL; c = callout_find(id)) {
		if (c->c_state == CALLOUT_DUE && !c->c_cancelled) {
			c->c_cancelled = B_TRUE;
			left = 0;
		}
		if (nowait || left == 0 || c->c_thread == curthread)
			break;
		cv_wait(&callout_done_cv, &callout_lock);
	}
	mutex_exit(&callout_lock);
	return (left);
}

timeout_id_t
timeout(void (*func)(void *), void *arg, clock_t delta)
{
	return ((timeout_id_t)(uintptr_t)callout_add(func, arg,
	    gethrtime() + TICK_TO_NSEC(MAX(delta, 1))));
}

timeout_id_t
realtime_timeout(void (*func)(void *), void *arg, clock_t delta)
{
	return (timeout(func, arg, delta));
}

clock_t
untimeout(timeout_id_t id)
{
	hrtime_t left = callout_remove((callout_id_t)(uintptr_t)id, B_FALSE);

	return (left < 0 ? -1 : NSEC_TO_TICK_ROUNDUP(left));
}

callout_id_t
timeout_default(void (*func)(void *), void *arg, clock_t delta)
{
	return ((callout_id_t)(uintptr_t)timeout(func, arg, delta));
}

clock_t
untimeout_default(callout_id_t id, int nowait)
{
	hrtime_t left = callout_remove(id, nowait != 0);

	return (left < 0 ? -1 : NSEC_TO_TICK_ROUNDUP(left));
}

callout_id_t
timeout_generic(int type __unused, void (*func)(void *), void *arg,
    hrtime_t expiration, hrtime_t resolution, int flags)
{
	if (!(flags & CALLOUT_FLAG_ABSOLUTE))
		expiration += gethrtime();
	if (resolution > 1) {
		if (flags & CALLOUT_FLAG_ROUNDUP)
			expiration += resolution - 1;
		expiration -= expiration % resolution;
	}
	return (callout_add(func, arg, expiration));
}

/*
 * Clocks.
 */

hrtime_t
gethrtime(void)
{
	return (host_monotonic());
}

hrtime_t
gethrtime_unscaled(void)
{
	return (gethrtime());
}

void
gethrestime(timespec_t *tp)
{
	long long sec;

	host_realtime(&sec, &tp->tv_nsec);
	tp->tv_sec = sec;
}

time_t
gethrestime_sec(void)
{
	timespec_t ts;

	gethrestime(&ts);
	return (ts.tv_sec);
}

int64_t
ddi_get_lbolt64(void)
{
	return (NSEC_TO_TICK(gethrtime() - boot_time));
}

clock_t
ddi_get_lbolt(void)
{
	return (ddi_get_lbolt64());
}

/*
 * Delays.
 */

void
drv_usecwait(clock_t usec)
{
	hrtime_t end = gethrtime() + USEC2NSEC(usec);

	while (gethrtime() < end)
		continue;
}

clock_t
drv_usectohz(clock_t usec)
{
	return (NSEC_TO_TICK_ROUNDUP(USEC2NSEC(usec)));
}

clock_t
drv_hztousec(clock_t ticks)
{
	return (TICK_TO_NSEC(ticks) / (NANOSEC / MICROSEC));
}

void
delay(clock_t ticks)
{
	KERN_NO_LOCKS("delay");
	if (ticks > 0)
		host_sleep(TICK_TO_NSEC(ticks));
}

/*
 * EINTR: a signal came before the time was over.
 */
int
delay_sig(clock_t ticks)
{
	hrtime_t deadline = gethrtime() + TICK_TO_NSEC(ticks);
	kmutex_t lock;
	kcondvar_t cv;
	int rv;

	mutex_init(&lock, NULL, MUTEX_DEFAULT, NULL);
	cv_init(&cv, NULL, CV_DEFAULT, NULL);
	mutex_enter(&lock);
	do {
		rv = cv_timedwait_sig_hrtime(&cv, &lock, deadline);
	} while (rv > 0);
	mutex_exit(&lock);
	cv_destroy(&cv);
	mutex_destroy(&lock);
	return (rv == 0 ? EINTR : 0);
}
