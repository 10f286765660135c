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
 * Every call on every node of unet, by programs of several users and zones,
 * with any command and any memory.
 *
 * A request starts as one that is valid; the input then bends it.  What must
 * hold whatever it says: only the request's own memory is written, and with
 * nothing that was never set; a failure has its cause in the header and has
 * changed nothing; nobody does what they have no right to, or sees another
 * zone's link; and when all is closed and destroyed nothing is left.
 *
 * FUZZ_CMDS are the commands of sys/unet.h, whichever there are.  Of one that
 * is not known here only the header is filled in.
 */

#include <sys/ioctl.h>
#include "fuzz.h"

#define	OPS_MAX		48
#define	CREATES_MAX	12
#define	FILES_MAX	6
#define	UNKNOWN_SIZE	2048	/* of a request that is not known here */
#define	REQ_MAX		4096	/* of any */
#define	NVECS		8
#define	POISON		0xdd	/* memory of a DEBUG kernel that is not set */

static const int cmds[] = { FUZZ_CMDS };
#define	NCMDS	(sizeof (cmds) / sizeof (cmds[0]))

typedef enum kind {
	KIND_CTL,
	KIND_LINK,
	KIND_MONITOR,
	KIND_OTHER
} kind_t;

static struct {
	int		f_fd;		/* 0: not open */
	kind_t		f_kind;
} files[FILES_MAX];

static const char *const names[] = { "vpn0", "vpn1", "a.b_7", "z0" };
#define	NNAMES	(sizeof (names) / sizeof (names[0]))

static int32_t zone;		/* another than the global one */
static int halted;		/* ... and one before it, in this input */
static int port;		/* of the segment that links are plumbed to */
static unsigned int creates;	/* so far */
static hk_fault_t fault;	/* hf_kind not 0: for the next call */

#define	OTHER_ZONE	1

static const hk_cred_t whos[] = {
	{ 0, 0, 0, HK_PRIV_ALL },
	{ 100, 100, 0, 0 },
	{ 0, 0, OTHER_ZONE, HK_PRIV_ALL },
	{ 200, 200, 0, 0 },
	{ 300, 100, 0, 0 },
	{ 100, 100, OTHER_ZONE, 0 },
	{ 500, 500, 0, HK_PRIV_DL_CONFIG },
	{ 600, 600, 0, HK_PRIV_NET_RAWACCESS }
};
#define	NWHOS	(sizeof (whos) / sizeof (whos[0]))

/*
 * A request to be made.
 */
typedef struct req {
	int		r_cmd;
	int		r_known;	/* r_size is that of a structure */
	uint64_t	r_size;
	uint64_t	r_addr;
	uint64_t	r_list;		/* what else is written */
	uint64_t	r_listsize;
	union {
		unet_ioc_hdr_t		hdr;
		unet_ioc_create_t	create;
		unet_ioc_destroy_t	destroy;
		unet_ioc_list_t		list;
		unet_ioc_info_t		info;
		unet_ioc_props_t	props;
		unet_ioc_event_t	event;
		unet_ioc_capture_t	capture;
		unet_ioc_watch_t	watch;
		unet_ioc_watched_t	watched;
		uint8_t			bytes[REQ_MAX];
		frameio_t		fio;	/* with NVECS vectors */
	} r_u;		/* as it is when the call is made */
} req_t;

static void
arm(void)
{
	if (fault.hf_kind != 0) {
		must(hk_ioctl(drv_hk, HK_IOC_FAULT, &fault) == 0, "a fault");
	}
}

static void
disarm(void)
{
	if (fault.hf_kind != 0) {
		fault.hf_nth = 0;
		must(hk_ioctl(drv_hk, HK_IOC_FAULT, &fault) == 0, "no fault");
		fault.hf_kind = 0;
	}
}

/*
 * The program's call, with the fault that was asked for.
 */
#define	CALL(call) ({ \
	__typeof__(call) call_result; \
	(void) memset(fuzz_user.sp_written, 0, SPACE_SIZE); \
	arm(); \
	call_result = FUZZ_AS_PROGRAM(call); \
	disarm(); \
	call_result; \
})

/*
 * Nothing is written but these two ranges.
 */
static void
check_written(uint64_t a, uint64_t alen, uint64_t b, uint64_t blen)
{
	const uint8_t *p = fuzz_user.sp_written;
	const uint8_t *end = p + SPACE_SIZE;

	while ((p = memchr(p, 1, end - p)) != NULL) {
		const uint64_t addr = SPACE_BASE +
		    (uint64_t)(p - fuzz_user.sp_written);

		must(addr - a < alen || addr - b < blen,
		    "the byte at %#lx is none of the request's", addr);
		p++;
	}
}

