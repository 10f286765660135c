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

#ifndef	_SYS_PARAM_H
#define	_SYS_PARAM_H

#include <sys/types.h>
#include <sys/null.h>

#define	MAXPATHLEN	1024
#define	MAXNAMELEN	256
#define	MAXLINKNAMELEN	32
#define	MAXLINK		32767
#define	PIPE_BUF	5120
#define	PAGESIZE	4096
#define	NBBY		8

/*
 * Clock ticks a second.
 */
extern int hz;

extern void drv_usecwait(clock_t);

#endif	/* _SYS_PARAM_H */
