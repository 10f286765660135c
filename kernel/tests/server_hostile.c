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
 * Clients that mean ill, or are broken: whatever they send, and however they
 * go, at worst their own connection ends.  After each of them a decent client
 * finds the server as it was: as many files, threads and descriptors as before.
 *
 * UNET_SEED in the environment chooses the random messages.
 */

#include <dirent.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "srv_raw.h"

static pid_t server;
static unsigned int base_fds, base_threads;
static uint64_t base_kmem;
static int victim;			/* the decent client's link */

static unsigned int
entries(const char *what)
{
	char path[64];
	unsigned int n = 0;
	DIR *dir;

	(void) snprintf(path, sizeof (path), "/proc/%d/%s", (int)server, what);
	dir = opendir(path);
	if (dir == NULL)
		return (0);
	while (readdir(dir) != NULL)
		n++;
	(void) closedir(dir);
	return (n);
}

/*
 * How many descriptors of a kind the server has.
 */
static unsigned int
descriptors(const char *kind)
{
	char path[64], link[320], what[64];
	unsigned int n = 0;
	struct dirent *de;
	ssize_t len;
	DIR *dir;

	(void) snprintf(path, sizeof (path), "/proc/%d/fd", (int)server);
	dir = opendir(path);
	if (dir == NULL)
		return (0);
	while ((de = readdir(dir)) != NULL) {
		(void) snprintf(link, sizeof (link), "%s/%s", path, de->d_name);
		len = readlink(link, what, sizeof (what) - 1);
		if (len <= 0)
			continue;
		what[len] = '\0';
		if (strstr(what, kind) != NULL)
			n++;
	}
	(void) closedir(dir);
	return (n);
}

static int
has_room(void)
{
	int kernel = hk_connect(srv_sock);

	return (kernel > 0 && hk_halt(kernel) == 0);
}

/*
 * Threads of the kernel do not count: it makes them when there is work.
 */
static unsigned int
server_threads(void)
{
	return (entries("task") - (unsigned int)drv_usage().hu_threads);
}

/*
 * The server as a decent client sees it.  A thread that has ended is waited for
 * by the next one that does, so there may be one more than at first.  Who gets
 * in now gets in after all who came before, so from here on they only leave.
 */
static void
sound(const char *after)
{
	uint8_t frame[128];
	size_t len = drv_frame(frame, drv_bcast, drv_mac, 1, 100);

	ok(has_room(), "%s: another client gets in", after);
	drv_until(entries("fd") == base_fds, "%s: no descriptor is left open",
	    after);
	drv_until(drv_usage().hu_files == 3, "%s: nor a file", after);
	drv_until(server_threads() <= base_threads, "%s: nor a thread", after);
	is(hk_write(victim, frame, len), len, "%s: others go on", after);
	is(hk_poll(victim, POLLOUT, 0), POLLOUT, "%s: undisturbed", after);
}

static void
test_silence(void)
{
	int socks[50], i;

	for (i = 0; i < 50; i++)
		socks[i] = raw();
	ok(socks[49] >= 0, "fifty who say nothing");
	is(hk_poll(victim, POLLOUT, 0), POLLOUT, "are in nobody's way");
	for (i = 0; i < 50; i++)
		(void) close(socks[i]);
	for (i = 0; i < 500; i++)
		(void) close(raw());
	sound("after silence");
}

