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
 * What a driver tells, and how clients hear of it.  After
 * uts/common/io/mac/mac_provider.c and mac.c of illumos.
 */

#include <sys/atomic.h>
#include <sys/cmn_err.h>
#include <sys/debug.h>
#include <sys/disp.h>
#include <sys/errno.h>
#include <sys/ethernet.h>
#include <sys/kmem.h>
#include <sys/sysmacros.h>
#include <sys/systm.h>

#include "dev_impl.h"
#include "mac_kern.h"

/*
 * Notifications: bits that another thread looks at, so that a driver can send
 * them from anywhere.  They coalesce; the last state is what clients see.  On
 * illumos each MAC has a thread for that.  Here a few serve them all, one at a
 * time for each MAC, for a thread of the host is a dear thing to have idle.
 */
#define	NOTIFY_THREADS	8

static taskq_t *mac_notify_taskq;

typedef struct mac_notify_cb {
	list_node_t	mncb_node;
	mac_impl_t	*mncb_mip;
	mac_notify_t	mncb_fn;
	void		*mncb_arg;
	uint_t		mncb_running;	/* mi_notify_lock */
} mac_notify_cb_t;

void
mac_notify_taskq_create(void)
{
	mac_notify_taskq = taskq_create("mac_notify_taskq", NOTIFY_THREADS,
	    minclsyspri, 0, 0, 0);
}

void
mac_notify_taskq_destroy(void)
{
	taskq_destroy(mac_notify_taskq);
}

void
i_mac_notify_init(mac_impl_t *mip)
{
	mutex_init(&mip->mi_notify_lock, NULL, MUTEX_DEFAULT, NULL);
	cv_init(&mip->mi_notify_cv, NULL, CV_DEFAULT, NULL);
	list_create(&mip->mi_notify_cbs, sizeof (mac_notify_cb_t),
	    offsetof(mac_notify_cb_t, mncb_node));
}

void
i_mac_notify_fini(mac_impl_t *mip)
{
	list_destroy(&mip->mi_notify_cbs);
	cv_destroy(&mip->mi_notify_cv);
	mutex_destroy(&mip->mi_notify_lock);
}

static void
i_mac_notify_walk(mac_impl_t *mip, uint32_t bits)
{
	mac_notify_cb_t *cb;
	mac_notify_type_t type;

	ASSERT(MUTEX_HELD(&mip->mi_notify_lock));
	for (cb = list_head(&mip->mi_notify_cbs); cb != NULL;
	    cb = list_next(&mip->mi_notify_cbs, cb)) {
		cb->mncb_running++;
		mutex_exit(&mip->mi_notify_lock);
		for (type = 0; type < MAC_NNOTE; type++) {
			if (bits & (1U << type))
				cb->mncb_fn(cb->mncb_arg, type);
		}
		mutex_enter(&mip->mi_notify_lock);
		cb->mncb_running--;
		cv_broadcast(&mip->mi_notify_cv);
	}
}

static void
i_mac_notify_task(void *arg)
{
	mac_impl_t *mip = arg;
	uint32_t bits;

	mutex_enter(&mip->mi_notify_lock);
	while (mip->mi_notify_bits != 0 && !mip->mi_notify_exit) {
		bits = mip->mi_notify_bits;
		mip->mi_notify_bits = 0;

		/*
		 * What the driver said becomes what clients see: no bridge is
		 * between them.
		 */
		if (bits & (1U << MAC_NOTE_LOWLINK)) {
			link_state_t state = __atomic_load_n(
			    &mip->mi_lowlinkstate, __ATOMIC_RELAXED);

			if (state != __atomic_exchange_n(&mip->mi_linkstate,
			    state, __ATOMIC_RELAXED))
				bits |= (1U << MAC_NOTE_LINK);
		}
		i_mac_notify_walk(mip, bits);
	}
	mip->mi_notify_running = B_FALSE;
	cv_broadcast(&mip->mi_notify_cv);
	mutex_exit(&mip->mi_notify_lock);
}

/*
 * Whoever finds no task running makes it run, and i_mac_notify_exit() waits for
 * it from the moment that the flag says so.
 */
