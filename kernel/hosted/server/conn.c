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
 * One connection: the thread that serves it, and the calls it makes into the
 * kernel for the program at the other end.
 *
 * The thread is bound to the program as a caller for its whole life.  Between
 * calls it waits for the next request; while a call sleeps interruptibly the
 * main loop watches the socket in its place (conn_event).  Whatever the program
 * sends that is not in the protocol ends the connection, and nothing else.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "server.h"
#include "api.h"

#define	CONN_STACK	(1024 * 1024)

#ifndef	SO_NETNS_COOKIE
#define	SO_NETNS_COOKIE	71
#endif

#ifndef	SO_PASSRIGHTS
#define	SO_PASSRIGHTS	83
#endif

static __thread srv_conn_t *conn_self;

/*
 * The thread that ended last; the next one to end waits for it.  sv_lock.
 */
static pthread_t conn_ended;
static int conn_ended_valid;

/*
 * Answers of the main thread, which must not wait for the program.
 */
void
conn_refuse(int sock, int error)
{
	hkp_msg_t msg = {
		.hm_op = HKP_REPLY,
		.hm_result = error,
		.hm_addr = HKP_HANDSHAKE
	};

	(void) send(sock, &msg, sizeof (msg), MSG_NOSIGNAL | MSG_DONTWAIT);
}

int
conn_reply(int sock, uint32_t seq, int64_t result)
{
	hkp_msg_t msg = {
		.hm_op = HKP_REPLY,
		.hm_seq = seq,
		.hm_result = result
	};

	return (send(sock, &msg, sizeof (msg), MSG_NOSIGNAL | MSG_DONTWAIT) ==
	    (ssize_t)sizeof (msg) ? 0 : -1);
}

/*
 * The kernel is about to put this thread to sleep, or has woken it.  The kernel
 * may hold locks of its own here.
 */
static void
conn_block(void *arg)
{
	srv_conn_t *conn = arg;

	conn->c_slept = 1;
	(void) pthread_mutex_lock(&conn->c_lock);
	conn->c_blocked = 1;
	if (watch_arm(conn) == 0)
		conn->c_watched = 1;
	(void) pthread_mutex_unlock(&conn->c_lock);
}

static void
conn_unblock(void *arg)
{
	srv_conn_t *conn = arg;

	(void) pthread_mutex_lock(&conn->c_lock);
	conn->c_blocked = 0;
	if (conn->c_watched)
		watch_disarm(conn);
	(void) pthread_mutex_unlock(&conn->c_lock);
	copy_slept(conn);
}

/*
 * What the program says while its call sleeps: 1, to interrupt it; 0, nothing
 * that matters; -1, nothing that it may.  What brings descriptors is left where
 * it is, for the connection's thread: the end of a socket may take as long as
 * the program has set (SO_LINGER).
 */
