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
 * Slabs, the memory of the objects of caches, are cut from chunks of one large
 * page, so that what is used together is on the same page whichever cache it
 * is of: a frame, its message block, its data block.  A chunk goes with its
 * last slab.
 */

#include <sys/cmn_err.h>
#include <sys/sysmacros.h>
#include <sys/systm.h>

#include "kmem_impl.h"

typedef struct slab_chunk {
	size_t	sk_size;	/* RO */
	size_t	sk_used;	/* slab_lock; this included */
	size_t	sk_nslabs;	/* slab_lock */
} slab_chunk_t;

static host_lock_t *slab_lock;
static slab_chunk_t *slab_chunk;	/* slab_lock; NULL: to be made */

void
slab_init(void)
{
	if (slab_lock == NULL && (slab_lock = host_lock_create()) == NULL)
		panic("slab_init: no memory");
}

static slab_chunk_t *
chunk_create(size_t room)
{
	size_t size = P2ROUNDUP(sizeof (slab_chunk_t) + room, HOST_LARGE_PAGE);
	slab_chunk_t *sk;

	if ((sk = host_pages_alloc(size)) == NULL)
		return (NULL);
	sk->sk_size = size;
	sk->sk_used = sizeof (*sk);
	sk->sk_nslabs = 0;
	return (sk);
}

/*
 * Memory at a multiple of `align', or NULL.  A chunk that has no room is left
 * behind to its slabs; one of several pages is for one slab only.
 */
void *
slab_alloc(size_t size, size_t align)
{
	slab_chunk_t *sk;
	char *slab = NULL;

	host_lock_enter(slab_lock);
	sk = slab_chunk;
	if (sk == NULL || P2ROUNDUP(sk->sk_used, align) + size > sk->sk_size) {
		sk = chunk_create(align + size);
		if (sk != NULL && sk->sk_size == HOST_LARGE_PAGE)
			slab_chunk = sk;
	}
	if (sk != NULL) {
		slab = (char *)sk + P2ROUNDUP(sk->sk_used, align);
		sk->sk_used = (size_t)(slab - (char *)sk) + size;
		sk->sk_nslabs++;
	}
	host_lock_exit(slab_lock);
	return (slab);
}

/*
 * Every slab begins on the first large page of its chunk.
 */
void
slab_free(void *slab)
{
	slab_chunk_t *sk = (slab_chunk_t *)P2ALIGN((uintptr_t)slab,
	    HOST_LARGE_PAGE);
	boolean_t last;

	host_lock_enter(slab_lock);
	if ((last = (--sk->sk_nslabs == 0)) && slab_chunk == sk)
		slab_chunk = NULL;
	host_lock_exit(slab_lock);
	if (last)
		host_pages_free(sk, sk->sk_size);
}
