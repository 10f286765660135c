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

#ifndef	_RACE_H
#define	_RACE_H

/*
 * What the race programs do at once, in one process or in many: a role is a
 * loop that makes calls of one sort until it is told to stop, with links, sizes
 * and values by chance.  Each call may fail in the ways that a race explains,
 * which are its own list, and in no other.
 *
 *	UNET_SEED	where chance starts
 *	UNET_TIME	for how many seconds
 */

#include "drv.h"

#define	RACE_NLINKS	4
#define	RACE_BUS	"race"

static int race_stopped;	/* atomic */
static int race_strange;	/* atomic: results that should not be */
static int race_held[RACE_NLINKS];	/* atomic: files others may close */

typedef struct race_thread {
	pthread_t	rt_thread;
	void		(*rt_role)(struct race_thread *);
	uint32_t	rt_seed;	/* own */
	uint64_t	rt_calls;	/* own */
	uint64_t	rt_good;	/* own: calls that did what they do */
	const char	*rt_name;
} race_thread_t;

static inline int
race_stop(void)
{
	return (__atomic_load_n(&race_stopped, __ATOMIC_RELAXED));
}

static inline uint32_t
race_random(race_thread_t *rt, uint32_t n)
{
	rt->rt_seed = rt->rt_seed * 1103515245 + 12345;
	return ((rt->rt_seed >> 16) % n);
}

static inline uint32_t
race_number(const char *name, uint32_t otherwise)
{
	const char *value = getenv(name);

	return (value == NULL ? otherwise :
	    (uint32_t)strtoul(value, NULL, 0));
}

/*
 * Tell of a result that no race explains; the errnos end with 0.  A file that
 * somebody else has closed, and a driver that is away, explain any; so does a
 * server that is crowded.
 */
static inline int64_t
race_note(race_thread_t *rt, const char *what, int64_t result,
    const int *errnos)
{
	static const int always[] = { EBADF, ENXIO, ENOENT, 0 };
	const int *e;

	rt->rt_calls++;
	if (result >= 0) {
		rt->rt_good++;
		return (result);
	}
	if (drv_crowded && result == -EMFILE)
		return (result);
	for (e = always; *e != 0; e++) {
		if (*e == -result)
			return (result);
	}
	for (e = errnos; *e != 0; e++) {
		if (*e == -result)
			return (result);
	}
	printf("# %s: %s\n", what, strerror((int)-result));
	__atomic_add_fetch(&race_strange, 1, __ATOMIC_RELAXED);
	return (result);
}

#define	RACE_NOTE(rt, what, result, ...) \
	race_note(rt, what, result, (const int[]) { __VA_ARGS__ __VA_OPT__(,) \
	    0 })

static inline void
race_name(char *name, uint32_t n)
{
	(void) snprintf(name, UNET_NAMELEN, "race%u", n % RACE_NLINKS);
}

static inline int
race_ctl(race_thread_t *rt)
{
	return ((int)RACE_NOTE(rt, "open ctl",
	    hk_open(drv_kernel, UNET_CTL_PATH, O_RDWR)));
}

static inline int
race_hk(race_thread_t *rt)
{
	return ((int)RACE_NOTE(rt, "open hk",
	    hk_open(drv_kernel, "/dev/hk", O_RDWR)));
}

static inline void
race_close(race_thread_t *rt, int fd)
{
	if (fd > 0)
		(void) RACE_NOTE(rt, "close", hk_close(fd));
}

/*
 * Links come and go; some of them as ids first.
 */
static inline void
race_destroy(race_thread_t *rt, int ctl, const char *name)
{
	unet_ioc_destroy_t uid;

	memset(&uid, 0, sizeof (uid));
	drv_hdr(&uid.uid_hdr, name);
	uid.uid_hdr.uih_flags = race_random(rt, 4) == 0 ?
	    UNET_DESTROY_UNHELD : 0;
	(void) RACE_NOTE(rt, "destroy",
	    hk_ioctl(ctl, UNET_IOC_DESTROY, &uid), EBUSY);
}

