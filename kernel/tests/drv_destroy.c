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
 * Teardown: of a link that is held, of one that the stack keeps, while others
 * wait for it.
 */

#include "drv.h"

static uint8_t buf[2048];

static void *
blocked_read(void *arg)
{
	return ((void *)(intptr_t)hk_read(*(int *)arg, buf, sizeof (buf)));
}

static void *
blocked_poll(void *arg)
{
	return ((void *)(intptr_t)hk_poll(*(int *)arg, POLLIN, 60000));
}

static void
test_held(void)
{
	unet_ioc_destroy_t uid;
	pthread_t reader, poller;
	void *res;
	drv_fio_t df;
	int fd, again;

	(void) drv_create("vpn0");
	fd = drv_open("vpn0", O_RDWR);
	memset(&uid, 0, sizeof (uid));
	drv_hdr(&uid.uid_hdr, "vpn0");
	uid.uid_hdr.uih_flags = UNET_DESTROY_UNHELD;
	is(hk_ioctl(drv_ctl, UNET_IOC_DESTROY, &uid), -EBUSY,
	    "destroy if it is not held");
	is(uid.uid_hdr.uih_errno, UNET_E_HELD, "... and its cause");
	is(uid.uid_holder, getpid(), "... names the holder");

	need(pthread_create(&reader, NULL, blocked_read, &fd) == 0, "reader");
	need(pthread_create(&poller, NULL, blocked_poll, &fd) == 0, "poller");
	drv_until(drv_stat("vpn0", "rx_waits", NULL) == 1, "a reader waits");
	drv_until(drv_stat("vpn0", "poll_calls", NULL) > 0, "a poller waits");

	is(drv_destroy("vpn0"), 0, "destroy although it is held");
	need(pthread_join(reader, &res) == 0, "join");
	is((intptr_t)res, -ENXIO, "the reader is told");
	need(pthread_join(poller, &res) == 0, "join");
	ok(((intptr_t)res & POLLHUP) != 0, "so is the poller");

	is(hk_poll(fd, POLLIN | POLLOUT, 0), POLLHUP, "poll: POLLHUP");
	is(hk_poll(fd, 0, 0), POLLHUP, "... if nothing was asked for, too");
	is(hk_read(fd, buf, sizeof (buf)), -ENXIO, "read");
	(void) drv_frame(buf, drv_mac, drv_peer, 1, 100);
	is(hk_write(fd, buf, 100), -ENXIO, "write");
	(void) drv_fio_init(&df, 1, 1);
	drv_fio_vec(&df, 0, buf, 100);
	is(hk_ioctl(fd, UNET_IOC_FRAMEIO_WRITE, &df), -ENXIO, "framed write");
	is(hk_ioctl(fd, UNET_IOC_FRAMEIO_READ, &df), -ENXIO, "framed read");
	drv_hdr(&uid.uid_hdr, NULL);
	is(hk_ioctl(fd, UNET_IOC_INFO, &uid), -ENXIO, "info");

	(void) drv_create("vpn0");
	again = drv_open("vpn0", DRV_RDWR);
	ok(again > 0, "a new link of the name is another one (%d)", again);
	is(hk_read(again, buf, sizeof (buf)), -EAGAIN, "... which works");
	is(hk_close(fd), 0, "close the dead one");
	is(drv_info("vpn0").uii_holder, getpid(), "... changes nothing");
	is(hk_close(again), 0, "close");
	is(drv_destroy("vpn0"), 0, "destroy");
}

/*
 * IP has the link: EBUSY, and not even the holder notices.
 */
