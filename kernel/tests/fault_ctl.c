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
 * Whatever fails in a control request, it fails as its comment in sys/unet.h
 * says, and either did nothing or all.
 */

#include "sweep.h"

static uint32_t made;	/* an id made beforehand */

static void
nothing(void)
{
}

static void
link_up(void)
{
	(void) drv_create("vpn0");
}

static void
link_down(void)
{
	need(drv_destroy("vpn0") == 0, "the link goes");
}

/*
 * A link whose daemon was not there when it went is known to it still.
 */
static void
link_gone(void)
{
	hk_dl_t dl;

	if (drv_destroy("vpn0") == -EBUSY)
		need(0, "the link goes");
	memset(&dl, 0, sizeof (dl));
	(void) snprintf(dl.hdl_name, sizeof (dl.hdl_name), "vpn0");
	(void) hk_ioctl(drv_hk, HK_IOC_DLDESTROY, &dl);
}

static int64_t
create_as(uint32_t linkid)
{
	unet_ioc_create_t uic;
	int err;

	drv_create_init(&uic, "vpn0");
	uic.uic_hdr.uih_linkid = linkid;
	err = hk_ioctl(drv_ctl, UNET_IOC_CREATE, &uic);
	sweep_cause = uic.uic_hdr.uih_errno;
	return (err);
}

/*
 * A name is free when the daemon has answered, which may be after the signal.
 */
static int64_t
create_by_name(void)
{
	const time_t end = time(NULL) + 20;
	int64_t err;

	while ((err = create_as(UNET_LINKID_NONE)) == -EEXIST &&
	    time(NULL) < end)
		(void) sched_yield();
	return (err);
}

static void
make_id(void)
{
	hk_dl_t dl;

	memset(&dl, 0, sizeof (dl));
	(void) snprintf(dl.hdl_name, sizeof (dl.hdl_name), "vpn0");
	dl.hdl_class = 0x400;	/* DATALINK_CLASS_MISC */
	dl.hdl_flags = HK_DL_ACTIVE;
	need(hk_ioctl(drv_hk, HK_IOC_DLCREATE, &dl) == 0, "an id is made");
	made = dl.hdl_linkid;
}

static int64_t
create_by_id(void)
{
	return (create_as(made));
}

static int64_t
destroy(void)
{
	unet_ioc_destroy_t uid;
	int err;

	memset(&uid, 0, sizeof (uid));
	drv_hdr(&uid.uid_hdr, "vpn0");
	do
		err = hk_ioctl(drv_ctl, UNET_IOC_DESTROY, &uid);
	while (err == -ENXIO);
	sweep_cause = uid.uid_hdr.uih_errno;
	return (err);
}

static int64_t
list(void)
{
	unet_list_ent_t ents[4];
	unet_ioc_list_t uil;
	int err;

	memset(&uil, 0, sizeof (uil));
	drv_hdr(&uil.uil_hdr, NULL);
	uil.uil_nents = 4;
	uil.uil_ents = (uint64_t)(uintptr_t)ents;
	err = hk_ioctl(drv_ctl, UNET_IOC_LIST, &uil);
	return (err == 0 && uil.uil_actents != 1 ? -EIO : err);
}

static int64_t
info(void)
{
	unet_ioc_info_t uii;
	int err;

	memset(&uii, 0, sizeof (uii));
	drv_hdr(&uii.uii_hdr, "vpn0");
	err = hk_ioctl(drv_ctl, UNET_IOC_INFO, &uii);
	return (err == 0 && memcmp(uii.uii_mac, drv_mac, 6) != 0 ? -EIO : err);
}

/*
 * Properties: all of them read, each of them set, and several at once, through
 * ctl and through the link.
 */
static unet_prop_t props[UNET_PROPS_MAX];
static uint32_t nprops;
static int link_fd;

static int64_t
props_request(int cmd, int fd)
{
	unet_ioc_props_t uip;
	int err;

	memset(&uip, 0, sizeof (uip));
	drv_hdr(&uip.uip_hdr, fd == drv_ctl ? "vpn0" : NULL);
	uip.uip_count = nprops;
	memcpy(uip.uip_props, props, nprops * sizeof (props[0]));
	err = hk_ioctl(fd, cmd, &uip);
	sweep_cause = uip.uip_hdr.uih_errno;
	return (err);
}

static int64_t
getprop(void)
{
	return (props_request(UNET_IOC_GETPROP, drv_ctl));
}

static int64_t
setprop(void)
{
	return (props_request(UNET_IOC_SETPROP, drv_ctl));
}

static int64_t
setprop_link(void)
{
	return (props_request(UNET_IOC_SETPROP, link_fd));
}

/*
 * With the smallest queues there can be, so that they have to grow with the
 * MTU.
 */
static void
link_small(void)
{
	unet_ioc_create_t uic;

	drv_create_init(&uic, "vpn0");
	uic.uic_rxbuf = uic.uic_txbuf = 1500 + UNET_FRAME_EXTRA +
	    UNET_FRAME_OVERHEAD;
	need(hk_ioctl(drv_ctl, UNET_IOC_CREATE, &uic) == 0, "a small link");
}

