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

#ifndef	_SYS_FILIO_H
#define	_SYS_FILIO_H

/*
 * The ioctl commands that are about a file and not about a device (filio.h of
 * illumos). fcntl(2) and ioctl(2) act on FIONBIO and friends themselves and
 * then hand them to the driver all the same.
 */

#include <sys/types.h>
#include <sys/ioccom.h>

#ifdef	__cplusplus
extern "C" {
#endif

#define	FIOCLEX		_IO('f', 1)		/* close on exec */
#define	FIONCLEX	_IO('f', 2)		/* do not */
#define	FIONREAD	_IOR('f', 127, int)	/* how many bytes wait */
#define	FIONBIO		_IOW('f', 126, int)	/* non-blocking, or not */
#define	FIOASYNC	_IOW('f', 125, int)	/* signals, or not */
#define	FIOSETOWN	_IOW('f', 124, int)
#define	FIOGETOWN	_IOR('f', 123, int)

#ifdef	__cplusplus
}
#endif

#endif	/* _SYS_FILIO_H */
