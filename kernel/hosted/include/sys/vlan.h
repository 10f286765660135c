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

#ifndef	_SYS_VLAN_H
#define	_SYS_VLAN_H

/*
 * The tag of IEEE 802.1Q.
 */

#ifdef	__cplusplus
extern "C" {
#endif

#define	VLAN_TAGSZ		4
#define	VLAN_TPID		0x8100U

#define	VLAN_PRI_SIZE		3
#define	VLAN_PRI_SHIFT		13
#define	VLAN_PRI_MASK		0x7U
#define	VLAN_CFI_SIZE		1
#define	VLAN_CFI_SHIFT		12
#define	VLAN_CFI_MASK		0x1U
#define	VLAN_ID_SIZE		12
#define	VLAN_ID_SHIFT		0
#define	VLAN_ID_MASK		0xfffU

#define	VLAN_ID_NONE		0
#define	VLAN_ID_MIN		1
#define	VLAN_ID_MAX		4094

#define	VLAN_PRI(tci)	(((tci) >> VLAN_PRI_SHIFT) & VLAN_PRI_MASK)
#define	VLAN_CFI(tci)	(((tci) >> VLAN_CFI_SHIFT) & VLAN_CFI_MASK)
#define	VLAN_ID(tci)	(((tci) >> VLAN_ID_SHIFT) & VLAN_ID_MASK)
#define	VLAN_TCI(pri, cfi, vid) \
	(((pri) << VLAN_PRI_SHIFT) | ((cfi) << VLAN_CFI_SHIFT) | \
	((vid) << VLAN_ID_SHIFT))

#ifdef	__cplusplus
}
#endif

#endif	/* _SYS_VLAN_H */
