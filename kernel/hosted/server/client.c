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
 * The way to a served kernel: hk_connect(), and the table of hk_ops_t that
 * carries calls to unethostd.  proto.h has the messages.
 *
 * Each open file has one connection, and one more for each call that is under
 * way on it at the same time; those are kept for the next calls until the file
 * is closed.  A call is one message there and one back, and in between the
 * program may be asked to copy.
 *
 * A call that a signal interrupts, where read(2) would be (a handler ran and
 * SA_RESTART does not apply), tells the server so and still waits for the
 * reply: only the server knows whether the call had its effect.  A signal that
 * is handled between the request and the wait for its reply has, like one just
 * before a read(2), interrupted nothing.
 *
 * A server has the run of our memory, by our own consent (Yama) and by COPYIN
 * and COPYOUT.  So we speak only to a server of our own user or of root, who
 * have that anyway, whatever the socket's mode lets us do: EACCES.
 *
 * When the server is gone, the files are: ECONNRESET, from that call on.  A new
 * server at the same place is another kernel with other files; hk_open() finds
 * it.  The connection that found the server is kept, for nothing but its end:
 * it goes with that server and no other (hk_gonefd()).
 *
 * Memory that hk_mem_alloc() has shared, the server may map.  It is told so, on
 * each connection, when a reply says that a call there has used it, and told
 * again, before the next call, when it was freed: its addresses may mean other
 * memory by then.  If a server refuses it, calls go on as with any memory.
 *
 * What is passed on to other processes is the socket of a connection made for
 * that.  Its peer's pid is ours for ever, so nobody makes calls on it: it tells
 * where the server is, and has a token to look at.
 *
 * A child of fork(2) has none of its parent's files.  It must not use their
 * connections, on which the server copies to the parent's memory, nor keep them
 * from being closed when the parent dies; so they are closed in the child, and
 * calls on these files are EBADF there.
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "api.h"
#include "host.h"
#include "proto.h"

#ifndef	PR_SET_PTRACER
#define	PR_SET_PTRACER	0x59616d61
#endif

/*
 * How long a server may take to say who it is, in seconds.
 */
#define	CLIENT_PATIENCE	10

typedef struct client_file client_file_t;

/*
 * Memory that the server of a connection was told of.
 */
typedef struct client_map {
	host_arena_t		*cm_arena;	/* held */
	int			cm_refused;
} client_map_t;

typedef struct client_conn {
	struct client_conn	*cc_next;	/* client_lock; of all */
	struct client_conn	*cc_prev;	/* client_lock */
	struct client_conn	*cc_peer;	/* cf_lock; of the file's */
	int			cc_sock;	/* RO */
	uint32_t		cc_seq;		/* cf_lock; of the last call */
	int			cc_busy;	/* cf_lock; in a call */
	client_map_t		cc_maps[HKP_MAP_MAX];	/* the call's */
	unsigned int		cc_nmaps;	/* the call's */
	unsigned int		cc_frees;	/* the call's; seen so far */
} client_conn_t;

#define	SOCKET_PATH_MAX	sizeof (((struct sockaddr_un *)0)->sun_path)

typedef struct client_kernel {
	char			ck_path[SOCKET_PATH_MAX];	/* RO */
	client_conn_t		*ck_conn;	/* RO; ends with the server */
	unsigned int		ck_forks;	/* RO; of its process */
} client_kernel_t;

struct client_file {
	client_kernel_t		*cf_kernel;	/* RO */
	hkp_token_t		cf_token;	/* RO */
	unsigned int		cf_forks;	/* RO; of its process */
	pthread_mutex_t		cf_lock;
	client_conn_t		*cf_conns;	/* cf_lock */
	int			cf_waking;	/* cf_lock; closes soon */
	int			cf_error;	/* cf_lock; no server */
	int			cf_pollfd;	/* cf_lock; -1: not asked for */
};

/*
 * All connections, for the child of a fork.
 */
static pthread_mutex_t client_lock = PTHREAD_MUTEX_INITIALIZER;
static client_conn_t *client_conns;	/* client_lock */
static unsigned int client_forks;	/* atomic */
static pthread_once_t client_once = PTHREAD_ONCE_INIT;
static int client_yama;			/* RO */
static pid_t client_tracer;		/* client_lock */

static void
fork_prepare(void)
{
	(void) pthread_mutex_lock(&client_lock);
}

static void
fork_parent(void)
{
	(void) pthread_mutex_unlock(&client_lock);
}

