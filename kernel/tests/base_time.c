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
 * Clocks, timeouts, delays and task queues.
 */

#include <sys/atomic.h>
#include <sys/ddi.h>
#include <sys/disp.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/param.h>
#include <sys/sunddi.h>
#include <sys/systm.h>
#include <sys/taskq_impl.h>

#include "harness.h"
#include "kern_impl.h"

static volatile uint_t fired;
static kmutex_t lock;
static kcondvar_t cv;
static boolean_t released;	/* lock */
static uint_t inside;		/* lock */
static timeout_id_t self_id;	/* lock */
static clock_t self_result;

static uint_t
value(volatile uint_t *p)
{
	return (atomic_add_int_nv(p, 0));
}

static void
fire(void *arg)
{
	atomic_add_int((volatile uint_t *)arg, 1);
}

static int
has_fired(void *arg __unused)
{
	return (value(&fired) != 0);
}

/*
 * Stays until released.
 */
static void
linger(void *arg)
{
	mutex_enter(&lock);
	inside++;
	cv_broadcast(&cv);
	while (!released)
		cv_wait(&cv, &lock);
	mutex_exit(&lock);
	if (arg != NULL)
		fire(arg);
}

static void
release(void)
{
	mutex_enter(&lock);
	released = B_TRUE;
	cv_broadcast(&cv);
	mutex_exit(&lock);
}

static void
wait_inside(uint_t n)
{
	mutex_enter(&lock);
	while (inside < n)
		cv_wait(&cv, &lock);
	mutex_exit(&lock);
}

static void
rearm(void)
{
	released = B_FALSE;
	inside = 0;
	fired = 0;
}

static void
cancel_self(void *arg __unused)
{
	timeout_id_t id;

	mutex_enter(&lock);
	id = self_id;
	mutex_exit(&lock);
	self_result = untimeout(id);
	fire((void *)(uintptr_t)&fired);
}

static void
untimeout_worker(void *arg)
{
	check(untimeout(arg) == -1, "what runs cannot be taken back");
	check(value(&fired) == 1, "but has ended when untimeout returns");
}

static void
test_timeout(void)
{
	timeout_id_t id;
	hrtime_t start;
	clock_t left;
	void *w;

	check(drv_usectohz(1) == 1 && drv_usectohz(10000) == 1 &&
	    drv_usectohz(10001) == 2 && drv_usectohz(0) == 0 &&
	    drv_hztousec(3) == 30000, "ticks are 10 ms, rounded up");

	start = gethrtime();
	id = timeout(fire, (void *)(uintptr_t)&fired, 2);
	check(wait_until(has_fired, NULL), "a timeout comes");
	check(gethrtime() - start >= MSEC2NSEC(20), "not before its time");
	check(untimeout(id) == -1, "afterwards it cannot be taken back");

	fired = 0;
	id = timeout(fire, (void *)(uintptr_t)&fired, 1000);
	left = untimeout(id);
	check(left > 900 && left <= 1000, "one is taken back in time");
	check(untimeout(id) == -1, "once");
	check(value(&fired) == 0, "and does not come");

	rearm();
	id = timeout(linger, (void *)(uintptr_t)&fired, 1);
	wait_inside(1);
	w = host_worker_start(untimeout_worker, id);
	release();
	host_worker_join(w);

	rearm();
	mutex_enter(&lock);
	self_id = timeout(cancel_self, NULL, 1);
	mutex_exit(&lock);
	check(wait_until(has_fired, NULL) && self_result == -1,
	    "a handler may try to take itself back");

	/* One that sleeps does not keep the next from coming. */
	rearm();
	(void) timeout(linger, NULL, 1);
	wait_inside(1);
	(void) timeout(fire, (void *)(uintptr_t)&fired, 1);
	check(wait_until(has_fired, NULL), "others come while one sleeps");
	release();
}

static void
test_delay(void)
{
	hk_caller_t caller = { .hc_signalled = 1 };
	hrtime_t start = gethrtime();
	clock_t lbolt = ddi_get_lbolt();

	delay(2);
	check(gethrtime() - start >= MSEC2NSEC(20), "delay");
	check(ddi_get_lbolt() >= lbolt + 1, "lbolt goes on");
	start = gethrtime();
	check(delay_sig(1) == 0 && gethrtime() - start >= MSEC2NSEC(10),
	    "delay_sig");
	start = gethrtime();
	drv_usecwait(500);
	check(gethrtime() - start >= USEC2NSEC(500), "drv_usecwait");
	hk_caller_enter(&caller);
	check(delay_sig(100000) == EINTR, "delay_sig ends by a signal");
	hk_caller_exit();
}

