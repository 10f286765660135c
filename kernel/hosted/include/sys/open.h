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

#ifndef	_SYS_OPEN_H
#define	_SYS_OPEN_H

/*
 * How a device is being opened: the third argument of cb_open and cb_close
 * (open(9E)). Character devices of programs see OTYP_CHR only.
 */

#ifdef	__cplusplus
extern "C" {
#endif

#define	OTYPCNT			5
#define	OTYP_BLK		0
#define	OTYP_MNT		1
#define	OTYP_CHR		2
#define	OTYP_SWP		3
#define	OTYP_LYR		4

#ifdef	__cplusplus
}
#endif

#endif	/* _SYS_OPEN_H */
