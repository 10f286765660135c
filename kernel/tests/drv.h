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

#ifndef	_DRV_H
#define	_DRV_H

/*
 * What the tests of the driver have in common: a kernel of this process's own,
 * links in it, and a port of their segment that plays the network stack.
 */

#include <stdint.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include <sys/unet.h>
#include <sys/frameio.h>
#include "hk.h"
#include "tap.h"
#include "drv_errnos.h"
#include "zones.h"

static int drv_kernel;
static int drv_ctl;	/* /dev/unet/ctl */
static int drv_hk;	/* /dev/hk */

#define	DRV_RDWR	(O_RDWR | O_NONBLOCK)

static inline void
drv_boot(void)
{
	drv_kernel = hk_boot(getenv("DRV_LOUD") != NULL ? 0 : HK_BOOT_QUIET);
	need(drv_kernel > 0, "the kernel boots (%d)", drv_kernel);
	drv_ctl = hk_open(drv_kernel, UNET_CTL_PATH, O_RDWR);
	need(drv_ctl > 0, "ctl opens (%d)", drv_ctl);
	drv_hk = hk_open(drv_kernel, "/dev/hk", O_RDWR);
	need(drv_hk > 0, "hk opens (%d)", drv_hk);
}

static inline hk_usage_t
drv_usage(void)
{
	hk_usage_t hu;

	memset(&hu, 0, sizeof (hu));
	need(hk_ioctl(drv_hk, HK_IOC_USAGE, &hu) == 0, "usage");
	return (hu);
}

/*
 * Nothing may be left when a test ends: no link, and after the halt no memory.
 */
static inline int
drv_done(void)
{
	hk_usage_t hu = drv_usage();

	is(hu.hu_links, 0, "no link is left");
	is(hu.hu_mblks, 0, "no message block is left");
	is(hu.hu_files, 2, "no file is left");
	is(hk_halt(drv_kernel), 0, "the halt finds nothing leaked");
	return (tap_done());
}

static inline void
drv_hdr(unet_ioc_hdr_t *hdr, const char *name)
{
	memset(hdr, 0, sizeof (*hdr));
	hdr->uih_version = UNET_ABI_VERSION;
	if (name != NULL)
		(void) snprintf(hdr->uih_name, UNET_NAMELEN, "%s", name);
}

/*
 * The MAC address of every link made here, unless a test wants another.
 */
static const uint8_t drv_mac[6] = { 0x02, 0x08, 0x20, 0, 0, 1 };
static const uint8_t drv_peer[6] = { 0x02, 0x08, 0x20, 0, 0, 2 };
static const uint8_t drv_bcast[6] = { 255, 255, 255, 255, 255, 255 };

static inline void
drv_create_init(unet_ioc_create_t *uic, const char *name)
{
	memset(uic, 0, sizeof (*uic));
	drv_hdr(&uic->uic_hdr, name);
	memcpy(uic->uic_mac, drv_mac, 6);
	uic->uic_maclen = 6;
	uic->uic_owner = uic->uic_group = UNET_ID_NONE;
}

static inline uint32_t
drv_create(const char *name)
{
	unet_ioc_create_t uic;
	int err;

	drv_create_init(&uic, name);
	err = hk_ioctl(drv_ctl, UNET_IOC_CREATE, &uic);
	need(err == 0, "%s is created (%d, cause %u)", name, err,
	    uic.uic_hdr.uih_errno);
	return (uic.uic_hdr.uih_linkid);
}

static inline int
drv_destroy_flags(const char *name, uint32_t flags, uint32_t *causep)
{
	unet_ioc_destroy_t uid;
	int err;

	memset(&uid, 0, sizeof (uid));
	drv_hdr(&uid.uid_hdr, name);
	uid.uid_hdr.uih_flags = flags;
	err = hk_ioctl(drv_ctl, UNET_IOC_DESTROY, &uid);
	if (causep != NULL)
		*causep = uid.uid_hdr.uih_errno;
	return (err);
}

static inline int
drv_destroy(const char *name)
{
	return (drv_destroy_flags(name, 0, NULL));
}

static inline unet_ioc_info_t
drv_info(const char *name)
{
	unet_ioc_info_t uii;

	memset(&uii, 0, sizeof (uii));
	drv_hdr(&uii.uii_hdr, name);
	need(hk_ioctl(drv_ctl, UNET_IOC_INFO, &uii) == 0, "info of %s", name);
	return (uii);
}

/*
 * How many links there are; the first `n' of them go into `ents'.
 */
static inline uint32_t
drv_list(unet_list_ent_t *ents, uint32_t n)
{
	unet_ioc_list_t uil;

	memset(&uil, 0, sizeof (uil));
	drv_hdr(&uil.uil_hdr, NULL);
	uil.uil_nents = n;
	uil.uil_ents = (uint64_t)(uintptr_t)ents;
	need(hk_ioctl(drv_ctl, UNET_IOC_LIST, &uil) == 0, "list");
	return (uil.uil_actents);
}

/*
 * Set one property, through ctl.
 */
static inline int
drv_set(const char *name, uint32_t id, uint64_t value)
{
	unet_ioc_props_t uip;

	memset(&uip, 0, sizeof (uip));
	drv_hdr(&uip.uip_hdr, name);
	uip.uip_count = 1;
	uip.uip_props[0].up_id = id;
	uip.uip_props[0].up_value = value;
	return (hk_ioctl(drv_ctl, UNET_IOC_SETPROP, &uip));
}

static inline int
drv_open(const char *name, int oflags)
{
	char path[64];

	(void) snprintf(path, sizeof (path), "/dev/unet/%s", name);
	return (hk_open(drv_kernel, path, oflags));
}

