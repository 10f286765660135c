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
 * What a character driver sees of opens, calls, closes and polls: the first,
 * the seventh and the eighth part of what a real kernel was seen to do.
 */

#include "unit_dev.h"

/*
 * Both ways to a private minor; the types and flags that open sees.
 */
static void
test_open(void)
{
	int fd;

	fd = hk_open(kernel, "/devices/pseudo/tdrv@0:ctl", O_RDWR);
	check(fd > 0, "a private minor opens through /devices");
	check_is(td.minor, TD_MINOR, "... that minor");
	check_is(td.otyp, OTYP_CHR, "... as a character device");
	check_is(td.flag, 0x2003, "... with the flags of O_RDWR");
	check_is(hk_close(fd), 0, "it closes");
	check_is(td.closes, 1, "... and so the driver's close is called");

	fd = hk_open(kernel, NODE0, O_RDWR);
	check(fd > 0, "a private minor opens through the plug-in");
	check_is(td.minor, TD_MINOR + 1, "... that minor");
	check_is(td.otyp, OTYP_CHR, "... as a character device");
	check_is(hk_close(fd), 0, "it closes");

	fd = hk_open(kernel, NODE0, O_RDONLY);
	check_is(td.flag, 0x2001, "O_RDONLY");
	(void) hk_close(fd);
	fd = hk_open(kernel, NODE0, O_WRONLY);
	check_is(td.flag, 0x2002, "O_WRONLY");
	(void) hk_close(fd);
	fd = hk_open(kernel, NODE0, O_RDWR | OH(O_NONBLOCK));
	check_is(td.flag, 0x2083, "O_NONBLOCK");
	(void) hk_close(fd);
	fd = hk_open(kernel, NODE0, O_RDWR | OH(O_EXCL));
	check_is(td.flag, 0x2403, "O_EXCL without O_CREAT arrives");
	(void) hk_close(fd);
	check_is(td.flag, 0x2003, "... and is gone at the close");
	fd = hk_open(kernel, NODE0, O_RDWR | OH(O_CLOEXEC));
	check_is(td.flag, 0x802003, "O_CLOEXEC arrives");
	(void) hk_close(fd);
	fd = hk_open(kernel, NODE0, O_RDWR | OH(O_APPEND));
	check_is(td.flag, 0x200b, "O_APPEND");
	(void) hk_close(fd);

	check_is(hk_open(kernel, NODE0, O_RDWR | OH(O_CREAT) | OH(O_EXCL)),
	    EH(EEXIST), "O_CREAT and O_EXCL of what is there");
	fd = hk_open(kernel, NODE0, O_RDWR | OH(O_CREAT));
	check_is(td.flag, 0x2003, "O_CREAT alone does not arrive");
	(void) hk_close(fd);
	check_is(hk_open(kernel, NODE0, O_RDWR | OH(O_DIRECTORY)),
	    EH(ENOTDIR), "O_DIRECTORY");
	check_is(hk_open(kernel, NODE0, 3), EH(EINVAL), "no access mode");

	td.open_err = EBUSY;
	td.opens = td.closes = 0;
	check_is(hk_open(kernel, NODE0, O_RDWR), EH(EBUSY),
	    "the driver's errno is open's");
	check_is(td.closes, 0, "... and no close follows");
	td.open_err = 0;
}

/*
 * Counting: opens are each told, closes only the last.
 */
static void
test_counts(void)
{
	int a, b, c;

	td.opens = td.closes = 0;
	a = hk_open(kernel, NODE0, O_RDWR);
	b = hk_open(kernel, NODE0, O_RDWR);
	check_is(td.opens, 2, "open is called for each open");
	td.open_err = EBUSY;
	check_is(hk_open(kernel, NODE0, O_RDWR), EH(EBUSY), "one is refused");
	td.open_err = 0;
	check_is(hk_close(a), 0, "one closes");
	check_is(td.closes, 0, "... which the driver does not hear");
	check_is(hk_close(b), 0, "the last closes");
	check_is(td.closes, 1, "... which it does");
	check_is(hk_close(b), EH(EBADF), "a handle is not closed twice");

	td.opens = td.closes = 0;
	td.clone = TD_MINOR + 100;
	a = hk_open(kernel, NODE0, O_RDWR);
	b = hk_open(kernel, NODE0, O_RDWR);
	td.clone = 0;
	c = hk_open(kernel, NODE0, O_RDWR);
	(void) hk_ioctl(a, 1, NULL);
	check_is(td.minor, TD_MINOR + 100, "a clone has its own minor");
	(void) hk_ioctl(b, 1, NULL);
	check_is(td.minor, TD_MINOR + 101, "... the next another");
	(void) hk_ioctl(c, 1, NULL);
	check_is(td.minor, TD_MINOR + 1, "... and no clone the node's");
	(void) hk_close(a);
	check_is(td.closes, 1, "a clone's close is its own");
	check_is(td.minor, TD_MINOR + 100, "... with its minor");
	(void) hk_close(b);
	(void) hk_close(c);
	check_is(td.closes, 3, "... each");
}

