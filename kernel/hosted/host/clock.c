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
 * Clocks of the host.
 */

#include <errno.h>
#include <time.h>

#include "host.h"

#define	HOST_NSEC	1000000000LL

long long
host_monotonic(void)
{
	struct timespec ts;

	(void) clock_gettime(CLOCK_MONOTONIC, &ts);
	return (ts.tv_sec * HOST_NSEC + ts.tv_nsec);
}

void
host_realtime(long long *sec, long *nsec)
{
	struct timespec ts;

	(void) clock_gettime(CLOCK_REALTIME, &ts);
	*sec = ts.tv_sec;
	*nsec = ts.tv_nsec;
}

void
host_sleep(long long nsec)
{
	struct timespec ts;

	ts.tv_sec = nsec / HOST_NSEC;
	ts.tv_nsec = nsec % HOST_NSEC;
	while (nanosleep(&ts, &ts) != 0 && errno == EINTR)
		continue;
}
