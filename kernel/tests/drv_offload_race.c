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
 * Large segments on two CPUs, while the holder comes and goes, the queue is too
 * small, its bound and the MTU change, and offloads go on and off.  In the end
 * all frames are accounted for, and no room stays reserved.
 */

#include "drv_offload.h"

#define	NSENDERS	2
#define	NSENDS		400
#define	NROUNDS		100

static unsigned int senders;	/* atomic: at work */
static unsigned int turn;	/* atomic: of test_given_back() */

static void *
sender(void *arg)
{
	static uint8_t bufs[NSENDERS][PKT_MAX];
	const unsigned int me = (unsigned int)(uintptr_t)arg;
	const int mine = drv_port("seg0");
	uint8_t *buf = bufs[me];
	pkt_t p = { .p_proto = PKT_TCP, .p_flags = PKT_ACK };
	hk_bussend_t hbs;
	unsigned int i;

	(void) hk_setfl(mine, 0);
	for (i = 0; i < NSENDS; i++) {
		const int lso = i % 4 != 0;

		p.p_data = lso ? 3000 + i * 20 : 300;
		(void) pkt_build(&p, buf);
		pkt_prepare(&p, buf, lso);
		pkt_meta(&p, &hbs, buf, lso ? LSO_PARTIAL :
		    i % 8 == 0 ? 0 : HDR_AND(HK_PKT_PARTIAL_CKSUM),
		    lso ? 500 : 0);
		if (hk_ioctl(mine, HK_IOC_BUSSEND, &hbs) != 0)
			break;
	}
	(void) hk_close(mine);
	(void) __atomic_sub_fetch(&senders, 1, __ATOMIC_SEQ_CST);
	return (NULL);
}

/*
 * A holder for a while, again and again.
 */
static void *
holder(void *arg)
{
	static uint8_t buf[16384];
	unsigned int *heldp = arg;
	int mine, n, got;

	while (__atomic_load_n(&senders, __ATOMIC_SEQ_CST) != 0) {
		if ((mine = drv_open("vpn0", DRV_RDWR)) <= 0)
			continue;
		(void) __atomic_add_fetch(heldp, 1, __ATOMIC_SEQ_CST);
		for (n = got = 0; n < 300 || (got == 0 && __atomic_load_n(
		    &senders, __ATOMIC_SEQ_CST) != 0); n++)
			got += hk_read(mine, buf, sizeof (buf)) > 0;
		(void) hk_close(mine);
	}
	return (NULL);
}

static void *
changer(void *arg)
{
	unet_ioc_props_t uip;
	unsigned int i;

	(void) arg;
	for (i = 0; __atomic_load_n(&senders, __ATOMIC_SEQ_CST) != 0; i++) {
		memset(&uip, 0, sizeof (uip));
		drv_hdr(&uip.uip_hdr, "vpn0");
		uip.uip_count = 4;
		uip.uip_props[0].up_id = UNET_PROP_RXBUF;
		uip.uip_props[0].up_value = i % 2 ? 8000 : 40000;
		uip.uip_props[1].up_id = UNET_PROP_MTU;
		uip.uip_props[1].up_value = i % 3 ? 1500 : 1000;
		uip.uip_props[2].up_id = UNET_PROP_TX_ULP_CKSUM;
		uip.uip_props[2].up_value = i % 3;
		uip.uip_props[3].up_id = UNET_PROP_LSO;
		uip.uip_props[3].up_value = i % 5 ? 1 : 0;
		if (hk_ioctl(drv_ctl, UNET_IOC_SETPROP, &uip) != 0)
			break;
	}
	return (NULL);
}

