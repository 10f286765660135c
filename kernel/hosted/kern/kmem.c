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

/*
 * Kernel memory, as kmem_alloc(9F) and kmem_cache_create(9F).
 *
 * A block knows its size, so that a kmem_free() with another one is caught, and
 * in a DEBUG kernel who allocated it, so that a leak has a name.  Objects of a
 * cache that were freed stay constructed, in a stock of each thread and, above
 * that, one of the cache.  Their memory is that of slabs, which go with the
 * cache: objects that are used together lie side by side on lines of their own,
 * whatever the host's allocator has been through.  A DEBUG kernel has none of
 * that: there the object is destroyed and freed for good, and the host's tools
 * see who still uses it.
 */

#include <sys/atomic.h>
#include <sys/cmn_err.h>
#include <sys/debug.h>
#include <sys/kmem.h>
#include <sys/sysmacros.h>
#include <sys/systm.h>

#include "kmem_impl.h"

#define	KMEM_MAGIC	0x6b6d656d616c6c6fUL
#define	KMEM_FREED	0x6b6d656d66726565UL
#define	KMEM_POISON	0xdd

/*
 * In front of each block; a multiple of 16 bytes.
 */
typedef struct kmem_hdr {
	size_t		kh_size;
	uint64_t	kh_magic;
#ifdef	DEBUG
	list_node_t	kh_link;	/* kmem_lock */
	const void	*kh_where;
	uint64_t	kh_pad;
#endif
} kmem_hdr_t;

CTASSERT(sizeof (kmem_hdr_t) % 16 == 0);

#define	KMEM_BATCH	32
#define	KMEM_SLAB_OBJS	64
#define	KMEM_LINE	64	/* of a processor's cache */

static host_lock_t *kmem_lock;

/*
 * A cache that goes empties every thread's stock of it, and a thread that ends
 * gives its stocks to the caches: one or the other.  Taken before kmem_lock and
 * before the list of threads is locked.
 */
static host_lock_t *kmem_mags_lock;
static list_t kmem_caches;
static boolean_t kmem_magused[THREAD_NMAGS];
#ifdef	DEBUG
static list_t kmem_blocks;
#endif

void
kmem_init(void)
{
	if (kmem_lock == NULL) {
		kmem_lock = host_lock_create();
		kmem_mags_lock = host_lock_create();
		if (kmem_lock == NULL || kmem_mags_lock == NULL)
			panic("kmem_init: no memory");
		slab_init();
		list_create(&kmem_caches, sizeof (kmem_cache_t),
		    offsetof(kmem_cache_t, kc_link));
#ifdef	DEBUG
		list_create(&kmem_blocks, sizeof (kmem_hdr_t),
		    offsetof(kmem_hdr_t, kh_link));
#endif
	}
}

#ifdef	DEBUG
static void
kmem_enlist(kmem_hdr_t *kh, const void *where)
{
	kh->kh_where = where;
	host_lock_enter(kmem_lock);
	list_insert_tail(&kmem_blocks, kh);
	host_lock_exit(kmem_lock);
}

static void
kmem_delist(kmem_hdr_t *kh)
{
	host_lock_enter(kmem_lock);
	list_remove(&kmem_blocks, kh);
	host_lock_exit(kmem_lock);
}
#else
#define	kmem_enlist(kh, where)	((void)0)
#define	kmem_delist(kh)		((void)0)
#endif

/*
 * Is this the allocation that fails?  Those that may sleep never do.
 */
static inline boolean_t
kmem_may_fail(int flags)
{
	if (flags & KM_NOSLEEP)
		return (hkfault(HK_FAULT_ALLOC));
	lockcheck_alloc();
	return (B_FALSE);
}

static void *
kmem_alloc_block(size_t size, int flags, const void *where __unused)
{
	kmem_hdr_t *kh = NULL;

	if (kmem_may_fail(flags))
		return (NULL);
	if (size < SIZE_MAX - sizeof (*kh))
		kh = host_alloc(sizeof (*kh) + size, 0);
	if (kh == NULL) {
		if (flags & KM_NOSLEEP)
			return (NULL);
		panic("kmem_alloc: no memory for %lu bytes", size);
	}
	kh->kh_size = size;
	kh->kh_magic = KMEM_MAGIC;
	kmem_enlist(kh, where);
	counts_add(&thread_current()->ti_counts.kc_kmem, 1);
	return (kh + 1);
}

void *
kmem_alloc(size_t size, int flags)
{
	void *p;

	if (size == 0)
		return (NULL);
	p = kmem_alloc_block(size, flags, __builtin_return_address(0));
#ifdef	DEBUG
	if (p != NULL)
		(void) memset(p, KMEM_POISON, size);
#endif
	return (p);
}

