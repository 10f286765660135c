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

#ifndef	_UNIT_DEV_H
#define	_UNIT_DEV_H

/*
 * A driver for tests of what is around drivers, "tdrv": a character device, a
 * plug-in of /dev and MACs, which note how they are called and do what they
 * are told to.  A test program that includes this is a kernel with this driver
 * in the place of unet.
 */

#include <sys/atomic.h>
#include <sys/cmn_err.h>
#include <sys/debug.h>
#include <sys/dlpi.h>
#include <sys/errno.h>
#include <sys/ethernet.h>
#include <sys/fcntl.h>
#include <sys/filio.h>
#include <sys/fs/sdev_plugin.h>
#include <sys/kmem.h>
#include <sys/mac_ether.h>
#include <sys/mac_impl.h>
#include <sys/stat.h>
#include <sys/stream.h>
#include <sys/strsubr.h>
#include <sys/strsun.h>
#include <sys/sysmacros.h>
#include <sys/systm.h>
#include <sys/uio.h>

#include "kern/dev_impl.h"
#include "kern/mac_kern.h"
#include "harness.h"
#include "zones.h"

#define	TD_NAME		"tdrv"
#define	TD_MINOR	MAC_PRIVATE_MINOR

static int kernel = -1;
static int hk = -1;

static dev_info_t *td_dip;
static major_t td_major;

/*
 * Calls of the character device, and how it answers.
 */
typedef struct td_chr {
	uint_t		opens, closes, reads, writes, ioctls, polls;
	int		flag;		/* of the last open or close */
	int		mode;		/* of the last ioctl */
	int		cmd;		/* of the last ioctl */
	int		otyp;
	uint_t		fmode;		/* of the last read or write */
	offset_t	offset;		/* of the last read or write */
	ssize_t		resid;		/* of the last read or write */
	minor_t		minor;		/* of the last call */
	uid_t		uid;		/* of the last open */
	int		open_err;
	minor_t		clone;		/* not 0: open makes this minor */
	int		ioctl_err;
	boolean_t	sleep;		/* reads sleep */
	boolean_t	linger;		/* closes sleep until told */
	int		poll_err;
	short		ready;		/* what poll finds */
	boolean_t	quiet_poll;	/* gives no pollhead */
} td_chr_t;

static td_chr_t td;
static kmutex_t td_lock;
static kcondvar_t td_cv;
static uint_t td_sleeping;
static pollhead_t td_pollhead;

static int
td_open(dev_t *devp, int flag, int otyp, cred_t *cr)
{
	mutex_enter(&td_lock);
	td.opens++;
	td.flag = flag;
	td.otyp = otyp;
	td.minor = getminor(*devp);
	td.uid = crgetuid(cr);
	if (td.clone != 0)
		*devp = makedevice(getmajor(*devp), td.clone++);
	mutex_exit(&td_lock);
	return (td.open_err);
}

static int
td_close(dev_t dev, int flag, int otyp, cred_t *cr __unused)
{
	mutex_enter(&td_lock);
	td.closes++;
	td.flag = flag;
	td.otyp = otyp;
	td.minor = getminor(dev);
	td_sleeping++;
	while (td.linger)
		cv_wait(&td_cv, &td_lock);
	td_sleeping--;
	mutex_exit(&td_lock);
	return (0);
}

/*
 * Reads give zeroes, or sleep as a driver does that has nothing.
 */
static int
td_rdwr(dev_t dev, struct uio *uio, uint_t *countp)
{
	int err = 0;

	mutex_enter(&td_lock);
	(*countp)++;
	td.minor = getminor(dev);
	td.fmode = uio->uio_fmode;
	td.offset = uio->uio_loffset;
	td.resid = uio->uio_resid;
	td_sleeping++;
	while (td.sleep && err == 0) {
		if (cv_wait_sig(&td_cv, &td_lock) == 0)
			err = EINTR;
	}
	td_sleeping--;
	mutex_exit(&td_lock);
	return (err);
}

static int
td_read(dev_t dev, struct uio *uio, cred_t *cr __unused)
{
	static char zeroes[256];
	int err;

	if ((err = td_rdwr(dev, uio, &td.reads)) != 0)
		return (err);
	return (uiomove(zeroes, MIN((size_t)uio->uio_resid, sizeof (zeroes)),
	    UIO_READ, uio));
}

