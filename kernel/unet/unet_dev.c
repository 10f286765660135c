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
 * The table of links, and the life of one: create, hold, release, destroy.
 *
 * A link is CREATING while its parts come to be, ACTIVE while it can be found,
 * DESTROYING while it is taken apart (from where it returns to ACTIVE if the
 * stack will not let go of it), and DEAD when MAC has forgotten it.  A dead
 * link stays as an object, found by its minor alone, until its holder closes
 * it.
 *
 * unet_devs_lock guards the tables by name, id and zone, the states, and the
 * references.  It is never held across a call into MAC, DLS or the link
 * management daemon: they call back, and a daemon can take its time.
 */

#include "unet_impl.h"
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/id_space.h>
#include <sys/dlpi.h>
#include <sys/dls_mgmt.h>
#include <sys/policy.h>
#include <sys/random.h>
#include <sys/cmn_err.h>

static kmutex_t unet_devs_lock;
static kcondvar_t unet_devs_cv;		/* a state has changed */
static avl_tree_t unet_by_name;		/* unet_devs_lock */
static avl_tree_t unet_by_id;		/* unet_devs_lock */
static avl_tree_t unet_by_zone;		/* unet_devs_lock; then by id */

/*
 * Every call on an open link finds it here, so this has a lock of its own,
 * taken inside unet_devs_lock where both are.
 */
static krwlock_t unet_minors_lock;
static avl_tree_t unet_by_minor;	/* unet_minors_lock */

/*
 * Numbers go round: one that was used comes back only after all the others, so
 * that a name in /dev that somebody cached never leads to a later link.
 */
static id_space_t *unet_minors;

static int
unet_cmp_minor(const void *a, const void *b)
{
	const minor_t x = ((const unet_dev_t *)a)->ud_minor;
	const minor_t y = ((const unet_dev_t *)b)->ud_minor;

	return (x < y ? -1 : x > y);
}

/*
 * No link is created with the name of another, but dladm(8) may give it one
 * later that a link in another zone has.
 */
static int
unet_cmp_name(const void *a, const void *b)
{
	const int diff = strcmp(((const unet_dev_t *)a)->ud_name->un_text,
	    ((const unet_dev_t *)b)->ud_name->un_text);

	if (diff != 0)
		return (diff < 0 ? -1 : 1);
	return (unet_cmp_minor(a, b));
}

static int
unet_cmp_id(const void *a, const void *b)
{
	const datalink_id_t x = ((const unet_dev_t *)a)->ud_linkid;
	const datalink_id_t y = ((const unet_dev_t *)b)->ud_linkid;

	return (x < y ? -1 : x > y);
}

static int
unet_cmp_zone(const void *a, const void *b)
{
	const zoneid_t x = ((const unet_dev_t *)a)->ud_zoneid;
	const zoneid_t y = ((const unet_dev_t *)b)->ud_zoneid;

	if (x != y)
		return (x < y ? -1 : 1);
	return (unet_cmp_id(a, b));
}

void
unet_devs_init(void)
{
	mutex_init(&unet_devs_lock, NULL, MUTEX_DRIVER, NULL);
	cv_init(&unet_devs_cv, NULL, CV_DRIVER, NULL);
	rw_init(&unet_minors_lock, NULL, RW_DRIVER, NULL);
	avl_create(&unet_by_name, unet_cmp_name, sizeof (unet_dev_t),
	    offsetof(unet_dev_t, ud_by_name));
	avl_create(&unet_by_id, unet_cmp_id, sizeof (unet_dev_t),
	    offsetof(unet_dev_t, ud_by_id));
	avl_create(&unet_by_zone, unet_cmp_zone, sizeof (unet_dev_t),
	    offsetof(unet_dev_t, ud_by_zone));
	avl_create(&unet_by_minor, unet_cmp_minor, sizeof (unet_dev_t),
	    offsetof(unet_dev_t, ud_by_minor));
	unet_minors = id_space_create("unet_minors", UNET_FIRST_MINOR,
	    (id_t)MAXMIN32 + 1);
}

void
unet_devs_fini(void)
{
	id_space_destroy(unet_minors);
	avl_destroy(&unet_by_minor);
	avl_destroy(&unet_by_zone);
	avl_destroy(&unet_by_id);
	avl_destroy(&unet_by_name);
	rw_destroy(&unet_minors_lock);
	cv_destroy(&unet_devs_cv);
	mutex_destroy(&unet_devs_lock);
}

/*
 * Is there no link at all, not even a dead one that somebody holds?
 */
boolean_t
unet_devs_none(void)
{
	boolean_t none;

	rw_enter(&unet_minors_lock, RW_READER);
	none = avl_is_empty(&unet_by_minor);
	rw_exit(&unet_minors_lock);
	return (none);
}

/*
 * The zone that a link is in, and the one that it belongs to: another one while
 * it is lent.  The first is as unet_look() last found it.
 */
zoneid_t
unet_dev_zone(unet_dev_t *ud)
{
	return ((zoneid_t)atomic_add_32_nv(&ud->ud_zoneid_now, 0));
}

zoneid_t
unet_dev_ownerzone(unet_dev_t *ud)
{
	return ((zoneid_t)atomic_add_32_nv(&ud->ud_ownerzone_now, 0));
}

/*
 * As unet_look() last found it.  It stays what it is as long as the link, even
 * if that gets another name.
 */
const char *
unet_dev_name(unet_dev_t *ud)
{
	unet_name_t *un = atomic_cas_ptr(&ud->ud_name_now, NULL, NULL);

	return (un->un_text);
}

