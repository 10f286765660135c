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
 * The properties of offloads: as UNET_IOC_SETPROP and as dladm(8) set them, and
 * what the link offers then.
 */

#include "drv_held.h"

#define	HCK_PARTIAL	0x02	/* HCKSUM_* and LSO_TX_* of illumos */
#define	HCK_FULL_V4	0x04
#define	HCK_IPHDR	0x10
#define	LSO_IPV4	0x01

#define	READ		0x01	/* MAC_PROP_PERM_* */
#define	RW		0x11

static unet_ioc_props_t uip;

static void
add(uint32_t prop, uint64_t value)
{
	if (uip.uip_count == 0)
		drv_hdr(&uip.uip_hdr, "vpn0");
	uip.uip_props[uip.uip_count].up_id = prop;
	uip.uip_props[uip.uip_count++].up_value = value;
}

static int
request(int cmd)
{
	const int err = hk_ioctl(drv_ctl, cmd, &uip);

	uip.uip_count = 0;
	return (err);
}

static uint64_t
get(uint32_t prop)
{
	memset(&uip, 0, sizeof (uip));
	add(prop, 0);
	need(request(UNET_IOC_GETPROP) == 0, "get %u", prop);
	return (uip.uip_props[0].up_value);
}

static int
set(uint32_t prop, uint64_t value)
{
	memset(&uip, 0, sizeof (uip));
	add(prop, value);
	return (request(UNET_IOC_SETPROP));
}

/*
 * As dladm does it.
 */
static int
dladm_set_size(const char *name, const char *value, uint32_t size)
{
	hk_linkprop_t hlp;

	memset(&hlp, 0, sizeof (hlp));
	hlp.hlp_linkid = id;
	hlp.hlp_size = size;
	(void) snprintf(hlp.hlp_name, sizeof (hlp.hlp_name), "%s", name);
	(void) snprintf(hlp.hlp_value, sizeof (hlp.hlp_value), "%s", value);
	return (hk_ioctl(drv_hk, HK_IOC_PROPSET, &hlp));
}

static int
dladm_set(const char *name, const char *value)
{
	return (dladm_set_size(name, value, (uint32_t)strlen(value) + 1));
}

static int
dladm_get(const char *name, uint32_t size, hk_linkprop_t *hlp)
{
	memset(hlp, 0, sizeof (*hlp));
	hlp->hlp_linkid = id;
	hlp->hlp_size = size;
	(void) snprintf(hlp->hlp_name, sizeof (hlp->hlp_name), "%s", name);
	return (hk_ioctl(drv_hk, HK_IOC_PROPGET, hlp));
}

static int
dladm_is(const char *name, const char *value)
{
	hk_linkprop_t hlp;

	return (dladm_get(name, sizeof (hlp.hlp_value), &hlp) == 0 &&
	    strcmp(hlp.hlp_value, value) == 0);
}

static hk_capab_t
capab(void)
{
	hk_capab_t hca;

	memset(&hca, 0, sizeof (hca));
	hca.hca_linkid = id;
	need(hk_ioctl(drv_hk, HK_IOC_CAPAB, &hca) == 0, "capabilities");
	return (hca);
}

typedef struct word {
	uint32_t	w_prop;
	const char	*w_name;
	uint64_t	w_value;
	const char	*w_text;
	uint32_t	w_hcksum;	/* offered while this alone is set */
} word_t;

static const word_t words[] = {
	{ UNET_PROP_RX_IPV4_CKSUM, "_rx_ipv4_cksum", 1, "on", 0 },
	{ UNET_PROP_RX_IPV4_CKSUM, "_rx_ipv4_cksum", 0, "off", 0 },
	{ UNET_PROP_TX_IPV4_CKSUM, "_tx_ipv4_cksum", 1, "on", HCK_IPHDR },
	{ UNET_PROP_TX_IPV4_CKSUM, "_tx_ipv4_cksum", 0, "off", 0 },
	{ UNET_PROP_TX_ULP_CKSUM, "_tx_ulp_cksum", 1, "fullv4", HCK_FULL_V4 },
	{ UNET_PROP_TX_ULP_CKSUM, "_tx_ulp_cksum", 2, "partial", HCK_PARTIAL },
	{ UNET_PROP_TX_ULP_CKSUM, "_tx_ulp_cksum", 1, "fullv4", HCK_FULL_V4 },
	{ UNET_PROP_TX_ULP_CKSUM, "_tx_ulp_cksum", 0, "none", 0 },
	{ UNET_PROP_TX_ULP_CKSUM, "_tx_ulp_cksum", 2, "partial", HCK_PARTIAL },
	{ UNET_PROP_TX_ULP_CKSUM, "_tx_ulp_cksum", 0, "none", 0 },
	{ UNET_PROP_LSO, "_lso", 1, "on", 0 },
	{ UNET_PROP_LSO, "_lso", 0, "off", 0 }
};

