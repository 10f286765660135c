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
 * hk_zone(): a program that is in a zone, of a kernel in its own process and of
 * a served one; what it has when the zone is halted; and who may be in one.
 */

#include <sched.h>

#include "srv_raw.h"

#define	NOBODY	65534

static int32_t
zone(const char *name)
{
	hk_zone_t hz;

	memset(&hz, 0, sizeof (hz));
	(void) strcpy(hz.hz_name, name);
	need(zone_start(drv_hk, &hz) == 0, "zone %s", name);
	return (hz.hz_zoneid);
}

static int
halt(int32_t zoneid)
{
	return (zone_end_id(drv_hk, zoneid));
}

static int
create_on(int ctl, const char *name)
{
	unet_ioc_create_t uic;

	drv_create_init(&uic, name);
	uic.uic_lifetime = UNET_LIFE_TEMPORARY;
	return (hk_ioctl(ctl, UNET_IOC_CREATE, &uic));
}

static uint32_t
count_on(int ctl)
{
	unet_ioc_list_t uil;

	memset(&uil, 0, sizeof (uil));
	drv_hdr(&uil.uil_hdr, NULL);
	need(hk_ioctl(ctl, UNET_IOC_LIST, &uil) == 0, "list");
	return (uil.uil_actents);
}

static void
test_errors(const char *what)
{
	int in;

	is(hk_zone(0, "A"), -EBADF, "%s: no kernel", what);
	is(hk_zone(drv_hk, "A"), -EBADF, "a file is none");
	is(hk_zone(drv_kernel, "A"), -ENOENT, "no such zone");
	is(hk_zone(drv_kernel, ""), -ENOENT, "no name");
	is(hk_zone(drv_kernel, NULL), -EFAULT, "nothing");
	is(hk_zone(drv_kernel, "a-name-that-is-longer-than-that-of-any-zone-"
	    "could-be-by-quite-a-lot"), -ENOENT, "a name that is too long");
	in = hk_zone(drv_kernel, "global");
	ok(in > 0, "the global zone is one (%d)", in);
	is(hk_halt(in), 0, "... that is left");
}

static void
test_view(const char *what)
{
	const int32_t a = zone("A"), b = zone("B");
	int in_a, in_b, ctl_a, ctl_b, fd;

	in_a = hk_zone(drv_kernel, "A");
	in_b = hk_zone(drv_kernel, "B");
	ok(in_a > 0 && in_b > 0, "%s: in two zones (%d, %d)", what, in_a, in_b);
	ctl_a = hk_open(in_a, UNET_CTL_PATH, O_RDWR);
	ctl_b = hk_open(in_b, UNET_CTL_PATH, O_RDWR);
	is(create_on(ctl_a, "a0"), 0, "a link of A");
	is(drv_info("a0").uii_zoneid, a, "is A's");
	is(drv_info("a0").uii_lifetime, UNET_LIFE_TRANSIENT, "... transient");
	is(count_on(ctl_a), 1, "A sees it");
	is(count_on(ctl_b), 0, "B does not");
	is(count_on(drv_ctl), 1, "the global zone does");
	is(hk_open(in_b, "/dev/unet/a0", DRV_RDWR), -ENOENT, "no node in B");
	is(hk_open(drv_kernel, "/dev/unet/a0", DRV_RDWR), -ENOENT,
	    "nor in the global zone");
	fd = hk_open(in_a, "/dev/unet/a0", DRV_RDWR);
	ok(fd > 0, "A has one (%d)", fd);
	is(hk_zone(in_a, "B"), -EPERM, "who is in a zone comes into no other");
	is(hk_zone(in_a, "global"), -EPERM, "nor out of it");
	is(hk_halt(hk_zone(in_a, "A")), 0, "into the same it may");
	is(hk_close(fd), 0, "close");
	is(hk_halt(in_b), 0, "B is left");
	is(hk_getfl(ctl_b), -EBADF, "... with its files");
	is(hk_ioctl(drv_hk, HK_IOC_ZONEHALT, NULL), -EFAULT, "no zone");
	is(halt(b), 0, "halt B");
	is(halt(a), 0, "halt A");
	is(hk_halt(in_a), 0, "a zone that is gone can be left");
	is(count_on(drv_ctl), 0, "its link is gone");
}

