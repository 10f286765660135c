import { lastErrno, loadLibrary } from 'libsys';

/**
 * The system calls that a TAP interface of Linux wants, straight through the foreign function
 * interface: this is what a program without our libraries would do, and what they are compared with.
 */

interface LinuxNative {
  open(path: string, flags: number): number;
  close(fd: number): number;
  read(fd: number, address: number, length: number): number;
  write(fd: number, address: number, length: number): number;
  ioctl(fd: number, request: number, memory: Uint8Array): number;
  socket(domain: number, type: number, protocol: number): number;
  bind(fd: number, address: Uint8Array, length: number): number;
  eventfd(count: number, flags: number): number;
  setsockopt(fd: number, level: number, name: number, value: Uint8Array, length: number): number;
}

const c: LinuxNative = loadLibrary<LinuxNative>(undefined, {
  open: { result: 'int', params: ['const char *', 'int'] },
  close: { result: 'int', params: ['int'] },
  read: { result: 'intptr_t', params: ['int', 'uintptr_t', 'uintptr_t'] },
  write: { result: 'intptr_t', params: ['int', 'uintptr_t', 'uintptr_t'] },
  ioctl: { result: 'int', params: ['int', 'uint64_t', 'void *'] },
  socket: { result: 'int', params: ['int', 'int', 'int'] },
  bind: { result: 'int', params: ['int', 'void *', 'uint32_t'] },
  eventfd: { result: 'int', params: ['uint32_t', 'int'] },
  setsockopt: { result: 'int', params: ['int', 'int', 'int', 'void *', 'uint32_t'] },
});

/** Numbers of Linux, the same on every architecture that Node runs on. */
export const LINUX = {
  O_RDWR: 2,
  O_NONBLOCK: 0o4000,
  AF_INET: 2,
  AF_PACKET: 17,
  SOCK_DGRAM: 2,
  SOCK_RAW: 3,
  SOL_PACKET: 263,
  PACKET_QDISC_BYPASS: 20,
  IFF_UP: 1,
  IFF_TAP: 2,
  IFF_NO_PI: 0x1000,
  TUNSETIFF: 0x400454ca,
  SIOCSIFFLAGS: 0x8914,
  SIOCGIFHWADDR: 0x8927,
  SIOCGIFINDEX: 0x8933,
  SIOCSIFTXQLEN: 0x8943,
} as const;

function checked(what: string, result: number): number {
  if (result < 0) throw new Error(`${what} failed: errno ${lastErrno()}`);
  return result;
}

export function open(path: string, flags: number): number {
  return checked(`open ${path}`, c.open(path, flags));
}
export function close(fd: number): void {
  checked('close', c.close(fd));
}
/** Reads a frame to an address, which is faster than to a Buffer, and returns its length. */
export function read(fd: number, address: number, length: number): number {
  return checked('read', c.read(fd, address, length));
}
/** Writes the frame at an address and returns its length. */
export function write(fd: number, address: number, length: number): number {
  return checked('write', c.write(fd, address, length));
}
/** As {@link read}; -1: there is nothing to read. */
export function tryRead(fd: number, address: number, length: number): number {
  return c.read(fd, address, length);
}
export function ioctl(fd: number, name: keyof typeof LINUX, argument: Uint8Array): void {
  checked(name, c.ioctl(fd, LINUX[name], argument));
}
export function socket(domain: number, type: number): number {
  return checked('socket', c.socket(domain, type, 0));
}
export function bind(fd: number, address: Uint8Array): void {
  checked('bind', c.bind(fd, address, address.length));
}
/** A counter to wait on, which a write of eight bytes adds to. */
export function eventfd(): number {
  return checked('eventfd', c.eventfd(0, LINUX.O_NONBLOCK));
}
export function setOption(fd: number, level: number, name: number, value: Uint8Array): void {
  checked('setsockopt', c.setsockopt(fd, level, name, value, value.length));
}
