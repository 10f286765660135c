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
 * carries calls to unethostd.  proto.h has the messages, and client_impl.h says
 * where the rest is.
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
 * When the server is gone, the files are: ECONNRESET, from that call on.  A new
 * server at the same place is another kernel with other files; hk_open() finds
 * it.  The connection that found the server is kept, for nothing but its end:
 * it goes with that server and no other (hk_gonefd()).
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client_impl.h"

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
		error = client_conn_make(file->cf_kernel, HKP_ATTACH, 0, &token,
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
	error = client_forget(conn);
	if (error == 0)
		error = client_exchange(conn, msg, data, len, NULL, fdp);
	if (error == -EFAULT && msg->hm_op == HKP_WRITE) {
		/*
		 * The bytes are not there to be brought along.  What the
		 * answer to that is, the kernel decides.
		 */
		*msg = request;
		msg->hm_seq = seq;
		error = client_exchange(conn, msg, NULL, 0, NULL, fdp);
	}
	if (error == 0 && msg->hm_addr != 0 &&
	    (client_learn(file, conn, msg->hm_addr) != 0 ||
	    client_learn(file, conn, msg->hm_len) != 0))
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
			client_interrupt(conn, conn->cc_seq);
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
			client_conn_free(conn);
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
int
client_file_make(client_kernel_t *kernel, hkp_op_t op, int arg,
    const void *data, size_t len, void **filep)
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
	error = client_conn_make(kernel, op, arg, data, len, &file->cf_token,
	    &conn);
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
	return (client_file_make(kernel, HKP_OPEN, oflags, path, len, filep));
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
		client_conn_free(kernel->ck_conn);
	else
		free(kernel->ck_conn);
	free(kernel);
	return (0);
}

/*
 * Meet the server of a socket, as somebody of the zone whose id is `zone' (0:
 * of none), and be in the zone `name' (NULL: where we are).
 */
static int
kernel_make(const char *path, const char *name, int zone,
    client_kernel_t **kernelp)
{
	client_kernel_t *kernel;
	int error;

	kernel = calloc(1, sizeof (*kernel));
	if (kernel == NULL)
		return (-ENOMEM);
	(void) strcpy(kernel->ck_path, path);
	kernel->ck_zone = zone;
	kernel->ck_forks = __atomic_load_n(&client_forks, __ATOMIC_SEQ_CST);
	error = client_conn_make(kernel, HKP_HELLO, 0, name,
	    name == NULL ? 0 : strlen(name), NULL, &kernel->ck_conn);
	if (error != 0) {
		free(kernel);
		return (error);
	}
	kernel->ck_zone = kernel->ck_conn->cc_zone;
	*kernelp = kernel;
	return (0);
}

static int
client_zone(void *arg, const char *name, void **kernelp)
{
	const client_kernel_t *kernel = arg;

	if (name == NULL)
		return (-EFAULT);
	if (*name == '\0' || strnlen(name, HKP_ZONE_MAX) == HKP_ZONE_MAX)
		return (-ENOENT);
	return (kernel_make(kernel->ck_path, name, kernel->ck_zone,
	    (client_kernel_t **)kernelp));
}

static const hk_ops_t client_ops = {
	.ho_halt = client_halt,
	.ho_zone = client_zone,
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
	result = kernel_make(path, NULL, 0, &kernel);
	if (result == 0) {
		result = hk_api_add(&client_ops, kernel);
		if (result < 0)
			(void) client_halt(kernel);
	}
	return (result);
}
