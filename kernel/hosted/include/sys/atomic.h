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

#ifndef	_SYS_ATOMIC_H
#define	_SYS_ATOMIC_H

/*
 * All of them are full barriers, as on illumos x86.
 */

#include <sys/types.h>

static inline void
atomic_add_32(volatile uint32_t *p, int32_t v)
{
	(void) __atomic_add_fetch(p, v, __ATOMIC_SEQ_CST);
}

static inline uint32_t
atomic_add_32_nv(volatile uint32_t *p, int32_t v)
{
	return (__atomic_add_fetch(p, v, __ATOMIC_SEQ_CST));
}

static inline void
atomic_add_64(volatile uint64_t *p, int64_t v)
{
	(void) __atomic_add_fetch(p, v, __ATOMIC_SEQ_CST);
}

static inline uint64_t
atomic_add_64_nv(volatile uint64_t *p, int64_t v)
{
	return (__atomic_add_fetch(p, v, __ATOMIC_SEQ_CST));
}

static inline void
atomic_add_int(volatile uint_t *p, int v)
{
	(void) __atomic_add_fetch(p, v, __ATOMIC_SEQ_CST);
}

static inline uint_t
atomic_add_int_nv(volatile uint_t *p, int v)
{
	return (__atomic_add_fetch(p, v, __ATOMIC_SEQ_CST));
}

static inline void
atomic_add_long(volatile ulong_t *p, long v)
{
	(void) __atomic_add_fetch(p, v, __ATOMIC_SEQ_CST);
}

static inline ulong_t
atomic_add_long_nv(volatile ulong_t *p, long v)
{
	return (__atomic_add_fetch(p, v, __ATOMIC_SEQ_CST));
}

static inline void
atomic_add_ptr(volatile void *p, ssize_t v)
{
	(void) __atomic_add_fetch((volatile uintptr_t *)p, v, __ATOMIC_SEQ_CST);
}

static inline void
atomic_and_32(volatile uint32_t *p, uint32_t v)
{
	(void) __atomic_and_fetch(p, v, __ATOMIC_SEQ_CST);
}

static inline void
atomic_and_64(volatile uint64_t *p, uint64_t v)
{
	(void) __atomic_and_fetch(p, v, __ATOMIC_SEQ_CST);
}

static inline void
atomic_and_uint(volatile uint_t *p, uint_t v)
{
	(void) __atomic_and_fetch(p, v, __ATOMIC_SEQ_CST);
}

