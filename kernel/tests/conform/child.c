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
 * Several at once: calls that wait and what ends them, and what becomes of a
 * link when processes share, inherit or lose its descriptor.
 */

/*
 * What a child does with the link that it opens.  Its exit status is what its
 * call returned, by status_of().
 */
typedef struct task {
	const char	*t_name;
	int		t_oflags;
	int		t_fd;		/* of the parent's, inherited */
} task_t;

static int
child_read(void *arg)
{
	const task_t *t = arg;
	uint8_t buf[2048];
	int64_t res;
	int fd;

	if ((fd = open_link(t->t_name, t->t_oflags)) < 0)
		return (255);
	res = c_read(fd, buf, sizeof (buf));
	(void) c_close(fd);
	return (status_of(res));
}

static int
child_fio_read(void *arg)
{
	const task_t *t = arg;
	uint8_t buf[2048];
	uint64_t room[2 + 3];
	frameio_t *f = (frameio_t *)room;
	int64_t res;
	int fd;

	if ((fd = open_link(t->t_name, t->t_oflags)) < 0)
		return (255);
	fill(room, 0, sizeof (room));
	f->fio_version = FRAMEIO_CURRENT_VERSION;
	f->fio_nvpf = f->fio_nvecs = 1;
	f->fio_vecs[0].fv_buf = buf;
	f->fio_vecs[0].fv_buflen = sizeof (buf);
	res = c_ioctl(fd, UNET_IOC_FRAMEIO_READ, f);
	(void) c_close(fd);
	return (status_of(res));
}

/*
 * The exit status is the events.
 */
static int
child_poll(void *arg)
{
	const task_t *t = arg;
	int fd, res;

	if ((fd = open_link(t->t_name, t->t_oflags)) < 0)
		return (255);
	res = c_poll(fd, C_POLLIN, 30000);
	(void) c_close(fd);
	return (res < 0 ? 254 : res);
}

/*
 * Opens, and ends without closing.
 */
static int
child_leaves(void *arg)
{
	const task_t *t = arg;

	return (open_link(t->t_name, t->t_oflags) < 0 ? 255 : 0);
}

static int
child_inherits(void *arg)
{
	const task_t *t = arg;
	uint8_t buf[100];

	if (c_read(t->t_fd, buf, sizeof (buf)) != -C_EAGAIN)
		return (1);
	if (open_link(t->t_name, HOLD) != -C_EBUSY)
		return (2);
	return (c_close(t->t_fd) == 0 ? 0 : 3);
}

/*
 * Each kind of call that waits, until the link is destroyed.
 */
static void
wait_destroyed(void)
{
	static const struct {
		int (*fn)(void *);
		int status;
		const char *what;
	} waits[] = {
		{ child_read, C_ENXIO, "read" },
		{ child_fio_read, C_ENXIO, "framed read" },
		{ child_poll, C_POLLHUP, "poll" }
	};
	task_t t = { L0, C_O_RDWR, -1 };
	unsigned int i;
	int child;

	for (i = 0; i < NELEM(waits); i++) {
		theme = "destroyed";
		(void) create(L0);
		child = holder(L0, waits[i].fn, &t);
		is(destroy(L0), 0, "while somebody waits");
		is(cf.ops->co_wait(child), waits[i].status,
		    "%s is told", waits[i].what);
		ok(gone(L0), "... and the link is gone");
	}
}

static void
wait_signalled(void)
{
	task_t t = { L0, C_O_RDWR, -1 };
	int child;

	theme = "signal";
	if (cf.ops->co_kill == NULL) {
		skip("no signals", "interrupts a read");
		return;
	}
	(void) create(L0);
	child = holder(L0, child_read, &t);
	is(cf.ops->co_kill(child, CONFORM_INTERRUPT), 0, "is sent");
	is(cf.ops->co_wait(child), C_EINTR, "interrupts a read");
	until(info(L0).uii_holder == 0, "whose caller closes");
	child = holder(L0, child_fio_read, &t);
	is(cf.ops->co_kill(child, CONFORM_INTERRUPT), 0, "is sent");
	is(cf.ops->co_wait(child), C_EINTR, "interrupts a framed read");
	is(info(L0).uii_linkstate, UNET_LINK_DOWN, "down");

	if ((cf.ops->co_flags & CONFORM_PROCESS) != 0) {
		child = holder(L0, child_read, &t);
		is(cf.ops->co_kill(child, CONFORM_DESTROY), 0, "kills");
		is(cf.ops->co_wait(child), CONFORM_KILLED, "... a reader");
		until(info(L0).uii_holder == 0, "the link is free");
		is(info(L0).uii_linkstate, UNET_LINK_DOWN, "... and down");
	} else {
		skip("children are no processes", "kills a reader");
	}
	is(destroy(L0), 0, "destroyed");
}

/*
 * The holder is another process.
 */
static void
processes(void)
{
	task_t t = { L0, C_O_RDWR, -1 };
	unet_ioc_destroy_t uid;
	int child;

	theme = "process";
	if ((cf.ops->co_flags & CONFORM_PROCESS) == 0) {
		skip("children are no processes", "is named as the holder");
		skip("children are no processes", "that ends lets go");
		return;
	}
	(void) create(L0);
	child = holder(L0, child_read, &t);
	is(info(L0).uii_holder, child, "is named as the holder");
	is(open_link(L0, HOLD), -C_EBUSY, "excludes others");
	is(destroy_as(&uid, L0, UNET_DESTROY_UNHELD), -C_EBUSY, "refuses");
	is(uid.uid_holder, child, "... and is named");
	is(destroy(L0), 0, "is told");
	is(cf.ops->co_wait(child), C_ENXIO, "... by its call");

	(void) create(L0);
	child = cf.ops->co_spawn(child_leaves, &t);
	is(cf.ops->co_wait(child), 0, "that ends without closing");
	until(info(L0).uii_holder == 0, "lets go");
	is(info(L0).uii_linkstate, UNET_LINK_DOWN, "... and the link is down");
	is(destroy(L0), 0, "destroyed");
}

/*
 * One open, several descriptors.
 */
static void
descriptors(void)
{
	const int fd = begin(L0);
	task_t t = { L0, HOLD, fd };
	int two;

	theme = "descriptors";
	if (cf.ops->co_dup != NULL) {
		two = cf.ops->co_dup(fd);
		ok(two >= 0, "dup (%d)", two);
		is(c_close(two), 0, "closing one");
		is(info(L0).uii_holder, cf.ops->co_getpid(),
		    "... is no last close");
		is(c_read(fd, cf.in, ROOM), -C_EAGAIN, "... the other works");
	} else {
		skip("no dup", "closing one of two is no last close");
	}
	if ((cf.ops->co_flags & CONFORM_FORK) != 0) {
		is(cf.ops->co_wait(cf.ops->co_spawn(child_inherits, &t)), 0,
		    "a child uses its parent's");
		is(info(L0).uii_holder, cf.ops->co_getpid(),
		    "... its end is no last close");
		is(info(L0).uii_linkstate, UNET_LINK_UP, "... the link is up");
		is(c_read(fd, cf.in, ROOM), -C_EAGAIN, "... the other works");
	} else {
		skip("children inherit nothing", "a child's close is not last");
	}
	end(L0, fd);
}

static void
facts_child(void)
{
	theme = "children";
	if (cf.ops->co_spawn == NULL || cf.ops->co_wait == NULL) {
		skip("there are no children", "wait, and are woken");
		return;
	}
	wait_destroyed();
	wait_signalled();
	processes();
	descriptors();
}
