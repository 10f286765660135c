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
 * The control node, and what all requests have in common: their layout, their
 * header, and what a bad one costs.
 */

typedef struct request {
	const char	*r_name;
	int		r_cmd;
	size_t		r_reserved;	/* where; 0: none that is read */
	size_t		r_nreserved;	/* in bytes */
	int		r_changes;	/* wants a descriptor for writing */
	int		r_on_link;	/* on the node of a link, too */
} request_t;

static const request_t requests[] = {
	{ "CREATE", UNET_IOC_CREATE,
	    offsetof(unet_ioc_create_t, uic_reserved), 32, 1, 0 },
	{ "DESTROY", UNET_IOC_DESTROY,
	    offsetof(unet_ioc_destroy_t, uid_reserved), 16, 1, 0 },
	{ "LIST", UNET_IOC_LIST,
	    offsetof(unet_ioc_list_t, uil_reserved), 16, 0, 0 },
	{ "INFO", UNET_IOC_INFO, 0, 0, 0, 1 },
	{ "GETPROP", UNET_IOC_GETPROP,
	    offsetof(unet_ioc_props_t, uip_reserved), 16, 0, 1 },
	{ "SETPROP", UNET_IOC_SETPROP,
	    offsetof(unet_ioc_props_t, uip_reserved), 16, 1, 1 }
};

typedef union any {
	unet_ioc_hdr_t		hdr;
	unet_ioc_create_t	create;
	unet_ioc_destroy_t	destroy;
	unet_ioc_list_t		list;
	unet_ioc_info_t		info;
	unet_ioc_props_t	props;
	uint8_t			bytes[sizeof (unet_ioc_props_t)];
} any_t;

/*
 * A request that is good, or would be for a link that is there.
 */
static void
request_init(any_t *a, const request_t *r, const char *name)
{
	fill(a, 0, sizeof (*a));
	hdr_init(&a->hdr, name);
	if (r->r_cmd == UNET_IOC_CREATE)
		create_init(&a->create, name);
	if (r->r_cmd == UNET_IOC_GETPROP || r->r_cmd == UNET_IOC_SETPROP) {
		a->props.uip_count = 1;
		a->props.uip_props[0].up_id = UNET_PROP_LINGER;
	}
}

static void
layout(void)
{
	const int lp64 = sizeof (void *) == 8;

	theme = "layout";
	is(sizeof (unet_ioc_hdr_t), 48, "unet_ioc_hdr_t");
	is(sizeof (unet_ioc_create_t), 128, "unet_ioc_create_t");
	is(offsetof(unet_ioc_create_t, uic_rxbuf), 80, "uic_rxbuf");
	is(sizeof (unet_ioc_destroy_t), 72, "unet_ioc_destroy_t");
	is(sizeof (unet_list_ent_t), 48, "unet_list_ent_t");
	is(sizeof (unet_ioc_list_t), 80, "unet_ioc_list_t");
	is(sizeof (unet_ioc_info_t), 240, "unet_ioc_info_t");
	is(offsetof(unet_ioc_info_t, uii_rxbuf), 112, "uii_rxbuf");
	is(sizeof (unet_prop_t), 16, "unet_prop_t");
	is(sizeof (unet_ioc_props_t), 584, "unet_ioc_props_t");
	is(sizeof (unet_event_t), 40, "unet_event_t");
	is(sizeof (unet_ioc_event_t), 72 + 32 * 40, "unet_ioc_event_t");
	is(sizeof (framevec_t), lp64 ? 24 : 12, "framevec_t");
	is(offsetof(frameio_t, fio_vecs), lp64 ? 16 : 12, "fio_vecs");
}

static void
ctl_node(void)
{
	const int again = cf.ops->co_open(UNET_CTL_PATH, C_O_RDWR);
	int on = 1;

	theme = "ctl";
	ok(again >= 0, "opens for as many as like (%d)", again);
	is(c_close(again), 0, "closes");
	is(c_ioctl(cf.ctl, UNET_IOC | 0xff, NULL), -C_ENOTTY,
	    "an unknown request");
	is(c_ioctl(cf.ctl, 0, NULL), -C_ENOTTY, "another's request");
	(void) fio(1, 1, cf.in, ROOM);
	is(fio_read(cf.ctl), -C_ENOTTY, "it has no frames to read");
	is(fio_write(cf.ctl), -C_ENOTTY, "and takes none");
	is(c_ioctl(cf.ctl, C_FIONBIO, &on), 0, "FIONBIO");
	is(c_poll(cf.ctl, C_POLLIN | C_POLLOUT, 0), 0, "poll: nothing");
	ok(open_link("conform/0", HOLD) < 0, "no path leads below a name");
	is(open_link(L0, HOLD), -C_ENOENT, "a name that is no link's");
	is(open_link(L0, HOLD | C_O_CREAT), -C_ENOSYS, "creat(2) makes none");
}

/*
 * What is wrong with the header comes before what is wrong with the rest.
 */
static void
header(const request_t *r)
{
	any_t a;

	request_init(&a, r, L0);
	a.hdr.uih_version = UNET_ABI_VERSION + 1;
	is(c_ioctl(cf.ctl, r->r_cmd, &a), -C_EINVAL, "%s of another version",
	    r->r_name);
	is(a.hdr.uih_errno, UNET_E_VERSION, "... and its cause");

	request_init(&a, r, NULL);
	fill(a.hdr.uih_name, 'a', UNET_NAMELEN);
	is(c_ioctl(cf.ctl, r->r_cmd, &a), -C_ENAMETOOLONG,
	    "%s with a name without end", r->r_name);
	is(a.hdr.uih_errno, UNET_E_NAME, "... and its cause");

	is(c_ioctl(cf.ctl, r->r_cmd, NOWHERE), -C_EFAULT,
	    "%s at a bad address", r->r_name);
}