/*
 * Those members have changed, and are shown to all.
 */
static void
unet_dev_show(unet_dev_t *ud)
{
	ASSERT(MUTEX_HELD(&unet_devs_lock));

	membar_producer();
	(void) atomic_swap_ptr(&ud->ud_name_now, ud->ud_name);
	(void) atomic_swap_32(&ud->ud_zoneid_now, (uint32_t)ud->ud_zoneid);
	(void) atomic_swap_32(&ud->ud_ownerzone_now,
	    (uint32_t)ud->ud_ownerzone);
}

/*
 * A zone sees the links that are in it; the global zone sees all.
 */
boolean_t
unet_dev_visible(unet_dev_t *ud, zoneid_t zoneid)
{
	return (zoneid == GLOBAL_ZONEID || zoneid == unet_dev_zone(ud));
}

/*
 * The zone that owns a link decides about it, and nobody else does, but for
 * the global zone about what a zone leaves behind that is on its way out.
 */
boolean_t
unet_dev_owned(unet_dev_t *ud, zoneid_t zoneid)
{
	const zoneid_t owner = unet_dev_ownerzone(ud);

	return (zoneid == owner ||
	    (zoneid == GLOBAL_ZONEID && unet_zone_ends(owner)));
}

/*
 * The link of an open descriptor: the open holds it.
 */
unet_dev_t *
unet_dev_by_minor(minor_t minor)
{
	unet_dev_t want, *ud;

	want.ud_minor = minor;
	rw_enter(&unet_minors_lock, RW_READER);
	ud = avl_find(&unet_by_minor, &want, NULL);
	rw_exit(&unet_minors_lock);
	return (ud);
}

boolean_t
unet_minor_alloc(minor_t *minorp)
{
	const id_t minor = id_alloc_nosleep(unet_minors);

	*minorp = (minor_t)minor;
	return (minor != -1);
}

void
unet_minor_free(minor_t minor)
{
	id_free(unet_minors, (id_t)minor);
}

static int
unet_dev_alloc(const unet_ioc_create_t *uic, unet_dev_t **udp)
{
	unet_dev_t *ud;
	minor_t minor;

	if (!unet_minor_alloc(&minor))
		return (ENOSPC);

	ud = kmem_zalloc(sizeof (*ud), KM_SLEEP);
	ud->ud_name = kmem_zalloc(sizeof (*ud->ud_name), KM_SLEEP);
	ud->ud_minor = minor;
	ud->ud_refs = 1;
	ud->ud_state = UNET_S_CREATING;
	ud->ud_linkstate = LINK_STATE_UNKNOWN;
	ud->ud_lifetime = uic->uic_lifetime;
	ud->ud_owner = uic->uic_owner;
	ud->ud_group = uic->uic_group;
	ud->ud_policy = uic->uic_policy;
	ud->ud_linger = uic->uic_linger;
	mutex_init(&ud->ud_link_lock, NULL, MUTEX_DRIVER, NULL);
	cv_init(&ud->ud_set_cv, NULL, CV_DRIVER, NULL);
	unet_mac_init(ud, uic->uic_mac, uic->uic_mtu);
	unet_event_init(&ud->ud_events, &ud->ud_pollhead);
	mutex_init(&ud->ud_cap_lock, NULL, MUTEX_DRIVER, NULL);
	list_create(&ud->ud_captures, sizeof (unet_monitor_t),
	    offsetof(unet_monitor_t, mo_capture_link));
	unet_queue_init(&ud->ud_rxq, uic->uic_rxbuf, uic->uic_mtu);
	unet_queue_init(&ud->ud_txq, uic->uic_txbuf, uic->uic_mtu);

	rw_enter(&unet_minors_lock, RW_WRITER);
	avl_add(&unet_by_minor, ud);
	rw_exit(&unet_minors_lock);
	*udp = ud;
	return (0);
}

static void
unet_dev_free(unet_dev_t *ud)
{
	unet_name_t *un;

	while ((un = ud->ud_name) != NULL) {
		ud->ud_name = un->un_next;
		kmem_free(un, sizeof (*un));
	}
	pollhead_clean(&ud->ud_pollhead);
	unet_queue_fini(&ud->ud_txq);
	unet_queue_fini(&ud->ud_rxq);
	list_destroy(&ud->ud_captures);
	mutex_destroy(&ud->ud_cap_lock);
	unet_event_fini(&ud->ud_events);
	unet_mac_fini(ud);
	cv_destroy(&ud->ud_set_cv);
	mutex_destroy(&ud->ud_link_lock);
	unet_minor_free(ud->ud_minor);
	kmem_free(ud, sizeof (*ud));
}

/*
 * References are counted by: the table, from create to the end of destroy; the
 * holder, from open to close; whoever captures or watches the link, until its
 * close; the reaper; and whoever came by unet_dev_hold().  The last one frees.
 */
void
unet_dev_rele(unet_dev_t *ud)
{
	uint_t refs;

	mutex_enter(&unet_devs_lock);
	ASSERT3U(ud->ud_refs, >, 0);
	if ((refs = --ud->ud_refs) == 0) {
		rw_enter(&unet_minors_lock, RW_WRITER);
		avl_remove(&unet_by_minor, ud);
		rw_exit(&unet_minors_lock);
	}
	mutex_exit(&unet_devs_lock);

	if (refs == 0)
		unet_dev_free(ud);
}

/*
 * The first link of a name from minor `from' on.
 */
