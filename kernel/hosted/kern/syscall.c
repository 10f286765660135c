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
 * The system calls of this process's kernel: where host numbers become the
 * kernel's and the calling thread becomes one of the kernel's.  After
 * uts/common/syscall of illumos; the rest of it is in specfs.c.
 */

#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/kmem.h>
#include <sys/poll.h>
#include <sys/systm.h>
#include <sys/zone.h>

#include "dev_impl.h"
#include "api.h"

#define	SYS_IOV_MAX	1024
#define	SYS_IOV_LOCAL	8

/*
 * What a caller hands over besides its buffers is the memory of this process:
 * the program's own, which may be wrong, or the server's, when it calls for
 * another.
 */
static int
sys_path(const char *upath, char *path, size_t size)
{
	if (thread_caller() == NULL)
		return (copyinstr(upath, path, size, NULL));
	return (strlcpy(path, upath, size) < size ? 0 : ENAMETOOLONG);
}

static int
sys_iov(const struct iovec *uiov, int iovcnt, iovec_t *iov)
{
	size_t size = (size_t)iovcnt * sizeof (iovec_t);

	if (thread_caller() == NULL)
		return (copyin(uiov, iov, size) != 0 ? EFAULT : 0);
	bcopy(uiov, iov, size);
	return (0);
}

/*
 * This kernel, as a process of one zone has it.  No object: as whoever calls
 * has it.
 */
typedef struct local_kernel {
	zoneid_t	lk_zone;	/* RO */
} local_kernel_t;

static int
local_halt(void *kernel)
{
	if (kernel == NULL)
		return (kern_halt());
	host_free(kernel);
	return (0);
}

static int
local_zone(void *kernel, const char *uname, void **kernelp)
{
	const zoneid_t in = kernel == NULL ? GLOBAL_ZONEID :
	    ((const local_kernel_t *)kernel)->lk_zone;
	char name[ZONENAME_MAX];
	local_kernel_t *lk;
	int zoneid, err;

	if ((err = kern_enter_zone(ALL_ZONES)) != 0)
		return (-border_errno(err));
	if ((err = sys_path(uname, name, sizeof (name))) == ENAMETOOLONG)
		err = ENOENT;
	kern_exit();
	if (err != 0)
		return (-border_errno(err));
	if ((zoneid = hk_api_zone(0, 1, 1, name, in)) < 0)
		return (zoneid);
	if ((lk = host_alloc(sizeof (*lk), 0)) == NULL)
		return (-border_errno(ENOMEM));
	lk->lk_zone = zoneid;
	*kernelp = lk;
	return (0);
}

static int
local_open(void *kernel, const char *upath, int oflags, void **filep)
{
	const local_kernel_t *lk = kernel;
	const zoneid_t zone = lk == NULL ? ALL_ZONES : lk->lk_zone;
	char path[MAXPATHLEN];
	int err;

	if ((err = kern_enter_zone(zone)) != 0)
		return (-border_errno(err));
	if ((err = sys_path(upath, path, sizeof (path))) == 0) {
		err = spec_open(path, (uint_t)border_oflags_in(oflags), zone,
		    (kfile_t **)filep);
	}
	kern_exit();
	return (-border_errno(err));
}

static int
local_import(void *kernel __unused, int fd __unused, void **filep __unused)
{
	return (-border_errno(ENOTSUP));
}

static int
local_export(void *file __unused)
{
	return (-border_errno(ENOTSUP));
}

static int
local_gonefd(void *kernel __unused)
{
	return (-border_errno(ENOTSUP));
}

static int
local_close(void *file)
{
	(void) kern_enter();
	spec_close(file);
	kern_exit();
	return (0);
}

static void
local_wake(void *file)
{
	spec_wake(file);
}

/*
 * A call on a file begins: as who calls, in the zone that the file is used in.
 */
static int
file_begin(const kfile_t *kf)
{
	return (kern_enter_zone(spec_zone(kf)));
}

static int64_t
local_rdwr(void *file, void *buf, uint64_t len, uio_rw_t rw)
{
	iovec_t iov = { buf, len };
	ssize_t count = 0;
	int err;

	if ((err = file_begin(file)) != 0)
		return (-(int64_t)border_errno(err));
	err = spec_rdwr(file, &iov, 1, rw, &count);
	kern_exit();
	return (err != 0 ? -(int64_t)border_errno(err) : count);
}

