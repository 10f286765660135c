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
 * Monitors: every open is one of its own; it sees the frames of a link that
 * somebody else holds, and what happens to it.
 */

static int
monitor_capture(int fd, const char *name, uint32_t bytes)
{
	unet_ioc_capture_t uica;
	int err;

	fill(&uica, 0, sizeof (uica));
	hdr_init(&uica.uica_hdr, name);
	uica.uica_snaplen = 100;
	uica.uica_bytes = bytes;
	if ((err = c_ioctl(fd, UNET_IOC_CAPTURE, &uica)) == 0)
		is(uica.uica_maxrecord, 136, "... the longest record");
	return (err);
}

static int
monitor_watch(int fd, const char *name)
{
	unet_ioc_watch_t uiw;

	fill(&uiw, 0, sizeof (uiw));
	hdr_init(&uiw.uiw_hdr, name);
	return (c_ioctl(fd, UNET_IOC_WATCH, &uiw));
}

/*
 * The holder writes for a stack that is not there: each frame is lost, and
 * captured.
 */
static void
monitor_frames(void)
{
	const int held = begin(L0);
	const int fd = open_link("monitor", C_O_RDONLY | C_O_NONBLOCK);
	const int none = open_link("monitor", C_O_RDONLY | C_O_NONBLOCK);
	const unet_record_t *ur = (const unet_record_t *)cf.in;
	int i;

	theme = "captures";
	is(c_read(fd, cf.in, sizeof (cf.in)), -C_EINVAL, "of nothing");
	is(monitor_capture(fd, "nonesuch0", 0), -C_ENOENT, "of no link");
	is(monitor_capture(fd, L0, 135), -C_ERANGE, "with no room");
	is(monitor_capture(fd, L0, 2 * 136), 0, "of a link");
	is(monitor_capture(fd, L0, 0), -C_EBUSY, "once");
	is(c_read(fd, cf.in, sizeof (cf.in)), -C_EAGAIN, "nothing yet");
	is(c_poll(fd, C_POLLIN, 0), 0, "... says poll");
	fill(cf.out, 0xff, 90);
	for (i = 0; i < 4; i++) {
		cf.out[89] = (uint8_t)i;
		is(c_write(held, cf.out, 90), 90, "the holder writes");
	}
	is(c_poll(fd, C_POLLIN, 0), C_POLLIN, "it is seen");
	is(c_read(fd, cf.in, 127), -C_EOVERFLOW, "too little room");
	is(c_read(fd, NOWHERE, sizeof (cf.in)), -C_EFAULT, "a bad address");
	is(c_read(fd, cf.in, 200), 128, "whole records");
	is(ur->ur_size, 128, "... a multiple of 8");
	is(ur->ur_caplen, 90, "... as much as was asked for");
	is(ur->ur_len, 90, "... of the frame");
	is(ur->ur_way, UNET_CAPTURE_WRITE, "... from the holder");
	is(ur->ur_drop, UNET_DROP_NOSTACK, "... lost");
	is(ur->ur_lost, 0, "... the first");
	cf.out[89] = 0;
	ok(same(cf.in + sizeof (*ur), cf.out, 90), "... its bytes");
	is(is_all(cf.in + sizeof (*ur) + 90, 0, 6), 1, "... and zeros");
	is(c_read(fd, cf.in, sizeof (cf.in)), 128, "the second");
	is(c_read(fd, cf.in, sizeof (cf.in)), 32, "of the others");
	is(ur->ur_lost, 2, "... how many they were");
	is(ur->ur_way, 0, "... and no frame");
	is(c_read(none, cf.in, sizeof (cf.in)), -C_EINVAL,
	    "another monitor is another one");
	is(c_close(none), 0, "... and closed for itself");
	is(c_write(held, cf.out, 90), 90, "the holder writes");
	is(destroy(L0), 0, "destroyed");
	is(c_poll(fd, C_POLLIN, 0), C_POLLIN | C_POLLHUP, "it is dead");
	is(c_read(fd, cf.in, sizeof (cf.in)), 128, "what was seen is there");
	is(c_read(fd, cf.in, sizeof (cf.in)), -C_ENXIO, "and no more");
	is(c_close(fd), 0, "closed");
	is(c_close(held), 0, "closed");
}

static void
monitor_events(void)
{
	unet_ioc_watched_t *told = &cf.watched;
	const unet_watched_t *uw = told->uiwd_events;
	const int fd = open_link("monitor", C_O_RDONLY | C_O_NONBLOCK);
	int held;

	theme = "watches";
	(void) create(L0);
	is(monitor_watch(fd, L0), 0, "a link");
	is(monitor_watch(fd, L0), -C_EBUSY, "once");
	held = hold(L0);
	(void) set_one(L0, UNET_PROP_MTU, 1400);
	is(c_poll(fd, C_POLLPRI, WAIT), C_POLLPRI, "something happens");
	fill(told, 0, sizeof (*told));
	hdr_init(&told->uiwd_hdr, NULL);
	is(c_ioctl(fd, UNET_IOC_WATCHED, told), 0, "it is told");
	is(told->uiwd_count, 2, "... all of it");
	is(uw[0].uw_event.ue_type, UNET_EV_HOLDER, "... a holder");
	ok(uw[0].uw_event.ue_value != 0, "... which is a process");
	is(uw[1].uw_event.ue_type, UNET_EV_MTU, "... an MTU");
	is(uw[1].uw_event.ue_value, 1400, "... which it is");
	is(same_text(uw[1].uw_name, L0), 1, "... of the link");
	is(event_take(held, 0), 0, "the holder is told as well");
	is(cf.event.uie_count, 1, "... of what is not itself");
	is(destroy(L0), 0, "destroyed");
	is(c_ioctl(fd, UNET_IOC_WATCHED, told), 0, "that is told");
	is(uw[told->uiwd_count - 1].uw_event.ue_type, UNET_EV_DESTROY,
	    "... as the last");
	is(c_ioctl(fd, UNET_IOC_WATCHED, told), -C_ENXIO, "and no more");
	is(c_close(fd), 0, "closed");
	is(c_close(held), 0, "closed");
}

static void
facts_monitor(void)
{
	monitor_frames();
	monitor_events();
}
