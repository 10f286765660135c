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
 * What a MAC provider sees: the third to the sixth part, and the ninth, of
 * what a real kernel was seen to do.
 */

#include "unit_dev.h"

static td_mac_t tm;

static int64_t
dl_create(const char *name)
{
	hk_dl_t dl = { .hdl_class = DATALINK_CLASS_MISC };

	dl.hdl_flags = HK_DL_ACTIVE;
	(void) strlcpy(dl.hdl_name, name, sizeof (dl.hdl_name));
	dl.hdl_linkid = 0;
	if (hk_ioctl(hk, HK_IOC_DLCREATE, &dl) != 0)
		return (-1);
	return (dl.hdl_linkid);
}

static int
dl_destroy(datalink_id_t id)
{
	hk_dl_t dl = { .hdl_linkid = id };

	return (hk_ioctl(hk, HK_IOC_DLDESTROY, &dl));
}

static int
fault(uint32_t kind, uint64_t nth)
{
	hk_fault_t hf = { .hf_kind = kind, .hf_nth = nth };

	return (hk_ioctl(hk, HK_IOC_FAULT, &hf));
}

static int
plumb(datalink_id_t id, const char *bus, uint32_t flags)
{
	hk_stack_t hst = { .hst_linkid = id, .hst_kind = HK_STACK_BUS,
	    .hst_flags = flags };

	(void) strlcpy(hst.hst_bus, bus, sizeof (hst.hst_bus));
	return (hk_ioctl(hk, HK_IOC_PLUMB, &hst));
}

static int
unplumb(datalink_id_t id)
{
	hk_stack_t hst = { .hst_linkid = id };

	return (hk_ioctl(hk, HK_IOC_UNPLUMB, &hst));
}

static datalink_id_t
link_up(const char *name)
{
	datalink_id_t id = (datalink_id_t)dl_create(name);

	check_is(td_mac_register(&tm), 0, "mac_register");
	check_is(dls_devnet_create(tm.tm_mh, id, GLOBAL_ZONEID), 0,
	    "dls_devnet_create");
	tm.tm_linkid = id;
	return (id);
}

/*
 * The order that works.
 */
static void
link_down(void)
{
	datalink_id_t id;

	check_is(dls_devnet_destroy(tm.tm_mh, &id, B_TRUE), 0,
	    "dls_devnet_destroy");
	check_is(id, tm.tm_linkid, "... of that id");
	check_is(td_mac_unregister(&tm), 0, "mac_disable, mac_unregister");
	check_is(dls_mgmt_destroy(id, B_FALSE), 0, "dls_mgmt_destroy");
}

static mblk_t *
frame(uint32_t n, size_t len)
{
	mblk_t *mp = allocb(len, BPRI_HI);

	bzero(mp->b_wptr, len);
	if (len >= 14) {
		mp->b_wptr[0] = 2;	/* to somebody */
		mp->b_wptr[6] = 4;	/* from another */
		mp->b_wptr[12] = 0x88;
		mp->b_wptr[13] = 0xb5;
	}
	if (len >= 18)
		bcopy(&n, mp->b_wptr + 14, sizeof (n));
	mp->b_wptr += len;
	return (mp);
}

/*
 * A numbered frame into the segment.
 */
static int64_t
send(int port, uint32_t n)
{
	mblk_t *mp = frame(n, 60);
	int64_t r = hk_write(port, mp->b_rptr, 60);

	freemsg(mp);
	return (r);
}

static int
was_asked(void *arg __unused)
{
	return (__atomic_load_n(&tm.tm_props, __ATOMIC_RELAXED) != 0);
}

static int
link_is(void *arg)
{
	return (mac_link_get(tm.tm_mh) == (link_state_t)(intptr_t)arg);
}

