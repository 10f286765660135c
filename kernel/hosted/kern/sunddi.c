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
 * The odds and ends of the DDI: data models (ddi_model_convert_from(9F)),
 * numbers in text (ddi_strtol(9F)), bits (ddi_ffs(9F)), task queues of a
 * device (taskq(9F)), and where a call comes from (ddi_can_receive_sig(9F)).
 */

#include <sys/errno.h>
#include <sys/int_limits.h>
#include <sys/sunddi.h>
#include <sys/systm.h>
#include <sys/taskq.h>

#include "kern_impl.h"

model_t
ddi_model_convert_from(model_t model)
{
	model &= DDI_MODEL_MASK;
	return (model == DDI_MODEL_NATIVE ? DDI_MODEL_NONE : model);
}

/*
 * Only a thread of a process can be signalled.
 */
boolean_t
ddi_can_receive_sig(void)
{
	return (ddi_get_pid() != 0);
}

/*
 * A hosted kernel that panics is over before anybody could ask.
 */
int
ddi_in_panic(void)
{
	return (0);
}

time_t
ddi_get_time(void)
{
	long long sec;
	long nsec;

	host_realtime(&sec, &nsec);
	return ((time_t)sec);
}

int
ddi_ffs(long mask)
{
	return (__builtin_ffsl(mask));
}

int
ddi_fls(long mask)
{
	return (mask == 0 ? 0 :
	    (int)(sizeof (mask) * 8) - __builtin_clzl((ulong_t)mask));
}

static int
digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return (c - '0');
	if (c >= 'a' && c <= 'z')
		return (c - 'a' + 10);
	if (c >= 'A' && c <= 'Z')
		return (c - 'A' + 10);
	return (INT32_MAX);
}

static boolean_t
is_space(char c)
{
	return (c == ' ' || (c >= '\t' && c <= '\r'));
}

/*
 * Sign and magnitude.  EINVAL: it is no number; ERANGE: it is too large.
 */
static int
parse_number(const char *str, char **endp, int base, boolean_t *isnegp,
    uint64_t *valuep)
{
	const char *p = str;
	uint64_t value = 0;
	boolean_t any = B_FALSE, over = B_FALSE;
	int digit;

	if (endp != NULL)
		*endp = (char *)(uintptr_t)str;
	if (base < 0 || base == 1 || base > 36)
		return (EINVAL);
	while (is_space(*p))
		p++;
	*isnegp = (*p == '-');
	if (*p == '-' || *p == '+')
		p++;
	if ((base == 0 || base == 16) && p[0] == '0' &&
	    (p[1] == 'x' || p[1] == 'X') && digit_value(p[2]) < 16) {
		p += 2;
		base = 16;
	} else if (base == 0) {
		base = *p == '0' ? 8 : 10;
	}
	for (; (digit = digit_value(*p)) < base; p++) {
		any = B_TRUE;
		if (__builtin_mul_overflow(value, (uint64_t)base, &value) ||
		    __builtin_add_overflow(value, (uint64_t)digit, &value))
			over = B_TRUE;
	}
	if (!any)
		return (EINVAL);
	if (endp != NULL)
		*endp = (char *)(uintptr_t)p;
	*valuep = value;
	return (over ? ERANGE : 0);
}

int
ddi_strtol(const char *str, char **endp, int base, long *resultp)
{
	boolean_t isneg;
	uint64_t value;
	int err;

	if ((err = parse_number(str, endp, base, &isneg, &value)) != 0)
		return (err);
	if (value > (uint64_t)INT64_MAX + (isneg ? 1 : 0))
		return (ERANGE);
	*resultp = (long)(isneg ? 0 - value : value);
	return (0);
}

int
ddi_strtoull(const char *str, char **endp, int base, u_longlong_t *resultp)
{
	boolean_t isneg;
	uint64_t value;
	int err;

	if ((err = parse_number(str, endp, base, &isneg, &value)) != 0)
		return (err);
	*resultp = isneg ? 0 - value : value;
	return (0);
}

int
ddi_strtoul(const char *str, char **endp, int base, unsigned long *resultp)
{
	u_longlong_t value;
	int err;

	if ((err = ddi_strtoull(str, endp, base, &value)) == 0)
		*resultp = (unsigned long)value;
	return (err);
}

/*
 * A task queue of a device is an ordinary one.
 */
ddi_taskq_t *
ddi_taskq_create(dev_info_t *dip __unused, const char *name, int nthreads,
    pri_t pri, uint_t flags __unused)
{
	return ((ddi_taskq_t *)taskq_create(name, nthreads, pri, nthreads,
	    INT32_MAX, TASKQ_PREPOPULATE));
}

void
ddi_taskq_destroy(ddi_taskq_t *tq)
{
	taskq_destroy((taskq_t *)tq);
}

int
ddi_taskq_dispatch(ddi_taskq_t *tq, void (*func)(void *), void *arg,
    uint_t flags)
{
	taskqid_t id = taskq_dispatch((taskq_t *)tq, func, arg,
	    flags == DDI_SLEEP ? TQ_SLEEP : TQ_NOSLEEP);

	return (id != 0 ? DDI_SUCCESS : DDI_FAILURE);
}

void
ddi_taskq_wait(ddi_taskq_t *tq)
{
	taskq_wait((taskq_t *)tq);
}

void
ddi_taskq_suspend(ddi_taskq_t *tq)
{
	taskq_suspend((taskq_t *)tq);
}

boolean_t
ddi_taskq_suspended(ddi_taskq_t *tq)
{
	return (taskq_suspended((taskq_t *)tq) != 0);
}

void
ddi_taskq_resume(ddi_taskq_t *tq)
{
	taskq_resume((taskq_t *)tq);
}
