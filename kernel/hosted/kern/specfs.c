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
 * Open files of devices: which entry point of a driver is called when, and
 * with what.  After uts/common/fs/specfs (specvnops.c, specsubr.c), the system
 * calls of uts/common/syscall (open.c, rw.c, ioctl.c, fcntl.c, poll.c) and
 * os/fio.c of illumos.
 *
 * All opens of one dev_t share a common snode. cb_open is called for each of
 * them, cb_close once, at the last close; an open that comes meanwhile waits
 * for the close to end.
 */

#include <sys/atomic.h>
#include <sys/cmn_err.h>
#include <sys/condvar.h>
#include <sys/debug.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/filio.h>
#include <sys/kmem.h>
#include <sys/mac_impl.h>
#include <sys/poll_impl.h>
#include <sys/policy.h>
#include <sys/sysmacros.h>
#include <sys/systm.h>

#include "dev_impl.h"
#include "mac_kern.h"

#define	FOPEN		((uint_t)-1)	/* from O_* to F*, and back */
#define	FMASK		0xa0ff		/* what F_GETFL and F_SETFL know */
#define	DEVICES_PATH	"/devices/pseudo/"
#define	FILE_DRAIN_NSEC	100000

typedef struct csnode {
	list_node_t	cs_link;	/* spec_lock, as are the next */
	dev_t		cs_dev;		/* RO */
	struct cb_ops	*cs_ops;	/* RO */
	boolean_t	cs_net;		/* RO: of a network driver */
	uint_t		cs_refs;	/* files, and opens under way */
	uint_t		cs_count;	/* opens, as specfs counts them */
	boolean_t	cs_needclose;
	boolean_t	cs_closing;
} csnode_t;

/*
 * A call on a file that has not returned.
 */
typedef struct kcall {
	struct kcall	*kc_next;
	struct kcall	**kc_prevp;
	kthread_t	*kc_thread;
} kcall_t;

struct kfile {
	list_node_t	kf_link;	/* spec_lock */
	uint_t		kf_refs;	/* spec_lock */
	uint_t		kf_open;	/* atomic: device not closed yet */
	csnode_t	*kf_cs;		/* RO */
	sdev_node_t	*kf_node;	/* RO; NULL: opened below /devices */
	cred_t		*kf_cred;	/* RO: who opened it */
	uint_t		kf_flag;	/* atomic */
	model_t		kf_model;	/* atomic */
	offset_t	kf_offset;	/* atomic */

	uint_t		kf_spin;	/* guards the next two */
	kcall_t		*kf_calls;
	boolean_t	kf_waking;	/* about to be closed */

	kmutex_t	kf_poll_lock;
	kcondvar_t	kf_poll_cv;
	boolean_t	kf_poll_busy;	/* kf_poll_lock; guards the rest */
	int		kf_wakefd;	/* -1: none yet */
	pollwait_t	kf_pollwait;
	uint_t		kf_fired;	/* atomic: the descriptor was posted */
};

static kmutex_t spec_lock;
static kcondvar_t spec_cv;
static list_t spec_nodes;
static list_t spec_files;
static uint64_t spec_count;

void
spec_init(void)
{
	mutex_init(&spec_lock, NULL, MUTEX_DEFAULT, NULL);
	cv_init(&spec_cv, NULL, CV_DEFAULT, NULL);
	list_create(&spec_nodes, sizeof (csnode_t),
	    offsetof(csnode_t, cs_link));
	list_create(&spec_files, sizeof (kfile_t), offsetof(kfile_t, kf_link));
	spec_count = 0;
}

void
spec_fini(void)
{
	VERIFY(list_is_empty(&spec_files));
	VERIFY(list_is_empty(&spec_nodes));
	list_destroy(&spec_files);
	list_destroy(&spec_nodes);
	cv_destroy(&spec_cv);
	mutex_destroy(&spec_lock);
}

uint64_t
spec_nfiles(void)
{
	uint64_t n;

	mutex_enter(&spec_lock);
	n = spec_count;
	mutex_exit(&spec_lock);
	return (n);
}

