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

#ifndef	_DEV_IMPL_H
#define	_DEV_IMPL_H

/*
 * What the device half of the hosted kernel knows of itself: modules, device
 * nodes, open files, and the names of /dev.  mac_kern.h is the network half.
 */

#include <sys/types.h>
#include <sys/conf.h>
#include <sys/ddi.h>
#include <sys/devops.h>
#include <sys/file.h>
#include <sys/modctl.h>
#include <sys/mkdev.h>
#include <sys/open.h>
#include <sys/sunddi.h>
#include <sys/vnode.h>
#include <sys/zone.h>

#include "kern_impl.h"

/*
 * Modules (modload.c) and which ones there are (modules.c), in the order of
 * their loading.  Each is a driver of its name with one instance.
 */
typedef struct kmodule {
	const char	*km_name;
	int		(*km_init)(void);
	int		(*km_fini)(void);
} kmodule_t;

extern const kmodule_t kern_modules[];

/*
 * Load and attach all: 0 or the errno of the first that would not.  Unload
 * returns the errno of the first that would not go, and takes the others away
 * all the same.
 */
extern int mod_load_all(void);
extern int mod_unload_all(void);

/*
 * One of them, by name, as modunload(8) and modload(8): ENXIO: it is not
 * loaded, or does not attach.  EBUSY: it does not detach, or its nodes are
 * open, or somebody else is at it.  EEXIST: it is loaded.
 */
extern int mod_unload_one(const char *name);
extern int mod_load_one(const char *name);

/*
 * devnames and devops of illumos in one: what there is under a major number.
 */
typedef struct kdriver {
	char		kd_name[MODMAXNAMELEN];
	struct dev_ops	*kd_ops;	/* NULL: not loaded */
	uint_t		kd_flags;
	dev_info_t	*kd_dip;	/* instance 0; NULL: not attached */
	uint_t		kd_holds;	/* mod_lock; dev_hold() */
	boolean_t	kd_changing;	/* mod_lock; comes or goes */
} kdriver_t;

#define	DN_GLDV3_DRIVER		0x1	/* called mac_init_ops() */
#define	DN_NETWORK_DRIVER	0x2	/* so is under the network policy */

extern kdriver_t *dev_driver(major_t major);	/* NULL: no such major */

/*
 * An attached driver stays attached, and may be called, while it is held.
 * ENXIO: it is not, or is just coming or going.
 */
extern int dev_hold(dev_t dev);
extern void dev_rele(dev_t dev);
extern dev_info_t *dip_create(const char *name, major_t major, int instance);
extern void dip_destroy(dev_info_t *dip);
extern int devfs_lookup(const char *path, dev_t *devp);

/*
 * The dip that stands behind a dev_t, found as illumos finds it: by asking the
 * driver's getinfo for the instance.  NULL: the driver does not know, or is not
 * attached.
 */
extern dev_info_t *dev_to_dip(dev_t dev);

/*
 * The names (sdev.c).  A node is held while it is in use.
 */
typedef struct sdev_node sdev_node_t;

extern void sdev_init(void);
extern void sdev_fini(void);

/*
 * Find what `path' names in the /dev of the calling thread's zone.
 */
extern int sdev_lookup(const char *path, cred_t *cr, sdev_node_t **nodep);
extern void sdev_rele(sdev_node_t *node);
extern int sdev_plugin_unregister_allowed;
extern dev_t sdev_dev(const sdev_node_t *node);
extern vtype_t sdev_type(const sdev_node_t *node);
extern boolean_t sdev_under_plugin(const char *path);
extern int sdev_access(const sdev_node_t *node, uint_t fmode, cred_t *cr);

/*
 * The device nodes of hosted's own drivers, in every zone's /dev, and
 * directories whose names a function knows.  The function returns ENOENT for a
 * name it does not know.
 */
extern int sdev_add_node(const char *name, dev_t dev, mode_t mode);
extern int sdev_add_dir(const char *name,
    int (*lookup)(const char *name, zoneid_t zoneid, dev_t *devp));

/*
 * Files (specfs.c): open(9E) and so on through the rules of the file system.
 * Flags and events are the kernel's.
 */
typedef struct kfile kfile_t;

extern void spec_init(void);
extern void spec_fini(void);
extern uint64_t spec_nfiles(void);

/*
 * A file is used in the zone `zone', or in that of who calls (ALL_ZONES).
 */
extern int spec_open(const char *path, uint_t fmode, zoneid_t zone,
    kfile_t **filep);
extern zoneid_t spec_zone(const kfile_t *file);
extern void spec_close(kfile_t *file);
extern void spec_kill_zone(zoneid_t zoneid);
extern void spec_wake(kfile_t *file);
extern int spec_rdwr(kfile_t *file, iovec_t *iov, int iovcnt, uio_rw_t rw,
    ssize_t *countp);
extern int spec_ioctl(kfile_t *file, int cmd, intptr_t arg, int *rvalp);
extern int spec_setfl(kfile_t *file, uint_t oflags);
extern uint_t spec_getfl(kfile_t *file);
extern int spec_poll(kfile_t *file, short events, int timeout,
    short *reventsp);
extern int spec_pollfd(kfile_t *file);
extern int spec_pollarm(kfile_t *file, short events, short *reventsp);
extern int spec_model(kfile_t *file, int bits);

/*
 * The calls of this process's kernel (syscall.c), and its life (boot.c).
 */
struct hk_ops;
extern const struct hk_ops local_ops;
extern int kern_boot(uint_t flags);
extern int kern_halt(void);
extern hrtime_t kern_boot_time;
extern int (*kern_shutdown_hook)(void);

/*
 * The zones there are, by name (zonecfg.c); the errors are those of hk.h.
 */
extern void zonecfg_init(void);
extern void zonecfg_fini(void);
extern int zonecfg_create(const hk_zone_t *hz);
extern int zonecfg_boot(const char *name, zoneid_t *zoneidp);
extern int zonecfg_halt(const char *name);
extern int zonecfg_destroy(const char *name);
extern int zonecfg_next(hk_zone_t *hz, zoneid_t zoneid);

/*
 * The zone that is tied to a network namespace: its name, and its id (-1: it
 * does not run).  ENOENT: none is; EPERM: and who is there is in no zone at
 * all, since it is not the kernel's own either (home).
 */
extern int zonecfg_of_netns(uint64_t netnsid, boolean_t home, char *name,
    zoneid_t *zoneidp);

/*
 * The modules of hosted's own.
 */
extern int hkdev_mod_init(void);
extern int hkdev_mod_fini(void);
extern int bus_mod_init(void);
extern int bus_mod_fini(void);

#endif	/* _DEV_IMPL_H */
