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
 * Clients that give the server memory to map, or what is not: at worst their
 * own connection ends.  Whatever they do to that memory, only their own calls
 * see.
 */

#include <dirent.h>
#include <netinet/in.h>
#include <sys/resource.h>

#include "srv_raw.h"

#define	SEALS	(F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)
#define	STRANGER	60001

#ifndef	SO_PASSRIGHTS
#define	SO_PASSRIGHTS	83
#endif

static pid_t server;
static size_t page;
static int sock;		/* a connection with /dev/unet/ctl */
static int mem_fd;		/* good memory of one page */
static unsigned int idle_fds;	/* descriptors that the server begins with */

/*
 * A file in memory.
 */
static int
memory(size_t len, int seals)
{
	int fd = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	need(fd >= 0 && ftruncate(fd, (off_t)len) == 0, "a file in memory");
	need(seals == 0 || fcntl(fd, F_ADD_SEALS, seals) == 0, "its seals");
	return (fd);
}

/*
 * Send a message with so many descriptors, all the same.
 */
static ssize_t
put_fds(int conn, hkp_msg_t *msg, int fd, unsigned int nfds)
{
	struct iovec iov = { msg, sizeof (*msg) };
	union {
		struct cmsghdr	align;
		char		space[CMSG_SPACE(8 * sizeof (int))];
	} control;
	struct msghdr hdr = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *cmsg;
	unsigned int i;

	if (nfds != 0) {
		(void) memset(&control, 0, sizeof (control));
		hdr.msg_control = &control;
		hdr.msg_controllen = CMSG_SPACE(nfds * sizeof (int));
		cmsg = CMSG_FIRSTHDR(&hdr);
		cmsg->cmsg_level = SOL_SOCKET;
		cmsg->cmsg_type = SCM_RIGHTS;
		cmsg->cmsg_len = CMSG_LEN(nfds * sizeof (int));
		for (i = 0; i < nfds; i++)
			((int *)CMSG_DATA(cmsg))[i] = fd;
	}
	return (sendmsg(conn, &hdr, MSG_NOSIGNAL));
}

static void
put_map(int fd, unsigned int nfds, uint64_t addr, uint64_t len)
{
	hkp_msg_t msg = { .hm_op = HKP_MAP, .hm_addr = addr, .hm_len = len };

	(void) put_fds(sock, &msg, fd, nfds);
}

/*
 * The server's answer to that.
 */
static int64_t
map(int fd, uint64_t addr, uint64_t len)
{
	hkp_msg_t msg;

	put_map(fd, 1, addr, len);
	need(get(sock, &msg) == sizeof (msg), "the server answers");
	return (msg.hm_result);
}

/*
 * The reply to a call.  A server that asks for the rest of our memory is told
 * that there is none.
 */
static int
replied(int conn, hkp_msg_t *msg)
{
	hkp_msg_t none = { .hm_op = HKP_COPIED, .hm_result = -EFAULT };
	char bytes[8];

	while (get(conn, msg) == sizeof (*msg) && msg->hm_op != HKP_REPLY) {
		if (msg->hm_op == HKP_COPYOUT)
			(void) recv(conn, bytes, sizeof (bytes), 0);
		(void) put(conn, &none, NULL, 0);
	}
	return (msg->hm_op == HKP_REPLY);
}

static int64_t
hello(int conn)
{
	hkp_msg_t msg = { .hm_op = HKP_HELLO, .hm_addr = HKP_HANDSHAKE };

	(void) put(conn, &msg, NULL, 0);
	need(get(conn, &msg) == sizeof (msg), "the server answers");
	return (msg.hm_result);
}

static void
unmap(uint64_t addr)
{
	hkp_msg_t msg = { .hm_op = HKP_UNMAP, .hm_addr = addr };

	(void) put(sock, &msg, NULL, 0);
}

static int64_t
call_info(uint64_t addr)
{
	hkp_msg_t msg = { .hm_op = HKP_IOCTL, .hm_arg = UNET_IOC_INFO,
	    .hm_addr = addr };

	(void) put(sock, &msg, NULL, 0);
	need(replied(sock, &msg), "the server answers");
	return (msg.hm_result);
}

static unsigned int
server_fds(void)
{
	char path[64];
	unsigned int n = 0;
	DIR *dir;

	(void) snprintf(path, sizeof (path), "/proc/%d/fd", (int)server);
	dir = opendir(path);
	need(dir != NULL, "the server's descriptors");
	while (readdir(dir) != NULL)
		n++;
	(void) closedir(dir);
	return (n);
}

