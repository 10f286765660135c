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

#ifndef	_SYS_TYPES32_H
#define	_SYS_TYPES32_H

/*
 * The types of a 32-bit program, as a 64-bit kernel sees them.
 */

#include <sys/types.h>

typedef uint32_t	caddr32_t;
typedef uint32_t	size32_t;
typedef int32_t		ssize32_t;
typedef int32_t		time32_t;
typedef uint32_t	dev32_t;

struct timeval32 {
	time32_t	tv_sec;
	int32_t		tv_usec;
};

struct timespec32 {
	time32_t	tv_sec;
	int32_t		tv_nsec;
};

#endif	/* _SYS_TYPES32_H */