/*
 * Calls under way.  These are short and on everybody's path: a spin lock.
 */
static void
file_spin_enter(kfile_t *kf)
{
	while (__atomic_exchange_n(&kf->kf_spin, 1, __ATOMIC_ACQUIRE) != 0)
		host_thread_yield();
}

static void
file_spin_exit(kfile_t *kf)
{
	__atomic_store_n(&kf->kf_spin, 0, __ATOMIC_RELEASE);
}

static int
file_enter(kfile_t *kf, kcall_t *kc)
{
	kc->kc_thread = curthread;
	file_spin_enter(kf);
	if (kf->kf_waking) {
		file_spin_exit(kf);
		return (EBADF);
	}
	kc->kc_prevp = &kf->kf_calls;
	if ((kc->kc_next = kf->kf_calls) != NULL)
		kc->kc_next->kc_prevp = &kc->kc_next;
	kf->kf_calls = kc;
	file_spin_exit(kf);
	return (0);
}

/*
 * A call that was interrupted because the file is being closed under it says
 * so.
 */
static int
file_exit(kfile_t *kf, kcall_t *kc, int err)
{
	file_spin_enter(kf);
	if ((*kc->kc_prevp = kc->kc_next) != NULL)
		kc->kc_next->kc_prevp = kc->kc_prevp;
	if (err == EINTR && kf->kf_waking)
		err = EBADF;
	file_spin_exit(kf);
	return (err);
}

void
spec_wake(kfile_t *kf)
{
	kcall_t *kc;

	file_spin_enter(kf);
	kf->kf_waking = B_TRUE;
	for (kc = kf->kf_calls; kc != NULL; kc = kc->kc_next)
		thread_interrupt(kc->kc_thread);
	file_spin_exit(kf);
}

/*
 * Common snodes.
 */
static csnode_t *
cs_hold(dev_t dev)
{
	kdriver_t *kdp = dev_driver(getmajor(dev));
	csnode_t *cs, *new;

	new = kmem_zalloc(sizeof (*new), KM_SLEEP);
	mutex_enter(&spec_lock);
	for (cs = list_head(&spec_nodes); cs != NULL;
	    cs = list_next(&spec_nodes, cs)) {
		if (cs->cs_dev == dev)
			break;
	}
	if (cs == NULL) {
		cs = new;
		new = NULL;
		cs->cs_dev = dev;
		cs->cs_ops = kdp->kd_ops->devo_cb_ops;
		cs->cs_net = (kdp->kd_flags & DN_NETWORK_DRIVER) != 0;
		list_insert_head(&spec_nodes, cs);
	}
	cs->cs_refs++;
	mutex_exit(&spec_lock);
	if (new != NULL)
		kmem_free(new, sizeof (*new));
	return (cs);
}

static void
cs_rele(csnode_t *cs)
{
	mutex_enter(&spec_lock);
	if (--cs->cs_refs != 0)
		cs = NULL;
	else
		list_remove(&spec_nodes, cs);
	mutex_exit(&spec_lock);
	if (cs != NULL)
		kmem_free(cs, sizeof (*cs));
}

/*
 * Count an open that is about to be made, when no close is under way.
 */
static int
cs_enter(csnode_t *cs)
{
	boolean_t sig = (cs->cs_ops->cb_flag & D_OPEN_RETURNS_EINTR) != 0;

	mutex_enter(&spec_lock);
	while (cs->cs_closing) {
		if (!sig) {
			cv_wait(&spec_cv, &spec_lock);
		} else if (cv_wait_sig(&spec_cv, &spec_lock) == 0) {
			mutex_exit(&spec_lock);
			return (EINTR);
		}
	}
	cs->cs_count++;
	mutex_exit(&spec_lock);
	return (0);
}

/*
 * One open less; call the driver's close if it was the last.
 */
