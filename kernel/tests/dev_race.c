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
 * Everything at once: links come and go, are plumbed and held, frames cross in
 * both directions, files are closed under those who use them, and at last the
 * kernel is halted under all of it.  What counts is that nothing hangs, leaks,
 * or is found by the sanitizers, and that each call says what it may say.
 */

#include "drv.h"

#define	NLINKS	3

static int stop_flag;	/* atomic */

#define	stop	__atomic_load_n(&stop_flag, __ATOMIC_RELAXED)
#define	set_stop(v) \
	__atomic_store_n(&stop_flag, (v), __ATOMIC_RELAXED)

static int strange;	/* atomic: results that should not be */
static int files[NLINKS];	/* atomic: one that somebody else may close */

static uint32_t
next_random(uint32_t *seed)
{
	*seed = *seed * 1103515245 + 12345;
	return (*seed >> 16);
}

/*
 * Errors that a race explains.
 */
static int
explained(int64_t err)
{
	switch (-err) {
	case EBADF: case ENXIO: case ENOENT: case EEXIST: case EBUSY:
	case EAGAIN: case EINTR: case EINVAL:
		return (1);
	default:
		return (err >= 0);
	}
}

static void
note(const char *what, int64_t result)
{
	if (!explained(result)) {
		printf("# %s: %lld\n", what, (long long)result);
		__atomic_add_fetch(&strange, 1, __ATOMIC_RELAXED);
	}
}

static void
link_name(char *name, uint32_t n)
{
	(void) snprintf(name, UNET_NAMELEN, "race%u", n % NLINKS);
}

static void *
maker(void *arg)
{
	uint32_t seed = (uint32_t)(uintptr_t)arg, i;
	unet_ioc_create_t uic;
	unet_ioc_destroy_t uid;
	hk_stack_t hst;
	char name[UNET_NAMELEN];

	for (i = 0; !stop; i++) {
		link_name(name, next_random(&seed));
		drv_create_init(&uic, name);
		note("create", hk_ioctl(drv_ctl, UNET_IOC_CREATE, &uic));
		memset(&hst, 0, sizeof (hst));
		hst.hst_linkid = uic.uic_hdr.uih_linkid;
		hst.hst_kind = HK_STACK_BUS;
		hst.hst_flags = next_random(&seed) % 2 != 0 ? HK_STACK_ECHO : 0;
		note("plumb", hk_ioctl(drv_hk, HK_IOC_PLUMB, &hst));
		(void) sched_yield();
		if (next_random(&seed) % 2 != 0) {
			note("unplumb",
			    hk_ioctl(drv_hk, HK_IOC_UNPLUMB, &hst));
		}
		memset(&uid, 0, sizeof (uid));
		drv_hdr(&uid.uid_hdr, name);
		note("destroy", hk_ioctl(drv_ctl, UNET_IOC_DESTROY, &uid));
	}
	return (NULL);
}

static void *
holder(void *arg)
{
	uint32_t seed = (uint32_t)(uintptr_t)arg, n;
	uint8_t buf[2048];
	char name[UNET_NAMELEN];
	int fd, i;

	while (!stop) {
		n = next_random(&seed) % NLINKS;
		link_name(name, n);
		fd = drv_open(name, DRV_RDWR);
		note("open", fd);
		if (fd < 0)
			continue;
		__atomic_store_n(&files[n], fd, __ATOMIC_RELAXED);
		for (i = 0; i < 50; i++) {
			(void) drv_frame(buf, drv_bcast, drv_peer, i, 64);
			note("write", hk_write(fd, buf, 64));
			note("read", hk_read(fd, buf, sizeof (buf)));
			note("poll", hk_poll(fd, POLLIN, 1));
			note("pollfd", hk_pollfd(fd));
			note("pollarm", hk_pollarm(fd, POLLIN));
		}
		note("close", hk_close(fd));
	}
	return (NULL);
}

/*
 * Closes what others use.
 */
static void *
closer(void *arg)
{
	uint32_t seed = (uint32_t)(uintptr_t)arg, n;

	while (!stop) {
		n = next_random(&seed) % NLINKS;
		note("close by another",
		    hk_close(__atomic_load_n(&files[n], __ATOMIC_RELAXED)));
		(void) usleep(500);
	}
	return (NULL);
}

static void *
neighbour(void *arg)
{
	uint32_t seed = (uint32_t)(uintptr_t)arg, i;
	uint8_t buf[2048];
	int port;

	while (!stop) {
		port = hk_open(drv_kernel, "/dev/bus/bus0", DRV_RDWR);
		note("port", port);
		for (i = 0; i < 100 && !stop; i++) {
			(void) drv_frame(buf, drv_bcast, drv_peer, i,
			    60 + next_random(&seed) % 1000);
			note("send", hk_write(port, buf, 60));
			note("receive", hk_read(port, buf, sizeof (buf)));
		}
		note("close port", hk_close(port));
	}
	return (NULL);
}

static void *
looker(void *arg)
{
	uint32_t seed = (uint32_t)(uintptr_t)arg;
	hk_kstat_t ks[64];
	hk_ksnamed_t kn[96];
	hk_kslist_t hkl;
	hk_ksread_t hkr;

	while (!stop) {
		memset(&hkl, 0, sizeof (hkl));
		hkl.hkl_nents = 64;
		hkl.hkl_ents = (uint64_t)(uintptr_t)ks;
		note("kslist", hk_ioctl(drv_hk, HK_IOC_KSLIST, &hkl));
		if (hkl.hkl_actents == 0)
			continue;
		memset(&hkr, 0, sizeof (hkr));
		hkr.hkr_kid = ks[next_random(&seed) % hkl.hkl_actents].hks_kid;
		hkr.hkr_nents = 96;
		hkr.hkr_ents = (uint64_t)(uintptr_t)kn;
		note("ksread", hk_ioctl(drv_hk, HK_IOC_KSREAD, &hkr));
	}
	return (NULL);
}

static void
run(int halt_under)
{
	static void *(*const roles[])(void *) = {
		maker, maker, holder, holder, closer, neighbour, looker
	};
	pthread_t threads[sizeof (roles) / sizeof (roles[0])];
	size_t n = sizeof (roles) / sizeof (roles[0]), i;
	int err;

	set_stop(0);
	for (i = 0; i < n; i++) {
		need(pthread_create(&threads[i], NULL, roles[i],
		    (void *)(uintptr_t)(i + 1)) == 0, "a thread");
	}
	(void) sleep(2);
	if (halt_under) {
		err = hk_halt(drv_kernel);
		set_stop(1);
	} else {
		set_stop(1);
		err = 0;
	}
	for (i = 0; i < n; i++)
		(void) pthread_join(threads[i], NULL);
	is(strange, 0, "every result is one that a race explains");
	if (!halt_under)
		err = hk_halt(drv_kernel);
	is(err, 0, "the halt finds nothing leaked");
}

int
main(void)
{
	drv_boot();
	run(0);
	drv_boot();
	run(1);
	is(hk_open(drv_kernel, "/dev/hk", O_RDWR), -EBADF,
	    "a kernel that was halted is none");
	return (tap_done());
}
