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
 * Copies from and to memory that may not be there.
 *
 * The copy is a block of instructions of which a fault handler knows the
 * addresses: a fault within it makes it return -1.  That costs a good copy
 * nothing.  The C library's memcpy() would not do, since sanitizers watch it:
 * what a program passes to a kernel is the program's business.
 *
 * On processors for which that block was not written, the copy is a system call
 * that the host gives for other processes' memory and that reports bad
 * addresses by itself.
 */

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/uio.h>
#include <ucontext.h>
#include <unistd.h>

#include "host.h"

/*
 * No user address has any of these bits; above them are the kernel's addresses
 * and those that the processor refuses.
 */
#define	HOST_USER_END	(1UL << 47)

static int
host_user_range(const void *user, unsigned long len)
{
	uintptr_t start = (uintptr_t)user;

	return (start < HOST_USER_END && len <= HOST_USER_END - start);
}

#if defined(__x86_64__) && !defined(HOST_COPY_BY_SYSCALL)

typedef long host_copy_t(void *to, const void *from, unsigned long len);

extern host_copy_t host_copy_guarded, host_copy_wide;
extern const char host_copy_start[], host_copy_end[], host_copy_fault[];
extern const char host_wide_start[], host_wide_end[], host_wide_fault[];

/*
 * The widest copy that this processor can do.
 */
static host_copy_t *host_copy = host_copy_guarded;	/* RO after init */

/*
 * 16 bytes and more go through a vector register, the last 16 of them perhaps
 * twice; fewer byte by byte.
 */
__asm__(
    ".pushsection .text\n"
    ".balign 32\n"
    ".hidden host_copy_guarded, host_copy_start, host_copy_end\n"
    ".hidden host_copy_fault\n"
    ".globl host_copy_guarded, host_copy_start, host_copy_end\n"
    ".globl host_copy_fault\n"
    ".type host_copy_guarded, @function\n"
    "host_copy_guarded:\n"
    "	.cfi_startproc\n"
    "	mov	%rdx, %rcx\n"
    "host_copy_start:\n"
    "	cmp	$16, %rcx\n"
    "	jb	4f\n"
    "	lea	-16(%rsi,%rcx), %r8\n"
    "	lea	-16(%rdi,%rcx), %r9\n"
    "	sub	$64, %rcx\n"
    "	jb	2f\n"
    "1:	movups	(%rsi), %xmm0\n"
    "	movups	16(%rsi), %xmm1\n"
    "	movups	32(%rsi), %xmm2\n"
    "	movups	48(%rsi), %xmm3\n"
    "	movups	%xmm0, (%rdi)\n"
    "	movups	%xmm1, 16(%rdi)\n"
    "	movups	%xmm2, 32(%rdi)\n"
    "	movups	%xmm3, 48(%rdi)\n"
    "	add	$64, %rsi\n"
    "	add	$64, %rdi\n"
    "	sub	$64, %rcx\n"
    "	jae	1b\n"
    "2:	add	$48, %rcx\n"
    "	js	3f\n"
    "5:	movups	(%rsi), %xmm0\n"
    "	movups	%xmm0, (%rdi)\n"
    "	add	$16, %rsi\n"
    "	add	$16, %rdi\n"
    "	sub	$16, %rcx\n"
    "	jns	5b\n"
    "3:	movups	(%r8), %xmm0\n"
    "	movups	%xmm0, (%r9)\n"
    "	xor	%eax, %eax\n"
    "	ret\n"
    "4:	rep movsb\n"
    "host_copy_end:\n"
    "	xor	%eax, %eax\n"
    "	ret\n"
    "host_copy_fault:\n"
    "	mov	$-1, %rax\n"
    "	ret\n"
    "	.cfi_endproc\n"
    ".size host_copy_guarded, . - host_copy_guarded\n"
    ".popsection\n");

/*
 * The same for processors with AVX2, where a long frame takes half as many
 * steps: 64 bytes and more through registers of 32, the last 32 perhaps twice.
 * Of a long one also some of the first: every other store would reach over the
 * end of a line of the cache, as the driver puts frames 2 bytes behind one.
 */
