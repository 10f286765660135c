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
 * The functions of libdladm about names, ids and records.
 */

#include <stdlib.h>
#include <string.h>
#include "double.h"

static dladm_handle_t *handles;

static int
handle_known(const dladm_handle_t *handle)
{
	const dladm_handle_t *dh;

	for (dh = handles; dh != NULL && dh != handle; dh = dh->dh_next)
		continue;
	if (dh == NULL)
		call_misuse("a handle that is not open");
	return (dh != NULL);
}

static int
handle_make(dladm_handle_t **handlep)
{
	dladm_handle_t *dh;
	int result;

	if ((dh = calloc(1, sizeof (*dh))) == NULL)
		return (ST_NOMEM);
	if ((result = handle_enter(dh)) != 0) {
		free(dh);
		return (hk_status(result));
	}
	dh->dh_next = handles;
	handles = dh;
	call_held(1);
	*handlep = dh;
	return (ST_OK);
}

wide_t
dladm_open(dladm_handle_t **handlep)
{
	int status = call_enter("dladm_open", NULL);

	if (status == ST_OK)
		status = handlep == NULL ? ST_BADARG : handle_make(handlep);
	return (call_leave(status));
}

void
dladm_close(dladm_handle_t *handle)
{
	dladm_handle_t **dhp;

	(void) call_enter("dladm_close", NULL);
	if (handle_known(handle)) {
		for (dhp = &handles; *dhp != handle; dhp = &(*dhp)->dh_next)
			continue;
		*dhp = handle->dh_next;
		handle_leave(handle);
		free(handle);
		call_held(-1);
	}
	(void) call_leave(ST_OK);
}

/*
 * Enter a function of an open handle.
 */
int
enter(const char *function, const dladm_handle_t *handle)
{
	const int known = handle_known(handle);
	const int status = call_enter(function, known ? handle : NULL);

	return (known ? status : ST_BADARG);
}

static int
valid_name(const char *link)
{
	const size_t len = strlen(link);
	size_t i, digits;

	if (len == 0 || len >= HK_NAMELEN || (link[0] >= '0' && link[0] <= '9'))
		return (0);
	for (i = 0; i < len; i++) {
		if (!((link[i] >= '0' && link[i] <= '9') ||
		    (link[i] >= 'a' && link[i] <= 'z') ||
		    (link[i] >= 'A' && link[i] <= 'Z') ||
		    link[i] == '_' || link[i] == '.'))
			return (0);
	}
	for (i = len; i > 0 && link[i - 1] >= '0' && link[i - 1] <= '9'; i--)
		continue;
	digits = len - i;
	return (digits == 1 || (digits > 1 && link[i] != '0'));
}

wide_t
dladm_valid_linkname(const char *link)
{
	return (wide(valid_name(link)));
}

static int
id_create(const dladm_handle_t *handle, const char *link, uint32_t class,
    uint32_t media, uint32_t flags, uint32_t *idp)
{
	hk_dl_t dl;
	int status;

	if (link == NULL || class == CLASS_ALL || idp == NULL ||
	    (flags & (OPT_ACTIVE | OPT_PERSIST)) == 0)
		return (ST_BADARG);
#ifdef	DOUBLE_GATE2025
	if (double_getzoneid(handle) != 0 && (flags & OPT_PERSIST) != 0)
		return (ST_TEMPONLY);
#endif
	(void) memset(&dl, 0, sizeof (dl));
	(void) strncpy(dl.hdl_name, link, sizeof (dl.hdl_name) - 1);
	dl.hdl_class = class;
	dl.hdl_media = media;
	dl.hdl_flags = flags & (HK_DL_ACTIVE | HK_DL_PERSIST);
	status = hk_status(hk_ioctl(handle->dh_hk, HK_IOC_DLCREATE, &dl));
	if (status == ST_OK) {
		/* Whatever a link of this id had is not this one's. */
		daemon_drop(dl.hdl_linkid);
		*idp = dl.hdl_linkid;
	}
	return (status);
}

