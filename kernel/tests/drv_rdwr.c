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
 * read(2) and write(2): one frame a call, of the right length, for the right
 * address, and nothing lost by a bad call.
 */

#include "drv_held.h"

static uint8_t in[16384], out[16384];

static void
setup(uint32_t mtu)
{
	unet_ioc_create_t uic;

	drv_create_init(&uic, "vpn0");
	uic.uic_mtu = mtu;
	setup_as(&uic);
}

static void
test_read(void)
{
	struct iovec iov[3] = { { in, 1 }, { in + 1, 20 }, { in + 21, 2000 } };

	setup(0);
	is(hk_read(fd, in, sizeof (in)), -EAGAIN, "nothing to read");
	is(drv_stat("vpn0", "rx_eagain", NULL), 1, "... and counted");

	(void) drv_frame(out, drv_mac, drv_peer, 1, 1514);
	is(hk_write(port, out, 1514), 1514, "a frame of the stack");
	is(hk_poll(fd, POLLIN, 0), POLLIN, "poll: readable");
	is(hk_read(fd, in, 1513), -EOVERFLOW, "too small a buffer");
	is(hk_read(fd, (void *)8, 2000), -EFAULT, "a bad address");
	is(hk_read(fd, in, sizeof (in)), 1514, "... have lost nothing");
	is(memcmp(in, out, 1514), 0, "... of it");
	is(hk_read(fd, in, 0), 0, "read of nothing");

	(void) drv_frame(out, drv_mac, drv_peer, 2, 200);
	is(hk_write(port, out, 200), 200, "a frame of the stack");
	is(hk_readv(fd, iov, 3), 200, "... into three iovecs");
	is(memcmp(in, out, 200), 0, "... whole");

	(void) drv_frame(out, drv_mac, drv_peer, 3, 1518);
	out[12] = 0x81;
	out[13] = 0;
	is(hk_write(port, out, 1518), 1518, "a frame with a VLAN tag");
	is(hk_read(fd, in, sizeof (in)), 1518, "... is read");
	is(memcmp(in, out, 1518), 0, "... with its tag");

	memset(in, 0xee, 100);
	(void) drv_frame(out, drv_mac, drv_peer, 4, 42);
	is(hk_write(port, out, 42), 42, "a short frame");
	is(hk_read(fd, in, sizeof (in)), 60, "... is padded");
	is(memcmp(in, out, 42), 0, "... after its bytes");
	is(in[42] | in[50] | in[59], 0, "... with zeroes");
	teardown();
}

static void
test_read_drops(void)
{
	setup(0);
	(void) drv_frame(out, drv_mac, drv_peer, 1, 1519);
	(void) hk_write(port, out, 1519);
	is(hk_read(fd, in, sizeof (in)), -EAGAIN, "a frame over the MTU");
	is(drv_stat("vpn0", "rx_drop_toobig", NULL), 1, "... is counted");

	(void) drv_frame(out, drv_mac, drv_peer, 2, 100);
	is(hk_write(port, out, 100), 100, "a frame");
	is(hk_close(fd), 0, "close");
	is(drv_stat("vpn0", "rx_drop_flush", NULL), 1,
	    "what was not read is counted");
	is(hk_write(port, out, 100), 100, "another");
	is(drv_stat("vpn0", "rx_drop_noholder", NULL), 1,
	    "without a holder it is counted, too");
	drv_balance("vpn0");
	fd = drv_open("vpn0", DRV_RDWR);
	is(hk_read(fd, in, sizeof (in)), -EAGAIN, "a new holder reads nothing");
	teardown();
}

static void
test_write(void)
{
	struct iovec iov[3] = {
		{ out, 14 }, { out + 14, 1 }, { out + 15, 85 }
	};
	uint64_t sent;

	setup(0);
	(void) drv_frame(out, drv_peer, drv_mac, 1, 1514);
	memcpy(out, drv_mac, 6);
	is(hk_write(fd, out, 0), -ERANGE, "no bytes");
	is(hk_write(fd, out, 13), -ERANGE, "13 bytes");
	is(hk_write(fd, out, 1519), -ERANGE, "1519 bytes");
	is(hk_write(fd, (void *)8, 100), -EFAULT, "a bad address");
	is(hk_read(port, in, sizeof (in)), -EAGAIN, "... have sent nothing");
	is(drv_stat("vpn0", "tx_in_frames", NULL), 0, "... and count nothing");

	is(hk_write(fd, out, 1514), 1514, "1514 bytes");
	is(hk_read(port, in, sizeof (in)), 1514, "... reach the stack");
	is(memcmp(in, out, 1514), 0, "... whole");
	is(hk_write(fd, out, 14), 14, "14 bytes");
	is(hk_read(port, in, sizeof (in)), 14, "... reach the stack");
	is(hk_write(fd, out, 1518), 1518, "1518 bytes");
	is(hk_read(port, in, sizeof (in)), 1518, "... reach the stack");
	is(hk_writev(fd, iov, 3), 100, "three iovecs");
	is(hk_read(port, in, sizeof (in)), 100, "... are one frame");
	is(memcmp(in, out, 100), 0, "... whole");
	sent = drv_stat("vpn0", "tx_bytes", NULL);
	is(sent, 1514 + 14 + 1518 + 100, "the bytes are counted");
	is(drv_stat("vpn0", "txq_bytes", NULL), 0, "nothing is reserved");
	teardown();
}

