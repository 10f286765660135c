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

#ifndef	_SYS_DDI_H
#define	_SYS_DDI_H

/*
 * The part of the DDI that came from System V (ddi.h of illumos).
 */

#include <sys/types.h>
#include <sys/uio.h>
#include <sys/stream.h>

#ifdef	__cplusplus
extern "C" {
#endif

extern clock_t drv_usectohz(clock_t);
extern clock_t drv_hztousec(clock_t);
extern void drv_usecwait(clock_t);

#ifdef	__cplusplus
}
#endif

#endif	/* _SYS_DDI_H */
