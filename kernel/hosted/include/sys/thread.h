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

#ifndef	_SYS_THREAD_H
#define	_SYS_THREAD_H

#include <sys/types.h>
#include <sys/t_lock.h>

typedef uint64_t kt_did_t;

struct proc;
struct cred;

/*
 * A thread, as far as drivers look inside one.  What the hosted kernel keeps
 * besides is kern_impl.h's.
 */
typedef struct _kthread {
	struct proc	*t_procp;
	struct cred	*t_cred;
	kt_did_t	t_did;
} kthread_t;

extern kthread_t *threadp(void);

#define	curthread	(threadp())
#define	curproc		(ttoproc(curthread))
#define	curzone		(curproc->p_zone)
#define	ttoproc(x)	((x)->t_procp)

extern kthread_t *thread_create(caddr_t, size_t, void (*)(), void *, size_t,
    struct proc *, int, pri_t);
extern void thread_exit(void) __NORETURN;
extern void thread_join(kt_did_t);

#define	TS_RUN		0x02

#endif	/* _SYS_THREAD_H */
