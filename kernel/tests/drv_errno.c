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
 * Every errno that sys/unet.h says a request can fail with, and every cause, is
 * provoked: the rows of drv_errnos.h are ticked off as drv_ioctl() sees them.
 */

#include "drv.h"

static uint8_t buf[2048];

/*
 * Room for any request.
 */
static union {
	unet_ioc_hdr_t		hdr;
	unet_ioc_create_t	create;
	unet_ioc_destroy_t	destroy;
	unet_ioc_list_t		list;
	unet_ioc_info_t		info;
	unet_ioc_props_t	props;
	unet_ioc_event_t	event;
	unet_ioc_capture_t	capture;
	unet_ioc_watch_t	watch;
	unet_ioc_watched_t	watched;
} req;

static void
begin(const char *name)
{
	memset(&req, 0, sizeof (req));
	drv_hdr(&req.hdr, name);
}

static void
arm_with(uint32_t kind, uint64_t nth, int err)
{
	hk_fault_t hf = { .hf_kind = kind, .hf_errno = (uint32_t)err,
	    .hf_nth = nth };

	need(hk_ioctl(drv_hk, HK_IOC_FAULT, &hf) == 0, "fault");
}

static void
arm(uint32_t kind, uint64_t nth)
{
	arm_with(kind, nth, 0);
}

/*
 * What is wrong with a request before anybody looks at what it asks for.
 */
static void
all_requests(int fd)
{
	static const int cmds[] = { UNET_IOC_CREATE, UNET_IOC_DESTROY,
	    UNET_IOC_LIST, UNET_IOC_INFO, UNET_IOC_GETPROP, UNET_IOC_SETPROP,
	    UNET_IOC_EVENT, UNET_IOC_CAPTURE, UNET_IOC_WATCH,
	    UNET_IOC_WATCHED };
	const int monitor = hk_open(drv_kernel, UNET_MONITOR_PATH, O_RDWR);
	size_t i;

	for (i = 0; i < sizeof (cmds) / sizeof (cmds[0]); i++) {
		const int node = cmds[i] == UNET_IOC_EVENT ? fd :
		    cmds[i] > UNET_IOC_EVENT ? monitor : drv_ctl;

		begin("vpn0");
		req.hdr.uih_version = 2;
		(void) hk_ioctl(node, cmds[i], &req);
		begin(cmds[i] == UNET_IOC_CREATE ? "vpn1" : "vpn0");
		req.hdr.uih_flags = 0x80000000;
		(void) hk_ioctl(node, cmds[i], &req);
		begin(NULL);
		memset(req.hdr.uih_name, 'a', UNET_NAMELEN);
		(void) hk_ioctl(node, cmds[i], &req);
		(void) hk_ioctl(node, cmds[i], NULL);
	}
	(void) hk_ioctl(drv_ctl, UNET_IOC_EVENT, &req);
	begin(NULL);
	req.list.uil_nents = 1;
	req.list.uil_ents = 8;
	is(hk_ioctl(drv_ctl, UNET_IOC_LIST, &req), -EFAULT,
	    "a list to nowhere");
	(void) hk_ioctl(fd, UNET_IOC_CREATE, &req);
	(void) hk_ioctl(fd, UNET_IOC_DESTROY, &req);
	(void) hk_ioctl(fd, UNET_IOC_LIST, &req);
	(void) hk_ioctl(fd, UNET_IOC_CAPTURE, &req);
	(void) hk_ioctl(drv_ctl, UNET_IOC_WATCH, &req);
	(void) hk_ioctl(drv_ctl, UNET_IOC_WATCHED, &req);
	is(hk_close(monitor), 0, "close the monitor");
}

static unet_ioc_create_t *
creating(const char *name)
{
	memset(&req, 0, sizeof (req));
	drv_create_init(&req.create, name);
	return (&req.create);
}

#define	CREATE(name, what) do { \
	unet_ioc_create_t *uic = creating(name); \
	what; \
	(void) hk_ioctl(drv_ctl, UNET_IOC_CREATE, uic); \
} while (0)

