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
 * A hostile client of unethostd: whatever it sends, it loses its connection at
 * worst, and nothing of it is left.
 *
 * The server runs here, on a thread of its own, and is told never to look into
 * its clients' memory: it asks them for each copy, which gives them more to lie
 * about.  An input sends messages on several connections, right ones and bent
 * ones, answers the server's requests to copy or does not, and goes.
 */

#include <sys/socket.h>
#include <sys/un.h>
#include "fuzz.h"
#include "server/proto.h"
#include "server/server.h"

#define	OPS_MAX		32
#define	CONNS_MAX	3
#define	DATA_MAX	1024
#define	MAP_LEN		8192	/* whole pages */
#define	WAIT_MSEC	20	/* for an answer that may never come */

extern int unethostd_main(int, char **);

static struct sockaddr_un server = { .sun_family = AF_UNIX };
static int conns[CONNS_MAX];	/* 0: none */
static hkp_token_t token;	/* of the last file opened */

static void *
serve(void *arg __attribute__((__unused__)))
{
	char *argv[] = { "unethostd", "-f", "-m", "-s", server.sun_path, NULL };

	(void) unethostd_main(5, argv);
	abort();
}

static int
dial(void)
{
	const int sock = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	must(sock > 0, "a socket");
	if (connect(sock, (struct sockaddr *)&server, sizeof (server)) == 0)
		return (sock);
	(void) close(sock);
	return (0);
}

static void
boot(void)
{
	const char *tmp = getenv("TMPDIR");
	char dir[64];
	pthread_t thread;
	int sock;

	(void) snprintf(dir, sizeof (dir), "%s/unet-fuzz-XXXXXX",
	    tmp != NULL ? tmp : "/tmp");
	must(mkdtemp(dir) != NULL, "%s", dir);
	(void) snprintf(server.sun_path, sizeof (server.sun_path), "%s/sock",
	    dir);
	must(pthread_create(&thread, NULL, serve, NULL) == 0, "a thread");
	while ((sock = dial()) == 0)
		(void) sched_yield();
	(void) close(sock);
	drv_kernel = srv.sv_kernel;
	drv_ctl = hk_open(drv_kernel, UNET_CTL_PATH, O_RDWR);
	drv_hk = hk_open(drv_kernel, "/dev/hk", O_RDWR);
	must(drv_ctl > 0 && drv_hk > 0, "the server's kernel");
}

static void
hang_up(unsigned int i)
{
	if (conns[i] != 0)
		(void) close(conns[i]);
	conns[i] = 0;
}

/*
 * A message of the server, if one comes; descriptors that it brings are closed.
 * The length of the message, or -1.
 */
