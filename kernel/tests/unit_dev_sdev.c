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
 * The names of /dev that a plug-in makes: the second part of what a real
 * kernel was seen to do, and the view of a zone.
 */

#include "unit_dev.h"

static int
register_as(const char *name)
{
	static sdev_plugin_ops_t ops;
	int err;

	ops = td_plugin_ops;
	(void) sdev_plugin_register(name, &ops, &err);
	return (err);
}

static void
test_register(void)
{
	sdev_plugin_ops_t bad;
	int err;

	check_is(register_as(TD_NAME), EEXIST, "the same name again");
	check_is(register_as("pts"), EEXIST, "a name of /dev's own");
	check_is(register_as("hk"), EEXIST, "a name of hosted's own");
	check_is(register_as("a/b"), EINVAL, "a path");
	check_is(register_as("a b"), EINVAL, "a blank");

	bad = td_plugin_ops;
	bad.spo_version = 2;
	(void) sdev_plugin_register("other", &bad, &err);
	check_is(err, EINVAL, "another version");
	bad = td_plugin_ops;
	bad.spo_inactive = NULL;
	(void) sdev_plugin_register("other", &bad, &err);
	check_is(err, EINVAL, "a callback missing");
	bad = td_plugin_ops;
	bad.spo_flags = 4;
	(void) sdev_plugin_register("other", &bad, &err);
	check_is(err, EINVAL, "an unknown flag");
	check_is(sdev_plugin_unregister(td_plugin), EBUSY,
	    "unregistering is not allowed");
}

static int
opens(const char *path)
{
	int fd = hk_open(kernel, path, O_RDWR);

	if (fd > 0)
		(void) hk_close(fd);
	return (fd > 0 ? 0 : fd);
}

static void
test_lookup(void)
{
	td_nodes[1] = (td_node_t){ "", "sub", 0, 0 };
	td_nodes[2] = (td_node_t){ "sub", "node2", TD_MINOR + 2,
	    S_IFCHR | 0666 };

	check_is(opens("/dev/tdrv/node0"), 0, "a node");
	check_is(opens("/dev/tdrv/sub/node2"), 0, "a node in a directory");
	check_is(opens("//dev///tdrv//node0"), EH(ENOENT), "not below /dev");
	check_is(opens("/dev//tdrv/./node0"), 0, "slashes and dots");
	check_is(opens("/dev/tdrv/none"), EH(ENOENT), "no such node");
	check_is(opens("/dev/none"), EH(ENOENT), "no such plug-in");
	check_is(opens("/dev/tdrv/node0/x"), EH(ENOTDIR), "below a node");
	check_is(opens("/dev/tdrv"), EH(EISDIR), "a directory");
	check_is(opens("/dev/tdrv/sub/"), EH(EISDIR), "a directory in it");
	check_is(opens("/dev"), EH(EISDIR), "/dev");
	check_is(opens("/etc/passwd"), EH(ENOENT), "elsewhere");

	check_is(hk_open(kernel, "/dev/tdrv/new", O_RDWR | OH(O_CREAT)),
	    EH(ENOSYS), "nothing can be created in a plug-in");
	check_is(hk_open(kernel, "/dev/new", O_RDWR | OH(O_CREAT)),
	    EH(EROFS), "nor in /dev");

	td_validates = td_filldirs = 0;
	check_is(opens("/dev/tdrv/node0"), 0, "an open");
	check_is(td_filldirs, 1, "... fills the directory once");
	check_is(td_validates, 2, "... and validates each child");
	check_is(td_mk_err, EEXIST, "... which is there: EEXIST");
	check(td_ctx_pid != 0, "... in the process's context");
	check_is(td_ctx_flags, SDEV_CTX_GLOBAL, "... of the global zone");
	td_validates = td_filldirs = 0;
	check_is(opens("/dev/tdrv/sub/node2"), 0, "one in a directory");
	check_is(td_filldirs, 2, "... fills both");
	check_is(td_validates, 3, "... and validates the children of both");
}

/*
 * mknod: what it takes, and what comes of it.
 */
static void
test_mknod(void)
{
	hk_cred_t nobody = { 1000, 1000, 0, 0 };

	td_nodes[3] = (td_node_t){ "", "bad", TD_MINOR + 3, S_IFCHR | 0777 };
	check_is(opens("/dev/tdrv/node0"), EH(EINVAL), "an executable device");
	td_nodes[3].tn_mode = S_IFCHR | S_ISUID | 0600;
	check_is(opens("/dev/tdrv/node0"), EH(EINVAL), "a set-uid one");
	td_nodes[3].tn_mode = S_IFREG | 0600;
	check_is(opens("/dev/tdrv/node0"), EH(EINVAL), "no device");
	td_nodes[3].tn_mode = S_IFCHR | 0666;
	td_nodes[3].tn_name = "bad name";
	check_is(opens("/dev/tdrv/node0"), EH(EINVAL), "a bad name");
	td_nodes[3].tn_name = "good-name_1.2";
	check_is(opens("/dev/tdrv/good-name_1.2"), 0, "a good one");
	td_nodes[3] = (td_node_t){ "", "block", TD_MINOR + 3, S_IFBLK | 0666 };
	check_is(opens("/dev/tdrv/block"), EH(ENXIO), "a block device");

	td_nodes[3] = (td_node_t){ "", "shy", TD_MINOR + 4, S_IFCHR };
	check_is(opens("/dev/tdrv/shy"), 0, "without a mode");
	(void) hk_setcred(&nobody);
	check_is(opens("/dev/tdrv/shy"), EH(EACCES), "... it is root's");
	check_is(opens("/dev/tdrv/node0"), 0, "... others are not");
	(void) hk_setcred(NULL);
	td_nodes[3].tn_name = NULL;
}

