/* SPDX-License-Identifier: MIT */

/*
 * A TAP interface of Linux, in a network namespace of its own, where nobody
 * listens: frames written are dropped by the stack, and frames to be read are
 * put into its queue through a packet socket.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <net/ethernet.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include "bench.h"

#define	NAME		"bench0"
#define	QUIET		"/proc/sys/net/ipv6/conf/" NAME "/disable_ipv6"

static int tap, sender;
static uint8_t mac[6];
static uint8_t frame[FRAME_MAX];

static uint64_t
tap_read(size_t bytes, uint32_t batch, uint32_t frames)
{
	uint64_t moved = 0;

	(void) bytes;
	(void) batch;
	for (uint32_t i = 0; i < frames; i++) {
		ssize_t len = read(tap, frame, sizeof (frame));

		if (len < 0)
			fail("read", errno);
		moved += len;
	}
	return (moved);
}

static uint64_t
tap_write(size_t bytes, uint32_t batch, uint32_t frames)
{
	uint64_t moved = 0;

	(void) batch;
	make_frame(frame, bytes, mac);
	for (uint32_t i = 0; i < frames; i++) {
		ssize_t len = write(tap, frame, bytes);

		if (len < 0)
			fail("write", errno);
		moved += len;
	}
	return (moved);
}

static void
tap_fill(size_t bytes, uint32_t frames)
{
	make_frame(frame, bytes, mac);
	for (uint32_t i = 0; i < frames; i++) {
		if (send(sender, frame, bytes, 0) != (ssize_t)bytes)
			fail("fill", errno);
	}
}

/*
 * A packet socket on the interface; with protocol 0 it gets nothing.
 */
static int
packet_socket(uint16_t protocol)
{
	struct sockaddr_ll sll = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(protocol),
		.sll_ifindex = (int)if_nametoindex(NAME)
	};
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&sll, sizeof (sll)) != 0)
		fail("packet socket", errno);
	return (fd);
}

static void
tap_prove(void)
{
	uint8_t got[FRAME_MAX];
	int listener = packet_socket(ETHERTYPE_EXPERIMENT);
	struct pollfd pfd = { .fd = listener, .events = POLLIN };

	(void) tap_write(64, 1, 1);
	if (poll(&pfd, 1, 5000) != 1 ||
	    recv(listener, got, sizeof (got), 0) != 64 ||
	    memcmp(got, frame, 64) != 0)
		fail("a frame did not arrive", EIO);
	(void) close(listener);
}

static void
tap_close(void)
{
	(void) close(sender);
	(void) close(tap);
}

static const way_t tap_way = {
	.w_fill = tap_fill,
	.w_read = tap_read,
	.w_write = tap_write,
	.w_prove = tap_prove,
	.w_close = tap_close
};

/*
 * Linux itself sends nothing on the interface: frames that are read are ours.
 */
static void
be_quiet(void)
{
	int fd = open(QUIET, O_WRONLY);

	if (fd < 0 && errno == ENOENT)
		return;		/* a kernel without IPv6 */
	if (fd < 0 || write(fd, "1", 1) != 1)
		fail(QUIET, errno);
	(void) close(fd);
}

const way_t *
tap_open(void)
{
	struct ifreq ifr = { .ifr_flags = IFF_TAP | IFF_NO_PI };
	int any = socket(AF_INET, SOCK_DGRAM, 0);
	int yes = 1;

	(void) strcpy(ifr.ifr_name, NAME);
	if ((tap = open("/dev/net/tun", O_RDWR | O_NONBLOCK)) < 0)
		fail("/dev/net/tun", errno);
	if (ioctl(tap, TUNSETIFF, &ifr) != 0)
		fail("TUNSETIFF", errno);
	be_quiet();

	if (ioctl(any, SIOCGIFHWADDR, &ifr) != 0)
		fail("SIOCGIFHWADDR", errno);
	memcpy(mac, ifr.ifr_hwaddr.sa_data, sizeof (mac));
	ifr.ifr_qlen = QUEUE_FRAMES + FIRST_FRAMES;
	if (ioctl(any, SIOCSIFTXQLEN, &ifr) != 0)
		fail("SIOCSIFTXQLEN", errno);
	ifr.ifr_flags = IFF_UP;
	if (ioctl(any, SIOCSIFFLAGS, &ifr) != 0)
		fail("SIOCSIFFLAGS", errno);
	(void) close(any);

	sender = packet_socket(0);
	if (setsockopt(sender, SOL_PACKET, PACKET_QDISC_BYPASS, &yes,
	    sizeof (yes)) != 0)
		fail("PACKET_QDISC_BYPASS", errno);
	return (&tap_way);
}
