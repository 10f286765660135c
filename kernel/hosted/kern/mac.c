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
 * MAC, the provider's side: registration.  After uts/common/io/mac/mac.c and
 * mac_provider.c of illumos.  Beside it: mac_ops.c (a network driver's entry
 * points), mac_perim.c, mac_notify.c (link state and the like), mac_client.c,
 * mac_packet.c, mac_prop.c and mac_stat.c.
 *
 * What matters to a driver is as there: callbacks that control the device run
 * with the perimeter held, mac_link_update() only stores and wakes a notify
 * thread, mac_rx() takes no reference, and mac_unregister() frees the MAC
 * without waiting for anybody, so that a stale handle is fatal (mac_check()).
 */

#include <sys/cmn_err.h>
#include <sys/debug.h>
#include <sys/disp.h>
#include <sys/dlpi.h>
#include <sys/errno.h>
#include <sys/ethernet.h>
#include <sys/id_space.h>
#include <sys/kmem.h>
#include <sys/mac_ether.h>
#include <sys/mac_impl.h>
#include <sys/stream.h>
#include <sys/strsun.h>
#include <sys/strsubr.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/systm.h>

#include "dev_impl.h"
#include "mac_kern.h"

static kmutex_t i_mac_lock;
static avl_tree_t i_macs;		/* i_mac_lock; by name */
static id_space_t *minor_ids;

static const uint8_t ether_brdcst[ETHERADDRL] = {
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff
};

extern const mac_stat_info_t mac_ether_stats[];
extern const uint_t mac_ether_nstats;

static mactype_t mac_ether = {
	.mt_ident = MAC_PLUGIN_IDENT_ETHER,
	.mt_type = DL_ETHER,
	.mt_addr_length = ETHERADDRL,
	.mt_brdcst_addr = ether_brdcst
};

static int
i_mac_compare(const void *a, const void *b)
{
	const int diff = strcmp(((const mac_impl_t *)a)->mi_name,
	    ((const mac_impl_t *)b)->mi_name);

	return (diff < 0 ? -1 : diff > 0);
}

void
mac_init(void)
{
	mutex_init(&i_mac_lock, NULL, MUTEX_DEFAULT, NULL);
	avl_create(&i_macs, i_mac_compare, sizeof (mac_impl_t),
	    offsetof(mac_impl_t, mi_node));
	mac_notify_taskq_create();
	minor_ids = id_space_create("mac_minor_ids", MAC_MAX_MINOR + 1,
	    MAC_PRIVATE_MINOR - 1);
	mac_ether.mt_stats = mac_ether_stats;
	mac_ether.mt_statcount = mac_ether_nstats;
}

void
mac_fini(void)
{
	mac_impl_t *mip;

	while ((mip = avl_first(&i_macs)) != NULL) {
		cmn_err(CE_WARN, "mac: %s is still registered", mip->mi_name);
		if (mip->mi_minor > MAC_MAX_MINOR)
			mac_minor_rele(mip->mi_minor);
		avl_remove(&i_macs, mip);
	}
	id_space_destroy(minor_ids);
	mac_notify_taskq_destroy();
	avl_destroy(&i_macs);
	mutex_destroy(&i_mac_lock);
}

/*
 * On illumos a stale or missing handle is a page fault, at once on a DEBUG
 * kernel.
 */
void
mac_check(const mac_impl_t *mip, const char *what)
{
	if (mip == NULL)
		panic("%s: no MAC handle", what);
	if (mip->mi_magic != MAC_MAGIC)
		panic("%s: stale MAC handle %p", what, (void *)mip);
}

/*
 * Minor numbers of MACs without an instance.
 */
minor_t
mac_minor_hold(boolean_t sleep)
{
	id_t id;

	if (sleep)
		return ((minor_t)id_alloc(minor_ids));
	if ((id = id_alloc_nosleep(minor_ids)) == -1)
		return (0);
	return ((minor_t)id);
}

void
mac_minor_rele(minor_t minor)
{
	id_free(minor_ids, (id_t)minor);
}

/*
 * Registration.
 */
mac_register_t *
mac_alloc(uint_t version)
{
	mac_register_t *mregp;

	if (version != MAC_VERSION)
		return (NULL);
	mregp = kmem_zalloc(sizeof (*mregp), KM_SLEEP);
	mregp->m_version = version;
	return (mregp);
}

