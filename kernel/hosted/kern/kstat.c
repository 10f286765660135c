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
 * Kernel statistics, as kstat(9S) (os/kstat_fr.c of illumos).
 */

#include <sys/avl.h>
#include <sys/cmn_err.h>
#include <sys/debug.h>
#include <sys/errno.h>
#include <sys/int_limits.h>
#include <sys/kmem.h>
#include <sys/limits.h>
#include <sys/sysmacros.h>
#include <sys/systm.h>

#include "kern_impl.h"

/*
 * A zone that sees the kstat.  The first is part of it.
 */
typedef struct kstat_zone {
	zoneid_t		kz_zoneid;
	struct kstat_zone	*kz_next;
} kstat_zone_t;

typedef struct ekstat {
	kstat_t		e_ks;		/* first */
	avl_node_t	e_by_kid;	/* kstat_chain_lock */
	avl_node_t	e_by_name;	/* kstat_chain_lock */
	size_t		e_size;		/* RO; of this, with the data */
	kthread_t	*e_owner;	/* kstat_chain_lock */
	kcondvar_t	e_cv;		/* kstat_chain_lock */
	kstat_zone_t	e_zone;		/* kstat_chain_lock */
} ekstat_t;

static const struct {
	size_t	kt_size;
	uint_t	kt_min;
	uint_t	kt_max;
} kstat_types[KSTAT_NUM_TYPES] = {
	[KSTAT_TYPE_RAW] = { 1, 0, INT_MAX },
	[KSTAT_TYPE_NAMED] = { sizeof (kstat_named_t), 0, INT_MAX }
};

static kmutex_t kstat_chain_lock;
static avl_tree_t kstat_by_kid;		/* kstat_chain_lock */
static avl_tree_t kstat_by_name;	/* kstat_chain_lock */
static uint_t kstat_id;			/* kstat_chain_lock */
static uint64_t kstat_count;		/* kstat_chain_lock */

static int
kstat_compare_kid(const void *a, const void *b)
{
	const kid_t x = ((const ekstat_t *)a)->e_ks.ks_kid;
	const kid_t y = ((const ekstat_t *)b)->e_ks.ks_kid;

	return (x < y ? -1 : x > y);
}

/*
 * Those of one name, each in zones of its own, are told apart by the kid.
 */
static int
kstat_compare_name(const void *a, const void *b)
{
	const kstat_t *x = &((const ekstat_t *)a)->e_ks;
	const kstat_t *y = &((const ekstat_t *)b)->e_ks;
	int diff;

	if ((diff = strcmp(x->ks_module, y->ks_module)) != 0)
		return (diff < 0 ? -1 : 1);
	if (x->ks_instance != y->ks_instance)
		return (x->ks_instance < y->ks_instance ? -1 : 1);
	if ((diff = strcmp(x->ks_name, y->ks_name)) != 0)
		return (diff < 0 ? -1 : 1);
	return (kstat_compare_kid(a, b));
}

void
kstat_init(void)
{
	mutex_init(&kstat_chain_lock, "kstat_chain_lock", MUTEX_DEFAULT, NULL);
	avl_create(&kstat_by_kid, kstat_compare_kid, sizeof (ekstat_t),
	    offsetof(ekstat_t, e_by_kid));
	avl_create(&kstat_by_name, kstat_compare_name, sizeof (ekstat_t),
	    offsetof(ekstat_t, e_by_name));
	kstat_id = 1;
}

uint64_t
kstat_fini(void)
{
	uint64_t left = kstat_count;
	ekstat_t *e;

	while ((e = avl_first(&kstat_by_kid)) != NULL) {
		cmn_err(CE_WARN, "leak: kstat %s:%d:%s", e->e_ks.ks_module,
		    e->e_ks.ks_instance, e->e_ks.ks_name);
		e->e_ks.ks_lock = NULL;
		kstat_delete(&e->e_ks);
	}
	avl_destroy(&kstat_by_name);
	avl_destroy(&kstat_by_kid);
	mutex_destroy(&kstat_chain_lock);
	return (left);
}

