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
 * Mutexes, condition variables and readers/writer locks: what they promise,
 * what ends a sleep, and that misuse is a panic.
 */

#include <sys/atomic.h>
#include <sys/cmn_err.h>
#include <sys/ddi.h>
#include <sys/rwlock.h>
#include <sys/sunddi.h>
#include <sys/systm.h>

#include "harness.h"
#include "kern_impl.h"

#define	THREADS	4
#define	ROUNDS	20000

static kmutex_t static_lock;	/* never initialised: legal on illumos */
static kmutex_t lock;
static kcondvar_t cv;
static krwlock_t rwlock;
static uint64_t plain;

static void
count_up(void *arg)
{
	kmutex_t *mp = arg;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		mutex_enter(mp);
		plain++;
		mutex_exit(mp);
	}
}

static void
run_workers(void (*func)(void *), void *arg, int n)
{
	void *workers[THREADS];
	int i;

	for (i = 0; i < n; i++)
		workers[i] = host_worker_start(func, arg);
	for (i = 0; i < n; i++)
		host_worker_join(workers[i]);
}

static void
other_tryenter(void *arg)
{
	*(int *)arg = mutex_tryenter(&lock);
	if (*(int *)arg)
		mutex_exit(&lock);
}

static void
test_mutex(void)
{
	int got = -1;

	mutex_enter(&static_lock);
	check(MUTEX_HELD(&static_lock), "a zeroed mutex can be entered");
	mutex_exit(&static_lock);
	check(MUTEX_NOT_HELD(&static_lock), "and left");

	mutex_enter(&lock);
	check(mutex_owner(&lock) == curthread, "the owner is who entered");
	run_workers(other_tryenter, &got, 1);
	check(got == 0, "nobody else can enter");
	mutex_exit(&lock);
	run_workers(other_tryenter, &got, 1);
	check(got == 1, "until it is left");

	plain = 0;
	run_workers(count_up, &lock, THREADS);
	check(plain == THREADS * ROUNDS,
	    "no increment is lost under contention");
	plain = 0;
	run_workers(count_up, &static_lock, THREADS);
	check(plain == THREADS * ROUNDS, "nor with a mutex never initialised");
}

static void
recursive(void)
{
	mutex_enter(&lock);
	mutex_enter(&lock);
}

static void
not_owner(void)
{
	mutex_exit(&lock);
}

static void
enter_lock(void *arg)
{
	mutex_enter(arg);
}

static void
others_lock(void)
{
	run_workers(enter_lock, &lock, 1);
	mutex_exit(&lock);
}

static void
destroyed(void)
{
	kmutex_t m;

	mutex_init(&m, NULL, MUTEX_DRIVER, NULL);
	mutex_destroy(&m);
	mutex_enter(&m);
}

static void
destroy_busy(void)
{
	run_workers(enter_lock, &lock, 1);
	mutex_destroy(&lock);
}

static void
wait_unlocked(void)
{
	cv_wait(&cv, &lock);
}

static void
test_misuse(void)
{
	check_panics(recursive, "recursive", "entering twice panics");
	check_panics(not_owner, "not owner",
	    "leaving what nobody holds panics");
	check_panics(others_lock, "not owner", "leaving another's panics");
	check_panics(destroyed, "destroyed", "entering a destroyed one panics");
	check_panics(destroy_busy, "in use", "destroying another's panics");
	check_panics(wait_unlocked, "not held", "waiting without it panics");
}

/*
 * Two threads pass a number back and forth.
 */
static int ball;

static void
player(void *arg)
{
	int me = *(int *)arg, i;

	mutex_enter(&lock);
	for (i = 0; i < 1000; i++) {
		while ((ball & 1) != me)
			cv_wait(&cv, &lock);
		ball++;
		cv_signal(&cv);
	}
	mutex_exit(&lock);
}

static boolean_t gate_open;
static int gate_through;
static int gate_waiting;

static void
gate(void *arg __unused)
{
	mutex_enter(&lock);
	gate_waiting++;
	while (!gate_open)
		cv_wait(&cv, &lock);
	gate_through++;
	mutex_exit(&lock);
}

static int
locked_int_is(int *p, int value)
{
	int is;

	mutex_enter(&lock);
	is = *p == value;
	mutex_exit(&lock);
	return (is);
}

static int
all_wait(void *arg __unused)
{
	return (locked_int_is(&gate_waiting, THREADS));
}

