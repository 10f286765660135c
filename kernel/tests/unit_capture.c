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
 * Every reason for losing a frame is one that a capture shows: each is brought
 * about, some of them as only the kernel itself can, and the counters of the
 * link are compared with what was captured.
 */

#include "unet_impl.h"
#include <sys/fcntl.h>
#include <sys/mac.h>
#include <sys/pattr.h>

#include "kern/dev_impl.h"
#include "harness.h"

#define	LEN	100

static int kernel, hk, ctl, fd, monitor;
static unet_dev_t *ud;
static uint64_t seen[UNET_DROP_END];	/* by reason; 0: not lost */
static uint64_t bare;			/* without their bytes */
static char frame[2048];

static const char *const drop_names[UNET_DROP_END] = {
#define	DROP_NAME(number, name, way, word, text) \
	[UNET_DROP_##name] = #way " " word,
	UNET_DROP_MAP(DROP_NAME)
};

static const uint16_t drop_ways[UNET_DROP_END] = {
#define	DROP_WAY(number, name, way, word, text) \
	[UNET_DROP_##name] = UNET_CAPTURE_##way,
	UNET_DROP_MAP(DROP_WAY)
};

static int
fault(uint64_t nth)
{
	hk_fault_t hf = { .hf_kind = HK_FAULT_ALLOC, .hf_nth = nth };

	return (hk_ioctl(hk, HK_IOC_FAULT, &hf));
}

/*
 * As MAC would, with a chain of one that leaves `work' to the link.
 */
static boolean_t
taken(size_t len, uint32_t work)
{
	mblk_t *mp = allocb(len, BPRI_HI);

	bzero(mp->b_wptr, len);
	mp->b_wptr += len;
	if (work != 0)
		mac_hcksum_set(mp, 0, 0, 0, 0, work);
	return (unet_rxq_tx(ud, mp) == NULL);
}

static int
plumb(int cmd)
{
	hk_stack_t hst = {
		.hst_linkid = ud->ud_linkid,
		.hst_kind = HK_STACK_BUS,
		.hst_bus = "seg0"
	};

	return (hk_ioctl(hk, cmd, &hst));
}

static void
look_on(void)
{
	unet_ioc_capture_t uica = { .uica_pad = 0 };

	uica.uica_hdr.uih_version = UNET_ABI_VERSION;
	(void) strlcpy(uica.uica_hdr.uih_name, "vpn0", UNET_NAMELEN);
	monitor = hk_open(kernel, UNET_MONITOR_PATH, O_RDONLY | O_NONBLOCK);
	(void) check(hk_ioctl(monitor, UNET_IOC_CAPTURE, &uica) == 0,
	    "one looks on");
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
	bzero(&hdr, sizeof (hdr));
	hdr.uih_linkid = uic.uic_hdr.uih_linkid;
	(void) check(unet_dev_hold(&hdr, GLOBAL_ZONEID, &ud) == 0, "found");
	look_on();
}

static void
lose_living(void)
{
	(void) check(taken(LEN, 0), "nobody holds the link");
	fd = hk_open(kernel, "/dev/unet/vpn0", O_RDWR);
	(void) check(fd > 0, "it is held");
	(void) check(taken(13, 0), "a frame of 13 bytes");
	(void) check(taken(1519, 0), "a frame of 1519 bytes");
	(void) check(fault(2) == 0, "no memory but for the frame itself");
	(void) check(taken(42, 0), "a frame that has to be padded");
	(void) check(fault(0) == 0, "memory");
	(void) check(taken(LEN, HCK_FULLCKSUM), "no TCP in it");
	(void) check(taken(42, 0), "one that is queued");
	(void) check(hk_write(fd, frame, LEN) == LEN, "written for no stack");
	(void) check(plumb(HK_IOC_PLUMB) == 0, "a stack");
	frame[0] = 2;
	frame[1] = 99;
	(void) check(hk_write(fd, frame, LEN) == LEN, "for nobody here");
	(void) memset(frame, 0xff, 6);
	(void) check(hk_write(fd, frame, LEN) == LEN, "for everybody");
	(void) check(plumb(HK_IOC_UNPLUMB) == 0, "no stack");
	(void) check(hk_close(fd) == 0, "the holder closes");
}

static void
lose_dying(void)
{
	unet_ioc_destroy_t uid = { .uid_pad = 0 };

	fd = hk_open(kernel, "/dev/unet/vpn0", O_RDWR);
	(void) check(taken(LEN, 0), "one is queued");
	/* As a destroy begins: what is written now has to wait. */
	unet_mac_close(ud);
	(void) check(hk_write(fd, frame, LEN) == LEN, "one is written");
	uid.uid_hdr.uih_version = UNET_ABI_VERSION;
	(void) strlcpy(uid.uid_hdr.uih_name, "vpn0", UNET_NAMELEN);
	(void) check(hk_ioctl(ctl, UNET_IOC_DESTROY, &uid) == 0, "destroyed");
}

/*
 * All that was captured, and what of it is strange.
 */
static int
look(void)
{
	static union {
		unet_record_t	record;
		uint8_t		bytes[64 * 1024];
	} buf;
	unet_record_t ur;
	int64_t at, len;
	int strange = 0;

	while ((len = hk_read(monitor, &buf, sizeof (buf))) > 0) {
		for (at = 0; at < len; at += ur.ur_size) {
			bcopy(buf.bytes + at, &ur, sizeof (ur));
			strange += ur.ur_drop >= UNET_DROP_END ||
			    ur.ur_lost != 0 || (ur.ur_drop != 0 &&
			    ur.ur_way != drop_ways[ur.ur_drop]);
			if (ur.ur_drop < UNET_DROP_END)
				seen[ur.ur_drop]++;
			bare += ur.ur_caplen != ur.ur_len;
		}
	}
	return (strange);
}

int
main(void)
{
	uint_t i;

	setup();
	lose_living();
	lose_dying();
	(void) check(look() == 0, "each reason goes its way");
	for (i = 1; i < UNET_DROP_END; i++) {
		const uint64_t drops = ud->ud_rxq.uq_drops[i] +
		    ud->ud_txq.uq_drops[i];

		(void) check(drops > 0, "%s: brought about", drop_names[i]);
		(void) check(seen[i] == drops, "%s: seen as often as counted",
		    drop_names[i]);
	}
	(void) check(seen[0] == ud->ud_rxq.uq_in_frames - seen[1] - seen[2] -
	    seen[3] - seen[4] - seen[5] + ud->ud_txq.uq_out_frames,
	    "and all that were queued or handed on");
	(void) check(bare == 0, "with all their bytes");
	(void) check(hk_close(monitor) == 0, "close");
	(void) check(hk_close(fd) == 0, "close");
	unet_dev_rele(ud);
	(void) check(hk_halt(kernel) == 0, "halt");
	return (check_done());
}
