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

#ifndef	_SYS_DDIPROPDEFS_H
#define	_SYS_DDIPROPDEFS_H

/*
 * Properties of devices (ddi_prop_op(9F)). Hosted parses no driver.conf, so a
 * driver has none but what it makes itself, and a lookup answers the default.
 */

#include <sys/types.h>

#ifdef	__cplusplus
extern "C" {
#endif

typedef enum {
	PROP_LEN = 0,
	PROP_LEN_AND_VAL_BUF,
	PROP_LEN_AND_VAL_ALLOC,
	PROP_EXISTS
} ddi_prop_op_t;

#define	DDI_PROP_SUCCESS	0
#define	DDI_PROP_NOT_FOUND	1
#define	DDI_PROP_UNDEFINED	2
#define	DDI_PROP_NO_MEMORY	3
#define	DDI_PROP_INVAL_ARG	4
#define	DDI_PROP_BUF_TOO_SMALL	5
#define	DDI_PROP_CANNOT_DECODE	6
#define	DDI_PROP_CANNOT_ENCODE	7
#define	DDI_PROP_END_OF_DATA	8

#define	DDI_PROP_DONTPASS	0x1
#define	DDI_PROP_CANSLEEP	0x2
#define	DDI_PROP_NOTPROM	0x8

#define	DDI_DEV_T_NONE		((dev_t)-1)
#define	DDI_DEV_T_ANY		((dev_t)-2)
#define	DDI_MAJOR_T_UNKNOWN	((major_t)0)
#define	DDI_MAJOR_T_NONE	((major_t)-1)

#ifdef	__cplusplus
}
#endif

#endif	/* _SYS_DDIPROPDEFS_H */
