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

#ifndef	_SYS_VNODE_H
#define	_SYS_VNODE_H

/*
 * The types of file that a file system can hold: what sdev_ctx_vtype()
 * answers. vnodes themselves are no business of a driver and do not exist
 * here.
 */

#include <sys/types.h>

#ifdef	__cplusplus
extern "C" {
#endif

typedef enum vtype {
	VNON,
	VREG,
	VDIR,
	VBLK,
	VCHR,
	VLNK,
	VFIFO,
	VDOOR,
	VPROC,
	VSOCK,
	VPORT,
	VBAD
} vtype_t;

#ifdef	__cplusplus
}
#endif

#endif	/* _SYS_VNODE_H */
