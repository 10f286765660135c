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
 * Messages, as allocb(9F) and its family (io/stream.c, io/strsun.c and
 * os/strsubr.c of illumos).
 *
 * A data block and its buffer are one object of a cache of its size class, and
 * always come with a message block, db_mblk: the one it was allocated with, or,
 * once freed, the one that was the last to refer to it.
 */

#include <sys/cmn_err.h>
#include <sys/debug.h>
#include <sys/errno.h>
#include <sys/strsubr.h>
#include <sys/strsun.h>
#include <sys/sysmacros.h>
#include <sys/systm.h>

#include "kmem_impl.h"

typedef struct dblk_obj {
	dblk_t	do_dblk;
	uchar_t	do_buf[];
} dblk_obj_t;

CTASSERT(offsetof(dblk_obj_t, do_buf) % 16 == 0);

/*
 * Buffer sizes.  1600 is for a frame of an MTU of 1500 with room in front; 9280
 * for one of 9000.
 */
static const size_t dblk_sizes[] = {
	64, 128, 256, 512, 1088, 1600, 2112, 4160, 9280, 16448
};

#define	DBLK_NSIZES	ARRAY_SIZE(dblk_sizes)
#define	DBLK_GRAIN	64
#define	DBLK_MAXSIZE	16448

static kmem_cache_t *dblk_caches[DBLK_NSIZES];
static uint8_t dblk_class[DBLK_MAXSIZE / DBLK_GRAIN + 1];
static kmem_cache_t *dblk_ext_cache;	/* for buffers of somebody else */
static kmem_cache_t *mblk_cache;

static void dblk_lastfree(mblk_t *, dblk_t *);
static void dblk_decref(mblk_t *, dblk_t *);

/*
 * A freed message block points here in a DEBUG kernel.
 */
#define	MBLK_FREED	((dblk_t *)0xb10cfeeeb10cfee0UL)

static int
dblk_construct(void *obj, void *arg, int flags)
{
	dblk_obj_t *dobj = obj;
	dblk_t *dbp = &dobj->do_dblk;

	bzero(dbp, sizeof (*dbp));
	if ((dbp->db_mblk = kmem_cache_take(mblk_cache, thread_current(),
	    flags)) == NULL)
		return (-1);
	dbp->db_base = dobj->do_buf;
	dbp->db_lim = dobj->do_buf + (size_t)(uintptr_t)arg;
	dbp->db_free = dblk_decref;
	dbp->db_lastfree = dblk_lastfree;
	return (0);
}

static void
dblk_destruct(void *obj, void *arg __unused)
{
	dblk_obj_t *dobj = obj;

	kmem_cache_give(mblk_cache, thread_current(), dobj->do_dblk.db_mblk);
}

void
mblk_init(void)
{
	char name[32];
	uint_t i, grain = 0;

	mblk_cache = kmem_cache_create_system("streams_mblk", sizeof (mblk_t),
	    16, NULL, NULL, NULL);
	for (i = 0; i < DBLK_NSIZES; i++) {
		VERIFY0(dblk_sizes[i] % DBLK_GRAIN);
		for (; grain <= dblk_sizes[i] / DBLK_GRAIN; grain++)
			dblk_class[grain] = (uint8_t)i;
		(void) snprintf(name, sizeof (name), "streams_dblk_%lu",
		    dblk_sizes[i]);
		dblk_caches[i] = kmem_cache_create_system(name,
		    sizeof (dblk_obj_t) + dblk_sizes[i], 16, dblk_construct,
		    dblk_destruct, (void *)(uintptr_t)dblk_sizes[i]);
	}
	VERIFY3U(grain, ==, ARRAY_SIZE(dblk_class));
	dblk_ext_cache = kmem_cache_create_system("streams_dblk_esb",
	    sizeof (dblk_obj_t), 16, dblk_construct, dblk_destruct, NULL);
}

void
mblk_fini(void)
{
	uint_t i;

	for (i = 0; i < DBLK_NSIZES; i++)
		(void) kmem_cache_destroy_system(dblk_caches[i]);
	(void) kmem_cache_destroy_system(dblk_ext_cache);
	(void) kmem_cache_destroy_system(mblk_cache);
}