static void
test_rdwr(void)
{
	char buf[64];
	int on = 1, fd;
	struct iovec iov[2] = { { buf, 10 }, { buf + 10, 20 } };

	fd = hk_open(kernel, NODE0, O_RDWR);
	td.reads = td.writes = 0;
	check_is(hk_read(fd, buf, 0), 0, "a read of nothing");
	check_is(td.reads, 0, "... does not reach the driver");
	check_is(hk_write(fd, buf, 0), 0, "a write of nothing");
	check_is(td.writes, 1, "... does");
	check_is(td.resid, 0, "... with nothing");

	check_is(hk_read(fd, buf, 10), 10, "a read");
	check_is(td.offset, 0, "... at 0");
	check_is(hk_write(fd, buf, 20), 20, "a write");
	check_is(td.offset, 10, "... where the read ended");
	check_is(hk_readv(fd, iov, 2), 30, "a readv");
	check_is(td.offset, 30, "... where the write ended");
	check_is(td.resid, 30, "... of all");
	check_is(hk_writev(fd, iov, 2), 30, "a writev");
	check_is(hk_readv(fd, iov, 0), EH(EINVAL), "no vectors");
	check_is(hk_readv(fd, iov, 1025), EH(EINVAL), "too many");
	check_is(hk_readv(fd, NULL, 2), EH(EFAULT), "vectors from nowhere");
	check_is(hk_read(fd, buf, 1UL << 63), EH(EINVAL), "too much");
	iov[0].iov_len = INT64_MAX;
	check_is(hk_readv(fd, iov, 2), EH(EINVAL), "too much in all");

	check_is(td.fmode, 0x2003, "flags arrive with the call");
	check_is(hk_setfl(fd, OH(O_NONBLOCK)), 0, "F_SETFL");
	(void) hk_read(fd, buf, 1);
	check_is(td.fmode, 0x2083, "... arrives");
	check_is(hk_getfl(fd), O_RDWR | OH(O_NONBLOCK), "F_GETFL");
	check_is(hk_setfl(fd, 0), 0, "... and off");

	td.ioctl_err = ENOTTY;
	check_is(hk_ioctl(fd, FIONBIO, &on), EH(ENOTTY),
	    "FIONBIO: the driver's errno is seen");
	check_is(td.cmd, FIONBIO, "... it was asked");
	(void) hk_read(fd, buf, 1);
	check_is(td.fmode, 0x2007, "... and FNDELAY is set all the same");
	check_is(hk_ioctl(fd, (int)host_requests[HOST_FIONBIO], &on),
	    EH(ENOTTY), "the host's FIONBIO");
	check_is(td.cmd, FIONBIO, "... arrives as the kernel's");
	td.ioctl_err = 0;
	check_is(hk_ioctl(fd, FIONBIO, NULL), EH(EFAULT), "from nowhere");
	on = 0;
	check_is(hk_ioctl(fd, FIONBIO, &on), 42, "the result is the driver's");
	(void) hk_read(fd, buf, 1);
	check_is(td.fmode, 0x2003, "FNDELAY is off");

	check_is(hk_ioctl(fd, 7, NULL), 42, "ioctl");
	check_is(td.mode & FMODELS, DATAMODEL_LP64, "... of a 64-bit caller");
	check_is(td.mode & 0xffff, 0x2003, "... with the flags");
	check_is(hk_model(fd, 32), 0, "32 bits");
	(void) hk_ioctl(fd, 7, NULL);
	check_is(td.mode & FMODELS, DATAMODEL_ILP32, "... arrives");
	check_is(hk_model(fd, 31), EH(EINVAL), "there is nothing else");

	(void) hk_setfl(fd, OH(O_NONBLOCK));
	check_is(hk_close(fd), 0, "close");
	check_is(td.flag, 0x2083, "... sees the current flags");

	fd = hk_open(kernel, NODE0, O_RDONLY);
	check_is(hk_write(fd, buf, 1), EH(EBADF), "writing what is read only");
	(void) hk_close(fd);
	fd = hk_open(kernel, NODE0, O_WRONLY);
	check_is(hk_read(fd, buf, 1), EH(EBADF), "reading what is write only");
	(void) hk_close(fd);
	check_is(hk_read(fd, buf, 1), EH(EBADF), "reading what is closed");
}

