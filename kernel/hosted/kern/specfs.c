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
#include "spec_impl.h"

#define	FOPEN		((uint_t)-1)	/* from O_* to F*, and back */
#define	FMASK		0xa0ff		/* what F_GETFL and F_SETFL know */
#define	DEVICES_PATH	"/devices/pseudo/"
#define	FILE_DRAIN_NSEC	100000
#define	FILE_PATIENCE	MSEC2NSEC(200)

static kmutex_t spec_lock;
static kcondvar_t spec_cv;
static avl_tree_t spec_nodes;		/* by dev_t */
static list_t spec_files;
static uint64_t spec_count;

static int
cs_compare(const void *a, const void *b)
{
	const dev_t x = ((const csnode_t *)a)->cs_dev;
	const dev_t y = ((const csnode_t *)b)->cs_dev;

	return (x < y ? -1 : x > y);
}

void
spec_init(void)
{
	mutex_init(&spec_lock, NULL, MUTEX_DEFAULT, NULL);
	cv_init(&spec_cv, NULL, CV_DEFAULT, NULL);
	avl_create(&spec_nodes, cs_compare, sizeof (csnode_t),
	    offsetof(csnode_t, cs_link));
	list_create(&spec_files, sizeof (kfile_t), offsetof(kfile_t, kf_link));
	spec_count = 0;
}

