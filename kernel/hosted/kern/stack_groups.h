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
	struct groups_net *gw_net;	/* the user's; NULL: is in none */
	host_tap_t	*gw_tap;	/* RO; borrowed */
	int		gw_index;	/* RO */
	boolean_t	gw_news;	/* atomic; set with groups_lock held */
	uint_t		gw_place;	/* atomic; GROUPS_*, set likewise */
	groups_list_t	gw_now;		/* as last seen */
	groups_list_t	gw_seen;	/* while they are looked at */
} groups_watch_t;

extern void groups_init(void);
extern void groups_fini(void);

/*
 * What the looks have found of where the interface is.
 */
#define	GROUPS_HERE	0
#define	GROUPS_MOVED	1		/* it is in another namespace */
#define	GROUPS_LOST	2		/* its namespace has lost its name */

/*
 * Watch the groups of an interface where it is now, under the number that it
 * has there.  host_tap_wake() is called when they have changed, or it is gone
 * from there; groups_take() then gets them, and says whether there was news;
 * groups_place() says the rest.  EAGAIN: there is no thread to be had.  EBUSY:
 * an interface that was destroyed had the same index.  Nobody else than who
 * added it removes a watch; one that is in no namespace can be removed, too.
 */
extern int groups_add(groups_watch_t *gw, host_tap_t *tap, int index);
extern void groups_remove(groups_watch_t *gw);
extern boolean_t groups_take(groups_watch_t *gw, groups_list_t *list);
extern uint_t groups_place(groups_watch_t *gw);

/*
 * Something has changed, so look at once.
 */
extern void groups_look(void);

#endif	/* _STACK_GROUPS_H */
