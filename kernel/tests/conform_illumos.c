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
 * The conformance program on illumos: the table of conform.h by way of libc,
 * libdlpi for the stack's end of a link, and libdladm, if it is there, for link
 * ids.  How to build and run it is in conform.c.
 *
 *	conform [-P]
 *
 *	-P	the driver's device policy is not loaded
 *
 * What is not here and therefore skipped: VLAN tags (a DLPI stream without a
 * VLAN of its own sees none), a 64-bit program that calls as a 32-bit one does
 * (build with -m32 instead), and zones (they want one that is installed).
 */

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <libdlpi.h>
#include <poll.h>
#include <procfs.h>
#include <stropts.h>
#include <sys/dlpi.h>
#include <sys/filio.h>
#include <sys/uio.h>
#include "conform_posix.h"

/*
 * The numbers of conform.h are this system's.
 */
#define	SAME(what, a, b)	typedef char same_##what[(a) == (b) ? 1 : -1]
#define	SAME_ERRNO(name, number)	SAME(name, name, number);
CONFORM_ERRNO_MAP(SAME_ERRNO)
SAME(O_RDWR, O_RDWR, C_O_RDWR);
SAME(O_WRONLY, O_WRONLY, C_O_WRONLY);
SAME(O_NDELAY, O_NDELAY, C_O_NDELAY);
SAME(O_NONBLOCK, O_NONBLOCK, C_O_NONBLOCK);
SAME(O_CREAT, O_CREAT, C_O_CREAT);
SAME(O_EXCL, O_EXCL, C_O_EXCL);
SAME(POLLIN, POLLIN, C_POLLIN);
SAME(POLLPRI, POLLPRI, C_POLLPRI);
SAME(POLLOUT, POLLOUT, C_POLLOUT);
SAME(POLLERR, POLLERR, C_POLLERR);
SAME(POLLHUP, POLLHUP, C_POLLHUP);
SAME(POLLRDNORM, POLLRDNORM, C_POLLRDNORM);
SAME(iovec, sizeof (struct iovec), sizeof (conform_iovec_t));

static int64_t
result(int64_t res)
{
	return (res < 0 ? -(int64_t)errno : res);
}

static int
op_open(const char *path, int oflags)
{
	return ((int)result(open(path, oflags, 0600)));
}

#define	CALL(name)	name
#include "conform_calls.h"
#undef	CALL

static int
op_ioctl(int fd, int cmd, void *arg)
{
	return ((int)result(ioctl(fd, cmd, arg)));
}

static int
op_poll(int fd, int events, int msec)
{
	struct pollfd pfd = { .fd = fd, .events = (short)events };
	const int n = poll(&pfd, 1, msec);

	return (n < 0 ? -errno : pfd.revents);
}

static int
op_dup(int fd)
{
	return ((int)result(dup(fd)));
}

static int
op_setfl(int fd, int oflags)
{
	return ((int)result(fcntl(fd, F_SETFL, oflags)));
}

static int
op_asleep(int child)
{
	psinfo_t ps;
	char path[64];
	int fd;
	ssize_t n;

	(void) snprintf(path, sizeof (path), "/proc/%d/psinfo", child);
	if ((fd = open(path, O_RDONLY)) < 0)
		return (1);
	n = read(fd, &ps, sizeof (ps));
	(void) close(fd);
	return (n == (ssize_t)sizeof (ps) && ps.pr_lwp.pr_sname == 'S');
}

static void *
op_memory(size_t len, int low)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *p;

	if (low)
		return (NULL);
	p = mmap(NULL, len + page, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANON, -1, 0);
	if (p == MAP_FAILED)
		return (NULL);
	(void) munmap(p + len, page);
	return (p);
}

/*
 * Link ids.  The library's header is not everywhere, so it is asked by name.
 */
#define	DLADM_MISC	0x400	/* DATALINK_CLASS_MISC */
#define	DLADM_ACTIVE	0x1	/* DLADM_OPT_ACTIVE */

static void *dladm;		/* dladm_handle_t */
static int (*dladm_create_id)(void *, const char *, int, uint32_t, uint32_t,
    uint32_t *);
static int (*dladm_destroy_id)(void *, uint32_t, uint32_t);
static int (*dladm_rename)(void *, const char *, const char *);

static int
dladm_start(void)
{
	int (*start)(void **);
	void *lib = dlopen("libdladm.so.1", RTLD_LAZY);

	if (lib == NULL)
		return (0);
	start = (int (*)(void **))dlsym(lib, "dladm_open");
	dladm_create_id = (int (*)(void *, const char *, int, uint32_t,
	    uint32_t, uint32_t *))dlsym(lib, "dladm_create_datalink_id");
	dladm_destroy_id = (int (*)(void *, uint32_t, uint32_t))dlsym(lib,
	    "dladm_destroy_datalink_id");

	/* Where it wants a zone besides, it is another function. */
	if (dlsym(lib, "dladm_zname2info") == NULL) {
		dladm_rename = (int (*)(void *, const char *,
		    const char *))dlsym(lib, "dladm_rename_link");
	}
	return (start != NULL && dladm_create_id != NULL &&
	    dladm_destroy_id != NULL && start(&dladm) == 0);
}