/*
 * What every new message starts with.
 */
static inline mblk_t *
mblk_setup(mblk_t *mp, dblk_t *dbp)
{
	mp->b_next = mp->b_prev = mp->b_cont = NULL;
	mp->b_rptr = mp->b_wptr = dbp->db_base;
	mp->b_datap = dbp;
	mp->b_band = mp->b_tag = 0;
	mp->b_flag = 0;
	mp->b_queue = NULL;
	return (mp);
}

static inline mblk_t *
dblk_setup(dblk_obj_t *dobj, kmem_cache_t *cp, kthread_impl_t *ti)
{
	dblk_t *dbp = &dobj->do_dblk;

	dbp->db_frtnp = NULL;
	dbp->db_ref = DBLK_REFMIN;
	dbp->db_type = M_DATA;
	dbp->db_flags = 0;
	dbp->db_struioflag = 0;
	dbp->db_cpid = -1;
	dbp->db_cache = cp;
	dbp->db_struioun.cksum.flags = 0;
	dbp->db_credp = NULL;
	counts_add(&ti->ti_counts.kc_mblks, 1);
	return (mblk_setup(dbp->db_mblk, dbp));
}

/*
 * A buffer beyond the largest class is its own.
 */
static mblk_t *
allocb_oversize(size_t size, kthread_impl_t *ti)
{
	dblk_obj_t *dobj;

	if (size > SIZE_MAX / 2 ||
	    (dobj = host_alloc(sizeof (*dobj) + size, 0)) == NULL)
		return (NULL);
	if (dblk_construct(dobj, (void *)(uintptr_t)size, KM_NOSLEEP) != 0) {
		host_free(dobj);
		return (NULL);
	}
	return (dblk_setup(dobj, NULL, ti));
}

mblk_t *
allocb(size_t size, uint_t pri __unused)
{
	kthread_impl_t *ti = thread_current();
	kmem_cache_t *cp;
	dblk_obj_t *dobj;

	if (hkfault(HK_FAULT_ALLOC))
		return (NULL);
	if (size > DBLK_MAXSIZE)
		return (allocb_oversize(size, ti));

	cp = dblk_caches[dblk_class[(size + DBLK_GRAIN - 1) / DBLK_GRAIN]];
	if ((dobj = kmem_cache_take(cp, ti, KM_NOSLEEP)) == NULL)
		return (NULL);
	return (dblk_setup(dobj, cp, ti));
}

/*
 * With the caller's buffer; frp->free_func gives it back.
 */
mblk_t *
esballoc(unsigned char *base, size_t size, uint_t pri __unused, frtn_t *frp)
{
	kthread_impl_t *ti = thread_current();
	dblk_obj_t *dobj;
	mblk_t *mp;

	if (base == NULL || frp == NULL || hkfault(HK_FAULT_ALLOC) ||
	    (dobj = kmem_cache_take(dblk_ext_cache, ti, KM_NOSLEEP)) == NULL)
		return (NULL);
	mp = dblk_setup(dobj, dblk_ext_cache, ti);
	dobj->do_dblk.db_base = base;
	dobj->do_dblk.db_lim = base + size;
	dobj->do_dblk.db_frtnp = frp;
	mp->b_rptr = mp->b_wptr = base;
	return (mp);
}

/*
 * The buffer is freed by whoever frees the message, never later: so it is here
 * for every buffer.
 */
mblk_t *
desballoc(unsigned char *base, size_t size, uint_t pri, frtn_t *frp)
{
	return (esballoc(base, size, pri, frp));
}

mblk_t *
allocb_tmpl(size_t size, const mblk_t *tmpl)
{
	mblk_t *mp;

	if ((mp = allocb(size, BPRI_MED)) != NULL) {
		mp->b_datap->db_cpid = tmpl->b_datap->db_cpid;
		mp->b_datap->db_type = tmpl->b_datap->db_type;
		if ((mp->b_datap->db_credp = tmpl->b_datap->db_credp) != NULL)
			crhold(mp->b_datap->db_credp);
	}
	return (mp);
}

/*
 * There is nothing to wait for: memory of the host does not come later.
 */
