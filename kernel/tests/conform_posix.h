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

#ifndef	_CONFORM_POSIX_H
#define	_CONFORM_POSIX_H

/*
 * What the tables of the conformance program share on every system with a libc
 * of the usual kind: time, output, and children that are processes.
 */

#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "conform.h"

#define	PATIENCE	15000	/* ms that a child may take */

static inline int
op_getpid(void)
{
	return ((int)getpid());
}

static inline int64_t
op_msec(void)
{
	struct timespec ts;

	(void) clock_gettime(CLOCK_MONOTONIC, &ts);
	return ((int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000);
}

static inline void
op_sleep(int msec)
{
	struct timespec ts;

	ts.tv_sec = msec / 1000;
	ts.tv_nsec = msec % 1000 * 1000000L;
	(void) nanosleep(&ts, NULL);
}

static inline void
op_print(const char *line)
{
	(void) puts(line);
	(void) fflush(stdout);
}

static inline int
op_readonly(void *addr, size_t len)
{
	return (mprotect(addr, len, PROT_READ) == 0 ? 0 : -C_EINVAL);
}

/*
 * Children.  One that is being interrupted gets a signal every now and then
 * until it ends, because one that comes before its call sleeps is lost.
 */
static pid_t interrupted;

static inline void
on_signal(int sig)
{
	(void) sig;
}

static inline void
catch_signals(void)
{
	struct sigaction sa;

	(void) memset(&sa, 0, sizeof (sa));
	sa.sa_handler = on_signal;
	(void) sigaction(SIGUSR1, &sa, NULL);
}

static inline int
op_spawn_process(int (*fn)(void *), void *arg)
{
	const pid_t pid = fork();

	if (pid == 0)
		_exit(fn(arg));
	return (pid < 0 ? -C_ENOMEM : (int)pid);
}

static inline int
op_wait_process(int child)
{
	const int64_t end = op_msec() + PATIENCE;
	int status, res;

	while ((res = waitpid(child, &status, WNOHANG)) == 0) {
		if (op_msec() > end) {
			(void) kill(child, SIGKILL);
			res = -1;
			break;
		}
		op_sleep(5);
		if (child == interrupted)
			(void) kill(child, SIGUSR1);
	}
	interrupted = 0;
	if (res < 0)
		return (-C_ETIME);
	return (WIFEXITED(status) ? WEXITSTATUS(status) : CONFORM_KILLED);
}

static inline int
op_kill_process(int child, int how)
{
	const int sig = how == CONFORM_INTERRUPT ? SIGUSR1 : SIGKILL;

	if (how == CONFORM_INTERRUPT)
		interrupted = child;
	return (kill(child, sig) == 0 ? 0 : -C_EINVAL);
}

/*
 * In a child.
 */
static inline int
op_become_user(uint32_t uid, uint32_t gid)
{
	return (setgroups(0, NULL) == 0 && setgid(gid) == 0 &&
	    setuid(uid) == 0 ? 0 : -C_EPERM);
}

#endif	/* _CONFORM_POSIX_H */