static void
fork_child(void)
{
	client_conn_t *conn;

	for (conn = client_conns; conn != NULL; conn = conn->cc_next)
		(void) close(conn->cc_sock);
	client_conns = NULL;
	client_tracer = 0;
	(void) __atomic_add_fetch(&client_forks, 1, __ATOMIC_SEQ_CST);
	(void) pthread_mutex_unlock(&client_lock);
}

static void
client_init(void)
{
	char scope = '0';
	int fd;

	(void) pthread_atfork(fork_prepare, fork_parent, fork_child);
	fd = open("/proc/sys/kernel/yama/ptrace_scope", O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		client_yama = (read(fd, &scope, 1) == 1 && scope == '1');
		(void) close(fd);
	}
}

/*
 * Under Yama's scope 1 only a process that we name may touch our memory.  There
 * is room for one name; a second server copies by messages.
 */
static void
allow_tracer(pid_t server)
{
	(void) pthread_mutex_lock(&client_lock);
	if (client_yama && client_tracer != server) {
		(void) prctl(PR_SET_PTRACER, (unsigned long)server, 0, 0, 0);
		client_tracer = server;
	}
	(void) pthread_mutex_unlock(&client_lock);
}

/*
 * Take a connection out of the list; client_lock is held.
 */
static void
conn_unlist(client_conn_t *conn)
{
	if (conn->cc_prev != NULL)
		conn->cc_prev->cc_next = conn->cc_next;
	else
		client_conns = conn->cc_next;
	if (conn->cc_next != NULL)
		conn->cc_next->cc_prev = conn->cc_prev;
}

static void
conn_free(client_conn_t *conn)
{
	(void) pthread_mutex_lock(&client_lock);
	conn_unlist(conn);
	(void) close(conn->cc_sock);
	(void) pthread_mutex_unlock(&client_lock);
	while (conn->cc_nmaps != 0)
		host_arena_rele(conn->cc_maps[--conn->cc_nmaps].cm_arena);
	free(conn);
}

/*
 * Receive the bytes of a COPYOUT straight into the place they are for.  If that
 * is not there, *faultp; the bytes are taken from the socket all the same.
 *
 * Linux finds some bad addresses before it looks at the socket and others when
 * it has taken the message.  So wait for the message first; what is there after
 * the fault is still that message, since the server waits for our answer.
 */
static int
receive_bytes(client_conn_t *conn, void *place, size_t len, int *faultp)
{
	struct iovec iov = { place, len };
	struct msghdr hdr = { .msg_iov = &iov, .msg_iovlen = 1 };
	char byte;
	ssize_t n;

	do {
		n = recv(conn->cc_sock, &byte, 1, MSG_PEEK);
	} while (n < 0 && errno == EINTR);
	if (n <= 0)
		return (-1);
	n = recvmsg(conn->cc_sock, &hdr, MSG_DONTWAIT);
	*faultp = (n < 0 && errno == EFAULT);
	if (*faultp) {
		(void) recv(conn->cc_sock, &byte, 1, MSG_DONTWAIT);
		return (0);
	}
	return (n == (ssize_t)len && (hdr.msg_flags & MSG_TRUNC) == 0 ? 0 : -1);
}

/*
 * Copies that the server asks for.  -1: the connection is lost.
 */
static int
copy_for_server(client_conn_t *conn, const hkp_msg_t *ask)
{
	hkp_msg_t answer = { .hm_op = HKP_COPIED, .hm_seq = ask->hm_seq };
	struct iovec iov[2] = {
		{ &answer, sizeof (answer) },
		{ (void *)(uintptr_t)ask->hm_addr, ask->hm_len }
	};
	struct msghdr hdr = { .msg_iov = iov, .msg_iovlen = 2 };
	int fault = 0;
	ssize_t n;

	if (ask->hm_len == 0 || ask->hm_len > HKP_CHUNK_MAX)
		return (-1);
	if (ask->hm_op == HKP_COPYOUT) {
		if (receive_bytes(conn, iov[1].iov_base, iov[1].iov_len,
		    &fault) != 0)
			return (-1);
		hdr.msg_iovlen = 1;
	}
	for (;;) {
		if (fault) {
			answer.hm_result = -EFAULT;
			hdr.msg_iovlen = 1;
		}
		n = sendmsg(conn->cc_sock, &hdr, MSG_NOSIGNAL);
		if (n >= 0)
			return (0);
		if (errno == EFAULT && !fault)
			fault = 1;
		else if (errno != EINTR)
			return (-1);
	}
}