static int
td_write(dev_t dev, struct uio *uio, cred_t *cr __unused)
{
	char sink[256];
	int err;

	if ((err = td_rdwr(dev, uio, &td.writes)) != 0)
		return (err);
	return (uiomove(sink, MIN((size_t)uio->uio_resid, sizeof (sink)),
	    UIO_WRITE, uio));
}

static int
td_ioctl(dev_t dev, int cmd, intptr_t arg __unused, int mode,
    cred_t *cr __unused, int *rvalp)
{
	td.ioctls++;
	td.minor = getminor(dev);
	td.cmd = cmd;
	td.mode = mode;
	*rvalp = 42;
	return (td.ioctl_err);
}

static int
td_chpoll(dev_t dev __unused, short events, int anyyet, short *reventsp,
    struct pollhead **phpp)
{
	atomic_inc_uint(&td.polls);
	mutex_enter(&td_lock);
	*reventsp = td.ready & (events | POLLHUP | POLLERR);
	mutex_exit(&td_lock);
	if (!td.quiet_poll &&
	    ((*reventsp == 0 && !anyyet) || (events & POLLET) != 0))
		*phpp = &td_pollhead;
	return (td.poll_err);
}

static void __maybe_unused
td_ready(short events)
{
	mutex_enter(&td_lock);
	td.ready = events;
	mutex_exit(&td_lock);
}

static int __maybe_unused
td_is_sleeping(void *arg __unused)
{
	int sleeping;

	mutex_enter(&td_lock);
	sleeping = (td_sleeping != 0);
	mutex_exit(&td_lock);
	return (sleeping);
}

/*
 * The plug-in: nodes of a table, in directories of it.
 */
typedef struct td_node {
	const char	*tn_dir;	/* below the plug-in's; "" is that */
	const char	*tn_name;	/* NULL: none */
	minor_t		tn_minor;	/* 0: a directory */
	mode_t		tn_mode;
} td_node_t;

#define	TD_NNODES	8

static td_node_t td_nodes[TD_NNODES];
static uint_t td_validates, td_filldirs, td_inactives;
static int td_mk_err;		/* what the last sdev_plugin_mk*() said */
static uint_t td_ctx_flags;	/* of the last directory filled */
static pid_t td_ctx_pid;

static boolean_t
td_path_is(const char *path, const td_node_t *tn)
{
	char want[MAXPATHLEN];

	(void) snprintf(want, sizeof (want), "/dev/" TD_NAME "%s%s/%s",
	    tn->tn_dir[0] != '\0' ? "/" : "", tn->tn_dir, tn->tn_name);
	return (strcmp(path, want) == 0);
}

static sdev_plugin_validate_t
td_validate(sdev_ctx_t ctx)
{
	minor_t minor = 0;
	uint_t i;

	td_validates++;
	(void) sdev_ctx_minor(ctx, &minor);
	for (i = 0; i < TD_NNODES; i++) {
		if (td_nodes[i].tn_name != NULL &&
		    td_path_is(sdev_ctx_path(ctx), &td_nodes[i]) &&
		    td_nodes[i].tn_minor == minor)
			return (SDEV_VTOR_VALID);
	}
	return (SDEV_VTOR_INVALID);
}

static int
td_filldir(sdev_ctx_t ctx)
{
	const char *path = sdev_ctx_path(ctx) + sizeof ("/dev/" TD_NAME) - 1;
	td_node_t *tn;
	uint_t i;

	td_filldirs++;
	td_ctx_flags = sdev_ctx_flags(ctx);
	td_ctx_pid = ddi_get_pid();
	if (*path == '/')
		path++;
	for (i = 0; i < TD_NNODES; i++) {
		tn = &td_nodes[i];
		if (tn->tn_name == NULL || strcmp(tn->tn_dir, path) != 0)
			continue;
		if (tn->tn_minor == 0) {
			td_mk_err = sdev_plugin_mkdir(ctx,
			    (char *)(uintptr_t)tn->tn_name);
		} else {
			td_mk_err = sdev_plugin_mknod(ctx,
			    (char *)(uintptr_t)tn->tn_name, tn->tn_mode,
			    makedevice(td_major, tn->tn_minor));
		}
		if (td_mk_err != 0 && td_mk_err != EEXIST)
			return (td_mk_err);
	}
	return (0);
}

