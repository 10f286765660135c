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
 * What a DEBUG kernel checks of locks, after FreeBSD's witness(4): that locks
 * are always taken in the same order, and that nobody sleeps or copies to or
 * from user memory with a lock held that must not wait for that.
 *
 * Order is a matter of classes: locks initialised under the same name, or
 * without one at the same place, are of one class, a lock never initialised is
 * a class of its own.  Two of one class are a matter of the locks themselves.
 * Taking B with A held says A before B for ever; to take A with B held then
 * panics, even if the threads that did it never met.
 *
 * A name that starts with "=" is what the source calls the lock (mutex_init()
 * in sys/mutex.h): it is for people, and makes no class.
 */

#ifdef	DEBUG

#include <sys/cmn_err.h>
#include <sys/systm.h>

#include "thread_impl.h"

#define	LC_CLASSES	512
#define	LC_HASH		4096	/* powers of two */
#define	LC_PAIRS	4096

typedef struct lc_class {
	const char	*lcc_name;
	const void	*lcc_where;
	boolean_t	lcc_datapath;
	uint64_t	lcc_before[LC_CLASSES / 64];	/* before those */
} lc_class_t;

typedef struct lc_lock {
	struct lc_lock	*lcl_next;
	const void	*lcl_lock;
	uint_t		lcl_class;
} lc_lock_t;

/*
 * All of it is guarded by lc_mutex, and outlives a kernel.
 */
static host_lock_t *lc_mutex;
static lc_class_t lc_classes[LC_CLASSES];
static uint_t lc_nclasses;
static lc_lock_t *lc_locks[LC_HASH];
static struct {
	const void	*lp_first;
	const void	*lp_second;
} lc_pairs[LC_PAIRS];

#define	LC_INDEX(p)	(((uintptr_t)(p) >> 3) & (LC_HASH - 1))

/*
 * A new kernel starts with a new order; locks of the program's own data stay.
 */
void
lockcheck_reset(void)
{
	uint_t i, j;

	if (lc_mutex == NULL && (lc_mutex = host_lock_create()) == NULL)
		panic("lockcheck_reset: no memory");

	host_lock_enter(lc_mutex);
	for (i = 0; i < LC_CLASSES; i++) {
		lc_classes[i].lcc_datapath = B_FALSE;
		for (j = 0; j < LC_CLASSES / 64; j++)
			lc_classes[i].lcc_before[j] = 0;
	}
	for (i = 0; i < LC_PAIRS; i++)
		lc_pairs[i].lp_first = lc_pairs[i].lp_second = NULL;
	host_lock_exit(lc_mutex);
}

static inline boolean_t
lc_named(const char *name)
{
	return (name != NULL && name[0] != '=');
}

static uint_t
lc_class(const char *name, const void *where)
{
	uint_t i;

	for (i = 0; i < lc_nclasses; i++) {
		if (!lc_named(name) ? lc_classes[i].lcc_where == where &&
		    !lc_named(lc_classes[i].lcc_name) :
		    lc_named(lc_classes[i].lcc_name) &&
		    strcmp(lc_classes[i].lcc_name, name) == 0)
			return (i);
	}
	if (lc_nclasses == LC_CLASSES)
		panic("lockcheck: more than %d lock classes", LC_CLASSES);
	lc_classes[i].lcc_name = name;
	lc_classes[i].lcc_where = where;
	return (lc_nclasses++);
}

static lc_lock_t *
lc_find(const void *lock)
{
	lc_lock_t *lcl = lc_locks[LC_INDEX(lock)];

	while (lcl != NULL && lcl->lcl_lock != lock)
		lcl = lcl->lcl_next;
	return (lcl);
}

static lc_lock_t *
lc_add(const void *lock, const char *name, const void *where)
{
	lc_lock_t *lcl;

	if ((lcl = lc_find(lock)) == NULL) {
		if ((lcl = host_alloc(sizeof (*lcl), 0)) == NULL)
			panic("lockcheck: no memory");
		lcl->lcl_lock = lock;
		lcl->lcl_next = lc_locks[LC_INDEX(lock)];
		lc_locks[LC_INDEX(lock)] = lcl;
	}
	lcl->lcl_class = lc_class(name, where);
	return (lcl);
}

