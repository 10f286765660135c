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

#ifndef	_FUZZ_H
#define	_FUZZ_H

/*
 * What the fuzz targets have in common: a kernel that is booted once, programs
 * of several users and zones whose memory is a space (space.h), how an input is
 * read, and what must be so after each input.
 *
 * An input is a program in bytes.  Whatever it lacks at its end is zero, and
 * zero always stands for what is valid, so that a few bytes go far and each
 * further one bends something.
 */

#include "drv.h"
#include "caller.h"
#include "space.h"

/*
 * Programs have their own memory here, where drv.h must not look.
 */
#undef	hk_ioctl

/*
 * What a target offers to the fuzzer: called once, and once for each input.
 */
extern int LLVMFuzzerInitialize(int *, char ***);
extern int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/*
 * Of the fuzzer: it notes the input and ends.
 */
#define	must(good, ...) do { \
	if (!(good)) { \
		(void) fprintf(stderr, "%s:%d: ", __FILE__, __LINE__); \
		(void) fprintf(stderr, __VA_ARGS__); \
		(void) fprintf(stderr, "\n"); \
		abort(); \
	} \
} while (0)

/*
 * Reading the input.
 */
typedef struct fuzz_in {
	const uint8_t	*fi_next;
	size_t		fi_left;
} fuzz_in_t;

static inline uint64_t
fuzz_number(fuzz_in_t *fi, unsigned int nbytes)
{
	uint64_t value = 0;
	unsigned int i;

	for (i = 0; i < nbytes && fi->fi_left > 0; i++, fi->fi_left--)
		value |= (uint64_t)*fi->fi_next++ << (8 * i);
	return (value);
}

static inline unsigned int
fuzz_byte(fuzz_in_t *fi)
{
	return ((unsigned int)fuzz_number(fi, 1));
}

static inline unsigned int
fuzz_below(fuzz_in_t *fi, unsigned int limit)
{
	return (fuzz_byte(fi) % limit);
}

/*
 * An address for `size' bytes: the start of a page, or as near to its end as
 * they fit, or anywhere, or nowhere.
 */
static inline uint64_t
fuzz_place(fuzz_in_t *fi, uint64_t size)
{
	const unsigned int how = fuzz_byte(fi);
	const uint64_t page = how / 8 % SPACE_PAGES;

	switch (how % 8) {
	case 1:
		return (SPACE_BASE + (page + 1) * SPACE_PAGE - size);
	case 2:
		return (SPACE_BASE + page * SPACE_PAGE +
		    fuzz_number(fi, 2) % SPACE_PAGE);
	case 3:
		return (fuzz_number(fi, 1) == 0 ? 0 : fuzz_number(fi, 8));
	default:
		return (SPACE_BASE + page * SPACE_PAGE);
	}
}

/*
 * A new space, whose pages are as the input says.
 */
static inline void
fuzz_space(fuzz_in_t *fi, space_t *sp)
{
	unsigned int n = fuzz_below(fi, 4);
	size_t i;

	(void) memset(sp, 0, sizeof (*sp));
	for (i = 0; i < SPACE_SIZE; i++)
		sp->sp_mem[i] = (uint8_t)(i * 7 + (i >> 8));
	for (; n > 0; n--) {
		const unsigned int page = fuzz_byte(fi);

		sp->sp_prot[page % SPACE_PAGES] =
		    (uint8_t)(page / SPACE_PAGES % SPACE_NPROTS);
	}
}

/*
 * Programs.
 */
static space_t fuzz_user;	/* the memory of all of them */

static hk_caller_t fuzz_caller = {
	.hc_pid = 4711,
	.hc_privs = HK_PRIV_ALL,
	.hc_ctx = &fuzz_user,
	.hc_copyin = space_copyin,
	.hc_copyout = space_copyout
};

/*
 * Make a call as the program.  It has a signal pending, always: whatever would
 * sleep is interrupted instead.
 */
#define	FUZZ_AS_PROGRAM(call) ({ \
	__typeof__(call) fuzz_result; \
	hk_caller_interrupt(&fuzz_caller); \
	hk_caller_enter(&fuzz_caller); \
	fuzz_result = (call); \
	hk_caller_exit(); \
	fuzz_result; \
})

/*
 * A caller's address, as the kernel takes it.
 */
static inline void *
fuzz_ptr(uint64_t addr)
{
	return ((void *)(uintptr_t)addr);
}

/*
 * What there was before the first input, and must be again after each.  What
 * the boot itself still gives back is not missed.
 */
static hk_usage_t fuzz_base;

static inline int
fuzz_is_base(const hk_usage_t *hu)
{
	return (hu->hu_links <= fuzz_base.hu_links &&
	    hu->hu_mblks <= fuzz_base.hu_mblks &&
	    hu->hu_files <= fuzz_base.hu_files &&
	    hu->hu_kstats <= fuzz_base.hu_kstats &&
	    hu->hu_kmem <= fuzz_base.hu_kmem &&
	    hu->hu_locks <= fuzz_base.hu_locks);
}

/*
 * It may take a moment; `nudge', if not NULL, makes it go on.
 */
