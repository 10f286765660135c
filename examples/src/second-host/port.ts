/** Where a host is attached to an Ethernet: one frame a call, nothing waits but `wait`. */
export interface Port {
  /** Takes the next frame into `slot` and returns its length; 0: there is none. */
  receive(slot: Uint8Array): number;
  /** Sends a copy of the frame; false: there is no room now. */
  send(frame: Uint8Array): boolean;
  /** Waits until one of the events, but not longer than `ms`. */
  wait(events: { readable?: boolean; writable?: boolean }, ms: number): Promise<void>;
}