static volatile uint_t order_next;
static uint_t order[4];

static void
record(void *arg)
{
	order[atomic_inc_uint_nv(&order_next) - 1] = (uint_t)(uintptr_t)arg;
}

#define	TASK(n)	((void *)(uintptr_t)(n))

static void
test_taskq(void)
{
	taskq_ent_t ent = { 0 };
	taskq_t *tq;
	uint64_t seen;
	uint_t i;

	rearm();
	tq = taskq_create("one", 1, minclsyspri, 1, 4, TASKQ_PREPOPULATE);
	check(taskq_dispatch(tq, linger, NULL, TQ_SLEEP) != 0, "dispatched");
	wait_inside(1);
	(void) taskq_dispatch(tq, record, TASK(1), TQ_SLEEP);
	taskq_dispatch_ent(tq, record, TASK(2), 0, &ent);
	(void) taskq_dispatch(tq, record, TASK(3), TQ_SLEEP | TQ_FRONT);
	check(!taskq_empty(tq), "not empty");
	(void) fault_set(HK_FAULT_ALLOC, 1, &seen);
	check(taskq_dispatch(tq, record, TASK(9), TQ_NOSLEEP) == 0,
	    "TQ_NOSLEEP may fail");
	(void) fault_set(HK_FAULT_ALLOC, 0, &seen);
	release();
	taskq_wait(tq);
	check(taskq_empty(tq) && order_next == 3 && order[0] == 3 &&
	    order[1] == 1 && order[2] == 2,
	    "one thread runs them in order, TQ_FRONT first");
	taskq_dispatch_ent(tq, record, TASK(4), 0, &ent);
	taskq_destroy(tq);
	check(order_next == 4, "taskq_destroy lets the last one run");

	fired = 0;
	tq = taskq_create_instance("two", 7, 2, minclsyspri, 1, 4, 0);
	taskq_suspend(tq);
	check(taskq_suspended(tq), "suspended");
	for (i = 0; i < 100; i++) {
		(void) taskq_dispatch(tq, fire, (void *)(uintptr_t)&fired,
		    TQ_SLEEP);
	}
	delay(1);
	check(value(&fired) == 0, "nothing runs meanwhile");
	taskq_resume(tq);
	taskq_wait(tq);
	check(value(&fired) == 100, "all of it runs then");
	taskq_destroy(tq);

	rearm();
	tq = taskq_create("dyn", 2, minclsyspri, 1, 4, TASKQ_DYNAMIC);
	check(taskq_dispatch(tq, linger, NULL, TQ_NOQUEUE) != 0 &&
	    taskq_dispatch(tq, linger, NULL, TQ_NOQUEUE) != 0,
	    "TQ_NOQUEUE while there are threads");
	wait_inside(2);
	check(taskq_dispatch(tq, linger, NULL, TQ_NOQUEUE) == 0,
	    "but not beyond");
	release();
	taskq_destroy(tq);

	fired = 0;
	for (i = 0; i < 50; i++) {
		(void) taskq_dispatch(system_taskq, fire,
		    (void *)(uintptr_t)&fired, TQ_SLEEP);
	}
	taskq_wait(system_taskq);
	check(value(&fired) == 50, "system_taskq");
}

static kt_did_t did;

static void
kernel_thread(void *arg)
{
	mutex_enter(&lock);
	did = ddi_get_kt_did();
	mutex_exit(&lock);
	if (arg != NULL)
		thread_exit();
}

static void
test_thread(void)
{
	hk_usage_t hu;
	kthread_t *t;
	kt_did_t id;

	mutex_enter(&lock);
	t = thread_create(NULL, 0, kernel_thread, &lock, 0, &p0, TS_RUN,
	    minclsyspri);
	id = t->t_did;
	kern_usage(&hu);
	check(hu.hu_threads > 0, "a thread is counted");
	mutex_exit(&lock);
	thread_join(id);
	check(did == id, "thread_join waits for it");
	thread_join(id);
	check(did == id, "and not for one that is gone");
}

int
main(void)
{
	if (!check(kern_init(HK_BOOT_QUIET) == 0, "boot"))
		return (check_done());
	mutex_init(&lock, NULL, MUTEX_DRIVER, NULL);
	cv_init(&cv, NULL, CV_DRIVER, NULL);
	test_timeout();
	test_delay();
	test_taskq();
	test_thread();
	cv_destroy(&cv);
	mutex_destroy(&lock);
	check(kern_fini() == 0, "halt");
	return (check_done());
}
