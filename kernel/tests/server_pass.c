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
 * A file that is passed on: a descriptor that other programs inherit or are
 * sent makes it theirs, too, with memory and user of their own.  It is open as
 * long as anybody has it, in whichever way.
 */

#include "srv_raw.h"

#define	STRANGER	60001

static int pass_fd;		/* what a child inherits */
static uint8_t pass_buf[2048];	/* at one address in all programs */

static int
is_up(void)
{
	return (drv_info("pass0").uii_linkstate == UNET_LINK_UP);
}

static void
test_own(void)
{
	int kernel = hk_boot(HK_BOOT_QUIET), file;

	need(kernel > 0, "a kernel of this process");
	file = hk_open(kernel, "/dev/hk", O_RDWR);
	is(hk_export(file), -ENOTSUP, "its files stay here");
	is(hk_import(kernel, 0), -ENOTSUP, "and none comes");
	is(hk_halt(kernel), 0, "halted");
	is(hk_export(file), -EBADF, "no file");
	is(hk_import(kernel, 0), -EBADF, "no kernel");
}

/*
 * Whoever has the descriptor and nothing else.
 */
static void
be_heir(void *arg)
{
	char path[sizeof (srv_sock)];
	int fd, flags = *(int *)arg;
	int64_t n;

	srv_say(hk_exported(pass_fd, path, sizeof (path)));
	srv_say(strcmp(path, srv_sock));
	drv_kernel = hk_connect(path);
	fd = hk_import(drv_kernel, pass_fd);
	srv_say(fd > 0 ? 0 : fd);
	(void) close(pass_fd);
	srv_say(hk_getfl(fd) & O_NONBLOCK);
	srv_say(hk_setfl(fd, flags));
	n = hk_read(fd, pass_buf, sizeof (pass_buf));
	srv_say(n < 0 ? n : drv_number(pass_buf));
	(void) drv_frame(pass_buf, drv_bcast, drv_mac, 2, 200);
	srv_say(hk_write(fd, pass_buf, 200));
	srv_say(hk_read(fd, (void *)8, 100));
	(void) pause();
}

static void
test_heir(void)
{
	uint8_t in[2048], frame[256];
	const size_t len = drv_frame(frame, drv_mac, drv_peer, 1, 200);
	int port = drv_port("pass"), fd = drv_open("pass0", DRV_RDWR);
	int flags = O_NONBLOCK;
	srv_child_t child;

	pass_fd = hk_export(fd);
	ok(pass_fd >= 0, "a descriptor (%d)", pass_fd);
	is(fcntl(pass_fd, F_GETFD), FD_CLOEXEC, "close on exec");
	is(hk_write(port, frame, len), len, "a frame comes");
	drv_until(drv_info("pass0").uii_rxq_frames == 1, "it waits");
	child = srv_fork(be_heir, &flags);
	is(srv_hear(&child), 0, "an heir knows it");
	is(srv_hear(&child), 0, "and whose it is");
	is(srv_hear(&child), 0, "and has the file");
	is(srv_hear(&child), O_NONBLOCK, "as it is");
	is(srv_hear(&child), 0, "to change it");
	is(srv_hear(&child), 1, "it reads the frame");
	is(pass_buf[0], 0, "into its own memory");
	is(srv_hear(&child), 200, "it writes one");
	drv_until(hk_poll(port, POLLIN, 0) == POLLIN, "which arrives");
	is(hk_read(port, in, sizeof (in)), 200, "whole");
	is(drv_number(in), 2, "that one");
	is(srv_hear(&child), -EAGAIN, "nothing more comes");
	is(drv_info("pass0").uii_holder, getpid(), "who opened it holds it");
	is(drv_open("pass0", O_RDWR), -EBUSY, "nobody else may");

	is(hk_write(fd, frame, len), len, "it is ours as well");
	is(hk_close(fd), 0, "until we close it");
	is(hk_read(fd, in, sizeof (in)), -EBADF, "closed it is");
	is(close(pass_fd), 0, "the descriptor too");
	ok(is_up(), "the heir has it still");
	(void) kill(child.sc_pid, SIGKILL);
	drv_until(!is_up(), "until it ends");
	(void) srv_wait(&child);
	is(drv_info("pass0").uii_holder, 0, "no holder then");
	(void) hk_close(port);
}