static void
test_sizes(void)
{
	static char big[100000];
	hkp_msg_t msg = { .hm_op = HKP_OPEN, .hm_addr = HKP_HANDSHAKE };
	hkp_iovec_t iov[4] = { { 0, 0 } };
	int sock;

	sock = raw();
	(void) send(sock, big, 10, MSG_NOSIGNAL);
	ok(ended(sock), "half a message");
	sock = raw();
	(void) send(sock, big, sizeof (big), MSG_NOSIGNAL);
	ok(ended(sock), "a message that is too long");
	sock = raw();
	(void) send(sock, big, 0, MSG_NOSIGNAL);
	ok(ended(sock), "an empty message");

	sock = raw();
	msg.hm_len = UINT64_MAX;
	(void) put(sock, &msg, "/dev/hk", 7);
	is(get(sock, &msg), sizeof (msg), "a path longer than its message");
	is(msg.hm_result, -ENAMETOOLONG, "is not one");
	msg = (hkp_msg_t){ .hm_op = HKP_OPEN, .hm_addr = HKP_HANDSHAKE,
	    .hm_len = HKP_PATH_MAX + 1 };
	(void) put(sock, &msg, big, HKP_PATH_MAX + 1);
	is(get(sock, &msg), sizeof (msg), "a path that is too long");
	is(msg.hm_result, -ENAMETOOLONG, "is not one either");
	msg = (hkp_msg_t){ .hm_op = HKP_READ, .hm_addr = HKP_HANDSHAKE };
	(void) put(sock, &msg, NULL, 0);
	ok(ended(sock), "a read without a file");

	sock = raw_open("/dev/hk", O_RDWR);
	msg = (hkp_msg_t){ .hm_op = HKP_READV, .hm_len = UINT64_MAX / 16 + 2 };
	(void) put(sock, &msg, iov, sizeof (iov));
	ok(ended(sock), "more vectors than there are");
	sock = raw_open("/dev/hk", O_RDWR);
	msg = (hkp_msg_t){ .hm_op = HKP_WRITEV, .hm_len = 4 };
	(void) put(sock, &msg, iov, 33);
	ok(ended(sock), "half a vector");
	sock = raw_open("/dev/hk", O_RDWR);
	msg = (hkp_msg_t){ .hm_op = HKP_WRITE, .hm_len = 1000 };
	(void) put(sock, &msg, big, 999);
	ok(ended(sock), "a write that brings less than it says");
	sock = raw_open("/dev/hk", O_RDWR);
	msg = (hkp_msg_t){ .hm_op = HKP_COPIED };
	(void) put(sock, &msg, NULL, 0);
	ok(ended(sock), "an answer to nothing");
	sock = raw_open("/dev/hk", O_RDWR);
	msg = (hkp_msg_t){ .hm_op = HKP_OPEN, .hm_addr = HKP_HANDSHAKE };
	(void) put(sock, &msg, "/dev/hk", 7);
	ok(ended(sock), "a second file on one connection");
	sound("after sizes");
}

/*
 * The token of a file is its process's alone.
 */
static void
be_thief(void *arg)
{
	hkp_msg_t msg = { .hm_op = HKP_ATTACH, .hm_addr = HKP_HANDSHAKE };
	int sock = raw();

	(void) put(sock, &msg, arg, sizeof (hkp_token_t));
	(void) get(sock, &msg);
	srv_say(msg.hm_result);
}

static void
test_token(void)
{
	hkp_msg_t msg = {
		.hm_op = HKP_OPEN,
		.hm_addr = HKP_HANDSHAKE,
		.hm_len = 7,
		.hm_arg = O_RDWR
	};
	struct {
		hkp_msg_t	msg;
		hkp_token_t	token;
	} answer;
	srv_child_t child;
	int sock = raw(), other;

	(void) put(sock, &msg, "/dev/hk", 7);
	is(recv(sock, &answer, sizeof (answer), 0), sizeof (answer),
	    "a file and its token");
	msg.hm_op = HKP_ATTACH;
	other = raw();
	(void) put(other, &msg, &answer.token, sizeof (answer.token));
	(void) get(other, &msg);
	is(msg.hm_result, 0, "we can attach to our file");
	child = srv_fork(be_thief, &answer.token);
	is(srv_hear(&child), -EBADF, "another process cannot");
	(void) srv_wait(&child);
	answer.token.ht_word[1] ^= 1;
	child = srv_fork(be_thief, &answer.token);
	is(srv_hear(&child), -EBADF, "nor anybody with a wrong token");
	(void) srv_wait(&child);
	(void) close(sock);
	(void) close(other);
	sound("after tokens");
}

