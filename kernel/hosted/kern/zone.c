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
 * Zones, their network stacks, and what drivers keep for each (os/zone.c and
 * os/netstack.c of illumos).
 *
 * A zone is found from zone_boot() until its destroy callbacks have run, and
 * its memory stays while somebody holds it: credentials of processes elsewhere
 * that came from it do.
 */

#include <sys/atomic.h>
#include <sys/cmn_err.h>
#include <sys/debug.h>
#include <sys/errno.h>
#include <sys/int_limits.h>
#include <sys/kmem.h>
#include <sys/sysmacros.h>
#include <sys/systm.h>
#include <sys/zone.h>

#include "cred_impl.h"

typedef struct zsd_key {
	list_node_t	zk_link;	/* zone_lock */
	zone_key_t	zk_key;		/* RO */
	void		*(*zk_create)(zoneid_t);
	void		(*zk_shutdown)(zoneid_t, void *);
	void		(*zk_destroy)(zoneid_t, void *);
} zsd_key_t;

typedef struct zsd_data {
	list_node_t	zd_link;	/* zone_lock */
	zone_key_t	zd_key;		/* RO */
	void		*zd_data;	/* zone_lock */
} zsd_data_t;

typedef struct zone_impl {
	zone_t		zi_zone;	/* first */
	netstack_t	zi_netstack;
	list_node_t	zi_link;	/* zone_lock */
	volatile uint32_t zi_ref;	/* atomic */
	zone_status_t	zi_status;	/* zone_lock */
	uint_t		zi_nthreads;	/* zone_lock; kernel threads of it */
	uint_t		zi_nlenders;	/* zone_lock; links on their way in */
	list_t		zi_zsd;		/* zone_lock */
	char		zi_name[ZONENAME_MAX];
} zone_impl_t;

zone_t *global_zone;
int (*zone_reclaim_hook)(zoneid_t);

/*
 * zone_busy keeps zones and keys as they are while callbacks run, which is
 * without the lock: one at a time creates or destroys a zone or a key.
 */
static zone_impl_t zone0;
static kmutex_t zone_lock;
static kcondvar_t zone_cv;
static boolean_t zone_busy;		/* zone_lock */
static list_t zones;			/* zone_lock; by id */
static list_t zsd_keys;			/* zone_lock */
static zone_key_t zsd_lastkey;		/* zone_lock */
static zoneid_t zone_lastid;		/* zone_lock */

static void
zone_manage_enter(void)
{
	mutex_enter(&zone_lock);
	while (zone_busy)
		cv_wait(&zone_cv, &zone_lock);
	zone_busy = B_TRUE;
	mutex_exit(&zone_lock);
}

static void
zone_manage_exit(void)
{
	mutex_enter(&zone_lock);
	zone_busy = B_FALSE;
	cv_broadcast(&zone_cv);
	mutex_exit(&zone_lock);
}

static void
zone_setup(zone_impl_t *zi, const char *name, zoneid_t id, uint_t flags)
{
	(void) strlcpy(zi->zi_name, name, sizeof (zi->zi_name));
	zi->zi_zone.zone_id = id;
	zi->zi_zone.zone_name = zi->zi_name;
	zi->zi_zone.zone_flags = (ushort_t)flags;
	zi->zi_zone.zone_netstack = (flags & ZF_NET_EXCL) ?
	    &zi->zi_netstack : &zone0.zi_netstack;
	zi->zi_netstack.netstack_stackid = id;
	zi->zi_ref = 1;
	zi->zi_status = ZONE_IS_RUNNING;
	list_create(&zi->zi_zsd, sizeof (zsd_data_t),
	    offsetof(zsd_data_t, zd_link));
}

void
zone_init(void)
{
	mutex_init(&zone_lock, "zone_lock", MUTEX_DEFAULT, NULL);
	cv_init(&zone_cv, NULL, CV_DEFAULT, NULL);
	list_create(&zones, sizeof (zone_impl_t),
	    offsetof(zone_impl_t, zi_link));
	list_create(&zsd_keys, sizeof (zsd_key_t),
	    offsetof(zsd_key_t, zk_link));
	zone_lastid = GLOBAL_ZONEID;

	bzero(&zone0, sizeof (zone0));
	zone_setup(&zone0, GLOBAL_ZONENAME, GLOBAL_ZONEID, ZF_NET_EXCL);
	list_insert_head(&zones, &zone0);
	global_zone = &zone0.zi_zone;
	cred_init();
	p0.p_zone = global_zone;
	p0.p_cred = kcred;
}

