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
 * Threads of the host, and the process they run in.
 */

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "host.h"

static pthread_once_t host_key_once = PTHREAD_ONCE_INIT;
static pthread_key_t host_key;
static int host_key_error;
static void (*host_gone)(void *);

static pthread_once_t host_end_once = PTHREAD_ONCE_INIT;
static pthread_key_t host_end_key;
static int host_end_error;
static void (*host_end)(void *);	/* atomic */

typedef struct host_start {
	void		(*hs_func)(void *);
	void		*hs_arg;
	const char	*hs_name;
} host_start_t;

static void
host_thread_gone(void *self)
{
	host_gone(self);
}

static void
host_key_create(void)
{
	host_key_error = pthread_key_create(&host_key, host_thread_gone);
}

void
host_thread_init(void (*gone)(void *))
{
	host_gone = gone;
	(void) pthread_once(&host_key_once, host_key_create);
	if (host_key_error != 0)
		host_abort();
}

static void
host_thread_ended(void *arg)
{
	void (*func)(void *) = __atomic_load_n(&host_end, __ATOMIC_ACQUIRE);

	func(arg);
}

static void
host_end_create(void)
{
	host_end_error = pthread_key_create(&host_end_key, host_thread_ended);
}

int
host_thread_atend(void (*func)(void *), void *arg)
{
	(void) pthread_once(&host_end_once, host_end_create);
	if (host_end_error != 0)
		return (-1);
	__atomic_store_n(&host_end, func, __ATOMIC_RELEASE);
	return (pthread_setspecific(host_end_key, arg) == 0 ? 0 : -1);
}

/*
 * The pointer itself is kept by the kernel in a thread variable of the
 * compiler: the key is there only to see the thread end.
 *
 * A thread that has blocked all signals, as those of a program's pools often
 * have, must not die of a fault that usermem.c waits for.
 */
int
host_thread_setself(void *self)
{
	sigset_t faults;

	(void) sigemptyset(&faults);
	(void) sigaddset(&faults, SIGSEGV);
	(void) sigaddset(&faults, SIGBUS);
	(void) pthread_sigmask(SIG_UNBLOCK, &faults, NULL);
	return (pthread_setspecific(host_key, self) == 0 ? 0 : -1);
}

static void *
host_thread_main(void *arg)
{
	host_start_t start = *(host_start_t *)arg;

	free(arg);
	/* Only the thread itself knows that it has not ended yet. */
	(void) pthread_setname_np(pthread_self(), start.hs_name);
	start.hs_func(start.hs_arg);
	return (NULL);
}

/*
 * Signals are for the threads of the program that the kernel is a guest of;
 * only the faults that a thread causes itself cannot be blocked away.
 */
int
host_thread_start(void (*func)(void *), void *arg, const char *name)
{
	host_start_t *start;
	pthread_attr_t attr;
	pthread_t thread;
	sigset_t all, old;
	int error;

	if ((start = malloc(sizeof (*start))) == NULL)
		return (-1);
	start->hs_func = func;
	start->hs_arg = arg;
	start->hs_name = name;

	if (pthread_attr_init(&attr) != 0) {
		free(start);
		return (-1);
	}
	(void) pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);

	(void) sigfillset(&all);
	(void) sigdelset(&all, SIGSEGV);
	(void) sigdelset(&all, SIGBUS);
	(void) sigdelset(&all, SIGFPE);
	(void) sigdelset(&all, SIGILL);
	(void) sigdelset(&all, SIGABRT);
	(void) sigdelset(&all, SIGTRAP);
	(void) pthread_sigmask(SIG_SETMASK, &all, &old);
	error = pthread_create(&thread, &attr, host_thread_main, start);
	(void) pthread_sigmask(SIG_SETMASK, &old, NULL);
	(void) pthread_attr_destroy(&attr);

	if (error != 0) {
		free(start);
		return (-1);
	}
	return (0);
}

void
host_thread_end(void)
{
	pthread_exit(NULL);
}

void
host_thread_yield(void)
{
	(void) sched_yield();
}

int
host_ncpus(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return (n < 1 ? 1 : (int)n);
}

int
host_pid(void)
{
	return (getpid());
}

unsigned int
host_uid(void)
{
	return (getuid());
}

unsigned int
host_gid(void)
{
	return (getgid());
}