uint64_t
kstat_out(void)
{
	uint64_t n;

	mutex_enter(&kstat_chain_lock);
	n = kstat_count;
	mutex_exit(&kstat_chain_lock);
	return (n);
}

uint_t
kstat_chain_id(void)
{
	uint_t id;

	mutex_enter(&kstat_chain_lock);
	id = kstat_id;
	mutex_exit(&kstat_chain_lock);
	return (id);
}

static int
kstat_default_update(kstat_t *ksp __unused, int rw)
{
	return (rw == KSTAT_WRITE ? EACCES : 0);
}

/*
 * The named data first, then, if there are any, the strings.
 */
static int
kstat_default_snapshot(kstat_t *ksp, void *buf, int rw)
{
	size_t named = sizeof (kstat_named_t) * ksp->ks_ndata;
	kstat_named_t *knp;
	char *end;
	uint_t i;

	ksp->ks_snaptime = gethrtime();
	if (rw == KSTAT_WRITE) {
		if (!(ksp->ks_flags & KSTAT_FLAG_WRITABLE))
			return (EACCES);
		bcopy(buf, ksp->ks_data, ksp->ks_data_size);
		return (0);
	}
	if (ksp->ks_type != KSTAT_TYPE_NAMED) {
		bcopy(ksp->ks_data, buf, ksp->ks_data_size);
		return (0);
	}

	bcopy(ksp->ks_data, buf, MIN(named, ksp->ks_data_size));
	end = (char *)buf + named;
	for (i = 0, knp = buf; i < ksp->ks_ndata; i++, knp++) {
		if (knp->data_type != KSTAT_DATA_STRING ||
		    KSTAT_NAMED_STR_PTR(knp) == NULL)
			continue;
		/*
		 * Whoever has strings makes ks_data_size large enough.
		 */
		if (end + KSTAT_NAMED_STR_BUFLEN(knp) >
		    (char *)buf + ksp->ks_data_size)
			return (EIO);
		bcopy(KSTAT_NAMED_STR_PTR(knp), end,
		    KSTAT_NAMED_STR_BUFLEN(knp));
		KSTAT_NAMED_STR_PTR(knp) = end;
		end += KSTAT_NAMED_STR_BUFLEN(knp);
	}
	return (0);
}

int
kstat_zone_find(kstat_t *ksp, zoneid_t zoneid)
{
	kstat_zone_t *kz;

	ASSERT(MUTEX_HELD(&kstat_chain_lock));
	for (kz = &((ekstat_t *)ksp)->e_zone; kz != NULL; kz = kz->kz_next) {
		if (zoneid == ALL_ZONES || kz->kz_zoneid == ALL_ZONES ||
		    kz->kz_zoneid == zoneid)
			return (1);
	}
	return (0);
}

/*
 * No memory: the zone does not see it, as on illumos.
 */
void
kstat_zone_add(kstat_t *ksp, zoneid_t zoneid)
{
	ekstat_t *e = (ekstat_t *)ksp;
	kstat_zone_t *kz;

	if ((kz = kmem_alloc(sizeof (*kz), KM_NOSLEEP)) == NULL)
		return;
	mutex_enter(&kstat_chain_lock);
	kz->kz_zoneid = zoneid;
	kz->kz_next = e->e_zone.kz_next;
	e->e_zone.kz_next = kz;
	kstat_id++;
	mutex_exit(&kstat_chain_lock);
}

void
kstat_zone_remove(kstat_t *ksp, zoneid_t zoneid)
{
	ekstat_t *e = (ekstat_t *)ksp;
	kstat_zone_t *prev = &e->e_zone, *kz;

	mutex_enter(&kstat_chain_lock);
	if (prev->kz_zoneid == zoneid) {
		VERIFY((kz = prev->kz_next) != NULL);
		*prev = *kz;
	} else {
		while ((kz = prev->kz_next) != NULL && kz->kz_zoneid != zoneid)
			prev = kz;
		VERIFY(kz != NULL);
		prev->kz_next = kz->kz_next;
	}
	kstat_id++;
	mutex_exit(&kstat_chain_lock);
	kmem_free(kz, sizeof (*kz));
}