static void
cs_leave(csnode_t *cs, uint_t flag, cred_t *cr)
{
	mutex_enter(&spec_lock);
	VERIFY(cs->cs_count > 0);
	if (--cs->cs_count != 0 || !cs->cs_needclose) {
		mutex_exit(&spec_lock);
		return;
	}
	cs->cs_needclose = B_FALSE;
	cs->cs_closing = B_TRUE;
	mutex_exit(&spec_lock);

	(void) cs->cs_ops->cb_close(cs->cs_dev, (int)flag, OTYP_CHR, cr);

	mutex_enter(&spec_lock);
	cs->cs_closing = B_FALSE;
	cv_broadcast(&spec_cv);
	mutex_exit(&spec_lock);
}

/*
 * The device policy (secpolicy_spec_open()).  It has two entries for a network
 * driver: its private minors, where the driver's open(9E) decides, are open to
 * everybody, and the rest wants net_rawaccess.
 */
static int
spec_policy(const csnode_t *cs, cred_t *cr)
{
	if (!cs->cs_net || getminor(cs->cs_dev) >= MAC_PRIVATE_MINOR)
		return (0);
	return (secpolicy_net_rawaccess(cr));
}

/*
 * A driver with a stream table gets its stream opened first; ENOSTR from there
 * means that this minor is an ordinary character device.  Streams themselves
 * there are none.
 */
static int
spec_stropen(const csnode_t *cs, uint_t flag, cred_t *cr)
{
	struct streamtab *st = cs->cs_ops->cb_str;
	dev_t dev = cs->cs_dev;
	int err;

	if (st == NULL)
		return (0);
	err = st->st_rdinit->qi_qopen(NULL, &dev, (int)flag, 0, cr);
	if (err == ENOSTR)
		return (0);
	return (err != 0 ? err : ENOSR);
}

/*
 * open(9E); *csp becomes another snode if the driver clones.
 */
static int
spec_devopen(csnode_t **csp, uint_t flag, cred_t *cr)
{
	csnode_t *cs = *csp, *clone;
	dev_t dev = cs->cs_dev;
	int err;

	if ((err = spec_policy(cs, cr)) != 0)
		return (err);
	if (cs->cs_ops->cb_open == NULL)
		return (ENXIO);
	if ((err = spec_stropen(cs, flag, cr)) != 0)
		return (err);
	if ((err = cs_enter(cs)) != 0)
		return (err);

	err = cs->cs_ops->cb_open(&dev, (int)flag, OTYP_CHR, cr);
	if (err != 0) {
		/* It may be us who is the last, after all. */
		cs_leave(cs, flag, cr);
		return (err);
	}
	if (dev != cs->cs_dev) {
		clone = cs_hold(dev);
		mutex_enter(&spec_lock);
		clone->cs_count++;
		mutex_exit(&spec_lock);
		cs_leave(cs, flag, cr);
		cs_rele(cs);
		*csp = cs = clone;
	}
	mutex_enter(&spec_lock);
	cs->cs_needclose = B_TRUE;
	mutex_exit(&spec_lock);
	return (0);
}

/*
 * What a path names.  A vnode of /devices knows its dip; from any other, the
 * dip is found through the driver's getinfo.
 */
static int
spec_lookup(const char *path, uint_t flag, cred_t *cr, sdev_node_t **nodep,
    dev_t *devp)
{
	const size_t len = sizeof (DEVICES_PATH) - 1;
	int err;

	*nodep = NULL;
	if (strncmp(path, DEVICES_PATH, len) == 0) {
		if (crgetzoneid(cr) != GLOBAL_ZONEID)
			return (ENOENT);
		return (devfs_lookup(path + len, devp));
	}

	err = sdev_lookup(path, cr, nodep);
	if (err == ENOENT && (flag & FCREAT) != 0)
		return (sdev_under_plugin(path) ? ENOSYS : EROFS);
	if (err != 0)
		return (err);
	if ((flag & (FCREAT | FEXCL)) == (FCREAT | FEXCL))
		err = EEXIST;
	else if (sdev_type(*nodep) == VDIR)
		err = EISDIR;
	else if ((flag & O_DIRECTORY) != 0)
		err = ENOTDIR;
	else
		err = sdev_access(*nodep, flag, cr);
	if (err == 0) {
		*devp = sdev_dev(*nodep);
		if (sdev_type(*nodep) != VCHR || dev_to_dip(*devp) == NULL)
			err = ENXIO;
	}
	if (err != 0)
		sdev_rele(*nodep);
	return (err);
}

