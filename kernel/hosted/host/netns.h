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

#ifndef	_NETNS_H
#define	_NETNS_H

/*
 * Network namespaces, for the files of host/ that need them (netns.c).
 *
 * netns_open() gives a descriptor of the namespace that a name means, as
 * host_netns_find() has it, or a negative errno.  netns_run() has `func' called
 * by a thread in that namespace, which is made for it, and returns what that
 * does, or a negative errno; with a descriptor of -1, by this thread.
 * netns_inode() tells namespaces apart for as long as they are there; -1: the
 * calling thread's.  netns_cookie() is the calling thread's for ever (0: it is
 * not to be known).
 */
extern int netns_open(const char *name);
extern int netns_run(int fd, int (*func)(void *), void *arg);
extern unsigned long long netns_inode(int fd);
extern unsigned long long netns_cookie(void);

/*
 * Whether the name means the namespace of this inode.
 */
extern int netns_named(const char *name, unsigned long long inode);

#endif	/* _NETNS_H */
