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
 * All of it is in the network namespace in which the interface was made:
 * sockets and the TAP descriptor remember theirs.  If somebody moves the
 * interface elsewhere, the ioctls are made by a thread that goes there, each
 * time: a socket that stayed would keep that namespace alive.  The routing
 * socket hears of other namespaces, too, where ours has a number for them, as
 * it has for one to which an interface was moved.
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
#include "netns.h"
#include "tap.h"

#define	TUN_PATH	"/dev/net/tun"
#define	MAXBUFS		64

/*
 * Messages of links and of addresses both have the interface's index here,
 * counted from their start.
 */
#define	ROUTE_INDEX	(NLMSG_HDRLEN + 4)
#define	MACLEN		6

#ifndef	TUNGETDEVNETNS
#define	TUNGETDEVNETNS	_IO('T', 227)
#endif

#ifndef	TUNSETCARRIER
#define	TUNSETCARRIER	_IOW('T', 226, int)
#endif

struct host_tap {
	int	ht_fd;		/* the TAP; -1: given up */
	int	ht_route;	/* tells of changes; for ioctls at home */
	int	ht_wake;	/* an eventfd */
	int	ht_index;	/* the reader's; for ht_route */
	unsigned long long ht_home;	/* RO; namespace it was made in */
	char	ht_name[IFNAMSIZ];	/* RO */
	char	*ht_netns;	/* RO; name of that, or NULL */
};

static void
tap_closefd(int fd)
{
	if (fd != -1)
		(void) close(fd);
}

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
tap_place(const host_tap_t *tap, int *awayp)
{
	const int fd = ioctl(tap->ht_fd, TUNGETDEVNETNS);

	*awayp = (fd != -1 && netns_inode(fd) != tap->ht_home);
	return (fd);
}

/*
 * Something to do with the interface where it is: `ta_sock' takes ioctls there.
 */
typedef struct tap_act {
	host_tap_t	*ta_tap;
	int		ta_sock;
	int		(*ta_func)(struct tap_act *);
	const unsigned char *ta_mac;
	unsigned int	ta_mtu;
	const char	*ta_name;
	host_tap_info_t	*ta_info;
} tap_act_t;

static int
tap_act_there(void *arg)
{
	tap_act_t *ta = arg;
	int err;

	ta->ta_sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (ta->ta_sock == -1)
		return (-errno);
	err = ta->ta_func(ta);
	(void) close(ta->ta_sock);
	return (err);
}

static int
tap_act(host_tap_t *tap, tap_act_t *ta)
{
	int away, err;
	const int fd = tap_place(tap, &away);

	ta->ta_tap = tap;
	ta->ta_sock = tap->ht_route;
	err = away ? netns_run(fd, tap_act_there, ta) : ta->ta_func(ta);
	tap_closefd(fd);
	return (err);
}

static int
tap_act_setmac(tap_act_t *ta)
{
	struct ifreq ifr;

	tap_request(ta->ta_tap, &ifr);
	ifr.ifr_hwaddr.sa_family = ARPHRD_ETHER;
	(void) memcpy(ifr.ifr_hwaddr.sa_data, ta->ta_mac, MACLEN);
	return (ioctl(ta->ta_sock, SIOCSIFHWADDR, &ifr) == -1 ? -errno : 0);
}

int
host_tap_setmac(host_tap_t *tap, const unsigned char *mac)
{
	tap_act_t ta = { .ta_func = tap_act_setmac, .ta_mac = mac };

	return (tap_act(tap, &ta));
}

static int
tap_act_setmtu(tap_act_t *ta)
{
	struct ifreq ifr;

	tap_request(ta->ta_tap, &ifr);
	ifr.ifr_mtu = (int)ta->ta_mtu;
	return (ioctl(ta->ta_sock, SIOCSIFMTU, &ifr) == -1 ? -errno : 0);
}

int
host_tap_setmtu(host_tap_t *tap, unsigned int mtu)
{
	tap_act_t ta = { .ta_func = tap_act_setmtu, .ta_mtu = mtu };

	return (tap_act(tap, &ta));
}

static int
tap_act_rename(tap_act_t *ta)
{
	struct ifreq ifr;

	tap_request(ta->ta_tap, &ifr);
	(void) strncpy(ifr.ifr_newname, ta->ta_name, IFNAMSIZ - 1);
	if (ioctl(ta->ta_sock, SIOCSIFNAME, &ifr) == -1)
		return (errno == EEXIST ? -EBUSY : -errno);
	return (0);
}

/*
 * -EBUSY: the interface is up, which not every host renames, or there is
 * another of that name.
 */
