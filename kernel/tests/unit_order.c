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
 * The driver's locks and their rules, as the theory statement has them.  A
 * DEBUG kernel is taught the order by taking them in it once; from then on it
 * panics at every other order, the driver's own included, which is then made to
 * do all it can.  Two locks taken the wrong way round, and each call that is to
 * be made without a lock and is made with one, are found.
 *
 * Three of the locks are the private property of unet_dev.c and unet_watch.c,
 * so those files are part of this program and not of the library it is linked
 * with.
 */

#include "unet_dev.c"
#include "unet_watch.c"

#include <sys/fcntl.h>

#include "kern/dev_impl.h"
#include "kern/mac_kern.h"
#include "harness.h"

static unet_dev_t *ud;

#ifdef	DEBUG

static unet_monitor_t *mo;
static int kernel, hk, ctl;

/*
 * The order, from the outside in.  A check of the repository compares this with
 * the list in unet.c.
 */
static const char *const lock_names[] = {
	"mo_setup_lock",
	"unet_devs_lock",
	"unet_minors_lock",
	"ud_link_lock",
	"uq_lock",
	"ud_mac_lock",
	"unet_watch_lock",
	"ev_lock",
	"ud_cap_lock",
	"mo_lock"
};

#define	NLOCKS	ARRAY_SIZE(lock_names)

/*
 * NULL: the one that is no mutex.
 */
static kmutex_t *
mutex_of(uint_t which)
{
	kmutex_t *const mutexes[NLOCKS] = {
		&mo->mo_setup_lock,
		&unet_devs_lock,
		NULL,
		&ud->ud_link_lock,
		&ud->ud_rxq.uq_lock,
		&ud->ud_mac_lock,
		&unet_watch_lock,
		&ud->ud_events.ev_lock,
		&ud->ud_cap_lock,
		&mo->mo_lock
	};

	return (mutexes[which]);
}

static void
take(uint_t which)
{
	if (mutex_of(which) == NULL)
		rw_enter(&unet_minors_lock, RW_WRITER);
	else
		mutex_enter(mutex_of(which));
}

static void
drop(uint_t which)
{
	if (mutex_of(which) == NULL)
		rw_exit(&unet_minors_lock);
	else
		mutex_exit(mutex_of(which));
}

static void
teach(void)
{
	uint_t i;

	for (i = 0; i < NLOCKS; i++)
		take(i);
	for (i = NLOCKS; i-- > 0; )
		drop(i);
}

static uint_t outer, inner;	/* by the theory statement */

static void
wrong_way(void)
{
	take(inner);
	take(outer);
}

static void
test_inversions(void)
{
	char text[128], what[128];

	for (outer = 0; outer < NLOCKS; outer++) {
		for (inner = outer + 1; inner < NLOCKS; inner++) {
			(void) snprintf(what, sizeof (what),
			    "%s inside %s is found", lock_names[outer],
			    lock_names[inner]);
			(void) snprintf(text, sizeof (text), "%s (",
			    lock_names[outer]);
			(void) check_panics(wrong_way, text, what);
			(void) snprintf(text, sizeof (text), "%s (",
			    lock_names[inner]);
			(void) check_panics(wrong_way, text,
			    "... and the panic names both");
		}
	}
}

static void
both_queues(void)
{
	mutex_enter(&ud->ud_rxq.uq_lock);
	mutex_enter(&ud->ud_txq.uq_lock);
	mutex_exit(&ud->ud_txq.uq_lock);
	mutex_exit(&ud->ud_rxq.uq_lock);
	mutex_enter(&ud->ud_txq.uq_lock);
	mutex_enter(&ud->ud_rxq.uq_lock);
}

/*
 * The calls that are made with no lock held.
 */
static char byte;

static void
do_copyin(void)
{
	(void) ddi_copyin(&byte, &byte, 1, 0);
}

static void
do_copyout(void)
{
	(void) ddi_copyout(&byte, &byte, 1, 0);
}

