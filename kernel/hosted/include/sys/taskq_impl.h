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

#ifndef	_SYS_TASKQ_IMPL_H
#define	_SYS_TASKQ_IMPL_H

#include <sys/taskq.h>
#include <sys/thread.h>

typedef struct taskq_bucket taskq_bucket_t;

/*
 * One task.  taskq_dispatch_ent() takes one that its caller owns.
 */
typedef struct taskq_ent {
	struct taskq_ent	*tqent_next;
	struct taskq_ent	*tqent_prev;
	task_func_t		*tqent_func;
	void			*tqent_arg;
	union {
		taskq_bucket_t	*tqent_bucket;
		uintptr_t	tqent_flags;
	}			tqent_un;
	kthread_t		*tqent_thread;
	kcondvar_t		tqent_cv;
} taskq_ent_t;

extern void taskq_dispatch_ent(taskq_t *, task_func_t *, void *, uint_t,
    taskq_ent_t *);

#endif	/* _SYS_TASKQ_IMPL_H */
