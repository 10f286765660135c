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
 * Messages to a server and from it: one request and its reply, and between them
 * the copies that the server asks for.
 */

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "client_impl.h"

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
ssize_t
client_receive(int sock, hkp_msg_t *msg, hkp_token_t *token, int *fdp,
    int flags)
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

void
client_interrupt(client_conn_t *conn, uint32_t seq)
{
	hkp_msg_t msg = { .hm_op = HKP_INTERRUPT, .hm_seq = seq };

	(void) send(conn->cc_sock, &msg, sizeof (msg),
	    MSG_NOSIGNAL | MSG_DONTWAIT);
}

/*
 * Send a request, and with it the descriptor that a MAP has besides.
 */
ssize_t
client_transmit(client_conn_t *conn, hkp_msg_t *msg, const void *data,
    size_t len, int fd)
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
int
client_exchange(client_conn_t *conn, hkp_msg_t *msg, const void *data,
    size_t len, hkp_token_t *token, int *fdp)
{
	const uint32_t seq = msg->hm_seq;
	const int flags = msg->hm_op == HKP_EXPORT ? MSG_PEEK : 0;
	int interrupted = 0, reset = 0;
	ssize_t n;

	n = client_transmit(conn, msg, data, len, fdp == NULL ? -1 : *fdp);
	if (fdp != NULL)
		*fdp = -1;
	if (n < 0 && errno != EPIPE && errno != ECONNRESET)
		return (errno == EFAULT || errno == EINTR || errno == EAGAIN ||
		    errno == ETOOMANYREFS ? -errno : -ECONNRESET);
	for (;;) {
		n = client_receive(conn->cc_sock, msg, token, fdp, flags);
		if (n < 0 && errno == EINTR) {
			if (!interrupted)
				client_interrupt(conn, seq);
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
