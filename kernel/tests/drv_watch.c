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
 * Watching: what happens to links reaches those who do not hold them, each who
 * watches by itself, and only of links that its zone can see.
 */

#include "drv_monitor.h"

static unet_ioc_watched_t told;
static uint64_t last_seq;

static int
watch_on(mon_t *m, const char *link)
{
	unet_ioc_watch_t uiw;

	memset(&uiw, 0, sizeof (uiw));
	drv_hdr(&uiw.uiw_hdr, link);
	if (link == NULL)
		uiw.uiw_hdr.uih_flags = UNET_WATCH_ALL;
	last_seq = 0;
	return (hk_ioctl(m->m_fd, UNET_IOC_WATCH, &uiw));
}

static int
watch(mon_t *m, const char *link)
{
	mon_open(m);
	return (watch_on(m, link));
}

static int
take(mon_t *m, uint32_t flags)
{
	memset(&told, 0xa5, sizeof (told));
	drv_hdr(&told.uiwd_hdr, NULL);
	memset(told.uiwd_reserved, 0, sizeof (told.uiwd_reserved));
	told.uiwd_hdr.uih_flags = flags;
	return (hk_ioctl(m->m_fd, UNET_IOC_WATCHED, &told));
}

/*
 * The `i'th event that was told is this.
 */
#define	told_is(i, name, type, prop, value) do { \
	const unet_watched_t *uw = &told.uiwd_events[i]; \
	ok(strcmp(uw->uw_name, name) == 0, "of %s, not %s", name, \
	    uw->uw_name); \
	is(uw->uw_event.ue_type, type, "its type"); \
	is(uw->uw_event.ue_prop, prop, "its property"); \
	is(uw->uw_event.ue_value, value, "its value"); \
} while (0)

#define	one(m, name, type, prop, value) do { \
	is(hk_poll((m)->m_fd, POLLPRI | POLLIN, 0) & ~POLLHUP, POLLPRI, \
	    "POLLPRI"); \
	is(take(m, 0), 0, "told"); \
	is(told.uiwd_count, 1, "one event"); \
	is(told.uiwd_pending, 0, "no more"); \
	told_is(0, name, type, prop, value); \
	is(told.uiwd_events[0].uw_event.ue_seq, ++last_seq, "numbered"); \
} while (0)

static void
test_one(void)
{
	const uint32_t id = drv_create("vpn0");
	mon_t m;
	int fd;

	(void) drv_create("vpn1");
	is(watch(&m, "vpn0"), 0, "watch one");
	is(hk_poll(m.m_fd, POLLPRI, 0), 0, "quiet");
	is(take(&m, 0), -EAGAIN, "nothing");
	is(drv_set("vpn1", UNET_PROP_MTU, 1400), 0, "another's");
	is(take(&m, 0), -EAGAIN, "is none of it");
	is(drv_set("vpn0", UNET_PROP_MTU, 1400), 0, "its own");
	one(&m, "vpn0", UNET_EV_MTU, 0, 1400);
	is(told.uiwd_events[0].uw_linkid, id, "by id");
	is(told.uiwd_events[0].uw_zoneid, 0, "and zone");

	fd = drv_open("vpn0", DRV_RDWR);
	one(&m, "vpn0", UNET_EV_HOLDER, 0, (uint64_t)getpid());
	is(drv_set("vpn0", UNET_PROP_RXBUF, 100000), 0, "a property");
	one(&m, "vpn0", UNET_EV_PROP, UNET_PROP_RXBUF, 100000);
	is(drv_open("vpn0", DRV_RDWR), -EBUSY, "one more holder");
	is(take(&m, 0), -EAGAIN, "is none");
	drv_plumb(id, "seg0", 0);
	one(&m, "vpn0", UNET_EV_ADMIN, 0, 1);
	is(take(&m, UNET_EVENT_RESYNC), 0, "how it is");
	told_is(0, "vpn0", UNET_EV_ADMIN, 0, 1);
	told_is(1, "vpn0", UNET_EV_MTU, 0, 1400);
	is(told.uiwd_events[told.uiwd_count - 1].uw_event.ue_type,
	    UNET_EV_SYNCED, "to the end");
	drv_unplumb(id);
	last_seq = 5;
	told.uiwd_count = 0;
	is(take(&m, 0), 0, "it goes");
	is(hk_close(fd), 0, "close");
	one(&m, "vpn0", UNET_EV_HOLDER, 0, 0);
	is(hk_poll(m.m_fd, POLLPRI, 0), 0, "alive");
	is(drv_destroy("vpn0"), 0, "destroyed");
	is(hk_poll(m.m_fd, POLLPRI, 0), POLLPRI | POLLHUP, "its end");
	one(&m, "vpn0", UNET_EV_DESTROY, 0, 0);
	is(hk_poll(m.m_fd, POLLPRI, 0), POLLHUP, "has been told");
	is(take(&m, 0), -ENXIO, "and there is no more");
	mon_close(&m);
	is(drv_destroy("vpn1"), 0, "destroyed");
}

