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
 * The zones that there are, whether they run or not: what zonecfg(8) and
 * zoneadm(8) know of them.  They last as long as the kernel.
 *
 * A zone that runs is zone.c's as well, under another id each time.  One that
 * is just being booted, halted or destroyed is busy, and others wait.
 *
 * A zone can be tied to a network namespace of the host, which no other is.
 * What its name means is found out at creation and again at each boot; between
 * a halt and a boot, programs in the namespace are of that zone still, so that
 * they are in none.
 *
 * A program can be in a namespace that never was a zone's, or is not any more:
 * one that it has made itself, which takes no right where users may have user
 * namespaces, or one whose zone was destroyed, or has got another namespace at
 * its boot.  That must lead nobody out of a zone.  So from the first zone on
 * that was tied, namespaces are the global zone's, a zone's, or nobody's.
 */

#include <sys/debug.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/sysmacros.h>
#include <sys/systm.h>

#include "dev_impl.h"
#include "mac_kern.h"

typedef struct zonecfg {
	list_node_t	zc_link;	/* zonecfg_lock, as is the rest */
	boolean_t	zc_busy;
	hk_zone_t	zc_zone;	/* hz_zoneid, hz_state: zonecfg_lock */
	uint64_t	zc_netnsid;	/* 0: tied to none */
} zonecfg_t;

static kmutex_t zonecfg_lock;
static kcondvar_t zonecfg_cv;
static list_t zonecfgs;			/* by name */
static boolean_t zonecfg_tied;		/* zonecfg_lock; ever one was */

void
zonecfg_init(void)
{
	mutex_init(&zonecfg_lock, NULL, MUTEX_DEFAULT, NULL);
	cv_init(&zonecfg_cv, NULL, CV_DEFAULT, NULL);
	list_create(&zonecfgs, sizeof (zonecfg_t),
	    offsetof(zonecfg_t, zc_link));
	zonecfg_tied = B_FALSE;
}

void
zonecfg_fini(void)
{
	zonecfg_t *zc;

	while ((zc = list_remove_head(&zonecfgs)) != NULL)
		kmem_free(zc, sizeof (*zc));
	list_destroy(&zonecfgs);
	cv_destroy(&zonecfg_cv);
	mutex_destroy(&zonecfg_lock);
}

static zonecfg_t *
zonecfg_find(const char *name)
{
	zonecfg_t *zc;

	ASSERT(MUTEX_HELD(&zonecfg_lock));
	for (zc = list_head(&zonecfgs); zc != NULL;
	    zc = list_next(&zonecfgs, zc)) {
		if (strcmp(zc->zc_zone.hz_name, name) == 0)
			break;
	}
	return (zc);
}

/*
 * Take a zone, to do something to it.
 */
static int
zonecfg_enter(const char *name, zonecfg_t **zcp)
{
	zonecfg_t *zc;

	if (strcmp(name, GLOBAL_ZONENAME) == 0)
		return (EINVAL);
	mutex_enter(&zonecfg_lock);
	while ((zc = zonecfg_find(name)) != NULL && zc->zc_busy)
		cv_wait(&zonecfg_cv, &zonecfg_lock);
	if (zc != NULL)
		zc->zc_busy = B_TRUE;
	mutex_exit(&zonecfg_lock);
	*zcp = zc;
	return (zc != NULL ? 0 : ENOENT);
}

static void
zonecfg_exit(zonecfg_t *zc, uint32_t state, zoneid_t zoneid)
{
	mutex_enter(&zonecfg_lock);
	zc->zc_zone.hz_state = state;
	zc->zc_zone.hz_zoneid = zoneid;
	zc->zc_busy = B_FALSE;
	cv_broadcast(&zonecfg_cv);
	mutex_exit(&zonecfg_lock);
}

/*
 * The number of the namespace that a zone is to be tied to; 0: to none.
 */
static int
zonecfg_find_netns(const char *netns, uint64_t *idp)
{
	unsigned long long id = 0;
	int err;

	*idp = 0;
	if (netns[0] == '\0')
		return (0);
	err = border_errno_in(-host_netns_find(netns, &id));
	*idp = id;
	switch (err) {
	case ENOENT:
		return (ENODEV);
	case EPERM:
		return (EACCES);
	default:
		return (err);
	}
}

