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
 * Memory of the host in large pages.  A queue of frames lies on hundreds of
 * small ones, more than a processor remembers the places of; and which lines of
 * its cache they share is luck.
 */

#include <sys/mman.h>
#include <stddef.h>
#include <stdint.h>

#include "host.h"

/*
 * Mappings begin anywhere, so one that is longer by a large page is asked for,
 * and what is in front of the first boundary and behind the last is given back.
 * The large pages are a wish: where the host has none, small ones do.
 */
void *
host_pages_alloc(unsigned long size)
{
	const unsigned long more = size + HOST_LARGE_PAGE;
	unsigned long front;
	char *p;

	p = mmap(NULL, more, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p == MAP_FAILED)
		return (NULL);
	front = -(uintptr_t)p & (HOST_LARGE_PAGE - 1);
	if (front != 0)
		(void) munmap(p, front);
	(void) munmap(p + front + size, HOST_LARGE_PAGE - front);
#ifdef	MADV_HUGEPAGE
	(void) madvise(p + front, size, MADV_HUGEPAGE);
#endif
	return (p + front);
}

void
host_pages_free(void *p, unsigned long size)
{
	(void) munmap(p, size);
}
