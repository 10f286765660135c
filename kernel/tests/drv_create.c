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
 * Create, destroy, list and info: what is accepted, what is refused and why,
 * and that a refusal leaves nothing behind.
 */

#include "drv.h"

typedef struct bad {
	const char	*what;
	void		(*change)(unet_ioc_create_t *);
	int		err;
	unet_errno_t	cause;
} bad_t;

static void
b_version(unet_ioc_create_t *u)
{
	u->uic_hdr.uih_version = 2;
}

static void
b_flags(unet_ioc_create_t *u)
{
	u->uic_hdr.uih_flags = 1;
}

static void
b_pad(unet_ioc_create_t *u)
{
	u->uic_pad = 1;
}

static void
b_reserved(unet_ioc_create_t *u)
{
	u->uic_reserved[3] = 1;
}

static void
b_maclen(unet_ioc_create_t *u)
{
	u->uic_maclen = 5;
}

static void
b_mcast(unet_ioc_create_t *u)
{
	u->uic_mac[0] = 1;
}

static void
b_zero(unet_ioc_create_t *u)
{
	memset(u->uic_mac, 0, 6);
}

static void
b_mtulow(unet_ioc_create_t *u)
{
	u->uic_mtu = UNET_MTU_MIN - 1;
}

static void
b_mtuhigh(unet_ioc_create_t *u)
{
	u->uic_mtu = UNET_MTU_MAX + 1;
}

static void
b_life(unet_ioc_create_t *u)
{
	u->uic_lifetime = 4;
}

static void
b_policy(unet_ioc_create_t *u)
{
	u->uic_policy = 3;
}

static void
b_rxlow(unet_ioc_create_t *u)
{
	u->uic_rxbuf = 1773;
}

static void
b_txlow(unet_ioc_create_t *u)
{
	u->uic_txbuf = 1773;
}

static void
b_rxbig(unet_ioc_create_t *u)
{
	u->uic_rxbuf = UNET_BUF_MAX + 1;
}

static void
b_txbig(unet_ioc_create_t *u)
{
	u->uic_txbuf = UNET_BUF_MAX + 1;
}

static void
b_nolink(unet_ioc_create_t *u)
{
	u->uic_hdr.uih_linkid = 4711;
}

static void
b_linger(unet_ioc_create_t *u)
{
	u->uic_linger = UNET_LINGER_MAX + 1;
}

static void
b_transient(unet_ioc_create_t *u)
{
	u->uic_lifetime = UNET_LIFE_TRANSIENT;
}

static void
b_endless(unet_ioc_create_t *u)
{
	memset(u->uic_hdr.uih_name, '1', UNET_NAMELEN);
	u->uic_hdr.uih_name[0] = 'a';
}

static const bad_t bads[] = {
	{ "another version", b_version, EINVAL, UNET_E_VERSION },
	{ "a flag", b_flags, EINVAL, UNET_E_RESERVED },
	{ "padding", b_pad, EINVAL, UNET_E_RESERVED },
	{ "a reserved member", b_reserved, EINVAL, UNET_E_RESERVED },
	{ "a short MAC address", b_maclen, EINVAL, UNET_E_MACLEN },
	{ "a multicast MAC address", b_mcast, EINVAL, UNET_E_MACADDR },
	{ "a zero MAC address", b_zero, EINVAL, UNET_E_MACADDR },
	{ "a small MTU", b_mtulow, EINVAL, UNET_E_MTU },
	{ "a large MTU", b_mtuhigh, EINVAL, UNET_E_MTU },
	{ "an unknown lifetime", b_life, EINVAL, UNET_E_LIFETIME },
	{ "transient, in no zone", b_transient, EINVAL, UNET_E_LIFETIME },
	{ "an unknown policy", b_policy, EINVAL, UNET_E_POLICY },
	{ "a long linger", b_linger, EINVAL, UNET_E_LINGER },
	{ "a small rxbuf", b_rxlow, ERANGE, UNET_E_BUFTOOSMALL },
	{ "a small txbuf", b_txlow, ERANGE, UNET_E_BUFTOOSMALL },
	{ "a large rxbuf", b_rxbig, ERANGE, UNET_E_BUFTOOBIG },
	{ "a large txbuf", b_txbig, ERANGE, UNET_E_BUFTOOBIG },
	{ "a name without end", b_endless, ENAMETOOLONG, UNET_E_NAME },
	{ "an id that nobody made", b_nolink, ENOENT, UNET_E_NOLINK }
};