/*
 * The descriptor alone keeps the file open, also within a message that nobody
 * has received; and makes a file for each who asks.
 */
static void
test_descriptor(void)
{
	int fd = drv_open("pass0", DRV_RDWR), one, two, pair[2], ends[2];
	struct iovec iov = { &one, sizeof (one) };
	union {
		struct cmsghdr	align;
		char		space[CMSG_SPACE(sizeof (int))];
	} control;
	struct msghdr hdr = { .msg_iov = &iov, .msg_iovlen = 1,
	    .msg_control = &control, .msg_controllen = sizeof (control) };
	struct cmsghdr *cmsg;

	ends[0] = hk_export(fd);
	ends[1] = hk_export(fd);
	need(ends[0] >= 0 && ends[1] >= 0, "two descriptors of a file");
	is(hk_close(fd), 0, "closed");
	ok(is_up(), "they keep it open");
	is(close(ends[0]), 0, "one goes");
	ok(is_up(), "the other keeps it");
	is(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0, "a socket");
	(void) memset(&control, 0, sizeof (control));
	cmsg = CMSG_FIRSTHDR(&hdr);
	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof (int));
	(void) memcpy(CMSG_DATA(cmsg), &ends[1], sizeof (int));
	is(sendmsg(pair[0], &hdr, 0), sizeof (one), "it is sent");
	is(close(ends[1]), 0, "and closed");
	ok(is_up(), "it lives in the message");
	is(recvmsg(pair[1], &hdr, 0), sizeof (one), "received");
	(void) memcpy(&ends[1], CMSG_DATA(CMSG_FIRSTHDR(&hdr)), sizeof (int));
	one = hk_import(drv_kernel, ends[1]);
	two = hk_import(drv_kernel, ends[1]);
	ok(one > 0 && two > 0 && one != two, "two files of it");
	is(hk_setfl(one, 0), 0, "flags of one");
	is(hk_getfl(two) & O_NONBLOCK, 0, "are the other's");
	is(close(ends[1]), 0, "no descriptor is left");
	is(hk_close(one), 0, "nor the first");
	ok(is_up(), "the second keeps it open");
	is(hk_getfl(one), -EBADF, "while the first is none");
	is(hk_close(two), 0, "the last one");
	drv_until(!is_up(), "closes it");
	(void) close(pair[0]);
	(void) close(pair[1]);
}

/*
 * What is no such descriptor, any more.
 */
static void
test_others(void)
{
	char first[sizeof (srv_sock)], path[sizeof (srv_sock)], byte[256];
	int fd = drv_open("pass0", DRV_RDWR), pair[2], out, kernel, port;

	is(hk_import(drv_kernel, -1), -EBADF, "no descriptor");
	is(hk_exported(-1, path, sizeof (path)), -EBADF, "nor of anybody");
	is(hk_import(drv_kernel, 0), -EINVAL, "no socket");
	need(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) == 0, "sockets");
	is(hk_import(drv_kernel, pair[0]), -EINVAL, "of nobody");
	(void) close(pair[0]);
	(void) close(pair[1]);
	need(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0, "sockets");
	is(hk_import(drv_kernel, pair[0]), -EINVAL, "of another kind");
	(void) close(pair[0]);
	(void) close(pair[1]);
	out = raw();
	is(hk_import(drv_kernel, out), -EINVAL, "of the server, but no file's");
	(void) close(out);
	out = raw_open("/dev/hk", O_RDWR);
	is(hk_import(drv_kernel, out), -EINVAL, "a file's that is not shared");
	(void) close(out);
	is(hk_import(drv_kernel, hk_gonefd(drv_kernel)), -EINVAL,
	    "our own");
	out = hk_export(fd);
	is(hk_exported(out, path, 3), -ERANGE, "too little room for its path");
	is(recv(out, byte, sizeof (byte), 0), sizeof (hkp_msg_t) +
	    sizeof (hkp_token_t), "somebody took what was in it");
	is(hk_import(drv_kernel, out), -EINVAL, "and it is nothing any more");
	(void) close(out);
	out = hk_export(fd);
	is(send(out, byte, sizeof (hkp_msg_t), 0), sizeof (hkp_msg_t),
	    "somebody writes to it");
	while ((port = hk_import(drv_kernel, out)) > 0)
		(void) hk_close(port);
	is(port, -EXDEV, "and it is nobody's");
	(void) close(out);

	/* Another kernel's. */
	out = hk_export(fd);
	(void) strcpy(first, srv_sock);
	(void) snprintf(srv_sock, sizeof (srv_sock), "%s/t", srv_dir);
	srv_start_with(NULL);
	kernel = hk_connect(srv_sock);
	is(hk_import(kernel, out), -EXDEV, "of another kernel");
	is(hk_exported(out, path, sizeof (path)), 0, "its own is told");
	is(strcmp(path, first), 0, "which is the first");
	port = hk_open(kernel, "/dev/hk", O_RDWR);
	is(hk_ioctl(port, HK_IOC_SHUTDOWN, NULL), 0, "the other one ends");
	is(hk_export(port), -ECONNRESET, "and nothing of it can be passed");
	(void) hk_halt(kernel);
	(void) strcpy(srv_sock, first);
	is(hk_close(fd), 0, "closed");
	(void) close(out);
	drv_until(!is_up(), "and nothing keeps it open");
}

