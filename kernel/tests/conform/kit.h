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

#ifndef	_CONFORM_KIT_H
#define	_CONFORM_KIT_H

/*
 * What the facts of the conformance program have in common: saying what was
 * found, and the requests, frames and children that most of them want.
 *
 * There is no libc here.  What a run remembers is in `cf', which starts afresh
 * with each run; a child uses no other memory than its stack and its argument.
 */

#include <stdarg.h>
#include <sys/unet.h>
#include <sys/frameio.h>
#include "../conform.h"

#define	NELEM(a)	(sizeof (a) / sizeof ((a)[0]))
#define	NOWHERE		((void *)8)	/* no process has memory there */
#define	POISON		0xa5
#define	UNTOUCHED	12345
#define	FRAMES		24
#define	ROOM		9216		/* for the longest frame, and more */

#define	L0		"conform0"
#define	L1		"conform1"
#define	L2		"conform2"
#define	L3		"conform3"

#define	WAIT		10000	/* ms for what must come */

#define	HOLD		(C_O_RDWR | C_O_NONBLOCK)

/*
 * In the order of memory, for 32-bit and 64-bit programs alike.
 */
typedef union fio {
	frameio_t	f;
	uint64_t	room[2 + 3 * FRAMEIO_NVECS_MAX];
} fio_t;

static struct {
	const conform_ops_t *ops;
	int		count;
	int		failed;
	int		skipped;
	int		ctl;		/* /dev/unet/ctl */
	uint32_t	sent;		/* frames that want a number */
	uint32_t	strangers;	/* links that were there before */
	uint8_t		in[ROOM];
	uint8_t		out[ROOM];
	uint8_t		many[FRAMES][2048];
	unet_ioc_props_t props;
	unet_ioc_event_t event;
	unet_ioc_watched_t watched;
	unet_list_ent_t	ents[64];
	fio_t		fio;
} cf;

static const uint8_t own[UNET_MACLEN] = { 0x02, 0x08, 0x20, 0xc0, 0x0f, 1 };
static const uint8_t other[UNET_MACLEN] = { 0x02, 0x08, 0x20, 0xc0, 0x0f, 2 };
static const uint8_t everybody[UNET_MACLEN] = { 255, 255, 255, 255, 255, 255 };

/*
 * Memory and text.
 */
static void
fill(void *to, int c, size_t len)
{
	uint8_t *p = to;

	while (len-- > 0)
		*p++ = (uint8_t)c;
}

static void
copy(void *to, const void *from, size_t len)
{
	const uint8_t *q = from;
	uint8_t *p = to;

	while (len-- > 0)
		*p++ = *q++;
}

static int
same(const void *a, const void *b, size_t len)
{
	const uint8_t *p = a;
	const uint8_t *q = b;

	for (; len > 0; len--) {
		if (*p++ != *q++)
			return (0);
	}
	return (1);
}

static int
is_all(const void *a, int c, size_t len)
{
	const uint8_t *p = a;

	for (; len > 0; len--) {
		if (*p++ != (uint8_t)c)
			return (0);
	}
	return (1);
}

static size_t
length(const char *s)
{
	size_t n = 0;

	while (s[n] != '\0')
		n++;
	return (n);
}

static int
same_text(const char *a, const char *b)
{
	return (length(a) == length(b) && same(a, b, length(a)));
}

typedef struct line {
	char	text[256];
	size_t	len;
} line_t;

static void
line_text(line_t *l, const char *s)
{
	while (*s != '\0' && l->len < sizeof (l->text) - 1)
		l->text[l->len++] = *s++;
	l->text[l->len] = '\0';
}

static void
line_number(line_t *l, int64_t value)
{
	uint64_t n = value < 0 ? -(uint64_t)value : (uint64_t)value;
	char digits[24];
	size_t i = sizeof (digits);

	digits[--i] = '\0';
	do {
		digits[--i] = (char)('0' + n % 10);
	} while ((n /= 10) != 0);
	if (value < 0)
		digits[--i] = '-';
	line_text(l, digits + i);
}

