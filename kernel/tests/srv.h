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

#ifndef	_SRV_H
#define	_SRV_H

/*
 * What the tests of the server have in common: servers in directories of their
 * own, programs that are their clients, and waiting for what these say.
 */

#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "drv.h"
#include "server/proto.h"

static char srv_dir[64];		/* the test's directory */
static char srv_sock[96];		/* the socket in it */

static pid_t srv_tester;		/* who made it */

static inline int
srv_unlink(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void) st;
	(void) type;
	(void) ftw;
	return (remove(path));
}

static inline void
srv_remove_dir(void)
{
	(void) nftw(srv_dir, srv_unlink, 8, FTW_DEPTH | FTW_PHYS);
}

/*
 * The pid in the lock of the server; 0: there is none.  A signal handler calls
 * this.
 */
static inline pid_t
srv_pid(void)
{
	char path[sizeof (srv_sock) + 8], text[16];
	ssize_t n, i;
	pid_t pid = 0;
	int fd;

	(void) strcpy(path, srv_sock);
	(void) strcat(path, ".lock");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return (0);
	n = read(fd, text, sizeof (text));
	(void) close(fd);
	for (i = 0; i < n && text[i] >= '0' && text[i] <= '9'; i++)
		pid = pid * 10 + (text[i] - '0');
	return (pid);
}

/*
 * A test that gives up takes its server with it.
 */
static inline void
srv_kill(void)
{
	pid_t pid;

	pid = srv_pid();
	if (pid > 1 && getpid() == srv_tester)
		(void) kill(pid, SIGKILL);
}

static inline void
srv_exit(void)
{
	if (getpid() != srv_tester)
		return;
	srv_kill();
	srv_remove_dir();
}

static inline void
srv_terminated(int sig)
{
	srv_kill();
	_exit(128 + sig);
}

static inline void
srv_make_dir(void)
{
	(void) snprintf(srv_dir, sizeof (srv_dir), "/tmp/unet-test-XXXXXX");
	need(mkdtemp(srv_dir) != NULL, "a directory");
	(void) snprintf(srv_sock, sizeof (srv_sock), "%s/s", srv_dir);
	srv_tester = getpid();
	(void) atexit(srv_exit);
	(void) signal(SIGTERM, srv_terminated);
	(void) signal(SIGINT, srv_terminated);
}

/*
 * Run unethostd with these arguments; its exit status, and what it says on
 * stderr.  In the background the command ends when the server is ready.  Any
 * user may run it, wherever it lies.
 */