/*
 * What the administrator is told of a link: on an open node, or by id or name.
 */
static int
root_info(int fd, const unet_ioc_hdr_t *hdr, unet_ioc_info_t *uii)
{
	(void) memset(uii, 0, sizeof (*uii));
	drv_hdr(&uii->uii_hdr, NULL);
	if (hdr != NULL) {
		uii->uii_hdr.uih_linkid = hdr->uih_linkid;
		(void) memcpy(uii->uii_hdr.uih_name, hdr->uih_name,
		    sizeof (hdr->uih_name));
	}
	return (hk_ioctl(fd, UNET_IOC_INFO, uii));
}

static void
same_settings(const unet_ioc_info_t *a, const unet_ioc_info_t *b)
{
	must(memcmp(a->uii_mac, b->uii_mac, 6) == 0 &&
	    a->uii_mtu == b->uii_mtu && a->uii_owner == b->uii_owner &&
	    a->uii_group == b->uii_group && a->uii_policy == b->uii_policy &&
	    a->uii_linger == b->uii_linger && a->uii_rxbuf == b->uii_rxbuf &&
	    a->uii_txbuf == b->uii_txbuf,
	    "a request that failed has changed the link");
}

/*
 * Who has just opened this?
 */
static void
check_opened(int fd)
{
	unet_ioc_info_t uii;

	if (root_info(fd, NULL, &uii) != 0)
		return;
	must((fuzz_caller.hc_privs & HK_PRIV_NET_RAWACCESS) != 0 ||
	    uii.uii_owner == fuzz_caller.hc_uid ||
	    uii.uii_group == fuzz_caller.hc_gid,
	    "uid %u has opened %s", fuzz_caller.hc_uid, uii.uii_hdr.uih_name);
	must(fuzz_caller.hc_zoneid == 0 ||
	    uii.uii_zoneid == fuzz_caller.hc_zoneid,
	    "zone %d has opened a link of zone %d", fuzz_caller.hc_zoneid,
	    uii.uii_zoneid);
}

static void
some_path(fuzz_in_t *fi, char *path, size_t size, kind_t *kindp)
{
	static const char *const dirs[] = {
		"", "zone/za/", "zone/global/", "zone/nonesuch/"
	};
	static const char *const others[] = {
		"/dev/unet", "/dev/unet/zone", "/dev/unet/zone/za",
		"/dev/net/vpn0", "/dev/unet/nonesuch0", "/dev/unet/../unet/ctl",
		"/devices/pseudo/unet@0:ctl", ""
	};
	const unsigned int how = fuzz_byte(fi);

	if (how % 16 == 8) {
		*kindp = KIND_MONITOR;
		(void) snprintf(path, size, UNET_MONITOR_PATH);
	} else if (how % 4 == 0) {
		*kindp = KIND_CTL;
		(void) snprintf(path, size, UNET_CTL_PATH);
	} else if (how < 240) {
		*kindp = KIND_LINK;
		(void) snprintf(path, size, "/dev/unet/%s%s",
		    dirs[how % 4 == 3 ? how / 4 % 4 : 0],
		    names[how / 16 % NNAMES]);
	} else {
		*kindp = KIND_OTHER;
		(void) snprintf(path, size, "%s", others[how / 2 % 8]);
	}
}

static void
op_open(fuzz_in_t *fi)
{
	static const int modes[] = { O_RDWR, O_RDONLY, O_WRONLY, O_RDWR };
	const unsigned int how = fuzz_byte(fi);
	const unsigned int i = how % FILES_MAX;
	char path[128];
	kind_t kind;
	int fd;

	some_path(fi, path, sizeof (path), &kind);
	if (files[i].f_fd != 0)
		return;
	fd = CALL(hk_open(drv_kernel, path, modes[how / 8 % 4] |
	    (how < 128 ? O_NONBLOCK : 0)));
	must(fd != 0, "%s: no descriptor and no error", path);
	if (fd < 0)
		return;
	files[i].f_fd = fd;
	files[i].f_kind = kind;
	if (kind == KIND_LINK)
		check_opened(fd);
}

static void
close_file(unsigned int i)
{
	int err;

	if (files[i].f_fd == 0)
		return;
	err = CALL(hk_close(files[i].f_fd));
	must(err == 0, "close: %d", err);
	files[i].f_fd = 0;
}

