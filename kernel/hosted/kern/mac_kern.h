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

#ifndef	_MAC_KERN_H
#define	_MAC_KERN_H

/*
 * What the network half of the hosted kernel knows of itself: MAC (mac.c,
 * mac_client.c, mac_stat.c, mac_prop.c), the link layer (dls.c, dlmgmt.c), and
 * the stack ends (stack*.c, bus.c).
 */

#include <sys/types.h>
#include <sys/avl.h>
#include <sys/dls.h>
#include <sys/dls_mgmt.h>
#include <sys/list.h>
#include <sys/mac.h>
#include <sys/mac_client.h>
#include <sys/mac_client_priv.h>
#include <sys/mac_provider.h>
#include <sys/taskq_impl.h>

#include "kern_impl.h"

/*
 * The head of what cb_str points to (stream.h of illumos): specfs.c opens a
 * device with it through qi_qopen first.
 */
struct qinit {
	int	(*qi_putp)(queue_t *, mblk_t *);
	int	(*qi_srvp)(queue_t *);
	int	(*qi_qopen)(queue_t *, dev_t *, int, int, cred_t *);
	int	(*qi_qclose)(queue_t *, int, cred_t *);
	void	*qi_reserved[6];
};

struct streamtab {
	struct qinit	*st_rdinit;
	struct qinit	*st_wrinit;
	struct qinit	*st_muxrinit;
	struct qinit	*st_muxwinit;
};

typedef struct mac_impl mac_impl_t;
typedef struct mac_client_impl mac_client_impl_t;

/*
 * A media plug-in: there is one, for Ethernet.
 */
typedef struct mac_stat_info {
	uint_t		msi_stat;
	const char	*msi_name;
	uint_t		msi_type;	/* KSTAT_DATA_* */
} mac_stat_info_t;

typedef struct mactype {
	const char	*mt_ident;
	uint_t		mt_type;	/* DL_* */
	uint_t		mt_addr_length;
	const uint8_t	*mt_brdcst_addr;
	const mac_stat_info_t *mt_stats;
	uint_t		mt_statcount;
} mactype_t;

/*
 * A registered MAC.  Its perimeter makes the control operations happen one at a
 * time; the thread inside may enter again.
 */
struct mac_impl {
	uint32_t	mi_magic;	/* MAC_MAGIC while registered */
	avl_node_t	mi_node;	/* i_mac_lock */
	char		mi_name[MAXNAMELEN];	/* RO */
	minor_t		mi_minor;	/* RO */
	dev_info_t	*mi_dip;	/* RO */
	void		*mi_driver;	/* RO */
	const mac_callbacks_t *mi_callbacks;	/* RO */
	const mactype_t	*mi_type;	/* RO */
	mac_info_t	mi_info;	/* RO */
	char		**mi_priv_props;	/* RO, NULL at its end */
	uint32_t	mi_margin;	/* perimeter */
	uint_t		mi_sdu_min;	/* RO */
	uint_t		mi_sdu_max;	/* atomic */
	uint_t		mi_sdu_multicast;	/* atomic */
	kstat_t		*mi_ksp;	/* RO */
	uint32_t	mi_ref;		/* i_mac_lock: users */
	boolean_t	mi_disabled;	/* i_mac_lock: no new users */

	kmutex_t	mi_addr_lock;
	uint8_t		mi_addr[MAXMACADDRLEN];	/* mi_addr_lock */
	uint8_t		mi_dstaddr[MAXMACADDRLEN];	/* mi_addr_lock */
	boolean_t	mi_dstaddr_set;	/* mi_addr_lock */

	kmutex_t	mi_perim_lock;
	kcondvar_t	mi_perim_cv;
	kthread_t	*mi_perim_owner;	/* mi_perim_lock */
	uint_t		mi_perim_count;	/* mi_perim_lock */

	uint_t		mi_active;	/* perimeter: mac_start() calls */
	uint32_t	mi_devpromisc;	/* atomic; changed in the perimeter */

	link_state_t	mi_linkstate;	/* atomic: what clients see */
	link_state_t	mi_lowlinkstate;	/* atomic: the driver's */

	kmutex_t	mi_notify_lock;
	kcondvar_t	mi_notify_cv;
	uint32_t	mi_notify_bits;	/* mi_notify_lock: 1 << MAC_NOTE_* */
	boolean_t	mi_notify_exit;	/* mi_notify_lock: no more of them */
	boolean_t	mi_notify_running;	/* mi_notify_lock */
	taskq_ent_t	mi_notify_ent;	/* of who made it run */
	boolean_t	mi_notify_busy;	/* mi_notify_lock: calling one */
	list_t		mi_notify_cbs;	/* mi_notify_lock */