static void
test_accounts(void)
{
	pthread_t threads[NSENDERS + 2];
	unsigned int i, held = 0;

	setup_size(8000, 0);
	is(hk_close(fd), 0, "close");
	senders = NSENDERS;
	(void) pthread_create(&threads[NSENDERS], NULL, holder, &held);
	(void) pthread_create(&threads[NSENDERS + 1], NULL, changer, NULL);
	drv_until(__atomic_load_n(&held, __ATOMIC_SEQ_CST) > 0,
	    "there is a holder");
	for (i = 0; i < NSENDERS; i++) {
		(void) pthread_create(&threads[i], NULL, sender,
		    (void *)(uintptr_t)i);
	}
	for (i = 0; i < NSENDERS + 2; i++)
		(void) pthread_join(threads[i], NULL);

	drv_until(stat_of("rxq_frames") == 0 && stat_of("rxq_bytes") == 0,
	    "nothing is queued and no room stays reserved");
	ok(stat_of("rx_frames") > 0, "some frames were read");
	is(stat_of("rx_drop_offload") + stat_of("rx_drop_nomem") +
	    stat_of("rx_drop_toobig"), 0, "none was lost for what it is");
	fd = drv_open("vpn0", DRV_RDWR);
	teardown();
}

/*
 * The link goes while packets are being cut for it.
 */
static void
test_destroy(void)
{
	pthread_t threads[NSENDERS];
	unsigned int round, i;

	for (round = 0; round < 10; round++) {
		setup_size(20000, 0);
		senders = NSENDERS;
		for (i = 0; i < NSENDERS; i++) {
			(void) pthread_create(&threads[i], NULL, sender,
			    (void *)(uintptr_t)i);
		}
		drv_until(stat_of("rx_in_frames") > 0, "frames come");
		is(drv_destroy("vpn0"), 0, "destroy");
		is(hk_read(fd, in, sizeof (in)), -ENXIO, "it is gone");
		for (i = 0; i < NSENDERS; i++)
			(void) pthread_join(threads[i], NULL);
		is(hk_close(fd), 0, "close");
		is(hk_close(port), 0, "close the port");
	}
}

/*
 * A packet that comes to nothing at last, because one block of data cannot be
 * shared by as many frames; meanwhile it keeps all of the room.
 */
static void *
waster(void *arg)
{
	static uint8_t buf[PKT_MAX];
	const pkt_t p = { .p_proto = PKT_TCP, .p_data = 65000 };
	const int mine = drv_port("seg0");
	hk_bussend_t hbs;
	unsigned int round;

	(void) pkt_build(&p, buf);
	pkt_prepare(&p, buf, 1);
	pkt_meta(&p, &hbs, buf, LSO_PARTIAL, 200);
	for (round = 1; round <= NROUNDS; round++) {
		while (__atomic_load_n(&turn, __ATOMIC_SEQ_CST) < round)
			(void) sched_yield();
		while (hk_ioctl(mine, HK_IOC_BUSSEND, &hbs) != 0)
			(void) sched_yield();
		__atomic_store_n((unsigned int *)arg, round, __ATOMIC_SEQ_CST);
	}
	(void) hk_close(mine);
	return (NULL);
}

/*
 * Who finds the queue full then is told when it is not.
 */
static void
test_given_back(void)
{
	unsigned int round, wasted = 0, stuck = 0;
	pthread_t thread;
	uint64_t had;

	setup_size(0, 0);
	turn = 0;
	(void) pthread_create(&thread, NULL, waster, &wasted);
	for (round = 1; round <= NROUNDS; round++) {
		had = stat_of("rx_in_frames");
		__atomic_store_n(&turn, round, __ATOMIC_SEQ_CST);
		while (stat_of("rxq_bytes") == 0 && __atomic_load_n(&wasted,
		    __ATOMIC_SEQ_CST) < round)
			continue;
		(void) drv_frame(out, drv_mac, drv_peer, round, 100);
		need(hk_write(port, out, 100) == 100, "a frame");
		if (hk_poll(fd, POLLIN, 60000) <= 0)
			stuck++;
		(void) hk_read(fd, in, sizeof (in));
		while (stuck == 0 && stat_of("rx_in_frames") < had + 2)
			(void) sched_yield();
	}
	(void) pthread_join(thread, NULL);
	is(stuck, 0, "no frame stays with MAC");
	is(stat_of("rx_drop_offload"), NROUNDS, "the others came to nothing");
	/* Whether it comes to that is chance; nearly always it does. */
	printf("# MAC was blocked %llu times meanwhile\n",
	    (unsigned long long)stat_of("fc_events"));
	teardown();
}

int
main(void)
{
	drv_boot();
	test_accounts();
	test_destroy();
	test_given_back();
	return (drv_done());
}
