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
 * The server's place in the file system: the socket, and a lock beside it.
 *
 * `<socket>.lock' is locked with flock(2) for as long as the server lives, and
 * holds its pid.  The lock goes with the process, however that ends, so who has
 * it is the only server of the socket; a socket found then is stale and is
 * replaced.  The lock file is removed by its holder, so who has opened it makes
 * sure, once the lock is theirs, that it is still the file of that name.
 *
 * Nothing is shared with strangers: the directory must be ours or root's, not
 * writable for others (unless it is sticky, as /tmp), and a lock or socket that
 * is there must be ours.
 */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "server.h"

#define	TAKE_PATIENCE	1000	/* times 10 ms, for one who has the lock */

static struct sockaddr_un place_addr = { .sun_family = AF_UNIX };
static char place_lock[sizeof (place_addr.sun_path) + sizeof (".lock")];
static int place_lockfd = -1;
static int place_sock = -1;
static struct stat place_sockstat;
static int place_bound;

static place_result_t
bad(char *why, size_t whylen, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void) vsnprintf(why, whylen, format, args);
	va_end(args);
	return (PLACE_BAD);
}

static place_result_t
check_directory(int shared, char *why, size_t whylen)
{
	char dir[sizeof (place_addr.sun_path)];
	char *slash;
	struct stat st;
	mode_t mode = shared ? 0711 : 0700;

	(void) strcpy(dir, place_addr.sun_path);
	slash = strrchr(dir, '/');
	if (slash == dir)
		slash++;
	*slash = '\0';

	if (mkdir(dir, mode) == 0)
		(void) chmod(dir, mode);
	else if (errno != EEXIST)
		return (bad(why, whylen, "cannot make the directory %s: %s",
		    dir, strerror(errno)));
	/*
	 * A symbolic link leads where its owner wants.
	 */
	if (lstat(dir, &st) != 0)
		return (bad(why, whylen, "%s: %s", dir, strerror(errno)));
	if (S_ISLNK(st.st_mode) && (st.st_uid == geteuid() ||
	    st.st_uid == 0) && stat(dir, &st) != 0)
		return (bad(why, whylen, "%s: %s", dir, strerror(errno)));
	if (st.st_uid != geteuid() && st.st_uid != 0)
		return (bad(why, whylen, "%s belongs to another user (uid %u)",
		    dir, (unsigned int)st.st_uid));
	if (!S_ISDIR(st.st_mode))
		return (bad(why, whylen, "%s is not a directory", dir));
	if ((st.st_mode & 022) != 0 && (st.st_mode & S_ISVTX) == 0)
		return (bad(why, whylen, "%s is writable for other users",
		    dir));
	if (shared && st.st_uid == geteuid() && (st.st_mode & 011) != 011 &&
	    chmod(dir, (st.st_mode & 07777) | 011) != 0)
		return (bad(why, whylen, "%s: %s", dir, strerror(errno)));
	return (PLACE_OURS);
}

/*
 * Whether somebody accepts connections to the socket.
 */
static int
served(void)
{
	int sock = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC |
	    SOCK_NONBLOCK, 0);
	int rc;

	if (sock < 0)
		return (0);
	rc = connect(sock, (struct sockaddr *)&place_addr, sizeof (place_addr));
	if (rc != 0 && (errno == EAGAIN || errno == EPROTOTYPE))
		rc = 0;
	(void) close(sock);
	return (rc == 0);
}

/*
 * Try to lock.  1: the lock is ours.  0: somebody has it, *pidp perhaps.
 */
static int
try_lock(pid_t *pidp, char *why, size_t whylen)
{
	struct stat st, named;
	char text[32];
	ssize_t n;
	int fd;

	fd = open(place_lock, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC |
	    O_NONBLOCK, 0600);
	if (fd < 0) {
		if ((errno == EACCES || errno == ELOOP) &&
		    lstat(place_lock, &st) == 0 && st.st_uid != geteuid()) {
			(void) bad(why, whylen,
			    "%s belongs to another user (uid %u)", place_lock,
			    (unsigned int)st.st_uid);
		} else {
			(void) bad(why, whylen, "cannot open %s: %s",
			    place_lock, strerror(errno));
		}
		return (-1);
	}
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		(void) close(fd);
		(void) bad(why, whylen, "%s is not a regular file", place_lock);
		return (-1);
	}
	if (st.st_uid != geteuid()) {
		(void) close(fd);
		(void) bad(why, whylen, "%s belongs to another user (uid %u)",
		    place_lock, (unsigned int)st.st_uid);
		return (-1);
	}
	if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
		if (stat(place_lock, &named) == 0 &&
		    named.st_ino == st.st_ino && named.st_dev == st.st_dev) {
			place_lockfd = fd;
			return (1);
		}
		(void) close(fd);
		return (0);
	}
	n = pread(fd, text, sizeof (text) - 1, 0);
	if (n > 0) {
		text[n] = '\0';
		*pidp = (pid_t)atoi(text);
	}
	(void) close(fd);
	return (0);
}

/*
 * A socket that is there while nobody has the lock is a dead server's.
 */
static place_result_t
clear_socket(char *why, size_t whylen)
{
	const char *path = place_addr.sun_path;
	struct stat st;

	if (lstat(path, &st) != 0) {
		if (errno == ENOENT)
			return (PLACE_OURS);
		return (bad(why, whylen, "%s: %s", path, strerror(errno)));
	}
	if (st.st_uid != geteuid())
		return (bad(why, whylen, "%s belongs to another user (uid %u)",
		    path, (unsigned int)st.st_uid));
	if (!S_ISSOCK(st.st_mode))
		return (bad(why, whylen, "%s is there and is not a socket",
		    path));
	if (served())
		return (bad(why, whylen, "%s is served by another program",
		    path));
	if (unlink(path) != 0)
		return (bad(why, whylen, "cannot remove the stale socket %s: "
		    "%s", path, strerror(errno)));
	return (PLACE_OURS);
}

/*
 * Become the server of the socket `path' (absolute).  If somebody has the lock,
 * wait until they accept connections, or are gone: who starts a server and
 * hears that there is one can go on and connect.
 */
