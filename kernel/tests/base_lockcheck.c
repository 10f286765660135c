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
 * What a DEBUG kernel sees of locks: order, and where none may be held.
 */

#include <sys/kmem.h>
#include <sys/poll.h>
#include <sys/rwlock.h>
#include <sys/systm.h>

#include "harness.h"
#include "kern_impl.h"

#ifdef	DEBUG

static kmutex_t a, b, c;
static kmutex_t twins[2];
static krwlock_t rw;
static kcondvar_t cv;
static pollhead_t ph;

static void
under(kmutex_t *outer, kmutex_t *inner)
{
	mutex_enter(outer);
	mutex_enter(inner);
	mutex_exit(inner);
	mutex_exit(outer);
}

static void
inversion(void)
{
	under(&a, &b);
	under(&b, &a);
}

static void
long_inversion(void)
{
	under(&a, &b);
	under(&b, &c);
	under(&c, &a);
}

static void
rw_inversion(void)
{
	mutex_enter(&a);
	rw_enter(&rw, RW_READER);
	rw_exit(&rw);
	mutex_exit(&a);
	rw_enter(&rw, RW_WRITER);
	mutex_enter(&a);
}

static void
twin_inversion(void)
{
	under(&twins[0], &twins[1]);
	under(&twins[1], &twins[0]);
}

static void
wait_with_another(void)
{
	mutex_enter(&a);
	mutex_enter(&b);
	(void) cv_reltimedwait(&cv, &b, 1, TR_MILLISEC);
}

static void
copyin_with_lock(void)
{
	char from, to;

	mutex_enter(&a);
	(void) copyin(&from, &to, 1);
}

static void
uiomove_with_rwlock(void)
{
	char user, kernel = 1;
	iovec_t iov = { &user, 1 };
	uio_t uio = { .uio_iov = &iov, .uio_iovcnt = 1, .uio_resid = 1 };

	rw_enter(&rw, RW_READER);
	(void) uiomove(&kernel, 1, UIO_READ, &uio);
}

static void
pollwakeup_with_lock(void)
{
	mutex_enter(&a);
	pollwakeup(&ph, POLLIN);
}

static void
return_with_lock(void)
{
	(void) kern_enter();
	mutex_enter(&a);
	kern_exit();
}

static void
sleep_in_datapath(void)
{
	KERN_DATAPATH_ENTER();
	(void) kmem_alloc(1, KM_SLEEP);
}

static void
sleep_with_datapath_lock(void)
{
	KERN_DATAPATH_ENTER();
	mutex_enter(&a);
	mutex_exit(&a);
	KERN_DATAPATH_EXIT();
	mutex_enter(&a);
	(void) kmem_alloc(1, KM_SLEEP);
}

static void
test_lockcheck(void)
{
	mutex_init(&a, "lock-a", MUTEX_DRIVER, NULL);
	mutex_init(&b, "lock-b", MUTEX_DRIVER, NULL);
	mutex_init(&c, "lock-c", MUTEX_DRIVER, NULL);
	mutex_init(&twins[0], "twin", MUTEX_DRIVER, NULL);
	mutex_init(&twins[1], "twin", MUTEX_DRIVER, NULL);
	rw_init(&rw, "rw", RW_DRIVER, NULL);
	cv_init(&cv, NULL, CV_DRIVER, NULL);

	check_panics(inversion, "lock order: lock-a", "a before b, b before a");
	check_panics(long_inversion, "lock order: lock-a", "a, b, c, a");
	check_panics(rw_inversion, "lock order", "with an rwlock");
	check_panics(twin_inversion, "either order", "two of one class");
	check_panics(wait_with_another, "lock-a", "cv_wait with another mutex");
	check_panics(copyin_with_lock, "copyin with a lock", "copyin");
	check_panics(uiomove_with_rwlock, "uiomove with a lock", "uiomove");
	check_panics(pollwakeup_with_lock, "pollwakeup with", "pollwakeup");
	check_panics(return_with_lock, "return from", "return to the user");
	check_panics(sleep_in_datapath, "KM_SLEEP in the data path",
	    "KM_SLEEP in the data path");
	check_panics(sleep_with_datapath_lock, "KM_SLEEP with a lock",
	    "KM_SLEEP with a lock of the data path");

	under(&a, &b);
	under(&a, &b);
	under(&b, &c);
	under(&twins[0], &twins[1]);
	mutex_enter(&c);
	check(mutex_tryenter(&a) != 0, "mutex_tryenter knows no order");
	mutex_exit(&a);
	(void) kmem_free(kmem_alloc(1, KM_SLEEP), 1);
	mutex_exit(&c);
	check(1, "what is in order is not complained of");

	rw_destroy(&rw);
	mutex_destroy(&twins[0]);
	mutex_destroy(&twins[1]);
	mutex_destroy(&c);
	mutex_destroy(&b);
	mutex_destroy(&a);
}

#else	/* !DEBUG */

static void
test_lockcheck(void)
{
	check_note("a DEBUG kernel has more to show: "
	    "lock checks");
}

#endif	/* DEBUG */

int
main(void)
{
	if (!check(kern_init(HK_BOOT_QUIET) == 0, "boot"))
		return (check_done());
	test_lockcheck();
	check(kern_fini() == 0, "halt");
	return (check_done());
}
