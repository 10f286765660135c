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
 * Properties: getting each, setting each and reading it back by another way,
 * and that several are set together or not at all.
 */

typedef struct property {
	uint32_t	p_id;
	uint32_t	p_perm;
	const char	*p_name;
} property_t;

#define	PROPERTY(number, name, text, perm)	{ number, perm, text },
static const property_t properties[] = { UNET_PROP_MAP(PROPERTY) };
#undef	PROPERTY

static int
set_props(int fd)
{
	return (c_ioctl(fd, UNET_IOC_SETPROP, &cf.props));
}

static int
get_props(int fd)
{
	return (c_ioctl(fd, UNET_IOC_GETPROP, &cf.props));
}

/*
 * The properties in cf.props are refused, that of index `bad' for `cause'.
 */
static void
not_set(uint32_t bad, int err, uint32_t cause, const char *what)
{
	is(set_props(cf.ctl), -err, "%s", what);
	is(cf.props.uip_hdr.uih_errno, cause, "... and its cause");
	is(cf.props.uip_bad, bad, "... and which");
}

static void
get_each(void)
{
	uint32_t i, n = 0;
	int fd;

	theme = "properties";
	(void) create(L0);
	fd = hold(L0);
	(void) props(L0, 0);
	for (i = 0; i < NELEM(properties) && i < UNET_PROPS_MAX; i++, n++) {
		prop(i, properties[i].p_id, ~0ULL);
		cf.props.uip_props[i].up_perm = ~0U;
	}
	cf.props.uip_count = n;
	is(get_props(cf.ctl), 0, "all of them, on ctl");
	for (i = 0; i < n; i++) {
		is(cf.props.uip_props[i].up_perm, properties[i].p_perm,
		    "%s can be %s", properties[i].p_name,
		    (properties[i].p_perm & UNET_PERM_WRITE) != 0 ?
		    "set" : "read");
	}
	copy(cf.props.uip_hdr.uih_name, L0, length(L0));
	is(get_props(fd), 0, "all of them, on the link");

	is(get_one(L0, UNET_PROP_RXBUF), UNET_BUF_DEFAULT, "rxbuf");
	is(get_one(L0, UNET_PROP_TXBUF), UNET_BUF_DEFAULT, "txbuf");
	is(get_one(L0, UNET_PROP_MAXSIZE), UNET_BUF_MAX, "maxsize");
	is(get_one(L0, UNET_PROP_MINTU), UNET_FRAME_MIN, "mintu");
	is(get_one(L0, UNET_PROP_MAXTU), 1518, "maxtu");
	is(get_one(L0, UNET_PROP_MTU), 1500, "mtu");
	is(get_one(L0, UNET_PROP_MAC), 0x020820c00f01LL, "mac");
	is(get_one(L0, UNET_PROP_LINKSTATE), UNET_POLICY_AUTO, "linkstate");
	is(get_one(L0, UNET_PROP_LINGER), 0, "linger");
	is(get_one(L0, UNET_PROP_OWNER), UNET_ID_NONE, "owner");
	is(get_one(L0, UNET_PROP_GROUP), UNET_ID_NONE, "group");
	is(get_one(L0, UNET_PROP_LIFETIME), UNET_LIFE_TEMPORARY, "lifetime");
	is(get_one(L0, UNET_PROP_IOMODE), UNET_IOMODE_NONE, "iomode");
	is(get_one(L0, UNET_PROP_ZONE), 0, "zone");
	end(L0, fd);
}

static void
prop_bad(void)
{
	static const uint32_t unknown[] = { 0, UNET_PROP_END, 0xffffffffU };
	static const uint64_t macs[] = {
		0, 0x010203040506ULL, 0xffffffffffffULL, 0x1020820000001ULL
	};
	unsigned int i;

	theme = "properties, bad";
	(void) create(L0);
	for (i = 0; i < NELEM(unknown); i++) {
		(void) props(L0, 2);
		prop(0, UNET_PROP_LINGER, 1);
		prop(1, unknown[i], 0);
		not_set(1, C_ENOTSUP, UNET_E_NOPROP, "set an unknown one");
		is(get_props(cf.ctl), -C_ENOTSUP, "get an unknown one");
		is(cf.props.uip_hdr.uih_errno, UNET_E_NOPROP,
		    "... and its cause");
		is(cf.props.uip_bad, 1, "... and which");
	}
	(void) props(L0, 0);
	is(set_props(cf.ctl), -C_EINVAL, "set none");
	is(cf.props.uip_hdr.uih_errno, UNET_E_PROPCOUNT, "... and its cause");
	is(get_props(cf.ctl), -C_EINVAL, "get none");
	(void) props(L0, UNET_PROPS_MAX + 1);
	is(set_props(cf.ctl), -C_EINVAL, "set too many");
	is(cf.props.uip_hdr.uih_errno, UNET_E_PROPCOUNT, "... and its cause");
	for (i = 0; i < NELEM(properties); i++) {
		if ((properties[i].p_perm & UNET_PERM_WRITE) != 0)
			continue;
		(void) props(L0, 1);
		prop(0, properties[i].p_id, 0);
		not_set(0, C_EACCES, UNET_E_PROPRDONLY, properties[i].p_name);
	}
	for (i = 0; i < NELEM(macs); i++) {
		(void) props(L0, 1);
		prop(0, UNET_PROP_MAC, macs[i]);
		not_set(0, C_EINVAL, UNET_E_MACADDR, "no station's address");
	}
	is(destroy(L0), 0, "destroyed");
}