/*
 * Plumb the link to a segment of its name; flags as in hk_stack_t.
 */
static inline void
drv_plumb(uint32_t linkid, const char *bus, uint32_t flags)
{
	hk_stack_t hst;
	int err;

	memset(&hst, 0, sizeof (hst));
	hst.hst_linkid = linkid;
	hst.hst_kind = HK_STACK_BUS;
	hst.hst_flags = flags;
	(void) snprintf(hst.hst_bus, sizeof (hst.hst_bus), "%s", bus);
	err = hk_ioctl(drv_hk, HK_IOC_PLUMB, &hst);
	need(err == 0, "plumbed to %s (%d)", bus, err);
}

static inline void
drv_unplumb(uint32_t linkid)
{
	hk_stack_t hst;

	memset(&hst, 0, sizeof (hst));
	hst.hst_linkid = linkid;
	need(hk_ioctl(drv_hk, HK_IOC_UNPLUMB, &hst) == 0, "unplumbed");
}

static inline int
drv_port(const char *bus)
{
	char path[64];
	int fd;

	(void) snprintf(path, sizeof (path), "/dev/bus/%s", bus);
	fd = hk_open(drv_kernel, path, DRV_RDWR);
	need(fd > 0, "a port of %s opens (%d)", bus, fd);
	return (fd);
}

/*
 * A frame with a number in it that can be told from all others.
 */
static inline size_t
drv_frame(uint8_t *buf, const uint8_t *dst, const uint8_t *src, uint32_t n,
    size_t len)
{
	size_t i;

	memcpy(buf, dst, 6);
	memcpy(buf + 6, src, 6);
	buf[12] = 0x88;
	buf[13] = 0xb5;
	for (i = 14; i < len; i++)
		buf[i] = (uint8_t)(n * 31 + i);
	if (len >= 18)
		memcpy(buf + 14, &n, 4);
	return (len);
}

static inline uint32_t
drv_number(const uint8_t *buf)
{
	uint32_t n;

	memcpy(&n, buf + 14, 4);
	return (n);
}

/*
 * Wait on a condition, a minute at most; say so if it never came.
 */
#define	drv_until(cond, ...) do { \
	const time_t drv_end = time(NULL) + 60; \
	int drv_good; \
	while (!(drv_good = ((cond) != 0)) && time(NULL) < drv_end) \
		(void) sched_yield(); \
	(void) ok(drv_good, __VA_ARGS__); \
} while (0)

/*
 * A named statistic of a link's kstat; strings go to *strp.
 */
static inline uint64_t
drv_stat(const char *link, const char *stat, char *strp)
{
	hk_kstat_t ks[64];
	hk_ksnamed_t kn[96];
	hk_kslist_t hkl;
	hk_ksread_t hkr;
	uint32_t i, j;

	memset(&hkl, 0, sizeof (hkl));
	hkl.hkl_nents = 64;
	hkl.hkl_ents = (uint64_t)(uintptr_t)ks;
	need(hk_ioctl(drv_hk, HK_IOC_KSLIST, &hkl) == 0, "kstats listed");
	need(hkl.hkl_actents <= 64, "few kstats");
	for (i = 0; i < hkl.hkl_actents; i++) {
		if (strcmp(ks[i].hks_module, "unet") != 0 ||
		    strcmp(ks[i].hks_name, link) != 0)
			continue;
		memset(&hkr, 0, sizeof (hkr));
		hkr.hkr_kid = ks[i].hks_kid;
		hkr.hkr_nents = 96;
		hkr.hkr_ents = (uint64_t)(uintptr_t)kn;
		need(hk_ioctl(drv_hk, HK_IOC_KSREAD, &hkr) == 0, "kstat read");
		for (j = 0; j < hkr.hkr_actents; j++) {
			if (strcmp(kn[j].hkn_name, stat) != 0)
				continue;
			if (strp != NULL)
				memcpy(strp, kn[j].hkn_string, 128);
			return (kn[j].hkn_value);
		}
	}
	need(0, "%s has no statistic %s", link, stat);
	return (0);
}

/*
 * What went in came out, was dropped for a reason, or is still queued.
 */
static inline void
drv_balance(const char *link)
{
	is(drv_stat(link, "rx_in_frames", NULL),
	    drv_stat(link, "rx_frames", NULL) +
	    drv_stat(link, "rx_drops", NULL) +
	    drv_stat(link, "rxq_frames", NULL), "%s: rx balances", link);
	is(drv_stat(link, "tx_in_frames", NULL),
	    drv_stat(link, "tx_frames", NULL) +
	    drv_stat(link, "tx_drops", NULL) +
	    drv_stat(link, "txq_frames", NULL), "%s: tx balances", link);
}

/*
 * Requests of framed I/O: frames of nvpf vectors each.
 */
typedef struct drv_fio {
	union {
		frameio_t	fio;
		uint64_t	room[2 + 3 * FRAMEIO_NVECS_MAX];
	} df_u;
} drv_fio_t;

static inline frameio_t *
drv_fio_init(drv_fio_t *df, unsigned int nframes, unsigned int nvpf)
{
	memset(df, 0, sizeof (*df));
	df->df_u.fio.fio_version = FRAMEIO_CURRENT_VERSION;
	df->df_u.fio.fio_nvpf = nvpf;
	df->df_u.fio.fio_nvecs = nframes * nvpf;
	return (&df->df_u.fio);
}

static inline void
drv_fio_vec(drv_fio_t *df, unsigned int i, void *buf, size_t len)
{
	df->df_u.fio.fio_vecs[i].fv_buf = buf;
	df->df_u.fio.fio_vecs[i].fv_buflen = len;
	df->df_u.fio.fio_vecs[i].fv_actlen = 12345;
}

#endif	/* _DRV_H */
