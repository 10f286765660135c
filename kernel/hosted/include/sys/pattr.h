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

#ifndef	_SYS_PATTR_H
#define	_SYS_PATTR_H

/*
 * Packet attributes: what a message block says of checksums and segmentation
 * (pattr.h of illumos).
 */

#ifdef	__cplusplus
extern "C" {
#endif

#define	PATTR_DSTADDRSAP	0x1
#define	PATTR_SRCADDRSAP	0x2
#define	PATTR_HCKSUM		0x3
#define	PATTR_ZCOPY		0x4

#define	HCK_IPV4_HDRCKSUM	0x1
#define	HCK_IPV4_HDRCKSUM_OK	0x1
#define	HCK_PARTIALCKSUM	0x2
#define	HCK_FULLCKSUM		0x4
#define	HCK_FULLCKSUM_OK	0x8
#define	HCK_FLAGS		0xf
#define	HCK_TX_FLAGS		0x7
#define	HW_LSO			0x10
#define	HW_LSO_FLAGS		0x10

#ifdef	__cplusplus
}
#endif

#endif	/* _SYS_PATTR_H */