static void
prop_ranges(void)
{
	static const struct {
		uint32_t id;
		uint64_t value;
		int err;
		uint32_t cause;
		const char *what;
	} bad[] = {
		{ UNET_PROP_MTU, 67, C_ERANGE, UNET_E_MTU, "mtu 67" },
		{ UNET_PROP_MTU, 9001, C_ERANGE, UNET_E_MTU, "mtu 9001" },
		{ UNET_PROP_MTU, 0x1000005dcULL, C_ERANGE, UNET_E_MTU,
		    "mtu 4294968796" },
		{ UNET_PROP_RXBUF, 1773, C_ERANGE, UNET_E_BUFTOOSMALL,
		    "rxbuf 1773" },
		{ UNET_PROP_RXBUF, 0, C_ERANGE, UNET_E_BUFTOOSMALL,
		    "rxbuf 0" },
		{ UNET_PROP_RXBUF, UNET_BUF_MAX + 1, C_ERANGE,
		    UNET_E_BUFTOOBIG, "rxbuf over the ceiling" },
		{ UNET_PROP_TXBUF, 1773, C_ERANGE, UNET_E_BUFTOOSMALL,
		    "txbuf 1773" },
		{ UNET_PROP_TXBUF, ~0ULL, C_ERANGE, UNET_E_BUFTOOBIG,
		    "txbuf over the ceiling" },
		{ UNET_PROP_LINKSTATE, 3, C_EINVAL, UNET_E_POLICY,
		    "linkstate 3" },
		{ UNET_PROP_LINGER, UNET_LINGER_MAX + 1, C_ERANGE,
		    UNET_E_LINGER, "linger over an hour" },
		{ UNET_PROP_OWNER, 0x100000000ULL, C_EINVAL, UNET_E_PROPVAL,
		    "owner of 33 bits" },
		{ UNET_PROP_GROUP, 0x100000000ULL, C_EINVAL, UNET_E_PROPVAL,
		    "group of 33 bits" }
	};
	unsigned int i;

	theme = "properties, range";
	(void) create(L0);
	for (i = 0; i < NELEM(bad); i++) {
		(void) props(L0, 3);
		prop(0, UNET_PROP_LINGER, 4321);
		prop(1, bad[i].id, bad[i].value);
		prop(2, UNET_PROP_OWNER, 99);
		not_set(1, bad[i].err, bad[i].cause, bad[i].what);
	}
	is(info(L0).uii_linger, 0, "what came before was not set");
	is(info(L0).uii_owner, UNET_ID_NONE, "nor what came after");
	is(destroy(L0), 0, "destroyed");
}

