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

#ifndef	_SWEEP_H
#define	_SWEEP_H

/*
 * Fault sweeps: a call is made again and again, and the 1st, 2nd, 3rd ... thing
 * in it that can fail does, until it succeeds without the fault.  Each time
 * - it fails with an errno that it may fail with,
 * - the system is as it was before, or, if the caller just could not be told,
 *   as after a call that succeeds,
 * - the link's counters balance,
 * - and the same call then succeeds.
 */

#include "drv.h"

/*
 * What the kernel has, and what a link is.
 */
typedef struct sweep_state {
	hk_usage_t	ss_usage;
	uint32_t	ss_ids;		/* that the daemon knows */
	int		ss_exists;	/* the link vpn0 */
	unet_ioc_info_t	ss_info;
} sweep_state_t;

typedef struct sweep_kind {
	uint32_t	sk_kind;	/* HK_FAULT_* */
	int		sk_errno;	/* 0: the usual one */
	const char	*sk_name;
} sweep_kind_t;

static const sweep_kind_t sweep_kinds[] = {
	{ HK_FAULT_ALLOC, 0, "allocations" },
	{ HK_FAULT_COPY, 0, "user copies" },
	{ HK_FAULT_INTR, 0, "waits" },
	{ HK_FAULT_UPCALL, 0, "upcalls (no daemon)" },
	{ HK_FAULT_UPCALL, EINTR, "upcalls (a signal)" },
	{ HK_FAULT_UPCALL, EAGAIN, "upcalls (no thread)" },
	{ HK_FAULT_MAC, 0, "MAC" },
	{ HK_FAULT_MAC, EBUSY, "MAC (busy)" },
	{ HK_FAULT_MAC, ENOMEM, "MAC (no memory)" }
};
#define	SWEEP_NKINDS	(sizeof (sweep_kinds) / sizeof (sweep_kinds[0]))

#define	SWEEP_ALLOC	(1U << HK_FAULT_ALLOC)
#define	SWEEP_COPY	(1U << HK_FAULT_COPY)
#define	SWEEP_INTR	(1U << HK_FAULT_INTR)
#define	SWEEP_UPCALL	(1U << HK_FAULT_UPCALL)
#define	SWEEP_MAC	(1U << HK_FAULT_MAC)
#define	SWEEP_ALL	0xffU

/*
 * Longer sweeps than this have no end.
 */
#define	SWEEP_MAX	1000

/*
 * An entry point.  The call is made between setup and teardown, which leave
 * nothing.  sw_again, if there is one, puts back what a failed call may have
 * used up.
 */
typedef struct sweep {
	const char	*sw_name;
	void		(*sw_setup)(void);
	int64_t		(*sw_call)(void);
	void		(*sw_teardown)(void);
	void		(*sw_again)(void);
	uint32_t	sw_kinds;	/* the kinds to go through */
	uint32_t	sw_must;	/* those that there are in it */
	const int	*sw_errnos;	/* 0 ends them */
} sweep_t;

static uint32_t sweep_cause;	/* of the last control request */
static unsigned int sweep_bad;	/* what was wrong in this sweep */

static inline void
sweep_wrong(const sweep_t *sw, const sweep_kind_t *sk, uint64_t nth,
    const char *what, long long value)
{
	printf("# %s: %s, nth %llu: %s (%lld)\n", sw->sw_name, sk->sk_name,
	    (unsigned long long)nth, what, value);
	sweep_bad++;
}

static inline uint64_t
sweep_fault(const sweep_kind_t *sk, uint64_t nth)
{
	hk_fault_t hf;

	memset(&hf, 0, sizeof (hf));
	hf.hf_kind = sk->sk_kind;
	hf.hf_errno = (uint32_t)sk->sk_errno;
	hf.hf_nth = nth;
	need(hk_ioctl(drv_hk, HK_IOC_FAULT, &hf) == 0, "a fault is set");
	return (hf.hf_seen);
}

static inline uint32_t
sweep_ids(void)
{
	hk_dl_t dl;
	uint32_t n = 0;

	memset(&dl, 0, sizeof (dl));
	while (hk_ioctl(drv_hk, HK_IOC_DLNEXT, &dl) == 0)
		n++;
	return (n);
}

static inline void
sweep_look(sweep_state_t *ss)
{
	memset(ss, 0, sizeof (*ss));
	ss->ss_usage = drv_usage();
	/* What the kernel starts for itself is not the call's. */
	ss->ss_usage.hu_threads = 0;
	ss->ss_ids = sweep_ids();
	drv_hdr(&ss->ss_info.uii_hdr, "vpn0");
	ss->ss_exists = hk_ioctl(drv_ctl, UNET_IOC_INFO, &ss->ss_info) == 0;
}

/*
 * Which of its things differs, or NULL.  Of memory there may come to be less,
 * because what went on by itself is done.
 */
static inline const char *
sweep_differ(const sweep_state_t *a, const sweep_state_t *b)
{
	if (a->ss_usage.hu_mblks != b->ss_usage.hu_mblks)
		return ("message blocks");
	if (a->ss_usage.hu_links != b->ss_usage.hu_links)
		return ("devnets");
	if (a->ss_usage.hu_kstats != b->ss_usage.hu_kstats)
		return ("kstats");
	if (a->ss_usage.hu_files != b->ss_usage.hu_files)
		return ("files");
	if (a->ss_usage.hu_locks < b->ss_usage.hu_locks)
		return ("locks");
	if (a->ss_ids != b->ss_ids)
		return ("link ids");
	if (a->ss_exists != b->ss_exists ||
	    memcmp(&a->ss_info, &b->ss_info, sizeof (a->ss_info)) != 0)
		return ("the link");
	if (a->ss_usage.hu_kmem < b->ss_usage.hu_kmem)
		return ("memory");
	return (NULL);
}

