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
 * Properties: several at once, all of them or none.
 */

#include "drv.h"

static unet_ioc_props_t uip;

static void
begin(const char *name)
{
	memset(&uip, 0, sizeof (uip));
	drv_hdr(&uip.uip_hdr, name);
}

static void
add(uint32_t id, uint64_t value)
{
	uip.uip_props[uip.uip_count].up_id = id;
	uip.uip_props[uip.uip_count++].up_value = value;
}

static uint64_t
get(const char *name, uint32_t id)
{
	begin(name);
	add(id, 0);
	need(hk_ioctl(drv_ctl, UNET_IOC_GETPROP, &uip) == 0, "get %u", id);
	return (uip.uip_props[0].up_value);
}

#define	REFUSED(err, cause, bad, ...)	do { \
	is(hk_ioctl(drv_ctl, UNET_IOC_SETPROP, &uip), -(err), __VA_ARGS__); \
	is(uip.uip_hdr.uih_errno, cause, "... and its cause"); \
	is(uip.uip_bad, bad, "... and which"); \
} while (0)

static void
test_get(void)
{
	begin("vpn0");
	add(UNET_PROP_RXBUF, 0);
	add(UNET_PROP_MAXSIZE, 0);
	add(UNET_PROP_MINTU, 0);
	add(UNET_PROP_MAXTU, 0);
	add(UNET_PROP_MAC, 0);
	add(UNET_PROP_OWNER, 0);
	is(hk_ioctl(drv_ctl, UNET_IOC_GETPROP, &uip), 0, "get six");
	is(uip.uip_props[0].up_value, 65536, "rxbuf");
	is(uip.uip_props[0].up_perm, UNET_PERM_RW, "... can be set");
	is(uip.uip_props[1].up_value, 4194304, "maxsize");
	is(uip.uip_props[1].up_perm, UNET_PERM_READ, "... cannot be set");
	is(uip.uip_props[2].up_value, 14, "mintu");
	is(uip.uip_props[3].up_value, 1518, "maxtu");
	is(uip.uip_props[4].up_value, 0x020820000001, "mac");
	is(uip.uip_props[5].up_value, UNET_ID_NONE, "owner");

	begin("vpn0");
	is(hk_ioctl(drv_ctl, UNET_IOC_GETPROP, &uip), -EINVAL, "get none");
	is(uip.uip_hdr.uih_errno, UNET_E_PROPCOUNT, "... and its cause");
	uip.uip_count = UNET_PROPS_MAX + 1;
	is(hk_ioctl(drv_ctl, UNET_IOC_GETPROP, &uip), -EINVAL, "get 33");
	begin("vpn0");
	add(UNET_PROP_MTU, 0);
	add(0, 0);
	is(hk_ioctl(drv_ctl, UNET_IOC_GETPROP, &uip), -ENOTSUP, "get 0");
	is(uip.uip_hdr.uih_errno, UNET_E_NOPROP, "... and its cause");
	is(uip.uip_bad, 1, "... and which");
}

static void
test_set(void)
{
	begin("vpn0");
	add(UNET_PROP_RXBUF, 131072);
	add(UNET_PROP_TXBUF, 262144);
	add(UNET_PROP_MTU, 9000);
	add(UNET_PROP_MAC, 0x0a0b0c0d0e0f);
	add(UNET_PROP_LINKSTATE, UNET_POLICY_UP);
	add(UNET_PROP_LINGER, 500);
	add(UNET_PROP_OWNER, 7);
	add(UNET_PROP_GROUP, 8);
	is(hk_ioctl(drv_ctl, UNET_IOC_SETPROP, &uip), 0, "set eight");
	is(get("vpn0", UNET_PROP_RXBUF), 131072, "rxbuf");
	is(get("vpn0", UNET_PROP_TXBUF), 262144, "txbuf");
	is(drv_info("vpn0").uii_mtu, 9000, "mtu");
	is(drv_info("vpn0").uii_mac[5], 0x0f, "mac");
	is(drv_info("vpn0").uii_linkstate, UNET_LINK_UP, "linkstate");
	is(drv_info("vpn0").uii_linger, 500, "linger");
	is(drv_info("vpn0").uii_owner, 7, "owner");
	is(drv_info("vpn0").uii_group, 8, "group");
	is(get("vpn0", UNET_PROP_MAXTU), 9018, "maxtu follows");
}

