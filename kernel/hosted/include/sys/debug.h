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

#ifndef	_SYS_DEBUG_H
#define	_SYS_DEBUG_H

#include <sys/types.h>

extern int assfail(const char *, const char *, int);
extern void assfail3(const char *, uintmax_t, const char *, uintmax_t,
    const char *, int) __NORETURN;

#define	VERIFY(EX)	\
	((void)((EX) || assfail(#EX, __FILE__, __LINE__)))

#define	__VERIFY3(LEFT, OP, RIGHT, TYPE)				\
do {									\
	const TYPE __left = (TYPE)(LEFT);				\
	const TYPE __right = (TYPE)(RIGHT);				\
	if (!(__left OP __right))					\
		assfail3(#LEFT " " #OP " " #RIGHT,			\
		    (uintmax_t)__left, #OP, (uintmax_t)__right,		\
		    __FILE__, __LINE__);				\
} while (0)

#define	VERIFY3S(x, y, z)	__VERIFY3(x, y, z, int64_t)
#define	VERIFY3U(x, y, z)	__VERIFY3(x, y, z, uint64_t)
#define	VERIFY3P(x, y, z)	__VERIFY3(x, y, z, uintptr_t)
#define	VERIFY0(x)		__VERIFY3(x, ==, 0, uint64_t)

#ifdef	DEBUG
#define	ASSERT(x)		VERIFY(x)
#define	ASSERT3S(x, y, z)	VERIFY3S(x, y, z)
#define	ASSERT3U(x, y, z)	VERIFY3U(x, y, z)
#define	ASSERT3P(x, y, z)	VERIFY3P(x, y, z)
#define	ASSERT0(x)		VERIFY0(x)
#define	IMPLY(A, B)							\
	((void)(!(A) || (B) ||						\
	assfail("(" #A ") implies (" #B ")", __FILE__, __LINE__)))
#else
#define	ASSERT(x)		((void)0)
#define	ASSERT3S(x, y, z)	((void)0)
#define	ASSERT3U(x, y, z)	((void)0)
#define	ASSERT3P(x, y, z)	((void)0)
#define	ASSERT0(x)		((void)0)
#define	IMPLY(A, B)		((void)0)
#endif

#define	_CTASSERT_NAME(line)	__ctassert_##line
#define	_CTASSERT(x, line)						\
	typedef char _CTASSERT_NAME(line)[(x) ? 1 : -1] __unused
#define	CTASSERT(x)		_CTASSERT(x, __LINE__)

#endif	/* _SYS_DEBUG_H */
