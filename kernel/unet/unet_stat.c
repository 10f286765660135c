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
 * The kstat of a link, unet:<n>:<link>, class net: seen in the link's zone and
 * in the global zone.  Names take the holder's view; the standard MAC
 * statistics have the opposite one.
 *
 * Nothing is counted here.  Every counter lives beside what it counts, under
 * the lock that is held there anyway, and is copied when somebody reads.
 */

#include "unet_impl.h"
#include <sys/errno.h>

typedef enum unet_stat {
	UNET_ST_RX_FRAMES,
	UNET_ST_RX_BYTES,
	UNET_ST_TX_FRAMES,
	UNET_ST_TX_BYTES,
	UNET_ST_RX_IN_FRAMES,
	UNET_ST_RX_IN_BYTES,
	UNET_ST_TX_IN_FRAMES,
	UNET_ST_TX_IN_BYTES,
	UNET_ST_RXQ_FRAMES,
	UNET_ST_RXQ_BYTES,
	UNET_ST_RXQ_PEAK,
	UNET_ST_TXQ_FRAMES,
	UNET_ST_TXQ_BYTES,
	UNET_ST_TXQ_PEAK,
	UNET_ST_RX_DROPS,
	UNET_ST_TX_DROPS,
	UNET_ST_READ_CALLS,
	UNET_ST_WRITE_CALLS,
	UNET_ST_FIOREAD_CALLS,
	UNET_ST_FIOWRITE_CALLS,
	UNET_ST_POLL_CALLS,
	UNET_ST_RX_EAGAIN,
	UNET_ST_TX_EAGAIN,
	UNET_ST_RX_WAITS,
	UNET_ST_TX_WAITS,
	UNET_ST_FC_EVENTS,
	UNET_ST_FC_TIME,
	UNET_ST_FC_BLOCKED,
	UNET_ST_FC_ATLEAST,
	UNET_ST_DROPS = UNET_ST_FC_ATLEAST + UNET_NFC,
	UNET_ST_IOMODE = UNET_ST_DROPS + UNET_DROP_END - 1,
	UNET_ST_LINKNAME,
	UNET_ST_ZONENAME,
	UNET_NSTATS
} unet_stat_t;

/*
 * A reason for losing frames, and its statistic.
 */