static inline int
srv_run(char *const args[], uid_t uid, char *said, size_t room)
{
	const char *build = getenv("UNET_HOSTED_DIR");
	char path[PATH_MAX];
	int fds[2], exe, status = -1;
	size_t len = 0;
	ssize_t n;
	pid_t pid;

	(void) snprintf(path, sizeof (path), "%s/unethostd",
	    build == NULL ? "build/release" : build);
	exe = open(path, O_PATH | O_CLOEXEC);
	need(exe >= 0, "there is %s", path);
	need(pipe2(fds, O_CLOEXEC) == 0, "pipe");
	pid = fork();
	if (pid == 0) {
		(void) dup2(fds[1], STDERR_FILENO);
		if (uid != 0 && (setgid(uid) != 0 || setuid(uid) != 0))
			_exit(126);
		(void) fexecve(exe, args, environ);
		_exit(127);
	}
	(void) close(exe);
	(void) close(fds[1]);
	while (len < room - 1 &&
	    (n = read(fds[0], said + len, room - 1 - len)) > 0)
		len += n;
	said[len] = '\0';
	(void) close(fds[0]);
	(void) waitpid(pid, &status, 0);
	return (WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}

static inline void
srv_start_with(char *option)
{
	char log[128], said[1024];
	char *args[] = { "unethostd", "-s", srv_sock, "-l", log, option, NULL };
	int status;

	(void) snprintf(log, sizeof (log), "%s/log", srv_dir);
	status = srv_run(args, 0, said, sizeof (said));
	need(status == 0, "the server starts (%d: %s)", status, said);
}

/*
 * A server's whole process has ended, orphan that it is.
 */
static inline int
srv_gone(pid_t pid)
{
	char path[64], state = 'Z';
	FILE *file;

	(void) snprintf(path, sizeof (path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "r");
	if (file == NULL)
		return (1);
	if (fscanf(file, "%*d %*s %c", &state) != 1)
		state = 'Z';
	(void) fclose(file);
	return (state == 'Z');
}

/*
 * How much memory of programs the server has mapped.
 */
static inline unsigned int
srv_maps(pid_t pid)
{
	char path[64], line[512];
	unsigned int n = 0;
	FILE *file;

	(void) snprintf(path, sizeof (path), "/proc/%d/maps", (int)pid);
	file = fopen(path, "r");
	need(file != NULL, "the server's mappings");
	while (fgets(line, sizeof (line), file) != NULL)
		n += (strstr(line, "/memfd:") != NULL);
	(void) fclose(file);
	return (n);
}

static inline int
srv_exists(const char *path)
{
	struct stat st;

	return (lstat(path, &st) == 0);
}

/*
 * What the servers of this test have to say, when they have ended.  Nobody sees
 * how they exit; but a leak, and whatever a sanitizer found, is in there.
 */
static inline void
srv_check_log(void)
{
	char path[128], line[512];
	int bad = 0;
	FILE *file;

	(void) snprintf(path, sizeof (path), "%s/log", srv_dir);
	file = fopen(path, "r");
	need(file != NULL, "there is a log");
	while (fgets(line, sizeof (line), file) != NULL) {
		if (strstr(line, "Sanitizer") != NULL ||
		    strstr(line, "WARNING") != NULL ||
		    strstr(line, "panic") != NULL ||
		    strstr(line, "halt: ") != NULL)
			bad++;
		printf("# log: %s", line);
	}
	(void) fclose(file);
	is(bad, 0, "nothing is amiss in the server's log");
}

/*
 * Become a client: what drv.h works on is the served kernel from here on.
 */
static inline void
srv_connect(void)
{
	drv_kernel = hk_connect(srv_sock);
	need(drv_kernel > 0, "connects (%d)", drv_kernel);
	drv_ctl = hk_open(drv_kernel, UNET_CTL_PATH, O_RDWR);
	need(drv_ctl > 0, "ctl opens (%d)", drv_ctl);
	drv_hk = hk_open(drv_kernel, "/dev/hk", O_RDWR);
	need(drv_hk > 0, "hk opens (%d)", drv_hk);
}

/*
 * End the server through its kernel, and see that it left nothing.
 */
static inline void
srv_shutdown(void)
{
	char lock[128];
	pid_t pid = srv_pid();

	(void) snprintf(lock, sizeof (lock), "%s.lock", srv_sock);
	is(hk_ioctl(drv_hk, HK_IOC_SHUTDOWN, NULL), 0, "shutdown is answered");
	ok(!srv_exists(srv_sock), "the socket is gone by then");
	ok(!srv_exists(lock), "and the lock");
	drv_until(srv_gone(pid), "and then the server");
	(void) hk_halt(drv_kernel);
}

/*
 * Another program: a child with a pipe to tell us things, a line each.
 */
typedef struct srv_child {
	pid_t	sc_pid;
	int	sc_from;	/* read what it says */
} srv_child_t;

static int srv_tell;		/* in the child: write to the parent */

static inline void
srv_say(long long value)
{
	if (write(srv_tell, &value, sizeof (value)) != sizeof (value))
		_exit(1);
}

static inline long long
srv_hear(const srv_child_t *child)
{
	struct pollfd fd = { .fd = child->sc_from, .events = POLLIN };
	long long value;

	need(poll(&fd, 1, 60 * 1000) == 1, "the child says something");
	need(read(child->sc_from, &value, sizeof (value)) == sizeof (value),
	    "the child lives");
	return (value);
}

static inline srv_child_t
srv_fork(void (*func)(void *), void *arg)
{
	srv_child_t child;
	int fds[2];

	need(pipe2(fds, O_CLOEXEC) == 0, "pipe");
	(void) fflush(stdout);
	child.sc_pid = fork();
	if (child.sc_pid == 0) {
		(void) close(fds[0]);
		srv_tell = fds[1];
		func(arg);
		_exit(0);
	}
	need(child.sc_pid > 0, "fork");
	(void) close(fds[1]);
	child.sc_from = fds[0];
	return (child);
}

/*
 * How the child ended: the status of wait(2).
 */
static inline int
srv_wait(srv_child_t *child)
{
	int status = -1;

	(void) waitpid(child->sc_pid, &status, 0);
	(void) close(child->sc_from);
	return (status);
}

#endif	/* _SRV_H */
