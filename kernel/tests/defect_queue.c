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
 * What vnd got wrong about queues, waiting and polling: each fact is named for
 * what its users saw.
 */

#include <sys/ioctl.h>

#include "drv_held.h"
#include "drv_slow.h"

static uint8_t in[2048], out[2048];

static void
setup(uint64_t rxbuf, uint64_t txbuf)
{
	unet_ioc_create_t uic;

	drv_create_init(&uic, "vpn0");
	uic.uic_rxbuf = rxbuf;
	uic.uic_txbuf = txbuf;
	setup_as(&uic);
}

static void
stack_sends(uint32_t n, size_t len)
{
	(void) drv_frame(out, drv_mac, drv_peer, n, len);
	need(hk_write(port, out, len) == (int64_t)len, "frame %u", n);
}

/*
 * The stack is held up, and goes on: nothing is lost, and all is counted.
 */
static void
test_flow(void)
{
	const struct timespec while_ms = { .tv_nsec = 2000000 };
	uint32_t i, next = 0;

	setup(4 * 1256, 0);
	for (i = 0; i < 40; i++)
		stack_sends(i, 1000);
	(void) nanosleep(&while_ms, NULL);
	while (next < 40 && hk_poll(fd, POLLIN, 20000) == POLLIN) {
		while (hk_read(fd, in, sizeof (in)) == 1000 &&
		    drv_number(in) == next)
			next++;
	}
	is(next, 40, "a full read queue loses no frame of the stack");
	is(drv_stat("vpn0", "rx_drops", NULL), 0, "... and counts none");
	ok(drv_stat("vpn0", "fc_events", NULL) > 0,
	    "the flow control of ordinary traffic is counted");
	ok(drv_stat("vpn0", "fc_time", NULL) >= 2000000,
	    "... with the time that the stack had to wait");
	ok(drv_stat("vpn0", "fc_1ms", NULL) > 0, "... in its histogram");
	teardown();
}

/*
 * The smallest queues.
 */
static void
test_smallest(void)
{
	const uint64_t floor = 1518 + 256;

	setup(floor, floor);
	is(drv_set("vpn0", UNET_PROP_TXBUF, floor - 1), -ERANGE,
	    "no buffer can be made smaller than a frame");
	is(drv_set("vpn0", UNET_PROP_RXBUF, 0), -ERANGE, "... nor empty");
	(void) drv_frame(out, drv_mac, drv_peer, 1, 1518);
	is(hk_write(fd, out, 1518), 1518,
	    "the largest frame goes through the smallest write buffer");
	is(hk_read(port, in, sizeof (in)), 1518, "... whole");
	stack_sends(2, 1518);
	is(hk_read(fd, in, sizeof (in)), 1518,
	    "the largest frame goes through the smallest read buffer");
	need(hk_setfl(fd, 0) == 0, "blocking");
	is(hk_write(fd, out, 0), -ERANGE,
	    "a write of nothing is refused, and does not wait for ever");
	need(hk_setfl(fd, O_NONBLOCK) == 0, "non-blocking");
	teardown();
}

static void *
slow_reader(void *arg)
{
	*(int64_t *)arg = hk_read(fd, slow_page, (uint64_t)slow_size);
	return (NULL);
}

static void
test_slow_reader(void)
{
	pthread_t thread;
	int64_t res = 0;

	setup(0, 0);
	stack_sends(1, 1000);
	slow_arm();
	need(pthread_create(&thread, NULL, slow_reader, &res) == 0, "thread");
	drv_until(slow_is_entered(), "a reader is stuck in a page fault");
	stack_sends(2, 1000);
	is(drv_stat("vpn0", "rx_in_frames", NULL), 2,
	    "the stack goes on while a reader is stuck in a page fault");
	is(hk_read(fd, in, sizeof (in)), 1000, "... so does another reader");
	slow_release();
	need(pthread_join(thread, NULL) == 0, "join");
	is(res, 1000, "the reader gets its frame at last");
	is(drv_number((uint8_t *)slow_page), 1, "... the first");
	teardown();
}

