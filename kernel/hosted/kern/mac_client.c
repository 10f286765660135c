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
 * MAC, the client's side: one active client, receiving what the driver hands
 * to mac_rx() and sending through mc_tx.  After mac_client.c and mac_sched.c
 * of uts/common/io/mac of illumos: a lone client gets everything, unfiltered,
 * on the driver's thread; what mc_tx refuses is queued, tried once more by the
 * worker, and then waits, however long, for mac_tx_update().
 */

#include <sys/atomic.h>
#include <sys/cmn_err.h>
#include <sys/debug.h>
#include <sys/disp.h>
#include <sys/errno.h>
#include <sys/ethernet.h>
#include <sys/kmem.h>
#include <sys/stream.h>
#include <sys/strsubr.h>
#include <sys/strsun.h>
#include <sys/sysmacros.h>
#include <sys/systm.h>

#include "mac_kern.h"

uint_t mac_tx_srs_hiwat = 1000;
uint_t mac_tx_srs_lowat = 1;
uint_t mac_tx_srs_max_q_cnt = 100000;

/*
 * Receiving.  The count of threads inside is what mac_client_stop() waits for;
 * the driver's own threads are the driver's to wait for.
 */
static void
mac_rx_leave(mac_impl_t *mip)
{
	if (atomic_dec_32_nv(&mip->mi_rx_threads) == 0 &&
	    __atomic_load_n(&mip->mi_client, __ATOMIC_SEQ_CST) == NULL) {
		mutex_enter(&mip->mi_rx_lock);
		cv_broadcast(&mip->mi_rx_cv);
		mutex_exit(&mip->mi_rx_lock);
	}
}

void
mac_rx(mac_handle_t mh, mac_resource_handle_t mrh __unused, mblk_t *chain)
{
	mac_impl_t *mip = (mac_impl_t *)mh;
	mac_client_impl_t *mcip;

	KERN_NO_LOCKS("mac_rx");
	mac_check(mip, "mac_rx");
#ifdef	DEBUG
	for (mblk_t *mp = chain; mp != NULL; mp = mp->b_next) {
		if (MBLKL(mp) < (ssize_t)sizeof (struct ether_header))
			panic("mac_rx: %s: the first block of a packet does "
			    "not hold its Ethernet header", mip->mi_name);
	}
#endif
	atomic_inc_32(&mip->mi_rx_threads);
	mcip = __atomic_load_n(&mip->mi_client, __ATOMIC_SEQ_CST);
	if (mcip != NULL)
		mcip->mci_rx_fn(mcip->mci_rx_arg, NULL, chain, B_FALSE);
	else
		freemsgchain(chain);
	mac_rx_leave(mip);
}

/*
 * Sending.
 */
static mblk_t *
mac_tx_send(mac_impl_t *mip, mblk_t *chain)
{
	return (mip->mi_callbacks->mc_tx(mip->mi_driver, chain));
}

static uint_t
mac_chain_count(mblk_t *chain, mblk_t **tailp)
{
	uint_t n = 0;

	for (; chain != NULL; chain = chain->b_next) {
		*tailp = chain;
		n++;
	}
	return (n);
}

static mac_tx_cookie_t
mac_tx_srs_no_desc(mac_client_impl_t *mcip, mblk_t *chain, uint16_t flag,
    mblk_t **ret_mp)
{
	boolean_t wakeup = (mcip->mci_first == NULL);
	mblk_t *tail = NULL;
	uint_t n;

	ASSERT(MUTEX_HELD(&mcip->mci_lock));
	n = mac_chain_count(chain, &tail);
	if ((flag & MAC_DROP_ON_NO_DESC) != 0 ||
	    mcip->mci_count > mac_tx_srs_max_q_cnt) {
		mcip->mci_drops += n;
		freemsgchain(chain);
		return ((mac_tx_cookie_t)mcip);
	}
	if ((flag & MAC_TX_NO_ENQUEUE) != 0 && !wakeup) {
		*ret_mp = chain;
		mcip->mci_hiwat = B_TRUE;
		return ((mac_tx_cookie_t)mcip);
	}

	if (mcip->mci_first == NULL)
		mcip->mci_first = chain;
	else
		mcip->mci_last->b_next = chain;
	mcip->mci_last = tail;
	mcip->mci_count += n;
	__atomic_store_n(&mcip->mci_enqueued, B_TRUE, __ATOMIC_RELAXED);
	if (wakeup)
		cv_signal(&mcip->mci_cv);
	if (mcip->mci_count > mac_tx_srs_hiwat) {
		mcip->mci_hiwat = B_TRUE;
		return ((mac_tx_cookie_t)mcip);
	}
	return (0);
}