/*
 * Receive one message, and with it what an OPEN or a POLLFD has besides.  With
 * MSG_PEEK it stays where it is.
 */
static ssize_t
receive(int sock, hkp_msg_t *msg, hkp_token_t *token, int *fdp, int flags)
{
	struct iovec iov[2] = {
		{ msg, sizeof (*msg) },
		{ token, token == NULL ? 0 : sizeof (*token) }
	};
	union {
		struct cmsghdr	align;
		char		space[CMSG_SPACE(sizeof (int))];
	} control;
	struct msghdr hdr = {
		.msg_iov = iov,
		.msg_iovlen = token == NULL ? 1 : 2
	};
	struct cmsghdr *cmsg;
	ssize_t n;

	if (fdp != NULL) {
		hdr.msg_control = &control;
		hdr.msg_controllen = sizeof (control.space);
	}
	n = recvmsg(sock, &hdr, MSG_CMSG_CLOEXEC | flags);
	if (n < 0 || fdp == NULL)
		return (n);
	cmsg = CMSG_FIRSTHDR(&hdr);
	if (cmsg != NULL && cmsg->cmsg_level == SOL_SOCKET &&
	    cmsg->cmsg_type == SCM_RIGHTS &&
	    cmsg->cmsg_len == CMSG_LEN(sizeof (int)))
		(void) memcpy(fdp, CMSG_DATA(cmsg), sizeof (int));
	return (n);
}

static void
interrupt(client_conn_t *conn, uint32_t seq)
{
	hkp_msg_t msg = { .hm_op = HKP_INTERRUPT, .hm_seq = seq };

	(void) send(conn->cc_sock, &msg, sizeof (msg),
	    MSG_NOSIGNAL | MSG_DONTWAIT);
}

/*
 * Send a request, and with it the descriptor that a MAP has besides.
 */
static ssize_t
transmit(client_conn_t *conn, hkp_msg_t *msg, const void *data, size_t len,
    int fd)
{
	struct iovec iov[2] = {
		{ msg, sizeof (*msg) },
		{ (void *)(uintptr_t)data, len }
	};
	union {
		struct cmsghdr	align;
		char		space[CMSG_SPACE(sizeof (int))];
	} control;
	struct msghdr hdr = { .msg_iov = iov, .msg_iovlen = len == 0 ? 1 : 2 };
	struct cmsghdr *cmsg;

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
	return (sendmsg(conn->cc_sock, &hdr, MSG_NOSIGNAL));
}

/*
 * One request and its reply, which replaces it in *msg.  0; -EFAULT, -EINTR or
 * -ETOOMANYREFS (this user has too many descriptors under way to anybody):
 * nothing was sent; -ECONNRESET: there is no server any more; -EPROTO: it talks
 * nonsense; -EAGAIN: it has not answered within the time set for the socket.
 *
 * Who is refused gets the reply before the request was read; then the request
 * fails, and with it, once, the first receive.
 *
 * `fdp': there is a descriptor to send (-1: none), then one that came.
 */
static int
exchange(client_conn_t *conn, hkp_msg_t *msg, const void *data, size_t len,
    hkp_token_t *token, int *fdp)
{
	const uint32_t seq = msg->hm_seq;
	const int flags = msg->hm_op == HKP_EXPORT ? MSG_PEEK : 0;
	int interrupted = 0, reset = 0;
	ssize_t n;

	n = transmit(conn, msg, data, len, fdp == NULL ? -1 : *fdp);
	if (fdp != NULL)
		*fdp = -1;
	if (n < 0 && errno != EPIPE && errno != ECONNRESET)
		return (errno == EFAULT || errno == EINTR || errno == EAGAIN ||
		    errno == ETOOMANYREFS ? -errno : -ECONNRESET);
	for (;;) {
		n = receive(conn->cc_sock, msg, token, fdp, flags);
		if (n < 0 && errno == EINTR) {
			if (!interrupted)
				interrupt(conn, seq);
			interrupted = 1;
			continue;
		}
		if (n < 0 && errno == ECONNRESET && !reset) {
			reset = 1;
			continue;
		}
		if (n < 0 && errno == EAGAIN)
			return (-EAGAIN);
		if (n <= 0)
			return (-ECONNRESET);
		if (n < (ssize_t)sizeof (*msg) || msg->hm_seq != seq)
			return (-EPROTO);
		if (msg->hm_op == HKP_REPLY)
			return (0);
		if (msg->hm_op != HKP_COPYIN && msg->hm_op != HKP_COPYOUT)
			return (-EPROTO);
		if (copy_for_server(conn, msg) != 0)
			return (-ECONNRESET);
	}
}

