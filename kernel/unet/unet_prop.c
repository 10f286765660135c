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
 * Properties.  Several are set as one: first all of them are checked, against
 * each other as well (an MTU may want larger queues than the ones asked for),
 * and only then is anything changed.
 */

#include "unet_impl.h"
#include <sys/errno.h>

#define	UNET_PROP_PERM(number, name, text, perm)	[number] = perm,
static const uint32_t unet_prop_perms[UNET_PROP_END] = {
	UNET_PROP_MAP(UNET_PROP_PERM)
};
#undef	UNET_PROP_PERM

/*
 * What the link is to become.
 */
typedef struct unet_prop_plan {
	uint64_t	pp_value[UNET_PROP_END];
	boolean_t	pp_set[UNET_PROP_END];
	uint_t		pp_index[UNET_PROP_END];	/* in the request */
} unet_prop_plan_t;

static uint64_t
unet_prop_bound(unet_queue_t *uq)
{
	uint64_t max;

	mutex_enter(&uq->uq_lock);
	max = uq->uq_max;
	mutex_exit(&uq->uq_lock);
	return (max);
}

uint32_t
unet_prop_iomode(unet_dev_t *ud)
{
	uint32_t rx, tx;

	mutex_enter(&ud->ud_rxq.uq_lock);
	rx = ud->ud_rxq.uq_iomode;
	mutex_exit(&ud->ud_rxq.uq_lock);
	mutex_enter(&ud->ud_txq.uq_lock);
	tx = ud->ud_txq.uq_iomode;
	mutex_exit(&ud->ud_txq.uq_lock);
	return (MAX(rx, tx));
}

static uint64_t
unet_prop_link(unet_dev_t *ud, const uint32_t *member)
{
	uint32_t value;

	mutex_enter(&ud->ud_link_lock);
	value = *member;
	mutex_exit(&ud->ud_link_lock);
	return (value);
}

static uint64_t
unet_prop_value(unet_dev_t *ud, uint32_t id)
{
	uint8_t addr[ETHERADDRL];

	switch (id) {
	case UNET_PROP_RXBUF:
		return (unet_prop_bound(&ud->ud_rxq));
	case UNET_PROP_TXBUF:
		return (unet_prop_bound(&ud->ud_txq));
	case UNET_PROP_MAXSIZE:
		return (UNET_BUF_MAX);
	case UNET_PROP_MINTU:
		return (UNET_FRAME_MIN);
	case UNET_PROP_MAXTU:
		return (unet_mac_mtu(ud) + UNET_FRAME_EXTRA);
	case UNET_PROP_MTU:
		return (unet_mac_mtu(ud));
	case UNET_PROP_MAC:
		unet_mac_get_addr(ud, addr);
		return (unet_mac_pack(addr));
	case UNET_PROP_LINKSTATE:
		return (unet_prop_link(ud, &ud->ud_policy));
	case UNET_PROP_LINGER:
		return (unet_prop_link(ud, &ud->ud_linger));
	case UNET_PROP_OWNER:
		return (unet_prop_link(ud, &ud->ud_owner));
	case UNET_PROP_GROUP:
		return (unet_prop_link(ud, &ud->ud_group));
	case UNET_PROP_LIFETIME:
		return (ud->ud_lifetime);
	case UNET_PROP_IOMODE:
		return (unet_prop_iomode(ud));
	case UNET_PROP_ZONE:
		return ((uint64_t)unet_dev_zone(ud));
	case UNET_PROP_RX_IPV4_CKSUM:
	case UNET_PROP_TX_IPV4_CKSUM:
	case UNET_PROP_TX_ULP_CKSUM:
	case UNET_PROP_LSO:
		return (unet_offload_get(ud, id));
	default:
		VERIFY(0);
		return (0);
	}
}

static boolean_t
unet_prop_known(uint32_t id)
{
	return (id < UNET_PROP_END && unet_prop_perms[id] != 0);
}

static int
unet_prop_fail(unet_ioc_props_t *uip, uint_t bad, unet_errno_t cause, int err)
{
	uip->uip_bad = bad;
	return (unet_ioc_fail(&uip->uip_hdr, cause, err));
}

int
unet_prop_get(unet_dev_t *ud, unet_ioc_props_t *uip)
{
	uint_t i;

	for (i = 0; i < uip->uip_count; i++) {
		unet_prop_t *up = &uip->uip_props[i];

		if (!unet_prop_known(up->up_id)) {
			return (unet_prop_fail(uip, i, UNET_E_NOPROP,
			    ENOTSUP));
		}
	}
	for (i = 0; i < uip->uip_count; i++) {
		unet_prop_t *up = &uip->uip_props[i];

		up->up_perm = unet_prop_perms[up->up_id];
		up->up_value = unet_prop_value(ud, up->up_id);
	}
	return (0);
}

/*
 * Is this a value that the property can have at all?
 */
