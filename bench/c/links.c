/* SPDX-License-Identifier: MIT */

/*
 * What it costs to have many links.
 *
 *	links curve N...	each operation, in a kernel with N links
 *	links life N		create N links and destroy them, that is all
 *
 * `curve' prints a line for each operation: the number of links, its name, how
 * many times it was done, and how many nanoseconds that took.  callgrind counts
 * what the calling thread does in measured(); `life' it counts as a whole, with
 * all that threads of the kernel do.
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <hk.h>
#include <sys/unet.h>
#include "bench.h"

#define	LINKS_MAX	1000
#define	SAMPLE		100	/* times that an operation is done, or N */
#define	FRAME_BYTES	64

typedef void op_t(uint32_t i);

static int kernel, ctl, hk;
static uint32_t nlinks;
static uint32_t ids[LINKS_MAX];
static int node, port;		/* of the link in the middle */
static uint8_t frame[FRAME_BYTES];
static uint32_t kid;		/* the kstat of that link */

static unet_list_ent_t list_ents[LINKS_MAX];
static hk_kstat_t kstat_ents[LINKS_MAX * 4 + 16];
static hk_ksnamed_t kstat_data[256];

static const char *
link_name(uint32_t i)
{
	static char name[UNET_NAMELEN];

	(void) snprintf(name, sizeof (name), "bench%u", i);
	return (name);
}

static uint32_t
middle(void)
{
	return (nlinks / 2);
}

/*
 * The operations.
 */
static void
op_create(uint32_t i)
{
	unet_ioc_create_t uic = { .uic_hdr.uih_version = UNET_ABI_VERSION };

	(void) strcpy(uic.uic_hdr.uih_name, link_name(i));
	uic.uic_owner = uic.uic_group = UNET_ID_NONE;
	(void) check("create", hk_ioctl(ctl, (int)UNET_IOC_CREATE, &uic));
	ids[i] = uic.uic_hdr.uih_linkid;
	if (i == middle())
		make_frame(frame, FRAME_BYTES, uic.uic_mac);
}

static void
op_destroy(uint32_t i)
{
	unet_ioc_destroy_t uid = { .uid_hdr.uih_version = UNET_ABI_VERSION };

	uid.uid_hdr.uih_linkid = ids[i];
	(void) check("destroy", hk_ioctl(ctl, (int)UNET_IOC_DESTROY, &uid));
}

/*
 * Each on a segment of its own.
 */
static void
op_plumb(uint32_t i)
{
	hk_stack_t stack = { .hst_linkid = ids[i], .hst_kind = HK_STACK_BUS };

	(void) snprintf(stack.hst_bus, sizeof (stack.hst_bus), "%s",
	    link_name(i));
	(void) check("plumb", hk_ioctl(hk, (int)HK_IOC_PLUMB, &stack));
}

static void
op_list(uint32_t i)
{
	unet_ioc_list_t uil = { .uil_hdr.uih_version = UNET_ABI_VERSION };

	(void) i;
	uil.uil_nents = LINKS_MAX;
	uil.uil_ents = (uintptr_t)list_ents;
	(void) check("list", hk_ioctl(ctl, (int)UNET_IOC_LIST, &uil));
	if (uil.uil_actents != nlinks)
		fail("not every link is listed", EIO);
}

static void
op_info(uint32_t i)
{
	unet_ioc_info_t info = { .uii_hdr.uih_version = UNET_ABI_VERSION };

	info.uii_hdr.uih_linkid = ids[i % nlinks];
	(void) check("info", hk_ioctl(ctl, (int)UNET_IOC_INFO, &info));
}

/*
 * By path, of /dev.  The first lookup makes the nodes that the others find.
 */
static int
open_link(uint32_t i)
{
	char path[64];

	(void) snprintf(path, sizeof (path), UNET_DEV_DIR "/%s", link_name(i));
	return (check(path, hk_open(kernel, path, O_RDWR | O_NONBLOCK)));
}

static void
op_open(uint32_t i)
{
	(void) check("close", hk_close(open_link(i % nlinks)));
}

static void
op_write(uint32_t i)
{
	(void) i;
	(void) check("write", hk_write(node, frame, FRAME_BYTES));
}

static void
op_read(uint32_t i)
{
	uint8_t got[FRAME_BYTES];

	(void) i;
	(void) check("send", hk_write(port, frame, FRAME_BYTES));
	if (check("read", hk_read(node, got, sizeof (got))) != FRAME_BYTES ||
	    memcmp(got, frame, FRAME_BYTES) != 0)
		fail("a frame did not arrive", EIO);
}