wide_t
dladm_create_datalink_id(dladm_handle_t *handle, const char *link, int class,
    uint32_t media, uint32_t flags, uint32_t *idp)
{
	int status = enter("dladm_create_datalink_id", handle);

	if (status == ST_OK)
		status = id_create(handle, link, (uint32_t)class, media, flags,
		    idp);
	return (call_leave(status));
}

static int
id_destroy(const dladm_handle_t *handle, uint32_t id, uint32_t flags)
{
	hk_dl_t dl;
	int status;

	(void) memset(&dl, 0, sizeof (dl));
	dl.hdl_linkid = id;
	if ((dl.hdl_flags = flags & (OPT_ACTIVE | OPT_PERSIST)) == 0 || id == 0)
		return (ST_NOTFOUND);
	status = hk_status(hk_ioctl(handle->dh_hk, HK_IOC_DLDESTROY, &dl));
	if (status == ST_OK && (flags & OPT_PERSIST) != 0)
		daemon_drop(id);
	return (status);
}

wide_t
dladm_destroy_datalink_id(dladm_handle_t *handle, uint32_t id, uint32_t flags)
{
	int status = enter("dladm_destroy_datalink_id", handle);

	if (status == ST_OK)
		status = id_destroy(handle, id, flags);
	return (call_leave(status));
}

wide_t
dladm_up_datalink_id(dladm_handle_t *handle, uint32_t id)
{
	int status = enter("dladm_up_datalink_id", handle);
	hk_dl_t dl;

	if (status == ST_OK) {
		(void) memset(&dl, 0, sizeof (dl));
		dl.hdl_linkid = id;
		status = hk_status(hk_ioctl(handle->dh_hk, HK_IOC_DLUP, &dl));
	}
	return (call_leave(status));
}

/*
 * Old ones do not tell who is transient.
 */
static void
info_answer(const hk_dl_t *dl, uint32_t *flagp, uint32_t *classp,
    uint32_t *mediap)
{
	uint32_t flags = dl->hdl_flags & (OPT_ACTIVE | OPT_PERSIST);

#ifndef	DOUBLE_GATE2022
	flags |= dl->hdl_flags & OPT_TRANSIENT;
#endif
	if (flagp != NULL)
		*flagp = flags;
	if (classp != NULL)
		*classp = dl->hdl_class;
	if (mediap != NULL)
		*mediap = dl->hdl_media;
}

wide_t
dladm_name2info(dladm_handle_t *handle, const char *link, uint32_t *idp,
    uint32_t *flagp, uint32_t *classp, uint32_t *mediap)
{
	int status = enter("dladm_name2info", handle);
	hk_dl_t dl;

	if (status == ST_OK &&
	    (status = daemon_named(handle, link, &dl)) == ST_OK) {
		if (idp != NULL)
			*idp = dl.hdl_linkid;
		info_answer(&dl, flagp, classp, mediap);
	}
	return (call_leave(status));
}

#ifdef	DOUBLE_SMARTOS2021
/*
 * In a zone that is named.  Nobody here calls it: it is looked for.
 */
wide_t
dladm_zname2info(dladm_handle_t *handle, const char *zone, const char *link,
    uint32_t *idp, uint32_t *flagp, uint32_t *classp, uint32_t *mediap)
{
	if (zone == NULL)
		return (dladm_name2info(handle, link, idp, flagp, classp,
		    mediap));
	call_misuse("dladm_zname2info");
	return (wide(ST_NOTSUP));
}
#endif

static int
id_info(const dladm_handle_t *handle, hk_dl_t *dl, char *link, size_t len)
{
	int status;

	if (dl->hdl_linkid == 0 || (link == NULL) != (len == 0))
		return (ST_BADARG);
	if ((status = daemon_link(handle, dl)) != ST_OK)
		return (status);
	if (link != NULL && strlen(dl->hdl_name) >= len)
		return (ST_TOOSMALL);
	if (link != NULL)
		(void) strcpy(link, dl->hdl_name);
	return (ST_OK);
}

