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
 * Credentials, as cred(9F) and os/cred.c of illumos: immutable once shared,
 * counted.  Supplementary groups and privilege sets have no use here: a user
 * has one group, and the privileges are those of HK_PRIV_*.
 */

#include <sys/atomic.h>
#include <sys/cmn_err.h>
#include <sys/cred.h>
#include <sys/debug.h>
#include <sys/int_limits.h>

#include "cred_impl.h"

struct cred *kcred;

static kmem_cache_t *cred_cache;

void
cred_init(void)
{
	cred_cache = kmem_cache_create_system("cred_cache", sizeof (cred_t), 0,
	    NULL, NULL, NULL);
	kcred = cred_make(0, 0, global_zone, HK_PRIV_ALL);
}

/*
 * Returns how many are still held.
 */
uint64_t
cred_fini(void)
{
	crfree(kcred);
	kcred = NULL;
	return (kmem_cache_destroy_system(cred_cache));
}

cred_t *
cred_make(uid_t uid, gid_t gid, zone_t *zone, uint_t privs)
{
	cred_t *cr = kmem_cache_take(cred_cache, thread_current(), KM_SLEEP);

	cr->cr_ref = 1;
	cr->cr_uid = uid;
	cr->cr_gid = gid;
	cr->cr_privs = privs;
	cr->cr_zone = zone;
	zone_hold(zone);
	return (cr);
}

void
crhold(cred_t *cr)
{
	VERIFY(atomic_inc_32_nv(&cr->cr_ref) > 1);
}

void
crfree(cred_t *cr)
{
	uint32_t ref = atomic_dec_32_nv(&cr->cr_ref);

	VERIFY(ref != UINT32_MAX);
	if (ref == 0) {
		zone_rele(cr->cr_zone);
		kmem_cache_give(cred_cache, thread_current(), cr);
	}
}

/*
 * One that can do nothing.
 */
cred_t *
cralloc(void)
{
	return (cred_make(0, 0, global_zone, 0));
}

/*
 * A copy of kcred.
 */
cred_t *
crget(void)
{
	return (crdup(kcred));
}

cred_t *
crdup(cred_t *cr)
{
	return (cred_make(cr->cr_uid, cr->cr_gid, cr->cr_zone, cr->cr_privs));
}

uint_t
crgetref(const cred_t *cr)
{
	return (cr->cr_ref);
}

uid_t
crgetuid(const cred_t *cr)
{
	return (cr->cr_uid);
}

uid_t
crgetruid(const cred_t *cr)
{
	return (cr->cr_uid);
}

gid_t
crgetgid(const cred_t *cr)
{
	return (cr->cr_gid);
}

zone_t *
crgetzone(const cred_t *cr)
{
	return (cr->cr_zone);
}

zoneid_t
crgetzoneid(const cred_t *cr)
{
	return (cr->cr_zone->zone_id);
}

/*
 * There are no projects but the system's.
 */
projid_t
crgetprojid(const cred_t *cr __unused)
{
	return (0);
}

int
groupmember(gid_t gid, const cred_t *cr)
{
	return (gid == cr->cr_gid);
}

cred_t *
zone_kcred(void)
{
	return (kcred);
}
