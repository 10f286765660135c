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
 * An interface of a link that somebody moves to another network namespace: the
 * link goes on, and what the interface listens to there is known to the driver.
 * And when that namespace goes, nothing of ours keeps it.
 */

#include "hostnet.h"

#include <linux/if_tun.h>
#include <linux/rtnetlink.h>
#include <net/if_arp.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define	HOST_IP		0x0a3e0001	/* 10.62.0.1, the interface */
#define	GROUP_IP	0xef010203	/* 239.1.2.3 */

static const uint8_t group_mac[6] = { 0x01, 0x00, 0x5e, 1, 2, 3 };

/*
 * What `ip link set name netns pid' does.
 */
static int
move(const char *name, pid_t pid)
{
	struct {
		struct nlmsghdr	nlh;
		struct ifinfomsg ifi;
		struct rtattr	rta;
		uint32_t	pid;
	} msg = {
		.nlh = {
			.nlmsg_len = sizeof (msg),
			.nlmsg_type = RTM_NEWLINK,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK
		},
		.ifi.ifi_index = (int)if_nametoindex(name),
		.rta.rta_len = RTA_LENGTH(4),
		.rta.rta_type = IFLA_NET_NS_PID,
		.pid = (uint32_t)pid
	};
	char answer[1024];
	int nl = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), err = -1;

	if (send(nl, &msg, sizeof (msg), 0) == sizeof (msg) &&
	    recv(nl, answer, sizeof (answer), 0) > NLMSG_HDRLEN)
		err = ((struct nlmsgerr *)NLMSG_DATA(answer))->error;
	(void) close(nl);
	return (err);
}

/*
 * A process that lives in a namespace of its own and does there what it is
 * told, each time with a byte as answer.
 */
typedef struct other {
	pid_t	o_pid;
	int	o_to;
	int	o_from;
} other_t;

static int
other_do(char what)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9) };
	struct ip_mreq mreq;

	switch (what) {
	case 'u':
		return (if_setflags("unet0", IFF_UP, 0) == 0 &&
		    if_setaddr("unet0", SIOCSIFADDR, HOST_IP) == 0);
	case 'j':
	case 'l':
		memset(&mreq, 0, sizeof (mreq));
		mreq.imr_multiaddr.s_addr = htonl(GROUP_IP);
		mreq.imr_interface.s_addr = htonl(HOST_IP);
		return (setsockopt(sock, IPPROTO_IP, what == 'j' ?
		    IP_ADD_MEMBERSHIP : IP_DROP_MEMBERSHIP, &mreq,
		    sizeof (mreq)) == 0);
	case 'p':
		return (if_setflags("unet0", IFF_PROMISC, 0) == 0);
	case 'q':
		return (if_setflags("unet0", 0, IFF_PROMISC) == 0);
	case 's':
		to.sin_addr.s_addr = htonl(HOST_IP + 1);
		return (sendto(sock, "x", 1, 0, (struct sockaddr *)&to,
		    sizeof (to)) == 1);
	case 'h':
		return (move("unet0", getppid()) == 0);
	default:
		return (if_nametoindex("unet0") != 0);
	}
}

static other_t
other_start(void)
{
	int to[2], from[2];
	char what, good;
	other_t other;

	need(pipe(to) == 0 && pipe(from) == 0, "pipes");
	other.o_pid = fork();
	if (other.o_pid == 0) {
		(void) close(to[1]);
		(void) close(from[0]);
		if (unshare(CLONE_NEWNET) != 0)
			_exit(1);
		sock = socket(AF_INET, SOCK_DGRAM, 0);
		(void) write(from[1], "1", 1);
		while (read(to[0], &what, 1) == 1) {
			good = (char)other_do(what);
			(void) write(from[1], &good, 1);
		}
		_exit(0);
	}
	(void) close(to[0]);
	(void) close(from[1]);
	other.o_to = to[1];
	other.o_from = from[0];
	need(read(other.o_from, &good, 1) == 1, "another namespace");
	return (other);
}

static int
other_does(const other_t *other, char what)
{
	char good = 0;

	need(write(other->o_to, &what, 1) == 1 &&
	    read(other->o_from, &good, 1) == 1, "the other does %c", what);
	return (good);
}

/*
 * Its namespace has nobody in it any more, when this returns.
 */
static void
other_end(other_t *other)
{
	(void) kill(other->o_pid, SIGKILL);
	(void) close(other->o_to);
	(void) waitpid(other->o_pid, NULL, 0);
	(void) close(other->o_from);
}