static void
test_lifecycle(void)
{
	datalink_id_t id, id2, got;
	td_mac_t other;
	uint_t sdu;

	id = (datalink_id_t)dl_create("vpn0");
	check_is(td_mac_register(&tm), 0, "mac_register");
	tm.tm_linkid = id;
	check_is(strcmp(mac_name(tm.tm_mh), "tdrv1000"), 0,
	    "without an instance it is the thousandth");
	check_is(mac_link_get(tm.tm_mh), LINK_STATE_UNKNOWN,
	    "its state is unknown");
	mac_sdu_get(tm.tm_mh, NULL, &sdu);
	check_is(sdu, 1500, "its SDU");

	check_is(dls_devnet_create(tm.tm_mh, 999, 0), ENOENT, "unknown id");
	check_is(fault(HK_FAULT_UPCALL, 1), 0, "no daemon");
	check_is(dls_devnet_create(tm.tm_mh, id, 0), EBADF, "... EBADF");
	check_is(fault(HK_FAULT_MAC, 1), 0, "a fault");
	check(dls_devnet_create(tm.tm_mh, id, 0) != 0, "... fails");
	check_is(dls_devnet_create(tm.tm_mh, id, 0), 0, "then it works");
	check_is(dls_devnet_create(tm.tm_mh, id, 0), EEXIST, "not twice");
	check_is(td_mac_register(&other), 0, "another MAC");
	check_is(dls_devnet_create(other.tm_mh, id, 0), EEXIST,
	    "not with a used id");
	check_is(td_mac_unregister(&other), 0, "... which is still there");

	check_is(dls_devnet_macname2linkid("tdrv1000", &id2), 0, "found");
	check_is(id2, id, "... that id");
	check(dls_devnet_islinkvisible(id, 0), "the global zone sees it");

	check_is(mac_disable(tm.tm_mh), EBUSY, "mac_disable first: EBUSY");
	check_is(mac_unregister(tm.tm_mh), EBUSY, "mac_unregister too");
	check_is(dls_devnet_destroy(tm.tm_mh, &got, B_TRUE), 0, "devnet first");
	check_is(dls_devnet_destroy(tm.tm_mh, &got, B_TRUE), ENOENT, "once");
	check_is(dls_devnet_create(tm.tm_mh, id, 0), 0, "it can be restored");
	check(wait_until(was_asked, NULL),
	    "the property task asks the driver");
	link_down();
	check_is(dls_mgmt_destroy(id, B_FALSE), ENOENT, "the id is gone");

	check_is(fault(HK_FAULT_MAC, 1), 0, "a fault");
	check(td_mac_register(&tm) != 0, "mac_register fails");
}

/*
 * What a signal does to an upcall, and flows to a destroy.
 */
static int
fault_with(uint32_t kind, int err)
{
	hk_fault_t hf = { .hf_kind = kind, .hf_errno = (uint32_t)-err,
	    .hf_nth = 1 };

	return (hk_ioctl(hk, HK_IOC_FAULT, &hf));
}

static void
test_refusals(void)
{
	hk_zone_t zone = { .hz_name = "z" };
	datalink_id_t id = DATALINK_INVALID_LINKID, got;

	check_is(fault_with(HK_FAULT_UPCALL, EH(EINTR)), 0, "a signal");
	check_is(dls_mgmt_create("vpn7", 0, DATALINK_CLASS_MISC, DL_ETHER,
	    B_FALSE, &id), EINTR, "... interrupts a create");
	check_is(id, DATALINK_INVALID_LINKID, "... which says no id");
	check_is(dls_mgmt_get_linkid("vpn7", &id), 0, "but there is one");
	check_is(fault_with(HK_FAULT_UPCALL, EH(EAGAIN)), 0, "no thread");
	check_is(dls_mgmt_destroy(id, B_FALSE), EAGAIN, "... EAGAIN");
	check_is(dls_mgmt_get_linkid("vpn7", &got), 0, "... and it is there");
	check_is(dls_mgmt_destroy(id, B_FALSE), 0, "destroy");

	id = (datalink_id_t)dl_create("vpn0");
	check_is(zone_start(hk, &zone), 0, "a zone");
	check_is(td_mac_register(&tm), 0, "mac_register");
	check_is(dls_devnet_create(tm.tm_mh, id, zone.hz_zoneid), 0, "in it");
	tm.tm_linkid = id;
	check(!dls_devnet_islinkvisible(id, GLOBAL_ZONEID), "only there");
	check_is(fault(HK_FAULT_MAC, 1), 0, "a flow");
	check_is(dls_devnet_destroy(tm.tm_mh, &got, B_TRUE), ENOTEMPTY,
	    "... keeps the link");
	check(dls_devnet_islinkvisible(id, GLOBAL_ZONEID),
	    "... in the zone of who asked");
	check(!dls_devnet_islinkvisible(id, zone.hz_zoneid), "... only");
	link_down();
	check_is(zone_end(hk, &zone), 0, "halt");
}

/*
 * Started when plumbed and stopped after; what runs where.
 */
