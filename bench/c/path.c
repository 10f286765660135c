/* SPDX-License-Identifier: MIT */

/*
 * Moves frames for callgrind to count.
 *
 *	path read|write BYTES BATCH FRAMES...
 *
 * Each FRAMES is a measurement of its own, in one kernel of this process; the
 * first of them warms everything up.  What it costs to begin and to end one is
 * the same for all, so the difference between two is that of their frames.
 *
 * What counts of a read is the call of mc_tx(9E), which callgrind is told to
 * count wherever it is made, and the framed read; of a write the framed write,
 * with what it hands to the stack.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "bench.h"

static MEASURED uint64_t
measured(const way_t *way, int writes, size_t bytes, uint32_t batch,
    uint32_t frames)
{
	return ((writes ? way->w_write : way->w_read)(bytes, batch, frames));
}

static MEASURED void
measure_end(void)
{
	__asm__ volatile("" : : : "memory");
}

int
main(int argc, char **argv)
{
	const way_t *way;
	size_t bytes;
	uint32_t batch;
	int writes;

	program_name(argv[0]);
	if (argc < 5) {
		fprintf(stderr, "usage: path read|write BYTES BATCH "
		    "FRAMES...\n");
		return (2);
	}
	writes = strcmp(argv[1], "write") == 0;
	bytes = strtoul(argv[2], NULL, 10);
	batch = strtoul(argv[3], NULL, 10);
	if (bytes < 14 || bytes > FRAME_MAX || batch < 1 || batch > BATCH_MAX) {
		fprintf(stderr, "path: that cannot be measured\n");
		return (1);
	}

	way = link_open(NULL, "bench0", 0);
	way->w_prove();
	for (int i = 4; i < argc; i++) {
		uint32_t frames = strtoul(argv[i], NULL, 10);

		if (!writes)
			way->w_fill(bytes, frames);
		if (measured(way, writes, bytes, batch, frames) !=
		    (uint64_t)bytes * frames) {
			fprintf(stderr, "path: not all frames moved\n");
			return (1);
		}
		measure_end();
	}
	way->w_close();
	return (0);
}
