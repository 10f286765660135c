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
 * Plug-ins of /dev: what a driver registers, and what it calls in its
 * callbacks.  After uts/common/fs/dev/sdev_plugin.c of illumos.
 */

#include <sys/cmn_err.h>
#include <sys/debug.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/systm.h>

#include "sdev_impl.h"

static list_t sdev_plugins;		/* sdev_enter() */

/*
 * On illumos a variable that somebody has to set by hand, for unregistering is
 * not safe in general.  At halt nothing uses /dev any more.
 */
int sdev_plugin_unregister_allowed;

void
sdev_plugin_init(void)
{
	list_create(&sdev_plugins, sizeof (sdev_plugin_t),
	    offsetof(sdev_plugin_t, sp_link));
	sdev_plugin_unregister_allowed = 0;
}

void
sdev_plugin_fini(void)
{
	sdev_plugin_t *spp;

	while ((spp = list_remove_head(&sdev_plugins)) != NULL) {
		cmn_err(CE_WARN, "sdev: plug-in %s is still registered",
		    spp->sp_name);
		kmem_free(spp, sizeof (*spp));
	}
	list_destroy(&sdev_plugins);
}

sdev_plugin_t *
sdev_plugin_find(const char *name)
{
	sdev_plugin_t *spp;

	ASSERT(SDEV_HELD());
	for (spp = list_head(&sdev_plugins); spp != NULL;
	    spp = list_next(&sdev_plugins, spp)) {
		if (strcmp(spp->sp_name, name) == 0)
			break;
	}
	return (spp);
}

/*
 * Whose are the nodes below this path? The comparison leaves the last
 * character out, as it does on illumos: plug-ins whose names differ in nothing
 * else get each other's nodes.
 */
sdev_plugin_t *
sdev_match(const char *fullpath)
{
	const char *path = fullpath + sizeof ("/dev/") - 1;
	sdev_plugin_t *spp;
	size_t len;

	for (spp = list_head(&sdev_plugins); spp != NULL;
	    spp = list_next(&sdev_plugins, spp)) {
		if (strcmp(spp->sp_name, path) == 0)
			return (spp);
		len = strlen(spp->sp_name);
		if (spp->sp_subdir && strlen(path) > len &&
		    strncmp(spp->sp_name, path, len - 1) == 0 &&
		    path[len] == '/')
			return (spp);
	}
	return (NULL);
}

/*
 * What a plug-in calls, in its callbacks.
 */
sdev_ctx_flags_t
sdev_ctx_flags(sdev_ctx_t ctx)
{
	sdev_node_t *sn = (sdev_node_t *)ctx;

	ASSERT(SDEV_HELD());
	return (sn->sn_global ? SDEV_CTX_GLOBAL : 0);
}

const char *
sdev_ctx_name(sdev_ctx_t ctx)
{
	ASSERT(SDEV_HELD());
	return (((sdev_node_t *)ctx)->sn_name);
}

const char *
sdev_ctx_path(sdev_ctx_t ctx)
{
	ASSERT(SDEV_HELD());
	return (((sdev_node_t *)ctx)->sn_path);
}

int
sdev_ctx_minor(sdev_ctx_t ctx, minor_t *minorp)
{
	sdev_node_t *sn = (sdev_node_t *)ctx;

	ASSERT(SDEV_HELD());
	if (sn->sn_type != VCHR && sn->sn_type != VBLK)
		return (ENODEV);
	*minorp = getminor(sn->sn_dev);
	return (0);
}

enum vtype
sdev_ctx_vtype(sdev_ctx_t ctx)
{
	ASSERT(SDEV_HELD());
	return (((sdev_node_t *)ctx)->sn_type);
}

static boolean_t
sdev_plugin_name_isvalid(const char *name)
{
	size_t i;

	for (i = 0; i < SDEV_PLUGIN_NAMELEN; i++) {
		char c = name[i];

		if (c == '\0')
			return (B_TRUE);
		if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') &&
		    (c < '0' || c > '9') && c != '-' && c != '_' && c != '.')
			return (B_FALSE);
	}
	return (B_FALSE);
}

int
sdev_plugin_mkdir(sdev_ctx_t ctx, char *name)
{
	sdev_node_t *dir = (sdev_node_t *)ctx;

	ASSERT(SDEV_HELD());
	if (!sdev_plugin_name_isvalid(name))
		return (EINVAL);
	if (sdev_node_find(dir, name) != NULL)
		return (EEXIST);
	sdev_node_insert(dir, sdev_node_create(dir, name, VDIR));
	return (0);
}

