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
 * Captures: who looks on at a link sees each frame, both ways and those that
 * are lost, and the link does not notice.
 */

#include <sys/ioctl.h>
#include <sys/uio.h>

#include "drv_monitor.h"

#define	LEN	100

static uint32_t linkid;
static int fd, port;
static uint8_t in[2048], out[2048];
static mon_t mon;

/*
 * A link with a stack, a holder, and one who looks on.
 */
static void
setup(uint32_t flags, uint32_t snaplen, uint32_t bytes)
{
	linkid = drv_create("vpn0");
	drv_plumb(linkid, "seg0", HK_STACK_PIN);
	port = drv_port("seg0");
	fd = drv_open("vpn0", DRV_RDWR);
	need(fd > 0, "the link opens");
	mon_open(&mon);
	is(mon_capture(&mon, "vpn0", flags, snaplen, bytes), 0, "capture");
}

static void
teardown(void)
{
	drv_balance("vpn0");
	mon_close(&mon);
	is(hk_close(fd), 0, "close");
	is(hk_close(port), 0, "close the port");
	drv_unplumb(linkid);
	is(drv_destroy("vpn0"), 0, "destroy");
}

/*
 * The stack sends; the holder writes.
 */
static void
down(uint32_t n, size_t len)
{
	(void) drv_frame(out, drv_mac, drv_peer, n, len);
	is(hk_write(port, out, len), len, "the stack sends");
}

static void
up(uint32_t n, const uint8_t *dst, size_t len)
{
	(void) drv_frame(out, dst, drv_peer, n, len);
	is(hk_write(fd, out, len), len, "the holder writes");
}

/*
 * The next record is this one, with the frame in `out'.
 */
#define	a_record(way, drop, len, caplen) do { \
	const unet_record_t *ur = mon_next(&mon); \
	need(ur != NULL, "a record"); \
	is(ur->ur_way, way, "its way"); \
	is(ur->ur_drop, drop, "its reason"); \
	is(ur->ur_len, len, "its length"); \
	is(ur->ur_caplen, caplen, "what there is of it"); \
	is(memcmp(ur + 1, out, caplen), 0, "which is the frame's"); \
	is(ur->ur_lost, 0, "and nothing before it was lost"); \
} while (0)