/*
 * Of the zone there is nothing left for a program; what waits, hears of it.
 */
static void *
reader(void *arg)
{
	uint8_t buf[100];

	return ((void *)(intptr_t)hk_read(*(int *)arg, buf, sizeof (buf)));
}

static void
test_halt(const char *what)
{
	const int32_t a = zone("A");
	const int in = hk_zone(drv_kernel, "A");
	const int ctl = hk_open(in, UNET_CTL_PATH, O_RDWR);
	struct pollfd pfd = { .events = POLLIN };
	int fd, armed, ready;
	uint8_t buf[100];
	pthread_t thread;
	void *result;

	is(create_on(ctl, "a0"), 0, "%s: a link of A", what);
	is(create_on(ctl, "a1"), 0, "another");
	fd = hk_open(in, "/dev/unet/a0", O_RDWR);
	armed = hk_open(in, "/dev/unet/a1", DRV_RDWR);
	need(fd > 0 && armed > 0, "both open (%d, %d)", fd, armed);
	pfd.fd = hk_pollfd(armed);
	ready = hk_pollarm(armed, POLLIN);
	is(ready, 0, "armed");
	need(pthread_create(&thread, NULL, reader, &fd) == 0, "a reader");

	is(halt(a), 0, "halt");
	(void) pthread_join(thread, &result);
	is((intptr_t)result, -ENXIO, "who sleeps in a read: ENXIO");
	is(poll(&pfd, 1, 60 * 1000), 1, "who waits in an event loop is woken");
	is(hk_pollarm(armed, POLLIN), POLLHUP, "... and sees that it is gone");
	is(hk_poll(armed, POLLIN, -1), POLLHUP, "poll: so too");
	is(hk_read(armed, buf, sizeof (buf)), -ENXIO, "read: ENXIO");
	is(hk_write(armed, buf, 60), -ENXIO, "write: ENXIO");
	drv_zoneless = 1;
	is(create_on(ctl, "a2"), -ENXIO, "ioctl: ENXIO");
	drv_zoneless = 0;
	is(hk_open(in, UNET_CTL_PATH, O_RDWR), -ENXIO, "open: ENXIO");

	(void) zone("A");
	is(hk_open(in, UNET_CTL_PATH, O_RDWR), -ENXIO, "booted, it is another");
	is(hk_close(fd), 0, "close");
	is(hk_close(armed), 0, "close");
	is(hk_close(ctl), 0, "close");
	is(hk_halt(in), 0, "left");
}

/*
 * The number of a kernel in a zone ends with that of the kernel.
 */
static void
test_own(void)
{
	int kernel = hk_boot(HK_BOOT_QUIET | HK_BOOT_SHARE);
	int again = hk_boot(HK_BOOT_QUIET | HK_BOOT_SHARE);
	int in, file;

	is(again, kernel, "a kernel that is shared");
	in = hk_zone(kernel, "global");
	file = hk_open(in, UNET_CTL_PATH, O_RDWR);
	ok(file > 0, "a file of it in a zone (%d)", file);
	is(hk_halt(again), 0, "one user less");
	is(hk_getfl(file) & O_ACCMODE, O_RDWR, "it is there still");
	is(hk_halt(kernel), 0, "none is left");
	is(hk_getfl(file), -EBADF, "its files went");
	is(hk_open(in, UNET_CTL_PATH, O_RDWR), -EBADF, "and its number");
}

/*
 * Who asks by the protocol.
 */
static int64_t
hello(int32_t id, const char *name, size_t len, uint64_t said, int32_t *idp)
{
	hkp_msg_t msg = {
		.hm_op = HKP_HELLO,
		.hm_addr = HKP_HANDSHAKE,
		.hm_len = said,
		.hm_arg2 = id
	};
	int sock = raw();

	need(put(sock, &msg, name, len) == 0, "says hello");
	need(get(sock, &msg) == sizeof (msg), "is answered");
	(void) close(sock);
	if (idp != NULL)
		*idp = msg.hm_arg;
	return (msg.hm_result);
}

