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
 * first and then fell over its own count of them.  And opens of a process that
 * should not have found the node.
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
#include "zones.h"

static int kernel;

static int
open_as(int otyp)
{
	dev_t dev = makedevice(unet_major, UNET_CTL_MINOR);

	return (unet_cb_ops.cb_open(&dev, FREAD | FWRITE, otyp, kcred));
}

/*
 * A process of a zone that has got hold of another zone's node, which /dev
 * would not show it: zone_enter(2) does not close directories.
 */
static void
test_other_zone(void)
{
	hk_zone_t hz = { .hz_name = "z" };
	hk_cred_t cred = { 0, 0, 0, HK_PRIV_ALL };
	unet_ioc_create_t uic = { .uic_owner = UNET_ID_NONE,
	    .uic_group = UNET_ID_NONE };
	unet_ioc_destroy_t uid = { .uid_pad = 0 };
	int hk = hk_open(kernel, "/dev/hk", O_RDWR);
	int ctl = hk_open(kernel, UNET_CTL_PATH, O_RDWR);
	unet_list_ent_t ule;
	dev_t dev;
	int err;

	uic.uic_hdr.uih_version = uid.uid_hdr.uih_version = UNET_ABI_VERSION;
	(void) strlcpy(uic.uic_hdr.uih_name, "vpn0", UNET_NAMELEN);
	(void) strlcpy(uid.uid_hdr.uih_name, "vpn0", UNET_NAMELEN);
	(void) check(hk_ioctl(ctl, UNET_IOC_CREATE, &uic) == 0, "a link");
	(void) check(unet_dev_next(0, GLOBAL_ZONEID, B_TRUE, &ule),
	    "of the global zone");
	dev = makedevice(unet_major, ule.ule_minor);

	(void) check(zone_start(hk, &hz) == 0, "a zone");
	cred.hc_zoneid = hz.hz_zoneid;
	(void) check(hk_setcred(&cred) == 0, "in it");
	(void) kern_enter();
	err = unet_cb_ops.cb_open(&dev, FREAD, OTYP_CHR, CRED());
	kern_exit();
	(void) check(err == ENXIO,
	    "a zone that has another's node cannot open it");
	(void) hk_setcred(NULL);
	(void) check(zone_end(hk, &hz) == 0, "it halts");
	(void) check(hk_ioctl(ctl, UNET_IOC_DESTROY, &uid) == 0, "destroyed");
}

int
main(void)
{
	kernel = hk_boot(HK_BOOT_QUIET);
	(void) check(kernel > 0, "boot");
	(void) check(open_as(OTYP_CHR) == 0, "an open of a program");
	(void) check(open_as(OTYP_LYR) == EINVAL,
	    "a layered open is refused, so that two of them cannot end badly");
	(void) check(open_as(OTYP_BLK) == EINVAL, "... and a block device's");
	test_other_zone();
	(void) check(hk_halt(kernel) == 0, "halt");
	return (check_done());
}
