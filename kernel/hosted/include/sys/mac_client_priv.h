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

#ifndef	_SYS_MAC_CLIENT_PRIV_H
#define	_SYS_MAC_CLIENT_PRIV_H

/*
 * The part of MAC's client interface that the link layers themselves use
 * (mac_client_priv.h of illumos): the perimeter, under which the control
 * operations of one MAC are made one at a time. It is never entered in a call
 * from MAC.
 */

#include <sys/types.h>
#include <sys/mac.h>
#include <sys/mac_client.h>
#include <sys/mac_provider.h>

#ifdef	__cplusplus
extern "C" {
#endif

extern void mac_perim_enter_by_mh(mac_handle_t, mac_perim_handle_t *);
extern void mac_perim_exit(mac_perim_handle_t);
extern boolean_t mac_perim_held(mac_handle_t);
extern link_state_t mac_link_get(mac_handle_t);
extern boolean_t mac_capab_get(mac_handle_t, mac_capab_t, void *);
extern const mac_info_t *mac_info(mac_handle_t);

#ifdef	__cplusplus
}
#endif

#endif	/* _SYS_MAC_CLIENT_PRIV_H */
