/* SPDX-License-Identifier: MIT */

/*
 * A link of a hosted kernel.  Its stack end is a segment with nobody else on
 * it, which is the cheapest stack there is: what is measured is the driver.  A
 * port of the segment is there only while frames are made that are to be read.
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <hk.h>
#include <sys/unet.h>
#include <sys/frameio.h>
#include "bench.h"

static int kernel, ctl, hk, node;
static char link_name[UNET_NAMELEN];
static char port_path[64];
static uint8_t mac[6];

/*
 * One arena: the structure that names the frames, and these.
 */
typedef struct memory {
	frameio_t	m_fio;
	framevec_t	m_vecs[BATCH_MAX];
	uint8_t		m_frames[BATCH_MAX][FRAME_MAX];
} memory_t;

static memory_t plain, *memory = &plain;

static void
wait_for(int file, int events)
{
	int ready = check("poll", hk_poll(file, events, 5000));

	if ((ready & events) == 0)
		fail("poll", ETIMEDOUT);
}

static frameio_t *
prepare(uint32_t batch, size_t room)
{
	frameio_t *fio = &memory->m_fio;

	fio->fio_version = FRAMEIO_CURRENT_VERSION;
	fio->fio_nvpf = 1;
	for (uint32_t i = 0; i < batch; i++) {
		fio->fio_vecs[i].fv_buf = memory->m_frames[i];
		fio->fio_vecs[i].fv_buflen = room;
	}
	return (fio);
}

static uint64_t
link_read_frames(uint32_t frames)
{
	uint64_t moved = 0;

	for (uint32_t done = 0; done < frames; done++) {
		int64_t result = hk_read(node, memory->m_frames[0], FRAME_MAX);

		if (result < 0)
			fail("read", (int)-result);
		moved += (uint64_t)result;
	}
	return (moved);
}

static uint64_t
link_write_frames(size_t bytes, uint32_t frames)
{
	uint64_t moved = 0;

	make_frame(memory->m_frames[0], bytes, mac);
	for (uint32_t done = 0; done < frames; done++) {
		int64_t result = hk_write(node, memory->m_frames[0], bytes);

		if (result < 0)
			fail("write", (int)-result);
		moved += (uint64_t)result;
	}
	return (moved);
}

static uint64_t
link_read(size_t bytes, uint32_t batch, uint32_t frames)
{
	frameio_t *fio = prepare(batch, FRAME_MAX);
	uint64_t moved = 0;

	(void) bytes;
	if (batch == NO_BATCH)
		return (link_read_frames(frames));
	for (uint32_t done = 0; done < frames; done += fio->fio_nvecs) {
		int result;

		fio->fio_nvecs = batch;
		result = hk_ioctl(node, (int)UNET_IOC_FRAMEIO_READ, fio);
		if (result < 0)
			fail("read", -result);
		for (uint32_t i = 0; i < fio->fio_nvecs; i++)
			moved += fio->fio_vecs[i].fv_actlen;
	}
	return (moved);
}

static uint64_t
link_write(size_t bytes, uint32_t batch, uint32_t frames)
{
	frameio_t *fio = prepare(batch, bytes);
	uint64_t moved = 0;

	if (batch == NO_BATCH)
		return (link_write_frames(bytes, frames));
	for (uint32_t i = 0; i < batch; i++)
		make_frame(memory->m_frames[i], bytes, mac);

	for (uint32_t done = 0; done < frames; done += fio->fio_nvecs) {
		int result;

		fio->fio_nvecs = batch;
		result = hk_ioctl(node, (int)UNET_IOC_FRAMEIO_WRITE, fio);
		if (result < 0)
			fail("write", -result);
		for (uint32_t i = 0; i < fio->fio_nvecs; i++)
			moved += fio->fio_vecs[i].fv_actlen;
	}
	return (moved);
}

static uint64_t
queued(void)
{
	unet_ioc_info_t info = { .uii_hdr.uih_version = UNET_ABI_VERSION };

	(void) check("info", hk_ioctl(node, (int)UNET_IOC_INFO, &info));
	return (info.uii_rxq_frames);
}

static void
link_fill(size_t bytes, uint32_t frames)
{
	uint8_t frame[FRAME_MAX];
	int port = check(port_path, hk_open(kernel, port_path, O_RDWR));

	make_frame(frame, bytes, mac);
	for (uint32_t i = 0; i < frames; i++)
		(void) check("fill", hk_write(port, frame, bytes));
	while (queued() < frames)
		continue;
	(void) check("close", hk_close(port));
}

static void
link_prove(void)
{
	uint8_t got[FRAME_MAX];
	int port = check(port_path, hk_open(kernel, port_path, O_RDWR));

	(void) link_write(64, 1, 1);
	wait_for(port, POLLIN);
	if (check("read", hk_read(port, got, sizeof (got))) != 64 ||
	    memcmp(got, memory->m_frames[0], 64) != 0)
		fail("a frame did not arrive", EIO);
	(void) check("close", hk_close(port));
}

static void
link_close(void)
{
	unet_ioc_destroy_t uid = { .uid_hdr.uih_version = UNET_ABI_VERSION };

	(void) check("close", hk_close(node));
	(void) strcpy(uid.uid_hdr.uih_name, link_name);
	(void) check("destroy", hk_ioctl(ctl, (int)UNET_IOC_DESTROY, &uid));
	(void) check("close", hk_close(ctl));
	(void) check("close", hk_close(hk));
	(void) check("halt", hk_halt(kernel));
	if (memory != &plain)
		(void) check("free", hk_mem_free(memory));
}

static const way_t link_way = {
	.w_fill = link_fill,
	.w_read = link_read,
	.w_write = link_write,
	.w_prove = link_prove,
	.w_close = link_close
};

const way_t *
link_open(const char *where, const char *name, int any_memory)
{
	unet_ioc_create_t uic = { .uic_hdr.uih_version = UNET_ABI_VERSION };
	hk_stack_t stack = { .hst_kind = HK_STACK_BUS };
	char path[64];

	kernel = check("boot", where == NULL ? hk_boot(HK_BOOT_QUIET) : hk_connect(where));
	if (!any_memory)
		(void) check("memory", hk_mem_alloc(kernel, sizeof (*memory),
		    (void **)&memory));
	ctl = check(UNET_CTL_PATH, hk_open(kernel, UNET_CTL_PATH, O_RDWR));
	hk = check("/dev/hk", hk_open(kernel, "/dev/hk", O_RDWR));

	(void) snprintf(link_name, sizeof (link_name), "%s", name);
	(void) strcpy(uic.uic_hdr.uih_name, link_name);
	uic.uic_owner = uic.uic_group = UNET_ID_NONE;
	uic.uic_rxbuf = uic.uic_txbuf = UNET_BUF_MAX;
	(void) check("create", hk_ioctl(ctl, (int)UNET_IOC_CREATE, &uic));
	memcpy(mac, uic.uic_mac, sizeof (mac));

	stack.hst_linkid = uic.uic_hdr.uih_linkid;
	(void) strcpy(stack.hst_bus, link_name);
	(void) check("plumb", hk_ioctl(hk, (int)HK_IOC_PLUMB, &stack));
	(void) snprintf(port_path, sizeof (port_path), "/dev/bus/%s", name);

	(void) snprintf(path, sizeof (path), UNET_DEV_DIR "/%s", name);
	node = check(path, hk_open(kernel, path, O_RDWR | O_NONBLOCK));
	return (&link_way);
}