void
mac_free(mac_register_t *mregp)
{
	kmem_free(mregp, sizeof (*mregp));
}

boolean_t
mac_capab_get(mac_handle_t mh, mac_capab_t cap, void *data)
{
	mac_check((mac_impl_t *)mh, "mac_capab_get");
	return (mac_capab((mac_impl_t *)mh, cap, data));
}

boolean_t
mac_capab(mac_impl_t *mip, mac_capab_t cap, void *data)
{
	const mac_callbacks_t *mc = mip->mi_callbacks;

	if ((mc->mc_callbacks & MC_GETCAPAB) == 0)
		return (B_FALSE);
	return (mc->mc_getcapab(mip->mi_driver, cap, data));
}

/*
 * What MAC asks of every driver that registers, before the driver has a handle.
 * No answer changes anything here, stack ends ask again; but a driver must be
 * able to be asked.
 */
static void
mac_init_capabs(mac_impl_t *mip)
{
	uint64_t data[16];
	uint_t i;
	static const struct {
		mac_capab_t	cap;
		boolean_t	has_data;
	} asked[] = {
		{ MAC_CAPAB_LEGACY, B_TRUE },
		{ MAC_CAPAB_HCKSUM, B_TRUE },
		{ MAC_CAPAB_LSO, B_TRUE },
		{ MAC_CAPAB_VNIC, B_FALSE },
		{ MAC_CAPAB_AGGR, B_FALSE },
		{ MAC_CAPAB_OVERLAY, B_FALSE },
		{ MAC_CAPAB_MULTIFACTADDR, B_TRUE },
		{ MAC_CAPAB_TRANSCEIVER, B_TRUE },
		{ MAC_CAPAB_LED, B_TRUE }
	};

	for (i = 0; i < ARRAY_SIZE(asked); i++) {
		bzero(data, sizeof (data));
		(void) mac_capab(mip, asked[i].cap,
		    asked[i].has_data ? data : NULL);
	}
}

static void
mac_register_priv_prop(mac_impl_t *mip, char **props)
{
	uint_t n, i;

	if (props == NULL)
		return;
	for (n = 0; props[n] != NULL; n++)
		continue;
	mip->mi_priv_props = kmem_zalloc((n + 1) * sizeof (char *), KM_SLEEP);
	for (i = 0; i < n; i++)
		mip->mi_priv_props[i] = strdup(props[i]);
}

static void
mac_unregister_priv_prop(mac_impl_t *mip)
{
	uint_t n;

	if (mip->mi_priv_props == NULL)
		return;
	for (n = 0; mip->mi_priv_props[n] != NULL; n++)
		strfree(mip->mi_priv_props[n]);
	kmem_free(mip->mi_priv_props, (n + 1) * sizeof (char *));
	mip->mi_priv_props = NULL;
}

static mac_impl_t *
mac_impl_create(void)
{
	mac_impl_t *mip = kmem_zalloc(sizeof (*mip), KM_SLEEP);

	mip->mi_linkstate = LINK_STATE_UNKNOWN;
	mip->mi_lowlinkstate = LINK_STATE_UNKNOWN;
	mip->mi_disabled = B_TRUE;
	mutex_init(&mip->mi_addr_lock, NULL, MUTEX_DEFAULT, NULL);
	mutex_init(&mip->mi_perim_lock, NULL, MUTEX_DEFAULT, NULL);
	cv_init(&mip->mi_perim_cv, NULL, CV_DEFAULT, NULL);
	i_mac_notify_init(mip);
	mutex_init(&mip->mi_rx_lock, NULL, MUTEX_DEFAULT, NULL);
	cv_init(&mip->mi_rx_cv, NULL, CV_DEFAULT, NULL);
	return (mip);
}

static void
mac_impl_destroy(mac_impl_t *mip)
{
	mac_unregister_priv_prop(mip);
	if (mip->mi_info.mi_unicst_addr != NULL)
		kmem_free(mip->mi_info.mi_unicst_addr, MAXMACADDRLEN);
	mutex_destroy(&mip->mi_addr_lock);
	mutex_destroy(&mip->mi_perim_lock);
	cv_destroy(&mip->mi_perim_cv);
	i_mac_notify_fini(mip);
	mutex_destroy(&mip->mi_rx_lock);
	cv_destroy(&mip->mi_rx_cv);
	mip->mi_magic = MAC_FREED;
	kmem_free(mip, sizeof (*mip));
}

