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
#include <sys/strsubr.h>
#include <sys/strsun.h>
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
 * What a packet says of checksums and segmentation (mac_hcksum_get(9F)).  To
 * set the one is to forget the other.
 */
void
mac_hcksum_get(const mblk_t *mp, uint32_t *start, uint32_t *stuff,
    uint32_t *end, uint32_t *value, uint32_t *flagsp)
{
	const uint32_t flags = DB_CKSUMFLAGS(mp) & HCK_FLAGS;

	ASSERT(DB_TYPE(mp) == M_DATA);
	if ((flags & (HCK_PARTIALCKSUM | HCK_FULLCKSUM)) != 0 && value != NULL)
		*value = DB_CKSUM16(mp);
	if ((flags & HCK_PARTIALCKSUM) != 0) {
		if (start != NULL)
			*start = (uint32_t)DB_CKSUMSTART(mp);
		if (stuff != NULL)
			*stuff = (uint32_t)DB_CKSUMSTUFF(mp);
		if (end != NULL)
			*end = (uint32_t)DB_CKSUMEND(mp);
	}
	if (flagsp != NULL)
		*flagsp = flags;
}

void
mac_hcksum_set(mblk_t *mp, uint32_t start, uint32_t stuff, uint32_t end,
    uint32_t value, uint32_t flags)
{
	ASSERT(DB_TYPE(mp) == M_DATA);
	DB_CKSUMSTART(mp) = start;
	DB_CKSUMSTUFF(mp) = stuff;
	DB_CKSUMEND(mp) = end;
	DB_CKSUMFLAGS(mp) = (uint16_t)flags;
	DB_CKSUM16(mp) = (uint16_t)value;
}

void
mac_hcksum_clone(const mblk_t *src, mblk_t *dst)
{
	ASSERT(DB_TYPE(src) == M_DATA && DB_TYPE(dst) == M_DATA);
	DB_CKSUMFLAGS(dst) = DB_CKSUMFLAGS(src);
	DB_CKSUMSTART(dst) = DB_CKSUMSTART(src);
	DB_CKSUMSTUFF(dst) = DB_CKSUMSTUFF(src);
	DB_CKSUMEND(dst) = DB_CKSUMEND(src);
	DB_CKSUM16(dst) = DB_CKSUM16(src);
	DB_LSOMSS(dst) = DB_LSOMSS(src);
}

void
mac_lso_get(mblk_t *mp, uint32_t *mssp, uint32_t *flagsp)
{
	ASSERT(DB_TYPE(mp) == M_DATA);
	if (flagsp == NULL)
		return;
	*flagsp = DB_CKSUMFLAGS(mp) & HW_LSO;
	if (*flagsp != 0 && mssp != NULL)
		*mssp = DB_LSOMSS(mp);
}
