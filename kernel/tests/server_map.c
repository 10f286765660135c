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
 * Memory of hk_mem_alloc(): a served kernel maps it, and then nothing differs
 * from other memory but what a copy costs.  What is sent from it arrives at the
 * bus, what comes is in it; a range of which it is a part works, or is EFAULT,
 * as any; memory that was freed is not taken for what came to lie there.
 */

#include <linux/capability.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "srv.h"

#define	PAGE	((size_t)sysconf(_SC_PAGESIZE))
#define	NFRAMES	20

static pid_t server;
static int port;		/* the other end of share0 */

/*
 * A batch, all of it in one piece of memory.
 */
typedef struct batch {
	uint8_t		b_frames[NFRAMES][1600];
	drv_fio_t	b_fio;
} batch_t;

static void *
arena(size_t size)
{
	void *addr = NULL;

	is(hk_mem_alloc(drv_kernel, size, &addr), 0, "memory, %zu bytes", size);
	need(addr != NULL, "it is somewhere");
	return (addr);
}

/*
 * The next test counts what is mapped for it alone.
 */
static void
close_link(int fd)
{
	is(hk_close(fd), 0, "the link is closed");
	drv_until(srv_maps(server) == 0, "and nothing of it mapped");
}

/*
 * Write a batch; 1 if the port gets those very frames.
 */
static int
sends(int fd, batch_t *batch, uint32_t number, size_t len)
{
	frameio_t *fio = drv_fio_init(&batch->b_fio, NFRAMES, 1);
	uint8_t want[1600], in[2048];
	unsigned int i, good = 0;

	for (i = 0; i < NFRAMES; i++) {
		(void) drv_frame(batch->b_frames[i], drv_bcast, drv_mac,
		    number + i, len);
		drv_fio_vec(&batch->b_fio, i, batch->b_frames[i], len);
	}
	if (hk_ioctl(fd, UNET_IOC_FRAMEIO_WRITE, fio) != 0 ||
	    fio->fio_nvecs != NFRAMES)
		return (0);
	for (i = 0; i < NFRAMES; i++) {
		(void) drv_frame(want, drv_bcast, drv_mac, number + i, len);
		while (hk_poll(port, POLLIN, 60 * 1000) == POLLIN &&
		    hk_read(port, in, sizeof (in)) == -EAGAIN)
			;
		good += (memcmp(in, want, len) == 0);
	}
	return (good == NFRAMES);
}

/*
 * The port sends as many; 1 if a batch that is read has those very frames.
 * Each is in two vectors.
 */
static int
gets(int fd, batch_t *batch, uint32_t number, size_t len)
{
	frameio_t *fio = drv_fio_init(&batch->b_fio, NFRAMES, 2);
	uint8_t out[1600];
	unsigned int i, good = 0;

	for (i = 0; i < NFRAMES; i++) {
		(void) drv_frame(out, drv_mac, drv_peer, number + i, len);
		if (hk_write(port, out, len) != (int64_t)len)
			return (0);
		(void) memset(batch->b_frames[i], 0, 1600);
		drv_fio_vec(&batch->b_fio, 2 * i, batch->b_frames[i], 14);
		drv_fio_vec(&batch->b_fio, 2 * i + 1, batch->b_frames[i] + 14,
		    1500);
	}
	while (drv_info("share0").uii_rxq_frames != NFRAMES)
		(void) sched_yield();
	if (hk_ioctl(fd, UNET_IOC_FRAMEIO_READ, fio) != 0 ||
	    fio->fio_nvecs != 2 * NFRAMES)
		return (0);
	for (i = 0; i < NFRAMES; i++) {
		(void) drv_frame(out, drv_mac, drv_peer, number + i, len);
		good += (memcmp(batch->b_frames[i], out, len) == 0 &&
		    batch->b_frames[i][len] == 0 &&
		    fio->fio_vecs[2 * i].fv_actlen == 14 &&
		    fio->fio_vecs[2 * i + 1].fv_actlen == len - 14);
	}
	return (good == NFRAMES);
}

