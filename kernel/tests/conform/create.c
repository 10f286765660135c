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
 * CREATE: what every member may be, what it is if it is left out, and that a
 * link is made wholly or not at all.
 */

/*
 * A create that is refused, and leaves nothing behind.
 */
static void
refused(unet_ioc_create_t *uic, int err, uint32_t cause, const char *what)
{
	const int res = create_as(uic);

	is(res, -err, "%s", what);
	is(uic->uic_hdr.uih_errno, cause, "... and its cause");
	if (res == 0)
		(void) destroy(uic->uic_hdr.uih_name);
}

static void
accepted(unet_ioc_create_t *uic, const char *what)
{
	line_t name = { { 0 }, 0 };

	line_text(&name, uic->uic_hdr.uih_name);
	is(create_as(uic), 0, "%s", what);
	is(destroy(name.text), 0, "... and gone again");
}

static void
create_names(void)
{
	static const char *const good[] = {
		"a0", "Z9", "conform0.1", "con_form.10", "c.0", "c_0",
		"conform4294967296", "abcdefghijklmnopqrstuvwxyz.AB_7"
	};
	static const char *const bad[] = {
		"", "0", "conform", "0conform0", "_c0", ".c0", "conform01",
		"conform00", "con-form0", "con form0", "con/form0", "conform0 ",
		"conform0x", "conform0_", "conform\3110", "con:form0", "c\n0"
	};
	unet_ioc_create_t uic;
	unsigned int i;

	theme = "create, name";
	for (i = 0; i < NELEM(good); i++) {
		create_init(&uic, good[i]);
		accepted(&uic, good[i]);
	}
	for (i = 0; i < NELEM(bad); i++) {
		create_init(&uic, bad[i]);
		is(create_as(&uic), -C_EINVAL, "bad name %d", (int)i);
		is(uic.uic_hdr.uih_errno, UNET_E_NAME, "... and its cause");
	}

	/* What follows the end of the name is nobody's business. */
	create_init(&uic, L0);
	fill(uic.uic_hdr.uih_name + length(L0) + 1, 'x', 10);
	is(create_as(&uic), 0, "bytes behind the name");
	ok(is_all(uic.uic_hdr.uih_name + length(L0), 0,
	    UNET_NAMELEN - length(L0)), "... do not come back");
	create_init(&uic, L0);
	refused(&uic, C_EEXIST, UNET_E_EXISTS, "a name that is taken");
	ok(!gone(L0), "... and the link of that name is still there");
	is(destroy(L0), 0, "... until it is destroyed");
}

static void
create_mac(void)
{
	static const uint8_t group[] = { 0x01, 0, 0x5e, 0, 0, 1 };
	unet_ioc_create_t uic;
	uint8_t first[UNET_MACLEN];

	theme = "create, MAC";
	create_init(&uic, L0);
	uic.uic_maclen = 5;
	refused(&uic, C_EINVAL, UNET_E_MACLEN, "5 bytes");
	create_init(&uic, L0);
	uic.uic_maclen = 7;
	refused(&uic, C_EINVAL, UNET_E_MACLEN, "7 bytes");
	create_init(&uic, L0);
	copy(uic.uic_mac, group, UNET_MACLEN);
	refused(&uic, C_EINVAL, UNET_E_MACADDR, "a group's");
	create_init(&uic, L0);
	copy(uic.uic_mac, everybody, UNET_MACLEN);
	refused(&uic, C_EINVAL, UNET_E_MACADDR, "everybody's");
	create_init(&uic, L0);
	fill(uic.uic_mac, 0, UNET_MACLEN);
	refused(&uic, C_EINVAL, UNET_E_MACADDR, "zero");

	create_init(&uic, L0);
	uic.uic_maclen = 0;
	is(create_as(&uic), 0, "none: the driver chooses");
	is(uic.uic_mac[0] & 3, 2, "... one of its own, for one station");
	is(uic.uic_maclen, UNET_MACLEN, "... of 6 bytes");
	copy(first, uic.uic_mac, UNET_MACLEN);
	ok(same(info(L0).uii_mac, first, UNET_MACLEN), "... INFO agrees");
	create_init(&uic, L1);
	uic.uic_maclen = 0;
	is(create_as(&uic), 0, "and once more");
	ok(!same(uic.uic_mac, first, UNET_MACLEN), "... another one");
	is(destroy(L0), 0, "the first goes");
	is(destroy(L1), 0, "the second, too");
}

