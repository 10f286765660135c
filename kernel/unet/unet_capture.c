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
 * Captures: copies of a link's frames for those who look on.
 *
 * A capture is a ring of records that the threads moving frames write and
 * read(2) on a monitor's descriptor empties.  Frames are copied where they are
 * queued, handed on, or lost, under the lock that is held there; what does not
 * fit is counted, so that nobody ever waits for a reader.  A reader copies out
 * with no lock held: writers leave what it has not given back alone.
 *
 * A queue knows how many look on (uq_captures, under its own lock), and that is
 * all that a link without a capture ever looks at.
 */

#include "unet_impl.h"
#include <sys/strsun.h>
#include <sys/errno.h>
#include <sys/file.h>
#include <sys/kmem.h>
#include <sys/list.h>

CTASSERT(sizeof (unet_record_t) == 32);
CTASSERT(UNET_CAPTURE_DEFAULT >= sizeof (unet_record_t) + UNET_SNAPLEN_MAX);
CTASSERT((sizeof (unet_record_t) % UNET_RECORD_ALIGN) == 0);

static size_t
unet_record_size(size_t caplen)
{
	return (P2ROUNDUP(sizeof (unet_record_t) + caplen,
	    (size_t)UNET_RECORD_ALIGN));
}

/*
 * Write to the ring from `at' on, a count of bytes since the beginning.
 */
static void
unet_ring_put(unet_monitor_t *mo, uint64_t at, const void *from, size_t len)
{
	const size_t off = (size_t)(at % mo->mo_size);
	const size_t first = MIN(len, mo->mo_size - off);

	bcopy(from, mo->mo_ring + off, first);
	bcopy((const uint8_t *)from + first, mo->mo_ring, len - first);
}

/*
 * Records start at multiples of eight, and so does the ring's end: the size is
 * in one piece.
 */
static uint32_t
unet_ring_size_at(const unet_monitor_t *mo, uint64_t at)
{
	const uint8_t *rec = mo->mo_ring + at % mo->mo_size;
	uint32_t size;

	bcopy(rec + offsetof(unet_record_t, ur_size), &size, sizeof (size));
	return (size);
}

/*
 * Copy the first `len' bytes of a message into the ring, and zeros up to
 * `size'.
 */
static void
unet_ring_put_frame(unet_monitor_t *mo, uint64_t at, const mblk_t *mp,
    size_t len, size_t size)
{
	static const uint8_t zeros[UNET_RECORD_ALIGN];
	const uint64_t end = at + size;

	for (; mp != NULL && len > 0; mp = mp->b_cont) {
		const size_t n = MIN(len, (size_t)MBLKL(mp));

		unet_ring_put(mo, at, mp->b_rptr, n);
		at += n;
		len -= n;
	}
	ASSERT0(len);
	unet_ring_put(mo, at, zeros, (size_t)(end - at));
}

static uint64_t
unet_capture_now(void)
{
	timespec_t now;

	gethrestime(&now);
	return ((uint64_t)now.tv_sec * NANOSEC + (uint64_t)now.tv_nsec);
}

/*
 * Put a record for which there is room, and tell what was lost before it.
 */
static void
unet_capture_append(unet_monitor_t *mo, const mblk_t *mp, size_t caplen,
    unet_record_t *ur)
{
	const size_t size = unet_record_size(caplen);

	ASSERT(MUTEX_HELD(&mo->mo_lock));

	ur->ur_size = (uint32_t)size;
	ur->ur_caplen = (uint32_t)caplen;
	ur->ur_lost = mo->mo_lost;
	unet_ring_put(mo, mo->mo_head, ur, sizeof (*ur));
	unet_ring_put_frame(mo, mo->mo_head + sizeof (*ur), mp, caplen,
	    size - sizeof (*ur));

	mo->mo_lost = 0;
	mo->mo_head += size;
	mo->mo_peak = MAX(mo->mo_peak, mo->mo_head - mo->mo_tail);
}

