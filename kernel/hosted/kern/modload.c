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
 * Modules and drivers: mod_install(9F) and its like, major numbers, and the
 * attach of a driver's one instance.  After uts/common/os/modctl.c, modconf.c
 * and devcfg.c of illumos.  There is no file to load: a module is a set of
 * functions that is linked in (modules.c), and its instance 0 stands for the
 * one that its driver.conf would make.
 */

#include <sys/cmn_err.h>
#include <sys/debug.h>
#include <sys/errno.h>
#include <sys/sysmacros.h>
#include <sys/systm.h>

#include "dev_impl.h"

/*
 * Majors as add_drv(8) would have given them out.
 */
#define	NDRIVERS	8
#define	FIRST_MAJOR	250

static kdriver_t drivers[NDRIVERS];
static kdriver_t *loading;	/* whose _init or _fini runs */
static kmutex_t mod_lock;

struct mod_ops mod_driverops;

kdriver_t *
dev_driver(major_t major)
{
	if (major < FIRST_MAJOR || major >= FIRST_MAJOR + NDRIVERS ||
	    drivers[major - FIRST_MAJOR].kd_name[0] == '\0')
		return (NULL);
	return (&drivers[major - FIRST_MAJOR]);
}

int
dev_hold(dev_t dev)
{
	kdriver_t *kdp = dev_driver(getmajor(dev));
	int err = ENXIO;

	if (kdp == NULL)
		return (ENXIO);
	mutex_enter(&mod_lock);
	if (!kdp->kd_changing && kdp->kd_dip != NULL) {
		kdp->kd_holds++;
		err = 0;
	}
	mutex_exit(&mod_lock);
	return (err);
}

void
dev_rele(dev_t dev)
{
	kdriver_t *kdp = dev_driver(getmajor(dev));

	mutex_enter(&mod_lock);
	VERIFY(kdp->kd_holds > 0);
	kdp->kd_holds--;
	mutex_exit(&mod_lock);
}

major_t
ddi_name_to_major(const char *name)
{
	uint_t i;

	for (i = 0; i < NDRIVERS; i++) {
		if (name[0] != '\0' && strcmp(drivers[i].kd_name, name) == 0)
			return (FIRST_MAJOR + i);
	}
	return (DDI_MAJOR_T_NONE);
}

char *
ddi_major_to_name(major_t major)
{
	kdriver_t *kdp = dev_driver(major);

	return (kdp != NULL ? kdp->kd_name : NULL);
}

/*
 * A driver whose open(9E) may not be called by several threads is not for this
 * kernel, nor for illumos.
 */
static int
mod_installdrv(struct modldrv *modl)
{
	struct dev_ops *ops = modl->drv_dev_ops;

	if (ops == NULL || ops->devo_cb_ops == NULL || loading == NULL)
		return (EINVAL);
	if ((ops->devo_cb_ops->cb_flag & D_MP) == 0) {
		cmn_err(CE_WARN, "mod_installdrv: MT-unsafe driver '%s' "
		    "rejected", loading->kd_name);
		return (ENXIO);
	}
	if (loading->kd_ops != NULL)
		return (EEXIST);
	loading->kd_ops = ops;
	return (0);
}

static int
mod_removedrv(struct modldrv *modl)
{
	uint_t i;

	for (i = 0; i < NDRIVERS; i++) {
		if (drivers[i].kd_ops == modl->drv_dev_ops) {
			if (drivers[i].kd_dip != NULL)
				return (EBUSY);
			drivers[i].kd_ops = NULL;
			return (0);
		}
	}
	return (ENXIO);
}

int
mod_install(struct modlinkage *ml)
{
	struct modldrv *modl;
	uint_t i;
	int err = 0;

	if (ml->ml_rev != MODREV_1)
		return (EINVAL);
	for (i = 0; i < ARRAY_SIZE(ml->ml_linkage) && err == 0; i++) {
		if ((modl = ml->ml_linkage[i]) == NULL)
			break;
		if (modl->drv_modops != &mod_driverops)
			err = EINVAL;
		else
			err = mod_installdrv(modl);
	}
	if (err != 0) {
		while (i-- > 1)
			(void) mod_removedrv(ml->ml_linkage[i - 1]);
	}
	return (err);
}