/*
 * What a halted kernel still had is gone with it, and said.
 */
uint64_t
zone_fini(void)
{
	uint64_t left = 0, n;
	zone_impl_t *zi;
	zsd_key_t *zk;

	while ((zi = list_tail(&zones)) != &zone0) {
		cmn_err(CE_WARN, "leak: zone %s", zi->zi_name);
		(void) zone_halt(zi->zi_zone.zone_id, NULL);
		left++;
	}
	while ((zk = list_head(&zsd_keys)) != NULL) {
		cmn_err(CE_WARN, "leak: zone key %u", zk->zk_key);
		(void) zone_key_delete(zk->zk_key);
		left++;
	}
	p0.p_zone = NULL;
	p0.p_cred = NULL;
	if ((n = cred_fini()) != 0) {
		cmn_err(CE_WARN, "leak: %lu credentials", n);
		left += n;
	}
	if (zone0.zi_ref != 1) {
		cmn_err(CE_WARN, "leak: %u holds of zones", zone0.zi_ref - 1);
		left++;
	}

	list_remove(&zones, &zone0);
	list_destroy(&zone0.zi_zsd);
	list_destroy(&zsd_keys);
	list_destroy(&zones);
	cv_destroy(&zone_cv);
	mutex_destroy(&zone_lock);
	global_zone = NULL;
	return (left);
}

void
zone_hold(zone_t *zone)
{
	atomic_inc_32(&((zone_impl_t *)zone)->zi_ref);
}

void
zone_rele(zone_t *zone)
{
	zone_impl_t *zi = (zone_impl_t *)zone;
	uint32_t ref = atomic_dec_32_nv(&zi->zi_ref);

	VERIFY(ref != UINT32_MAX);
	if (ref == 0) {
		VERIFY(zi != &zone0);
		list_destroy(&zi->zi_zsd);
		kmem_free(zi, sizeof (*zi));
	}
}

static zone_impl_t *
zone_lookup(zoneid_t id)
{
	zone_impl_t *zi;

	for (zi = list_head(&zones); zi != NULL; zi = list_next(&zones, zi)) {
		if (zi->zi_zone.zone_id == id)
			break;
	}
	return (zi);
}

static zone_impl_t *
zone_lookup_name(const char *name)
{
	zone_impl_t *zi;

	for (zi = list_head(&zones); zi != NULL; zi = list_next(&zones, zi)) {
		if (strcmp(zi->zi_name, name) == 0)
			break;
	}
	return (zi);
}

/*
 * Both return the zone held, or NULL.
 */
zone_t *
zone_find_by_id(zoneid_t id)
{
	zone_impl_t *zi;

	mutex_enter(&zone_lock);
	if ((zi = zone_lookup(id)) != NULL)
		zone_hold(&zi->zi_zone);
	mutex_exit(&zone_lock);
	return ((zone_t *)zi);
}

zone_t *
zone_find_by_name(char *name)
{
	zone_impl_t *zi;

	mutex_enter(&zone_lock);
	if ((zi = zone_lookup_name(name)) != NULL)
		zone_hold(&zi->zi_zone);
	mutex_exit(&zone_lock);
	return ((zone_t *)zi);
}

zone_status_t
zone_status_get(zone_t *zone)
{
	return (__atomic_load_n(&((zone_impl_t *)zone)->zi_status,
	    __ATOMIC_ACQUIRE));
}

/*
 * Call `cb' for each zone until it returns something else than 0.
 */
int
zone_walk(int (*cb)(zone_t *, void *), void *data)
{
	zone_impl_t *zi;
	int ret = 0;

	mutex_enter(&zone_lock);
	for (zi = list_head(&zones); zi != NULL && ret == 0;
	    zi = list_next(&zones, zi))
		ret = cb(&zi->zi_zone, data);
	mutex_exit(&zone_lock);
	return (ret);
}

int
zone_next(zoneid_t after, hk_zone_t *hz)
{
	zone_impl_t *zi;

	mutex_enter(&zone_lock);
	for (zi = list_head(&zones); zi != NULL; zi = list_next(&zones, zi)) {
		if (zi->zi_zone.zone_id > after)
			break;
	}
	if (zi != NULL) {
		bzero(hz, sizeof (*hz));
		hz->hz_zoneid = zi->zi_zone.zone_id;
		hz->hz_state = HK_ZONE_RUNNING;
		if (!(zi->zi_zone.zone_flags & ZF_NET_EXCL))
			hz->hz_flags |= HK_ZONE_SHARED_IP;
		(void) strlcpy(hz->hz_name, zi->zi_name, sizeof (hz->hz_name));
	}
	mutex_exit(&zone_lock);
	return (zi == NULL ? ENOENT : 0);
}

