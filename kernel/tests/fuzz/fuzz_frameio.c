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
 * Framed I/O, against a model of it.
 *
 * An input lays out memory, and then, again and again, has the stack send
 * frames, builds a frameio_t anywhere in that memory with vectors anywhere in
 * it, and reads or writes with it.  The model reads sys/frameio.h as a program
 * would, knows nothing of message blocks or locks, and works on a copy of the
 * memory.  Afterwards both memories are the same to the byte, and both have
 * the same frames.
 */

#include "fuzz.h"
#include "wire.h"

#define	QUEUE_MAX	32	/* frames: all fit into the default rxbuf */
#define	SENT_MAX	FRAMEIO_NVECS_MAX
#define	FRAME_MAX	(UNET_MTU_DEFAULT + UNET_FRAME_EXTRA)
#define	CALLS_MAX	16

typedef struct frame {
	size_t		f_len;
	uint8_t		f_bytes[FRAME_MAX];
} frame_t;

/* Waiting for the holder, and what the model says the stack gets. */
static frame_t queue[QUEUE_MAX];
static unsigned int queued;
static frame_t sent[SENT_MAX];
static unsigned int nsent;
static unsigned int ngot;	/* of them, so far */

static uint32_t linkid;
static int fd;
static wire_t *wire;
static uint32_t serial;

/*
 * A request, whatever the data model of its caller.
 */
typedef struct vec {
	uint64_t	v_buf;
	uint64_t	v_len;
	uint64_t	v_act;
} vec_t;

typedef struct req {
	uint64_t	r_addr;
	int		r_is32;
	uint8_t		r_head[16];	/* as it was read */
	uint32_t	r_nvpf;
	uint32_t	r_nvecs;
	vec_t		r_vecs[FRAMEIO_NVECS_MAX];
} req_t;

static size_t
head_size(const req_t *r)
{
	return (r->r_is32 ? 12 : 16);
}

static size_t
vec_size(const req_t *r)
{
	return (r->r_is32 ? 12 : 24);
}

static void
vec_unpack(const req_t *r, const uint8_t *raw, vec_t *v)
{
	uint32_t narrow[3];

	if (r->r_is32) {
		(void) memcpy(narrow, raw, sizeof (narrow));
		v->v_buf = narrow[0];
		v->v_len = narrow[1];
	} else {
		(void) memcpy(v, raw, sizeof (*v));
	}
	v->v_act = 0;
}

static void
vec_pack(const req_t *r, const vec_t *v, uint8_t *raw)
{
	const uint32_t narrow[3] = {
		(uint32_t)v->v_buf, (uint32_t)v->v_len, (uint32_t)v->v_act
	};

	(void) memcpy(raw, r->r_is32 ? (const void *)narrow : v, vec_size(r));
}

/*
 * The model.  Its results are errno numbers.
 */
static int
model_import(space_t *sp, req_t *r)
{
	static uint8_t raw[FRAMEIO_NVECS_MAX * sizeof (vec_t)];
	uint32_t head[3], i;

	if (space_copyin(sp, r->r_addr, r->r_head, head_size(r)) != 0)
		return (EFAULT);
	(void) memcpy(head, r->r_head, sizeof (head));
	r->r_nvpf = head[1];
	r->r_nvecs = head[2];
	if (head[0] != FRAMEIO_VERSION_ONE || r->r_nvpf == 0 ||
	    r->r_nvecs == 0 || r->r_nvecs > FRAMEIO_NVECS_MAX ||
	    r->r_nvecs % r->r_nvpf != 0)
		return (EINVAL);
	if (space_copyin(sp, r->r_addr + head_size(r), raw,
	    r->r_nvecs * vec_size(r)) != 0)
		return (EFAULT);
	for (i = 0; i < r->r_nvecs; i++) {
		vec_unpack(r, raw + i * vec_size(r), &r->r_vecs[i]);
		if (r->r_vecs[i].v_buf == 0 || r->r_vecs[i].v_len == 0)
			return (EINVAL);
	}
	return (0);
}

