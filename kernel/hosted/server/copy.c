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
 * The memory of the program at the other end of a connection, which the kernel
 * sees as user memory.
 *
 * There are three ways to it.  What the program has given us to map (map.c) is
 * there; a copy is a copy.  The direct one, process_vm_readv(2) and its
 * sibling, costs a system call and no help of the program.  The last sends
 * COPYIN and COPYOUT messages over the connection, which the program answers
 * while it waits for its reply; it costs a round trip.  Either way a bad
 * address fails this one copy, and the call that wanted it answers EFAULT.  A
 * copy of which a part is mapped goes in pieces, each its way.
 *
 * The direct way names the program by its pid, and a pid may come to mean
 * another process: the program dies, is reaped, the system hands out pids until
 * it is this one's turn again.  A copy would then read or, worse, write the
 * memory of somebody who never asked.  What stands against that:
 *
 *   - It is used only where the program's user is the server's own.  Whatever
 *     that user's processes do to each other, with this or with ptrace(2), is
 *     theirs to do; nobody gains a right.  A server of root therefore never
 *     writes another user's memory, and never one it could not write as that
 *     user: it asks with a message, and what arrives at the other end of the
 *     connection can only be the program itself.
 *   - The connection holds a pidfd, taken from the socket where Linux can do
 *     that (SO_PEERPIDFD), otherwise opened while the socket was seen alive.
 *     It never names another process.  Before a copy the peer is looked at,
 *     pidfd and socket, unless that was done since the call began or the thread
 *     last slept, and less than a tick of the coarse clock (4 ms or so) ago.
 *     The socket tells of exec(2) too: it closes there, and the pid stays.
 *   - What is left is the time between the look and the copy, with no sleep of
 *     ours in it.  In it the program would have to die, be reaped, and the
 *     whole range of pids be used up once, with a process that matters next.
 *
 * Where a security module or a container forbids the direct way (EPERM; Yama
 * wants prctl(PR_SET_PTRACER) of the program, which client_conn.c does), the
 * connection falls back to messages for good.
 *
 * A program's frames usually lie one behind the other, and a copy of its own
 * for each is most of the price of a call.  So a copy in that starts where the
 * last one ended, or little after, reads ahead, more each time.  What was read
 * ahead is used within the call only, and not after a sleep or a copy out: the
 * program may as well have changed its memory before the call as during it.
 *
 * A copy out is made at once, and where nothing is mapped each with a system
 * call of its own.  The kernel that is told of a success gives up what it has
 * copied: a frame that has left the queue and then turns out not to have
 * arrived, because the place for it was unmapped in between, would be lost.  No
 * look at the place beforehand helps, and a driver may count on what EFAULT
 * says.
 */

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "server.h"
#include "host.h"

#ifndef	SO_PEERPIDFD
#define	SO_PEERPIDFD	77
#endif

#define	AHEAD_GAP	4096U

static int
peer_socket_alive(const srv_conn_t *conn)
{
	struct pollfd fd = { .fd = conn->c_sock };

	return (poll(&fd, 1, 0) >= 0 &&
	    (fd.revents & (POLLHUP | POLLERR)) == 0);
}

/*
 * A descriptor that stands for the peer, or -1.
 */
static int
peer_pidfd(const srv_conn_t *conn)
{
	int fd = -1;
	socklen_t len = sizeof (fd);

	if (getsockopt(conn->c_sock, SOL_SOCKET, SO_PEERPIDFD, &fd, &len) == 0)
		return (fd);
	fd = (int)syscall(SYS_pidfd_open, conn->c_pid, 0);
	if (fd >= 0 && !peer_socket_alive(conn)) {
		(void) close(fd);
		fd = -1;
	}
	return (fd);
}

/*
 * Choose the way for a new connection.
 */
void
copy_init(srv_conn_t *conn)
{
	conn->c_pidfd = -1;
	conn->c_direct = 0;
	if (srv.sv_messages || conn->c_uid != srv.sv_uid || conn->c_pid <= 0)
		return;
	conn->c_pidfd = peer_pidfd(conn);
	conn->c_direct = (conn->c_pidfd >= 0);
}

static int64_t
coarse_tick(void)
{
	struct timespec now;

	(void) clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return ((int64_t)now.tv_sec * 1000000000 + now.tv_nsec);
}

void
copy_slept(srv_conn_t *conn)
{
	conn->c_fresh = 0;
	conn->c_ahead_len = 0;
}