static const char *const bad_names[] = {
	"", "0", "1a0", "vpn", "vpn01", "vpn00", "v-pn0", "vpn 0", "vpn/0",
	"_vpn0", ".vpn0", "vpn0a", "v\xc3\xa4r0", "a:0", "ctl"
};

static const char *const good_names[] = {
	"a0", "vpn10", "v.p_n7", "Net4294967295",
	"abcdefghijklmnopqrstuvwxyz12345"
};

static void
test_refusals(void)
{
	const hk_usage_t before = drv_usage();
	unet_ioc_create_t uic;
	hk_usage_t after;
	size_t i;
	int err;

	for (i = 0; i < sizeof (bads) / sizeof (bads[0]); i++) {
		drv_create_init(&uic, "vpn0");
		bads[i].change(&uic);
		err = hk_ioctl(drv_ctl, UNET_IOC_CREATE, &uic);
		is(err, -bads[i].err, "create with %s", bads[i].what);
		is(uic.uic_hdr.uih_errno, bads[i].cause,
		    "... and its cause");
	}
	for (i = 0; i < sizeof (bad_names) / sizeof (bad_names[0]); i++) {
		drv_create_init(&uic, bad_names[i]);
		err = hk_ioctl(drv_ctl, UNET_IOC_CREATE, &uic);
		is(err, -EINVAL, "create \"%s\"", bad_names[i]);
		is(uic.uic_hdr.uih_errno, UNET_E_NAME, "... and its cause");
	}
	after = drv_usage();
	is(after.hu_kmem, before.hu_kmem, "refusals leave no memory");
	is(after.hu_kstats, before.hu_kstats, "... and no kstat");
	is(after.hu_links, 0, "... and no link");
}

static void
test_names(void)
{
	size_t i;

	for (i = 0; i < sizeof (good_names) / sizeof (good_names[0]); i++) {
		(void) drv_create(good_names[i]);
		is(drv_destroy(good_names[i]), 0, "%s comes and goes",
		    good_names[i]);
	}
}

static void
test_defaults(void)
{
	unet_ioc_create_t uic;
	unet_ioc_info_t uii;
	uint32_t cause;

	drv_create_init(&uic, "vpn0");
	uic.uic_maclen = 0;
	is(hk_ioctl(drv_ctl, UNET_IOC_CREATE, &uic), 0, "create");
	ok(uic.uic_hdr.uih_linkid != 0, "it has an id");
	is(uic.uic_mac[0] & 3, 2, "a local unicast MAC address was chosen");
	is(uic.uic_mtu, 1500, "MTU");
	is(uic.uic_rxbuf, 65536, "rxbuf");
	is(uic.uic_txbuf, 65536, "txbuf");

	uii = drv_info("vpn0");
	is(uii.uii_hdr.uih_linkid, uic.uic_hdr.uih_linkid, "info: id");
	is(memcmp(uii.uii_mac, uic.uic_mac, 6), 0, "info: MAC");
	is(uii.uii_mtu, 1500, "info: MTU");
	is(uii.uii_zoneid, 0, "info: zone");
	is(uii.uii_owner, UNET_ID_NONE, "info: owner");
	is(uii.uii_holder, 0, "info: holder");
	is(uii.uii_linkstate, UNET_LINK_DOWN, "info: down");
	is(uii.uii_minframe, 14, "info: shortest frame");
	is(uii.uii_maxframe, 1518, "info: longest frame");
	is(uii.uii_maxvecs, 256, "info: vectors");
	is(uii.uii_minbuf, 1518 + 256, "info: smallest buffer");
	is(uii.uii_maxbuf, 4194304, "info: largest buffer");

	drv_create_init(&uic, "vpn0");
	is(hk_ioctl(drv_ctl, UNET_IOC_CREATE, &uic), -EEXIST, "create again");
	is(uic.uic_hdr.uih_errno, UNET_E_EXISTS, "... and its cause");
	is(drv_destroy("vpn0"), 0, "destroy");
	is(drv_destroy_flags("vpn0", 0, &cause), -ENOENT, "destroy again");
	is(cause, UNET_E_NOLINK, "... and its cause");
	is(drv_destroy_flags("vpn0", 2, &cause), -ENOENT,
	    "a link that is not there comes before a flag that is not");
}

