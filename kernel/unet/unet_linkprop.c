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
 * Private properties of the link, in the words of dladm(8): those of offloads,
 * and how the holder moves frames.
 *
 * MAC calls with its perimeter held, so nothing here waits for anything: a
 * request of UNET_IOC_SETPROP and one of dladm do not take turns, the last one
 * counts.
 */

#include "unet_impl.h"
#include <sys/errno.h>
#include <sys/mac.h>

#define	UNET_LINKPROP_IOMODE	"_io_mode"
#define	UNET_LINKPROP_NWORDS	3

typedef struct unet_linkprop {
	const char	*ul_name;
	uint32_t	ul_id;		/* unet_prop_id_t */
	const char	*ul_words[UNET_LINKPROP_NWORDS];	/* by value */
} unet_linkprop_t;

/*
 * The first word is the default.
 */
static const unet_linkprop_t unet_linkprops[] = {
	{ "_rx_ipv4_cksum", UNET_PROP_RX_IPV4_CKSUM, { "off", "on" } },
	{ "_tx_ipv4_cksum", UNET_PROP_TX_IPV4_CKSUM, { "off", "on" } },
	{ "_tx_ulp_cksum", UNET_PROP_TX_ULP_CKSUM,
	    { "none", "fullv4", "partial" } },
	{ "_lso", UNET_PROP_LSO, { "off", "on" } }
};

/*
 * What MAC is told of; it does not write here.
 */
char *unet_linkprop_names[] = {
	"_rx_ipv4_cksum",
	"_tx_ipv4_cksum",
	"_tx_ulp_cksum",
	"_lso",
	UNET_LINKPROP_IOMODE,
	NULL
};

static const unet_linkprop_t *
unet_linkprop_find(const char *name)
{
	uint_t i;

	for (i = 0; i < ARRAY_SIZE(unet_linkprops); i++) {
		if (strcmp(name, unet_linkprops[i].ul_name) == 0)
			return (&unet_linkprops[i]);
	}
	return (NULL);
}

/*
 * ENOTSUP: there is no such property, or it cannot be set.  EINVAL: not with
 * this value.
 */
int
unet_linkprop_set(unet_dev_t *ud, const char *name, uint_t size,
    const void *val)
{
	const unet_linkprop_t *ul = unet_linkprop_find(name);
	size_t len;
	uint_t i;

	if (ul == NULL)
		return (ENOTSUP);
	if (val == NULL)
		return (EINVAL);

	len = strnlen(val, size);
	for (i = 0; i < UNET_LINKPROP_NWORDS && ul->ul_words[i] != NULL; i++) {
		if (strlen(ul->ul_words[i]) == len &&
		    bcmp(ul->ul_words[i], val, len) == 0) {
			unet_offload_set(ud, ul->ul_id, i);
			return (0);
		}
	}
	return (EINVAL);
}

/*
 * EOVERFLOW: the value and its end do not fit into `size' bytes.
 */
int
unet_linkprop_get(unet_dev_t *ud, const char *name, uint_t size, void *val)
{
	const unet_linkprop_t *ul = unet_linkprop_find(name);
	const char *word;

	if (ul != NULL)
		word = ul->ul_words[unet_offload_get(ud, ul->ul_id)];
	else if (strcmp(name, UNET_LINKPROP_IOMODE) == 0)
		word = unet_iomode_names[unet_prop_iomode(ud)];
	else
		return (ENOTSUP);
	return (strlcpy(val, word, size) < size ? 0 : EOVERFLOW);
}

void
unet_linkprop_info(const char *name, mac_prop_info_handle_t info)
{
	const unet_linkprop_t *ul = unet_linkprop_find(name);

	if (ul != NULL) {
		mac_prop_info_set_perm(info, MAC_PROP_PERM_RW);
		mac_prop_info_set_default_str(info, ul->ul_words[0]);
	} else if (strcmp(name, UNET_LINKPROP_IOMODE) == 0) {
		mac_prop_info_set_perm(info, MAC_PROP_PERM_READ);
		mac_prop_info_set_default_str(info,
		    unet_iomode_names[UNET_IOMODE_NONE]);
	}
}
