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
 * Descriptors that wake an event loop of the host.
 */

#include <errno.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "host.h"

int
host_wakeup_create(void)
{
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

	return (fd < 0 ? -errno : fd);
}

/*
 * The only way for this to fail is a counter that is full, and then the
 * descriptor is readable already.
 */
void
host_wakeup_post(int fd)
{
	uint64_t one = 1;

	if (write(fd, &one, sizeof (one)) != sizeof (one) && errno != EAGAIN)
		host_abort();
}

void
host_wakeup_clear(int fd)
{
	uint64_t count;

	if (read(fd, &count, sizeof (count)) < 0 && errno != EAGAIN)
		host_abort();
}

void
host_wakeup_destroy(int fd)
{
	(void) close(fd);
}
