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

#ifndef	_RACE_MONITOR_H
#define	_RACE_MONITOR_H

/*
 * One who looks on at what the others do.  Include after race.h.
 */

/*
 * Records are whole, one after the other, whatever the link is going through.
 */
static inline void
race_records(const uint8_t *buf, int64_t len)
{
	unet_record_t ur;
	int64_t at;

	for (at = 0; at < len; at += ur.ur_size) {
		memcpy(&ur, buf + at, sizeof (ur));
		if (len - at < (int64_t)sizeof (ur) || len - at < ur.ur_size ||
		    ur.ur_size < sizeof (ur) + ur.ur_caplen ||
		    ur.ur_size % UNET_RECORD_ALIGN != 0 ||
		    ur.ur_caplen > ur.ur_len ||
		    ur.ur_drop >= UNET_DROP_END ||
		    (ur.ur_way == 0 && (ur.ur_lost == 0 || ur.ur_len != 0)) ||
		    ur.ur_way > UNET_CAPTURE_WRITE) {
			__atomic_store_n(&race_strange, 1, __ATOMIC_RELAXED);
			printf("# a record of %u bytes is strange\n",
			    ur.ur_size);
			return;
		}
	}
}

static inline void
race_monitor(race_thread_t *rt)
{
	static const uint32_t rooms[] = { 4096, 65536, 0 };
	char name[UNET_NAMELEN];
	unet_ioc_watched_t uiwd;
	unet_ioc_capture_t uica;
	unet_ioc_watch_t uiw;
	uint8_t buf[8192];
	struct iovec iov[2];
	int fd, i;

	while (!race_stop()) {
		fd = (int)RACE_NOTE(rt, "monitor", hk_open(drv_kernel,
		    UNET_MONITOR_PATH, O_RDONLY | O_NONBLOCK));
		if (fd < 0)
			continue;
		race_name(name, race_random(rt, RACE_NLINKS));
		memset(&uica, 0, sizeof (uica));
		drv_hdr(&uica.uica_hdr, name);
		uica.uica_hdr.uih_flags = race_random(rt, 8);
		uica.uica_snaplen = 100 + race_random(rt, 2000);
		uica.uica_bytes = rooms[race_random(rt, 3)];
		(void) RACE_NOTE(rt, "capture",
		    hk_ioctl(fd, UNET_IOC_CAPTURE, &uica), ENOSPC);
		memset(&uiw, 0, sizeof (uiw));
		drv_hdr(&uiw.uiw_hdr, name);
		if (race_random(rt, 2) == 0) {
			drv_hdr(&uiw.uiw_hdr, NULL);
			uiw.uiw_hdr.uih_flags = UNET_WATCH_ALL;
		}
		(void) RACE_NOTE(rt, "watch",
		    hk_ioctl(fd, UNET_IOC_WATCH, &uiw));
		for (i = 0; i < 50 && !race_stop(); i++) {
			iov[0] = (struct iovec){ buf, 4000 };
			iov[1] = (struct iovec){ buf + 4000, 4192 };
			race_records(buf, RACE_NOTE(rt, "records",
			    hk_readv(fd, iov, 2), EAGAIN, EINVAL));
			memset(&uiwd, 0, sizeof (uiwd));
			drv_hdr(&uiwd.uiwd_hdr, NULL);
			(void) RACE_NOTE(rt, "watched",
			    hk_ioctl(fd, UNET_IOC_WATCHED, &uiwd), EAGAIN,
			    EINVAL);
			(void) RACE_NOTE(rt, "poll of a monitor",
			    hk_poll(fd, POLLIN | POLLPRI, 1));
		}
		race_close(rt, fd);
	}
}

#endif	/* _RACE_MONITOR_H */
