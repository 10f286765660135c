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
 * A stack end that is an interface of the host: the host's own IP stack is the
 * link's.  The interface has the link's name, address and MTU, its carrier
 * follows the link's state, and what it listens to is told to the driver as IP
 * would tell it: groups, another address, promiscuous mode.
 *
 * One thread reads.  While MAC is full it does not, so that the host's queue
 * fills and its senders feel it.
 *
 * The interface is where the link is: of a zone that is tied to a network
 * namespace of the host, there.  A link that goes to another zone gets another
 * interface.  When the namespace goes, the link stays, and nobody is behind it
 * any more.
 *
 * Who gives the link another interface has its perimeter, and so must not wait
 * for a reader that may be waiting for that.  But the reader has st_tap_lock
 * only where it waits for, or uses, the interface itself.
 */

#include <sys/cmn_err.h>
#include <sys/debug.h>
#include <sys/disp.h>
#include <sys/dlpi.h>
#include <sys/errno.h>
#include <sys/ethernet.h>
#include <sys/kmem.h>
#include <sys/stream.h>
#include <sys/strsubr.h>
#include <sys/strsun.h>
#include <sys/sysmacros.h>
#include <sys/systm.h>
#include <sys/vlan.h>

#include "mac_kern.h"
#include "stack_groups.h"

#define	TAP_BATCH	32		/* frames handed to MAC at once */
#define	TAP_BUFS	64		/* blocks written as they are */
#define	TAP_RETRY	1000		/* ms until groups are tried again */
#define	TAP_PACKET	65554		/* more than IP's largest, and a tag */

typedef struct stack_tap {
	stack_end_t	*st_se;		/* RO */
	kt_did_t	st_did;		/* RO: the reader */
	krwlock_t	st_tap_lock;	/* after st_face_lock */
	host_tap_t	*st_tap;	/* st_tap_lock */
	uint64_t	st_netnsid;	/* who changes the end: 0, or tied to */
	char		st_name[MAXLINKNAMELEN];	/* the same */
	kmutex_t	st_lock;
	kcondvar_t	st_cv;		/* st_moving has become false */
	boolean_t	st_stop;	/* st_lock */
	boolean_t	st_blocked;	/* st_lock */
	boolean_t	st_moving;	/* st_lock; the reader keeps off */
	boolean_t	st_moved;	/* st_lock; st_tap is another */

	/*
	 * Makes what is read on one side and set on the other one step.
	 */
	kmutex_t	st_face_lock;
	uint8_t		st_mac[ETHERADDRL];	/* st_face_lock: as last set */

	groups_watch_t	st_watch;	/* st_tap_lock */
	boolean_t	st_gone;	/* the reader's */
	int		st_index;	/* the reader's: as watched */
	unsigned long long st_netns;	/* the reader's */
	groups_list_t	st_groups;	/* the reader's: those to join */
	groups_list_t	st_joined;	/* the reader's */
	hrtime_t	st_refused;	/* the reader's: 0, or when one was */
	uint8_t		st_packet[TAP_PACKET];	/* the reader's */
} stack_tap_t;

/*
 * An interface for the link in a zone; `mac' is what it has.
 */
static int
stack_tap_open(stack_tap_t *st, const zone_netns_t *zn, uint8_t *mac,
    host_tap_t **tapp)
{
	stack_end_t *se = st->st_se;
	uint_t sdu;

	mac_unicast_primary_get(se->se_mh, mac);
	mac_sdu_get(se->se_mh, NULL, &sdu);
	return (border_errno_in(-host_tap_open(st->st_name, mac, sdu,
	    zn->zn_id == 0 ? NULL : zn->zn_name, zn->zn_id, tapp)));
}

/*
 * Watch the interface where it is.
 */
static int
stack_tap_watch(stack_tap_t *st, const host_tap_info_t *info)
{
	groups_remove(&st->st_watch);
	st->st_netns = info->hti_netns;
	st->st_index = info->hti_index;
	return (groups_add(&st->st_watch, st->st_tap, st->st_index));
}

