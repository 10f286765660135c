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

#ifndef	_ZONES_H
#define	_ZONES_H

/*
 * Zones for tests, through a file of /dev/hk; without functions of a C library,
 * which not all tests have.  They return 0 or a negative errno.
 */

#include "hk.h"

/*
 * The zone hz_name, of the flags hz_flags, runs.
 */
static inline int
zone_start(int hk, hk_zone_t *hz)
{
	int err;

	if ((err = hk_ioctl(hk, HK_IOC_ZONECREATE, hz)) == 0 &&
	    (err = hk_ioctl(hk, HK_IOC_ZONEBOOT, hz)) != 0)
		(void) hk_ioctl(hk, HK_IOC_ZONEDESTROY, hz);
	return (err);
}

/*
 * It halts and is forgotten.
 */
static inline int
zone_end(int hk, hk_zone_t *hz)
{
	const int err = hk_ioctl(hk, HK_IOC_ZONEHALT, hz);

	return (err != 0 ? err : hk_ioctl(hk, HK_IOC_ZONEDESTROY, hz));
}

/*
 * The same for who knows no more than its id.
 */
static inline int
zone_end_id(int hk, int32_t zoneid)
{
	hk_zone_t hz = { .hz_name = "" };
	int err;

	while ((err = hk_ioctl(hk, HK_IOC_ZONENEXT, &hz)) == 0 &&
	    hz.hz_zoneid != zoneid)
		continue;
	return (err != 0 ? err : zone_end(hk, &hz));
}

#endif	/* _ZONES_H */
