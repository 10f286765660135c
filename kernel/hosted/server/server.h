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

#ifndef	_SERVER_H
#define	_SERVER_H

/*
 * unethostd inside.
 *
 *	unethostd.c	options, becoming a daemon, start and orderly end
 *	place.c		the socket and its lock in the file system
 *	watch.c		the main loop: accepts, watches connections whose thread
 *			sleeps in the kernel, relays readiness
 *	conn.c		one connection: its thread, its calls
 *	file.c		open files, and which processes have them
 *	copy.c		the memory of the program at the other end
 *	map.c		what of it is mapped here
 *
 * The main thread runs the loop; every connection has a thread of its own,
 * which makes the calls into the kernel.  Locks: sv_lock, then c_lock.  Neither
 * is held across a call into the kernel, but sv_lock is across
 * hk_caller_interrupt(), which does not call back.
 */

#include <stdint.h>
#include <pthread.h>
#include <sys/types.h>

#include "hk.h"
#include "caller.h"
#include "proto.h"

/*
 * How long a program may take to answer a request to copy, to send the first
 * message, or to make room for a reply; and to end, for the server, in seconds.
 */
#define	SRV_PATIENCE	30
#define	SRV_HALT_TIME	20

#define	SRV_CONN_MAX	1024
#define	SRV_ASKER_MAX	8
#define	SRV_ALLOW_MAX	64

#define	SRV_AHEAD_MIN	(4U * 1024U)
#define	SRV_AHEAD_MAX	(64U * 1024U)

/*
 * An open file of the kernel.
 */
typedef struct srv_file {
	struct srv_file	*sf_next;	/* sv_lock */
	struct srv_share *sf_shares;	/* sv_lock; those that can be found */
	unsigned int	sf_nshares;	/* sv_lock; all */
	unsigned int	sf_nopen;	/* sv_lock; those not closed */
	int		sf_hk;		/* RO; of hk_open() */
	int		sf_relay[2];	/* sv_lock; readiness for a stranger */
	int		sf_relayed;	/* sv_lock; the kernel's descriptor */
} srv_file_t;

/*
 * What somebody has of a file: a process, or an exported descriptor.
 */
typedef struct srv_share {
	struct srv_share *ss_next;	/* sv_lock */
	srv_file_t	*ss_file;	/* RO */
	unsigned int	ss_refs;	/* sv_lock; connections */
	int		ss_closed;	/* atomic, sv_lock; CLOSE was asked */
	int		ss_exported;	/* RO; a descriptor's */
	pid_t		ss_pid;		/* RO */
	uid_t		ss_uid;		/* RO */
	hkp_token_t	ss_token;	/* RO */
} srv_share_t;

/*
 * Memory of a program that is mapped here.
 */
typedef struct srv_map {
	uint64_t	sm_addr;	/* in the program */
	uint64_t	sm_len;
	char		*sm_base;	/* here */
} srv_map_t;

/*
 * A connection.  What its own thread alone uses is marked "thread".
 */
typedef struct srv_conn {
	unsigned int	c_slot;		/* RO; in sv_conns */
	unsigned int	c_gen;		/* RO; of the slot */
	int		c_sock;		/* RO */
	int		c_pidfd;	/* RO; -1: none */
	pid_t		c_pid;		/* RO; 0: not of our pid namespace */
	uid_t		c_uid;		/* RO */
	gid_t		c_gid;		/* RO */
	uint64_t	c_netns;	/* RO; network namespace, 0: unknown */

	hk_caller_t	c_caller;	/* the kernel's */
	srv_share_t	*c_share;	/* thread; NULL: no file */
	int		c_met;		/* thread; has said HELLO */
	uint32_t	c_seq;		/* c_lock; the call under way */
	int		c_incall;	/* c_lock */
	int		c_lost;		/* thread; nothing more to be said */
	int		c_asked;	/* atomic; waits for the server's end */

	pthread_mutex_t	c_lock;
	pthread_cond_t	c_cv;		/* c_posting has become 0 */
	int		c_blocked;	/* c_lock; sleeps interruptibly */
	int		c_posting;	/* c_lock; the main loop interrupts */
	int		c_slept;	/* thread; in this call */
	int		c_watched;	/* c_lock; the main loop has c_sock */
	int		c_early;	/* c_lock; INTERRUPT before its call */
	uint32_t	c_early_seq;	/* c_lock */

	int		c_direct;	/* thread; copy without messages */
	int		c_fresh;	/* thread; peer seen alive, c_tick */
	int64_t		c_tick;		/* thread */
	uint64_t	c_ahead_addr;	/* thread; what c_ahead holds */
	uint64_t	c_ahead_len;	/* thread */
	uint64_t	c_last_end;	/* thread; end of the last copy in */
	uint32_t	c_ahead_size;	/* thread; how much to read next */
	uint64_t	c_inline_addr;	/* thread; what c_data stands for */
	uint64_t	c_inline_len;	/* thread */

	srv_map_t	c_maps[HKP_MAP_MAX];	/* thread */
	unsigned int	c_nmaps;	/* thread */
	unsigned int	c_map;		/* thread; where the last copy was */
	uint64_t	c_mapped;	/* sv_lock; bytes */
	uint64_t	c_far_low;	/* thread; copied in this call, and */
	uint64_t	c_far_high;	/* thread; not mapped; 0: nothing */

	int		c_fd;		/* thread; came with c_msg; -1: none */
	int		c_fdlost;	/* thread; more came than could */
	hkp_msg_t	c_msg;		/* thread; the request */
	char		c_data[HKP_DATA_MAX];	/* thread; what follows it */
	char		c_ahead[SRV_AHEAD_MAX];	/* thread */
} srv_conn_t;

