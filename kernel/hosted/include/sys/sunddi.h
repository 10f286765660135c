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

#ifndef	_SYS_SUNDDI_H
#define	_SYS_SUNDDI_H

/*
 * The DDI of illumos, as far as a driver without hardware uses it (sunddi.h of
 * illumos): user copies, devices and their minor nodes, soft state, task
 * queues and strings.
 */

#include <sys/types.h>
#include <sys/dditypes.h>
#include <sys/ddipropdefs.h>
#include <sys/devops.h>
#include <sys/time.h>
#include <sys/cmn_err.h>
#include <sys/ddi_impldefs.h>
#include <sys/model.h>
#include <sys/thread.h>
#include <sys/stream.h>

#ifdef	__cplusplus
extern "C" {
#endif

#define	DDI_SUCCESS		(0)
#define	DDI_FAILURE		(-1)
#define	DDI_NOT_WELL_FORMED	(-2)
#define	DDI_EAGAIN		(-3)
#define	DDI_EINVAL		(-4)
#define	DDI_ENOTSUP		(-5)
#define	DDI_EPENDING		(-6)
#define	DDI_EALREADY		(-7)
#define	DDI_ENOMEM		1
#define	DDI_EBUSY		2
#define	DDI_ETRANSPORT		3
#define	DDI_ECONTEXT		4

#define	DDI_SLEEP		0
#define	DDI_NOSLEEP		1

#define	DDI_MODEL_MASK		DATAMODEL_MASK
#define	DDI_MODEL_ILP32		DATAMODEL_ILP32
#define	DDI_MODEL_LP64		DATAMODEL_LP64
#define	DDI_MODEL_NATIVE	DATAMODEL_NATIVE
#define	DDI_MODEL_NONE		DATAMODEL_NONE

#define	DDI_PSEUDO		"ddi_pseudo"
#define	DDI_NT_NET		"ddi_network"

#define	CLONE_DEV		1
#define	PRIVONLY_DEV		0x10

/*
 * User memory, or kernel memory if the flags say FKIOCTL.
 */
extern int ddi_copyin(const void *, void *, size_t, int);
extern int ddi_copyout(const void *, void *, size_t, int);
extern model_t ddi_model_convert_from(model_t);

/*
 * Devices.
 */
extern int ddi_create_minor_node(dev_info_t *, const char *, int, minor_t,
    const char *, int);
extern int ddi_create_priv_minor_node(dev_info_t *, const char *, int, minor_t,
    const char *, int, const char *, const char *, mode_t);
extern void ddi_remove_minor_node(dev_info_t *, const char *);
extern major_t ddi_driver_major(dev_info_t *);
extern int ddi_get_instance(dev_info_t *);
extern char *ddi_get_name(dev_info_t *);
extern char *ddi_node_name(dev_info_t *);
extern dev_info_t *ddi_get_parent(dev_info_t *);
extern void *ddi_get_driver_private(dev_info_t *);
extern void ddi_set_driver_private(dev_info_t *, void *);
extern void ddi_report_dev(dev_info_t *);
extern char *ddi_major_to_name(major_t);
extern major_t ddi_name_to_major(const char *);
extern int ddi_no_info(dev_info_t *, ddi_info_cmd_t, void *, void **);
extern int ddi_quiesce_not_needed(dev_info_t *);
extern int ddi_quiesce_not_supported(dev_info_t *);
extern int ddi_power(dev_info_t *, int, int);
extern int nochpoll(dev_t, short, int, short *, struct pollhead **);

extern int ddi_prop_op(dev_t, dev_info_t *, ddi_prop_op_t, int, char *, caddr_t,
    int *);
extern int ddi_prop_exists(dev_t, dev_info_t *, uint_t, char *);
extern int ddi_prop_get_int(dev_t, dev_info_t *, uint_t, char *, int);
extern int64_t ddi_prop_get_int64(dev_t, dev_info_t *, uint_t, char *, int64_t);

/*
 * One zeroed structure an instance.
 */
extern int ddi_soft_state_init(void **, size_t, size_t);
extern void ddi_soft_state_fini(void **);
extern int ddi_soft_state_zalloc(void *, int);
extern void ddi_soft_state_free(void *, int);
extern void *ddi_get_soft_state(void *, int);

/*
 * Who is calling, and when.
 */
extern cred_t *ddi_get_cred(void);
extern pid_t ddi_get_pid(void);
extern kt_did_t ddi_get_kt_did(void);
extern time_t ddi_get_time(void);
extern boolean_t ddi_can_receive_sig(void);
extern int ddi_in_panic(void);

#define	TASKQ_DEFAULTPRI	-1

typedef struct ddi_taskq ddi_taskq_t;

extern ddi_taskq_t *ddi_taskq_create(dev_info_t *, const char *, int, pri_t,
    uint_t);
extern void ddi_taskq_destroy(ddi_taskq_t *);
extern int ddi_taskq_dispatch(ddi_taskq_t *, void (*)(void *), void *, uint_t);
extern void ddi_taskq_wait(ddi_taskq_t *);
extern void ddi_taskq_suspend(ddi_taskq_t *);
extern boolean_t ddi_taskq_suspended(ddi_taskq_t *);
extern void ddi_taskq_resume(ddi_taskq_t *);

extern int ddi_ffs(long);
extern int ddi_fls(long);
extern int ddi_strtol(const char *, char **, int, long *);
extern int ddi_strtoul(const char *, char **, int, unsigned long *);
extern int ddi_strtoull(const char *, char **, int, u_longlong_t *);
extern size_t strnlen(const char *, size_t);

#ifdef	__cplusplus
}
#endif

#endif	/* _SYS_SUNDDI_H */
