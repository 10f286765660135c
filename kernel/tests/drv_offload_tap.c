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
 * Offloads with a real network stack: the host's own, which leaves checksums
 * and large segments to the link, talks TCP with another that checks them.  The
 * holder carries frames between the link and an interface of another network
 * namespace.  What it carried is judged by tshark, too, where there is one.
 */

#include "hostnet.h"

#include <linux/ethtool.h>
#include <linux/if_tun.h>
#include <linux/sockios.h>
#include <sys/wait.h>

#define	HOST_IP		0x0a3e0001	/* 10.62.0.1, unet0 */
#define	PEER_IP		0x0a3e0002	/* 10.62.0.2, peer0 */
#define	PORT		4242
#define	AMOUNT		(2 * 1024 * 1024)
#define	PCAP_MAX	4000		/* frames kept */

static int fd;		/* the link */
static int peer_tap;	/* an interface of another namespace */
static int listener;	/* a socket there */
static int stop;		/* atomic */
static FILE *pcap;
static unsigned int kept;	/* atomic */

static uint8_t
byte_at(size_t i)
{
	return ((uint8_t)(i * 131 + (i >> 8) * 29 + (i >> 16)));
}

/*
 * Frames from the link to the other interface, and the other way.
 */
static void
keep(const uint8_t *buf, uint32_t len)
{
	const unsigned int n = __atomic_fetch_add(&kept, 1, __ATOMIC_RELAXED);
	const uint32_t head[4] = { n, 0, len, len };

	if (pcap == NULL || n >= PCAP_MAX)
		return;
	(void) fwrite(head, sizeof (head), 1, pcap);
	(void) fwrite(buf, len, 1, pcap);
}

static void *
carry_out(void *arg)
{
	static uint8_t buf[16384];
	int64_t n;

	(void) arg;
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		if (hk_poll(fd, POLLIN, 100) <= 0)
			continue;
		while ((n = hk_read(fd, buf, sizeof (buf))) > 0) {
			keep(buf, (uint32_t)n);
			while (write(peer_tap, buf, (size_t)n) == -1 &&
			    errno == EAGAIN)
				continue;
		}
	}
	return (NULL);
}

static void *
carry_in(void *arg)
{
	static uint8_t buf[16384];
	struct pollfd pfd = { .fd = peer_tap, .events = POLLIN };
	ssize_t n;

	(void) arg;
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		if (poll(&pfd, 1, 100) != 1)
			continue;
		while ((n = read(peer_tap, buf, sizeof (buf))) > 0) {
			while (hk_write(fd, buf, (uint64_t)n) == -EAGAIN)
				(void) hk_poll(fd, POLLOUT, 100);
		}
	}
	return (NULL);
}

/*
 * The other namespace is that of the thread that makes this; its interface and
 * sockets stay in it.
 */
static void *
make_peer(void *arg)
{
	const char **whyp = arg;
	struct sockaddr_in sin;
	struct ifreq ifr;
	int saved = sock;
	int one = 1;

	*whyp = "no second network namespace is permitted";
	if (unshare(CLONE_NEWNET) != 0)
		return (NULL);
	*whyp = "the other interface cannot be made";
	request(&ifr, "peer0");
	ifr.ifr_flags = (short)(IFF_TAP | IFF_NO_PI);
	peer_tap = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
	sock = socket(AF_INET, SOCK_DGRAM, 0);
	listener = socket(AF_INET, SOCK_STREAM, 0);
	memset(&sin, 0, sizeof (sin));
	sin.sin_family = AF_INET;
	sin.sin_port = htons(PORT);
	(void) setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one,
	    sizeof (one));
	if (ioctl(peer_tap, TUNSETIFF, &ifr) == 0 &&
	    if_setaddr("peer0", SIOCSIFADDR, PEER_IP) == 0 &&
	    if_setaddr("peer0", SIOCSIFNETMASK, 0xffffff00) == 0 &&
	    if_setflags("peer0", IFF_UP, 0) == 0 &&
	    bind(listener, (struct sockaddr *)&sin, sizeof (sin)) == 0 &&
	    listen(listener, 1) == 0)
		*whyp = NULL;
	(void) close(sock);
	sock = saved;
	return (NULL);
}

/*
 * Takes all there is and says how much of it was right.
 */
