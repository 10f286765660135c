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
 * /dev/hk: what other programs of a real system do (dlmgmtd(8), ipadm(8),
 * kstat(8), zoneadm(8)), and what only a hosted kernel can.  Hosted's own; the
 * requests are in hk.h.
 */

#include <sys/atomic.h>
#include <sys/cmn_err.h>
#include <sys/debug.h>
#include <sys/dlpi.h>
#include <sys/errno.h>
#include <sys/filio.h>
#include <sys/kmem.h>
#include <sys/policy.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/systm.h>

#include "dev_impl.h"
#include "mac_kern.h"

/*
 * A request: its argument is copied in, handed to a function with what is
 * known of the caller, and copied out again.
 */
typedef struct hk_req {
	intptr_t	hr_arg;
	int		hr_mode;
	cred_t		*hr_cr;
	zoneid_t	hr_zoneid;
} hk_req_t;

typedef int hk_req_func_t(void *, const hk_req_t *);

typedef struct hk_req_info {
	int		hri_cmd;
	size_t		hri_size;
	uint_t		hri_flags;
	hk_req_func_t	*hri_func;
} hk_req_info_t;

#define	HRF_IN		0x1	/* copied in */
#define	HRF_OUT		0x2	/* copied out, when all went well */
#define	HRF_ADMIN	0x4	/* wants sys_dl_config */
#define	HRF_GLOBAL	0x8	/* not for other zones */

#define	HRF_INOUT	(HRF_IN | HRF_OUT)

static boolean_t
hk_terminated(const char *s, size_t size)
{
	return (strnlen(s, size) < size);
}

/*
 * Link ids.
 */
static int
hk_dlcreate(void *arg, const hk_req_t *hr)
{
	hk_dl_t *dl = arg;
	zone_t *zone;
	int err;

	if (dl->hdl_pad != 0 || dl->hdl_linkid != DATALINK_INVALID_LINKID ||
	    !hk_terminated(dl->hdl_name, sizeof (dl->hdl_name)))
		return (EINVAL);
	if (hr->hr_zoneid != GLOBAL_ZONEID) {
		dl->hdl_zoneid = hr->hr_zoneid;
	} else {
		if ((zone = zone_find_by_id(dl->hdl_zoneid)) == NULL)
			return (ESRCH);
		zone_rele(zone);
	}
	if (dl->hdl_media == 0)
		dl->hdl_media = DL_ETHER;
	if ((err = dlmgmt_create(dl)) != 0)
		return (err);
	if (ddi_copyout(dl, (void *)hr->hr_arg, sizeof (*dl),
	    hr->hr_mode) != 0) {
		(void) dlmgmt_destroy(dl->hdl_linkid, dl->hdl_zoneid);
		return (EFAULT);
	}
	return (0);
}

/*
 * By id or, with none, by name.
 */
static int
hk_dldestroy(void *arg, const hk_req_t *hr)
{
	hk_dl_t *dl = arg;
	const uint32_t flags = dl->hdl_flags;
	int err;

	if ((flags & ~(HK_DL_ACTIVE | HK_DL_PERSIST)) != 0)
		return (EINVAL);
	if (dl->hdl_linkid == DATALINK_INVALID_LINKID) {
		if ((err = dlmgmt_info(dl, hr->hr_zoneid)) != 0)
			return (err);
	}
	if (flags == 0)
		return (dlmgmt_destroy(dl->hdl_linkid, hr->hr_zoneid));
	return (dlmgmt_remove(dl->hdl_linkid, hr->hr_zoneid, flags));
}

static int
hk_dlup(void *arg, const hk_req_t *hr)
{
	const hk_dl_t *dl = arg;

	return (dlmgmt_up(dl->hdl_linkid, hr->hr_zoneid));
}

static int
hk_dlinfo(void *arg, const hk_req_t *hr)
{
	return (dlmgmt_info(arg, hr->hr_zoneid));
}

static int
hk_dlnext(void *arg, const hk_req_t *hr)
{
	return (dlmgmt_next(arg, hr->hr_zoneid));
}

