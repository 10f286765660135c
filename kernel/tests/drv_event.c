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
 * Events in band: what the stack and the administrator do to a link reaches its
 * holder, in order, numbered, coalesced; nothing gets lost without a word, and
 * the whole state can be asked for.
 */

#include <sys/ioctl.h>

#include "drv.h"

static uint32_t linkid;
static int fd;
static unet_ioc_event_t uie;

static int
events_from(int from, uint32_t flags)
{
	memset(&uie, 0xa5, sizeof (uie));
	memset(&uie.uie_hdr, 0, sizeof (uie.uie_hdr));
	memset(uie.uie_reserved, 0, sizeof (uie.uie_reserved));
	uie.uie_hdr.uih_version = UNET_ABI_VERSION;
	uie.uie_hdr.uih_flags = flags;
	return (hk_ioctl(from, UNET_IOC_EVENT, &uie));
}

static int
events(uint32_t flags)
{
	return (events_from(fd, flags));
}

/*
 * Take what there is, and see that it is this one event.
 */
#define	one_event(type, prop, value, count, what) do { \
	is(events(0), 0, "%s: told", what); \
	is(uie.uie_count, 1, "%s: one event", what); \
	is(uie.uie_pending, 0, "%s: no more", what); \
	is(uie.uie_events[0].ue_type, type, "%s: its type", what); \
	is(uie.uie_events[0].ue_prop, prop, "%s: its property", what); \
	is(uie.uie_events[0].ue_value, value, "%s: its value", what); \
	is(uie.uie_events[0].ue_count, count, "%s: its changes", what); \
	is(uie.uie_events[0].ue_flags, 0, "%s: a change", what); \
} while (0)

static uint64_t
group_value(unsigned int n)
{
	return (UINT64_C(0x01005e000000) + n);
}

static int
want(uint32_t what, unsigned int group)
{
	const uint64_t value = group_value(group);
	hk_stackwant_t hsw;
	int i;

	memset(&hsw, 0, sizeof (hsw));
	hsw.hsw_linkid = linkid;
	hsw.hsw_what = what;
	for (i = 0; i < 6; i++)
		hsw.hsw_addr[i] = (uint8_t)(value >> (40 - 8 * i));
	return (hk_ioctl(drv_hk, HK_IOC_STACKWANT, &hsw));
}

static int
set(uint32_t id, uint64_t value)
{
	return (drv_set("event0", id, value));
}

static void
reopen(void)
{
	if (fd > 0)
		(void) hk_close(fd);
	fd = drv_open("event0", DRV_RDWR);
	need(fd > 0, "the link opens (%d)", fd);
}

static void
test_none(void)
{
	int on = 1;
	int only;

	reopen();
	is(hk_poll(fd, POLLPRI, 0), 0, "nothing: no POLLPRI");
	is(events(0), -EAGAIN, "nothing: EAGAIN");
	is(uie.uie_hdr.uih_errno, UNET_E_NOEVENT, "for want of an event");
	is(hk_setfl(fd, 0), 0, "a descriptor that blocks");
	is(hk_ioctl(fd, FIONBIO, &on), 0, "but for FIONBIO");
	is(events(0), -EAGAIN, "has none either");
	is(events(2), -EINVAL, "an unknown flag");
	is(uie.uie_hdr.uih_errno, UNET_E_RESERVED, "is reserved");
	uie.uie_hdr.uih_flags = 0;
	uie.uie_reserved[1] = 1;
	is(hk_ioctl(fd, UNET_IOC_EVENT, &uie), -EINVAL, "a reserved member");
	is(hk_ioctl(drv_ctl, UNET_IOC_EVENT, &uie), -ENOTTY, "ctl has none");
	(void) hk_close(fd);
	only = drv_open("event0", O_WRONLY | O_NONBLOCK);
	is(events_from(only, 0), -EBADF, "not open for reading");
	is(uie.uie_hdr.uih_errno, UNET_E_WRONLY, "which is the cause");
	(void) hk_close(only);
	fd = 0;
}

/*
 * Each kind of change.
 */