int
sdev_plugin_mknod(sdev_ctx_t ctx, char *name, mode_t mode, dev_t dev)
{
	sdev_node_t *dir = (sdev_node_t *)ctx, *sn;
	mode_t type = mode & S_IFMT, access = mode & S_IAMB;

	ASSERT(SDEV_HELD());
	if (!sdev_plugin_name_isvalid(name))
		return (EINVAL);
	if ((mode & ~(S_IFMT | S_IAMB)) != 0)
		return (EINVAL);
	if (type != S_IFCHR && type != S_IFBLK)
		return (EINVAL);
	if ((access & (S_IXUSR | S_IXGRP | S_IXOTH)) != 0)
		return (EINVAL);
	if (access == 0)
		access = 0600;
	if (sdev_node_find(dir, name) != NULL)
		return (EEXIST);
	sn = sdev_node_create(dir, name, type == S_IFCHR ? VCHR : VBLK);
	sn->sn_mode = type | access;
	sn->sn_dev = dev;
	sdev_node_insert(dir, sn);
	return (0);
}

sdev_plugin_hdl_t
sdev_plugin_register(const char *name, sdev_plugin_ops_t *ops, int *errp)
{
	sdev_plugin_t *spp;
	sdev_node_t *root;
	int unwanted;

	if (errp == NULL)
		errp = &unwanted;
	*errp = EINVAL;
	if (!sdev_plugin_name_isvalid(name) ||
	    ops->spo_version != SDEV_PLUGIN_VERSION ||
	    ops->spo_validate == NULL || ops->spo_filldir == NULL ||
	    ops->spo_inactive == NULL ||
	    (ops->spo_flags & ~SDEV_PLUGIN_FLAGS_MASK) != 0)
		return ((sdev_plugin_hdl_t)NULL);
	if (hkfault(HK_FAULT_ALLOC)) {
		*errp = ENOMEM;
		return ((sdev_plugin_hdl_t)NULL);
	}

	spp = kmem_zalloc(sizeof (*spp), KM_SLEEP);
	(void) strlcpy(spp->sp_name, name, sizeof (spp->sp_name));
	spp->sp_ops = ops;
	spp->sp_subdir = (ops->spo_flags & SDEV_PLUGIN_SUBDIR) != 0;

	sdev_enter();
	root = sdev_root_get(GLOBAL_ZONEID);
	if (sdev_name_taken(name)) {
		sdev_exit();
		kmem_free(spp, sizeof (*spp));
		*errp = EEXIST;
		return ((sdev_plugin_hdl_t)NULL);
	}
	list_insert_tail(&sdev_plugins, spp);
	sdev_node_insert(root, sdev_node_create(root, name, VDIR));
	sdev_exit();
	*errp = 0;
	return ((sdev_plugin_hdl_t)spp);
}

int
sdev_plugin_unregister(sdev_plugin_hdl_t hdl)
{
	sdev_plugin_t *spp = (sdev_plugin_t *)hdl;

	if (!sdev_plugin_unregister_allowed)
		return (EBUSY);

	sdev_enter();
	sdev_remove_all(spp->sp_name);
	list_remove(&sdev_plugins, spp);
	/* A file may be open on one: its close comes through here. */
	while (spp->sp_nnodes > 0)
		sdev_wait();
	sdev_exit();
	kmem_free(spp, sizeof (*spp));
	return (0);
}

/*
 * Throw out what is not valid any more.
 */
void
sdev_plugin_validate_dir(sdev_node_t *dir)
{
	sdev_node_t *sn, *next;

	for (sn = avl_first(&dir->sn_children); sn != NULL; sn = next) {
		next = AVL_NEXT(&dir->sn_children, sn);
		if (sn->sn_plugin == NULL) {
			panic("sdev: %s has no plug-in: its directory's was "
			    "registered without SDEV_PLUGIN_SUBDIR",
			    sn->sn_path);
		}
		switch (sn->sn_plugin->sp_ops->spo_validate((sdev_ctx_t)sn)) {
		case SDEV_VTOR_VALID:
		case SDEV_VTOR_SKIP:
			break;
		case SDEV_VTOR_INVALID:
		case SDEV_VTOR_STALE:
			sdev_node_remove(dir, sn);
			break;
		}
	}
}

/*
 * Is the path below a plug-in's directory?
 */
boolean_t
sdev_under_plugin(const char *path)
{
	const char *rest = path + sizeof ("/dev/") - 1;
	sdev_plugin_t *spp;
	size_t len;

	if (strncmp(path, "/dev/", rest - path) != 0)
		return (B_FALSE);
	sdev_enter();
	for (spp = list_head(&sdev_plugins); spp != NULL;
	    spp = list_next(&sdev_plugins, spp)) {
		len = strlen(spp->sp_name);
		if (strncmp(rest, spp->sp_name, len) == 0 && rest[len] == '/')
			break;
	}
	sdev_exit();
	return (spp != NULL);
}
