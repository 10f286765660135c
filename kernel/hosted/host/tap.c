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
 * TAP interfaces of Linux: /dev/net/tun, the ioctls of netdevice(7), and a
 * routing socket, which tells of changes and takes those ioctls as any does.
 *
 * All of it happens in the network namespace of the thread that opened the
 * interface: sockets and the TAP descriptor remember theirs, and a thread of
 * the kernel has that of the thread that made it.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>
#include <linux/filter.h>
#include <linux/if_tun.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/virtio_net.h>

#include "host.h"

#define	TUN_PATH	"/dev/net/tun"
#define	MAXBUFS		64

/*
 * Messages of links and of addresses both have the interface's index here,
 * counted from their start.
 */
#define	ROUTE_INDEX	(NLMSG_HDRLEN + 4)
#define	MACLEN		6

#ifndef	TUNSETCARRIER
#define	TUNSETCARRIER	_IOW('T', 226, int)
#endif

struct host_tap {
	int	ht_fd;		/* the TAP */
	int	ht_route;	/* tells of changes; for ioctls */
	int	ht_wake;	/* an eventfd */
	int	ht_index;
	char	ht_name[IFNAMSIZ];
};

/*
 * A program whose children outlive it must not leave them the interface.
 */
static int
tap_attach(host_tap_t *tap)
{
	struct ifreq ifr;

	tap->ht_fd = open(TUN_PATH, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (tap->ht_fd == -1) {
		if (errno == EACCES)
			return (-EPERM);
		return (errno == ENOENT || errno == ENXIO ? -ENODEV : -errno);
	}
	(void) memset(&ifr, 0, sizeof (ifr));
	(void) memcpy(ifr.ifr_name, tap->ht_name, IFNAMSIZ);
	ifr.ifr_flags = (short)(IFF_TAP | IFF_NO_PI | IFF_TUN_EXCL |
	    IFF_VNET_HDR);
	if (ioctl(tap->ht_fd, TUNSETIFF, &ifr) == -1)
		return (errno == EINVAL ? -EBUSY : -errno);
	return (0);
}

/*
 * The interface may have been renamed, and another have its name.
 */
static void
tap_request(host_tap_t *tap, struct ifreq *ifr)
{
	struct ifreq now;

	(void) memset(&now, 0, sizeof (now));
	if (ioctl(tap->ht_fd, TUNGETIFF, &now) == -1)
		(void) memcpy(now.ifr_name, tap->ht_name, IFNAMSIZ);
	(void) memset(ifr, 0, sizeof (*ifr));
	(void) memcpy(ifr->ifr_name, now.ifr_name, IFNAMSIZ);
}

int
host_tap_setmac(host_tap_t *tap, const unsigned char *mac)
{
	struct ifreq ifr;

	tap_request(tap, &ifr);
	ifr.ifr_hwaddr.sa_family = ARPHRD_ETHER;
	(void) memcpy(ifr.ifr_hwaddr.sa_data, mac, MACLEN);
	return (ioctl(tap->ht_route, SIOCSIFHWADDR, &ifr) == -1 ? -errno : 0);
}

int
host_tap_setmtu(host_tap_t *tap, unsigned int mtu)
{
	struct ifreq ifr;

	tap_request(tap, &ifr);
	ifr.ifr_mtu = (int)mtu;
	return (ioctl(tap->ht_route, SIOCSIFMTU, &ifr) == -1 ? -errno : 0);
}

/*
 * -EBUSY: the interface is up, which not every host renames, or there is
 * another of that name.
 */
int
host_tap_rename(host_tap_t *tap, const char *name)
{
	struct ifreq ifr;

	if (strlen(name) >= IFNAMSIZ)
		return (-ENAMETOOLONG);
	tap_request(tap, &ifr);
	(void) strncpy(ifr.ifr_newname, name, IFNAMSIZ - 1);
	if (ioctl(tap->ht_route, SIOCSIFNAME, &ifr) == -1)
		return (errno == EEXIST ? -EBUSY : -errno);
	return (0);
}

/*
 * Kernels before Linux 5.0 cannot be told; there the carrier is always on.
 */
int
host_tap_carrier(host_tap_t *tap, int up)
{
	if (ioctl(tap->ht_fd, TUNSETCARRIER, &up) == -1 &&
	    errno != EINVAL && errno != ENOTTY)
		return (-errno);
	return (0);
}

int
host_tap_info(host_tap_t *tap, host_tap_info_t *info)
{
	struct ifreq ifr;

	tap_request(tap, &ifr);
	if (ioctl(tap->ht_route, SIOCGIFFLAGS, &ifr) == -1)
		return (-errno);
	info->hti_up = (ifr.ifr_flags & IFF_UP) != 0;
	info->hti_promisc = (ifr.ifr_flags & IFF_PROMISC) != 0;
	tap_request(tap, &ifr);
	if (ioctl(tap->ht_route, SIOCGIFHWADDR, &ifr) == -1)
		return (-errno);
	(void) memcpy(info->hti_mac, ifr.ifr_hwaddr.sa_data, MACLEN);
	tap_request(tap, &ifr);
	if (ioctl(tap->ht_route, SIOCGIFMTU, &ifr) == -1)
		return (-errno);
	info->hti_mtu = (unsigned int)ifr.ifr_mtu;
	return (0);
}

/*
 * Let only messages about our interface through, or every change of any
 * interface wakes the readers of all.  Where that does not work, the reader
 * looks for itself what they are about.
 */
static void
route_filter(host_tap_t *tap)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ROUTE_INDEX),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
		    htonl((uint32_t)tap->ht_index), 0, 1),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0)
	};
	const struct sock_fprog prog = {
		.len = sizeof (code) / sizeof (code[0]),
		.filter = code
	};

	(void) setsockopt(tap->ht_route, SOL_SOCKET, SO_ATTACH_FILTER, &prog,
	    sizeof (prog));
}