static void *
receiver(void *arg)
{
	static uint8_t buf[65536];
	const int conn = accept(listener, NULL, NULL);
	size_t *goodp = arg;
	size_t at = 0;
	ssize_t n, i;

	while ((n = read(conn, buf, sizeof (buf))) > 0) {
		for (i = 0; i < n; i++, at++)
			*goodp += buf[i] == byte_at(at);
	}
	(void) write(conn, "done", 4);
	(void) close(conn);
	return (NULL);
}

static int
send_all(void)
{
	static uint8_t buf[AMOUNT];
	struct timeval tv = { .tv_sec = 60 };
	const int s = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in sin;
	size_t at;
	ssize_t n;
	int good;

	for (at = 0; at < AMOUNT; at++)
		buf[at] = byte_at(at);
	memset(&sin, 0, sizeof (sin));
	sin.sin_family = AF_INET;
	sin.sin_port = htons(PORT);
	sin.sin_addr.s_addr = htonl(PEER_IP);
	(void) setsockopt(s, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof (tv));
	(void) setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof (tv));
	if (connect(s, (struct sockaddr *)&sin, sizeof (sin)) != 0)
		return (0);
	for (at = 0; at < AMOUNT; at += (size_t)n) {
		if ((n = write(s, buf + at, AMOUNT - at)) <= 0)
			return (0);
	}
	(void) shutdown(s, SHUT_WR);
	good = read(s, buf, 5) == 4;
	(void) close(s);
	return (good);
}

/*
 * Packets that the host has sent to unet0, as it counts them.
 */
static uint64_t
host_packets(void)
{
	FILE *fp = fopen("/proc/thread-self/net/dev", "r");
	unsigned long long packets = 0;
	char line[512];
	char *at;

	while (fp != NULL && fgets(line, sizeof (line), fp) != NULL) {
		if ((at = strstr(line, "unet0:")) != NULL)
			(void) sscanf(at + 6, "%*u %*u %*u %*u %*u %*u %*u "
			    "%*u %*u %llu", &packets);
	}
	if (fp != NULL)
		(void) fclose(fp);
	return (packets);
}

static int
feature(uint32_t what)
{
	struct ethtool_value ev = { .cmd = what };
	struct ifreq ifr;

	request(&ifr, "unet0");
	ifr.ifr_data = (char *)&ev;
	return (ioctl(sock, SIOCETHTOOL, &ifr) == 0 ? (int)ev.data : -1);
}

static void
set_offloads(uint64_t hdr, uint64_t ulp, uint64_t lso)
{
	unet_ioc_props_t uip;

	memset(&uip, 0, sizeof (uip));
	drv_hdr(&uip.uip_hdr, "unet0");
	uip.uip_count = 4;
	uip.uip_props[0].up_id = UNET_PROP_TX_IPV4_CKSUM;
	uip.uip_props[0].up_value = hdr;
	uip.uip_props[1].up_id = UNET_PROP_TX_ULP_CKSUM;
	uip.uip_props[1].up_value = ulp;
	uip.uip_props[2].up_id = UNET_PROP_LSO;
	uip.uip_props[2].up_value = lso;
	uip.uip_props[3].up_id = UNET_PROP_RX_IPV4_CKSUM;
	uip.uip_props[3].up_value = hdr;
	is(hk_ioctl(drv_ctl, UNET_IOC_SETPROP, &uip), 0, "set");
}

/*
 * One transfer; the fewer packets the host sent for the frames that the holder
 * read, the larger they were.
 */
static void
transfer(const char *what, uint64_t hdr, uint64_t ulp, uint64_t lso)
{
	uint64_t packets, frames;
	pthread_t thread;
	size_t good = 0;

	set_offloads(hdr, ulp, lso);
	drv_until(feature(ETHTOOL_GTXCSUM) == (ulp != 0),
	    "%s: the host's stack knows of checksums", what);
	drv_until(feature(ETHTOOL_GTSO) == (lso != 0),
	    "... and of large segments");
	packets = host_packets();
	frames = drv_stat("unet0", "rx_frames", NULL);
	(void) pthread_create(&thread, NULL, receiver, &good);
	ok(send_all(), "... a transfer");
	(void) pthread_join(thread, NULL);
	is(good, AMOUNT, "... arrives as it was");
	packets = host_packets() - packets;
	frames = drv_stat("unet0", "rx_frames", NULL) - frames;
	ok(lso ? packets * 3 < frames : packets + 10 > frames,
	    "... in %llu packets that came to %llu frames",
	    (unsigned long long)packets, (unsigned long long)frames);
	is(drv_stat("unet0", "rx_drop_offload", NULL), 0, "... none dropped");
}