static void
create_mtu(void)
{
	unet_ioc_create_t uic;

	theme = "create, MTU";
	create_init(&uic, L0);
	uic.uic_mtu = UNET_MTU_MIN - 1;
	refused(&uic, C_EINVAL, UNET_E_MTU, "67");
	create_init(&uic, L0);
	uic.uic_mtu = UNET_MTU_MAX + 1;
	refused(&uic, C_EINVAL, UNET_E_MTU, "9001");
	create_init(&uic, L0);
	uic.uic_mtu = 0xffffffffU;
	refused(&uic, C_EINVAL, UNET_E_MTU, "the largest number");
	create_init(&uic, L0);
	uic.uic_mtu = UNET_MTU_MIN;
	accepted(&uic, "68");
	create_init(&uic, L0);
	uic.uic_mtu = UNET_MTU_MAX;
	accepted(&uic, "9000");
	create_init(&uic, L0);
	is(create_as(&uic), 0, "none");
	is(uic.uic_mtu, UNET_MTU_DEFAULT, "... is 1500");
	is(destroy(L0), 0, "... and gone again");
}

/*
 * The same for both queues.
 */
static void
create_buf(const char *name, size_t offset)
{
	const uint64_t least = UNET_MTU_DEFAULT + UNET_FRAME_EXTRA +
	    UNET_FRAME_OVERHEAD;
	unet_ioc_create_t uic;
	uint64_t *buf = (uint64_t *)((uint8_t *)&uic + offset);

	theme = name;
	create_init(&uic, L0);
	*buf = least - 1;
	refused(&uic, C_ERANGE, UNET_E_BUFTOOSMALL, "less than one frame");
	create_init(&uic, L0);
	*buf = 1;
	refused(&uic, C_ERANGE, UNET_E_BUFTOOSMALL, "1 byte");
	create_init(&uic, L0);
	*buf = UNET_BUF_MAX + 1;
	refused(&uic, C_ERANGE, UNET_E_BUFTOOBIG, "more than the ceiling");
	create_init(&uic, L0);
	*buf = ~0ULL;
	refused(&uic, C_ERANGE, UNET_E_BUFTOOBIG, "the largest number");
	create_init(&uic, L0);
	*buf = least;
	accepted(&uic, "one frame");
	is(*buf, least, "... is what it is");
	create_init(&uic, L0);
	*buf = UNET_BUF_MAX;
	accepted(&uic, "the ceiling");
	create_init(&uic, L0);
	accepted(&uic, "none");
	is(*buf, UNET_BUF_DEFAULT, "... is 64 KiB");
	create_init(&uic, L0);
	uic.uic_mtu = UNET_MTU_MAX;
	*buf = least;
	refused(&uic, C_ERANGE, UNET_E_BUFTOOSMALL,
	    "one frame of another MTU");
}

static void
create_rest(void)
{
	unet_ioc_create_t uic;

	theme = "create";
	create_init(&uic, L0);
	uic.uic_lifetime = UNET_LIFE_SINGLE_SHOT + 1;
	refused(&uic, C_EINVAL, UNET_E_LIFETIME, "an unknown lifetime");
	create_init(&uic, L0);
	uic.uic_lifetime = UNET_LIFE_TRANSIENT;
	refused(&uic, C_EINVAL, UNET_E_LIFETIME,
	    "transient in the global zone");
	create_init(&uic, L0);
	uic.uic_policy = UNET_POLICY_DOWN + 1;
	refused(&uic, C_EINVAL, UNET_E_POLICY, "an unknown policy");
	create_init(&uic, L0);
	uic.uic_linger = UNET_LINGER_MAX + 1;
	refused(&uic, C_EINVAL, UNET_E_LINGER, "lingering too long");
	create_init(&uic, L0);
	uic.uic_linger = UNET_LINGER_MAX;
	accepted(&uic, "lingering for an hour");
	create_init(&uic, L0);
	uic.uic_pad = 1;
	refused(&uic, C_EINVAL, UNET_E_RESERVED, "padding that is not zero");
	create_init(&uic, L0);
	uic.uic_lifetime = UNET_LIFE_PERSISTENT;
	accepted(&uic, "persistent");
}

/*
 * Everything given, everything there.
 */