/*
 * As dladm(8) renames: first in the kernel, which may refuse, then in the book.
 */
static int
hk_dlrename(void *arg, const hk_req_t *hr)
{
	hk_dl_t *dl = arg, now;
	int err;

	if (dl->hdl_pad != 0 || !hk_terminated(dl->hdl_name,
	    sizeof (dl->hdl_name)))
		return (EINVAL);
	bzero(&now, sizeof (now));
	now.hdl_linkid = dl->hdl_linkid;
	if (dl->hdl_linkid == DATALINK_INVALID_LINKID)
		return (ENOENT);
	if ((err = dlmgmt_info(&now, hr->hr_zoneid)) != 0 ||
	    (err = dlmgmt_rename_check(&now, dl->hdl_name)) != 0)
		return (err);
	if (strcmp(now.hdl_name, dl->hdl_name) == 0)
		return (0);
	err = dls_devnet_rename(dl->hdl_linkid, DATALINK_INVALID_LINKID,
	    dl->hdl_name);
	if (err != 0 && (err != ENOENT || (now.hdl_flags & HK_DL_ACTIVE) != 0))
		return (err);
	if ((err = dlmgmt_rename(dl->hdl_linkid, hr->hr_zoneid,
	    dl->hdl_name)) != 0) {
		(void) dls_devnet_rename(dl->hdl_linkid,
		    DATALINK_INVALID_LINKID, now.hdl_name);
	}
	return (err);
}

/*
 * The property `zone', which only the zone that owns the link sets, if that is
 * the global one.
 */
static int
hk_dlsetzone(void *arg, const hk_req_t *hr __unused)
{
	hk_dl_t *dl = arg;
	dls_dl_handle_t ddh;
	zone_t *zone;
	int err;

	if (dl->hdl_pad != 0)
		return (EINVAL);
	if ((zone = zone_find_by_id(dl->hdl_zoneid)) == NULL)
		return (ESRCH);
	if ((err = dls_devnet_hold_tmp(dl->hdl_linkid, &ddh)) != 0) {
		zone_rele(zone);
		return (err);
	}
	if (dls_devnet_getownerzid(ddh) != GLOBAL_ZONEID)
		err = ENOENT;
	else if (!zone_lend_enter(zone))
		err = ESRCH;
	else {
		err = dls_devnet_setzid(ddh, dl->hdl_zoneid);
		zone_lend_exit(zone);
	}
	dls_devnet_rele_tmp(ddh);
	zone_rele(zone);
	return (err);
}

static int
hk_dlmgmt(void *arg, const hk_req_t *hr)
{
	hk_dlmgmt_t *hdm = arg;

	switch (hdm->hdm_what) {
	case HK_DLMGMT_ASK:
		break;
	case HK_DLMGMT_STOP:
	case HK_DLMGMT_START:
		if (hr->hr_zoneid != GLOBAL_ZONEID)
			return (EPERM);
		if (hdm->hdm_what == HK_DLMGMT_STOP)
			dlmgmt_stop();
		else
			dlmgmt_start();
		break;
	default:
		return (EINVAL);
	}
	hdm->hdm_running = dlmgmt_alive();
	return (0);
}

/*
 * Stack ends.
 */
static int
hk_plumb(void *arg, const hk_req_t *hr)
{
	hk_stack_t *hst = arg;
	int err;

	if ((err = stack_plumb(hst, hr->hr_zoneid)) != 0)
		return (err);
	if (ddi_copyout(hst, (void *)hr->hr_arg, sizeof (*hst),
	    hr->hr_mode) != 0) {
		(void) stack_unplumb(hst->hst_linkid, hr->hr_zoneid);
		return (EFAULT);
	}
	return (0);
}

static int
hk_unplumb(void *arg, const hk_req_t *hr)
{
	hk_stack_t *hst = arg;

	if (hst->hst_pad != 0)
		return (EINVAL);
	return (stack_unplumb(hst->hst_linkid, hr->hr_zoneid));
}

static int
hk_stackinfo(void *arg, const hk_req_t *hr)
{
	return (stack_info(arg, hr->hr_zoneid));
}