static void
op_close(fuzz_in_t *fi)
{
	close_file(fuzz_below(fi, FILES_MAX));
}

/*
 * A link, named in one of the ways there are, or not at all.
 */
static void
some_link(fuzz_in_t *fi, unet_ioc_hdr_t *hdr)
{
	const unsigned int how = fuzz_byte(fi);
	const char *name = names[how % NNAMES];
	unet_ioc_info_t uii;

	drv_hdr(hdr, how < 192 ? name : NULL);
	if (how >= 128 && how < 224) {
		unet_ioc_hdr_t find;

		drv_hdr(&find, name);
		if (root_info(drv_ctl, &find, &uii) == 0)
			hdr->uih_linkid = uii.uii_hdr.uih_linkid;
	}
}

static void
make_create(fuzz_in_t *fi, req_t *r)
{
	static const uint64_t bufs[] = { 0, 2048, UNET_BUF_MAX, 128 * 1024 };
	unet_ioc_create_t *uic = &r->r_u.create;
	const unsigned int how = fuzz_byte(fi);
	const unsigned int more = fuzz_byte(fi);

	r->r_size = sizeof (*uic);
	drv_create_init(uic, names[how % NNAMES]);
	if ((how & 4) != 0)
		uic->uic_maclen = 0;
	if ((how & 8) != 0)
		uic->uic_owner = 100;
	if ((how & 16) != 0)
		uic->uic_group = 100;
	uic->uic_lifetime = how / 32 % 4;
	uic->uic_linger = how >= 128 ? 1 : 0;
	uic->uic_policy = more % 4 % 3;
	uic->uic_rxbuf = bufs[more / 4 % 4];
	uic->uic_txbuf = bufs[more / 16 % 4];
	uic->uic_mtu = more < 64 ? 0 : UNET_MTU_MIN + more * 36;
}

static void
make_list(fuzz_in_t *fi, req_t *r)
{
	unet_ioc_list_t *uil = &r->r_u.list;

	r->r_size = sizeof (*uil);
	drv_hdr(&uil->uil_hdr, NULL);
	uil->uil_nents = fuzz_below(fi, 16);
	uil->uil_ents = fuzz_place(fi, uil->uil_nents *
	    sizeof (unet_list_ent_t));
}

static void
make_props(fuzz_in_t *fi, req_t *r)
{
	static const uint64_t values[] = {
		65536, 1, 2, 68, 100, 1500, 2048, 9000, 0, UNET_BUF_MAX,
		0x020820000001UL, 0x020820000002UL, 0x010820000001UL,
		UNET_ID_NONE, UINT64_MAX, 1UL << 32
	};
	unet_ioc_props_t *uip = &r->r_u.props;
	uint32_t i;

	r->r_size = sizeof (*uip);
	some_link(fi, &uip->uip_hdr);
	i = fuzz_byte(fi);
	uip->uip_count = i < 192 ? i % 8 + 1 : i % 64;
	for (i = 0; i < uip->uip_count && i < UNET_PROPS_MAX; i++) {
		const unsigned int how = fuzz_byte(fi);

		uip->uip_props[i].up_id = how % UNET_PROP_END + 1;
		uip->uip_props[i].up_value = values[fuzz_below(fi, 16)];
	}
}

static void
make_capture(fuzz_in_t *fi, req_t *r)
{
	static const uint32_t rooms[] = { 0, 4096, 65568, 200000 };
	unet_ioc_capture_t *uica = &r->r_u.capture;
	const unsigned int how = fuzz_byte(fi);

	r->r_size = sizeof (*uica);
	some_link(fi, &uica->uica_hdr);
	uica->uica_hdr.uih_flags = how % 8;
	uica->uica_bytes = rooms[how / 8 % 4];
	uica->uica_snaplen = how < 64 ? 0 : how * 8;
}

static void
make_frameio(fuzz_in_t *fi, req_t *r)
{
	frameio_t *fio = &r->r_u.fio;
	framevec_t *fv = fio->fio_vecs;
	unsigned int i;

	r->r_size = sizeof (*fio) + NVECS * sizeof (*fv);
	r->r_known = 0;
	fio->fio_version = FRAMEIO_CURRENT_VERSION;
	fio->fio_nvpf = fuzz_below(fi, 2) + 1;
	fio->fio_nvecs = NVECS;
	for (i = 0; i < NVECS; i++) {
		fv[i].fv_buflen = fuzz_byte(fi) * 8 + 14;
		fv[i].fv_buf = fuzz_ptr(fuzz_place(fi, fv[i].fv_buflen));
	}
}