static int
plumb(uint32_t linkid)
{
	hk_stack_t hst;

	memset(&hst, 0, sizeof (hst));
	hst.hst_linkid = linkid;
	hst.hst_kind = HK_STACK_TAP;
	return (hk_ioctl(drv_hk, HK_IOC_PLUMB, &hst));
}

/*
 * Whether frames to a group, or to a stranger, pass the link's filter.
 */
static int
passes(int fd, const uint8_t *to)
{
	uint64_t passed = drv_stat("unet0", "tx_frames", NULL);
	uint64_t dropped = drv_stat("unet0", "tx_drop_filter", NULL);
	uint8_t frame[60];

	memset(frame, 0, sizeof (frame));
	memcpy(frame, to, 6);
	memcpy(frame + 6, drv_peer, 6);
	frame[12] = 0x88;
	frame[13] = 0xb5;
	if (hk_write(fd, frame, sizeof (frame)) != sizeof (frame))
		return (0);
	for (;;) {
		if (drv_stat("unet0", "tx_frames", NULL) != passed)
			return (1);
		if (drv_stat("unet0", "tx_drop_filter", NULL) != dropped)
			return (0);
	}
}

static int
hears(int fd)
{
	uint8_t buf[2048];

	return (hk_poll(fd, POLLIN, 1000) == POLLIN &&
	    hk_read(fd, buf, sizeof (buf)) > 0);
}

static void
test_moved(int fd, const other_t *other)
{
	is(move("unet0", other->o_pid), 0, "the interface is moved");
	is(if_nametoindex("unet0"), 0, "... away");
	ok(other_does(other, '?'), "... there");
	ok(other_does(other, 'u'), "it is up there, with an address");
	ok(!passes(fd, group_mac), "nobody is in the group");
	ok(other_does(other, 'j'), "a program there joins");
	drv_until(passes(fd, group_mac), "before long a frame to it passes");
	ok(other_does(other, 'l'), "it leaves");
	drv_until(!passes(fd, group_mac), "before long it does not");
	ok(other_does(other, 's'), "the host there sends");
	drv_until(hears(fd), "... and the holder hears it");
	ok(other_does(other, 'p'), "promiscuous mode");
	drv_until(passes(fd, group_mac), "everything passes");
	ok(other_does(other, 'q'), "no longer");
	drv_until(!passes(fd, group_mac), "not everything does");
}

/*
 * Back, under a number that may be another, and away again.
 */
static void
test_back(int fd, const other_t *from, const other_t *to)
{
	ok(other_does(from, 'h'), "it is moved back");
	ok(other_do('u'), "it is up here");
	ok(other_do('j'), "a program here joins");
	drv_until(passes(fd, group_mac), "before long a frame to it passes");
	is(move("unet0", to->o_pid), 0, "to yet another");
	ok(other_does(to, 'u'), "it is up there");
	drv_until(!passes(fd, group_mac), "nobody is in the group there");
	ok(other_does(to, 'j'), "a program there joins");
	drv_until(passes(fd, group_mac), "before long a frame to it passes");
}

static void
test_gone(int fd, other_t *other)
{
	struct stat st;
	char path[64];

	(void) snprintf(path, sizeof (path), "/proc/%d/ns/net",
	    (int)other->o_pid);
	need(stat(path, &st) == 0, "a namespace");
	other_end(other);
	drv_until(!passes(fd, group_mac), "the namespace goes with its last "
	    "process, and the interface with it");
	is(drv_info("unet0").uii_mtu, 1500, "the link stays");
}

int
main(void)
{
	const char *why;
	other_t one, two;
	uint32_t id;
	int fd;

	if ((why = enter_namespace()) != NULL) {
		tap_skip("network namespaces", why);
		return (tap_done());
	}
	sock = socket(AF_INET, SOCK_DGRAM, 0);
	one = other_start();
	two = other_start();
	drv_boot();
	id = drv_create("unet0");
	is(plumb(id), 0, "plumbed");
	fd = drv_open("unet0", DRV_RDWR);
	need(fd > 0, "a holder");
	test_moved(fd, &one);
	test_back(fd, &one, &two);
	other_end(&one);
	test_gone(fd, &two);
	is(hk_close(fd), 0, "close");
	is(drv_destroy("unet0"), 0, "destroyed");
	return (drv_done());
}