/*
 * The style-2 and style-1 nodes of a MAC that has an instance.
 */
static int
mac_create_nodes(mac_impl_t *mip)
{
	const char *driver = ddi_driver_name(mip->mi_dip);

	if (mip->mi_minor > MAC_MAX_MINOR)
		return (0);
	if (ddi_create_minor_node(mip->mi_dip, driver, S_IFCHR, 0,
	    DDI_NT_NET, CLONE_DEV) != DDI_SUCCESS)
		return (EINVAL);
	if (ddi_create_minor_node(mip->mi_dip, mip->mi_name, S_IFCHR,
	    mip->mi_minor, DDI_NT_NET, 0) != DDI_SUCCESS) {
		ddi_remove_minor_node(mip->mi_dip, driver);
		return (EINVAL);
	}
	return (0);
}

static void
mac_remove_nodes(mac_impl_t *mip)
{
	if (mip->mi_minor > MAC_MAX_MINOR)
		return;
	ddi_remove_minor_node(mip->mi_dip, mip->mi_name);
	ddi_remove_minor_node(mip->mi_dip, ddi_driver_name(mip->mi_dip));
}

/*
 * The checks of mac_register() that need nothing made.
 */
static int
mac_register_check(const mac_register_t *mregp)
{
	const mac_callbacks_t *mc = mregp->m_callbacks;

	if (mregp->m_max_sdu <= mregp->m_min_sdu)
		return (EINVAL);
	if (mregp->m_multicast_sdu < mregp->m_min_sdu ||
	    mregp->m_multicast_sdu > mregp->m_max_sdu)
		return (EINVAL);
	if (mregp->m_src_addr == NULL)
		return (EINVAL);
	if (mregp->m_pdata != NULL)
		return (EINVAL);	/* Ethernet knows no plug-in data */
	if (mc->mc_getstat == NULL || mc->mc_start == NULL ||
	    mc->mc_stop == NULL || mc->mc_setpromisc == NULL ||
	    mc->mc_multicst == NULL || mc->mc_unicst == NULL)
		return (EINVAL);
	if (mregp->m_v12n != MAC_VIRT_NONE)
		return (ENOTSUP);
	return (0);
}

static void
i_mac_name(mac_impl_t *mip, const char *driver, uint_t instance)
{
	(void) snprintf(mip->mi_name, sizeof (mip->mi_name), "%s%u", driver,
	    instance);
}

/*
 * Which instance a MAC is; *minorp: the minor that was held to have one, or 0.
 */
static int
mac_register_instance(const mac_register_t *mregp, uint_t *instancep,
    minor_t *minorp)
{
	*minorp = 0;
	switch (mregp->m_instance) {
	case 0:
		*instancep = ddi_get_instance(mregp->m_dip);
		return (0);
	case (uint_t)-1:
		if ((*minorp = mac_minor_hold(B_TRUE)) == 0)
			return (ENOSPC);
		*instancep = *minorp - 1;
		return (0);
	default:
		*instancep = mregp->m_instance;
		return (*instancep >= MAC_MAX_MINOR ? EINVAL : 0);
	}
}

/*
 * A MAC as its driver describes it.
 */
static mac_impl_t *
mac_register_impl(mac_register_t *mregp, uint_t instance)
{
	mac_impl_t *mip = mac_impl_create();

	mip->mi_minor = instance + 1;
	mip->mi_dip = mregp->m_dip;
	mip->mi_driver = mregp->m_driver;
	mip->mi_callbacks = mregp->m_callbacks;
	mip->mi_type = &mac_ether;
	i_mac_name(mip, ddi_driver_name(mip->mi_dip), instance);
	mip->mi_margin = mregp->m_margin;
	mip->mi_sdu_min = mregp->m_min_sdu;
	mip->mi_sdu_max = mregp->m_max_sdu;
	mip->mi_sdu_multicast = mregp->m_multicast_sdu;
	mip->mi_info.mi_media = mac_ether.mt_type;
	mip->mi_info.mi_nativemedia = mac_ether.mt_type;
	mip->mi_info.mi_addr_length = mac_ether.mt_addr_length;
	mip->mi_info.mi_brdcst_addr = (uint8_t *)mac_ether.mt_brdcst_addr;
	mip->mi_info.mi_unicst_addr = kmem_zalloc(MAXMACADDRLEN, KM_SLEEP);
	bcopy(mregp->m_src_addr, mip->mi_info.mi_unicst_addr, ETHERADDRL);
	bcopy(mregp->m_src_addr, mip->mi_addr, ETHERADDRL);
	if (mregp->m_dst_addr != NULL) {
		bcopy(mregp->m_dst_addr, mip->mi_dstaddr, ETHERADDRL);
		mip->mi_dstaddr_set = B_TRUE;
	}
	mac_register_priv_prop(mip, mregp->m_priv_props);
	mip->mi_magic = MAC_MAGIC;
	return (mip);
}

