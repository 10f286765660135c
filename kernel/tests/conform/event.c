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
 * Events: what happens to a link reaches its holder in order, each change once,
 * and nothing gets lost without a word.
 */

/*
 * Take what there is, into cf.event.
 */
static int
event_take(int fd, uint32_t flags)
{
	unet_ioc_event_t *e = &cf.event;

	fill(e, POISON, sizeof (*e));
	hdr_init(&e->uie_hdr, NULL);
	e->uie_hdr.uih_flags = flags;
	fill(e->uie_reserved, 0, sizeof (e->uie_reserved));
	return (c_ioctl(fd, UNET_IOC_EVENT, e));
}

/*
 * There is this one event, for one change, and no other.
 */
static void
event_one(int fd, uint32_t type, uint32_t prop_id, uint64_t value,
    const char *what)
{
	const unet_event_t *ue = &cf.event.uie_events[0];

	is(c_poll(fd, C_POLLPRI | C_POLLIN, WAIT), C_POLLPRI, "%s: poll", what);
	is(event_take(fd, 0), 0, "... is told");
	is(cf.event.uie_count, 1, "... alone");
	is(cf.event.uie_pending, 0, "... and no more");
	is(ue->ue_type, type, "... its type");
	is(ue->ue_prop, prop_id, "... its property");
	is(ue->ue_value, value, "... its value");
	is(ue->ue_count, 1, "... one change");
	is(ue->ue_flags, 0, "... and not how it is");
}

static void
event_bad(void)
{
	int fd = begin(L0);

	theme = "events, bad";
	is(c_poll(fd, C_POLLPRI, 0), 0, "none: poll");
	is(event_take(fd, 0), -C_EAGAIN, "none: take");
	is(cf.event.uie_hdr.uih_errno, UNET_E_NOEVENT, "... and its cause");
	is(event_take(fd, 2), -C_EINVAL, "an unknown flag");
	is(cf.event.uie_hdr.uih_errno, UNET_E_RESERVED, "... and its cause");
	(void) event_take(fd, 0);
	cf.event.uie_reserved[1] = 1;
	is(c_ioctl(fd, UNET_IOC_EVENT, &cf.event), -C_EINVAL,
	    "a reserved member");
	is(c_ioctl(fd, UNET_IOC_EVENT, NOWHERE), -C_EFAULT, "a bad address");
	is(event_take(cf.ctl, 0), -C_ENOTTY, "ctl has none");
	is(c_close(fd), 0, "closed");
	fd = open_link(L0, C_O_WRONLY | C_O_NONBLOCK);
	is(event_take(fd, 0), -C_EBADF, "a holder that only writes");
	is(cf.event.uie_hdr.uih_errno, UNET_E_WRONLY, "... and its cause");
	end(L0, fd);
}

static void
event_kinds(void)
{
	static const struct {
		uint32_t	id;
		uint64_t	value;
	} sets[] = {
		{ UNET_PROP_RXBUF, 100000 }, { UNET_PROP_TXBUF, 110000 },
		{ UNET_PROP_LINKSTATE, UNET_POLICY_DOWN },
		{ UNET_PROP_LINGER, 5 }, { UNET_PROP_OWNER, 77 },
		{ UNET_PROP_GROUP, 78 }
	};
	const int fd = begin(L0);
	unsigned int i;

	theme = "events";
	is(set_one(L0, UNET_PROP_MTU, 1400), 0, "MTU");
	event_one(fd, UNET_EV_MTU, 0, 1400, "MTU");
	is(set_one(L0, UNET_PROP_MTU, 1400), 0, "the same MTU");
	is(event_take(fd, 0), -C_EAGAIN, "... is none");
	is(set_one(L0, UNET_PROP_MAC, 0x020820c00f05ULL), 0, "MAC");
	event_one(fd, UNET_EV_MAC, 0, 0x020820c00f05ULL, "MAC");
	for (i = 0; i < NELEM(sets); i++) {
		is(set_one(L0, sets[i].id, sets[i].value), 0, "a property");
		event_one(fd, UNET_EV_PROP, sets[i].id, sets[i].value,
		    "a property");
	}
	end(L0, fd);
}

static void
event_numbers(void)
{
	const unet_event_t *ue = cf.event.uie_events;
	uint64_t changes = 0, last = 0;
	unsigned int i;
	int fd = begin(L0);

	theme = "events, numbers";
	for (i = 0; i < 7; i++)
		(void) set_one(L0, UNET_PROP_OWNER, 1000 + i);
	(void) set_one(L0, UNET_PROP_MTU, 1300);
	(void) set_one(L0, UNET_PROP_OWNER, 2000);
	(void) set_one(L0, UNET_PROP_GROUP, 2001);
	is(event_take(fd, 0), 0, "ten changes");
	is(cf.event.uie_count, 3, "... of three things");
	is(ue[0].ue_type, UNET_EV_MTU, "... in the order of the last of each");
	is(ue[1].ue_value, 2000, "... with its value");
	is(ue[1].ue_count, 8, "... and how many there were");
	for (i = 0; i < 3; i++) {
		ok(ue[i].ue_seq > last, "... numbers rise");
		ok(i == 0 || ue[i].ue_time >= ue[i - 1].ue_time,
		    "... time does not fall");
		last = ue[i].ue_seq;
		changes += ue[i].ue_count;
	}
	is(last, 10, "... by each change");
	is(changes, last, "... which the counts add up to");
	is(c_close(fd), 0, "closed");
	fd = hold(L0);
	is(event_take(fd, 0), -C_EAGAIN, "the next holder has none of that");
	(void) set_one(L0, UNET_PROP_LINGER, 1);
	is(event_take(fd, 0), 0, "... but its own");
	is(ue[0].ue_seq, 1, "... from 1");
	end(L0, fd);
}