wide_t
dladm_datalink_id2info(dladm_handle_t *handle, uint32_t id, uint32_t *flagp,
    uint32_t *classp, uint32_t *mediap, char *link, size_t len)
{
	int status = enter("dladm_datalink_id2info", handle);
	hk_dl_t dl;

	dl.hdl_linkid = id;
	if (status == ST_OK &&
	    (status = id_info(handle, &dl, link, len)) == ST_OK)
		info_answer(&dl, flagp, classp, mediap);
	return (call_leave(status));
}

/*
 * Of a link that the kernel has, whatever the daemon thinks: here only that it
 * has it.
 */
wide_t
dladm_info(dladm_handle_t *handle, uint32_t id, uint32_t *max_sdu)
{
	hk_capab_t hca = { .hca_linkid = id };
	int status;

	if ((status = enter("dladm_info", handle)) == ST_OK &&
	    (status = hk_status(hk_ioctl(handle->dh_hk, HK_IOC_CAPAB,
	    &hca))) == ST_OK) {
		*max_sdu = 1500;
	}
	return (call_leave(status));
}

/*
 * The callback is called with nothing locked, and with an id in the lower half
 * of a register.
 */
wide_t
dladm_walk_datalink_id(wide_t (*fn)(dladm_handle_t *, uint64_t, void *),
    dladm_handle_t *handle, void *arg, int class, uint64_t media,
    uint32_t flags)
{
	int status = enter("dladm_walk_datalink_id", handle);
	hk_dl_t dl;

	(void) memset(&dl, 0, sizeof (dl));
	if (status == ST_OK && fn == NULL)
		status = ST_BADARG;
	while (status == ST_OK &&
	    (status = daemon_next(handle, &dl)) == ST_OK) {
		if ((dl.hdl_class & (uint32_t)class) == 0 ||
		    (dl.hdl_flags & flags) == 0 || ((media >> 32 & 1) == 0 &&
		    (uint32_t)media != dl.hdl_media))
			continue;
		(void) call_leave(ST_OK);
		if ((int)fn(handle, wide((int)dl.hdl_linkid), arg) ==
		    WALK_TERMINATE)
			return (wide(ST_OK));
		status = enter("dladm_walk_datalink_id", handle);
	}
	return (call_leave(status == ST_NOTFOUND ? ST_OK : status));
}

/*
 * To a name that nobody has: what renames onto a removed device has no place
 * here.
 */
static int
link_rename(const dladm_handle_t *handle, const char *from, const char *to)
{
	hk_dl_t dl, other;
	record_t *re;
	int status;

	status = daemon_named(handle, from, &dl);
	if (daemon_named(handle, to, &other) == ST_OK)
		return (status == ST_OK ? ST_EXIST : ST_NOTFOUND);
	if (status != ST_OK)
		return (status);
	if (!valid_name(to))
		return (ST_BADARG);
	(void) memset(&other, 0, sizeof (other));
	other.hdl_linkid = dl.hdl_linkid;
	(void) strcpy(other.hdl_name, to);
	status = hk_status(hk_ioctl(handle->dh_hk, HK_IOC_DLRENAME, &other));
	if (status != ST_OK || (dl.hdl_flags & HK_DL_PERSIST) == 0)
		return (status);
	if ((re = daemon_record(dl.hdl_linkid)) == NULL)
		return (ST_NOMEM);
	(void) strcpy(other.hdl_name, dl.hdl_name);
	(void) strcpy(dl.hdl_name, to);
	status = hk_status(file_write(from, &dl, re->re_attrs));
	if (status == ST_OK)
		re->re_gen++;
	else
		(void) hk_ioctl(handle->dh_hk, HK_IOC_DLRENAME, &other);
	return (status);
}

wide_t
#ifdef	DOUBLE_SMARTOS2021
dladm_rename_link(dladm_handle_t *handle, const char *zone, const char *from,
    const char *to)
#else
dladm_rename_link(dladm_handle_t *handle, const char *from, const char *to)
#endif
{
	int status = enter("dladm_rename_link", handle);

#ifdef	DOUBLE_SMARTOS2021
	if (status == ST_OK && zone != NULL)
		status = ST_NOTSUP;
#endif
	if (status == ST_OK)
		status = link_rename(handle, from, to);
	return (call_leave(status));
}