/*
 * Forget in which order this very lock was taken: another may get its address.
 */
static void
lc_forget_pairs(const void *lock)
{
	uint_t i;

	for (i = 0; i < LC_PAIRS; i++) {
		if (lc_pairs[i].lp_first == lock ||
		    lc_pairs[i].lp_second == lock)
			lc_pairs[i].lp_first = lc_pairs[i].lp_second = NULL;
	}
}

void
lockcheck_init(const void *lock, const char *name, const void *where)
{
	host_lock_enter(lc_mutex);
	(void) lc_add(lock, name, where);
	host_lock_exit(lc_mutex);
}

void
lockcheck_destroy(const void *lock)
{
	lc_lock_t **lclp, *lcl;

	host_lock_enter(lc_mutex);
	for (lclp = &lc_locks[LC_INDEX(lock)]; (lcl = *lclp) != NULL;
	    lclp = &lcl->lcl_next) {
		if (lcl->lcl_lock == lock) {
			*lclp = lcl->lcl_next;
			host_free(lcl);
			break;
		}
	}
	lc_forget_pairs(lock);
	host_lock_exit(lc_mutex);
}

static void
lc_name(uint_t class, char *buf, size_t len)
{
	const char *name = lc_classes[class].lcc_name;
	char where[128];

	host_where(lc_classes[class].lcc_where, where, sizeof (where));
	if (name != NULL) {
		if (!lc_named(name))
			name += name[1] == '&' ? 2 : 1;
		(void) snprintf(buf, len, "%s (%s)", name, where);
	} else {
		(void) snprintf(buf, len, "lock of %s", where);
	}
}

static inline boolean_t
lc_is_before(uint_t a, uint_t b)
{
	return ((lc_classes[a].lcc_before[b / 64] & (1UL << (b % 64))) != 0);
}

/*
 * Is there a chain of orders from `a' to `b'?
 */
static boolean_t
lc_reaches(uint_t a, uint_t b, uint64_t *seen)
{
	uint_t i;

	if (lc_is_before(a, b))
		return (B_TRUE);
	seen[a / 64] |= 1UL << (a % 64);
	for (i = 0; i < lc_nclasses; i++) {
		if (lc_is_before(a, i) && !(seen[i / 64] & (1UL << (i % 64))) &&
		    lc_reaches(i, b, seen))
			return (B_TRUE);
	}
	return (B_FALSE);
}

static void
lc_order_classes(uint_t held, uint_t class)
{
	uint64_t seen[LC_CLASSES / 64] = { 0 };
	char first[256], second[256];

	if (lc_is_before(held, class))
		return;
	if (lc_reaches(class, held, seen)) {
		lc_name(held, first, sizeof (first));
		lc_name(class, second, sizeof (second));
		panic("lock order: %s is taken with %s held, but has been held "
		    "(perhaps over others) when that was taken", second, first);
	}
	lc_classes[held].lcc_before[class / 64] |= 1UL << (class % 64);
}

static void
lc_order_locks(const void *held, const void *lock, uint_t class)
{
	char name[256];
	uint_t i, room = LC_PAIRS;

	for (i = 0; i < LC_PAIRS; i++) {
		if (lc_pairs[i].lp_first == held &&
		    lc_pairs[i].lp_second == lock)
			return;
		if (lc_pairs[i].lp_first == lock &&
		    lc_pairs[i].lp_second == held) {
			lc_name(class, name, sizeof (name));
			panic("lock order: two of %s, %p and %p, are taken in "
			    "either order", name, (void *)held, (void *)lock);
		}
		if (lc_pairs[i].lp_first == NULL)
			room = i;
	}
	if (room < LC_PAIRS) {
		lc_pairs[room].lp_first = held;
		lc_pairs[room].lp_second = lock;
	}
}

/*
 * The lock is about to be waited for.  Its recursion is its own to see.
 */
