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
 * The names of /dev: nodes that driver plug-ins make up, and a few of hosted's
 * own.  After uts/common/fs/dev (sdev_plugin.c, sdev_subr.c) of illumos.
 *
 * Each zone has a /dev of its own.  A plug-in's directory is looked at as
 * there: every cached child is validated, then the driver fills the directory
 * in, then the name is searched; so for each component of the path, in the
 * caller's context.  A node that is not valid any more leaves its directory at
 * once and becomes a zombie, which goes, with spo_inactive, when the last file
 * on it does.
 *
 * All of it happens with sdev_enter() in effect, which stands for the
 * sdev_contents lock.  It is a flag, not a lock, so that a driver may in its
 * callbacks do all that illumos allows there.
 */

#include <sys/cmn_err.h>
#include <sys/debug.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/policy.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/systm.h>

#include "sdev_impl.h"

#define	SDEV_UID		0	/* root */
#define	SDEV_GID		3	/* sys */
#define	SDEV_NSTATICS		8

typedef struct sdev_root {
	list_node_t	sr_link;
	zoneid_t	sr_zoneid;
	sdev_node_t	*sr_node;
} sdev_root_t;

/*
 * What is in every /dev: devices, directories whose names a function knows, and
 * names that are taken.
 */
typedef struct sdev_static {
	const char	*ss_name;
	int		(*ss_lookup)(const char *, zoneid_t, dev_t *);
	dev_t		ss_dev;
	mode_t		ss_mode;
} sdev_static_t;

static kmutex_t sdev_lock;
static kcondvar_t sdev_cv;
kthread_t *sdev_owner;		/* atomic; set with sdev_lock held */
static list_t sdev_roots;		/* sdev_enter(), as are the next */
static sdev_static_t sdev_statics[SDEV_NSTATICS];
static uint_t sdev_nstatics;
static zone_key_t sdev_zone_key;

#define	SDEV_SET_OWNER(thread)	\
	__atomic_store_n(&sdev_owner, (thread), __ATOMIC_RELAXED)

void
sdev_enter(void)
{
	mutex_enter(&sdev_lock);
	if (SDEV_HELD())
		panic("sdev: /dev is looked at from within a plug-in");
	while (sdev_owner != NULL)
		cv_wait(&sdev_cv, &sdev_lock);
	SDEV_SET_OWNER(curthread);
	mutex_exit(&sdev_lock);
}

void
sdev_exit(void)
{
	mutex_enter(&sdev_lock);
	VERIFY(SDEV_HELD());
	SDEV_SET_OWNER(NULL);
	cv_broadcast(&sdev_cv);
	mutex_exit(&sdev_lock);
}

/*
 * Within sdev_enter().
 */
void
sdev_wait(void)
{
	mutex_enter(&sdev_lock);
	SDEV_SET_OWNER(NULL);
	cv_broadcast(&sdev_cv);
	cv_wait(&sdev_cv, &sdev_lock);
	while (sdev_owner != NULL)
		cv_wait(&sdev_cv, &sdev_lock);
	SDEV_SET_OWNER(curthread);
	mutex_exit(&sdev_lock);
}

/*
 * Nodes.
 */
static int
sdev_compare(const void *a, const void *b)
{
	const int diff = strcmp(((const sdev_node_t *)a)->sn_name,
	    ((const sdev_node_t *)b)->sn_name);

	return (diff < 0 ? -1 : diff > 0);
}

sdev_node_t *
sdev_node_create(sdev_node_t *dir, const char *name, vtype_t type)
{
	sdev_node_t *sn = kmem_zalloc(sizeof (*sn), KM_SLEEP);

	(void) strlcpy(sn->sn_name, name, sizeof (sn->sn_name));
	if (dir == NULL) {
		(void) strlcpy(sn->sn_path, "/dev", sizeof (sn->sn_path));
	} else {
		(void) snprintf(sn->sn_path, sizeof (sn->sn_path), "%s/%s",
		    dir->sn_path, name);
		sn->sn_global = dir->sn_global;
	}
	sn->sn_type = type;
	sn->sn_mode = S_IFDIR | 0755;
	avl_create(&sn->sn_children, sdev_compare, sizeof (sdev_node_t),
	    offsetof(sdev_node_t, sn_link));
	return (sn);
}