/*
 * Do the two have a zone in common?
 */
static boolean_t
kstat_zones_meet(ekstat_t *a, ekstat_t *b)
{
	kstat_zone_t *kz;

	for (kz = &a->e_zone; kz != NULL; kz = kz->kz_next) {
		if (kstat_zone_find(&b->e_ks, kz->kz_zoneid))
			return (B_TRUE);
	}
	return (B_FALSE);
}

/*
 * The new one has no kid yet, which is less than any.
 */
static boolean_t
kstat_collides(ekstat_t *new)
{
	avl_index_t where;
	ekstat_t *e;

	ASSERT(new->e_ks.ks_kid == 0);
	VERIFY(avl_find(&kstat_by_name, new, &where) == NULL);
	for (e = avl_nearest(&kstat_by_name, where, AVL_AFTER); e != NULL;
	    e = AVL_NEXT(&kstat_by_name, e)) {
		if (strcmp(e->e_ks.ks_module, new->e_ks.ks_module) != 0 ||
		    e->e_ks.ks_instance != new->e_ks.ks_instance ||
		    strcmp(e->e_ks.ks_name, new->e_ks.ks_name) != 0)
			break;
		if (kstat_zones_meet(e, new))
			return (B_TRUE);
	}
	return (B_FALSE);
}

kstat_t *
kstat_create(const char *module, int instance, const char *name,
    const char *class, uchar_t type, uint_t ndata, uchar_t flags)
{
	return (kstat_create_zone(module, instance, name, class, type, ndata,
	    flags, ALL_ZONES));
}

/*
 * Why there can be no such kstat; NULL: there can.
 */
static const char *
kstat_mistake(uchar_t type, uint_t ndata, uchar_t flags)
{
	if (type >= KSTAT_NUM_TYPES || kstat_types[type].kt_size == 0)
		return ("invalid kstat type");
	if (flags & KSTAT_FLAG_PERSISTENT)
		return ("persistent kstats do not exist here");
	if ((flags & KSTAT_FLAG_VAR_SIZE) && !(flags & KSTAT_FLAG_VIRTUAL))
		return ("cannot create variable-size physical kstat");
	if (ndata < kstat_types[type].kt_min ||
	    ndata > kstat_types[type].kt_max)
		return ("ks_ndata out of range");
	return (NULL);
}

/*
 * Fails if there is one of that name.
 */
static boolean_t
kstat_enter(ekstat_t *e)
{
	boolean_t collides;

	mutex_enter(&kstat_chain_lock);
	if (!(collides = kstat_collides(e))) {
		e->e_ks.ks_kid = (kid_t)kstat_id++;
		avl_add(&kstat_by_kid, e);
		avl_add(&kstat_by_name, e);
		kstat_count++;
	}
	mutex_exit(&kstat_chain_lock);
	return (!collides);
}

/*
 * NULL, and a message: a mistake, a collision, or no memory.
 */
kstat_t *
kstat_create_zone(const char *module, int instance, const char *name,
    const char *class, uchar_t type, uint_t ndata, uchar_t flags,
    zoneid_t zoneid)
{
	char namebuf[KSTAT_STRLEN + 16];
	size_t datasize, size;
	const char *why;
	ekstat_t *e;
	kstat_t *ksp;

	if (name == NULL) {
		(void) snprintf(namebuf, sizeof (namebuf), "%.*s%d",
		    KSTAT_STRLEN - 1, module, instance);
		name = namebuf;
	}
	if ((why = kstat_mistake(type, ndata, flags)) != NULL)
		goto fail;

	datasize = kstat_types[type].kt_size * ndata;
	size = sizeof (*e) + (flags & KSTAT_FLAG_VIRTUAL ? 0 : datasize);
	if ((e = kmem_zalloc(size, KM_NOSLEEP)) == NULL) {
		why = "insufficient kernel memory";
		goto fail;
	}
	e->e_size = size;
	e->e_zone.kz_zoneid = zoneid;
	cv_init(&e->e_cv, NULL, CV_DEFAULT, NULL);

	ksp = &e->e_ks;
	ksp->ks_crtime = ksp->ks_snaptime = gethrtime();
	kstat_set_string(ksp->ks_module, module);
	ksp->ks_instance = instance;
	kstat_set_string(ksp->ks_name, name);
	kstat_set_string(ksp->ks_class, class);
	ksp->ks_type = type;
	ksp->ks_flags = flags | KSTAT_FLAG_INVALID;
	ksp->ks_data = flags & KSTAT_FLAG_VIRTUAL ? NULL : (void *)(e + 1);
	ksp->ks_ndata = ndata;
	ksp->ks_data_size = datasize;
	ksp->ks_update = kstat_default_update;
	ksp->ks_snapshot = kstat_default_snapshot;
	if (kstat_enter(e))
		return (ksp);

	why = "namespace collision";
	cv_destroy(&e->e_cv);
	kmem_free(e, size);
fail:
	cmn_err(CE_WARN, "kstat_create('%s', %d, '%s'): %s", module, instance,
	    name, why);
	return (NULL);
}