static int64_t
local_read(void *file, void *buf, uint64_t len)
{
	return (local_rdwr(file, buf, len, UIO_READ));
}

static int64_t
local_write(void *file, const void *buf, uint64_t len)
{
	return (local_rdwr(file, (void *)(uintptr_t)buf, len, UIO_WRITE));
}

static int64_t
local_rdwrv(void *file, const struct iovec *uiov, int iovcnt, uio_rw_t rw)
{
	iovec_t local[SYS_IOV_LOCAL], *iov = local;
	size_t size = (size_t)iovcnt * sizeof (iovec_t);
	ssize_t count = 0;
	int err;

	if (iovcnt <= 0 || iovcnt > SYS_IOV_MAX)
		return (-border_errno(EINVAL));
	if ((err = file_begin(file)) != 0)
		return (-(int64_t)border_errno(err));
	if (iovcnt > SYS_IOV_LOCAL)
		iov = kmem_alloc(size, KM_SLEEP);
	if ((err = sys_iov(uiov, iovcnt, iov)) == 0)
		err = spec_rdwr(file, iov, iovcnt, rw, &count);
	if (iov != local)
		kmem_free(iov, size);
	kern_exit();
	return (err != 0 ? -(int64_t)border_errno(err) : count);
}

static int64_t
local_readv(void *file, const struct iovec *iov, int iovcnt)
{
	return (local_rdwrv(file, iov, iovcnt, UIO_READ));
}

static int64_t
local_writev(void *file, const struct iovec *iov, int iovcnt)
{
	return (local_rdwrv(file, iov, iovcnt, UIO_WRITE));
}

static int
local_ioctl(void *file, int cmd, void *arg)
{
	int err, rval = 0;

	if ((err = file_begin(file)) != 0)
		return (-border_errno(err));
	err = spec_ioctl(file, border_request_in(cmd), (intptr_t)arg, &rval);
	kern_exit();
	return (err != 0 ? -border_errno(err) : rval);
}

static int
local_setfl(void *file, int oflags)
{
	return (-border_errno(spec_setfl(file,
	    (uint_t)border_oflags_in(oflags))));
}

static int
local_getfl(void *file)
{
	return (border_oflags_out((int)spec_getfl(file)));
}

static int
local_poll(void *file, int events, int timeout)
{
	short revents = 0;
	int err;

	/* To poll(2) what is gone is no failure. */
	if (file_begin(file) != 0)
		return (border_poll_out(POLLHUP));
	err = spec_poll(file, border_poll_in(events), timeout, &revents);
	kern_exit();
	return (err != 0 ? -border_errno(err) : border_poll_out(revents));
}

static int
local_pollfd(void *file)
{
	int fd, err;

	if ((err = file_begin(file)) != 0)
		return (-border_errno(err));
	fd = spec_pollfd(file);
	kern_exit();
	return (fd < 0 ? -border_errno(-fd) : fd);
}

static int
local_pollarm(void *file, int events)
{
	short revents = 0;
	int err;

	/* To poll(2) what is gone is no failure. */
	if (file_begin(file) != 0)
		return (border_poll_out(POLLHUP));
	err = spec_pollarm(file, border_poll_in(events), &revents);
	kern_exit();
	return (err != 0 ? -border_errno(err) : border_poll_out(revents));
}

static int
local_model(void *file, int bits)
{
	return (-border_errno(spec_model(file, bits)));
}

const hk_ops_t local_ops = {
	.ho_halt = local_halt,
	.ho_zone = local_zone,
	.ho_open = local_open,
	.ho_import = local_import,
	.ho_gonefd = local_gonefd,
	.ho_close = local_close,
	.ho_wake = local_wake,
	.ho_read = local_read,
	.ho_write = local_write,
	.ho_readv = local_readv,
	.ho_writev = local_writev,
	.ho_ioctl = local_ioctl,
	.ho_export = local_export,
	.ho_setfl = local_setfl,
	.ho_getfl = local_getfl,
	.ho_poll = local_poll,
	.ho_pollfd = local_pollfd,
	.ho_pollarm = local_pollarm,
	.ho_model = local_model
};
