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

#ifndef	_PROTO_H
#define	_PROTO_H

/*
 * What a program and unethostd say to each other over the server's socket.
 *
 * The socket is a Unix SOCK_SEQPACKET one: a message is wholly there or not at
 * all.  Every message is a hkp_msg_t, some with bytes behind it.  Both ends run
 * on one machine, so numbers have its byte order.
 *
 * A connection carries one call at a time: one request, one reply.  Its first
 * request opens a file (OPEN), joins a file that this process has opened
 * through another connection (ATTACH), or only asks who is there (HELLO); one
 * that has asked may stay, to see the server's end by the connection's.  A
 * program whose threads are in calls on one file at the same time has a
 * connection for each such call, so a thread that sleeps in a read is in
 * nobody's way.  The file is closed by CLOSE or when the last of its
 * connections is gone, however that comes about.
 *
 * A file can be passed on to other processes.  A connection whose first request
 * is EXPORT carries no calls: it is there to be inherited or sent, and to keep
 * the file open.  The reply to it stays unread in its socket, and whoever comes
 * to have that looks at it (MSG_PEEK), finds the token in it, and joins with a
 * connection of its own (IMPORT), with a process and user of its own.  What it
 * then has of the file is closed by its CLOSE, and the file by the last one's.
 *
 *	program			server
 *	OPEN path	->
 *			<-	REPLY (result, token)
 *	IOCTL addr	->
 *			<-	COPYIN addr, len	(only where the server
 *	COPIED, bytes	->				 may not reach the
 *			<-	COPYOUT addr, len	 program's memory)
 *			<-	bytes
 *	COPIED		->
 *			<-	REPLY (result)
 *
 * INTERRUPT may be sent at any time during a call; it names the call by its
 * sequence number and has no reply.  COPYOUT is two messages so that the
 * program can receive the second straight into the place it is for, and learns
 * from the host, without a signal handler, that the place is not there.
 *
 * Every first request says in which zone of the kernel the program is to be:
 * none that it names (0), or the one that an earlier HELLO was answered with.
 * A HELLO may bring the name of a zone that the program would be in.  It is the
 * server that decides (hk_api_zone()), by the user and by the network namespace
 * of who connects.
 *
 * MAP gives the server memory of the program that it may map as well: from then
 * on copies of this connection to and from these addresses are no business of
 * the program's.  A reply says which addresses were copied otherwise, so a
 * program learns what would be worth a MAP without looking into its requests.
 * UNMAP comes before the first request that may mean other memory by such an
 * address.  A descriptor comes after the first reply: before it the host may
 * refuse to send one.
 */

#include <stdint.h>

/*
 * In hm_addr of the first request of a connection and of the reply to it.  The
 * layout of hkp_msg_t and these two numbers stay the same in every version.
 */
#define	HKP_MAGIC	0x756e6574U		/* unet */
#define	HKP_VERSION	4U
#define	HKP_HANDSHAKE	(((uint64_t)HKP_MAGIC << 32) | HKP_VERSION)

typedef enum hkp_op {
	/* Program to server, no file needed; hm_arg2: a zone's id, or 0. */
	HKP_HELLO	= 1,	/* perhaps then a zone's name, hm_len bytes; */
				/* hm_arg of the reply: the zone's id */
	HKP_OPEN	= 2,	/* hm_arg: flags; then the path, hm_len bytes */
	HKP_ATTACH	= 3,	/* then the file's hkp_token_t */
	HKP_EXPORT	= 4,	/* then the file's hkp_token_t */
	HKP_IMPORT	= 5,	/* then the hkp_token_t of an EXPORT */

	/* Program to server, on a file. */
	HKP_CLOSE	= 16,
	HKP_READ	= 17,	/* hm_addr, hm_len */
	HKP_WRITE	= 18,	/* hm_addr, hm_len; perhaps then the bytes */
	HKP_READV	= 19,	/* hm_len hkp_iovec_t, which follow */
	HKP_WRITEV	= 20,	/* hm_len hkp_iovec_t, which follow */
	HKP_IOCTL	= 21,	/* hm_arg: command; hm_addr */
	HKP_SETFL	= 22,	/* hm_arg: flags */
	HKP_GETFL	= 23,
	HKP_POLL	= 24,	/* hm_arg: events; hm_arg2: milliseconds */
	HKP_POLLFD	= 25,	/* the reply carries a descriptor */
	HKP_POLLARM	= 26,	/* hm_arg: events */
	HKP_MODEL	= 27,	/* hm_arg: 32 or 64 */
	HKP_MAP		= 28,	/* hm_addr, hm_len; carries a descriptor */
	HKP_UNMAP	= 29,	/* hm_addr; no reply */

	/* Program to server, during a call. */
	HKP_INTERRUPT	= 64,
	HKP_COPIED	= 65,	/* hm_result; for COPYIN the bytes follow */

	/* Server to program. */
	HKP_REPLY	= 96,	/* hm_result; for a file, its hkp_token_t; */
				/* hm_addr, hm_len: the lowest and the */
				/* highest address copied outside of what is */
				/* mapped (0: none) */
	HKP_COPYIN	= 97,	/* hm_addr, hm_len */
	HKP_COPYOUT	= 98	/* hm_addr, hm_len; the bytes: next message */
} hkp_op_t;

typedef struct hkp_msg {
	uint32_t	hm_op;		/* hkp_op_t */
	uint32_t	hm_seq;		/* of the call; a reply repeats it */
	int64_t		hm_result;	/* >= 0, or the negative of an errno */
	uint64_t	hm_addr;	/* in the program */
	uint64_t	hm_len;
	int32_t		hm_arg;
	int32_t		hm_arg2;
} hkp_msg_t;

typedef struct hkp_iovec {
	uint64_t	hi_addr;
	uint64_t	hi_len;
} hkp_iovec_t;

/*
 * Names a file of the server to a process that has it, or an EXPORT of it to
 * whoever has the descriptor.
 */
typedef struct hkp_token {
	uint64_t	ht_word[2];
} hkp_token_t;

#define	HKP_PATH_MAX	1024U
#define	HKP_ZONE_MAX	64U	/* bytes of a zone's name */
#define	HKP_IOV_MAX	1024U
#define	HKP_DATA_MAX	(HKP_IOV_MAX * sizeof (hkp_iovec_t))

/*
 * A write of up to HKP_INLINE_MAX bytes brings them along.  Copies by message
 * go in pieces of HKP_CHUNK_MAX bytes.
 */
#define	HKP_INLINE_MAX	HKP_DATA_MAX
#define	HKP_CHUNK_MAX	(32U * 1024U)

/*
 * What MAP takes, for each connection: this many, of so many bytes together;
 * and of a user other than the server's and root HKP_MAP_USER in all.  The
 * descriptor is of a file in memory of hm_len bytes that is sealed against
 * being made shorter or longer and against other seals (memfd_create(2)).
 * -EINVAL: it is not, or the range is none; -EEXIST: some of the addresses are
 * mapped already; -ENOSPC: more than that; -EMFILE: the server has no room for
 * the descriptor; otherwise what mmap(2) says.  Calls go on as they did before.
 */
#define	HKP_MAP_MAX	32U
#define	HKP_MAP_BYTES	(256UL * 1024UL * 1024UL)
#define	HKP_MAP_USER	(4UL * HKP_MAP_BYTES)

#endif	/* _PROTO_H */