static void
do_uiomove(void)
{
	iovec_t iov = { &byte, 1 };
	uio_t uio = { .uio_iov = &iov, .uio_iovcnt = 1, .uio_resid = 1 };

	(void) uiomove(&byte, 1, UIO_READ, &uio);
}

static void
do_mac_rx(void)
{
	mac_rx(ud->ud_mh, NULL, allocb(64, BPRI_MED));
}

static void
do_mac_tx_update(void)
{
	mac_tx_update(ud->ud_mh);
}

static void
do_pollwakeup(void)
{
	pollwakeup(&ud->ud_pollhead, POLLIN);
}

static void
do_devnet_create(void)
{
	(void) dls_devnet_create(ud->ud_mh, ud->ud_linkid, GLOBAL_ZONEID);
}

static void
do_devnet_destroy(void)
{
	datalink_id_t id;

	(void) dls_devnet_destroy(ud->ud_mh, &id, B_TRUE);
}

static void
do_mgmt_create(void)
{
	datalink_id_t id;

	(void) dls_mgmt_create("vpn1", NODEV, DATALINK_CLASS_MISC, DL_ETHER,
	    B_FALSE, &id);
}

static void
do_mgmt_destroy(void)
{
	(void) dls_mgmt_destroy(ud->ud_linkid, B_FALSE);
}

static void
do_mgmt_get_linkinfo(void)
{
	(void) dls_mgmt_get_linkinfo(ud->ud_linkid, NULL, NULL, NULL, NULL);
}

static void
do_mac_register(void)
{
	mac_handle_t mh;

	(void) mac_register(mac_alloc(MAC_VERSION), &mh);
}

static void
do_mac_disable(void)
{
	(void) mac_disable(ud->ud_mh);
}

static void
do_mac_unregister(void)
{
	(void) mac_unregister(ud->ud_mh);
}

static void
do_untimeout(void)
{
	(void) untimeout((timeout_id_t)(uintptr_t)1);
}

static void
do_wait(void)
{
	mutex_enter(&ud->ud_mac_lock);
	cv_wait(&ud->ud_mac_cv, &ud->ud_mac_lock);
}

static const struct {
	const char	*what;
	void		(*func)(void);
	const char	*panic;		/* how the panic starts */
} rules[] = {
	{ "copyin", do_copyin, "copyin" },
	{ "copyout", do_copyout, "copyout" },
	{ "uiomove", do_uiomove, "uiomove" },
	{ "mac_rx", do_mac_rx, "mac_rx" },
	{ "mac_tx_update", do_mac_tx_update, "mac_tx_update" },
	{ "pollwakeup", do_pollwakeup, "pollwakeup" },
	{ "dls_devnet_create", do_devnet_create, "dls_devnet_create" },
	{ "dls_devnet_destroy", do_devnet_destroy, "dls_devnet_destroy" },
	{ "dls_mgmt_create", do_mgmt_create, "dls_mgmt_create" },
	{ "dls_mgmt_destroy", do_mgmt_destroy, "dls_mgmt_destroy" },
	{ "dls_mgmt_get_linkinfo", do_mgmt_get_linkinfo,
	    "dls_mgmt_get_linkinfo" },
	{ "mac_register", do_mac_register, "mac_register" },
	{ "mac_disable", do_mac_disable, "mac perimeter" },
	{ "mac_unregister", do_mac_unregister, "mac_unregister" },
	{ "untimeout", do_untimeout, "untimeout" },
	{ "a wait for another lock", do_wait, "cv_wait" }
};

static uint_t rule;

static void
break_rule(void)
{
	take(3);
	rules[rule].func();
}

static void
test_rules(void)
{
	char text[128], what[128];

	for (rule = 0; rule < ARRAY_SIZE(rules); rule++) {
		(void) snprintf(text, sizeof (text),
		    "%s with a lock held", rules[rule].panic);
		(void) snprintf(what, sizeof (what),
		    "%s with a lock of the driver held is found",
		    rules[rule].what);
		(void) check_panics(break_rule, text, what);
		(void) check_panics(break_rule, "ud_link_lock (",
		    "... and the panic names the lock");
	}
}

