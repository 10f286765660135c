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
 * Open files of the kernel, and who has them: the process that opened one,
 * those that it was passed on to, and the descriptors that do so.  Each has a
 * share of the file, which its connections have in common, and a token that
 * names it.  A share is closed when CLOSE asks for it, or with the last of its
 * connections; the file, with its last share.
 *
 * The token of a process's share is good for that process.  The token of a
 * descriptor's is good for anybody who may connect, so that having the
 * descriptor, in which it lies, is what counts.
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

/*
 * A share for this connection, of no file yet.
 */
static srv_share_t *
share_make(const srv_conn_t *conn, int exported)
{
	srv_share_t *share = calloc(1, sizeof (*share));

	if (share == NULL || getrandom(&share->ss_token,
	    sizeof (share->ss_token), 0) != sizeof (share->ss_token)) {
		free(share);
		return (NULL);
	}
	share->ss_refs = 1;
	share->ss_exported = exported;
	share->ss_pid = conn->c_pid;
	share->ss_uid = conn->c_uid;
	return (share);
}

/*
 * sv_lock is held.
 */
static void
share_add(srv_file_t *file, srv_share_t *share)
{
	share->ss_file = file;
	share->ss_next = file->sf_shares;
	file->sf_shares = share;
	file->sf_nshares++;
	file->sf_nopen++;
}

/*
 * The open share of a token, for this connection; sv_lock is held.
 */
static srv_share_t *
share_find(const srv_conn_t *conn, const hkp_token_t *token, int exported)
{
	srv_file_t *file;
	srv_share_t *share;

	for (file = srv.sv_files; file != NULL; file = file->sf_next) {
		for (share = file->sf_shares; share != NULL;
		    share = share->ss_next) {
			if (share->ss_token.ht_word[0] == token->ht_word[0] &&
			    share->ss_token.ht_word[1] == token->ht_word[1] &&
			    share->ss_exported == exported &&
			    !share->ss_closed &&
			    (exported || (share->ss_pid == conn->c_pid &&
			    share->ss_uid == conn->c_uid)))
				return (share);
		}
	}
	return (NULL);
}

int
file_open(srv_conn_t *conn, const char *path, int flags)
{
	srv_file_t *file = calloc(1, sizeof (*file));
	srv_share_t *share = share_make(conn, 0);
	int hk = -ENOMEM;

	if (file != NULL && share != NULL)
		hk = hk_open(srv.sv_kernel, path, flags);
	if (hk < 0) {
		free(file);
		free(share);
		return (hk);
	}
	file->sf_hk = hk;
	file->sf_relay[0] = file->sf_relay[1] = file->sf_relayed = -1;
	(void) pthread_mutex_lock(&srv.sv_lock);
	share_add(file, share);
	file->sf_next = srv.sv_files;
	srv.sv_files = file;
	(void) pthread_mutex_unlock(&srv.sv_lock);
	conn->c_share = share;
	return (0);
}

/*
 * Another connection of the process whose token this is.
 */
int
file_attach(srv_conn_t *conn, const hkp_token_t *token)
{
	srv_share_t *share;

	(void) pthread_mutex_lock(&srv.sv_lock);
	share = share_find(conn, token, 0);
	if (share != NULL)
		share->ss_refs++;
	(void) pthread_mutex_unlock(&srv.sv_lock);
	conn->c_share = share;
	return (share == NULL ? -EBADF : 0);
}

/*
 * A further share of the file whose token this is.
 */
static int
file_share(srv_conn_t *conn, const hkp_token_t *token, int exported)
{
	srv_share_t *share = share_make(conn, !exported), *from;

	if (share == NULL)
		return (-ENOMEM);
	(void) pthread_mutex_lock(&srv.sv_lock);
	from = share_find(conn, token, exported);
	if (from != NULL)
		share_add(from->ss_file, share);
	(void) pthread_mutex_unlock(&srv.sv_lock);
	if (from == NULL) {
		free(share);
		return (-EBADF);
	}
	conn->c_share = share;
	return (0);
}

int
file_export(srv_conn_t *conn, const hkp_token_t *token)
{
	return (file_share(conn, token, 0));
}

int
file_import(srv_conn_t *conn, const hkp_token_t *token)
{
	return (file_share(conn, token, 1));
}

/*
 * Close a share, once; with the last one of a file calls under way on that end
 * with EBADF.
 */
int
file_close(srv_share_t *share)
{
	srv_file_t *file = share->ss_file;
	int i, closed, last = 0;

	(void) pthread_mutex_lock(&srv.sv_lock);
	closed = share->ss_closed;
	__atomic_store_n(&share->ss_closed, 1, __ATOMIC_SEQ_CST);
	if (!closed)
		last = (--file->sf_nopen == 0);
	if (last) {
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
	if (closed)
		return (-EBADF);
	return (last ? hk_close(file->sf_hk) : 0);
}

/*
 * A connection of the share is gone.
 */
void
file_rele(srv_share_t *share)
{
	srv_file_t *file = share->ss_file, **filep;
	srv_share_t **sharep;
	unsigned int refs;

	(void) pthread_mutex_lock(&srv.sv_lock);
	refs = --share->ss_refs;
	if (refs == 0) {
		for (sharep = &file->sf_shares; *sharep != share;
		    sharep = &(*sharep)->ss_next)
			;
		*sharep = share->ss_next;
	}
	(void) pthread_mutex_unlock(&srv.sv_lock);
	if (refs != 0)
		return;
	(void) file_close(share);
	free(share);
	(void) pthread_mutex_lock(&srv.sv_lock);
	refs = --file->sf_nshares;
	if (refs == 0) {
		for (filep = &srv.sv_files; *filep != file;
		    filep = &(*filep)->sf_next)
			;
		*filep = file->sf_next;
	}
	(void) pthread_mutex_unlock(&srv.sv_lock);
	if (refs == 0)
		free(file);
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
	/* Nothing is to come back, which would lie here until the close. */
	(void) shutdown(file->sf_relay[0], SHUT_RD);
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
file_pollfd(srv_conn_t *conn, int *fdp)
{
	srv_file_t *file = conn->c_share->ss_file;
	int fd = hk_pollfd(file->sf_hk);
	int error = 0;

	if (fd < 0)
		return (fd);
	(void) pthread_mutex_lock(&srv.sv_lock);
	if (conn->c_share->ss_closed) {
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