static void
be_nobody(void *arg)
{
	(void) arg;
	if (setgid(NOBODY) != 0 || setuid(NOBODY) != 0)
		_exit(1);
	srv_say(hello(0, NULL, 0, 0, NULL));
	srv_say(hello(0, "A", 1, 1, NULL));
	srv_say(hello(0, "none", 4, 4, NULL));
	srv_say(hello(1, NULL, 0, 0, NULL));
	srv_say(hello(9999, NULL, 0, 0, NULL));
}

static void
test_wire(void)
{
	const int32_t a = zone("A");
	char big[HKP_DATA_MAX];
	srv_child_t child;
	int32_t id = -1;

	memset(big, 'A', sizeof (big));
	is(hello(0, "A", 1, 1, &id), 0, "a zone by its name");
	is(id, a, "... is answered with its id");
	is(hello(a, NULL, 0, 0, &id), 0, "by its id");
	is(id, a, "... the same");
	is(hello(a, "A", 1, 1, &id), 0, "by both");
	is(hello(a, "global", 6, 6, NULL), -EPERM, "... not to change it");
	is(hello(-1, NULL, 0, 0, NULL), -ENXIO, "no id");
	is(hello(INT32_MIN, NULL, 0, 0, NULL), -ENXIO, "nor this");
	is(hello(a + 1, NULL, 0, 0, NULL), -ENXIO, "no such zone");
	is(hello(0, "A\0B", 3, 3, &id), -EINVAL, "a name with a 0 in it");
	is(hello(0, "A", 1, 2, NULL), -EINVAL, "a length that is not its");
	is(hello(0, "A", 1, UINT64_MAX, NULL), -EINVAL, "nor this");
	is(hello(0, big, 63, 63, NULL), -ENOENT, "a long name");
	is(hello(0, big, 64, 64, NULL), -EINVAL, "one too long");
	is(hello(0, big, sizeof (big), sizeof (big), NULL), -EINVAL,
	    "much too long");

	child = srv_fork(be_nobody, NULL);
	is(srv_hear(&child), 0, "another user is let in");
	is(srv_hear(&child), -EPERM, "... but may choose no zone");
	is(srv_hear(&child), -EPERM, "... nor learn which there are");
	is(srv_hear(&child), -EPERM, "... by name");
	is(srv_hear(&child), -EPERM, "... or by id");
	(void) srv_wait(&child);
	is(halt(a), 0, "halt");
}

/*
 * A program of the zone that does not help with a copy, which its call makes,
 * is not waited for.
 */
static void
test_stuck(void)
{
	const int32_t a = zone("A");
	const int in = hk_zone(drv_kernel, "A");
	hkp_msg_t msg = {
		.hm_op = HKP_OPEN,
		.hm_addr = HKP_HANDSHAKE,
		.hm_len = strlen("/dev/hk"),
		.hm_arg = O_RDWR,
		.hm_arg2 = a
	};
	int sock = raw();
	time_t start;

	need(put(sock, &msg, "/dev/hk", strlen("/dev/hk")) == 0, "opens");
	need(get(sock, &msg) == sizeof (msg) && msg.hm_result == 0,
	    "a file of A (%d)", (int)msg.hm_result);
	memset(&msg, 0, sizeof (msg));
	msg.hm_op = HKP_IOCTL;
	msg.hm_arg = HK_IOC_DLINFO;
	msg.hm_addr = (uintptr_t)&msg;
	need(put(sock, &msg, NULL, 0) == 0, "a request");
	need(get(sock, &msg) == sizeof (msg), "whose structure");
	is(msg.hm_op, HKP_COPYIN, "... the program is asked for");
	start = time(NULL);
	is(halt(a), 0, "the halt");
	ok(time(NULL) - start < 15, "... does not wait for that");
	is(get(sock, &msg), 0, "the program is gone for the server");
	(void) close(sock);
	is(hk_halt(in), 0, "left");
}

/*
 * A program in a network namespace of its own, which says hello whenever it is
 * told to.
 */
static int elsewhere_ask[2];

