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
 * Frames from both sides, against a model of what becomes of them.
 *
 * The stack's side sends frames of any length in message blocks of any shape,
 * joins and leaves groups, stops and starts; the holder's side writes frames to
 * any address and reads into buffers of any size, comes and goes, and changes
 * properties.  The model has the address filter, the padding, the limits, the
 * order, and every counter.
 *
 * Once the read queue has been full, MAC sends what it had to keep on a thread
 * of its own: from then on "nothing there" may mean "not yet".
 */

#include <sys/uio.h>
#include "fuzz.h"
#include "wire.h"

#define	FRAMES_MAX	512
#define	FRAME_MAX	9216
#define	OPS_MAX		64
#define	BATCH_MAX	8	/* frames a framed call */
#define	NGROUPS		4
#define	NVAGUE		2	/* the first of the counters; see m_vague */

typedef struct frame {
	size_t		f_len;
	uint8_t		f_bytes[FRAME_MAX];
} frame_t;

typedef struct ring {
	frame_t		r_frames[FRAMES_MAX];
	unsigned int	r_first, r_n;
} ring_t;

static ring_t to_holder, to_stack;

/*
 * The link as the model sees it.
 */
typedef struct model {
	uint8_t		m_mac[6];
	uint32_t	m_mtu;
	uint64_t	m_rxbuf;
	uint64_t	m_charge;	/* of to_holder */
	int		m_backlog;	/* MAC has, or had, frames of ours */
	int		m_held, m_started, m_promisc, m_echo;
	int		m_joined[NGROUPS];
	int		m_vague;	/* m_runt, m_toobig may be in m_lost */

	uint64_t	m_rx_in, m_rx, m_rx_bytes;
	uint64_t	m_runt, m_toobig, m_lost;	/* lost: no holder */
	uint64_t	m_tx_in, m_tx, m_tx_bytes, m_filter, m_nostack;
} model_t;

static model_t m;
static uint32_t linkid;
static int fd;
static wire_t *wire;

/*
 * A frame at the end, filled up with zeroes to `least' bytes.
 */
static size_t
ring_add(ring_t *r, const uint8_t *bytes, size_t len, size_t least)
{
	frame_t *f = &r->r_frames[(r->r_first + r->r_n++) % FRAMES_MAX];

	must(r->r_n < FRAMES_MAX, "the model has no more room");
	(void) memset(f->f_bytes, 0, least);
	(void) memcpy(f->f_bytes, bytes, len);
	f->f_len = len < least ? least : len;
	return (f->f_len);
}

static frame_t *
ring_first(ring_t *r)
{
	return (&r->r_frames[r->r_first]);
}

static void
ring_drop(ring_t *r)
{
	r->r_first = (r->r_first + 1) % FRAMES_MAX;
	r->r_n--;
}

static void
group(unsigned int i, uint8_t *addr)
{
	const uint8_t base[6] = { 0x01, 0x00, 0x5e, 0, 0, (uint8_t)i };

	(void) memcpy(addr, base, 6);
}

/*
 * The stack has sent a frame.
 */
static void
model_from_stack(const uint8_t *bytes, size_t len)
{
	m.m_rx_in++;
	if (!m.m_held) {
		m.m_lost++;
	} else if (len < UNET_FRAME_MIN) {
		m.m_runt++;
	} else if (len > m.m_mtu + UNET_FRAME_EXTRA) {
		m.m_toobig++;
	} else {
		m.m_charge += ring_add(&to_holder, bytes, len,
		    UNET_FRAME_PAD) + UNET_FRAME_OVERHEAD;
		if (m.m_charge > m.m_rxbuf)
			m.m_backlog = 1;
	}
}

static void
model_read(void)
{
	m.m_rx++;
	m.m_rx_bytes += ring_first(&to_holder)->f_len;
	m.m_charge -= ring_first(&to_holder)->f_len + UNET_FRAME_OVERHEAD;
	ring_drop(&to_holder);
}

static int
model_wants(const uint8_t *dst)
{
	uint8_t addr[6];
	unsigned int i;

	if (m.m_promisc || memcmp(dst, m.m_mac, 6) == 0 ||
	    memcmp(dst, drv_bcast, 6) == 0)
		return (1);
	for (i = 0; i < NGROUPS; i++) {
		group(i, addr);
		if (m.m_joined[i] && memcmp(dst, addr, 6) == 0)
			return (1);
	}
	return (0);
}

