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
 * Framed I/O: between a frameio_t in a caller's memory and message blocks.
 *
 * This file knows user memory, data models and mblks, and nothing of any
 * driver.  A driver that reads or writes frames goes through these steps:
 *
 *	frameio_copyin()	import the request, once; all later decisions
 *				rest on the copy
 *	frameio_gather()	one frame, from its vectors into one mblk
 *	frameio_scatter()	one frame, from a message into its vectors
 *	frameio_copyout()	tell the caller how far it got
 *	frameio_free()
 *
 * None of them takes a lock, and all but the last may page-fault: call them
 * with no lock held.  frameio_copyout() is made to come before the driver
 * commits to anything: if it fails the driver can still put everything back,
 * so that a caller who gets EFAULT has lost nothing and sent nothing.
 */

#include <sys/types.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/sysmacros.h>
#include <sys/model.h>
#include <sys/file.h>
#include <sys/errno.h>
#include <sys/debug.h>
#include <sys/kmem.h>
#include <sys/stream.h>
#include <sys/strsun.h>
#include <sys/ddi.h>
#include <sys/sunddi.h>
#include <sys/frameio.h>

#define	FRAMEIO_SIZE(n)	(sizeof (frameio_t) + (n) * sizeof (framevec_t))

CTASSERT(sizeof (frameio_t) == 16);
CTASSERT(sizeof (framevec_t) == 24);
CTASSERT(sizeof (frameio32_t) == 12);
CTASSERT(sizeof (framevec32_t) == 12);

/*
 * Requests of the largest size: one cache, no size to remember.
 */
static kmem_cache_t *frameio_cache;

void
frameio_init(void)
{
	frameio_cache = kmem_cache_create("frameio_cache",
	    FRAMEIO_SIZE(FRAMEIO_NVECS_MAX), 8, NULL, NULL, NULL, NULL, NULL,
	    0);
}

void
frameio_fini(void)
{
	kmem_cache_destroy(frameio_cache);
	frameio_cache = NULL;
}

void
frameio_free(frameio_t *fio)
{
	kmem_cache_free(frameio_cache, fio);
}

uint_t
frameio_nframes(const frameio_t *fio)
{
	return (fio->fio_nvecs / fio->fio_nvpf);
}

static boolean_t
frameio_is32(int mode)
{
	return (ddi_model_convert_from(mode & FMODELS) == DDI_MODEL_ILP32);
}

/*
 * Import the vectors of a 32-bit caller.  They come to lie at the end of the
 * array that they are widened into from its start, so that no vector is
 * overwritten before it has been read.
 */
static int
frameio_copyin_vecs32(frameio_t *fio, const void *uaddr, int mode)
{
	const uint_t nvecs = fio->fio_nvecs;
	framevec32_t *fv32 = (framevec32_t *)&fio->fio_vecs[nvecs] - nvecs;
	uint_t i;

	if (ddi_copyin((const char *)uaddr + sizeof (frameio32_t), fv32,
	    nvecs * sizeof (framevec32_t), mode) != 0)
		return (EFAULT);

	for (i = 0; i < nvecs; i++) {
		const framevec32_t one = fv32[i];

		fio->fio_vecs[i].fv_buf = (void *)(uintptr_t)one.fv_buf;
		fio->fio_vecs[i].fv_buflen = one.fv_buflen;
	}
	return (0);
}

/*
 * Import and validate the request at `uaddr'.  EFAULT, EINVAL, or ENOMEM.  On
 * success *fiop is the caller's to frameio_free(), with every fv_actlen 0.
 */
int
frameio_copyin(const void *uaddr, int mode, frameio_t **fiop)
{
	const boolean_t is32 = frameio_is32(mode);
	frameio_t hdr;
	frameio_t *fio;
	uint_t i;
	int err;

	bzero(&hdr, sizeof (hdr));
	if (ddi_copyin(uaddr, &hdr, is32 ? sizeof (frameio32_t) :
	    sizeof (frameio_t), mode) != 0)
		return (EFAULT);

	if (hdr.fio_version != FRAMEIO_VERSION_ONE || hdr.fio_nvecs == 0 ||
	    hdr.fio_nvecs > FRAMEIO_NVECS_MAX || hdr.fio_nvpf == 0 ||
	    hdr.fio_nvecs % hdr.fio_nvpf != 0)
		return (EINVAL);

	if ((fio = kmem_cache_alloc(frameio_cache, KM_NOSLEEP_LAZY)) == NULL)
		return (ENOMEM);
	bcopy(&hdr, fio, sizeof (hdr));

	if (is32) {
		err = frameio_copyin_vecs32(fio, uaddr, mode);
	} else {
		err = ddi_copyin((const char *)uaddr + sizeof (frameio_t),
		    fio->fio_vecs, hdr.fio_nvecs * sizeof (framevec_t),
		    mode) != 0 ? EFAULT : 0;
	}

	for (i = 0; err == 0 && i < fio->fio_nvecs; i++) {
		framevec_t *fv = &fio->fio_vecs[i];

		if (fv->fv_buf == NULL || fv->fv_buflen == 0)
			err = EINVAL;
		fv->fv_actlen = 0;
	}

	if (err != 0) {
		frameio_free(fio);
		return (err);
	}
	*fiop = fio;
	return (0);
}

/*
 * Narrow the vectors in place, for a 32-bit caller.  The narrow ones start 4
 * bytes before the wide ones and are half as long, so going up is safe as long
 * as each is read whole before it is written.
 */
