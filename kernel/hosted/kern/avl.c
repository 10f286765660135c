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
 * Balanced trees with the nodes inside the objects (sys/avl.h of illumos, after
 * Knuth, volume 3, 6.2.3).
 *
 * avl_pcb of a node holds its parent, and in the low bits which child of that
 * it is (AVL_SIDE) and how much deeper its right side is than its left, plus 1.
 */

#include <sys/avl.h>
#include <sys/debug.h>
#include <sys/null.h>

#define	AVL_BALANCE	3UL
#define	AVL_SIDE	4UL
#define	AVL_FLAGS	7UL
#define	AVL_LEFT	0
#define	AVL_RIGHT	1

/*
 * An avl_index_t is a node and the side of it where the new one goes.
 */
#define	AVL_INDEX(node, side)	((avl_index_t)(node) | (avl_index_t)(side))
#define	AVL_INDEX_NODE(index)	((avl_node_t *)((index) & ~1UL))
#define	AVL_INDEX_SIDE(index)	((int)((index) & 1UL))

static inline avl_node_t *
avl_node(const avl_tree_t *tree, const void *obj)
{
	return ((avl_node_t *)((uintptr_t)obj + tree->avl_offset));
}

static inline void *
avl_object(const avl_tree_t *tree, avl_node_t *node)
{
	return (node == NULL ? NULL :
	    (void *)((uintptr_t)node - tree->avl_offset));
}

static inline avl_node_t *
avl_parent(const avl_node_t *node)
{
	return ((avl_node_t *)(node->avl_pcb & ~AVL_FLAGS));
}

static inline int
avl_side(const avl_node_t *node)
{
	return ((node->avl_pcb & AVL_SIDE) != 0);
}

static inline int
avl_balance(const avl_node_t *node)
{
	return ((int)(node->avl_pcb & AVL_BALANCE) - 1);
}

static inline void
avl_set_balance(avl_node_t *node, int balance)
{
	node->avl_pcb = (node->avl_pcb & ~AVL_BALANCE) |
	    (uintptr_t)(balance + 1);
}

/*
 * Hang `node' (may be NULL) where the parent's child on that side was; a NULL
 * parent is the tree's.
 */
static void
avl_hang(avl_tree_t *tree, avl_node_t *parent, int side, avl_node_t *node)
{
	if (parent == NULL)
		tree->avl_root = node;
	else
		parent->avl_child[side] = node;
	if (node != NULL) {
		node->avl_pcb = (uintptr_t)parent |
		    (side == AVL_RIGHT ? AVL_SIDE : 0) |
		    (node->avl_pcb & AVL_BALANCE);
	}
}

/*
 * Turn the subtree of `node' so that it goes down on `side', and its child of
 * the other side becomes its root.
 */
static avl_node_t *
avl_rotate(avl_tree_t *tree, avl_node_t *node, int side)
{
	avl_node_t *child = node->avl_child[!side];

	avl_hang(tree, avl_parent(node), avl_side(node), child);
	avl_hang(tree, node, !side, child->avl_child[side]);
	avl_hang(tree, child, side, node);
	return (child);
}

/*
 * `node' is two levels deeper on `side'.  Restore it; returns whether the
 * subtree has become lower than before.
 */
static boolean_t
avl_rebalance(avl_tree_t *tree, avl_node_t *node, int side)
{
	int heavy = side == AVL_RIGHT ? 1 : -1;
	avl_node_t *child = node->avl_child[side], *top;
	int balance;

	if (avl_balance(child) != -heavy) {
		balance = avl_balance(child);
		(void) avl_rotate(tree, node, !side);
		avl_set_balance(node, balance == 0 ? heavy : 0);
		avl_set_balance(child, balance == 0 ? -heavy : 0);
		return (balance != 0);
	}

	top = child->avl_child[!side];
	balance = avl_balance(top);
	(void) avl_rotate(tree, child, side);
	(void) avl_rotate(tree, node, !side);
	avl_set_balance(node, balance == heavy ? -heavy : 0);
	avl_set_balance(child, balance == -heavy ? heavy : 0);
	avl_set_balance(top, 0);
	return (B_TRUE);
}

