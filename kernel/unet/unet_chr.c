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
 * The character face: open, close, read, write, ioctl and poll of
 * /dev/unet/ctl, /dev/unet/<link> and /dev/unet/monitor.
 *
 * A link is found by its minor.  specfs calls close only when the last
 * descriptor of a minor is closed, so the one holder is counted in open; and
 * between the two the link cannot go away, so the other calls need no hold.  A
 * minor that is no link's is looked for among the monitors: links come first.
 */

#include "unet_impl.h"
#include <sys/errno.h>
#include <sys/file.h>
#include <sys/conf.h>
#include <sys/mkdev.h>
#include <sys/open.h>
#include <sys/filio.h>
#include <sys/cmn_err.h>

/*
 * Nothing ever happens on the control node that one could wait for.
 */
static pollhead_t unet_ctl_pollhead;

static int
unet_chr_open(dev_t *devp, int flag, int otyp, cred_t *cr)
{
	const minor_t minor = getminor(*devp);
	unet_dev_t *ud;
	int err;

	if (otyp != OTYP_CHR)
		return (EINVAL);
	if (minor == UNET_CTL_MINOR)
		return (0);
	if (minor == UNET_MONITOR_MINOR)
		return (unet_monitor_open(devp, cr));
	if (minor < UNET_CTL_MINOR)
		return (ENXIO);

	do {
		if ((err = unet_dev_hold_open(minor, &ud)) != 0)
			return (err);
		if ((err = unet_link_open(ud, flag, cr)) != 0)
			unet_dev_rele(ud);
	} while (err == EAGAIN);
	return (err);
}

static int
unet_chr_close(dev_t dev, int flag __unused, int otyp __unused,
    cred_t *cr __unused)
{
	unet_monitor_t *mo;
	unet_dev_t *ud;

	if (getminor(dev) == UNET_CTL_MINOR)
		return (0);
	if ((ud = unet_dev_by_minor(getminor(dev))) == NULL) {
		if ((mo = unet_monitor_by_minor(getminor(dev))) == NULL)
			return (ENXIO);
		unet_monitor_close(mo);
		return (0);
	}

	unet_link_close(ud);
	if (ud->ud_lifetime == UNET_LIFE_SINGLE_SHOT)
		unet_dev_reap(ud);
	unet_dev_rele(ud);
	return (0);
}

/*
 * Say, once for each link, that its holder moves its frames one by one.
 */
static void
unet_chr_note(unet_dev_t *ud)
{
	if (atomic_cas_32(&ud->ud_noted, 0, 1) == 0) {
		cmn_err(CE_NOTE, "unet: process %d uses %s with read(2) or "
		    "write(2), one frame a call; framed I/O moves many: see "
		    "unet(4D)", (int)ddi_get_pid(), unet_dev_name(ud));
	}
}

static int
unet_chr_read(dev_t dev, uio_t *uio, cred_t *cr __unused)
{
	unet_monitor_t *mo;
	unet_dev_t *ud;
	int err;

	if ((ud = unet_dev_by_minor(getminor(dev))) == NULL) {
		if ((mo = unet_monitor_by_minor(getminor(dev))) == NULL)
			return (ENXIO);
		return (unet_capture_read(mo, uio));
	}
	if ((err = unet_rxq_read(ud, uio)) == 0)
		unet_chr_note(ud);
	return (err);
}

static int
unet_chr_write(dev_t dev, uio_t *uio, cred_t *cr __unused)
{
	unet_dev_t *ud;
	int err;

	if ((ud = unet_dev_by_minor(getminor(dev))) == NULL)
		return (ENXIO);
	if ((err = unet_txq_write(ud, uio)) == 0)
		unet_chr_note(ud);
	return (err);
}

