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
 * Who may: users without privileges, and zones.  Each child here becomes
 * somebody else and does one thing; its exit status is what came of it.
 */

typedef struct visit {
	uint32_t	v_uid;
	uint32_t	v_gid;
	int		v_zone;		/* -1: this one */
	const char	*v_path;
	int		v_cmd;		/* 0: only open */
	const char	*v_name;	/* of the link, for v_cmd */
	uint32_t	v_arg;		/* a property, or a lifetime */
	uint32_t	v_value;
} visit_t;

/*
 * Zero for what succeeds; CREATE and LIST answer with more than that.
 */
static int
visit_request(const visit_t *v, int fd)
{
	unet_ioc_create_t uic;
	unet_ioc_props_t uip;
	unet_ioc_list_t uil;
	any_t a;
	int res;

	switch (v->v_cmd) {
	case UNET_IOC_CREATE:
		create_init(&uic, v->v_name);
		uic.uic_lifetime = v->v_arg;
		return (-c_ioctl(fd, v->v_cmd, &uic));
	case UNET_IOC_LIST:
		fill(&uil, 0, sizeof (uil));
		hdr_init(&uil.uil_hdr, NULL);
		res = c_ioctl(fd, v->v_cmd, &uil);
		return (res == 0 ? DID + (int)uil.uil_actents : -res);
	case UNET_IOC_SETPROP:
		fill(&uip, 0, sizeof (uip));
		hdr_init(&uip.uip_hdr, v->v_name);
		uip.uip_count = 1;
		uip.uip_props[0].up_id = v->v_arg;
		uip.uip_props[0].up_value = v->v_value;
		return (-c_ioctl(fd, v->v_cmd, &uip));
	default:
		fill(&a, 0, sizeof (a));
		hdr_init(&a.hdr, v->v_name);
		return (-c_ioctl(fd, v->v_cmd, &a));
	}
}

static int
visitor(void *arg)
{
	const visit_t *v = arg;
	int fd, res = 0;

	if (v->v_zone >= 0 && cf.ops->co_zone_enter(v->v_zone) != 0)
		return (254);
	if (v->v_uid != 0 && cf.ops->co_become(v->v_uid, v->v_gid) != 0)
		return (253);
	if ((fd = cf.ops->co_open(v->v_path, HOLD)) < 0)
		return (-fd);
	if (v->v_cmd != 0)
		res = visit_request(v, fd);
	(void) c_close(fd);
	return (res);
}

static int
visit(visit_t v)
{
	const int child = cf.ops->co_spawn(visitor, &v);

	return (child > 0 ? cf.ops->co_wait(child) : 255);
}

#define	NODE		UNET_DEV_DIR "/" L0

/*
 * What a user's open of the node comes to.
 */
static int
opens(uint32_t uid, uint32_t gid)
{
	const visit_t v = { uid, gid, -1, NODE, 0, NULL, 0, 0 };

	return (visit(v));
}

static int
asks(uint32_t uid, const char *path, int cmd, const char *name, uint32_t arg,
    uint32_t value)
{
	const visit_t v = { uid, uid, -1, path, cmd, name, arg, value };

	return (visit(v));
}

