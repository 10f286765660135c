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
 * A thread that owns what it gets (hk_own), and ends in the middle of things:
 * its files are closed and its kernels halted, what others have stays.  With
 * the kernel of this process and with a served one.
 */

#include "srv.h"

/*
 * What a thread does before it ends: joins a kernel, so many times, leaves it
 * again, and opens the link.
 */
typedef struct guest {
	int		g_own;
	int		g_joins;
	int		g_leaves;
	int		g_kernel;	/* out: the first */
	int		g_open;		/* out: the link */
	int		g_error;	/* out */
} guest_t;

static int served;

static int
join(void)
{
	return (served ? hk_connect(srv_sock) :
	    hk_boot(HK_BOOT_SHARE | HK_BOOT_QUIET));
}

static void *
be_guest(void *arg)
{
	guest_t *g = arg;
	int kernel[8];
	int i;

	g->g_error = 0;
	for (i = 0; i < g->g_own; i++)
		g->g_error |= hk_own();
	for (i = 0; i < g->g_joins; i++)
		kernel[i] = join();
	g->g_kernel = kernel[0];
	g->g_open = hk_open(g->g_kernel, UNET_DEV_DIR "/own0", DRV_RDWR);
	(void) hk_pollfd(g->g_open);
	(void) hk_pollarm(g->g_open, POLLIN);
	for (i = 0; i < g->g_leaves; i++)
		g->g_error |= hk_halt(kernel[g->g_joins - 1 - i]);
	return (NULL);
}

static void
run_guest(guest_t *g)
{
	pthread_t thread;

	need(pthread_create(&thread, NULL, be_guest, g) == 0, "a thread");
	(void) pthread_join(thread, NULL);
	is(g->g_error, 0, "what it did went well");
	ok(g->g_open > 0, "it opened the link (%d)", g->g_open);
}

static int
is_free(void)
{
	return (drv_info("own0").uii_holder == 0);
}

static void
test_guests(void)
{
	guest_t once = { .g_own = 1, .g_joins = 1 };
	guest_t often = { .g_own = 3, .g_joins = 3, .g_leaves = 1 };
	guest_t stranger = { .g_joins = 1 };
	int i;

	(void) drv_create("own0");
	is(drv_usage().hu_files, 2, "ours are open");
	for (i = 0; i < 3; i++) {
		run_guest(&once);
		drv_until(is_free(), "its link is free when it has ended");
		is(hk_getfl(once.g_open), -EBADF, "its file is no more");
		run_guest(&often);
		drv_until(is_free(), "as often as it likes");
	}
	is(drv_usage().hu_files, 2, "ours are still open, and no others");

	run_guest(&stranger);
	is(drv_info("own0").uii_holder, (uint32_t)getpid(),
	    "who does not own what it gets leaves it");
	is(hk_close(stranger.g_open), 0, "for others to close");
	is(hk_halt(stranger.g_kernel), 0, "and its kernel for others to leave");
	is(drv_destroy("own0"), 0, "the link is destroyed");
}

/*
 * Some end while others begin.
 */
static void *
be_brief(void *arg)
{
	int *goodp = arg, i, kernel;

	if (hk_own() == 0) {
		for (i = 0; i < 3; i++) {
			kernel = join();
			if (hk_open(kernel, "/dev/hk", O_RDWR) > 0)
				++*goodp;
		}
	}
	return (NULL);
}

static void
test_together(void)
{
	pthread_t threads[8];
	int good[8] = { 0 }, i, sum = 0;

	for (i = 0; i < 8; i++) {
		need(pthread_create(&threads[i], NULL, be_brief,
		    &good[i]) == 0, "a thread");
	}
	for (i = 0; i < 8; i++) {
		(void) pthread_join(threads[i], NULL);
		sum += good[i];
	}
	is(sum, 24, "threads own what they get at the same time");
	drv_until(drv_usage().hu_files == 2, "and leave nothing");
}

/*
 * The last one of a kernel halts it, also by ending.
 */
static void *
be_last(void *arg)
{
	int *ownp = arg;

	*ownp = hk_own();
	drv_kernel = join();
	drv_ctl = hk_open(drv_kernel, UNET_CTL_PATH, O_RDWR);
	(void) drv_create("own0");
	return (NULL);
}

static void
test_last(void)
{
	pthread_t thread;
	int own = -1, kernel;

	(void) pthread_create(&thread, NULL, be_last, &own);
	(void) pthread_join(thread, NULL);
	is(own, 0, "a thread owns a kernel");
	is(hk_getfl(drv_ctl), -EBADF, "its files are no more");
	kernel = hk_boot(HK_BOOT_QUIET);
	ok(kernel > 0, "and nor is the kernel: there is room for another (%d)",
	    kernel);
	is(hk_halt(kernel), 0, "which is halted by who booted it");
}

/*
 * A kernel of a thread's own, not to be shared.
 */
static void *
be_alone(void *arg)
{
	int *kernelp = arg;

	(void) hk_own();
	*kernelp = hk_boot(HK_BOOT_QUIET);
	return (NULL);
}

static void
test_alone(void)
{
	pthread_t thread;
	int kernel = 0;

	(void) pthread_create(&thread, NULL, be_alone, &kernel);
	(void) pthread_join(thread, NULL);
	ok(kernel > 0, "a thread boots a kernel (%d)", kernel);
	is(hk_halt(kernel), -EBADF, "which is halted with it");
}

int
main(void)
{
	printf("# in this process\n");
	drv_kernel = join();
	need(drv_kernel > 0, "the kernel boots (%d)", drv_kernel);
	drv_ctl = hk_open(drv_kernel, UNET_CTL_PATH, O_RDWR);
	drv_hk = hk_open(drv_kernel, "/dev/hk", O_RDWR);
	test_guests();
	test_together();
	is(hk_halt(drv_kernel), 0, "ours is halted, by the last one");
	is(hk_getfl(drv_ctl), -EBADF, "with its files");
	test_last();
	test_alone();

	printf("# served\n");
	served = 1;
	srv_make_dir();
	srv_start_with(NULL);
	srv_connect();
	test_guests();
	test_together();
	srv_shutdown();
	srv_check_log();
	return (tap_done());
}