void
spec_fini(void)
{
	VERIFY(list_is_empty(&spec_files));
	VERIFY(avl_is_empty(&spec_nodes));
	list_destroy(&spec_files);
	avl_destroy(&spec_nodes);
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
file_closing(const kfile_t *kf)
{
	return (kf->kf_killed ? ENXIO : EBADF);
}

int
file_enter(kfile_t *kf, kcall_t *kc)
{
	int err;

	kc->kc_thread = curthread;
	file_spin_enter(kf);
	if (kf->kf_waking) {
		err = file_closing(kf);
		file_spin_exit(kf);
		return (err);
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
int
file_exit(kfile_t *kf, kcall_t *kc, int err)
{
	file_spin_enter(kf);
	if ((*kc->kc_prevp = kc->kc_next) != NULL)
		kc->kc_next->kc_prevp = kc->kc_prevp;
	if (err == EINTR && kf->kf_waking)
		err = file_closing(kf);
	file_spin_exit(kf);
	return (err);
}

static void
file_wake(kfile_t *kf, boolean_t kill)
{
	kcall_t *kc;

	file_spin_enter(kf);
	if (kill && !kf->kf_waking)
		__atomic_store_n(&kf->kf_killed, B_TRUE, __ATOMIC_RELAXED);
	kf->kf_waking = B_TRUE;
	for (kc = kf->kf_calls; kc != NULL; kc = kc->kc_next)
		thread_interrupt(kc->kc_thread);
	file_spin_exit(kf);
}

void
spec_wake(kfile_t *kf)
{
	file_wake(kf, B_FALSE);
}

/*
 * Common snodes.
 */
static csnode_t *
cs_hold(dev_t dev)
{
	kdriver_t *kdp = dev_driver(getmajor(dev));
	csnode_t *cs, *new;
	avl_index_t where;

	new = kmem_zalloc(sizeof (*new), KM_SLEEP);
	new->cs_dev = dev;
	mutex_enter(&spec_lock);
	if ((cs = avl_find(&spec_nodes, new, &where)) == NULL) {
		cs = new;
		new = NULL;
		cs->cs_ops = kdp->kd_ops->devo_cb_ops;
		cs->cs_net = (kdp->kd_flags & DN_NETWORK_DRIVER) != 0;
		avl_insert(&spec_nodes, cs, where);
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
		avl_remove(&spec_nodes, cs);
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
 * What a path names, with its driver held.  A vnode of /devices knows its dip;
 * from any other, the dip is found through the driver's getinfo.
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
		if ((err = devfs_lookup(path + len, devp)) != 0)
			return (err);
		return (dev_hold(*devp));
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
		if (sdev_type(*nodep) != VCHR || dev_hold(*devp) != 0) {
			err = ENXIO;
		} else if (dev_to_dip(*devp) == NULL) {
			dev_rele(*devp);
			err = ENXIO;
		}
	}
	if (err != 0)
		sdev_rele(*nodep);
	return (err);
}

zoneid_t
spec_zone(const kfile_t *kf)
{
	return (kf->kf_zone);
}

int
spec_open(const char *path, uint_t oflags, zoneid_t zone, kfile_t **filep)
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
		dev_rele(dev);
		return (err);
	}

	kf = kmem_zalloc(sizeof (*kf), KM_SLEEP);
	kf->kf_cs = cs;
	kf->kf_node = node;
	kf->kf_flag = flag & FMASK;
	kf->kf_model = DATAMODEL_LP64;
	kf->kf_zone = zone;
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

	/*
	 * Either the halt of our zone finds the file, or we find the halt.
	 */
	if (zone_status_get(crgetzone(cr)) >= ZONE_IS_SHUTTING_DOWN) {
		spec_wake(kf);
		spec_close(kf);
		return (ENXIO);
	}
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
	dev_t dev;

	if (atomic_swap_uint(&kf->kf_open, 0) == 0)
		return;
	dev = kf->kf_cs->cs_dev;
	ASSERT(kf->kf_calls == NULL);
	if (kf->kf_wakefd != -1)
		pollwait_disarm(&kf->kf_pollwait);
	cs_leave(kf->kf_cs, file_flag(kf), kf->kf_cred);
	cs_rele(kf->kf_cs);
	if (kf->kf_node != NULL)
		sdev_rele(kf->kf_node);
	dev_rele(dev);
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
 * Is the calling thread in a call on the file?
 */
static boolean_t
file_mine(kfile_t *kf)
{
	kcall_t *kc;

	file_spin_enter(kf);
	for (kc = kf->kf_calls; kc != NULL; kc = kc->kc_next) {
		if (kc->kc_thread == curthread)
			break;
	}
	file_spin_exit(kf);
	return (kc != NULL);
}

static boolean_t
file_busy(kfile_t *kf)
{
	boolean_t busy;

	file_spin_enter(kf);
	busy = (kf->kf_calls != NULL);
	file_spin_exit(kf);
	return (busy);
}

/*
 * Have whoever is in a call on the file be gone.
 */
static void
file_kill_callers(kfile_t *kf)
{
	kcall_t *kc;

	file_spin_enter(kf);
	for (kc = kf->kf_calls; kc != NULL; kc = kc->kc_next)
		thread_kill(kc->kc_thread);
	file_spin_exit(kf);
}

/*
 * Wait until no call is under way on a file that is about to be closed.  One
 * that sleeps has been woken; one that copies from or to a program which does
 * not help with it could take as long as that likes.
 */
static void
file_drain(kfile_t *kf)
{
	hrtime_t patience = gethrtime() + FILE_PATIENCE;

	while (file_busy(kf)) {
		if (gethrtime() > patience) {
			file_kill_callers(kf);
			patience = INT64_MAX;
		}
		host_sleep(FILE_DRAIN_NSEC);
	}
}

/*
 * The processes of a zone are killed: their files are closed.  Whoever has a
 * handle of such a file finds it dead: ENXIO.  The file through which the halt
 * itself was asked for stays with who has it.  New files come at the end of the
 * list, and the one just closed keeps its place in it while it is held.
 */
void
spec_kill_zone(zoneid_t zoneid)
{
	kfile_t *kf = NULL, *last;

	do {
		last = kf;
		mutex_enter(&spec_lock);
		kf = last == NULL ? list_head(&spec_files) :
		    list_next(&spec_files, last);
		for (; kf != NULL; kf = list_next(&spec_files, kf)) {
			if (crgetzoneid(kf->kf_cred) == zoneid &&
			    __atomic_load_n(&kf->kf_open, __ATOMIC_RELAXED) &&
			    !file_mine(kf))
				break;
		}
		if (kf != NULL)
			kf->kf_refs++;
		mutex_exit(&spec_lock);
		if (last != NULL)
			file_rele(last);
		if (kf == NULL)
			break;
		file_wake(kf, B_TRUE);
		file_drain(kf);
		file_close(kf);
		spec_pollfd_kill(kf);
	} while (kf != NULL);
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
