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
 * unet: Ethernet links whose other end is a process
 * -------------------------------------------------
 *
 * WHAT AND FOR WHOM
 *
 * A VPN, a switch, a firewall or a hypervisor in userland wants to exchange
 * Ethernet frames with the network stack of the system.  unet gives it a link
 * with two faces:
 *
 *	      a process (the holder)            unetadm, libdladm-ts
 *	   read write ioctl poll                        ioctl
 *	           |                                      |
 *	   /dev/unet/vpn0                           /dev/unet/ctl
 *	           |                                      |
 *	   +-------+--------------------------------------+------+
 *	   |  unet_chr.c (cb_ops)                   unet_ioc.c   |
 *	   |       |        |            unet_prop.c, unet_id.c  |
 *	   |  unet_rxq.c  unet_txq.c     unet_dev.c, unet_link.c |
 *	   |      unet_queue.c                                   |
 *	   |       |        |            unet_look.c             |
 *	   |       |        |            unet_stat.c unet_sdev.c |
 *	   |       |        |            unet_monitor.c          |
 *	   |       |        |       unet_capture.c unet_watch.c  |
 *	   |  unet_offload.c|                    unet_event.c    |
 *	   |       |        |            unet_linkprop.c         |
 *	   |  unet_mac.c (mac_callbacks)            unet_zone.c  |
 *	   +-------+--------+------------------------------------+
 *	           |        |
 *	         mc_tx    mac_rx
 *	           |        |
 *	   MAC, /dev/net/vpn0: IP, VNICs, bridges, snoop
 *
 * The stack sees an ordinary network interface.  The holder sees frames, moved
 * one a call (read, write) or many (framed I/O, frameio.c).  All names on the
 * holder's side take its view: rx is what it reads.
 *
 * WHY THIS SHAPE
 *
 * 1. One driver, not a MAC driver and a character driver: specfs opens a minor
 *    through cb_ops when dld's stream open says ENOSTR, which it does for
 *    minors from mac_private_minor() on.  Both faces are then one object with
 *    one life.
 * 2. No STREAMS towards the holder: a message a call and the stream head's
 *    limits are what made the old tun/tap driver slow.
 * 3. One holder.  Several would need rules for who gets which frame; a program
 *    that wants that can be that holder.
 * 4. Copying, not shared rings: a batch of frames a call already makes the
 *    system call cheap, and a copy gives the driver frames nobody else changes.
 *
 * LIFE OF A LINK (unet_dev.c)
 *
 *	        create           destroy              outcome known
 *	CREATING ----> ACTIVE ------------> DESTROYING -------------> DEAD
 *	                  ^                      |                      |
 *	                  +----------------------+            last reference
 *	                     the stack keeps it                         |
 *	                                                              freed
 *
 * unet_dev_create() reserves the name, has an id made (unet_id.c) unless it was
 * given one, registers with MAC, says DOWN, and only then enters DLS, because
 * from then on properties may be set; whatever fails is undone in reverse.
 *
 * unet_dev_destroy() first takes the link away from the stack
 * (unet_dev_unplug): dls_devnet_destroy(), and mac_disable().  Either may say
 * that the link is in use, and then nothing has happened, least of all to the
 * holder.  Between the two all our threads leave MAC (unet_mac_close); frames
 * written meanwhile wait in the write queue.  From there on nothing can fail:
 * queues are marked dying, sleepers and pollers are woken (ENXIO, POLLHUP), the
 * link leaves MAC, and its id is given back last.  The object stays for as long
 * as its holder has it open.  A zone that halts does the same to its links.
 *
 * A single-shot link is destroyed by its holder's close, and if the stack will
 * not have that then, by the reaper (unet_dev_reap), until it succeeds.
 *
 * LINK STATE (unet_link.c)
 *
 * UP while there is a holder, DOWN otherwise; a policy overrides that and
 * linger delays the DOWN, so that a daemon can restart without flapping routes.
 * DOWN does not keep the stack from sending: without a holder its frames are
 * dropped and counted.
 *
 * STACK TO HOLDER (unet_rxq.c)
 *
 * MAC calls unet_rxq_tx() with a chain.  Frames are padded to what a wire would
 * carry and queued, up to rxbuf bytes.  The rest of the chain is returned: MAC
 * keeps it, stops calling, and slows its senders down, until mac_tx_update().
 * That comes when the reader has drained the queue to half.  The flag that says
 * that MAC is blocked is set and cleared under the queue's lock alone, so that
 * between "full" and "drained" no wakeup is lost.
 *
 * A reader takes frames off the queue, copies them out with no lock held, and
 * then settles; what could not be copied goes back to the front.  So a bad
 * address loses nothing, and a reader that faults in a page stops nobody.
 *
 * HOLDER TO STACK (unet_txq.c)
 *
 * A writer reserves room for whole frames in txbuf, copies them in, tells the
 * caller how many, and commits.  One thread at a time drains the queue: it
 * filters by address (MAC does not, for a lone client) and calls mac_rx() with
 * no lock held, because IP may answer at once, on the same thread, into
 * unet_rxq_tx().  For that reason a full read queue never makes anybody wait.
 * An acknowledged frame is not dropped for want of room.
 *
 * OFFLOADS (unet_offload.c, unet_linkprop.c)
 *
 * The stack may leave work to the link: checksums, and cutting large segments
 * of TCP, as properties of the link say.  It is done in software, before the
 * frames are queued, by MAC's mac_hw_emul(), and the holder reads plain frames.
 * The gain is the stack's, which handles one large packet in the place of many.
 * What it costs all others is a look at the flags of each packet.
 *
 * A large packet is taken as a whole or returned to MAC as a whole: room for
 * all that it will be cut into is reserved in the read queue, the lock is
 * dropped, the packet cut, the frames queued.  If that fails the room is given
 * back, and MAC, which may have been turned away meanwhile, is told, for the
 * reader never saw anything.  We say how large packets may be so that one fills
 * half of the queue at most.
 *
 * Packets are believed only so far as mac_hw_emul() does not have to believe
 * them.  Properties are set by a request of ours or by dladm(8), under
 * ud_mac_lock; mac_capab_update() then has those above ask what we can do.
 *
 * WHERE A LINK IS, AND WHAT IT IS CALLED (unet_look.c, unet_zone.c)
 *
 * A link belongs to the zone it was made in, and goes when that halts.  One of
 * the global zone may be lent to another, which then sees, opens and uses it,
 * but does not change or destroy it, and at that zone's halt DLS takes it back
 * before we hear of the halt.  dladm(8) renames links.  No driver is told of
 * either, so DLS is asked, by link id, whenever somebody looks for links or at
 * one: cheaply, with no lock held, and never on the way of frames.  What was
 * found last is kept with the link, and the tables, the kstat and the nodes of
 * /dev are made to follow.  While it is not known whether DLS means our link,
 * because that comes or goes, nobody asks.
 *
 * The owner's daemon in the global zone holds a link through all that.  A
 * holder in a zone that loses the link finds it destroyed; another zone's stack
 * starts the link before it hears anything, and that start is a look, too.
 * Whoever comes to hold a link, or to look on, looks again once it can be found
 * as such, for the link may have gone in between (unet_look_again()).
 *
 * Names are unique when links are made.  dladm(8) keeps them unique in a zone
 * only; of two with one name a caller means the one in its own zone.
 *
 * dlmgmtd may die.  Nothing here needs it but making a link, or giving one back
 * to DLS that could not be destroyed; ids that cannot be freed are freed when
 * it is there again (unet_id.c).
 *
 * EVENTS (unet_event.c)
 *
 * What the stack and the administrator do to a link (it is used or not, MTU,
 * address, groups, properties, its end) is put on a short list, under the lock
 * that guards what has changed, and told to the holder when it asks.  Changes
 * of the same thing become one; a holder that has fallen behind is told so and
 * asks for the state of everything.  What is being told leaves the list when
 * the holder has it.
 *
 * LOOKING ON (unet_monitor.c, unet_capture.c, unet_watch.c)
 *
 * An administrator sees the frames and the events of links that others hold
 * through /dev/unet/monitor.  Each open of it clones, so that each descriptor
 * is a monitor with a minor of its own and is closed for itself.  It sees what
 * the zone that opened it sees, and is set up by nobody from elsewhere.
 *
 * A capture has a ring of its own.  Frames are copied into it where they are
 * queued for the holder, sorted by the address filter, or lost, on the thread
 * that moves them: a frame that leaves us is not ours any more, so there is
 * nothing to look at later.  What does not fit is counted and left out: no
 * capture ever delays or drops a frame, and none holds a message block.  Every
 * frame that is lost goes through unet_queue_drop(), and those that the filter
 * refuses are shown in their order among the others, so that no counter moves
 * without those who look on seeing the frame.  A queue knows by a count under
 * its own lock that somebody does; without one that count is all the cost.
 *
 * Whoever watches has a list of events like the holder's.  A monitor holds its
 * link, as a holder does, but not against a destroy: the ring then says
 * POLLHUP behind what is in it, and the list ends with DESTROY.
 *
 * LOCKS
 *
 * Taken in this order, from the outside in:
 *
 *	1. mo_setup_lock	what a monitor is set up for	(unet_monitor.c)
 *	2. unet_devs_lock	tables, states, references	(unet_dev.c)
 *	3. unet_minors_lock	the table by minor		(unet_dev.c)
 *	4. ud_link_lock		holder, owner, policy, linger	(unet_link.c)
 *	5. uq_lock		a queue; never two at once	(unet_queue.c)
 *	6. ud_mac_lock		what MAC told us		(unet_mac.c)
 *	7. unet_watch_lock	those who watch			(unet_watch.c)
 *	8. ev_lock		events for one of them		(unet_event.c)
 *	9. ud_cap_lock		the captures of a link		(unet_capture.c)
 *	10. mo_lock		the ring of one			(unet_capture.c)
 *
 * Rules:
 *
 * - None is held across a user copy, mac_rx(), mac_hw_emul(), mac_tx_update(),
 *   mac_capab_update(), pollwakeup(), any dls_*() or
 *   mac_register/disable/unregister(), or untimeout().
 * - Requests to set properties take turns by a flag, ud_setting, and hold no
 *   lock while MAC sets the MTU or the address and comes back to us.
 * - mac_link_update() is called under ud_link_lock: it leaves a note for a
 *   thread of MAC and takes no perimeter.
 * - The callbacks that MAC makes with its perimeter held (unet_m_*) take no
 *   lock but uq_lock and those after it; mc_start takes ud_link_lock, too, for
 *   whoever holds that waits for no perimeter.
 * - What another thread may take time over while DLS is asked or a kstat is
 *   made, or a holder is put off, is guarded by a flag (ud_looking,
 *   ud_stat_busy, ud_revoking), and no lock is held.
 * - The lock of a request for a link id (unet_id.c) and that of the table of
 *   monitors are taken alone.
 * - kstat and sdev call us with locks of their own held; we never call them
 *   with ours.
 * - Every call into MAC with a link's handle, but those of create and destroy,
 *   is between unet_mac_enter() and unet_mac_exit(), because mac_unregister()
 *   waits for nobody.
 *
 * /dev AND ACCESS (unet_sdev.c)
 *
 * The nodes are made by an sdev plugin and are open to everybody by mode; the
 * driver decides: ctl's requests look at privileges one by one, and a link
 * opens for its owner, its group, or net_rawaccess, in its zone or from the
 * global zone.  The device policy must leave the private minors to that check,
 * and keep all others of this driver at net_rawaccess.
 *
 * sdev does not let a plugin go, so once attached the driver does not detach on
 * a system that has not been told otherwise.
 *
 * WHAT IS LEFT OUT
 *
 * Checksums and large segments left to the holder, several queues, several
 * holders, shared memory, and a medium without Ethernet headers.  Frames of the
 * holder are "from the wire": the protection property of the link does not
 * apply to them.
 */