int
mac_register(mac_register_t *mregp, mac_handle_t *mhp)
{
	mac_impl_t *mip;
	avl_index_t where;
	kdriver_t *kdp;
	minor_t minor;
	uint_t instance;
	int err;

	KERN_NO_LOCKS("mac_register");

	kdp = dev_driver(ddi_driver_major(mregp->m_dip));
	if ((kdp->kd_flags & DN_GLDV3_DRIVER) == 0)
		return (EINVAL);
	if (strcmp(mregp->m_type_ident, mac_ether.mt_ident) != 0)
		return (EINVAL);
	if ((err = hkfault_error(HK_FAULT_MAC, ENOSPC)) != 0)
		return (err);
	if ((err = mac_register_instance(mregp, &instance, &minor)) != 0)
		return (err);

	if (mregp->m_multicast_sdu == 0)
		mregp->m_multicast_sdu = mregp->m_max_sdu;
	if ((err = mac_register_check(mregp)) != 0)
		goto fail_minor;

	mip = mac_register_impl(mregp, instance);
	if ((err = i_mac_notify_start()) != 0)
		goto fail_impl;
	mac_init_capabs(mip);
	mac_driver_stat_create(mip);
	if ((err = mac_create_nodes(mip)) != 0)
		goto fail_stat;

	mutex_enter(&i_mac_lock);
	if (avl_find(&i_macs, mip, &where) != NULL) {
		mutex_exit(&i_mac_lock);
		err = EEXIST;
		goto fail_nodes;
	}
	avl_insert(&i_macs, mip, where);
	mip->mi_disabled = B_FALSE;
	mutex_exit(&i_mac_lock);

	*mhp = (mac_handle_t)mip;
	return (0);

fail_nodes:
	mac_remove_nodes(mip);
fail_stat:
	mac_driver_stat_delete(mip);
	i_mac_notify_exit(mip);
fail_impl:
	mac_impl_destroy(mip);
fail_minor:
	if (minor != 0)
		mac_minor_rele(minor);
	return (err);
}

/*
 * No new users from now on; EBUSY if there is one.
 */
static int
i_mac_disable(mac_impl_t *mip)
{
	int err = 0;

	mutex_enter(&i_mac_lock);
	if (!mip->mi_disabled) {
		if (mip->mi_ref > 0)
			err = EBUSY;
		else
			mip->mi_disabled = B_TRUE;
	}
	mutex_exit(&i_mac_lock);
	return (err);
}

int
mac_disable_nowait(mac_handle_t mh)
{
	mac_impl_t *mip = (mac_impl_t *)mh;
	int err;

	mac_check(mip, "mac_disable_nowait");
	if ((err = i_mac_perim_enter_nowait(mip)) != 0)
		return (err);
	err = i_mac_disable(mip);
	i_mac_perim_exit(mip);
	return (err);
}

int
mac_disable(mac_handle_t mh)
{
	mac_impl_t *mip = (mac_impl_t *)mh;
	int err;

	mac_check(mip, "mac_disable");
	if ((err = hkfault_error(HK_FAULT_MAC, EBUSY)) != 0)
		return (err);
	i_mac_perim_enter(mip);
	err = i_mac_disable(mip);
	i_mac_perim_exit(mip);
	if (err == 0)
		i_mac_notify_exit(mip);
	return (err);
}

