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
 * Whatever fails while a link is opened, closed, read, written or polled:
 * nothing is lost, sent twice, or kept.
 */

#include "sweep.h"

#define	NFRAMES	4
#define	LEN	120

static uint32_t id;
static int fd, port;
static uint8_t buf[2048];

static void
link_up(void)
{
	id = drv_create("vpn0");
}

static void
link_down(void)
{
	need(drv_destroy("vpn0") == 0, "the link goes");
}

static int64_t
do_open(void)
{
	return (fd = drv_open("vpn0", DRV_RDWR));
}

static void
close_down(void)
{
	need(hk_close(fd) == 0, "close");
	link_down();
}

static void
link_open(void)
{
	link_up();
	need(do_open() > 0, "open");
}

static int64_t
do_close(void)
{
	return (hk_close(fd));
}

static void
shot_open(void)
{
	unet_ioc_create_t uic;

	drv_create_init(&uic, "vpn0");
	uic.uic_lifetime = UNET_LIFE_SINGLE_SHOT;
	need(hk_ioctl(drv_ctl, UNET_IOC_CREATE, &uic) == 0, "single-shot");
	need(do_open() > 0, "open");
}

/*
 * The daemon may not have been there to be told.
 */
static void
shot_gone(void)
{
	hk_dl_t dl;

	while (drv_usage().hu_links != 0)
		(void) sched_yield();
	memset(&dl, 0, sizeof (dl));
	(void) snprintf(dl.hdl_name, sizeof (dl.hdl_name), "vpn0");
	(void) hk_ioctl(drv_hk, HK_IOC_DLDESTROY, &dl);
}

/*
 * A link with a stack, whose holder has used it before.
 */
static void
link_ready(int cmd)
{
	drv_fio_t df;

	link_open();
	drv_plumb(id, "seg0", 0);
	port = drv_port("seg0");
	(void) drv_fio_init(&df, 1, 1);
	drv_fio_vec(&df, 0, buf, 1);
	if (cmd == 0)
		(void) hk_read(fd, buf, sizeof (buf));
	else
		(void) hk_ioctl(fd, cmd, &df);
}

static void
port_close(void)
{
	need(hk_close(port) == 0, "close the port");
	close_down();
}

static void
stack_sends(void)
{
	uint32_t i;

	for (i = 0; i < NFRAMES; i++) {
		(void) drv_frame(buf, drv_mac, drv_peer, i, LEN);
		need(hk_write(port, buf, LEN) == LEN, "the stack sends");
	}
}

/*
 * Reading: frame after frame, each once.
 */
static uint32_t next;

static void
arrived(const uint8_t *frame, size_t len)
{
	if (len != LEN || drv_number(frame) != next) {
		printf("# frame %u of %zu bytes, not %u\n", drv_number(frame),
		    len, next);
		sweep_bad++;
	}
	next++;
}

static void
read_setup(void)
{
	link_ready(0);
	stack_sends();
	next = 0;
}

static void
fioread_setup(void)
{
	link_ready(UNET_IOC_FRAMEIO_READ);
	stack_sends();
	next = 0;
}

static void
read_teardown(void)
{
	int64_t len;

	while ((len = hk_read(fd, buf, sizeof (buf))) > 0)
		arrived(buf, len);
	if (next != NFRAMES) {
		printf("# %u frames of %u\n", next, NFRAMES);
		sweep_bad++;
	}
	port_close();
}

static int64_t
do_read(void)
{
	const int64_t len = hk_read(fd, buf, sizeof (buf));

	if (len > 0)
		arrived(buf, len);
	return (len);
}

static int64_t
do_readv(void)
{
	struct iovec iov[3] = { { buf, 7 }, { buf + 7, 50 },
	    { buf + 57, 1000 } };
	const int64_t len = hk_readv(fd, iov, 3);

	if (len > 0)
		arrived(buf, len);
	return (len);
}

/*
 * Frames in vectors of different sizes, each of which is smaller than a frame.
 */
#define	NVPF	3

static const size_t vec_len[NVPF] = { 14, 50, LEN - 64 };

typedef struct vec32 {
	uint32_t	buf;
	uint32_t	len;
	uint32_t	act;
} vec32_t;

typedef struct fio32 {
	uint32_t	version;
	uint32_t	nvpf;
	uint32_t	nvecs;
	vec32_t		vecs[NFRAMES * NVPF];
} fio32_t;

static uint8_t *frames;		/* NFRAMES of them, below 4 GiB */
static int is32;

static int
fio_call(int cmd, uint32_t first, uint32_t *donep)
{
	const uint32_t n = (NFRAMES - first) * NVPF;
	uint8_t *at = frames + first * LEN;
	drv_fio_t df;
	fio32_t f32;
	uint32_t i;
	int err;

	memset(&f32, 0, sizeof (f32));
	f32.version = FRAMEIO_CURRENT_VERSION;
	f32.nvpf = NVPF;
	f32.nvecs = n;
	(void) drv_fio_init(&df, NFRAMES - first, NVPF);
	for (i = 0; i < n; i++) {
		f32.vecs[i] = (vec32_t){ (uint32_t)(uintptr_t)at,
		    vec_len[i % NVPF], 1 };
		drv_fio_vec(&df, i, at, vec_len[i % NVPF]);
		at += vec_len[i % NVPF];
	}
	err = hk_ioctl(fd, cmd, is32 ? (void *)&f32 : (void *)&df);
	*donep = (is32 ? f32.nvecs : df.df_u.fio.fio_nvecs) / NVPF;
	return (err);
}