void
i_mac_notify(mac_impl_t *mip, mac_notify_type_t type)
{
	boolean_t run = B_FALSE;

	mutex_enter(&mip->mi_notify_lock);
	if (!mip->mi_notify_exit) {
		mip->mi_notify_bits |= (1U << type);
		run = !mip->mi_notify_running;
		mip->mi_notify_running = B_TRUE;
	}
	mutex_exit(&mip->mi_notify_lock);
	if (run) {
		taskq_dispatch_ent(mac_notify_taskq, i_mac_notify_task, mip, 0,
		    &mip->mi_notify_ent);
	}
}

/*
 * A link whose tasks nobody would run is not made in the first place.
 */
int
i_mac_notify_start(void)
{
	return (taskq_staffed(mac_notify_taskq) &&
	    taskq_staffed(system_taskq) ? 0 : EAGAIN);
}

void
i_mac_notify_exit(mac_impl_t *mip)
{
	mutex_enter(&mip->mi_notify_lock);
	mip->mi_notify_exit = B_TRUE;
	while (mip->mi_notify_running)
		cv_wait(&mip->mi_notify_cv, &mip->mi_notify_lock);
	mutex_exit(&mip->mi_notify_lock);
}

mac_notify_handle_t
mac_notify_add(mac_handle_t mh, mac_notify_t fn, void *arg)
{
	mac_impl_t *mip = (mac_impl_t *)mh;
	mac_notify_cb_t *cb;

	cb = kmem_zalloc(sizeof (*cb), KM_SLEEP);
	cb->mncb_mip = mip;
	cb->mncb_fn = fn;
	cb->mncb_arg = arg;
	mutex_enter(&mip->mi_notify_lock);
	list_insert_tail(&mip->mi_notify_cbs, cb);
	mutex_exit(&mip->mi_notify_lock);
	return ((mac_notify_handle_t)cb);
}

/*
 * Without `wait' it is EBUSY while the callback runs.
 */
int
mac_notify_remove(mac_notify_handle_t mnh, boolean_t wait)
{
	mac_notify_cb_t *cb = (mac_notify_cb_t *)mnh;
	mac_impl_t *mip = cb->mncb_mip;

	mutex_enter(&mip->mi_notify_lock);
	while (cb->mncb_running != 0) {
		if (!wait) {
			mutex_exit(&mip->mi_notify_lock);
			return (EBUSY);
		}
		cv_wait(&mip->mi_notify_cv, &mip->mi_notify_lock);
	}
	list_remove(&mip->mi_notify_cbs, cb);
	mutex_exit(&mip->mi_notify_lock);
	kmem_free(cb, sizeof (*cb));
	return (0);
}

/*
 * What a driver tells.
 */
void
mac_link_update(mac_handle_t mh, link_state_t state)
{
	mac_impl_t *mip = (mac_impl_t *)mh;

	mac_check(mip, "mac_link_update");
	__atomic_store_n(&mip->mi_lowlinkstate, state, __ATOMIC_RELAXED);
	i_mac_notify(mip, MAC_NOTE_LOWLINK);
}

void
mac_link_redo(mac_handle_t mh, link_state_t state)
{
	mac_impl_t *mip = (mac_impl_t *)mh;

	mac_check(mip, "mac_link_redo");
	__atomic_store_n(&mip->mi_linkstate, state, __ATOMIC_RELAXED);
	i_mac_notify(mip, MAC_NOTE_LINK);
}

void
mac_unicst_update(mac_handle_t mh, const uint8_t *addr)
{
	mac_impl_t *mip = (mac_impl_t *)mh;

	mac_check(mip, "mac_unicst_update");
	i_mac_perim_enter(mip);
	mutex_enter(&mip->mi_addr_lock);
	bcopy(addr, mip->mi_addr, ETHERADDRL);
	mutex_exit(&mip->mi_addr_lock);
	i_mac_perim_exit(mip);
	i_mac_notify(mip, MAC_NOTE_UNICST);
}

