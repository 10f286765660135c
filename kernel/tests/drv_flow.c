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
 * Queues: their bounds, what a full one does to the stack and to the holder,
 * and what poll says of it.
 */

#include "drv_held.h"

#define	NMANY	3000

static uint8_t in[2048], out[2048];

static void
setup(uint64_t rxbuf)
{
	unet_ioc_create_t uic;

	drv_create_init(&uic, "vpn0");
	uic.uic_rxbuf = rxbuf;
	setup_as(&uic);
}

static int64_t
send_one(uint32_t n)
{
	(void) drv_frame(out, drv_mac, drv_peer, n, 500);
	return (hk_write(port, out, 500));
}

static void
set_rxbuf(uint64_t size)
{
	is(drv_set("vpn0", UNET_PROP_RXBUF, size), 0, "rxbuf %llu",
	    (unsigned long long)size);
}

/*
 * The bound is in bytes, overhead included, and is met to the byte.
 */
static void
test_bound(void)
{
	uint32_t i;

	setup(10 * 756);
	for (i = 0; i < 10; i++)
		need(send_one(i) == 500, "frame %u", i);
	is(drv_stat("vpn0", "rxq_frames", NULL), 10, "ten frames of 756 fit");
	is(drv_stat("vpn0", "rxq_bytes", NULL), 7560, "... in 7560 bytes");
	is(drv_stat("vpn0", "fc_events", NULL), 0, "... and no more is known");
	need(send_one(10) == 500, "an eleventh");
	is(drv_stat("vpn0", "rxq_frames", NULL), 10, "... stays with MAC");
	is(drv_stat("vpn0", "fc_events", NULL), 1, "... and is counted");
	is(drv_stat("vpn0", "rx_drops", NULL), 0, "nothing is dropped");

	for (i = 0; i < 4; i++)
		is(hk_read(fd, in, sizeof (in)), 500, "frame %u", i);
	is(drv_stat("vpn0", "fc_time", NULL), 0, "MAC waits until half");
	is(drv_stat("vpn0", "fc_blocked", NULL), 1, "... and it says so");
	is(hk_read(fd, in, sizeof (in)), 500, "frame 4");
	drv_until(drv_stat("vpn0", "rx_in_frames", NULL) == 11,
	    "at half, at the latest, MAC sends the rest");
	for (i = 5; i < 11; i++) {
		is(hk_read(fd, in, sizeof (in)), 500, "frame %u", i);
		is(drv_number(in), i, "... in its turn");
	}
	is(hk_read(fd, in, sizeof (in)), -EAGAIN, "no more");
	ok(drv_stat("vpn0", "fc_time", NULL) > 0, "MAC waits no longer");
	is(drv_stat("vpn0", "fc_blocked", NULL), 0, "... and it says so");
	is(drv_stat("vpn0", "rxq_peak", NULL), 7560, "the peak");
	teardown();
}

/*
 * A flood with a slow reader: all of it arrives, in order.
 */
static void *
flood(void *arg)
{
	const int sender = drv_port("seg0");
	uint8_t buf[2048];
	uint32_t i;

	(void) hk_setfl(sender, 0);
	for (i = 0; i < NMANY; i++) {
		(void) drv_frame(buf, drv_mac, drv_peer, i, 500);
		if (hk_write(sender, buf, 500) != 500)
			break;
	}
	(void) hk_close(sender);
	*(uint32_t *)arg = i;
	return (NULL);
}

static void
test_flood(void)
{
	uint32_t sent = 0, next = 0, wrong = 0;
	pthread_t thread;
	int64_t len;

	setup(8192);
	need(pthread_create(&thread, NULL, flood, &sent) == 0, "thread");
	drv_until(drv_stat("vpn0", "fc_events", NULL) > 0,
	    "the stack is held up");
	while (next < NMANY && hk_poll(fd, POLLIN, 20000) == POLLIN) {
		while ((len = hk_read(fd, in, sizeof (in))) == 500) {
			if (drv_number(in) != next)
				wrong++;
			next++;
		}
		if (len != -EAGAIN)
			break;
	}
	need(pthread_join(thread, NULL) == 0, "join");
	is(sent, NMANY, "all were sent");
	is(next, NMANY, "all have arrived");
	is(wrong, 0, "... in order");
	is(drv_stat("vpn0", "rx_drops", NULL), 0, "nothing was dropped");
	teardown();
}