mblk_t *
allocb_wait(size_t size, uint_t pri, uint_t flags __unused, int *error)
{
	mblk_t *mp;

	if ((mp = allocb(size, pri)) == NULL && error != NULL)
		*error = ENOSR;
	return (mp);
}

int
testb(size_t size, uint_t pri)
{
	mblk_t *mp = allocb(size, pri);

	if (mp == NULL)
		return (0);
	freeb(mp);
	return (1);
}

/*
 * The last reference goes, and the data with it.
 */
static inline void
dblk_gone(mblk_t *mp, dblk_t *dbp, kthread_impl_t *ti)
{
	if (__builtin_expect(dbp->db_frtnp != NULL, 0))
		dbp->db_frtnp->free_func(dbp->db_frtnp->free_arg);
	if (__builtin_expect(dbp->db_credp != NULL, 0))
		crfree(dbp->db_credp);
	counts_add(&ti->ti_counts.kc_mblks, -1);
#ifdef	DEBUG
	mp->b_datap = MBLK_FREED;
#endif
	dbp->db_mblk = mp;
	if (__builtin_expect(dbp->db_cache != NULL, 1)) {
		kmem_cache_give(dbp->db_cache, ti, dbp);
	} else {
		dblk_destruct(dbp, NULL);
		host_free(dbp);
	}
}

static void
dblk_lastfree(mblk_t *mp, dblk_t *dbp)
{
	dblk_gone(mp, dbp, thread_current());
}

static void
dblk_decref(mblk_t *mp, dblk_t *dbp)
{
	kthread_impl_t *ti = thread_current();

	if (__atomic_load_n(&dbp->db_ref, __ATOMIC_ACQUIRE) == DBLK_REFMIN ||
	    __atomic_sub_fetch(&dbp->db_ref, 1, __ATOMIC_ACQ_REL) == 0) {
		dblk_gone(mp, dbp, ti);
		return;
	}
	counts_add(&ti->ti_counts.kc_mblks, -1);
#ifdef	DEBUG
	mp->b_datap = MBLK_FREED;
#endif
	kmem_cache_give(mblk_cache, ti, mp);
}

void
freeb(mblk_t *mp)
{
	dblk_t *dbp = mp->b_datap;

#ifdef	DEBUG
	if (dbp == MBLK_FREED)
		panic("freeb: %p is free", (void *)mp);
	if (mp->b_next != NULL || mp->b_prev != NULL)
		panic("freeb: %p is on a list", (void *)mp);
#endif
	dblk_decref(mp, dbp);
}

void
freemsg(mblk_t *mp)
{
	mblk_t *cont;

	for (; mp != NULL; mp = cont) {
		cont = mp->b_cont;
		freeb(mp);
	}
}

void
freemsgchain(mblk_t *mp)
{
	mblk_t *next;

	for (; mp != NULL; mp = next) {
		next = mp->b_next;
		mp->b_next = NULL;
		freemsg(mp);
	}
}

mblk_t *
dupb(mblk_t *bp)
{
	kthread_impl_t *ti = thread_current();
	dblk_t *dbp = bp->b_datap;
	uint8_t ref;
	mblk_t *mp;

	if (hkfault(HK_FAULT_ALLOC) ||
	    (mp = kmem_cache_take(mblk_cache, ti, KM_NOSLEEP)) == NULL)
		return (NULL);

	ref = __atomic_load_n(&dbp->db_ref, __ATOMIC_RELAXED);
	do {
		if (ref == DBLK_REFMAX) {
			kmem_cache_give(mblk_cache, ti, mp);
			return (NULL);
		}
	} while (!__atomic_compare_exchange_n(&dbp->db_ref, &ref, ref + 1, 0,
	    __ATOMIC_ACQ_REL, __ATOMIC_RELAXED));

	(void) mblk_setup(mp, dbp);
	mp->b_rptr = bp->b_rptr;
	mp->b_wptr = bp->b_wptr;
	mp->b_band = bp->b_band;
	mp->b_tag = bp->b_tag;
	mp->b_flag = bp->b_flag;
	counts_add(&ti->ti_counts.kc_mblks, 1);
	return (mp);
}

/*
 * All of the buffer, with the data where they were.
 */