/*
 * The descriptors of the one before may be about to be closed still.
 */
static unsigned int
settled_fds(void)
{
	drv_until(server_fds() <= idle_fds, "no descriptor is left open");
	return (server_fds());
}

static void
begin(void)
{
	sock = raw_open(UNET_CTL_PATH, O_RDWR);
}

static void
not_memory(int fd, uint64_t len, int64_t result, const char *what)
{
	is(map(fd, 4096, len), result, "%s", what);
	(void) close(fd);
}

static void
test_not_memory(void)
{
	char path[64], name[128];
	int fd, fds[2];

	begin();
	need(pipe2(fds, O_CLOEXEC) == 0, "a pipe");
	not_memory(fds[0], page, -EINVAL, "a pipe");
	not_memory(fds[1], page, -EINVAL, "its other end");
	not_memory(raw(), page, -EINVAL, "a socket");
	not_memory(open("/dev/zero", O_RDWR), page, -EINVAL, "a device");
	not_memory(open(srv_dir, O_RDONLY), page, -EINVAL, "a directory");
	(void) snprintf(name, sizeof (name), "%s/file", srv_dir);
	fd = open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
	need(fd >= 0 && ftruncate(fd, (off_t)page) == 0, "a file");
	(void) unlink(name);
	not_memory(fd, page, -EINVAL, "a file that can be cut");
	not_memory(memory(page, 0), page, -EINVAL, "memory that can be");
	not_memory(memory(page, F_SEAL_GROW | F_SEAL_SEAL), page, -EINVAL,
	    "sealed against something else");
	not_memory(memory(page, F_SEAL_SHRINK | F_SEAL_GROW), page, -EINVAL,
	    "that may be sealed more");
	not_memory(memory(page, SEALS | F_SEAL_WRITE), page, -EPERM,
	    "that nobody may write to");
	(void) snprintf(path, sizeof (path), "/proc/self/fd/%d", mem_fd);
	not_memory(open(path, O_RDONLY), page, -EACCES, "opened to read only");
	not_memory(open(path, O_PATH), page, -EINVAL, "or not at all");
	is(srv_maps(server), 0, "nothing is mapped");
	is(map(mem_fd, 4096, page), 0, "and what is right can be still");
	is(srv_maps(server), 1, "which is");
	(void) close(sock);
	drv_until(srv_maps(server) == 0, "until the connection ends");
}

static void
test_ranges(void)
{
	const uint64_t base = UINT64_C(0x100000000);
	int three = memory(3 * page, SEALS);

	begin();
	is(map(mem_fd, base, 0), -EINVAL, "no bytes");
	is(map(mem_fd, base, page - 1), -EINVAL, "fewer than there are");
	is(map(mem_fd, base, page + 1), -EINVAL, "more");
	is(map(mem_fd, base, UINT64_MAX), -EINVAL, "a lot more");
	is(map(mem_fd, UINT64_MAX - page + 1, page), -EINVAL, "up to the end");
	is(map(mem_fd, UINT64_MAX, page), -EINVAL, "and around it");
	is(map(three, base, 3 * page), 0, "three pages");
	is(map(mem_fd, base, page), -EEXIST, "the first of them");
	is(map(mem_fd, base + page, page), -EEXIST, "the second");
	is(map(mem_fd, base + 2 * page + 1, page), -EEXIST, "part of the last");
	is(map(mem_fd, base - 1, page), -EEXIST, "up to the first byte");
	is(map(three, base, 3 * page), -EEXIST, "all of them");
	is(map(mem_fd, base - page, page), 0, "the page before");
	is(map(mem_fd, base + 3 * page, page), 0, "the page behind");
	is(srv_maps(server), 3, "all that is mapped");
	is(call_info(base - 8), -EINVAL, "a structure across is what it is");
	is(call_info(base + 4 * page - 8), -EFAULT, "and none at the end");
	unmap(base);
	is(call_info(base), -EFAULT, "what is not mapped any more is nowhere");
	is(map(mem_fd, base, page), 0, "and free");
	(void) close(sock);
	(void) close(three);
	drv_until(srv_maps(server) == 0, "nothing is left mapped");
}

