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
 * The clock of a kernel that is fuzzed runs a thousand times as fast, so that
 * whoever tries again after a second does not keep the fuzzer waiting.  The
 * functions of host.h are replaced by these (ld --wrap).
 */

#include "host.h"

#define	CLOCK_SPEED	1000

extern long long __real_host_monotonic(void);
extern int __real_host_event_wait(host_event_t *, host_lock_t *, long long);
extern void __real_host_sleep(long long);

extern long long __wrap_host_monotonic(void);
extern int __wrap_host_event_wait(host_event_t *, host_lock_t *, long long);
extern void __wrap_host_sleep(long long);

static long long clock_start;	/* set once, by the first to look */

static long long
clock_zero(void)
{
	long long zero = __atomic_load_n(&clock_start, __ATOMIC_ACQUIRE);
	const long long now = __real_host_monotonic();

	if (zero == 0 && __atomic_compare_exchange_n(&clock_start, &zero, now,
	    0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
		zero = now;
	return (zero);
}

long long
__wrap_host_monotonic(void)
{
	const long long zero = clock_zero();

	return (zero + (__real_host_monotonic() - zero) * CLOCK_SPEED);
}

int
__wrap_host_event_wait(host_event_t *event, host_lock_t *lock,
    long long deadline)
{
	const long long zero = clock_zero();

	return (__real_host_event_wait(event, lock, deadline == -1 ? -1 :
	    zero + (deadline - zero) / CLOCK_SPEED));
}

void
__wrap_host_sleep(long long nsec)
{
	__real_host_sleep(nsec / CLOCK_SPEED);
}
