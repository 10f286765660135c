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
 * Messages: that bytes stay what they are whatever is done to their blocks, and
 * that every block is given back.
 */

#include <sys/kmem.h>
#include <sys/strsubr.h>
#include <sys/strsun.h>
#include <sys/sysmacros.h>
#include <sys/systm.h>

#include "harness.h"
#include "kern_impl.h"

#define	MAXMSG	4096

static uint64_t
mblks_out(void)
{
	hk_usage_t usage;

	kern_usage(&usage);
	return (usage.hu_mblks);
}

static void
test_sizes(void)
{
	static const size_t sizes[] = {
		0, 1, 63, 64, 65, 128, 1514, 1600, 1601, 9018, 16448, 16449,
		200000
	};
	uint_t i, wrong = 0;
	mblk_t *mp;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		mp = allocb(sizes[i], BPRI_MED);
		if (mp == NULL || (size_t)MBLKSIZE(mp) < sizes[i] ||
		    MBLKL(mp) != 0 || MBLKHEAD(mp) != 0 || DB_REF(mp) != 1 ||
		    DB_TYPE(mp) != M_DATA || DB_CKSUMFLAGS(mp) != 0 ||
		    mp->b_next != NULL || mp->b_cont != NULL)
			wrong++;
		(void) memset(mp->b_wptr, 0xaa, (size_t)MBLKSIZE(mp));
		DB_CKSUMFLAGS(mp) = 0xffff;
		mp->b_flag = 0xffff;
		freemsg(mp);
	}
	check(wrong == 0, "a new message is empty, and large enough");
	check(mblks_out() == 0, "all are given back");
	check(testb(100, BPRI_HI) == 1, "testb");
}

static mblk_t *
text(const char *s, size_t head)
{
	size_t len = strlen(s);
	mblk_t *mp = allocb(head + len + 3, BPRI_MED);

	mp->b_rptr += head;
	mp->b_wptr = mp->b_rptr + len;
	bcopy(s, mp->b_rptr, len);
	return (mp);
}

static boolean_t
says(mblk_t *mp, const char *s)
{
	char buf[256];
	size_t n = 0;

	for (; mp != NULL; mp = mp->b_cont) {
		bcopy(mp->b_rptr, buf + n, (size_t)MBLKL(mp));
		n += (size_t)MBLKL(mp);
	}
	return (n == strlen(s) && bcmp(buf, s, n) == 0);
}

static mblk_t *
hello(void)
{
	mblk_t *mp = text("he", 5);

	linkb(mp, text("", 0));
	linkb(mp, text("llo, ", 1));
	linkb(mp, text("world", 0));
	return (mp);
}

static void
test_dup_copy(void)
{
	mblk_t *mp = hello(), *dup, *copy, *bp;
	int i;

	dup = dupmsg(mp);
	check(says(dup, "hello, world") && DB_REF(mp) == 2 &&
	    dup->b_datap == mp->b_datap, "dupmsg shares the data");
	freemsg(mp);
	check(says(dup, "hello, world") && DB_REF(dup) == 1,
	    "which outlive the first block");
	DB_CKSUMFLAGS(dup) = 5;
	copy = copymsg(dup);
	check(says(copy, "hello, world") && copy->b_datap != dup->b_datap &&
	    DB_CKSUMFLAGS(copy) == 5 && MBLKHEAD(copy) == MBLKHEAD(dup),
	    "copymsg does not");
	dup->b_rptr[0] = 'j';
	check(says(copy, "hello, world") && says(dup, "jello, world"),
	    "they go different ways");
	bp = dup->b_cont->b_cont;
	check(rmvb(dup, bp) == dup && says(dup, "jeworld") && says(bp, "llo, "),
	    "rmvb");
	check(rmvb(dup, bp) == (mblk_t *)-1, "rmvb of what is not in it");
	freeb(bp);
	bp = unlinkb(dup);
	check(says(dup, "je") && says(bp, "world"), "unlinkb");
	dup->b_next = bp;
	bp->b_next = copy;
	mp = copymsgchain(dup);
	check(says(mp, "je") && says(mp->b_next, "world") &&
	    says(mp->b_next->b_next, "hello, world") &&
	    mp->b_next->b_next->b_next == NULL, "copymsgchain");
	freemsgchain(dup);
	freemsgchain(mp);
	check(mblks_out() == 0, "all are given back");

	mp = text("x", 0);
	for (i = 1; i < (int)DBLK_REFMAX; i++)
		linkb(mp, dupb(mp));
	check(dupb(mp) == NULL, "no more than %u references", DBLK_REFMAX);
	check(msgsize(mp) == DBLK_REFMAX, "msgsize");
	freemsg(mp);
	check(mblks_out() == 0, "all are given back");
}