static int
tap_sockets(host_tap_t *tap)
{
	struct sockaddr_nl sa = {
		.nl_family = AF_NETLINK,
		.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR |
		    RTMGRP_IPV6_IFADDR
	};

	tap->ht_route = socket(AF_NETLINK,
	    SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	if (tap->ht_route == -1)
		return (-errno);
	if (bind(tap->ht_route, (struct sockaddr *)&sa, sizeof (sa)) == -1)
		return (-errno);
	tap->ht_wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return (tap->ht_wake == -1 ? -errno : 0);
}

int
host_tap_open(const char *name, const unsigned char *mac, unsigned int mtu,
    host_tap_t **tapp)
{
	host_tap_t *tap;
	int err;

	if (strlen(name) >= IFNAMSIZ)
		return (-ENAMETOOLONG);
	if (if_nametoindex(name) != 0)
		return (-EBUSY);
	if ((tap = malloc(sizeof (*tap))) == NULL)
		return (-ENOMEM);
	(void) memset(tap, 0, sizeof (*tap));
	tap->ht_fd = tap->ht_route = tap->ht_wake = -1;
	(void) strncpy(tap->ht_name, name, IFNAMSIZ - 1);

	if ((err = tap_attach(tap)) != 0 || (err = tap_sockets(tap)) != 0 ||
	    (err = host_tap_setmac(tap, mac)) != 0 ||
	    (err = host_tap_setmtu(tap, mtu)) != 0 ||
	    (err = host_tap_carrier(tap, 0)) != 0) {
		host_tap_close(tap);
		return (err);
	}
	tap->ht_index = (int)if_nametoindex(name);
	route_filter(tap);
	*tapp = tap;
	return (0);
}

static void
tap_closefd(int fd)
{
	if (fd != -1)
		(void) close(fd);
}

void
host_tap_close(host_tap_t *tap)
{
	tap_closefd(tap->ht_fd);
	tap_closefd(tap->ht_route);
	tap_closefd(tap->ht_wake);
	free(tap);
}

static int
route_ours(host_tap_t *tap, const struct nlmsghdr *nlh)
{
	int index;

	if (nlh->nlmsg_len < NLMSG_LENGTH(sizeof (struct ifaddrmsg)))
		return (0);
	(void) memcpy(&index, (const char *)nlh + ROUTE_INDEX, sizeof (index));
	return (index == tap->ht_index);
}

static int
route_drain(host_tap_t *tap)
{
	char buf[8192] __attribute__((__aligned__(NLMSG_ALIGNTO)));
	struct nlmsghdr *nlh;
	ssize_t n;
	int ours = 0;

	for (;;) {
		n = recv(tap->ht_route, buf, sizeof (buf), 0);
		if (n <= 0) {
			/* Too many at once: some are lost, perhaps ours. */
			return (n == -1 && errno == ENOBUFS ? 1 : ours);
		}
		for (nlh = (struct nlmsghdr *)buf; NLMSG_OK(nlh, (size_t)n);
		    nlh = NLMSG_NEXT(nlh, n))
			ours |= route_ours(tap, nlh);
	}
}

int
host_tap_wait(host_tap_t *tap, int frames, int timeout)
{
	struct pollfd fds[] = {
		{ .fd = frames ? tap->ht_fd : -1, .events = POLLIN },
		{ .fd = tap->ht_route, .events = POLLIN },
		{ .fd = tap->ht_wake, .events = POLLIN }
	};
	unsigned long long count;
	int ready = 0;

	if (poll(fds, 3, timeout) <= 0)
		return (0);
	if ((fds[0].revents & (POLLERR | POLLHUP | POLLNVAL)) != 0)
		ready |= HOST_TAP_GONE;
	else if ((fds[0].revents & POLLIN) != 0)
		ready |= HOST_TAP_FRAME;
	if (fds[1].revents != 0 && route_drain(tap))
		ready |= HOST_TAP_CHANGE;
	if (fds[2].revents != 0) {
		if (read(tap->ht_wake, &count, sizeof (count)) > 0)
			ready |= HOST_TAP_WAKE;
	}
	return (ready);
}

void
host_tap_wake(host_tap_t *tap)
{
	unsigned long long one = 1;

	if (write(tap->ht_wake, &one, sizeof (one)) == -1)
		return;		/* it is full: awake enough */
}

/*
 * Every frame has a virtio_net_hdr in front, in which the stack says what it
 * left to do.
 */
long
host_tap_read(host_tap_t *tap, void *buf, unsigned long len,
    host_tap_work_t *work)
{
	struct virtio_net_hdr vnh;
	struct iovec iov[] = {
		{ .iov_base = &vnh, .iov_len = sizeof (vnh) },
		{ .iov_base = buf, .iov_len = len }
	};
	ssize_t n;

	do {
		n = readv(tap->ht_fd, iov, 2);
	} while (n == -1 && errno == EINTR);
	if (n == -1)
		return (-(long)errno);
	if (n < (ssize_t)sizeof (vnh))
		return (-EIO);
	(void) memset(work, 0, sizeof (*work));
	if ((vnh.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) != 0) {
		work->htw_cksum = 1;
		work->htw_start = vnh.csum_start;
		work->htw_stuff = vnh.csum_start + vnh.csum_offset;
	}
	if (vnh.gso_type != VIRTIO_NET_HDR_GSO_NONE)
		work->htw_mss = vnh.gso_size;
	return ((long)n - (long)sizeof (vnh));
}

int
host_tap_write(host_tap_t *tap, const host_buf_t *bufs, unsigned int nbufs)
{
	struct virtio_net_hdr vnh = { .gso_type = VIRTIO_NET_HDR_GSO_NONE };
	struct iovec iov[MAXBUFS + 1];
	unsigned int i;

	if (nbufs > MAXBUFS)
		return (-EINVAL);
	iov[0].iov_base = &vnh;
	iov[0].iov_len = sizeof (vnh);
	for (i = 0; i < nbufs; i++) {
		iov[i + 1].iov_base = bufs[i].hb_base;
		iov[i + 1].iov_len = bufs[i].hb_len;
	}
	return (writev(tap->ht_fd, iov, (int)nbufs + 1) == -1 ? -errno : 0);
}

/*
 * Segments are cut for IPv4 only, as MAC's are.
 */
int
host_tap_offload(host_tap_t *tap, int cksum, int lso)
{
	unsigned long what = 0;

	if (cksum)
		what |= TUN_F_CSUM;
	if (cksum && lso)
		what |= TUN_F_TSO4;
	return (ioctl(tap->ht_fd, TUNSETOFFLOAD, what) == -1 ? -errno : 0);
}

int
host_tap_index(host_tap_t *tap)
{
	return (tap->ht_index);
}