static void
test_descriptors(unsigned int each)
{
	hkp_msg_t msg = { .hm_op = HKP_HELLO, .hm_addr = HKP_HANDSHAKE };
	struct iovec iov = { &msg, sizeof (msg) };
	union {
		struct cmsghdr	align;
		char		space[CMSG_SPACE(200 * sizeof (int))];
	} control;
	struct msghdr hdr = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof (control.space)
	};
	struct cmsghdr *cmsg;
	int fds[200], i, sock = raw();

	(void) put(sock, &msg, NULL, 0);
	need(get(sock, &msg) == sizeof (msg), "the server is there");
	for (i = 0; i < 200; i++)
		fds[i] = sock;
	(void) memset(&control, 0, sizeof (control));
	cmsg = CMSG_FIRSTHDR(&hdr);
	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof (fds));
	(void) memcpy(CMSG_DATA(cmsg), fds, sizeof (fds));
	for (i = 0; i < 20; i++) {
		msg = (hkp_msg_t){ .hm_op = HKP_HELLO,
		    .hm_addr = HKP_HANDSHAKE };
		need(sendmsg(sock, &hdr, MSG_NOSIGNAL) > 0, "descriptors");
		need(get(sock, &msg) == sizeof (msg), "an answer");
	}
	is(entries("fd"), base_fds + each, "it keeps no descriptor it is sent");
	(void) close(sock);
	sound("after descriptors");
}

/*
 * Requests without end, and no answer is ever read.
 */
static void
test_flood(void)
{
	hkp_msg_t msg = { .hm_op = HKP_GETFL };
	int sock[4], i, n = 0;

	for (i = 0; i < 4; i++) {
		sock[i] = raw_open("/dev/hk", O_RDWR);
		while (send(sock[i], &msg, sizeof (msg),
		    MSG_DONTWAIT | MSG_NOSIGNAL) > 0)
			n++;
	}
	ok(n > 4, "%d requests, no answer read", n);
	is(hk_poll(victim, POLLOUT, 0), POLLOUT, "others do not wait");
	for (i = 0; i < 4; i++)
		(void) close(sock[i]);
	sound("after a flood");
}

static void
test_interrupts(void)
{
	hkp_msg_t msg = {
		.hm_op = HKP_POLL,
		.hm_seq = 7,
		.hm_arg = POLLIN,
		.hm_arg2 = -1
	};
	hkp_msg_t intr = { .hm_op = HKP_INTERRUPT, .hm_seq = 8 };
	int sock = raw_open("/dev/unet/host0", O_RDWR);
	struct pollfd pfd = { .fd = sock, .events = POLLIN };
	int i;

	(void) put(sock, &msg, NULL, 0);
	for (i = 0; i < 2000; i++)
		(void) put(sock, &intr, NULL, 0);
	is(poll(&pfd, 1, 50), 0, "interruptions of other calls do nothing");
	intr.hm_seq = 7;
	(void) put(sock, &intr, NULL, 0);
	is(get(sock, &msg), sizeof (msg), "one of this call ends it");
	is(msg.hm_result, -EINTR, "EINTR");

	intr.hm_seq = 9;
	(void) put(sock, &intr, NULL, 0);
	msg = (hkp_msg_t){ .hm_op = HKP_POLL, .hm_seq = 9, .hm_arg = POLLIN,
	    .hm_arg2 = -1 };
	(void) put(sock, &msg, NULL, 0);
	is(get(sock, &msg), sizeof (msg), "one ahead of its call counts");
	is(msg.hm_result, -EINTR, "EINTR");
	msg = (hkp_msg_t){ .hm_op = HKP_POLL, .hm_seq = 10, .hm_arg = POLLIN,
	    .hm_arg2 = 20 };
	(void) put(sock, &msg, NULL, 0);
	is(get(sock, &msg), sizeof (msg), "but not for the next");
	is(msg.hm_result, 0, "whose time is over");

	msg = (hkp_msg_t){ .hm_op = HKP_POLL, .hm_seq = 11, .hm_arg = POLLIN,
	    .hm_arg2 = -1 };
	(void) put(sock, &msg, NULL, 0);
	(void) put(sock, &msg, NULL, 0);
	ok(ended(sock), "a second call during the first");
	drv_until(drv_info("host0").uii_holder == 0, "and the file is closed");

	sock = raw_open("/dev/unet/host0", O_RDWR);
	msg = (hkp_msg_t){ .hm_op = HKP_READ, .hm_seq = 1, .hm_addr = 8,
	    .hm_len = 2048 };
	(void) put(sock, &msg, NULL, 0);
	(void) close(sock);
	sound("after interruptions");
}

/*
 * With copies by message: requests to copy that are answered with nonsense, or
 * never.
 */