static int
unet_chr_ioctl(dev_t dev, int cmd, intptr_t arg, int mode, cred_t *cr,
    int *rvalp __unused)
{
	unet_monitor_t *mo;
	unet_dev_t *ud;

	/* The system has set FNDELAY itself, and wants to hear no error. */
	if (cmd == FIONBIO)
		return (0);
	if (getminor(dev) == UNET_CTL_MINOR)
		return (unet_ioc_ctl(cmd, arg, mode, cr));
	if ((ud = unet_dev_by_minor(getminor(dev))) == NULL) {
		if ((mo = unet_monitor_by_minor(getminor(dev))) == NULL)
			return (ENXIO);
		return (unet_ioc_monitor(mo, cmd, arg, mode, cr));
	}

	switch (cmd) {
	case UNET_IOC_FRAMEIO_READ:
		if ((mode & FREAD) == 0)
			return (EBADF);
		return (unet_rxq_frameio(ud, (void *)arg, mode));
	case UNET_IOC_FRAMEIO_WRITE:
		if ((mode & FWRITE) == 0)
			return (EBADF);
		return (unet_txq_frameio(ud, (void *)arg, mode));
	default:
		return (unet_ioc_link(ud, cmd, arg, mode, cr));
	}
}

static short
unet_chr_poll_link(unet_dev_t *ud, short events)
{
	short ready = 0;

	atomic_inc_64(&ud->ud_poll_calls);
	mutex_enter(&ud->ud_rxq.uq_lock);
	if (ud->ud_rxq.uq_dying)
		ready |= POLLHUP;
	else if (ud->ud_rxq.uq_head != NULL)
		ready |= POLLIN | POLLRDNORM;
	mutex_exit(&ud->ud_rxq.uq_lock);

	if ((events & POLLPRI) != 0 && unet_event_pending(&ud->ud_events))
		ready |= POLLPRI;
	if ((events & POLLOUT) != 0 && (ready & POLLHUP) == 0 &&
	    unet_txq_writable(ud))
		ready |= POLLOUT;
	return (ready);
}

/*
 * An error here would be poll(2)'s own, so a link that is dead says POLLHUP.
 * Whoever asks for the edge gets the pollhead even if something is ready.
 */
static int
unet_chr_poll(dev_t dev, short events, int anyyet, short *reventsp,
    struct pollhead **phpp)
{
	const minor_t minor = getminor(dev);
	pollhead_t *php = &unet_ctl_pollhead;
	unet_monitor_t *mo;
	unet_dev_t *ud;
	short ready = 0;

	if (minor != UNET_CTL_MINOR &&
	    (ud = unet_dev_by_minor(minor)) != NULL) {
		php = &ud->ud_pollhead;
		ready = unet_chr_poll_link(ud, events);
	} else if (minor != UNET_CTL_MINOR) {
		if ((mo = unet_monitor_by_minor(minor)) == NULL)
			return (ENXIO);
		php = &mo->mo_pollhead;
		ready = unet_monitor_poll(mo, events);
	}

	*reventsp = ready & (events | POLLHUP);
	if ((*reventsp == 0 && !anyyet) || (events & POLLET) != 0)
		*phpp = php;
	return (0);
}

struct cb_ops unet_cb_ops = {
	.cb_open = unet_chr_open,
	.cb_close = unet_chr_close,
	.cb_strategy = nodev,
	.cb_print = nodev,
	.cb_dump = nodev,
	.cb_read = unet_chr_read,
	.cb_write = unet_chr_write,
	.cb_ioctl = unet_chr_ioctl,
	.cb_devmap = nodev,
	.cb_mmap = nodev,
	.cb_segmap = nodev,
	.cb_chpoll = unet_chr_poll,
	.cb_prop_op = ddi_prop_op,
	.cb_str = NULL,		/* mac_init_ops() puts dld's here */
	.cb_flag = D_NEW | D_MP | D_64BIT | D_U64BIT,
	.cb_rev = CB_REV,
	.cb_aread = nodev,
	.cb_awrite = nodev
};