static void
test_cv(void)
{
	int odd = 1, even = 0, i;
	void *workers[THREADS];
	void *a = host_worker_start(player, &even);
	void *b = host_worker_start(player, &odd);
	hrtime_t t;

	host_worker_join(a);
	host_worker_join(b);
	check(ball == 2000, "cv_signal wakes the one that waits");

	for (i = 0; i < THREADS; i++)
		workers[i] = host_worker_start(gate, NULL);
	check(wait_until(all_wait, NULL), "several wait");
	mutex_enter(&lock);
	gate_open = B_TRUE;
	cv_broadcast(&cv);
	mutex_exit(&lock);
	for (i = 0; i < THREADS; i++)
		host_worker_join(workers[i]);
	check(gate_through == THREADS, "cv_broadcast wakes all of them");

	mutex_enter(&lock);
	t = gethrtime();
	check(cv_reltimedwait(&cv, &lock, 20, TR_MILLISEC) == -1,
	    "a wait that nobody ends is too late");
	check(gethrtime() - t >= MSEC2NSEC(20), "and not before its time");
	check(cv_timedwait(&cv, &lock, ddi_get_lbolt() - 1) == -1,
	    "a deadline in the past is too late at once");
	check(MUTEX_HELD(&lock), "the mutex is held again");
	mutex_exit(&lock);
}

/*
 * A caller whose sleeps the test watches.
 */
static volatile uint_t blocks, unblocks;

static void
on_block(void *ctx __unused)
{
	atomic_inc_uint(&blocks);
}

static void
on_unblock(void *ctx __unused)
{
	atomic_inc_uint(&unblocks);
}

static hk_caller_t caller = {
	.hc_zoneid = GLOBAL_ZONEID,
	.hc_pid = 4711,
	.hc_block = on_block,
	.hc_unblock = on_unblock
};
static int sleeper_result;

static void
sleeper(void *arg __unused)
{
	hk_caller_enter(&caller);
	(void) kern_enter();
	mutex_enter(&lock);
	sleeper_result = cv_wait_sig(&cv, &lock);
	mutex_exit(&lock);
	kern_exit();
	hk_caller_exit();
}

static int
sleeper_sleeps(void *arg __unused)
{
	return (atomic_add_int_nv(&blocks, 0) != 0);
}

static kthread_t *plain_thread;
static volatile uint_t plain_ready;

static void
plain_sleeper(void *arg __unused)
{
	plain_thread = kern_enter();
	mutex_enter(&lock);
	plain_ready = 1;
	sleeper_result = cv_wait_sig(&cv, &lock);
	mutex_exit(&lock);
	/* Until kern_exit() every further sleep ends at once too. */
	mutex_enter(&lock);
	sleeper_result += cv_wait_sig(&cv, &lock);
	mutex_exit(&lock);
	kern_exit();
}

static int
plain_sleeps(void *arg __unused)
{
	int ready;

	mutex_enter(&lock);
	ready = plain_ready;
	mutex_exit(&lock);
	return (ready);
}

static void
test_signals(void)
{
	void *w;
	uint64_t seen;

	sleeper_result = -1;
	w = host_worker_start(sleeper, NULL);
	check(wait_until(sleeper_sleeps, NULL),
	    "the caller hears of the sleep");
	hk_caller_interrupt(&caller);
	host_worker_join(w);
	check(sleeper_result == 0, "hk_caller_interrupt ends cv_wait_sig");
	check(unblocks == 1, "the caller hears of its end");

	sleeper_result = -1;
	sleeper(NULL);
	check(sleeper_result == 0 && blocks == 1,
	    "a signal from before ends it without sleep");
	hk_caller_clear(&caller);

	sleeper_result = -1;
	w = host_worker_start(plain_sleeper, NULL);
	(void) wait_until(plain_sleeps, NULL);
	thread_interrupt(plain_thread);
	host_worker_join(w);
	check(sleeper_result == 0, "thread_interrupt ends cv_wait_sig");

	check(fault_set(HK_FAULT_INTR, 2, &seen) == 0, "a fault is set");
	mutex_enter(&lock);
	check(cv_reltimedwait_sig(&cv, &lock, 1, TR_MILLISEC) == -1,
	    "the first wait is not the one to fail");
	check(cv_timedwait_sig(&cv, &lock, ddi_get_lbolt() + 1000) == 0,
	    "the second is, and is interrupted");
	check(cv_timedwait_sig_hrtime(&cv, &lock, gethrtime() + 1000) == -1,
	    "and it alone");
	mutex_exit(&lock);
	(void) fault_set(HK_FAULT_INTR, 0, &seen);
	check(seen == 3, "three waits were counted");
}

