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

#ifndef	_SYS_CONF_H
#define	_SYS_CONF_H

/*
 * The flags of a driver's cb_flag, and what a module that is a driver includes
 * (conf.h of illumos).
 */

#include <sys/types.h>
#include <sys/systm.h>
#include <sys/devops.h>
#include <sys/model.h>
#include <sys/cred.h>
#include <sys/uio.h>
#include <sys/poll.h>

#ifdef	__cplusplus
extern "C" {
#endif

#define	D_NEW			0x00
#define	D_MTSAFE		0x20		/* does its own locking */
#define	D_MP			D_MTSAFE	/* or the module is refused */
#define	D_HOTPLUG		0x4
#define	D_TAPE			0x8		/* no offset checks at all */
#define	D_DEVMAP		0x100
#define	D_64BIT			0x200		/* offsets above 31 bits */
#define	D_SYNCSTR		0x400
#define	D_MTOCEXCL		0x800
#define	D_MTPUTSHARED		0x1000
#define	D_MTPERQ		0x2000
#define	D_MTQPAIR		0x4000
#define	D_MTPERMOD		(D_MTPERQ | D_MTQPAIR)
#define	D_MTOUTPERIM		0x8000
#define	D_U64BIT		0x40000		/* offsets are unsigned */
#define	D_OPEN_RETURNS_EINTR	0x100000

#ifdef	__cplusplus
}
#endif

#endif	/* _SYS_CONF_H */