/*
 * A request as it should be.
 */
static void
make(fuzz_in_t *fi, req_t *r)
{
	r->r_known = 1;
	switch (r->r_cmd) {
	case UNET_IOC_CREATE:
		make_create(fi, r);
		break;
	case UNET_IOC_DESTROY:
		r->r_size = sizeof (r->r_u.destroy);
		some_link(fi, &r->r_u.hdr);
		r->r_u.hdr.uih_flags = fuzz_below(fi, 2);
		break;
	case UNET_IOC_LIST:
		make_list(fi, r);
		break;
	case UNET_IOC_INFO:
		r->r_size = sizeof (r->r_u.info);
		some_link(fi, &r->r_u.hdr);
		break;
	case UNET_IOC_GETPROP:
	case UNET_IOC_SETPROP:
		make_props(fi, r);
		break;
	case UNET_IOC_EVENT:
		r->r_size = sizeof (r->r_u.event);
		some_link(fi, &r->r_u.hdr);
		r->r_u.hdr.uih_flags = fuzz_below(fi, 2);
		break;
	case UNET_IOC_CAPTURE:
		make_capture(fi, r);
		break;
	case UNET_IOC_WATCH:
		r->r_size = sizeof (r->r_u.watch);
		some_link(fi, &r->r_u.hdr);
		if (fuzz_below(fi, 2) == 0) {
			drv_hdr(&r->r_u.hdr, NULL);
			r->r_u.hdr.uih_flags = UNET_WATCH_ALL;
		}
		break;
	case UNET_IOC_WATCHED:
		r->r_size = sizeof (r->r_u.watched);
		drv_hdr(&r->r_u.hdr, NULL);
		r->r_u.hdr.uih_flags = fuzz_below(fi, 2);
		break;
	case UNET_IOC_FRAMEIO_READ:
	case UNET_IOC_FRAMEIO_WRITE:
		make_frameio(fi, r);
		break;
	default:
		r->r_known = 0;
		r->r_size = UNKNOWN_SIZE;
		some_link(fi, &r->r_u.hdr);
		break;
	}
}

/*
 * And as it is: some of its bytes are others, and it lies somewhere.
 */
static void
bend(fuzz_in_t *fi, req_t *r)
{
	static const uint64_t odd[] = {
		0, 1, 0xff, 0x7fffffff, 0x80000000, UINT32_MAX, UINT64_MAX,
		SPACE_BASE
	};
	unsigned int how = fuzz_byte(fi);
	unsigned int n = how % 8 < 4 ? 0 : how % 4 + 1;

	for (; n > 0; n--) {
		size_t at = fuzz_byte(fi);
		uint64_t value, len;

		/* The head matters most. */
		at = (at < 128 ? at : fuzz_number(fi, 2)) % r->r_size;
		how = fuzz_byte(fi);
		len = 1UL << how % 4;
		value = how < 128 ? fuzz_number(fi, 1) : odd[how / 4 % 8];
		if (len > r->r_size - at)
			len = r->r_size - at;
		(void) memcpy(r->r_u.bytes + at, &value, len);
	}
	r->r_addr = fuzz_place(fi, r->r_size);
	if (r->r_cmd == UNET_IOC_LIST) {
		r->r_list = r->r_u.list.uil_ents;
		r->r_listsize = (uint64_t)r->r_u.list.uil_nents *
		    sizeof (unet_list_ent_t);
	}
	space_poke(&fuzz_user, r->r_addr, r->r_u.bytes, r->r_size);
}

static int
is_poison(const uint8_t *bytes, size_t len)
{
	size_t i, run = 0;

	for (i = 0; i < len; i++) {
		run = bytes[i] == POISON ? run + 1 : 0;
		if (run == 4)
			return (1);
	}
	return (0);
}

/*
 * Does sys/unet.h say that the request may fail like this?
 */
static int
is_listed(int cmd, int err, uint32_t cause)
{
	size_t i;

	for (i = 0; i < DRV_NFAILURES; i++) {
		const drv_failure_t *df = &drv_failures[i];

		if ((df->df_cmd == cmd || (df->df_cmd == UNET_IOC_ALL &&
		    !drv_is_frameio(cmd))) && df->df_cause == cause &&
		    (df->df_err == err || df->df_err == OTHER))
			return (1);
	}
	return (0);
}

/*
 * What the caller finds in its structure.
 */
