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

#ifndef	_SYS_DLS_MGMT_H
#define	_SYS_DLS_MGMT_H

/*
 * Datalinks as the link management daemon knows them: classes and media
 * (dls_mgmt.h of illumos).
 */

#include <sys/types.h>
#include <sys/param.h>
#include <sys/zone.h>

#ifdef	__cplusplus
extern "C" {
#endif

typedef enum {
	DATALINK_CLASS_PHYS		= 0x1,
	DATALINK_CLASS_VLAN		= 0x2,
	DATALINK_CLASS_AGGR		= 0x4,
	DATALINK_CLASS_VNIC		= 0x8,
	DATALINK_CLASS_ETHERSTUB	= 0x10,
	DATALINK_CLASS_SIMNET		= 0x20,
	DATALINK_CLASS_BRIDGE		= 0x40,
	DATALINK_CLASS_IPTUN		= 0x80,
	DATALINK_CLASS_PART		= 0x100,
	DATALINK_CLASS_OVERLAY		= 0x200,
	DATALINK_CLASS_MISC		= 0x400
} datalink_class_t;

#define	DATALINK_CLASS_ALL	(DATALINK_CLASS_PHYS | \
	DATALINK_CLASS_VLAN | DATALINK_CLASS_AGGR | DATALINK_CLASS_VNIC | \
	DATALINK_CLASS_ETHERSTUB | DATALINK_CLASS_SIMNET | \
	DATALINK_CLASS_BRIDGE | DATALINK_CLASS_IPTUN | DATALINK_CLASS_PART | \
	DATALINK_CLASS_OVERLAY | DATALINK_CLASS_MISC)

typedef uint64_t datalink_media_t;

#define	DATALINK_ANY_MEDIATYPE	((datalink_media_t)0x01ULL << 32)

#define	MAXLINKATTRLEN		32
#define	MAXLINKATTRVALLEN	1024

#ifdef	__cplusplus
}
#endif

#endif	/* _SYS_DLS_MGMT_H */