	/*
	 * The one active client, and how many threads are handing it packets.
	 */
	mac_client_impl_t *mi_client;	/* atomic */
	uint64_t	mi_capab_changes;	/* atomic */
	uint32_t	mi_rx_threads;	/* atomic */
	kmutex_t	mi_rx_lock;
	kcondvar_t	mi_rx_cv;
};

#define	MAC_MAGIC	0x4d414331	/* MAC1 */
#define	MAC_FREED	0xdeadd00d

extern void mac_check(const mac_impl_t *mip, const char *what);

/*
 * A client.  Its Tx queue stands for MAC's Tx soft ring set: packets that the
 * driver refused wait there, in order, for mac_tx_update().
 */
struct mac_client_impl {
	mac_impl_t	*mci_mip;	/* RO */
	char		mci_name[MAXNAMELEN];	/* RO */
	mac_rx_t	mci_rx_fn;	/* perimeter, and no rx threads */
	void		*mci_rx_arg;
	void		(*mci_tx_notify)(void *);	/* RO: room again */
	void		*mci_tx_notify_arg;	/* RO */
	boolean_t	mci_started;	/* perimeter */
	boolean_t	mci_promisc;	/* perimeter */

	uint32_t	mci_tx_threads;	/* atomic: within mac_tx() */
	uint32_t	mci_quiesced;	/* atomic: mac_tx() drops */

	kmutex_t	mci_lock;
	kcondvar_t	mci_cv;		/* for the worker */
	kcondvar_t	mci_idle_cv;	/* for who waits for all to leave */
	mblk_t		*mci_first;	/* mci_lock */
	mblk_t		*mci_last;	/* mci_lock */
	uint_t		mci_count;	/* mci_lock */
	boolean_t	mci_enqueued;	/* mci_lock: new packets queue up */
	boolean_t	mci_blocked;	/* mci_lock: until mac_tx_update() */
	boolean_t	mci_woken_up;	/* mci_lock: it came too early */
	boolean_t	mci_hiwat;	/* mci_lock: senders must stop */
	boolean_t	mci_worker_exit;	/* mci_lock */
	kt_did_t	mci_worker_did;	/* perimeter */
	uint64_t	mci_drops;	/* mci_lock */
};

extern uint_t mac_tx_srs_hiwat;		/* packets queued: senders stop */
extern uint_t mac_tx_srs_lowat;		/* senders go on */
extern uint_t mac_tx_srs_max_q_cnt;	/* packets are lost */

extern void mac_init(void);
extern void mac_fini(void);
extern int mac_start(mac_handle_t mh);
extern void mac_stop(mac_handle_t mh);
extern boolean_t mac_capab(mac_impl_t *mip, mac_capab_t cap, void *data);
extern void i_mac_perim_enter(mac_impl_t *mip);
extern void i_mac_perim_exit(mac_impl_t *mip);
extern int i_mac_perim_enter_nowait(mac_impl_t *mip);
extern dev_info_t *mac_find_dip(dev_t dev);

/*
 * Notifications, until i_mac_notify_exit().  i_mac_notify_start() says EAGAIN
 * if there is no thread that would send them.
 */
extern void mac_notify_taskq_create(void);
extern void mac_notify_taskq_destroy(void);
extern void i_mac_notify_init(mac_impl_t *mip);
extern void i_mac_notify_fini(mac_impl_t *mip);
extern int i_mac_notify_start(void);
extern void i_mac_notify_exit(mac_impl_t *mip);
extern void i_mac_notify(mac_impl_t *mip, mac_notify_type_t type);

/*
 * Find a MAC by its name, and use it: ENOENT.  mac_close() as declared by the
 * real mac_client.h.
 */
extern int mac_open(const char *name, mac_handle_t *mhp);
extern void mac_close(mac_handle_t mh);

/*
 * What a client does besides the calls of mac_client.h.  All but the first
 * wait for the perimeter. mac_client_start() makes the client the active one:
 * mc_start, mc_unicst; EBUSY if there is another. mac_client_stop() waits
 * until no thread is in the client's receive function or in mac_tx(), discards
 * what is queued, and calls mc_stop.
 */
