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
 * Spaces of identifiers, as id_space(9F).  id_alloc() goes round and round, so
 * that an id comes back late; id_allocff() gives the lowest.
 */

#include <sys/cmn_err.h>
#include <sys/debug.h>
#include <sys/id_space.h>
#include <sys/kmem.h>
#include <sys/mutex.h>
#include <sys/condvar.h>
#include <sys/systm.h>

#include "hk.h"
#include "kern_impl.h"

/*
 * Ids from vm_low up to, not including, vm_high; a bit for each says that it is
 * out.
 */
struct vmem {
	kmutex_t	vm_lock;
	kcondvar_t	vm_cv;		/* an id was freed */
	id_t		vm_low;		/* RO */
	id_t		vm_high;	/* vm_lock */
	id_t		vm_next;	/* vm_lock */
	uint64_t	vm_nused;	/* vm_lock */
	uint64_t	*vm_used;	/* vm_lock */
};

#define	ID_BITS		64
#define	ID_BYTES(low, high)	\
	((((uint64_t)((high) - (low)) + ID_BITS - 1) / ID_BITS) * \
	sizeof (uint64_t))

static inline uint64_t
id_bit(id_space_t *idp, id_t id)
{
	return (1UL << ((uint64_t)(id - idp->vm_low) % ID_BITS));
}

static inline uint64_t *
id_word(id_space_t *idp, id_t id)
{
	return (&idp->vm_used[(uint64_t)(id - idp->vm_low) / ID_BITS]);
}

id_space_t *
id_space_create(const char *name __unused, id_t low, id_t high)
{
	id_space_t *idp;

	VERIFY(low >= 0 && low < high);
	idp = kmem_zalloc(sizeof (*idp), KM_SLEEP);
	mutex_init(&idp->vm_lock, NULL, MUTEX_DEFAULT, NULL);
	cv_init(&idp->vm_cv, NULL, CV_DEFAULT, NULL);
	idp->vm_low = idp->vm_next = low;
	idp->vm_high = high;
	idp->vm_used = kmem_zalloc(ID_BYTES(low, high), KM_SLEEP);
	return (idp);
}

void
id_space_destroy(id_space_t *idp)
{
	if (idp->vm_nused != 0)
		panic("id_space_destroy: %lu ids are out", idp->vm_nused);
	kmem_free(idp->vm_used, ID_BYTES(idp->vm_low, idp->vm_high));
	cv_destroy(&idp->vm_cv);
	mutex_destroy(&idp->vm_lock);
	kmem_free(idp, sizeof (*idp));
}

/*
 * Only upwards.
 */
void
id_space_extend(id_space_t *idp, id_t low, id_t high)
{
	uint64_t *used, *old;
	size_t oldsize;

	mutex_enter(&idp->vm_lock);
	VERIFY(low == idp->vm_high && high > low);
	used = kmem_zalloc(ID_BYTES(idp->vm_low, high), KM_SLEEP);
	old = idp->vm_used;
	oldsize = ID_BYTES(idp->vm_low, idp->vm_high);
	bcopy(old, used, oldsize);
	idp->vm_used = used;
	idp->vm_high = high;
	cv_broadcast(&idp->vm_cv);
	mutex_exit(&idp->vm_lock);
	kmem_free(old, oldsize);
}

static boolean_t
id_take(id_space_t *idp, id_t id)
{
	if (*id_word(idp, id) & id_bit(idp, id))
		return (B_FALSE);
	*id_word(idp, id) |= id_bit(idp, id);
	idp->vm_nused++;
	return (B_TRUE);
}

/*
 * The first free id of [from, to), or -1.
 */
static id_t
id_scan(id_space_t *idp, id_t from, id_t to)
{
	id_t id;

	for (id = from; id < to; id++) {
		/* A word of ids that are all out, at once. */
		if (id_bit(idp, id) == 1 && *id_word(idp, id) == UINT64_MAX)
			id += ID_BITS - 1;
		else if (id_take(idp, id))
			return (id);
	}
	return (-1);
}

static id_t
id_get(id_space_t *idp, boolean_t first, boolean_t sleep)
{
	id_t id, start;

	if (!sleep && hkfault(HK_FAULT_ALLOC))
		return (-1);

	mutex_enter(&idp->vm_lock);
	for (;;) {
		start = first ? idp->vm_low : idp->vm_next;
		if ((id = id_scan(idp, start, idp->vm_high)) == -1)
			id = id_scan(idp, idp->vm_low, start);
		if (id != -1 || !sleep)
			break;
		cv_wait(&idp->vm_cv, &idp->vm_lock);
	}
	if (id != -1 && !first)
		idp->vm_next = id + 1 < idp->vm_high ? id + 1 : idp->vm_low;
	mutex_exit(&idp->vm_lock);
	return (id);
}

id_t
id_alloc(id_space_t *idp)
{
	return (id_get(idp, B_FALSE, B_TRUE));
}

id_t
id_alloc_nosleep(id_space_t *idp)
{
	return (id_get(idp, B_FALSE, B_FALSE));
}

id_t
id_allocff(id_space_t *idp)
{
	return (id_get(idp, B_TRUE, B_TRUE));
}

id_t
id_allocff_nosleep(id_space_t *idp)
{
	return (id_get(idp, B_TRUE, B_FALSE));
}

id_t
id_alloc_specific_nosleep(id_space_t *idp, id_t id)
{
	boolean_t taken = B_FALSE;

	if (hkfault(HK_FAULT_ALLOC))
		return (-1);

	mutex_enter(&idp->vm_lock);
	if (id >= idp->vm_low && id < idp->vm_high)
		taken = id_take(idp, id);
	mutex_exit(&idp->vm_lock);
	return (taken ? id : -1);
}

void
id_free(id_space_t *idp, id_t id)
{
	mutex_enter(&idp->vm_lock);
	if (id < idp->vm_low || id >= idp->vm_high ||
	    !(*id_word(idp, id) & id_bit(idp, id)))
		panic("id_free: %d is not out", id);
	*id_word(idp, id) &= ~id_bit(idp, id);
	idp->vm_nused--;
	cv_broadcast(&idp->vm_cv);
	mutex_exit(&idp->vm_lock);
}