/*
 * Names that go while their files are open.
 */
static void
test_zombie(void)
{
	int old, new;

	td.closes = 0;
	old = hk_open(kernel, NODE0, O_RDWR);
	check(old > 0, "a file");
	td_inactives = 0;
	td_nodes[0].tn_name = NULL;
	check_is(opens(NODE0), EH(ENOENT), "its name goes");
	check_is(td_inactives, 0, "... its node not yet");
	check_is(hk_ioctl(old, 1, NULL), 42, "... for the file works on");

	td_nodes[0] = (td_node_t){ "", "node0", TD_MINOR + 50,
	    S_IFCHR | 0666 };
	new = hk_open(kernel, NODE0, O_RDWR);
	check(new > 0, "another device takes the name");
	(void) hk_ioctl(new, 1, NULL);
	check_is(td.minor, TD_MINOR + 50, "... the new file is its");
	(void) hk_ioctl(old, 1, NULL);
	check_is(td.minor, TD_MINOR + 1, "... the old one is not");
	check_is(td_inactives, 0, "still nothing is inactive");
	check_is(hk_close(old), 0, "the old file is closed");
	check_is(td_inactives, 1, "... and its node is");
	check_is(hk_close(new), 0, "the new one too");
	check_is(td_inactives, 1, "... whose node stays cached");

	td_nodes[1].tn_name = NULL;
	check_is(opens("/dev/tdrv/sub/node2"), EH(ENOENT), "a directory goes");
	check_is(td_inactives, 3, "... with what is in it");
	check_is(opens(NODE0), 0, "the rest is as it was");
}

/*
 * Two plug-ins whose names differ in the last character only: the first gets
 * the second's nodes, and has them thrown out.
 */
static uint_t other_validates;

static sdev_plugin_validate_t
other_validate(sdev_ctx_t ctx __unused)
{
	other_validates++;
	return (SDEV_VTOR_VALID);
}

static int
other_filldir(sdev_ctx_t ctx)
{
	int err = sdev_plugin_mknod(ctx, "node0", S_IFCHR | 0666,
	    makedevice(td_major, TD_MINOR + 60));

	return (err == EEXIST ? 0 : err);
}

static void
other_inactive(sdev_ctx_t ctx __unused)
{
}

static sdev_plugin_ops_t other_ops = {
	.spo_version = SDEV_PLUGIN_VERSION,
	.spo_flags = SDEV_PLUGIN_SUBDIR,
	.spo_validate = other_validate,
	.spo_filldir = other_filldir,
	.spo_inactive = other_inactive
};

static void
test_prefix(void)
{
	sdev_plugin_hdl_t good, twin;
	int err;

	good = sdev_plugin_register("other", &other_ops, &err);
	check_is(err, 0, "a second plug-in of one driver");
	check_is(opens("/dev/other/node0"), 0, "... has its nodes");
	check_is(opens("/dev/other/node0"), 0, "... again");
	check(other_validates > 0, "... and validates them");

	twin = sdev_plugin_register("tdrw", &other_ops, &err);
	check_is(err, 0, "a twin of the first by name");
	other_validates = td_validates = 0;
	check_is(opens("/dev/tdrw/node0"), 0, "... has its nodes");
	check_is(opens("/dev/tdrw/node0"), 0, "... again");
	check_is(other_validates, 0, "... but does not validate them");
	check(td_validates > 0, "... the first does");

	sdev_plugin_unregister_allowed = 1;
	check_is(sdev_plugin_unregister(good), 0, "allowed, it unregisters");
	check_is(opens("/dev/other/node0"), EH(ENOENT), "... and is gone");
	check_is(sdev_plugin_unregister(twin), 0, "the twin too");
	sdev_plugin_unregister_allowed = 0;
}

/*
 * The /dev of another zone.
 */
static void
test_zone(void)
{
	hk_zone_t hz = { .hz_name = "z1" };
	hk_cred_t cred = { 0, 0, 0, HK_PRIV_ALL };
	uint_t inactives;
	int fd;

	check_is(zone_start(hk, &hz), 0, "a zone");
	cred.hc_zoneid = hz.hz_zoneid;
	check_is(hk_setcred(&cred), 0, "within it");
	td_ctx_flags = SDEV_CTX_GLOBAL;
	check_is(opens(NODE0), 0, "the plug-in is there too");
	check_is(td_ctx_flags, 0, "... and knows that it is not the global's");
	check_is(opens("/dev/bus/x"), EH(ENOENT), "segments are not");
	check_is(opens("/devices/pseudo/tdrv@0:ctl"), EH(ENOENT),
	    "nor is /devices");
	fd = hk_open(kernel, NODE0, O_RDWR);
	check(fd > 0, "a process of the zone has a file");
	check_is(hk_setcred(NULL), 0, "back");

	td.closes = 0;
	inactives = td_inactives;
	check_is(zone_end(hk, &hz), 0, "the zone halts");
	check_is(td.closes, 1, "the file is closed");
	check(td_inactives > inactives, "... and the zone's nodes are gone");
	check_is(hk_ioctl(fd, 1, NULL), EH(ENXIO), "its handle is dead");
	check_is(hk_close(fd), 0, "... and can be closed");
	check_is(td.closes, 1, "... which nobody hears");
	check_is(zone_end(hk, &hz), EH(ENOENT), "no zone");
	check_is(opens(NODE0), 0, "the global zone's are as they were");
}

int
main(void)
{
	td_boot();
	test_register();
	test_lookup();
	test_mknod();
	test_zombie();
	test_prefix();
	test_zone();
	td_halt();
	return (check_done());
}
