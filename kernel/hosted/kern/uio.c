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
 * Scattered memory, as uiomove(9F).
 */

#include <sys/debug.h>
#include <sys/errno.h>
#include <sys/sysmacros.h>
#include <sys/systm.h>
#include <sys/uio.h>

#include "copy_impl.h"

/*
 * Copy `n' bytes between kernel memory and `base', which is of the uio's kind.
 */
static int
uio_copy(uio_t *uio, void *p, caddr_t base, size_t n, enum uio_rw rw)
{
	if (uio->uio_segflg == UIO_SYSSPACE) {
		if (rw == UIO_READ)
			bcopy(p, base, n);
		else
			bcopy(base, p, n);
		return (0);
	}
	return ((rw == UIO_READ ? user_copyout(p, base, n) :
	    user_copyin(base, p, n)) == 0 ? 0 : EFAULT);
}

/*
 * What was moved before a fault counts as moved.
 */
int
uiomove(void *p, size_t n, enum uio_rw rw, uio_t *uio)
{
	iovec_t *iov;
	size_t cnt;
	int error;

	if (uio->uio_segflg != UIO_SYSSPACE)
		KERN_NO_LOCKS("uiomove");
	while (n > 0 && uio->uio_resid > 0) {
		iov = uio->uio_iov;
		if ((cnt = MIN(iov->iov_len, n)) == 0) {
			uio->uio_iov++;
			uio->uio_iovcnt--;
			continue;
		}
		if ((error = uio_copy(uio, p, iov->iov_base, cnt, rw)) != 0)
			return (error);
		iov->iov_base += cnt;
		iov->iov_len -= cnt;
		uio->uio_resid -= (ssize_t)cnt;
		uio->uio_loffset += (offset_t)cnt;
		p = (caddr_t)p + cnt;
		n -= cnt;
	}
	return (0);
}

/*
 * The same, with the uio left as it is.
 */
int
uiocopy(void *p, size_t n, enum uio_rw rw, uio_t *uio, size_t *cbytes)
{
	iovec_t *iov = uio->uio_iov;
	int left = uio->uio_iovcnt, error;
	size_t cnt;

	if (uio->uio_segflg != UIO_SYSSPACE)
		KERN_NO_LOCKS("uiocopy");
	*cbytes = 0;
	for (; n > 0 && left > 0; iov++, left--) {
		cnt = MIN(iov->iov_len, n);
		if (cnt == 0)
			continue;
		if ((error = uio_copy(uio, p, iov->iov_base, cnt, rw)) != 0)
			return (error);
		p = (caddr_t)p + cnt;
		n -= cnt;
		*cbytes += cnt;
	}
	return (0);
}

void
uioskip(uio_t *uio, size_t n)
{
	size_t cnt;

	if (n > (size_t)uio->uio_resid)
		return;
	while (n > 0) {
		if ((cnt = MIN(uio->uio_iov->iov_len, n)) == 0) {
			uio->uio_iov++;
			uio->uio_iovcnt--;
			continue;
		}
		uio->uio_iov->iov_base += cnt;
		uio->uio_iov->iov_len -= cnt;
		uio->uio_loffset += (offset_t)cnt;
		uio->uio_resid -= (ssize_t)cnt;
		n -= cnt;
	}
}

int
uiodup(uio_t *suio, uio_t *duio, iovec_t *diov, int diovcnt)
{
	int i;

	if (suio->uio_iovcnt > diovcnt)
		return (1);
	*duio = *suio;
	for (i = 0; i < suio->uio_iovcnt; i++)
		diov[i] = suio->uio_iov[i];
	duio->uio_iov = diov;
	return (0);
}

int
ureadc(int c, uio_t *uio)
{
	uchar_t byte = (uchar_t)c;

	if (uio->uio_resid <= 0)
		return (EINVAL);
	return (uiomove(&byte, 1, UIO_READ, uio));
}

int
uwritec(struct uio *uio)
{
	uchar_t byte;

	if (uio->uio_resid <= 0 || uiomove(&byte, 1, UIO_WRITE, uio) != 0)
		return (-1);
	return (byte);
}