/*
 * Is the link, in all that counts, what it was in another run?  It has another
 * id and another device number then.
 */
static inline int
sweep_same_link(const sweep_state_t *a, const sweep_state_t *b)
{
	unet_ioc_info_t x = a->ss_info, y = b->ss_info;

	x.uii_hdr.uih_linkid = y.uii_hdr.uih_linkid = 0;
	x.uii_minor = y.uii_minor = 0;
	return (a->ss_exists == b->ss_exists && a->ss_ids == b->ss_ids &&
	    memcmp(&x, &y, sizeof (x)) == 0);
}

/*
 * Wait until the system is as in `want', for as long as what goes on by itself
 * may take.  What differs, or NULL.
 */
static inline const char *
sweep_settle(const sweep_state_t *want)
{
	const time_t end = time(NULL) + 20;
	sweep_state_t now;
	const char *what;

	do {
		sweep_look(&now);
		what = sweep_differ(want, &now);
		if (what != NULL)
			(void) sched_yield();
	} while (what != NULL && time(NULL) < end);
	return (what);
}

static inline int
sweep_allowed(const sweep_t *sw, int err)
{
	const int *e;

	for (e = sw->sw_errnos; *e != 0; e++) {
		if (*e == err)
			return (1);
	}
	return (0);
}

static inline int
sweep_balanced(void)
{
	return (drv_stat("vpn0", "rx_in_frames", NULL) ==
	    drv_stat("vpn0", "rx_frames", NULL) +
	    drv_stat("vpn0", "rx_drops", NULL) +
	    drv_stat("vpn0", "rxq_frames", NULL) &&
	    drv_stat("vpn0", "tx_in_frames", NULL) ==
	    drv_stat("vpn0", "tx_frames", NULL) +
	    drv_stat("vpn0", "tx_drops", NULL) +
	    drv_stat("vpn0", "txq_frames", NULL));
}

static inline const char *
sweep_after_failure(const sweep_t *sw, const sweep_state_t *before,
    const sweep_state_t *after, int err, int *changedp)
{
	sweep_state_t now;
	const char *what;

	sweep_look(&now);
	*changedp = err == EFAULT && !sweep_same_link(before, &now) &&
	    sweep_same_link(after, &now);
	if (*changedp)
		return (NULL);
	if ((what = sweep_settle(before)) != NULL)
		return (what);
	if (sw->sw_again != NULL)
		sw->sw_again();
	return (NULL);
}

/*
 * One step.  True: the fault came.
 */
static inline int
sweep_step(const sweep_t *sw, const sweep_kind_t *sk, uint64_t nth,
    const sweep_state_t *after)
{
	sweep_state_t base, before;
	int64_t result;
	const char *what;
	int fired, changed = 0;

	sweep_look(&base);
	sw->sw_setup();
	sweep_look(&before);
	(void) sweep_fault(sk, nth);
	sweep_cause = UNET_E_OK;
	result = sw->sw_call();
	fired = sweep_fault(sk, 0) >= nth;
	if (before.ss_exists && drv_usage().hu_links != 0 && !sweep_balanced())
		sweep_wrong(sw, sk, nth, "the counters", result);

	if (result < 0) {
		if (!fired)
			sweep_wrong(sw, sk, nth, "fails without", result);
		if (!sweep_allowed(sw, (int)-result))
			sweep_wrong(sw, sk, nth, "an errno", result);
		if ((result == -ENOMEM) != (sweep_cause == UNET_E_NOMEM) &&
		    sweep_cause != UNET_E_OK)
			sweep_wrong(sw, sk, nth, "a cause", sweep_cause);
		what = sweep_after_failure(sw, &before, after, (int)-result,
		    &changed);
		if (what != NULL)
			sweep_wrong(sw, sk, nth, what, result);
		if (!changed && (result = sw->sw_call()) < 0)
			sweep_wrong(sw, sk, nth, "then fails", result);
	}
	sw->sw_teardown();
	if ((what = sweep_settle(&base)) != NULL)
		sweep_wrong(sw, sk, nth, what, 0);
	return (fired);
}

/*
 * What the system is like after a call that succeeds.
 */
static inline void
sweep_learn(const sweep_t *sw, sweep_state_t *after)
{
	int64_t result;

	sw->sw_setup();
	result = sw->sw_call();
	need(result >= 0, "%s works (%lld)", sw->sw_name, (long long)result);
	sweep_look(after);
	sw->sw_teardown();
}

static inline void
sweep(const sweep_t *sw)
{
	const sweep_kind_t *sk;
	sweep_state_t after;
	uint64_t nth;

	sweep_learn(sw, &after);
	for (sk = sweep_kinds; sk < sweep_kinds + SWEEP_NKINDS; sk++) {
		if ((sw->sw_kinds & (1U << sk->sk_kind)) == 0)
			continue;
		sweep_bad = 0;
		for (nth = 1; nth < SWEEP_MAX && sweep_bad < 5; nth++) {
			if (!sweep_step(sw, sk, nth, &after))
				break;
		}
		if (nth == 1 && (sw->sw_must & (1U << sk->sk_kind)) != 0)
			sweep_wrong(sw, sk, nth, "there are none", 0);
		if (nth == SWEEP_MAX)
			sweep_wrong(sw, sk, nth, "no end", 0);
		if (nth > 1 || sweep_bad != 0) {
			ok(sweep_bad == 0, "%s: each of its %d %s fails",
			    sw->sw_name, (int)nth - 1, sk->sk_name);
		}
	}
}

#endif	/* _SWEEP_H */
