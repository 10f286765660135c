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
 * Memory of a program that it has given us to map as well, so that a copy is a
 * copy and not a system call.
 *
 * The program has the memory mapped too and can do with it what it likes:
 * change it at any time, as all user memory changes; but not take it away.  Its
 * file is sealed, so it stays as long as it is, and only files that live in
 * memory can be sealed: no other file system, of which a page may never come,
 * is behind it, and userfaultfd(2) sees to the mappings of its own process
 * alone.  What is left, a page for which there is no room, is a fault that the
 * copy survives (host_copy_from()).  So it does not matter who the program is:
 * it gives memory that is its own, and gets what would have been written there.
 *
 * A mapping is its connection's.  What it costs the server is a few addresses
 * and, at worst, the pages: those that it is the first to touch are its own, to
 * the host that counts them.  So there is a limit for each connection, and one
 * for all those of a user who is neither the server's nor root.
 */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "server.h"

#define	MAP_SEALS	(F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)

static int
is_sealed(int fd, uint64_t len)
{
	const int seals = fcntl(fd, F_GET_SEALS);
	struct stat st;

	return (seals >= 0 && (seals & MAP_SEALS) == MAP_SEALS &&
	    fstat(fd, &st) == 0 && (uint64_t)st.st_size == len);
}

/*
 * Count the bytes that the connection is to have mapped.
 */
static int
charge(srv_conn_t *conn, uint64_t len)
{
	const int stranger = conn->c_uid != srv.sv_uid && conn->c_uid != 0;
	uint64_t all = len;
	unsigned int i;
	int error = 0;

	(void) pthread_mutex_lock(&srv.sv_lock);
	for (i = 0; i < srv.sv_max; i++) {
		if (srv.sv_conns[i] != NULL &&
		    srv.sv_conns[i]->c_uid == conn->c_uid)
			all += srv.sv_conns[i]->c_mapped;
	}
	if (len > HKP_MAP_BYTES - conn->c_mapped ||
	    (stranger && all > HKP_MAP_USER))
		error = -ENOSPC;
	else
		conn->c_mapped += len;
	(void) pthread_mutex_unlock(&srv.sv_lock);
	return (error);
}

static void
uncharge(srv_conn_t *conn, uint64_t len)
{
	(void) pthread_mutex_lock(&srv.sv_lock);
	conn->c_mapped -= len;
	(void) pthread_mutex_unlock(&srv.sv_lock);
}

int
map_add(srv_conn_t *conn, uint64_t addr, uint64_t len, int fd)
{
	const srv_map_t *other;
	srv_map_t *map;
	unsigned int i;
	void *base;
	int error;

	if (len == 0 || addr + len <= addr || !is_sealed(fd, len))
		return (-EINVAL);
	for (i = 0; i < conn->c_nmaps; i++) {
		other = &conn->c_maps[i];
		if (addr < other->sm_addr + other->sm_len &&
		    other->sm_addr < addr + len)
			return (-EEXIST);
	}
	if (conn->c_nmaps == HKP_MAP_MAX || charge(conn, len) != 0)
		return (-ENOSPC);
	base = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (base == MAP_FAILED) {
		error = -errno;
		uncharge(conn, len);
		return (error);
	}
	map = &conn->c_maps[conn->c_nmaps++];
	map->sm_addr = addr;
	map->sm_len = len;
	map->sm_base = base;
	return (0);
}

/*
 * -1: nothing is mapped that begins there.
 */
int
map_remove(srv_conn_t *conn, uint64_t addr)
{
	srv_map_t *map;
	unsigned int i;

	for (i = 0; i < conn->c_nmaps; i++) {
		map = &conn->c_maps[i];
		if (map->sm_addr != addr)
			continue;
		(void) munmap(map->sm_base, map->sm_len);
		uncharge(conn, map->sm_len);
		*map = conn->c_maps[--conn->c_nmaps];
		conn->c_map = 0;
		return (0);
	}
	return (-1);
}

void
map_remove_all(srv_conn_t *conn)
{
	while (conn->c_nmaps != 0)
		(void) map_remove(conn, conn->c_maps[0].sm_addr);
}

static int
holds(const srv_map_t *map, uint64_t addr)
{
	return (addr - map->sm_addr < map->sm_len);
}

/*
 * Where the program's memory at `addr' is here, or NULL; and how far that is
 * so, up to `len' bytes.
 */
char *
map_find(srv_conn_t *conn, uint64_t addr, uint64_t len, uint64_t *lenp)
{
	const srv_map_t *map;
	unsigned int i = conn->c_map;
	uint64_t far;

	*lenp = len;
	if (i >= conn->c_nmaps || !holds(&conn->c_maps[i], addr)) {
		for (i = 0; i < conn->c_nmaps; i++) {
			map = &conn->c_maps[i];
			if (holds(map, addr))
				break;
			far = map->sm_addr - addr;
			if (addr < map->sm_addr && far < *lenp)
				*lenp = far;
		}
		if (i == conn->c_nmaps)
			return (NULL);
		conn->c_map = i;
	}
	map = &conn->c_maps[i];
	far = map->sm_len - (addr - map->sm_addr);
	*lenp = len < far ? len : far;
	return (map->sm_base + (addr - map->sm_addr));
}