static void
frameio_narrow(frameio_t *fio)
{
	framevec32_t *fv32 = ((frameio32_t *)fio)->fio_vecs;
	uint_t i;

	for (i = 0; i < fio->fio_nvecs; i++) {
		const framevec_t one = fio->fio_vecs[i];

		fv32[i].fv_buf = (caddr32_t)(uintptr_t)one.fv_buf;
		fv32[i].fv_buflen = (size32_t)one.fv_buflen;
		fv32[i].fv_actlen = (size32_t)one.fv_actlen;
	}
}

/*
 * Tell the caller that the first `nframes' frames are done.  The request is
 * good for nothing but frameio_free() afterwards.  EFAULT.
 */
int
frameio_copyout(frameio_t *fio, uint_t nframes, void *uaddr, int mode)
{
	size_t len;

	VERIFY3U(nframes, <=, frameio_nframes(fio));

	fio->fio_nvecs = nframes * fio->fio_nvpf;
	if (frameio_is32(mode)) {
		frameio_narrow(fio);
		len = sizeof (frameio32_t) +
		    fio->fio_nvecs * sizeof (framevec32_t);
	} else {
		len = FRAMEIO_SIZE(fio->fio_nvecs);
	}
	return (ddi_copyout(fio, uaddr, len, mode) != 0 ? EFAULT : 0);
}

/*
 * Tell the caller how long the frame is that its first vectors cannot hold, in
 * the first fv_actlen and nowhere else.  EFAULT.
 */
int
frameio_report_len(size_t framelen, void *uaddr, int mode)
{
	const size_t off32 = sizeof (frameio32_t) +
	    offsetof(framevec32_t, fv_actlen);
	const size_t off = sizeof (frameio_t) +
	    offsetof(framevec_t, fv_actlen);
	const size32_t len32 = (size32_t)framelen;
	int failed;

	if (frameio_is32(mode)) {
		failed = ddi_copyout(&len32, (char *)uaddr + off32,
		    sizeof (len32), mode);
	} else {
		failed = ddi_copyout(&framelen, (char *)uaddr + off,
		    sizeof (framelen), mode);
	}
	return (failed != 0 ? EFAULT : 0);
}

static framevec_t *
frameio_frame(frameio_t *fio, uint_t frame)
{
	return (&fio->fio_vecs[frame * fio->fio_nvpf]);
}

/*
 * The bytes that the vectors of a frame hold.  ERANGE: more than a size_t.
 */
int
frameio_frame_len(frameio_t *fio, uint_t frame, size_t *lenp)
{
	const framevec_t *fv = frameio_frame(fio, frame);
	size_t len = 0;
	uint_t i;

	for (i = 0; i < fio->fio_nvpf; i++) {
		if (len + fv[i].fv_buflen < len)
			return (ERANGE);
		len += fv[i].fv_buflen;
	}
	*lenp = len;
	return (0);
}

/*
 * Make one mblk of a frame, with `headroom' bytes free before it.  The caller
 * has found the frame's length to be one it wants.  ENOMEM or EFAULT; on
 * success *mpp is the caller's, and the frame's fv_actlen are exact.
 */
int
frameio_gather(frameio_t *fio, uint_t frame, size_t headroom, int mode,
    mblk_t **mpp)
{
	framevec_t *fv = frameio_frame(fio, frame);
	size_t len;
	mblk_t *mp;
	uint_t i;
	int err;

	if ((err = frameio_frame_len(fio, frame, &len)) != 0)
		return (err);
	if ((mp = allocb(headroom + len, BPRI_MED)) == NULL)
		return (ENOMEM);
	mp->b_rptr += headroom;
	mp->b_wptr = mp->b_rptr;

	for (i = 0; i < fio->fio_nvpf; i++) {
		if (ddi_copyin(fv[i].fv_buf, mp->b_wptr, fv[i].fv_buflen,
		    mode) != 0) {
			freemsg(mp);
			return (EFAULT);
		}
		mp->b_wptr += fv[i].fv_buflen;
		fv[i].fv_actlen = fv[i].fv_buflen;
	}
	*mpp = mp;
	return (0);
}

/*
 * Copy a message into the vectors of a frame, each filled before the next, and
 * make every fv_actlen of the frame exact.  The message is left as it is.
 * EOVERFLOW: it does not fit, and nothing was copied.  EFAULT.
 */
int
frameio_scatter(frameio_t *fio, uint_t frame, const mblk_t *mp, int mode)
{
	framevec_t *fv = frameio_frame(fio, frame);
	const framevec_t *end = fv + fio->fio_nvpf;
	const uchar_t *from = mp->b_rptr;
	size_t room;
	framevec_t *v;

	if (frameio_frame_len(fio, frame, &room) == 0 &&
	    msgdsize((mblk_t *)mp) > room)
		return (EOVERFLOW);

	for (v = fv; v < end; v++)
		v->fv_actlen = 0;

	while (mp != NULL) {
		size_t len = (size_t)(mp->b_wptr - from);

		if (len == 0) {
			if ((mp = mp->b_cont) != NULL)
				from = mp->b_rptr;
			continue;
		}
		if (fv->fv_actlen == fv->fv_buflen) {
			fv++;
			continue;
		}
		len = MIN(len, fv->fv_buflen - fv->fv_actlen);
		if (ddi_copyout(from, (char *)fv->fv_buf + fv->fv_actlen, len,
		    mode) != 0)
			return (EFAULT);
		fv->fv_actlen += len;
		from += len;
	}
	return (0);
}
