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
 * Sleep queues: threads that sleep for the sake of an address, after sleepq of
 * illumos (os/sleepq.c): hashed, first come first served.
 */

#include <sys/cmn_err.h>

#include "thread_impl.h"

#define	SLEEPQ_COUNT	2048	/* a power of two */
#define	SLEEPQ_HASH(addr)	\
	((((uintptr_t)(addr) >> 3) ^ ((uintptr_t)(addr) >> 11)) & \
	(SLEEPQ_COUNT - 1))

static sleepq_t sleepqs[SLEEPQ_COUNT];

/*
 * The queues outlive the kernel: locks may be used before the next one boots.
 */
void
sleepq_init(void)
{
	uint_t i;

	if (sleepqs[0].sq_lock != NULL)
		return;
	for (i = SLEEPQ_COUNT; i-- > 0; ) {
		sleepqs[i].sq_tailp = &sleepqs[i].sq_head;
		sleepqs[i].sq_lock = host_lock_create();
		if (sleepqs[i].sq_lock == NULL)
			panic("sleepq_init: no memory");
	}
}

sleepq_t *
sleepq_enter(const void *addr)
{
	sleepq_t *sq = &sleepqs[SLEEPQ_HASH(addr)];

	host_lock_enter(sq->sq_lock);
	return (sq);
}

void
sleepq_exit(sleepq_t *sq)
{
	host_lock_exit(sq->sq_lock);
}

void
sleepq_insert(sleepq_t *sq, sleeper_t *sl, const void *addr,
    sleeper_kind_t kind, kthread_impl_t *ti)
{
	sl->sl_addr = addr;
	sl->sl_kind = kind;
	sl->sl_woken = B_FALSE;
	sl->sl_thread = ti;
	sl->sl_next = NULL;
	sl->sl_prevp = sq->sq_tailp;
	*sq->sq_tailp = sl;
	sq->sq_tailp = &sl->sl_next;
}

void
sleepq_remove(sleepq_t *sq, sleeper_t *sl)
{
	*sl->sl_prevp = sl->sl_next;
	if (sl->sl_next != NULL)
		sl->sl_next->sl_prevp = sl->sl_prevp;
	else
		sq->sq_tailp = sl->sl_prevp;
}

/*
 * The first sleeper after `after' (NULL: of all).
 */
sleeper_t *
sleepq_find(sleepq_t *sq, const void *addr, sleeper_kind_t kind,
    const sleeper_t *after)
{
	sleeper_t *sl = after == NULL ? sq->sq_head : after->sl_next;

	while (sl != NULL && (sl->sl_addr != addr || sl->sl_kind != kind))
		sl = sl->sl_next;
	return (sl);
}

/*
 * -1 when the deadline has passed; may return 0 without a reason.
 */
int
sleepq_wait(sleepq_t *sq, sleeper_t *sl, hrtime_t deadline)
{
	return (host_event_wait(sl->sl_thread->ti_event, sq->sq_lock,
	    deadline));
}
