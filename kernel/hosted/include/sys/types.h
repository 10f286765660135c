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

#ifndef	_SYS_TYPES_H
#define	_SYS_TYPES_H

#include <sys/feature_tests.h>
#include <sys/ccompile.h>
#include <sys/int_types.h>

typedef unsigned char		uchar_t;
typedef unsigned short		ushort_t;
typedef unsigned int		uint_t;
typedef unsigned long		ulong_t;
typedef long long		longlong_t;
typedef unsigned long long	u_longlong_t;

typedef char			*caddr_t;
typedef long			daddr_t;
typedef long			off_t;
typedef off_t			off64_t;
typedef longlong_t		offset_t;
typedef u_longlong_t		u_offset_t;
typedef ulong_t			size_t;
typedef long			ssize_t;
typedef long			ptrdiff_t;
typedef long			time_t;
typedef long			clock_t;
typedef long			suseconds_t;

typedef int			id_t;
typedef int			pid_t;
typedef unsigned int		uid_t;
typedef uid_t			gid_t;
typedef id_t			zoneid_t;
typedef id_t			projid_t;
typedef id_t			poolid_t;
typedef uint32_t		datalink_id_t;

typedef uint_t			major_t;
typedef uint_t			minor_t;
typedef uint_t			mode_t;
typedef ulong_t			dev_t;
typedef short			pri_t;

typedef int32_t			t_scalar_t;
typedef uint32_t		t_uscalar_t;
typedef void			*timeout_id_t;
typedef void			*bufcall_id_t;

/*
 * A file offset of 64 bits that can be taken apart.
 */
typedef union lloff {
	offset_t	_f;
	struct {
		int32_t	_l;
		int32_t	_u;
	} _p;
} lloff_t;

#define	NODEV		((dev_t)-1L)
#define	NODEV32		((dev32_t)-1)

typedef enum boolean {
	B_FALSE = 0,
	B_TRUE = 1,
	_B_FALSE = 0,
	_B_TRUE = 1
} boolean_t;

#endif	/* _SYS_TYPES_H */