static void
test_plumb(void)
{
	datalink_id_t id = link_up("vpn0"), got;
	uint32_t margin;

	check_is(tm.tm_starts, 0, "nobody starts it");
	check_is(plumb(id, "b", 0), 0, "plumb");
	check_is(tm.tm_starts, 1, "... starts it");
	check_is(tm.tm_addr[5], 1, "... tells it its address");
	check_is(plumb(id, "b", 0), EH(EEXIST), "once");
	check_is(unplumb(id), 0, "unplumb");
	check_is(tm.tm_stops, 1, "... stops it");
	check_is(unplumb(id), EH(ENOENT), "once");
	tm.tm_start_err = EIO;
	check_is(plumb(id, "b", 0), EH(EIO), "a start that fails");
	check_is(unplumb(id), EH(ENOENT), "... leaves nothing");
	tm.tm_start_err = 0;

	check_is(plumb(id, "b", HK_STACK_PIN), 0, "plumbed as IP does");
	check_is(dls_devnet_destroy(tm.tm_mh, &got, B_TRUE), EBUSY,
	    "the link is busy");
	check(tm.tm_started, "... and nothing has changed");
	check(dls_devnet_islinkvisible(id, 0), "... to nobody");
	check_is(unplumb(id), 0, "unplumbed");
	check_is(plumb(id, "b", 0), 0, "plumbed so that it yields");
	mac_margin_get(tm.tm_mh, &margin);
	check_is(margin, 4, "the margin");
	link_down();
	check_is(tm.tm_stops, 3, "it yielded");
	check_is(tm.tm_not_held, 0, "control calls held the perimeter");
}

static void
test_link_state(void)
{
	datalink_id_t id = (datalink_id_t)dl_create("vpn0");
	int port;
	uint_t i;

	check_is(td_mac_register(&tm), 0, "mac_register");
	tm.tm_linkid = id;
	mac_link_update(tm.tm_mh, LINK_STATE_DOWN);
	check_is(dls_devnet_create(tm.tm_mh, id, 0), 0, "a link that is down");
	check(wait_until(link_is, (void *)(intptr_t)LINK_STATE_DOWN),
	    "its state gets there");
	check_is(plumb(id, "b", 0), 0, "plumb");
	port = hk_open(kernel, "/dev/bus/b", O_RDWR);
	check_is(send(port, 0), 60, "a frame");
	check_is(tm.tm_tx_frames, 1, "down does not stop it");
	for (i = 0; i < 50; i++) {
		mac_link_update(tm.tm_mh, i % 2 != 0 ? LINK_STATE_UP :
		    LINK_STATE_DOWN);
	}
	check(wait_until(link_is, (void *)(intptr_t)LINK_STATE_UP),
	    "after many changes the last one counts");
	(void) hk_close(port);
	link_down();
}

/*
 * Frames from the driver.
 */
static void
test_rx(void)
{
	datalink_id_t id = link_up("vpn0");
	char buf[2000];
	mblk_t *mp;
	int port;

	mac_rx(tm.tm_mh, NULL, frame(1, 60));
	check(B_TRUE, "with no client a frame is swallowed");

	check_is(plumb(id, "b", 0), 0, "plumb");
	port = hk_open(kernel, "/dev/bus/b", O_RDWR | OH(O_NONBLOCK));
	mac_rx(tm.tm_mh, NULL, frame(1, 60));
	check_is(hk_read(port, buf, sizeof (buf)), 60,
	    "a lone client gets what is for somebody else");
	mac_rx(tm.tm_mh, NULL, frame(1, 14));
	check_is(hk_read(port, buf, sizeof (buf)), 14, "and bare headers");

	mp = frame(1, 60);
	mp->b_next = frame(2, 100);
	mp->b_cont = frame(3, 20);
	mac_rx(tm.tm_mh, NULL, mp);
	check_is(hk_read(port, buf, 10), EH(EOVERFLOW), "a buffer too small");
	check_is(hk_read(port, buf, sizeof (buf)), 80, "blocks in one");
	check_is(hk_read(port, buf, sizeof (buf)), 100, "chains one by one");
	check_is(hk_read(port, buf, sizeof (buf)), EH(EAGAIN), "no more");

	check_is(unplumb(id), 0, "unplumb");
	mac_rx(tm.tm_mh, NULL, frame(1, 60));
	check_is(hk_read(port, buf, sizeof (buf)), EH(EAGAIN), "none then");
	(void) hk_close(port);
	link_down();
}

/*
 * Frames to the driver: one block or two, and on its own thread.
 */
