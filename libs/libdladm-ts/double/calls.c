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
 * Which call is to fail, and what the caller has not given back.
 */

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include "double.h"

#define	GARBAGE		0xdead5eedULL
#define	NCOUNTS		48

static pthread_mutex_t call_lock = PTHREAD_MUTEX_INITIALIZER;

static struct {
	const char	*ca_name;
	uint64_t	ca_calls;
} calls[NCOUNTS];

static char fail_name[48];
static uint64_t fail_nth;
static int fail_status;
static int held;
static int misuses;

wide_t
wide(int value)
{
	return (GARBAGE << 32 | (uint32_t)value);
}

static void
call_count(const char *function)
{
	unsigned int i;

	for (i = 0; i < NCOUNTS && calls[i].ca_name != NULL; i++) {
		if (strcmp(calls[i].ca_name, function) == 0)
			break;
	}
	if (i < NCOUNTS) {
		calls[i].ca_name = function;
		calls[i].ca_calls++;
	}
}

static int
call_fails(const char *function)
{
	if (fail_nth == 0 ||
	    (fail_name[0] != '\0' && strcmp(fail_name, function) != 0))
		return (ST_OK);
	return (--fail_nth == 0 ? fail_status : ST_OK);
}

/*
 * Whatever is not ST_OK is what the function returns, through call_leave() as
 * well.  Nothing else runs in between: the daemon does one thing at a time.
 */
int
call_enter(const char *function, const dladm_handle_t *handle)
{
	int status;

	(void) pthread_mutex_lock(&call_lock);
	call_count(function);
	if ((status = call_fails(function)) != ST_OK)
		return (status);
	return (daemon_start(handle));
}

wide_t
call_leave(int status)
{
	(void) pthread_mutex_unlock(&call_lock);
	return (wide(status));
}

void
call_misuse(const char *what)
{
	misuses++;
	(void) fprintf(stderr, "libdladm double: %s\n", what);
}

void
call_held(int change)
{
	held += change;
}

/*
 * From here on: what tests say and ask.
 *
 * The nth call from now on of a function (by its name; empty: of any) answers
 * `status' and does nothing; 0: none.  Returns whether one was still to come
 * that was asked for before.
 */
int
double_fail(const char *function, uint64_t nth, int status)
{
	int pending;

	(void) pthread_mutex_lock(&call_lock);
	pending = fail_nth != 0;
	(void) strncpy(fail_name, function, sizeof (fail_name) - 1);
	fail_nth = nth;
	fail_status = status;
	(void) pthread_mutex_unlock(&call_lock);
	return (pending);
}

/*
 * How often a function was called.
 */
uint64_t
double_calls(const char *function)
{
	uint64_t n = 0;
	unsigned int i;

	(void) pthread_mutex_lock(&call_lock);
	for (i = 0; i < NCOUNTS && calls[i].ca_name != NULL; i++) {
		if (strcmp(calls[i].ca_name, function) == 0)
			n = calls[i].ca_calls;
	}
	(void) pthread_mutex_unlock(&call_lock);
	return (n);
}

/*
 * Handles, open records and snapshots that were not given back.
 */
int
double_held(void)
{
	return (held);
}

/*
 * Handles and records that were used and are none, or not any more.
 */
int
double_misuses(void)
{
	return (misuses);
}

/*
 * The daemon dies and comes back: it has what its file says.
 */
void
double_restart(void)
{
	(void) pthread_mutex_lock(&call_lock);
	daemon_forget();
	(void) pthread_mutex_unlock(&call_lock);
}
