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
 * The MAC face: what the MAC framework calls (unet_m_*), and the gate through
 * which all our own calls into it pass.
 *
 * The framework holds its perimeter while it calls mc_start, mc_stop,
 * mc_multicst, mc_setpromisc, mc_unicst and the property callbacks.  They take
 * ud_mac_lock and nothing else that is ever held across a call into MAC or DLS.
 */

#include "unet_impl.h"
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/mac.h>
#include <sys/mac_client.h>
#include <sys/mac_ether.h>

/*
 * A number for those who ask; there is no wire.
 */
#define	UNET_IFSPEED	10000000000ULL

static int
unet_mcast_compare(const void *a, const void *b)
{
	const uint8_t *x = ((const unet_mcast_t *)a)->um_addr;
	const uint8_t *y = ((const unet_mcast_t *)b)->um_addr;
	uint_t i;

	for (i = 0; i < ETHERADDRL; i++) {
		if (x[i] != y[i])
			return (x[i] < y[i] ? -1 : 1);
	}
	return (0);
}

/*
 * MAC has no reference of ours to wait for when a link goes, so every thread
 * that calls into it is counted, and the last step but one of a destroy waits
 * for them.  False: the link is closed to MAC, now or for good.
 */
boolean_t
unet_mac_enter(unet_dev_t *ud)
{
	boolean_t ok;

	mutex_enter(&ud->ud_mac_lock);
	if ((ok = !ud->ud_mac_closed) != B_FALSE)
		ud->ud_mac_busy++;
	mutex_exit(&ud->ud_mac_lock);
	return (ok);
}

void
unet_mac_exit(unet_dev_t *ud)
{
	mutex_enter(&ud->ud_mac_lock);
	ASSERT3U(ud->ud_mac_busy, >, 0);
	if (--ud->ud_mac_busy == 0 && ud->ud_mac_closed)
		cv_broadcast(&ud->ud_mac_cv);
	mutex_exit(&ud->ud_mac_lock);
}

/*
 * Let nobody in, and wait until all are out.
 */
void
unet_mac_close(unet_dev_t *ud)
{
	mutex_enter(&ud->ud_mac_lock);
	ud->ud_mac_closed = B_TRUE;
	while (ud->ud_mac_busy > 0)
		cv_wait(&ud->ud_mac_cv, &ud->ud_mac_lock);
	mutex_exit(&ud->ud_mac_lock);
}

/*
 * The destroy has failed; make good what was put off meanwhile.
 */
void
unet_mac_reopen(unet_dev_t *ud)
{
	mutex_enter(&ud->ud_mac_lock);
	ud->ud_mac_closed = B_FALSE;
	mutex_exit(&ud->ud_mac_lock);

	if (unet_mac_enter(ud)) {
		mac_capab_update(ud->ud_mh);
		mac_tx_update(ud->ud_mh);
		unet_mac_exit(ud);
	}
	unet_link_update(ud);
	unet_txq_drain(ud);
}

/*
 * An address as a number, as properties and events have it.
 */
uint64_t
unet_mac_pack(const uint8_t *addr)
{
	uint64_t value = 0;
	uint_t i;

	for (i = 0; i < ETHERADDRL; i++)
		value = value << 8 | addr[i];
	return (value);
}

void
unet_mac_unpack(uint64_t value, uint8_t *addr)
{
	uint_t i;

	for (i = ETHERADDRL; i > 0; i--, value >>= 8)
		addr[i - 1] = (uint8_t)value;
}

uint32_t
unet_mac_mtu(unet_dev_t *ud)
{
	uint32_t mtu;

	mutex_enter(&ud->ud_mac_lock);
	mtu = ud->ud_mtu;
	mutex_exit(&ud->ud_mac_lock);
	return (mtu);
}

void
unet_mac_get_addr(unet_dev_t *ud, uint8_t *addr)
{
	mutex_enter(&ud->ud_mac_lock);
	bcopy(ud->ud_addr, addr, ETHERADDRL);
	mutex_exit(&ud->ud_mac_lock);
}