void
avl_create(avl_tree_t *tree, int (*compar)(const void *, const void *),
    size_t size, size_t offset)
{
	VERIFY(size >= offset + sizeof (avl_node_t));
	VERIFY3U(offset & AVL_FLAGS, ==, 0);
	tree->avl_root = NULL;
	tree->avl_compar = compar;
	tree->avl_offset = offset;
	tree->avl_numnodes = 0;
	tree->avl_size = size;
}

void
avl_destroy(avl_tree_t *tree)
{
	VERIFY0(tree->avl_numnodes);
	VERIFY3P(tree->avl_root, ==, NULL);
}

/*
 * The outermost node on a side.
 */
static void *
avl_edge(avl_tree_t *tree, int side)
{
	avl_node_t *node = tree->avl_root;

	while (node != NULL && node->avl_child[side] != NULL)
		node = node->avl_child[side];
	return (avl_object(tree, node));
}

void *
avl_first(avl_tree_t *tree)
{
	return (avl_edge(tree, AVL_LEFT));
}

void *
avl_last(avl_tree_t *tree)
{
	return (avl_edge(tree, AVL_RIGHT));
}

void *
avl_walk(avl_tree_t *tree, void *obj, int side)
{
	avl_node_t *node;

	if (obj == NULL)
		return (NULL);
	node = avl_node(tree, obj);
	if (node->avl_child[side] != NULL) {
		node = node->avl_child[side];
		while (node->avl_child[!side] != NULL)
			node = node->avl_child[!side];
		return (avl_object(tree, node));
	}
	while (avl_parent(node) != NULL && avl_side(node) == side)
		node = avl_parent(node);
	return (avl_object(tree, avl_parent(node)));
}

void *
avl_find(avl_tree_t *tree, const void *value, avl_index_t *where)
{
	avl_node_t *node = tree->avl_root, *prev = NULL;
	int diff, side = AVL_LEFT;

	while (node != NULL) {
		diff = tree->avl_compar(value, avl_object(tree, node));
		if (diff == 0)
			return (avl_object(tree, node));
		prev = node;
		side = diff > 0 ? AVL_RIGHT : AVL_LEFT;
		node = node->avl_child[side];
	}
	if (where != NULL)
		*where = AVL_INDEX(prev, side);
	return (NULL);
}

/*
 * The object before or after the place.
 */
void *
avl_nearest(avl_tree_t *tree, avl_index_t where, int direction)
{
	avl_node_t *node = AVL_INDEX_NODE(where);

	if (node == NULL)
		return (NULL);
	if (AVL_INDEX_SIDE(where) != direction)
		return (avl_object(tree, node));
	return (avl_walk(tree, avl_object(tree, node), direction));
}

void
avl_insert(avl_tree_t *tree, void *obj, avl_index_t where)
{
	avl_node_t *node = avl_node(tree, obj);
	avl_node_t *parent = AVL_INDEX_NODE(where);
	int side = AVL_INDEX_SIDE(where);

	node->avl_child[AVL_LEFT] = node->avl_child[AVL_RIGHT] = NULL;
	node->avl_pcb = 0;
	avl_set_balance(node, 0);
	avl_hang(tree, parent, side, node);
	tree->avl_numnodes++;

	for (; parent != NULL; side = avl_side(parent),
	    parent = avl_parent(parent)) {
		int balance = avl_balance(parent) +
		    (side == AVL_RIGHT ? 1 : -1);

		if (balance == 2 || balance == -2) {
			(void) avl_rebalance(tree, parent, side);
			return;
		}
		avl_set_balance(parent, balance);
		if (balance == 0)
			return;
	}
}

void
avl_insert_here(avl_tree_t *tree, void *new, void *here, int direction)
{
	avl_node_t *node = avl_node(tree, here);
	int side = direction;

	if (node->avl_child[side] != NULL) {
		node = node->avl_child[side];
		side = !side;
		while (node->avl_child[side] != NULL)
			node = node->avl_child[side];
	}
	avl_insert(tree, new, AVL_INDEX(node, side));
}

void
avl_add(avl_tree_t *tree, void *obj)
{
	avl_index_t where = 0;

	VERIFY(avl_find(tree, obj, &where) == NULL);
	avl_insert(tree, obj, where);
}

