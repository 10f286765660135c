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
#include "tap.h"

int
check(int good, const char *what, ...)
{
	char text[512];
	va_list args;

	va_start(args, what);
	(void) vsnprintf(text, sizeof (text), what, args);
	va_end(args);
	return (ok(good, "%s", text));
}

void
check_note(const char *what, ...)
{
	va_list args;

	(void) printf("# ");
	va_start(args, what);
	(void) vprintf(what, args);
	va_end(args);
	(void) printf("\n");
}

int
check_done(void)
{
	return (tap_done());
}

unsigned long
host_pages(void)
{
	unsigned long pages = 0;
	FILE *statm = fopen("/proc/self/statm", "r");

	if (statm == NULL || fscanf(statm, "%lu", &pages) != 1) {
		perror("/proc/self/statm");
		exit(2);
	}
	(void) fclose(statm);
	return (pages);
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
check_panics(void (*func)(void), const char *text, const char *what)
{
	char said[8192];
	int status = child_run(func, said, sizeof (said));
	int good = WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT &&
	    strncmp(said, "panic: ", 7) == 0 && strstr(said, text) != NULL;

	if (!check(good, "%s", what)) {
		check_note("status %x, expected a panic with: %s", status,
		    text);
		check_note("stderr: %s", said);
	}
	return (good);
}

int
check_dies(void (*func)(void), const char *what)
{
	char said[8192];
	int status = child_run(func, said, sizeof (said));
	int good = WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV;

	/* A sanitizer reports the signal and exits instead. */
	if (!good && WIFEXITED(status) && WEXITSTATUS(status) != 0) {
		good = strstr(said, "Sanitizer") != NULL &&
		    strstr(said, "SEGV") != NULL;
	}
	if (!check(good, "%s", what))
		check_note("status %x; stderr: %s", status, said);
	return (good);
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