static int
model_export(space_t *sp, req_t *r, unsigned int nframes)
{
	static uint8_t raw[16 + FRAMEIO_NVECS_MAX * sizeof (vec_t)];
	uint32_t nvecs = nframes * r->r_nvpf, i;

	(void) memcpy(raw, r->r_head, head_size(r));
	(void) memcpy(raw + 8, &nvecs, sizeof (nvecs));
	for (i = 0; i < nvecs; i++) {
		vec_pack(r, &r->r_vecs[i],
		    raw + head_size(r) + i * vec_size(r));
	}
	return (space_copyout(sp, raw, r->r_addr,
	    head_size(r) + nvecs * vec_size(r)) != 0 ? EFAULT : 0);
}

/*
 * The room of a frame; more than there are bytes is all there are.
 */
static uint64_t
model_room(const vec_t *v, uint32_t nvpf)
{
	uint64_t room = 0;

	for (; nvpf > 0; nvpf--, v++)
		room = room + v->v_len < room ? UINT64_MAX : room + v->v_len;
	return (room);
}

static int
model_scatter(space_t *sp, vec_t *v, uint32_t nvpf, const frame_t *f)
{
	size_t done = 0;

	if (f->f_len > model_room(v, nvpf))
		return (EOVERFLOW);
	for (; nvpf > 0; nvpf--, v++) {
		const size_t left = f->f_len - done;

		v->v_act = v->v_len < left ? v->v_len : left;
		if (space_copyout(sp, f->f_bytes + done, v->v_buf,
		    v->v_act) != 0)
			return (EFAULT);
		done += v->v_act;
	}
	return (0);
}

static int
model_report(space_t *sp, const req_t *r, uint64_t len)
{
	const size_t size = r->r_is32 ? 4 : 8;

	return (space_copyout(sp, &len, r->r_addr + head_size(r) + 2 * size,
	    size) != 0 ? EFAULT : EOVERFLOW);
}

static int
model_read(space_t *sp, req_t *r)
{
	unsigned int n;
	int err;

	if ((err = model_import(sp, r)) != 0)
		return (err);
	if (queued == 0)
		return (EAGAIN);
	for (n = 0; n < queued && n < r->r_nvecs / r->r_nvpf; n++) {
		if ((err = model_scatter(sp, &r->r_vecs[n * r->r_nvpf],
		    r->r_nvpf, &queue[n])) != 0)
			break;
	}
	if (n == 0)
		return (err == EOVERFLOW ?
		    model_report(sp, r, queue[0].f_len) : err);
	if ((err = model_export(sp, r, n)) != 0)
		return (err);
	queued -= n;
	(void) memmove(queue, queue + n, queued * sizeof (queue[0]));
	return (0);
}

static int
model_gather(space_t *sp, vec_t *v, uint32_t nvpf, frame_t *f)
{
	f->f_len = 0;
	for (; nvpf > 0; nvpf--, v++) {
		if (space_copyin(sp, v->v_buf, f->f_bytes + f->f_len,
		    v->v_len) != 0)
			return (EFAULT);
		f->f_len += v->v_len;
		v->v_act = v->v_len;
	}
	return (0);
}

static int
model_wanted(const uint8_t *dst)
{
	return (memcmp(dst, drv_mac, 6) == 0 || memcmp(dst, drv_bcast, 6) == 0);
}

/*
 * The queue is empty: frames go on to the stack before a call returns.
 */
static int
model_write(space_t *sp, req_t *r)
{
	uint64_t room = UNET_BUF_DEFAULT;
	uint32_t i, n;
	int err;

	if ((err = model_import(sp, r)) != 0)
		return (err);
	for (n = 0; n < r->r_nvecs / r->r_nvpf; n++) {
		const uint64_t len = model_room(&r->r_vecs[n * r->r_nvpf],
		    r->r_nvpf);

		if (len < UNET_FRAME_MIN || len > FRAME_MAX) {
			if (n == 0)
				return (ERANGE);
			break;
		}
		if (len + UNET_FRAME_OVERHEAD > room)
			break;
		room -= len + UNET_FRAME_OVERHEAD;
	}
	for (i = 0; i < n; i++) {
		if ((err = model_gather(sp, &r->r_vecs[i * r->r_nvpf],
		    r->r_nvpf, &sent[i])) != 0)
			break;
	}
	if (i > 0)
		err = model_export(sp, r, i);
	if (err != 0)
		return (err);
	for (n = i, i = 0; i < n; i++) {
		if (model_wanted(sent[i].f_bytes))
			sent[nsent++] = sent[i];
	}
	return (0);
}