static void
test_copies(void)
{
	static const char junk[HKP_CHUNK_MAX + 1];
	unet_ioc_hdr_t uih;
	hkp_msg_t ask, answer, msg = {
		.hm_op = HKP_IOCTL,
		.hm_seq = 1,
		.hm_arg = UNET_IOC_INFO,
		.hm_addr = (uintptr_t)&uih
	};
	int sock, i;

	for (i = 0; i < 6; i++) {
		sock = raw_open(UNET_CTL_PATH, O_RDWR);
		(void) put(sock, &msg, NULL, 0);
		is(get(sock, &ask), sizeof (ask), "a request to copy");
		is(ask.hm_op, HKP_COPYIN, "in");
		answer = (hkp_msg_t){ .hm_op = HKP_COPIED, .hm_seq = 1 };
		switch (i) {
		case 0:
			(void) put(sock, &answer, junk, 1);
			ok(ended(sock), "too little");
			break;
		case 1:
			(void) put(sock, &answer, junk, ask.hm_len + 1);
			ok(ended(sock), "too much");
			break;
		case 2:
			answer.hm_seq = 2;
			(void) put(sock, &answer, junk, ask.hm_len);
			ok(ended(sock), "for another call");
			break;
		case 3:
			(void) put(sock, &msg, NULL, 0);
			ok(ended(sock), "another request");
			break;
		case 4:
			answer.hm_result = -EFAULT;
			(void) put(sock, &answer, NULL, 0);
			is(get(sock, &ask), sizeof (ask), "no such address");
			is(ask.hm_result, -EFAULT, "EFAULT");
			(void) close(sock);
			break;
		case 5:
			is(drv_info("host0").uii_holder, 0,
			    "nobody waits for one who does not answer");
			(void) close(sock);
			break;
		}
	}
	sound("after copies");
}

/*
 * Random messages on every kind of file.  Not to be sent: what would be right
 * and change the kernel for the others.
 */
static uint64_t seed;

static uint64_t
rnd(uint64_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return ((seed >> 11) % n);
}

static void
be_fuzz(void *arg)
{
	static const char *const paths[] = {
		"/dev/unet/ctl", "/dev/unet/host0", "/dev/hk", "/dev/bus/fuzz"
	};
	static const int cmds[] = {
		UNET_IOC_LIST, UNET_IOC_INFO, UNET_IOC_GETPROP,
		UNET_IOC_FRAMEIO_READ, UNET_IOC_FRAMEIO_WRITE, HK_IOC_DLINFO,
		HK_IOC_DLNEXT, HK_IOC_STACKINFO, HK_IOC_KSLIST, HK_IOC_KSREAD,
		HK_IOC_KSREADS,
		HK_IOC_USAGE, HK_IOC_SYSINFO, HK_IOC_ZONENEXT, HK_IOC_BUSINFO
	};
	static uint8_t mem[65536], data[20000];
	hkp_msg_t msg;
	size_t i, len;
	int sock, round, n;

	seed = *(uint64_t *)arg;
	for (round = 0; round < 60; round++) {
		const char *path = paths[rnd(4)];

		sock = raw();
		if (sock < 0)
			continue;
		msg = (hkp_msg_t){ .hm_op = HKP_OPEN, .hm_addr = HKP_HANDSHAKE,
		    .hm_len = strlen(path), .hm_arg = (int)rnd(3) };
		if (rnd(8) != 0)
			(void) put(sock, &msg, path, strlen(path));
		for (n = 0; n < 40; n++) {
			for (i = 0; i < 256; i++) {
				mem[rnd(sizeof (mem))] = (uint8_t)rnd(256);
				data[rnd(sizeof (data))] = (uint8_t)rnd(256);
			}
			msg.hm_op = rnd(20) == 0 ? rnd(256) : 16 + rnd(12);
			msg.hm_seq = n;
			msg.hm_addr = rnd(10) == 0 ? rnd(UINT64_MAX) :
			    (uintptr_t)mem + rnd(sizeof (mem));
			msg.hm_len = rnd(10) == 0 ? rnd(UINT64_MAX) : rnd(4096);
			msg.hm_arg = msg.hm_op == HKP_IOCTL ? cmds[rnd(14)] :
			    (int)rnd(70);
			msg.hm_arg2 = (int)rnd(3);
			len = 0;
			if (msg.hm_op == HKP_WRITE && rnd(2) == 0 &&
			    msg.hm_len <= 4096)
				len = msg.hm_len;
			else if (msg.hm_op == HKP_READV ||
			    msg.hm_op == HKP_WRITEV)
				len = (msg.hm_len = rnd(8)) * 16;
			else if (rnd(40) == 0)
				len = rnd(sizeof (data));
			if (put(sock, &msg, data, len) != 0)
				break;
			/* Mostly hear the answer; answer requests to copy. */
			while (rnd(4) != 0 && recv(sock, &msg, sizeof (msg),
			    MSG_DONTWAIT) == sizeof (msg)) {
				if (msg.hm_op == HKP_COPYIN &&
				    msg.hm_len <= sizeof (data)) {
					msg.hm_op = HKP_COPIED;
					msg.hm_result = 0;
					(void) put(sock, &msg, data,
					    msg.hm_len);
				}
			}
		}
		(void) close(sock);
	}
	srv_say(1);
}

