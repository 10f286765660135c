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

#ifndef	_SYS_UIO_H
#define	_SYS_UIO_H

#include <sys/types.h>
#include <sys/null.h>

typedef struct iovec {
	caddr_t		iov_base;
	size_t		iov_len;
} iovec_t;

typedef enum uio_rw {
	UIO_READ,
	UIO_WRITE
} uio_rw_t;

typedef enum uio_seg {
	UIO_USERSPACE,
	UIO_SYSSPACE,
	UIO_USERISPACE
} uio_seg_t;

typedef struct uio {
	iovec_t		*uio_iov;
	int		uio_iovcnt;
	lloff_t		_uio_offset;
	uio_seg_t	uio_segflg;
	uint16_t	uio_fmode;
	uint16_t	uio_extflg;
	lloff_t		_uio_limit;
	ssize_t		uio_resid;
} uio_t;

#define	uio_loffset	_uio_offset._f
#define	uio_offset	_uio_offset._f
#define	uio_llimit	_uio_limit._f
#define	uio_limit	_uio_limit._f

extern int uiomove(void *, size_t, enum uio_rw, uio_t *);
extern int uiocopy(void *, size_t, enum uio_rw, uio_t *, size_t *);
extern void uioskip(uio_t *, size_t);
extern int uiodup(uio_t *, uio_t *, iovec_t *, int);
extern int ureadc(int, uio_t *);
extern int uwritec(struct uio *);

#endif	/* _SYS_UIO_H */
