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
 * Doubly linked lists, as list_create(9F): circular through the list's head; a
 * node that is on no list is all NULL.
 */

#include <sys/debug.h>
#include <sys/list.h>
#include <sys/null.h>

static inline list_node_t *
list_node(list_t *list, void *obj)
{
	return ((list_node_t *)((char *)obj + list->list_offset));
}

static inline void *
list_object(list_t *list, list_node_t *node)
{
	return (node == &list->list_head ? NULL :
	    (char *)node - list->list_offset);
}

static void
list_put(list_node_t *node, list_node_t *prev, list_node_t *next)
{
	node->list_prev = prev;
	node->list_next = next;
	prev->list_next = node;
	next->list_prev = node;
}

static void
list_take(list_node_t *node)
{
	ASSERT(list_link_active(node));
	node->list_prev->list_next = node->list_next;
	node->list_next->list_prev = node->list_prev;
	list_link_init(node);
}

void
list_create(list_t *list, size_t size, size_t offset)
{
	VERIFY(size >= offset + sizeof (list_node_t));
	list->list_size = size;
	list->list_offset = offset;
	list->list_head.list_next = list->list_head.list_prev =
	    &list->list_head;
}

void
list_destroy(list_t *list)
{
	VERIFY(list_is_empty(list));
	list_link_init(&list->list_head);
}

void
list_insert_after(list_t *list, void *obj, void *nobj)
{
	if (obj == NULL) {
		list_insert_head(list, nobj);
	} else {
		list_put(list_node(list, nobj), list_node(list, obj),
		    list_node(list, obj)->list_next);
	}
}

void
list_insert_before(list_t *list, void *obj, void *nobj)
{
	if (obj == NULL) {
		list_insert_tail(list, nobj);
	} else {
		list_put(list_node(list, nobj), list_node(list, obj)->list_prev,
		    list_node(list, obj));
	}
}

void
list_insert_head(list_t *list, void *obj)
{
	list_put(list_node(list, obj), &list->list_head,
	    list->list_head.list_next);
}

void
list_insert_tail(list_t *list, void *obj)
{
	list_put(list_node(list, obj), list->list_head.list_prev,
	    &list->list_head);
}

void
list_remove(list_t *list, void *obj)
{
	ASSERT(!list_is_empty(list));
	list_take(list_node(list, obj));
}

void *
list_remove_head(list_t *list)
{
	list_node_t *node = list->list_head.list_next;

	if (node == &list->list_head)
		return (NULL);
	list_take(node);
	return (list_object(list, node));
}

void *
list_remove_tail(list_t *list)
{
	list_node_t *node = list->list_head.list_prev;

	if (node == &list->list_head)
		return (NULL);
	list_take(node);
	return (list_object(list, node));
}

void *
list_head(list_t *list)
{
	return (list_object(list, list->list_head.list_next));
}

void *
list_tail(list_t *list)
{
	return (list_object(list, list->list_head.list_prev));
}

void *
list_next(list_t *list, void *obj)
{
	return (list_object(list, list_node(list, obj)->list_next));
}

void *
list_prev(list_t *list, void *obj)
{
	return (list_object(list, list_node(list, obj)->list_prev));
}

/*
 * All of `src' goes to the end of `dst'.
 */
void
list_move_tail(list_t *dst, list_t *src)
{
	list_node_t *first = src->list_head.list_next;
	list_node_t *last = src->list_head.list_prev;

	VERIFY(dst->list_size == src->list_size &&
	    dst->list_offset == src->list_offset);
	if (list_is_empty(src))
		return;
	first->list_prev = dst->list_head.list_prev;
	last->list_next = &dst->list_head;
	dst->list_head.list_prev->list_next = first;
	dst->list_head.list_prev = last;
	src->list_head.list_next = src->list_head.list_prev = &src->list_head;
}

int
list_is_empty(list_t *list)
{
	return (list->list_head.list_next == &list->list_head);
}

void
list_link_init(list_node_t *node)
{
	node->list_next = NULL;
	node->list_prev = NULL;
}

/*
 * `new' takes the place of `old'.
 */
void
list_link_replace(list_node_t *old, list_node_t *new)
{
	ASSERT(list_link_active(old));
	ASSERT(!list_link_active(new));
	new->list_next = old->list_next;
	new->list_prev = old->list_prev;
	old->list_prev->list_next = new;
	old->list_next->list_prev = new;
	list_link_init(old);
}

int
list_link_active(list_node_t *node)
{
	return (node->list_next != NULL && node->list_prev != NULL);
}
