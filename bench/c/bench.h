/* SPDX-License-Identifier: MIT */

#ifndef	_BENCH_H
#define	_BENCH_H

/*
 * One way to move frames.  The functions end the program when anything fails:
 * a benchmark that lost a frame has no result.
 */

#include <stddef.h>
#include <stdint.h>

#define	FRAME_MAX	1518
#define	BATCH_MAX	128
#define	NO_BATCH	0	/* one frame a call, by read(2) and write(2) */
/*
 * As many frames wait to be read at a time, however frames travel: fewer than
 * fill a cache, as when a program keeps up with them, and whole batches, since
 * a partial one would be dearer than it should.
 */
#define	QUEUE_FRAMES	(3 * BATCH_MAX)
/*
 * So many more are read before the clock runs: whoever has just made frames is
 * cold.
 */
#define	FIRST_FRAMES	BATCH_MAX
#define	ETHERTYPE_EXPERIMENT	0x88b5	/* nobody listens to it */

typedef struct way {
	/* Have `frames' frames of `bytes' bytes wait to be read. */
	void (*w_fill)(size_t bytes, uint32_t frames);
	/* Move `frames' frames, `batch' a call.  Returns the bytes. */
	uint64_t (*w_read)(size_t bytes, uint32_t batch, uint32_t frames);
	uint64_t (*w_write)(size_t bytes, uint32_t batch, uint32_t frames);
	/* Show that a frame written arrives at the other side. */
	void (*w_prove)(void);
	void (*w_close)(void);
} way_t;

/*
 * `where': the socket of a server, or NULL for a kernel of this process.
 * `any_memory': frames are not in memory that a server maps.
 */
extern const way_t *link_open(const char *where, const char *name,
    int any_memory);
extern const way_t *tap_open(void);

extern void program_name(const char *argv0);
extern void make_frame(uint8_t *frame, size_t bytes, const uint8_t *dst);
extern void fail(const char *what, int error) __attribute__((noreturn));
/* A result of hosted: a negative one ends the program. */
extern int check(const char *what, int64_t result);

/*
 * Only what runs in a function like this is counted by callgrind, and the end
 * of a measurement is a call of measure_end(): both are told by name, so they
 * must stay functions.
 */
#define	MEASURED	__attribute__((noinline, noclone))

#endif	/* _BENCH_H */
