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

#ifndef	_SYS_SYSTM_H
#define	_SYS_SYSTM_H

#include <sys/types.h>
#include <sys/null.h>
#include <sys/proc.h>
#include <sys/time.h>

typedef uint64_t	callout_id_t;

extern int copyin(const void *, void *, size_t);
extern int copyout(const void *, void *, size_t);
extern int xcopyin(const void *, void *, size_t);
extern int xcopyout(const void *, void *, size_t);
extern int copyinstr(const char *, char *, size_t, size_t *);
extern int copyoutstr(const char *, char *, size_t, size_t *);

extern timeout_id_t timeout(void (*)(void *), void *, clock_t);
extern timeout_id_t realtime_timeout(void (*)(void *), void *, clock_t);
extern clock_t untimeout(timeout_id_t);
extern callout_id_t timeout_generic(int, void (*)(void *), void *, hrtime_t,
    hrtime_t, int);
extern callout_id_t timeout_default(void (*)(void *), void *, clock_t);
extern clock_t untimeout_default(callout_id_t, int);

extern void delay(clock_t);
extern int delay_sig(clock_t);

extern int nulldev();
extern int nodev();

extern void bcopy(const void *, void *, size_t);
extern void ovbcopy(const void *, void *, size_t);
extern void bzero(void *, size_t);
extern int bcmp(const void *, const void *, size_t);
extern int memcmp(const void *, const void *, size_t);
extern void *memcpy(void *, const void *, size_t);
extern void *memmove(void *, const void *, size_t);
extern void *memset(void *, int, size_t);

extern size_t strlen(const char *);
extern char *strcpy(char *, const char *);
extern char *strncpy(char *, const char *, size_t);
extern char *strcat(char *, const char *);
extern char *strncat(char *, const char *, size_t);
extern int strcmp(const char *, const char *);
extern int strncmp(const char *, const char *, size_t);
extern int strcasecmp(const char *, const char *);
extern int strncasecmp(const char *, const char *, size_t);
extern char *strchr(const char *, int);
extern char *strrchr(const char *, int);
extern char *strstr(const char *, const char *);
extern char *strpbrk(const char *, const char *);
extern size_t strspn(const char *, const char *);
extern size_t strcspn(const char *, const char *);
extern size_t strlcpy(char *, const char *, size_t) __KERN_SYMBOL(strlcpy);
extern size_t strlcat(char *, const char *, size_t) __KERN_SYMBOL(strlcat);
extern char *strdup(const char *) __KERN_SYMBOL(strdup);
extern void strfree(char *);
extern char *kmem_asprintf(const char *, ...) __KPRINTFLIKE(1);

extern int ffs(uintmax_t) __KERN_SYMBOL(ffs);

#endif	/* _SYS_SYSTM_H */