/*
 * Tokens are for whom they were made.
 */
static int64_t
first_request(hkp_op_t op, const hkp_token_t *token)
{
	hkp_msg_t msg = { .hm_op = op, .hm_addr = HKP_HANDSHAKE };
	int sock = raw();

	need(put(sock, &msg, token, sizeof (*token)) == 0 &&
	    get(sock, &msg) == sizeof (msg), "an answer");
	(void) close(sock);
	return (msg.hm_result);
}

static hkp_token_t stolen;

static void
be_thief(void *arg)
{
	(void) arg;
	srv_say(first_request(HKP_EXPORT, &stolen));
	srv_say(first_request(HKP_IMPORT, &stolen));
}

static void
test_tokens(void)
{
	hkp_msg_t msg = { .hm_op = HKP_OPEN, .hm_addr = HKP_HANDSHAKE,
	    .hm_len = 7, .hm_arg = O_RDWR };
	struct {
		hkp_msg_t	msg;
		hkp_token_t	token;
	} own, other;
	srv_child_t child;
	int sock = raw(), out = raw(), i;

	(void) put(sock, &msg, "/dev/hk", 7);
	need(recv(sock, &own, sizeof (own), 0) == sizeof (own), "a file");
	stolen = own.token;
	is(first_request(HKP_IMPORT, &own.token), -EBADF,
	    "a file's token imports nothing");
	child = srv_fork(be_thief, NULL);
	is(srv_hear(&child), -EBADF, "nor lets it another process export");
	is(srv_hear(&child), -EBADF, "nor import");
	(void) srv_wait(&child);
	msg.hm_op = HKP_EXPORT;
	(void) put(out, &msg, &own.token, sizeof (own.token));
	need(recv(out, &other, sizeof (other), 0) == sizeof (other),
	    "exported");
	ok(memcmp(&own.token, &other.token, sizeof (other.token)) != 0,
	    "by a token of its own");
	is(first_request(HKP_ATTACH, &other.token), -EBADF,
	    "which attaches to nothing");
	is(first_request(HKP_EXPORT, &other.token), -EBADF,
	    "and exports nothing");
	is(first_request(HKP_IMPORT, &other.token), 0, "it imports");
	for (i = 0; i < 64; i++) {
		hkp_token_t wrong = other.token;

		wrong.ht_word[i % 2] ^= UINT64_C(1) << i;
		if (first_request(HKP_IMPORT, &wrong) != -EBADF)
			break;
	}
	is(i, 64, "nothing like it does");
	(void) close(out);
	drv_until(first_request(HKP_IMPORT, &other.token) == -EBADF,
	    "nor does it, once the descriptor is gone");
	(void) close(sock);
}

/*
 * Closed by who passes it on, while another takes it over: the descriptor keeps
 * it open, so that always goes well.
 */
static int race_file;

static void *
closer(void *arg)
{
	(void) arg;
	return ((void *)(intptr_t)hk_close(race_file));
}

static void
test_race(void)
{
	unsigned int i, good = 0;
	pthread_t thread;
	void *result;
	int out, mine;

	for (i = 0; i < 100; i++) {
		race_file = hk_open(drv_kernel, "/dev/unet/pass0", DRV_RDWR);
		out = hk_export(race_file);
		if (race_file < 0 || out < 0)
			break;
		need(pthread_create(&thread, NULL, closer, NULL) == 0,
		    "a thread");
		mine = hk_import(drv_kernel, out);
		(void) pthread_join(thread, &result);
		good += (mine > 0 && result == NULL && is_up() &&
		    hk_poll(mine, POLLOUT, 0) == POLLOUT);
		(void) close(out);
		good += (hk_close(mine) == 0);
		while (is_up())
			(void) sched_yield();
	}
	is(good, 200, "imported while it is closed");
}