static void
check_answer(const req_t *r, int err)
{
	uint8_t now[sizeof (r->r_u)];
	unet_ioc_hdr_t hdr;

	space_peek(&fuzz_user, r->r_addr, now, r->r_size);
	(void) memcpy(&hdr, now, sizeof (hdr));
	must(err != 0 || r->r_u.hdr.uih_version == UNET_ABI_VERSION,
	    "a request of another version has been done");
	must(is_poison(r->r_u.bytes, r->r_size) || !is_poison(now, r->r_size),
	    "request %#x: memory that was never set", r->r_cmd);
	if (err == 0)
		must(hdr.uih_errno == UNET_E_OK, "success, and cause %u",
		    hdr.uih_errno);
	else if (err != EFAULT && space_run(&fuzz_user, r->r_addr, 8, 1) == 8)
		must(is_listed(r->r_cmd, err, hdr.uih_errno) ||
		    (halted && err == ENXIO &&
		    (hdr.uih_errno == UNET_E_OK ||
		    hdr.uih_errno == r->r_u.hdr.uih_errno)),
		    "request %#x, errno %d: cause %u", r->r_cmd, err,
		    hdr.uih_errno);
}

/*
 * (Who has been given an open node has been given the link.)
 */
static void
check_rights(kind_t kind, const req_t *r)
{
	unet_ioc_info_t uii;
	unet_ioc_hdr_t hdr;

	if (r->r_cmd == UNET_IOC_CREATE || r->r_cmd == UNET_IOC_DESTROY)
		must((fuzz_caller.hc_privs & HK_PRIV_DL_CONFIG) != 0,
		    "request %#x by uid %u", r->r_cmd, fuzz_caller.hc_uid);
	if (r->r_cmd == UNET_IOC_CAPTURE)
		must((fuzz_caller.hc_privs & HK_PRIV_NET_RAWACCESS) != 0,
		    "a capture by uid %u", fuzz_caller.hc_uid);
	if ((kind != KIND_CTL && r->r_cmd != UNET_IOC_CAPTURE &&
	    r->r_cmd != UNET_IOC_WATCH) || fuzz_caller.hc_zoneid == 0 ||
	    r->r_cmd == UNET_IOC_LIST || r->r_cmd == UNET_IOC_DESTROY)
		return;
	space_peek(&fuzz_user, r->r_addr, &hdr, sizeof (hdr));
	if (root_info(drv_ctl, &hdr, &uii) == 0)
		must(uii.uii_zoneid == fuzz_caller.hc_zoneid,
		    "zone %d: request %#x about a link of zone %d",
		    fuzz_caller.hc_zoneid, r->r_cmd, uii.uii_zoneid);
}

static void
check_list(const req_t *r)
{
	unet_ioc_list_t uil;
	unet_list_ent_t ule;
	uint32_t i;

	space_peek(&fuzz_user, r->r_addr, &uil, sizeof (uil));
	/* Entries may have been put where the request is, or on each other. */
	if (r->r_list - r->r_addr + r->r_listsize < r->r_size +
	    r->r_listsize)
		return;
	for (i = 0; i < uil.uil_nents && i < uil.uil_actents; i++) {
		space_peek(&fuzz_user, r->r_list + i * sizeof (ule), &ule,
		    sizeof (ule));
		must(fuzz_caller.hc_zoneid == 0 ||
		    ule.ule_zoneid == fuzz_caller.hc_zoneid,
		    "zone %d sees a link of zone %d", fuzz_caller.hc_zoneid,
		    ule.ule_zoneid);
	}
}

static int
is_cmd(int cmd)
{
	size_t i;

	for (i = 0; i < NCMDS; i++) {
		if (cmds[i] == cmd)
			return (1);
	}
	return (0);
}

static void
check_ioctl(kind_t kind, const req_t *r, int err)
{
	if (!is_cmd(r->r_cmd)) {
		must(err == ENOTTY || err == ENXIO || err == EBADF,
		    "command %#x: errno %d", r->r_cmd, err);
		check_written(0, 0, 0, 0);
		return;
	}
	if (!r->r_known) {
		must(err == 0 || err == ENOTTY || !drv_known(r->r_cmd) ||
		    is_listed(r->r_cmd, err, UNET_E_OK),
		    "request %#x, errno %d", r->r_cmd, err);
		return;
	}
	check_written(r->r_addr, r->r_size, r->r_list, r->r_listsize);
	if (err == ENOTTY || err == EBADF || (err == ENXIO &&
	    kind != KIND_CTL))
		return;
	check_answer(r, err);
	if (err == 0) {
		check_rights(kind, r);
		if (r->r_cmd == UNET_IOC_LIST)
			check_list(r);
	}
}

