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

#ifndef	_THREAD_IMPL_H
#define	_THREAD_IMPL_H

/*
 * A thread as the base of the hosted kernel sees it: the part that drivers
 * know, and what thread.c, the locks and the allocators keep for each.
 */

#include <sys/avl.h>

#include "kern_impl.h"

struct sleepq;
struct kmem_mag;

#define	THREAD_NMAGS	24	/* caches with a stock in each thread */
#define	THREAD_NHELD	16	/* locks a thread may hold at once */

/*
 * What a thread has taken less what it has given back; the sums over all
 * threads are what is out.  Only the thread itself writes its own.
 */
typedef struct kcounts {
	int64_t		kc_kmem;
	int64_t		kc_mblks;
} kcounts_t;

typedef struct kheld {
	const void	*kh_lock;
	uint_t		kh_class;
} kheld_t;

typedef struct kthread_impl {
	kthread_t	ti_thread;	/* first */
	proc_t		ti_proc;	/* what curproc shows of the caller */
	avl_node_t	ti_link;	/* threads_lock */
	host_event_t	*ti_event;	/* RO */
	boolean_t	ti_kernel;	/* RO; made by thread_create() */
	boolean_t	ti_inside;	/* own; between kern_enter and _exit */

	/* Its identity. */
	hk_caller_t	*ti_caller;	/* own */
	boolean_t	ti_cred_set;	/* own; ti_cred_want counts */
	hk_cred_t	ti_cred_want;	/* own */
	hk_cred_t	ti_cred_have;	/* own; what t_cred was made of */

	/* Sleep. */
	volatile uint_t	ti_interrupt;	/* atomic */
	struct sleepq	*volatile ti_wchan;	/* atomic */

	/* Allocation. */
	kcounts_t	ti_counts;
	struct kmem_mag	*ti_mags[THREAD_NMAGS + 1];	/* the last is NULL */

	/* Locks it holds, for DEBUG kernels. */
	uint_t		ti_datapath;	/* own */
	uint_t		ti_nheld;	/* own */
	kheld_t		ti_held[THREAD_NHELD];	/* own */

	/* thread_create() */
	void		(*ti_func)(void *);
	void		*ti_arg;
} kthread_impl_t;

extern __thread kthread_impl_t *thread_self
    __attribute__((visibility("hidden"), tls_model("initial-exec")));
extern kthread_impl_t *thread_adopt(void);

/*
 * The calling thread; a host thread's first call makes it one.
 */
static inline kthread_impl_t *
thread_current(void)
{
	kthread_impl_t *ti = thread_self;

	return (__builtin_expect(ti != NULL, 1) ? ti : thread_adopt());
}

/*
 * Only its own thread counts; a halt, which sets the counts back, comes when
 * the thread's calls are over.
 */
static inline void
counts_add(int64_t *count, int64_t n)
{
	__atomic_store_n(count, __atomic_load_n(count, __ATOMIC_RELAXED) + n,
	    __ATOMIC_RELAXED);
}

/*
 * For loops that wait for another processor.
 */
static inline void
cpu_relax(void)
{
#if defined(__x86_64__)
	__builtin_ia32_pause();
#else
	__asm__ volatile("" : : : "memory");
#endif
}

/*
 * Has a signal come for the thread?
 */
extern boolean_t thread_interrupted(kthread_impl_t *ti);

extern void thread_counts(kcounts_t *counts);
extern uint64_t thread_nkernel(void);
extern void thread_forget_counts(void);

/*
 * For the caches: call `func' for every thread there is, with none starting or
 * ending meanwhile.
 */
extern void thread_foreach(void (*func)(kthread_impl_t *, void *), void *arg);
extern void kmem_thread_gone(kthread_impl_t *ti);

/*
 * Sleep queues: who sleeps for the sake of which address.
 */
typedef enum sleeper_kind {
	SLEEPER_MUTEX,
	SLEEPER_RWLOCK,
	SLEEPER_CV
} sleeper_kind_t;

typedef struct sleeper {
	struct sleeper	*sl_next;
	struct sleeper	**sl_prevp;
	const void	*sl_addr;
	sleeper_kind_t	sl_kind;
	boolean_t	sl_woken;
	boolean_t	sl_writer;
	kthread_impl_t	*sl_thread;
} sleeper_t;

typedef struct sleepq {
	host_lock_t	*sq_lock;
	sleeper_t	*sq_head;
	sleeper_t	**sq_tailp;
} sleepq_t;

extern sleepq_t *sleepq_enter(const void *addr);
extern void sleepq_exit(sleepq_t *sq);
extern void sleepq_insert(sleepq_t *sq, sleeper_t *sl, const void *addr,
    sleeper_kind_t kind, kthread_impl_t *ti);
extern void sleepq_remove(sleepq_t *sq, sleeper_t *sl);
extern sleeper_t *sleepq_find(sleepq_t *sq, const void *addr,
    sleeper_kind_t kind, const sleeper_t *after);
extern int sleepq_wait(sleepq_t *sq, sleeper_t *sl, hrtime_t deadline);

/*
 * How many locks are initialised.
 */
extern volatile uint64_t lock_count;

/*
 * What a DEBUG kernel checks of locks (lockcheck.c).
 */
#ifdef	DEBUG
extern void lockcheck_reset(void);
extern void lockcheck_init(const void *lock, const char *name,
    const void *where);
extern void lockcheck_destroy(const void *lock);
extern void lockcheck_order(const void *lock);
extern void lockcheck_acquired(const void *lock);
extern void lockcheck_released(const void *lock);
extern boolean_t lockcheck_held(const void *lock);
extern void lockcheck_sleep(const void *mutex);
extern void lockcheck_alloc(void);
#else
#define	lockcheck_reset()			((void)0)
#define	lockcheck_init(lock, name, where)	((void)0)
#define	lockcheck_destroy(lock)			((void)0)
#define	lockcheck_order(lock)			((void)0)
#define	lockcheck_acquired(lock)		((void)0)
#define	lockcheck_released(lock)		((void)0)
#define	lockcheck_sleep(mutex)			((void)0)
#define	lockcheck_alloc()			((void)0)
#endif

#endif	/* _THREAD_IMPL_H */
