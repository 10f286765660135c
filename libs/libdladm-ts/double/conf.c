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
 * Records that are open to be changed, which the daemon has and names by
 * number, and copies of them.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "double.h"

typedef struct conf {
	struct conf	*co_next;
	int		co_id;
	uint32_t	co_gen;
	hk_dl_t		co_dl;
	attr_t		*co_attrs;
} conf_t;

static conf_t *confs;
static int conf_last;

static conf_t *
conf_find(int id)
{
	conf_t *co;

	for (co = confs; co != NULL && co->co_id != id; co = co->co_next)
		continue;
	if (co == NULL)
		call_misuse("a record that is not open");
	return (co);
}

static int
conf_make(const hk_dl_t *dl, conf_t **cop)
{
	conf_t *co = calloc(1, sizeof (*co));

	if (co == NULL)
		return (ST_NOMEM);
	co->co_id = ++conf_last;
	co->co_dl = *dl;
	co->co_next = confs;
	confs = co;
	call_held(1);
	*cop = co;
	return (ST_OK);
}

/*
 * Of a link that has none yet; nobody asks whether there is a link.
 */
int
conf_create(const hk_dl_t *dl, int *idp)
{
	conf_t *co;
	int status = conf_make(dl, &co);

	if (status == ST_OK)
		*idp = co->co_id;
	return (status);
}

static int
conf_of(const dladm_handle_t *handle, uint32_t linkid, hk_dl_t *dl,
    record_t **rep)
{
	int status;

	dl->hdl_linkid = linkid;
	if ((status = daemon_link(handle, dl)) != ST_OK)
		return (status);
	if ((dl->hdl_flags & HK_DL_PERSIST) == 0)
		return (ST_NOTFOUND);
	if (double_getzoneid(handle) != 0)
		return (ST_DENIED);
	return ((*rep = daemon_record(linkid)) == NULL ? ST_NOMEM : ST_OK);
}

int
conf_open(const dladm_handle_t *handle, uint32_t linkid, int *idp)
{
	record_t *re;
	hk_dl_t dl;
	conf_t *co;
	int status;

	if ((status = conf_of(handle, linkid, &dl, &re)) != ST_OK ||
	    (status = conf_make(&dl, &co)) != ST_OK)
		return (status);
	*idp = co->co_id;
	if (attr_copy(&co->co_attrs, re->re_attrs) != 0) {
		conf_close(co->co_id);
		return (ST_NOMEM);
	}
	co->co_gen = re->re_gen;
	return (ST_OK);
}

int
conf_snap(const dladm_handle_t *handle, uint32_t linkid, attr_t **headp)
{
	record_t *re;
	hk_dl_t dl;
	int status;

	*headp = NULL;
	if ((status = conf_of(handle, linkid, &dl, &re)) != ST_OK)
		return (status);
	if (attr_copy(headp, re->re_attrs) != 0)
		return (ST_NOMEM);
	call_held(1);
	return (ST_OK);
}

int
conf_set(int id, const char *name, int type, const void *value)
{
	conf_t *co = conf_find(id);
	size_t size;

	if (co == NULL)
		return (ST_NOTFOUND);
	if (type == TYPE_STR)
		size = strlen(value) + 1;
	else
		size = type == TYPE_BOOLEAN ? sizeof (int) : sizeof (uint64_t);
	if (size > MAXLINKATTRVALLEN)
		return (ST_TOOSMALL);
	return (hk_status(attr_set(&co->co_attrs, name, type, value,
	    (uint32_t)size)));
}

int
conf_get(int id, const char *name, void *value, size_t size)
{
	conf_t *co = conf_find(id);

	return (co == NULL ? ST_NOTFOUND :
	    attr_get(attr_find(co->co_attrs, name), value, size));
}

int
conf_unset(int id, const char *name)
{
	conf_t *co = conf_find(id);

	if (co == NULL)
		return (ST_NOTFOUND);
	attr_unset(&co->co_attrs, name);
	return (ST_OK);
}

/*
 * The link must still be the one that it was, and its record must not have
 * changed meanwhile.  A link that is not persistent any more is not written.
 */
int
conf_write(const dladm_handle_t *handle, int id)
{
	conf_t *co = conf_find(id);
	record_t *re;
	hk_dl_t dl;

	if (co == NULL)
		return (ST_NOTFOUND);
	dl.hdl_linkid = co->co_dl.hdl_linkid;
	if (daemon_link(handle, &dl) != ST_OK ||
	    dl.hdl_class != co->co_dl.hdl_class ||
	    dl.hdl_media != co->co_dl.hdl_media ||
	    strcmp(dl.hdl_name, co->co_dl.hdl_name) != 0)
		return (ST_NOTFOUND);
	if ((re = daemon_record(dl.hdl_linkid)) == NULL)
		return (ST_NOMEM);
	if (re->re_gen != co->co_gen)
		return (ST_TRYAGAIN);
	attr_free(&re->re_attrs);
	if (attr_copy(&re->re_attrs, co->co_attrs) != 0)
		return (ST_NOMEM);
	re->re_gen++;
	if ((dl.hdl_flags & HK_DL_PERSIST) == 0)
		return (ST_OK);
	return (hk_status(file_write(dl.hdl_name, &dl, re->re_attrs)));
}

void
conf_close(int id)
{
	conf_t *co = conf_find(id), **cop;

	if (co == NULL)
		return;
	for (cop = &confs; *cop != co; cop = &(*cop)->co_next)
		continue;
	*cop = co->co_next;
	attr_free(&co->co_attrs);
	free(co);
	call_held(-1);
}
