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

#ifndef	_SYS_CMN_ERR_H
#define	_SYS_CMN_ERR_H

#include <sys/types.h>
#include <sys/dditypes.h>
#include <sys/varargs.h>

#define	CE_CONT		0	/* no prefix, no newline */
#define	CE_NOTE		1
#define	CE_WARN		2
#define	CE_PANIC	3
#define	CE_IGNORE	4

extern void cmn_err(int, const char *, ...) __KPRINTFLIKE(2);
extern void vcmn_err(int, const char *, va_list) __KVPRINTFLIKE(2);
extern void zcmn_err(zoneid_t, int, const char *, ...) __KPRINTFLIKE(3);
extern void dev_err(dev_info_t *, int, char *, ...) __KPRINTFLIKE(3);
extern void panic(const char *, ...) __KPRINTFLIKE(1) __NORETURN;
extern void vpanic(const char *, va_list) __KVPRINTFLIKE(1) __NORETURN;
extern void printf(const char *, ...) __KERN_SYMBOL(printf)
    __KPRINTFLIKE(1);

extern size_t snprintf(char *, size_t, const char *, ...)
    __KERN_SYMBOL(snprintf) __KPRINTFLIKE(3);
extern size_t vsnprintf(char *, size_t, const char *, va_list)
    __KERN_SYMBOL(vsnprintf) __KVPRINTFLIKE(3);
extern char *sprintf(char *, const char *, ...)
    __KERN_SYMBOL(sprintf) __KPRINTFLIKE(2);
extern char *vsprintf(char *, const char *, va_list)
    __KERN_SYMBOL(vsprintf) __KVPRINTFLIKE(2);

#endif	/* _SYS_CMN_ERR_H */
