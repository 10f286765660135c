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

#ifndef	_STACK_GROUPS_H
#define	_STACK_GROUPS_H

/*
 * Who wants to know what groups an interface of the host listens to
 * (stack_groups.c).
 */

#include <sys/avl.h>
#include <sys/ethernet.h>

#include "kern_impl.h"

#define	GROUPS_MAX	128		/* of an interface */

typedef struct groups_list {
	uint_t		gl_n;
	uint8_t		gl_addrs[GROUPS_MAX][ETHERADDRL];
} groups_list_t;

typedef struct groups_watch {
	avl_node_t	gw_node;	/* groups_lock, as is all but RO */
	struct groups_net *gw_net;	/* RO; NULL: the host does not tell */
	int		gw_index;	/* RO */
	void		(*gw_wake)(void *);	/* RO */
	void		*gw_arg;	/* RO */
	boolean_t	gw_news;	/* atomic; set with groups_lock held */
	groups_list_t	gw_now;		/* as last seen */
	groups_list_t	gw_seen;	/* while they are looked at */
} groups_watch_t;

extern void groups_init(void);
extern void groups_fini(void);

/*
 * Watch the groups of an interface in the calling thread's namespace.  `wake'
 * is called, with a lock held, when they have changed; groups_take() then gets
 * them, and says whether there was news.  EAGAIN: there is no thread to be had.
 * EBUSY: an interface that was destroyed had the same index.
 */
extern int groups_add(groups_watch_t *gw, int index, void (*wake)(void *),
    void *arg);
extern void groups_remove(groups_watch_t *gw);
extern boolean_t groups_take(groups_watch_t *gw, groups_list_t *list);

/*
 * Something has changed, so look at once.
 */
extern void groups_look(void);

#endif	/* _STACK_GROUPS_H */