/*
 * A connection with a socket that is in the list from its beginning, so that no
 * child of a fork keeps one.
 */
static int
conn_alloc(client_conn_t **connp)
{
	struct timeval patience = { .tv_sec = CLIENT_PATIENCE };
	client_conn_t *conn = calloc(1, sizeof (*conn));
	int error;

	if (conn == NULL)
		return (-ENOMEM);
	(void) pthread_mutex_lock(&client_lock);
	conn->cc_sock = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (conn->cc_sock < 0) {
		error = -errno;
		(void) pthread_mutex_unlock(&client_lock);
		free(conn);
		return (error);
	}
	conn->cc_next = client_conns;
	if (conn->cc_next != NULL)
		conn->cc_next->cc_prev = conn;
	client_conns = conn;
	(void) pthread_mutex_unlock(&client_lock);
	(void) setsockopt(conn->cc_sock, SOL_SOCKET, SO_SNDTIMEO, &patience,
	    sizeof (patience));
	(void) setsockopt(conn->cc_sock, SOL_SOCKET, SO_RCVTIMEO, &patience,
	    sizeof (patience));
	*connp = conn;
	return (0);
}

/*
 * Connect to a server that we may speak to.
 */
static int
conn_connect(client_conn_t *conn, const client_kernel_t *kernel)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	struct ucred peer;
	socklen_t len = sizeof (peer);
	int rc;

	(void) strcpy(addr.sun_path, kernel->ck_path);
	do {
		rc = connect(conn->cc_sock, (struct sockaddr *)&addr,
		    sizeof (addr));
	} while (rc != 0 && errno == EINTR);
	if (rc != 0) {
		switch (errno) {
		case EPERM:
			return (-EACCES);
		case EAGAIN:		/* its queue is full, and stays full */
			return (-ETIMEDOUT);
		case EPROTOTYPE:	/* not a socket of this kind */
			return (-EPROTO);
		default:
			return (-errno);
		}
	}
	if (getsockopt(conn->cc_sock, SOL_SOCKET, SO_PEERCRED, &peer,
	    &len) != 0)
		return (-errno);
	if (peer.uid != geteuid() && peer.uid != 0)
		return (-EACCES);
	allow_tracer(peer.pid);
	return (0);
}

/*
 * Make a connection with its first request.
 */
static int
conn_make(const client_kernel_t *kernel, hkp_op_t op, int arg,
    const void *data, size_t len, hkp_token_t *token, client_conn_t **connp)
{
	const struct timeval forever = { 0 };
	client_conn_t *conn = NULL;
	hkp_msg_t msg = {
		.hm_op = op,
		.hm_addr = HKP_HANDSHAKE,
		.hm_len = len,
		.hm_arg = arg
	};
	int error;

	(void) pthread_once(&client_once, client_init);
	error = conn_alloc(&conn);
	if (error != 0)
		return (error);
	error = conn_connect(conn, kernel);
	if (error != 0) {
		conn_free(conn);
		return (error);
	}
	error = exchange(conn, &msg, data, len, token, NULL);
	if (error == -EAGAIN)
		error = -ETIMEDOUT;
	else if (error == -ECONNRESET)	/* it ended before it answered */
		error = -ECONNREFUSED;
	else if (error == 0 && msg.hm_addr != HKP_HANDSHAKE)
		error = -EPROTO;
	else if (error == 0)
		error = (int)msg.hm_result;
	if (error == 0 && token != NULL && msg.hm_len != sizeof (*token))
		error = -EPROTO;
	if (error < 0) {
		conn_free(conn);
		return (error);
	}
	(void) setsockopt(conn->cc_sock, SOL_SOCKET, SO_RCVTIMEO, &forever,
	    sizeof (forever));
	*connp = conn;
	return (0);
}

/*
 * A connection of the file for one call.  `closing': the call that closes it.
 */
