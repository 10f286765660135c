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

#ifndef	_SDEV_IMPL_H
#define	_SDEV_IMPL_H

/*
 * The names of /dev, for sdev.c and sdev_plugin.c.
 */

#include <sys/fs/sdev_plugin.h>
#include <sys/avl.h>
#include <sys/list.h>

#include "dev_impl.h"

#define	SDEV_PLUGIN_NAMELEN	64

typedef struct sdev_plugin {
	list_node_t	sp_link;
	char		sp_name[SDEV_PLUGIN_NAMELEN];	/* RO */
	const sdev_plugin_ops_t *sp_ops;	/* RO */
	boolean_t	sp_subdir;		/* RO */
	uint64_t	sp_nnodes;		/* sdev_enter() */
} sdev_plugin_t;

struct sdev_node {
	avl_node_t	sn_link;	/* sdev_enter(), as all but RO */
	char		sn_name[SDEV_PLUGIN_NAMELEN];	/* RO */
	char		sn_path[MAXPATHLEN];	/* RO */
	vtype_t		sn_type;	/* RO */
	dev_t		sn_dev;		/* RO */
	mode_t		sn_mode;	/* RO */
	boolean_t	sn_global;	/* RO: of the global zone's /dev */
	sdev_plugin_t	*sn_plugin;	/* RO; NULL: nobody's */
	uint_t		sn_refs;
	boolean_t	sn_zombie;	/* in no directory */
	avl_tree_t	sn_children;	/* by name */
};

/*
 * Who looks at /dev, or changes it, does so between these.  sdev_wait() lets
 * others in, until one of them has been.
 */
extern kthread_t *sdev_owner;
extern void sdev_enter(void);
extern void sdev_exit(void);
extern void sdev_wait(void);

#define	SDEV_HELD()	\
	(__atomic_load_n(&sdev_owner, __ATOMIC_RELAXED) == curthread)

/*
 * Nodes (sdev.c), within sdev_enter().  sdev_remove_all() takes a name out of
 * every zone's /dev; sdev_name_taken() is about the global zone's.
 */
extern sdev_node_t *sdev_node_create(sdev_node_t *dir, const char *name,
    vtype_t type);
extern void sdev_node_insert(sdev_node_t *dir, sdev_node_t *sn);
extern void sdev_node_remove(sdev_node_t *dir, sdev_node_t *sn);
extern sdev_node_t *sdev_node_find(sdev_node_t *dir, const char *name);
extern sdev_node_t *sdev_root_get(zoneid_t zoneid);
extern boolean_t sdev_name_taken(const char *name);
extern void sdev_remove_all(const char *name);

/*
 * Plug-ins (sdev_plugin.c), within sdev_enter() but for the first two.
 */
extern void sdev_plugin_init(void);
extern void sdev_plugin_fini(void);
extern sdev_plugin_t *sdev_plugin_find(const char *name);
extern sdev_plugin_t *sdev_match(const char *path);
extern void sdev_plugin_validate_dir(sdev_node_t *dir);

#endif	/* _SDEV_IMPL_H */