void *
kmem_zalloc(size_t size, int flags)
{
	void *p;

	if (size == 0)
		return (NULL);
	p = kmem_alloc_block(size, flags, __builtin_return_address(0));
	if (p != NULL)
		bzero(p, size);
	return (p);
}

void
kmem_free(void *p, size_t size)
{
	kmem_hdr_t *kh;

	if (p == NULL && size == 0)
		return;
	if (p == NULL)
		panic("kmem_free: NULL has not %lu bytes", size);
	kh = (kmem_hdr_t *)p - 1;
	if (kh->kh_magic != KMEM_MAGIC) {
		panic("kmem_free: %p is not allocated%s", p,
		    kh->kh_magic == KMEM_FREED ? " any more" : "");
	}
	if (kh->kh_size != size) {
		panic("kmem_free: %p has %lu bytes, not %lu", p, kh->kh_size,
		    size);
	}
	kmem_delist(kh);
	kh->kh_magic = KMEM_FREED;
#ifdef	DEBUG
	(void) memset(p, KMEM_POISON, size);
#endif
	counts_add(&thread_current()->ti_counts.kc_kmem, -1);
	host_free(kh);
}

/*
 * Object caches.
 */

static kmem_cache_t *
cache_create(const char *name, size_t size, size_t align,
    int (*ctor)(void *, void *, int), void (*dtor)(void *, void *), void *arg,
    int cflags)
{
	kmem_cache_t *cp;
	uint_t i;

	VERIFY(size != 0 && (align & (align - 1)) == 0);
	if ((cp = host_alloc(sizeof (*cp), 0)) == NULL)
		panic("kmem_cache_create: no memory");
	bzero(cp, sizeof (*cp));
	(void) strlcpy(cp->kc_name, name, sizeof (cp->kc_name));
	cp->kc_size = size;
	cp->kc_align = align == 0 ? 8 : align;
	cp->kc_stride = P2ROUNDUP(size, MAX(cp->kc_align, KMEM_LINE));
	cp->kc_ctor = ctor;
	cp->kc_dtor = dtor;
	cp->kc_arg = arg;
	cp->kc_mag = THREAD_NMAGS;
	if ((cp->kc_lock = host_lock_create()) == NULL)
		panic("kmem_cache_create: no memory");

	host_lock_enter(kmem_lock);
	list_insert_tail(&kmem_caches, cp);
#ifndef	DEBUG
	for (i = 0; i < THREAD_NMAGS && !(cflags & KMC_NOMAGAZINE); i++) {
		if (!kmem_magused[i]) {
			kmem_magused[i] = B_TRUE;
			cp->kc_mag = i;
			break;
		}
	}
#else
	(void) cflags;
	(void) i;
#endif
	host_lock_exit(kmem_lock);
	return (cp);
}

kmem_cache_t *
kmem_cache_create(char *name, size_t size, size_t align,
    int (*ctor)(void *, void *, int), void (*dtor)(void *, void *),
    void (*reclaim)(void *) __unused, void *arg, vmem_t *vmp __unused,
    int cflags)
{
	return (cache_create(name, size, align, ctor, dtor, arg, cflags));
}

kmem_cache_t *
kmem_cache_create_system(const char *name, size_t size, size_t align,
    int (*ctor)(void *, void *, int), void (*dtor)(void *, void *), void *arg)
{
	return (cache_create(name, size, align, ctor, dtor, arg, 0));
}

#ifndef	DEBUG
/*
 * Another slab; what is in it is written when it is first used.
 */
static boolean_t
cache_grow(kmem_cache_t *cp)
{
	size_t align = MAX(cp->kc_align, KMEM_LINE);
	size_t size = align + KMEM_SLAB_OBJS * cp->kc_stride;
	void **slab = slab_alloc(size, align);

	if (slab == NULL)
		return (B_FALSE);
	*slab = cp->kc_slabs;
	cp->kc_slabs = slab;
	cp->kc_fresh = (char *)slab + align;
	cp->kc_fresh_end = (char *)slab + size;
	return (B_TRUE);
}

static void *
obj_alloc(kmem_cache_t *cp)
{
	void **obj = NULL;

	host_lock_enter(cp->kc_lock);
	if (cp->kc_raw != NULL) {
		obj = cp->kc_raw;
		cp->kc_raw = *obj;
	} else if (cp->kc_fresh != cp->kc_fresh_end || cache_grow(cp)) {
		obj = (void **)cp->kc_fresh;
		cp->kc_fresh += cp->kc_stride;
	}
	host_lock_exit(cp->kc_lock);
	return (obj);
}

