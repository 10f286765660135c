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
 * What happens to a link between two steps of somebody else's: it is taken back
 * from a zone, renamed, or destroyed.  Here the steps are taken one by one, so
 * unet_dev.c is part of this program and not of the library it is linked with.
 */

#include "unet_impl.h"

static void look_all(void);

#define	unet_look_all	look_all
#include "unet_dev.c"
#undef	unet_look_all

#include <sys/fcntl.h>
#include <sys/file.h>

#include "kern/dev_impl.h"
#include "kern/dlmgmt.h"
#include "harness.h"
#include "zones.h"

static int kernel, hk, ctl;
static hk_zone_t zone = { .hz_name = "z" };

static void
in_zone(boolean_t in)
{
	hk_cred_t cred = { 0, 0, zone.hz_zoneid, HK_PRIV_ALL };

	(void) check(hk_setcred(in ? &cred : NULL) == 0, "in a zone, or not");
}

static int
lend(unet_dev_t *ud, int32_t zoneid)
{
	hk_dl_t dl = { .hdl_linkid = ud->ud_linkid, .hdl_zoneid = zoneid };

	return (hk_ioctl(hk, HK_IOC_DLSETZONE, &dl));
}

/*
 * A link, and a reference to it.
 */
static unet_dev_t *
create(void)
{
	unet_ioc_create_t uic = { .uic_owner = UNET_ID_NONE,
	    .uic_group = UNET_ID_NONE };
	unet_ioc_hdr_t hdr = { .uih_flags = 0 };
	unet_dev_t *ud = NULL;

	uic.uic_hdr.uih_version = UNET_ABI_VERSION;
	(void) strlcpy(uic.uic_hdr.uih_name, "vpn0", UNET_NAMELEN);
	(void) check(hk_ioctl(ctl, UNET_IOC_CREATE, &uic) == 0, "a link");
	hdr.uih_linkid = uic.uic_hdr.uih_linkid;
	(void) check(unet_dev_hold(&hdr, GLOBAL_ZONEID, &ud) == 0, "found");
	return (ud);
}

static void
destroy(void)
{
	unet_ioc_destroy_t uid = { .uid_pad = 0 };

	uid.uid_hdr.uih_version = UNET_ABI_VERSION;
	(void) strlcpy(uid.uid_hdr.uih_name, "vpn0", UNET_NAMELEN);
	(void) check(hk_ioctl(ctl, UNET_IOC_DESTROY, &uid) == 0, "destroyed");
}

/*
 * One has seen that a link has another name and is about to have its kstat
 * follow, when another destroys the link.
 */
static void
test_stat(void)
{
	unet_dev_t *ud = create();

	(void) check(ud->ud_kstat != NULL, "it has a kstat");
	destroy();
	(void) check(ud->ud_kstat == NULL, "it has none");
	(void) kern_enter();
	unet_stat_follow(ud);
	kern_exit();
	(void) check(ud->ud_kstat == NULL, "nor is one made for a dead link");
	unet_dev_rele(ud);
}

static unet_monitor_t *
monitor(int *fdp)
{
	minor_t minor = UNET_FIRST_MINOR;
	unet_monitor_t *mo;

	*fdp = hk_open(kernel, UNET_MONITOR_PATH, O_RDONLY | O_NONBLOCK);
	(void) check(*fdp > 0, "a monitor");
	while ((mo = unet_monitor_by_minor(minor)) == NULL)
		minor++;
	return (mo);
}

/*
 * A process of a zone has found a link there; before it looks on, the link is
 * taken back, and somebody has seen that.
 */
static void
test_monitor(boolean_t capture)
{
	unet_ioc_capture_t uica = { .uica_pad = 0 };
	unet_dev_t *ud = create();
	unet_ioc_hdr_t hdr = { .uih_flags = 0 };
	unet_monitor_t *mo;
	char buf[64];
	int fd, err;

	(void) check(lend(ud, zone.hz_zoneid) == 0, "lent");
	(void) kern_enter();
	unet_look(ud);
	kern_exit();
	in_zone(B_TRUE);
	mo = monitor(&fd);
	in_zone(B_FALSE);
	(void) check(lend(ud, GLOBAL_ZONEID) == 0, "taken back");
	(void) kern_enter();
	unet_look(ud);
	err = capture ? unet_capture_bind(mo, ud, &uica) :
	    unet_watch_bind(mo, ud, &hdr);
	kern_exit();
	(void) check(err == 0, "one looks on");
	if (capture) {
		(void) check(hk_read(fd, buf, sizeof (buf)) == -ENXIO,
		    "and sees no frame");
	} else {
		(void) check(unet_event_dead(&mo->mo_events),
		    "and hears of nothing but the end");
	}
	(void) check(hk_poll(fd, POLLIN, 0) == POLLHUP, "it hung up");
	(void) check(hk_close(fd) == 0, "close");
	destroy();
}

/*
 * A holder that has lost the link finds that a destroy has begun, and comes
 * again: whoever has the link next finds nothing of that.
 */