static int
hk_stackwant(void *arg, const hk_req_t *hr)
{
	return (stack_want(arg, hr->hr_zoneid));
}

/*
 * What a driver says of a link.
 */
static int
hk_propget(void *arg, const hk_req_t *hr)
{
	return (mac_linkprop_get(arg, hr->hr_zoneid));
}

static int
hk_propset(void *arg, const hk_req_t *hr)
{
	return (mac_linkprop_set(arg, hr->hr_zoneid));
}

static int
hk_capab(void *arg, const hk_req_t *hr)
{
	return (mac_linkcapab(arg, hr->hr_zoneid));
}

/*
 * Kstats.
 */
static void
hk_kstat_header(const kstat_t *ksp, hk_kstat_t *hks)
{
	bzero(hks, sizeof (*hks));
	hks->hks_kid = (uint32_t)ksp->ks_kid;
	hks->hks_instance = ksp->ks_instance;
	(void) strlcpy(hks->hks_module, ksp->ks_module,
	    sizeof (hks->hks_module));
	(void) strlcpy(hks->hks_name, ksp->ks_name, sizeof (hks->hks_name));
	(void) strlcpy(hks->hks_class, ksp->ks_class, sizeof (hks->hks_class));
	hks->hks_type = ksp->ks_type;
	hks->hks_ndata = ksp->ks_ndata;
	hks->hks_crtime = ksp->ks_crtime;
}

static int
hk_kslist(void *arg, const hk_req_t *hr)
{
	hk_kslist_t *hkl = arg;
	hk_kstat_t hks, *ents = (hk_kstat_t *)(uintptr_t)hkl->hkl_ents;
	kid_t kid = 0;
	kstat_t *ksp;
	uint32_t n = 0;

	if (hkl->hkl_pad != 0)
		return (EINVAL);
	hkl->hkl_chainid = kstat_chain_id();
	while ((ksp = kstat_next(hr->hr_zoneid, kid)) != NULL) {
		kid = ksp->ks_kid;
		hk_kstat_header(ksp, &hks);
		kstat_rele(ksp);
		if (n < hkl->hkl_nents && ddi_copyout(&hks, &ents[n],
		    sizeof (hks), hr->hr_mode) != 0)
			return (EFAULT);
		n++;
	}
	hkl->hkl_actents = n;
	return (0);
}

static void
hk_named(const kstat_named_t *knp, hk_ksnamed_t *hkn)
{
	bzero(hkn, sizeof (*hkn));
	(void) strlcpy(hkn->hkn_name, knp->name, sizeof (hkn->hkn_name));
	hkn->hkn_type = knp->data_type;
	switch (knp->data_type) {
	case KSTAT_DATA_CHAR:
		bcopy(knp->value.c, hkn->hkn_string, sizeof (knp->value.c));
		break;
	case KSTAT_DATA_STRING:
		if (KSTAT_NAMED_STR_PTR(knp) != NULL) {
			(void) strlcpy(hkn->hkn_string,
			    KSTAT_NAMED_STR_PTR(knp),
			    sizeof (hkn->hkn_string));
		}
		break;
	case KSTAT_DATA_INT32:
		hkn->hkn_value = (uint64_t)(int64_t)knp->value.i32;
		break;
	case KSTAT_DATA_UINT32:
		hkn->hkn_value = knp->value.ui32;
		break;
	default:
		hkn->hkn_value = knp->value.ui64;
		break;
	}
}