static void
test_limits(void)
{
	const uint64_t base = UINT64_C(0x100000000), most = HKP_MAP_BYTES;
	const int big = memory(most, SEALS);
	const int bigger = memory(most + page, SEALS);
	struct rlimit was, few = { 0 };
	unsigned int i, good = 0;

	begin();
	for (i = 0; i < HKP_MAP_MAX; i++)
		good += (map(mem_fd, base + i * page, page) == 0);
	is(good, HKP_MAP_MAX, "as much as may be");
	is(map(mem_fd, base + i * page, page), -ENOSPC, "one more");
	unmap(base);
	is(map(mem_fd, base + i * page, page), 0, "one instead");
	is(srv_maps(server), HKP_MAP_MAX, "so many are mapped");
	(void) close(sock);
	drv_until(srv_maps(server) == 0, "none is left");

	begin();
	is(map(bigger, base, most + page), -ENOSPC, "more bytes than may be");
	is(map(big, base, most), 0, "as many");
	is(map(mem_fd, base + most, page), -ENOSPC, "and more");
	unmap(base);
	is(map(mem_fd, base + most, page), 0, "or less");
	is(map(big, base, most), -ENOSPC, "but not both");
	/* As many as it has now, and so none for what comes. */
	need(prlimit(server, RLIMIT_NOFILE, NULL, &was) == 0, "its limits");
	few.rlim_max = was.rlim_max;
	need(prlimit(server, RLIMIT_NOFILE, &few, NULL) == 0, "are lowered");
	is(map(mem_fd, base, page), -EMFILE, "no room for a descriptor");
	need(prlimit(server, RLIMIT_NOFILE, &was, NULL) == 0, "and raised");
	is(map(mem_fd, base, page), 0, "is no end");
	(void) close(sock);
	(void) close(big);
	(void) close(bigger);
	drv_until(srv_maps(server) == 0, "none is left");
}

/*
 * What ends the connection.
 */
static void
test_protocol(void)
{
	hkp_msg_t msg = { .hm_op = HKP_MAP, .hm_addr = 4096, .hm_len = page };
	unsigned int i;

	begin();
	put_map(-1, 0, 4096, page);
	ok(ended(sock), "no memory at all");
	begin();
	(void) put(sock, &msg, &msg, sizeof (msg));
	ok(ended(sock), "bytes behind it");
	begin();
	unmap(4096);
	ok(ended(sock), "unmap what is not mapped");
	begin();
	is(map(mem_fd, 4096, page), 0, "a page");
	unmap(4097);
	ok(ended(sock), "unmap from within it");
	sock = raw();
	is(hello(sock), 0, "who is there");
	put_map(mem_fd, 1, 4096, page);
	ok(ended(sock), "memory before there is a file");
	sock = raw();
	unmap(4096);
	ok(ended(sock), "or none of it");
	begin();
	put_map(mem_fd, 8, 4096, page);
	is(get(sock, &msg), sizeof (msg), "eight descriptors");
	is(msg.hm_result, 0, "are one");
	for (i = 0; i < 20; i++)
		is(map(mem_fd, 4096, page), -EEXIST, "refused");
	(void) close(sock);
	(void) settled_fds();
	drv_until(srv_maps(server) == 0, "nor anything mapped");
}

/*
 * The pages go while a call is made, and come again as zeros.
 */
static void
be_changing(void *arg)
{
	unet_ioc_list_t *uil = arg;
	frameio_t *fio = arg;
	uint32_t i;

	srv_say(0);
	for (i = 0; ; i++) {
		fio->fio_version = FRAMEIO_CURRENT_VERSION;
		fio->fio_nvpf = i % 7;
		fio->fio_nvecs = i % 70 == 69 ? UINT32_MAX : i % 70;
		uil->uil_nents = i;
		if (i % 64 == 0)
			(void) fallocate(mem_fd, FALLOC_FL_PUNCH_HOLE |
			    FALLOC_FL_KEEP_SIZE, 0, (off_t)page);
	}
}

