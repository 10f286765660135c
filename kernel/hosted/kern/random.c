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
 * Random bytes, as random_get_bytes(9F).
 */

#include <sys/errno.h>
#include <sys/random.h>

#include "host.h"

int
random_get_bytes(uint8_t *buf, size_t len)
{
	return (host_random(buf, len) == 0 ? 0 : EAGAIN);
}

int
random_get_blocking_bytes(uint8_t *buf, size_t len)
{
	return (host_random(buf, len) == 0 ? 0 : EIO);
}

int
random_get_pseudo_bytes(uint8_t *buf, size_t len)
{
	return (host_random(buf, len) == 0 ? 0 : EIO);
}

/*
 * The host has all the entropy it needs.
 */
int
random_add_entropy(uint8_t *buf __unused, size_t len __unused,
    uint_t estimate __unused)
{
	return (0);
}
