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
 * Connections with a server: what a program wants of one begins here.
 *
 * A server has the run of our memory, by our own consent (Yama) and by COPYIN
 * and COPYOUT.  So we speak only to a server of our own user or of root, who
 * have that anyway, whatever the socket's mode lets us do: EACCES.
 *
 * A child of fork(2) has none of its parent's files.  It must not use their
 * connections, on which the server copies to the parent's memory, nor keep them
 * from being closed when the parent dies; so they are closed in the child, and
 * calls on these files are EBADF there.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "client_impl.h"

#ifndef	PR_SET_PTRACER
#define	PR_SET_PTRACER	0x59616d61
#endif

/*
 * How long a server may take to say who it is, in seconds.
 */
#define	CLIENT_PATIENCE	10

/*
 * All connections, for the child of a fork.
 */
static pthread_mutex_t client_lock = PTHREAD_MUTEX_INITIALIZER;
static client_conn_t *client_conns;	/* client_lock */
unsigned int client_forks;	/* atomic */
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

void
client_conn_free(client_conn_t *conn)
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
 * Its socket is the caller's, who is to give it to somebody else: it leaves the
 * list of ours.
 */
int
client_conn_give(client_conn_t *conn)
{
	const int sock = conn->cc_sock;

	(void) pthread_mutex_lock(&client_lock);
	conn_unlist(conn);
	(void) pthread_mutex_unlock(&client_lock);
	free(conn);
	return (sock);
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
int
client_conn_make(const client_kernel_t *kernel, hkp_op_t op, int arg,
    const void *data, size_t len, hkp_token_t *token, client_conn_t **connp)
{
	const struct timeval forever = { 0 };
	client_conn_t *conn = NULL;
	hkp_msg_t msg = {
		.hm_op = op,
		.hm_addr = HKP_HANDSHAKE,
		.hm_len = len,
		.hm_arg = arg,
		.hm_arg2 = kernel->ck_zone
	};
	int error;

	(void) pthread_once(&client_once, client_init);
	error = conn_alloc(&conn);
	if (error != 0)
		return (error);
	error = conn_connect(conn, kernel);
	if (error != 0) {
		client_conn_free(conn);
		return (error);
	}
	error = client_exchange(conn, &msg, data, len, token, NULL);
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
		client_conn_free(conn);
		return (error);
	}
	(void) setsockopt(conn->cc_sock, SOL_SOCKET, SO_RCVTIMEO, &forever,
	    sizeof (forever));
	conn->cc_zone = msg.hm_arg;
	*connp = conn;
	return (0);
}