int
spec_open(const char *path, uint_t oflags, kfile_t **filep)
{
	cred_t *cr = CRED();
	sdev_node_t *node;
	uint_t flag;
	csnode_t *cs;
	kfile_t *kf;
	dev_t dev;
	int err;

	flag = (oflags - FOPEN) | FOFFMAX;
	if ((oflags & (O_RDWR | O_WRONLY)) == (O_RDWR | O_WRONLY))
		return (EINVAL);
	if ((err = spec_lookup(path, flag, cr, &node, &dev)) != 0)
		return (err);
	flag &= ~FCREAT;
	cs = cs_hold(dev);
	if ((err = spec_devopen(&cs, flag, cr)) != 0) {
		cs_rele(cs);
		if (node != NULL)
			sdev_rele(node);
		return (err);
	}

	kf = kmem_zalloc(sizeof (*kf), KM_SLEEP);
	kf->kf_cs = cs;
	kf->kf_node = node;
	kf->kf_flag = flag & FMASK;
	kf->kf_model = DATAMODEL_LP64;
	kf->kf_wakefd = -1;
	kf->kf_refs = 1;
	kf->kf_open = 1;
	crhold(cr);
	kf->kf_cred = cr;
	mutex_init(&kf->kf_poll_lock, NULL, MUTEX_DEFAULT, NULL);
	cv_init(&kf->kf_poll_cv, NULL, CV_DEFAULT, NULL);
	mutex_enter(&spec_lock);
	list_insert_tail(&spec_files, kf);
	spec_count++;
	mutex_exit(&spec_lock);
	*filep = kf;
	return (0);
}

static uint_t
file_flag(const kfile_t *kf)
{
	return (__atomic_load_n(&kf->kf_flag, __ATOMIC_RELAXED));
}

static void
file_rele(kfile_t *kf)
{
	mutex_enter(&spec_lock);
	if (--kf->kf_refs != 0)
		kf = NULL;
	else
		list_remove(&spec_files, kf);
	mutex_exit(&spec_lock);
	if (kf == NULL)
		return;
	if (kf->kf_wakefd != -1)
		host_wakeup_destroy(kf->kf_wakefd);
	crfree(kf->kf_cred);
	cv_destroy(&kf->kf_poll_cv);
	mutex_destroy(&kf->kf_poll_lock);
	kmem_free(kf, sizeof (*kf));
}

/*
 * Close the device of a file on which no call is under way, if nobody else did.
 */
static void
file_close(kfile_t *kf)
{
	if (atomic_swap_uint(&kf->kf_open, 0) == 0)
		return;
	ASSERT(kf->kf_calls == NULL);
	if (kf->kf_wakefd != -1)
		pollwait_disarm(&kf->kf_pollwait);
	cs_leave(kf->kf_cs, file_flag(kf), kf->kf_cred);
	cs_rele(kf->kf_cs);
	if (kf->kf_node != NULL)
		sdev_rele(kf->kf_node);
	mutex_enter(&spec_lock);
	spec_count--;
	mutex_exit(&spec_lock);
}

/*
 * After spec_wake(), when no call is under way.
 */
void
spec_close(kfile_t *kf)
{
	file_close(kf);
	file_rele(kf);
}

/*
 * The processes of a zone are killed: their files are closed.  Whoever has a
 * handle of such a file finds it dead.
 */
