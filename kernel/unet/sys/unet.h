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

#ifndef	_SYS_UNET_H
#define	_SYS_UNET_H

/*
 * The ABI of unet(4D): what a program and the driver say to each other.
 *
 *	/dev/unet/ctl		create, destroy, list, look at and set up links
 *	/dev/unet/<link>	read and write the frames of one link
 *	/dev/unet/monitor	see frames and events of links that others hold
 *
 * Every structure is of fixed-width members and has the same layout for 32-bit
 * and 64-bit callers.  Reserved members and unknown flags must be zero.
 *
 * Every structure of a control request starts with a unet_ioc_hdr_t.  A request
 * that fails sets errno to what the comment of the request lists, and, unless
 * that is EFAULT, puts the precise cause into uih_errno (unet_errno_t below).
 *
 * Names take the holder's view: rx and read are what the holder receives (from
 * the IP stack), tx and write are what it sends (to the IP stack).
 */

#include <sys/types.h>

#ifdef	__cplusplus
extern "C" {
#endif

#define	UNET_ABI_VERSION	1

#define	UNET_CTL_PATH		"/dev/unet/ctl"
#define	UNET_DEV_DIR		"/dev/unet"
#define	UNET_MONITOR_PATH	"/dev/unet/monitor"

/*
 * A link name has at most UNET_NAMELEN - 1 characters of [A-Za-z0-9_.], starts
 * with a letter and ends in a number without a leading zero.
 */
#define	UNET_NAMELEN		32
#define	UNET_MACLEN		6

#define	UNET_LINKID_NONE	0	/* look the link up by its name */
#define	UNET_ID_NONE		0xffffffffU	/* no owner or no group */

/*
 * Limits, in bytes.  A frame is an Ethernet header, perhaps one VLAN tag, and
 * up to MTU bytes of payload.
 */
#define	UNET_MTU_MIN		68
#define	UNET_MTU_MAX		9000
#define	UNET_MTU_DEFAULT	1500
#define	UNET_FRAME_MIN		14
#define	UNET_FRAME_PAD		60	/* shorter ones to the holder: padded */
#define	UNET_FRAME_EXTRA	18	/* longest frame = MTU + this */
#define	UNET_FRAME_OVERHEAD	256	/* queues charge this for each frame */

#define	UNET_BUF_DEFAULT	(64 * 1024)
#define	UNET_BUF_MAX		(4 * 1024 * 1024)

#define	UNET_LINGER_MAX		(60 * 60 * 1000)	/* milliseconds */

/*
 * How long a link lives.
 */
typedef enum unet_lifetime {
	UNET_LIFE_TEMPORARY	= 0,	/* until it is destroyed, or reboot */
	UNET_LIFE_PERSISTENT	= 1,	/* as temporary; recorded elsewhere */
	UNET_LIFE_TRANSIENT	= 2,	/* made in a zone, gone at its halt */
	UNET_LIFE_SINGLE_SHOT	= 3	/* until its holder closes it */
} unet_lifetime_t;

/*
 * What decides the link state that the stack sees.
 */
typedef enum unet_policy {
	UNET_POLICY_AUTO	= 0,	/* up while there is a holder */
	UNET_POLICY_UP		= 1,
	UNET_POLICY_DOWN	= 2
} unet_policy_t;

typedef enum unet_linkstate {
	UNET_LINK_DOWN		= 0,
	UNET_LINK_UP		= 1
} unet_linkstate_t;

/*
 * How the holder has moved frames since it opened the link.
 */
typedef enum unet_iomode {
	UNET_IOMODE_NONE	= 0,
	UNET_IOMODE_RDWR	= 1,	/* read(2), write(2) */
	UNET_IOMODE_FRAMEIO	= 2
} unet_iomode_t;

/*
 * The precise cause of a failed control request: number, name, and the one text
 * that every program shows for it.
 */
#define	UNET_ERRNO_MAP(X) \
	X(0, OK, "no error") \
	X(1, VERSION, "driver and program speak different ABI versions") \
	X(2, RESERVED, "reserved member or unknown flag is not zero") \
	X(3, NAME, "invalid link name") \
	X(4, EXISTS, "link already exists") \
	X(5, NOLINK, "no such link") \
	X(6, LINKID, "link name and link id do not belong together") \
	X(7, MACLEN, "MAC address is not 6 bytes long") \
	X(8, MACADDR, "MAC address is not a unicast address") \
	X(9, MTU, "MTU is out of range") \
	X(10, LIFETIME, "invalid lifetime") \
	X(11, POLICY, "invalid link policy") \
	X(12, LINGER, "linger time is out of range") \
	X(13, BUFTOOSMALL, "buffer size is too small for one frame") \
	X(14, BUFTOOBIG, "buffer size is too large") \
	X(15, NOPROP, "no such property") \
	X(16, PROPRDONLY, "property is read-only") \
	X(17, PROPCOUNT, "too many properties, or none") \
	X(18, PRIV, "permission denied") \
	X(19, ZONE, "not possible in this zone") \
	X(20, HELD, "link is held by a process") \
	X(21, BUSY, "link is in use by the network stack") \
	X(22, DLMGMT, "link management daemon refused") \
	X(23, MAC, "MAC framework refused") \
	X(24, DYING, "link is being destroyed") \
	X(25, MINORS, "no device number is left") \
	X(26, NOMEM, "not enough memory") \
	X(27, RDONLY, "descriptor is not open for writing") \
	X(28, PROPVAL, "invalid property value") \
	X(29, INTR, "interrupted") \
	X(30, WRONLY, "descriptor is not open for reading") \
	X(31, NOEVENT, "no event has happened") \
	X(32, SNAPLEN, "snap length is out of range") \
	X(33, CAPTURES, "too many captures of this link") \
	X(34, BOUND, "descriptor has been set up already") \
	X(35, UNBOUND, "descriptor has not been set up")

#define	UNET_ERRNO_ENUM(number, name, text)	UNET_E_##name = number,
typedef enum unet_errno {
	UNET_ERRNO_MAP(UNET_ERRNO_ENUM)
	UNET_E_MAX
} unet_errno_t;
#undef	UNET_ERRNO_ENUM

/*
 * Commands.  The low byte is the command; there are no direction bits.
 */
#define	UNET_IOC		(('u' << 24) | ('n' << 16) | ('t' << 8))

/*
 * The head of every control request.  Requests about one link name it by
 * uih_linkid or, when that is UNET_LINKID_NONE, by uih_name; on the node of a
 * link both may be left zero.  On success both are filled in.
 *
 * Every control request fails, besides what its own comment lists, for these
 * reasons.  EFAULT: a bad address.  EINVAL: version or reserved members.
 * ENAMETOOLONG: the name has no end.  ENOTTY: it is no request of this node.
 */
typedef struct unet_ioc_hdr {
	uint32_t	uih_version;	/* in: UNET_ABI_VERSION */
	uint32_t	uih_errno;	/* out: unet_errno_t */
	uint32_t	uih_linkid;	/* in, out: datalink_id_t */
	uint32_t	uih_flags;	/* in: as the request says */
	char		uih_name[UNET_NAMELEN];	/* in, out */
} unet_ioc_hdr_t;

/*
 * UNET_IOC_CREATE (ctl, open for writing): make a link, wholly or not at all.
 *
 * With uih_linkid the link takes that id, made beforehand with libdladm, and
 * uih_name is empty or the id's name.  Without, the driver has the link
 * management daemon make an id for uih_name.
 *
 * Out: uih_linkid, uih_name, uic_mac, uic_mtu and the buffer sizes as they are.
 *
 * EBADF: not open for writing.  EPERM: no sys_dl_config privilege, or
 * PERSISTENT in a zone.  EINVAL: name, MAC, MTU, lifetime, policy, linger, or
 * name and id differ.  ERANGE: buffer sizes.  EEXIST: the name or id is in use.
 * ENOENT: no such link id in the zone.  ENOSPC: no device number is left.
 * ENOMEM: no memory.  EINTR: interrupted.  ENOTSUP: a zone without a network
 * stack of its own.  Otherwise what the link management daemon or MAC answered.
 */
#define	UNET_IOC_CREATE		(UNET_IOC | 0x01)

typedef struct unet_ioc_create {
	unet_ioc_hdr_t	uic_hdr;
	uint8_t		uic_mac[UNET_MACLEN];	/* in, out */
	uint8_t		uic_maclen;	/* UNET_MACLEN, or 0: choose one */
	uint8_t		uic_pad;
	uint32_t	uic_mtu;	/* in, out; 0: UNET_MTU_DEFAULT */
	uint32_t	uic_owner;	/* uid that may open, or UNET_ID_NONE */
	uint32_t	uic_group;	/* gid that may open, or UNET_ID_NONE */
	uint32_t	uic_lifetime;	/* unet_lifetime_t */
	uint32_t	uic_policy;	/* unet_policy_t */
	uint32_t	uic_linger;	/* milliseconds up after the close */
	uint64_t	uic_rxbuf;	/* in, out; 0: UNET_BUF_DEFAULT */
	uint64_t	uic_txbuf;	/* in, out; 0: UNET_BUF_DEFAULT */
	uint64_t	uic_reserved[4];
} unet_ioc_create_t;

/*
 * UNET_IOC_DESTROY (ctl, open for writing): destroy a link.  A holder's calls
 * fail with ENXIO from then on and its poll says POLLHUP.
 *
 * EBADF: not open for writing.  EPERM: no sys_dl_config privilege, or the link
 * belongs to another zone.  EINVAL: name and id differ.  ENOENT: no such link.
 * EBUSY: the network stack uses the link, or it is lent to a zone, or there is
 * a holder (its process in uid_holder) and UNET_DESTROY_UNHELD was asked for;
 * nothing has changed then.  ENXIO: somebody else is destroying it.
 */
#define	UNET_IOC_DESTROY	(UNET_IOC | 0x02)

#define	UNET_DESTROY_UNHELD	0x1	/* only if nobody holds the link */

typedef struct unet_ioc_destroy {
	unet_ioc_hdr_t	uid_hdr;
	uint32_t	uid_holder;	/* out: pid of who refuses */
	uint32_t	uid_pad;
	uint64_t	uid_reserved[2];
} unet_ioc_destroy_t;

/*
 * UNET_IOC_LIST (ctl): the links that the caller's zone can see, by link id.
 * uil_nents entries fit at uil_ents; uil_actents is how many there are.  If
 * that is more, uil_nents entries were filled in: ask again with more room.
 *
 * EFAULT: uil_ents, too.
 */
#define	UNET_IOC_LIST		(UNET_IOC | 0x03)

typedef struct unet_list_ent {
	uint32_t	ule_linkid;
	int32_t		ule_zoneid;
	uint32_t	ule_minor;
	uint32_t	ule_pad;
	char		ule_name[UNET_NAMELEN];
} unet_list_ent_t;

typedef struct unet_ioc_list {
	unet_ioc_hdr_t	uil_hdr;
	uint32_t	uil_nents;	/* in */
	uint32_t	uil_actents;	/* out */
	uint64_t	uil_ents;	/* address of unet_list_ent_t[] */
	uint64_t	uil_reserved[2];
} unet_ioc_list_t;

/*
 * UNET_IOC_INFO (ctl, or a link): all there is to know of a link.  A process
 * that was handed only a descriptor needs nothing else.
 *
 * EINVAL: name and id differ, or are not this link's.  ENOENT: no such link
 * (ctl).  ENXIO: the link has been destroyed (link).
 */
#define	UNET_IOC_INFO		(UNET_IOC | 0x04)

typedef struct unet_ioc_info {
	unet_ioc_hdr_t	uii_hdr;
	uint8_t		uii_mac[UNET_MACLEN];
	uint8_t		uii_pad[2];
	uint32_t	uii_mtu;
	int32_t		uii_zoneid;	/* that the link is in */
	uint32_t	uii_owner;	/* uid or UNET_ID_NONE */
	uint32_t	uii_group;	/* gid or UNET_ID_NONE */
	uint32_t	uii_lifetime;	/* unet_lifetime_t */
	uint32_t	uii_policy;	/* unet_policy_t */
	uint32_t	uii_linger;	/* milliseconds */
	uint32_t	uii_linkstate;	/* unet_linkstate_t */
	uint32_t	uii_iomode;	/* unet_iomode_t */
	uint32_t	uii_holder;	/* pid of the holder, 0: none */
	uint32_t	uii_minor;
	uint32_t	uii_minframe;	/* bytes */
	uint32_t	uii_maxframe;	/* bytes */
	uint32_t	uii_maxvecs;	/* vectors a framed call */
	uint64_t	uii_rxbuf;	/* bytes, as are the next */
	uint64_t	uii_txbuf;
	uint64_t	uii_minbuf;
	uint64_t	uii_maxbuf;
	uint64_t	uii_rxq_bytes;
	uint64_t	uii_rxq_frames;
	uint64_t	uii_txq_bytes;
	uint64_t	uii_txq_frames;
	int32_t		uii_ownerzone;	/* uii_zoneid, unless it is lent */
	uint32_t	uii_pad2;
	uint64_t	uii_reserved[7];
} unet_ioc_info_t;

/*
 * UNET_IOC_GETPROP, UNET_IOC_SETPROP (ctl, or a link): properties.  Several are
 * set all together or not at all; uip_bad is then the index of the one refused.
 *
 * The holder may set rxbuf, txbuf and linger through its own descriptor; all
 * else, and everything through ctl, wants sys_dl_config in the zone that the
 * link belongs to.
 *
 * Both: EINVAL: count, or name and id differ.  ENOENT: no such link (ctl).
 * ENXIO: the link has been destroyed.  ENOTSUP: no such property.
 *
 * UNET_IOC_SETPROP: EINVAL: a value.  EBADF: not open for writing.  EPERM: no
 * sys_dl_config privilege, or the link belongs to another zone.  EACCES: the
 * property is read-only.  ERANGE: buffer sizes, MTU, linger.  EBUSY: somebody
 * above the link needs the old MTU, or has the MAC address.  ENOMEM: no memory.
 * Otherwise what MAC answered.
 */
#define	UNET_IOC_GETPROP	(UNET_IOC | 0x05)
#define	UNET_IOC_SETPROP	(UNET_IOC | 0x06)

/*
 * Number, name as people type it, and whether it can be set.
 */
#define	UNET_PROP_MAP(X) \
	X(1, RXBUF, "rxbuf", UNET_PERM_RW) \
	X(2, TXBUF, "txbuf", UNET_PERM_RW) \
	X(3, MAXSIZE, "maxsize", UNET_PERM_READ) \
	X(4, MINTU, "mintu", UNET_PERM_READ) \
	X(5, MAXTU, "maxtu", UNET_PERM_READ) \
	X(6, MTU, "mtu", UNET_PERM_RW) \
	X(7, MAC, "mac", UNET_PERM_RW) \
	X(8, LINKSTATE, "linkstate", UNET_PERM_RW) \
	X(9, LINGER, "linger", UNET_PERM_RW) \
	X(10, OWNER, "owner", UNET_PERM_RW) \
	X(11, GROUP, "group", UNET_PERM_RW) \
	X(12, LIFETIME, "lifetime", UNET_PERM_READ) \
	X(13, IOMODE, "iomode", UNET_PERM_READ) \
	X(14, ZONE, "zone", UNET_PERM_READ) \
	X(15, RX_IPV4_CKSUM, "_rx_ipv4_cksum", UNET_PERM_RW) \
	X(16, TX_IPV4_CKSUM, "_tx_ipv4_cksum", UNET_PERM_RW) \
	X(17, TX_ULP_CKSUM, "_tx_ulp_cksum", UNET_PERM_RW) \
	X(18, LSO, "_lso", UNET_PERM_RW)

#define	UNET_PERM_READ		0x1
#define	UNET_PERM_WRITE		0x2
#define	UNET_PERM_RW		(UNET_PERM_READ | UNET_PERM_WRITE)

#define	UNET_PROP_ENUM(number, name, text, perm) \
	UNET_PROP_##name = number,
typedef enum unet_prop_id {
	UNET_PROP_MAP(UNET_PROP_ENUM)
	UNET_PROP_END
} unet_prop_id_t;
#undef	UNET_PROP_ENUM

/*
 * What the last four say: which work the stack may leave to the link.  They
 * are private properties of the link too, which dladm(8) shows and sets, so
 * their names have the view of MAC, alone among all names here: tx is what the
 * stack transmits and the holder reads.  Each is 0 (off) or 1 (on), and
 * _tx_ulp_cksum a unet_ulp_cksum_t; all are off in a new link.
 *
 * _tx_ipv4_cksum and _tx_ulp_cksum leave the checksums of IPv4 headers, and of
 * TCP and UDP, to us; _lso leaves it to us to cut large TCP segments.  The
 * holder reads whole frames with their checksums either way.  A cut segment
 * needs new checksums, so _lso=on shows an effect only while the two others are
 * on as well, and while rxbuf holds enough frames.  _rx_ipv4_cksum tells the
 * stack to take the header checksums of the holder's IPv4 packets for right
 * without a look: the holder vouches for them.
 */
typedef enum unet_ulp_cksum {
	UNET_ULP_CKSUM_NONE	= 0,
	UNET_ULP_CKSUM_FULLV4	= 1,	/* IPv4: all of it */
	UNET_ULP_CKSUM_PARTIAL	= 2	/* all but the pseudo header */
} unet_ulp_cksum_t;

/*
 * Sizes are bytes and linger is milliseconds.  linkstate is a unet_policy_t,
 * lifetime and iomode are theirs, zone is a zone id, owner and group are ids or
 * UNET_ID_NONE.  A MAC address is a number of 48 bits: 2:8:20:0:0:1 is
 * 0x020820000001.
 */
typedef struct unet_prop {
	uint32_t	up_id;		/* unet_prop_id_t */
	uint32_t	up_perm;	/* out: UNET_PERM_* */
	uint64_t	up_value;
} unet_prop_t;

#define	UNET_PROPS_MAX		32	/* in one request */

typedef struct unet_ioc_props {
	unet_ioc_hdr_t	uip_hdr;
	uint32_t	uip_count;	/* in */
	uint32_t	uip_bad;	/* out: index of the property refused */
	uint64_t	uip_reserved[2];
	unet_prop_t	uip_props[UNET_PROPS_MAX];
} unet_ioc_props_t;

/*
 * UNET_IOC_EVENT (a link): what has happened to the link since it was opened.
 * Waits for at least one event, unless the descriptor is non-blocking, and
 * takes up to UNET_EVENTS_MAX, oldest first; uie_pending are left.  POLLPRI
 * says that there are some.
 *
 * Changes are numbered, in ue_seq.  Where one undoes or repeats an earlier one
 * that nobody has taken yet, the two become one event, in the later place, with
 * the later number and value: it stands for ue_count changes.  If the holder
 * takes none for so long that there is no room, all are replaced by a single
 * OVERFLOW, which stands for the ones that were lost, and for those that happen
 * until it is taken.
 *
 * UNET_EVENT_RESYNC: forget what is pending and tell how everything is, an
 * event (with UNET_EVF_STATE) for each thing, and then SYNCED, which stands for
 * what was forgotten as well.  Multicast groups are told by their JOINs: those
 * not told again are left.  Waits for no event, only for its turn while another
 * thread is being told.  If memberships change so fast that there is an
 * OVERFLOW among them, ask again.
 *
 * DESTROY is the last event: it can be taken from a link that is destroyed, or
 * whose zone halts, as can all that was pending before it.
 *
 * EBADF: not open for reading.  EINVAL: name and id are not this link's.
 * EAGAIN: none, and the descriptor is non-blocking.  EINTR: interrupted while
 * waiting.  ENXIO: the link has been destroyed, and that was told.
 */
#define	UNET_IOC_EVENT		(UNET_IOC | 0x07)

#define	UNET_EVENT_RESYNC	0x1

/*
 * Number, name, and what ue_value is.  Addresses are numbers as in unet_prop_t.
 */
#define	UNET_EVENT_MAP(X) \
	X(1, ADMIN, "admin")		/* 1: the stack uses the link, 0 */ \
	X(2, MTU, "mtu")		/* bytes */ \
	X(3, MAC, "mac")		/* the link's address */ \
	X(4, PROMISC, "promisc")	/* 1: the stack wants all, 0 */ \
	X(5, JOIN, "join")		/* a multicast address */ \
	X(6, LEAVE, "leave")		/* a multicast address */ \
	X(7, PROP, "property")		/* of property ue_prop */ \
	X(8, DESTROY, "destroy")	/* 0 */ \
	X(9, OVERFLOW, "overflow")	/* 0 */ \
	X(10, SYNCED, "synced")		/* 0 */ \
	X(11, CREATE, "create")		/* 0 */ \
	X(12, HOLDER, "holder")		/* process that opened it, 0 */

#define	UNET_EVENT_ENUM(number, name, text)	UNET_EV_##name = number,
typedef enum unet_event_type {
	UNET_EVENT_MAP(UNET_EVENT_ENUM)
	UNET_EV_END
} unet_event_type_t;
#undef	UNET_EVENT_ENUM

/*
 * CREATE and HOLDER are told by a monitor (UNET_IOC_WATCH) alone.
 */
#define	UNET_EVF_STATE		0x1	/* how it is: nothing has changed */

typedef struct unet_event {
	uint64_t	ue_seq;		/* from 1, since the open */
	uint64_t	ue_time;	/* gethrtime(9F), nanoseconds */
	uint64_t	ue_value;
	uint32_t	ue_type;	/* unet_event_type_t */
	uint32_t	ue_count;	/* changes that this stands for */
	uint32_t	ue_prop;	/* unet_prop_id_t; 0 */
	uint32_t	ue_flags;	/* UNET_EVF_* */
} unet_event_t;

#define	UNET_EVENTS_MAX		32	/* in one request */

typedef struct unet_ioc_event {
	unet_ioc_hdr_t	uie_hdr;
	uint32_t	uie_count;	/* out */
	uint32_t	uie_pending;	/* out: not taken yet */
	uint64_t	uie_reserved[2];
	unet_event_t	uie_events[UNET_EVENTS_MAX];	/* out */
} unet_ioc_event_t;

/*
 * Why a frame was lost: number, name, the way it went, the word that the kstat
 * of the link has after rx_drop_ (READ) or tx_drop_ (WRITE), and the text that
 * every program shows for it.  0 is no reason: the frame was not lost.
 */
#define	UNET_DROP_MAP(X) \
	X(1, NOHOLDER, READ, "noholder", \
	    "no process has the link open for reading") \
	X(2, RUNT, READ, "runt", "shorter than an Ethernet header") \
	X(3, TOOBIG, READ, "toobig", "longer than the MTU allows") \
	X(4, NOMEM, READ, "nomem", "no memory") \
	X(5, OFFLOAD, READ, "offload", \
	    "what was left to the link was not done") \
	X(6, FLUSH, READ, "flush", "still queued when the holder closed") \
	X(7, RX_DYING, READ, "dying", "the link was being destroyed") \
	X(8, FILTER, WRITE, "filter", "for an address that nobody here has") \
	X(9, NOSTACK, WRITE, "nostack", "no network stack uses the link") \
	X(10, TX_DYING, WRITE, "dying", "the link was being destroyed")

#define	UNET_DROP_ENUM(number, name, way, word, text) \
	UNET_DROP_##name = number,
typedef enum unet_drop {
	UNET_DROP_MAP(UNET_DROP_ENUM)
	UNET_DROP_END
} unet_drop_t;
#undef	UNET_DROP_ENUM

/*
 * UNET_IOC_CAPTURE (monitor): have a copy made of each frame of a link from now
 * on, for read(2) on this descriptor, while the link goes on as if nobody were
 * looking.  Once for each descriptor; every open of the node is another one.
 *
 * What is copied is what the flags say, or all of it if they say nothing:
 * UNET_CAPTURE_READ: frames queued for the holder, as it will read them.
 * UNET_CAPTURE_WRITE: frames of the holder that were handed to the stack.
 * UNET_CAPTURE_DROP: frames lost, either way, with the reason.  A frame that
 * was queued and then lost is copied twice, a frame that was not is copied
 * once.
 *
 * Copies wait in a buffer of the capture's own.  One that does not fit is
 * counted and not made, and the next record says so, or one without a frame if
 * that is all there is to say; the link never waits.
 *
 * Out: uica_snaplen and uica_bytes as they are; uica_maxrecord, the longest
 * record there can be.
 *
 * EBADF: not open for reading.  EPERM: no net_rawaccess privilege, or the
 * descriptor was opened in another zone.  EINVAL: name and id differ.  ENOENT:
 * no such link.  EBUSY: this descriptor captures already.  ERANGE: snap length,
 * or buffer size.  ENOSPC: too many captures of this link.  ENOMEM: no memory.
 * ENXIO: the link is being destroyed.
 */
#define	UNET_IOC_CAPTURE	(UNET_IOC | 0x08)

#define	UNET_CAPTURE_READ	0x1
#define	UNET_CAPTURE_WRITE	0x2
#define	UNET_CAPTURE_DROP	0x4
#define	UNET_CAPTURE_ALL	0x7

#define	UNET_SNAPLEN_MIN	14
#define	UNET_SNAPLEN_MAX	(64 * 1024)
#define	UNET_CAPTURE_DEFAULT	(1024 * 1024)
#define	UNET_CAPTURE_MAX	(16 * 1024 * 1024)
#define	UNET_CAPTURES_MAX	8	/* of one link at once */

typedef struct unet_ioc_capture {
	unet_ioc_hdr_t	uica_hdr;	/* flags: UNET_CAPTURE_* */
	uint32_t	uica_snaplen;	/* in, out; 0: all of each frame */
	uint32_t	uica_bytes;	/* in, out; 0: UNET_CAPTURE_DEFAULT */
	uint32_t	uica_maxrecord;	/* out: bytes */
	uint32_t	uica_pad;
	uint64_t	uica_reserved[2];
} unet_ioc_capture_t;

/*
 * read(2) on a descriptor that captures: records, as many whole ones as fit,
 * each a unet_record_t, the bytes of the frame, and padding to a multiple of
 * UNET_RECORD_ALIGN.  POLLIN says that there are some.  When the link has been
 * destroyed or its zone halts, poll says POLLHUP; what is there can still be
 * read.
 *
 * EAGAIN: none, and the descriptor is non-blocking.  EINTR: interrupted while
 * waiting.  EFAULT: a bad address; nothing was lost.  EOVERFLOW: the first
 * record is longer than that; it stays.  EINVAL: the descriptor captures
 * nothing.  ENXIO: the link is gone, and so is every record.
 */
#define	UNET_RECORD_ALIGN	8

typedef struct unet_record {
	uint32_t	ur_size;	/* bytes to the next record */
	uint32_t	ur_caplen;	/* bytes of the frame that follow */
	uint32_t	ur_len;		/* bytes that the frame had */
	uint16_t	ur_way;		/* UNET_CAPTURE_READ, _WRITE; 0: none */
	uint16_t	ur_drop;	/* unet_drop_t, 0: not lost */
	uint64_t	ur_time;	/* ns since the epoch */
	uint64_t	ur_lost;	/* not copied since the last record */
} unet_record_t;

/*
 * UNET_IOC_WATCH, UNET_IOC_WATCHED (monitor): the events of links, for those
 * who do not hold them.
 *
 * The first follows those of a link or, with UNET_WATCH_ALL and no link named,
 * those of all links that the caller's zone can see, from now on.  Once for
 * each descriptor, which may capture besides.
 *
 * The second takes what has happened, as UNET_IOC_EVENT does for a holder.
 * Each event says of which link it is; those of different links are different
 * things.  UNET_EVENT_RESYNC is for a descriptor that watches one link.
 * POLLPRI says that there are some events.
 *
 * CREATE and DESTROY tell that a link comes and goes, HOLDER who has opened it.
 * DESTROY is the last event of a descriptor that watches one link.
 *
 * Both: EBADF: not open for reading.
 *
 * UNET_IOC_WATCH: EPERM: neither net_rawaccess nor, for one link, its owner or
 * group, or the descriptor was opened in another zone.  EINVAL: name and id
 * differ, or a link is named and UNET_WATCH_ALL set.  ENOENT: no such link.
 * EBUSY: this descriptor watches already.  ENXIO: the link is being destroyed.
 *
 * UNET_IOC_WATCHED: EINVAL: it does not watch, or a resync of all links.
 * EAGAIN: none, and the descriptor is non-blocking.  EINTR: interrupted while
 * waiting.  ENXIO: the link has been destroyed, and that was told.
 */
#define	UNET_IOC_WATCH		(UNET_IOC | 0x09)
#define	UNET_IOC_WATCHED	(UNET_IOC | 0x0a)

#define	UNET_WATCH_ALL		0x1

typedef struct unet_ioc_watch {
	unet_ioc_hdr_t	uiw_hdr;	/* flags: UNET_WATCH_* */
	uint64_t	uiw_reserved[2];
} unet_ioc_watch_t;

typedef struct unet_watched {
	unet_event_t	uw_event;
	uint32_t	uw_linkid;	/* 0 of an OVERFLOW */
	int32_t		uw_zoneid;
	char		uw_name[UNET_NAMELEN];
} unet_watched_t;

typedef struct unet_ioc_watched {
	unet_ioc_hdr_t	uiwd_hdr;	/* flags: UNET_EVENT_* */
	uint32_t	uiwd_count;	/* out */
	uint32_t	uiwd_pending;	/* out: not taken yet */
	uint64_t	uiwd_reserved[2];
	unet_watched_t	uiwd_events[UNET_EVENTS_MAX];	/* out */
} unet_ioc_watched_t;

/*
 * UNET_IOC_FRAMEIO_READ, UNET_IOC_FRAMEIO_WRITE (a link): frames, as
 * sys/frameio.h lays them out.  See unet(4D) and the comment there.
 *
 * EINVAL: the frameio_t.  EBADF: not open for this.  EAGAIN: no frame, or no
 * room, and the descriptor is non-blocking.  EINTR: interrupted while waiting.
 * ENXIO: the link has been destroyed.  ENOMEM: no memory.  EFAULT: a bad
 * address; nothing was lost or sent.  EOVERFLOW (read): the first frame is
 * larger than its vectors; it stays queued and its length is in the first
 * fv_actlen.  ERANGE (write): the first frame is shorter than UNET_FRAME_MIN or
 * longer than MTU + UNET_FRAME_EXTRA.
 */
#define	UNET_IOC_FRAMEIO_READ	(UNET_IOC | 0x30)
#define	UNET_IOC_FRAMEIO_WRITE	(UNET_IOC | 0x31)

#ifdef	__cplusplus
}
#endif

#endif	/* _SYS_UNET_H */
