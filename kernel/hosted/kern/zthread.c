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
 * Kernel threads of a zone: zthread_create() and zthread_exit() of illumos
 * (os/zone.c).  Such a thread is of the zone of who made it, has every
 * privilege there, and keeps the zone from going down; it gets no signals.
 */

#include <sys/cmn_err.h>
#include <sys/debug.h>
#include <sys/kmem.h>
#include <sys/systm.h>

#include "cred_impl.h"
#include "thread_impl.h"

/*
 * How long to wait before asking the host for a thread again.
 */
#define	ZTHREAD_TICK	1000000		/* ns */

typedef struct zthread {
	void		(*zt_func)(void *);
	void		*zt_arg;
	zone_t		*zt_zone;	/* held */
} zthread_t;

static void
zthread_main(void *arg)
{
	kthread_impl_t *ti = thread_current();
	zthread_t zt = *(zthread_t *)arg;

	kmem_free(arg, sizeof (zt));
	crfree(ti->ti_thread.t_cred);
	ti->ti_thread.t_cred = cred_make(0, 0, zt.zt_zone, HK_PRIV_ALL);
	ti->ti_proc.p_zone = zt.zt_zone;
	ti->ti_proc.p_cred = ti->ti_thread.t_cred;
	ti->ti_thread.t_procp = &ti->ti_proc;
	zt.zt_func(zt.zt_arg);
	panic("a zthread returned without zthread_exit()");
}

/*
 * As on illumos this cannot fail, so it takes the time it takes.
 */
kthread_t *
zthread_create(caddr_t stk __unused, size_t stksize __unused, void (*proc)(),
    void *arg, size_t len __unused, pri_t pri __unused)
{
	zthread_t *zt = kmem_alloc(sizeof (*zt), KM_SLEEP);
	kthread_t *thread;

	zt->zt_func = (void (*)(void *))proc;
	zt->zt_arg = arg;
	zt->zt_zone = curzone;
	zone_hold(zt->zt_zone);
	zone_thread_enter(zt->zt_zone);
	while ((thread = thread_try(zthread_main, zt)) == NULL)
		host_sleep(ZTHREAD_TICK);
	return (thread);
}

void
zthread_exit(void)
{
	kthread_impl_t *ti = thread_current();
	zone_t *zone = ti->ti_proc.p_zone;

	VERIFY(ti->ti_kernel && ti->ti_thread.t_procp == &ti->ti_proc);
	ti->ti_thread.t_procp = &p0;
	crfree(ti->ti_thread.t_cred);
	crhold(kcred);
	ti->ti_thread.t_cred = kcred;
	zone_thread_exit(zone);
	zone_rele(zone);
	thread_exit();
}
