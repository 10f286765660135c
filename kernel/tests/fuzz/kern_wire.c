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
 * The stack of wire.h.  It is part of the kernel and built as that is.
 */

#include <sys/debug.h>
#include <sys/dls.h>
#include <sys/kmem.h>
#include <sys/stream.h>
#include <sys/strsubr.h>
#include <sys/strsun.h>
#include <sys/sysmacros.h>
#include <sys/systm.h>

#include "kern/dev_impl.h"
#include "kern/mac_kern.h"
#include "wire.h"

#define	WIRE_FRAME_MAX	16384

struct wire {
	dls_dl_handle_t		w_ddh;
	mac_client_handle_t	w_mch;
	wire_rx_f		*w_rx;
	int			w_echo;
	uint8_t			w_buf[WIRE_FRAME_MAX];
};

/*
 * The memory of a block ends where its bytes do, so that a sanitizer sees
 * whoever goes beyond them.
 */
typedef struct wire_block {
	frtn_t		wb_frtn;
	uint8_t		wb_bytes[];
} wire_block_t;

static mblk_t *
wire_block(const uint8_t *from, size_t len)
{
	wire_block_t *wb = host_alloc(sizeof (*wb) + len, 0);
	mblk_t *mp;

	VERIFY(wb != NULL);
	wb->wb_frtn.free_func = (void (*)(caddr_t))host_free;
	wb->wb_frtn.free_arg = (caddr_t)wb;
	bcopy(from, wb->wb_bytes, len);
	mp = esballoc(wb->wb_bytes, len, BPRI_HI, &wb->wb_frtn);
	VERIFY(mp != NULL);
	mp->b_wptr += len;
	return (mp);
}

static mblk_t *
wire_message(const wire_frame_t *wf)
{
	mblk_t *head = NULL, **tailp = &head;
	size_t done = 0, len;
	uint_t i;

	for (i = 0; i < wf->wf_ncuts; i++) {
		len = MIN(wf->wf_cuts[i], wf->wf_len - done);
		*tailp = wire_block(wf->wf_bytes + done, len);
		tailp = &(*tailp)->b_cont;
		done += len;
	}
	*tailp = wire_block(wf->wf_bytes + done, wf->wf_len - done);
	return (head);
}

static void
wire_back(wire_t *w, size_t len)
{
	const wire_frame_t wf = { .wf_bytes = w->w_buf, .wf_len = len };

	(void) mac_tx(w->w_mch, wire_message(&wf), 0, 0, NULL);
}

static void
wire_rx(void *arg, mac_resource_handle_t mrh __unused, mblk_t *chain,
    boolean_t loopback __unused)
{
	wire_t *w = arg;
	mblk_t *mp, *bp;
	size_t len;

	while ((mp = chain) != NULL) {
		chain = mp->b_next;
		mp->b_next = NULL;
		for (len = 0, bp = mp; bp != NULL; bp = bp->b_cont) {
			VERIFY3U(len + MBLKL(bp), <=, sizeof (w->w_buf));
			bcopy(bp->b_rptr, w->w_buf + len, MBLKL(bp));
			len += MBLKL(bp);
		}
		freemsg(mp);
		if (w->w_echo)
			wire_back(w, len);
		w->w_rx(w->w_buf, len);
	}
}

wire_t *
wire_open(uint32_t linkid, wire_rx_f *rx)
{
	dls_dl_handle_t ddh;
	wire_t *w;

	(void) kern_enter();
	VERIFY0(dls_devnet_hold_tmp(linkid, &ddh));
	dls_devnet_open(ddh);
	dls_devnet_rele_tmp(ddh);
	w = kmem_zalloc(sizeof (*w), KM_SLEEP);
	w->w_ddh = ddh;
	w->w_rx = rx;
	VERIFY0(mac_client_open(dls_devnet_mh(ddh), &w->w_mch, NULL, 0));
	mac_rx_set(w->w_mch, wire_rx, w);
	kern_exit();
	return (w);
}

void
wire_close(wire_t *w)
{
	(void) kern_enter();
	mac_client_close(w->w_mch, 0);
	dls_devnet_close(w->w_ddh);
	kmem_free(w, sizeof (*w));
	kern_exit();
}

int
wire_start(wire_t *w)
{
	int err;

	(void) kern_enter();
	err = mac_client_start(w->w_mch);
	kern_exit();
	return (err);
}

void
wire_stop(wire_t *w)
{
	(void) kern_enter();
	mac_client_stop(w->w_mch);
	kern_exit();
}

void
wire_send(wire_t *w, const wire_frame_t *frames, unsigned int n)
{
	mblk_t *chain = NULL, **tailp = &chain;
	uint_t i;

	(void) kern_enter();
	for (i = 0; i < n; i++) {
		*tailp = wire_message(&frames[i]);
		tailp = &(*tailp)->b_next;
	}
	(void) mac_tx(w->w_mch, chain, 0, 0, NULL);
	kern_exit();
}

int
wire_join(wire_t *w, const uint8_t *addr, int on)
{
	int err = 0;

	(void) kern_enter();
	if (on)
		err = mac_multicast_add(w->w_mch, addr);
	else
		mac_multicast_remove(w->w_mch, addr);
	kern_exit();
	return (err);
}

int
wire_promisc(wire_t *w, int on)
{
	int err;

	(void) kern_enter();
	err = mac_client_promisc(w->w_mch, on != 0);
	kern_exit();
	return (err);
}

void
wire_echo(wire_t *w, int on)
{
	w->w_echo = on;
}