/*
 * The end of a node that is in no directory and that nobody uses.
 */
static void
sdev_node_inactive(sdev_node_t *sn)
{
	sdev_plugin_t *spp = sn->sn_plugin;

	ASSERT(SDEV_HELD());
	ASSERT(sn->sn_zombie && sn->sn_refs == 0);
	if (spp != NULL) {
		spp->sp_ops->spo_inactive((sdev_ctx_t)sn);
		VERIFY(spp->sp_nnodes > 0);
		spp->sp_nnodes--;
	}
	avl_destroy(&sn->sn_children);
	kmem_free(sn, sizeof (*sn));
}

/*
 * Out of its directory, with all below it.
 */
void
sdev_node_remove(sdev_node_t *dir, sdev_node_t *sn)
{
	sdev_node_t *child;

	while ((child = avl_first(&sn->sn_children)) != NULL)
		sdev_node_remove(sn, child);
	avl_remove(&dir->sn_children, sn);
	sn->sn_zombie = B_TRUE;
	if (sn->sn_refs == 0)
		sdev_node_inactive(sn);
}

sdev_node_t *
sdev_node_find(sdev_node_t *dir, const char *name)
{
	sdev_node_t want;

	if (strlcpy(want.sn_name, name, sizeof (want.sn_name)) >=
	    sizeof (want.sn_name))
		return (NULL);
	return (avl_find(&dir->sn_children, &want, NULL));
}

void
sdev_node_insert(sdev_node_t *dir, sdev_node_t *sn)
{
	sn->sn_plugin = sdev_match(sn->sn_path);
	if (sn->sn_plugin != NULL)
		sn->sn_plugin->sp_nnodes++;
	avl_add(&dir->sn_children, sn);
}

void
sdev_rele(sdev_node_t *sn)
{
	sdev_enter();
	VERIFY(sn->sn_refs > 0);
	if (--sn->sn_refs == 0 && sn->sn_zombie)
		sdev_node_inactive(sn);
	sdev_exit();
}

dev_t
sdev_dev(const sdev_node_t *sn)
{
	return (sn->sn_dev);
}

vtype_t
sdev_type(const sdev_node_t *sn)
{
	return (sn->sn_type);
}

/*
 * Permissions as the mode has it.  Who may configure the system may also
 * override the modes of its files.
 */
int
sdev_access(const sdev_node_t *sn, uint_t fmode, cred_t *cr)
{
	mode_t want = 0, have;

	if ((fmode & FREAD) != 0)
		want |= S_IROTH;
	if ((fmode & FWRITE) != 0)
		want |= S_IWOTH;
	if (crgetuid(cr) == SDEV_UID)
		have = sn->sn_mode >> 6;
	else if (groupmember(SDEV_GID, cr))
		have = sn->sn_mode >> 3;
	else
		have = sn->sn_mode;
	if ((want & ~have) == 0)
		return (0);
	return (secpolicy_sys_config(cr, B_FALSE) == 0 ? 0 : EACCES);
}

static sdev_static_t *
sdev_static_find(const char *name)
{
	uint_t i;

	for (i = 0; i < sdev_nstatics; i++) {
		if (strcmp(sdev_statics[i].ss_name, name) == 0)
			return (&sdev_statics[i]);
	}
	return (NULL);
}

/*
 * Roots.
 */
sdev_node_t *
sdev_root_get(zoneid_t zoneid)
{
	sdev_root_t *sr;

	ASSERT(SDEV_HELD());
	for (sr = list_head(&sdev_roots); sr != NULL;
	    sr = list_next(&sdev_roots, sr)) {
		if (sr->sr_zoneid == zoneid)
			return (sr->sr_node);
	}
	sr = kmem_zalloc(sizeof (*sr), KM_SLEEP);
	sr->sr_zoneid = zoneid;
	sr->sr_node = sdev_node_create(NULL, "dev", VDIR);
	sr->sr_node->sn_global = (zoneid == GLOBAL_ZONEID);
	list_insert_tail(&sdev_roots, sr);
	return (sr->sr_node);
}

