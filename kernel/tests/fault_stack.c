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
 * Whatever fails on the stack's side of a link, in its zone, or when somebody
 * looks at it: frames are accounted for, and nothing is kept.
 */

#include "sweep.h"

static uint32_t id;
static int fd, port;
static uint8_t buf[2048];
static uint64_t nomem;		/* frames lost for want of memory, in all */

static void
link_down(void)
{
	need(drv_destroy("vpn0") == 0, "the link goes");
}

static void
link_up(void)
{
	id = drv_create("vpn0");
}

/*
 * mc_tx: a frame that has to be padded, for which memory is needed.
 */
static void
tx_setup(void)
{
	link_up();
	drv_plumb(id, "seg0", 0);
	port = drv_port("seg0");
	fd = drv_open("vpn0", DRV_RDWR);
	need(fd > 0, "open");
}

static void
tx_teardown(void)
{
	const uint64_t read = drv_stat("vpn0", "rx_frames", NULL);
	uint64_t left = drv_stat("vpn0", "rxq_frames", NULL);

	nomem += drv_stat("vpn0", "rx_drop_nomem", NULL);
	while (hk_read(fd, buf, sizeof (buf)) == UNET_FRAME_PAD)
		left--;
	if (read != 0 || left != 0) {
		printf("# a frame is not to be read\n");
		sweep_bad++;
	}
	need(hk_close(port) == 0 && hk_close(fd) == 0, "close");
	link_down();
}

static int64_t
tx_short(void)
{
	(void) drv_frame(buf, drv_mac, drv_peer, 1, 20);
	return (hk_write(port, buf, 20));
}

/*
 * A stack that comes and goes.
 */
static int64_t
plumb(void)
{
	hk_stack_t hst;

	memset(&hst, 0, sizeof (hst));
	hst.hst_linkid = id;
	hst.hst_kind = HK_STACK_BUS;
	return (hk_ioctl(drv_hk, HK_IOC_PLUMB, &hst));
}

static int64_t
unplumb(void)
{
	hk_stack_t hst;

	memset(&hst, 0, sizeof (hst));
	hst.hst_linkid = id;
	return (hk_ioctl(drv_hk, HK_IOC_UNPLUMB, &hst));
}

static void
plumbed(void)
{
	link_up();
	need(plumb() == 0, "plumb");
}

/*
 * The kstat of the link.
 */
static uint32_t kid;

static void
kstat_setup(void)
{
	hk_kstat_t ks[64];
	hk_kslist_t hkl;
	uint32_t i;

	link_up();
	memset(&hkl, 0, sizeof (hkl));
	hkl.hkl_nents = 64;
	hkl.hkl_ents = (uint64_t)(uintptr_t)ks;
	need(hk_ioctl(drv_hk, HK_IOC_KSLIST, &hkl) == 0, "kstats");
	for (i = 0; i < hkl.hkl_actents; i++) {
		if (strcmp(ks[i].hks_module, "unet") == 0)
			kid = ks[i].hks_kid;
	}
}

static int64_t
kstat_read(void)
{
	hk_ksnamed_t kn[96];
	hk_ksread_t hkr;

	memset(&hkr, 0, sizeof (hkr));
	hkr.hkr_kid = kid;
	hkr.hkr_nents = 96;
	hkr.hkr_ents = (uint64_t)(uintptr_t)kn;
	return (hk_ioctl(drv_hk, HK_IOC_KSREAD, &hkr));
}

/*
 * Twice in one request: what fails for one of them is that one's errno.
 */
static int64_t
kstat_reads(void)
{
	static hk_ksnamed_t kn[2][96];
	hk_ksread_t reads[2];
	hk_ksreads_t hkm = { .hkm_nreads = 2, .hkm_reads = (uintptr_t)reads };
	int64_t err;
	uint32_t i;

	memset(reads, 0, sizeof (reads));
	for (i = 0; i < 2; i++) {
		reads[i].hkr_kid = kid;
		reads[i].hkr_nents = 96;
		reads[i].hkr_ents = (uint64_t)(uintptr_t)kn[i];
	}
	if ((err = hk_ioctl(drv_hk, HK_IOC_KSREADS, &hkm)) != 0)
		return (err);
	for (i = 0; i < 2; i++) {
		if (reads[i].hkr_errno != 0)
			return (-(int64_t)reads[i].hkr_errno);
		need(reads[i].hkr_actents > 40, "what a link counts");
	}
	return (0);
}

/*
 * /dev: looking a link up fills the directories on the way.
 */
static int lookup_fd;

static int64_t
lookup(void)
{
	return (lookup_fd = hk_open(drv_kernel, "/dev/unet/zone/global/vpn0",
	    DRV_RDWR));
}

static void
lookup_teardown(void)
{
	need(hk_close(lookup_fd) == 0, "close");
	link_down();
}

/*
 * A zone with a link that the global zone holds.
 */
static hk_zone_t zone;

static void
zone_setup(void)
{
	hk_cred_t cred = { 0, 0, 0, HK_PRIV_ALL };
	unet_ioc_create_t uic;
	int ctl;

	memset(&zone, 0, sizeof (zone));
	(void) snprintf(zone.hz_name, sizeof (zone.hz_name), "z");
	need(zone_start(drv_hk, &zone) == 0, "a zone");
	cred.hc_zoneid = zone.hz_zoneid;
	need(hk_setcred(&cred) == 0, "in the zone");
	ctl = hk_open(drv_kernel, UNET_CTL_PATH, O_RDWR);
	need(ctl > 0, "its ctl opens (%d)", ctl);
	drv_create_init(&uic, "vpn0");
	need(hk_ioctl(ctl, UNET_IOC_CREATE, &uic) == 0, "a link in the zone");
	need(hk_close(ctl) == 0, "close");
	need(hk_setcred(NULL) == 0, "in the global zone");
	id = uic.uic_hdr.uih_linkid;
	fd = hk_open(drv_kernel, "/dev/unet/zone/z/vpn0", DRV_RDWR);
	need(fd > 0, "it opens (%d)", fd);
}