static void
test_equal(void)
{
	batch_t *batch = arena(sizeof (*batch));
	uint8_t *first = (uint8_t *)batch;
	int fd = drv_open("share0", DRV_RDWR);
	unsigned int i, zeros = 0;

	for (i = 0; i < sizeof (*batch); i++)
		zeros += (first[i] == 0);
	is(zeros, sizeof (*batch), "it is all zeros");
	ok(sends(fd, batch, 100, 64), "a batch is sent");
	is(srv_maps(server), 1, "the server has it mapped");
	ok(sends(fd, batch, 200, 64), "frames of 64 bytes");
	ok(sends(fd, batch, 300, 1514), "frames of 1514 bytes");
	ok(gets(fd, batch, 400, 64), "and the other way");
	ok(gets(fd, batch, 500, 1514), "as long");
	is(srv_maps(server), 1, "it is mapped once");
	is(hk_close(fd), 0, "the file is closed");
	drv_until(srv_maps(server) == 0, "and nothing mapped any more");
	(void) memset(batch, 7, sizeof (*batch));
	is(hk_mem_free(batch), 0, "it is freed");
}

/*
 * Frames in it that a structure elsewhere names, and the other way round.
 */
static void
test_apart(void)
{
	static batch_t plain;
	uint8_t out[256], *frames = arena(sizeof (drv_fio_t));
	frameio_t *fio;
	int fd = drv_open("share0", DRV_RDWR);
	int i;

	for (i = 0; i < 2; i++) {
		fio = drv_fio_init(&plain.b_fio, 1, 1);
		drv_fio_vec(&plain.b_fio, 0, frames + 100, 1600);
		(void) drv_frame(out, drv_mac, drv_peer, 600 + i, 200);
		is(hk_write(port, out, 200), 200, "a frame for the holder");
		drv_until(hk_poll(fd, POLLIN, 0) == POLLIN, "is there");
		is(hk_ioctl(fd, UNET_IOC_FRAMEIO_READ, fio), 0, "is read");
		ok(memcmp(frames + 100, out, 200) == 0, "that frame");
		is(srv_maps(server), 1, "the frames' memory is mapped");
	}
	fio = drv_fio_init((drv_fio_t *)frames, 1, 1);
	for (i = 0; i < 2; i++) {
		drv_fio_vec((drv_fio_t *)frames, 0, plain.b_frames[0], 200);
		(void) drv_frame(plain.b_frames[0], drv_bcast, drv_mac, 610 + i,
		    200);
		is(hk_ioctl(fd, UNET_IOC_FRAMEIO_WRITE, fio), 0, "is written");
		drv_until(hk_poll(port, POLLIN, 0) == POLLIN, "and arrives");
		is(hk_read(port, out, sizeof (out)), 200, "whole");
		is(drv_number(out), 610 + i, "that frame");
	}
	close_link(fd);
	is(hk_mem_free(frames), 0, "freed");
}

/*
 * Memory behind which there is none: of several that lie together all but one
 * are freed.
 */
static uint8_t *
arena_before_nothing(size_t size)
{
	uint8_t *all[16], *found = NULL;
	unsigned int i, j;

	for (i = 0; i < 16; i++)
		all[i] = arena(size);
	for (i = 0; i < 16; i++) {
		for (j = 0; j < 16; j++) {
			if (all[i] + size == all[j])
				found = all[i];
		}
	}
	need(found != NULL, "some lie together");
	for (i = 0; i < 16; i++) {
		if (all[i] != found)
			need(hk_mem_free(all[i]) == 0, "one is freed");
	}
	return (found);
}

/*
 * Ranges that begin before the memory or end behind it: `low' and `high' are
 * pages of another kind next to it.
 */