/*
 * What drivers keep for each zone.
 */

static zsd_data_t *
zsd_lookup(zone_impl_t *zi, zone_key_t key)
{
	zsd_data_t *zd;

	ASSERT(MUTEX_HELD(&zone_lock));
	for (zd = list_head(&zi->zi_zsd); zd != NULL;
	    zd = list_next(&zi->zi_zsd, zd)) {
		if (zd->zd_key == key)
			break;
	}
	return (zd);
}

/*
 * illumos asserts that what the callback returns is something.
 */
static void
zsd_create(zone_impl_t *zi, zsd_key_t *zk)
{
	zsd_data_t *zd;

	zd = kmem_zalloc(sizeof (*zd), KM_SLEEP);
	zd->zd_key = zk->zk_key;
	if (zk->zk_create != NULL) {
		KERN_NO_LOCKS("zone create callback");
		zd->zd_data = zk->zk_create(zi->zi_zone.zone_id);
		ASSERT(zd->zd_data != NULL);
	}
	mutex_enter(&zone_lock);
	list_insert_tail(&zi->zi_zsd, zd);
	mutex_exit(&zone_lock);
}

static void
zsd_shutdown(zone_impl_t *zi, zsd_key_t *zk)
{
	if (zk->zk_shutdown != NULL) {
		zk->zk_shutdown(zi->zi_zone.zone_id,
		    zone_getspecific(zk->zk_key, &zi->zi_zone));
	}
}

static void
zsd_destroy(zone_impl_t *zi, zsd_key_t *zk)
{
	zsd_data_t *zd;

	mutex_enter(&zone_lock);
	if ((zd = zsd_lookup(zi, zk->zk_key)) != NULL)
		list_remove(&zi->zi_zsd, zd);
	mutex_exit(&zone_lock);
	if (zd == NULL)
		return;
	if (zk->zk_destroy != NULL)
		zk->zk_destroy(zi->zi_zone.zone_id, zd->zd_data);
	kmem_free(zd, sizeof (*zd));
}

/*
 * Zones and keys stay as they are: the caller manages.
 */
static void
zsd_each_key(zone_impl_t *zi, void (*func)(zone_impl_t *, zsd_key_t *))
{
	zsd_key_t *zk;

	for (zk = list_head(&zsd_keys); zk != NULL;
	    zk = list_next(&zsd_keys, zk))
		func(zi, zk);
}

static void
zsd_each_zone(zsd_key_t *zk, void (*func)(zone_impl_t *, zsd_key_t *))
{
	zone_impl_t *zi;

	for (zi = list_head(&zones); zi != NULL; zi = list_next(&zones, zi))
		func(zi, zk);
}

void
zone_key_create(zone_key_t *keyp, void *(*create)(zoneid_t),
    void (*shutdown)(zoneid_t, void *), void (*destroy)(zoneid_t, void *))
{
	zsd_key_t *zk;

	zk = kmem_zalloc(sizeof (*zk), KM_SLEEP);
	zk->zk_create = create;
	zk->zk_shutdown = shutdown;
	zk->zk_destroy = destroy;

	zone_manage_enter();
	mutex_enter(&zone_lock);
	zk->zk_key = ++zsd_lastkey;
	list_insert_tail(&zsd_keys, zk);
	mutex_exit(&zone_lock);
	zsd_each_zone(zk, zsd_create);
	*keyp = zk->zk_key;
	zone_manage_exit();
}

int
zone_key_delete(zone_key_t key)
{
	zsd_key_t *zk;

	zone_manage_enter();
	for (zk = list_head(&zsd_keys); zk != NULL && zk->zk_key != key; )
		zk = list_next(&zsd_keys, zk);
	if (zk == NULL) {
		zone_manage_exit();
		return (-1);
	}
	zsd_each_zone(zk, zsd_shutdown);
	zsd_each_zone(zk, zsd_destroy);
	mutex_enter(&zone_lock);
	list_remove(&zsd_keys, zk);
	mutex_exit(&zone_lock);
	zone_manage_exit();
	kmem_free(zk, sizeof (*zk));
	return (0);
}