static uint32_t
make_id(const char *name)
{
	hk_dl_t hdl;

	memset(&hdl, 0, sizeof (hdl));
	(void) strcpy(hdl.hdl_name, name);
	hdl.hdl_class = 0x400;
	hdl.hdl_media = 4;
	hdl.hdl_flags = HK_DL_ACTIVE;
	need(hk_ioctl(drv_hk, HK_IOC_DLCREATE, &hdl) == 0, "id %s", name);
	return (hdl.hdl_linkid);
}

static void
end_id(uint32_t id)
{
	hk_dl_t hdl = { .hdl_linkid = id };

	is(hk_ioctl(drv_hk, HK_IOC_DLDESTROY, &hdl), 0, "the id is given back");
}

static void
create_values(void)
{
	uint32_t id;

	CREATE("vpn", uic->uic_mtu = 0);
	CREATE("vpn1", uic->uic_maclen = 7);
	CREATE("vpn1", uic->uic_mac[0] = 1);
	CREATE("vpn1", uic->uic_mtu = UNET_MTU_MAX + 1);
	CREATE("vpn1", uic->uic_lifetime = 4);
	CREATE("vpn1", uic->uic_policy = 3);
	CREATE("vpn1", uic->uic_linger = UNET_LINGER_MAX + 1);
	CREATE("vpn1", uic->uic_rxbuf = 1);
	CREATE("vpn1", uic->uic_txbuf = UNET_BUF_MAX + 1);
	CREATE("vpn0", uic->uic_mtu = 0);
	CREATE("", uic->uic_hdr.uih_linkid = 4711);
	id = make_id("vpn7");
	CREATE("vpn8", uic->uic_hdr.uih_linkid = id);
	end_id(id);
}

/*
 * A zone's requests go through a ctl of its own.
 */
static void
create_in_zone(uint32_t flags, uint32_t lifetime)
{
	hk_cred_t cred = { 0, 0, 0, HK_PRIV_ALL };
	hk_zone_t hz;
	int ctl;

	memset(&hz, 0, sizeof (hz));
	hz.hz_flags = flags;
	(void) strcpy(hz.hz_name, "z");
	need(zone_start(drv_hk, &hz) == 0, "a zone");
	cred.hc_zoneid = hz.hz_zoneid;
	need(hk_setcred(&cred) == 0, "in it");
	ctl = hk_open(drv_kernel, UNET_CTL_PATH, O_RDWR);
	creating("vpn1")->uic_lifetime = lifetime;
	(void) hk_ioctl(ctl, UNET_IOC_CREATE, &req);
	(void) hk_close(ctl);
	(void) hk_setcred(NULL);

	/* What belongs to it is nobody else's to change. */
	begin("vpn1");
	(void) hk_ioctl(drv_ctl, UNET_IOC_DESTROY, &req);
	begin("vpn1");
	req.props.uip_count = 1;
	req.props.uip_props[0].up_id = UNET_PROP_MTU;
	req.props.uip_props[0].up_value = 1400;
	(void) hk_ioctl(drv_ctl, UNET_IOC_SETPROP, &req);
	is(zone_end(drv_hk, &hz), 0, "the zone halts");
}

/*
 * The daemon may have heard an interrupted request.
 */
static void
forget(const char *name)
{
	hk_dl_t hdl;

	memset(&hdl, 0, sizeof (hdl));
	(void) strcpy(hdl.hdl_name, name);
	if (hk_ioctl(drv_hk, HK_IOC_DLINFO, &hdl) == 0)
		end_id(hdl.hdl_linkid);
}