static void
test_kinds(void)
{
	const uint64_t rxbuf = 100000, txbuf = 110000;

	reopen();
	drv_plumb(linkid, "event", 0);
	is(hk_poll(fd, POLLPRI | POLLIN, 0), POLLPRI, "plumbed: POLLPRI");
	is(hk_poll(fd, POLLIN, 0), 0, "for those who ask");
	one_event(UNET_EV_ADMIN, 0, 1, 1, "plumbed");
	is(hk_poll(fd, POLLPRI, 0), 0, "taken: no POLLPRI");
	is(set(UNET_PROP_MTU, 1400), 0, "mtu");
	one_event(UNET_EV_MTU, 0, 1400, 1, "mtu");
	is(set(UNET_PROP_MTU, 1400), 0, "the same again");
	is(events(0), -EAGAIN, "is no event");
	is(set(UNET_PROP_MAC, UINT64_C(0x020820000009)), 0, "mac");
	one_event(UNET_EV_MAC, 0, 0x020820000009, 1, "mac");
	is(want(HK_WANT_ALL, 0), 0, "promiscuous");
	one_event(UNET_EV_PROMISC, 0, 1, 1, "promiscuous");
	is(want(HK_WANT_OWN, 0), 0, "and no more");
	one_event(UNET_EV_PROMISC, 0, 0, 1, "no more");
	is(want(HK_WANT_JOIN, 1), 0, "a group is joined");
	one_event(UNET_EV_JOIN, 0, group_value(1), 1, "joined");
	is(want(HK_WANT_JOIN, 1), -EEXIST, "once");
	is(want(HK_WANT_LEAVE, 1), 0, "and left");
	one_event(UNET_EV_LEAVE, 0, group_value(1), 1, "left");
	is(want(HK_WANT_LEAVE, 1), -ENOENT, "once");
	is(set(UNET_PROP_RXBUF, rxbuf), 0, "rxbuf");
	one_event(UNET_EV_PROP, UNET_PROP_RXBUF, rxbuf, 1, "rxbuf");
	is(set(UNET_PROP_TXBUF, txbuf), 0, "txbuf");
	one_event(UNET_EV_PROP, UNET_PROP_TXBUF, txbuf, 1, "txbuf");
	is(set(UNET_PROP_LINKSTATE, UNET_POLICY_DOWN), 0, "linkstate");
	one_event(UNET_EV_PROP, UNET_PROP_LINKSTATE, UNET_POLICY_DOWN, 1,
	    "linkstate");
	is(set(UNET_PROP_LINKSTATE, UNET_POLICY_AUTO), 0, "linkstate");
	is(set(UNET_PROP_LINGER, 5), 0, "linger");
	is(set(UNET_PROP_OWNER, 77), 0, "owner");
	is(set(UNET_PROP_GROUP, 78), 0, "group");
	is(events(0), 0, "told");
	is(uie.uie_count, 4, "all of them");
	is(uie.uie_events[3].ue_prop, UNET_PROP_GROUP, "in order");
	is(uie.uie_events[3].ue_value, 78, "with its value");
	drv_unplumb(linkid);
	one_event(UNET_EV_ADMIN, 0, 0, 1, "unplumbed");
	is(set(UNET_PROP_LINGER, 0), 0, "linger off");
}

