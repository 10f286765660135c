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

#ifndef	_SYS_DDI_IMPLDEFS_H
#define	_SYS_DDI_IMPLDEFS_H

/*
 * What a dev_info_t is to the kernel is the kernel's business. Drivers include
 * this through sunddi.h and see no more than the type.
 */

#include <sys/types.h>
#include <sys/param.h>
#include <sys/dditypes.h>
#include <sys/devops.h>

#ifdef	__cplusplus
extern "C" {
#endif

extern const char *ddi_driver_name(dev_info_t *);

#ifdef	__cplusplus
}
#endif

#endif	/* _SYS_DDI_IMPLDEFS_H */