/*
 * %s, and %d of an int.
 */
static void
line_format(line_t *l, const char *fmt, va_list ap)
{
	char c[2] = { 0, 0 };

	for (; *fmt != '\0'; fmt++) {
		if (fmt[0] == '%' && fmt[1] == 's') {
			line_text(l, va_arg(ap, const char *));
			fmt++;
		} else if (fmt[0] == '%' && fmt[1] == 'd') {
			line_number(l, va_arg(ap, int));
			fmt++;
		} else {
			c[0] = fmt[0];
			line_text(l, c);
		}
	}
}

/*
 * Results.  A name starts with the theme, so that every line can be told from
 * all others.
 */
static const char *theme = "";

typedef struct where {
	const char	*file;
	int		line;
} where_t;

#define	HERE	((where_t){ __FILE__, __LINE__ })

static int
result(int good, const char *why, where_t at, const char *fmt, va_list ap)
{
	line_t l = { { 0 }, 0 };

	cf.count++;
	if (!good)
		cf.failed++;
	line_text(&l, good ? "ok " : "not ok ");
	line_number(&l, cf.count);
	line_text(&l, " - ");
	line_text(&l, theme);
	line_text(&l, ": ");
	line_format(&l, fmt, ap);
	if (why != NULL) {
		line_text(&l, " # SKIP ");
		line_text(&l, why);
	}
	cf.ops->co_print(l.text);
	if (!good) {
		l.len = 0;
		line_text(&l, "# at ");
		line_text(&l, at.file);
		line_text(&l, ":");
		line_number(&l, at.line);
		cf.ops->co_print(l.text);
	}
	return (good);
}

static int
fact(where_t at, int good, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void) result(good, NULL, at, fmt, ap);
	va_end(ap);
	return (good);
}

static int
fact_is(where_t at, int64_t got, int64_t want, const char *fmt, ...)
{
	line_t l = { { 0 }, 0 };
	va_list ap;

	va_start(ap, fmt);
	(void) result(got == want, NULL, at, fmt, ap);
	va_end(ap);
	if (got != want) {
		line_text(&l, "# got ");
		line_number(&l, got);
		line_text(&l, ", not ");
		line_number(&l, want);
		cf.ops->co_print(l.text);
	}
	return (got == want);
}

static void
skipped(const char *why, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void) result(1, why, HERE, fmt, ap);
	va_end(ap);
}

static void
skip(const char *why, const char *what)
{
	line_t l = { { 0 }, 0 };

	cf.skipped++;
	if ((cf.ops->co_flags & CONFORM_NO_SKIPS) == 0) {
		skipped(why, "%s", what);
		return;
	}
	line_text(&l, "# not here: ");
	line_text(&l, theme);
	line_text(&l, ": ");
	line_text(&l, what);
	line_text(&l, ": ");
	line_text(&l, why);
	cf.ops->co_print(l.text);
}

#define	ok(good, ...)		fact(HERE, (good) != 0, __VA_ARGS__)
#define	is(got, want, ...) \
	fact_is(HERE, (int64_t)(got), (int64_t)(want), __VA_ARGS__)

/*
 * The system calls.
 */
#define	c_close(fd)		cf.ops->co_close(fd)
#define	c_read(fd, buf, len)	cf.ops->co_read(fd, buf, len)
#define	c_write(fd, buf, len)	cf.ops->co_write(fd, buf, len)
#define	c_readv(fd, iov, n)	cf.ops->co_readv(fd, iov, n)
#define	c_writev(fd, iov, n)	cf.ops->co_writev(fd, iov, n)
#define	c_poll(fd, events, ms)	cf.ops->co_poll(fd, events, ms)
#define	c_ioctl(fd, cmd, arg)	cf.ops->co_ioctl(fd, (int)(cmd), arg)

/*
 * Wait on a condition, ten seconds at most; say so if it never came.
 */
