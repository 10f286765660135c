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
 * Between the numbers of the kernel and those of the host.
 */

#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/filio.h>
#include <sys/sysmacros.h>

#include "kern_impl.h"

#define	KERN_NUMBER(name)	[HOST_##name] = name,

static const int kern_errnos[HOST_ERRNO_END] = {
	HOST_ERRNO_MAP(KERN_NUMBER)
};

static const int kern_oflags[HOST_OFLAG_END] = {
	HOST_OFLAG_MAP(KERN_NUMBER)
};

static const short kern_polls[HOST_POLL_END] = {
	HOST_POLL_MAP(KERN_NUMBER)
};

static const int kern_requests[HOST_REQUEST_END] = {
	HOST_REQUEST_MAP(KERN_NUMBER)
};

/*
 * EOPNOTSUPP is the host's other name for ENOTSUP; here they are two.
 */
int
border_errno(int error)
{
	uint_t i;

	if (error == 0)
		return (0);
	if (error == EOPNOTSUPP)
		return (host_errnos[HOST_ENOTSUP]);
	for (i = 0; i < HOST_ERRNO_END; i++) {
		if (kern_errnos[i] == error)
			return (host_errnos[i]);
	}
	return (host_errnos[HOST_EIO]);
}

int
border_errno_in(int error)
{
	uint_t i;

	if (error == 0)
		return (0);
	for (i = 0; i < HOST_ERRNO_END; i++) {
		if (host_errnos[i] == error)
			return (kern_errnos[i]);
	}
	return (EIO);
}

/*
 * A flag of several bits (the host's O_SYNC holds its O_DSYNC) is set when all
 * of them are.  Those with no equal are dropped.
 */
static int
border_bits(int value, const int *from, const int *to, uint_t n)
{
	int result = 0;
	uint_t i;

	for (i = 0; i < n; i++) {
		if ((value & from[i]) == from[i])
			result |= to[i];
	}
	return (result);
}

int
border_oflags_in(int oflags)
{
	return ((oflags & (O_WRONLY | O_RDWR)) |
	    border_bits(oflags, host_oflags, kern_oflags, HOST_OFLAG_END));
}

int
border_oflags_out(int oflags)
{
	return ((oflags & (O_WRONLY | O_RDWR)) |
	    border_bits(oflags, kern_oflags, host_oflags, HOST_OFLAG_END));
}

short
border_poll_in(int events)
{
	short result = 0;
	uint_t i;

	for (i = 0; i < HOST_POLL_END; i++) {
		if (events & host_polls[i])
			result |= kern_polls[i];
	}
	return (result);
}

/*
 * The kernel has one bit for POLLOUT and POLLWRNORM, so nothing is lost.
 */
int
border_poll_out(short events)
{
	int result = 0;
	uint_t i;

	for (i = 0; i < HOST_POLL_END; i++) {
		if (events & kern_polls[i])
			result |= host_polls[i];
	}
	return (result);
}

int
border_request_in(int request)
{
	uint_t i;

	for (i = 0; i < HOST_REQUEST_END; i++) {
		if ((uint_t)request == (uint_t)host_requests[i])
			return (kern_requests[i]);
	}
	return (request);
}
