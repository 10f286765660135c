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
 * Several programs, one served kernel: they see the same links; one holder; a
 * program killed in the middle of a call leaves the link down and free; bad
 * addresses are EFAULT and cost nothing; calls of several threads on one file
 * do not wait for each other; signals, closes and forks do what they do in a
 * real kernel.  All of it with both ways to copy.
 */

#include "srv.h"

static int share_fd;		/* the link, or the port, of this process */
static uint32_t share_linkid;

/*
 * Another client opens the link and says how that went; then it reads, or
 * writes without end, or waits to be killed.
 */
typedef enum holder { HOLDER_READS, HOLDER_WRITES, HOLDER_WAITS } holder_t;

static void
be_holder(void *arg)
{
	holder_t what = *(holder_t *)arg;
	uint8_t buf[2048];
	size_t len = drv_frame(buf, drv_bcast, drv_mac, 7, 200);
	long long writes;
	int fd;

	drv_kernel = hk_connect(srv_sock);
	fd = drv_open("share0", O_RDWR);
	srv_say(fd);
	if (what == HOLDER_READS) {
		srv_say(hk_read(fd, buf, sizeof (buf)));
		srv_say(hk_read(fd, buf, sizeof (buf)));
		srv_say(hk_write(fd, buf, len));
		srv_say(hk_close(fd));
	}
	for (writes = 1; what == HOLDER_WRITES; writes++) {
		if (hk_write(fd, buf, len) != (int64_t)len)
			_exit(1);
		if (writes % 64 == 0)
			srv_say(writes);
	}
	for (;;)
		(void) pause();
}

static int
is_down(void)
{
	unet_ioc_info_t uii = drv_info("share0");

	return (uii.uii_linkstate == UNET_LINK_DOWN && uii.uii_holder == 0);
}

/*
 * This process can be the holder, and frames go both ways.
 */
static void
next_holder(const char *after)
{
	uint8_t out[256], in[2048];
	size_t len = drv_frame(out, drv_bcast, drv_mac, 42, 200);
	int64_t n;
	int port = drv_port("share");
	int fd = drv_open("share0", DRV_RDWR);

	ok(fd > 0, "%s: the next holder opens it (%d)", after, fd);
	is(drv_info("share0").uii_linkstate, UNET_LINK_UP, "%s: up", after);
	is(hk_write(fd, out, len), len, "%s: it writes", after);
	drv_until(hk_poll(port, POLLIN, 0) == POLLIN, "%s: something arrives",
	    after);
	n = hk_read(port, in, sizeof (in));
	ok(n == (int64_t)len && memcmp(in, out, len) == 0, "%s: that frame",
	    after);
	(void) drv_frame(out, drv_mac, drv_peer, 43, 200);
	is(hk_write(port, out, len), len, "%s: somebody sends", after);
	drv_until(hk_poll(fd, POLLIN, 0) == POLLIN, "%s: something comes",
	    after);
	n = hk_read(fd, in, sizeof (in));
	ok(n == (int64_t)len && memcmp(in, out, len) == 0, "%s: that frame",
	    after);
	is(hk_close(fd), 0, "%s: it closes", after);
	is(hk_close(port), 0, "%s: the port too", after);
	ok(is_down(), "%s: down, without holder", after);
}

static void
test_holder(void)
{
	holder_t what = HOLDER_WAITS;
	srv_child_t child = srv_fork(be_holder, &what);
	unet_ioc_info_t uii;

	ok(srv_hear(&child) > 0, "another program opens our link");
	uii = drv_info("share0");
	is(uii.uii_linkstate, UNET_LINK_UP, "it is up");
	is(uii.uii_holder, child.sc_pid, "INFO names its process");
	is(drv_open("share0", O_RDWR), -EBUSY, "a second holder is refused");
	is(drv_info("share0").uii_holder, child.sc_pid, "and changes nothing");
	(void) kill(child.sc_pid, SIGKILL);
	drv_until(is_down(), "killed: it is down, without holder");
	(void) srv_wait(&child);
	next_holder("after an idle holder");
}

