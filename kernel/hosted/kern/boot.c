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
 * The life of a hosted kernel: from nothing to a driver that is attached, and
 * back.  What comes up last goes down first.
 */

#include <sys/cmn_err.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/unet.h>

#include "dev_impl.h"
#include "mac_kern.h"
#include "stack_groups.h"

hrtime_t kern_boot_time;
int (*kern_shutdown_hook)(void);



static void
dev_init(void)
{
	spec_init();
	sdev_init();
	zonecfg_init();
	dlmgmt_init();
	dls_init();
	mac_init();
	groups_init();
	stack_init();
}

static void
dev_fini(void)
{
	stack_fini();
	groups_fini();
	mac_fini();
	dls_fini();
	dlmgmt_fini();
	zonecfg_fini();
	sdev_fini();
	spec_fini();
}

int
kern_boot(uint_t flags)
{
	int err;

	if ((err = kern_init(flags)) != 0)
		return (err);
	kern_boot_time = gethrtime();
	dev_init();
	(void) kern_enter();
	err = mod_load_all();
	kern_exit();
	if (err != 0) {
		(void) kern_enter();
		dev_fini();
		kern_exit();
		(void) kern_fini();
	}
	return (err);
}

/*
 * What a system's shutdown does before its kernel stops: the services that made
 * links take them away, as unetadm(8) would.
 */
#define	SHUTDOWN_LINKS		16
#define	SHUTDOWN_PATIENCE	10000000000LL	/* ns */
#define	SHUTDOWN_TICK		1000000		/* ns */

static uint32_t
shutdown_list(kfile_t *kf, unet_list_ent_t *ents)
{
	unet_ioc_list_t uil = { 0 };
	int rval;

	uil.uil_hdr.uih_version = UNET_ABI_VERSION;
	uil.uil_nents = SHUTDOWN_LINKS;
	uil.uil_ents = (uintptr_t)ents;
	if (spec_ioctl(kf, UNET_IOC_LIST, (intptr_t)&uil, &rval) != 0)
		return (0);
	return (uil.uil_actents < SHUTDOWN_LINKS ? uil.uil_actents :
	    SHUTDOWN_LINKS);
}

static int
shutdown_destroy(kfile_t *kf, uint32_t linkid)
{
	unet_ioc_destroy_t uid = { 0 };
	int rval;

	uid.uid_hdr.uih_version = UNET_ABI_VERSION;
	uid.uid_hdr.uih_linkid = linkid;
	return (spec_ioctl(kf, UNET_IOC_DESTROY, (intptr_t)&uid, &rval));
}

/*
 * A link that is being destroyed already, by its driver, is waited for.
 */
static void
shutdown_links(void)
{
	unet_list_ent_t ents[SHUTDOWN_LINKS];
	hrtime_t deadline = gethrtime() + SHUTDOWN_PATIENCE;
	uint32_t n, i, gone;
	kfile_t *kf;
	int err;

	if (spec_open(UNET_CTL_PATH, O_RDWR, ALL_ZONES, &kf) != 0)
		return;
	while ((n = shutdown_list(kf, ents)) != 0) {
		for (i = 0, gone = 0; i < n; i++) {
			err = shutdown_destroy(kf, ents[i].ule_linkid);
			if (err == 0 || err == ENOENT) {
				gone++;
			} else if (gethrtime() > deadline) {
				cmn_err(CE_WARN, "shutdown: %s stays: error %d",
				    ents[i].ule_name, err);
			}
		}
		if (gone == 0) {
			if (gethrtime() > deadline)
				break;
			host_sleep(SHUTDOWN_TICK);
		}
	}
	spec_close(kf);
}

/*
 * What was lent to a zone comes back with the help of the daemon; a zone that
 * keeps something all the same is left for the base to speak of.
 */
static void
shutdown_zones(void)
{
	hk_zone_t hz = { .hz_name = "" };

	dlmgmt_start();
	while (zonecfg_next(&hz, GLOBAL_ZONEID) == 0) {
		if (hz.hz_zoneid > GLOBAL_ZONEID)
			(void) zonecfg_halt(hz.hz_name);
	}
}

/*
 * -ENOTEMPTY, of the host, if something is left.
 */
int
kern_halt(void)
{
	uint64_t left = 0;

	fault_init();
	(void) thread_setcred(NULL);
	(void) kern_enter();
	shutdown_zones();
	stack_detach_all();
	shutdown_links();
	left += dls_nlinks();
	sdev_plugin_unregister_allowed = 1;
	if (mod_unload_all() != 0)
		left++;
	left += spec_nfiles();
	dev_fini();
	kern_exit();
	left += kern_fini();
	return (left != 0 ? -border_errno(ENOTEMPTY) : 0);
}