static void
test_filter(void)
{
	static const uint8_t mcast[6] = { 0x01, 0, 0x5e, 1, 2, 3 };
	static const uint8_t other[6] = { 0x02, 9, 9, 9, 9, 9 };

	setup(0);
	(void) drv_frame(out, other, drv_peer, 1, 100);
	is(hk_write(fd, out, 100), 100, "for a foreign address");
	is(hk_read(port, in, sizeof (in)), -EAGAIN, "... does not arrive");
	is(drv_stat("vpn0", "tx_drop_filter", NULL), 1, "... and is counted");
	memcpy(out, mcast, 6);
	is(hk_write(fd, out, 100), 100, "for a group nobody joined");
	is(hk_read(port, in, sizeof (in)), -EAGAIN, "... does not arrive");
	is(drv_stat("vpn0", "tx_drop_filter", NULL), 2, "... and is counted");
	memcpy(out, drv_bcast, 6);
	is(hk_write(fd, out, 100), 100, "for everybody");
	is(hk_read(port, in, sizeof (in)), 100, "... arrives");
	memcpy(out, drv_mac, 6);
	is(hk_write(fd, out, 100), 100, "for the link's own address");
	is(hk_read(port, in, sizeof (in)), 100, "... arrives");

	drv_unplumb(id);
	is(hk_write(fd, out, 100), 100, "with no stack");
	is(drv_stat("vpn0", "tx_drop_nostack", NULL), 1, "... is counted");
	teardown();
}

static void
test_jumbo(void)
{
	setup(9000);
	(void) drv_frame(out, drv_mac, drv_peer, 1, 9018);
	is(hk_write(port, out, 9018), 9018, "9018 bytes of the stack");
	is(hk_read(fd, in, sizeof (in)), 9018, "... are read");
	is(memcmp(in, out, 9018), 0, "... whole");
	is(hk_write(fd, out, 9018), 9018, "9018 bytes of the holder");
	is(hk_read(port, in, sizeof (in)), 9018, "... reach the stack");
	is(hk_write(fd, out, 9019), -ERANGE, "9019 bytes");
	teardown();
	setup(68);
	is(hk_write(fd, out, 68 + 18), 86, "86 bytes at MTU 68");
	is(hk_write(fd, out, 68 + 19), -ERANGE, "87 bytes at MTU 68");
	is(hk_read(port, in, sizeof (in)), 86, "86 bytes reach the stack");
	teardown();
}

/*
 * A read that waits is woken by a frame, and by a signal.
 */
static void *
blocked_read(void *arg)
{
	int64_t *resp = arg;

	*resp = hk_read(fd, in, sizeof (in));
	return (NULL);
}

static void
test_blocking(void)
{
	hk_fault_t hf = { HK_FAULT_INTR, 0, 1, 0 };
	pthread_t thread;
	int64_t res = 0;

	setup(0);
	is(hk_setfl(fd, 0), 0, "a blocking descriptor");
	need(pthread_create(&thread, NULL, blocked_read, &res) == 0, "thread");
	drv_until(drv_stat("vpn0", "rx_waits", NULL) == 1, "a reader waits");
	(void) drv_frame(out, drv_mac, drv_peer, 1, 100);
	is(hk_write(port, out, 100), 100, "a frame of the stack");
	need(pthread_join(thread, NULL) == 0, "join");
	is(res, 100, "... wakes it");

	is(hk_ioctl(drv_hk, HK_IOC_FAULT, &hf), 0, "a signal for the next");
	is(hk_read(fd, in, sizeof (in)), -EINTR, "... interrupts the read");
	is(drv_stat("vpn0", "rx_waits", NULL), 2, "... while it waits");
	teardown();
}

int
main(void)
{
	drv_boot();
	test_read();
	test_read_drops();
	test_write();
	test_filter();
	test_jumbo();
	test_blocking();
	return (drv_done());
}
