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
 * The groups that interfaces listen to.  Linux lists them in one place,
 * /proc/thread-self/net/dev_mcast, and tells nobody when they change, so the
 * list is read again and again: a descriptor of it stays with the namespace
 * that it was opened in, and keeps that, whichever thread reads it.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host.h"
#include "netns.h"
#include "tap.h"

#define	GROUPS_PATH	"/proc/thread-self/net/dev_mcast"
#define	MACLEN		6

static int
groups_open(void *nsp)
{
	int fd;

	*(unsigned long long *)nsp = netns_inode(-1);
	fd = open(GROUPS_PATH, O_RDONLY | O_CLOEXEC);
	return (fd == -1 ? -errno : fd);
}

int
host_groups_open(host_tap_t *tap, unsigned long long *nsp, int *awayp)
{
	const int ns = tap_place(tap, awayp);
	int fd;

	fd = netns_run(ns, groups_open, nsp);
	if (ns != -1)
		(void) close(ns);
	return (fd);
}

void
host_groups_close(int fd)
{
	(void) close(fd);
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return (c - '0');
	return (c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1);
}

/*
 * A line is: index, name, users, global users, address in hex.
 */
static int
groups_line(const char *line, int *indexp, unsigned char *mac)
{
	char hex[2 * MACLEN + 2];
	int i, high, low;

	if (sscanf(line, "%d %*s %*d %*d %13s", indexp, hex) != 2 ||
	    strlen(hex) != 2 * MACLEN)
		return (0);
	for (i = 0; i < MACLEN; i++) {
		high = hex_digit(hex[2 * i]);
		low = hex_digit(hex[2 * i + 1]);
		if (high == -1 || low == -1)
			return (0);
		mac[i] = (unsigned char)(high << 4 | low);
	}
	return (1);
}

int
host_groups_read(int fd, void (*func)(void *, int, const unsigned char *),
    void *arg)
{
	char buf[16384];
	unsigned char mac[MACLEN];
	size_t have = 0;
	off_t at = 0;
	ssize_t n;
	int index;

	while ((n = pread(fd, buf + have, sizeof (buf) - 1 - have, at)) > 0) {
		char *line = buf, *end;

		at += n;
		have += (size_t)n;
		buf[have] = '\0';
		while ((end = strchr(line, '\n')) != NULL) {
			*end = '\0';
			if (groups_line(line, &index, mac))
				func(arg, index, mac);
			line = end + 1;
		}
		have -= (size_t)(line - buf);
		(void) memmove(buf, line, have);
	}
	return (n == 0 ? 0 : -errno);
}
