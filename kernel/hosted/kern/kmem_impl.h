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

/*
 * A thread's stock of the objects of a cache.  It is the thread's own, so that
 * taking from it and giving to it need no lock.
 */
#define	KMEM_MAGSIZE	64

typedef struct kmem_mag {
	uint_t	km_n;
	void	*km_objs[KMEM_MAGSIZE];
} kmem_mag_t;

struct kmem_cache {
	list_node_t	kc_link;	/* kmem_lock */
	char		kc_name[32];
	size_t		kc_size;
	size_t		kc_align;
	int		(*kc_ctor)(void *, void *, int);
	void		(*kc_dtor)(void *, void *);
	void		*kc_arg;
	uint_t		kc_mag;		/* THREAD_NMAGS: no stock in threads */

	host_lock_t	*kc_lock;	/* for the rest */
	void		**kc_stock;
	uint_t		kc_nstock;
	uint_t		kc_stocksize;
	uint64_t	kc_objs;	/* constructed */
	size_t		kc_stride;	/* from one object to the next */
	void		**kc_slabs;	/* each begins with the next */
	char		*kc_fresh;	/* of the first slab, not used yet */
	char		*kc_fresh_end;
	void		**kc_raw;	/* destroyed, linked as slabs are */
};

extern kmem_cache_t *kmem_cache_create_system(const char *name, size_t size,
    size_t align, int (*ctor)(void *, void *, int),
    void (*dtor)(void *, void *), void *arg);
extern uint64_t kmem_cache_destroy_system(kmem_cache_t *cp);
extern void *kmem_cache_take_slow(kmem_cache_t *cp, kthread_impl_t *ti,
    int flags);
extern void kmem_cache_give_slow(kmem_cache_t *cp, kthread_impl_t *ti,
    void *obj);

/* slab.c */
extern void slab_init(void);
extern void *slab_alloc(size_t size, size_t align);
extern void slab_free(void *slab);

static inline void *
kmem_cache_take(kmem_cache_t *cp, kthread_impl_t *ti, int flags)
{
	kmem_mag_t *km = ti->ti_mags[cp->kc_mag];

	if (__builtin_expect(km != NULL && km->km_n > 0, 1))
		return (km->km_objs[--km->km_n]);
	return (kmem_cache_take_slow(cp, ti, flags));
}

static inline void
kmem_cache_give(kmem_cache_t *cp, kthread_impl_t *ti, void *obj)
{
	kmem_mag_t *km = ti->ti_mags[cp->kc_mag];

	if (__builtin_expect(km != NULL && km->km_n < KMEM_MAGSIZE, 1))
		km->km_objs[km->km_n++] = obj;
	else
		kmem_cache_give_slow(cp, ti, obj);
}

#endif	/* _KMEM_IMPL_H */