static int
stack_tap_create(stack_end_t *se, const hk_stack_t *hst __unused)
{
	host_tap_info_t info;
	zone_netns_t zn;
	stack_tap_t *st;
	int err;

	st = kmem_zalloc(sizeof (*st), KM_SLEEP);
	st->st_se = se;
	(void) strlcpy(st->st_name, se->se_link, sizeof (st->st_name));
	zone_netns(se->se_zoneid, &zn);
	st->st_netnsid = zn.zn_id;
	if ((err = stack_tap_open(st, &zn, st->st_mac, &st->st_tap)) != 0) {
		kmem_free(st, sizeof (*st));
		return (err);
	}
	err = border_errno_in(-host_tap_info(st->st_tap, &info));
	if (err != 0 || (err = stack_tap_watch(st, &info)) != 0) {
		host_tap_close(st->st_tap);
		kmem_free(st, sizeof (*st));
		return (err);
	}
	rw_init(&st->st_tap_lock, NULL, RW_DEFAULT, NULL);
	mutex_init(&st->st_lock, NULL, MUTEX_DEFAULT, NULL);
	mutex_init(&st->st_face_lock, NULL, MUTEX_DEFAULT, NULL);
	cv_init(&st->st_cv, NULL, CV_DEFAULT, NULL);
	se->se_priv = st;
	return (0);
}

static void
stack_tap_destroy(stack_end_t *se)
{
	stack_tap_t *st = se->se_priv;

	groups_remove(&st->st_watch);
	host_tap_close(st->st_tap);
	cv_destroy(&st->st_cv);
	mutex_destroy(&st->st_face_lock);
	mutex_destroy(&st->st_lock);
	rw_destroy(&st->st_tap_lock);
	kmem_free(st, sizeof (*st));
}

static int
stack_tap_rename(stack_end_t *se, const char *name)
{
	stack_tap_t *st = se->se_priv;
	int err;

	mutex_enter(&st->st_face_lock);
	rw_enter(&st->st_tap_lock, RW_READER);
	err = border_errno_in(-host_tap_rename(st->st_tap, name));
	rw_exit(&st->st_tap_lock);
	mutex_exit(&st->st_face_lock);
	if (err == 0)
		(void) strlcpy(st->st_name, name, sizeof (st->st_name));
	return (err);
}

/*
 * From the link.  An interface that is down takes nothing, as IP that is not
 * plumbed.
 */
static void
stack_tap_rx(void *arg, mac_resource_handle_t mrh __unused, mblk_t *chain,
    boolean_t loopback __unused)
{
	stack_end_t *se = arg;
	stack_tap_t *st = se->se_priv;
	host_buf_t bufs[TAP_BUFS];
	mblk_t *mp, *bp, *whole;
	uint_t n;

	while ((mp = chain) != NULL) {
		chain = mp->b_next;
		mp->b_next = NULL;
		for (n = 0, bp = mp; bp != NULL; bp = bp->b_cont)
			n++;
		if (n > TAP_BUFS) {
			whole = msgpullup(mp, -1);
			freemsg(mp);
			if ((mp = whole) == NULL)
				continue;
		}
		for (n = 0, bp = mp; bp != NULL; bp = bp->b_cont, n++) {
			bufs[n].hb_base = bp->b_rptr;
			bufs[n].hb_len = MBLKL(bp);
		}
		rw_enter(&st->st_tap_lock, RW_READER);
		(void) host_tap_write(st->st_tap, bufs, n);
		rw_exit(&st->st_tap_lock);
		freemsg(mp);
	}
}

static void
stack_tap_wake(stack_tap_t *st)
{
	rw_enter(&st->st_tap_lock, RW_READER);
	host_tap_wake(st->st_tap);
	rw_exit(&st->st_tap_lock);
}

static void
stack_tap_tx_notify(void *arg)
{
	stack_end_t *se = arg;
	stack_tap_t *st = se->se_priv;

	mutex_enter(&st->st_lock);
	st->st_blocked = B_FALSE;
	mutex_exit(&st->st_lock);
	stack_tap_wake(st);
}

/*
 * The link changed: so does the interface.
 */
