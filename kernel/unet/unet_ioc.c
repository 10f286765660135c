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
 * Control requests.  A table says, for each command, how large its structure
 * is, where it may be used, and what it takes; the dispatcher copies the
 * structure in once, checks its header, sees that it can be copied out again
 * before anything happens, and copies it out with the result or the cause.
 */

#include "unet_impl.h"
#include <sys/errno.h>
#include <sys/file.h>
#include <sys/kmem.h>
#include <sys/policy.h>

CTASSERT(sizeof (unet_ioc_hdr_t) == 48);
CTASSERT(sizeof (unet_ioc_create_t) == 128);
CTASSERT(sizeof (unet_ioc_destroy_t) == 72);
CTASSERT(sizeof (unet_list_ent_t) == 48);
CTASSERT(sizeof (unet_ioc_list_t) == 80);
CTASSERT(sizeof (unet_ioc_info_t) == 240);
CTASSERT(sizeof (unet_prop_t) == 16);
CTASSERT(sizeof (unet_ioc_props_t) == 584);
CTASSERT(sizeof (unet_event_t) == 40);
CTASSERT(sizeof (unet_ioc_event_t) == 1352);
CTASSERT(sizeof (unet_ioc_capture_t) == 80);
CTASSERT(sizeof (unet_ioc_watch_t) == 64);
CTASSERT(sizeof (unet_watched_t) == 80);
CTASSERT(sizeof (unet_ioc_watched_t) == 2632);

/*
 * What a request is made with.  On the node of a link ui_dev is that link;
 * elsewhere it is the link that the header names, held, if the command is about
 * one, and a command that keeps the hold sets ui_dev to NULL.
 */
typedef struct unet_ioc {
	uint_t		ui_where;	/* UNET_ON_* */
	unet_dev_t	*ui_dev;
	unet_monitor_t	*ui_monitor;
	cred_t		*ui_cred;
	int		ui_mode;
} unet_ioc_t;

typedef int (*unet_ioc_f)(unet_ioc_t *, void *);

/*
 * After a request has succeeded: does its caller know?
 */
typedef void (*unet_ioc_end_f)(unet_ioc_t *, void *, boolean_t);

#define	UNET_ON_CTL	0x1	/* on /dev/unet/ctl */
#define	UNET_ON_LINK	0x2	/* on the node of a link */
#define	UNET_ABOUT_LINK	0x4	/* the header names a link */
#define	UNET_CHANGES	0x8	/* wants a descriptor open for writing */
#define	UNET_CONFIGURES	0x10	/* wants sys_dl_config */
#define	UNET_READS	0x20	/* wants a descriptor open for reading */
#define	UNET_ON_DEAD	0x40	/* on the node of a dead link, too */
#define	UNET_ON_MONITOR	0x80	/* on /dev/unet/monitor */
#define	UNET_RAW	0x100	/* wants net_rawaccess */

typedef struct unet_ioc_cmd {
	int		uc_cmd;
	uint_t		uc_flags;
	size_t		uc_size;
	unet_ioc_f	uc_func;
	unet_ioc_end_f	uc_end;
} unet_ioc_cmd_t;

/*
 * Note the precise cause of an error.  Returns the error.
 */
int
unet_ioc_fail(unet_ioc_hdr_t *hdr, unet_errno_t cause, int err)
{
	hdr->uih_errno = cause;
	return (err);
}

static int
unet_ioc_reserved(unet_ioc_hdr_t *hdr, const uint64_t *reserved, uint_t n)
{
	uint_t i;

	for (i = 0; i < n; i++) {
		if (reserved[i] != 0)
			return (unet_ioc_fail(hdr, UNET_E_RESERVED, EINVAL));
	}
	return (0);
}

static int
unet_ioc_create(unet_ioc_t *ui, void *arg)
{
	return (unet_dev_create(arg, ui->ui_cred));
}

/*
 * A link that nobody was told of is destroyed again.
 */
static void
unet_ioc_create_end(unet_ioc_t *ui, void *arg, boolean_t told)
{
	unet_dev_t *ud;
	boolean_t held;
	pid_t holder;

	if (!told && unet_dev_hold(arg, crgetzoneid(ui->ui_cred), &ud) == 0) {
		(void) unet_dev_destroy(ud, UNET_DESTROY_UNDO, &held, &holder);
		unet_dev_rele(ud);
	}
}