static long
tshark(const char *path, const char *filter)
{
	char command[512], line[512];
	long n = 0;
	FILE *fp;

	(void) snprintf(command, sizeof (command), "tshark -o "
	    "tcp.check_checksum:TRUE -o ip.check_checksum:TRUE -o "
	    "udp.check_checksum:TRUE -r %s -Y '%s' 2>/dev/null", path, filter);
	if ((fp = popen(command, "r")) == NULL)
		return (-1);
	while (fgets(line, sizeof (line), fp) != NULL)
		n++;
	return (pclose(fp) == 0 ? n : -1);
}

static void
judge(const char *path)
{
	const int status = system("command -v tshark >/dev/null 2>&1");

	if (status != 0) {
		tap_skip("tshark finds every checksum right",
		    "tshark is not installed");
		return;
	}
	ok(tshark(path, "tcp.checksum.status == 1") > 1000,
	    "tshark finds TCP checksums that are right");
	/*
	 * All ones is as right as zero, and is what MAC writes instead of it;
	 * tshark would rather have zero.
	 */
	is(tshark(path, "(tcp.checksum.status == 0 && tcp.checksum != 0xffff) "
	    "|| ip.checksum.status == 0 || udp.checksum.status == 0"), 0,
	    "... and none that is not");
	is(tshark(path, "frame.len > 1514"), 0, "... nor a large frame");
}

int
main(void)
{
	static const uint32_t head[6] = { 0xa1b2c3d4, 0x00040002, 0, 0,
	    262144, 1 };
	char path[] = "/tmp/drv_offload_tap.XXXXXX";
	pthread_t peer, carriers[2];
	const char *why = NULL;
	unet_ioc_create_t uic;
	hk_stack_t hst;

	if ((why = enter_namespace()) != NULL) {
		tap_skip("offloads with the host's stack", why);
		return (tap_done());
	}
	sock = socket(AF_INET, SOCK_DGRAM, 0);
	(void) pthread_create(&peer, NULL, make_peer, &why);
	(void) pthread_join(peer, NULL);
	if (why != NULL) {
		tap_skip("offloads with the host's stack", why);
		return (tap_done());
	}
	if ((pcap = fdopen(mkstemp(path), "w")) != NULL)
		(void) fwrite(head, sizeof (head), 1, pcap);

	drv_boot();
	drv_create_init(&uic, "unet0");
	uic.uic_rxbuf = 256 * 1024;
	need(hk_ioctl(drv_ctl, UNET_IOC_CREATE, &uic) == 0, "create");
	fd = drv_open("unet0", DRV_RDWR);
	need(fd > 0, "open (%d)", fd);
	memset(&hst, 0, sizeof (hst));
	hst.hst_linkid = uic.uic_hdr.uih_linkid;
	hst.hst_kind = HK_STACK_TAP;
	need(hk_ioctl(drv_hk, HK_IOC_PLUMB, &hst) == 0, "plumb");
	is(if_setaddr("unet0", SIOCSIFADDR, HOST_IP), 0, "an address");
	is(if_setaddr("unet0", SIOCSIFNETMASK, 0xffffff00), 0, "its mask");
	is(if_setflags("unet0", IFF_UP, 0), 0, "up");
	(void) pthread_create(&carriers[0], NULL, carry_out, NULL);
	(void) pthread_create(&carriers[1], NULL, carry_in, NULL);

	transfer("nothing", 0, UNET_ULP_CKSUM_NONE, 0);
	transfer("full checksums", 1, UNET_ULP_CKSUM_FULLV4, 0);
	transfer("partial checksums, large segments", 1,
	    UNET_ULP_CKSUM_PARTIAL, 1);
	/* Keep some of these as well. */
	__atomic_store_n(&kept, 0, __ATOMIC_RELAXED);
	transfer("full checksums, large segments", 1, UNET_ULP_CKSUM_FULLV4,
	    1);
	transfer("partial checksums, IPv4 headers apart", 0,
	    UNET_ULP_CKSUM_PARTIAL, 0);

	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	(void) pthread_join(carriers[0], NULL);
	(void) pthread_join(carriers[1], NULL);
	(void) fclose(pcap);
	judge(path);
	(void) unlink(path);
	is(hk_close(fd), 0, "close");
	is(drv_destroy("unet0"), 0, "destroy");
	return (drv_done());
}