/*
 * A sleeper, in a thread of its own.
 */
typedef struct sleeper {
	int	fd;
	int	events;
	int64_t	result;
	uint_t	done;
} sleeper_t;

static void
sleep_in_read(void *arg)
{
	sleeper_t *s = arg;
	char c;

	s->result = hk_read(s->fd, &c, 1);
	__atomic_store_n(&s->done, 1, __ATOMIC_RELEASE);
}

static void
sleep_in_poll(void *arg)
{
	sleeper_t *s = arg;

	s->result = hk_poll(s->fd, s->events, -1);
	__atomic_store_n(&s->done, 1, __ATOMIC_RELEASE);
}

static void
sleep_in_open(void *arg)
{
	sleeper_t *s = arg;

	s->result = hk_open(kernel, NODE0, O_RDWR);
	__atomic_store_n(&s->done, 1, __ATOMIC_RELEASE);
}

static void
do_close(void *arg)
{
	sleeper_t *s = arg;

	s->result = hk_close(s->fd);
	__atomic_store_n(&s->done, 1, __ATOMIC_RELEASE);
}

static int
is_done(void *arg)
{
	return (__atomic_load_n(&((sleeper_t *)arg)->done, __ATOMIC_ACQUIRE));
}

static void
test_sleep(void)
{
	sleeper_t s = { .fd = hk_open(kernel, NODE0, O_RDWR) };
	hk_fault_t hf = { .hf_kind = HK_FAULT_INTR, .hf_nth = 1 };
	void *worker;
	char c;

	td.sleep = B_TRUE;
	check_is(hk_ioctl(hk, HK_IOC_FAULT, &hf), 0, "a signal is due");
	check_is(hk_read(s.fd, &c, 1), EH(EINTR), "a sleeper gets it");

	td.closes = 0;
	worker = host_worker_start(sleep_in_read, &s);
	check(wait_until(td_is_sleeping, NULL), "a reader sleeps");
	check_is(hk_close(s.fd), 0, "its file is closed");
	host_worker_join(worker);
	check_is(s.result, EH(EBADF), "the reader hears of it");
	check_is(td.closes, 1, "the driver too, afterwards");
	td.sleep = B_FALSE;
}

static void
test_close_open(void)
{
	sleeper_t c = { .fd = hk_open(kernel, NODE0, O_RDWR) };
	sleeper_t o = { .fd = -1 };
	void *closer, *opener;

	td.linger = B_TRUE;
	td.opens = 0;
	closer = host_worker_start(do_close, &c);
	check(wait_until(td_is_sleeping, NULL), "a close takes its time");
	opener = host_worker_start(sleep_in_open, &o);
	host_sleep(20000000);
	check(!is_done(&o), "an open waits for it");
	check_is(td.opens, 0, "... before the driver hears of it");
	mutex_enter(&td_lock);
	td.linger = B_FALSE;
	cv_broadcast(&td_cv);
	mutex_exit(&td_lock);
	host_worker_join(closer);
	host_worker_join(opener);
	check(o.result > 0, "then it opens");
	check_is(td.opens, 1, "... once");
	check_is(hk_close((int)o.result), 0, "closed");
}

