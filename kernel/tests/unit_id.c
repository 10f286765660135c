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
 * Ids of links that were destroyed while there was no daemon: each is given
 * back, whatever happens to it between two steps of ours, and none that is
 * another link's.
 *
 * Those steps are the private property of unet_id.c, so that file is part of
 * this program and not of the library it is linked with.
 */

#include "unet_impl.h"

static void leave(unet_dev_t *);
static int ask(datalink_id_t, char *, datalink_class_t *, uint32_t *,
    uint32_t *);

#define	unet_dev_leave		leave
#define	dls_mgmt_get_linkinfo	ask
#include "unet_id.c"
#undef	unet_dev_leave
#undef	dls_mgmt_get_linkinfo

#include <sys/fcntl.h>

#include "kern/dev_impl.h"
#include "harness.h"

static int kernel, hk, ctl;

/*
 * What happens before a link leaves the tables, and before the daemon is asked
 * for an id, once.
 */
static void (*leaving)(void);
static void (*asking)(void);

static void
once(void (**funcp)(void))
{
	void (*func)(void) = *funcp;

	*funcp = NULL;
	if (func != NULL)
		func();
}

static void
leave(unet_dev_t *ud)
{
	once(&leaving);
	unet_dev_leave(ud);
}

static int
ask(datalink_id_t linkid, char *name, datalink_class_t *classp,
    uint32_t *mediap, uint32_t *flagsp)
{
	once(&asking);
	return (dls_mgmt_get_linkinfo(linkid, name, classp, mediap, flagsp));
}

static int
create_id(const char *name, datalink_id_t linkid, datalink_id_t *linkidp)
{
	unet_ioc_create_t uic = { .uic_owner = UNET_ID_NONE,
	    .uic_group = UNET_ID_NONE };
	int err;

	uic.uic_hdr.uih_version = UNET_ABI_VERSION;
	uic.uic_hdr.uih_linkid = linkid;
	(void) strlcpy(uic.uic_hdr.uih_name, name, UNET_NAMELEN);
	err = hk_ioctl(ctl, UNET_IOC_CREATE, &uic);
	*linkidp = uic.uic_hdr.uih_linkid;
	return (err);
}

static datalink_id_t
create(const char *name)
{
	datalink_id_t linkid;

	(void) check(create_id(name, UNET_LINKID_NONE, &linkid) == 0, "%s",
	    name);
	return (linkid);
}

static void
destroy(datalink_id_t linkid)
{
	unet_ioc_destroy_t uid = { .uid_pad = 0 };

	uid.uid_hdr.uih_version = UNET_ABI_VERSION;
	uid.uid_hdr.uih_linkid = linkid;
	(void) check(hk_ioctl(ctl, UNET_IOC_DESTROY, &uid) == 0, "destroyed");
}

static void
daemon(uint32_t what)
{
	hk_dlmgmt_t hdm = { .hdm_what = what };

	(void) check(hk_ioctl(hk, HK_IOC_DLMGMT, &hdm) == 0, "the daemon %s",
	    what == HK_DLMGMT_STOP ? "dies" : "comes back");
}

/*
 * Does the daemon know the id, and under that name if one is given?
 */
static boolean_t
known(datalink_id_t linkid, const char *name)
{
	hk_dl_t dl = { .hdl_linkid = linkid };

	return (hk_ioctl(hk, HK_IOC_DLINFO, &dl) == 0 &&
	    (name == NULL || strcmp(dl.hdl_name, name) == 0));
}

static void
return_all(void)
{
	(void) kern_enter();
	unet_id_return_all();
	kern_exit();
}

/*
 * Only what a test does itself gives ids back.
 */
static void
no_timer(void)
{
	timeout_id_t tid;

	(void) kern_enter();
	mutex_enter(&unet_ids_lock);
	tid = unet_ids_tid;
	mutex_exit(&unet_ids_lock);
	if (tid != 0)
		(void) untimeout(tid);
	mutex_enter(&unet_ids_lock);
	unet_ids_tid = 0;
	mutex_exit(&unet_ids_lock);
	kern_exit();
}

/*
 * dladm renames in the kernel first and in the daemon later, so the daemon may
 * have a name that the link had when nobody looked.
 */
