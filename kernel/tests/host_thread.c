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
 * Threads of the program that the kernel is a guest of: they may block all
 * signals, and they may end after the library was unloaded.
 */

#include <dlfcn.h>

#include "drv.h"

#define	BAD	((void *)16)

static int blocked_result;

static void *
blocked(void *arg __attribute__((__unused__)))
{
	sigset_t all;

	(void) sigfillset(&all);
	(void) pthread_sigmask(SIG_SETMASK, &all, NULL);
	blocked_result = hk_ioctl(drv_hk, HK_IOC_SYSINFO, BAD);
	return (NULL);
}

/*
 * What a worker thread does whose own copy of a program's libraries goes with
 * it.  NULL: all went well.
 */
static void *
unloading(void *arg)
{
	int (*boot)(uint32_t), (*halt)(int);
	void *lib = dlopen(arg, RTLD_NOW | RTLD_LOCAL);
	int kernel;

	if (lib == NULL)
		return ((void *)dlerror());
	boot = (int (*)(uint32_t))dlsym(lib, "hk_boot");
	halt = (int (*)(int))dlsym(lib, "hk_halt");
	if (boot == NULL || halt == NULL)
		return ("a function is missing");
	if ((kernel = boot(HK_BOOT_QUIET)) <= 0)
		return ("no boot");
	if (halt(kernel) != 0)
		return ("a halt that failed");
	return (dlclose(lib) == 0 ? NULL : "dlclose");
}

int
main(void)
{
	const char *dir = getenv("UNET_HOSTED_DIR");
	char path[4096];
	pthread_t thread;
	void *why;
	int i;

	drv_boot();
	(void) pthread_create(&thread, NULL, blocked, NULL);
	(void) pthread_join(thread, NULL);
	is(blocked_result, -EFAULT,
	    "a bad address of a thread that blocks all signals");

	(void) snprintf(path, sizeof (path), "%s/libunethk.so",
	    dir != NULL ? dir : "build/debug");
	for (i = 0; i < 2; i++) {
		(void) pthread_create(&thread, NULL, unloading, path);
		(void) pthread_join(thread, &why);
		if (!ok(why == NULL, "a thread ends after the library was "
		    "unloaded, round %d", i))
			printf("# %s\n", (const char *)why);
	}
	return (drv_done());
}