/*
 * Own the kstat until kstat_rele(): it stays, and nobody else reads it.
 */
static void
kstat_own(ekstat_t *e)
{
	ASSERT(MUTEX_HELD(&kstat_chain_lock));
	while (e->e_owner != NULL)
		cv_wait(&e->e_cv, &kstat_chain_lock);
	e->e_owner = curthread;
}

/*
 * The first kstat of at least this id (`exact': of this id) that the zone sees,
 * owned.  Waiting for
 * one may have changed the chain, so then look again.
 */
static kstat_t *
kstat_hold(zoneid_t zoneid, kid_t kid, boolean_t exact)
{
	ekstat_t *e, want;
	avl_index_t where;

	want.e_ks.ks_kid = kid;
	mutex_enter(&kstat_chain_lock);
again:
	e = avl_find(&kstat_by_kid, &want, &where);
	if (e == NULL && !exact)
		e = avl_nearest(&kstat_by_kid, where, AVL_AFTER);
	while (e != NULL && !kstat_zone_find(&e->e_ks, zoneid))
		e = exact ? NULL : AVL_NEXT(&kstat_by_kid, e);
	if (e != NULL && e->e_owner != NULL) {
		cv_wait(&e->e_cv, &kstat_chain_lock);
		goto again;
	}
	if (e != NULL)
		e->e_owner = curthread;
	mutex_exit(&kstat_chain_lock);
	return ((kstat_t *)e);
}

kstat_t *
kstat_hold_bykid(kid_t kid, zoneid_t zoneid)
{
	return (kstat_hold(zoneid, kid, B_TRUE));
}

kstat_t *
kstat_next(zoneid_t zoneid, kid_t after)
{
	return (kstat_hold(zoneid, after + 1, B_FALSE));
}

void
kstat_rele(kstat_t *ksp)
{
	ekstat_t *e = (ekstat_t *)ksp;

	mutex_enter(&kstat_chain_lock);
	VERIFY(e->e_owner == curthread);
	e->e_owner = NULL;
	cv_broadcast(&e->e_cv);
	mutex_exit(&kstat_chain_lock);
}

void
kstat_install(kstat_t *ksp)
{
	ekstat_t *e = (ekstat_t *)ksp;
	kstat_named_t *knp = ksp->ks_data;
	uint_t i;

	/* Others can find it already, and look at its flags. */
	mutex_enter(&kstat_chain_lock);
	kstat_own(e);
	if ((ksp->ks_flags & KSTAT_FLAG_VAR_SIZE) && ksp->ks_lock == NULL) {
		panic("kstat_install('%s', %d, '%s'): cannot create "
		    "variable-size kstat without data lock", ksp->ks_module,
		    ksp->ks_instance, ksp->ks_name);
	}
	if (ksp->ks_type == KSTAT_TYPE_NAMED && knp != NULL) {
		for (i = 0; i < ksp->ks_ndata; i++) {
			if (knp[i].data_type == KSTAT_DATA_STRING)
				ksp->ks_flags |= KSTAT_FLAG_LONGSTRINGS;
		}
		if ((ksp->ks_flags & KSTAT_FLAG_LONGSTRINGS) &&
		    (ksp->ks_flags & KSTAT_FLAG_WRITABLE) &&
		    ksp->ks_snapshot == kstat_default_snapshot) {
			panic("kstat_install('%s', %d, '%s'): writable strings "
			    "with the default snapshot routine",
			    ksp->ks_module, ksp->ks_instance, ksp->ks_name);
		}
	}
	ksp->ks_flags &= (uchar_t)~KSTAT_FLAG_INVALID;
	e->e_owner = NULL;
	cv_broadcast(&e->e_cv);
	mutex_exit(&kstat_chain_lock);
}