#define	until(cond, ...) do { \
	const int64_t until_end = cf.ops->co_msec() + 10000; \
	int until_good; \
	while (!(until_good = ((cond) != 0)) && \
	    cf.ops->co_msec() < until_end) \
		cf.ops->co_sleep(1); \
	(void) ok(until_good, __VA_ARGS__); \
} while (0)

/*
 * Requests.
 */
static void
hdr_init(unet_ioc_hdr_t *hdr, const char *name)
{
	fill(hdr, 0, sizeof (*hdr));
	hdr->uih_version = UNET_ABI_VERSION;
	if (name != NULL)
		copy(hdr->uih_name, name, length(name));
}

static void
create_init(unet_ioc_create_t *uic, const char *name)
{
	fill(uic, 0, sizeof (*uic));
	hdr_init(&uic->uic_hdr, name);
	copy(uic->uic_mac, own, UNET_MACLEN);
	uic->uic_maclen = UNET_MACLEN;
	uic->uic_owner = uic->uic_group = UNET_ID_NONE;
}

static int
create_as(unet_ioc_create_t *uic)
{
	return (c_ioctl(cf.ctl, UNET_IOC_CREATE, uic));
}

/*
 * The id of a new link, 0: there is none.
 */
static uint32_t
create(const char *name)
{
	unet_ioc_create_t uic;

	create_init(&uic, name);
	if (!is(create_as(&uic), 0, "%s is made", name))
		return (0);
	return (uic.uic_hdr.uih_linkid);
}

static int
destroy_as(unet_ioc_destroy_t *uid, const char *name, uint32_t flags)
{
	fill(uid, 0, sizeof (*uid));
	hdr_init(&uid->uid_hdr, name);
	uid->uid_hdr.uih_flags = flags;
	return (c_ioctl(cf.ctl, UNET_IOC_DESTROY, uid));
}

static int
destroy(const char *name)
{
	unet_ioc_destroy_t uid;

	return (destroy_as(&uid, name, 0));
}

static int
info_of(const char *name, unet_ioc_info_t *uii)
{
	fill(uii, 0, sizeof (*uii));
	hdr_init(&uii->uii_hdr, name);
	return (c_ioctl(cf.ctl, UNET_IOC_INFO, uii));
}

/*
 * What INFO says of a link that is there.
 */
static unet_ioc_info_t
info(const char *name)
{
	unet_ioc_info_t uii;

	if (info_of(name, &uii) != 0)
		fill(&uii, 0xff, sizeof (uii));
	return (uii);
}

static int
gone(const char *name)
{
	unet_ioc_info_t uii;

	return (info_of(name, &uii) == -C_ENOENT);
}

static int
open_link(const char *name, int oflags)
{
	line_t path = { { 0 }, 0 };

	line_text(&path, UNET_DEV_DIR "/");
	line_text(&path, name);
	return (cf.ops->co_open(path.text, oflags));
}

static int
hold(const char *name)
{
	const int fd = open_link(name, HOLD);

	(void) ok(fd >= 0, "%s opens (%d)", name, fd);
	return (fd);
}

/*
 * A link made, and held; and its end.
 */
static int
begin_as(unet_ioc_create_t *uic)
{
	(void) is(create_as(uic), 0, "%s is made", uic->uic_hdr.uih_name);
	return (hold(uic->uic_hdr.uih_name));
}

static int
begin(const char *name)
{
	unet_ioc_create_t uic;

	create_init(&uic, name);
	return (begin_as(&uic));
}

static void
end(const char *name, int fd)
{
	(void) is(c_close(fd), 0, "%s is closed", name);
	(void) is(destroy(name), 0, "%s is destroyed", name);
}

/*
 * Properties, in cf.props.
 */
static unet_ioc_props_t *
props(const char *name, uint32_t count)
{
	fill(&cf.props, 0, sizeof (cf.props));
	hdr_init(&cf.props.uip_hdr, name);
	cf.props.uip_count = count;
	return (&cf.props);
}

static void
prop(uint32_t i, uint32_t id, uint64_t value)
{
	cf.props.uip_props[i].up_id = id;
	cf.props.uip_props[i].up_value = value;
}