static int
hk_ksread_one(hk_ksread_t *hkr, const hk_req_t *hr)
{
	hk_ksnamed_t *ents;
	kstat_t ks;
	size_t size, len;
	void *data;
	uint32_t i, n;
	int err;

	if (hkr->hkr_errno != 0)
		return (EINVAL);
	if ((err = kstat_snapshot(hr->hr_zoneid, (kid_t)hkr->hkr_kid, &ks,
	    &data, &size)) != 0)
		return (err);
	if (ks.ks_type != KSTAT_TYPE_NAMED) {
		kmem_free(data, size);
		return (ENOTSUP);
	}
	hkr->hkr_actents = ks.ks_ndata;
	hkr->hkr_crtime = ks.ks_crtime;
	hkr->hkr_snaptime = ks.ks_snaptime;
	/* All of them in one copy: between two processes each one costs. */
	if ((n = MIN(ks.ks_ndata, hkr->hkr_nents)) != 0) {
		len = n * sizeof (*ents);
		ents = kmem_alloc(len, KM_SLEEP);
		for (i = 0; i < n; i++)
			hk_named(&((kstat_named_t *)data)[i], &ents[i]);
		if (ddi_copyout(ents, (void *)(uintptr_t)hkr->hkr_ents, len,
		    hr->hr_mode) != 0)
			err = EFAULT;
		kmem_free(ents, len);
	}
	kmem_free(data, size);
	return (err);
}

static int
hk_ksread(void *arg, const hk_req_t *hr)
{
	return (hk_ksread_one(arg, hr));
}

static int
hk_ksreads(void *arg, const hk_req_t *hr)
{
	const hk_ksreads_t *hkm = arg;
	void *uaddr = (void *)(uintptr_t)hkm->hkm_reads;
	hk_ksread_t *reads;
	size_t len;
	uint32_t i;
	int err = 0;

	if (hkm->hkm_pad != 0)
		return (EINVAL);
	if (hkm->hkm_nreads > HK_KSREADS_MAX)
		return (E2BIG);
	if ((len = hkm->hkm_nreads * sizeof (*reads)) == 0)
		return (0);
	reads = kmem_alloc(len, KM_SLEEP);
	if (ddi_copyin(uaddr, reads, len, hr->hr_mode) != 0) {
		err = EFAULT;
	} else {
		for (i = 0; i < hkm->hkm_nreads; i++)
			reads[i].hkr_errno = hk_ksread_one(&reads[i], hr);
		if (ddi_copyout(reads, uaddr, len, hr->hr_mode) != 0)
			err = EFAULT;
	}
	kmem_free(reads, len);
	return (err);
}

/*
 * The kernel itself.
 */
static int
hk_usage(void *arg, const hk_req_t *hr __unused)
{
	hk_usage_t *hu = arg;

	bzero(hu, sizeof (*hu));
	kern_usage(hu);
	hu->hu_files = spec_nfiles();
	hu->hu_links = dls_nlinks();
	return (0);
}

/*
 * The copies of this request itself are neither counted nor do they fail: who
 * asks for a fault could not take it back otherwise.
 */
static int
hk_fault(void *arg, const hk_req_t *hr)
{
	const uint_t copy = 1U << HK_FAULT_COPY;
	hk_fault_t *hf = arg;
	uint64_t unused;
	uint_t was;
	int err = 0;

	was = __atomic_fetch_and(&fault_armed, ~copy, __ATOMIC_SEQ_CST) & copy;
	if (ddi_copyin((void *)hr->hr_arg, hf, sizeof (*hf), hr->hr_mode) != 0)
		err = EFAULT;
	else if ((err = fault_set(hf->hf_kind, 0, &hf->hf_seen)) == 0) {
		if (hf->hf_kind == HK_FAULT_COPY)
			was = 0;
		fault_set_error(hf->hf_kind,
		    border_errno_in((int)hf->hf_errno));
		if (ddi_copyout(hf, (void *)hr->hr_arg, sizeof (*hf),
		    hr->hr_mode) != 0)
			err = EFAULT;
		else
			(void) fault_set(hf->hf_kind, hf->hf_nth, &unused);
	}
	if (was != 0)
		atomic_or_uint(&fault_armed, was);
	return (err);
}

static int (*hk_shutdown_hook(void))(void)
{
	return (__atomic_load_n(&kern_shutdown_hook, __ATOMIC_ACQUIRE));
}