static void
unet_capture_put(unet_monitor_t *mo, const mblk_t *mp, unet_record_t *ur)
{
	const size_t caplen = mp == NULL ? 0 : MIN(ur->ur_len, mo->mo_snaplen);

	mutex_enter(&mo->mo_lock);
	if (mo->mo_dead) {
		mutex_exit(&mo->mo_lock);
		return;
	}
	if (mo->mo_head - mo->mo_tail + unet_record_size(caplen) >
	    mo->mo_size) {
		mo->mo_lost++;
		mo->mo_all_lost++;
	} else {
		unet_capture_append(mo, mp, caplen, ur);
		mo->mo_records++;
		if (mo->mo_polled)
			mo->mo_wake = B_TRUE;
		mo->mo_polled = B_FALSE;
		cv_broadcast(&mo->mo_cv);
	}
	mutex_exit(&mo->mo_lock);
}

/*
 * Is there a record, or a loss to be told by one?
 */
static boolean_t
unet_capture_some(unet_monitor_t *mo)
{
	ASSERT(MUTEX_HELD(&mo->mo_lock));

	return (mo->mo_head != mo->mo_tail || mo->mo_lost > 0);
}

/*
 * A frame of `len' bytes has gone `way', or been lost on it.  NULL: its bytes
 * are not there any more.  Called where a queue says that somebody looks on;
 * unet_capture_wake() must follow once no lock is held.
 */
void
unet_capture_frame(unet_dev_t *ud, const mblk_t *mp, size_t len, uint32_t way,
    uint32_t drop)
{
	const uint32_t what = drop == 0 ? way : UNET_CAPTURE_DROP;
	unet_record_t ur = {
		.ur_len = (uint32_t)len,
		.ur_way = (uint16_t)way,
		.ur_drop = (uint16_t)drop
	};
	unet_monitor_t *mo;

	mutex_enter(&ud->ud_cap_lock);
	ur.ur_time = unet_capture_now();
	for (mo = list_head(&ud->ud_captures); mo != NULL;
	    mo = list_next(&ud->ud_captures, mo)) {
		if ((mo->mo_what & what) != 0)
			unet_capture_put(mo, mp, &ur);
	}
	mutex_exit(&ud->ud_cap_lock);
}

/*
 * Wake the pollers of those captures that have something new for them.
 */
void
unet_capture_wake(unet_dev_t *ud)
{
	unet_monitor_t *woken[UNET_CAPTURES_MAX];
	unet_monitor_t *mo;
	uint_t i, n = 0;

	mutex_enter(&ud->ud_cap_lock);
	for (mo = list_head(&ud->ud_captures); mo != NULL;
	    mo = list_next(&ud->ud_captures, mo)) {
		mutex_enter(&mo->mo_lock);
		if (mo->mo_wake) {
			mo->mo_wake = B_FALSE;
			unet_monitor_hold(mo);
			woken[n++] = mo;
		}
		mutex_exit(&mo->mo_lock);
	}
	mutex_exit(&ud->ud_cap_lock);

	for (i = 0; i < n; i++) {
		pollwakeup(&woken[i]->mo_pollhead, POLLIN | POLLRDNORM);
		unet_monitor_rele(woken[i]);
	}
}

/*
 * No more records come, though those that are there can be read.
 */
static void
unet_capture_end(unet_monitor_t *mo)
{
	mutex_enter(&mo->mo_lock);
	mo->mo_dead = B_TRUE;
	cv_broadcast(&mo->mo_cv);
	mutex_exit(&mo->mo_lock);
}

/*
 * Nothing more is copied for those in other zones than `zoneid' and the global
 * one; ALL_ZONES: for anybody, ever.
 */
static void
unet_capture_end_for(unet_dev_t *ud, zoneid_t zoneid)
{
	unet_monitor_t *ended[UNET_CAPTURES_MAX];
	unet_monitor_t *mo;
	uint_t i, n = 0;

	mutex_enter(&ud->ud_cap_lock);
	if (zoneid == ALL_ZONES)
		ud->ud_cap_dead = B_TRUE;
	for (mo = list_head(&ud->ud_captures); mo != NULL;
	    mo = list_next(&ud->ud_captures, mo)) {
		if (zoneid != ALL_ZONES && (mo->mo_zoneid == GLOBAL_ZONEID ||
		    mo->mo_zoneid == zoneid))
			continue;
		unet_capture_end(mo);
		unet_monitor_hold(mo);
		ended[n++] = mo;
	}
	mutex_exit(&ud->ud_cap_lock);

	for (i = 0; i < n; i++) {
		pollwakeup(&ended[i]->mo_pollhead, POLLHUP);
		unet_monitor_rele(ended[i]);
	}
}

