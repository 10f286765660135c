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
 * Network namespaces of Linux.  A namespace has a name, which is a file
 * (ip-netns(8) makes these), and for the time of its life an inode; and a
 * number, its cookie, that no other namespace ever has.  A descriptor keeps a
 * namespace alive, with all its interfaces, when everybody else has left it: so
 * what is kept here is names and cookies.
 *
 * A thread that has been elsewhere may not get back, so who has something to do
 * in a namespace sends a thread.
 */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "host.h"
#include "netns.h"

#define	NETNS_DIR	"/run/netns/"
#define	NETNS_OWN	"/proc/thread-self/ns/net"

#ifndef	SO_NETNS_COOKIE
#define	SO_NETNS_COOKIE	71
#endif

static int
netns_path(const char *name, char *path, size_t size)
{
	int n;

	if (*name == '\0' || (*name != '/' && strchr(name, '/') != NULL))
		return (-EINVAL);
	n = snprintf(path, size, "%s%s", *name == '/' ? "" : NETNS_DIR, name);
	return (n < (int)size ? 0 : -ENAMETOOLONG);
}

/*
 * A file that only has the name of a namespace must not be opened: that may
 * wait, or do something.
 */
int
netns_open(const char *name)
{
	char path[PATH_MAX], again[64];
	struct statfs fs;
	int place, fd, err;

	if ((err = netns_path(name, path, sizeof (path))) != 0)
		return (err);
	place = open(path, O_PATH | O_CLOEXEC);
	if (place == -1)
		return (errno == ENOTDIR ? -ENOENT : -errno);
	err = -EINVAL;
	fd = -1;
	if (fstatfs(place, &fs) == 0 && fs.f_type == NSFS_MAGIC) {
		(void) snprintf(again, sizeof (again), "/proc/self/fd/%d",
		    place);
		fd = open(again, O_RDONLY | O_CLOEXEC);
		if (fd == -1)
			err = -errno;
	}
	(void) close(place);
	if (fd != -1 && ioctl(fd, NS_GET_NSTYPE) != CLONE_NEWNET) {
		(void) close(fd);
		fd = -1;
	}
	return (fd == -1 ? err : fd);
}

typedef struct netns_call {
	int		nc_fd;
	int		(*nc_func)(void *);
	void		*nc_arg;
	int		nc_result;
} netns_call_t;

static void *
netns_thread(void *arg)
{
	netns_call_t *nc = arg;

	nc->nc_result = setns(nc->nc_fd, CLONE_NEWNET) == -1 ? -errno :
	    nc->nc_func(nc->nc_arg);
	return (NULL);
}

int
netns_run(int fd, int (*func)(void *), void *arg)
{
	netns_call_t nc = { .nc_fd = fd, .nc_func = func, .nc_arg = arg };
	sigset_t all, old;
	pthread_t thread;
	int error;

	if (fd == -1)
		return (func(arg));
	(void) sigfillset(&all);
	(void) pthread_sigmask(SIG_SETMASK, &all, &old);
	error = pthread_create(&thread, NULL, netns_thread, &nc);
	(void) pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (error != 0)
		return (-error);
	(void) pthread_join(thread, NULL);
	return (nc.nc_result);
}

unsigned long long
netns_inode(int fd)
{
	struct stat st;

	if ((fd == -1 ? stat(NETNS_OWN, &st) : fstat(fd, &st)) == -1)
		return (0);
	return (st.st_ino);
}

int
netns_named(const char *name, unsigned long long inode)
{
	char path[PATH_MAX];
	struct stat st;

	return (netns_path(name, path, sizeof (path)) == 0 &&
	    stat(path, &st) == 0 && st.st_ino == inode);
}

unsigned long long
netns_cookie(void)
{
	unsigned long long cookie = 0;
	socklen_t len = sizeof (cookie);
	int sock = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (sock == -1)
		return (0);
	if (getsockopt(sock, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &len) == -1)
		cookie = 0;
	(void) close(sock);
	return (cookie);
}

static int
netns_look(void *idp)
{
	*(unsigned long long *)idp = netns_cookie();
	return (0);
}

/*
 * Our own is nobody else's to be confined to.
 */
int
host_netns_find(const char *name, unsigned long long *idp)
{
	const int fd = netns_open(name);
	int err;

	if (fd < 0)
		return (fd);
	err = netns_run(fd, netns_look, idp);
	(void) close(fd);
	if (err != 0)
		return (err);
	if (*idp == 0)
		return (-ENOTSUP);
	return (*idp == netns_cookie() ? -EADDRINUSE : 0);
}
