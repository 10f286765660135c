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
 * Lists and trees against an array.
 */

#include <sys/avl.h>
#include <sys/list.h>
#include <sys/null.h>
#include <sys/sysmacros.h>
#include <sys/systm.h>

#include "harness.h"
#include "kern_impl.h"

#define	ITEMS	512

typedef struct item {
	int		i_key;
	boolean_t	i_in;
	list_node_t	i_link;
	avl_node_t	i_node;
} item_t;

static item_t items[ITEMS];
static uint32_t seed = 99;

static uint32_t
dice(uint32_t n)
{
	seed = seed * 1103515245 + 12345;
	return ((seed >> 8) % n);
}

static int
compare(const void *a, const void *b)
{
	const item_t *x = a, *y = b;

	return (x->i_key < y->i_key ? -1 : x->i_key > y->i_key);
}

/*
 * The depth of a subtree, or -1 if it is not balanced as it says.
 */
static int
depth(avl_node_t *node)
{
	int left, right;

	if (node == NULL)
		return (0);
	left = depth(node->avl_child[0]);
	right = depth(node->avl_child[1]);
	if (left < 0 || right < 0 || right - left > 1 || left - right > 1 ||
	    right - left != (int)(node->avl_pcb & 3) - 1)
		return (-1);
	return (1 + MAX(left, right));
}

static boolean_t
tree_is(avl_tree_t *tree)
{
	item_t *it = avl_first(tree), *back = avl_last(tree);
	ulong_t n = 0;
	int i, j;

	for (i = 0; i < ITEMS; i++) {
		if (!items[i].i_in)
			continue;
		if (it != &items[i])
			return (B_FALSE);
		it = AVL_NEXT(tree, it);
		n++;
	}
	for (j = ITEMS - 1; j >= 0; j--) {
		if (!items[j].i_in)
			continue;
		if (back != &items[j])
			return (B_FALSE);
		back = AVL_PREV(tree, back);
	}
	return (it == NULL && back == NULL && avl_numnodes(tree) == n &&
	    depth(tree->avl_root) >= 0);
}

static void
test_tree(void)
{
	uint_t wrong = 0, lost = 0, round, near = 0;
	item_t probe, *it, *above, *below;
	avl_index_t where;
	avl_tree_t tree, other;
	void *cookie = NULL;
	int i, n;

	for (i = 0; i < ITEMS; i++)
		items[i].i_key = 2 * i;
	avl_create(&tree, compare, sizeof (item_t), offsetof(item_t, i_node));
	check(avl_is_empty(&tree) && avl_first(&tree) == NULL, "an empty tree");
	for (round = 0; round < 20000; round++) {
		i = (int)dice(ITEMS);
		if (items[i].i_in)
			avl_remove(&tree, &items[i]);
		else
			avl_add(&tree, &items[i]);
		items[i].i_in = !items[i].i_in;
		if (round % 97 == 0 && !tree_is(&tree))
			wrong++;
		probe.i_key = (int)dice(2 * ITEMS);
		it = avl_find(&tree, &probe, &where);
		if ((probe.i_key % 2 == 0 && items[probe.i_key / 2].i_in) !=
		    (it != NULL))
			lost++;
		if (it == NULL) {
			below = avl_nearest(&tree, where, AVL_BEFORE);
			above = avl_nearest(&tree, where, AVL_AFTER);
			if ((below != NULL && (below->i_key >= probe.i_key ||
			    AVL_NEXT(&tree, below) != above)) ||
			    (above != NULL && (above->i_key <= probe.i_key ||
			    AVL_PREV(&tree, above) != below)))
				near++;
		}
	}
	check(wrong == 0, "order and balance last through 20000 changes");
	check(lost == 0, "what is in is found, what is not is not");
	check(near == 0, "avl_nearest gives the neighbours");

	/* A key that stays between its neighbours, and one that does not. */
	it = avl_first(&tree);
	it->i_key--;
	check(!avl_update(&tree, it), "a key that changed a little");
	it->i_key = 4 * ITEMS;
	check(avl_update(&tree, it) && avl_last(&tree) == it,
	    "a key that changed much");
	avl_create(&other, compare, sizeof (item_t), offsetof(item_t, i_node));
	n = (int)avl_numnodes(&tree);
	avl_swap(&tree, &other);
	check(avl_is_empty(&tree) && (int)avl_numnodes(&other) == n,
	    "avl_swap");
	while ((it = avl_destroy_nodes(&other, &cookie)) != NULL) {
		bzero(&it->i_node, sizeof (it->i_node));
		n--;
	}
	check(n == 0, "avl_destroy_nodes returns each once");
	avl_destroy(&other);
	avl_destroy(&tree);

	avl_create(&tree, compare, sizeof (item_t), offsetof(item_t, i_node));
	for (i = 0; i < ITEMS; i++)
		items[i].i_key = i;
	avl_add(&tree, &items[10]);
	avl_insert_here(&tree, &items[11], &items[10], AVL_AFTER);
	avl_insert_here(&tree, &items[9], &items[10], AVL_BEFORE);
	avl_insert_here(&tree, &items[8], &items[9], AVL_BEFORE);
	check(avl_first(&tree) == &items[8] && avl_last(&tree) == &items[11] &&
	    AVL_NEXT(&tree, &items[9]) == &items[10] &&
	    depth(tree.avl_root) == 3, "avl_insert_here");
}