void
lockcheck_order(const void *lock)
{
	kthread_impl_t *ti = thread_current();
	lc_lock_t *lcl;
	uint_t i;

	if (ti->ti_nheld == 0)
		return;

	host_lock_enter(lc_mutex);
	if ((lcl = lc_find(lock)) == NULL)
		lcl = lc_add(lock, NULL, lock);
	for (i = 0; i < ti->ti_nheld; i++) {
		kheld_t *kh = &ti->ti_held[i];

		if (kh->kh_lock == lock)
			continue;
		if (kh->kh_class != lcl->lcl_class)
			lc_order_classes(kh->kh_class, lcl->lcl_class);
		else
			lc_order_locks(kh->kh_lock, lock, lcl->lcl_class);
	}
	host_lock_exit(lc_mutex);
}

void
lockcheck_acquired(const void *lock)
{
	kthread_impl_t *ti = thread_current();
	lc_lock_t *lcl;

	if (ti->ti_nheld == THREAD_NHELD)
		panic("lockcheck: more than %d locks held", THREAD_NHELD);

	host_lock_enter(lc_mutex);
	if ((lcl = lc_find(lock)) == NULL)
		lcl = lc_add(lock, NULL, lock);
	if (ti->ti_datapath != 0)
		lc_classes[lcl->lcl_class].lcc_datapath = B_TRUE;
	ti->ti_held[ti->ti_nheld].kh_class = lcl->lcl_class;
	host_lock_exit(lc_mutex);

	ti->ti_held[ti->ti_nheld].kh_lock = lock;
	ti->ti_nheld++;
}

/*
 * A lock not found is one that the thread does not hold; whose release it is
 * finds out.
 */
void
lockcheck_released(const void *lock)
{
	kthread_impl_t *ti = thread_current();
	uint_t i;

	for (i = ti->ti_nheld; i-- > 0; ) {
		if (ti->ti_held[i].kh_lock != lock)
			continue;
		ti->ti_nheld--;
		for (; i < ti->ti_nheld; i++)
			ti->ti_held[i] = ti->ti_held[i + 1];
		break;
	}
}

boolean_t
lockcheck_held(const void *lock)
{
	kthread_impl_t *ti = thread_current();
	uint_t i;

	for (i = 0; i < ti->ti_nheld; i++) {
		if (ti->ti_held[i].kh_lock == lock)
			return (B_TRUE);
	}
	return (B_FALSE);
}

static void __NORETURN
lc_panic_held(const char *what, const kheld_t *kh)
{
	char name[256];

	lc_name(kh->kh_class, name, sizeof (name));
	panic("%s with a lock held: %p, %s", what, (void *)kh->kh_lock, name);
}

/*
 * A thread sleeps with no lock but the one it gives up.
 */
void
lockcheck_sleep(const void *mutex)
{
	kthread_impl_t *ti = thread_current();
	uint_t i;

	for (i = 0; i < ti->ti_nheld; i++) {
		if (ti->ti_held[i].kh_lock != mutex)
			lc_panic_held("cv_wait", &ti->ti_held[i]);
	}
}

/*
 * An allocation that may sleep for memory may not make the data path wait for
 * it: neither happen there, nor with a lock held that was seen there.
 */
void
lockcheck_alloc(void)
{
	kthread_impl_t *ti = thread_current();
	boolean_t datapath;
	uint_t i;

	if (ti->ti_datapath != 0)
		panic("KM_SLEEP in the data path");
	for (i = 0; i < ti->ti_nheld; i++) {
		host_lock_enter(lc_mutex);
		datapath = lc_classes[ti->ti_held[i].kh_class].lcc_datapath;
		host_lock_exit(lc_mutex);
		if (datapath)
			lc_panic_held("KM_SLEEP", &ti->ti_held[i]);
	}
}

void
lockcheck_none(const char *what)
{
	kthread_impl_t *ti = thread_current();

	if (ti->ti_nheld != 0)
		lc_panic_held(what, &ti->ti_held[ti->ti_nheld - 1]);
}

void
lockcheck_datapath(int enter)
{
	thread_current()->ti_datapath += enter;
}

#endif	/* DEBUG */