__asm__(
    ".pushsection .text\n"
    ".balign 32\n"
    ".hidden host_copy_wide, host_wide_start, host_wide_end\n"
    ".hidden host_wide_fault\n"
    ".globl host_copy_wide, host_wide_start, host_wide_end\n"
    ".globl host_wide_fault\n"
    ".type host_copy_wide, @function\n"
    "host_copy_wide:\n"
    "	.cfi_startproc\n"
    "	cmp	$64, %rdx\n"
    "	jb	host_copy_guarded\n"
    "	lea	-32(%rsi,%rdx), %r8\n"
    "	lea	-32(%rdi,%rdx), %r9\n"
    "host_wide_start:\n"
    "	cmp	$256, %rdx\n"
    "	jb	5f\n"
    "	vmovdqu	(%rsi), %ymm0\n"
    "	vmovdqu	%ymm0, (%rdi)\n"
    "	mov	%edi, %ecx\n"
    "	and	$31, %ecx\n"
    "	sub	$32, %rcx\n"
    "	sub	%rcx, %rsi\n"
    "	sub	%rcx, %rdi\n"
    "	add	%rcx, %rdx\n"
    "5:	sub	$128, %rdx\n"
    "	jb	2f\n"
    "1:	vmovdqu	(%rsi), %ymm0\n"
    "	vmovdqu	32(%rsi), %ymm1\n"
    "	vmovdqu	64(%rsi), %ymm2\n"
    "	vmovdqu	96(%rsi), %ymm3\n"
    "	vmovdqu	%ymm0, (%rdi)\n"
    "	vmovdqu	%ymm1, 32(%rdi)\n"
    "	vmovdqu	%ymm2, 64(%rdi)\n"
    "	vmovdqu	%ymm3, 96(%rdi)\n"
    "	sub	$-128, %rsi\n"
    "	sub	$-128, %rdi\n"
    "	sub	$128, %rdx\n"
    "	jae	1b\n"
    "2:	add	$64, %rdx\n"
    "	js	3f\n"
    "	vmovdqu	(%rsi), %ymm0\n"
    "	vmovdqu	32(%rsi), %ymm1\n"
    "	vmovdqu	%ymm0, (%rdi)\n"
    "	vmovdqu	%ymm1, 32(%rdi)\n"
    "	add	$64, %rsi\n"
    "	add	$64, %rdi\n"
    "	sub	$64, %rdx\n"
    "3:	add	$32, %rdx\n"
    "	js	4f\n"
    "	vmovdqu	(%rsi), %ymm0\n"
    "	vmovdqu	%ymm0, (%rdi)\n"
    "4:	vmovdqu	(%r8), %ymm0\n"
    "	vmovdqu	%ymm0, (%r9)\n"
    "host_wide_end:\n"
    "	vzeroupper\n"
    "	xor	%eax, %eax\n"
    "	ret\n"
    "host_wide_fault:\n"
    "	vzeroupper\n"
    "	mov	$-1, %rax\n"
    "	ret\n"
    "	.cfi_endproc\n"
    ".size host_copy_wide, . - host_copy_wide\n"
    ".popsection\n");

static const int host_fault_signals[] = { SIGSEGV, SIGBUS };
#define	HOST_NFAULTS	2
static struct sigaction host_fault_old[HOST_NFAULTS];
static int host_fault_installed;

/*
 * Faults that are not ours go to whoever handled them before.
 */
static void
host_fault_pass(int i, int sig, siginfo_t *info, void *arg)
{
	struct sigaction *old = &host_fault_old[i];

	if (old->sa_flags & SA_SIGINFO) {
		old->sa_sigaction(sig, info, arg);
	} else if (old->sa_handler != SIG_DFL && old->sa_handler != SIG_IGN) {
		old->sa_handler(sig);
	} else if (info->si_code > 0) {
		/* The instruction faults again and ends the process. */
		(void) signal(sig, SIG_DFL);
	} else if (old->sa_handler == SIG_DFL) {
		(void) signal(sig, SIG_DFL);
		(void) raise(sig);
	}
}

