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
 * Faults on request (HK_IOC_FAULT): the nth call of a kind fails, once.
 */

#include <sys/atomic.h>
#include <sys/errno.h>

#include "kern_impl.h"

volatile uint_t fault_armed;

/*
 * Kinds that are not armed are not counted either, so they cost a test of a
 * bit.
 */
static struct {
	volatile uint64_t	f_nth;
	volatile uint64_t	f_seen;
	volatile int		f_errno;	/* 0: the usual one */
} faults[HK_FAULT_MAX];

void
fault_init(void)
{
	uint_t i;

	/* A halt comes here while the kernel's own threads still run. */
	__atomic_store_n(&fault_armed, 0, __ATOMIC_SEQ_CST);
	for (i = 0; i < HK_FAULT_MAX; i++) {
		__atomic_store_n(&faults[i].f_nth, 0, __ATOMIC_SEQ_CST);
		__atomic_store_n(&faults[i].f_seen, 0, __ATOMIC_SEQ_CST);
		__atomic_store_n(&faults[i].f_errno, 0, __ATOMIC_SEQ_CST);
	}
}

boolean_t
fault_hit(uint_t kind)
{
	return (atomic_inc_64_nv(&faults[kind].f_seen) ==
	    __atomic_load_n(&faults[kind].f_nth, __ATOMIC_RELAXED) ?
	    B_TRUE : B_FALSE);
}

int
fault_error(uint_t kind, int usual)
{
	int err = __atomic_load_n(&faults[kind].f_errno, __ATOMIC_RELAXED);

	return (err != 0 ? err : usual);
}

/*
 * To be set before the fault is, for a kind that exists.
 */
void
fault_set_error(uint_t kind, int err)
{
	__atomic_store_n(&faults[kind].f_errno, err, __ATOMIC_SEQ_CST);
}

int
fault_set(uint_t kind, uint64_t nth, uint64_t *seenp)
{
	if (kind == 0 || kind >= HK_FAULT_MAX)
		return (EINVAL);

	(void) __atomic_fetch_and(&fault_armed, ~(1U << kind),
	    __ATOMIC_SEQ_CST);
	*seenp = atomic_swap_64(&faults[kind].f_seen, 0);
	__atomic_store_n(&faults[kind].f_nth, nth, __ATOMIC_SEQ_CST);
	if (nth != 0)
		atomic_or_uint(&fault_armed, 1U << kind);
	return (0);
}
