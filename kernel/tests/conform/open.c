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
 * Opening a link: one holder, the mode it has asked for, and the link state
 * that follows it.
 */

static void
open_once(void)
{
	int fd;

	theme = "open";
	(void) create(L0);
	is(info(L0).uii_linkstate, UNET_LINK_DOWN, "down before");
	fd = hold(L0);
	is(open_link(L0, HOLD), -C_EBUSY, "a second time");
	is(open_link(L0, C_O_RDONLY), -C_EBUSY, "... for reading, too");
	is(open_link(L0, C_O_WRONLY), -C_EBUSY, "... or for writing");
	is(info(L0).uii_holder, cf.ops->co_getpid(), "INFO says who");
	is(info(L0).uii_linkstate, UNET_LINK_UP, "up meanwhile");
	is(c_close(fd), 0, "close");
	is(c_close(fd), -C_EBADF, "... once");
	is(info(L0).uii_holder, 0, "nobody afterwards");
	is(info(L0).uii_linkstate, UNET_LINK_DOWN, "down again");
	fd = open_link(L0, HOLD | C_O_EXCL);
	ok(fd >= 0, "O_EXCL is what it is anyway (%d)", fd);
	is(open_link(L0, HOLD), -C_EBUSY, "... and nobody else");
	end(L0, fd);
	is(open_link(L0, HOLD), -C_ENOENT, "destroyed: no node");
}

static void
open_modes(void)
{
	int fd;

	theme = "open, mode";
	(void) create(L0);
	frame(cf.out, own, other, 1, 100);

	fd = open_link(L0, C_O_RDONLY | C_O_NONBLOCK);
	ok(fd >= 0, "for reading (%d)", fd);
	is(info(L0).uii_linkstate, UNET_LINK_UP, "... is up");
	is(c_read(fd, cf.in, ROOM), -C_EAGAIN, "... reads");
	is(c_write(fd, cf.out, 100), -C_EBADF, "... does not write");
	(void) fio(1, 1, cf.out, 100);
	is(fio_write(fd), -C_EBADF, "... nor framed");
	(void) props(NULL, 1);
	prop(0, UNET_PROP_LINGER, 5);
	is(c_ioctl(fd, UNET_IOC_SETPROP, &cf.props), -C_EBADF,
	    "... nor sets properties");
	is(cf.props.uip_hdr.uih_errno, UNET_E_RDONLY, "... and its cause");
	is(c_ioctl(fd, UNET_IOC_GETPROP, &cf.props), 0, "... but gets them");
	is(c_close(fd), 0, "close");

	fd = open_link(L0, C_O_WRONLY | C_O_NONBLOCK);
	ok(fd >= 0, "for writing (%d)", fd);
	is(info(L0).uii_linkstate, UNET_LINK_UP, "... is up");
	is(c_read(fd, cf.in, ROOM), -C_EBADF, "... does not read");
	(void) fio(1, 1, cf.in, ROOM);
	is(fio_read(fd), -C_EBADF, "... nor framed");
	is(c_write(fd, cf.out, 100), 100, "... writes");
	is(c_close(fd), 0, "close");
	is(destroy(L0), 0, "destroyed");
}

/*
 * Each of the ways to say that nothing shall wait.
 */
static void
open_nonblocking(void)
{
	int fd, on = 1;

	theme = "open, not to wait";
	(void) create(L0);
	fd = open_link(L0, C_O_RDWR | C_O_NONBLOCK);
	is(c_read(fd, cf.in, ROOM), -C_EAGAIN, "O_NONBLOCK");
	is(c_close(fd), 0, "close");
	fd = open_link(L0, C_O_RDWR | C_O_NDELAY);
	is(c_read(fd, cf.in, ROOM), -C_EAGAIN, "O_NDELAY");
	(void) fio(1, 1, cf.in, ROOM);
	is(fio_read(fd), -C_EAGAIN, "... framed");
	is(c_close(fd), 0, "close");
	fd = open_link(L0, C_O_RDWR);
	is(c_ioctl(fd, C_FIONBIO, &on), 0, "FIONBIO is answered");
	is(c_read(fd, cf.in, ROOM), -C_EAGAIN, "... and heard");
	if (cf.ops->co_setfl != NULL) {
		is(cf.ops->co_setfl(fd, C_O_RDWR | C_O_NONBLOCK), 0, "F_SETFL");
		is(c_read(fd, cf.in, ROOM), -C_EAGAIN, "... is heard, too");
	} else {
		skip("no F_SETFL", "F_SETFL is heard");
	}
	end(L0, fd);
}

static void
link_policy(void)
{
	unet_ioc_create_t uic;
	int fd;

	theme = "link state";
	create_init(&uic, L0);
	uic.uic_policy = UNET_POLICY_UP;
	is(create_as(&uic), 0, "policy up");
	is(info(L0).uii_linkstate, UNET_LINK_UP, "... without a holder");
	fd = hold(L0);
	is(info(L0).uii_linkstate, UNET_LINK_UP, "... with one");
	is(c_close(fd), 0, "close");
	is(info(L0).uii_linkstate, UNET_LINK_UP, "... after one");
	is(set_one(L0, UNET_PROP_LINKSTATE, UNET_POLICY_DOWN), 0,
	    "policy down");
	is(info(L0).uii_linkstate, UNET_LINK_DOWN, "... at once");
	fd = hold(L0);
	is(info(L0).uii_linkstate, UNET_LINK_DOWN, "... with a holder");
	is(set_one(L0, UNET_PROP_LINKSTATE, UNET_POLICY_AUTO), 0,
	    "policy auto");
	is(info(L0).uii_linkstate, UNET_LINK_UP, "... follows the holder");
	is(c_close(fd), 0, "close");
	is(info(L0).uii_linkstate, UNET_LINK_DOWN, "... and its end");
	is(destroy(L0), 0, "destroyed");
}

static void
link_linger(void)
{
	unet_ioc_create_t uic;
	int fd;

	theme = "linger";
	create_init(&uic, L0);
	uic.uic_linger = 60000;
	fd = begin_as(&uic);
	is(c_close(fd), 0, "close");
	is(info(L0).uii_linkstate, UNET_LINK_UP, "up for a while");
	is(info(L0).uii_holder, 0, "... with nobody there");
	fd = hold(L0);
	is(info(L0).uii_linkstate, UNET_LINK_UP, "up with the next holder");
	is(set_one(L0, UNET_PROP_LINGER, 200), 0, "a shorter one");
	is(c_close(fd), 0, "close");
	until(info(L0).uii_linkstate == UNET_LINK_DOWN, "down after a while");
	fd = hold(L0);
	is(set_one(L0, UNET_PROP_LINGER, UNET_LINGER_MAX), 0, "a long one");
	is(c_close(fd), 0, "close");
	is(destroy(L0), 0, "destroyed while it lingers");
	ok(gone(L0), "... at once");
}

/*
 * A name that comes again is another link.
 */
static void
new_minors(void)
{
	uint32_t minor, last = 0;
	unsigned int i;
	int fresh = 1;

	theme = "minor";
	for (i = 0; i < 8; i++) {
		unet_ioc_create_t uic;

		create_init(&uic, L0);
		(void) create_as(&uic);
		minor = info(L0).uii_minor;
		if (minor == last)
			fresh = 0;
		last = minor;
		(void) destroy(L0);
	}
	ok(fresh, "is another for each link of a name");
	ok(last >= 131072, "is none of MAC's");
}

static void
facts_open(void)
{
	open_once();
	open_modes();
	open_nonblocking();
	link_policy();
	link_linger();
	new_minors();
}
