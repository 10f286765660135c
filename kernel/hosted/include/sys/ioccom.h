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

#ifndef	_SYS_IOCCOM_H
#define	_SYS_IOCCOM_H

/*
 * The encoding of BSD-style ioctl commands (ioccom.h of illumos): two
 * direction bits, eight bits of size, a letter and a number. The kernel copies
 * nothing by it; a size above 255 does not fit and is cut off.
 */

#ifdef	__cplusplus
extern "C" {
#endif

#define	IOCPARM_MASK	0xff		/* largest size that can be encoded */
#define	IOC_VOID	0x20000000	/* no argument */
#define	IOC_OUT		0x40000000	/* the kernel fills the argument in */
#define	IOC_IN		0x80000000	/* the kernel reads the argument */
#define	IOC_INOUT	(IOC_IN | IOC_OUT)

#define	_IO(x, y)	((int)(IOC_VOID | ((x) << 8) | (y)))
#define	_IORN(x, y, t) \
	((int)((uint32_t)(IOC_OUT | (((t) & IOCPARM_MASK) << 16) | \
	((x) << 8) | (y))))
#define	_IOWN(x, y, t) \
	((int)((uint32_t)(IOC_IN | (((t) & IOCPARM_MASK) << 16) | \
	((x) << 8) | (y))))
#define	_IOWRN(x, y, t) \
	((int)((uint32_t)(IOC_INOUT | (((t) & IOCPARM_MASK) << 16) | \
	((x) << 8) | (y))))
#define	_IOR(x, y, t)	_IORN((x), (y), sizeof (t))
#define	_IOW(x, y, t)	_IOWN((x), (y), sizeof (t))
#define	_IOWR(x, y, t)	_IOWRN((x), (y), sizeof (t))

#ifdef	__cplusplus
}
#endif

#endif	/* _SYS_IOCCOM_H */
