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

#ifndef	_DRV_MONITOR_H
#define	_DRV_MONITOR_H

/*
 * A descriptor of /dev/unet/monitor, and the records that were read from it.
 */

#include "drv.h"

#define	MON_BUF	(256 * 1024)

typedef struct mon {
	int		m_fd;
	uint8_t		*m_buf;		/* MON_BUF bytes */
	size_t		m_len;		/* read */
	size_t		m_at;		/* where the next record is */
	unet_record_t	m_last;		/* the one before it */
	uint8_t		m_pad;		/* its bytes of padding, by OR */
	unet_ioc_capture_t m_capture;	/* the last request */
} mon_t;

static inline void
mon_open(mon_t *m)
{
	memset(m, 0, sizeof (*m));
	m->m_fd = hk_open(drv_kernel, UNET_MONITOR_PATH, O_RDWR | O_NONBLOCK);
	need(m->m_fd > 0, "monitor opens (%d)", m->m_fd);
	m->m_buf = malloc(MON_BUF);
	need(m->m_buf != NULL, "memory");
}

static inline void
mon_close(mon_t *m)
{
	is(hk_close(m->m_fd), 0, "monitor closes");
	free(m->m_buf);
	m->m_buf = NULL;
}

static inline int
mon_capture(mon_t *m, const char *link, uint32_t flags, uint32_t snaplen,
    uint32_t bytes)
{
	memset(&m->m_capture, 0, sizeof (m->m_capture));
	drv_hdr(&m->m_capture.uica_hdr, link);
	m->m_capture.uica_hdr.uih_flags = flags;
	m->m_capture.uica_snaplen = snaplen;
	m->m_capture.uica_bytes = bytes;
	return (hk_ioctl(m->m_fd, UNET_IOC_CAPTURE, &m->m_capture));
}

/*
 * The record that mon_next() found.
 */
static inline const unet_record_t *
mon_record(const mon_t *m)
{
	return ((const unet_record_t *)(m->m_buf + m->m_at -
	    m->m_last.ur_size));
}

/*
 * The next record, or NULL: there is none now.
 */
static inline const unet_record_t *
mon_next(mon_t *m)
{
	unet_record_t *ur = &m->m_last;
	size_t i;

	if (m->m_at == m->m_len) {
		const int64_t n = hk_read(m->m_fd, m->m_buf, MON_BUF);

		m->m_at = 0;
		m->m_len = n > 0 ? (size_t)n : 0;
		need(n != 0 && (n > 0 || n == -EAGAIN), "read (%lld)",
		    (long long)n);
		if (m->m_len == 0)
			return (NULL);
	}
	memcpy(ur, m->m_buf + m->m_at, sizeof (*ur));
	need(m->m_len - m->m_at >= ur->ur_size &&
	    ur->ur_size >= sizeof (*ur) + ur->ur_caplen &&
	    ur->ur_size < sizeof (*ur) + ur->ur_caplen + UNET_RECORD_ALIGN &&
	    ur->ur_size % UNET_RECORD_ALIGN == 0 &&
	    ur->ur_caplen <= ur->ur_len, "a record is whole");
	m->m_pad = 0;
	for (i = sizeof (*ur) + ur->ur_caplen; i < ur->ur_size; i++)
		m->m_pad |= m->m_buf[m->m_at + i];
	m->m_at += ur->ur_size;
	return (mon_record(m));
}

/*
 * A statistic of the one capture of a link.
 */
static inline uint64_t
mon_stat(const char *link, const char *stat)
{
	char name[128];
	uint64_t value = drv_stat("capture", stat, NULL);

	(void) drv_stat("capture", "linkname", name);
	ok(strcmp(name, link) == 0, "a capture of %s", link);
	return (value);
}

#endif	/* _DRV_MONITOR_H */