static void
test_fuzz(void)
{
	const char *text = getenv("UNET_SEED");
	uint64_t first = text == NULL ? 20260101 : strtoull(text, NULL, 0);
	srv_child_t child;
	int i;

	for (i = 0; i < 6; i++) {
		uint64_t mine = first + i;

		printf("# seed %llu\n", (unsigned long long)mine);
		/*
		 * What it has the server write to its memory may kill it.
		 */
		child = srv_fork(be_fuzz, &mine);
		(void) srv_wait(&child);
		ok(!srv_gone(server), "the server lives");
	}
	drv_until(drv_info("host0").uii_holder == 0, "nobody holds the link");
	sound("after random messages");
	is(hk_setfl(victim, O_NONBLOCK), 0, "and a decent client's file works");
}

static void
test_killed_calls(void)
{
	uint64_t mine;
	srv_child_t child;
	int i;

	for (i = 0; i < 20; i++) {
		struct timespec moment = { .tv_nsec = 1000000 * (1 + i) };

		mine = 1000 + i;
		child = srv_fork(be_fuzz, &mine);
		(void) nanosleep(&moment, NULL);
		(void) kill(child.sc_pid, SIGKILL);
		(void) srv_wait(&child);
	}
	sound("after clients killed at any moment");
}

static void
run(char *option)
{
	srv_start_with(option);
	srv_connect();
	server = srv_pid();
	(void) drv_create("host0");
	drv_plumb(drv_create("victim0"), "victim", 0);
	victim = drv_open("victim0", DRV_RDWR);
	need(victim > 0, "the decent client holds a link (%d)", victim);
	/*
	 * One connection has come and gone, and so it is each time after.  What
	 * stays is ours: three files, what hk_connect() keeps, and where we are
	 * called.
	 */
	(void) close(raw_open("/dev/hk", O_RDWR));
	drv_until(drv_usage().hu_files == 3 && descriptors("socket") == 5 &&
	    descriptors("pidfd") == (option == NULL ? 4 : 0), "at first");
	base_fds = entries("fd");
	base_threads = server_threads() + 1;
	base_kmem = drv_usage().hu_kmem;

	test_silence();
	test_sizes();
	test_token();
	/* A socket; and a pidfd, where copies go straight. */
	test_descriptors(option == NULL ? 2 : 1);
	test_flood();
	test_interrupts();
	if (option != NULL)
		test_copies();
	test_fuzz();
	test_killed_calls();
	ok(drv_usage().hu_kmem <= base_kmem + 16, "no memory is left (%llu "
	    "allocations, %llu before)",
	    (unsigned long long)drv_usage().hu_kmem,
	    (unsigned long long)base_kmem);
	(void) hk_close(victim);
	srv_shutdown();
	srv_check_log();
}

/*
 * A server that may have few descriptors, or few threads.
 */
static void
be_starter_of_few(void *arg)
{
	struct rlimit few = { .rlim_cur = 150, .rlim_max = 150 };
	char *args[] = { "unethostd", "-s", srv_sock, NULL };
	char said[512];

	(void) arg;
	(void) setrlimit(RLIMIT_NOFILE, &few);
	srv_say(srv_run(args, 0, said, sizeof (said)));
}