int
mod_remove(struct modlinkage *ml)
{
	uint_t i;
	int err;

	for (i = 0; i < ARRAY_SIZE(ml->ml_linkage); i++) {
		if (ml->ml_linkage[i] == NULL)
			break;
		if ((err = mod_removedrv(ml->ml_linkage[i])) != 0)
			return (err);
	}
	return (0);
}

/*
 * 1 if there was something to tell.
 */
int
mod_info(struct modlinkage *ml, struct modinfo *mi)
{
	struct modldrv *modl;
	uint_t i;

	if (ml->ml_rev != MODREV_1)
		return (0);
	mi->mi_rev = ml->ml_rev;
	for (i = 0; i < ARRAY_SIZE(ml->ml_linkage); i++) {
		if ((modl = ml->ml_linkage[i]) == NULL)
			break;
		(void) strlcpy(mi->mi_msinfo[i].msi_linkinfo,
		    modl->drv_linkinfo, MODMAXLINKINFOLEN);
		mi->mi_msinfo[i].msi_p0 = -1;
	}
	return (1);
}

const char *
mod_modname(struct modlinkage *ml)
{
	struct modldrv *modl = ml->ml_linkage[0];
	uint_t i;

	for (i = 0; i < NDRIVERS; i++) {
		if (drivers[i].kd_ops != NULL &&
		    drivers[i].kd_ops == modl->drv_dev_ops)
			return (drivers[i].kd_name);
	}
	return (NULL);
}

/*
 * Attach and detach of instance 0.
 */
static int
driver_attach(kdriver_t *kdp)
{
	dev_info_t *dip;

	dip = dip_create(kdp->kd_name, FIRST_MAJOR + (kdp - drivers), 0);
	if (kdp->kd_ops->devo_attach(dip, DDI_ATTACH) != DDI_SUCCESS) {
		cmn_err(CE_WARN, "%s: attach failed", kdp->kd_name);
		dip_destroy(dip);
		return (ENXIO);
	}
	kdp->kd_dip = dip;
	return (0);
}

static int
driver_detach(kdriver_t *kdp)
{
	dev_info_t *dip = kdp->kd_dip;

	if (dip == NULL)
		return (0);
	if (kdp->kd_ops->devo_detach == NULL ||
	    kdp->kd_ops->devo_detach(dip, DDI_DETACH) != DDI_SUCCESS)
		return (EBUSY);
	kdp->kd_dip = NULL;
	dip_destroy(dip);
	return (0);
}

static int
mod_load(const kmodule_t *km, kdriver_t *kdp)
{
	int err;

	kdp->kd_flags = 0;
	(void) strlcpy(kdp->kd_name, km->km_name, sizeof (kdp->kd_name));
	loading = kdp;
	err = km->km_init();
	loading = NULL;
	if (err != 0)
		return (err);
	if ((err = driver_attach(kdp)) != 0) {
		loading = kdp;
		(void) km->km_fini();
		loading = NULL;
	}
	return (err);
}

/*
 * As modunload(8): the instance first, then the module; EBUSY if either
 * refuses, and then it goes on working.
 */
static int
mod_unload(const kmodule_t *km, kdriver_t *kdp)
{
	int err;

	if (kdp->kd_ops == NULL)
		return (0);
	if ((err = driver_detach(kdp)) != 0)
		return (err);
	loading = kdp;
	err = km->km_fini();
	loading = NULL;
	return (err);
}

static const kmodule_t *
mod_find(const char *name)
{
	const kmodule_t *km;

	for (km = kern_modules; km->km_name != NULL; km++) {
		if (strcmp(km->km_name, name) == 0)
			return (km);
	}
	return (NULL);
}

/*
 * The module `name' is the caller's to change until mod_change_end().  ENXIO:
 * there is no such module.  EBUSY: somebody else changes or uses it.
 */
