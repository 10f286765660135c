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
 * A link with a TAP interface that goes to a zone which is tied to another
 * network namespace, and back, again and again, while frames go both ways and
 * its properties change: it always has one interface, in the right place.
 */

#include "hostnet.h"
#include "zones.h"

#include <sys/wait.h>

#define	ROUNDS	60

static int stop;

/*
 * A process that keeps a namespace.
 */
static pid_t
keeper(void)
{
	int fds[2];
	char byte;
	pid_t pid;

	need(pipe(fds) == 0, "a pipe");
	if ((pid = fork()) == 0) {
		(void) close(fds[0]);
		if (unshare(CLONE_NEWNET) != 0)
			_exit(1);
		(void) write(fds[1], "1", 1);
		for (;;)
			(void) pause();
	}
	(void) close(fds[1]);
	need(read(fds[0], &byte, 1) == 1, "another namespace");
	(void) close(fds[0]);
	return (pid);
}

static int
setzone(uint32_t linkid, int32_t zoneid)
{
	hk_dl_t dl;

	memset(&dl, 0, sizeof (dl));
	dl.hdl_linkid = linkid;
	dl.hdl_zoneid = zoneid;
	return (hk_ioctl(drv_hk, HK_IOC_DLSETZONE, &dl));
}

/*
 * The interface as the other namespace has it, seen through its /proc.
 */
static int
there(pid_t pid)
{
	char path[64], line[512];
	FILE *file;
	int n = 0;

	(void) snprintf(path, sizeof (path), "/proc/%d/net/dev", (int)pid);
	need((file = fopen(path, "r")) != NULL, "the other's interfaces");
	while (fgets(line, sizeof (line), file) != NULL)
		n += (strstr(line, "unet0:") != NULL);
	(void) fclose(file);
	return (n);
}

static void *
writer(void *arg)
{
	uint8_t frame[128];
	size_t len = drv_frame(frame, drv_bcast, drv_peer, 1, 100);

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED))
		(void) hk_write(*(int *)arg, frame, len);
	return (NULL);
}

static void *
changer(void *arg)
{
	unsigned int i = 0;

	(void) arg;
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		(void) drv_set("unet0", UNET_PROP_MTU, 1400 + (i++ & 1));
		(void) drv_set("unet0", UNET_PROP_MAC, 0x020820000001ULL);
	}
	return (NULL);
}

int
main(void)
{
	hk_zone_t hz = { .hz_name = "other" };
	hk_stack_t hst;
	pthread_t threads[2];
	const char *why;
	uint32_t id;
	pid_t pid;
	int fd, i, good = 0;

	if ((why = enter_namespace()) != NULL) {
		tap_skip("network namespaces", why);
		return (tap_done());
	}
	sock = socket(AF_INET, SOCK_DGRAM, 0);
	pid = keeper();
	(void) snprintf(hz.hz_netns, sizeof (hz.hz_netns), "/proc/%d/ns/net",
	    (int)pid);
	drv_boot();
	is(zone_start(drv_hk, &hz), 0, "a zone in another namespace");
	id = drv_create("unet0");
	memset(&hst, 0, sizeof (hst));
	hst.hst_linkid = id;
	hst.hst_kind = HK_STACK_TAP;
	is(hk_ioctl(drv_hk, HK_IOC_PLUMB, &hst), 0, "plumbed");
	fd = drv_open("unet0", DRV_RDWR);
	need(fd > 0, "a holder");

	need(pthread_create(&threads[0], NULL, writer, &fd) == 0 &&
	    pthread_create(&threads[1], NULL, changer, NULL) == 0, "threads");
	for (i = 0; i < ROUNDS; i++) {
		good += setzone(id, hz.hz_zoneid) == 0 &&
		    if_nametoindex("unet0") == 0 && there(pid) == 1;
		good += setzone(id, 0) == 0 &&
		    if_nametoindex("unet0") != 0 && there(pid) == 0;
	}
	is(good, 2 * ROUNDS, "always one interface, where the link is");
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	(void) pthread_join(threads[0], NULL);
	(void) pthread_join(threads[1], NULL);

	is(setzone(id, hz.hz_zoneid), 0, "lent at the halt");
	is(hk_ioctl(drv_hk, HK_IOC_ZONEHALT, &hz), 0, "... of the zone");
	ok(if_nametoindex("unet0") != 0 && there(pid) == 0, "it is back");
	is(drv_set("unet0", UNET_PROP_MTU, 1300), 0, "the MTU changes");
	drv_until(if_mtu("unet0") == 1300, "... and the interface's");
	drv_until((if_setflags("unet0", IFF_UP, 0), if_flags("unet0") &
	    IFF_RUNNING), "it runs, since it is held");

	is(hk_ioctl(drv_hk, HK_IOC_ZONEBOOT, &hz), 0, "the zone is booted");
	(void) kill(pid, SIGKILL);
	(void) waitpid(pid, NULL, 0);
	is(setzone(id, hz.hz_zoneid), -ENXIO, "its namespace is gone: no loan");
	ok(if_nametoindex("unet0") != 0, "the interface is where it was");
	is(hk_ioctl(drv_hk, HK_IOC_UNPLUMB, &hst), 0, "unplumbed");
	is(setzone(id, hz.hz_zoneid), 0, "without one it may be lent");
	is(hk_ioctl(drv_hk, HK_IOC_PLUMB, &hst), -ENXIO, "... and gets none");
	hst.hst_kind = HK_STACK_AUTO;
	is(hk_ioctl(drv_hk, HK_IOC_PLUMB, &hst), -ENXIO, "... nor a bus");
	is(setzone(id, 0), 0, "taken back");
	is(hk_ioctl(drv_hk, HK_IOC_ZONEHALT, &hz), 0, "halt");
	is(hk_ioctl(drv_hk, HK_IOC_ZONEDESTROY, &hz), 0, "no zone");
	is(hk_close(fd), 0, "close");
	is(drv_destroy("unet0"), 0, "destroyed");
	return (drv_done());
}
