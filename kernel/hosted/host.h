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

#ifndef	_HOST_H
#define	_HOST_H

/*
 * The border between the hosted kernel and the machine it runs on.  Kernel
 * files (kern/) reach the machine through these functions and nothing else;
 * host files (host/) implement them and know nothing of illumos.  So this
 * header includes nothing, and has no type but the compiler's own.
 *
 * Times are nanoseconds.  What returns an int returns 0, or -1 on failure,
 * unless it says otherwise.
 */

#define	HOST_VERSION	1

/*
 * Memory (memory.c).  `align' is a power of two, or 0 for any object's.  NULL
 * when there is none.
 */
extern void *host_alloc(unsigned long size, unsigned long align);
extern void host_free(void *p);

/*
 * Memory in large pages where the host has them (pages.c): `size' is a multiple
 * of HOST_LARGE_PAGE, which the memory starts at a multiple of.  NULL when
 * there is none.
 */
#define	HOST_LARGE_PAGE	0x200000UL

extern void *host_pages_alloc(unsigned long size);
extern void host_pages_free(void *p, unsigned long size);

/*
 * Threads (thread.c).  A thread that this kernel has seen carries one pointer
 * of the kernel's; host_thread_init() names the function that takes it back
 * when the thread ends.  host_thread_atend() has `func', always the same one,
 * called with `arg' when the calling thread ends, perhaps after that and with
 * the kernel's pointer taken back once more; -1: it cannot.  Threads started
 * here are detached.
 */
extern void host_thread_init(void (*gone)(void *self));
extern int host_thread_setself(void *self);
extern int host_thread_atend(void (*func)(void *), void *arg);
extern int host_thread_start(void (*func)(void *), void *arg,
    const char *name);
extern void host_thread_end(void) __attribute__((__noreturn__));
extern void host_thread_yield(void);
extern int host_ncpus(void);

/*
 * The process (thread.c).
 */
extern int host_pid(void);
extern unsigned int host_uid(void);
extern unsigned int host_gid(void);

/*
 * Mutual exclusion below the kernel's own, and sleeping (sync.c).  A thread
 * waits for an event with the lock held that those who post it hold.
 * host_event_wait() returns -1 when `deadline' (of host_monotonic(); -1: none)
 * has passed; it may also return 0 early.
 */
typedef struct host_lock host_lock_t;
typedef struct host_event host_event_t;

extern host_lock_t *host_lock_create(void);
extern void host_lock_destroy(host_lock_t *lock);
extern void host_lock_enter(host_lock_t *lock);
extern void host_lock_exit(host_lock_t *lock);

extern host_event_t *host_event_create(void);
extern void host_event_destroy(host_event_t *event);
extern int host_event_wait(host_event_t *event, host_lock_t *lock,
    long long deadline);
extern void host_event_post(host_event_t *event);

/*
 * This process's memory as user memory (usermem.c): a copy that survives bad
 * addresses.  -1 if any byte of `user' is not there, or not to be written.
 */
extern int host_usermem_init(void);
extern void host_usermem_fini(void);
extern int host_copy_from(void *kernel, const void *user, unsigned long len);
extern int host_copy_to(void *user, const void *kernel, unsigned long len);

/*
 * Memory that programs ask for (arena.c): zeros, which stay where they are
 * until host_arena_free().  A `shared' one may have a descriptor, with which
 * another process maps the same memory.  host_arena_alloc() returns 0, or the
 * negative of one of the host's errno numbers, as does host_arena_free(): not
 * the start of an arena.
 *
 * host_arena_hold() finds the shared arena around an address, or NULL.  Until
 * host_arena_rele() its descriptor stays, also when it was freed, of which
 * host_arena_frees() counts how often that happened to any.
 */
typedef struct host_arena host_arena_t;

typedef struct host_arena_info {
	unsigned long	hai_addr;
	unsigned long	hai_len;
	int		hai_fd;
	int		hai_freed;
} host_arena_info_t;

extern int host_arena_alloc(unsigned long size, int shared, unsigned int owner,
    void **addrp);
extern int host_arena_free(void *addr);
extern void host_arena_free_all(unsigned int owner);
extern host_arena_t *host_arena_hold(unsigned long addr);
extern void host_arena_rele(host_arena_t *arena);
extern void host_arena_look(const host_arena_t *arena, host_arena_info_t *info);
extern unsigned int host_arena_frees(void);

/*
 * Clocks (clock.c).
 */
extern long long host_monotonic(void);
extern void host_realtime(long long *sec, long *nsec);
extern void host_sleep(long long nsec);

/*
 * A descriptor that an event loop of the host waits for (wakeup.c): readable
 * from the post to the next read of 8 bytes.  host_wakeup_create() returns the
 * descriptor, or the negative of one of the host's errno numbers.
 */
extern int host_wakeup_create(void);
extern void host_wakeup_post(int fd);
extern void host_wakeup_clear(int fd);
extern void host_wakeup_destroy(int fd);

