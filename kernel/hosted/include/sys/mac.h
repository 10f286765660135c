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

#ifndef	_SYS_MAC_H
#define	_SYS_MAC_H

/*
 * Media-independent network devices: what providers and clients of MAC share
 * (mac.h of illumos).
 */

#include <sys/types.h>
#include <sys/sunddi.h>

#ifdef	__cplusplus
extern "C" {
#endif

#define	MAC_INFO		"MAC Services"

#define	MAXMACADDRLEN		20
#define	MAXLINKPROPNAME		256
#define	MPT_MAXMACADDR		32

#define	DATALINK_INVALID_LINKID	0
#define	DATALINK_ALL_LINKID	0
#define	DATALINK_MAX_LINKID	0xffffffff

typedef struct __mac_handle *mac_handle_t;
typedef struct __mac_resource_handle *mac_resource_handle_t;
typedef struct __mac_notify_handle *mac_notify_handle_t;
typedef struct __mac_ring_handle *mac_ring_handle_t;
typedef struct __mac_group_handle *mac_group_handle_t;

typedef enum {
	LINK_STATE_UNKNOWN	= -1,
	LINK_STATE_DOWN,
	LINK_STATE_UP
} link_state_t;

typedef enum {
	LINK_DUPLEX_UNKNOWN,
	LINK_DUPLEX_HALF,
	LINK_DUPLEX_FULL
} link_duplex_t;

typedef enum {
	LINK_FLOWCTRL_NONE,
	LINK_FLOWCTRL_RX,
	LINK_FLOWCTRL_TX,
	LINK_FLOWCTRL_BI
} link_flowctrl_t;

typedef enum {
	LINK_TAGMODE_VLANONLY,
	LINK_TAGMODE_NORMAL
} link_tagmode_t;

typedef enum {
	MAC_ADDRTYPE_UNICAST,
	MAC_ADDRTYPE_MULTICAST,
	MAC_ADDRTYPE_BROADCAST
} mac_addrtype_t;

typedef enum {
	MAC_NOTE_LINK,
	MAC_NOTE_UNICST,
	MAC_NOTE_TX,
	MAC_NOTE_DEVPROMISC,
	MAC_NOTE_FASTPATH_FLUSH,
	MAC_NOTE_SDU_SIZE,
	MAC_NOTE_DEST,
	MAC_NOTE_MARGIN,
	MAC_NOTE_CAPAB_CHG,
	MAC_NOTE_LOWLINK,
	MAC_NOTE_ALLOWED_IPS,
	MAC_NNOTE
} mac_notify_type_t;

/*
 * Properties of a link.  PRIVATE ones go by their name, which starts with an
 * underscore.
 */
typedef enum {
	MAC_PROP_PRIVATE		= -1,
	MAC_PROP_DUPLEX			= 1,
	MAC_PROP_SPEED,
	MAC_PROP_STATUS,
	MAC_PROP_AUTONEG,
	MAC_PROP_EN_AUTONEG,
	MAC_PROP_MTU,
	MAC_PROP_ZONE,
	MAC_PROP_AUTOPUSH,
	MAC_PROP_FLOWCTRL,
	MAC_PROP_ADV_1000FDX_CAP,
	MAC_PROP_EN_1000FDX_CAP,
	MAC_PROP_ADV_1000HDX_CAP,
	MAC_PROP_EN_1000HDX_CAP,
	MAC_PROP_ADV_100FDX_CAP,
	MAC_PROP_EN_100FDX_CAP,
	MAC_PROP_ADV_100HDX_CAP,
	MAC_PROP_EN_100HDX_CAP,
	MAC_PROP_ADV_10FDX_CAP,
	MAC_PROP_EN_10FDX_CAP,
	MAC_PROP_ADV_10HDX_CAP,
	MAC_PROP_EN_10HDX_CAP,
	MAC_PROP_ADV_100T4_CAP,
	MAC_PROP_EN_100T4_CAP,
	MAC_PROP_IPTUN_HOPLIMIT,
	MAC_PROP_IPTUN_ENCAPLIMIT,
	MAC_PROP_WL_ESSID,
	MAC_PROP_WL_BSSID,
	MAC_PROP_WL_BSSTYPE,
	MAC_PROP_WL_LINKSTATUS,
	MAC_PROP_WL_DESIRED_RATES,
	MAC_PROP_WL_SUPPORTED_RATES,
	MAC_PROP_WL_AUTH_MODE,
	MAC_PROP_WL_ENCRYPTION,
	MAC_PROP_WL_RSSI,
	MAC_PROP_WL_PHY_CONFIG,
	MAC_PROP_WL_CAPABILITY,
	MAC_PROP_WL_WPA,
	MAC_PROP_WL_SCANRESULTS,
	MAC_PROP_WL_POWER_MODE,
	MAC_PROP_WL_RADIO,
	MAC_PROP_WL_ESS_LIST,
	MAC_PROP_WL_KEY_TAB,
	MAC_PROP_WL_CREATE_IBSS,
	MAC_PROP_WL_SETOPTIE,
	MAC_PROP_WL_DELKEY,
	MAC_PROP_WL_KEY,
	MAC_PROP_WL_MLME,
	MAC_PROP_TAGMODE,
	MAC_PROP_ADV_10GFDX_CAP,
	MAC_PROP_EN_10GFDX_CAP,
	MAC_PROP_PVID,
	MAC_PROP_LLIMIT,
	MAC_PROP_LDECAY,
	MAC_PROP_RESOURCE,
	MAC_PROP_RESOURCE_EFF,
	MAC_PROP_RXRINGSRANGE,
	MAC_PROP_TXRINGSRANGE,
	MAC_PROP_MAX_TX_RINGS_AVAIL,
	MAC_PROP_MAX_RX_RINGS_AVAIL,
	MAC_PROP_MAX_RXHWCLNT_AVAIL,
	MAC_PROP_MAX_TXHWCLNT_AVAIL,
	MAC_PROP_IB_LINKMODE,
	MAC_PROP_VN_PROMISC_FILTERED,
	MAC_PROP_SECONDARY_ADDRS,
	MAC_PROP_ADV_40GFDX_CAP,
	MAC_PROP_EN_40GFDX_CAP,
	MAC_PROP_ADV_100GFDX_CAP,
	MAC_PROP_EN_100GFDX_CAP,
	MAC_PROP_ADV_2500FDX_CAP,
	MAC_PROP_EN_2500FDX_CAP,
	MAC_PROP_ADV_5000FDX_CAP,
	MAC_PROP_EN_5000FDX_CAP,
	MAC_PROP_ADV_25GFDX_CAP,
	MAC_PROP_EN_25GFDX_CAP,
	MAC_PROP_ADV_50GFDX_CAP,
	MAC_PROP_EN_50GFDX_CAP,
	MAC_PROP_EN_FEC_CAP,
	MAC_PROP_ADV_FEC_CAP,
	MAC_PROP_MEDIA,
	MAC_PROP_ADV_200GFDX_CAP,
	MAC_PROP_EN_200GFDX_CAP,
	MAC_PROP_ADV_400GFDX_CAP,
	MAC_PROP_EN_400GFDX_CAP
} mac_prop_id_t;

#define	MAC_PROP_PERM_READ	0x1
#define	MAC_PROP_PERM_WRITE	0x10
#define	MAC_PROP_PERM_RW	(MAC_PROP_PERM_READ | MAC_PROP_PERM_WRITE)
#define	MAC_PROP_MAP_KSTAT	0x100
#define	MAC_PROP_FLAGS_RK	(MAC_PROP_PERM_READ | MAC_PROP_MAP_KSTAT)

typedef enum {
	MAC_PROPVAL_UINT8,
	MAC_PROPVAL_UINT32,
	MAC_PROPVAL_STR
} mac_propval_type_t;

typedef struct mac_propval_uint32_range_s {
	uint32_t	mpur_min;
	uint32_t	mpur_max;
} mac_propval_uint32_range_t;

typedef struct mac_propval_str_range_s {
	uint32_t	mpur_nextbyte;
	char		mpur_data[];
} mac_propval_str_range_t;

typedef struct mac_propval_range_s {
	uint_t		mpr_count;
	mac_propval_type_t	mpr_type;
	union {
		mac_propval_uint32_range_t	mpr_uint32[1];
		mac_propval_str_range_t	mpr_str;
	} u;
} mac_propval_range_t;

typedef struct mac_info_s {
	uint_t		mi_media;
	uint_t		mi_nativemedia;
	uint_t		mi_addr_length;
	uint8_t		*mi_unicst_addr;
	uint8_t		*mi_brdcst_addr;
} mac_info_t;

/*
 * Statistics.  The first ones are MAC's own; a driver is asked for those from
 * MAC_STAT_MIN on, and for its media's from MACTYPE_STAT_MIN on.
 */
enum mac_mod_stat {
	MAC_STAT_LINK_STATE,
	MAC_STAT_LINK_UP,
	MAC_STAT_PROMISC,
	MAC_STAT_LOWLINK_STATE,
	MAC_STAT_HDROPS
};

#define	MAC_STAT_MIN		1000

enum mac_driver_stat {
	MAC_STAT_IFSPEED	= MAC_STAT_MIN,
	MAC_STAT_MULTIRCV,
	MAC_STAT_BRDCSTRCV,
	MAC_STAT_MULTIXMT,
	MAC_STAT_BRDCSTXMT,
	MAC_STAT_NORCVBUF,
	MAC_STAT_IERRORS,
	MAC_STAT_UNKNOWNS,
	MAC_STAT_NOXMTBUF,
	MAC_STAT_OERRORS,
	MAC_STAT_COLLISIONS,
	MAC_STAT_RBYTES,
	MAC_STAT_IPACKETS,
	MAC_STAT_OBYTES,
	MAC_STAT_OPACKETS,
	MAC_STAT_UNDERFLOWS,
	MAC_STAT_OVERFLOWS
};

#define	MAC_NSTAT		(MAC_STAT_OVERFLOWS - MAC_STAT_MIN + 1)
#define	MACTYPE_STAT_MIN	(MAC_STAT_MIN + 1000)

/*
 * What mac_hw_emul() is to do: checksums, those of IPv4 headers only, cutting
 * large segments.
 */
typedef enum mac_emul {
	MAC_HWCKSUM_EMUL	= 0x1,
	MAC_IPCKSUM_EMUL	= 0x2,
	MAC_LSO_EMUL		= 0x4
} mac_emul_t;

#define	MAC_HWCKSUM_EMULS	(MAC_HWCKSUM_EMUL | MAC_IPCKSUM_EMUL)
#define	MAC_ALL_EMULS		(MAC_HWCKSUM_EMULS | MAC_LSO_EMUL)

typedef void (*mac_notify_t)(void *, mac_notify_type_t);

extern const char *mac_name(mac_handle_t);
extern int mac_type(mac_handle_t);
extern uint_t mac_addr_len(mac_handle_t);
extern void mac_sdu_get(mac_handle_t, uint_t *, uint_t *);
extern void mac_sdu_get2(mac_handle_t, uint_t *, uint_t *, uint_t *);
extern int mac_maxsdu_update(mac_handle_t, uint_t);
extern int mac_maxsdu_update2(mac_handle_t, uint_t, uint_t);
extern void mac_margin_get(mac_handle_t, uint32_t *);
extern boolean_t mac_margin_update(mac_handle_t, uint32_t);
extern minor_t mac_minor_hold(boolean_t);
extern void mac_minor_rele(minor_t);
extern void mac_unicst_update(mac_handle_t, const uint8_t *);
extern int mac_pdata_update(mac_handle_t, void *, size_t);
extern void mac_capab_update(mac_handle_t);

#ifdef	__cplusplus
}
#endif

#endif	/* _SYS_MAC_H */