static uint64_t
epoch(void)
{
	struct timespec ts;

	(void) clock_gettime(CLOCK_REALTIME, &ts);
	return ((uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec);
}

static void
test_both_ways(void)
{
	const uint64_t from = epoch();
	uint64_t time;

	setup(0, 0, 0);
	is(mon.m_capture.uica_snaplen, UNET_SNAPLEN_MAX, "all of each frame");
	is(mon.m_capture.uica_bytes, UNET_CAPTURE_DEFAULT, "the usual room");
	is(mon.m_capture.uica_hdr.uih_flags, UNET_CAPTURE_ALL, "everything");
	is(mon.m_capture.uica_hdr.uih_linkid, linkid, "of this link");
	is(mon.m_capture.uica_maxrecord, 32 + UNET_SNAPLEN_MAX,
	    "records are no longer than this");
	ok(mon_next(&mon) == NULL, "nothing has happened");

	down(1, LEN);
	a_record(UNET_CAPTURE_READ, 0, LEN, LEN);
	time = mon.m_last.ur_time;
	ok(time >= from && time <= epoch(), "its time is the clock's");
	is(hk_read(fd, in, sizeof (in)), LEN, "the holder reads it");
	is(memcmp(in, out, LEN), 0, "as it was captured");
	ok(mon_next(&mon) == NULL, "which is no second record");

	up(2, drv_mac, LEN);
	a_record(UNET_CAPTURE_WRITE, 0, LEN, LEN);
	ok(mon.m_last.ur_time >= time, "later");
	is(hk_read(port, in, sizeof (in)), LEN, "the stack receives it");
	is(memcmp(in, out, LEN), 0, "as it was captured");

	(void) drv_frame(out, drv_mac, drv_peer, 3, 42);
	is(hk_write(port, out, 42), 42, "a short frame");
	memset(out + 42, 0, 18);
	a_record(UNET_CAPTURE_READ, 0, 60, 60);
	is(hk_read(fd, in, sizeof (in)), 60, "as the holder reads it");
	teardown();
}

/*
 * Without a stack's word for it nothing is for the stack: what the filter
 * refuses is there, in its place among the others.
 */
static void
test_filter(void)
{
	static const uint8_t other[6] = { 0x02, 9, 9, 9, 9, 9 };
	static const uint8_t *const dst[] = {
		drv_mac, other, drv_bcast, other, drv_mac
	};
	uint8_t frames[5][LEN];
	drv_fio_t df;
	uint32_t i;

	setup(0, 0, 0);
	(void) drv_fio_init(&df, 5, 1);
	for (i = 0; i < 5; i++) {
		(void) drv_frame(frames[i], dst[i], drv_peer, i, LEN);
		drv_fio_vec(&df, i, frames[i], LEN);
	}
	drv_unplumb(linkid);
	is(hk_ioctl(fd, UNET_IOC_FRAMEIO_WRITE, &df), 0, "without a stack");
	for (i = 0; i < 5; i++) {
		memcpy(out, frames[i], LEN);
		a_record(UNET_CAPTURE_WRITE, UNET_DROP_NOSTACK, LEN, LEN);
	}
	drv_plumb(linkid, "seg0", 0);
	(void) drv_fio_init(&df, 5, 1);
	for (i = 0; i < 5; i++)
		drv_fio_vec(&df, i, frames[i], LEN);
	is(hk_ioctl(fd, UNET_IOC_FRAMEIO_WRITE, &df), 0, "with one");
	for (i = 0; i < 5; i++) {
		memcpy(out, frames[i], LEN);
		a_record(UNET_CAPTURE_WRITE,
		    dst[i] == other ? UNET_DROP_FILTER : 0, LEN, LEN);
	}
	is(drv_stat("vpn0", "tx_drop_filter", NULL), 2, "two are counted");
	is(drv_stat("vpn0", "tx_drop_nostack", NULL), 5, "as are five");
	ok(mon_next(&mon) == NULL, "and that is all");
	teardown();
}

/*
 * Only what was asked for.
 */
static void
test_kinds(void)
{
	static const struct {
		uint32_t	flags;
		uint32_t	records;
		uint16_t	way, drop;
	} wants[] = {
		{ UNET_CAPTURE_READ, 1, UNET_CAPTURE_READ, 0 },
		{ UNET_CAPTURE_WRITE, 1, UNET_CAPTURE_WRITE, 0 },
		{ UNET_CAPTURE_DROP, 1, UNET_CAPTURE_READ,
		    UNET_DROP_TOOBIG },
		{ UNET_CAPTURE_READ | UNET_CAPTURE_WRITE, 2,
		    UNET_CAPTURE_READ, 0 },
		{ UNET_CAPTURE_ALL, 3, UNET_CAPTURE_READ, 0 }
	};
	unsigned int i;

	for (i = 0; i < sizeof (wants) / sizeof (wants[0]); i++) {
		const unet_record_t *ur;
		uint32_t n = 1;

		setup(wants[i].flags, 0, 0);
		down(1, LEN);
		up(2, drv_mac, LEN);
		(void) drv_frame(out, drv_mac, drv_peer, 3, 1519);
		(void) hk_write(port, out, 1519);
		ur = mon_next(&mon);
		need(ur != NULL, "flags %u: a record", wants[i].flags);
		is(ur->ur_way, wants[i].way, "the way of the first");
		is(ur->ur_drop, wants[i].drop, "its reason");
		while (mon_next(&mon) != NULL)
			n++;
		is(n, wants[i].records, "how many there are");
		is(hk_read(fd, in, sizeof (in)), LEN, "the holder's frame");
		is(hk_read(port, in, sizeof (in)), LEN, "the stack's frame");
		teardown();
	}
}

static void
test_snaplen(void)
{
	setup(0, 17, 0);
	is(mon.m_capture.uica_maxrecord, 56, "the longest record");
	down(1, 1514);
	a_record(UNET_CAPTURE_READ, 0, 1514, 17);
	is(mon.m_last.ur_size, 56, "is padded");
	is(mon.m_pad, 0, "with zeros");
	is(hk_read(fd, in, sizeof (in)), 1514, "the holder has all of it");
	teardown();
}

/*
 * A buffer that is full: the link goes on, and what was not seen is counted.
 */
static void
test_full(void)
{
	const uint32_t fit = 20, all = 50;
	uint32_t i;

	setup(0, LEN, fit * (32 + 104));
	for (i = 0; i < all; i++) {
		up(i, drv_mac, LEN);
		is(hk_read(port, in, sizeof (in)), LEN, "the stack has it");
	}
	is(mon_stat("vpn0", "records"), fit, "records");
	is(mon_stat("vpn0", "lost"), all - fit, "lost");
	is(mon_stat("vpn0", "peak"), fit * 136, "peak");
	for (i = 0; i < fit; i++) {
		(void) drv_frame(out, drv_mac, drv_peer, i, LEN);
		a_record(UNET_CAPTURE_WRITE, 0, LEN, LEN);
	}
	is(mon_stat("vpn0", "used"), 0, "the others are not there");
	is(hk_poll(mon.m_fd, POLLIN, 0), POLLIN, "but there is that to tell");
	need(mon_next(&mon) != NULL, "by a record");
	is(mon.m_last.ur_lost, all - fit, "which says so");
	is(mon.m_last.ur_way | mon.m_last.ur_len | mon.m_last.ur_drop, 0,
	    "and has no frame");
	ok(mon_next(&mon) == NULL, "once");
	for (i = 0; i < all; i++) {
		up(i, drv_mac, LEN);
		is(hk_read(port, in, sizeof (in)), LEN, "the stack has it");
	}
	is(hk_read(mon.m_fd, mon.m_buf, 136), 136, "room for one more");
	up(all, drv_mac, LEN);
	for (i = 1; i < fit; i++) {
		need(mon_next(&mon) != NULL, "those that fit");
		is(mon.m_last.ur_lost, 0, "of before");
	}
	need(mon_next(&mon) != NULL, "the next frame");
	is(mon.m_last.ur_lost, all - fit, "says so itself");
	up(all, drv_mac, LEN);
	need(mon_next(&mon) != NULL, "the one after it");
	is(mon.m_last.ur_lost, 0, "does not again");
	is(drv_stat("vpn0", "tx_frames", NULL), 2 * all + 2,
	    "the link lost none");
	while (hk_read(port, in, sizeof (in)) > 0)
		;
	teardown();
}

/*
 * Records of all lengths, round and round.
 */
static void
test_wrap(void)
{
	uint32_t i, wrong = 0;

	setup(0, 0, UNET_SNAPLEN_MAX + 32);
	is(hk_setfl(fd, O_NONBLOCK), 0, "non-blocking");
	for (i = 0; i < 3000; i++) {
		const size_t len = 60 + i * 7 % 1450;
		const unet_record_t *ur;

		(void) drv_frame(out, drv_mac, drv_peer, i, len);
		wrong += hk_write(fd, out, len) != (int64_t)len;
		if (i % 8 != 7)
			continue;
		while ((ur = mon_next(&mon)) != NULL) {
			const uint32_t n = drv_number((uint8_t *)(ur + 1));

			(void) drv_frame(out, drv_mac, drv_peer, n,
			    ur->ur_len);
			wrong += ur->ur_caplen != 60 + n * 7 % 1450 ||
			    n / 8 != i / 8 || ur->ur_lost != 0 ||
			    memcmp(ur + 1, out, ur->ur_caplen) != 0;
		}
		while (hk_read(port, in, sizeof (in)) > 0)
			;
	}
	is(wrong, 0, "3000 frames of many lengths are there, each as it was");
	is(mon_stat("vpn0", "records"), 3000, "once");
	teardown();
}

static void
test_read(void)
{
	struct iovec iov[3];
	unet_record_t ur;
	uint8_t *buf;
	int i;

	setup(0, 0, 0);
	buf = mon.m_buf;
	iov[0] = (struct iovec){ buf, 5 };
	iov[1] = (struct iovec){ buf + 5, 40 };
	iov[2] = (struct iovec){ buf + 45, 91 + 136 + 100 };
	is(hk_read(mon.m_fd, buf, 4096), -EAGAIN, "none");
	for (i = 0; i < 3; i++)
		down((uint32_t)i, LEN);
	is(hk_read(mon.m_fd, buf, 135), -EOVERFLOW, "too little room for one");
	is(hk_read(mon.m_fd, buf, 0), 0, "none at all");
	is(hk_read(mon.m_fd, (void *)8, 4096), -EFAULT, "a bad address");
	is(hk_readv(mon.m_fd, iov, 3), 2 * 136, "room for two and a half");
	memcpy(&ur, buf + 136, sizeof (ur));
	is(ur.ur_len, LEN, "whole ones");
	is(drv_number(buf + 136 + 32), 1, "in order");
	is(hk_read(mon.m_fd, buf, 4096), 136, "and then the last");
	is(drv_number(buf + 32), 2, "is the last");
	is(hk_read(mon.m_fd, buf, 4096), -EAGAIN, "none is left");
	is(hk_write(mon.m_fd, buf, 100), -ENXIO, "nobody writes here");
	for (i = 0; i < 3; i++)
		is(hk_read(fd, in, sizeof (in)), LEN, "the holder's");
	teardown();
}

/*
 * A buffer whose end cannot be written to: all that was there is still there.
 */
static void
test_fault(void)
{
	const size_t page = 4096;
	char *map = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	hk_fault_t hf;
	int i;

	need(map != MAP_FAILED, "memory");
	need(mprotect(map + page, page, PROT_NONE) == 0, "half of it");
	setup(0, 0, 0);
	for (i = 0; i < 5; i++)
		down((uint32_t)i, LEN);
	is(hk_read(mon.m_fd, map + page - 200, 400), -EFAULT, "it ends there");
	memset(&hf, 0, sizeof (hf));
	hf.hf_kind = HK_FAULT_COPY;
	hf.hf_nth = 1;
	need(hk_ioctl(drv_hk, HK_IOC_FAULT, &hf) == 0, "a fault");
	is(hk_read(mon.m_fd, mon.m_buf, 4096), -EFAULT, "the copy fails");
	for (i = 0; i < 5; i++) {
		(void) drv_frame(out, drv_mac, drv_peer, (uint32_t)i, LEN);
		a_record(UNET_CAPTURE_READ, 0, LEN, LEN);
		is(hk_read(fd, in, sizeof (in)), LEN, "the holder's");
	}
	(void) munmap(map, 2 * page);
	teardown();
}

static void *
reader(void *arg)
{
	int64_t *res = arg;

	*res = hk_read(mon.m_fd, mon.m_buf, 4096);
	return (NULL);
}

static void
test_poll(void)
{
	struct pollfd pfd;
	pthread_t thread;
	hk_fault_t hf;
	uint64_t value;
	int64_t res;
	int on = 1;

	setup(0, 0, 0);
	is(hk_poll(mon.m_fd, POLLIN | POLLPRI | POLLOUT, 0), 0, "quiet");
	pfd.fd = hk_pollfd(mon.m_fd);
	pfd.events = POLLIN;
	is(hk_pollarm(mon.m_fd, POLLIN), 0, "armed");
	is(poll(&pfd, 1, 0), 0, "nothing yet");
	down(1, LEN);
	is(poll(&pfd, 1, 60 * 1000), 1, "a frame wakes it");
	need(read(pfd.fd, &value, sizeof (value)) > 0, "woken");
	is(hk_pollarm(mon.m_fd, POLLIN), POLLIN, "for a record");
	is(hk_poll(mon.m_fd, POLLIN | POLLRDNORM, 0), POLLIN | POLLRDNORM,
	    "which is there");
	a_record(UNET_CAPTURE_READ, 0, LEN, LEN);
	is(hk_poll(mon.m_fd, POLLIN, 0), 0, "and then is not");

	is(hk_setfl(mon.m_fd, 0), 0, "blocking");
	is(hk_ioctl(mon.m_fd, FIONBIO, &on), 0, "but for FIONBIO");
	is(hk_read(mon.m_fd, mon.m_buf, 4096), -EAGAIN, "none");
	is(hk_setfl(mon.m_fd, 0), 0, "blocking");
	memset(&hf, 0, sizeof (hf));
	hf.hf_kind = HK_FAULT_INTR;
	hf.hf_nth = 1;
	need(hk_ioctl(drv_hk, HK_IOC_FAULT, &hf) == 0, "a signal");
	is(hk_read(mon.m_fd, mon.m_buf, 4096), -EINTR, "interrupts");
	need(pthread_create(&thread, NULL, reader, &res) == 0, "a thread");
	down(2, LEN);
	(void) pthread_join(thread, NULL);
	is(res, 136, "one who waits is woken");
	is(hk_setfl(mon.m_fd, O_NONBLOCK), 0, "non-blocking");
	is(hk_read(fd, in, sizeof (in)), LEN, "the holder's");
	is(hk_read(fd, in, sizeof (in)), LEN, "the holder's");
	teardown();
}

/*
 * The end of the link: what was seen can be read, the frames that it took with
 * it among them.
 */
static void
test_destroy(void)
{
	pthread_t thread;
	mon_t waiter;
	int64_t res;

	setup(0, 0, 0);
	down(1, LEN);
	is(hk_close(port), 0, "close the port");
	drv_unplumb(linkid);
	is(drv_destroy("vpn0"), 0, "destroyed");
	is(hk_poll(mon.m_fd, POLLIN, 0), POLLIN | POLLHUP, "its end");
	a_record(UNET_CAPTURE_READ, 0, LEN, LEN);
	a_record(UNET_CAPTURE_READ, UNET_DROP_RX_DYING, LEN, LEN);
	is(hk_poll(mon.m_fd, POLLIN, 0), POLLHUP, "nothing is left");
	is(hk_read(mon.m_fd, mon.m_buf, 4096), -ENXIO, "and nothing comes");
	is(hk_close(fd), 0, "the holder goes");
	is(hk_read(mon.m_fd, mon.m_buf, 4096), -ENXIO, "which changes nothing");
	mon_close(&mon);

	linkid = drv_create("vpn0");
	mon_open(&mon);
	is(mon_capture(&mon, "vpn0", 0, 0, 0), 0, "capture");
	is(hk_setfl(mon.m_fd, 0), 0, "blocking");
	mon_open(&waiter);
	is(mon_capture(&waiter, "vpn0", 0, 0, 0), 0, "by another");
	need(pthread_create(&thread, NULL, reader, &res) == 0, "a thread");
	is(hk_pollarm(waiter.m_fd, POLLIN), 0, "armed");
	is(drv_destroy("vpn0"), 0, "destroyed");
	(void) pthread_join(thread, NULL);
	is(res, -ENXIO, "who reads is told");
	is(hk_poll(waiter.m_fd, POLLIN, 60 * 1000), POLLHUP, "who polls is");
	mon_close(&waiter);
	mon_close(&mon);
}

/*
 * Every open is another monitor.
 */
static void
test_many(void)
{
	mon_t all[UNET_CAPTURES_MAX];
	mon_t more;
	int i;

	setup(0, 0, 0);
	is(hk_ioctl(drv_hk, HK_IOC_UNLOAD, NULL), -EBUSY, "no detach now");
	for (i = 1; i < UNET_CAPTURES_MAX; i++) {
		mon_open(&all[i]);
		is(mon_capture(&all[i], "vpn0", 0, 0, 65568), 0, "another");
	}
	mon_open(&more);
	is(mon_capture(&more, "vpn0", 0, 0, 0), -ENOSPC, "too many");
	is(more.m_capture.uica_hdr.uih_errno, UNET_E_CAPTURES, "its cause");
	down(1, LEN);
	for (i = 1; i < UNET_CAPTURES_MAX; i++) {
		need(mon_next(&all[i]) != NULL, "each sees the frame");
		is(drv_number((uint8_t *)(mon_record(&all[i]) + 1)), 1, "it");
	}
	mon_close(&all[3]);
	is(mon_capture(&more, "vpn0", 0, 0, 0), 0, "room for one");
	ok(mon_next(&more) == NULL, "which sees nothing of before");
	down(2, LEN);
	need(mon_next(&more) != NULL, "but what comes");
	for (i = 1; i < UNET_CAPTURES_MAX; i++) {
		if (i != 3)
			mon_close(&all[i]);
	}
	mon_close(&more);
	is(hk_read(fd, in, sizeof (in)), LEN, "the holder's");
	is(hk_read(fd, in, sizeof (in)), LEN, "the holder's");
	teardown();
}

int
main(void)
{
	drv_boot();
	test_both_ways();
	test_filter();
	test_kinds();
	test_snaplen();
	test_full();
	test_wrap();
	test_read();
	test_fault();
	test_poll();
	test_destroy();
	test_many();
	return (drv_done());
}