static void
op_ioctl(fuzz_in_t *fi)
{
	const unsigned int i = fuzz_below(fi, FILES_MAX);
	const unsigned int how = fuzz_byte(fi);
	const int copy_fault = fault.hf_kind == HK_FAULT_COPY;
	unet_ioc_info_t before, after;
	static req_t r;
	int known, err;

	(void) memset(&r, 0, sizeof (r));
	r.r_cmd = how < 240 ? cmds[how % NCMDS] :
	    how < 250 ? (int)(UNET_IOC | fuzz_byte(fi)) :
	    (int)fuzz_number(fi, 4);
	make(fi, &r);
	bend(fi, &r);
	if (files[i].f_fd == 0 || files[i].f_kind == KIND_OTHER ||
	    r.r_cmd == (int)FIONBIO || r.r_cmd == (int)FIOASYNC ||
	    (r.r_cmd == UNET_IOC_CREATE && creates++ >= CREATES_MAX))
		return;

	known = files[i].f_kind == KIND_LINK ?
	    root_info(files[i].f_fd, NULL, &before) == 0 :
	    fuzz_caller.hc_zoneid == 0 && r.r_cmd == UNET_IOC_SETPROP &&
	    root_info(drv_ctl, &r.r_u.hdr, &before) == 0;
	err = CALL(hk_ioctl(files[i].f_fd, r.r_cmd, fuzz_ptr(r.r_addr)));
	must(err <= 0, "ioctl: %d", err);
	if (!copy_fault)
		check_ioctl(files[i].f_kind, &r, -err);
	if (known && err != 0 && !(copy_fault && err == -EFAULT) &&
	    root_info(drv_ctl, &before.uii_hdr, &after) == 0)
		same_settings(&before, &after);
}

static void
op_fionbio(fuzz_in_t *fi)
{
	const unsigned int i = fuzz_below(fi, FILES_MAX);
	const uint64_t addr = fuzz_place(fi, sizeof (int));
	int err;

	if (files[i].f_fd == 0 || files[i].f_kind == KIND_OTHER)
		return;
	err = CALL(hk_ioctl(files[i].f_fd, FIONBIO, fuzz_ptr(addr)));
	must(err == 0 || err == -EFAULT || err == -EBADF || err == -ENXIO,
	    "FIONBIO: %d", err);
	check_written(0, 0, 0, 0);
}

static void
op_rdwr(fuzz_in_t *fi)
{
	const unsigned int how = fuzz_byte(fi);
	const unsigned int i = how % FILES_MAX;
	const size_t len = fuzz_number(fi, 2) % 10000;
	const uint64_t addr = fuzz_place(fi, len);
	int64_t n;

	if (files[i].f_fd == 0)
		return;
	if (how < 128)
		n = CALL(hk_read(files[i].f_fd, fuzz_ptr(addr), len));
	else
		n = CALL(hk_write(files[i].f_fd, fuzz_ptr(addr), len));
	must(n <= (int64_t)len, "%ld bytes of %zu", n, len);
	check_written(addr, how < 128 ? len : 0, 0, 0);
}

static void
op_state(fuzz_in_t *fi)
{
	const unsigned int how = fuzz_byte(fi);
	const unsigned int i = how % FILES_MAX;
	int fd = files[i].f_fd;

	if (fd == 0)
		return;
	switch (how / 8 % 4) {
	case 0:
		(void) hk_model(fd, how < 128 ? 32 : 64);
		break;
	case 1:
		(void) hk_setfl(fd, how < 128 ? O_NONBLOCK : 0);
		break;
	case 2:
		(void) CALL(hk_poll(fd, (int)fuzz_number(fi, 2), 0));
		break;
	default:
		(void) CALL(hk_pollarm(fd, POLLIN | POLLOUT));
		break;
	}
}

static void
op_who(fuzz_in_t *fi)
{
	const hk_cred_t *who = &whos[fuzz_below(fi, NWHOS)];

	fuzz_caller.hc_uid = who->hc_uid;
	fuzz_caller.hc_gid = who->hc_gid;
	fuzz_caller.hc_zoneid = who->hc_zoneid == 0 ? 0 : zone;
	fuzz_caller.hc_privs = who->hc_privs;
}

/*
 * The administrator's part: network stacks, and what they send.
 */