static void
test_kill_reader(void)
{
	holder_t what = HOLDER_READS;
	uint64_t waits = drv_stat("share0", "rx_waits", NULL);
	srv_child_t child = srv_fork(be_holder, &what);

	ok(srv_hear(&child) > 0, "a reader opens the link");
	drv_until(drv_stat("share0", "rx_waits", NULL) > waits,
	    "it sleeps in the driver");
	(void) kill(child.sc_pid, SIGKILL);
	drv_until(is_down(), "killed in its read: down, without holder");
	is(WTERMSIG(srv_wait(&child)), SIGKILL, "by the signal");
	next_holder("after a killed reader");
}

static void
test_kill_writer(void)
{
	holder_t what = HOLDER_WRITES;
	srv_child_t child;
	long long before;
	int i;

	for (i = 0; i < 12; i++) {
		child = srv_fork(be_holder, &what);
		ok(srv_hear(&child) > 0, "writer %d opens the link", i);
		before = srv_hear(&child);
		while (srv_hear(&child) < before + 64 * i)
			;
		(void) kill(child.sc_pid, SIGKILL);
		drv_until(is_down(), "killed as it writes: down");
		(void) srv_wait(&child);
	}
	next_holder("after killed writers");
	drv_balance("share0");
}

/*
 * Addresses that are not there, not to be written, or end too early.
 */
static void
test_fault(void)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uint8_t out[256], in[2048], *map, *ro, *end;
	size_t len = drv_frame(out, drv_mac, drv_peer, 44, 200);
	struct iovec iov[2];
	int port = drv_port("share");
	int fd = drv_open("share0", DRV_RDWR);

	map = mmap(NULL, 3 * page, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	need(map != MAP_FAILED && fd > 0, "memory and a link");
	ro = map;
	end = map + 2 * page;		/* what follows is not there */
	need(mprotect(ro, page, PROT_READ) == 0, "a page to read only");
	need(munmap(end, page) == 0, "a page that is not there");

	is(hk_write(port, out, len), len, "a frame for the holder");
	drv_until(hk_poll(fd, POLLIN, 0) == POLLIN, "it is there");
	is(hk_read(fd, (void *)8, 2048), -EFAULT, "read to nowhere");
	is(hk_read(fd, (void *)UINT64_C(0xdead000000000000), 2048), -EFAULT,
	    "read to an address that no process has");
	is(hk_read(fd, (void *)(uintptr_t)-64, 2048), -EFAULT,
	    "read beyond the last address");
	is(hk_read(fd, ro, page), -EFAULT, "read to what cannot be written");
	is(hk_read(fd, end - 100, 2048), -EFAULT, "read across the end");
	iov[0].iov_base = in;
	iov[0].iov_len = 100;
	iov[1].iov_base = (void *)8;
	iov[1].iov_len = 1900;
	is(hk_readv(fd, iov, 2), -EFAULT, "readv, half of it to nowhere");
	is(hk_read(fd, in, sizeof (in)), len, "the frame is still there");
	ok(memcmp(in, out, len) == 0, "the same");
	is(hk_read(fd, in, sizeof (in)), -EAGAIN, "once");

	(void) drv_frame(out, drv_bcast, drv_mac, 45, 200);
	is(hk_write(fd, (void *)8, 200), -EFAULT, "write from nowhere");
	is(hk_write(fd, end - 100, 200), -EFAULT, "write across the end");
	iov[0].iov_base = out;
	iov[1].iov_len = 100;
	is(hk_writev(fd, iov, 2), -EFAULT, "writev, half of it from nowhere");
	is(hk_ioctl(fd, UNET_IOC_INFO, (void *)8), -EFAULT, "ioctl");
	is(hk_ioctl(fd, UNET_IOC_INFO, end - 8), -EFAULT, "ioctl at the end");
	is(hk_ioctl(fd, UNET_IOC_FRAMEIO_READ, (void *)8), -EFAULT, "frameio");
	is(hk_read(port, in, sizeof (in)), -EAGAIN, "nothing was sent");
	is(hk_write(fd, out, len), len, "a good write works");
	drv_until(hk_poll(port, POLLIN, 0) == POLLIN, "and is sent");
	is(hk_read(port, in, sizeof (in)), len, "whole");

	is(hk_write(fd, out, 0), -ERANGE, "a write of nothing reaches it");
	is(hk_read(fd, NULL, 0), 0, "a read of nothing does not");
	(void) memcpy(end - len, out, len);
	is(hk_write(fd, end - len, len), len, "up to the last byte: write");
	(void) drv_frame(end - len, drv_mac, drv_peer, 46, len);
	is(hk_write(port, end - len, len), len, "a frame for the holder");
	drv_until(hk_poll(fd, POLLIN, 0) == POLLIN, "it is there");
	is(hk_read(fd, end - len, len), len, "up to the last byte: read");

	(void) hk_close(fd);
	(void) hk_close(port);
	(void) munmap(map, 2 * page);
}

