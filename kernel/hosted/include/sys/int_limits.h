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

#ifndef	_SYS_INT_LIMITS_H
#define	_SYS_INT_LIMITS_H

#define	INT8_MAX	(127)
#define	INT16_MAX	(32767)
#define	INT32_MAX	(2147483647)
#define	INT64_MAX	(9223372036854775807L)
#define	UINT8_MAX	(255U)
#define	UINT16_MAX	(65535U)
#define	UINT32_MAX	(4294967295U)
#define	UINT64_MAX	(18446744073709551615UL)
#define	INT8_MIN	(-128)
#define	INT16_MIN	(-32767 - 1)
#define	INT32_MIN	(-2147483647 - 1)
#define	INT64_MIN	(-9223372036854775807L - 1)
#define	SIZE_MAX	UINT64_MAX

#endif	/* _SYS_INT_LIMITS_H */