/*
 * Growing the queue wakes the stack; closing it lets everything go.
 */
static void
test_grow(void)
{
	uint32_t i;

	setup(4 * 756);
	for (i = 0; i < 8; i++)
		need(send_one(i) == 500, "frame %u", i);
	is(drv_stat("vpn0", "rxq_frames", NULL), 4, "four of eight fit");
	set_rxbuf(65536);
	drv_until(drv_stat("vpn0", "rxq_frames", NULL) == 8,
	    "all eight, in a larger queue");
	set_rxbuf(1774);
	is(drv_stat("vpn0", "rxq_frames", NULL), 8, "a smaller one keeps them");
	need(send_one(8) == 500, "a ninth");
	for (i = 0; i < 9; i++) {
		drv_until(hk_poll(fd, POLLIN, 1000) == POLLIN, "ready");
		is(hk_read(fd, in, sizeof (in)), 500, "frame %u", i);
		is(drv_number(in), i, "... in its turn");
	}

	for (i = 0; i < 8; i++)
		need(send_one(i) == 500, "frame %u", i);
	ok(drv_stat("vpn0", "rxq_frames", NULL) < 8, "the queue is full");
	is(hk_close(fd), 0, "close");
	drv_until(drv_stat("vpn0", "rx_drops", NULL) == 8,
	    "what MAC held back is dropped, too");
	ok(drv_stat("vpn0", "rx_drop_noholder", NULL) > 0, "... for a reason");
	fd = drv_open("vpn0", DRV_RDWR);
	teardown();
}

static void
test_poll(void)
{
	uint64_t ticks;
	int efd;

	setup(0);
	is(hk_poll(fd, POLLIN | POLLOUT, 0), POLLOUT, "idle: writable");
	is(hk_poll(fd, POLLIN, 0), 0, "idle: not readable");
	is(hk_poll(fd, POLLIN, 10), 0, "... after a while, too");
	need(send_one(1) == 500, "a frame");
	is(hk_poll(fd, POLLIN | POLLOUT, 0), POLLIN | POLLOUT, "both");
	is(hk_poll(fd, POLLIN, -1), POLLIN, "no wait if it is ready");
	is(hk_read(fd, in, sizeof (in)), 500, "read");
	is(hk_poll(fd, POLLIN, 0), 0, "not readable");

	efd = hk_pollfd(fd);
	ok(efd >= 0, "a descriptor for an event loop");
	is(hk_pollarm(fd, POLLIN), 0, "armed");
	is(read(efd, &ticks, 8) == -1 ? errno : 0, EAGAIN, "quiet");
	need(send_one(2) == 500, "a frame");
	is(read(efd, &ticks, 8), 8, "it tells");
	need(send_one(3) == 500, "another");
	is(read(efd, &ticks, 8) == -1 ? errno : 0, EAGAIN, "... once");
	is(hk_pollarm(fd, POLLIN), POLLIN, "armed: ready already");
	is(hk_read(fd, in, sizeof (in)), 500, "read");
	is(hk_read(fd, in, sizeof (in)), 500, "read");
	is(hk_poll(drv_ctl, POLLIN | POLLOUT, 0), 0, "ctl has no events");
	teardown();
}

/*
 * FIONBIO sets the flag although the driver is asked as well.
 */
static void
test_nonblock(void)
{
	setup(0);
	is(hk_setfl(fd, 0), 0, "blocking");
	is(hk_getfl(fd) & O_NONBLOCK, 0, "... as the flags say");
	is(hk_setfl(fd, O_NONBLOCK), 0, "non-blocking");
	is(hk_read(fd, in, sizeof (in)), -EAGAIN, "... as read says");
	is(hk_ioctl(fd, 0x4711, in), -ENOTTY, "an unknown command");
	teardown();
}

int
main(void)
{
	drv_boot();
	test_bound();
	test_flood();
	test_grow();
	test_poll();
	test_nonblock();
	return (drv_done());
}