static int
conn_hear(const srv_conn_t *conn)
{
	hkp_msg_t msg;
	struct iovec iov = { &msg, sizeof (msg) };
	struct msghdr hdr = { .msg_iov = &iov, .msg_iovlen = 1 };
	const ssize_t n = recvmsg(conn->c_sock, &hdr, MSG_DONTWAIT | MSG_PEEK);

	if (n < 0)
		return (errno == EAGAIN || errno == EINTR ? 0 : -1);
	if (n != (ssize_t)sizeof (msg) || msg.hm_op != HKP_INTERRUPT ||
	    (hdr.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0)
		return (-1);
	(void) recv(conn->c_sock, &msg, sizeof (msg), MSG_DONTWAIT);
	return (msg.hm_seq == conn->c_seq);
}

/*
 * Something has happened on the socket of a connection.  Called by the main
 * loop.  sv_lock keeps the connection; c_lock must not be held while we call
 * hk_caller_interrupt(), because conn_block() takes it below locks of the
 * kernel.
 */
void
conn_event(unsigned int slot, unsigned int gen)
{
	srv_conn_t *conn;
	int post = 0;

	(void) pthread_mutex_lock(&srv.sv_lock);
	conn = srv.sv_conns[slot];
	if (conn == NULL || conn->c_gen != gen) {
		(void) pthread_mutex_unlock(&srv.sv_lock);
		return;
	}
	(void) pthread_mutex_lock(&conn->c_lock);
	if (conn->c_blocked) {
		post = conn_hear(conn);
		if (post < 0)
			(void) shutdown(conn->c_sock, SHUT_RDWR);
		if (post != 0)
			conn->c_posting = 1;
		else
			(void) watch_arm(conn);
	}
	(void) pthread_mutex_unlock(&conn->c_lock);
	if (post != 0) {
		hk_caller_interrupt(&conn->c_caller);
		(void) pthread_mutex_lock(&conn->c_lock);
		conn->c_posting = 0;
		(void) pthread_cond_signal(&conn->c_cv);
		(void) pthread_mutex_unlock(&conn->c_lock);
	}
	(void) pthread_mutex_unlock(&srv.sv_lock);
}

/*
 * What HK_IOC_SHUTDOWN comes down to (hk_api_serve).  The one who asks gets the
 * answer when the kernel is gone; so here it is only noted.
 */
int
conn_shutdown_asked(void)
{
	uint64_t one = 1;

	if (conn_self != NULL)
		__atomic_store_n(&conn_self->c_asked, 1, __ATOMIC_SEQ_CST);
	(void) write(srv.sv_stop, &one, sizeof (one));
	return (0);
}

/*
 * The zone of the program is halted, and a copy that one of its calls makes
 * takes too long: there is nobody to copy from or to.
 */
static void
conn_kill(void *arg)
{
	srv_conn_t *conn = arg;

	(void) shutdown(conn->c_sock, SHUT_RDWR);
}

/*
 * The network namespace of a socket.  A socket that was accepted is in that of
 * the one that was connected, and that in the one of the process that made it,
 * whatever becomes of the process: unlike a pid this cannot come to mean
 * another one.  A process gets a socket of elsewhere only from somebody there.
 */
uint64_t
conn_netns(int sock)
{
	uint64_t cookie = 0;
	socklen_t len = sizeof (cookie);

	if (getsockopt(sock, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &len) != 0)
		return (0);
	return (cookie);
}

/*
 * A call begins.  An interruption that came before its call counts.
 */
static void
call_begin(srv_conn_t *conn)
{
	int early;

	hk_caller_clear(&conn->c_caller);
	copy_begin(conn);
	conn->c_slept = 0;
	(void) pthread_mutex_lock(&conn->c_lock);
	conn->c_seq = conn->c_msg.hm_seq;
	early = (conn->c_early && conn->c_early_seq == conn->c_seq);
	conn->c_early = 0;
	(void) pthread_mutex_unlock(&conn->c_lock);
	if (early)
		hk_caller_interrupt(&conn->c_caller);
}

/*
 * A call has ended.  An interruption that the main loop is just posting belongs
 * to it and not to the next one.
 */
static void
call_end(srv_conn_t *conn)
{
	if (!conn->c_slept)
		return;
	(void) pthread_mutex_lock(&conn->c_lock);
	while (conn->c_posting)
		(void) pthread_cond_wait(&conn->c_cv, &conn->c_lock);
	(void) pthread_mutex_unlock(&conn->c_lock);
}

/*
 * Reply, perhaps with bytes behind it or a descriptor.
 */
static void
reply(srv_conn_t *conn, hkp_msg_t *msg, void *data, size_t len, int fd)
{
	struct iovec iov[2] = {
		{ msg, sizeof (*msg) },
		{ data, len }
	};
	union {
		struct cmsghdr	align;
		char		space[CMSG_SPACE(sizeof (int))];
	} control;
	struct msghdr hdr = { .msg_iov = iov, .msg_iovlen = len == 0 ? 1 : 2 };
	struct cmsghdr *cmsg;

	msg->hm_op = HKP_REPLY;
	msg->hm_seq = conn->c_msg.hm_seq;
	if (fd >= 0) {
		(void) memset(&control, 0, sizeof (control));
		hdr.msg_control = &control;
		hdr.msg_controllen = sizeof (control.space);
		cmsg = CMSG_FIRSTHDR(&hdr);
		cmsg->cmsg_level = SOL_SOCKET;
		cmsg->cmsg_type = SCM_RIGHTS;
		cmsg->cmsg_len = CMSG_LEN(sizeof (int));
		(void) memcpy(CMSG_DATA(cmsg), &fd, sizeof (int));
	}
	if (sendmsg(conn->c_sock, &hdr, MSG_NOSIGNAL) !=
	    (ssize_t)(sizeof (*msg) + len))
		conn->c_lost = 1;
}

/*
 * The reply to a connection's first request.
 */
static void
reply_first(srv_conn_t *conn, int result, void *data, size_t len)
{
	hkp_msg_t msg = {
		.hm_result = result,
		.hm_addr = HKP_HANDSHAKE,
		.hm_len = len,
		.hm_arg = conn->c_caller.hc_zoneid
	};

	reply(conn, &msg, data, len, -1);
}

/*
 * Find the zone of a connection.  Only who could do as they like with us
 * anyway may choose one.
 */
static int
enter_zone(srv_conn_t *conn, size_t datalen)
{
	const hkp_msg_t *req = &conn->c_msg;
	const int home = (conn->c_netns == srv.sv_netns);
	const int may = home &&
	    (conn->c_uid == srv.sv_uid || conn->c_uid == 0);
	char name[HKP_ZONE_MAX];
	int zoneid, named = 0;

	if (req->hm_op == HKP_HELLO && datalen != 0) {
		if (req->hm_len != datalen || datalen >= sizeof (name) ||
		    memchr(conn->c_data, '\0', datalen) != NULL)
			return (-EINVAL);
		(void) memcpy(name, conn->c_data, datalen);
		name[datalen] = '\0';
		named = 1;
	}
	zoneid = hk_api_zone(conn->c_netns, home, may, named ? name : NULL,
	    req->hm_arg2);
	if (zoneid < 0)
		return (zoneid);
	conn->c_caller.hc_zoneid = zoneid;
	return (0);
}

/*
 * The requests of a connection without a file.  Each carries the version; of
 * another version nothing more is understood.
 */
static void
serve_first(srv_conn_t *conn, size_t datalen)
{
	const hkp_msg_t *req = &conn->c_msg;
	char path[HKP_PATH_MAX + 1];
	hkp_token_t token;
	int error = 0;

	if (req->hm_addr != HKP_HANDSHAKE) {
		reply_first(conn, -EPROTO, NULL, 0);
		conn->c_lost = 1;
		return;
	}
	error = enter_zone(conn, datalen);
	if (error != 0) {
		reply_first(conn, error, NULL, 0);
		return;
	}
	switch (req->hm_op) {
	case HKP_HELLO:
		conn->c_met = 1;
		reply_first(conn, 0, NULL, 0);
		return;
	case HKP_OPEN:
		if (req->hm_len != datalen || datalen > HKP_PATH_MAX) {
			error = -ENAMETOOLONG;
			break;
		}
		(void) memcpy(path, conn->c_data, datalen);
		path[datalen] = '\0';
		error = file_open(conn, path, req->hm_arg);
		break;
	case HKP_ATTACH:
	case HKP_EXPORT:
	case HKP_IMPORT:
		if (datalen != sizeof (token)) {
			conn->c_lost = 1;
			return;
		}
		(void) memcpy(&token, conn->c_data, sizeof (token));
		error = req->hm_op == HKP_ATTACH ? file_attach(conn, &token) :
		    req->hm_op == HKP_EXPORT ? file_export(conn, &token) :
		    file_import(conn, &token);
		break;
	default:
		conn->c_lost = 1;
		return;
	}
	if (error != 0) {
		reply_first(conn, error, NULL, 0);
		return;
	}
	token = conn->c_share->ss_token;
	reply_first(conn, 0, &token, sizeof (token));
}

static int64_t
serve_vectors(srv_conn_t *conn, size_t datalen)
{
	const hkp_msg_t *req = &conn->c_msg;
	struct iovec iov[HKP_IOV_MAX];
	hkp_iovec_t hi;
	uint64_t i;
	int hk = conn->c_share->ss_file->sf_hk;

	if (req->hm_len > HKP_IOV_MAX ||
	    datalen != req->hm_len * sizeof (hkp_iovec_t)) {
		conn->c_lost = 1;
		return (-EINVAL);
	}
	for (i = 0; i < req->hm_len; i++) {
		(void) memcpy(&hi, conn->c_data + i * sizeof (hi), sizeof (hi));
		iov[i].iov_base = (void *)(uintptr_t)hi.hi_addr;
		iov[i].iov_len = hi.hi_len;
	}
	if (req->hm_op == HKP_READV)
		return (hk_readv(hk, iov, (int)req->hm_len));
	return (hk_writev(hk, iov, (int)req->hm_len));
}

/*
 * Memory to map.  Being short of descriptors ourselves is no fault of the
 * program's.
 */
static int64_t
serve_map(srv_conn_t *conn)
{
	const hkp_msg_t *req = &conn->c_msg;

	if (conn->c_fd >= 0)
		return (map_add(conn, req->hm_addr, req->hm_len, conn->c_fd));
	conn->c_lost = !conn->c_fdlost;
	return (-EMFILE);
}

/*
 * A write, which may bring its bytes along.
 */
static int64_t
serve_write(srv_conn_t *conn, size_t datalen)
{
	const hkp_msg_t *req = &conn->c_msg;

	if (datalen != 0 && datalen != req->hm_len) {
		conn->c_lost = 1;
		return (-EINVAL);
	}
	conn->c_inline_addr = req->hm_addr;
	conn->c_inline_len = datalen;
	return (hk_write(conn->c_share->ss_file->sf_hk,
	    (void *)(uintptr_t)req->hm_addr, req->hm_len));
}

/*
 * The requests on a file; the result, and perhaps a descriptor.
 */
static int64_t
serve_call(srv_conn_t *conn, size_t datalen, int *fdp)
{
	const hkp_msg_t *req = &conn->c_msg;
	const int hk = conn->c_share->ss_file->sf_hk;
	void *addr = (void *)(uintptr_t)req->hm_addr;

	switch (req->hm_op) {
	case HKP_CLOSE:
		return (file_close(conn->c_share));
	case HKP_READ:
		return (hk_read(hk, addr, req->hm_len));
	case HKP_WRITE:
		return (serve_write(conn, datalen));
	case HKP_READV:
	case HKP_WRITEV:
		return (serve_vectors(conn, datalen));
	case HKP_IOCTL:
		return (hk_ioctl(hk, req->hm_arg, addr));
	case HKP_SETFL:
		return (hk_setfl(hk, req->hm_arg));
	case HKP_GETFL:
		return (hk_getfl(hk));
	case HKP_POLL:
		return (hk_poll(hk, req->hm_arg, req->hm_arg2));
	case HKP_POLLFD:
		return (file_pollfd(conn, fdp));
	case HKP_POLLARM:
		return (hk_pollarm(hk, req->hm_arg));
	case HKP_MODEL:
		return (hk_model(hk, req->hm_arg));
	case HKP_MAP:
		return (serve_map(conn));
	default:
		conn->c_lost = 1;
		return (-EINVAL);
	}
}

static void
serve_file(srv_conn_t *conn, size_t datalen)
{
	const hkp_msg_t *req = &conn->c_msg;
	hkp_msg_t msg = { 0 };
	int fd = -1;

	if (conn->c_share->ss_exported || (datalen != 0 &&
	    req->hm_op != HKP_WRITE && req->hm_op != HKP_READV &&
	    req->hm_op != HKP_WRITEV)) {
		conn->c_lost = 1;
		return;
	}
	msg.hm_result = serve_call(conn, datalen, &fd);
	msg.hm_addr = conn->c_far_low;
	msg.hm_len = conn->c_far_high;
	call_end(conn);
	if (!conn->c_lost &&
	    !__atomic_load_n(&conn->c_asked, __ATOMIC_SEQ_CST))
		reply(conn, &msg, NULL, 0, fd);
	if (fd >= 0)
		(void) close(fd);
}

/*
 * The process has closed the file, which others may have open.
 */
static void
reply_closed(srv_conn_t *conn)
{
	hkp_msg_t msg = { .hm_result = -EBADF };

	reply(conn, &msg, NULL, 0, -1);
}

/*
 * Receive a message, and the descriptor that it may bring, of which there is
 * room for one.  How many bytes follow it, or -1: there is none to serve.
 */
static ssize_t
receive(srv_conn_t *conn)
{
	struct iovec iov[2] = {
		{ &conn->c_msg, sizeof (conn->c_msg) },
		{ conn->c_data, sizeof (conn->c_data) }
	};
	union {
		struct cmsghdr	align;
		char		space[CMSG_LEN(sizeof (int))];
	} control;
	struct msghdr hdr = {
		.msg_iov = iov,
		.msg_iovlen = 2,
		.msg_control = &control,
		.msg_controllen = sizeof (control.space)
	};
	struct cmsghdr *cmsg;
	ssize_t n;

	n = recvmsg(conn->c_sock, &hdr, MSG_CMSG_CLOEXEC);
	if (n < 0)
		return (-1);
	cmsg = CMSG_FIRSTHDR(&hdr);
	if (cmsg != NULL && cmsg->cmsg_level == SOL_SOCKET &&
	    cmsg->cmsg_type == SCM_RIGHTS &&
	    cmsg->cmsg_len == CMSG_LEN(sizeof (int)))
		(void) memcpy(&conn->c_fd, CMSG_DATA(cmsg), sizeof (int));
	conn->c_fdlost = ((hdr.msg_flags & MSG_CTRUNC) != 0);
	errno = 0;
	if (n < (ssize_t)sizeof (conn->c_msg) ||
	    (hdr.msg_flags & MSG_TRUNC) != 0)
		return (-1);
	return (n - (ssize_t)sizeof (conn->c_msg));
}

/*
 * No call has a descriptor for as long as it lasts.
 */
static void
drop_fd(srv_conn_t *conn)
{
	if (conn->c_fd >= 0)
		(void) close(conn->c_fd);
	conn->c_fd = -1;
}

/*
 * A message has come, with `datalen' bytes behind it.
 */
static void
serve(srv_conn_t *conn, size_t datalen)
{
	if (conn->c_msg.hm_op != HKP_MAP)
		drop_fd(conn);
	if (conn->c_msg.hm_op == HKP_INTERRUPT) {
		(void) pthread_mutex_lock(&conn->c_lock);
		conn->c_early = 1;
		conn->c_early_seq = conn->c_msg.hm_seq;
		(void) pthread_mutex_unlock(&conn->c_lock);
		return;
	}
	if (conn->c_msg.hm_op == HKP_UNMAP) {
		if (map_remove(conn, conn->c_msg.hm_addr) != 0)
			conn->c_lost = 1;
		return;
	}
	call_begin(conn);
	if (conn->c_share == NULL)
		serve_first(conn, datalen);
	else if (__atomic_load_n(&conn->c_share->ss_closed, __ATOMIC_SEQ_CST))
		reply_closed(conn);
	else
		serve_file(conn, datalen);
}

/*
 * Receive requests and serve them until there are no more.
 */
static void
conn_serve(srv_conn_t *conn)
{
	ssize_t n;

	while (!conn->c_lost &&
	    !__atomic_load_n(&conn->c_asked, __ATOMIC_SEQ_CST)) {
		conn->c_fd = -1;
		n = receive(conn);
		if (n < 0 && (errno == EINTR || (errno == EAGAIN &&
		    (conn->c_met || conn->c_share != NULL))))
			continue;
		if (n >= 0)
			serve(conn, (size_t)n);
		drop_fd(conn);
		if (n < 0)
			return;
	}
}

/*
 * Keep the socket of one who asked for the server's end, to answer it then.
 */
static int
keep_asker(srv_conn_t *conn)
{
	int kept = 0;

	(void) pthread_mutex_lock(&srv.sv_lock);
	if (srv.sv_naskers < SRV_ASKER_MAX) {
		srv.sv_askers[srv.sv_naskers].sock = conn->c_sock;
		srv.sv_askers[srv.sv_naskers].seq = conn->c_msg.hm_seq;
		srv.sv_naskers++;
		kept = 1;
	}
	(void) pthread_mutex_unlock(&srv.sv_lock);
	return (kept);
}

/*
 * The connection is over.  Its slot is free for another before its thread has
 * ended, which the next one to end waits for: so when the last connection is
 * gone, there is one thread left to wait for.
 */
static void
conn_end(srv_conn_t *conn)
{
	pthread_t before;
	int kept, wait;

	kept = __atomic_load_n(&conn->c_asked, __ATOMIC_SEQ_CST) &&
	    keep_asker(conn);

	(void) pthread_mutex_lock(&srv.sv_lock);
	srv.sv_conns[conn->c_slot] = NULL;
	wait = conn_ended_valid;
	before = conn_ended;
	conn_ended = pthread_self();
	conn_ended_valid = 1;
	(void) pthread_mutex_unlock(&srv.sv_lock);

	watch_end(conn);
	if (!kept)
		(void) close(conn->c_sock);
	if (conn->c_pidfd >= 0)
		(void) close(conn->c_pidfd);
	(void) pthread_cond_destroy(&conn->c_cv);
	(void) pthread_mutex_destroy(&conn->c_lock);
	free(conn);
	if (wait)
		(void) pthread_join(before, NULL);

	(void) pthread_mutex_lock(&srv.sv_lock);
	if (--srv.sv_nconns == 0)
		(void) pthread_cond_signal(&srv.sv_cv);
	(void) pthread_mutex_unlock(&srv.sv_lock);
}

static void *
conn_main(void *arg)
{
	srv_conn_t *conn = arg;

	conn_self = conn;
	hk_caller_enter(&conn->c_caller);
	conn_serve(conn);
	if (conn->c_share != NULL) {
		(void) hk_caller_clear(&conn->c_caller);
		file_rele(conn->c_share);
	}
	hk_caller_exit();
	conn_self = NULL;
	map_remove_all(conn);
	conn_end(conn);
	return (NULL);
}

static int
allowed(uid_t uid)
{
	unsigned int i;

	if (uid == srv.sv_uid || uid == 0)
		return (1);
	for (i = 0; i < srv.sv_nallow; i++) {
		if (srv.sv_allow[i] == uid)
			return (1);
	}
	return (0);
}

/*
 * Find a slot.  Whoever is neither the server's user nor root gets no more than
 * a quarter of them all, so that they cannot lock those two out.
 */
static int
take_slot(srv_conn_t *conn)
{
	unsigned int i, strangers = 0, slot = SRV_CONN_MAX;
	int error = 0;

	(void) pthread_mutex_lock(&srv.sv_lock);
	for (i = 0; i < srv.sv_max; i++) {
		const srv_conn_t *other = srv.sv_conns[i];

		if (other == NULL)
			slot = i;
		else if (other->c_uid != srv.sv_uid && other->c_uid != 0)
			strangers++;
	}
	if (slot == SRV_CONN_MAX || srv.sv_nconns >= srv.sv_max ||
	    (conn->c_uid != srv.sv_uid && conn->c_uid != 0 &&
	    strangers >= srv.sv_max / 4)) {
		error = -EMFILE;
	} else {
		conn->c_slot = slot;
		conn->c_gen = ++srv.sv_gens[slot];
		if (conn->c_gen == 0)
			conn->c_gen = ++srv.sv_gens[slot];
		srv.sv_conns[slot] = conn;
		srv.sv_nconns++;
	}
	(void) pthread_mutex_unlock(&srv.sv_lock);
	return (error);
}

static void
give_slot(srv_conn_t *conn)
{
	(void) pthread_mutex_lock(&srv.sv_lock);
	srv.sv_conns[conn->c_slot] = NULL;
	srv.sv_nconns--;
	(void) pthread_mutex_unlock(&srv.sv_lock);
}

/*
 * Whether descriptors may come over a connection, or all those of a listening
 * socket.  Before Linux 6.16 they may.
 */
void
conn_rights(int sock, int on)
{
	(void) setsockopt(sock, SOL_SOCKET, SO_PASSRIGHTS, &on, sizeof (on));
}

static int
start_thread(srv_conn_t *conn)
{
	pthread_attr_t attr;
	pthread_t thread;
	int error;

	error = pthread_attr_init(&attr);
	if (error != 0)
		return (-error);
	conn_rights(conn->c_sock, 1);
	(void) pthread_attr_setstacksize(&attr, CONN_STACK);
	error = pthread_create(&thread, &attr, conn_main, conn);
	(void) pthread_attr_destroy(&attr);
	return (error == 0 ? 0 : -EAGAIN);
}

/*
 * Somebody has connected.
 */
void
conn_start(int sock)
{
	struct timeval patience = { .tv_sec = SRV_PATIENCE };
	struct ucred peer;
	socklen_t len = sizeof (peer);
	srv_conn_t *conn;
	int error;

	if (getsockopt(sock, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0 ||
	    !allowed(peer.uid)) {
		conn_refuse(sock, -EACCES);
		(void) close(sock);
		return;
	}
	(void) setsockopt(sock, SOL_SOCKET, SO_RCVTIMEO, &patience,
	    sizeof (patience));
	(void) setsockopt(sock, SOL_SOCKET, SO_SNDTIMEO, &patience,
	    sizeof (patience));

	conn = calloc(1, sizeof (*conn));
	if (conn == NULL) {
		conn_refuse(sock, -ENOMEM);
		(void) close(sock);
		return;
	}
	conn->c_sock = sock;
	conn->c_pid = peer.pid;
	conn->c_uid = peer.uid;
	conn->c_gid = peer.gid;
	conn->c_netns = conn_netns(sock);
	(void) pthread_mutex_init(&conn->c_lock, NULL);
	(void) pthread_cond_init(&conn->c_cv, NULL);
	copy_init(conn);
	conn->c_caller.hc_uid = peer.uid;
	conn->c_caller.hc_gid = peer.gid;
	conn->c_caller.hc_pid = peer.pid;
	conn->c_caller.hc_privs =
	    (peer.uid == srv.sv_uid || peer.uid == 0) ? HK_PRIV_ALL : 0;
	conn->c_caller.hc_ctx = conn;
	conn->c_caller.hc_copyin = copy_in;
	conn->c_caller.hc_copyout = copy_out;
	conn->c_caller.hc_block = conn_block;
	conn->c_caller.hc_unblock = conn_unblock;
	conn->c_caller.hc_kill = conn_kill;

	error = take_slot(conn);
	if (error == 0) {
		error = start_thread(conn);
		if (error == 0)
			return;
		give_slot(conn);
	}
	conn_refuse(sock, error);
	(void) close(sock);
	if (conn->c_pidfd >= 0)
		(void) close(conn->c_pidfd);
	(void) pthread_cond_destroy(&conn->c_cv);
	(void) pthread_mutex_destroy(&conn->c_lock);
	free(conn);
}

/*
 * End every connection but those that wait for the server's end, and wait for
 * the threads of all.  A thread may start another sleep after it was woken from
 * one, so they are woken until they are gone.
 */
void
conn_end_all(void)
{
	struct timespec until;
	srv_conn_t *conn;
	unsigned int i;

	(void) pthread_mutex_lock(&srv.sv_lock);
	while (srv.sv_nconns != 0) {
		for (i = 0; i < srv.sv_max; i++) {
			conn = srv.sv_conns[i];
			if (conn == NULL || __atomic_load_n(&conn->c_asked,
			    __ATOMIC_SEQ_CST))
				continue;
			(void) shutdown(conn->c_sock, SHUT_RDWR);
			hk_caller_interrupt(&conn->c_caller);
		}
		(void) clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += 20 * 1000 * 1000;
		if (until.tv_nsec >= 1000000000) {
			until.tv_nsec -= 1000000000;
			until.tv_sec++;
		}
		(void) pthread_cond_timedwait(&srv.sv_cv, &srv.sv_lock, &until);
	}
	if (conn_ended_valid) {
		(void) pthread_mutex_unlock(&srv.sv_lock);
		(void) pthread_join(conn_ended, NULL);
		(void) pthread_mutex_lock(&srv.sv_lock);
		conn_ended_valid = 0;
	}
	(void) pthread_mutex_unlock(&srv.sv_lock);
}