/*
 * A holder sees what it always saw.
 */
static void
test_holder(void)
{
	unet_ioc_event_t uie;
	mon_t m, other;
	int fd;

	(void) drv_create("vpn0");
	is(watch(&m, "vpn0"), 0, "watch");
	is(watch(&other, "vpn0"), 0, "by two");
	fd = drv_open("vpn0", DRV_RDWR);
	is(drv_set("vpn0", UNET_PROP_OWNER, 5), 0, "owner");
	memset(&uie, 0, sizeof (uie));
	drv_hdr(&uie.uie_hdr, NULL);
	is(hk_ioctl(fd, UNET_IOC_EVENT, &uie), 0, "the holder is told");
	is(uie.uie_count, 1, "of one");
	is(uie.uie_events[0].ue_prop, UNET_PROP_OWNER, "which is this");
	is(uie.uie_events[0].ue_seq, 1, "its first");
	is(take(&m, 0), 0, "one who watches is told");
	is(told.uiwd_count, 2, "of both");
	told_is(0, "vpn0", UNET_EV_HOLDER, 0, (uint64_t)getpid());
	told_is(1, "vpn0", UNET_EV_PROP, UNET_PROP_OWNER, 5);
	is(drv_set("vpn0", UNET_PROP_OWNER, 6), 0, "owner");
	is(take(&other, 0), 0, "and the other");
	is(told.uiwd_count, 2, "of each thing once");
	told_is(1, "vpn0", UNET_EV_PROP, UNET_PROP_OWNER, 6);
	is(told.uiwd_events[1].uw_event.ue_count, 2, "for two changes");
	mon_close(&other);
	is(hk_close(fd), 0, "close");
	is(drv_destroy("vpn0"), 0, "destroyed");
	is(take(&m, 0), 0, "told");
	is(told.uiwd_count, 3, "the rest");
	told_is(2, "vpn0", UNET_EV_DESTROY, 0, 0);
	mon_close(&m);
}

