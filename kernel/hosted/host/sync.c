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
 * Locks and events, of POSIX threads.
 */

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "host.h"

struct host_lock {
	pthread_mutex_t	hl_mutex;
};

struct host_event {
	pthread_cond_t	he_cond;
};

#define	HOST_NSEC	1000000000LL

host_lock_t *
host_lock_create(void)
{
	host_lock_t *lock;

	if ((lock = malloc(sizeof (*lock))) == NULL)
		return (NULL);
	if (pthread_mutex_init(&lock->hl_mutex, NULL) != 0) {
		free(lock);
		return (NULL);
	}
	return (lock);
}

void
host_lock_destroy(host_lock_t *lock)
{
	(void) pthread_mutex_destroy(&lock->hl_mutex);
	free(lock);
}

void
host_lock_enter(host_lock_t *lock)
{
	if (pthread_mutex_lock(&lock->hl_mutex) != 0)
		host_abort();
}

void
host_lock_exit(host_lock_t *lock)
{
	if (pthread_mutex_unlock(&lock->hl_mutex) != 0)
		host_abort();
}

/*
 * Deadlines are of the monotonic clock.
 */
host_event_t *
host_event_create(void)
{
	host_event_t *event;
	pthread_condattr_t attr;
	int error;

	if ((event = malloc(sizeof (*event))) == NULL)
		return (NULL);
	if (pthread_condattr_init(&attr) != 0) {
		free(event);
		return (NULL);
	}
	error = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	if (error == 0)
		error = pthread_cond_init(&event->he_cond, &attr);
	(void) pthread_condattr_destroy(&attr);
	if (error != 0) {
		free(event);
		return (NULL);
	}
	return (event);
}

void
host_event_destroy(host_event_t *event)
{
	(void) pthread_cond_destroy(&event->he_cond);
	free(event);
}

int
host_event_wait(host_event_t *event, host_lock_t *lock, long long deadline)
{
	struct timespec ts;
	int error;

	if (deadline < 0) {
		if (pthread_cond_wait(&event->he_cond, &lock->hl_mutex) != 0)
			host_abort();
		return (0);
	}

	ts.tv_sec = deadline / HOST_NSEC;
	ts.tv_nsec = deadline % HOST_NSEC;
	error = pthread_cond_timedwait(&event->he_cond, &lock->hl_mutex, &ts);
	if (error != 0 && error != ETIMEDOUT)
		host_abort();
	return (error == ETIMEDOUT ? -1 : 0);
}

void
host_event_post(host_event_t *event)
{
	(void) pthread_cond_signal(&event->he_cond);
}