static void
test_changing(void)
{
	const uint64_t base = UINT64_C(0x100000000);
	uint8_t *mem;
	unsigned int i, n = 0;
	srv_child_t child;
	hkp_msg_t msg;
	int link;

	mem = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, mem_fd, 0);
	need(mem != MAP_FAILED, "the memory");
	is(ftruncate(mem_fd, 0), -1, "it cannot be cut");
	is(errno, EPERM, "being sealed");
	begin();
	is(map(mem_fd, base, page), 0, "it is mapped");
	link = sock;
	sock = raw_open("/dev/unet/host0", O_RDWR | O_NONBLOCK);
	is(map(mem_fd, base, page), 0, "by two connections");
	child = srv_fork(be_changing, mem);
	is(srv_hear(&child), 0, "a program changes it without end");
	for (i = 0; i < 3000; i++) {
		msg = (hkp_msg_t){ .hm_op = HKP_IOCTL, .hm_addr = base,
		    .hm_arg = i % 2 == 0 ? UNET_IOC_FRAMEIO_WRITE :
		    UNET_IOC_FRAMEIO_READ };
		(void) put(sock, &msg, NULL, 0);
		n += (replied(sock, &msg) && msg.hm_result <= 0);
		msg = (hkp_msg_t){ .hm_op = HKP_IOCTL, .hm_addr = base,
		    .hm_arg = i % 2 == 0 ? UNET_IOC_LIST : UNET_IOC_INFO };
		(void) put(link, &msg, NULL, 0);
		n += (replied(link, &msg) && msg.hm_result <= 0);
	}
	is(n, 6000, "each call on it ends one way or another");
	(void) kill(child.sc_pid, SIGKILL);
	(void) srv_wait(&child);
	(void) close(sock);
	(void) close(link);
	(void) munmap(mem, page);
	drv_until(srv_maps(server) == 0, "nothing is left mapped");
}

/*
 * A program that dies with memory mapped; with a call asleep, too.
 */
static void
test_killed(void)
{
	const uint64_t base = UINT64_C(0x100000000);
	hkp_msg_t msg = { .hm_op = HKP_READ, .hm_addr = base, .hm_len = page };
	uint64_t waits = drv_stat("host0", "rx_waits", NULL);

	sock = raw_open("/dev/unet/host0", O_RDWR);
	is(map(mem_fd, base, page), 0, "memory");
	(void) put(sock, &msg, NULL, 0);
	drv_until(drv_stat("host0", "rx_waits", NULL) > waits,
	    "a read to it sleeps");
	(void) close(sock);
	drv_until(srv_maps(server) == 0, "nothing is left when its program is");
	drv_until(drv_info("host0").uii_holder == 0, "nor a holder");
}

/*
 * A read that sleeps, on a connection of its own.
 */
static int
sleeper(void)
{
	hkp_msg_t msg = { .hm_op = HKP_READ, .hm_addr = 4096, .hm_len = page };
	uint64_t waits = drv_stat("host0", "rx_waits", NULL);
	const unsigned int none = settled_fds();
	int conn = raw_open("/dev/unet/host0", O_RDWR);
	const unsigned int before = server_fds();

	ok(before > none, "a connection has descriptors");
	is(put_fds(conn, &msg, mem_fd, 1), sizeof (msg), "a descriptor");
	drv_until(drv_stat("host0", "rx_waits", NULL) > waits,
	    "with a call that sleeps");
	is(server_fds(), before, "is closed at once");
	return (conn);
}

/*
 * A socket that takes ten minutes to be closed, unless the peer goes.
 */