static void
create_faults(void)
{
	uint64_t nth = 0;

	do {
		arm(HK_FAULT_ALLOC, ++nth);
		CREATE("vpn1", uic->uic_mtu = 0);
	} while (drv_destroy("vpn1") != 0);
	arm_with(HK_FAULT_UPCALL, 1, EINTR);
	CREATE("vpn2", uic->uic_mtu = 0);
	forget("vpn2");
	arm_with(HK_FAULT_UPCALL, 1, ENOMEM);
	CREATE("vpn1", uic->uic_mtu = 0);
	arm(HK_FAULT_UPCALL, 1);
	CREATE("vpn1", uic->uic_mtu = 0);
	arm(HK_FAULT_MAC, 1);
	CREATE("vpn1", uic->uic_mtu = 0);
	arm(HK_FAULT_MAC, 0);
}

/*
 * Without the privilege, and through a descriptor open for reading.
 */
static void
refused_callers(void)
{
	hk_cred_t nobody = { 1000, 1000, 0, 0 };
	int ro = hk_open(drv_kernel, UNET_CTL_PATH, O_RDONLY);

	begin("vpn0");
	(void) hk_ioctl(ro, UNET_IOC_CREATE, &req);
	begin("vpn0");
	(void) hk_ioctl(ro, UNET_IOC_DESTROY, &req);
	begin("vpn0");
	(void) hk_ioctl(ro, UNET_IOC_SETPROP, &req);
	(void) hk_close(ro);

	need(hk_setcred(&nobody) == 0, "as nobody");
	CREATE("vpn1", uic->uic_mtu = 0);
	begin("vpn0");
	(void) hk_ioctl(drv_ctl, UNET_IOC_DESTROY, &req);
	begin("vpn0");
	(void) hk_ioctl(drv_ctl, UNET_IOC_SETPROP, &req);
	(void) hk_setcred(NULL);
}

/*
 * Requests about a link that is not there, or is another one.
 */
static void
wrong_links(uint32_t id)
{
	static const int cmds[] = { UNET_IOC_DESTROY, UNET_IOC_INFO,
	    UNET_IOC_GETPROP, UNET_IOC_SETPROP };
	size_t i;

	for (i = 0; i < sizeof (cmds) / sizeof (cmds[0]); i++) {
		begin("vpn9");
		(void) hk_ioctl(drv_ctl, cmds[i], &req);
		begin("vpn9");
		req.hdr.uih_linkid = id;
		(void) hk_ioctl(drv_ctl, cmds[i], &req);
	}
}

static void
prop(int cmd, uint32_t which, uint64_t value)
{
	begin("vpn0");
	req.props.uip_count = 1;
	req.props.uip_props[0].up_id = which;
	req.props.uip_props[0].up_value = value;
	(void) hk_ioctl(drv_ctl, cmd, &req);
}

static void
prop_values(void)
{
	begin("vpn0");
	(void) hk_ioctl(drv_ctl, UNET_IOC_GETPROP, &req);
	begin("vpn0");
	(void) hk_ioctl(drv_ctl, UNET_IOC_SETPROP, &req);
	prop(UNET_IOC_GETPROP, 0, 0);
	prop(UNET_IOC_SETPROP, 0, 0);
	prop(UNET_IOC_SETPROP, UNET_PROP_MAC, 0x010000000000);
	prop(UNET_IOC_SETPROP, UNET_PROP_LINKSTATE, 3);
	prop(UNET_IOC_SETPROP, UNET_PROP_OWNER, 1ULL << 32);
	prop(UNET_IOC_SETPROP, UNET_PROP_ZONE, 0);
	prop(UNET_IOC_SETPROP, UNET_PROP_RXBUF, 1);
	prop(UNET_IOC_SETPROP, UNET_PROP_RXBUF, UNET_BUF_MAX + 1);
	prop(UNET_IOC_SETPROP, UNET_PROP_MTU, UNET_MTU_MAX + 1);
	prop(UNET_IOC_SETPROP, UNET_PROP_LINGER, UNET_LINGER_MAX + 1);
	arm(HK_FAULT_MAC, 1);
	prop(UNET_IOC_SETPROP, UNET_PROP_MTU, 9000);
	is(drv_info("vpn0").uii_mtu, 1500, "what MAC refused has not changed");
	arm_with(HK_FAULT_MAC, 1, EIO);
	prop(UNET_IOC_SETPROP, UNET_PROP_MAC, 0x020820000009);
	is(drv_info("vpn0").uii_mac[5], drv_mac[5], "... nor this");
	arm_with(HK_FAULT_MAC, 1, ENOMEM);
	prop(UNET_IOC_SETPROP, UNET_PROP_MAC, 0x020820000009);
	arm(HK_FAULT_MAC, 0);
}

