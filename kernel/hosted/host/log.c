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
 * The console, formatted text, and the names of code.
 */

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host.h"

/*
 * One write(2) a message, so that those of several threads do not mix.
 */
void
host_log(const char *text, unsigned long len)
{
	ssize_t n;

	while (len > 0) {
		if ((n = write(STDERR_FILENO, text, len)) < 0) {
			if (errno == EINTR)
				continue;
			return;
		}
		text += n;
		len -= (unsigned long)n;
	}
}

int
host_format(char *buf, unsigned long len, const char *format,
    __builtin_va_list args)
{
	return (vsnprintf(buf, len, format, args));
}

void
host_where(const void *pc, char *buf, unsigned long len)
{
	const char *file;
	Dl_info info;

	if (dladdr(pc, &info) == 0 || info.dli_fname == NULL) {
		(void) snprintf(buf, len, "%p", pc);
		return;
	}

	file = strrchr(info.dli_fname, '/');
	file = file == NULL ? info.dli_fname : file + 1;
	if (info.dli_sname != NULL) {
		(void) snprintf(buf, len, "%s+0x%lx (%s)", info.dli_sname,
		    (unsigned long)((const char *)pc -
		    (const char *)info.dli_saddr), file);
	} else {
		(void) snprintf(buf, len, "%s+0x%lx", file,
		    (unsigned long)((const char *)pc -
		    (const char *)info.dli_fbase));
	}
}

void
host_abort(void)
{
	abort();
}
