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
 * A stack end that is a port of a segment (bus.c): what other ports send goes
 * to the link, and what comes from the link goes to them, on the sender's
 * thread.
 */

#include <sys/errno.h>
#include <sys/systm.h>

#include "mac_kern.h"

#define	BUS_DEFAULT	"bus0"

static int
stack_bus_create(stack_end_t *se, const hk_stack_t *hst)
{
	(void) strlcpy(se->se_bus,
	    hst->hst_bus[0] != '\0' ? hst->hst_bus : BUS_DEFAULT,
	    sizeof (se->se_bus));
	return (bus_join(se->se_bus, se, (bus_port_t **)&se->se_priv));
}

static int
stack_bus_start(stack_end_t *se)
{
	bus_start(se->se_priv);
	return (0);
}

static void
stack_bus_rx(void *arg, mac_resource_handle_t mrh __unused, mblk_t *chain,
    boolean_t loopback __unused)
{
	stack_end_t *se = arg;

	bus_send(se->se_priv, chain);
}

static void
stack_bus_tx_notify(void *arg)
{
	stack_end_t *se = arg;

	bus_room(se->se_priv);
}

/*
 * A segment carries frames whatever the link's state is.
 */
static void
stack_bus_note(stack_end_t *se __unused, mac_notify_type_t type __unused)
{
}

static void
stack_bus_stop(stack_end_t *se)
{
	bus_stop(se->se_priv);
}

static void
stack_bus_destroy(stack_end_t *se)
{
	bus_leave(se->se_priv);
}

const stack_ops_t stack_bus_ops = {
	.so_name = "bus",
	.so_create = stack_bus_create,
	.so_start = stack_bus_start,
	.so_rx = stack_bus_rx,
	.so_tx_notify = stack_bus_tx_notify,
	.so_note = stack_bus_note,
	.so_stop = stack_bus_stop,
	.so_destroy = stack_bus_destroy
};
