import { equalAt, get16, set16 } from './bytes.ts';
import * as ethernet from './ethernet.ts';

/** ARP for IPv4 over Ethernet (RFC 826), behind an Ethernet header. */
export const LENGTH: number = ethernet.HEADER + 28;

const AT = ethernet.HEADER;
const OPERATION = AT + 6;
const SENDER_MAC = AT + 8;
const SENDER_IP = AT + 14;
const TARGET_MAC = AT + 18;
const TARGET_IP = AT + 24;

export const REQUEST = 1;
export const REPLY = 2;

/** Says whether these bytes are ARP of the one kind there is on Ethernet. */
export function isValid(frame: Uint8Array, length: number): boolean {
  return (
    length >= LENGTH &&
    get16(frame, AT) === 1 && // Ethernet
    get16(frame, AT + 2) === ethernet.TYPE_IPV4 &&
    frame[AT + 4] === ethernet.MAC_LENGTH &&
    frame[AT + 5] === 4
  );
}

export function operation(frame: Uint8Array): number {
  return get16(frame, OPERATION);
}

/** Views of the frame. */
export function senderMac(frame: Uint8Array): Uint8Array {
  return frame.subarray(SENDER_MAC, SENDER_MAC + 6);
}
export function senderIp(frame: Uint8Array): Uint8Array {
  return frame.subarray(SENDER_IP, SENDER_IP + 4);
}

/** Says whether the request asks for `ip`. */
export function asksFor(frame: Uint8Array, ip: Uint8Array): boolean {
  return operation(frame) === REQUEST && equalAt(frame, TARGET_IP, ip);
}

/** Makes a request the reply to itself: who asked is told that `ip` is at `mac`. */
export function makeReply(frame: Uint8Array, mac: Uint8Array, ip: Uint8Array): number {
  ethernet.turnAround(frame, mac);
  set16(frame, OPERATION, REPLY);
  frame.copyWithin(TARGET_MAC, SENDER_MAC, SENDER_MAC + 10);
  frame.set(mac, SENDER_MAC);
  frame.set(ip, SENDER_IP);
  return LENGTH;
}

/** Writes the broadcast question who has `wanted`; returns the frame's length. */
export function writeRequest(
  frame: Uint8Array,
  from: { mac: Uint8Array; ip: Uint8Array },
  wanted: Uint8Array,
): number {
  ethernet.writeHeader(frame, ethernet.BROADCAST, from.mac, ethernet.TYPE_ARP);
  set16(frame, AT, 1);
  set16(frame, AT + 2, ethernet.TYPE_IPV4);
  frame[AT + 4] = ethernet.MAC_LENGTH;
  frame[AT + 5] = 4;
  set16(frame, OPERATION, REQUEST);
  frame.set(from.mac, SENDER_MAC);
  frame.set(from.ip, SENDER_IP);
  frame.fill(0, TARGET_MAC, TARGET_IP);
  frame.set(wanted, TARGET_IP);
  return LENGTH;
}
