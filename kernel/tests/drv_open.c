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
 * Open and close: one holder, who may be it, and what the stack sees of it.
 */

#include "drv.h"

static void
test_one_holder(void)
{
	unet_ioc_info_t uii;
	int fd;

	(void) drv_create("vpn0");
	is(drv_open("vpn9", DRV_RDWR), -ENOENT, "no such link");
	fd = drv_open("vpn0", DRV_RDWR);
	ok(fd > 0, "vpn0 opens (%d)", fd);
	is(drv_open("vpn0", DRV_RDWR), -EBUSY, "... once");
	is(drv_open("vpn0", O_RDONLY), -EBUSY, "... for reading, too");

	uii = drv_info("vpn0");
	is(uii.uii_holder, getpid(), "info on ctl names the holder");
	is(uii.uii_linkstate, UNET_LINK_UP, "the link is up");

	memset(&uii, 0, sizeof (uii));
	uii.uii_hdr.uih_version = UNET_ABI_VERSION;
	is(hk_ioctl(fd, UNET_IOC_INFO, &uii), 0, "info on a bare descriptor");
	is(strcmp(uii.uii_hdr.uih_name, "vpn0"), 0, "... has its name");
	is(uii.uii_mtu, 1500, "... and MTU");
	(void) strcpy(uii.uii_hdr.uih_name, "vpn1");
	is(hk_ioctl(fd, UNET_IOC_INFO, &uii), -EINVAL, "... not another's");
	is(uii.uii_hdr.uih_errno, UNET_E_LINKID, "... and its cause");
	is(hk_ioctl(fd, UNET_IOC_LIST, &uii), -ENOTTY, "list is for ctl");

	is(hk_close(fd), 0, "close");
	is(hk_close(fd), -EBADF, "... once");
	uii = drv_info("vpn0");
	is(uii.uii_holder, 0, "nobody holds it");
	is(uii.uii_linkstate, UNET_LINK_DOWN, "the link is down");
	fd = drv_open("vpn0", DRV_RDWR);
	ok(fd > 0, "vpn0 opens again");
	is(hk_close(fd), 0, "close");
	is(drv_destroy("vpn0"), 0, "destroy");
}

static void
test_owner(void)
{
	hk_cred_t user = { 1000, 1000, 0, 0 };
	hk_cred_t other = { 1001, 1001, 0, 0 };
	hk_cred_t raw = { 1002, 1002, 0, HK_PRIV_NET_RAWACCESS };
	unet_ioc_create_t uic;
	int fd;

	drv_create_init(&uic, "vpn0");
	uic.uic_owner = 1000;
	is(hk_ioctl(drv_ctl, UNET_IOC_CREATE, &uic), 0, "a link of uid 1000");

	(void) hk_setcred(&other);
	is(drv_open("vpn0", DRV_RDWR), -EACCES, "uid 1001 may not open it");
	(void) hk_setcred(&user);
	fd = drv_open("vpn0", DRV_RDWR);
	ok(fd > 0, "uid 1000 may (%d)", fd);
	is(hk_close(fd), 0, "close");
	(void) hk_setcred(&raw);
	fd = drv_open("vpn0", DRV_RDWR);
	ok(fd > 0, "so may net_rawaccess (%d)", fd);
	is(hk_close(fd), 0, "close");
	(void) hk_setcred(NULL);
	is(drv_destroy("vpn0"), 0, "destroy");

	drv_create_init(&uic, "vpn0");
	uic.uic_group = 1001;
	is(hk_ioctl(drv_ctl, UNET_IOC_CREATE, &uic), 0, "a link of gid 1001");
	(void) hk_setcred(&user);
	is(drv_open("vpn0", DRV_RDWR), -EACCES, "gid 1000 may not open it");
	(void) hk_setcred(&other);
	fd = drv_open("vpn0", DRV_RDWR);
	ok(fd > 0, "gid 1001 may (%d)", fd);
	is(hk_close(fd), 0, "close");
	(void) hk_setcred(NULL);
	is(drv_destroy("vpn0"), 0, "destroy");
}

/*
 * Open for one direction: the other is EBADF, and a holder that does not read
 * does not hold the stack up.
 */
