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
 * Who may do what, as os/policy.c of illumos: 0, or the errno that it answers
 * there.
 */

#include <sys/errno.h>
#include <sys/policy.h>

#include "cred_impl.h"

static int
policy(const cred_t *cr, uint_t priv, int error)
{
	return ((cr->cr_privs & priv) == priv ? 0 : error);
}

int
secpolicy_dl_config(const cred_t *cr)
{
	return (policy(cr, HK_PRIV_DL_CONFIG, EPERM));
}

/*
 * Of all that is configured with sys_net_config or sys_ip_config there is only
 * the link.
 */
int
secpolicy_net_config(const cred_t *cr, boolean_t checkonly __unused)
{
	return (policy(cr, HK_PRIV_DL_CONFIG, EPERM));
}

int
secpolicy_ip_config(const cred_t *cr, boolean_t checkonly __unused)
{
	return (policy(cr, HK_PRIV_DL_CONFIG, EPERM));
}

int
secpolicy_net_rawaccess(const cred_t *cr)
{
	return (policy(cr, HK_PRIV_NET_RAWACCESS, EACCES));
}

int
secpolicy_net_observability(const cred_t *cr)
{
	return (policy(cr, HK_PRIV_NET_RAWACCESS, EACCES));
}

/*
 * Privileges that stay with who has them all.
 */
int
secpolicy_sys_config(const cred_t *cr, boolean_t checkonly __unused)
{
	return (policy(cr, HK_PRIV_ALL, EPERM));
}

int
secpolicy_sys_devices(const cred_t *cr)
{
	return (policy(cr, HK_PRIV_ALL, EPERM));
}

int
secpolicy_excl_open(const cred_t *cr)
{
	return (policy(cr, HK_PRIV_ALL, EBUSY));
}

int
secpolicy_zone_config(const cred_t *cr)
{
	return (policy(cr, HK_PRIV_ALL, EPERM));
}
