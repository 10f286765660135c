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
 * Kernel memory: what is out is counted, what does not fit is a panic, and what
 * may fail can be made to.
 */

#include <sys/cmn_err.h>
#include <sys/debug.h>
#include <sys/id_space.h>
#include <sys/int_limits.h>
#include <sys/kmem.h>
#include <sys/systm.h>

#include "harness.h"
#include "kern_impl.h"

#define	OBJS	200

static uint64_t
kmem_out(void)
{
	hk_usage_t usage;

	kern_usage(&usage);
	return (usage.hu_kmem);
}

static void
test_alloc(void)
{
	uint64_t before = kmem_out();
	char *p, *z;
	size_t i;

	p = kmem_alloc(100, KM_SLEEP);
	z = kmem_zalloc(1000, KM_NOSLEEP);
	for (i = 0; i < 1000 && z[i] == 0; i++)
		continue;
	check(i == 1000, "kmem_zalloc is all zeroes");
	check(((uintptr_t)p | (uintptr_t)z) % 16 == 0, "aligned");
	check(kmem_out() == before + 2, "two are out");
	kmem_free(p, 100);
	kmem_free(z, 1000);
	check(kmem_out() == before, "none is");
	check(kmem_alloc(0, KM_SLEEP) == NULL, "nothing is NULL");
	kmem_free(NULL, 0);
	check(kmem_out() == before, "and counts as nothing");
	check(kmem_alloc(SIZE_MAX - 8, KM_NOSLEEP) == NULL,
	    "more than there can be");

	p = strdup("text");
	check(strcmp(p, "text") == 0, "strdup");
	strfree(p);
	p = kmem_asprintf("%d-%s", 12, "x");
	check(strcmp(p, "12-x") == 0, "kmem_asprintf");
	strfree(p);
	check(kmem_out() == before, "both freed");
}

static void
wrong_size(void)
{
	kmem_free(kmem_alloc(100, KM_SLEEP), 101);
}

static void
never_allocated(void)
{
	static char buf[256];

	kmem_free(buf + 128, 16);
}

static void
free_null(void)
{
	kmem_free(NULL, 8);
}

static int constructed, destroyed, ctor_fails;

static int
ctor(void *obj, void *arg, int flags __unused)
{
	if (ctor_fails)
		return (-1);
	*(void **)obj = arg;
	constructed++;
	return (0);
}

static void
dtor(void *obj, void *arg)
{
	VERIFY(*(void **)obj == arg);
	destroyed++;
}

static kmem_cache_t *shared;

static void
churn(void *arg __unused)
{
	void *objs[OBJS];
	int round, i;

	for (round = 0; round < 50; round++) {
		for (i = 0; i < OBJS; i++)
			objs[i] = kmem_cache_alloc(shared, KM_SLEEP);
		for (i = 0; i < OBJS; i++)
			kmem_cache_free(shared, objs[i]);
	}
}

static void
test_cache(void)
{
	uint64_t before = kmem_out();
	void *objs[OBJS];
	void *workers[3];
	kmem_cache_t *cp;
	int i, aligned = 1, intact = 1;

	cp = kmem_cache_create("test", 100, 64, ctor, dtor, NULL, &before, NULL,
	    0);
	for (i = 0; i < OBJS; i++) {
		objs[i] = kmem_cache_alloc(cp, KM_SLEEP);
		aligned &= (uintptr_t)objs[i] % 64 == 0;
		intact &= *(void **)objs[i] == &before;
	}
	check(aligned, "objects are aligned");
	check(intact && constructed >= OBJS, "and constructed");
	check(kmem_out() == before + OBJS, "and counted");
	for (i = 0; i < OBJS; i++)
		kmem_cache_free(cp, objs[i]);
	check(kmem_out() == before, "and given back");
	ctor_fails = 1;
	kmem_cache_reap_soon(cp);
	for (i = 0; i < 2 * OBJS && (objs[0] = kmem_cache_alloc(cp,
	    KM_NOSLEEP)) != NULL; i++)
		kmem_cache_free(cp, objs[0]);
	ctor_fails = 0;
	kmem_cache_destroy(cp);
	check(constructed == destroyed, "every object is destroyed in the end");

	shared = kmem_cache_create("shared", 48, 0, NULL, NULL, NULL, NULL,
	    NULL, 0);
	for (i = 0; i < 3; i++)
		workers[i] = host_worker_start(churn, NULL);
	for (i = 0; i < 3; i++)
		host_worker_join(workers[i]);
	kmem_cache_destroy(shared);
	check(kmem_out() == before, "three threads at once");
}

/*
 * Objects of every size, as many as take several slabs: each is its own, and
 * where the cache wants it.  Returns how many are not.
 */