/*
 * A batch whose frames lie one behind the other, to be read ahead, ends where
 * memory does.
 */
static void
test_batch(void)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	const unsigned int nframes = 60;
	const size_t room = 8 * page;
	static drv_fio_t df;
	frameio_t *fio = drv_fio_init(&df, nframes, 1);
	uint8_t in[2048], *map;
	unsigned int i, got, right;
	const size_t each = 500;
	size_t there;
	int64_t n;
	int port = drv_port("share");
	int fd = drv_open("share0", DRV_RDWR);

	map = mmap(NULL, room, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	need(map != MAP_FAILED && fd > 0, "memory and a link");
	for (i = 0; i < nframes; i++) {
		(void) drv_frame(map + i * each, drv_bcast, drv_mac, i, each);
		drv_fio_vec(&df, i, map + i * each, each);
	}
	/* The last frame, and half of the one before, are not there. */
	there = (nframes * each - each / 2) / page * page;
	need(munmap(map + there, room - there) == 0, "it ends early");

	is(hk_ioctl(fd, UNET_IOC_FRAMEIO_WRITE, fio), 0, "a batch");
	is(fio->fio_nvecs, there / each, "the frames that are there");
	for (got = right = 0; got < fio->fio_nvecs; ) {
		n = hk_read(port, in, sizeof (in));
		if (n == -EAGAIN) {
			(void) hk_poll(port, POLLIN, 1000);
			continue;
		}
		if (n == (int64_t)each &&
		    memcmp(in, map + got * each, each) == 0)
			right++;
		got++;
	}
	is(right, there / each, "arrive as they were");

	/* Ours again, changed: nothing of the last call is remembered. */
	fio = drv_fio_init(&df, 2, 1);
	for (i = 0; i < 2; i++) {
		(void) drv_frame(map + i * each, drv_bcast, drv_mac, 1000 + i,
		    each);
		drv_fio_vec(&df, i, map + i * each, each);
	}
	is(hk_ioctl(fd, UNET_IOC_FRAMEIO_WRITE, fio), 0, "another batch");
	for (i = 0; i < 2; i++) {
		drv_until(hk_poll(port, POLLIN, 0) == POLLIN, "a frame");
		is(hk_read(port, in, sizeof (in)), each, "of that size");
		is(drv_number(in), 1000 + i, "with what is in memory now");
	}

	/* And the other way. */
	fio = drv_fio_init(&df, 8, 2);
	for (i = 0; i < 8; i++) {
		(void) drv_frame(in, drv_mac, drv_peer, i, 400);
		is(hk_write(port, in, 400), 400, "a frame for the holder");
		drv_fio_vec(&df, 2 * i, map + i * each, 100);
		drv_fio_vec(&df, 2 * i + 1, map + i * each + 100, 400);
	}
	drv_until(drv_info("share0").uii_rxq_frames == 8, "all are there");
	is(hk_ioctl(fd, UNET_IOC_FRAMEIO_READ, fio), 0, "a batch is read");
	is(fio->fio_nvecs, 16, "all of them");
	for (i = right = 0; i < 8; i++) {
		(void) drv_frame(in, drv_mac, drv_peer, i, 400);
		if (memcmp(in, map + i * each, 400) == 0 &&
		    fio->fio_vecs[2 * i].fv_actlen == 100 &&
		    fio->fio_vecs[2 * i + 1].fv_actlen == 300)
			right++;
	}
	is(right, 8, "as they were sent");
	(void) hk_close(fd);
	(void) hk_close(port);
	(void) munmap(map, there);
}

/*
 * A thread that reads; its result, errno included.
 */
static uint8_t reader_buf[2048];
static int64_t reader_result;