boolean_t
sdev_name_taken(const char *name)
{
	return (sdev_static_find(name) != NULL ||
	    sdev_node_find(sdev_root_get(GLOBAL_ZONEID), name) != NULL);
}

void
sdev_remove_all(const char *name)
{
	sdev_root_t *sr;
	sdev_node_t *sn;

	for (sr = list_head(&sdev_roots); sr != NULL;
	    sr = list_next(&sdev_roots, sr)) {
		if ((sn = sdev_node_find(sr->sr_node, name)) != NULL)
			sdev_node_remove(sr->sr_node, sn);
	}
}

static void
sdev_root_destroy(sdev_root_t *sr)
{
	sdev_node_t *sn;

	ASSERT(SDEV_HELD());
	list_remove(&sdev_roots, sr);
	while ((sn = avl_first(&sr->sr_node->sn_children)) != NULL)
		sdev_node_remove(sr->sr_node, sn);
	sr->sr_node->sn_zombie = B_TRUE;
	sdev_node_inactive(sr->sr_node);
	kmem_free(sr, sizeof (*sr));
}

static void *
sdev_zone_create(zoneid_t zoneid __unused)
{
	return (&sdev_zone_key);
}

/*
 * The zone's /dev is unmounted.
 */
static void
sdev_zone_destroy(zoneid_t zoneid, void *arg __unused)
{
	sdev_root_t *sr;

	sdev_enter();
	for (sr = list_head(&sdev_roots); sr != NULL;
	    sr = list_next(&sdev_roots, sr)) {
		if (sr->sr_zoneid == zoneid) {
			sdev_root_destroy(sr);
			break;
		}
	}
	sdev_exit();
}

void
sdev_init(void)
{
	mutex_init(&sdev_lock, NULL, MUTEX_DEFAULT, NULL);
	cv_init(&sdev_cv, NULL, CV_DEFAULT, NULL);
	list_create(&sdev_roots, sizeof (sdev_root_t),
	    offsetof(sdev_root_t, sr_link));
	sdev_plugin_init();
	sdev_nstatics = 0;
	zone_key_create(&sdev_zone_key, sdev_zone_create, NULL,
	    sdev_zone_destroy);

	/* A directory that illumos fills in itself: its name is taken. */
	(void) sdev_add_dir("pts", NULL);
}

void
sdev_fini(void)
{
	sdev_root_t *sr;

	(void) zone_key_delete(sdev_zone_key);
	sdev_enter();
	while ((sr = list_head(&sdev_roots)) != NULL)
		sdev_root_destroy(sr);
	sdev_plugin_fini();
	sdev_exit();
	list_destroy(&sdev_roots);
	cv_destroy(&sdev_cv);
	mutex_destroy(&sdev_lock);
}

static int
sdev_add_static(const sdev_static_t *ss)
{
	int err = 0;

	sdev_enter();
	if (sdev_static_find(ss->ss_name) != NULL)
		err = EEXIST;
	else if (sdev_nstatics == SDEV_NSTATICS)
		err = ENOSPC;
	else
		sdev_statics[sdev_nstatics++] = *ss;
	sdev_exit();
	return (err);
}

int
sdev_add_node(const char *name, dev_t dev, mode_t mode)
{
	sdev_static_t ss = { name, NULL, dev, S_IFCHR | mode };

	return (sdev_add_static(&ss));
}

int
sdev_add_dir(const char *name,
    int (*lookup)(const char *, zoneid_t, dev_t *))
{
	sdev_static_t ss = { name, lookup, 0, S_IFDIR | 0755 };

	return (sdev_add_static(&ss));
}

/*
 * Lookup.  A node of hosted's own is made for the one who asks.
 */
static sdev_node_t *
sdev_transient(sdev_node_t *dir, const char *name, vtype_t type, dev_t dev,
    mode_t mode)
{
	sdev_node_t *sn = sdev_node_create(dir, name, type);

	sn->sn_dev = dev;
	sn->sn_mode = mode;
	sn->sn_zombie = B_TRUE;
	return (sn);
}

