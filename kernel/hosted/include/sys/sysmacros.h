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

#ifndef	_SYS_SYSMACROS_H
#define	_SYS_SYSMACROS_H

#include <sys/types.h>

#define	MIN(a, b)	((a) < (b) ? (a) : (b))
#define	MAX(a, b)	((a) < (b) ? (b) : (a))
#define	ABS(a)		((a) < 0 ? -(a) : (a))

#define	O_BITSMAJOR	7
#define	O_BITSMINOR	8
#define	O_MAXMAJ	0x7f
#define	O_MAXMIN	0xff

#define	L_BITSMAJOR	32
#define	L_BITSMINOR	32
#define	L_MAXMAJ	0xfffffffful
#define	L_MAXMIN	0xfffffffful

#define	getmajor(x)	((major_t)(((dev_t)(x) >> L_BITSMINOR) & L_MAXMAJ))
#define	getminor(x)	((minor_t)((x) & L_MAXMIN))
#define	getemajor(x)	getmajor(x)
#define	geteminor(x)	getminor(x)
#define	makedevice(x, y)	\
	((dev_t)(((dev_t)(x) << L_BITSMINOR) | ((y) & L_MAXMIN)))

#define	IS_P2ALIGNED(v, a)	\
	((((uintptr_t)(v)) & ((uintptr_t)(a) - 1)) == 0)
#define	ISP2(x)			(((x) & ((x) - 1)) == 0)
#define	P2ALIGN(x, align)	((x) & -(align))
#define	P2PHASE(x, align)	((x) & ((align) - 1))
#define	P2ROUNDUP(x, align)	(-(-(x) & -(align)))
#define	howmany(x, y)		(((x) + ((y) - 1)) / (y))
#define	roundup(x, y)		((((x) + ((y) - 1)) / (y)) * (y))

#define	ARRAY_SIZE(x)		(sizeof (x) / sizeof (x[0]))

#define	offsetof(s, m)		__builtin_offsetof(s, m)
#define	__DECONST(type, var)	((type)(uintptr_t)(const void *)(var))
#define	__containerof(m, s, name)	\
	((void *)((uintptr_t)(m) - (uintptr_t)offsetof(s, name)))

#endif	/* _SYS_SYSMACROS_H */