static int64_t
zone_halt(void)
{
	const int err = hk_ioctl(drv_hk, HK_IOC_ZONEHALT, &zone);

	/* It may be down, but the first call failed to hear of it. */
	return (err == -ESRCH ? 0 : err);
}

static void
zone_teardown(void)
{
	hk_dl_t dl;

	if (hk_read(fd, buf, sizeof (buf)) != -ENXIO) {
		printf("# the holder does not hear of the halt\n");
		sweep_bad++;
	}
	need(hk_close(fd) == 0, "close");
	need(hk_ioctl(drv_hk, HK_IOC_ZONEDESTROY, &zone) == 0, "no zone");
	memset(&dl, 0, sizeof (dl));
	dl.hdl_linkid = id;
	(void) hk_ioctl(drv_hk, HK_IOC_DLDESTROY, &dl);
}

/*
 * A create that is interrupted while it waits for the daemon leaves no id, and
 * the name is free again when the daemon has answered; in the global zone, and
 * in another one, whose names only its own threads can ask for.
 */
static int
create_vpn0(int ctl, uint32_t *causep)
{
	unet_ioc_create_t uic;
	int err;

	drv_create_init(&uic, "vpn0");
	err = hk_ioctl(ctl, UNET_IOC_CREATE, &uic);
	*causep = uic.uic_hdr.uih_errno;
	return (err);
}

static int
destroy_vpn0(int ctl)
{
	unet_ioc_destroy_t uid;

	memset(&uid, 0, sizeof (uid));
	drv_hdr(&uid.uid_hdr, "vpn0");
	return (hk_ioctl(ctl, UNET_IOC_DESTROY, &uid));
}

static void
test_interrupted(const hk_cred_t *cred, const char *where)
{
	const sweep_kind_t intr = { HK_FAULT_INTR, 0, "waits" };
	const uint32_t ids = sweep_ids();
	const time_t end = time(NULL) + 60;
	uint32_t cause, n;
	int ctl, err;

	need(hk_setcred(cred) == 0, "in %s", where);
	ctl = hk_open(drv_kernel, UNET_CTL_PATH, O_RDWR);
	need(ctl > 0, "ctl opens (%d)", ctl);
	for (n = 0; n < 20; n++) {
		do {
			/* The daemon may be quicker than the signal. */
			need(hk_setcred(NULL) == 0, "in the global zone");
			(void) sweep_fault(&intr, 1);
			need(hk_setcred(cred) == 0, "in %s", where);
			err = create_vpn0(ctl, &cause);
			need(err != 0 || destroy_vpn0(ctl) == 0, "destroy");
		} while (err == 0 && time(NULL) < end);
		if (err != -EINTR || cause != UNET_E_INTR)
			break;
		while ((err = create_vpn0(ctl, &cause)) == -EEXIST &&
		    time(NULL) < end)
			(void) sched_yield();
		if (err != 0 || destroy_vpn0(ctl) != 0)
			break;
	}
	is(n, 20, "in %s: a create is interrupted, and then works", where);
	need(hk_close(ctl) == 0, "close");
	need(hk_setcred(NULL) == 0, "in the global zone");
	(void) sweep_fault(&intr, 0);
	is(sweep_ids(), ids, "... and no id is left");
}

static void
test_creates_interrupted(void)
{
	hk_cred_t cred = { 0, 0, 0, HK_PRIV_ALL };

	test_interrupted(NULL, "the global zone");
	memset(&zone, 0, sizeof (zone));
	(void) snprintf(zone.hz_name, sizeof (zone.hz_name), "z");
	need(zone_start(drv_hk, &zone) == 0, "a zone");
	cred.hc_zoneid = zone.hz_zoneid;
	test_interrupted(&cred, "a zone");
	is(zone_end(drv_hk, &zone), 0, "the zone halts");
}

static const int tx_errnos[] = { EFAULT, ENOMEM, ENOBUFS, 0 };
static const int hk_errnos[] = { EFAULT, ENOMEM, 0 };
static const int open_errnos[] = { EFAULT, EINTR, 0 };

int
main(void)
{
	static const sweep_t sweeps[] = {
		{ "a short frame of the stack", tx_setup, tx_short,
		    tx_teardown, NULL, SWEEP_ALL, SWEEP_ALLOC, tx_errnos },
		{ "plumb", link_up, plumb, link_down, NULL, SWEEP_ALL,
		    SWEEP_COPY, hk_errnos },
		{ "unplumb", plumbed, unplumb, link_down, NULL, SWEEP_ALL,
		    SWEEP_COPY, hk_errnos },
		{ "kstat", kstat_setup, kstat_read, link_down, NULL,
		    SWEEP_ALL, SWEEP_COPY, hk_errnos },
		{ "kstats", kstat_setup, kstat_reads, link_down, NULL,
		    SWEEP_ALL, SWEEP_COPY, hk_errnos },
		{ "lookup", link_up, lookup, lookup_teardown, NULL, SWEEP_ALL,
		    0, open_errnos },
		{ "halt of a zone", zone_setup, zone_halt, zone_teardown, NULL,
		    SWEEP_ALL, SWEEP_UPCALL | SWEEP_MAC, hk_errnos }
	};
	size_t i;

	drv_boot();
	for (i = 0; i < sizeof (sweeps) / sizeof (sweeps[0]); i++)
		sweep(&sweeps[i]);
	ok(nomem != 0, "short frames were lost for want of memory");
	test_creates_interrupted();
	return (drv_done());
}