static void
link_held(void)
{
	link_small();
	link_fd = drv_open("vpn0", DRV_RDWR);
	need(link_fd > 0, "held");
}

static void
link_let_go(void)
{
	need(hk_close(link_fd) == 0, "let go");
	link_down();
}

static const int create_errnos[] = {
	EFAULT, ENOSPC, ENOMEM, EINTR,
	EBADF, EAGAIN, EBUSY,	/* as the daemon and MAC have it */
	0
};
static const int destroy_errnos[] = { EFAULT, EBUSY, 0 };
static const int list_errnos[] = { EFAULT, 0 };
static const int prop_errnos[] = { EFAULT, EBUSY, ENOMEM, 0 };

static void
sweep_setprops(void)
{
	static const struct { uint32_t id; uint64_t value; const char *name; }
	    one[] = {
		{ UNET_PROP_RXBUF, 32768, "setprop rxbuf" },
		{ UNET_PROP_TXBUF, 32768, "setprop txbuf" },
		{ UNET_PROP_MTU, 9000, "setprop mtu" },
		{ UNET_PROP_MAC, 0x020820000099, "setprop mac" },
		{ UNET_PROP_LINKSTATE, UNET_POLICY_UP, "setprop linkstate" },
		{ UNET_PROP_LINGER, 5, "setprop linger" },
		{ UNET_PROP_OWNER, 7, "setprop owner" },
		{ UNET_PROP_GROUP, 8, "setprop group" }
	};
	const size_t n = sizeof (one) / sizeof (one[0]);
	sweep_t sw = { NULL, link_small, setprop, link_down, NULL, SWEEP_ALL,
	    SWEEP_COPY, prop_errnos };
	size_t i;

	for (i = 0; i < n; i++) {
		memset(props, 0, sizeof (props));
		props[0].up_id = one[i].id;
		props[0].up_value = one[i].value;
		nprops = 1;
		sw.sw_name = one[i].name;
		sw.sw_must = SWEEP_COPY | (one[i].id == UNET_PROP_MTU ||
		    one[i].id == UNET_PROP_MAC ? SWEEP_MAC : 0);
		sweep(&sw);
	}

	/* All of them at once: MAC may agree to the one and not the other. */
	memset(props, 0, sizeof (props));
	for (i = 0; i < n; i++) {
		props[i].up_id = one[i].id;
		props[i].up_value = one[i].value;
	}
	nprops = n;
	sw.sw_name = "setprop of all";
	sweep(&sw);
	sw.sw_name = "setprop of all, on the link";
	sw.sw_setup = link_held;
	sw.sw_call = setprop_link;
	sw.sw_teardown = link_let_go;
	sweep(&sw);

	/* The bounds stay what they were if there is none among the rest. */
	props[0].up_id = UNET_PROP_MTU;
	props[0].up_value = 9000;
	props[1].up_id = UNET_PROP_MAC;
	props[1].up_value = 0x020820000099;
	nprops = 2;
	sw.sw_name = "setprop mtu and mac";
	sw.sw_setup = link_small;
	sw.sw_call = setprop;
	sw.sw_teardown = link_down;
	sweep(&sw);
}

static void
sweep_getprops(void)
{
	const sweep_t sw = { "getprop", link_up, getprop, link_down, NULL,
	    SWEEP_ALL, SWEEP_COPY, list_errnos };
	uint32_t id;

	memset(props, 0, sizeof (props));
	nprops = 0;
	for (id = 1; id < UNET_PROP_END; id++)
		props[nprops++].up_id = id;
	sweep(&sw);
}

int
main(void)
{
	static const sweep_t sweeps[] = {
		{ "create by name", nothing, create_by_name, link_gone, NULL,
		    SWEEP_ALL, SWEEP_ALLOC | SWEEP_COPY | SWEEP_MAC,
		    create_errnos },
		{ "create by id", make_id, create_by_id, link_gone, NULL,
		    SWEEP_ALL, SWEEP_ALLOC | SWEEP_COPY | SWEEP_UPCALL |
		    SWEEP_MAC, create_errnos },
		{ "destroy", link_up, destroy, link_gone, NULL, SWEEP_ALL,
		    SWEEP_COPY | SWEEP_UPCALL | SWEEP_MAC, destroy_errnos },
		{ "list", link_up, list, link_down, NULL, SWEEP_ALL,
		    SWEEP_COPY, list_errnos },
		{ "info", link_up, info, link_down, NULL, SWEEP_ALL,
		    SWEEP_COPY, list_errnos }
	};
	size_t i;

	drv_boot();
	for (i = 0; i < sizeof (sweeps) / sizeof (sweeps[0]); i++)
		sweep(&sweeps[i]);
	sweep_getprops();
	sweep_setprops();
	return (drv_done());
}