static int
host_pc_within(uintptr_t pc, const char *start, const char *end)
{
	return (pc >= (uintptr_t)start && pc < (uintptr_t)end);
}

static void
host_fault(int sig, siginfo_t *info, void *arg)
{
	ucontext_t *uc = arg;
	uintptr_t pc = (uintptr_t)uc->uc_mcontext.gregs[REG_RIP];
	const char *end = NULL;

	/*
	 * A signal that kill(2) sent (si_code <= 0) may find us there too.
	 */
	if (info->si_code > 0) {
		if (host_pc_within(pc, host_copy_start, host_copy_end))
			end = host_copy_fault;
		else if (host_pc_within(pc, host_wide_start, host_wide_end))
			end = host_wide_fault;
	}
	if (end != NULL)
		uc->uc_mcontext.gregs[REG_RIP] = (long)(uintptr_t)end;
	else
		host_fault_pass(sig == SIGBUS, sig, info, arg);
}

int
host_usermem_init(void)
{
	struct sigaction sa;
	int i;

	if (host_fault_installed)
		return (0);
	if (__builtin_cpu_supports("avx2"))
		host_copy = host_copy_wide;

	(void) memset(&sa, 0, sizeof (sa));
	sa.sa_sigaction = host_fault;
	sa.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
	(void) sigemptyset(&sa.sa_mask);
	for (i = 0; i < HOST_NFAULTS; i++) {
		if (sigaction(host_fault_signals[i], &sa,
		    &host_fault_old[i]) != 0)
			return (-1);
	}
	host_fault_installed = 1;
	return (0);
}

/*
 * If somebody else has put a handler before ours, which may call ours, ours
 * stays: it passes on what is not its own.
 */
void
host_usermem_fini(void)
{
	struct sigaction sa;
	int i, ours = 0;

	if (!host_fault_installed)
		return;

	for (i = 0; i < HOST_NFAULTS; i++) {
		if (sigaction(host_fault_signals[i], NULL, &sa) == 0 &&
		    (sa.sa_flags & SA_SIGINFO) &&
		    sa.sa_sigaction == host_fault)
			ours++;
	}
	if (ours != HOST_NFAULTS)
		return;
	for (i = 0; i < HOST_NFAULTS; i++) {
		(void) sigaction(host_fault_signals[i], &host_fault_old[i],
		    NULL);
	}
	host_fault_installed = 0;
}

int
host_copy_from(void *kernel, const void *user, unsigned long len)
{
	if (!host_user_range(user, len))
		return (-1);
	return ((int)host_copy(kernel, user, len));
}

int
host_copy_to(void *user, const void *kernel, unsigned long len)
{
	if (!host_user_range(user, len))
		return (-1);
	return ((int)host_copy(user, kernel, len));
}

#else	/* !__x86_64__ || HOST_COPY_BY_SYSCALL */

int
host_copy_from(void *kernel, const void *user, unsigned long len)
{
	struct iovec to = { kernel, len };
	struct iovec from = { (void *)(uintptr_t)user, len };

	if (!host_user_range(user, len))
		return (-1);
	if (len == 0)
		return (0);
	return (process_vm_readv(getpid(), &to, 1, &from, 1, 0) ==
	    (ssize_t)len ? 0 : -1);
}

int
host_copy_to(void *user, const void *kernel, unsigned long len)
{
	struct iovec from = { (void *)(uintptr_t)kernel, len };
	struct iovec to = { user, len };

	if (!host_user_range(user, len))
		return (-1);
	if (len == 0)
		return (0);
	return (process_vm_writev(getpid(), &from, 1, &to, 1, 0) ==
	    (ssize_t)len ? 0 : -1);
}

/*
 * The host may forbid it, as some containers do: better no kernel than one to
 * which every address is bad.
 */
int
host_usermem_init(void)
{
	char from = 1, to = 0;

	return (host_copy_from(&to, &from, 1) == 0 && to == 1 ? 0 : -1);
}

void
host_usermem_fini(void)
{
}

#endif	/* __x86_64__ && !HOST_COPY_BY_SYSCALL */