static ssize_t
receive(int sock, hkp_msg_t *msg, int wait)
{
	static char data[65536];
	union {
		struct cmsghdr	align;
		char		space[CMSG_SPACE(sizeof (int))];
	} control;
	struct iovec iov[2] = {
		{ msg, sizeof (*msg) }, { data, sizeof (data) }
	};
	struct msghdr hdr = { .msg_iov = iov, .msg_iovlen = 2,
	    .msg_control = &control, .msg_controllen = sizeof (control) };
	struct pollfd pfd = { .fd = sock, .events = POLLIN };
	struct cmsghdr *cmsg;
	ssize_t n;
	int fd;

	/* The fuzzer's own clock interrupts. */
	while ((fd = poll(&pfd, 1, wait)) < 0 && errno == EINTR)
		continue;
	if (fd <= 0)
		return (-1);
	n = recvmsg(sock, &hdr, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	if (n > 0 && (cmsg = CMSG_FIRSTHDR(&hdr)) != NULL) {
		(void) memcpy(&fd, CMSG_DATA(cmsg), sizeof (fd));
		(void) close(fd);
	}
	if (n == (ssize_t)(sizeof (*msg) + sizeof (token)) &&
	    msg->hm_op == HKP_REPLY)
		(void) memcpy(&token, data, sizeof (token));
	return (n);
}

/*
 * Memory to map: the request that makes a link, and zeros.
 */
static int
memory(void)
{
	unet_ioc_create_t create;
	int fd = memfd_create("fuzz", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	drv_create_init(&create, "vpn0");
	must(fd > 0 && ftruncate(fd, MAP_LEN) == 0 && pwrite(fd, &create,
	    sizeof (create), 0) == sizeof (create) && fcntl(fd, F_ADD_SEALS,
	    F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0, "memory");
	return (fd);
}

/*
 * A MAP has its descriptor with it.
 */
static void
transmit(int sock, const hkp_msg_t *msg, const void *data, size_t len)
{
	union {
		struct cmsghdr	align;
		char		space[CMSG_SPACE(sizeof (int))];
	} control = { .space = { 0 } };
	int fd = -1;
	struct iovec iov[2] = {
		{ (void *)(uintptr_t)msg, sizeof (*msg) },
		{ (void *)(uintptr_t)data, len }
	};
	struct msghdr hdr = { .msg_iov = iov, .msg_iovlen = 2 };
	struct cmsghdr *cmsg;

	if (msg->hm_op == HKP_MAP) {
		fd = memory();
		hdr.msg_control = &control;
		hdr.msg_controllen = sizeof (control);
		cmsg = CMSG_FIRSTHDR(&hdr);
		cmsg->cmsg_level = SOL_SOCKET;
		cmsg->cmsg_type = SCM_RIGHTS;
		cmsg->cmsg_len = CMSG_LEN(sizeof (int));
		(void) memcpy(CMSG_DATA(cmsg), &fd, sizeof (int));
	}
	(void) sendmsg(sock, &hdr, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (fd >= 0)
		(void) close(fd);
}

/*
 * The server wants to copy: give it the request that makes a link, whatever it
 * asked for, or less, or an error, or another message altogether.
 */
static void
answer(fuzz_in_t *fi, int sock, const hkp_msg_t *ask)
{
	static union {
		unet_ioc_create_t	create;
		uint8_t			bytes[HKP_CHUNK_MAX];
	} image;
	const unsigned int how = fuzz_byte(fi);
	hkp_msg_t msg = { .hm_op = HKP_COPIED, .hm_seq = ask->hm_seq };
	size_t len = ask->hm_op == HKP_COPYIN ? ask->hm_len : 0;

	drv_create_init(&image.create, "vpn0");
	image.bytes[fuzz_byte(fi)] ^= (uint8_t)fuzz_byte(fi);
	if (len > sizeof (image))
		len = sizeof (image);
	switch (how) {
	case 1:
		msg.hm_result = -EFAULT;
		len = 0;
		break;
	case 2:
		len /= 2;
		break;
	case 3:
		msg.hm_op = fuzz_byte(fi);
		break;
	case 4:
		msg.hm_seq++;
		break;
	case 5:
		msg.hm_result = (int64_t)fuzz_number(fi, 8);
		break;
	case 6:
		return;
	default:
		break;
	}
	transmit(sock, &msg, image.bytes, len);
}

/*
 * Until the reply, or until nothing comes any more.
 */
static void
converse(fuzz_in_t *fi, unsigned int i)
{
	hkp_msg_t msg;
	ssize_t n;

	for (;;) {
		n = receive(conns[i], &msg, WAIT_MSEC);
		if (n == 0)
			hang_up(i);
		if (n < (ssize_t)sizeof (msg) || msg.hm_op == HKP_REPLY)
			return;
		answer(fi, conns[i], &msg);
		/* The second message of a copy out. */
		if (msg.hm_op == HKP_COPYOUT)
			(void) receive(conns[i], &msg, 0);
	}
}

/*
 * The bytes behind a message: as they should be.
 */
static size_t
some_data(fuzz_in_t *fi, hkp_msg_t *msg, uint8_t *data)
{
	static const char *const paths[] = {
		UNET_CTL_PATH, "/dev/unet/vpn0", "/dev/unet/zone", "/dev/unet"
	};
	hkp_iovec_t hi = { SPACE_BASE, 60 };

	switch (msg->hm_op) {
	case HKP_HELLO:
		msg->hm_len = fuzz_below(fi, 2) * strlen("global");
		(void) strcpy((char *)data, "global");
		return (msg->hm_len);
	case HKP_OPEN:
		msg->hm_arg = O_RDWR | O_NONBLOCK;
		(void) strcpy((char *)data, paths[fuzz_below(fi, 4)]);
		msg->hm_len = strlen((char *)data);
		return (msg->hm_len);
	case HKP_ATTACH:
	case HKP_EXPORT:
	case HKP_IMPORT:
		(void) memcpy(data, &token, sizeof (token));
		return (sizeof (token));
	case HKP_WRITE:
		msg->hm_len = 60;
		(void) drv_frame(data, drv_bcast, drv_peer, 1, 60);
		return (fuzz_below(fi, 2) == 0 ? 60 : 0);
	case HKP_READV:
	case HKP_WRITEV:
		msg->hm_len = 2;
		(void) memcpy(data, &hi, sizeof (hi));
		(void) memcpy(data + sizeof (hi), &hi, sizeof (hi));
		return (2 * sizeof (hi));
	default:
		return (0);
	}
}

static void
some_message(fuzz_in_t *fi, hkp_msg_t *msg)
{
	static const hkp_op_t all[] = {
		HKP_OPEN, HKP_IOCTL, HKP_READ, HKP_WRITE, HKP_HELLO,
		HKP_ATTACH, HKP_CLOSE, HKP_READV, HKP_WRITEV, HKP_SETFL,
		HKP_GETFL, HKP_POLL, HKP_POLLFD, HKP_POLLARM, HKP_MODEL,
		HKP_INTERRUPT, HKP_COPIED, HKP_REPLY, HKP_MAP, HKP_UNMAP,
		HKP_EXPORT, HKP_IMPORT
	};
	static const int cmds[] = { FUZZ_CMDS };
	static uint32_t seq;
	const unsigned int how = fuzz_byte(fi);

	(void) memset(msg, 0, sizeof (*msg));
	msg->hm_op = all[how % (sizeof (all) / sizeof (all[0]))];
	msg->hm_seq = ++seq;
	msg->hm_addr = msg->hm_op == HKP_OPEN || msg->hm_op == HKP_HELLO ||
	    msg->hm_op == HKP_ATTACH || msg->hm_op == HKP_EXPORT ||
	    msg->hm_op == HKP_IMPORT ? HKP_HANDSHAKE : SPACE_BASE;
	msg->hm_len = msg->hm_op == HKP_MAP ? MAP_LEN : 2048;
	if (msg->hm_op == HKP_IOCTL)
		msg->hm_arg = cmds[fuzz_below(fi,
		    sizeof (cmds) / sizeof (cmds[0]))];
	if (msg->hm_op == HKP_MODEL)
		msg->hm_arg = 32;
	if (msg->hm_op == HKP_POLL || msg->hm_op == HKP_POLLARM)
		msg->hm_arg = POLLIN;
}

/*
 * What only an administrator's program does is not the point here, and would
 * end the server or make interfaces of the host; and the kernel remembers the
 * names of some segments that nobody uses any more.
 */
static int
is_harmless(const uint8_t *data, size_t len)
{
	return (memmem(data, len, "/hk", 3) == NULL &&
	    memmem(data, len, "/bus", 4) == NULL);
}

static void
op_send(fuzz_in_t *fi)
{
	const unsigned int how = fuzz_byte(fi);
	const unsigned int i = how % CONNS_MAX;
	uint8_t data[DATA_MAX] = { 0 };
	unsigned int n = how < 192 ? 0 : how % 8;
	hkp_msg_t msg;
	size_t len;

	if (conns[i] == 0)
		conns[i] = dial();
	some_message(fi, &msg);
	len = some_data(fi, &msg, data);
	for (; n > 0; n--) {
		const unsigned int at = fuzz_byte(fi);

		((uint8_t *)&msg)[at % sizeof (msg)] ^= (uint8_t)fuzz_byte(fi);
		if (at >= 128)
			len = fuzz_number(fi, 2) % DATA_MAX;
	}
	if (conns[i] == 0 || !is_harmless(data, len))
		return;
	transmit(conns[i], &msg, data, len);
	if (how < 96 || how >= 192)
		converse(fi, i);
}

static void
op_bytes(fuzz_in_t *fi)
{
	const unsigned int how = fuzz_byte(fi);
	uint8_t bytes[256];
	size_t i;

	for (i = 0; i < how; i++)
		bytes[i] = (uint8_t)fuzz_byte(fi);
	if (conns[how % CONNS_MAX] != 0 && is_harmless(bytes, how))
		(void) send(conns[how % CONNS_MAX], bytes, how,
		    MSG_NOSIGNAL | MSG_DONTWAIT);
}

/*
 * The server and its kernel still serve others.
 */
static void
check_alive(void)
{
	const hkp_msg_t hello = {
		.hm_op = HKP_HELLO, .hm_addr = HKP_HANDSHAKE
	};
	hkp_msg_t msg = { .hm_op = 0 };
	int sock = dial();
	ssize_t n;

	must(sock > 0, "nobody may connect");
	transmit(sock, &hello, NULL, 0);
	n = receive(sock, &msg, 5000);
	must(n == (ssize_t)sizeof (msg) && msg.hm_op == HKP_REPLY &&
	    msg.hm_result == 0, "HELLO: %zd bytes, op %u, result %ld", n,
	    msg.hm_op, msg.hm_result);
	(void) close(sock);
}

/*
 * Who has hung up may have asked for a link, and is served still; nor need it
 * be called what it should.  Names that are gone leave their directory at the
 * next look.
 */
static void
clear_up(void)
{
	unet_list_ent_t ents[8];
	uint32_t n = drv_list(ents, 8);
	int fd;

	while (n-- > 0) {
		if (n < 8)
			(void) drv_destroy(ents[n].ule_name);
	}
	fd = hk_open(drv_kernel, UNET_CTL_PATH, O_RDONLY);
	if (fd > 0)
		(void) hk_close(fd);
}

#define	S_OPEN(n)	"\0\0\0" n
#define	S_IOCTL(n)	"\0\0\1" n
#define	S_GOOD		"\0\0\0"

static const fuzz_seed_t seeds[] = {
	FUZZ_SEED("create", S_OPEN("\0") S_IOCTL("\0") S_GOOD S_GOOD S_GOOD
	    "\0\1\0\1" "\0\1\3\0" "\0\1\2" "\0\1\14"),
	FUZZ_SEED("attach", S_OPEN("\0") "\0\1\5" "\0\1\1\3" S_GOOD S_GOOD
	    "\0\0\6"),
	FUZZ_SEED("map", S_OPEN("\0") "\0\0\22" "\0\1\1" "\0\0\23"),
	FUZZ_SEED("pass", S_OPEN("\0") "\0\1\24" "\0\2\25" "\0\0\6"),
	FUZZ_SEED("liar", S_OPEN("\0") S_IOCTL("\0") "\2\0\0"),
	FUZZ_SEED("link", S_OPEN("\0") S_IOCTL("\0") S_GOOD S_GOOD S_GOOD
	    "\0\0\6" S_OPEN("\1") "\0\0\3\1" S_GOOD "\0\0\7\0\0\10"
	    S_GOOD S_GOOD "\0\0\13\0\0\15")
};

FUZZ_INITIALIZE(seeds)

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	fuzz_in_t fi = { bytes, len };
	unsigned int i, ops;

	if (drv_kernel == 0) {
		boot();
		check_alive();
		(void) drv_create("vpn0");
		must(drv_destroy("vpn0") == 0, "destroy");
		clear_up();
		fuzz_base = drv_usage();
	}
	for (ops = 0; ops < OPS_MAX && fi.fi_left > 0; ops++) {
		const unsigned int how = fuzz_byte(&fi);

		if (how < 192)
			op_send(&fi);
		else if (how < 224)
			op_bytes(&fi);
		else
			hang_up(how % CONNS_MAX);
	}
	for (i = 0; i < CONNS_MAX; i++)
		hang_up(i);
	check_alive();
	clear_up();
	fuzz_rest(clear_up);
	return (0);
}
