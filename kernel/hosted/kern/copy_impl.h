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

#ifndef	_COPY_IMPL_H
#define	_COPY_IMPL_H

/*
 * Copies from and to the memory of the calling thread's user: 0, or -1.
 */

#include "thread_impl.h"

extern int user_copyin(const void *uaddr, void *kaddr, size_t len);
extern int user_copyout(const void *kaddr, void *uaddr, size_t len);

#endif	/* _COPY_IMPL_H */
