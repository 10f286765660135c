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
 * Attributes of a link.  A new one comes first, which is why a file that is
 * read and written again has them the other way round.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "double.h"

attr_t *
attr_find(attr_t *head, const char *name)
{
	while (head != NULL && strcmp(head->at_name, name) != 0)
		head = head->at_next;
	return (head);
}

int
attr_set(attr_t **headp, const char *name, int type, const void *value,
    uint32_t size)
{
	attr_t *at = attr_find(*headp, name);

	if (size > MAXLINKATTRVALLEN)
		return (EINVAL);
	if (at == NULL) {
		if ((at = calloc(1, sizeof (*at))) == NULL)
			return (ENOMEM);
		/* A name that is too long is cut, as theirs is. */
		(void) strncpy(at->at_name, name, sizeof (at->at_name) - 1);
		if ((at->at_next = *headp) != NULL)
			at->at_next->at_prev = at;
		*headp = at;
	}
	at->at_type = type;
	at->at_size = size;
	(void) memcpy(at->at_value, value, size);
	return (0);
}

/*
 * The value of what attr_find() found.
 */
int
attr_get(const attr_t *at, void *value, size_t size)
{
	if (at == NULL)
		return (ST_NOTFOUND);
	if (at->at_size > size)
		return (ST_TOOSMALL);
	(void) memcpy(value, at->at_value, at->at_size);
	return (ST_OK);
}

void
attr_unset(attr_t **headp, const char *name)
{
	attr_t *at = attr_find(*headp, name);

	if (at == NULL)
		return;
	if (at->at_next != NULL)
		at->at_next->at_prev = at->at_prev;
	if (at->at_prev != NULL)
		at->at_prev->at_next = at->at_next;
	else
		*headp = at->at_next;
	free(at);
}

/*
 * Attribute by attribute, so that the copy is the other way round.
 */
int
attr_copy(attr_t **headp, const attr_t *from)
{
	int err;

	for (; from != NULL; from = from->at_next) {
		err = attr_set(headp, from->at_name, from->at_type,
		    from->at_value, from->at_size);
		if (err != 0) {
			attr_free(headp);
			return (err);
		}
	}
	return (0);
}

void
attr_free(attr_t **headp)
{
	attr_t *at;

	while ((at = *headp) != NULL) {
		*headp = at->at_next;
		free(at);
	}
}
