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
 * hk.h: handles, and who answers for them.
 *
 * A handle is a number that is never used again.  A call finds its object, and
 * holds it while it lasts; closing marks the handle, so that no new call finds
 * it, wakes the calls that sleep, waits for them to leave, and only then
 * closes the object.  Nothing of the kernel is used here but what is there
 * before a boot.
 */

#include <sys/errno.h>
#include <sys/int_limits.h>
#include <sys/list.h>
#include <sys/sysmacros.h>
#include <sys/systm.h>

#include "dev_impl.h"
#include "api.h"

typedef enum handle_kind {
	HANDLE_KERNEL,
	HANDLE_FILE
} handle_kind_t;

typedef struct handle {
	struct handle	*h_next;	/* its bucket's lock */
	int		h_id;		/* RO */
	handle_kind_t	h_kind;		/* RO */
	int		h_kernel;	/* RO: whose it is; 0: nobody's */
	uint_t		h_owner;	/* RO: ow_id; 0: no thread */
	const hk_ops_t	*h_ops;		/* RO */
	void		*h_obj;		/* RO */
	uint_t		h_refs;		/* atomic: calls, and H_CLOSING */
	host_event_t	*h_event;	/* RO: posted by the last to leave */
} handle_t;

#define	H_CLOSING	0x80000000U

/*
 * So many that a call finds its handle at once, even with thousands of files.
 */
#define	NBUCKETS	4096

typedef struct bucket {
	uint_t		b_spin;
	handle_t	*b_first;
} bucket_t;

static bucket_t buckets[NBUCKETS];
static int last_id;

/*
 * For who waits; made once, and never unmade.
 */
static host_lock_t *api_lock;

#define	KERNEL_NONE	0
#define	KERNEL_CHANGING	1
#define	KERNEL_BOOTED	2
static uint_t api_state;	/* atomic: of the kernel of this process */

/*
 * A kernel that was booted with HK_BOOT_SHARE: its number (0: none) and how
 * many wanted it. api_state leaves KERNEL_BOOTED together with the last of
 * them.
 */
static int api_shared;		/* api_lock */
static uint_t api_users;	/* api_lock */

/*
 * A thread that owns what it gets, known to that thread alone.
 */
typedef struct owner {
	uint_t		ow_id;
	int		ow_shared;	/* api_shared, as it was joined */
	uint_t		ow_users;	/* how often */
} owner_t;

static __thread owner_t *owner_self;
static uint_t last_owner;

/*
 * What the thread wants of hk_call(), and up to where a double is exact.
 */
#define	CALL_ARG_END	0x1p53
static __thread hk_call_t call_self
    __attribute__((tls_model("initial-exec")));

static int
api_error(int err)
{
	return (-border_errno(err));
}

static bucket_t *
bucket_of(int id)
{
	return (&buckets[(uint_t)id % NBUCKETS]);
}

static void
bucket_enter(bucket_t *b)
{
	while (__atomic_exchange_n(&b->b_spin, 1, __ATOMIC_ACQUIRE) != 0)
		host_thread_yield();
}

static void
bucket_exit(bucket_t *b)
{
	__atomic_store_n(&b->b_spin, 0, __ATOMIC_RELEASE);
}