static int esb_freed;

static void
esb_free(void *arg)
{
	*(int *)arg += 1;
}

static void
test_esballoc(void)
{
	static unsigned char buf[100];
	frtn_t frtn = { (void (*)())esb_free, (caddr_t)&esb_freed };
	mblk_t *mp = esballoc(buf, 100, BPRI_MED, &frtn), *dup;

	check(mp->b_rptr == buf && MBLKSIZE(mp) == 100, "esballoc");
	dup = dupb(mp);
	freeb(mp);
	check(esb_freed == 0, "the buffer stays while somebody refers to it");
	freeb(dup);
	check(esb_freed == 1, "and is given back once");
	mp = desballoc(buf, 10, BPRI_MED, &frtn);
	freemsg(mp);
	check(esb_freed == 2 && mblks_out() == 0, "desballoc");
}

static void
test_types(void)
{
	mblk_t *proto = text("proto", 0), *mp = hello();

	DB_TYPE(proto) = M_PROTO;
	proto->b_cont = mp;
	check(msgsize(proto) == 17 && msgdsize(proto) == 12,
	    "msgdsize counts data only");
	check(msgpullup(proto, 6) == NULL,
	    "msgpullup does not go beyond its type");
	check(adjmsg(proto, 6) == 0 && adjmsg(proto, 2) == 1 &&
	    says(proto, "otohello, world"), "adjmsg trims its head");
	check(adjmsg(proto, -13) == 0 && adjmsg(proto, -10) == 1 &&
	    says(proto, "otohe"), "and its tail");
	freemsg(proto);
	check(mblks_out() == 0, "all are given back");
}

/*
 * A message of random blocks, some of them shared, against the same bytes in
 * an array.
 */
static uint32_t seed = 12345;

static uint32_t
dice(uint32_t n)
{
	seed = seed * 1103515245 + 12345;
	return ((seed >> 8) % n);
}

static mblk_t *
random_msg(uchar_t *bytes, size_t *lenp)
{
	mblk_t *head = NULL, *mp, *twin;
	uint_t blocks = 1 + dice(6), i;
	size_t n, len = 0, j;

	for (i = 0; i < blocks; i++) {
		n = dice(4) == 0 ? 0 : dice(300);
		mp = allocb(n + 40, BPRI_MED);
		mp->b_rptr += dice(30);
		mp->b_wptr = mp->b_rptr + n;
		for (j = 0; j < n; j++)
			bytes[len++] = mp->b_rptr[j] = (uchar_t)dice(256);
		if (dice(3) == 0) {
			twin = dupb(mp);
			freeb(mp);
			mp = twin;
		}
		if (head == NULL)
			head = mp;
		else
			linkb(head, mp);
	}
	*lenp = len;
	return (head);
}

static boolean_t
same_bytes(mblk_t *mp, const uchar_t *bytes, size_t len)
{
	size_t n = 0;

	for (; mp != NULL; mp = mp->b_cont) {
		if (n + (size_t)MBLKL(mp) > len ||
		    bcmp(mp->b_rptr, bytes + n, (size_t)MBLKL(mp)) != 0)
			return (B_FALSE);
		n += (size_t)MBLKL(mp);
	}
	return (n == len);
}

