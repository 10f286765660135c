/** A frame as it was on the wire, and fields of it as tshark told them. */
export interface ReadFrame {
  readonly frame: string;
  readonly fields: Readonly<Record<string, string>>;
}

/**
 * Frames that two Linux hosts, 10.62.0.1 and 10.62.0.2, exchanged over a pair of TAP interfaces, and
 * what tshark 4 reads in them: the first of every field, by
 * `tshark -T fields -E occurrence=f -o ip.check_checksum:TRUE -o udp.check_checksum:TRUE
 * -o ip.defragment:FALSE -o ipv6.defragment:FALSE`. Tags, padding and damage were added afterwards
 * to frames of the same record.
 */
export const READ_FRAMES: Readonly<Record<string, ReadFrame>> = Object.freeze({
  listenerReport: {
    frame:
      '33330000001602000000620186dd600000000038000100000000000000000000000000000000ff02' +
      '00000000000000000000000000163a000502000001008f000b6e0000000204000000ff0200000000' +
      '000000000001ff00620104000000ff0200000000000000000001ff000001',
    fields: {
      'eth.dst': '33:33:00:00:00:16',
      'eth.src': '02:00:00:00:62:01',
      'eth.type': '0x86dd',
      'ipv6.tclass': '0x00000000',
      'ipv6.flow': '0x000000',
      'ipv6.plen': '56',
      'ipv6.nxt': '0',
      'ipv6.hlim': '1',
      'ipv6.src': '::',
      'ipv6.dst': 'ff02::16',
      'ipv6.hopopts.nxt': '58',
      'icmpv6.type': '143',
      'icmpv6.code': '0',
      'icmpv6.checksum': '0x0b6e',
      'icmpv6.checksum.status': '1',
    },
  },
  duplicateProbe: {
    frame:
      '3333ff65740202756e65740286dd6000000000203aff00000000000000000000000000000000ff02' +
      '00000000000000000001ff6574028700064400000000fe8000000000000000756efffe6574020e01' +
      'f3403ca3e1b1',
    fields: {
      'eth.dst': '33:33:ff:65:74:02',
      'eth.src': '02:75:6e:65:74:02',
      'eth.type': '0x86dd',
      'ipv6.tclass': '0x00000000',
      'ipv6.flow': '0x000000',
      'ipv6.plen': '32',
      'ipv6.nxt': '58',
      'ipv6.hlim': '255',
      'ipv6.src': '::',
      'ipv6.dst': 'ff02::1:ff65:7402',
      'icmpv6.type': '135',
      'icmpv6.code': '0',
      'icmpv6.checksum': '0x0644',
      'icmpv6.checksum.status': '1',
      'icmpv6.nd.ns.target_address': 'fe80::75:6eff:fe65:7402',
    },
  },
  arpRequest: {
    frame:
      'ffffffffffff020000006201080600010800060400010200000062010a3e00010000000000000a3e' + '0002',
    fields: {
      'eth.dst': 'ff:ff:ff:ff:ff:ff',
      'eth.src': '02:00:00:00:62:01',
      'eth.type': '0x0806',
      'arp.opcode': '1',
      'arp.src.hw_mac': '02:00:00:00:62:01',
      'arp.src.proto_ipv4': '10.62.0.1',
      'arp.dst.hw_mac': '00:00:00:00:00:00',
      'arp.dst.proto_ipv4': '10.62.0.2',
    },
  },
  arpReply: {
    frame:
      '02000000620102756e6574020806000108000604000202756e6574020a3e00020200000062010a3e' + '0001',
    fields: {
      'eth.dst': '02:00:00:00:62:01',
      'eth.src': '02:75:6e:65:74:02',
      'eth.type': '0x0806',
      'arp.opcode': '2',
      'arp.src.hw_mac': '02:75:6e:65:74:02',
      'arp.src.proto_ipv4': '10.62.0.2',
      'arp.dst.hw_mac': '02:00:00:00:62:01',
      'arp.dst.proto_ipv4': '10.62.0.1',
    },
  },
  echo: {
    frame:
      '02756e657402020000006201080045000054cc9c40004001598e0a3e00010a3e00020800accf4c2e' +
      '0001d1c7016b0000000067fb050000000000101112131415161718191a1b1c1d1e1f202122232425' +
      '262728292a2b2c2d2e2f3031323334353637',
    fields: {
      'eth.dst': '02:75:6e:65:74:02',
      'eth.src': '02:00:00:00:62:01',
      'eth.type': '0x0800',
      'ip.hdr_len': '20',
      'ip.dsfield.dscp': '0',
      'ip.dsfield.ecn': '0',
      'ip.len': '84',
      'ip.id': '0xcc9c',
      'ip.flags.df': '1',
      'ip.flags.mf': '0',
      'ip.frag_offset': '0',
      'ip.ttl': '64',
      'ip.proto': '1',
      'ip.checksum': '0x598e',
      'ip.checksum.status': '1',
      'ip.src': '10.62.0.1',
      'ip.dst': '10.62.0.2',
      'icmp.type': '8',
      'icmp.code': '0',
      'icmp.checksum': '0xaccf',
      'icmp.checksum.status': '1',
      'icmp.ident': '19502',
      'icmp.seq': '1',
    },
  },
  recordRoute: {
    frame:
      '02000000620102756e65740208004f00007c30760000400155470a3e00020a3e00010727100a3e00' +
      '010a3e00020a3e0002000000000000000000000000000000000000000000000000000000afc54c2f' +
      '0001d1c7016b000000006c04060000000000101112131415161718191a1b1c1d1e1f202122232425' +
      '262728292a2b2c2d2e2f3031323334353637',
    fields: {
      'eth.dst': '02:00:00:00:62:01',
      'eth.src': '02:75:6e:65:74:02',
      'eth.type': '0x0800',
      'ip.hdr_len': '60',
      'ip.dsfield.dscp': '0',
      'ip.dsfield.ecn': '0',
      'ip.len': '124',
      'ip.id': '0x3076',
      'ip.flags.df': '0',
      'ip.flags.mf': '0',
      'ip.frag_offset': '0',
      'ip.ttl': '64',
      'ip.proto': '1',
      'ip.checksum': '0x5547',
      'ip.checksum.status': '1',
      'ip.src': '10.62.0.2',
      'ip.dst': '10.62.0.1',
      'icmp.type': '0',
      'icmp.code': '0',
      'icmp.checksum': '0xafc5',
      'icmp.checksum.status': '1',
      'icmp.ident': '19503',
      'icmp.seq': '1',
    },
  },
  solicitation: {
    frame:
      '3333ff00000202000000620186dd6000000000203afffd620000000000000000000000000001ff02' +
      '00000000000000000001ff00000287001ad300000000fd6200000000000000000000000000020101' +
      '020000006201',
    fields: {
      'eth.dst': '33:33:ff:00:00:02',
      'eth.src': '02:00:00:00:62:01',
      'eth.type': '0x86dd',
      'ipv6.tclass': '0x00000000',
      'ipv6.flow': '0x000000',
      'ipv6.plen': '32',
      'ipv6.nxt': '58',
      'ipv6.hlim': '255',
      'ipv6.src': 'fd62::1',
      'ipv6.dst': 'ff02::1:ff00:2',
      'icmpv6.type': '135',
      'icmpv6.code': '0',
      'icmpv6.checksum': '0x1ad3',
      'icmpv6.checksum.status': '1',
      'icmpv6.nd.ns.target_address': 'fd62::2',
      'icmpv6.opt.linkaddr': '02:00:00:00:62:01',
    },
  },
  advertisement: {
    frame:
      '02000000620102756e65740286dd6000000000203afffd620000000000000000000000000002fd62' +
      '00000000000000000000000000018800389960000000fd6200000000000000000000000000020201' +
      '02756e657402',
    fields: {
      'eth.dst': '02:00:00:00:62:01',
      'eth.src': '02:75:6e:65:74:02',
      'eth.type': '0x86dd',
      'ipv6.tclass': '0x00000000',
      'ipv6.flow': '0x000000',
      'ipv6.plen': '32',
      'ipv6.nxt': '58',
      'ipv6.hlim': '255',
      'ipv6.src': 'fd62::2',
      'ipv6.dst': 'fd62::1',
      'icmpv6.type': '136',
      'icmpv6.code': '0',
      'icmpv6.checksum': '0x3899',
      'icmpv6.checksum.status': '1',
      'icmpv6.nd.na.target_address': 'fd62::2',
      'icmpv6.nd.na.flag.s': '1',
      'icmpv6.nd.na.flag.o': '1',
      'icmpv6.nd.na.flag.r': '0',
      'icmpv6.opt.linkaddr': '02:75:6e:65:74:02',
    },
  },
  echo6: {
    frame:
      '02756e65740202000000620186dd60068f4c00403a40fd620000000000000000000000000001fd62' +
      '000000000000000000000000000280001e7c4c300001d1c7016b0000000082090600000000001011' +
      '12131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637',
    fields: {
      'eth.dst': '02:75:6e:65:74:02',
      'eth.src': '02:00:00:00:62:01',
      'eth.type': '0x86dd',
      'ipv6.tclass': '0x00000000',
      'ipv6.flow': '0x068f4c',
      'ipv6.plen': '64',
      'ipv6.nxt': '58',
      'ipv6.hlim': '64',
      'ipv6.src': 'fd62::1',
      'ipv6.dst': 'fd62::2',
      'icmpv6.type': '128',
      'icmpv6.code': '0',
      'icmpv6.checksum': '0x1e7c',
      'icmpv6.checksum.status': '1',
      'icmpv6.echo.identifier': '0x4c30',
      'icmpv6.echo.sequence_number': '1',
    },
  },
  lastFragment: {
    frame:
      '02756e65740202000000620108004500001ccc9e00b94001990b0a3e00010a3e0002c0c1c2c3c4c5' + 'c6c7',
    fields: {
      'eth.dst': '02:75:6e:65:74:02',
      'eth.src': '02:00:00:00:62:01',
      'eth.type': '0x0800',
      'ip.hdr_len': '20',
      'ip.dsfield.dscp': '0',
      'ip.dsfield.ecn': '0',
      'ip.len': '28',
      'ip.id': '0xcc9e',
      'ip.flags.df': '0',
      'ip.flags.mf': '0',
      'ip.frag_offset': '185',
      'ip.ttl': '64',
      'ip.proto': '1',
      'ip.checksum': '0x990b',
      'ip.checksum.status': '1',
      'ip.src': '10.62.0.1',
      'ip.dst': '10.62.0.2',
    },
  },
  lastFragment6: {
    frame:
      '02756e65740202000000620186dd60068f4c001c2c40fd620000000000000000000000000001fd62' +
      '00000000000000000000000000023a0005a80785e1bba0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1' +
      'b2b3',
    fields: {
      'eth.dst': '02:75:6e:65:74:02',
      'eth.src': '02:00:00:00:62:01',
      'eth.type': '0x86dd',
      'ipv6.tclass': '0x00000000',
      'ipv6.flow': '0x068f4c',
      'ipv6.plen': '28',
      'ipv6.nxt': '44',
      'ipv6.hlim': '64',
      'ipv6.src': 'fd62::1',
      'ipv6.dst': 'fd62::2',
      'ipv6.fraghdr.nxt': '58',
      'ipv6.fraghdr.offset': '181',
      'ipv6.fraghdr.more': '0',
    },
  },
  datagram: {
    frame:
      '02756e65740202000000620108004500002611754000401114d40a3e00010a3e000291fb00090012' +
      '3a7268656c6c6f20756e6574',
    fields: {
      'eth.dst': '02:75:6e:65:74:02',
      'eth.src': '02:00:00:00:62:01',
      'eth.type': '0x0800',
      'ip.hdr_len': '20',
      'ip.dsfield.dscp': '0',
      'ip.dsfield.ecn': '0',
      'ip.len': '38',
      'ip.id': '0x1175',
      'ip.flags.df': '1',
      'ip.flags.mf': '0',
      'ip.frag_offset': '0',
      'ip.ttl': '64',
      'ip.proto': '17',
      'ip.checksum': '0x14d4',
      'ip.checksum.status': '1',
      'ip.src': '10.62.0.1',
      'ip.dst': '10.62.0.2',
      'udp.srcport': '37371',
      'udp.dstport': '9',
      'udp.length': '18',
      'udp.checksum': '0x3a72',
      'udp.checksum.status': '1',
    },
  },
  unreachable: {
    frame:
      '02000000620102756e657402080045c00042307c0000400135010a3e00020a3e00010303119f0000' +
      '00004500002611754000401114d40a3e00010a3e000291fb000900123a7268656c6c6f20756e6574',
    fields: {
      'eth.dst': '02:00:00:00:62:01',
      'eth.src': '02:75:6e:65:74:02',
      'eth.type': '0x0800',
      'ip.hdr_len': '20',
      'ip.dsfield.dscp': '48',
      'ip.dsfield.ecn': '0',
      'ip.len': '66',
      'ip.id': '0x307c',
      'ip.flags.df': '0',
      'ip.flags.mf': '0',
      'ip.frag_offset': '0',
      'ip.ttl': '64',
      'ip.proto': '1',
      'ip.checksum': '0x3501',
      'ip.checksum.status': '1',
      'ip.src': '10.62.0.2',
      'ip.dst': '10.62.0.1',
      'icmp.type': '3',
      'icmp.code': '3',
      'icmp.checksum': '0x119f',
      'icmp.checksum.status': '1',
      'udp.srcport': '37371',
      'udp.dstport': '9',
      'udp.length': '18',
      'udp.checksum': '0x3a72',
      'udp.checksum.status': '1',
    },
  },
  datagram6: {
    frame:
      '02756e65740202000000620186dd60075d42001b3c40fd620000000000000000000000000001fd62' +
      '000000000000000000000000000211000104000000008bc900090013395868656c6c6f20756e6574' +
      '21',
    fields: {
      'eth.dst': '02:75:6e:65:74:02',
      'eth.src': '02:00:00:00:62:01',
      'eth.type': '0x86dd',
      'ipv6.tclass': '0x00000000',
      'ipv6.flow': '0x075d42',
      'ipv6.plen': '27',
      'ipv6.nxt': '60',
      'ipv6.hlim': '64',
      'ipv6.src': 'fd62::1',
      'ipv6.dst': 'fd62::2',
      'ipv6.dstopts.nxt': '17',
      'udp.srcport': '35785',
      'udp.dstport': '9',
      'udp.length': '19',
      'udp.checksum': '0x3958',
      'udp.checksum.status': '1',
    },
  },
  unreachable6: {
    frame:
      '02000000620102756e65740286dd6007db22004b3a40fd620000000000000000000000000002fd62' +
      '00000000000000000000000000010104f8280000000060075d42001b3c40fd620000000000000000' +
      '000000000001fd62000000000000000000000000000211000104000000008bc90009001339586865' +
      '6c6c6f20756e657421',
    fields: {
      'eth.dst': '02:00:00:00:62:01',
      'eth.src': '02:75:6e:65:74:02',
      'eth.type': '0x86dd',
      'ipv6.tclass': '0x00000000',
      'ipv6.flow': '0x07db22',
      'ipv6.plen': '75',
      'ipv6.nxt': '58',
      'ipv6.hlim': '64',
      'ipv6.src': 'fd62::2',
      'ipv6.dst': 'fd62::1',
      'ipv6.dstopts.nxt': '17',
      'icmpv6.type': '1',
      'icmpv6.code': '4',
      'icmpv6.checksum': '0xf828',
      'icmpv6.checksum.status': '1',
      'udp.srcport': '35785',
      'udp.dstport': '9',
      'udp.length': '19',
      'udp.checksum': '0x3958',
      'udp.checksum.status': '1',
    },
  },
  tagged: {
    frame:
      '02756e65740202000000620181006005080045000054cc9c40004001598e0a3e00010a3e00020800' +
      'accf4c2e0001d1c7016b0000000067fb050000000000101112131415161718191a1b1c1d1e1f2021' +
      '22232425262728292a2b2c2d2e2f3031323334353637',
    fields: {
      'eth.dst': '02:75:6e:65:74:02',
      'eth.src': '02:00:00:00:62:01',
      'eth.type': '0x8100',
      'vlan.id': '5',
      'vlan.priority': '3',
      'vlan.dei': '0',
      'vlan.etype': '0x0800',
      'ip.hdr_len': '20',
      'ip.dsfield.dscp': '0',
      'ip.dsfield.ecn': '0',
      'ip.len': '84',
      'ip.id': '0xcc9c',
      'ip.flags.df': '1',
      'ip.flags.mf': '0',
      'ip.frag_offset': '0',
      'ip.ttl': '64',
      'ip.proto': '1',
      'ip.checksum': '0x598e',
      'ip.checksum.status': '1',
      'ip.src': '10.62.0.1',
      'ip.dst': '10.62.0.2',
      'icmp.type': '8',
      'icmp.code': '0',
      'icmp.checksum': '0xaccf',
      'icmp.checksum.status': '1',
      'icmp.ident': '19502',
      'icmp.seq': '1',
    },
  },
  twiceTagged: {
    frame:
      '02756e65740202000000620188a800078100f06486dd60068f4c00403a40fd620000000000000000' +
      '000000000001fd62000000000000000000000000000280001e7c4c300001d1c7016b000000008209' +
      '060000000000101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031' +
      '323334353637',
    fields: {
      'eth.dst': '02:75:6e:65:74:02',
      'eth.src': '02:00:00:00:62:01',
      'eth.type': '0x88a8',
      'ieee8021ad.id': '7',
      'vlan.id': '100',
      'vlan.priority': '7',
      'vlan.dei': '1',
      'vlan.etype': '0x86dd',
      'ipv6.tclass': '0x00000000',
      'ipv6.flow': '0x068f4c',
      'ipv6.plen': '64',
      'ipv6.nxt': '58',
      'ipv6.hlim': '64',
      'ipv6.src': 'fd62::1',
      'ipv6.dst': 'fd62::2',
      'icmpv6.type': '128',
      'icmpv6.code': '0',
      'icmpv6.checksum': '0x1e7c',
      'icmpv6.checksum.status': '1',
      'icmpv6.echo.identifier': '0x4c30',
      'icmpv6.echo.sequence_number': '1',
    },
  },
  padded: {
    frame:
      '02756e65740202000000620108004500001ccc9e00b94001990b0a3e00010a3e0002c0c1c2c3c4c5' +
      'c6c7000000000000000000000000000000000000',
    fields: {
      'eth.dst': '02:75:6e:65:74:02',
      'eth.src': '02:00:00:00:62:01',
      'eth.type': '0x0800',
      'ip.hdr_len': '20',
      'ip.dsfield.dscp': '0',
      'ip.dsfield.ecn': '0',
      'ip.len': '28',
      'ip.id': '0xcc9e',
      'ip.flags.df': '0',
      'ip.flags.mf': '0',
      'ip.frag_offset': '185',
      'ip.ttl': '64',
      'ip.proto': '1',
      'ip.checksum': '0x990b',
      'ip.checksum.status': '1',
      'ip.src': '10.62.0.1',
      'ip.dst': '10.62.0.2',
    },
  },
  damaged: {
    frame:
      '02756e657402020000006201080045000054cc9c40004101598e0a3e00010a3e00020800accf4c2e' +
      '0001d1c7016b0000000077fb050000000000101112131415161718191a1b1c1d1e1f202122232425' +
      '262728292a2b2c2d2e2f3031323334353637',
    fields: {
      'eth.dst': '02:75:6e:65:74:02',
      'eth.src': '02:00:00:00:62:01',
      'eth.type': '0x0800',
      'ip.hdr_len': '20',
      'ip.dsfield.dscp': '0',
      'ip.dsfield.ecn': '0',
      'ip.len': '84',
      'ip.id': '0xcc9c',
      'ip.flags.df': '1',
      'ip.flags.mf': '0',
      'ip.frag_offset': '0',
      'ip.ttl': '65',
      'ip.proto': '1',
      'ip.checksum': '0x598e',
      'ip.checksum.status': '0',
      'ip.src': '10.62.0.1',
      'ip.dst': '10.62.0.2',
      'icmp.type': '8',
      'icmp.code': '0',
      'icmp.checksum': '0xaccf',
      'icmp.checksum.status': '0',
      'icmp.ident': '19502',
      'icmp.seq': '1',
    },
  },
});