static int
mod_change_begin(const char *name, const kmodule_t **kmp, kdriver_t **kdpp)
{
	int err = 0;

	if ((*kmp = mod_find(name)) == NULL)
		return (ENXIO);
	*kdpp = &drivers[*kmp - kern_modules];
	mutex_enter(&mod_lock);
	if ((*kdpp)->kd_changing || (*kdpp)->kd_holds != 0)
		err = EBUSY;
	else
		(*kdpp)->kd_changing = B_TRUE;
	mutex_exit(&mod_lock);
	return (err);
}

static void
mod_change_end(kdriver_t *kdp)
{
	mutex_enter(&mod_lock);
	kdp->kd_changing = B_FALSE;
	mutex_exit(&mod_lock);
}

/*
 * On a system that lets plug-ins of /dev go.
 */
int
mod_unload_one(const char *name)
{
	const kmodule_t *km;
	kdriver_t *kdp;
	int err;

	if ((err = mod_change_begin(name, &km, &kdp)) != 0)
		return (err);
	if (kdp->kd_ops == NULL) {
		err = ENXIO;
	} else {
		sdev_plugin_unregister_allowed = 1;
		err = mod_unload(km, kdp);
		sdev_plugin_unregister_allowed = 0;
	}
	mod_change_end(kdp);
	return (err);
}

int
mod_load_one(const char *name)
{
	const kmodule_t *km;
	kdriver_t *kdp;
	int err;

	if ((err = mod_change_begin(name, &km, &kdp)) != 0)
		return (err);
	err = kdp->kd_ops != NULL ? EEXIST : mod_load(km, kdp);
	mod_change_end(kdp);
	return (err);
}

int
mod_load_all(void)
{
	uint_t i;
	int err;

	bzero(drivers, sizeof (drivers));
	mutex_init(&mod_lock, NULL, MUTEX_DEFAULT, NULL);
	for (i = 0; kern_modules[i].km_name != NULL; i++) {
		VERIFY(i < NDRIVERS);
		err = mod_load(&kern_modules[i], &drivers[i]);
		if (err != 0) {
			cmn_err(CE_WARN, "module %s was not loaded: error %d",
			    kern_modules[i].km_name, err);
			while (i-- > 0) {
				(void) mod_unload(&kern_modules[i],
				    &drivers[i]);
			}
			mutex_destroy(&mod_lock);
			bzero(drivers, sizeof (drivers));
			return (err);
		}
	}
	return (0);
}

/*
 * A driver that refuses may have work of its own to finish first.
 */
#define	UNLOAD_PATIENCE	10000000000LL	/* ns */
#define	UNLOAD_TICK	1000000		/* ns */

int
mod_unload_all(void)
{
	const hrtime_t deadline = gethrtime() + UNLOAD_PATIENCE;
	uint_t n = 0;
	int err, first = 0;

	while (kern_modules[n].km_name != NULL)
		n++;
	while (n-- > 0) {
		while ((err = mod_unload(&kern_modules[n], &drivers[n])) ==
		    EBUSY && gethrtime() < deadline)
			host_sleep(UNLOAD_TICK);
		if (err != 0) {
			cmn_err(CE_WARN, "module %s does not unload: error %d",
			    kern_modules[n].km_name, err);
			if (first == 0)
				first = err;
		}
	}
	mutex_destroy(&mod_lock);
	bzero(drivers, sizeof (drivers));
	return (first);
}

/*
 * A driver's getinfo maps a dev_t to an instance; it may be called at any
 * time, so also before the attach.  Without one no dev_t of the driver can be
 * opened by a name outside /devices.
 */
dev_info_t *
dev_to_dip(dev_t dev)
{
	kdriver_t *kdp = dev_driver(getmajor(dev));
	void *result = NULL;

	if (kdp == NULL || kdp->kd_ops == NULL ||
	    kdp->kd_ops->devo_getinfo == NULL)
		return (NULL);
	if (kdp->kd_ops->devo_getinfo(NULL, DDI_INFO_DEVT2INSTANCE,
	    (void *)(uintptr_t)dev, &result) != DDI_SUCCESS)
		return (NULL);
	if (kdp->kd_dip == NULL ||
	    ddi_get_instance(kdp->kd_dip) != (int)(uintptr_t)result)
		return (NULL);
	return (kdp->kd_dip);
}
