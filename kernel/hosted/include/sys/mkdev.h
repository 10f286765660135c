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

#ifndef	_SYS_MKDEV_H
#define	_SYS_MKDEV_H

/*
 * How many bits of a dev_t are the major and the minor number. A 32-bit caller
 * sees only MAXMAJ32 and MAXMIN32, so that is what a driver stays within.
 */

#include <sys/types.h>

#ifdef	__cplusplus
extern "C" {
#endif

#define	NBITSMAJOR64	32
#define	NBITSMINOR64	32
#define	MAXMAJ64	0xffffffffUL
#define	MAXMIN64	0xffffffffUL

#define	NBITSMAJOR32	14
#define	NBITSMINOR32	18
#define	MAXMAJ32	0x3ffful
#define	MAXMIN32	0x3fffful

#define	NBITSMAJOR	NBITSMAJOR64
#define	NBITSMINOR	NBITSMINOR64
#define	MAXMAJ		MAXMAJ64
#define	MAXMIN		MAXMIN64

#ifdef	__cplusplus
}
#endif

#endif	/* _SYS_MKDEV_H */