/*
 * How everything is: each thing once, and an end.
 */
static void
event_resync(void)
{
	const unet_event_t *ue = cf.event.uie_events;
	const int fd = begin(L0);
	unsigned int i, right = 0;
	uint64_t seen = 0;

	theme = "events, resync";
	(void) set_one(L0, UNET_PROP_OWNER, 5);
	is(event_take(fd, UNET_EVENT_RESYNC), 0, "is answered");
	is(cf.event.uie_pending, 0, "... at once");
	for (i = 0; i + 1 < cf.event.uie_count && i < UNET_EVENTS_MAX; i++) {
		right += ue[i].ue_flags == UNET_EVF_STATE &&
		    ue[i].ue_count == 0;
		if (ue[i].ue_type == UNET_EV_MTU)
			seen |= ue[i].ue_value == 1500 ? 1 : 0x100;
		if (ue[i].ue_type == UNET_EV_MAC)
			seen |= ue[i].ue_value == 0x020820c00f01ULL ?
			    2 : 0x200;
		if (ue[i].ue_type == UNET_EV_ADMIN)
			seen |= ue[i].ue_value == 0 ? 4 : 0x400;
		if (ue[i].ue_type == UNET_EV_PROP &&
		    ue[i].ue_prop == UNET_PROP_OWNER)
			seen |= ue[i].ue_value == 5 ? 8 : 0x800;
	}
	is(right, i, "... by states");
	is(seen, 15, "... as they are");
	is(ue[i].ue_type, UNET_EV_SYNCED, "... and an end");
	is(ue[i].ue_count, 1, "... which has what was pending");
	is(event_take(fd, 0), -C_EAGAIN, "... and that is all");
	(void) set_one(L0, UNET_PROP_OWNER, 6);
	event_one(fd, UNET_EV_PROP, UNET_PROP_OWNER, 6, "the next change");
	end(L0, fd);
}

static void
event_destroy(void)
{
	const unet_event_t *ue = cf.event.uie_events;
	const int fd = begin(L0);

	theme = "events, destroy";
	(void) set_one(L0, UNET_PROP_OWNER, 5);
	is(destroy(L0), 0, "destroyed");
	is(c_poll(fd, C_POLLPRI | C_POLLIN, 0), C_POLLHUP | C_POLLPRI,
	    "poll: it is dead, and has something to tell");
	is(event_take(fd, UNET_EVENT_RESYNC), 0, "is told, resync or not");
	is(cf.event.uie_count, 2, "... behind what was pending");
	is(ue[0].ue_prop, UNET_PROP_OWNER, "... that");
	is(ue[1].ue_type, UNET_EV_DESTROY, "... and the end");
	is(event_take(fd, 0), -C_ENXIO, "and no more");
	is(cf.event.uie_hdr.uih_errno, UNET_E_DYING, "... and its cause");
	is(event_take(fd, UNET_EVENT_RESYNC), -C_ENXIO, "... nor by resync");
	is(c_poll(fd, C_POLLPRI, 0), C_POLLHUP, "poll: it is dead");
	is(c_close(fd), 0, "closed");
}

/*
 * A request that cannot be told loses nothing.
 */
static void
event_untold(void)
{
	unet_ioc_event_t *page = NULL;
	const int fd = begin(L0);

	theme = "events, told to nobody";
	if (cf.ops->co_memory != NULL && cf.ops->co_readonly != NULL)
		page = cf.ops->co_memory(4096, 0);
	if (page == NULL) {
		skip("no memory to read only", "are not lost");
		end(L0, fd);
		return;
	}
	hdr_init(&page->uie_hdr, NULL);
	(void) cf.ops->co_readonly(page, 4096);
	is(set_one(L0, UNET_PROP_OWNER, 9), 0, "a change");
	is(c_ioctl(fd, UNET_IOC_EVENT, page), -C_EFAULT, "is not told");
	event_one(fd, UNET_EV_PROP, UNET_PROP_OWNER, 9, "and not lost");
	end(L0, fd);
}

/*
 * Exit status: the type of the event that comes.
 */
