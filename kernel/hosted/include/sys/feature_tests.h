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

#ifndef	_SYS_FEATURE_TESTS_H
#define	_SYS_FEATURE_TESTS_H

/*
 * What the other headers of the hosted kernel need from the compiler.
 */

#define	_KERNEL_HOSTED_NAMES	1

/*
 * Some kernel functions share their name, but not their type or meaning, with
 * functions of the host's C library, which lives in the same process.  Their
 * symbols get a prefix of their own; sources never see it.  An object that is
 * made to look like a module of illumos (_KERNEL_LOADABLE) has no C library
 * beside it.
 */
#ifdef	_KERNEL_LOADABLE
#define	__KERN_SYMBOL(name)
#else
#define	__KERN_SYMBOL(name)	__asm__("kern_" #name)
#endif

#define	_LP64			1
#define	_LITTLE_ENDIAN		1
#define	_BIT_FIELDS_LTOH	1

#endif	/* _SYS_FEATURE_TESTS_H */
