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
 * Packets as MAC sees them: dropped, and what they say of offloads.  After
 * uts/common/io/mac/mac_util.c and mac_provider.c of illumos.
 */

#include <sys/debug.h>
#include <sys/mac_impl.h>
#include <sys/pattr.h>
#include <sys/stream.h>
#include <sys/systm.h>

#include "dev_impl.h"
#include "mac_kern.h"

/*
 * Packets that go nowhere; the text is for DTrace.
 */
void
mac_drop_pkt(mblk_t *mp, const char *fmt __unused, ...)
{
	ASSERT(mp->b_next == NULL);
	freemsg(mp);
}

void
mac_drop_chain(mblk_t *chain, const char *fmt __unused, ...)
{
	mblk_t *next;

	for (; chain != NULL; chain = next) {
		next = chain->b_next;
		chain->b_next = NULL;
		freemsg(chain);
	}
}

/*
 * What a packet says of checksums and segmentation (mac_hcksum_get(9F)).
 */
void
mac_hcksum_get(const mblk_t *mp, uint32_t *start, uint32_t *stuff,
    uint32_t *end, uint32_t *value, uint32_t *flagsp)
{
	const dblk_t *db = mp->b_datap;
	uint32_t flags = db->db_struioun.cksum.flags & HCK_FLAGS;

	if ((flags & HCK_PARTIALCKSUM) != 0) {
		if (value != NULL)
			*value = db->db_cksum16;
		if (start != NULL)
			*start = (uint32_t)db->db_cksumstart;
		if (stuff != NULL)
			*stuff = (uint32_t)db->db_cksumstuff;
		if (end != NULL)
			*end = (uint32_t)db->db_cksumend;
	}
	if (flagsp != NULL)
		*flagsp = flags;
}

void
mac_hcksum_set(mblk_t *mp, uint32_t start, uint32_t stuff, uint32_t end,
    uint32_t value, uint32_t flags)
{
	dblk_t *db = mp->b_datap;

	db->db_cksumstart = start;
	db->db_cksumend = end;
	db->db_cksumstuff = stuff;
	db->db_struioun.cksum.flags &= ~HCK_FLAGS;
	db->db_struioun.cksum.flags |= (uint16_t)(flags & HCK_FLAGS);
	db->db_cksum16 = (uint16_t)value;
}

void
mac_hcksum_clone(const mblk_t *src, mblk_t *dst)
{
	const dblk_t *from = src->b_datap;
	dblk_t *to = dst->b_datap;

	to->db_struioun.cksum.flags = from->db_struioun.cksum.flags;
	to->db_cksumstart = from->db_cksumstart;
	to->db_cksumend = from->db_cksumend;
	to->db_cksumstuff = from->db_cksumstuff;
	to->db_cksum32 = from->db_cksum32;
}

void
mac_lso_get(mblk_t *mp, uint32_t *mssp, uint32_t *flagsp)
{
	const dblk_t *db = mp->b_datap;

	*flagsp = db->db_struioun.cksum.flags & HW_LSO;
	if (*flagsp != 0 && mssp != NULL)
		*mssp = db->db_struioun.cksum.pad;
}