static unet_dev_t *
unet_dev_named(const char *name, minor_t from)
{
	unet_name_t un = { NULL, "" };
	unet_dev_t want, *ud;
	avl_index_t where;

	ASSERT(MUTEX_HELD(&unet_devs_lock));
	(void) strlcpy(un.un_text, name, sizeof (un.un_text));
	want.ud_name = &un;
	want.ud_minor = from;
	if ((ud = avl_find(&unet_by_name, &want, &where)) == NULL)
		ud = avl_nearest(&unet_by_name, where, AVL_AFTER);
	return (ud != NULL && strcmp(ud->ud_name->un_text, name) == 0 ?
	    ud : NULL);
}

/*
 * ... that a zone sees, one in it before any other.
 */
static unet_dev_t *
unet_dev_named_in(const char *name, zoneid_t zoneid)
{
	unet_dev_t *ud, *seen = NULL;

	for (ud = unet_dev_named(name, 0); ud != NULL;
	    ud = unet_dev_named(name, ud->ud_minor + 1)) {
		if (ud->ud_zoneid == zoneid)
			return (ud);
		if (seen == NULL && zoneid == GLOBAL_ZONEID)
			seen = ud;
	}
	return (seen);
}

static unet_dev_t *
unet_dev_find(const unet_ioc_hdr_t *hdr, zoneid_t zoneid)
{
	unet_dev_t want, *ud;

	ASSERT(MUTEX_HELD(&unet_devs_lock));
	if (hdr->uih_linkid == UNET_LINKID_NONE)
		ud = unet_dev_named_in(hdr->uih_name, zoneid);
	else {
		want.ud_linkid = hdr->uih_linkid;
		ud = avl_find(&unet_by_id, &want, NULL);
	}
	return (ud == NULL || ud->ud_state == UNET_S_CREATING ? NULL : ud);
}

/*
 * Find a link and see where it is and what it is called by now.  Held, or NULL.
 */
static unet_dev_t *
unet_dev_find_look(const unet_ioc_hdr_t *hdr, zoneid_t zoneid)
{
	unet_dev_t *ud;

	mutex_enter(&unet_devs_lock);
	if ((ud = unet_dev_find(hdr, zoneid)) != NULL)
		ud->ud_refs++;
	mutex_exit(&unet_devs_lock);
	if (ud != NULL)
		unet_look(ud);
	return (ud);
}

/*
 * ... if `zoneid' sees it, and if it still has the name, when it was found by
 * one: it may have got another just then.
 */
static unet_dev_t *
unet_dev_find_seen(const unet_ioc_hdr_t *hdr, zoneid_t zoneid)
{
	unet_dev_t *ud = unet_dev_find_look(hdr, zoneid);

	if (ud != NULL && (!unet_dev_visible(ud, zoneid) ||
	    (hdr->uih_linkid == UNET_LINKID_NONE &&
	    strcmp(hdr->uih_name, unet_dev_name(ud)) != 0))) {
		unet_dev_rele(ud);
		ud = NULL;
	}
	return (ud);
}

/*
 * Find a link that is ACTIVE or on its way out, by id or else by name, among
 * those that `zoneid' sees.  Puts the other of the two into the header.  A name
 * that is not found may be one that dladm(8) has given to a link since we
 * looked.
 */
int
unet_dev_hold(unet_ioc_hdr_t *hdr, zoneid_t zoneid, unet_dev_t **udp)
{
	const boolean_t by_name = hdr->uih_linkid == UNET_LINKID_NONE;
	unet_dev_t *ud = unet_dev_find_seen(hdr, zoneid);

	if (by_name && ud == NULL) {
		unet_look_all();
		ud = unet_dev_find_seen(hdr, zoneid);
	}
	if (ud == NULL)
		return (unet_ioc_fail(hdr, UNET_E_NOLINK, ENOENT));
	if (!by_name && hdr->uih_name[0] != '\0' &&
	    strcmp(hdr->uih_name, unet_dev_name(ud)) != 0) {
		unet_dev_rele(ud);
		return (unet_ioc_fail(hdr, UNET_E_LINKID, EINVAL));
	}
	hdr->uih_linkid = ud->ud_linkid;
	(void) strlcpy(hdr->uih_name, unet_dev_name(ud),
	    sizeof (hdr->uih_name));
	*udp = ud;
	return (0);
}

/*
 * Is there a link with this id that is not the one of number `minor'?
 */
boolean_t
unet_dev_id_used(datalink_id_t linkid, minor_t minor)
{
	unet_dev_t want, *ud;
	boolean_t used;

	want.ud_linkid = linkid;
	mutex_enter(&unet_devs_lock);
	ud = avl_find(&unet_by_id, &want, NULL);
	used = ud != NULL && ud->ud_minor != minor;
	mutex_exit(&unet_devs_lock);
	return (used);
}

/*
 * The living link of a number, held, or NULL.
 */
unet_dev_t *
unet_dev_hold_minor(minor_t minor)
{
	unet_dev_t *ud;

	mutex_enter(&unet_devs_lock);
	ud = unet_dev_by_minor(minor);
	if (ud != NULL && ud->ud_state != UNET_S_ACTIVE)
		ud = NULL;
	if (ud != NULL)
		ud->ud_refs++;
	mutex_exit(&unet_devs_lock);
	return (ud);
}

/*
 * For a look at all links: the first after id `after', held; NULL: no more.
 */