static void
test_name(void)
{
	const datalink_id_t linkid = create("vpn0");
	hk_dl_t dl = { .hdl_linkid = linkid, .hdl_name = "lan0" };
	int err;

	(void) check(hk_ioctl(hk, HK_IOC_DLRENAME, &dl) == 0, "renamed");
	(void) kern_enter();
	err = dls_devnet_rename(linkid, DATALINK_INVALID_LINKID, "wan0");
	kern_exit();
	(void) check(err == 0, "... and again, in the kernel");
	daemon(HK_DLMGMT_STOP);
	destroy(linkid);
	no_timer();
	daemon(HK_DLMGMT_START);
	(void) check(known(linkid, "lan0"), "with a name we never saw");
	return_all();
	(void) check(!known(linkid, NULL), "the id is given back");
	(void) check(list_is_empty(&unet_ids_left), "and forgotten");
}

/*
 * Somebody gives back what there is, when a link has left its id behind and is
 * still in the tables.
 */
static void
test_leaving(void)
{
	const datalink_id_t linkid = create("vpn0");

	daemon(HK_DLMGMT_STOP);
	leaving = unet_id_return_all;
	destroy(linkid);
	(void) check(leaving == NULL, "an id is left, and tried");
	no_timer();
	daemon(HK_DLMGMT_START);
	(void) check(known(linkid, "vpn0"), "with the name");
	return_all();
	(void) check(!known(linkid, NULL), "the id is given back");
}

static void
tick(void)
{
	unet_id_return_task(NULL);
}

static int
gone(void *arg)
{
	return (!known(*(const datalink_id_t *)arg, NULL));
}

/*
 * The time to try has come while somebody else tries, who does not succeed.
 */
static void
test_timer(void)
{
	datalink_id_t linkid = create("vpn0");

	daemon(HK_DLMGMT_STOP);
	destroy(linkid);
	no_timer();
	asking = tick;
	return_all();
	(void) check(asking == NULL, "an id is left, and tried twice");
	daemon(HK_DLMGMT_START);
	(void) check(wait_until(gone, &linkid), "it is given back by itself");
}

/*
 * An id that is another link's.
 */
static void
test_taken(void)
{
	const datalink_id_t linkid = create("vpn0");
	unet_id_left_t il = { .il_linkid = linkid };
	hk_dl_t dl = { .hdl_name = "other0", .hdl_class = DATALINK_CLASS_VNIC,
	    .hdl_flags = HK_DL_ACTIVE };
	datalink_id_t again;
	unet_dev_t *ud;

	(void) kern_enter();
	ud = unet_dev_hold_next(UNET_LINKID_NONE);
	il.il_minor = ud->ud_minor;
	(void) check(unet_id_taken(&il), "a link of DLS's");
	kern_exit();
	unet_dev_rele(ud);

	daemon(HK_DLMGMT_STOP);
	destroy(linkid);
	no_timer();
	daemon(HK_DLMGMT_START);
	(void) check(create_id("vpn0", linkid, &again) == 0, "made for it");
	return_all();
	(void) check(known(linkid, "vpn0"), "a link of ours");
	(void) check(list_is_empty(&unet_ids_left), "is not thought of again");
	destroy(linkid);
	(void) check(!known(linkid, NULL), "... but gives its id back");

	(void) check(hk_ioctl(hk, HK_IOC_DLCREATE, &dl) == 0, "a VNIC's");
	il.il_linkid = dl.hdl_linkid;
	(void) kern_enter();
	(void) check(unet_id_return(&il), "is not ours");
	kern_exit();
	(void) check(known(dl.hdl_linkid, "other0"), "... to give back");
	dl.hdl_flags = 0;
	(void) check(hk_ioctl(hk, HK_IOC_DLDESTROY, &dl) == 0, "it goes");
}

int
main(void)
{
	kernel = hk_boot(HK_BOOT_QUIET);
	hk = hk_open(kernel, "/dev/hk", O_RDWR);
	ctl = hk_open(kernel, UNET_CTL_PATH, O_RDWR);
	test_name();
	test_leaving();
	test_timer();
	test_taken();
	(void) check(hk_close(ctl) == 0 && hk_close(hk) == 0, "close");
	(void) check(hk_halt(kernel) == 0, "nothing is left");
	return (check_done());
}