static void
test_poll(void)
{
	sleeper_t s = { .fd = hk_open(kernel, NODE0, O_RDWR) };
	void *worker;
	int fd = s.fd, efd;

	td_ready(0);
	check_is(hk_poll(fd, PH(POLLIN), 0), 0, "nothing is ready");
	td_ready(POLLIN);
	check_is(hk_poll(fd, PH(POLLIN), 0), PH(POLLIN), "something is");
	check_is(hk_poll(fd, PH(POLLIN), -1), PH(POLLIN), "... at once");
	check_is(hk_poll(fd, PH(POLLOUT), 10), 0, "... not what was asked for");

	td.poll_err = ENXIO;
	check_is(hk_poll(fd, PH(POLLIN), 0), EH(ENXIO),
	    "chpoll's errno is poll's");
	td.poll_err = 0;
	td_ready(POLLHUP);
	check_is(hk_poll(fd, 0, 0), PH(POLLHUP), "POLLHUP comes unasked");
	check_is(hk_poll(fd, PH(POLLPRI), 0), PH(POLLHUP), "... always");
	td_ready(POLLIN | POLLHUP);
	check_is(hk_poll(fd, PH(POLLIN), 0), 0x11, "... with the rest");

	td_ready(0);
	s.events = PH(POLLIN);
	td.polls = 0;
	worker = host_worker_start(sleep_in_poll, &s);
	while (__atomic_load_n(&td.polls, __ATOMIC_RELAXED) < 2)
		host_thread_yield();
	td_ready(POLLIN);
	host_sleep(20000000);
	check(!is_done(&s), "without pollwakeup() nobody notices");
	pollwakeup(&td_pollhead, POLLIN);
	host_worker_join(worker);
	check_is(s.result, PH(POLLIN), "with it they do");

	td_ready(0);
	s = (sleeper_t){ .fd = fd, .events = PH(POLLIN) };
	td.polls = 0;
	worker = host_worker_start(sleep_in_poll, &s);
	while (__atomic_load_n(&td.polls, __ATOMIC_RELAXED) < 2)
		host_thread_yield();
	td_ready(POLLHUP);
	pollwakeup(&td_pollhead, POLLHUP);
	host_worker_join(worker);
	check_is(s.result, PH(POLLHUP), "POLLHUP wakes who waits for POLLIN");

	td_ready(0);
	s = (sleeper_t){ .fd = fd, .events = PH(POLLIN) };
	td.polls = 0;
	worker = host_worker_start(sleep_in_poll, &s);
	while (__atomic_load_n(&td.polls, __ATOMIC_RELAXED) < 2)
		host_thread_yield();
	check_is(hk_close(fd), 0, "closed under a poll");
	host_worker_join(worker);
	check_is(s.result, EH(EBADF), "... which hears of it");

	fd = hk_open(kernel, NODE0, O_RDWR);
	efd = hk_pollfd(fd);
	check(efd >= 0, "a descriptor for an event loop");
	check_is(hk_pollfd(fd), efd, "... always the same");
	td_ready(POLLIN);
	check_is(hk_pollarm(fd, PH(POLLIN)), PH(POLLIN), "ready at once");
	check(!descriptor_readable(efd), "... and the descriptor says nothing");
	td_ready(0);
	check_is(hk_pollarm(fd, PH(POLLIN)), 0, "nothing yet");
	check(!descriptor_readable(efd), "... says the descriptor");
	td_ready(POLLIN);
	pollwakeup(&td_pollhead, POLLIN);
	check(descriptor_readable(efd), "now it does");
	host_wakeup_clear(efd);
	pollwakeup(&td_pollhead, POLLIN);
	check(!descriptor_readable(efd), "once");
	td_ready(0);
	check_is(hk_pollarm(fd, PH(POLLIN)), 0, "armed again");
	pollwakeup(&td_pollhead, POLLOUT);
	check(!descriptor_readable(efd), "another event is not for it");
	pollwakeup(&td_pollhead, POLLHUP);
	check(descriptor_readable(efd), "a hang-up is");
	td.poll_err = EIO;
	check_is(hk_pollarm(fd, PH(POLLIN)), EH(EIO), "chpoll's errno");
	td.poll_err = 0;
	td_ready(0);
	check_is(hk_pollarm(fd, PH(POLLIN)), 0, "armed at the close");
	check_is(hk_close(fd), 0, "closed");
	pollwakeup(&td_pollhead, POLLIN);
	pollhead_clean(&td_pollhead);
}

/*
 * The device policy: who may open what.
 */