#include "unet_impl.h"
#include <sys/conf.h>
#include <sys/modctl.h>
#include <sys/devops.h>
#include <sys/errno.h>
#include <sys/mac.h>
#include <sys/mkdev.h>
#include <sys/stat.h>
#include <sys/disp.h>
#include <sys/limits.h>

#define	UNET_NAME	"unet"

dev_info_t *unet_dip;
major_t unet_major;

/*
 * One drains queues that a writer would drain for too long; the other destroys,
 * or finishes what a signal interrupted, which waits for the stack, for the
 * link management daemon, and for the first.
 */
taskq_t *unet_drain_taskq;
taskq_t *unet_reap_taskq;

static int
unet_attach(dev_info_t *dip, ddi_attach_cmd_t cmd)
{
	if (cmd == DDI_RESUME)
		return (DDI_SUCCESS);
	if (cmd != DDI_ATTACH || ddi_get_instance(dip) != 0)
		return (DDI_FAILURE);

	unet_dip = dip;
	unet_major = ddi_driver_major(dip);
	frameio_init();
	unet_drain_taskq = taskq_create("unet_drain", 1, minclsyspri, 1,
	    INT_MAX, 0);
	unet_reap_taskq = taskq_create("unet_reap", 1, minclsyspri, 1,
	    INT_MAX, 0);
	unet_id_init();
	unet_devs_init();
	unet_monitors_init();
	unet_watch_init();
	unet_zone_init();

	if (ddi_create_minor_node(dip, "ctl", S_IFCHR, UNET_CTL_MINOR,
	    DDI_PSEUDO, 0) != DDI_SUCCESS)
		goto fail_init;
	if (unet_sdev_register() != 0)
		goto fail_minor;
	ddi_report_dev(dip);
	return (DDI_SUCCESS);

fail_minor:
	ddi_remove_minor_node(dip, NULL);
fail_init:
	unet_zone_fini();
	taskq_destroy(unet_reap_taskq);
	unet_id_fini();
	taskq_destroy(unet_drain_taskq);
	unet_watch_fini();
	unet_monitors_fini();
	unet_devs_fini();
	frameio_fini();
	unet_dip = NULL;
	return (DDI_FAILURE);
}

