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
 * What a user of a MAC calls (mac_client.h of illumos).  In hosted the users
 * are the stack ends; one client of a MAC is active at a time.
 */

#include <sys/types.h>
#include <sys/stream.h>
#include <sys/mac.h>

#ifdef	__cplusplus
extern "C" {
#endif

typedef struct __mac_client_handle *mac_client_handle_t;
typedef struct __mac_unicast_handle *mac_unicast_handle_t;
typedef struct __mac_promisc_handle *mac_promisc_handle_t;
typedef struct __mac_perim_handle *mac_perim_handle_t;
typedef uintptr_t mac_tx_cookie_t;

/*
 * Receives what the driver gave to mac_rx(): a chain, on the driver's thread.
 */
typedef void (*mac_rx_t)(void *, mac_resource_handle_t, mblk_t *, boolean_t);

/*
 * What mac_tx() does with packets while the driver takes none: drop them, or
 * give them back, instead of queueing them.
 */
#define	MAC_DROP_ON_NO_DESC	0x01
#define	MAC_TX_NO_ENQUEUE	0x02

extern int mac_client_open(mac_handle_t, mac_client_handle_t *, char *,
    uint16_t);
extern void mac_client_close(mac_client_handle_t, uint16_t);
extern char *mac_client_name(mac_client_handle_t);
extern void mac_rx_set(mac_client_handle_t, mac_rx_t, void *);
extern void mac_rx_clear(mac_client_handle_t);
extern mac_tx_cookie_t mac_tx(mac_client_handle_t, mblk_t *, uintptr_t,
    uint16_t, mblk_t **);

extern void mac_hw_emul(mblk_t **, mblk_t **, uint_t *, mac_emul_t);

extern void mac_unicast_primary_get(mac_handle_t, uint8_t *);
extern int mac_set_mtu(mac_handle_t, uint_t, uint_t *);
extern int mac_unicast_primary_set(mac_handle_t, const uint8_t *);
extern uint64_t mac_stat_get(mac_handle_t, uint_t);
extern mac_notify_handle_t mac_notify_add(mac_handle_t, mac_notify_t, void *);
extern int mac_notify_remove(mac_notify_handle_t, boolean_t);

#ifdef	__cplusplus
}
#endif

#endif	/* _SYS_MAC_CLIENT_H */