static void
test_modes(void)
{
	uint8_t buf[2048];
	drv_fio_t df;
	uint32_t id = drv_create("vpn0");
	int fd, port;

	drv_plumb(id, "seg0", 0);
	port = drv_port("seg0");

	fd = drv_open("vpn0", O_WRONLY | O_NONBLOCK);
	ok(fd > 0, "open for writing");
	is(hk_read(fd, buf, sizeof (buf)), -EBADF, "read");
	(void) drv_fio_init(&df, 1, 1);
	drv_fio_vec(&df, 0, buf, sizeof (buf));
	is(hk_ioctl(fd, UNET_IOC_FRAMEIO_READ, &df), -EBADF, "framed read");
	(void) drv_frame(buf, drv_mac, drv_peer, 1, 100);
	is(hk_write(port, buf, 100), 100, "the stack sends");
	is(drv_stat("vpn0", "rx_drop_noholder", NULL), 1,
	    "... to nobody who reads");
	is(hk_close(fd), 0, "close");

	fd = drv_open("vpn0", O_RDONLY | O_NONBLOCK);
	ok(fd > 0, "open for reading");
	is(hk_write(fd, buf, 100), -EBADF, "write");
	(void) drv_fio_init(&df, 1, 1);
	drv_fio_vec(&df, 0, buf, 100);
	is(hk_ioctl(fd, UNET_IOC_FRAMEIO_WRITE, &df), -EBADF, "framed write");
	is(hk_close(fd), 0, "close");
	is(hk_close(port), 0, "close the port");
	drv_balance("vpn0");
	is(drv_destroy("vpn0"), 0, "destroy");
}

static void
test_policy(void)
{
	unet_ioc_create_t uic;
	int fd;

	drv_create_init(&uic, "vpn0");
	uic.uic_policy = UNET_POLICY_UP;
	is(hk_ioctl(drv_ctl, UNET_IOC_CREATE, &uic), 0, "policy up");
	is(drv_info("vpn0").uii_linkstate, UNET_LINK_UP, "... is up");
	is(drv_destroy("vpn0"), 0, "destroy");

	drv_create_init(&uic, "vpn0");
	uic.uic_policy = UNET_POLICY_DOWN;
	is(hk_ioctl(drv_ctl, UNET_IOC_CREATE, &uic), 0, "policy down");
	fd = drv_open("vpn0", DRV_RDWR);
	is(drv_info("vpn0").uii_linkstate, UNET_LINK_DOWN, "... is down");
	is(hk_close(fd), 0, "close");
	is(drv_destroy("vpn0"), 0, "destroy");

	drv_create_init(&uic, "vpn0");
	uic.uic_linger = 300;
	is(hk_ioctl(drv_ctl, UNET_IOC_CREATE, &uic), 0, "linger");
	is(drv_info("vpn0").uii_linkstate, UNET_LINK_DOWN, "... down at first");
	fd = drv_open("vpn0", DRV_RDWR);
	is(hk_close(fd), 0, "open and close");
	is(drv_info("vpn0").uii_linkstate, UNET_LINK_UP, "... still up");
	drv_until(drv_info("vpn0").uii_linkstate == UNET_LINK_DOWN,
	    "... down after a while");
	fd = drv_open("vpn0", DRV_RDWR);
	is(hk_close(fd), 0, "open and close");
	is(drv_destroy("vpn0"), 0, "destroyed while it lingers");
}

static void
test_single_shot(void)
{
	unet_ioc_create_t uic;
	uint32_t cause;
	uint32_t id;
	int fd;

	drv_create_init(&uic, "vpn0");
	uic.uic_lifetime = UNET_LIFE_SINGLE_SHOT;
	is(hk_ioctl(drv_ctl, UNET_IOC_CREATE, &uic), 0, "a single-shot link");
	fd = drv_open("vpn0", DRV_RDWR);
	is(hk_close(fd), 0, "open and close");
	is(drv_destroy_flags("vpn0", 0, &cause), -ENOENT, "it is gone");

	/* The stack keeps it: gone as soon as the stack lets go. */
	is(hk_ioctl(drv_ctl, UNET_IOC_CREATE, &uic), -ENOENT,
	    "a structure that was used holds an id that is gone");
	drv_create_init(&uic, "vpn0");
	uic.uic_lifetime = UNET_LIFE_SINGLE_SHOT;
	is(hk_ioctl(drv_ctl, UNET_IOC_CREATE, &uic), 0, "another one");
	id = uic.uic_hdr.uih_linkid;
	drv_plumb(id, "seg0", HK_STACK_PIN);
	fd = drv_open("vpn0", DRV_RDWR);
	is(hk_close(fd), 0, "open and close, while IP has it");
	is(drv_info("vpn0").uii_holder, 0, "it is still there");
	drv_unplumb(id);
	drv_until(drv_usage().hu_links == 0, "gone when IP lets go");
}

int
main(void)
{
	drv_boot();
	test_one_holder();
	test_owner();
	test_modes();
	test_policy();
	test_single_shot();
	return (drv_done());
}
