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

#ifndef	_CONFORM_CALLS_H
#define	_CONFORM_CALLS_H

/*
 * The operations that are one system call each, whatever set of them there is.
 * Whoever includes this says first what a call is named, CALL(read), and has
 * result() make 0 or more, or minus an errno of illumos, of what it returned.
 */

static int
op_close(int fd)
{
	return ((int)result(CALL(close)(fd)));
}

static int64_t
op_read(int fd, void *buf, size_t len)
{
	return (result(CALL(read)(fd, buf, len)));
}

static int64_t
op_write(int fd, const void *buf, size_t len)
{
	return (result(CALL(write)(fd, buf, len)));
}

static int64_t
op_readv(int fd, const conform_iovec_t *iov, int n)
{
	return (result(CALL(readv)(fd, (const struct iovec *)iov, n)));
}

static int64_t
op_writev(int fd, const conform_iovec_t *iov, int n)
{
	return (result(CALL(writev)(fd, (const struct iovec *)iov, n)));
}

#endif	/* _CONFORM_CALLS_H */
