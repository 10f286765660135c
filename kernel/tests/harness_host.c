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
 * The part of the test harness that looks at the host.
 */

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "harness.h"

static unsigned int tap_count;
static unsigned int tap_failed;

static void
tap_line(const char *head, const char *what, va_list args)
{
	char text[512];

	(void) vsnprintf(text, sizeof (text), what, args);
	(void) printf("%s%s\n", head, text);
	(void) fflush(stdout);
}

int
tap(int ok, const char *what, ...)
{
	char head[64];
	va_list args;

	tap_count++;
	if (!ok)
		tap_failed++;
	(void) snprintf(head, sizeof (head), "%sok %u - ", ok ? "" : "not ",
	    tap_count);
	va_start(args, what);
	tap_line(head, what, args);
	va_end(args);
	return (ok);
}

void
tap_note(const char *what, ...)
{
	va_list args;

	va_start(args, what);
	tap_line("# ", what, args);
	va_end(args);
}

void
tap_skip(const char *why, const char *what)
{
	(void) printf("ok %u - %s # SKIP %s\n", ++tap_count, what, why);
	(void) fflush(stdout);
}

int
tap_end(void)
{
	(void) printf("1..%u\n", tap_count);
	(void) fflush(stdout);
	return (tap_failed != 0 || tap_count == 0);
}

/*
 * Run `func' in a child: how it ended, and what it wrote to stderr.
 */
static int
child_run(void (*func)(void), char *text, size_t size)
{
	size_t len = 0;
	ssize_t n;
	int pipefd[2], status;
	pid_t pid;

	if (pipe(pipefd) != 0 || (pid = fork()) < 0) {
		perror("child_run");
		exit(2);
	}
	if (pid == 0) {
		(void) dup2(pipefd[1], STDERR_FILENO);
		(void) close(pipefd[0]);
		(void) close(pipefd[1]);
		(void) alarm(60);
		func();
		_exit(0);
	}
	(void) close(pipefd[1]);
	while (len < size - 1 &&
	    (n = read(pipefd[0], text + len, size - 1 - len)) > 0)
		len += (size_t)n;
	text[len] = '\0';
	(void) close(pipefd[0]);
	while (waitpid(pid, &status, 0) < 0)
		continue;
	return (status);
}

int
tap_panics(void (*func)(void), const char *text, const char *what)
{
	char said[8192];
	int status = child_run(func, said, sizeof (said));
	int ok = WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT &&
	    strncmp(said, "panic: ", 7) == 0 && strstr(said, text) != NULL;

	if (!tap(ok, "%s", what)) {
		tap_note("status %x, expected a panic with: %s", status, text);
		tap_note("stderr: %s", said);
	}
	return (ok);
}

int
tap_dies(void (*func)(void), const char *name, const char *what)
{
	char said[8192];
	int status = child_run(func, said, sizeof (said));
	int ok = WIFSIGNALED(status) &&
	    strcmp(sigabbrev_np(WTERMSIG(status)), name + 3) == 0;

	/* A sanitizer reports the signal and exits instead. */
	if (!ok && WIFEXITED(status) && WEXITSTATUS(status) != 0 &&
	    strstr(said, "Sanitizer") != NULL && strstr(said, "SEGV") != NULL)
		ok = strcmp(name, "SIGSEGV") == 0;
	if (!tap(ok, "%s", what))
		tap_note("status %x; stderr: %s", status, said);
	return (ok);
}

unsigned long
page_size(void)
{
	return ((unsigned long)sysconf(_SC_PAGESIZE));
}

char *
pages_map(unsigned long npages)
{
	void *p = mmap(NULL, npages * page_size(), PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED) {
		perror("mmap");
		exit(2);
	}
	return (p);
}

void
pages_protect(char *addr, unsigned long npages, int how)
{
	int prot = how == PAGES_NONE ? PROT_NONE : how == PAGES_READ ?
	    PROT_READ : PROT_READ | PROT_WRITE;

	if (mprotect(addr, npages * page_size(), prot) != 0) {
		perror("mprotect");
		exit(2);
	}
}

void
pages_unmap(char *addr, unsigned long npages)
{
	if (munmap(addr, npages * page_size()) != 0) {
		perror("munmap");
		exit(2);
	}
}

typedef struct worker {
	pthread_t	w_thread;
	void		(*w_func)(void *);
	void		*w_arg;
} worker_t;

static void *
worker_main(void *arg)
{
	worker_t *w = arg;

	w->w_func(w->w_arg);
	return (NULL);
}

void *
host_worker_start(void (*func)(void *), void *arg)
{
	worker_t *w;

	if ((w = malloc(sizeof (*w))) == NULL)
		exit(2);
	w->w_func = func;
	w->w_arg = arg;
	if (pthread_create(&w->w_thread, NULL, worker_main, w) != 0)
		exit(2);
	return (w);
}

void
host_worker_join(void *worker)
{
	worker_t *w = worker;

	(void) pthread_join(w->w_thread, NULL);
	free(w);
}

int
descriptor_readable(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };

	return (poll(&pfd, 1, 0) == 1 && (pfd.revents & POLLIN));
}

int
wait_until(int (*cond)(void *), void *arg)
{
	const struct timespec pause = { .tv_nsec = 1000000 };
	int i;

	for (i = 0; i < 10000; i++) {
		if (cond(arg))
			return (1);
		(void) nanosleep(&pause, NULL);
	}
	return (0);
}