static void
mac_tx_leave(mac_client_impl_t *mcip)
{
	if (atomic_dec_32_nv(&mcip->mci_tx_threads) == 0 &&
	    __atomic_load_n(&mcip->mci_quiesced, __ATOMIC_SEQ_CST) != 0) {
		mutex_enter(&mcip->mci_lock);
		cv_broadcast(&mcip->mci_idle_cv);
		mutex_exit(&mcip->mci_lock);
	}
}

/*
 * Send a chain.  The result is a cookie, not 0, once the sender should stop
 * until mci_tx_notify is called.
 */
mac_tx_cookie_t
mac_tx(mac_client_handle_t mch, mblk_t *chain, uintptr_t hint __unused,
    uint16_t flag, mblk_t **ret_mp)
{
	mac_client_impl_t *mcip = (mac_client_impl_t *)mch;
	mac_tx_cookie_t cookie = 0;

	KERN_NO_LOCKS("mac_tx");
	if (ret_mp != NULL)
		*ret_mp = NULL;
	atomic_inc_32(&mcip->mci_tx_threads);
	if (__atomic_load_n(&mcip->mci_quiesced, __ATOMIC_SEQ_CST) != 0) {
		freemsgchain(chain);
		mac_tx_leave(mcip);
		return (0);
	}

	if (__atomic_load_n(&mcip->mci_enqueued, __ATOMIC_RELAXED)) {
		mutex_enter(&mcip->mci_lock);
		if (mcip->mci_enqueued) {
			cookie = mac_tx_srs_no_desc(mcip, chain, flag, ret_mp);
			mutex_exit(&mcip->mci_lock);
			mac_tx_leave(mcip);
			return (cookie);
		}
		mutex_exit(&mcip->mci_lock);
	}

	chain = mac_tx_send(mcip->mci_mip, chain);

	/*
	 * Only the worker, who is one, can say that the driver is blocked: so
	 * what came back is queued, and the worker tries again.
	 */
	if (chain != NULL) {
		mutex_enter(&mcip->mci_lock);
		cookie = mac_tx_srs_no_desc(mcip, chain, flag, ret_mp);
		mutex_exit(&mcip->mci_lock);
	}
	mac_tx_leave(mcip);
	return (cookie);
}

boolean_t
mac_tx_is_blocked(mac_client_handle_t mch)
{
	mac_client_impl_t *mcip = (mac_client_impl_t *)mch;
	boolean_t blocked;

	mutex_enter(&mcip->mci_lock);
	blocked = mcip->mci_hiwat;
	mutex_exit(&mcip->mci_lock);
	return (blocked);
}

static void
mac_tx_srs_drain(mac_client_impl_t *mcip)
{
	mblk_t *chain, *tail = NULL, *left;
	uint_t n;

	ASSERT(MUTEX_HELD(&mcip->mci_lock));
	chain = mcip->mci_first;
	tail = mcip->mci_last;
	mcip->mci_first = mcip->mci_last = NULL;
	mcip->mci_count = 0;
	mutex_exit(&mcip->mci_lock);

	left = mac_tx_send(mcip->mci_mip, chain);

	mutex_enter(&mcip->mci_lock);
	if (left == NULL) {
		mcip->mci_woken_up = B_FALSE;
		return;
	}

	/*
	 * In front of what came meanwhile.
	 */
	n = mac_chain_count(left, &tail);
	tail->b_next = mcip->mci_first;
	mcip->mci_first = left;
	if (mcip->mci_last == NULL)
		mcip->mci_last = tail;
	mcip->mci_count += n;
	if (mcip->mci_woken_up)
		mcip->mci_woken_up = B_FALSE;
	else
		mcip->mci_blocked = B_TRUE;
}

