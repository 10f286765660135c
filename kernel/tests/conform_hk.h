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

#ifndef	_CONFORM_HK_H
#define	_CONFORM_HK_H

/*
 * The table of the conformance program over hk_*, for kernels of this process
 * and served ones alike: host numbers become those of illumos, and what a real
 * system has ipadm, dlmgmtd and zoneadm for is a request on /dev/hk.
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include "hk.h"
#include "conform_posix.h"

#define	HOST_ERRNO(name, number)	{ name, number },
static const struct {
	int	host;
	int	number;
} hk_errnos[] = { CONFORM_ERRNO_MAP(HOST_ERRNO) };
#undef	HOST_ERRNO

static const struct {
	int	host;
	int	number;
} hk_events[] = {
	{ POLLIN, C_POLLIN }, { POLLPRI, C_POLLPRI }, { POLLOUT, C_POLLOUT },
	{ POLLERR, C_POLLERR }, { POLLHUP, C_POLLHUP },
	{ POLLRDNORM, C_POLLRDNORM }
};

#define	NHK(a)	(sizeof (a) / sizeof ((a)[0]))

static int hk_kernel;
static int hk_dev = -1;		/* /dev/hk */

/*
 * A result; an error that no fact speaks of is -C_EMAX and more.
 */
static int64_t
result(int64_t res)
{
	size_t i;

	if (res >= 0)
		return (res);
	for (i = 0; i < NHK(hk_errnos); i++) {
		if (hk_errnos[i].host == -res)
			return (-hk_errnos[i].number);
	}
	return (res - C_EMAX);
}

static int
hk_events_in(int events)
{
	int host = 0;
	size_t i;

	for (i = 0; i < NHK(hk_events); i++) {
		if ((events & hk_events[i].number) != 0)
			host |= hk_events[i].host;
	}
	return (host);
}

static int
hk_events_out(int host)
{
	int events = 0;
	size_t i;

	for (i = 0; i < NHK(hk_events); i++) {
		if ((host & hk_events[i].host) != 0)
			events |= hk_events[i].number;
	}
	return (events);
}

static int
hk_oflags(int oflags)
{
	return ((oflags & C_O_WRONLY ? O_WRONLY : 0) |
	    (oflags & C_O_RDWR ? O_RDWR : 0) |
	    (oflags & C_O_NONBLOCK ? O_NONBLOCK : 0) |
	    (oflags & C_O_CREAT ? O_CREAT : 0) |
	    (oflags & C_O_EXCL ? O_EXCL : 0));
}

/*
 * This host has no O_NDELAY of its own; FIONBIO sets the kernel's.
 */
static int
op_open(const char *path, int oflags)
{
	const int fd = hk_open(hk_kernel, path, hk_oflags(oflags));
	int on = 1;

	if (fd >= 0 && (oflags & C_O_NDELAY) != 0)
		(void) hk_ioctl(fd, FIONBIO, &on);
	return ((int)result(fd));
}

#define	CALL(name)	hk_##name
#include "conform_calls.h"
#undef	CALL

static int
op_ioctl(int fd, int cmd, void *arg)
{
	return ((int)result(hk_ioctl(fd,
	    cmd == (int)C_FIONBIO ? FIONBIO : cmd, arg)));
}

static int
op_poll(int fd, int events, int msec)
{
	const int res = hk_poll(fd, hk_events_in(events), msec);

	return (res < 0 ? (int)result(res) : hk_events_out(res));
}

static int
op_setfl(int fd, int oflags)
{
	return ((int)result(hk_setfl(fd, hk_oflags(oflags))));
}

static int
op_model(int fd, int bits)
{
	return ((int)result(hk_model(fd, bits)));
}

static void *
op_memory(size_t len, int low)
{
	const int flags = MAP_PRIVATE | MAP_ANONYMOUS;
	char *p;

#ifdef	MAP_32BIT
	p = mmap(NULL, len + 4096, PROT_READ | PROT_WRITE,
	    low ? flags | MAP_32BIT : flags, -1, 0);
#else
	p = low ? MAP_FAILED : mmap(NULL, len + 4096, PROT_READ | PROT_WRITE,
	    flags, -1, 0);
#endif
	if (p == MAP_FAILED)
		return (NULL);
	(void) mprotect(p + len, 4096, PROT_NONE);
	return (p);
}

/*
 * The link management daemon.
 */
#define	MISC	0x400		/* DATALINK_CLASS_MISC */
#define	ETHER	4		/* DL_ETHER */

static int
op_mkid(const char *name, uint32_t *linkidp)
{
	hk_dl_t hdl = {
		.hdl_class = MISC, .hdl_media = ETHER, .hdl_flags = HK_DL_ACTIVE
	};
	int err;

	(void) snprintf(hdl.hdl_name, sizeof (hdl.hdl_name), "%s", name);
	err = hk_ioctl(hk_dev, HK_IOC_DLCREATE, &hdl);
	*linkidp = hdl.hdl_linkid;
	return ((int)result(err));
}

static int
op_rmid(uint32_t linkid)
{
	hk_dl_t hdl = { .hdl_linkid = linkid };

	return ((int)result(hk_ioctl(hk_dev, HK_IOC_DLDESTROY, &hdl)));
}

static int
op_rename(uint32_t linkid, const char *from __attribute__((__unused__)),
    const char *to)
{
	hk_dl_t hdl = { .hdl_linkid = linkid };

	(void) snprintf(hdl.hdl_name, sizeof (hdl.hdl_name), "%s", to);
	return ((int)result(hk_ioctl(hk_dev, HK_IOC_DLRENAME, &hdl)));
}