unet_dev_t *
unet_dev_hold_next(uint32_t after)
{
	unet_dev_t want, *ud;
	avl_index_t where;

	want.ud_linkid = after;
	mutex_enter(&unet_devs_lock);
	if ((ud = avl_find(&unet_by_id, &want, &where)) != NULL)
		ud = AVL_NEXT(&unet_by_id, ud);
	else
		ud = avl_nearest(&unet_by_id, where, AVL_AFTER);
	if (ud != NULL)
		ud->ud_refs++;
	mutex_exit(&unet_devs_lock);
	return (ud);
}

/*
 * One at a time looks at a link, and only while it lives: the id of one that is
 * being destroyed may be another link's already.
 */
boolean_t
unet_dev_look_enter(unet_dev_t *ud)
{
	boolean_t lives;

	mutex_enter(&unet_devs_lock);
	while (ud->ud_looking)
		cv_wait(&unet_devs_cv, &unet_devs_lock);
	lives = ud->ud_state == UNET_S_ACTIVE && !ud->ud_orphan;
	ud->ud_looking = lives;
	mutex_exit(&unet_devs_lock);
	return (lives);
}

void
unet_dev_look_exit(unet_dev_t *ud)
{
	mutex_enter(&unet_devs_lock);
	ud->ud_looking = B_FALSE;
	cv_broadcast(&unet_devs_cv);
	mutex_exit(&unet_devs_lock);
}

/*
 * Where a link is and what it is called; NULL: what it was, otherwise the name
 * is the link's if this returns true.
 */
boolean_t
unet_dev_changed(unet_dev_t *ud, zoneid_t zoneid, unet_name_t *un)
{
	boolean_t lives;

	mutex_enter(&unet_devs_lock);
	lives = ud->ud_state == UNET_S_ACTIVE && !ud->ud_orphan;
	if (lives) {
		avl_remove(&unet_by_zone, ud);
		avl_remove(&unet_by_name, ud);
		ud->ud_zoneid = zoneid;
		if (un != NULL) {
			un->un_next = ud->ud_name;
			ud->ud_name = un;
		}
		unet_dev_show(ud);
		avl_add(&unet_by_name, ud);
		avl_add(&unet_by_zone, ud);
	}
	mutex_exit(&unet_devs_lock);
	return (lives);
}

/*
 * The kstat of a link is made and unmade by one thread at a time.  Another one
 * does not wait unless it has to: the first sees to it that the kstat is as the
 * second wants it.
 */
boolean_t
unet_dev_stat_enter(unet_dev_t *ud, boolean_t wait)
{
	boolean_t mine;

	mutex_enter(&unet_devs_lock);
	while (wait && ud->ud_stat_busy)
		cv_wait(&unet_devs_cv, &unet_devs_lock);
	if ((mine = !ud->ud_stat_busy) != B_FALSE)
		ud->ud_stat_busy = B_TRUE;
	else
		ud->ud_stat_again = B_TRUE;
	mutex_exit(&unet_devs_lock);
	return (mine);
}

/*
 * True: not yet, once more.
 */
boolean_t
unet_dev_stat_exit(unet_dev_t *ud)
{
	boolean_t again;

	mutex_enter(&unet_devs_lock);
	again = ud->ud_stat_again;
	ud->ud_stat_again = B_FALSE;
	if (!again) {
		ud->ud_stat_busy = B_FALSE;
		cv_broadcast(&unet_devs_cv);
	}
	mutex_exit(&unet_devs_lock);
	return (again);
}

/*
 * For open(2): a link that is being destroyed may yet stay, so wait for the
 * outcome.  ENXIO: gone.  EINTR.
 */
int
unet_dev_hold_open(minor_t minor, unet_dev_t **udp)
{
	unet_dev_t *ud;
	int err = 0;

	mutex_enter(&unet_devs_lock);
	if ((ud = unet_dev_by_minor(minor)) == NULL) {
		mutex_exit(&unet_devs_lock);
		return (ENXIO);
	}
	ud->ud_refs++;
	while (err == 0 && ud->ud_state == UNET_S_DESTROYING) {
		if (cv_wait_sig(&unet_devs_cv, &unet_devs_lock) == 0)
			err = EINTR;
	}
	if (err == 0 && ud->ud_state != UNET_S_ACTIVE)
		err = ENXIO;
	mutex_exit(&unet_devs_lock);

	if (err != 0) {
		unet_dev_rele(ud);
		return (err);
	}
	*udp = ud;
	return (0);
}

unet_state_t
unet_dev_state(unet_dev_t *ud)
{
	unet_state_t state;

	mutex_enter(&unet_devs_lock);
	state = ud->ud_state;
	mutex_exit(&unet_devs_lock);
	return (state);
}

/*
 * Copy out the first link after id `after' that zone `zoneid' sees, or has in
 * it or owns if `own' is set.  So a walk holds no lock between two links.
 */
boolean_t
unet_dev_next(uint32_t after, zoneid_t zoneid, boolean_t own,
    unet_list_ent_t *ule)
{
	const boolean_t in = !own && zoneid != GLOBAL_ZONEID;
	avl_tree_t *tree = in ? &unet_by_zone : &unet_by_id;
	unet_dev_t want, *ud;
	avl_index_t where;

	bzero(ule, sizeof (*ule));
	want.ud_linkid = after;
	want.ud_zoneid = zoneid;
	mutex_enter(&unet_devs_lock);
	if ((ud = avl_find(tree, &want, &where)) != NULL)
		ud = AVL_NEXT(tree, ud);
	else
		ud = avl_nearest(tree, where, AVL_AFTER);

	while (ud != NULL && (ud->ud_state == UNET_S_CREATING ||
	    (own && ud->ud_zoneid != zoneid && ud->ud_ownerzone != zoneid)))
		ud = AVL_NEXT(tree, ud);
	if (ud != NULL && in && ud->ud_zoneid != zoneid)
		ud = NULL;
	if (ud != NULL) {
		ule->ule_linkid = ud->ud_linkid;
		ule->ule_zoneid = ud->ud_zoneid;
		ule->ule_minor = ud->ud_minor;
		bcopy(ud->ud_name->un_text, ule->ule_name,
		    sizeof (ule->ule_name));
	}
	mutex_exit(&unet_devs_lock);
	return (ud != NULL);
}

