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
 * Memory that hk_mem_alloc() has shared, the server may map.  It is told so, on
 * each connection, when a reply says that a call there has used it, and told
 * again, before the next call, when it was freed: its addresses may mean other
 * memory by then.  If a server refuses it, calls go on as with any memory.
 */

#include <errno.h>
#include <stddef.h>

#include "client_impl.h"

/*
 * Tell the server to forget memory that was freed, before it takes other memory
 * for that.
 */
int
client_forget(client_conn_t *conn)
{
	const unsigned int frees = host_arena_frees();
	host_arena_info_t info;
	client_map_t *map;
	unsigned int i;
	ssize_t n;

	if (conn->cc_frees == frees)
		return (0);
	for (i = 0; i < conn->cc_nmaps; ) {
		hkp_msg_t msg = { .hm_op = HKP_UNMAP };

		map = &conn->cc_maps[i];
		host_arena_look(map->cm_arena, &info);
		if (!info.hai_freed) {
			i++;
			continue;
		}
		msg.hm_addr = info.hai_addr;
		n = map->cm_refused ? 0 :
		    client_transmit(conn, &msg, NULL, 0, -1);
		if (n < 0)
			return (errno == EINTR ? -EINTR : -ECONNRESET);
		host_arena_rele(map->cm_arena);
		*map = conn->cc_maps[--conn->cc_nmaps];
	}
	conn->cc_frees = frees;
	return (0);
}

/*
 * A call has used memory at `addr' that the server has not mapped.  Have it do
 * so, if that is memory to share, for the next call.
 */
int
client_learn(client_file_t *file, client_conn_t *conn, uint64_t addr)
{
	hkp_msg_t msg = { .hm_op = HKP_MAP };
	host_arena_t *arena;
	host_arena_info_t info;
	unsigned int i;
	int error;

	if (addr == 0 || conn->cc_nmaps == HKP_MAP_MAX ||
	    (arena = host_arena_hold(addr)) == NULL)
		return (0);
	for (i = 0; i < conn->cc_nmaps; i++) {
		if (conn->cc_maps[i].cm_arena == arena) {
			host_arena_rele(arena);
			return (0);
		}
	}
	(void) pthread_mutex_lock(&file->cf_lock);
	msg.hm_seq = ++conn->cc_seq;
	(void) pthread_mutex_unlock(&file->cf_lock);
	host_arena_look(arena, &info);
	msg.hm_addr = info.hai_addr;
	msg.hm_len = info.hai_len;
	error = client_exchange(conn, &msg, NULL, 0, NULL, &info.hai_fd);
	if (error != 0) {
		host_arena_rele(arena);
		return (error == -EINTR || error == -ETOOMANYREFS ? 0 : error);
	}
	conn->cc_maps[conn->cc_nmaps].cm_arena = arena;
	conn->cc_maps[conn->cc_nmaps++].cm_refused = (msg.hm_result < 0);
	return (0);
}
