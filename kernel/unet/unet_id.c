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
 * Link ids: what the driver has the link management daemon make and free.
 *
 * The daemon answers through a door.  A signal ends the wait for the answer and
 * not the request: whoever was interrupted does not know whether there is an id
 * now, nor which, and the name would be taken in the daemon until a reboot.  So
 * the daemon is asked by threads that get no signals and always hear the
 * answer.  The caller waits for such a thread; if a signal ends that wait, the
 * thread stays behind and frees the id it is given.
 *
 * The daemon makes an id in the zone of the thread that asks.  A taskq asks for
 * the global zone, a thread made for the purpose for any other.  To free one it
 * may be any thread of the global zone.  So if the daemon hangs, whoever wants
 * a link in the global zone waits for it, until a signal comes; and a zone that
 * halts waits for its threads.
 *
 * A link can be destroyed while there is no daemon; its id cannot be given back
 * then, and when the daemon comes back it knows the id, and the name, from its
 * cache.  Such ids are kept here and given back when it is there again: before
 * the next one is made, and now and then, for the name may be wanted by
 * somebody else.
 *
 * By then an id may be another link's.  What the daemon calls it does not tell:
 * dladm(8) renames a link in the kernel and then in the daemon, which may die
 * in between or be told when the link has gone, and we hear of neither.  So an
 * id is still ours if the daemon has it as one of our class, and neither DLS
 * nor anybody here has a link of that id.
 */

#include "unet_impl.h"
#include <sys/errno.h>
#include <sys/disp.h>
#include <sys/dlpi.h>
#include <sys/dls_mgmt.h>
#include <sys/list.h>
#include <sys/kmem.h>
#include <sys/limits.h>
#include <sys/mkdev.h>
#include <sys/thread.h>

typedef struct unet_id_req {
	unet_dev_t	*ir_dev;	/* RO; ours, once we are left */
	boolean_t	ir_global;	/* RO: the taskq asks */
	taskq_ent_t	ir_ent;		/* of who asks */
	kmutex_t	ir_lock;
	kcondvar_t	ir_cv;		/* ir_done */
	boolean_t	ir_done;	/* ir_lock */
	boolean_t	ir_left;	/* ir_lock: the caller has gone */
	int		ir_err;		/* ir_lock; the daemon's answer */
	datalink_id_t	ir_linkid;	/* ir_lock; the daemon's answer */
	kt_did_t	ir_did;		/* ir_lock; of the thread that asks */
} unet_id_req_t;

typedef struct unet_id_left {
	list_node_t	il_node;
	datalink_id_t	il_linkid;
	zoneid_t	il_zoneid;
	minor_t		il_minor;	/* of the link that had it */
} unet_id_left_t;

static taskq_t *unet_id_taskq;
static kmutex_t unet_ids_lock;
static list_t unet_ids_left;		/* unet_ids_lock */
static timeout_id_t unet_ids_tid;	/* unet_ids_lock; 0: none */
static clock_t unet_ids_usec;		/* unet_ids_lock */
static boolean_t unet_ids_stopped;	/* unet_ids_lock */
static taskq_ent_t unet_ids_ent;	/* of who tid dispatches */

#define	UNET_IDS_USEC_MIN	1000000
#define	UNET_IDS_USEC_MAX	64000000

static void unet_id_later(void *);

void
unet_id_init(void)
{
	mutex_init(&unet_ids_lock, NULL, MUTEX_DRIVER, NULL);
	unet_ids_tid = 0;
	unet_ids_stopped = B_FALSE;
	list_create(&unet_ids_left, sizeof (unet_id_left_t),
	    offsetof(unet_id_left_t, il_node));
	unet_id_taskq = taskq_create("unet_id", 1, minclsyspri, 1, INT_MAX, 0);
}

void
unet_id_fini(void)
{
	unet_id_left_t *il;
	timeout_id_t tid;

	mutex_enter(&unet_ids_lock);
	unet_ids_stopped = B_TRUE;
	tid = unet_ids_tid;
	mutex_exit(&unet_ids_lock);
	if (tid != 0)
		(void) untimeout(tid);
	taskq_destroy(unet_id_taskq);
	while ((il = list_remove_head(&unet_ids_left)) != NULL)
		kmem_free(il, sizeof (*il));
	list_destroy(&unet_ids_left);
	mutex_destroy(&unet_ids_lock);
}

