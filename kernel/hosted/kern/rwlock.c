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
 * Readers/writer locks, as rwlock(9F).  A word: the owner or the number of
 * readers, and in the low bits what is going on, as in illumos's os/rwlock.c.
 * Waiting writers keep new readers out.
 */

#include <sys/cmn_err.h>
#include <sys/atomic.h>
#include <sys/rwlock.h>

#include "thread_impl.h"

#define	RW_WAITERS	1UL	/* somebody sleeps */
#define	RW_WANTED	2UL	/* a writer does */
#define	RW_LOCKED	4UL	/* by a writer: the rest is the owner */
#define	RW_FLAGS	7UL
#define	RW_ONE		8UL	/* a reader */
#define	RW_DEAD		0xdead2dead2dead00UL

typedef volatile uintptr_t rw_word_t;

static inline rw_word_t *
rw_word(const krwlock_t *rw)
{
	return ((rw_word_t *)(uintptr_t)rw->_opaque);
}

static inline uintptr_t
rw_load(const krwlock_t *rw)
{
	return (__atomic_load_n(rw_word(rw), __ATOMIC_RELAXED));
}

static inline boolean_t
rw_cas(rw_word_t *word, uintptr_t old, uintptr_t new)
{
	return (__atomic_compare_exchange_n(word, &old, new, 0,
	    __ATOMIC_ACQ_REL, __ATOMIC_RELAXED));
}

static void __NORETURN
rw_panic(const char *what, const krwlock_t *rw)
{
	panic("%s: rwlock %p, word %lx, thread %p", what, (void *)rw,
	    rw_load(rw), (void *)curthread);
}

#undef	rw_init
void
rw_init(krwlock_t *rw, char *name __unused, krw_type_t type __unused,
    void *arg __unused)
{
	__atomic_store_n(rw_word(rw), 0, __ATOMIC_RELEASE);
	atomic_inc_64(&lock_count);
	lockcheck_init(rw, name, __builtin_return_address(0));
}

void
rw_destroy(krwlock_t *rw)
{
	if (rw_load(rw) != 0) {
		rw_panic(rw_load(rw) == RW_DEAD ?
		    "rw_destroy: destroyed before" : "rw_destroy: in use", rw);
	}
	__atomic_store_n(rw_word(rw), RW_DEAD, __ATOMIC_RELEASE);
	atomic_dec_64(&lock_count);
	lockcheck_destroy(rw);
}

/*
 * What the word becomes if this thread may have the lock now, else 0.
 */
static uintptr_t
rw_grant(uintptr_t w, krw_t how, kthread_impl_t *ti)
{
	if (how == RW_WRITER) {
		if ((w & ~(RW_WAITERS | RW_WANTED)) != 0)
			return (0);
		return ((uintptr_t)ti | RW_LOCKED |
		    (w & (RW_WAITERS | RW_WANTED)));
	}
	if ((w & RW_LOCKED) != 0 ||
	    ((w & RW_WANTED) != 0 && how != RW_READER_STARVEWRITER))
		return (0);
	return (w + RW_ONE);
}

/*
 * Make the flags say who still sleeps.  Called with the queue held.
 */
static void
rw_reflag(krwlock_t *rw, sleepq_t *sq)
{
	uintptr_t flags = 0, w;
	sleeper_t *sl = NULL;

	while ((sl = sleepq_find(sq, rw, SLEEPER_RWLOCK, sl)) != NULL)
		flags |= RW_WAITERS | (sl->sl_writer ? RW_WANTED : 0);
	do {
		w = rw_load(rw);
	} while (!rw_cas(rw_word(rw), w,
	    (w & ~(RW_WAITERS | RW_WANTED)) | flags));
}

static void
rw_wake(krwlock_t *rw, sleepq_t *sq)
{
	sleeper_t *sl = NULL;

	while ((sl = sleepq_find(sq, rw, SLEEPER_RWLOCK, sl)) != NULL)
		host_event_post(sl->sl_thread->ti_event);
}

static void
rw_enter_slow(krwlock_t *rw, krw_t how, kthread_impl_t *ti)
{
	uintptr_t w = rw_load(rw), new;
	sleepq_t *sq;
	sleeper_t sl;

	if (w == RW_DEAD)
		rw_panic("rw_enter: destroyed", rw);
	if ((w & RW_LOCKED) != 0 && (w & ~RW_FLAGS) == (uintptr_t)ti)
		rw_panic("rw_enter: recursive", rw);

	sq = sleepq_enter(rw);
	sl.sl_writer = how == RW_WRITER;
	sleepq_insert(sq, &sl, rw, SLEEPER_RWLOCK, ti);
	for (;;) {
		rw_reflag(rw, sq);
		w = rw_load(rw);
		if ((new = rw_grant(w, how, ti)) == 0)
			(void) sleepq_wait(sq, &sl, -1);
		else if (rw_cas(rw_word(rw), w, new))
			break;
	}
	sleepq_remove(sq, &sl);
	rw_reflag(rw, sq);
	sleepq_exit(sq);
}

