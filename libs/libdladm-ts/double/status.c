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
 * What statuses (those that links meet), classes and media are called.  Up to
 * the one about the MTU statuses have the same numbers everywhere; what comes
 * then is each distribution's own.
 */

#include <stdio.h>
#include <string.h>
#include "double.h"

#define	UNKNOWN		"<unknown error>"

static const char *const sentences[] = {
	[0] = "ok",
	[1] = "invalid argument",
	[2] = "operation failed",
	[3] = "buffer size too small",
	[4] = "operation not supported",
	[5] = "object not found",
	[6] = "invalid value",
	[7] = "insufficient memory",
	[8] = "object already exists",
	[9] = "invalid link",
	[10] = "read-only property",
	[11] = "invalid number of values",
	[13] = "permission denied",
	[14] = "I/O error",
	[15] = "change cannot be persistent",
	[20] = "invalid MAC address",
	[22] = "invalid MAC address length",
	[24] = "link busy",
	[26] = "link notification is not supported",
	[27] = "try again later",
	[32] = "address already in use",
	[34] = "invalid MAC address value",
	[36] = "MAC address is already in use",
	[46] = "invalid range",
	[60] = "link still has flows",
	[68] = "MTU check failed, use lower MTU or -f option",
	[70] = "invalid property",
	[71] = "minimum value for maxbw is 1200K",
	[73] = "change must be persistent",
	[75] = "pool and cpus property are mutually exclusive",
	[84] = "MTU check failed, MTU outside of device's supported range",
#ifdef	DOUBLE_SMARTOS2021
	[86] = "can't create persistent object on top of temporary object"
#else
	[85] = "can't create persistent object on top of temporary object",
	[87] = "can't assign requested address"
#endif
};

/*
 * Fills all of what the caller must have room for.
 */
static const char *
answer(char *buf, const char *text)
{
	(void) memset(buf, 'x', DOUBLE_STRSIZE);
	(void) snprintf(buf, DOUBLE_STRSIZE, "%s", text);
	return (buf);
}

const char *
dladm_status2str(int status, char *buf)
{
	const char *text = NULL;

	if (status >= 0 &&
	    (size_t)status < sizeof (sentences) / sizeof (sentences[0]))
		text = sentences[status];
	return (answer(buf, text != NULL ? text : UNKNOWN));
}

const char *
dladm_class2str(int class, char *buf)
{
	static const char *const classes[] = { "phys", "vlan", "aggr", "vnic",
	    "etherstub", "simnet", "bridge", "iptun", "part", "overlay",
#ifdef	DOUBLE_GATE2025
	    "misc",
#endif
	};
	size_t i;

	for (i = 0; i < sizeof (classes) / sizeof (classes[0]); i++) {
		if (class == 1 << i)
			return (answer(buf, classes[i]));
	}
	return (answer(buf, "unknown"));
}

const char *
dladm_media2str(uint32_t media, char *buf)
{
	return (answer(buf, media == 4 ? "Ethernet" : "--"));
}
