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

#ifndef	_DRV_ERRNOS_H
#define	_DRV_ERRNOS_H

/*
 * How requests fail: request, errno, cause.  ALL stands for every control
 * request, OTHER for any errno (what the link management daemon or MAC said);
 * where the cause is OK there is none.
 *
 * drv_errno.c provokes every one.  No test sees a control request fail in a way
 * that is not here: drv.h looks.  A check of the repository compares this with
 * the comments of sys/unet.h.
 */
#define	DRV_ERRNOS(X) \
	X(ALL, EFAULT, OK) \
	X(ALL, EINVAL, VERSION) \
	X(ALL, EINVAL, RESERVED) \
	X(ALL, ENAMETOOLONG, NAME) \
	X(CREATE, ENOTTY, OK) \
	X(DESTROY, ENOTTY, OK) \
	X(LIST, ENOTTY, OK) \
	X(LIST, EFAULT, OK) \
	X(CREATE, EBADF, RDONLY) \
	X(CREATE, EPERM, PRIV) \
	X(CREATE, EPERM, ZONE) \
	X(CREATE, EINVAL, NAME) \
	X(CREATE, EINVAL, LINKID) \
	X(CREATE, EINVAL, MACLEN) \
	X(CREATE, EINVAL, MACADDR) \
	X(CREATE, EINVAL, MTU) \
	X(CREATE, EINVAL, LIFETIME) \
	X(CREATE, EINVAL, POLICY) \
	X(CREATE, EINVAL, LINGER) \
	X(CREATE, ERANGE, BUFTOOSMALL) \
	X(CREATE, ERANGE, BUFTOOBIG) \
	X(CREATE, EEXIST, EXISTS) \
	X(CREATE, ENOENT, NOLINK) \
	X(CREATE, ENOSPC, MINORS) \
	X(CREATE, ENOMEM, NOMEM) \
	X(CREATE, EINTR, INTR) \
	X(CREATE, ENOTSUP, ZONE) \
	X(CREATE, OTHER, DLMGMT) \
	X(CREATE, OTHER, MAC) \
	X(DESTROY, EBADF, RDONLY) \
	X(DESTROY, EPERM, PRIV) \
	X(DESTROY, EPERM, ZONE) \
	X(DESTROY, EINVAL, LINKID) \
	X(DESTROY, ENOENT, NOLINK) \
	X(DESTROY, EBUSY, BUSY) \
	X(DESTROY, EBUSY, HELD) \
	X(DESTROY, ENXIO, DYING) \
	X(INFO, EINVAL, LINKID) \
	X(INFO, ENOENT, NOLINK) \
	X(INFO, ENXIO, DYING) \
	X(GETPROP, EINVAL, LINKID) \
	X(GETPROP, EINVAL, PROPCOUNT) \
	X(GETPROP, ENOENT, NOLINK) \
	X(GETPROP, ENXIO, DYING) \
	X(GETPROP, ENOTSUP, NOPROP) \
	X(SETPROP, EINVAL, LINKID) \
	X(SETPROP, EINVAL, PROPCOUNT) \
	X(SETPROP, EINVAL, MACADDR) \
	X(SETPROP, EINVAL, POLICY) \
	X(SETPROP, EINVAL, PROPVAL) \
	X(SETPROP, EBADF, RDONLY) \
	X(SETPROP, EPERM, PRIV) \
	X(SETPROP, EPERM, ZONE) \
	X(SETPROP, EACCES, PROPRDONLY) \
	X(SETPROP, ENOENT, NOLINK) \
	X(SETPROP, ENXIO, DYING) \
	X(SETPROP, ENOTSUP, NOPROP) \
	X(SETPROP, ERANGE, BUFTOOSMALL) \
	X(SETPROP, ERANGE, BUFTOOBIG) \
	X(SETPROP, ERANGE, MTU) \
	X(SETPROP, ERANGE, LINGER) \
	X(SETPROP, EBUSY, BUSY) \
	X(SETPROP, ENOMEM, NOMEM) \
	X(SETPROP, OTHER, MAC) \
	X(EVENT, ENOTTY, OK) \
	X(EVENT, EINVAL, LINKID) \
	X(EVENT, EBADF, WRONLY) \
	X(EVENT, EAGAIN, NOEVENT) \
	X(EVENT, EINTR, INTR) \
	X(EVENT, ENXIO, DYING) \
	X(CAPTURE, ENOTTY, OK) \
	X(CAPTURE, EBADF, WRONLY) \
	X(CAPTURE, EPERM, PRIV) \
	X(CAPTURE, EPERM, ZONE) \
	X(CAPTURE, EINVAL, LINKID) \
	X(CAPTURE, ENOENT, NOLINK) \
	X(CAPTURE, EBUSY, BOUND) \
	X(CAPTURE, ERANGE, SNAPLEN) \
	X(CAPTURE, ERANGE, BUFTOOSMALL) \
	X(CAPTURE, ERANGE, BUFTOOBIG) \
	X(CAPTURE, ENOSPC, CAPTURES) \
	X(CAPTURE, ENOMEM, NOMEM) \
	X(CAPTURE, ENXIO, DYING) \
	X(WATCH, ENOTTY, OK) \
	X(WATCH, EBADF, WRONLY) \
	X(WATCH, EPERM, PRIV) \
	X(WATCH, EPERM, ZONE) \
	X(WATCH, EINVAL, LINKID) \
	X(WATCH, ENOENT, NOLINK) \
	X(WATCH, EBUSY, BOUND) \
	X(WATCH, ENXIO, DYING) \
	X(WATCHED, ENOTTY, OK) \
	X(WATCHED, EBADF, WRONLY) \
	X(WATCHED, EINVAL, UNBOUND) \
	X(WATCHED, EINVAL, RESERVED) \
	X(WATCHED, EAGAIN, NOEVENT) \
	X(WATCHED, EINTR, INTR) \
	X(WATCHED, ENXIO, DYING) \
	X(FRAMEIO_READ, EINVAL, OK) \
	X(FRAMEIO_READ, EBADF, OK) \
	X(FRAMEIO_READ, EAGAIN, OK) \
	X(FRAMEIO_READ, EINTR, OK) \
	X(FRAMEIO_READ, ENXIO, OK) \
	X(FRAMEIO_READ, ENOMEM, OK) \
	X(FRAMEIO_READ, EFAULT, OK) \
	X(FRAMEIO_READ, EOVERFLOW, OK) \
	X(FRAMEIO_WRITE, EINVAL, OK) \
	X(FRAMEIO_WRITE, EBADF, OK) \
	X(FRAMEIO_WRITE, EAGAIN, OK) \
	X(FRAMEIO_WRITE, EINTR, OK) \
	X(FRAMEIO_WRITE, ENXIO, OK) \
	X(FRAMEIO_WRITE, ENOMEM, OK) \
	X(FRAMEIO_WRITE, EFAULT, OK) \
	X(FRAMEIO_WRITE, ERANGE, OK)

