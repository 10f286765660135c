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
 * Polling a file: poll(2), and readiness for event loops of the host.  After
 * uts/common/syscall/poll.c of illumos; the waiters themselves are in poll.c.
 */

#include <sys/condvar.h>
#include <sys/errno.h>
#include <sys/poll_impl.h>
#include <sys/systm.h>

#include "spec_impl.h"

/*
 * chpoll(9E).  An errno from it is poll(2)'s own.
 */
static int
spec_chpoll(kfile_t *kf, short events, int anyyet, short *reventsp,
    pollhead_t **phpp)
{
	csnode_t *cs = kf->kf_cs;

	*reventsp = 0;
	*phpp = NULL;
	return (cs->cs_ops->cb_chpoll(cs->cs_dev, events, anyyet, reventsp,
	    phpp));
}

/*
 * Is anything ready? If not, `pw' is left armed, and will be woken.  The
 * second look is for what came between the first and the arming.
 */
static int
spec_poll_arm(kfile_t *kf, short events, pollwait_t *pw, short *reventsp)
{
	pollhead_t *php, *unused;
	int err;

	err = spec_chpoll(kf, events, 0, reventsp, &php);
	if (err != 0 || *reventsp != 0 || php == NULL)
		return (err);
	pollwait_arm(pw, php, events);
	err = spec_chpoll(kf, events, 1, reventsp, &unused);
	if (err != 0 || *reventsp != 0)
		pollwait_disarm(pw);
	return (err);
}

typedef struct poll_sleeper {
	kmutex_t	ps_lock;
	kcondvar_t	ps_cv;
	boolean_t	ps_woken;	/* ps_lock */
} poll_sleeper_t;

static void
spec_poll_wake(void *arg, short events __unused)
{
	poll_sleeper_t *ps = arg;

	mutex_enter(&ps->ps_lock);
	ps->ps_woken = B_TRUE;
	cv_signal(&ps->ps_cv);
	mutex_exit(&ps->ps_lock);
}

/*
 * 0 when woken, EINTR, or ETIME.
 */
static int
spec_poll_sleep(poll_sleeper_t *ps, hrtime_t deadline)
{
	int err = 0;

	mutex_enter(&ps->ps_lock);
	while (!ps->ps_woken && err == 0) {
		int r = deadline == -1 ? cv_wait_sig(&ps->ps_cv, &ps->ps_lock) :
		    cv_timedwait_sig_hrtime(&ps->ps_cv, &ps->ps_lock, deadline);

		if (r == 0)
			err = EINTR;
		else if (r == -1)
			err = ETIME;
	}
	ps->ps_woken = B_FALSE;
	mutex_exit(&ps->ps_lock);
	return (err);
}

/*
 * A file that went with its zone is gone for ever, which poll(2) says and does
 * not fail for.
 */
static int
spec_poll_result(const kfile_t *kf, int err, short *reventsp)
{
	if (err != ENXIO || !__atomic_load_n(&kf->kf_killed, __ATOMIC_RELAXED))
		return (err);
	*reventsp = POLLHUP;
	return (0);
}

int
spec_poll(kfile_t *kf, short events, int timeout, short *reventsp)
{
	hrtime_t deadline = -1;
	poll_sleeper_t ps;
	pollhead_t *php;
	pollwait_t pw;
	kcall_t call;
	int err;

	if ((err = file_enter(kf, &call)) != 0)
		return (spec_poll_result(kf, err, reventsp));
	if (timeout == 0) {
		err = spec_chpoll(kf, events, 0, reventsp, &php);
		return (file_exit(kf, &call, err));
	}
	if (timeout > 0)
		deadline = gethrtime() + (hrtime_t)timeout * 1000000;

	mutex_init(&ps.ps_lock, NULL, MUTEX_DEFAULT, NULL);
	cv_init(&ps.ps_cv, NULL, CV_DEFAULT, NULL);
	ps.ps_woken = B_FALSE;
	pollwait_init(&pw, spec_poll_wake, &ps);
	for (;;) {
		err = spec_poll_arm(kf, events, &pw, reventsp);
		if (err != 0 || *reventsp != 0)
			break;
		err = spec_poll_sleep(&ps, deadline);
		pollwait_disarm(&pw);
		if (err != 0) {
			/* Once more, for what came at the last moment. */
			if (err == ETIME) {
				err = spec_chpoll(kf, events, 0, reventsp,
				    &php);
			}
			break;
		}
	}
	cv_destroy(&ps.ps_cv);
	mutex_destroy(&ps.ps_lock);
	return (spec_poll_result(kf, file_exit(kf, &call, err), reventsp));
}

/*
 * Readiness for event loops of the host: a descriptor that is posted once for
 * each time it was armed.
 */
static void
spec_pollfd_wake(void *arg, short events __unused)
{
	kfile_t *kf = arg;

	if (__atomic_exchange_n(&kf->kf_fired, 1, __ATOMIC_ACQ_REL) == 0)
		host_wakeup_post(kf->kf_wakefd);
}

/*
 * No call is under way on the file, nor will be.
 */
void
spec_pollfd_kill(kfile_t *kf)
{
	if (kf->kf_wakefd != -1)
		spec_pollfd_wake(kf, POLLHUP);
}

static void
file_poll_enter(kfile_t *kf)
{
	mutex_enter(&kf->kf_poll_lock);
	while (kf->kf_poll_busy)
		cv_wait(&kf->kf_poll_cv, &kf->kf_poll_lock);
	kf->kf_poll_busy = B_TRUE;
	mutex_exit(&kf->kf_poll_lock);
}

static void
file_poll_exit(kfile_t *kf)
{
	mutex_enter(&kf->kf_poll_lock);
	kf->kf_poll_busy = B_FALSE;
	cv_signal(&kf->kf_poll_cv);
	mutex_exit(&kf->kf_poll_lock);
}

/*
 * The descriptor, or minus an errno of the kernel.
 */
static int
file_wakefd(kfile_t *kf)
{
	int fd;

	if (kf->kf_wakefd == -1) {
		if ((fd = host_wakeup_create()) < 0)
			return (-border_errno_in(-fd));
		kf->kf_wakefd = fd;
		pollwait_init(&kf->kf_pollwait, spec_pollfd_wake, kf);
	}
	return (kf->kf_wakefd);
}

int
spec_pollfd(kfile_t *kf)
{
	kcall_t call;
	int fd, err;

	if ((err = file_enter(kf, &call)) != 0)
		return (-err);
	file_poll_enter(kf);
	fd = file_wakefd(kf);
	file_poll_exit(kf);
	(void) file_exit(kf, &call, 0);
	return (fd);
}

int
spec_pollarm(kfile_t *kf, short events, short *reventsp)
{
	kcall_t call;
	int fd, err;

	if ((err = file_enter(kf, &call)) != 0)
		return (spec_poll_result(kf, err, reventsp));
	file_poll_enter(kf);
	if ((fd = file_wakefd(kf)) < 0) {
		err = -fd;
	} else {
		pollwait_disarm(&kf->kf_pollwait);
		__atomic_store_n(&kf->kf_fired, 0, __ATOMIC_RELEASE);
		err = spec_poll_arm(kf, events, &kf->kf_pollwait, reventsp);
	}
	file_poll_exit(kf);
	return (file_exit(kf, &call, err));
}