void *
zone_getspecific(zone_key_t key, zone_t *zone)
{
	zsd_data_t *zd;
	void *data;

	mutex_enter(&zone_lock);
	zd = zsd_lookup((zone_impl_t *)zone, key);
	data = zd == NULL ? NULL : zd->zd_data;
	mutex_exit(&zone_lock);
	return (data);
}

int
zone_setspecific(zone_key_t key, zone_t *zone, const void *data)
{
	zsd_data_t *zd;

	mutex_enter(&zone_lock);
	if ((zd = zsd_lookup((zone_impl_t *)zone, key)) != NULL)
		zd->zd_data = (void *)(uintptr_t)data;
	mutex_exit(&zone_lock);
	return (zd == NULL ? -1 : 0);
}

/*
 * Boot and halt.
 */

boolean_t
zone_name_valid(const char *name)
{
	size_t i;

	for (i = 0; name[i] != '\0'; i++) {
		char c = name[i];
		boolean_t alnum = (c >= 'a' && c <= 'z') ||
		    (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

		if (!alnum && (i == 0 || (c != '-' && c != '_' && c != '.')))
			return (B_FALSE);
	}
	return (i > 0 && i < ZONENAME_MAX && strncmp(name, "SUNW", 4) != 0);
}

/*
 * Ids go round and round, as on illumos.  -1: none is free.
 */
static zoneid_t
zone_newid(void)
{
	zoneid_t id = zone_lastid;
	uint_t i;

	for (i = 0; i < MAX_ZONEID; i++) {
		id = id == MAX_ZONEID ? MIN_USERZONEID : id + 1;
		if (zone_lookup(id) == NULL)
			return (zone_lastid = id);
	}
	return (-1);
}

static void
zone_insert(zone_impl_t *zi)
{
	zone_impl_t *next;

	for (next = list_head(&zones); next != NULL &&
	    next->zi_zone.zone_id < zi->zi_zone.zone_id; )
		next = list_next(&zones, next);
	list_insert_before(&zones, next, zi);
}

int
zone_boot(const char *name, uint_t flags, zoneid_t *zoneidp)
{
	zone_impl_t *zi;
	zoneid_t id = -1;
	int error = 0;

	if (!zone_name_valid(name) || (flags & ~HK_ZONE_SHARED_IP) != 0)
		return (EINVAL);

	zi = kmem_zalloc(sizeof (*zi), KM_SLEEP);
	zone_manage_enter();
	mutex_enter(&zone_lock);
	if (zone_lookup_name(name) != NULL)
		error = EEXIST;
	else if ((id = zone_newid()) == -1)
		error = EAGAIN;
	mutex_exit(&zone_lock);
	if (error != 0) {
		zone_manage_exit();
		kmem_free(zi, sizeof (*zi));
		return (error);
	}

	zone_setup(zi, name, id,
	    (flags & HK_ZONE_SHARED_IP) ? 0 : ZF_NET_EXCL);
	zsd_each_key(zi, zsd_create);
	mutex_enter(&zone_lock);
	zone_insert(zi);
	mutex_exit(&zone_lock);
	zone_manage_exit();
	*zoneidp = id;
	return (0);
}

static void
zone_set_status(zone_impl_t *zi, zone_status_t status)
{
	__atomic_store_n(&zi->zi_status, status, __ATOMIC_RELEASE);
}

/*
 * A zone goes down when the last of its kernel threads has gone.  As on
 * illumos, who makes one is of the zone and so keeps it from being empty.
 */
void
zone_thread_enter(zone_t *zone)
{
	mutex_enter(&zone_lock);
	((zone_impl_t *)zone)->zi_nthreads++;
	mutex_exit(&zone_lock);
}

void
zone_thread_exit(zone_t *zone)
{
	mutex_enter(&zone_lock);
	VERIFY(((zone_impl_t *)zone)->zi_nthreads > 0);
	if (--((zone_impl_t *)zone)->zi_nthreads == 0)
		cv_broadcast(&zone_cv);
	mutex_exit(&zone_lock);
}

static void
zone_thread_wait(zone_impl_t *zi)
{
	mutex_enter(&zone_lock);
	while (zi->zi_nthreads != 0)
		cv_wait(&zone_cv, &zone_lock);
	mutex_exit(&zone_lock);
}

/*
 * A link may come into the zone as long as it runs, and a halt waits for those
 * on their way: what it looks through then is all that there is.
 */
boolean_t
zone_lend_enter(zone_t *zone)
{
	zone_impl_t *zi = (zone_impl_t *)zone;
	boolean_t runs;

	mutex_enter(&zone_lock);
	if ((runs = zi->zi_status < ZONE_IS_SHUTTING_DOWN) != B_FALSE)
		zi->zi_nlenders++;
	mutex_exit(&zone_lock);
	return (runs);
}

void
zone_lend_exit(zone_t *zone)
{
	mutex_enter(&zone_lock);
	VERIFY(((zone_impl_t *)zone)->zi_nlenders > 0);
	if (--((zone_impl_t *)zone)->zi_nlenders == 0)
		cv_broadcast(&zone_cv);
	mutex_exit(&zone_lock);
}

/*
 * What zone_shutdown() does, and from the wait for threads on zone_destroy().
 * In between zoneadmd(8) looks whether a link was left behind that belongs to
 * somebody else, tries to take it back, and gives up if it cannot: then the
 * zone stays, without a process, until somebody halts it again.
 */
int
zone_halt(zoneid_t id, void (*kill)(zoneid_t))
{
	zone_impl_t *zi;
	boolean_t again = B_FALSE;

	if (id == GLOBAL_ZONEID)
		return (EINVAL);

	zone_manage_enter();
	mutex_enter(&zone_lock);
	if ((zi = zone_lookup(id)) != NULL) {
		again = zi->zi_status >= ZONE_IS_SHUTTING_DOWN;
		if (!again)
			zone_set_status(zi, ZONE_IS_SHUTTING_DOWN);
		while (zi->zi_nlenders != 0)
			cv_wait(&zone_cv, &zone_lock);
	}
	mutex_exit(&zone_lock);
	if (zi == NULL) {
		zone_manage_exit();
		return (ENOENT);
	}

	if (!again) {
		if (kill != NULL)
			kill(id);
		zone_set_status(zi, ZONE_IS_EMPTY);
		zsd_each_key(zi, zsd_shutdown);
	}
	if (zone_reclaim_hook != NULL && zone_reclaim_hook(id) != 0) {
		zone_manage_exit();
		return (EBUSY);
	}
	zone_thread_wait(zi);
	zone_set_status(zi, ZONE_IS_DOWN);
	zsd_each_key(zi, zsd_destroy);
	zone_set_status(zi, ZONE_IS_DEAD);

	mutex_enter(&zone_lock);
	list_remove(&zones, zi);
	mutex_exit(&zone_lock);
	zone_manage_exit();
	zone_rele(&zi->zi_zone);
	return (0);
}

/*
 * Network stacks: that of the zone, or for a shared one that of the global
 * zone.
 */

static zone_t *
netstack_zone(netstack_t *ns)
{
	return (&((zone_impl_t *)__containerof(ns, zone_impl_t,
	    zi_netstack))->zi_zone);
}

void
netstack_hold(netstack_t *ns)
{
	zone_hold(netstack_zone(ns));
}

void
netstack_rele(netstack_t *ns)
{
	zone_rele(netstack_zone(ns));
}

netstack_t *
netstack_find_by_cred(const cred_t *cr)
{
	netstack_t *ns = crgetzone(cr)->zone_netstack;

	netstack_hold(ns);
	return (ns);
}

netstack_t *
netstack_find_by_zoneid(zoneid_t id)
{
	netstack_t *ns = NULL;
	zone_impl_t *zi;

	mutex_enter(&zone_lock);
	if ((zi = zone_lookup(id)) != NULL) {
		ns = zi->zi_zone.zone_netstack;
		netstack_hold(ns);
	}
	mutex_exit(&zone_lock);
	return (ns);
}

netstack_t *
netstack_find_by_stackid(netstackid_t stackid)
{
	netstack_t *ns = netstack_find_by_zoneid(stackid);

	if (ns != NULL && ns->netstack_stackid != stackid) {
		netstack_rele(ns);
		ns = NULL;
	}
	return (ns);
}

zoneid_t
netstackid_to_zoneid(netstackid_t stackid)
{
	return (stackid);
}

netstackid_t
zoneid_to_netstackid(zoneid_t id)
{
	netstack_t *ns = netstack_find_by_zoneid(id);
	netstackid_t stackid = GLOBAL_NETSTACKID;

	if (ns != NULL) {
		stackid = ns->netstack_stackid;
		netstack_rele(ns);
	}
	return (stackid);
}
