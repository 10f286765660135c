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
 * User memory: every way for an address to be bad, and what a bad one leaves
 * behind.
 */

#include <sys/errno.h>
#include <sys/file.h>
#include <sys/int_limits.h>
#include <sys/sunddi.h>
#include <sys/systm.h>
#include <sys/uio.h>

#include "harness.h"
#include "kern_impl.h"

static char kbuf[16384];

static void
fill(char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		p[i] = (char)(i * 7 + 1);
}

static boolean_t
filled(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (p[i] != (char)(i * 7 + 1))
			return (B_FALSE);
	}
	return (B_TRUE);
}

/*
 * Every length and alignment that the copy treats in a way of its own.
 */
static void
test_lengths(char *user)
{
	size_t len, off;
	uint_t wrong = 0;

	for (len = 0; len <= 300; len++) {
		for (off = 0; off < 3; off++) {
			bzero(kbuf, 320);
			fill(user + off, len);
			user[off + len] = 'x';
			if (copyin(user + off, kbuf, len) != 0 ||
			    !filled(kbuf, len) || kbuf[len] != 0)
				wrong++;
			bzero(user, 320);
			fill(kbuf, len);
			if (copyout(kbuf, user + off, len) != 0 ||
			    !filled(user + off, len) || user[off + len] != 0)
				wrong++;
		}
	}
	check(wrong == 0, "copies of 0 to 300 bytes are exact");
}

static void
bad_address(const char *what, const void *addr, size_t len)
{
	check(copyin(addr, kbuf, len) == -1, "copyin from %s", what);
	check(copyout(kbuf, (void *)(uintptr_t)addr, len) == -1,
	    "copyout to %s", what);
}

/*
 * Wherever in a copy its memory ends, it is told; how many times it is not.
 */
static uint_t
bad_ends(const char *end)
{
	size_t len, there;
	uint_t wrong = 0;

	for (len = 1; len <= 300; len++) {
		for (there = 0; there < len; there++) {
			if (copyin(end - there, kbuf, len) != -1 ||
			    copyout(kbuf, (char *)(uintptr_t)end - there,
			    len) != -1)
				wrong++;
		}
	}
	return (wrong);
}

static void
test_bad(char *user, size_t page)
{
	const ulong_t noncanonical = 0x8000000000000000UL;

	bad_address("NULL", NULL, 1);
	bad_address("a small address", (void *)8, 100);
	bad_address("an unmapped page", user + 3 * page, 10);
	bad_address("a page without access", user + 2 * page, 10);
	bad_address("memory that ends", user + 2 * page - 100, 101);
	bad_address("memory that ends after a long copy",
	    user + 2 * page - 8000, 8001);
	check(bad_ends(user + 2 * page) == 0,
	    "memory that ends, at every place of a copy of 1 to 300 bytes");
	bad_address("a non-canonical address", (void *)noncanonical, 1);
	bad_address("the end of user addresses",
	    (void *)((1UL << 47) - 4), 8);
	bad_address("an address that wraps", (void *)-8L, 16);
	bad_address("a length that wraps", user, SIZE_MAX);
	check(copyin(user + 2 * page - 100, kbuf, 100) == 0,
	    "up to the end is no fault");

	pages_protect(user, 1, PAGES_READ);
	check(copyout(kbuf, user, 64) == -1, "copyout to read-only memory");
	check(copyin(user, kbuf, 64) == 0, "copyin from it");
	pages_protect(user, 1, PAGES_WRITE);
	check(copyout(kbuf, user, 64) == 0, "copyout once it is writable");

	check(copyin(NULL, kbuf, 0) == 0 && copyout(kbuf, NULL, 0) == 0,
	    "no byte is nowhere");
	check(xcopyin(NULL, kbuf, 1) == EFAULT && xcopyout(kbuf, NULL, 1) ==
	    EFAULT, "xcopyin and xcopyout say EFAULT");
}

