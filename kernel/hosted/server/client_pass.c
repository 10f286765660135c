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
 * What is passed on to other processes is the socket of a connection made for
 * that.  Its peer's pid is ours for ever, so nobody makes calls on it: it tells
 * where the server is, and has a token to look at.
 */

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client_impl.h"

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

/*
 * A connection for somebody else.
 */
int
client_export(void *arg)
{
	client_file_t *file = arg;
	client_conn_t *conn;
	hkp_token_t token = file->cf_token;
	int error;

	if (file->cf_forks != __atomic_load_n(&client_forks, __ATOMIC_SEQ_CST))
		return (-EBADF);
	error = client_conn_make(file->cf_kernel, HKP_EXPORT, 0, &token,
	    sizeof (token), &token, &conn);
	if (error == -ENOENT || error == -ECONNREFUSED || error == -EBADF)
		return (-ECONNRESET);
	if (error != 0)
		return (error);
	return (client_conn_give(conn));
}

int
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
	n = client_receive(fd, &msg, &token, NULL, MSG_PEEK | MSG_DONTWAIT);
	if (n != (ssize_t)(sizeof (msg) + sizeof (token)) ||
	    msg.hm_op != HKP_REPLY || msg.hm_result != 0)
		return (-EINVAL);
	if (msg.hm_addr != HKP_HANDSHAKE)
		return (-EPROTO);
	error = client_file_make(kernel, HKP_IMPORT, 0, &token, sizeof (token),
	    filep);
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