/*
 * Two that destroy one link at the same time: one of them comes too late.
 */
static int stop;	/* atomic */

static void *
destroyer(void *arg)
{
	int *strange = arg;

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		const int err = drv_destroy("race0");

		if (err != 0 && err != -ENOENT && err != -ENXIO)
			*strange = err;
	}
	return (NULL);
}

static int
was_seen(int cmd, int err)
{
	size_t i;

	for (i = 0; i < DRV_NFAILURES; i++) {
		if (drv_failures[i].df_cmd == cmd &&
		    drv_failures[i].df_err == err &&
		    __atomic_load_n(&drv_failed[i], __ATOMIC_RELAXED) != 0)
			return (1);
	}
	return (0);
}

static void
destroyed_twice(void)
{
	const time_t end = time(NULL) + 60;
	int strange = 0, err = 0;
	pthread_t thread;

	__atomic_store_n(&stop, 0, __ATOMIC_RELAXED);
	need(pthread_create(&thread, NULL, destroyer, &strange) == 0, "thread");
	while (!was_seen(UNET_IOC_DESTROY, ENXIO) && time(NULL) < end) {
		(void) creating("race0");
		if ((err = hk_ioctl(drv_ctl, UNET_IOC_CREATE, &req)) != 0)
			break;
		while ((err = drv_destroy("race0")) == -ENXIO)
			continue;
		if (err != 0 && err != -ENOENT)
			break;
	}
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	need(pthread_join(thread, NULL) == 0, "join");
	ok(err == 0 || err == -ENOENT, "a link that two destroy goes (%d)",
	    err);
	is(strange, 0, "... which the other is told");
}

/*
 * One that looks on comes while the link goes.
 */
static void
too_late(int cmd)
{
	const time_t end = time(NULL) + 60;
	int strange = 0, monitor;
	pthread_t thread;

	__atomic_store_n(&stop, 0, __ATOMIC_RELAXED);
	need(pthread_create(&thread, NULL, destroyer, &strange) == 0, "thread");
	while (!was_seen(cmd, ENXIO) && time(NULL) < end) {
		monitor = hk_open(drv_kernel, UNET_MONITOR_PATH, O_RDONLY);
		(void) creating("race0");
		(void) hk_ioctl(drv_ctl, UNET_IOC_CREATE, &req);
		begin("race0");
		(void) hk_ioctl(monitor, cmd, &req);
		(void) hk_close(monitor);
	}
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	need(pthread_join(thread, NULL) == 0, "join");
	is(strange, 0, "the link goes all the same");
	(void) drv_destroy("race0");
}

#define	CAPTURE(fd, name, what) do { \
	unet_ioc_capture_t *uica = &req.capture; \
	begin(name); \
	what; \
	(void) hk_ioctl(fd, UNET_IOC_CAPTURE, uica); \
} while (0)