static int
call_enter(client_file_t *file, int closing, client_conn_t **connp,
    uint32_t *seqp)
{
	client_conn_t *conn;
	hkp_token_t token;
	int error = 0, made;

	if (file->cf_forks != __atomic_load_n(&client_forks, __ATOMIC_SEQ_CST))
		return (-EBADF);
	for (made = 0; ; made = 1) {
		(void) pthread_mutex_lock(&file->cf_lock);
		if (made) {
			conn->cc_peer = file->cf_conns;
			file->cf_conns = conn;
		}
		for (conn = file->cf_conns; conn != NULL && conn->cc_busy;
		    conn = conn->cc_peer)
			;
		if (file->cf_error != 0)
			error = file->cf_error;
		else if (file->cf_waking && !closing)
			error = -EBADF;
		else if (conn != NULL) {
			conn->cc_busy = 1;
			*seqp = ++conn->cc_seq;
		}
		(void) pthread_mutex_unlock(&file->cf_lock);
		if (error != 0 || conn != NULL)
			break;
		token = file->cf_token;
		error = conn_make(file->cf_kernel, HKP_ATTACH, 0, &token,
		    sizeof (token), &token, &conn);
		/*
		 * No server, or another one, which does not know the file.
		 */
		if (error == -ENOENT || error == -ECONNREFUSED ||
		    error == -EBADF)
			error = -ECONNRESET;
		if (error != 0)
			break;
	}
	*connp = conn;
	return (error);
}

/*
 * The server is gone, as the next call is to find.
 */
static void
conn_lost(client_file_t *file)
{
	(void) pthread_mutex_lock(&file->cf_lock);
	file->cf_error = -ECONNRESET;
	(void) pthread_mutex_unlock(&file->cf_lock);
}

static void
call_exit(client_file_t *file, client_conn_t *conn, int *errorp,
    hkp_msg_t *msg)
{
	(void) pthread_mutex_lock(&file->cf_lock);
	conn->cc_busy = 0;
	if (*errorp == -ECONNRESET || *errorp == -EPROTO ||
	    *errorp == -EAGAIN)
		*errorp = file->cf_error = -ECONNRESET;
	if (*errorp == -EINTR && file->cf_waking)
		*errorp = -EBADF;
	if (*errorp == 0 && msg->hm_result == -EINTR && file->cf_waking)
		msg->hm_result = -EBADF;
	(void) pthread_mutex_unlock(&file->cf_lock);
}

/*
 * Tell the server to forget memory that was freed, before it takes other memory
 * for that.
 */
static int
forget(client_conn_t *conn)
{
	const unsigned int frees = host_arena_frees();
	host_arena_info_t info;
	client_map_t *map;
	unsigned int i;
	ssize_t n;

	if (conn->cc_frees == frees)
		return (0);
	for (i = 0; i < conn->cc_nmaps; ) {
		hkp_msg_t msg = { .hm_op = HKP_UNMAP };

		map = &conn->cc_maps[i];
		host_arena_look(map->cm_arena, &info);
		if (!info.hai_freed) {
			i++;
			continue;
		}
		msg.hm_addr = info.hai_addr;
		n = map->cm_refused ? 0 : transmit(conn, &msg, NULL, 0, -1);
		if (n < 0)
			return (errno == EINTR ? -EINTR : -ECONNRESET);
		host_arena_rele(map->cm_arena);
		*map = conn->cc_maps[--conn->cc_nmaps];
	}
	conn->cc_frees = frees;
	return (0);
}

/*
 * A call has used memory at `addr' that the server has not mapped.  Have it do
 * so, if that is memory to share, for the next call.
 */
static int
learn(client_file_t *file, client_conn_t *conn, uint64_t addr)
{
	hkp_msg_t msg = { .hm_op = HKP_MAP };
	host_arena_t *arena;
	host_arena_info_t info;
	unsigned int i;
	int error;

	if (addr == 0 || conn->cc_nmaps == HKP_MAP_MAX ||
	    (arena = host_arena_hold(addr)) == NULL)
		return (0);
	for (i = 0; i < conn->cc_nmaps; i++) {
		if (conn->cc_maps[i].cm_arena == arena) {
			host_arena_rele(arena);
			return (0);
		}
	}
	(void) pthread_mutex_lock(&file->cf_lock);
	msg.hm_seq = ++conn->cc_seq;
	(void) pthread_mutex_unlock(&file->cf_lock);
	host_arena_look(arena, &info);
	msg.hm_addr = info.hai_addr;
	msg.hm_len = info.hai_len;
	error = exchange(conn, &msg, NULL, 0, NULL, &info.hai_fd);
	if (error != 0) {
		host_arena_rele(arena);
		return (error == -EINTR || error == -ETOOMANYREFS ? 0 : error);
	}
	conn->cc_maps[conn->cc_nmaps].cm_arena = arena;
	conn->cc_maps[conn->cc_nmaps++].cm_refused = (msg.hm_result < 0);
	return (0);
}