#define	NWORDS	(sizeof (words) / sizeof (words[0]))

/*
 * What one side sets the other reads, and the stack is told each time.
 */
static void
test_words(void)
{
	uint64_t changes;
	unsigned int i;

	for (i = 0; i < 2 * NWORDS; i++) {
		const word_t *w = &words[i % NWORDS];

		changes = capab().hca_changes;
		if (i < NWORDS) {
			is(set(w->w_prop, w->w_value), 0, "set %s=%s",
			    w->w_name, w->w_text);
		} else {
			is(dladm_set(w->w_name, w->w_text), 0,
			    "dladm sets %s=%s", w->w_name, w->w_text);
		}
		is(get(w->w_prop), w->w_value, "... we read it");
		ok(dladm_is(w->w_name, w->w_text), "... dladm reads it");
		is(capab().hca_hcksum, w->w_hcksum, "... it is on offer");
		is(capab().hca_lso, 0, "... LSO is not");
		is(capab().hca_changes, changes + 1, "... the stack is told");
		is(set(w->w_prop, w->w_value), 0, "... the same again");
		is(capab().hca_changes, changes + 1, "... is no change");
	}
}

static void
test_defaults(void)
{
	static const char *const names[] = { "_rx_ipv4_cksum",
	    "_tx_ipv4_cksum", "_tx_ulp_cksum", "_lso", "_io_mode" };
	hk_linkprop_t hlp;
	unsigned int i;

	for (i = 0; i < 5; i++) {
		const char *def = i == 2 || i == 4 ? "none" : "off";

		is(dladm_get(names[i], 64, &hlp), 0, "%s", names[i]);
		ok(strcmp(hlp.hlp_value, def) == 0, "... is %s",
		    hlp.hlp_value);
		ok(strcmp(hlp.hlp_default, def) == 0, "... by default");
		is(hlp.hlp_perm, i == 4 ? READ : RW, "... its permissions");
		is(dladm_get(names[i], (uint32_t)strlen(def), &hlp),
		    -EOVERFLOW, "... does not fit without its end");
		is(dladm_get(names[i], (uint32_t)strlen(def) + 1, &hlp), 0,
		    "... does with it");
		is(dladm_get(names[i], 0, &hlp), -EOVERFLOW, "... nor into 0");
	}
	is(capab().hca_hcksum_size, 0, "no checksum is on offer");
	is(capab().hca_lso_size, 0, "... nor LSO");
}

/*
 * The MTU is MAC's, and one for both.
 */
static void
test_mtu(void)
{
	static const char *const bad[] = { "", "-1", "67", "9001", "1500 ",
	    "1500x", "4294968796", "x" };
	hk_linkprop_t hlp;
	unsigned int i;

	is(dladm_get("mtu", sizeof (hlp.hlp_value), &hlp), 0, "the MTU");
	ok(strcmp(hlp.hlp_value, "1500") == 0, "... is 1500");
	ok(strcmp(hlp.hlp_default, "1500") == 0, "... by default");
	is(dladm_set("mtu", "9000"), 0, "dladm sets it");
	is(get(UNET_PROP_MTU), 9000, "... we read it");
	is(set(UNET_PROP_MTU, 1400), 0, "we set it");
	ok(dladm_is("mtu", "1400"), "... dladm reads it");
	for (i = 0; i < sizeof (bad) / sizeof (bad[0]); i++)
		is(dladm_set("mtu", bad[i]), -EINVAL, "mtu=\"%s\"", bad[i]);
	is(get(UNET_PROP_MTU), 1400, "nothing has changed");
	is(dladm_set("mtu", "1500"), 0, "as it was");
}