static uint64_t
now(void)
{
	struct timespec ts;

	(void) clock_gettime(CLOCK_MONOTONIC, &ts);
	return ((uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec);
}

static void
test_numbers(void)
{
	uint64_t last = 0, time = now();
	unsigned int i, changes = 0;

	reopen();
	for (i = 0; i < 7; i++)
		(void) set(UNET_PROP_OWNER, 1000 + i);
	(void) set(UNET_PROP_MTU, 1300);
	(void) set(UNET_PROP_OWNER, 2000);
	(void) set(UNET_PROP_MTU, 1301);
	(void) set(UNET_PROP_GROUP, 2001);
	is(events(0), 0, "told");
	is(uie.uie_count, 3, "each thing once");
	is(uie.uie_events[0].ue_prop, UNET_PROP_OWNER, "in order of the last");
	is(uie.uie_events[0].ue_value, 2000, "the last owner");
	is(uie.uie_events[0].ue_count, 8, "for eight changes");
	is(uie.uie_events[1].ue_value, 1301, "the last MTU");
	is(uie.uie_events[1].ue_count, 2, "for two");
	for (i = 0; i < uie.uie_count; i++) {
		ok(uie.uie_events[i].ue_seq > last, "numbers rise");
		ok(uie.uie_events[i].ue_time >= time, "time does not fall");
		last = uie.uie_events[i].ue_seq;
		time = uie.uie_events[i].ue_time;
		changes += uie.uie_events[i].ue_count;
	}
	ok(time <= now(), "it is the clock's");
	is(last, 11, "by each change");
	is(changes, last, "which the counts add up to");
	is(uie.uie_events[3].ue_type, 0, "the rest is zero");
	(void) set(UNET_PROP_OWNER, UNET_ID_NONE);
	(void) set(UNET_PROP_GROUP, UNET_ID_NONE);
	is(events(0), 0, "and on");
	is(uie.uie_events[0].ue_seq, 12, "they go on");
	reopen();
	is(events(0), -EAGAIN, "the next holder has none of that");
	(void) set(UNET_PROP_MTU, 1500);
	is(events(0), 0, "but its own");
	is(uie.uie_events[0].ue_seq, 1, "from 1");
}

/*
 * More groups than a request takes, and then more than the list does.
 */
static void
test_overflow(void)
{
	uint64_t changes = 0;
	unsigned int i;

	reopen();
	drv_plumb(linkid, "event", 0);
	for (i = 0; i < 40; i++)
		need(want(HK_WANT_JOIN, i) == 0, "joined");
	is(events(0), 0, "a full request");
	is(uie.uie_count, UNET_EVENTS_MAX, "has as many as it can");
	is(uie.uie_pending, 41 - UNET_EVENTS_MAX, "and says how many wait");
	is(uie.uie_events[0].ue_type, UNET_EV_ADMIN, "the oldest first");
	is(uie.uie_events[31].ue_value, group_value(30), "in order");
	is(hk_poll(fd, POLLPRI, 0), POLLPRI, "POLLPRI for those that wait");
	is(events(0), 0, "the rest");
	is(uie.uie_count, 41 - UNET_EVENTS_MAX, "of them");
	is(uie.uie_events[0].ue_value, group_value(31), "in order");
	is(uie.uie_events[8].ue_seq, 41, "all");

	for (i = 40; i < 140; i++)
		need(want(HK_WANT_JOIN, i) == 0, "joined");
	is(events(0), 0, "too many");
	is(uie.uie_count, 1, "become one");
	is(uie.uie_events[0].ue_type, UNET_EV_OVERFLOW, "OVERFLOW");
	is(uie.uie_events[0].ue_count, 100, "for all that were lost");
	is(uie.uie_events[0].ue_seq, 141, "up to here");
	is(want(HK_WANT_LEAVE, 7), 0, "what comes then");
	one_event(UNET_EV_LEAVE, 0, group_value(7), 1, "is told again");

	is(set(UNET_PROP_OWNER, 5), 0, "a change that is pending");
	is(events(UNET_EVENT_RESYNC), 0, "resync");
	for (changes = i = 0; ; i++) {
		if (i == uie.uie_count) {
			need(uie.uie_pending > 0, "more");
			is(events(0), 0, "resync goes on");
			i = 0;
		}
		if (uie.uie_events[i].ue_type == UNET_EV_SYNCED)
			break;
		changes += uie.uie_events[i].ue_type == UNET_EV_JOIN;
		if (uie.uie_events[i].ue_flags != UNET_EVF_STATE ||
		    uie.uie_events[i].ue_count != 0)
			ok(0, "a state is a state");
		if (uie.uie_events[i].ue_type == UNET_EV_ADMIN)
			is(uie.uie_events[i].ue_value, 1, "it is plumbed");
		if (uie.uie_events[i].ue_type == UNET_EV_PROP &&
		    uie.uie_events[i].ue_prop == UNET_PROP_OWNER)
			is(uie.uie_events[i].ue_value, 5, "the owner");
		if (uie.uie_events[i].ue_type == UNET_EV_MTU)
			is(uie.uie_events[i].ue_value, 1500, "the MTU");
	}
	is(changes, 139, "every group that is joined");
	is(uie.uie_events[i].ue_count, 1, "SYNCED has what was forgotten");
	is(i + 1, uie.uie_count, "and is the last");
	is(uie.uie_pending, 0, "of all");
	is(set(UNET_PROP_OWNER, UNET_ID_NONE), 0, "a change");
	one_event(UNET_EV_PROP, UNET_PROP_OWNER, UNET_ID_NONE, 1,
	    "after a resync");
	drv_unplumb(linkid);
	is(events(0), 0, "unplumbed");
}

/*
 * What cannot be told is not lost.
 */
static void
test_fault(void)
{
	hk_fault_t hf;

	reopen();
	(void) set(UNET_PROP_OWNER, 3);
	memset(&hf, 0, sizeof (hf));
	hf.hf_kind = HK_FAULT_COPY;
	hf.hf_nth = 3;
	need(hk_ioctl(drv_hk, HK_IOC_FAULT, &hf) == 0, "the last copy fails");
	is(events(0), -EFAULT, "it does");
	is(hk_poll(fd, POLLPRI, 0), POLLPRI, "the event is still there");
	one_event(UNET_EV_PROP, UNET_PROP_OWNER, 3, 1, "after a bad address");
	is(hk_ioctl(fd, UNET_IOC_EVENT, (void *)8), -EFAULT, "nowhere");
	(void) set(UNET_PROP_OWNER, UNET_ID_NONE);
	is(events(0), 0, "owner");
}

/*
 * A holder that waits.
 */
static int waiter_result;

static void *
waiter(void *arg)
{
	(void) arg;
	waiter_result = events(0);
	return (NULL);
}

static void
test_wait(void)
{
	pthread_t thread;
	uint64_t value;
	struct pollfd pfd;

	reopen();
	is(hk_setfl(fd, 0), 0, "blocking");
	need(pthread_create(&thread, NULL, waiter, NULL) == 0, "a thread");
	(void) set(UNET_PROP_LINGER, 1);
	(void) pthread_join(thread, NULL);
	is(waiter_result, 0, "a thread that waits is told");
	is(uie.uie_events[0].ue_prop, UNET_PROP_LINGER, "of the change");
	(void) set(UNET_PROP_LINGER, 0);
	is(events(0), 0, "linger");

	pfd.fd = hk_pollfd(fd);
	pfd.events = POLLIN;
	is(hk_pollarm(fd, POLLPRI), 0, "armed for POLLPRI");
	is(poll(&pfd, 1, 0), 0, "it is quiet");
	(void) set(UNET_PROP_LINGER, 2);
	is(poll(&pfd, 1, 60 * 1000), 1, "a change wakes it");
	need(read(pfd.fd, &value, sizeof (value)) > 0, "woken");
	is(hk_pollarm(fd, POLLPRI), POLLPRI, "for POLLPRI");
	is(events(0), 0, "told");
	(void) set(UNET_PROP_LINGER, 0);
}

static void
test_destroy(void)
{
	pthread_t thread;

	reopen();
	drv_plumb(linkid, "event", 0);
	is(drv_destroy("event0"), 0, "destroyed");
	is(hk_poll(fd, POLLIN | POLLPRI, 0), POLLHUP | POLLPRI,
	    "POLLHUP, and something to be told");
	is(events(UNET_EVENT_RESYNC), 0, "it can be taken, resync or not");
	is(uie.uie_count, 2, "all of it");
	is(uie.uie_events[0].ue_type, UNET_EV_ADMIN, "the stack has left");
	is(uie.uie_events[1].ue_type, UNET_EV_DESTROY, "destroyed");
	is(events(0), -ENXIO, "and no more");
	is(uie.uie_hdr.uih_errno, UNET_E_DYING, "since it is gone");
	is(events(UNET_EVENT_RESYNC), -ENXIO, "not by resync either");
	is(hk_poll(fd, POLLIN | POLLPRI, 0), POLLHUP, "POLLHUP");
	is(hk_close(fd), 0, "closed");

	linkid = drv_create("event0");
	fd = drv_open("event0", O_RDWR);
	need(pthread_create(&thread, NULL, waiter, NULL) == 0, "a thread");
	is(drv_destroy("event0"), 0, "destroyed while it waits");
	(void) pthread_join(thread, NULL);
	is(waiter_result, 0, "it is told");
	is(uie.uie_events[0].ue_type, UNET_EV_DESTROY, "of that");
	(void) hk_close(fd);
}

int
main(void)
{
	drv_boot();
	linkid = drv_create("event0");
	test_none();
	test_kinds();
	test_numbers();
	test_overflow();
	test_fault();
	test_wait();
	test_destroy();
	return (drv_done());
}
