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
 * The driver of a segment's ports, /dev/bus/<name>: read(2) takes a frame,
 * write(2) sends one.  Every open makes a port of its own.
 */

#include <sys/debug.h>
#include <sys/errno.h>
#include <sys/ethernet.h>
#include <sys/filio.h>
#include <sys/poll_impl.h>
#include <sys/policy.h>
#include <sys/pattr.h>
#include <sys/stream.h>
#include <sys/strsubr.h>
#include <sys/strsun.h>
#include <sys/sysmacros.h>
#include <sys/systm.h>

#include "bus_impl.h"

static avl_tree_t bus_ports;		/* bus_lock; by minor */
static minor_t bus_next_port;		/* bus_lock */

static int
bus_port_compare(const void *a, const void *b)
{
	const minor_t x = ((const bus_port_t *)a)->bp_minor;
	const minor_t y = ((const bus_port_t *)b)->bp_minor;

	return (x < y ? -1 : x > y);
}

static bus_port_t *
bus_port_by_minor(minor_t minor)
{
	bus_port_t want;

	ASSERT(MUTEX_HELD(&bus_lock));
	want.bp_minor = minor;
	return (avl_find(&bus_ports, &want, NULL));
}

static bus_port_t *
bus_port_by_dev(dev_t dev)
{
	return (bus_port_by_minor(getminor(dev)));
}

/*
 * Numbers go round, and there are more of them than ports.
 */
static void
bus_port_number(bus_port_t *port)
{
	do {
		port->bp_minor = BUS_PORT_MINOR +
		    bus_next_port++ % (MAXMIN32 - BUS_PORT_MINOR);
	} while (bus_port_by_minor(port->bp_minor) != NULL);
	avl_add(&bus_ports, port);
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
	if ((seg = bus_seg_by_minor(minor)) == NULL) {
		mutex_exit(&bus_lock);
		return (ENXIO);
	}
	port = bus_port_create(seg, NULL);
	bus_port_number(port);
	port->bp_stopped = B_FALSE;
	*devp = makedevice(getmajor(*devp), port->bp_minor);
	mutex_exit(&bus_lock);
	return (0);
}

static int
bus_chr_close(dev_t dev, int flag __unused, int otyp __unused,
    cred_t *cr __unused)
{
	bus_port_t *port;

	mutex_enter(&bus_lock);
	port = bus_port_by_dev(dev);
	avl_remove(&bus_ports, port);
	bus_port_destroy(port);
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

/*
 * Wait for room at the links of the segment, as IP would.
 */
static int
bus_chr_wait(dev_t dev, int mode, bus_port_t **portp)
{
	bus_port_t *port;
	int err = 0;

	mutex_enter(&bus_lock);
	port = bus_port_by_dev(dev);
	while (err == 0 && bus_blocked(port)) {
		if ((mode & (FNONBLOCK | FNDELAY)) != 0)
			err = EAGAIN;
		else if (cv_wait_sig(&port->bp_seg->bs_cv, &bus_lock) == 0)
			err = EINTR;
	}
	mutex_exit(&bus_lock);
	*portp = port;
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
	if ((err = bus_chr_wait(dev, uio->uio_fmode, &port)) != 0) {
		freemsg(mp);
		uio->uio_resid = len;
		return (err);
	}
	bus_send(port, mp);
	return (0);
}

static boolean_t
bus_chr_empty(const hk_bussend_t *hbs, uint_t i)
{
	return (i < HK_BUS_BLOCKS && hbs->hbs_blocks[i] == HK_BUS_EMPTY);
}

/*
 * The blocks of a packet with metadata.
 */
static int
bus_chr_gather(const hk_bussend_t *hbs, int mode, mblk_t **mpp)
{
	const char *from = (const char *)(uintptr_t)hbs->hbs_buf;
	size_t left = hbs->hbs_len, n;
	uint_t i;
	mblk_t *mp;

	for (i = 0; left > 0 || bus_chr_empty(hbs, i); i++) {
		n = i < HK_BUS_BLOCKS && hbs->hbs_blocks[i] != 0 ?
		    hbs->hbs_blocks[i] : left;
		if (bus_chr_empty(hbs, i))
			n = 0;
		if (n > left)
			return (EINVAL);
		if ((mp = *mpp = allocb(n, BPRI_MED)) == NULL)
			return (ENOMEM);
		if (ddi_copyin(from, mp->b_wptr, n, mode) != 0)
			return (EFAULT);
		mp->b_wptr += n;
		from += n;
		left -= n;
		mpp = &mp->b_cont;
	}
	return (0);
}

static int
bus_chr_sendmeta(dev_t dev, void *arg, int mode)
{
	hk_bussend_t hbs;
	bus_port_t *port;
	mblk_t *mp = NULL;
	int err;

	if (ddi_copyin(arg, &hbs, sizeof (hbs), mode) != 0)
		return (EFAULT);
	if (hbs.hbs_len == 0 || hbs.hbs_mss > UINT16_MAX ||
	    (hbs.hbs_flags & ~(uint32_t)(HCK_FLAGS | HW_LSO)) != 0)
		return (EINVAL);
	if (hbs.hbs_len > BUS_PACKET_MAX)
		return (EMSGSIZE);
	if ((err = bus_chr_gather(&hbs, mode, &mp)) != 0 ||
	    (err = bus_chr_wait(dev, mode, &port)) != 0) {
		freemsg(mp);
		return (err);
	}
	mac_hcksum_set(mp, hbs.hbs_start, hbs.hbs_stuff, hbs.hbs_end, 0,
	    hbs.hbs_flags);
	DB_LSOMSS(mp) = (uint16_t)hbs.hbs_mss;
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
		if (port->bp_head != NULL)
			info.hbi_rx_flags = DB_CKSUMFLAGS(port->bp_head);
		mutex_exit(&bus_lock);
		if (ddi_copyout(&info, (void *)arg, sizeof (info), mode) != 0)
			return (EFAULT);
		return (0);
	case HK_IOC_BUSSEND:
		return (bus_chr_sendmeta(dev, (void *)arg, mode));
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
	bus_next_port = 0;
	avl_create(&bus_ports, bus_port_compare, sizeof (bus_port_t),
	    offsetof(bus_port_t, bp_by_minor));
	bus_init();
	return (mod_install(&bus_modlinkage));
}

int
bus_mod_fini(void)
{
	int err;

	if ((err = mod_remove(&bus_modlinkage)) != 0)
		return (err);
	bus_fini();
	avl_destroy(&bus_ports);
	return (0);
}
