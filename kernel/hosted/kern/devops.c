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
 * Device nodes and what a driver asks of its own: ddi_create_minor_node(9F),
 * ddi_get_instance(9F), ddi_soft_state(9F), ddi_prop_op(9F) and their like.
 * After uts/common/os/sunddi.c of illumos.
 */

#include <sys/cmn_err.h>
#include <sys/debug.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/list.h>
#include <sys/poll.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/systm.h>

#include "dev_impl.h"

typedef struct dip_minor {
	list_node_t	dm_node;
	char		dm_name[MAXNAMELEN];
	dev_t		dm_dev;
	int		dm_spec;	/* S_IFCHR or S_IFBLK */
} dip_minor_t;

/*
 * What a dev_info_t is.
 */
typedef struct dip_impl {
	char		di_name[MODMAXNAMELEN];	/* RO */
	major_t		di_major;	/* RO */
	int		di_instance;	/* RO */
	void		*di_private;	/* the driver's */
	kmutex_t	di_lock;
	list_t		di_minors;	/* di_lock */
} dip_impl_t;

dev_info_t *
dip_create(const char *name, major_t major, int instance)
{
	dip_impl_t *di = kmem_zalloc(sizeof (*di), KM_SLEEP);

	(void) strlcpy(di->di_name, name, sizeof (di->di_name));
	di->di_major = major;
	di->di_instance = instance;
	mutex_init(&di->di_lock, NULL, MUTEX_DEFAULT, NULL);
	list_create(&di->di_minors, sizeof (dip_minor_t),
	    offsetof(dip_minor_t, dm_node));
	return ((dev_info_t *)di);
}

void
dip_destroy(dev_info_t *dip)
{
	dip_impl_t *di = (dip_impl_t *)dip;

	ddi_remove_minor_node(dip, NULL);
	list_destroy(&di->di_minors);
	mutex_destroy(&di->di_lock);
	kmem_free(di, sizeof (*di));
}

static dip_minor_t *
dip_minor_find(dip_impl_t *di, const char *name)
{
	dip_minor_t *dm;

	ASSERT(MUTEX_HELD(&di->di_lock));
	for (dm = list_head(&di->di_minors); dm != NULL;
	    dm = list_next(&di->di_minors, dm)) {
		if (strcmp(dm->dm_name, name) == 0)
			return (dm);
	}
	return (NULL);
}

int
ddi_create_minor_node(dev_info_t *dip, const char *name, int spec_type,
    minor_t minor, const char *node_type __unused, int flag __unused)
{
	dip_impl_t *di = (dip_impl_t *)dip;
	dip_minor_t *dm;

	if (spec_type != S_IFCHR && spec_type != S_IFBLK)
		return (DDI_FAILURE);
	if (hkfault(HK_FAULT_ALLOC))
		return (DDI_FAILURE);
	dm = kmem_zalloc(sizeof (*dm), KM_SLEEP);
	(void) strlcpy(dm->dm_name, name, sizeof (dm->dm_name));
	dm->dm_dev = makedevice(di->di_major, minor);
	dm->dm_spec = spec_type;

	mutex_enter(&di->di_lock);
	if (dip_minor_find(di, name) != NULL) {
		mutex_exit(&di->di_lock);
		kmem_free(dm, sizeof (*dm));
		return (DDI_FAILURE);
	}
	list_insert_tail(&di->di_minors, dm);
	mutex_exit(&di->di_lock);
	return (DDI_SUCCESS);
}

/*
 * The privileges of the node would count only without an entry for the driver
 * in the device policy; hosted has one.
 */
int
ddi_create_priv_minor_node(dev_info_t *dip, const char *name, int spec_type,
    minor_t minor, const char *node_type, int flag,
    const char *rdpriv __unused, const char *wrpriv __unused,
    mode_t mode __unused)
{
	return (ddi_create_minor_node(dip, name, spec_type, minor, node_type,
	    flag));
}

/*
 * Without a name: all of them.
 */
