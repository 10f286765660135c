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
 * The ABI as the compiler has it.
 *
 *	abi_dump		checks what must hold of every structure (TAP)
 *	abi_dump --json		prints sizes, offsets, numbers and texts, for
 *				checks/abi.ts to compare with TypeScript
 *
 * checks/abi.ts also finds what the headers declare and the tables here do not
 * list.
 */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <sys/unet.h>
#include <sys/frameio.h>
#include "hk.h"
#include "tap.h"

/*
 * A structure and the members that follow it in the table, in their order.
 */
typedef struct layout {
	const char	*la_type;	/* the structure, or NULL: a member */
	const char	*la_name;	/* of the member */
	size_t		la_offset;
	size_t		la_size;
} layout_t;

#define	STRUCT(type)		{ #type, NULL, 0, sizeof (type) }
#define	MEMBER(type, member) \
	{ NULL, #member, offsetof(type, member), sizeof (((type *)0)->member) }
#define	ROWS(table)		(sizeof (table) / sizeof (table[0]))

static const layout_t layouts[] = {
	STRUCT(unet_ioc_hdr_t),
	MEMBER(unet_ioc_hdr_t, uih_version),
	MEMBER(unet_ioc_hdr_t, uih_errno),
	MEMBER(unet_ioc_hdr_t, uih_linkid),
	MEMBER(unet_ioc_hdr_t, uih_flags),
	MEMBER(unet_ioc_hdr_t, uih_name),
	STRUCT(unet_ioc_create_t),
	MEMBER(unet_ioc_create_t, uic_hdr),
	MEMBER(unet_ioc_create_t, uic_mac),
	MEMBER(unet_ioc_create_t, uic_maclen),
	MEMBER(unet_ioc_create_t, uic_pad),
	MEMBER(unet_ioc_create_t, uic_mtu),
	MEMBER(unet_ioc_create_t, uic_owner),
	MEMBER(unet_ioc_create_t, uic_group),
	MEMBER(unet_ioc_create_t, uic_lifetime),
	MEMBER(unet_ioc_create_t, uic_policy),
	MEMBER(unet_ioc_create_t, uic_linger),
	MEMBER(unet_ioc_create_t, uic_rxbuf),
	MEMBER(unet_ioc_create_t, uic_txbuf),
	MEMBER(unet_ioc_create_t, uic_reserved),
	STRUCT(unet_ioc_destroy_t),
	MEMBER(unet_ioc_destroy_t, uid_hdr),
	MEMBER(unet_ioc_destroy_t, uid_holder),
	MEMBER(unet_ioc_destroy_t, uid_pad),
	MEMBER(unet_ioc_destroy_t, uid_reserved),
	STRUCT(unet_list_ent_t),
	MEMBER(unet_list_ent_t, ule_linkid),
	MEMBER(unet_list_ent_t, ule_zoneid),
	MEMBER(unet_list_ent_t, ule_minor),
	MEMBER(unet_list_ent_t, ule_pad),
	MEMBER(unet_list_ent_t, ule_name),
	STRUCT(unet_ioc_list_t),
	MEMBER(unet_ioc_list_t, uil_hdr),
	MEMBER(unet_ioc_list_t, uil_nents),
	MEMBER(unet_ioc_list_t, uil_actents),
	MEMBER(unet_ioc_list_t, uil_ents),
	MEMBER(unet_ioc_list_t, uil_reserved),
	STRUCT(unet_ioc_info_t),
	MEMBER(unet_ioc_info_t, uii_hdr),
	MEMBER(unet_ioc_info_t, uii_mac),
	MEMBER(unet_ioc_info_t, uii_pad),
	MEMBER(unet_ioc_info_t, uii_mtu),
	MEMBER(unet_ioc_info_t, uii_zoneid),
	MEMBER(unet_ioc_info_t, uii_owner),
	MEMBER(unet_ioc_info_t, uii_group),
	MEMBER(unet_ioc_info_t, uii_lifetime),
	MEMBER(unet_ioc_info_t, uii_policy),
	MEMBER(unet_ioc_info_t, uii_linger),
	MEMBER(unet_ioc_info_t, uii_linkstate),
	MEMBER(unet_ioc_info_t, uii_iomode),
	MEMBER(unet_ioc_info_t, uii_holder),
	MEMBER(unet_ioc_info_t, uii_minor),
	MEMBER(unet_ioc_info_t, uii_minframe),
	MEMBER(unet_ioc_info_t, uii_maxframe),
	MEMBER(unet_ioc_info_t, uii_maxvecs),
	MEMBER(unet_ioc_info_t, uii_rxbuf),
	MEMBER(unet_ioc_info_t, uii_txbuf),
	MEMBER(unet_ioc_info_t, uii_minbuf),
	MEMBER(unet_ioc_info_t, uii_maxbuf),
	MEMBER(unet_ioc_info_t, uii_rxq_bytes),
	MEMBER(unet_ioc_info_t, uii_rxq_frames),
	MEMBER(unet_ioc_info_t, uii_txq_bytes),
	MEMBER(unet_ioc_info_t, uii_txq_frames),
	MEMBER(unet_ioc_info_t, uii_ownerzone),
	MEMBER(unet_ioc_info_t, uii_pad2),
	MEMBER(unet_ioc_info_t, uii_reserved),
	STRUCT(unet_prop_t),
	MEMBER(unet_prop_t, up_id),
	MEMBER(unet_prop_t, up_perm),
	MEMBER(unet_prop_t, up_value),
	STRUCT(unet_ioc_props_t),
	MEMBER(unet_ioc_props_t, uip_hdr),
	MEMBER(unet_ioc_props_t, uip_count),
	MEMBER(unet_ioc_props_t, uip_bad),
	MEMBER(unet_ioc_props_t, uip_reserved),
	MEMBER(unet_ioc_props_t, uip_props),
	STRUCT(unet_event_t),
	MEMBER(unet_event_t, ue_seq),
	MEMBER(unet_event_t, ue_time),
	MEMBER(unet_event_t, ue_value),
	MEMBER(unet_event_t, ue_type),
	MEMBER(unet_event_t, ue_count),
	MEMBER(unet_event_t, ue_prop),
	MEMBER(unet_event_t, ue_flags),
	STRUCT(unet_ioc_event_t),
	MEMBER(unet_ioc_event_t, uie_hdr),
	MEMBER(unet_ioc_event_t, uie_count),
	MEMBER(unet_ioc_event_t, uie_pending),
	MEMBER(unet_ioc_event_t, uie_reserved),
	MEMBER(unet_ioc_event_t, uie_events),
	STRUCT(unet_ioc_capture_t),
	MEMBER(unet_ioc_capture_t, uica_hdr),
	MEMBER(unet_ioc_capture_t, uica_snaplen),
	MEMBER(unet_ioc_capture_t, uica_bytes),
	MEMBER(unet_ioc_capture_t, uica_maxrecord),
	MEMBER(unet_ioc_capture_t, uica_pad),
	MEMBER(unet_ioc_capture_t, uica_reserved),
	STRUCT(unet_record_t),
	MEMBER(unet_record_t, ur_size),
	MEMBER(unet_record_t, ur_caplen),
	MEMBER(unet_record_t, ur_len),
	MEMBER(unet_record_t, ur_way),
	MEMBER(unet_record_t, ur_drop),
	MEMBER(unet_record_t, ur_time),
	MEMBER(unet_record_t, ur_lost),
	STRUCT(unet_ioc_watch_t),
	MEMBER(unet_ioc_watch_t, uiw_hdr),
	MEMBER(unet_ioc_watch_t, uiw_reserved),
	STRUCT(unet_watched_t),
	MEMBER(unet_watched_t, uw_event),
	MEMBER(unet_watched_t, uw_linkid),
	MEMBER(unet_watched_t, uw_zoneid),
	MEMBER(unet_watched_t, uw_name),
	STRUCT(unet_ioc_watched_t),
	MEMBER(unet_ioc_watched_t, uiwd_hdr),
	MEMBER(unet_ioc_watched_t, uiwd_count),
	MEMBER(unet_ioc_watched_t, uiwd_pending),
	MEMBER(unet_ioc_watched_t, uiwd_reserved),
	MEMBER(unet_ioc_watched_t, uiwd_events),
	STRUCT(hk_call_t),
	MEMBER(hk_call_t, hca_file),
	MEMBER(hk_call_t, hca_cmd),
	MEMBER(hk_call_t, hca_arg),
	MEMBER(hk_call_t, hca_result),
	STRUCT(hk_cred_t),
	MEMBER(hk_cred_t, hc_uid),
	MEMBER(hk_cred_t, hc_gid),
	MEMBER(hk_cred_t, hc_zoneid),
	MEMBER(hk_cred_t, hc_privs),
	STRUCT(hk_dl_t),
	MEMBER(hk_dl_t, hdl_linkid),
	MEMBER(hk_dl_t, hdl_class),
	MEMBER(hk_dl_t, hdl_media),
	MEMBER(hk_dl_t, hdl_flags),
	MEMBER(hk_dl_t, hdl_zoneid),
	MEMBER(hk_dl_t, hdl_pad),
	MEMBER(hk_dl_t, hdl_name),
	STRUCT(hk_stack_t),
	MEMBER(hk_stack_t, hst_linkid),
	MEMBER(hk_stack_t, hst_kind),
	MEMBER(hk_stack_t, hst_flags),
	MEMBER(hk_stack_t, hst_pad),
	MEMBER(hk_stack_t, hst_bus),
	STRUCT(hk_stackwant_t),
	MEMBER(hk_stackwant_t, hsw_linkid),
	MEMBER(hk_stackwant_t, hsw_what),
	MEMBER(hk_stackwant_t, hsw_addr),
	MEMBER(hk_stackwant_t, hsw_pad),
	STRUCT(hk_kstat_t),
	MEMBER(hk_kstat_t, hks_kid),
	MEMBER(hk_kstat_t, hks_instance),
	MEMBER(hk_kstat_t, hks_module),
	MEMBER(hk_kstat_t, hks_name),
	MEMBER(hk_kstat_t, hks_class),
	MEMBER(hk_kstat_t, hks_type),
	MEMBER(hk_kstat_t, hks_ndata),
	MEMBER(hk_kstat_t, hks_crtime),
	STRUCT(hk_kslist_t),
	MEMBER(hk_kslist_t, hkl_nents),
	MEMBER(hk_kslist_t, hkl_actents),
	MEMBER(hk_kslist_t, hkl_ents),
	MEMBER(hk_kslist_t, hkl_chainid),
	MEMBER(hk_kslist_t, hkl_pad),
	STRUCT(hk_ksnamed_t),
	MEMBER(hk_ksnamed_t, hkn_name),
	MEMBER(hk_ksnamed_t, hkn_type),
	MEMBER(hk_ksnamed_t, hkn_pad),
	MEMBER(hk_ksnamed_t, hkn_value),
	MEMBER(hk_ksnamed_t, hkn_string),
	STRUCT(hk_ksread_t),
	MEMBER(hk_ksread_t, hkr_kid),
	MEMBER(hk_ksread_t, hkr_nents),
	MEMBER(hk_ksread_t, hkr_actents),
	MEMBER(hk_ksread_t, hkr_errno),
	MEMBER(hk_ksread_t, hkr_ents),
	MEMBER(hk_ksread_t, hkr_crtime),
	MEMBER(hk_ksread_t, hkr_snaptime),
	STRUCT(hk_ksreads_t),
	MEMBER(hk_ksreads_t, hkm_nreads),
	MEMBER(hk_ksreads_t, hkm_pad),
	MEMBER(hk_ksreads_t, hkm_reads),
	STRUCT(hk_usage_t),
	MEMBER(hk_usage_t, hu_kmem),
	MEMBER(hk_usage_t, hu_mblks),
	MEMBER(hk_usage_t, hu_files),
	MEMBER(hk_usage_t, hu_links),
	MEMBER(hk_usage_t, hu_kstats),
	MEMBER(hk_usage_t, hu_threads),
	MEMBER(hk_usage_t, hu_locks),
	MEMBER(hk_usage_t, hu_reserved),
	STRUCT(hk_fault_t),
	MEMBER(hk_fault_t, hf_kind),
	MEMBER(hk_fault_t, hf_errno),
	MEMBER(hk_fault_t, hf_nth),
	MEMBER(hk_fault_t, hf_seen),
	STRUCT(hk_sysinfo_t),
	MEMBER(hk_sysinfo_t, hsi_version),
	MEMBER(hk_sysinfo_t, hsi_pid),
	MEMBER(hk_sysinfo_t, hsi_uid),
	MEMBER(hk_sysinfo_t, hsi_served),
	MEMBER(hk_sysinfo_t, hsi_links),
	MEMBER(hk_sysinfo_t, hsi_files),
	MEMBER(hk_sysinfo_t, hsi_uptime),
	MEMBER(hk_sysinfo_t, hsi_reserved),
	STRUCT(hk_zone_t),
	MEMBER(hk_zone_t, hz_zoneid),
	MEMBER(hk_zone_t, hz_flags),
	MEMBER(hk_zone_t, hz_state),
	MEMBER(hk_zone_t, hz_pad),
	MEMBER(hk_zone_t, hz_name),
	MEMBER(hk_zone_t, hz_netns),
	STRUCT(hk_dlmgmt_t),
	MEMBER(hk_dlmgmt_t, hdm_what),
	MEMBER(hk_dlmgmt_t, hdm_running),
	STRUCT(hk_businfo_t),
	MEMBER(hk_businfo_t, hbi_rx_frames),
	MEMBER(hk_businfo_t, hbi_tx_frames),
	MEMBER(hk_businfo_t, hbi_drops),
	MEMBER(hk_businfo_t, hbi_ports),
	MEMBER(hk_businfo_t, hbi_rx_flags),
	STRUCT(hk_bussend_t),
	MEMBER(hk_bussend_t, hbs_buf),
	MEMBER(hk_bussend_t, hbs_len),
	MEMBER(hk_bussend_t, hbs_flags),
	MEMBER(hk_bussend_t, hbs_start),
	MEMBER(hk_bussend_t, hbs_stuff),
	MEMBER(hk_bussend_t, hbs_end),
	MEMBER(hk_bussend_t, hbs_mss),
	MEMBER(hk_bussend_t, hbs_blocks),
	STRUCT(hk_linkprop_t),
	MEMBER(hk_linkprop_t, hlp_linkid),
	MEMBER(hk_linkprop_t, hlp_size),
	MEMBER(hk_linkprop_t, hlp_perm),
	MEMBER(hk_linkprop_t, hlp_pad),
	MEMBER(hk_linkprop_t, hlp_name),
	MEMBER(hk_linkprop_t, hlp_value),
	MEMBER(hk_linkprop_t, hlp_default),
	STRUCT(hk_capab_t),
	MEMBER(hk_capab_t, hca_linkid),
	MEMBER(hk_capab_t, hca_hcksum),
	MEMBER(hk_capab_t, hca_hcksum_size),
	MEMBER(hk_capab_t, hca_lso),
	MEMBER(hk_capab_t, hca_lso_max),
	MEMBER(hk_capab_t, hca_lso_size),
	MEMBER(hk_capab_t, hca_changes),
};

/*
 * Of pointers and size_t, so different for each data model.
 */
static const layout_t native_layouts[] = {
	STRUCT(frameio_t),
	MEMBER(frameio_t, fio_version),
	MEMBER(frameio_t, fio_nvpf),
	MEMBER(frameio_t, fio_nvecs),
	STRUCT(framevec_t),
	MEMBER(framevec_t, fv_buf),
	MEMBER(framevec_t, fv_buflen),
	MEMBER(framevec_t, fv_actlen),
};

typedef struct number {
	const char	*nu_name;
	uint32_t	nu_value;
} number_t;

#define	NUMBER(name)		{ #name, (uint32_t)(name) }
#define	NUMBER_OF_ERRNO(number, name, text) \
	{ "UNET_E_" #name, UNET_E_##name },
#define	NUMBER_OF_PROP(number, name, text, perm) \
	{ "UNET_PROP_" #name, UNET_PROP_##name },
#define	NUMBER_OF_EVENT(number, name, text) \
	{ "UNET_EV_" #name, UNET_EV_##name },

#define	NUMBER_OF_DROP(number, name, way, word, text) \
	{ "UNET_DROP_" #name, UNET_DROP_##name },

static const number_t numbers[] = {
	UNET_DROP_MAP(NUMBER_OF_DROP)
	UNET_ERRNO_MAP(NUMBER_OF_ERRNO)
	UNET_PROP_MAP(NUMBER_OF_PROP)
	UNET_EVENT_MAP(NUMBER_OF_EVENT)
	NUMBER(UNET_ABI_VERSION), NUMBER(UNET_NAMELEN), NUMBER(UNET_MACLEN),
	NUMBER(UNET_LINKID_NONE), NUMBER(UNET_ID_NONE), NUMBER(UNET_MTU_MIN),
	NUMBER(UNET_MTU_MAX), NUMBER(UNET_MTU_DEFAULT),
	NUMBER(UNET_FRAME_MIN), NUMBER(UNET_FRAME_PAD),
	NUMBER(UNET_FRAME_EXTRA), NUMBER(UNET_FRAME_OVERHEAD),
	NUMBER(UNET_BUF_DEFAULT), NUMBER(UNET_BUF_MAX),
	NUMBER(UNET_LINGER_MAX), NUMBER(UNET_IOC), NUMBER(UNET_IOC_CREATE),
	NUMBER(UNET_IOC_DESTROY), NUMBER(UNET_DESTROY_UNHELD),
	NUMBER(UNET_IOC_LIST), NUMBER(UNET_IOC_INFO),
	NUMBER(UNET_IOC_GETPROP), NUMBER(UNET_IOC_SETPROP),
	NUMBER(UNET_PERM_READ), NUMBER(UNET_PERM_WRITE), NUMBER(UNET_PERM_RW),
	NUMBER(UNET_PROPS_MAX), NUMBER(UNET_IOC_EVENT),
	NUMBER(UNET_EVENT_RESYNC), NUMBER(UNET_EVF_STATE),
	NUMBER(UNET_EVENTS_MAX), NUMBER(UNET_EV_END),
	NUMBER(UNET_DROP_END), NUMBER(UNET_IOC_CAPTURE),
	NUMBER(UNET_CAPTURE_READ), NUMBER(UNET_CAPTURE_WRITE),
	NUMBER(UNET_CAPTURE_DROP), NUMBER(UNET_CAPTURE_ALL),
	NUMBER(UNET_SNAPLEN_MIN), NUMBER(UNET_SNAPLEN_MAX),
	NUMBER(UNET_CAPTURE_DEFAULT), NUMBER(UNET_CAPTURE_MAX),
	NUMBER(UNET_CAPTURES_MAX), NUMBER(UNET_RECORD_ALIGN),
	NUMBER(UNET_IOC_WATCH), NUMBER(UNET_IOC_WATCHED),
	NUMBER(UNET_WATCH_ALL),
	NUMBER(UNET_IOC_FRAMEIO_READ),
	NUMBER(UNET_IOC_FRAMEIO_WRITE),
	NUMBER(UNET_LIFE_TEMPORARY), NUMBER(UNET_LIFE_PERSISTENT),
	NUMBER(UNET_LIFE_TRANSIENT), NUMBER(UNET_LIFE_SINGLE_SHOT),
	NUMBER(UNET_POLICY_AUTO), NUMBER(UNET_POLICY_UP),
	NUMBER(UNET_POLICY_DOWN), NUMBER(UNET_LINK_DOWN),
	NUMBER(UNET_LINK_UP), NUMBER(UNET_IOMODE_NONE),
	NUMBER(UNET_IOMODE_RDWR), NUMBER(UNET_IOMODE_FRAMEIO),
	NUMBER(UNET_ULP_CKSUM_NONE), NUMBER(UNET_ULP_CKSUM_FULLV4),
	NUMBER(UNET_ULP_CKSUM_PARTIAL),
	NUMBER(UNET_E_MAX), NUMBER(UNET_PROP_END),
	NUMBER(FRAMEIO_VERSION_ONE), NUMBER(FRAMEIO_CURRENT_VERSION),
	NUMBER(FRAMEIO_NVECS_MAX),
	NUMBER(HK_VERSION), NUMBER(HK_BOOT_QUIET), NUMBER(HK_BOOT_SHARE),
	NUMBER(HK_PRIV_DL_CONFIG), NUMBER(HK_PRIV_NET_RAWACCESS),
	NUMBER(HK_PRIV_ALL), NUMBER(HK_NAMELEN), NUMBER(HK_IOC),
	NUMBER(HK_IOC_DLCREATE), NUMBER(HK_IOC_DLDESTROY),
	NUMBER(HK_IOC_DLINFO), NUMBER(HK_IOC_DLNEXT), NUMBER(HK_IOC_DLUP),
	NUMBER(HK_DL_ACTIVE),
	NUMBER(HK_DL_PERSIST), NUMBER(HK_DL_TRANSIENT), NUMBER(HK_IOC_PLUMB),
	NUMBER(HK_IOC_UNPLUMB), NUMBER(HK_IOC_STACKINFO),
	NUMBER(HK_STACK_NONE), NUMBER(HK_STACK_TAP), NUMBER(HK_STACK_BUS),
	NUMBER(HK_STACK_AUTO), NUMBER(HK_STACK_PIN), NUMBER(HK_STACK_SPLIT),
	NUMBER(HK_STACK_ECHO), NUMBER(HK_IOC_STACKWANT), NUMBER(HK_WANT_JOIN),
	NUMBER(HK_WANT_LEAVE), NUMBER(HK_WANT_ALL), NUMBER(HK_WANT_OWN),
	NUMBER(HK_IOC_KSLIST), NUMBER(HK_IOC_KSREAD),
	NUMBER(HK_IOC_KSREADS), NUMBER(HK_KSREADS_MAX),
	NUMBER(HK_IOC_USAGE), NUMBER(HK_IOC_FAULT), NUMBER(HK_FAULT_ALLOC),
	NUMBER(HK_FAULT_COPY), NUMBER(HK_FAULT_INTR), NUMBER(HK_FAULT_UPCALL),
	NUMBER(HK_FAULT_MAC), NUMBER(HK_FAULT_MAX), NUMBER(HK_IOC_SYSINFO),
	NUMBER(HK_IOC_SHUTDOWN), NUMBER(HK_IOC_UNLOAD), NUMBER(HK_IOC_LOAD),
	NUMBER(HK_IOC_ZONECREATE),
	NUMBER(HK_IOC_ZONEHALT), NUMBER(HK_IOC_ZONENEXT),
	NUMBER(HK_IOC_ZONEBOOT), NUMBER(HK_IOC_ZONEDESTROY),
	NUMBER(HK_NETNSLEN), NUMBER(HK_ZONE_CONFIGURED),
	NUMBER(HK_ZONE_RUNNING), NUMBER(HK_IOC_DLRENAME),
	NUMBER(HK_IOC_DLSETZONE), NUMBER(HK_IOC_DLMGMT),
	NUMBER(HK_DLMGMT_ASK), NUMBER(HK_DLMGMT_STOP),
	NUMBER(HK_DLMGMT_START), NUMBER(HK_ZONE_SHARED_IP),
	NUMBER(HK_IOC_BUSINFO),
	NUMBER(HK_IOC_BUSSEND), NUMBER(HK_PKT_IPV4_CKSUM),
	NUMBER(HK_PKT_PARTIAL_CKSUM), NUMBER(HK_PKT_FULL_CKSUM),
	NUMBER(HK_PKT_FULL_CKSUM_OK), NUMBER(HK_PKT_LSO),
	NUMBER(HK_BUS_BLOCKS), NUMBER(HK_BUS_EMPTY), NUMBER(HK_IOC_PROPGET),
	NUMBER(HK_IOC_PROPSET), NUMBER(HK_PROPLEN), NUMBER(HK_IOC_CAPAB),
};

typedef struct text {
	const char	*tx_name;
	const char	*tx_value;
} text_t;

#define	TEXT(name)		{ #name, name }

/*
 * A reason for losing frames: its way, its word and its text.
 */
#define	DROP_TEXT(number, name, way, word, text) \
	{ "UNET_DROP_" #name, #way " " word ": " text },

static const text_t texts[] = {
	TEXT(UNET_CTL_PATH), TEXT(UNET_DEV_DIR), TEXT(UNET_MONITOR_PATH),
	UNET_DROP_MAP(DROP_TEXT)
};

typedef struct prop {
	unsigned int	pr_id;
	const char	*pr_symbol;
	const char	*pr_name;
	unsigned int	pr_perm;
} prop_t;

#define	ERRNO_TEXT(number, name, text)		{ "UNET_E_" #name, text },
#define	PROP_ROW(number, name, text, perm)	{ number, #name, text, perm },

static const text_t errno_texts[] = { UNET_ERRNO_MAP(ERRNO_TEXT) };
static const prop_t props[] = { UNET_PROP_MAP(PROP_ROW) };

static void
print_layouts(const layout_t *rows, size_t nrows)
{
	for (size_t i = 0; i < nrows; i++) {
		const layout_t *la = &rows[i];
		const int last = (i + 1 == nrows ||
		    rows[i + 1].la_type != NULL);

		if (la->la_type != NULL) {
			printf("  {\"name\": \"%s\", \"size\": %zu, "
			    "\"members\": [\n", la->la_type, la->la_size);
			continue;
		}
		printf("    {\"name\": \"%s\", \"offset\": %zu, \"size\": %zu}"
		    "%s\n", la->la_name, la->la_offset, la->la_size,
		    last ? "]}" : ",");
		if (last && i + 1 != nrows)
			printf("  ,\n");
	}
}

/*
 * None of the texts has a character that JSON wants escaped: abi_texts_plain().
 */
static void
print_texts(const text_t *rows, size_t nrows)
{
	for (size_t i = 0; i < nrows; i++) {
		printf("  \"%s\": \"%s\"%s\n", rows[i].tx_name,
		    rows[i].tx_value, i + 1 == nrows ? "" : ",");
	}
}

static int
print_json(void)
{
	printf("{\"structs\": [\n");
	print_layouts(layouts, ROWS(layouts));
	printf("],\n\"nativeStructs\": [\n");
	print_layouts(native_layouts, ROWS(native_layouts));
	printf("],\n\"numbers\": {\n");
	for (size_t i = 0; i < ROWS(numbers); i++) {
		printf("  \"%s\": %u%s\n", numbers[i].nu_name,
		    numbers[i].nu_value, i + 1 == ROWS(numbers) ? "" : ",");
	}
	printf("},\n\"texts\": {\n");
	print_texts(texts, ROWS(texts));
	printf("},\n\"errnoTexts\": {\n");
	print_texts(errno_texts, ROWS(errno_texts));
	printf("},\n\"props\": [\n");
	for (size_t i = 0; i < ROWS(props); i++) {
		printf("  {\"id\": %u, \"symbol\": \"%s\", \"name\": \"%s\", "
		    "\"perm\": %u}%s\n", props[i].pr_id, props[i].pr_symbol,
		    props[i].pr_name, props[i].pr_perm,
		    i + 1 == ROWS(props) ? "" : ",");
	}
	printf("]}\n");
	return (ferror(stdout) != 0);
}

/*
 * A structure has no hole: each member starts where the one before it ends, and
 * the last one ends with the structure.  So nothing uninitialised can be copied
 * out with it, and a 32-bit compiler lays it out the same.
 */
static void
abi_no_holes(void)
{
	for (size_t i = 0; i < ROWS(layouts); ) {
		const layout_t *whole = &layouts[i++];
		size_t end = 0;
		int holes = 0;

		for (; i < ROWS(layouts) && layouts[i].la_type == NULL; i++) {
			if (layouts[i].la_offset != end)
				holes++;
			end = layouts[i].la_offset + layouts[i].la_size;
		}
		ok(holes == 0 && end == whole->la_size, "%s has no hole",
		    whole->la_type);
	}
}

static void
abi_texts_plain(void)
{
	int odd = 0;

	for (size_t i = 0; i < ROWS(errno_texts); i++) {
		for (const char *c = errno_texts[i].tx_value; *c != '\0'; c++) {
			if (*c < ' ' || *c > '~' || *c == '"' || *c == '\\')
				odd++;
		}
	}
	is(odd, 0, "error texts are plain ASCII without quotes");
}

/*
 * The numbers of the two maps count up without a gap, so each can be an index.
 */
static void
abi_maps_dense(void)
{
	is(ROWS(errno_texts), UNET_E_MAX, "error numbers have no gap");
	is(ROWS(props), UNET_PROP_END - 1, "property numbers have no gap");
	for (size_t i = 0; i < ROWS(props); i++) {
		if (props[i].pr_id != i + 1)
			ok(0, "property %s is in its place", props[i].pr_name);
	}
}

/*
 * vnd's frameio_t, version 1, byte for byte.
 */
static void
abi_frameio(void)
{
	const size_t word = sizeof (void *);

	is(offsetof(frameio_t, fio_vecs), word == 8 ? 16 : 12,
	    "header of a frameio_t");
	is(sizeof (framevec_t), 3 * word, "size of a framevec_t");
	is(offsetof(framevec_t, fv_buflen), word, "place of fv_buflen");
	is(offsetof(framevec_t, fv_actlen), 2 * word, "place of fv_actlen");
}

int
main(int argc, char *argv[])
{
	if (argc == 2 && strcmp(argv[1], "--json") == 0)
		return (print_json());
	if (argc != 1) {
		fprintf(stderr, "usage: abi_dump [--json]\n");
		return (2);
	}
	abi_no_holes();
	abi_texts_plain();
	abi_maps_dense();
	abi_frameio();
	return (tap_done());
}