static void
unet_mac_started(unet_dev_t *ud, boolean_t started)
{
	mutex_enter(&ud->ud_mac_lock);
	if (ud->ud_started != started) {
		ud->ud_started = started;
		unet_event_post(ud, UNET_EV_ADMIN, started);
	}
	mutex_exit(&ud->ud_mac_lock);
	unet_event_wake(ud);
}

static int
unet_m_start(void *arg)
{
	unet_look_started(arg);
	unet_mac_started(arg, B_TRUE);
	return (0);
}

static void
unet_m_stop(void *arg)
{
	unet_mac_started(arg, B_FALSE);
}

static int
unet_m_setpromisc(void *arg, boolean_t on)
{
	unet_dev_t *ud = arg;

	mutex_enter(&ud->ud_mac_lock);
	if (ud->ud_promisc != on) {
		ud->ud_promisc = on;
		unet_event_post(ud, UNET_EV_PROMISC, on);
	}
	mutex_exit(&ud->ud_mac_lock);
	unet_event_wake(ud);
	return (0);
}

static int
unet_m_multicst(void *arg, boolean_t add, const uint8_t *addr)
{
	unet_dev_t *ud = arg;
	unet_mcast_t *um, *old;
	avl_index_t where;

	um = kmem_zalloc(sizeof (*um), KM_SLEEP);
	bcopy(addr, um->um_addr, ETHERADDRL);

	mutex_enter(&ud->ud_mac_lock);
	old = avl_find(&ud->ud_mcasts, um, &where);
	if (add && old == NULL) {
		avl_insert(&ud->ud_mcasts, um, where);
		unet_event_post(ud, UNET_EV_JOIN, unet_mac_pack(addr));
		um = NULL;
	} else if (!add && old != NULL) {
		avl_remove(&ud->ud_mcasts, old);
		unet_event_post(ud, UNET_EV_LEAVE, unet_mac_pack(addr));
	} else {
		old = NULL;
	}
	mutex_exit(&ud->ud_mac_lock);
	unet_event_wake(ud);

	if (um != NULL)
		kmem_free(um, sizeof (*um));
	if (old != NULL)
		kmem_free(old, sizeof (*old));
	return (0);
}

static int
unet_m_unicst(void *arg, const uint8_t *addr)
{
	unet_dev_t *ud = arg;

	mutex_enter(&ud->ud_mac_lock);
	if (bcmp(addr, ud->ud_addr, ETHERADDRL) != 0) {
		bcopy(addr, ud->ud_addr, ETHERADDRL);
		unet_event_post(ud, UNET_EV_MAC, unet_mac_pack(addr));
	}
	mutex_exit(&ud->ud_mac_lock);
	unet_event_wake(ud);
	return (0);
}

uint_t
unet_mac_nmcasts(unet_dev_t *ud)
{
	uint_t n;

	mutex_enter(&ud->ud_mac_lock);
	n = (uint_t)avl_numnodes(&ud->ud_mcasts);
	mutex_exit(&ud->ud_mac_lock);
	return (n);
}

/*
 * For a resync: how everything is that the stack decides.
 */
void
unet_mac_tell(unet_dev_t *ud, unet_events_t *ev)
{
	unet_mcast_t *um;

	mutex_enter(&ud->ud_mac_lock);
	unet_event_state(ud, ev, UNET_EV_ADMIN, 0, ud->ud_started);
	unet_event_state(ud, ev, UNET_EV_MTU, 0, ud->ud_mtu);
	unet_event_state(ud, ev, UNET_EV_MAC, 0, unet_mac_pack(ud->ud_addr));
	unet_event_state(ud, ev, UNET_EV_PROMISC, 0, ud->ud_promisc);
	for (um = avl_first(&ud->ud_mcasts); um != NULL;
	    um = AVL_NEXT(&ud->ud_mcasts, um)) {
		unet_event_state(ud, ev, UNET_EV_JOIN, 0,
		    unet_mac_pack(um->um_addr));
	}
	mutex_exit(&ud->ud_mac_lock);
}

/*
 * The MAC statistics have the link's own view: what the holder sends is what
 * the link receives.  Runs before ud_mh is set, too.
 */