/*
 * One call on a file; its result.  What comes after the reply to it cannot fail
 * it.
 */
static int64_t
call_with(client_file_t *file, hkp_msg_t *msg, const void *data, size_t len,
    int *fdp)
{
	const hkp_msg_t request = *msg;
	client_conn_t *conn;
	uint32_t seq = 0;
	int error;

	error = call_enter(file, msg->hm_op == HKP_CLOSE, &conn, &seq);
	if (error != 0)
		return (error);
	msg->hm_seq = seq;
	error = forget(conn);
	if (error == 0)
		error = exchange(conn, msg, data, len, NULL, fdp);
	if (error == -EFAULT && msg->hm_op == HKP_WRITE) {
		/*
		 * The bytes are not there to be brought along.  What the
		 * answer to that is, the kernel decides.
		 */
		*msg = request;
		msg->hm_seq = seq;
		error = exchange(conn, msg, NULL, 0, NULL, fdp);
	}
	if (error == 0 && msg->hm_addr != 0 &&
	    (learn(file, conn, msg->hm_addr) != 0 ||
	    learn(file, conn, msg->hm_len) != 0))
		conn_lost(file);
	call_exit(file, conn, &error, msg);
	return (error != 0 ? error : msg->hm_result);
}

static int64_t
call(client_file_t *file, hkp_op_t op, uint64_t addr, uint64_t len, int arg,
    int arg2)
{
	hkp_msg_t msg = {
		.hm_op = op,
		.hm_addr = addr,
		.hm_len = len,
		.hm_arg = arg,
		.hm_arg2 = arg2
	};

	return (call_with(file, &msg, NULL, 0, NULL));
}

static int64_t
client_read(void *file, void *buf, uint64_t len)
{
	return (call(file, HKP_READ, (uintptr_t)buf, len, 0, 0));
}

static int64_t
client_write(void *file, const void *buf, uint64_t len)
{
	hkp_msg_t msg = {
		.hm_op = HKP_WRITE,
		.hm_addr = (uintptr_t)buf,
		.hm_len = len
	};

	return (call_with(file, &msg, buf, len <= HKP_INLINE_MAX ? len : 0,
	    NULL));
}

/*
 * The vectors are sent from where they are: if that is nowhere, EFAULT.
 */
static int64_t
call_vectors(client_file_t *file, hkp_op_t op, const struct iovec *iov,
    int iovcnt)
{
	hkp_msg_t msg = { .hm_op = op, .hm_len = (uint64_t)iovcnt };

	_Static_assert(sizeof (struct iovec) == sizeof (hkp_iovec_t),
	    "vectors are sent as they are");
	if (iovcnt <= 0 || iovcnt > (int)HKP_IOV_MAX)
		return (-EINVAL);
	return (call_with(file, &msg, iov, iovcnt * sizeof (*iov), NULL));
}

static int64_t
client_readv(void *file, const struct iovec *iov, int iovcnt)
{
	return (call_vectors(file, HKP_READV, iov, iovcnt));
}

static int64_t
client_writev(void *file, const struct iovec *iov, int iovcnt)
{
	return (call_vectors(file, HKP_WRITEV, iov, iovcnt));
}

static int
client_ioctl(void *file, int cmd, void *arg)
{
	return ((int)call(file, HKP_IOCTL, (uintptr_t)arg, 0, cmd, 0));
}

static int
client_setfl(void *file, int oflags)
{
	return ((int)call(file, HKP_SETFL, 0, 0, oflags, 0));
}

static int
client_getfl(void *file)
{
	return ((int)call(file, HKP_GETFL, 0, 0, 0, 0));
}

static int
client_poll(void *file, int events, int timeout)
{
	return ((int)call(file, HKP_POLL, 0, 0, events, timeout));
}

static int
client_pollarm(void *file, int events)
{
	return ((int)call(file, HKP_POLLARM, 0, 0, events, 0));
}

static int
client_model(void *file, int bits)
{
	return ((int)call(file, HKP_MODEL, 0, 0, bits, 0));
}

/*
 * The server sends the descriptor once; the file keeps it.
 */
