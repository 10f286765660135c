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

#ifndef	_HARNESS_H
#define	_HARNESS_H

/*
 * What tests that are built as the kernel is use: results as TAP, and what they
 * need of the host.  Includes nothing, as they may see no header of the host.
 */

/*
 * One result.  Returns `good', so that a test can stop where going on makes no
 * sense.
 */
extern int check(int good, const char *what, ...)
    __attribute__((__format__(__printf__, 2, 3)));
extern void check_note(const char *what, ...)
    __attribute__((__format__(__printf__, 1, 2)));

/*
 * The plan, at the end; returns what main() returns.
 */
extern int check_done(void);

/*
 * Run `func' in a process of its own and report whether it panicked with a
 * message that has `text' in it.  The panic's message is not shown.
 */
extern int check_panics(void (*func)(void), const char *text, const char *what);

/*
 * Run `func' in a process of its own and report whether a bad address ends it.
 */
extern int check_dies(void (*func)(void), const char *what);

/*
 * Pages of this process: readable and writable, or less, or none.
 */
#define	PAGES_NONE	0
#define	PAGES_READ	1
#define	PAGES_WRITE	2
extern unsigned long page_size(void);
extern char *pages_map(unsigned long npages);
extern void pages_protect(char *addr, unsigned long npages, int how);
extern void pages_unmap(char *addr, unsigned long npages);

/*
 * Threads of the host, to play the processes that call the kernel.
 */
extern unsigned long host_pages(void);	/* that this program has mapped */
extern void *host_worker_start(void (*func)(void *), void *arg);
extern void host_worker_join(void *worker);

extern int descriptor_readable(int fd);

/*
 * Call `cond' until it is true; 0 if it has not become so within ten seconds.
 */
extern int wait_until(int (*cond)(void *), void *arg);

#endif	/* _HARNESS_H */
