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
 * The note on the console about a holder that moves its frames one by one: once
 * a link, and only if it moved any.
 */

#include "drv.h"

static int console;		/* what the kernel has said */

static unsigned int
notes(const char *link)
{
	char text[8192], want[64];
	const char *at = text;
	unsigned int n = 0;
	ssize_t len;

	(void) snprintf(want, sizeof (want), "process %d uses %s ",
	    (int)getpid(), link);
	len = pread(console, text, sizeof (text) - 1, 0);
	need(len >= 0, "the console can be read");
	text[len] = '\0';
	for (; (at = strstr(at, want)) != NULL; at++)
		n++;
	return (n);
}

int
main(void)
{
	static drv_fio_t df;
	frameio_t *fio;
	uint8_t frame[256];
	size_t len = drv_frame(frame, drv_bcast, drv_mac, 1, 100);
	int fd, saved;

	saved = dup(STDERR_FILENO);
	console = memfd_create("console", 0);
	need(console >= 0 && dup2(console, STDERR_FILENO) >= 0, "a console");
	drv_kernel = hk_boot(0);
	drv_ctl = hk_open(drv_kernel, UNET_CTL_PATH, O_RDWR);
	drv_hk = hk_open(drv_kernel, "/dev/hk", O_RDWR);
	need(drv_ctl > 0 && drv_hk > 0, "the kernel boots, and may talk");

	(void) drv_create("note0");
	(void) drv_create("note1");
	fd = drv_open("note0", DRV_RDWR);
	fio = drv_fio_init(&df, 1, 1);
	drv_fio_vec(&df, 0, frame, len);
	is(hk_ioctl(fd, UNET_IOC_FRAMEIO_WRITE, fio), 0, "framed I/O");
	is(hk_read(fd, frame, sizeof (frame)), -EAGAIN, "a read of nothing");
	is(notes("note0"), 0, "are nothing to talk about");
	is(hk_write(fd, frame, len), len, "a frame by write(2)");
	is(notes("note0"), 1, "is");
	is(hk_write(fd, frame, len), len, "once more");
	(void) hk_close(fd);
	fd = drv_open("note0", DRV_RDWR);
	is(hk_write(fd, frame, len), len, "or by the next holder");
	is(notes("note0"), 1, "is not");
	(void) hk_close(fd);
	fd = drv_open("note1", DRV_RDWR);
	is(hk_write(fd, frame, len), len, "another link");
	is(notes("note1"), 1, "has a note of its own");
	is(notes("note0"), 1, "and no more of the first");
	(void) hk_close(fd);
	is(drv_destroy("note0"), 0, "destroyed");
	is(drv_destroy("note1"), 0, "both");
	(void) dup2(saved, STDERR_FILENO);
	return (drv_done());
}
