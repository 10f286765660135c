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
 * The kernel's fault handler is a guest in its process: faults that are not its
 * own reach the handler that was there before, which is back after the halt.
 */

#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>

#include "hk.h"
#include "tap.h"

static sigjmp_buf back;
static volatile sig_atomic_t caught;
static void *volatile caught_at;

static void
on_fault(int sig, siginfo_t *info, void *context)
{
	(void) context;
	caught = sig;
	caught_at = info->si_addr;
	siglongjmp(back, 1);
}

/*
 * Does a fault at that address reach the program's handler?
 */
static int
fault_reaches_us(volatile char *bad)
{
	caught = 0;
	caught_at = NULL;
	if (sigsetjmp(back, 1) == 0)
		*bad = 1;
	return (caught == SIGSEGV && caught_at == (void *)(uintptr_t)bad);
}

int
main(void)
{
	struct sigaction sa, now;
	char *page;
	int kernel, file;

	page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	need(page != MAP_FAILED, "a page without access");
	(void) memset(&sa, 0, sizeof (sa));
	sa.sa_sigaction = on_fault;
	sa.sa_flags = SA_SIGINFO;
	(void) sigemptyset(&sa.sa_mask);
	need(sigaction(SIGSEGV, &sa, NULL) == 0, "a handler of our own");
	ok(fault_reaches_us(page), "a fault reaches it");

	kernel = hk_boot(HK_BOOT_QUIET);
	need(kernel > 0, "the kernel boots (%d)", kernel);
	ok(fault_reaches_us(page), "with a kernel in the process too");

	file = hk_open(kernel, "/dev/hk", 2);
	need(file > 0, "/dev/hk opens (%d)", file);
	caught = 0;
	ok(hk_ioctl(file, HK_IOC_USAGE, page) == -14,
	    "a bad address in a call is EFAULT");
	ok(caught == 0, "of which the handler hears nothing");
	ok(fault_reaches_us(page), "it still works after that");
	ok(hk_close(file) == 0 && hk_halt(kernel) == 0, "halt");

	ok(sigaction(SIGSEGV, NULL, &now) == 0 &&
	    now.sa_sigaction == on_fault, "the handler is back in its place");
	ok(fault_reaches_us(page), "and works");
	return (tap_done());
}
