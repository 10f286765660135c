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
 * Segments: Ethernets in memory, and the driver of their ports,
 * /dev/bus/<name>.  A frame that one port sends is copied to every other; a
 * port that is a stack end hands it to its link.  Hosted's own; the nearest
 * thing on illumos is an etherstub with VNICs.
 *
 * bus_lock guards all of it but the frames under way: a sender notes the other
 * ports with a hold, lets go of the lock, and hands them the frame.
 */

#include <sys/cmn_err.h>
#include <sys/debug.h>
#include <sys/errno.h>
#include <sys/ethernet.h>
#include <sys/filio.h>
#include <sys/kmem.h>
#include <sys/poll_impl.h>
#include <sys/policy.h>
#include <sys/stat.h>
#include <sys/stream.h>
#include <sys/strsubr.h>
#include <sys/strsun.h>
#include <sys/sysmacros.h>
#include <sys/systm.h>

#include "dev_impl.h"
#include "mac_kern.h"

#define	BUS_FRAME_MAX	65535
#define	BUS_QUEUE_MAX	1024		/* frames a port holds for its reader */
#define	BUS_IDLE_MAX	64		/* names known without a port */

/*
 * Minors: of names, and of the ports that opens of them make.
 */
#define	BUS_PORT_MINOR	0x10000

typedef struct bus_seg {
	list_node_t	bs_node;
	char		bs_name[HK_NAMELEN];	/* RO */
	minor_t		bs_minor;		/* RO */
	list_t		bs_ports;
	uint32_t	bs_nports;
	kcondvar_t	bs_cv;			/* room at a link's port */
} bus_seg_t;

struct bus_port {
	list_node_t	bp_node;
	list_node_t	bp_all;
	bus_seg_t	*bp_seg;		/* RO */
	stack_end_t	*bp_se;			/* RO; NULL: a file's */
	minor_t		bp_minor;		/* RO; a file's */
	uint32_t	bp_holds;
	boolean_t	bp_stopped;		/* takes no frames */
	kcondvar_t	bp_cv;			/* holds, or a frame */
	mblk_t		*bp_head;
	mblk_t		*bp_tail;
	uint32_t	bp_count;
	uint64_t	bp_tx_frames;
	uint64_t	bp_drops;
	pollhead_t	bp_pollhead;
};

static kmutex_t bus_lock;
static list_t bus_segs;		/* the least recently named first */
static list_t bus_ports;	/* those of files */
static uint32_t bus_idle;	/* segments without a port */
static minor_t bus_next_seg;
static minor_t bus_next_port;
static major_t bus_major;

/*
 * Segments.
 */
static bus_seg_t *
bus_seg_find(const char *name)
{
	bus_seg_t *seg;

	ASSERT(MUTEX_HELD(&bus_lock));
	for (seg = list_head(&bus_segs); seg != NULL;
	    seg = list_next(&bus_segs, seg)) {
		if (strcmp(seg->bs_name, name) == 0)
			return (seg);
	}
	return (NULL);
}

static void
bus_seg_free(bus_seg_t *seg)
{
	list_remove(&bus_segs, seg);
	list_destroy(&seg->bs_ports);
	cv_destroy(&seg->bs_cv);
	kmem_free(seg, sizeof (*seg));
}

/*
 * A name is known from its first mention, for the open that follows the lookup;
 * names that nobody uses are forgotten, the oldest first.
 */
static bus_seg_t *
bus_seg_get(const char *name)
{
	bus_seg_t *seg, *idle;

	ASSERT(MUTEX_HELD(&bus_lock));
	if ((seg = bus_seg_find(name)) != NULL) {
		list_remove(&bus_segs, seg);
		list_insert_tail(&bus_segs, seg);
		return (seg);
	}

	if (bus_idle >= BUS_IDLE_MAX) {
		for (idle = list_head(&bus_segs); idle->bs_nports != 0;
		    idle = list_next(&bus_segs, idle))
			continue;
		bus_seg_free(idle);
		bus_idle--;
	}
	seg = kmem_zalloc(sizeof (*seg), KM_SLEEP);
	(void) strlcpy(seg->bs_name, name, sizeof (seg->bs_name));
	seg->bs_minor = bus_next_seg++ % (BUS_PORT_MINOR - 1) + 1;
	list_create(&seg->bs_ports, sizeof (bus_port_t),
	    offsetof(bus_port_t, bp_node));
	cv_init(&seg->bs_cv, NULL, CV_DEFAULT, NULL);
	list_insert_tail(&bus_segs, seg);
	bus_idle++;
	return (seg);
}

