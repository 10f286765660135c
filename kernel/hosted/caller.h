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

#ifndef	_HK_CALLER_H
#define	_HK_CALLER_H

/*
 * On whose behalf a host thread makes its hk_* calls.
 *
 * A thread without a caller is this process itself: user memory is the
 * process's own and a bad address is found by the fault it causes.  A server
 * binds a caller to the thread before each call, so that the same hk_* entry
 * points see another process's identity and memory.
 *
 * No illumos and no host types here: both sides of the border include it.
 */

typedef struct hk_caller hk_caller_t;

struct hk_caller {
	unsigned int	hc_uid;
	unsigned int	hc_gid;
	int		hc_zoneid;
	int		hc_pid;
	unsigned int	hc_privs;	/* HK_PRIV_* */
	void		*hc_ctx;	/* for the functions below */

	/*
	 * Copy `len' bytes from or to the caller's memory.  0, or -1 if any
	 * byte of it is not there.
	 */
	int (*hc_copyin)(void *ctx, unsigned long uaddr, void *kaddr,
	    unsigned long len);
	int (*hc_copyout)(void *ctx, const void *kaddr, unsigned long uaddr,
	    unsigned long len);

	/*
	 * The thread is about to sleep interruptibly, or has stopped to.
	 * Between the two hk_caller_interrupt() may be called by another
	 * thread.  May be NULL.
	 */
	void (*hc_block)(void *ctx);
	void (*hc_unblock)(void *ctx);

	/*
	 * The caller's zone is halted, and a call of its does not return: what
	 * it waits for of the program, it shall not get.  May be NULL; called
	 * by another thread, and with the kernel's locks held.
	 */
	void (*hc_kill)(void *ctx);

	/* The kernel's own; zero at first. */
	int		hc_signalled;
	void		*hc_thread;
};

/*
 * Bind the calling thread to a caller until hk_caller_exit().  Not nested.
 */
extern void hk_caller_enter(hk_caller_t *caller);
extern void hk_caller_exit(void);

/*
 * Post a signal: the caller's interruptible wait, or the next one it starts,
 * ends with EINTR.  hk_caller_clear() takes it back.
 */
extern void hk_caller_interrupt(hk_caller_t *caller);
extern void hk_caller_clear(hk_caller_t *caller);

#endif	/* _HK_CALLER_H */
