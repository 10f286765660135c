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
 * Whatever fails while a monitor is opened, set up, read or closed: the link
 * and those who use it do not notice, nothing captured is lost, and nothing is
 * kept.
 */

#include "sweep.h"
#include "drv_monitor.h"

#define	LEN	120
#define	NFRAMES	3

static uint32_t id;
static int fd, port;
static mon_t mon;
static uint8_t buf[2048];

static void
held(void)
{
	id = drv_create("vpn0");
	drv_plumb(id, "seg0", 0);
	port = drv_port("seg0");
	fd = drv_open("vpn0", DRV_RDWR);
	need(fd > 0, "it is held");
}

static void
let_go(void)
{
	need(hk_close(fd) == 0 && hk_close(port) == 0, "close");
	drv_unplumb(id);
	need(drv_destroy("vpn0") == 0, "the link goes");
}

static void
monitored(void)
{
	held();
	mon_open(&mon);
}

static void
mon_shut(void)
{
	if (mon.m_buf != NULL)
		need(hk_close(mon.m_fd) == 0, "monitor closes");
	free(mon.m_buf);
	mon.m_buf = NULL;
	let_go();
}

static int64_t
do_open(void)
{
	return (mon.m_fd = hk_open(drv_kernel, UNET_MONITOR_PATH, O_RDONLY));
}

static void
opened(void)
{
	need(hk_close(mon.m_fd) == 0, "monitor closes");
	let_go();
}

static int64_t
do_capture(void)
{
	const int err = mon_capture(&mon, "vpn0", 0, 0, 0);

	sweep_cause = mon.m_capture.uica_hdr.uih_errno;
	return (err);
}

static int64_t
do_watch(void)
{
	unet_ioc_watch_t uiw;

	memset(&uiw, 0, sizeof (uiw));
	drv_hdr(&uiw.uiw_hdr, "vpn0");
	return (hk_ioctl(mon.m_fd, UNET_IOC_WATCH, &uiw));
}

/*
 * Frames that are captured and delivered, whatever fails.
 */
static void
captured(void)
{
	uint32_t i;

	monitored();
	need(do_capture() == 0 && do_watch() == 0, "it is set up");
	for (i = 0; i < NFRAMES; i++) {
		(void) drv_frame(buf, drv_mac, drv_peer, i, LEN);
		need(hk_write(port, buf, LEN) == LEN, "the stack sends");
		need(hk_read(fd, buf, sizeof (buf)) == LEN, "it is read");
	}
}

static int64_t
do_read(void)
{
	const int64_t n = hk_read(mon.m_fd, mon.m_buf, MON_BUF);
	const int64_t all = NFRAMES * 152;

	if (n >= 0 && n != all) {
		printf("# %lld bytes of records, not %lld\n", (long long)n,
		    (long long)all);
		return (-ENODATA);
	}
	return (n);
}

static int64_t
do_close(void)
{
	free(mon.m_buf);
	mon.m_buf = NULL;
	return (hk_close(mon.m_fd));
}

/*
 * The holder goes on under a capture without memory or room.
 */
static int64_t
do_write(void)
{
	(void) drv_frame(buf, drv_bcast, drv_peer, 1, LEN);
	return (hk_write(fd, buf, LEN));
}

/*
 * A caller that could not be told is set up, or can try again.
 */
static void
untold(const char *what, int64_t (*func)(void))
{
	hk_fault_t hf;
	int64_t res;
	int wrong = 0;
	uint64_t nth;

	for (nth = 1; nth < 20; nth++) {
		monitored();
		memset(&hf, 0, sizeof (hf));
		hf.hf_kind = HK_FAULT_COPY;
		hf.hf_nth = nth;
		need(hk_ioctl(drv_hk, HK_IOC_FAULT, &hf) == 0, "a fault");
		res = func();
		hf.hf_nth = 0;
		need(hk_ioctl(drv_hk, HK_IOC_FAULT, &hf) == 0, "no fault");
		if (res == 0) {
			mon_shut();
			break;
		}
		wrong += res != -EFAULT;
		res = func();
		wrong += res != 0 && res != -EBUSY;
		mon_shut();
	}
	ok(nth > 2 && nth < 20, "%s: each of its %d user copies fails", what,
	    (int)nth - 1);
	is(wrong, 0, "... which it says, and then goes on");
}

static const int none[] = { 0 };
static const int open_errnos[] = { EFAULT, ENOSPC, 0 };
static const int setup_errnos[] = { ENOMEM, 0 };
static const int io_errnos[] = { EFAULT, 0 };
static const int write_errnos[] = { EFAULT, ENOMEM, 0 };

#define	SETUP	(SWEEP_ALL & ~SWEEP_COPY)

int
main(void)
{
	static const sweep_t sweeps[] = {
		{ "open of a monitor", held, do_open, opened, NULL, SWEEP_ALL,
		    0, open_errnos },
		{ "capture", monitored, do_capture, mon_shut, NULL, SETUP,
		    SWEEP_ALLOC, setup_errnos },
		{ "watch", monitored, do_watch, mon_shut, NULL, SETUP, 0,
		    none },
		{ "read of a monitor", captured, do_read, mon_shut, NULL,
		    SWEEP_ALL, SWEEP_COPY, io_errnos },
		{ "close of a monitor", captured, do_close, mon_shut, NULL,
		    SWEEP_ALL, 0, none },
		{ "write of the holder", captured, do_write, mon_shut, NULL,
		    SWEEP_ALL, SWEEP_ALLOC | SWEEP_COPY, write_errnos }
	};
	size_t i;

	drv_boot();
	for (i = 0; i < sizeof (sweeps) / sizeof (sweeps[0]); i++)
		sweep(&sweeps[i]);
	untold("capture", do_capture);
	untold("watch", do_watch);
	return (drv_done());
}
