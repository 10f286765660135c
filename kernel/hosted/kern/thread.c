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
 * Threads, as thread_create() and thread_join() of illumos (disp/thread.c), and
 * on whose behalf they run.
 */

#include <sys/cmn_err.h>
#include <sys/debug.h>
#include <sys/disp.h>
#include <sys/errno.h>
#include <sys/sunddi.h>
#include <sys/sysmacros.h>
#include <sys/systm.h>
#include <sys/zone.h>

#include "thread_impl.h"

__thread kthread_impl_t *thread_self;

proc_t p0;
pri_t minclsyspri = MINCLSYSPRI;
pri_t maxclsyspri = 99;

/*
 * Threads there are.  The lock and the list outlive a kernel, as host threads
 * do. `threads_gone' has the counts of those that have ended.
 */
static host_lock_t *threads_lock;
static host_event_t *threads_event;	/* a kernel thread has ended */
static avl_tree_t threads;		/* by t_did */
static kcounts_t threads_gone;
static uint64_t threads_nkernel;
static kt_did_t threads_did;

/*
 * Who the process was when it booted the kernel.  Asking the host at each call
 * would cost more than most calls do.
 */
static uid_t process_uid;
static gid_t process_gid;

/*
 * Who binds a thread to a caller, and who interrupts that caller, meet here.
 */
static host_lock_t *callers_lock;

/*
 * How long a halt waits for kernel threads.
 */
#define	THREAD_PATIENCE	SEC2NSEC(10)

static int
thread_compare(const void *a, const void *b)
{
	const kt_did_t x = ((const kthread_impl_t *)a)->ti_thread.t_did;
	const kt_did_t y = ((const kthread_impl_t *)b)->ti_thread.t_did;

	return (x < y ? -1 : x > y);
}

static void
thread_gone(void *self)
{
	kthread_impl_t *ti = self;

	thread_self = ti;
	/*
	 * A halt may be about to do the same.  What it still frees goes
	 * through its stocks, so those go last.
	 */
	host_lock_enter(threads_lock);
	if (ti->ti_thread.t_cred != NULL)
		crfree(ti->ti_thread.t_cred);
	ti->ti_thread.t_cred = NULL;
	host_lock_exit(threads_lock);
	kmem_thread_gone(ti);

	host_lock_enter(threads_lock);
	threads_gone.kc_kmem += ti->ti_counts.kc_kmem;
	threads_gone.kc_mblks += ti->ti_counts.kc_mblks;
	avl_remove(&threads, ti);
	if (ti->ti_kernel)
		threads_nkernel--;
	host_event_post(threads_event);
	host_lock_exit(threads_lock);

	thread_self = NULL;
	host_event_destroy(ti->ti_event);
	host_free(ti);
}

void
thread_init(void)
{
	if (threads_lock == NULL) {
		threads_lock = host_lock_create();
		callers_lock = host_lock_create();
		threads_event = host_event_create();
		if (threads_lock == NULL || callers_lock == NULL ||
		    threads_event == NULL)
			panic("thread_init: no memory");
		avl_create(&threads, thread_compare, sizeof (kthread_impl_t),
		    offsetof(kthread_impl_t, ti_link));
		host_thread_init(thread_gone);
	}
	process_uid = host_uid();
	process_gid = host_gid();
}

/*
 * Threads keep no credentials over a halt: those are the kernel's.
 */
static void
thread_drop_cred(kthread_impl_t *ti, void *arg __unused)
{
	if (ti->ti_thread.t_cred != NULL)
		crfree(ti->ti_thread.t_cred);
	ti->ti_thread.t_cred = NULL;
	ti->ti_cred_set = B_FALSE;
}

/*
 * Returns how many kernel threads do not end.
 */
uint64_t
thread_fini(void)
{
	hrtime_t deadline = gethrtime() + THREAD_PATIENCE;
	uint64_t left;

	host_lock_enter(threads_lock);
	while (threads_nkernel != 0 &&
	    host_event_wait(threads_event, threads_lock, deadline) == 0)
		continue;
	left = threads_nkernel;
	host_lock_exit(threads_lock);

	if (left == 0)
		thread_foreach(thread_drop_cred, NULL);
	return (left);
}

/*
 * What a kernel leaked is not the next one's.
 */