static void
test_busy(void)
{
	const uint32_t id = drv_create("vpn0");
	hk_usage_t before, after;
	uint32_t cause;
	int fd, port;

	drv_plumb(id, "seg0", HK_STACK_PIN);
	port = drv_port("seg0");
	fd = drv_open("vpn0", DRV_RDWR);
	before = drv_usage();
	is(drv_destroy_flags("vpn0", 0, &cause), -EBUSY, "destroy");
	is(cause, UNET_E_BUSY, "... and its cause");
	after = drv_usage();
	is(after.hu_kstats, before.hu_kstats, "no kstat has gone");
	is(drv_info("vpn0").uii_linkstate, UNET_LINK_UP, "the link is up");
	is(hk_poll(fd, POLLIN | POLLOUT, 0), POLLOUT, "poll says what it did");

	(void) drv_frame(buf, drv_mac, drv_peer, 1, 100);
	is(hk_write(port, buf, 100), 100, "the stack sends");
	is(hk_read(fd, buf, sizeof (buf)), 100, "... the holder reads");
	is(hk_write(fd, buf, 100), 100, "the holder sends");
	is(hk_read(port, buf, sizeof (buf)), 100, "... the stack reads");

	drv_unplumb(id);
	is(drv_destroy("vpn0"), 0, "without IP it goes");
	is(hk_close(fd), 0, "close");
	is(hk_close(port), 0, "close the port");
}

/*
 * Destroying a link that has no room for more does not hang.
 */
static void
test_full(void)
{
	const uint32_t id = drv_create("vpn0");
	int fd, port;
	uint32_t i;

	drv_plumb(id, "seg0", 0);
	port = drv_port("seg0");
	fd = drv_open("vpn0", DRV_RDWR);
	(void) drv_frame(buf, drv_mac, drv_peer, 1, 1000);
	for (i = 0; i < 200; i++)
		(void) hk_write(port, buf, 1000);
	ok(drv_stat("vpn0", "fc_events", NULL) > 0, "the stack is held up");
	is(drv_destroy("vpn0"), 0, "destroy");
	is(hk_read(fd, buf, sizeof (buf)), -ENXIO, "read");
	is(hk_close(fd), 0, "close");
	is(hk_close(port), 0, "close the port");
}

/*
 * Whatever fails in a create leaves everything as it was.
 */
static void
test_create_fails(void)
{
	static const struct { uint32_t kind; const char *what; } kinds[] = {
		{ HK_FAULT_UPCALL, "the link management daemon" },
		{ HK_FAULT_MAC, "MAC" }
	};
	const hk_usage_t before = drv_usage();
	unet_ioc_create_t uic;
	hk_usage_t after;
	hk_fault_t hf;
	uint64_t nth;
	size_t i;
	int err;

	for (i = 0; i < sizeof (kinds) / sizeof (kinds[0]); i++) {
		for (nth = 1; nth < 20; nth++) {
			memset(&hf, 0, sizeof (hf));
			hf.hf_kind = kinds[i].kind;
			hf.hf_nth = nth;
			need(hk_ioctl(drv_hk, HK_IOC_FAULT, &hf) == 0, "fault");
			drv_create_init(&uic, "vpn0");
			err = hk_ioctl(drv_ctl, UNET_IOC_CREATE, &uic);
			if (err == 0)
				break;
			ok(uic.uic_hdr.uih_errno == UNET_E_DLMGMT ||
			    uic.uic_hdr.uih_errno == UNET_E_MAC,
			    "%s fails at call %d: error %d, cause %u",
			    kinds[i].what, (int)nth, err,
			    uic.uic_hdr.uih_errno);
			after = drv_usage();
			is(after.hu_kmem, before.hu_kmem, "... no memory");
			is(after.hu_kstats, before.hu_kstats, "... no kstat");
			is(after.hu_links, before.hu_links, "... no link");
		}
		ok(nth > 1 && nth < 20, "%s was made to fail", kinds[i].what);
		hf.hf_nth = 0;
		need(hk_ioctl(drv_hk, HK_IOC_FAULT, &hf) == 0, "no fault");
		is(drv_destroy("vpn0"), 0, "then it worked");
	}
}

int
main(void)
{
	drv_boot();
	test_held();
	test_busy();
	test_full();
	test_create_fails();
	return (drv_done());
}