/*
 * The holder is about to write a frame of a length that is good.
 */
static void
model_written(const uint8_t *bytes, size_t len)
{
	m.m_tx_in++;
	if (!m.m_started) {
		m.m_nostack++;
	} else if (!model_wants(bytes)) {
		m.m_filter++;
	} else {
		m.m_tx++;
		m.m_tx_bytes += len;
		(void) ring_add(&to_stack, bytes, len, 0);
	}
}

static int
model_len_ok(size_t len)
{
	return (len >= UNET_FRAME_MIN && len <= m.m_mtu + UNET_FRAME_EXTRA);
}

static void
stack_rx(const uint8_t *bytes, size_t len)
{
	const frame_t *f = ring_first(&to_stack);

	must(to_stack.r_n > 0, "the stack got a frame too many");
	must(len == f->f_len && memcmp(bytes, f->f_bytes, len) == 0,
	    "the stack got another frame than was written");
	ring_drop(&to_stack);
	if (m.m_echo)
		model_from_stack(bytes, len);
}

/*
 * The lengths that matter, and the others.
 */
static size_t
some_length(fuzz_in_t *fi)
{
	const unsigned int how = fuzz_byte(fi);

	switch (how / 32) {
	case 0:
		return (UNET_FRAME_PAD + how % 32);
	case 1:
		return (how % 32);
	case 2:
	case 3:
		return (m.m_mtu + UNET_FRAME_EXTRA - 20 + how % 32);
	default:
		return (fuzz_number(fi, 2) % FRAME_MAX);
	}
}

/*
 * A frame of that length, to one of several addresses, perhaps with a tag.
 */
static void
some_frame(fuzz_in_t *fi, uint8_t *bytes, size_t len)
{
	static uint8_t all[FRAME_MAX];
	static uint32_t serial;
	const unsigned int how = fuzz_byte(fi);
	uint8_t dst[6] = { 0 };
	size_t i;

	if (how % 8 < 2)
		(void) memcpy(dst, m.m_mac, 6);
	else if (how % 8 == 2)
		(void) memcpy(dst, drv_bcast, 6);
	else if (how % 8 < 5)
		group(how / 8 % NGROUPS, dst);
	else
		for (i = 0; i < 6; i++)
			dst[i] = (uint8_t)fuzz_byte(fi);
	if (serial++ == 0)
		(void) drv_frame(all, dst, drv_peer, 1, sizeof (all));
	(void) drv_frame(all, dst, drv_peer, serial, 64);
	if (how >= 128) {
		all[12] = 0x81;
		all[13] = 0;
	}
	(void) memcpy(bytes, all, len);
}

static void
op_stack_sends(fuzz_in_t *fi)
{
	static uint8_t bytes[4][FRAME_MAX];
	wire_frame_t wf[4] = { { 0 } };
	const unsigned int n = fuzz_below(fi, 4) + 1;
	unsigned int i, j;

	if (!m.m_started || to_holder.r_n + n > FRAMES_MAX / 2)
		return;
	for (i = 0; i < n; i++) {
		wf[i].wf_len = some_length(fi);
		some_frame(fi, bytes[i], wf[i].wf_len);
		wf[i].wf_bytes = bytes[i];
		wf[i].wf_ncuts = fuzz_below(fi, WIRE_CUTS + 1);
		for (j = 0; j < wf[i].wf_ncuts; j++)
			wf[i].wf_cuts[j] = fuzz_byte(fi);
		model_from_stack(bytes[i], wf[i].wf_len);
	}
	wire_send(wire, wf, n);
}

/*
 * A read of up to `size' bytes has said `n', with them in `buf'.
 */
static void
check_read(const uint8_t *buf, size_t size, int64_t n)
{
	const frame_t *f = ring_first(&to_holder);

	if (n == -EAGAIN) {
		must(to_holder.r_n == 0 || m.m_backlog, "nothing to read");
		return;
	}
	must(to_holder.r_n > 0, "a frame too many (%ld)", n);
	if (f->f_len > size) {
		must(n == -EOVERFLOW, "a frame of %zu bytes in %zu: %ld",
		    f->f_len, size, n);
		return;
	}
	must(n == (int64_t)f->f_len && memcmp(buf, f->f_bytes, f->f_len) == 0,
	    "another frame than the stack sent (%ld bytes, not %zu)", n,
	    f->f_len);
	model_read();
}

