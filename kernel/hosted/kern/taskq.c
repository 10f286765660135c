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
 * Task queues, as taskq(9F).  A queue has up to its number of threads, which
 * are made when tasks wait and no thread is idle, and stay.
 */

#include <sys/cmn_err.h>
#include <sys/debug.h>
#include <sys/disp.h>
#include <sys/kmem.h>
#include <sys/systm.h>
#include <sys/taskq_impl.h>

#include "kern_impl.h"

struct taskq {
	char		tq_name[TASKQ_NAMELEN + 1];	/* RO */
	kmutex_t	tq_lock;
	kcondvar_t	tq_work;	/* threads wait for tasks */
	kcondvar_t	tq_idle;	/* others wait for the queue to be */
	taskq_ent_t	tq_head;	/* tq_lock; circular */
	uint_t		tq_queued;	/* tq_lock */
	uint_t		tq_active;	/* tq_lock; tasks that run */
	uint_t		tq_waiting;	/* tq_lock; threads without a task */
	uint_t		tq_nthreads;	/* tq_lock */
	uint_t		tq_maxthreads;	/* RO */
	boolean_t	tq_dynamic;	/* RO */
	boolean_t	tq_suspended;	/* tq_lock */
	boolean_t	tq_dying;	/* tq_lock */
};

/*
 * tqent_flags: the entry is its dispatcher's.
 */
#define	TQENT_FLAG_PREALLOC	0x1

#define	SYSTEM_TASKQ_THREADS	16

taskq_t *system_taskq;

void
taskq_init(void)
{
	system_taskq = taskq_create("system_taskq", SYSTEM_TASKQ_THREADS,
	    minclsyspri, 0, 0, TASKQ_DYNAMIC);
}

void
taskq_fini(void)
{
	taskq_destroy(system_taskq);
	system_taskq = NULL;
}

static void
taskq_insert(taskq_t *tq, taskq_ent_t *tqe, boolean_t front)
{
	taskq_ent_t *next = front ? tq->tq_head.tqent_next : &tq->tq_head;

	tqe->tqent_next = next;
	tqe->tqent_prev = next->tqent_prev;
	next->tqent_prev->tqent_next = tqe;
	next->tqent_prev = tqe;
	tq->tq_queued++;
}

static taskq_ent_t *
taskq_remove(taskq_t *tq)
{
	taskq_ent_t *tqe = tq->tq_head.tqent_next;

	tqe->tqent_next->tqent_prev = tqe->tqent_prev;
	tqe->tqent_prev->tqent_next = tqe->tqent_next;
	tqe->tqent_next = tqe->tqent_prev = NULL;
	tq->tq_queued--;
	return (tqe);
}

/*
 * A preallocated entry is its owner's again as soon as the task runs, which may
 * free it.
 */
static void
taskq_run(taskq_ent_t *tqe)
{
	task_func_t *func = tqe->tqent_func;
	void *arg = tqe->tqent_arg;

	if (!(tqe->tqent_un.tqent_flags & TQENT_FLAG_PREALLOC))
		kmem_free(tqe, sizeof (*tqe));
	func(arg);
	KERN_NO_LOCKS("end of a task");
}

static void
taskq_thread(void *arg)
{
	taskq_t *tq = arg;
	taskq_ent_t *tqe;

	mutex_enter(&tq->tq_lock);
	for (;;) {
		if (tq->tq_queued == 0 || tq->tq_suspended) {
			if (tq->tq_dying && tq->tq_queued == 0)
				break;
			tq->tq_waiting++;
			cv_wait(&tq->tq_work, &tq->tq_lock);
			tq->tq_waiting--;
			continue;
		}
		tqe = taskq_remove(tq);
		tq->tq_active++;
		mutex_exit(&tq->tq_lock);
		taskq_run(tqe);
		mutex_enter(&tq->tq_lock);
		tq->tq_active--;
		if (tq->tq_active == 0 && tq->tq_queued == 0)
			cv_broadcast(&tq->tq_idle);
	}
	tq->tq_nthreads--;
	cv_broadcast(&tq->tq_idle);
	mutex_exit(&tq->tq_lock);
}

/*
 * Does the queue need one more thread for what it has?  Then the caller, once
 * it has left the lock, makes it.
 */
static boolean_t
taskq_wants_thread(taskq_t *tq)
{
	ASSERT(MUTEX_HELD(&tq->tq_lock));
	if (tq->tq_waiting >= tq->tq_queued ||
	    tq->tq_nthreads == tq->tq_maxthreads)
		return (B_FALSE);
	tq->tq_nthreads++;
	return (B_TRUE);
}

static void
taskq_put(taskq_t *tq, taskq_ent_t *tqe, uint_t flags)
{
	boolean_t grow;

	taskq_insert(tq, tqe, (flags & TQ_FRONT) != 0);
	grow = taskq_wants_thread(tq);
	cv_signal(&tq->tq_work);
	mutex_exit(&tq->tq_lock);
	if (!grow || thread_try(taskq_thread, tq) != NULL)
		return;

	/* The others will come to it, if there are any. */
	mutex_enter(&tq->tq_lock);
	if (--tq->tq_nthreads == 0)
		panic("taskq: the host lets us have no threads");
	cv_broadcast(&tq->tq_idle);
	mutex_exit(&tq->tq_lock);
}

