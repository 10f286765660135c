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
 * The main loop.  It accepts connections; ends when a signal or SHUTDOWN says
 * so; relays readiness; and watches the sockets of connections whose thread
 * sleeps interruptibly in the kernel, so that such a sleep ends when the
 * program interrupts it or is gone.  A connection that does not sleep reads its
 * socket itself.
 *
 * What an event is about is in its data: for a connection the generation of its
 * slot (never 0) and the slot, so that an event that was under way when its
 * connection ended concerns nobody; for anything else 0 and one of these.
 */

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <fcntl.h>
#include <unistd.h>

#include "server.h"

#define	WATCH_LISTEN	1U
#define	WATCH_SIGNAL	2U
#define	WATCH_STOP	3U
#define	WATCH_RELAY	0x80000000U	/* | the kernel's descriptor */

#define	WATCH_EVENTS	64

static int
watch_add(int fd, uint32_t what)
{
	struct epoll_event event = { .events = EPOLLIN, .data.u64 = what };

	return (epoll_ctl(srv.sv_epoll, EPOLL_CTL_ADD, fd, &event) == 0 ?
	    0 : -errno);
}

int
watch_init(int sigfd)
{
	int error;

	srv.sv_epoll = epoll_create1(EPOLL_CLOEXEC);
	srv.sv_stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	srv.sv_spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (srv.sv_epoll < 0 || srv.sv_stop < 0 || srv.sv_spare < 0)
		return (-errno);
	error = watch_add(srv.sv_listen, WATCH_LISTEN);
	if (error == 0)
		error = watch_add(sigfd, WATCH_SIGNAL);
	if (error == 0)
		error = watch_add(srv.sv_stop, WATCH_STOP);
	return (error);
}

int
watch_relay(int fd)
{
	return (watch_add(fd, WATCH_RELAY | (uint32_t)fd));
}

void
watch_unrelay(int fd)
{
	(void) epoll_ctl(srv.sv_epoll, EPOLL_CTL_DEL, fd, NULL);
}

/*
 * Tell the loop of the next thing that happens on the connection's socket,
 * which may have happened already.
 */
int
watch_arm(srv_conn_t *conn)
{
	struct epoll_event event = {
		.events = EPOLLIN | EPOLLRDHUP | EPOLLONESHOT,
		.data.u64 = ((uint64_t)conn->c_gen << 32) | conn->c_slot
	};

	return (epoll_ctl(srv.sv_epoll,
	    conn->c_watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD,
	    conn->c_sock, &event));
}

void
watch_disarm(srv_conn_t *conn)
{
	struct epoll_event event = {
		.events = EPOLLONESHOT,
		.data.u64 = ((uint64_t)conn->c_gen << 32) | conn->c_slot
	};

	(void) epoll_ctl(srv.sv_epoll, EPOLL_CTL_MOD, conn->c_sock, &event);
}

/*
 * The connection's thread is about to close the socket.  A loop that is looking
 * at it has a reference for that long, and if it were the last one, what the
 * program has sent us and nobody has read would end in the loop, sockets that
 * linger included.
 */
void
watch_end(srv_conn_t *conn)
{
	if (conn->c_watched)
		(void) epoll_ctl(srv.sv_epoll, EPOLL_CTL_DEL, conn->c_sock,
		    NULL);
}

/*
 * Out of descriptors: take the next connection with the one kept in hand, only
 * to tell it so.  Leaving it in the queue would have us come back at once.
 */
static void
accept_spare(void)
{
	int sock;

	(void) close(srv.sv_spare);
	sock = accept4(srv.sv_listen, NULL, NULL, SOCK_CLOEXEC);
	if (sock >= 0) {
		conn_refuse(sock, -EMFILE);
		(void) close(sock);
	}
	srv.sv_spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void
watch_accept(void)
{
	int sock = accept4(srv.sv_listen, NULL, NULL, SOCK_CLOEXEC);

	if (sock >= 0)
		conn_start(sock);
	else if (errno == EMFILE || errno == ENFILE)
		accept_spare();
}

/*
 * Serve until somebody wants us to end.
 */
void
watch_run(void)
{
	struct epoll_event events[WATCH_EVENTS];
	uint32_t what, gen;
	int i, n, accepting;

	for (;;) {
		n = epoll_wait(srv.sv_epoll, events, WATCH_EVENTS, -1);
		accepting = 0;
		for (i = 0; i < n; i++) {
			what = (uint32_t)events[i].data.u64;
			gen = (uint32_t)(events[i].data.u64 >> 32);
			if (gen != 0)
				conn_event(what, gen);
			else if ((what & WATCH_RELAY) != 0)
				file_relay((int)(what & ~WATCH_RELAY));
			else if (what == WATCH_LISTEN)
				accepting = 1;
			else
				return;
		}
		if (accepting)
			watch_accept();
	}
}
