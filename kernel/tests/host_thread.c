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
 * signals, and they may end after the library was unloaded.  And the kernel's
 * own, which the host may deny.
 */

#include <dlfcn.h>
#include <sys/resource.h>
#include <sys/wait.h>

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

#define	NTHREADS	40
#define	NOBODY		65534

/*
 * In a process of a user who may have few threads: how many links can be in
 * use, each of which has a thread.
 */
static int
links_of_few_threads(void)
{
	const struct rlimit few = { NTHREADS, NTHREADS };
	hk_stack_t hst = { .hst_kind = HK_STACK_BUS };
	unet_ioc_create_t uic;
	char name[UNET_NAMELEN];
	int i, err = 0;

	if (setgid(NOBODY) != 0 || setuid(NOBODY) != 0 ||
	    setrlimit(RLIMIT_NPROC, &few) != 0)
		return (1);
	drv_boot();
	for (i = 0; i < NTHREADS && err == 0; i++) {
		(void) snprintf(name, sizeof (name), "few%d", i);
		drv_create_init(&uic, name);
		err = hk_ioctl(drv_ctl, UNET_IOC_CREATE, &uic);
		if (err != 0)
			return (2);
		hst.hst_linkid = uic.uic_hdr.uih_linkid;
		err = hk_ioctl(drv_hk, HK_IOC_PLUMB, &hst);
	}
	if (err != -EAGAIN)
		return (2);
	return (hk_halt(drv_kernel) == 0 ? 0 : 3);
}

static void
test_few_threads(void)
{
	const char *what = "a stack end for which there is no thread: EAGAIN";
	int status;
	pid_t pid;

	if (geteuid() != 0) {
		tap_skip(what, "only root can become a user without threads");
		return;
	}
	(void) fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(links_of_few_threads());
	need(pid > 0 && waitpid(pid, &status, 0) == pid, "a process");
	is(status, 0, "%s", what);
}

int
main(void)
{
	const char *dir = getenv("UNET_HOSTED_DIR");
	char path[4096];
	pthread_t thread;
	void *why;
	int i;

	test_few_threads();
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