static int
child_event(void *arg)
{
	const task_t *t = arg;
	unet_ioc_event_t e;
	int fd, res;

	if ((fd = open_link(t->t_name, t->t_oflags)) < 0)
		return (255);
	fill(&e, 0, sizeof (e));
	hdr_init(&e.uie_hdr, NULL);
	res = c_ioctl(fd, UNET_IOC_EVENT, &e);
	(void) c_close(fd);
	return (res == 0 ? DID + (int)e.uie_events[0].ue_type : -res);
}

static void
event_wait(void)
{
	task_t t = { L0, C_O_RDWR, -1 };
	int child;

	theme = "events, waited for";
	if (cf.ops->co_spawn == NULL || cf.ops->co_wait == NULL) {
		skip("there are no children", "wake who waits");
		return;
	}
	(void) create(L0);
	child = holder(L0, child_event, &t);
	is(set_one(L0, UNET_PROP_MTU, 1400), 0, "a change");
	is(cf.ops->co_wait(child), DID + UNET_EV_MTU, "... wakes");
	until(info(L0).uii_holder == 0, "... who closes");
	if (cf.ops->co_kill != NULL) {
		child = holder(L0, child_event, &t);
		is(cf.ops->co_kill(child, CONFORM_INTERRUPT), 0, "a signal");
		is(cf.ops->co_wait(child), C_EINTR, "... interrupts");
		until(info(L0).uii_holder == 0, "... who closes");
	}
	child = holder(L0, child_event, &t);
	is(destroy(L0), 0, "destroyed");
	is(cf.ops->co_wait(child), DID + UNET_EV_DESTROY, "... wakes, too");
}

/*
 * What the stack does: it comes, joins, and goes.
 */
static void
event_peer(void)
{
	static const uint8_t group[] = { 0x01, 0, 0x5e, 1, 2, 3 };
	const uint64_t value = 0x01005e010203ULL;
	const uint32_t id = create(L0);
	const int fd = hold(L0);
	int peer;

	theme = "events of the stack";
	peer = cf.ops->co_peer_open(L0, id);
	event_one(fd, UNET_EV_ADMIN, 0, 1, "it comes");
	if (cf.ops->co_peer_join != NULL) {
		is(cf.ops->co_peer_join(peer, group, 1), 0, "it joins");
		event_one(fd, UNET_EV_JOIN, 0, value, "it joins");
		is(cf.ops->co_peer_join(peer, group, 0), 0, "it leaves");
		event_one(fd, UNET_EV_LEAVE, 0, value, "it leaves");
	} else {
		skip("the peer joins no groups", "it joins, and leaves");
	}
	if (cf.ops->co_peer_promisc != NULL) {
		is(cf.ops->co_peer_promisc(peer, 1), 0, "promiscuous");
		event_one(fd, UNET_EV_PROMISC, 0, 1, "promiscuous");
		is(cf.ops->co_peer_promisc(peer, 0), 0, "no more");
		event_one(fd, UNET_EV_PROMISC, 0, 0, "no more");
	} else {
		skip("the peer is never promiscuous", "it is promiscuous");
	}
	is(cf.ops->co_peer_close(peer), 0, "it goes");
	event_one(fd, UNET_EV_ADMIN, 0, 0, "it goes");
	end(L0, fd);
}

/*
 * More than anybody remembers.
 */
static void
event_overflow(void)
{
	uint8_t group[] = { 0x01, 0, 0x5e, 1, 2, 0 };
	const uint32_t id = create(L0);
	const int peer = cf.ops->co_peer_open(L0, id);
	const int fd = hold(L0);
	unsigned int i, joined = 0;

	theme = "events, too many";
	for (i = 0; i < 100; i++) {
		group[5] = (uint8_t)i;
		joined += cf.ops->co_peer_join(peer, group, 1) == 0;
	}
	is(joined, 100, "groups are joined");
	is(event_take(fd, 0), 0, "taken");
	is(cf.event.uie_count, 1, "... they are one event");
	is(cf.event.uie_events[0].ue_type, UNET_EV_OVERFLOW, "... OVERFLOW");
	is(cf.event.uie_events[0].ue_count, 100, "... for all of them");
	is(event_take(fd, UNET_EVENT_RESYNC), 0, "resync");
	for (i = joined = 0; ; i++) {
		if (i == cf.event.uie_count && event_take(fd, 0) == 0)
			i = 0;
		if (i >= UNET_EVENTS_MAX ||
		    cf.event.uie_events[i].ue_type == UNET_EV_SYNCED)
			break;
		joined += cf.event.uie_events[i].ue_type == UNET_EV_JOIN;
	}
	is(joined, 100, "... tells every one");
	is(cf.ops->co_peer_close(peer), 0, "the stack lets go");
	end(L0, fd);
}

static void
facts_event(void)
{
	event_bad();
	event_kinds();
	event_numbers();
	event_resync();
	event_destroy();
	event_untold();
	event_wait();
	theme = "events of the stack";
	if (cf.ops->co_peer_open == NULL || cf.ops->co_peer_close == NULL) {
		skip("no peer", "come to the holder");
		return;
	}
	event_peer();
	if (cf.ops->co_peer_join != NULL)
		event_overflow();
}
