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

#ifndef	_WIRE_H
#define	_WIRE_H

/*
 * A network stack that does as it is told: a MAC client of a link, which sends
 * frames in message blocks of any shape, and hands on what it gets.
 */

#include <stddef.h>
#include <stdint.h>

typedef struct wire wire_t;

/*
 * A frame to send.  `wf_cuts' ends blocks: each is the length of one, the rest
 * of the frame is the last; so a 0 is a block without a byte in it.
 */
#define	WIRE_CUTS	4

typedef struct wire_frame {
	const uint8_t	*wf_bytes;
	size_t		wf_len;
	size_t		wf_cuts[WIRE_CUTS];
	unsigned int	wf_ncuts;
} wire_frame_t;

/*
 * A frame that the link's holder sent, on the thread that sent it.
 */
typedef void wire_rx_f(const uint8_t *, size_t);

extern wire_t *wire_open(uint32_t, wire_rx_f *);
extern void wire_close(wire_t *);
extern int wire_start(wire_t *);
extern void wire_stop(wire_t *);
extern void wire_send(wire_t *, const wire_frame_t *, unsigned int);
extern int wire_join(wire_t *, const uint8_t *, int);
extern int wire_promisc(wire_t *, int);

/*
 * Whether each frame that comes is sent back as it is, as IP answers an echo
 * request: on the holder's thread, from inside mac_rx(), before it is handed
 * on.
 */
extern void wire_echo(wire_t *, int);

#endif	/* _WIRE_H */