static void
td_inactive(sdev_ctx_t ctx __unused)
{
	td_inactives++;
}

static sdev_plugin_ops_t td_plugin_ops = {
	.spo_version = SDEV_PLUGIN_VERSION,
	.spo_flags = SDEV_PLUGIN_SUBDIR,
	.spo_validate = td_validate,
	.spo_filldir = td_filldir,
	.spo_inactive = td_inactive
};

static sdev_plugin_hdl_t td_plugin;

/*
 * MACs.
 */
typedef struct td_mac {
	mac_handle_t	tm_mh;
	datalink_id_t	tm_linkid;
	boolean_t	tm_started;
	uint_t		tm_starts, tm_stops;
	uint_t		tm_not_held;	/* control without perimeter */
	uint_t		tm_outside;	/* mc_tx calls while not started */
	uint_t		tm_tx_calls;
	uint_t		tm_tx_frames;
	uint_t		tm_tx_blocks;	/* of the last frame */
	uint_t		tm_disorder;
	uint32_t	tm_next;	/* number expected */
	boolean_t	tm_refuse;	/* tm_lock */
	boolean_t	tm_hold;	/* tm_lock: mc_tx takes its time */
	uint_t		tm_inside;	/* tm_lock: threads in mc_tx */
	kcondvar_t	tm_cv;
	uint_t		tm_in_perim;	/* mc_tx calls with the perimeter */
	boolean_t	tm_promisc;
	uint_t		tm_groups;
	uint8_t		tm_addr[ETHERADDRL];
	kthread_t	*tm_tx_thread;	/* of the last mc_tx */
	kmutex_t	tm_lock;
	uint_t		tm_props;	/* property callbacks */
	int		tm_start_err;
} td_mac_t;

static void
td_m_held(td_mac_t *tm)
{
	if (tm->tm_mh != NULL && !mac_perim_held(tm->tm_mh))
		tm->tm_not_held++;
}

static int
td_m_stat(void *arg __unused, uint_t stat, uint64_t *valp)
{
	if (stat == MAC_STAT_OPACKETS) {
		*valp = 0x100000002ULL;
		return (0);
	}
	return (ENOTSUP);
}

static int
td_m_start(void *arg)
{
	td_mac_t *tm = arg;

	td_m_held(tm);
	tm->tm_starts++;
	if (tm->tm_start_err == 0)
		tm->tm_started = B_TRUE;
	return (tm->tm_start_err);
}

static void
td_m_stop(void *arg)
{
	td_mac_t *tm = arg;

	td_m_held(tm);
	tm->tm_stops++;
	tm->tm_started = B_FALSE;
}

static int
td_m_promisc(void *arg, boolean_t on)
{
	td_m_held(arg);
	((td_mac_t *)arg)->tm_promisc = on;
	return (0);
}

static int
td_m_multicst(void *arg, boolean_t add, const uint8_t *addr __unused)
{
	td_m_held(arg);
	((td_mac_t *)arg)->tm_groups += add ? 1 : -1;
	return (0);
}

static int
td_m_unicst(void *arg, const uint8_t *addr)
{
	td_m_held(arg);
	bcopy(addr, ((td_mac_t *)arg)->tm_addr, ETHERADDRL);
	return (0);
}

/*
 * Frames carry a number after the header.
 */
static mblk_t *
td_m_tx(void *arg, mblk_t *chain)
{
	td_mac_t *tm = arg;
	mblk_t *mp, *whole;
	uint32_t n;

	mutex_enter(&tm->tm_lock);
	tm->tm_tx_calls++;
	tm->tm_tx_thread = curthread;
	if (!tm->tm_started)
		tm->tm_outside++;
	if (mac_perim_held(tm->tm_mh))
		tm->tm_in_perim++;
	tm->tm_inside++;
	while (tm->tm_hold)
		cv_wait(&tm->tm_cv, &tm->tm_lock);
	tm->tm_inside--;
	while ((mp = chain) != NULL && !tm->tm_refuse) {
		chain = mp->b_next;
		mp->b_next = NULL;
		tm->tm_tx_blocks = mp->b_cont != NULL ? 2 : 1;
		if ((whole = msgpullup(mp, -1)) != NULL &&
		    MBLKL(whole) >= 14 + (ssize_t)sizeof (n)) {
			bcopy(whole->b_rptr + 14, &n, sizeof (n));
			if (n != tm->tm_next++)
				tm->tm_disorder++;
		}
		freemsg(whole);
		freemsg(mp);
		tm->tm_tx_frames++;
	}
	mutex_exit(&tm->tm_lock);
	return (chain);
}

