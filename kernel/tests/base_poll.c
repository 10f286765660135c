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
 * Waiters of a pollhead, and the descriptor for a host's event loop.
 */

#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/poll.h>
#include <sys/sunddi.h>
#include <sys/systm.h>

#include "harness.h"
#include "kern_impl.h"

#define	ROUNDS	2000

static pollhead_t ph, ph2;
static volatile uint_t last;

static void
wake(void *arg, short events)
{
	atomic_inc_uint(arg);
	(void) atomic_swap_uint(&last, (uint_t)events);
}

static void
test_waiters(void)
{
	pollwait_t a, b;
	uint_t na = 0, nb = 0;

	pollwait_init(&a, wake, &na);
	pollwait_init(&b, wake, &nb);
	pollwakeup(&ph, POLLIN);
	check(ph.ph_list == NULL, "nobody waits");
	pollwait_arm(&a, &ph, POLLIN);
	pollwait_arm(&b, &ph, POLLOUT);
	pollwakeup(&ph, POLLIN);
	check(na == 1 && nb == 0, "who waits for the event is woken");
	pollwakeup(&ph, POLLIN | POLLOUT);
	check(na == 2 && nb == 1, "again, and others");
	pollwakeup(&ph, POLLHUP);
	check(na == 3 && nb == 2 && last == POLLHUP, "POLLHUP wakes everybody");
	pollwakeup(&ph, POLLERR);
	check(na == 4 && nb == 3, "so does POLLERR");
	pollwait_disarm(&a);
	pollwakeup(&ph, POLLIN | POLLOUT);
	check(na == 4 && nb == 4, "not who does not wait any more");
	pollwait_disarm(&a);
	pollwait_arm(&b, &ph2, POLLOUT);
	pollwakeup(&ph, POLLOUT);
	check(nb == 4 && ph.ph_list == NULL, "armed elsewhere");
	pollhead_clean(&ph2);
	check(ph2.ph_list == NULL && b.pd_php == NULL && nb == 4,
	    "pollhead_clean leaves nobody");
	pollwait_disarm(&b);
}

/*
 * A device with a counter, and a thread that polls it by the protocol of
 * kern_impl.h: no wakeup is lost.
 */
static volatile uint_t produced;
static kmutex_t lock;
static kcondvar_t cv;
static boolean_t woken;		/* lock */

static int
dev_chpoll(uint_t consumed, short events, int anyyet, short *reventsp,
    pollhead_t **phpp)
{
	*reventsp = 0;
	if (atomic_add_int_nv(&produced, 0) != consumed)
		*reventsp = events & POLLIN;
	if ((*reventsp == 0 && !anyyet) || (events & POLLET))
		*phpp = &ph;
	return (0);
}

static void
poll_woken(void *arg __unused, short events __unused)
{
	mutex_enter(&lock);
	woken = B_TRUE;
	cv_signal(&cv);
	mutex_exit(&lock);
}

static int
dev_poll(uint_t consumed)
{
	pollhead_t *php = NULL;
	pollwait_t pw;
	short revents;

	pollwait_init(&pw, poll_woken, NULL);
	for (;;) {
		mutex_enter(&lock);
		woken = B_FALSE;
		mutex_exit(&lock);
		(void) dev_chpoll(consumed, POLLIN, 0, &revents, &php);
		if (revents != 0)
			break;
		pollwait_arm(&pw, php, POLLIN);
		(void) dev_chpoll(consumed, POLLIN, 1, &revents, &php);
		if (revents != 0)
			break;
		mutex_enter(&lock);
		while (!woken)
			cv_wait(&cv, &lock);
		mutex_exit(&lock);
	}
	pollwait_disarm(&pw);
	return (revents);
}

static void
produce(void *arg __unused)
{
	int i;

	for (i = 0; i < ROUNDS; i++) {
		atomic_inc_uint(&produced);
		pollwakeup(&ph, POLLIN);
	}
}