static int
unet_ioc_destroy(unet_ioc_t *ui, void *arg)
{
	unet_ioc_destroy_t *uid = arg;
	unet_ioc_hdr_t *hdr = &uid->uid_hdr;
	boolean_t held;
	pid_t holder;
	int err;

	if ((err = unet_ioc_reserved(hdr, uid->uid_reserved,
	    ARRAY_SIZE(uid->uid_reserved))) != 0)
		return (err);
	if (uid->uid_pad != 0 || (hdr->uih_flags & ~UNET_DESTROY_UNHELD) != 0)
		return (unet_ioc_fail(hdr, UNET_E_RESERVED, EINVAL));

	if (!unet_dev_owned(ui->ui_dev, crgetzoneid(ui->ui_cred)))
		return (unet_ioc_fail(hdr, UNET_E_ZONE, EPERM));

	err = unet_dev_destroy(ui->ui_dev, hdr->uih_flags, &held, &holder);
	uid->uid_holder = (uint32_t)holder;
	switch (err) {
	case 0:
		return (0);
	case ENXIO:
		return (unet_ioc_fail(hdr, UNET_E_DYING, err));
	default:
		return (unet_ioc_fail(hdr, held ? UNET_E_HELD : UNET_E_BUSY,
		    err));
	}
}

static int
unet_ioc_list(unet_ioc_t *ui, void *arg)
{
	unet_ioc_list_t *uil = arg;
	unet_ioc_hdr_t *hdr = &uil->uil_hdr;
	const zoneid_t zoneid = crgetzoneid(ui->ui_cred);
	unet_list_ent_t ule;
	uint32_t after = UNET_LINKID_NONE;
	uint32_t n = 0;
	int err;

	if ((err = unet_ioc_reserved(hdr, uil->uil_reserved,
	    ARRAY_SIZE(uil->uil_reserved))) != 0)
		return (err);
	if (hdr->uih_flags != 0)
		return (unet_ioc_fail(hdr, UNET_E_RESERVED, EINVAL));

	unet_look_all();
	while (unet_dev_next(after, zoneid, B_FALSE, &ule)) {
		if (n < uil->uil_nents &&
		    ddi_copyout(&ule, (void *)(uintptr_t)(uil->uil_ents +
		    n * sizeof (ule)), sizeof (ule), ui->ui_mode) != 0)
			return (EFAULT);
		after = ule.ule_linkid;
		n++;
	}
	uil->uil_actents = n;
	return (0);
}

static void
unet_ioc_info_queue(unet_queue_t *uq, uint64_t *maxp, uint64_t *bytesp,
    uint64_t *framesp, uint32_t *iomodep)
{
	mutex_enter(&uq->uq_lock);
	*maxp = uq->uq_max;
	*bytesp = uq->uq_bytes;
	*framesp = uq->uq_frames;
	*iomodep = MAX(*iomodep, uq->uq_iomode);
	mutex_exit(&uq->uq_lock);
}

