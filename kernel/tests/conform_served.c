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
 * The conformance program over a served kernel: its children are processes,
 * which connect for themselves, and end as processes do.
 */

#include "srv.h"
#include "conform_hk.h"

static pid_t connected;		/* the process that hk_kernel is good for */

/*
 * A child connects when it first opens something: who it is then counts.
 */
static int
op_open_connected(const char *path, int oflags)
{
	if (connected != getpid()) {
		hk_kernel = hk_connect(srv_sock);
		connected = getpid();
	}
	return (op_open(path, oflags));
}

static int
op_asleep(int child)
{
	char path[64];

	(void) snprintf(path, sizeof (path), "/proc/%d/stat", child);
	return (hk_asleep(path));
}

/*
 * A server that lets in the users that the facts want.
 */
static void
start(void)
{
	char log[128], said[1024];
	char *args[] = { "unethostd", "-s", srv_sock, "-l", log, "-a", "1000",
	    "-a", "1001", "-a", "2000", NULL };
	int status;

	srv_make_dir();
	(void) chmod(srv_dir, 0755);
	(void) snprintf(log, sizeof (log), "%s/log", srv_dir);
	status = srv_run(args, 0, said, sizeof (said));
	need(status == 0, "the server starts (%d: %s)", status, said);
}

int
main(void)
{
	conform_ops_t ops;
	int failed;

	start();
	catch_signals();
	hk_kernel = drv_kernel = hk_connect(srv_sock);
	hk_dev = drv_hk = hk_open(hk_kernel, "/dev/hk", O_RDWR);
	need(hk_dev > 0, "hk opens (%d)", hk_dev);
	connected = getpid();

	hk_ops_init(&ops);
	ops.co_flags |= CONFORM_PROCESS;
	ops.co_open = op_open_connected;
	ops.co_spawn = op_spawn_process;
	ops.co_wait = op_wait_process;
	ops.co_kill = op_kill_process;
	ops.co_asleep = op_asleep;
	if (geteuid() == 0)
		ops.co_become = op_become_user;
	failed = conform_run(&ops);

	(void) hk_ioctl(hk_dev, HK_IOC_SHUTDOWN, NULL);
	(void) hk_halt(hk_kernel);
	return (failed != 0);
}