static void
thread_zero_counts(kthread_impl_t *ti, void *arg __unused)
{
	__atomic_store_n(&ti->ti_counts.kc_kmem, 0, __ATOMIC_RELAXED);
	__atomic_store_n(&ti->ti_counts.kc_mblks, 0, __ATOMIC_RELAXED);
}

void
thread_forget_counts(void)
{
	thread_foreach(thread_zero_counts, NULL);
	host_lock_enter(threads_lock);
	threads_gone = (kcounts_t){ 0 };
	host_lock_exit(threads_lock);
}

static kthread_impl_t *
thread_alloc(void)
{
	kthread_impl_t *ti;

	if ((ti = host_alloc(sizeof (*ti), 64)) == NULL)
		return (NULL);
	bzero(ti, sizeof (*ti));
	if ((ti->ti_event = host_event_create()) == NULL) {
		host_free(ti);
		return (NULL);
	}
	ti->ti_thread.t_procp = &p0;
	return (ti);
}

static void
thread_enlist(kthread_impl_t *ti)
{
	host_lock_enter(threads_lock);
	ti->ti_thread.t_did = ++threads_did;
	avl_add(&threads, ti);
	if (ti->ti_kernel)
		threads_nkernel++;
	host_lock_exit(threads_lock);
}

/*
 * Make the calling host thread a thread of the kernel.
 */
kthread_impl_t *
thread_adopt(void)
{
	kthread_impl_t *ti;

	if (threads_lock == NULL)
		panic("the kernel was never booted");
	if ((ti = thread_alloc()) == NULL || host_thread_setself(ti) != 0)
		panic("no memory for a thread");
	thread_self = ti;
	thread_enlist(ti);
	return (ti);
}

kthread_t *
threadp(void)
{
	return (&thread_current()->ti_thread);
}

void
thread_foreach(void (*func)(kthread_impl_t *, void *), void *arg)
{
	kthread_impl_t *ti;

	host_lock_enter(threads_lock);
	for (ti = avl_first(&threads); ti != NULL; ti = AVL_NEXT(&threads, ti))
		func(ti, arg);
	host_lock_exit(threads_lock);
}

static void
thread_add_counts(kthread_impl_t *ti, void *arg)
{
	kcounts_t *counts = arg;

	counts->kc_kmem += __atomic_load_n(&ti->ti_counts.kc_kmem,
	    __ATOMIC_RELAXED);
	counts->kc_mblks += __atomic_load_n(&ti->ti_counts.kc_mblks,
	    __ATOMIC_RELAXED);
}

void
thread_counts(kcounts_t *counts)
{
	*counts = (kcounts_t){ 0 };
	thread_foreach(thread_add_counts, counts);
	host_lock_enter(threads_lock);
	counts->kc_kmem += threads_gone.kc_kmem;
	counts->kc_mblks += threads_gone.kc_mblks;
	host_lock_exit(threads_lock);
}

uint64_t
thread_nkernel(void)
{
	uint64_t n;

	host_lock_enter(threads_lock);
	n = threads_nkernel;
	host_lock_exit(threads_lock);
	return (n);
}

static void
thread_main(void *arg)
{
	kthread_impl_t *ti = arg;

	if (host_thread_setself(ti) != 0)
		panic("thread_create: no memory");
	thread_self = ti;
	crhold(kcred);
	ti->ti_thread.t_cred = kcred;
	ti->ti_func(ti->ti_arg);
	if (ti->ti_nheld != 0)
		panic("thread_exit: %u locks held", ti->ti_nheld);
}

kthread_t *
thread_try(void (*proc)(void *), void *arg)
{
	kthread_impl_t *ti;

	if ((ti = thread_alloc()) == NULL)
		return (NULL);
	ti->ti_kernel = B_TRUE;
	ti->ti_func = proc;
	ti->ti_arg = arg;
	thread_enlist(ti);
	if (host_thread_start(thread_main, ti, "unet-kernel") == 0)
		return (&ti->ti_thread);

	host_lock_enter(threads_lock);
	avl_remove(&threads, ti);
	threads_nkernel--;
	host_lock_exit(threads_lock);
	host_event_destroy(ti->ti_event);
	host_free(ti);
	return (NULL);
}

/*
 * Stack, size and priority are the host's choice.  As on illumos this cannot
 * fail.
 */