static void *
reader(void *arg)
{
	(void) arg;
	reader_result = hk_read(share_fd, reader_buf, sizeof (reader_buf));
	return (NULL);
}

static pthread_t
start_reader(void)
{
	uint64_t waits = drv_stat("share0", "rx_waits", NULL);
	pthread_t thread;

	reader_result = 12345;
	need(pthread_create(&thread, NULL, reader, NULL) == 0, "a thread");
	drv_until(drv_stat("share0", "rx_waits", NULL) > waits,
	    "a thread sleeps in its read");
	return (thread);
}

static void
nothing(int sig)
{
	(void) sig;
}

/*
 * Signal the thread until it ends: a signal that it handles after it has asked
 * the server, and before it waits for the answer, interrupts nothing.
 */
static void
interrupt_reader(pthread_t thread)
{
	struct timespec until;

	do {
		(void) pthread_kill(thread, SIGUSR1);
		(void) clock_gettime(CLOCK_REALTIME, &until);
		until.tv_sec++;
	} while (pthread_timedjoin_np(thread, NULL, &until) == ETIMEDOUT);
}

static void
test_threads(void)
{
	struct sigaction sa = { .sa_handler = nothing };
	uint8_t out[256], in[2048];
	size_t len = drv_frame(out, drv_bcast, drv_mac, 50, 100);
	pthread_t thread;
	int port = drv_port("share");
	int i;

	share_fd = drv_open("share0", O_RDWR);
	need(share_fd > 0, "the link opens");

	thread = start_reader();
	for (i = 0; i < 20; i++)
		is(hk_write(share_fd, out, len), len, "others write meanwhile");
	is(hk_poll(share_fd, POLLIN | POLLOUT, 0), POLLOUT, "and poll");
	drv_until(hk_poll(port, POLLIN, 0) == POLLIN, "that is sent");
	is(hk_read(port, in, sizeof (in)), len, "whole");
	(void) drv_frame(out, drv_mac, drv_peer, 51, len);
	is(hk_write(port, out, len), len, "a frame comes");
	(void) pthread_join(thread, NULL);
	is(reader_result, len, "the reader has it");
	ok(memcmp(out, reader_buf, len) == 0, "that one");

	(void) sigaction(SIGUSR1, &sa, NULL);
	thread = start_reader();
	interrupt_reader(thread);
	is(reader_result, -EINTR, "a signal ends a read");

	sa.sa_flags = SA_RESTART;
	(void) sigaction(SIGUSR1, &sa, NULL);
	thread = start_reader();
	(void) pthread_kill(thread, SIGUSR1);
	is(hk_write(port, out, len), len, "a frame comes");
	(void) pthread_join(thread, NULL);
	is(reader_result, len, "a handler with SA_RESTART does not");

	is(hk_setfl(share_fd, O_NONBLOCK), 0, "F_SETFL");
	is(hk_getfl(share_fd) & (O_ACCMODE | O_NONBLOCK), O_RDWR | O_NONBLOCK,
	    "F_GETFL");
	is(hk_read(share_fd, in, sizeof (in)), -EAGAIN, "it does not block");
	is(hk_setfl(share_fd, 0), 0, "and back");

	thread = start_reader();
	is(hk_close(share_fd), 0, "a close while a thread reads");
	(void) pthread_join(thread, NULL);
	is(reader_result, -EBADF, "is EBADF for the thread");
	ok(is_down(), "and the link is down when the close returns");
	is(hk_read(share_fd, in, sizeof (in)), -EBADF,
	    "as for all later calls");
	(void) hk_close(port);
	next_holder("after that close");
}