static int
hk_sysinfo(void *arg, const hk_req_t *hr __unused)
{
	hk_sysinfo_t *hsi = arg;

	bzero(hsi, sizeof (*hsi));
	hsi->hsi_version = HK_VERSION;
	hsi->hsi_pid = (uint32_t)host_pid();
	hsi->hsi_uid = host_uid();
	hsi->hsi_served = hk_shutdown_hook() != NULL;
	hsi->hsi_links = (uint32_t)dls_nlinks();
	hsi->hsi_files = (uint32_t)spec_nfiles();
	hsi->hsi_uptime = gethrtime() - kern_boot_time;
	return (0);
}

static int
hk_shutdown(void *arg __unused, const hk_req_t *hr)
{
	int (*shutdown)(void) = hk_shutdown_hook();

	if (shutdown == NULL)
		return (ENOTSUP);
	if (crgetuid(hr->hr_cr) != 0 && crgetuid(hr->hr_cr) != host_uid())
		return (EPERM);
	return (border_errno_in(-shutdown()));
}

static int
hk_unload(void *arg __unused, const hk_req_t *hr __unused)
{
	return (mod_unload_one("unet"));
}

static int
hk_load(void *arg __unused, const hk_req_t *hr __unused)
{
	return (mod_load_one("unet"));
}

/*
 * Zones.
 */
static int
hk_zonecreate(void *arg, const hk_req_t *hr __unused)
{
	hk_zone_t *hz = arg;

	if (!hk_terminated(hz->hz_name, sizeof (hz->hz_name)))
		return (EINVAL);
	return (zonecfg_create(hz));
}

static int
hk_zoneboot(void *arg, const hk_req_t *hr)
{
	hk_zone_t *hz = arg;
	zoneid_t zoneid;
	int err;

	if (!hk_terminated(hz->hz_name, sizeof (hz->hz_name)))
		return (EINVAL);
	if ((err = zonecfg_boot(hz->hz_name, &zoneid)) != 0)
		return (err);
	hz->hz_zoneid = zoneid;
	hz->hz_state = HK_ZONE_RUNNING;
	if (ddi_copyout(hz, (void *)hr->hr_arg, sizeof (*hz),
	    hr->hr_mode) != 0) {
		(void) zonecfg_halt(hz->hz_name);
		return (EFAULT);
	}
	return (0);
}

static int
hk_zonehalt(void *arg, const hk_req_t *hr __unused)
{
	hk_zone_t *hz = arg;

	if (!hk_terminated(hz->hz_name, sizeof (hz->hz_name)))
		return (EINVAL);
	return (zonecfg_halt(hz->hz_name));
}

static int
hk_zonedestroy(void *arg, const hk_req_t *hr __unused)
{
	hk_zone_t *hz = arg;

	if (!hk_terminated(hz->hz_name, sizeof (hz->hz_name)))
		return (EINVAL);
	return (zonecfg_destroy(hz->hz_name));
}

static int
hk_zonenext(void *arg, const hk_req_t *hr)
{
	return (zonecfg_next(arg, hr->hr_zoneid));
}