static void
test_all(void)
{
	struct pollfd pfd;
	uint64_t value;
	mon_t m;

	is(watch(&m, NULL), 0, "watch all");
	pfd.fd = hk_pollfd(m.m_fd);
	pfd.events = POLLIN;
	is(hk_pollarm(m.m_fd, POLLPRI), 0, "armed");
	(void) drv_create("vpn0");
	is(poll(&pfd, 1, 60 * 1000), 1, "a new link wakes it");
	need(read(pfd.fd, &value, sizeof (value)) > 0, "woken");
	one(&m, "vpn0", UNET_EV_CREATE, 0, 0);
	(void) drv_create("vpn1");
	one(&m, "vpn1", UNET_EV_CREATE, 0, 0);
	is(drv_set("vpn0", UNET_PROP_OWNER, 5), 0, "owner");
	is(drv_set("vpn1", UNET_PROP_OWNER, 6), 0, "owner");
	is(take(&m, 0), 0, "told");
	is(told.uiwd_count, 2, "of both");
	told_is(0, "vpn0", UNET_EV_PROP, UNET_PROP_OWNER, 5);
	told_is(1, "vpn1", UNET_EV_PROP, UNET_PROP_OWNER, 6);
	last_seq = 4;
	is(drv_destroy("vpn0"), 0, "destroyed");
	one(&m, "vpn0", UNET_EV_DESTROY, 0, 0);
	is(hk_poll(m.m_fd, POLLPRI, 0), 0, "which is no end of all");
	(void) drv_create("vpn0");
	one(&m, "vpn0", UNET_EV_CREATE, 0, 0);
	is(drv_destroy("vpn0"), 0, "destroyed");
	is(drv_destroy("vpn1"), 0, "destroyed");
	is(take(&m, 0), 0, "told");
	is(take(&m, 0), -EAGAIN, "all");
	mon_close(&m);
}

/*
 * More than anybody remembers.
 */
static void
test_overflow(void)
{
	char name[UNET_NAMELEN];
	uint32_t changes = 0;
	unsigned int i;
	mon_t m;

	is(watch(&m, NULL), 0, "watch all");
	for (i = 0; i < 300; i++) {
		(void) snprintf(name, sizeof (name), "many%u", i);
		(void) drv_create(name);
	}
	for (i = 0; i < 300; i++) {
		(void) snprintf(name, sizeof (name), "many%u", i);
		need(drv_destroy(name) == 0, "destroyed");
	}
	is(take(&m, 0), 0, "told");
	told_is(0, "", UNET_EV_OVERFLOW, 0, 0);
	is(told.uiwd_events[0].uw_linkid, 0, "of no link");
	do {
		for (i = 0; i < told.uiwd_count; i++)
			changes += told.uiwd_events[i].uw_event.ue_count;
	} while (take(&m, 0) == 0);
	is(changes, 600, "every change is accounted for");
	(void) drv_create("vpn0");
	is(take(&m, 0), 0, "and then it goes on");
	told_is(0, "vpn0", UNET_EV_CREATE, 0, 0);
	is(drv_destroy("vpn0"), 0, "destroyed");
	mon_close(&m);
}

/*
 * What cannot be told is not lost, and who waits is woken.
 */
static void *
waiter(void *arg)
{
	mon_t *m = arg;

	return ((void *)(intptr_t)take(m, 0));
}

static void
test_wait(void)
{
	pthread_t thread;
	hk_fault_t hf;
	void *res;
	mon_t m;

	(void) drv_create("vpn0");
	is(watch(&m, "vpn0"), 0, "watch");
	is(drv_set("vpn0", UNET_PROP_OWNER, 5), 0, "owner");
	memset(&hf, 0, sizeof (hf));
	hf.hf_kind = HK_FAULT_COPY;
	hf.hf_nth = 3;
	need(hk_ioctl(drv_hk, HK_IOC_FAULT, &hf) == 0, "the last copy fails");
	is(take(&m, 0), -EFAULT, "it does");
	one(&m, "vpn0", UNET_EV_PROP, UNET_PROP_OWNER, 5);
	is(hk_setfl(m.m_fd, 0), 0, "blocking");
	need(pthread_create(&thread, NULL, waiter, &m) == 0, "a thread");
	is(drv_set("vpn0", UNET_PROP_OWNER, 6), 0, "owner");
	(void) pthread_join(thread, &res);
	is((intptr_t)res, 0, "who waits is told");
	told_is(0, "vpn0", UNET_EV_PROP, UNET_PROP_OWNER, 6);
	need(pthread_create(&thread, NULL, waiter, &m) == 0, "a thread");
	is(drv_destroy("vpn0"), 0, "destroyed");
	(void) pthread_join(thread, &res);
	is((intptr_t)res, 0, "who waits is told");
	told_is(0, "vpn0", UNET_EV_DESTROY, 0, 0);
	mon_close(&m);
}

