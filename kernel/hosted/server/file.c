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
 * Open files of the kernel, each shared by the connections of the process that
 * opened it.  A file is closed when CLOSE asks for it, or with the last of its
 * connections.
 *
 * Readiness: the kernel's descriptor for event loops is an eventfd.  Whoever
 * has one can make writing to it block (fill it up, take O_NONBLOCK away), and
 * the kernel's writer may be anybody's thread.  A program of the server's own
 * user could stop the server in easier ways, and gets the kernel's descriptor
 * itself.  Any other gets one end of a socket pair, to which the main loop
 * relays.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server.h"

srv_file_t *
file_open(srv_conn_t *conn, const char *path, int flags, int *errp)
{
	srv_file_t *file = calloc(1, sizeof (*file));
	int hk;

	if (file == NULL || getrandom(&file->sf_token, sizeof (file->sf_token),
	    0) != sizeof (file->sf_token)) {
		free(file);
		*errp = -ENOMEM;
		return (NULL);
	}
	hk = hk_open(srv.sv_kernel, path, flags);
	if (hk < 0) {
		free(file);
		*errp = hk;
		return (NULL);
	}
	file->sf_hk = hk;
	file->sf_pid = conn->c_pid;
	file->sf_uid = conn->c_uid;
	file->sf_relay[0] = file->sf_relay[1] = file->sf_relayed = -1;
	file->sf_refs = 1;
	(void) pthread_mutex_lock(&srv.sv_lock);
	file->sf_next = srv.sv_files;
	srv.sv_files = file;
	(void) pthread_mutex_unlock(&srv.sv_lock);
	return (file);
}

/*
 * The file of a token, for another connection of the process that opened it.
 */
srv_file_t *
file_attach(const srv_conn_t *conn, const hkp_token_t *token)
{
	srv_file_t *file;

	(void) pthread_mutex_lock(&srv.sv_lock);
	for (file = srv.sv_files; file != NULL; file = file->sf_next) {
		if (!file->sf_closed && file->sf_pid == conn->c_pid &&
		    file->sf_uid == conn->c_uid &&
		    file->sf_token.ht_word[0] == token->ht_word[0] &&
		    file->sf_token.ht_word[1] == token->ht_word[1]) {
			file->sf_refs++;
			break;
		}
	}
	(void) pthread_mutex_unlock(&srv.sv_lock);
	return (file);
}

/*
 * Close the file in the kernel, once.  Calls under way on it end with EBADF.
 */
int
file_close(srv_file_t *file)
{
	int i, closed;

	(void) pthread_mutex_lock(&srv.sv_lock);
	closed = file->sf_closed;
	file->sf_closed = 1;
	if (!closed) {
		if (file->sf_relayed >= 0)
			watch_unrelay(file->sf_relayed);
		file->sf_relayed = -1;
		for (i = 0; i < 2; i++) {
			if (file->sf_relay[i] >= 0)
				(void) close(file->sf_relay[i]);
			file->sf_relay[i] = -1;
		}
	}
	(void) pthread_mutex_unlock(&srv.sv_lock);
	return (closed ? -EBADF : hk_close(file->sf_hk));
}

/*
 * A connection of the file is gone.
 */
void
file_rele(srv_file_t *file)
{
	srv_file_t **filep;
	unsigned int refs;

	(void) pthread_mutex_lock(&srv.sv_lock);
	refs = --file->sf_refs;
	if (refs == 0) {
		for (filep = &srv.sv_files; *filep != file;
		    filep = &(*filep)->sf_next)
			;
		*filep = file->sf_next;
	}
	(void) pthread_mutex_unlock(&srv.sv_lock);
	if (refs == 0) {
		(void) file_close(file);
		free(file);
	}
}

/*
 * Have the main loop relay the kernel's descriptor.
 */
static int
start_relay(srv_file_t *file, int fd)
{
	int error;

	if (file->sf_relayed >= 0)
		return (0);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    0, file->sf_relay) != 0)
		return (-errno);
	error = watch_relay(fd);
	if (error != 0) {
		(void) close(file->sf_relay[0]);
		(void) close(file->sf_relay[1]);
		file->sf_relay[0] = file->sf_relay[1] = -1;
		return (error);
	}
	file->sf_relayed = fd;
	return (0);
}

/*
 * The descriptor that the connection's program is to wait for, in a copy that
 * the caller closes: nothing else keeps the number from meaning another file by
 * the time it is sent.
 */
int
file_pollfd(srv_conn_t *conn, srv_file_t *file, int *fdp)
{
	int fd = hk_pollfd(file->sf_hk);
	int error = 0;

	if (fd < 0)
		return (fd);
	(void) pthread_mutex_lock(&srv.sv_lock);
	if (file->sf_closed) {
		error = -EBADF;
	} else if (conn->c_uid != srv.sv_uid) {
		error = start_relay(file, fd);
		fd = file->sf_relay[1];
	}
	if (error == 0) {
		*fdp = fcntl(fd, F_DUPFD_CLOEXEC, 0);
		if (*fdp < 0)
			error = -errno;
	}
	(void) pthread_mutex_unlock(&srv.sv_lock);
	return (error);
}

/*
 * The kernel's descriptor `relayed' is readable: pass it on.  A program that
 * does not read has its wake-up already.
 */
void
file_relay(int relayed)
{
	srv_file_t *file;
	uint64_t count;

	(void) pthread_mutex_lock(&srv.sv_lock);
	for (file = srv.sv_files; file != NULL; file = file->sf_next) {
		if (file->sf_relayed != relayed)
			continue;
		if (read(relayed, &count, sizeof (count)) == sizeof (count))
			(void) send(file->sf_relay[0], &count, sizeof (count),
			    MSG_DONTWAIT | MSG_NOSIGNAL);
		break;
	}
	(void) pthread_mutex_unlock(&srv.sv_lock);
}
