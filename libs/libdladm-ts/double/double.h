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

#ifndef	_DOUBLE_H
#define	_DOUBLE_H

/*
 * A test double of illumos' libdladm, of the dlmgmtd behind it and of what libc
 * knows of zones: their functions, by their names and with their arguments, for
 * a program on another system that has a hosted kernel in its process.  It is
 * made from the recorded prototypes and behaviour, has no code of theirs, and
 * is no part of what is published.
 *
 * Names, ids, classes, zones and whether a link is active are the hosted
 * kernel's, so that the driver's upcalls see what the caller of these functions
 * does.  The attributes of persistent links are kept here and in
 * $LIBDLADM_DOUBLE_ROOT/etc/dladm/datalink.conf, as dlmgmtd keeps them.
 *
 * It is built once for each distribution that differs:
 *
 *	gate2022	illumos-gate of September 2022
 *	smartos2021	illumos-joyent of 2021: zones among the arguments
 *	gate2025	illumos-gate of February 2025: transient links
 */

#include <stdint.h>
#include <stddef.h>
#include "hk.h"

#ifdef	DOUBLE_SMARTOS2021
#define	DOUBLE_STRSIZE	2048
#else
#define	DOUBLE_STRSIZE	256
#endif

#define	MAXLINKATTRLEN		32
#define	MAXLINKATTRVALLEN	1024
#define	MAXLINELEN		1024
#define	PROP_VAL_MAX		128

#define	CLASS_ALL_2022		0x3ffU
#define	CLASS_ALL_2025		0x7ffU
#ifdef	DOUBLE_GATE2025
#define	CLASS_ALL		CLASS_ALL_2025
#else
#define	CLASS_ALL		CLASS_ALL_2022
#endif

#define	OPT_ACTIVE	0x1U
#define	OPT_PERSIST	0x2U
#define	OPT_TRANSIENT	0x200U

#define	WALK_TERMINATE	0

/*
 * Those that are answered here; the numbers are the same everywhere.
 */
#define	ST_OK		0
#define	ST_BADARG	1
#define	ST_FAILED	2
#define	ST_TOOSMALL	3
#define	ST_NOTSUP	4
#define	ST_NOTFOUND	5
#define	ST_BADVAL	6
#define	ST_NOMEM	7
#define	ST_EXIST	8
#define	ST_PROPRDONLY	10
#define	ST_BADVALCNT	11
#define	ST_DENIED	13
#define	ST_IOERR	14
#define	ST_TEMPONLY	15
#define	ST_LINKBUSY	24
#define	ST_NONOTIF	26
#define	ST_TRYAGAIN	27
#define	ST_ADDRINUSE	32
#define	ST_FLOW_EXISTS	60

#define	TYPE_STR	0
#define	TYPE_BOOLEAN	1
#define	TYPE_UINT64	2

/*
 * What a function of 32 bits returns, in a register of 64: the upper half may
 * be anything, and here it is.
 */
typedef uint64_t wide_t;

extern wide_t wide(int value);

typedef struct dladm_handle {
	struct dladm_handle *dh_next;
	int		dh_kernel;
	int		dh_in_zone;	/* it, as the caller's zone has it */
	int		dh_hk;		/* /dev/hk, in that zone */
	int		dh_daemon;	/* and in the global one */
} dladm_handle_t;

/*
 * The caller is in the zone that LIBDLADM_DOUBLE_ZONE names, or in the global
 * one.  0, or a negative errno.
 */
extern int handle_enter(dladm_handle_t *handle);
extern void handle_leave(dladm_handle_t *handle);

typedef struct attr {
	struct attr	*at_next;
	struct attr	*at_prev;
	char		at_name[MAXLINKATTRLEN];
	int		at_type;
	uint32_t	at_size;
	uint8_t		at_value[MAXLINKATTRVALLEN];
} attr_t;

/*
 * dladm_conf_t: `boolean_t ds_readonly', and a union of `int' and a pointer.
 */
typedef struct dladm_conf {
	int		ds_readonly;
	union {
		int	dsu_confid;
		void	*dsu_nvl;
	} ds_u;
} dladm_conf_t;

/* calls.c: which call fails, and what was not given back */
extern int call_enter(const char *function, const dladm_handle_t *handle);
extern wide_t call_leave(int status);
extern void call_misuse(const char *what);
extern void call_held(int change);

/* libdladm_double.c: which handles are open */
extern int enter(const char *function, const dladm_handle_t *handle);

/* attr.c: lists of attributes, the newest first */
extern attr_t *attr_find(attr_t *head, const char *name);
extern int attr_set(attr_t **headp, const char *name, int type,
    const void *value, uint32_t size);
extern int attr_get(const attr_t *at, void *value, size_t size);
extern void attr_unset(attr_t **headp, const char *name);
extern int attr_copy(attr_t **headp, const attr_t *from);
extern void attr_free(attr_t **headp);

/* daemon.c: what dlmgmtd has of a link besides what the hosted kernel has */
typedef struct record {
	struct record	*re_next;
	uint32_t	re_id;
	uint32_t	re_gen;
	attr_t		*re_attrs;
} record_t;

extern int daemon_start(const dladm_handle_t *handle);
extern void daemon_forget(void);
extern int daemon_link(const dladm_handle_t *handle, hk_dl_t *dl);
extern int daemon_named(const dladm_handle_t *handle, const char *name,
    hk_dl_t *dl);
extern int daemon_next(const dladm_handle_t *handle, hk_dl_t *dl);
extern record_t *daemon_record(uint32_t id);
extern void daemon_drop(uint32_t id);
extern int hk_status(int result);
extern int double_getzoneid(const dladm_handle_t *handle);
extern int double_zone(const dladm_handle_t *handle, const char *name,
    hk_zone_t *hz);
extern int double_zone_by_id(const dladm_handle_t *handle, int32_t id,
    hk_zone_t *hz);

/* conf.c: open records, by id */
extern int conf_create(const hk_dl_t *dl, int *idp);
extern int conf_open(const dladm_handle_t *handle, uint32_t linkid, int *idp);
extern int conf_set(int id, const char *name, int type, const void *value);
extern int conf_get(int id, const char *name, void *value, size_t size);
extern int conf_unset(int id, const char *name);
extern int conf_write(const dladm_handle_t *handle, int id);
extern void conf_close(int id);
extern int conf_snap(const dladm_handle_t *handle, uint32_t linkid,
    attr_t **headp);

/* file.c: datalink.conf */
typedef struct line {
	char		li_name[MAXLINKATTRLEN];
	uint32_t	li_class;
	uint32_t	li_media;
	attr_t		*li_attrs;
} line_t;

extern int file_read(int (*take)(line_t *, void *), void *arg);
extern int file_write(const char *name, const hk_dl_t *dl, const attr_t *head);
extern int file_delete(const char *name);

#endif	/* _DOUBLE_H */
