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
 * The calls that the kernel makes to the link management daemon, as those of
 * uts/common/io/dls/dls_mgmt.c of illumos.
 */

#include <sys/cmn_err.h>
#include <sys/debug.h>
#include <sys/errno.h>
#include <sys/systm.h>

#include "dlmgmt.h"

/*
 * They go through a door on illumos: they sleep, and they
 * fail with EBADF while no daemon is there.  A signal ends the caller's wait
 * with EINTR, and not the call: the daemon, which does not let itself be
 * cancelled, does what it was asked to, and *lostp says that nobody hears of
 * it.  A thread that is no process's gets no signals.
 */
static int
dls_mgmt_upcall(const char *what __maybe_unused, boolean_t *lostp)
{
	int err;

	KERN_NO_LOCKS(what);
	*lostp = B_FALSE;
	if (thread_is_kernel() && fault_error(HK_FAULT_UPCALL, 0) == EINTR)
		return (0);
	err = hkfault_error(HK_FAULT_UPCALL, EBADF);
	if (err != EINTR)
		return (err);
	*lostp = B_TRUE;
	return (0);
}

static int
dls_mgmt_return(int err, boolean_t lost)
{
	return (lost ? EINTR : err);
}

int
dls_mgmt_create(const char *name, dev_t dev __unused, datalink_class_t class,
    uint32_t media, boolean_t persist, datalink_id_t *linkidp)
{
	boolean_t lost;
	hk_dl_t dl;
	int err;

	if ((err = dls_mgmt_upcall("dls_mgmt_create", &lost)) != 0)
		return (err);
	bzero(&dl, sizeof (dl));
	if (strlcpy(dl.hdl_name, name, sizeof (dl.hdl_name)) >=
	    sizeof (dl.hdl_name))
		return (EINVAL);
	dl.hdl_class = class;
	dl.hdl_media = media;
	dl.hdl_flags = HK_DL_ACTIVE | (persist ? HK_DL_PERSIST : 0);
	dl.hdl_zoneid = getzoneid();
	if ((err = dls_mgmt_return(dlmgmt_create(&dl), lost)) == 0)
		*linkidp = dl.hdl_linkid;
	return (err);
}

int
dls_mgmt_destroy(datalink_id_t linkid, boolean_t persist)
{
	boolean_t lost;
	int err;

	if ((err = dls_mgmt_upcall("dls_mgmt_destroy", &lost)) != 0)
		return (err);
	err = dlmgmt_remove(linkid, getzoneid(),
	    HK_DL_ACTIVE | (persist ? HK_DL_PERSIST : 0));
	return (dls_mgmt_return(err, lost));
}

int
dls_mgmt_get_linkinfo(datalink_id_t linkid, char *name,
    datalink_class_t *classp, uint32_t *mediap, uint32_t *flagsp)
{
	boolean_t lost;
	hk_dl_t dl;
	int err;

	if ((err = dls_mgmt_upcall("dls_mgmt_get_linkinfo", &lost)) != 0)
		return (err);
	if (linkid == DATALINK_INVALID_LINKID)
		return (ENOENT);
	bzero(&dl, sizeof (dl));
	dl.hdl_linkid = linkid;
	if ((err = dls_mgmt_return(dlmgmt_info(&dl, getzoneid()), lost)) != 0)
		return (err);
	if (name != NULL)
		(void) strlcpy(name, dl.hdl_name, MAXLINKNAMELEN);
	if (classp != NULL)
		*classp = dl.hdl_class;
	if (mediap != NULL)
		*mediap = dl.hdl_media;
	if (flagsp != NULL)
		*flagsp = dl.hdl_flags;
	return (0);
}

int
dls_mgmt_get_linkid(const char *name, datalink_id_t *linkidp)
{
	boolean_t lost;
	hk_dl_t dl;
	int err;

	if ((err = dls_mgmt_upcall("dls_mgmt_get_linkid", &lost)) != 0)
		return (err);
	bzero(&dl, sizeof (dl));
	(void) strlcpy(dl.hdl_name, name, sizeof (dl.hdl_name));
	if ((err = dls_mgmt_return(dlmgmt_info(&dl, getzoneid()), lost)) == 0)
		*linkidp = dl.hdl_linkid;
	return (err);
}

datalink_id_t
dls_mgmt_get_next(datalink_id_t linkid, datalink_class_t class,
    datalink_media_t media, uint32_t flags)
{
	zoneid_t zoneid = getzoneid();
	boolean_t lost;
	hk_dl_t dl;

	if (dls_mgmt_upcall("dls_mgmt_get_next", &lost) != 0 || lost)
		return (DATALINK_INVALID_LINKID);
	bzero(&dl, sizeof (dl));
	dl.hdl_linkid = linkid;
	while (dlmgmt_next(&dl, zoneid) == 0) {
		if ((dl.hdl_class & class) != 0 &&
		    (media == DATALINK_ANY_MEDIATYPE ||
		    dl.hdl_media == media) && (dl.hdl_flags & flags) != 0)
			return (dl.hdl_linkid);
	}
	return (DATALINK_INVALID_LINKID);
}

/*
 * SETZONEID: a link moves to another zone.  Only the global zone asks for that.
 */
int
dls_mgmt_setzoneid(datalink_id_t linkid, zoneid_t zoneid)
{
	boolean_t lost;
	int err;

	if ((err = dls_mgmt_upcall("dls_mgmt_setzoneid", &lost)) != 0)
		return (err);
	return (dls_mgmt_return(dlmgmt_setzone(linkid, zoneid), lost));
}
