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
 * LIST and INFO: what they say, and that they say nothing else: members that
 * the driver has not written would show what was in memory before.
 */

static uint32_t
list(uint32_t room, void *at, int *errp)
{
	unet_ioc_list_t uil;

	fill(&uil, 0, sizeof (uil));
	hdr_init(&uil.uil_hdr, NULL);
	uil.uil_nents = room;
	uil.uil_ents = (uint64_t)(uintptr_t)at;
	uil.uil_actents = 99999;
	*errp = c_ioctl(cf.ctl, UNET_IOC_LIST, &uil);
	return (uil.uil_actents);
}

static const unet_list_ent_t *
listed(const char *name, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n && i < NELEM(cf.ents); i++) {
		if (same_text(cf.ents[i].ule_name, name))
			return (&cf.ents[i]);
	}
	return (NULL);
}

static void
list_entries(const uint32_t *ids, uint32_t all)
{
	static const char *const names[] = { L0, L1, L2 };
	const unet_list_ent_t *ule;
	unsigned int i;
	int sorted = 1;

	for (i = 0; i < 3; i++) {
		if ((ule = listed(names[i], all)) == NULL) {
			ok(0, "%s is in it", names[i]);
			continue;
		}
		is(ule->ule_linkid, ids[i], "%s, with its id", names[i]);
		is(ule->ule_zoneid, 0, "... its zone");
		is(ule->ule_minor, info(names[i]).uii_minor, "... its minor");
		is(ule->ule_pad, 0, "... padding");
		ok(is_all(ule->ule_name + length(names[i]), 0,
		    UNET_NAMELEN - length(names[i])), "... behind its name");
	}
	for (i = 1; i < all; i++) {
		if (cf.ents[i - 1].ule_linkid >= cf.ents[i].ule_linkid)
			sorted = 0;
	}
	ok(sorted, "by link id");
}

static void
list_facts(void)
{
	uint32_t ids[3], all;
	int err;

	theme = "list";
	is(list(0, NULL, &err), cf.strangers, "none of ours, no room");
	is(err, 0, "... is no error");
	ids[0] = create(L0);
	ids[1] = create(L1);
	ids[2] = create(L2);
	is(list(0, NULL, &err), cf.strangers + 3, "three of ours, no room");

	fill(cf.ents, POISON, sizeof (cf.ents));
	all = list(NELEM(cf.ents), cf.ents, &err);
	is(err, 0, "room for all");
	is(all, cf.strangers + 3, "... and that many there are");
	if (all < NELEM(cf.ents)) {
		ok(is_all(&cf.ents[all], POISON, sizeof (cf.ents[0])),
		    "... and no more is written");
	}
	list_entries(ids, all);

	fill(cf.ents, POISON, sizeof (cf.ents));
	is(list(2, cf.ents, &err), cf.strangers + 3, "room for two");
	is(err, 0, "... is no error");
	ok(is_all(&cf.ents[2], POISON, sizeof (cf.ents[2])),
	    "... two are written");
	(void) list(1, NOWHERE, &err);
	is(err, -C_EFAULT, "a bad address");
	is(destroy(L1), 0, "one goes");
	all = list(NELEM(cf.ents), cf.ents, &err);
	is(all, cf.strangers + 2, "... one less");
	ok(listed(L1, all) == NULL, "... that one");
	is(destroy(L0), 0, "the others go");
	is(destroy(L2), 0, "... both");
}

/*
 * A structure full of rubbish comes back without any.
 */
static void
info_clean(int fd, const char *how)
{
	unet_ioc_info_t uii;

	fill(&uii, POISON, sizeof (uii));
	hdr_init(&uii.uii_hdr, fd == cf.ctl ? L0 : NULL);
	fill(uii.uii_reserved, 0, sizeof (uii.uii_reserved));
	is(c_ioctl(fd, UNET_IOC_INFO, &uii), 0, "%s", how);
	is(uii.uii_pad[0] | uii.uii_pad[1], 0, "... padding");
	ok(is_all(uii.uii_reserved, 0, sizeof (uii.uii_reserved)),
	    "... reserved members");
	ok(is_all(uii.uii_hdr.uih_name + length(L0), 0,
	    UNET_NAMELEN - length(L0)), "... behind the name");
	is(uii.uii_hdr.uih_version, UNET_ABI_VERSION, "... version");
	is(uii.uii_hdr.uih_errno, UNET_E_OK, "... no cause");
	ok(same_text(uii.uii_hdr.uih_name, L0), "... name");
	is(uii.uii_owner, UNET_ID_NONE, "... no owner");
	is(uii.uii_group, UNET_ID_NONE, "... no group");
	is(uii.uii_minframe, UNET_FRAME_MIN, "... shortest frame");
	is(uii.uii_maxframe, 1500 + UNET_FRAME_EXTRA, "... longest frame");
	is(uii.uii_maxvecs, FRAMEIO_NVECS_MAX, "... vectors a call");
	is(uii.uii_minbuf, 1500 + UNET_FRAME_EXTRA + UNET_FRAME_OVERHEAD,
	    "... smallest queue");
	is(uii.uii_maxbuf, UNET_BUF_MAX, "... largest queue");
	is(uii.uii_rxbuf, UNET_BUF_DEFAULT, "... read queue");
	is(uii.uii_txbuf, UNET_BUF_DEFAULT, "... write queue");
	is(uii.uii_rxq_bytes | uii.uii_rxq_frames | uii.uii_txq_bytes |
	    uii.uii_txq_frames, 0, "... both empty");
	is(uii.uii_iomode, UNET_IOMODE_NONE, "... not used yet");
	is(uii.uii_lifetime, UNET_LIFE_TEMPORARY, "... lifetime");
	is(uii.uii_policy, UNET_POLICY_AUTO, "... policy");
	is(uii.uii_linger, 0, "... linger");
}

static void
info_facts(void)
{
	unet_ioc_info_t uii;
	uint32_t id;
	int fd;

	theme = "info";
	id = create(L0);
	info_clean(cf.ctl, "on ctl");
	is(info(L0).uii_holder, 0, "nobody holds it");
	fd = hold(L0);
	info_clean(fd, "on a bare descriptor");
	is(info(L0).uii_holder, cf.ops->co_getpid(), "we hold it");

	fill(&uii, 0, sizeof (uii));
	hdr_init(&uii.uii_hdr, NULL);
	uii.uii_hdr.uih_linkid = id;
	is(c_ioctl(cf.ctl, UNET_IOC_INFO, &uii), 0, "by id");
	ok(same_text(uii.uii_hdr.uih_name, L0), "... says the name");
	is(c_ioctl(cf.ctl, UNET_IOC_INFO, &uii), 0, "by both");
	hdr_init(&uii.uii_hdr, L1);
	uii.uii_hdr.uih_linkid = id;
	is(c_ioctl(cf.ctl, UNET_IOC_INFO, &uii), -C_EINVAL,
	    "by both that differ");
	is(uii.uii_hdr.uih_errno, UNET_E_LINKID, "... and its cause");
	is(c_ioctl(fd, UNET_IOC_INFO, NOWHERE), -C_EFAULT, "a bad address");
	end(L0, fd);
	hdr_init(&uii.uii_hdr, NULL);
	uii.uii_hdr.uih_linkid = id;
	is(c_ioctl(cf.ctl, UNET_IOC_INFO, &uii), -C_ENOENT,
	    "by the id of a link that is gone");
}

static void
facts_look(void)
{
	list_facts();
	info_facts();
}
