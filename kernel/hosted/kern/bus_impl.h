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

#ifndef	_BUS_IMPL_H
#define	_BUS_IMPL_H

/*
 * Segments, for bus.c and bus_chr.c.  bus_lock guards all but what is RO.
 */

#include <sys/avl.h>
#include <sys/list.h>

#include "dev_impl.h"
#include "mac_kern.h"

#define	BUS_FRAME_MAX	65535
#define	BUS_PACKET_MAX	65553		/* IP's largest, in a tagged frame */
#define	BUS_QUEUE_MAX	1024		/* frames a port holds for its reader */
#define	BUS_IDLE_MAX	64		/* names known without a port */

/*
 * Minors: of names, and of the ports that opens of them make.
 */
#define	BUS_PORT_MINOR	0x10000

typedef struct bus_seg {
	avl_node_t	bs_by_name;
	avl_node_t	bs_by_minor;
	list_node_t	bs_idle;		/* while it has no port */
	char		bs_name[HK_NAMELEN];	/* RO */
	minor_t		bs_minor;		/* RO */
	list_t		bs_ports;
	uint32_t	bs_nports;
	kcondvar_t	bs_cv;			/* room at a link's port */
} bus_seg_t;

struct bus_port {
	list_node_t	bp_node;
	avl_node_t	bp_by_minor;		/* a file's */
	bus_seg_t	*bp_seg;		/* RO */
	stack_end_t	*bp_se;			/* RO; NULL: a file's */
	minor_t		bp_minor;		/* RO; a file's */
	uint32_t	bp_holds;
	boolean_t	bp_stopped;		/* takes no frames */
	kcondvar_t	bp_cv;			/* holds, or a frame */
	mblk_t		*bp_head;
	mblk_t		*bp_tail;
	uint32_t	bp_count;
	uint64_t	bp_tx_frames;
	uint64_t	bp_drops;
	pollhead_t	bp_pollhead;
};

extern kmutex_t bus_lock;
extern major_t bus_major;

extern void bus_init(void);
extern void bus_fini(void);
extern int bus_lookup(const char *name, zoneid_t zoneid, dev_t *devp);

/*
 * With bus_lock held; bus_port_destroy() lets go of it.
 */
extern bus_seg_t *bus_seg_by_minor(minor_t minor);
extern bus_port_t *bus_port_create(bus_seg_t *seg, stack_end_t *se);
extern void bus_port_destroy(bus_port_t *port);
extern boolean_t bus_blocked(bus_port_t *port);

#endif	/* _BUS_IMPL_H */
