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

#ifndef	_SYS_LIMITS_H
#define	_SYS_LIMITS_H

#define	CHAR_BIT	8
#define	UCHAR_MAX	255
#define	SHRT_MAX	32767
#define	USHRT_MAX	65535
#define	INT_MAX		2147483647
#define	INT_MIN		(-2147483647 - 1)
#define	UINT_MAX	4294967295U
#define	LONG_MAX	9223372036854775807L
#define	LONG_MIN	(-9223372036854775807L - 1L)
#define	ULONG_MAX	18446744073709551615UL

#endif	/* _SYS_LIMITS_H */