boolean_t
taskq_staffed(taskq_t *tq)
{
	boolean_t first;

	mutex_enter(&tq->tq_lock);
	if ((first = tq->tq_nthreads == 0) != B_FALSE)
		tq->tq_nthreads++;
	mutex_exit(&tq->tq_lock);
	if (!first || thread_try(taskq_thread, tq) != NULL)
		return (B_TRUE);

	mutex_enter(&tq->tq_lock);
	tq->tq_nthreads--;
	cv_broadcast(&tq->tq_idle);
	mutex_exit(&tq->tq_lock);
	return (B_FALSE);
}

taskq_t *
taskq_create(const char *name, int nthreads, pri_t pri __unused,
    int minalloc __unused, int maxalloc __unused, uint_t flags)
{
	taskq_t *tq;

	VERIFY(nthreads > 0);
	tq = kmem_zalloc(sizeof (*tq), KM_SLEEP);
	(void) strlcpy(tq->tq_name, name, sizeof (tq->tq_name));
	mutex_init(&tq->tq_lock, NULL, MUTEX_DEFAULT, NULL);
	cv_init(&tq->tq_work, NULL, CV_DEFAULT, NULL);
	cv_init(&tq->tq_idle, NULL, CV_DEFAULT, NULL);
	tq->tq_head.tqent_next = tq->tq_head.tqent_prev = &tq->tq_head;
	tq->tq_maxthreads = (uint_t)nthreads;
	tq->tq_dynamic = (flags & TASKQ_DYNAMIC) != 0;
	return (tq);
}

taskq_t *
taskq_create_instance(const char *name, int instance, int nthreads, pri_t pri,
    int minalloc, int maxalloc, uint_t flags)
{
	char full[TASKQ_NAMELEN + 1];

	(void) snprintf(full, sizeof (full), "%.16s_%d", name, instance);
	return (taskq_create(full, nthreads, pri, minalloc, maxalloc, flags));
}

/*
 * 0: not dispatched.  TQ_NOQUEUE, of a dynamic queue, wants a thread that can
 * start at once.  A dispatch that must not allocate has to find an entry to use
 * again, and none is kept.
 */
taskqid_t
taskq_dispatch(taskq_t *tq, task_func_t *func, void *arg, uint_t flags)
{
	taskq_ent_t *tqe;

	if (flags & TQ_NOALLOC)
		return (0);
	tqe = kmem_zalloc(sizeof (*tqe),
	    flags & TQ_NOSLEEP ? KM_NOSLEEP : KM_SLEEP);
	if (tqe == NULL)
		return (0);
	tqe->tqent_func = func;
	tqe->tqent_arg = arg;

	mutex_enter(&tq->tq_lock);
	VERIFY(!tq->tq_dying);
	if ((flags & TQ_NOQUEUE) && tq->tq_waiting <= tq->tq_queued &&
	    tq->tq_nthreads == tq->tq_maxthreads) {
		mutex_exit(&tq->tq_lock);
		kmem_free(tqe, sizeof (*tqe));
		return (0);
	}
	taskq_put(tq, tqe, flags);
	return ((taskqid_t)tqe);
}

/*
 * Cannot fail: the caller provides the entry, zeroed before its first use.
 */
void
taskq_dispatch_ent(taskq_t *tq, task_func_t *func, void *arg, uint_t flags,
    taskq_ent_t *tqe)
{
	VERIFY(!tq->tq_dynamic);
	VERIFY(tqe->tqent_next == NULL && tqe->tqent_prev == NULL);
	tqe->tqent_func = func;
	tqe->tqent_arg = arg;
	tqe->tqent_un.tqent_flags = TQENT_FLAG_PREALLOC;
	mutex_enter(&tq->tq_lock);
	VERIFY(!tq->tq_dying);
	taskq_put(tq, tqe, flags);
}

boolean_t
taskq_empty(taskq_t *tq)
{
	boolean_t empty;

	mutex_enter(&tq->tq_lock);
	empty = tq->tq_queued == 0 && tq->tq_active == 0;
	mutex_exit(&tq->tq_lock);
	return (empty);
}

void
taskq_wait(taskq_t *tq)
{
	KERN_NO_LOCKS("taskq_wait");
	mutex_enter(&tq->tq_lock);
	while (tq->tq_queued != 0 || tq->tq_active != 0)
		cv_wait(&tq->tq_idle, &tq->tq_lock);
	mutex_exit(&tq->tq_lock);
}

void
taskq_suspend(taskq_t *tq)
{
	mutex_enter(&tq->tq_lock);
	tq->tq_suspended = B_TRUE;
	mutex_exit(&tq->tq_lock);
}

int
taskq_suspended(taskq_t *tq)
{
	return (tq->tq_suspended);
}

void
taskq_resume(taskq_t *tq)
{
	mutex_enter(&tq->tq_lock);
	tq->tq_suspended = B_FALSE;
	cv_broadcast(&tq->tq_work);
	mutex_exit(&tq->tq_lock);
}

/*
 * What was dispatched still runs.
 */
void
taskq_destroy(taskq_t *tq)
{
	KERN_NO_LOCKS("taskq_destroy");
	mutex_enter(&tq->tq_lock);
	tq->tq_suspended = B_FALSE;
	tq->tq_dying = B_TRUE;
	cv_broadcast(&tq->tq_work);
	while (tq->tq_nthreads != 0)
		cv_wait(&tq->tq_idle, &tq->tq_lock);
	mutex_exit(&tq->tq_lock);

	VERIFY(tq->tq_queued == 0 && tq->tq_active == 0);
	cv_destroy(&tq->tq_idle);
	cv_destroy(&tq->tq_work);
	mutex_destroy(&tq->tq_lock);
	kmem_free(tq, sizeof (*tq));
}