void
spec_kill_zone(zoneid_t zoneid)
{
	kfile_t *kf;

	for (;;) {
		mutex_enter(&spec_lock);
		for (kf = list_head(&spec_files); kf != NULL;
		    kf = list_next(&spec_files, kf)) {
			if (crgetzoneid(kf->kf_cred) == zoneid &&
			    __atomic_load_n(&kf->kf_open, __ATOMIC_RELAXED))
				break;
		}
		if (kf != NULL)
			kf->kf_refs++;
		mutex_exit(&spec_lock);
		if (kf == NULL)
			break;
		spec_wake(kf);
		while (__atomic_load_n(&kf->kf_calls, __ATOMIC_ACQUIRE) != NULL)
			host_sleep(FILE_DRAIN_NSEC);
		file_close(kf);
		file_rele(kf);
	}
}

/*
 * read(2) and write(2): nothing to read is not the driver's business, nothing
 * to write is.  Offsets mean nothing to these devices, but they are kept, and
 * checked unless the driver says D_U64BIT.
 */
static int
spec_uio(kfile_t *kf, uio_t *uio, uio_rw_t rw)
{
	csnode_t *cs = kf->kf_cs;

	if (rw == UIO_READ && uio->uio_resid == 0)
		return (0);
	if ((cs->cs_ops->cb_flag & D_U64BIT) == 0 && uio->uio_loffset < 0)
		return (EINVAL);
	if (rw == UIO_READ)
		return (cs->cs_ops->cb_read(cs->cs_dev, uio, kf->kf_cred));
	return (cs->cs_ops->cb_write(cs->cs_dev, uio, kf->kf_cred));
}

static int
spec_iov_total(const iovec_t *iov, int iovcnt, model_t model,
    ssize_t *totalp)
{
	const size_t max = model == DATAMODEL_ILP32 ? INT32_MAX : INT64_MAX;
	size_t total = 0;
	int i;

	for (i = 0; i < iovcnt; i++) {
		if (iov[i].iov_len > max || total + iov[i].iov_len > max)
			return (EINVAL);
		total += iov[i].iov_len;
	}
	*totalp = (ssize_t)total;
	return (0);
}

int
spec_rdwr(kfile_t *kf, iovec_t *iov, int iovcnt, uio_rw_t rw, ssize_t *countp)
{
	uint_t flag = file_flag(kf);
	ssize_t total;
	kcall_t call;
	uio_t uio;
	int err;

	if ((flag & (rw == UIO_READ ? FREAD : FWRITE)) == 0)
		return (EBADF);
	err = spec_iov_total(iov, iovcnt,
	    __atomic_load_n(&kf->kf_model, __ATOMIC_RELAXED), &total);
	if (err != 0)
		return (err);
	if ((err = file_enter(kf, &call)) != 0)
		return (err);

	bzero(&uio, sizeof (uio));
	uio.uio_iov = iov;
	uio.uio_iovcnt = iovcnt;
	uio.uio_loffset = __atomic_load_n(&kf->kf_offset, __ATOMIC_RELAXED);
	uio.uio_segflg = UIO_USERSPACE;
	uio.uio_fmode = (uint16_t)flag;
	uio.uio_llimit = INT64_MAX;
	uio.uio_resid = total;
	err = spec_uio(kf, &uio, rw);
	__atomic_store_n(&kf->kf_offset, uio.uio_loffset, __ATOMIC_RELAXED);
	*countp = total - uio.uio_resid;

	/* What was done before the signal came counts. */
	if (err == EINTR && *countp != 0)
		err = 0;
	return (file_exit(kf, &call, err));
}

static void
file_setflag(kfile_t *kf, uint_t bit, boolean_t on)
{
	if (on)
		atomic_or_uint(&kf->kf_flag, bit);
	else
		atomic_and_uint(&kf->kf_flag, ~bit);
}

/*
 * ioctl(2) knows some requests itself, and hands them to the driver all the
 * same, whose errno is what the caller sees.
 */
static int
spec_fioctl(kfile_t *kf, int cmd, intptr_t arg)
{
	int on;

	if (cmd != (int)FIONBIO && cmd != (int)FIOASYNC)
		return (0);
	if (copyin((void *)arg, &on, sizeof (on)) != 0)
		return (EFAULT);
	file_setflag(kf, cmd == (int)FIONBIO ? FNDELAY : FASYNC, on != 0);
	return (0);
}