static int
client_pollfd(void *arg)
{
	client_file_t *file = arg;
	hkp_msg_t msg = { .hm_op = HKP_POLLFD };
	int64_t result;
	int fd = -1;

	if (file->cf_forks != __atomic_load_n(&client_forks, __ATOMIC_SEQ_CST))
		return (-EBADF);
	(void) pthread_mutex_lock(&file->cf_lock);
	result = file->cf_pollfd;
	(void) pthread_mutex_unlock(&file->cf_lock);
	if (result >= 0)
		return ((int)result);

	result = call_with(file, &msg, NULL, 0, &fd);
	if (result < 0 || fd < 0) {
		if (fd >= 0)
			(void) close(fd);
		return (result < 0 ? (int)result : -EMFILE);
	}
	(void) pthread_mutex_lock(&file->cf_lock);
	if (file->cf_pollfd < 0) {
		file->cf_pollfd = fd;
		fd = -1;
	}
	result = file->cf_pollfd;
	(void) pthread_mutex_unlock(&file->cf_lock);
	if (fd >= 0)
		(void) close(fd);
	return ((int)result);
}

/*
 * End the calls that are under way with EBADF.  One that has its connection but
 * has not sent its request yet is interrupted in advance.
 */
static void
client_wake(void *arg)
{
	client_file_t *file = arg;
	client_conn_t *conn;

	if (file->cf_forks != __atomic_load_n(&client_forks, __ATOMIC_SEQ_CST))
		return;
	(void) pthread_mutex_lock(&file->cf_lock);
	file->cf_waking = 1;
	for (conn = file->cf_conns; conn != NULL; conn = conn->cc_peer) {
		if (conn->cc_busy)
			interrupt(conn, conn->cc_seq);
	}
	(void) pthread_mutex_unlock(&file->cf_lock);
}

/*
 * A file of a server that is gone is closed as well as it can be.
 */
static int
client_close(void *arg)
{
	client_file_t *file = arg;
	client_conn_t *conn;
	int64_t result = 0;

	if (file->cf_forks == __atomic_load_n(&client_forks,
	    __ATOMIC_SEQ_CST)) {
		result = call(file, HKP_CLOSE, 0, 0, 0, 0);
		if (result == -ECONNRESET)
			result = 0;
		while ((conn = file->cf_conns) != NULL) {
			file->cf_conns = conn->cc_peer;
			conn_free(conn);
		}
		(void) pthread_mutex_destroy(&file->cf_lock);
	}
	if (file->cf_pollfd >= 0)
		(void) close(file->cf_pollfd);
	free(file);
	return ((int)result);
}

/*
 * A file whose first connection begins with this request.
 */
static int
file_make(client_kernel_t *kernel, hkp_op_t op, int arg, const void *data,
    size_t len, void **filep)
{
	client_file_t *file;
	client_conn_t *conn;
	int error;

	file = calloc(1, sizeof (*file));
	if (file == NULL)
		return (-ENOMEM);
	file->cf_kernel = kernel;
	file->cf_pollfd = -1;
	file->cf_forks = __atomic_load_n(&client_forks, __ATOMIC_SEQ_CST);
	error = conn_make(kernel, op, arg, data, len, &file->cf_token, &conn);
	if (error != 0) {
		free(file);
		return (error);
	}
	file->cf_conns = conn;
	(void) pthread_mutex_init(&file->cf_lock, NULL);
	*filep = file;
	return (0);
}

static int
client_open(void *kernel, const char *path, int oflags, void **filep)
{
	size_t len;

	if (path == NULL)
		return (-EFAULT);
	len = strnlen(path, HKP_PATH_MAX + 1);
	if (len > HKP_PATH_MAX)
		return (-ENAMETOOLONG);
	return (file_make(kernel, HKP_OPEN, oflags, path, len, filep));
}

/*
 * A connection for somebody else, which leaves the list of ours.
 */
static int
client_export(void *arg)
{
	client_file_t *file = arg;
	client_conn_t *conn;
	hkp_token_t token = file->cf_token;
	int error, sock;

	if (file->cf_forks != __atomic_load_n(&client_forks, __ATOMIC_SEQ_CST))
		return (-EBADF);
	error = conn_make(file->cf_kernel, HKP_EXPORT, 0, &token,
	    sizeof (token), &token, &conn);
	if (error == -ENOENT || error == -ECONNREFUSED || error == -EBADF)
		return (-ECONNRESET);
	if (error != 0)
		return (error);
	(void) pthread_mutex_lock(&client_lock);
	conn_unlist(conn);
	(void) pthread_mutex_unlock(&client_lock);
	sock = conn->cc_sock;
	free(conn);
	return (sock);
}

