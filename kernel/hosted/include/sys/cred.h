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

#ifndef	_SYS_CRED_H
#define	_SYS_CRED_H

#include <sys/types.h>

typedef struct cred cred_t;

struct zone;

extern struct cred *kcred;

/*
 * The credentials that the calling thread acts with; not held for the caller.
 */
extern cred_t *_CRED(void);
#define	CRED()		(_CRED())

extern void crhold(cred_t *);
extern void crfree(cred_t *);
extern cred_t *cralloc(void);
extern cred_t *crget(void);
extern cred_t *crdup(cred_t *);
extern uint_t crgetref(const cred_t *);
extern uid_t crgetuid(const cred_t *);
extern uid_t crgetruid(const cred_t *);
extern gid_t crgetgid(const cred_t *);
extern zoneid_t crgetzoneid(const cred_t *);
extern struct zone *crgetzone(const cred_t *);
extern projid_t crgetprojid(const cred_t *);
extern int groupmember(gid_t, const cred_t *);
extern cred_t *zone_kcred(void);

#endif	/* _SYS_CRED_H */
