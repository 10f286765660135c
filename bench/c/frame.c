/* SPDX-License-Identifier: MIT */

/*
 * A frame, and the end of a program that lost one.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "bench.h"

static const char *program = "bench";

void
program_name(const char *argv0)
{
	const char *slash = strrchr(argv0, '/');

	program = slash != NULL ? slash + 1 : argv0;
}

void
fail(const char *what, int error)
{
	fprintf(stderr, "%s: %s: %s\n", program, what, strerror(error));
	exit(1);
}

void
make_frame(uint8_t *frame, size_t bytes, const uint8_t *dst)
{
	static const uint8_t src[] = { 0x02, 0x75, 0x6e, 0x65, 0x74, 0x02 };

	memcpy(frame, dst, 6);
	memcpy(frame + 6, src, 6);
	frame[12] = ETHERTYPE_EXPERIMENT >> 8;
	frame[13] = ETHERTYPE_EXPERIMENT & 0xff;
	for (size_t i = 14; i < bytes; i++)
		frame[i] = (uint8_t)i;
}

int
check(const char *what, int64_t result)
{
	if (result < 0)
		fail(what, (int)-result);
	return ((int)result);
}
