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

#ifndef	_SYS_DLS_H
#define	_SYS_DLS_H

/*
 * Datalinks as the kernel knows them (dls.h of illumos): a devnet ties a MAC
 * to a link id, a name and a zone. The dls_mgmt_* calls go to the link
 * management daemon, for which hosted has a stand-in that really keeps the
 * ids.
 */

#include <sys/types.h>
#include <sys/stream.h>
#include <sys/mac.h>
#include <sys/mac_client.h>
#include <sys/dls_mgmt.h>

#ifdef	__cplusplus
extern "C" {
#endif

typedef struct dls_devnet_s *dls_dl_handle_t;

extern int dls_devnet_create(mac_handle_t, datalink_id_t, zoneid_t);
extern int dls_devnet_destroy(mac_handle_t, datalink_id_t *, boolean_t);
extern int dls_devnet_rename(datalink_id_t, datalink_id_t, const char *);
extern int dls_devnet_setzid(dls_dl_handle_t, zoneid_t);
extern int dls_devnet_hold_tmp(datalink_id_t, dls_dl_handle_t *);
extern void dls_devnet_rele_tmp(dls_dl_handle_t);
extern void dls_devnet_prop_task_wait(dls_dl_handle_t);
extern const char *dls_devnet_link(dls_dl_handle_t);
extern const char *dls_devnet_mac(dls_dl_handle_t);
extern datalink_id_t dls_devnet_linkid(dls_dl_handle_t);
extern zoneid_t dls_devnet_getzid(dls_dl_handle_t);
extern zoneid_t dls_devnet_getownerzid(dls_dl_handle_t);
extern boolean_t dls_devnet_islinkvisible(datalink_id_t, zoneid_t);
extern int dls_devnet_macname2linkid(const char *, datalink_id_t *);

extern int dls_mgmt_create(const char *, dev_t, datalink_class_t, uint32_t,
    boolean_t, datalink_id_t *);
extern int dls_mgmt_destroy(datalink_id_t, boolean_t);
extern int dls_mgmt_get_linkid(const char *, datalink_id_t *);
extern int dls_mgmt_get_linkinfo(datalink_id_t, char *, datalink_class_t *,
    uint32_t *, uint32_t *);
extern datalink_id_t dls_mgmt_get_next(datalink_id_t, datalink_class_t,
    datalink_media_t, uint32_t);

#ifdef	__cplusplus
}
#endif

#endif	/* _SYS_DLS_H */