static void
op_stack(fuzz_in_t *fi)
{
	const unsigned int how = fuzz_byte(fi);
	hk_stack_t hst = { .hst_kind = HK_STACK_BUS };
	uint8_t frame[UNET_MTU_DEFAULT];
	unet_ioc_info_t uii;
	unet_ioc_hdr_t hdr;

	if (how >= 192) {
		const size_t len = 14 + fuzz_byte(fi) * 5;

		(void) drv_frame(frame, drv_bcast, drv_peer, how, len);
		(void) hk_write(port, frame, len);
		return;
	}
	drv_hdr(&hdr, names[how % NNAMES]);
	if (root_info(drv_ctl, &hdr, &uii) != 0)
		return;
	hst.hst_linkid = uii.uii_hdr.uih_linkid;
	(void) snprintf(hst.hst_bus, sizeof (hst.hst_bus), "seg0");
	hst.hst_flags = how / 8 % 8;
	(void) hk_ioctl(drv_hk, (how & 4) != 0 ? HK_IOC_UNPLUMB :
	    HK_IOC_PLUMB, &hst);
}

static void
zone_boot(void)
{
	hk_zone_t hz = { .hz_zoneid = 0 };

	(void) snprintf(hz.hz_name, sizeof (hz.hz_name), "za");
	must(zone_start(drv_hk, &hz) == 0, "the zone boots");
	zone = hz.hz_zoneid;
}

static void
op_zone(fuzz_in_t *fi)
{
	if (fuzz_below(fi, 4) != 1)
		return;
	must(zone_end_id(drv_hk, zone) == 0, "the zone halts");
	halted = 1;
	zone_boot();
	if (fuzz_caller.hc_zoneid != 0)
		fuzz_caller.hc_zoneid = zone;
}

static void
op_fault(fuzz_in_t *fi)
{
	const unsigned int how = fuzz_byte(fi);

	(void) memset(&fault, 0, sizeof (fault));
	fault.hf_kind = how % (HK_FAULT_MAX - 1) + 1;
	fault.hf_nth = how / 8 % 8 + 1;
}

typedef void op_f(fuzz_in_t *);

static op_f *const ops[] = {
	op_ioctl, op_open, op_close, op_who, op_rdwr, op_stack, op_state,
	op_fault, op_fionbio, op_zone, op_ioctl, op_ioctl
};

/*
 * The directories keep the nodes they have shown until somebody looks again.
 */
static void
look_around(void)
{
	static const char *const paths[] = {
		UNET_CTL_PATH, "/dev/unet/zone/za/vpn0",
		"/dev/unet/zone/global/vpn0"
	};
	size_t i;
	int fd;

	for (i = 0; i < sizeof (paths) / sizeof (paths[0]); i++) {
		if ((fd = hk_open(drv_kernel, paths[i], O_RDONLY)) > 0)
			(void) hk_close(fd);
	}
	fuzz_caller.hc_zoneid = zone;
	if ((fd = FUZZ_AS_PROGRAM(hk_open(drv_kernel, paths[0],
	    O_RDONLY))) > 0)
		(void) hk_close(fd);
}

/*
 * Everything goes: files, stacks, links, and link ids that a fault has left.  A
 * zone's links are its own to destroy, or go when it halts.
 */
static void
clean_up(void)
{
	unet_list_ent_t ents[32];
	unet_ioc_list_t uil = { .uil_nents = 32 };
	hk_usage_t hu = drv_usage();
	hk_dl_t hdl = { .hdl_linkid = 0 };
	uint8_t buf[2048];
	int zones = 0;
	uint32_t i;

	for (i = 0; i < FILES_MAX; i++)
		close_file(i);
	drv_hdr(&uil.uil_hdr, NULL);
	uil.uil_ents = (uint64_t)(uintptr_t)ents;
	must(hk_ioctl(drv_ctl, UNET_IOC_LIST, &uil) == 0, "the list");
	must(uil.uil_actents <= 32, "too many links");
	for (i = 0; i < uil.uil_actents; i++) {
		hk_stack_t hst = { .hst_linkid = ents[i].ule_linkid };
		unet_ioc_destroy_t uid = { .uid_holder = 0 };

		(void) hk_ioctl(drv_hk, HK_IOC_UNPLUMB, &hst);
		drv_hdr(&uid.uid_hdr, NULL);
		uid.uid_hdr.uih_linkid = ents[i].ule_linkid;
		zones |= hk_ioctl(drv_ctl, UNET_IOC_DESTROY, &uid) == -EPERM;
	}
	if (zones) {
		must(zone_end_id(drv_hk, zone) == 0, "the zone halts");
		zone_boot();
	}
	while (hu.hu_links > fuzz_base.hu_links) {
		(void) sched_yield();
		hu = drv_usage();
	}
	while (hk_ioctl(drv_hk, HK_IOC_DLNEXT, &hdl) == 0)
		(void) hk_ioctl(drv_hk, HK_IOC_DLDESTROY, &hdl);
	while (hk_read(port, buf, sizeof (buf)) > 0)
		continue;
}

