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
 * A stack end that is a TAP interface: the host's own IP stack on the one
 * side, the holder of the link on the other.  In a network namespace of its
 * own.
 */

#include "hostnet.h"

#include <linux/if_tun.h>
#include <net/if_arp.h>
#include <sys/wait.h>

#define	HOST_IP		0x0a3e0001	/* 10.62.0.1, the interface */
#define	PEER_IP		0x0a3e0002	/* 10.62.0.2, the holder */
#define	GROUP_IP	0xef010203	/* 239.1.2.3 */

static const uint8_t group_mac[6] = { 0x01, 0x00, 0x5e, 1, 2, 3 };
static const uint8_t foreign_mac[6] = { 0x02, 9, 9, 9, 9, 9 };

static int
if_mac_is(const char *name, const uint8_t *mac)
{
	struct ifreq ifr;

	request(&ifr, name);
	return (ioctl(sock, SIOCGIFHWADDR, &ifr) == 0 &&
	    memcmp(ifr.ifr_hwaddr.sa_data, mac, 6) == 0);
}

static int
if_setmac(const char *name, const uint8_t *mac)
{
	struct ifreq ifr;

	request(&ifr, name);
	ifr.ifr_hwaddr.sa_family = ARPHRD_ETHER;
	memcpy(ifr.ifr_hwaddr.sa_data, mac, 6);
	return (ioctl(sock, SIOCSIFHWADDR, &ifr));
}

static int
plumb(uint32_t linkid, uint32_t kind, hk_stack_t *hst)
{
	memset(hst, 0, sizeof (*hst));
	hst->hst_linkid = linkid;
	hst->hst_kind = kind;
	return (hk_ioctl(drv_hk, HK_IOC_PLUMB, hst));
}

static int
unplumb(uint32_t linkid)
{
	hk_stack_t hst;

	memset(&hst, 0, sizeof (hst));
	hst.hst_linkid = linkid;
	return (hk_ioctl(drv_hk, HK_IOC_UNPLUMB, &hst));
}

/*
 * The next frame of a type, waiting for it; others are passed over.
 */
static int64_t
next_frame(int fd, uint8_t *buf, size_t len, unsigned int type)
{
	const time_t end = time(NULL) + 30;
	int64_t n;

	while (time(NULL) < end) {
		if (hk_poll(fd, POLLIN, 1000) <= 0)
			continue;
		n = hk_read(fd, buf, len);
		if (n >= 14 && ((unsigned int)buf[12] << 8 | buf[13]) == type)
			return (n);
	}
	return (-1);
}

static void
put32(uint8_t *p, uint32_t v)
{
	v = htonl(v);
	memcpy(p, &v, 4);
}

static void
put16(uint8_t *p, uint16_t v)
{
	v = htons(v);
	memcpy(p, &v, 2);
}