static int
request(int cmd, void *arg)
{
	return (hk_ioctl(ctl, cmd, arg));
}

static uint32_t
create(const char *name, uint32_t lifetime)
{
	unet_ioc_create_t uic = { .uic_owner = UNET_ID_NONE,
	    .uic_group = UNET_ID_NONE, .uic_lifetime = lifetime,
	    .uic_linger = 1 };

	uic.uic_hdr.uih_version = UNET_ABI_VERSION;
	(void) strlcpy(uic.uic_hdr.uih_name, name, UNET_NAMELEN);
	(void) check(request(UNET_IOC_CREATE, &uic) == 0, "%s is made", name);
	return (uic.uic_hdr.uih_linkid);
}

static int
destroy(const char *name)
{
	unet_ioc_destroy_t uid = { .uid_pad = 0 };

	uid.uid_hdr.uih_version = UNET_ABI_VERSION;
	(void) strlcpy(uid.uid_hdr.uih_name, name, UNET_NAMELEN);
	return (request(UNET_IOC_DESTROY, &uid));
}

static int
set(const char *name, uint32_t id, uint64_t value)
{
	unet_ioc_props_t uip = { .uip_count = 1 };

	uip.uip_hdr.uih_version = UNET_ABI_VERSION;
	(void) strlcpy(uip.uip_hdr.uih_name, name, UNET_NAMELEN);
	uip.uip_props[0].up_id = id;
	uip.uip_props[0].up_value = value;
	return (request(UNET_IOC_SETPROP, &uip));
}

static int
plumb(uint32_t id, int cmd)
{
	hk_stack_t hst = { .hst_linkid = id, .hst_kind = HK_STACK_BUS,
	    .hst_flags = HK_STACK_ECHO };

	return (hk_ioctl(hk, cmd, &hst));
}

static int
open_link(const char *name)
{
	char path[64];

	(void) snprintf(path, sizeof (path), "/dev/unet/%s", name);
	return (hk_open(kernel, path,
	    O_RDWR | host_oflags[HOST_O_NONBLOCK]));
}

/*
 * One who looks on at the link, and at all.
 */
static int
look_on(const char *name)
{
	unet_ioc_capture_t uica = { .uica_pad = 0 };
	unet_ioc_watch_t uiw = { .uiw_hdr = { .uih_flags = UNET_WATCH_ALL } };
	const int fd = hk_open(kernel, UNET_MONITOR_PATH,
	    O_RDONLY | host_oflags[HOST_O_NONBLOCK]);

	uica.uica_hdr.uih_version = UNET_ABI_VERSION;
	(void) strlcpy(uica.uica_hdr.uih_name, name, UNET_NAMELEN);
	(void) check(hk_ioctl(fd, UNET_IOC_CAPTURE, &uica) == 0, "a capture");
	uiw.uiw_hdr.uih_version = UNET_ABI_VERSION;
	(void) check(hk_ioctl(fd, UNET_IOC_WATCH, &uiw) == 0, "of all events");
	return (fd);
}

static void
see(int fd)
{
	static uint8_t buf[65536];
	static unet_ioc_watched_t uiwd;

	(void) check(hk_poll(fd, host_polls[HOST_POLLIN], 0) != 0 &&
	    hk_read(fd, buf, sizeof (buf)) > 0, "frames were seen");
	bzero(&uiwd, sizeof (uiwd));
	uiwd.uiwd_hdr.uih_version = UNET_ABI_VERSION;
	(void) check(hk_ioctl(fd, UNET_IOC_WATCHED, &uiwd) == 0, "and events");
}

/*
 * Frames both ways, within each other's calls, until the read queue is full.
 */