int
spec_ioctl(kfile_t *kf, int cmd, intptr_t arg, int *rvalp)
{
	csnode_t *cs = kf->kf_cs;
	kcall_t call;
	uint_t flag;
	int err;

	if ((err = file_enter(kf, &call)) != 0)
		return (err);
	*rvalp = 0;
	if ((err = spec_fioctl(kf, cmd, arg)) == 0) {
		flag = (file_flag(kf) & ~FMODELS) |
		    __atomic_load_n(&kf->kf_model, __ATOMIC_RELAXED);
		err = cs->cs_ops->cb_ioctl(cs->cs_dev, cmd, arg, (int)flag,
		    CRED(), rvalp);
	}
	return (file_exit(kf, &call, err));
}

int
spec_setfl(kfile_t *kf, uint_t oflags)
{
	const uint_t keep = FREAD | FWRITE | FOFFMAX;
	uint_t old, new;

	do {
		old = file_flag(kf);
		new = (old & (keep | ~FMASK)) | (oflags & FMASK & ~keep);
	} while (atomic_cas_uint(&kf->kf_flag, old, new) != old);
	return (0);
}

uint_t
spec_getfl(kfile_t *kf)
{
	return ((file_flag(kf) & ~FOFFMAX) + FOPEN);
}

int
spec_model(kfile_t *kf, int bits)
{
	if (bits != 32 && bits != 64)
		return (EINVAL);
	__atomic_store_n(&kf->kf_model,
	    bits == 32 ? DATAMODEL_ILP32 : DATAMODEL_LP64, __ATOMIC_RELAXED);
	return (0);
}

/*
 * chpoll(9E).  An errno from it is poll(2)'s own.
 */
static int
spec_chpoll(kfile_t *kf, short events, int anyyet, short *reventsp,
    pollhead_t **phpp)
{
	csnode_t *cs = kf->kf_cs;

	*reventsp = 0;
	*phpp = NULL;
	return (cs->cs_ops->cb_chpoll(cs->cs_dev, events, anyyet, reventsp,
	    phpp));
}

/*
 * Is anything ready? If not, `pw' is left armed, and will be woken.  The
 * second look is for what came between the first and the arming.
 */
static int
spec_poll_arm(kfile_t *kf, short events, pollwait_t *pw, short *reventsp)
{
	pollhead_t *php, *unused;
	int err;

	err = spec_chpoll(kf, events, 0, reventsp, &php);
	if (err != 0 || *reventsp != 0 || php == NULL)
		return (err);
	pollwait_arm(pw, php, events);
	err = spec_chpoll(kf, events, 1, reventsp, &unused);
	if (err != 0 || *reventsp != 0)
		pollwait_disarm(pw);
	return (err);
}

typedef struct poll_sleeper {
	kmutex_t	ps_lock;
	kcondvar_t	ps_cv;
	boolean_t	ps_woken;	/* ps_lock */
} poll_sleeper_t;

static void
spec_poll_wake(void *arg, short events __unused)
{
	poll_sleeper_t *ps = arg;

	mutex_enter(&ps->ps_lock);
	ps->ps_woken = B_TRUE;
	cv_signal(&ps->ps_cv);
	mutex_exit(&ps->ps_lock);
}

/*
 * 0 when woken, EINTR, or ETIME.
 */
static int
spec_poll_sleep(poll_sleeper_t *ps, hrtime_t deadline)
{
	int err = 0;

	mutex_enter(&ps->ps_lock);
	while (!ps->ps_woken && err == 0) {
		int r = deadline == -1 ? cv_wait_sig(&ps->ps_cv, &ps->ps_lock) :
		    cv_timedwait_sig_hrtime(&ps->ps_cv, &ps->ps_lock, deadline);

		if (r == 0)
			err = EINTR;
		else if (r == -1)
			err = ETIME;
	}
	ps->ps_woken = B_FALSE;
	mutex_exit(&ps->ps_lock);
	return (err);
}