static boolean_t
bus_valid_name(const char *name)
{
	size_t len = strnlen(name, HK_NAMELEN), i;

	if (len == 0 || len == HK_NAMELEN || name[0] == '.')
		return (B_FALSE);
	for (i = 0; i < len; i++) {
		char c = name[i];

		if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') &&
		    (c < '0' || c > '9') && c != '.' && c != '_' && c != '-')
			return (B_FALSE);
	}
	return (B_TRUE);
}

/*
 * /dev/bus/<name>, of the global zone.
 */
static int
bus_lookup(const char *name, zoneid_t zoneid, dev_t *devp)
{
	if (zoneid != GLOBAL_ZONEID || !bus_valid_name(name))
		return (ENOENT);
	mutex_enter(&bus_lock);
	*devp = makedevice(bus_major, bus_seg_get(name)->bs_minor);
	mutex_exit(&bus_lock);
	return (0);
}

/*
 * Ports.
 */
static bus_port_t *
bus_port_create(bus_seg_t *seg, stack_end_t *se)
{
	bus_port_t *port;

	ASSERT(MUTEX_HELD(&bus_lock));
	port = kmem_zalloc(sizeof (*port), KM_SLEEP);
	port->bp_seg = seg;
	port->bp_se = se;
	port->bp_stopped = B_TRUE;
	cv_init(&port->bp_cv, NULL, CV_DEFAULT, NULL);
	list_insert_tail(&seg->bs_ports, port);
	if (seg->bs_nports++ == 0)
		bus_idle--;
	return (port);
}

static void
bus_port_stop(bus_port_t *port)
{
	ASSERT(MUTEX_HELD(&bus_lock));
	port->bp_stopped = B_TRUE;
	while (port->bp_holds != 0)
		cv_wait(&port->bp_cv, &bus_lock);
}

/*
 * Lets go of the lock at last.
 */
static void
bus_port_destroy(bus_port_t *port)
{
	bus_seg_t *seg = port->bp_seg;
	mblk_t *left;

	bus_port_stop(port);
	left = port->bp_head;
	list_remove(&seg->bs_ports, port);
	if (port->bp_se == NULL)
		list_remove(&bus_ports, port);
	if (--seg->bs_nports == 0)
		bus_idle++;
	else
		cv_broadcast(&seg->bs_cv);	/* a full link may have left */
	mutex_exit(&bus_lock);

	freemsgchain(left);
	pollhead_clean(&port->bp_pollhead);
	cv_destroy(&port->bp_cv);
	kmem_free(port, sizeof (*port));
}

int
bus_join(const char *name, stack_end_t *se, bus_port_t **portp)
{
	if (!bus_valid_name(name))
		return (EINVAL);
	mutex_enter(&bus_lock);
	*portp = bus_port_create(bus_seg_get(name), se);
	mutex_exit(&bus_lock);
	return (0);
}

void
bus_start(bus_port_t *port)
{
	mutex_enter(&bus_lock);
	port->bp_stopped = B_FALSE;
	mutex_exit(&bus_lock);
}

void
bus_stop(bus_port_t *port)
{
	mutex_enter(&bus_lock);
	bus_port_stop(port);
	mutex_exit(&bus_lock);
}

void
bus_leave(bus_port_t *port)
{
	mutex_enter(&bus_lock);
	bus_port_destroy(port);
}

/*
 * Hand a frame to a port that is held.
 */
static void
bus_deliver(bus_port_t *port, mblk_t *mp)
{
	if (port->bp_se != NULL) {
		/*
		 * Nobody can wait here: it may be the link's own thread.
		 */
		if (mac_tx_is_blocked(port->bp_se->se_mch)) {
			freemsg(mp);
			mutex_enter(&bus_lock);
			port->bp_drops++;
			mutex_exit(&bus_lock);
		} else {
			(void) stack_tx(port->bp_se, mp);
		}
		return;
	}

	mutex_enter(&bus_lock);
	if (port->bp_count >= BUS_QUEUE_MAX) {
		port->bp_drops++;
		mutex_exit(&bus_lock);
		freemsg(mp);
		return;
	}
	if (port->bp_tail == NULL)
		port->bp_head = mp;
	else
		port->bp_tail->b_next = mp;
	port->bp_tail = mp;
	port->bp_count++;
	cv_signal(&port->bp_cv);
	mutex_exit(&bus_lock);
	pollwakeup(&port->bp_pollhead, POLLIN | POLLRDNORM);
}

