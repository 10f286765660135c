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
 * Memory that programs ask for.
 *
 * An arena is some pages that stay where they are until they are freed.  Those
 * of a shared one are of a file in memory, which another process maps as well
 * when it is given the descriptor.  The file is sealed: nobody makes it
 * shorter, which would have whoever else has mapped it run into SIGBUS.  Where
 * the host has no such files, or no descriptor for one, an arena that should be
 * shared is as good as any other memory.
 *
 * Whoever has told somebody of an arena holds it, to see that it was freed.  By
 * then its pages are given back, in all processes that still map them, and its
 * addresses may mean something else; so host_arena_frees() counts, to be looked
 * at before an address is used.
 *
 * After fork(2) parent and child would write to the same pages.  The child gets
 * pages of zeros of its own there, which are not shared with anybody, and keeps
 * no descriptor.  So each is made, and known here, while no fork is under way,
 * until it is closed.
 */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "host.h"

#ifndef	MFD_NOEXEC_SEAL
#define	MFD_NOEXEC_SEAL	0x0008U
#endif

struct host_arena {
	struct host_arena *ha_next;	/* arena_lock; of those freed */
	struct host_arena **ha_prevp;	/* arena_lock */
	unsigned long	ha_addr;	/* RO */
	unsigned long	ha_len;		/* RO; whole pages */
	unsigned int	ha_owner;	/* RO */
	int		ha_fd;		/* RO but in a child; -1: not shared */
	unsigned int	ha_refs;	/* arena_lock */
	int		ha_freed;	/* atomic */
};

static pthread_mutex_t arena_lock = PTHREAD_MUTEX_INITIALIZER;
static host_arena_t **arenas;		/* arena_lock; by address */
static size_t arena_count;		/* arena_lock */
static size_t arena_room;		/* arena_lock */
static host_arena_t *arenas_freed;	/* arena_lock; but held still */
static unsigned int arena_shared;	/* atomic; how many are */
static unsigned int arena_frees;	/* atomic */
static pthread_once_t arena_once = PTHREAD_ONCE_INIT;

static void
fork_prepare(void)
{
	(void) pthread_mutex_lock(&arena_lock);
}

static void
fork_parent(void)
{
	(void) pthread_mutex_unlock(&arena_lock);
}

static void
fork_child(void)
{
	host_arena_t *arena;
	size_t i;

	for (i = 0; i < arena_count; i++) {
		arena = arenas[i];
		if (arena->ha_fd < 0)
			continue;
		if (mmap((void *)arena->ha_addr, arena->ha_len, PROT_READ |
		    PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
		    0) == MAP_FAILED)
			(void) munmap((void *)arena->ha_addr, arena->ha_len);
		(void) close(arena->ha_fd);
		arena->ha_fd = -1;
	}
	for (arena = arenas_freed; arena != NULL; arena = arena->ha_next) {
		if (arena->ha_fd >= 0)
			(void) close(arena->ha_fd);
		arena->ha_fd = -1;
	}
	__atomic_store_n(&arena_shared, 0, __ATOMIC_SEQ_CST);
	(void) pthread_mutex_unlock(&arena_lock);
}

static void
arena_init(void)
{
	(void) pthread_atfork(fork_prepare, fork_parent, fork_child);
}

/*
 * A file of so many bytes that stays as long as it is; -1: there is none.  More
 * than a process may write to a file would be a signal.
 */