static void
test_tx(void)
{
	datalink_id_t id = link_up("vpn0");
	int port, other;
	char buf[100];

	check_is(plumb(id, "b", 0), 0, "plumb");
	port = hk_open(kernel, "/dev/bus/b", O_RDWR | OH(O_NONBLOCK));
	other = hk_open(kernel, "/dev/bus/b", O_RDWR | OH(O_NONBLOCK));
	check_is(send(port, 0), 60, "a frame");
	check_is(tm.tm_tx_frames, 1, "... arrives");
	check_is(tm.tm_tx_blocks, 1, "... in one block");
	check(tm.tm_tx_thread == curthread, "... on the sender's thread");
	check_is(hk_read(other, buf, sizeof (buf)), 60, "... at others too");
	check_is(hk_read(port, buf, sizeof (buf)), EH(EAGAIN), "not its own");
	check_is(hk_write(port, buf, 13), EH(EINVAL), "a runt");
	(void) hk_close(other);

	check_is(unplumb(id), 0, "unplumb");
	check_is(plumb(id, "b", HK_STACK_SPLIT), 0, "as IP splits");
	check_is(send(port, 1), 60, "a frame");
	check_is(tm.tm_tx_frames, 2, "... arrives");
	check_is(tm.tm_tx_blocks, 2, "... in two blocks");
	check_is(tm.tm_disorder, 0, "... whole");
	check_is(unplumb(id), 0, "unplumb");
	check_is(plumb(id, "b", HK_STACK_ECHO), 0, "as IP answers");
	tm.tm_tx_thread = NULL;
	mac_rx(tm.tm_mh, NULL, frame(2, 60));
	check(tm.tm_tx_thread == curthread,
	    "mc_tx is called within mac_rx, on its thread");
	check_is(tm.tm_outside, 0, "never while stopped");
	(void) hk_close(port);
	link_down();
}

/*
 * Flow control.
 */
static int
sent_all(void *arg)
{
	uint_t frames;

	mutex_enter(&tm.tm_lock);
	frames = tm.tm_tx_frames;
	mutex_exit(&tm.tm_lock);
	return (frames == (uint_t)(uintptr_t)arg);
}

static int
tried(void *arg)
{
	uint_t calls;

	mutex_enter(&tm.tm_lock);
	calls = tm.tm_tx_calls;
	mutex_exit(&tm.tm_lock);
	return (calls == (uint_t)(uintptr_t)arg);
}

static void
refuse(boolean_t on)
{
	mutex_enter(&tm.tm_lock);
	tm.tm_refuse = on;
	mutex_exit(&tm.tm_lock);
}

typedef struct sender {
	int	port;
	uint32_t from;
	uint_t	sent;
} sender_t;

static void
send_many(void *arg)
{
	sender_t *s = arg;
	uint32_t n;

	for (n = 0; n < 500; n++) {
		if (send(s->port, s->from + n) != 60)
			break;
		atomic_inc_uint(&s->sent);
	}
}

static void
test_flow(void)
{
	datalink_id_t id = link_up("vpn0");
	sender_t s = { 0 };
	uint32_t n = 0;
	void *worker;
	int port;

	check_is(plumb(id, "b", 0), 0, "plumb");
	port = hk_open(kernel, "/dev/bus/b", O_RDWR | OH(O_NONBLOCK));
	refuse(B_TRUE);
	check_is(send(port, n++), 60, "a frame that is refused");
	check(wait_until(tried, (void *)2), "MAC tries it once more");
	host_sleep(50000000);
	check(tried((void *)2), "... and then not");
	while (send(port, n) == 60)
		n++;
	check_is(n, mac_tx_srs_hiwat + 1, "it queues a thousand and one");
	check_is(hk_poll(port, PH(POLLOUT), 0), 0, "... then no POLLOUT");
	check(tried((void *)2), "... without asking the driver");
	refuse(B_FALSE);
	host_sleep(50000000);
	check(tried((void *)2), "that it would take them nobody sees");
	mac_tx_update(tm.tm_mh);
	check(wait_until(sent_all, (void *)(uintptr_t)n),
	    "until mac_tx_update(): all come");
	check_is(tm.tm_disorder, 0, "... in order");
	check_is(hk_poll(port, PH(POLLOUT), 10000), PH(POLLOUT),
	    "... and POLLOUT again");

	for (int i = 0; i < 1000; i++)
		mac_tx_update(tm.tm_mh);
	check_is(send(port, n++), 60, "a thousand calls too many do no harm");
	check(wait_until(sent_all, (void *)(uintptr_t)n), "... it arrives");

	/* A sender that waits. */
	refuse(B_TRUE);
	s.port = hk_open(kernel, "/dev/bus/b", O_RDWR);
	s.from = n;
	while (send(port, n) == 60)
		n++;
	s.from = n;
	worker = host_worker_start(send_many, &s);
	host_sleep(20000000);
	check_is(__atomic_load_n(&s.sent, __ATOMIC_RELAXED), 0,
	    "a sender that blocks sleeps");
	refuse(B_FALSE);
	mac_tx_update(tm.tm_mh);
	host_worker_join(worker);
	check_is(s.sent, 500, "... and is woken");
	check(wait_until(sent_all, (void *)(uintptr_t)(n + 500)),
	    "nothing is lost");
	check_is(tm.tm_disorder, 0, "... and all in order");
	(void) hk_close(s.port);

	/* Refusing for ever holds nothing up. */
	refuse(B_TRUE);
	check_is(send(port, 0), 60, "a frame that will never go");
	check_is(unplumb(id), 0, "unplumb: it is discarded");
	check_is(plumb(id, "b", 0), 0, "plumb");
	check_is(send(port, 0), 60, "another");
	link_down();
	check_is(tm.tm_outside, 0, "mc_tx was never called while stopped");
	(void) hk_close(port);
}