static void
captures(uint32_t id)
{
	hk_cred_t cred = { 7, 7, 0, HK_PRIV_DL_CONFIG };
	int fds[UNET_CAPTURES_MAX + 1];
	unsigned int i;

	for (i = 0; i <= UNET_CAPTURES_MAX; i++)
		fds[i] = hk_open(drv_kernel, UNET_MONITOR_PATH, O_RDWR);
	CAPTURE(fds[0], "vpn9", uica->uica_pad = 0);
	CAPTURE(fds[0], "vpn1", uica->uica_hdr.uih_linkid = id);
	CAPTURE(fds[0], "vpn0", uica->uica_snaplen = UNET_SNAPLEN_MIN - 1);
	CAPTURE(fds[0], "vpn0", uica->uica_bytes = 100);
	CAPTURE(fds[0], "vpn0", uica->uica_bytes = UNET_CAPTURE_MAX + 1);
	(void) hk_setcred(&cred);
	CAPTURE(fds[0], "vpn0", uica->uica_pad = 0);
	(void) hk_setcred(NULL);
	arm(HK_FAULT_ALLOC, 1);
	CAPTURE(fds[0], "vpn0", uica->uica_pad = 0);
	arm(HK_FAULT_ALLOC, 0);
	is(hk_read(fds[0], buf, sizeof (buf)), -EINVAL, "it captures nothing");
	for (i = 0; i <= UNET_CAPTURES_MAX; i++)
		CAPTURE(fds[i], "vpn0", uica->uica_bytes = 65568);
	CAPTURE(fds[0], "vpn0", uica->uica_pad = 0);
	for (i = 0; i <= UNET_CAPTURES_MAX; i++)
		is(hk_close(fds[i]), 0, "close");
	fds[0] = hk_open(drv_kernel, UNET_MONITOR_PATH, O_WRONLY);
	CAPTURE(fds[0], "vpn0", uica->uica_pad = 0);
	begin("vpn0");
	(void) hk_ioctl(fds[0], UNET_IOC_WATCH, &req);
	begin(NULL);
	(void) hk_ioctl(fds[0], UNET_IOC_WATCHED, &req);
	is(hk_close(fds[0]), 0, "close");
}

static int
watch(int fd, int cmd, const char *name, uint32_t flags)
{
	begin(name);
	req.hdr.uih_flags = flags;
	return (hk_ioctl(fd, cmd, &req));
}

static void
watches(void)
{
	hk_cred_t cred = { 7, 7, 0, HK_PRIV_DL_CONFIG };
	const int all = hk_open(drv_kernel, UNET_MONITOR_PATH, O_RDWR);
	const int one = hk_open(drv_kernel, UNET_MONITOR_PATH, O_RDWR);

	(void) drv_create("vpn5");
	(void) watch(all, UNET_IOC_WATCHED, NULL, 0);
	(void) watch(all, UNET_IOC_WATCH, "vpn9", 0);
	(void) watch(all, UNET_IOC_WATCH, "vpn0", UNET_WATCH_ALL);
	(void) hk_setcred(&cred);
	is(watch(all, UNET_IOC_WATCH, NULL, UNET_WATCH_ALL), -EPERM, "all");
	is(watch(one, UNET_IOC_WATCH, "vpn5", 0), -EPERM, "or one");
	(void) hk_setcred(NULL);
	is(watch(all, UNET_IOC_WATCH, NULL, UNET_WATCH_ALL), 0, "all");
	is(watch(one, UNET_IOC_WATCH, "vpn5", 0), 0, "one");
	is(watch(all, UNET_IOC_WATCH, NULL, UNET_WATCH_ALL), -EBUSY, "once");
	(void) watch(all, UNET_IOC_WATCHED, NULL, UNET_EVENT_RESYNC);
	need(hk_setfl(all, O_NONBLOCK) == 0, "non-blocking");
	is(watch(all, UNET_IOC_WATCHED, NULL, 0), -EAGAIN, "nothing");
	arm(HK_FAULT_INTR, 1);
	is(watch(one, UNET_IOC_WATCHED, NULL, 0), -EINTR, "nothing");
	is(drv_destroy("vpn5"), 0, "destroyed");
	is(watch(one, UNET_IOC_WATCHED, NULL, 0), 0, "that is told");
	is(watch(one, UNET_IOC_WATCHED, NULL, 0), -ENXIO, "once");
	is(hk_close(one), 0, "close");
	is(hk_close(all), 0, "close");
}

/*
 * A monitor that was opened in a zone, and has got to the global one.
 */