mblk_t *
copyb(mblk_t *bp)
{
	dblk_t *dbp = bp->b_datap;
	mblk_t *mp;

	if ((mp = allocb_tmpl((size_t)MBLKSIZE(bp), bp)) == NULL)
		return (NULL);
	mp->b_rptr += bp->b_rptr - dbp->db_base;
	mp->b_wptr = mp->b_rptr + MBLKL(bp);
	mp->b_band = bp->b_band;
	mp->b_flag = bp->b_flag;
	mp->b_datap->db_cksumstart = dbp->db_cksumstart;
	mp->b_datap->db_cksumend = dbp->db_cksumend;
	mp->b_datap->db_cksumstuff = dbp->db_cksumstuff;
	mp->b_datap->db_struioun = dbp->db_struioun;
	bcopy(bp->b_rptr, mp->b_rptr, (size_t)MBLKL(bp));
	return (mp);
}

/*
 * Each block of a message by `one', or nothing.
 */
static mblk_t *
msg_clone(mblk_t *bp, mblk_t *(*one)(mblk_t *))
{
	mblk_t *head = NULL, **tailp = &head;

	for (; bp != NULL; bp = bp->b_cont) {
		if ((*tailp = one(bp)) == NULL) {
			freemsg(head);
			return (NULL);
		}
		tailp = &(*tailp)->b_cont;
	}
	return (head);
}

mblk_t *
dupmsg(mblk_t *bp)
{
	return (msg_clone(bp, dupb));
}

mblk_t *
copymsg(mblk_t *bp)
{
	return (msg_clone(bp, copyb));
}

mblk_t *
copymsgchain(mblk_t *mp)
{
	mblk_t *head = NULL, **tailp = &head;

	for (; mp != NULL; mp = mp->b_next) {
		if ((*tailp = copymsg(mp)) == NULL) {
			freemsgchain(head);
			return (NULL);
		}
		tailp = &(*tailp)->b_next;
	}
	return (head);
}

void
linkb(mblk_t *mp, mblk_t *bp)
{
	while (mp->b_cont != NULL)
		mp = mp->b_cont;
	mp->b_cont = bp;
}

mblk_t *
unlinkb(mblk_t *bp)
{
	mblk_t *cont = bp->b_cont;

	bp->b_cont = NULL;
	return (cont);
}

mblk_t *
rmvb(mblk_t *mp, mblk_t *bp)
{
	mblk_t **prevp;

	for (prevp = &mp; *prevp != NULL; prevp = &(*prevp)->b_cont) {
		if (*prevp == bp) {
			*prevp = bp->b_cont;
			bp->b_cont = NULL;
			return (mp);
		}
	}
	return ((mblk_t *)-1);
}

size_t
msgsize(mblk_t *mp)
{
	size_t n = 0;

	for (; mp != NULL; mp = mp->b_cont)
		n += (size_t)MBLKL(mp);
	return (n);
}

/*
 * Of data only.
 */
size_t
msgdsize(mblk_t *bp)
{
	size_t n = 0;

	for (; bp != NULL; bp = bp->b_cont) {
		if (DB_TYPE(bp) == M_DATA)
			n += (size_t)MBLKL(bp);
	}
	return (n);
}

/*
 * Consumes `mp'.
 */
void
mcopymsg(mblk_t *mp, void *buf)
{
	uchar_t *to = buf;
	mblk_t *bp;

	for (bp = mp; bp != NULL; bp = bp->b_cont) {
		bcopy(bp->b_rptr, to, (size_t)MBLKL(bp));
		to += MBLKL(bp);
	}
	freemsg(mp);
}

/*
 * How many bytes of the blocks that have the first one's type there are.
 */
static size_t
msg_same_type(const mblk_t *mp)
{
	uchar_t type = DB_TYPE(mp);
	size_t n = 0;

	for (; mp != NULL && DB_TYPE(mp) == type; mp = mp->b_cont)
		n += (size_t)MBLKL(mp);
	return (n);
}

/*
 * Trim `len' bytes from the head, or -len from the tail, of the blocks that
 * have the type of the first or last one: 1, or 0 if there are fewer.
 */
