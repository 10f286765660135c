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
 * Zones, what is kept for each, and who sees and may do what: credentials,
 * privileges, kstats.
 */

#include <sys/atomic.h>
#include <sys/cmn_err.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/kstat.h>
#include <sys/policy.h>
#include <sys/sunddi.h>
#include <sys/sysmacros.h>
#include <sys/systm.h>
#include <sys/zone.h>

#include "harness.h"
#include "kern_impl.h"

/*
 * The calls of the callbacks, in order: a letter and the zone's id.
 */
static char calls[256];

static void
called(char what, zoneid_t id)
{
	size_t n = strlen(calls);

	(void) snprintf(calls + n, sizeof (calls) - n, "%c%d ", what, id);
}

static void *
z_create(zoneid_t id)
{
	called('c', id);
	return ((void *)(uintptr_t)(id + 1000));
}

static void
z_shutdown(zoneid_t id, void *data)
{
	called('s', data == (void *)(uintptr_t)(id + 1000) ? id : -1);
}

static void
z_destroy(zoneid_t id, void *data)
{
	called('d', data == (void *)(uintptr_t)(id + 1000) ? id : -1);
}

static void
kill_zone(zoneid_t id)
{
	called('k', id);
}

static boolean_t
calls_were(const char *what)
{
	boolean_t same = strcmp(calls, what) == 0;

	if (!same)
		check_note("calls: %s", calls);
	calls[0] = '\0';
	return (same);
}

static int
count_zone(zone_t *zone __unused, void *arg)
{
	return (++*(int *)arg == 2 ? 77 : 0);
}

static void
test_zones(void)
{
	zoneid_t red, blue, id;
	zone_key_t key;
	netstack_t *ns;
	hk_zone_t hz;
	zone_t *zone;
	int n = 0;

	check(zone_boot("red", 0, &red) == 0 && red == 1, "a zone boots");
	zone_key_create(&key, z_create, z_shutdown, z_destroy);
	check(calls_were("c0 c1 "), "a key is created in every zone at once");
	check(zone_boot("blue", HK_ZONE_SHARED_IP, &blue) == 0, "another zone");
	check(calls_were("c2 "), "and there too");

	check(zone_boot("red", 0, &id) == EEXIST, "a name is unique");
	check(zone_boot("", 0, &id) == EINVAL && zone_boot("a b", 0, &id) ==
	    EINVAL && zone_boot("-a", 0, &id) == EINVAL &&
	    zone_boot("SUNWx", 0, &id) == EINVAL &&
	    zone_boot("x", 0x80, &id) == EINVAL, "a name is valid");

	zone = zone_find_by_name("blue");
	check(zone != NULL && zone->zone_id == blue &&
	    strcmp(zone->zone_name, "blue") == 0 &&
	    zone_status_get(zone) == ZONE_IS_RUNNING &&
	    !(zone->zone_flags & ZF_NET_EXCL), "found by name");
	check(zone_getspecific(key, zone) == (void *)1002, "its data");
	check(zone_setspecific(key, zone, "x") == 0 &&
	    zone_setspecific(key + 1, zone, "x") == -1, "its data set");
	(void) zone_setspecific(key, zone, (void *)1002);
	check(zone_find_by_id(77) == NULL, "there is no other");
	check(zone_walk(count_zone, &n) == 77 && n == 2, "zone_walk can stop");

	check(zoneid_to_netstackid(red) == red &&
	    zoneid_to_netstackid(blue) == GLOBAL_NETSTACKID,
	    "a shared zone has the global stack");
	ns = netstack_find_by_zoneid(blue);
	check(ns != NULL && ns->netstack_stackid == GLOBAL_NETSTACKID,
	    "found by the zone");
	netstack_rele(ns);
	check(netstack_find_by_stackid(blue) == NULL, "it is no stack's id");

	check(zone_next(-1, &hz) == 0 && hz.hz_zoneid == 0 &&
	    zone_next(1, &hz) == 0 && strcmp(hz.hz_name, "blue") == 0 &&
	    hz.hz_flags == HK_ZONE_SHARED_IP && zone_next(2, &hz) == ENOENT,
	    "listed by id");

	check(zone_halt(blue, kill_zone) == 0, "halted");
	check(calls_were("k2 s2 d2 "),
	    "processes, then shutdown, then destroy");
	check(zone_find_by_id(blue) == NULL, "and gone");
	check(zone_status_get(zone) == ZONE_IS_DEAD &&
	    strcmp(zone->zone_name, "blue") == 0, "but for who holds it");
	zone_rele(zone);
	check(zone_halt(blue, NULL) == ENOENT && zone_halt(0, NULL) == EINVAL,
	    "there is nothing else to halt");
	check(zone_boot("blue", 0, &id) == 0 && id == 3, "ids come back late");
	calls[0] = '\0';
	check(zone_key_delete(key) == 0, "a key is deleted");
	check(calls_were("s0 s1 s3 d0 d1 d3 "), "in every zone");
	check(zone_key_delete(key) == -1, "once");
	check(zone_halt(red, NULL) == 0 && zone_halt(id, NULL) == 0,
	    "halted without it");
	check(calls_were(""), "unheard");
}