static int
unet_m_stat(void *arg, uint_t stat, uint64_t *valp)
{
	unet_dev_t *ud = arg;
	unet_queue_t *rxq = &ud->ud_rxq;
	unet_queue_t *txq = &ud->ud_txq;
	int err = 0;

	switch (stat) {
	case MAC_STAT_IFSPEED:
		*valp = UNET_IFSPEED;
		return (0);
	case ETHER_STAT_LINK_DUPLEX:
		*valp = LINK_DUPLEX_FULL;
		return (0);
	case MAC_STAT_RBYTES:
	case MAC_STAT_IPACKETS:
	case MAC_STAT_UNKNOWNS:
		mutex_enter(&txq->uq_lock);
		if (stat == MAC_STAT_RBYTES)
			*valp = txq->uq_out_bytes;
		else if (stat == MAC_STAT_IPACKETS)
			*valp = txq->uq_out_frames;
		else
			*valp = txq->uq_drops[UNET_DROP_FILTER];
		mutex_exit(&txq->uq_lock);
		break;
	case MAC_STAT_OBYTES:
	case MAC_STAT_OPACKETS:
	case MAC_STAT_NOXMTBUF:
	case MAC_STAT_OERRORS:
		mutex_enter(&rxq->uq_lock);
		if (stat == MAC_STAT_OBYTES)
			*valp = rxq->uq_out_bytes;
		else if (stat == MAC_STAT_OPACKETS)
			*valp = rxq->uq_out_frames;
		else if (stat == MAC_STAT_NOXMTBUF)
			*valp = ud->ud_fc.uf_events;
		else
			*valp = rxq->uq_drops[UNET_DROP_RUNT] +
			    rxq->uq_drops[UNET_DROP_TOOBIG] +
			    rxq->uq_drops[UNET_DROP_NOMEM] +
			    rxq->uq_drops[UNET_DROP_OFFLOAD];
		mutex_exit(&rxq->uq_lock);
		break;
	default:
		err = ENOTSUP;
		break;
	}
	return (err);
}

/*
 * Take a new MTU, and then give the queues room for one frame of it: a bound
 * that is set meanwhile finds the new MTU, or is found by it.
 */
static void
unet_mac_take_mtu(unet_dev_t *ud, uint32_t mtu)
{
	mutex_enter(&ud->ud_mac_lock);
	if (ud->ud_mtu != mtu) {
		ud->ud_mtu = mtu;
		unet_event_post(ud, UNET_EV_MTU, mtu);
	}
	mutex_exit(&ud->ud_mac_lock);
	unet_event_wake(ud);

	unet_rxq_resize(ud, 0);
	unet_txq_resize(ud, 0);
	unet_offload_resized(ud);
}

/*
 * Have MAC set the MTU, which asks those above us first and then comes back
 * through unet_m_setprop().  EBUSY: a VNIC wants a larger one.  ENXIO.
 */
int
unet_mac_set_mtu(unet_dev_t *ud, uint32_t mtu)
{
	int err;

	if (!unet_mac_enter(ud))
		return (ENXIO);
	err = mac_set_mtu(ud->ud_mh, mtu, NULL);
	unet_mac_exit(ud);
	return (err);
}

/*
 * Have MAC set the address.  It tells us through unet_m_unicst() only if
 * somebody uses the link, so we take it either way.  EBUSY: a VNIC has it.
 */
int
unet_mac_set_addr(unet_dev_t *ud, const uint8_t *addr)
{
	int err;

	if (!unet_mac_enter(ud))
		return (ENXIO);
	if ((err = mac_unicast_primary_set(ud->ud_mh, addr)) == 0)
		(void) unet_m_unicst(ud, addr);
	unet_mac_exit(ud);
	return (err);
}

