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

#ifndef	_SYS_FRAMEIO_H
#define	_SYS_FRAMEIO_H

/*
 * Framed I/O: several frames, each of one or several vectors, in one call.
 *
 *	frameio_t      vectors of frame 0        vectors of frame 1
 *	+---------+----------+----------+----------+----------+---
 *	| version | fv[0]    | fv[1]    | fv[2]    | fv[3]    |
 *	| nvpf=2  | buf, len | buf, len | buf, len | buf, len | ...
 *	| nvecs=4 | actlen   | actlen   | actlen   | actlen   |
 *	+---------+----------+----------+----------+----------+---
 *
 * fio_nvecs is the number of vectors, a multiple of fio_nvpf, which is the
 * number of vectors that make up one frame.  Frame i owns the vectors
 * [i * fio_nvpf, (i + 1) * fio_nvpf).  Every vector has a buffer of at least
 * one byte.  When a call succeeds, fio_nvecs is the number of vectors of the
 * frames done, and fv_actlen of each of those vectors is the number of bytes
 * in it: 0 where the frame did not reach.  A caller that uses the structure
 * again sets fio_nvecs again.
 *
 * The layout is that of vnd(4D), version 1: on LP64 a header of 16 bytes (4 of
 * them padding) and 24 bytes a vector; on ILP32 12 and 12.
 */

#include <sys/types.h>

#ifdef	__cplusplus
extern "C" {
#endif

#define	FRAMEIO_VERSION_ONE	1
#define	FRAMEIO_CURRENT_VERSION	FRAMEIO_VERSION_ONE

/*
 * The most vectors (not frames) a call may carry.
 */
#define	FRAMEIO_NVECS_MAX	256

typedef struct framevec {
	void	*fv_buf;	/* where the bytes are, or go */
	size_t	fv_buflen;	/* bytes available at fv_buf */
	size_t	fv_actlen;	/* out: bytes used */
} framevec_t;

typedef struct frameio {
	unsigned int	fio_version;	/* FRAMEIO_CURRENT_VERSION */
	unsigned int	fio_nvpf;	/* vectors per frame */
	unsigned int	fio_nvecs;	/* in: vectors; out: vectors done */
	framevec_t	fio_vecs[];
} frameio_t;

#ifdef	_KERNEL

#include <sys/types32.h>
#include <sys/stream.h>

typedef struct framevec32 {
	caddr32_t	fv_buf;
	size32_t	fv_buflen;
	size32_t	fv_actlen;
} framevec32_t;

typedef struct frameio32 {
	unsigned int	fio_version;
	unsigned int	fio_nvpf;
	unsigned int	fio_nvecs;
	framevec32_t	fio_vecs[];
} frameio32_t;

/*
 * See frameio.c for what each of these promises.  `mode' is the mode of
 * ioctl(9E): it carries the data model of the caller, and FKIOCTL.
 */
extern void frameio_init(void);
extern void frameio_fini(void);
extern int frameio_copyin(const void *, int, frameio_t **);
extern int frameio_copyout(frameio_t *, uint_t, void *, int);
extern int frameio_report_len(size_t, void *, int);
extern void frameio_free(frameio_t *);
extern uint_t frameio_nframes(const frameio_t *);
extern int frameio_frame_len(frameio_t *, uint_t, size_t *);
extern int frameio_gather(frameio_t *, uint_t, size_t, int, mblk_t **);
extern int frameio_scatter(frameio_t *, uint_t, const mblk_t *, int);

#endif	/* _KERNEL */

#ifdef	__cplusplus
}
#endif

#endif	/* _SYS_FRAMEIO_H */