static void
stack_tap_note(stack_end_t *se, mac_notify_type_t type)
{
	stack_tap_t *st = se->se_priv;
	uint32_t hcksum, lso_max;
	uint8_t mac[ETHERADDRL];
	uint_t sdu;

	mutex_enter(&st->st_face_lock);
	switch (type) {
	case MAC_NOTE_LINK:
		/* A state that is not known counts as up, as IP has it. */
		(void) host_tap_carrier(st->st_tap,
		    mac_link_get(se->se_mh) != LINK_STATE_DOWN);
		break;
	case MAC_NOTE_UNICST:
		mac_unicast_primary_get(se->se_mh, mac);
		if (bcmp(mac, st->st_mac, sizeof (mac)) != 0) {
			bcopy(mac, st->st_mac, sizeof (mac));
			(void) host_tap_setmac(st->st_tap, mac);
		}
		break;
	case MAC_NOTE_SDU_SIZE:
		mac_sdu_get(se->se_mh, NULL, &sdu);
		(void) host_tap_setmtu(st->st_tap, sdu);
		break;
	case MAC_NOTE_CAPAB_CHG:
		stack_offload_caps(se->se_mh, &hcksum, &lso_max);
		(void) host_tap_offload(st->st_tap, (hcksum &
		    (HCKSUM_INET_PARTIAL | HCKSUM_INET_FULL_V4)) != 0,
		    lso_max != 0);
		break;
	default:
		break;
	}
	mutex_exit(&st->st_face_lock);
}

/*
 * The interface has another address: so has the link, if its driver agrees; if
 * not, the interface gets the link's back.
 */
static void
stack_tap_take_mac(stack_tap_t *st, const uint8_t *mac)
{
	mac_handle_t mh = st->st_se->se_mh;

	if (mac_unicast_primary_set(mh, mac) == 0)
		return;
	mutex_enter(&st->st_face_lock);
	mac_unicast_primary_get(mh, st->st_mac);
	(void) host_tap_setmac(st->st_tap, st->st_mac);
	mutex_exit(&st->st_face_lock);
}

static boolean_t
stack_tap_has(const groups_list_t *list, const uint8_t *group)
{
	uint_t i;

	for (i = 0; i < list->gl_n; i++) {
		if (bcmp(list->gl_addrs[i], group, ETHERADDRL) == 0)
			return (B_TRUE);
	}
	return (B_FALSE);
}

/*
 * Join what is new, leave what is gone.  A group that the driver will not join
 * is tried again after a while.
 */
static void
stack_tap_look_groups(stack_tap_t *st)
{
	mac_client_handle_t mch = st->st_se->se_mch;
	groups_list_t *now = &st->st_groups, *joined = &st->st_joined;
	boolean_t news;
	uint_t i, n;

	rw_enter(&st->st_tap_lock, RW_READER);
	news = groups_take(&st->st_watch, now);
	rw_exit(&st->st_tap_lock);
	if (!news && (st->st_refused == 0 ||
	    gethrtime() - st->st_refused < MSEC2NSEC(TAP_RETRY)))
		return;
	for (i = 0, n = 0; i < joined->gl_n; i++) {
		if (!stack_tap_has(now, joined->gl_addrs[i]))
			mac_multicast_remove(mch, joined->gl_addrs[i]);
		else if (n++ != i)
			bcopy(joined->gl_addrs[i], joined->gl_addrs[n - 1],
			    ETHERADDRL);
	}
	joined->gl_n = n;
	st->st_refused = 0;
	for (i = 0; i < now->gl_n; i++) {
		if (stack_tap_has(joined, now->gl_addrs[i]))
			continue;
		if (mac_multicast_add(mch, now->gl_addrs[i]) == 0) {
			bcopy(now->gl_addrs[i],
			    joined->gl_addrs[joined->gl_n++], ETHERADDRL);
		} else {
			st->st_refused = gethrtime();
		}
	}
}

/*
 * The interface may not be where it was.
 */
static void
stack_tap_follow(stack_tap_t *st, const host_tap_info_t *info)
{
	int err;

	if (info->hti_netns == st->st_netns &&
	    info->hti_index == st->st_index &&
	    groups_place(&st->st_watch) == GROUPS_HERE)
		return;
	if ((err = stack_tap_watch(st, info)) != 0) {
		cmn_err(CE_WARN, "%s: the groups of its interface are not "
		    "followed: error %d", st->st_se->se_link, err);
	}
}

static void
stack_tap_look(stack_tap_t *st)
{
	host_tap_info_t info;
	boolean_t differs;
	int err;

	mutex_enter(&st->st_face_lock);
	rw_enter(&st->st_tap_lock, RW_READER);
	if ((err = host_tap_info(st->st_tap, &info)) == 0)
		stack_tap_follow(st, &info);
	rw_exit(&st->st_tap_lock);
	differs = (err == 0 &&
	    bcmp(info.hti_mac, st->st_mac, sizeof (st->st_mac)) != 0);
	if (differs)
		bcopy(info.hti_mac, st->st_mac, sizeof (st->st_mac));
	mutex_exit(&st->st_face_lock);
	if (err != 0)
		return;
	if (differs)
		stack_tap_take_mac(st, info.hti_mac);
	(void) mac_client_promisc(st->st_se->se_mch, info.hti_promisc);
}