#define	UNET_ST_DROP(reason)	(UNET_ST_DROPS + (reason) - 1)
#define	UNET_ST_DROP_READ	"rx_drop_"
#define	UNET_ST_DROP_WRITE	"tx_drop_"
#define	UNET_ST_DROP_NAME(number, name, way, word, text) \
	[UNET_ST_DROP(UNET_DROP_##name)] = UNET_ST_DROP_##way word,

static const char *const unet_stat_names[UNET_NSTATS] = {
	[UNET_ST_RX_FRAMES] = "rx_frames",
	[UNET_ST_RX_BYTES] = "rx_bytes",
	[UNET_ST_TX_FRAMES] = "tx_frames",
	[UNET_ST_TX_BYTES] = "tx_bytes",
	[UNET_ST_RX_IN_FRAMES] = "rx_in_frames",
	[UNET_ST_RX_IN_BYTES] = "rx_in_bytes",
	[UNET_ST_TX_IN_FRAMES] = "tx_in_frames",
	[UNET_ST_TX_IN_BYTES] = "tx_in_bytes",
	[UNET_ST_RXQ_FRAMES] = "rxq_frames",
	[UNET_ST_RXQ_BYTES] = "rxq_bytes",
	[UNET_ST_RXQ_PEAK] = "rxq_peak",
	[UNET_ST_TXQ_FRAMES] = "txq_frames",
	[UNET_ST_TXQ_BYTES] = "txq_bytes",
	[UNET_ST_TXQ_PEAK] = "txq_peak",
	[UNET_ST_RX_DROPS] = "rx_drops",
	[UNET_ST_TX_DROPS] = "tx_drops",
	[UNET_ST_READ_CALLS] = "read_calls",
	[UNET_ST_WRITE_CALLS] = "write_calls",
	[UNET_ST_FIOREAD_CALLS] = "fioread_calls",
	[UNET_ST_FIOWRITE_CALLS] = "fiowrite_calls",
	[UNET_ST_POLL_CALLS] = "poll_calls",
	[UNET_ST_RX_EAGAIN] = "rx_eagain",
	[UNET_ST_TX_EAGAIN] = "tx_eagain",
	[UNET_ST_RX_WAITS] = "rx_waits",
	[UNET_ST_TX_WAITS] = "tx_waits",
	[UNET_ST_FC_EVENTS] = "fc_events",
	[UNET_ST_FC_TIME] = "fc_time",
	[UNET_ST_FC_BLOCKED] = "fc_blocked",
	[UNET_ST_FC_ATLEAST] = "fc_1ms",
	[UNET_ST_FC_ATLEAST + 1] = "fc_10ms",
	[UNET_ST_FC_ATLEAST + 2] = "fc_100ms",
	[UNET_ST_FC_ATLEAST + 3] = "fc_1s",
	[UNET_ST_FC_ATLEAST + 4] = "fc_10s",
	UNET_DROP_MAP(UNET_ST_DROP_NAME)
	[UNET_ST_IOMODE] = "iomode",
	[UNET_ST_LINKNAME] = "linkname",
	[UNET_ST_ZONENAME] = "zonename"
};

const char *const unet_iomode_names[] = {
	[UNET_IOMODE_NONE] = "none",
	[UNET_IOMODE_RDWR] = "read-write",
	[UNET_IOMODE_FRAMEIO] = "frameio"
};

static uint64_t
unet_stat_queue_drops(unet_queue_t *uq, kstat_named_t *kn)
{
	uint64_t sum = 0;
	uint_t i;

	for (i = 1; i < UNET_DROP_END; i++) {
		sum += uq->uq_drops[i];
		kn[UNET_ST_DROP(i)].value.ui64 += uq->uq_drops[i];
	}
	return (sum);
}

static void
unet_stat_rx(unet_dev_t *ud, kstat_named_t *kn, uint32_t *iomodep)
{
	unet_queue_t *uq = &ud->ud_rxq;
	unet_fc_t *uf = &ud->ud_fc;
	uint_t i;

	mutex_enter(&uq->uq_lock);
	*iomodep = MAX(*iomodep, uq->uq_iomode);
	kn[UNET_ST_RX_FRAMES].value.ui64 = uq->uq_out_frames;
	kn[UNET_ST_RX_BYTES].value.ui64 = uq->uq_out_bytes;
	kn[UNET_ST_RX_IN_FRAMES].value.ui64 = uq->uq_in_frames;
	kn[UNET_ST_RX_IN_BYTES].value.ui64 = uq->uq_in_bytes;
	kn[UNET_ST_RXQ_FRAMES].value.ui64 = uq->uq_frames;
	kn[UNET_ST_RXQ_BYTES].value.ui64 = uq->uq_bytes;
	kn[UNET_ST_RXQ_PEAK].value.ui64 = uq->uq_peak;
	kn[UNET_ST_RX_DROPS].value.ui64 = unet_stat_queue_drops(uq, kn);
	kn[UNET_ST_READ_CALLS].value.ui64 = uq->uq_rdwr_calls;
	kn[UNET_ST_FIOREAD_CALLS].value.ui64 = uq->uq_fio_calls;
	kn[UNET_ST_RX_EAGAIN].value.ui64 = uq->uq_eagain;
	kn[UNET_ST_RX_WAITS].value.ui64 = uq->uq_waits;
	kn[UNET_ST_FC_EVENTS].value.ui64 = uf->uf_events;
	kn[UNET_ST_FC_TIME].value.ui64 = uf->uf_time;
	kn[UNET_ST_FC_BLOCKED].value.ui64 = uf->uf_blocked ? 1 : 0;
	for (i = 0; i < UNET_NFC; i++) {
		kn[UNET_ST_FC_ATLEAST + i].value.ui64 = uf->uf_atleast[i];
	}
	mutex_exit(&uq->uq_lock);
}

static void
unet_stat_tx(unet_dev_t *ud, kstat_named_t *kn, uint32_t *iomodep)
{
	unet_queue_t *uq = &ud->ud_txq;

	mutex_enter(&uq->uq_lock);
	*iomodep = MAX(*iomodep, uq->uq_iomode);
	kn[UNET_ST_TX_FRAMES].value.ui64 = uq->uq_out_frames;
	kn[UNET_ST_TX_BYTES].value.ui64 = uq->uq_out_bytes;
	kn[UNET_ST_TX_IN_FRAMES].value.ui64 = uq->uq_in_frames;
	kn[UNET_ST_TX_IN_BYTES].value.ui64 = uq->uq_in_bytes;
	kn[UNET_ST_TXQ_FRAMES].value.ui64 = uq->uq_frames;
	kn[UNET_ST_TXQ_BYTES].value.ui64 = uq->uq_bytes;
	kn[UNET_ST_TXQ_PEAK].value.ui64 = uq->uq_peak;
	kn[UNET_ST_TX_DROPS].value.ui64 = unet_stat_queue_drops(uq, kn);
	kn[UNET_ST_WRITE_CALLS].value.ui64 = uq->uq_rdwr_calls;
	kn[UNET_ST_FIOWRITE_CALLS].value.ui64 = uq->uq_fio_calls;
	kn[UNET_ST_TX_EAGAIN].value.ui64 = uq->uq_eagain;
	kn[UNET_ST_TX_WAITS].value.ui64 = uq->uq_waits;
	mutex_exit(&uq->uq_lock);
}

static int
unet_stat_update(kstat_t *ksp, int rw)
{
	unet_dev_t *ud = ksp->ks_private;
	kstat_named_t *kn = ksp->ks_data;
	uint32_t iomode = UNET_IOMODE_NONE;
	uint_t i;

	if (rw == KSTAT_WRITE)
		return (EACCES);

	for (i = 1; i < UNET_DROP_END; i++)
		kn[UNET_ST_DROP(i)].value.ui64 = 0;
	unet_stat_rx(ud, kn, &iomode);
	unet_stat_tx(ud, kn, &iomode);
	kn[UNET_ST_POLL_CALLS].value.ui64 =
	    atomic_add_64_nv(&ud->ud_poll_calls, 0);
	kstat_named_setstr(&kn[UNET_ST_IOMODE], unet_iomode_names[iomode]);
	return (0);
}

/*
 * A link without its kstat is still a link: MAC's are there.  The instance is
 * the device number of the link, which no other link has or soon will have; the
 * kstat facility cuts a name of 31 characters, and then only that tells two
 * links apart.
 */
static void
unet_stat_make(unet_dev_t *ud)
{
	const zoneid_t zoneid = unet_dev_zone(ud);
	kstat_named_t *kn;
	kstat_t *ksp;
	uint_t i;

	ud->ud_kstat_link = unet_dev_name(ud);
	ksp = kstat_create_zone("unet",
	    (int)(ud->ud_minor - UNET_MONITOR_MINOR), ud->ud_kstat_link, "net",
	    KSTAT_TYPE_NAMED, UNET_NSTATS, 0, zoneid);
	if (ksp == NULL)
		return;

	kn = ksp->ks_data;
	for (i = 0; i < UNET_NSTATS; i++) {
		kstat_named_init(&kn[i], unet_stat_names[i],
		    i >= UNET_ST_IOMODE ? KSTAT_DATA_STRING :
		    KSTAT_DATA_UINT64);
	}
	if (unet_zone_name(zoneid, ud->ud_kstat_zone,
	    sizeof (ud->ud_kstat_zone)) != 0)
		ud->ud_kstat_zone[0] = '\0';
	kstat_named_setstr(&kn[UNET_ST_IOMODE],
	    unet_iomode_names[UNET_IOMODE_NONE]);
	kstat_named_setstr(&kn[UNET_ST_LINKNAME], ud->ud_kstat_link);
	kstat_named_setstr(&kn[UNET_ST_ZONENAME], ud->ud_kstat_zone);

	/* Room in a snapshot for the strings. */
	ksp->ks_data_size += UNET_NAMELEN + sizeof (ud->ud_kstat_zone) + 16;
	ksp->ks_private = ud;
	ksp->ks_update = unet_stat_update;
	if (zoneid != GLOBAL_ZONEID)
		kstat_zone_add(ksp, GLOBAL_ZONEID);
	kstat_install(ksp);
	ud->ud_kstat = ksp;
}

static void
unet_stat_unmake(unet_dev_t *ud)
{
	if (ud->ud_kstat != NULL)
		kstat_delete(ud->ud_kstat);
	ud->ud_kstat = NULL;
}

void
unet_stat_create(unet_dev_t *ud)
{
	(void) unet_dev_stat_enter(ud, B_TRUE);
	unet_stat_make(ud);
	(void) unet_dev_stat_exit(ud);
}

/*
 * The link has another name, or is in another zone.  Both are part of what a
 * kstat is, so it gets a new one; what it counts goes on.
 */
void
unet_stat_follow(unet_dev_t *ud)
{
	if (!unet_dev_stat_enter(ud, B_FALSE))
		return;
	do {
		unet_stat_unmake(ud);
		unet_stat_make(ud);
	} while (unet_dev_stat_exit(ud));
}

/*
 * The link goes.  Somebody who looked at it before may yet come to have its
 * kstat follow, so the turn to make one is never given back.
 */
void
unet_stat_destroy(unet_dev_t *ud)
{
	(void) unet_dev_stat_enter(ud, B_TRUE);
	unet_stat_unmake(ud);
}