#ifdef	DEBUG
static void *
z_null(zoneid_t id __unused)
{
	return (NULL);
}

static void
null_data(void)
{
	zone_key_t key;

	zone_key_create(&key, z_null, NULL, NULL);
}
#endif

static void
test_cred(void)
{
	hk_cred_t want = { 100, 10, 0, HK_PRIV_DL_CONFIG };
	zoneid_t zid;
	cred_t *cr, *kept;

	(void) kern_enter();
	cr = CRED();
	check(crgetuid(cr) == host_uid() && crgetgid(cr) == host_gid() &&
	    crgetzoneid(cr) == 0, "a thread is the process's user");
	check(secpolicy_dl_config(cr) == 0 &&
	    secpolicy_net_rawaccess(cr) == 0 &&
	    secpolicy_sys_config(cr, B_FALSE) == 0, "with every privilege");
	check(ddi_get_pid() == host_pid(), "and its pid");
	kern_exit();

	check(thread_setcred(&want) == 0, "it can become another");
	(void) kern_enter();
	cr = CRED();
	check(cr == ddi_get_cred() && crgetuid(cr) == 100 &&
	    groupmember(10, cr) && !groupmember(11, cr), "and is");
	check(secpolicy_dl_config(cr) == 0 &&
	    secpolicy_net_rawaccess(cr) == EACCES &&
	    secpolicy_zone_config(cr) == EPERM, "with its privileges");
	kern_exit();
	want.hc_privs = HK_PRIV_NET_RAWACCESS;
	(void) thread_setcred(&want);
	(void) kern_enter();
	check(secpolicy_net_rawaccess(CRED()) == 0 &&
	    secpolicy_dl_config(CRED()) == EPERM, "which can change");
	kern_exit();

	(void) zone_boot("red", 0, &zid);
	want.hc_zoneid = zid;
	check(thread_setcred(&want) == 0, "it can be in a zone");
	(void) kern_enter();
	check(getzoneid() == zid && crgetzone(CRED())->zone_id == zid &&
	    !INGLOBALZONE(curproc) && curzone->zone_id == zid, "and is");
	kept = CRED();
	crhold(kept);
	kern_exit();
	(void) zone_halt(zid, NULL);
	(void) kern_enter();
	check(crgetzoneid(CRED()) == 0 && secpolicy_net_rawaccess(CRED()) ==
	    EACCES, "who is of a zone that is gone may nothing");
	kern_exit();
	check(crgetzoneid(kept) == zid, "what was kept is as it was");
	cr = crdup(kept);
	check(crgetref(cr) == 1 && crgetzoneid(cr) == zid, "and can be copied");
	crfree(cr);
	crfree(kept);
	check(thread_setcred(&want) == ESRCH, "nobody enters it any more");
	(void) thread_setcred(NULL);
	(void) kern_enter();
	check(secpolicy_dl_config(CRED()) == 0, "back to the process's user");
	kern_exit();
}