static inline void
race_create(race_thread_t *rt, int ctl, const char *name)
{
	unet_ioc_create_t uic;
	hk_dl_t dl;
	int hk = -1;

	memset(&dl, 0, sizeof (dl));
	drv_create_init(&uic, name);
	uic.uic_lifetime = race_random(rt, 3) == 0 ? UNET_LIFE_SINGLE_SHOT :
	    UNET_LIFE_TEMPORARY;
	uic.uic_linger = race_random(rt, 3);
	uic.uic_mtu = race_random(rt, 2) == 0 ? 0 : 68 + race_random(rt, 8000);
	if (race_random(rt, 4) == 0 && (hk = race_hk(rt)) > 0) {
		(void) snprintf(dl.hdl_name, sizeof (dl.hdl_name), "%s", name);
		dl.hdl_class = 0x400;	/* DATALINK_CLASS_MISC */
		dl.hdl_flags = HK_DL_ACTIVE;
		(void) RACE_NOTE(rt, "dlcreate",
		    hk_ioctl(hk, HK_IOC_DLCREATE, &dl), EEXIST);
		uic.uic_hdr.uih_linkid = dl.hdl_linkid;
	}
	if (RACE_NOTE(rt, "create", hk_ioctl(ctl, UNET_IOC_CREATE, &uic),
	    EEXIST) < 0 && dl.hdl_linkid != 0) {
		/* EBADF: dlmgmtd is dead, and will know the id again. */
		dl.hdl_flags = 0;
		while (RACE_NOTE(rt, "dldestroy",
		    hk_ioctl(hk, HK_IOC_DLDESTROY, &dl)) == -EBADF)
			(void) sched_yield();
	}
	race_close(rt, hk);
}

static inline void
race_maker(race_thread_t *rt)
{
	char name[UNET_NAMELEN];
	int ctl;

	while (!race_stop()) {
		race_name(name, race_random(rt, RACE_NLINKS));
		if ((ctl = race_ctl(rt)) < 0)
			continue;
		race_create(rt, ctl, name);
		(void) sched_yield();
		if (race_random(rt, 3) != 0)
			race_destroy(rt, ctl, name);
		race_close(rt, ctl);
	}
}

/*
 * The stack comes and goes.
 */
static inline void
race_plumber(race_thread_t *rt)
{
	char name[UNET_NAMELEN];
	hk_stack_t hst;
	hk_dl_t dl;
	int hk;

	while (!race_stop()) {
		if ((hk = race_hk(rt)) < 0)
			continue;
		race_name(name, race_random(rt, RACE_NLINKS));
		memset(&dl, 0, sizeof (dl));
		(void) snprintf(dl.hdl_name, sizeof (dl.hdl_name), "%s", name);
		(void) RACE_NOTE(rt, "dlinfo",
		    hk_ioctl(hk, HK_IOC_DLINFO, &dl));
		memset(&hst, 0, sizeof (hst));
		hst.hst_linkid = dl.hdl_linkid;
		hst.hst_kind = HK_STACK_BUS;
		hst.hst_flags = race_random(rt, 8) & (HK_STACK_PIN |
		    HK_STACK_SPLIT | HK_STACK_ECHO);
		(void) snprintf(hst.hst_bus, sizeof (hst.hst_bus), RACE_BUS);
		(void) RACE_NOTE(rt, "plumb",
		    hk_ioctl(hk, HK_IOC_PLUMB, &hst), EEXIST);
		(void) usleep(race_random(rt, 2000));
		memset(&hst, 0, sizeof (hst));
		hst.hst_linkid = dl.hdl_linkid;
		(void) RACE_NOTE(rt, "unplumb",
		    hk_ioctl(hk, HK_IOC_UNPLUMB, &hst));
		race_close(rt, hk);
	}
}