/*
 * A driver that takes its time in mc_tx: who unplumbs the link waits for it.
 */
static datalink_id_t slow_id;
static uint_t slow_unplumbed;	/* atomic */

static void
slow_send(void *arg)
{
	(void) send(*(int *)arg, 0);
}

static void
slow_unplumb(void *arg __unused)
{
	(void) unplumb(slow_id);
	atomic_inc_uint(&slow_unplumbed);
}

static int
is_inside(void *arg __unused)
{
	uint_t inside;

	mutex_enter(&tm.tm_lock);
	inside = tm.tm_inside;
	mutex_exit(&tm.tm_lock);
	return (inside != 0);
}

static void
test_slow_tx(void)
{
	void *sender, *other;
	int port;

	slow_id = link_up("vpn0");
	check_is(plumb(slow_id, "b", 0), 0, "plumb");
	port = hk_open(kernel, "/dev/bus/b", O_RDWR);
	tm.tm_hold = B_TRUE;
	sender = host_worker_start(slow_send, &port);
	check(wait_until(is_inside, NULL), "a thread is in mc_tx");
	other = host_worker_start(slow_unplumb, NULL);
	host_sleep(20000000);
	check(__atomic_load_n(&slow_unplumbed, __ATOMIC_RELAXED) == 0,
	    "who unplumbs waits for it");
	mutex_enter(&tm.tm_lock);
	tm.tm_hold = B_FALSE;
	cv_broadcast(&tm.tm_cv);
	mutex_exit(&tm.tm_lock);
	host_worker_join(sender);
	host_worker_join(other);
	check_is(slow_unplumbed, 1, "... until it has returned");
	check_is(tm.tm_outside, 0, "... before mc_stop");
	check_is(tm.tm_in_perim, 0, "mc_tx never has the perimeter");
	(void) hk_close(port);
	link_down();
}

/*
 * Kstats.
 */
static int
kstat_find(const char *module, int instance, const char *name)
{
	static hk_kstat_t ents[64];
	hk_kslist_t hkl = { .hkl_nents = 64, .hkl_ents = (uintptr_t)ents };
	uint32_t i;

	if (hk_ioctl(hk, HK_IOC_KSLIST, &hkl) != 0)
		return (-1);
	for (i = 0; i < hkl.hkl_actents; i++) {
		if (strcmp(ents[i].hks_module, module) == 0 &&
		    ents[i].hks_instance == instance &&
		    strcmp(ents[i].hks_name, name) == 0)
			return ((int)ents[i].hks_kid);
	}
	return (0);
}

static uint64_t
kstat_value(int kid, const char *name)
{
	static hk_ksnamed_t ents[128];
	hk_ksread_t hkr = { .hkr_kid = (uint32_t)kid, .hkr_nents = 128,
	    .hkr_ents = (uintptr_t)ents };
	uint32_t i;

	if (hk_ioctl(hk, HK_IOC_KSREAD, &hkr) != 0)
		return (UINT64_MAX);
	for (i = 0; i < hkr.hkr_actents; i++) {
		if (strcmp(ents[i].hkn_name, name) == 0)
			return (ents[i].hkn_value);
	}
	return (UINT64_MAX - 1);
}

/*
 * Several in one request: one that is gone does not keep the others from it.
 */
