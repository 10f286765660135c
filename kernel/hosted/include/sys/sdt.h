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

#ifndef	_SYS_SDT_H
#define	_SYS_SDT_H

/*
 * Statically defined probes.  On illumos each is a call of an undefined
 * function, which the module loader patches out; here it is one of a weak one:
 * an object that defines __dtrace_probe_<name>() and is loaded with the kernel
 * sees the probe.  _KERNEL_LOADABLE asks for what a module has on illumos.
 */

#include <sys/types.h>

#define	__SDT_PROTO0	(void)
#define	__SDT_PROTO1	(uintptr_t)
#define	__SDT_PROTO2	(uintptr_t, uintptr_t)
#define	__SDT_PROTO3	(uintptr_t, uintptr_t, uintptr_t)
#define	__SDT_PROTO4	(uintptr_t, uintptr_t, uintptr_t, uintptr_t)
#define	__SDT_PROTO5	(uintptr_t, uintptr_t, uintptr_t, uintptr_t, uintptr_t)

#ifdef	_KERNEL_LOADABLE
#define	__SDT_FIRE(name, proto, args)					\
do {									\
	extern void __dtrace_probe_##name proto;			\
	__dtrace_probe_##name args;					\
} while (0)
#else
#define	__SDT_FIRE(name, proto, args)					\
do {									\
	extern void __dtrace_probe_##name proto				\
	    __attribute__((__weak__));					\
	if (__dtrace_probe_##name != 0)					\
		__dtrace_probe_##name args;				\
} while (0)
#endif

#define	DTRACE_PROBE(name)						\
	__SDT_FIRE(name, __SDT_PROTO0, ())
#define	DTRACE_PROBE1(name, t1, a1)					\
	__SDT_FIRE(name, __SDT_PROTO1, ((uintptr_t)(a1)))
#define	DTRACE_PROBE2(name, t1, a1, t2, a2)				\
	__SDT_FIRE(name, __SDT_PROTO2, ((uintptr_t)(a1), (uintptr_t)(a2)))
#define	DTRACE_PROBE3(name, t1, a1, t2, a2, t3, a3)			\
	__SDT_FIRE(name, __SDT_PROTO3,					\
	    ((uintptr_t)(a1), (uintptr_t)(a2),				\
	    (uintptr_t)(a3)))
#define	DTRACE_PROBE4(name, t1, a1, t2, a2, t3, a3, t4, a4)		\
	__SDT_FIRE(name, __SDT_PROTO4,					\
	    ((uintptr_t)(a1), (uintptr_t)(a2),				\
	    (uintptr_t)(a3), (uintptr_t)(a4)))
#define	DTRACE_PROBE5(name, t1, a1, t2, a2, t3, a3, t4, a4, t5, a5)	\
	__SDT_FIRE(name, __SDT_PROTO5,					\
	    ((uintptr_t)(a1), (uintptr_t)(a2),				\
	    (uintptr_t)(a3), (uintptr_t)(a4), (uintptr_t)(a5)))

#endif	/* _SYS_SDT_H */
