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

#ifndef	_SYS_STREAM_H
#define	_SYS_STREAM_H

/*
 * Messages and the little of queues that a network driver touches.
 */

#include <sys/types.h>
#include <sys/cred.h>
#include <sys/t_lock.h>
#include <sys/uio.h>

struct msgb;
struct datab;
struct queue;
struct fthdr;

typedef struct free_rtn {
	void	(*free_func)();
	caddr_t	free_arg;
} frtn_t;

typedef struct queue queue_t;

typedef struct msgb {
	struct msgb	*b_next;
	struct msgb	*b_prev;
	struct msgb	*b_cont;
	unsigned char	*b_rptr;
	unsigned char	*b_wptr;
	struct datab	*b_datap;
	unsigned char	b_band;
	unsigned char	b_tag;
	unsigned short	b_flag;
	queue_t		*b_queue;
} mblk_t;

typedef struct datab {
	frtn_t		*db_frtnp;
	unsigned char	*db_base;
	unsigned char	*db_lim;
	unsigned char	db_ref;
	unsigned char	db_type;
	unsigned char	db_flags;
	unsigned char	db_struioflag;
	pid_t		db_cpid;
	void		*db_cache;
	struct msgb	*db_mblk;
	void		(*db_free)(struct msgb *, struct datab *);
	void		(*db_lastfree)(struct msgb *, struct datab *);
	intptr_t	db_cksumstart;
	intptr_t	db_cksumend;
	intptr_t	db_cksumstuff;
	union {
		double		enforce_alignment;
		unsigned char	data[8];
		struct {
			union {
				uint32_t	u32;
				uint16_t	u16;
			} cksum_val;
			uint16_t	flags;
			uint16_t	pad;
		} cksum;
	} db_struioun;
	struct fthdr	*db_fthdr;
	cred_t		*db_credp;
} dblk_t;

#define	db_cksum16	db_struioun.cksum.cksum_val.u16
#define	db_cksum32	db_struioun.cksum.cksum_val.u32

/* b_flag */
#define	MSGMARK		0x01
#define	MSGNOLOOP	0x02
#define	MSGDELIM	0x04
#define	MSGMARKNEXT	0x10
#define	MSGNOTMARKNEXT	0x20

/* db_flags, db_ref */
#define	DBLK_REFMIN	0x01
#define	DBLK_COOKED	0x02
#define	DBLK_UIOA	0x04
#define	DBLK_REFMAX	255U

/* db_struioflag */
#define	STRUIO_SPEC	0x01
#define	STRUIO_DONE	0x02
#define	STRUIO_IP	0x04
#define	STRUIO_ZC	0x08
#define	STRUIO_ZCNOTIFY	0x10

/* db_type */
#define	QPCTL		0x80
#define	M_DATA		0x00
#define	M_PROTO		0x01
#define	M_CTL		0x0d
#define	M_IOCTL		0x0e
#define	M_PCPROTO	0x83
#define	M_FLUSH		0x86
#define	M_HANGUP	0x89
#define	M_ERROR		0x8a

/* allocb() */
#define	BPRI_LO		1
#define	BPRI_MED	2
#define	BPRI_HI		3

#define	INFPSZ		(-1)

extern mblk_t *allocb(size_t, uint_t);
extern mblk_t *esballoc(unsigned char *, size_t, uint_t, frtn_t *);
extern mblk_t *desballoc(unsigned char *, size_t, uint_t, frtn_t *);
extern void freeb(struct msgb *);
extern void freemsg(mblk_t *);
extern mblk_t *dupb(mblk_t *);
extern mblk_t *dupmsg(mblk_t *);
extern mblk_t *copyb(mblk_t *);
extern mblk_t *copymsg(mblk_t *);
extern void linkb(mblk_t *, mblk_t *);
extern mblk_t *unlinkb(mblk_t *);
extern mblk_t *rmvb(mblk_t *, mblk_t *);
extern int adjmsg(struct msgb *, ssize_t);
extern size_t msgdsize(struct msgb *);
extern int pullupmsg(struct msgb *, ssize_t);
extern mblk_t *msgpullup(struct msgb *, ssize_t);
extern int testb(size_t, uint_t);

#endif	/* _SYS_STREAM_H */
