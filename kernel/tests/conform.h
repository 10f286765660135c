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

#ifndef	_CONFORM_H
#define	_CONFORM_H

/*
 * What the conformance program (conform.c) wants of the system it runs on: one
 * table of functions.  It calls nothing else, so whoever fills in the table can
 * run it: over the hosted kernel (conform_hosted.c), as a program of illumos
 * (conform_illumos.c), or in a process that has no libc and makes its system
 * calls itself.
 *
 * All numbers are those of illumos: a function returns 0 or more, or the
 * negative of an errno below; open flags and poll events are those below.  So
 * on illumos every function of the first part is a system call and no more.
 */

#include <stddef.h>
#include <stdint.h>

#ifdef	__cplusplus
extern "C" {
#endif

#define	CONFORM_VERSION		1

/*
 * The errno, open flags, poll events and request of illumos that the facts
 * speak of.
 */
#define	CONFORM_ERRNO_MAP(X) \
	X(EPERM, 1) X(ENOENT, 2) X(EINTR, 4) X(EIO, 5) X(ENXIO, 6) \
	X(EBADF, 9) X(EAGAIN, 11) X(ENOMEM, 12) X(EACCES, 13) X(EFAULT, 14) \
	X(EBUSY, 16) X(EEXIST, 17) X(EINVAL, 22) X(ENOTTY, 25) \
	X(ENOSPC, 28) X(ERANGE, 34) X(ENOTSUP, 48) X(ETIME, 62) \
	X(ENAMETOOLONG, 78) X(EOVERFLOW, 79) X(ENOSYS, 89)

#define	CONFORM_ERRNO_ENUM(name, number)	C_##name = number,
enum conform_errno { CONFORM_ERRNO_MAP(CONFORM_ERRNO_ENUM) C_EMAX = 256 };
#undef	CONFORM_ERRNO_ENUM

#define	C_O_RDONLY	0
#define	C_O_WRONLY	1
#define	C_O_RDWR	2
#define	C_O_NDELAY	0x04
#define	C_O_NONBLOCK	0x80
#define	C_O_CREAT	0x100
#define	C_O_EXCL	0x400

#define	C_POLLIN	0x0001
#define	C_POLLPRI	0x0002
#define	C_POLLOUT	0x0004
#define	C_POLLERR	0x0008
#define	C_POLLHUP	0x0010
#define	C_POLLRDNORM	0x0040

#define	C_FIONBIO	0x8004667e	/* _IOW('f', 126, int) */

typedef struct conform_iovec {
	void	*cv_base;
	size_t	cv_len;
} conform_iovec_t;

/*
 * What a child is.  PROCESS: a process of its own, whose pid co_spawn()
 * returned, and that closes all it has when it ends.  FORK: it has its parent's
 * descriptors besides, as fork(2) gives them.
 */
#define	CONFORM_PROCESS		0x1
#define	CONFORM_FORK		0x2
/*
 * The device policy that comes with the driver is loaded: the private minors
 * are open to everybody, and the driver decides.
 */
#define	CONFORM_POLICY		0x4
/*
 * The peer sees and sends frames with a VLAN tag.
 */
#define	CONFORM_TAGS		0x8
/*
 * What this system lacks it will never have: say so in comments, and not as
 * facts that were skipped.
 */
#define	CONFORM_NO_SKIPS	0x10

/*
 * How co_kill() ends a child's call: a signal that is caught, without
 * SA_RESTART, or one that cannot be.  A signal that is there before the call
 * sleeps interrupts nothing, so after the first kind co_wait() sends another
 * now and then until the child ends.
 */
#define	CONFORM_INTERRUPT	0
#define	CONFORM_DESTROY		1

#define	CONFORM_KILLED		256	/* of co_wait(): by a signal */

typedef struct conform_ops {
	uint32_t	co_version;	/* CONFORM_VERSION */
	uint32_t	co_flags;	/* CONFORM_* above */

	/*
	 * 1. Everybody has these.  co_poll() is poll(2) of one descriptor and
	 * returns its revents, 0 when the time is over.  Only CONFORM_FORK
	 * promises that a descriptor works in another process.
	 */
	int (*co_open)(const char *path, int oflags);
	int (*co_close)(int fd);
	int64_t (*co_read)(int fd, void *buf, size_t len);
	int64_t (*co_write)(int fd, const void *buf, size_t len);
	int64_t (*co_readv)(int fd, const conform_iovec_t *iov, int n);
	int64_t (*co_writev)(int fd, const conform_iovec_t *iov, int n);
	int (*co_ioctl)(int fd, int cmd, void *arg);
	int (*co_poll)(int fd, int events, int msec);
	int (*co_getpid)(void);

	/*
	 * Milliseconds of a clock that never goes back; sleep; print a line,
	 * which has no newline.
	 */
	int64_t (*co_msec)(void);
	void (*co_sleep)(int msec);
	void (*co_print)(const char *line);

	/*
	 * 2. The rest is what a system has or has not.  A member that is NULL
	 * costs nothing but the facts that want it, which are then skipped
	 * ("# SKIP" and why).
	 *
	 * Run fn(arg) in a child, whose number (more than 0) is returned; its
	 * exit status, 0 to 255, is what fn returns.  `arg' stays valid until
	 * co_wait(), which returns that status, or CONFORM_KILLED, or -C_ETIME
	 * if it has waited in vain: a child that hangs is a fact, and others
	 * follow.  With fork(2) the first is: pid = fork(); if (pid ==
	 * 0) _exit(fn(arg)); return (pid).
	 */
	int (*co_spawn)(int (*fn)(void *), void *arg);
	int (*co_wait)(int child);
	int (*co_kill)(int child, int how);

	/*
	 * Does the child sleep in a system call?  Without this the facts about
	 * calls that block wait a moment instead.
	 */
	int (*co_asleep)(int child);

	int (*co_dup)(int fd);
	int (*co_setfl)(int fd, int oflags);	/* fcntl(F_SETFL) */

	/*
	 * Memory, zeroed, that is never given back: `len' bytes (a multiple of
	 * 4096) with nothing behind them, below 4 GiB if `low'; NULL: none.
	 * Make such memory read-only.
	 */
	void *(*co_memory)(size_t len, int low);
	int (*co_readonly)(void *addr, size_t len);

	/*
	 * Calls on this descriptor come from a program of 32 or 64 bits.
	 */
	int (*co_model)(int fd, int bits);

	/*
	 * Have the link management daemon make an id for a name: class misc,
	 * media Ethernet, not persistent.  Give one back.
	 */
	int (*co_mkid)(const char *name, uint32_t *linkidp);
	int (*co_rmid)(uint32_t linkid);

	/*
	 * As dladm(8): give a link another name; lend it to a zone, or with 0
	 * take it back.
	 */
	int (*co_rename)(uint32_t linkid, const char *from, const char *to);
	int (*co_lend)(uint32_t linkid, int zoneid);

	/*
	 * In a child, for the rest of its life: be this user and group, with
	 * no other groups and the privileges of an ordinary user.
	 */
	int (*co_become)(uint32_t uid, uint32_t gid);

	/*
	 * Boot a zone with a network stack of its own and return its id; enter
	 * it, in a child, as its root; halt it.
	 */
	int (*co_zone_boot)(const char *name);
	int (*co_zone_enter)(int zoneid);
	int (*co_zone_halt)(int zoneid);

	/*
	 * 3. The stack's end of a link: a client of its MAC, such as a DLPI
	 * stream of /dev/net/<link> in raw mode that is bound to the SAP
	 * 0x88b5.  As long as it is open the stack uses the link.  It is not
	 * promiscuous and has joined no group.
	 *
	 * Send a whole frame; receive one, within `msec' (-C_ETIME: none came).
	 * Join or leave a group; be promiscuous or not.
	 */
	int (*co_peer_open)(const char *link, uint32_t linkid);
	int (*co_peer_close)(int peer);
	int (*co_peer_send)(int peer, const void *frame, size_t len);
	int (*co_peer_recv)(int peer, void *buf, size_t len, int msec);
	int (*co_peer_join)(int peer, const uint8_t *group, int on);
	int (*co_peer_promisc)(int peer, int on);
} conform_ops_t;

#define	CONFORM_SAP	0x88b5	/* of every frame here (IEEE 802, local use) */

/*
 * Print a line a fact, and the plan.  Returns how many facts do not hold.
 */
extern int conform_run(const conform_ops_t *ops);

#ifdef	__cplusplus
}
#endif

#endif	/* _CONFORM_H */