/*
 * Whoever reads it holds it, and may want the data lock: so that must not be
 * held here.
 */
void
kstat_delete(kstat_t *ksp)
{
	ekstat_t *e = (ekstat_t *)ksp;
	kstat_zone_t *kz;

	if (ksp->ks_lock != NULL && MUTEX_HELD((kmutex_t *)ksp->ks_lock)) {
		panic("kstat_delete(%p): caller holds data lock %p",
		    (void *)ksp, ksp->ks_lock);
	}
	mutex_enter(&kstat_chain_lock);
	kstat_own(e);
	avl_remove(&kstat_by_kid, e);
	avl_remove(&kstat_by_name, e);
	kstat_id++;
	kstat_count--;
	cv_broadcast(&e->e_cv);
	mutex_exit(&kstat_chain_lock);

	while ((kz = e->e_zone.kz_next) != NULL) {
		e->e_zone.kz_next = kz->kz_next;
		kmem_free(kz, sizeof (*kz));
	}
	kmem_free(e, e->e_size);
}

void
kstat_set_string(char *dst, const char *src)
{
	bzero(dst, KSTAT_STRLEN);
	(void) strlcpy(dst, src, KSTAT_STRLEN);
}

void
kstat_named_init(kstat_named_t *knp, const char *name, uchar_t type)
{
	kstat_set_string(knp->name, name);
	knp->data_type = type;
	if (type == KSTAT_DATA_STRING)
		kstat_named_setstr(knp, NULL);
}

void
kstat_named_setstr(kstat_named_t *knp, const char *src)
{
	if (knp->data_type != KSTAT_DATA_STRING)
		panic("kstat_named_setstr: %s is no string", knp->name);
	KSTAT_NAMED_STR_PTR(knp) = (char *)(uintptr_t)src;
	KSTAT_NAMED_STR_BUFLEN(knp) =
	    src == NULL ? 0 : (uint32_t)strlen(src) + 1;
}

/*
 * What read(2) of kstats does: update, then snapshot, with the data lock held.
 */
int
kstat_snapshot(zoneid_t zoneid, kid_t kid, kstat_t *copy, void **datap,
    size_t *sizep)
{
	kmutex_t *lock;
	kstat_t *ksp;
	size_t size = 0;
	void *data = NULL;
	int error;

	if ((ksp = kstat_hold_bykid(kid, zoneid)) == NULL)
		return (ENXIO);
	if (ksp->ks_flags & KSTAT_FLAG_INVALID) {
		kstat_rele(ksp);
		return (ENXIO);
	}

	if ((lock = ksp->ks_lock) != NULL)
		mutex_enter(lock);
	if ((error = ksp->ks_update(ksp, KSTAT_READ)) == 0) {
		size = MAX(ksp->ks_data_size, 1);
		if (ksp->ks_type == KSTAT_TYPE_NAMED) {
			size = MAX(size,
			    sizeof (kstat_named_t) * ksp->ks_ndata);
		}
		if ((data = kmem_zalloc(size, KM_NOSLEEP)) == NULL)
			error = ENOMEM;
		else
			error = ksp->ks_snapshot(ksp, data, KSTAT_READ);
	}
	if (error == 0)
		*copy = *ksp;
	if (lock != NULL)
		mutex_exit(lock);
	kstat_rele(ksp);

	if (error != 0) {
		if (data != NULL)
			kmem_free(data, size);
		return (error);
	}
	*datap = data;
	*sizep = size;
	return (0);
}