static int
unet_ioc_info(unet_ioc_t *ui, void *arg)
{
	unet_ioc_info_t *uii = arg;
	unet_dev_t *ud = ui->ui_dev;

	if (uii->uii_hdr.uih_flags != 0)
		return (unet_ioc_fail(&uii->uii_hdr, UNET_E_RESERVED, EINVAL));

	bzero((char *)uii + sizeof (uii->uii_hdr),
	    sizeof (*uii) - sizeof (uii->uii_hdr));
	unet_mac_get_addr(ud, uii->uii_mac);
	uii->uii_mtu = unet_mac_mtu(ud);
	uii->uii_zoneid = unet_dev_zone(ud);
	uii->uii_ownerzone = unet_dev_ownerzone(ud);
	uii->uii_lifetime = ud->ud_lifetime;
	uii->uii_minor = ud->ud_minor;
	uii->uii_minframe = UNET_FRAME_MIN;
	uii->uii_maxframe = uii->uii_mtu + UNET_FRAME_EXTRA;
	uii->uii_maxvecs = FRAMEIO_NVECS_MAX;
	uii->uii_minbuf = unet_queue_floor(uii->uii_mtu);
	uii->uii_maxbuf = UNET_BUF_MAX;

	mutex_enter(&ud->ud_link_lock);
	uii->uii_owner = ud->ud_owner;
	uii->uii_group = ud->ud_group;
	uii->uii_policy = ud->ud_policy;
	uii->uii_linger = ud->ud_linger;
	uii->uii_linkstate = ud->ud_linkstate == LINK_STATE_UP ?
	    UNET_LINK_UP : UNET_LINK_DOWN;
	uii->uii_holder = ud->ud_held ? (uint32_t)ud->ud_holder : 0;
	mutex_exit(&ud->ud_link_lock);

	unet_ioc_info_queue(&ud->ud_rxq, &uii->uii_rxbuf, &uii->uii_rxq_bytes,
	    &uii->uii_rxq_frames, &uii->uii_iomode);
	unet_ioc_info_queue(&ud->ud_txq, &uii->uii_txbuf, &uii->uii_txq_bytes,
	    &uii->uii_txq_frames, &uii->uii_iomode);
	return (0);
}

static int
unet_ioc_props(unet_ioc_t *ui, unet_ioc_props_t *uip)
{
	unet_ioc_hdr_t *hdr = &uip->uip_hdr;
	int err;

	if ((err = unet_ioc_reserved(hdr, uip->uip_reserved,
	    ARRAY_SIZE(uip->uip_reserved))) != 0)
		return (err);
	if (hdr->uih_flags != 0)
		return (unet_ioc_fail(hdr, UNET_E_RESERVED, EINVAL));
	if (uip->uip_count == 0 || uip->uip_count > UNET_PROPS_MAX)
		return (unet_ioc_fail(hdr, UNET_E_PROPCOUNT, EINVAL));
	if (unet_dev_state(ui->ui_dev) == UNET_S_DEAD)
		return (unet_ioc_fail(hdr, UNET_E_DYING, ENXIO));
	uip->uip_bad = 0;
	return (0);
}

static int
unet_ioc_getprop(unet_ioc_t *ui, void *arg)
{
	int err;

	if ((err = unet_ioc_props(ui, arg)) != 0)
		return (err);
	return (unet_prop_get(ui->ui_dev, arg));
}

/*
 * Only the zone that owns a link sets its properties, and there who is
 * privileged; but a holder may always size its own queues.
 */
static int
unet_ioc_setprop(unet_ioc_t *ui, void *arg)
{
	unet_ioc_props_t *uip = arg;
	const boolean_t owned = unet_dev_owned(ui->ui_dev,
	    crgetzoneid(ui->ui_cred));
	const boolean_t priv = owned && secpolicy_dl_config(ui->ui_cred) == 0;
	int err;

	if (ui->ui_where == UNET_ON_CTL && !priv) {
		return (unet_ioc_fail(&uip->uip_hdr,
		    owned ? UNET_E_PRIV : UNET_E_ZONE, EPERM));
	}
	if ((err = unet_ioc_props(ui, arg)) != 0)
		return (err);
	return (unet_prop_set(ui->ui_dev, uip, priv));
}

/*
 * A holder knows which link it holds.
 */
static int
unet_ioc_event(unet_ioc_t *ui, void *arg)
{
	unet_ioc_event_t *uie = arg;
	unet_ioc_hdr_t *hdr = &uie->uie_hdr;
	const size_t size = UNET_EVENTS_MAX * sizeof (unet_watched_t);
	unet_watched_t *told;
	uint_t i;
	int err;

	if ((err = unet_ioc_reserved(hdr, uie->uie_reserved,
	    ARRAY_SIZE(uie->uie_reserved))) != 0)
		return (err);
	if ((hdr->uih_flags & ~UNET_EVENT_RESYNC) != 0)
		return (unet_ioc_fail(hdr, UNET_E_RESERVED, EINVAL));

	told = kmem_alloc(size, KM_SLEEP);
	err = unet_event_begin(ui->ui_dev, &ui->ui_dev->ud_events, hdr,
	    ui->ui_mode, told, &uie->uie_count, &uie->uie_pending);
	for (i = 0; i < UNET_EVENTS_MAX; i++)
		uie->uie_events[i] = told[i].uw_event;
	kmem_free(told, size);
	return (err);
}

