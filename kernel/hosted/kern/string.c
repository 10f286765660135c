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

/*
 * Strings and bytes: what the kernel has under the names of string(3C), but the
 * C library has not, or has otherwise.  The rest is the C library's own.
 */

#include <sys/cmn_err.h>
#include <sys/int_limits.h>
#include <sys/kmem.h>
#include <sys/systm.h>

#include "host.h"

/*
 * An empty range may be anywhere.
 */
void
bcopy(const void *from, void *to, size_t len)
{
	if (len != 0)
		(void) memcpy(to, from, len);
}

void
ovbcopy(const void *from, void *to, size_t len)
{
	if (len != 0)
		(void) memmove(to, from, len);
}

void
bzero(void *p, size_t len)
{
	if (len != 0)
		(void) memset(p, 0, len);
}

int
bcmp(const void *a, const void *b, size_t len)
{
	return (len != 0 && memcmp(a, b, len) != 0);
}

/*
 * Both return the length that they tried to make.
 */
size_t
strlcpy(char *dst, const char *src, size_t size)
{
	size_t len = strlen(src), n;

	if (size != 0) {
		n = len < size ? len : size - 1;
		bcopy(src, dst, n);
		dst[n] = '\0';
	}
	return (len);
}

size_t
strlcat(char *dst, const char *src, size_t size)
{
	size_t len = 0;

	while (len < size && dst[len] != '\0')
		len++;
	return (len + strlcpy(dst + len, src, size - len));
}

char *
strdup(const char *s)
{
	size_t size = strlen(s) + 1;
	char *copy = kmem_alloc(size, KM_SLEEP);

	bcopy(s, copy, size);
	return (copy);
}

void
strfree(char *s)
{
	kmem_free(s, strlen(s) + 1);
}

/*
 * The lowest bit that is set, counted from 1.
 */
int
ffs(uintmax_t i)
{
	return (i == 0 ? 0 : __builtin_ctzl(i) + 1);
}

size_t
vsnprintf(char *buf, size_t size, const char *format, va_list args)
{
	int len = host_format(buf, size, format, args);

	if (len < 0)
		panic("vsnprintf: %s", format);
	return ((size_t)len);
}

size_t
snprintf(char *buf, size_t size, const char *format, ...)
{
	va_list args;
	size_t len;

	va_start(args, format);
	len = vsnprintf(buf, size, format, args);
	va_end(args);
	return (len);
}

char *
vsprintf(char *buf, const char *format, va_list args)
{
	(void) vsnprintf(buf, INT32_MAX, format, args);
	return (buf);
}

char *
sprintf(char *buf, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void) vsprintf(buf, format, args);
	va_end(args);
	return (buf);
}

char *
kmem_asprintf(const char *format, ...)
{
	va_list args;
	size_t size;
	char *buf;

	va_start(args, format);
	size = vsnprintf(NULL, 0, format, args) + 1;
	va_end(args);

	buf = kmem_alloc(size, KM_SLEEP);
	va_start(args, format);
	(void) vsnprintf(buf, size, format, args);
	va_end(args);
	return (buf);
}