static int64_t
do_fioread(void)
{
	uint32_t i, done;
	int err;

	need(hk_model(fd, is32 ? 32 : 64) == 0, "the data model");
	memset(frames, 0xee, NFRAMES * LEN);
	if ((err = fio_call(UNET_IOC_FRAMEIO_READ, 0, &done)) != 0)
		return (err);
	for (i = 0; i < done; i++)
		arrived(frames + i * LEN, LEN);
	return (0);
}

/*
 * Writing: what was acknowledged is sent, once.
 */
static void
frames_setup(void)
{
	uint32_t i;

	for (i = 0; i < NFRAMES; i++)
		(void) drv_frame(frames + i * LEN, drv_mac, drv_peer, i, LEN);
}

static void
write_setup(void)
{
	link_ready(0);
	frames_setup();
	need(hk_write(fd, frames, LEN) == LEN, "used before");
	next = 1;
}

static void
fiowrite_setup(void)
{
	link_ready(UNET_IOC_FRAMEIO_READ);
	frames_setup();
	next = 0;
}

static void
write_teardown(void)
{
	const uint64_t sent = drv_stat("vpn0", "tx_frames", NULL);

	if (sent != next || drv_stat("vpn0", "txq_bytes", NULL) != 0) {
		printf("# %llu frames sent, not %u\n",
		    (unsigned long long)sent, next);
		sweep_bad++;
	}
	port_close();
}

static int64_t
do_write(void)
{
	const int64_t len = hk_write(fd, frames, LEN);

	next += len == LEN;
	return (len);
}

static int64_t
do_writev(void)
{
	struct iovec iov[3] = { { frames, 14 }, { frames + 14, 1 },
	    { frames + 15, LEN - 15 } };
	const int64_t len = hk_writev(fd, iov, 3);

	next += len == LEN;
	return (len);
}

static int64_t
do_fiowrite(void)
{
	uint32_t first, done;
	int err;

	need(hk_model(fd, is32 ? 32 : 64) == 0, "the data model");
	for (first = 0; first < NFRAMES; first += done) {
		err = fio_call(UNET_IOC_FRAMEIO_WRITE, first, &done);
		if (err != 0)
			return (first == 0 ? err : -EIO);
		next += done;
	}
	return (0);
}

/*
 * Events: those that could not be told are still there.
 */
static void
event_setup(void)
{
	link_open();
	drv_plumb(id, "seg0", 0);
	port = drv_port("seg0");
}

static int64_t
do_event(void)
{
	unet_ioc_event_t uie;
	int err;

	memset(&uie, 0, sizeof (uie));
	drv_hdr(&uie.uie_hdr, NULL);
	err = hk_ioctl(fd, UNET_IOC_EVENT, &uie);
	if (err == 0 && (uie.uie_count == 0 ||
	    uie.uie_events[0].ue_type != UNET_EV_ADMIN ||
	    uie.uie_events[0].ue_value != 1))
		return (-EIO);
	return (err);
}

static int64_t
do_poll(void)
{
	return (hk_poll(fd, POLLIN | POLLPRI, 1));
}

/*
 * Waiting: for a frame, which the stack sends once somebody waits for it, and
 * for room, while somebody else takes it.
 */
static int helper_stop;		/* atomic */
static pthread_t helper;

static int
helper_stopped(void)
{
	return (__atomic_load_n(&helper_stop, __ATOMIC_RELAXED));
}

static void *
feeder(void *arg)
{
	uint8_t frame[LEN];

	(void) arg;
	(void) drv_frame(frame, drv_mac, drv_peer, 0, LEN);
	while (!helper_stopped()) {
		if (drv_stat("vpn0", "rx_waits", NULL) != 0)
			(void) hk_write(port, frame, LEN);
		(void) sched_yield();
	}
	return (NULL);
}

static void *
crowd(void *arg)
{
	uint8_t frame[1514];

	(void) arg;
	(void) drv_frame(frame, drv_mac, drv_peer, 0, sizeof (frame));
	while (!helper_stopped())
		(void) hk_write(fd, frame, sizeof (frame));
	return (NULL);
}

static void
wait_setup(void *(*role)(void *))
{
	unet_ioc_create_t uic;

	drv_create_init(&uic, "vpn0");
	uic.uic_txbuf = 1500 + UNET_FRAME_EXTRA + UNET_FRAME_OVERHEAD;
	need(hk_ioctl(drv_ctl, UNET_IOC_CREATE, &uic) == 0, "create");
	id = uic.uic_hdr.uih_linkid;
	need(do_open() > 0, "open");
	drv_plumb(id, "seg0", 0);
	port = drv_port("seg0");
	need(hk_setfl(fd, 0) == 0, "blocking");
	is32 = 0;
	__atomic_store_n(&helper_stop, 0, __ATOMIC_RELAXED);
	need(pthread_create(&helper, NULL, role, NULL) == 0, "thread");
}

