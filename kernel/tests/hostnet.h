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

#ifndef	_HOSTNET_H
#define	_HOSTNET_H

/*
 * Interfaces of the host, in a network namespace of the test's own.
 */

#include "drv.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

static int sock;	/* for ioctls, and to send from */

static inline int
write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	int good;

	if (fd == -1)
		return (0);
	good = write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	(void) close(fd);
	return (good);
}

/*
 * NULL, or why there is no namespace to be had.
 */
static inline const char *
enter_namespace(void)
{
	char map[64];
	unsigned int uid = geteuid(), gid = getegid();
	int fd;

	if (uid == 0) {
		if (unshare(CLONE_NEWNET) != 0)
			return ("no network namespace is permitted");
	} else {
		if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
			return ("no user namespace is permitted");
		(void) write_file("/proc/self/setgroups", "deny");
		(void) snprintf(map, sizeof (map), "0 %u 1", uid);
		if (!write_file("/proc/self/uid_map", map))
			return ("no user namespace is permitted");
		(void) snprintf(map, sizeof (map), "0 %u 1", gid);
		(void) write_file("/proc/self/gid_map", map);
	}
	if ((fd = open("/dev/net/tun", O_RDWR)) == -1)
		return ("/dev/net/tun cannot be opened");
	(void) close(fd);
	return (NULL);
}

static inline void
request(struct ifreq *ifr, const char *name)
{
	memset(ifr, 0, sizeof (*ifr));
	(void) snprintf(ifr->ifr_name, IFNAMSIZ, "%s", name);
}

static inline unsigned int
if_flags(const char *name)
{
	struct ifreq ifr;

	request(&ifr, name);
	if (ioctl(sock, SIOCGIFFLAGS, &ifr) != 0)
		return (0);
	return ((unsigned short)ifr.ifr_flags);
}

static inline int
if_setflags(const char *name, unsigned int on, unsigned int off)
{
	struct ifreq ifr;
	unsigned int flags = if_flags(name);

	request(&ifr, name);
	ifr.ifr_flags = (short)((flags | on) & ~off);
	return (ioctl(sock, SIOCSIFFLAGS, &ifr));
}

static inline int
if_setaddr(const char *name, int req, uint32_t addr)
{
	struct ifreq ifr;
	struct sockaddr_in *sin = (struct sockaddr_in *)&ifr.ifr_addr;

	request(&ifr, name);
	sin->sin_family = AF_INET;
	sin->sin_addr.s_addr = htonl(addr);
	return (ioctl(sock, req, &ifr));
}

static inline int
if_mtu(const char *name)
{
	struct ifreq ifr;

	request(&ifr, name);
	return (ioctl(sock, SIOCGIFMTU, &ifr) == 0 ? ifr.ifr_mtu : -1);
}

#endif	/* _HOSTNET_H */