/*
 * For /dev: does `minor' belong to a living link of this name that is in a
 * zone, or is the zone's?
 */
boolean_t
unet_dev_node_is(minor_t minor, const char *name, zoneid_t zoneid)
{
	unet_dev_t *ud;
	boolean_t is = B_FALSE;

	mutex_enter(&unet_devs_lock);
	if ((ud = unet_dev_by_minor(minor)) != NULL) {
		is = (ud->ud_state == UNET_S_ACTIVE ||
		    ud->ud_state == UNET_S_DESTROYING) &&
		    strcmp(ud->ud_name->un_text, name) == 0 &&
		    (ud->ud_zoneid == zoneid || ud->ud_ownerzone == zoneid);
	}
	mutex_exit(&unet_devs_lock);
	return (is);
}

/*
 * [A-Za-z][A-Za-z0-9_.]* that ends in a number without a leading zero.
 */
static boolean_t
unet_name_ok(const char *name)
{
	const size_t len = strlen(name);
	size_t digits = 0;
	size_t i;

	for (i = 0; i < len; i++) {
		const char c = name[i];

		if (c >= '0' && c <= '9')
			digits++;
		else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (i > 0 && (c == '_' || c == '.')))
			digits = 0;
		else
			return (B_FALSE);
		if (i == 0 && digits > 0)
			return (B_FALSE);
	}
	return (digits > 0 && (digits == 1 || name[len - digits] != '0'));
}

static int
unet_create_lifetime(unet_ioc_create_t *uic, zoneid_t zoneid)
{
	unet_ioc_hdr_t *hdr = &uic->uic_hdr;

	if (uic->uic_lifetime > UNET_LIFE_SINGLE_SHOT)
		return (unet_ioc_fail(hdr, UNET_E_LIFETIME, EINVAL));
	if (zoneid == GLOBAL_ZONEID) {
		if (uic->uic_lifetime == UNET_LIFE_TRANSIENT)
			return (unet_ioc_fail(hdr, UNET_E_LIFETIME, EINVAL));
		return (0);
	}
	if (uic->uic_lifetime == UNET_LIFE_PERSISTENT)
		return (unet_ioc_fail(hdr, UNET_E_ZONE, EPERM));
	if (uic->uic_lifetime == UNET_LIFE_TEMPORARY)
		uic->uic_lifetime = UNET_LIFE_TRANSIENT;
	return (0);
}

static int
unet_create_mac(unet_ioc_create_t *uic)
{
	static const uint8_t zero[UNET_MACLEN];
	unet_ioc_hdr_t *hdr = &uic->uic_hdr;

	if (uic->uic_maclen == 0) {
		(void) random_get_pseudo_bytes(uic->uic_mac, UNET_MACLEN);
		uic->uic_mac[0] = (uic->uic_mac[0] & ~0x1) | 0x2;
		uic->uic_maclen = UNET_MACLEN;
		return (0);
	}
	if (uic->uic_maclen != UNET_MACLEN)
		return (unet_ioc_fail(hdr, UNET_E_MACLEN, EINVAL));
	if ((uic->uic_mac[0] & 1) != 0 ||
	    bcmp(uic->uic_mac, zero, UNET_MACLEN) == 0)
		return (unet_ioc_fail(hdr, UNET_E_MACADDR, EINVAL));
	return (0);
}

static int
unet_create_buf(unet_ioc_hdr_t *hdr, uint64_t *bufp, uint32_t mtu)
{
	if (*bufp == 0)
		*bufp = MAX(UNET_BUF_DEFAULT, unet_queue_floor(mtu));
	if (*bufp < unet_queue_floor(mtu))
		return (unet_ioc_fail(hdr, UNET_E_BUFTOOSMALL, ERANGE));
	if (*bufp > UNET_BUF_MAX)
		return (unet_ioc_fail(hdr, UNET_E_BUFTOOBIG, ERANGE));
	return (0);
}

/*
 * Check all that can be checked without changing anything, and fill in what
 * was left to us.
 */