static void
op_read(fuzz_in_t *fi)
{
	static uint8_t buf[FRAME_MAX];
	const size_t size = fuzz_below(fi, 4) == 3 ? some_length(fi) :
	    sizeof (buf);

	if (m.m_held && size > 0)
		check_read(buf, size, hk_read(fd, buf, size));
}

static drv_fio_t df;

static unsigned int
some_batch(fuzz_in_t *fi)
{
	const unsigned int n = fuzz_below(fi, BATCH_MAX) + 1;

	(void) drv_fio_init(&df, n, 1);
	return (n);
}

static void
op_frameio_read(fuzz_in_t *fi)
{
	static uint8_t buf[BATCH_MAX][FRAME_MAX];
	const unsigned int n = some_batch(fi);
	const frameio_t *fio = &df.df_u.fio;
	unsigned int i;
	int err;

	if (!m.m_held)
		return;
	for (i = 0; i < n; i++)
		drv_fio_vec(&df, i, buf[i], FRAME_MAX);
	err = hk_ioctl(fd, UNET_IOC_FRAMEIO_READ, &df);
	if (err != 0) {
		check_read(NULL, FRAME_MAX, err);
		return;
	}
	must(fio->fio_nvecs == n || fio->fio_nvecs == to_holder.r_n ||
	    m.m_backlog, "%u frames of %u", fio->fio_nvecs, to_holder.r_n);
	for (i = 0; i < fio->fio_nvecs; i++) {
		check_read(buf[i], FRAME_MAX,
		    (int64_t)fio->fio_vecs[i].fv_actlen);
	}
}

static void
op_write(fuzz_in_t *fi)
{
	static uint8_t bytes[FRAME_MAX];
	const size_t len = some_length(fi);
	const unsigned int n = fuzz_below(fi, 4) + 1;
	struct iovec iov[4];
	size_t done = 0;
	unsigned int i;
	int64_t ret;

	some_frame(fi, bytes, len);
	for (i = 0; i < n; i++) {
		const size_t cut = i + 1 == n ? FRAME_MAX : fuzz_byte(fi);

		iov[i].iov_base = bytes + done;
		iov[i].iov_len = cut < len - done ? cut : len - done;
		done += iov[i].iov_len;
	}
	if (!m.m_held || to_holder.r_n >= FRAMES_MAX / 2)
		return;
	if (model_len_ok(len))
		model_written(bytes, len);
	ret = hk_writev(fd, iov, (int)n);
	must(ret == (model_len_ok(len) ? (int64_t)len : -ERANGE),
	    "a write of %zu bytes: %ld", len, ret);
	must(to_stack.r_n == 0, "the stack did not get the frame");
}

static void
op_frameio_write(fuzz_in_t *fi)
{
	static uint8_t bytes[BATCH_MAX][FRAME_MAX];
	const unsigned int n = some_batch(fi);
	const frameio_t *fio = &df.df_u.fio;
	unsigned int i, good = 0;
	uint64_t charge = 0;
	int stop = 0, err;

	if (!m.m_held || to_holder.r_n >= FRAMES_MAX / 2)
		return;
	for (i = 0; i < n; i++) {
		const size_t len = some_length(fi);

		some_frame(fi, bytes[i], len);
		drv_fio_vec(&df, i, bytes[i], len == 0 ? 1 : len);
		charge += len + UNET_FRAME_OVERHEAD;
		stop |= !model_len_ok(len) || charge > UNET_BUF_DEFAULT;
		if (!stop) {
			model_written(bytes[i], len);
			good++;
		}
	}
	err = hk_ioctl(fd, UNET_IOC_FRAMEIO_WRITE, &df);
	if (good == 0) {
		must(err == -ERANGE, "frames of no good length: %d", err);
		return;
	}
	must(err == 0 && fio->fio_nvecs == good, "%u of %u frames (%d)",
	    fio->fio_nvecs, good, err);
	must(to_stack.r_n == 0, "%u frames did not arrive", to_stack.r_n);
}

/*
 * MAC has nothing left to send; stats is what the link counts then.
 */
static fuzz_stats_t stats;

static void
settle(void)
{
	const time_t end = time(NULL) + 8;

	do {
		fuzz_accounts(&stats);
		must(time(NULL) < end, "MAC keeps frames back");
	} while (fuzz_stat(&stats, "rx_in_frames") < m.m_rx_in);
}

