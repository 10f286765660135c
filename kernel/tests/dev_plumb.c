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
 * A link that is destroyed while others plumb it: whoever is first, no stack
 * end is left on a link that is gone.
 */

#include "drv.h"

#define	ROUNDS	500
#define	LINK	"toolongforaninterface0"	/* so AUTO tries twice */

static uint32_t linkid;		/* atomic; 0: none just now */
static int stop;		/* atomic */
static int strange;		/* atomic: results that should not be */

static void *
plumber(void *arg)
{
	uint32_t flags = (uint32_t)(uintptr_t)arg;
	hk_stack_t hst;
	int err;

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		memset(&hst, 0, sizeof (hst));
		hst.hst_linkid = __atomic_load_n(&linkid, __ATOMIC_RELAXED);
		hst.hst_kind = HK_STACK_AUTO;
		hst.hst_flags = flags;
		if (hst.hst_linkid == 0)
			continue;
		err = hk_ioctl(drv_hk, HK_IOC_PLUMB, &hst);
		if (err != 0 && err != -ENOENT && err != -EEXIST) {
			printf("# plumb: %d\n", err);
			__atomic_store_n(&strange, 1, __ATOMIC_RELAXED);
		}
	}
	return (NULL);
}

/*
 * A pinned end keeps its link; then that is unplumbed first.
 */
static int
destroy(uint32_t id)
{
	hk_stack_t hst = { .hst_linkid = id };
	int err;

	while ((err = drv_destroy(LINK)) == -EBUSY)
		(void) hk_ioctl(drv_hk, HK_IOC_UNPLUMB, &hst);
	return (err);
}

static void
race(uint32_t flags, const char *what)
{
	pthread_t threads[2];
	uint32_t id;
	int i, bad = 0;

	strange = stop = 0;
	for (i = 0; i < 2; i++) {
		(void) pthread_create(&threads[i], NULL, plumber,
		    (void *)(uintptr_t)flags);
	}
	for (i = 0; i < ROUNDS; i++) {
		id = drv_create(LINK);
		__atomic_store_n(&linkid, id, __ATOMIC_RELAXED);
		if (i % 2 != 0)
			(void) sched_yield();
		if (destroy(id) != 0)
			bad++;
		__atomic_store_n(&linkid, 0, __ATOMIC_RELAXED);
	}
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	for (i = 0; i < 2; i++)
		(void) pthread_join(threads[i], NULL);
	is(bad, 0, "%s: every link is destroyed", what);
	ok(!strange, "%s: plumbing says what it may say", what);
}

int
main(void)
{
	drv_boot();
	race(0, "an end");
	race(HK_STACK_PIN, "a pinned end");
	return (drv_done());
}