static void
test_poll(void)
{
	uint8_t out[256], in[2048];
	uint64_t count;
	size_t len = drv_frame(out, drv_mac, drv_peer, 60, 100);
	struct pollfd pfd = { .events = POLLIN };
	int port = drv_port("share");
	int fd = drv_open("share0", DRV_RDWR);
	int i;

	is(hk_poll(fd, POLLIN, 20), 0, "poll: time is over");
	pfd.fd = hk_pollfd(fd);
	ok(pfd.fd >= 0, "a descriptor to wait for (%d)", pfd.fd);
	is(hk_pollfd(fd), pfd.fd, "always the same");
	ok((fcntl(pfd.fd, F_GETFD) & FD_CLOEXEC) != 0, "close on exec");
	for (i = 0; i < 3; i++) {
		is(hk_pollarm(fd, POLLIN), 0, "armed");
		is(poll(&pfd, 1, 0), 0, "it is quiet");
		is(hk_write(port, out, len), len, "a frame comes");
		is(poll(&pfd, 1, 60 * 1000), 1, "it is readable");
		is(read(pfd.fd, &count, sizeof (count)), sizeof (count),
		    "by 8 bytes");
		is(hk_pollarm(fd, POLLIN | POLLOUT), POLLIN | POLLOUT,
		    "arming says what is ready");
		is(hk_read(fd, in, sizeof (in)), len, "the frame");
	}
	is(hk_poll(port, POLLIN | POLLOUT, 0) & POLLOUT, POLLOUT,
	    "ports can be polled too");
	(void) hk_close(fd);
	(void) hk_close(port);
}

static void
be_child_of_fork(void *arg)
{
	uint8_t buf[64];

	(void) arg;
	srv_say(hk_read(share_fd, buf, sizeof (buf)));
	srv_say(hk_ioctl(drv_ctl, UNET_IOC_INFO, buf));
	srv_say(hk_open(drv_kernel, "/dev/unet/share0", O_RDWR));
	for (;;)
		(void) pause();
}

static void
test_fork(void)
{
	srv_child_t child;

	share_fd = drv_open("share0", DRV_RDWR);
	child = srv_fork(be_child_of_fork, NULL);
	is(srv_hear(&child), -EBADF, "a forked child has no file of ours");
	is(srv_hear(&child), -EBADF, "not one");
	is(srv_hear(&child), -EBUSY, "but it may open its own");
	is(hk_getfl(share_fd) & O_ACCMODE, O_RDWR, "ours are as they were");
	is(hk_close(share_fd), 0, "and closed by us alone");
	ok(is_down(), "while the child lives");
	(void) kill(child.sc_pid, SIGKILL);
	(void) srv_wait(&child);
}

/*
 * The end of the server, with a client asleep in a read.
 */
static void
test_end(void)
{
	holder_t what = HOLDER_READS;
	uint64_t waits = drv_stat("share0", "rx_waits", NULL);
	srv_child_t child = srv_fork(be_holder, &what);
	unet_ioc_info_t uii;
	hk_sysinfo_t hsi;

	ok(srv_hear(&child) > 0, "a reader opens the link");
	drv_until(drv_stat("share0", "rx_waits", NULL) > waits,
	    "it sleeps in the driver");
	memset(&hsi, 0, sizeof (hsi));
	is(hk_ioctl(drv_hk, HK_IOC_SYSINFO, &hsi), 0, "sysinfo");
	is(hsi.hsi_served, 1, "it is served");
	is(hsi.hsi_pid, srv_pid(), "by that process");

	srv_shutdown();
	is(srv_hear(&child), -ECONNRESET, "its read ends: ECONNRESET");
	is(srv_hear(&child), -ECONNRESET, "so does a read after that");
	is(srv_hear(&child), -ECONNRESET, "and a write");
	is(srv_hear(&child), 0, "what is gone can be closed");
	(void) kill(child.sc_pid, SIGKILL);
	is(WTERMSIG(srv_wait(&child)), SIGKILL, "no SIGPIPE");
	memset(&uii, 0, sizeof (uii));
	is(hk_ioctl(drv_ctl, UNET_IOC_INFO, &uii), -EBADF,
	    "a kernel that was left has no files");
	is(hk_connect(srv_sock), -ENOENT, "and there is no socket");
}

static void
run(const char *how, char *option)
{
	printf("# copies %s\n", how);
	srv_start_with(option);
	srv_connect();
	share_linkid = drv_create("share0");
	drv_plumb(share_linkid, "share", 0);
	test_holder();
	test_kill_reader();
	test_kill_writer();
	test_fault();
	test_batch();
	test_threads();
	test_poll();
	test_fork();
	drv_balance("share0");
	is(drv_usage().hu_files, 2, "no file is left open");
	test_end();
	srv_check_log();
}

int
main(void)
{
	srv_make_dir();
	run("between the processes", NULL);
	run("by messages", "-m");
	return (tap_done());
}