/*
 * A node with two children changes places with its successor first.
 */
static void
avl_exchange(avl_tree_t *tree, avl_node_t *node)
{
	avl_node_t *next = avl_node(tree,
	    avl_walk(tree, avl_object(tree, node), AVL_RIGHT));
	avl_node_t copy = *node;
	avl_node_t *right = next->avl_child[AVL_RIGHT];
	avl_node_t *parent = avl_parent(next);
	int side = avl_side(next), balance = avl_balance(next);

	next->avl_pcb = copy.avl_pcb;
	avl_hang(tree, avl_parent(&copy), avl_side(&copy), next);
	avl_hang(tree, next, AVL_LEFT, copy.avl_child[AVL_LEFT]);
	if (parent == node) {
		avl_hang(tree, next, AVL_RIGHT, node);
	} else {
		avl_hang(tree, next, AVL_RIGHT, copy.avl_child[AVL_RIGHT]);
		avl_hang(tree, parent, side, node);
	}
	node->avl_child[AVL_LEFT] = NULL;
	avl_hang(tree, node, AVL_RIGHT, right);
	avl_set_balance(node, balance);
}

void
avl_remove(avl_tree_t *tree, void *obj)
{
	avl_node_t *node = avl_node(tree, obj), *parent, *up;
	int side, balance;

	if (node->avl_child[AVL_LEFT] != NULL &&
	    node->avl_child[AVL_RIGHT] != NULL)
		avl_exchange(tree, node);
	parent = avl_parent(node);
	side = avl_side(node);
	avl_hang(tree, parent, side, node->avl_child[AVL_LEFT] != NULL ?
	    node->avl_child[AVL_LEFT] : node->avl_child[AVL_RIGHT]);
	tree->avl_numnodes--;

	/*
	 * The subtree on `side' of `parent' has become lower.
	 */
	while (parent != NULL) {
		int upside = avl_side(parent);

		up = avl_parent(parent);
		balance = avl_balance(parent) + (side == AVL_RIGHT ? -1 : 1);
		if (balance == 2 || balance == -2) {
			if (!avl_rebalance(tree, parent, !side))
				return;
		} else {
			avl_set_balance(parent, balance);
			if (balance != 0)
				return;
		}
		parent = up;
		side = upside;
	}
}

/*
 * The object's key has changed a little: put it where it belongs.
 */
boolean_t
avl_update(avl_tree_t *tree, void *obj)
{
	void *prev = AVL_PREV(tree, obj), *next = AVL_NEXT(tree, obj);

	if ((prev == NULL || tree->avl_compar(obj, prev) >= 0) &&
	    (next == NULL || tree->avl_compar(obj, next) <= 0))
		return (B_FALSE);
	avl_remove(tree, obj);
	avl_add(tree, obj);
	return (B_TRUE);
}

void
avl_swap(avl_tree_t *a, avl_tree_t *b)
{
	avl_tree_t copy = *a;

	VERIFY(a->avl_compar == b->avl_compar &&
	    a->avl_offset == b->avl_offset && a->avl_size == b->avl_size);
	*a = *b;
	*b = copy;
}

ulong_t
avl_numnodes(avl_tree_t *tree)
{
	return (tree->avl_numnodes);
}

boolean_t
avl_is_empty(avl_tree_t *tree)
{
	return (tree->avl_numnodes == 0 ? B_TRUE : B_FALSE);
}

/*
 * Take the tree apart, leaves first: each call returns an object that the tree
 * will not look at again.
 */
void *
avl_destroy_nodes(avl_tree_t *tree, void **cookie)
{
	avl_node_t *node = *cookie, *parent;

	if (node == NULL)
		node = tree->avl_root;
	if (node == NULL)
		return (NULL);
	while (node->avl_child[AVL_LEFT] != NULL ||
	    node->avl_child[AVL_RIGHT] != NULL) {
		node = node->avl_child[node->avl_child[AVL_LEFT] == NULL ?
		    AVL_RIGHT : AVL_LEFT];
	}
	parent = avl_parent(node);
	avl_hang(tree, parent, avl_side(node), NULL);
	tree->avl_numnodes--;
	*cookie = parent;
	return (avl_object(tree, node));
}