/*
 * A frame that arrives is one that was sent.
 */
static inline void
race_check(const uint8_t *frame, size_t len)
{
	uint32_t n;
	size_t i;

	if (len < 60) {
		printf("# a frame of %zu bytes\n", len);
		__atomic_add_fetch(&race_strange, 1, __ATOMIC_RELAXED);
		return;
	}
	n = drv_number(frame);
	for (i = 18; i < len; i++) {
		if (frame[i] != (uint8_t)(n * 31 + i))
			break;
	}
	if (i != len) {
		printf("# frame %u is wrong at %zu of %zu\n", n, i, len);
		__atomic_add_fetch(&race_strange, 1, __ATOMIC_RELAXED);
	}
}

#define	RACE_LEN	1500
#define	RACE_BATCH	8

static inline size_t
race_frame(race_thread_t *rt, uint8_t *buf)
{
	return (drv_frame(buf, race_random(rt, 2) == 0 ? drv_bcast : drv_mac,
	    drv_peer, race_random(rt, 30000),
	    60 + race_random(rt, RACE_LEN - 60)));
}

static inline void
race_fio(race_thread_t *rt, int fd)
{
	uint8_t bufs[RACE_BATCH][9018];
	drv_fio_t df;
	uint32_t i;

	(void) drv_fio_init(&df, RACE_BATCH, 1);
	for (i = 0; i < RACE_BATCH; i++)
		drv_fio_vec(&df, i, bufs[i], race_frame(rt, bufs[i]));
	(void) RACE_NOTE(rt, "framed write",
	    hk_ioctl(fd, UNET_IOC_FRAMEIO_WRITE, &df), EAGAIN, ERANGE);

	(void) drv_fio_init(&df, RACE_BATCH, 1);
	for (i = 0; i < RACE_BATCH; i++)
		drv_fio_vec(&df, i, bufs[i], sizeof (bufs[i]));
	if (RACE_NOTE(rt, "framed read",
	    hk_ioctl(fd, UNET_IOC_FRAMEIO_READ, &df), EAGAIN) == 0) {
		for (i = 0; i < df.df_u.fio.fio_nvecs; i++) {
			race_check(bufs[i],
			    df.df_u.fio.fio_vecs[i].fv_actlen);
		}
	}
}

static inline void
race_rdwr(race_thread_t *rt, int fd)
{
	unet_ioc_event_t uie;
	uint8_t buf[9018];
	int64_t len;

	memset(&uie, 0, sizeof (uie));
	drv_hdr(&uie.uie_hdr, NULL);
	uie.uie_hdr.uih_flags = race_random(rt, 2) * UNET_EVENT_RESYNC;
	(void) RACE_NOTE(rt, "event", hk_ioctl(fd, UNET_IOC_EVENT, &uie),
	    EAGAIN);
	(void) RACE_NOTE(rt, "write", hk_write(fd, buf, race_frame(rt, buf)),
	    EAGAIN, ERANGE);
	len = RACE_NOTE(rt, "read", hk_read(fd, buf, sizeof (buf)), EAGAIN);
	if (len > 0)
		race_check(buf, (size_t)len);
	(void) RACE_NOTE(rt, "poll", hk_poll(fd, POLLIN | POLLOUT, 0), EINTR);
	(void) RACE_NOTE(rt, "pollfd", hk_pollfd(fd));
	(void) RACE_NOTE(rt, "pollarm", hk_pollarm(fd, POLLIN));
}

/*
 * The holder of now this link, now that; others use its file and close it.
 */
