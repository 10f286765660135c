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

#ifndef	_SYS_MODCTL_H
#define	_SYS_MODCTL_H

/*
 * Loadable modules (modctl.h of illumos): _init(9E), _fini(9E), _info(9E) and
 * what they call.
 */

#include <sys/types.h>
#include <sys/ioccom.h>
#include <sys/dditypes.h>

#ifdef	__cplusplus
extern "C" {
#endif

struct dev_ops;

struct modlinkage;
struct modinfo;

struct mod_ops {
	int (*modm_install)();
	int (*modm_remove)();
	int (*modm_info)();
};

/*
 * The operations of a driver module.
 */
extern struct mod_ops mod_driverops;

struct modldrv {
	struct mod_ops	*drv_modops;
	char		*drv_linkinfo;
	struct dev_ops	*drv_dev_ops;
};

struct modlmisc {
	struct mod_ops	*misc_modops;
	char		*misc_linkinfo;
};

#define	MODREV_1		1
#define	MODMAXNAMELEN		32
#define	MODMAXLINKINFOLEN	32
#define	MODMAXLINK		10

struct modlinkage {
	int		ml_rev;
	void		*ml_linkage[7];
};

struct modspecific_info {
	char		msi_linkinfo[MODMAXLINKINFOLEN];
	int		msi_p0;
};

struct modinfo {
	int		mi_info;
	int		mi_state;
	int		mi_id;
	int		mi_nextid;
	caddr_t		mi_base;
	size_t		mi_size;
	int		mi_rev;
	int		mi_loadcnt;
	char		mi_name[MODMAXNAMELEN];
	struct modspecific_info	mi_msinfo[MODMAXLINK];
};

/*
 * Of the module itself.
 */
extern int _init(void);
extern int _fini(void);
extern int _info(struct modinfo *);

extern int mod_install(struct modlinkage *);
extern int mod_remove(struct modlinkage *);
extern int mod_info(struct modlinkage *, struct modinfo *);
extern const char *mod_modname(struct modlinkage *);

#ifdef	__cplusplus
}
#endif

#endif	/* _SYS_MODCTL_H */