static void
move_frames(int fd, const uint8_t *addr)
{
	uint8_t buf[2048];
	uint_t i, n = 0;

	bzero(buf, sizeof (buf));
	bcopy(addr, buf, ETHERADDRL);
	buf[12] = 8;
	for (i = 0; i < 200; i++)
		n += hk_write(fd, buf, 1000) == 1000;
	(void) check(n == 200, "frames are written, and answered at once");
	while (n > 0 && hk_poll(fd, host_polls[HOST_POLLIN], 10000) > 0) {
		while (hk_read(fd, buf, sizeof (buf)) > 0)
			n--;
	}
	(void) check(n == 0, "... and all answers are read");
	(void) hk_poll(fd, host_polls[HOST_POLLIN] | host_polls[HOST_POLLOUT],
	    0);
}

/*
 * Everything that the driver does: a lock taken out of order ends this program.
 */
static void
test_driver(void)
{
	static const uint8_t bcast[ETHERADDRL] = {
		255, 255, 255, 255, 255, 255
	};
	uint32_t id = create("vpn1", UNET_LIFE_TEMPORARY);
	int fd, again, monitor;

	monitor = look_on("vpn1");
	(void) check(plumb(id, HK_IOC_PLUMB) == 0, "it is plumbed");
	fd = open_link("vpn1");
	(void) check(fd > 0, "it opens");
	(void) check(open_link("vpn1") < 0, "... once");
	move_frames(fd, bcast);
	(void) check(set("vpn1", UNET_PROP_MTU, 9000) == 0, "its MTU is set");
	(void) check(set("vpn1", UNET_PROP_MAC, 0x020820001234) == 0,
	    "its address");
	(void) check(set("vpn1", UNET_PROP_RXBUF, 200000) == 0, "its rxbuf");
	(void) check(set("vpn1", UNET_PROP_LINKSTATE, UNET_POLICY_UP) == 0,
	    "its policy");
	move_frames(fd, bcast);
	(void) check(hk_close(fd) == 0, "it closes, and lingers");
	again = open_link("vpn1");
	(void) check(again > 0, "it opens again");
	(void) check(plumb(id, HK_IOC_UNPLUMB) == 0, "it is unplumbed");
	(void) check(destroy("vpn1") == 0, "it is destroyed while it is held");
	(void) check(hk_close(again) == 0, "and closed");
	see(monitor);
	(void) check(hk_close(monitor) == 0, "nobody looks on any more");

	(void) create("vpn2", UNET_LIFE_SINGLE_SHOT);
	fd = open_link("vpn2");
	(void) check(hk_close(fd) == 0, "a single-shot link goes by itself");
	(void) check(1, "nothing that the driver did was out of order");
}

static void
test_order(void)
{
	unet_ioc_hdr_t hdr;
	dev_t dev;

	kernel = hk_boot(HK_BOOT_QUIET);
	(void) check(kernel > 0, "boot");
	ctl = hk_open(kernel, UNET_CTL_PATH, O_RDWR);
	hk = hk_open(kernel, "/dev/hk", O_RDWR);
	bzero(&hdr, sizeof (hdr));
	hdr.uih_linkid = create("vpn0", UNET_LIFE_TEMPORARY);
	if (!check(unet_dev_hold(&hdr, GLOBAL_ZONEID, &ud) == 0, "a link"))
		return;
	dev = makedevice(unet_major, UNET_MONITOR_MINOR);
	(void) check(unet_monitor_open(&dev, CRED()) == 0, "a monitor");
	mo = unet_monitor_by_minor(getminor(dev));

	teach();
	(void) check(1, "the order of the theory statement can be taken");
	test_inversions();
	(void) check_panics(both_queues, "two of",
	    "the two queues of a link, in either order, are found");
	test_rules();
	test_driver();

	unet_monitor_close(mo);
	unet_dev_rele(ud);
	(void) check(destroy("vpn0") == 0, "the link goes");
	(void) check(hk_halt(kernel) == 0, "halt");
}

#else	/* !DEBUG */

static void
test_order(void)
{
	(void) check(ud == NULL, "what only a DEBUG kernel looks at is left to "
	    "it");
}

#endif	/* DEBUG */

int
main(void)
{
	test_order();
	return (check_done());
}
