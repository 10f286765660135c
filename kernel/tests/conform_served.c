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

#include <grp.h>
#include "srv.h"
#include "conform_hk.h"

static pid_t interrupted;	/* gets signals until it ends */
static int connected;		/* hk_kernel is this process's */

static int
op_open_connected(const char *path, int oflags)
{
	if (!connected) {
		hk_kernel = hk_connect(srv_sock);
		connected = 1;
	}
	return (op_open(path, oflags));
}

static int
op_spawn(int (*fn)(void *), void *arg)
{
	const pid_t pid = fork();

	if (pid == 0) {
		connected = 0;
		_exit(fn(arg));
	}
	return (pid);
}

static int
op_wait(int child)
{
	int status, res;

	while ((res = waitpid(child, &status,
	    child == interrupted ? WNOHANG : 0)) == 0) {
		op_sleep(20);
		(void) kill(child, SIGUSR1);
	}
	interrupted = 0;
	if (res < 0)
		return (-C_EINVAL);
	return (WIFEXITED(status) ? WEXITSTATUS(status) : CONFORM_KILLED);
}

static int
op_kill(int child, int how)
{
	if (how == CONFORM_INTERRUPT)
		interrupted = child;
	return (kill(child, how == CONFORM_INTERRUPT ? SIGUSR1 : SIGKILL));
}

static int
op_asleep(int child)
{
	char path[64];

	(void) snprintf(path, sizeof (path), "/proc/%d/stat", child);
	return (hk_asleep(path));
}

/*
 * Before it connects: who it is then counts.
 */
static int
op_become(uint32_t uid, uint32_t gid)
{
	return (setgroups(0, NULL) == 0 && setgid(gid) == 0 &&
	    setuid(uid) == 0 ? 0 : -C_EPERM);
}

static void
on_signal(int sig)
{
	(void) sig;
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
	struct sigaction sa = { .sa_handler = on_signal };
	conform_ops_t ops;
	int failed;

	start();
	(void) sigaction(SIGUSR1, &sa, NULL);
	hk_kernel = drv_kernel = hk_connect(srv_sock);
	hk_dev = drv_hk = hk_open(hk_kernel, "/dev/hk", O_RDWR);
	need(hk_dev > 0, "hk opens (%d)", hk_dev);
	connected = 1;

	hk_ops_init(&ops);
	ops.co_flags |= CONFORM_PROCESS;
	ops.co_open = op_open_connected;
	ops.co_spawn = op_spawn;
	ops.co_wait = op_wait;
	ops.co_kill = op_kill;
	ops.co_asleep = op_asleep;
	if (geteuid() == 0)
		ops.co_become = op_become;
	failed = conform_run(&ops);

	(void) hk_ioctl(hk_dev, HK_IOC_SHUTDOWN, NULL);
	(void) hk_halt(hk_kernel);
	return (failed != 0);
}
