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

#ifndef	_SYS_MAC_PROVIDER_H
#define	_SYS_MAC_PROVIDER_H

/*
 * What a network driver and MAC say to each other (mac_provider.h of illumos).
 * A driver fills in a mac_register_t; MAC calls it through the mac_callbacks_t.
 * Rings, groups and shares of real hardware do not exist here: mac_register()
 * refuses a driver whose m_v12n asks for them with ENOTSUP.
 */

#include <sys/types.h>
#include <sys/ddi.h>
#include <sys/sunddi.h>
#include <sys/stream.h>
#include <sys/mkdev.h>
#include <sys/mac.h>

#ifdef	__cplusplus
extern "C" {
#endif

#define	MAC_VERSION_V1		0x1
#define	MAC_VERSION		MAC_VERSION_V1

#define	MAC_VIRT_NONE		0x0
#define	MAC_VIRT_LEVEL1		0x1
#define	MAC_VIRT_HIO		0x2

#define	MAC_VLAN_UNTAGGED	UINT16_MAX

typedef struct __mac_prop_info_handle *mac_prop_info_handle_t;

typedef enum {
	MAC_CAPAB_HCKSUM	= 0x1,
	MAC_CAPAB_LSO		= 0x8,
	MAC_CAPAB_RESERVED1	= 0x2,
	MAC_CAPAB_RESERVED2	= 0x4,
	MAC_CAPAB_RINGS		= 0x10,
	MAC_CAPAB_SHARES	= 0x20,
	MAC_CAPAB_MULTIFACTADDR	= 0x40,
	MAC_CAPAB_VNIC		= 0x10000,
	MAC_CAPAB_ANCHOR_VNIC	= 0x20000,
	MAC_CAPAB_AGGR		= 0x40000,
	MAC_CAPAB_NO_NATIVEVLAN	= 0x80000,
	MAC_CAPAB_NO_ZCOPY	= 0x100000,
	MAC_CAPAB_LEGACY	= 0x200000,
	MAC_CAPAB_VRRP		= 0x400000,
	MAC_CAPAB_OVERLAY	= 0x800000,
	MAC_CAPAB_TRANSCEIVER	= 0x1000000,
	MAC_CAPAB_LED		= 0x2000000
} mac_capab_t;

/*
 * MAC_CAPAB_LSO
 */
#define	LSO_TX_BASIC_TCP_IPV4	0x1
#define	LSO_TX_BASIC_TCP_IPV6	0x2

typedef struct lso_basic_tcp_ipv4_s {
	t_uscalar_t	lso_max;
} lso_basic_tcp_ipv4_t;

typedef struct lso_basic_tcp_ipv6_s {
	t_uscalar_t	lso_max;
} lso_basic_tcp_ipv6_t;

typedef struct mac_capab_lso_s {
	t_uscalar_t	lso_flags;
	lso_basic_tcp_ipv4_t	lso_basic_tcp_ipv4;
	lso_basic_tcp_ipv6_t	lso_basic_tcp_ipv6;
} mac_capab_lso_t;

typedef int (*mac_getstat_t)(void *, uint_t, uint64_t *);
typedef int (*mac_start_t)(void *);
typedef void (*mac_stop_t)(void *);
typedef int (*mac_setpromisc_t)(void *, boolean_t);
typedef int (*mac_multicst_t)(void *, boolean_t, const uint8_t *);
typedef int (*mac_unicst_t)(void *, const uint8_t *);
typedef void (*mac_ioctl_t)(void *, queue_t *, mblk_t *);
typedef void (*mac_resources_t)(void *);
typedef mblk_t *(*mac_tx_t)(void *, mblk_t *);
typedef boolean_t (*mac_getcapab_t)(void *, mac_capab_t, void *);
typedef int (*mac_open_t)(void *);
typedef void (*mac_close_t)(void *);
typedef int (*mac_set_prop_t)(void *, const char *, mac_prop_id_t, uint_t,
    const void *);
typedef int (*mac_get_prop_t)(void *, const char *, mac_prop_id_t, uint_t,
    void *);
typedef void (*mac_prop_info_t)(void *, const char *, mac_prop_id_t,
    mac_prop_info_handle_t);

/*
 * The callbacks.  Those from mc_ioctl on are called only if mc_callbacks has
 * their bit.
 */
#define	MC_RESERVED		0x1
#define	MC_IOCTL		0x2
#define	MC_GETCAPAB		0x4
#define	MC_OPEN			0x8
#define	MC_CLOSE		0x10
#define	MC_SETPROP		0x20
#define	MC_GETPROP		0x40
#define	MC_PROPINFO		0x80
#define	MC_PROPERTIES		(MC_SETPROP | MC_GETPROP | MC_PROPINFO)

typedef struct mac_callbacks_s {
	uint_t		mc_callbacks;
	mac_getstat_t	mc_getstat;
	mac_start_t	mc_start;
	mac_stop_t	mc_stop;
	mac_setpromisc_t	mc_setpromisc;
	mac_multicst_t	mc_multicst;
	mac_unicst_t	mc_unicst;
	mac_tx_t	mc_tx;
	void		*mc_reserved;
	mac_ioctl_t	mc_ioctl;
	mac_getcapab_t	mc_getcapab;
	mac_open_t	mc_open;
	mac_close_t	mc_close;
	mac_set_prop_t	mc_setprop;
	mac_get_prop_t	mc_getprop;
	mac_prop_info_t	mc_propinfo;
} mac_callbacks_t;

typedef struct mac_register_s {
	uint_t		m_version;
	const char	*m_type_ident;
	void		*m_driver;
	dev_info_t	*m_dip;
	uint_t		m_instance;
	uint8_t		*m_src_addr;
	uint8_t		*m_dst_addr;
	mac_callbacks_t	*m_callbacks;
	uint_t		m_min_sdu;
	uint_t		m_max_sdu;
	void		*m_pdata;
	size_t		m_pdata_size;
	char		**m_priv_props;
	uint32_t	m_margin;
	uint32_t	m_v12n;
	uint_t		m_multicast_sdu;
} mac_register_t;

extern void mac_init_ops(struct dev_ops *, const char *);
extern void mac_fini_ops(struct dev_ops *);
extern mac_register_t *mac_alloc(uint_t);
extern void mac_free(mac_register_t *);
extern int mac_register(mac_register_t *, mac_handle_t *);
extern int mac_disable(mac_handle_t);
extern int mac_disable_nowait(mac_handle_t);
extern int mac_unregister(mac_handle_t);

extern void mac_rx(mac_handle_t, mac_resource_handle_t, mblk_t *);
extern void mac_tx_update(mac_handle_t);
extern void mac_link_update(mac_handle_t, link_state_t);
extern void mac_link_redo(mac_handle_t, link_state_t);
extern void mac_dst_update(mac_handle_t, const uint8_t *);
extern boolean_t mac_unicst_verify(mac_handle_t, const uint8_t *, uint_t);

extern minor_t mac_private_minor(void);
extern int mac_getinfo(dev_info_t *, ddi_info_cmd_t, void *, void **);
extern int mac_devt_to_instance(dev_t);

extern void mac_hcksum_get(const mblk_t *, uint32_t *, uint32_t *, uint32_t *,
    uint32_t *, uint32_t *);
extern void mac_hcksum_set(mblk_t *, uint32_t, uint32_t, uint32_t, uint32_t,
    uint32_t);
extern void mac_hcksum_clone(const mblk_t *, mblk_t *);
extern void mac_lso_get(mblk_t *, uint32_t *, uint32_t *);

extern void mac_prop_info_set_default_link_flowctrl(mac_prop_info_handle_t,
    link_flowctrl_t);
extern void mac_prop_info_set_default_str(mac_prop_info_handle_t, const char *);
extern void mac_prop_info_set_default_uint32(mac_prop_info_handle_t, uint32_t);
extern void mac_prop_info_set_default_uint64(mac_prop_info_handle_t, uint64_t);
extern void mac_prop_info_set_default_uint8(mac_prop_info_handle_t, uint8_t);
extern void mac_prop_info_set_perm(mac_prop_info_handle_t, uint8_t);
extern void mac_prop_info_set_range_uint32(mac_prop_info_handle_t, uint32_t,
    uint32_t);

#ifdef	__cplusplus
}
#endif

#endif	/* _SYS_MAC_PROVIDER_H */