/*
 * A kstat with numbers and a string, as a driver has it.
 */
enum { KS_BYTES, KS_NAME, KS_COUNT };
static kmutex_t ks_lock;
static char ks_text[32];
static int ks_updates;

static int
ks_update(kstat_t *ksp, int rw)
{
	kstat_named_t *knp = ksp->ks_data;

	if (rw == KSTAT_WRITE)
		return (EACCES);
	if (!MUTEX_HELD(&ks_lock))
		return (EIO);
	knp[KS_BYTES].value.ui64 = 4000000000000UL + (uint64_t)++ks_updates;
	kstat_named_setstr(&knp[KS_NAME], ks_text);
	return (0);
}

static kstat_t *
make_kstat(zoneid_t zoneid)
{
	kstat_t *ksp = kstat_create_zone("test", 3, "vpn0", "net",
	    KSTAT_TYPE_NAMED, KS_COUNT, 0, zoneid);
	kstat_named_t *knp;

	if (ksp == NULL)
		return (NULL);
	knp = ksp->ks_data;
	kstat_named_init(&knp[KS_BYTES], "bytes", KSTAT_DATA_UINT64);
	kstat_named_init(&knp[KS_NAME], "name", KSTAT_DATA_STRING);
	ksp->ks_data_size += sizeof (ks_text);
	ksp->ks_update = ks_update;
	ksp->ks_lock = &ks_lock;
	return (ksp);
}

static uint_t
kstats_seen(zoneid_t zoneid)
{
	kstat_t *ksp;
	kid_t kid = 0;
	uint_t n = 0;

	while ((ksp = kstat_next(zoneid, kid)) != NULL) {
		kid = ksp->ks_kid;
		kstat_rele(ksp);
		n++;
	}
	return (n);
}

static volatile uint_t shared_kid;
static volatile uint_t stop_reading;

static void
read_kstats(void *arg __unused)
{
	kstat_t copy;
	size_t size;
	void *data;

	while (atomic_add_int_nv(&stop_reading, 0) == 0) {
		(void) kstats_seen(ALL_ZONES);
		if (kstat_snapshot(ALL_ZONES,
		    (kid_t)atomic_add_int_nv(&shared_kid, 0), &copy, &data,
		    &size) == 0)
			kmem_free(data, size);
	}
}