/*
 * Network namespaces (netns.c).  A name is a path, or what ip-netns(8) calls
 * one.  host_netns_find() gives the number of the one that a name means now,
 * which no other has, ever: -ENOENT, -EINVAL (not a namespace, or no name),
 * -EPERM (we may not enter it), -EADDRINUSE (it is our own), -ENOTSUP (this
 * host gives them no numbers).
 */
extern int host_netns_find(const char *name, unsigned long long *idp);

/*
 * TAP interfaces (tap.c).  Errors are negative errnos of the host: -EPERM,
 * -ENODEV (no TAP on this machine), -ENAMETOOLONG, -EBUSY (there is an
 * interface of that name).  The interface is made in the network namespace
 * `netns', if that is still the one of the number `netnsid' (-ENOENT), or in
 * the calling thread's (NULL).  It goes away with host_tap_close(); it is down
 * until its administrator says otherwise, who may also move it elsewhere.
 *
 * host_tap_lost(): the name of its namespace means another now, or none.  Then
 * nobody but us may be keeping it alive: host_tap_leave() gives up all of the
 * interface but what host_tap_wait() and host_tap_wake() need.
 *
 * host_tap_wait() is for one thread; host_tap_wake() ends it.  It returns a set
 * of HOST_TAP_*, 0 when `timeout' milliseconds have passed; frames count only
 * if `frames' is not 0.  host_tap_read() takes one frame: its length, or
 * -EAGAIN, and what the host's stack left to do.  host_tap_write() sends one.
 * host_tap_offload() says what it may leave to us; it leaves nothing before.
 */
typedef struct host_tap host_tap_t;

typedef struct host_buf {
	void		*hb_base;
	unsigned long	hb_len;
} host_buf_t;

typedef struct host_tap_info {
	unsigned char	hti_mac[6];
	unsigned char	hti_up;
	unsigned char	hti_promisc;
	unsigned int	hti_mtu;
	int		hti_index;	/* the host's number of it, ... */
	unsigned long long hti_netns;	/* in this namespace, while it lasts */
} host_tap_info_t;

typedef struct host_tap_work {
	unsigned int	htw_cksum;	/* 0: there is nothing to sum up */
	unsigned int	htw_start;	/* sum up from here */
	unsigned int	htw_stuff;	/* and put it here */
	unsigned int	htw_mss;	/* 0: nothing is to be cut */
} host_tap_work_t;

#define	HOST_TAP_FRAME	0x1	/* there are frames to read */
#define	HOST_TAP_CHANGE	0x2	/* somebody changed the interface */
#define	HOST_TAP_WAKE	0x4	/* host_tap_wake() was called */
#define	HOST_TAP_GONE	0x8	/* somebody destroyed the interface */

extern int host_tap_open(const char *name, const unsigned char *mac,
    unsigned int mtu, const char *netns, unsigned long long netnsid,
    host_tap_t **tapp);
extern void host_tap_close(host_tap_t *tap);
extern int host_tap_lost(const host_tap_t *tap);
extern void host_tap_leave(host_tap_t *tap);
extern int host_tap_wait(host_tap_t *tap, int frames, int timeout);
extern void host_tap_wake(host_tap_t *tap);
extern long host_tap_read(host_tap_t *tap, void *buf, unsigned long len,
    host_tap_work_t *work);
extern int host_tap_write(host_tap_t *tap, const host_buf_t *bufs,
    unsigned int nbufs);
extern int host_tap_offload(host_tap_t *tap, int cksum, int lso);
extern int host_tap_rename(host_tap_t *tap, const char *name);
extern int host_tap_carrier(host_tap_t *tap, int up);
extern int host_tap_setmac(host_tap_t *tap, const unsigned char *mac);
extern int host_tap_setmtu(host_tap_t *tap, unsigned int mtu);
extern int host_tap_info(host_tap_t *tap, host_tap_info_t *info);

/*
 * The groups that the interfaces of a network namespace listen to (groups.c).
 * host_groups_open() opens the list of the one in which a TAP interface is now:
 * a descriptor, or minus an errno.  *nsp says which that is, as hti_netns does,
 * and *awayp whether somebody has moved the interface there: then the list must
 * not be kept open, or the namespace stays for no other reason.
 * host_groups_read() calls `func' for each group, all those of an interface one
 * after the other.
 */
extern int host_groups_open(host_tap_t *tap, unsigned long long *nsp,
    int *awayp);
extern int host_groups_read(int fd, void (*func)(void *, int,
    const unsigned char *), void *arg);
extern void host_groups_close(int fd);

/*
 * Randomness (random.c), good enough for keys.
 */
extern int host_random(void *buf, unsigned long len);

/*
 * The console, and text (log.c).  host_format() is vsnprintf(3C).  host_where()
 * writes what is known about a code address: function, file.
 */
extern void host_log(const char *text, unsigned long len);
extern int host_format(char *buf, unsigned long len, const char *format,
    __builtin_va_list args);
extern void host_where(const void *pc, char *buf, unsigned long len);
extern void host_abort(void) __attribute__((__noreturn__));

