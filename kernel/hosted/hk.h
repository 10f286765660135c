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

#ifndef	_HK_H
#define	_HK_H

/*
 * The hosted kernel as a program sees it: the system calls of a small illumos
 * that runs in this process (hk_boot) or in a server (hk_connect).
 *
 * Every call returns a result of 0 or more, or the negative of one of this
 * host's errno numbers.  Open flags, poll events and iovecs are this host's
 * too. Kernels and files are small positive numbers, never reused while the
 * process lives; one that is not open is -EBADF, whatever is done with it.
 * Calls on different files, and on one file, may be made by any thread at any
 * time.
 */

#include <stdint.h>
#include <sys/uio.h>

#ifdef	__cplusplus
extern "C" {
#endif

#define	HK_VERSION	3

extern int hk_version(void);

/*
 * Boot the kernel in this process, with the driver attached.  There is one a
 * process: -EBUSY if it runs already.  With HK_BOOT_SHARE whoever wants a
 * kernel has it: the first boots it, the others (each thread of a program that
 * loads the library more than once) get the same number, and only the last
 * hk_halt() halts.  -EBUSY then: it runs and was not booted to be shared.
 */
extern int hk_boot(uint32_t flags);

#define	HK_BOOT_QUIET	0x1	/* no console messages on stderr */
#define	HK_BOOT_SHARE	0x2	/* one kernel for several users */

/*
 * Connect to the kernel that serves the Unix socket `path'.  -ENOENT: there is
 * no such socket.  -ECONNREFUSED: nobody serves it.  -EACCES: it is another
 * user's.  -EPROTO: it speaks another version.
 */
extern int hk_connect(const char *path);

/*
 * Halt a kernel of this process: close every file, destroy every link, detach
 * the driver, free everything.  -ENOTEMPTY: something was leaked (it is named
 * on the console); the kernel is gone all the same.  Of a served kernel: close
 * this process's files and forget it.
 */
extern int hk_halt(int kernel);

/*
 * The kernel as a process of the zone `name' has it: another number for it.
 * What is opened with that is opened, and used, in the zone.  When the zone is
 * halted, calls on these files end with ENXIO, as do those that want new ones:
 * the zone is another when it is booted again.  hk_halt() forgets the number,
 * and that of `kernel' forgets it too.
 *
 * -ENOENT: no zone of that name runs.  -EPERM: a kernel that is of another zone
 * already; a server lets its own user and root choose, where they are in the
 * network namespace that it is in itself.  Who is in a namespace that is tied
 * to a zone is in that zone without asking, and in no other; hk_connect() is
 * -ENXIO there while the zone does not run.  From the first such zone on,
 * hk_connect() is -EPERM in namespaces that are neither a zone's nor the
 * server's own, or making another would lead out of a zone.
 */
extern int hk_zone(int kernel, const char *name);

/*
 * A descriptor of this host that becomes readable when a served kernel is gone,
 * or is about to go, and stays so: what a program waits on beside hk_pollfd(),
 * which may be silent then.  It is the kernel's own: the caller waits on it,
 * neither reads nor closes it, and it ends with hk_halt().  -ENOTSUP: a kernel
 * of this process, which nothing takes away.
 */
extern int hk_gonefd(int kernel);

/*
 * Have the calling thread own what it gets from now on: when it ends, whatever
 * ends it, the files that it opened and that are still open are closed, and the
 * kernels that it booted or connected to are halted as often as it did not do
 * that itself; its memory (hk_mem_alloc()) is freed.  For threads that can be
 * ended without a word, as the workers of a JavaScript program.  Others may use
 * those files meanwhile, but a kernel is then to be halted by the thread that
 * has it.  Done twice it is done once.
 */
extern int hk_own(void);

/*
 * open(2) and friends.  Paths are those of the kernel's /dev: /dev/unet/ctl,
 * /dev/unet/<link>, /dev/hk, /dev/bus/<name>.
 */
extern int hk_open(int kernel, const char *path, int oflags);
extern int hk_close(int file);
extern int64_t hk_read(int file, void *buf, uint64_t len);
extern int64_t hk_write(int file, const void *buf, uint64_t len);
extern int64_t hk_readv(int file, const struct iovec *iov, int iovcnt);
extern int64_t hk_writev(int file, const struct iovec *iov, int iovcnt);
extern int hk_ioctl(int file, int cmd, void *arg);
extern int hk_setfl(int file, int oflags);	/* fcntl(F_SETFL) */
extern int hk_getfl(int file);

/*
 * hk_ioctl() for a caller to whom each argument is dear, as it is to a foreign
 * function interface.  hk_call_block() is a place of the calling thread's own,
 * the same one for as long as the thread lives: what hk_ioctl() would be given
 * is written there, hk_call() makes the call, and its result is there
 * afterwards.  Doubles are what such callers have, and each is written and read
 * whole; a processor waits for a number that is written in two halves.
 *
 * -EBADF, -EINVAL, -EFAULT: what is there is no file, request or address, as
 * NaN.  Fractions are cut.
 */
typedef struct hk_call {
	double		hca_file;
	double		hca_cmd;
	double		hca_arg;	/* an address, below 2^53 */
	double		hca_result;
} hk_call_t;

extern hk_call_t *hk_call_block(void);
extern void hk_call(void);

/*
 * Files in other programs, of a served kernel (of one of this process:
 * -ENOTSUP).  hk_export() gives a host descriptor that stands for the file: it
 * may be inherited, or sent over a Unix socket, and keeps the file open
 * wherever it lives.  It is the caller's, close on exec until the caller says
 * otherwise, and good for nothing but hk_import(), which makes a file of it,
 * any number of times and in any process that the server lets in; the
 * descriptor stays the caller's there, too.  It is one open file then, as with
 * descriptors of a real kernel: flags, data model and what was read are common
 * to all that have it, hk_close() closes it for its own process, and
 * UNET_IOC_INFO goes on naming the process that opened it.  Each process makes
 * its calls as the user that it is. A wake-up of hk_pollfd() goes to one of
 * those that wait; hk_poll() to each.
 *
 * hk_import(): -EINVAL: not such a descriptor.  -EXDEV: it is of another
 * kernel, or of one that is gone.  -EACCES: of a server that we do not speak
 * to. hk_exported() gives the path for hk_connect() of the kernel that it is
 * of, as text in `size' bytes (-ERANGE: too few).
 */
extern int hk_export(int file);
extern int hk_import(int kernel, int fd);
extern int hk_exported(int fd, char *path, uint64_t size);

/*
 * Wait up to `timeout' milliseconds (-1: for ever) for `events'; returns what
 * is ready, 0 when the time is over.
 */
extern int hk_poll(int file, int events, int timeout);

/*
 * Readiness for an event loop of the host.  hk_pollfd() is a host descriptor
 * (an eventfd, the file's own: the caller waits on it and never closes it).
 * hk_pollarm() says which of `events' are ready now; if none is, it returns 0
 * and the descriptor becomes readable, once, when one comes to be.  Read it
 * (8 bytes) before arming again.
 */
extern int hk_pollfd(int file);
extern int hk_pollarm(int file, int events);

/*
 * Memory for calls.  Any memory will do for these, and a bad address is
 * -EFAULT. What hk_mem_alloc() gives, `size' bytes of zeros or more, is copied
 * cheaply by a served kernel as well, which maps it: whatever of a call lies in
 * it (the structure of an ioctl, the frames that this names) costs no system
 * call a copy.  The first call that uses it on a file costs more.  -ENOMEM;
 * -EINVAL: nothing asked for; -EBADF: no such kernel.
 *
 * It belongs to the program and not to the kernel: all kernels and files may be
 * given it, and it stays, also after hk_halt(), until hk_mem_free(), which no
 * call that uses it may be under way for (-EINVAL: it is not what
 * hk_mem_alloc() gave).  It costs a descriptor, and is plain memory where there
 * is none.  What mmap(2) and its like do within it a served kernel does not
 * see.  A child of fork(2) finds zeros there, of its own.
 */
extern int hk_mem_alloc(int kernel, uint64_t size, void **addrp);
extern int hk_mem_free(void *addr);

/*
 * The data model of the calls made on this file: 64 (the default) or 32.
 */
extern int hk_model(int file, int bits);

/*
 * Who the calling thread is to a kernel of this process, from now on.  A thread
 * that never called this is the process's user, in the global zone, with every
 * privilege if it is root or booted the kernel.
 */
typedef struct hk_cred {
	uint32_t	hc_uid;
	uint32_t	hc_gid;
	int32_t		hc_zoneid;
	uint32_t	hc_privs;	/* HK_PRIV_* */
} hk_cred_t;

#define	HK_PRIV_DL_CONFIG	0x1
#define	HK_PRIV_NET_RAWACCESS	0x2
#define	HK_PRIV_ALL		0xffffffffU

extern int hk_setcred(const hk_cred_t *cred);	/* NULL: back to the default */

/*
 * Requests on /dev/hk: what a real system does with dlmgmtd, ipadm, kstat and
 * zoneadm, and what only a hosted kernel can do.  Fixed-width members, one
 * layout for everybody; reserved members are zero.
 */
#define	HK_NAMELEN	32
#define	HK_IOC		(('h' << 24) | ('k' << 16))

/*
 * Link ids, as dlmgmtd keeps them: DLCREATE makes an id for a name (EEXIST,
 * EINVAL), DLDESTROY takes hdl_flags of it away (0: both), and frees it when it
 * is neither active nor persistent then (ENOENT: there is none, or has none of
 * them), DLUP says of one that is only persistent that it is active (ENOENT;
 * EINVAL: it is), DLINFO finds by id or, with id 0, by name (ENOENT), DLNEXT
 * the first with an id above hdl_linkid (ENOENT: no more).  EBADF: the daemon
 * is not there.
 *
 * DLRENAME gives the link hdl_linkid the name hdl_name (ENOENT; EINVAL; EEXIST:
 * another link has it; EBUSY: the link is pinned, lent to a zone, or the host
 * does not rename its interface, which has to be down for that).  DLSETZONE
 * lends the link hdl_linkid, which the global zone owns, to the zone
 * hdl_zoneid, or moves it on, or with 0 takes it back (ENOENT: no such link,
 * or a zone owns it; ESRCH: no such zone runs; EEXIST: it has a link of that
 * name; EBUSY: the link is pinned where it is, or its interface's name is taken
 * there; ENXIO: the zone's network namespace is gone).
 */
#define	HK_IOC_DLCREATE		(HK_IOC | 0x01)
#define	HK_IOC_DLDESTROY	(HK_IOC | 0x02)
#define	HK_IOC_DLINFO		(HK_IOC | 0x03)
#define	HK_IOC_DLNEXT		(HK_IOC | 0x04)
#define	HK_IOC_DLUP		(HK_IOC | 0x0f)
#define	HK_IOC_DLRENAME		(HK_IOC | 0x05)
#define	HK_IOC_DLSETZONE	(HK_IOC | 0x06)

typedef struct hk_dl {
	uint32_t	hdl_linkid;
	uint32_t	hdl_class;	/* DATALINK_CLASS_* */
	uint32_t	hdl_media;	/* DL_ETHER */
	uint32_t	hdl_flags;	/* HK_DL_* */
	int32_t		hdl_zoneid;
	uint32_t	hdl_pad;
	char		hdl_name[HK_NAMELEN];
} hk_dl_t;

#define	HK_DL_ACTIVE		0x1
#define	HK_DL_PERSIST		0x2
#define	HK_DL_TRANSIENT		0x200

/*
 * The daemon itself.  STOP kills it, and from then on nothing that needs it
 * works (EBADF); START has it come back with what its files and the kernel
 * tell it.  What it is asked to be already it stays.
 */
#define	HK_IOC_DLMGMT		(HK_IOC | 0x07)

#define	HK_DLMGMT_ASK		0	/* how it is */
#define	HK_DLMGMT_STOP		1
#define	HK_DLMGMT_START		2

typedef struct hk_dlmgmt {
	uint32_t	hdm_what;	/* in: HK_DLMGMT_* */
	uint32_t	hdm_running;	/* out */
} hk_dlmgmt_t;

/*
 * The stack end of a link: who plays the IP stack.  PLUMB (EEXIST: has one;
 * ENOENT: no such link; EPERM: the host does not let us make a TAP interface;
 * ENAMETOOLONG: too long for an interface of the host; ENODEV: no TAP here;
 * EBUSY: the host has an interface of that name; ENXIO: the network namespace
 * of the link's zone is gone; EINVAL), UNPLUMB (ENOENT), STACKINFO (ENOENT: no
 * such link, or it has none).  AUTO falls back to a bus for EPERM, ENODEV and
 * ENAMETOOLONG.  A link that is destroyed loses its end, unless that is pinned.
 */
#define	HK_IOC_PLUMB		(HK_IOC | 0x10)
#define	HK_IOC_UNPLUMB		(HK_IOC | 0x11)
#define	HK_IOC_STACKINFO	(HK_IOC | 0x12)

#define	HK_STACK_NONE		0	/* nobody: MAC is not even started */
#define	HK_STACK_TAP		1	/* an interface of the host */
#define	HK_STACK_BUS		2	/* the segment /dev/bus/<hst_bus> */
#define	HK_STACK_AUTO		3	/* tap where permitted, else bus */

#define	HK_STACK_PIN		0x1	/* as IP does: destroy finds it busy */
#define	HK_STACK_SPLIT		0x2	/* frames to it: two blocks each */
#define	HK_STACK_ECHO		0x4	/* frames from it come back at once */

typedef struct hk_stack {
	uint32_t	hst_linkid;
	uint32_t	hst_kind;	/* in, out: HK_STACK_* */
	uint32_t	hst_flags;
	uint32_t	hst_pad;
	char		hst_bus[HK_NAMELEN];	/* empty: bus0 */
} hk_stack_t;

/*
 * What the stack wants to hear besides its own address and broadcasts, as IP or
 * a sniffer would ask for it.  ENOENT: no such link, or it has no stack end, or
 * was not told to join what it is to leave.  EEXIST: joined already.  ENOTSUP:
 * a TAP end asks for what its interface wants, and nobody else can.  EINVAL.
 */
#define	HK_IOC_STACKWANT	(HK_IOC | 0x18)

#define	HK_WANT_JOIN		1	/* the group hsw_addr */
#define	HK_WANT_LEAVE		2
#define	HK_WANT_ALL		3	/* every frame: promiscuous mode */
#define	HK_WANT_OWN		4	/* no more than its own again */

typedef struct hk_stackwant {
	uint32_t	hsw_linkid;
	uint32_t	hsw_what;	/* HK_WANT_* */
	uint8_t		hsw_addr[6];
	uint8_t		hsw_pad[2];
} hk_stackwant_t;

/*
 * Properties of a link that are private to its driver, and "mtu", as dladm(8)
 * shows and sets them: texts.  PROPGET fills in value, default and permissions,
 * PROPSET sets the value, of which the first hlp_size bytes count.  ENOENT: no
 * such link, or its driver has no property of that name; otherwise what the
 * driver answers.
 */
#define	HK_IOC_PROPGET		(HK_IOC | 0x13)
#define	HK_IOC_PROPSET		(HK_IOC | 0x14)

#define	HK_PROPLEN		64

typedef struct hk_linkprop {
	uint32_t	hlp_linkid;
	uint32_t	hlp_size;	/* in: bytes of hlp_value */
	uint32_t	hlp_perm;	/* out: MAC_PROP_PERM_* */
	uint32_t	hlp_pad;
	char		hlp_name[HK_NAMELEN];
	char		hlp_value[HK_PROPLEN];
	char		hlp_default[HK_PROPLEN];	/* out */
} hk_linkprop_t;

/*
 * What the driver of a link offers to do in the stack's stead: ENOENT.
 */
#define	HK_IOC_CAPAB		(HK_IOC | 0x15)

typedef struct hk_capab {
	uint32_t	hca_linkid;
	uint32_t	hca_hcksum;	/* HCKSUM_*; 0: nothing */
	uint32_t	hca_hcksum_size;	/* bytes that it wrote */
	uint32_t	hca_lso;	/* LSO_TX_*; 0: nothing */
	uint32_t	hca_lso_max;
	uint32_t	hca_lso_size;	/* bytes that it wrote */
	uint64_t	hca_changes;	/* times it said that this changed */
} hk_capab_t;

/*
 * Kstats.  KSLIST copies out up to hkl_nents headers (as UNET_IOC_LIST does);
 * KSREAD copies out the data of kid hkr_kid: hkr_nents of hk_ksnamed_t.  ENXIO:
 * no such kstat (any more).  KSREADS does that for up to HK_KSREADS_MAX kstats,
 * each with an errno of its own; E2BIG: more than that.  Only what the caller's
 * zone sees.
 */
#define	HK_IOC_KSLIST		(HK_IOC | 0x20)
#define	HK_IOC_KSREAD		(HK_IOC | 0x21)
#define	HK_IOC_KSREADS		(HK_IOC | 0x22)
#define	HK_KSREADS_MAX		64

typedef struct hk_kstat {
	uint32_t	hks_kid;
	int32_t		hks_instance;
	char		hks_module[HK_NAMELEN];
	char		hks_name[HK_NAMELEN];
	char		hks_class[HK_NAMELEN];
	uint32_t	hks_type;	/* KSTAT_TYPE_* */
	uint32_t	hks_ndata;
	int64_t		hks_crtime;	/* ns */
} hk_kstat_t;

typedef struct hk_kslist {
	uint32_t	hkl_nents;	/* in */
	uint32_t	hkl_actents;	/* out */
	uint64_t	hkl_ents;	/* address of hk_kstat_t[] */
	uint32_t	hkl_chainid;	/* out: changes when the list does */
	uint32_t	hkl_pad;
} hk_kslist_t;

typedef struct hk_ksnamed {
	char		hkn_name[HK_NAMELEN];
	uint32_t	hkn_type;	/* KSTAT_DATA_* */
	uint32_t	hkn_pad;
	uint64_t	hkn_value;	/* numbers */
	char		hkn_string[128];	/* KSTAT_DATA_CHAR, _STRING */
} hk_ksnamed_t;

typedef struct hk_ksread {
	uint32_t	hkr_kid;
	uint32_t	hkr_nents;	/* in */
	uint32_t	hkr_actents;	/* out */
	uint32_t	hkr_errno;	/* out, of KSREADS; 0 in */
	uint64_t	hkr_ents;	/* address of hk_ksnamed_t[] */
	int64_t		hkr_crtime;	/* out, ns */
	int64_t		hkr_snaptime;	/* out, ns */
} hk_ksread_t;

typedef struct hk_ksreads {
	uint32_t	hkm_nreads;	/* in */
	uint32_t	hkm_pad;
	uint64_t	hkm_reads;	/* address of hk_ksread_t[] */
} hk_ksreads_t;

/*
 * What the kernel has that somebody must give back.
 */
#define	HK_IOC_USAGE		(HK_IOC | 0x30)

typedef struct hk_usage {
	uint64_t	hu_kmem;	/* kmem allocations */
	uint64_t	hu_mblks;	/* message blocks */
	uint64_t	hu_files;	/* open files, this one included */
	uint64_t	hu_links;	/* devnets */
	uint64_t	hu_kstats;
	uint64_t	hu_threads;	/* kernel threads */
	uint64_t	hu_locks;	/* locks initialised */
	uint64_t	hu_reserved[9];
} hk_usage_t;

/*
 * Make the nth call from now on of a kind fail, once (hf_nth 1 is the next; 0:
 * none).  `hf_seen' is how many calls of the kind there were since it was set.
 * An upcall, and a call into MAC, fails with hf_errno (an errno of this host;
 * 0: the usual one).  An upcall that fails with EINTR has reached the daemon
 * all the same, and it is only its answer that is lost; threads of the kernel
 * get no signals, and so are not counted then.  MAC and DLS may refuse to
 * register (ENOSPC), to create (EBADF) or destroy a devnet (ENOTEMPTY: flows),
 * to disable, and to change MTU or address (EBUSY: a VNIC).
 */
#define	HK_IOC_FAULT		(HK_IOC | 0x31)

#define	HK_FAULT_ALLOC		1	/* kmem, allocb, nodes: what may fail */
#define	HK_FAULT_COPY		2	/* copyin, copyout, uiomove */
#define	HK_FAULT_INTR		3	/* interruptible waits: a signal */
#define	HK_FAULT_UPCALL		4	/* dls_mgmt_*: the daemon is gone */
#define	HK_FAULT_MAC		5	/* what MAC and DLS may refuse */
#define	HK_FAULT_MAX		6

typedef struct hk_fault {
	uint32_t	hf_kind;
	uint32_t	hf_errno;	/* in */
	uint64_t	hf_nth;		/* in */
	uint64_t	hf_seen;	/* out: before this request */
} hk_fault_t;

/*
 * The kernel itself.  SHUTDOWN ends the server (EPERM for one who is not its
 * user or root; ENOTSUP in process).  UNLOAD detaches the driver unet and takes
 * it away, as modunload(8) does on a system that lets plug-ins of /dev go
 * (EBUSY: there are links, or a node of its is open; ENXIO: it is not there),
 * and LOAD brings it back (EEXIST: it is there; ENXIO: it does not attach).
 */
#define	HK_IOC_SYSINFO		(HK_IOC | 0x40)
#define	HK_IOC_SHUTDOWN		(HK_IOC | 0x41)
#define	HK_IOC_UNLOAD		(HK_IOC | 0x42)
#define	HK_IOC_LOAD		(HK_IOC | 0x43)

typedef struct hk_sysinfo {
	uint32_t	hsi_version;	/* HK_VERSION */
	uint32_t	hsi_pid;
	uint32_t	hsi_uid;
	uint32_t	hsi_served;	/* 1: by unethostd */
	uint32_t	hsi_links;
	uint32_t	hsi_files;
	int64_t		hsi_uptime;	/* ns */
	uint64_t	hsi_reserved[4];
} hk_sysinfo_t;

/*
 * Zones, by name.  ZONECREATE makes one (EINVAL: not a name; EEXIST), ZONEBOOT
 * boots it and gives its id, a new one each time (EALREADY: it runs; EAGAIN: no
 * id is free), ZONEHALT halts it (ESRCH: it does not run; EBUSY: links that
 * were lent to it could not be taken back: try again), ZONEDESTROY forgets it
 * (EBUSY: it runs).  ENOENT: no such zone.  The global zone can be none of that
 * (EINVAL).  ZONENEXT gives the first after hz_name: the global zone after "",
 * then by name (ENOENT: no more); a zone sees itself only.
 *
 * hz_netns ties the zone to a network namespace of the host, which is named by
 * a path or as ip-netns(8) does: programs in it are in the zone, and interfaces
 * of the zone's links are there.  It is looked for at ZONECREATE and ZONEBOOT
 * (ENODEV: there is none; EACCES: the host does not let us enter it; EINVAL:
 * that is something else, or the zone shares the global zone's stack;
 * EADDRINUSE: it is another zone's, or the server's own; ENOTSUP).  When its
 * name goes while the zone runs, links stay, and lose their interfaces.
 */
#define	HK_IOC_ZONECREATE	(HK_IOC | 0x50)
#define	HK_IOC_ZONEHALT		(HK_IOC | 0x51)
#define	HK_IOC_ZONENEXT		(HK_IOC | 0x52)
#define	HK_IOC_ZONEBOOT		(HK_IOC | 0x53)
#define	HK_IOC_ZONEDESTROY	(HK_IOC | 0x54)

#define	HK_NETNSLEN		256

typedef struct hk_zone {
	int32_t		hz_zoneid;	/* out; -1: it does not run */
	uint32_t	hz_flags;	/* HK_ZONE_* */
	uint32_t	hz_state;	/* out */
	uint32_t	hz_pad;
	char		hz_name[64];
	char		hz_netns[HK_NETNSLEN];	/* empty: none */
} hk_zone_t;

#define	HK_ZONE_CONFIGURED	1	/* hz_state */
#define	HK_ZONE_RUNNING		2

#define	HK_ZONE_SHARED_IP	0x1	/* no network stack of its own */

/*
 * A port of a segment, /dev/bus/<name>: read(2) takes one frame that somebody
 * else sent into the segment, write(2) sends one to everybody else; poll(2)
 * works.  A port that does not read loses frames, which BUSINFO counts.
 * Segments come and go with their ports and links.
 */
#define	HK_IOC_BUSINFO		(HK_IOC | 0x60)	/* on the port */

typedef struct hk_businfo {
	uint64_t	hbi_rx_frames;	/* queued for this port */
	uint64_t	hbi_tx_frames;	/* sent by this port */
	uint64_t	hbi_drops;	/* lost for want of room at this port */
	uint32_t	hbi_ports;	/* on the segment, links included */
	uint32_t	hbi_rx_flags;	/* HK_PKT_*, of the first one queued */
} hk_businfo_t;

/*
 * Send one packet with what a network stack says of it in memory (sys/pattr.h):
 * what it leaves to the link, which is not asked whether it offered that.
 * Offsets are from the start of the IP header.  The packet comes in up to five
 * blocks: those of hbs_blocks, up to a length of 0, and the rest; there may be
 * some of HK_BUS_EMPTY, without a byte, and at the end as well.  EINVAL,
 * EMSGSIZE, ENOMEM, EFAULT, and as write(2): EAGAIN, EINTR.
 */
#define	HK_IOC_BUSSEND		(HK_IOC | 0x61)	/* on the port */

#define	HK_PKT_IPV4_CKSUM	0x01	/* fill it in; received: it is right */
#define	HK_PKT_PARTIAL_CKSUM	0x02	/* pseudo header's is there */
#define	HK_PKT_FULL_CKSUM	0x04
#define	HK_PKT_FULL_CKSUM_OK	0x08
#define	HK_PKT_LSO		0x10	/* to be cut into hbs_mss bytes each */

#define	HK_BUS_BLOCKS		4
#define	HK_BUS_EMPTY		0xffffffffU

typedef struct hk_bussend {
	uint64_t	hbs_buf;	/* address of the packet */
	uint32_t	hbs_len;
	uint32_t	hbs_flags;	/* HK_PKT_* */
	uint32_t	hbs_start;	/* partial: summed up from here */
	uint32_t	hbs_stuff;	/* ... put here */
	uint32_t	hbs_end;	/* ... to here */
	uint32_t	hbs_mss;
	uint32_t	hbs_blocks[HK_BUS_BLOCKS];
} hk_bussend_t;

#ifdef	__cplusplus
}
#endif

#endif	/* _HK_H */
