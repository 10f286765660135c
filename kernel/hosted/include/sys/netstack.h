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

#ifndef	_SYS_NETSTACK_H
#define	_SYS_NETSTACK_H

#include <sys/types.h>
#include <sys/cred.h>

typedef id_t netstackid_t;

#define	GLOBAL_NETSTACKID	0

/*
 * A network stack, as far as drivers look inside one.
 */
typedef struct netstack {
	netstackid_t	netstack_stackid;
} netstack_t;

extern netstack_t *netstack_find_by_cred(const cred_t *);
extern netstack_t *netstack_find_by_zoneid(zoneid_t);
extern netstack_t *netstack_find_by_stackid(netstackid_t);
extern void netstack_hold(netstack_t *);
extern void netstack_rele(netstack_t *);
extern zoneid_t netstackid_to_zoneid(netstackid_t);
extern netstackid_t zoneid_to_netstackid(zoneid_t);

#endif	/* _SYS_NETSTACK_H */