static void
test_ddi(char *user, size_t page)
{
	char other[32];

	fill(user, 32);
	check(ddi_copyin(user, other, 32, 0) == 0 && filled(other, 32),
	    "ddi_copyin");
	check(ddi_copyin(user + 2 * page, other, 32, FREAD) == -1,
	    "ddi_copyin of a bad address");
	bzero(other, sizeof (other));
	check(ddi_copyin(user, other, 32, (int)FKIOCTL) == 0 &&
	    filled(other, 32), "FKIOCTL: kernel memory");
	check(ddi_copyout(other, user + page, 32, (int)FKIOCTL) == 0 &&
	    filled(user + page, 32), "both ways");
}

static void
test_strings(char *user, size_t page)
{
	char *end = user + 2 * page;
	size_t len = 0;

	(void) strlcpy(end - 6, "hello", 6);
	check(copyinstr(end - 6, kbuf, 100, &len) == 0 && len == 6 &&
	    strcmp(kbuf, "hello") == 0, "a string that ends with its memory");
	end[-1] = '!';
	check(copyinstr(end - 6, kbuf, 100, &len) == EFAULT,
	    "one that does not end");
	check(copyinstr(end - 6, kbuf, 4, &len) == ENAMETOOLONG && len == 4,
	    "one that is too long");
	check(copyoutstr("abc", user, 100, &len) == 0 && len == 4 &&
	    strcmp(user, "abc") == 0, "a string out");
	check(copyoutstr("abc", user, 2, &len) == ENAMETOOLONG && len == 2,
	    "one for which there is no room");
}

static void
uio_setup(uio_t *uio, iovec_t *iov, int n)
{
	int i;

	bzero(uio, sizeof (*uio));
	uio->uio_iov = iov;
	uio->uio_iovcnt = n;
	uio->uio_segflg = UIO_USERSPACE;
	for (i = 0; i < n; i++)
		uio->uio_resid += (ssize_t)iov[i].iov_len;
}

static void
test_uio(char *user, size_t page)
{
	iovec_t iov[4] = {
		{ user, 10 }, { NULL, 0 }, { user + 100, 1 }, { user + 200, 89 }
	};
	iovec_t bad[2] = { { user, 10 }, { user + 2 * page, 10 } };
	iovec_t copy[4];
	uio_t uio, dup;
	size_t n;

	bzero(user, page);
	fill(kbuf, 100);
	uio_setup(&uio, iov, 4);
	check(uiodup(&uio, &dup, copy, 3) == 1, "uiodup wants room for all");
	check(uiodup(&uio, &dup, copy, 4) == 0 && dup.uio_iov == copy,
	    "uiodup");
	check(uiomove(kbuf, 100, UIO_READ, &uio) == 0 && uio.uio_resid == 0 &&
	    uio.uio_loffset == 100, "uiomove over four vectors");
	bzero(kbuf, 100);
	check(uiocopy(kbuf, 200, UIO_WRITE, &dup, &n) == 0 && n == 100 &&
	    filled(kbuf, 100) && dup.uio_resid == 100,
	    "uiocopy leaves the uio as it is");
	uioskip(&dup, 10);
	bzero(kbuf, 100);
	check(dup.uio_resid == 90 &&
	    uiomove(kbuf + 10, 1000, UIO_WRITE, &dup) == 0 &&
	    dup.uio_resid == 0 && kbuf[10] == (char)71 && kbuf[9] == 0,
	    "uioskip; uiomove moves no more than there is");

	uio_setup(&uio, bad, 2);
	fill(kbuf, 20);
	bzero(user, 20);
	check(uiomove(kbuf, 20, UIO_READ, &uio) == EFAULT &&
	    uio.uio_resid == 10 && filled(user, 10),
	    "a fault in the second vector: the first counts");

	uio_setup(&uio, iov, 4);
	check(uwritec(&uio) == -1, "nothing is left to take");
	iov[0].iov_base = user;
	iov[0].iov_len = 2;
	uio_setup(&uio, iov, 1);
	check(ureadc(200, &uio) == 0 && (uchar_t)user[0] == 200 &&
	    uwritec(&uio) == (uchar_t)user[1] && uio.uio_resid == 0,
	    "ureadc and uwritec");
	iov[0].iov_base = user;
	iov[0].iov_len = 20;
	uio_setup(&uio, iov, 1);
	uio.uio_segflg = UIO_SYSSPACE;
	check(uiomove(kbuf, 20, UIO_READ, &uio) == 0 && filled(user, 20),
	    "kernel memory");
}