static void
test_open(void)
{
	unet_dev_t *ud = create();
	int err, fd;

	ud->ud_state = UNET_S_DESTROYING;
	(void) kern_enter();
	ud->ud_revoked = B_TRUE;
	(void) unet_rxq_die(ud);
	unet_txq_die(ud);
	err = unet_link_open(ud, FREAD | FWRITE, kcred);
	kern_exit();
	(void) check(err == EAGAIN, "a destroy has begun");
	ud->ud_state = UNET_S_ACTIVE;
	(void) check(!unet_link_revoked(ud), "nobody has lost the link");
	fd = hk_open(kernel, "/dev/unet/vpn0", O_RDWR);
	(void) check(fd > 0, "the next holder");
	(void) check(hk_poll(fd, POLLIN | POLLOUT, 0) == POLLOUT, "has it");
	(void) check(hk_close(fd) == 0, "close");
	destroy();
	unet_dev_rele(ud);
}

static void
rename(const unet_dev_t *ud, const char *name)
{
	hk_dl_t dl = { .hdl_linkid = ud->ud_linkid };

	(void) strlcpy(dl.hdl_name, name, sizeof (dl.hdl_name));
	(void) check(hk_ioctl(hk, HK_IOC_DLRENAME, &dl) == 0, "renamed");
}

/*
 * All links are looked at, for a name that none has had, and then the one that
 * has it gets another.
 */
static const unet_dev_t *renamed;

static void
look_all(void)
{
	const unet_dev_t *ud = renamed;

	unet_look_all();
	renamed = NULL;
	if (ud != NULL) {
		(void) dls_devnet_rename(ud->ud_linkid,
		    DATALINK_INVALID_LINKID, "lan0");
	}
}

static void
test_name(void)
{
	unet_ioc_info_t uii = { .uii_mtu = 0 };
	unet_dev_t *ud = create();

	rename(ud, "wan0");
	renamed = ud;
	uii.uii_hdr.uih_version = UNET_ABI_VERSION;
	(void) strlcpy(uii.uii_hdr.uih_name, "wan0", UNET_NAMELEN);
	(void) check(hk_ioctl(ctl, UNET_IOC_INFO, &uii) == -ENOENT,
	    "no link has the name");
	(void) check(renamed == NULL, "any more");
	(void) check(uii.uii_hdr.uih_errno == UNET_E_NOLINK, "and that is why");
	rename(ud, "vpn0");
	destroy();
	unet_dev_rele(ud);
}

static datalink_id_t
book(const char *name)
{
	hk_dl_t dl = { .hdl_class = DATALINK_CLASS_MISC,
	    .hdl_flags = HK_DL_ACTIVE };

	(void) strlcpy(dl.hdl_name, name, sizeof (dl.hdl_name));
	(void) check(hk_ioctl(hk, HK_IOC_DLCREATE, &dl) == 0, "%s", name);
	return (dl.hdl_linkid);
}

/*
 * dladm has renamed a link in the kernel, and comes to tell the daemon when the
 * link and another one, which has got the name meanwhile, are lent.
 */
static void
test_book(void)
{
	const datalink_id_t a = book("vpn0"), b = book("wan0");
	hk_zone_t other = { .hz_name = "other" };

	(void) check(zone_start(hk, &other) == 0, "another zone");
	(void) kern_enter();
	(void) check(dlmgmt_setzone(a, zone.hz_zoneid) == 0, "lent");
	(void) check(dlmgmt_rename(a, GLOBAL_ZONEID, "wan0") == EEXIST,
	    "a name of the global zone's");
	(void) check(dlmgmt_setzone(b, other.hz_zoneid) == 0, "lent, too");
	(void) check(dlmgmt_rename(a, GLOBAL_ZONEID, "wan0") == EEXIST,
	    "is that of a link that it has lent");
	(void) check(dlmgmt_rename(a, GLOBAL_ZONEID, "lan0") == 0, "renamed");
	(void) check(dlmgmt_setzone(a, GLOBAL_ZONEID) == 0 &&
	    dlmgmt_setzone(b, GLOBAL_ZONEID) == 0, "both can be taken back");
	(void) check(dlmgmt_destroy(a, GLOBAL_ZONEID) == 0 &&
	    dlmgmt_destroy(b, GLOBAL_ZONEID) == 0, "and go");
	kern_exit();
	(void) check(zone_end(hk, &other) == 0, "it halts");
}

int
main(void)
{
	kernel = hk_boot(HK_BOOT_QUIET);
	hk = hk_open(kernel, "/dev/hk", O_RDWR);
	ctl = hk_open(kernel, UNET_CTL_PATH, O_RDWR);
	(void) check(zone_start(hk, &zone) == 0, "a zone");
	test_stat();
	test_monitor(B_TRUE);
	test_monitor(B_FALSE);
	test_open();
	test_name();
	test_book();
	(void) check(zone_end(hk, &zone) == 0, "it halts");
	(void) check(hk_close(ctl) == 0 && hk_close(hk) == 0, "close");
	(void) check(hk_halt(kernel) == 0, "nothing is left");
	return (check_done());
}
