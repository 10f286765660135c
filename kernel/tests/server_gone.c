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
 * hk_gonefd(): whoever waits for a file of a server that ends, however that
 * comes about, can know of it; and of nothing else.
 */

#include "srv.h"

static int
readable(int fd, int timeout)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };

	return (poll(&pfd, 1, timeout));
}

static void
test_own(void)
{
	int file, kernel = hk_boot(HK_BOOT_QUIET);

	need(kernel > 0, "a kernel of this process");
	is(hk_gonefd(kernel), -ENOTSUP, "is not taken away: ENOTSUP");
	is(hk_gonefd(0), -EBADF, "no kernel: EBADF");
	is(hk_gonefd(kernel + 1), -EBADF, "no such kernel: EBADF");
	file = hk_open(kernel, "/dev/hk", O_RDWR);
	need(file > 0, "a file of it");
	is(hk_gonefd(file), -EBADF, "a file: EBADF");
	is(hk_halt(kernel), 0, "halted");
	is(hk_gonefd(kernel), -EBADF, "EBADF then");
}

/*
 * The three ways a server goes, while this process waits for a frame.
 */
typedef enum way { WAY_KILL, WAY_TERM, WAY_SHUTDOWN } way_t;

static void
be_ender(void *arg)
{
	(void) arg;
	drv_kernel = hk_connect(srv_sock);
	drv_hk = hk_open(drv_kernel, "/dev/hk", O_RDWR);
	srv_say(hk_ioctl(drv_hk, HK_IOC_SHUTDOWN, NULL));
}

static void
test_going(way_t way, const char *what)
{
	srv_child_t child = { 0 };
	int fd, gone, later;
	pid_t pid;

	srv_start_with(NULL);
	srv_connect();
	pid = srv_pid();
	gone = hk_gonefd(drv_kernel);
	ok(gone >= 0, "%s: a descriptor (%d)", what, gone);
	is(hk_gonefd(drv_kernel), gone, "always the same");
	ok((fcntl(gone, F_GETFD) & FD_CLOEXEC) != 0, "close on exec");
	(void) drv_create("gone0");
	fd = drv_open("gone0", DRV_RDWR);
	is(hk_pollarm(fd, POLLIN), 0, "armed");
	is(readable(gone, 0), 0, "calls do not show on it");

	if (way == WAY_SHUTDOWN) {
		child = srv_fork(be_ender, NULL);
		is(srv_hear(&child), 0, "another program ends the server");
		(void) srv_wait(&child);
	} else {
		(void) kill(pid, way == WAY_KILL ? SIGKILL : SIGTERM);
	}
	is(readable(gone, 60 * 1000), 1, "%s: it is readable", what);
	drv_until(srv_gone(pid), "the server ends");
	is(readable(gone, 0), 1, "it stays readable");
	is(hk_pollarm(fd, POLLIN), -ECONNRESET, "calls: ECONNRESET");
	is(hk_gonefd(drv_kernel), gone, "it is there still");

	/* The next server is another kernel. */
	srv_start_with(NULL);
	later = hk_connect(srv_sock);
	need(later > 0, "the next server (%d)", later);
	ok(hk_gonefd(later) != gone, "has a descriptor of its own");
	is(readable(hk_gonefd(later), 0), 0, "which is quiet");
	is(readable(gone, 0), 1, "and makes up for nothing");
	(void) hk_halt(drv_kernel);
	is(fcntl(gone, F_GETFD), -1, "forgetting the kernel closes it");
	is(hk_gonefd(drv_kernel), -EBADF, "EBADF then");
	(void) hk_halt(later);
	srv_connect();
	srv_shutdown();
}

static void
be_child_of_fork(void *arg)
{
	(void) arg;
	srv_say(hk_gonefd(drv_kernel));
	srv_say(hk_halt(drv_kernel));
	drv_kernel = hk_connect(srv_sock);
	srv_say(readable(hk_gonefd(drv_kernel), 0));
	srv_say(hk_halt(drv_kernel));
}

static void
test_fork(void)
{
	srv_child_t child;
	int gone;

	srv_start_with(NULL);
	srv_connect();
	gone = hk_gonefd(drv_kernel);
	child = srv_fork(be_child_of_fork, NULL);
	is(srv_hear(&child), -EBADF, "a child of a fork has none");
	is(srv_hear(&child), 0, "but may forget the kernel");
	is(srv_hear(&child), 0, "and have one of its own");
	is(srv_hear(&child), 0, "which it forgets");
	(void) srv_wait(&child);
	is(readable(gone, 0), 0, "the parent's says nothing of that");
	is(hk_getfl(drv_ctl) & O_ACCMODE, O_RDWR, "and its files are there");
	srv_shutdown();
}

int
main(void)
{
	srv_make_dir();
	test_own();
	test_going(WAY_KILL, "killed");
	test_going(WAY_TERM, "terminated");
	test_going(WAY_SHUTDOWN, "shut down");
	test_fork();
	srv_check_log();
	return (tap_done());
}
