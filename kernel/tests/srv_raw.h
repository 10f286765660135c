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


#ifndef	_SRV_RAW_H
#define	_SRV_RAW_H

/*
 * Clients that speak the server's protocol themselves, and so may say anything.
 */

#include "srv.h"

static inline int
raw(void)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int sock = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	(void) strcpy(addr.sun_path, srv_sock);
	if (connect(sock, (struct sockaddr *)&addr, sizeof (addr)) != 0) {
		(void) close(sock);
		return (-1);
	}
	return (sock);
}

static inline int
put(int sock, const hkp_msg_t *msg, const void *data, size_t len)
{
	struct iovec iov[2] = {
		{ (void *)(uintptr_t)msg, sizeof (*msg) },
		{ (void *)(uintptr_t)data, len }
	};
	struct msghdr hdr = { .msg_iov = iov, .msg_iovlen = 2 };

	return (sendmsg(sock, &hdr, MSG_NOSIGNAL) ==
	    (ssize_t)(sizeof (*msg) + len) ? 0 : -1);
}

static inline int64_t
get(int sock, hkp_msg_t *msg)
{
	struct pollfd pfd = { .fd = sock, .events = POLLIN };

	need(poll(&pfd, 1, 60 * 1000) == 1, "the server does something");
	return (recv(sock, msg, sizeof (*msg), 0));
}

static inline int
raw_open(const char *path, int flags)
{
	hkp_msg_t msg = {
		.hm_op = HKP_OPEN,
		.hm_addr = HKP_HANDSHAKE,
		.hm_len = strlen(path),
		.hm_arg = flags
	};
	int sock = raw();

	need(sock >= 0 && put(sock, &msg, path, strlen(path)) == 0, "opens");
	need(get(sock, &msg) == sizeof (msg) && msg.hm_result == 0,
	    "%s is open (%d)", path, (int)msg.hm_result);
	return (sock);
}

/*
 * The server has hung up.
 */
static inline int
ended(int sock)
{
	struct pollfd pfd = { .fd = sock, .events = POLLIN };
	char buf[256];
	ssize_t n;

	do {
		if (poll(&pfd, 1, 60 * 1000) != 1)
			return (0);
		n = recv(sock, buf, sizeof (buf), 0);
	} while (n > 0);
	(void) close(sock);
	return (1);
}

#endif	/* _SRV_RAW_H */
