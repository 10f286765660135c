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
 * The console, as cmn_err(9F), and the end of the kernel, as panic(9F).
 */

#include <sys/cmn_err.h>
#include <sys/debug.h>
#include <sys/sunddi.h>
#include <sys/systm.h>

#include "kern_impl.h"

#define	CONSOLE_LINE	1024

static boolean_t console_is_quiet;

void
console_quiet(boolean_t quiet)
{
	console_is_quiet = quiet;
}

/*
 * Kernel messages carry a mark of their route first: of the log only, the
 * console only, or the screen only.
 */
static const char *
console_route(const char *format)
{
	return (*format == '!' || *format == '^' || *format == '?' ?
	    format + 1 : format);
}

static void
console_write(const char *prefix, const char *format, va_list args,
    const char *suffix)
{
	char line[CONSOLE_LINE];
	size_t len;

	len = strlcpy(line, prefix, sizeof (line));
	len += vsnprintf(line + len, sizeof (line) - len, format, args);
	if (len > sizeof (line) - 2)
		len = sizeof (line) - 2;
	(void) strlcpy(line + len, suffix, sizeof (line) - len);
	host_log(line, strlen(line));
}

void
vpanic(const char *format, va_list args)
{
	console_write("panic: ", format, args, "\n");
	host_abort();
}

void
panic(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vpanic(format, args);
}

void
vcmn_err(int level, const char *format, va_list args)
{
	if (level == CE_PANIC)
		vpanic(console_route(format), args);
	if (console_is_quiet || level == CE_IGNORE)
		return;
	/* For the log, of which there is none, or for a verbose boot. */
	if (*format == '!' || *format == '?')
		return;
	format = console_route(format);
	switch (level) {
	case CE_CONT:
		console_write("", format, args, "");
		break;
	case CE_NOTE:
		console_write("NOTICE: ", format, args, "\n");
		break;
	case CE_WARN:
		console_write("WARNING: ", format, args, "\n");
		break;
	default:
		panic("cmn_err: level %d: %s", level, format);
	}
}

void
cmn_err(int level, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vcmn_err(level, format, args);
	va_end(args);
}

/*
 * There is one console for all zones.
 */
void
zcmn_err(zoneid_t zoneid __unused, int level, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vcmn_err(level, format, args);
	va_end(args);
}

/*
 * With the name and instance of the device in front, or without it if there is
 * none.
 */
void
dev_err(dev_info_t *dip, int level, char *format, ...)
{
	char text[CONSOLE_LINE];
	va_list args;

	va_start(args, format);
	(void) vsnprintf(text, sizeof (text), console_route(format), args);
	va_end(args);
	if (dip == NULL) {
		cmn_err(level, "%s", text);
	} else {
		cmn_err(level, "%s%d: %s", ddi_driver_name(dip),
		    ddi_get_instance(dip), text);
	}
}

void
printf(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vcmn_err(CE_CONT, format, args);
	va_end(args);
}

int
assfail(const char *what, const char *file, int line)
{
	panic("assertion failed: %s, file: %s, line: %d", what, file, line);
}

void
assfail3(const char *what, uintmax_t left, const char *op, uintmax_t right,
    const char *file, int line)
{
	panic("assertion failed: %s (0x%lx %s 0x%lx), file: %s, line: %d", what,
	    left, op, right, file, line);
}
