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
 * The end of links: destroyed while somebody holds them, or only if nobody
 * does, and those that their holder's close destroys.
 */

/*
 * What a link that is dead says to each call of its holder.
 */
static void
dead(int fd)
{
	static const int events[] = {
		0, C_POLLIN, C_POLLOUT, C_POLLIN | C_POLLRDNORM | C_POLLOUT
	};
	unet_ioc_info_t uii;
	unsigned int i;
	int on = 1;

	frame(cf.out, own, other, 1, 100);
	is(c_read(fd, cf.in, ROOM), -C_ENXIO, "read");
	is(c_write(fd, cf.out, 100), -C_ENXIO, "write");
	(void) fio(2, 1, cf.in, ROOM);
	is(fio_read(fd), -C_ENXIO, "framed read");
	(void) fio(2, 1, cf.out, 100);
	is(fio_write(fd), -C_ENXIO, "framed write");
	for (i = 0; i < NELEM(events); i++) {
		is(c_poll(fd, events[i], 0), C_POLLHUP,
		    "poll for %d: POLLHUP and nothing else", events[i]);
	}
	fill(&uii, 0, sizeof (uii));
	hdr_init(&uii.uii_hdr, NULL);
	is(c_ioctl(fd, UNET_IOC_INFO, &uii), -C_ENXIO, "INFO");
	is(uii.uii_hdr.uih_errno, UNET_E_DYING, "... and its cause");
	(void) props(NULL, 1);
	prop(0, UNET_PROP_LINGER, 1);
	is(get_props(fd), -C_ENXIO, "GETPROP");
	is(set_props(fd), -C_ENXIO, "SETPROP");
	is(cf.props.uip_hdr.uih_errno, UNET_E_DYING, "... and its cause");
	is(c_ioctl(fd, UNET_IOC | 0xff, NULL), -C_ENOTTY,
	    "an unknown request is that");
	is(c_ioctl(fd, C_FIONBIO, &on), 0, "FIONBIO is answered");
}

static void
destroy_held(void)
{
	const int fd = begin(L0);
	const uint32_t minor = info(L0).uii_minor;
	unet_ioc_destroy_t uid;
	int again;

	theme = "destroy, held";
	is(destroy_as(&uid, L0, UNET_DESTROY_UNHELD), -C_EBUSY,
	    "only if nobody holds it");
	is(uid.uid_hdr.uih_errno, UNET_E_HELD, "... and its cause");
	is(uid.uid_holder, cf.ops->co_getpid(), "... and who does");
	is(info(L0).uii_linkstate, UNET_LINK_UP, "nothing has happened");
	is(c_poll(fd, C_POLLIN | C_POLLOUT, 0), C_POLLOUT, "... to the holder");
	is(destroy_as(&uid, L0, 2), -C_EINVAL, "an unknown flag");
	is(uid.uid_hdr.uih_errno, UNET_E_RESERVED, "... and its cause");
	fill(&uid, 0, sizeof (uid));
	hdr_init(&uid.uid_hdr, L0);
	uid.uid_pad = 1;
	is(c_ioctl(cf.ctl, UNET_IOC_DESTROY, &uid), -C_EINVAL,
	    "padding that is not zero");
	is(destroy_as(&uid, L0, 0), 0, "destroyed all the same");
	ok(gone(L0), "INFO on ctl knows it no more");
	is(open_link(L0, HOLD), -C_ENOENT, "nor has it a node");
	is(destroy(L0), -C_ENOENT, "nor is it destroyed twice");
	dead(fd);

	/* A new one of its name has nothing to do with it. */
	(void) create(L0);
	ok(info(L0).uii_minor != minor, "a new link has another minor");
	is(info(L0).uii_holder, 0, "... and no holder");
	again = hold(L0);
	is(c_read(again, cf.in, ROOM), -C_EAGAIN, "... it works");
	is(c_read(fd, cf.in, ROOM), -C_ENXIO, "... and the old one does not");
	is(c_close(fd), 0, "the dead one is closed");
	is(info(L0).uii_holder, cf.ops->co_getpid(), "... the new one held");
	is(info(L0).uii_linkstate, UNET_LINK_UP, "... and up");
	end(L0, again);
}

static void
destroy_unheld(void)
{
	unet_ioc_destroy_t uid;
	uint32_t id;

	theme = "destroy, unheld";
	id = create(L0);
	fill(&uid, 0, sizeof (uid));
	hdr_init(&uid.uid_hdr, L1);
	uid.uid_hdr.uih_linkid = id;
	is(c_ioctl(cf.ctl, UNET_IOC_DESTROY, &uid), -C_EINVAL,
	    "an id and another's name");
	is(uid.uid_hdr.uih_errno, UNET_E_LINKID, "... and its cause");
	fill(&uid, 0, sizeof (uid));
	hdr_init(&uid.uid_hdr, NULL);
	uid.uid_hdr.uih_linkid = id;
	uid.uid_hdr.uih_flags = UNET_DESTROY_UNHELD;
	is(c_ioctl(cf.ctl, UNET_IOC_DESTROY, &uid), 0, "by id");
	is(uid.uid_holder, 0, "... nobody refused");
	ok(gone(L0), "gone");
}

static void
single_shot(void)
{
	unet_ioc_create_t uic;
	int fd;

	theme = "single-shot";
	create_init(&uic, L0);
	uic.uic_lifetime = UNET_LIFE_SINGLE_SHOT;
	is(create_as(&uic), 0, "is made");
	is(info(L0).uii_lifetime, UNET_LIFE_SINGLE_SHOT, "INFO says so");
	fd = hold(L0);
	is(c_close(fd), 0, "closed");
	until(gone(L0), "gone");
	create_init(&uic, L0);
	uic.uic_lifetime = UNET_LIFE_SINGLE_SHOT;
	is(create_as(&uic), 0, "the name is free");
	is(destroy(L0), 0, "it can be destroyed like any other");
	create_init(&uic, L0);
	uic.uic_lifetime = UNET_LIFE_SINGLE_SHOT;
	fd = begin_as(&uic);
	is(destroy(L0), 0, "... while it is held, too");
	is(c_close(fd), 0, "... and closed then");
}

static void
facts_destroy(void)
{
	destroy_held();
	destroy_unheld();
	single_shot();
}
