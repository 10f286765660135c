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

#ifndef	_KERN_IMPL_H
#define	_KERN_IMPL_H

/*
 * What the files of the hosted kernel know of each other beyond the DDI.
 * Driver code never sees this.
 */

#include <sys/types.h>
#include <sys/thread.h>
#include <sys/proc.h>
#include <sys/mutex.h>
#include <sys/condvar.h>
#include <sys/cred.h>
#include <sys/kstat.h>
#include <sys/list.h>
#include <sys/poll.h>
#include <sys/stream.h>
#include <sys/taskq.h>
#include <sys/zone.h>

#include "host.h"
#include "caller.h"
#include "hk.h"

/*
 * Boot and halt of what this header covers (init.c).  kern_init() comes before
 * every other call of the kernel; kern_fini() when devices, links and files are
 * gone.  It waits for the kernel's own threads, says on the console what was
 * not given back, frees that too where it can, and returns how many things
 * there were.
 */
extern int kern_init(uint_t flags);
extern uint64_t kern_fini(void);

/*
 * What is out (HK_IOC_USAGE), as far as the base knows: hu_kmem, hu_mblks,
 * hu_kstats, hu_threads and hu_locks.
 */
extern void kern_usage(hk_usage_t *usage);

/*
 * Threads (thread.c).  A host thread becomes a kernel thread when it first asks
 * for curthread, and is one until it ends.
 *
 * Every call of hk.h that enters the kernel is bracketed by kern_enter(), which
 * makes curthread, CRED() and curproc those of the caller (the bound one of
 * caller.h, or hk_setcred()'s, or this process), and kern_exit(), which
 * forgets a thread_interrupt() and, in a DEBUG kernel, panics if the thread
 * still holds a lock.  Not nested.
 */
extern kthread_t *kern_enter(void);
extern void kern_exit(void);

/*
 * As kern_enter(), in the zone `zoneid', or the caller's own (ALL_ZONES).
 * ENXIO: that zone is gone, or goes, and the kernel was not entered.
 */
extern int kern_enter_zone(zoneid_t zoneid);

/*
 * End the interruptible sleep of a thread, or the next it begins before its
 * kern_exit(), as a signal would: close(2) by another thread does this.  The
 * caller makes sure that the thread is between kern_enter() and kern_exit().
 */
extern void thread_interrupt(kthread_t *thread);

/*
 * Have the thread's caller be gone, who keeps it from returning.
 */
extern void thread_kill(kthread_t *thread);

/*
 * thread_create() for what a user asks for, where the host's limit on threads
 * must fail the request and not the kernel: NULL.
 */
extern kthread_t *thread_try(void (*proc)(void *), void *arg);

/*
 * Does a task queue have a thread, or get one now?  One that has keeps it.
 */
extern boolean_t taskq_staffed(taskq_t *tq);

/*
 * For hk_setcred() of the calling thread; NULL: back to the default.  ESRCH: no
 * such zone.
 */
extern int thread_setcred(const hk_cred_t *cred);

/*
 * Is there a bound caller, and of which data model may its memory be?  In
 * process there is none.
 */
extern hk_caller_t *thread_caller(void);
extern boolean_t thread_is_kernel(void);

/*
 * Locks (mutex.c, lockcheck.c).  A DEBUG kernel panics if the calling thread
 * holds a mutex or rwlock where it must not: `what' names the call.  The hosted
 * kernel may itself hold none when it calls a driver, or else the driver's own
 * copyin, for one, panics: what must last over such a call (the MAC perimeter)
 * is a flag and a condition variable.
 */
#ifdef	DEBUG
extern void lockcheck_none(const char *what);
extern void lockcheck_datapath(int enter);
#define	KERN_NO_LOCKS(what)	lockcheck_none(what)
#else
#define	KERN_NO_LOCKS(what)	((void)(what))
#define	lockcheck_datapath(enter)	((void)0)
#endif

/*
 * Around a call that must not block (mc_tx): KM_SLEEP then panics, and so it
 * does later with a lock held that was ever taken there.
 */
#define	KERN_DATAPATH_ENTER()	lockcheck_datapath(1)
#define	KERN_DATAPATH_EXIT()	lockcheck_datapath(-1)

/*
 * Faults on request (fault.c): true if this call of the kind HK_FAULT_* is the
 * one to fail.  hkfault_error() is the error to fail with, `usual' unless the
 * request named one, or 0.  fault_set() returns EINVAL for an unknown kind.
 */
extern volatile uint_t fault_armed;
extern boolean_t fault_hit(uint_t kind);
extern int fault_error(uint_t kind, int usual);
extern void fault_set_error(uint_t kind, int err);
extern int fault_set(uint_t kind, uint64_t nth, uint64_t *seenp);
#define	hkfault_error(kind, usual)	\
	(hkfault(kind) ? fault_error(kind, usual) : 0)
#define	hkfault(kind)	\
	(__builtin_expect(__atomic_load_n(&fault_armed, __ATOMIC_RELAXED) & \
	(1U << (kind)), 0) && fault_hit(kind))