static int
unet_create_check(unet_ioc_create_t *uic, cred_t *cr)
{
	unet_ioc_hdr_t *hdr = &uic->uic_hdr;
	uint_t i;
	int err;

	if (secpolicy_dl_config(cr) != 0)
		return (unet_ioc_fail(hdr, UNET_E_PRIV, EPERM));
	for (i = 0; i < ARRAY_SIZE(uic->uic_reserved); i++) {
		if (uic->uic_reserved[i] != 0)
			return (unet_ioc_fail(hdr, UNET_E_RESERVED, EINVAL));
	}
	if (hdr->uih_flags != 0 || uic->uic_pad != 0)
		return (unet_ioc_fail(hdr, UNET_E_RESERVED, EINVAL));
	if ((hdr->uih_linkid == UNET_LINKID_NONE ||
	    hdr->uih_name[0] != '\0') && !unet_name_ok(hdr->uih_name))
		return (unet_ioc_fail(hdr, UNET_E_NAME, EINVAL));
	if (!unet_zone_has_stack(cr))
		return (unet_ioc_fail(hdr, UNET_E_ZONE, ENOTSUP));
	if (uic->uic_policy > UNET_POLICY_DOWN)
		return (unet_ioc_fail(hdr, UNET_E_POLICY, EINVAL));
	if (uic->uic_linger > UNET_LINGER_MAX)
		return (unet_ioc_fail(hdr, UNET_E_LINGER, EINVAL));
	if (uic->uic_mtu == 0)
		uic->uic_mtu = UNET_MTU_DEFAULT;
	if (uic->uic_mtu < UNET_MTU_MIN || uic->uic_mtu > UNET_MTU_MAX)
		return (unet_ioc_fail(hdr, UNET_E_MTU, EINVAL));
	if ((err = unet_create_lifetime(uic, crgetzoneid(cr))) != 0 ||
	    (err = unet_create_mac(uic)) != 0 ||
	    (err = unet_create_buf(hdr, &uic->uic_rxbuf, uic->uic_mtu)) != 0)
		return (err);
	return (unet_create_buf(hdr, &uic->uic_txbuf, uic->uic_mtu));
}

/*
 * What somebody else's error means for a create; `who' it was if that is all
 * there is to say.
 */
static int
unet_create_fail(unet_ioc_hdr_t *hdr, unet_errno_t who, int err)
{
	switch (err) {
	case EEXIST:
		return (unet_ioc_fail(hdr, UNET_E_EXISTS, err));
	case ENOENT:
		return (unet_ioc_fail(hdr, UNET_E_NOLINK, err));
	case EINTR:
		return (unet_ioc_fail(hdr, UNET_E_INTR, err));
	case ENOMEM:
		return (unet_ioc_fail(hdr, UNET_E_NOMEM, err));
	default:
		return (unet_ioc_fail(hdr, who, err));
	}
}

/*
 * Learn the name of an id that somebody made for us.
 */
static int
unet_create_by_id(unet_ioc_hdr_t *hdr)
{
	char name[MAXLINKNAMELEN];
	datalink_class_t class;
	uint32_t media, flags;
	int err;

	if ((err = dls_mgmt_get_linkinfo(hdr->uih_linkid, name, &class, &media,
	    &flags)) != 0) {
		return (unet_create_fail(hdr, UNET_E_DLMGMT, err));
	}
	if (class != DATALINK_CLASS_MISC || media != DL_ETHER ||
	    (hdr->uih_name[0] != '\0' && strcmp(hdr->uih_name, name) != 0))
		return (unet_ioc_fail(hdr, UNET_E_LINKID, EINVAL));
	(void) strlcpy(hdr->uih_name, name, sizeof (hdr->uih_name));
	if (!unet_name_ok(hdr->uih_name))
		return (unet_ioc_fail(hdr, UNET_E_NAME, EINVAL));
	return (0);
}

/*
 * Is there a link of this name?  It may have got another one since we looked.
 */
static void
unet_dev_name_look(const char *name)
{
	unet_dev_t *ud;

	mutex_enter(&unet_devs_lock);
	ud = unet_dev_named(name, 0);
	if (ud != NULL && ud->ud_state != UNET_S_ACTIVE)
		ud = NULL;
	if (ud != NULL)
		ud->ud_refs++;
	mutex_exit(&unet_devs_lock);
	if (ud != NULL) {
		unet_look(ud);
		unet_dev_rele(ud);
	}
}

/*
 * Enter a link into the table by name, and by id once it has one: from then on
 * nobody else can take either.
 */
static int
unet_dev_enter(unet_dev_t *ud, unet_ioc_hdr_t *hdr)
{
	char *name = ud->ud_name->un_text;
	avl_index_t id_where;

	if (name[0] == '\0')
		unet_dev_name_look(hdr->uih_name);
	mutex_enter(&unet_devs_lock);
	if (name[0] == '\0') {
		if (unet_dev_named(hdr->uih_name, 0) != NULL) {
			mutex_exit(&unet_devs_lock);
			return (unet_ioc_fail(hdr, UNET_E_EXISTS, EEXIST));
		}
		bcopy(hdr->uih_name, name, sizeof (ud->ud_name->un_text));
		unet_dev_show(ud);
		avl_add(&unet_by_name, ud);
	}
	if (hdr->uih_linkid != UNET_LINKID_NONE && !ud->ud_has_id) {
		ud->ud_linkid = hdr->uih_linkid;
		if (avl_find(&unet_by_id, ud, &id_where) != NULL) {
			mutex_exit(&unet_devs_lock);
			return (unet_ioc_fail(hdr, UNET_E_EXISTS, EEXIST));
		}
		avl_insert(&unet_by_id, ud, id_where);
		avl_add(&unet_by_zone, ud);
		ud->ud_has_id = B_TRUE;
	}
	mutex_exit(&unet_devs_lock);
	return (0);
}

/*
 * The table lets go of a link: nobody finds it by name or id any more.
 */
void
unet_dev_leave(unet_dev_t *ud)
{
	mutex_enter(&unet_devs_lock);
	ud->ud_state = UNET_S_DEAD;
	if (ud->ud_name->un_text[0] != '\0')
		avl_remove(&unet_by_name, ud);
	if (ud->ud_has_id) {
		avl_remove(&unet_by_id, ud);
		avl_remove(&unet_by_zone, ud);
	}
	ud->ud_has_id = B_FALSE;
	cv_broadcast(&unet_devs_cv);
	mutex_exit(&unet_devs_lock);
	unet_dev_rele(ud);
}