/*
 * The stack.
 */
static void
stack_rx(const uint8_t *bytes, size_t len)
{
	must(ngot < nsent, "the stack got a frame too many, of %zu bytes", len);
	must(len == sent[ngot].f_len &&
	    memcmp(bytes, sent[ngot].f_bytes, len) == 0,
	    "frame %u is not the one that was written", ngot);
	ngot++;
}

static void
stack_tx(fuzz_in_t *fi)
{
	unsigned int n = fuzz_below(fi, 6);

	for (; n > 0 && queued < QUEUE_MAX; n--) {
		frame_t *f = &queue[queued];
		wire_frame_t wf = { 0 };

		f->f_len = UNET_FRAME_PAD + fuzz_number(fi, 2) %
		    (FRAME_MAX - UNET_FRAME_PAD + 1);
		(void) drv_frame(f->f_bytes, drv_mac, drv_peer, ++serial,
		    f->f_len);
		wf.wf_bytes = f->f_bytes;
		wf.wf_len = f->f_len;
		wf.wf_ncuts = fuzz_below(fi, 3);
		wf.wf_cuts[0] = 16;
		wf.wf_cuts[1] = wf.wf_len / 2;
		wire_send(wire, &wf, 1);
		queued++;
	}
}

/*
 * Build a request: vectors that follow one another, with what the input wants
 * of them to be elsewhere or of another length.
 */
static void
build_vec(fuzz_in_t *fi, const req_t *r, uint64_t *cursor, vec_t *v)
{
	const unsigned int how = fuzz_byte(fi);

	v->v_len = how % 16 == 15 ? fuzz_number(fi, 8) :
	    how % 16 == 14 ? 0 : fuzz_number(fi, 2) % 2048 + 1;
	v->v_act = 0xa5a5a5a5a5a5a5a5UL;
	switch (how / 16) {
	case 12:	/* the request itself, or nearly */
		v->v_buf = r->r_addr + fuzz_byte(fi);
		break;
	case 13:	/* the vector before, in part */
		v->v_buf = *cursor - fuzz_byte(fi);
		break;
	case 14:
	case 15:
		v->v_buf = fuzz_place(fi, v->v_len);
		break;
	default:
		v->v_buf = *cursor;
		*cursor += v->v_len;
		break;
	}
}

/*
 * A frame that is written wants an address that somebody has.
 */
static void
build_address(fuzz_in_t *fi, const vec_t *v)
{
	const uint8_t *dst[] = { drv_mac, drv_bcast, drv_peer };

	space_poke(&fuzz_user, v->v_buf, dst[fuzz_below(fi, 3)], 6);
}

static void
build(fuzz_in_t *fi, req_t *r)
{
	const uint32_t nvpf = fuzz_below(fi, 4) + 1;
	const uint32_t nframes = fuzz_byte(fi) % (256 / nvpf) + 1;
	const uint32_t kinds = fuzz_below(fi, 8) + 1;
	const unsigned int bend = fuzz_below(fi, 16);
	uint32_t head[4] = { FRAMEIO_CURRENT_VERSION, nvpf, nvpf * nframes };
	uint64_t cursor = SPACE_BASE + 2 * SPACE_PAGE, addr;
	uint8_t raw[sizeof (vec_t)];
	fuzz_in_t again = *fi;
	uint32_t i;
	vec_t v;

	if (bend >= 13)
		head[bend - 13] = (uint32_t)fuzz_number(fi, 4);
	r->r_addr = fuzz_place(fi, head_size(r) + nvpf * nframes * vec_size(r));
	addr = r->r_addr;
	space_poke(&fuzz_user, addr, head, head_size(r));
	addr += head_size(r);
	for (i = 0; i < nvpf * nframes; i++, addr += vec_size(r)) {
		if (i % kinds == 0)
			again = *fi;
		build_vec(&again, r, &cursor, &v);
		vec_pack(r, &v, raw);
		space_poke(&fuzz_user, addr, raw, vec_size(r));
		if (i % nvpf == 0 && i < 8)
			build_address(&again, &v);
	}
	*fi = again;
}