/*
 * Is another zone than `zc' tied to it?
 */
static boolean_t
zonecfg_netns_taken(uint64_t netnsid, const zonecfg_t *but)
{
	zonecfg_t *zc;

	ASSERT(MUTEX_HELD(&zonecfg_lock));
	for (zc = list_head(&zonecfgs); netnsid != 0 && zc != NULL;
	    zc = list_next(&zonecfgs, zc)) {
		if (zc != but && zc->zc_netnsid == netnsid)
			return (B_TRUE);
	}
	return (B_FALSE);
}

int
zonecfg_of_netns(uint64_t netnsid, boolean_t home, char *name,
    zoneid_t *zoneidp)
{
	zonecfg_t *zc;
	int err;

	mutex_enter(&zonecfg_lock);
	err = home || !zonecfg_tied ? ENOENT : EPERM;
	for (zc = list_head(&zonecfgs); zc != NULL;
	    zc = list_next(&zonecfgs, zc)) {
		if (netnsid == 0 || zc->zc_netnsid != netnsid)
			continue;
		(void) strlcpy(name, zc->zc_zone.hz_name, ZONENAME_MAX);
		*zoneidp = zc->zc_zone.hz_zoneid;
		err = 0;
		break;
	}
	mutex_exit(&zonecfg_lock);
	return (err);
}

void
zone_netns(zoneid_t zoneid, zone_netns_t *zn)
{
	zonecfg_t *zc;

	bzero(zn, sizeof (*zn));
	mutex_enter(&zonecfg_lock);
	for (zc = list_head(&zonecfgs); zc != NULL;
	    zc = list_next(&zonecfgs, zc)) {
		if (zc->zc_zone.hz_zoneid == zoneid) {
			zn->zn_id = zc->zc_netnsid;
			(void) strlcpy(zn->zn_name, zc->zc_zone.hz_netns,
			    sizeof (zn->zn_name));
			break;
		}
	}
	mutex_exit(&zonecfg_lock);
}

int
zonecfg_create(const hk_zone_t *hz)
{
	zonecfg_t *zc, *next;
	uint64_t netnsid;
	int err;

	if (strnlen(hz->hz_netns, sizeof (hz->hz_netns)) ==
	    sizeof (hz->hz_netns) || hz->hz_pad != 0 ||
	    (hz->hz_flags & ~HK_ZONE_SHARED_IP) != 0 ||
	    !zone_name_valid(hz->hz_name))
		return (EINVAL);
	if (strcmp(hz->hz_name, GLOBAL_ZONENAME) == 0)
		return (EEXIST);
	if (hz->hz_netns[0] != '\0' && (hz->hz_flags & HK_ZONE_SHARED_IP) != 0)
		return (EINVAL);
	if ((err = zonecfg_find_netns(hz->hz_netns, &netnsid)) != 0)
		return (err);

	zc = kmem_zalloc(sizeof (*zc), KM_SLEEP);
	zc->zc_netnsid = netnsid;
	zc->zc_zone.hz_zoneid = -1;
	zc->zc_zone.hz_state = HK_ZONE_CONFIGURED;
	zc->zc_zone.hz_flags = hz->hz_flags;
	(void) strlcpy(zc->zc_zone.hz_name, hz->hz_name,
	    sizeof (zc->zc_zone.hz_name));
	(void) strlcpy(zc->zc_zone.hz_netns, hz->hz_netns,
	    sizeof (zc->zc_zone.hz_netns));

	mutex_enter(&zonecfg_lock);
	if (zonecfg_find(hz->hz_name) != NULL)
		err = EEXIST;
	else if (zonecfg_netns_taken(netnsid, NULL))
		err = EADDRINUSE;
	if (err != 0) {
		mutex_exit(&zonecfg_lock);
		kmem_free(zc, sizeof (*zc));
		return (err);
	}
	for (next = list_head(&zonecfgs); next != NULL &&
	    strcmp(next->zc_zone.hz_name, hz->hz_name) < 0; )
		next = list_next(&zonecfgs, next);
	list_insert_before(&zonecfgs, next, zc);
	if (netnsid != 0)
		zonecfg_tied = B_TRUE;
	mutex_exit(&zonecfg_lock);
	return (0);
}

