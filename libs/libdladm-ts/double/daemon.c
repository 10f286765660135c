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
 * What dlmgmtd keeps of links that a hosted kernel does not: the attributes of
 * the persistent ones.  They belong to one kernel, and are read from the file
 * when another one is met, with new ids for links that are only persistent.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "double.h"

static record_t *records;
static int records_kernel = -1;
static int records_err;

/*
 * dladm_errno2status(), of what hk_*() returned.
 */
int
hk_status(int result)
{
	switch (result < 0 ? -result : result) {
	case 0:
		return (ST_OK);
	case EINVAL:
		return (ST_BADARG);
	case EEXIST:
		return (ST_EXIST);
	case ENOENT:
		return (ST_NOTFOUND);
	case ENOSPC:
		return (ST_TOOSMALL);
	case ENOMEM:
		return (ST_NOMEM);
	case ENOTSUP:
		return (ST_NOTSUP);
	case ENETDOWN:
		return (ST_NONOTIF);
	case EACCES:
	case EPERM:
		return (ST_DENIED);
	case EIO:
		return (ST_IOERR);
	case EBUSY:
		return (ST_LINKBUSY);
	case EAGAIN:
		return (ST_TRYAGAIN);
	case ENOTEMPTY:
		return (ST_FLOW_EXISTS);
	case EADDRINUSE:
		return (ST_ADDRINUSE);
	default:
		return (ST_FAILED);
	}
}

static record_t *
record_find(uint32_t id)
{
	record_t *re;

	for (re = records; re != NULL && re->re_id != id; re = re->re_next)
		continue;
	return (re);
}

/*
 * The record of a link that is there: without attributes, if it had none.
 */
record_t *
daemon_record(uint32_t id)
{
	record_t *re = record_find(id);

	if (re == NULL && (re = calloc(1, sizeof (*re))) != NULL) {
		re->re_id = id;
		re->re_next = records;
		records = re;
	}
	return (re);
}

void
daemon_drop(uint32_t id)
{
	record_t **rep, *re;

	for (rep = &records; (re = *rep) != NULL; rep = &re->re_next) {
		if (re->re_id == id) {
			*rep = re->re_next;
			attr_free(&re->re_attrs);
			free(re);
			return;
		}
	}
}

void
daemon_forget(void)
{
	while (records != NULL)
		daemon_drop(records->re_id);
	records_kernel = -1;
}

/*
 * A line of the file: of a link that is active, or one that gets an id now.
 */
static int
daemon_take(line_t *li, void *arg)
{
	const dladm_handle_t *handle = arg;
	record_t *re;
	hk_dl_t dl;
	int result;

	(void) memset(&dl, 0, sizeof (dl));
	(void) strcpy(dl.hdl_name, li->li_name);
	if (hk_ioctl(handle->dh_daemon, HK_IOC_DLINFO, &dl) != 0) {
		dl.hdl_class = li->li_class;
		dl.hdl_media = li->li_media;
		dl.hdl_flags = HK_DL_PERSIST;
		result = hk_ioctl(handle->dh_daemon, HK_IOC_DLCREATE, &dl);
		/* A class that no hosted kernel knows: nobody sees it. */
		if (result != 0)
			return (0);
	}
	if ((re = daemon_record(dl.hdl_linkid)) == NULL)
		return (ENOMEM);
	/* Of a link's lines the first one counts. */
	if (re->re_attrs == NULL) {
		re->re_attrs = li->li_attrs;
		li->li_attrs = NULL;
	}
	return (0);
}

/*
 * A daemon that cannot read its file does not run.
 */
int
daemon_start(const dladm_handle_t *handle)
{
	if (handle == NULL || records_kernel == handle->dh_kernel)
		return (handle == NULL || records_err == 0 ?
		    ST_OK : ST_NOTFOUND);
	daemon_forget();
	records_kernel = handle->dh_kernel;
	records_err = file_read(daemon_take, (void *)handle);
	return (records_err == 0 ? ST_OK : ST_NOTFOUND);
}

/*
 * By hdl_linkid.
 */
int
daemon_link(const dladm_handle_t *handle, hk_dl_t *dl)
{
	const uint32_t id = dl->hdl_linkid;

	(void) memset(dl, 0, sizeof (*dl));
	dl->hdl_linkid = id;
	if (id == 0)
		return (ST_NOTFOUND);
	return (hk_status(hk_ioctl(handle->dh_hk, HK_IOC_DLINFO, dl)));
}

static int
link_visible(const hk_dl_t *dl, int32_t zoneid)
{
	if (dl->hdl_zoneid == zoneid)
		return (1);
#ifdef	DOUBLE_SMARTOS2021
	return (0);
#else
	/* On loan. */
	return (zoneid == 0 && (dl->hdl_flags & HK_DL_TRANSIENT) == 0);
#endif
}

/*
 * The next one that the caller's zone sees, after hdl_linkid.
 */
int
daemon_next(const dladm_handle_t *handle, hk_dl_t *dl)
{
	const int32_t zoneid = double_getzoneid(handle);
	int status;

	do {
		status = hk_status(hk_ioctl(handle->dh_hk, HK_IOC_DLNEXT, dl));
	} while (status == ST_OK && !link_visible(dl, zoneid));
	return (status);
}

int
daemon_named(const dladm_handle_t *handle, const char *name, hk_dl_t *dl)
{
	int status;

	(void) memset(dl, 0, sizeof (*dl));
	while ((status = daemon_next(handle, dl)) == ST_OK) {
		if (strcmp(dl->hdl_name, name) == 0)
			break;
	}
	return (status);
}