/*
 * Try in a while, if there is something to try.
 */
static void
unet_id_wait(void)
{
	ASSERT(MUTEX_HELD(&unet_ids_lock));

	if (!unet_ids_stopped && unet_ids_tid == 0 &&
	    !list_is_empty(&unet_ids_left)) {
		unet_ids_tid = timeout(unet_id_later, NULL,
		    drv_usectohz(unet_ids_usec));
		unet_ids_usec = MIN(unet_ids_usec * 2, UNET_IDS_USEC_MAX);
	}
}

static void
unet_id_leave(unet_dev_t *ud)
{
	unet_id_left_t *il = kmem_zalloc(sizeof (*il), KM_SLEEP);

	il->il_linkid = ud->ud_linkid;
	il->il_zoneid = unet_dev_ownerzone(ud);
	il->il_minor = ud->ud_minor;
	mutex_enter(&unet_ids_lock);
	list_insert_tail(&unet_ids_left, il);
	unet_ids_usec = UNET_IDS_USEC_MIN;
	unet_id_wait();
	mutex_exit(&unet_ids_lock);
}

/*
 * Has another link the id by now?  The one that left it behind may still be in
 * our tables for a moment.
 */
static boolean_t
unet_id_taken(const unet_id_left_t *il)
{
	dls_dl_handle_t ddh;

	if (unet_dev_id_used(il->il_linkid, il->il_minor))
		return (B_TRUE);
	if (dls_devnet_hold_tmp(il->il_linkid, &ddh) != 0)
		return (B_FALSE);
	dls_devnet_rele_tmp(ddh);
	return (B_TRUE);
}

/*
 * An id that was left behind: give it back, unless it is another link's by now.
 * B_FALSE: the daemon does not answer, or not in this zone.
 */
static boolean_t
unet_id_return(const unet_id_left_t *il)
{
	datalink_class_t class;
	uint32_t media;
	int err;

	if (unet_id_taken(il))
		return (B_TRUE);
	err = dls_mgmt_get_linkinfo(il->il_linkid, NULL, &class, &media, NULL);
	if (err == 0 && class == DATALINK_CLASS_MISC && media == DL_ETHER)
		err = dls_mgmt_destroy(il->il_linkid, B_FALSE);
	return (err == 0 || err == ENOENT);
}

/*
 * The global zone gives back all, another zone its own.
 */
static void
unet_id_return_all(void)
{
	const zoneid_t zoneid = getzoneid();
	unet_id_left_t *il, *next;
	list_t mine;

	list_create(&mine, sizeof (unet_id_left_t),
	    offsetof(unet_id_left_t, il_node));
	mutex_enter(&unet_ids_lock);
	for (il = list_head(&unet_ids_left); il != NULL; il = next) {
		next = list_next(&unet_ids_left, il);
		if (zoneid == GLOBAL_ZONEID || il->il_zoneid == zoneid) {
			list_remove(&unet_ids_left, il);
			list_insert_tail(&mine, il);
		}
	}
	mutex_exit(&unet_ids_lock);

	while ((il = list_remove_head(&mine)) != NULL) {
		if (unet_id_return(il)) {
			kmem_free(il, sizeof (*il));
			continue;
		}
		mutex_enter(&unet_ids_lock);
		list_insert_tail(&unet_ids_left, il);
		unet_id_wait();
		mutex_exit(&unet_ids_lock);
	}
	list_destroy(&mine);
}

static void
unet_id_return_task(void *arg __unused)
{
	unet_id_return_all();
	mutex_enter(&unet_ids_lock);
	unet_ids_tid = 0;
	unet_id_wait();
	mutex_exit(&unet_ids_lock);
}

static void
unet_id_later(void *arg __unused)
{
	taskq_dispatch_ent(unet_id_taskq, unet_id_return_task, NULL, 0,
	    &unet_ids_ent);
}

/*
 * A thread has said all it has to say; when it has ended, too, nothing runs
 * here that a detach would have to know of.
 */
static void
unet_id_req_free(unet_id_req_t *ir)
{
	if (!ir->ir_global)
		thread_join(ir->ir_did);
	cv_destroy(&ir->ir_cv);
	mutex_destroy(&ir->ir_lock);
	kmem_free(ir, sizeof (*ir));
}