static inline uint32_t
atomic_cas_32(volatile uint32_t *p, uint32_t c, uint32_t v)
{
	(void) __atomic_compare_exchange_n(p, &c, v, 0,
	    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
	return (c);
}

static inline uint64_t
atomic_cas_64(volatile uint64_t *p, uint64_t c, uint64_t v)
{
	(void) __atomic_compare_exchange_n(p, &c, v, 0,
	    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
	return (c);
}

static inline void *
atomic_cas_ptr(volatile void *p, void *c, void *v)
{
	(void) __atomic_compare_exchange_n((void *volatile *)p, &c, v, 0,
	    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
	return (c);
}

static inline uint_t
atomic_cas_uint(volatile uint_t *p, uint_t c, uint_t v)
{
	(void) __atomic_compare_exchange_n(p, &c, v, 0,
	    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
	return (c);
}

static inline ulong_t
atomic_cas_ulong(volatile ulong_t *p, ulong_t c, ulong_t v)
{
	(void) __atomic_compare_exchange_n(p, &c, v, 0,
	    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
	return (c);
}

static inline int
atomic_clear_long_excl(volatile ulong_t *p, uint_t bit)
{
	ulong_t m = 1UL << bit;
	ulong_t __old = __atomic_fetch_and(p, ~m, __ATOMIC_SEQ_CST);

	return ((__old & m) == 0 ? -1 : 0);
}

static inline void
atomic_dec_32(volatile uint32_t *p)
{
	(void) __atomic_sub_fetch(p, 1, __ATOMIC_SEQ_CST);
}

static inline uint32_t
atomic_dec_32_nv(volatile uint32_t *p)
{
	return (__atomic_sub_fetch(p, 1, __ATOMIC_SEQ_CST));
}

static inline void
atomic_dec_64(volatile uint64_t *p)
{
	(void) __atomic_sub_fetch(p, 1, __ATOMIC_SEQ_CST);
}

static inline uint64_t
atomic_dec_64_nv(volatile uint64_t *p)
{
	return (__atomic_sub_fetch(p, 1, __ATOMIC_SEQ_CST));
}

static inline void
atomic_dec_uint(volatile uint_t *p)
{
	(void) __atomic_sub_fetch(p, 1, __ATOMIC_SEQ_CST);
}

static inline uint_t
atomic_dec_uint_nv(volatile uint_t *p)
{
	return (__atomic_sub_fetch(p, 1, __ATOMIC_SEQ_CST));
}

static inline void
atomic_inc_16(volatile uint16_t *p)
{
	(void) __atomic_add_fetch(p, 1, __ATOMIC_SEQ_CST);
}

static inline void
atomic_inc_32(volatile uint32_t *p)
{
	(void) __atomic_add_fetch(p, 1, __ATOMIC_SEQ_CST);
}

static inline uint32_t
atomic_inc_32_nv(volatile uint32_t *p)
{
	return (__atomic_add_fetch(p, 1, __ATOMIC_SEQ_CST));
}

static inline void
atomic_inc_64(volatile uint64_t *p)
{
	(void) __atomic_add_fetch(p, 1, __ATOMIC_SEQ_CST);
}

static inline uint64_t
atomic_inc_64_nv(volatile uint64_t *p)
{
	return (__atomic_add_fetch(p, 1, __ATOMIC_SEQ_CST));
}

static inline void
atomic_inc_8(volatile uint8_t *p)
{
	(void) __atomic_add_fetch(p, 1, __ATOMIC_SEQ_CST);
}

static inline void
atomic_inc_uint(volatile uint_t *p)
{
	(void) __atomic_add_fetch(p, 1, __ATOMIC_SEQ_CST);
}

static inline uint_t
atomic_inc_uint_nv(volatile uint_t *p)
{
	return (__atomic_add_fetch(p, 1, __ATOMIC_SEQ_CST));
}

static inline void
atomic_inc_ulong(volatile ulong_t *p)
{
	(void) __atomic_add_fetch(p, 1, __ATOMIC_SEQ_CST);
}

static inline ulong_t
atomic_inc_ulong_nv(volatile ulong_t *p)
{
	return (__atomic_add_fetch(p, 1, __ATOMIC_SEQ_CST));
}

static inline void
atomic_or_32(volatile uint32_t *p, uint32_t v)
{
	(void) __atomic_or_fetch(p, v, __ATOMIC_SEQ_CST);
}

static inline void
atomic_or_64(volatile uint64_t *p, uint64_t v)
{
	(void) __atomic_or_fetch(p, v, __ATOMIC_SEQ_CST);
}

static inline void
atomic_or_uint(volatile uint_t *p, uint_t v)
{
	(void) __atomic_or_fetch(p, v, __ATOMIC_SEQ_CST);
}

static inline int
atomic_set_long_excl(volatile ulong_t *p, uint_t bit)
{
	ulong_t m = 1UL << bit;
	ulong_t __old = __atomic_fetch_or(p, m, __ATOMIC_SEQ_CST);

	return ((__old & m) != 0 ? -1 : 0);
}

static inline uint32_t
atomic_swap_32(volatile uint32_t *p, uint32_t v)
{
	return (__atomic_exchange_n(p, v, __ATOMIC_SEQ_CST));
}

static inline uint64_t
atomic_swap_64(volatile uint64_t *p, uint64_t v)
{
	return (__atomic_exchange_n(p, v, __ATOMIC_SEQ_CST));
}

static inline void *
atomic_swap_ptr(volatile void *p, void *v)
{
	return (__atomic_exchange_n((void *volatile *)p, v, __ATOMIC_SEQ_CST));
}

static inline uint_t
atomic_swap_uint(volatile uint_t *p, uint_t v)
{
	return (__atomic_exchange_n(p, v, __ATOMIC_SEQ_CST));
}

static inline void
membar_consumer(void)
{
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
}

/*
 * A fence of the compiler is something that ThreadSanitizer does not know; it
 * knows atomic accesses, and every one here is as strong.
 */
#if	defined(__has_feature)
#if	__has_feature(thread_sanitizer)
#define	__ATOMIC_NO_FENCE
#endif
#endif
#if	defined(__SANITIZE_THREAD__)
#define	__ATOMIC_NO_FENCE
#endif
#if	defined(__ATOMIC_NO_FENCE)
#define	__ATOMIC_FENCE(order)	__asm__ __volatile__("" ::: "memory")
#else
#define	__ATOMIC_FENCE(order)	__atomic_thread_fence(order)
#endif

static inline void
membar_enter(void)
{
	__ATOMIC_FENCE(__ATOMIC_SEQ_CST);
}

static inline void
membar_exit(void)
{
	__ATOMIC_FENCE(__ATOMIC_SEQ_CST);
}

static inline void
membar_producer(void)
{
	__ATOMIC_FENCE(__ATOMIC_RELEASE);
}

#endif	/* _SYS_ATOMIC_H */