#define	OTHER		0
#define	UNET_IOC_ALL	0

typedef struct drv_failure {
	int		df_cmd;
	int		df_err;
	unet_errno_t	df_cause;
	const char	*df_what;
} drv_failure_t;

#define	DRV_FAILURE(request, err, cause) \
	{ UNET_IOC_##request, err, UNET_E_##cause, \
	    #request " says " #err ", " #cause },
static const drv_failure_t drv_failures[] = {
	DRV_ERRNOS(DRV_FAILURE)
};
#undef	DRV_FAILURE

#define	DRV_NFAILURES	(sizeof (drv_failures) / sizeof (drv_failures[0]))

/*
 * By which requests each was seen to fail: bits, by the number of the command.
 */
static uint64_t drv_failed[DRV_NFAILURES];	/* atomic */

/*
 * A server may be without a connection to spare: the ends of those that the
 * dead have left are still to be seen.  That is not the driver's.
 */
static int drv_crowded;		/* RO once threads run */

/*
 * Who is of a zone that was halted hears ENXIO before the driver does.
 */
static int drv_zoneless;

static inline int
drv_is_frameio(int cmd)
{
	return (cmd == UNET_IOC_FRAMEIO_READ || cmd == UNET_IOC_FRAMEIO_WRITE);
}

/*
 * Are there rows of this request at all?  To others than unet's, and on files
 * of others, this has nothing to say.
 */
static inline int
drv_known(int cmd)
{
	size_t i;

	for (i = 0; i < DRV_NFAILURES; i++) {
		if (cmd != UNET_IOC_ALL && drv_failures[i].df_cmd == cmd)
			return (1);
	}
	return (0);
}

/*
 * A request has failed.  EBADF without a cause that goes with it is of a file
 * that is closed, and not of the driver.
 */
static inline void
drv_note(int cmd, int err, uint32_t cause)
{
	int listed = 0;
	size_t i;

	for (i = 0; i < DRV_NFAILURES; i++) {
		const drv_failure_t *df = &drv_failures[i];

		if ((df->df_cmd != cmd && (df->df_cmd != UNET_IOC_ALL ||
		    drv_is_frameio(cmd))) ||
		    (df->df_err != OTHER && df->df_err != err) ||
		    df->df_cause != cause)
			continue;
		__atomic_or_fetch(&drv_failed[i], 1UL << (cmd & 0x3f),
		    __ATOMIC_RELAXED);
		listed = 1;
	}
	if (!listed && err != EBADF && !(drv_crowded && err == EMFILE) &&
	    !(drv_zoneless && err == ENXIO && cause == 0)) {
		(void) ok(0, "request %x failed in a way that drv_errnos.h "
		    "does not list: %s, cause %u", cmd & 0xff, strerror(err),
		    cause);
	}
}

/*
 * ioctl(2), and a note of how it fails.  Not inline, or compilers would see the
 * header of a request in what another request points to.
 */
static int __attribute__((__noinline__, __unused__))
drv_ioctl(int file, int cmd, void *arg)
{
	const int err = hk_ioctl(file, cmd, arg);

	if (err >= 0 || !drv_known(cmd))
		return (err);
	if (err == -EFAULT || err == -ENOTTY || drv_is_frameio(cmd)) {
		if (err != -ENOTTY || !drv_is_frameio(cmd))
			drv_note(cmd, -err, UNET_E_OK);
	} else {
		drv_note(cmd, -err, ((unet_ioc_hdr_t *)arg)->uih_errno);
	}
	return (err);
}

#define	hk_ioctl	drv_ioctl

#endif	/* _DRV_ERRNOS_H */