/*
 * `name' is that of a link, except for CREATE.
 */
static void
reserved(const request_t *r, const char *name)
{
	size_t i;
	any_t a;

	for (i = 0; i < r->r_nreserved; i += 8) {
		request_init(&a, r, name);
		a.bytes[r->r_reserved + i] = 1;
		is(c_ioctl(cf.ctl, r->r_cmd, &a), -C_EINVAL,
		    "%s with reserved byte %d set", r->r_name, (int)i);
		is(a.hdr.uih_errno, UNET_E_RESERVED, "... and its cause");
	}
	request_init(&a, r, name);
	a.hdr.uih_flags = 0x80000000U;
	is(c_ioctl(cf.ctl, r->r_cmd, &a), -C_EINVAL,
	    "%s with an unknown flag", r->r_name);
	is(a.hdr.uih_errno, UNET_E_RESERVED, "... and its cause");
}

/*
 * On a descriptor that is only for reading, one can look and not touch.
 */
static void
read_only(const request_t *r, int rdonly, const char *name)
{
	any_t a;

	request_init(&a, r, name);
	if (r->r_changes) {
		is(c_ioctl(rdonly, r->r_cmd, &a), -C_EBADF,
		    "%s wants a descriptor for writing", r->r_name);
		is(a.hdr.uih_errno, UNET_E_RDONLY, "... and its cause");
	} else {
		is(c_ioctl(rdonly, r->r_cmd, &a), 0,
		    "%s does with one for reading", r->r_name);
	}
}

static void
on_link(const request_t *r, int fd)
{
	any_t a;

	request_init(&a, r, NULL);
	if (r->r_on_link) {
		is(c_ioctl(fd, r->r_cmd, &a), 0, "%s without a name",
		    r->r_name);
		ok(same_text(a.hdr.uih_name, L0), "... says which link");
		request_init(&a, r, L1);
		is(c_ioctl(fd, r->r_cmd, &a), -C_EINVAL,
		    "%s of another link", r->r_name);
		is(a.hdr.uih_errno, UNET_E_LINKID, "... and its cause");
		request_init(&a, r, NULL);
		a.hdr.uih_linkid = 0x7fffffff;
		is(c_ioctl(fd, r->r_cmd, &a), -C_EINVAL,
		    "%s of another link id", r->r_name);
		is(a.hdr.uih_errno, UNET_E_LINKID, "... and its cause");
	} else {
		is(c_ioctl(fd, r->r_cmd, &a), -C_ENOTTY, "%s is for ctl",
		    r->r_name);
	}
}

/*
 * Requests about a link that is not there.
 */
static void
no_link(void)
{
	unet_ioc_destroy_t uid;
	unet_ioc_info_t uii;

	theme = "no link";
	is(info_of(L3, &uii), -C_ENOENT, "INFO");
	is(uii.uii_hdr.uih_errno, UNET_E_NOLINK, "... and its cause");
	is(info_of(NULL, &uii), -C_ENOENT, "INFO of neither name nor id");
	is(uii.uii_hdr.uih_errno, UNET_E_NOLINK, "... and its cause");
	is(destroy_as(&uid, L3, 0), -C_ENOENT, "DESTROY");
	is(uid.uid_hdr.uih_errno, UNET_E_NOLINK, "... and its cause");
	is(uid.uid_holder, 0, "... nobody refuses");
	is(set_one(L3, UNET_PROP_LINGER, 0), -C_ENOENT, "SETPROP");
	is(cf.props.uip_hdr.uih_errno, UNET_E_NOLINK, "... and its cause");
	(void) props(L3, 1);
	prop(0, UNET_PROP_MTU, 0);
	is(c_ioctl(cf.ctl, UNET_IOC_GETPROP, &cf.props), -C_ENOENT,
	    "GETPROP");
	is(cf.props.uip_hdr.uih_errno, UNET_E_NOLINK, "... and its cause");
	fill(&uid, 0, sizeof (uid));
	hdr_init(&uid.uid_hdr, NULL);
	uid.uid_hdr.uih_linkid = 0x7fffffff;
	is(c_ioctl(cf.ctl, UNET_IOC_DESTROY, &uid), -C_ENOENT,
	    "DESTROY by an id that is nobody's");
}

static void
requests_all(void)
{
	const int rdonly = cf.ops->co_open(UNET_CTL_PATH, C_O_RDONLY);
	unsigned int i;
	int fd;

	theme = "requests";
	ok(rdonly >= 0, "ctl opens for reading (%d)", rdonly);
	for (i = 0; i < NELEM(requests); i++)
		header(&requests[i]);
	ok(gone(L0), "none of that made a link");

	fd = begin(L0);
	for (i = 0; i < NELEM(requests); i++) {
		const char *name =
		    requests[i].r_cmd == UNET_IOC_CREATE ? L1 : L0;

		reserved(&requests[i], name);
		read_only(&requests[i], rdonly, name);
		on_link(&requests[i], fd);
	}
	ok(gone(L1), "none of that made a link, either");
	ok(!gone(L0), "nor destroyed one");
	end(L0, fd);
	is(c_close(rdonly), 0, "ctl is closed");
}

static void
facts_ctl(void)
{
	layout();
	ctl_node();
	no_link();
	requests_all();
}