/*
 * A call begins: its message has just been received, so the peer was there.
 */
void
copy_begin(srv_conn_t *conn)
{
	conn->c_ahead_len = 0;
	conn->c_ahead_size = 0;
	conn->c_last_end = 0;
	conn->c_inline_len = 0;
	conn->c_far_low = 0;
	conn->c_far_high = 0;
	conn->c_fresh = 1;
	conn->c_tick = coarse_tick();
}

static int
peer_alive(srv_conn_t *conn)
{
	int64_t tick = coarse_tick();
	struct pollfd fds[2] = {
		{ .fd = conn->c_pidfd, .events = POLLIN },
		{ .fd = conn->c_sock }
	};

	if (conn->c_fresh && tick == conn->c_tick)
		return (1);
	if (poll(fds, 2, 0) < 0 || fds[0].revents != 0 ||
	    (fds[1].revents & (POLLHUP | POLLERR)) != 0) {
		conn->c_lost = 1;
		return (0);
	}
	conn->c_fresh = 1;
	conn->c_tick = tick;
	return (1);
}

/*
 * The direct way.  How many bytes from the start of the range were copied; -1
 * if the way is not open to us.
 */
static ssize_t
direct(srv_conn_t *conn, int out, unsigned long uaddr, void *kaddr,
    unsigned long len)
{
	struct iovec local = { kaddr, len };
	struct iovec remote = { (void *)uaddr, len };
	ssize_t n;

	if (!peer_alive(conn))
		return (0);
	if (out)
		n = process_vm_writev(conn->c_pid, &local, 1, &remote, 1, 0);
	else
		n = process_vm_readv(conn->c_pid, &local, 1, &remote, 1, 0);
	if (n >= 0)
		return (n);
	if (errno == EPERM || errno == EACCES || errno == ENOSYS) {
		conn->c_direct = 0;
		return (-1);
	}
	if (errno == ESRCH)
		conn->c_lost = 1;
	return (0);
}

static int
say(srv_conn_t *conn, const void *msg, size_t len)
{
	if (send(conn->c_sock, msg, len, MSG_NOSIGNAL) == (ssize_t)len)
		return (0);
	conn->c_lost = 1;
	return (-1);
}

/*
 * Wait for the program's answer to a request to copy, `data' with it.
 */
static int
copied(srv_conn_t *conn, void *data, size_t len)
{
	hkp_msg_t msg;
	struct iovec iov[2] = {
		{ &msg, sizeof (msg) },
		{ data, len }
	};
	struct msghdr hdr = { .msg_iov = iov, .msg_iovlen = 2 };
	ssize_t n;

	for (;;) {
		n = recvmsg(conn->c_sock, &hdr, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < (ssize_t)sizeof (msg) || (hdr.msg_flags & MSG_TRUNC)) {
			conn->c_lost = 1;
			return (-1);
		}
		if (msg.hm_op == HKP_INTERRUPT) {
			if (msg.hm_seq == conn->c_seq)
				hk_caller_interrupt(&conn->c_caller);
			continue;
		}
		if (msg.hm_op != HKP_COPIED || msg.hm_seq != conn->c_seq ||
		    (msg.hm_result == 0 &&
		    n != (ssize_t)(sizeof (msg) + len))) {
			conn->c_lost = 1;
			return (-1);
		}
		return (msg.hm_result == 0 ? 0 : -1);
	}
}

static int
by_message(srv_conn_t *conn, int out, unsigned long uaddr, void *kaddr,
    unsigned long len)
{
	hkp_msg_t msg = {
		.hm_op = out ? HKP_COPYOUT : HKP_COPYIN,
		.hm_seq = conn->c_seq
	};
	unsigned long done, n;

	for (done = 0; done < len; done += n) {
		n = len - done;
		if (n > HKP_CHUNK_MAX)
			n = HKP_CHUNK_MAX;
		if (uaddr + done < uaddr)
			return (-1);
		msg.hm_addr = uaddr + done;
		msg.hm_len = n;
		if (conn->c_lost || say(conn, &msg, sizeof (msg)) != 0)
			return (-1);
		if (out && say(conn, (char *)kaddr + done, n) != 0)
			return (-1);
		if (copied(conn, (char *)kaddr + done, out ? 0 : n) != 0)
			return (-1);
	}
	return (0);
}