/*
 * A caller in another process: its functions are asked.
 */
static char remote[64];

static int
remote_copyin(void *ctx, unsigned long uaddr, void *kaddr, unsigned long len)
{
	if (ctx != remote || uaddr < 0x1000 || uaddr + len > 0x1000 + 64)
		return (-1);
	bcopy(remote + (uaddr - 0x1000), kaddr, len);
	return (0);
}

static int
remote_copyout(void *ctx, const void *kaddr, unsigned long uaddr,
    unsigned long len)
{
	if (ctx != remote || uaddr < 0x1000 || uaddr + len > 0x1000 + 64)
		return (-1);
	bcopy(kaddr, remote + (uaddr - 0x1000), len);
	return (0);
}

static void
test_caller(char *user)
{
	hk_caller_t caller = {
		.hc_uid = 77, .hc_gid = 78, .hc_pid = 4711,
		.hc_ctx = remote,
		.hc_copyin = remote_copyin, .hc_copyout = remote_copyout
	};

	fill(kbuf, 64);
	hk_caller_enter(&caller);
	(void) kern_enter();
	check(copyout(kbuf, (void *)0x1000, 64) == 0 && filled(remote, 64),
	    "copyout to a caller's memory");
	bzero(kbuf, 64);
	check(copyin((void *)0x1000, kbuf, 64) == 0 && filled(kbuf, 64),
	    "copyin from it");
	check(copyin((void *)0x1000, kbuf, 65) == -1, "as much as there is");
	check(copyin(user, kbuf, 1) == -1, "this process's memory is not its");
	check(ddi_get_pid() == 4711 && crgetuid(CRED()) == 77 &&
	    crgetgid(CRED()) == 78, "it is who it is");
	kern_exit();
	hk_caller_exit();
	check(copyin(user, kbuf, 1) == 0, "afterwards it is again");
}

static void
test_faults(char *user)
{
	uint64_t seen;
	iovec_t iov = { user, 10 };
	uio_t uio;

	(void) fault_set(HK_FAULT_COPY, 2, &seen);
	check(copyin(user, kbuf, 1) == 0, "the first copy works");
	uio_setup(&uio, &iov, 1);
	check(uiomove(kbuf, 10, UIO_READ, &uio) == EFAULT &&
	    uio.uio_resid == 10, "the second fails on request");
	check(copyout(kbuf, user, 1) == 0, "the third works");
	(void) fault_set(HK_FAULT_COPY, 0, &seen);
	check(seen == 3, "three were counted");
	check(fault_set(0, 1, &seen) == EINVAL &&
	    fault_set(HK_FAULT_MAX, 1, &seen) == EINVAL,
	    "there are no other kinds");
}

/*
 * A fault that is not in a copy ends the process as ever.
 */
static void
wild_write(void)
{
	volatile ulong_t nowhere = 16;

	*(volatile int *)nowhere = 1;
}

int
main(void)
{
	size_t page = page_size();
	char *user;

	if (!check(kern_init(HK_BOOT_QUIET) == 0, "boot"))
		return (check_done());
	user = pages_map(4);
	pages_protect(user + 2 * page, 1, PAGES_NONE);
	pages_unmap(user + 3 * page, 1);

	test_lengths(user);
	test_bad(user, page);
	test_ddi(user, page);
	test_strings(user, page);
	test_uio(user, page);
	test_caller(user);
	test_faults(user);
	check_dies(wild_write,
	    "another bad address ends the process");

	pages_unmap(user, 3);
	check(kern_fini() == 0, "halt");
	check_dies(wild_write, "and so it does after a halt");
	return (check_done());
}