/*
 * The plugin goes first, for it is what may refuse.  The tables go after the
 * taskqs, one of which may still be freeing the last link.
 */
static int
unet_detach(dev_info_t *dip, ddi_detach_cmd_t cmd)
{
	if (cmd == DDI_SUSPEND)
		return (DDI_SUCCESS);
	if (cmd != DDI_DETACH)
		return (DDI_FAILURE);
	if (!unet_devs_none() || !unet_monitors_none() ||
	    unet_sdev_unregister() != 0)
		return (DDI_FAILURE);

	/* commit */
	ddi_remove_minor_node(dip, NULL);
	unet_zone_fini();
	taskq_destroy(unet_reap_taskq);
	unet_id_fini();
	taskq_destroy(unet_drain_taskq);
	unet_watch_fini();
	unet_monitors_fini();
	unet_devs_fini();
	frameio_fini();
	unet_dip = NULL;
	return (DDI_SUCCESS);
}

/*
 * All minors are of the one instance.  A node that sdev made knows nothing but
 * its number, so opening it depends on this.
 */
static int
unet_getinfo(dev_info_t *dip, ddi_info_cmd_t cmd, void *arg, void **resp)
{
	if (getminor((dev_t)arg) < UNET_CTL_MINOR)
		return (mac_getinfo(dip, cmd, arg, resp));
	if (unet_dip == NULL)
		return (DDI_FAILURE);

	switch (cmd) {
	case DDI_INFO_DEVT2DEVINFO:
		*resp = unet_dip;
		return (DDI_SUCCESS);
	case DDI_INFO_DEVT2INSTANCE:
		*resp = NULL;
		return (DDI_SUCCESS);
	default:
		return (DDI_FAILURE);
	}
}