typedef struct srv {
	pthread_mutex_t	sv_lock;
	pthread_cond_t	sv_cv;		/* sv_nconns has become 0 */
	int		sv_kernel;	/* RO; of hk_boot() */
	int		sv_listen;	/* main thread */
	int		sv_epoll;	/* RO */
	int		sv_stop;	/* RO; eventfd: SHUTDOWN was asked */
	int		sv_spare;	/* main thread; a descriptor in hand */
	uid_t		sv_uid;		/* RO */
	uint64_t	sv_netns;	/* RO; our network namespace */
	int		sv_messages;	/* RO; never copy directly */
	unsigned int	sv_nallow;	/* RO */
	uid_t		sv_allow[SRV_ALLOW_MAX];	/* RO */

	unsigned int	sv_max;		/* RO; connections */
	unsigned int	sv_nconns;	/* sv_lock */
	srv_conn_t	*sv_conns[SRV_CONN_MAX];	/* sv_lock */
	unsigned int	sv_gens[SRV_CONN_MAX];	/* sv_lock */
	srv_file_t	*sv_files;	/* sv_lock */
	unsigned int	sv_naskers;	/* sv_lock */
	struct {
		int		sock;
		uint32_t	seq;
	} sv_askers[SRV_ASKER_MAX];	/* sv_lock; they wait for our end */
} srv_t;

extern srv_t srv;

/* unethostd.c */
extern void srv_log(const char *format, ...)
    __attribute__((__format__(__printf__, 1, 2)));

/* place.c */
typedef enum place_result {
	PLACE_OURS,
	PLACE_TAKEN,		/* *pidp serves it */
	PLACE_BAD		/* `why' says what is wrong */
} place_result_t;

extern place_result_t place_take(const char *path, int shared, pid_t *pidp,
    char *why, size_t whylen);
extern int place_listen(mode_t mode);
extern int place_pid(void);
extern void place_close(void);
extern void place_leave(void);

/* watch.c */
extern int watch_init(int sigfd);
extern void watch_run(void);
extern int watch_arm(srv_conn_t *conn);
extern void watch_disarm(srv_conn_t *conn);
extern void watch_end(srv_conn_t *conn);
extern int watch_relay(int fd);
extern void watch_unrelay(int fd);

/* conn.c */
extern void conn_start(int sock);
extern void conn_refuse(int sock, int error);
extern uint64_t conn_netns(int sock);
extern void conn_rights(int sock, int on);
extern int conn_reply(int sock, uint32_t seq, int64_t result);
extern void conn_event(unsigned int slot, unsigned int gen);
extern int conn_shutdown_asked(void);
extern void conn_end_all(void);

/* file.c */
extern int file_open(srv_conn_t *conn, const char *path, int flags);
extern int file_attach(srv_conn_t *conn, const hkp_token_t *token);
extern int file_export(srv_conn_t *conn, const hkp_token_t *token);
extern int file_import(srv_conn_t *conn, const hkp_token_t *token);
extern int file_close(srv_share_t *share);
extern void file_rele(srv_share_t *share);
extern int file_pollfd(srv_conn_t *conn, int *fdp);
extern void file_relay(int relayed);

/* copy.c */
extern void copy_init(srv_conn_t *conn);
extern void copy_begin(srv_conn_t *conn);
extern void copy_slept(srv_conn_t *conn);
extern int copy_in(void *arg, unsigned long uaddr, void *kaddr,
    unsigned long len);
extern int copy_out(void *arg, const void *kaddr, unsigned long uaddr,
    unsigned long len);

/* map.c */
extern int map_add(srv_conn_t *conn, uint64_t addr, uint64_t len, int fd);
extern int map_remove(srv_conn_t *conn, uint64_t addr);
extern void map_remove_all(srv_conn_t *conn);
extern char *map_find(srv_conn_t *conn, uint64_t addr, uint64_t len,
    uint64_t *lenp);

#endif	/* _SERVER_H */