static void
mac_tx_srs_worker(void *arg)
{
	mac_client_impl_t *mcip = arg;

	mutex_enter(&mcip->mci_lock);
	while (!mcip->mci_worker_exit) {
		if (mcip->mci_first == NULL || mcip->mci_blocked) {
			cv_wait(&mcip->mci_cv, &mcip->mci_lock);
			continue;
		}
		mac_tx_srs_drain(mcip);
		if (mcip->mci_count == 0)
			__atomic_store_n(&mcip->mci_enqueued, B_FALSE,
			    __ATOMIC_RELAXED);
		if (mcip->mci_hiwat && mcip->mci_count <= mac_tx_srs_lowat) {
			mcip->mci_hiwat = B_FALSE;
			mutex_exit(&mcip->mci_lock);
			if (mcip->mci_tx_notify != NULL)
				mcip->mci_tx_notify(mcip->mci_tx_notify_arg);
			mutex_enter(&mcip->mci_lock);
		}
	}
	mutex_exit(&mcip->mci_lock);
	thread_exit();
}

void
mac_tx_srs_wakeup(mac_client_impl_t *mcip)
{
	mutex_enter(&mcip->mci_lock);
	if (mcip->mci_blocked) {
		mcip->mci_blocked = B_FALSE;
		cv_signal(&mcip->mci_cv);
	}
	/* It may come before the worker could note that it is blocked. */
	mcip->mci_woken_up = B_TRUE;
	mutex_exit(&mcip->mci_lock);
}

/*
 * From the driver: it takes packets again.  Counted as a thread in mac_rx() is,
 * so that the client stays.
 */
void
mac_tx_update(mac_handle_t mh)
{
	mac_impl_t *mip = (mac_impl_t *)mh;
	mac_client_impl_t *mcip;

	KERN_NO_LOCKS("mac_tx_update");
	mac_check(mip, "mac_tx_update");
	atomic_inc_32(&mip->mi_rx_threads);
	mcip = __atomic_load_n(&mip->mi_client, __ATOMIC_SEQ_CST);
	if (mcip != NULL)
		mac_tx_srs_wakeup(mcip);
	mac_rx_leave(mip);
}

/*
 * Clients.
 */
int
mac_client_open(mac_handle_t mh, mac_client_handle_t *mchp, char *name,
    uint16_t flags __unused)
{
	mac_impl_t *mip = (mac_impl_t *)mh;
	mac_client_impl_t *mcip;

	mac_check(mip, "mac_client_open");
	mcip = kmem_zalloc(sizeof (*mcip), KM_SLEEP);
	mcip->mci_mip = mip;
	(void) strlcpy(mcip->mci_name, name != NULL ? name : mip->mi_name,
	    sizeof (mcip->mci_name));
	mcip->mci_quiesced = 1;
	mutex_init(&mcip->mci_lock, NULL, MUTEX_DEFAULT, NULL);
	cv_init(&mcip->mci_cv, NULL, CV_DEFAULT, NULL);
	cv_init(&mcip->mci_idle_cv, NULL, CV_DEFAULT, NULL);
	*mchp = (mac_client_handle_t)mcip;
	return (0);
}

void
mac_client_close(mac_client_handle_t mch, uint16_t flags __unused)
{
	mac_client_impl_t *mcip = (mac_client_impl_t *)mch;

	VERIFY(!mcip->mci_started);
	mutex_destroy(&mcip->mci_lock);
	cv_destroy(&mcip->mci_cv);
	cv_destroy(&mcip->mci_idle_cv);
	kmem_free(mcip, sizeof (*mcip));
}

char *
mac_client_name(mac_client_handle_t mch)
{
	return (((mac_client_impl_t *)mch)->mci_name);
}

static void
mac_client_drop(void *arg __unused, mac_resource_handle_t mrh __unused,
    mblk_t *chain, boolean_t loopback __unused)
{
	freemsgchain(chain);
}

/*
 * Before mac_client_start().
 */
void
mac_rx_set(mac_client_handle_t mch, mac_rx_t fn, void *arg)
{
	mac_client_impl_t *mcip = (mac_client_impl_t *)mch;

	VERIFY(!mcip->mci_started);
	mcip->mci_rx_fn = fn;
	mcip->mci_rx_arg = arg;
}

