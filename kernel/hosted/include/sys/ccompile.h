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

#ifndef	_SYS_CCOMPILE_H
#define	_SYS_CCOMPILE_H

/*
 * Attributes of functions and variables.
 */

#define	__unused		__attribute__((__unused__))
#define	__maybe_unused		__attribute__((__unused__))
#define	__used			__attribute__((__used__))
#define	__packed		__attribute__((__packed__))
#define	__aligned(x)		__attribute__((__aligned__(x)))
#define	__NORETURN		__attribute__((__noreturn__))
#define	__PRINTFLIKE(n)	\
	__attribute__((__format__(__printf__, n, (n) + 1)))
#define	__VPRINTFLIKE(n)	__attribute__((__format__(__printf__, n, 0)))
#define	__KPRINTFLIKE(n)	__PRINTFLIKE(n)
#define	__KVPRINTFLIKE(n)	__VPRINTFLIKE(n)

#endif	/* _SYS_CCOMPILE_H */