static int
set_one(const char *name, uint32_t id, uint64_t value)
{
	(void) props(name, 1);
	prop(0, id, value);
	return (c_ioctl(cf.ctl, UNET_IOC_SETPROP, &cf.props));
}

static uint64_t
get_one(const char *name, uint32_t id)
{
	(void) props(name, 1);
	prop(0, id, ~0ULL);
	(void) c_ioctl(cf.ctl, UNET_IOC_GETPROP, &cf.props);
	return (cf.props.uip_props[0].up_value);
}

/*
 * Frames: number `n', which can be told from all others.
 */
static void
frame(uint8_t *buf, const uint8_t *to, const uint8_t *from, uint32_t n,
    size_t len)
{
	size_t i;

	copy(buf, to, UNET_MACLEN);
	copy(buf + 6, from, UNET_MACLEN);
	buf[12] = CONFORM_SAP >> 8;
	buf[13] = CONFORM_SAP & 0xff;
	for (i = 14; i < len; i++)
		buf[i] = (uint8_t)(n * 31 + i);
	if (len > 15) {
		buf[14] = (uint8_t)(n >> 8);
		buf[15] = (uint8_t)n;
	}
}

/*
 * Requests of framed I/O, in cf.fio: every vector is `len' bytes at `buf'.
 */
static frameio_t *
fio(unsigned int nframes, unsigned int nvpf, void *buf, size_t len)
{
	frameio_t *f = &cf.fio.f;
	unsigned int i;

	fill(&cf.fio, POISON, sizeof (cf.fio));
	f->fio_version = FRAMEIO_CURRENT_VERSION;
	f->fio_nvpf = nvpf;
	f->fio_nvecs = nframes * nvpf;
	for (i = 0; i < nframes * nvpf && i < FRAMEIO_NVECS_MAX; i++) {
		f->fio_vecs[i].fv_buf = buf;
		f->fio_vecs[i].fv_buflen = len;
		f->fio_vecs[i].fv_actlen = UNTOUCHED;
	}
	return (f);
}

static void
vec(unsigned int i, void *buf, size_t len)
{
	cf.fio.f.fio_vecs[i].fv_buf = buf;
	cf.fio.f.fio_vecs[i].fv_buflen = len;
}

static int
fio_read(int fd)
{
	return (c_ioctl(fd, UNET_IOC_FRAMEIO_READ, &cf.fio));
}

static int
fio_write(int fd)
{
	return (c_ioctl(fd, UNET_IOC_FRAMEIO_WRITE, &cf.fio));
}

/*
 * Are the vectors from `i' up to `n' as the caller left them?
 */
static int
untouched(unsigned int i, unsigned int n)
{
	for (; i < n; i++) {
		if (cf.fio.f.fio_vecs[i].fv_actlen != UNTOUCHED)
			return (0);
	}
	return (1);
}

/*
 * Children.  What a call returned, as an exit status: an errno, or DID.
 */
#define	DID		200

static int
status_of(int64_t res)
{
	return (res < 0 ? (int)-res : DID);
}

/*
 * Wait until a child sleeps in its call, as far as that can be seen: if it does
 * not yet, a fact is proven by less, and is as true.
 */
static void
let_sleep(int child)
{
	int i;

	if (cf.ops->co_asleep == NULL) {
		cf.ops->co_sleep(50);
		return;
	}
	for (i = 0; i < 5000 && !cf.ops->co_asleep(child); i++)
		cf.ops->co_sleep(1);
}

static int
is_held(const char *name)
{
	return (info(name).uii_holder != 0);
}

/*
 * A child that holds a link and sleeps there.
 */
static int
holder(const char *name, int (*fn)(void *), void *arg)
{
	const int child = cf.ops->co_spawn(fn, arg);

	(void) ok(child > 0, "a child (%d)", child);
	until(is_held(name), "the child holds %s", name);
	let_sleep(child);
	return (child);
}

#endif	/* _CONFORM_KIT_H */
