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
 * The functions of libdladm about what is recorded of a link.
 */

#include <stdlib.h>
#include <string.h>
#include "double.h"

/*
 * As libdladm does: the other bytes are the caller's, or anything.
 */
static void
conf_answer(dladm_conf_t *confp, int id)
{
	(void) memset(confp, 0xa5, sizeof (*confp));
	confp->ds_readonly = 0;
	confp->ds_u.dsu_confid = id;
}

wide_t
dladm_create_conf(dladm_handle_t *handle, const char *link, uint32_t id,
    int class, uint32_t media, dladm_conf_t *confp)
{
	int status = enter("dladm_create_conf", handle), confid;
	hk_dl_t dl;

	if (status == ST_OK && (link == NULL || confp == NULL))
		status = ST_BADARG;
	if (status == ST_OK) {
		(void) memset(&dl, 0, sizeof (dl));
		(void) strncpy(dl.hdl_name, link, sizeof (dl.hdl_name) - 1);
		dl.hdl_linkid = id;
		dl.hdl_class = (uint32_t)class;
		dl.hdl_media = media;
		if ((status = conf_create(&dl, &confid)) == ST_OK)
			conf_answer(confp, confid);
	}
	return (call_leave(status));
}

wide_t
dladm_open_conf(dladm_handle_t *handle, uint32_t id, dladm_conf_t *confp)
{
	int status = enter("dladm_open_conf", handle), confid;

	if (status == ST_OK && (id == 0 || confp == NULL))
		status = ST_BADARG;
	if (status == ST_OK &&
	    (status = conf_open(handle, id, &confid)) == ST_OK)
		conf_answer(confp, confid);
	return (call_leave(status));
}

wide_t
dladm_getsnap_conf(dladm_handle_t *handle, uint32_t id, dladm_conf_t *confp)
{
	int status = enter("dladm_getsnap_conf", handle);
	attr_t **headp;

	if (status == ST_OK && (id == 0 || confp == NULL))
		status = ST_BADARG;
	if (status == ST_OK) {
		if ((headp = calloc(1, sizeof (*headp))) == NULL)
			return (call_leave(ST_NOMEM));
		if ((status = conf_snap(handle, id, headp)) == ST_OK) {
			(void) memset(confp, 0xa5, sizeof (*confp));
			confp->ds_readonly = 1;
			confp->ds_u.dsu_nvl = headp;
		} else {
			free(headp);
		}
	}
	return (call_leave(status));
}

wide_t
dladm_write_conf(dladm_handle_t *handle, dladm_conf_t conf)
{
	int status = enter("dladm_write_conf", handle);

	if (status == ST_OK && conf.ds_readonly)
		status = ST_DENIED;
	if (status == ST_OK)
		status = conf_write(handle, conf.ds_u.dsu_confid);
	return (call_leave(status));
}

static int
record_remove(const dladm_handle_t *handle, uint32_t id)
{
	hk_dl_t dl;
	int status;

	dl.hdl_linkid = id;
	if ((status = daemon_link(handle, &dl)) != ST_OK)
		return (status);
	if (double_getzoneid(handle) != 0)
		return (ST_DENIED);
	return (hk_status(file_delete(dl.hdl_name)));
}

wide_t
dladm_remove_conf(dladm_handle_t *handle, uint32_t id)
{
	int status = enter("dladm_remove_conf", handle);

	if (status == ST_OK)
		status = record_remove(handle, id);
	return (call_leave(status));
}

void
dladm_destroy_conf(dladm_handle_t *handle, dladm_conf_t conf)
{
	attr_t **headp = conf.ds_u.dsu_nvl;

	(void) enter("dladm_destroy_conf", handle);
	if (conf.ds_readonly) {
		attr_free(headp);
		free(headp);
		call_held(-1);
	} else {
		conf_close(conf.ds_u.dsu_confid);
	}
	(void) call_leave(ST_OK);
}

wide_t
dladm_get_conf_field(dladm_handle_t *handle, dladm_conf_t conf,
    const char *name, void *value, size_t size)
{
	int status = enter("dladm_get_conf_field", handle);

	if (status == ST_OK && (name == NULL || value == NULL || size == 0))
		status = ST_BADARG;
	if (status == ST_OK && conf.ds_readonly)
		status = attr_get(attr_find(*(attr_t **)conf.ds_u.dsu_nvl,
		    name), value, size);
	else if (status == ST_OK)
		status = conf_get(conf.ds_u.dsu_confid, name, value, size);
	return (call_leave(status));
}

wide_t
dladm_getnext_conf_linkprop(dladm_handle_t *handle, dladm_conf_t conf,
    const char *last, char *name, void *value, size_t size, size_t *actual)
{
	int status = enter("dladm_getnext_conf_linkprop", handle);
	const attr_t *at;

	if (status == ST_OK && (!conf.ds_readonly || value == NULL ||
	    size == 0 || name == NULL))
		status = ST_BADARG;
	if (status == ST_OK) {
		at = *(attr_t **)conf.ds_u.dsu_nvl;
		while (at != NULL && last[0] != '\0' &&
		    strcmp(at->at_name, last) != 0)
			at = at->at_next;
		if (at != NULL && last[0] != '\0')
			at = at->at_next;
		if (at != NULL)
			*actual = at->at_size;
		if ((status = attr_get(at, value, size)) == ST_OK)
			(void) strcpy(name, at->at_name);
	}
	return (call_leave(status));
}

wide_t
dladm_set_conf_field(dladm_handle_t *handle, dladm_conf_t conf,
    const char *name, int type, const void *value)
{
	int status = enter("dladm_set_conf_field", handle);

	if (status == ST_OK && (name == NULL || value == NULL))
		status = ST_BADARG;
	if (status == ST_OK && conf.ds_readonly)
		status = ST_DENIED;
	if (status == ST_OK)
		status = conf_set(conf.ds_u.dsu_confid, name, type, value);
	return (call_leave(status));
}

wide_t
dladm_unset_conf_field(dladm_handle_t *handle, dladm_conf_t conf,
    const char *name)
{
	int status = enter("dladm_unset_conf_field", handle);

	if (status == ST_OK && name == NULL)
		status = ST_BADARG;
	if (status == ST_OK && conf.ds_readonly)
		status = ST_DENIED;
	if (status == ST_OK)
		status = conf_unset(conf.ds_u.dsu_confid, name);
	return (call_leave(status));
}