place_result_t
place_take(const char *path, int shared, pid_t *pidp, char *why, size_t whylen)
{
	struct timespec moment = { .tv_nsec = 10 * 1000 * 1000 };
	place_result_t result;
	int tries, rc;

	if (strlen(path) >= sizeof (place_addr.sun_path))
		return (bad(why, whylen, "%s: longer than the %zu bytes that "
		    "the path of a socket may have", path,
		    sizeof (place_addr.sun_path) - 1));
	(void) strcpy(place_addr.sun_path, path);
	(void) snprintf(place_lock, sizeof (place_lock), "%s.lock", path);

	result = check_directory(shared, why, whylen);
	if (result != PLACE_OURS)
		return (result);
	*pidp = 0;
	for (tries = 0; ; tries++) {
		rc = try_lock(pidp, why, whylen);
		if (rc < 0)
			return (PLACE_BAD);
		if (rc > 0)
			return (clear_socket(why, whylen));
		if (served())
			return (PLACE_TAKEN);
		if (tries == TAKE_PATIENCE)
			return (bad(why, whylen, "%s is locked by pid %d, "
			    "which does not accept connections", place_lock,
			    (int)*pidp));
		(void) nanosleep(&moment, NULL);
	}
}

/*
 * Write our pid into the lock.
 */
int
place_pid(void)
{
	char text[32];
	int len = snprintf(text, sizeof (text), "%d\n", (int)getpid());

	if (ftruncate(place_lockfd, 0) != 0 ||
	    pwrite(place_lockfd, text, len, 0) != len)
		return (-errno);
	return (0);
}

/*
 * The listening socket, or a negative errno.
 */
int
place_listen(mode_t mode)
{
	mode_t old;
	int rc, sock;

	sock = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC |
	    SOCK_NONBLOCK, 0);
	if (sock < 0)
		return (-errno);
	old = umask(0777 & ~mode);
	rc = bind(sock, (struct sockaddr *)&place_addr, sizeof (place_addr));
	(void) umask(old);
	if (rc != 0)
		goto fail;
	place_bound = 1;
	/* Not before we know who it is that sends them. */
	conn_rights(sock, 0);
	if (lstat(place_addr.sun_path, &place_sockstat) != 0 ||
	    listen(sock, 128) != 0)
		goto fail;
	place_sock = sock;
	return (sock);

fail:
	rc = -errno;
	(void) close(sock);
	return (rc);
}

/*
 * No more connections: take the socket away, if it is still ours.
 */
void
place_close(void)
{
	struct stat st;

	if (place_sock >= 0) {
		(void) close(place_sock);
		place_sock = -1;
	}
	if (place_bound && lstat(place_addr.sun_path, &st) == 0 &&
	    st.st_ino == place_sockstat.st_ino &&
	    st.st_dev == place_sockstat.st_dev)
		(void) unlink(place_addr.sun_path);
	place_bound = 0;
}

/*
 * Another server may start from here on.
 */
void
place_leave(void)
{
	place_close();
	if (place_lockfd < 0)
		return;
	(void) unlink(place_lock);
	(void) close(place_lockfd);
	place_lockfd = -1;
}