static void
test_refused(void)
{
	begin("vpn0");
	add(UNET_PROP_RXBUF, 200000);
	add(UNET_PROP_TXBUF, 4194305);
	REFUSED(ERANGE, UNET_E_BUFTOOBIG, 1, "one of two");
	is(get("vpn0", UNET_PROP_RXBUF), 131072, "... changes neither");
	begin("vpn0");
	add(UNET_PROP_RXBUF, 9273);
	REFUSED(ERANGE, UNET_E_BUFTOOSMALL, 0, "less than a frame");
	begin("vpn0");
	add(UNET_PROP_RXBUF, 2000);
	add(UNET_PROP_MTU, 1500);
	is(hk_ioctl(drv_ctl, UNET_IOC_SETPROP, &uip), 0,
	    "a small queue together with a small MTU");
	begin("vpn0");
	add(UNET_PROP_RXBUF, 2000);
	add(UNET_PROP_MTU, 3000);
	REFUSED(ERANGE, UNET_E_BUFTOOSMALL, 0, "... not with a larger one");
	begin("vpn0");
	add(UNET_PROP_MTU, 3000);
	is(hk_ioctl(drv_ctl, UNET_IOC_SETPROP, &uip), 0, "a larger MTU alone");
	is(get("vpn0", UNET_PROP_RXBUF), 3000 + 18 + 256,
	    "... makes the queue as large as a frame");

	begin("vpn0");
	add(UNET_PROP_MTU, 67);
	REFUSED(ERANGE, UNET_E_MTU, 0, "MTU 67");
	begin("vpn0");
	add(UNET_PROP_MTU, 9001);
	REFUSED(ERANGE, UNET_E_MTU, 0, "MTU 9001");
	begin("vpn0");
	add(UNET_PROP_MAC, 0x010000000000);
	REFUSED(EINVAL, UNET_E_MACADDR, 0, "a multicast address");
	begin("vpn0");
	add(UNET_PROP_MAC, 0x1020000000000);
	REFUSED(EINVAL, UNET_E_MACADDR, 0, "more than 48 bits");
	begin("vpn0");
	add(UNET_PROP_LINKSTATE, 3);
	REFUSED(EINVAL, UNET_E_POLICY, 0, "an unknown policy");
	begin("vpn0");
	add(UNET_PROP_LINGER, UNET_LINGER_MAX + 1);
	REFUSED(ERANGE, UNET_E_LINGER, 0, "a long linger");
	begin("vpn0");
	add(UNET_PROP_OWNER, 0x100000000);
	REFUSED(EINVAL, UNET_E_PROPVAL, 0, "an owner of 33 bits");
	begin("vpn0");
	add(UNET_PROP_MTU, 1500);
	add(UNET_PROP_ZONE, 0);
	REFUSED(EACCES, UNET_E_PROPRDONLY, 1, "a read-only property");
	begin("vpn9");
	add(UNET_PROP_MTU, 1500);
	REFUSED(ENOENT, UNET_E_NOLINK, 0, "a link that is not there");
}

/*
 * A holder without privileges sizes its own queues, and no more.
 */
static void
test_holder(void)
{
	hk_cred_t user = { 7, 7, 0, 0 };
	int fd;

	(void) hk_setcred(&user);
	fd = drv_open("vpn0", O_RDWR);
	ok(fd > 0, "the owner opens it (%d)", fd);
	begin(NULL);
	add(UNET_PROP_RXBUF, 77777);
	is(hk_ioctl(fd, UNET_IOC_SETPROP, &uip), 0, "rxbuf");
	begin(NULL);
	add(UNET_PROP_MTU, 1400);
	is(hk_ioctl(fd, UNET_IOC_SETPROP, &uip), -EPERM, "MTU");
	is(uip.uip_hdr.uih_errno, UNET_E_PRIV, "... and its cause");
	begin("vpn0");
	add(UNET_PROP_RXBUF, 88888);
	is(hk_ioctl(drv_ctl, UNET_IOC_SETPROP, &uip), -EPERM,
	    "rxbuf, through ctl");
	is(hk_close(fd), 0, "close");
	fd = drv_open("vpn0", O_RDONLY);
	begin(NULL);
	add(UNET_PROP_RXBUF, 88888);
	is(hk_ioctl(fd, UNET_IOC_SETPROP, &uip), -EBADF,
	    "rxbuf, open for reading");
	is(uip.uip_hdr.uih_errno, UNET_E_RDONLY, "... and its cause");
	is(hk_close(fd), 0, "close");
	(void) hk_setcred(NULL);
	is(get("vpn0", UNET_PROP_RXBUF), 77777, "rxbuf is what it was set to");
}

int
main(void)
{
	drv_boot();
	(void) drv_create("vpn0");
	test_get();
	test_set();
	test_refused();
	test_holder();
	is(drv_destroy("vpn0"), 0, "destroy");
	return (drv_done());
}
