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
 * The conformance program over a kernel of this process.  Its children are
 * threads: each is another caller to the kernel, with a pid, an identity and
 * signals of its own, but with this process's files and memory.
 */

#include <pthread.h>
#include <stdint.h>
#include <sys/syscall.h>
#include "caller.h"
#include "conform_hk.h"
#include "zones.h"

#define	CHILDREN	8

typedef struct child {
	pthread_t	c_thread;
	hk_caller_t	c_caller;
	int		(*c_fn)(void *);
	void		*c_arg;
	int		c_status;
	pid_t		c_tid;		/* atomic; 0: not yet */
	int		c_used;
} child_t;

static child_t children[CHILDREN];
static __thread child_t *myself;

/*
 * A child's memory is this process's; it is used only where it is known to be
 * there.
 */
static int
child_copyin(void *ctx, unsigned long uaddr, void *kaddr, unsigned long len)
{
	(void) ctx;
	(void) memcpy(kaddr, (const void *)uaddr, len);
	return (0);
}

static int
child_copyout(void *ctx, const void *kaddr, unsigned long uaddr,
    unsigned long len)
{
	(void) ctx;
	(void) memcpy((void *)uaddr, kaddr, len);
	return (0);
}

static void *
child_main(void *arg)
{
	child_t *c = arg;

	myself = c;
	hk_caller_enter(&c->c_caller);
	__atomic_store_n(&c->c_tid, (pid_t)syscall(SYS_gettid),
	    __ATOMIC_SEQ_CST);
	c->c_status = c->c_fn(c->c_arg) & 0xff;
	hk_caller_exit();
	return (NULL);
}

static int
op_spawn(int (*fn)(void *), void *arg)
{
	child_t *c;
	int i;

	for (i = 0; i < CHILDREN && children[i].c_used; i++)
		;
	if (i == CHILDREN)
		return (-C_ENOMEM);
	c = &children[i];
	(void) memset(c, 0, sizeof (*c));
	c->c_caller.hc_pid = (int)getpid() + 1 + i;
	c->c_caller.hc_privs = HK_PRIV_ALL;
	c->c_caller.hc_copyin = child_copyin;
	c->c_caller.hc_copyout = child_copyout;
	c->c_fn = fn;
	c->c_arg = arg;
	if (pthread_create(&c->c_thread, NULL, child_main, c) != 0)
		return (-C_ENOMEM);
	c->c_used = 1;
	return (i + 1);
}

static int
op_wait(int number)
{
	child_t *c = &children[number - 1];
	struct timespec end;

	if (number < 1 || number > CHILDREN || !c->c_used)
		return (-C_EINVAL);
	(void) clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec += PATIENCE / 1000;
	if (pthread_timedjoin_np(c->c_thread, NULL, &end) != 0)
		return (-C_ETIME);
	c->c_used = 0;
	return (c->c_status);
}

/*
 * A signal stays until a call has heard of it.
 */
static int
op_kill(int number, int how)
{
	if (how != CONFORM_INTERRUPT)
		return (-C_EINVAL);
	hk_caller_interrupt(&children[number - 1].c_caller);
	return (0);
}

static int
op_asleep(int number)
{
	child_t *c = &children[number - 1];
	const pid_t tid = __atomic_load_n(&c->c_tid, __ATOMIC_SEQ_CST);
	char path[64];

	if (tid == 0)
		return (0);
	(void) snprintf(path, sizeof (path), "/proc/self/task/%d/stat",
	    (int)tid);
	return (hk_asleep(path));
}

static int
op_become(uint32_t uid, uint32_t gid)
{
	myself->c_caller.hc_uid = uid;
	myself->c_caller.hc_gid = gid;
	myself->c_caller.hc_privs = 0;
	return (0);
}

static int
op_zone_boot(const char *name)
{
	hk_zone_t hz = { 0 };
	int err;

	(void) snprintf(hz.hz_name, sizeof (hz.hz_name), "%s", name);
	err = zone_start(hk_dev, &hz);
	return (err < 0 ? (int)result(err) : hz.hz_zoneid);
}

static int
op_zone_halt(int zoneid)
{
	return ((int)result(zone_end_id(hk_dev, zoneid)));
}

static int
op_zone_enter(int zoneid)
{
	myself->c_caller.hc_zoneid = zoneid;
	return (0);
}

/*
 * A second run, of which nobody hears, finds what the first one did.
 */
static int lines;

static void
op_count(const char *line)
{
	lines++;
	if (strncmp(line, "not ok", 6) == 0)
		(void) fprintf(stderr, "second run: %s\n", line);
}

static void
op_print_and_count(const char *line)
{
	lines++;
	op_print(line);
}

int
main(void)
{
	conform_ops_t ops;
	int failed, first;

	hk_ops_init(&ops);
	ops.co_print = op_print_and_count;
	ops.co_spawn = op_spawn;
	ops.co_wait = op_wait;
	ops.co_kill = op_kill;
	ops.co_asleep = op_asleep;
	ops.co_become = op_become;
	ops.co_zone_boot = op_zone_boot;
	ops.co_zone_enter = op_zone_enter;
	ops.co_zone_halt = op_zone_halt;

	hk_kernel = hk_boot(getenv("DRV_LOUD") != NULL ? 0 : HK_BOOT_QUIET);
	hk_dev = hk_open(hk_kernel, "/dev/hk", O_RDWR);
	if (hk_dev < 0) {
		(void) printf("Bail out! no kernel (%d)\n", hk_kernel);
		return (2);
	}
	if (conform_run(&ops) != 0)
		return (1);
	first = lines;
	lines = 0;
	ops.co_print = op_count;
	failed = conform_run(&ops);
	if (lines != first) {
		(void) fprintf(stderr, "second run: %d lines, not %d\n", lines,
		    first);
		failed++;
	}
	if (hk_halt(hk_kernel) != 0) {
		(void) fprintf(stderr, "the halt finds something leaked\n");
		failed++;
	}
	return (failed != 0);
}
