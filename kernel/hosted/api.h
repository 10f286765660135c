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

#ifndef	_HK_API_H
#define	_HK_API_H

/*
 * The two ways to a kernel behind the calls of hk.h.  A handle that hk_boot(),
 * hk_connect() or hk_open() returned stands for one of these objects and the
 * table of the way it came from: the kernel of this process (kern/api.c) or a
 * served one (server/client.c).  Private to hosted; the numbers are those of
 * hk.h: results of 0 or more, or negative errnos of this host.
 *
 * kern/api.c owns the handles.  It calls no function of the table for a file
 * after its ho_close, nor ho_close while another call on the file is under way:
 * it first calls ho_wake, whereupon calls that sleep must soon return -EBADF.
 * A file is closed before its kernel is halted.
 */

#include "hk.h"

typedef struct hk_ops {
	/* Of a kernel. */
	int (*ho_halt)(void *kernel);
	int (*ho_zone)(void *kernel, const char *name, void **kernelp);
	int (*ho_open)(void *kernel, const char *path, int oflags,
	    void **filep);
	int (*ho_import)(void *kernel, int fd, void **filep);
	int (*ho_gonefd)(void *kernel);

	/* Of a file. */
	int (*ho_close)(void *file);
	void (*ho_wake)(void *file);
	int64_t (*ho_read)(void *file, void *buf, uint64_t len);
	int64_t (*ho_write)(void *file, const void *buf, uint64_t len);
	int64_t (*ho_readv)(void *file, const struct iovec *iov, int iovcnt);
	int64_t (*ho_writev)(void *file, const struct iovec *iov, int iovcnt);
	int (*ho_ioctl)(void *file, int cmd, void *arg);
	int (*ho_export)(void *file);
	int (*ho_setfl)(void *file, int oflags);
	int (*ho_getfl)(void *file);
	int (*ho_poll)(void *file, int events, int timeout);
	int (*ho_pollfd)(void *file);
	int (*ho_pollarm)(void *file, int events);
	int (*ho_model)(void *file, int bits);
} hk_ops_t;

/*
 * A handle for a kernel reached through `ops', which must stay; or -EMFILE.
 */
extern int hk_api_add(const hk_ops_t *ops, void *kernel);

/*
 * Say that the kernel of this process is served: HK_IOC_SYSINFO tells so, and
 * HK_IOC_SHUTDOWN calls `shutdown', which returns 0 or a negative errno and
 * must not wait for the call it is in.  NULL: not served any more.
 */
extern void hk_api_serve(int (*shutdown)(void));

/*
 * The zone of a program in the network namespace `netns' (host_netns_find(); 0:
 * not known; home: the kernel's own).  Where that is tied to a zone, the
 * program is in that one and in no other.  Elsewhere it is in the global zone,
 * unless it may choose and asks for another: for the zone `name' (NULL: does
 * not ask), or for the one it was in before, whose id was `zoneid' (0: was in
 * none) and which it cannot change.
 *
 * The id, or a negative errno.  ENOENT: no zone of that name runs.  ENXIO: the
 * zone of its namespace, or that it was in, does not run any more.  EPERM: it
 * asks for a zone that is not for it; or there are or were zones that are tied
 * to namespaces, and its namespace is neither a zone's nor the kernel's.
 */
extern int hk_api_zone(unsigned long long netns, int home, int may,
    const char *name, int zoneid);

#endif	/* _HK_API_H */