extern void mac_client_tx_notify(mac_client_handle_t mch, void (*fn)(void *),
    void *arg);
extern int mac_client_start(mac_client_handle_t mch);
extern void mac_client_stop(mac_client_handle_t mch);
extern int mac_multicast_add(mac_client_handle_t mch, const uint8_t *addr);
extern void mac_multicast_remove(mac_client_handle_t mch, const uint8_t *addr);
extern int mac_client_promisc(mac_client_handle_t mch, boolean_t on);
extern boolean_t mac_tx_is_blocked(mac_client_handle_t mch);
extern void mac_tx_srs_wakeup(mac_client_impl_t *mcip);

extern void mac_driver_stat_create(mac_impl_t *mip);
extern void mac_driver_stat_delete(mac_impl_t *mip);

/*
 * Properties, as dlmgmtd asks for them when a link is new.  `def', if it is not
 * NULL, gets the default of one that is a text.
 */
extern int mac_prop_info(mac_handle_t mh, mac_prop_id_t id, const char *name,
    char *def, uint_t size, mac_propval_range_t *range, uint_t *permp);
extern int mac_get_prop(mac_handle_t mh, mac_prop_id_t id, const char *name,
    void *val, uint_t size);
extern int mac_set_prop(mac_handle_t mh, mac_prop_id_t id, const char *name,
    const void *val, uint_t size);

/*
 * Devnets (dls.c).  A stack end that is pinned, as IP's use of a link is, makes
 * dls_devnet_destroy() fail with EBUSY; one that is not is taken off by it.
 */
extern void dls_init(void);
extern void dls_fini(void);
extern uint64_t dls_nlinks(void);
extern mac_handle_t dls_devnet_mh(dls_dl_handle_t ddh);
extern void dls_devnet_open(dls_dl_handle_t ddh);
extern void dls_devnet_close(dls_dl_handle_t ddh);
extern int dls_net_lookup(const char *name, zoneid_t zoneid, dev_t *devp);

/*
 * The link management daemon's book (dlmgmt.c).  ENOENT, EEXIST, EINVAL (name,
 * class), EACCES, and EBADF between dlmgmt_stop() and dlmgmt_start().
 * dls_mgmt_setzoneid() is the kernel's call for dlmgmt_setzone() (dls_mgmt.c).
 */
extern void dlmgmt_init(void);
extern void dlmgmt_fini(void);
extern int dlmgmt_create(hk_dl_t *dl);
extern int dlmgmt_destroy(datalink_id_t linkid, zoneid_t zoneid);
extern int dlmgmt_remove(datalink_id_t linkid, zoneid_t zoneid, uint32_t flags);
extern int dlmgmt_up(datalink_id_t linkid, zoneid_t zoneid);
extern int dlmgmt_info(hk_dl_t *dl, zoneid_t zoneid);
extern int dlmgmt_next(hk_dl_t *dl, zoneid_t zoneid);
extern int dlmgmt_rename_check(const hk_dl_t *dl, const char *name);
extern int dlmgmt_rename(datalink_id_t linkid, zoneid_t zoneid,
    const char *name);
extern int dlmgmt_setzone(datalink_id_t linkid, zoneid_t zoneid);
extern int dls_mgmt_setzoneid(datalink_id_t linkid, zoneid_t zoneid);
extern void dlmgmt_zone_gone(zoneid_t zoneid);
extern void dlmgmt_stop(void);
extern void dlmgmt_start(void);
extern boolean_t dlmgmt_alive(void);

/*
 * The same for a request on /dev/hk, and what a link can do (mac_linkprop.c).
 */
extern int mac_linkprop_get(hk_linkprop_t *hlp, zoneid_t zoneid);
extern int mac_linkprop_set(hk_linkprop_t *hlp, zoneid_t zoneid);
extern int mac_linkcapab(hk_capab_t *hca, zoneid_t zoneid);

/*
 * Stack ends (stack.c) and their kinds (stack_tap.c, stack_bus.c).  One is made
 * for a devnet that is held for the caller, and takes over that hold.
 */
