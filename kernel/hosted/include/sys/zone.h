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

#ifndef	_SYS_ZONE_H
#define	_SYS_ZONE_H

#include <sys/types.h>
#include <sys/proc.h>
#include <sys/cred.h>
#include <sys/netstack.h>

#define	GLOBAL_ZONENAME		"global"
#define	GLOBAL_ZONEID		0
#define	ALL_ZONES		(-1)
#define	MIN_ZONEID		0
#define	MIN_USERZONEID		1
#define	MAX_ZONEID		9999
#define	ZONENAME_MAX		64

#define	ZF_NET_EXCL		0x8	/* has a network stack of its own */

typedef enum zone_status {
	ZONE_IS_UNINITIALIZED = 0,
	ZONE_IS_INITIALIZED,
	ZONE_IS_READY,
	ZONE_IS_BOOTING,
	ZONE_IS_RUNNING,
	ZONE_IS_SHUTTING_DOWN,
	ZONE_IS_EMPTY,
	ZONE_IS_DOWN,
	ZONE_IS_DYING,
	ZONE_IS_DEAD
} zone_status_t;

typedef uint_t zone_key_t;
#define	ZONE_KEY_UNINITIALIZED	0

/*
 * A zone, as far as drivers look inside one.
 */
typedef struct zone {
	zoneid_t	zone_id;
	char		*zone_name;
	ushort_t	zone_flags;
	netstack_t	*zone_netstack;
} zone_t;

extern zone_t *global_zone;

#define	INGLOBALZONE(p)	((p)->p_zone->zone_id == GLOBAL_ZONEID)

extern zoneid_t getzoneid(void);
extern zone_t *zone_find_by_id(zoneid_t);
extern zone_t *zone_find_by_name(char *);
extern void zone_hold(zone_t *);
extern void zone_rele(zone_t *);
extern zone_status_t zone_status_get(zone_t *);
extern int zone_walk(int (*)(zone_t *, void *), void *);

extern kthread_t *zthread_create(caddr_t, size_t, void (*)(), void *, size_t,
    pri_t);
extern void zthread_exit(void) __NORETURN;

extern void zone_key_create(zone_key_t *, void *(*)(zoneid_t),
    void (*)(zoneid_t, void *), void (*)(zoneid_t, void *));
extern int zone_key_delete(zone_key_t);
extern void *zone_getspecific(zone_key_t, zone_t *);
extern int zone_setspecific(zone_key_t, zone_t *, const void *);

#endif	/* _SYS_ZONE_H */