static void
unet_dev_settle(unet_dev_t *ud, unet_state_t state)
{
	mutex_enter(&unet_devs_lock);
	ud->ud_state = state;
	cv_broadcast(&unet_devs_cv);
	mutex_exit(&unet_devs_lock);
}

/*
 * Enter a link into MAC and DLS.  It is complete, and down, before DLS hears of
 * it, because DLS sets properties at once.
 */
static int
unet_dev_plug(unet_dev_t *ud, unet_ioc_hdr_t *hdr)
{
	int err;

	if ((err = unet_mac_register(ud)) != 0)
		return (unet_create_fail(hdr, UNET_E_MAC, err));
	unet_link_update(ud);
	unet_stat_create(ud);
	if ((err = dls_devnet_create(ud->ud_mh, ud->ud_linkid,
	    unet_dev_ownerzone(ud))) == 0)
		return (0);

	unet_stat_destroy(ud);
	unet_mac_close(ud);
	unet_mac_unregister(ud);
	return (unet_create_fail(hdr, UNET_E_MAC, err));
}

/*
 * UNET_IOC_CREATE: make a link for the zone of `cr'.
 */
int
unet_dev_create(unet_ioc_create_t *uic, cred_t *cr)
{
	unet_ioc_hdr_t *hdr = &uic->uic_hdr;
	const boolean_t mkid = hdr->uih_linkid == UNET_LINKID_NONE;
	boolean_t left;
	unet_dev_t *ud;
	int err;

	if ((err = unet_create_check(uic, cr)) != 0)
		return (err);
	if (!mkid && (err = unet_create_by_id(hdr)) != 0)
		return (err);
	if ((err = unet_dev_alloc(uic, &ud)) != 0)
		return (unet_ioc_fail(hdr, UNET_E_MINORS, err));
	ud->ud_zoneid = ud->ud_ownerzone = crgetzoneid(cr);
	ud->ud_given_id = !mkid;

	if ((err = unet_dev_enter(ud, hdr)) != 0)
		goto fail_enter;
	if (mkid) {
		if ((err = unet_id_make(ud, &hdr->uih_linkid, &left)) != 0) {
			(void) unet_create_fail(hdr, UNET_E_DLMGMT, err);
			if (left)
				return (err);
			goto fail_enter;
		}
		if ((err = unet_dev_enter(ud, hdr)) != 0)
			goto fail_id;
	}

	if ((err = unet_dev_plug(ud, hdr)) != 0)
		goto fail_id;

	/* commit */
	mutex_enter(&unet_devs_lock);
	ud->ud_state = UNET_S_ACTIVE;
	unet_event_post(ud, UNET_EV_CREATE, 0);
	mutex_exit(&unet_devs_lock);
	/* From here on somebody else may destroy it. */
	unet_watch_wake();
	return (0);

fail_id:
	if (mkid) {
		hdr->uih_linkid = UNET_LINKID_NONE;
		unet_id_free(ud);
		return (err);
	}
fail_enter:
	unet_dev_leave(ud);
	return (err);
}

/*
 * The stack keeps the link: give it back to DLS.  That asks the link management
 * daemon, so it can fail.
 */
static void
unet_dev_replug(unet_dev_t *ud, int err)
{
	if (err != 0) {
		cmn_err(CE_WARN, "unet: %s is in use and could not be "
		    "restored: error %d", unet_dev_name(ud), err);
	}

	/* DLS must not be asked to destroy again what it has lost. */
	mutex_enter(&unet_devs_lock);
	ud->ud_unplugged = err != 0;
	mutex_exit(&unet_devs_lock);
	unet_mac_reopen(ud);
	unet_dev_settle(ud, UNET_S_ACTIVE);
}

static void
unet_dev_replug_task(void *arg)
{
	unet_dev_t *ud = arg;

	unet_dev_replug(ud, dls_devnet_create(ud->ud_mh, ud->ud_linkid,
	    unet_dev_ownerzone(ud)));
}

/*
 * Take a link that is DESTROYING away from the stack.  EBUSY: the stack uses
 * it, and all is as it was, the state as well.
 *
 * If flows are on the link, dls_devnet_destroy() finds out when it has taken
 * the devnet away, and makes it again in the zone of whoever called us.  So a
 * link with flows that the global zone could not destroy for its zone is seen
 * by the global zone's stack from then on.  That is a defect of DLS, which says
 * so, and there is no way to put it right from here: setting the zone would
 * make the link one on loan, which does not end with its zone.
 */
static int
unet_dev_unplug(unet_dev_t *ud)
{
	datalink_id_t linkid;
	boolean_t unplugged;
	int err;

	mutex_enter(&unet_devs_lock);
	unplugged = ud->ud_unplugged;
	mutex_exit(&unet_devs_lock);
	if (!unplugged &&
	    dls_devnet_destroy(ud->ud_mh, &linkid, B_TRUE) != 0) {
		unet_dev_settle(ud, UNET_S_ACTIVE);
		return (EBUSY);
	}

	/*
	 * A VNIC has no reference that DLS knows of, so it is MAC that may
	 * refuse now.  The holder must not have noticed anything then, which is
	 * why it is told only after this.
	 */
	unet_mac_close(ud);
	if (mac_disable(ud->ud_mh) == 0)
		return (0);

	/*
	 * That a signal comes is no reason to lose the link: a thread that gets
	 * none tries again then, and the outcome is known a little later.
	 */
	err = dls_devnet_create(ud->ud_mh, ud->ud_linkid,
	    unet_dev_ownerzone(ud));
	if (err == EINTR) {
		(void) taskq_dispatch(unet_reap_taskq, unet_dev_replug_task,
		    ud, TQ_SLEEP);
	} else {
		unet_dev_replug(ud, err);
	}
	return (EBUSY);
}

