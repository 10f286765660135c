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

#ifndef	_TAP_H
#define	_TAP_H

/*
 * Test programs say what they found in the Test Anything Protocol: a line a
 * fact, and the plan at the end, so that a program that dies early has none.
 */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int tap_count;
static int tap_failed;

static inline int
tap_result(int good, const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	tap_count++;
	if (!good)
		tap_failed++;
	printf("%sok %d - ", good ? "" : "not ", tap_count);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
	if (!good)
		printf("# at %s:%d\n", file, line);
	fflush(stdout);
	return (good);
}

/*
 * ok(): the fact holds.  is(): two integers are the same, and if not, what they
 * are.  need(): without this the rest makes no sense.
 */
#define	ok(good, ...)	tap_result((good) != 0, __FILE__, __LINE__, __VA_ARGS__)

#define	is(got, want, ...) do { \
	const long long tap_got = (long long)(got); \
	const long long tap_want = (long long)(want); \
	if (!ok(tap_got == tap_want, __VA_ARGS__)) \
		printf("# got %lld, not %lld\n", tap_got, tap_want); \
} while (0)

#define	need(good, ...) do { \
	if (!(good)) { \
		(void) ok(0, __VA_ARGS__); \
		exit(tap_done()); \
	} \
} while (0)

static inline void
tap_skip(const char *what, const char *why)
{
	printf("ok %d - %s # SKIP %s\n", ++tap_count, what, why);
	fflush(stdout);
}

static inline int
tap_done(void)
{
	printf("1..%d\n", tap_count);
	return (tap_failed == 0 && tap_count > 0 ? 0 : 1);
}

#endif	/* _TAP_H */