static boolean_t
list_says(list_t *list, const char *s)
{
	item_t *it;

	for (it = list_head(list); it != NULL; it = list_next(list, it)) {
		if (*s == '\0' || items[*s - 'a'].i_key != it->i_key)
			return (B_FALSE);
		s++;
	}
	return (*s == '\0');
}

#define	ITEM(c)	(&items[(c) - 'a'])

static void
test_list(void)
{
	list_t list, other;
	int i;

	for (i = 0; i < ITEMS; i++) {
		items[i].i_key = i;
		list_link_init(&items[i].i_link);
	}
	list_create(&list, sizeof (item_t), offsetof(item_t, i_link));
	list_create(&other, sizeof (item_t), offsetof(item_t, i_link));
	check(list_is_empty(&list) && list_head(&list) == NULL &&
	    list_tail(&list) == NULL && list_remove_head(&list) == NULL &&
	    list_remove_tail(&list) == NULL, "an empty list");
	list_insert_tail(&list, ITEM('b'));
	list_insert_tail(&list, ITEM('d'));
	list_insert_head(&list, ITEM('a'));
	list_insert_after(&list, ITEM('b'), ITEM('c'));
	list_insert_before(&list, ITEM('a'), ITEM('x'));
	list_insert_before(&list, NULL, ITEM('y'));
	list_insert_after(&list, NULL, ITEM('z'));
	check(list_says(&list, "zxabcdy"), "inserted in every way");
	list_remove(&list, ITEM('x'));
	check(!list_link_active(&ITEM('x')->i_link) &&
	    list_link_active(&ITEM('a')->i_link), "list_link_active");
	check(list_remove_head(&list) == ITEM('z') &&
	    list_remove_tail(&list) == ITEM('y') && list_says(&list, "abcd") &&
	    list_prev(&list, ITEM('d')) == ITEM('c') &&
	    list_prev(&list, ITEM('a')) == NULL, "removed at both ends");
	list_link_replace(&ITEM('c')->i_link, &ITEM('q')->i_link);
	check(list_says(&list, "abqd"), "list_link_replace");
	list_insert_tail(&other, ITEM('e'));
	list_insert_tail(&other, ITEM('f'));
	list_move_tail(&list, &other);
	check(list_says(&list, "abqdef") && list_is_empty(&other),
	    "list_move_tail");
	while (list_remove_head(&list) != NULL)
		continue;
	list_destroy(&list);
	list_destroy(&other);
}

int
main(void)
{
	if (!check(kern_init(HK_BOOT_QUIET) == 0, "boot"))
		return (check_done());
	test_tree();
	test_list();
	check(kern_fini() == 0, "halt");
	return (check_done());
}