static const hk_req_info_t hk_reqs[] = {
	{ HK_IOC_DLCREATE, sizeof (hk_dl_t), HRF_IN | HRF_ADMIN, hk_dlcreate },
	{ HK_IOC_DLDESTROY, sizeof (hk_dl_t), HRF_IN | HRF_ADMIN,
	    hk_dldestroy },
	{ HK_IOC_DLINFO, sizeof (hk_dl_t), HRF_INOUT, hk_dlinfo },
	{ HK_IOC_DLNEXT, sizeof (hk_dl_t), HRF_INOUT, hk_dlnext },
	{ HK_IOC_DLUP, sizeof (hk_dl_t), HRF_IN | HRF_ADMIN, hk_dlup },
	{ HK_IOC_DLRENAME, sizeof (hk_dl_t), HRF_IN | HRF_ADMIN, hk_dlrename },
	{ HK_IOC_DLSETZONE, sizeof (hk_dl_t), HRF_IN | HRF_ADMIN | HRF_GLOBAL,
	    hk_dlsetzone },
	{ HK_IOC_DLMGMT, sizeof (hk_dlmgmt_t), HRF_INOUT | HRF_ADMIN,
	    hk_dlmgmt },
	{ HK_IOC_PLUMB, sizeof (hk_stack_t), HRF_IN | HRF_ADMIN, hk_plumb },
	{ HK_IOC_UNPLUMB, sizeof (hk_stack_t), HRF_IN | HRF_ADMIN,
	    hk_unplumb },
	{ HK_IOC_STACKINFO, sizeof (hk_stack_t), HRF_INOUT, hk_stackinfo },
	{ HK_IOC_STACKWANT, sizeof (hk_stackwant_t), HRF_IN | HRF_ADMIN,
	    hk_stackwant },
	{ HK_IOC_PROPGET, sizeof (hk_linkprop_t), HRF_INOUT, hk_propget },
	{ HK_IOC_PROPSET, sizeof (hk_linkprop_t), HRF_IN | HRF_ADMIN,
	    hk_propset },
	{ HK_IOC_CAPAB, sizeof (hk_capab_t), HRF_INOUT, hk_capab },
	{ HK_IOC_KSLIST, sizeof (hk_kslist_t), HRF_INOUT, hk_kslist },
	{ HK_IOC_KSREAD, sizeof (hk_ksread_t), HRF_INOUT, hk_ksread },
	{ HK_IOC_KSREADS, sizeof (hk_ksreads_t), HRF_IN, hk_ksreads },
	{ HK_IOC_USAGE, sizeof (hk_usage_t), HRF_OUT, hk_usage },
	{ HK_IOC_FAULT, sizeof (hk_fault_t), HRF_ADMIN | HRF_GLOBAL,
	    hk_fault },
	{ HK_IOC_SYSINFO, sizeof (hk_sysinfo_t), HRF_OUT, hk_sysinfo },
	{ HK_IOC_SHUTDOWN, 0, HRF_GLOBAL, hk_shutdown },
	{ HK_IOC_UNLOAD, 0, HRF_ADMIN | HRF_GLOBAL, hk_unload },
	{ HK_IOC_LOAD, 0, HRF_ADMIN | HRF_GLOBAL, hk_load },
	{ HK_IOC_ZONECREATE, sizeof (hk_zone_t),
	    HRF_IN | HRF_ADMIN | HRF_GLOBAL, hk_zonecreate },
	{ HK_IOC_ZONEHALT, sizeof (hk_zone_t), HRF_IN | HRF_ADMIN | HRF_GLOBAL,
	    hk_zonehalt },
	{ HK_IOC_ZONEBOOT, sizeof (hk_zone_t), HRF_IN | HRF_ADMIN | HRF_GLOBAL,
	    hk_zoneboot },
	{ HK_IOC_ZONEDESTROY, sizeof (hk_zone_t),
	    HRF_IN | HRF_ADMIN | HRF_GLOBAL, hk_zonedestroy },
	{ HK_IOC_ZONENEXT, sizeof (hk_zone_t), HRF_INOUT, hk_zonenext }
};

/*
 * The largest argument.
 */
typedef union hk_arg {
	hk_dl_t		ha_dl;
	hk_stack_t	ha_stack;
	hk_linkprop_t	ha_linkprop;
	hk_capab_t	ha_capab;
	hk_kslist_t	ha_kslist;
	hk_ksread_t	ha_ksread;
	hk_ksreads_t	ha_ksreads;
	hk_usage_t	ha_usage;
	hk_fault_t	ha_fault;
	hk_sysinfo_t	ha_sysinfo;
	hk_zone_t	ha_zone;
} hk_arg_t;

static const hk_req_info_t *
hk_req_find(int cmd)
{
	uint_t i;

	for (i = 0; i < ARRAY_SIZE(hk_reqs); i++) {
		if (hk_reqs[i].hri_cmd == cmd)
			return (&hk_reqs[i]);
	}
	return (NULL);
}

