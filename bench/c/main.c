/* SPDX-License-Identifier: MIT */

/*
 * Moves frames and says how long it took.
 *
 *	frames inproc			a kernel in this process
 *	frames server SOCKET LINK	a served one
 *	frames server SOCKET LINK plain	... that does not map the frames
 *	frames tap			a TAP interface of Linux
 *
 * Every line of input is `read|write BYTES BATCH FRAMES'; the answer to it is
 * the time in nanoseconds and the number of frames.  A BATCH of 0 is a frame a
 * call, by the calls that know no batches.  What is not the moving of frames,
 * such as having some wait to be read, is not timed.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "bench.h"

static uint64_t
now(void)
{
	struct timespec ts;

	(void) clock_gettime(CLOCK_MONOTONIC, &ts);
	return ((uint64_t)ts.tv_sec * 1000000000 + ts.tv_nsec);
}

/*
 * Reading goes in rounds: fill, then empty.
 */
static uint64_t
time_read(const way_t *way, size_t bytes, uint32_t batch, uint32_t frames,
    uint64_t *moved)
{
	uint64_t ns = 0, start;

	for (uint32_t left = frames; left > 0; ) {
		uint32_t n = left < QUEUE_FRAMES ? left : QUEUE_FRAMES;

		way->w_fill(bytes, FIRST_FRAMES + n);
		(void) way->w_read(bytes, batch, FIRST_FRAMES);
		start = now();
		*moved += way->w_read(bytes, batch, n);
		ns += now() - start;
		left -= n;
	}
	return (ns);
}

static uint64_t
time_write(const way_t *way, size_t bytes, uint32_t batch, uint32_t frames,
    uint64_t *moved)
{
	uint64_t start = now();

	*moved += way->w_write(bytes, batch, frames);
	return (now() - start);
}

int
main(int argc, char **argv)
{
	const char *kind = argc > 1 ? argv[1] : "";
	const way_t *way;
	char op[8];
	size_t bytes;
	uint32_t batch, frames;

	program_name(argv[0]);
	if (strcmp(kind, "inproc") == 0 && argc == 2) {
		way = link_open(NULL, "bench0", 0);
	} else if (strcmp(kind, "server") == 0 && (argc == 4 ||
	    (argc == 5 && strcmp(argv[4], "plain") == 0))) {
		way = link_open(argv[2], argv[3], argc == 5);
	} else if (strcmp(kind, "tap") == 0 && argc == 2) {
		way = tap_open();
	} else {
		fprintf(stderr, "usage: frames inproc | "
		    "server SOCKET LINK [plain] | tap\n");
		return (2);
	}

	way->w_prove();
	while (scanf("%7s %zu %u %u", op, &bytes, &batch, &frames) == 4) {
		uint64_t moved = 0, ns;

		if (bytes < 14 || bytes > FRAME_MAX || batch > BATCH_MAX ||
		    (batch != NO_BATCH && frames % batch != 0)) {
			fprintf(stderr, "frames: that cannot be measured\n");
			return (1);
		}
		ns = (strcmp(op, "read") == 0 ? time_read : time_write)(way,
		    bytes, batch, frames, &moved);
		if (moved != (uint64_t)bytes * frames) {
			fprintf(stderr, "frames: %llu bytes moved, not %llu\n",
			    (unsigned long long)moved,
			    (unsigned long long)bytes * frames);
			return (1);
		}
		printf("%llu %u\n", (unsigned long long)ns, frames);
		(void) fflush(stdout);
	}
	way->w_close();
	return (0);
}