static void
test_protocol(void)
{
	void *w = host_worker_start(produce, NULL);
	uint_t consumed = 0, rounds = 0;

	while (consumed < ROUNDS) {
		if (dev_poll(consumed) != POLLIN)
			break;
		consumed = atomic_add_int_nv(&produced, 0);
		rounds++;
	}
	host_worker_join(w);
	check(consumed == ROUNDS && rounds > 0, "no event is missed");
	check(ph.ph_list == NULL, "nobody is left waiting");
}

static void
post(void *arg, short events __unused)
{
	host_wakeup_post(*(int *)arg);
}

static void
test_descriptor(void)
{
	pollwait_t pw;
	int fd = host_wakeup_create(), i;

	check(fd >= 0, "a descriptor");
	pollwait_init(&pw, post, &fd);
	pollwait_arm(&pw, &ph, POLLIN);
	check(!descriptor_readable(fd), "nothing to read at first");
	pollwakeup(&ph, POLLIN);
	check(descriptor_readable(fd), "readable after the wakeup");
	for (i = 0; i < 1000; i++)
		pollwakeup(&ph, POLLIN);
	host_wakeup_clear(fd);
	check(!descriptor_readable(fd), "once, however many there were");
	host_wakeup_clear(fd);
	pollwait_disarm(&pw);
	host_wakeup_destroy(fd);
}

/*
 * Waiters come and go while others wake them.
 */
static void
come_and_go(void *arg)
{
	uint_t n = 0;
	pollwait_t pw;
	int i;

	pollwait_init(&pw, wake, &n);
	for (i = 0; i < ROUNDS; i++) {
		pollwait_arm(&pw, arg, POLLIN);
		pollwait_disarm(&pw);
	}
}

static void
test_races(void)
{
	void *workers[3];
	int i;

	workers[0] = host_worker_start(come_and_go, &ph);
	workers[1] = host_worker_start(come_and_go, &ph);
	workers[2] = host_worker_start(produce, NULL);
	for (i = 0; i < ROUNDS / 10; i++)
		pollhead_clean(&ph);
	for (i = 0; i < 3; i++)
		host_worker_join(workers[i]);
	check(ph.ph_list == NULL, "waiters come, go and are cleaned away");
}

static void
test_border(void)
{
	static const int errnos[] = {
		EPERM, ENOENT, EINTR, ENXIO, EBADF, EAGAIN, ENOMEM, EACCES,
		EFAULT, EBUSY, EEXIST, ENODEV, EINVAL, ENOTTY, ENOSPC, ERANGE,
		ENAMETOOLONG, ENOTSUP, EOVERFLOW, ENOSYS, ENOTEMPTY, EPROTO,
		EADDRINUSE, ENOBUFS, ECONNREFUSED
	};
	uint_t i, wrong = 0;

	for (i = 0; i < sizeof (errnos) / sizeof (errnos[0]); i++) {
		if (border_errno_in(border_errno(errnos[i])) != errnos[i])
			wrong++;
	}
	check(wrong == 0 && border_errno(0) == 0, "errnos come back the same");
	check(border_errno(ENAMETOOLONG) == 36 && border_errno(ENOTSUP) == 95 &&
	    border_errno(EOPNOTSUPP) == 95 && border_errno(EOVERFLOW) == 75 &&
	    border_errno(999) == 5, "as this host calls them");
	check(border_poll_in(0x001 | 0x004 | 0x002) ==
	    (POLLIN | POLLOUT | POLLPRI) &&
	    (border_poll_out(POLLIN | POLLHUP) & 0x011) == 0x011,
	    "poll events");
	check(border_request_in(0x5421) == (int)0x8004667e &&
	    border_request_in((int)0x8004667e) == (int)0x8004667e &&
	    border_request_in(1234) == 1234, "FIONBIO in either form");
}

int
main(void)
{
	if (!check(kern_init(HK_BOOT_QUIET) == 0, "boot"))
		return (check_done());
	mutex_init(&lock, NULL, MUTEX_DRIVER, NULL);
	cv_init(&cv, NULL, CV_DRIVER, NULL);
	test_waiters();
	test_protocol();
	test_descriptor();
	test_races();
	test_border();
	cv_destroy(&cv);
	mutex_destroy(&lock);
	check(kern_fini() == 0, "halt");
	return (check_done());
}
