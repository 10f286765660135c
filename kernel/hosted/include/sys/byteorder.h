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

#ifndef	_SYS_BYTEORDER_H
#define	_SYS_BYTEORDER_H

#include <sys/types.h>

#define	BSWAP_16(x)	__builtin_bswap16(x)
#define	BSWAP_32(x)	__builtin_bswap32(x)
#define	BSWAP_64(x)	__builtin_bswap64(x)

#define	BE_16(x)	BSWAP_16(x)
#define	BE_32(x)	BSWAP_32(x)
#define	BE_64(x)	BSWAP_64(x)
#define	LE_16(x)	((uint16_t)(x))
#define	LE_32(x)	((uint32_t)(x))
#define	LE_64(x)	((uint64_t)(x))

#define	htons(x)	BE_16(x)
#define	htonl(x)	BE_32(x)
#define	ntohs(x)	BE_16(x)
#define	ntohl(x)	BE_32(x)

#endif	/* _SYS_BYTEORDER_H */
