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

#ifndef	_SYS_MAC_IMPL_H
#define	_SYS_MAC_IMPL_H

/*
 * The few of MAC's own facts that drivers use too (mac_impl.h of illumos): how
 * the minor numbers of a network driver are shared out, and frames dropped
 * with a reason that DTrace shows. Minors 1 to MAC_MAX_MINOR are instances,
 * those below MAC_PRIVATE_MINOR are MAC's, and the rest is the driver's.
 */

#include <sys/types.h>
#include <sys/mkdev.h>
#include <sys/mac_client.h>
#include <sys/mac_provider.h>
#include <sys/pattr.h>

#ifdef	__cplusplus
extern "C" {
#endif

#define	MAC_MAX_MINOR		1000
#define	MAC_PRIVATE_MINOR	((MAXMIN32 + 1) / 2)

extern void mac_drop_pkt(mblk_t *, const char *, ...);
extern void mac_drop_chain(mblk_t *, const char *, ...);

#ifdef	__cplusplus
}
#endif

#endif	/* _SYS_MAC_IMPL_H */
