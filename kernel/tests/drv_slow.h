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

#ifndef	_DRV_SLOW_H
#define	_DRV_SLOW_H

/*
 * Memory whose first use takes as long as a test wants, as that of a page which
 * must come from a disk: whoever touches it, in the kernel too, is stuck until
 * slow_release().  Include after drv.h; slow_setup() after the boot, whose
 * handler of faults gets all others.
 */

static char *slow_page;
static long slow_size;
static int slow_entered;	/* atomic */
static int slow_released;	/* atomic */
static struct sigaction slow_next;

static void
slow_fault(int sig, siginfo_t *info, void *context)
{
	char *addr = info->si_addr;

	if (addr < slow_page || addr >= slow_page + slow_size) {
		slow_next.sa_sigaction(sig, info, context);
		return;
	}
	__atomic_store_n(&slow_entered, 1, __ATOMIC_RELEASE);
	while (!__atomic_load_n(&slow_released, __ATOMIC_ACQUIRE))
		(void) sched_yield();
	(void) mprotect(slow_page, (size_t)slow_size, PROT_READ | PROT_WRITE);
}

static inline void
slow_setup(void)
{
	struct sigaction sa;

	slow_size = sysconf(_SC_PAGESIZE);
	slow_page = mmap(NULL, (size_t)slow_size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	need(slow_page != MAP_FAILED, "mmap");
	(void) memset(&sa, 0, sizeof (sa));
	sa.sa_sigaction = slow_fault;
	sa.sa_flags = SA_SIGINFO | SA_NODEFER;
	(void) sigemptyset(&sa.sa_mask);
	need(sigaction(SIGSEGV, &sa, &slow_next) == 0, "a handler");
}

/*
 * The next use of the page is slow.
 */
static inline void
slow_arm(void)
{
	__atomic_store_n(&slow_entered, 0, __ATOMIC_RELEASE);
	__atomic_store_n(&slow_released, 0, __ATOMIC_RELEASE);
	need(mprotect(slow_page, (size_t)slow_size, PROT_NONE) == 0,
	    "mprotect");
}

static inline int
slow_is_entered(void)
{
	return (__atomic_load_n(&slow_entered, __ATOMIC_ACQUIRE));
}

static inline void
slow_release(void)
{
	__atomic_store_n(&slow_released, 1, __ATOMIC_RELEASE);
}

/*
 * The handler that was there is the kernel's, which takes it away at its halt.
 */
static inline void
slow_teardown(void)
{
	need(sigaction(SIGSEGV, &slow_next, NULL) == 0, "no handler");
	need(munmap(slow_page, (size_t)slow_size) == 0, "munmap");
}

#endif	/* _DRV_SLOW_H */
