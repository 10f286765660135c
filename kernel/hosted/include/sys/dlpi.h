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

#ifndef	_SYS_DLPI_H
#define	_SYS_DLPI_H

/*
 * The media types of DLPI, and checksum offloads (dlpi.h of illumos). The
 * messages of DLPI do not exist here: a stack end is plumbed by a request on
 * /dev/hk.
 */

#include <sys/types.h>
#include <sys/stream.h>

#ifdef	__cplusplus
extern "C" {
#endif

#define	DL_CSMACD		0x0
#define	DL_TPB			0x1
#define	DL_TPR			0x2
#define	DL_METRO		0x3
#define	DL_ETHER		0x4
#define	DL_HDLC			0x5
#define	DL_CHAR			0x6
#define	DL_CTCA			0x7
#define	DL_FDDI			0x8
#define	DL_OTHER		0x9
#define	DL_FRAME		0xa
#define	DL_MPFRAME		0xb
#define	DL_ASYNC		0xc
#define	DL_IPX25		0xd
#define	DL_LOOP			0xe
#define	DL_FC			0x10
#define	DL_ATM			0x11
#define	DL_IPATM		0x12
#define	DL_X25			0x13
#define	DL_ISDN			0x14
#define	DL_HIPPI		0x15
#define	DL_100VG		0x16
#define	DL_100VGTPR		0x17
#define	DL_ETH_CSMA		0x18
#define	DL_100BT		0x19
#define	DL_IB			0x1a

#define	DL_IPV4			0x80000001UL
#define	DL_IPV6			0x80000002UL
#define	SUNW_DL_VNI		0x80000003UL
#define	DL_WIFI			0x80000004UL
#define	DL_IPNET		0x80000005UL
#define	SUNW_DL_IPMP		0x80000006UL
#define	DL_6TO4			0x80000007UL

/*
 * MAC_CAPAB_HCKSUM.
 */
#define	HCKSUM_ENABLE		0x01
#define	HCKSUM_INET_PARTIAL	0x02
#define	HCKSUM_INET_FULL_V4	0x04
#define	HCKSUM_INET_FULL_V6	0x08
#define	HCKSUM_IPHDRCKSUM	0x10

#ifdef	__cplusplus
}
#endif

#endif	/* _SYS_DLPI_H */