typedef struct stack_end stack_end_t;
typedef struct stack_ops {
	const char	*so_name;
	boolean_t	so_is_ip;	/* sends through dld */

	/*
	 * Make the other side; the client is open but not started yet.  What
	 * it needs of the client it takes in so_start, when traffic may flow.
	 */
	int		(*so_create)(stack_end_t *, const hk_stack_t *);
	int		(*so_start)(stack_end_t *);
	void		(*so_rx)(void *, mac_resource_handle_t, mblk_t *,
	    boolean_t);
	void		(*so_tx_notify)(void *);	/* MAC has room again */
	void		(*so_note)(stack_end_t *, mac_notify_type_t);

	/*
	 * The link gets another name, or moves to another zone; NULL: nothing
	 * to do.  An error: it does not.
	 */
	int		(*so_rename)(stack_end_t *, const char *);
	int		(*so_setzid)(stack_end_t *, zoneid_t);

	/*
	 * Stop sending: so_stop returns when no thread of this end will call
	 * mac_tx() any more.
	 */
	void		(*so_stop)(stack_end_t *);
	void		(*so_destroy)(stack_end_t *);
} stack_ops_t;

struct stack_end {
	avl_node_t	se_node;	/* stack_lock */
	datalink_id_t	se_linkid;	/* RO */
	uint32_t	se_kind;	/* RO: HK_STACK_* */
	uint32_t	se_flags;	/* RO: HK_STACK_* flags */
	uint32_t	se_state;	/* stack_lock */
	zoneid_t	se_zoneid;	/* RO; of the link, as it was made */
	char		se_bus[HK_NAMELEN];	/* RO */
	const stack_ops_t *se_ops;	/* RO */
	dls_dl_handle_t	se_ddh;		/* RO: pinned only */
	mac_handle_t	se_mh;		/* RO */
	mac_client_handle_t se_mch;	/* RO */
	mac_notify_handle_t se_mnh;	/* RO */
	char		se_link[MAXLINKNAMELEN];	/* RO: its first */
	void		*se_priv;	/* its kind's */
	uint64_t	se_tx_unfit;	/* atomic: too long or short */
	list_t		se_groups;	/* who has it out of STACK_ACTIVE */
};

/*
 * A group that an end was told to join.
 */
typedef struct stack_group {
	list_node_t	sg_node;
	uint8_t		sg_addr[6];
} stack_group_t;

extern const stack_ops_t stack_tap_ops;
extern const stack_ops_t stack_bus_ops;

extern void stack_init(void);
extern void stack_fini(void);
extern int stack_plumb(hk_stack_t *hst, zoneid_t zoneid);
extern int stack_unplumb(datalink_id_t linkid, zoneid_t zoneid);
extern int stack_info(hk_stack_t *hst, zoneid_t zoneid);
extern int stack_want(const hk_stackwant_t *hsw, zoneid_t zoneid);

/*
 * From dls: take off the stack end of a link that is going away, or those of a
 * zone.
 */
extern boolean_t stack_exists(datalink_id_t linkid);
extern void stack_detach(datalink_id_t linkid);
extern void stack_detach_all(void);

/*
 * From dls: a link gets another name, or moves to another zone, and its end
 * with it.  EBUSY: the end is pinned where it is; or what the host says, and
 * then nothing has happened.  The end is held meanwhile, and before the
 * perimeter is entered; NULL: the link has none.
 */
extern stack_end_t *stack_hold(datalink_id_t linkid);
extern void stack_release(stack_end_t *se);
extern int stack_rename(stack_end_t *se, const char *name);
extern int stack_setzid(stack_end_t *se, zoneid_t zoneid);

/*
 * Send a chain.  B_FALSE: MAC is full and the sender must wait for
 * so_tx_notify.
 */
extern boolean_t stack_tx(stack_end_t *se, mblk_t *chain);

/*
 * What the link of a stack end offers, and a packet of the host made to leave
 * to the link just that; the rest is done here.  The result is a chain, NULL if
 * nothing is left (stack_offload.c).
 */
extern void stack_offload_caps(mac_handle_t mh, uint32_t *hcksum,
    uint32_t *lso_max);
extern mblk_t *stack_offload(mblk_t *mp, const host_tap_work_t *work,
    uint32_t hcksum, uint32_t lso_max);

/*
 * Segments (bus.c).
 */
typedef struct bus_port bus_port_t;

extern int bus_join(const char *name, stack_end_t *se, bus_port_t **portp);
extern void bus_start(bus_port_t *port);
extern void bus_stop(bus_port_t *port);
extern void bus_leave(bus_port_t *port);
extern void bus_send(bus_port_t *port, mblk_t *chain);
extern void bus_room(bus_port_t *port);

#endif	/* _MAC_KERN_H */
