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

#ifndef	_CLIENT_IMPL_H
#define	_CLIENT_IMPL_H

/*
 * The way to a served kernel, inside.
 *
 *	client.c	kernels, files and the calls on them
 *	client_conn.c	connections with the server, and what becomes of them
 *			in a child of fork(2)
 *	client_msg.c	messages, and the copies that the server asks for
 *	client_map.c	memory that the server may map
 *	client_pass.c	files that are passed on to other processes
 *
 * Locks: cf_lock and client_lock (of client_conn.c) are never held together,
 * nor while anything is waited for.
 */

#include <pthread.h>
#include <sys/types.h>
#include <sys/un.h>

#include "api.h"
#include "host.h"
#include "proto.h"

typedef struct client_file client_file_t;

/*
 * Memory that the server of a connection was told of.
 */
typedef struct client_map {
	host_arena_t		*cm_arena;	/* held */
	int			cm_refused;
} client_map_t;

typedef struct client_conn {
	struct client_conn	*cc_next;	/* client_lock; of all */
	struct client_conn	*cc_prev;	/* client_lock */
	struct client_conn	*cc_peer;	/* cf_lock; of the file's */
	int			cc_sock;	/* RO */
	int			cc_zone;	/* RO; id of its zone */
	uint32_t		cc_seq;		/* cf_lock; of the last call */
	int			cc_busy;	/* cf_lock; in a call */
	client_map_t		cc_maps[HKP_MAP_MAX];	/* the call's */
	unsigned int		cc_nmaps;	/* the call's */
	unsigned int		cc_frees;	/* the call's; seen so far */
} client_conn_t;

#define	SOCKET_PATH_MAX	sizeof (((struct sockaddr_un *)0)->sun_path)

typedef struct client_kernel {
	char			ck_path[SOCKET_PATH_MAX];	/* RO */
	client_conn_t		*ck_conn;	/* RO; ends with the server */
	int			ck_zone;	/* RO; id of its zone */
	unsigned int		ck_forks;	/* RO; of its process */
} client_kernel_t;

struct client_file {
	client_kernel_t		*cf_kernel;	/* RO */
	hkp_token_t		cf_token;	/* RO */
	unsigned int		cf_forks;	/* RO; of its process */
	pthread_mutex_t		cf_lock;
	client_conn_t		*cf_conns;	/* cf_lock */
	int			cf_waking;	/* cf_lock; closes soon */
	int			cf_error;	/* cf_lock; no server */
	int			cf_pollfd;	/* cf_lock; -1: not asked for */
};

/*
 * client_conn.c.  client_forks (atomic) differs from what it was when something
 * was made if that is a parent's.
 */
extern unsigned int client_forks;

extern int client_conn_make(const client_kernel_t *kernel, hkp_op_t op,
    int arg, const void *data, size_t len, hkp_token_t *token,
    client_conn_t **connp);
extern int client_conn_give(client_conn_t *conn);
extern void client_conn_free(client_conn_t *conn);

/* client_msg.c */
extern ssize_t client_receive(int sock, hkp_msg_t *msg, hkp_token_t *token,
    int *fdp, int flags);
extern ssize_t client_transmit(client_conn_t *conn, hkp_msg_t *msg,
    const void *data, size_t len, int fd);
extern void client_interrupt(client_conn_t *conn, uint32_t seq);
extern int client_exchange(client_conn_t *conn, hkp_msg_t *msg,
    const void *data, size_t len, hkp_token_t *token, int *fdp);

/* client_map.c */
extern int client_forget(client_conn_t *conn);
extern int client_learn(client_file_t *file, client_conn_t *conn,
    uint64_t addr);

/* client_pass.c */
extern int client_export(void *file);
extern int client_import(void *kernel, int fd, void **filep);

/* client.c */
extern int client_file_make(client_kernel_t *kernel, hkp_op_t op, int arg,
    const void *data, size_t len, void **filep);

#endif	/* _CLIENT_IMPL_H */
