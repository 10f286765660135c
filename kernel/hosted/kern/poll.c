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
 * Who waits for a device, as pollwakeup(9F) (syscall/poll.c of illumos).
 */

#include <sys/debug.h>
#include <sys/null.h>
#include <sys/poll.h>

#include "kern_impl.h"

/*
 * A pollhead has no room for a lock; it takes one of these by its address.
 */
#define	POLL_LOCKS	64	/* a power of two */
#define	POLL_LOCK(php)	\
	(&poll_locks[((uintptr_t)(php) >> 5) & (POLL_LOCKS - 1)])

static kmutex_t poll_locks[POLL_LOCKS];

void
poll_init(void)
{
	uint_t i;

	for (i = 0; i < POLL_LOCKS; i++)
		mutex_init(&poll_locks[i], "poll_lock", MUTEX_DEFAULT, NULL);
}

void
poll_fini(void)
{
	uint_t i;

	for (i = 0; i < POLL_LOCKS; i++)
		mutex_destroy(&poll_locks[i]);
}

void
pollwait_init(pollwait_t *pw, void (*wake)(void *, short), void *arg)
{
	pw->pd_next = NULL;
	pw->pd_prevp = NULL;
	pw->pd_php = NULL;
	pw->pd_events = 0;
	pw->pd_wake = wake;
	pw->pd_arg = arg;
}

static void
pollwait_unlink(pollwait_t *pw)
{
	/* pollwakeup() looks at the head of the list without the lock. */
	__atomic_store_n(pw->pd_prevp, pw->pd_next, __ATOMIC_RELAXED);
	if (pw->pd_next != NULL)
		pw->pd_next->pd_prevp = pw->pd_prevp;
	__atomic_store_n(&pw->pd_php, NULL, __ATOMIC_RELEASE);
}

void
pollwait_arm(pollwait_t *pw, pollhead_t *php, short events)
{
	pollwait_disarm(pw);
	mutex_enter(POLL_LOCK(php));
	pw->pd_events = events;
	pw->pd_next = php->ph_list;
	if (pw->pd_next != NULL)
		pw->pd_next->pd_prevp = &pw->pd_next;
	pw->pd_prevp = &php->ph_list;
	__atomic_store_n(&php->ph_list, pw, __ATOMIC_SEQ_CST);
	__atomic_store_n(&pw->pd_php, php, __ATOMIC_RELEASE);
	mutex_exit(POLL_LOCK(php));
}

/*
 * pollhead_clean() may be quicker, and the pollhead be gone by then; its lock
 * is always there.
 */
void
pollwait_disarm(pollwait_t *pw)
{
	pollhead_t *php = __atomic_load_n(&pw->pd_php, __ATOMIC_ACQUIRE);

	if (php == NULL)
		return;
	mutex_enter(POLL_LOCK(php));
	if (pw->pd_php == php)
		pollwait_unlink(pw);
	mutex_exit(POLL_LOCK(php));
}

void
pollwakeup(pollhead_t *php, short events)
{
	pollwait_t *pw;

	KERN_NO_LOCKS("pollwakeup");
	if (__atomic_load_n(&php->ph_list, __ATOMIC_SEQ_CST) == NULL)
		return;
	mutex_enter(POLL_LOCK(php));
	for (pw = php->ph_list; pw != NULL; pw = pw->pd_next) {
		if ((pw->pd_events | POLLHUP | POLLERR) & events)
			pw->pd_wake(pw->pd_arg, events);
	}
	mutex_exit(POLL_LOCK(php));
}

void
pollhead_clean(pollhead_t *php)
{
	mutex_enter(POLL_LOCK(php));
	while (php->ph_list != NULL)
		pollwait_unlink(php->ph_list);
	mutex_exit(POLL_LOCK(php));
}