static void
create_whole(void)
{
	unet_ioc_create_t uic;
	unet_ioc_info_t uii;

	theme = "create, all of it";
	create_init(&uic, L0);
	uic.uic_mtu = 1400;
	uic.uic_owner = 4711;
	uic.uic_group = 4712;
	uic.uic_lifetime = UNET_LIFE_PERSISTENT;
	uic.uic_policy = UNET_POLICY_UP;
	uic.uic_linger = 1234;
	uic.uic_rxbuf = 100000;
	uic.uic_txbuf = 200000;
	uic.uic_hdr.uih_errno = 77;
	is(create_as(&uic), 0, "it is made");
	is(uic.uic_hdr.uih_errno, UNET_E_OK, "no cause");
	ok(uic.uic_hdr.uih_linkid != 0, "it has an id");
	ok(same_text(uic.uic_hdr.uih_name, L0), "a name");
	uii = info(L0);
	is(uii.uii_hdr.uih_linkid, uic.uic_hdr.uih_linkid, "that id");
	ok(same(uii.uii_mac, own, UNET_MACLEN), "that MAC address");
	is(uii.uii_mtu, 1400, "MTU");
	is(uii.uii_owner, 4711, "owner");
	is(uii.uii_group, 4712, "group");
	is(uii.uii_lifetime, UNET_LIFE_PERSISTENT, "lifetime");
	is(uii.uii_policy, UNET_POLICY_UP, "policy");
	is(uii.uii_linger, 1234, "linger");
	is(uii.uii_rxbuf, 100000, "rxbuf");
	is(uii.uii_txbuf, 200000, "txbuf");
	is(uii.uii_zoneid, 0, "zone");
	is(destroy(L0), 0, "and gone");
}

/*
 * With an id that somebody made beforehand.
 */
static void
create_by_id(void)
{
	unet_ioc_create_t uic;
	uint32_t id = 0;

	theme = "create, by id";
	if (cf.ops->co_mkid == NULL || cf.ops->co_rmid == NULL) {
		skip("no link management daemon to ask",
		    "takes the id and its name");
		return;
	}
	is(cf.ops->co_mkid(L0, &id), 0, "the daemon makes an id");
	create_init(&uic, L1);
	uic.uic_hdr.uih_linkid = id;
	refused(&uic, C_EINVAL, UNET_E_LINKID, "with another name");
	create_init(&uic, L0);
	refused(&uic, C_EEXIST, UNET_E_EXISTS, "by name: the daemon has it");
	create_init(&uic, NULL);
	uic.uic_hdr.uih_linkid = id;
	is(create_as(&uic), 0, "by id alone");
	is(uic.uic_hdr.uih_linkid, id, "... has that id");
	ok(same_text(uic.uic_hdr.uih_name, L0), "... and its name");
	create_init(&uic, NULL);
	uic.uic_hdr.uih_linkid = id;
	refused(&uic, C_EEXIST, UNET_E_EXISTS, "an id that is taken");
	ok(!gone(L0), "... and the link is still there");
	is(destroy(L0), 0, "until it is destroyed");

	create_init(&uic, L0);
	uic.uic_hdr.uih_linkid = id;
	refused(&uic, C_ENOENT, UNET_E_NOLINK, "with an id that is gone");

	/* A create that fails leaves the id to whoever made it. */
	is(cf.ops->co_mkid(L0, &id), 0, "another id");
	create_init(&uic, L0);
	uic.uic_hdr.uih_linkid = id;
	uic.uic_mtu = 1;
	refused(&uic, C_EINVAL, UNET_E_MTU, "refused");
	is(cf.ops->co_rmid(id), 0, "... the id was not");
}

/*
 * A request whose result cannot be told is as if it had not been made.
 */
static void
create_untold(void)
{
	unet_ioc_create_t *uic;

	theme = "create, told to nobody";
	if (cf.ops->co_memory == NULL || cf.ops->co_readonly == NULL ||
	    (uic = cf.ops->co_memory(4096, 0)) == NULL) {
		skip("no memory to read only", "makes no link");
		return;
	}
	create_init(uic, L0);
	is(cf.ops->co_readonly(uic, 4096), 0, "a request to read only");
	is(create_as(uic), -C_EFAULT, "is refused");
	ok(gone(L0), "and makes no link");
}

static void
facts_create(void)
{
	create_names();
	create_mac();
	create_mtu();
	create_buf("create, rxbuf", offsetof(unet_ioc_create_t, uic_rxbuf));
	create_buf("create, txbuf", offsetof(unet_ioc_create_t, uic_txbuf));
	create_rest();
	theme = "create";
	ok(gone(L0), "what was refused is not there");
	is(open_link(L0, HOLD), -C_ENOENT, "nor has it a node");
	create_whole();
	create_by_id();
	create_untold();
}