/*
 * Two programs take the same descriptor at the same time, and share what comes.
 */
static void
be_taker(void *arg)
{
	uint8_t in[2048];
	int fd, i;

	(void) arg;
	for (i = 0; i < 20; i++) {
		drv_kernel = hk_connect(srv_sock);
		fd = hk_import(drv_kernel, pass_fd);
		if (fd < 0 || hk_halt(drv_kernel) != 0)
			_exit(1);
	}
	drv_kernel = hk_connect(srv_sock);
	fd = hk_import(drv_kernel, pass_fd);
	(void) close(pass_fd);
	(void) hk_setfl(fd, 0);
	srv_say(hk_read(fd, in, sizeof (in)));
	(void) pause();
}

static void
test_twice(void)
{
	uint8_t frame[256];
	const size_t len = drv_frame(frame, drv_mac, drv_peer, 3, 200);
	int port = drv_port("pass"), fd = drv_open("pass0", DRV_RDWR), i;
	srv_child_t child[2];

	pass_fd = hk_export(fd);
	for (i = 0; i < 2; i++)
		child[i] = srv_fork(be_taker, NULL);
	(void) close(pass_fd);
	for (i = 0; i < 2; i++)
		is(hk_write(port, frame, len), len, "a frame");
	for (i = 0; i < 2; i++)
		is(srv_hear(&child[i]), len, "each of two has one");
	is(hk_close(fd), 0, "closed");
	ok(is_up(), "both have it open");
	(void) kill(child[0].sc_pid, SIGKILL);
	(void) srv_wait(&child[0]);
	ok(is_up(), "one has");
	(void) kill(child[1].sc_pid, SIGKILL);
	(void) srv_wait(&child[1]);
	drv_until(!is_up(), "nobody has");
	(void) hk_close(port);
}

/*
 * A child of a fork passes nothing on that is its parent's; and what it
 * inherits the server gives to nobody whom it does not know.
 */
static void
be_stranger(void *arg)
{
	int fd, kernel, allowed = *(int *)arg;

	srv_say(hk_export(drv_ctl));
	kernel = hk_connect(srv_sock);
	if (getuid() == 0 && (setgid(STRANGER + !allowed) != 0 ||
	    setuid(STRANGER + !allowed) != 0))
		_exit(1);
	fd = hk_import(kernel, pass_fd);
	srv_say(fd > 0 ? 0 : fd);
	(void) drv_frame(pass_buf, drv_bcast, drv_mac, 4, 200);
	srv_say(hk_write(fd, pass_buf, 200));
}

static void
test_stranger(void)
{
	int fd = drv_open("pass0", DRV_RDWR), allowed;
	srv_child_t child;

	pass_fd = hk_export(fd);
	for (allowed = 0; allowed < 2; allowed++) {
		child = srv_fork(be_stranger, &allowed);
		is(srv_hear(&child), -EBADF, "nothing of a parent's");
		if (getuid() != 0) {
			tap_skip("another user", "wants root, to be one");
		} else if (allowed) {
			is(srv_hear(&child), 0, "a user who may connect");
			is(srv_hear(&child), 200, "can use it");
		} else {
			is(srv_hear(&child), -EACCES, "one who may not");
			is(srv_hear(&child), -EBADF, "cannot");
		}
		(void) srv_wait(&child);
	}
	(void) close(pass_fd);
	(void) hk_close(fd);
}

static void
run(char *option)
{
	srv_start_with(option);
	srv_connect();
	drv_plumb(drv_create("pass0"), "pass", 0);
	test_heir();
	test_descriptor();
	test_others();
	test_tokens();
	test_race();
	test_twice();
	test_stranger();
	drv_until(!is_up() && drv_usage().hu_files == 2,
	    "nothing is left open");
	srv_shutdown();
	srv_check_log();
}

int
main(void)
{
	srv_make_dir();
	(void) chmod(srv_dir, 0711);
	test_own();
	run("-a60001");
	run("-ma60001");
	return (tap_done());
}
