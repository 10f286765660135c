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
 * The ring: a framed device that is not unet.  What is written to it can be
 * read from it, in order, up to RING_SLOTS frames.
 *
 * It shows what a driver has to do with framed I/O, and is what
 * libs/libframeio is tested against: ring_call() is its ioctl(9E) for a caller
 * of either data model.  One thread at a time.
 */

#include <sys/types.h>
#include <sys/errno.h>
#include <sys/file.h>
#include <sys/frameio.h>
#include <sys/kmem.h>
#include <sys/model.h>
#include <sys/stream.h>
#include <sys/strsubr.h>
#include <sys/strsun.h>
#include <sys/sysmacros.h>
#include <sys/systm.h>

#include "hk.h"
#include "kern_impl.h"

#define	RING_READ	1	/* frameio_t */
#define	RING_WRITE	2	/* frameio_t */
#define	RING_SLOTS	64
#define	RING_FRAME_MIN	4
#define	RING_FRAME_MAX	300

static mblk_t *ring_head;
static mblk_t **ring_tailp = &ring_head;
static uint_t ring_frames;

extern int ring_attach(void);
extern int ring_detach(int);
extern int ring_call(int, uintptr_t, int);
extern void ring_layout(int, uint32_t *);

/*
 * Take as many frames as there are and fit.  The caller is told before they
 * leave the ring: whoever gets an error has lost none.
 */
static int
ring_read(void *uaddr, int mode)
{
	frameio_t *fio;
	mblk_t *mp;
	uint_t i, n = 0;
	int err;

	if ((err = frameio_copyin(uaddr, mode, &fio)) != 0)
		return (err);
	if (ring_head == NULL)
		err = EAGAIN;
	for (mp = ring_head; mp != NULL && n < frameio_nframes(fio);
	    mp = mp->b_next) {
		if ((err = frameio_scatter(fio, n, mp, mode)) != 0)
			break;
		n++;
	}
	if (n > 0) {
		err = frameio_copyout(fio, n, uaddr, mode);
	} else if (err == EOVERFLOW && frameio_report_len(msgdsize(ring_head),
	    uaddr, mode) != 0) {
		err = EFAULT;
	}
	frameio_free(fio);
	if (err != 0)
		return (err);

	for (i = 0; i < n; i++) {
		mp = ring_head;
		ring_head = mp->b_next;
		mp->b_next = NULL;
		freemsg(mp);
	}
	ring_frames -= n;
	if (ring_head == NULL)
		ring_tailp = &ring_head;
	return (0);
}

/*
 * How many frames can be taken.  ERANGE: the first is of no length for a ring.
 */
static int
ring_count(frameio_t *fio, uint_t *np)
{
	const uint_t room = RING_SLOTS - ring_frames;
	size_t len;
	uint_t i;

	for (i = 0; i < frameio_nframes(fio); i++) {
		if (frameio_frame_len(fio, i, &len) != 0 ||
		    len < RING_FRAME_MIN || len > RING_FRAME_MAX) {
			if (i == 0)
				return (ERANGE);
			break;
		}
	}
	*np = MIN(i, room);
	return (*np == 0 ? EAGAIN : 0);
}

static int
ring_write(void *uaddr, int mode)
{
	frameio_t *fio;
	mblk_t *chain = NULL;
	mblk_t **tailp = &chain;
	uint_t i, n;
	int err;

	if ((err = frameio_copyin(uaddr, mode, &fio)) != 0)
		return (err);
	if ((err = ring_count(fio, &n)) == 0) {
		for (i = 0; i < n; i++) {
			if ((err = frameio_gather(fio, i, 0, mode, tailp)) != 0)
				break;
			tailp = &(*tailp)->b_next;
		}
		if (i > 0)
			err = frameio_copyout(fio, i, uaddr, mode);
	}
	frameio_free(fio);
	if (err != 0) {
		freemsgchain(chain);
		return (err);
	}

	*ring_tailp = chain;
	ring_tailp = tailp;
	ring_frames += i;
	return (0);
}

/*
 * A ring comes with a kernel to be in: its handle, or a negative errno.
 */
int
ring_attach(void)
{
	return (hk_boot(HK_BOOT_QUIET | HK_BOOT_SHARE));
}

int
ring_detach(int kernel)
{
	freemsgchain(ring_head);
	ring_head = NULL;
	ring_tailp = &ring_head;
	ring_frames = 0;
	return (hk_halt(kernel));
}

/*
 * A request of a caller of so many bits.  0 or a negative errno of the host.
 */
int
ring_call(int cmd, uintptr_t uaddr, int bits)
{
	const int mode = FNONBLOCK |
	    (bits == 32 ? DATAMODEL_ILP32 : DATAMODEL_LP64);

	switch (cmd) {
	case RING_READ:
		return (-border_errno(ring_read((void *)uaddr, mode)));
	case RING_WRITE:
		return (-border_errno(ring_write((void *)uaddr, mode)));
	default:
		return (-border_errno(ENOTTY));
	}
}

/*
 * What the compiler made of the structures: sizes, then offsets.
 */
void
ring_layout(int bits, uint32_t *where)
{
	const uint32_t wide[] = {
		sizeof (frameio_t), sizeof (framevec_t),
		offsetof(frameio_t, fio_version),
		offsetof(frameio_t, fio_nvpf), offsetof(frameio_t, fio_nvecs),
		offsetof(framevec_t, fv_buf), offsetof(framevec_t, fv_buflen),
		offsetof(framevec_t, fv_actlen)
	};
	const uint32_t narrow[] = {
		sizeof (frameio32_t), sizeof (framevec32_t),
		offsetof(frameio32_t, fio_version),
		offsetof(frameio32_t, fio_nvpf),
		offsetof(frameio32_t, fio_nvecs),
		offsetof(framevec32_t, fv_buf),
		offsetof(framevec32_t, fv_buflen),
		offsetof(framevec32_t, fv_actlen)
	};

	bcopy(bits == 32 ? narrow : wide, where, sizeof (wide));
}