static volatile uint_t readers_in, readers_peak;
static uint64_t pair_a, pair_b, torn;

static void
reader(void *arg __unused)
{
	uint_t n, peak;
	int i;

	for (i = 0; i < ROUNDS / 10; i++) {
		rw_enter(&rwlock, RW_READER);
		n = atomic_inc_uint_nv(&readers_in);
		do {
			peak = atomic_add_int_nv(&readers_peak, 0);
		} while (n > peak &&
		    atomic_cas_uint(&readers_peak, peak, n) != peak);
		if (pair_a != pair_b)
			atomic_inc_64(&torn);
		atomic_dec_uint(&readers_in);
		rw_exit(&rwlock);
	}
}

static void
writer(void *arg __unused)
{
	int i;

	for (i = 0; i < ROUNDS / 10; i++) {
		rw_enter(&rwlock, RW_WRITER);
		pair_a++;
		if (readers_in != 0)
			atomic_inc_64(&torn);
		pair_b++;
		rw_exit(&rwlock);
	}
}

static void
other_tryread(void *arg)
{
	*(int *)arg = rw_tryenter(&rwlock, RW_READER);
	if (*(int *)arg)
		rw_exit(&rwlock);
}

static volatile uint_t wants_write;

static void
one_writer(void *arg __unused)
{
	wants_write = 1;
	rw_enter(&rwlock, RW_WRITER);
	wants_write = 2;
	rw_exit(&rwlock);
}

static int
readers_kept_out(void *arg __unused)
{
	int got = 1;

	run_workers(other_tryread, &got, 1);
	return (!got);
}

static void
rw_not_held(void)
{
	rw_exit(&rwlock);
}

static void
rw_recursive(void)
{
	rw_enter(&rwlock, RW_WRITER);
	rw_enter(&rwlock, RW_WRITER);
}

static void
rw_not_owner(void)
{
	rw_downgrade(&rwlock);
}

static void
test_rwlock(void)
{
	void *w[4];
	int got, i;

	rw_enter(&rwlock, RW_READER);
	run_workers(other_tryread, &got, 1);
	check(got, "two can read");
	check(RW_READ_HELD(&rwlock) && !RW_WRITE_HELD(&rwlock), "held to read");
	check(rw_tryupgrade(&rwlock), "the only reader can become the writer");
	check(RW_WRITE_HELD(&rwlock) && rw_owner(&rwlock) == curthread,
	    "held to write");
	run_workers(other_tryread, &got, 1);
	check(!got, "then nobody else reads");
	rw_downgrade(&rwlock);
	run_workers(other_tryread, &got, 1);
	check(got && RW_READ_HELD(&rwlock), "downgraded, others read again");

	w[0] = host_worker_start(one_writer, NULL);
	check(wait_until(readers_kept_out, NULL),
	    "a writer that waits keeps new readers out");
	check(!rw_tryupgrade(&rwlock), "and an upgrade");
	rw_exit(&rwlock);
	host_worker_join(w[0]);
	check(wants_write == 2, "and comes in");

	for (i = 0; i < 4; i++)
		w[i] = host_worker_start(i < 2 ? reader : writer, NULL);
	for (i = 0; i < 4; i++)
		host_worker_join(w[i]);
	check(torn == 0 && pair_a == 2 * (ROUNDS / 10),
	    "writers exclude everybody (readers at once: %u)", readers_peak);
	check(!RW_LOCK_HELD(&rwlock), "nobody holds it in the end");

	check_panics(rw_not_held, "not held", "leaving an rwlock nobody holds");
	check_panics(rw_recursive, "recursive", "writing twice");
	check_panics(rw_not_owner, "not owner", "downgrading another's");
}

int
main(void)
{
	hk_usage_t before, after;

	if (!check(kern_init(HK_BOOT_QUIET) == 0, "boot"))
		return (check_done());
	kern_usage(&before);
	mutex_init(&lock, NULL, MUTEX_DRIVER, NULL);
	cv_init(&cv, NULL, CV_DRIVER, NULL);
	rw_init(&rwlock, NULL, RW_DRIVER, NULL);
	kern_usage(&after);
	check(after.hu_locks == before.hu_locks + 2, "two locks are counted");

	test_mutex();
	test_misuse();
	test_cv();
	test_signals();
	test_rwlock();

	rw_destroy(&rwlock);
	cv_destroy(&cv);
	mutex_destroy(&lock);
	kern_usage(&after);
	check(after.hu_locks == before.hu_locks, "and given back");
	check(kern_fini() == 0, "halt");
	return (check_done());
}
