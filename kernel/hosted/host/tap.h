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

#ifndef	_TAP_H
#define	_TAP_H

/*
 * Where a TAP interface is, for the files of host/ (tap.c): a descriptor of the
 * network namespace, which the caller closes, and whether that is another than
 * the one it was made in.  -1: the host does not say (before Linux 5.12), and
 * it is taken to be in the calling thread's.
 */
extern int tap_place(const host_tap_t *tap, int *awayp);

#endif	/* _TAP_H */
