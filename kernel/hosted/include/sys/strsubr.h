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

#ifndef	_SYS_STRSUBR_H
#define	_SYS_STRSUBR_H

#include <sys/types.h>
#include <sys/stream.h>

#define	DB_CPID(mp)		((mp)->b_datap->db_cpid)
#define	DB_CKSUMSTART(mp)	((mp)->b_datap->db_cksumstart)
#define	DB_CKSUMEND(mp)		((mp)->b_datap->db_cksumend)
#define	DB_CKSUMSTUFF(mp)	((mp)->b_datap->db_cksumstuff)
#define	DB_CKSUMFLAGS(mp)	((mp)->b_datap->db_struioun.cksum.flags)
#define	DB_CKSUM16(mp)	\
	((mp)->b_datap->db_struioun.cksum.cksum_val.u16)
#define	DB_LSOFLAGS(mp)		((mp)->b_datap->db_struioun.cksum.flags)
#define	DB_LSOMSS(mp)		((mp)->b_datap->db_struioun.cksum.pad)

extern mblk_t *allocb_tmpl(size_t, const mblk_t *);
extern mblk_t *allocb_wait(size_t, uint_t, uint_t, int *);
extern mblk_t *copymsgchain(mblk_t *);
extern void freemsgchain(mblk_t *);

#endif	/* _SYS_STRSUBR_H */