/*
 * Whether the descriptor is what hk_export() gave: then, where its server is.
 */
static int
exported(int fd, struct sockaddr_un *addr)
{
	socklen_t len = sizeof (int);
	int domain = 0, type = 0;

	if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) != 0 ||
	    getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) != 0)
		return (errno == EBADF ? -EBADF : -EINVAL);
	len = sizeof (*addr);
	(void) memset(addr, 0, sizeof (*addr));
	if (domain != AF_UNIX || type != SOCK_SEQPACKET ||
	    getpeername(fd, (struct sockaddr *)addr, &len) != 0 ||
	    addr->sun_path[0] != '/')
		return (-EINVAL);
	return (0);
}

static int
client_import(void *kernel, int fd, void **filep)
{
	struct sockaddr_un addr;
	struct ucred peer;
	socklen_t len = sizeof (peer);
	hkp_token_t token;
	hkp_msg_t msg;
	ssize_t n;
	int error;

	error = exported(fd, &addr);
	if (error != 0)
		return (error);
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0 ||
	    (peer.uid != geteuid() && peer.uid != 0))
		return (-EACCES);
	n = receive(fd, &msg, &token, NULL, MSG_PEEK | MSG_DONTWAIT);
	if (n != (ssize_t)(sizeof (msg) + sizeof (token)) ||
	    msg.hm_op != HKP_REPLY || msg.hm_result != 0)
		return (-EINVAL);
	if (msg.hm_addr != HKP_HANDSHAKE)
		return (-EPROTO);
	error = file_make(kernel, HKP_IMPORT, 0, &token, sizeof (token), filep);
	return (error == -EBADF ? -EXDEV : error);
}

int
hk_exported(int fd, char *path, uint64_t size)
{
	struct sockaddr_un addr;
	size_t len;
	int error;

	error = exported(fd, &addr);
	if (error != 0)
		return (error);
	len = strnlen(addr.sun_path, sizeof (addr.sun_path));
	if (len >= size)
		return (-ERANGE);
	(void) memcpy(path, addr.sun_path, len);
	path[len] = '\0';
	return (0);
}

static int
client_gonefd(void *arg)
{
	const client_kernel_t *kernel = arg;

	if (kernel->ck_forks != __atomic_load_n(&client_forks,
	    __ATOMIC_SEQ_CST))
		return (-EBADF);
	return (kernel->ck_conn->cc_sock);
}

/*
 * In a child of a fork the socket is closed already, and in no list.
 */
static int
client_halt(void *arg)
{
	client_kernel_t *kernel = arg;

	if (kernel->ck_forks == __atomic_load_n(&client_forks,
	    __ATOMIC_SEQ_CST))
		conn_free(kernel->ck_conn);
	else
		free(kernel->ck_conn);
	free(kernel);
	return (0);
}

static const hk_ops_t client_ops = {
	.ho_halt = client_halt,
	.ho_open = client_open,
	.ho_import = client_import,
	.ho_gonefd = client_gonefd,
	.ho_close = client_close,
	.ho_wake = client_wake,
	.ho_read = client_read,
	.ho_write = client_write,
	.ho_readv = client_readv,
	.ho_writev = client_writev,
	.ho_ioctl = client_ioctl,
	.ho_export = client_export,
	.ho_setfl = client_setfl,
	.ho_getfl = client_getfl,
	.ho_poll = client_poll,
	.ho_pollfd = client_pollfd,
	.ho_pollarm = client_pollarm,
	.ho_model = client_model
};

int
hk_connect(const char *path)
{
	client_kernel_t *kernel;
	int result;

	if (path == NULL)
		return (-EFAULT);
	if (strnlen(path, sizeof (kernel->ck_path)) ==
	    sizeof (kernel->ck_path))
		return (-ENAMETOOLONG);
	kernel = calloc(1, sizeof (*kernel));
	if (kernel == NULL)
		return (-ENOMEM);
	(void) strcpy(kernel->ck_path, path);
	kernel->ck_forks = __atomic_load_n(&client_forks, __ATOMIC_SEQ_CST);
	result = conn_make(kernel, HKP_HELLO, 0, NULL, 0, NULL,
	    &kernel->ck_conn);
	if (result == 0) {
		result = hk_api_add(&client_ops, kernel);
		if (result < 0)
			conn_free(kernel->ck_conn);
	}
	if (result < 0)
		free(kernel);
	return (result);
}