static void
set_each(void)
{
	unet_ioc_info_t uii;

	theme = "properties, set";
	(void) create(L0);
	is(set_one(L0, UNET_PROP_RXBUF, 1774), 0, "rxbuf");
	is(info(L0).uii_rxbuf, 1774, "... is set");
	is(set_one(L0, UNET_PROP_RXBUF, UNET_BUF_MAX), 0, "rxbuf, all of it");
	is(info(L0).uii_rxbuf, UNET_BUF_MAX, "... is set");
	is(set_one(L0, UNET_PROP_TXBUF, 12345), 0, "txbuf");
	is(info(L0).uii_txbuf, 12345, "... is set");
	is(set_one(L0, UNET_PROP_MTU, 68), 0, "mtu 68");
	is(info(L0).uii_mtu, 68, "... is set");
	is(info(L0).uii_maxframe, 86, "... and with it the longest frame");
	is(set_one(L0, UNET_PROP_MTU, 9000), 0, "mtu 9000");
	is(info(L0).uii_mtu, 9000, "... is set");
	is(set_one(L0, UNET_PROP_MAC, 0x020820c00f07ULL), 0, "mac");
	is(info(L0).uii_mac[5], 7, "... is set");
	is(get_one(L0, UNET_PROP_MAC), 0x020820c00f07ULL, "... and read back");
	is(set_one(L0, UNET_PROP_LINKSTATE, UNET_POLICY_UP), 0, "linkstate");
	is(info(L0).uii_policy, UNET_POLICY_UP, "... is set");
	is(set_one(L0, UNET_PROP_LINGER, 77), 0, "linger");
	is(info(L0).uii_linger, 77, "... is set");
	is(set_one(L0, UNET_PROP_OWNER, 0), 0, "owner root");
	is(info(L0).uii_owner, 0, "... is set");
	is(set_one(L0, UNET_PROP_OWNER, UNET_ID_NONE), 0, "no owner");
	is(info(L0).uii_owner, UNET_ID_NONE, "... is set");
	is(set_one(L0, UNET_PROP_GROUP, 12), 0, "group");
	is(info(L0).uii_group, 12, "... is set");

	(void) props(L0, 4);
	prop(0, UNET_PROP_MTU, 1500);
	prop(1, UNET_PROP_LINGER, 1);
	prop(2, UNET_PROP_RXBUF, 50000);
	prop(3, UNET_PROP_LINGER, 2);
	is(set_props(cf.ctl), 0, "several");
	uii = info(L0);
	is(uii.uii_mtu, 1500, "... the first");
	is(uii.uii_rxbuf, 50000, "... the third");
	is(uii.uii_linger, 2, "... of one named twice the last");
	is(destroy(L0), 0, "destroyed");
}

/*
 * MTU and queues know of each other.
 */
static void
prop_together(void)
{
	theme = "properties, together";
	(void) create(L0);
	is(set_one(L0, UNET_PROP_RXBUF, 1774), 0, "rxbuf of one frame");
	(void) props(L0, 2);
	prop(0, UNET_PROP_RXBUF, 2000);
	prop(1, UNET_PROP_MTU, 9000);
	not_set(0, C_ERANGE, UNET_E_BUFTOOSMALL,
	    "a queue too small for the MTU that comes with it");
	is(info(L0).uii_mtu, 1500, "... the MTU is as it was");
	is(info(L0).uii_rxbuf, 1774, "... the queue, too");
	(void) props(L0, 2);
	prop(0, UNET_PROP_RXBUF, 400);
	prop(1, UNET_PROP_MTU, 100);
	is(set_props(cf.ctl), 0, "a queue large enough for it");
	is(info(L0).uii_rxbuf, 400, "... is set");
	is(info(L0).uii_minbuf, 100 + 18 + 256, "... and so is its floor");
	is(set_one(L0, UNET_PROP_MTU, 9000), 0, "an MTU it is small for");
	is(info(L0).uii_rxbuf, 9000 + 18 + 256, "... makes it larger");
	is(info(L0).uii_txbuf, UNET_BUF_DEFAULT, "... but not the other");
	is(destroy(L0), 0, "destroyed");
}

/*
 * Through the descriptor of the link, and live.
 */
static void
prop_on_link(void)
{
	const int fd = begin(L0);

	theme = "properties, on the link";
	(void) props(NULL, 3);
	prop(0, UNET_PROP_RXBUF, 70000);
	prop(1, UNET_PROP_TXBUF, 80000);
	prop(2, UNET_PROP_LINGER, 90);
	is(set_props(fd), 0, "its holder's");
	is(info(L0).uii_rxbuf, 70000, "... rxbuf");
	is(info(L0).uii_txbuf, 80000, "... txbuf");
	is(info(L0).uii_linger, 90, "... linger");
	frame(cf.out, own, other, 1, 2000);
	is(c_write(fd, cf.out, 1519), -C_ERANGE, "a frame too long");
	is(set_one(L0, UNET_PROP_MTU, 2000), 0, "a longer MTU");
	is(c_write(fd, cf.out, 1519), 1519, "... not any more");
	is(set_one(L0, UNET_PROP_MTU, 1000), 0, "a shorter MTU");
	is(c_write(fd, cf.out, 1019), -C_ERANGE, "... and less is too long");
	is(c_write(fd, cf.out, 1018), 1018, "... than that");
	end(L0, fd);
}

static void
facts_prop(void)
{
	get_each();
	prop_bad();
	prop_ranges();
	set_each();
	prop_together();
	prop_on_link();
}