/*
 * The other ports, held; the array is as long as they are many.
 */
static bus_port_t **
bus_others(bus_port_t *port, uint_t *np)
{
	bus_seg_t *seg = port->bp_seg;
	bus_port_t **others, *bp;
	uint_t n = 0;

	ASSERT(MUTEX_HELD(&bus_lock));
	*np = seg->bs_nports;
	others = kmem_alloc(seg->bs_nports * sizeof (bus_port_t *), KM_SLEEP);
	for (bp = list_head(&seg->bs_ports); bp != NULL;
	    bp = list_next(&seg->bs_ports, bp)) {
		if (bp != port && !bp->bp_stopped) {
			bp->bp_holds++;
			others[n++] = bp;
		}
	}
	while (n < *np)
		others[n++] = NULL;
	return (others);
}

void
bus_send(bus_port_t *port, mblk_t *chain)
{
	bus_port_t **others;
	mblk_t *mp, *copy;
	uint_t n, i;

	mutex_enter(&bus_lock);
	others = bus_others(port, &n);
	for (mp = chain; mp != NULL; mp = mp->b_next)
		port->bp_tx_frames++;
	mutex_exit(&bus_lock);

	while ((mp = chain) != NULL) {
		chain = mp->b_next;
		mp->b_next = NULL;
		for (i = 0; i < n && others[i] != NULL; i++) {
			if (i + 1 == n || others[i + 1] == NULL) {
				copy = mp;
				mp = NULL;
			} else {
				copy = copymsg(mp);
			}
			if (copy != NULL)
				bus_deliver(others[i], copy);
		}
		if (mp != NULL)
			freemsg(mp);
	}

	mutex_enter(&bus_lock);
	for (i = 0; i < n && others[i] != NULL; i++) {
		if (--others[i]->bp_holds == 0)
			cv_broadcast(&others[i]->bp_cv);
	}
	mutex_exit(&bus_lock);
	kmem_free(others, n * sizeof (bus_port_t *));
}

/*
 * A link on the segment takes frames again.
 */
void
bus_room(bus_port_t *port)
{
	bus_seg_t *seg = port->bp_seg;
	bus_port_t **others, *bp;
	uint_t n = 0, i, max;

	mutex_enter(&bus_lock);
	cv_broadcast(&seg->bs_cv);
	max = seg->bs_nports;
	others = kmem_alloc(max * sizeof (bus_port_t *), KM_SLEEP);
	for (bp = list_head(&seg->bs_ports); bp != NULL;
	    bp = list_next(&seg->bs_ports, bp)) {
		if (bp->bp_se == NULL && !bp->bp_stopped) {
			bp->bp_holds++;
			others[n++] = bp;
		}
	}
	mutex_exit(&bus_lock);

	for (i = 0; i < n; i++)
		pollwakeup(&others[i]->bp_pollhead, POLLOUT);

	mutex_enter(&bus_lock);
	for (i = 0; i < n; i++) {
		if (--others[i]->bp_holds == 0)
			cv_broadcast(&others[i]->bp_cv);
	}
	mutex_exit(&bus_lock);
	kmem_free(others, max * sizeof (bus_port_t *));
}

/*
 * Is a link on the segment so full that a sender, as IP would, waits?
 */
static boolean_t
bus_blocked(bus_port_t *port)
{
	bus_port_t *bp;

	ASSERT(MUTEX_HELD(&bus_lock));
	for (bp = list_head(&port->bp_seg->bs_ports); bp != NULL;
	    bp = list_next(&port->bp_seg->bs_ports, bp)) {
		if (bp->bp_se != NULL && !bp->bp_stopped &&
		    mac_tx_is_blocked(bp->bp_se->se_mch))
			return (B_TRUE);
	}
	return (B_FALSE);
}

/*
 * The driver: every open of a name makes a port, with a minor of its own.
 */
static bus_port_t *
bus_port_by_dev(dev_t dev)
{
	bus_port_t *port;

	ASSERT(MUTEX_HELD(&bus_lock));
	for (port = list_head(&bus_ports); port != NULL;
	    port = list_next(&bus_ports, port)) {
		if (port->bp_minor == getminor(dev))
			return (port);
	}
	return (NULL);
}

