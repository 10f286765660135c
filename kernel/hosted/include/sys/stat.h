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

#ifndef	_SYS_STAT_H
#define	_SYS_STAT_H

/*
 * File types and permissions, as ddi_create_minor_node(9F) and
 * sdev_plugin_mknod take them.
 */

#include <sys/types.h>

#ifdef	__cplusplus
extern "C" {
#endif

#define	S_IFMT			0xf000
#define	S_IFIFO			0x1000
#define	S_IFCHR			0x2000
#define	S_IFDIR			0x4000
#define	S_IFNAM			0x5000
#define	S_IFBLK			0x6000
#define	S_IFREG			0x8000
#define	S_IFLNK			0xa000
#define	S_IFSOCK		0xc000
#define	S_IFDOOR		0xd000
#define	S_IFPORT		0xe000

#define	S_ISUID			04000
#define	S_ISGID			02000
#define	S_ISVTX			01000
#define	S_IREAD			0400
#define	S_IWRITE		0200
#define	S_IEXEC			0100
#define	S_IAMB			0777

#define	S_IRWXU			0700
#define	S_IRUSR			0400
#define	S_IWUSR			0200
#define	S_IXUSR			0100
#define	S_IRWXG			070
#define	S_IRGRP			040
#define	S_IWGRP			020
#define	S_IXGRP			010
#define	S_IRWXO			07
#define	S_IROTH			04
#define	S_IWOTH			02
#define	S_IXOTH			01

#define	S_ISDIR(mode)		(((mode) & S_IFMT) == S_IFDIR)
#define	S_ISCHR(mode)		(((mode) & S_IFMT) == S_IFCHR)
#define	S_ISBLK(mode)		(((mode) & S_IFMT) == S_IFBLK)

#ifdef	__cplusplus
}
#endif

#endif	/* _SYS_STAT_H */