static void
obj_free(kmem_cache_t *cp, void *obj)
{
	host_lock_enter(cp->kc_lock);
	*(void **)obj = cp->kc_raw;
	cp->kc_raw = obj;
	host_lock_exit(cp->kc_lock);
}
#else
static void *
obj_alloc(kmem_cache_t *cp)
{
	return (host_alloc(cp->kc_size, cp->kc_align));
}

static void
obj_free(kmem_cache_t *cp __unused, void *obj)
{
	host_free(obj);
}
#endif

/*
 * Objects that somebody still has stay where they are.
 */
static void
cache_free_slabs(kmem_cache_t *cp)
{
	void **slab;

	while (cp->kc_objs == 0 && (slab = cp->kc_slabs) != NULL) {
		cp->kc_slabs = *slab;
		slab_free(slab);
	}
}

static void
cache_free_obj(kmem_cache_t *cp, void *obj)
{
	if (cp->kc_dtor != NULL)
		cp->kc_dtor(obj, cp->kc_arg);
	obj_free(cp, obj);
	(void) __atomic_sub_fetch(&cp->kc_objs, 1, __ATOMIC_RELAXED);
}

static void *
cache_new_obj(kmem_cache_t *cp, int flags)
{
	void *obj;

	if ((obj = obj_alloc(cp)) == NULL)
		return (NULL);
#ifdef	DEBUG
	(void) memset(obj, KMEM_POISON, cp->kc_size);
#endif
	if (cp->kc_ctor != NULL && cp->kc_ctor(obj, cp->kc_arg, flags) != 0) {
		obj_free(cp, obj);
		return (NULL);
	}
	(void) __atomic_add_fetch(&cp->kc_objs, 1, __ATOMIC_RELAXED);
	return (obj);
}

/*
 * Move up to `n' objects out of the cache's stock.
 */
static uint_t
cache_take(kmem_cache_t *cp, void **objs, uint_t n)
{
	host_lock_enter(cp->kc_lock);
	if (n > cp->kc_nstock)
		n = cp->kc_nstock;
	cp->kc_nstock -= n;
	bcopy(cp->kc_stock + cp->kc_nstock, objs, n * sizeof (void *));
	host_lock_exit(cp->kc_lock);
	return (n);
}

/*
 * Move objects into the cache's stock; if that cannot grow, free them.
 */
static void
cache_give(kmem_cache_t *cp, void **objs, uint_t n)
{
	void **stock;
	uint_t size;

	host_lock_enter(cp->kc_lock);
	if (cp->kc_nstock + n > cp->kc_stocksize) {
		size = (cp->kc_nstock + n) * 2;
		if ((stock = host_alloc(size * sizeof (void *), 0)) != NULL) {
			bcopy(cp->kc_stock, stock,
			    cp->kc_nstock * sizeof (void *));
			host_free(cp->kc_stock);
			cp->kc_stock = stock;
			cp->kc_stocksize = size;
		}
	}
	if (cp->kc_nstock + n <= cp->kc_stocksize) {
		bcopy(objs, cp->kc_stock + cp->kc_nstock, n * sizeof (void *));
		cp->kc_nstock += n;
		n = 0;
	}
	host_lock_exit(cp->kc_lock);

	while (n > 0)
		cache_free_obj(cp, objs[--n]);
}

/*
 * The thread's own stock of the cache, or NULL.
 */
static kmem_mag_t *
cache_mag(kmem_cache_t *cp, kthread_impl_t *ti)
{
	kmem_mag_t *km;

	if (cp->kc_mag == THREAD_NMAGS)
		return (NULL);
	if ((km = ti->ti_mags[cp->kc_mag]) == NULL &&
	    (km = host_alloc(sizeof (*km), 64)) != NULL) {
		km->km_n = 0;
		ti->ti_mags[cp->kc_mag] = km;
	}
	return (km);
}

void *
kmem_cache_take_slow(kmem_cache_t *cp, kthread_impl_t *ti, int flags)
{
	kmem_mag_t *km = cache_mag(cp, ti);
	void *obj;

	if (km != NULL) {
		km->km_n = cache_take(cp, km->km_objs, KMEM_BATCH);
		if (km->km_n > 0)
			return (km->km_objs[--km->km_n]);
	}
	if ((obj = cache_new_obj(cp, flags)) == NULL && !(flags & KM_NOSLEEP))
		panic("kmem_cache_alloc: no memory for %s", cp->kc_name);
	return (obj);
}

void
kmem_cache_give_slow(kmem_cache_t *cp, kthread_impl_t *ti, void *obj)
{
	kmem_mag_t *km = cache_mag(cp, ti);

	if (km == NULL) {
		cache_free_obj(cp, obj);
		return;
	}
	if (km->km_n == KMEM_MAGSIZE) {
		km->km_n -= KMEM_BATCH;
		cache_give(cp, km->km_objs + km->km_n, KMEM_BATCH);
	}
	km->km_objs[km->km_n++] = obj;
}

