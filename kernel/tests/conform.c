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
 * The conformance program: what unet promises, as a program can see it that has
 * nothing but system calls and the two headers of the ABI.
 *
 * HOW TO RUN IT
 *
 * Over the hosted kernel it is a test like any other (make test), through the
 * tables in conform_hosted.c (the kernel is in this process) and
 * conform_served.c (it is another, and children are processes).
 *
 * On illumos, with the driver attached, as root in the global zone:
 *
 *	cc -m64 -I unet -I frameio -o conform tests/conform.c \
 *	    tests/conform_illumos.c -ldlpi
 *	./conform
 *
 * and once more with -m32, for the 32-bit layouts.  Links named conform0 to
 * conform3 are its own, and it counts all links: nobody else may make or
 * destroy any while it runs.
 *
 * Where there is no libc, compile this file alone,
 *
 *	cc -ffreestanding -DCONFORM_ALONE -I unet -I frameio -c tests/conform.c
 *
 * fill in the table of conform.h with one's own system calls, and call
 * conform_run().  (CONFORM_ALONE adds the four functions of memory that a
 * compiler calls by itself.)  It allocates nothing, opens nothing but what is
 * below /dev/unet, and can run again in the same process.
 *
 * WHAT WANTS WHAT
 *
 * The first part of the table is enough for most facts.  Those that want more
 * are skipped if it is not there, and say so:
 *
 *	co_spawn, co_wait	calls that wait, and what ends them
 *	co_kill			EINTR, and a killed holder
 *	CONFORM_PROCESS, FORK	the holder's pid; exit without close; inherited
 *				descriptors
 *	co_memory, co_readonly	EFAULT in the middle, and results that cannot be
 *				told
 *	co_model		32-bit programs, from a 64-bit one
 *	co_mkid, co_rmid	links by id; a link management daemon to ask
 *	co_rename, co_lend	links that dladm(8) renames, or lends to a zone
 *	co_become, POLICY	owners; the driver's device policy
 *	co_zone_*		zones with a /dev of their own
 *	co_peer_*		all frames that come or arrive
 *
 * No frame of the stack can be had without a client of the link's MAC.  A DLPI
 * stream of /dev/net/<link> is one that needs no IP: open it, DL_BIND_REQ to
 * SAP 0x88b5, DLIOCRAW, putmsg, getmsg.  It also is what makes a destroy EBUSY.
 * IP need not be plumbed on these links, and must not send there.
 *
 * HOW IT IS WRITTEN
 *
 * kit.h says what is found and makes requests; each file beside it is a theme,
 * and what it proves is in its facts.  A fact that a reader cannot find in
 * sys/unet.h, sys/frameio.h or unet(4D) does not belong here.
 *
 * What is new gets a file and a line in the list below.  Properties that are in
 * UNET_PROP_MAP are read, and refused if they are read-only, without that.
 */

#include <stddef.h>
#include <stdint.h>
#include "conform/kit.h"
#include "conform/ctl.c"
#include "conform/create.c"
#include "conform/look.c"
#include "conform/open.c"
#include "conform/io.c"
#include "conform/prop.c"
#include "conform/destroy.c"
#include "conform/child.c"
#include "conform/peer.c"
#include "conform/batch.c"
#include "conform/event.c"
#include "conform/monitor.c"
#include "conform/ilp32.c"
#include "conform/access.c"

#ifdef	CONFORM_ALONE

/*
 * What a compiler calls where it sees fit.
 */
extern void *memset(void *, int, size_t);
extern void *memcpy(void *, const void *, size_t);
extern void *memmove(void *, const void *, size_t);
extern int memcmp(const void *, const void *, size_t);

void *
memset(void *to, int c, size_t len)
{
	volatile uint8_t *p = to;

	while (len-- > 0)
		*p++ = (uint8_t)c;
	return (to);
}

void *
memcpy(void *to, const void *from, size_t len)
{
	return (memmove(to, from, len));
}

void *
memmove(void *to, const void *from, size_t len)
{
	const volatile uint8_t *q = from;
	volatile uint8_t *p = to;
	size_t i;

	if ((uintptr_t)to <= (uintptr_t)from) {
		for (i = 0; i < len; i++)
			p[i] = q[i];
	} else {
		for (i = len; i > 0; i--)
			p[i - 1] = q[i - 1];
	}
	return (to);
}

int
memcmp(const void *a, const void *b, size_t len)
{
	const volatile uint8_t *p = a;
	const volatile uint8_t *q = b;
	size_t i;

	for (i = 0; i < len; i++) {
		const int pi = p[i], qi = q[i];

		if (pi != qi)
			return (pi - qi);
	}
	return (0);
}

#endif	/* CONFORM_ALONE */

static void (*const themes[])(void) = {
	facts_ctl,
	facts_create,
	facts_look,
	facts_open,
	facts_io,
	facts_prop,
	facts_destroy,
	facts_child,
	facts_peer,
	facts_batch,
	facts_event,
	facts_monitor,
	facts_ilp32,
	facts_access
};

static void
say_number(const char *before, int n, const char *after)
{
	line_t l = { { 0 }, 0 };

	line_text(&l, before);
	line_number(&l, n);
	line_text(&l, after);
	cf.ops->co_print(l.text);
}

/*
 * What an earlier run left when it was ended: links of our names.
 */
static void
clean_up(void)
{
	static const char *const names[] = { L0, L1, L2, L3 };
	unsigned int i;

	for (i = 0; i < NELEM(names); i++)
		(void) destroy(names[i]);
}

int
conform_run(const conform_ops_t *ops)
{
	unsigned int i;
	int err;

	fill(&cf, 0, sizeof (cf));
	cf.ops = ops;
	theme = "run";
	(void) is(ops->co_version, CONFORM_VERSION, "the table's version");
	cf.ctl = ops->co_open(UNET_CTL_PATH, C_O_RDWR);
	if (!ok(cf.ctl >= 0, "ctl opens (%d)", cf.ctl)) {
		ops->co_print("Bail out! no " UNET_CTL_PATH);
		return (1);
	}
	clean_up();
	cf.strangers = list(0, NULL, &err);
	(void) is(err, 0, "links are listed");

	for (i = 0; i < NELEM(themes); i++)
		themes[i]();

	theme = "run";
	(void) is(list(0, NULL, &err), cf.strangers, "no link is left");
	(void) is(c_close(cf.ctl), 0, "ctl is closed");
	say_number("1..", cf.count, "");
	say_number("# ", cf.skipped, " skipped");
	return (cf.failed);
}