kthread_t *
thread_create(caddr_t stk __unused, size_t stksize __unused, void (*proc)(),
    void *arg, size_t len __unused, proc_t *pp __unused, int state __unused,
    pri_t pri __unused)
{
	kthread_t *thread = thread_try((void (*)(void *))proc, arg);

	if (thread == NULL)
		panic("thread_create: the host lets us have no more threads");
	return (thread);
}

void
thread_exit(void)
{
	kthread_impl_t *ti = thread_current();

	VERIFY(ti->ti_kernel);
	if (ti->ti_nheld != 0)
		panic("thread_exit: %u locks held", ti->ti_nheld);
	host_thread_end();
}

void
thread_join(kt_did_t did)
{
	kthread_impl_t want;

	want.ti_thread.t_did = did;
	host_lock_enter(threads_lock);
	while (avl_find(&threads, &want, NULL) != NULL)
		(void) host_event_wait(threads_event, threads_lock, -1);
	/* Whoever else waits for a thread looks too. */
	host_event_post(threads_event);
	host_lock_exit(threads_lock);
}

/*
 * Identity.
 */

static void
thread_want_cred(kthread_impl_t *ti, hk_cred_t *want)
{
	hk_caller_t *caller = ti->ti_caller;

	if (caller != NULL) {
		want->hc_uid = caller->hc_uid;
		want->hc_gid = caller->hc_gid;
		want->hc_zoneid = caller->hc_zoneid;
		want->hc_privs = caller->hc_privs;
	} else if (ti->ti_cred_set) {
		*want = ti->ti_cred_want;
	} else {
		want->hc_uid = process_uid;
		want->hc_gid = process_gid;
		want->hc_zoneid = GLOBAL_ZONEID;
		want->hc_privs = HK_PRIV_ALL;
	}
}

/*
 * The last credentials are kept for the next call, which mostly has the same.
 */
static void
thread_enter(kthread_impl_t *ti, const hk_cred_t *want)
{
	uint_t privs = want->hc_privs;
	zone_t *zone;

	VERIFY(!ti->ti_inside && !ti->ti_kernel);
	if (ti->ti_thread.t_cred == NULL ||
	    bcmp(want, &ti->ti_cred_have, sizeof (*want)) != 0 ||
	    zone_status_get(crgetzone(ti->ti_thread.t_cred)) >=
	    ZONE_IS_SHUTTING_DOWN) {
		if (ti->ti_thread.t_cred != NULL)
			crfree(ti->ti_thread.t_cred);
		/* Who is of a zone that is gone is nobody. */
		if ((zone = zone_find_by_id(want->hc_zoneid)) == NULL) {
			zone = zone_find_by_id(GLOBAL_ZONEID);
			privs = 0;
		}
		ti->ti_thread.t_cred = cred_make(want->hc_uid, want->hc_gid,
		    zone, privs);
		ti->ti_cred_have = *want;
		ti->ti_proc.p_zone = zone;
		ti->ti_proc.p_cred = ti->ti_thread.t_cred;
		zone_rele(zone);
	}
	ti->ti_thread.t_procp = &ti->ti_proc;
	ti->ti_inside = B_TRUE;
}

kthread_t *
kern_enter(void)
{
	kthread_impl_t *ti = thread_current();
	hk_cred_t want;

	thread_want_cred(ti, &want);
	thread_enter(ti, &want);
	return (&ti->ti_thread);
}

int
kern_enter_zone(zoneid_t zoneid)
{
	kthread_impl_t *ti = thread_current();
	const zone_t *zone;
	hk_cred_t want;

	thread_want_cred(ti, &want);
	if (zoneid != ALL_ZONES)
		want.hc_zoneid = zoneid;
	thread_enter(ti, &want);
	zone = crgetzone(ti->ti_thread.t_cred);
	if (zone->zone_id == want.hc_zoneid &&
	    zone_status_get((zone_t *)zone) < ZONE_IS_SHUTTING_DOWN)
		return (0);
	kern_exit();
	return (ENXIO);
}

void
kern_exit(void)
{
	kthread_impl_t *ti = thread_current();

	VERIFY(ti->ti_inside);
	KERN_NO_LOCKS("return from the kernel");
	__atomic_store_n(&ti->ti_interrupt, 0, __ATOMIC_SEQ_CST);
	ti->ti_inside = B_FALSE;
	ti->ti_thread.t_procp = &p0;
}