static void
passed_monitor(void)
{
	hk_cred_t cred = { 0, 0, 0, HK_PRIV_ALL };
	hk_zone_t hz = { .hz_name = "passes" };
	int fd;

	need(zone_start(drv_hk, &hz) == 0, "a zone");
	cred.hc_zoneid = hz.hz_zoneid;
	need(hk_setcred(&cred) == 0, "in it");
	fd = hk_open(drv_kernel, UNET_MONITOR_PATH, O_RDWR);
	(void) hk_setcred(NULL);
	need(fd > 0, "a monitor");
	CAPTURE(fd, "vpn0", uica->uica_pad = 0);
	is(watch(fd, UNET_IOC_WATCH, "vpn0", 0), -EPERM, "one");
	is(hk_close(fd), 0, "close");
	is(zone_end(drv_hk, &hz), 0, "the zone halts");
}

static int
frames(int fd, int cmd, void *what, size_t len)
{
	drv_fio_t df;

	(void) drv_fio_init(&df, 1, 1);
	drv_fio_vec(&df, 0, what, len);
	return (hk_ioctl(fd, cmd, &df));
}

/*
 * All events are taken, and then there is none to wait for.
 */
static int
event(int fd)
{
	int err;

	do {
		begin(NULL);
		err = hk_ioctl(fd, UNET_IOC_EVENT, &req);
	} while (err == 0);
	return (err);
}

static void
events(int fd)
{
	begin("vpn9");
	(void) hk_ioctl(fd, UNET_IOC_EVENT, &req);
	is(event(fd), -EAGAIN, "no event is left");
	need(hk_setfl(fd, 0) == 0, "blocking");
	arm(HK_FAULT_INTR, 1);
	is(event(fd), -EINTR, "... and none comes");
	need(hk_setfl(fd, O_NONBLOCK) == 0, "non-blocking");
}

/*
 * Framed requests, on a link that has frames and on one that has none.
 */
static void
framed(int fd, int port)
{
	(void) hk_ioctl(fd, UNET_IOC_FRAMEIO_READ, NULL);
	(void) hk_ioctl(fd, UNET_IOC_FRAMEIO_WRITE, NULL);
	(void) frames(fd, UNET_IOC_FRAMEIO_READ, buf, 0);
	(void) frames(fd, UNET_IOC_FRAMEIO_WRITE, buf, 0);
	(void) frames(fd, UNET_IOC_FRAMEIO_READ, buf, sizeof (buf));
	(void) frames(fd, UNET_IOC_FRAMEIO_WRITE, buf, 13);
	arm(HK_FAULT_ALLOC, 1);
	(void) frames(fd, UNET_IOC_FRAMEIO_READ, buf, sizeof (buf));
	arm(HK_FAULT_ALLOC, 1);
	(void) frames(fd, UNET_IOC_FRAMEIO_WRITE, buf, 100);
	arm(HK_FAULT_ALLOC, 0);

	(void) drv_frame(buf, drv_mac, drv_peer, 1, 100);
	is(hk_write(port, buf, 100), 100, "a frame");
	(void) frames(fd, UNET_IOC_FRAMEIO_READ, buf, 99);
	is(hk_read(fd, buf, sizeof (buf)), 100, "... is still there");

	need(hk_setfl(fd, 0) == 0, "blocking");
	arm(HK_FAULT_INTR, 1);
	(void) frames(fd, UNET_IOC_FRAMEIO_READ, buf, sizeof (buf));
	need(hk_setfl(fd, O_NONBLOCK) == 0, "non-blocking");
}

/*
 * A write queue that is full: it holds one frame, and several threads write, on
 * the one descriptor that there is.
 */
static void *
writer(void *arg)
{
	uint8_t frame[1518];

	(void) drv_frame(frame, drv_mac, drv_peer, 1, sizeof (frame));
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		(void) frames(*(int *)arg, UNET_IOC_FRAMEIO_WRITE, frame,
		    sizeof (frame));
	}
	return (NULL);
}