static void
test_exhaustion(void)
{
	int socks[100], i, refused = 0;
	srv_child_t child;
	hkp_msg_t msg;

	child = srv_fork(be_starter_of_few, NULL);
	is(srv_hear(&child), 0, "a server with few descriptors starts");
	(void) srv_wait(&child);
	srv_connect();
	for (i = 0; i < 100; i++) {
		socks[i] = raw();
		if (socks[i] < 0)
			continue;
		msg = (hkp_msg_t){ .hm_op = HKP_HELLO,
		    .hm_addr = HKP_HANDSHAKE };
		(void) put(socks[i], &msg, NULL, 0);
		if (get(socks[i], &msg) == -1)
			(void) get(socks[i], &msg);
		if (msg.hm_op == HKP_REPLY && msg.hm_result == -EMFILE)
			refused++;
	}
	ok(refused > 50, "too many connections: EMFILE (%d times)", refused);
	is(hk_connect(srv_sock), -EMFILE, "and from hk_connect()");
	is(hk_getfl(drv_ctl) & O_ACCMODE, O_RDWR, "who was there goes on");
	for (i = 0; i < 100; i++)
		(void) close(socks[i]);
	drv_until(drv_usage().hu_files == 2 && has_room(),
	    "and there is room again");
	srv_shutdown();
}

/*
 * A user of no one else, whose threads are counted.
 */
static uid_t
lonely(void)
{
	return (60000 + (uid_t)srv_tester % 5000);
}

static void
be_crowd(void *arg)
{
	struct rlimit few = { 40, 40 };
	char *args[] = { "unethostd", "-s", srv_sock, NULL };
	char said[512];
	int files[100], i, made = 0, refused = 0;
	hk_sysinfo_t hsi;

	(void) arg;
	if (setgid(lonely()) != 0 || setuid(lonely()) != 0)
		_exit(1);
	(void) setrlimit(RLIMIT_NPROC, &few);
	srv_say(srv_run(args, 0, said, sizeof (said)));
	srv_say(srv_pid());
	drv_kernel = hk_connect(srv_sock);
	srv_say(drv_kernel > 0);
	for (i = 0; i < 100; i++) {
		files[i] = hk_open(drv_kernel, "/dev/hk", O_RDWR);
		made += (files[i] > 0);
		refused += (files[i] == -EAGAIN);
	}
	srv_say(made);
	srv_say(refused);
	for (i = 0; i < 100; i++)
		(void) hk_close(files[i]);
	do {
		drv_hk = hk_open(drv_kernel, "/dev/hk", O_RDWR);
	} while (drv_hk == -EAGAIN);
	srv_say(drv_hk > 0);
	srv_say(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0));
	srv_say(hk_ioctl(drv_hk, HK_IOC_SYSINFO, &hsi));
	srv_say(hsi.hsi_uid);
	srv_say(hk_ioctl(drv_hk, HK_IOC_SYSINFO, (void *)8));
	srv_say(hk_ioctl(drv_hk, HK_IOC_SHUTDOWN, NULL));
}

static void
test_threads(void)
{
	srv_child_t child;
	long long made, refused;
	char dir[sizeof (srv_dir) + 8];

	(void) chmod(srv_dir, 0711);
	(void) snprintf(dir, sizeof (dir), "%s/crowd", srv_dir);
	(void) mkdir(dir, 0700);
	(void) chown(dir, lonely(), lonely());
	(void) snprintf(srv_sock, sizeof (srv_sock), "%s/s", dir);
	child = srv_fork(be_crowd, NULL);
	is(srv_hear(&child), 0, "a server with few threads starts");
	server = (pid_t)srv_hear(&child);
	is(srv_hear(&child), 1, "it can be connected to");
	made = srv_hear(&child);
	refused = srv_hear(&child);
	ok(made > 0 && refused > 0 && made + refused == 100,
	    "no thread for a connection: EAGAIN (%lld of %lld)", refused,
	    made + refused);
	is(srv_hear(&child), 1, "and there are some again");
	is(srv_hear(&child), 0, "a program that nobody may look into");
	is(srv_hear(&child), 0, "can call");
	is(srv_hear(&child), lonely(), "and is answered, by message");
	is(srv_hear(&child), -EFAULT, "or told of a bad address");
	is(srv_hear(&child), 0, "shutdown");
	(void) srv_wait(&child);
	drv_until(srv_gone(server), "the server is gone");
}

int
main(void)
{
	srv_make_dir();
	run(NULL);
	run("-m");
	test_exhaustion();
	if (getuid() == 0)
		test_threads();
	else
		tap_skip("few threads", "wants root, to be another user");
	return (tap_done());
}