void
ddi_remove_minor_node(dev_info_t *dip, const char *name)
{
	dip_impl_t *di = (dip_impl_t *)dip;
	dip_minor_t *dm, *next;

	mutex_enter(&di->di_lock);
	for (dm = list_head(&di->di_minors); dm != NULL; dm = next) {
		next = list_next(&di->di_minors, dm);
		if (name == NULL || strcmp(dm->dm_name, name) == 0) {
			list_remove(&di->di_minors, dm);
			kmem_free(dm, sizeof (*dm));
		}
	}
	mutex_exit(&di->di_lock);
}

/*
 * /devices/pseudo/<driver>@<instance>:<minor name>; `path' is what follows
 * /devices/pseudo/.
 */
int
devfs_lookup(const char *path, dev_t *devp)
{
	char name[MAXNAMELEN];
	const char *at = strchr(path, '@'), *colon = strchr(path, ':');
	dip_impl_t *di;
	dip_minor_t *dm;
	major_t major;
	long instance;
	int err = ENOENT;

	if (at == NULL || colon == NULL || colon < at ||
	    (size_t)(at - path) >= sizeof (name))
		return (ENOENT);
	bcopy(path, name, at - path);
	name[at - path] = '\0';
	major = ddi_name_to_major(name);
	if (dev_hold(makedevice(major, 0)) != 0)
		return (ENOENT);
	di = (dip_impl_t *)dev_driver(major)->kd_dip;
	if (ddi_strtol(at + 1, NULL, 16, &instance) != 0 ||
	    instance != di->di_instance)
		goto out;

	mutex_enter(&di->di_lock);
	dm = dip_minor_find(di, colon + 1);
	if (dm != NULL && dm->dm_spec == S_IFCHR) {
		*devp = dm->dm_dev;
		err = 0;
	}
	mutex_exit(&di->di_lock);
out:
	dev_rele(makedevice(major, 0));
	return (err);
}

/*
 * What a driver knows of itself.
 */
major_t
ddi_driver_major(dev_info_t *dip)
{
	return (((dip_impl_t *)dip)->di_major);
}

const char *
ddi_driver_name(dev_info_t *dip)
{
	return (((dip_impl_t *)dip)->di_name);
}

char *
ddi_get_name(dev_info_t *dip)
{
	return (((dip_impl_t *)dip)->di_name);
}

char *
ddi_node_name(dev_info_t *dip)
{
	return (((dip_impl_t *)dip)->di_name);
}

int
ddi_get_instance(dev_info_t *dip)
{
	return (((dip_impl_t *)dip)->di_instance);
}

/*
 * The pseudo nexus has no node here.
 */
dev_info_t *
ddi_get_parent(dev_info_t *dip __unused)
{
	return (NULL);
}

void *
ddi_get_driver_private(dev_info_t *dip)
{
	return (((dip_impl_t *)dip)->di_private);
}

void
ddi_set_driver_private(dev_info_t *dip, void *private)
{
	((dip_impl_t *)dip)->di_private = private;
}

void
ddi_report_dev(dev_info_t *dip)
{
	dip_impl_t *di = (dip_impl_t *)dip;

	cmn_err(CE_CONT, "?pseudo-device: %s%d\n", di->di_name,
	    di->di_instance);
}

/*
 * Entry points for drivers that have none of their own.
 */
int
ddi_no_info(dev_info_t *dip __unused, ddi_info_cmd_t cmd __unused,
    void *arg __unused, void **resultp __unused)
{
	return (DDI_FAILURE);
}

int
ddi_quiesce_not_needed(dev_info_t *dip __unused)
{
	return (DDI_SUCCESS);
}

int
ddi_quiesce_not_supported(dev_info_t *dip __unused)
{
	return (DDI_FAILURE);
}

int
ddi_power(dev_info_t *dip __unused, int component __unused,
    int level __unused)
{
	return (DDI_FAILURE);
}

int
nochpoll(dev_t dev __unused, short events __unused, int anyyet __unused,
    short *reventsp __unused, struct pollhead **phpp __unused)
{
	return (ENXIO);
}

int
nodev()
{
	return (ENXIO);
}

int
nulldev()
{
	return (0);
}

/*
 * Properties: there is no driver.conf, so there are none.
 */
