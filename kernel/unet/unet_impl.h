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

#ifndef	_UNET_IMPL_H
#define	_UNET_IMPL_H

/*
 * Private to the driver.  unet.c explains how the pieces work together; here
 * each member of a shared structure says what guards it: RO (set before the
 * object is published and never again), the name of a lock, or atomic.
 */

#include <sys/types.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/debug.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/atomic.h>
#include <sys/mutex.h>
#include <sys/condvar.h>
#include <sys/rwlock.h>
#include <sys/avl.h>
#include <sys/list.h>
#include <sys/kstat.h>
#include <sys/poll.h>
#include <sys/poll_impl.h>
#include <sys/stream.h>
#include <sys/strsun.h>
#include <sys/strsubr.h>
#include <sys/taskq.h>
#include <sys/taskq_impl.h>
#include <sys/uio.h>
#include <sys/cred.h>
#include <sys/zone.h>
#include <sys/ethernet.h>
#include <sys/vlan.h>
#include <sys/mac_provider.h>
#include <sys/dls.h>
#include <sys/ddi.h>
#include <sys/sunddi.h>
#include <sys/sdt.h>
#include <sys/frameio.h>
#include <sys/unet.h>

#ifdef	__cplusplus
extern "C" {
#endif

CTASSERT(UNET_NAMELEN == MAXLINKNAMELEN);
CTASSERT(UNET_MACLEN == ETHERADDRL);

/*
 * The same for both directions: frames that wait, and what became of the rest.
 * uq_bytes is the charge (bytes and UNET_FRAME_OVERHEAD) of the frames queued,
 * of those a reader is copying out, and of room reserved: by writers, and for
 * packets of the stack that are being cut.
 */
typedef struct unet_queue {
	kmutex_t	uq_lock;
	kcondvar_t	uq_cv;		/* for a frame, or for room */
	mblk_t		*uq_head;	/* uq_lock */
	mblk_t		*uq_tail;	/* uq_lock */
	size_t		uq_bytes;	/* uq_lock */
	size_t		uq_max;		/* uq_lock: no less than one frame */
	size_t		uq_largest;	/* uq_lock: longest frame, by the MTU */
	uint64_t	uq_frames;	/* uq_lock: in uq_bytes */
	uint64_t	uq_peak;	/* uq_lock: of uq_bytes */
	boolean_t	uq_open;	/* uq_lock: a holder uses this side */
	boolean_t	uq_dying;	/* uq_lock: for all, or the holder */
	uint32_t	uq_iomode;	/* uq_lock: unet_iomode_t, since open */
	uint_t		uq_captures;	/* uq_lock: that look on */

	uint64_t	uq_in_frames;	/* uq_lock */
	uint64_t	uq_in_bytes;	/* uq_lock */
	uint64_t	uq_out_frames;	/* uq_lock */
	uint64_t	uq_out_bytes;	/* uq_lock */
	uint64_t	uq_drops[UNET_DROP_END];	/* uq_lock */
	uint64_t	uq_rdwr_calls;	/* uq_lock */
	uint64_t	uq_fio_calls;	/* uq_lock */
	uint64_t	uq_eagain;	/* uq_lock */
	uint64_t	uq_waits;	/* uq_lock */
} unet_queue_t;

/*
 * What a queue charges for a frame of `len' bytes.
 */
static inline size_t
unet_queue_charge(size_t len)
{
	return (len + UNET_FRAME_OVERHEAD);
}

/*
 * The bytes of a frame, which is one block more often than not.
 */
static inline size_t
unet_frame_len(mblk_t *mp)
{
	return (mp->b_cont == NULL ? (size_t)MBLKL(mp) : msgdsize(mp));
}

/*
 * The properties of offloads, by their distance from the first.
 */
#define	UNET_NOFFLOADS	(UNET_PROP_LSO - UNET_PROP_RX_IPV4_CKSUM + 1)

/*
 * What a packet leaves to us, and what will come of it.
 */
typedef struct unet_offload {
	uint32_t	uo_flags;	/* HCK_TX_FLAGS, HW_LSO */
	boolean_t	uo_ipv4;
	uint8_t		uo_proto;
	size_t		uo_l3;		/* where the IP header starts */
	size_t		uo_l4;		/* ... and where it ends */
	size_t		uo_len;		/* without what follows the IP packet */
	size_t		uo_hdrlen;	/* wanted in the first block */
	size_t		uo_longest;	/* frame */
	size_t		uo_charge;	/* of all frames */
} unet_offload_t;

/*
 * For how long the stack was held up by a full read queue: the total, and how
 * many times it was at least as long as each limit.
 */
#define	UNET_NFC	5

typedef struct unet_fc {
	boolean_t	uf_blocked;	/* a chain was returned to MAC */
	hrtime_t	uf_since;
	uint64_t	uf_events;
	uint64_t	uf_time;
	uint64_t	uf_atleast[UNET_NFC];
} unet_fc_t;

/*
 * What a holder, or one who watches, has not been told yet, oldest first.
 */
typedef struct unet_events {
	kmutex_t	ev_lock;
	kcondvar_t	ev_cv;
	pollhead_t	*ev_php;	/* RO: whose pollers to wake */
	unet_watched_t	*ev_list;	/* ev_lock; NULL: nobody is told */
	uint_t		ev_room;	/* ev_lock: events that fit there */
	uint_t		ev_count;	/* ev_lock */
	uint_t		ev_told;	/* ev_lock: being told, at the head */
	uint64_t	ev_seq;		/* ev_lock: of the last change */
	boolean_t	ev_telling;	/* ev_lock: by one thread at a time */
	boolean_t	ev_wake;	/* ev_lock: pollers are to be woken */
	boolean_t	ev_dead;	/* ev_lock: DESTROY was the last */
} unet_events_t;

typedef enum unet_state {
	UNET_S_CREATING,	/* name reserved; nobody else can find it */
	UNET_S_ACTIVE,
	UNET_S_DESTROYING,	/* may yet return to ACTIVE */
	UNET_S_DEAD		/* gone from MAC; lives on for its holder */
} unet_state_t;

typedef struct unet_mcast {
	avl_node_t	um_node;
	uint8_t		um_addr[ETHERADDRL];
} unet_mcast_t;

/*
 * A name stays as long as its link, which may have another by now: who has the
 * link may look at it at any time (unet_dev_name()).
 */
typedef struct unet_name {
	struct unet_name *un_next;	/* an older one */
	char		un_text[UNET_NAMELEN];
} unet_name_t;

typedef struct unet_dev {
	unet_name_t	*ud_name;	/* unet_devs_lock */
	datalink_id_t	ud_linkid;	/* RO, from when ud_has_id is set */
	minor_t		ud_minor;	/* RO */
	zoneid_t	ud_zoneid;	/* unet_devs_lock: where it was seen */
	zoneid_t	ud_ownerzone;	/* unet_devs_lock: whose it is */
	unet_name_t	*ud_name_now;	/* atomic: the last three, for those */
	uint32_t	ud_zoneid_now;	/* ... without the lock */
	uint32_t	ud_ownerzone_now;
	uint32_t	ud_lifetime;	/* RO */
	mac_handle_t	ud_mh;		/* RO */

	/* Whoever has ud_stat_busy set. */
	kstat_t		*ud_kstat;
	const char	*ud_kstat_link;
	char		ud_kstat_zone[ZONENAME_MAX];

	avl_node_t	ud_by_minor;	/* unet_minors_lock */
	avl_node_t	ud_by_name;	/* unet_devs_lock */
	avl_node_t	ud_by_id;	/* unet_devs_lock */
	avl_node_t	ud_by_zone;	/* unet_devs_lock */
	boolean_t	ud_has_id;	/* unet_devs_lock: in the last two */
	boolean_t	ud_given_id;	/* RO: made by who had us created */
	boolean_t	ud_unplugged;	/* unet_devs_lock: DLS lost it */
	boolean_t	ud_orphan;	/* unet_devs_lock: its zone is gone */
	boolean_t	ud_looking;	/* unet_devs_lock: see unet_look() */
	boolean_t	ud_stat_busy;	/* unet_devs_lock: ud_kstat changes */
	boolean_t	ud_stat_again;	/* unet_devs_lock: ... once more */
	unet_state_t	ud_state;	/* unet_devs_lock */
	uint_t		ud_refs;	/* unet_devs_lock; unet_dev_rele() */

	/* Who holds the link, and what the stack is told of it. */
	kmutex_t	ud_link_lock;
	boolean_t	ud_held;	/* ud_link_lock */
	pid_t		ud_holder;	/* ud_link_lock; while it is held */
	zoneid_t	ud_holderzone;	/* ud_link_lock; while it is held */
	boolean_t	ud_revoked;	/* ud_link_lock; while it is held */
	boolean_t	ud_revoking;	/* ud_link_lock; with ud_set_cv */
	boolean_t	ud_closing;	/* ud_link_lock; while it is held */
	uint32_t	ud_owner;	/* ud_link_lock */
	uint32_t	ud_group;	/* ud_link_lock */
	uint32_t	ud_policy;	/* ud_link_lock */
	uint32_t	ud_linger;	/* ud_link_lock; milliseconds */
	boolean_t	ud_lingering;	/* ud_link_lock */
	timeout_id_t	ud_linger_tid;	/* ud_link_lock */
	link_state_t	ud_linkstate;	/* ud_link_lock; last told to MAC */
	boolean_t	ud_link_stopped; /* ud_link_lock; never cleared */
	boolean_t	ud_setting;	/* ud_link_lock: see unet_prop_set() */
	kcondvar_t	ud_set_cv;

	/* What MAC told us; its callbacks take no other lock. */
	kmutex_t	ud_mac_lock;
	kcondvar_t	ud_mac_cv;
	uint_t		ud_mac_busy;	/* ud_mac_lock: threads inside MAC */
	boolean_t	ud_mac_closed;	/* ud_mac_lock: and no more enter */
	boolean_t	ud_started;	/* ud_mac_lock */
	boolean_t	ud_promisc;	/* ud_mac_lock */
	uint8_t		ud_addr[ETHERADDRL];	/* ud_mac_lock */
	uint32_t	ud_mtu;		/* ud_mac_lock */
	uint32_t	ud_offloads[UNET_NOFFLOADS];	/* ud_mac_lock */
	avl_tree_t	ud_mcasts;	/* ud_mac_lock */

	/* Stack to holder. */
	unet_queue_t	ud_rxq;
	unet_fc_t	ud_fc;		/* ud_rxq.uq_lock */

	/* Holder to stack. */
	unet_queue_t	ud_txq;
	boolean_t	ud_draining;	/* ud_txq.uq_lock */
	boolean_t	ud_tx_short;	/* ud_txq.uq_lock: writer waits */
	boolean_t	ud_tx_polled;	/* ud_txq.uq_lock: poller waits */
	taskq_ent_t	ud_drain_ent;	/* of the thread that drains */

	unet_events_t	ud_events;
	uint32_t	ud_noted;	/* atomic: see unet_chr_note() */

	/* Those that look on; the last lock but each one's own. */
	kmutex_t	ud_cap_lock;
	list_t		ud_captures;	/* ud_cap_lock */
	boolean_t	ud_cap_dead;	/* ud_cap_lock: and no more come */
	boolean_t	ud_announced;	/* unet_watch_lock: CREATE was told */

	pollhead_t	ud_pollhead;	/* has a lock of its own */
	uint64_t	ud_poll_calls;	/* atomic */
	boolean_t	ud_reaping;	/* unet_devs_lock */
	clock_t		ud_reap_usec;	/* of the one reaper */
	taskq_ent_t	ud_reap_ent;	/* of the one reaper */
} unet_dev_t;

/*
 * An open of /dev/unet/monitor: a minor of its own, a buffer of records if it
 * captures, and a list of events if it watches.
 */
typedef struct unet_monitor {
	avl_node_t	mo_node;	/* unet_monitors_lock */
	minor_t		mo_minor;	/* RO */
	zoneid_t	mo_zoneid;	/* RO: of who opened it */
	uint32_t	mo_refs;	/* atomic; unet_monitor_rele() */
	pollhead_t	mo_pollhead;	/* has a lock of its own */
	kmutex_t	mo_setup_lock;	/* held while it is set up */

	/* What it captures (unet_capture.c). */
	unet_dev_t	*mo_captured;	/* mo_setup_lock; RO once set, held */
	list_node_t	mo_capture_link;	/* ud_cap_lock */
	uint32_t	mo_what;	/* RO, as are the next */
	uint32_t	mo_snaplen;
	size_t		mo_size;
	uint8_t		*mo_ring;	/* of mo_size bytes */
	kstat_t		*mo_kstat;
	char		mo_linkname[UNET_NAMELEN];	/* when it began */
	kmutex_t	mo_lock;
	kcondvar_t	mo_cv;
	uint64_t	mo_head;	/* mo_lock: bytes written, ever */
	uint64_t	mo_tail;	/* mo_lock: bytes read, ever */
	uint64_t	mo_lost;	/* mo_lock: since the last record */
	uint64_t	mo_records;	/* mo_lock: ever, as are the next */
	uint64_t	mo_all_lost;
	uint64_t	mo_peak;	/* mo_lock: of bytes in the buffer */
	boolean_t	mo_reading;	/* mo_lock: by one thread at a time */
	boolean_t	mo_polled;	/* mo_lock: a poller waits */
	boolean_t	mo_wake;	/* mo_lock: pollers are to be woken */
	boolean_t	mo_dead;	/* mo_lock: no record will come */

	/* What it watches (unet_watch.c). */
	list_node_t	mo_watch_link;	/* unet_watch_lock */
	boolean_t	mo_watching;	/* mo_setup_lock; RO once set */
	unet_dev_t	*mo_watched;	/* as mo_captured; NULL: all */
	unet_events_t	mo_events;
} unet_monitor_t;

/*
 * unet.c
 */
extern dev_info_t *unet_dip;
extern major_t unet_major;
extern taskq_t *unet_drain_taskq;
extern taskq_t *unet_reap_taskq;

#define	UNET_CTL_MINOR		(mac_private_minor())
#define	UNET_MONITOR_MINOR	(UNET_CTL_MINOR + 1)
#define	UNET_FIRST_MINOR	(UNET_CTL_MINOR + 2)	/* of all others */

/*
 * unet_dev.c
 */
extern void unet_devs_init(void);
extern void unet_devs_fini(void);
extern boolean_t unet_devs_none(void);
extern int unet_dev_create(unet_ioc_create_t *, cred_t *);
extern int unet_dev_destroy(unet_dev_t *, uint32_t, boolean_t *, pid_t *);
#define	UNET_DESTROY_UNDO	0x80000000U	/* as if never created */
extern void unet_dev_reap(unet_dev_t *);
extern boolean_t unet_dev_orphan(unet_dev_t *);
extern int unet_dev_hold(unet_ioc_hdr_t *, zoneid_t, unet_dev_t **);
extern int unet_dev_hold_open(minor_t, unet_dev_t **);
extern unet_dev_t *unet_dev_by_minor(minor_t);
extern boolean_t unet_minor_alloc(minor_t *);
extern void unet_minor_free(minor_t);
extern void unet_dev_rele(unet_dev_t *);
extern unet_state_t unet_dev_state(unet_dev_t *);
extern boolean_t unet_dev_visible(unet_dev_t *, zoneid_t);
extern boolean_t unet_dev_owned(unet_dev_t *, zoneid_t);
extern zoneid_t unet_dev_zone(unet_dev_t *);
extern zoneid_t unet_dev_ownerzone(unet_dev_t *);
extern const char *unet_dev_name(unet_dev_t *);
extern boolean_t unet_dev_next(uint32_t, zoneid_t, boolean_t,
    unet_list_ent_t *);
extern boolean_t unet_dev_node_is(minor_t, const char *, zoneid_t);
extern unet_dev_t *unet_dev_hold_next(uint32_t);
extern unet_dev_t *unet_dev_hold_minor(minor_t);
extern boolean_t unet_dev_id_used(datalink_id_t, minor_t);
extern boolean_t unet_dev_look_enter(unet_dev_t *);
extern void unet_dev_look_exit(unet_dev_t *);
extern boolean_t unet_dev_changed(unet_dev_t *, zoneid_t, unet_name_t *);
extern boolean_t unet_dev_stat_enter(unet_dev_t *, boolean_t);
extern boolean_t unet_dev_stat_exit(unet_dev_t *);
extern void unet_dev_leave(unet_dev_t *);

/*
 * unet_id.c
 */
extern void unet_id_init(void);
extern void unet_id_fini(void);
extern int unet_id_make(unet_dev_t *, datalink_id_t *, boolean_t *);
extern void unet_id_free(unet_dev_t *);

/*
 * unet_look.c
 */
extern void unet_look(unet_dev_t *);
extern void unet_look_minor(minor_t);
extern void unet_look_all(void);
extern void unet_look_started(unet_dev_t *);
extern void unet_look_again(unet_dev_t *);

/*
 * unet_link.c
 */
extern void unet_link_moved(unet_dev_t *, zoneid_t);
extern boolean_t unet_link_revoked(unet_dev_t *);
extern int unet_link_open(unet_dev_t *, int, cred_t *);
extern void unet_link_close(unet_dev_t *);
extern void unet_link_update(unet_dev_t *);
extern void unet_link_stop(unet_dev_t *);
extern boolean_t unet_link_held(unet_dev_t *, pid_t *);
extern boolean_t unet_link_may_open(unet_dev_t *, cred_t *);

/*
 * unet_mac.c
 */
extern void unet_mac_init(unet_dev_t *, const uint8_t *, uint32_t);
extern void unet_mac_fini(unet_dev_t *);
extern int unet_mac_register(unet_dev_t *);
extern void unet_mac_unregister(unet_dev_t *);
extern boolean_t unet_mac_enter(unet_dev_t *);
extern void unet_mac_exit(unet_dev_t *);
extern void unet_mac_close(unet_dev_t *);
extern void unet_mac_reopen(unet_dev_t *);
extern uint32_t unet_mac_mtu(unet_dev_t *);
extern int unet_mac_set_mtu(unet_dev_t *, uint32_t);
extern void unet_mac_get_addr(unet_dev_t *, uint8_t *);
extern int unet_mac_set_addr(unet_dev_t *, const uint8_t *);
extern uint64_t unet_mac_pack(const uint8_t *);
extern void unet_mac_unpack(uint64_t, uint8_t *);
extern uint_t unet_mac_nmcasts(unet_dev_t *);
extern void unet_mac_tell(unet_dev_t *, unet_events_t *);

/*
 * unet_queue.c
 */
extern void unet_queue_init(unet_queue_t *, size_t, uint32_t);
extern void unet_queue_fini(unet_queue_t *);
extern size_t unet_queue_floor(uint32_t);
extern boolean_t unet_queue_bound(unet_dev_t *, unet_queue_t *, size_t);
extern void unet_queue_tell(unet_dev_t *, unet_queue_t *, unet_events_t *);
extern int unet_queue_wait(unet_queue_t *, int);
extern void unet_queue_append(unet_queue_t *, mblk_t *);
extern mblk_t *unet_queue_take(unet_queue_t *);
extern void unet_queue_settle(unet_queue_t *, size_t);
extern void unet_queue_drop(unet_dev_t *, unet_queue_t *, mblk_t *, size_t,
    unet_drop_t, mblk_t **);
extern void unet_queue_lose(unet_dev_t *, unet_queue_t *, mblk_t *,
    unet_drop_t, mblk_t **);
extern void unet_queue_flush(unet_dev_t *, unet_queue_t *, unet_drop_t,
    mblk_t **);

/*
 * unet_offload.c
 */
extern uint32_t unet_offload_get(unet_dev_t *, uint32_t);
extern boolean_t unet_offload_valid(uint32_t, uint64_t);
extern void unet_offload_set(unet_dev_t *, uint32_t, uint64_t);
extern void unet_offload_set_all(unet_dev_t *, const uint64_t *,
    const boolean_t *);
extern void unet_offload_resized(unet_dev_t *);
extern void unet_offload_tell(unet_dev_t *, unet_events_t *);
extern boolean_t unet_offload_rx_ok(unet_dev_t *);
extern void unet_offload_rx_mark(mblk_t *);
extern boolean_t unet_m_getcapab(void *, mac_capab_t, void *);
extern boolean_t unet_offload_plan(mblk_t *, size_t, unet_offload_t *);
extern mblk_t *unet_offload_emul(mblk_t *, const unet_offload_t *,
    unet_drop_t *);

/*
 * unet_linkprop.c
 */
extern char *unet_linkprop_names[];
extern int unet_linkprop_set(unet_dev_t *, const char *, uint_t, const void *);
extern int unet_linkprop_get(unet_dev_t *, const char *, uint_t, void *);
extern void unet_linkprop_info(const char *, mac_prop_info_handle_t);

/*
 * unet_rxq.c
 */
extern mblk_t *unet_rxq_tx(void *, mblk_t *);
extern int unet_rxq_read(unet_dev_t *, uio_t *);
extern int unet_rxq_frameio(unet_dev_t *, void *, int);
extern void unet_rxq_open(unet_dev_t *);
extern void unet_rxq_close(unet_dev_t *);
extern boolean_t unet_rxq_die(unet_dev_t *);
extern void unet_rxq_resume(unet_dev_t *);
extern void unet_rxq_revive(unet_dev_t *);
extern void unet_rxq_resize(unet_dev_t *, size_t);

/*
 * unet_txq.c
 */
extern int unet_txq_write(unet_dev_t *, uio_t *);
extern int unet_txq_frameio(unet_dev_t *, void *, int);
extern void unet_txq_drain(unet_dev_t *);
extern void unet_txq_close(unet_dev_t *);
extern void unet_txq_die(unet_dev_t *);
extern void unet_txq_revive(unet_dev_t *);
extern void unet_txq_resize(unet_dev_t *, size_t);
extern boolean_t unet_txq_writable(unet_dev_t *);

/*
 * unet_chr.c
 */
extern struct cb_ops unet_cb_ops;

/*
 * unet_ioc.c
 */
extern int unet_ioc_ctl(int, intptr_t, int, cred_t *);
extern int unet_ioc_link(unet_dev_t *, int, intptr_t, int, cred_t *);
extern int unet_ioc_monitor(unet_monitor_t *, int, intptr_t, int, cred_t *);
extern int unet_ioc_fail(unet_ioc_hdr_t *, unet_errno_t, int);

/*
 * unet_prop.c
 */
extern int unet_prop_get(unet_dev_t *, unet_ioc_props_t *);
extern int unet_prop_set(unet_dev_t *, unet_ioc_props_t *, boolean_t);
extern uint32_t unet_prop_iomode(unet_dev_t *);
extern void unet_prop_tell(unet_dev_t *, unet_events_t *);

/*
 * unet_event.c
 */
extern void unet_event_init(unet_events_t *, pollhead_t *);
extern void unet_event_fini(unet_events_t *);
extern void unet_event_open(unet_events_t *, uint_t);
extern void unet_event_close(unet_events_t *);
extern void unet_event_change(unet_events_t *, const unet_watched_t *,
    boolean_t);
extern void unet_event_post(unet_dev_t *, unet_event_type_t, uint64_t);
extern void unet_event_end_with(unet_dev_t *, unet_events_t *);
extern void unet_event_post_prop(unet_dev_t *, unet_prop_id_t, uint64_t);
extern void unet_event_state(unet_dev_t *, unet_events_t *, unet_event_type_t,
    unet_prop_id_t, uint64_t);
extern void unet_event_wake(unet_dev_t *);
extern boolean_t unet_event_waking(unet_events_t *);
extern boolean_t unet_event_pending(unet_events_t *);
extern boolean_t unet_event_dead(unet_events_t *);
extern int unet_event_begin(unet_dev_t *, unet_events_t *, unet_ioc_hdr_t *,
    int, unet_watched_t *, uint32_t *, uint32_t *);
extern void unet_event_end(unet_events_t *, boolean_t);

/*
 * unet_monitor.c
 */
extern void unet_monitors_init(void);
extern void unet_monitors_fini(void);
extern boolean_t unet_monitors_none(void);
extern int unet_monitor_open(dev_t *, cred_t *);
extern unet_monitor_t *unet_monitor_by_minor(minor_t);
extern void unet_monitor_close(unet_monitor_t *);
extern void unet_monitor_hold(unet_monitor_t *);
extern void unet_monitor_rele(unet_monitor_t *);
extern short unet_monitor_poll(unet_monitor_t *, short);

/*
 * unet_capture.c
 */
extern int unet_capture_bind(unet_monitor_t *, unet_dev_t *,
    unet_ioc_capture_t *);
extern void unet_capture_close(unet_monitor_t *);
extern void unet_capture_frame(unet_dev_t *, const mblk_t *, size_t, uint32_t,
    uint32_t);
extern void unet_capture_wake(unet_dev_t *);
extern void unet_capture_die(unet_dev_t *);
extern void unet_capture_moved(unet_dev_t *, zoneid_t);
extern int unet_capture_read(unet_monitor_t *, uio_t *);
extern short unet_capture_poll(unet_monitor_t *, boolean_t);

/*
 * Drop the lock of a queue, free what was lost, and tell those who look on that
 * there is something to see.
 */
static inline void
unet_queue_exit(unet_dev_t *ud, unet_queue_t *uq, mblk_t *lost)
{
	const uint_t captures = uq->uq_captures;

	ASSERT(MUTEX_HELD(&uq->uq_lock));

	mutex_exit(&uq->uq_lock);
	freemsgchain(lost);
	if (captures > 0)
		unet_capture_wake(ud);
}

/*
 * unet_watch.c
 */
extern void unet_watch_init(void);
extern void unet_watch_fini(void);
extern int unet_watch_bind(unet_monitor_t *, unet_dev_t *, unet_ioc_hdr_t *);
extern void unet_watch_close(unet_monitor_t *);
extern void unet_watch_post(unet_dev_t *, const unet_watched_t *);
extern void unet_watch_wake(void);
extern void unet_watch_moved(unet_dev_t *, zoneid_t);

/*
 * unet_stat.c
 */
extern const char *const unet_iomode_names[];
extern void unet_stat_create(unet_dev_t *);
extern void unet_stat_follow(unet_dev_t *);
extern void unet_stat_destroy(unet_dev_t *);

/*
 * unet_sdev.c
 */
extern int unet_sdev_register(void);
extern int unet_sdev_unregister(void);

/*
 * unet_zone.c
 */
extern void unet_zone_init(void);
extern void unet_zone_fini(void);
extern int unet_zone_name(zoneid_t, char *, size_t);
extern boolean_t unet_zone_ends(zoneid_t);
extern boolean_t unet_zone_has_stack(const cred_t *);

#ifdef	__cplusplus
}
#endif

#endif	/* _UNET_IMPL_H */
