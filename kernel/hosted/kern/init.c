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
 * Boot and halt of the base of the kernel.
 */

#include <sys/cmn_err.h>
#include <sys/errno.h>

#include "thread_impl.h"

int
kern_init(uint_t flags)
{
	console_quiet((flags & HK_BOOT_QUIET) != 0);
	sleepq_init();
	lockcheck_reset();
	kmem_init();
	thread_init();
	fault_init();
	if (host_usermem_init() != 0)
		return (EIO);
	mblk_init();
	zone_init();
	kstat_init();
	poll_init();
	taskq_init();
	callout_init();
	return (0);
}

static uint64_t
kern_leaked(const char *what, uint64_t n)
{
	if (n != 0)
		cmn_err(CE_WARN, "leak: %lu %s", n, what);
	return (n);
}

/*
 * The threads go first; what they hold goes with them.
 */
uint64_t
kern_fini(void)
{
	uint64_t left, nthreads;
	kcounts_t counts;

	fault_init();
	callout_fini();
	taskq_fini();
	nthreads = thread_fini();
	left = kern_leaked("kernel threads", nthreads);
	poll_fini();
	left += kstat_fini();
	left += zone_fini();

	thread_counts(&counts);
	left += kern_leaked("message blocks", (uint64_t)counts.kc_mblks);
	left += kern_leaked("allocations", (uint64_t)counts.kc_kmem);
	left += kern_leaked("locks", lock_count);
	mblk_fini();
	kmem_fini();
	thread_forget_counts();
	lock_count = 0;
	host_usermem_fini();
	return (left);
}

void
kern_usage(hk_usage_t *usage)
{
	kcounts_t counts;

	thread_counts(&counts);
	usage->hu_kmem = (uint64_t)counts.kc_kmem;
	usage->hu_mblks = (uint64_t)counts.kc_mblks;
	usage->hu_kstats = kstat_out();
	usage->hu_threads = thread_nkernel();
	usage->hu_locks = __atomic_load_n(&lock_count, __ATOMIC_RELAXED);
}
