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
 * The entry points that MAC gives a network driver: dld's streams and dld's
 * getinfo.  After dld_init_ops() and dld_getinfo() of uts/common/io/dld and
 * mac_init_ops() of uts/common/io/mac of illumos.
 */

#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/mac_impl.h>
#include <sys/stream.h>
#include <sys/sysmacros.h>
#include <sys/systm.h>

#include "dev_impl.h"
#include "mac_kern.h"

/*
 * mac_init_ops(9F) and mac_fini_ops(9F): the major becomes a network driver's,
 * and its stream operations become dld's, which send everything but the minors
 * that are MAC's on to cb_open.  There are no streams here, so an open of one
 * of MAC's minors ends in ENXIO (specfs.c).
 */
static int
dld_open(queue_t *rq __unused, dev_t *devp, int flag __unused,
    int sflag __unused, cred_t *cr __unused)
{
	if (getminor(*devp) >= mac_private_minor())
		return (ENOSTR);
	return (ENXIO);
}

void
mac_init_ops(struct dev_ops *ops, const char *name)
{
	major_t major = ddi_name_to_major(name);
	kdriver_t *kdp;
	struct streamtab *stream;
	struct qinit *rq;

	if (major == DDI_MAJOR_T_NONE)
		return;
	kdp = dev_driver(major);
	kdp->kd_flags |= DN_GLDV3_DRIVER | DN_NETWORK_DRIVER;

	if (ops == NULL)
		return;
	rq = kmem_zalloc(sizeof (*rq), KM_SLEEP);
	rq->qi_qopen = dld_open;
	stream = kmem_zalloc(sizeof (*stream), KM_SLEEP);
	stream->st_rdinit = rq;
	ops->devo_cb_ops->cb_str = stream;
	if (ops->devo_getinfo == NULL)
		ops->devo_getinfo = mac_getinfo;
}

void
mac_fini_ops(struct dev_ops *ops)
{
	struct streamtab *stream = ops->devo_cb_ops->cb_str;

	kmem_free(stream->st_rdinit, sizeof (struct qinit));
	kmem_free(stream, sizeof (struct streamtab));
	ops->devo_cb_ops->cb_str = NULL;
}

minor_t
mac_private_minor(void)
{
	return (MAC_PRIVATE_MINOR);
}

int
mac_devt_to_instance(dev_t dev)
{
	minor_t minor = getminor(dev);

	if (minor > 0 && minor <= MAC_MAX_MINOR)
		return ((int)minor - 1);
	return (-1);
}

/*
 * dld's getinfo(9E): minors of instances map by arithmetic, those above by the
 * MAC that has them.
 */
int
mac_getinfo(dev_info_t *dip __unused, ddi_info_cmd_t cmd, void *arg,
    void **resp)
{
	dev_t dev = (dev_t)(uintptr_t)arg;
	dev_info_t *found;

	if (cmd == DDI_INFO_DEVT2INSTANCE && mac_devt_to_instance(dev) != -1) {
		*resp = (void *)(uintptr_t)mac_devt_to_instance(dev);
		return (DDI_SUCCESS);
	}

	found = mac_find_dip(dev);
	if (found == NULL)
		return (DDI_FAILURE);

	switch (cmd) {
	case DDI_INFO_DEVT2DEVINFO:
		*resp = found;
		return (DDI_SUCCESS);
	case DDI_INFO_DEVT2INSTANCE:
		*resp = (void *)(uintptr_t)ddi_get_instance(found);
		return (DDI_SUCCESS);
	default:
		return (DDI_FAILURE);
	}
}