/*
 * Nobody wants the answer any more.
 */
static void
unet_id_left(void *arg)
{
	unet_id_req_t *ir = arg;
	unet_dev_t *ud = ir->ir_dev;
	const boolean_t made = ir->ir_err == 0;

	if (made)
		ud->ud_linkid = ir->ir_linkid;
	unet_id_req_free(ir);
	if (made)
		unet_id_free(ud);
	else
		unet_dev_leave(ud);
}

/*
 * Ask, and answer.  True: there is nobody to hear it.
 */
static boolean_t
unet_id_ask(unet_id_req_t *ir)
{
	unet_dev_t *ud = ir->ir_dev;
	datalink_id_t linkid = DATALINK_INVALID_LINKID;
	boolean_t left;
	int err;

	unet_id_return_all();
	err = dls_mgmt_create(unet_dev_name(ud), makedevice(unet_major,
	    ud->ud_minor), DATALINK_CLASS_MISC, DL_ETHER, B_FALSE, &linkid);

	mutex_enter(&ir->ir_lock);
	ir->ir_err = err;
	ir->ir_linkid = linkid;
	ir->ir_did = ddi_get_kt_did();
	ir->ir_done = B_TRUE;
	left = ir->ir_left;
	cv_signal(&ir->ir_cv);
	mutex_exit(&ir->ir_lock);
	return (left);
}

static void
unet_id_task(void *arg)
{
	if (unet_id_ask(arg))
		unet_id_left(arg);
}

static void
unet_id_thread(void *arg)
{
	if (unet_id_ask(arg)) {
		(void) taskq_dispatch(unet_id_taskq, unet_id_left, arg,
		    TQ_SLEEP);
	}
	zthread_exit();
}

/*
 * Have an id made for the name of a link that is being created.  EINTR with
 * *leftp: the link is no longer the caller's, and keeps its name until the
 * daemon has answered.  EEXIST, or what else the daemon says.
 */
int
unet_id_make(unet_dev_t *ud, datalink_id_t *linkidp, boolean_t *leftp)
{
	unet_id_req_t *ir;
	int err;

	ir = kmem_zalloc(sizeof (*ir), KM_SLEEP);
	ir->ir_dev = ud;
	ir->ir_global = getzoneid() == GLOBAL_ZONEID;
	mutex_init(&ir->ir_lock, NULL, MUTEX_DRIVER, NULL);
	cv_init(&ir->ir_cv, NULL, CV_DRIVER, NULL);
	if (ir->ir_global) {
		taskq_dispatch_ent(unet_id_taskq, unet_id_task, ir, 0,
		    &ir->ir_ent);
	} else {
		(void) zthread_create(NULL, 0, unet_id_thread, ir, 0,
		    minclsyspri);
	}

	mutex_enter(&ir->ir_lock);
	while (!ir->ir_done && !ir->ir_left) {
		if (cv_wait_sig(&ir->ir_cv, &ir->ir_lock) == 0 && !ir->ir_done)
			ir->ir_left = B_TRUE;
	}
	*leftp = ir->ir_left;
	mutex_exit(&ir->ir_lock);
	if (*leftp)
		return (EINTR);

	if ((err = ir->ir_err) == 0)
		*linkidp = ir->ir_linkid;
	unet_id_req_free(ir);
	return (err);
}

static void
unet_id_free_task(void *arg)
{
	unet_dev_t *ud = arg;

	if (dls_mgmt_destroy(ud->ud_linkid, B_FALSE) == EBADF)
		unet_id_leave(ud);
	unet_dev_leave(ud);
}

/*
 * Give the id back to the daemon, and then the name to whoever wants it: the
 * link is not the caller's any more.  If the daemon is gone, that has to wait,
 * and the link does not.  If a signal came, nobody knows whether the daemon did
 * it; asking again does no harm; nor does it if the daemon had no thread for
 * us.
 */
void
unet_id_free(unet_dev_t *ud)
{
	const int err = dls_mgmt_destroy(ud->ud_linkid, B_FALSE);

	if (err == EINTR || err == EAGAIN) {
		(void) taskq_dispatch(unet_id_taskq, unet_id_free_task, ud,
		    TQ_SLEEP);
		return;
	}
	if (err == EBADF)
		unet_id_leave(ud);
	unet_dev_leave(ud);
}