static void
wait_teardown(void)
{
	__atomic_store_n(&helper_stop, 1, __ATOMIC_RELAXED);
	need(pthread_join(helper, NULL) == 0, "join");
	port_close();
}

static void
interrupted(const char *what, void *(*role)(void *), int64_t (*call)(void))
{
	const sweep_kind_t intr = { HK_FAULT_INTR, 0, "waits" };
	const time_t end = time(NULL) + 60;
	int64_t result;

	wait_setup(role);
	do {
		/* The signal may have been the helper's. */
		(void) sweep_fault(&intr, 1);
		result = call();
	} while (result >= 0 && time(NULL) < end);
	is(result, -EINTR, "%s: a wait is interrupted", what);
	(void) sweep_fault(&intr, 0);
	ok(call() >= 0, "... and then it works");
	wait_teardown();
}

static int64_t
wait_read(void)
{
	return (hk_read(fd, buf, sizeof (buf)));
}

static int64_t
wait_write(void)
{
	uint8_t frame[1514];

	(void) drv_frame(frame, drv_mac, drv_peer, 0, sizeof (frame));
	return (hk_write(fd, frame, sizeof (frame)));
}

static int64_t
wait_fioread(void)
{
	uint32_t done;

	return (fio_call(UNET_IOC_FRAMEIO_READ, 0, &done));
}

static int64_t
wait_fiowrite(void)
{
	uint8_t frame[1514];
	drv_fio_t df;

	(void) drv_frame(frame, drv_mac, drv_peer, 0, sizeof (frame));
	(void) drv_fio_init(&df, 1, 1);
	drv_fio_vec(&df, 0, frame, sizeof (frame));
	return (hk_ioctl(fd, UNET_IOC_FRAMEIO_WRITE, &df));
}

static const int open_errnos[] = { EFAULT, EINTR, 0 };
static const int none[] = { 0 };
static const int io_errnos[] = { EFAULT, ENOMEM, 0 };
static const int poll_errnos[] = { EINTR, 0 };

int
main(void)
{
	static const sweep_t sweeps[] = {
		{ "open", link_up, do_open, close_down, NULL, SWEEP_ALL, 0,
		    open_errnos },
		{ "close", link_open, do_close, link_down, NULL, SWEEP_ALL, 0,
		    none },
		{ "close of a single-shot link", shot_open, do_close,
		    shot_gone, NULL, SWEEP_ALL & ~SWEEP_MAC, SWEEP_UPCALL,
		    none },
		{ "read", read_setup, do_read, read_teardown, NULL, SWEEP_ALL,
		    SWEEP_COPY, io_errnos },
		{ "readv", read_setup, do_readv, read_teardown, NULL,
		    SWEEP_ALL, SWEEP_COPY, io_errnos },
		{ "write", write_setup, do_write, write_teardown, NULL,
		    SWEEP_ALL, SWEEP_ALLOC | SWEEP_COPY, io_errnos },
		{ "writev", write_setup, do_writev, write_teardown, NULL,
		    SWEEP_ALL, SWEEP_ALLOC | SWEEP_COPY, io_errnos },
		{ "event", event_setup, do_event, port_close, NULL,
		    SWEEP_ALL, SWEEP_COPY, io_errnos },
		{ "poll", link_open, do_poll, close_down, NULL, SWEEP_ALL,
		    0, poll_errnos }
	};
	static const sweep_t framed[] = {
		{ "framed read", fioread_setup, do_fioread, read_teardown,
		    NULL, SWEEP_ALL, SWEEP_ALLOC | SWEEP_COPY, io_errnos },
		{ "framed write", fiowrite_setup, do_fiowrite, write_teardown,
		    NULL, SWEEP_ALL, SWEEP_ALLOC | SWEEP_COPY, io_errnos }
	};
	size_t i;

	frames = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	need(frames != MAP_FAILED, "memory below 4 GiB");
	drv_boot();
	for (i = 0; i < sizeof (sweeps) / sizeof (sweeps[0]); i++)
		sweep(&sweeps[i]);
	for (is32 = 0; is32 < 2; is32++) {
		for (i = 0; i < sizeof (framed) / sizeof (framed[0]); i++) {
			sweep_t sw = framed[i];
			char name[64];

			(void) snprintf(name, sizeof (name), "%s, %d bits",
			    sw.sw_name, is32 ? 32 : 64);
			sw.sw_name = name;
			sweep(&sw);
		}
	}
	interrupted("read", feeder, wait_read);
	interrupted("framed read", feeder, wait_fioread);
	interrupted("write", crowd, wait_write);
	interrupted("framed write", crowd, wait_fiowrite);
	return (drv_done());
}
