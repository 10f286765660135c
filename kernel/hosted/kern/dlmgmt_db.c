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
 * The files of the link management daemon, which outlive it: its cache of the
 * links that are active, and those that are persistent.  One line a link, in
 * the daemon's own format, kept as text because that is all it has to go by
 * when it comes back:
 *
 *	vpn0	linkid=int,3;zone=string,global;class=int,1024;media=int,4;
 *	vpn0	class=int,1024;media=int,4;
 *
 * The lines are found by the id that the link has while the daemon runs.  The
 * second kind does not hold it, and so has another one afterwards.
 */

#include <sys/avl.h>
#include <sys/debug.h>
#include <sys/kmem.h>
#include <sys/sunddi.h>
#include <sys/sysmacros.h>
#include <sys/systm.h>

#include "dlmgmt.h"

#define	DB_LINELEN	256

typedef struct db_line {
	avl_node_t	dl_node;
	datalink_id_t	dl_linkid;
	char		dl_text[DB_LINELEN];
} db_line_t;

static avl_tree_t db_active;
static avl_tree_t db_persist;

static int
db_compare(const void *a, const void *b)
{
	const datalink_id_t x = ((const db_line_t *)a)->dl_linkid;
	const datalink_id_t y = ((const db_line_t *)b)->dl_linkid;

	return (x < y ? -1 : x > y);
}

void
dlmgmt_db_init(void)
{
	avl_create(&db_active, db_compare, sizeof (db_line_t),
	    offsetof(db_line_t, dl_node));
	avl_create(&db_persist, db_compare, sizeof (db_line_t),
	    offsetof(db_line_t, dl_node));
}

static void
db_drop(avl_tree_t *db, db_line_t *line)
{
	avl_remove(db, line);
	kmem_free(line, sizeof (*line));
}

void
dlmgmt_db_fini(void)
{
	db_line_t *line;

	while ((line = avl_first(&db_active)) != NULL)
		db_drop(&db_active, line);
	while ((line = avl_first(&db_persist)) != NULL)
		db_drop(&db_persist, line);
	avl_destroy(&db_persist);
	avl_destroy(&db_active);
}

/*
 * The line of a link, made if `make' is set; otherwise it goes.
 */
static char *
db_line(avl_tree_t *db, datalink_id_t linkid, boolean_t make)
{
	db_line_t want, *line;
	avl_index_t where;

	want.dl_linkid = linkid;
	line = avl_find(db, &want, &where);
	if (!make) {
		if (line != NULL)
			db_drop(db, line);
		return (NULL);
	}
	if (line == NULL) {
		line = kmem_zalloc(sizeof (*line), KM_SLEEP);
		line->dl_linkid = linkid;
		avl_insert(db, line, where);
	}
	return (line->dl_text);
}

/*
 * What the daemon knows of a link, as it is now; with neither of the two flags
 * nothing is known any more.
 */
void
dlmgmt_db_put(const hk_dl_t *dl, const char *zone)
{
	char *text;

	text = db_line(&db_active, dl->hdl_linkid,
	    (dl->hdl_flags & HK_DL_ACTIVE) != 0);
	if (text != NULL) {
		(void) snprintf(text, DB_LINELEN, "%s\tlinkid=int,%u;"
		    "zone=string,%s;class=int,%u;media=int,%u;%s\n",
		    dl->hdl_name, dl->hdl_linkid, zone, dl->hdl_class,
		    dl->hdl_media, (dl->hdl_flags & HK_DL_TRANSIENT) != 0 ?
		    "transient=boolean,1;" : "");
	}
	text = db_line(&db_persist, dl->hdl_linkid,
	    (dl->hdl_flags & HK_DL_PERSIST) != 0);
	if (text != NULL) {
		(void) snprintf(text, DB_LINELEN,
		    "%s\tclass=int,%u;media=int,%u;\n", dl->hdl_name,
		    dl->hdl_class, dl->hdl_media);
	}
}

/*
 * The value of a field `<field>=<type>,<value>;' of a line.
 */
static boolean_t
db_field(const char *text, const char *field, char *value, size_t size)
{
	const size_t len = strlen(field);
	const char *p, *end = text;

	for (p = text; *p != '\0' && *p != '\t'; p++)
		continue;
	while (*p != '\0' && *++p != '\n') {
		for (end = p; *end != ';' && *end != '\0'; end++)
			continue;
		if (strncmp(p, field, len) == 0 && p[len] == '=')
			break;
		p = end;
	}
	if (*p == '\0' || *p == '\n')
		return (B_FALSE);
	while (*p != ',' && p != end)
		p++;
	if (p == end || (size_t)(end - p) > size)
		return (B_FALSE);
	(void) strlcpy(value, p + 1, (size_t)(end - p));
	return (B_TRUE);
}

static uint32_t
db_number(const char *text, const char *field)
{
	char value[24];
	uint32_t number = 0;
	const char *p;

	if (db_field(text, field, value, sizeof (value))) {
		for (p = value; *p >= '0' && *p <= '9'; p++)
			number = number * 10 + (uint32_t)(*p - '0');
	}
	return (number);
}

static void
db_parse(const char *text, uint32_t flag, hk_dl_t *dl, char *zone)
{
	size_t len;

	bzero(dl, sizeof (*dl));
	for (len = 0; text[len] != '\t' && text[len] != '\0'; len++)
		continue;
	bcopy(text, dl->hdl_name, MIN(len, sizeof (dl->hdl_name) - 1));
	dl->hdl_flags = flag;
	dl->hdl_linkid = db_number(text, "linkid");
	dl->hdl_class = db_number(text, "class");
	dl->hdl_media = db_number(text, "media");
	if (db_number(text, "transient") != 0)
		dl->hdl_flags |= HK_DL_TRANSIENT;
	if (!db_field(text, "zone", zone, ZONENAME_MAX))
		(void) strlcpy(zone, GLOBAL_ZONENAME, ZONENAME_MAX);
}

/*
 * Read the files, the cache first, and forget them: `found' puts what is still
 * good.
 */
void
dlmgmt_db_read(void (*found)(hk_dl_t *, const char *))
{
	char zone[ZONENAME_MAX];
	avl_tree_t active, persist;
	db_line_t *line;
	hk_dl_t dl;

	avl_create(&active, db_compare, sizeof (db_line_t),
	    offsetof(db_line_t, dl_node));
	avl_create(&persist, db_compare, sizeof (db_line_t),
	    offsetof(db_line_t, dl_node));
	avl_swap(&active, &db_active);
	avl_swap(&persist, &db_persist);

	while ((line = avl_first(&active)) != NULL) {
		db_parse(line->dl_text, HK_DL_ACTIVE, &dl, zone);
		db_drop(&active, line);
		found(&dl, zone);
	}
	while ((line = avl_first(&persist)) != NULL) {
		db_parse(line->dl_text, HK_DL_PERSIST, &dl, zone);
		db_drop(&persist, line);
		found(&dl, zone);
	}
	avl_destroy(&persist);
	avl_destroy(&active);
}