/*
 * The link is dead.
 */
void
unet_capture_die(unet_dev_t *ud)
{
	unet_capture_end_for(ud, ALL_ZONES);
}

/*
 * The link is in a zone, and those in another one do not see it.
 */
void
unet_capture_moved(unet_dev_t *ud, zoneid_t zoneid)
{
	unet_capture_end_for(ud, zoneid);
}

/*
 * From now on, or no more, the queues of a link call unet_capture_frame() for
 * this capture.
 */
static void
unet_capture_count(unet_dev_t *ud, uint32_t what, boolean_t more)
{
	unet_queue_t *uq;
	uint_t i;

	for (i = 0; i < 2; i++) {
		const uint32_t way = i == 0 ? UNET_CAPTURE_READ :
		    UNET_CAPTURE_WRITE;

		if ((what & (way | UNET_CAPTURE_DROP)) == 0)
			continue;
		uq = i == 0 ? &ud->ud_rxq : &ud->ud_txq;
		mutex_enter(&uq->uq_lock);
		if (more)
			uq->uq_captures++;
		else
			uq->uq_captures--;
		mutex_exit(&uq->uq_lock);
	}
}

typedef enum unet_capture_stat {
	UNET_CST_RECORDS,
	UNET_CST_LOST,
	UNET_CST_USED,
	UNET_CST_PEAK,
	UNET_CST_BYTES,
	UNET_CST_SNAPLEN,
	UNET_CST_LINKNAME,
	UNET_NCSTATS
} unet_capture_stat_t;

static const char *const unet_capture_stat_names[UNET_NCSTATS] = {
	[UNET_CST_RECORDS] = "records",
	[UNET_CST_LOST] = "lost",
	[UNET_CST_USED] = "used",
	[UNET_CST_PEAK] = "peak",
	[UNET_CST_BYTES] = "bytes",
	[UNET_CST_SNAPLEN] = "snaplen",
	[UNET_CST_LINKNAME] = "linkname"
};

static int
unet_capture_stat_update(kstat_t *ksp, int rw)
{
	unet_monitor_t *mo = ksp->ks_private;
	kstat_named_t *kn = ksp->ks_data;

	if (rw == KSTAT_WRITE)
		return (EACCES);
	mutex_enter(&mo->mo_lock);
	kn[UNET_CST_RECORDS].value.ui64 = mo->mo_records;
	kn[UNET_CST_LOST].value.ui64 = mo->mo_all_lost;
	kn[UNET_CST_USED].value.ui64 = mo->mo_head - mo->mo_tail;
	kn[UNET_CST_PEAK].value.ui64 = mo->mo_peak;
	kn[UNET_CST_BYTES].value.ui64 = mo->mo_size;
	kn[UNET_CST_SNAPLEN].value.ui64 = mo->mo_snaplen;
	mutex_exit(&mo->mo_lock);
	return (0);
}

/*
 * unet:<n>:capture, class misc.  A capture without it is still one.
 */
static void
unet_capture_stat_create(unet_monitor_t *mo)
{
	kstat_named_t *kn;
	kstat_t *ksp;
	uint_t i;

	ksp = kstat_create_zone("unet",
	    (int)(mo->mo_minor - UNET_MONITOR_MINOR), "capture", "misc",
	    KSTAT_TYPE_NAMED, UNET_NCSTATS, 0, mo->mo_zoneid);
	if (ksp == NULL)
		return;
	kn = ksp->ks_data;
	for (i = 0; i < UNET_NCSTATS; i++) {
		kstat_named_init(&kn[i], unet_capture_stat_names[i],
		    i == UNET_CST_LINKNAME ? KSTAT_DATA_STRING :
		    KSTAT_DATA_UINT64);
	}
	kstat_named_setstr(&kn[UNET_CST_LINKNAME], mo->mo_linkname);
	ksp->ks_data_size += sizeof (mo->mo_linkname);
	ksp->ks_private = mo;
	ksp->ks_update = unet_capture_stat_update;
	if (mo->mo_zoneid != GLOBAL_ZONEID)
		kstat_zone_add(ksp, GLOBAL_ZONEID);
	kstat_install(ksp);
	mo->mo_kstat = ksp;
}