static int
td_m_getprop(void *arg, const char *name __unused, mac_prop_id_t id __unused,
    uint_t size __unused, void *val __unused)
{
	atomic_inc_uint(&((td_mac_t *)arg)->tm_props);
	return (ENOTSUP);
}

static void
td_m_propinfo(void *arg, const char *name __unused, mac_prop_id_t id,
    mac_prop_info_handle_t ph)
{
	atomic_inc_uint(&((td_mac_t *)arg)->tm_props);
	if (id == MAC_PROP_MTU)
		mac_prop_info_set_range_uint32(ph, 68, 9000);
}

static mac_callbacks_t td_m_callbacks = {
	.mc_callbacks = MC_GETPROP | MC_PROPINFO,
	.mc_getstat = td_m_stat,
	.mc_start = td_m_start,
	.mc_stop = td_m_stop,
	.mc_setpromisc = td_m_promisc,
	.mc_multicst = td_m_multicst,
	.mc_unicst = td_m_unicst,
	.mc_tx = td_m_tx,
	.mc_getprop = td_m_getprop,
	.mc_propinfo = td_m_propinfo
};

static int __maybe_unused
td_mac_register(td_mac_t *tm)
{
	uint8_t addr[ETHERADDRL] = { 2, 8, 0x20, 0, 0, 1 };
	static char *props[] = { "_test", NULL };
	mac_register_t *mac;
	int err;

	bzero(tm, sizeof (*tm));
	mutex_init(&tm->tm_lock, NULL, MUTEX_DRIVER, NULL);
	cv_init(&tm->tm_cv, NULL, CV_DRIVER, NULL);
	mac = mac_alloc(MAC_VERSION);
	mac->m_type_ident = MAC_PLUGIN_IDENT_ETHER;
	mac->m_driver = tm;
	mac->m_dip = td_dip;
	mac->m_instance = (uint_t)-1;
	mac->m_src_addr = addr;
	mac->m_callbacks = &td_m_callbacks;
	mac->m_max_sdu = 1500;
	mac->m_margin = 4;
	mac->m_priv_props = props;
	err = mac_register(mac, &tm->tm_mh);
	mac_free(mac);
	if (err != 0)
		mutex_destroy(&tm->tm_lock);
	return (err);
}

static int __maybe_unused
td_mac_unregister(td_mac_t *tm)
{
	int err;

	if ((err = mac_disable(tm->tm_mh)) != 0 ||
	    (err = mac_unregister(tm->tm_mh)) != 0)
		return (err);
	mutex_destroy(&tm->tm_lock);
	return (0);
}

/*
 * The module.
 */
static struct cb_ops td_cb_ops = {
	.cb_open = td_open,
	.cb_close = td_close,
	.cb_strategy = nodev,
	.cb_print = nodev,
	.cb_dump = nodev,
	.cb_read = td_read,
	.cb_write = td_write,
	.cb_ioctl = td_ioctl,
	.cb_devmap = nodev,
	.cb_mmap = nodev,
	.cb_segmap = nodev,
	.cb_chpoll = td_chpoll,
	.cb_prop_op = ddi_prop_op,
	.cb_flag = D_MP | D_64BIT | D_U64BIT,
	.cb_rev = CB_REV
};

static int
td_getinfo(dev_info_t *dip, ddi_info_cmd_t cmd, void *arg, void **resp)
{
	if (getminor((dev_t)(uintptr_t)arg) < TD_MINOR)
		return (mac_getinfo(dip, cmd, arg, resp));
	if (td_dip == NULL)
		return (DDI_FAILURE);
	*resp = cmd == DDI_INFO_DEVT2DEVINFO ? (void *)td_dip : NULL;
	return (DDI_SUCCESS);
}