/*
 * Whether a copy lies within [addr, addr + have).
 */
static int
within(uint64_t uaddr, uint64_t len, uint64_t addr, uint64_t have)
{
	return (uaddr >= addr && len <= have && uaddr - addr <= have - len);
}

/*
 * Read more than was asked for, in the hope of being asked for the rest.  Only
 * the caller's `len' bytes have to be there.
 */
static int
read_ahead(srv_conn_t *conn, unsigned long uaddr, void *kaddr,
    unsigned long len)
{
	ssize_t n;

	if (conn->c_ahead_size < SRV_AHEAD_MIN)
		conn->c_ahead_size = SRV_AHEAD_MIN;
	else if (conn->c_ahead_size < SRV_AHEAD_MAX)
		conn->c_ahead_size *= 2;
	if (len >= conn->c_ahead_size)
		return (-1);
	conn->c_ahead_len = 0;
	n = direct(conn, 0, uaddr, conn->c_ahead, conn->c_ahead_size);
	if (n < (ssize_t)len)
		return (-1);
	conn->c_ahead_addr = uaddr;
	conn->c_ahead_len = n;
	(void) memcpy(kaddr, conn->c_ahead, len);
	return (0);
}

/*
 * Memory that is not mapped here: note where that was, for the reply.
 */
static void
note_far(srv_conn_t *conn, uint64_t addr)
{
	if (conn->c_far_low == 0 || addr < conn->c_far_low)
		conn->c_far_low = addr;
	if (addr > conn->c_far_high)
		conn->c_far_high = addr;
}

static int
far_in(srv_conn_t *conn, unsigned long uaddr, void *kaddr, unsigned long len)
{
	int follows;

	note_far(conn, uaddr);
	if (!conn->c_direct)
		return (by_message(conn, 0, uaddr, kaddr, len));

	follows = (conn->c_last_end != 0 && uaddr >= conn->c_last_end &&
	    uaddr - conn->c_last_end < AHEAD_GAP);
	conn->c_last_end = uaddr + len;
	if (within(uaddr, len, conn->c_ahead_addr, conn->c_ahead_len)) {
		(void) memcpy(kaddr, conn->c_ahead +
		    (uaddr - conn->c_ahead_addr), len);
		return (0);
	}
	if (follows && read_ahead(conn, uaddr, kaddr, len) == 0)
		return (0);
	if (conn->c_direct) {
		ssize_t n = direct(conn, 0, uaddr, kaddr, len);

		if (n >= 0)
			return ((unsigned long)n == len ? 0 : -1);
	}
	return (by_message(conn, 0, uaddr, kaddr, len));
}

static int
far_out(srv_conn_t *conn, const char *kaddr, unsigned long uaddr,
    unsigned long len)
{
	void *from = (void *)(uintptr_t)kaddr;

	note_far(conn, uaddr);
	if (conn->c_direct) {
		ssize_t n = direct(conn, 1, uaddr, from, len);

		if (n >= 0)
			return ((unsigned long)n == len ? 0 : -1);
	}
	return (by_message(conn, 1, uaddr, from, len));
}

int
copy_in(void *arg, unsigned long uaddr, void *kaddr, unsigned long len)
{
	srv_conn_t *conn = arg;
	char *to = kaddr;
	const char *here;
	uint64_t n;
	int bad;

	if (within(uaddr, len, conn->c_inline_addr, conn->c_inline_len)) {
		(void) memcpy(kaddr, conn->c_data +
		    (uaddr - conn->c_inline_addr), len);
		return (0);
	}
	for (; len != 0; len -= n, uaddr += n, to += n) {
		here = map_find(conn, uaddr, len, &n);
		bad = here != NULL ? host_copy_from(to, here, n) :
		    far_in(conn, uaddr, to, n);
		if (bad != 0)
			return (-1);
	}
	return (0);
}

int
copy_out(void *arg, const void *kaddr, unsigned long uaddr, unsigned long len)
{
	srv_conn_t *conn = arg;
	const char *from = kaddr;
	uint64_t n;
	char *here;
	int bad;

	conn->c_ahead_len = 0;
	for (; len != 0; len -= n, uaddr += n, from += n) {
		here = map_find(conn, uaddr, len, &n);
		bad = here != NULL ? host_copy_to(here, from, n) :
		    far_out(conn, from, uaddr, n);
		if (bad != 0)
			return (-1);
	}
	return (0);
}