static void
test_kstat_reads(int mac, int link)
{
	static hk_ksnamed_t ents[2][128];
	hk_ksread_t reads[] = {
		{ .hkr_kid = (uint32_t)mac, .hkr_nents = 128,
		    .hkr_ents = (uintptr_t)ents[0] },
		{ .hkr_kid = 1000000, .hkr_nents = 128,
		    .hkr_ents = (uintptr_t)ents[0] },
		{ .hkr_kid = (uint32_t)link, .hkr_nents = 128, .hkr_ents = 1 },
		{ .hkr_kid = (uint32_t)link, .hkr_nents = 128,
		    .hkr_ents = (uintptr_t)ents[1] }
	};
	hk_ksreads_t hkm = { .hkm_nreads = 4, .hkm_reads = (uintptr_t)reads };

	check_is(hk_ioctl(hk, HK_IOC_KSREADS, &hkm), 0, "several kstats");
	check_is(reads[0].hkr_errno, 0, "... the first");
	check(reads[0].hkr_actents > 0 && ents[0][0].hkn_name[0] != '\0',
	    "... with what it counts");
	check_is(reads[1].hkr_errno, ENXIO, "... one that is gone");
	check_is(reads[2].hkr_errno, EFAULT, "... one without an address");
	check_is(reads[3].hkr_errno, 0, "... and one behind these");
	check(reads[3].hkr_snaptime > 0 &&
	    strcmp(ents[1][reads[3].hkr_actents - 1].hkn_name, "unknowns") == 0,
	    "... with what it counts");
	hkm.hkm_nreads = HK_KSREADS_MAX + 1;
	check_is(hk_ioctl(hk, HK_IOC_KSREADS, &hkm), EH(E2BIG), "too many");
	hkm.hkm_nreads = 1;
	hkm.hkm_reads = 1;
	check_is(hk_ioctl(hk, HK_IOC_KSREADS, &hkm), EH(EFAULT), "nowhere");
	hkm.hkm_nreads = 0;
	check_is(hk_ioctl(hk, HK_IOC_KSREADS, &hkm), 0, "none");
}

static void
test_kstats(void)
{
	hk_ksread_t hkr = { 0 };
	long instance = -1;
	int mac, link;

	(void) link_up("vpn0");
	(void) ddi_strtol(mac_name(tm.tm_mh) + 4, NULL, 10, &instance);
	mac = kstat_find("tdrv", (int)instance, "mac");
	check(mac > 0, "the MAC has a kstat");
	check_is(kstat_value(mac, "opackets64"), 0x100000002ULL,
	    "... with what the driver says");
	check_is(kstat_value(mac, "opackets"), 2, "... and half of it");
	check_is(kstat_value(mac, "link_up"), 0, "... and what MAC knows");
	check_is(kstat_value(mac, "link_duplex"), 0, "... and Ethernet");
	link = kstat_find("link", 0, "vpn0");
	check(link > 0, "the link has one");
	check_is(kstat_value(link, "opackets64"), 0x100000002ULL,
	    "... the same");
	hkr.hkr_kid = 1000000;
	check_is(hk_ioctl(hk, HK_IOC_KSREAD, &hkr), EH(ENXIO), "no kstat");
	test_kstat_reads(mac, link);
	link_down();
	check_is(kstat_find("tdrv", (int)instance, "mac"), 0, "it is gone");
	check_is(kstat_find("link", 0, "vpn0"), 0, "the link's too");
}

/*
 * A link of another zone.
 */
static void
test_zone(void)
{
	hk_zone_t hz = { .hz_name = "z1" };
	hk_cred_t cred = { 0, 0, 0, HK_PRIV_ALL };
	datalink_id_t id, got;

	check_is(zone_start(hk, &hz), 0, "a zone");
	cred.hc_zoneid = hz.hz_zoneid;
	(void) hk_setcred(&cred);
	id = (datalink_id_t)dl_create("vpn0");
	(void) hk_setcred(NULL);
	check_is(td_mac_register(&tm), 0, "mac_register");
	check_is(dls_devnet_create(tm.tm_mh, id, hz.hz_zoneid), 0,
	    "a link of the zone");
	check(!dls_devnet_islinkvisible(id, 0), "the global zone sees it not");
	check(dls_devnet_islinkvisible(id, hz.hz_zoneid), "the zone does");
	check_is(kstat_find("link", 0, "vpn0"), 0, "... nor its kstat");
	(void) hk_setcred(&cred);
	check(kstat_find("link", 0, "vpn0") > 0, "... which the zone sees");
	check_is(dl_create("vpn0"), -1, "a name is the zone's once");
	(void) hk_setcred(NULL);
	check(dl_create("vpn0") > 0, "... but each zone's own");
	check_is(plumb(id, "b", HK_STACK_PIN), 0, "plumb");

	check_is(zone_end(hk, &hz), 0, "the zone halts");
	check_is(tm.tm_stops, 1, "... its IP lets go");
	check(dls_devnet_islinkvisible(id, hz.hz_zoneid),
	    "... the link stays if the driver does nothing");
	check_is(dls_devnet_destroy(tm.tm_mh, &got, B_TRUE), 0,
	    "... and can be destroyed later");
	check_is(td_mac_unregister(&tm), 0, "unregistered");
	check_is(dls_mgmt_destroy(id, B_FALSE), 0, "and its id too");
	check_is(dl_destroy(id + 1), 0, "the other one too");
}

