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

#ifndef	_SPEC_IMPL_H
#define	_SPEC_IMPL_H

/*
 * Open files, for specfs.c and spec_poll.c.
 */

#include <sys/avl.h>

#include "dev_impl.h"

typedef struct csnode {
	avl_node_t	cs_link;	/* spec_lock, as are the next */
	dev_t		cs_dev;		/* RO */
	struct cb_ops	*cs_ops;	/* RO */
	boolean_t	cs_net;		/* RO: of a network driver */
	uint_t		cs_refs;	/* files, and opens under way */
	uint_t		cs_count;	/* opens, as specfs counts them */
	boolean_t	cs_needclose;
	boolean_t	cs_closing;
} csnode_t;

/*
 * A call on a file that has not returned.
 */
typedef struct kcall {
	struct kcall	*kc_next;
	struct kcall	**kc_prevp;
	kthread_t	*kc_thread;
} kcall_t;

struct kfile {
	list_node_t	kf_link;	/* spec_lock */
	uint_t		kf_refs;	/* spec_lock */
	uint_t		kf_open;	/* atomic: device not closed yet */
	csnode_t	*kf_cs;		/* RO */
	sdev_node_t	*kf_node;	/* RO; NULL: opened below /devices */
	cred_t		*kf_cred;	/* RO: who opened it */
	uint_t		kf_flag;	/* atomic */
	model_t		kf_model;	/* atomic */
	offset_t	kf_offset;	/* atomic */

	zoneid_t	kf_zone;	/* RO: where it is used, or ALL_ZONES */

	uint_t		kf_spin;	/* guards the next three */
	kcall_t		*kf_calls;
	boolean_t	kf_waking;	/* about to be closed */
	boolean_t	kf_killed;	/* ... with the zone it is of */

	kmutex_t	kf_poll_lock;
	kcondvar_t	kf_poll_cv;
	boolean_t	kf_poll_busy;	/* kf_poll_lock; guards the rest */
	int		kf_wakefd;	/* -1: none yet */
	pollwait_t	kf_pollwait;
	uint_t		kf_fired;	/* atomic: the descriptor was posted */
};

/*
 * A call on the file begins and ends: EBADF if the file is about to be closed,
 * ENXIO if that is because its zone was halted.  file_exit() returns the call's
 * errno, or one of these in the place of EINTR.
 */
extern int file_enter(kfile_t *kf, kcall_t *kc);
extern int file_exit(kfile_t *kf, kcall_t *kc, int err);

/*
 * Who waits for a file that was killed hears of it (spec_poll.c).
 */
extern void spec_pollfd_kill(kfile_t *kf);

#endif	/* _SPEC_IMPL_H */