/*
 * Poll waiters (poll.c).  The protocol of hk_poll(), of hk_pollarm() and of
 * event loops, for a file whose driver has chpoll(9E):
 *
 *	pollwait_init(&pw, wake, arg);
 *	chpoll(dev, events, 0, &revents, &php);		nothing ready? then
 *	pollwait_arm(&pw, php, events);
 *	chpoll(dev, events, 1, &revents, &php);		again: a pollwakeup()
 *							between is not lost
 *	... wait until wake() was called ...
 *	pollwait_disarm(&pw);
 *
 * wake() is called by pollwakeup() with the lock of the pollhead held: it must
 * not sleep, nor call back into poll.c.  It is called for the events asked for
 * and for POLLHUP and POLLERR, again and again until disarmed.  No call is
 * under way any more when pollwait_disarm() has returned.  pollhead_clean()
 * disarms all waiters without a call.
 */
typedef struct polldat pollwait_t;
struct polldat {
	struct polldat	*pd_next;
	struct polldat	**pd_prevp;
	pollhead_t	*pd_php;	/* NULL: not armed */
	short		pd_events;
	void		(*pd_wake)(void *, short);
	void		*pd_arg;
};

extern void pollwait_init(pollwait_t *pw, void (*wake)(void *, short),
    void *arg);
extern void pollwait_arm(pollwait_t *pw, pollhead_t *php, short events);
extern void pollwait_disarm(pollwait_t *pw);

/*
 * Kstats (kstat.c), as the zone sees them.  kstat_next() returns a held kstat
 * with the lowest kid above `after' (0 at first), or NULL; kstat_rele() it.
 * kstat_snapshot() updates one and copies its data out of it: ENXIO if there is
 * no such kstat any more.  The copy (and the strings of KSTAT_DATA_STRING
 * within it) is one allocation of *sizep bytes that the caller frees with
 * kmem_free(); *ksp is the header as of then.
 */
extern kstat_t *kstat_next(zoneid_t zoneid, kid_t after);
extern uint_t kstat_chain_id(void);
extern int kstat_snapshot(zoneid_t zoneid, kid_t kid, kstat_t *ksp,
    void **datap, size_t *sizep);

/*
 * Zones (zone.c).  zone_boot() makes a zone and runs the create callbacks of
 * zone_key_create(): EEXIST, EINVAL (name), EAGAIN (no id is free).
 * zone_halt() shuts it down: `kill' (may be NULL) ends what runs in it, then
 * come the shutdown and at last the destroy callbacks, in the calling thread.
 * ENOENT: no such zone; EINVAL: the global zone; EBUSY: a link that was lent to
 * it is still there, and it can be tried again.  zone_next() finds the zone
 * with the lowest id above `after' (-1 at first) and copies out what there is
 * to know: ENOENT: no more.
 */
extern int zone_boot(const char *name, uint_t flags, zoneid_t *zoneidp);
extern int zone_halt(zoneid_t zoneid, void (*kill)(zoneid_t));
extern int zone_next(zoneid_t after, hk_zone_t *zone);
extern boolean_t zone_name_valid(const char *name);

/*
 * Set while there are links: takes back what was lent to a zone that halts, and
 * returns an error if it could not.
 */
extern int (*zone_reclaim_hook)(zoneid_t zoneid);

/*
 * The network namespace of the host that a zone is tied to (zonecfg.c).  No id:
 * to none.
 */
typedef struct zone_netns {
	uint64_t	zn_id;		/* host_netns_find() */
	char		zn_name[HK_NETNSLEN];
} zone_netns_t;

extern void zone_netns(zoneid_t zoneid, zone_netns_t *zn);

/*
 * Between these a zone does not go down (zthread.c).
 */
extern void zone_thread_enter(zone_t *zone);
extern void zone_thread_exit(zone_t *zone);

/*
 * Between these a link comes into a zone, if the first says that it runs.
 */
extern boolean_t zone_lend_enter(zone_t *zone);
extern void zone_lend_exit(zone_t *zone);

/*
 * Credentials (cred.c).  Held for the caller; `privs' is HK_PRIV_*.
 */
extern cred_t *cred_make(uid_t uid, gid_t gid, zone_t *zone, uint_t privs);

/*
 * Numbers of the kernel and of the host (border.c).  Errnos that the host does
 * not have become its EIO.  FIONBIO and its like are recognised in either form
 * and become the kernel's.
 */
extern int border_errno(int kernel_errno);
extern int border_errno_in(int host_errno);
extern int border_oflags_in(int host_oflags);
extern int border_oflags_out(int kernel_oflags);
extern short border_poll_in(int host_events);
extern int border_poll_out(short kernel_events);
extern int border_request_in(int request);

/*
 * The console (cmn_err.c).
 */
extern void console_quiet(boolean_t quiet);

/*
 * Each file's own part of boot and halt, in this order; the reverse at halt.
 */
extern void thread_init(void);
extern uint64_t thread_fini(void);
extern void kmem_init(void);
extern void kmem_fini(void);
extern void sleepq_init(void);
extern void mblk_init(void);
extern void mblk_fini(void);
extern void poll_init(void);
extern void poll_fini(void);
extern void zone_init(void);
extern uint64_t zone_fini(void);
extern void taskq_init(void);
extern void taskq_fini(void);
extern void callout_init(void);
extern void callout_fini(void);
extern void kstat_init(void);
extern uint64_t kstat_fini(void);
extern uint64_t kstat_out(void);
extern void fault_init(void);

#endif	/* _KERN_IMPL_H */