static inline void
race_holder(race_thread_t *rt)
{
	char name[UNET_NAMELEN];
	uint32_t i, n;
	int fd;

	while (!race_stop()) {
		n = race_random(rt, RACE_NLINKS);
		race_name(name, n);
		fd = (int)RACE_NOTE(rt, "open", drv_open(name, DRV_RDWR),
		    EBUSY);
		if (fd < 0) {
			(void) sched_yield();
			continue;
		}
		__atomic_store_n(&race_held[n], fd, __ATOMIC_RELAXED);
		for (i = 0; i < 100 && !race_stop(); i++) {
			race_rdwr(rt, fd);
			race_fio(rt, fd);
		}
		race_close(rt, fd);
	}
}

/*
 * Reads and writes what somebody else holds, and waits there for a frame until
 * the file is closed, the link goes, or one comes.
 */
static inline void
race_guest(race_thread_t *rt)
{
	uint8_t buf[9018];
	uint32_t n;
	int fd;

	while (!race_stop()) {
		n = race_random(rt, RACE_NLINKS);
		fd = __atomic_load_n(&race_held[n], __ATOMIC_RELAXED);
		switch (race_random(rt, 5)) {
		case 0:
			race_close(rt, fd);
			(void) usleep(500);
			break;
		case 1:
			(void) RACE_NOTE(rt, "poll",
			    hk_poll(fd, POLLIN, 20), EINTR);
			break;
		case 2:
			race_fio(rt, fd);
			break;
		case 3:
			(void) RACE_NOTE(rt, "pollarm",
			    hk_pollarm(fd, POLLIN | POLLOUT));
			break;
		default:
			(void) RACE_NOTE(rt, "read",
			    hk_read(fd, buf, sizeof (buf)), EAGAIN);
			break;
		}
	}
}

/*
 * Properties, through ctl and through the link.
 */
static inline void
race_setter(race_thread_t *rt)
{
	static const uint32_t ids[] = {
		UNET_PROP_RXBUF, UNET_PROP_TXBUF, UNET_PROP_MTU, UNET_PROP_MAC,
		UNET_PROP_LINKSTATE, UNET_PROP_LINGER, UNET_PROP_OWNER
	};
	unet_ioc_props_t uip;
	char name[UNET_NAMELEN];
	uint32_t i, n;
	int ctl;

	while (!race_stop()) {
		if ((ctl = race_ctl(rt)) < 0)
			continue;
		n = race_random(rt, RACE_NLINKS);
		race_name(name, n);
		memset(&uip, 0, sizeof (uip));
		uip.uip_count = 1 + race_random(rt, 3);
		for (i = 0; i < uip.uip_count; i++) {
			uip.uip_props[i].up_id = ids[race_random(rt, 7)];
			uip.uip_props[i].up_value = race_random(rt, 20000);
			if (uip.uip_props[i].up_id == UNET_PROP_MAC) {
				uip.uip_props[i].up_value =
				    0x020820000001 + race_random(rt, 2);
			} else if (uip.uip_props[i].up_id ==
			    UNET_PROP_LINKSTATE) {
				uip.uip_props[i].up_value = race_random(rt, 3);
			} else if (uip.uip_props[i].up_id ==
			    UNET_PROP_LINGER) {
				uip.uip_props[i].up_value = race_random(rt, 4);
			}
		}
		drv_hdr(&uip.uip_hdr, name);
		(void) RACE_NOTE(rt, "setprop",
		    hk_ioctl(ctl, UNET_IOC_SETPROP, &uip), ERANGE, EBUSY);
		drv_hdr(&uip.uip_hdr, NULL);
		(void) RACE_NOTE(rt, "setprop of the link",
		    hk_ioctl(__atomic_load_n(&race_held[n], __ATOMIC_RELAXED),
		    UNET_IOC_SETPROP, &uip), ERANGE, EBUSY);
		race_close(rt, ctl);
	}
}

/*
 * Everything that only looks.
 */