static void
test_random(void)
{
	static uchar_t bytes[MAXMSG], flat[MAXMSG];
	uint_t wrong[5] = { 0 }, round;
	mblk_t *mp, *up, *keep;
	size_t len, n;

	for (round = 0; round < 3000; round++) {
		mp = random_msg(bytes, &len);
		n = dice((uint32_t)len + 1);

		up = msgpullup(mp, (ssize_t)n);
		if (up == NULL || (size_t)MBLKL(up) < n ||
		    !same_bytes(up, bytes, len) || !same_bytes(mp, bytes, len))
			wrong[0]++;
		freemsg(up);
		if (msgpullup(mp, (ssize_t)len + 1) != NULL)
			wrong[0]++;
		up = msgpullup(mp, -1);
		if (up->b_cont != NULL || !same_bytes(up, bytes, len))
			wrong[1]++;
		freemsg(up);

		/* Whoever shares the data must not notice. */
		keep = dupmsg(mp);
		if (pullupmsg(mp, dice(3) == 0 ? -1 : (ssize_t)n) != 1 ||
		    (size_t)MBLKL(mp) < MIN(n, len) ||
		    !same_bytes(mp, bytes, len) ||
		    !same_bytes(keep, bytes, len) ||
		    pullupmsg(mp, (ssize_t)len + 1) != 0)
			wrong[2]++;
		freemsg(keep);

		if (adjmsg(mp, (ssize_t)n) != 1 ||
		    !same_bytes(mp, bytes + n, len - n))
			wrong[3]++;
		len -= n;
		n = dice((uint32_t)len + 1);
		up = copymsg(mp);
		mcopymsg(up, flat);
		if (adjmsg(mp, -(ssize_t)n) != 1 ||
		    !same_bytes(mp, flat, len - n))
			wrong[4]++;
		freemsg(mp);
	}
	check(wrong[0] == 0, "msgpullup of some bytes");
	check(wrong[1] == 0, "msgpullup of all");
	check(wrong[2] == 0, "pullupmsg");
	check(wrong[3] == 0, "adjmsg at the head");
	check(wrong[4] == 0, "adjmsg at the tail, mcopymsg");
	check(mblks_out() == 0, "all are given back");
}

/*
 * Blocks that share data are freed by several threads at once.
 */
static mblk_t *volatile handed[3];

static void
free_handed(void *arg)
{
	freemsgchain(*(mblk_t **)arg);
}

static void
test_threads(void)
{
	void *workers[3];
	mblk_t *mp, *dup;
	int i, j;

	for (i = 0; i < 2000; i++) {
		mp = allocb(dice(2000), BPRI_MED);
		for (j = 0; j < 3; j++) {
			dup = dupmsg(mp);
			dup->b_next = handed[j];
			handed[j] = dup;
		}
		freemsg(mp);
	}
	for (j = 0; j < 3; j++) {
		workers[j] = host_worker_start(free_handed,
		    (void *)(uintptr_t)&handed[j]);
	}
	for (j = 0; j < 3; j++)
		host_worker_join(workers[j]);
	check(mblks_out() == 0, "freed by three threads at once");
}

static void
test_faults(void)
{
	mblk_t *mp = hello(), *copy = NULL;
	uint64_t nth, seen;

	for (nth = 1; nth < 100 && copy == NULL; nth++) {
		(void) fault_set(HK_FAULT_ALLOC, nth, &seen);
		copy = copymsg(mp);
		if (copy == NULL && mblks_out() != 4)
			break;
	}
	(void) fault_set(HK_FAULT_ALLOC, 0, &seen);
	check(copy != NULL && nth == 6 && says(copy, "hello, world"),
	    "copymsg fails at each of its four blocks, and gives back");
	freemsg(copy);
	freemsg(mp);
}

#ifdef	DEBUG
static void
free_linked(void)
{
	mblk_t *mp = allocb(10, BPRI_MED);

	mp->b_next = mp;
	freemsg(mp);
}
#endif

int
main(void)
{
	if (!check(kern_init(HK_BOOT_QUIET) == 0, "boot"))
		return (check_done());
	test_sizes();
	test_dup_copy();
	test_esballoc();
	test_types();
	test_random();
	test_threads();
	test_faults();
#ifdef	DEBUG
	check_panics(free_linked, "is on a list", "b_next left set is a panic");
#else
	check_note("a DEBUG kernel has more to show: "
	    "b_next left set is a panic");
#endif
	check(kern_fini() == 0, "halt");
	return (check_done());
}