static int
fill_cache(size_t size, size_t align)
{
	uint8_t *objs[OBJS];
	kmem_cache_t *cp;
	int i, bad = 0;

	cp = kmem_cache_create("sizes", size, align, NULL, NULL, NULL, NULL,
	    NULL, 0);
	for (i = 0; i < OBJS; i++) {
		objs[i] = kmem_cache_alloc(cp, KM_SLEEP);
		bad += (uintptr_t)objs[i] % align != 0;
		(void) memset(objs[i], i, size);
	}
	for (i = 0; i < OBJS; i++) {
		bad += objs[i][0] != (uint8_t)i ||
		    objs[i][size / 2] != (uint8_t)i ||
		    objs[i][size - 1] != (uint8_t)i;
		kmem_cache_free(cp, objs[i]);
	}
	kmem_cache_destroy(cp);
	return (bad);
}

static void
test_sizes(void)
{
	static const size_t sizes[] = { 8, 100, 1600, 9200, 40000, 70000 };
	unsigned long pages;
	size_t i;
	int bad = 0;

	for (i = 0; i < 6; i++)
		bad += fill_cache(sizes[i], i % 2 == 0 ? 8 : 4096);
	check(bad == 0, "objects of every size are their own (%d)", bad);

	pages = host_pages();
	for (i = 0; i < 100; i++)
		bad += fill_cache(sizes[i % 6], 64);
	pages = host_pages() - pages;
	check(bad == 0 && (long)pages < 4096,
	    "what caches had goes with them (%ld pages)", (long)pages);
}

static void
cache_leak(void)
{
	kmem_cache_t *cp = kmem_cache_create("leaky", 8, 0, NULL, NULL, NULL,
	    NULL, NULL, 0);

	(void) kmem_cache_alloc(cp, KM_SLEEP);
	kmem_cache_destroy(cp);
}

static void
test_faults(void)
{
	uint64_t seen, before = kmem_out();
	void *p, *q;

	(void) fault_set(HK_FAULT_ALLOC, 2, &seen);
	p = kmem_alloc(8, KM_NOSLEEP);
	q = kmem_alloc(8, KM_SLEEP);
	check(p != NULL && q != NULL, "KM_SLEEP does not count");
	kmem_free(p, 8);
	kmem_free(q, 8);
	check(kmem_zalloc(8, KM_NOSLEEP) == NULL,
	    "the second may fail and does");
	p = kmem_alloc(8, KM_NOSLEEP);
	check(p != NULL, "later ones do not");
	kmem_free(p, 8);
	(void) fault_set(HK_FAULT_ALLOC, 0, &seen);
	check(seen == 3, "three were counted");
	check(kmem_out() == before, "nothing is left");
}

/*
 * A kernel that leaks says so; the next one starts clean.
 */
static void
leaky_kernel(void)
{
	uint64_t left;

	VERIFY0(kern_init(HK_BOOT_QUIET));
	(void) kmem_alloc(10, KM_SLEEP);
	(void) allocb(10, BPRI_MED);
	left = kern_fini();
	VERIFY0(kern_init(HK_BOOT_QUIET));
	panic("left %lu, then %lu", left, kern_fini());
}

static void
test_ids(void)
{
	id_space_t *ids = id_space_create("test", 10, 14);
	id_t a = id_alloc(ids), b = id_alloc(ids);

	check(a == 10 && b == 11, "ids start at the low end");
	id_free(ids, a);
	check(id_alloc(ids) == 12 && id_alloc(ids) == 13,
	    "a freed id comes back late");
	check(id_alloc_nosleep(ids) == 10, "but comes back");
	check(id_alloc_nosleep(ids) == -1, "then there is none");
	id_space_extend(ids, 14, 16);
	check(id_alloc_nosleep(ids) == 14, "until there are more");
	id_free(ids, 12);
	check(id_allocff(ids) == 12, "id_allocff gives the lowest");
	check(id_alloc_specific_nosleep(ids, 12) == -1 &&
	    id_alloc_specific_nosleep(ids, 15) == 15 &&
	    id_alloc_specific_nosleep(ids, 16) == -1, "a certain id");
	for (a = 10; a < 16; a++)
		id_free(ids, a);
	id_space_destroy(ids);
}

static void
id_twice(void)
{
	id_space_t *ids = id_space_create("test", 0, 4);

	id_free(ids, 2);
}

int
main(void)
{
	check_panics(leaky_kernel, "left 2, then 0",
	    "leaks are found at halt, and forgotten");
	if (!check(kern_init(HK_BOOT_QUIET) == 0, "boot"))
		return (check_done());
	check(kmem_out() <= 4, "the kernel itself has next to nothing");
	test_alloc();
	check_panics(wrong_size, "has 100 bytes, not 101", "the wrong size");
	check_panics(never_allocated, "is not allocated", "never allocated");
	check_panics(free_null, "NULL has not 8", "NULL of some size");
	test_cache();
	test_sizes();
	check_panics(cache_leak, "1 objects of leaky", "a cache that has lent");
	test_faults();
	test_ids();
	check_panics(id_twice, "is not out", "freeing an id that is free");
	check(kern_fini() == 0, "halt");
	return (check_done());
}