/*
 * What a driver leaves behind of a zone that is gone is nobody's: so says the
 * daemon when it comes back, and gives it to the global zone by another name.
 */
static void
test_orphan(void)
{
	hk_zone_t hz = { .hz_name = "z1" };
	hk_dl_t dl = { .hdl_name = "vpn0", .hdl_class = DATALINK_CLASS_MISC,
	    .hdl_flags = HK_DL_ACTIVE };
	hk_dlmgmt_t hdm = { .hdm_what = HK_DLMGMT_STOP };
	datalink_id_t id, got;
	char name[MAXLINKNAMELEN];

	check_is(zone_start(hk, &hz), 0, "a zone");
	dl.hdl_zoneid = hz.hz_zoneid;
	check_is(hk_ioctl(hk, HK_IOC_DLCREATE, &dl), 0, "an id of it");
	id = dl.hdl_linkid;
	check_is(td_mac_register(&tm), 0, "mac_register");
	check_is(dls_devnet_create(tm.tm_mh, id, hz.hz_zoneid), 0, "a link");
	check_is(zone_end(hk, &hz), 0, "the zone goes, and the link stays");
	check_is(hk_ioctl(hk, HK_IOC_DLMGMT, &hdm), 0, "dlmgmtd dies");
	check_is(dls_mgmt_get_linkinfo(id, NULL, NULL, NULL, NULL), EBADF,
	    "... and says nothing");
	hdm.hdm_what = HK_DLMGMT_START;
	check_is(hk_ioctl(hk, HK_IOC_DLMGMT, &hdm), 0, "... and comes back");
	bzero(&dl, sizeof (dl));
	dl.hdl_linkid = id;
	check_is(hk_ioctl(hk, HK_IOC_DLINFO, &dl), 0, "the link is there");
	check_is(dl.hdl_zoneid, GLOBAL_ZONEID, "... in the global zone");
	check_is(dl.hdl_flags, HK_DL_ACTIVE, "... and not transient");
	(void) snprintf(name, sizeof (name), "SUNWorphan%u", id);
	check_is(strcmp(dl.hdl_name, name), 0, "... as an orphan");
	check_is(dls_devnet_destroy(tm.tm_mh, &got, B_TRUE), 0, "destroyed");
	check_is(td_mac_unregister(&tm), 0, "unregistered");
	check_is(dls_mgmt_destroy(id, B_FALSE), 0, "and its id");
}

/*
 * Creating and destroying, again and again: the property task of creation may
 * still be under way.
 */
static void
test_again(void)
{
	datalink_id_t id = (datalink_id_t)dl_create("vpn0"), got;
	uint_t i, bad = 0;

	for (i = 0; i < 70; i++) {
		if (td_mac_register(&tm) != 0 ||
		    dls_devnet_create(tm.tm_mh, id, 0) != 0 ||
		    dls_devnet_destroy(tm.tm_mh, &got, B_TRUE) != 0 ||
		    td_mac_unregister(&tm) != 0)
			bad++;
	}
	check_is(bad, 0, "70 times created and destroyed");
	check_is(dl_destroy(id), 0, "the id is given back");
}

/*
 * dlmgmtd's book.
 */
static void
test_dlmgmt(void)
{
	static const char *good[] = { "a0", "vpn10", "a.b_c0", "_x1",
	    "abcdefghijklmnopqrstuvwxyz12345" };
	static const char *bad[] = { "", "a", "0", "0a0", "a00", "a01", "vpn",
	    "a-b0", "a/b0", "a b0" };
	hk_dl_t dl;
	datalink_id_t last = 0;
	int64_t id;
	uint_t i, n;

	for (i = 0; i < ARRAY_SIZE(good); i++) {
		id = dl_create(good[i]);
		check(id > last, "a good name: %s", good[i]);
		last = (datalink_id_t)id;
	}
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		check_is(dl_create(bad[i]), -1, "a bad name");
	check_is(dl_create("a0"), -1, "a name that is used");
	bzero(&dl, sizeof (dl));
	for (n = 0; hk_ioctl(hk, HK_IOC_DLNEXT, &dl) == 0; n++)
		(void) dl_destroy(dl.hdl_linkid);
	check_is(n, ARRAY_SIZE(good), "all are found, one by one");
	bzero(&dl, sizeof (dl));
	(void) strlcpy(dl.hdl_name, "a0", sizeof (dl.hdl_name));
	check_is(hk_ioctl(hk, HK_IOC_DLINFO, &dl), EH(ENOENT), "and gone");
	id = dl_create("a0");
	check(id > last, "ids are not used again soon");
	bzero(&dl, sizeof (dl));
	(void) strlcpy(dl.hdl_name, "a0", sizeof (dl.hdl_name));
	check_is(hk_ioctl(hk, HK_IOC_DLINFO, &dl), 0, "found by name");
	check_is(dl.hdl_linkid, id, "... that id");
	check_is(dl.hdl_media, DL_ETHER, "... Ethernet");
	check_is(dl_destroy((datalink_id_t)id), 0, "destroyed");
}