static void
users(void)
{
	unet_ioc_create_t uic;
	const char *const ctl = UNET_CTL_PATH;

	theme = "user";
	create_init(&uic, L0);
	uic.uic_owner = 1000;
	uic.uic_group = 2000;
	is(create_as(&uic), 0, "a link of user 1000 and group 2000");
	is(opens(1001, 1001), C_EACCES, "1001 may not open it");
	if ((cf.ops->co_flags & CONFORM_POLICY) == 0) {
		skip("the device policy is not loaded", "1000 may");
		is(destroy(L0), 0, "destroyed");
		return;
	}
	is(opens(1000, 1000), 0, "1000 may");
	is(opens(1001, 2000), 0, "so may one of group 2000");
	is(opens(2000, 1000), C_EACCES, "... but not user 2000");
	is(info(L0).uii_holder, 0, "all have closed it");

	is(asks(1000, ctl, UNET_IOC_INFO, L0, 0, 0), 0, "INFO is free");
	ok(asks(1001, ctl, UNET_IOC_LIST, NULL, 0, 0) >= DID, "LIST is free");
	is(asks(1000, ctl, UNET_IOC_CREATE, L1, 0, 0), C_EPERM,
	    "CREATE is not");
	is(asks(1000, ctl, UNET_IOC_DESTROY, L0, 0, 0), C_EPERM,
	    "nor is DESTROY, even of one's own");
	is(asks(1000, ctl, UNET_IOC_SETPROP, L0, UNET_PROP_LINGER, 1),
	    C_EPERM, "nor SETPROP on ctl");
	is(asks(1000, NODE, UNET_IOC_SETPROP, NULL, UNET_PROP_LINGER, 7), 0,
	    "the holder sets linger");
	is(info(L0).uii_linger, 7, "... to that");
	is(asks(1000, NODE, UNET_IOC_SETPROP, NULL, UNET_PROP_RXBUF, 100000),
	    0, "... and rxbuf");
	is(asks(1000, NODE, UNET_IOC_SETPROP, NULL, UNET_PROP_TXBUF, 100000),
	    0, "... and txbuf");
	is(asks(1000, NODE, UNET_IOC_SETPROP, NULL, UNET_PROP_MTU, 1400),
	    C_EPERM, "... not the MTU");
	is(asks(1000, NODE, UNET_IOC_SETPROP, NULL, UNET_PROP_OWNER, 1001),
	    C_EPERM, "... nor the owner");
	is(asks(1000, NODE, UNET_IOC_SETPROP, NULL, UNET_PROP_LINKSTATE, 1),
	    C_EPERM, "... nor the policy");
	is(set_one(L0, UNET_PROP_OWNER, 1001), 0, "a new owner");
	is(opens(1000, 1000), C_EACCES, "1000 may not open it any more");
	is(opens(1001, 1001), 0, "1001 may");
	is(destroy(L0), 0, "destroyed");

	/* The next of its name is nobody's. */
	(void) create(L0);
	is(opens(1001, 1001), C_EACCES, "a new link has not its owner");
	is(destroy(L0), 0, "destroyed");
}

static int
in_zone(int zone, const char *path, int cmd, const char *name, uint32_t arg)
{
	const visit_t v = { 0, 0, zone, path, cmd, name, arg, 0 };

	return (visit(v));
}

static void
zone_sees(int a, int b)
{
	const char *const ctl = UNET_CTL_PATH;

	is(in_zone(a, ctl, UNET_IOC_CREATE, L0, UNET_LIFE_PERSISTENT),
	    C_EPERM, "makes no persistent link");
	is(in_zone(a, ctl, UNET_IOC_CREATE, L0, UNET_LIFE_TEMPORARY), 0,
	    "makes a link");
	is(info(L0).uii_lifetime, UNET_LIFE_TRANSIENT, "... transient");
	is(info(L0).uii_zoneid, a, "... its own");
	is(in_zone(b, ctl, UNET_IOC_CREATE, L0, 0), C_EEXIST,
	    "a name is one over all zones");
	is(in_zone(a, ctl, UNET_IOC_LIST, NULL, 0), DID + 1, "sees it");
	is(in_zone(b, ctl, UNET_IOC_LIST, NULL, 0), DID, "another does not");
	is(in_zone(b, ctl, UNET_IOC_INFO, L0, 0), C_ENOENT, "... by name");
	is(in_zone(b, ctl, UNET_IOC_DESTROY, L0, 0), C_ENOENT,
	    "... nor destroys it");
	is(in_zone(b, NODE, 0, NULL, 0), C_ENOENT, "... nor has its node");
	is(in_zone(a, NODE, 0, NULL, 0), 0, "opens it");
	is(open_link(L0, HOLD), -C_ENOENT,
	    "the global zone has it not among its own");
	is(in_zone(a, ctl, UNET_IOC_INFO, L1, 0), C_ENOENT,
	    "sees no link of the global zone");
	is(in_zone(a, ctl, UNET_IOC_LIST, NULL, 0), DID + 1,
	    "... nor is one listed");
}

/*
 * A link that the zone is lent: its to see and to open, and no more.
 */