int
host_tap_rename(host_tap_t *tap, const char *name)
{
	tap_act_t ta = { .ta_func = tap_act_rename, .ta_name = name };

	if (strlen(name) >= IFNAMSIZ)
		return (-ENAMETOOLONG);
	return (tap_act(tap, &ta));
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

static int
tap_act_info(tap_act_t *ta)
{
	host_tap_info_t *info = ta->ta_info;
	struct ifreq ifr;

	tap_request(ta->ta_tap, &ifr);
	if (ioctl(ta->ta_sock, SIOCGIFFLAGS, &ifr) == -1)
		return (-errno);
	info->hti_up = (ifr.ifr_flags & IFF_UP) != 0;
	info->hti_promisc = (ifr.ifr_flags & IFF_PROMISC) != 0;
	tap_request(ta->ta_tap, &ifr);
	if (ioctl(ta->ta_sock, SIOCGIFHWADDR, &ifr) == -1)
		return (-errno);
	(void) memcpy(info->hti_mac, ifr.ifr_hwaddr.sa_data, MACLEN);
	tap_request(ta->ta_tap, &ifr);
	if (ioctl(ta->ta_sock, SIOCGIFMTU, &ifr) == -1)
		return (-errno);
	info->hti_mtu = (unsigned int)ifr.ifr_mtu;
	tap_request(ta->ta_tap, &ifr);
	if (ioctl(ta->ta_sock, SIOCGIFINDEX, &ifr) == -1)
		return (-errno);
	info->hti_index = ifr.ifr_ifindex;
	info->hti_netns = ta->ta_sock == ta->ta_tap->ht_route ?
	    ta->ta_tap->ht_home : netns_inode(-1);
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

/*
 * For the thread that waits: it is its messages that are let through.
 */
int
host_tap_info(host_tap_t *tap, host_tap_info_t *info)
{
	tap_act_t ta = { .ta_func = tap_act_info, .ta_info = info };
	const int err = tap_act(tap, &ta);

	if (err == 0 && info->hti_index != tap->ht_index) {
		tap->ht_index = info->hti_index;
		route_filter(tap);
	}
	return (err);
}

static int
tap_sockets(host_tap_t *tap)
{
	struct sockaddr_nl sa = {
		.nl_family = AF_NETLINK,
		.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR |
		    RTMGRP_IPV6_IFADDR
	};
	const int on = 1;

	tap->ht_route = socket(AF_NETLINK,
	    SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	if (tap->ht_route == -1)
		return (-errno);
	(void) setsockopt(tap->ht_route, SOL_NETLINK, NETLINK_LISTEN_ALL_NSID,
	    &on, sizeof (on));
	if (bind(tap->ht_route, (struct sockaddr *)&sa, sizeof (sa)) == -1)
		return (-errno);
	tap->ht_wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return (tap->ht_wake == -1 ? -errno : 0);
}

/*
 * Make the interface, in the namespace of this thread.
 */
typedef struct tap_making {
	host_tap_t	*tm_tap;
	const unsigned char *tm_mac;
	unsigned int	tm_mtu;
	unsigned long long tm_netnsid;	/* 0: any */
} tap_making_t;

static int
tap_make(void *arg)
{
	const tap_making_t *tm = arg;
	host_tap_t *tap = tm->tm_tap;
	int err;

	if (tm->tm_netnsid != 0 && tm->tm_netnsid != netns_cookie())
		return (-ENXIO);
	if (if_nametoindex(tap->ht_name) != 0)
		return (-EBUSY);
	tap->ht_home = netns_inode(-1);
	if ((err = tap_attach(tap)) != 0 || (err = tap_sockets(tap)) != 0 ||
	    (err = host_tap_setmac(tap, tm->tm_mac)) != 0 ||
	    (err = host_tap_setmtu(tap, tm->tm_mtu)) != 0 ||
	    (err = host_tap_carrier(tap, 0)) != 0)
		return (err);
	tap->ht_index = (int)if_nametoindex(tap->ht_name);
	route_filter(tap);
	return (0);
}

int
host_tap_open(const char *name, const unsigned char *mac, unsigned int mtu,
    const char *netns, unsigned long long netnsid, host_tap_t **tapp)
{
	tap_making_t tm = { .tm_mac = mac, .tm_mtu = mtu };
	int err, fd = -1;
	host_tap_t *tap;

	if (strlen(name) >= IFNAMSIZ)
		return (-ENAMETOOLONG);
	if ((tap = malloc(sizeof (*tap))) == NULL)
		return (-ENOMEM);
	(void) memset(tap, 0, sizeof (*tap));
	tap->ht_fd = tap->ht_route = tap->ht_wake = -1;
	(void) strncpy(tap->ht_name, name, IFNAMSIZ - 1);
	tm.tm_tap = tap;

	if (netns == NULL) {
		err = tap_make(&tm);
	} else if ((tap->ht_netns = strdup(netns)) == NULL) {
		err = -ENOMEM;
	} else if ((fd = netns_open(netns)) < 0) {
		err = fd == -ENOENT || fd == -EINVAL ? -ENXIO : fd;
	} else {
		tm.tm_netnsid = netnsid;
		err = netns_run(fd, tap_make, &tm);
		(void) close(fd);
	}
	if (err != 0)
		host_tap_close(tap);
	else
		*tapp = tap;
	return (err);
}

void
host_tap_leave(host_tap_t *tap)
{
	tap_closefd(tap->ht_fd);
	tap_closefd(tap->ht_route);
	tap->ht_fd = tap->ht_route = -1;
}

void
host_tap_close(host_tap_t *tap)
{
	host_tap_leave(tap);
	tap_closefd(tap->ht_wake);
	free(tap->ht_netns);
	free(tap);
}

int
host_tap_lost(const host_tap_t *tap)
{
	return (tap->ht_netns != NULL &&
	    !netns_named(tap->ht_netns, tap->ht_home));
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