static inline void
fuzz_rest(void (*nudge)(void))
{
	const time_t end = time(NULL) + 8;
	hk_usage_t hu;

	do {
		hu = drv_usage();
		if (fuzz_is_base(&hu))
			return;
		(void) sched_yield();
		if (nudge != NULL)
			nudge();
	} while (time(NULL) < end);
	must(0, "left after the input: links %ld mblks %ld files %ld "
	    "kstats %ld kmem %ld locks %ld",
	    (long)(hu.hu_links - fuzz_base.hu_links),
	    (long)(hu.hu_mblks - fuzz_base.hu_mblks),
	    (long)(hu.hu_files - fuzz_base.hu_files),
	    (long)(hu.hu_kstats - fuzz_base.hu_kstats),
	    (long)(hu.hu_kmem - fuzz_base.hu_kmem),
	    (long)(hu.hu_locks - fuzz_base.hu_locks));
}

/*
 * The statistics of a link by name, read once.
 */
typedef struct fuzz_stats {
	hk_ksnamed_t	fs_named[128];
	uint32_t	fs_n;
} fuzz_stats_t;

/*
 * The fuzzer watches what its inputs are compared with, and tries that; names
 * of statistics are not for it.
 */
__attribute__((no_sanitize("coverage")))
static inline int
fuzz_same(const char *a, const char *b)
{
	while (*a != '\0' && *a == *b) {
		a++;
		b++;
	}
	return (*a == *b);
}

static inline uint64_t
fuzz_stat(const fuzz_stats_t *fs, const char *name)
{
	uint32_t i;

	for (i = 0; i < fs->fs_n; i++) {
		if (fuzz_same(fs->fs_named[i].hkn_name, name))
			return (fs->fs_named[i].hkn_value);
	}
	must(0, "there is no statistic %s", name);
	return (0);
}

static inline void
fuzz_balances(const fuzz_stats_t *fs, const char *dir)
{
	char in[32], out[32], drops[32], queued[32];

	(void) snprintf(in, sizeof (in), "%s_in_frames", dir);
	(void) snprintf(out, sizeof (out), "%s_frames", dir);
	(void) snprintf(drops, sizeof (drops), "%s_drops", dir);
	(void) snprintf(queued, sizeof (queued), "%sq_frames", dir);
	must(fuzz_stat(fs, in) == fuzz_stat(fs, out) + fuzz_stat(fs, drops) +
	    fuzz_stat(fs, queued), "%s frames: %lu in, %lu out, %lu lost, "
	    "%lu queued", dir, fuzz_stat(fs, in), fuzz_stat(fs, out),
	    fuzz_stat(fs, drops), fuzz_stat(fs, queued));
}

/*
 * The accounts of every link balance, and no writer's room is left reserved;
 * *fs has the last link's at the end.
 */
static inline void
fuzz_accounts(fuzz_stats_t *fs)
{
	hk_kstat_t ks[64];
	hk_kslist_t hkl = { .hkl_nents = 64 };
	uint32_t i;

	hkl.hkl_ents = (uint64_t)(uintptr_t)ks;
	must(hk_ioctl(drv_hk, HK_IOC_KSLIST, &hkl) == 0 &&
	    hkl.hkl_actents <= 64, "the list of kstats");
	for (i = 0; i < hkl.hkl_actents; i++) {
		hk_ksread_t hkr = { .hkr_kid = ks[i].hks_kid };

		/* Links, and not what MAC says of them. */
		if (!fuzz_same(ks[i].hks_module, "unet") ||
		    fuzz_same(ks[i].hks_name, "mac"))
			continue;
		hkr.hkr_nents = sizeof (fs->fs_named) /
		    sizeof (fs->fs_named[0]);
		hkr.hkr_ents = (uint64_t)(uintptr_t)fs->fs_named;
		must(hk_ioctl(drv_hk, HK_IOC_KSREAD, &hkr) == 0, "a kstat");
		fs->fs_n = hkr.hkr_actents;
		fuzz_balances(fs, "rx");
		fuzz_balances(fs, "tx");
		must(fuzz_stat(fs, "txq_frames") != 0 ||
		    fuzz_stat(fs, "txq_bytes") == 0, "room stays reserved");
	}
}

/*
 * Seeds: programs that a person wrote, for the fuzzer to start from.
 */
typedef struct fuzz_seed {
	const char	*fs_name;
	const char	*fs_bytes;
	size_t		fs_len;
} fuzz_seed_t;

#define	FUZZ_SEED(name, bytes)	{ name, bytes, sizeof (bytes) - 1 }

/*
 * --seeds=directory: write them there, and that is all.
 */
static inline void
fuzz_seeds(int argc, char **argv, const fuzz_seed_t *seeds, size_t n)
{
	static const char flag[] = "--seeds=";
	char path[1024];
	FILE *file;
	size_t i;

	if (argc < 2 || strncmp(argv[1], flag, sizeof (flag) - 1) != 0)
		return;
	for (i = 0; i < n; i++) {
		(void) snprintf(path, sizeof (path), "%s/%s",
		    argv[1] + sizeof (flag) - 1, seeds[i].fs_name);
		must((file = fopen(path, "w")) != NULL, "%s", path);
		must(fwrite(seeds[i].fs_bytes, 1, seeds[i].fs_len, file) ==
		    seeds[i].fs_len && fclose(file) == 0, "%s", path);
	}
	exit(0);
}

#define	FUZZ_INITIALIZE(seeds) \
int \
LLVMFuzzerInitialize(int *argcp, char ***argvp) \
{ \
	fuzz_seeds(*argcp, *argvp, seeds, \
	    sizeof (seeds) / sizeof (seeds[0])); \
	return (0); \
}

#endif	/* _FUZZ_H */