static int
api_setup(void)
{
	host_lock_t *lock, *none = NULL;

	if (__atomic_load_n(&api_lock, __ATOMIC_ACQUIRE) != NULL)
		return (0);
	if ((lock = host_lock_create()) == NULL)
		return (ENOMEM);
	if (!__atomic_compare_exchange_n(&api_lock, &none, lock, 0,
	    __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
		host_lock_destroy(lock);
	return (0);
}

/*
 * A new handle, or minus an errno of the kernel.
 */
static int
handle_add(handle_kind_t kind, const hk_ops_t *ops, void *obj, int kernel,
    uint_t owner)
{
	handle_t *h;
	bucket_t *b;
	int id;

	if (api_setup() != 0 || (h = host_alloc(sizeof (*h), 0)) == NULL)
		return (-ENOMEM);
	bzero(h, sizeof (*h));
	if ((h->h_event = host_event_create()) == NULL) {
		host_free(h);
		return (-ENOMEM);
	}
	do {
		id = __atomic_load_n(&last_id, __ATOMIC_RELAXED);
		if (id == INT32_MAX) {
			host_event_destroy(h->h_event);
			host_free(h);
			return (-EMFILE);
		}
	} while (!__atomic_compare_exchange_n(&last_id, &id, id + 1, 0,
	    __ATOMIC_RELAXED, __ATOMIC_RELAXED));
	h->h_id = ++id;
	h->h_kind = kind;
	h->h_kernel = kernel;
	h->h_owner = owner;
	h->h_ops = ops;
	h->h_obj = obj;
	b = bucket_of(id);
	bucket_enter(b);
	h->h_next = b->b_first;
	b->b_first = h;
	bucket_exit(b);

	/* Who guesses the number may have closed it by now. */
	return (id);
}

static handle_t *
handle_get(int id, handle_kind_t kind)
{
	bucket_t *b = bucket_of(id);
	handle_t *h;

	bucket_enter(b);
	for (h = b->b_first; h != NULL && h->h_id != id; h = h->h_next)
		continue;
	if (h != NULL && (h->h_kind != kind ||
	    (__atomic_load_n(&h->h_refs, __ATOMIC_SEQ_CST) & H_CLOSING) != 0))
		h = NULL;
	if (h != NULL)
		(void) __atomic_add_fetch(&h->h_refs, 1, __ATOMIC_SEQ_CST);
	bucket_exit(b);
	return (h);
}

/*
 * While a handle is being closed the lock is needed, so that the one who closes
 * does not free what the last to leave still uses.
 */
static void
handle_put(handle_t *h)
{
	uint_t refs = __atomic_load_n(&h->h_refs, __ATOMIC_SEQ_CST);

	while ((refs & H_CLOSING) == 0) {
		if (__atomic_compare_exchange_n(&h->h_refs, &refs, refs - 1, 0,
		    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
			return;
	}
	host_lock_enter(api_lock);
	if (__atomic_sub_fetch(&h->h_refs, 1, __ATOMIC_SEQ_CST) == H_CLOSING)
		host_event_post(h->h_event);
	host_lock_exit(api_lock);
}

/*
 * Take a handle out of use: NULL if there is no such one, or somebody else
 * does.  The caller then has it alone, but it stays in its bucket until it is
 * freed: that is how a halt sees a close that is under way.
 */
static handle_t *
handle_close(int id, handle_kind_t kind)
{
	handle_t *h;
	uint_t refs;

	if ((h = handle_get(id, kind)) == NULL)
		return (NULL);
	refs = __atomic_fetch_or(&h->h_refs, H_CLOSING, __ATOMIC_SEQ_CST);
	handle_put(h);
	if ((refs & H_CLOSING) != 0)
		return (NULL);

	if (kind == HANDLE_FILE)
		h->h_ops->ho_wake(h->h_obj);
	host_lock_enter(api_lock);
	while (__atomic_load_n(&h->h_refs, __ATOMIC_SEQ_CST) != H_CLOSING)
		(void) host_event_wait(h->h_event, api_lock, -1);
	host_lock_exit(api_lock);
	return (h);
}

/*
 * What the handle stood for is closed.
 */
static void
handle_free(handle_t *h)
{
	bucket_t *b = bucket_of(h->h_id);
	handle_t **hp;

	bucket_enter(b);
	for (hp = &b->b_first; *hp != h; hp = &(*hp)->h_next)
		continue;
	*hp = h->h_next;
	bucket_exit(b);
	host_event_destroy(h->h_event);
	host_free(h);
}

/*
 * What there is of the kernel in a bucket, any; 0: none is left.
 */
static int
handle_of(bucket_t *b, handle_kind_t kind, int kernel)
{
	handle_t *h;
	int id = 0;

	bucket_enter(b);
	for (h = b->b_first; h != NULL; h = h->h_next) {
		if (h->h_kind == kind && h->h_kernel == kernel) {
			id = h->h_id;
			break;
		}
	}
	bucket_exit(b);
	return (id);
}

/*
 * What a thread owns in a bucket, any that nobody is closing; 0: none is left.
 */
static int
handle_owned(bucket_t *b, handle_kind_t kind, uint_t owner)
{
	handle_t *h;
	int id = 0;

	bucket_enter(b);
	for (h = b->b_first; h != NULL; h = h->h_next) {
		if (h->h_kind == kind && h->h_owner == owner &&
		    (__atomic_load_n(&h->h_refs, __ATOMIC_SEQ_CST) &
		    H_CLOSING) == 0) {
			id = h->h_id;
			break;
		}
	}
	bucket_exit(b);
	return (id);
}

static uint_t
owner_id(void)
{
	return (owner_self == NULL ? 0 : owner_self->ow_id);
}

/*
 * The thread ends: its files first, then what they are of.
 */
static void
owner_end(void *arg)
{
	owner_t *ow = arg;
	uint_t i;
	int id;

	owner_self = NULL;
	for (i = 0; i < NBUCKETS; i++) {
		while ((id = handle_owned(&buckets[i], HANDLE_FILE,
		    ow->ow_id)) != 0)
			(void) hk_close(id);
	}
	for (; ow->ow_users > 0; ow->ow_users--)
		(void) hk_halt(ow->ow_shared);
	for (i = 0; i < NBUCKETS; i++) {
		while ((id = handle_owned(&buckets[i], HANDLE_KERNEL,
		    ow->ow_id)) != 0)
			(void) hk_halt(id);
	}
	host_arena_free_all(ow->ow_id);
	host_free(ow);
}

int
hk_own(void)
{
	owner_t *ow;

	if (owner_self != NULL)
		return (0);
	if ((ow = host_alloc(sizeof (*ow), 0)) == NULL)
		return (api_error(ENOMEM));
	bzero(ow, sizeof (*ow));
	ow->ow_id = __atomic_add_fetch(&last_owner, 1, __ATOMIC_RELAXED);
	if (host_thread_atend(owner_end, ow) != 0) {
		host_free(ow);
		return (api_error(ENOMEM));
	}
	owner_self = ow;
	return (0);
}

/*
 * This thread has the shared kernel once more, or once less.
 */
static int
owner_joined(int kernel)
{
	if (owner_self != NULL) {
		owner_self->ow_shared = kernel;
		owner_self->ow_users++;
	}
	return (kernel);
}

static void
owner_left(int kernel)
{
	if (owner_self != NULL && owner_self->ow_users > 0 &&
	    owner_self->ow_shared == kernel)
		owner_self->ow_users--;
}

int
hk_version(void)
{
	return (HK_VERSION);
}

int
hk_api_add(const hk_ops_t *ops, void *kernel)
{
	int id = handle_add(HANDLE_KERNEL, ops, kernel, 0, owner_id());

	return (id < 0 ? api_error(-id) : id);
}

void
hk_api_serve(int (*shutdown)(void))
{
	__atomic_store_n(&kern_shutdown_hook, shutdown, __ATOMIC_RELEASE);
}

/*
 * The shared kernel for one more user; 0: there is none.
 */
static int
shared_join(void)
{
	int id;

	host_lock_enter(api_lock);
	if ((id = api_shared) != 0)
		api_users++;
	host_lock_exit(api_lock);
	return (id);
}

/*
 * One user less: true if the kernel stays for the others.
 */
static boolean_t
shared_leave(int kernel)
{
	boolean_t stays = B_FALSE;

	if (api_setup() != 0)
		return (B_FALSE);
	host_lock_enter(api_lock);
	if (kernel != 0 && kernel == api_shared) {
		stays = --api_users != 0;
		if (!stays) {
			api_shared = 0;
			__atomic_store_n(&api_state, KERNEL_CHANGING,
			    __ATOMIC_RELEASE);
		}
	}
	host_lock_exit(api_lock);
	return (stays);
}

int
hk_boot(uint32_t flags)
{
	uint_t state;
	int err, id;

	if ((flags & ~(HK_BOOT_QUIET | HK_BOOT_SHARE)) != 0)
		return (api_error(EINVAL));
	if ((err = api_setup()) != 0)
		return (api_error(err));
	for (;;) {
		state = KERNEL_NONE;
		if (__atomic_compare_exchange_n(&api_state, &state,
		    KERNEL_CHANGING, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
			break;
		if ((flags & HK_BOOT_SHARE) == 0)
			return (api_error(EBUSY));
		if ((id = shared_join()) != 0)
			return (owner_joined(id));
		/* It is just booting, or halting; or it is not to be shared. */
		if (state == KERNEL_BOOTED && __atomic_load_n(&api_state,
		    __ATOMIC_ACQUIRE) == KERNEL_BOOTED)
			return (api_error(EBUSY));
		host_thread_yield();
	}
	if ((err = kern_boot(flags & HK_BOOT_QUIET)) != 0) {
		__atomic_store_n(&api_state, KERNEL_NONE, __ATOMIC_RELEASE);
		return (api_error(err));
	}
	/* A shared one is nobody's alone. */
	id = handle_add(HANDLE_KERNEL, &local_ops, NULL, 0,
	    (flags & HK_BOOT_SHARE) != 0 ? 0 : owner_id());
	if (id < 0) {
		(void) kern_halt();
		__atomic_store_n(&api_state, KERNEL_NONE, __ATOMIC_RELEASE);
		return (api_error(-id));
	}
	host_lock_enter(api_lock);
	if ((flags & HK_BOOT_SHARE) != 0) {
		api_shared = owner_joined(id);
		api_users = 1;
	}
	__atomic_store_n(&api_state, KERNEL_BOOTED, __ATOMIC_RELEASE);
	host_lock_exit(api_lock);
	return (id);
}

/*
 * Close all that there is of a kernel whose own handle is gone, so that no more
 * comes.  Somebody else may be closing one of them: that is awaited.
 */
static void
handle_close_all(int kernel)
{
	uint_t i;
	int id;

	for (i = 0; i < NBUCKETS; i++) {
		while ((id = handle_of(&buckets[i], HANDLE_FILE, kernel)) != 0)
			if (hk_close(id) != 0)
				host_thread_yield();
		while ((id = handle_of(&buckets[i], HANDLE_KERNEL,
		    kernel)) != 0)
			if (hk_halt(id) != 0)
				host_thread_yield();
	}
}

int
hk_halt(int kernel)
{
	boolean_t ours;
	handle_t *h;
	int err;

	owner_left(kernel);
	if (shared_leave(kernel))
		return (0);
	if ((h = handle_close(kernel, HANDLE_KERNEL)) == NULL)
		return (api_error(EBADF));
	handle_close_all(kernel);
	ours = (h->h_ops == &local_ops && h->h_kernel == 0);
	if (ours)
		__atomic_store_n(&api_state, KERNEL_CHANGING, __ATOMIC_RELEASE);
	err = h->h_ops->ho_halt(h->h_obj);
	if (ours)
		__atomic_store_n(&api_state, KERNEL_NONE, __ATOMIC_RELEASE);
	handle_free(h);
	return (err);
}

int
hk_zone(int kernel, const char *name)
{
	handle_t *h;
	void *zoned;
	int result;

	if ((h = handle_get(kernel, HANDLE_KERNEL)) == NULL)
		return (api_error(EBADF));
	result = h->h_ops->ho_zone(h->h_obj, name, &zoned);
	if (result == 0) {
		result = handle_add(HANDLE_KERNEL, h->h_ops, zoned, kernel,
		    owner_id());
		if (result < 0) {
			(void) h->h_ops->ho_halt(zoned);
			result = api_error(-result);
		}
	}
	handle_put(h);
	return (result);
}

int
hk_setcred(const hk_cred_t *cred)
{
	if (__atomic_load_n(&api_state, __ATOMIC_ACQUIRE) != KERNEL_BOOTED)
		return (cred == NULL ? 0 : api_error(ESRCH));
	return (api_error(thread_setcred(cred)));
}

/*
 * A handle for a file that `h', its kernel, has just opened.
 */
static int
file_add(handle_t *h, void *file)
{
	int id = handle_add(HANDLE_FILE, h->h_ops, file, h->h_id, owner_id());

	if (id < 0) {
		h->h_ops->ho_wake(file);
		(void) h->h_ops->ho_close(file);
		id = api_error(-id);
	}
	return (id);
}

int
hk_open(int kernel, const char *path, int oflags)
{
	handle_t *h;
	void *file;
	int result;

	if ((h = handle_get(kernel, HANDLE_KERNEL)) == NULL)
		return (api_error(EBADF));
	result = h->h_ops->ho_open(h->h_obj, path, oflags, &file);
	if (result == 0)
		result = file_add(h, file);
	handle_put(h);
	return (result);
}

int
hk_import(int kernel, int fd)
{
	handle_t *h;
	void *file;
	int result;

	if ((h = handle_get(kernel, HANDLE_KERNEL)) == NULL)
		return (api_error(EBADF));
	result = h->h_ops->ho_import(h->h_obj, fd, &file);
	if (result == 0)
		result = file_add(h, file);
	handle_put(h);
	return (result);
}

int
hk_gonefd(int kernel)
{
	handle_t *h;
	int fd;

	if ((h = handle_get(kernel, HANDLE_KERNEL)) == NULL)
		return (api_error(EBADF));
	fd = h->h_ops->ho_gonefd(h->h_obj);
	handle_put(h);
	return (fd);
}

int
hk_mem_alloc(int kernel, uint64_t size, void **addrp)
{
	handle_t *h;
	int err;

	if ((h = handle_get(kernel, HANDLE_KERNEL)) == NULL)
		return (api_error(EBADF));
	err = host_arena_alloc(size, h->h_ops != &local_ops, owner_id(),
	    addrp);
	handle_put(h);
	return (err);
}

int
hk_mem_free(void *addr)
{
	return (host_arena_free(addr));
}

int
hk_close(int file)
{
	handle_t *h;
	int err;

	if ((h = handle_close(file, HANDLE_FILE)) == NULL)
		return (api_error(EBADF));
	err = h->h_ops->ho_close(h->h_obj);
	handle_free(h);
	return (err);
}

/*
 * Calls on a file: find it, make the call, let it go.
 */
#define	FILE_CALL(type, file, call)					\
	handle_t *h;							\
	type result;							\
									\
	if ((h = handle_get((file), HANDLE_FILE)) == NULL)		\
		return (api_error(EBADF));				\
	result = h->h_ops->call;					\
	handle_put(h);							\
	return (result)

int64_t
hk_read(int file, void *buf, uint64_t len)
{
	FILE_CALL(int64_t, file, ho_read(h->h_obj, buf, len));
}

int64_t
hk_write(int file, const void *buf, uint64_t len)
{
	FILE_CALL(int64_t, file, ho_write(h->h_obj, buf, len));
}

int64_t
hk_readv(int file, const struct iovec *iov, int iovcnt)
{
	FILE_CALL(int64_t, file, ho_readv(h->h_obj, iov, iovcnt));
}

int64_t
hk_writev(int file, const struct iovec *iov, int iovcnt)
{
	FILE_CALL(int64_t, file, ho_writev(h->h_obj, iov, iovcnt));
}

int
hk_ioctl(int file, int cmd, void *arg)
{
	FILE_CALL(int, file, ho_ioctl(h->h_obj, cmd, arg));
}

hk_call_t *
hk_call_block(void)
{
	return (&call_self);
}

/*
 * Numbers that a program of another language took for these may be none at all.
 */
void
hk_call(void)
{
	hk_call_t *call = &call_self;
	const double file = call->hca_file, cmd = call->hca_cmd;
	const double arg = call->hca_arg;

	if (!(file >= 0 && file <= INT32_MAX))
		call->hca_result = api_error(EBADF);
	else if (!(cmd >= INT32_MIN && cmd <= UINT32_MAX))
		call->hca_result = api_error(EINVAL);
	else if (!(arg >= 0 && arg < CALL_ARG_END))
		call->hca_result = api_error(EFAULT);
	else
		call->hca_result = hk_ioctl((int)file, (int)(int64_t)cmd,
		    (void *)(uintptr_t)(int64_t)arg);
}

int
hk_export(int file)
{
	FILE_CALL(int, file, ho_export(h->h_obj));
}

int
hk_setfl(int file, int oflags)
{
	FILE_CALL(int, file, ho_setfl(h->h_obj, oflags));
}

int
hk_getfl(int file)
{
	FILE_CALL(int, file, ho_getfl(h->h_obj));
}

int
hk_poll(int file, int events, int timeout)
{
	FILE_CALL(int, file, ho_poll(h->h_obj, events, timeout));
}

int
hk_pollfd(int file)
{
	FILE_CALL(int, file, ho_pollfd(h->h_obj));
}

int
hk_pollarm(int file, int events)
{
	FILE_CALL(int, file, ho_pollarm(h->h_obj, events));
}

int
hk_model(int file, int bits)
{
	FILE_CALL(int, file, ho_model(h->h_obj, bits));
}