static int
op_lend(uint32_t linkid, int zoneid)
{
	hk_dl_t hdl = { .hdl_linkid = linkid, .hdl_zoneid = zoneid };

	return ((int)result(hk_ioctl(hk_dev, HK_IOC_DLSETZONE, &hdl)));
}

/*
 * The stack's end: a segment of the link's name, which keeps the link busy and
 * sends frames in two blocks, as IP does, and a port there.
 */
#define	PEERS	4

static struct {
	int		port;		/* 0: free */
	uint32_t	linkid;
} hk_peers[PEERS];

static int
hk_unplumb(uint32_t linkid)
{
	hk_stack_t hst = { .hst_linkid = linkid };

	return ((int)result(hk_ioctl(hk_dev, HK_IOC_UNPLUMB, &hst)));
}

static int
op_peer_open(const char *link, uint32_t linkid)
{
	hk_stack_t hst = {
		.hst_linkid = linkid, .hst_kind = HK_STACK_BUS,
		.hst_flags = HK_STACK_PIN | HK_STACK_SPLIT
	};
	char path[64];
	int err, i;

	for (i = 0; i < PEERS && hk_peers[i].port != 0; i++)
		;
	if (i == PEERS)
		return (-C_EBUSY);
	(void) snprintf(hst.hst_bus, sizeof (hst.hst_bus), "%s", link);
	if ((err = hk_ioctl(hk_dev, HK_IOC_PLUMB, &hst)) != 0)
		return ((int)result(err));
	(void) snprintf(path, sizeof (path), "/dev/bus/%s", link);
	err = hk_open(hk_kernel, path, O_RDWR | O_NONBLOCK);
	if (err < 0) {
		(void) hk_unplumb(linkid);
		return ((int)result(err));
	}
	hk_peers[i].port = err;
	hk_peers[i].linkid = linkid;
	return (i);
}

static int
op_peer_close(int peer)
{
	if (peer < 0 || peer >= PEERS || hk_peers[peer].port == 0)
		return (-C_EBADF);
	(void) hk_close(hk_peers[peer].port);
	hk_peers[peer].port = 0;
	return (hk_unplumb(hk_peers[peer].linkid));
}

static int
op_peer_send(int peer, const void *frame, size_t len)
{
	int64_t res;

	if (peer < 0 || peer >= PEERS)
		return (-C_EBADF);
	res = hk_write(hk_peers[peer].port, frame, len);
	return (res < 0 ? (int)result(res) : 0);
}

static int
op_peer_recv(int peer, void *buf, size_t len, int msec)
{
	int port, res;

	if (peer < 0 || peer >= PEERS)
		return (-C_EBADF);
	port = hk_peers[peer].port;
	if ((res = hk_poll(port, POLLIN, msec)) <= 0)
		return (res == 0 ? -C_ETIME : (int)result(res));
	return ((int)result(hk_read(port, buf, len)));
}

static int
hk_want(int peer, uint32_t what, const uint8_t *group)
{
	hk_stackwant_t hsw = { .hsw_what = what };

	if (peer < 0 || peer >= PEERS)
		return (-C_EBADF);
	hsw.hsw_linkid = hk_peers[peer].linkid;
	if (group != NULL)
		(void) memcpy(hsw.hsw_addr, group, sizeof (hsw.hsw_addr));
	return ((int)result(hk_ioctl(hk_dev, HK_IOC_STACKWANT, &hsw)));
}

static int
op_peer_join(int peer, const uint8_t *group, int on)
{
	return (hk_want(peer, on ? HK_WANT_JOIN : HK_WANT_LEAVE, group));
}

static int
op_peer_promisc(int peer, int on)
{
	return (hk_want(peer, on ? HK_WANT_ALL : HK_WANT_OWN, NULL));
}

/*
 * What does not depend on where the kernel is.
 */
static void
hk_ops_init(conform_ops_t *ops)
{
	*ops = (conform_ops_t){
		.co_version = CONFORM_VERSION,
		.co_flags = CONFORM_POLICY | CONFORM_TAGS |
		    CONFORM_NO_SKIPS,
		.co_open = op_open,
		.co_close = op_close,
		.co_read = op_read,
		.co_write = op_write,
		.co_readv = op_readv,
		.co_writev = op_writev,
		.co_ioctl = op_ioctl,
		.co_poll = op_poll,
		.co_getpid = op_getpid,
		.co_msec = op_msec,
		.co_sleep = op_sleep,
		.co_print = op_print,
		.co_setfl = op_setfl,
		.co_memory = op_memory,
		.co_readonly = op_readonly,
		.co_model = op_model,
		.co_mkid = op_mkid,
		.co_rmid = op_rmid,
		.co_rename = op_rename,
		.co_lend = op_lend,
		.co_peer_open = op_peer_open,
		.co_peer_close = op_peer_close,
		.co_peer_send = op_peer_send,
		.co_peer_recv = op_peer_recv,
		.co_peer_join = op_peer_join,
		.co_peer_promisc = op_peer_promisc
	};
}

/*
 * Does a thread or process of this host sleep?  Several looks, because on its
 * way it may have slept for something else.
 */
static int
hk_asleep(const char *stat)
{
	char state = 'R';
	FILE *file;
	int i;

	for (i = 0; i < 5; i++) {
		if (i > 0)
			op_sleep(1);
		file = fopen(stat, "r");
		if (file == NULL)
			return (1);
		if (fscanf(file, "%*d %*s %c", &state) != 1)
			state = 'S';
		(void) fclose(file);
		if (state != 'S')
			return (0);
	}
	return (1);
}

#endif	/* _CONFORM_HK_H */