static int
unet_prop_check(unet_ioc_props_t *uip, uint_t i)
{
	const unet_prop_t *up = &uip->uip_props[i];
	uint8_t addr[ETHERADDRL];

	switch (up->up_id) {
	case UNET_PROP_RXBUF:
	case UNET_PROP_TXBUF:
		if (up->up_value > UNET_BUF_MAX) {
			return (unet_prop_fail(uip, i, UNET_E_BUFTOOBIG,
			    ERANGE));
		}
		break;
	case UNET_PROP_MTU:
		if (up->up_value < UNET_MTU_MIN || up->up_value > UNET_MTU_MAX)
			return (unet_prop_fail(uip, i, UNET_E_MTU, ERANGE));
		break;
	case UNET_PROP_MAC:
		unet_mac_unpack(up->up_value, addr);
		if (up->up_value == 0 || (addr[0] & 1) != 0 ||
		    up->up_value >> 48 != 0) {
			return (unet_prop_fail(uip, i, UNET_E_MACADDR,
			    EINVAL));
		}
		break;
	case UNET_PROP_LINKSTATE:
		if (up->up_value > UNET_POLICY_DOWN)
			return (unet_prop_fail(uip, i, UNET_E_POLICY, EINVAL));
		break;
	case UNET_PROP_LINGER:
		if (up->up_value > UNET_LINGER_MAX)
			return (unet_prop_fail(uip, i, UNET_E_LINGER, ERANGE));
		break;
	case UNET_PROP_OWNER:
	case UNET_PROP_GROUP:
		if (up->up_value > UNET_ID_NONE) {
			return (unet_prop_fail(uip, i, UNET_E_PROPVAL,
			    EINVAL));
		}
		break;
	case UNET_PROP_RX_IPV4_CKSUM:
	case UNET_PROP_TX_IPV4_CKSUM:
	case UNET_PROP_TX_ULP_CKSUM:
	case UNET_PROP_LSO:
		if (!unet_offload_valid(up->up_id, up->up_value)) {
			return (unet_prop_fail(uip, i, UNET_E_PROPVAL,
			    EINVAL));
		}
		break;
	default:
		return (unet_prop_fail(uip, i, UNET_E_PROPRDONLY, EACCES));
	}
	return (0);
}

static boolean_t
unet_prop_for_holder(uint32_t id)
{
	return (id == UNET_PROP_RXBUF || id == UNET_PROP_TXBUF ||
	    id == UNET_PROP_LINGER);
}

/*
 * Check the request; of a property named twice the last value counts.
 */
static int
unet_prop_plan(unet_dev_t *ud, unet_ioc_props_t *uip, boolean_t priv,
    unet_prop_plan_t *pp)
{
	static const uint32_t bufs[] = { UNET_PROP_RXBUF, UNET_PROP_TXBUF };
	uint64_t floor;
	uint_t i;
	int err;

	bzero(pp, sizeof (*pp));
	for (i = 0; i < uip->uip_count; i++) {
		const unet_prop_t *up = &uip->uip_props[i];

		if (!unet_prop_known(up->up_id)) {
			return (unet_prop_fail(uip, i, UNET_E_NOPROP,
			    ENOTSUP));
		}
		if (!priv && !unet_prop_for_holder(up->up_id))
			return (unet_prop_fail(uip, i, UNET_E_PRIV, EPERM));
		if ((err = unet_prop_check(uip, i)) != 0)
			return (err);
		pp->pp_value[up->up_id] = up->up_value;
		pp->pp_index[up->up_id] = i;
		pp->pp_set[up->up_id] = B_TRUE;
	}

	floor = unet_queue_floor(pp->pp_set[UNET_PROP_MTU] ?
	    (uint32_t)pp->pp_value[UNET_PROP_MTU] : unet_mac_mtu(ud));
	for (i = 0; i < ARRAY_SIZE(bufs); i++) {
		if (pp->pp_set[bufs[i]] && pp->pp_value[bufs[i]] < floor) {
			return (unet_prop_fail(uip, pp->pp_index[bufs[i]],
			    UNET_E_BUFTOOSMALL, ERANGE));
		}
	}
	return (0);
}

static void
unet_prop_commit_one(unet_dev_t *ud, const unet_prop_plan_t *pp,
    unet_prop_id_t id, uint32_t *member)
{
	ASSERT(MUTEX_HELD(&ud->ud_link_lock));

	if (pp->pp_set[id] && *member != pp->pp_value[id]) {
		*member = (uint32_t)pp->pp_value[id];
		unet_event_post_prop(ud, id, *member);
	}
}

static void
unet_prop_commit_link(unet_dev_t *ud, const unet_prop_plan_t *pp)
{
	mutex_enter(&ud->ud_link_lock);
	unet_prop_commit_one(ud, pp, UNET_PROP_LINKSTATE, &ud->ud_policy);
	unet_prop_commit_one(ud, pp, UNET_PROP_LINGER, &ud->ud_linger);
	unet_prop_commit_one(ud, pp, UNET_PROP_OWNER, &ud->ud_owner);
	unet_prop_commit_one(ud, pp, UNET_PROP_GROUP, &ud->ud_group);
	mutex_exit(&ud->ud_link_lock);
	unet_event_wake(ud);
	unet_link_update(ud);
}

