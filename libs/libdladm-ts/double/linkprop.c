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
 * Link properties: some of those of dladm's own table that a link of class MISC
 * has, and what the driver has as private ones.  `maxbw' can be recorded, and
 * is nothing to the hosted kernel.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "double.h"

#define	PROP_CURRENT	1
#define	PROP_DEFAULT	2
#define	PROP_PERM	3
#define	PROP_POSSIBLE	4
#define	PROP_PERSISTENT	5

/* MAC_PROP_PERM_* */
#define	PERM_READ	0x01
#define	PERM_WRITE	0x10

#define	PF_TEMPONLY	0x1
#define	PF_READONLY	0x2
#define	PF_KERNEL	0x4	/* as private ones are */

typedef struct prop {
	const char	*pr_name;
	int		pr_flags;
} prop_t;

static const prop_t props[] = {
	{ "zone", PF_TEMPONLY },
	{ "state", PF_READONLY },
	{ "mtu", PF_KERNEL },
	{ "maxbw", 0 }
};

#define	NPROPS	(sizeof (props) / sizeof (props[0]))

static const prop_t *
prop_find(const char *name)
{
	const prop_t *pr = props;

	while (pr < props + NPROPS && strcasecmp(pr->pr_name, name) != 0)
		pr++;
	return (pr < props + NPROPS ? pr : NULL);
}

/*
 * A link of class MISC is none of those that the table of an old one is for.
 */
static int
prop_applies(const hk_dl_t *dl)
{
	return ((dl->hdl_class & CLASS_ALL) != 0 ? ST_OK : ST_BADARG);
}

static int
zone_set(const dladm_handle_t *handle, const hk_dl_t *dl, const char *name)
{
	hk_zone_t hz;
	hk_dl_t request;

	(void) memset(&hz, 0, sizeof (hz));
	if (name != NULL && (double_zone(handle, name, &hz) != 0 ||
	    (hz.hz_flags & HK_ZONE_SHARED_IP) != 0))
		return (ST_BADVAL);
	if (hz.hz_zoneid == dl->hdl_zoneid)
		return (ST_OK);
	(void) memset(&request, 0, sizeof (request));
	request.hdl_linkid = dl->hdl_linkid;
	request.hdl_zoneid = hz.hz_zoneid;
	return (hk_status(hk_ioctl(handle->dh_hk, HK_IOC_DLSETZONE,
	    &request)));
}

static int
kernel_set(const dladm_handle_t *handle, const hk_dl_t *dl, const char *name,
    char **values, unsigned int count)
{
	hk_linkprop_t hlp;
	int result;

	if (count > 1 || strlen(name) >= sizeof (hlp.hlp_name))
		return (ST_BADARG);
	(void) memset(&hlp, 0, sizeof (hlp));
	hlp.hlp_linkid = dl->hdl_linkid;
	hlp.hlp_size = sizeof (hlp.hlp_value);
	(void) strcpy(hlp.hlp_name, name);
	if (count == 0) {
		result = hk_ioctl(handle->dh_hk, HK_IOC_PROPGET, &hlp);
		if (result != 0)
			return (hk_status(result));
		(void) memcpy(hlp.hlp_value, hlp.hlp_default,
		    sizeof (hlp.hlp_value));
	} else {
		if (strlen(values[0]) >= sizeof (hlp.hlp_value))
			return (ST_BADARG);
		(void) strcpy(hlp.hlp_value, values[0]);
	}
	return (hk_status(hk_ioctl(handle->dh_hk, HK_IOC_PROPSET, &hlp)));
}

static int
prop_apply(const dladm_handle_t *handle, const hk_dl_t *dl, const char *name,
    char **values, unsigned int count, uint32_t flags)
{
	const prop_t *pr = prop_find(name);
	int status;

	if (pr == NULL && name[0] != '_')
		return (ST_NOTFOUND);
	if (pr != NULL && (status = prop_applies(dl)) != ST_OK)
		return (status);
	if (pr != NULL && (flags & OPT_PERSIST) != 0 &&
	    (pr->pr_flags & PF_TEMPONLY) != 0)
		return (ST_TEMPONLY);
	if ((flags & OPT_ACTIVE) == 0)
		return (ST_OK);
	if (pr == NULL || (pr->pr_flags & PF_KERNEL) != 0)
		return (kernel_set(handle, dl, name, values, count));
	if ((pr->pr_flags & PF_READONLY) != 0)
		return (ST_PROPRDONLY);
	if (strcmp(pr->pr_name, "zone") != 0)
		return (ST_NOTSUP);
	if (count > 1)
		return (ST_BADVALCNT);
	return (zone_set(handle, dl, count == 0 ? NULL : values[0]));
}

/*
 * Values are joined by commas; theirs are also written into, and so are these.
 */
static int
prop_record(const dladm_handle_t *handle, uint32_t id, const char *name,
    char **values, unsigned int count)
{
	char text[MAXLINELEN] = "";
	unsigned int i;
	int status, confid;

	if ((status = conf_open(handle, id, &confid)) != ST_OK)
		return (status);
	for (i = 0; i < count; i++) {
		(void) strncat(text, values[i], sizeof (text) - 1 -
		    strlen(text));
		(void) memset(values[i], '/', strlen(values[i]));
		if (i + 1 < count)
			(void) strncat(text, ",", sizeof (text) - 1 -
			    strlen(text));
	}
	if (count == 0)
		status = conf_unset(confid, name);
	else
		status = conf_set(confid, name, TYPE_STR, text);
	if (status == ST_OK)
		status = conf_write(handle, confid);
	conf_close(confid);
	return (status);
}

static int
prop_set(const dladm_handle_t *handle, uint32_t id, const char *name,
    char **values, unsigned int count, uint32_t flags)
{
	hk_dl_t dl;
	int status;

	if (id == 0 || flags == 0 || name == NULL ||
	    (values == NULL) != (count == 0))
		return (ST_BADARG);
	dl.hdl_linkid = id;
	if ((status = daemon_link(handle, &dl)) != ST_OK ||
	    (status = prop_apply(handle, &dl, name, values, count,
	    flags)) != ST_OK)
		return (status);
	if ((flags & OPT_PERSIST) == 0 || (dl.hdl_flags & HK_DL_PERSIST) == 0)
		return (ST_OK);
	return (prop_record(handle, id, name, values, count));
}

wide_t
dladm_set_linkprop(dladm_handle_t *handle, uint32_t id, const char *name,
    char **values, unsigned int count, unsigned int flags)
{
	int status = enter("dladm_set_linkprop", handle);

	if (status == ST_OK)
		status = prop_set(handle, id, name, values, count, flags);
	return (call_leave(status));
}

static int
prop_recorded(const dladm_handle_t *handle, uint32_t id, const char *name,
    char **values, unsigned int *countp)
{
	char text[MAXLINKATTRVALLEN], *word, *save;
	unsigned int n = 0;
	attr_t *head;
	const attr_t *at;
	int status;

	if ((status = conf_snap(handle, id, &head)) != ST_OK)
		return (status);
	call_held(-1);
	if ((at = attr_find(head, name)) == NULL || at->at_type != TYPE_STR) {
		attr_free(&head);
		return (ST_NOTFOUND);
	}
	(void) memcpy(text, at->at_value, at->at_size);
	attr_free(&head);
	for (word = strtok_r(text, ",", &save); word != NULL;
	    word = strtok_r(NULL, ",", &save)) {
		if (n == *countp)
			return (ST_TOOSMALL);
		(void) memset(values[n], 'x', PROP_VAL_MAX);
		(void) strncpy(values[n], word, PROP_VAL_MAX - 1);
		values[n++][PROP_VAL_MAX - 1] = '\0';
	}
	*countp = n;
	return (ST_OK);
}

static int
kernel_get(const dladm_handle_t *handle, const hk_dl_t *dl, int which,
    const char *name, char *value)
{
	hk_linkprop_t hlp;
	int status;

	if (strlen(name) >= sizeof (hlp.hlp_name))
		return (ST_BADARG);
	(void) memset(&hlp, 0, sizeof (hlp));
	hlp.hlp_linkid = dl->hdl_linkid;
	hlp.hlp_size = sizeof (hlp.hlp_value);
	(void) strcpy(hlp.hlp_name, name);
	status = hk_status(hk_ioctl(handle->dh_hk, HK_IOC_PROPGET, &hlp));
	if (status != ST_OK)
		return (status);
	if (which == PROP_PERM)
		(void) sprintf(value, "%c%c",
		    (hlp.hlp_perm & PERM_READ) != 0 ? 'r' : '-',
		    (hlp.hlp_perm & PERM_WRITE) != 0 ? 'w' : '-');
	else if (which == PROP_POSSIBLE)
		value[0] = '\0';
	else
		(void) strcpy(value, which == PROP_DEFAULT ? hlp.hlp_default :
		    hlp.hlp_value);
	return (ST_OK);
}

static int
zone_get(const dladm_handle_t *handle, const hk_dl_t *dl, int which,
    char *value)
{
	hk_zone_t hz;

	if (which == PROP_PERM) {
		(void) strcpy(value, "rw");
		return (ST_OK);
	}
	if (which != PROP_CURRENT)
		return (which == PROP_DEFAULT ? ST_OK : ST_NOTSUP);
	if (dl->hdl_zoneid == 0)
		return (ST_OK);
	if (double_zone_by_id(handle, dl->hdl_zoneid, &hz) != 0)
		return (ST_FAILED);
	(void) strcpy(value, hz.hz_name);
	return (ST_OK);
}

static int
prop_get(const dladm_handle_t *handle, uint32_t id, int which,
    const char *name, char **values, unsigned int *countp)
{
	const prop_t *pr;
	hk_dl_t dl;
	int status;

	if (id == 0 || name == NULL || values == NULL || countp == NULL ||
	    *countp == 0)
		return (ST_BADARG);
	if ((pr = prop_find(name)) == NULL && name[0] != '_')
		return (ST_NOTFOUND);
	dl.hdl_linkid = id;
	if ((status = daemon_link(handle, &dl)) != ST_OK)
		return (status);
	if (pr != NULL && (status = prop_applies(&dl)) != ST_OK)
		return (status);
	if (which == PROP_PERSISTENT) {
		if (pr != NULL && (pr->pr_flags & PF_TEMPONLY) != 0)
			return (ST_TEMPONLY);
		return (prop_recorded(handle, id, name, values, countp));
	}
	/* All of the room that a value has. */
	(void) memset(values[0], 0, DOUBLE_STRSIZE);
	*countp = 1;
	if (pr == NULL || (pr->pr_flags & PF_KERNEL) != 0)
		return (kernel_get(handle, &dl, which, name, values[0]));
	if (strcmp(pr->pr_name, "zone") == 0)
		return (zone_get(handle, &dl, which, values[0]));
	return (ST_NOTSUP);
}

wide_t
dladm_get_linkprop(dladm_handle_t *handle, uint32_t id, int which,
    const char *name, char **values, unsigned int *countp)
{
	int status = enter("dladm_get_linkprop", handle);

	if (status == ST_OK)
		status = prop_get(handle, id, which, name, values, countp);
	return (call_leave(status));
}

typedef wide_t prop_walk_t(dladm_handle_t *, uint64_t, const char *, void *);

/*
 * The private ones that are recorded come last; who ends the walk before is
 * asked about them all the same, as theirs does.
 */
wide_t
dladm_walk_linkprop(dladm_handle_t *handle, uint32_t id, void *arg,
    prop_walk_t *fn)
{
	int status = enter("dladm_walk_linkprop", handle);
	const attr_t *at;
	attr_t *head;
	hk_dl_t dl;
	size_t i;

	dl.hdl_linkid = id;
	if (status == ST_OK && fn == NULL)
		status = ST_BADARG;
	if (status != ST_OK || (status = daemon_link(handle, &dl)) != ST_OK)
		return (call_leave(status));
	status = conf_snap(handle, id, &head);
	(void) call_leave(ST_OK);

	for (i = 0; i < NPROPS && prop_applies(&dl) == ST_OK; i++) {
		if ((int)fn(handle, wide((int)id), props[i].pr_name, arg) ==
		    WALK_TERMINATE)
			break;
	}
	if (status != ST_OK)
		return (wide(status));
	for (at = head; at != NULL; at = at->at_next) {
		if (at->at_name[0] == '_' && (int)fn(handle, wide((int)id),
		    at->at_name, arg) == WALK_TERMINATE)
			break;
	}
	attr_free(&head);
	call_held(-1);
	return (wide(ST_OK));
}

/*
 * One property of a record, if it is one of a link's.
 */
static int
prop_init(const dladm_handle_t *handle, const hk_dl_t *dl, const attr_t *at)
{
	char *value = strndup((const char *)at->at_value, at->at_size);
	const prop_t *pr = prop_find(at->at_name);
	int status = ST_OK;

	if (value == NULL)
		return (ST_NOMEM);
	if (at->at_type == TYPE_STR && (at->at_name[0] == '_' || (pr != NULL &&
	    pr->pr_flags == PF_KERNEL && prop_applies(dl) == ST_OK)))
		status = kernel_set(handle, dl, at->at_name, &value, 1);
	free(value);
	return (status);
}

/*
 * What the daemon does when the kernel tells it of a link: it applies what is
 * recorded.  Returns the last status that is not ST_OK.  Tests call it, at the
 * moment that they choose.
 */
int
double_linkprop_init(dladm_handle_t *handle, uint32_t id)
{
	int status = enter("double_linkprop_init", handle), one;
	const attr_t *at;
	attr_t *head;
	hk_dl_t dl;

	dl.hdl_linkid = id;
	if (status == ST_OK && (status = daemon_link(handle, &dl)) == ST_OK &&
	    (status = conf_snap(handle, id, &head)) == ST_OK) {
		for (at = head; at != NULL; at = at->at_next) {
			if ((one = prop_init(handle, &dl, at)) != ST_OK)
				status = one;
		}
		attr_free(&head);
		call_held(-1);
	}
	(void) call_leave(status);
	return (status);
}
