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
 * Programs that use one server at once, and are killed at any moment: what they
 * held is free at once, their single-shot links go, and the server has nothing
 * left that it should not have.
 */

#include "srv.h"
#include "race.h"

#define	NCLIENTS	4

static uint32_t seed;

/*
 * A program of several threads that works until it is killed.
 */
static void
be_client(void *arg)
{
	race_thread_t rts[] = {
		{ .rt_role = race_maker }, { .rt_role = race_holder },
		{ .rt_role = race_guest }, { .rt_role = race_plumber },
		{ .rt_role = race_setter }, { .rt_role = race_looker },
		{ .rt_role = race_neighbour }
	};
	const size_t n = sizeof (rts) / sizeof (rts[0]);
	const uint32_t mine = *(const uint32_t *)arg;
	size_t i;

	drv_crowded = 1;
	while ((drv_kernel = hk_connect(srv_sock)) == -EMFILE)
		(void) sched_yield();
	if (drv_kernel <= 0)
		_exit(1);
	for (i = 0; i < n; i++)
		rts[i].rt_seed = mine + (uint32_t)i * 104729;
	race_start(rts, n);
	srv_say(0);
	for (;;) {
		(void) usleep(1000);
		if (__atomic_load_n(&race_strange, __ATOMIC_RELAXED) != 0) {
			(void) fflush(stdout);
			srv_say(1);
			_exit(1);
		}
	}
}

static srv_child_t
start_client(void)
{
	srv_child_t child;

	seed = seed * 1103515245 + 12345;
	child = srv_fork(be_client, &seed);
	need(srv_hear(&child) == 0, "a client works");
	return (child);
}

/*
 * True: it was killed, and had seen nothing strange before.
 */
static int
kill_client(srv_child_t *child)
{
	int status;

	(void) kill(child->sc_pid, SIGKILL);
	status = srv_wait(child);
	return (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static int
no_holder(void)
{
	unet_list_ent_t ents[16];
	const uint32_t n = drv_list(ents, 16);
	unet_ioc_info_t uii;
	uint32_t i;

	for (i = 0; i < n; i++) {
		memset(&uii, 0, sizeof (uii));
		drv_hdr(&uii.uii_hdr, ents[i].ule_name);
		if (hk_ioctl(drv_ctl, UNET_IOC_INFO, &uii) == 0 &&
		    uii.uii_holder != 0)
			return (0);
	}
	return (1);
}

/*
 * What the dead have left goes like anything else.
 */
static void
clear(void)
{
	char name[UNET_NAMELEN];
	hk_stack_t hst;
	hk_dl_t dl;
	uint32_t i;

	for (i = 0; i < RACE_NLINKS; i++) {
		race_name(name, i);
		memset(&dl, 0, sizeof (dl));
		(void) snprintf(dl.hdl_name, sizeof (dl.hdl_name), "%s", name);
		if (hk_ioctl(drv_hk, HK_IOC_DLINFO, &dl) != 0)
			continue;
		memset(&hst, 0, sizeof (hst));
		hst.hst_linkid = dl.hdl_linkid;
		(void) hk_ioctl(drv_hk, HK_IOC_UNPLUMB, &hst);
		(void) drv_destroy(name);
		/* An id that its maker did not live to use. */
		(void) hk_ioctl(drv_hk, HK_IOC_DLDESTROY, &dl);
	}
}

int
main(void)
{
	const uint32_t seconds = race_number("UNET_TIME", 2);
	srv_child_t clients[NCLIENTS];
	uint32_t killed = 0, badly = 0, i;
	time_t end;

	seed = race_number("UNET_SEED", (uint32_t)time(NULL));
	printf("# UNET_SEED=%u UNET_TIME=%u\n", seed, seconds);
	srv_make_dir();
	srv_start_with(NULL);
	srv_connect();
	for (i = 0; i < NCLIENTS; i++)
		clients[i] = start_client();
	for (end = time(NULL) + seconds; time(NULL) < end; killed++) {
		(void) usleep(20000 + seed % 30000);
		/* How many files of the dead it bears is not tested. */
		while (drv_usage().hu_files > 200)
			(void) usleep(1000);
		i = seed / 65536 % NCLIENTS;
		badly += !kill_client(&clients[i]);
		clients[i] = start_client();
	}
	for (i = 0; i < NCLIENTS; i++)
		badly += !kill_client(&clients[i]);
	is(badly, 0, "of %u clients that were killed none saw anything strange",
	    killed + NCLIENTS);
	drv_until(no_holder(), "none of them holds a link any more");
	drv_until((clear(), drv_usage().hu_links == 0), "the links go");
	drv_until(drv_usage().hu_mblks == 0 && drv_usage().hu_files == 2,
	    "and nothing is left");
	srv_shutdown();
	srv_check_log();
	return (tap_done());
}