static void
full(int fd)
{
	const time_t end = time(NULL) + 60;
	pthread_t threads[2];
	uint8_t frame[1518];
	int i;

	prop(UNET_IOC_SETPROP, UNET_PROP_TXBUF, sizeof (frame) + 256);
	(void) drv_frame(frame, drv_mac, drv_peer, 1, sizeof (frame));
	__atomic_store_n(&stop, 0, __ATOMIC_RELAXED);
	for (i = 0; i < 2; i++) {
		need(pthread_create(&threads[i], NULL, writer, &fd) == 0,
		    "thread");
	}
	while (!was_seen(UNET_IOC_FRAMEIO_WRITE, EAGAIN) && time(NULL) < end) {
		(void) frames(fd, UNET_IOC_FRAMEIO_WRITE, frame,
		    sizeof (frame));
	}
	need(hk_setfl(fd, 0) == 0, "blocking");
	while (!was_seen(UNET_IOC_FRAMEIO_WRITE, EINTR) && time(NULL) < end) {
		arm(HK_FAULT_INTR, 1);
		(void) frames(fd, UNET_IOC_FRAMEIO_WRITE, frame,
		    sizeof (frame));
	}
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	for (i = 0; i < 2; i++)
		need(pthread_join(threads[i], NULL) == 0, "join");
	arm(HK_FAULT_INTR, 0);
}

/*
 * The holder of a link that is gone.
 */
static void
dead(int fd)
{
	begin(NULL);
	(void) hk_ioctl(fd, UNET_IOC_INFO, &req);
	begin(NULL);
	req.props.uip_count = 1;
	req.props.uip_props[0].up_id = UNET_PROP_MTU;
	(void) hk_ioctl(fd, UNET_IOC_GETPROP, &req);
	begin(NULL);
	req.props.uip_count = 1;
	(void) hk_ioctl(fd, UNET_IOC_SETPROP, &req);
	(void) frames(fd, UNET_IOC_FRAMEIO_READ, buf, sizeof (buf));
	(void) frames(fd, UNET_IOC_FRAMEIO_WRITE, buf, 100);
	(void) event(fd);
}

static void
one_way(int oflags, int cmd)
{
	const int fd = drv_open("vpn0", oflags);

	(void) frames(fd, cmd, buf, sizeof (buf));
	if (oflags == O_WRONLY)
		(void) event(fd);
	is(hk_close(fd), 0, "close");
}

static void
report(void)
{
	const uint64_t all = 0x7fe;	/* UNET_IOC_CREATE to _WATCHED */
	size_t i;

	for (i = 0; i < DRV_NFAILURES; i++) {
		const drv_failure_t *df = &drv_failures[i];

		if (df->df_cmd == UNET_IOC_ALL)
			is(drv_failed[i] & all, all, "%s", df->df_what);
		else
			ok(drv_failed[i] != 0, "%s", df->df_what);
	}
}

int
main(void)
{
	uint32_t id;
	int fd, port;

	drv_boot();
	id = drv_create("vpn0");
	drv_plumb(id, "seg0", HK_STACK_PIN);
	port = drv_port("seg0");
	one_way(O_WRONLY, UNET_IOC_FRAMEIO_READ);
	one_way(O_RDONLY, UNET_IOC_FRAMEIO_WRITE);
	fd = drv_open("vpn0", DRV_RDWR);

	all_requests(fd);
	create_values();
	create_in_zone(0, UNET_LIFE_PERSISTENT);
	create_in_zone(0, UNET_LIFE_TEMPORARY);
	create_in_zone(HK_ZONE_SHARED_IP, UNET_LIFE_TEMPORARY);
	create_faults();
	refused_callers();
	wrong_links(id);
	prop_values();
	events(fd);
	captures(id);
	watches();
	passed_monitor();
	framed(fd, port);
	full(fd);
	(void) drv_destroy_flags("vpn0", UNET_DESTROY_UNHELD, NULL);
	(void) drv_destroy("vpn0");
	drv_unplumb(id);
	is(drv_destroy("vpn0"), 0, "destroy");
	dead(fd);
	is(hk_close(fd), 0, "close");
	is(hk_close(port), 0, "close the port");
	destroyed_twice();
	too_late(UNET_IOC_CAPTURE);
	too_late(UNET_IOC_WATCH);
	report();
	return (drv_done());
}