static void
same_memory(const space_t *a, const space_t *b)
{
	size_t i;

	if (memcmp(a->sp_mem, b->sp_mem, SPACE_SIZE) == 0)
		return;
	for (i = 0; a->sp_mem[i] == b->sp_mem[i]; i++)
		continue;
	must(0, "the byte at %#lx is %#x, the model says %#x", SPACE_BASE + i,
	    a->sp_mem[i], b->sp_mem[i]);
}

static void
call(fuzz_in_t *fi, int writes)
{
	static space_t model;
	static req_t r;
	int err, want;

	(void) memset(&r, 0, sizeof (r));
	r.r_is32 = fuzz_byte(fi) & 1;
	build(fi, &r);
	(void) memcpy(&model, &fuzz_user, sizeof (model));
	nsent = ngot = 0;
	want = writes ? model_write(&model, &r) : model_read(&model, &r);

	must(hk_model(fd, r.r_is32 ? 32 : 64) == 0, "the data model");
	err = -FUZZ_AS_PROGRAM(hk_ioctl(fd, writes ? UNET_IOC_FRAMEIO_WRITE :
	    UNET_IOC_FRAMEIO_READ, fuzz_ptr(r.r_addr)));
	must(err == want, "%s: errno %d, the model says %d",
	    writes ? "write" : "read", err, want);
	must(ngot == nsent, "the stack got %u of %u frames", ngot, nsent);
	same_memory(&fuzz_user, &model);
}

/*
 * What the model says is left is what a plain read gets.
 */
static void
drain(void)
{
	static uint8_t buf[FRAME_MAX];
	unsigned int i;

	for (i = 0; i < queued; i++) {
		const int64_t n = hk_read(fd, buf, sizeof (buf));

		must(n == (int64_t)queue[i].f_len &&
		    memcmp(buf, queue[i].f_bytes, queue[i].f_len) == 0,
		    "frame %u of %u is lost or another (%ld)", i, queued, n);
	}
	queued = 0;
	must(hk_read(fd, buf, sizeof (buf)) == -EAGAIN, "a frame too many");
}

static const fuzz_seed_t seeds[] = {
	/* Frames from the stack, read into three vectors each. */
	FUZZ_SEED("read", "\0" "\0\5\0\1\2\377\2\1\200\3\0\7\1\40\0\0"
	    "\2\17\5\0\0" "\0\0\2\0\20\0\0\200\0"),
	/* Frames of two vectors, written. */
	FUZZ_SEED("write", "\0" "\1\0\0\1\6\1\0\0" "\0\15\0\0\0\200\1"),
	/* The same of a 32-bit program, at the end of a page. */
	FUZZ_SEED("write32", "\0" "\1\0\1\1\6\1\0\11" "\0\15\0\0\0\200\1"),
	/* Vectors over the request itself. */
	FUZZ_SEED("alias", "\0" "\0\3\0\1\0\0\1\0\0\1\0" "\0\1\1\0\0\300\200\0"
	    "\4\300\100\0\10"),
	/* A page that ends, and one that is read-only. */
	FUZZ_SEED("pages", "\2\23\44" "\0\3\0\2\0\0\1\0\0\1\0"
	    "\0\1\1\0\0\340\0\4\22\340\0\3\22")
};

FUZZ_INITIALIZE(seeds)

static void
boot(void)
{
	drv_boot();
	linkid = drv_create("vpn0");
	wire = wire_open(linkid, stack_rx);
	must(wire_start(wire) == 0, "the stack starts");
	must((fd = drv_open("vpn0", DRV_RDWR)) > 0, "vpn0 opens");
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	fuzz_in_t fi = { bytes, len };
	static fuzz_stats_t fs;
	unsigned int calls;

	if (fd == 0)
		boot();
	fuzz_space(&fi, &fuzz_user);
	for (calls = 0; calls < CALLS_MAX && fi.fi_left > 0; calls++) {
		const int writes = fuzz_byte(&fi) & 1;

		stack_tx(&fi);
		call(&fi, writes);
	}
	drain();
	fuzz_accounts(&fs);
	if (fuzz_base.hu_files == 0)
		fuzz_base = drv_usage();
	else
		fuzz_rest(NULL);
	return (0);
}
