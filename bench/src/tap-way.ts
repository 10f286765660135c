import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { addressOf } from 'libsys';
import * as native from './tap-native.ts';
import {
  ETHERTYPE_EXPERIMENT,
  FIRST_FRAMES,
  FRAME_MAX,
  type Mover,
  makeFrame,
  type Op,
  QUEUE_FRAMES,
  type Way,
} from './way.ts';

const NAME = 'bench0';
const QUIET = `/proc/sys/net/ipv6/conf/${NAME}/disable_ipv6`;

/** Where the fields of `struct ifreq` and `struct sockaddr_ll` are. */
const IFREQ_SIZE = 40;
const IFREQ_VALUE = 16;
const HWADDR = IFREQ_VALUE + 2;
const SOCKADDR_LL_SIZE = 20;

/**
 * A TAP interface of Linux, in a network namespace of its own, where nobody listens: frames written
 * are dropped by the stack, and frames to be read are put into its queue through a packet socket.
 * The same as c/tap.c.
 */
export class TapWay implements Way {
  /** The interface's descriptor. */
  readonly descriptor: number;
  /** The packet socket that frames for it are sent through. */
  readonly sender: number;
  readonly mac: Uint8Array;
  readonly #index: number;

  constructor() {
    const { LINUX } = native;
    this.descriptor = native.open('/dev/net/tun', LINUX.O_RDWR | LINUX.O_NONBLOCK);
    const ifreq = Buffer.alloc(IFREQ_SIZE);
    ifreq.write(NAME);
    ifreq.writeUInt16LE(LINUX.IFF_TAP | LINUX.IFF_NO_PI, IFREQ_VALUE);
    native.ioctl(this.descriptor, 'TUNSETIFF', ifreq);
    // Linux itself sends nothing on the interface: frames that are read are ours.
    if (existsSync(QUIET)) writeFileSync(QUIET, '1');

    const any = native.socket(LINUX.AF_INET, LINUX.SOCK_DGRAM);
    native.ioctl(any, 'SIOCGIFHWADDR', ifreq);
    this.mac = Uint8Array.from(ifreq.subarray(HWADDR, HWADDR + 6));
    native.ioctl(any, 'SIOCGIFINDEX', ifreq);
    this.#index = ifreq.readInt32LE(IFREQ_VALUE);
    ifreq.writeInt32LE(QUEUE_FRAMES + FIRST_FRAMES, IFREQ_VALUE);
    native.ioctl(any, 'SIOCSIFTXQLEN', ifreq);
    ifreq.writeInt32LE(LINUX.IFF_UP, IFREQ_VALUE);
    native.ioctl(any, 'SIOCSIFFLAGS', ifreq);
    native.close(any);

    this.sender = this.#packetSocket(0);
    const yes = Buffer.alloc(4);
    yes.writeInt32LE(1);
    native.setOption(this.sender, LINUX.SOL_PACKET, LINUX.PACKET_QDISC_BYPASS, yes);
  }

  fill(bytes: number, frames: number): void {
    const frame = makeFrame(bytes, this.mac);
    const address = addressOf(frame);
    for (let i = 0; i < frames; i++) native.write(this.sender, address, frame.length);
  }

  mover(op: Op, bytes: number): Mover {
    const tap = this.descriptor;
    const move = op === 'read' ? native.read : native.write;
    const frame = op === 'read' ? Buffer.allocUnsafeSlow(FRAME_MAX) : makeFrame(bytes, this.mac);
    const address = addressOf(frame);
    return (frames) => {
      let moved = 0;
      for (let i = 0; i < frames; i++) moved += move(tap, address, frame.length);
      return moved;
    };
  }

  async prove(): Promise<void> {
    const listener = this.#packetSocket(ETHERTYPE_EXPERIMENT);
    const got = Buffer.allocUnsafeSlow(FRAME_MAX);
    this.mover('write', 64)(1);
    const deadline = performance.now() + 5000;
    let length = native.tryRead(listener, addressOf(got), got.length);
    while (length < 0 && performance.now() < deadline) {
      await sleep(1);
      length = native.tryRead(listener, addressOf(got), got.length);
    }
    if (length !== 64 || !got.subarray(0, 64).equals(makeFrame(64, this.mac))) {
      throw new Error('a frame did not arrive');
    }
    native.close(listener);
  }

  close(): void {
    native.close(this.sender);
    native.close(this.descriptor);
  }

  /** A packet socket on the interface; with protocol 0 it gets nothing. */
  #packetSocket(protocol: number): number {
    const { LINUX } = native;
    const fd = native.socket(LINUX.AF_PACKET, LINUX.SOCK_RAW | LINUX.O_NONBLOCK);
    const address = Buffer.alloc(SOCKADDR_LL_SIZE);
    address.writeUInt16LE(LINUX.AF_PACKET, 0);
    address.writeUInt16BE(protocol, 2);
    address.writeInt32LE(this.#index, 4);
    native.bind(fd, address);
    return fd;
  }
}

/** Makes the interface; the process is in a network namespace of its own. */
export function openTapWay(): TapWay {
  return new TapWay();
}