/*
 * The namespace of a zone that is about to be booted may be another by now.
 */
static int
zonecfg_tie(zonecfg_t *zc)
{
	uint64_t netnsid;
	int err;

	if ((err = zonecfg_find_netns(zc->zc_zone.hz_netns, &netnsid)) != 0)
		return (err);
	mutex_enter(&zonecfg_lock);
	if (zonecfg_netns_taken(netnsid, zc))
		err = EADDRINUSE;
	else
		zc->zc_netnsid = netnsid;
	mutex_exit(&zonecfg_lock);
	return (err);
}

int
zonecfg_boot(const char *name, zoneid_t *zoneidp)
{
	zonecfg_t *zc;
	int err;

	if ((err = zonecfg_enter(name, &zc)) != 0)
		return (err);
	*zoneidp = zc->zc_zone.hz_zoneid;
	if (zc->zc_zone.hz_state == HK_ZONE_RUNNING)
		err = EALREADY;
	else if ((err = zonecfg_tie(zc)) != 0 ||
	    (err = zone_boot(name, zc->zc_zone.hz_flags, zoneidp)) != 0)
		*zoneidp = -1;
	zonecfg_exit(zc, *zoneidp != -1 ? HK_ZONE_RUNNING :
	    HK_ZONE_CONFIGURED, *zoneidp);
	return (err);
}

int
zonecfg_halt(const char *name)
{
	zonecfg_t *zc;
	int err;

	if ((err = zonecfg_enter(name, &zc)) != 0)
		return (err);
	if (zc->zc_zone.hz_state != HK_ZONE_RUNNING)
		err = ESRCH;
	else
		err = zone_halt(zc->zc_zone.hz_zoneid, spec_kill_zone);
	if (err == EBUSY)
		zonecfg_exit(zc, HK_ZONE_RUNNING, zc->zc_zone.hz_zoneid);
	else
		zonecfg_exit(zc, HK_ZONE_CONFIGURED, -1);
	return (err);
}

int
zonecfg_destroy(const char *name)
{
	zonecfg_t *zc;
	int err;

	if ((err = zonecfg_enter(name, &zc)) != 0)
		return (err);
	if (zc->zc_zone.hz_state == HK_ZONE_RUNNING) {
		zonecfg_exit(zc, HK_ZONE_RUNNING, zc->zc_zone.hz_zoneid);
		return (EBUSY);
	}
	mutex_enter(&zonecfg_lock);
	list_remove(&zonecfgs, zc);
	cv_broadcast(&zonecfg_cv);
	mutex_exit(&zonecfg_lock);
	kmem_free(zc, sizeof (*zc));
	return (0);
}

/*
 * The first zone after hz_name that `zoneid' sees, which of other zones than
 * the global one is itself.
 */
int
zonecfg_next(hk_zone_t *hz, zoneid_t zoneid)
{
	zonecfg_t *zc;

	if (strnlen(hz->hz_name, sizeof (hz->hz_name)) == sizeof (hz->hz_name))
		return (EINVAL);
	if (zoneid == GLOBAL_ZONEID && hz->hz_name[0] == '\0') {
		bzero(hz, sizeof (*hz));
		hz->hz_zoneid = GLOBAL_ZONEID;
		hz->hz_state = HK_ZONE_RUNNING;
		(void) strlcpy(hz->hz_name, GLOBAL_ZONENAME,
		    sizeof (hz->hz_name));
		return (0);
	}
	if (strcmp(hz->hz_name, GLOBAL_ZONENAME) == 0)
		hz->hz_name[0] = '\0';

	mutex_enter(&zonecfg_lock);
	for (zc = list_head(&zonecfgs); zc != NULL;
	    zc = list_next(&zonecfgs, zc)) {
		if (strcmp(zc->zc_zone.hz_name, hz->hz_name) > 0 &&
		    (zoneid == GLOBAL_ZONEID ||
		    zc->zc_zone.hz_zoneid == zoneid))
			break;
	}
	if (zc != NULL)
		*hz = zc->zc_zone;
	mutex_exit(&zonecfg_lock);
	return (zc != NULL ? 0 : ENOENT);
}
