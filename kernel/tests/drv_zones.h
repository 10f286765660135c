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

#ifndef	_DRV_ZONES_H
#define	_DRV_ZONES_H

/*
 * What the tests of links and zones have in common: to be in a zone, to lend a
 * link, and what can be seen from where.
 */

#include "drv.h"

/*
 * In a zone, privileged, until the next of these; 0 is the global zone.
 */
static inline void
in_zone(int32_t zoneid)
{
	hk_cred_t cred = { 0, 0, zoneid, HK_PRIV_ALL };

	need(hk_setcred(zoneid == 0 ? NULL : &cred) == 0, "in zone %d",
	    (int)zoneid);
}

static inline int32_t
zone_new(const char *name, uint32_t flags)
{
	hk_zone_t hz = { .hz_flags = flags };

	(void) snprintf(hz.hz_name, sizeof (hz.hz_name), "%s", name);
	need(zone_start(drv_hk, &hz) == 0, "zone %s", name);
	return (hz.hz_zoneid);
}

static inline int
zone_named(int request, const char *name)
{
	hk_zone_t hz = { .hz_flags = 0 };

	(void) snprintf(hz.hz_name, sizeof (hz.hz_name), "%s", name);
	return (hk_ioctl(drv_hk, request, &hz));
}

/*
 * A request on ctl, made in a zone through a ctl of that zone's own.
 */
static inline int
zone_ctl(int32_t zoneid, int request, void *arg)
{
	int ctl, err;

	in_zone(zoneid);
	ctl = hk_open(drv_kernel, UNET_CTL_PATH, O_RDWR);
	need(ctl > 0, "a ctl (%d)", ctl);
	err = hk_ioctl(ctl, request, arg);
	(void) hk_close(ctl);
	in_zone(0);
	return (err);
}

static inline int
zone_create(int32_t zoneid, const char *name, uint32_t lifetime,
    uint32_t *causep)
{
	unet_ioc_create_t uic;
	int err;

	drv_create_init(&uic, name);
	uic.uic_lifetime = lifetime;
	err = zone_ctl(zoneid, UNET_IOC_CREATE, &uic);
	*causep = uic.uic_hdr.uih_errno;
	return (err == 0 ? (int)uic.uic_hdr.uih_linkid : err);
}

static inline int
zone_destroy(int32_t zoneid, const char *name, uint32_t *causep)
{
	unet_ioc_destroy_t uid;
	int err;

	memset(&uid, 0, sizeof (uid));
	drv_hdr(&uid.uid_hdr, name);
	err = zone_ctl(zoneid, UNET_IOC_DESTROY, &uid);
	*causep = uid.uid_hdr.uih_errno;
	return (err);
}

static inline int
zone_set(int32_t zoneid, const char *name, uint32_t prop, uint64_t value,
    uint32_t *causep)
{
	unet_ioc_props_t uip;
	int err;

	memset(&uip, 0, sizeof (uip));
	drv_hdr(&uip.uip_hdr, name);
	uip.uip_count = 1;
	uip.uip_props[0].up_id = prop;
	uip.uip_props[0].up_value = value;
	err = zone_ctl(zoneid, UNET_IOC_SETPROP, &uip);
	*causep = uip.uip_hdr.uih_errno;
	return (err);
}

static inline int
zone_info(int32_t zoneid, const char *name, unet_ioc_info_t *uii)
{
	memset(uii, 0, sizeof (*uii));
	drv_hdr(&uii->uii_hdr, name);
	return (zone_ctl(zoneid, UNET_IOC_INFO, uii));
}

static inline uint32_t
zone_count(int32_t zoneid)
{
	unet_ioc_list_t uil;

	memset(&uil, 0, sizeof (uil));
	drv_hdr(&uil.uil_hdr, NULL);
	need(zone_ctl(zoneid, UNET_IOC_LIST, &uil) == 0, "list");
	return (uil.uil_actents);
}

static inline int
zone_open(int32_t zoneid, const char *name)
{
	int fd;

	in_zone(zoneid);
	fd = drv_open(name, DRV_RDWR);
	in_zone(0);
	return (fd);
}

/*
 * How many kstats of a module and a name a zone sees.
 */
static inline uint32_t
zone_kstats(int32_t zoneid, const char *module, const char *name)
{
	hk_kstat_t ks[128];
	hk_kslist_t hkl;
	uint32_t i, n = 0;
	int hk;

	memset(&hkl, 0, sizeof (hkl));
	hkl.hkl_nents = 128;
	hkl.hkl_ents = (uint64_t)(uintptr_t)ks;
	in_zone(zoneid);
	hk = hk_open(drv_kernel, "/dev/hk", O_RDWR);
	need(hk > 0 && hk_ioctl(hk, HK_IOC_KSLIST, &hkl) == 0 &&
	    hkl.hkl_actents <= 128, "kstats listed");
	(void) hk_close(hk);
	in_zone(0);
	for (i = 0; i < hkl.hkl_actents; i++) {
		n += strcmp(ks[i].hks_module, module) == 0 &&
		    strcmp(ks[i].hks_name, name) == 0;
	}
	return (n);
}

/*
 * What dladm(8) does, and what it knows.
 */
static inline int
dl_lend(uint32_t linkid, int32_t zoneid)
{
	hk_dl_t dl = { .hdl_linkid = linkid, .hdl_zoneid = zoneid };

	return (hk_ioctl(drv_hk, HK_IOC_DLSETZONE, &dl));
}

static inline int
dl_rename(uint32_t linkid, const char *name)
{
	hk_dl_t dl = { .hdl_linkid = linkid };

	(void) snprintf(dl.hdl_name, sizeof (dl.hdl_name), "%s", name);
	return (hk_ioctl(drv_hk, HK_IOC_DLRENAME, &dl));
}

static inline int
dl_info(const char *name, hk_dl_t *dl)
{
	memset(dl, 0, sizeof (*dl));
	(void) snprintf(dl->hdl_name, sizeof (dl->hdl_name), "%s", name);
	return (hk_ioctl(drv_hk, HK_IOC_DLINFO, dl));
}

static inline void
dl_daemon(uint32_t what)
{
	hk_dlmgmt_t hdm = { .hdm_what = what };

	need(hk_ioctl(drv_hk, HK_IOC_DLMGMT, &hdm) == 0 &&
	    hdm.hdm_running == (what == HK_DLMGMT_START), "the daemon");
}

#endif	/* _DRV_ZONES_H */
