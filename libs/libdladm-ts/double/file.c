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
 * datalink.conf, as dlmgmtd reads and writes it: without escapes, a line of up
 * to 1023 bytes for a link, and what does not fit left out.  A line that cannot
 * be read is an error for who reads, and the end of the file for who writes.
 */

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "double.h"

#define	CONF_FILE	"etc/dladm/datalink.conf"

static const char *type_names[] = { "string", "boolean", "int" };

static int
file_path(char *path, size_t size, const char *suffix)
{
	const char *root = getenv("LIBDLADM_DOUBLE_ROOT");

	if (root == NULL || snprintf(path, size, "%s/%s%s", root, CONF_FILE,
	    suffix) >= (int)size)
		return (ENOENT);
	return (0);
}

static int
line_attr(line_t *li, const char *name, int type, const char *text)
{
	const int64_t number = atoll(text);
	const int truth = atoi(text);

	if (strcmp(name, "class") == 0) {
		li->li_class = (uint32_t)number;
		return (0);
	}
	if (strcmp(name, "media") == 0) {
		li->li_media = (uint32_t)number;
		return (0);
	}
	switch (type) {
	case TYPE_STR:
		return (attr_set(&li->li_attrs, name, type, text,
		    (uint32_t)strlen(text) + 1));
	case TYPE_BOOLEAN:
		return (attr_set(&li->li_attrs, name, type, &truth,
		    sizeof (truth)));
	default:
		return (attr_set(&li->li_attrs, name, type, &number,
		    sizeof (number)));
	}
}

/*
 * Up to `end', which is in `text', or up to its end where `last' says so.
 */
static char *
word(char **textp, char end, int last)
{
	char *text = *textp, *to = strchr(text, end);

	if (to == NULL && !last)
		return (NULL);
	if (to != NULL) {
		*to = '\0';
		*textp = to + 1;
	} else {
		*textp = text + strlen(text);
	}
	return (text[0] == '\0' ? NULL : text);
}

static int
line_attrs(line_t *li, char *text)
{
	char *name, *type, *value;
	int t;

	while (text[0] != '\0') {
		if ((name = word(&text, '=', 0)) == NULL ||
		    strpbrk(name, ",;") != NULL ||
		    (type = word(&text, ',', 0)) == NULL ||
		    strpbrk(type, "=;") != NULL ||
		    (value = word(&text, ';', 1)) == NULL ||
		    strchr(value, '=') != NULL)
			return (EINVAL);
		for (t = TYPE_UINT64; t >= 0; t--) {
			if (strcmp(type, type_names[t]) == 0)
				break;
		}
		if (t < 0 || line_attr(li, name, t, value) != 0)
			return (EINVAL);
	}
	return (0);
}

/*
 * A comment and an empty line have no name.
 */
static int
line_parse(line_t *li, const char *buf)
{
	char copy[MAXLINELEN], *text, *save, *name, *attrs;

	(void) memset(li, 0, sizeof (*li));
	(void) strncpy(copy, buf, sizeof (copy) - 1);
	copy[sizeof (copy) - 1] = '\0';
	for (text = copy; isspace((unsigned char)*text); text++)
		continue;
	if (*text == '\0' || *text == '#')
		return (0);
	if ((name = strtok_r(text, " \n\t", &save)) == NULL ||
	    strlen(name) >= sizeof (li->li_name) ||
	    (attrs = strtok_r(NULL, " \n\t", &save)) == NULL)
		return (EINVAL);
	(void) strcpy(li->li_name, name);
	if (line_attrs(li, attrs) != 0) {
		attr_free(&li->li_attrs);
		return (EINVAL);
	}
	return (0);
}