static void
zone_lent(int a, int b)
{
	const char *const ctl = UNET_CTL_PATH;
	uint32_t id;
	int fd;

	if (cf.ops->co_lend == NULL) {
		skip("no dladm", "is lent a link");
		return;
	}
	id = create(L0);
	fd = open_link(L0, HOLD);
	is(cf.ops->co_lend(id, a), 0, "is lent a link");
	is(in_zone(a, ctl, UNET_IOC_LIST, NULL, 0), DID + 1, "... sees it");
	is(in_zone(b, ctl, UNET_IOC_LIST, NULL, 0), DID, "... as no other");
	is(info(L0).uii_zoneid, a, "... which says where it is");
	is(info(L0).uii_ownerzone, 0, "... and whose");
	is(in_zone(a, NODE, 0, NULL, 0), C_EBUSY, "... has its node");
	is(in_zone(a, ctl, UNET_IOC_DESTROY, L0, 0), C_EPERM,
	    "... does not destroy it");
	is(destroy(L0), -C_EBUSY, "nor does the owner meanwhile");
	is(c_close(fd), 0, "its holder in the global zone closes it");
	is(in_zone(a, NODE, 0, NULL, 0), 0, "... and it opens in the zone");
	is(cf.ops->co_lend(id, 0), 0, "taken back");
	is(in_zone(a, NODE, 0, NULL, 0), C_ENOENT, "... it has no node");
	is(destroy(L0), 0, "destroyed");
}

/*
 * A link that is renamed, held and not.
 */
static void
renames(void)
{
	uint32_t id;
	int fd;

	theme = "rename";
	if (cf.ops->co_rename == NULL) {
		skip("no dladm", "changes the node");
		return;
	}
	id = create(L0);
	is(cf.ops->co_rename(id, L0, L1), 0, "a link has another name");
	is(open_link(L0, HOLD), -C_ENOENT, "the old node is gone");
	fd = open_link(L1, HOLD);
	ok(fd >= 0, "the new one is there (%d)", fd);
	ok(gone(L0), "ctl knows it no more by the old name");
	is(info(L1).uii_hdr.uih_linkid, id, "... but by the new one");
	is(cf.ops->co_rename(id, L1, L0), 0, "renamed while it is held");
	is(open_link(L0, HOLD), -C_EBUSY, "... it is that link");
	is(c_close(fd), 0, "closed");
	is(destroy(L0), 0, "destroyed");
}

static void
zones(void)
{
	int a, b, fd;

	theme = "zone";
	if (cf.ops->co_zone_boot == NULL || cf.ops->co_zone_enter == NULL ||
	    cf.ops->co_zone_halt == NULL) {
		skip("no zones", "has its own links");
		skip("no zones", "takes them along when it halts");
		return;
	}
	a = cf.ops->co_zone_boot("conforma");
	b = cf.ops->co_zone_boot("conformb");
	ok(a > 0 && b > 0, "two of them (%d)", a < b ? a : b);
	(void) create(L1);
	zone_sees(a, b);
	is(destroy(L1), 0, "the global zone's is destroyed");

	fd = open_link("zone/conforma/" L0, HOLD);
	ok(fd >= 0, "the global zone opens it below the zone's name (%d)", fd);
	is(open_link("zone/conformb/" L0, HOLD), -C_ENOENT,
	    "... not below another's");
	is(cf.ops->co_zone_halt(a), 0, "it halts, and waits for nobody");
	is(c_poll(fd, C_POLLIN, 0), C_POLLHUP, "the holder hears of it");
	is(c_read(fd, cf.in, ROOM), -C_ENXIO, "... at every call");
	ok(gone(L0), "the link is gone");
	is(c_close(fd), 0, "closed");
	a = cf.ops->co_zone_boot("conforma");
	zone_lent(a, b);
	is(cf.ops->co_zone_halt(a), 0, "it halts again");
	is(cf.ops->co_zone_halt(b), 0, "the other halts");
}

static void
facts_access(void)
{
	if (cf.ops->co_spawn == NULL || cf.ops->co_wait == NULL ||
	    cf.ops->co_become == NULL) {
		theme = "user";
		skip("nobody else to be", "opens what is its own");
	} else {
		users();
	}
	renames();
	zones();
}