static int
unet_capture_check(unet_ioc_capture_t *uica)
{
	unet_ioc_hdr_t *hdr = &uica->uica_hdr;

	if ((hdr->uih_flags & ~UNET_CAPTURE_ALL) != 0 || uica->uica_pad != 0)
		return (unet_ioc_fail(hdr, UNET_E_RESERVED, EINVAL));
	if (hdr->uih_flags == 0)
		hdr->uih_flags = UNET_CAPTURE_ALL;
	if (uica->uica_snaplen == 0)
		uica->uica_snaplen = UNET_SNAPLEN_MAX;
	if (uica->uica_bytes == 0)
		uica->uica_bytes = UNET_CAPTURE_DEFAULT;
	if (uica->uica_snaplen < UNET_SNAPLEN_MIN ||
	    uica->uica_snaplen > UNET_SNAPLEN_MAX)
		return (unet_ioc_fail(hdr, UNET_E_SNAPLEN, ERANGE));
	if (uica->uica_bytes < unet_record_size(uica->uica_snaplen))
		return (unet_ioc_fail(hdr, UNET_E_BUFTOOSMALL, ERANGE));
	if (uica->uica_bytes > UNET_CAPTURE_MAX)
		return (unet_ioc_fail(hdr, UNET_E_BUFTOOBIG, ERANGE));
	uica->uica_maxrecord = (uint32_t)unet_record_size(uica->uica_snaplen);
	return (0);
}

/*
 * Join those who look on at the link.
 */
static int
unet_capture_enter(unet_monitor_t *mo, unet_dev_t *ud, unet_ioc_hdr_t *hdr)
{
	unet_monitor_t *other;
	uint_t n = 0;

	mutex_enter(&ud->ud_cap_lock);
	for (other = list_head(&ud->ud_captures); other != NULL;
	    other = list_next(&ud->ud_captures, other))
		n++;
	if (ud->ud_cap_dead || n == UNET_CAPTURES_MAX) {
		const boolean_t dead = ud->ud_cap_dead;

		mutex_exit(&ud->ud_cap_lock);
		return (dead ? unet_ioc_fail(hdr, UNET_E_DYING, ENXIO) :
		    unet_ioc_fail(hdr, UNET_E_CAPTURES, ENOSPC));
	}
	list_insert_tail(&ud->ud_captures, mo);
	mutex_exit(&ud->ud_cap_lock);
	return (0);
}

/*
 * UNET_IOC_CAPTURE.  The link's reference becomes the capture's, until close,
 * if this succeeds.
 */
int
unet_capture_bind(unet_monitor_t *mo, unet_dev_t *ud, unet_ioc_capture_t *uica)
{
	unet_ioc_hdr_t *hdr = &uica->uica_hdr;
	uint8_t *ring;
	size_t size;
	int err;

	if ((err = unet_capture_check(uica)) != 0)
		return (err);
	size = P2ALIGN((size_t)uica->uica_bytes, (size_t)UNET_RECORD_ALIGN);

	mutex_enter(&mo->mo_setup_lock);
	if (mo->mo_captured != NULL) {
		err = unet_ioc_fail(hdr, UNET_E_BOUND, EBUSY);
		goto fail_setup;
	}
	if ((ring = kmem_zalloc(size, KM_NOSLEEP)) == NULL) {
		err = unet_ioc_fail(hdr, UNET_E_NOMEM, ENOMEM);
		goto fail_setup;
	}
	mutex_enter(&mo->mo_lock);
	mo->mo_what = hdr->uih_flags;
	mo->mo_snaplen = uica->uica_snaplen;
	mo->mo_size = size;
	mo->mo_ring = ring;
	mutex_exit(&mo->mo_lock);
	if ((err = unet_capture_enter(mo, ud, hdr)) != 0)
		goto fail_alloc;

	/* commit */
	unet_capture_count(ud, mo->mo_what, B_TRUE);
	bcopy(hdr->uih_name, mo->mo_linkname, sizeof (mo->mo_linkname));
	mo->mo_captured = ud;
	mutex_exit(&mo->mo_setup_lock);
	unet_capture_stat_create(mo);
	unet_look_again(ud);
	return (0);

fail_alloc:
	mutex_enter(&mo->mo_lock);
	mo->mo_ring = NULL;
	cv_broadcast(&mo->mo_cv);
	mutex_exit(&mo->mo_lock);
	kmem_free(ring, size);
fail_setup:
	mutex_exit(&mo->mo_setup_lock);
	return (err);
}