static uint16_t
ip_sum(const uint8_t *p, size_t len)
{
	uint32_t sum = 0;
	size_t i;

	for (i = 0; i + 1 < len; i += 2)
		sum += (uint32_t)p[i] << 8 | p[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ((uint16_t)~sum);
}

/*
 * A UDP datagram of the peer (without a checksum) in a frame to `dst'.
 */
static size_t
udp_frame(uint8_t *buf, const uint8_t *dst, uint32_t dst_ip, uint16_t port,
    const char *text)
{
	size_t len = strlen(text), ip_len = 20 + 8 + len;

	memset(buf, 0, 14 + ip_len);
	memcpy(buf, dst, 6);
	memcpy(buf + 6, drv_peer, 6);
	put16(buf + 12, 0x0800);
	buf[14] = 0x45;
	put16(buf + 16, (uint16_t)ip_len);
	buf[22] = 64;
	buf[23] = IPPROTO_UDP;
	put32(buf + 26, PEER_IP);
	put32(buf + 30, dst_ip);
	put16(buf + 24, ip_sum(buf + 14, 20));
	put16(buf + 34, 7);
	put16(buf + 36, port);
	put16(buf + 38, (uint16_t)(8 + len));
	memcpy(buf + 42, text, len);
	return (14 + ip_len);
}

static struct sockaddr_in
address(uint32_t ip, uint16_t port)
{
	struct sockaddr_in sin;

	memset(&sin, 0, sizeof (sin));
	sin.sin_family = AF_INET;
	sin.sin_addr.s_addr = htonl(ip);
	sin.sin_port = htons(port);
	return (sin);
}

static void
send_text(uint32_t ip, uint16_t port, const char *text)
{
	struct sockaddr_in to = address(ip, port);

	(void) sendto(sock, text, strlen(text), 0, (struct sockaddr *)&to,
	    sizeof (to));
}

static int
receives(const char *text)
{
	char buf[256];
	struct pollfd pfd = { .fd = sock, .events = POLLIN };
	ssize_t n;

	if (poll(&pfd, 1, 30000) != 1)
		return (0);
	n = recv(sock, buf, sizeof (buf), 0);
	return (n == (ssize_t)strlen(text) && memcmp(buf, text, n) == 0);
}

static void
answer_arp(int fd)
{
	uint8_t buf[2048];
	int64_t n = next_frame(fd, buf, sizeof (buf), 0x0806);

	is(n, 60, "the ARP request comes, padded");
	ok(memcmp(buf, drv_bcast, 6) == 0 && memcmp(buf + 6, drv_mac, 6) == 0,
	    "... to everybody, from the link's address");
	memcpy(buf, buf + 6, 6);
	memcpy(buf + 6, drv_peer, 6);
	buf[21] = 2;
	memcpy(buf + 32, buf + 22, 10);
	memcpy(buf + 22, drv_peer, 6);
	put32(buf + 28, PEER_IP);
	is(hk_write(fd, buf, 42), 42, "it is answered");
}

static void
test_interface(uint32_t id)
{
	hk_stack_t hst;
	int fd;

	is(plumb(id, HK_STACK_TAP, &hst), 0, "plumb");
	is(hst.hst_kind, HK_STACK_TAP, "it says tap");
	is(plumb(id, HK_STACK_TAP, &hst), -EEXIST, "plumb again");
	memset(&hst, 0, sizeof (hst));
	hst.hst_linkid = id;
	is(hk_ioctl(drv_hk, HK_IOC_STACKINFO, &hst), 0, "stack info");
	is(hst.hst_kind, HK_STACK_TAP, "... says tap");

	ok(if_nametoindex("unet0") != 0, "the interface has the link's name");
	ok(if_mac_is("unet0", drv_mac), "... its address");
	is(if_mtu("unet0"), 1500, "... its MTU");
	is(if_flags("unet0") & IFF_UP, 0, "it is not up");
	is(if_setflags("unet0", IFF_UP, 0), 0, "it is set up");
	drv_until((if_flags("unet0") & IFF_RUNNING) == 0,
	    "without a holder it does not run");
	fd = drv_open("unet0", O_RDWR | O_NONBLOCK);
	ok(fd > 0, "a holder opens");
	drv_until((if_flags("unet0") & IFF_RUNNING) != 0, "now it runs");
	is(hk_close(fd), 0, "the holder closes");
	drv_until((if_flags("unet0") & IFF_RUNNING) == 0, "it stops");

	is(if_setaddr("unet0", SIOCSIFADDR, HOST_IP), 0, "it has an address");
	is(if_setaddr("unet0", SIOCSIFNETMASK, 0xffffff00), 0, "and a mask");
}

static void
test_traffic(int fd)
{
	uint8_t buf[2048];
	struct sockaddr_in me;
	socklen_t len = sizeof (me);
	int64_t n;

	send_text(PEER_IP, 7, "hello holder");
	answer_arp(fd);
	n = next_frame(fd, buf, sizeof (buf), 0x0800);
	is(n, 60, "the datagram comes, padded");
	ok(n == 60 && memcmp(buf + 42, "hello holder", 12) == 0, "... whole");
	ok(memcmp(buf, drv_peer, 6) == 0, "... to the holder's address");

	need(getsockname(sock, (struct sockaddr *)&me, &len) == 0, "port");
	n = (int64_t)udp_frame(buf, drv_mac, HOST_IP, ntohs(me.sin_port),
	    "hello host");
	is(hk_write(fd, buf, (uint64_t)n), n, "the holder sends one");
	ok(receives("hello host"), "... and the host receives it");
}

/*
 * What the interface listens to, the driver knows.
 */
static void
test_filter(int fd)
{
	struct ip_mreq mreq;
	struct sockaddr_in me;
	socklen_t len = sizeof (me);
	uint8_t buf[256];
	uint64_t drops = drv_stat("unet0", "tx_drop_filter", NULL), before;
	size_t n;

	need(getsockname(sock, (struct sockaddr *)&me, &len) == 0, "port");
	n = udp_frame(buf, group_mac, GROUP_IP, ntohs(me.sin_port), "group");
	is(hk_write(fd, buf, n), n, "a frame to a group nobody is in");
	drv_until(drv_stat("unet0", "tx_drop_filter", NULL) == drops + 1,
	    "... is filtered");

	memset(&mreq, 0, sizeof (mreq));
	mreq.imr_multiaddr.s_addr = htonl(GROUP_IP);
	mreq.imr_interface.s_addr = htonl(HOST_IP);
	is(setsockopt(sock, IPPROTO_IP, IP_ADD_MEMBERSHIP, &mreq,
	    sizeof (mreq)), 0, "a program joins");
	before = drv_stat("unet0", "tx_frames", NULL);
	drv_until(hk_write(fd, buf, n) == (int64_t)n &&
	    drv_stat("unet0", "tx_frames", NULL) != before,
	    "before long it passes");
	ok(receives("group"), "... and the program receives it");
	is(setsockopt(sock, IPPROTO_IP, IP_DROP_MEMBERSHIP, &mreq,
	    sizeof (mreq)), 0, "it leaves");
	drops = drv_stat("unet0", "tx_drop_filter", NULL);
	drv_until(hk_write(fd, buf, n) == (int64_t)n &&
	    drv_stat("unet0", "tx_drop_filter", NULL) != drops,
	    "before long it is filtered again");

	n = udp_frame(buf, foreign_mac, HOST_IP, 9, "not yours");
	drops = drv_stat("unet0", "tx_drop_filter", NULL);
	is(hk_write(fd, buf, n), n, "a frame to somebody else");
	drv_until(drv_stat("unet0", "tx_drop_filter", NULL) == drops + 1,
	    "... is filtered");
	is(if_setflags("unet0", IFF_PROMISC, 0), 0, "promiscuous mode");
	before = drv_stat("unet0", "tx_frames", NULL);
	drv_until(hk_write(fd, buf, n) == (int64_t)n &&
	    drv_stat("unet0", "tx_frames", NULL) != before,
	    "before long it passes");
	is(if_setflags("unet0", 0, IFF_PROMISC), 0, "no longer");
}

static int
link_mac_is(const uint8_t *mac)
{
	unet_ioc_info_t uii = drv_info("unet0");

	return (memcmp(uii.uii_mac, mac, 6) == 0);
}

static void
test_changes(void)
{
	static const uint8_t admin_mac[6] = { 0x02, 1, 2, 3, 4, 5 };
	static const uint8_t prop_mac[6] = { 0x02, 6, 7, 8, 9, 10 };

	is(if_setmac("unet0", admin_mac), 0, "the interface's address changes");
	drv_until(link_mac_is(admin_mac), "... and with it the link's");
	is(drv_set("unet0", UNET_PROP_MAC, 0x02060708090aULL), 0,
	    "the link's address changes");
	drv_until(if_mac_is("unet0", prop_mac), "... and the interface's");
	is(drv_set("unet0", UNET_PROP_MTU, 1400), 0, "the MTU changes");
	drv_until(if_mtu("unet0") == 1400, "... and the interface's");
	is(drv_set("unet0", UNET_PROP_MTU, 1500), 0, "and back");
	drv_until(if_mtu("unet0") == 1500, "... both");
	is(if_setmac("unet0", drv_mac), 0, "as before");
	drv_until(link_mac_is(drv_mac), "... both");
}

/*
 * More than the queue holds, and then some: nothing is lost between the host's
 * stack and the holder but what the host itself gives up.
 */
static void
test_flood(int fd)
{
	uint8_t buf[2048];
	char text[1024];
	int i, got = 0;
	uint64_t drops;
	int64_t n;

	memset(text, 'x', sizeof (text) - 1);
	text[sizeof (text) - 1] = '\0';
	while (hk_read(fd, buf, sizeof (buf)) > 0)
		continue;
	drops = drv_stat("unet0", "rx_drops", NULL);
	for (i = 0; i < 2000; i++)
		send_text(PEER_IP, 7, text);
	drv_until(drv_stat("unet0", "fc_events", NULL) > 0, "it is held up");
	is(drv_stat("unet0", "rx_drops", NULL), drops, "nothing is dropped");
	while ((n = hk_poll(fd, POLLIN, 500)) > 0) {
		while ((n = hk_read(fd, buf, sizeof (buf))) > 0) {
			if (n == 14 + 28 + (int64_t)sizeof (text) - 1)
				got++;
		}
	}
	ok(got > 64, "the holder gets more than the queue holds (%d)", got);
	is(drv_stat("unet0", "rx_drops", NULL), drops, "still nothing is");
	drv_balance("unet0");
}

/*
 * A TAP of somebody else's in the way.
 */
static int
other_tap(const char *name)
{
	struct ifreq ifr;
	int fd = open("/dev/net/tun", O_RDWR);

	request(&ifr, name);
	ifr.ifr_flags = IFF_TAP | IFF_NO_PI;
	need(fd != -1 && ioctl(fd, TUNSETIFF, &ifr) == 0, "another TAP");
	return (fd);
}

static void
test_names(void)
{
	const char *longest = "unet.abcdefghi1", *too_long = "unet.abcdefghi12";
	uint32_t id;
	hk_stack_t hst;
	int fd;

	id = drv_create(longest);
	is(plumb(id, HK_STACK_TAP, &hst), 0, "a name of 15 characters");
	is(drv_destroy(longest), 0, "... goes");
	is(if_nametoindex(longest), 0, "... with its interface");

	id = drv_create(too_long);
	is(plumb(id, HK_STACK_TAP, &hst), -ENAMETOOLONG, "one of 16");
	is(plumb(id, HK_STACK_AUTO, &hst), 0, "... gets what there is");
	is(hst.hst_kind, HK_STACK_BUS, "... a segment");
	is(drv_destroy(too_long), 0, "... goes");

	fd = other_tap("busy0");
	id = drv_create("busy0");
	is(plumb(id, HK_STACK_TAP, &hst), -EBUSY, "a name that is taken");
	is(plumb(id, HK_STACK_AUTO, &hst), -EBUSY, "... is nobody's choice");
	(void) close(fd);
	is(plumb(id, HK_STACK_AUTO, &hst), 0, "when it is free again");
	is(hst.hst_kind, HK_STACK_TAP, "... it is a TAP");
	is(unplumb(id), 0, "unplumbed");
	is(unplumb(id), -ENOENT, "once");
	is(if_nametoindex("busy0"), 0, "... it is gone");
	is(drv_destroy("busy0"), 0, "... the link too");
}

/*
 * In a process that may not: its result counts as one.
 */
static void
test_not_permitted(void)
{
	hk_stack_t hst;
	pid_t pid;
	int status;
	uint32_t id;

	if (geteuid() != 0) {
		tap_skip("no permission for a TAP", "needs root");
		return;
	}
	if ((pid = fork()) == 0) {
		(void) freopen("/dev/null", "w", stdout);
		if (setresgid(65534, 65534, 65534) != 0 ||
		    setresuid(65534, 65534, 65534) != 0)
			_exit(2);
		drv_boot();
		id = drv_create("unet0");
		if (plumb(id, HK_STACK_TAP, &hst) != -EPERM)
			_exit(3);
		if (plumb(id, HK_STACK_AUTO, &hst) != 0 ||
		    hst.hst_kind != HK_STACK_BUS)
			_exit(4);
		_exit(hk_halt(drv_kernel) == 0 ? 0 : 5);
	}
	need(waitpid(pid, &status, 0) == pid, "waited");
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 0,
	    "without permission: EPERM, and auto makes a segment (%d)",
	    WEXITSTATUS(status));
}