static void
unet_ioc_event_end(unet_ioc_t *ui, void *arg __unused, boolean_t told)
{
	unet_event_end(&ui->ui_dev->ud_events, told);
}

/*
 * A monitor sees what the zone that opened it sees, for as long as that does.
 * So nobody sets it up from another zone, to which a descriptor may get.
 */
static int
unet_ioc_monitor_own(unet_ioc_t *ui, unet_ioc_hdr_t *hdr)
{
	if (crgetzoneid(ui->ui_cred) != ui->ui_monitor->mo_zoneid)
		return (unet_ioc_fail(hdr, UNET_E_ZONE, EPERM));
	return (0);
}

static int
unet_ioc_capture(unet_ioc_t *ui, void *arg)
{
	unet_ioc_capture_t *uica = arg;
	int err;

	if ((err = unet_ioc_reserved(&uica->uica_hdr, uica->uica_reserved,
	    ARRAY_SIZE(uica->uica_reserved))) != 0 ||
	    (err = unet_ioc_monitor_own(ui, &uica->uica_hdr)) != 0)
		return (err);
	if ((err = unet_capture_bind(ui->ui_monitor, ui->ui_dev, uica)) == 0)
		ui->ui_dev = NULL;
	return (err);
}

static int
unet_ioc_watch(unet_ioc_t *ui, void *arg)
{
	unet_ioc_watch_t *uiw = arg;
	unet_ioc_hdr_t *hdr = &uiw->uiw_hdr;
	unet_dev_t *ud = NULL;
	int err;

	if ((err = unet_ioc_reserved(hdr, uiw->uiw_reserved,
	    ARRAY_SIZE(uiw->uiw_reserved))) != 0 ||
	    (err = unet_ioc_monitor_own(ui, hdr)) != 0)
		return (err);
	if ((hdr->uih_flags & ~UNET_WATCH_ALL) != 0)
		return (unet_ioc_fail(hdr, UNET_E_RESERVED, EINVAL));

	if ((hdr->uih_flags & UNET_WATCH_ALL) == 0) {
		if ((err = unet_dev_hold(hdr, crgetzoneid(ui->ui_cred),
		    &ud)) != 0)
			return (err);
		if (!unet_link_may_open(ud, ui->ui_cred))
			err = EPERM;
	} else if (hdr->uih_linkid != UNET_LINKID_NONE ||
	    hdr->uih_name[0] != '\0') {
		return (unet_ioc_fail(hdr, UNET_E_LINKID, EINVAL));
	} else {
		err = secpolicy_net_rawaccess(ui->ui_cred);
	}
	if (err != 0)
		err = unet_ioc_fail(hdr, UNET_E_PRIV, EPERM);
	else
		err = unet_watch_bind(ui->ui_monitor, ud, hdr);
	if (err != 0 && ud != NULL)
		unet_dev_rele(ud);
	return (err);
}

static int
unet_ioc_watched(unet_ioc_t *ui, void *arg)
{
	unet_ioc_watched_t *uiwd = arg;
	unet_ioc_hdr_t *hdr = &uiwd->uiwd_hdr;
	unet_monitor_t *mo = ui->ui_monitor;
	boolean_t watching;
	int err;

	if ((err = unet_ioc_reserved(hdr, uiwd->uiwd_reserved,
	    ARRAY_SIZE(uiwd->uiwd_reserved))) != 0)
		return (err);
	if ((hdr->uih_flags & ~UNET_EVENT_RESYNC) != 0)
		return (unet_ioc_fail(hdr, UNET_E_RESERVED, EINVAL));

	mutex_enter(&mo->mo_setup_lock);
	watching = mo->mo_watching;
	mutex_exit(&mo->mo_setup_lock);
	if (!watching)
		return (unet_ioc_fail(hdr, UNET_E_UNBOUND, EINVAL));
	if (hdr->uih_flags != 0 && mo->mo_watched == NULL)
		return (unet_ioc_fail(hdr, UNET_E_RESERVED, EINVAL));
	return (unet_event_begin(mo->mo_watched, &mo->mo_events, hdr,
	    ui->ui_mode, uiwd->uiwd_events, &uiwd->uiwd_count,
	    &uiwd->uiwd_pending));
}