int
spec_poll(kfile_t *kf, short events, int timeout, short *reventsp)
{
	hrtime_t deadline = -1;
	poll_sleeper_t ps;
	pollhead_t *php;
	pollwait_t pw;
	kcall_t call;
	int err;

	if ((err = file_enter(kf, &call)) != 0)
		return (err);
	if (timeout == 0) {
		err = spec_chpoll(kf, events, 0, reventsp, &php);
		return (file_exit(kf, &call, err));
	}
	if (timeout > 0)
		deadline = gethrtime() + (hrtime_t)timeout * 1000000;

	mutex_init(&ps.ps_lock, NULL, MUTEX_DEFAULT, NULL);
	cv_init(&ps.ps_cv, NULL, CV_DEFAULT, NULL);
	ps.ps_woken = B_FALSE;
	pollwait_init(&pw, spec_poll_wake, &ps);
	for (;;) {
		err = spec_poll_arm(kf, events, &pw, reventsp);
		if (err != 0 || *reventsp != 0)
			break;
		err = spec_poll_sleep(&ps, deadline);
		pollwait_disarm(&pw);
		if (err != 0) {
			/* Once more, for what came at the last moment. */
			if (err == ETIME) {
				err = spec_chpoll(kf, events, 0, reventsp,
				    &php);
			}
			break;
		}
	}
	cv_destroy(&ps.ps_cv);
	mutex_destroy(&ps.ps_lock);
	return (file_exit(kf, &call, err));
}

/*
 * Readiness for event loops of the host: a descriptor that is posted once for
 * each time it was armed.
 */
static void
spec_pollfd_wake(void *arg, short events __unused)
{
	kfile_t *kf = arg;

	if (__atomic_exchange_n(&kf->kf_fired, 1, __ATOMIC_ACQ_REL) == 0)
		host_wakeup_post(kf->kf_wakefd);
}

static void
file_poll_enter(kfile_t *kf)
{
	mutex_enter(&kf->kf_poll_lock);
	while (kf->kf_poll_busy)
		cv_wait(&kf->kf_poll_cv, &kf->kf_poll_lock);
	kf->kf_poll_busy = B_TRUE;
	mutex_exit(&kf->kf_poll_lock);
}

static void
file_poll_exit(kfile_t *kf)
{
	mutex_enter(&kf->kf_poll_lock);
	kf->kf_poll_busy = B_FALSE;
	cv_signal(&kf->kf_poll_cv);
	mutex_exit(&kf->kf_poll_lock);
}

/*
 * The descriptor, or minus an errno of the kernel.
 */
static int
file_wakefd(kfile_t *kf)
{
	int fd;

	if (kf->kf_wakefd == -1) {
		if ((fd = host_wakeup_create()) < 0)
			return (-border_errno_in(-fd));
		kf->kf_wakefd = fd;
		pollwait_init(&kf->kf_pollwait, spec_pollfd_wake, kf);
	}
	return (kf->kf_wakefd);
}

int
spec_pollfd(kfile_t *kf)
{
	kcall_t call;
	int fd, err;

	if ((err = file_enter(kf, &call)) != 0)
		return (-err);
	file_poll_enter(kf);
	fd = file_wakefd(kf);
	file_poll_exit(kf);
	(void) file_exit(kf, &call, 0);
	return (fd);
}

int
spec_pollarm(kfile_t *kf, short events, short *reventsp)
{
	kcall_t call;
	int fd, err;

	if ((err = file_enter(kf, &call)) != 0)
		return (err);
	file_poll_enter(kf);
	if ((fd = file_wakefd(kf)) < 0) {
		err = -fd;
	} else {
		pollwait_disarm(&kf->kf_pollwait);
		__atomic_store_n(&kf->kf_fired, 0, __ATOMIC_RELEASE);
		err = spec_poll_arm(kf, events, &kf->kf_pollwait, reventsp);
	}
	file_poll_exit(kf);
	return (file_exit(kf, &call, err));
}
