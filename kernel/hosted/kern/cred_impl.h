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

#ifndef	_CRED_IMPL_H
#define	_CRED_IMPL_H

#include <sys/zone.h>

#include "kmem_impl.h"

struct cred {
	volatile uint32_t	cr_ref;		/* atomic */
	uid_t			cr_uid;		/* RO */
	gid_t			cr_gid;		/* RO */
	uint_t			cr_privs;	/* RO; HK_PRIV_* */
	zone_t			*cr_zone;	/* RO; held */
};

extern void cred_init(void);
extern uint64_t cred_fini(void);

#endif	/* _CRED_IMPL_H */