static void
unet_ioc_watched_end(unet_ioc_t *ui, void *arg __unused, boolean_t told)
{
	unet_event_end(&ui->ui_monitor->mo_events, told);
}

static const unet_ioc_cmd_t unet_ioc_cmds[] = {
	{ UNET_IOC_CREATE, UNET_ON_CTL | UNET_CHANGES | UNET_CONFIGURES,
	    sizeof (unet_ioc_create_t), unet_ioc_create, unet_ioc_create_end },
	{ UNET_IOC_DESTROY, UNET_ON_CTL | UNET_ABOUT_LINK | UNET_CHANGES |
	    UNET_CONFIGURES, sizeof (unet_ioc_destroy_t), unet_ioc_destroy,
	    NULL },
	{ UNET_IOC_LIST, UNET_ON_CTL,
	    sizeof (unet_ioc_list_t), unet_ioc_list, NULL },
	{ UNET_IOC_INFO, UNET_ON_CTL | UNET_ON_LINK | UNET_ABOUT_LINK,
	    sizeof (unet_ioc_info_t), unet_ioc_info, NULL },
	{ UNET_IOC_GETPROP, UNET_ON_CTL | UNET_ON_LINK | UNET_ABOUT_LINK,
	    sizeof (unet_ioc_props_t), unet_ioc_getprop, NULL },
	{ UNET_IOC_SETPROP, UNET_ON_CTL | UNET_ON_LINK | UNET_ABOUT_LINK |
	    UNET_CHANGES, sizeof (unet_ioc_props_t), unet_ioc_setprop, NULL },
	{ UNET_IOC_EVENT, UNET_ON_LINK | UNET_READS | UNET_ON_DEAD,
	    sizeof (unet_ioc_event_t), unet_ioc_event, unet_ioc_event_end },
	{ UNET_IOC_CAPTURE, UNET_ON_MONITOR | UNET_ABOUT_LINK | UNET_READS |
	    UNET_RAW, sizeof (unet_ioc_capture_t), unet_ioc_capture, NULL },
	{ UNET_IOC_WATCH, UNET_ON_MONITOR | UNET_READS,
	    sizeof (unet_ioc_watch_t), unet_ioc_watch, NULL },
	{ UNET_IOC_WATCHED, UNET_ON_MONITOR | UNET_READS,
	    sizeof (unet_ioc_watched_t), unet_ioc_watched,
	    unet_ioc_watched_end }
};

/*
 * On its own node a link need not be named, but if it is it must be this one.
 * A holder that has lost the link finds it dead.
 */
static int
unet_ioc_own(unet_dev_t *ud, unet_ioc_hdr_t *hdr, boolean_t dead_too)
{
	unet_look(ud);
	if (!dead_too && (unet_dev_state(ud) == UNET_S_DEAD ||
	    unet_link_revoked(ud)))
		return (unet_ioc_fail(hdr, UNET_E_DYING, ENXIO));
	if ((hdr->uih_linkid != UNET_LINKID_NONE &&
	    hdr->uih_linkid != ud->ud_linkid) || (hdr->uih_name[0] != '\0' &&
	    strcmp(hdr->uih_name, unet_dev_name(ud)) != 0))
		return (unet_ioc_fail(hdr, UNET_E_LINKID, EINVAL));
	hdr->uih_linkid = ud->ud_linkid;
	(void) strlcpy(hdr->uih_name, unet_dev_name(ud),
	    sizeof (hdr->uih_name));
	return (0);
}