/*
 * A link is active, persistent or both, and the id lasts as long as one of
 * them does.
 */
static void
test_dlmgmt_halves(void)
{
	static const uint32_t both = HK_DL_ACTIVE | HK_DL_PERSIST;
	hk_dl_t dl, got;

	bzero(&dl, sizeof (dl));
	(void) strlcpy(dl.hdl_name, "vpn7", sizeof (dl.hdl_name));
	dl.hdl_class = DATALINK_CLASS_MISC;
	dl.hdl_flags = HK_DL_PERSIST;
	check_is(hk_ioctl(hk, HK_IOC_DLCREATE, &dl), 0, "persistent only");
	got = dl;
	check_is(hk_ioctl(hk, HK_IOC_DLUP, &got), 0, "it comes up");
	check_is(hk_ioctl(hk, HK_IOC_DLUP, &got), EH(EINVAL), "... once");
	check_is(hk_ioctl(hk, HK_IOC_DLINFO, &got), 0, "it is there");
	check_is(got.hdl_flags, both, "... active and persistent");
	check_is(dls_mgmt_destroy(dl.hdl_linkid, B_FALSE), 0,
	    "the kernel gives its half back");
	check_is(hk_ioctl(hk, HK_IOC_DLINFO, &got), 0, "the other stays");
	check_is(got.hdl_flags, HK_DL_PERSIST, "... alone");
	got.hdl_flags = HK_DL_ACTIVE;
	check_is(hk_ioctl(hk, HK_IOC_DLDESTROY, &got), EH(ENOENT),
	    "what it has not cannot be taken away");
	got.hdl_flags = 0x40;
	check_is(hk_ioctl(hk, HK_IOC_DLDESTROY, &got), EH(EINVAL),
	    "nor what nothing has");
	got.hdl_flags = HK_DL_PERSIST;
	check_is(hk_ioctl(hk, HK_IOC_DLDESTROY, &got), 0, "its last half");
	check_is(hk_ioctl(hk, HK_IOC_DLINFO, &dl), EH(ENOENT), "... and it");
	check_is(hk_ioctl(hk, HK_IOC_DLUP, &dl), EH(ENOENT), "no such id");
}

/*
 * What ends an illumos kernel ends this one.
 */
static void
no_handle(void)
{
	mac_link_update(NULL, LINK_STATE_UP);
}

static void
stale_handle(void)
{
	static mac_impl_t freed = { .mi_magic = MAC_FREED };

	mac_tx_update((mac_handle_t)&freed);
}

static void
destroy_in_perimeter(void)
{
	mac_perim_handle_t mph;
	datalink_id_t id;

	mac_perim_enter_by_mh(tm.tm_mh, &mph);
	(void) dls_devnet_destroy(tm.tm_mh, &id, B_TRUE);
}

static void
short_block(void)
{
	mac_rx(tm.tm_mh, NULL, frame(1, 13));
}

static void
test_panics(void)
{
	(void) link_up("vpn0");
	check_panics(no_handle, "no MAC handle", "no handle");
	check_panics(stale_handle, "stale MAC handle", "a stale handle");
	check_panics(destroy_in_perimeter, "perimeter held",
	    "destroying a link, waiting, with its perimeter held");
#ifdef	DEBUG
	check_panics(short_block, "Ethernet header",
	    "a first block without the whole header");
#else
	(void) short_block;
#endif
	link_down();
}

int
main(void)
{
	td_boot();
	test_lifecycle();
	test_refusals();
	test_plumb();
	test_link_state();
	test_rx();
	test_tx();
	test_flow();
	test_slow_tx();
	test_kstats();
	test_again();
	test_zone();
	test_orphan();
	test_dlmgmt();
	test_dlmgmt_halves();
	test_panics();
	td_halt();
	return (check_done());
}