static int
attr_format(char *buf, size_t room, const attr_t *at)
{
	const char *const name = at->at_name;
	int64_t number;
	int truth, n;

	switch (at->at_type) {
	case TYPE_STR:
		if (at->at_value[0] == '\0')
			return (0);
		n = snprintf(buf, room, "%s=string,%s;", name,
		    (const char *)at->at_value);
		break;
	case TYPE_BOOLEAN:
		(void) memcpy(&truth, at->at_value, sizeof (truth));
		n = snprintf(buf, room, "%s=boolean,%d;", name, truth);
		break;
	default:
		(void) memcpy(&number, at->at_value, sizeof (number));
		n = snprintf(buf, room, "%s=int,%" PRId64 ";", name, number);
		break;
	}
	return (n < 0 || (size_t)n >= room ? 0 : n);
}

static void
line_format(char *buf, size_t size, const hk_dl_t *dl, const attr_t *head)
{
	size_t n;

	/* Room for the newline. */
	size--;
	n = (size_t)snprintf(buf, size, "%s\tclass=int,%u;media=int,%u;",
	    dl->hdl_name, dl->hdl_class, dl->hdl_media);
	for (; head != NULL; head = head->at_next)
		n += (size_t)attr_format(buf + n, size - n, head);
	(void) strcpy(buf + n, "\n");
}

int
file_read(int (*take)(line_t *, void *), void *arg)
{
	char path[PATH_MAX], buf[MAXLINELEN];
	line_t line;
	FILE *fp;
	int err;

	if ((err = file_path(path, sizeof (path), "")) != 0)
		return (err == ENOENT ? 0 : err);
	if ((fp = fopen(path, "re")) == NULL)
		return (errno == ENOENT ? 0 : errno);
	while (err == 0 && fgets(buf, sizeof (buf), fp) != NULL) {
		if ((err = line_parse(&line, buf)) != 0)
			break;
		if (line.li_name[0] != '\0')
			err = take(&line, arg);
		attr_free(&line.li_attrs);
	}
	(void) fclose(fp);
	return (err);
}

/*
 * Copy the old file, with `text' (nothing: without it) in place of the line of
 * `name', or after the last one.
 */
static int
file_copy(FILE *from, FILE *to, const char *name, const char *text)
{
	char buf[MAXLINELEN];
	int found = 0;
	line_t line;

	while (from != NULL && fgets(buf, sizeof (buf), from) != NULL &&
	    line_parse(&line, buf) == 0) {
		attr_free(&line.li_attrs);
		if (!found && strcmp(line.li_name, name) == 0) {
			found = 1;
			if (text != NULL && fputs(text, to) == EOF)
				return (errno);
		} else if (fputs(buf, to) == EOF) {
			return (errno);
		}
	}
	if (!found && text != NULL && fputs(text, to) == EOF)
		return (errno);
	return (0);
}

static int
file_change(const char *name, const char *text)
{
	char path[PATH_MAX], fresh[PATH_MAX];
	FILE *from, *to;
	int err;

	if ((err = file_path(path, sizeof (path), "")) != 0 ||
	    (err = file_path(fresh, sizeof (fresh), ".new")) != 0)
		return (err);
	if ((from = fopen(path, "re")) == NULL && errno != ENOENT)
		return (errno);
	if ((to = fopen(fresh, "we")) == NULL) {
		err = errno;
	} else {
		err = file_copy(from, to, name, text);
		if (fclose(to) != 0 && err == 0)
			err = errno;
		if (err == 0 && rename(fresh, path) != 0)
			err = errno;
		if (err != 0)
			(void) unlink(fresh);
	}
	if (from != NULL)
		(void) fclose(from);
	return (err);
}

/*
 * `name' is what the link is called in the file.
 */
int
file_write(const char *name, const hk_dl_t *dl, const attr_t *head)
{
	char buf[MAXLINELEN];

	line_format(buf, sizeof (buf), dl, head);
	return (file_change(name, buf));
}

int
file_delete(const char *name)
{
	const int err = file_change(name, NULL);

	return (err == ENOENT ? 0 : err);
}