static int
op_mkid(const char *name, uint32_t *linkidp)
{
	return (dladm_create_id(dladm, name, DLADM_MISC, DL_ETHER,
	    DLADM_ACTIVE, linkidp) == 0 ? 0 : -C_EIO);
}

static int
op_rmid(uint32_t linkid)
{
	return (dladm_destroy_id(dladm, linkid, DLADM_ACTIVE) == 0 ? 0 :
	    -C_EIO);
}

static int
op_rename(uint32_t linkid __attribute__((__unused__)), const char *from,
    const char *to)
{
	return (dladm_rename(dladm, from, to) == 0 ? 0 : -C_EBUSY);
}

/*
 * The stack's end: a raw DLPI stream of the link.
 */
#define	PEERS	4

static dlpi_handle_t peers[PEERS];

static int
dlpi_result(int res)
{
	return (res == DLPI_SUCCESS ? 0 : res == DLPI_ETIMEDOUT ? -C_ETIME :
	    -C_EIO);
}

static int
op_peer_open(const char *link, uint32_t linkid)
{
	int i;

	(void) linkid;
	for (i = 0; i < PEERS && peers[i] != NULL; i++)
		;
	if (i == PEERS)
		return (-C_EBUSY);
	if (dlpi_open(link, &peers[i], DLPI_RAW) != DLPI_SUCCESS) {
		peers[i] = NULL;
		return (-C_ENOENT);
	}
	if (dlpi_bind(peers[i], CONFORM_SAP, NULL) != DLPI_SUCCESS) {
		dlpi_close(peers[i]);
		peers[i] = NULL;
		return (-C_EIO);
	}
	return (i);
}

static int
op_peer_close(int peer)
{
	if (peer < 0 || peer >= PEERS || peers[peer] == NULL)
		return (-C_EBADF);
	dlpi_close(peers[peer]);
	peers[peer] = NULL;
	return (0);
}

static int
op_peer_send(int peer, const void *frame, size_t len)
{
	if (peer < 0)
		return (-C_EBADF);
	return (dlpi_result(dlpi_send(peers[peer], NULL, 0, frame, len,
	    NULL)));
}

static int
op_peer_recv(int peer, void *buf, size_t len, int msec)
{
	int res;

	if (peer < 0)
		return (-C_EBADF);
	res = dlpi_result(dlpi_recv(peers[peer], NULL, NULL, buf, &len, msec,
	    NULL));
	return (res == 0 ? (int)len : res);
}

static int
op_peer_join(int peer, const uint8_t *group, int on)
{
	return (dlpi_result(on ? dlpi_enabmulti(peers[peer], group, 6) :
	    dlpi_disabmulti(peers[peer], group, 6)));
}

static int
op_peer_promisc(int peer, int on)
{
	return (dlpi_result(on ? dlpi_promiscon(peers[peer], DL_PROMISC_PHYS) :
	    dlpi_promiscoff(peers[peer], DL_PROMISC_PHYS)));
}

static conform_ops_t ops = {
	.co_version = CONFORM_VERSION,
	.co_flags = CONFORM_PROCESS | CONFORM_FORK | CONFORM_POLICY,
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
	.co_spawn = op_spawn_process,
	.co_wait = op_wait_process,
	.co_kill = op_kill_process,
	.co_asleep = op_asleep,
	.co_dup = op_dup,
	.co_setfl = op_setfl,
	.co_memory = op_memory,
	.co_readonly = op_readonly,
	.co_become = op_become_user,
	.co_peer_open = op_peer_open,
	.co_peer_close = op_peer_close,
	.co_peer_send = op_peer_send,
	.co_peer_recv = op_peer_recv,
	.co_peer_join = op_peer_join,
	.co_peer_promisc = op_peer_promisc
};

int
main(int argc, char *argv[])
{
	if (argc > 2 || (argc == 2 && strcmp(argv[1], "-P") != 0)) {
		(void) fprintf(stderr, "usage: conform [-P]\n");
		return (2);
	}
	if (argc == 2)
		ops.co_flags &= ~CONFORM_POLICY;
	if (dladm_start()) {
		ops.co_mkid = op_mkid;
		ops.co_rmid = op_rmid;
		if (dladm_rename != NULL)
			ops.co_rename = op_rename;
	}
	catch_signals();
	return (conform_run(&ops) != 0);
}