int
thread_setcred(const hk_cred_t *cred)
{
	kthread_impl_t *ti = thread_current();
	zone_t *zone;

	if (cred != NULL) {
		if ((zone = zone_find_by_id(cred->hc_zoneid)) == NULL)
			return (ESRCH);
		zone_rele(zone);
		ti->ti_cred_want = *cred;
	}
	ti->ti_cred_set = cred != NULL;
	return (0);
}

hk_caller_t *
thread_caller(void)
{
	return (thread_current()->ti_caller);
}

cred_t *
_CRED(void)
{
	cred_t *cr = thread_current()->ti_thread.t_cred;

	return (cr != NULL ? cr : kcred);
}

cred_t *
ddi_get_cred(void)
{
	return (CRED());
}

/*
 * One that no program of the host called us with.
 */
boolean_t
thread_is_kernel(void)
{
	return (thread_current()->ti_kernel);
}

/*
 * A kernel thread's is 0, as on illumos.
 */
pid_t
ddi_get_pid(void)
{
	kthread_impl_t *ti = thread_current();

	if (ti->ti_kernel)
		return (0);
	return (ti->ti_caller != NULL ? ti->ti_caller->hc_pid : host_pid());
}

kt_did_t
ddi_get_kt_did(void)
{
	return (curthread->t_did);
}

zoneid_t
getzoneid(void)
{
	return (crgetzoneid(CRED()));
}

/*
 * Signals.
 */

boolean_t
thread_interrupted(kthread_impl_t *ti)
{
	return (__atomic_load_n(&ti->ti_interrupt, __ATOMIC_SEQ_CST) != 0 ||
	    (ti->ti_caller != NULL &&
	    __atomic_load_n(&ti->ti_caller->hc_signalled,
	    __ATOMIC_SEQ_CST) != 0));
}

/*
 * Have the thread look again why it sleeps.  Either it sees what was set before
 * this call, or this call sees that it sleeps.
 */
static void
thread_nudge(kthread_impl_t *ti)
{
	sleepq_t *sq = __atomic_load_n(&ti->ti_wchan, __ATOMIC_SEQ_CST);

	if (sq == NULL)
		return;
	host_lock_enter(sq->sq_lock);
	if (__atomic_load_n(&ti->ti_wchan, __ATOMIC_SEQ_CST) == sq)
		host_event_post(ti->ti_event);
	host_lock_exit(sq->sq_lock);
}

void
thread_interrupt(kthread_t *thread)
{
	kthread_impl_t *ti = (kthread_impl_t *)thread;

	__atomic_store_n(&ti->ti_interrupt, 1, __ATOMIC_SEQ_CST);
	thread_nudge(ti);
}

void
hk_caller_enter(hk_caller_t *caller)
{
	kthread_impl_t *ti = thread_current();

	VERIFY(ti->ti_caller == NULL && !ti->ti_inside);
	ti->ti_caller = caller;
	host_lock_enter(callers_lock);
	caller->hc_thread = ti;
	host_lock_exit(callers_lock);
}

void
hk_caller_exit(void)
{
	kthread_impl_t *ti = thread_current();

	VERIFY(ti->ti_caller != NULL && !ti->ti_inside);
	host_lock_enter(callers_lock);
	ti->ti_caller->hc_thread = NULL;
	host_lock_exit(callers_lock);
	ti->ti_caller = NULL;
}

void
hk_caller_interrupt(hk_caller_t *caller)
{
	host_lock_enter(callers_lock);
	__atomic_store_n(&caller->hc_signalled, 1, __ATOMIC_SEQ_CST);
	if (caller->hc_thread != NULL)
		thread_nudge(caller->hc_thread);
	host_lock_exit(callers_lock);
}

void
thread_kill(kthread_t *thread)
{
	hk_caller_t *caller = ((kthread_impl_t *)thread)->ti_caller;

	if (caller != NULL && caller->hc_kill != NULL)
		caller->hc_kill(caller->hc_ctx);
}

void
hk_caller_clear(hk_caller_t *caller)
{
	__atomic_store_n(&caller->hc_signalled, 0, __ATOMIC_SEQ_CST);
}
