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

#ifndef	_SYS_AVL_IMPL_H
#define	_SYS_AVL_IMPL_H

#include <sys/types.h>

struct avl_node {
	struct avl_node	*avl_child[2];
	uintptr_t	avl_pcb;	/* parent, balance */
};

struct avl_tree {
	struct avl_node	*avl_root;
	int		(*avl_compar)(const void *, const void *);
	size_t		avl_offset;
	ulong_t		avl_numnodes;
	size_t		avl_size;
};

extern void *avl_walk(struct avl_tree *, void *, int);

#endif	/* _SYS_AVL_IMPL_H */
