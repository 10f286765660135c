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
 * Zones, as libc knows them: those of the hosted kernel.  A zone sees itself
 * only, so that the first one is the caller's.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include "double.h"

static void
zone_first(hk_zone_t *hz)
{
	(void) memset(hz, 0, sizeof (*hz));
	hz->hz_zoneid = -1;
}

static int
zone_walk(int hk, int (*is)(const hk_zone_t *, const void *), const void *arg,
    hk_zone_t *hz)
{
	zone_first(hz);
	while (hk_ioctl(hk, HK_IOC_ZONENEXT, hz) == 0) {
		if (hz->hz_zoneid >= 0 && is(hz, arg))
			return (0);
	}
	return (ESRCH);
}

static int
zone_any(const hk_zone_t *hz, const void *arg)
{
	return (hz != NULL && arg == NULL);
}

static int
zone_has_name(const hk_zone_t *hz, const void *arg)
{
	return (strcmp(hz->hz_name, arg) == 0);
}

static int
zone_has_id(const hk_zone_t *hz, const void *arg)
{
	return (hz->hz_zoneid == *(const int32_t *)arg);
}

int
double_getzoneid(const dladm_handle_t *handle)
{
	hk_zone_t hz;

	return (zone_walk(handle->dh_hk, zone_any, NULL, &hz) == 0 ?
	    hz.hz_zoneid : 0);
}

int
double_zone(const dladm_handle_t *handle, const char *name, hk_zone_t *hz)
{
	return (zone_walk(handle->dh_hk, zone_has_name, name, hz));
}

int
double_zone_by_id(const dladm_handle_t *handle, int32_t id, hk_zone_t *hz)
{
	return (zone_walk(handle->dh_hk, zone_has_id, &id, hz));
}

/*
 * What is not open is negative.
 */
int
handle_enter(dladm_handle_t *handle)
{
	const char *zone = getenv("LIBDLADM_DOUBLE_ZONE");
	int result;

	handle->dh_hk = handle->dh_daemon = handle->dh_in_zone = -1;
	handle->dh_kernel = hk_boot(HK_BOOT_QUIET | HK_BOOT_SHARE);
	if ((result = handle->dh_kernel) < 0)
		return (result);
	handle->dh_daemon = hk_open(handle->dh_kernel, "/dev/hk", O_RDWR);
	if ((result = handle->dh_daemon) >= 0 && zone != NULL)
		result = handle->dh_in_zone = hk_zone(handle->dh_kernel, zone);
	if (result >= 0)
		result = handle->dh_hk = hk_open(handle->dh_in_zone < 0 ?
		    handle->dh_kernel : handle->dh_in_zone, "/dev/hk", O_RDWR);
	if (result < 0)
		handle_leave(handle);
	return (result < 0 ? result : 0);
}

void
handle_leave(dladm_handle_t *handle)
{
	if (handle->dh_hk >= 0)
		(void) hk_close(handle->dh_hk);
	if (handle->dh_in_zone >= 0)
		(void) hk_halt(handle->dh_in_zone);
	if (handle->dh_daemon >= 0)
		(void) hk_close(handle->dh_daemon);
	(void) hk_halt(handle->dh_kernel);
}

wide_t
getzoneid(void)
{
	dladm_handle_t handle;
	int id;

	if (handle_enter(&handle) < 0)
		return (wide(0));
	id = double_getzoneid(&handle);
	handle_leave(&handle);
	return (wide(id));
}

wide_t
getzoneidbyname(const char *name)
{
	dladm_handle_t handle;
	hk_zone_t hz;
	int err;

	if ((err = handle_enter(&handle)) >= 0) {
		err = double_zone(&handle, name, &hz);
		handle_leave(&handle);
		if (err == 0)
			return (wide(hz.hz_zoneid));
	}
	errno = EINVAL;
	return (wide(-1));
}

/*
 * The bytes of the name and its end, whether they fit or not.
 */
int64_t
getzonenamebyid(int32_t id, char *buf, size_t size)
{
	dladm_handle_t handle;
	size_t length;
	hk_zone_t hz;
	int err;

	if (handle_enter(&handle) >= 0) {
		err = double_zone_by_id(&handle, id, &hz);
		handle_leave(&handle);
		if (err == 0) {
			length = strlen(hz.hz_name) + 1;
			if (size > 0) {
				(void) strncpy(buf, hz.hz_name, size);
				buf[size - 1] = '\0';
			}
			return ((int64_t)length);
		}
	}
	errno = EINVAL;
	return (-1);
}

/*
 * Those that run.  As many ids as there is room for, and how many there are.
 */
wide_t
zone_list(int32_t *ids, uint32_t *countp)
{
	const uint32_t room = ids == NULL ? 0 : *countp;
	dladm_handle_t handle;
	uint32_t n = 0;
	hk_zone_t hz;

	if (handle_enter(&handle) != 0) {
		errno = EFAULT;
		return (wide(-1));
	}
	zone_first(&hz);
	while (hk_ioctl(handle.dh_hk, HK_IOC_ZONENEXT, &hz) == 0) {
		if (hz.hz_zoneid < 0)
			continue;
		if (n < room)
			ids[n] = hz.hz_zoneid;
		n++;
	}
	handle_leave(&handle);
	*countp = n;
	return (wide(0));
}