/*
 * With an id that was made beforehand, as libdladm does.
 */
static void
test_ids(void)
{
	unet_ioc_create_t uic;
	hk_dl_t hdl;

	memset(&hdl, 0, sizeof (hdl));
	(void) strcpy(hdl.hdl_name, "vpn7");
	hdl.hdl_class = 0x400;
	hdl.hdl_media = 4;
	hdl.hdl_flags = HK_DL_ACTIVE;
	is(hk_ioctl(drv_hk, HK_IOC_DLCREATE, &hdl), 0, "an id for vpn7");

	drv_create_init(&uic, "vpn8");
	uic.uic_hdr.uih_linkid = hdl.hdl_linkid;
	is(hk_ioctl(drv_ctl, UNET_IOC_CREATE, &uic), -EINVAL,
	    "another name than the id's");
	is(uic.uic_hdr.uih_errno, UNET_E_LINKID, "... and its cause");

	drv_create_init(&uic, NULL);
	uic.uic_hdr.uih_linkid = hdl.hdl_linkid;
	is(hk_ioctl(drv_ctl, UNET_IOC_CREATE, &uic), 0, "the id alone");
	is(strcmp(uic.uic_hdr.uih_name, "vpn7"), 0, "... gets its name");
	is(hk_ioctl(drv_ctl, UNET_IOC_CREATE, &uic), -EEXIST, "... once");
	is(drv_destroy("vpn7"), 0, "destroy");
	is(hk_ioctl(drv_hk, HK_IOC_DLINFO, &hdl), -ENOENT,
	    "the id went with the link");
}

static void
test_list(void)
{
	unet_list_ent_t ents[3];
	unet_ioc_list_t uil;

	(void) drv_create("vpn0");
	(void) drv_create("vpn1");
	memset(&uil, 0, sizeof (uil));
	memset(ents, 0xff, sizeof (ents));
	drv_hdr(&uil.uil_hdr, NULL);
	uil.uil_nents = 1;
	uil.uil_ents = (uint64_t)(uintptr_t)ents;
	is(hk_ioctl(drv_ctl, UNET_IOC_LIST, &uil), 0, "list into one entry");
	is(uil.uil_actents, 2, "... there are two");
	is(strcmp(ents[0].ule_name, "vpn0"), 0, "... the first is vpn0");
	is(ents[1].ule_linkid, 0xffffffff, "... the second is not touched");

	uil.uil_nents = 3;
	is(hk_ioctl(drv_ctl, UNET_IOC_LIST, &uil), 0, "list into three");
	is(strcmp(ents[1].ule_name, "vpn1"), 0, "... the second is vpn1");
	ok(ents[0].ule_linkid < ents[1].ule_linkid, "... in order of id");
	ok(ents[0].ule_minor != ents[1].ule_minor, "... of different minors");
	is(ents[1].ule_pad, 0, "... with nothing in the padding");

	uil.uil_ents = 8;
	is(hk_ioctl(drv_ctl, UNET_IOC_LIST, &uil), -EFAULT, "list to nowhere");
	uil.uil_nents = 0;
	is(hk_ioctl(drv_ctl, UNET_IOC_LIST, &uil), 0, "list to count");
	is(drv_destroy("vpn0"), 0, "destroy vpn0");
	is(drv_destroy("vpn1"), 0, "destroy vpn1");
}

/*
 * A device number is not used again soon: a name cached in /dev must not lead
 * to a later link.
 */
static void
test_minors(void)
{
	uint32_t first, second;

	(void) drv_create("vpn0");
	first = drv_info("vpn0").uii_minor;
	is(drv_destroy("vpn0"), 0, "destroy");
	(void) drv_create("vpn0");
	second = drv_info("vpn0").uii_minor;
	ok(first != second, "a new link of an old name has another minor");
	is(drv_destroy("vpn0"), 0, "destroy");
}