static void
test_policy(void)
{
	hk_cred_t nobody = { 1000, 1000, 0, 0 };
	char path[64];
	td_mac_t tm;
	datalink_id_t id;
	hk_dl_t dl = { .hdl_class = DATALINK_CLASS_MISC,
	    .hdl_flags = HK_DL_ACTIVE, .hdl_name = "vpn0" };
	int fd;

	check_is(td_mac_register(&tm), 0, "a MAC");
	check_is(hk_ioctl(hk, HK_IOC_DLCREATE, &dl), 0, "an id");
	check_is(dls_devnet_create(tm.tm_mh, dl.hdl_linkid, 0), 0, "a link");
	(void) snprintf(path, sizeof (path), "/dev/net/vpn0");
	td.opens = 0;
	check_is(hk_open(kernel, path, O_RDWR), EH(ENXIO),
	    "a minor of MAC's is for DLPI, which there is not");
	check_is(td.opens, 0, "... and never reaches the driver's open");
	check_is(hk_open(kernel, "/dev/net/vpn1", O_RDWR), EH(ENOENT),
	    "no such link");

	check_is(hk_setcred(&nobody), 0, "as somebody without privileges");
	check_is(hk_open(kernel, path, O_RDWR), EH(EACCES),
	    "a minor of MAC's wants net_rawaccess");
	fd = hk_open(kernel, NODE0, O_RDWR);
	check(fd > 0, "a private minor is the driver's to decide about");
	check_is(td.uid, 1000, "... who sees who it is");
	(void) hk_close(fd);
	td_nodes[1] = (td_node_t){ "", "node1", TD_MINOR + 2, S_IFCHR | 0600 };
	check_is(hk_open(kernel, "/dev/tdrv/node1", O_RDWR), EH(EACCES),
	    "a node's mode counts");
	check_is(hk_setcred(NULL), 0, "as before");
	fd = hk_open(kernel, "/dev/tdrv/node1", O_RDWR);
	check(fd > 0, "... unless for the privileged");
	(void) hk_close(fd);

	check_is(dls_devnet_destroy(tm.tm_mh, &id, B_TRUE), 0, "link gone");
	check_is(td_mac_unregister(&tm), 0, "MAC gone");
	check_is(hk_ioctl(hk, HK_IOC_DLDESTROY, &dl), 0, "id gone");
}

static void
test_handles(void)
{
	int a, b;

	a = hk_open(kernel, NODE0, O_RDWR);
	(void) hk_close(a);
	b = hk_open(kernel, NODE0, O_RDWR);
	check(b > a, "handles are never used again");
	(void) hk_close(b);
	check_is(hk_boot(0), EH(EBUSY), "there is one kernel");
	check_is(hk_open(kernel + 1000, NODE0, O_RDWR), EH(EBADF), "no kernel");
	check_is(hk_close(kernel), EH(EBADF), "a kernel is no file");
	check_is(hk_open(kernel, NULL, O_RDWR), EH(EFAULT), "no path");
	check_is(hk_version(), HK_VERSION, "the version");
	td.closes = 0;
	b = hk_open(kernel, NODE0, O_RDWR);
	check(b > 0, "a file is left open at the halt");
}

/*
 * Drivers that are not as they should be.
 */
static void
test_bad_drivers(void)
{
	td_mac_t tm;
	int fd;

	td_cb_ops.cb_flag &= ~D_MP;
	check_is(hk_boot(HK_BOOT_QUIET), EH(ENXIO), "without D_MP: refused");
	td_cb_ops.cb_flag |= D_MP;

	td_is_net = B_FALSE;
	td_boot();
	fd = hk_open(kernel, NODE0, O_RDWR);
	check(fd > 0, "without mac_init_ops() the character face works");
	check_is(td_mac_register(&tm), EINVAL, "... mac_register() does not");
	td_halt();
	td_is_net = B_TRUE;

	td_dev_ops.devo_getinfo = NULL;
	td_boot();
	check(td_dev_ops.devo_getinfo == mac_getinfo,
	    "without getinfo it is MAC's");
	fd = hk_open(kernel, "/devices/pseudo/tdrv@0:ctl", O_RDWR);
	check(fd > 0, "... a private minor opens through /devices");
	check_is(hk_open(kernel, NODE0, O_RDWR), EH(ENXIO),
	    "... and not through the plug-in");
	td_halt();
	td_dev_ops.devo_getinfo = td_getinfo;
}

int
main(void)
{
	td_boot();
	test_open();
	test_counts();
	test_rdwr();
	test_sleep();
	test_close_open();
	test_poll();
	test_policy();
	test_handles();
	td_halt();
	check_is(td.closes, 1, "... and the driver heard of the close");
	test_bad_drivers();
	return (check_done());
}
