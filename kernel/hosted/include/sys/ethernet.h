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

#ifndef	_SYS_ETHERNET_H
#define	_SYS_ETHERNET_H

/*
 * Ethernet as it is on the wire (ethernet.h of illumos).
 */

#include <sys/types.h>

#ifdef	__cplusplus
extern "C" {
#endif

#define	ETHERADDRL		6
#define	ETHERADDRSTRL		18
#define	ETHERFCSL		4
#define	ETHERMTU		1500
#define	ETHERMIN		60
#define	ETHERMAX		1514

typedef uchar_t ether_addr_t[ETHERADDRL];

struct ether_addr {
	ether_addr_t	ether_addr_octet;
};

struct ether_header {
	struct ether_addr	ether_dhost;
	struct ether_addr	ether_shost;
	ushort_t	ether_type;
};

struct ether_vlan_header {
	struct ether_addr	ether_dhost;
	struct ether_addr	ether_shost;
	ushort_t	ether_tpid;
	ushort_t	ether_tci;
	ushort_t	ether_type;
};

struct ether_vlan_extinfo {
	ushort_t	ether_tci;
	ushort_t	ether_type;
};

#define	ETHERTYPE_802_MIN	0x600
#define	ETHERTYPE_AARP		0x80f3
#define	ETHERTYPE_ARP		0x806
#define	ETHERTYPE_AT		0x809b
#define	ETHERTYPE_EAPOL		0x888e
#define	ETHERTYPE_FCOE		0x8906
#define	ETHERTYPE_IP		0x800
#define	ETHERTYPE_IPV6		0x86dd
#define	ETHERTYPE_MAX		0xffff
#define	ETHERTYPE_NTRAILER	0x10
#define	ETHERTYPE_PPPOED	0x8863
#define	ETHERTYPE_PPPOES	0x8864
#define	ETHERTYPE_PUP		0x200
#define	ETHERTYPE_REVARP	0x8035
#define	ETHERTYPE_RSN_PREAUTH	0x88c7
#define	ETHERTYPE_SLOW		0x8809
#define	ETHERTYPE_TRAIL		0x1000
#define	ETHERTYPE_TRILL		0x88c8
#define	ETHERTYPE_VLAN		0x8100

#ifdef	__cplusplus
}
#endif

#endif	/* _SYS_ETHERNET_H */