void
rw_enter(krwlock_t *rw, krw_t how)
{
	kthread_impl_t *ti = thread_current();
	uintptr_t w = rw_load(rw), new;

	lockcheck_order(rw);
	if (w == RW_DEAD || (new = rw_grant(w, how, ti)) == 0 ||
	    !rw_cas(rw_word(rw), w, new))
		rw_enter_slow(rw, how, ti);
	lockcheck_acquired(rw);
}

int
rw_tryenter(krwlock_t *rw, krw_t how)
{
	kthread_impl_t *ti = thread_current();
	uintptr_t w, new;

	do {
		if ((w = rw_load(rw)) == RW_DEAD)
			rw_panic("rw_tryenter: destroyed", rw);
		if ((new = rw_grant(w, how, ti)) == 0)
			return (0);
	} while (!rw_cas(rw_word(rw), w, new));
	lockcheck_acquired(rw);
	return (1);
}

void
rw_exit(krwlock_t *rw)
{
	uintptr_t self = (uintptr_t)thread_current();
	uintptr_t w, new;
	sleepq_t *sq;

	lockcheck_released(rw);
	do {
		w = rw_load(rw);
		if ((w & RW_LOCKED) != 0) {
			if ((w & ~RW_FLAGS) != self)
				rw_panic("rw_exit: not owner", rw);
			new = w & (RW_WAITERS | RW_WANTED);
		} else {
			if (w < RW_ONE || w == RW_DEAD)
				rw_panic("rw_exit: not held", rw);
			new = w - RW_ONE;
		}
		if ((w & RW_WAITERS) != 0)
			break;
		if (rw_cas(rw_word(rw), w, new))
			return;
	} while ((w & RW_WAITERS) == 0);

	sq = sleepq_enter(rw);
	do {
		w = rw_load(rw);
		new = (w & RW_LOCKED) != 0 ?
		    w & (RW_WAITERS | RW_WANTED) : w - RW_ONE;
	} while (!rw_cas(rw_word(rw), w, new));
	if (new < RW_ONE)
		rw_wake(rw, sq);
	sleepq_exit(sq);
}

void
rw_downgrade(krwlock_t *rw)
{
	sleepq_t *sq = sleepq_enter(rw);
	uintptr_t w;

	do {
		w = rw_load(rw);
		if ((w & RW_LOCKED) == 0 ||
		    (w & ~RW_FLAGS) != (uintptr_t)thread_current())
			rw_panic("rw_downgrade: not owner", rw);
	} while (!rw_cas(rw_word(rw), w,
	    RW_ONE | (w & (RW_WAITERS | RW_WANTED))));
	rw_wake(rw, sq);
	sleepq_exit(sq);
}

/*
 * Only the one reader there is may become the writer, and not before one that
 * waits.
 */
int
rw_tryupgrade(krwlock_t *rw)
{
	uintptr_t w;

	do {
		w = rw_load(rw);
		if ((w & ~RW_WAITERS) != RW_ONE)
			return (0);
	} while (!rw_cas(rw_word(rw), w, (uintptr_t)thread_current() |
	    RW_LOCKED | (w & RW_WAITERS)));
	return (1);
}

int
rw_read_held(krwlock_t *rw)
{
	uintptr_t w = rw_load(rw);

	return (w != RW_DEAD && (w & RW_LOCKED) == 0 && w >= RW_ONE);
}

int
rw_write_held(krwlock_t *rw)
{
	uintptr_t w = rw_load(rw);

	return (w != RW_DEAD && (w & RW_LOCKED) != 0 &&
	    (w & ~RW_FLAGS) == (uintptr_t)thread_current());
}

int
rw_lock_held(krwlock_t *rw)
{
	return (rw_read_held(rw) || rw_write_held(rw));
}

kthread_t *
rw_owner(krwlock_t *rw)
{
	uintptr_t w = rw_load(rw);

	return (w != RW_DEAD && (w & RW_LOCKED) != 0 ?
	    (kthread_t *)(w & ~RW_FLAGS) : NULL);
}