static struct dev_ops unet_dev_ops = {
	.devo_rev = DEVO_REV,
	.devo_refcnt = 0,
	.devo_getinfo = unet_getinfo,
	.devo_identify = nulldev,
	.devo_probe = nulldev,
	.devo_attach = unet_attach,
	.devo_detach = unet_detach,
	.devo_reset = nodev,
	.devo_cb_ops = &unet_cb_ops,
	.devo_bus_ops = NULL,
	.devo_power = NULL,
	.devo_quiesce = ddi_quiesce_not_needed
};

static struct modldrv unet_modldrv = {
	.drv_modops = &mod_driverops,
	.drv_linkinfo = "userland network link",
	.drv_dev_ops = &unet_dev_ops
};

static struct modlinkage unet_modlinkage = {
	.ml_rev = MODREV_1,
	.ml_linkage = { &unet_modldrv, NULL }
};

/*
 * mac_init_ops() does nothing at all, not even say so, for a driver whose name
 * has no major number.
 */
int
_init(void)
{
	int err;

	mac_init_ops(&unet_dev_ops, UNET_NAME);
	if (unet_cb_ops.cb_str == NULL)
		return (ENXIO);
	if ((err = mod_install(&unet_modlinkage)) != 0)
		mac_fini_ops(&unet_dev_ops);
	return (err);
}

int
_fini(void)
{
	int err;

	if ((err = mod_remove(&unet_modlinkage)) == 0)
		mac_fini_ops(&unet_dev_ops);
	return (err);
}

int
_info(struct modinfo *modinfop)
{
	return (mod_info(&unet_modlinkage, modinfop));
}