static int
lingering(int *peerp)
{
	const struct linger linger = { 1, 600 };
	struct sockaddr_in addr = { .sin_family = AF_INET };
	socklen_t len = sizeof (addr);
	static char bytes[65536];
	int fds[2];

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	fds[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	fds[1] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	need(bind(fds[0], (struct sockaddr *)&addr, len) == 0 &&
	    listen(fds[0], 1) == 0 && getsockname(fds[0],
	    (struct sockaddr *)&addr, &len) == 0 && connect(fds[1],
	    (struct sockaddr *)&addr, len) == 0, "a TCP connection");
	*peerp = accept4(fds[0], NULL, NULL, SOCK_CLOEXEC);
	need(*peerp >= 0, "accepted");
	(void) close(fds[0]);
	while (send(fds[1], bytes, sizeof (bytes), MSG_DONTWAIT) > 0)
		;
	need(setsockopt(fds[1], SOL_SOCKET, SO_LINGER, &linger,
	    sizeof (linger)) == 0, "lingers");
	return (fds[1]);
}

static int
is_stopped(void)
{
	char path[64], state = 0;
	FILE *file;

	(void) snprintf(path, sizeof (path), "/proc/%d/stat", (int)server);
	file = fopen(path, "r");
	need(file != NULL && fscanf(file, "%*d %*s %c", &state) == 1,
	    "the server's state");
	(void) fclose(file);
	return (state == 'T');
}

/*
 * A descriptor whose close takes long: nobody else waits for that.  The last
 * one to close it is the server, which stands still until it is.
 */
static void
test_lingering(void)
{
	hkp_msg_t msg = { .hm_op = HKP_INTERRUPT };
	int conn = sleeper(), other, peer, fd = lingering(&peer);

	(void) kill(server, SIGSTOP);
	drv_until(is_stopped(), "the server stands still");
	is(put_fds(conn, &msg, fd, 1), sizeof (msg), "an interruption with it");
	(void) close(fd);
	(void) kill(server, SIGCONT);
	drv_until(drv_info("host0").uii_holder == 0, "ends the connection");
	other = raw();
	is(hello(other), 0, "others are served meanwhile");
	(void) close(other);
	(void) close(peer);
	ok(ended(conn), "it ends when it can");
}

/*
 * Another user, who wants all the memory there is.
 */
static void
be_greedy(void *arg)
{
	const uint64_t base = UINT64_C(0x100000000);
	const int big = memory(HKP_MAP_BYTES, SEALS);
	const int less = memory(HKP_MAP_BYTES - page, SEALS);
	hkp_msg_t msg = { 0 };
	unsigned int i;

	(void) arg;
	if (setgid(STRANGER) != 0 || setuid(STRANGER) != 0)
		_exit(1);
	for (i = 0; i < HKP_MAP_USER / HKP_MAP_BYTES; i++) {
		begin();
		srv_say(map(big, base, HKP_MAP_BYTES));
	}
	unmap(base);
	srv_say(map(mem_fd, base, page));
	srv_say(map(less, base + page, HKP_MAP_BYTES - page));
	begin();
	srv_say(map(mem_fd, base, page));
	i = hk_open(hk_connect(srv_sock), UNET_CTL_PATH, O_RDWR);
	srv_say(send(hk_pollfd(i), &msg, sizeof (msg), MSG_NOSIGNAL));
	srv_say(errno);
	(void) pause();
}

static void
test_greedy(void)
{
	srv_child_t child;
	unsigned int i;

	if (getuid() != 0) {
		tap_skip("another user", "wants root, to be one");
		return;
	}
	child = srv_fork(be_greedy, NULL);
	for (i = 0; i < HKP_MAP_USER / HKP_MAP_BYTES; i++)
		is(srv_hear(&child), 0, "another user maps much");
	is(srv_hear(&child), 0, "or something else");
	is(srv_hear(&child), 0, "of as much");
	is(srv_hear(&child), -ENOSPC, "but no more");
	is(srv_hear(&child), -1, "nor does it send us what we do not read");
	is(srv_hear(&child), EPIPE, "on what tells it of readiness");
	begin();
	is(map(mem_fd, 4096, page), 0, "we map what we like");
	(void) close(sock);
	(void) kill(child.sc_pid, SIGKILL);
	(void) srv_wait(&child);
	drv_until(srv_maps(server) == 0, "nothing is left mapped");
}

/*
 * One who may not connect leaves us nothing to close.
 */
static void
be_refused(void *arg)
{
	hkp_msg_t msg = { .hm_op = HKP_HELLO };

	(void) arg;
	if (setgid(STRANGER + 1) != 0 || setuid(STRANGER + 1) != 0)
		_exit(1);
	srv_say(put_fds(raw(), &msg, mem_fd, 1));
}

static void
test_refused(void)
{
	socklen_t len = sizeof (int);
	srv_child_t child;
	int on, conn = raw();

	if (getuid() != 0 || getsockopt(conn, SOL_SOCKET, SO_PASSRIGHTS, &on,
	    &len) != 0) {
		tap_skip("refused", "wants root and Linux 6.16");
	} else {
		child = srv_fork(be_refused, NULL);
		is(srv_hear(&child), -1, "who may not connect sends nothing");
		(void) srv_wait(&child);
	}
	(void) close(conn);
}

static void
run(char *option)
{
	uint64_t kmem;

	srv_start_with(option);
	srv_connect();
	server = srv_pid();
	(void) drv_create("host0");
	kmem = drv_usage().hu_kmem;
	idle_fds = server_fds();
	test_not_memory();
	test_ranges();
	test_limits();
	test_protocol();
	test_changing();
	test_killed();
	test_lingering();
	test_greedy();
	test_refused();
	drv_until(drv_usage().hu_files == 2, "no file is left open");
	ok(drv_usage().hu_kmem <= kmem + 16, "nor memory of the kernel");
	srv_shutdown();
	srv_check_log();
}

int
main(void)
{
	srv_make_dir();
	page = (size_t)sysconf(_SC_PAGESIZE);
	mem_fd = memory(page, SEALS);
	(void) chmod(srv_dir, 0711);
	run("-a60001");
	run("-ma60001");
	return (tap_done());
}