static void
test_kstat(void)
{
	uint64_t seen;
	kstat_t *ksp, *other, copy;
	kstat_named_t *knp;
	zoneid_t red, blue;
	uint_t chain, i, wrong = 0;
	size_t size;
	void *data, *w;

	mutex_init(&ks_lock, NULL, MUTEX_DRIVER, NULL);
	(void) zone_boot("red", 0, &red);
	(void) zone_boot("blue", 0, &blue);
	chain = kstat_chain_id();
	ksp = make_kstat(red);
	check(ksp != NULL && kstat_chain_id() != chain, "a kstat is created");
	check(kstat_snapshot(red, ksp->ks_kid, &copy, &data, &size) == ENXIO,
	    "and cannot be read before kstat_install");
	kstat_install(ksp);
	check(kstats_seen(red) == 1 && kstats_seen(blue) == 0 &&
	    kstats_seen(GLOBAL_ZONEID) == 0 && kstats_seen(ALL_ZONES) == 1,
	    "its zone sees it");
	kstat_zone_add(ksp, GLOBAL_ZONEID);
	check(kstats_seen(GLOBAL_ZONEID) == 1, "and one that is added");
	check(make_kstat(GLOBAL_ZONEID) == NULL &&
	    make_kstat(ALL_ZONES) == NULL,
	    "no second one of that name where it is seen");
	other = make_kstat(blue);
	check(other != NULL, "elsewhere there may be");
	kstat_delete(other);

	(void) strlcpy(ks_text, "vpn0", sizeof (ks_text));
	check(kstat_snapshot(red, ksp->ks_kid, &copy, &data, &size) == 0 &&
	    strcmp(copy.ks_module, "test") == 0 && copy.ks_instance == 3 &&
	    strcmp(copy.ks_name, "vpn0") == 0 && copy.ks_ndata == KS_COUNT &&
	    copy.ks_snaptime >= copy.ks_crtime, "it is read");
	knp = data;
	(void) strlcpy(ks_text, "other", sizeof (ks_text));
	check(knp[KS_BYTES].value.ui64 == 4000000000001UL &&
	    strcmp(knp[KS_BYTES].name, "bytes") == 0 &&
	    KSTAT_NAMED_STR_BUFLEN(&knp[KS_NAME]) == 5 &&
	    strcmp(KSTAT_NAMED_STR_PTR(&knp[KS_NAME]), "vpn0") == 0,
	    "updated, with the string as it was then");
	kmem_free(data, size);
	check(kstat_snapshot(blue, ksp->ks_kid, &copy, &data, &size) == ENXIO,
	    "another zone cannot read it");
	(void) strlcpy(ks_text, "a string of thirty-one letters.",
	    sizeof (ks_text));
	check(kstat_snapshot(red, ksp->ks_kid, &copy, &data, &size) == 0,
	    "a string as long as there is room");
	kmem_free(data, size);
	ksp->ks_data_size -= 1;
	check(kstat_snapshot(red, ksp->ks_kid, &copy, &data, &size) == EIO,
	    "or longer");
	kstat_zone_remove(ksp, GLOBAL_ZONEID);
	check(kstats_seen(GLOBAL_ZONEID) == 0 && kstats_seen(red) == 1,
	    "kstat_zone_remove");
	kstat_delete(ksp);
	check(kstats_seen(ALL_ZONES) == 0, "deleted");

	for (i = 1; i <= 2; i++) {
		(void) fault_set(HK_FAULT_ALLOC, i, &seen);
		ksp = make_kstat(red);
		if (i == 2)
			kstat_zone_add(ksp, blue);
		(void) fault_set(HK_FAULT_ALLOC, 0, &seen);
		if (i == 1 && ksp != NULL)
			wrong++;
	}
	check(wrong == 0 && ksp != NULL && kstats_seen(blue) == 0,
	    "no memory: no kstat, or not for that zone");
	kstat_delete(ksp);

	w = host_worker_start(read_kstats, NULL);
	for (i = 0; i < 300; i++) {
		ksp = make_kstat(red);
		(void) atomic_swap_uint(&shared_kid, (uint_t)ksp->ks_kid);
		kstat_install(ksp);
		kstat_delete(ksp);
	}
	atomic_inc_uint(&stop_reading);
	host_worker_join(w);
	check(kstats_seen(ALL_ZONES) == 0,
	    "created and deleted under a reader");

	(void) zone_halt(red, NULL);
	(void) zone_halt(blue, NULL);
	mutex_destroy(&ks_lock);
}

static void
delete_with_lock(void)
{
	kstat_t *ksp;

	mutex_init(&ks_lock, NULL, MUTEX_DRIVER, NULL);
	ksp = make_kstat(ALL_ZONES);
	mutex_enter(&ks_lock);
	kstat_delete(ksp);
}

int
main(void)
{
	if (!check(kern_init(HK_BOOT_QUIET) == 0, "boot"))
		return (check_done());
	test_zones();
#ifdef	DEBUG
	check_panics(null_data, "assertion failed",
	    "a create callback that returns NULL");
#else
	check_note("a DEBUG kernel has more to show: "
	    "a create callback that returns NULL");
#endif
	test_cred();
	test_kstat();
	check_panics(delete_with_lock, "holds data lock",
	    "kstat_delete with the data lock");
	check(kern_fini() == 0, "halt");
	return (check_done());
}