/*
 * Everything that the stack has sent is read.
 */
static void
drain(void)
{
	static uint8_t buf[FRAME_MAX];
	const time_t end = time(NULL) + 8;

	while (to_holder.r_n > 0) {
		check_read(buf, sizeof (buf), hk_read(fd, buf, sizeof (buf)));
		must(time(NULL) < end, "%u frames do not come", to_holder.r_n);
	}
	if (m.m_backlog)
		settle();
}

static void
op_stack_listens(fuzz_in_t *fi)
{
	const unsigned int how = fuzz_byte(fi);
	const unsigned int i = how / 4 % NGROUPS;
	uint8_t addr[6];

	switch (how % 4) {
	case 0:
	case 1:
		group(i, addr);
		m.m_joined[i] = !m.m_joined[i];
		must(wire_join(wire, addr, m.m_joined[i]) == 0, "a group");
		break;
	case 2:
		if (m.m_started) {
			m.m_promisc = !m.m_promisc;
			must(wire_promisc(wire, m.m_promisc) == 0, "promisc");
		}
		break;
	default:
		m.m_echo = !m.m_echo;
		wire_echo(wire, m.m_echo);
		break;
	}
}

/*
 * MAC throws away what it has of a stack that stops, so it has nothing then.
 */
static void
op_stack_stops(fuzz_in_t *fi __attribute__((__unused__)))
{
	if (m.m_held)
		drain();
	else
		settle();
	if (m.m_started) {
		wire_stop(wire);
		m.m_promisc = 0;
	} else {
		must(wire_start(wire) == 0, "the stack starts");
	}
	m.m_started = !m.m_started;
}

static void
holder_opens(void)
{
	must((fd = drv_open("vpn0", DRV_RDWR)) > 0, "vpn0 opens (%d)", fd);
	m.m_held = 1;
}

/*
 * What was not read is lost, whether it was the driver's or still MAC's.
 */
static void
holder_closes(void)
{
	must(hk_close(fd) == 0, "close");
	m.m_held = 0;
	m.m_vague |= m.m_backlog;
	m.m_lost += to_holder.r_n;
	m.m_charge = 0;
	to_holder.r_n = 0;
	settle();
}

static void
op_holder_goes(fuzz_in_t *fi __attribute__((__unused__)))
{
	if (m.m_held)
		holder_closes();
	else
		holder_opens();
}

static void
set(uint32_t id, uint64_t value)
{
	unet_ioc_props_t uip;
	int err;

	(void) memset(&uip, 0, sizeof (uip));
	drv_hdr(&uip.uip_hdr, "vpn0");
	uip.uip_count = 1;
	uip.uip_props[0].up_id = id;
	uip.uip_props[0].up_value = value;
	err = hk_ioctl(drv_ctl, UNET_IOC_SETPROP, &uip);
	must(err == 0, "property %u becomes %#lx (%d)", id, value, err);
}

/*
 * While nothing is under way, so that it is clear for which frames it holds.
 */
static void
op_property(fuzz_in_t *fi)
{
	const unsigned int how = fuzz_byte(fi);
	const uint64_t value = fuzz_number(fi, 2);

	if (m.m_held)
		drain();
	switch (how % 3) {
	case 0:
		m.m_mtu = (uint32_t)(UNET_MTU_MIN + value %
		    (UNET_MTU_MAX - UNET_MTU_MIN + 1));
		set(UNET_PROP_MTU, m.m_mtu);
		break;
	case 1:
		m.m_mac[5] = (uint8_t)value;
		m.m_mac[4] = (uint8_t)(value >> 8);
		set(UNET_PROP_MAC, 0x020820000000UL | m.m_mac[4] << 8 |
		    m.m_mac[5]);
		break;
	default:
		m.m_rxbuf = UNET_FRAME_OVERHEAD + UNET_FRAME_EXTRA + m.m_mtu +
		    value;
		set(UNET_PROP_RXBUF, m.m_rxbuf);
		break;
	}
}

typedef void op_f(fuzz_in_t *);

static op_f *const ops[] = {
	op_stack_sends, op_read, op_write, op_frameio_read, op_frameio_write,
	op_stack_listens, op_stack_stops, op_holder_goes, op_property
};