static int
hk_chr_ioctl(dev_t dev __unused, int cmd, intptr_t arg, int mode, cred_t *cr,
    int *rvalp __unused)
{
	const hk_req_info_t *hri;
	hk_req_t hr = { arg, mode, cr, crgetzoneid(cr) };
	hk_arg_t ha;
	int err;

	if (cmd == (int)FIONBIO)
		return (0);
	if ((hri = hk_req_find(cmd)) == NULL)
		return (ENOTTY);
	VERIFY(hri->hri_size <= sizeof (ha));
	if ((hri->hri_flags & HRF_ADMIN) != 0 &&
	    (err = secpolicy_dl_config(cr)) != 0)
		return (err);
	if ((hri->hri_flags & HRF_GLOBAL) != 0 && hr.hr_zoneid != GLOBAL_ZONEID)
		return (EPERM);

	if ((hri->hri_flags & HRF_IN) != 0 &&
	    ddi_copyin((void *)arg, &ha, hri->hri_size, mode) != 0)
		return (EFAULT);
	if ((err = hri->hri_func(&ha, &hr)) != 0)
		return (err);
	if ((hri->hri_flags & HRF_OUT) != 0 &&
	    ddi_copyout(&ha, (void *)arg, hri->hri_size, mode) != 0)
		return (EFAULT);
	return (0);
}

static int
hk_chr_open(dev_t *devp, int flag __unused, int otyp, cred_t *cr __unused)
{
	if (otyp != OTYP_CHR)
		return (EINVAL);
	return (getminor(*devp) == 0 ? 0 : ENXIO);
}

static dev_info_t *hk_dip;

static int
hk_getinfo(dev_info_t *dip __unused, ddi_info_cmd_t cmd, void *arg __unused,
    void **resp)
{
	if (hk_dip == NULL)
		return (DDI_FAILURE);
	*resp = cmd == DDI_INFO_DEVT2DEVINFO ? (void *)hk_dip : NULL;
	return (DDI_SUCCESS);
}

static int
hk_attach(dev_info_t *dip, ddi_attach_cmd_t cmd)
{
	if (cmd != DDI_ATTACH)
		return (DDI_FAILURE);
	if (sdev_add_node("hk", makedevice(ddi_driver_major(dip), 0),
	    0666) != 0 || sdev_add_dir("net", dls_net_lookup) != 0)
		return (DDI_FAILURE);
	hk_dip = dip;
	return (DDI_SUCCESS);
}

static int
hk_detach(dev_info_t *dip __unused, ddi_detach_cmd_t cmd)
{
	if (cmd != DDI_DETACH)
		return (DDI_FAILURE);
	hk_dip = NULL;
	return (DDI_SUCCESS);
}

static struct cb_ops hk_cb_ops = {
	.cb_open = hk_chr_open,
	.cb_close = nulldev,
	.cb_strategy = nodev,
	.cb_print = nodev,
	.cb_dump = nodev,
	.cb_read = nodev,
	.cb_write = nodev,
	.cb_ioctl = hk_chr_ioctl,
	.cb_devmap = nodev,
	.cb_mmap = nodev,
	.cb_segmap = nodev,
	.cb_chpoll = nochpoll,
	.cb_prop_op = ddi_prop_op,
	.cb_flag = D_MP,
	.cb_rev = CB_REV
};

static struct dev_ops hk_dev_ops = {
	.devo_rev = DEVO_REV,
	.devo_getinfo = hk_getinfo,
	.devo_identify = nulldev,
	.devo_probe = nulldev,
	.devo_attach = hk_attach,
	.devo_detach = hk_detach,
	.devo_reset = nodev,
	.devo_cb_ops = &hk_cb_ops,
	.devo_quiesce = ddi_quiesce_not_needed
};

static struct modldrv hk_modldrv = {
	.drv_modops = &mod_driverops,
	.drv_linkinfo = "control of the hosted kernel",
	.drv_dev_ops = &hk_dev_ops
};

static struct modlinkage hk_modlinkage = {
	.ml_rev = MODREV_1,
	.ml_linkage = { &hk_modldrv, NULL }
};

int
hkdev_mod_init(void)
{
	return (mod_install(&hk_modlinkage));
}

int
hkdev_mod_fini(void)
{
	return (mod_remove(&hk_modlinkage));
}
