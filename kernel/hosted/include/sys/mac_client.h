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

#ifndef	_SYS_MAC_CLIENT_H
#define	_SYS_MAC_CLIENT_H

/*
 * What a user of a MAC calls (mac_client.h of illumos). In hosted only stack
 * ends are users, and they are part of the kernel: these are the types that
 * other headers name, and the calls that a provider may make of itself.
 */

#include <sys/types.h>
#include <sys/mac.h>

#ifdef	__cplusplus
extern "C" {
#endif

typedef struct __mac_client_handle *mac_client_handle_t;
typedef struct __mac_unicast_handle *mac_unicast_handle_t;
typedef struct __mac_promisc_handle *mac_promisc_handle_t;
typedef struct __mac_perim_handle *mac_perim_handle_t;
typedef uintptr_t mac_tx_cookie_t;

extern void mac_unicast_primary_get(mac_handle_t, uint8_t *);
extern int mac_unicast_primary_set(mac_handle_t, const uint8_t *);
extern uint64_t mac_stat_get(mac_handle_t, uint_t);
extern mac_notify_handle_t mac_notify_add(mac_handle_t, mac_notify_t, void *);
extern int mac_notify_remove(mac_notify_handle_t, boolean_t);

#ifdef	__cplusplus
}
#endif

#endif	/* _SYS_MAC_CLIENT_H */