void *
kmem_cache_alloc(kmem_cache_t *cp, int flags)
{
	kthread_impl_t *ti = thread_current();
	void *obj;

	if (kmem_may_fail(flags))
		return (NULL);
	if ((obj = kmem_cache_take(cp, ti, flags)) != NULL)
		counts_add(&ti->ti_counts.kc_kmem, 1);
	return (obj);
}

void
kmem_cache_free(kmem_cache_t *cp, void *obj)
{
	kthread_impl_t *ti = thread_current();

	counts_add(&ti->ti_counts.kc_kmem, -1);
	kmem_cache_give(cp, ti, obj);
}

void
kmem_cache_reap_soon(kmem_cache_t *cp)
{
	void *obj;

	while (cache_take(cp, &obj, 1) == 1)
		cache_free_obj(cp, obj);
}

static void
cache_empty_mag(kthread_impl_t *ti, void *arg)
{
	kmem_cache_t *cp = arg;
	kmem_mag_t *km = ti->ti_mags[cp->kc_mag];

	if (km == NULL)
		return;
	while (km->km_n > 0)
		cache_free_obj(cp, km->km_objs[--km->km_n]);
	host_free(km);
	ti->ti_mags[cp->kc_mag] = NULL;
}

/*
 * Returns how many objects are still out.  Nobody uses the cache any more, so
 * other threads' stocks of it may be touched.
 */
static uint64_t
cache_destroy(kmem_cache_t *cp)
{
	uint64_t left;

	host_lock_enter(kmem_mags_lock);
	if (cp->kc_mag != THREAD_NMAGS)
		thread_foreach(cache_empty_mag, cp);
	kmem_cache_reap_soon(cp);
	left = cp->kc_objs;
	cache_free_slabs(cp);

	host_lock_enter(kmem_lock);
	list_remove(&kmem_caches, cp);
	if (cp->kc_mag != THREAD_NMAGS)
		kmem_magused[cp->kc_mag] = B_FALSE;
	host_lock_exit(kmem_lock);
	host_lock_exit(kmem_mags_lock);
	host_lock_destroy(cp->kc_lock);
	host_free(cp->kc_stock);
	host_free(cp);
	return (left);
}

void
kmem_cache_destroy(kmem_cache_t *cp)
{
	char name[sizeof (cp->kc_name)];
	uint64_t left;

	(void) strlcpy(name, cp->kc_name, sizeof (name));
	if ((left = cache_destroy(cp)) != 0) {
		panic("kmem_cache_destroy: %lu objects of %s not freed", left,
		    name);
	}
}

uint64_t
kmem_cache_destroy_system(kmem_cache_t *cp)
{
	return (cache_destroy(cp));
}

/*
 * A thread ends: what it has in stock goes to the caches.
 */
void
kmem_thread_gone(kthread_impl_t *ti)
{
	kmem_cache_t *cp;
	kmem_mag_t *km;

	if (kmem_lock == NULL)
		return;
	host_lock_enter(kmem_mags_lock);
	host_lock_enter(kmem_lock);
	for (cp = list_head(&kmem_caches); cp != NULL;
	    cp = list_next(&kmem_caches, cp)) {
		if (cp->kc_mag == THREAD_NMAGS ||
		    (km = ti->ti_mags[cp->kc_mag]) == NULL)
			continue;
		cache_give(cp, km->km_objs, km->km_n);
		host_free(km);
		ti->ti_mags[cp->kc_mag] = NULL;
	}
	host_lock_exit(kmem_lock);
	host_lock_exit(kmem_mags_lock);
}

/*
 * Say whose the blocks are that nobody gave back.  Caches that somebody forgot
 * to destroy go away; blocks of a DEBUG kernel too.
 */
void
kmem_fini(void)
{
	kmem_cache_t *cp;
#ifdef	DEBUG
	kmem_hdr_t *kh;
	char where[256];
	uint_t said = 0;

	while ((kh = list_remove_head(&kmem_blocks)) != NULL) {
		if (said++ < 20) {
			host_where(kh->kh_where, where, sizeof (where));
			cmn_err(CE_WARN, "leak: %lu bytes allocated at %s",
			    kh->kh_size, where);
		}
		counts_add(&thread_current()->ti_counts.kc_kmem, -1);
		host_free(kh);
	}
#endif
	while ((cp = list_head(&kmem_caches)) != NULL) {
		cmn_err(CE_WARN, "leak: cache %s", cp->kc_name);
		(void) cache_destroy(cp);
	}
}