int
mac_unregister(mac_handle_t mh)
{
	mac_impl_t *mip = (mac_impl_t *)mh;
	int err;

	KERN_NO_LOCKS("mac_unregister");
	mac_check(mip, "mac_unregister");
	if ((err = mac_disable_nowait(mh)) != 0)
		return (err);
	i_mac_notify_exit(mip);

	mutex_enter(&i_mac_lock);
	avl_remove(&i_macs, mip);
	mutex_exit(&i_mac_lock);

	/* Who is inside by now is the last. */
	i_mac_perim_enter(mip);
	mac_remove_nodes(mip);
	mac_driver_stat_delete(mip);
	VERIFY(mip->mi_active == 0);
	i_mac_perim_exit(mip);

	/*
	 * A thread of the driver in mac_rx() here has a stale handle in its
	 * hands: the driver's to prevent, as on illumos.
	 */
	if (__atomic_load_n(&mip->mi_rx_threads, __ATOMIC_SEQ_CST) != 0)
		panic("mac_unregister: %s: a thread is in mac_rx()",
		    mip->mi_name);

	if (mip->mi_minor > MAC_MAX_MINOR)
		mac_minor_rele(mip->mi_minor);
	mac_impl_destroy(mip);
	return (0);
}

/*
 * The device behind a minor of MAC's; NULL if no MAC has it.
 */
dev_info_t *
mac_find_dip(dev_t dev)
{
	kdriver_t *kdp = dev_driver(getmajor(dev));
	dev_info_t *found = NULL;
	mac_impl_t *mip, want;

	if (kdp == NULL || getminor(dev) == 0)
		return (NULL);
	i_mac_name(&want, kdp->kd_name, getminor(dev) - 1);
	mutex_enter(&i_mac_lock);
	if ((mip = avl_find(&i_macs, &want, NULL)) != NULL)
		found = mip->mi_dip;
	mutex_exit(&i_mac_lock);
	return (found);
}

/*
 * References.
 */
int
mac_open(const char *name, mac_handle_t *mhp)
{
	mac_impl_t *mip, want;
	int err = ENOENT;

	(void) strlcpy(want.mi_name, name, sizeof (want.mi_name));
	mutex_enter(&i_mac_lock);
	mip = avl_find(&i_macs, &want, NULL);
	if (mip != NULL && !mip->mi_disabled) {
		mip->mi_ref++;
		*mhp = (mac_handle_t)mip;
		err = 0;
	}
	mutex_exit(&i_mac_lock);
	return (err);
}

void
mac_close(mac_handle_t mh)
{
	mac_impl_t *mip = (mac_impl_t *)mh;

	mutex_enter(&i_mac_lock);
	VERIFY(mip->mi_ref > 0);
	mip->mi_ref--;
	mutex_exit(&i_mac_lock);
}

/*
 * Start and stop, for the first and the last who wants it.
 */
int
mac_start(mac_handle_t mh)
{
	mac_impl_t *mip = (mac_impl_t *)mh;
	int err = 0;

	ASSERT(mac_perim_held(mh));
	if (mip->mi_active++ == 0) {
		err = mip->mi_callbacks->mc_start(mip->mi_driver);
		if (err != 0)
			mip->mi_active--;
	}
	return (err);
}

void
mac_stop(mac_handle_t mh)
{
	mac_impl_t *mip = (mac_impl_t *)mh;

	ASSERT(mac_perim_held(mh));
	VERIFY(mip->mi_active != 0);
	if (--mip->mi_active == 0)
		mip->mi_callbacks->mc_stop(mip->mi_driver);
}

/*
 * What there is to know of one.
 */
const char *
mac_name(mac_handle_t mh)
{
	mac_check((mac_impl_t *)mh, "mac_name");
	return (((mac_impl_t *)mh)->mi_name);
}

int
mac_type(mac_handle_t mh)
{
	return ((int)((mac_impl_t *)mh)->mi_type->mt_type);
}

uint_t
mac_addr_len(mac_handle_t mh)
{
	return (((mac_impl_t *)mh)->mi_type->mt_addr_length);
}

const mac_info_t *
mac_info(mac_handle_t mh)
{
	return (&((mac_impl_t *)mh)->mi_info);
}

link_state_t
mac_link_get(mac_handle_t mh)
{
	return (__atomic_load_n(&((mac_impl_t *)mh)->mi_linkstate,
	    __ATOMIC_RELAXED));
}

boolean_t
mac_unicst_verify(mac_handle_t mh, const uint8_t *addr, uint_t len)
{
	mac_impl_t *mip = (mac_impl_t *)mh;

	static const uint8_t zero[ETHERADDRL];

	if (len != mip->mi_type->mt_addr_length)
		return (B_FALSE);
	return ((addr[0] & 1) == 0 && bcmp(addr, zero, ETHERADDRL) != 0);
}
