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

#ifndef	_SYS_TIME_H
#define	_SYS_TIME_H

#include <sys/types.h>
#include <sys/time_impl.h>

struct timeval {
	time_t		tv_sec;
	suseconds_t	tv_usec;
};

typedef longlong_t hrtime_t;

#define	SEC		1
#define	MILLISEC	1000
#define	MICROSEC	1000000
#define	NANOSEC		1000000000LL

#define	MSEC2NSEC(m)	((hrtime_t)(m) * (NANOSEC / MILLISEC))
#define	USEC2NSEC(m)	((hrtime_t)(m) * (NANOSEC / MICROSEC))
#define	SEC2NSEC(m)	((hrtime_t)(m) * (NANOSEC / SEC))
#define	NSEC2MSEC(n)	((n) / (NANOSEC / MILLISEC))
#define	NSEC2SEC(n)	((n) / (NANOSEC / SEC))

#define	TICK_TO_NSEC(tick)	((hrtime_t)(tick) * (NANOSEC / hz))
#define	NSEC_TO_TICK(nsec)	((nsec) / (NANOSEC / hz))
#define	NSEC_TO_TICK_ROUNDUP(nsec)	\
	NSEC_TO_TICK((nsec) + (NANOSEC / hz) - 1)
#define	SEC_TO_TICK(sec)	((sec) * hz)
#define	MSEC_TO_TICK(msec)	((int)((int64_t)(msec) * hz / MILLISEC))

extern hrtime_t gethrtime(void);
extern hrtime_t gethrtime_unscaled(void);
extern void gethrestime(timespec_t *);
extern time_t gethrestime_sec(void);
extern clock_t ddi_get_lbolt(void);
extern int64_t ddi_get_lbolt64(void);

#endif	/* _SYS_TIME_H */
