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

#ifndef	_SYS_CTYPE_H
#define	_SYS_CTYPE_H

#include <sys/types.h>

static inline boolean_t
isdigit(char c)
{
	return (c >= '0' && c <= '9' ? B_TRUE : B_FALSE);
}

#endif	/* _SYS_CTYPE_H */