/*
 * A writer that is stuck has reserved its room, 1000 and 256 bytes.  A byte is
 * missing for the largest frame besides.
 */
#define	TXBUF	(1518 + 256 + 1000 + 256 - 1)

static void *
slow_writer(void *arg)
{
	*(int64_t *)arg = hk_write(fd, slow_page, 1000);
	return (NULL);
}

static void *
poller(void *arg)
{
	*(int64_t *)arg = hk_poll(fd, POLLOUT, 60000);
	return (NULL);
}

static void
stick(pthread_t *threadp, int64_t *resp, const uint8_t *dst)
{
	(void) drv_frame((uint8_t *)slow_page, dst, drv_peer, 1, 1000);
	slow_arm();
	need(pthread_create(threadp, NULL, slow_writer, resp) == 0, "thread");
	drv_until(slow_is_entered(), "a writer is stuck in a page fault");
}

static void
wait_for_room(pthread_t *threadp, int64_t *resp)
{
	const uint64_t polls = drv_stat("vpn0", "poll_calls", NULL);

	*resp = 0;
	need(pthread_create(threadp, NULL, poller, resp) == 0, "thread");
	drv_until(drv_stat("vpn0", "poll_calls", NULL) > polls,
	    "a poller waits");
}

static void
test_pollout(void)
{
	static const uint8_t nobody[6] = { 2, 9, 9, 9, 9, 9 };
	static uint8_t big[1518];
	static drv_fio_t df;
	int64_t wrote = 0, polled = 0;
	pthread_t writer, waiter;
	frameio_t *fio;
	int on = 1;

	setup(0, TXBUF);
	stick(&writer, &wrote, drv_mac);
	is(hk_poll(fd, POLLOUT, 0), 0,
	    "POLLOUT is not said when a frame of the largest size does not "
	    "fit");
	(void) drv_frame(out, drv_mac, drv_peer, 2, 100);
	is(hk_write(fd, out, 100), 100, "... although a small one does");
	is(hk_setfl(fd, 0), 0, "a descriptor that blocks");
	is(hk_ioctl(fd, FIONBIO, &on), 0, "but for FIONBIO");
	fio = drv_fio_init(&df, 2, 1);
	drv_fio_vec(&df, 0, out, 100);
	drv_fio_vec(&df, 1, big, sizeof (big));
	is(hk_ioctl(fd, UNET_IOC_FRAMEIO_WRITE, fio), 0, "waits for no room");
	is(fio->fio_nvecs, 1, "and takes what fits");
	is(hk_write(fd, big, sizeof (big)), -EAGAIN, "which may be nothing");
	wait_for_room(&waiter, &polled);
	is(drv_set("vpn0", UNET_PROP_TXBUF, 100000), 0, "the queue grows");
	need(pthread_join(waiter, NULL) == 0, "join");
	is(polled, POLLOUT, "a poller is woken when the write buffer grows");
	slow_release();
	need(pthread_join(writer, NULL) == 0, "join");
	is(wrote, 1000, "the writer ends");

	is(drv_set("vpn0", UNET_PROP_TXBUF, TXBUF), 0, "it shrinks");
	stick(&writer, &wrote, nobody);
	is(hk_poll(fd, POLLOUT, 0), 0, "full again");
	wait_for_room(&waiter, &polled);
	slow_release();
	need(pthread_join(writer, NULL) == 0, "join");
	need(pthread_join(waiter, NULL) == 0, "join");
	is(polled, POLLOUT,
	    "a poller is woken by room that a dropped frame leaves");
	is(drv_stat("vpn0", "tx_drop_filter", NULL), 1, "... and is counted");
	teardown();
}

int
main(void)
{
	drv_boot();
	slow_setup();
	test_flow();
	test_smallest();
	test_slow_reader();
	test_pollout();
	slow_teardown();
	return (drv_done());
}