void
mac_rx_clear(mac_client_handle_t mch)
{
	mac_rx_set(mch, mac_client_drop, NULL);
}

void
mac_client_tx_notify(mac_client_handle_t mch, void (*fn)(void *), void *arg)
{
	mac_client_impl_t *mcip = (mac_client_impl_t *)mch;

	VERIFY(!mcip->mci_started);
	mcip->mci_tx_notify = fn;
	mcip->mci_tx_notify_arg = arg;
}

/*
 * On illumos this is mac_unicast_add(): the device is started, and gets the
 * client's address.
 */
int
mac_client_start(mac_client_handle_t mch)
{
	mac_client_impl_t *mcip = (mac_client_impl_t *)mch;
	mac_impl_t *mip = mcip->mci_mip;
	uint8_t addr[MAXMACADDRLEN];
	kthread_t *worker;
	int err;

	i_mac_perim_enter(mip);
	if (mip->mi_client != NULL) {
		i_mac_perim_exit(mip);
		return (EBUSY);
	}
	if ((err = mac_start((mac_handle_t)mip)) != 0) {
		i_mac_perim_exit(mip);
		return (err);
	}
	mac_unicast_primary_get((mac_handle_t)mip, addr);
	err = mip->mi_callbacks->mc_unicst(mip->mi_driver, addr);
	if (err != 0) {
		mac_stop((mac_handle_t)mip);
		i_mac_perim_exit(mip);
		return (err);
	}

	if (mcip->mci_rx_fn == NULL)
		mac_rx_clear(mch);
	mcip->mci_worker_exit = B_FALSE;
	if ((worker = thread_try(mac_tx_srs_worker, mcip)) == NULL) {
		mac_stop((mac_handle_t)mip);
		i_mac_perim_exit(mip);
		return (EAGAIN);
	}
	mcip->mci_worker_did = worker->t_did;
	mcip->mci_started = B_TRUE;
	__atomic_store_n(&mcip->mci_quiesced, 0, __ATOMIC_SEQ_CST);
	__atomic_store_n(&mip->mi_client, mcip, __ATOMIC_SEQ_CST);
	i_mac_perim_exit(mip);
	return (0);
}

void
mac_client_stop(mac_client_handle_t mch)
{
	mac_client_impl_t *mcip = (mac_client_impl_t *)mch;
	mac_impl_t *mip = mcip->mci_mip;
	mblk_t *left;

	i_mac_perim_enter(mip);
	VERIFY(mcip->mci_started);

	/*
	 * Nobody sends any more.
	 */
	__atomic_store_n(&mcip->mci_quiesced, 1, __ATOMIC_SEQ_CST);
	mutex_enter(&mcip->mci_lock);
	while (__atomic_load_n(&mcip->mci_tx_threads, __ATOMIC_SEQ_CST) != 0)
		cv_wait(&mcip->mci_idle_cv, &mcip->mci_lock);
	mcip->mci_worker_exit = B_TRUE;
	cv_signal(&mcip->mci_cv);
	mutex_exit(&mcip->mci_lock);
	thread_join(mcip->mci_worker_did);

	/*
	 * Nobody receives any more.
	 */
	__atomic_store_n(&mip->mi_client, NULL, __ATOMIC_SEQ_CST);
	mutex_enter(&mip->mi_rx_lock);
	while (__atomic_load_n(&mip->mi_rx_threads, __ATOMIC_SEQ_CST) != 0)
		cv_wait(&mip->mi_rx_cv, &mip->mi_rx_lock);
	mutex_exit(&mip->mi_rx_lock);

	mutex_enter(&mcip->mci_lock);
	left = mcip->mci_first;
	mcip->mci_first = mcip->mci_last = NULL;
	mcip->mci_count = 0;
	__atomic_store_n(&mcip->mci_enqueued, B_FALSE, __ATOMIC_RELAXED);
	mcip->mci_blocked = B_FALSE;
	mcip->mci_woken_up = mcip->mci_hiwat = B_FALSE;
	mutex_exit(&mcip->mci_lock);
	freemsgchain(left);

	if (mcip->mci_promisc) {
		mcip->mci_promisc = B_FALSE;
		if (atomic_dec_32_nv(&mip->mi_devpromisc) == 0) {
			(void) mip->mi_callbacks->mc_setpromisc(mip->mi_driver,
			    B_FALSE);
		}
	}
	mac_stop((mac_handle_t)mip);
	mcip->mci_started = B_FALSE;
	i_mac_perim_exit(mip);
}