static void
check_poll(void)
{
	int ready;

	if (!m.m_held)
		return;
	ready = hk_poll(fd, POLLIN | POLLOUT, 0);
	must((ready & POLLOUT) != 0, "not writable (%#x)", ready);
	must((ready & POLLIN) == 0 || to_holder.r_n > 0, "poll: a frame");
	must((ready & POLLIN) != 0 || to_holder.r_n == 0 || m.m_backlog,
	    "poll: no frame");
}

static void
check_counters(void)
{
	const struct {
		const char	*name;
		uint64_t	value;
	} want[] = {
		{ "rx_drop_runt", m.m_runt },
		{ "rx_drop_toobig", m.m_toobig },
		{ "rx_in_frames", m.m_rx_in },
		{ "rx_frames", m.m_rx },
		{ "rx_bytes", m.m_rx_bytes },
		{ "rx_drops", m.m_runt + m.m_toobig + m.m_lost },
		{ "tx_in_frames", m.m_tx_in },
		{ "tx_frames", m.m_tx },
		{ "tx_bytes", m.m_tx_bytes },
		{ "tx_drop_filter", m.m_filter },
		{ "tx_drop_nostack", m.m_nostack },
		{ "tx_drops", m.m_filter + m.m_nostack }
	};
	size_t i;

	settle();
	for (i = 0; i < sizeof (want) / sizeof (want[0]); i++) {
		const uint64_t is = fuzz_stat(&stats, want[i].name);

		must(is == want[i].value || (i < NVAGUE && m.m_vague),
		    "%s is %lu, the model says %lu", want[i].name, is,
		    want[i].value);
	}
}

static const fuzz_seed_t seeds[] = {
	/* Each side sends, and the other receives. */
	FUZZ_SEED("both", "\0\0\0\0\0" "\1\0" "\2\0\0\0" "\0\3\40\0\1\20"
	    "\101\2\0\177\0\0\200\1\0\0\0" "\3\7"),
	/* A chain whose frames are in many blocks, some of them empty. */
	FUZZ_SEED("blocks", "\0\1\0\0\4\0\16\0\1\24\0\2\1\15" "\3\3"),
	/* Groups, and frames for them. */
	FUZZ_SEED("groups", "\2\0\3\0" "\5\0\2\0\3\0\5\2\2\0\7\0" "\6\2\0\0\0"),
	/* The stack answers from inside mac_rx(). */
	FUZZ_SEED("echo", "\5\3" "\2\0\0\0\2\0\0\0\4\3\0\0\0\0\0\0\0\0\3\7"),
	/* A small read queue that fills, is read, and is left full. */
	FUZZ_SEED("full", "\10\2\0\1" "\0\3\200\0\4\0\0\200\0\4\0\0\200\0\4\0"
	    "\0\200\0\4\0\0\1\0\1\0\0\3\200\0\4\0\0\200\0\4\0\0\200\0\4\0\0"
	    "\200\0\4\0\0\7\7\0\0\0\0\0"),
	/* Properties. */
	FUZZ_SEED("properties", "\10\0\0\20\2\177\0\0\10\1\0\20\2\0\0\0"
	    "\0\0\177\0\0\1\0")
};

FUZZ_INITIALIZE(seeds)

static void
link_up(void)
{
	(void) memset(&m, 0, sizeof (m));
	to_holder.r_n = to_stack.r_n = 0;
	(void) memcpy(m.m_mac, drv_mac, 6);
	m.m_mtu = UNET_MTU_DEFAULT;
	m.m_rxbuf = UNET_BUF_DEFAULT;
	linkid = drv_create("vpn0");
	wire = wire_open(linkid, stack_rx);
	must(wire_start(wire) == 0, "the stack starts");
	m.m_started = 1;
	holder_opens();
}

static void
link_down(void)
{
	if (m.m_held) {
		drain();
		must(hk_close(fd) == 0, "close");
	}
	check_counters();
	if (m.m_started)
		wire_stop(wire);
	wire_close(wire);
	must(drv_destroy("vpn0") == 0, "destroy");
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	fuzz_in_t fi = { bytes, len };
	unsigned int i;

	if (drv_kernel == 0) {
		drv_boot();
		link_up();
		link_down();
		fuzz_base = drv_usage();
	}
	link_up();
	for (i = 0; i < OPS_MAX && fi.fi_left > 0; i++) {
		ops[fuzz_below(&fi, sizeof (ops) / sizeof (ops[0]))](&fi);
		check_poll();
	}
	link_down();
	fuzz_rest(NULL);
	return (0);
}