static int
unet_m_setprop(void *arg, const char *name, mac_prop_id_t id, uint_t size,
    const void *val)
{
	uint32_t mtu;

	if (id == MAC_PROP_PRIVATE)
		return (unet_linkprop_set(arg, name, size, val));
	if (id != MAC_PROP_MTU)
		return (ENOTSUP);
	if (size < sizeof (mtu))
		return (EINVAL);
	bcopy(val, &mtu, sizeof (mtu));
	if (mtu < UNET_MTU_MIN || mtu > UNET_MTU_MAX)
		return (EINVAL);
	unet_mac_take_mtu(arg, mtu);
	return (0);
}

static int
unet_m_getprop(void *arg, const char *name, mac_prop_id_t id, uint_t size,
    void *val)
{
	if (id == MAC_PROP_PRIVATE)
		return (unet_linkprop_get(arg, name, size, val));
	return (ENOTSUP);
}

static void
unet_m_propinfo(void *arg __unused, const char *name, mac_prop_id_t id,
    mac_prop_info_handle_t info)
{
	if (id == MAC_PROP_PRIVATE) {
		unet_linkprop_info(name, info);
	} else if (id == MAC_PROP_MTU) {
		mac_prop_info_set_default_uint32(info, UNET_MTU_DEFAULT);
		mac_prop_info_set_range_uint32(info, UNET_MTU_MIN,
		    UNET_MTU_MAX);
	}
}

static mac_callbacks_t unet_m_callbacks = {
	.mc_callbacks = MC_GETCAPAB | MC_PROPERTIES,
	.mc_getstat = unet_m_stat,
	.mc_start = unet_m_start,
	.mc_stop = unet_m_stop,
	.mc_setpromisc = unet_m_setpromisc,
	.mc_multicst = unet_m_multicst,
	.mc_unicst = unet_m_unicst,
	.mc_tx = unet_rxq_tx,
	.mc_getcapab = unet_m_getcapab,
	.mc_setprop = unet_m_setprop,
	.mc_getprop = unet_m_getprop,
	.mc_propinfo = unet_m_propinfo
};

/*
 * Prepare what the callbacks use; they may run before this returns.
 */
void
unet_mac_init(unet_dev_t *ud, const uint8_t *addr, uint32_t mtu)
{
	mutex_init(&ud->ud_mac_lock, NULL, MUTEX_DRIVER, NULL);
	cv_init(&ud->ud_mac_cv, NULL, CV_DRIVER, NULL);
	avl_create(&ud->ud_mcasts, unet_mcast_compare, sizeof (unet_mcast_t),
	    offsetof(unet_mcast_t, um_node));
	bcopy(addr, ud->ud_addr, ETHERADDRL);
	ud->ud_mtu = mtu;
}

void
unet_mac_fini(unet_dev_t *ud)
{
	unet_mcast_t *um;
	void *cookie = NULL;

	while ((um = avl_destroy_nodes(&ud->ud_mcasts, &cookie)) != NULL)
		kmem_free(um, sizeof (*um));
	avl_destroy(&ud->ud_mcasts);
	cv_destroy(&ud->ud_mac_cv);
	mutex_destroy(&ud->ud_mac_lock);
}

int
unet_mac_register(unet_dev_t *ud)
{
	mac_register_t *mr;
	int err;

	if ((mr = mac_alloc(MAC_VERSION)) == NULL)
		return (ENOTSUP);
	mr->m_type_ident = MAC_PLUGIN_IDENT_ETHER;
	mr->m_driver = ud;
	mr->m_dip = unet_dip;
	mr->m_instance = (uint_t)-1;
	mr->m_src_addr = ud->ud_addr;
	mr->m_callbacks = &unet_m_callbacks;
	mr->m_min_sdu = 0;
	mr->m_max_sdu = ud->ud_mtu;
	mr->m_margin = VLAN_TAGSZ;
	mr->m_priv_props = unet_linkprop_names;
	err = mac_register(mr, &ud->ud_mh);
	mac_free(mr);
	return (err);
}

/*
 * Nobody of ours is inside MAC any more, and nobody of the stack has the link
 * open.  Whoever still looks at it, on a walk over all links, is soon done.
 */
void
unet_mac_unregister(unet_dev_t *ud)
{
	while (mac_unregister(ud->ud_mh) != 0)
		delay(drv_usectohz(1000));
}