int
adjmsg(mblk_t *mp, ssize_t len)
{
	mblk_t *bp, *run = mp;
	size_t total, keep, n;

	if (len == 0)
		return (1);
	if (len > 0) {
		if (msg_same_type(mp) < (size_t)len)
			return (0);
		for (bp = mp; len > 0; bp = bp->b_cont) {
			n = MIN((size_t)len, (size_t)MBLKL(bp));
			bp->b_rptr += n;
			len -= (ssize_t)n;
		}
		return (1);
	}

	for (bp = mp; bp != NULL; bp = bp->b_cont) {
		if (DB_TYPE(bp) != DB_TYPE(run))
			run = bp;
	}
	if ((total = msg_same_type(run)) < (size_t)-len)
		return (0);
	keep = total - (size_t)-len;
	for (bp = run; bp != NULL; bp = bp->b_cont) {
		n = MIN(keep, (size_t)MBLKL(bp));
		bp->b_wptr = bp->b_rptr + n;
		keep -= n;
	}
	return (1);
}

/*
 * Copy `len' bytes of the message to its end at `to'.
 */
static void
msg_gather(const mblk_t *mp, uchar_t *to, size_t len)
{
	size_t n;

	for (; len > 0; mp = mp->b_cont) {
		n = MIN(len, (size_t)MBLKL(mp));
		bcopy(mp->b_rptr, to, n);
		to += n;
		len -= n;
	}
}

/*
 * A new message, the first `len' bytes (-1: all of the first one's type) in one
 * block, the rest shared.
 */
mblk_t *
msgpullup(mblk_t *mp, ssize_t len)
{
	size_t total = msg_same_type(mp), want, n;
	mblk_t *newmp;

	want = len < 0 ? total : (size_t)len;
	if (want > total || (newmp = allocb_tmpl(want, mp)) == NULL)
		return (NULL);
	newmp->b_flag = mp->b_flag;
	newmp->b_band = mp->b_band;
	msg_gather(mp, newmp->b_wptr, want);
	newmp->b_wptr += want;

	for (; mp != NULL && want >= (n = (size_t)MBLKL(mp)); mp = mp->b_cont)
		want -= n;
	if (mp != NULL) {
		if ((newmp->b_cont = dupmsg(mp)) == NULL) {
			freemsg(newmp);
			return (NULL);
		}
		newmp->b_cont->b_rptr += want;
	}
	return (newmp);
}

/*
 * The same within the message: 1, or 0 and nothing has changed.  The first
 * block keeps its address and gets another buffer.
 */
int
pullupmsg(mblk_t *mp, ssize_t len)
{
	size_t total = msg_same_type(mp), want, n;
	mblk_t *newmp, *bp;
	dblk_t *dbp;

	if (len == -1 && mp->b_cont == NULL)
		return (1);
	want = len < 0 ? total : (size_t)len;
	if (want <= (size_t)MBLKL(mp) && len >= 0)
		return (1);
	if (want > total || (newmp = allocb_tmpl(want, mp)) == NULL)
		return (0);
	newmp->b_flag = mp->b_flag;
	newmp->b_band = mp->b_band;
	newmp->b_datap->db_cksumstart = mp->b_datap->db_cksumstart;
	newmp->b_datap->db_cksumend = mp->b_datap->db_cksumend;
	newmp->b_datap->db_cksumstuff = mp->b_datap->db_cksumstuff;
	newmp->b_datap->db_struioun = mp->b_datap->db_struioun;
	msg_gather(mp, newmp->b_wptr, want);

	n = (size_t)MBLKL(mp);
	for (bp = mp->b_cont; bp != NULL && want - n >= (size_t)MBLKL(bp) &&
	    want != n; bp = mp->b_cont) {
		n += (size_t)MBLKL(bp);
		mp->b_cont = bp->b_cont;
		bp->b_cont = NULL;
		freeb(bp);
	}
	if (want > n)
		bp->b_rptr += want - n;

	/*
	 * Exchange the two blocks' data: what `mp' had goes with newmp.
	 */
	dbp = newmp->b_datap;
	newmp->b_datap = mp->b_datap;
	mp->b_datap = dbp;
	mp->b_rptr = dbp->db_base;
	mp->b_wptr = dbp->db_base + want;
	freeb(newmp);
	return (1);
}