static int
sdev_static_lookup(sdev_node_t *root, const sdev_static_t *ss,
    const char *rest, zoneid_t zoneid, sdev_node_t **nodep)
{
	dev_t dev;
	int err;

	if (S_ISCHR(ss->ss_mode)) {
		if (*rest != '\0')
			return (ENOTDIR);
		*nodep = sdev_transient(root, ss->ss_name, VCHR, ss->ss_dev,
		    ss->ss_mode);
		return (0);
	}
	if (*rest == '\0') {
		*nodep = sdev_transient(root, ss->ss_name, VDIR, 0,
		    ss->ss_mode);
		return (0);
	}
	if (ss->ss_lookup == NULL || strchr(rest, '/') != NULL ||
	    strlen(rest) >= SDEV_PLUGIN_NAMELEN)
		return (ENOENT);
	if ((err = ss->ss_lookup(rest, zoneid, &dev)) != 0)
		return (err);
	*nodep = sdev_transient(root, rest, VCHR, dev, S_IFCHR | 0666);
	return (0);
}

static int
sdev_dir_lookup(sdev_node_t *dir, const char *name, sdev_node_t **nodep)
{
	int err;

	if (dir->sn_plugin != NULL) {
		sdev_plugin_validate_dir(dir);
		err = dir->sn_plugin->sp_ops->spo_filldir((sdev_ctx_t)dir);
		if (err != 0)
			return (err);
	}
	if ((*nodep = sdev_node_find(dir, name)) == NULL)
		return (ENOENT);
	return (0);
}

/*
 * The first component: in the global zone the plug-in's directory is there
 * since it was registered, in others it is made now.
 */
static int
sdev_root_lookup(sdev_node_t *root, const char *name, sdev_node_t **nodep)
{
	if (sdev_dir_lookup(root, name, nodep) == 0)
		return (0);
	if (sdev_plugin_find(name) == NULL)
		return (ENOENT);
	*nodep = sdev_node_create(root, name, VDIR);
	sdev_node_insert(root, *nodep);
	return (0);
}

/*
 * Cut the next component off; "." and empty ones do not count.
 */
static int
sdev_component(const char **pathp, char *name)
{
	const char *path = *pathp;
	size_t len;

	for (;;) {
		while (*path == '/')
			path++;
		len = 0;
		while (path[len] != '\0' && path[len] != '/')
			len++;
		if (len != 1 || path[0] != '.')
			break;
		path++;
	}
	if (len >= MAXNAMELEN)
		return (ENAMETOOLONG);
	bcopy(path, name, len);
	name[len] = '\0';
	path += len;
	while (*path == '/')
		path++;
	*pathp = path;
	return (0);
}

static int
sdev_walk(const char *path, zoneid_t zoneid, sdev_node_t **nodep)
{
	sdev_node_t *node, *root = sdev_root_get(zoneid);
	char name[MAXNAMELEN];
	sdev_static_t *ss;
	int err;

	if ((err = sdev_component(&path, name)) != 0)
		return (err);
	if (name[0] == '\0') {
		*nodep = root;
		return (0);
	}
	if ((ss = sdev_static_find(name)) != NULL)
		return (sdev_static_lookup(root, ss, path, zoneid, nodep));
	if ((err = sdev_root_lookup(root, name, &node)) != 0)
		return (err);
	while (*path != '\0') {
		if (node->sn_type != VDIR)
			return (ENOTDIR);
		if ((err = sdev_component(&path, name)) != 0)
			return (err);
		if (name[0] == '\0')
			break;
		if ((err = sdev_dir_lookup(node, name, &node)) != 0)
			return (err);
	}
	*nodep = node;
	return (0);
}

int
sdev_lookup(const char *path, cred_t *cr, sdev_node_t **nodep)
{
	int err;

	if (strnlen(path, MAXPATHLEN) == MAXPATHLEN)
		return (ENAMETOOLONG);
	if (strncmp(path, "/dev", 4) != 0 ||
	    (path[4] != '/' && path[4] != '\0'))
		return (ENOENT);

	sdev_enter();
	err = sdev_walk(path + 4, crgetzoneid(cr), nodep);
	if (err == 0)
		(*nodep)->sn_refs++;
	sdev_exit();
	return (err);
}
