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

#ifndef	_KMEM_IMPL_H
#define	_KMEM_IMPL_H

/*
 * What mblk.c does with kmem.c besides: caches whose objects it counts itself.
 */

#include <sys/kmem.h>

#include "thread_impl.h"

extern kmem_cache_t *kmem_cache_create_system(const char *name, size_t size,
    size_t align, int (*ctor)(void *, void *, int),
    void (*dtor)(void *, void *), void *arg);
extern uint64_t kmem_cache_destroy_system(kmem_cache_t *cp);
extern void *kmem_cache_take(kmem_cache_t *cp, kthread_impl_t *ti, int flags);
extern void kmem_cache_give(kmem_cache_t *cp, kthread_impl_t *ti, void *obj);

#endif	/* _KMEM_IMPL_H */