static int
bus_chr_open(dev_t *devp, int flag __unused, int otyp, cred_t *cr)
{
	minor_t minor = getminor(*devp);
	bus_seg_t *seg;
	bus_port_t *port;
	int err;

	if (otyp != OTYP_CHR)
		return (EINVAL);
	if ((err = secpolicy_net_rawaccess(cr)) != 0)
		return (err);

	mutex_enter(&bus_lock);
	for (seg = list_head(&bus_segs); seg != NULL;
	    seg = list_next(&bus_segs, seg)) {
		if (seg->bs_minor == minor)
			break;
	}
	if (seg == NULL) {
		mutex_exit(&bus_lock);
		return (ENXIO);
	}
	port = bus_port_create(seg, NULL);
	port->bp_minor = BUS_PORT_MINOR +
	    bus_next_port++ % (MAXMIN32 - BUS_PORT_MINOR);
	port->bp_stopped = B_FALSE;
	list_insert_tail(&bus_ports, port);
	*devp = makedevice(getmajor(*devp), port->bp_minor);
	mutex_exit(&bus_lock);
	return (0);
}

static int
bus_chr_close(dev_t dev, int flag __unused, int otyp __unused,
    cred_t *cr __unused)
{
	mutex_enter(&bus_lock);
	bus_port_destroy(bus_port_by_dev(dev));
	return (0);
}

/*
 * A frame that is too large for the buffer stays: EOVERFLOW, as unet has it.
 */
static int
bus_chr_read(dev_t dev, struct uio *uio, cred_t *cr __unused)
{
	bus_port_t *port;
	mblk_t *mp, *bp;
	int err = 0;

	mutex_enter(&bus_lock);
	port = bus_port_by_dev(dev);
	while (port->bp_head == NULL) {
		if ((uio->uio_fmode & (FNONBLOCK | FNDELAY)) != 0) {
			mutex_exit(&bus_lock);
			return (EAGAIN);
		}
		if (cv_wait_sig(&port->bp_cv, &bus_lock) == 0) {
			mutex_exit(&bus_lock);
			return (EINTR);
		}
	}
	mp = port->bp_head;
	if ((ssize_t)msgdsize(mp) > uio->uio_resid) {
		mutex_exit(&bus_lock);
		return (EOVERFLOW);
	}
	if ((port->bp_head = mp->b_next) == NULL)
		port->bp_tail = NULL;
	mp->b_next = NULL;
	port->bp_count--;
	mutex_exit(&bus_lock);

	for (bp = mp; bp != NULL && err == 0; bp = bp->b_cont)
		err = uiomove(bp->b_rptr, MBLKL(bp), UIO_READ, uio);
	freemsg(mp);
	return (err);
}

static int
bus_chr_write(dev_t dev, struct uio *uio, cred_t *cr __unused)
{
	size_t len = uio->uio_resid;
	bus_port_t *port;
	mblk_t *mp;
	int err;

	if (len < sizeof (struct ether_header))
		return (EINVAL);
	if (len > BUS_FRAME_MAX)
		return (EMSGSIZE);
	if ((mp = allocb(len, BPRI_MED)) == NULL)
		return (ENOMEM);
	if ((err = uiomove(mp->b_wptr, len, UIO_WRITE, uio)) != 0) {
		freemsg(mp);
		return (err);
	}
	mp->b_wptr += len;

	mutex_enter(&bus_lock);
	port = bus_port_by_dev(dev);
	while (bus_blocked(port)) {
		if ((uio->uio_fmode & (FNONBLOCK | FNDELAY)) != 0)
			err = EAGAIN;
		else if (cv_wait_sig(&port->bp_seg->bs_cv, &bus_lock) == 0)
			err = EINTR;
		if (err != 0) {
			mutex_exit(&bus_lock);
			freemsg(mp);
			uio->uio_resid = len;
			return (err);
		}
	}
	mutex_exit(&bus_lock);
	bus_send(port, mp);
	return (0);
}

static int
bus_chr_ioctl(dev_t dev, int cmd, intptr_t arg, int mode, cred_t *cr __unused,
    int *rvalp __unused)
{
	hk_businfo_t info;
	bus_port_t *port;

	switch (cmd) {
	case FIONBIO:
		return (0);
	case HK_IOC_BUSINFO:
		bzero(&info, sizeof (info));
		mutex_enter(&bus_lock);
		port = bus_port_by_dev(dev);
		info.hbi_rx_frames = port->bp_count;
		info.hbi_tx_frames = port->bp_tx_frames;
		info.hbi_drops = port->bp_drops;
		info.hbi_ports = port->bp_seg->bs_nports;
		mutex_exit(&bus_lock);
		if (ddi_copyout(&info, (void *)arg, sizeof (info), mode) != 0)
			return (EFAULT);
		return (0);
	default:
		return (ENOTTY);
	}
}

