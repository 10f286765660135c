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
 * The reasons for losing a frame that no program can bring about or read back
 * alone: too short a frame, which every sender refuses; no memory for one frame
 * of the stack; and those of a link that is destroyed, whose kstat has gone.
 */

#include "unet_impl.h"
#include <sys/fcntl.h>

#include "kern/dev_impl.h"
#include "harness.h"

static int kernel, hk, ctl, fd;
static unet_dev_t *ud;

static int
fault(uint64_t nth)
{
	hk_fault_t hf = { .hf_kind = HK_FAULT_ALLOC, .hf_nth = nth };

	return (hk_ioctl(hk, HK_IOC_FAULT, &hf));
}

/*
 * As MAC would, with a chain of one.
 */
static boolean_t
taken(size_t len)
{
	mblk_t *mp = allocb(len, BPRI_HI);

	bzero(mp->b_wptr, len);
	mp->b_wptr += len;
	return (unet_rxq_tx(ud, mp) == NULL);
}

static uint64_t
stat(const char *name)
{
	static hk_kstat_t ks[64];
	static hk_ksnamed_t kn[96];
	hk_kslist_t hkl = { .hkl_nents = 64, .hkl_ents = (uintptr_t)ks };
	hk_ksread_t hkr = { .hkr_nents = 96, .hkr_ents = (uintptr_t)kn };
	uint32_t i;

	(void) hk_ioctl(hk, HK_IOC_KSLIST, &hkl);
	for (i = 0; i < hkl.hkl_actents && i < 64; i++) {
		if (strcmp(ks[i].hks_module, "unet") == 0)
			hkr.hkr_kid = ks[i].hks_kid;
	}
	(void) hk_ioctl(hk, HK_IOC_KSREAD, &hkr);
	for (i = 0; i < hkr.hkr_actents; i++) {
		if (strcmp(kn[i].hkn_name, name) == 0)
			return (kn[i].hkn_value);
	}
	return (UINT64_MAX);
}

static void
setup(void)
{
	unet_ioc_create_t uic = { .uic_owner = UNET_ID_NONE,
	    .uic_group = UNET_ID_NONE };
	unet_ioc_hdr_t hdr;

	kernel = hk_boot(HK_BOOT_QUIET);
	hk = hk_open(kernel, "/dev/hk", O_RDWR);
	ctl = hk_open(kernel, UNET_CTL_PATH, O_RDWR);
	uic.uic_hdr.uih_version = UNET_ABI_VERSION;
	(void) strlcpy(uic.uic_hdr.uih_name, "vpn0", UNET_NAMELEN);
	(void) check(hk_ioctl(ctl, UNET_IOC_CREATE, &uic) == 0, "a link");
	fd = hk_open(kernel, "/dev/unet/vpn0", O_RDWR);
	(void) check(fd > 0, "is held");
	bzero(&hdr, sizeof (hdr));
	hdr.uih_linkid = uic.uic_hdr.uih_linkid;
	(void) check(unet_dev_hold(&hdr, GLOBAL_ZONEID, &ud) == 0, "found");
}

static void
test_living(void)
{
	(void) check(taken(13), "a frame of 13 bytes is taken");
	(void) check(stat("rx_drop_runt") == 1, "rx_drop_runt counts it");
	(void) check(fault(2) == 0, "no memory but for the frame itself");
	(void) check(taken(42), "a frame that has to be padded is taken");
	(void) check(fault(0) == 0, "memory");
	(void) check(stat("rx_drop_nomem") == 1, "rx_drop_nomem counts it");
	(void) check(taken(42) && stat("rxq_frames") == 1, "the next waits");
}

static void
test_dying(void)
{
	unet_ioc_destroy_t uid = { .uid_pad = 0 };
	char frame[60] = { 2 };

	/* As a destroy begins: what is written now has to wait. */
	unet_mac_close(ud);
	(void) check(hk_write(fd, frame, sizeof (frame)) == sizeof (frame),
	    "a frame is written while the link is destroyed");
	(void) check(stat("txq_frames") == 1, "... and waits for the outcome");
	uid.uid_hdr.uih_version = UNET_ABI_VERSION;
	(void) strlcpy(uid.uid_hdr.uih_name, "vpn0", UNET_NAMELEN);
	(void) check(hk_ioctl(ctl, UNET_IOC_DESTROY, &uid) == 0, "destroyed");
	(void) check(ud->ud_rxq.uq_drops[UNET_DROP_RX_DYING] == 1,
	    "rx_drop_dying counts what was queued");
	(void) check(ud->ud_txq.uq_drops[UNET_DROP_TX_DYING] == 1,
	    "tx_drop_dying counts what was written");
	(void) check(taken(100) &&
	    ud->ud_rxq.uq_drops[UNET_DROP_RX_DYING] == 2,
	    "... and what the stack sends to a dead link");
}

int
main(void)
{
	setup();
	test_living();
	test_dying();
	unet_dev_rele(ud);
	(void) check(hk_close(fd) == 0, "close");
	(void) check(hk_halt(kernel) == 0, "halt");
	return (check_done());
}