static void
elsewhere(void *arg)
{
	char what;

	(void) arg;
	srv_say(unshare(CLONE_NEWNET) == 0 ? 0 : -errno);
	(void) close(elsewhere_ask[1]);
	while (read(elsewhere_ask[0], &what, 1) == 1) {
		srv_say(hello(0, NULL, 0, 0, NULL));
		srv_say(hello(0, "A", 1, 1, NULL));
	}
}

static void
says(srv_child_t *child, int64_t unasked, int64_t asked, const char *what)
{
	need(write(elsewhere_ask[1], "?", 1) == 1, "ask");
	is(srv_hear(child), unasked, "%s", what);
	is(srv_hear(child), asked, "... if it wants to be in A");
}

static int
tied(int request, pid_t pid)
{
	hk_zone_t hz = { .hz_name = "A" };

	(void) snprintf(hz.hz_netns, sizeof (hz.hz_netns), "/proc/%d/ns/net",
	    (int)pid);
	return (hk_ioctl(drv_hk, request, &hz));
}

/*
 * Another namespace, which everybody can make who has a user namespace, leads
 * nobody out of a zone; nor does what becomes of the zone.
 */
static void
test_elsewhere(void)
{
	srv_child_t child;
	int64_t err;
	pid_t keeper;

	need(pipe2(elsewhere_ask, O_CLOEXEC) == 0, "a pipe");
	child = srv_fork(elsewhere, NULL);
	if ((err = srv_hear(&child)) != 0) {
		tap_skip("network namespaces", strerror((int)-err));
		(void) close(elsewhere_ask[1]);
		(void) srv_wait(&child);
		return;
	}
	(void) close(elsewhere_ask[0]);
	keeper = fork();
	if (keeper == 0) {
		if (unshare(CLONE_NEWNET) != 0)
			_exit(1);
		for (;;)
			(void) pause();
	}
	need(keeper > 0, "a namespace for a zone");

	says(&child, 0, -EPERM, "elsewhere is the global zone");
	while ((err = tied(HK_IOC_ZONECREATE, keeper)) == -EADDRINUSE)
		(void) usleep(1000);
	is(err, 0, "a zone has a namespace");
	says(&child, -EPERM, -EPERM, "... so another is nobody's");
	is(tied(HK_IOC_ZONEDESTROY, 0), 0, "the zone goes");
	says(&child, -EPERM, -EPERM, "... which is no way out of it");
	is(tied(HK_IOC_ZONECREATE, child.sc_pid), 0, "a zone is here");
	says(&child, -ENXIO, -ENXIO, "... and does not run");
	is(tied(HK_IOC_ZONEBOOT, 0), 0, "it does");
	says(&child, 0, 0, "... and the program is in it");
	is(tied(HK_IOC_ZONEHALT, 0), 0, "halt");
	is(tied(HK_IOC_ZONEDESTROY, 0), 0, "destroy");
	says(&child, -EPERM, -EPERM, "who was in it has lost it");

	/* It has that descriptor as well. */
	(void) kill(keeper, SIGKILL);
	(void) waitpid(keeper, NULL, 0);
	(void) close(elsewhere_ask[1]);
	(void) srv_wait(&child);
}

static void
test_all(const char *what)
{
	test_errors(what);
	test_view(what);
	test_halt(what);
}

int
main(void)
{
	char said[1024];
	char *all[] = { "unethostd", "-s", srv_sock, "-l", NULL, "-m", "-a",
	    "65534", NULL };
	char log[128];

	drv_boot();
	test_all("in process");
	is(hk_halt(drv_kernel), 0, "nothing is left");
	test_own();

	srv_make_dir();
	(void) snprintf(log, sizeof (log), "%s/log", srv_dir);
	all[4] = log;
	(void) chmod(srv_dir, 0755);
	srv_start_with(NULL);
	srv_connect();
	test_all("served");
	srv_shutdown();

	need(srv_run(all, 0, said, sizeof (said)) == 0, "a server for others");
	srv_connect();
	test_wire();
	test_stuck();
	test_elsewhere();
	srv_shutdown();
	srv_check_log();
	return (tap_done());
}