/*
 * The descriptor is being closed: nobody is in a call on it.
 */
void
unet_capture_close(unet_monitor_t *mo)
{
	unet_dev_t *ud = mo->mo_captured;

	if (ud == NULL)
		return;
	unet_capture_count(ud, mo->mo_what, B_FALSE);
	mutex_enter(&ud->ud_cap_lock);
	list_remove(&ud->ud_captures, mo);
	mutex_exit(&ud->ud_cap_lock);
	if (mo->mo_kstat != NULL)
		kstat_delete(mo->mo_kstat);
	kmem_free(mo->mo_ring, mo->mo_size);
	unet_dev_rele(ud);
}

/*
 * Wait for records, and for the turn to read them.
 */
static int
unet_capture_wait(unet_monitor_t *mo, int fmode)
{
	ASSERT(MUTEX_HELD(&mo->mo_lock));

	while (mo->mo_ring == NULL || mo->mo_reading ||
	    !unet_capture_some(mo)) {
		if (mo->mo_ring == NULL)
			return (EINVAL);
		if (!mo->mo_reading && mo->mo_dead)
			return (ENXIO);
		if ((fmode & (FNONBLOCK | FNDELAY)) != 0)
			return (EAGAIN);
		if (cv_wait_sig(&mo->mo_cv, &mo->mo_lock) == 0)
			return (EINTR);
	}
	return (0);
}

/*
 * read(2) on a monitor: as many whole records as there are and fit.
 */
int
unet_capture_read(unet_monitor_t *mo, uio_t *uio)
{
	unet_record_t ur = { .ur_way = 0 };
	uint64_t at;
	size_t off, first, len = 0;
	int err;

	mutex_enter(&mo->mo_lock);
	if ((err = unet_capture_wait(mo, uio->uio_fmode)) != 0) {
		mutex_exit(&mo->mo_lock);
		return (err);
	}
	/* What no frame has come to tell is told by itself. */
	if (mo->mo_head == mo->mo_tail) {
		ur.ur_time = unet_capture_now();
		unet_capture_append(mo, NULL, 0, &ur);
	}
	for (at = mo->mo_tail; at != mo->mo_head; at = mo->mo_tail + len) {
		const size_t size = unet_ring_size_at(mo, at);

		if (len + size > (size_t)uio->uio_resid)
			break;
		len += size;
	}
	if (len == 0) {
		mutex_exit(&mo->mo_lock);
		return (EOVERFLOW);
	}
	off = (size_t)(mo->mo_tail % mo->mo_size);
	mo->mo_reading = B_TRUE;
	mutex_exit(&mo->mo_lock);

	first = MIN(len, mo->mo_size - off);
	err = uiomove(mo->mo_ring + off, first, UIO_READ, uio);
	if (err == 0 && len > first)
		err = uiomove(mo->mo_ring, len - first, UIO_READ, uio);

	mutex_enter(&mo->mo_lock);
	if (err == 0)
		mo->mo_tail += len;
	mo->mo_reading = B_FALSE;
	cv_broadcast(&mo->mo_cv);
	mutex_exit(&mo->mo_lock);
	return (err);
}

/*
 * What poll finds.  If it may wait, the next record wakes it.
 */
short
unet_capture_poll(unet_monitor_t *mo, boolean_t edge)
{
	short ready = 0;

	mutex_enter(&mo->mo_lock);
	if (unet_capture_some(mo))
		ready |= POLLIN | POLLRDNORM;
	if (mo->mo_dead)
		ready |= POLLHUP;
	if (ready == 0 || edge)
		mo->mo_polled = B_TRUE;
	mutex_exit(&mo->mo_lock);
	return (ready);
}