/*
 * Nobody is behind the link any more.
 */
static void
stack_tap_leave_groups(stack_tap_t *st)
{
	groups_list_t *joined = &st->st_joined;

	while (joined->gl_n > 0)
		mac_multicast_remove(st->st_se->se_mch,
		    joined->gl_addrs[--joined->gl_n]);
	st->st_refused = 0;
}

static void
stack_tap_gone(stack_tap_t *st, const host_tap_t *tap, const char *why)
{
	mutex_enter(&st->st_face_lock);
	rw_enter(&st->st_tap_lock, RW_WRITER);
	/* It may just have been replaced. */
	if (st->st_tap == tap) {
		groups_remove(&st->st_watch);
		host_tap_leave(st->st_tap);
		st->st_gone = B_TRUE;
	}
	rw_exit(&st->st_tap_lock);
	mutex_exit(&st->st_face_lock);
	if (!st->st_gone)
		return;
	cmn_err(CE_WARN, "%s: %s", st->st_se->se_link, why);
	stack_tap_leave_groups(st);
	(void) mac_client_promisc(st->st_se->se_mch, B_FALSE);
}

/*
 * The link is in another zone, and another interface is its stack: what there
 * is to know of it, and what has changed since it was made.
 */
static void
stack_tap_settle(stack_tap_t *st)
{
	st->st_gone = B_FALSE;
	st->st_index = 0;
	stack_tap_leave_groups(st);
	stack_tap_look(st);
	stack_tap_note(st->st_se, MAC_NOTE_UNICST);
	stack_tap_note(st->st_se, MAC_NOTE_SDU_SIZE);
	stack_tap_note(st->st_se, MAC_NOTE_LINK);
	stack_tap_note(st->st_se, MAC_NOTE_CAPAB_CHG);
}

/*
 * To the link.  One packet of the host, or what it comes to; false: there is
 * none to be had.  The host's interface may have a larger MTU; one byte more
 * than fits tells such a frame, which is cut off, from one that fits.
 */
static boolean_t
stack_tap_recv(stack_tap_t *st, uint32_t hcksum, uint32_t lso_max, uint_t sdu,
    mblk_t **mpp)
{
	host_tap_work_t work;
	size_t len;
	long got;

	got = host_tap_read(st->st_tap, st->st_packet, sizeof (st->st_packet),
	    &work);
	if (got <= 0)
		return (B_FALSE);
	len = (size_t)got;
	if (work.htw_mss == 0) {
		len = MIN(len, sdu + sizeof (struct ether_header) +
		    VLAN_TAGSZ + 1);
	}
	if ((*mpp = allocb(len, BPRI_MED)) == NULL)
		return (B_FALSE);
	bcopy(st->st_packet, (*mpp)->b_wptr, len);
	(*mpp)->b_wptr += len;
	*mpp = stack_offload(*mpp, &work, hcksum, lso_max);
	return (B_TRUE);
}

static void
stack_tap_send(stack_tap_t *st)
{
	mblk_t *head = NULL, **tailp = &head;
	uint32_t hcksum, lso_max;
	uint_t sdu, n;

	mac_sdu_get(st->st_se->se_mh, NULL, &sdu);
	stack_offload_caps(st->st_se->se_mh, &hcksum, &lso_max);
	rw_enter(&st->st_tap_lock, RW_READER);
	for (n = 0; n < TAP_BATCH; n++) {
		if (!stack_tap_recv(st, hcksum, lso_max, sdu, tailp))
			break;
		while (*tailp != NULL)
			tailp = &(*tailp)->b_next;
	}
	rw_exit(&st->st_tap_lock);
	if (head == NULL)
		return;

	/*
	 * Marked before it is asked, so that a notification in between is not
	 * lost.
	 */
	mutex_enter(&st->st_lock);
	st->st_blocked = B_TRUE;
	mutex_exit(&st->st_lock);
	if (stack_tx(st->st_se, head)) {
		mutex_enter(&st->st_lock);
		st->st_blocked = B_FALSE;
		mutex_exit(&st->st_lock);
	}
}

/*
 * Wait until something happens to the interface, and see what.
 */