void
mac_dst_update(mac_handle_t mh, const uint8_t *addr)
{
	mac_impl_t *mip = (mac_impl_t *)mh;

	mac_check(mip, "mac_dst_update");
	i_mac_perim_enter(mip);
	mutex_enter(&mip->mi_addr_lock);
	bcopy(addr, mip->mi_dstaddr, ETHERADDRL);
	mip->mi_dstaddr_set = B_TRUE;
	mutex_exit(&mip->mi_addr_lock);
	i_mac_perim_exit(mip);
	i_mac_notify(mip, MAC_NOTE_DEST);
}

int
mac_pdata_update(mac_handle_t mh, void *pdata __unused, size_t size __unused)
{
	mac_check((mac_impl_t *)mh, "mac_pdata_update");
	return (EINVAL);	/* Ethernet knows no plug-in data */
}

void
mac_capab_update(mac_handle_t mh)
{
	mac_impl_t *mip = (mac_impl_t *)mh;

	mac_check(mip, "mac_capab_update");
	atomic_inc_64(&mip->mi_capab_changes);
	i_mac_notify(mip, MAC_NOTE_CAPAB_CHG);
}

int
mac_maxsdu_update2(mac_handle_t mh, uint_t sdu_max, uint_t sdu_multicast)
{
	mac_impl_t *mip = (mac_impl_t *)mh;

	mac_check(mip, "mac_maxsdu_update2");
	if (sdu_max == 0 || sdu_max < mip->mi_sdu_min)
		return (EINVAL);
	if (sdu_multicast == 0)
		sdu_multicast = sdu_max;
	if (sdu_multicast > sdu_max || sdu_multicast < mip->mi_sdu_min)
		return (EINVAL);
	__atomic_store_n(&mip->mi_sdu_max, sdu_max, __ATOMIC_RELAXED);
	__atomic_store_n(&mip->mi_sdu_multicast, sdu_multicast,
	    __ATOMIC_RELAXED);
	i_mac_notify(mip, MAC_NOTE_SDU_SIZE);
	return (0);
}

int
mac_maxsdu_update(mac_handle_t mh, uint_t sdu_max)
{
	mac_impl_t *mip = (mac_impl_t *)mh;
	uint_t multicast;

	mac_check(mip, "mac_maxsdu_update");
	if (sdu_max == 0 || sdu_max < mip->mi_sdu_min)
		return (EINVAL);
	multicast = __atomic_load_n(&mip->mi_sdu_multicast, __ATOMIC_RELAXED);
	return (mac_maxsdu_update2(mh, sdu_max, MIN(multicast, sdu_max)));
}

void
mac_sdu_get2(mac_handle_t mh, uint_t *minp, uint_t *maxp, uint_t *multicastp)
{
	mac_impl_t *mip = (mac_impl_t *)mh;

	if (minp != NULL)
		*minp = mip->mi_sdu_min;
	if (maxp != NULL)
		*maxp = __atomic_load_n(&mip->mi_sdu_max, __ATOMIC_RELAXED);
	if (multicastp != NULL) {
		*multicastp = __atomic_load_n(&mip->mi_sdu_multicast,
		    __ATOMIC_RELAXED);
	}
}

void
mac_sdu_get(mac_handle_t mh, uint_t *minp, uint_t *maxp)
{
	mac_sdu_get2(mh, minp, maxp, NULL);
}

/*
 * The margin may not shrink below what somebody above asked for; here nobody
 * asks.
 */
boolean_t
mac_margin_update(mac_handle_t mh, uint32_t margin)
{
	mac_impl_t *mip = (mac_impl_t *)mh;

	mac_check(mip, "mac_margin_update");
	i_mac_perim_enter(mip);
	mip->mi_margin = margin;
	i_mac_perim_exit(mip);
	i_mac_notify(mip, MAC_NOTE_MARGIN);
	return (B_TRUE);
}

void
mac_margin_get(mac_handle_t mh, uint32_t *marginp)
{
	mac_impl_t *mip = (mac_impl_t *)mh;

	i_mac_perim_enter(mip);
	*marginp = mip->mi_margin;
	i_mac_perim_exit(mip);
}
