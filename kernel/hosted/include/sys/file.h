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

#ifndef	_SYS_FILE_H
#define	_SYS_FILE_H

/*
 * The flags of an open file, as cb_open, cb_close, cb_ioctl and uio_fmode see
 * them (file.h and fcntl.h of illumos). FKIOCTL says that an ioctl comes from
 * the kernel and its argument is kernel memory; the bits of FMODELS are the
 * data model of the caller (model.h).
 */

#include <sys/types.h>
#include <sys/model.h>

#ifdef	__cplusplus
extern "C" {
#endif

#define	FREAD			0x1
#define	FWRITE			0x2
#define	FNDELAY			0x4
#define	FAPPEND			0x8
#define	FSYNC			0x10
#define	FDSYNC			0x40
#define	FNONBLOCK		0x80
#define	FCREAT			0x100
#define	FTRUNC			0x200
#define	FEXCL			0x400
#define	FNOCTTY			0x800
#define	FASYNC			0x1000
#define	FOFFMAX			0x2000
#define	FXATTR			0x4000
#define	FRSYNC			0x8000
#define	FIGNORECASE		0x80000
#define	FNATIVE			0x200000
#define	FSEARCH			0x200000
#define	FEXEC			0x400000
#define	FCLOEXEC		0x800000
#define	FDIRECT			0x2000000

#define	FMODELS			DATAMODEL_MASK
#define	FKLYR			0x40000000
#define	FKIOCTL			0x80000000

#ifdef	__cplusplus
}
#endif

#endif	/* _SYS_FILE_H */