static void
op_poll(uint32_t i)
{
	(void) i;
	(void) check("poll", hk_poll(node, POLLIN | POLLOUT, 0));
}

static void
op_kslist(uint32_t i)
{
	hk_kslist_t list = { .hkl_nents = LINKS_MAX * 4 + 16 };

	(void) i;
	list.hkl_ents = (uintptr_t)kstat_ents;
	(void) check("kstats", hk_ioctl(hk, (int)HK_IOC_KSLIST, &list));
	for (uint32_t k = 0; k < list.hkl_actents; k++) {
		if (strcmp(kstat_ents[k].hks_module, "unet") == 0 &&
		    strcmp(kstat_ents[k].hks_name, link_name(middle())) == 0)
			kid = kstat_ents[k].hks_kid;
	}
}

static void
op_ksread(uint32_t i)
{
	hk_ksread_t read = { .hkr_kid = kid };

	(void) i;
	read.hkr_nents = sizeof (kstat_data) / sizeof (kstat_data[0]);
	read.hkr_ents = (uintptr_t)kstat_data;
	(void) check("kstat", hk_ioctl(hk, (int)HK_IOC_KSREAD, &read));
}

/*
 * Measurements.
 */
static uint64_t
now(void)
{
	struct timespec ts;

	(void) clock_gettime(CLOCK_MONOTONIC, &ts);
	return ((uint64_t)ts.tv_sec * 1000000000 + ts.tv_nsec);
}

static MEASURED void
measured(op_t *op, uint32_t times)
{
	for (uint32_t i = 0; i < times; i++)
		op(i);
}

static MEASURED void
measure_end(void)
{
	__asm__ volatile("" : : : "memory");
}

static void
measure(const char *name, op_t *op, uint32_t times)
{
	uint64_t start = now();

	measured(op, times);
	printf("%u %s %u %llu\n", nlinks, name, times,
	    (unsigned long long)(now() - start));
	(void) fflush(stdout);
	measure_end();
}

static void
boot(uint32_t n)
{
	if (n < 1 || n > LINKS_MAX)
		fail("that many links cannot be measured", EINVAL);
	nlinks = n;
	kernel = check("boot", hk_boot(HK_BOOT_QUIET));
	ctl = check(UNET_CTL_PATH, hk_open(kernel, UNET_CTL_PATH, O_RDWR));
	hk = check("/dev/hk", hk_open(kernel, "/dev/hk", O_RDWR));
}

static void
halt(void)
{
	(void) check("close", hk_close(hk));
	(void) check("close", hk_close(ctl));
	(void) check("halt", hk_halt(kernel));
}

/*
 * Files are opened one after the other, since a lookup looks at every link;
 * a hundred show as much as a thousand.
 */
static void
curve(uint32_t n)
{
	char path[64];

	boot(n);
	measure("create", op_create, n);
	measure("plumb", op_plumb, n);
	measure("list", op_list, 1);
	measure("info", op_info, SAMPLE);
	op_open(0);
	measure("open", op_open, SAMPLE);

	(void) snprintf(path, sizeof (path), "/dev/bus/%s",
	    link_name(middle()));
	port = check(path, hk_open(kernel, path, O_RDWR | O_NONBLOCK));
	node = open_link(middle());
	op_write(0);
	op_read(0);
	measure("write", op_write, SAMPLE);
	measure("read", op_read, SAMPLE);
	measure("poll", op_poll, SAMPLE);
	(void) check("close", hk_close(node));
	(void) check("close", hk_close(port));

	measure("kslist", op_kslist, 1);
	if (kid == 0)
		fail("the link has no kstat", ENOENT);
	measure("ksread", op_ksread, SAMPLE);
	measure("destroy", op_destroy, n);
	halt();
}

static void
life(uint32_t n)
{
	boot(n);
	for (uint32_t i = 0; i < n; i++)
		op_create(i);
	for (uint32_t i = 0; i < n; i++)
		op_destroy(i);
	halt();
}

int
main(int argc, char **argv)
{
	program_name(argv[0]);
	if (argc > 2 && strcmp(argv[1], "curve") == 0) {
		for (int i = 2; i < argc; i++)
			curve(strtoul(argv[i], NULL, 10));
	} else if (argc == 3 && strcmp(argv[1], "life") == 0) {
		life(strtoul(argv[2], NULL, 10));
	} else {
		fprintf(stderr, "usage: links curve N... | life N\n");
		return (2);
	}
	return (0);
}
