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
 * Opens that no program can make, but another driver can: of a layer above
 * (OTYP_LYR), which are closed one by one, and of a block device.  vnd took the
 * first and then fell over its own count of them.
 */

#include "unet_impl.h"
#include <sys/conf.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/mkdev.h>
#include <sys/open.h>

#include "kern/dev_impl.h"
#include "harness.h"

static int
open_as(int otyp)
{
	dev_t dev = makedevice(unet_major, UNET_CTL_MINOR);

	return (unet_cb_ops.cb_open(&dev, FREAD | FWRITE, otyp, kcred));
}

int
main(void)
{
	int kernel = hk_boot(HK_BOOT_QUIET);

	(void) check(kernel > 0, "boot");
	(void) check(open_as(OTYP_CHR) == 0, "an open of a program");
	(void) check(open_as(OTYP_LYR) == EINVAL,
	    "a layered open is refused, so that two of them cannot end badly");
	(void) check(open_as(OTYP_BLK) == EINVAL, "... and a block device's");
	(void) check(hk_halt(kernel) == 0, "halt");
	return (check_done());
}