static int
arena_file(unsigned long len)
{
	const unsigned int flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
	struct rlimit most;
	int fd;

	if (getrlimit(RLIMIT_FSIZE, &most) != 0 || len > most.rlim_cur)
		return (-1);
	fd = memfd_create("unet", flags | MFD_NOEXEC_SEAL);
	if (fd < 0 && errno == EINVAL)
		fd = memfd_create("unet", flags);
	if (fd < 0)
		return (-1);
	if (ftruncate(fd, (off_t)len) != 0 || fcntl(fd, F_ADD_SEALS,
	    F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
		(void) close(fd);
		return (-1);
	}
	return (fd);
}

/*
 * The first arena that ends above the address.
 */
static size_t
arena_above(unsigned long addr)
{
	size_t low = 0, high = arena_count, mid;

	while (low < high) {
		mid = (low + high) / 2;
		if (arenas[mid]->ha_addr + arenas[mid]->ha_len <= addr)
			low = mid + 1;
		else
			high = mid;
	}
	return (low);
}

/*
 * Have a place in the table; arena_lock is held.
 */
static int
arena_grow(void)
{
	const size_t room = 2 * (arena_room + 8);
	host_arena_t **more;

	if (arena_count < arena_room)
		return (0);
	more = realloc(arenas, room * sizeof (*more));
	if (more == NULL)
		return (-1);
	arenas = more;
	arena_room = room;
	return (0);
}

/*
 * Make its pages; arena_lock is held.
 */
static int
arena_make(host_arena_t *arena, int shared)
{
	void *addr;
	size_t i;

	if (arena_grow() != 0)
		return (-1);
	arena->ha_fd = shared ? arena_file(arena->ha_len) : -1;
	addr = mmap(NULL, arena->ha_len, PROT_READ | PROT_WRITE,
	    arena->ha_fd >= 0 ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS,
	    arena->ha_fd, 0);
	if (addr == MAP_FAILED) {
		if (arena->ha_fd >= 0)
			(void) close(arena->ha_fd);
		return (-1);
	}
	arena->ha_addr = (unsigned long)addr;
	i = arena_above(arena->ha_addr);
	(void) memmove(&arenas[i + 1], &arenas[i],
	    (arena_count - i) * sizeof (*arenas));
	arenas[i] = arena;
	arena_count++;
	if (arena->ha_fd >= 0)
		(void) __atomic_add_fetch(&arena_shared, 1, __ATOMIC_SEQ_CST);
	return (0);
}

int
host_arena_alloc(unsigned long size, int shared, unsigned int owner,
    void **addrp)
{
	const unsigned long page = (unsigned long)sysconf(_SC_PAGESIZE);
	host_arena_t *arena;
	int made;

	if (size == 0 || addrp == NULL)
		return (-EINVAL);
	if (size > LONG_MAX - page || (arena = calloc(1, sizeof (*arena))) ==
	    NULL)
		return (-ENOMEM);
	(void) pthread_once(&arena_once, arena_init);
	arena->ha_len = (size + page - 1) / page * page;
	arena->ha_owner = owner;
	arena->ha_refs = 1;
	(void) pthread_mutex_lock(&arena_lock);
	made = (arena_make(arena, shared) == 0);
	if (made)
		*addrp = (void *)arena->ha_addr;
	(void) pthread_mutex_unlock(&arena_lock);
	if (!made) {
		free(arena);
		return (-ENOMEM);
	}
	return (0);
}

/*
 * Free the arena of that index; arena_lock is held.  Who calls this lets it go.
 */
static host_arena_t *
arena_remove(size_t i)
{
	host_arena_t *arena = arenas[i];

	arena_count--;
	(void) memmove(&arenas[i], &arenas[i + 1],
	    (arena_count - i) * sizeof (*arenas));
	if (arena->ha_fd >= 0) {
		(void) __atomic_sub_fetch(&arena_shared, 1, __ATOMIC_SEQ_CST);
		(void) fallocate(arena->ha_fd, FALLOC_FL_PUNCH_HOLE |
		    FALLOC_FL_KEEP_SIZE, 0, (off_t)arena->ha_len);
	}
	__atomic_store_n(&arena->ha_freed, 1, __ATOMIC_SEQ_CST);
	(void) __atomic_add_fetch(&arena_frees, 1, __ATOMIC_SEQ_CST);
	(void) munmap((void *)arena->ha_addr, arena->ha_len);
	arena->ha_next = arenas_freed;
	arena->ha_prevp = &arenas_freed;
	if (arena->ha_next != NULL)
		arena->ha_next->ha_prevp = &arena->ha_next;
	arenas_freed = arena;
	return (arena);
}

int
host_arena_free(void *start)
{
	const unsigned long addr = (unsigned long)start;
	host_arena_t *arena = NULL;
	size_t i;

	(void) pthread_mutex_lock(&arena_lock);
	i = arena_above(addr);
	if (i < arena_count && arenas[i]->ha_addr == addr)
		arena = arena_remove(i);
	(void) pthread_mutex_unlock(&arena_lock);
	if (arena == NULL)
		return (-EINVAL);
	host_arena_rele(arena);
	return (0);
}

void
host_arena_free_all(unsigned int owner)
{
	host_arena_t *arena;
	size_t i;

	do {
		arena = NULL;
		(void) pthread_mutex_lock(&arena_lock);
		for (i = 0; i < arena_count && arena == NULL; i++) {
			if (arenas[i]->ha_owner == owner)
				arena = arena_remove(i);
		}
		(void) pthread_mutex_unlock(&arena_lock);
		if (arena != NULL)
			host_arena_rele(arena);
	} while (arena != NULL);
}

/*
 * Nothing is locked while nothing is shared: that is most programs, and this is
 * asked after every call.
 */
host_arena_t *
host_arena_hold(unsigned long addr)
{
	host_arena_t *arena = NULL;
	size_t i;

	if (__atomic_load_n(&arena_shared, __ATOMIC_SEQ_CST) == 0)
		return (NULL);
	(void) pthread_mutex_lock(&arena_lock);
	i = arena_above(addr);
	if (i < arena_count && arenas[i]->ha_addr <= addr &&
	    arenas[i]->ha_fd >= 0) {
		arena = arenas[i];
		arena->ha_refs++;
	}
	(void) pthread_mutex_unlock(&arena_lock);
	return (arena);
}

void
host_arena_rele(host_arena_t *arena)
{
	unsigned int refs;

	(void) pthread_mutex_lock(&arena_lock);
	refs = --arena->ha_refs;
	if (refs == 0) {
		*arena->ha_prevp = arena->ha_next;
		if (arena->ha_next != NULL)
			arena->ha_next->ha_prevp = arena->ha_prevp;
		if (arena->ha_fd >= 0)
			(void) close(arena->ha_fd);
	}
	(void) pthread_mutex_unlock(&arena_lock);
	if (refs == 0)
		free(arena);
}

void
host_arena_look(const host_arena_t *arena, host_arena_info_t *info)
{
	info->hai_addr = arena->ha_addr;
	info->hai_len = arena->ha_len;
	info->hai_fd = arena->ha_fd;
	info->hai_freed = __atomic_load_n(&arena->ha_freed, __ATOMIC_SEQ_CST);
}

unsigned int
host_arena_frees(void)
{
	return (__atomic_load_n(&arena_frees, __ATOMIC_SEQ_CST));
}