static int
bus_chr_chpoll(dev_t dev, short events, int anyyet, short *reventsp,
    struct pollhead **phpp)
{
	bus_port_t *port;
	short revents = 0;

	mutex_enter(&bus_lock);
	port = bus_port_by_dev(dev);
	if (port->bp_head != NULL)
		revents |= POLLIN | POLLRDNORM;
	if (!bus_blocked(port))
		revents |= POLLOUT;
	mutex_exit(&bus_lock);

	*reventsp = revents & events;
	if ((*reventsp == 0 && !anyyet) || (events & POLLET) != 0)
		*phpp = &port->bp_pollhead;
	return (0);
}

static dev_info_t *bus_dip;

static int
bus_getinfo(dev_info_t *dip __unused, ddi_info_cmd_t cmd, void *arg __unused,
    void **resp)
{
	if (bus_dip == NULL)
		return (DDI_FAILURE);
	*resp = cmd == DDI_INFO_DEVT2DEVINFO ? (void *)bus_dip : NULL;
	return (DDI_SUCCESS);
}

static int
bus_attach(dev_info_t *dip, ddi_attach_cmd_t cmd)
{
	if (cmd != DDI_ATTACH)
		return (DDI_FAILURE);
	bus_dip = dip;
	bus_major = ddi_driver_major(dip);
	return (sdev_add_dir("bus", bus_lookup) == 0 ? DDI_SUCCESS :
	    DDI_FAILURE);
}

static int
bus_detach(dev_info_t *dip __unused, ddi_detach_cmd_t cmd)
{
	if (cmd != DDI_DETACH)
		return (DDI_FAILURE);
	bus_dip = NULL;
	return (DDI_SUCCESS);
}

static struct cb_ops bus_cb_ops = {
	.cb_open = bus_chr_open,
	.cb_close = bus_chr_close,
	.cb_strategy = nodev,
	.cb_print = nodev,
	.cb_dump = nodev,
	.cb_read = bus_chr_read,
	.cb_write = bus_chr_write,
	.cb_ioctl = bus_chr_ioctl,
	.cb_devmap = nodev,
	.cb_mmap = nodev,
	.cb_segmap = nodev,
	.cb_chpoll = bus_chr_chpoll,
	.cb_prop_op = ddi_prop_op,
	.cb_flag = D_MP | D_64BIT | D_U64BIT,
	.cb_rev = CB_REV
};

static struct dev_ops bus_dev_ops = {
	.devo_rev = DEVO_REV,
	.devo_getinfo = bus_getinfo,
	.devo_identify = nulldev,
	.devo_probe = nulldev,
	.devo_attach = bus_attach,
	.devo_detach = bus_detach,
	.devo_reset = nodev,
	.devo_cb_ops = &bus_cb_ops,
	.devo_quiesce = ddi_quiesce_not_needed
};

static struct modldrv bus_modldrv = {
	.drv_modops = &mod_driverops,
	.drv_linkinfo = "Ethernet segments in memory",
	.drv_dev_ops = &bus_dev_ops
};

static struct modlinkage bus_modlinkage = {
	.ml_rev = MODREV_1,
	.ml_linkage = { &bus_modldrv, NULL }
};

int
bus_mod_init(void)
{
	mutex_init(&bus_lock, NULL, MUTEX_DRIVER, NULL);
	list_create(&bus_segs, sizeof (bus_seg_t),
	    offsetof(bus_seg_t, bs_node));
	list_create(&bus_ports, sizeof (bus_port_t),
	    offsetof(bus_port_t, bp_all));
	bus_idle = 0;
	bus_next_seg = bus_next_port = 0;
	return (mod_install(&bus_modlinkage));
}

int
bus_mod_fini(void)
{
	bus_seg_t *seg;
	int err;

	if ((err = mod_remove(&bus_modlinkage)) != 0)
		return (err);
	mutex_enter(&bus_lock);
	while ((seg = list_head(&bus_segs)) != NULL) {
		VERIFY(seg->bs_nports == 0);
		bus_seg_free(seg);
	}
	mutex_exit(&bus_lock);
	list_destroy(&bus_ports);
	list_destroy(&bus_segs);
	mutex_destroy(&bus_lock);
	return (0);
}