static void
test_refused(void)
{
	static const char *const bad[] = { "", "o", "onn", "ON", "1", "none",
	    "off on" };
	const uint64_t changes = capab().hca_changes;
	unsigned int i;

	for (i = 0; i < sizeof (bad) / sizeof (bad[0]); i++)
		is(dladm_set("_lso", bad[i]), -EINVAL, "_lso=\"%s\"", bad[i]);
	is(dladm_set("_tx_ulp_cksum", "full"), -EINVAL, "_tx_ulp_cksum=full");
	is(dladm_set("_tx_ulp_cksum", "on"), -EINVAL, "_tx_ulp_cksum=on");
	is(dladm_set_size("_lso", "off", 2), -EINVAL, "two bytes of three");
	is(dladm_set_size("_lso", "off", 0), -EINVAL, "no bytes");
	is(dladm_set_size("_lso", "off", 3), 0, "three of three");
	is(dladm_set("_io_mode", "frameio"), -ENOTSUP, "_io_mode is read-only");
	is(dladm_set("_nothing", "on"), -ENOENT, "there is no such property");

	is(set(UNET_PROP_RX_IPV4_CKSUM, 2), -EINVAL, "2");
	is(uip.uip_hdr.uih_errno, UNET_E_PROPVAL, "... and its cause");
	is(set(UNET_PROP_TX_IPV4_CKSUM, 2), -EINVAL, "2 again");
	is(set(UNET_PROP_LSO, 1ULL << 32), -EINVAL, "a large number");
	is(set(UNET_PROP_TX_ULP_CKSUM, 3), -EINVAL, "3");
	is(uip.uip_hdr.uih_errno, UNET_E_PROPVAL, "... and its cause");
	is(capab().hca_changes, changes, "nothing has changed");
}

/*
 * Several are set together or not at all, and the stack never sees a part.
 */
static void
test_atomic(void)
{
	uint64_t changes = capab().hca_changes;

	memset(&uip, 0, sizeof (uip));
	add(UNET_PROP_LSO, 1);
	add(UNET_PROP_TX_IPV4_CKSUM, 1);
	add(UNET_PROP_MTU, 1400);
	add(UNET_PROP_TX_ULP_CKSUM, 3);
	is(request(UNET_IOC_SETPROP), -EINVAL, "three good ones and a bad one");
	is(uip.uip_bad, 3, "... which is named");
	is(get(UNET_PROP_LSO), 0, "... change nothing");
	is(get(UNET_PROP_TX_IPV4_CKSUM), 0, "... at all");
	is(get(UNET_PROP_MTU), 1500, "... of any kind");

	memset(&uip, 0, sizeof (uip));
	add(UNET_PROP_LSO, 1);
	add(UNET_PROP_TX_IPV4_CKSUM, 1);
	add(UNET_PROP_TX_ULP_CKSUM, 2);
	is(request(UNET_IOC_SETPROP), 0, "all together");
	is(capab().hca_changes, changes + 1, "... are one change");
	is(capab().hca_hcksum, HCK_IPHDR | HCK_PARTIAL, "... checksums");
	is(capab().hca_hcksum_size, 4, "... in the first word");
	is(capab().hca_lso, LSO_IPV4, "... and LSO");
	is(capab().hca_lso_size, 8, "... in the first two");
}

/*
 * LSO wants both kinds of checksums, and a queue that takes what it comes to.
 */
static void
test_lso(void)
{
	hk_capab_t hca = capab();
	uint64_t changes;

	is(hca.hca_lso_max, 18 * 1460, "half of 65536 is 18 frames");
	is(set(UNET_PROP_TX_IPV4_CKSUM, 0), 0, "no header checksum");
	is(capab().hca_lso, 0, "... no LSO");
	is(get(UNET_PROP_LSO), 1, "... though it is on");
	is(set(UNET_PROP_TX_IPV4_CKSUM, 1), 0, "it is back");
	is(capab().hca_lso, LSO_IPV4, "... and so is LSO");
	is(set(UNET_PROP_TX_ULP_CKSUM, 0), 0, "no TCP checksum");
	is(capab().hca_lso, 0, "... no LSO");
	is(set(UNET_PROP_TX_ULP_CKSUM, 1), 0, "a full one");
	is(capab().hca_lso, LSO_IPV4, "... is as good");

	changes = capab().hca_changes;
	is(set(UNET_PROP_RXBUF, UNET_BUF_MAX), 0, "a large queue");
	is(capab().hca_lso_max, 65535, "... takes a large segment");
	is(capab().hca_changes, changes + 1, "... the stack is told");
	is(set(UNET_PROP_RXBUF, 4 * 1774), 0, "a small one");
	is(capab().hca_lso_max, 2 * 1460, "... takes two frames");
	is(set(UNET_PROP_RXBUF, 4 * 1774 - 1), 0, "one byte less");
	is(capab().hca_lso, 0, "... is none");
	changes = capab().hca_changes;
	is(set(UNET_PROP_MTU, 576), 0, "a smaller MTU");
	is(capab().hca_changes, changes + 1, "... the stack is told");
	is(capab().hca_lso_max, 4 * 536, "... and it is four frames again");
	is(set(UNET_PROP_RXBUF, UNET_BUF_MAX), 0, "room for many small ones");
	is(set(UNET_PROP_MTU, 296), 0, "... of the smallest kind");
	is(capab().hca_lso_max, 128 * 256, "... are as many as can be cut");
	is(set(UNET_PROP_LSO, 0), 0, "LSO off");
	changes = capab().hca_changes;
	is(set(UNET_PROP_RXBUF, UNET_BUF_DEFAULT), 0, "a queue again");
	is(set(UNET_PROP_MTU, 1500), 0, "an MTU again");
	is(capab().hca_changes, changes, "... is nobody's business");
}