static int
td_attach(dev_info_t *dip, ddi_attach_cmd_t cmd)
{
	int err;

	if (cmd != DDI_ATTACH)
		return (DDI_FAILURE);
	td_dip = dip;
	td_major = ddi_driver_major(dip);
	if (ddi_create_minor_node(dip, "ctl", S_IFCHR, TD_MINOR, DDI_PSEUDO,
	    0) != DDI_SUCCESS)
		return (DDI_FAILURE);
	td_plugin = sdev_plugin_register(TD_NAME, &td_plugin_ops, &err);
	return (err == 0 ? DDI_SUCCESS : DDI_FAILURE);
}

static int
td_detach(dev_info_t *dip, ddi_detach_cmd_t cmd)
{
	if (cmd != DDI_DETACH || sdev_plugin_unregister(td_plugin) != 0)
		return (DDI_FAILURE);
	ddi_remove_minor_node(dip, NULL);
	td_dip = NULL;
	return (DDI_SUCCESS);
}

static struct dev_ops td_dev_ops = {
	.devo_rev = DEVO_REV,
	.devo_getinfo = td_getinfo,
	.devo_identify = nulldev,
	.devo_probe = nulldev,
	.devo_attach = td_attach,
	.devo_detach = td_detach,
	.devo_reset = nodev,
	.devo_cb_ops = &td_cb_ops,
	.devo_quiesce = ddi_quiesce_not_needed
};

static struct modldrv td_modldrv = {
	.drv_modops = &mod_driverops,
	.drv_linkinfo = "driver for tests",
	.drv_dev_ops = &td_dev_ops
};

static struct modlinkage td_modlinkage = {
	.ml_rev = MODREV_1,
	.ml_linkage = { &td_modldrv, NULL }
};

static boolean_t td_is_net = B_TRUE;	/* calls mac_init_ops() */

static int
td_mod_init(void)
{
	int err;

	mutex_init(&td_lock, NULL, MUTEX_DRIVER, NULL);
	cv_init(&td_cv, NULL, CV_DRIVER, NULL);
	if (td_is_net)
		mac_init_ops(&td_dev_ops, TD_NAME);
	if ((err = mod_install(&td_modlinkage)) != 0) {
		if (td_is_net)
			mac_fini_ops(&td_dev_ops);
		mutex_destroy(&td_lock);
		cv_destroy(&td_cv);
	}
	return (err);
}

static int
td_mod_fini(void)
{
	int err;

	if ((err = mod_remove(&td_modlinkage)) != 0)
		return (err);
	if (td_is_net)
		mac_fini_ops(&td_dev_ops);
	mutex_destroy(&td_lock);
	cv_destroy(&td_cv);
	return (0);
}

const kmodule_t kern_modules[] = {
	{ "hk", hkdev_mod_init, hkdev_mod_fini },
	{ "bus", bus_mod_init, bus_mod_fini },
	{ TD_NAME, td_mod_init, td_mod_fini },
	{ NULL, NULL, NULL }
};

/*
 * A kernel, with a node "node0" in the plug-in's directory.
 */
static void
td_boot(void)
{
	bzero(&td, sizeof (td));
	bzero(td_nodes, sizeof (td_nodes));
	td_nodes[0] = (td_node_t){ "", "node0", TD_MINOR + 1,
	    S_IFCHR | 0666 };
	kernel = hk_boot(HK_BOOT_QUIET);
	if (!check(kernel > 0, "the kernel boots"))
		panic("no kernel");
	hk = hk_open(kernel, "/dev/hk", O_RDWR);
	(void) check(hk > 0, "/dev/hk opens");
}

static void
td_halt(void)
{
	(void) check(hk_halt(kernel) == 0, "the halt finds nothing leaked");
}

/*
 * The host's numbers.
 */
#define	EH(name)	(-host_errnos[HOST_##name])
#define	OH(name)	(host_oflags[HOST_##name])
#define	PH(name)	(host_polls[HOST_##name])

#define	NODE0		"/dev/" TD_NAME "/node0"

#define	check_is(got, want, what) do { \
	const long check_got = (long)(got), check_want = (long)(want); \
	if (!check(check_got == check_want, "%s", what)) \
		check_note("got %ld, not %ld", check_got, check_want); \
} while (0)

#endif	/* _UNIT_DEV_H */
