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
 * Mutexes, as mutex(9F): adaptive, owned, not recursive.  After illumos, a lock
 * is one word: its owner, and whether anybody waits.  All zeroes is an unlocked
 * one, as there.
 */

#include <sys/cmn_err.h>
#include <sys/atomic.h>

#include "thread_impl.h"

#define	MUTEX_WAITERS	1UL
#define	MUTEX_DEAD	0xdead1dead1dead00UL
#define	MUTEX_SPINS	64

volatile uint64_t lock_count;

typedef volatile uintptr_t mutex_word_t;

static inline mutex_word_t *
mutex_word(const kmutex_t *mp)
{
	return ((mutex_word_t *)(uintptr_t)mp->_opaque);
}

static inline uintptr_t
mutex_load(const kmutex_t *mp)
{
	return (__atomic_load_n(mutex_word(mp), __ATOMIC_RELAXED));
}

static inline boolean_t
mutex_cas(mutex_word_t *word, uintptr_t old, uintptr_t new)
{
	return (__atomic_compare_exchange_n(word, &old, new, 0,
	    __ATOMIC_ACQ_REL, __ATOMIC_RELAXED));
}

static void __NORETURN
mutex_panic(const char *what, const kmutex_t *mp)
{
	panic("%s: mutex %p, owner %p, thread %p", what, (void *)mp,
	    (void *)(mutex_load(mp) & ~MUTEX_WAITERS), (void *)curthread);
}

#undef	mutex_init
void
mutex_init(kmutex_t *mp, char *name __unused, kmutex_type_t type __unused,
    void *arg __unused)
{
	__atomic_store_n(mutex_word(mp), 0, __ATOMIC_RELEASE);
	atomic_inc_64(&lock_count);
	lockcheck_init(mp, name, __builtin_return_address(0));
}

/*
 * Its owner may destroy a mutex, but nobody may wait for it.
 */
void
mutex_destroy(kmutex_t *mp)
{
	uintptr_t w = mutex_load(mp);

	if (w == (uintptr_t)thread_current()) {
		lockcheck_released(mp);
	} else if (w != 0) {
		mutex_panic(w == MUTEX_DEAD ?
		    "mutex_destroy: destroyed before" :
		    "mutex_destroy: in use", mp);
	}
	__atomic_store_n(mutex_word(mp), MUTEX_DEAD, __ATOMIC_RELEASE);
	atomic_dec_64(&lock_count);
	lockcheck_destroy(mp);
}

static void __attribute__((__noinline__))
mutex_enter_slow(kmutex_t *mp, kthread_impl_t *ti)
{
	mutex_word_t *word = mutex_word(mp);
	uintptr_t self = (uintptr_t)ti;
	uintptr_t w;
	sleepq_t *sq;
	sleeper_t sl;
	uint_t spins;

	for (spins = 0; spins < MUTEX_SPINS; spins++) {
		w = mutex_load(mp);
		if ((w & ~MUTEX_WAITERS) == self)
			mutex_panic("mutex_enter: recursive", mp);
		if (w == MUTEX_DEAD)
			mutex_panic("mutex_enter: destroyed", mp);
		if (w == 0 && mutex_cas(word, 0, self))
			return;
		cpu_relax();
	}

	sq = sleepq_enter(mp);
	sleepq_insert(sq, &sl, mp, SLEEPER_MUTEX, ti);
	for (;;) {
		w = mutex_load(mp);
		if (w == 0) {
			sleepq_remove(sq, &sl);
			if (sleepq_find(sq, mp, SLEEPER_MUTEX, NULL) != NULL)
				w = MUTEX_WAITERS;
			if (mutex_cas(word, 0, self | w))
				break;
			sleepq_insert(sq, &sl, mp, SLEEPER_MUTEX, ti);
		} else if (w == MUTEX_DEAD) {
			mutex_panic("mutex_enter: destroyed", mp);
		} else if ((w & MUTEX_WAITERS) != 0 ||
		    mutex_cas(word, w, w | MUTEX_WAITERS)) {
			(void) sleepq_wait(sq, &sl, -1);
		}
	}
	sleepq_exit(sq);
}

void
mutex_enter(kmutex_t *mp)
{
	kthread_impl_t *ti = thread_current();

	lockcheck_order(mp);
	if (!mutex_cas(mutex_word(mp), 0, (uintptr_t)ti))
		mutex_enter_slow(mp, ti);
	lockcheck_acquired(mp);
}

int
mutex_tryenter(kmutex_t *mp)
{
	uintptr_t w;

	if (mutex_cas(mutex_word(mp), 0, (uintptr_t)thread_current())) {
		lockcheck_acquired(mp);
		return (1);
	}
	w = mutex_load(mp);
	if (w == MUTEX_DEAD)
		mutex_panic("mutex_tryenter: destroyed", mp);
	return (0);
}

static void __attribute__((__noinline__))
mutex_exit_slow(kmutex_t *mp, kthread_impl_t *ti)
{
	sleepq_t *sq;
	sleeper_t *sl;

	if ((mutex_load(mp) & ~MUTEX_WAITERS) != (uintptr_t)ti)
		mutex_panic("mutex_exit: not owner", mp);

	/*
	 * The first sleeper stays queued until it has the lock, and then says
	 * again that others wait.
	 */
	sq = sleepq_enter(mp);
	__atomic_store_n(mutex_word(mp), 0, __ATOMIC_RELEASE);
	if ((sl = sleepq_find(sq, mp, SLEEPER_MUTEX, NULL)) != NULL)
		host_event_post(sl->sl_thread->ti_event);
	sleepq_exit(sq);
}

void
mutex_exit(kmutex_t *mp)
{
	kthread_impl_t *ti = thread_current();

	lockcheck_released(mp);
	if (!mutex_cas(mutex_word(mp), (uintptr_t)ti, 0))
		mutex_exit_slow(mp, ti);
}

int
mutex_owned(const kmutex_t *mp)
{
	return ((mutex_load(mp) & ~MUTEX_WAITERS) ==
	    (uintptr_t)thread_current());
}

kthread_t *
mutex_owner(const kmutex_t *mp)
{
	return ((kthread_t *)(mutex_load(mp) & ~MUTEX_WAITERS));
}
