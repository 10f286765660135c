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

#ifndef	_DRV_HELD_H
#define	_DRV_HELD_H

/*
 * The link that most tests want: vpn0, plumbed to a segment and held, with a
 * port of that segment that plays the stack.
 */

#include "drv.h"

static uint32_t id;
static int fd, port;

static inline void
setup_as(const unet_ioc_create_t *how)
{
	unet_ioc_create_t uic = *how;

	need(hk_ioctl(drv_ctl, UNET_IOC_CREATE, &uic) == 0, "create");
	id = uic.uic_hdr.uih_linkid;
	drv_plumb(id, "seg0", 0);
	port = drv_port("seg0");
	fd = drv_open("vpn0", DRV_RDWR);
	need(fd > 0, "open (%d)", fd);
}

static inline void
setup_default(void)
{
	unet_ioc_create_t uic;

	drv_create_init(&uic, "vpn0");
	setup_as(&uic);
}

static inline void
teardown(void)
{
	is(drv_stat("vpn0", "txq_bytes", NULL), 0, "no room stays reserved");
	drv_balance("vpn0");
	is(hk_close(fd), 0, "close");
	is(hk_close(port), 0, "close the port");
	is(drv_destroy("vpn0"), 0, "destroy");
}

#endif	/* _DRV_HELD_H */