int
main(void)
{
	const char *why;
	uint32_t id;
	int fd;

	if ((why = enter_namespace()) != NULL) {
		tap_skip("TAP interfaces", why);
		return (tap_done());
	}
	test_not_permitted();
	sock = socket(AF_INET, SOCK_DGRAM, 0);
	need(sock != -1, "a socket");

	drv_boot();
	id = drv_create("unet0");
	test_interface(id);
	fd = drv_open("unet0", O_RDWR | O_NONBLOCK);
	need(fd > 0, "a holder");
	drv_until((if_flags("unet0") & IFF_RUNNING) != 0, "it runs");
	test_traffic(fd);
	test_filter(fd);
	test_flood(fd);
	test_changes();
	is(drv_destroy("unet0"), 0, "destroyed under its holder");
	is(if_nametoindex("unet0"), 0, "... the interface is gone");
	is(hk_close(fd), 0, "the holder closes");
	test_names();

	id = drv_create("unet0");
	need(id != 0, "a link");
	hk_stack_t hst;
	is(plumb(id, HK_STACK_TAP, &hst), 0, "plumbed at the halt");
	(void) hk_close(drv_ctl);
	(void) hk_close(drv_hk);
	is(hk_halt(drv_kernel), 0, "the halt finds nothing leaked");
	is(if_nametoindex("unet0"), 0, "... and takes the interface along");
	return (tap_done());
}