static int
unet_ioc_run(const unet_ioc_cmd_t *uc, unet_ioc_t *ui, void *karg)
{
	unet_ioc_hdr_t *hdr = karg;
	const size_t len = strnlen(hdr->uih_name, sizeof (hdr->uih_name));
	int err;

	hdr->uih_errno = UNET_E_OK;
	if (hdr->uih_version != UNET_ABI_VERSION) {
		hdr->uih_version = UNET_ABI_VERSION;
		return (unet_ioc_fail(hdr, UNET_E_VERSION, EINVAL));
	}
	if (len == sizeof (hdr->uih_name))
		return (unet_ioc_fail(hdr, UNET_E_NAME, ENAMETOOLONG));
	bzero(hdr->uih_name + len, sizeof (hdr->uih_name) - len);

	if ((uc->uc_flags & UNET_CHANGES) != 0 && (ui->ui_mode & FWRITE) == 0)
		return (unet_ioc_fail(hdr, UNET_E_RDONLY, EBADF));
	if ((uc->uc_flags & UNET_READS) != 0 && (ui->ui_mode & FREAD) == 0)
		return (unet_ioc_fail(hdr, UNET_E_WRONLY, EBADF));
	if ((uc->uc_flags & UNET_CONFIGURES) != 0 &&
	    secpolicy_dl_config(ui->ui_cred) != 0)
		return (unet_ioc_fail(hdr, UNET_E_PRIV, EPERM));

	if ((uc->uc_flags & UNET_RAW) != 0 &&
	    secpolicy_net_rawaccess(ui->ui_cred) != 0)
		return (unet_ioc_fail(hdr, UNET_E_PRIV, EPERM));

	if (ui->ui_where == UNET_ON_LINK) {
		if ((err = unet_ioc_own(ui->ui_dev, hdr,
		    (uc->uc_flags & UNET_ON_DEAD) != 0)) != 0)
			return (err);
		return (uc->uc_func(ui, karg));
	}
	if ((uc->uc_flags & UNET_ABOUT_LINK) != 0 &&
	    (err = unet_dev_hold(hdr, crgetzoneid(ui->ui_cred),
	    &ui->ui_dev)) != 0)
		return (err);

	err = uc->uc_func(ui, karg);
	if (ui->ui_dev != NULL)
		unet_dev_rele(ui->ui_dev);
	return (err);
}

static int
unet_ioc(unet_ioc_t *ui, int cmd, void *uarg)
{
	const unet_ioc_cmd_t *uc = NULL;
	void *karg;
	uint_t i;
	boolean_t told;
	int err;

	for (i = 0; i < ARRAY_SIZE(unet_ioc_cmds); i++) {
		if (unet_ioc_cmds[i].uc_cmd == cmd &&
		    (unet_ioc_cmds[i].uc_flags & ui->ui_where) != 0)
			uc = &unet_ioc_cmds[i];
	}
	if (uc == NULL)
		return (ENOTTY);

	karg = kmem_alloc(uc->uc_size, KM_SLEEP);
	if (ddi_copyin(uarg, karg, uc->uc_size, ui->ui_mode) != 0 ||
	    ddi_copyout(karg, uarg, uc->uc_size, ui->ui_mode) != 0) {
		err = EFAULT;
		goto done;
	}

	if ((err = unet_ioc_run(uc, ui, karg)) != EFAULT) {
		told = ddi_copyout(karg, uarg, uc->uc_size, ui->ui_mode) == 0;
		if (err == 0 && uc->uc_end != NULL)
			uc->uc_end(ui, karg, told);
		if (!told)
			err = EFAULT;
	}
done:
	kmem_free(karg, uc->uc_size);
	return (err);
}

int
unet_ioc_ctl(int cmd, intptr_t arg, int mode, cred_t *cr)
{
	unet_ioc_t ui = {
		.ui_where = UNET_ON_CTL,
		.ui_cred = cr,
		.ui_mode = mode
	};

	return (unet_ioc(&ui, cmd, (void *)arg));
}

int
unet_ioc_link(unet_dev_t *ud, int cmd, intptr_t arg, int mode, cred_t *cr)
{
	unet_ioc_t ui = {
		.ui_where = UNET_ON_LINK,
		.ui_dev = ud,
		.ui_cred = cr,
		.ui_mode = mode
	};

	return (unet_ioc(&ui, cmd, (void *)arg));
}

int
unet_ioc_monitor(unet_monitor_t *mo, int cmd, intptr_t arg, int mode,
    cred_t *cr)
{
	unet_ioc_t ui = {
		.ui_where = UNET_ON_MONITOR,
		.ui_monitor = mo,
		.ui_cred = cr,
		.ui_mode = mode
	};

	return (unet_ioc(&ui, cmd, (void *)arg));
}