/*
 * Who may: the owner of a link, or one with net_rawaccess, in its zone.
 */
static void
test_rights(void)
{
	hk_cred_t nobody = { 7, 7, 0, 0 };
	hk_cred_t zoned = { 0, 0, 0, HK_PRIV_ALL };
	unet_ioc_create_t uic;
	hk_zone_t hz;
	mon_t m, all, global, passed;
	int ctl;

	(void) drv_create("vpn0");
	is(drv_set("vpn0", UNET_PROP_OWNER, 7), 0, "uid 7 owns it");
	(void) drv_create("vpn1");
	(void) hk_setcred(&nobody);
	is(watch(&m, "vpn0"), 0, "its owner watches it");
	is(mon_capture(&m, "vpn0", 0, 0, 0), -EPERM, "but sees no frames");
	mon_close(&m);
	is(watch(&m, "vpn1"), -EPERM, "nor watches others");
	is(hk_setcred(NULL), 0, "and");
	mon_close(&m);

	memset(&hz, 0, sizeof (hz));
	(void) strcpy(hz.hz_name, "blue");
	need(zone_start(drv_hk, &hz) == 0, "a zone");
	is(watch(&global, NULL), 0, "the global zone watches");
	zoned.hc_zoneid = hz.hz_zoneid;
	(void) hk_setcred(&zoned);
	is(watch(&all, NULL), 0, "the zone watches");
	mon_open(&m);
	is(mon_capture(&m, "vpn0", 0, 0, 0), -ENOENT, "no link of others");
	ctl = hk_open(drv_kernel, UNET_CTL_PATH, O_RDWR);
	drv_create_init(&uic, "blue0");
	is(hk_ioctl(ctl, UNET_IOC_CREATE, &uic), 0, "a link of the zone");
	is(mon_capture(&m, "blue0", 0, 0, 0), 0, "it captures");
	mon_open(&passed);
	(void) hk_setcred(NULL);
	is(mon_capture(&passed, "vpn0", 0, 0, 0), -EPERM,
	    "a descriptor that got here from the zone sees nothing more here");
	is(passed.m_capture.uica_hdr.uih_errno, UNET_E_ZONE, "and its cause");
	is(watch_on(&passed, "vpn0"), -EPERM, "nor does it watch");
	is(watch_on(&passed, NULL), -EPERM, "nor all");
	mon_close(&passed);
	is(drv_set("vpn0", UNET_PROP_OWNER, 8), 0, "the global zone's link");
	one(&all, "blue0", UNET_EV_CREATE, 0, 0);
	last_seq = 0;
	is(take(&global, 0), 0, "the global zone");
	is(told.uiwd_count, 2, "sees both");
	is(told.uiwd_events[0].uw_zoneid, hz.hz_zoneid, "and whose they are");
	mon_close(&m);
	mon_open(&m);
	is(mon_capture(&m, "blue0", 0, 0, 0), 0, "of another zone");
	is(hk_close(ctl), 0, "close");
	mon_close(&all);
	is(zone_end(drv_hk, &hz), 0, "the zone halts");
	is(hk_poll(m.m_fd, POLLIN, 0), POLLHUP, "which ends the capture");
	is(hk_read(m.m_fd, m.m_buf, 4096), -ENXIO, "as a destroy does");
	is(take(&global, 0), 0, "the global zone");
	told_is(0, "blue0", UNET_EV_DESTROY, 0, 0);
	mon_close(&m);
	mon_close(&global);
	is(drv_destroy("vpn0"), 0, "destroyed");
	is(drv_destroy("vpn1"), 0, "destroyed");
}

int
main(void)
{
	drv_boot();
	test_one();
	test_holder();
	test_all();
	test_overflow();
	test_wait();
	test_rights();
	return (drv_done());
}