/*
 * Addresses.  The caller sees to it that a group is joined once.
 */
int
mac_multicast_add(mac_client_handle_t mch, const uint8_t *addr)
{
	mac_impl_t *mip = ((mac_client_impl_t *)mch)->mci_mip;
	int err;

	if ((addr[0] & 1) == 0)
		return (EINVAL);
	i_mac_perim_enter(mip);
	err = mip->mi_callbacks->mc_multicst(mip->mi_driver, B_TRUE, addr);
	i_mac_perim_exit(mip);
	return (err);
}

void
mac_multicast_remove(mac_client_handle_t mch, const uint8_t *addr)
{
	mac_impl_t *mip = ((mac_client_impl_t *)mch)->mci_mip;

	i_mac_perim_enter(mip);
	(void) mip->mi_callbacks->mc_multicst(mip->mi_driver, B_FALSE, addr);
	i_mac_perim_exit(mip);
}

int
mac_client_promisc(mac_client_handle_t mch, boolean_t on)
{
	mac_client_impl_t *mcip = (mac_client_impl_t *)mch;
	mac_impl_t *mip = mcip->mci_mip;
	int err = 0;

	i_mac_perim_enter(mip);
	if (!mcip->mci_started) {
		err = EINVAL;
	} else if (on && !mcip->mci_promisc) {
		if (atomic_inc_32_nv(&mip->mi_devpromisc) == 1) {
			err = mip->mi_callbacks->mc_setpromisc(mip->mi_driver,
			    B_TRUE);
		}
		if (err == 0)
			mcip->mci_promisc = B_TRUE;
		else
			atomic_dec_32(&mip->mi_devpromisc);
	} else if (!on && mcip->mci_promisc) {
		mcip->mci_promisc = B_FALSE;
		if (atomic_dec_32_nv(&mip->mi_devpromisc) == 0) {
			err = mip->mi_callbacks->mc_setpromisc(mip->mi_driver,
			    B_FALSE);
		}
	}
	i_mac_perim_exit(mip);
	if (err == 0)
		i_mac_notify(mip, MAC_NOTE_DEVPROMISC);
	return (err);
}

void
mac_unicast_primary_get(mac_handle_t mh, uint8_t *addr)
{
	mac_impl_t *mip = (mac_impl_t *)mh;

	mutex_enter(&mip->mi_addr_lock);
	bcopy(mip->mi_addr, addr, ETHERADDRL);
	mutex_exit(&mip->mi_addr_lock);
}

int
mac_unicast_primary_set(mac_handle_t mh, const uint8_t *addr)
{
	mac_impl_t *mip = (mac_impl_t *)mh;
	int err = 0;

	mac_check(mip, "mac_unicast_primary_set");
	if (!mac_unicst_verify(mh, addr, ETHERADDRL))
		return (EINVAL);
	if ((err = hkfault_error(HK_FAULT_MAC, EBUSY)) != 0)
		return (err);
	i_mac_perim_enter(mip);
	mutex_enter(&mip->mi_addr_lock);
	if (bcmp(addr, mip->mi_addr, ETHERADDRL) == 0) {
		mutex_exit(&mip->mi_addr_lock);
		i_mac_perim_exit(mip);
		return (0);
	}
	mutex_exit(&mip->mi_addr_lock);
	if (mip->mi_active != 0)
		err = mip->mi_callbacks->mc_unicst(mip->mi_driver, addr);
	if (err == 0) {
		mutex_enter(&mip->mi_addr_lock);
		bcopy(addr, mip->mi_addr, ETHERADDRL);
		mutex_exit(&mip->mi_addr_lock);
	}
	i_mac_perim_exit(mip);
	if (err == 0)
		i_mac_notify(mip, MAC_NOTE_UNICST);
	return (err);
}