static void
test_edges(void)
{
	const int how = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE;
	uint8_t out[512], *mem = arena_before_nothing(4 * PAGE);
	uint8_t *low, *high, *end;
	unet_ioc_info_t *uii;
	struct iovec iov[2];
	size_t len;
	int fd = drv_open("share0", DRV_RDWR);

	end = mem + 4 * PAGE;
	low = mmap(mem - PAGE, PAGE, PROT_READ | PROT_WRITE, how, -1, 0);
	high = mmap(end, PAGE, PROT_READ | PROT_WRITE, how, -1, 0);
	need(high == end, "a page behind it");
	is(hk_ioctl(fd, UNET_IOC_INFO, mem), -EINVAL, "a call");
	is(srv_maps(server), 1, "it is mapped");

	if (low != mem - PAGE) {
		tap_skip("before it", "other memory is there");
	} else {
		uii = (unet_ioc_info_t *)(mem - 40);
		(void) memset(uii, 0, sizeof (*uii));
		uii->uii_hdr.uih_version = UNET_ABI_VERSION;
		is(hk_ioctl(fd, UNET_IOC_INFO, uii), 0, "a structure across");
		is(strcmp(uii->uii_hdr.uih_name, "share0"), 0, "is whole");
		len = drv_frame(mem - 100, drv_bcast, drv_mac, 700, 300);
		iov[0].iov_base = mem - 100;
		iov[0].iov_len = 300;
		is(hk_writev(fd, iov, 1), len, "written from before it");
		drv_until(hk_poll(port, POLLIN, 0) == POLLIN, "arrives");
		is(hk_read(port, out, sizeof (out)), len, "that long");
		ok(memcmp(out, mem - 100, len) == 0, "as it was");
		(void) drv_frame(out, drv_mac, drv_peer, 701, len);
		is(hk_write(port, out, len), len, "a frame comes");
		drv_until(hk_poll(fd, POLLIN, 0) == POLLIN, "is there");
		is(hk_read(fd, mem - 150, 2048), len, "read to before it");
		ok(memcmp(out, mem - 150, len) == 0, "as it was");
		(void) munmap(low, PAGE);
	}
	len = drv_frame(out, drv_mac, drv_peer, 702, 300);
	is(hk_write(port, out, len), len, "a frame comes");
	drv_until(hk_poll(fd, POLLIN, 0) == POLLIN, "is there");
	is(mprotect(high, PAGE, PROT_READ), 0, "a page to read only");
	is(hk_read(fd, end - 100, 2048), -EFAULT, "read across to it");
	is(munmap(high, PAGE), 0, "nothing behind it");
	is(hk_read(fd, end - 100, 2048), -EFAULT, "read across its end");
	is(hk_readv(fd, iov, 0), -EINVAL, "no vectors");
	iov[0].iov_base = end - 100;
	iov[0].iov_len = 100;
	iov[1].iov_base = (void *)8;
	iov[1].iov_len = 2000;
	is(hk_readv(fd, iov, 2), -EFAULT, "a vector of two to nowhere");
	iov[1].iov_len = 200;
	is(hk_writev(fd, iov, 2), -EFAULT, "or from there");
	is(hk_ioctl(fd, UNET_IOC_INFO, end - 8), -EFAULT, "ioctl at its end");
	is(hk_read(fd, end - len, len), len, "the frame is there still");
	ok(memcmp(out, end - len, len) == 0, "as it was");
	close_link(fd);
	is(hk_mem_free(mem), 0, "freed");
}

/*
 * What lies where freed memory was.
 */