/*
 * For a resync: the properties that can be set, and have no event of their own.
 */
void
unet_prop_tell(unet_dev_t *ud, unet_events_t *ev)
{
	uint32_t *const members[] = {
		[UNET_PROP_LINKSTATE] = &ud->ud_policy,
		[UNET_PROP_LINGER] = &ud->ud_linger,
		[UNET_PROP_OWNER] = &ud->ud_owner,
		[UNET_PROP_GROUP] = &ud->ud_group
	};
	uint_t id;

	unet_queue_tell(ud, &ud->ud_rxq, ev);
	unet_queue_tell(ud, &ud->ud_txq, ev);
	unet_offload_tell(ud, ev);
	mutex_enter(&ud->ud_link_lock);
	for (id = 0; id < ARRAY_SIZE(members); id++) {
		if (members[id] != NULL) {
			unet_event_state(ud, ev, UNET_EV_PROP, id,
			    *members[id]);
		}
	}
	mutex_exit(&ud->ud_link_lock);
}

/*
 * One request at a time changes what MAC has to agree to, or two could leave us
 * and MAC with different ideas of it.  A flag and not a lock, because MAC comes
 * back to us.
 */
static void
unet_prop_enter(unet_dev_t *ud)
{
	mutex_enter(&ud->ud_link_lock);
	while (ud->ud_setting)
		cv_wait(&ud->ud_set_cv, &ud->ud_link_lock);
	ud->ud_setting = B_TRUE;
	mutex_exit(&ud->ud_link_lock);
}

static void
unet_prop_exit(unet_dev_t *ud)
{
	mutex_enter(&ud->ud_link_lock);
	ud->ud_setting = B_FALSE;
	cv_broadcast(&ud->ud_set_cv);
	mutex_exit(&ud->ud_link_lock);
}

static int
unet_prop_refused(unet_ioc_props_t *uip, uint_t bad, int err)
{
	return (unet_prop_fail(uip, bad, err == ENXIO ? UNET_E_DYING :
	    err == EBUSY ? UNET_E_BUSY :
	    err == ENOMEM ? UNET_E_NOMEM : UNET_E_MAC, err));
}

/*
 * What somebody else may refuse: both, or neither.  A larger MTU may have made
 * the queues larger, too.
 */
static int
unet_prop_commit_mac(unet_dev_t *ud, unet_ioc_props_t *uip,
    const unet_prop_plan_t *pp)
{
	const uint32_t old = unet_mac_mtu(ud);
	const size_t rxbuf = unet_prop_bound(&ud->ud_rxq);
	const size_t txbuf = unet_prop_bound(&ud->ud_txq);
	uint8_t addr[ETHERADDRL];
	int err;

	if (pp->pp_set[UNET_PROP_MTU] && (err = unet_mac_set_mtu(ud,
	    (uint32_t)pp->pp_value[UNET_PROP_MTU])) != 0) {
		return (unet_prop_refused(uip, pp->pp_index[UNET_PROP_MTU],
		    err));
	}
	if (!pp->pp_set[UNET_PROP_MAC])
		return (0);

	unet_mac_unpack(pp->pp_value[UNET_PROP_MAC], addr);
	if ((err = unet_mac_set_addr(ud, addr)) != 0) {
		/* Nobody can have come to want more than the old MTU. */
		if (pp->pp_set[UNET_PROP_MTU]) {
			(void) unet_mac_set_mtu(ud, old);
			unet_rxq_resize(ud, rxbuf);
			unet_txq_resize(ud, txbuf);
		}
		return (unet_prop_refused(uip, pp->pp_index[UNET_PROP_MAC],
		    err));
	}
	return (0);
}

int
unet_prop_set(unet_dev_t *ud, unet_ioc_props_t *uip, boolean_t priv)
{
	unet_prop_plan_t pp;
	int err;

	unet_prop_enter(ud);
	if ((err = unet_prop_plan(ud, uip, priv, &pp)) != 0 ||
	    (err = unet_prop_commit_mac(ud, uip, &pp)) != 0) {
		unet_prop_exit(ud);
		return (err);
	}

	/* commit */
	if (pp.pp_set[UNET_PROP_RXBUF])
		unet_rxq_resize(ud, pp.pp_value[UNET_PROP_RXBUF]);
	if (pp.pp_set[UNET_PROP_TXBUF])
		unet_txq_resize(ud, pp.pp_value[UNET_PROP_TXBUF]);
	unet_prop_commit_link(ud, &pp);
	unet_offload_set_all(ud, pp.pp_value, pp.pp_set);
	if (pp.pp_set[UNET_PROP_RXBUF])
		unet_offload_resized(ud);
	unet_prop_exit(ud);
	return (0);
}
