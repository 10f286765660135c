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
 * Memory of the host.
 */

#include <stdlib.h>

#include "host.h"

void *
host_alloc(unsigned long size, unsigned long align)
{
	void *p;

	if (align <= 2 * sizeof (void *))
		return (malloc(size));
	return (posix_memalign(&p, align, size) == 0 ? p : NULL);
}

void
host_free(void *p)
{
	free(p);
}