static void
test_freed(void)
{
	batch_t *batch = arena(sizeof (*batch)), *again;
	int fd = drv_open("share0", DRV_RDWR);
	uint8_t *first = (uint8_t *)batch;

	is(hk_mem_alloc(drv_kernel, 4096, NULL), -EINVAL, "told to nobody");
	is(hk_mem_free(first + PAGE), -EINVAL, "not where it begins");
	is(hk_mem_free(&fd), -EINVAL, "nor what nobody got");
	is(hk_mem_free(NULL), -EINVAL, "nor nothing");
	ok(sends(fd, batch, 800, 200), "a batch");
	is(srv_maps(server), 1, "mapped");
	is(hk_mem_free(batch), 0, "freed");
	is(hk_mem_free(batch), -EINVAL, "once");
	again = mmap(batch, sizeof (*batch), PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	need(again == batch, "other memory there");
	ok(sends(fd, again, 900, 200), "is what is sent");
	ok(gets(fd, again, 1000, 200), "and what is read to");
	is(srv_maps(server), 0, "the server has nothing mapped");
	(void) munmap(again, sizeof (*again));

	batch = arena(sizeof (*batch));
	ok(gets(fd, batch, 1100, 200), "new memory");
	is(srv_maps(server), 1, "is mapped");
	ok(sends(fd, batch, 1200, 200), "and used");
	close_link(fd);
	is(hk_mem_free(batch), 0, "freed");
}

/*
 * More than a server maps for one connection: then it is memory like any.
 */
static void
test_many(void)
{
	const size_t big = HKP_MAP_BYTES + PAGE;
	batch_t *batch[HKP_MAP_MAX + 3];
	unsigned int i, good = 0;
	int fd = drv_open("share0", DRV_RDWR);
	uint8_t *huge;

	for (i = 0; i < HKP_MAP_MAX + 3; i++) {
		batch[i] = arena(sizeof (**batch));
		good += sends(fd, batch[i], 2000 + 100 * i, 100);
		good += gets(fd, batch[i], 2050 + 100 * i, 100);
	}
	is(good, 2 * (HKP_MAP_MAX + 3), "all of them work");
	is(srv_maps(server), HKP_MAP_MAX, "so many are mapped");
	for (i = 0; i < HKP_MAP_MAX + 3; i++)
		good -= (hk_mem_free(batch[i]) == 0);
	is(good, HKP_MAP_MAX + 3, "all are freed");
	huge = arena(big);
	ok(sends(fd, (batch_t *)huge, 9000, 100), "more than is mapped works");
	is(srv_maps(server), 0, "without");
	ok(sends(fd, (batch_t *)huge, 9100, 100), "and again");
	is(hk_mem_free(huge), 0, "freed");
	close_link(fd);
}

/*
 * Calls of several threads on one file have connections of their own, which all
 * map the memory, and free and allocate at the same time.
 */
#define	THREADS	4

static int shared_fd;

static void *
caller(void *arg)
{
	unet_ioc_info_t *uii;
	void *addr;
	int i;

	for (i = 0; i < 200; i++) {
		if (hk_mem_alloc(drv_kernel, sizeof (*uii), &addr) != 0)
			return (NULL);
		uii = addr;
		uii->uii_hdr.uih_version = UNET_ABI_VERSION;
		if (hk_ioctl(shared_fd, UNET_IOC_INFO, uii) != 0 ||
		    strcmp(uii->uii_hdr.uih_name, "share0") != 0)
			return (NULL);
		(void) memset(uii, 0, sizeof (*uii));
		uii->uii_hdr.uih_version = UNET_ABI_VERSION;
		if (hk_ioctl(shared_fd, UNET_IOC_INFO, uii) != 0 ||
		    strcmp(uii->uii_hdr.uih_name, "share0") != 0 ||
		    hk_mem_free(addr) != 0)
			return (NULL);
	}
	return (arg);
}

static void
test_threads(void)
{
	pthread_t threads[THREADS];
	unsigned int i, good = 0;
	void *result;

	shared_fd = drv_open("share0", DRV_RDWR);
	for (i = 0; i < THREADS; i++)
		need(pthread_create(&threads[i], NULL, caller, &good) == 0,
		    "a thread");
	for (i = 0; i < THREADS; i++) {
		(void) pthread_join(threads[i], &result);
		good += (result == &good);
	}
	is(good, THREADS, "threads that allocate, call and free");
	(void) hk_close(shared_fd);
	drv_until(srv_maps(server) == 0, "leave nothing mapped");
}

/*
 * What a thread owns goes with it.
 */
static void *
be_owner(void *arg)
{
	void **addrs = arg;
	int i;

	if (hk_own() != 0)
		return (NULL);
	for (i = 0; i < 3; i++) {
		if (hk_mem_alloc(drv_kernel, 100, &addrs[i]) != 0)
			return (NULL);
	}
	return (hk_mem_free(addrs[1]) == 0 ? arg : NULL);
}

static void
test_owned(void)
{
	const unsigned int before = srv_maps(getpid());
	void *addrs[3] = { NULL }, *mine = arena(100), *result;
	pthread_t thread;

	need(pthread_create(&thread, NULL, be_owner, addrs) == 0, "a thread");
	(void) pthread_join(thread, &result);
	ok(result == addrs, "a thread owns its memory");
	is(srv_maps(getpid()), before + 1, "which ends with it");
	is(hk_mem_free(addrs[0]), -EINVAL, "freed");
	is(hk_mem_free(mine), 0, "ours is there");
}

/*
 * A child of a fork has other memory at those addresses, and a kernel of its
 * own takes it for what it is.
 */
static void
be_child(void *arg)
{
	batch_t *batch = arg;
	unet_ioc_info_t *uii = (unet_ioc_info_t *)batch;
	void *mine = NULL;
	int fd;

	srv_say(batch->b_frames[0][0]);
	(void) memset(batch, 9, sizeof (*batch));
	(void) memset(uii, 0, sizeof (*uii));
	uii->uii_hdr.uih_version = UNET_ABI_VERSION;
	drv_kernel = hk_connect(srv_sock);
	fd = hk_open(drv_kernel, "/dev/unet/other0", O_RDWR);
	srv_say(hk_ioctl(fd, UNET_IOC_INFO, uii));
	srv_say(hk_ioctl(fd, UNET_IOC_INFO, uii));
	srv_say(strcmp(uii->uii_hdr.uih_name, "other0"));
	srv_say(srv_maps(server));
	srv_say(hk_mem_free(batch));
	srv_say(hk_mem_alloc(drv_kernel, sizeof (*uii), &mine));
	*(unet_ioc_info_t *)mine = (unet_ioc_info_t){
	    .uii_hdr.uih_version = UNET_ABI_VERSION };
	srv_say(hk_ioctl(fd, UNET_IOC_INFO, mine));
	srv_say(srv_maps(server));
	(void) pause();
}

static void
test_fork(void)
{
	batch_t *batch = arena(sizeof (*batch));
	int fd = drv_open("share0", DRV_RDWR);
	srv_child_t child;

	ok(sends(fd, batch, 3000, 200), "a batch");
	is(srv_maps(server), 1, "mapped");
	child = srv_fork(be_child, batch);
	is(srv_hear(&child), 0, "zeros are there in a child of a fork");
	is(srv_hear(&child), 0, "it is memory for a call");
	is(srv_hear(&child), 0, "and another");
	is(srv_hear(&child), 0, "which write to the child's");
	is(srv_hear(&child), 1, "that is not mapped");
	is(srv_hear(&child), 0, "the child frees it");
	is(srv_hear(&child), 0, "and has memory of its own");
	is(srv_hear(&child), 0, "for a call");
	is(srv_hear(&child), 2, "that is mapped");
	is(drv_number(batch->b_frames[1]), 3001, "ours is as it was");
	ok(gets(fd, batch, 3100, 200), "and in use");
	(void) kill(child.sc_pid, SIGKILL);
	(void) srv_wait(&child);
	drv_until(srv_maps(server) == 1, "the child's is not, any more");
	close_link(fd);
	is(hk_mem_free(batch), 0, "freed");
}

/*
 * It keeps no descriptor of its parent's memory, whether that is just made, or
 * was freed while the server's mapping of it is not gone yet.
 */
static void
be_heir(void *arg)
{
	int fd, n = 0;

	(void) arg;
	for (fd = 0; fd < 256; fd++)
		n += (fcntl(fd, F_GET_SEALS) > 0);
	srv_say(n);
	srv_say(srv_maps(getpid()));
}

static int heirs_done;

static void *
allocator(void *arg)
{
	void *addr;

	while (!__atomic_load_n(&heirs_done, __ATOMIC_SEQ_CST)) {
		if (hk_mem_alloc(drv_kernel, PAGE, &addr) != 0 ||
		    hk_mem_free(addr) != 0)
			return (NULL);
	}
	return (arg);
}

static void
test_heirs(void)
{
	int fd = drv_open("share0", DRV_RDWR), i, n = 0;
	batch_t *batch = arena(sizeof (*batch));
	srv_child_t child;
	pthread_t thread;
	void *result;

	ok(sends(fd, batch, 3200, 200), "a batch");
	is(hk_mem_free(batch), 0, "is freed");
	child = srv_fork(be_heir, NULL);
	is(srv_hear(&child), 0, "a child has no descriptor of it");
	is(srv_hear(&child), 0, "nor itself");
	(void) srv_wait(&child);
	close_link(fd);

	heirs_done = 0;
	need(pthread_create(&thread, NULL, allocator, &child) == 0, "a thread");
	for (i = 0; i < 60; i++) {
		child = srv_fork(be_heir, NULL);
		n += srv_hear(&child);
		n += srv_hear(&child);
		(void) srv_wait(&child);
	}
	__atomic_store_n(&heirs_done, 1, __ATOMIC_SEQ_CST);
	(void) pthread_join(thread, &result);
	ok(result == &child, "a thread allocates and frees");
	is(n, 0, "no child has anything of it");
}

/*
 * Where there is no file for it, it is plain memory.
 */
static void
be_poor(void *arg)
{
	const struct rlimit small = { 100, RLIM_INFINITY };
	struct rlimit few = { 0 };
	batch_t *batch[2];
	int i, fd;

	(void) arg;
	drv_kernel = hk_connect(srv_sock);
	fd = hk_open(drv_kernel, "/dev/unet/other0", O_RDWR);
	(void) setrlimit(RLIMIT_FSIZE, &small);
	srv_say(hk_mem_alloc(drv_kernel, sizeof (**batch), (void **)&batch[0]));
	(void) getrlimit(RLIMIT_FSIZE, &few);
	few.rlim_cur = few.rlim_max;
	(void) setrlimit(RLIMIT_FSIZE, &few);
	(void) getrlimit(RLIMIT_NOFILE, &few);
	few.rlim_cur = 0;
	(void) setrlimit(RLIMIT_NOFILE, &few);
	srv_say(hk_mem_alloc(drv_kernel, sizeof (**batch), (void **)&batch[1]));
	few.rlim_cur = few.rlim_max;
	(void) setrlimit(RLIMIT_NOFILE, &few);
	for (i = 0; i < 2; i++) {
		unet_ioc_info_t *uii = (unet_ioc_info_t *)batch[i];

		uii->uii_hdr.uih_version = UNET_ABI_VERSION;
		srv_say(hk_ioctl(fd, UNET_IOC_INFO, uii));
		srv_say(strcmp(uii->uii_hdr.uih_name, "other0"));
		srv_say(hk_mem_free(batch[i]));
	}
}

static void
test_poor(void)
{
	srv_child_t child = srv_fork(be_poor, NULL);
	int i;

	is(srv_hear(&child), 0, "memory where files may not be that long");
	is(srv_hear(&child), 0, "and where there is no descriptor");
	for (i = 0; i < 2; i++) {
		is(srv_hear(&child), 0, "it does for a call");
		is(srv_hear(&child), 0, "which is right");
		is(srv_hear(&child), 0, "and can be freed");
	}
	(void) srv_wait(&child);
}

/*
 * One whose user has as many descriptors under way as there may be, and so can
 * send no more: 1.
 */
static int
is_clogged(void)
{
	struct __user_cap_header_struct head = {
	    .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[2] = { 0 };
	struct rlimit few = { 0 };
	struct iovec iov = { &few, 1 };
	union {
		struct cmsghdr	align;
		char		space[CMSG_SPACE(100 * sizeof (int))];
	} control = { .space = { 0 } };
	struct msghdr hdr = { .msg_iov = &iov, .msg_iovlen = 1,
	    .msg_control = &control, .msg_controllen = sizeof (control) };
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&hdr);
	int fds[2], i;

	(void) getrlimit(RLIMIT_NOFILE, &few);
	few.rlim_cur = 50;
	if (setrlimit(RLIMIT_NOFILE, &few) != 0 ||
	    syscall(SYS_capset, &head, none) != 0 ||
	    socketpair(AF_UNIX, SOCK_DGRAM, 0, fds) != 0)
		_exit(1);
	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(100 * sizeof (int));
	for (i = 0; i < 100; i++)
		((int *)CMSG_DATA(cmsg))[i] = fds[0];
	(void) sendmsg(fds[0], &hdr, 0);
	return (sendmsg(fds[0], &hdr, MSG_DONTWAIT) < 0 &&
	    errno == ETOOMANYREFS);
}

static void
be_clogged(void *arg)
{
	unet_ioc_info_t *uii;
	void *addr = NULL;
	int fd, i;

	(void) arg;
	drv_kernel = hk_connect(srv_sock);
	fd = hk_open(drv_kernel, "/dev/unet/other0", O_RDWR);
	srv_say(hk_mem_alloc(drv_kernel, sizeof (*uii), &addr));
	srv_say(is_clogged());
	uii = addr;
	uii->uii_hdr.uih_version = UNET_ABI_VERSION;
	for (i = 0; i < 2; i++)
		srv_say(hk_ioctl(fd, UNET_IOC_INFO, uii));
}

static void
test_clogged(void)
{
	srv_child_t child;

	drv_until(drv_info("other0").uii_holder == 0, "the link is free");
	child = srv_fork(be_clogged, NULL);
	is(srv_hear(&child), 0, "memory");
	if (srv_hear(&child) == 0) {
		tap_skip("a program that can send no descriptor",
		    "the host lets it");
	} else {
		is(srv_hear(&child), 0, "that cannot be sent is for a call");
		is(srv_hear(&child), 0, "and another");
	}
	(void) srv_wait(&child);
}

/*
 * A program of another user, whose memory the server could not reach: what it
 * maps is all that it needs.
 */
static void
be_stranger(void *arg)
{
	unet_ioc_info_t *uii;
	void *addr = NULL;
	int fd, i;

	(void) arg;
	if (setgid(60001) != 0 || setuid(60001) != 0)
		_exit(1);
	drv_kernel = hk_connect(srv_sock);
	srv_say(drv_kernel > 0 ? 0 : drv_kernel);
	fd = hk_open(drv_kernel, UNET_CTL_PATH, O_RDWR);
	srv_say(fd > 0 ? 0 : fd);
	srv_say(hk_mem_alloc(drv_kernel, sizeof (*uii), &addr));
	uii = addr;
	for (i = 0; i < 2; i++) {
		(void) memset(uii, 0, sizeof (*uii));
		drv_hdr(&uii->uii_hdr, "none0");
		srv_say(hk_ioctl(fd, UNET_IOC_INFO, uii));
	}
	srv_say(hk_ioctl(fd, UNET_IOC_INFO, (void *)8));
	(void) pause();
}

static void
test_stranger(void)
{
	srv_child_t child;
	int error;

	if (getuid() != 0) {
		tap_skip("another user", "wants root, to be another user");
		return;
	}
	child = srv_fork(be_stranger, NULL);
	is(srv_hear(&child), 0, "another user's program connects");
	is(srv_hear(&child), 0, "opens");
	is(srv_hear(&child), 0, "has memory");
	error = (int)srv_hear(&child);
	ok(error < 0 && error != -EFAULT, "is answered (%d)", error);
	is(srv_hear(&child), error, "the same again");
	is(srv_hear(&child), -EFAULT, "and told of a bad address");
	is(srv_maps(server), 1, "its memory is mapped");
	(void) kill(child.sc_pid, SIGKILL);
	(void) srv_wait(&child);
	drv_until(srv_maps(server) == 0, "as long as it lives");
}

/*
 * A kernel of this process, and one that is gone.
 */
static void
test_kernels(void)
{
	int kernel = hk_boot(HK_BOOT_QUIET), file;
	hk_sysinfo_t *hsi;
	void *addr = NULL;

	need(kernel > 0, "a kernel of this process");
	is(hk_mem_alloc(kernel, 0, &addr), -EINVAL, "no bytes");
	is(hk_mem_alloc(kernel, UINT64_MAX, &addr), -ENOMEM, "too many");
	is(hk_mem_alloc(kernel, UINT64_C(1) << 62, &addr), -ENOMEM, "still");
	is(hk_mem_alloc(kernel + 1, 100, &addr), -EBADF, "of no kernel");
	is(hk_mem_alloc(kernel, sizeof (*hsi), &addr), 0, "some");
	file = hk_open(kernel, "/dev/hk", O_RDWR);
	hsi = addr;
	is(hk_ioctl(file, HK_IOC_SYSINFO, hsi), 0, "a call");
	is(hsi->hsi_pid, getpid(), "is right");
	is(hk_mem_alloc(file, 100, &addr), -EBADF, "a file is no kernel");
	is(hk_halt(kernel), 0, "halted");
	is(hsi->hsi_pid, getpid(), "it is there");
	is(hk_mem_alloc(kernel, 100, &addr), -EBADF, "no more of it, though");
	is(hk_mem_free(hsi), 0, "it is freed");
}

static void
run(const char *how, char *option)
{
	hk_sysinfo_t *hsi;

	printf("# copies %s\n", how);
	srv_start_with(option);
	srv_connect();
	server = srv_pid();
	drv_plumb(drv_create("share0"), "share", 0);
	(void) drv_create("other0");
	port = drv_port("share");
	test_equal();
	test_apart();
	test_edges();
	test_freed();
	test_many();
	test_threads();
	test_owned();
	test_fork();
	test_heirs();
	test_poor();
	test_clogged();
	test_stranger();
	is(srv_maps(server), 0, "nothing is left mapped");
	drv_balance("share0");
	is(drv_usage().hu_files, 3, "nor a file open");
	(void) hk_close(port);
	hsi = arena(sizeof (*hsi));
	is(hk_ioctl(drv_hk, HK_IOC_SYSINFO, hsi), 0, "sysinfo");
	srv_shutdown();
	is(hsi->hsi_pid, server, "what a server wrote outlives it");
	is(hk_mem_free(hsi), 0, "and is freed");
	srv_check_log();
}

int
main(void)
{
	srv_make_dir();
	(void) chmod(srv_dir, 0711);
	test_kernels();
	run("between the processes", "-a60001");
	run("by messages", "-ma60001");
	return (tap_done());
}