/*
 * The host's numbers (border.c) of things that have others in the kernel.  The
 * lists name them; kernel and host each put in their own numbers.  An errno
 * that is not in the list has no equal on either side.
 */
#define	HOST_ERRNO_MAP(X) \
	X(EPERM) X(ENOENT) X(ESRCH) X(EINTR) X(EIO) X(ENXIO) X(E2BIG) \
	X(ENOEXEC) X(EBADF) X(ECHILD) X(EAGAIN) X(ENOMEM) X(EACCES) \
	X(EFAULT) X(ENOTBLK) X(EBUSY) X(EEXIST) X(EXDEV) X(ENODEV) \
	X(ENOTDIR) X(EISDIR) X(EINVAL) X(ENFILE) X(EMFILE) X(ENOTTY) \
	X(ETXTBSY) X(EFBIG) X(ENOSPC) X(ESPIPE) X(EROFS) X(EMLINK) \
	X(EPIPE) X(EDOM) X(ERANGE) X(ENOMSG) X(EIDRM) X(ECHRNG) \
	X(EL2NSYNC) X(EL3HLT) X(EL3RST) X(ELNRNG) X(EUNATCH) X(ENOCSI) \
	X(EL2HLT) X(EDEADLK) X(ENOLCK) X(ECANCELED) X(ENOTSUP) X(EDQUOT) \
	X(EBADE) X(EBADR) X(EXFULL) X(ENOANO) X(EBADRQC) X(EBADSLT) \
	X(EBFONT) X(EOWNERDEAD) X(ENOTRECOVERABLE) X(ENOSTR) X(ENODATA) \
	X(ETIME) X(ENOSR) X(ENONET) X(ENOPKG) X(EREMOTE) X(ENOLINK) X(EADV) \
	X(ESRMNT) X(ECOMM) X(EPROTO) X(EMULTIHOP) X(EBADMSG) \
	X(ENAMETOOLONG) X(EOVERFLOW) X(ENOTUNIQ) X(EBADFD) X(EREMCHG) \
	X(ELIBACC) X(ELIBBAD) X(ELIBSCN) X(ELIBMAX) X(ELIBEXEC) X(EILSEQ) \
	X(ENOSYS) X(ELOOP) X(ERESTART) X(ESTRPIPE) X(ENOTEMPTY) X(EUSERS) \
	X(ENOTSOCK) X(EDESTADDRREQ) X(EMSGSIZE) X(EPROTOTYPE) \
	X(ENOPROTOOPT) X(EPROTONOSUPPORT) X(ESOCKTNOSUPPORT) \
	X(EPFNOSUPPORT) X(EAFNOSUPPORT) X(EADDRINUSE) X(EADDRNOTAVAIL) \
	X(ENETDOWN) X(ENETUNREACH) X(ENETRESET) X(ECONNABORTED) \
	X(ECONNRESET) X(ENOBUFS) X(EISCONN) X(ENOTCONN) X(ESHUTDOWN) \
	X(ETOOMANYREFS) X(ETIMEDOUT) X(ECONNREFUSED) X(EHOSTDOWN) \
	X(EHOSTUNREACH) X(EALREADY) X(EINPROGRESS) X(ESTALE)

#define	HOST_ENUM(name)	HOST_##name,
typedef enum host_errno {
	HOST_ERRNO_MAP(HOST_ENUM)
	HOST_ERRNO_END
} host_errno_t;

/*
 * Open flags besides the access mode (0 read, 1 write, 2 both, on every side).
 */
#define	HOST_OFLAG_MAP(X) \
	X(O_NONBLOCK) X(O_APPEND) X(O_CREAT) X(O_EXCL) X(O_TRUNC) \
	X(O_NOCTTY) X(O_CLOEXEC) X(O_SYNC) X(O_DSYNC) X(O_DIRECTORY) \
	X(O_NOFOLLOW)

typedef enum host_oflag {
	HOST_OFLAG_MAP(HOST_ENUM)
	HOST_OFLAG_END
} host_oflag_t;

#define	HOST_POLL_MAP(X) \
	X(POLLIN) X(POLLPRI) X(POLLOUT) X(POLLERR) X(POLLHUP) X(POLLNVAL) \
	X(POLLRDNORM) X(POLLRDBAND) X(POLLWRBAND) X(POLLRDHUP)

typedef enum host_poll {
	HOST_POLL_MAP(HOST_ENUM)
	HOST_POLL_END
} host_poll_t;
#undef	HOST_ENUM

/*
 * ioctl(2) requests that the system itself knows.
 */
#define	HOST_REQUEST_MAP(X)	X(FIONBIO) X(FIOASYNC) X(FIONREAD)

typedef enum host_request {
	HOST_FIONBIO,
	HOST_FIOASYNC,
	HOST_FIONREAD,
	HOST_REQUEST_END
} host_request_t;

extern const int host_errnos[HOST_ERRNO_END];
extern const int host_oflags[HOST_OFLAG_END];
extern const int host_polls[HOST_POLL_END];
extern const unsigned long host_requests[HOST_REQUEST_END];

#endif	/* _HOST_H */