/*
 * Destroy a link that the caller holds a reference to.  ENXIO: it is being
 * destroyed, or has been.  EBUSY: there is a holder and UNET_DESTROY_UNHELD is
 * set, and then *heldp says so and *pidp who; or the stack uses it.  With
 * UNET_DESTROY_UNDO an id stays that was there before the link.
 */
int
unet_dev_destroy(unet_dev_t *ud, uint32_t flags, boolean_t *heldp, pid_t *pidp)
{
	int err;

	*heldp = B_FALSE;
	*pidp = 0;
	unet_look(ud);		/* its end is told under its name */
	mutex_enter(&unet_devs_lock);
	if (ud->ud_state != UNET_S_ACTIVE) {
		mutex_exit(&unet_devs_lock);
		return (ENXIO);
	}
	if ((flags & UNET_DESTROY_UNHELD) != 0 &&
	    (*heldp = unet_link_held(ud, pidp)) != B_FALSE) {
		mutex_exit(&unet_devs_lock);
		return (EBUSY);
	}
	ud->ud_state = UNET_S_DESTROYING;
	mutex_exit(&unet_devs_lock);

	if ((err = unet_dev_unplug(ud)) != 0)
		return (err);

	/* commit */
	unet_link_stop(ud);
	(void) unet_rxq_die(ud);
	unet_txq_die(ud);
	unet_capture_die(ud);
	unet_event_post(ud, UNET_EV_DESTROY, 0);
	unet_event_wake(ud);
	pollwakeup(&ud->ud_pollhead, POLLHUP);
	unet_mac_unregister(ud);
	unet_stat_destroy(ud);

	/* Strictly last, for then the name and the id can be used again. */
	if ((flags & UNET_DESTROY_UNDO) != 0 && ud->ud_given_id)
		unet_dev_leave(ud);
	else
		unet_id_free(ud);
	return (0);
}

/*
 * The end of a single-shot link whose stack would not let go of it when its
 * holder closed it: try again, at longer and longer intervals because every try
 * takes the link from DLS for a moment, until it does or somebody opens the
 * link again.
 */
#define	UNET_REAP_USEC_MIN	1000000
#define	UNET_REAP_USEC_MAX	64000000

static void unet_dev_reap_later(void *);

static void
unet_dev_reap_task(void *arg)
{
	unet_dev_t *ud = arg;
	boolean_t held, again;
	pid_t pid;
	int err;

	err = unet_dev_destroy(ud, UNET_DESTROY_UNHELD, &held, &pid);

	mutex_enter(&unet_devs_lock);
	again = err != 0 && ud->ud_state != UNET_S_DEAD &&
	    !unet_link_held(ud, &pid);
	ud->ud_reaping = again;
	mutex_exit(&unet_devs_lock);

	if (!again) {
		unet_dev_rele(ud);
		return;
	}
	(void) timeout(unet_dev_reap_later, ud,
	    drv_usectohz(ud->ud_reap_usec));
	ud->ud_reap_usec = MIN(ud->ud_reap_usec * 2, UNET_REAP_USEC_MAX);
}

static void
unet_dev_reap_later(void *arg)
{
	unet_dev_t *ud = arg;

	taskq_dispatch_ent(unet_reap_taskq, unet_dev_reap_task, ud, 0,
	    &ud->ud_reap_ent);
}

/*
 * The holder of a single-shot link has closed it.  If that was another zone's
 * process, which had the link on loan, it is not for its thread to destroy the
 * link: neither DLS nor the daemon would take it from there.
 */
void
unet_dev_reap(unet_dev_t *ud)
{
	const zoneid_t zoneid = getzoneid();
	boolean_t held, start;
	pid_t pid;

	if ((zoneid == GLOBAL_ZONEID || zoneid == unet_dev_ownerzone(ud)) &&
	    unet_dev_destroy(ud, UNET_DESTROY_UNHELD, &held, &pid) == 0)
		return;

	mutex_enter(&unet_devs_lock);
	start = ud->ud_state != UNET_S_DEAD && !ud->ud_reaping;
	if (start) {
		ud->ud_reaping = B_TRUE;
		ud->ud_reap_usec = UNET_REAP_USEC_MIN;
		ud->ud_refs++;
	}
	mutex_exit(&unet_devs_lock);

	if (start)
		unet_dev_reap_later(ud);
}

/*
 * Something still sits on the link of a zone that is gone.  It is the global
 * zone's from now on, whatever DLS says: the zone's number will be another
 * zone's some day.
 * False: somebody else, whom we waited for, has destroyed it.
 */
boolean_t
unet_dev_orphan(unet_dev_t *ud)
{
	boolean_t lives;

	mutex_enter(&unet_devs_lock);
	while (ud->ud_state == UNET_S_DESTROYING)
		cv_wait(&unet_devs_cv, &unet_devs_lock);
	lives = ud->ud_state == UNET_S_ACTIVE;
	if (lives) {
		avl_remove(&unet_by_zone, ud);
		ud->ud_zoneid = ud->ud_ownerzone = GLOBAL_ZONEID;
		unet_dev_show(ud);
		ud->ud_orphan = B_TRUE;
		avl_add(&unet_by_zone, ud);
	}
	mutex_exit(&unet_devs_lock);
	return (lives);
}
