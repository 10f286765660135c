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

#ifndef	_SPACE_H
#define	_SPACE_H

/*
 * The memory of a program that is not there: a run of pages, each with what may
 * be done to it, and nothing before and after.  The kernel's user copies come
 * here (caller.h), so that a fuzzer may hand it any address whatever without
 * reaching its own memory, and so that two spaces can be compared: the one the
 * kernel had, and the one a model of the kernel had.
 */

#include <stdint.h>
#include <string.h>

#define	SPACE_BASE	0x10000000UL	/* a 32-bit program's, too */
#define	SPACE_PAGE	4096UL
#define	SPACE_PAGES	16UL
#define	SPACE_SIZE	(SPACE_PAGES * SPACE_PAGE)

typedef enum space_prot {
	SPACE_RW,
	SPACE_RO,
	SPACE_NONE,
	SPACE_SHIFTY,	/* another thread changes what the kernel has read */
	SPACE_NPROTS
} space_prot_t;

typedef struct space {
	uint8_t		sp_prot[SPACE_PAGES];
	uint8_t		sp_mem[SPACE_SIZE];
	uint8_t		sp_written[SPACE_SIZE];	/* by the kernel */
} space_t;

/*
 * The memory itself, for who plays the program.
 */
static inline uint8_t *
space_at(space_t *sp, uint64_t addr)
{
	return (&sp->sp_mem[addr - SPACE_BASE]);
}

/*
 * How many of `len' bytes from `addr' on lie in the same page; 0: none that may
 * be read, or written.
 */
static inline uint64_t
space_run(const space_t *sp, uint64_t addr, uint64_t len, int write)
{
	uint64_t left;
	uint8_t prot;

	if (addr < SPACE_BASE || addr >= SPACE_BASE + SPACE_SIZE)
		return (0);
	prot = sp->sp_prot[(addr - SPACE_BASE) / SPACE_PAGE];
	if (prot == SPACE_NONE || (write && prot == SPACE_RO))
		return (0);
	left = SPACE_PAGE - addr % SPACE_PAGE;
	return (len < left ? len : left);
}

/*
 * The program writes into its own memory, as far as it is there.
 */
static inline void
space_poke(space_t *sp, uint64_t addr, const void *from, uint64_t len)
{
	const uint8_t *bytes = from;
	uint64_t i;

	for (i = 0; i < len; i++) {
		if (space_run(sp, addr + i, 1, 0) == 1)
			*space_at(sp, addr + i) = bytes[i];
	}
}

/*
 * And looks at it; what is not there is zero.
 */
static inline void
space_peek(space_t *sp, uint64_t addr, void *to, uint64_t len)
{
	uint8_t *bytes = to;
	uint64_t i;

	for (i = 0; i < len; i++) {
		bytes[i] = space_run(sp, addr + i, 1, 0) == 1 ?
		    *space_at(sp, addr + i) : 0;
	}
}

static inline int
space_copyin(void *arg, unsigned long addr, void *to, unsigned long len)
{
	space_t *sp = arg;
	uint64_t n, i;

	for (; len > 0; addr += n, len -= n, to = (uint8_t *)to + n) {
		uint8_t *from;

		if ((n = space_run(sp, addr, len, 0)) == 0)
			return (-1);
		from = space_at(sp, addr);
		(void) memcpy(to, from, n);
		if (sp->sp_prot[(addr - SPACE_BASE) / SPACE_PAGE] !=
		    SPACE_SHIFTY)
			continue;
		for (i = 0; i < n; i++)
			from[i] ^= 0x55;
	}
	return (0);
}

static inline int
space_copyout(void *arg, const void *from, unsigned long addr,
    unsigned long len)
{
	space_t *sp = arg;
	uint64_t n;

	for (; len > 0; addr += n, len -= n, from = (const uint8_t *)from + n) {
		if ((n = space_run(sp, addr, len, 1)) == 0)
			return (-1);
		(void) memcpy(space_at(sp, addr), from, n);
		(void) memset(&sp->sp_written[addr - SPACE_BASE], 1, n);
	}
	return (0);
}

#endif	/* _SPACE_H */
