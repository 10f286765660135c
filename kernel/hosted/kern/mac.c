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
 * MAC, the provider's side: registration, the perimeter, link state and other
 * notifications.  After uts/common/io/mac/mac.c and mac_provider.c of illumos.
 * What a client does is in mac_client.c.
 *
 * What matters to a driver is as there: callbacks that control the device run
 * with the perimeter held, mac_link_update() only stores and wakes the notify
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
static list_t i_mac_list;
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

void
mac_init(void)
{
	mutex_init(&i_mac_lock, NULL, MUTEX_DEFAULT, NULL);
	list_create(&i_mac_list, sizeof (mac_impl_t),
	    offsetof(mac_impl_t, mi_node));
	minor_ids = id_space_create("mac_minor_ids", MAC_MAX_MINOR + 1,
	    MAC_PRIVATE_MINOR - 1);
	mac_ether.mt_stats = mac_ether_stats;
	mac_ether.mt_statcount = mac_ether_nstats;
}

void
mac_fini(void)
{
	mac_impl_t *mip;

	for (mip = list_head(&i_mac_list); mip != NULL;
	    mip = list_next(&i_mac_list, mip)) {
		cmn_err(CE_WARN, "mac: %s is still registered", mip->mi_name);
	}
	while (list_remove_head(&i_mac_list) != NULL)
		continue;
	id_space_destroy(minor_ids);
	list_destroy(&i_mac_list);
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
 * mac_init_ops(9F) and mac_fini_ops(9F): the major becomes a network driver's,
 * and its stream operations become dld's, which send everything but the minors
 * that are MAC's on to cb_open.  There are no streams here, so an open of one
 * of MAC's minors ends in ENXIO (specfs.c).
 */
static int
dld_open(queue_t *rq __unused, dev_t *devp, int flag __unused,
    int sflag __unused, cred_t *cr __unused)
{
	if (getminor(*devp) >= mac_private_minor())
		return (ENOSTR);
	return (ENXIO);
}

void
mac_init_ops(struct dev_ops *ops, const char *name)
{
	major_t major = ddi_name_to_major(name);
	kdriver_t *kdp;
	struct streamtab *stream;
	struct qinit *rq;

	if (major == DDI_MAJOR_T_NONE)
		return;
	kdp = dev_driver(major);
	kdp->kd_flags |= DN_GLDV3_DRIVER | DN_NETWORK_DRIVER;

	if (ops == NULL)
		return;
	rq = kmem_zalloc(sizeof (*rq), KM_SLEEP);
	rq->qi_qopen = dld_open;
	stream = kmem_zalloc(sizeof (*stream), KM_SLEEP);
	stream->st_rdinit = rq;
	ops->devo_cb_ops->cb_str = stream;
	if (ops->devo_getinfo == NULL)
		ops->devo_getinfo = mac_getinfo;
}

void
mac_fini_ops(struct dev_ops *ops)
{
	struct streamtab *stream = ops->devo_cb_ops->cb_str;

	kmem_free(stream->st_rdinit, sizeof (struct qinit));
	kmem_free(stream, sizeof (struct streamtab));
	ops->devo_cb_ops->cb_str = NULL;
}

minor_t
mac_private_minor(void)
{
	return (MAC_PRIVATE_MINOR);
}

int
mac_devt_to_instance(dev_t dev)
{
	minor_t minor = getminor(dev);

	if (minor > 0 && minor <= MAC_MAX_MINOR)
		return ((int)minor - 1);
	return (-1);
}

/*
 * dld's getinfo(9E): minors of instances map by arithmetic, those above by the
 * MAC that has them.
 */
int
mac_getinfo(dev_info_t *dip __unused, ddi_info_cmd_t cmd, void *arg,
    void **resp)
{
	dev_t dev = (dev_t)(uintptr_t)arg;
	minor_t minor = getminor(dev);
	dev_info_t *found = NULL;
	mac_impl_t *mip;

	if (cmd == DDI_INFO_DEVT2INSTANCE && mac_devt_to_instance(dev) != -1) {
		*resp = (void *)(uintptr_t)mac_devt_to_instance(dev);
		return (DDI_SUCCESS);
	}

	mutex_enter(&i_mac_lock);
	for (mip = list_head(&i_mac_list); mip != NULL;
	    mip = list_next(&i_mac_list, mip)) {
		if (mip->mi_minor == minor &&
		    ddi_driver_major(mip->mi_dip) == getmajor(dev)) {
			found = mip->mi_dip;
			break;
		}
	}
	mutex_exit(&i_mac_lock);
	if (found == NULL)
		return (DDI_FAILURE);

	switch (cmd) {
	case DDI_INFO_DEVT2DEVINFO:
		*resp = found;
		return (DDI_SUCCESS);
	case DDI_INFO_DEVT2INSTANCE:
		*resp = (void *)(uintptr_t)ddi_get_instance(found);
		return (DDI_SUCCESS);
	default:
		return (DDI_FAILURE);
	}
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
 * The perimeter.
 */
void
i_mac_perim_enter(mac_impl_t *mip)
{
	KERN_NO_LOCKS("mac perimeter");
	mutex_enter(&mip->mi_perim_lock);
	if (mip->mi_perim_owner != curthread) {
		while (mip->mi_perim_owner != NULL)
			cv_wait(&mip->mi_perim_cv, &mip->mi_perim_lock);
		mip->mi_perim_owner = curthread;
	}
	mip->mi_perim_count++;
	mutex_exit(&mip->mi_perim_lock);
}

static int
i_mac_perim_enter_nowait(mac_impl_t *mip)
{
	int err = 0;

	mutex_enter(&mip->mi_perim_lock);
	if (mip->mi_perim_owner == NULL || mip->mi_perim_owner == curthread) {
		mip->mi_perim_owner = curthread;
		mip->mi_perim_count++;
	} else {
		err = EBUSY;
	}
	mutex_exit(&mip->mi_perim_lock);
	return (err);
}

void
i_mac_perim_exit(mac_impl_t *mip)
{
	mutex_enter(&mip->mi_perim_lock);
	VERIFY(mip->mi_perim_owner == curthread);
	if (--mip->mi_perim_count == 0) {
		mip->mi_perim_owner = NULL;
		cv_signal(&mip->mi_perim_cv);
	}
	mutex_exit(&mip->mi_perim_lock);
}

void
mac_perim_enter_by_mh(mac_handle_t mh, mac_perim_handle_t *mphp)
{
	mac_impl_t *mip = (mac_impl_t *)mh;

	mac_check(mip, "mac_perim_enter_by_mh");
	i_mac_perim_enter(mip);
	*mphp = (mac_perim_handle_t)mip;
}

void
mac_perim_exit(mac_perim_handle_t mph)
{
	i_mac_perim_exit((mac_impl_t *)mph);
}

boolean_t
mac_perim_held(mac_handle_t mh)
{
	mac_impl_t *mip = (mac_impl_t *)mh;
	boolean_t held;

	mutex_enter(&mip->mi_perim_lock);
	held = (mip->mi_perim_owner == curthread);
	mutex_exit(&mip->mi_perim_lock);
	return (held);
}

/*
 * Notifications: bits for a thread of the MAC's own, so that a driver can send
 * them from anywhere.  They coalesce; the last state is what clients see.
 */
typedef struct mac_notify_cb {
	list_node_t	mncb_node;
	mac_impl_t	*mncb_mip;
	mac_notify_t	mncb_fn;
	void		*mncb_arg;
	uint_t		mncb_running;	/* mi_notify_lock */
} mac_notify_cb_t;

void
i_mac_notify(mac_impl_t *mip, mac_notify_type_t type)
{
	mutex_enter(&mip->mi_notify_lock);
	if (!mip->mi_notify_exit) {
		mip->mi_notify_bits |= (1U << type);
		cv_broadcast(&mip->mi_notify_cv);
	}
	mutex_exit(&mip->mi_notify_lock);
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
i_mac_notify_thread(void *arg)
{
	mac_impl_t *mip = arg;
	uint32_t bits;

	mutex_enter(&mip->mi_notify_lock);
	for (;;) {
		while (mip->mi_notify_bits == 0 && !mip->mi_notify_exit)
			cv_wait(&mip->mi_notify_cv, &mip->mi_notify_lock);
		if (mip->mi_notify_exit)
			break;
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
	thread_exit();
}

static void
i_mac_notify_exit(mac_impl_t *mip)
{
	kt_did_t did = 0;

	mutex_enter(&mip->mi_notify_lock);
	if (mip->mi_notify_thread != NULL) {
		did = mip->mi_notify_thread->t_did;
		mip->mi_notify_thread = NULL;
		mip->mi_notify_exit = B_TRUE;
		cv_broadcast(&mip->mi_notify_cv);
		while (mip->mi_notify_running)
			cv_wait(&mip->mi_notify_cv, &mip->mi_notify_lock);
	}
	mutex_exit(&mip->mi_notify_lock);
	if (did != 0)
		thread_join(did);
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
mac_capab(mac_impl_t *mip, mac_capab_t cap, void *data)
{
	const mac_callbacks_t *mc = mip->mi_callbacks;

	if ((mc->mc_callbacks & MC_GETCAPAB) == 0)
		return (B_FALSE);
	return (mc->mc_getcapab(mip->mi_driver, cap, data));
}

/*
 * What MAC asks of every driver that registers, before the driver has a handle.
 * No answer changes anything here, for there is nobody above who would use it;
 * but a driver must be able to be asked.
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
	mutex_init(&mip->mi_notify_lock, NULL, MUTEX_DEFAULT, NULL);
	cv_init(&mip->mi_notify_cv, NULL, CV_DEFAULT, NULL);
	list_create(&mip->mi_notify_cbs, sizeof (mac_notify_cb_t),
	    offsetof(mac_notify_cb_t, mncb_node));
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
	list_destroy(&mip->mi_notify_cbs);
	mutex_destroy(&mip->mi_addr_lock);
	mutex_destroy(&mip->mi_perim_lock);
	cv_destroy(&mip->mi_perim_cv);
	mutex_destroy(&mip->mi_notify_lock);
	cv_destroy(&mip->mi_notify_cv);
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

int
mac_register(mac_register_t *mregp, mac_handle_t *mhp)
{
	mac_impl_t *mip, *other;
	kdriver_t *kdp;
	minor_t minor = 0;
	uint_t instance;
	int err;

	KERN_NO_LOCKS("mac_register");

	kdp = dev_driver(ddi_driver_major(mregp->m_dip));
	if ((kdp->kd_flags & DN_GLDV3_DRIVER) == 0)
		return (EINVAL);
	if (strcmp(mregp->m_type_ident, mac_ether.mt_ident) != 0)
		return (EINVAL);
	if (hkfault(HK_FAULT_MAC))
		return (ENOSPC);

	switch (mregp->m_instance) {
	case 0:
		instance = ddi_get_instance(mregp->m_dip);
		break;
	case (uint_t)-1:
		if ((minor = mac_minor_hold(B_TRUE)) == 0)
			return (ENOSPC);
		instance = minor - 1;
		break;
	default:
		instance = mregp->m_instance;
		if (instance >= MAC_MAX_MINOR)
			return (EINVAL);
		break;
	}

	if (mregp->m_multicast_sdu == 0)
		mregp->m_multicast_sdu = mregp->m_max_sdu;
	if ((err = mac_register_check(mregp)) != 0)
		goto fail_minor;

	mip = mac_impl_create();
	mip->mi_minor = instance + 1;
	mip->mi_dip = mregp->m_dip;
	mip->mi_driver = mregp->m_driver;
	mip->mi_callbacks = mregp->m_callbacks;
	mip->mi_type = &mac_ether;
	(void) snprintf(mip->mi_name, sizeof (mip->mi_name), "%s%u",
	    ddi_driver_name(mip->mi_dip), instance);
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

	mip->mi_notify_running = B_TRUE;
	mip->mi_notify_thread = thread_create(NULL, 0, i_mac_notify_thread,
	    mip, 0, &p0, TS_RUN, minclsyspri);

	mac_init_capabs(mip);
	mac_driver_stat_create(mip);
	if ((err = mac_create_nodes(mip)) != 0)
		goto fail_stat;

	mutex_enter(&i_mac_lock);
	for (other = list_head(&i_mac_list); other != NULL;
	    other = list_next(&i_mac_list, other)) {
		if (strcmp(other->mi_name, mip->mi_name) == 0) {
			mutex_exit(&i_mac_lock);
			err = EEXIST;
			goto fail_nodes;
		}
	}
	list_insert_tail(&i_mac_list, mip);
	mip->mi_disabled = B_FALSE;
	mutex_exit(&i_mac_lock);

	*mhp = (mac_handle_t)mip;
	return (0);

fail_nodes:
	mac_remove_nodes(mip);
fail_stat:
	mac_driver_stat_delete(mip);
	i_mac_notify_exit(mip);
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
	list_remove(&i_mac_list, mip);
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
 * References.
 */
int
mac_open(const char *name, mac_handle_t *mhp)
{
	mac_impl_t *mip;
	int err = ENOENT;

	mutex_enter(&i_mac_lock);
	for (mip = list_head(&i_mac_list); mip != NULL;
	    mip = list_next(&i_mac_list, mip)) {
		if (strcmp(mip->mi_name, name) == 0 && !mip->mi_disabled) {
			mip->mi_ref++;
			*mhp = (mac_handle_t)mip;
			err = 0;
			break;
		}
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
	mac_check((mac_impl_t *)mh, "mac_capab_update");
	i_mac_notify((mac_impl_t *)mh, MAC_NOTE_CAPAB_CHG);
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

/*
 * Packets that go nowhere; the text is for DTrace.
 */
void
mac_drop_pkt(mblk_t *mp, const char *fmt __unused, ...)
{
	ASSERT(mp->b_next == NULL);
	freemsg(mp);
}

void
mac_drop_chain(mblk_t *chain, const char *fmt __unused, ...)
{
	mblk_t *next;

	for (; chain != NULL; chain = next) {
		next = chain->b_next;
		chain->b_next = NULL;
		freemsg(chain);
	}
}

/*
 * What a packet says of checksums and segmentation (mac_hcksum_get(9F)).
 */
void
mac_hcksum_get(const mblk_t *mp, uint32_t *start, uint32_t *stuff,
    uint32_t *end, uint32_t *value, uint32_t *flagsp)
{
	const dblk_t *db = mp->b_datap;
	uint32_t flags = db->db_struioun.cksum.flags & HCK_FLAGS;

	if ((flags & HCK_PARTIALCKSUM) != 0) {
		if (value != NULL)
			*value = db->db_cksum16;
		if (start != NULL)
			*start = (uint32_t)db->db_cksumstart;
		if (stuff != NULL)
			*stuff = (uint32_t)db->db_cksumstuff;
		if (end != NULL)
			*end = (uint32_t)db->db_cksumend;
	}
	if (flagsp != NULL)
		*flagsp = flags;
}

void
mac_hcksum_set(mblk_t *mp, uint32_t start, uint32_t stuff, uint32_t end,
    uint32_t value, uint32_t flags)
{
	dblk_t *db = mp->b_datap;

	db->db_cksumstart = start;
	db->db_cksumend = end;
	db->db_cksumstuff = stuff;
	db->db_struioun.cksum.flags &= ~HCK_FLAGS;
	db->db_struioun.cksum.flags |= (uint16_t)(flags & HCK_FLAGS);
	db->db_cksum16 = (uint16_t)value;
}

void
mac_hcksum_clone(const mblk_t *src, mblk_t *dst)
{
	const dblk_t *from = src->b_datap;
	dblk_t *to = dst->b_datap;

	to->db_struioun.cksum.flags = from->db_struioun.cksum.flags;
	to->db_cksumstart = from->db_cksumstart;
	to->db_cksumend = from->db_cksumend;
	to->db_cksumstuff = from->db_cksumstuff;
	to->db_cksum32 = from->db_cksum32;
}

void
mac_lso_get(mblk_t *mp, uint32_t *mssp, uint32_t *flagsp)
{
	const dblk_t *db = mp->b_datap;

	*flagsp = db->db_struioun.cksum.flags & HW_LSO;
	if (*flagsp != 0 && mssp != NULL)
		*mssp = db->db_struioun.cksum.pad;
}