/*
 * Pieces of programs.  File 0 is ctl, file 1 a link.
 */
#define	S_SPACE		"\0"
#define	S_CTL		"\1\0\0"
#define	S_LINK		"\1\1\1"
#define	S_CREATE	"\0\0\0\0\0\0\0"
#define	S_DESTROY	"\0\0\1\0\0\0\0"
#define	S_LIST		"\0\0\2\4\10\0\0"
#define	S_INFO		"\0\0\3\0\0\0"
#define	S_OWN_INFO	"\0\1\3\340\0\0"
#define	S_SETPROP	"\0\0\5\0\1\5\5\1\6\0\0"
#define	S_GETPROP	"\0\1\4\340\0\0\0\0\0"
#define	S_VECTORS	"\1\10\20\10\30\10\40\10\50\10\60\10\70\10\100\10\110"
#define	S_FIO_READ	"\0\1\6" S_VECTORS "\0\0"
#define	S_FIO_WRITE	"\0\1\7" S_VECTORS "\0\0"
#define	S_WHO(n)	"\3" n
#define	S_PLUMB		"\5\0"
#define	S_SEND		"\5\300\5"
#define	S_READ		"\4\1\0\10\0"
#define	S_WRITE		"\4\205\100\0\0"
#define	S_FAULT(n)	"\7" n
#define	S_HALT		"\11\1"

static const fuzz_seed_t seeds[] = {
	FUZZ_SEED("life", S_SPACE S_CTL S_CREATE S_PLUMB S_LINK S_OWN_INFO
	    S_WRITE S_SEND S_READ S_LIST S_DESTROY S_READ),
	FUZZ_SEED("props", S_SPACE S_CTL S_CREATE S_LINK S_SETPROP S_GETPROP
	    S_INFO),
	FUZZ_SEED("frameio", S_SPACE S_CTL S_CREATE S_PLUMB S_LINK S_SEND
	    S_SEND S_FIO_READ S_FIO_WRITE "\6\1" S_SEND S_FIO_READ),
	FUZZ_SEED("zone", S_SPACE S_CTL S_CREATE S_WHO("\2") "\1\2\0"
	    "\0\2\0\0\0\0\0" S_LINK S_LIST "\0\2\2\4\10\0\0" S_WRITE S_HALT
	    S_READ),
	FUZZ_SEED("owner", S_SPACE S_CTL "\0\0\0\10\0\0\0" S_WHO("\1") S_LINK
	    S_SETPROP S_DESTROY S_WHO("\3") "\1\2\1"),
	FUZZ_SEED("faults", S_SPACE S_CTL S_FAULT("\4") S_CREATE S_FAULT("\3")
	    S_CREATE S_FAULT("\1") S_CREATE S_LINK S_FAULT("\0") S_WRITE),
	FUZZ_SEED("once", S_SPACE S_CTL "\0\0\0\140\0\0\0" "\5\10" S_LINK
	    "\2\1" S_LIST)
};

FUZZ_INITIALIZE(seeds)

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	fuzz_in_t fi = { bytes, len };
	static fuzz_stats_t fs;
	unsigned int i;

	if (drv_kernel == 0) {
		drv_boot();
		port = drv_port("seg0");
		zone_boot();
		(void) drv_create("vpn0");
		must(drv_destroy("vpn0") == 0, "destroy");
		look_around();
		fuzz_base = drv_usage();
	}
	fuzz_space(&fi, &fuzz_user);
	fuzz_caller.hc_uid = fuzz_caller.hc_gid = 0;
	fuzz_caller.hc_zoneid = 0;
	halted = 0;
	fuzz_caller.hc_privs = HK_PRIV_ALL;
	creates = 0;
	fault.hf_kind = 0;
	for (i = 0; i < OPS_MAX && fi.fi_left > 0; i++)
		ops[fuzz_below(&fi, sizeof (ops) / sizeof (ops[0]))](&fi);
	fault.hf_kind = 0;
	fuzz_accounts(&fs);
	clean_up();
	fuzz_rest(look_around);
	return (0);
}