/*
 * The holder hears of it, whoever did it.
 */
static void
test_events(void)
{
	static unet_ioc_event_t uie;
	unsigned int i, told = 0;

	drv_hdr(&uie.uie_hdr, NULL);
	uie.uie_hdr.uih_flags = UNET_EVENT_RESYNC;
	is(hk_ioctl(fd, UNET_IOC_EVENT, &uie), 0, "how everything is");
	for (i = 0; i < uie.uie_count; i++) {
		const unet_event_t *ue = &uie.uie_events[i];

		if (ue->ue_type == UNET_EV_PROP &&
		    ue->ue_prop >= UNET_PROP_RX_IPV4_CKSUM)
			told += ue->ue_value == get((uint32_t)ue->ue_prop);
	}
	is(told, 4, "... the four properties too");

	is(dladm_set("_rx_ipv4_cksum", "on"), 0, "dladm sets one");
	is(dladm_set("_rx_ipv4_cksum", "on"), 0, "... twice the same");
	is(set(UNET_PROP_TX_ULP_CKSUM, 2), 0, "we set one");
	drv_hdr(&uie.uie_hdr, NULL);
	is(hk_ioctl(fd, UNET_IOC_EVENT, &uie), 0, "there are events");
	is(uie.uie_count, 2, "... two");
	is(uie.uie_events[0].ue_prop, UNET_PROP_RX_IPV4_CKSUM, "... dladm's");
	is(uie.uie_events[0].ue_value, 1, "... on");
	is(uie.uie_events[0].ue_count, 1, "... once");
	is(uie.uie_events[1].ue_prop, UNET_PROP_TX_ULP_CKSUM, "... ours");
	is(uie.uie_events[1].ue_value, 2, "... partial");
}

/*
 * How the holder moves frames, since it opened the link.
 */
static void
test_io_mode(void)
{
	static uint8_t buf[2048];
	drv_fio_t df;

	ok(dladm_is("_io_mode", "none"), "a holder that did nothing yet");
	is(hk_read(fd, buf, sizeof (buf)), -EAGAIN, "it reads");
	ok(dladm_is("_io_mode", "read-write"), "... read-write");
	(void) drv_fio_init(&df, 1, 1);
	drv_fio_vec(&df, 0, buf, sizeof (buf));
	is(hk_ioctl(fd, UNET_IOC_FRAMEIO_READ, &df.df_u.fio), -EAGAIN,
	    "it reads frames");
	ok(dladm_is("_io_mode", "frameio"), "... frameio");
	is(hk_close(fd), 0, "it closes");
	ok(dladm_is("_io_mode", "none"), "... none");
	fd = drv_open("vpn0", DRV_RDWR);
}

/*
 * Nobody sets them but an administrator.
 */
static void
test_access(void)
{
	hk_cred_t user = { 7, 7, 0, 0 };
	hk_linkprop_t hlp;
	hk_capab_t hca;

	(void) hk_setcred(&user);
	is(dladm_set("_lso", "on"), -EPERM, "a user does not set properties");
	is(set(UNET_PROP_LSO, 1), -EPERM, "... either way");
	(void) hk_setcred(NULL);
	is(get(UNET_PROP_LSO), 0, "... and none was set");
	is(dladm_get("_lso", 65, &hlp), -EINVAL, "more than there is room for");
	memset(&hca, 0, sizeof (hca));
	hca.hca_linkid = id + 100;
	is(hk_ioctl(drv_hk, HK_IOC_CAPAB, &hca), -ENOENT, "no such link");
}

int
main(void)
{
	unet_ioc_create_t uic;

	drv_boot();
	drv_create_init(&uic, "vpn0");
	setup_as(&uic);
	test_defaults();
	test_words();
	test_mtu();
	test_refused();
	test_atomic();
	test_lso();
	test_events();
	test_io_mode();
	test_access();
	teardown();
	return (drv_done());
}
