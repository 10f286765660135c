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
 * User memory, as copyin(9F), ddi_copyin(9F) and copyinstr(9F).  It is that of
 * the thread's bound caller, or else of this very process.  FKIOCTL says that
 * it is kernel memory after all.
 */

#include <sys/errno.h>
#include <sys/file.h>
#include <sys/param.h>
#include <sys/sunddi.h>
#include <sys/sysmacros.h>
#include <sys/systm.h>

#include "copy_impl.h"

/*
 * Is it this process's memory, with nothing else to think of?  Nearly all
 * copies are like that, and there is one for each frame.
 */
static inline boolean_t
user_plain(size_t len)
{
	const kthread_impl_t *ti = thread_self;

	return (__builtin_expect(ti != NULL && ti->ti_caller == NULL &&
	    len != 0 && __atomic_load_n(&fault_armed, __ATOMIC_RELAXED) == 0,
	    1));
}

static int __attribute__((__noinline__))
user_copyin_slow(const void *uaddr, void *kaddr, size_t len)
{
	hk_caller_t *caller = thread_current()->ti_caller;

	if (len == 0)
		return (0);
	if (hkfault(HK_FAULT_COPY))
		return (-1);
	if (caller == NULL)
		return (host_copy_from(kaddr, uaddr, len));
	return (caller->hc_copyin(caller->hc_ctx, (ulong_t)uaddr, kaddr, len));
}

int
user_copyin(const void *uaddr, void *kaddr, size_t len)
{
	if (user_plain(len))
		return (host_copy_from(kaddr, uaddr, len));
	return (user_copyin_slow(uaddr, kaddr, len));
}

static int __attribute__((__noinline__))
user_copyout_slow(const void *kaddr, void *uaddr, size_t len)
{
	hk_caller_t *caller = thread_current()->ti_caller;

	if (len == 0)
		return (0);
	if (hkfault(HK_FAULT_COPY))
		return (-1);
	if (caller == NULL)
		return (host_copy_to(uaddr, kaddr, len));
	return (caller->hc_copyout(caller->hc_ctx, kaddr, (ulong_t)uaddr, len));
}

int
user_copyout(const void *kaddr, void *uaddr, size_t len)
{
	if (user_plain(len))
		return (host_copy_to(uaddr, kaddr, len));
	return (user_copyout_slow(kaddr, uaddr, len));
}

int
copyin(const void *uaddr, void *kaddr, size_t len)
{
	KERN_NO_LOCKS("copyin");
	return (user_copyin(uaddr, kaddr, len));
}

int
copyout(const void *kaddr, void *uaddr, size_t len)
{
	KERN_NO_LOCKS("copyout");
	return (user_copyout(kaddr, uaddr, len));
}

int
xcopyin(const void *uaddr, void *kaddr, size_t len)
{
	return (copyin(uaddr, kaddr, len) == 0 ? 0 : EFAULT);
}

int
xcopyout(const void *kaddr, void *uaddr, size_t len)
{
	return (copyout(kaddr, uaddr, len) == 0 ? 0 : EFAULT);
}

int
ddi_copyin(const void *buf, void *kaddr, size_t len, int flags)
{
	if (flags & FKIOCTL) {
		bcopy(buf, kaddr, len);
		return (0);
	}
	return (copyin(buf, kaddr, len));
}

int
ddi_copyout(const void *kaddr, void *buf, size_t len, int flags)
{
	if (flags & FKIOCTL) {
		bcopy(kaddr, buf, len);
		return (0);
	}
	return (copyout(kaddr, buf, len));
}

/*
 * The string may end right before memory that is not there, so no copy goes
 * beyond a page.
 */
int
copyinstr(const char *uaddr, char *kaddr, size_t maxlen, size_t *lenp)
{
	size_t done = 0, n, i;

	KERN_NO_LOCKS("copyinstr");
	while (done < maxlen) {
		n = PAGESIZE - ((uintptr_t)(uaddr + done) & (PAGESIZE - 1));
		n = MIN(n, maxlen - done);
		if (user_copyin(uaddr + done, kaddr + done, n) != 0)
			return (EFAULT);
		for (i = done; i < done + n; i++) {
			if (kaddr[i] == '\0') {
				if (lenp != NULL)
					*lenp = i + 1;
				return (0);
			}
		}
		done += n;
	}
	if (lenp != NULL)
		*lenp = done;
	return (ENAMETOOLONG);
}

int
copyoutstr(const char *kaddr, char *uaddr, size_t maxlen, size_t *lenp)
{
	size_t len = strlen(kaddr) + 1;
	size_t n = MIN(len, maxlen);

	if (copyout(kaddr, uaddr, n) != 0)
		return (EFAULT);
	if (lenp != NULL)
		*lenp = n;
	return (n == len ? 0 : ENAMETOOLONG);
}