/*
 * Bad pointers and lengths, at every request.
 */
static void
test_pointers(void)
{
	static const int cmds[] = { UNET_IOC_CREATE, UNET_IOC_DESTROY,
	    UNET_IOC_LIST, UNET_IOC_INFO, UNET_IOC_GETPROP, UNET_IOC_SETPROP };
	const long page = sysconf(_SC_PAGESIZE);
	char *map = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unet_ioc_hdr_t *edge = (void *)(map + page - sizeof (*edge));
	unet_ioc_create_t *ro = (void *)map;
	uint32_t cause;
	size_t i;

	need(map != MAP_FAILED, "mmap");
	need(munmap(map + page, page) == 0, "munmap");
	for (i = 0; i < sizeof (cmds) / sizeof (cmds[0]); i++) {
		is(hk_ioctl(drv_ctl, cmds[i], NULL), -EFAULT,
		    "command %x: NULL", cmds[i] & 0xff);
		is(hk_ioctl(drv_ctl, cmds[i], (void *)8), -EFAULT,
		    "command %x: 8", cmds[i] & 0xff);
		is(hk_ioctl(drv_ctl, cmds[i], (void *)-64L), -EFAULT,
		    "command %x: the end of memory", cmds[i] & 0xff);
		drv_hdr(edge, "vpn0");
		is(hk_ioctl(drv_ctl, cmds[i], edge), -EFAULT,
		    "command %x: half a structure", cmds[i] & 0xff);
	}
	is(hk_ioctl(drv_ctl, UNET_IOC, NULL), -ENOTTY, "no such command");
	is(hk_ioctl(drv_ctl, UNET_IOC_FRAMEIO_READ, NULL), -ENOTTY,
	    "frames on ctl");

	drv_create_init(ro, "vpn0");
	need(mprotect(map, page, PROT_READ) == 0, "mprotect");
	is(hk_ioctl(drv_ctl, UNET_IOC_CREATE, ro), -EFAULT,
	    "a structure that cannot be written");
	is(drv_destroy_flags("vpn0", 0, &cause), -ENOENT,
	    "... has made no link");
	need(munmap(map, page) == 0, "munmap");
}

static void
test_modes(void)
{
	hk_cred_t nobody = { 1000, 1000, 0, 0 };
	unet_ioc_create_t uic;
	unet_ioc_info_t uii;
	int ro;

	drv_create_init(&uic, "vpn0");
	ro = hk_open(drv_kernel, UNET_CTL_PATH, O_RDONLY);
	ok(ro > 0, "ctl opens for reading");
	is(hk_ioctl(ro, UNET_IOC_CREATE, &uic), -EBADF, "... not to create");
	is(uic.uic_hdr.uih_errno, UNET_E_RDONLY, "... and its cause");
	is(hk_close(ro), 0, "close");

	(void) drv_create("vpn0");
	is(hk_setcred(&nobody), 0, "as nobody");
	drv_create_init(&uic, "vpn1");
	is(hk_ioctl(drv_ctl, UNET_IOC_CREATE, &uic), -EPERM, "no create");
	is(uic.uic_hdr.uih_errno, UNET_E_PRIV, "... and its cause");
	is(drv_destroy("vpn0"), -EPERM, "no destroy");
	ro = hk_open(drv_kernel, UNET_CTL_PATH, O_RDONLY);
	ok(ro > 0, "ctl opens for everybody");
	memset(&uii, 0, sizeof (uii));
	drv_hdr(&uii.uii_hdr, "vpn0");
	is(hk_ioctl(ro, UNET_IOC_INFO, &uii), 0, "... for info");
	is(hk_close(ro), 0, "close");
	is(hk_setcred(NULL), 0, "as oneself");
	is(drv_destroy("vpn0"), 0, "destroy");
}

int
main(void)
{
	drv_boot();
	test_refusals();
	test_names();
	test_defaults();
	test_ids();
	test_list();
	test_minors();
	test_pointers();
	test_modes();
	return (drv_done());
}
