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
 * The perimeter of a MAC: the control operations are made one at a time, and
 * the thread within may enter again.  A flag with an owner and not a lock, for
 * it lasts over calls of the driver.  After uts/common/io/mac/mac.c of
 * illumos.
 */

#include <sys/debug.h>
#include <sys/errno.h>
#include <sys/systm.h>

#include "dev_impl.h"
#include "mac_kern.h"

void
i_mac_perim_enter(mac_impl_t *mip)
{
	KERN_NO_LOCKS("mac perimeter");
	mutex_enter(&mip->mi_perim_lock);
	if (mip->mi_perim_owner != curthread) {
		while (mip->mi_perim_owner != NULL)
			cv_wait(&mip->mi_perim_cv, &mip->mi_perim_lock);
		mip->mi_perim_owner = curthread;
	}
	mip->mi_perim_count++;
	mutex_exit(&mip->mi_perim_lock);
}

int
i_mac_perim_enter_nowait(mac_impl_t *mip)
{
	int err = 0;

	mutex_enter(&mip->mi_perim_lock);
	if (mip->mi_perim_owner == NULL || mip->mi_perim_owner == curthread) {
		mip->mi_perim_owner = curthread;
		mip->mi_perim_count++;
	} else {
		err = EBUSY;
	}
	mutex_exit(&mip->mi_perim_lock);
	return (err);
}

void
i_mac_perim_exit(mac_impl_t *mip)
{
	mutex_enter(&mip->mi_perim_lock);
	VERIFY(mip->mi_perim_owner == curthread);
	if (--mip->mi_perim_count == 0) {
		mip->mi_perim_owner = NULL;
		cv_signal(&mip->mi_perim_cv);
	}
	mutex_exit(&mip->mi_perim_lock);
}

void
mac_perim_enter_by_mh(mac_handle_t mh, mac_perim_handle_t *mphp)
{
	mac_impl_t *mip = (mac_impl_t *)mh;

	mac_check(mip, "mac_perim_enter_by_mh");
	i_mac_perim_enter(mip);
	*mphp = (mac_perim_handle_t)mip;
}

void
mac_perim_exit(mac_perim_handle_t mph)
{
	i_mac_perim_exit((mac_impl_t *)mph);
}

boolean_t
mac_perim_held(mac_handle_t mh)
{
	mac_impl_t *mip = (mac_impl_t *)mh;
	boolean_t held;

	mutex_enter(&mip->mi_perim_lock);
	held = (mip->mi_perim_owner == curthread);
	mutex_exit(&mip->mi_perim_lock);
	return (held);
}