static inline void
race_look_stats(race_thread_t *rt, int hk)
{
	hk_kstat_t ks[64];
	hk_ksnamed_t kn[96];
	hk_kslist_t hkl;
	hk_ksread_t hkr;

	memset(&hkl, 0, sizeof (hkl));
	hkl.hkl_nents = 64;
	hkl.hkl_ents = (uint64_t)(uintptr_t)ks;
	if (RACE_NOTE(rt, "kslist", hk_ioctl(hk, HK_IOC_KSLIST, &hkl)) < 0 ||
	    hkl.hkl_actents == 0 || hkl.hkl_actents > 64)
		return;
	memset(&hkr, 0, sizeof (hkr));
	hkr.hkr_kid = ks[race_random(rt, hkl.hkl_actents)].hks_kid;
	hkr.hkr_nents = 96;
	hkr.hkr_ents = (uint64_t)(uintptr_t)kn;
	(void) RACE_NOTE(rt, "ksread", hk_ioctl(hk, HK_IOC_KSREAD, &hkr));
}

static inline void
race_looker(race_thread_t *rt)
{
	unet_list_ent_t ents[16];
	unet_ioc_list_t uil;
	unet_ioc_info_t uii;
	char name[UNET_NAMELEN], path[96];
	int ctl, hk;

	while (!race_stop()) {
		if ((hk = race_hk(rt)) > 0)
			race_look_stats(rt, hk);
		race_close(rt, hk);
		race_name(name, race_random(rt, RACE_NLINKS));
		(void) snprintf(path, sizeof (path),
		    "/dev/unet/zone/global/%s/none", name);
		(void) RACE_NOTE(rt, "lookup",
		    hk_open(drv_kernel, path, DRV_RDWR), ENOTDIR);
		if ((ctl = race_ctl(rt)) < 0)
			continue;
		memset(&uil, 0, sizeof (uil));
		drv_hdr(&uil.uil_hdr, NULL);
		uil.uil_nents = 16;
		uil.uil_ents = (uint64_t)(uintptr_t)ents;
		(void) RACE_NOTE(rt, "list",
		    hk_ioctl(ctl, UNET_IOC_LIST, &uil));
		memset(&uii, 0, sizeof (uii));
		drv_hdr(&uii.uii_hdr, name);
		(void) RACE_NOTE(rt, "info",
		    hk_ioctl(ctl, UNET_IOC_INFO, &uii));
		race_close(rt, ctl);
	}
}

/*
 * Another station on the segment.
 */
static inline void
race_neighbour(race_thread_t *rt)
{
	uint8_t buf[9018];
	uint32_t i;
	int port;

	while (!race_stop()) {
		port = (int)RACE_NOTE(rt, "port",
		    hk_open(drv_kernel, "/dev/bus/" RACE_BUS, DRV_RDWR));
		for (i = 0; port > 0 && i < 200 && !race_stop(); i++) {
			(void) RACE_NOTE(rt, "send",
			    hk_write(port, buf, race_frame(rt, buf)), EAGAIN,
			    EMSGSIZE);
			(void) RACE_NOTE(rt, "receive",
			    hk_read(port, buf, sizeof (buf)), EAGAIN);
		}
		race_close(rt, port);
	}
}

static inline void *
race_thread(void *arg)
{
	race_thread_t *rt = arg;

	rt->rt_role(rt);
	return (NULL);
}

/*
 * Let all of them loose, and catch them again.
 */
static inline void
race_start(race_thread_t *rts, size_t n)
{
	size_t i;

	__atomic_store_n(&race_stopped, 0, __ATOMIC_RELAXED);
	for (i = 0; i < n; i++) {
		need(pthread_create(&rts[i].rt_thread, NULL, race_thread,
		    &rts[i]) == 0, "a thread");
	}
}

static inline void
race_join(race_thread_t *rts, size_t n)
{
	size_t i;

	__atomic_store_n(&race_stopped, 1, __ATOMIC_RELAXED);
	for (i = 0; i < n; i++)
		(void) pthread_join(rts[i].rt_thread, NULL);
}

#endif	/* _RACE_H */
