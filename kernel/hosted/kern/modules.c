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
 * The modules of this kernel, in the order of their loading.  The driver's
 * entry points are called _init and so on in its source (_init(9E)), names
 * that belong to the host's own start files: it is compiled with these
 * instead.
 */

#include "dev_impl.h"

extern int unet_mod_init(void);
extern int unet_mod_fini(void);

const kmodule_t kern_modules[] = {
	{ "hk", hkdev_mod_init, hkdev_mod_fini },
	{ "bus", bus_mod_init, bus_mod_fini },
	{ "unet", unet_mod_init, unet_mod_fini },
	{ NULL, NULL, NULL }
};
