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

#ifndef	_DLMGMT_H
#define	_DLMGMT_H

/*
 * What the files of the link management daemon's stand-in know of each other:
 * its book in memory (dlmgmt.c), its files (dlmgmt_db.c), and the kernel's
 * calls to it (dls_mgmt.c).
 */

#include "mac_kern.h"

/*
 * The caller holds the lock of the book.
 */
extern void dlmgmt_db_init(void);
extern void dlmgmt_db_fini(void);
extern void dlmgmt_db_put(const hk_dl_t *dl, const char *zone);
extern void dlmgmt_db_read(void (*found)(hk_dl_t *, const char *));

#endif	/* _DLMGMT_H */
