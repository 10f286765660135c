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

#ifndef	_SYS_FCNTL_H
#define	_SYS_FCNTL_H

#include <sys/types.h>

#define	O_ACCMODE	0x600003
#define	O_APPEND	8
#define	O_CLOEXEC	0x800000
#define	O_CREAT		0x100
#define	O_DIRECT	0x2000000
#define	O_DIRECTORY	0x1000000
#define	O_DSYNC		0x40
#define	O_EXCL		0x400
#define	O_EXEC		0x400000
#define	O_LARGEFILE	0x2000
#define	O_NDELAY	4
#define	O_NOCTTY	0x800
#define	O_NOFOLLOW	0x20000
#define	O_NOLINKS	0x40000
#define	O_NONBLOCK	0x80
#define	O_RDONLY	0
#define	O_RDWR		2
#define	O_RSYNC		0x8000
#define	O_SEARCH	0x200000
#define	O_SYNC		0x10
#define	O_TRUNC		0x200
#define	O_WRONLY	1
#define	O_XATTR		0x4000
#define	F_DUPFD		0
#define	F_GETFD		1
#define	F_GETFL		3
#define	F_SETFD		2
#define	F_SETFL		4

#endif	/* _SYS_FCNTL_H */