int
ddi_prop_op(dev_t dev __unused, dev_info_t *dip __unused,
    ddi_prop_op_t op __unused, int flags __unused, char *name __unused,
    caddr_t val __unused, int *lenp __unused)
{
	return (DDI_PROP_NOT_FOUND);
}

int
ddi_prop_exists(dev_t dev __unused, dev_info_t *dip __unused,
    uint_t flags __unused, char *name __unused)
{
	return (0);
}

int
ddi_prop_get_int(dev_t dev __unused, dev_info_t *dip __unused,
    uint_t flags __unused, char *name __unused, int defval)
{
	return (defval);
}

int64_t
ddi_prop_get_int64(dev_t dev __unused, dev_info_t *dip __unused,
    uint_t flags __unused, char *name __unused, int64_t defval)
{
	return (defval);
}

/*
 * ddi_soft_state(9F): an array of pointers that grows as instances come.
 */
typedef struct soft_state {
	kmutex_t	ss_lock;
	size_t		ss_size;
	size_t		ss_n;		/* ss_lock */
	void		**ss_items;	/* ss_lock */
} soft_state_t;

int
ddi_soft_state_init(void **statep, size_t size, size_t nitems)
{
	soft_state_t *ss;

	if (statep == NULL || *statep != NULL || size == 0)
		return (EINVAL);
	ss = kmem_zalloc(sizeof (*ss), KM_SLEEP);
	mutex_init(&ss->ss_lock, NULL, MUTEX_DRIVER, NULL);
	ss->ss_size = size;
	ss->ss_n = MAX(nitems, 1);
	ss->ss_items = kmem_zalloc(ss->ss_n * sizeof (void *), KM_SLEEP);
	*statep = ss;
	return (0);
}

void
ddi_soft_state_fini(void **statep)
{
	soft_state_t *ss;
	size_t i;

	if (statep == NULL || (ss = *statep) == NULL)
		return;
	for (i = 0; i < ss->ss_n; i++) {
		if (ss->ss_items[i] != NULL)
			kmem_free(ss->ss_items[i], ss->ss_size);
	}
	kmem_free(ss->ss_items, ss->ss_n * sizeof (void *));
	mutex_destroy(&ss->ss_lock);
	kmem_free(ss, sizeof (*ss));
	*statep = NULL;
}

int
ddi_soft_state_zalloc(void *state, int item)
{
	soft_state_t *ss = state;
	void *new, **items;
	size_t n;

	if (ss == NULL || item < 0)
		return (DDI_FAILURE);
	new = kmem_zalloc(ss->ss_size, KM_SLEEP);
	mutex_enter(&ss->ss_lock);
	if ((size_t)item >= ss->ss_n) {
		n = MAX((size_t)item + 1, ss->ss_n * 2);
		items = kmem_zalloc(n * sizeof (void *), KM_SLEEP);
		bcopy(ss->ss_items, items, ss->ss_n * sizeof (void *));
		kmem_free(ss->ss_items, ss->ss_n * sizeof (void *));
		ss->ss_items = items;
		ss->ss_n = n;
	}
	if (ss->ss_items[item] != NULL) {
		mutex_exit(&ss->ss_lock);
		kmem_free(new, ss->ss_size);
		return (DDI_FAILURE);
	}
	ss->ss_items[item] = new;
	mutex_exit(&ss->ss_lock);
	return (DDI_SUCCESS);
}

void
ddi_soft_state_free(void *state, int item)
{
	soft_state_t *ss = state;
	void *old = NULL;

	if (ss == NULL || item < 0)
		return;
	mutex_enter(&ss->ss_lock);
	if ((size_t)item < ss->ss_n) {
		old = ss->ss_items[item];
		ss->ss_items[item] = NULL;
	}
	mutex_exit(&ss->ss_lock);
	if (old != NULL)
		kmem_free(old, ss->ss_size);
}

void *
ddi_get_soft_state(void *state, int item)
{
	soft_state_t *ss = state;
	void *found = NULL;

	if (ss == NULL || item < 0)
		return (NULL);
	mutex_enter(&ss->ss_lock);
	if ((size_t)item < ss->ss_n)
		found = ss->ss_items[item];
	mutex_exit(&ss->ss_lock);
	return (found);
}
