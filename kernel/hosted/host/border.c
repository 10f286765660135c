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
 * What this host calls the things that host.h lists.
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>

#include "host.h"

#define	HOST_NUMBER(name)	[HOST_##name] = name,

const int host_errnos[HOST_ERRNO_END] = {
	HOST_ERRNO_MAP(HOST_NUMBER)
};

const int host_oflags[HOST_OFLAG_END] = {
	HOST_OFLAG_MAP(HOST_NUMBER)
};

const int host_polls[HOST_POLL_END] = {
	HOST_POLL_MAP(HOST_NUMBER)
};

const unsigned long host_requests[HOST_REQUEST_END] = {
	HOST_REQUEST_MAP(HOST_NUMBER)
};