static void
stack_tap_turn(stack_tap_t *st, boolean_t blocked)
{
	const host_tap_t *tap;
	uint_t place;
	int ready;

	rw_enter(&st->st_tap_lock, RW_READER);
	tap = st->st_tap;
	ready = host_tap_wait(st->st_tap, !st->st_gone && !blocked,
	    st->st_refused != 0 ? TAP_RETRY : -1);
	place = groups_place(&st->st_watch);
	rw_exit(&st->st_tap_lock);

	if (st->st_gone)
		return;
	if ((ready & HOST_TAP_GONE) != 0) {
		stack_tap_gone(st, tap, "its interface was destroyed");
		return;
	}
	if (place == GROUPS_LOST) {
		stack_tap_gone(st, tap, "the network namespace of its zone is "
		    "gone, and with it its interface");
		return;
	}
	if ((ready & HOST_TAP_CHANGE) != 0 || place == GROUPS_MOVED) {
		stack_tap_look(st);
		groups_look();
	}
	stack_tap_look_groups(st);
	if ((ready & HOST_TAP_FRAME) != 0)
		stack_tap_send(st);
}

static void
stack_tap_reader(void *arg)
{
	stack_tap_t *st = arg;
	boolean_t blocked, moved;

	stack_tap_look(st);
	mutex_enter(&st->st_lock);
	while (!st->st_stop) {
		while (st->st_moving)
			cv_wait(&st->st_cv, &st->st_lock);
		blocked = st->st_blocked;
		moved = st->st_moved;
		st->st_moved = B_FALSE;
		mutex_exit(&st->st_lock);

		if (moved)
			stack_tap_settle(st);
		stack_tap_turn(st, blocked);
		mutex_enter(&st->st_lock);
	}
	mutex_exit(&st->st_lock);
	stack_tap_leave_groups(st);
	thread_exit();
}

/*
 * Make `tap' the interface.
 */
static void
stack_tap_replace(stack_tap_t *st, host_tap_t *tap, const uint8_t *mac)
{
	host_tap_t *old;

	mutex_enter(&st->st_lock);
	st->st_moving = B_TRUE;
	mutex_exit(&st->st_lock);
	stack_tap_wake(st);

	mutex_enter(&st->st_face_lock);
	rw_enter(&st->st_tap_lock, RW_WRITER);
	groups_remove(&st->st_watch);
	old = st->st_tap;
	st->st_tap = tap;
	rw_exit(&st->st_tap_lock);
	bcopy(mac, st->st_mac, sizeof (st->st_mac));
	mutex_exit(&st->st_face_lock);
	host_tap_close(old);

	mutex_enter(&st->st_lock);
	st->st_moving = B_FALSE;
	st->st_moved = B_TRUE;
	cv_broadcast(&st->st_cv);
	mutex_exit(&st->st_lock);
	stack_tap_wake(st);
}

static int
stack_tap_setzid(stack_end_t *se, zoneid_t zoneid)
{
	stack_tap_t *st = se->se_priv;
	uint8_t mac[ETHERADDRL];
	zone_netns_t zn;
	host_tap_t *tap;
	int err;

	zone_netns(zoneid, &zn);
	if (zn.zn_id == st->st_netnsid)
		return (0);
	if ((err = stack_tap_open(st, &zn, mac, &tap)) != 0)
		return (err);
	st->st_netnsid = zn.zn_id;
	stack_tap_replace(st, tap, mac);
	return (0);
}

static int
stack_tap_start(stack_end_t *se)
{
	stack_tap_t *st = se->se_priv;
	kthread_t *reader = thread_try(stack_tap_reader, st);

	if (reader == NULL)
		return (EAGAIN);
	st->st_did = reader->t_did;
	return (0);
}

static void
stack_tap_stop(stack_end_t *se)
{
	stack_tap_t *st = se->se_priv;

	mutex_enter(&st->st_lock);
	st->st_stop = B_TRUE;
	mutex_exit(&st->st_lock);
	stack_tap_wake(st);
	thread_join(st->st_did);
}

const stack_ops_t stack_tap_ops = {
	.so_name = "tap",
	.so_is_ip = B_TRUE,
	.so_create = stack_tap_create,
	.so_start = stack_tap_start,
	.so_rx = stack_tap_rx,
	.so_tx_notify = stack_tap_tx_notify,
	.so_note = stack_tap_note,
	.so_rename = stack_tap_rename,
	.so_setzid = stack_tap_setzid,
	.so_stop = stack_tap_stop,
	.so_destroy = stack_tap_destroy
};
